/* Dedicated funds (fonds dédiés, 194 to 196): what earmarked money of others has not been spent at the year's end is
 * taken out of the year's income and waits on its account; what is spent later comes back into it. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "surplus/matters.h"
#include "surplus/surplus.h"

struct due { /* one fund at the year's end */
    const char *code, *account;
    int64_t left, kept; /* what is left of it, and what its account already shows */
};

static int64_t kept_of(const struct ledger_sum *sums, size_t count, const char *account, const char *fund)
{
    int64_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (text_is(sums[i].number, account) && text_is(sums[i].fund, fund))
            kept += sums[i].credit_cents - sums[i].debit_cents;
    return kept;
}

static int read_due(struct db *db, struct arena *arena, const struct ledger_year *year, struct due **ret_due, size_t *ret_count,
                    struct error *error)
{
    struct surplus_fund *funds;
    struct ledger_sum *sums;
    size_t fund_count, sum_count, count = 0;
    int result = surplus_funds(db, arena, year->starts_on, year->ends_on, &funds, &fund_count, error);
    if (!result)
        result = ledger_year_sums(db, arena, year->id, &sums, &sum_count, error);
    if (result)
        return result;
    struct due *due = ARENA_ARRAY(arena, struct due, fund_count + 1);
    for (size_t i = 0; i < fund_count; i++)
        if (text_is(funds[i].origin, "outside"))
            due[count++] = (struct due){funds[i].code, funds[i].account, funds[i].left_cents,
                                        kept_of(sums, sum_count, funds[i].account, funds[i].code)};
    *ret_due = due;
    *ret_count = count;
    return 0;
}

int fund_carry_left(struct db *db, struct arena *arena, const struct ledger_year *year, int64_t *ret_cents, struct error *error)
{
    struct due *due;
    size_t count;
    int result = read_due(db, arena, year, &due, &count, error);
    *ret_cents = 0;
    for (size_t i = 0; i < count && !result; i++)
        *ret_cents += llabs(due[i].left - due[i].kept);
    return result;
}

/* 194 goes with 6894 and 7894. */
static int post_due(struct ctx *ctx, const struct ledger_year *year, const struct due *due)
{
    int64_t change = due->left - due->kept;
    const char *flow = arena_printf(ctx->arena, "%s%.1s", change > 0 ? "689" : "789", due->account + 2);
    struct ledger_line lines[2] = {{.amount_cents = change}, {.amount_cents = -change}};
    struct ledger_entry entry = {.journal = "IN",
                                 .entry_on = year->ends_on,
                                 .piece = arena_printf(ctx->arena, "Fonds dédiés %s", year->code),
                                 .label = arena_printf(ctx->arena, "%s – %s", change > 0 ? "Report en fonds dédiés" : "Utilisation de fonds dédiés",
                                                       due->code),
                                 .lines = lines,
                                 .line_count = 2};
    struct ledger_posted posted;
    int code = account_of(ctx->db, flow, "year", &lines[0].account, ctx->error);
    if (!code)
        code = account_of(ctx->db, due->account, "year", &lines[1].account, ctx->error);
    if (!code)
        code = ledger_axis(ctx->db, &(struct ledger_axis){.fund = due->code}, &lines[0].axis, ctx->error);
    lines[1].axis = lines[0].axis;
    return code ? code : ledger_post(ctx->db, &entry, 1, ctx->now_ms, &posted, ctx->error);
}

int fund_carry(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct ledger_year year;
    struct due *due;
    size_t count;
    int64_t posted = 0;
    int code = ledger_year_find(ctx->db, tree_text(args, "year"), &year, ctx->error);
    if (!code)
        code = read_due(ctx->db, ctx->arena, &year, &due, &count, ctx->error);
    for (size_t i = 0; !code && i < count; i++)
        if (due[i].left != due[i].kept) {
            code = post_due(ctx, &year, &due[i]);
            posted++;
        }
    tree_set_text(ctx->arena, result, "year", tree_text(args, "year"));
    tree_set_int(ctx->arena, result, "entries", posted);
    return code;
}
