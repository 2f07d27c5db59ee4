/* Taking in article A44: each row names a court, cantons or a prison and the probation service that works there; a few
 * cells hold a court and a prison. Courts and cantons are skipped, and counted. */
#include "establishments/import.h"

#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/text.h"
#include "establishments/names.h"
#include "kernel/action.h"

enum outcome { NEW, CHANGED, SAME, MERGED, REFUSED, OUTCOMES };
enum { BATCH = 500, PRISONS_MAX = 5000 };

struct import {
    struct ctx *ctx;
    struct csv *csv;
    struct arena *scratch; /* of one batch */
    bool preview;
    int column_service, column_branch, column_place, column_type;
    struct prison prisons[BATCH];
    enum outcome outcomes[BATCH];
    int count;
    struct tree *seen; /* references of earlier lines of this file */
    int64_t read, skipped, counts[OUTCOMES];
    struct tree *refused, *noticed;
};

static void say_of(struct import *import, struct tree *list, int64_t line, const char *field, const char *reason)
{
    struct tree *row = tree_add_map(import->ctx->arena, list);
    tree_set_int(import->ctx->arena, row, "line", line);
    tree_set_text(import->ctx->arena, row, "field", field);
    tree_set_text(import->ctx->arena, row, "reason", tr(import->ctx->language, reason));
}

static void say(struct import *import, struct tree *list, const char *field, const char *reason)
{
    say_of(import, list, (int64_t)csv_line(import->csv), field, reason);
}

/* --- one row of the file --- */

static bool is_upper_kind(const char *type, const char *kind)
{
    size_t length = strlen(kind);
    if (strlen(type) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((type[i] | 32) != kind[i])
            return false;
    return true;
}

static const char *fingerprint(struct import *import, const char *item)
{
    unsigned char hash[16];
    char *text = arena_alloc(import->scratch, sizeof hash * 2 + 1);
    const char *row = arena_printf(import->scratch, "%s\n%s\n%s", csv_cell(import->csv, import->column_service),
                                   csv_cell(import->csv, import->column_branch), item);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)row, strlen(row), NULL, 0);
    return sodium_bin2hex(text, sizeof hash * 2 + 1, hash, sizeof hash);
}

static void add_prison(struct import *import, const char *item, const struct prison_name *name)
{
    struct arena *arena = import->scratch;
    const char *branch = branch_place(arena, csv_cell(import->csv, import->column_branch));
    import->prisons[import->count++] = (struct prison){
        .ref = establishment_ref(arena, name->kind, name->name),
        .kind = name->kind,
        .name = name->name,
        .place = *name->place ? name->place : branch,
        .probation_service = without_remarks(arena, csv_cell(import->csv, import->column_service), NULL),
        .probation_branch = branch,
        .capacity_source = "",
        .capacity_on = "",
        .closed_on = "",
        .remark = name->remark,
        .file = import->ctx->file.name,
        .line = (int64_t)csv_line(import->csv),
        .fingerprint = fingerprint(import, item),
    };
}

static bool is_court(const char *type)
{
    return !strcmp(type, "TJ") || !strcmp(type, "CANTON");
}

static void read_row(struct import *import)
{
    const char *type = csv_cell(import->csv, import->column_type), *at = csv_cell(import->csv, import->column_place);
    const char *service = csv_cell(import->csv, import->column_service);
    int found = 0, items = 0;
    bool same_kind = true;
    char *item;
    if (csv_broken(import->csv) || !text_is_clean(at, strlen(at)) || !text_is_clean(service, strlen(service))) {
        say(import, import->refused, "", N_("This line is broken: a quote is not closed, or a cell is too long."));
        return;
    }
    while (import->count < BATCH && (item = next_item(import->scratch, &at))) {
        struct prison_name name;
        items++;
        if (!prison_name_read(import->scratch, item, &name))
            continue;
        found++;
        add_prison(import, item, &name);
        same_kind &= is_upper_kind(type, name.kind);
        if (!*name.place)
            say(import, import->noticed, "place", N_("The name holds no place: that of the probation branch was taken."));
    }
    if (!found && is_court(type))
        import->skipped++;
    else if (!found)
        say(import, import->refused, "ressort", N_("No prison is recognised in this cell."));
    else if (items > found)
        say(import, import->noticed, "ressort", N_("This cell holds a court and a prison: the prison was taken."));
    else if (!same_kind)
        say(import, import->noticed, "type", N_("The type says something else than the name: the name was believed."));
}

/* --- against what is stored --- */

/* The department by the words of the service, and its region; department NULL when there is none. */
static int find_department(struct db *db, struct import *import, struct prison *prison, struct error *error)
{
    struct rows *rows;
    const char *words = service_words(import->scratch, prison->probation_service);
    int result = db_query(db, "SELECT code, region, region_status FROM department WHERE folded = :folded",
                          BIND(TEXT("folded", words)), &rows, error);
    if (result)
        return result;
    prison->department = NULL;
    if (rows_next(rows)) {
        prison->department = arena_strdup(import->scratch, rows_text(rows, 0));
        prison->region = arena_strdup(import->scratch, rows_text(rows, 1));
        prison->region_status = arena_strdup(import->scratch, rows_text(rows, 2));
    }
    return rows_close(rows);
}

/* The line is another than the one taken in last: what it says counts, what it says nothing of stays. */
static int update(struct db *db, struct import *import, const struct prison *stored, const struct prison *said,
                  enum outcome *ret_outcome, struct error *error)
{
    struct prison it = *stored;
    bool moved = strcmp(stored->department, said->department) != 0;
    bool differs = moved || strcmp(stored->name, said->name) != 0 || strcmp(stored->place, said->place) != 0 ||
                   strcmp(stored->probation_service, said->probation_service) != 0 ||
                   strcmp(stored->probation_branch, said->probation_branch) != 0 || strcmp(stored->remark, said->remark) != 0;
    *ret_outcome = differs ? CHANGED : SAME;
    if (import->preview)
        return 0;
    it.name = said->name;
    it.place = said->place;
    it.probation_service = said->probation_service;
    it.probation_branch = said->probation_branch;
    it.remark = said->remark;
    if (moved) {
        it.department = said->department;
        it.region = said->region;
        it.region_status = said->region_status;
    }
    it.file = said->file;
    it.line = said->line;
    it.fingerprint = said->fingerprint;
    return prison_store(db, import->scratch, stored, &it, import->ctx->now_ms, error);
}

static int take(struct db *db, struct import *import, int at, struct error *error)
{
    struct prison said = import->prisons[at], stored;
    bool found;
    if (import->outcomes[at] == MERGED)
        return 0; /* an earlier line of this file has the same name */
    int result = find_department(db, import, &said, error);
    import->outcomes[at] = REFUSED;
    if (result || !said.department)
        return result;
    result = prison_read(db, import->scratch, said.ref, &stored, &found, error);
    if (result)
        return result;
    import->outcomes[at] = found ? SAME : NEW;
    if (found && !strcmp(stored.fingerprint, said.fingerprint))
        return 0;
    if (found)
        return update(db, import, &stored, &said, &import->outcomes[at], error);
    return import->preview ? 0 : prison_store(db, import->scratch, NULL, &said, import->ctx->now_ms, error);
}

static int take_all(struct db *db, void *context, struct error *error)
{
    struct import *import = context;
    int result = 0;
    for (int i = 0; i < import->count && !result; i++)
        result = take(db, import, i, error);
    return result;
}

static int preview_all(struct import *import)
{
    struct store *store = import->ctx->app->store;
    struct db *db;
    int result = store_reader(store, &db, import->ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, import->ctx->error);
    if (!result) {
        result = take_all(db, import, import->ctx->error);
        db_end_read(db);
    }
    store_release(store, db);
    return result;
}

static void mark_repeated(struct import *import)
{
    for (int i = 0; i < import->count; i++) {
        const char *ref = import->prisons[i].ref;
        import->outcomes[i] = tree_get(import->seen, ref) ? MERGED : SAME;
        if (import->outcomes[i] == SAME)
            tree_set_bool(import->ctx->arena, import->seen, arena_strdup(import->ctx->arena, ref), true);
    }
}

static int end_batch(struct import *import)
{
    mark_repeated(import);
    int result = import->preview ? preview_all(import) : ctx_write(import->ctx, take_all, import);
    for (int i = 0; i < import->count && !result; i++) {
        import->counts[import->outcomes[i]]++;
        if (import->outcomes[i] == REFUSED)
            say_of(import, import->refused, import->prisons[i].line, "spip",
                   N_("No department is known for this probation service."));
    }
    import->count = 0;
    arena_reset(import->scratch);
    job_progress(import->ctx->job, (int64_t)(csv_progress(import->csv) * 1000), 1000);
    return result;
}

static int find_columns(struct import *import)
{
    static const char *const names[] = {"spip", "antenne", "ressort", "type"};
    int *const columns[] = {&import->column_service, &import->column_branch, &import->column_place, &import->column_type};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if ((*columns[i] = csv_column(import->csv, names[i])) < 0)
            return error_set(import->ctx->error, ERR_INVALID, "file",
                             N_("This file has no column {0}. A file of establishments has spip, antenne, ressort and type."),
                             names[i], NULL);
    return 0;
}

static int read_all(struct import *import)
{
    int result = 0;
    while (!result && csv_next(import->csv)) {
        import->read++;
        read_row(import);
        if (import->count > BATCH - 16)
            result = end_batch(import);
        if (!result && import->seen->count > PRISONS_MAX)
            result = error_set(import->ctx->error, ERR_TOO_LARGE, "file", N_("This file holds too many establishments."), NULL);
        if (job_stopping(import->ctx->job))
            break;
    }
    return result || !import->count ? result : end_batch(import);
}

int establishment_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct import *import = ARENA_NEW(ctx->arena, struct import);
    struct arena *arena = ctx->arena;
    import->ctx = ctx;
    import->preview = tree_true(tree_get(args, "preview"));
    import->seen = tree_map(arena);
    import->refused = tree_list(arena);
    import->noticed = tree_list(arena);
    int code = csv_open(arena, ctx->file.bytes, ctx->file.length, &import->csv, ctx->error);
    if (!code)
        code = find_columns(import);
    if (code)
        return code;
    import->scratch = arena_new();
    code = read_all(import);
    arena_free(import->scratch);
    if (code)
        return code;
    tree_set_int(arena, result, "read", import->read);
    tree_set_int(arena, result, "new", import->counts[NEW]);
    tree_set_int(arena, result, "changed", import->counts[CHANGED]);
    tree_set_int(arena, result, "same", import->counts[SAME]);
    tree_set_int(arena, result, "merged", import->counts[MERGED]);
    tree_set(arena, result, "refused", import->refused);
    tree_set_int(arena, result, "skipped", import->skipped);
    tree_set(arena, result, "noticed", import->noticed);
    return 0;
}
