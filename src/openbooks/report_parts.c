/* Income and its uses, by category, with what is shown of each. */
#include "openbooks/report_parts.h"

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"

/* Amounts by category: a fund's spending is its own, whatever its account. */
static void add_sums(const struct ledger_sum *sums, size_t count, const struct published_list *published,
                     int64_t *cents)
{
    for (size_t i = 0; i < count; i++) {
        const struct ledger_sum *sum = &sums[i];
        bool use = sum->number[0] == '6', income = sum->number[0] == '7';
        const struct published *what = published_of_account(published, sum->number);
        if (use && sum->fund && *sum->fund)
            what = published_find(published, "fund_actions");
        if ((use || income) && what)
            cents[what - published->items] +=
                use ? sum->debit_cents - sum->credit_cents : sum->credit_cents - sum->debit_cents;
    }
}

/* A category that turned to the other side (credit notes above sales) is counted there: nothing flows
 * backwards. */
static void turn_negatives(const struct published_list *published, int64_t *cents)
{
    int64_t *other_income = &cents[published_find(published, "other_income") - published->items];
    int64_t *other_uses = &cents[published_find(published, "other_uses") - published->items];
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < published->count; i++) {
            bool income = text_is(published->items[i].side, "income");
            if (cents[i] < 0) {
                *(income ? other_uses : other_income) -= cents[i];
                cents[i] = 0;
            }
        }
}

static size_t gather(struct arena *arena, const struct published_list *published, const char *side,
                     const int64_t *cents, struct report_part **ret_parts, int64_t *ret_total)
{
    size_t count = 0;
    *ret_parts = ARENA_ARRAY(arena, struct report_part, published->count);
    *ret_total = 0;
    for (size_t i = 0; i < published->count; i++)
        if (text_is(published->items[i].side, side) && cents[i]) {
            (*ret_parts)[count++] = (struct report_part){.what = &published->items[i], .cents = cents[i]};
            *ret_total += cents[i];
        }
    return count;
}

/* Splits what is shown of the whole, and one euro, over the parts and the last weight (surplus or loss).
 * Gives what fell to that last one. */
static void share_out(struct arena *arena, int64_t whole_euros, struct report_part *parts, size_t count,
                      int64_t last, int64_t *ret_euros, int64_t *ret_tenths)
{
    int64_t *weights = ARENA_ARRAY(arena, int64_t, count + 1),
            *euros = ARENA_ARRAY(arena, int64_t, count + 1), *tenths = ARENA_ARRAY(arena, int64_t, count + 1);
    int64_t sum = weights[count] = last;
    for (size_t i = 0; i < count; i++)
        sum += weights[i] = parts[i].cents;
    *ret_euros = *ret_tenths = 0;
    if (!sum || !number_split(whole_euros, weights, (int)count + 1, euros) ||
        !number_split(1000, weights, (int)count + 1, tenths))
        return;
    for (size_t i = 0; i < count; i++) {
        parts[i].euros = euros[i];
        parts[i].tenths = tenths[i];
    }
    *ret_euros = euros[count];
    *ret_tenths = tenths[count];
}

void report_parts(struct arena *arena, const struct ledger_sum *sums, size_t count, struct report *report)
{
    const struct published_list *published = report->published;
    int64_t *cents = ARENA_ARRAY(arena, int64_t, published->count), euros, tenths;
    add_sums(sums, count, published, cents);
    turn_negatives(published, cents);
    report->income_count = gather(arena, published, "income", cents, &report->income, &report->income_cents);
    report->use_count = gather(arena, published, "use", cents, &report->uses, &report->use_cents);
    int64_t result = report->result_cents = report->income_cents - report->use_cents;
    report->whole_cents = result < 0 ? report->use_cents : report->income_cents;
    report->whole_euros = report_rounded(report->whole_cents);
    share_out(arena, report->whole_euros, report->income, report->income_count, result < 0 ? -result : 0,
              &euros, &tenths);
    report->income_euros = report->whole_euros - euros;
    report->result_euros = -euros;
    report->result_tenths = tenths;
    share_out(arena, report->whole_euros, report->uses, report->use_count, result > 0 ? result : 0, &euros,
              &tenths);
    report->use_euros = report->whole_euros - euros;
    if (result >= 0) {
        report->result_euros = euros;
        report->result_tenths = tenths;
    }
}
