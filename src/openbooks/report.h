/* What the open books say of a year, computed from the books: nothing is typed, nothing is kept but what was
 * published.
 *
 * Amounts are cents; beside each stands what a page shows, whole euros rounded so that what is shown adds up
 * (largest remainder, from the totals down). */
#ifndef MAILLON_OPENBOOKS_REPORT_H
#define MAILLON_OPENBOOKS_REPORT_H

#include "base/date.h"
#include "ledger/ledger.h"
#include "openbooks/flow.h"
#include "openbooks/published.h"
#include "openbooks/suppress.h"
#include "surplus/surplus.h"

struct report_part { /* of the income, or of what it was used for */
    const struct published *what;
    int64_t cents, euros;
    int64_t tenths; /* of a cent, in one euro of the whole */
};

struct report_line { /* of the allocation */
    const struct published *what;
    const struct surplus_line *line; /* NULL: not allocated yet */
    const char *name[LANGUAGES];     /* the fund's own for a fund */
    int64_t cents, euros;
    bool source; /* money of earlier years, used with the surplus */
};

struct report_use { /* of a fund, for one kind of action */
    const char *use;
    int64_t cents, euros;
};

struct report_fund {
    const struct surplus_fund *fund;
    int64_t before, given, used, committed, left, moved; /* cents; before + given = used + left + moved */
    int64_t share;                                       /* of given: from the allocation of this year */
    int64_t before_euros, given_euros, used_euros, committed_euros, left_euros, moved_euros, share_euros;
    struct report_use *uses;
    size_t use_count;
};

struct report_people { /* counts of one calendar year that has ended: never added to by a later publication */
    char year[5], from[DATE_BYTES], to[DATE_BYTES];
    const char **uses;                 /* rows */
    const struct surplus_fund **funds; /* columns */
    struct suppress_table table;
};

enum { REPORT_PEOPLE_MAX = 20 };

struct report {
    const struct published_list *published;
    struct ledger_entity entity;
    struct ledger_year year;
    char as_of[DATE_BYTES]; /* nothing later is in it */

    struct report_part *income, *uses;
    size_t income_count, use_count;
    int64_t income_cents, use_cents, result_cents; /* result: loss below zero */
    int64_t income_euros, use_euros, result_euros;
    int64_t result_tenths;
    int64_t whole_cents, whole_euros; /* the greater of income and uses: one euro is a part of it */

    bool drafted, booked; /* an allocation is there; it is in the books */
    struct surplus_allocation allocation;
    struct report_line *lines;
    size_t line_count;

    char funds_from[DATE_BYTES],
        funds_to[DATE_BYTES]; /* from the booking to the next one, or to as_of; "" when not booked */
    struct report_fund *funds;
    size_t fund_count;
    struct report_people people[REPORT_PEOPLE_MAX];
    size_t people_count;
};

/* Reader. as_of: no spending of a later day is counted. */
int report_read(struct db *db, struct arena *arena, const struct published_list *published, const char *year,
                const char *as_of, struct report *ret_report, struct error *error);

/* Income and uses from the sums of accounts, alone: for tests. */
void report_parts(struct arena *arena, const struct ledger_sum *sums, size_t count, struct report *report);

/* Every year of the general book, the last first, up to the one of as_of. Reader. */
enum { REPORT_YEARS_MAX = 60 };
int report_years(struct db *db, const char *as_of, struct ledger_year ret_years[REPORT_YEARS_MAX],
                 size_t *ret_count, struct error *error);

/* --- figures: what is published, each under an id --- */

enum figure_kind { FIGURE_MONEY, FIGURE_PART, FIGURE_PEOPLE };

struct figure {
    const char *id; /* "2023.use.staff" */
    enum figure_kind kind;
    int64_t value; /* cents; tenths of a cent of one euro; people */
    int64_t euros; /* as shown, of an amount */
    bool hidden;   /* people: the value is not published */
    const struct published *what;
    const char *name[LANGUAGES];
};

struct figures {
    struct arena *arena;
    struct figure *items;
    size_t count, room;
};

void figures_add_report(struct figures *figures, const struct report *report);
const struct figure *figures_find(const struct figures *figures,
                                  const char *id); /* NULL when there is none */

/* --- pictures --- */

/* Where the income went; narrow: for a phone, without the sources. names in the language. */
struct tree *picture_year(struct arena *arena, const struct report *report, int language, bool narrow,
                          struct flow *ret_flow);
/* What became of the surplus; NULL when there is none. */
struct tree *picture_surplus(struct arena *arena, const struct report *report, int language, bool narrow,
                             struct flow *ret_flow);

/* --- the page, as a tree: all words in the language, all figures with their ids --- */

struct tree *page_tree(struct arena *arena, const struct report *report, const struct figures *figures,
                       int language);

const char *language_code(int language);                                  /* "fr", "en" */
const char *euros_text(struct arena *arena, int64_t euros, int language); /* 1 234 €, €1,234 */

#endif
