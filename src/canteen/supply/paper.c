/* The order to a supplier, on paper: where and when, what in which packs, by which reference. */
#include <inttypes.h>

#include "base/arena.h"
#include "base/date.h"
#include "canteen/supply/internal.h"
#include "kernel/app.h"
#include "ledger/ledger.h"
#include "print/print.h"

struct order_page { /* texts in the arena */
    struct establishment at;
    int64_t id, number, corrects, packs;
    const char *cycle, *supplier, *reason, *wanted_on, *made_on, *sent_on, *sender;
};

static const char *number_text(struct ctx *ctx, int64_t number)
{
    return arena_printf(ctx->arena, "%" PRId64, number);
}

static int read_page(struct ctx *ctx, const struct tree *args, struct order_page *page)
{
    struct rows *rows;
    struct ledger_entity entity;
    struct error none = {0};
    int result = establishment_asked(ctx, ctx->db, args, &page->at, ctx->error);
    if (!result)
        result = db_query(ctx->db,
                          "SELECT id, number, corrects, pack_count, cycle, supplier, reason, wanted_on, made_on, sent_on FROM canteen_supply WHERE "
                          "establishment_id = :establishment AND number = :number",
                          BIND(INT("establishment", page->at.id), INT("number", tree_int(args, "supply_number", 0))), &rows, ctx->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        const char **texts[] = {&page->cycle, &page->supplier, &page->reason, &page->wanted_on, &page->made_on, &page->sent_on};
        page->id = rows_int(rows, 0);
        page->number = rows_int(rows, 1);
        page->corrects = rows_int(rows, 2);
        page->packs = rows_int(rows, 3);
        for (int i = 0; i < 6; i++)
            *texts[i] = arena_strdup(ctx->arena, rows_text(rows, 4 + i));
    }
    result = rows_close(rows);
    if (!result && !page->id)
        return error_set(ctx->error, ERR_NOT_FOUND, "supply_number", N_("There is no supplier's order {0} in this establishment."),
                         number_text(ctx, tree_int(args, "supply_number", 0)), NULL);
    page->sender = ledger_entity(ctx->db, ctx->arena, &entity, &none) ? "" : entity.name;
    return result;
}

static int add_lines(struct ctx *ctx, struct document *document, const struct order_page *page)
{
    struct rows *rows;
    const char *language = ctx->language;
    int result = db_query(ctx->db,
                          "SELECT k.code, k.name, p.brand, k.pack_size, k.packs, k.units FROM canteen_supply_line k JOIN canteen_product p ON "
                          "p.id = k.product_id WHERE k.supply_id = :supply AND k.packs <> 0 ORDER BY k.code",
                          BIND(INT("supply", page->id)), &rows, ctx->error);
    if (result)
        return result;
    document_table(document,
                   (const struct document_column[]){{tr(language, N_("No.")), ALIGN_RIGHT, 0},
                                                    {tr(language, N_("Product")), ALIGN_LEFT, 6},
                                                    {tr(language, N_("Units in a pack")), ALIGN_RIGHT, 0},
                                                    {tr(language, N_("Packs")), ALIGN_RIGHT, 0},
                                                    {tr(language, N_("Units")), ALIGN_RIGHT, 0}},
                   5);
    while (rows_next(rows)) {
        const char *brand = rows_text(rows, 2), *name = rows_text(rows, 1);
        document_row(document, (const char *const[]){number_text(ctx, rows_int(rows, 0)),
                                                     *brand ? arena_printf(ctx->arena, "%s · %s", name, brand) : name,
                                                     number_text(ctx, rows_int(rows, 3)), number_text(ctx, rows_int(rows, 4)),
                                                     number_text(ctx, rows_int(rows, 5))});
    }
    document_total(document, (const char *const[]){"", tr(language, N_("Packs in all")), "", number_text(ctx, page->packs), ""});
    return rows_close(rows);
}

static void add_facts(struct ctx *ctx, struct document *document, const struct order_page *page)
{
    const char *language = ctx->language;
    document_fact(document, tr(language, N_("Supplier")), page->supplier);
    document_fact(document, tr(language, N_("Ordered by")), page->sender);
    document_fact(document, tr(language, N_("Deliver to")),
                  arena_printf(ctx->arena, "%s, %s, %s", tr(language, N_("Canteen")), page->at.name, page->at.place));
    document_fact(document, tr(language, N_("On")), date_screen(ctx->arena, page->wanted_on, language));
    document_fact(document, tr(language, N_("Reference")),
                  arena_printf(ctx->arena, "%s · %" PRId64 " · %s", page->at.ref, page->number, page->cycle));
    if (!*page->sent_on)
        document_note(document, tr(language, N_("Draft: this order was not sent.")));
    if (page->corrects) {
        document_paragraph(document, arena_printf(ctx->arena, "%s %" PRId64 ". %s", tr(language, N_("This order corrects order")), page->corrects,
                                                  tr(language, N_("Only what stands here changes: packs more, or packs less with a minus sign."))));
        document_fact(document, tr(language, N_("Why")), page->reason);
    }
}

int supply_order_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct order_page page = {0};
    const char *language = ctx->language;
    int result = read_page(ctx, args, &page);
    if (result)
        return result;
    const char *title = arena_printf(ctx->arena, "%s %" PRId64, tr(language, page.corrects ? N_("Correction of an order, no.") : N_("Order no.")),
                                     page.number);
    struct document *document = document_new(ctx->arena, &(struct document_info){.title = title,
                                                                                 .subtitle = page.supplier,
                                                                                 .reference = page.cycle,
                                                                                 .date = *page.sent_on ? page.sent_on : page.made_on,
                                                                                 .language = language});
    add_facts(ctx, document, &page);
    result = add_lines(ctx, document, &page);
    document_note(document, tr(language, N_("Write the number of this order, the lot number and the best-before date of each product on the delivery note.")));
    *ret_document = document;
    return result;
}
