#include "rounds_house.h"

#include <string.h>

#include "cli/cli.h"
#include "ledger/ledger.h"

struct session rounds_staff;

struct tree *rounds_answer(struct house *house, const char *action, const char *json)
{
    struct tree *result;
    if (house_run(house, &rounds_staff, action, json, &result)) {
        char text[ERROR_TEXT_BYTES];
        error_format(&house->error, house->error.message, text, sizeof text);
        fail_msg("%s %s: %s: %s", action, json, house->error.field, text);
    }
    return result;
}

void rounds_done(struct house *house, const char *action, const char *json)
{
    rounds_answer(house, action, json);
}

void rounds_refused(struct house *house, const char *action, const char *json, const char *field, const char *says)
{
    char text[ERROR_TEXT_BYTES];
    if (!house_run(house, &rounds_staff, action, json, NULL))
        fail_msg("%s %s was done", action, json);
    error_format(&house->error, house->error.message, text, sizeof text);
    assert_string_equal(house->error.field, field);
    if (!strstr(text, says))
        fail_msg("%s", text);
}

struct tree *rounds_take(struct house *house, const char *action, const char *json, const char *bytes)
{
    struct tree *input = json_tree(house->arena, json), *result = NULL;
    struct action_request request = {.session = &rounds_staff, .language = "en", .input = input};
    if (bytes) {
        tree_set_text(house->arena, input, "file", "lines.csv");
        request.file = (struct upload){"lines.csv", bytes, strlen(bytes)};
    }
    if (action_run_here(house->app, app_action(house->app, action), &request, NULL, NULL, NULL, house->arena, &result, &house->error))
        fail_msg("%s: %s", action, house->error.message);
    return result;
}

void rounds_session(struct house *house)
{
    rounds_staff = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment WHERE ref = 'ma-rouen'"), "canteen");
}

const char *rounds_person(struct house *house, int person)
{
    return house_text(house, arena_printf(house->arena, "SELECT reference FROM stay ORDER BY id LIMIT 1 OFFSET %d", person));
}

void rounds_open(struct house *house)
{
    house_open(house, cli_subjects);
    assert_int_equal(house_run(house, &session_local, "establishment add",
                               "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Rouen','department':'76'}", NULL), 0);
    rounds_session(house);
    for (int i = 1; i <= 4; i++) {
        rounds_done(house, "canteen product", arena_printf(house->arena, "{'code':%d,'name':'Produit %d','goods':'grocery','vat':'vat.food'%s}", i,
                                                           i, i <= 2 ? ",'need':'coffee'" : ""));
        rounds_done(house, "canteen price",
                    arena_printf(house->arena, "{'code':%d,'price':%d,'purchase_cost':50,'handling_cost':10,'decision':'D','decided_on':'2026-01-02'}",
                                 i, i == 2 ? 80 : 100));
    }
    for (int i = 0; i < ROUNDS_PEOPLE; i++)
        rounds_done(house, "person admit",
                    arena_printf(house->arena, "{'number':'N%d','family_name':'Exemple %c','on':'2026-01-05','wing':'%s','cell':'%d'}", i, 'A' + i,
                                 i < ROUNDS_PEOPLE / 2 ? "A" : "B", 101 + i));
}

void rounds_cycle(struct house *house, const char *cycle, int unanswered)
{
    struct arena *arena = house->arena;
    const char *balances = "person;amount\n", *answers = "person;answer\n";
    rounds_done(house, "canteen cycle",
                arena_printf(arena, "{'cycle':'%s','goods':['grocery'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-08'}",
                             cycle));
    for (int i = 0; i < ROUNDS_PEOPLE - 1; i++)
        balances = arena_printf(arena, "%s%s;1000000\n", balances, rounds_person(house, i));
    rounds_take(house, "canteen balances", "{}", balances);
    for (int i = 0; i < ROUNDS_PEOPLE - 1; i++) {
        if (house_int(house, arena_printf(arena, "SELECT here FROM stay ORDER BY id LIMIT 1 OFFSET %d", i)) == 0)
            continue;
        rounds_done(house, "canteen order",
                    arena_printf(arena, "{'cycle':'%s','whom':'%s','items':['1x2r','3x3'],'source':'staff'}", cycle, rounds_person(house, i)));
        if (i != unanswered)
            answers = arena_printf(arena, "%s%s;accepted\n", answers, rounds_person(house, i));
    }
    rounds_done(house, "canteen close", arena_printf(arena, "{'cycle':'%s'}", cycle));
    struct tree *report = rounds_take(house, "canteen answers", arena_printf(arena, "{'cycle':'%s'}", cycle), answers);
    if (tree_get(report, "refused")->count)
        fail_msg("%s", json_of(arena, report));
}

static void none(struct house *house, const char *what, const char *sql)
{
    int64_t found = house_int(house, sql);
    if (found)
        fail_msg("%s: %lld", what, (long long)found);
}

#define COUNTED(column, states)                                                                                       \
    "SELECT COUNT(*) FROM canteen_round r WHERE r." column                                                            \
    " <> (SELECT COUNT(*) FROM canteen_bag b WHERE b.round_id = r.id AND b.state IN (" states "))"

void rounds_must_hold(struct house *house)
{
    struct db *db;
    struct error error = {0};
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    if (ledger_verify(db, NULL, &error))
        fail_msg("%s", error.message);
    db_end_read(db);
    store_release(house->store, db);
    none(house, "bags miscounted", COUNTED("bag_count", "'planned', 'filled', 'out', 'handed', 'refused', 'kept', 'later', 'back'"));
    none(house, "filled bags miscounted", COUNTED("filled_count", "'filled', 'out', 'handed', 'refused', 'kept', 'later', 'back'"));
    none(house, "told bags miscounted", COUNTED("told_count", "'handed', 'refused', 'kept', 'later', 'back'"));
    none(house, "kept bags miscounted", COUNTED("kept_count", "'kept'"));
    none(house, "two bags with one number",
         "SELECT COUNT(*) FROM (SELECT round_id, number FROM canteen_bag WHERE round_id IS NOT NULL GROUP BY round_id, number HAVING COUNT(*) > 1) x");
    none(house, "filled bags with a line nobody picked",
         "SELECT COUNT(*) FROM canteen_bag b JOIN canteen_order_line l ON l.order_id = b.order_id WHERE b.state <> 'planned' AND l.quantity > 0 "
         "AND l.picked IS NULL");
    none(house, "bags to be filled with something in them",
         "SELECT COUNT(*) FROM canteen_bag b JOIN canteen_order_line l ON l.order_id = b.order_id WHERE b.state = 'planned' AND l.picked IS NOT NULL");
    none(house, "handed bags with a line nobody told of",
         "SELECT COUNT(*) FROM canteen_bag b JOIN canteen_order_line l ON l.order_id = b.order_id JOIN canteen_order o ON o.id = b.order_id "
         "WHERE b.state IN ('handed', 'later') AND l.picked > 0 AND l.delivered IS NULL");
    none(house, "bags that are out with a line told of",
         "SELECT COUNT(*) FROM canteen_bag b JOIN canteen_order_line l ON l.order_id = b.order_id WHERE b.state IN ('filled', 'out') AND "
         "l.delivered IS NOT NULL");
    none(house, "more picked than stands, or received than picked",
         "SELECT COUNT(*) FROM canteen_order_line WHERE picked > quantity OR delivered > picked OR (delivered IS NOT NULL AND picked IS NULL)");
    none(house, "kept bags without a last day, or the other way round",
         "SELECT COUNT(*) FROM canteen_bag WHERE CASE WHEN state = 'kept' THEN 1 ELSE 0 END <> CASE WHEN kept_until <> '' THEN 1 ELSE 0 END");
    none(house, "delivered rounds with a bag nobody told of", "SELECT COUNT(*) FROM canteen_round WHERE state = 'delivered' AND told_count <> bag_count");
    none(house, "bags that left twice",
         "SELECT COUNT(*) FROM (SELECT order_id FROM canteen_bag_event WHERE event = 'out' GROUP BY order_id HAVING COUNT(*) > 1) x");
    none(house, "bags filled or handed over for the first time twice",
         "SELECT COUNT(*) FROM (SELECT order_id FROM canteen_bag_event WHERE event IN ('filled', 'handed') GROUP BY order_id, event HAVING "
         "COUNT(*) > 1) x");
    none(house, "holds beside what stands on the lines",
         "SELECT COUNT(*) FROM canteen_order o WHERE o.state IN ('placed', 'accepted', 'reduced') AND o.total_cents <> (SELECT "
         "SUM(l.quantity * l.charged_price_cents) FROM canteen_order_line l WHERE l.order_id = o.id)");
    assert_int_equal(house_int(house, "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_order WHERE hold_id IS NOT NULL"),
                     house_int(house, "SELECT CAST(COALESCE(SUM(pending_debit_cents), 0) AS INTEGER) FROM ledger_account WHERE book = 'canteen'"));
}
