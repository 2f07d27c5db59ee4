/* The ledger by itself: what it posts, what it refuses, and that its proof finds what was changed behind its back. */
#include <string.h>

#include "books.h"

static int open_books(void **state)
{
    struct books *books = memory_get(sizeof *books);
    books_open(books);
    *state = books;
    return 0;
}

static int close_books(void **state)
{
    books_close(*state);
    freep(state);
    return 0;
}

static void must(struct books *books, int code)
{
    char text[1024];
    if (!code)
        return;
    error_format(&books->house.error, books->house.error.message, text, sizeof text);
    fail_msg("%d %s: %s", code, books->house.error.field, text);
}

/* --- posting --- */

static void test_totals_follow(void **state)
{
    struct books *books = *state;
    struct ledger_posted first, second;
    must(books, books_move(books, "2023-01-05", books->customer, books->sales, 12000, "bill:1", &first));
    must(books, books_move(books, "2023-02-05", books->bank, books->customer, 5000, NULL, &second));
    assert_int_equal(first.number, 1);
    assert_int_equal(second.number, 2);
    struct ledger_balance balance = books_balance(books, books->customer);
    assert_int_equal(balance.debit, 12000);
    assert_int_equal(balance.credit, 5000);
    books_must_verify(books);
}

static void test_batch_is_all_or_none(void **state)
{
    struct books *books = *state;
    struct ledger_line good[] = {{.account = books->bank, .amount_cents = 100}, {.account = books->capital, .amount_cents = -100}};
    struct ledger_line bad[] = {{.account = books->bank, .amount_cents = 100}, {.account = books->capital, .amount_cents = -99}};
    struct ledger_entry entries[] = {
        {.journal = "BQ", .entry_on = "2023-01-02", .label = "Un", .lines = good, .line_count = 2},
        {.journal = "BQ", .entry_on = "2023-01-03", .label = "Deux", .lines = bad, .line_count = 2},
    };
    int code = books_step(books, (struct step){.what = STEP_POST, .entries = entries, .count = 2});
    books_refused(books, code, ERR_REFUSED, "entries.1.lines", "does not balance");
    assert_int_equal(house_int(&books->house, "SELECT count(*) FROM ledger_entry"), 0);
    bad[1].amount_cents = -100;
    struct ledger_posted posted[2];
    must(books, books_step(books, (struct step){.what = STEP_POST, .entries = entries, .count = 2, .posted = posted}));
    assert_int_equal(posted[0].number, 1);
    assert_int_equal(posted[1].number, 2);
    assert_int_equal(books_balance(books, books->bank).debit, 200);
    books_must_verify(books);
}

static void test_same_key_posts_once(void **state)
{
    struct books *books = *state;
    struct ledger_posted first, again;
    must(books, books_move(books, "2023-01-05", books->customer, books->sales, 12000, "bill:1", &first));
    must(books, books_move(books, "2023-01-06", books->customer, books->sales, 12000, "bill:1", &again));
    assert_false(first.before);
    assert_true(again.before);
    assert_int_equal(first.id, again.id);
    assert_int_equal(first.number, again.number);
    int code = books_move(books, "2023-01-05", books->customer, books->sales, 12001, "bill:1", NULL);
    books_refused(books, code, ERR_REFUSED, "key", "already posted with other lines");
    assert_int_equal(house_int(&books->house, "SELECT count(*) FROM ledger_entry"), 1);
    books_must_verify(books);
}

static void test_what_is_no_entry(void **state)
{
    struct books *books = *state;
    struct ledger_line lines[] = {{.account = books->bank, .amount_cents = 100}, {.account = books->capital, .amount_cents = -100}};
    struct ledger_line strange[] = {{.account = 77, .amount_cents = 100}, {.account = books->capital, .amount_cents = -100}};
    struct ledger_line nothing[] = {{.account = books->bank, .amount_cents = 0}, {.account = books->capital, .amount_cents = 0}};
    struct ledger_line axis[] = {{.account = books->bank, .amount_cents = 1, .axis = 9}, {.account = books->capital, .amount_cents = -1}};
    const struct {
        struct ledger_entry entry;
        int code;
        const char *field, *message;
    } cases[] = {
        {{.journal = "OD", .entry_on = "2023-02-30", .label = "x", .lines = lines, .line_count = 2}, ERR_INVALID, "entry_on", "date"},
        {{.journal = "OD", .entry_on = "2022-12-31", .label = "x", .lines = lines, .line_count = 2}, ERR_NOT_FOUND, "entry_on", "financial year"},
        {{.journal = "OD", .entry_on = "2024-01-01", .label = "x", .lines = lines, .line_count = 2}, ERR_NOT_FOUND, "entry_on", "financial year"},
        {{.journal = "ZZ", .entry_on = "2023-01-01", .label = "x", .lines = lines, .line_count = 2}, ERR_NOT_FOUND, "journal", "journal"},
        {{.journal = "", .entry_on = "2023-01-01", .label = "x", .lines = lines, .line_count = 2}, ERR_INVALID, "journal", "journal"},
        {{.journal = "OD", .entry_on = "2023-01-01", .label = "", .lines = lines, .line_count = 2}, ERR_INVALID, "label", "what happened"},
        {{.journal = "OD", .entry_on = "2023-01-01", .label = "x", .lines = lines, .line_count = 1}, ERR_INVALID, "lines", "two lines"},
        {{.journal = "OD", .entry_on = "2023-01-01", .label = "x", .lines = strange, .line_count = 2}, ERR_NOT_FOUND, "lines.0.account", "no account"},
        {{.journal = "OD", .entry_on = "2023-01-01", .label = "x", .lines = nothing, .line_count = 2}, ERR_INVALID, "lines.0.amount", "amount"},
        {{.journal = "OD", .entry_on = "2023-01-01", .label = "x", .lines = axis, .line_count = 2}, ERR_NOT_FOUND, "lines.0.axis", "axis"},
        {{.journal = "OD", .entry_on = "2023-01-01", .label = "x", .lines = lines, .line_count = 2, .piece_on = "hier"}, ERR_INVALID, "piece_on", "date"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int code = books_step(books, (struct step){.what = STEP_POST, .entries = &cases[i].entry, .count = 1});
        books_refused(books, code, cases[i].code, cases[i].field, cases[i].message);
    }
    assert_int_equal(house_int(&books->house, "SELECT count(*) FROM ledger_entry"), 0);
    assert_int_equal(house_int(&books->house, "SELECT last_number FROM ledger_year"), 0);
}

static void test_limits_of_counting(void **state)
{
    struct books *books = *state;
    must(books, books_move(books, "2023-01-01", books->bank, books->capital, INT64_MAX, NULL, NULL));
    int code = books_move(books, "2023-01-01", books->bank, books->sales, 1, NULL, NULL);
    books_refused(books, code, ERR_REFUSED, "lines.0.amount", "more than can be counted");
    must(books, books_move(books, "2023-01-01", books->purchases, books->bank, INT64_MAX, NULL, NULL));
    code = books_move(books, "2023-01-01", books->bank, books->sales, INT64_MIN, NULL, NULL);
    assert_int_equal(code, ERR_INVALID);
    struct ledger_line lines[] = {{.account = books->customer, .amount_cents = INT64_MAX},
                                  {.account = books->purchases, .amount_cents = 1},
                                  {.account = books->sales, .amount_cents = -INT64_MAX},
                                  {.account = books->sales, .amount_cents = -1}};
    struct ledger_entry entry = {.journal = "OD", .entry_on = "2023-01-01", .label = "x", .lines = lines, .line_count = 4};
    code = books_step(books, (struct step){.what = STEP_POST, .entries = &entry, .count = 1});
    books_refused(books, code, ERR_INVALID, "lines", "too large");
    books_must_verify(books);
}

/* --- guards, holds --- */

static void test_guard_holds(void **state)
{
    struct books *books = *state;
    must(books, books_move(books, "2023-01-01", books->bank, books->member, 1000, NULL, NULL));
    int code = books_move(books, "2023-01-01", books->member, books->bank, 1001, NULL, NULL);
    books_refused(books, code, ERR_REFUSED, "lines.0.amount", "below zero");
    assert_string_equal(books->house.error.arguments[1], "0.01");
    must(books, books_move(books, "2023-01-01", books->member, books->bank, 1000, NULL, NULL));
    books_must_verify(books);
}

static void test_hold_post_release(void **state)
{
    struct books *books = *state;
    struct ledger_posted one, two, posted;
    struct ledger_line lines[] = {{.account = books->member, .amount_cents = 600}, {.account = books->sales, .amount_cents = -600}};
    struct ledger_entry entry = {.journal = "CN", .entry_on = "2023-03-01", .label = "Bon", .lines = lines, .line_count = 2};
    must(books, books_move(books, "2023-01-01", books->bank, books->member, 1000, NULL, NULL));
    must(books, books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry, .posted = &one}));
    assert_int_equal(one.number, 0);
    assert_int_equal(books_balance(books, books->member).pending_debit, 600);
    int code = books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry});
    books_refused(books, code, ERR_REFUSED, "lines.0.amount", "below zero");
    books_must_verify(books);
    lines[0].amount_cents = 450;
    lines[1].amount_cents = -450;
    must(books, books_step(books, (struct step){.what = STEP_POST_HOLD, .target = one.id, .entries = &entry, .posted = &posted}));
    assert_int_equal(posted.number, 2);
    struct ledger_balance balance = books_balance(books, books->member);
    assert_int_equal(balance.pending_debit, 0);
    assert_int_equal(balance.debit, 450);
    code = books_step(books, (struct step){.what = STEP_POST_HOLD, .target = one.id, .entries = &entry});
    books_refused(books, code, ERR_REFUSED, "hold", "already posted or released");
    code = books_step(books, (struct step){.what = STEP_RELEASE, .target = one.id, .on = "2023-03-02"});
    books_refused(books, code, ERR_REFUSED, "hold", "already posted or released");
    must(books, books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry, .posted = &two}));
    must(books, books_step(books, (struct step){.what = STEP_RELEASE, .target = two.id, .on = "2023-03-02"}));
    assert_int_equal(books_balance(books, books->member).pending_debit, 0);
    books_must_verify(books);
}

static void test_post_more_than_held(void **state)
{
    struct books *books = *state;
    struct ledger_posted hold;
    struct ledger_line lines[] = {{.account = books->customer, .amount_cents = 600}, {.account = books->sales, .amount_cents = -600}};
    struct ledger_line more[] = {{.account = books->customer, .amount_cents = 601}, {.account = books->sales, .amount_cents = -601}};
    struct ledger_line other[] = {{.account = books->bank, .amount_cents = 1}, {.account = books->sales, .amount_cents = -1}};
    struct ledger_entry entry = {.journal = "CN", .entry_on = "2023-03-01", .label = "Bon", .lines = lines, .line_count = 2};
    must(books, books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry, .posted = &hold}));
    entry.lines = more;
    int code = books_step(books, (struct step){.what = STEP_POST_HOLD, .target = hold.id, .entries = &entry});
    books_refused(books, code, ERR_REFUSED, "lines.0.amount", "More would be posted");
    entry.lines = other;
    code = books_step(books, (struct step){.what = STEP_POST_HOLD, .target = hold.id, .entries = &entry});
    books_refused(books, code, ERR_REFUSED, "lines.0.amount", "More would be posted");
    entry.lines = NULL;
    entry.line_count = 0;
    must(books, books_step(books, (struct step){.what = STEP_POST_HOLD, .target = hold.id, .entries = &entry}));
    assert_int_equal(books_balance(books, books->customer).debit, 600);
    books_must_verify(books);
}

static void test_reverse_once(void **state)
{
    struct books *books = *state;
    struct ledger_posted posted, reversal;
    must(books, books_move(books, "2023-01-05", books->customer, books->sales, 12000, NULL, &posted));
    must(books, books_step(books, (struct step){.what = STEP_REVERSE, .target = posted.id, .on = "2023-01-31", .posted = &reversal}));
    struct ledger_balance balance = books_balance(books, books->customer);
    assert_int_equal(balance.debit, 12000);
    assert_int_equal(balance.credit, 12000);
    int code = books_step(books, (struct step){.what = STEP_REVERSE, .target = posted.id, .on = "2023-01-31"});
    books_refused(books, code, ERR_REFUSED, "entry", "already reversed");
    code = books_step(books, (struct step){.what = STEP_REVERSE, .target = reversal.id, .on = "2023-01-31"});
    books_refused(books, code, ERR_REFUSED, "entry", "Only an entry can be reversed");
    code = books_step(books, (struct step){.what = STEP_REVERSE, .target = 7, .on = "2023-01-31"});
    books_refused(books, code, ERR_NOT_FOUND, "entry", "no such entry");
    books_must_verify(books);
}

/* --- years --- */

static void test_close_carries_balances(void **state)
{
    struct books *books = *state;
    struct ledger_sum *sums;
    size_t count;
    must(books, books_move(books, "2023-01-05", books->bank, books->capital, 100000, NULL, NULL));
    must(books, books_move(books, "2023-01-06", books->customer, books->sales, 50000, NULL, NULL));
    must(books, books_move(books, "2023-01-07", books->purchases, books->bank, 20000, NULL, NULL));
    must(books, books_step(books, (struct step){.what = STEP_CLOSE, .target = books->year.id}));
    int code = books_step(books, (struct step){.what = STEP_CLOSE, .target = books->year.id});
    books_refused(books, code, ERR_REFUSED, "year", "closed already");
    code = books_move(books, "2023-12-31", books->bank, books->capital, 1, NULL, NULL);
    books_refused(books, code, ERR_REFUSED, "entry_on", "is closed");
    struct ledger_posted posted;
    must(books, books_move(books, "2024-01-05", books->bank, books->customer, 50000, NULL, &posted));
    assert_int_equal(posted.number, 2); /* the opening has number 1 */
    struct db *db;
    struct ledger_year next;
    assert_int_equal(store_reader(books->house.store, &db, &books->house.error), 0);
    assert_int_equal(db_begin_read(db, &books->house.error), 0);
    assert_int_equal(ledger_year_find(db, "2024", &next, &books->house.error), 0);
    assert_int_equal(ledger_year_sums(db, books->house.arena, next.id, &sums, &count, &books->house.error), 0);
    db_end_read(db);
    store_release(books->house.store, db);
    assert_string_equal(next.starts_on, "2024-01-01");
    assert_string_equal(next.ends_on, "2024-12-31");
    assert_int_equal(count, 4); /* 1013, 120, 411, 512 */
    assert_string_equal(sums[1].number, "120");
    assert_int_equal(sums[1].opening_cents, -30000);
    assert_string_equal(sums[3].number, "512");
    assert_int_equal(sums[3].opening_cents, 80000);
    assert_int_equal(sums[3].debit_cents, 130000);
    assert_int_equal(books_balance(books, books->bank).debit, 150000);
    books_must_verify(books);
}

/* --- the proof --- */

static void test_proof_finds(void **state)
{
    static const struct {
        const char *sql, *message;
    } cases[] = {
        {"UPDATE ledger_line SET amount_cents = amount_cents + 1 WHERE position = 1", "does not balance"},
        {"UPDATE ledger_line SET amount_cents = amount_cents * 2", "does not have the lines or the amount"},
        {"DELETE FROM ledger_line WHERE position = 2", "does not balance"},
        {"DELETE FROM ledger_line WHERE position = 1", "is missing"},
        {"UPDATE ledger_entry SET number = 9 WHERE number = 2", "not its own"},
        {"UPDATE ledger_year SET last_number = 3", "Numbers are missing"},
        {"UPDATE ledger_year SET last_number = 1", "not its own"},
        {"UPDATE ledger_entry SET valid_on = '2020-01-01' WHERE number = 2", "go back"},
        {"UPDATE ledger_account SET debit_cents = debit_cents + 1 WHERE number = '411'", "not the sums of its lines"},
        {"UPDATE ledger_account SET pending_debit_cents = 1 WHERE number = '411'", "pending"},
        {"UPDATE ledger_account SET guard = 'debit' WHERE number = '706'", "below zero"},
        {"UPDATE ledger_total SET credit_cents = credit_cents + 1", "total of a year"},
        {"DELETE FROM ledger_total", "total of a year"},
        {"UPDATE ledger_line SET entry_on = '2023-12-30' WHERE position = 2", "another date"},
        {"UPDATE ledger_entry SET entry_on = '2021-12-30'", "outside its financial year"},
        {"UPDATE ledger_entry SET kind = 'hold' WHERE number = 2", "has a number"},
        {"DELETE FROM ledger_entry WHERE number = 2", "belongs to no entry"},
        {"UPDATE ledger_year SET state = 'closed'", "No year follows"},
        {"UPDATE ledger_line SET account_id = (SELECT id FROM ledger_account WHERE number = '512' AND auxiliary = '') WHERE position = 1",
         "not the sums of its lines"},
        {"UPDATE ledger_line SET axis_id = 5", "total of a year"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct books books;
        books_open(&books);
        must(&books, books_move(&books, "2023-01-05", books.customer, books.sales, 12000, NULL, NULL));
        must(&books, books_move(&books, "2023-01-06", books.customer, books.sales, 300, NULL, NULL));
        books_must_verify(&books);
        house_tamper(&books.house, "PRAGMA foreign_keys=OFF; DROP TRIGGER ledger_entry_no_update; DROP TRIGGER ledger_entry_no_delete;"
                                   "DROP TRIGGER ledger_line_no_update; DROP TRIGGER ledger_line_no_delete");
        house_tamper(&books.house, cases[i].sql);
        int code = books_verify(&books, NULL);
        if (!code)
            fail_msg("not found: %s", cases[i].sql);
        if (!strstr(books.house.error.message, cases[i].message))
            fail_msg("%s is said as: %s", cases[i].sql, books.house.error.message);
        books_close(&books);
    }
}

static void test_entries_are_immutable(void **state)
{
    struct books *books = *state;
    struct sqlite3;
    must(books, books_move(books, "2023-01-05", books->customer, books->sales, 12000, NULL, NULL));
    assert_int_equal(house_int(&books->house, books->house.on_server ? "SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = "
                                                                       "current_schema() AND event_object_table IN ('ledger_entry', 'ledger_line')"
                                                                     : "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN "
                                                                       "('ledger_entry', 'ledger_line')"), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_totals_follow, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_batch_is_all_or_none, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_same_key_posts_once, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_what_is_no_entry, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_limits_of_counting, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_guard_holds, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_hold_post_release, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_post_more_than_held, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_reverse_once, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_close_carries_balances, open_books, close_books),
        cmocka_unit_test(test_proof_finds),
        cmocka_unit_test_setup_teardown(test_entries_are_immutable, open_books, close_books),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
