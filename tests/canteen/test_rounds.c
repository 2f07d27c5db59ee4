/* Rounds of the canteen: bags follow their persons, hold what was ordered or less, are handed over once; what was told twice
 * changes nothing, what was told otherwise says so. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "print/print.h"
#include "rounds_house.h"

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    rounds_open(house);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

static int64_t count_of(struct house *house, const char *table, const char *where)
{
    return house_int(house, arena_printf(house->arena, "SELECT COUNT(*) FROM %s WHERE %s", table, where));
}

static bool before(const struct tree *answer)
{
    return tree_true(tree_get(answer, "before"));
}

static const char *bag_of(struct house *house, const char *cycle, int person)
{
    return house_text(house, arena_printf(house->arena,
                                          "SELECT b.reference FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id JOIN canteen_cycle c ON "
                                          "c.id = o.cycle_id WHERE c.code = '%s' AND o.reference = '%s'", cycle, rounds_person(house, person)));
}

static const char *bag_text(struct house *house, const char *cycle, int person, const char *column)
{
    return house_text(house, arena_printf(house->arena, "SELECT %s FROM canteen_bag WHERE reference = '%s'", column, bag_of(house, cycle, person)));
}

static int64_t line_int(struct house *house, const char *cycle, int person, int position, const char *column)
{
    return house_int(house, arena_printf(house->arena,
                                         "SELECT COALESCE(l.%s, -1) FROM canteen_order_line l JOIN canteen_bag b ON b.order_id = l.order_id WHERE "
                                         "b.reference = '%s' AND l.position = %d", column, bag_of(house, cycle, person), position));
}

static const char *round_json(struct house *house, const char *round, const char *exceptions, const char *more)
{
    return arena_printf(house->arena, "{'round':'%s','exceptions':'%s'%s}", round, exceptions, more);
}

/* --- planning --- */

static void test_planning(void **state)
{
    struct house *house = *state;
    rounds_cycle(house, "P", 2);
    rounds_refused(house, "round plan", "{'cycle':'P'}", "cycle", "has not answered 1 orders");
    assert_int_equal(count_of(house, "canteen_round", "1 = 1"), 0);
    struct tree *answer = rounds_answer(house, "round plan", "{'cycle':'P','drop_unanswered':true}");
    assert_int_equal(tree_int(answer, "orders_let_go", -1), 1);
    assert_int_equal(tree_int(answer, "rounds", -1), 2);
    assert_int_equal(tree_int(answer, "bags", -1), ROUNDS_PEOPLE - 2);
    assert_string_equal(house_text(house, "SELECT state FROM canteen_cycle WHERE code = 'P'"), "picking");
    assert_true(before(rounds_answer(house, "round plan", "{'cycle':'P'}")));
    /* numbers follow the cells */
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_bag a JOIN canteen_bag b ON b.round_id = a.round_id WHERE a.cell < b.cell AND "
                                      "a.number > b.number"), 0);
    /* one moves to the other wing, one is away, one leaves */
    rounds_done(house, "person move", arena_printf(house->arena, "{'whom':'%s','wing':'B','cell':'199'}", rounds_person(house, 0)));
    rounds_done(house, "person absent", arena_printf(house->arena, "{'whom':'%s'}", rounds_person(house, 1)));
    rounds_done(house, "person leave", arena_printf(house->arena, "{'whom':'%s','left_by':'release'}", rounds_person(house, 3)));
    answer = rounds_answer(house, "round plan", "{'cycle':'P'}");
    assert_int_equal(tree_int(answer, "bags_moved", -1), 1);
    assert_int_equal(tree_int(answer, "bags_aside", -1), 2);
    assert_false(before(answer));
    assert_int_equal(count_of(house, "canteen_bag", "round_id IS NULL"), 2);
    struct tree *apart;
    assert_int_equal(house_view(house, &rounds_staff, "round.apart", "{'prison':'ma-rouen','cycle':'P'}", &apart), 0);
    assert_int_equal(tree_get(apart, "rows")->count, 2);
    rounds_done(house, "person back", arena_printf(house->arena, "{'whom':'%s'}", rounds_person(house, 1)));
    rounds_done(house, "round plan", "{'cycle':'P'}");
    assert_int_equal(count_of(house, "canteen_bag", "round_id IS NULL"), 1);
    rounds_must_hold(house);
    /* an order that came to stand since */
    house_tamper(house, "DELETE FROM canteen_bag WHERE order_id = (SELECT MAX(order_id) FROM canteen_bag)");
    assert_int_equal(tree_int(rounds_answer(house, "round plan", "{'cycle':'P'}"), "bags_made", -1), 1);
    rounds_must_hold(house);
    rounds_done(house, "person move", arena_printf(house->arena, "{'whom':'%s','wing':'A','cell':'101'}", rounds_person(house, 0)));
}

static void test_what_cannot_be_planned(void **state)
{
    struct house *house = *state;
    rounds_done(house, "canteen cycle",
                "{'cycle':'O','goods':['grocery'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-08'}");
    rounds_refused(house, "round plan", "{'cycle':'O'}", "cycle", "still open");
    rounds_refused(house, "round plan", "{'cycle':'nowhere'}", "cycle", "no cycle");
    rounds_refused(house, "round pick", "{'round':'nowhere'}", "round", "no round");
    struct session probation = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment"), "reintegration");
    assert_int_equal(house_run(house, &probation, "round plan", "{'cycle':'P'}", NULL), ERR_FORBIDDEN);
    struct tree *answer;
    assert_int_equal(house_view(house, &probation, "round.bags", "{'prison':'ma-rouen','round':'P.a'}", &answer), ERR_FORBIDDEN);
    assert_int_equal(house_view(house, &rounds_staff, "round.bags", "{'prison':'ma-rouen','round':'P.a'}", &answer), 0);
    assert_true(tree_get(answer, "rows")->count > 0);
}

/* --- picking --- */

static void test_picking(void **state)
{
    struct house *house = *state;
    rounds_cycle(house, "K", -1);
    rounds_done(house, "round plan", "{'cycle':'K'}");
    const char *person = rounds_person(house, 4);
    /* all as ordered, save: one unit of product 3 lacks for one; another gets product 2 for product 1 */
    const char *told = arena_printf(house->arena, "%s;3;2\\n#1;1;2;2", person);
    struct tree *answer = rounds_answer(house, "round pick", round_json(house, "K.a", told, ""));
    assert_int_equal(tree_int(answer, "bags_filled", -1), tree_int(answer, "bags", -2));
    assert_string_equal(tree_text(answer, "state"), "picking");
    assert_int_equal(line_int(house, "K", 4, 2, "picked"), 2);
    assert_int_equal(line_int(house, "K", 4, 2, "quantity"), 3);
    assert_int_equal(line_int(house, "K", 0, 1, "charged_price_cents"), 80); /* the substitute costs less */
    rounds_must_hold(house);
    assert_true(before(rounds_answer(house, "round pick", round_json(house, "K.a", told, ""))));
    assert_true(before(rounds_answer(house, "round pick", "{'round':'K.a'}"))); /* filled bags are not filled again */
    assert_int_equal(line_int(house, "K", 4, 2, "picked"), 2);
    /* what cannot be in a bag */
    rounds_refused(house, "round pick", round_json(house, "K.b", "#1;3;4", ""), "exceptions", "#1;3;4: At most");
    rounds_refused(house, "round pick", round_json(house, "K.b", "#1;3;3;4", ""), "exceptions", "did not agree");
    rounds_refused(house, "round pick", round_json(house, "K.b", "#1;1;2;4", ""), "exceptions", "same need");
    rounds_refused(house, "round pick", round_json(house, "K.b", "#1;4;1", ""), "exceptions", "not on this order");
    rounds_refused(house, "round pick", round_json(house, "K.b", "#99;1;1", ""), "exceptions", "not on this round");
    rounds_refused(house, "round pick", round_json(house, "K.b", "#1;1", ""), "exceptions", "Write the bag");
    rounds_refused(house, "round pick", round_json(house, "K.b", "#1;1;200", ""), "exceptions", "from 0 to 99");
    rounds_refused(house, "round pick", "{'round':'K.b','on':'2199-01-01'}", "on", "to come");
    rounds_refused(house, "round pick", "{'round':'K.b','on':'2025-12-31'}", "on", "orders were still taken");
    assert_int_equal(count_of(house, "canteen_bag b", "b.state = 'filled' AND b.round_id = (SELECT id FROM canteen_round WHERE code = 'K.b')"), 0);
    /* one bag, line by line */
    const char *bag = bag_of(house, "K", 7);
    rounds_done(house, "round pick-bag", arena_printf(house->arena, "{'bag':'%s','items':['1x1=2','3x0']}", bag));
    assert_int_equal(line_int(house, "K", 7, 1, "picked"), 1);
    assert_int_equal(line_int(house, "K", 7, 2, "picked"), 0);
    rounds_done(house, "round pick-bag", arena_printf(house->arena, "{'bag':'%s','items':['3x3']}", bag));
    assert_int_equal(line_int(house, "K", 7, 2, "picked"), 3);
    assert_int_equal(line_int(house, "K", 7, 1, "picked"), 1);
    assert_true(before(rounds_answer(house, "round pick-bag", arena_printf(house->arena, "{'bag':'%s'}", bag))));
    rounds_refused(house, "round pick-bag", arena_printf(house->arena, "{'bag':'%s','items':['9x1']}", bag), "exceptions", "not on this order");
    rounds_refused(house, "round pick-bag", "{'bag':'NOSUCHBAG'}", "bag", "no bag");
    rounds_must_hold(house);
}

/* The journal holds no register number that was typed. */
static void test_numbers_are_not_journaled(void **state)
{
    struct house *house = *state;
    rounds_done(house, "round pick", round_json(house, "K.b", "N8;3;1\\n#1;1;2", ""));
    assert_int_equal(line_int(house, "K", 8, 2, "picked"), 1);
    assert_int_equal(count_of(house, "journal", "action = 'round pick' AND arguments LIKE '%N8;%'"), 0);
    assert_int_equal(count_of(house, "journal", arena_printf(house->arena, "action = 'round pick' AND arguments LIKE '%%%s;3;1%%'", rounds_person(house, 8))), 1);
}

/* --- loading --- */

static void test_loading_follows_the_cell(void **state)
{
    struct house *house = *state;
    rounds_cycle(house, "L", -1);
    rounds_done(house, "round plan", "{'cycle':'L'}");
    rounds_refused(house, "round load", "{'round':'L.a'}", "round", "not filled yet");
    rounds_refused(house, "round deliver", "{'round':'L.a'}", "round", "has not left");
    rounds_done(house, "round pick", "{'round':'L.a'}");
    rounds_done(house, "round pick", "{'round':'L.b'}");
    const char *moved = rounds_person(house, 0), *stepped = rounds_person(house, 2), *away = rounds_person(house, 4);
    rounds_done(house, "person move", arena_printf(house->arena, "{'whom':'%s','wing':'B','cell':'190'}", moved));
    rounds_done(house, "person move", arena_printf(house->arena, "{'whom':'%s','wing':'A','cell':'180'}", stepped));
    rounds_done(house, "person absent", arena_printf(house->arena, "{'whom':'%s'}", away));
    struct tree *answer = rounds_answer(house, "round load", "{'round':'L.a'}");
    assert_int_equal(tree_int(answer, "bags_moved", -1), 1);
    assert_int_equal(tree_int(answer, "bags_aside", -1), 1);
    assert_string_equal(tree_text(answer, "state"), "out");
    assert_true(before(rounds_answer(house, "round load", "{'round':'L.a'}")));
    assert_string_equal(house_text(house, arena_printf(house->arena, "SELECT b.cell FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id JOIN "
                                                                     "canteen_cycle c ON c.id = o.cycle_id WHERE c.code = 'L' AND o.reference = '%s'", stepped)), "180");
    assert_string_equal(house_text(house, "SELECT state FROM canteen_cycle WHERE code = 'L'"), "delivering");
    rounds_refused(house, "round pick", "{'round':'L.a'}", "round", "has left");
    /* what stayed behind goes with the next round of the wing, once its person is back */
    rounds_done(house, "person back", arena_printf(house->arena, "{'whom':'%s'}", away));
    rounds_done(house, "round plan", "{'cycle':'L'}");
    assert_int_equal(house_int(house, "SELECT bag_count FROM canteen_round WHERE code = 'L.a.2'"), 1);
    rounds_done(house, "round load", "{'round':'L.a.2'}");
    rounds_must_hold(house);
    rounds_done(house, "person move", arena_printf(house->arena, "{'whom':'%s','wing':'A','cell':'099'}", moved));
    rounds_done(house, "person move", arena_printf(house->arena, "{'whom':'%s','wing':'A','cell':'103'}", stepped));
}

/* --- delivering --- */

static void ready(struct house *house, const char *cycle)
{
    rounds_cycle(house, cycle, -1);
    rounds_done(house, "round plan", arena_printf(house->arena, "{'cycle':'%s'}", cycle));
    for (const char *wing = "ab"; *wing; wing++) {
        rounds_done(house, "round pick", arena_printf(house->arena, "{'round':'%s.%c'}", cycle, *wing));
        rounds_done(house, "round load", arena_printf(house->arena, "{'round':'%s.%c'}", cycle, *wing));
    }
}

static void test_delivering(void **state)
{
    struct house *house = *state;
    ready(house, "D");
    const char *refuses = rounds_person(house, 1), *told = arena_printf(house->arena, "#1;absent\\n%s;refused\\n#3;3;missing;1\\n#3;1;damaged\\n#4;unsigned;Mme Exemple", refuses);
    rounds_refused(house, "round deliver", round_json(house, "D.a", "#3;3;missing;3", ""), "exceptions", "Say why");
    rounds_refused(house, "round deliver", round_json(house, "D.a", "#3;3;missing;4", ""), "exceptions", "At most");
    rounds_refused(house, "round deliver", round_json(house, "D.a", "#3;3;lost", ""), "exceptions", "Write #12;absent");
    rounds_refused(house, "round deliver", round_json(house, "D.a", "#3;damaged", ""), "exceptions", "whole bag");
    rounds_refused(house, "round deliver", round_json(house, "D.a", "#3;unsigned", ""), "exceptions", "who saw it");
    rounds_refused(house, "round deliver", round_json(house, "D.a", "#3;4;missing", ""), "exceptions", "not in this bag");
    rounds_refused(house, "round deliver", "{'round':'D.a','signed':'none'}", "witness", "who saw it");
    rounds_refused(house, "round deliver", "{'round':'D.a','on':'2025-12-31'}", "on", "orders were still taken");
    assert_int_equal(count_of(house, "canteen_bag_event", "event IN ('handed', 'kept', 'refused')"), 0);
    struct tree *answer = rounds_answer(house, "round deliver", round_json(house, "D.a", told, ",'agent':'M. Agent'"));
    assert_string_equal(tree_text(answer, "state"), "delivered");
    assert_int_equal(tree_int(answer, "bags_kept", -1), 1);
    assert_int_equal(tree_int(answer, "bags_refused", -1), 1);
    assert_true(tree_true(tree_get(answer, "to_confirm"))); /* the days it is kept rest on no text */
    assert_string_equal(house_text(house, "SELECT agent FROM canteen_round WHERE code = 'D.a'"), "M. Agent");
    assert_int_equal(count_of(house, "canteen_bag", "signed = 'none' AND witness = 'Mme Exemple'"), 1);
    assert_int_equal(count_of(house, "canteen_bag", "signed = 'sheet'"), tree_int(answer, "bags", 0) - 2);
    /* the printed sheet entered again changes nothing; entered otherwise it says so */
    assert_true(before(rounds_answer(house, "round deliver", round_json(house, "D.a", told, ""))));
    int64_t events = count_of(house, "canteen_bag_event", "1 = 1");
    rounds_refused(house, "round deliver", "{'round':'D.a'}", "replace", "told otherwise");
    assert_int_equal(count_of(house, "canteen_bag_event", "1 = 1"), events);
    answer = rounds_answer(house, "round deliver", round_json(house, "D.a", told + strlen("#1;absent\\n"), ",'replace':true"));
    assert_int_equal(tree_int(answer, "bags_changed", -1), 1);
    assert_int_equal(count_of(house, "canteen_bag_event", "event = 'corrected'"), 1);
    assert_int_equal(tree_int(answer, "bags_kept", -1), 0);
    rounds_must_hold(house);
}

static void test_bags_that_come_back(void **state)
{
    struct house *house = *state;
    ready(house, "E");
    rounds_done(house, "round deliver", round_json(house, "E.a", "#1;absent\\n#2;absent\\n#3;refused", ""));
    const char *first = bag_text(house, "E", 0, "reference"), *third = bag_text(house, "E", 2, "reference");
    rounds_refused(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'handed_later'}", third), "bag", "kept for somebody");
    rounds_refused(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'back_on_shelf'}", bag_text(house, "E", 4, "reference")), "bag", "refused");
    /* a second delivery, one unit less */
    const char *json = arena_printf(house->arena, "{'bag':'%s','bag_way':'handed_later','exceptions':'3;missing;2'}", first);
    assert_false(before(rounds_answer(house, "round bag", json)));
    assert_true(before(rounds_answer(house, "round bag", json)));
    assert_int_equal(line_int(house, "E", 0, 1, "delivered"), 2);
    assert_int_equal(line_int(house, "E", 0, 2, "delivered"), 2);
    rounds_refused(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'handed_later'}", first), "replace", "otherwise");
    /* back on the shelf */
    json = arena_printf(house->arena, "{'bag':'%s','bag_way':'back_on_shelf'}", third);
    assert_false(before(rounds_answer(house, "round bag", json)));
    assert_true(before(rounds_answer(house, "round bag", json)));
    assert_string_equal(bag_text(house, "E", 2, "state"), "back");
    /* the sheet entered again leaves alone what came after it */
    assert_true(before(rounds_answer(house, "round deliver", round_json(house, "E.a", "#1;absent\\n#2;absent\\n#3;refused", ""))));
    assert_string_equal(bag_text(house, "E", 0, "state"), "later");
    rounds_must_hold(house);
    /* kept too long */
    house_tamper(house, "UPDATE canteen_bag SET kept_until = '2026-01-01' WHERE state = 'kept'");
    rounds_refused(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'handed_later'}", bag_text(house, "E", 1, "reference")), "on", "back on the shelf");
    struct tree *answer;
    assert_int_equal(house_view(house, &rounds_staff, "bag.kept", "{}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 1);
}

static void test_a_file_of_bags(void **state)
{
    struct house *house = *state;
    ready(house, "F");
    const char *file = arena_printf(house->arena,
                                    "sac;remise;lignes;signature;temoin\n"
                                    "#1;reçu;3 manquant 1 | 1 abîmé;;\n"
                                    "%s;absent;;;\n"
                                    "N2;refusé;;;\n"
                                    "%s;reçu;;aucune;Mme Exemple\n"
                                    "#77;reçu;;;\n#5;perdu;;;\n#5;reçu;;aucune;\n#5;reçu;4 manquant;;\n",
                                    rounds_person(house, 1), bag_of(house, "F", 4));
    struct tree *report = rounds_take(house, "round take", "{'round':'F.a','preview':true}", file);
    assert_int_equal(tree_int(report, "new", -1), 4);
    assert_int_equal(tree_get(report, "refused")->count, 4);
    assert_int_equal(count_of(house, "canteen_bag", "state = 'out' AND round_id = (SELECT id FROM canteen_round WHERE code = 'F.a')"),
                     house_int(house, "SELECT bag_count FROM canteen_round WHERE code = 'F.a'"));
    report = rounds_take(house, "round take", "{'round':'F.a'}", file);
    assert_int_equal(tree_int(report, "new", -1), 4);
    report = rounds_take(house, "round take", "{'round':'F.a'}", file);
    assert_int_equal(tree_int(report, "same", -1), 4);
    assert_int_equal(tree_int(report, "new", -1), 0);
    assert_int_equal(line_int(house, "F", 0, 2, "delivered"), 1);
    assert_string_equal(bag_text(house, "F", 1, "state"), "kept");
    assert_string_equal(bag_text(house, "F", 4, "witness"), "Mme Exemple");
    report = rounds_take(house, "round take", "{'round':'F.a'}", "bag;outcome\n#1;received\n");
    assert_int_equal(tree_get(report, "refused")->count, 1);
    report = rounds_take(house, "round take", "{'round':'F.a','replace':true}", "bag;outcome\n#1;received\n");
    assert_int_equal(tree_int(report, "changed", -1), 1);
    rounds_must_hold(house);
}

/* --- those who leave with a bag under way --- */

static void leave(struct house *house, int person)
{
    rounds_done(house, "person leave", arena_printf(house->arena, "{'whom':'%s','left_by':'release'}", rounds_person(house, person)));
    rounds_take(house, "settlement departures", "{}", NULL);
}

static void test_leaving_with_a_bag_under_way(void **state)
{
    struct house *house = *state;
    char today[DATE_BYTES];
    date_today(today);
    const char *year = arena_printf(house->arena, "{'year':'%.4s','starts_on':'%.4s-01-01','ends_on':'%.4s-12-31'}", today, today, today);
    assert_int_equal(house_run(house, &session_local, "ledger entity", "{'siren':'732829320','name':'Coop','kind':'scic'}", NULL), 0);
    assert_int_equal(house_run(house, &session_local, "ledger year-open", year, NULL), 0);
    rounds_cycle(house, "G", -1);
    rounds_done(house, "round plan", "{'cycle':'G'}");
    rounds_done(house, "round pick", "{'round':'G.b'}");
    const char *first = bag_of(house, "G", 8), *second = bag_of(house, "G", 9);
    leave(house, 8); /* filled, on the shelf */
    assert_string_equal(house_text(house, arena_printf(house->arena, "SELECT o.state FROM canteen_order o JOIN canteen_bag b ON b.order_id = o.id "
                                                                     "WHERE b.reference = '%s'", first)), "settled");
    assert_int_equal(tree_int(rounds_answer(house, "round load", "{'round':'G.b'}"), "bags_aside", -1), 1);
    leave(house, 9); /* on its way */
    struct tree *answer = rounds_answer(house, "round deliver", "{'round':'G.b'}");
    assert_string_equal(tree_text(answer, "state"), "delivered");
    assert_int_equal(tree_int(answer, "bags_refused", -1), 1);
    assert_true(before(rounds_answer(house, "round deliver", "{'round':'G.b'}")));
    for (int i = 0; i < 2; i++)
        assert_string_equal(tree_text(rounds_answer(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'back_on_shelf'}",
                                                                                     i ? first : second)), "state"), "back");
    assert_int_equal(house_int(house, "SELECT COALESCE(SUM(l.delivered), 0) FROM canteen_order_line l JOIN canteen_bag b ON b.order_id = l.order_id JOIN "
                                      "canteen_order o ON o.id = b.order_id WHERE b.state = 'back' AND o.state = 'settled'"), 0);
    rounds_must_hold(house);
    /* a kept bag whose person left goes back too; what is settled is told no more */
    rounds_done(house, "round pick", "{'round':'G.a'}");
    rounds_done(house, "round load", "{'round':'G.a'}");
    rounds_done(house, "round deliver", round_json(house, "G.a", arena_printf(house->arena, "%s;absent", rounds_person(house, 5)), ""));
    leave(house, 5);
    rounds_refused(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'handed_later'}", bag_of(house, "G", 5)), "bag", "settled for nothing");
    rounds_done(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'back_on_shelf'}", bag_of(house, "G", 5)));
    rounds_done(house, "settlement round", "{'round':'G.b'}");
    rounds_refused(house, "round deliver", "{'round':'G.b'}", "round", "settled");
}

/* --- lots --- */

static int64_t left_of(struct house *house, const char *lot)
{
    return house_int(house, arena_printf(house->arena, "SELECT units_left FROM canteen_lot WHERE lot_number = '%s'", lot));
}

static void test_lots_follow_the_bags(void **state)
{
    struct house *house = *state;
    rounds_cycle(house, "S", -1);
    rounds_done(house, "round plan", "{'cycle':'S'}");
    int64_t orders = count_of(house, "canteen_order o", "o.cycle_id = (SELECT id FROM canteen_cycle WHERE code = 'S')"),
            in_a = house_int(house, "SELECT bag_count FROM canteen_round WHERE code = 'S.a'");
    rounds_done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL-S','code':3,'units':%d,'lot_number':'LS'}", (int)(3 * orders - 1)));
    rounds_done(house, "round pick", "{'round':'S.a'}");
    assert_int_equal(left_of(house, "LS"), 3 * orders - 1 - 3 * in_a);
    rounds_refused(house, "round pick", "{'round':'S.b'}", "exceptions", "more units of this product are on the shelf"); /* one is missing */
    assert_int_equal(left_of(house, "LS"), 3 * orders - 1 - 3 * in_a);
    rounds_done(house, "round pick", round_json(house, "S.b", "#1;3;2", ""));
    assert_int_equal(left_of(house, "LS"), 0);
    rounds_done(house, "round load", "{'round':'S.a'}");
    /* refused goes back at once; missing never; absent waits; told otherwise it is taken again */
    rounds_done(house, "round deliver", round_json(house, "S.a", "#1;3;refused;1\\n#2;3;missing;1\\n#3;absent\\n#4;refused", ""));
    assert_int_equal(left_of(house, "LS"), 2 + 3);
    rounds_done(house, "round deliver", round_json(house, "S.a", "#2;3;missing;1\\n#3;absent\\n#4;refused", ",'replace':true"));
    assert_int_equal(left_of(house, "LS"), 3);
    const char *kept = house_text(house, "SELECT b.reference FROM canteen_bag b JOIN canteen_round r ON r.id = b.round_id WHERE r.code = 'S.a' AND b.state = 'kept'");
    rounds_done(house, "round bag", arena_printf(house->arena, "{'bag':'%s','bag_way':'back_on_shelf'}", kept));
    assert_int_equal(left_of(house, "LS"), 6);
    rounds_must_hold(house);
}

/* --- papers --- */

static const char *paper_text(struct house *house, const char *name, const char *json)
{
    struct document *document;
    _cleanup_buffer_ struct buffer out = {0}, pdf = {0};
    if (paper_write(house->app, app_paper(house->app, name), &rounds_staff, "en", json_tree(house->arena, json), house->arena, &document, &house->error) ||
        document_write_text(document, 120, &out, &house->error) || document_write_pdf(document, &pdf, &house->error))
        fail_msg("%s: %s", name, house->error.message);
    assert_memory_equal(pdf.bytes, "%PDF-", 5);
    return arena_copy(house->arena, out.bytes, out.length);
}

static void test_papers(void **state)
{
    struct house *house = *state;
    int64_t read = count_of(house, "journal", "action LIKE 'round.%' AND outcome = 'read'");
    const char *list = paper_text(house, "round.picking", "{'round':'D.a'}"), *labels = paper_text(house, "round.labels", "{'round':'D.a'}"),
               *sheet = paper_text(house, "round.sheet", "{'round':'D.a'}");
    assert_non_null(strstr(list, "From the shelf"));
    assert_non_null(strstr(list, "2 × 1 Produit 1 (another may be given)"));
    assert_null(strstr(list, "Exemple"));
    assert_non_null(strstr(labels, arena_printf(house->arena, "/canteen-bag/%s", bag_of(house, "D", 0))));
    assert_null(strstr(labels, "Exemple"));
    assert_non_null(strstr(labels, "A · 1")); /* the wing before the cell */
    if (!strstr(sheet, "Exemple A"))
        fail_msg("%s", sheet);
    assert_non_null(strstr(sheet, "Signature"));
    assert_int_equal(count_of(house, "journal", "action LIKE 'round.%' AND outcome = 'read'"), read + 3);
}

/* --- two clerks --- */

struct clerk {
    struct house *house;
    const char *action, *json;
    int code;
    bool before;
};

static void *enter(void *context)
{
    struct clerk *clerk = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct action_request request = {.session = &rounds_staff, .language = "en", .input = json_tree(arena, clerk->json)};
    clerk->code = action_run(clerk->house->app, app_action(clerk->house->app, clerk->action), &request, arena, &result, &error);
    clerk->before = !clerk->code && before(result);
    return NULL;
}

static void at_once(struct clerk *clerks, int count)
{
    pthread_t threads[8];
    for (int i = 0; i < count; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, enter, &clerks[i]), 0);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static void test_clerks_at_once(void **state)
{
    struct house *house = *state;
    rounds_cycle(house, "R", -1);
    struct clerk plans[4], picks[4], sheets[4], others[2];
    for (int i = 0; i < 4; i++) {
        plans[i] = (struct clerk){house, "round plan", "{'cycle':'R'}", -1, false};
        picks[i] = (struct clerk){house, "round pick", i % 2 ? "{'round':'R.a'}" : "{'round':'R.b'}", -1, false};
        sheets[i] = (struct clerk){house, "round deliver", "{'round':'R.a','exceptions':'#1;absent\\n#2;3;missing;1'}", -1, false};
    }
    at_once(plans, 4);
    at_once(picks, 4);
    rounds_done(house, "round load", "{'round':'R.a'}");
    rounds_done(house, "round load", "{'round':'R.b'}");
    at_once(sheets, 4);
    int first = 0;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(plans[i].code, 0);
        assert_int_equal(picks[i].code, 0);
        assert_int_equal(sheets[i].code, 0);
        first += !sheets[i].before;
    }
    assert_int_equal(first, 1); /* all are told yes, one of them did it */
    /* two sheets that do not say the same: one wins, the other is told */
    others[0] = (struct clerk){house, "round deliver", "{'round':'R.b','exceptions':'#1;absent'}", -1, false};
    others[1] = (struct clerk){house, "round deliver", "{'round':'R.b','exceptions':'#1;refused'}", -1, false};
    at_once(others, 2);
    assert_int_equal(!others[0].code + !others[1].code, 1);
    assert_int_equal(others[0].code + others[1].code, ERR_REFUSED);
    rounds_must_hold(house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planning),
        cmocka_unit_test(test_what_cannot_be_planned),
        cmocka_unit_test(test_picking),
        cmocka_unit_test(test_numbers_are_not_journaled),
        cmocka_unit_test(test_loading_follows_the_cell),
        cmocka_unit_test(test_delivering),
        cmocka_unit_test(test_bags_that_come_back),
        cmocka_unit_test(test_a_file_of_bags),
        cmocka_unit_test(test_papers),
        cmocka_unit_test(test_clerks_at_once),
        cmocka_unit_test(test_leaving_with_a_bag_under_way),
        cmocka_unit_test(test_lots_follow_the_bags), /* the last one: product 3 has lots from then on */
    };
    return cmocka_run_group_tests_name("rounds of the canteen", tests, open_house, close_house);
}
