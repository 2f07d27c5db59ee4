/* Figures of a month beside a naive count of its lines; what was closed stays; the price index by hand. */
#include "canteen/settling.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "canteen/lines.h"
#include "print/print.h"

enum { ORDERS_MAX = 64 };

static unsigned seed = 20231103;
static int64_t orders[ORDERS_MAX];
static int order_count;

static int64_t count(struct shop *shop, const char *sql)
{
    return house_int(&shop->house, sql);
}

/* --- a month of random deliveries --- */

static int deliver_randomly(struct db *db, void *context, struct error *error)
{
    struct shop *shop = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    static const char *const outcomes[] = {"refused", "missing", "damaged", "absent", "returned"};
    struct ctx ctx = {.app = shop->house.app, .arena = arena, .session = &shop->staff, .grant = &shop->staff.grants[0],
                      .language = "en", .error = error, .now_ms = 1678190400000, .today = "2023-03-07"};
    int result = 0;
    for (int o = 0; o < order_count && !result; o++) {
        struct order_head head;
        struct placed_line *lines;
        size_t lines_count = 0;
        result = lines_lock(db, arena, orders[o], &head, error);
        if (!result)
            result = lines_read(db, arena, orders[o], &lines, &lines_count, error);
        for (size_t i = 0; i < lines_count && !result; i++) {
            int64_t position = lines[i].position, units = lines[i].quantity;
            if (rand_r(&seed) % 6 == 0) {
                static const char *const causes[] = {"shortage", "recall", "departure"};
                units = rand_r(&seed) % (int)(units + 1);
                result = line_cut(&ctx, db, &head, position, units, causes[rand_r(&seed) % 3], false, error);
            }
            if (result || !units || rand_r(&seed) % 20 == 0)
                continue;
            if (rand_r(&seed) % 8 == 0)
                units = rand_r(&seed) % (int)(units + 1);
            result = line_pick(&ctx, db, &head, position, units, 0, error);
            int64_t kept = rand_r(&seed) % 5 ? units : rand_r(&seed) % (int)(units + 1);
            if (!result)
                result = line_hand(&ctx, db, &head, position, kept, kept == units ? "received" : outcomes[rand_r(&seed) % 5], error);
        }
    }
    return result;
}

static void add_round(struct shop *shop, const char *cycle, const char *code, const char *delivered_on)
{
    struct arena *arena = shop->house.arena;
    int64_t id = count(shop, arena_printf(arena, "SELECT id FROM canteen_cycle WHERE code = '%s'", cycle)) + 7;
    house_tamper(&shop->house,
                 arena_printf(arena,
                              "INSERT INTO canteen_round(id, cycle_id, establishment_id, establishment, cycle, code, wing, state, delivered_on, "
                              "agent, bag_count, filled_count, told_count, kept_count, author, at) SELECT %" PRId64 ", id, establishment_id, "
                              "establishment, code, '%s', '', 'settled', '%s', '', order_count, 0, 0, 0, '', 0 FROM canteen_cycle WHERE code = '%s'",
                              id, code, delivered_on, cycle));
    house_tamper(&shop->house,
                 arena_printf(arena,
                              "INSERT INTO canteen_bag(order_id, round_id, cycle_id, establishment_id, person_id, reference, number, cell, state, "
                              "filled_on, handed_on, kept_until, signed, witness, at) SELECT id, %" PRId64 ", cycle_id, establishment_id, person_id, "
                              "'%s' || reference, 1, '', 'handed', '', '%s', '', 'paper', '', 0 FROM canteen_order WHERE cycle_id = %" PRId64 " - 7",
                              id, code, delivered_on, id));
}

static void complain_randomly(struct shop *shop)
{
    static const char *const causes[] = {"missing", "damaged", "wrong_product", "overpriced"};
    static const char *const remedies[] = {"'remedy':'refund'", "'remedy':'redelivery'", "'remedy':'refused','reason':'non'", "'remedy':'refund','price':50"};
    struct arena *arena = shop->house.arena;
    struct tree *result;
    for (int i = 0; i < 120; i++) {
        const char *told = arena_printf(arena, "{'cycle':'%s','whom':'%s','code':%d,'cause':'%s','on':'2023-03-%02d'}", i % 2 ? "A" : "B",
                                        shop->references[rand_r(&seed) % SHOP_PEOPLE], 1 + rand_r(&seed) % 5, causes[rand_r(&seed) % 4],
                                        15 + rand_r(&seed) % 8);
        if (house_run(&shop->house, &shop->staff, "complaint tell", told, &result))
            continue;
        if (rand_r(&seed) % 4)
            house_run(&shop->house, &shop->staff, "complaint decide",
                      arena_printf(arena, "{'complaint':%" PRId64 ",%s,'on':'2023-03-%d'}", tree_int(result, "complaint", 0), remedies[rand_r(&seed) % 4],
                                   22 + rand_r(&seed) % 9),
                      NULL);
    }
}

static int open_shop(void **state)
{
    struct shop *shop = memory_get(sizeof *shop);
    shop_open(shop, true);
    *state = shop;
    struct arena *arena = shop->house.arena;
    shop_do(shop, "canteen price", "{'code':3,'price':400,'purchase_cost':60,'handling_cost':10,'decision':'D2','decided_on':'2023-02-15','reason':'fournisseur'}");
    shop_do(shop, "canteen price", "{'code':1,'price':120,'purchase_cost':70,'handling_cost':10,'decision':'D3','decided_on':'2023-03-05','reason':'sucre'}");
    shop_do(shop, "canteen price", "{'code':2,'price':200,'purchase_cost':50,'handling_cost':10,'decision':'D3','decided_on':'2023-03-05','reason':'baisse'}");
    for (int c = 0; c < 2; c++) {
        const char *cycle = c ? "B" : "A";
        shop_cycle(shop, cycle);
        for (int p = 0; p < SHOP_PEOPLE; p++) {
            const char *items = "";
            for (int code = 1; code <= 5; code++)
                if (rand_r(&seed) % 3)
                    items = arena_printf(arena, "%s%s'%dx%d'", items, *items ? "," : "", code, 1 + rand_r(&seed) % 5);
            if (!c)
                shop_balance(shop, p, 100000);
            if (*items)
                orders[order_count++] = shop_order(shop, cycle, p, items);
        }
        shop_accept(shop, cycle);
    }
    if (store_write(shop->house.store, deliver_randomly, shop, false, &shop->house.error))
        fail_msg("%s", shop->house.error.message);
    add_round(shop, "A", "A.x", "2023-03-07");
    add_round(shop, "B", "B.x", "2023-03-09");
    return 0;
}

static void settle_both(struct shop *shop)
{
    for (int c = 0; c < 2; c++)
        if (shop_job(shop, "settlement cycle", c ? "{'cycle':'B','on':'2023-03-15'}" : "{'cycle':'A','on':'2023-03-15'}", NULL, NULL))
            fail_msg("%s %s", shop->house.error.field, shop->house.error.message);
}

static int close_shop(void **state)
{
    shop_close(*state);
    freep(state);
    return 0;
}

/* --- the naive count --- */

struct naive {
    int64_t lines, full, part, none, pending, late, refused, absent, due, short_units, charged, margin;
    int64_t told, missing, damaged, wrong, overpriced, decided, by_records, accepted, said_no, days, given_back;
};

static void count_lines(struct db *db, struct naive *naive)
{
    struct rows *rows;
    struct error error = {0};
    assert_int_equal(db_query(db,
                              "SELECT l.ordered, l.quantity, l.why, l.picked, l.delivered, l.outcome, l.charged_price_cents, o.state, c.code, l.code "
                              "FROM canteen_order_line l JOIN canteen_order o ON o.id = l.order_id JOIN canteen_cycle c ON c.id = o.cycle_id",
                              NULL, &rows, &error), 0);
    while (rows_next(rows)) {
        int64_t ordered = rows_int(rows, 0), stands = rows_int(rows, 1), charged = rows_int(rows, 6);
        const char *why = rows_text(rows, 2), *outcome = rows_text(rows, 5);
        bool settled = !strcmp(rows_text(rows, 7), "settled"), no_goods = !strcmp(why, "shortage") || !strcmp(why, "recall");
        int64_t picked = rows_null(rows, 3) ? -1 : rows_int(rows, 3), got = rows_null(rows, 4) ? -1 : rows_int(rows, 4);
        int64_t due = no_goods ? ordered : stands;
        if (!due)
            continue;
        naive->lines++;
        naive->due += due;
        if (got < 0 && !settled && stands)
            naive->pending++;
        else if (got <= 0)
            naive->none++;
        else if (got >= due)
            naive->full++;
        else
            naive->part++;
        naive->late += got > 0 && !strcmp(rows_text(rows, 8), "B");
        naive->refused += !strcmp(outcome, "refused");
        naive->absent += !strcmp(outcome, "absent");
        int64_t in_bag = picked >= 0 ? picked : settled ? 0 : stands;
        naive->short_units += due - in_bag;
        if (got > 0) {
            static const int64_t rates[] = {55, 100, 200, 21, 200}, costs[] = {60, 60, 70, 60, 60}; /* as on 1 March, when forms came in */
            int64_t rate = rates[rows_int(rows, 9) - 1], gross = got * charged;
            naive->charged += settled ? gross : 0;
            naive->margin += (gross * 2000 + 1000 + rate) / (2 * (1000 + rate)) - got * costs[rows_int(rows, 9) - 1];
        }
    }
    assert_int_equal(rows_close(rows), 0);
}

static void count_complaints(struct db *db, struct naive *naive)
{
    struct rows *rows;
    struct error error = {0};
    assert_int_equal(db_query(db, "SELECT cause, state, told_on, decided_on, automatic, refund_cents FROM canteen_complaint", NULL, &rows, &error), 0);
    while (rows_next(rows)) {
        const char *cause = rows_text(rows, 0), *state = rows_text(rows, 1);
        int32_t told = 0, decided = 0;
        naive->told++;
        naive->missing += !strcmp(cause, "missing");
        naive->damaged += !strcmp(cause, "damaged");
        naive->wrong += !strcmp(cause, "wrong_product");
        naive->overpriced += !strcmp(cause, "overpriced");
        if (!strcmp(state, "open"))
            continue;
        date_parse(rows_text(rows, 2), &told);
        date_parse(rows_text(rows, 3), &decided);
        naive->decided++;
        naive->by_records += rows_int(rows, 4);
        naive->accepted += strcmp(state, "refused") != 0;
        naive->said_no += !strcmp(state, "refused");
        naive->days += decided - told;
        naive->given_back += rows_int(rows, 5);
    }
    assert_int_equal(rows_close(rows), 0);
}

static struct naive count_naively(struct shop *shop)
{
    struct naive naive = {0};
    struct db *db;
    struct error error = {0};
    assert_int_equal(store_reader(shop->house.store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    count_lines(db, &naive);
    count_complaints(db, &naive);
    db_end_read(db);
    store_release(shop->house.store, db);
    return naive;
}

static const struct tree *rows_of(struct shop *shop, const struct session *session, const char *view, const char *params)
{
    struct tree *answer;
    if (house_view(&shop->house, session, view, params, &answer))
        fail_msg("%s: %s", view, shop->house.error.message);
    return tree_get(answer, "rows");
}

static const struct tree *figure(const struct tree *rows, const char *name)
{
    for (const struct tree *row = rows->first; row; row = row->next)
        if (!strcmp(tree_text(row, "figure"), name))
            return row;
    return NULL;
}

static void is(const struct tree *rows, const char *name, const char *column, int64_t expected)
{
    const struct tree *row = figure(rows, name);
    if (!row || tree_int(row, column, INT64_MIN) != expected)
        fail_msg("%s: %" PRId64 ", counted by hand %" PRId64, name, row ? tree_int(row, column, INT64_MIN) : -1, expected);
}

static void compare(struct shop *shop)
{
    static const char month[] = "{'prison':'ma-rouen','month':'2023-03'}";
    struct session coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL);
    const struct tree *rows = rows_of(shop, &coordinator, "figure.month", month);
    struct naive naive = count_naively(shop);
    is(rows, "orders", "counted", order_count);
    is(rows, "lines_ordered", "counted", naive.lines);
    is(rows, "delivered_full", "counted", naive.full);
    is(rows, "delivered_full", "out_of", naive.lines);
    is(rows, "delivered_full", "share", (naive.full * 2000 + naive.lines) / (2 * naive.lines) * 1000);
    is(rows, "delivered_part", "counted", naive.part);
    is(rows, "delivered_none", "counted", naive.none);
    is(rows, "delivery_pending", "counted", naive.pending);
    is(rows, "delivered_late", "counted", naive.late);
    is(rows, "lines_refused", "counted", naive.refused);
    is(rows, "lines_absent", "counted", naive.absent);
    is(rows, "units_short", "counted", naive.short_units);
    is(rows, "units_short", "out_of", naive.due);
    is(rows, "rounds_on_time", "counted", 1);
    is(rows, "rounds_on_time", "out_of", 2);
    is(rows, "complaints_told", "counted", naive.told);
    is(rows, "complaints_missing", "counted", naive.missing);
    is(rows, "complaints_damaged", "counted", naive.damaged);
    is(rows, "complaints_wrong", "counted", naive.wrong);
    is(rows, "complaints_overpriced", "counted", naive.overpriced);
    is(rows, "complaints_decided", "counted", naive.decided);
    is(rows, "decided_by_records", "counted", naive.by_records);
    is(rows, "complaints_accepted", "counted", naive.accepted);
    is(rows, "complaints_refused", "counted", naive.said_no);
    is(rows, "decision_days", "mean", naive.decided ? (naive.days * 2000 + naive.decided) / (2 * naive.decided) : 0);
    is(rows, "complaints_per_thousand", "mean", (naive.told * 2000000 + naive.lines) / (2 * naive.lines));
    is(rows, "charged", "amount", naive.charged);
    is(rows, "margin", "amount", naive.margin);
    is(rows, "given_back", "amount", naive.given_back);
    is(rows, "given_free", "amount", 0);
    is(rows, "prices_changed", "counted", 2);
    assert_int_equal(tree_int(rows->first, "line_count", 0), naive.lines);
    /* the same mean by cause, whichever engine divides */
    const struct tree *causes = rows_of(shop, &coordinator, "complaint.causes", month);
    for (const struct tree *row = causes->first; row; row = row->next) {
        int64_t answered = tree_int(row, "answered", 0), days = count(shop, arena_printf(shop->house.arena, "SELECT CAST(SUM(delay_days) AS INTEGER) FROM canteen_complaint WHERE cause = '%s'", tree_text(row, "cause")));
        if (answered)
            assert_int_equal(tree_int(row, "mean_days", -1), (days * 2000 + answered) / (2 * answered));
    }
    /* each figure opens the lines it counts */
    static const char *const flags[] = {"lines_ordered", "delivered_full", "delivered_part", "delivered_none", "delivered_late", "lines_refused"};
    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        int64_t sum = 0;
        const struct tree *products = rows_of(shop, &shop->staff, "figure.products",
                                              arena_printf(shop->house.arena, "{'prison':'ma-rouen','month':'2023-03','figure':'%s'}", flags[i]));
        for (const struct tree *row = products->first; row; row = row->next)
            sum += tree_int(row, "line_count", 0);
        is(rows, flags[i], "counted", sum);
    }
}

static void test_figures_are_those_of_the_lines(void **state)
{
    struct shop *shop = *state;
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_order_line WHERE code = 1 AND price_cents <> 107"), 0); /* as posted on 1 March */
    for (int twice = 0; twice < 2; twice++)
        assert_int_equal(tree_true(tree_get(shop_do(shop, "figures count", "{'month':'2023-03'}"), "before")), twice);
    compare(shop);
    shop_refused(shop, "figures close", "{'month':'2023-03'}", "month", "not settled yet");
    settle_both(shop);
    complain_randomly(shop);
    assert_false(tree_true(tree_get(shop_do(shop, "figures count", "{'month':'2023-03'}"), "before")));
    compare(shop);
    assert_true(count(shop, "SELECT COUNT(*) FROM canteen_complaint WHERE state = 'open'") > 0);
    assert_true(count(shop, "SELECT COUNT(*) FROM canteen_complaint WHERE refund_cents > 0") > 0);
    shop_agrees(shop);
}

static void test_a_closed_month_stays(void **state)
{
    struct shop *shop = *state;
    shop_refused(shop, "figures count", "{'month':'2023-13'}", "month", NULL);
    shop_refused(shop, "figures count", "{'month':'2199-01'}", "month", "still to come");
    char today[DATE_BYTES];
    date_today(today);
    shop_refused(shop, "figures close", arena_printf(shop->house.arena, "{'month':'%.7s'}", today), "month", "not over");
    shop_refused(shop, "figures verify", "{'month':'2023-01'}", "month", "Nothing was counted");
    for (int twice = 0; twice < 2; twice++)
        assert_int_equal(tree_true(tree_get(shop_do(shop, "figures close", "{'month':'2023-03'}"), "before")), twice);
    int64_t kept = count(shop, "SELECT COUNT(*) FROM canteen_month");
    shop_do(shop, "figures verify", "{'month':'2023-03'}");
    /* what is told afterwards is not in them, and does not change them */
    int64_t open = count(shop, "SELECT MIN(number) FROM canteen_complaint WHERE state = 'open'");
    shop_do(shop, "complaint decide", arena_printf(shop->house.arena, "{'complaint':%" PRId64 ",'remedy':'refused','reason':'non','on':'2023-03-31'}", open));
    shop_do(shop, "figures verify", "{'month':'2023-03'}");
    assert_true(tree_true(tree_get(shop_do(shop, "figures count", "{'month':'2023-03'}"), "before")));
    assert_int_equal(count(shop, "SELECT COUNT(*) FROM canteen_month"), kept);
    house_tamper(&shop->house, "DROP TRIGGER canteen_figure_no_update");
    house_tamper(&shop->house, "UPDATE canteen_figure SET value = value + 1 WHERE figure = 'delivered_part'");
    shop_refused(shop, "figures verify", "{'month':'2023-03'}", "month", "differs from what was kept");
    house_tamper(&shop->house, "UPDATE canteen_figure SET value = value - 1 WHERE figure = 'delivered_part'");
}

static void test_small_counts_are_not_for_the_administration(void **state)
{
    struct shop *shop = *state;
    struct session authority = session_with(ROLE_AUTHORITY, 0, count(shop, "SELECT id FROM establishment"), NULL);
    struct session elsewhere = session_with(ROLE_AUTHORITY, 0, 12345, NULL);
    static const char month[] = "{'prison':'ma-rouen','month':'2023-03'}", april[] = "{'prison':'ma-rouen','month':'2023-04'}";
    assert_non_null(figure(rows_of(shop, &authority, "figure.month", month), "people_served"));
    assert_int_equal(rows_of(shop, &elsewhere, "figure.month", month)->count, 0);
    assert_null(figure(rows_of(shop, &shop->staff, "figure.month", month), "margin"));
    shop_do(shop, "canteen cycle", "{'cycle':'C','goods':['grocery'],'opens_on':'2023-03-20','closes_on':'2023-04-02','delivers_on':'2023-04-07'}");
    shop_do(shop, "canteen order", arena_printf(shop->house.arena, "{'cycle':'C','whom':'%s','items':['1'],'handed_on':'2023-04-01'}", shop->references[0]));
    shop_accept(shop, "C");
    shop_do(shop, "figures count", "{'month':'2023-04'}");
    assert_null(figure(rows_of(shop, &authority, "figure.month", april), "people_served"));
    is(rows_of(shop, &shop->staff, "figure.month", april), "people_served", "counted", 1);
    assert_int_equal(rows_of(shop, &authority, "figure.products", "{'prison':'ma-rouen','month':'2023-04','figure':'lines_ordered'}")->count, 0);
    assert_int_equal(rows_of(shop, &shop->staff, "figure.products", "{'prison':'ma-rouen','month':'2023-04','figure':'lines_ordered'}")->count, 1);
    struct tree *answer;
    assert_int_equal(house_view(&shop->house, &authority, "figure.lines", "{'prison':'ma-rouen','month':'2023-04','figure':'lines_ordered','cycle':'C','code':'1'}", &answer), ERR_FORBIDDEN);
    assert_int_equal(rows_of(shop, &shop->staff, "figure.lines", "{'prison':'ma-rouen','month':'2023-04','figure':'lines_ordered','cycle':'C','code':'1'}")->count, 1);
}

/* --- the price index --- */

static int64_t index_of(struct shop *shop, const char *month)
{
    return count(shop, arena_printf(shop->house.arena, "SELECT index_thousandths FROM canteen_index WHERE month = '%s'", month));
}

static void test_the_index_follows_the_basket(void **state)
{
    struct shop *shop = *state;
    shop_refused(shop, "figures basket-set", "{'items':['1x2','9'],'from_on':'2023-01-10'}", "code", NULL);
    shop_refused(shop, "figures basket-set", "{'items':['1x2'],'from_on':'2022-12-31'}", "items", "no price");
    shop_refused(shop, "figures basket-set", "{'items':['1y2'],'from_on':'2023-01-10'}", "items", "not a line");
    shop_refused(shop, "figures basket-set", "{'items':['1x2','1'],'from_on':'2023-01-10'}", "items", "stands twice");
    for (int twice = 0; twice < 2; twice++)
        assert_int_equal(tree_true(tree_get(shop_do(shop, "figures basket-set", "{'items':['1x2','3'],'from_on':'2023-01-10'}"), "before")), twice);
    shop_refused(shop, "figures basket-set", "{'items':['1x2'],'from_on':'2023-01-10'}", "from_on", "stays");
    shop_refused(shop, "figures basket-set", "{'items':['1x2'],'from_on':'2023-01-09'}", "from_on", "begins later");
    assert_int_equal(index_of(shop, "2023-01"), 100000);
    assert_int_equal(index_of(shop, "2023-02"), 100000);                                   /* 400 from 15 February on */
    assert_int_equal(index_of(shop, "2023-03"), (614 * 200000 + 573) / (2 * 573));         /* 2 x 107 + 400 */
    assert_int_equal(index_of(shop, "2023-04"), (640 * 200000 + 573) / (2 * 573));         /* 2 x 120 + 400 */
    int64_t april = index_of(shop, "2023-04");
    shop_do(shop, "figures basket-set", "{'items':['2'],'from_on':'2023-05-01'}"); /* other goods: the index goes on */
    assert_int_equal(index_of(shop, "2023-05"), april);
    shop_do(shop, "canteen price", "{'code':2,'price':220,'purchase_cost':50,'handling_cost':10,'decision':'D4','decided_on':'2023-06-01','reason':'hausse'}");
    shop_do(shop, "figures count", "{'month':'2023-06'}");
    assert_int_equal(index_of(shop, "2023-06"), (april * 220 * 2 + 200) / 400);
    is(rows_of(shop, &shop->staff, "figure.month", "{'prison':'ma-rouen','month':'2023-06'}"), "price_index", "mean", index_of(shop, "2023-06"));
    const struct tree *rows = rows_of(shop, &shop->staff, "figure.basket", "{'prison':'ma-rouen','on':'2023-03-06'}");
    assert_int_equal(rows->count, 2);
    assert_int_equal(tree_int(rows->first, "amount", 0), 240);
    assert_int_equal(rows_of(shop, &shop->staff, "figure.prices", "{'prison':'ma-rouen'}")->count, 4);
    assert_int_equal(rows_of(shop, &shop->staff, "figure.prices", "{'prison':'ma-rouen','month':'2023-03'}")->count, 2);
}

static void test_the_report_carries_its_figures(void **state)
{
    struct shop *shop = *state;
    struct session authority = session_with(ROLE_AUTHORITY, 0, count(shop, "SELECT id FROM establishment"), NULL);
    struct document *document;
    struct buffer out = {0};
    const struct paper *found = NULL;
    for (size_t i = 0; i < shop->house.app->paper_count; i++)
        if (!strcmp(shop->house.app->papers[i]->name, "canteen.report"))
            found = shop->house.app->papers[i];
    if (paper_write(shop->house.app, found, &authority, "en", json_tree(shop->house.arena, "{'month':'2023-03'}"), shop->house.arena, &document, &shop->house.error) ||
        document_write_text(document, 120, &out, &shop->house.error))
        fail_msg("%s", shop->house.error.message);
    const struct tree *rows = rows_of(shop, &authority, "figure.month", "{'prison':'ma-rouen','month':'2023-03'}");
    const char *full = arena_printf(shop->house.arena, "%" PRId64, tree_int(figure(rows, "delivered_full"), "counted", 0));
    static const char *const words[] = {"version 1", "do not change any more", "Produit 1", "D3", "B.x"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (!strstr(out.bytes, words[i]))
            fail_msg("“%s” is not in:\n%s", words[i], out.bytes);
    assert_non_null(strstr(out.bytes, full));
    for (int i = 0; i < SHOP_PEOPLE; i++)
        assert_null(strstr(out.bytes, shop->references[i]));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_are_those_of_the_lines), cmocka_unit_test(test_a_closed_month_stays),
        cmocka_unit_test(test_small_counts_are_not_for_the_administration), cmocka_unit_test(test_the_index_follows_the_basket),
        cmocka_unit_test(test_the_report_carries_its_figures),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
