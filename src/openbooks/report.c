/* A year put together: its sums, its allocation, its funds. */
#include "openbooks/report_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"

int64_t report_rounded(int64_t cents)
{
    int64_t euros = 0;
    return number_scale(cents, 1, 100, &euros) ? euros : 0;
}

void report_copy_date(char target[DATE_BYTES], const char *date)
{
    size_t length = strnlen(date, DATE_BYTES - 1);
    memmove(target, date, length);
    target[length] = 0;
}

void report_day_after(const char *date, int days, char ret_date[DATE_BYTES])
{
    int32_t day = 0;
    (void)date_parse(date, &day);
    date_format(day + days, ret_date);
}

/* --- years --- */

int report_years(struct db *db, const char *as_of, struct ledger_year ret_years[REPORT_YEARS_MAX],
                 size_t *ret_count, struct error *error)
{
    char day[DATE_BYTES];
    report_copy_date(day, as_of);
    *ret_count = 0;
    for (int misses = 0;
         misses < 120 &&
         *ret_count < REPORT_YEARS_MAX;) { /* ten years without books: there are none before */
        int code = ledger_year_of(db, LEDGER_GENERAL, day, &ret_years[*ret_count], error);
        if (code && code != ERR_NOT_FOUND)
            return code;
        if (code) {
            *error = (struct error){0};
            misses++;
            report_day_after(day, -30, day);
        } else {
            report_day_after(ret_years[*ret_count].starts_on, -1, day);
            ++*ret_count;
            misses = 0;
        }
    }
    return 0;
}

/* --- the allocation --- */

static bool is_source(const struct report *report, const struct surplus_line *line)
{
    return report->result_cents > 0 && text_is(line->code, "carried_used");
}

static void share_lines(struct arena *arena, struct report *report)
{
    int64_t *weights = ARENA_ARRAY(arena, int64_t, report->line_count + 1),
            *euros = ARENA_ARRAY(arena, int64_t, report->line_count + 1);
    int64_t total = report->result_euros < 0 ? -report->result_euros : report->result_euros, sum = 0;
    for (size_t i = 0; i < report->line_count; i++)
        if (report->lines[i].source)
            total += report->lines[i].euros = report_rounded(report->lines[i].cents);
        else
            sum += weights[i] = report->lines[i].cents;
    if (sum && number_split(total, weights, (int)report->line_count, euros))
        for (size_t i = 0; i < report->line_count; i++)
            if (!report->lines[i].source)
                report->lines[i].euros = euros[i];
}

static void name_line(struct arena *arena, const struct report *report, struct report_line *line)
{
    for (int language = 0; language < LANGUAGES; language++)
        line->name[language] = line->what->name[language];
    if (!line->line || !*line->line->fund)
        return;
    for (size_t i = 0; i < report->fund_count; i++)
        if (text_is(report->funds[i].fund->code, line->line->fund)) {
            line->name[FRENCH] = line->name[ENGLISH] = report->funds[i].fund->name;
            return;
        }
    line->name[FRENCH] = line->name[ENGLISH] = arena_strdup(arena, line->line->fund);
}

static void add_lines(struct arena *arena, struct report *report)
{
    int64_t left = report->result_cents < 0 ? -report->result_cents : report->result_cents;
    size_t room = (report->drafted ? report->allocation.line_count : 0) + 1;
    report->lines = ARENA_ARRAY(arena, struct report_line, room);
    for (size_t i = 0; report->drafted && i < report->allocation.line_count; i++) {
        const struct surplus_line *line = &report->allocation.lines[i];
        if (!line->amount_cents)
            continue;
        struct report_line *added = &report->lines[report->line_count++];
        *added = (struct report_line){.what = published_find(report->published, line->code),
                                      .line = line,
                                      .cents = llabs(line->amount_cents),
                                      .source = is_source(report, line)};
        left += added->source ? added->cents : -added->cents;
        name_line(arena, report, added);
    }
    if (left > 0 && report->result_cents >= 0) {
        struct report_line *rest = &report->lines[report->line_count++];
        *rest =
            (struct report_line){.what = published_find(report->published, "not_allocated"), .cents = left};
        name_line(arena, report, rest);
    }
    share_lines(arena, report);
}

static int read_allocation(struct db *db, struct arena *arena, struct report *report, struct error *error)
{
    int code = surplus_allocation_read(db, arena, report->year.code, &report->allocation, error);
    if (code && code != ERR_NOT_FOUND)
        return code;
    *error = (struct error){0};
    report->drafted = !code;
    report->booked = !code && text_is(report->allocation.state, "booked") &&
                     strcmp(report->allocation.assembly_on, report->as_of) <= 0;
    return 0;
}

/* --- all of it --- */

int report_read(struct db *db, struct arena *arena, const struct published_list *published, const char *year,
                const char *as_of, struct report *ret_report, struct error *error)
{
    struct report *report = ret_report;
    struct ledger_sum *sums;
    size_t count;
    *report = (struct report){.published = published};
    report_copy_date(report->as_of, as_of);
    int code = ledger_entity(db, arena, &report->entity, error);
    if (!code)
        code = ledger_year_find(db, year, &report->year, error);
    if (!code)
        code = ledger_year_sums(db, arena, report->year.id, &sums, &count, error);
    if (code)
        return code;
    report_parts(arena, sums, count, report);
    code = read_allocation(db, arena, report, error);
    if (!code && report->booked)
        code = report_funds_read(db, arena, report, error);
    if (code)
        return code;
    add_lines(arena, report);
    for (size_t i = 0; i < report->fund_count; i++)
        report_round_fund(arena, report, &report->funds[i]);
    return report->booked ? report_people_read(db, arena, report, error) : 0;
}
