/* Where a result goes, by table: the worked example of a SCIC and its variants, the other kinds, and what is refused. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "support/support.h"
#include "surplus/allocate.h"

#define NO ALLOCATION_AS_THE_RULES
#define AS_THE_RULES {NO, NO, NO, NO, NO, NO, NULL, 0}

static const struct allocation_rules law = {
    .losses_first = {true, false, 1000000, "C. com. L232-11"},
    .legal = {true, true, 150000, "Loi 47-1775 art. 16"},
    .statutory = {true, false, 500000, "Loi 47-1775 art. 19 nonies"},
    .development = {true, false, 10000, "Loi 78-763 art. 33"},
    .employees = {true, false, 250000, "Loi 78-763 art. 33"},
    .margin = {true, false, 20000, "Loi 47-1775 art. 14"},
    .mean = {true, false, 18025, "Loi 47-1775 art. 14"},
    .subsidies = {true, false, 1000000, "Loi 47-1775 art. 19 nonies"},
    .carry = {true, false, 0, "Loi 47-1775 art. 16"},
    .sharing = {true, true, 0, "Loi du 1er juillet 1901 art. 1"},
    .reserves_interest = {true, false, 1000000, "Loi 78-763 art. 33"},
    .legal_alone = true,
    .threshold_confirmed = false,
};

struct row {
    const char *name;
    struct allocation_basis basis;
    struct allocation_asked asked;
    int64_t statutes_legal, statutes_statutory;
    const char *expected; /* "code amount …", or "field: part of the refusal" */
    int64_t interest_most; /* of the line interest; 0: not looked at */
};

static const struct allocation_gift gifts[] = {{"REINS", "10681", 200000}, {"FAM", "10682", 100000}};
static const struct allocation_gift nothing_given[] = {{"REINS", "10681", 0}};

#define SCIC ALLOCATION_SCIC
#define SCOP ALLOCATION_SCOP
#define ASSOCIATION ALLOCATION_ASSOCIATION

static const struct row rows[] = {
    /* The worked example: 10,000 euros, the capital not reached, subsidies of 3,000: interest on 1,250 at most. */
    {"example", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 300000}, AS_THE_RULES, 0, 0,
     "legal_reserve 150000 statutory_reserve 850000 interest 0", 125000},
    {"example, interest paid in full", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 300000}, {NO, NO, NO, NO, 125000, NO, NULL, 0}, 0, 0,
     "legal_reserve 150000 statutory_reserve 725000 interest 125000", 125000},
    {"example, one cent of interest too many", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 300000}, {NO, NO, NO, NO, 125001, NO, NULL, 0},
     0, 0, "interest: art. 19 nonies", 0},
    {"example, half of the rest to the reserve, the rest to funds", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 300000},
     {NO, 425000, NO, NO, 125000, NO, gifts, 2}, 0, 0,
     "legal_reserve 150000 statutory_reserve 425000 interest 125000 fund 200000 fund 100000", 0},
    {"example, a cent that goes nowhere", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 300000},
     {NO, 425000, NO, NO, 124999, NO, gifts, 2}, 0, 0, "statutory: not allocated yet", 0},
    {"example, with funds", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 300000}, {NO, NO, NO, NO, 125000, NO, gifts, 2}, 0, 0,
     "legal_reserve 150000 statutory_reserve 425000 interest 125000 fund 200000 fund 100000", 0},
    {"one cent less for the statutory reserve", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 300000},
     {NO, 424999, NO, NO, 125001, NO, gifts, 2}, 0, 0, "statutory: art. 19 nonies", 0},
    {"funds that eat the statutory reserve", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, 200000, NO, gifts, 2}, 0, 0,
     "statutory: art. 19 nonies", 0},
    {"legal reserve below the law", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {149999, NO, NO, NO, NO, NO, NULL, 0}, 0, 0,
     "legal: art. 16", 0},
    {"legal reserve above the law", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {400000, NO, NO, NO, NO, NO, NULL, 0}, 0, 0,
     "legal_reserve 400000 statutory_reserve 600000 interest 0", 0},
    {"more than all to the legal reserve", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {1000001, NO, NO, NO, NO, NO, NULL, 0}, 0, 0,
     "legal: Only", 0},
    /* The threshold. */
    {"last instalment", {SCIC, 1000000, 0, 0, 500000, 400000, 900000, 0}, AS_THE_RULES, 0, 0,
     "legal_reserve 100000 statutory_reserve 900000 interest 0", 0},
    {"last instalment of one cent", {SCIC, 1000000, 0, 0, 500000, 499999, 900000, 0}, AS_THE_RULES, 0, 0,
     "legal_reserve 1 statutory_reserve 999999 interest 0", 0},
    {"instalment exactly what is missing", {SCIC, 1000000, 0, 0, 500000, 350000, 350000, 0}, AS_THE_RULES, 0, 0,
     "legal_reserve 150000 statutory_reserve 850000 interest 0", 0},
    {"capital reached", {SCIC, 1000000, 0, 0, 500000, 500000, 500000, 300000}, AS_THE_RULES, 0, 0,
     "legal_reserve 0 statutory_reserve 1000000 interest 0", 19012},
    {"no capital", {SCIC, 1000000, 0, 0, 0, 0, 0, 0}, AS_THE_RULES, 0, 0, "legal_reserve 0 statutory_reserve 1000000 interest 0", 0},
    {"no capital, no interest", {SCIC, 1000000, 0, 0, 0, 0, 0, 0}, {NO, NO, NO, NO, 1, NO, NULL, 0}, 0, 0, "interest: art. 14", 0},
    {"a reserve in debit", {SCIC, 1000000, 0, 0, 10000000, -5, -5, 0}, AS_THE_RULES, 0, 0,
     "legal_reserve 150000 statutory_reserve 850000 interest 0", 0},
    /* Losses of earlier years. */
    {"losses first", {SCIC, 1000000, 400000, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0,
     "losses 400000 legal_reserve 90000 statutory_reserve 510000 interest 0", 0},
    {"losses take all", {SCIC, 1000000, 1000000, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0,
     "losses 1000000 legal_reserve 0 statutory_reserve 0 interest 0", 0},
    {"losses take more than all", {SCIC, 1000000, 2500000, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0,
     "losses 1000000 legal_reserve 0 statutory_reserve 0 interest 0", 0},
    {"losses leave nothing to give", {SCIC, 1000000, 900000, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, NO, NO, gifts, 1}, 0, 0,
     "funds: Only", 0},
    /* Interest. */
    {"subsidies above the rest", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 900000}, {NO, NO, NO, NO, 1, NO, NULL, 0}, 0, 0,
     "interest: art. 19 nonies", 0},
    {"cap of the capital", {SCIC, 1000000, 0, 0, 1000000, 0, 0, 0}, {NO, NO, NO, NO, 38025, NO, NULL, 0}, 0, 0,
     "legal_reserve 150000 statutory_reserve 811975 interest 38025", 38025},
    {"a cent above the cap", {SCIC, 1000000, 0, 0, 1000000, 0, 0, 0}, {NO, NO, NO, NO, 38026, NO, NULL, 0}, 0, 0, "interest: art. 14", 0},
    {"the cap is rounded down", {SCIC, 1000000, 0, 0, 999999, 0, 0, 0}, {NO, NO, NO, NO, 38025, NO, NULL, 0}, 0, 0, "interest: art. 14", 0},
    /* Statutes. */
    {"statutes: all to the reserve", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 1000000,
     "legal_reserve 150000 statutory_reserve 850000 interest 0", 0},
    {"statutes: all to the reserve, a gift", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, NO, NO, gifts, 1}, 0, 1000000,
     "statutory: art. 19 nonies", 0},
    {"statutes: all to the reserve, one cent of interest", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0},
     {NO, NO, NO, NO, 1, NO, NULL, 0}, 0, 1000000, "interest: art. 19 nonies", 0},
    {"statutes: 20 % to the legal reserve", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 200000, 0,
     "legal_reserve 200000 statutory_reserve 800000 interest 0", 0},
    {"statutes below the law change nothing", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 10000, 10000,
     "legal_reserve 150000 statutory_reserve 850000 interest 0", 0},
    /* Rounding: at least is up, at most is down. */
    {"three cents", {SCIC, 3, 0, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0, "legal_reserve 1 statutory_reserve 2 interest 0", 1},
    {"seven cents, one that goes nowhere", {SCIC, 7, 0, 0, 10000000, 0, 0, 0}, {NO, 3, NO, NO, 1, NO, NULL, 0}, 0, 0,
     "statutory: not allocated yet", 0},
    {"seven cents", {SCIC, 7, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, 2, NO, NULL, 0}, 0, 0,
     "legal_reserve 2 statutory_reserve 3 interest 2", 2},
    {"seven cents, half a cent too far", {SCIC, 7, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, 3, NO, NULL, 0}, 0, 0,
     "interest: art. 19 nonies", 0},
    {"one cent", {SCIC, 1, 0, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0, "legal_reserve 1 statutory_reserve 0 interest 0", 0},
    {"zero", {SCIC, 0, 0, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0, "legal_reserve 0 statutory_reserve 0 interest 0", 0},
    {"zero, a gift", {SCIC, 0, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, NO, NO, gifts, 1}, 0, 0, "funds: Only", 0},
    /* 64 bits. */
    {"all the money there is", {SCIC, INT64_MAX, 0, 0, INT64_MAX, 0, 0, 0}, AS_THE_RULES, 0, 0,
     "legal_reserve 1383505805528216372 statutory_reserve 7839866231326559435 interest 0", 350718721701402850},
    {"as much in losses", {SCIC, INT64_MAX, INT64_MAX, 0, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}, AS_THE_RULES, 0, 0,
     "losses 9223372036854775807 legal_reserve 0 statutory_reserve 0 interest 0", 0},
    {"the deepest loss", {SCIC, -INT64_MAX, INT64_MAX, INT64_MAX, 0, 0, 0, 0}, AS_THE_RULES, 0, 0, "carried_used 9223372036854775807", 0},
    {"a loss beyond", {SCIC, INT64_MIN, 0, 0, 0, 0, 0, 0}, AS_THE_RULES, 0, 0, ": too large", 0},
    /* A loss. */
    {"loss", {SCIC, -250000, 100000, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0, "loss_carried 250000", 0},
    {"loss, after surplus carried forward", {ASSOCIATION, -250000, 0, 100000, 0, 0, 0, 0}, AS_THE_RULES, 0, 0,
     "carried_used 100000 loss_carried 150000", 0},
    {"loss covered whole", {ASSOCIATION, -250000, 0, 300000, 0, 0, 0, 0}, AS_THE_RULES, 0, 0, "carried_used 250000", 0},
    {"loss, and interest", {SCIC, -250000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, 1, NO, NULL, 0}, 0, 0, ": L232-11", 0},
    {"loss, and a gift", {SCIC, -250000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, NO, NO, gifts, 1}, 0, 0, ": L232-11", 0},
    /* What a SCIC has no place for. */
    {"carried forward", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, NO, 1, NULL, 0}, 0, 0, "carried: art. 16", 0},
    {"employees of a SCIC", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, 1, NO, NO, NULL, 0}, 0, 0,
     "employees_share: art. 19 nonies", 0},
    {"a gift of nothing", {SCIC, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, NO, NO, nothing_given, 1}, 0, 0,
     "funds: above zero", 0},
    /* SCOP. */
    {"scop", {SCOP, 1000000, 0, 0, 10000000, 0, 0, 0}, AS_THE_RULES, 0, 0,
     "legal_reserve 150000 employees_share 250000 development_fund 600000 interest 0", 250000},
    {"scop, all asked", {SCOP, 1000000, 0, 0, 10000000, 0, 0, 0}, {150000, NO, 400000, 250000, 200000, NO, NULL, 0}, 0, 0,
     "legal_reserve 150000 employees_share 250000 development_fund 400000 interest 200000", 0},
    {"scop, employees' share too small", {SCOP, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, 249999, NO, NO, NULL, 0}, 0, 0,
     "employees_share: art. 33", 0},
    {"scop, interest above the employees' share", {SCOP, 1000000, 0, 0, 100000000, 0, 0, 0}, {NO, NO, NO, NO, 250001, NO, NULL, 0}, 0, 0,
     "interest: art. 33", 0},
    {"scop, interest above both reserves", {SCOP, 1000000, 0, 0, 100000000, 0, 0, 0}, {NO, NO, 10000, 600000, 240000, NO, NULL, 0}, 0, 0,
     "interest: art. 33", 0},
    {"scop, no development fund", {SCOP, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, 850000, NO, NO, NULL, 0}, 0, 0,
     "development: art. 33", 0},
    {"scop, statutory reserve", {SCOP, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, 5, NO, NO, NO, NO, NULL, 0}, 0, 0, "statutory: art. 33", 0},
    {"scop, carried", {SCOP, 1000000, 0, 0, 10000000, 0, 0, 0}, {NO, NO, NO, NO, NO, 1, NULL, 0}, 0, 0, "carried: art. 16", 0},
    /* Association. */
    {"association", {ASSOCIATION, 1000000, 300000, 0, 0, 0, 0, 500000}, {NO, 100000, NO, NO, NO, NO, gifts, 1}, 0, 0,
     "losses 300000 statutory_reserve 100000 fund 200000 carried_forward 400000", 0},
    {"association, interest", {ASSOCIATION, 1000000, 0, 0, 0, 0, 0, 0}, {NO, NO, NO, NO, 1, NO, NULL, 0}, 0, 0, "interest: art. 1", 0},
    {"association, employees", {ASSOCIATION, 1000000, 0, 0, 0, 0, 0, 0}, {NO, NO, NO, 1, NO, NO, NULL, 0}, 0, 0, "employees_share: art. 1", 0},
    {"association, not all allocated", {ASSOCIATION, 1000000, 0, 0, 0, 0, 0, 0}, {NO, NO, NO, NO, NO, 400000, gifts, 1}, 0, 0,
     "carried: not allocated yet", 0},
};

static void check_sum(const struct row *row, const struct allocation *allocation)
{
    __int128 sum = 0;
    for (size_t i = 0; i < allocation->line_count; i++) {
        const struct allocation_line *line = &allocation->lines[i];
        sum += line->amount;
        if (line->amount < 0 || (line->least >= 0 && line->amount < line->least) || (line->most >= 0 && line->amount > line->most))
            fail_msg("%s: %s is outside its limits", row->name, line->code);
    }
    if (sum != (row->basis.result < 0 ? -(__int128)row->basis.result : row->basis.result))
        fail_msg("%s: the lines do not add up to the result", row->name);
}

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        _cleanup_arena_ struct arena *arena = arena_new();
        const struct row *row = &rows[i];
        struct allocation_rules rules = law;
        struct allocation allocation;
        struct error error = {0};
        char text[1024] = "", sentence[768];
        rules.statutes_legal = row->statutes_legal;
        rules.statutes_statutory = row->statutes_statutory;
        if (row->basis.kind == ALLOCATION_ASSOCIATION)
            rules.carry.ppm = 1000000;
        int code = allocation_compute(&row->basis, &rules, &row->asked, "en", arena, &allocation, &error);
        if (code) {
            error_format(&error, error.message, sentence, sizeof sentence);
            const char *colon = strchr(row->expected, ':');
            if (!colon || strncmp(error.field, row->expected, (size_t)(colon - row->expected)) != 0 ||
                strlen(error.field) != (size_t)(colon - row->expected) || !strstr(sentence, colon + 2))
                fail_msg("%s: %s: %s", row->name, error.field, sentence);
            continue;
        }
        for (size_t k = 0; k < allocation.line_count; k++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %lld", k ? " " : "", allocation.lines[k].code,
                     (long long)allocation.lines[k].amount);
        if (strcmp(text, row->expected) != 0)
            fail_msg("%s: %s", row->name, text);
        for (size_t k = 0; k < allocation.line_count && row->interest_most; k++)
            if (!strcmp(allocation.lines[k].code, "interest") && allocation.lines[k].most != row->interest_most)
                fail_msg("%s: interest at most %lld", row->name, (long long)allocation.lines[k].most);
        check_sum(row, &allocation);
    }
}

/* All reserves together reach the capital sooner: the instalment stops. */
static void test_threshold_of_all_reserves(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    const struct allocation_basis basis = {ALLOCATION_SCIC, 1000000, 0, 0, 500000, 100000, 450000, 0};
    const struct allocation_asked asked = AS_THE_RULES;
    struct allocation_rules rules = law;
    struct allocation allocation;
    struct error error = {0};
    (void)state;
    assert_int_equal(allocation_compute(&basis, &rules, &asked, "fr", arena, &allocation, &error), 0);
    assert_int_equal(allocation.lines[0].amount, 150000);
    rules.legal_alone = false;
    assert_int_equal(allocation_compute(&basis, &rules, &asked, "fr", arena, &allocation, &error), 0);
    assert_int_equal(allocation.lines[0].amount, 50000);
}

/* A bond rate nobody knows: no interest without it, and the draft says that it is to be confirmed. */
static void test_unknown_bond_rate(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    const struct allocation_basis basis = {ALLOCATION_SCIC, 1000000, 0, 0, 10000000, 0, 0, 0};
    struct allocation_asked asked = AS_THE_RULES;
    struct allocation_rules rules = law;
    struct allocation allocation;
    struct error error = {0};
    (void)state;
    rules.mean = (struct allocation_rate){0};
    assert_int_equal(allocation_compute(&basis, &rules, &asked, "en", arena, &allocation, &error), 0);
    assert_true(allocation.to_confirm);
    asked.interest = 1;
    assert_int_equal(allocation_compute(&basis, &rules, &asked, "en", arena, &allocation, &error), ERR_REFUSED);
    assert_string_equal(error.field, "mean_rate");
}

/* A mean so low that with the margin nothing may be paid. */
static void test_negative_bond_rate(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    const struct allocation_basis basis = {ALLOCATION_SCIC, 1000000, 0, 0, 10000000, 0, 0, 0};
    struct allocation_asked asked = AS_THE_RULES;
    struct allocation_rules rules = law;
    struct allocation allocation;
    struct error error = {0};
    (void)state;
    rules.mean.ppm = -30000;
    asked.interest = 1;
    assert_int_equal(allocation_compute(&basis, &rules, &asked, "en", arena, &allocation, &error), ERR_REFUSED);
    assert_string_equal(error.field, "interest");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_threshold_of_all_reserves),
        cmocka_unit_test(test_unknown_bond_rate),
        cmocka_unit_test(test_negative_bond_rate),
    };
    return cmocka_run_group_tests_name("surplus allocation", tests, NULL, NULL);
}
