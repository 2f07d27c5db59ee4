/* Books on a disk that fails, is full, cuts a write in half, or loses its power: what was answered as done is there, what
 * was not can be sent again with its key, and at the end the books are those of a run without faults.
 * MAILLON_ROUNDS: how many points of each kind are tried (12). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books.h"
#include "support/fault_vfs.h"

enum { STEPS = 7, POINTS_MAX = 4000 };

/* One call of the ledger for each step; every one has a key, or can be seen to be done. */
struct session_of_work {
    struct books *books;
    int step;
    struct ledger_posted posted[STEPS];
};

static int take_step(struct db *db, void *context, struct error *error)
{
    struct session_of_work *work = context;
    const struct books *books = work->books;
    struct ledger_line sale[] = {{.account = books->customer, .amount_cents = 500}, {.account = books->sales, .amount_cents = -500}};
    struct ledger_line part[] = {{.account = books->customer, .amount_cents = 200}, {.account = books->sales, .amount_cents = -200}};
    struct ledger_line many[60];
    for (int i = 0; i < 60; i++)
        many[i] = (struct ledger_line){.account = i % 2 ? books->bank : books->capital, .amount_cents = i % 2 ? 10 : -10};
    struct ledger_entry entry = {.journal = "OD", .entry_on = "2023-04-01", .label = "Essai", .lines = sale, .line_count = 2};
    struct ledger_posted *posted = &work->posted[work->step];
    switch (work->step) {
    case 0:
        entry.key = "sale";
        return ledger_post(db, &entry, 1, BOOKS_NOW, posted, error);
    case 1:
        entry.key = "hold";
        return ledger_hold(db, &entry, BOOKS_NOW, posted, error);
    case 2:
        entry.key = "post";
        entry.lines = part;
        return ledger_post_hold(db, work->posted[1].id, &entry, BOOKS_NOW, posted, error);
    case 3:
        entry.key = "many";
        entry.lines = many;
        entry.line_count = 60;
        return ledger_post(db, &entry, 1, BOOKS_NOW, posted, error);
    case 4:
        return ledger_reverse(db, work->posted[0].id, "2023-04-02", NULL, BOOKS_NOW, posted, error);
    case 5:
        return ledger_year_close(db, books->year.id, BOOKS_NOW, NULL, error);
    default:
        entry.key = "next";
        entry.entry_on = "2024-01-02";
        return ledger_post(db, &entry, 1, BOOKS_NOW, posted, error);
    }
}

/* The two without a key say it when they were done before. */
static bool is_done_before(const struct books *books, int step)
{
    const char *message = books->house.error.message;
    return (step == 4 && strstr(message, "already reversed")) || (step == 5 && strstr(message, "closed already"));
}

static void take_steps(struct books *books, struct session_of_work *work, int codes[STEPS])
{
    for (int step = 0; step < STEPS; step++) {
        work->step = step;
        codes[step] = books_write(books, take_step, work);
        if (codes[step])
            break; /* the later ones build on it */
    }
}

static bool stands(struct books *books, int step)
{
    static const char *const conditions[STEPS] = {"key = 'sale'", "key = 'hold'", "key = 'post'", "key = 'many'", "kind = 'reversal'",
                                                  "kind = 'opening'", "key = 'next'"};
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ledger_entry WHERE %s", conditions[step]);
    return house_int(&books->house, sql) == 1;
}

/* Everything is sent once more, as clients do that do not know; then the books are those of a run without faults. */
static void finish(struct books *books, struct session_of_work *work, const int codes[STEPS], int point)
{
    for (int step = 0; step < STEPS; step++) {
        bool there = stands(books, step);
        if (!codes[step] && !there)
            fail_msg("point %d: step %d was answered and is not there", point, step);
        work->step = step;
        int code = books_write(books, take_step, work);
        if (code && !is_done_before(books, step))
            fail_msg("point %d: step %d sent again: %d %s", point, step, code, books->house.error.message);
    }
    books_must_verify(books);
    assert_int_equal(store_check(books->house.store, &books->house.error), 0);
    assert_int_equal(house_int(&books->house, "SELECT count(*) FROM ledger_entry"), STEPS);
    assert_int_equal(house_int(&books->house, "SELECT count(*) FROM ledger_line"), 2 + 2 + 2 + 60 + 2 + 4 + 2);
    assert_int_equal(books_balance(books, books->customer).debit, 500 + 200 + 500);
    assert_int_equal(books_balance(books, books->customer).pending_debit, 0);
    assert_int_equal(books_balance(books, books->bank).debit, 300);
}

static int points_asked(void)
{
    const char *asked = getenv("MAILLON_ROUNDS");
    return asked ? atoi(asked) : 12;
}

static void set_codes(int codes[STEPS])
{
    for (int i = 0; i < STEPS; i++)
        codes[i] = ERR_INTERNAL;
}

/* How many writes or syncs the work takes when nothing fails. */
static int count_points(enum fault_kind kind)
{
    struct books books;
    int codes[STEPS];
    books_open(&books);
    struct session_of_work work = {.books = &books};
    set_codes(codes);
    fault_arm(FAULT_NONE, 0, 0);
    take_steps(&books, &work, codes);
    int count = fault_count(kind);
    finish(&books, &work, codes, 0);
    books_close(&books);
    return count;
}

static void run_with_fault(enum fault_kind kind, int point, int lasting)
{
    struct books books;
    int codes[STEPS];
    books_open(&books);
    struct session_of_work work = {.books = &books};
    set_codes(codes);
    fault_arm(kind, point, lasting);
    take_steps(&books, &work, codes);
    fault_hits();
    house_shut(&books.house);
    house_reopen(&books.house);
    finish(&books, &work, codes, point);
    books_close(&books);
}

static void test_disk_that_fails(void **state)
{
    (void)state;
    static const enum fault_kind kinds[] = {FAULT_WRITE, FAULT_SYNC, FAULT_FULL, FAULT_SHORT};
    int points = points_asked(), tried = 0;
    house_needs_file("faults are put under SQLite");
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        int all = count_points(kinds[k]), step = all / points > 1 ? all / points : 1;
        for (int point = 1; point <= all; point += step, tried++)
            run_with_fault(kinds[k], point, tried % 2);
    }
    print_message("    %d points of failure\n", tried);
}

static void run_with_power_cut(int point, unsigned seed)
{
    struct books books;
    int codes[STEPS];
    books_open(&books);
    struct session_of_work work = {.books = &books};
    set_codes(codes);
    fault_power_cut(point);
    take_steps(&books, &work, codes);
    house_shut(&books.house);
    fault_power_back(seed);
    house_reopen(&books.house);
    finish(&books, &work, codes, point);
    books_close(&books);
}

static void test_power_that_goes(void **state)
{
    (void)state;
    int points = points_asked() * 2, tried = 0;
    house_needs_file("power is cut under SQLite");
    int all = count_points(FAULT_WRITE) + count_points(FAULT_SYNC), step = all / points > 1 ? all / points : 1;
    for (int point = 1; point <= all; point += step, tried++)
        run_with_power_cut(point, (unsigned)(tried % 3 ? tried : 0));
    print_message("    %d moments\n", tried);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disk_that_fails),
        cmocka_unit_test(test_power_that_goes),
    };
    fault_register();
    return cmocka_run_group_tests_name("ledger faults", tests, NULL, NULL);
}
