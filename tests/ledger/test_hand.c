/* What an accountant does by hand: typing, lettering, reading a statement. */
#include <string.h>

#include "base/text.h"
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

static int run(struct books *books, const char *action, const char *json, struct tree **ret_result)
{
    books->house.error = (struct error){0};
    return house_run(&books->house, &session_local, action, json, ret_result);
}

static bool told(const struct books *books, const char *field)
{
    for (const struct error *error = &books->house.error; error; error = error->next)
        if (text_is(error->field, field))
            return true;
    return false;
}

static struct tree *view(struct books *books, const char *name, const char *json)
{
    struct tree *answer = NULL;
    assert_int_equal(house_view(&books->house, &session_local, name, json, &answer), 0);
    return answer;
}

static void typed(void **state)
{
    struct books *books = *state;
    struct tree *result;
    /* the number, the beginning of the name, an empty line between */
    assert_int_equal(run(books, "ledger enter", "{'journal':'BQ','entry_on':'2023-04-01','label':'Loyer','lines':[{'account':'6132','debit':5000},{},{'account':'banques','credit':5000,'label':'Virement'}]}", &result), 0);
    assert_int_equal(tree_int(result, "number", 0), 1);
    assert_int_equal(books_balance(books, books->bank).credit, 5000);
    books_must_verify(books);
}

static void typed_wrong(void **state)
{
    static const struct {
        const char *json, *field;
    } cases[] = {
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'account':'512','debit':5000},{'account':'411','credit':4900}]}", "lines"},
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'account':'512','debit':5000}]}", "lines"},
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'account':'512','debit':1},{},{'account':'999','credit':1}]}", "lines.2.account"},
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'account':'512','debit':1,'credit':1},{'account':'411','credit':1}]}", "lines.0.credit"},
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'account':'512'},{'account':'411','credit':1}]}", "lines.0.debit"},
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'debit':1},{'account':'411','credit':1}]}", "lines.0.account"},
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'account':'banques','debit':-1},{'account':'411','credit':1}]}", "lines.0.debit"},
        {"{'journal':'ZZ','entry_on':'2023-04-01','label':'x','lines':[{'account':'512','debit':1},{'account':'411','credit':1}]}", "journal"},
        {"{'journal':'BQ','entry_on':'2019-04-01','label':'x','lines':[{'account':'512','debit':1},{'account':'411','credit':1}]}", "entry_on"},
        {"{'journal':'BQ','entry_on':'2023-04-01','label':'x','lines':[{'account':'c','debit':1},{'account':'411','credit':1}]}", "lines.0.account"},
    };
    struct books *books = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (!run(books, "ledger enter", cases[i].json, NULL) || !told(books, cases[i].field))
            fail_msg("case %zu: %s %s", i, books->house.error.field, books->house.error.message);
        assert_int_equal(house_int(&books->house, "SELECT count(*) FROM ledger_entry"), 0);
    }
}

static const char *word(struct books *books, const struct ledger_posted *posted, int position)
{
    return arena_printf(books->house.arena, "%lld-%d", (long long)posted->id, position);
}

static void letters(void **state)
{
    struct books *books = *state;
    struct ledger_posted bill, paid, other;
    struct tree *result;
    books_move(books, "2023-01-10", books->customer, books->sales, 7000, NULL, &bill);
    books_move(books, "2023-02-10", books->bank, books->customer, 7000, NULL, &paid);
    books_move(books, "2023-02-11", books->bank, books->customer, 6000, NULL, &other);
    const char *wrong = arena_printf(books->house.arena, "{'account':'411','lines':['%s','%s']}", word(books, &bill, 1), word(books, &other, 2));
    assert_int_equal(run(books, "ledger letter", wrong, NULL), ERR_REFUSED);
    const char *good = arena_printf(books->house.arena, "{'account':'411','lines':['%s','%s']}", word(books, &bill, 1), word(books, &paid, 2));
    assert_int_equal(run(books, "ledger letter", good, &result), 0);
    assert_string_equal(tree_text(result, "lettering"), "AA");
    assert_int_equal(run(books, "ledger letter", good, NULL), ERR_REFUSED); /* lettered already */
    const char *foreign = arena_printf(books->house.arena, "{'account':'411','lines':['%s','%s']}", word(books, &bill, 2), word(books, &paid, 1));
    assert_int_equal(run(books, "ledger letter", foreign, NULL), ERR_INVALID); /* of other accounts */
    assert_int_equal(run(books, "ledger unletter", "{'account':'411','lettering':'AA'}", NULL), 0);
    assert_int_equal(run(books, "ledger unletter", "{'account':'411','lettering':'AA'}", NULL), ERR_NOT_FOUND);
    assert_int_equal(run(books, "ledger letter-auto", "{'account':'411'}", &result), 0);
    assert_int_equal(tree_int(result, "groups", 0), 1);
    assert_int_equal(tree_int(result, "open_lines", 0), 1);
}

/* Thirty pairs and more: codes go on from AZ to BA; equal amounts are paired the oldest first. */
static void many_letters(void **state)
{
    struct books *books = *state;
    struct tree *result;
    for (int i = 0; i < 30; i++) {
        books_move(books, "2023-01-10", books->customer, books->sales, 100 + i % 3, NULL, NULL);
        books_move(books, "2023-02-10", books->bank, books->customer, 100 + i % 3, NULL, NULL);
    }
    assert_int_equal(run(books, "ledger letter-auto", "{'account':'411'}", &result), 0);
    assert_int_equal(tree_int(result, "groups", 0), 30);
    assert_int_equal(tree_int(result, "open_lines", -1), 0);
    assert_string_equal(house_text(&books->house, "SELECT max(code) FROM ledger_letter"), "BD");
    assert_int_equal(house_int(&books->house, "SELECT count(*) FROM (SELECT t.code FROM ledger_letter t JOIN ledger_line l ON l.entry_id = t.entry_id AND l.position = t.position GROUP BY t.code HAVING SUM(l.amount_cents) <> 0) x"), 0);
}

/* A back-dated entry changes every balance after it; a year that is not closed yet hands its balance on all the same. */
static void statement(void **state)
{
    struct books *books = *state;
    books_move(books, "2023-03-01", books->bank, books->capital, 10000, NULL, NULL);
    books_move(books, "2023-05-01", books->purchases, books->bank, 3000, NULL, NULL);
    books_move(books, "2023-04-01", books->purchases, books->bank, 2000, NULL, NULL); /* typed last, dated before */
    const char *asked = arena_printf(books->house.arena, "{'account':'%lld','year':'2023'}", (long long)books->bank);
    const struct tree *rows = tree_get(view(books, "ledger.movements", asked), "rows");
    static const int64_t balances[] = {10000, 8000, 5000};
    size_t at = 0;
    for (const struct tree *row = rows->first; row; row = row->next)
        assert_int_equal(tree_int(row, "balance_cents", 0), balances[at++]);
    assert_int_equal(at, 3);
    const char *period = arena_printf(books->house.arena, "{'account':'%lld','year':'2023','from_on':'2023-04-02'}", (long long)books->bank);
    rows = tree_get(view(books, "ledger.movements", period), "rows");
    assert_int_equal(rows->count, 1);
    assert_int_equal(tree_int(rows->first, "balance_cents", 0), 5000);
    assert_int_equal(run(books, "ledger year-open", "{'year':'2024','starts_on':'2024-01-01','ends_on':'2024-12-31'}", NULL), 0);
    books_move(books, "2024-01-15", books->purchases, books->bank, 1000, NULL, NULL);
    asked = arena_printf(books->house.arena, "{'account':'%lld','year':'2024'}", (long long)books->bank);
    for (int closed = 0; closed < 2; closed++) {
        rows = tree_get(view(books, "ledger.movements", asked), "rows");
        assert_int_equal(tree_int(rows->last, "balance_cents", 0), 4000);
        assert_int_equal(rows->count, closed ? 2 : 1); /* the opening is an entry of its own then */
        if (!closed)
            assert_int_equal(books_step(books, (struct step){.what = STEP_CLOSE, .target = books->year.id}), 0);
    }
}

#define BOOKS(test) cmocka_unit_test_setup_teardown(test, open_books, close_books)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS(typed), BOOKS(typed_wrong), BOOKS(letters), BOOKS(many_letters), BOOKS(statement),
    };
    return cmocka_run_group_tests_name("ledger by hand", tests, NULL, NULL);
}
