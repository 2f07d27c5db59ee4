/* Orders of the canteen: one order for one form, nothing ordered that is not free, exactly one winner of a race, and a month
 * of random orders beside a naive model. */
#include "support/support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "ledger/ledger.h"

enum { PEOPLE = 12, PRODUCTS = 6 };

static struct session staff;
static char references[PEOPLE][16];

static void done(struct house *house, const char *action, const char *json)
{
    if (house_run(house, &staff, action, json, NULL))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
}

static void refused(struct house *house, const char *action, const char *json, const char *field, const char *says)
{
    if (!house_run(house, &staff, action, json, NULL))
        fail_msg("%s %s was done", action, json);
    char text[ERROR_TEXT_BYTES];
    assert_string_equal(house->error.field, field);
    error_format(&house->error, house->error.message, text, sizeof text);
    if (says && !strstr(text, says))
        fail_msg("%s", text);
}

/* A file given to a job action, as the accounts office sends it. */
static struct tree *take(struct house *house, const char *action, const char *json, const char *bytes)
{
    struct tree *input = json_tree(house->arena, json), *result = NULL;
    tree_set_text(house->arena, input, "file", "regie.csv");
    struct action_request request = {&staff, "en", input, {"regie.csv", bytes, strlen(bytes)}, NULL};
    if (action_run_here(house->app, app_action(house->app, action), &request, NULL, NULL, NULL, house->arena, &result, &house->error))
        fail_msg("%s: %s", action, house->error.message);
    return result;
}

static void set_balance(struct house *house, int person, int cents)
{
    struct tree *report = take(house, "canteen balances", "{}",
                               arena_printf(house->arena, "person;amount\n%s;%d,%02d\n", references[person], cents / 100, cents % 100));
    if (tree_get(report, "refused")->count)
        fail_msg("%s", json_of(house->arena, report));
}

static int64_t free_of(struct house *house, int person)
{
    return house_int(house, arena_printf(house->arena,
                                         "SELECT a.credit_cents - a.debit_cents - a.pending_debit_cents FROM canteen_balance b JOIN "
                                         "ledger_account a ON a.id = b.account_id WHERE b.reference = '%s'", references[person]));
}

static const char *order_json(struct house *house, const char *cycle, int person, const char *items, bool replace)
{
    return arena_printf(house->arena, "{'cycle':'%s','whom':'%s','items':['%s'],'replace':%s}", cycle, references[person], items,
                        replace ? "true" : "false");
}

static void books_hold(struct house *house)
{
    struct db *db;
    struct error error = {0};
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    if (ledger_verify(db, NULL, &error))
        fail_msg("%s", error.message);
    db_end_read(db);
    store_release(house->store, db);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order WHERE total_cents > 0 AND hold_id IS NULL AND state <> 'settled'"), 0);
    assert_int_equal(house_int(house, "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_order WHERE hold_id IS NOT NULL"),
                     house_int(house, "SELECT CAST(COALESCE(SUM(pending_debit_cents), 0) AS INTEGER) FROM ledger_account WHERE book = 'canteen'"));
    assert_int_equal(house_int(house, "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_order"),
                     house_int(house, "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_cycle"));
}

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, cli_subjects);
    *state = house;
    assert_int_equal(house_run(house, &session_local, "establishment add",
                               "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Rouen','department':'76'}", NULL), 0);
    staff = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment"), "canteen");
    for (int i = 0; i < PRODUCTS; i++) {
        done(house, "canteen product", arena_printf(house->arena, "{'code':%d,'name':'Produit %d','goods':'%s','vat':'vat.standard'}", i + 1, i + 1,
                                                    i == 4 ? "hygiene" : i == 5 ? "fresh" : "grocery"));
        done(house, "canteen price", arena_printf(house->arena, "{'code':%d,'price':%d,'purchase_cost':50,'handling_cost':10,'decision':'D','decided_on':'2026-01-02'}",
                                                  i + 1, 100 + i * 37));
    }
    for (int i = 0; i < PEOPLE; i++) {
        struct tree *result;
        assert_int_equal(house_run(house, &staff, "person admit", arena_printf(house->arena, "{'number':'N%d','family_name':'Exemple %c','on':'2026-01-05'}", i, 'A' + i), &result), 0);
        snprintf(references[i], sizeof references[i], "%s", tree_text(result, "reference"));
    }
    done(house, "canteen cycle", "{'cycle':'A','goods':['grocery','hygiene'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-08'}");
    done(house, "canteen cycle", "{'cycle':'B','goods':['grocery'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-09'}");
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

/* --- one person, one form --- */

static void test_one_form_is_one_order(void **state)
{
    struct house *house = *state;
    struct tree *result;
    refused(house, "canteen order", order_json(house, "A", 0, "1x2", false), "items", "more than what is free");
    set_balance(house, 0, 1000);
    done(house, "canteen order", order_json(house, "A", 0, "1x2','3", false));
    assert_int_equal(free_of(house, 0), 1000 - 200 - 174);
    assert_int_equal(house_run(house, &staff, "canteen order", order_json(house, "A", 0, "1x2','3", false), &result), 0);
    assert_true(tree_true(tree_get(result, "before")));
    assert_int_equal(free_of(house, 0), 1000 - 200 - 174);
    refused(house, "canteen order", order_json(house, "A", 0, "1x3", false), "whom", "takes its place");
    done(house, "canteen order", order_json(house, "A", 0, "1x3", true));
    assert_int_equal(free_of(house, 0), 700);
    refused(house, "canteen order", order_json(house, "A", 0, "1x11", true), "items", "more than what is free");
    assert_int_equal(free_of(house, 0), 700); /* what was refused changed nothing: the order before it stands */
    done(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'A','whom':'%s'}", references[0]));
    assert_int_equal(free_of(house, 0), 1000);
    refused(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'A','whom':'%s'}", references[0]), "whom", NULL);
    done(house, "canteen order", order_json(house, "A", 0, "1", false));
    done(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'A','whom':'N0'}"));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM journal WHERE arguments LIKE '%\"N0\"%'"), 0);
    books_hold(house);
}

static void test_what_cannot_be_ordered(void **state)
{
    struct house *house = *state;
    set_balance(house, 1, 100000);
    refused(house, "canteen order", order_json(house, "A", 1, "99", false), "items", "not on sale");
    refused(house, "canteen order", order_json(house, "A", 1, "6", false), "items", "not ordered in this cycle");
    refused(house, "canteen order", order_json(house, "A", 1, "1','1x2", false), "items", "stands twice");
    refused(house, "canteen order", order_json(house, "A", 1, "1x100", false), "items", NULL);
    refused(house, "canteen order", order_json(house, "A", 1, "1x0", false), "items", NULL);
    refused(house, "canteen order", order_json(house, "A", 1, "x1", false), "items", "not a line");
    refused(house, "canteen order", order_json(house, "C", 1, "1", false), "cycle", NULL);
    done(house, "canteen restrict", arena_printf(house->arena, "{'whom':'%s','from_on':'2026-01-01','to_on':'2199-01-01'}", references[1]));
    refused(house, "canteen order", order_json(house, "A", 1, "5','1", false), "items", "hygiene, correspondence and tobacco");
    done(house, "canteen order", order_json(house, "A", 1, "5x2", false));
    done(house, "canteen limit", "{'limit':'cycle_quantity','code':2,'units':3}");
    done(house, "canteen limit", "{'limit':'week_amount','amount':1000}");
    set_balance(house, 2, 100000);
    refused(house, "canteen order", order_json(house, "A", 2, "2x4", false), "items", "At most");
    done(house, "canteen order", order_json(house, "A", 2, "2x3','1x5", false)); /* 411 + 500 */
    refused(house, "canteen order", order_json(house, "B", 2, "1", false), "items", "Orders of one week");
    done(house, "canteen limit", "{'limit':'week_amount','amount':1100}");
    done(house, "canteen order", order_json(house, "B", 2, "1", false));
    done(house, "canteen limit", "{'limit':'cycle_amount','amount':50}");
    refused(house, "canteen order", order_json(house, "B", 3, "1", false), "items", "at most here");
    done(house, "canteen limit", "{'limit':'cycle_amount','amount':10000000}");
    done(house, "canteen limit", "{'limit':'week_amount','amount':10000000}");
    books_hold(house);
}

/* --- limits --- */

static size_t limits_listed(struct house *house)
{
    struct tree *answer;
    assert_int_equal(house_view(house, &staff, "canteen.limits", NULL, &answer), 0);
    return tree_get(answer, "rows")->count;
}

static void test_the_limit_of_a_regime_wins(void **state)
{
    struct house *house = *state;
    const char *of = "SELECT COUNT(*) FROM canteen_limit_held h JOIN stay s ON s.id = h.stay_id WHERE s.reference = '%s' AND h.kind = 'cycle_amount' AND h.most = %d";
    size_t before = limits_listed(house);
    done(house, "regime declare", "{'regime':'portes-ouvertes','name':'Portes ouvertes'}");
    done(house, "regime declare", "{'regime':'arrivants','name':'Arrivants'}");
    refused(house, "canteen limit", "{'limit':'cycle_amount','amount':100,'regime':'inconnu'}", "regime", "inconnu");
    refused(house, "canteen limit", "{'limit':'cycle_amount','regime':'arrivants'}", "amount", NULL);
    refused(house, "canteen limit", "{'limit':'cycle_quantity','code':99,'units':1,'regime':'arrivants'}", "code", NULL);
    done(house, "canteen limit", "{'limit':'cycle_amount','amount':300}");
    done(house, "canteen limit", "{'limit':'cycle_amount','amount':500,'regime':'portes-ouvertes'}");
    done(house, "canteen limit", "{'limit':'cycle_quantity','code':1,'units':4,'regime':'portes-ouvertes'}");
    done(house, "canteen limit", "{'limit':'cycle_quantity','code':1,'units':2}");
    assert_int_equal(limits_listed(house), before + 3); /* cycle_amount for everybody was there */
    done(house, "person regime", arena_printf(house->arena, "{'whom':'%s','regime':'portes-ouvertes'}", references[4]));
    done(house, "person regime", arena_printf(house->arena, "{'whom':'%s','regime':'arrivants'}", references[5]));
    assert_int_equal(house_int(house, arena_printf(house->arena, of, references[3], 300)), 1);
    assert_int_equal(house_int(house, arena_printf(house->arena, of, references[4], 500)), 1);
    assert_int_equal(house_int(house, arena_printf(house->arena, of, references[5], 300)), 1); /* none of their own */
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM (SELECT h.stay_id FROM canteen_limit_held h GROUP BY h.stay_id, h.kind, h.code HAVING COUNT(*) > 1) AS twice"), 0);
    for (int p = 3; p < 6; p++)
        set_balance(house, p, 5000);
    refused(house, "canteen order", order_json(house, "A", 3, "5x2", false), "items", "3.00 € at most"); /* 496 */
    refused(house, "canteen order", order_json(house, "A", 3, "1x3", false), "items", "At most 2");
    refused(house, "canteen order", order_json(house, "A", 5, "5x2", false), "items", "3.00 € at most");
    done(house, "canteen order", order_json(house, "A", 4, "5x2", false));
    refused(house, "canteen order", order_json(house, "A", 4, "5x3", true), "items", "5.00 € at most");
    refused(house, "canteen order", order_json(house, "B", 4, "1x5", false), "items", "At most 4");
    done(house, "canteen order", order_json(house, "B", 4, "1x4", false));
    /* the week: what the other cycle took counts against the regime's own limit */
    done(house, "canteen limit", "{'limit':'week_amount','amount':900,'regime':'portes-ouvertes'}");
    refused(house, "canteen order", order_json(house, "B", 4, "2x3", true), "items", "Orders of one week");
    done(house, "canteen limit", "{'limit':'week_amount','amount':0,'regime':'arrivants'}"); /* nothing at all */
    refused(house, "canteen order", order_json(house, "A", 5, "1", false), "items", "Orders of one week");
    /* the regime of today counts */
    done(house, "person regime", arena_printf(house->arena, "{'whom':'%s','regime':'commun'}", references[4]));
    refused(house, "canteen order", order_json(house, "B", 4, "1x4','3", true), "items", NULL);
    for (int c = 0; c < 2; c++)
        done(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'%c','whom':'%s'}", 'A' + c, references[4]));
    books_hold(house);
}

static void test_a_limit_is_taken_away(void **state)
{
    struct house *house = *state;
    struct tree *result;
    size_t before = limits_listed(house);
    assert_int_equal(house_run(house, &staff, "canteen limit", "{'limit':'cycle_amount','amount':500,'regime':'portes-ouvertes'}", &result), 0);
    assert_true(tree_true(tree_get(result, "before")));
    refused(house, "canteen unlimit", "{'limit':'cycle_amount','regime':'inconnu'}", "regime", NULL);
    refused(house, "canteen unlimit", "{'limit':'cycle_quantity'}", "code", NULL);
    static const char *const gone[] = {"{'limit':'cycle_amount'}", "{'limit':'week_amount'}", "{'limit':'cycle_quantity','code':1}", "{'limit':'week_amount','regime':'arrivants'}"};
    for (size_t i = 0; i < COUNT_OF(gone); i++) {
        assert_int_equal(house_run(house, &staff, "canteen unlimit", gone[i], &result), 0);
        assert_false(tree_true(tree_get(result, "before")));
        assert_int_equal(house_run(house, &staff, "canteen unlimit", gone[i], &result), 0);
        assert_true(tree_true(tree_get(result, "before")));
    }
    assert_int_equal(limits_listed(house), before - COUNT_OF(gone));
    done(house, "canteen order", order_json(house, "A", 5, "5x4','1x9", false));
    done(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'A','whom':'%s'}", references[5]));
    struct session authority = session_with(ROLE_AUTHORITY, 0, 0, NULL);
    assert_int_equal(house_view(house, &authority, "canteen.limits", NULL, &result), 0); /* rules, not purchases */
    assert_int_equal(house_run(house, &authority, "canteen unlimit", gone[0], NULL), ERR_FORBIDDEN);
}

/* Somebody in hospital may order; whoever enters it is told that nothing can be handed over yet. */
static void test_an_order_for_somebody_absent(void **state)
{
    struct house *house = *state;
    struct tree *result;
    set_balance(house, 6, 5000);
    assert_int_equal(house_run(house, &staff, "canteen order", order_json(house, "A", 6, "1", false), &result), 0);
    assert_null(tree_get(result, "warnings"));
    done(house, "person absent", arena_printf(house->arena, "{'whom':'%s'}", references[6]));
    const char *again[] = {order_json(house, "A", 6, "1", false), order_json(house, "B", 6, "1", false)};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(house_run(house, &staff, "canteen order", again[i], &result), 0);
        assert_int_equal(tree_get(result, "warnings")->count, 1);
        assert_non_null(strstr(tree_get(result, "warnings")->first->text, "absent"));
    }
    assert_int_equal(house_run(house, &staff, "form enter", arena_printf(house->arena, "{'cycle':'B','whom':'%s','lines':[{'code':'1x2'}],'replace':true}", references[6]), &result), 0);
    assert_int_equal(tree_get(result, "warnings")->count, 1);
    assert_int_equal(house_view(house, &staff, "form.entered", "{'prison':'ma-rouen','cycle':'B'}", &result), 0);
    assert_true(tree_true(tree_get(tree_get(result, "rows")->first, "away")));
    result = take(house, "canteen enter", "{'cycle':'A'}", arena_printf(house->arena, "person;items\n%s;1\n%s;1\n", references[6], references[7]));
    assert_int_equal(tree_int(result, "for_absent", -1), 1);
    done(house, "person back", arena_printf(house->arena, "{'whom':'%s'}", references[6]));
    assert_int_equal(house_run(house, &staff, "canteen order", again[0], &result), 0);
    assert_null(tree_get(result, "warnings"));
    for (int c = 0; c < 2; c++)
        done(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'%c','whom':'%s'}", 'A' + c, references[6]));
    books_hold(house);
}

/* A probation worker, or anybody of another service, sees nobody's purchases and enters none. */
static void test_purchases_are_the_canteens(void **state)
{
    struct house *house = *state;
    struct session probation = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment"), "reintegration");
    struct tree *answer;
    const char *of = arena_printf(house->arena, "{'reference':'%s'}", references[2]);
    assert_int_equal(house_view(house, &staff, "canteen.of_person", of, &answer), 0);
    assert_true(tree_get(answer, "rows")->count > 0);
    assert_int_equal(house_view(house, &probation, "canteen.of_person", of, &answer), ERR_FORBIDDEN);
    assert_int_equal(house_view(house, &probation, "canteen.available", of, &answer), ERR_FORBIDDEN);
    assert_int_equal(house_view(house, &probation, "canteen.holds", "{'prison':'ma-rouen','cycle':'A'}", &answer), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &probation, "canteen limit", "{'limit':'cycle_amount','amount':100}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &probation, "canteen close", "{'cycle':'A'}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &probation, "person export", of, &answer), 0); /* what is held, but for purchases */
    assert_null(tree_get(tree_get(answer, "held"), "canteen_order"));
    assert_int_equal(tree_get(answer, "held_by_others")->count > 0, 1);
    assert_int_equal(house_run(house, &staff, "person export", of, &answer), 0);
    assert_true(tree_get(tree_get(answer, "held"), "canteen_order")->count > 0);
    assert_int_equal(house_run(house, &probation, "canteen order", order_json(house, "B", 3, "1", false), NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &probation, "canteen cancel", arena_printf(house->arena, "{'cycle':'A','whom':'%s'}", references[2]), NULL), ERR_FORBIDDEN);
}

static void test_nobody_is_forgotten_before_what_they_owe_is_settled(void **state)
{
    struct house *house = *state;
    struct tree *result;
    assert_int_equal(house_run(house, &staff, "person admit", "{'number':'N77','family_name':'Exemple','on':'2026-01-05'}", &result), 0);
    const char *whom = arena_strdup(house->arena, tree_text(result, "reference"));
    const char *of = arena_printf(house->arena, "{'reference':'%s'}", whom), *order = arena_printf(house->arena, "{'cycle':'B','whom':'%s','items':['1']}", whom);
    take(house, "canteen balances", "{}", arena_printf(house->arena, "person;amount\n%s;10,00\n", whom));
    done(house, "canteen order", order);
    done(house, "person leave", arena_printf(house->arena, "{'whom':'%s','left_by':'release'}", whom));
    refused(house, "person erase", of, "reference", "not settled yet");
    done(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'B','whom':'%s'}", whom));
    done(house, "person erase", of);
}

/* --- races --- */

struct racer {
    struct house *house;
    const char *json;
    int code;
};

static void *race(void *context)
{
    struct racer *racer = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct action_request request = {.session = &staff, .language = "en", .input = json_tree(arena, racer->json)};
    racer->code = action_run(racer->house->app, app_action(racer->house->app, "canteen order"), &request, arena, &result, &error);
    return NULL;
}

static int winners(struct house *house, const char *const *json, int count)
{
    struct racer racers[8];
    pthread_t threads[8];
    int won = 0;
    for (int i = 0; i < count; i++) {
        racers[i] = (struct racer){house, json[i], -1};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        won += !racers[i].code;
    }
    return won;
}

/* The one order of the person that is placed, in A or in B. */
static void cancel_placed(struct house *house, int person)
{
    int64_t in_a = house_int(house, arena_printf(house->arena, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE "
                                                               "o.reference = '%s' AND c.code = 'A' AND o.state = 'placed'", references[person]));
    done(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'%s','whom':'%s'}", in_a ? "A" : "B", references[person]));
}

static void test_races_have_one_winner(void **state)
{
    struct house *house = *state;
    set_balance(house, 4, 150); /* the last euro: two cycles, each order costs 100 */
    assert_int_equal(winners(house, (const char *[]){order_json(house, "A", 4, "1", false), order_json(house, "B", 4, "1", false)}, 2), 1);
    assert_int_equal(free_of(house, 4), 50);
    done(house, "canteen stock", "{'code':3,'units':1}"); /* the last unit: eight people */
    const char *json[8];
    for (int i = 0; i < 6; i++) {
        set_balance(house, 5 + i, 5000);
        json[i] = order_json(house, "A", 5 + i, "3", false);
    }
    assert_int_equal(winners(house, json, 6), 1);
    assert_int_equal(house_int(house, "SELECT stock_free FROM canteen_product WHERE code = 3"), 0);
    done(house, "canteen stock", "{'code':3}");
    done(house, "canteen limit", "{'limit':'week_amount','amount':150}"); /* the last of a limit */
    set_balance(house, 11, 5000);
    assert_int_equal(winners(house, (const char *[]){order_json(house, "A", 11, "1", false), order_json(house, "B", 11, "1", false)}, 2), 1);
    done(house, "canteen limit", "{'limit':'week_amount','amount':10000000}");
    cancel_placed(house, 11);
    done(house, "canteen limit", "{'limit':'week_amount','amount':150,'regime':'arrivants'}"); /* of a regime, under a general one that would let both through */
    done(house, "person regime", arena_printf(house->arena, "{'whom':'%s','regime':'arrivants'}", references[11]));
    for (int i = 0; i < 4; i++) {
        assert_int_equal(winners(house, (const char *[]){order_json(house, "A", 11, "1", false), order_json(house, "B", 11, "1", false)}, 2), 1);
        cancel_placed(house, 11);
    }
    done(house, "canteen unlimit", "{'limit':'week_amount','regime':'arrivants'}");
    /* the same form by two clerks at once: both are told yes, one order is held */
    const char *same = order_json(house, "A", 3, "1x2", false);
    set_balance(house, 3, 1000);
    assert_int_equal(winners(house, (const char *[]){same, same, same, same}, 4), 4);
    assert_int_equal(free_of(house, 3), 800);
    books_hold(house);
}

/* --- the accounts office --- */

static void test_balances_and_answers(void **state)
{
    struct house *house = *state;
    struct tree *report;
    done(house, "canteen cycle", "{'cycle':'R','goods':['grocery','hygiene'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-02-08'}");
    static const int who[] = {0, 2, 3, 8, 9};
    for (int i = 0; i < 5; i++) {
        set_balance(house, who[i], 100000);
        done(house, "canteen order", order_json(house, "R", who[i], "1x4','5x2','2x3", false)); /* 400 + 496 + 411 = 1307 */
    }
    refused(house, "canteen cancel", "{'cycle':'R','whom':'N99'}", "whom", NULL);
    done(house, "canteen close", "{'cycle':'R'}");
    done(house, "canteen close", "{'cycle':'R'}");
    refused(house, "canteen order", order_json(house, "R", 4, "1", false), "cycle", "closed");
    refused(house, "canteen cancel", arena_printf(house->arena, "{'cycle':'R','whom':'%s'}", references[0]), "cycle", "closed");
    const char *answers = arena_printf(house->arena, "person;answer;amount\n%s;accepted;\n%s;reduced;7,00\n%s;refused;\nNOBODY;accepted;\n%s;peut-\u00eatre;\n",
                                       references[0], references[2], references[3], references[8]);
    report = take(house, "canteen answers", "{'cycle':'R','preview':true}", answers);
    assert_int_equal(tree_int(report, "changed", 0), 3);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order WHERE state = 'accepted'"), 0);
    report = take(house, "canteen answers", "{'cycle':'R'}", answers);
    assert_int_equal(tree_int(report, "changed", 0), 3);
    assert_int_equal(tree_get(report, "refused")->count, 2);
    report = take(house, "canteen answers", "{'cycle':'R'}", answers);
    assert_int_equal(tree_int(report, "changed", 0), 0);
    assert_int_equal(tree_int(report, "same", 0), 3);
    /* reduced to more than was ordered: all of it stands, and the same file says so again; to less: it was answered otherwise */
    const char *more = arena_printf(house->arena, "person;answer;amount\n%s;reduced;20,00\n", references[9]);
    for (int again = 0; again < 2; again++) {
        report = take(house, "canteen answers", "{'cycle':'R'}", more);
        assert_int_equal(tree_int(report, again ? "same" : "changed", 0), 1);
    }
    report = take(house, "canteen answers", "{'cycle':'R'}", arena_printf(house->arena, "person;answer;amount\n%s;reduced;7,00\n", references[9]));
    assert_int_equal(tree_get(report, "refused")->count, 1);
    report = take(house, "canteen balances", "{}", arena_printf(house->arena, "person;amount\n%s;1000000,01\n", references[9]));
    assert_int_equal(tree_get(report, "refused")->count, 1);
    /* 1307 to 700: groceries go from the last line up, hygiene stays: 5x2 = 496 and two of number 1 */
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT o.total_cents FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = 'R' AND o.reference = '%s'", references[2])), 696);
    assert_int_equal(house_int(house, "SELECT CAST(SUM(l.quantity) AS INTEGER) FROM canteen_order_line l JOIN canteen_order o ON o.id = l.order_id WHERE o.state = 'reduced' AND l.code = 5"), 2);
    /* the office now tells less than is ordered: the accepted order stays, what was only placed goes */
    done(house, "canteen cycle", "{'cycle':'S','goods':['grocery'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-03-08'}");
    done(house, "canteen order", order_json(house, "S", 0, "1x9", false));
    report = take(house, "canteen balances", "{}", arena_printf(house->arena, "person;amount\n%s;5,00\n", references[0]));
    assert_true(tree_int(report, "orders_cut", 0) >= 1);
    assert_int_equal(free_of(house, 0), 500);
    report = take(house, "canteen balances", "{'on':'2020-01-01'}", arena_printf(house->arena, "person;amount\n%s;9,00\n", references[0]));
    assert_int_equal(tree_get(report, "refused")->count, 1);
    books_hold(house);
}

/* --- a month of random behaviour beside a naive model --- */

struct model {
    int64_t told[PEOPLE], held[PEOPLE][4];
};

static void test_random_orders_against_a_model(void **state)
{
    struct house *house = *state;
    struct model model = {0};
    const char *rounds_text = getenv("MAILLON_ROUNDS");
    int rounds = rounds_text ? atoi(rounds_text) * 20 : 300;
    unsigned seed = 20261123;
    static const char *const cycles[] = {"M0", "M1", "M2", "M3"};
    for (int c = 0; c < 4; c++)
        done(house, "canteen cycle", arena_printf(house->arena, "{'cycle':'%s','goods':['grocery'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-0%d-08'}", cycles[c], c + 4));
    assert_int_equal(house_run(house, &staff, "canteen limit", "{'limit':'cycle_quantity','code':2,'units':99}", NULL), 0);
    for (int c = 0; c < 2; c++) /* all earlier orders of the last four people, who start anew */
        for (int p = 4; p < 8; p++)
            house_run(house, &staff, "canteen cancel", arena_printf(house->arena, "{'cycle':'%c','whom':'%s'}", 'A' + c, references[p]), NULL);
    for (int p = 4; p < 8; p++)
        set_balance(house, p, (int)(model.told[p] = 2000));
    for (int round = 0; round < rounds; round++) {
        int p = 4 + rand_r(&seed) % 4, c = rand_r(&seed) % 4, what = rand_r(&seed) % 10, units = 1 + rand_r(&seed) % 9;
        int64_t others = 0, cost = (int64_t)units * 137;
        for (int i = 0; i < 4; i++)
            others += i == c ? 0 : model.held[p][i];
        if (what < 7) {
            bool fits = others + cost <= model.told[p], is_done = !house_run(house, &staff, "canteen order", order_json(house, cycles[c], p, arena_printf(house->arena, "2x%d", units), true), NULL);
            assert_true(is_done == fits);
            if (fits)
                model.held[p][c] = cost;
        } else if (what < 9) {
            bool there = model.held[p][c] > 0;
            assert_true(there == !house_run(house, &staff, "canteen cancel", arena_printf(house->arena, "{'cycle':'%s','whom':'%s'}", cycles[c], references[p]), NULL));
            model.held[p][c] = 0;
        } else {
            int64_t told = others + model.held[p][c] + rand_r(&seed) % 1500;
            set_balance(house, p, (int)told);
            model.told[p] = told;
        }
        int64_t held = 0;
        for (int i = 0; i < 4; i++)
            held += model.held[p][i];
        assert_int_equal(free_of(house, p), model.told[p] - held);
    }
    books_hold(house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_form_is_one_order), cmocka_unit_test(test_what_cannot_be_ordered),
        cmocka_unit_test(test_the_limit_of_a_regime_wins), cmocka_unit_test(test_a_limit_is_taken_away),
        cmocka_unit_test(test_an_order_for_somebody_absent),
        cmocka_unit_test(test_purchases_are_the_canteens),
        cmocka_unit_test(test_nobody_is_forgotten_before_what_they_owe_is_settled), cmocka_unit_test(test_races_have_one_winner), cmocka_unit_test(test_balances_and_answers),
        cmocka_unit_test(test_random_orders_against_a_model),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
