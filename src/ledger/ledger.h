/* Ledger: accounts and entries that cannot be lost, changed or unbalanced. Other rooms post through this header alone.
 *
 * Amounts are int64 cents; a debit is above zero, a credit below, and the lines of an entry add up to zero. An entry
 * is never changed: it is reversed, once, by another linked to it. Totals of accounts change in the transaction that
 * posts, so that whoever reads them reads the truth; `maillon ledger verify` proves it from the lines.
 *
 * Two phases: ledger_hold sets amounts aside (pending), ledger_post_hold posts them or less, ledger_release gives them
 * back. A hold is ended once. An account with a guard refuses what would bring its balance, pending included, below
 * zero: two that race for the last cent meet in the same row, and one is refused.
 *
 * Every function here runs inside a write task (db is the writer) unless it says "reader". Refusals name the field of
 * the entry ("lines.3.amount", "entry_on"); ERR_REFUSED where a rule says no (closed year, guard, already reversed). */
#ifndef MAILLON_LEDGER_H
#define MAILLON_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject ledger_subject;

#define LEDGER_GENERAL "general" /* the book of the legal entity; its accounts come from data/accounts */

/* --- whose books --- */

struct ledger_entity { /* texts in the arena */
    const char *siren, *name;
    const char *kind; /* "scic", "scop", "association" */
    bool example;
};
/* Reader. ERR_REFUSED with what to run when nobody said yet whose books these are. */
int ledger_entity(struct db *db, struct arena *arena, struct ledger_entity *ret_entity, struct error *error);

/* --- books, years, accounts, axes --- */

/* A book apart (a mirror): has one year without end, is never in trial balance, FEC or open books. Same code again: nothing. */
int ledger_book_open(struct db *db, const char *code, struct error *error);

struct ledger_year {
    int64_t id;
    char code[16], starts_on[11], ends_on[11], locked_until[11];
    bool closed;
};

/* Opens a year of the general book that follows the last one (or is the first). Opened already: the same. */
int ledger_year_open(struct db *db, const char *code, const char *starts_on, const char *ends_on,
                     struct ledger_year *ret_year, struct error *error);
int ledger_year_find(struct db *db, const char *code, struct ledger_year *ret_year, struct error *error); /* reader */
int ledger_year_of(struct db *db, const char *book, const char *on, struct ledger_year *ret_year,
                   struct error *error); /* reader; ERR_NOT_FOUND, field "entry_on" */
/* Carries every balance of classes 1 to 5 into the next year (opened when it is not there) as its opening, the result
 * on 120 (surplus) or 129 (loss), and closes the year. Once, and in their order: a closed year is refused, and one with
 * an open year before it. The opening has number 1, which is kept for it since the next year was opened. In the first
 * year of the books what journal AN posts on its first day is its opening. */
int ledger_year_close(struct db *db, int64_t year, int64_t now_ms, int64_t *ret_opening, struct error *error);

/* Entries dated on or before a day are refused from now on, in every open year that has begun by then. Never goes back. */
int ledger_lock(struct db *db, const char *until, struct error *error);

enum ledger_guard { LEDGER_GUARD_NONE, LEDGER_GUARD_DEBIT, LEDGER_GUARD_CREDIT };

struct ledger_account_asked {
    const char *book;      /* NULL: general */
    const char *number;    /* in the general book: of the chart, or a longer number under one of it */
    const char *auxiliary; /* NULL: the account of the chart itself */
    const char *name;      /* NULL: that of the chart */
    enum ledger_guard guard;
};
/* The account's id; opened when it is not there yet. */
int ledger_account_open(struct db *db, const struct ledger_account_asked *asked, int64_t *ret_account,
                        struct error *error);
/* Reader. ERR_NOT_FOUND, field "account". book and auxiliary may be NULL as above. */
int ledger_account_find(struct db *db, const char *book, const char *number, const char *auxiliary,
                        int64_t *ret_account, struct error *error);

struct ledger_axis { /* NULL or "": none */
    const char *contract, *service, *establishment, *fund;
};
int ledger_axis(struct db *db, const struct ledger_axis *axis, int64_t *ret_axis, struct error *error);

/* --- entries --- */

enum { LEDGER_LINES_MAX = 20000 };

struct ledger_line {
    int64_t account;
    int64_t amount_cents; /* debit above zero, credit below; not zero */
    int64_t axis;         /* 0: none */
    const char *label;    /* NULL: that of the entry */
};

struct ledger_entry {
    const char *journal;          /* "VE" */
    const char *entry_on;         /* decides the year */
    const char *piece, *piece_on; /* NULL: none, and the entry's date */
    const char *label;
    const char *key; /* of the event, unique for ever: "canteen.round:123"; NULL: none. The same key with the same
                        lines answers what was posted then; with others it is refused */
    const struct ledger_line *lines;
    size_t line_count;
};

struct ledger_posted {
    int64_t id, number; /* number: 0 for a hold or a release */
    bool before; /* the key was known: nothing was posted now */
};

/* All or none are posted, in this order; totals are brought up to date once for all of them. ret_posted has room for
 * count, or is NULL. All entries must be of one book and of one year. */
int ledger_post(struct db *db, const struct ledger_entry *entries, size_t count, int64_t now_ms,
                struct ledger_posted *ret_posted, struct error *error);

int ledger_hold(struct db *db, const struct ledger_entry *entry, int64_t now_ms, struct ledger_posted *ret_hold,
                struct error *error);
/* Posts what was held: entry->lines NULL for all of it, or lines on the same accounts, none above what was held on it;
 * what is not posted is released. Journal, dates, piece, label of `entry` stand for the posting. */
int ledger_post_hold(struct db *db, int64_t hold, const struct ledger_entry *entry, int64_t now_ms,
                     struct ledger_posted *ret_posted, struct error *error);
int ledger_release(struct db *db, int64_t hold, const char *on, const char *label, const char *key, int64_t now_ms,
                   struct ledger_posted *ret_posted, struct error *error);
struct ledger_end {
    int64_t hold;
    int64_t cents; /* posted of it, at most what was held; 0: all of it is released */
};
/* Ends many holds of one book at once, each of one debit and one credit: what is not posted is free. Journal, date, piece and
 * label of `like` stand for all of them, its lines for none. All or nothing; the errors are those of one. */
int ledger_end_holds(struct db *db, const struct ledger_end *ends, size_t count, const struct ledger_entry *like, int64_t now_ms,
                     struct error *error);
/* The same lines with their signs turned, dated `on`. Holds, releases, openings and reversals cannot be reversed. */
int ledger_reverse(struct db *db, int64_t entry, const char *on, const char *label, int64_t now_ms,
                   struct ledger_posted *ret_posted, struct error *error);

/* --- reading (reader or writer) --- */

struct ledger_balance { /* cents */
    int64_t debit, credit, pending_debit, pending_credit;
};
/* Since ever, openings left out. */
int ledger_balance(struct db *db, int64_t account, struct ledger_balance *ret_balance, struct error *error);

struct ledger_sum {
    const char *number, *auxiliary, *name; /* in the arena */
    const char *contract, *service, *establishment, *fund;
    int64_t account, axis;
    int64_t opening_cents, debit_cents, credit_cents; /* opening: debit above zero, and part of debit or credit */
};
/* Every total of a year of the general book, in order of number, auxiliary and axis. While the year before is open its
 * closing balances are counted as openings here, so that a trial balance is right before the close. */
int ledger_year_sums(struct db *db, struct arena *arena, int64_t year, struct ledger_sum **ret_sums, size_t *ret_count,
                     struct error *error);

/* Proves the books from their lines: each entry balances and is of one book, numbers follow without gap, totals of
 * accounts and years equal the sums of lines, pending equals holds not ended, no guard is broken, openings equal what
 * the year before closed with. The first thing that does not hold is named in the error. Reader. */
struct ledger_proof {
    int64_t entries, lines, accounts, years;
};
int ledger_verify(struct db *db, struct ledger_proof *ret_proof, struct error *error);

#endif
