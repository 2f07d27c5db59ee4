/* The catalogue and its prices from a file: one decision of the head of establishment covers all prices of the file. */
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "establishments/establishments.h"
#include "kernel/action.h"

enum { BATCH = 500, REFUSED = CATALOGUE_SAME + 1, OUTCOMES };
enum { CODE, NAME, BRAND, FAMILY, CONTENT, MEASURE, ALLERGENS, DIETS, VAT, NEED, SUPPLIER, PACK, PRICE, PURCHASE, HANDLING, REASON,
       COLUMNS };

/* Names of a column, English first: any of them heads it. */
static const char *const column_names[COLUMNS][2] = {
    [CODE] = {"code", "numero"},        [NAME] = {"name", "nom"},          [BRAND] = {"product_brand", "marque"},
    [FAMILY] = {"goods", "famille"},   [CONTENT] = {"content", "contenance"}, [MEASURE] = {"measure", "mesure"},
    [ALLERGENS] = {"allergens", "allergenes"}, [DIETS] = {"diets", "regimes"}, [VAT] = {"vat", "tva"},
    [NEED] = {"need", "besoin"},        [SUPPLIER] = {"supplier", "fournisseur"}, [PACK] = {"pack_size", "colis"},
    [PRICE] = {"price", "prix"},        [PURCHASE] = {"purchase_cost", "achat_ht"}, [HANDLING] = {"handling_cost", "manutention_ht"},
    [REASON] = {"reason", "motif"},
};

/* French words for codes. */
static const char *const words_of_codes[][2] = {
    {"epicerie", "grocery"},   {"frais", "fresh"},        {"boissons", "drinks"},   {"hygiene", "hygiene"},
    {"correspondance", "correspondence"}, {"tabac", "tobacco"}, {"presse", "press"}, {"vetements", "clothing"},
    {"bazar", "household"},    {"electrique", "electrical"}, {"arrivant", "arrival"}, {"alcool", "alcohol"},
    {"medicament", "medicine"}, {"piece", "piece"},       {"5 5", "vat.food"},      {"10", "vat.immediate"},
    {"20", "vat.standard"},    {"2 1", "vat.press"},
};

struct line {
    struct product product;
    struct price price;
    bool priced; /* it has a price column that is not empty */
    int64_t number;
    bool good;
    int outcome;
    struct error error;
};

struct import {
    struct ctx *ctx;
    struct csv *csv;
    struct arena *scratch; /* of one batch */
    bool preview;
    struct establishment at;
    struct decision decision;
    int columns[COLUMNS];
    struct line lines[BATCH];
    int count;
    int64_t read, counts[OUTCOMES];
    struct tree *refused;
};

static const char *cell(struct import *import, int column)
{
    return text_tidy(import->scratch, csv_cell(import->csv, import->columns[column]));
}

static const char *code_of(struct import *import, int column)
{
    const char *text = cell(import, column), *folded = text_fold(import->scratch, text);
    for (size_t i = 0; i < COUNT_OF(words_of_codes); i++)
        if (!strcmp(folded, words_of_codes[i][0]))
            return words_of_codes[i][1];
    return text;
}

static int bad_number(struct error *error, int column)
{
    return error_set(error, ERR_INVALID, column_names[column][0], N_("This must be a number, such as 1234,50."), NULL);
}

static int read_numbers(struct import *import, struct line *line, struct error *error)
{
    const char *content = cell(import, CONTENT), *pack = cell(import, PACK);
    line->product.content_thousandths = 1000;
    line->product.pack_size = 1;
    if (!text_to_int(cell(import, CODE), &line->product.code))
        return bad_number(error, CODE);
    if (*content && !number_parse(content, DECIMALS_QUANTITY, &line->product.content_thousandths))
        return bad_number(error, CONTENT);
    if (*pack && !text_to_int(pack, &line->product.pack_size))
        return bad_number(error, PACK);
    static const int money[] = {PRICE, PURCHASE, HANDLING};
    int64_t *const to[] = {&line->price.price_cents, &line->price.purchase_cents, &line->price.handling_cents};
    line->priced = *cell(import, PRICE) != 0;
    for (size_t i = 0; i < COUNT_OF(money); i++) {
        *to[i] = -1;
        if (*cell(import, money[i]) && !number_parse(cell(import, money[i]), DECIMALS_MONEY, to[i]))
            return bad_number(error, money[i]);
    }
    return 0;
}

static int check_line(struct import *import, struct line *line, struct error *error)
{
    if (csv_broken(import->csv))
        return error_set(error, ERR_INVALID, "", N_("This line is broken: a quote is not closed, or a cell is too long."), NULL);
    for (int i = 0; i < COLUMNS; i++)
        if (text_characters(cell(import, i)) > 200 || !text_is_clean(cell(import, i), strlen(cell(import, i))))
            return error_set(error, ERR_INVALID, column_names[i][0], N_("This must be plain text."), NULL);
    int result = read_numbers(import, line, error);
    return result ? result : product_check(&line->product, error);
}

static void read_line(struct import *import)
{
    struct line *line = &import->lines[import->count++];
    *line = (struct line){.number = (int64_t)csv_line(import->csv)};
    const char *measure = code_of(import, MEASURE);
    line->product = (struct product){.establishment_id = import->at.id,
                                     .establishment = import->at.ref,
                                     .name = cell(import, NAME),
                                     .brand = cell(import, BRAND),
                                     .family = code_of(import, FAMILY),
                                     .measure = *measure ? measure : "piece",
                                     .allergens = cell(import, ALLERGENS),
                                     .diets = cell(import, DIETS),
                                     .vat = code_of(import, VAT),
                                     .need = text_fold(import->scratch, cell(import, NEED)),
                                     .supplier = cell(import, SUPPLIER),
                                     .on_sale = true};
    line->price = (struct price){.from_on = import->decision.from_on, .reason = cell(import, REASON)};
    line->good = !check_line(import, line, &line->error);
    if (!line->good)
        line->outcome = REFUSED;
}

/* --- a batch --- */

static int take_product(struct import *import, struct db *db, struct line *line, struct error *error)
{
    struct ctx *ctx = import->ctx;
    enum catalogue_outcome product, price = CATALOGUE_SAME;
    int result = product_keep(db, import->scratch, &line->product, &product, &line->product.id, error);
    if (!result && line->priced && !import->decision.id)
        result = decision_keep(ctx, db, import->at.id, import->at.ref, &import->decision, NULL, error);
    if (!result && line->priced)
        result = price_keep(ctx, db, &line->product, &import->decision, &line->price, &price, error);
    line->outcome = product == CATALOGUE_NEW                                ? CATALOGUE_NEW
                    : product == CATALOGUE_SAME && price == CATALOGUE_SAME ? CATALOGUE_SAME
                                                                            : CATALOGUE_CHANGED;
    return result;
}

/* A refused line leaves nothing behind. */
static int take_line(struct import *import, struct db *db, struct line *line, struct error *error)
{
    struct decision before = import->decision;
    int result = db_savepoint(db, error);
    if (result)
        return result;
    line->error = (struct error){0};
    int code = take_product(import, db, line, &line->error);
    if (code >= ERR_INTERNAL) {
        *error = line->error;
        return code;
    }
    if (!code)
        return db_savepoint_release(db, error);
    line->outcome = REFUSED;
    import->decision = before;
    return db_savepoint_rollback(db, error);
}

/* This may run again: the decision's id is of the transaction at hand. */
static int take_all(struct db *db, void *context, struct error *error)
{
    struct import *import = context;
    int result = 0;
    import->decision.id = 0;
    for (int i = 0; i < import->count && !result; i++)
        if (import->lines[i].good)
            result = take_line(import, db, &import->lines[i], error);
    return result;
}

/* A preview does all of it and takes it back. */
static int preview_all(struct db *db, void *context, struct error *error)
{
    int result = db_savepoint(db, error);
    if (!result)
        result = take_all(db, context, error);
    return result ? result : db_savepoint_rollback(db, error);
}

static void say(struct import *import, const struct line *line)
{
    char text[1024];
    struct arena *arena = import->ctx->arena;
    struct tree *row = tree_add_map(arena, import->refused);
    error_format(&line->error, tr(import->ctx->language, line->error.message), text, sizeof text);
    tree_set_int(arena, row, "line", line->number);
    tree_set_text(arena, row, "field", arena_strdup(arena, line->error.field));
    tree_set_text(arena, row, "reason", arena_strdup(arena, text));
}

static int end_batch(struct import *import)
{
    int result = ctx_write(import->ctx, import->preview ? preview_all : take_all, import);
    for (int i = 0; i < import->count && !result; i++) {
        import->counts[import->lines[i].outcome]++;
        if (import->lines[i].outcome == REFUSED)
            say(import, &import->lines[i]);
    }
    import->count = 0;
    arena_reset(import->scratch);
    job_progress(import->ctx->job, (int64_t)(csv_progress(import->csv) * 1000), 1000);
    return result;
}

static int find_columns(struct import *import)
{
    for (int i = 0; i < COLUMNS; i++) {
        import->columns[i] = csv_column(import->csv, column_names[i][0]);
        if (import->columns[i] < 0)
            import->columns[i] = csv_column(import->csv, column_names[i][1]);
        if (import->columns[i] < 0 && (i == CODE || i == NAME || i == FAMILY || i == VAT))
            return error_set(import->ctx->error, ERR_INVALID, "file",
                             N_("This file has no column {0}. A catalogue has at least code, name, goods and vat."),
                             column_names[i][0], NULL);
    }
    return 0;
}

static int find_establishment(struct import *import, const struct tree *args)
{
    struct db *db;
    struct ctx *ctx = import->ctx;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = establishment_asked(ctx, db, args, &import->at, ctx->error);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
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

static const char *given(const struct tree *args, const char *name, const char *otherwise)
{
    const char *text = tree_text(args, name);
    return text && *text ? text : otherwise;
}

int canteen_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct import *import = ARENA_NEW(ctx->arena, struct import);
    import->ctx = ctx;
    import->preview = tree_true(tree_get(args, "preview"));
    import->decision.reference = given(args, "decision", "");
    import->decision.decided_on = given(args, "decided_on", "");
    import->decision.from_on = given(args, "from_on", import->decision.decided_on);
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
    tree_set_int(ctx->arena, result, "new", import->counts[CATALOGUE_NEW]);
    tree_set_int(ctx->arena, result, "changed", import->counts[CATALOGUE_CHANGED]);
    tree_set_int(ctx->arena, result, "same", import->counts[CATALOGUE_SAME]);
    tree_set_int(ctx->arena, result, "merged", 0);
    tree_set(ctx->arena, result, "refused", import->refused);
    return 0;
}
