/* Supply and stock: orders to suppliers, delivery notes, lots, counts, shortages shared, recalls, invoices; a race for the last
 * unit of a lot; random behaviour beside a naive model. */
#include "support/support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "canteen/supply/supply.h"
#include "cli/cli.h"
#include "ledger/ledger.h"

enum { PEOPLE = 8 };

static struct session staff, accountant;
static char references[PEOPLE][16];

static struct tree *done(struct house *house, const char *action, const char *json)
{
    struct tree *result;
    if (house_run(house, !strcmp(action, "supply invoice") ? &accountant : &staff, action, json, &result))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
    return result;
}

static void refused(struct house *house, const char *action, const char *json, const char *field, const char *says)
{
    if (!house_run(house, !strcmp(action, "supply invoice") ? &accountant : &staff, action, json, NULL))
        fail_msg("%s %s was done", action, json);
    if (strcmp(house->error.field, field) != 0 || (says && !strstr(house->error.message, says)))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
}

static struct tree *take(struct house *house, const char *action, const char *json, const char *bytes)
{
    struct tree *input = json_tree(house->arena, json), *result = NULL;
    tree_set_text(house->arena, input, "file", "file.csv");
    struct action_request request = {&staff, "en", input, {"file.csv", bytes, strlen(bytes)}, NULL};
    if (action_run_here(house->app, app_action(house->app, action), &request, NULL, NULL, NULL, house->arena, &result, &house->error))
        fail_msg("%s: %s", action, house->error.message);
    return result;
}

static int64_t lot_units(struct house *house, int code, const char *lot, const char *column)
{
    return house_int(house, arena_printf(house->arena, "SELECT %s FROM canteen_lot WHERE code = %d AND lot_number = '%s'", column, code, lot));
}

static int64_t free_units(struct house *house, int code)
{
    return house_int(house, arena_printf(house->arena, "SELECT COALESCE(stock_free, -1) FROM canteen_product WHERE code = %d", code));
}

static int64_t order_of(struct house *house, const char *cycle, int person)
{
    return house_int(house, arena_printf(house->arena, "SELECT o.id FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = '%s' AND o.reference = '%s'",
                                         cycle, references[person]));
}

static int64_t line_of(struct house *house, const char *cycle, int person, int code, const char *column)
{
    return house_int(house, arena_printf(house->arena, "SELECT %s FROM canteen_order_line WHERE order_id = %lld AND code = %d", column,
                                         (long long)order_of(house, cycle, person), code));
}

/* What holds at any time: lots add up, nothing is below zero, holds equal orders, the books stand. */
static void all_holds(struct house *house)
{
    struct db *db;
    struct error error = {0};
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    if (ledger_verify(db, NULL, &error))
        fail_msg("%s", error.message);
    db_end_read(db);
    store_release(house->store, db);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot WHERE units_left < 0 OR units_left <> received - used + counted"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot t WHERE t.used <> COALESCE((SELECT CAST(SUM(u.units) AS INTEGER) FROM canteen_lot_use u WHERE u.lot_id = t.id), 0)"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot t WHERE t.received <> COALESCE((SELECT CAST(SUM(l.units) AS INTEGER) FROM canteen_receipt_line l WHERE l.lot_id = t.id), 0)"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot t WHERE t.counted <> COALESCE((SELECT CAST(SUM(n.difference) AS INTEGER) FROM canteen_lot_count n WHERE n.lot_id = t.id), 0)"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot_use WHERE units < 0 OR recalled < 0"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_product WHERE stock_free < 0"), 0);
    assert_int_equal(house_int(house, "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_order WHERE hold_id IS NOT NULL"),
                     house_int(house, "SELECT CAST(COALESCE(SUM(pending_debit_cents), 0) AS INTEGER) FROM ledger_account WHERE book = 'canteen'"));
}

static int open_house(void **state)
{
    static const struct { const char *goods, *supplier; int pack; } products[] = {
        {"grocery", "Épicerie du Port", 6}, {"grocery", "Épicerie du Port", 10}, {"hygiene", "Hygiène Ouest", 12}, {"hygiene", "", 1}, {"grocery", "Épicerie du Port", 1},
    };
    struct house *house = memory_get(sizeof *house);
    house_open(house, cli_subjects);
    *state = house;
    assert_int_equal(house_run(house, &session_local, "establishment add", "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Rouen','department':'76'}", NULL), 0);
    staff = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment"), "canteen");
    accountant = session_with(ROLE_ACCOUNTANT, 0, staff.grants[0].establishment, NULL);
    for (int i = 0; i < 5; i++) {
        done(house, "canteen product", arena_printf(house->arena, "{'code':%d,'name':'Produit %d','goods':'%s','vat':'%s','supplier':'%s','pack_size':%d,'need':'%s'}", i + 1, i + 1,
                                                    products[i].goods, i < 2 ? "vat.food" : "vat.standard", products[i].supplier, products[i].pack, i == 0 || i == 4 ? "cafe" : ""));
        done(house, "canteen price", arena_printf(house->arena, "{'code':%d,'price':%d,'purchase_cost':50,'handling_cost':10,'decision':'D','decided_on':'2026-01-02'}", i + 1, 100 + i * 10));
    }
    const char *balances = "person;amount\n";
    for (int i = 0; i < PEOPLE; i++) {
        struct tree *result = done(house, "person admit", arena_printf(house->arena, "{'number':'N%d','family_name':'Exemple %c','on':'2026-01-05'}", i, 'A' + i));
        snprintf(references[i], sizeof references[i], "%s", tree_text(result, "reference"));
        balances = arena_printf(house->arena, "%s%s;9000,00\n", balances, references[i]);
    }
    take(house, "canteen balances", "{}", balances);
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

static void open_cycle(struct house *house, const char *cycle)
{
    done(house, "canteen cycle", arena_printf(house->arena, "{'cycle':'%s','goods':['grocery','hygiene'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-08'}", cycle));
}

static void order(struct house *house, const char *cycle, int person, const char *items, int day)
{
    done(house, "canteen order", arena_printf(house->arena, "{'cycle':'%s','whom':'%s','items':['%s'],'handed_on':'2026-01-%02d'}", cycle, references[person], items, day));
}

/* Closed, and accepted by the accounts office. */
static void close_cycle(struct house *house, const char *cycle)
{
    const char *answers = "person;answer\n";
    done(house, "canteen close", arena_printf(house->arena, "{'cycle':'%s'}", cycle));
    for (int i = 0; i < PEOPLE; i++)
        answers = arena_printf(house->arena, "%s%s;accepted\n", answers, references[i]);
    take(house, "canteen answers", arena_printf(house->arena, "{'cycle':'%s'}", cycle), answers);
}

/* --- a bag, as those who fill it do --- */

struct bagging {
    struct house *house;
    int64_t order, position, product, units, substitute, handed; /* handed: -1 for not yet */
    bool comes_back; /* what was not taken at the door goes back to the shelf */
    struct error error;
    int code;
};

static int fill_bag(struct db *db, void *context, struct error *error)
{
    struct bagging *bagging = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct order_head head;
    struct ctx ctx = {.app = bagging->house->app, .arena = arena, .session = &staff, .grant = &staff.grants[0], .language = "en", .db = db, .error = error, .now_ms = date_now()};
    date_today(ctx.today);
    int result = lines_lock(db, arena, bagging->order, &head, error);
    if (!result)
        result = supply_pick(&ctx, db, &head, bagging->position, bagging->substitute ? bagging->substitute : bagging->product, bagging->units, error);
    if (!result)
        result = line_pick(&ctx, db, &head, bagging->position, bagging->units, bagging->substitute, error);
    if (!result && bagging->handed >= 0)
        result = line_hand(&ctx, db, &head, bagging->position, bagging->handed, bagging->handed == bagging->units ? "received" : "refused", error);
    if (!result && bagging->comes_back)
        result = supply_pick(&ctx, db, &head, bagging->position, bagging->product, bagging->handed, error);
    return result;
}

static int fill(struct house *house, const char *cycle, int person, int code, int units, int handed, int substitute, bool comes_back)
{
    struct bagging bagging = {.house = house, .order = order_of(house, cycle, person), .units = units, .handed = handed, .comes_back = comes_back};
    bagging.position = line_of(house, cycle, person, code, "position");
    bagging.product = line_of(house, cycle, person, code, "product_id");
    if (substitute)
        bagging.substitute = house_int(house, arena_printf(house->arena, "SELECT id FROM canteen_product WHERE code = %d", substitute));
    return store_write(house->store, fill_bag, &bagging, false, &house->error);
}

static int bag(struct house *house, const char *cycle, int person, int code, int units, int handed, int substitute)
{
    return fill(house, cycle, person, code, units, handed, substitute, false);
}

/* --- orders to suppliers --- */

static void test_orders_to_suppliers(void **state)
{
    struct house *house = *state;
    struct tree *result;
    open_cycle(house, "A");
    order(house, "A", 0, "1x4','2x3','3", 2);
    order(house, "A", 1, "1x4','4", 3);
    refused(house, "supply make", "{'cycle':'A'}", "cycle", "Close the orders");
    refused(house, "supply make", "{'cycle':'Z'}", "cycle", NULL);
    close_cycle(house, "A");
    result = done(house, "supply make", "{'cycle':'A'}");
    assert_int_equal(tree_int(result, "new", 0), 3); /* two suppliers, and goods without one */
    assert_int_equal(house_int(house, "SELECT packs FROM canteen_supply_line WHERE code = 1"), 2); /* 8 units in packs of 6 */
    assert_int_equal(house_int(house, "SELECT units FROM canteen_supply_line WHERE code = 2"), 10);
    result = done(house, "supply make", "{'cycle':'A'}");
    assert_int_equal(tree_int(result, "same", 0), 3);
    assert_int_equal(tree_int(result, "new", 0), 0);
    int number = (int)house_int(house, "SELECT number FROM canteen_supply WHERE supplier LIKE '%Port'");
    int nobody = (int)house_int(house, "SELECT number FROM canteen_supply WHERE supplier = ''");
    refused(house, "supply send", arena_printf(house->arena, "{'supply_number':%d}", nobody), "supply_number", "Nobody said who supplies");
    refused(house, "supply send", "{'supply_number':99}", "supply_number", NULL);
    refused(house, "supply send", arena_printf(house->arena, "{'supply_number':%d,'on':'2199-01-01'}", number), "on", "to come");
    refused(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1x1'],'reason':'r'}", number), "supply_number", "not sent yet");
    done(house, "canteen product", "{'code':2,'name':'Produit 2','goods':'grocery','vat':'vat.food','supplier':'Épicerie du Port','pack_size':2}");
    assert_int_equal(tree_int(done(house, "supply make", "{'cycle':'A'}"), "changed", 0), 1); /* a draft follows */
    assert_int_equal(house_int(house, "SELECT packs FROM canteen_supply_line WHERE code = 2"), 2);
    result = done(house, "supply send", arena_printf(house->arena, "{'supply_number':%d,'on':'2026-01-10'}", number));
    assert_false(tree_true(tree_get(result, "before")));
    assert_true(tree_true(tree_get(done(house, "supply send", arena_printf(house->arena, "{'supply_number':%d}", number)), "before")));
    assert_string_equal(house_text(house, arena_printf(house->arena, "SELECT sent_on FROM canteen_supply WHERE number = %d", number)), "2026-01-10");
    /* once sent it is immutable, whatever the catalogue says later */
    done(house, "canteen product", "{'code':2,'name':'Produit 2','goods':'grocery','vat':'vat.food','supplier':'Épicerie du Port','pack_size':10}");
    done(house, "supply make", "{'cycle':'A'}");
    assert_int_equal(house_int(house, "SELECT packs FROM canteen_supply_line WHERE code = 2"), 2);
    /* a correction is another order that says so */
    refused(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1x-3'],'reason':'trop'}", number), "items", "Fewer packs");
    refused(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1'],'reason':'trop'}", number), "items", "not a change");
    refused(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1x0'],'reason':'trop'}", number), "items", "not a change");
    refused(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1x1','1x2'],'reason':'trop'}", number), "items", "stands twice");
    result = done(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1x-1','2x1'],'reason':'trop'}", number));
    int correction = (int)tree_int(result, "supply_number", 0);
    assert_true(correction > number);
    assert_true(tree_true(tree_get(done(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1x-1','2x1'],'reason':'trop'}", number)), "before")));
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT corrects FROM canteen_supply WHERE number = %d", correction)), number);
    done(house, "supply send", arena_printf(house->arena, "{'supply_number':%d}", correction));
    refused(house, "supply correct", arena_printf(house->arena, "{'supply_number':%d,'items':['1x-2'],'reason':'trop'}", number), "items", "Fewer packs");
    all_holds(house);
}

/* --- delivery notes --- */

static void test_delivery_notes(void **state)
{
    struct house *house = *state;
    struct tree *result;
    int port = (int)house_int(house, "SELECT number FROM canteen_supply WHERE supplier LIKE '%Port' AND correction = 0");
    int west = (int)house_int(house, "SELECT number FROM canteen_supply WHERE supplier LIKE '%Ouest'");
    refused(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL1','code':3,'units':12,'supply_number':%d}", west), "supply_number", "not sent");
    const char *line = arena_printf(house->arena, "{'delivery_note':'BL1','code':1,'units':7,'supply_number':%d,'lot_number':'L1','best_before':'2199-06-01','on':'2026-01-12'}", port);
    result = done(house, "supply receive", line);
    assert_false(tree_true(tree_get(result, "before")));
    assert_true(tree_true(tree_get(done(house, "supply receive", line), "before")));
    assert_int_equal(lot_units(house, 1, "L1", "units_left"), 7);
    assert_int_equal(house_int(house, "SELECT received FROM canteen_supply_line k JOIN canteen_supply s ON s.id = k.supply_id WHERE k.code = 1 AND s.correction = 0"), 7);
    refused(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL1','code':1,'units':8,'supply_number':%d,'lot_number':'L1'}", port), "units", "already");
    refused(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL2','code':1,'units':8,'supply_number':%d,'lot_number':'L1','best_before':'2199-07-01'}", port), "best_before", "another date");
    refused(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL2','code':1,'units':8,'supply_number':%d,'best_before':'2026-01-01'}", port), "best_before", "expired");
    refused(house, "supply receive", "{'delivery_note':'BL2','code':77,'units':8}", "code", NULL);
    /* another price alone is taken until the invoice is recorded */
    done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL1','code':1,'units':7,'supply_number':%d,'lot_number':'L1','purchase_cost':55}", port));
    assert_int_equal(house_int(house, "SELECT purchase_cents FROM canteen_receipt_line WHERE code = 1"), 55);
    assert_int_equal(lot_units(house, 1, "L1", "received"), 7);
    /* a product nobody ordered is recorded as such, taken in or sent back */
    assert_true(tree_true(tree_get(done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL1','code':5,'units':3,'supply_number':%d}", port)), "wrong")));
    assert_true(tree_true(tree_get(done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL1','code':3,'units':0,'sent_back':4,'supply_number':%d,'remark':'pas commandé'}", port)), "wrong")));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot WHERE code = 3"), 0);
    assert_int_equal(lot_units(house, 5, "BL1", "units_left"), 3); /* without lot number the note's stands for it */
    /* from a file, counted first; the same file again changes nothing */
    const char *file = "numero;quantite;lot;dlc;prix_ht\n2;9;L2;31/12/2199;0,48\n1;5;L1;;\n1;2;LX;2026-01-01;\nabc;1;;;\n2;-1;;;\n";
    const char *args = arena_printf(house->arena, "{'delivery_note':'BL3','supply_number':%d,'on':'2026-01-13'}", port);
    result = take(house, "supply receipts", arena_printf(house->arena, "{'delivery_note':'BL3','supply_number':%d,'preview':true}", port), file);
    assert_int_equal(tree_int(result, "new", 0), 2);
    assert_int_equal(lot_units(house, 1, "L1", "received"), 7);
    result = take(house, "supply receipts", args, file);
    assert_int_equal(tree_int(result, "new", 0), 2);
    assert_int_equal(tree_get(result, "refused")->count, 3);
    result = take(house, "supply receipts", args, file);
    assert_int_equal(tree_int(result, "same", 0), 2);
    assert_int_equal(tree_int(result, "new", 0), 0);
    assert_int_equal(lot_units(house, 1, "L1", "received"), 12);
    assert_int_equal(lot_units(house, 2, "L2", "received"), 9);
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT received_units FROM canteen_supply WHERE number = %d", port)), 7 + 3 + 5 + 9);
    all_holds(house);
}

/* --- the invoice --- */

static int64_t balance_of(struct house *house, const char *account)
{
    return house_int(house, arena_printf(house->arena, "SELECT COALESCE(CAST(SUM(debit_cents - credit_cents) AS INTEGER), 0) FROM ledger_account WHERE book = 'general' AND number = '%s'", account));
}

static void test_invoice_enters_the_books(void **state)
{
    struct house *house = *state;
    struct tree *result;
    int port = (int)house_int(house, "SELECT number FROM canteen_supply WHERE supplier LIKE '%Port' AND correction = 0");
    const char *invoice = arena_printf(house->arena, "{'supply_number':%d,'invoice':'F-7','on':'2026-01-20'}", port);
    refused(house, "supply invoice", invoice, "entity", "whose books");
    assert_int_equal(house_run(house, &session_local, "ledger entity", "{'siren':'732829320','name':'Coop','kind':'scic'}", NULL), 0);
    refused(house, "supply invoice", invoice, "entry_on", NULL);
    assert_int_equal(house_run(house, &session_local, "ledger year-open", "{'year':'2026','starts_on':'2026-01-01','ends_on':'2026-12-31'}", NULL), 0);
    /* 7 x 0.55 + 5 x 0.50 + 9 x 0.48 at 5.5 %: 10.67 + 0.59; 3 x 0.50 at 20 %: 1.50 + 0.30 */
    refused(house, "supply invoice", arena_printf(house->arena, "{'supply_number':%d,'invoice':'F-7','invoice_total':1400,'on':'2026-01-20'}", port), "invoice_total", "delivery notes come to");
    assert_int_equal(balance_of(house, "6071"), 0);
    result = done(house, "supply invoice", arena_printf(house->arena, "{'supply_number':%d,'invoice':'F-7','invoice_total':1307,'on':'2026-01-20'}", port));
    assert_int_equal(tree_int(result, "invoice_total_cents", 0), 1307);
    assert_int_equal(tree_int(result, "expected_cents", 0), 50 * (7 + 5 + 9 + 3));
    assert_int_equal(tree_int(result, "difference_cents", 0), 1218 - 1200);
    assert_int_equal(balance_of(house, "6071"), 1218); /* a cent of rounding went with the goods */
    assert_int_equal(balance_of(house, "445664"), 59);
    assert_int_equal(balance_of(house, "445662"), 30);
    assert_int_equal(balance_of(house, "401"), -1307);
    assert_string_equal(house_text(house, "SELECT auxiliary FROM ledger_account WHERE number = '401' AND auxiliary <> ''"), "epicerie-du-port");
    assert_string_equal(house_text(house, "SELECT piece FROM ledger_entry WHERE journal = 'AC'"), "F-7");
    assert_true(tree_true(tree_get(done(house, "supply invoice", arena_printf(house->arena, "{'supply_number':%d,'invoice':'F-7','on':'2026-01-20'}", port)), "before")));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_supply_invoice"), 1);
    refused(house, "supply invoice", arena_printf(house->arena, "{'supply_number':%d,'invoice':'F-7','invoice_total':99}", port), "invoice", "already");
    refused(house, "supply invoice", arena_printf(house->arena, "{'supply_number':%d,'invoice':'F-8'}", port), "supply_number", "Nothing was received");
    refused(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'BL1','code':1,'units':7,'supply_number':%d,'lot_number':'L1','purchase_cost':60}", port), "purchase_cost", "price stands");
    assert_int_equal(house_run(house, &staff, "supply invoice", invoice, NULL), ERR_FORBIDDEN);
    all_holds(house);
}

/* --- bags --- */

static void test_soonest_to_expire_goes_out_first(void **state)
{
    struct house *house = *state;
    done(house, "supply receive", "{'delivery_note':'G1','code':1,'units':3,'lot_number':'EARLY','best_before':'2199-02-01','supplier':'Don'}");
    done(house, "supply receive", "{'delivery_note':'G1','code':1,'units':9,'lot_number':'GONE','best_before':'2199-01-07','supplier':'Don'}"); /* expired on the day of delivery */
    assert_int_equal(bag(house, "A", 0, 1, 4, -1, 0), 0);
    assert_int_equal(lot_units(house, 1, "EARLY", "units_left"), 0);
    assert_int_equal(lot_units(house, 1, "L1", "units_left"), 11);
    assert_int_equal(lot_units(house, 1, "GONE", "units_left"), 9);
    assert_int_equal(bag(house, "A", 0, 1, 4, -1, 0), 0); /* the same again */
    assert_int_equal(lot_units(house, 1, "L1", "units_left"), 11);
    assert_int_equal(bag(house, "A", 0, 1, 2, -1, 0), 0); /* what keeps longest goes back first */
    assert_int_equal(lot_units(house, 1, "L1", "units_left"), 12);
    assert_int_equal(lot_units(house, 1, "EARLY", "units_left"), 1);
    assert_int_equal(bag(house, "A", 0, 3, 1, -1, 0), 0); /* goods without lots: nothing is kept of them */
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot_use u JOIN canteen_product p ON p.id = u.product_id WHERE p.code = 3"), 0);
    done(house, "supply count", "{'code':1,'lot_number':'L1','units':0,'count_cause':'spoilt'}");
    assert_int_equal(bag(house, "A", 1, 1, 2, -1, 0), ERR_REFUSED); /* one is left */
    assert_string_equal(house->error.field, "units");
    assert_int_equal(line_of(house, "A", 1, 1, "COALESCE(picked, -1)"), -1);
    all_holds(house);
}

static void test_another_product_in_the_bag(void **state)
{
    struct house *house = *state;
    open_cycle(house, "S");
    order(house, "S", 0, "1x2r", 2);
    order(house, "S", 1, "1x2", 3);
    close_cycle(house, "S");
    done(house, "canteen stock", "{'code':5,'units':1}"); /* the others are promised */
    assert_int_equal(bag(house, "S", 0, 1, 2, -1, 5), ERR_REFUSED);
    done(house, "canteen stock", "{'code':5,'units':2}");
    assert_int_equal(bag(house, "S", 0, 1, 2, -1, 5), 0);
    assert_int_equal(free_units(house, 5), 0);
    assert_int_equal(lot_units(house, 5, "BL1", "units_left"), 1);
    done(house, "supply count", "{'code':1,'lot_number':'EARLY','units':5,'count_cause':'miscounted'}");
    assert_int_equal(bag(house, "S", 0, 1, 2, -1, 0), 0); /* as ordered after all: the other product goes back */
    assert_int_equal(free_units(house, 5), 2);
    assert_int_equal(lot_units(house, 5, "BL1", "units_left"), 3);
    assert_int_equal(lot_units(house, 1, "EARLY", "units_left"), 3);
    assert_int_equal(bag(house, "S", 1, 1, 1, -1, 5), ERR_REFUSED); /* without consent: refused, and nothing moved */
    assert_int_equal(lot_units(house, 5, "BL1", "units_left"), 3);
    done(house, "canteen stock", "{'code':5}");
    all_holds(house);
}

/* --- counts --- */

static void test_counts_have_a_reason(void **state)
{
    struct house *house = *state;
    done(house, "canteen stock", "{'code':2,'units':5}");
    refused(house, "supply count", "{'code':2,'lot_number':'L9','units':8}", "lot_number", "no lot");
    refused(house, "supply count", "{'code':2,'units':8}", "count_cause", "Say why");
    refused(house, "supply count", "{'code':2,'units':10,'count_cause':'spoilt'}", "count_cause", "miscounted");
    assert_int_equal(tree_int(done(house, "supply count", "{'code':2,'units':7,'count_cause':'unknown_theft','on':'2026-01-15'}"), "difference", 0), -2);
    assert_int_equal(free_units(house, 2), 3);
    assert_true(tree_true(tree_get(done(house, "supply count", "{'code':2,'units':7,'count_cause':'unknown_theft'}"), "before")));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_lot_count WHERE code = 2"), 1);
    done(house, "supply count", "{'code':2,'units':1,'count_cause':'past_date'}");
    assert_int_equal(free_units(house, 2), 0); /* never below zero */
    done(house, "supply count", "{'code':2,'units':0,'count_cause':'given_away'}");
    refused(house, "supply count", "{'code':2,'units':1,'count_cause':'miscounted'}", "lot_number", "on the shelf");
    done(house, "canteen stock", "{'code':2}");
    all_holds(house);
}

/* Stocked goods: what the shelf holds is not bought again; what nobody waits for can be ordered. */
static void test_what_the_shelf_holds_is_not_bought(void **state)
{
    struct house *house = *state;
    assert_int_equal(bag(house, "A", 1, 4, 1, -1, 0), 0); /* before it is kept by lots */
    done(house, "canteen stock", "{'code':4,'units':0}");
    done(house, "canteen product", "{'code':4,'name':'Produit 4','goods':'hygiene','vat':'vat.standard','supplier':'Papeterie','pack_size':10}");
    done(house, "supply receive", "{'delivery_note':'S1','code':4,'units':8,'lot_number':'P1'}");
    assert_int_equal(free_units(house, 4), 8);
    open_cycle(house, "B");
    order(house, "B", 2, "4x5", 2);
    order(house, "B", 3, "4x3", 3);
    assert_int_equal(free_units(house, 4), 0);
    close_cycle(house, "B");
    done(house, "supply make", "{'cycle':'B'}");
    assert_int_equal(house_int(house, "SELECT k.packs FROM canteen_supply_line k JOIN canteen_supply s ON s.id = k.supply_id WHERE s.cycle = 'B'"), 0);
    int number = (int)house_int(house, "SELECT number FROM canteen_supply WHERE cycle = 'B'");
    refused(house, "supply send", arena_printf(house->arena, "{'supply_number':%d}", number), "supply_number", "nothing to buy");
    done(house, "supply count", "{'code':4,'units':4,'count_cause':'spoilt'}");
    done(house, "supply make", "{'cycle':'B'}");
    assert_int_equal(house_int(house, "SELECT k.packs * 100 + k.from_stock FROM canteen_supply_line k JOIN canteen_supply s ON s.id = k.supply_id WHERE s.cycle = 'B'"), 104);
    done(house, "supply send", arena_printf(house->arena, "{'supply_number':%d}", number));
    done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'S2','code':4,'units':3,'lot_number':'P2','supply_number':%d}", number));
    assert_int_equal(free_units(house, 4), 0);
    done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'S3','code':4,'units':7,'lot_number':'P3','supply_number':%d}", number));
    assert_int_equal(free_units(house, 4), 6); /* 14 on the shelf, 8 promised */
    assert_int_equal(bag(house, "B", 2, 4, 4, -1, 0), 0);
    assert_int_equal(bag(house, "B", 2, 4, 5, -1, 0), 0);
    assert_int_equal(free_units(house, 4), 6);
    assert_int_equal(fill(house, "B", 2, 4, 5, 3, 0, true), 0); /* two come back from the door: others can order them */
    assert_int_equal(free_units(house, 4), 8);
    all_holds(house);
}

/* --- a shortage --- */

struct sharer {
    struct house *house;
    int64_t lines;
};

static void *share(void *context)
{
    struct sharer *sharer = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct action_request request = {.session = &staff, .language = "en", .input = json_tree(arena, "{'cycle':'C'}")};
    sharer->lines = action_run(sharer->house->app, app_action(sharer->house->app, "supply share"), &request, arena, &result, &error) ? -1 : tree_int(result, "lines", -1);
    return NULL;
}

/* Four hands share at once: one of them takes what is missing, the others find nothing. */
static void share_at_once(struct house *house, int64_t lines)
{
    struct sharer sharers[4];
    pthread_t threads[4];
    int64_t cut = 0;
    for (int i = 0; i < 4; i++) {
        sharers[i] = (struct sharer){house, -1};
        assert_int_equal(pthread_create(&threads[i], NULL, share, &sharers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(sharers[i].lines == 0 || sharers[i].lines == lines);
        cut += sharers[i].lines;
    }
    assert_int_equal(cut, lines);
}

static void test_a_shortage_takes_from_the_latest(void **state)
{
    struct house *house = *state;
    struct tree *result;
    open_cycle(house, "C");
    order(house, "C", 0, "3x4", 9); /* the day the form was handed in decides, not that of entering */
    order(house, "C", 1, "3x4", 3);
    order(house, "C", 2, "3x4", 5);
    order(house, "C", 3, "3x4','1", 5);
    done(house, "canteen close", "{'cycle':'C'}");
    refused(house, "supply share", "{'cycle':'C'}", "cycle", "wait for the answer");
    close_cycle(house, "C");
    done(house, "supply make", "{'cycle':'C'}");
    refused(house, "supply share", "{'cycle':'C'}", "cycle", "not sent yet");
    int number = (int)house_int(house, "SELECT number FROM canteen_supply WHERE cycle = 'C' AND supplier LIKE '%Ouest'");
    done(house, "supply send", arena_printf(house->arena, "{'supply_number':%d}", number));
    refused(house, "supply share", "{'cycle':'C','nothing_came':true}", "cycle", "not sent yet"); /* the other order */
    done(house, "supply count", "{'code':1,'lot_number':'EARLY','units':9,'count_cause':'miscounted'}");
    done(house, "supply make", "{'cycle':'C'}"); /* the shelf holds it after all: nothing to buy of the other supplier */
    refused(house, "supply share", "{'cycle':'C'}", "cycle", "Nothing came");
    done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'W1','code':3,'units':9,'lot_number':'W','supply_number':%d}", number));
    int64_t held = house_int(house, "SELECT CAST(SUM(pending_debit_cents) AS INTEGER) FROM ledger_account WHERE book = 'canteen'");
    share_at_once(house, 2);
    assert_int_equal(line_of(house, "C", 1, 3, "quantity"), 4);
    assert_int_equal(line_of(house, "C", 2, 3, "quantity"), 4);
    assert_int_equal(line_of(house, "C", 3, 3, "quantity"), 1);
    assert_int_equal(line_of(house, "C", 0, 3, "quantity"), 0);
    assert_string_equal(house_text(house, arena_printf(house->arena, "SELECT why FROM canteen_order_line WHERE order_id = %lld", (long long)order_of(house, "C", 0))), "shortage");
    assert_int_equal(held - house_int(house, "SELECT CAST(SUM(pending_debit_cents) AS INTEGER) FROM ledger_account WHERE book = 'canteen'"), 7 * 120);
    assert_int_equal(house_int(house, "SELECT missing FROM canteen_share WHERE code = 3"), 7);
    done(house, "canteen stock", "{'code':3,'units':0}"); /* what comes too late is nobody's: it can be ordered */
    done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'W2','code':3,'units':2,'lot_number':'W','supply_number':%d}", number));
    assert_int_equal(free_units(house, 3), 2);
    done(house, "canteen stock", "{'code':3}");
    result = done(house, "supply share", "{'cycle':'C'}");
    assert_true(tree_true(tree_get(result, "before")));
    assert_int_equal(bag(house, "C", 1, 3, 4, -1, 0), 0);
    assert_true(tree_true(tree_get(done(house, "supply share", "{'cycle':'C'}"), "before"))); /* also with bags half filled */
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_share"), 1);
    struct session cook = session_with(ROLE_STAFF, 0, staff.grants[0].establishment, "catering");
    assert_int_equal(house_run(house, &cook, "supply share", "{'cycle':'C'}", NULL), ERR_FORBIDDEN);
    struct tree *answer;
    assert_int_equal(house_view(house, &staff, "supply.short_lines", "{'prison':'ma-rouen','cycle':'C'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    assert_int_equal(house_view(house, &cook, "supply.short_lines", "{'prison':'ma-rouen','cycle':'C'}", &answer), ERR_FORBIDDEN);
    all_holds(house);
}

/* Who agreed to another product keeps the line when it is asked, and still has a turn. */
static void test_a_shortage_leaves_lines_for_substitutes(void **state)
{
    struct house *house = *state;
    open_cycle(house, "D");
    order(house, "D", 0, "2x2r", 2);
    order(house, "D", 1, "2x2", 3);
    order(house, "D", 2, "2x2r", 4);
    close_cycle(house, "D");
    done(house, "supply make", "{'cycle':'D'}");
    int number = (int)house_int(house, "SELECT number FROM canteen_supply WHERE cycle = 'D'");
    done(house, "supply send", arena_printf(house->arena, "{'supply_number':%d}", number));
    /* three units are for a cycle that is delivered before this one, and was not filled yet */
    done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'D1','code':2,'units':6,'lot_number':'D','supply_number':%d}", number));
    struct tree *result = done(house, "supply share", "{'cycle':'D','keep_substitutes':true}");
    assert_int_equal(tree_int(result, "missing", 0), 1);
    assert_int_equal(line_of(house, "D", 1, 2, "quantity"), 1);
    assert_int_equal(line_of(house, "D", 2, 2, "quantity"), 2);
    assert_int_equal(tree_int(done(house, "supply share", "{'cycle':'D','keep_substitutes':true}"), "lines", 0), 0);
    assert_int_equal(tree_int(done(house, "supply share", "{'cycle':'D'}"), "missing", 0), 2);
    assert_int_equal(line_of(house, "D", 2, 2, "quantity"), 0);
    all_holds(house);
}

/* --- a recall --- */

static void test_a_recall_finds_who_received_it(void **state)
{
    struct house *house = *state;
    struct tree *result, *answer;
    open_cycle(house, "E");
    order(house, "E", 0, "5x3", 2); /* handed over */
    order(house, "E", 1, "5x2','3", 3); /* in a bag, half of another lot */
    order(house, "E", 2, "5x2", 4); /* not filled yet */
    order(house, "E", 3, "5x2", 5); /* of another lot alone */
    close_cycle(house, "E");
    done(house, "supply count", "{'code':5,'lot_number':'BL1','units':0,'count_cause':'spoilt'}");
    done(house, "supply receive", "{'delivery_note':'E1','code':5,'units':4,'lot_number':'BAD','best_before':'2199-03-01','supplier':'Don'}");
    done(house, "supply receive", "{'delivery_note':'E1','code':5,'units':20,'lot_number':'GOOD','best_before':'2199-04-01','supplier':'Don'}");
    assert_int_equal(bag(house, "E", 0, 5, 3, 2, 0), 0);
    assert_int_equal(bag(house, "E", 1, 5, 2, -1, 0), 0);
    assert_int_equal(bag(house, "E", 3, 5, 2, 2, 0), 0);
    done(house, "supply receive", "{'delivery_note':'E2','code':5,'units':6,'lot_number':'BAD','supplier':'Don'}");
    refused(house, "supply recall", "{'code':5,'lot_number':'NONE','reason':'verre'}", "lot_number", "no lot");
    struct session cook = session_with(ROLE_STAFF, 0, staff.grants[0].establishment, "catering");
    assert_int_equal(house_run(house, &cook, "supply recall", "{'code':5,'lot_number':'BAD','reason':'verre'}", NULL), ERR_FORBIDDEN);
    result = done(house, "supply recall", "{'code':5,'lot_number':'BAD','reason':'verre'}");
    assert_int_equal(tree_int(result, "shelf_units", 0), 6);
    assert_int_equal(tree_int(result, "bag_units", 0), 1);
    assert_int_equal(tree_int(result, "handed_units", 0), 2);
    assert_int_equal(tree_int(result, "people", 0), 2);
    assert_int_equal(line_of(house, "E", 1, 5, "quantity"), 1);
    assert_int_equal(line_of(house, "E", 1, 5, "picked"), 1);
    assert_int_equal(line_of(house, "E", 2, 5, "quantity"), 2);
    assert_int_equal(line_of(house, "E", 0, 5, "delivered"), 2);
    assert_int_equal(lot_units(house, 5, "BAD", "units_left"), 7);
    assert_true(tree_true(tree_get(done(house, "supply recall", "{'code':5,'lot_number':'BAD','reason':'verre'}"), "before")));
    assert_int_equal(bag(house, "E", 2, 5, 2, -1, 0), 0); /* from the good lot */
    assert_int_equal(lot_units(house, 5, "BAD", "units_left"), 7);
    refused(house, "supply receive", "{'delivery_note':'E3','code':5,'units':6,'lot_number':'BAD','supplier':'Don'}", "lot_number", "recalled");
    done(house, "supply count", "{'code':5,'lot_number':'BAD','units':0,'count_cause':'recall'}");
    assert_int_equal(house_view(house, &staff, "supply.holders", "{'prison':'ma-rouen','code':'5','lot_number':'BAD'}", &answer), 0);
    const struct tree *rows = tree_get(answer, "rows");
    assert_int_equal(rows->count, 2);
    int seen = 0;
    for (const struct tree *row = rows->first; row; row = row->next) {
        bool first = !strcmp(tree_text(row, "reference"), references[0]);
        assert_true(first || !strcmp(tree_text(row, "reference"), references[1]));
        assert_string_equal(tree_text(row, "where_it_is"), first ? "handed_over" : "taken_out");
        assert_int_equal(tree_int(row, "refund", -1), first ? 2 * 140 : 0);
        seen += first ? 1 : 2;
    }
    assert_int_equal(seen, 3);
    assert_int_equal(house_view(house, &cook, "supply.holders", "{'prison':'ma-rouen','code':'5','lot_number':'BAD'}", &answer), ERR_FORBIDDEN);
    all_holds(house);
}

/* --- two hands, one unit --- */

static void *race(void *context)
{
    struct bagging *bagging = context;
    bagging->code = store_write(bagging->house->store, fill_bag, bagging, false, &bagging->error);
    return NULL;
}

static void test_the_last_unit_goes_into_one_bag(void **state)
{
    struct house *house = *state;
    struct bagging hands[6];
    pthread_t threads[6];
    int won = 0;
    done(house, "canteen stock", "{'code':4}");
    open_cycle(house, "F");
    for (int i = 0; i < 6; i++)
        order(house, "F", i, "4", 2 + i);
    close_cycle(house, "F");
    done(house, "supply count", "{'code':4,'lot_number':'P1','units':0,'count_cause':'spoilt'}");
    done(house, "supply count", "{'code':4,'lot_number':'P2','units':0,'count_cause':'spoilt'}");
    done(house, "supply count", "{'code':4,'lot_number':'P3','units':1,'count_cause':'spoilt'}");
    for (int i = 0; i < 6; i++) {
        hands[i] = (struct bagging){.house = house, .order = order_of(house, "F", i), .position = 1, .product = line_of(house, "F", i, 4, "product_id"), .units = 1, .handed = -1};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &hands[i]), 0);
    }
    for (int i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
        won += !hands[i].code;
    }
    assert_int_equal(won, 1);
    assert_int_equal(lot_units(house, 4, "P3", "units_left"), 0);
    all_holds(house);
}

/* --- random behaviour beside a naive model --- */

enum { LOTS = 4, HOLDERS = 6, ROUNDS = 400 };

struct model {
    int64_t left[LOTS], in_bag[HOLDERS][LOTS];
    bool blocked[LOTS], handed[HOLDERS];
};

static int64_t in_bag(const struct model *model, int person)
{
    int64_t units = 0;
    for (int i = 0; i < LOTS; i++)
        units += model->in_bag[person][i];
    return units;
}

/* As the contract says it: the soonest first out, the latest first back. */
static bool model_pick(struct model *model, int person, int64_t units)
{
    int64_t have = in_bag(model, person), there = 0;
    for (int i = 0; i < LOTS; i++)
        there += model->blocked[i] ? 0 : model->left[i];
    if (units - have > there || model->handed[person])
        return units == have;
    for (int i = 0; i < LOTS && have < units; i++) {
        int64_t out = model->blocked[i] ? 0 : model->left[i] < units - have ? model->left[i] : units - have;
        model->left[i] -= out;
        model->in_bag[person][i] += out;
        have += out;
    }
    for (int i = LOTS - 1; i >= 0 && have > units; i--) {
        int64_t back = model->in_bag[person][i] < have - units ? model->in_bag[person][i] : have - units;
        model->left[i] += back;
        model->in_bag[person][i] -= back;
        have -= back;
    }
    return true;
}

static void recall_in_model(struct model *model, int lot, int64_t quantities[HOLDERS])
{
    model->blocked[lot] = true;
    for (int p = 0; p < HOLDERS; p++)
        if (!model->handed[p]) {
            quantities[p] -= model->in_bag[p][lot];
            model->left[lot] += model->in_bag[p][lot];
            model->in_bag[p][lot] = 0;
        }
}

static void compare(struct house *house, const struct model *model)
{
    for (int i = 0; i < LOTS; i++) {
        assert_int_equal(lot_units(house, 6, arena_printf(house->arena, "M%d", i), "units_left"), model->left[i]);
        for (int p = 0; p < HOLDERS; p++)
            assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT COALESCE(CAST(SUM(u.units) AS INTEGER), 0) FROM canteen_lot_use u JOIN canteen_lot t ON t.id = u.lot_id WHERE u.order_id = %lld AND t.lot_number = 'M%d'",
                                                               (long long)order_of(house, "M", p), i)), model->in_bag[p][i]);
    }
}

static void test_random_stock_against_a_model(void **state)
{
    struct house *house = *state;
    struct model model = {0};
    int64_t quantities[HOLDERS];
    unsigned seed = 20261124;
    const char *rounds_text = getenv("MAILLON_ROUNDS");
    int rounds = rounds_text ? atoi(rounds_text) * 20 : ROUNDS, notes = 0;
    done(house, "canteen product", "{'code':6,'name':'Produit 6','goods':'grocery','vat':'vat.food','supplier':'Épicerie du Port','pack_size':7}");
    done(house, "canteen price", "{'code':6,'price':150,'purchase_cost':50,'handling_cost':10,'decision':'D','decided_on':'2026-01-02'}");
    open_cycle(house, "M");
    for (int p = 0; p < HOLDERS; p++) {
        order(house, "M", p, "6x9", 2);
        quantities[p] = 9;
    }
    close_cycle(house, "M");
    for (int i = 0; i < LOTS; i++) {
        done(house, "supply receive", arena_printf(house->arena, "{'delivery_note':'M%d','code':6,'units':6,'lot_number':'M%d','best_before':'2199-0%d-01'}", notes++, i, i + 2));
        model.left[i] = 6;
    }
    for (int round = 0; round < rounds; round++) {
        int what = rand_r(&seed) % 20, lot = rand_r(&seed) % LOTS, p = rand_r(&seed) % HOLDERS, units = rand_r(&seed) % 10;
        if (what < 12) {
            bool may = units <= quantities[p] && (units == in_bag(&model, p) || !model.handed[p]);
            struct model after = model;
            bool fits = may && model_pick(&after, p, units);
            assert_true(fits == !bag(house, "M", p, 6, units, -1, 0));
            if (fits)
                model = after;
        } else if (what < 15) {
            bool fits = !model.blocked[lot];
            assert_true(fits == !house_run(house, &staff, "supply receive", arena_printf(house->arena, "{'delivery_note':'M%d','code':6,'units':%d,'lot_number':'M%d'}", notes++, units + 1, lot), NULL));
            model.left[lot] += fits ? units + 1 : 0;
        } else if (what < 18) {
            done(house, "supply count", arena_printf(house->arena, "{'code':6,'lot_number':'M%d','units':%d,'count_cause':'miscounted'}", lot, units));
            model.left[lot] = units;
        } else if (what == 18 && !model.handed[p] && in_bag(&model, p) && round > rounds / 3) {
            assert_int_equal(bag(house, "M", p, 6, (int)in_bag(&model, p), (int)in_bag(&model, p), 0), 0);
            model.handed[p] = true;
        } else if (what == 19 && round > rounds / 2 && !model.blocked[lot] && lot != 1) {
            done(house, "supply recall", arena_printf(house->arena, "{'code':6,'lot_number':'M%d','reason':'essai'}", lot));
            recall_in_model(&model, lot, quantities);
        }
        compare(house, &model);
    }
    all_holds(house);
    struct tree *result = done(house, "supply recall", "{'code':6,'lot_number':'M1','reason':'essai'}"), *answer;
    int64_t handed = 0;
    assert_int_equal(house_view(house, &staff, "supply.holders", "{'prison':'ma-rouen','code':'6','lot_number':'M1'}", &answer), 0);
    for (int p = 0; p < HOLDERS; p++) {
        int64_t told = 0, received = model.handed[p] ? model.in_bag[p][1] : 0;
        for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next)
            if (!strcmp(tree_text(row, "reference"), references[p]) && !strcmp(tree_text(row, "where_it_is"), "handed_over"))
                told += tree_int(row, "refund_units", 0);
        assert_int_equal(told, received);
        handed += received;
    }
    assert_int_equal(tree_int(result, "handed_units", -1), handed);
    all_holds(house);
}

/* --- paper --- */

static void test_paper_and_roles(void **state)
{
    struct house *house = *state;
    struct tree *answer;
    struct session elsewhere = session_with(ROLE_STAFF, 0, 12345, "canteen"), auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    assert_int_equal(house_view(house, &elsewhere, "supply.orders", "{'prison':'ma-rouen','cycle':'A'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    assert_int_equal(house_view(house, &auditor, "supply.costs", "{'prison':'ma-rouen','cycle':'A'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 4);
    assert_int_equal(house_view(house, &staff, "supply.costs", "{'prison':'ma-rouen','cycle':'A'}", &answer), ERR_FORBIDDEN); /* costs are not for the counter */
    assert_int_equal(house_view(house, &auditor, "supply.holders", "{'prison':'ma-rouen','code':'5','lot_number':'BAD'}", &answer), ERR_FORBIDDEN);
    struct document *document;
    struct error error = {0};
    assert_int_equal(paper_write(house->app, app_paper(house->app, "supply.order"), &staff, "fr", json_tree(house->arena, "{'supply_number':1}"), house->arena, &document, &error), 0);
    assert_int_equal(paper_write(house->app, app_paper(house->app, "supply.order"), &staff, "fr", json_tree(house->arena, "{'supply_number':999}"), house->arena, &document, &error), ERR_NOT_FOUND);
}

/* Every order and every filter of the lists runs inside an index. */
static void test_lists_run_inside_indexes(void **state)
{
    struct house *house = *state;
    static const char *const lists[] = {"supply.lots", "supply.counts", "supply.recalls"};
    static const unsigned roles[] = {ROLE_STAFF, ROLE_COORDINATOR};
    struct db *db;
    struct error error = {0};
    if (house->on_server)
        skip();
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    for (size_t i = 0; i < COUNT_OF(lists) * COUNT_OF(roles); i++) {
        const struct view *view = app_view(house->app, lists[i / 2]);
        for (int filter = -1; filter < view->param_count; filter++)
            for (int down = 0; down < 2; down++) {
                char *plan;
                const char *sql = view_sql(house->app, view, house->arena, roles[i % 2], filter < 0 ? "" : view->params[filter].name, view->order, down, true);
                assert_int_equal(store_explain(db, house->arena, sql, &plan, &error), 0);
                for (const char *line = plan; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
                    if (!strncmp(line, "SCAN", 4) && strncmp(strchr(line, ' '), " t USING INDEX", 14) && strncmp(strchr(line, ' '), " n USING INDEX", 14) && strncmp(strchr(line, ' '), " r USING INDEX", 14))
                        fail_msg("%s: %s", lists[i / 2], plan);
                if (strstr(plan, "TEMP B-TREE"))
                    fail_msg("%s: %s", lists[i / 2], plan);
            }
    }
    db_end_read(db);
    store_release(house->store, db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_to_suppliers),
        cmocka_unit_test(test_delivery_notes),
        cmocka_unit_test(test_invoice_enters_the_books),
        cmocka_unit_test(test_soonest_to_expire_goes_out_first),
        cmocka_unit_test(test_another_product_in_the_bag),
        cmocka_unit_test(test_counts_have_a_reason),
        cmocka_unit_test(test_what_the_shelf_holds_is_not_bought),
        cmocka_unit_test(test_a_shortage_takes_from_the_latest),
        cmocka_unit_test(test_a_shortage_leaves_lines_for_substitutes),
        cmocka_unit_test(test_a_recall_finds_who_received_it),
        cmocka_unit_test(test_the_last_unit_goes_into_one_bag),
        cmocka_unit_test(test_random_stock_against_a_model),
        cmocka_unit_test(test_paper_and_roles),
        cmocka_unit_test(test_lists_run_inside_indexes),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
