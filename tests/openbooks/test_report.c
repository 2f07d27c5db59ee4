/* What the open books compute from sums of accounts: nothing is lost, what is shown adds up, what flows in
 * flows out. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/embed.h"
#include "base/text.h"
#include "openbooks/report.h"
#include "support/support.h"

static struct published_list read_list(struct arena *arena)
{
    struct published_list list;
    struct error error = {0};
    assert_int_equal(published_read(arena, &list, &error), 0);
    return list;
}

static struct ledger_sum sum_of(const char *number, int64_t debit, const char *fund)
{
    return (struct ledger_sum){.number = number,
                               .auxiliary = "",
                               .fund = fund,
                               .debit_cents = debit > 0 ? debit : 0,
                               .credit_cents = debit < 0 ? -debit : 0};
}

static void compute(struct arena *arena, const struct published_list *list, const struct ledger_sum *sums,
                    size_t count, struct report *report)
{
    *report = (struct report){.published = list, .year = {.code = "2023"}};
    report_parts(arena, sums, count, report);
}

static void check_adds_up(const struct report *report)
{
    int64_t income = 0, uses = 0, tenths_in = 0, tenths_out = 0, cents_in = 0, cents_out = 0;
    for (size_t i = 0; i < report->income_count; i++) {
        income += report->income[i].euros;
        cents_in += report->income[i].cents;
        tenths_in += report->income[i].tenths;
        assert_true(report->income[i].cents > 0);
    }
    for (size_t i = 0; i < report->use_count; i++) {
        uses += report->uses[i].euros;
        cents_out += report->uses[i].cents;
        tenths_out += report->uses[i].tenths;
        assert_true(report->uses[i].cents > 0);
    }
    assert_int_equal(income, report->income_euros);
    assert_int_equal(uses, report->use_euros);
    assert_int_equal(cents_in, report->income_cents);
    assert_int_equal(cents_out, report->use_cents);
    assert_int_equal(report->income_euros - report->use_euros, report->result_euros);
    assert_true(llabs(report->income_euros * 100 - report->income_cents) <=
                100 * (int64_t)(report->income_count + 1));
    if (!report->whole_cents)
        return;
    if (report->result_cents >= 0) {
        assert_int_equal(tenths_in, 1000);
        assert_int_equal(tenths_out + report->result_tenths, 1000);
    } else {
        assert_int_equal(tenths_in + report->result_tenths, 1000);
        assert_int_equal(tenths_out, 1000);
    }
}

static void check_pictures(struct arena *arena, const struct report *report)
{
    for (int language = 0; language < LANGUAGES; language++)
        for (int narrow = 0; narrow < 2; narrow++) {
            struct flow flow;
            struct tree *picture = picture_year(arena, report, language, narrow, &flow);
            assert_true(flow_balanced(&flow));
            for (const struct tree *node = tree_get(picture, "nodes")->first; node; node = node->next)
                assert_true(strtod(tree_text(node, "y"), NULL) >= 0 &&
                            strtod(tree_text(node, "y"), NULL) + strtod(tree_text(node, "height"), NULL) <=
                                (double)tree_int(picture, "height", 0));
        }
}

static void test_a_year(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct published_list list = read_list(arena);
    const struct ledger_sum sums[] = {
        sum_of("70611", -10000001, ""), sum_of("7071", -3333333, ""), sum_of("7411", -50, ""),
        sum_of("6215", 2000049, ""),    sum_of("6411", 5000050, ""),  sum_of("6071", 2900000, ""),
        sum_of("6586", 70000, "REINS"), sum_of("5121", 999999, ""),   sum_of("445714", -1234, ""),
    };
    struct report report;
    compute(arena, &list, sums, COUNT_OF(sums), &report);
    check_adds_up(&report);
    check_pictures(arena, &report);
    assert_int_equal(report.income_cents, 13333384);
    assert_int_equal(report.result_cents, 13333384 - 9970099);
    bool fund = false;
    for (size_t i = 0; i < report.use_count; i++)
        fund |= text_is(report.uses[i].what->code, "fund_actions") && report.uses[i].cents == 70000;
    assert_true(fund); /* a fund's spending is its own, whatever its account */
}

static void test_a_loss(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct published_list list = read_list(arena);
    const struct ledger_sum sums[] = {sum_of("70611", -100000, ""), sum_of("6411", 150099, "")};
    struct report report;
    struct flow flow;
    compute(arena, &list, sums, COUNT_OF(sums), &report);
    check_adds_up(&report);
    check_pictures(arena, &report);
    assert_int_equal(report.result_cents, -50099);
    assert_null(picture_surplus(arena, &report, FRENCH, false, &flow));
}

static void test_credit_notes_above_sales(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct published_list list = read_list(arena);
    const struct ledger_sum sums[] = {sum_of("70611", 5000, ""), sum_of("7071", -100000, ""),
                                      sum_of("6071", -300, ""), sum_of("6411", 20000, "")};
    struct report report;
    compute(arena, &list, sums, COUNT_OF(sums), &report);
    check_adds_up(&report);
    check_pictures(arena, &report);
    assert_int_equal(report.result_cents, 100000 - 5000 + 300 - 20000);
}

static void test_an_empty_year(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct published_list list = read_list(arena);
    struct report report;
    compute(arena, &list, NULL, 0, &report);
    check_adds_up(&report);
    check_pictures(arena, &report);
}

static void test_random_years(void **state)
{
    (void)state;
    static const char *const numbers[] = {"70611", "7071", "7065", "7411", "7894",  "768",  "6215", "6411",
                                          "6111",  "6071", "613",  "635",  "68112", "6611", "6894", "658"};
    unsigned seed = 11;
    for (int round = 0; round < 2000; round++) {
        _cleanup_arena_ struct arena *arena = arena_new();
        struct published_list list = read_list(arena);
        struct ledger_sum sums[COUNT_OF(numbers)];
        for (size_t i = 0; i < COUNT_OF(numbers); i++) {
            seed = seed * 1103515245u + 12345u;
            int64_t amount = (int64_t)(seed >> 8) % (round % 3 ? 20000000 : 200);
            sums[i] = sum_of(numbers[i], numbers[i][0] == '7' ? -amount : amount, seed % 7 ? "" : "REINS");
            if (seed % 11 == 0)
                sums[i] = sum_of(numbers[i], numbers[i][0] == '7' ? amount : -amount, "");
        }
        struct report report;
        compute(arena, &list, sums, COUNT_OF(sums), &report);
        check_adds_up(&report);
        check_pictures(arena, &report);
    }
}

/* --- the data file --- */

static void check_chart(struct arena *arena, const struct published_list *list, const char *path)
{
    const struct embedded *file = embed_find(path);
    struct csv *csv;
    struct error error = {0};
    assert_non_null(file);
    assert_int_equal(csv_open(arena, file->bytes, file->length, &csv, &error), 0);
    while (csv_next(csv)) {
        const char *number = csv_cell(csv, 0);
        const struct published *what = published_of_account(list, number);
        if (strlen(number) < 2)
            continue;
        if (number[0] != '6' && number[0] != '7')
            assert_null(what);
        else if (!what || !text_is(what->side, number[0] == '6' ? "use" : "income"))
            fail_msg("%s: account %s has no category", path, number);
    }
}

static void test_every_account_has_a_category(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct published_list list = read_list(arena);
    check_chart(arena, &list, "data/accounts/chart_company.csv");
    check_chart(arena, &list, "data/accounts/chart_association.csv");
    for (size_t i = 0; i < list.count; i++) {
        for (int language = 0; language < LANGUAGES; language++)
            assert_true(*list.items[i].name[language] && *list.items[i].definition[language]);
        assert_ptr_equal(published_find(&list, list.items[i].code),
                         &list.items[i]); /* no code stands twice */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_year),
        cmocka_unit_test(test_a_loss),
        cmocka_unit_test(test_credit_notes_above_sales),
        cmocka_unit_test(test_an_empty_year),
        cmocka_unit_test(test_random_years),
        cmocka_unit_test(test_every_account_has_a_category),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
