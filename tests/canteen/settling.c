#include "canteen/settling.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "canteen/lines.h"
#include "cli/cli.h"
#include "kernel/action.h"
#include "ledger/ledger.h"

static const int prices[SHOP_PRODUCTS] = {107, 231, 359, 283, 199, 101};
static const char *const vats[SHOP_PRODUCTS] = {"vat.food", "vat.immediate", "vat.standard", "vat.press", "vat.standard", "vat.standard"};
static const char *const goods[SHOP_PRODUCTS] = {"grocery", "fresh", "household", "press", "hygiene", "grocery"};

static void must(struct house *house, int code, const char *what)
{
    if (code)
        fail_msg("%s: %s %s", what, house->error.field, house->error.message);
}

void shop_sessions(struct shop *shop)
{
    shop->staff = session_with(ROLE_STAFF, 0, house_int(&shop->house, "SELECT id FROM establishment"), "canteen");
    shop->accountant = session_with(ROLE_ACCOUNTANT, 0, 0, NULL);
}

static void add_products(struct shop *shop)
{
    struct arena *arena = shop->house.arena;
    for (int i = 0; i < SHOP_PRODUCTS; i++) {
        shop_do(shop, "canteen product",
                arena_printf(arena, "{'code':%d,'name':'Produit %d','goods':'%s','vat':'%s','need':'%s'}", i + 1, i + 1, goods[i], vats[i],
                             i == 0 || i == 5 ? "sucre" : ""));
        shop_do(shop, "canteen price",
                arena_printf(arena, "{'code':%d,'price':%d,'purchase_cost':50,'handling_cost':10,'decision':'D','decided_on':'2023-01-02'}",
                             i + 1, prices[i]));
    }
}

void shop_open(struct shop *shop, bool books)
{
    struct house *house = &shop->house;
    house_open(house, cli_subjects);
    must(house, house_run(house, &session_local, "establishment add",
                          "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Rouen','department':'76'}", NULL), "establishment");
    shop_sessions(shop);
    if (books) {
        must(house, house_run(house, &shop->accountant, "ledger entity", "{'siren':'732829320','name':'Coop','kind':'scic'}", NULL), "entity");
        must(house, house_run(house, &shop->accountant, "ledger year-open", "{'year':'2023','starts_on':'2023-01-01','ends_on':'2023-12-31'}", NULL), "year");
    }
    add_products(shop);
    for (int i = 0; i < SHOP_PEOPLE; i++) {
        struct tree *result = shop_do(shop, "person admit",
                                      arena_printf(house->arena, "{'number':'N%d','family_name':'Exemple %c','on':'2023-01-05'}", i, 'A' + i));
        snprintf(shop->references[i], sizeof shop->references[i], "%s", tree_text(result, "reference"));
    }
}

void shop_close(struct shop *shop)
{
    house_close(&shop->house);
}

struct tree *shop_do(struct shop *shop, const char *action, const char *json)
{
    struct tree *result = NULL;
    if (house_run(&shop->house, &shop->staff, action, json, &result))
        fail_msg("%s %s: %s %s %s", action, json, shop->house.error.field, shop->house.error.message, shop->house.error.arguments[0]);
    return result;
}

void shop_refused(struct shop *shop, const char *action, const char *json, const char *field, const char *says)
{
    if (!house_run(&shop->house, &shop->staff, action, json, NULL))
        fail_msg("%s %s was done", action, json);
    if (strcmp(shop->house.error.field, field) != 0 || (says && !strstr(shop->house.error.message, says)))
        fail_msg("%s %s: %s %s", action, json, shop->house.error.field, shop->house.error.message);
}

int shop_job(struct shop *shop, const char *action, const char *json, const char *bytes, struct tree **ret_result)
{
    struct house *house = &shop->house;
    struct tree *input = json_tree(house->arena, json), *result = NULL;
    struct action_request request = {&shop->staff, "en", input, {NULL, NULL, 0}, NULL};
    if (bytes) {
        tree_set_text(house->arena, input, "file", "regie.csv");
        request.file = (struct upload){"regie.csv", bytes, strlen(bytes)};
    }
    house->error = (struct error){0};
    int code = action_run_here(house->app, app_action(house->app, action), &request, NULL, NULL, NULL, house->arena, &result, &house->error);
    if (ret_result)
        *ret_result = result;
    return code;
}

void shop_balance(struct shop *shop, int person, int cents)
{
    struct tree *report;
    const char *file = arena_printf(shop->house.arena, "person;amount\n%s;%d,%02d\n", shop->references[person], cents / 100, cents % 100);
    must(&shop->house, shop_job(shop, "canteen balances", "{'on':'2023-02-28'}", file, &report), "balances");
    if (tree_get(report, "refused")->count)
        fail_msg("%s", json_of(shop->house.arena, report));
}

int64_t shop_free(struct shop *shop, int person)
{
    return house_int(&shop->house,
                     arena_printf(shop->house.arena,
                                  "SELECT a.credit_cents - a.debit_cents - a.pending_debit_cents FROM canteen_balance b JOIN ledger_account a ON "
                                  "a.id = b.account_id WHERE b.reference = '%s'", shop->references[person]));
}

void shop_cycle(struct shop *shop, const char *code)
{
    shop_do(shop, "canteen cycle",
            arena_printf(shop->house.arena,
                         "{'cycle':'%s','goods':['grocery','fresh','household','press','hygiene','recurring'],'opens_on':'2023-02-20',"
                         "'closes_on':'2023-03-02','delivers_on':'2023-03-07','settles_on':'2023-03-14'}", code));
}

int64_t shop_order(struct shop *shop, const char *cycle, int person, const char *items)
{
    struct arena *arena = shop->house.arena;
    shop_do(shop, "canteen order",
            arena_printf(arena, "{'cycle':'%s','whom':'%s','items':[%s],'handed_on':'2023-03-01'}", cycle, shop->references[person], items));
    return house_int(&shop->house, arena_printf(arena, "SELECT o.id FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE "
                                                       "c.code = '%s' AND o.reference = '%s'", cycle, shop->references[person]));
}

struct gift {
    struct shop *shop;
    const char *cycle, *reference;
    int64_t order;
};

static int give(struct db *db, void *context, struct error *error)
{
    struct gift *gift = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ctx ctx = {.app = gift->shop->house.app, .arena = arena, .session = &gift->shop->staff, .grant = &gift->shop->staff.grants[0],
                      .language = "en", .error = error, .now_ms = 1677672000000, .today = "2023-03-01"};
    static const struct order_line lines[] = {{.code = 1, .quantity = 1, .price = PRICE_FREE},
                                              {.code = 3, .quantity = 2, .price = PRICE_GIVEN, .given_cents = 50}};
    const struct order_told told = {.source = "standing", .lines = lines, .count = 2};
    struct cycle cycle;
    struct stay stay;
    struct order order = {0};
    int64_t at = 0;
    int result = db_int(db, "SELECT id FROM establishment", NULL, 0, &at, error);
    if (!result)
        result = cycle_find(db, arena, at, gift->cycle, &cycle, error);
    if (!result)
        result = stay_find(ctx.app, db, arena, at, gift->reference, &stay, error);
    if (!result)
        result = order_place(&ctx, db, &cycle, &stay, &told, &order, error);
    gift->order = order.id;
    return result;
}

int64_t shop_give(struct shop *shop, const char *cycle, int person)
{
    struct gift gift = {shop, cycle, shop->references[person], 0};
    must(&shop->house, store_write(shop->house.store, give, &gift, false, &shop->house.error), "gift");
    return gift.order;
}

void shop_accept(struct shop *shop, const char *cycle)
{
    struct arena *arena = shop->house.arena;
    const char *file = "person;answer\n";
    shop_do(shop, "canteen close", arena_printf(arena, "{'cycle':'%s'}", cycle));
    for (int i = 0; i < SHOP_PEOPLE; i++)
        if (house_int(&shop->house, arena_printf(arena, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE "
                                                        "c.code = '%s' AND o.reference = '%s' AND o.state = 'placed'", cycle, shop->references[i])))
            file = arena_printf(arena, "%s%s;accepted\n", file, shop->references[i]);
    struct tree *report;
    must(&shop->house, shop_job(shop, "canteen answers", arena_printf(arena, "{'cycle':'%s'}", cycle), file, &report), "answers");
    if (tree_get(report, "refused")->count)
        fail_msg("%s", json_of(arena, report));
}

/* --- bags --- */

struct move {
    struct shop *shop;
    int64_t order, units, position, substitute;
    bool hand;
};

static int move_lines(struct db *db, void *context, struct error *error)
{
    struct move *move = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ctx ctx = {.app = move->shop->house.app, .arena = arena, .session = &move->shop->staff, .grant = &move->shop->staff.grants[0],
                      .language = "en", .error = error, .now_ms = 1678190400000, .today = "2023-03-07"};
    struct order_head head;
    struct placed_line *lines;
    size_t count = 0;
    int result = lines_lock(db, arena, move->order, &head, error);
    if (!result)
        result = lines_read(db, arena, move->order, &lines, &count, error);
    for (size_t i = 0; i < count && !result; i++) {
        int64_t units = move->units < 0 || move->units > lines[i].picked ? lines[i].picked : move->units;
        if (move->hand)
            result = line_hand(&ctx, db, &head, lines[i].position, units, units == lines[i].picked ? "received" : "missing", error);
        else if (!move->position || move->position == lines[i].position)
            result = line_pick(&ctx, db, &head, lines[i].position, lines[i].quantity, move->position ? move->substitute : 0, error);
    }
    return result;
}

static void move(struct shop *shop, struct move told)
{
    told.shop = shop;
    must(&shop->house, store_write(shop->house.store, move_lines, &told, false, &shop->house.error), "lines");
}

void shop_pick(struct shop *shop, int64_t order)
{
    move(shop, (struct move){.order = order});
}

void shop_hand(struct shop *shop, int64_t order, int64_t units)
{
    move(shop, (struct move){.order = order, .units = units, .hand = true});
}

void shop_substitute(struct shop *shop, int64_t order, int64_t position, int64_t code)
{
    int64_t product = house_int(&shop->house, arena_printf(shop->house.arena, "SELECT id FROM canteen_product WHERE code = %" PRId64, code));
    move(shop, (struct move){.order = order, .position = position, .substitute = product});
}

/* --- what must hold --- */

static void same(struct shop *shop, const char *what, const char *one, const char *other)
{
    int64_t a = house_int(&shop->house, one), b = house_int(&shop->house, other);
    if (a != b)
        fail_msg("%s: %" PRId64 " and %" PRId64, what, a, b);
}

static const char debits[] = "SELECT CAST(COALESCE(SUM(charged_cents), 0) AS INTEGER) FROM canteen_debit";

void shop_agrees(struct shop *shop)
{
    struct db *db;
    struct error error = {0};
    assert_int_equal(store_reader(shop->house.store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    if (ledger_verify(db, NULL, &error))
        fail_msg("%s", error.message);
    db_end_read(db);
    store_release(shop->house.store, db);
    same(shop, "debits and sales", debits, "SELECT CAST(COALESCE(SUM(charged_cents), 0) AS INTEGER) FROM canteen_sale");
    same(shop, "debits and the office's account", debits,
         "SELECT CAST(COALESCE(SUM(l.amount_cents), 0) AS INTEGER) FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id JOIN "
         "ledger_entry e ON e.id = l.entry_id WHERE a.book = 'general' AND a.number = '41112' AND e.journal = 'VE'");
    same(shop, "debits and lines",
         "SELECT CAST(COALESCE(SUM(charged_cents), 0) AS INTEGER) FROM canteen_debit WHERE kind <> 'give_back'",
         "SELECT CAST(COALESCE(SUM(l.delivered * l.charged_price_cents), 0) AS INTEGER) FROM canteen_order_line l JOIN canteen_order o ON "
         "o.id = l.order_id WHERE o.state = 'settled' AND l.delivered IS NOT NULL");
    same(shop, "debits and totals of orders", "SELECT CAST(COALESCE(SUM(charged_cents), 0) AS INTEGER) FROM canteen_debit WHERE kind = 'charge'",
         "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_order WHERE state = 'settled'");
    same(shop, "settled orders and their debits", "SELECT COUNT(*) FROM canteen_order WHERE state = 'settled'",
         "SELECT COUNT(*) FROM canteen_debit WHERE kind = 'charge'");
    same(shop, "sales without VAT", "SELECT CAST(COALESCE(SUM(charged_cents - vat_cents), 0) AS INTEGER) FROM canteen_sale",
         "SELECT CAST(COALESCE(-SUM(l.amount_cents), 0) AS INTEGER) FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id WHERE "
         "a.book = 'general' AND a.number = '7071'");
    same(shop, "what is held", "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_order WHERE hold_id IS NOT NULL",
         "SELECT CAST(COALESCE(SUM(pending_debit_cents), 0) AS INTEGER) FROM ledger_account WHERE book = 'canteen'");
    same(shop, "totals of cycles", "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_order",
         "SELECT CAST(COALESCE(SUM(total_cents), 0) AS INTEGER) FROM canteen_cycle");
    same(shop, "settled orders that hold", "SELECT COUNT(*) FROM canteen_order WHERE state = 'settled' AND hold_id IS NOT NULL", "SELECT 0");
}
