/* The catalogue of the canteen: no price without its cost and decision, none rewritten, no alcohol. */
#include "support/support.h"

#include <string.h>

#include "base/buffer.h"
#include "cli/cli.h"

static struct session staff, other, authority, coordinator;

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, cli_subjects);
    *state = house;
    static const char *const places[] = {"Rouen", "Caen"};
    for (int i = 0; i < 2; i++)
        assert_int_equal(house_run(house, &session_local, "establishment add",
                                   arena_printf(house->arena, "{'kind':'ma','name':'Maison d\u2019arr\u00eat de %s','department':'76'}", places[i]), NULL), 0);
    staff = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment WHERE ref = 'ma-rouen'"), "canteen");
    other = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment WHERE ref = 'ma-caen'"), "canteen");
    authority = session_with(ROLE_AUTHORITY, 0, house_int(house, "SELECT id FROM establishment WHERE ref = 'ma-caen'"), NULL);
    coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL);
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

static void done(struct house *house, const struct session *session, const char *action, const char *json)
{
    if (house_run(house, session, action, json, NULL))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
}

static void refused(struct house *house, const struct session *session, const char *action, const char *json, const char *field,
                    const char *says)
{
    assert_int_not_equal(house_run(house, session, action, json, NULL), 0);
    assert_string_equal(house->error.field, field);
    if (says)
        assert_non_null(strstr(house->error.message, says));
}

#define COFFEE "{'code':%d,'name':'Caf\u00e9','goods':'grocery','vat':'vat.food','content':%d,'measure':'g','need':'caf\u00e9'}"
#define PRICE "{'code':%d,'price':%d,'purchase_cost':%d,'handling_cost':20,'decision':'%s','decided_on':'%s','from_on':'%s','reason':'%s'}"

static void test_what_may_not_be_sold(void **state)
{
    struct house *house = *state;
    refused(house, &staff, "canteen product", "{'code':1,'name':'Vin','goods':'alcohol','vat':'vat.standard'}", "goods", "R332-33");
    refused(house, &staff, "canteen product", "{'code':1,'name':'Aspirine','goods':'medicine','vat':'vat.standard'}", "goods", "R322-11");
    refused(house, &staff, "canteen product", "{'code':1,'name':'X','goods':'grocery','vat':'vat.none'}", "vat", NULL);
    refused(house, &staff, "canteen product", "{'code':0,'name':'X','goods':'grocery','vat':'vat.food'}", "code", NULL);
    refused(house, &staff, "canteen product", "{'code':1,'name':'X','goods':'grocery','vat':'vat.food','content':0}", "content", NULL);
    refused(house, &staff, "canteen product", "{'code':1,'name':'X','goods':'grocery','vat':'vat.food','establishment':'ma-caen'}", "establishment", NULL);
    refused(house, &coordinator, "canteen product", "{'code':1,'name':'X','goods':'grocery','vat':'vat.food'}", "establishment", NULL);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_product"), 0);
}

static void test_a_price_rests_on_cost_and_decision(void **state)
{
    struct house *house = *state;
    done(house, &staff, "canteen product", arena_printf(house->arena, COFFEE, 101, 250));
    done(house, &staff, "canteen product", arena_printf(house->arena, COFFEE, 101, 250));
    refused(house, &staff, "canteen price", "{'code':101,'price':245}", "purchase_cost", NULL);
    refused(house, &staff, "canteen price", "{'code':101,'price':245,'purchase_cost':180,'handling_cost':20}", "decision", NULL);
    refused(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 101, 245, 180, "D1", "2026-11-10", "2026-11-01", ""), "from_on", "before it was decided");
    refused(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 999, 245, 180, "D1", "2026-11-01", "2026-11-01", ""), "code", NULL);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_decision"), 0); /* what was refused left nothing */
    done(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 101, 245, 180, "D1", "2026-11-01", "2026-11-01", ""));
    done(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 101, 245, 180, "D1", "2026-11-01", "2026-11-01", ""));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_price"), 1);
    assert_int_equal(house_int(house, "SELECT price_count FROM canteen_decision"), 1);
    /* 245 with 5.5 % is 232 without: less 180 and 20 */
    assert_int_equal(house_int(house, "SELECT margin_cents FROM canteen_price"), 32);
    refused(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 101, 260, 180, "D1", "2026-11-01", "2026-11-01", "x"), "from_on", "not rewritten");
    refused(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 101, 260, 190, "D2", "2026-11-02", "2026-11-15", ""), "reason", NULL);
    refused(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 101, 260, 190, "D1", "2026-11-05", "2026-11-15", "x"), "decision", "known already");
    done(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 101, 260, 190, "D2", "2026-11-02", "2026-11-15", "hausse"));
    assert_int_equal(house_int(house, "SELECT price_cents FROM canteen_product WHERE code = 101"), 260);
}

static void test_a_price_to_come_waits_for_its_day(void **state)
{
    struct house *house = *state;
    struct tree *answer;
    done(house, &staff, "canteen product", arena_printf(house->arena, COFFEE, 102, 500));
    done(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 102, 400, 300, "D3", "2026-11-03", "2026-11-03", ""));
    done(house, &staff, "canteen price", arena_printf(house->arena, PRICE, 102, 900, 300, "D4", "2026-11-03", "2199-01-01", "plus tard"));
    assert_int_equal(house_view(house, &staff, "canteen.show", "{'prison':'ma-rouen','code':'102'}", &answer), 0);
    assert_int_equal(tree_int(answer, "price", 0), 400);
    assert_int_equal(tree_int(answer, "next_price", 0), 900);
    assert_true(tree_true(tree_get(answer, "cheapest"))); /* 8.00 a kilo against 10.40 */
    assert_int_equal(house_int(house, "SELECT cheapest FROM canteen_product WHERE code = 101"), 0);
    done(house, &staff, "canteen withdraw", "{'code':102}");
    assert_int_equal(house_int(house, "SELECT cheapest FROM canteen_product WHERE code = 101"), 0); /* alone: nothing to compare */
}

static void test_who_sees_what(void **state)
{
    struct house *house = *state;
    struct tree *answer;
    assert_int_equal(house_view(house, &staff, "canteen.price_history", "{'prison':'ma-rouen','code':'101'}", &answer), 0);
    assert_int_equal(tree_int(tree_get(answer, "rows")->first, "margin", -1), -1);
    assert_int_equal(house_view(house, &coordinator, "canteen.price_history", "{'prison':'ma-rouen','code':'101'}", &answer), 0);
    assert_int_equal(tree_int(tree_get(answer, "rows")->first, "margin", 0), 36);
    assert_int_equal(house_view(house, &other, "canteen.show", "{'prison':'ma-rouen','code':'101'}", &answer), ERR_NOT_FOUND);
    assert_int_equal(house_view(house, &authority, "canteen.list", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    refused(house, &other, "canteen withdraw", "{'code':101}", "code", NULL);
}

static struct tree *import(struct house *house, const char *bytes, bool preview)
{
    struct tree *input = tree_map(house->arena), *result = NULL;
    tree_set_text(house->arena, input, "file", "catalogue.csv");
    tree_set_text(house->arena, input, "decision", "F1");
    tree_set_text(house->arena, input, "decided_on", "2026-11-20");
    tree_set_bool(house->arena, input, "preview", preview);
    struct action_request request = {&other, "en", input, {"catalogue.csv", bytes, strlen(bytes)}, NULL};
    if (action_run_here(house->app, app_action(house->app, "canteen import"), &request, NULL, NULL, NULL, house->arena, &result, &house->error))
        fail_msg("%s", house->error.message);
    return result;
}

static void expect(const struct tree *report, int64_t new, int64_t changed, int64_t same, size_t refused_count)
{
    assert_int_equal(tree_int(report, "new", -1), new);
    assert_int_equal(tree_int(report, "changed", -1), changed);
    assert_int_equal(tree_int(report, "same", -1), same);
    assert_int_equal(tree_get(report, "refused")->count, refused_count);
}

static void test_a_file_under_one_decision(void **state)
{
    struct house *house = *state;
    static const char file[] = "numero;nom;famille;tva;contenance;mesure;allergenes;prix;achat_ht;manutention_ht\n"
                               "1;Savon;hygi\u00e8ne;20;100;g;;0,75;0,40;0,12\n"
                               "2;Lait;\u00e9picerie;5,5;1000;ml;milk;1,10;0,80;0,10\n"
                               "3;Bi\u00e8re;alcool;20;33;ml;;1;0,5;0,1\n"
                               "4;Pain;\u00e9picerie;5,5;400;g;bl\u00e9;1;0,5;0,1\n"
                               "5;Riz;\u00e9picerie;5,5;1000;g;;1,20;;0,1\n"
                               "6;Sel;\u00e9picerie;5,5;1000;g;;;;\n"
                               "x;Th\u00e9;\u00e9picerie;5,5;100;g;;1;0,5;0,1\n";
    expect(import(house, file, true), 3, 0, 0, 4);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_product WHERE establishment = 'ma-caen'"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_decision WHERE reference = 'F1'"), 0);
    expect(import(house, file, false), 3, 0, 0, 4);
    expect(import(house, file, false), 0, 0, 3, 4);
    assert_int_equal(house_int(house, "SELECT price_count FROM canteen_decision WHERE reference = 'F1'"), 2);
    assert_int_equal(house_int(house, "SELECT price_cents FROM canteen_product WHERE establishment = 'ma-caen' AND code = 6"), 0);
    assert_string_equal(house_text(house, "SELECT protected_kind FROM canteen_product WHERE establishment = 'ma-caen' AND code = 1"), "hygiene");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_may_not_be_sold),       cmocka_unit_test(test_a_price_rests_on_cost_and_decision),
        cmocka_unit_test(test_a_price_to_come_waits_for_its_day), cmocka_unit_test(test_who_sees_what),
        cmocka_unit_test(test_a_file_under_one_decision),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
