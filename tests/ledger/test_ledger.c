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
    struct ledger_line least[] = {{.account = books->bank, .amount_cents = INT64_MIN}, {.account = books->sales, .amount_cents = INT64_MAX}};
    struct ledger_entry lowest = {.journal = "OD", .entry_on = "2023-01-01", .label = "x", .lines = least, .line_count = 2};
    code = books_step(books, (struct step){.what = STEP_POST, .entries = &lowest, .count = 1});
    books_refused(books, code, ERR_INVALID, "lines.0.amount", "too large");
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

struct ending {
    struct ledger_end ends[6];
    size_t count;
};

static int end_holds(struct db *db, void *context, struct error *error)
{
    struct ending *ending = context;
    const struct ledger_entry like = {.journal = "CN", .entry_on = "2023-03-02", .label = "Livraison"};
    return ledger_end_holds(db, ending->ends, ending->count, &like, BOOKS_NOW, error);
}

/* Many at once leave what one by one would leave; when one of them is refused nothing is done. */
static void test_many_holds_end_at_once(void **state)
{
    struct books *books = *state;
    struct ledger_posted hold, three, entry_posted;
    struct ending ending = {.count = 4};
    struct ledger_line lines[] = {{.account = books->member, .amount_cents = 200}, {.account = books->sales, .amount_cents = -200}};
    struct ledger_line more[] = {{.account = books->member, .amount_cents = 10}, {.account = books->bank, .amount_cents = 20},
                                 {.account = books->sales, .amount_cents = -30}};
    struct ledger_entry entry = {.journal = "CN", .entry_on = "2023-03-01", .label = "Bon", .lines = lines, .line_count = 2};
    must(books, books_move(books, "2023-01-01", books->bank, books->member, 1000, NULL, &entry_posted));
    static const int64_t cents[] = {200, 0, 150, 1};
    for (size_t i = 0; i < ending.count; i++) {
        must(books, books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry, .posted = &hold}));
        ending.ends[i] = (struct ledger_end){hold.id, cents[i]};
    }
    entry.lines = more;
    entry.line_count = 3;
    must(books, books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry, .posted = &three}));
    struct ending wrong = ending;
    wrong.ends[3].cents = 201;
    books_refused(books, books_write(books, end_holds, &wrong), ERR_REFUSED, "lines.0.amount", "More would be posted");
    wrong.ends[3].cents = -1;
    books_refused(books, books_write(books, end_holds, &wrong), ERR_INVALID, "amount", "from zero up");
    wrong.ends[3] = wrong.ends[0];
    books_refused(books, books_write(books, end_holds, &wrong), ERR_REFUSED, "hold", "already posted or released");
    wrong.ends[3].hold = entry_posted.id;
    books_refused(books, books_write(books, end_holds, &wrong), ERR_REFUSED, "hold", "not a hold");
    wrong.ends[3].hold = three.id;
    books_refused(books, books_write(books, end_holds, &wrong), ERR_REFUSED, "hold", "not a hold");
    wrong.ends[3].hold = 12345;
    books_refused(books, books_write(books, end_holds, &wrong), ERR_NOT_FOUND, "hold", "no such entry");
    assert_int_equal(books_balance(books, books->member).pending_debit, 810);
    must(books, books_write(books, end_holds, &ending));
    struct ledger_balance balance = books_balance(books, books->member);
    assert_int_equal(balance.debit, 351);
    assert_int_equal(balance.pending_debit, 10);
    books_refused(books, books_write(books, end_holds, &ending), ERR_REFUSED, "hold", "already posted or released");
    must(books, books_write(books, end_holds, &(struct ending){.count = 0}));
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

/* --- clocks, locks, books apart --- */

static int move_at(struct books *books, const char *on, int64_t now_ms)
{
    struct ledger_line lines[] = {{.account = books->bank, .amount_cents = 1}, {.account = books->capital, .amount_cents = -1}};
    struct ledger_entry entry = {.journal = "OD", .entry_on = on, .label = "Essai", .lines = lines, .line_count = 2};
    return books_step(books, (struct step){.what = STEP_POST, .entries = &entry, .count = 1, .now_ms = now_ms});
}

static void test_clock_that_jumps(void **state)
{
    static const int64_t days[] = {0, -3650, 400, -1, 0, 2};
    static const char *const valid_on[] = {"2023-06-01", "2023-06-01", "2024-07-05", "2024-07-05", "2024-07-05", "2024-07-05"};
    struct books *books = *state;
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        must(books, move_at(books, "2023-03-01", BOOKS_NOW + days[i] * INT64_C(86400000)));
        const char *sql = arena_printf(books->house.arena, "SELECT valid_on FROM ledger_entry WHERE number = %zu", i + 1);
        assert_string_equal(house_text(&books->house, sql), valid_on[i]);
    }
    books_must_verify(books);
}

static int lock(struct db *db, void *context, struct error *error)
{
    return ledger_lock(db, context, error);
}

static void test_lock_never_goes_back(void **state)
{
    struct books *books = *state;
    struct ledger_posted hold;
    struct ledger_line lines[] = {{.account = books->bank, .amount_cents = 1}, {.account = books->capital, .amount_cents = -1}};
    struct ledger_entry entry = {.journal = "OD", .entry_on = "2023-03-01", .label = "Essai", .lines = lines, .line_count = 2};
    must(books, books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry, .posted = &hold}));
    must(books, books_write(books, lock, "2023-03-31"));
    books_refused(books, books_move(books, "2023-03-31", books->bank, books->capital, 1, NULL, NULL), ERR_REFUSED, "entry_on", "locked up to");
    books_refused(books, books_step(books, (struct step){.what = STEP_HOLD, .entries = &entry}), ERR_REFUSED, "entry_on", "locked up to");
    books_refused(books, books_step(books, (struct step){.what = STEP_RELEASE, .target = hold.id, .on = "2023-03-30"}), ERR_REFUSED,
                  "entry_on", "locked up to");
    must(books, books_step(books, (struct step){.what = STEP_RELEASE, .target = hold.id, .on = "2023-04-01"}));
    must(books, books_move(books, "2023-04-01", books->bank, books->capital, 1, NULL, NULL));
    books_refused(books, books_write(books, lock, "2023-03-30"), ERR_REFUSED, "until", "never goes back");
    books_refused(books, books_write(books, lock, "2022-12-31"), ERR_REFUSED, "until", "never goes back");
    books_refused(books, books_write(books, lock, "hier"), ERR_INVALID, "until", "date");
    books_must_verify(books);
}

struct mirror {
    int64_t account, other;
};

static int open_mirror(struct db *db, void *context, struct error *error)
{
    struct mirror *mirror = context;
    int result = ledger_book_open(db, "mirror", error);
    if (!result)
        result = ledger_book_open(db, "mirror", error); /* again: nothing */
    struct ledger_account_asked asked = {.book = "mirror", .number = "available", .auxiliary = "P1", .guard = LEDGER_GUARD_DEBIT};
    if (!result)
        result = ledger_account_open(db, &asked, &mirror->account, error);
    asked = (struct ledger_account_asked){.book = "mirror", .number = "prison"};
    return result ? result : ledger_account_open(db, &asked, &mirror->other, error);
}

static void test_books_never_mix(void **state)
{
    struct books *books = *state;
    struct mirror mirror = {0};
    must(books, books_write(books, open_mirror, &mirror));
    must(books, books_move(books, "2021-06-01", mirror.account, mirror.other, 500, NULL, NULL));
    books_refused(books, books_move(books, "2023-06-01", mirror.account, books->bank, 1, NULL, NULL), ERR_REFUSED, "lines.0.account",
                  "another book");
    books_refused(books, books_move(books, "2023-06-01", mirror.other, mirror.account, 501, NULL, NULL), ERR_REFUSED, "lines.1.amount",
                  "below zero");
    assert_int_equal(house_int(&books->house, "SELECT last_number FROM ledger_year WHERE book = 'general'"), 0);
    books_must_verify(books);
}

/* --- years and accounts that cannot be --- */

struct asked_year {
    const char *code, *starts_on, *ends_on;
};

static int ask_year(struct db *db, void *context, struct error *error)
{
    const struct asked_year *asked = context;
    return ledger_year_open(db, asked->code, asked->starts_on, asked->ends_on, NULL, error);
}

static void test_years_follow_each_other(void **state)
{
    static const struct {
        struct asked_year asked;
        int code;
        const char *field;
    } cases[] = {
        {{"2023", "2023-01-01", "2023-12-31"}, 0, ""}, /* the same again */
        {{"2023", "2023-01-01", "2023-06-30"}, ERR_REFUSED, "code"},
        {{"2025", "2025-01-01", "2025-12-31"}, ERR_REFUSED, "starts_on"},
        {{"2023b", "2023-07-01", "2024-06-30"}, ERR_REFUSED, "starts_on"},
        {{"2024", "2024-01-01", "2023-12-31"}, ERR_INVALID, "ends_on"},
        {{"2024", "2024-01-01", "2026-06-30"}, ERR_INVALID, "ends_on"},
        {{"2024", "2024-02-30", "2024-12-31"}, ERR_INVALID, "starts_on"},
        {{"", "2024-01-01", "2024-12-31"}, ERR_INVALID, "code"},
        {{"2024", "2024-01-01", "2024-12-31"}, 0, ""},
    };
    struct books *books = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int code = books_write(books, ask_year, (void *)&cases[i].asked);
        assert_int_equal(code, cases[i].code);
        if (code)
            assert_string_equal(books->house.error.field, cases[i].field);
    }
}

static int ask_account(struct db *db, void *context, struct error *error)
{
    int64_t account;
    return ledger_account_open(db, context, &account, error);
}

static void test_accounts_stand_under_the_chart(void **state)
{
    static const struct {
        struct ledger_account_asked asked;
        int code;
    } cases[] = {
        {{.number = "41111234", .name = "Maison d’arrêt d’Évreux"}, 0},
        {{.number = "411", .auxiliary = "73282932000074"}, 0},
        {{.number = "10681"}, 0},
        {{.number = "99"}, ERR_INVALID},
        {{.number = "10"}, ERR_INVALID},
        {{.number = "999"}, ERR_REFUSED},
        {{.number = "411 1"}, ERR_INVALID},
        {{.number = "4A1"}, ERR_INVALID},
        {{.number = ""}, ERR_INVALID},
        {{.number = "411", .name = ""}, ERR_INVALID},
        {{.number = "411", .auxiliary = "a\tb"}, ERR_INVALID},
        {{.book = "nowhere", .number = "x"}, ERR_NOT_FOUND},
    };
    struct books *books = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (books_write(books, ask_account, (void *)&cases[i].asked) != cases[i].code)
            fail_msg("%s: %d %s", cases[i].asked.number, books->house.error.code, books->house.error.message);
}

/* --- actions --- */

static void test_entity_by_its_siren(void **state)
{
    struct books *books = *state;
    struct session accountant = session_with(ROLE_ACCOUNTANT, 0, 0, NULL), coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL);
    struct house *house = &books->house;
    assert_int_equal(house_run(house, &accountant, "ledger entity", "{'siren':'732829321','name':'Coop','kind':'scic'}", NULL), ERR_INVALID);
    assert_string_equal(house->error.field, "siren");
    assert_int_equal(house_run(house, &coordinator, "ledger entity", "{'siren':'732829320','name':'Coop','kind':'scic'}", NULL), ERR_FORBIDDEN);
    must(books, house_run(house, &accountant, "ledger entity", "{'siren':'732 829 320','name':'Coop','kind':'association'}", NULL));
    assert_int_equal(house_int(house, "SELECT open FROM ledger_account WHERE number = '1061' AND auxiliary = ''"), 0);
    must(books, house_run(house, &accountant, "ledger entity", "{'siren':'732829320','name':'Coop','kind':'scic','example':true}", NULL));
    assert_int_equal(house_int(house, "SELECT open FROM ledger_account WHERE number = '1061' AND auxiliary = ''"), 1);
    must(books, books_move(books, "2023-01-05", books->bank, books->capital, 1, NULL, NULL));
    must(books, house_run(house, &accountant, "ledger entity", "{'siren':'732829320','name':'Coop bis','kind':'scic'}", NULL));
    assert_int_equal(house_run(house, &accountant, "ledger entity", "{'siren':'732829320','name':'Coop','kind':'scop'}", NULL), ERR_REFUSED);
    assert_string_equal(house->error.field, "kind");
}

static void test_reversal_by_its_number(void **state)
{
    struct books *books = *state;
    struct session accountant = session_with(ROLE_ACCOUNTANT, 0, 0, NULL);
    struct tree *result;
    must(books, books_move(books, "2023-01-05", books->bank, books->capital, 100, NULL, NULL));
    must(books, house_run(&books->house, &accountant, "ledger reverse", "{'year':'2023','number':1,'entry_on':'2023-02-01'}", &result));
    assert_int_equal(tree_int(result, "number", 0), 2);
    assert_int_equal(house_run(&books->house, &accountant, "ledger reverse", "{'year':'2023','number':9,'entry_on':'2023-02-01'}", NULL), ERR_NOT_FOUND);
    assert_int_equal(house_run(&books->house, &accountant, "ledger reverse", "{'year':'2023','number':1,'entry_on':'2023-02-01'}", NULL), ERR_REFUSED);
    books_must_verify(books);
}

static void test_trial_balance_before_the_close(void **state)
{
    struct books *books = *state;
    struct session auditor = session_with(ROLE_AUDITOR, 0, 0, NULL), member = session_with(ROLE_MEMBER, 1, 0, NULL);
    struct asked_year next = {"2024", "2024-01-01", "2024-12-31"};
    struct tree *open, *closed;
    must(books, books_move(books, "2023-01-05", books->bank, books->capital, 100000, NULL, NULL));
    must(books, books_move(books, "2023-01-06", books->customer, books->sales, 50000, NULL, NULL));
    must(books, books_write(books, ask_year, &next));
    must(books, books_move(books, "2024-01-06", books->bank, books->customer, 50000, NULL, NULL));
    must(books, house_view(&books->house, &auditor, "ledger.balance", "{'year':'2024'}", &open));
    must(books, books_step(books, (struct step){.what = STEP_CLOSE, .target = books->year.id}));
    must(books, house_view(&books->house, &auditor, "ledger.balance", "{'year':'2024'}", &closed));
    assert_string_equal(json_of(books->house.arena, open), json_of(books->house.arena, closed));
    assert_int_equal(tree_int(tree_path(open, "rows.0"), "balance_cents", 0), -100000);
    assert_int_equal(house_view(&books->house, &member, "ledger.balance", NULL, &open), ERR_FORBIDDEN);
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
        cmocka_unit_test_setup_teardown(test_many_holds_end_at_once, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_post_more_than_held, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_reverse_once, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_close_carries_balances, open_books, close_books),
        cmocka_unit_test(test_proof_finds),
        cmocka_unit_test_setup_teardown(test_entries_are_immutable, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_clock_that_jumps, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_lock_never_goes_back, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_books_never_mix, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_years_follow_each_other, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_accounts_stand_under_the_chart, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_entity_by_its_siren, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_reversal_by_its_number, open_books, close_books),
        cmocka_unit_test_setup_teardown(test_trial_balance_before_the_close, open_books, close_books),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
