/* What the ledger's tests share: books of an invented cooperative, and short ways to post. */
#ifndef MAILLON_TESTS_BOOKS_H
#define MAILLON_TESTS_BOOKS_H

#include "ledger/ledger.h"
#include "support/support.h"

struct books {
    struct house house;
    int64_t bank, customer, sales, purchases, capital, member; /* accounts: 512, 411, 706, 607, 1013, 4551 X guarded */
    struct ledger_year year; /* 2023 */
};

#define BOOKS_NOW INT64_C(1685620800000) /* 2023-06-01 12:00 UTC */

void books_open(struct books *books);
void books_close(struct books *books);

/* Runs a step inside a write task; 0 or the error's code, books->house.error filled. */
int books_write(struct books *books, int (*run)(struct db *, void *, struct error *), void *context);

struct step { /* one call of the ledger, for books_step */
    enum { STEP_POST, STEP_HOLD, STEP_POST_HOLD, STEP_RELEASE, STEP_REVERSE, STEP_CLOSE } what;
    const struct ledger_entry *entries;
    size_t count;
    int64_t target; /* hold, entry or year */
    const char *on, *label, *key;
    int64_t now_ms;
    struct ledger_posted *posted;
};
int books_step(struct books *books, struct step step);

/* One entry of two lines: debit one account, credit the other. */
int books_move(struct books *books, const char *on, int64_t debit, int64_t credit, int64_t cents, const char *key,
               struct ledger_posted *ret_posted);
int64_t books_account(struct books *books, const char *number, const char *auxiliary, enum ledger_guard guard);
struct ledger_balance books_balance(struct books *books, int64_t account);
int books_verify(struct books *books, struct ledger_proof *ret_proof);
void books_must_verify(struct books *books);
void books_refused(struct books *books, int code, int expected, const char *field, const char *part_of_message);

#endif
