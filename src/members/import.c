/* Taking in a file of organisations: read outside the writer, written 500 lines at a time, the same again or after a
 * stop without doing anything twice.
 *
 * A line whose SIRET is not known makes a new organisation. A line already taken in (its fingerprint is kept) is the
 * same, whatever a person corrected since. A line of another kind, or a second line of the file with the same SIRET,
 * is merged: its kind is added, and where its name or town differs a person is asked. Any other line updates. */
#include "members/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/text.h"
#include "kernel/action.h"
#include "members/details.h"
#include "members/keep.h"
#include "members/kinds.h"

enum outcome { NEW, CHANGED, SAME, MERGED, REFUSED, OUTCOMES };
enum { REFUSED_LISTED_MAX = 10000 };

struct seen_one { /* a SIRET with what its lines called it, or a single line (who is 0) */
    uint64_t key;
    uint64_t who; /* folded name and town of the first line */
    bool mixed;   /* a later line said otherwise */
};

struct seen { /* open addressing: lines of this file that were understood. However often a SIRET comes back, it has one slot */
    struct seen_one *slots;
    size_t count, room; /* room is a power of two */
};

struct import {
    struct ctx *ctx;
    struct arena *scratch; /* of one batch */
    struct csv *csv;
    struct member_columns *columns;
    bool preview;
    const char *status; /* NULL: new ones enter the directory, others stay as they are */
    struct seen seen;
    struct member_line lines[IMPORT_BATCH];
    enum outcome outcomes[IMPORT_BATCH];
    bool doubts[IMPORT_BATCH];
    int count;
    int64_t read, counts[OUTCOMES], doubt_count;
    struct tree *refused;
};

/* --- what stood on earlier lines --- */

/* The slot of the key, empty when it was not seen. */
static struct seen_one *seen_find(const struct seen *seen, uint64_t key)
{
    size_t slot = (size_t)(key * 11400714819323198485u) & (seen->room - 1);
    while (seen->slots[slot].key && seen->slots[slot].key != key)
        slot = (slot + 1) & (seen->room - 1);
    return &seen->slots[slot];
}

static void seen_grow(struct seen *seen)
{
    struct seen old = *seen;
    seen->room = old.room ? old.room * 2 : 4096;
    seen->slots = memory_get(seen->room * sizeof *seen->slots);
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i].key)
            *seen_find(seen, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

static uint64_t who_hash(struct arena *arena, const struct organisation *says)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    const char *text = arena_printf(arena, "%s\n%s", text_fold(arena, says->name), text_fold(arena, says->city));
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* Marks the line as a second one, one with another name or town, or the same one again. */
static void look_back(struct seen *seen, struct arena *arena, struct member_line *line)
{
    uint64_t siret = strtoull(line->says.siret, NULL, 10), who = who_hash(arena, &line->says);
    uint64_t fingerprint = strtoull(arena_copy(arena, line->fingerprint, 16), NULL, 16);
    if ((seen->count + 2) * 2 >= seen->room)
        seen_grow(seen);
    struct seen_one *same = seen_find(seen, fingerprint ^ siret), *first;
    line->repeated = same->key != 0;
    if (!line->repeated) {
        *same = (struct seen_one){.key = fingerprint ^ siret};
        seen->count++;
    }
    first = seen_find(seen, siret);
    line->second = first->key != 0;
    line->differs = line->second && (first->mixed || first->who != who);
    if (!line->second) {
        *first = (struct seen_one){siret, who, false};
        seen->count++;
    }
    first->mixed = line->differs;
}

/* --- one line against what is stored --- */

static bool update_text(const char **stored, const char *said)
{
    if (!*said || !strcmp(*stored, said))
        return false;
    *stored = said;
    return true;
}

static bool update_fact(struct fact *stored, struct fact said)
{
    if (!said.known || (stored->known && stored->value == said.value))
        return false;
    *stored = said;
    return true;
}

static bool update_flag(bool *stored, bool said, bool value)
{
    if (!said || *stored == value)
        return false;
    *stored = value;
    return true;
}

/* What the line says and is not so yet. An empty cell takes nothing away. */
static bool update(struct organisation *it, const struct member_line *line)
{
    const struct organisation *says = &line->says;
    bool changed = update_text(&it->name, says->name);
    changed |= update_text(&it->brand, says->brand);
    changed |= update_text(&it->naf, says->naf);
    changed |= update_text(&it->address, says->address);
    changed |= update_text(&it->post_code, says->post_code);
    changed |= update_text(&it->city, says->city);
    changed |= update_text(&it->department, says->department);
    changed |= update_fact(&it->latitude_millionths, says->latitude_millionths);
    changed |= update_fact(&it->longitude_millionths, says->longitude_millionths);
    changed |= update_fact(&it->turnover_cents, says->turnover_cents);
    changed |= update_fact(&it->turnover_limit_cents, says->turnover_limit_cents);
    changed |= update_flag(&it->may_lead, line->says_may_lead, says->may_lead);
    changed |= update_flag(&it->prison_work, line->says_prison_work, says->prison_work);
    if (says->quality.known) {
        changed |= update_fact(&it->quality, says->quality);
        changed |= update_text(&it->quality_author, says->quality_author);
        changed |= update_text(&it->quality_on, says->quality_on);
    }
    changed |= update_fact(&it->employees, says->employees);
    changed |= update_fact(&it->employees_in_insertion, says->employees_in_insertion);
    changed |= update_fact(&it->surplus_reinvested_permille, says->surplus_reinvested_permille);
    changed |= update_fact(&it->pay_ratio_thousandths, says->pay_ratio_thousandths);
    return changed;
}

static bool same_folded(struct arena *arena, const char *a, const char *b)
{
    return !strcmp(text_fold(arena, a), text_fold(arena, b));
}

static int is_known(struct db *db, int64_t id, const char *fingerprint, bool *ret_known, struct error *error)
{
    int64_t count;
    int result = db_int(db, "SELECT 1 FROM member_source WHERE member_id = :id AND fingerprint = :fingerprint",
                        BIND(INT("id", id), TEXT("fingerprint", fingerprint)), 0, &count, error);
    *ret_known = count == 1;
    return result;
}

static int note_source(struct db *db, struct import *import, int64_t id, const struct member_line *line,
                       struct error *error)
{
    return db_run(db,
                  "INSERT INTO member_source(member_id, fingerprint, file, line, instant) "
                  "VALUES (:id, :fingerprint, :file, :line, :instant)",
                  BIND(INT("id", id), TEXT("fingerprint", line->fingerprint), TEXT("file", import->ctx->file.name),
                       INT("line", (int64_t)line->number), INT("instant", import->ctx->now_ms)),
                  error);
}

static int note_doubt(struct db *db, struct import *import, int64_t id, const char *added, const struct member_line *line,
                      struct error *error)
{
    const struct organisation *says = &line->says;
    return db_run(db,
                  "INSERT INTO member_doubt(id, member_id, name, brand, kinds, added_kinds, naf, address, post_code, city, "
                  "department, latitude_millionths, longitude_millionths, file, line, is_open, decision, decided_by, decided_on) "
                  "VALUES (:id, :member, :name, :brand, :kinds, :added, :naf, :address, :post_code, :city, :department, "
                  ":latitude, :longitude, :file, :line, 1, '', '', '')",
                  BIND(INT("id", db_next_id(db)), INT("member", id), TEXT("name", says->name),
                       TEXT("brand", says->brand), TEXT("kinds", says->kinds), TEXT("added", added),
                       TEXT("naf", says->naf), TEXT("address", says->address), TEXT("post_code", says->post_code),
                       TEXT("city", says->city), TEXT("department", says->department),
                       INT_OR_NULL("latitude", says->latitude_millionths.known, says->latitude_millionths.value),
                       INT_OR_NULL("longitude", says->longitude_millionths.known, says->longitude_millionths.value),
                       TEXT("file", import->ctx->file.name), INT("line", (int64_t)line->number)),
                  error);
}

static int take_new(struct db *db, struct import *import, const struct member_line *line, struct error *error)
{
    struct organisation it = line->says;
    it.status = import->status ? import->status : "directory";
    it.status_on = import->ctx->today;
    int result = organisation_keep(db, import->scratch, NULL, &it, import->ctx->now_ms, error);
    for (int i = 0; i < line->accreditation_count && !result; i++)
        result = accreditation_keep(db, it.id, &line->accreditations[i], NULL, error);
    if (!result && line->accreditation_count)
        result = details_refresh(db, import->scratch, it.id, error);
    return result ? result : note_source(db, import, it.id, line, error);
}

static int take_second(struct db *db, struct import *import, const struct organisation *stored,
                       const struct member_line *line, bool *ret_doubt, struct error *error)
{
    struct organisation it = *stored;
    struct arena *arena = import->scratch;
    const char *added = kinds_missing(arena, stored->kinds, line->says.kinds);
    *ret_doubt = !same_folded(arena, stored->name, line->says.name) || !same_folded(arena, stored->city, line->says.city);
    if (import->preview)
        return 0;
    it.kinds = kinds_join(arena, stored->kinds, added);
    int result = *added ? organisation_keep(db, arena, stored, &it, import->ctx->now_ms, error) : 0;
    if (!result && *ret_doubt)
        result = note_doubt(db, import, it.id, added, line, error);
    return result ? result : note_source(db, import, it.id, line, error);
}

static int take_update(struct db *db, struct import *import, const struct organisation *stored, bool known,
                       const struct member_line *line, enum outcome *ret_outcome, struct error *error)
{
    struct organisation it = *stored;
    bool changed = !known && update(&it, line), renewed = false;
    int result = 0;
    if (import->status && !strcmp(it.status, "directory"))
        changed |= update_text(&it.status, import->status);
    if (strcmp(it.status, stored->status) != 0)
        it.status_on = import->ctx->today;
    for (int i = 0; i < line->accreditation_count && !known && !result; i++) {
        bool this_one = false;
        result = import->preview ? accreditation_differs(db, it.id, &line->accreditations[i], &this_one, error)
                                 : accreditation_keep(db, it.id, &line->accreditations[i], &this_one, error);
        renewed |= this_one;
    }
    *ret_outcome = changed || renewed ? CHANGED : SAME;
    if (result || import->preview)
        return result;
    if (changed)
        result = organisation_keep(db, import->scratch, stored, &it, import->ctx->now_ms, error);
    if (!result && renewed)
        result = details_refresh(db, import->scratch, it.id, error);
    return result || known ? result : note_source(db, import, it.id, line, error);
}

static int take_line(struct db *db, struct import *import, int at, struct error *error)
{
    const struct member_line *line = &import->lines[at];
    struct organisation stored;
    bool found = false, known = false;
    import->doubts[at] = false;
    import->outcomes[at] = line->refused_field ? REFUSED : SAME;
    if (line->refused_field || line->repeated)
        return 0;
    int result = organisation_read(db, import->scratch, line->says.siret, 0, &stored, &found, error);
    if (!result && found)
        result = is_known(db, stored.id, line->fingerprint, &known, error);
    if (result)
        return result;
    if (!found) { /* a second line is only met here in a preview: the first was not written */
        import->outcomes[at] = line->second ? MERGED : NEW;
        import->doubts[at] = line->differs;
        return import->preview ? 0 : take_new(db, import, line, error);
    }
    if (!known && (line->second || *kinds_missing(import->scratch, stored.kinds, line->says.kinds))) {
        import->outcomes[at] = MERGED;
        return take_second(db, import, &stored, line, &import->doubts[at], error);
    }
    return take_update(db, import, &stored, known, line, &import->outcomes[at], error);
}

/* May run again when a common transaction was lost: it sets outcomes, it counts nothing. */
static int take_batch(struct db *db, void *context, struct error *error)
{
    struct import *import = context;
    int result = 0;
    for (int i = 0; i < import->count && !result; i++)
        result = take_line(db, import, i, error);
    return result;
}

/* --- the whole file --- */

static int preview_batch(struct import *import)
{
    struct store *store = import->ctx->app->store;
    struct db *db;
    int result = store_reader(store, &db, import->ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, import->ctx->error);
    if (!result) {
        result = take_batch(db, import, import->ctx->error);
        db_end_read(db);
    }
    store_release(store, db);
    return result;
}

static void list_refused(struct import *import, const struct member_line *line)
{
    struct arena *arena = import->ctx->arena;
    if (import->refused->count >= REFUSED_LISTED_MAX)
        return;
    struct tree *row = tree_add_map(arena, import->refused);
    tree_set_int(arena, row, "line", (int64_t)line->number);
    tree_set_text(arena, row, "field", line->refused_field);
    tree_set_text(arena, row, "reason", tr(import->ctx->language, line->refused_reason));
}

static int end_batch(struct import *import)
{
    int result = import->preview ? preview_batch(import) : ctx_write(import->ctx, take_batch, import);
    for (int i = 0; i < import->count && !result; i++) {
        import->counts[import->outcomes[i]]++;
        import->doubt_count += import->doubts[i];
        if (import->outcomes[i] == REFUSED)
            list_refused(import, &import->lines[i]);
    }
    import->count = 0;
    arena_reset(import->scratch);
    job_progress(import->ctx->job, (int64_t)(csv_progress(import->csv) * 1000), 1000);
    return result;
}

static int read_all(struct import *import)
{
    int result = 0;
    while (!result && csv_next(import->csv)) {
        struct member_line *line = &import->lines[import->count++];
        member_line_read(import->scratch, import->csv, import->columns, line);
        import->read++;
        if (!line->refused_field)
            look_back(&import->seen, import->scratch, line);
        if (import->count == IMPORT_BATCH) {
            result = end_batch(import);
            if (job_stopping(import->ctx->job))
                break;
        }
    }
    return result || !import->count ? result : end_batch(import);
}

static void report(const struct import *import, struct tree *result)
{
    struct arena *arena = import->ctx->arena;
    tree_set_int(arena, result, "read", import->read);
    tree_set_int(arena, result, "new", import->counts[NEW]);
    tree_set_int(arena, result, "changed", import->counts[CHANGED]);
    tree_set_int(arena, result, "same", import->counts[SAME]);
    tree_set_int(arena, result, "merged", import->counts[MERGED]);
    tree_set(arena, result, "refused", import->refused);
    tree_set_int(arena, result, "doubts", import->doubt_count);
}

int member_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct import *import = ARENA_NEW(ctx->arena, struct import);
    import->ctx = ctx;
    import->preview = tree_true(tree_get(args, "preview"));
    import->status = tree_text(args, "status");
    import->refused = tree_list(ctx->arena);
    int code = csv_open(ctx->arena, ctx->file.bytes, ctx->file.length, &import->csv, ctx->error);
    if (!code)
        code = member_columns_find(ctx->arena, import->csv, &import->columns, ctx->error);
    if (code)
        return code;
    import->scratch = arena_new();
    code = read_all(import);
    arena_free(import->scratch);
    free(import->seen.slots);
    if (!code)
        report(import, result);
    return code;
}
