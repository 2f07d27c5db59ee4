/* The catalogue and its prices from a file: one decision of the head of establishment covers all prices of the file. */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "establishments/establishments.h"
#include "import/import.h"

enum { CELL_CHARACTERS = 200 };
enum { CODE, NAME, BRAND, FAMILY, CONTENT, MEASURE, ALLERGENS, DIETS, VAT, NEED, SUPPLIER, PACK, PRICE, PURCHASE, HANDLING, REASON,
       COLUMNS };

static const struct import_column columns[COLUMNS] = {
    [CODE] = {{"code", "numero"}, true},       [NAME] = {{"name", "nom"}, true},
    [FAMILY] = {{"goods", "famille"}, true},   [VAT] = {{"vat", "tva"}, true},
    [BRAND] = {{"product_brand", "marque"}},   [CONTENT] = {{"content", "contenance"}},
    [MEASURE] = {{"measure", "mesure"}},       [ALLERGENS] = {{"allergens", "allergenes"}},
    [DIETS] = {{"diets", "regimes"}},          [NEED] = {{"need", "besoin"}},
    [SUPPLIER] = {{"supplier", "fournisseur"}}, [PACK] = {{"pack_size", "colis"}},
    [PRICE] = {{"price", "prix"}},             [PURCHASE] = {{"purchase_cost", "achat_ht"}},
    [HANDLING] = {{"handling_cost", "manutention_ht"}}, [REASON] = {{"reason", "motif"}},
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
    bool priced; /* its price column is not empty */
};

struct catalogue {
    struct establishment at;
    struct decision decision; /* id 0: not kept yet in the batch at hand */
};

static const char *code_of(const struct import *import, int column)
{
    const char *text = import_cell(import, column), *folded = text_fold(import->ctx.arena, text);
    for (size_t i = 0; i < COUNT_OF(words_of_codes); i++)
        if (!strcmp(folded, words_of_codes[i][0]))
            return words_of_codes[i][1];
    return text;
}

static int bad_number(struct error *error, int column)
{
    return error_set(error, ERR_INVALID, columns[column].names[0], N_("This must be a number, such as 1234,50."), NULL);
}

static int read_numbers(const struct import *import, struct line *line, struct error *error)
{
    static const int money[] = {PRICE, PURCHASE, HANDLING};
    int64_t *const to[] = {&line->price.price_cents, &line->price.purchase_cents, &line->price.handling_cents};
    const char *content = import_cell(import, CONTENT), *pack = import_cell(import, PACK);
    line->product.content_thousandths = 1000;
    line->product.pack_size = 1;
    if (!text_to_int(import_cell(import, CODE), &line->product.code))
        return bad_number(error, CODE);
    if (*content && !number_parse(content, DECIMALS_QUANTITY, &line->product.content_thousandths))
        return bad_number(error, CONTENT);
    if (*pack && !text_to_int(pack, &line->product.pack_size))
        return bad_number(error, PACK);
    line->priced = *import_cell(import, PRICE) != 0;
    for (size_t i = 0; i < COUNT_OF(money); i++) {
        const char *amount = import_cell(import, money[i]);
        *to[i] = -1;
        if (*amount && !number_parse(amount, DECIMALS_MONEY, to[i]))
            return bad_number(error, money[i]);
    }
    return 0;
}

static int read_line(struct import *import, void *told, struct error *error)
{
    const struct catalogue *catalogue = import->context;
    struct line *line = told;
    const char *measure = code_of(import, MEASURE);
    int result = import_check_text(import, CELL_CHARACTERS, error);
    if (result)
        return result;
    line->product = (struct product){.establishment_id = catalogue->at.id,
                                     .establishment = catalogue->at.ref,
                                     .name = import_cell(import, NAME),
                                     .brand = import_cell(import, BRAND),
                                     .family = code_of(import, FAMILY),
                                     .measure = *measure ? measure : "piece",
                                     .allergens = import_cell(import, ALLERGENS),
                                     .diets = import_cell(import, DIETS),
                                     .vat = code_of(import, VAT),
                                     .need = text_fold(import->ctx.arena, import_cell(import, NEED)),
                                     .supplier = import_cell(import, SUPPLIER),
                                     .on_sale = true};
    line->price = (struct price){.from_on = catalogue->decision.from_on, .reason = import_cell(import, REASON)};
    result = read_numbers(import, line, error);
    return result ? result : product_check(&line->product, error);
}

static void begin(struct import *import)
{
    ((struct catalogue *)import->context)->decision.id = 0;
}

static int take_line(struct import *import, struct db *db, void *told, enum import_outcome *ret_outcome, struct error *error)
{
    struct catalogue *catalogue = import->context;
    struct decision decision = catalogue->decision;
    struct line *line = told;
    enum catalogue_outcome product, price = CATALOGUE_SAME;
    int result = product_keep(db, import->ctx.arena, &line->product, &product, &line->product.id, error);
    if (!result && line->priced && !decision.id)
        result = decision_keep(&import->ctx, db, catalogue->at.id, catalogue->at.ref, &decision, NULL, error);
    if (!result && line->priced)
        result = price_keep(&import->ctx, db, &line->product, &decision, &line->price, &price, error);
    if (result)
        return result;
    catalogue->decision = decision; /* not before: a refused line takes its decision with it */
    *ret_outcome = product == CATALOGUE_NEW                                ? IMPORT_NEW
                   : product == CATALOGUE_SAME && price == CATALOGUE_SAME ? IMPORT_SAME
                                                                           : IMPORT_CHANGED;
    return 0;
}

static const char *given(const struct tree *args, const char *name, const char *otherwise)
{
    const char *text = tree_text(args, name);
    return text && *text ? text : otherwise;
}

int canteen_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    static const struct import_matter products = {
        .columns = columns,
        .column_count = COLUMNS,
        .missing = N_("This file has no column {0}. A catalogue has at least code, name, goods and vat."),
        .line_bytes = sizeof(struct line),
        .read = read_line,
        .take = take_line,
        .begin = begin,
    };
    struct catalogue catalogue = {.decision = {.reference = given(args, "decision", ""), .decided_on = given(args, "decided_on", "")}};
    catalogue.decision.from_on = given(args, "from_on", catalogue.decision.decided_on);
    int code = establishment_asked_in_job(ctx, args, &catalogue.at);
    return code ? code : import_run(ctx, &products, &catalogue, tree_true(tree_get(args, "preview")), result);
}
