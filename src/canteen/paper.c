/* The price list posted in each wing (R332-33 Code pénitentiaire: prices are displayed). */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "establishments/establishments.h"
#include "kernel/app.h"
#include "print/print.h"

static const char *content_text(struct ctx *ctx, int64_t thousandths, const char *measure)
{
    return text_is(measure, "piece") && thousandths == 1000
               ? ""
               : arena_printf(ctx->arena, "%s %s", number_screen(ctx->arena, thousandths, DECIMALS_QUANTITY, true, ctx->language),
                              tr_name(ctx->language, measure));
}

static const char *money(struct ctx *ctx, int64_t cents)
{
    return arena_printf(ctx->arena, "%s €", number_screen(ctx->arena, cents, DECIMALS_MONEY, false, ctx->language));
}

static const char *marks(struct ctx *ctx, const char *label, const char *codes)
{
    const char *all = "";
    char *copy = arena_strdup(ctx->arena, codes), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        all = arena_printf(ctx->arena, "%s%s%s", all, *all ? ", " : "", tr_name(ctx->language, word));
    return *all && label ? arena_printf(ctx->arena, "%s %s", label, all) : all;
}

static void start_family(struct ctx *ctx, struct document *document, const char *family)
{
    document_heading(document, 2, tr_name(ctx->language, family));
    document_table(document,
                   (const struct document_column[]){{tr(ctx->language, N_("No.")), ALIGN_RIGHT, 0},
                                                    {tr(ctx->language, N_("Product")), ALIGN_LEFT, 6},
                                                    {tr(ctx->language, N_("Content")), ALIGN_RIGHT, 0},
                                                    {tr(ctx->language, N_("Price")), ALIGN_RIGHT, 0},
                                                    {tr(ctx->language, N_("Per kg or l")), ALIGN_RIGHT, 0}},
                   5);
}

static void add_product(struct ctx *ctx, struct document *document, const struct rows *rows)
{
    const char *notes[] = {rows_text(rows, 2), marks(ctx, NULL, rows_text(rows, 5)),
                           marks(ctx, tr(ctx->language, N_("Contains:")), rows_text(rows, 4)),
                           rows_int(rows, 9) ? tr(ctx->language, N_("cheapest of its kind")) : ""};
    const char *name = rows_text(rows, 1);
    for (size_t i = 0; i < COUNT_OF(notes); i++)
        if (*notes[i])
            name = arena_printf(ctx->arena, "%s · %s", name, notes[i]);
    document_row(document, (const char *const[]){arena_printf(ctx->arena, "%" PRId64, rows_int(rows, 0)), name,
                                                 content_text(ctx, rows_int(rows, 6), rows_text(rows, 7)),
                                                 money(ctx, rows_int(rows, 8)), money(ctx, rows_int(rows, 10))});
}

/* price and measure price as they stand today, also where the row was not rolled forward yet */
#define LIST_SQL                                                                                                      \
    "SELECT code, name, brand, family, allergens, diets, content_thousandths, measure, "                               \
    "CASE WHEN next_from <> '' AND next_from <= :today THEN next_price_cents ELSE price_cents END, cheapest, "          \
    "measure_price_cents, next_from, next_price_cents FROM canteen_product WHERE establishment_id = :establishment AND " \
    "on_sale = 1 AND (price_cents > 0 OR (next_from <> '' AND next_from <= :today)) ORDER BY family, name_folded, id"

static int add_products(struct ctx *ctx, struct document *document, int64_t establishment, int *ret_count)
{
    struct rows *rows;
    const char *family = "";
    int result = db_query(ctx->db, LIST_SQL, BIND(INT("establishment", establishment), TEXT("today", ctx->today)), &rows, ctx->error);
    if (result)
        return result;
    for (*ret_count = 0; rows_next(rows); ++*ret_count) {
        if (!text_is(family, rows_text(rows, 3))) {
            family = arena_strdup(ctx->arena, rows_text(rows, 3));
            start_family(ctx, document, family);
        }
        add_product(ctx, document, rows);
    }
    return rows_close(rows);
}

static int add_decisions(struct ctx *ctx, struct document *document, int64_t establishment)
{
    struct rows *rows;
    int result = db_query(ctx->db,
                          "SELECT reference, decided_on, from_on FROM canteen_decision WHERE establishment_id = :establishment AND "
                          "from_on <= :today AND price_count > 0 ORDER BY decided_on DESC, id DESC LIMIT 5",
                          BIND(INT("establishment", establishment), TEXT("today", ctx->today)), &rows, ctx->error);
    if (result)
        return result;
    while (rows_next(rows))
        document_note(document, arena_printf(ctx->arena, "%s %s, %s, %s %s", tr(ctx->language, N_("Decision of the head of establishment:")),
                                             rows_text(rows, 0), date_screen(ctx->arena, rows_text(rows, 1), ctx->language),
                                             tr(ctx->language, N_("in force from")),
                                             date_screen(ctx->arena, rows_text(rows, 2), ctx->language)));
    return rows_close(rows);
}

int canteen_price_list(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct establishment at;
    const char *wing = tree_text(args, "wing");
    int count;
    int result = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (result)
        return result;
    struct document *document = document_new(
        ctx->arena, &(struct document_info){.title = tr(ctx->language, N_("Prices of the canteen")),
                                            .subtitle = wing && *wing ? arena_printf(ctx->arena, "%s · %s", at.name, wing) : at.name,
                                            .date = ctx->today,
                                            .language = ctx->language});
    result = add_products(ctx, document, at.id, &count);
    if (!result && !count)
        return error_set(ctx->error, ERR_REFUSED, "establishment", N_("Nothing is on sale here yet: no product has a price."), NULL);
    if (!result)
        result = add_decisions(ctx, document, at.id);
    document_note(document, tr(ctx->language, N_("Prices include VAT. They are displayed as article R332-33 Code pénitentiaire asks.")));
    *ret_document = document;
    return result;
}
