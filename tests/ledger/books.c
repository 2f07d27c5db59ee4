#include "books.h"

#include <string.h>


static const struct subject *const subjects[] = {&ledger_subject, NULL};

static int open_year(struct db *db, void *context, struct error *error)
{
    return ledger_year_open(db, "2023", "2023-01-01", "2023-12-31", context, error);
}

struct opening {
    struct ledger_account_asked asked;
    int64_t account;
};

static int open_account(struct db *db, void *context, struct error *error)
{
    struct opening *opening = context;
    return ledger_account_open(db, &opening->asked, &opening->account, error);
}

static void say(struct books *books, const char *what)
{
    char text[1024];
    const struct error *error = &books->house.error;
    error_format(error, error->message ? error->message : "", text, sizeof text);
    fail_msg("%s: %s: %s", what, error->field, text);
}

int books_write(struct books *books, int (*run)(struct db *, void *, struct error *), void *context)
{
    books->house.error = (struct error){0};
    return store_write(books->house.store, run, context, false, &books->house.error);
}

int64_t books_account(struct books *books, const char *number, const char *auxiliary, enum ledger_guard guard)
{
    struct opening opening = {.asked = {.number = number, .auxiliary = auxiliary, .guard = guard}};
    if (books_write(books, open_account, &opening))
        say(books, number);
    return opening.account;
}

void books_open(struct books *books)
{
    memset(books, 0, sizeof *books);
    house_open(&books->house, subjects);
    if (books_write(books, open_year, &books->year))
        say(books, "year");
    books->bank = books_account(books, "512", NULL, LEDGER_GUARD_NONE);
    books->customer = books_account(books, "411", NULL, LEDGER_GUARD_NONE);
    books->sales = books_account(books, "706", NULL, LEDGER_GUARD_NONE);
    books->purchases = books_account(books, "607", NULL, LEDGER_GUARD_NONE);
    books->capital = books_account(books, "1013", NULL, LEDGER_GUARD_NONE);
    books->member = books_account(books, "4551", "X", LEDGER_GUARD_CREDIT);
}

void books_close(struct books *books)
{
    house_close(&books->house);
}

static int run_step(struct db *db, void *context, struct error *error)
{
    const struct step *step = context;
    int64_t now_ms = step->now_ms ? step->now_ms : BOOKS_NOW;
    switch (step->what) {
    case STEP_POST:
        return ledger_post(db, step->entries, step->count, now_ms, step->posted, error);
    case STEP_HOLD:
        return ledger_hold(db, step->entries, now_ms, step->posted, error);
    case STEP_POST_HOLD:
        return ledger_post_hold(db, step->target, step->entries, now_ms, step->posted, error);
    case STEP_RELEASE:
        return ledger_release(db, step->target, step->on, step->label, step->key, now_ms, step->posted, error);
    case STEP_REVERSE:
        return ledger_reverse(db, step->target, step->on, step->label, now_ms, step->posted, error);
    case STEP_CLOSE:
        return ledger_year_close(db, step->target, now_ms, NULL, error);
    }
    return ERR_INTERNAL;
}

int books_step(struct books *books, struct step step)
{
    return books_write(books, run_step, &step);
}

int books_move(struct books *books, const char *on, int64_t debit, int64_t credit, int64_t cents, const char *key,
               struct ledger_posted *ret_posted)
{
    struct ledger_line lines[] = {{.account = debit, .amount_cents = cents}, {.account = credit, .amount_cents = -cents}};
    struct ledger_entry entry = {.journal = "OD", .entry_on = on, .label = "Essai", .key = key, .lines = lines, .line_count = 2};
    return books_step(books, (struct step){.what = STEP_POST, .entries = &entry, .count = 1, .posted = ret_posted});
}

/* --- reading --- */


static struct db *begin(struct books *books)
{
    struct db *db;
    books->house.error = (struct error){0};
    if (store_reader(books->house.store, &db, &books->house.error) || db_begin_read(db, &books->house.error))
        say(books, "reader");
    return db;
}

static void end(struct books *books, struct db *db)
{
    db_end_read(db);
    store_release(books->house.store, db);
}

struct ledger_balance books_balance(struct books *books, int64_t account)
{
    struct ledger_balance balance = {0};
    struct db *db = begin(books);
    int code = ledger_balance(db, account, &balance, &books->house.error);
    end(books, db);
    if (code)
        say(books, "balance");
    return balance;
}

int books_verify(struct books *books, struct ledger_proof *ret_proof)
{
    struct db *db = begin(books);
    int code = ledger_verify(db, ret_proof, &books->house.error);
    end(books, db);
    return code;
}

void books_must_verify(struct books *books)
{
    if (books_verify(books, NULL))
        say(books, "verify");
}

void books_refused(struct books *books, int code, int expected, const char *field, const char *part_of_message)
{
    const struct error *error = &books->house.error;
    if (code != expected || strcmp(error->field, field) != 0 || !strstr(error->message, part_of_message))
        fail_msg("expected %d %s \"%s\", got %d %s \"%s\"", expected, field, part_of_message, code, error->field,
                 error->message ? error->message : "");
}
