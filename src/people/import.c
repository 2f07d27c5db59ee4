/* The daily file of movements, as the register office of the prison gives it. */
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/text.h"
#include "establishments/establishments.h"
#include "kernel/action.h"
#include "people/internal.h"

enum { BATCH = 500, REFUSED = STAY_SAME + 1, OUTCOMES };
enum { NUMBER, EVENT, ON, FAMILY_NAME, GIVEN_NAMES, WING, CELL, REFERENCE, LANGUAGE, PICTURES, COLUMNS };

/* Names of a column, English first: any of them heads it. */
static const char *const column_names[COLUMNS][3] = {
    [NUMBER] = {"number", "ecrou", "numero"},       [EVENT] = {"event", "mouvement", "evenement"},
    [ON] = {"date", "on", "le"},                    [FAMILY_NAME] = {"family_name", "nom", "family"},
    [GIVEN_NAMES] = {"given_names", "prenom", "prenoms"}, [WING] = {"wing", "batiment", "aile"},
    [CELL] = {"cell", "cellule", "cellule"},        [REFERENCE] = {"reference", "ref", "reference"},
    [LANGUAGE] = {"language", "langue", "langue"},  [PICTURES] = {"pictures", "images", "images"},
};

static const struct {
    const char *word; /* folded */
    enum stay_kind kind;
} event_words[] = {
    {"arrival", STAY_ARRIVAL},   {"arrivee", STAY_ARRIVAL},    {"entree", STAY_ARRIVAL},   {"move", STAY_MOVE},
    {"mutation", STAY_MOVE},     {"changement", STAY_MOVE},    {"absent", STAY_ABSENT},    {"absence", STAY_ABSENT},
    {"back", STAY_BACK},         {"retour", STAY_BACK},        {"release", STAY_RELEASE},  {"liberation", STAY_RELEASE},
    {"sortie", STAY_RELEASE},    {"transfer", STAY_TRANSFER},  {"transfert", STAY_TRANSFER}, {"death", STAY_DEATH},
    {"deces", STAY_DEATH},
};

struct line {
    struct stay_told told;
    int64_t number;
    bool good; /* as far as the line itself tells */
    int outcome;
    struct error error; /* why it was refused */
};

struct import {
    struct ctx *ctx;
    struct csv *csv;
    struct arena *scratch; /* of one batch */
    bool preview;
    struct establishment at;
    int columns[COLUMNS];
    struct line lines[BATCH];
    int count;
    int64_t read, counts[OUTCOMES];
    struct tree *refused;
};

static void say(struct import *import, int64_t line, const struct error *error)
{
    char text[1024];
    struct arena *arena = import->ctx->arena;
    struct tree *row = tree_add_map(arena, import->refused);
    error_format(error, tr(import->ctx->language, error->message), text, sizeof text);
    tree_set_int(arena, row, "line", line);
    tree_set_text(arena, row, "field", arena_strdup(arena, error->field));
    tree_set_text(arena, row, "reason", arena_strdup(arena, text));
}

/* --- one line of the file --- */

static const char *cell(struct import *import, int column)
{
    return text_tidy(import->scratch, csv_cell(import->csv, import->columns[column]));
}

/* 2026-11-23 or 23/11/2026. */
static bool read_date(const char *text, char ret_date[DATE_BYTES])
{
    if (strlen(text) == 10 && text[2] == '/' && text[5] == '/') {
        memcpy(ret_date, text + 6, 4);
        ret_date[4] = ret_date[7] = '-';
        memcpy(ret_date + 5, text + 3, 2);
        memcpy(ret_date + 8, text, 2);
        ret_date[10] = 0;
        return date_is(ret_date);
    }
    return date_is(text) && memcpy(ret_date, text, DATE_BYTES);
}

static bool read_event(const char *text, enum stay_kind *ret_kind, struct arena *arena)
{
    const char *folded = text_fold(arena, text);
    for (size_t i = 0; i < COUNT_OF(event_words); i++)
        if (!strcmp(folded, event_words[i].word)) {
            *ret_kind = event_words[i].kind;
            return true;
        }
    return false;
}

static int check_line(struct import *import, struct stay_told *told, struct error *error)
{
    char *on = arena_alloc(import->scratch, DATE_BYTES);
    if (csv_broken(import->csv))
        return error_set(error, ERR_INVALID, "", N_("This line is broken: a quote is not closed, or a cell is too long."), NULL);
    for (int i = 0; i < COLUMNS; i++)
        if (text_characters(cell(import, i)) > 80 || !text_is_clean(cell(import, i), strlen(cell(import, i))))
            return error_set(error, ERR_INVALID, column_names[i][0], N_("This must be plain text."), NULL);
    if (!*told->number)
        return error_set(error, ERR_INVALID, "number", N_("This is required."), NULL);
    if (!read_event(cell(import, EVENT), &told->kind, import->scratch))
        return error_set(error, ERR_INVALID, "event",
                         N_("This must be arrival, move, absent, back, release, transfer or death, or its French word."), NULL);
    if (!read_date(cell(import, ON), on))
        return error_set(error, ERR_INVALID, "date", N_("This must be a date, such as 2026-03-31."), NULL);
    told->on = on;
    if (told->kind == STAY_ARRIVAL && !*told->reference && !*told->family_name)
        return error_set(error, ERR_INVALID, "family_name", N_("This is required."), NULL);
    if (told->kind == STAY_MOVE && (!*told->wing || !*told->cell))
        return error_set(error, ERR_INVALID, *told->wing ? "cell" : "wing", N_("This is required."), NULL);
    return 0;
}

static void read_line(struct import *import)
{
    struct line *line = &import->lines[import->count++];
    const char *language = cell(import, LANGUAGE);
    *line = (struct line){.number = (int64_t)csv_line(import->csv)};
    line->told = (struct stay_told){.establishment_id = import->at.id,
                                    .establishment = import->at.ref,
                                    .number = cell(import, NUMBER),
                                    .reference = cell(import, REFERENCE),
                                    .family_name = cell(import, FAMILY_NAME),
                                    .given_names = cell(import, GIVEN_NAMES),
                                    .wing = cell(import, WING),
                                    .cell = cell(import, CELL),
                                    .on = "",
                                    .language = *language ? language : "fr",
                                    .pictures = *cell(import, PICTURES) == '1'};
    line->good = !check_line(import, &line->told, &line->error);
    if (!line->good)
        line->outcome = REFUSED;
}

/* --- a batch --- */

/* A refused line leaves nothing behind: what it had begun is rolled back to before it. */
static int take_line(struct db *db, struct import *import, struct line *line, struct error *error)
{
    struct stay stay;
    enum stay_outcome outcome;
    struct ctx ctx = *import->ctx;
    ctx.arena = import->scratch;
    int result = import->preview ? 0 : db_savepoint(db, error);
    if (result)
        return result;
    line->error = (struct error){0};
    int code = stay_take(&ctx, db, &line->told, import->preview, &outcome, &stay, &line->error);
    if (code >= ERR_INTERNAL) {
        *error = line->error;
        return code;
    }
    line->outcome = code ? REFUSED : (int)outcome;
    if (import->preview)
        return 0;
    return code ? db_savepoint_rollback(db, error) : db_savepoint_release(db, error);
}

static int take_all(struct db *db, void *context, struct error *error)
{
    struct import *import = context;
    int result = 0;
    for (int i = 0; i < import->count && !result; i++)
        if (import->lines[i].good)
            result = take_line(db, import, &import->lines[i], error);
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

static int end_batch(struct import *import)
{
    int result = import->preview ? preview_all(import) : ctx_write(import->ctx, take_all, import);
    for (int i = 0; i < import->count && !result; i++) {
        struct line *line = &import->lines[i];
        import->counts[line->outcome]++;
        if (line->outcome == REFUSED)
            say(import, line->number, &line->error);
    }
    import->count = 0;
    arena_reset(import->scratch);
    job_progress(import->ctx->job, (int64_t)(csv_progress(import->csv) * 1000), 1000);
    return result;
}

static int find_columns(struct import *import)
{
    for (int i = 0; i < COLUMNS; i++) {
        import->columns[i] = -1;
        for (int n = 0; n < 3 && import->columns[i] < 0; n++)
            import->columns[i] = csv_column(import->csv, column_names[i][n]);
        if (import->columns[i] < 0 && i <= ON)
            return error_set(import->ctx->error, ERR_INVALID, "file",
                             N_("This file has no column {0}. A file of movements has number, event and date."),
                             column_names[i][0], NULL);
    }
    return 0;
}

static int find_establishment(struct import *import, const struct tree *args)
{
    struct db *db;
    int result = store_reader(import->ctx->app->store, &db, import->ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, import->ctx->error);
    if (!result) {
        result = establishment_asked(import->ctx, db, args, &import->at, import->ctx->error);
        db_end_read(db);
    }
    store_release(import->ctx->app->store, db);
    return result;
}

static int read_all(struct import *import)
{
    int result = 0;
    while (!result && csv_next(import->csv)) {
        import->read++;
        read_line(import);
        if (import->count == BATCH)
            result = end_batch(import);
        if (job_stopping(import->ctx->job))
            break;
    }
    return result || !import->count ? result : end_batch(import);
}

int person_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct import *import = ARENA_NEW(ctx->arena, struct import);
    import->ctx = ctx;
    import->preview = tree_true(tree_get(args, "preview"));
    import->refused = tree_list(ctx->arena);
    int code = find_establishment(import, args);
    if (!code)
        code = csv_open(ctx->arena, ctx->file.bytes, ctx->file.length, &import->csv, ctx->error);
    if (!code)
        code = find_columns(import);
    if (code)
        return code;
    import->scratch = arena_new();
    code = read_all(import);
    arena_free(import->scratch);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "read", import->read);
    tree_set_int(ctx->arena, result, "new", import->counts[STAY_NEW]);
    tree_set_int(ctx->arena, result, "changed", import->counts[STAY_CHANGED]);
    tree_set_int(ctx->arena, result, "same", import->counts[STAY_SAME]);
    tree_set_int(ctx->arena, result, "merged", 0);
    tree_set(ctx->arena, result, "refused", import->refused);
    return 0;
}
