/* Complaints: what the records prove is accepted at once, nobody gets more back than they were charged, one decision wins. */
#include "canteen/settling.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>

#include "base/buffer.h"
#include "canteen/lines.h"
#include "print/print.h"

enum { PEOPLE = 10 };

static int64_t orders[PEOPLE];

static int64_t count(struct shop *shop, const char *sql)
{
    return house_int(&shop->house, sql);
}

static void settle(struct shop *shop, const char *cycle)
{
    if (shop_job(shop, "settlement cycle", arena_printf(shop->house.arena, "{'cycle':'%s','on':'2023-03-15'}", cycle), NULL, NULL))
        fail_msg("%s", shop->house.error.message);
}

/* Everybody orders 3 of product 1 and 2 of product 3 in cycle A; persons 8 and 9 in cycle B, which is not settled yet. */
static int open_shop(void **state)
{
    struct shop *shop = memory_get(sizeof *shop);
    shop_open(shop, true);
    *state = shop;
    shop_cycle(shop, "A");
    shop_cycle(shop, "B");
    for (int i = 0; i < PEOPLE; i++) {
        shop_balance(shop, i, 10000);
        orders[i] = shop_order(shop, i < 8 ? "A" : "B", i, "'1x3','3x2'");
    }
    shop_accept(shop, "A");
    for (int i = 0; i < 8; i++)
        shop_pick(shop, orders[i]);
    for (int i = 0; i < 8; i++)
        shop_hand(shop, orders[i], i == 0 ? 1 : -1); /* person 0 got one of each */
    settle(shop, "A");
    return 0;
}

static int close_shop(void **state)
{
    shop_close(*state);
    freep(state);
    return 0;
}

static const char *told(struct shop *shop, int person, int code, const char *cause, const char *units, const char *on)
{
    return arena_printf(shop->house.arena, "{'cycle':'%s','whom':'%s','code':%d,'cause':'%s'%s%s,'on':'%s'}", person < 8 ? "A" : "B",
                        shop->references[person], code, cause, units ? ",'units':" : "", units ? units : "", on);
}

static int64_t tell(struct shop *shop, int person, int code, const char *cause, const char *units, const char *on)
{
    return tree_int(shop_do(shop, "complaint tell", told(shop, person, code, cause, units, on)), "complaint", 0);
}

static const char *decision(struct shop *shop, int64_t complaint, const char *rest)
{
    return arena_printf(shop->house.arena, "{'complaint':%" PRId64 ",%s,'on':'2023-03-20'}", complaint, rest);
}

static struct tree *decide(struct shop *shop, int64_t complaint, const char *rest)
{
    return shop_do(shop, "complaint decide", decision(shop, complaint, rest));
}

static int64_t given_back(struct shop *shop, int person)
{
    return count(shop, arena_printf(shop->house.arena,
                                    "SELECT CAST(COALESCE(-SUM(charged_cents), 0) AS INTEGER) FROM canteen_debit WHERE kind = 'give_back' AND "
                                    "order_id = %" PRId64, orders[person]));
}

/* --- what the records prove --- */

static void test_what_was_not_received_is_accepted_at_once(void **state)
{
    struct shop *shop = *state;
    struct tree *result = shop_do(shop, "complaint tell", told(shop, 0, 1, "missing", NULL, "2023-03-10"));
    assert_string_equal(tree_text(result, "state"), "accepted");
    assert_int_equal(tree_int(result, "never_charged", 0), 2); /* three ordered, one received, one charged */
    assert_false(tree_true(tree_get(result, "before")));
    result = shop_do(shop, "complaint tell", told(shop, 0, 1, "missing", "2", "2023-03-10"));
    assert_true(tree_true(tree_get(result, "before")));
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_complaint"), 1);
    assert_int_equal(count(shop, "SELECT refund_cents + delay_days FROM canteen_complaint"), 0);
    assert_int_equal(given_back(shop, 0), 0);
    /* the third unit is charged: somebody has to look; the two others are not proven a second time */
    int64_t open = tell(shop, 0, 1, "missing", "3", "2023-03-11");
    assert_int_equal(count(shop, "SELECT proven_units FROM canteen_complaint WHERE state = 'open'"), 0);
    shop_refused(shop, "complaint decide", decision(shop, open, "'remedy':'refund','units':2"), "units", "no more can be");
    assert_int_equal(tree_int(decide(shop, open, "'remedy':'refund','units':1"), "refund_cents", 0), 107);
    assert_int_equal(given_back(shop, 0), 107);
    /* half proven: the proven units leave one to decide about */
    int64_t half = tell(shop, 0, 3, "missing", "2", "2023-03-10");
    assert_int_equal(count(shop, arena_printf(shop->house.arena, "SELECT proven_units FROM canteen_complaint WHERE number = %" PRId64, half)), 1);
    shop_refused(shop, "complaint decide", decision(shop, half, "'remedy':'refund','units':2"), "units", "At most");
    decide(shop, half, "'remedy':'refund'");
    assert_int_equal(given_back(shop, 0), 107 + 359);
    shop_agrees(shop);
}

static void test_what_cannot_be_told(void **state)
{
    struct shop *shop = *state;
    shop_refused(shop, "complaint tell", told(shop, 1, 2, "missing", NULL, "2023-03-10"), "code", "has no line");
    shop_refused(shop, "complaint tell", told(shop, 1, 1, "damaged", "4", "2023-03-10"), "units", "were received");
    shop_refused(shop, "complaint tell", told(shop, 1, 1, "missing", "4", "2023-03-10"), "units", "were ordered");
    shop_refused(shop, "complaint tell", told(shop, 1, 1, "damaged", NULL, "2099-03-10"), "on", "still to come");
    shop_refused(shop, "complaint tell", told(shop, 1, 1, "damaged", NULL, "2023-03-06"), "on", "that day or later");
    shop_refused(shop, "complaint tell", told(shop, 1, 1, "damaged", NULL, "2023-03-23"), "on", "could be told until"); /* 15 days */
    shop_refused(shop, "complaint tell", told(shop, 1, 1, "other", NULL, "2023-03-10"), "cause", NULL);
    shop_refused(shop, "complaint tell", told(shop, 8, 1, "damaged", NULL, "2023-03-10"), "cycle", "Nobody told yet");
    shop_refused(shop, "complaint tell", "{'cycle':'A','whom':'N20','code':1,'cause':'missing','on':'2023-03-10'}", "whom", "no order");
    shop_refused(shop, "complaint decide", decision(shop, 999, "'remedy':'refund'"), "complaint", NULL);
    tell(shop, 1, 1, "damaged", "3", "2023-03-22");
    shop_refused(shop, "complaint tell", told(shop, 1, 1, "wrong_product", NULL, "2023-03-22"), "code", "is open");
}

/* --- decisions --- */

static void test_never_more_than_was_charged(void **state)
{
    struct shop *shop = *state;
    int64_t first = tell(shop, 2, 1, "damaged", "1", "2023-03-10");
    shop_refused(shop, "complaint decide", arena_printf(shop->house.arena, "{'complaint':%" PRId64 ",'remedy':'refund','on':'2023-03-09'}", first), "on", NULL);
    for (int twice = 0; twice < 2; twice++)
        assert_int_equal(tree_true(tree_get(decide(shop, first, "'remedy':'refund'"), "before")), twice);
    shop_refused(shop, "complaint decide", decision(shop, first, "'remedy':'refused','reason':'non'"), "complaint", "was decided");
    assert_int_equal(given_back(shop, 2), 107);
    int64_t second = tell(shop, 2, 1, "wrong_product", "3", "2023-03-11");
    shop_refused(shop, "complaint decide", decision(shop, second, "'remedy':'refund'"), "units", "was charged for this line");
    decide(shop, second, "'remedy':'refund','units':2");
    assert_int_equal(given_back(shop, 2), 321);
    int64_t third = tell(shop, 2, 1, "missing", "1", "2023-03-12");
    shop_refused(shop, "complaint decide", decision(shop, third, "'remedy':'refund'"), "units", "no more can be");
    shop_refused(shop, "complaint decide", decision(shop, third, "'remedy':'refused'"), "reason", "the person reads it");
    decide(shop, third, "'remedy':'refused','reason':'Tout a déjà été rendu.'");
    assert_int_equal(shop_free(shop, 2), 10000 - 321 - 718); /* the mirror waits for what the office tells */
    shop_agrees(shop);
}

static void test_a_price_is_compared_with_the_posted_one(void **state)
{
    struct shop *shop = *state;
    int64_t complaint = tell(shop, 3, 3, "overpriced", NULL, "2023-03-10");
    shop_refused(shop, "complaint decide", decision(shop, complaint, "'remedy':'refund'"), "price", "nothing was charged too much");
    shop_refused(shop, "complaint decide", decision(shop, complaint, "'remedy':'redelivery'"), "decision", NULL);
    assert_int_equal(tree_int(decide(shop, complaint, "'remedy':'refund','price':350"), "refund_cents", 0), 2 * 9);
    assert_int_equal(given_back(shop, 3), 18);
    shop_agrees(shop);
}

static void test_goods_are_handed_over_again_or_paid_back(void **state)
{
    struct shop *shop = *state;
    struct tree *answer;
    int64_t again = tell(shop, 4, 1, "damaged", "2", "2023-03-10"), never = tell(shop, 4, 3, "wrong_product", "1", "2023-03-10");
    shop_refused(shop, "complaint redelivered", arena_printf(shop->house.arena, "{'complaint':%" PRId64 "}", again), "complaint", "Nothing is to be");
    decide(shop, again, "'remedy':'redelivery'");
    decide(shop, never, "'remedy':'redelivery'");
    assert_int_equal(house_view(&shop->house, &shop->staff, "complaint.redeliveries", "{}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    for (int twice = 0; twice < 2; twice++)
        assert_int_equal(tree_true(tree_get(shop_do(shop, "complaint redelivered",
                                                    arena_printf(shop->house.arena, "{'complaint':%" PRId64 ",'on':'2023-03-21'}", again)), "before")), twice);
    shop_refused(shop, "complaint redelivered", arena_printf(shop->house.arena, "{'complaint':%" PRId64 ",'on':'2023-03-22'}", again), "on", "already");
    shop_refused(shop, "complaint decide", decision(shop, again, "'remedy':'refund'"), "complaint", "was decided");
    decide(shop, never, "'remedy':'refund'"); /* there was none left to hand over */
    assert_int_equal(given_back(shop, 4), 359);
    assert_int_equal(house_view(&shop->house, &shop->staff, "complaint.redeliveries", "{'prison':'ma-rouen'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    assert_int_equal(count(shop, arena_printf(shop->house.arena, "SELECT COUNT(*) FROM canteen_complaint_decision d JOIN canteen_complaint c ON c.id = d.complaint_id WHERE c.number = %" PRId64, never)), 2);
    shop_agrees(shop);
}

struct handing {
    struct shop *shop;
    int64_t order, units;
};

static int hand_line(struct db *db, void *context, struct error *error)
{
    struct handing *handing = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ctx ctx = {.app = handing->shop->house.app, .arena = arena, .session = &handing->shop->staff, .language = "en", .error = error,
                      .now_ms = 1678190400000, .today = "2023-03-08"};
    struct order_head head;
    int result = lines_lock(db, arena, handing->order, &head, error);
    return result ? result : line_hand(&ctx, db, &head, 1, handing->units, handing->units == 3 ? "received" : "missing", error);
}

/* The first line, as a corrected sheet would tell it. */
static int hand_again(struct shop *shop, int64_t order, int64_t units)
{
    struct handing handing = {shop, order, units};
    return store_write(shop->house.store, hand_line, &handing, false, &shop->house.error);
}

/* Before its order is settled nothing was charged: what is accepted never will be. */
static void test_before_settlement_nothing_is_given_back(void **state)
{
    struct shop *shop = *state;
    shop_accept(shop, "B");
    for (int i = 8; i < 10; i++)
        shop_pick(shop, orders[i]);
    for (int i = 8; i < 10; i++)
        shop_hand(shop, orders[i], -1);
    int64_t complaint = tell(shop, 8, 1, "damaged", "2", "2023-03-08");
    assert_int_equal(tree_int(decide(shop, complaint, "'remedy':'refund'"), "refund_cents", -1), 0);
    assert_int_not_equal(hand_again(shop, orders[8], 3), 0); /* a sheet entered anew cannot raise it again */
    assert_string_equal(shop->house.error.field, "units");
    assert_int_equal(hand_again(shop, orders[8], 1), 0);
    assert_int_equal(hand_again(shop, orders[9], 1), 0);
    shop_do(shop, "complaint tell", told(shop, 9, 1, "missing", "2", "2023-03-08")); /* proven at once: never charged either */
    assert_int_equal(hand_again(shop, orders[9], 2), ERR_REFUSED);
    int64_t price = tell(shop, 8, 3, "overpriced", NULL, "2023-03-08");
    shop_refused(shop, "complaint decide", decision(shop, price, "'remedy':'refund','price':300"), "decision", "not settled yet");
    settle(shop, "B");
    assert_int_equal(count(shop, arena_printf(shop->house.arena, "SELECT charged_cents FROM canteen_debit WHERE order_id = %" PRId64, orders[8])), 107 + 718); /* one of three */
    decide(shop, price, "'remedy':'refund','price':300");
    assert_int_equal(given_back(shop, 8), 118);
    shop_agrees(shop);
}

/* --- who --- */

static void test_complaints_are_the_canteens(void **state)
{
    struct shop *shop = *state;
    struct session probation = session_with(ROLE_STAFF, 0, count(shop, "SELECT id FROM establishment"), "reintegration");
    struct session elsewhere = session_with(ROLE_STAFF, 0, 12345, "canteen");
    struct session authority = session_with(ROLE_AUTHORITY, 0, count(shop, "SELECT id FROM establishment"), NULL);
    struct tree *answer;
    static const char *const views[] = {"complaint.list", "canteen.statement", "canteen.statement_cycles"};
    for (size_t i = 0; i < COUNT_OF(views); i++) {
        const char *params = arena_printf(shop->house.arena, "{'reference':'%s'}", shop->references[2]);
        assert_int_equal(house_view(&shop->house, &shop->staff, views[i], params, &answer), 0);
        assert_true(tree_get(answer, "rows")->count > 0);
        assert_int_equal(house_view(&shop->house, &probation, views[i], params, &answer), ERR_FORBIDDEN);
        assert_int_equal(house_view(&shop->house, &elsewhere, views[i], params, &answer), 0);
        assert_int_equal(tree_get(answer, "rows")->count, 0);
        assert_int_equal(house_view(&shop->house, &authority, views[i], params, &answer), ERR_FORBIDDEN);
    }
    assert_int_equal(house_run(&shop->house, &probation, "complaint tell", told(shop, 5, 1, "damaged", NULL, "2023-03-10"), NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(&shop->house, &authority, "complaint decide", decision(shop, 1, "'remedy':'refund'"), NULL), ERR_FORBIDDEN);
    assert_int_equal(house_view(&shop->house, &authority, "complaint.causes", "{'prison':'ma-rouen','month':'2023-03'}", &answer), 0);
    assert_true(tree_get(answer, "rows")->count > 0);
}

static void test_a_figure_opens_what_it_counts(void **state)
{
    struct shop *shop = *state;
    struct tree *answer;
    static const char *const sought[][2] = {
        {"{'prison':'ma-rouen','month':'2023-03','cause':'wrong_product'}",
         "SELECT COUNT(*) FROM canteen_complaint WHERE cause = 'wrong_product' AND substr(told_on, 1, 7) = '2023-03'"},
        {"{'answered_month':'2023-03','answer':'complaints_refused'}",
         "SELECT COUNT(DISTINCT complaint_id) FROM canteen_complaint_decision WHERE decision = 'refused' AND substr(decided_on, 1, 7) = '2023-03'"},
        {"{'answered_month':'2023-03','answer':'decided_by_records'}",
         "SELECT COUNT(DISTINCT complaint_id) FROM canteen_complaint_decision WHERE automatic = 1 AND substr(decided_on, 1, 7) = '2023-03'"}};
    for (size_t i = 0; i < COUNT_OF(sought); i++) {
        assert_int_equal(house_view(&shop->house, &shop->staff, "complaint.list", sought[i][0], &answer), 0);
        assert_true(tree_get(answer, "rows")->count > 0);
        assert_int_equal(tree_get(answer, "rows")->count, count(shop, sought[i][1]));
    }
}

static void test_what_is_free_can_be_added_up(void **state)
{
    struct shop *shop = *state;
    struct tree *answer;
    for (size_t i = 0; i < 6; i++) {
        const char *params = arena_printf(shop->house.arena, "{'reference':'%s'}", shop->references[i]);
        assert_int_equal(house_view(&shop->house, &shop->staff, "canteen.available", params, &answer), 0);
        for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next)
            assert_int_equal(tree_int(row, "balance_told", -1) - tree_int(row, "charged_since", -1) + tree_int(row, "added_since", -1) -
                                 tree_int(row, "on_hold", -1),
                             tree_int(row, "still_free", -1));
    }
}

static const char *paper(struct shop *shop, const char *name, const char *json)
{
    struct document *document;
    struct buffer out = {0};
    const struct paper *found = NULL;
    for (size_t i = 0; i < shop->house.app->paper_count; i++)
        if (!strcmp(shop->house.app->papers[i]->name, name))
            found = shop->house.app->papers[i];
    assert_non_null(found);
    if (paper_write(shop->house.app, found, &shop->staff, "en", json_tree(shop->house.arena, json), shop->house.arena, &document, &shop->house.error) ||
        document_write_text(document, 120, &out, &shop->house.error))
        fail_msg("%s: %s", name, shop->house.error.message);
    const char *text = arena_copy(shop->house.arena, out.bytes, out.length);
    buffer_free(&out);
    return text;
}

static void says(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("“%s” is not in:\n%s", words, text);
}

static void test_papers_say_it_in_plain_words(void **state)
{
    struct shop *shop = *state;
    int64_t before = count(shop, "SELECT COUNT(*) FROM journal WHERE action = 'canteen.bought'");
    const char *text = paper(shop, "canteen.bought", arena_printf(shop->house.arena, "{'reference':'%s'}", shop->references[0]));
    says(text, "Produit 1");
    says(text, "Encore libre");
    says(text, "4,66"); /* given back in all */
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM journal WHERE action = 'canteen.bought'"), before + 1);
    says(paper(shop, "complaint.answer", "{'complaint':1}"), "jamais été facturé");
    int64_t refused = count(shop, "SELECT MAX(number) FROM canteen_complaint WHERE state = 'refused'");
    text = paper(shop, "complaint.answer", arena_printf(shop->house.arena, "{'complaint':%" PRId64 "}", refused));
    says(text, "Tout a déjà été rendu.");
    says(text, "chef d’établissement");
}

/* --- races --- */

struct racer {
    struct shop *shop;
    const char *action, *json;
    int code;
    bool before;
};

static void *race(void *context)
{
    struct racer *racer = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct action_request request = {.session = &racer->shop->staff, .language = "en", .input = json_tree(arena, racer->json)};
    racer->code = action_run(racer->shop->house.app, app_action(racer->shop->house.app, racer->action), &request, arena, &result, &error);
    racer->before = !racer->code && tree_true(tree_get(result, "before"));
    return NULL;
}

static void run_race(struct shop *shop, const char *action, const char *const *json, int threads, int *ret_done, int *ret_before)
{
    struct racer racers[8];
    pthread_t ids[8];
    *ret_done = *ret_before = 0;
    for (int i = 0; i < threads; i++) {
        racers[i] = (struct racer){shop, action, json[i], -1, false};
        assert_int_equal(pthread_create(&ids[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        *ret_done += !racers[i].code;
        *ret_before += racers[i].before;
    }
}

static void test_races_give_back_once(void **state)
{
    struct shop *shop = *state;
    int done, before;
    const char *same = told(shop, 6, 1, "damaged", "3", "2023-03-10");
    int64_t complaints = count(shop, "SELECT COUNT(*) FROM canteen_complaint");
    run_race(shop, "complaint tell", (const char *[]){same, same, same, same}, 4, &done, &before);
    assert_int_equal(done, 4);
    assert_int_equal(before, 3);
    run_race(shop, "complaint tell",
             (const char *[]){told(shop, 6, 3, "damaged", "2", "2023-03-10"), told(shop, 6, 3, "wrong_product", "2", "2023-03-10"),
                              told(shop, 6, 3, "missing", "1", "2023-03-10")}, 3, &done, &before);
    assert_int_equal(done, 1);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_complaint"), complaints + 2);
    int64_t number = count(shop, "SELECT MAX(number) FROM canteen_complaint") - 1;
    const char *refund = decision(shop, number, "'remedy':'refund'");
    run_race(shop, "complaint decide", (const char *[]){refund, refund, refund, refund}, 4, &done, &before);
    assert_int_equal(done, 4);
    assert_int_equal(before, 3);
    assert_int_equal(given_back(shop, 6), 321);
    run_race(shop, "complaint decide",
             (const char *[]){decision(shop, number + 1, "'remedy':'refund','units':1"), decision(shop, number + 1, "'remedy':'refused','reason':'non'")}, 2, &done, &before);
    assert_int_equal(done, 1);
    assert_true(given_back(shop, 6) <= 321 + 718);
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM canteen_complaint c JOIN canteen_order_line l ON l.order_id = "
                                 "c.order_id AND l.position = c.position GROUP BY c.order_id, c.position, l.delivered, l.charged_price_cents "
                                 "HAVING SUM(c.refund_cents) > l.delivered * l.charged_price_cents) v"), 0);
    shop_agrees(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_not_received_is_accepted_at_once), cmocka_unit_test(test_what_cannot_be_told),
        cmocka_unit_test(test_never_more_than_was_charged), cmocka_unit_test(test_a_price_is_compared_with_the_posted_one),
        cmocka_unit_test(test_goods_are_handed_over_again_or_paid_back), cmocka_unit_test(test_before_settlement_nothing_is_given_back),
        cmocka_unit_test(test_complaints_are_the_canteens), cmocka_unit_test(test_papers_say_it_in_plain_words),
        cmocka_unit_test(test_a_figure_opens_what_it_counts), cmocka_unit_test(test_what_is_free_can_be_added_up),
        cmocka_unit_test(test_races_give_back_once),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
