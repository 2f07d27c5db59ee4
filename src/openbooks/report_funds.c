/* What the funds had, received and did, and how many people it helped. */
#include "openbooks/report_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"

/* --- funds --- */

/* The day before the next allocation was booked, or as_of. */
static int find_funds_end(struct db *db, struct arena *arena, struct report *report, struct error *error)
{
    struct ledger_year next = report->year;
    char day[DATE_BYTES];
    report_copy_date(report->funds_to, report->as_of);
    for (;;) {
        report_day_after(next.ends_on, 1, day);
        int code = ledger_year_of(db, LEDGER_GENERAL, day, &next, error);
        if (code) {
            bool none = code == ERR_NOT_FOUND;
            *error = none ? (struct error){0} : *error;
            return none ? 0 : code;
        }
        struct surplus_allocation allocation;
        code = surplus_allocation_read(db, arena, next.code, &allocation, error);
        if (code && code != ERR_NOT_FOUND)
            return code;
        *error = (struct error){0};
        if (!code && text_is(allocation.state, "booked")) {
            report_day_after(allocation.assembly_on, -1, day);
            if (strcmp(day, report->funds_to) < 0)
                report_copy_date(report->funds_to, day);
            return 0;
        }
    }
}

static void add_use(struct report_fund *fund, const struct surplus_spending *spending)
{
    for (size_t i = 0; i < fund->use_count; i++)
        if (text_is(fund->uses[i].use, spending->use)) {
            fund->uses[i].cents += spending->amount_cents;
            return;
        }
    fund->uses[fund->use_count++] =
        (struct report_use){.use = spending->use, .cents = spending->amount_cents};
}

/* What is shown of a fund: what came in is rounded part by part, what went out is split so that it adds up to
 * that. */
void report_round_fund(struct arena *arena, const struct report *report, struct report_fund *fund)
{
    size_t count = fund->use_count + 2;
    int64_t *weights = ARENA_ARRAY(arena, int64_t, count), *euros = ARENA_ARRAY(arena, int64_t, count);
    for (size_t i = 0; i < report->line_count; i++)
        if (report->lines[i].line && text_is(report->lines[i].line->fund, fund->fund->code))
            fund->share_euros += report->lines[i].euros;
    fund->before_euros = report_rounded(fund->before);
    fund->given_euros = fund->share_euros + report_rounded(fund->given - fund->share);
    fund->committed_euros = report_rounded(fund->committed);
    for (size_t i = 0; i < fund->use_count; i++)
        weights[i] = fund->uses[i].cents;
    weights[count - 2] = fund->left;
    weights[count - 1] = fund->moved;
    int64_t total = fund->before_euros + fund->given_euros;
    if (fund->before + fund->given <= 0 || !number_split(total, weights, (int)count, euros))
        return;
    for (size_t i = 0; i < fund->use_count; i++)
        fund->used_euros += fund->uses[i].euros = euros[i];
    fund->left_euros = euros[count - 2];
    fund->moved_euros = euros[count - 1];
}

static void take_fund(const struct report *report, const struct surplus_fund *fund, struct report_fund *taken)
{
    *taken = (struct report_fund){.fund = fund,
                                  .given = fund->given_cents,
                                  .used = fund->used_cents,
                                  .committed = fund->committed_cents,
                                  .left = fund->left_cents,
                                  .before = fund->left_cents - fund->given_cents + fund->used_cents};
    for (size_t i = 0; i < report->allocation.line_count; i++)
        if (text_is(report->allocation.lines[i].fund, fund->code))
            taken->share += report->allocation.lines[i].amount_cents;
    if (taken->given < taken->share) { /* more went to other funds than came from elsewhere */
        taken->moved = taken->share - taken->given;
        taken->given = taken->share;
    }
}

int report_funds_read(struct db *db, struct arena *arena, struct report *report, struct error *error)
{
    struct surplus_fund *funds;
    struct surplus_spending *spendings;
    size_t fund_count, spending_count;
    report_copy_date(report->funds_from, report->allocation.assembly_on);
    int code = find_funds_end(db, arena, report, error);
    if (!code)
        code = surplus_funds(db, arena, report->funds_from, report->funds_to, &funds, &fund_count, error);
    if (!code)
        code = surplus_spendings(db, arena, report->funds_from, report->funds_to, &spendings, &spending_count,
                                 error);
    if (code)
        return code;
    report->funds = ARENA_ARRAY(arena, struct report_fund, fund_count + 1);
    for (size_t i = 0; i < fund_count; i++) {
        struct report_fund *taken = &report->funds[report->fund_count++];
        take_fund(report, &funds[i], taken);
        taken->uses = ARENA_ARRAY(arena, struct report_use, spending_count + 1);
        for (size_t j = 0; j < spending_count; j++)
            if (text_is(spendings[j].fund, funds[i].code))
                add_use(taken, &spendings[j]);
    }
    return 0;
}

/* --- people --- */

static int index_of(const char **names, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (text_is(names[i], name))
            return (int)i;
    names[*count] = name;
    return (int)(*count)++;
}

static void count_people(struct arena *arena, const struct report *report,
                         const struct surplus_spending *spendings, size_t count, struct report_people *people)
{
    const char **uses = ARENA_ARRAY(arena, const char *, count + 1),
               **codes = ARENA_ARRAY(arena, const char *, count + 1);
    size_t use_count = 0, fund_count = 0;
    int *row = ARENA_ARRAY(arena, int, count + 1), *column = ARENA_ARRAY(arena, int, count + 1);
    for (size_t i = 0; i < count; i++)
        if (spendings[i].people > 0) {
            row[i] = index_of(uses, &use_count, spendings[i].use);
            column[i] = index_of(codes, &fund_count, spendings[i].fund);
        }
    people->table = suppress_table_new(arena, (int)use_count, (int)fund_count);
    people->uses = uses;
    people->funds = ARENA_ARRAY(arena, const struct surplus_fund *, fund_count + 1);
    for (size_t i = 0; i < fund_count; i++)
        for (size_t j = 0; j < report->fund_count; j++)
            if (text_is(report->funds[j].fund->code, codes[i]))
                people->funds[i] = report->funds[j].fund;
    for (size_t i = 0; i < count; i++)
        if (spendings[i].people > 0)
            suppress_add(&people->table, row[i], column[i], spendings[i].people);
    if (use_count)
        suppress(&people->table, SUPPRESS_THRESHOLD);
}

/* One table for each calendar year that has ended: whoever compares two publications finds the same numbers
 * in both. */
int report_people_read(struct db *db, struct arena *arena, struct report *report, struct error *error)
{
    int first = atoi(report->funds_from), last = atoi(report->as_of) - 1;
    for (int year = first; year <= last && report->people_count < REPORT_PEOPLE_MAX; year++) {
        struct report_people *people = &report->people[report->people_count];
        struct surplus_spending *spendings;
        size_t count;
        *people = (struct report_people){0};
        memcpy(people->year, arena_printf(arena, "%04d", year % 10000), 4);
        report_copy_date(people->from, arena_printf(arena, "%s-01-01", people->year));
        report_copy_date(people->to, arena_printf(arena, "%s-12-31", people->year));
        if (strcmp(people->from, report->funds_from) < 0)
            report_copy_date(people->from, report->funds_from);
        if (strcmp(people->to, report->funds_to) > 0)
            report_copy_date(people->to, report->funds_to);
        if (strcmp(people->from, people->to) > 0)
            break;
        int code = surplus_spendings(db, arena, people->from, people->to, &spendings, &count, error);
        if (code)
            return code;
        count_people(arena, report, spendings, count, people);
        report->people_count += people->table.rows > 0;
    }
    return 0;
}
