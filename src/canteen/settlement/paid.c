/* The transfer of the accounts office for what it took. */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "canteen/settlement/internal.h"
#include "ledger/ledger.h"

#define BANK_NUMBER "512"

static int meet_earlier(struct ctx *ctx, const struct establishment *at, const char *transfer, int64_t cents, const char *on, bool *ret_before)
{
    struct rows *rows;
    bool same = true;
    *ret_before = false;
    bool reversed = false;
    int result = db_query(ctx->db,
                          "SELECT p.amount_cents, p.paid_on, r.id FROM canteen_paid p LEFT JOIN ledger_entry r ON r.origin_id = p.entry_id WHERE "
                          "p.establishment_id = :at AND p.transfer = :transfer",
                          BIND(INT("at", at->id), TEXT("transfer", transfer)), &rows, ctx->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        *ret_before = true;
        same = rows_int(rows, 0) == cents && !strcmp(rows_text(rows, 1), on);
        reversed = !rows_null(rows, 2);
    }
    result = rows_close(rows);
    if (!result && reversed)
        return error_set(ctx->error, ERR_REFUSED, "bank_reference",
                         N_("The entry of the transfer {0} was reversed: record it anew with its reference followed by bis."), transfer, NULL);
    return result || same ? result
                          : error_set(ctx->error, ERR_REFUSED, "bank_reference", N_("The transfer {0} is known with another amount or day."), transfer, NULL);
}

/* A slip of the keyboard would make us owe the office: what is above what it owes is recorded only when it is said to be so. */
static int check_owed(struct ctx *ctx, const struct establishment *at, int64_t cents)
{
    int64_t office;
    struct ledger_balance balance = {0};
    int result = office_ledger_account(ctx->db, at, &office, ctx->error);
    if (!result)
        result = ledger_balance(ctx->db, office, &balance, ctx->error);
    int64_t owed = balance.debit - balance.credit;
    if (result || cents <= owed)
        return result;
    return error_set(ctx->error, ERR_REFUSED, "amount",
                     N_("The accounts office owes {0} €, less than this amount: correct it, or say that it is more than owed."),
                     number_screen(ctx->arena, owed, DECIMALS_MONEY, false, ctx->language), NULL);
}

static int post_transfer(struct ctx *ctx, const struct establishment *at, const char *transfer, int64_t cents, const char *on,
                         int64_t *ret_entry)
{
    int64_t office, bank, axis;
    struct ledger_posted posted = {0};
    int result = office_ledger_account(ctx->db, at, &office, ctx->error);
    if (!result)
        result = ledger_account_open(ctx->db, &(struct ledger_account_asked){.number = BANK_NUMBER}, &bank, ctx->error);
    if (!result)
        result = canteen_axis(ctx->db, at, &axis, ctx->error);
    if (result)
        return result;
    const struct ledger_line lines[] = {{.account = bank, .amount_cents = cents, .axis = axis},
                                        {.account = office, .amount_cents = -cents, .axis = axis}};
    const struct ledger_entry entry = {.journal = "BQ", .entry_on = on, .piece = transfer, .label = "Cantine : virement de la régie",
                                       .key = arena_printf(ctx->arena, "canteen.paid:%s:%s", at->ref, transfer), .lines = lines,
                                       .line_count = 2};
    result = ledger_post(ctx->db, &entry, 1, ctx->now_ms, &posted, ctx->error);
    *ret_entry = posted.id;
    return result;
}

int settlement_paid(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    const char *transfer = tree_text(args, "bank_reference"), *on;
    int64_t cents = tree_int(args, "amount", 0), entry = 0;
    bool before = false;
    int code = day_told(ctx, args, &on);
    if (!code)
        code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = meet_earlier(ctx, &at, transfer, cents, on, &before);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "bank_reference", transfer);
    tree_set_bool(ctx->arena, result, "before", before);
    if (before)
        return 0;
    if (!tree_true(tree_get(args, "more_than_owed")))
        code = check_owed(ctx, &at, cents);
    if (!code)
        code = post_transfer(ctx, &at, transfer, cents, on, &entry);
    return code ? code
                : db_run(ctx->db,
                         "INSERT INTO canteen_paid(id, establishment_id, establishment, transfer, paid_on, amount_cents, entry_id, at) VALUES "
                         "(:id, :at_id, :establishment, :transfer, :paid_on, :cents, :entry, :at)",
                         BIND(INT("id", db_next_id(ctx->db)), INT("at_id", at.id), TEXT("establishment", at.ref), TEXT("transfer", transfer),
                              TEXT("paid_on", on), INT("cents", cents), INT("entry", entry), INT("at", ctx->now_ms)),
                         ctx->error);
}
