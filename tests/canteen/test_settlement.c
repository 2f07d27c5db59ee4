/* Settlement: what was handed over is charged once, all else is free; VAT rounded once; debits told, compared, decided; orders of
 * those who left, at every stage. */
#include "canteen/settling.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "canteen/settlement/internal.h"

static int open_shop(void **state)
{
    struct shop *shop = memory_get(sizeof *shop);
    shop_open(shop, true);
    *state = shop;
    return 0;
}

static int close_shop(void **state)
{
    shop_close(*state);
    freep(state);
    return 0;
}

static int64_t count(struct shop *shop, const char *sql)
{
    return house_int(&shop->house, sql);
}

static struct tree *settle_cycle(struct shop *shop, const char *json)
{
    struct tree *result;
    if (shop_job(shop, "settlement cycle", json, NULL, &result))
        fail_msg("settlement cycle %s: %s %s", json, shop->house.error.field, shop->house.error.message);
    return result;
}

static void cycle_refused(struct shop *shop, const char *json, const char *field, const char *says)
{
    if (!shop_job(shop, "settlement cycle", json, NULL, NULL))
        fail_msg("settlement cycle %s was done", json);
    assert_string_equal(shop->house.error.field, field);
    if (!strstr(shop->house.error.message, says))
        fail_msg("%s", shop->house.error.message);
}

/* --- VAT --- */

static void test_vat_is_rounded_once(void **state)
{
    static const struct {
        int64_t cents, rate, vat;
    } table[] = {
        {0, 55000, 0},       {1, 55000, 0},          {10, 55000, 1},       {9, 55000, 0},           {1055, 55000, 55},
        {1054, 55000, 55},   {1000, 55000, 52},      {1000, 100000, 91},   {1100, 100000, 100},     {11, 100000, 1},
        {5, 100000, 0},      {6, 100000, 1},         {1200, 200000, 200},  {1, 200000, 0},          {3, 200000, 1},
        {2, 200000, 0},      {1021, 21000, 21},      {1000, 21000, 21},    {24, 21000, 0},          {25, 21000, 1},
        {-1055, 55000, -55}, {-3, 200000, -1},       {-2, 200000, 0},      {123456789, 200000, 20576132},
        {1000000000000, 55000, 52132701422},         {999, 0, 0},          {-25, 21000, -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        int64_t vat = -1;
        assert_true(vat_within(table[i].cents, table[i].rate, &vat));
        if (vat != table[i].vat)
            fail_msg("%" PRId64 " at %" PRId64 ": %" PRId64, table[i].cents, table[i].rate, vat);
    }
}

/* --- a cycle --- */

static int64_t debit_of(struct shop *shop, int64_t order, const char *column)
{
    return count(shop, arena_printf(shop->house.arena, "SELECT %s FROM canteen_debit WHERE order_id = %" PRId64 " AND kind <> 'give_back'", column, order));
}

static void test_a_cycle_is_charged_once(void **state)
{
    struct shop *shop = *state;
    int64_t orders[5];
    for (int i = 0; i < 5; i++)
        shop_balance(shop, i, 10000);
    shop_cycle(shop, "A");
    for (int i = 0; i < 5; i++)
        orders[i] = shop_order(shop, "A", i, i == 3 ? "'1x2r','4'" : "'1x3','2','3x2','4'");
    cycle_refused(shop, "{'cycle':'A','on':'2023-03-08'}", "cycle", "Close the orders");
    shop_accept(shop, "A");
    for (int i = 0; i < 5; i++)
        shop_pick(shop, orders[i]);
    shop_substitute(shop, orders[3], 1, 6); /* sugar at 20 % in place of sugar at 5.5 %: 101 instead of 107 */
    cycle_refused(shop, "{'cycle':'A','on':'2023-03-08'}", "cycle", "not entered yet");
    shop_hand(shop, orders[0], -1);
    shop_hand(shop, orders[1], 1); /* one of each */
    shop_hand(shop, orders[2], 0);
    shop_hand(shop, orders[3], -1);
    cycle_refused(shop, "{'cycle':'A','on':'2023-03-14'}", "cycle", "not entered yet");
    shop_agrees(shop);
    cycle_refused(shop, "{'cycle':'A','on':'2099-03-14'}", "on", "day to come");
    cycle_refused(shop, "{'cycle':'A','on':'2023-03-06'}", "on", "before it was delivered");
    struct tree *result = settle_cycle(shop, "{'cycle':'A','on':'2023-03-15'}");
    assert_int_equal(tree_int(result, "orders", -1), 5);
    assert_int_equal(tree_int(result, "not_delivered", -1), 1);
    assert_true(tree_true(tree_get(result, "all_settled")));
    int64_t full = 3 * 107 + 231 + 2 * 359 + 283, one = 107 + 231 + 359 + 283, given = 2 * 101 + 283;
    assert_int_equal(tree_int(result, "charged_cents", -1), full + one + given);
    assert_int_equal(debit_of(shop, orders[0], "charged_cents"), full);
    assert_int_equal(debit_of(shop, orders[1], "charged_cents"), one);
    assert_int_equal(debit_of(shop, orders[1], "blocked_cents"), full);
    assert_int_equal(debit_of(shop, orders[2], "charged_cents"), 0);
    assert_int_equal(debit_of(shop, orders[2], "blocked_cents"), full);
    assert_int_equal(debit_of(shop, orders[3], "charged_cents"), given);
    assert_int_equal(debit_of(shop, orders[4], "charged_cents"), 0);
    assert_int_equal(shop_free(shop, 0), 10000 - full);
    assert_int_equal(shop_free(shop, 1), 10000 - one); /* free at once, nobody complained */
    assert_int_equal(shop_free(shop, 2), 10000);
    assert_int_equal(shop_free(shop, 4), 10000);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_order WHERE reason = 'not_delivered'"), 1);
    /* one entry for each rate; the substitute's rate is its own */
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_sale WHERE entry_id IS NOT NULL"), 4);
    assert_int_equal(count(shop, "SELECT charged_cents FROM canteen_sale WHERE vat = 'vat.food'"), 4 * 107);
    assert_int_equal(count(shop, "SELECT charged_cents FROM canteen_sale WHERE vat = 'vat.standard'"), 3 * 359 + 2 * 101);
    assert_int_equal(count(shop, "SELECT vat_cents FROM canteen_sale WHERE vat = 'vat.standard'"), 213); /* 1279 / 6 = 213.17 */
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM ledger_entry WHERE journal = 'VE' AND entry_on = '2023-03-07'"), 4);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM ledger_axis x JOIN ledger_line l ON l.axis_id = x.id WHERE x.service = 'canteen' AND "
                                 "x.establishment = 'ma-rouen'"), 12);
    shop_agrees(shop);
    int64_t entries = count(shop, "SELECT COUNT(*) FROM ledger_entry");
    result = settle_cycle(shop, "{'cycle':'A','on':'2023-03-16'}");
    assert_true(tree_true(tree_get(result, "before")));
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM ledger_entry"), entries);
    assert_string_equal(house_text(&shop->house, "SELECT state FROM canteen_cycle"), "settled");
    shop_agrees(shop);
}

/* --- giving back --- */

struct giving {
    struct shop *shop;
    int64_t order, cents;
    const char *key;
};

static int give(struct db *db, void *context, struct error *error)
{
    struct giving *giving = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ctx ctx = {.app = giving->shop->house.app, .arena = arena, .session = &giving->shop->staff, .language = "en", .error = error,
                      .now_ms = 1680000000000, .today = "2023-03-28"};
    return settlement_give_back(&ctx, db, giving->order, giving->cents, "damaged", giving->key, error);
}

static int give_back(struct shop *shop, int64_t order, int64_t cents, const char *key)
{
    struct giving giving = {shop, order, cents, key};
    return store_write(shop->house.store, give, &giving, false, &shop->house.error);
}

/* What is told to the office, what it took, and what is decided about the rest. */
static void test_debits_are_told_and_compared(void **state)
{
    struct shop *shop = *state;
    struct tree *result, *answer;
    struct arena *arena = shop->house.arena;
    result = shop_do(shop, "settlement tell", "{'on':'2023-03-16'}");
    assert_int_equal(tree_int(result, "batch", 0), 1);
    assert_int_equal(tree_int(result, "debits", 0), 5);
    int64_t told = tree_int(result, "debit_cents", 0);
    result = shop_do(shop, "settlement tell", "{'on':'2023-03-16'}");
    assert_true(tree_true(tree_get(result, "before")));
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_batch"), 1);
    assert_int_equal(house_view(&shop->house, &shop->staff, "settlement.list", "{'prison':'ma-rouen','batch':'1'}", &answer), 0);
    const struct tree *rows = tree_get(answer, "rows");
    assert_int_equal(rows->count, 6);
    assert_int_equal(tree_text(rows->first, "number")[0], 'N'); /* opened for those who may */
    assert_string_equal(tree_text(rows->last, "reference"), "TOTAL");
    assert_int_equal(tree_int(rows->last, "to_debit", 0), told);
    const char *all = "person;amount\n", *other = "person;montant\n";
    for (int i = 0; i < 4; i++) {
        int64_t cents = count(shop, arena_printf(arena, "SELECT charged_cents FROM canteen_debit WHERE reference = '%s'", shop->references[i]));
        all = arena_printf(arena, "%s%s;%" PRId64 ",%02" PRId64 "\n", all, shop->references[i], cents / 100, cents % 100);
        if (i == 1 || i == 3)
            cents += i == 1 ? -100 : 12; /* at most what it blocked */
        other = arena_printf(arena, "%s%s;%" PRId64 ",%02" PRId64 "\n", other, i ? shop->references[i] : "N0", cents / 100, cents % 100);
    }
    assert_int_equal(shop_job(shop, "settlement answers", "{'batch':2}", all, NULL), ERR_NOT_FOUND);
    assert_int_equal(shop_job(shop, "settlement answers", "{'batch':1,'preview':true}", other, &result), 0);
    assert_int_equal(tree_int(result, "changed", 0), 4);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_debit WHERE state <> 'told'"), 0);
    static const char *const absurd[] = {"-0,01", "4,98", "92233720368547758,07", "-92233720368547758,08"}; /* 4.97 was blocked */
    for (size_t i = 0; i < COUNT_OF(absurd); i++) {
        assert_int_equal(shop_job(shop, "settlement answers", "{'batch':1,'preview':true}", arena_printf(arena, "person;amount\n%s;%s\n", shop->references[3], absurd[i]), &result), 0);
        assert_string_equal(tree_text(tree_get(result, "refused")->first, "field"), "amount");
    }
    assert_int_equal(shop_job(shop, "settlement answers", "{'batch':1}", arena_printf(arena, "%s%s;1,00\nN999;1,00\n;1\n", other, shop->references[9]), &result), 0);
    assert_int_equal(tree_get(result, "refused")->count, 3);
    assert_int_equal(tree_int(result, "differs", 0), 2);
    assert_string_equal(tree_text(result, "establishment"), "ma-rouen");
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_debit WHERE state = 'taken'"), 3); /* zero is closed with the list */
    assert_int_equal(count(shop, "SELECT CAST(SUM(blocked_cents) AS INTEGER) FROM canteen_order"), 0);
    assert_int_equal(shop_job(shop, "settlement answers", "{'batch':1}", other, &result), 0);
    assert_int_equal(tree_int(result, "same", 0), 4);
    assert_int_equal(house_view(&shop->house, &shop->staff, "settlement.differences", "{'prison':'ma-rouen'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    int64_t less = count(shop, "SELECT id FROM canteen_debit WHERE state = 'differs' AND taken_cents < charged_cents");
    int64_t more = count(shop, "SELECT id FROM canteen_debit WHERE state = 'differs' AND taken_cents > charged_cents");
    shop_refused(shop, "settlement decide", arena_printf(arena, "{'debit':%" PRId64 ",'decision':'written_off','reason':'x'}", more), "decision", "person's money");
    shop_refused(shop, "settlement decide", arena_printf(arena, "{'debit':%" PRId64 ",'decision':'written_off','reason':'x','on':'2025-03-20'}", less), "entry_on", "No financial year");
    shop_refused(shop, "settlement decide", "{'debit':5,'decision':'corrected','reason':'x'}", "debit", NULL);
    shop_refused(shop, "settlement decide", arena_printf(arena, "{'debit':%" PRId64 ",'decision':'written_off','reason':'x','on':'2023-03-15'}", less), "on", "at the earliest");
    for (int twice = 0; twice < 2; twice++) {
        result = shop_do(shop, "settlement decide", arena_printf(arena, "{'debit':%" PRId64 ",'decision':'written_off','reason':'somme infime','on':'2023-03-20'}", less));
        assert_int_equal(tree_true(tree_get(result, "before")), twice);
    }
    shop_do(shop, "settlement decide", arena_printf(arena, "{'debit':%" PRId64 ",'decision':'corrected','reason':'rendu le 21','on':'2023-03-21'}", more));
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_debit WHERE state = 'differs'"), 0);
    shop_refused(shop, "settlement decide", arena_printf(arena, "{'debit':%" PRId64 ",'decision':'written_off','reason':'x'}", more), "debit", "no difference");
    /* the transfer: what it took; then it owes nothing */
    shop_refused(shop, "settlement paid", "{'bank_reference':'VIR 12','amount':99999999,'on':'2023-03-25'}", "amount", "owes");
    const char *paid = arena_printf(arena, "{'bank_reference':'VIR 12','amount':%" PRId64 ",'on':'2023-03-25'}", told - 100);
    for (int twice = 0; twice < 2; twice++)
        assert_int_equal(tree_true(tree_get(shop_do(shop, "settlement paid", paid), "before")), twice);
    shop_refused(shop, "settlement paid", "{'bank_reference':'VIR 12','amount':5,'on':'2023-03-25'}", "bank_reference", "another amount");
    assert_int_equal(house_view(&shop->house, &shop->accountant, "settlement.office", "{'prison':'ma-rouen'}", &answer), 0);
    assert_int_equal(tree_int(answer, "owed", -1), 0);
    shop_agrees(shop);
}

/* What is given without charge is a figure apart; what the office never answered is let go once the last day has passed. */
static void test_free_lines_and_no_answer(void **state)
{
    struct shop *shop = *state;
    struct arena *arena = shop->house.arena;
    shop_cycle(shop, "L");
    shop_balance(shop, 2, 5000);
    shop_balance(shop, 3, 5000);
    int64_t given = shop_give(shop, "L", 2), unanswered = shop_order(shop, "L", 3, "'1'");
    shop_do(shop, "canteen close", "{'cycle':'L'}");
    assert_int_equal(shop_job(shop, "canteen answers", "{'cycle':'L'}", arena_printf(arena, "person;answer\n%s;accepted\n", shop->references[2]), NULL), 0);
    shop_pick(shop, given);
    shop_hand(shop, given, -1);
    struct tree *result = settle_cycle(shop, "{'cycle':'L','on':'2023-03-10'}");
    assert_int_equal(tree_int(result, "orders", 0), 1);
    assert_false(tree_true(tree_get(result, "all_settled"))); /* the office may still answer */
    const char *sale = "SELECT %s FROM canteen_sale s JOIN canteen_cycle c ON c.id = s.cycle_id WHERE c.code = 'L' AND s.vat = '%s'";
    assert_int_equal(count(shop, arena_printf(arena, sale, "units", "free_of_charge")), 1);
    assert_int_equal(count(shop, arena_printf(arena, sale, "charged_cents", "free_of_charge")), 0);
    assert_int_equal(count(shop, arena_printf(arena, sale, "COUNT(s.entry_id)", "free_of_charge")), 0);
    assert_int_equal(count(shop, arena_printf(arena, sale, "charged_cents", "vat.standard")), 100);
    assert_int_equal(count(shop, arena_printf(arena, sale, "vat_cents", "vat.standard")), 17);
    assert_int_equal(count(shop, arena_printf(arena, sale, "COUNT(*)", "vat.food")), 0);
    assert_int_equal(shop_free(shop, 3), 5000 - 107);
    result = settle_cycle(shop, "{'cycle':'L','on':'2023-03-15'}");
    assert_true(tree_true(tree_get(result, "all_settled")));
    assert_int_equal(shop_free(shop, 3), 5000);
    assert_string_equal(house_text(&shop->house, arena_printf(arena, "SELECT reason FROM canteen_order WHERE id = %" PRId64, unanswered)), "not_answered");
    assert_int_equal(debit_of(shop, unanswered, "COUNT(*)"), 0);
    shop_agrees(shop);
}

/* A bag kept for somebody who was away is still theirs until its last day. */
static void test_a_kept_bag_waits(void **state)
{
    struct shop *shop = *state;
    struct tree *result;
    shop_cycle(shop, "K");
    shop_balance(shop, 2, 5000);
    shop_balance(shop, 3, 5000);
    shop_order(shop, "K", 2, "'1'");
    shop_order(shop, "K", 3, "'1'");
    shop_accept(shop, "K");
    shop_do(shop, "round plan", "{'cycle':'K'}");
    const char *round = house_text(&shop->house, "SELECT code FROM canteen_round WHERE cycle = 'K'");
    const char *of = arena_printf(shop->house.arena, "{'round':'%s','on':'2023-03-07'", round);
    shop_do(shop, "round pick", arena_printf(shop->house.arena, "%s}", of));
    shop_do(shop, "round load", arena_printf(shop->house.arena, "%s}", of));
    shop_refused(shop, "settlement round", arena_printf(shop->house.arena, "%s}", of), "round", "not entered yet");
    shop_do(shop, "round deliver", arena_printf(shop->house.arena, "%s,'exceptions':'#1;absent','agent':'A'}", of));
    shop_refused(shop, "settlement round", arena_printf(shop->house.arena, "%s}", of), "round", "not entered yet");
    shop_refused(shop, "settlement round", arena_printf(shop->house.arena, "{'round':'%s','on':'2023-03-06'}", round), "on", "before it was delivered");
    shop_agrees(shop);
    result = shop_do(shop, "settlement round", arena_printf(shop->house.arena, "{'round':'%s','on':'2023-04-30'}", round));
    assert_int_equal(tree_int(result, "orders", 0), 2);
    assert_int_equal(tree_int(result, "charged_cents", 0), 107);
    assert_string_equal(house_text(&shop->house, "SELECT state FROM canteen_round WHERE cycle = 'K'"), "settled");
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM ledger_entry WHERE key LIKE 'canteen.round:%' AND entry_on = '2023-03-07'"), 1);
    shop_agrees(shop);
    result = settle_cycle(shop, "{'cycle':'K','on':'2023-04-30'}");
    assert_true(tree_true(tree_get(result, "before")));
}

static void test_money_is_given_back_once(void **state)
{
    struct shop *shop = *state;
    int64_t order = count(shop, arena_printf(shop->house.arena, "SELECT order_id FROM canteen_debit WHERE reference = '%s'", shop->references[0]));
    int64_t charged = debit_of(shop, order, "charged_cents");
    assert_int_equal(give_back(shop, order, 0, "complaint:1"), ERR_INVALID);
    assert_int_equal(give_back(shop, order, charged + 1, "complaint:1"), ERR_REFUSED);
    assert_int_equal(give_back(shop, order, 500, "complaint:1"), 0);
    assert_int_equal(give_back(shop, order, 500, "complaint:1"), 0);
    assert_int_equal(give_back(shop, order, 400, "complaint:1"), ERR_REFUSED);
    assert_int_equal(count(shop, "SELECT CAST(SUM(charged_cents) AS INTEGER) FROM canteen_debit WHERE kind = 'give_back'"), -500);
    assert_int_equal(give_back(shop, order, charged - 499, "complaint:2"), ERR_REFUSED);
    assert_int_equal(give_back(shop, order, charged - 500, "complaint:2"), 0);
    assert_int_equal(give_back(shop, order, 1, "complaint:3"), ERR_REFUSED);
    /* all of it was given back: each rate is at zero but for roundings of VAT, and TTC exactly */
    assert_int_equal(give_back(shop, 12345, 1, "complaint:4"), ERR_NOT_FOUND);
    shop_cycle(shop, "G");
    int64_t open = shop_order(shop, "G", 0, "'1'");
    assert_int_equal(give_back(shop, open, 1, "complaint:5"), ERR_REFUSED);
    shop_agrees(shop);
    struct tree *result = shop_do(shop, "settlement tell", "{'on':'2023-03-28'}");
    assert_int_equal(tree_int(result, "debits", 0), 2);
    assert_int_equal(tree_int(result, "debit_cents", 0), -charged);
    assert_int_equal(tree_int(result, "unblock_cents", 1), 0);
    /* both stand on one list: their sum, or each by its order */
    struct arena *arena = shop->house.arena;
    const char *json = arena_printf(arena, "{'batch':%" PRId64 "}", tree_int(result, "batch", 0));
    const char *wrong = arena_printf(arena, "person;amount\n%s;-1,00\n", shop->references[0]);
    assert_int_equal(shop_job(shop, "settlement answers", json, wrong, &result), 0);
    assert_string_equal(tree_text(tree_get(result, "refused")->first, "field"), "order");
    const char *sum = arena_printf(arena, "person;amount\n%s;-%" PRId64 ",%02" PRId64 "\n", shop->references[0], charged / 100, charged % 100);
    assert_int_equal(shop_job(shop, "settlement answers", json, sum, &result), 0);
    assert_int_equal(tree_int(result, "changed", 0), 1);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_debit WHERE kind = 'give_back' AND state = 'taken'"), 2);
    /* what was written off was never taken: it cannot be given back */
    order = count(shop, "SELECT order_id FROM canteen_debit WHERE state = 'written_off'");
    assert_int_equal(give_back(shop, order, debit_of(shop, order, "charged_cents") - 99, "written:1"), ERR_REFUSED);
    assert_int_equal(give_back(shop, order, debit_of(shop, order, "charged_cents") - 100, "written:1"), 0);
    assert_int_equal(give_back(shop, order, 1, "written:2"), ERR_REFUSED);
}

/* A charge and what is given back of it on one list: each is answered by its sign, both by their sum. */
static void test_a_charge_and_its_refund_are_answered_apart(void **state)
{
    struct shop *shop = *state;
    struct arena *arena = shop->house.arena;
    int64_t order = count(shop, "SELECT d.order_id FROM canteen_debit d JOIN canteen_cycle c ON c.id = d.cycle_id WHERE c.code = 'K' AND d.charged_cents = 107");
    const char *person = house_text(&shop->house, arena_printf(arena, "SELECT reference FROM canteen_order WHERE id = %" PRId64, order));
    assert_int_equal(give_back(shop, order, 40, "apart:1"), 0);
    assert_int_equal(give_back(shop, order, 7, "apart:2"), 0);
    struct tree *result = shop_do(shop, "settlement tell", "{'cycle':'K','on':'2023-05-02'}");
    const char *json = arena_printf(arena, "{'batch':%" PRId64 "}", tree_int(result, "batch", 0));
    static const struct {
        const char *amount;
        bool refused;
        int changed;
    } table[] = {{"1,08", true, 0}, {"-0,48", true, 0}, {"0,60", false, 1}, {"-0,40", false, 1}, {"-0,07", false, 1}, {"-0,47", false, 0}};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const char *file = arena_printf(arena, "person;amount;order\n%s;%s;%" PRId64 "\n", person, table[i].amount, order);
        assert_int_equal(shop_job(shop, "settlement answers", json, file, &result), 0);
        assert_int_equal(tree_get(result, "refused")->count, table[i].refused);
        assert_int_equal(tree_int(result, "changed", -1), table[i].changed);
    }
    assert_int_equal(debit_of(shop, order, "taken_cents"), 60);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_debit WHERE key LIKE 'apart:%' AND state = 'taken'"), 2);
    assert_int_equal(give_back(shop, order, 14, "apart:3"), ERR_REFUSED); /* 60 taken, 47 given back */
}

/* --- departures --- */

enum stage { PLACED, ACCEPTED, PICKED, DELIVERED, SETTLED, STAGES };

static void test_orders_of_those_who_left(void **state)
{
    static const char *const kinds[] = {"release", "transfer", "death", "absent"};
    struct shop *shop = *state;
    struct arena *arena = shop->house.arena;
    struct tree *result;
    int64_t orders[4][STAGES];
    enum { FIRST = 4 };
    for (int i = FIRST; i < SHOP_PEOPLE; i++)
        shop_balance(shop, i, 5000);
    shop_cycle(shop, "D");
    shop_cycle(shop, "E"); /* stays unanswered */
    shop_cycle(shop, "F"); /* settled before they leave */
    for (int kind = 0; kind < 4; kind++)
        for (int stage = 0; stage < STAGES; stage++)
            orders[kind][stage] = shop_order(shop, stage == PLACED ? "E" : stage == SETTLED ? "F" : "D", FIRST + kind * STAGES + stage, "'1x2','3'");
    shop_accept(shop, "D");
    shop_accept(shop, "F");
    shop_do(shop, "canteen close", "{'cycle':'E'}");
    for (int kind = 0; kind < 4; kind++) {
        shop_pick(shop, orders[kind][PICKED]);
        shop_pick(shop, orders[kind][DELIVERED]);
        shop_hand(shop, orders[kind][DELIVERED], -1);
        shop_pick(shop, orders[kind][SETTLED]);
        shop_hand(shop, orders[kind][SETTLED], -1);
    }
    settle_cycle(shop, "{'cycle':'F','on':'2023-03-08'}");
    for (int kind = 0; kind < 4; kind++)
        for (int stage = 0; stage < STAGES; stage++)
            shop_do(shop, kind == 3 ? "person absent" : arena_printf(arena, "person leave"),
                    kind == 3 ? arena_printf(arena, "{'whom':'%s','on':'2023-03-06'}", shop->references[FIRST + kind * STAGES + stage])
                              : arena_printf(arena, "{'whom':'%s','left_by':'%s','on':'2023-03-06'}", shop->references[FIRST + kind * STAGES + stage], kinds[kind]));
    assert_int_equal(shop_job(shop, "settlement departures", "{'on':'2023-03-10'}", NULL, &result), 0);
    assert_int_equal(tree_int(result, "let_go", -1), 6); /* three kinds, placed and accepted */
    assert_int_equal(tree_int(result, "not_charged", -1), 3);
    assert_int_equal(tree_int(result, "charged", -1), 3);
    assert_int_equal(tree_int(result, "settled_before", -1), 3);
    shop_agrees(shop);
    assert_int_equal(shop_job(shop, "settlement departures", "{'on':'2023-03-10'}", NULL, &result), 0);
    assert_true(tree_true(tree_get(result, "before")));
    assert_int_equal(shop_job(shop, "settlement departures", "{'on':'2023-03-22'}", NULL, &result), 0); /* away 16 days */
    assert_int_equal(tree_int(result, "let_go", -1), 2);
    assert_int_equal(tree_int(result, "not_charged", -1) + tree_int(result, "charged", -1), 2);
    shop_agrees(shop);
    /* away since the 6th, delivered on the 7th: told within the days from the delivery, and its lines say why */
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_departure WHERE kind = 'absence' AND due_on < '2023-03-07'"), 0);
    assert_int_equal(count(shop, arena_printf(arena, "SELECT COUNT(*) FROM canteen_order_line WHERE order_id = %" PRId64 " AND why <> 'absence'",
                                              orders[3][ACCEPTED])), 0);
    for (int kind = 0; kind < 4; kind++) {
        assert_int_equal(debit_of(shop, orders[kind][PLACED], "COUNT(*)"), 0); /* the office was asked nothing */
        assert_int_equal(debit_of(shop, orders[kind][ACCEPTED], "charged_cents"), 0);
        assert_int_equal(debit_of(shop, orders[kind][ACCEPTED], "blocked_cents"), 573);
        assert_int_equal(debit_of(shop, orders[kind][PICKED], "charged_cents"), 0);
        assert_int_equal(debit_of(shop, orders[kind][DELIVERED], "charged_cents"), 573);
        assert_int_equal(debit_of(shop, orders[kind][SETTLED], "charged_cents"), 573);
        assert_int_equal(shop_free(shop, FIRST + kind * STAGES + ACCEPTED), 5000);
        assert_int_equal(shop_free(shop, FIRST + kind * STAGES + PICKED), 5000);
        assert_int_equal(shop_free(shop, FIRST + kind * STAGES + DELIVERED), 5000 - 573);
    }
    static const char *const due[] = {"2023-03-07", "2023-03-09", "2023-03-14"};
    for (int kind = 0; kind < 3; kind++)
        for (int stage = ACCEPTED; stage < STAGES; stage++)
            assert_string_equal(house_text(&shop->house, arena_printf(arena, "SELECT due_on FROM canteen_debit WHERE order_id = %" PRId64, orders[kind][stage])), due[kind]);
    struct tree *answer;
    assert_int_equal(house_view(&shop->house, &shop->staff, "settlement.leavers", "{'prison':'ma-rouen'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 19); /* all but the absent whose order was settled */
    assert_string_equal(tree_text(tree_get(answer, "rows")->first, "to_do"), "past_due");
    shop_do(shop, "settlement tell", "{'on':'2023-03-22'}");
    assert_int_equal(house_view(&shop->house, &shop->staff, "settlement.leavers", "{'prison':'ma-rouen'}", &answer), 0);
    assert_string_equal(tree_text(tree_get(answer, "rows")->first, "to_do"), "done");
    settle_cycle(shop, "{'cycle':'D','on':'2023-03-22'}");
    settle_cycle(shop, "{'cycle':'E','on':'2023-03-22'}");
    shop_agrees(shop);
}

/* A bag of somebody who left on the day of the delivery: the sheet of the door may still come. */
static void test_a_sheet_may_come_later(void **state)
{
    struct shop *shop = *state;
    struct tree *result;
    shop_balance(shop, 1, 5000);
    shop_cycle(shop, "S");
    int64_t order = shop_order(shop, "S", 1, "'1'");
    shop_accept(shop, "S");
    shop_pick(shop, order);
    shop_do(shop, "person leave", arena_printf(shop->house.arena, "{'whom':'%s','left_by':'release','on':'2023-03-07'}", shop->references[1]));
    assert_int_equal(shop_job(shop, "settlement departures", "{'on':'2023-03-08'}", NULL, &result), 0);
    assert_int_equal(tree_int(result, "awaiting_sheet", -1), 1);
    shop_hand(shop, order, -1);
    assert_int_equal(shop_job(shop, "settlement departures", "{'on':'2023-03-08'}", NULL, &result), 0);
    assert_int_equal(tree_int(result, "charged", -1), 1);
    assert_int_equal(debit_of(shop, order, "charged_cents"), 107);
    shop_agrees(shop);
}

/* --- many hands --- */

struct racer {
    struct shop *shop;
    const char *action, *json;
    int code;
};

static void *race(void *context)
{
    struct racer *racer = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct app *app = racer->shop->house.app;
    const struct action *action = app_action(app, racer->action);
    struct action_request request = {.session = &racer->shop->staff, .language = "en", .input = json_tree(arena, racer->json)};
    racer->code = action->job ? action_run_here(app, action, &request, NULL, NULL, NULL, arena, &result, &error)
                              : action_run(app, action, &request, arena, &result, &error);
    return NULL;
}

static void run_race(struct shop *shop, const char *const (*what)[2], int count_of)
{
    struct racer racers[8];
    pthread_t threads[8];
    for (int i = 0; i < count_of; i++) {
        racers[i] = (struct racer){shop, what[i][0], what[i][1], -1};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < count_of; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(racers[i].code, 0);
    }
}

/* The same cycle settled, those who left settled and the list made by several hands at once: once each. */
static void test_many_hands_settle_once(void **state)
{
    struct shop *shop = memory_get(sizeof *shop);
    static const char *const settle[6][2] = {{"settlement cycle", "{'cycle':'R','on':'2023-03-20'}"}, {"settlement departures", "{'on':'2023-03-20'}"},
                                             {"settlement cycle", "{'cycle':'R','on':'2023-03-20'}"}, {"settlement departures", "{'on':'2023-03-20'}"},
                                             {"settlement cycle", "{'cycle':'R','on':'2023-03-20'}"}, {"settlement tell", "{'on':'2023-03-20'}"}};
    static const char *const tell[4][2] = {{"settlement tell", "{'on':'2023-03-20'}"}, {"settlement tell", "{'on':'2023-03-20'}"},
                                           {"settlement paid", "{'bank_reference':'V','amount':100,'more_than_owed':true,'on':'2023-03-20'}"},
                                           {"settlement paid", "{'bank_reference':'V','amount':100,'more_than_owed':true,'on':'2023-03-20'}"}};
    (void)state;
    shop_open(shop, true);
    shop_cycle(shop, "R");
    int64_t orders[SHOP_PEOPLE];
    for (int i = 0; i < SHOP_PEOPLE; i++) {
        shop_balance(shop, i, 5000);
        orders[i] = shop_order(shop, "R", i, "'1x2','2','3'");
    }
    shop_accept(shop, "R");
    for (int i = 0; i < SHOP_PEOPLE; i++) {
        if (i % 5)
            shop_pick(shop, orders[i]);
        if (i % 5 > 1)
            shop_hand(shop, orders[i], i % 3 ? -1 : 1);
        if (i % 4 == 0)
            shop_do(shop, "person leave", arena_printf(shop->house.arena, "{'whom':'%s','left_by':'release','on':'2023-03-06'}", shop->references[i]));
    }
    run_race(shop, settle, 6);
    shop_agrees(shop);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_order WHERE state IN ('accepted', 'reduced')"), 0);
    run_race(shop, tell, 4);
    shop_agrees(shop);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_debit"), SHOP_PEOPLE);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_debit WHERE state = 'told'"), SHOP_PEOPLE);
    assert_int_equal(count(shop, "SELECT CAST(SUM(debit_count) AS INTEGER) FROM canteen_batch"), SHOP_PEOPLE);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_batch WHERE debit_count = 0"), 0);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM ledger_entry WHERE journal = 'BQ'"), 1);
    shop_close(shop);
    freep(&shop);
}

/* --- who may, and what must be there --- */

static void test_what_is_refused(void **state)
{
    struct shop *shop = *state;
    struct session probation = session_with(ROLE_STAFF, 0, house_int(&shop->house, "SELECT id FROM establishment"), "reintegration");
    struct tree *answer;
    assert_int_equal(house_run(&shop->house, &probation, "settlement tell", "{}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(&shop->house, &probation, "settlement round", "{'round':'X'}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_view(&shop->house, &probation, "settlement.debits", "{'prison':'ma-rouen','cycle':'A'}", &answer), ERR_FORBIDDEN);
    assert_int_equal(house_run(&shop->house, &shop->accountant, "settlement tell", "{}", NULL), ERR_FORBIDDEN);
    shop_refused(shop, "settlement round", "{'round':'X'}", "round", NULL);
    cycle_refused(shop, "{'cycle':'nothing'}", "cycle", "There is no cycle");
}

static void test_books_must_be_there(void **state)
{
    struct shop *shop = memory_get(sizeof *shop);
    (void)state;
    shop_open(shop, false);
    shop_balance(shop, 0, 5000);
    shop_cycle(shop, "A");
    int64_t order = shop_order(shop, "A", 0, "'1'");
    shop_accept(shop, "A");
    shop_pick(shop, order);
    shop_hand(shop, order, -1);
    cycle_refused(shop, "{'cycle':'A','on':'2023-03-08'}", "on", "ledger year-open");
    assert_int_equal(house_run(&shop->house, &shop->accountant, "ledger year-open", "{'year':'2023','starts_on':'2023-01-01','ends_on':'2023-12-31'}", NULL), 0);
    cycle_refused(shop, "{'cycle':'A','on':'2023-03-08'}", "entity", "ledger entity");
    assert_int_equal(house_run(&shop->house, &shop->accountant, "ledger entity", "{'siren':'732829320','name':'Coop','kind':'scic'}", NULL), 0);
    /* the day of the delivery is locked: entered on the day of the settlement */
    assert_int_equal(house_run(&shop->house, &shop->accountant, "ledger lock", "{'until':'2023-03-31'}", NULL), 0);
    shop_agrees(shop);
    settle_cycle(shop, "{'cycle':'A','on':'2023-04-03'}");
    assert_int_equal(house_int(&shop->house, "SELECT COUNT(*) FROM ledger_entry WHERE journal = 'VE' AND entry_on = '2023-04-03' AND piece_on = '2023-03-07'"), 1);
    shop_agrees(shop);
    shop_close(shop);
    freep(&shop);
}

/* The office unblocks what it was told and says so in its next balances, before its answer to the list is taken in. */
static void test_mirror_never_stands_above_the_office(void **state)
{
    struct shop *shop = *state;
    shop_balance(shop, 23, 10000);
    shop_cycle(shop, "M");
    int64_t order = shop_order(shop, "M", 23, "'1x3'");
    shop_accept(shop, "M");
    shop_pick(shop, order);
    shop_hand(shop, order, 0);
    settle_cycle(shop, "{'cycle':'M','on':'2023-03-15'}");
    shop_balance(shop, 23, 10000 - 321);
    assert_int_equal(shop_free(shop, 23), 10000); /* not told yet: the office blocks it still */
    shop_do(shop, "settlement tell", "{'cycle':'M','on':'2023-03-15'}");
    shop_balance(shop, 23, 10000);
    assert_int_equal(shop_free(shop, 23), 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vat_is_rounded_once),
        cmocka_unit_test(test_a_cycle_is_charged_once),
        cmocka_unit_test(test_debits_are_told_and_compared),
        cmocka_unit_test(test_money_is_given_back_once),
        cmocka_unit_test(test_free_lines_and_no_answer),
        cmocka_unit_test(test_a_kept_bag_waits),
        cmocka_unit_test(test_a_charge_and_its_refund_are_answered_apart),
        cmocka_unit_test(test_orders_of_those_who_left),
        cmocka_unit_test(test_a_sheet_may_come_later),
        cmocka_unit_test(test_many_hands_settle_once),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_books_must_be_there),
        cmocka_unit_test(test_mirror_never_stands_above_the_office),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
