/* Taking in a file of offers: siret;function;unit_price_cents;unit;capacity;period;places. */
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/action.h"
#include "members/cells.h"
#include "members/details.h"
#include "members/functions.h"
#include "members/import.h"

struct offer_line {
    size_t number;
    const char *siret;
    struct offer offer;
    struct error error; /* code 0: understood */
};

struct offer_import {
    struct ctx *ctx;
    struct csv *csv;
    struct arena *scratch; /* of one batch */
    bool preview;
    int siret, function, unit_price, unit, capacity, period, places;
    struct offer_line lines[IMPORT_BATCH];
    char outcomes[IMPORT_BATCH]; /* 'n', 'c', 's', 'r' */
    int count;
    int64_t read, new, changed, same;
    struct tree *refused;
};

static int find_columns(struct offer_import *import)
{
    static const char *const names[] = {"siret", "function", "unit_price_cents", "unit", "capacity", "period", "places"};
    int *const columns[] = {&import->siret,    &import->function, &import->unit_price, &import->unit,
                            &import->capacity, &import->period,   &import->places};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        *columns[i] = csv_column(import->csv, names[i]);
        if (*columns[i] < 0 && strcmp(names[i], "unit") != 0)
            return error_set(import->ctx->error, ERR_INVALID, "file",
                             N_("This file has no column {0}. A file of offers has siret, function, unit_price_cents, "
                                "capacity, period and places."),
                             names[i], NULL);
    }
    return 0;
}

static const char *cell(struct offer_import *import, int column)
{
    return text_tidy(import->scratch, csv_cell(import->csv, column));
}

static void read_line(struct offer_import *import, struct offer_line *line)
{
    char siret[15];
    const char *wrong = "", *unit = "";
    struct error *error = &line->error;
    struct offer *offer = &line->offer;
    *line = (struct offer_line){.number = csv_line(import->csv)};
    if (csv_broken(import->csv)) {
        error_set(error, ERR_INVALID, "", N_("This line is broken: a quote is not closed, or a cell is too long."), NULL);
        return;
    }
    if (!text_is_siret(cell(import, import->siret), siret)) {
        error_set(error, ERR_INVALID, "siret", N_("This is not a SIRET: 14 digits whose check digit holds."), NULL);
        return;
    }
    line->siret = arena_strdup(import->scratch, siret);
    offer->function = cell(import, import->function);
    if (function_unit(import->scratch, import->ctx->language, offer->function, &unit, error))
        return;
    offer->unit = *cell(import, import->unit) ? cell(import, import->unit) : unit;
    offer->period = cell(import, import->period);
    offer->places = department_codes(import->scratch, cell(import, import->places), &wrong);
    if (!number_parse(cell(import, import->unit_price), 0, &offer->unit_price_cents) || offer->unit_price_cents < 1)
        error_set(error, ERR_INVALID, "unit_price_cents", N_("The price is a whole number of cents, from 1."), NULL);
    else if (!number_parse(cell(import, import->capacity), DECIMALS_QUANTITY, &offer->capacity_thousandths) ||
             offer->capacity_thousandths < 1)
        error_set(error, ERR_INVALID, "capacity", N_("The capacity is a number above 0."), NULL);
    else if (!text_has_word("month year contract", offer->period))
        error_set(error, ERR_INVALID, "period", N_("The period is month, year or contract."), NULL);
    else if (!offer->places)
        error_set(error, ERR_INVALID, "places", N_("There is no department {0}."), wrong, NULL);
    else if (!*offer->places)
        error_set(error, ERR_INVALID, "places", N_("At least one department is required."), NULL);
    else if (!text_is_clean(offer->unit, strlen(offer->unit)) || text_characters(offer->unit) > 60)
        error_set(error, ERR_INVALID, "unit", N_("This must be plain text."), NULL);
}

static int take_line(struct db *db, struct offer_import *import, int at, struct error *error)
{
    struct offer_line *line = &import->lines[at];
    struct organisation organisation;
    bool found;
    import->outcomes[at] = 'r';
    if (line->error.code)
        return 0;
    int result = organisation_read(db, import->scratch, line->siret, 0, &organisation, &found, error);
    if (result)
        return result;
    if (!found) {
        error_set(&line->error, ERR_NOT_FOUND, "siret", N_("There is no organisation with the SIRET {0}."), line->siret, NULL);
        return 0;
    }
    line->offer.member_id = organisation.id;
    result = offer_keep(db, import->scratch, &organisation, &line->offer, import->preview, import->ctx->now_ms,
                        &import->outcomes[at], error);
    if (result != ERR_REFUSED)
        return result;
    line->error = *error; /* it has left: this line is refused, the others go on */
    import->outcomes[at] = 'r';
    error->code = ERR_NONE;
    return 0;
}

static int take_batch(struct db *db, void *context, struct error *error)
{
    struct offer_import *import = context;
    int result = 0;
    for (int i = 0; i < import->count && !result; i++)
        result = take_line(db, import, i, error);
    return result;
}

static int preview_batch(struct offer_import *import)
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

static void list_refused(struct offer_import *import, const struct offer_line *line)
{
    char text[ERROR_TEXT_BYTES];
    struct arena *arena = import->ctx->arena;
    struct tree *row = tree_add_map(arena, import->refused);
    error_format(&line->error, tr(import->ctx->language, line->error.message), text, sizeof text);
    tree_set_int(arena, row, "line", (int64_t)line->number);
    tree_set_text(arena, row, "field", arena_strdup(arena, line->error.field));
    tree_set_text(arena, row, "reason", arena_strdup(arena, text));
}

static int end_batch(struct offer_import *import)
{
    int result = import->preview ? preview_batch(import) : ctx_write(import->ctx, take_batch, import);
    for (int i = 0; i < import->count && !result; i++) {
        import->new += import->outcomes[i] == 'n';
        import->changed += import->outcomes[i] == 'c';
        import->same += import->outcomes[i] == 's';
        if (import->outcomes[i] == 'r')
            list_refused(import, &import->lines[i]);
    }
    import->count = 0;
    arena_reset(import->scratch);
    job_progress(import->ctx->job, (int64_t)(csv_progress(import->csv) * 1000), 1000);
    return result;
}

static int read_all(struct offer_import *import)
{
    int result = 0;
    while (!result && csv_next(import->csv) && !job_stopping(import->ctx->job)) {
        read_line(import, &import->lines[import->count++]);
        import->read++;
        if (import->count == IMPORT_BATCH)
            result = end_batch(import);
    }
    return result || !import->count ? result : end_batch(import);
}

int offer_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct offer_import *import = ARENA_NEW(ctx->arena, struct offer_import);
    import->ctx = ctx;
    import->preview = tree_true(tree_get(args, "preview"));
    import->refused = tree_list(ctx->arena);
    int code = csv_open(ctx->arena, ctx->file.bytes, ctx->file.length, &import->csv, ctx->error);
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
    tree_set_int(ctx->arena, result, "new", import->new);
    tree_set_int(ctx->arena, result, "changed", import->changed);
    tree_set_int(ctx->arena, result, "same", import->same);
    tree_set_int(ctx->arena, result, "merged", 0);
    tree_set(ctx->arena, result, "refused", import->refused);
    return 0;
}
