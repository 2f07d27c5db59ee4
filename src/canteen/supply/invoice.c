/* The supplier's invoice enters the books: goods at the price of the delivery notes, deductible VAT, the supplier. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/supply/internal.h"
#include "kernel/action.h"
#include "law/law.h"
#include "ledger/ledger.h"

#define GOODS "6071"
#define SUPPLIERS "401"

enum { RATES = 4, AUXILIARY_BYTES = 40 };

static const struct {
    const char *vat, *account, *name; /* name: of an account that the chart does not hold */
} rates[RATES] = {
    {"vat.standard", "445662", NULL},
    {"vat.immediate", "445663", NULL},
    {"vat.food", "445664", NULL},
    {"vat.press", "445665", "TVA déductible sur achats – taux particulier (presse)"},
};

struct invoicing {
    struct ctx *ctx;
    struct establishment at;
    struct supply supply;
    const char *invoice, *note, *on;
    int64_t told_total; /* -1: not told */
    int64_t net[RATES], vat[RATES], lines;
    int64_t net_cents, vat_cents, expected_cents;
    int64_t id, entry;
};

static const char *money(struct invoicing *invoicing, int64_t cents)
{
    return number_screen(invoicing->ctx->arena, cents, DECIMALS_MONEY, false, invoicing->ctx->language);
}

static int64_t total_of(const struct invoicing *invoicing)
{
    return invoicing->net_cents + invoicing->vat_cents;
}

/* --- what it is for --- */

/* Received, and on no invoice yet. */
#define OPEN_LINES                                                                                                    \
    "FROM canteen_receipt r JOIN canteen_receipt_line l ON l.receipt_id = r.id JOIN canteen_product p ON p.id = l.product_id WHERE " \
    "r.supply_id = :supply AND (:note = '' OR r.note = :note) AND l.invoice_id IS NULL AND l.units > 0 "

static int sum_receipts(struct invoicing *invoicing)
{
    struct rows *rows;
    struct ctx *ctx = invoicing->ctx;
    int result = db_query(ctx->db,
                          "SELECT p.vat, CAST(SUM(l.units * l.purchase_cents) AS INTEGER), CAST(SUM(l.units * l.expected_cents) AS INTEGER), "
                          "COUNT(*) " OPEN_LINES "GROUP BY p.vat",
                          BIND(INT("supply", invoicing->supply.id), TEXT("note", invoicing->note)), &rows, ctx->error);
    if (result)
        return result;
    while (rows_next(rows)) {
        for (size_t i = 0; i < RATES; i++)
            if (!strcmp(rates[i].vat, rows_text(rows, 0)))
                invoicing->net[i] = rows_int(rows, 1);
        invoicing->expected_cents += rows_int(rows, 2);
        invoicing->lines += rows_int(rows, 3);
    }
    result = rows_close(rows);
    if (!result && !invoicing->lines)
        return error_set(ctx->error, ERR_REFUSED, "supply_number", N_("Nothing was received that is not on an invoice already: record the delivery note first."),
                         NULL);
    return result;
}

static int add_vat(struct invoicing *invoicing)
{
    struct ctx *ctx = invoicing->ctx;
    int result = 0;
    for (size_t i = 0; i < RATES && !result; i++) {
        struct law_value rate;
        if (!invoicing->net[i])
            continue;
        result = law_rate(ctx->db, ctx->arena, rates[i].vat, invoicing->on, &rate, ctx->error);
        if (!result && !number_scale(invoicing->net[i], rate.value_millionths, LAW_ONE, &invoicing->vat[i]))
            return error_set(ctx->error, ERR_INVALID, "invoice_total", N_("This invoice is too large."), NULL);
        invoicing->net_cents += invoicing->net[i];
        invoicing->vat_cents += invoicing->vat[i];
    }
    return result;
}

/* Suppliers round line by line: a cent for each line may lie between their total and ours. It goes with the goods. */
static int check_total(struct invoicing *invoicing)
{
    int64_t total = total_of(invoicing), difference = invoicing->told_total - total;
    if (!total)
        return error_set(invoicing->ctx->error, ERR_REFUSED, "purchase_cost",
                         N_("These goods have no price: tell it with the delivery note, the same line again with its price."), NULL);
    if (invoicing->told_total < 0)
        return 0;
    if (llabs(difference) > (invoicing->lines > 2 ? invoicing->lines : 2))
        return error_set(invoicing->ctx->error, ERR_REFUSED, "invoice_total",
                         N_("The invoice says {0} €, the delivery notes come to {1} €: correct their prices, or ask the supplier for another invoice."),
                         money(invoicing, invoicing->told_total), money(invoicing, total), NULL);
    size_t most = 0;
    for (size_t i = 1; i < RATES; i++)
        most = invoicing->net[i] > invoicing->net[most] ? i : most;
    invoicing->net[most] += difference;
    invoicing->net_cents += difference;
    return 0;
}

/* --- the books --- */

static const char *auxiliary_of(struct arena *arena, const char *folded)
{
    char *code = arena_strdup(arena, folded);
    for (char *at = code; *at; at++)
        *at = *at == ' ' ? '-' : *at;
    code[text_prefix_bytes(code, AUXILIARY_BYTES)] = 0;
    return code;
}

static int add_line(struct invoicing *invoicing, struct ledger_line *lines, size_t *count, const struct ledger_account_asked *asked,
                    int64_t cents, int64_t axis)
{
    if (!cents)
        return 0;
    struct ledger_line *line = &lines[(*count)++];
    *line = (struct ledger_line){.amount_cents = cents, .axis = axis};
    return ledger_account_open(invoicing->ctx->db, asked, &line->account, invoicing->ctx->error);
}

static int post(struct invoicing *invoicing)
{
    struct ctx *ctx = invoicing->ctx;
    const struct supply *supply = &invoicing->supply;
    struct ledger_line lines[RATES + 2];
    struct ledger_posted posted;
    size_t count = 0;
    int64_t axis = 0;
    const char *auxiliary = auxiliary_of(ctx->arena, supply->supplier_folded);
    int result = ledger_axis(ctx->db, &(struct ledger_axis){.service = "canteen", .establishment = supply->establishment}, &axis, ctx->error);
    if (!result)
        result = add_line(invoicing, lines, &count, &(struct ledger_account_asked){.number = GOODS}, invoicing->net_cents, axis);
    for (size_t i = 0; i < RATES && !result; i++)
        result = add_line(invoicing, lines, &count, &(struct ledger_account_asked){.number = rates[i].account, .name = rates[i].name},
                          invoicing->vat[i], axis);
    if (!result)
        result = add_line(invoicing, lines, &count,
                          &(struct ledger_account_asked){.number = SUPPLIERS, .auxiliary = auxiliary, .name = supply->supplier},
                          -total_of(invoicing), 0);
    const struct ledger_entry entry = {.journal = "AC",
                                       .entry_on = invoicing->on,
                                       .piece = invoicing->invoice,
                                       .piece_on = invoicing->on,
                                       .label = arena_printf(ctx->arena, "%s %s, cantine %s", supply->supplier, invoicing->invoice, supply->cycle),
                                       .key = arena_printf(ctx->arena, "canteen.supply:%s:%s", auxiliary, invoicing->invoice),
                                       .lines = lines,
                                       .line_count = count};
    if (!result)
        result = ledger_post(ctx->db, &entry, 1, ctx->now_ms, &posted, ctx->error);
    invoicing->entry = result ? 0 : posted.id;
    return result;
}

static int keep_invoice(struct invoicing *invoicing)
{
    struct ctx *ctx = invoicing->ctx;
    const struct supply *supply = &invoicing->supply;
    invoicing->id = db_next_id(ctx->db);
    int result = db_run(ctx->db,
                        "INSERT INTO canteen_supply_invoice(id, establishment_id, establishment, supply_id, cycle, supplier, supplier_folded, "
                        "invoice, on_day, net_cents, vat_cents, total_cents, expected_cents, difference_cents, entry_id, author, at) VALUES "
                        "(:id, :establishment_id, :establishment, :supply, :cycle, :supplier, :folded, :invoice, :on_day, :net, :vat, :total, "
                        ":expected, :difference, :entry, :author, :at)",
                        BIND(INT("id", invoicing->id), INT("establishment_id", supply->establishment_id),
                             TEXT("establishment", supply->establishment), INT("supply", supply->id), TEXT("cycle", supply->cycle),
                             TEXT("supplier", supply->supplier), TEXT("folded", supply->supplier_folded), TEXT("invoice", invoicing->invoice),
                             TEXT("on_day", invoicing->on), INT("net", invoicing->net_cents), INT("vat", invoicing->vat_cents),
                             INT("total", total_of(invoicing)), INT("expected", invoicing->expected_cents),
                             INT("difference", invoicing->net_cents - invoicing->expected_cents), INT("entry", invoicing->entry),
                             TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                        ctx->error);
    return result ? result
                  : db_run(ctx->db,
                           "UPDATE canteen_receipt_line SET invoice_id = :id WHERE invoice_id IS NULL AND units > 0 AND receipt_id IN (SELECT r.id "
                           "FROM canteen_receipt r WHERE r.supply_id = :supply AND (:note = '' OR r.note = :note))",
                           BIND(INT("id", invoicing->id), INT("supply", supply->id), TEXT("note", invoicing->note)), ctx->error);
}

/* --- the same again --- */

static int meet_invoice(struct invoicing *invoicing, bool *ret_before)
{
    struct rows *rows;
    struct ctx *ctx = invoicing->ctx;
    int64_t supply = 0;
    int result = db_query(ctx->db,
                          "SELECT supply_id, net_cents, vat_cents, expected_cents FROM canteen_supply_invoice WHERE supplier_folded = :folded "
                          "AND invoice = :invoice",
                          BIND(TEXT("folded", invoicing->supply.supplier_folded), TEXT("invoice", invoicing->invoice)), &rows, ctx->error);
    if (result)
        return result;
    if ((*ret_before = rows_next(rows))) {
        supply = rows_int(rows, 0);
        invoicing->net_cents = rows_int(rows, 1);
        invoicing->vat_cents = rows_int(rows, 2);
        invoicing->expected_cents = rows_int(rows, 3);
    }
    result = rows_close(rows);
    if (result || !*ret_before)
        return result;
    if (supply != invoicing->supply.id || (invoicing->told_total >= 0 && invoicing->told_total != total_of(invoicing)))
        return error_set(ctx->error, ERR_REFUSED, "invoice", N_("The invoice {0} of this supplier is in the books already, with {1} €."),
                         invoicing->invoice, money(invoicing, total_of(invoicing)), NULL);
    return 0;
}

static int begin_invoice(struct invoicing *invoicing, const struct tree *args)
{
    struct ctx *ctx = invoicing->ctx;
    struct ledger_entity entity;
    struct ledger_year year;
    int result = supply_day(ctx, args, &invoicing->on);
    if (!result)
        result = establishment_asked(ctx, ctx->db, args, &invoicing->at, ctx->error);
    if (!result)
        result = supply_find(ctx->db, ctx->arena, invoicing->at.id, tree_int(args, "supply_number", 0), &invoicing->supply, ctx->error);
    if (!result)
        result = ledger_entity(ctx->db, ctx->arena, &entity, ctx->error);
    return result ? result : ledger_year_of(ctx->db, LEDGER_GENERAL, invoicing->on, &year, ctx->error);
}

int supply_invoice(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct invoicing invoicing = {.ctx = ctx,
                                  .invoice = text_tidy(ctx->arena, tree_text(args, "invoice")),
                                  .note = tree_text(args, "delivery_note") ? tree_text(args, "delivery_note") : "",
                                  .told_total = tree_int(args, "invoice_total", -1)};
    bool before = false;
    int code = begin_invoice(&invoicing, args);
    if (!code)
        code = meet_invoice(&invoicing, &before);
    if (!code && !before)
        code = sum_receipts(&invoicing);
    if (!code && !before)
        code = add_vat(&invoicing);
    if (!code && !before)
        code = check_total(&invoicing);
    if (!code && !before)
        code = post(&invoicing);
    if (!code && !before)
        code = keep_invoice(&invoicing);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", invoicing.at.ref);
    tree_set_text(ctx->arena, result, "cycle", invoicing.supply.cycle);
    tree_set_text(ctx->arena, result, "invoice", invoicing.invoice);
    tree_set_int(ctx->arena, result, "net_cents", invoicing.net_cents);
    tree_set_int(ctx->arena, result, "vat_cents", invoicing.vat_cents);
    tree_set_int(ctx->arena, result, "invoice_total_cents", total_of(&invoicing));
    tree_set_int(ctx->arena, result, "expected_cents", invoicing.expected_cents);
    tree_set_int(ctx->arena, result, "difference_cents", invoicing.net_cents - invoicing.expected_cents);
    tree_set_bool(ctx->arena, result, "before", before);
    return 0;
}
