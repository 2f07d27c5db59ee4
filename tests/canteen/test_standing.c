/* Standing orders: shares that add up to the cent beside a naive model, lists given once, nobody in debt, purchases that the
 * head of establishment authorised; and who may see of it. */
#include "support/support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canteen/standing/share.h"
#include "cli/cli.h"
#include "ledger/ledger.h"

enum { PEOPLE = 14, TV = 701, FRIDGE = 702, SOAP = 11, BISCUITS = 12, PHONE_CARD = 13 };

static struct session staff;
static char references[PEOPLE][16];

static struct tree *done(struct house *house, const char *action, const char *json)
{
    struct tree *result = NULL;
    if (house_run(house, &staff, action, json, &result))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
    return result;
}

static void refused(struct house *house, const char *action, const char *json, const char *field, const char *says)
{
    if (!house_run(house, &staff, action, json, NULL))
        fail_msg("%s %s was done", action, json);
    if (strcmp(house->error.field, field) != 0 || (says && !strstr(house->error.message, says)))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
}

static struct tree *take(struct house *house, const char *action, const char *json, const char *bytes)
{
    struct tree *input = json_tree(house->arena, json), *result = NULL;
    tree_set_text(house->arena, input, "file", "regie.csv");
    struct action_request request = {&staff, "en", input, {"regie.csv", bytes, strlen(bytes)}, NULL};
    if (action_run_here(house->app, app_action(house->app, action), &request, NULL, NULL, NULL, house->arena, &result, &house->error))
        fail_msg("%s: %s", action, house->error.message);
    if (tree_get(result, "refused")->count)
        fail_msg("%s", json_of(house->arena, result));
    return result;
}

static void set_balance(struct house *house, int person, int cents)
{
    take(house, "canteen balances", "{}", arena_printf(house->arena, "person;amount\n%s;%d,%02d\n", references[person], cents / 100, cents % 100));
}

static const char *text(struct house *house, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(struct house *house, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    const char *made = arena_vprintf(house->arena, format, ap);
    va_end(ap);
    return made;
}

static void cycle(struct house *house, const char *code, const char *goods)
{
    done(house, "canteen cycle", text(house, "{'cycle':'%s','goods':['%s'],'opens_on':'2020-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-08'}", code, goods));
}

static void product(struct house *house, int code, const char *name, const char *goods, int price)
{
    done(house, "canteen product", text(house, "{'code':%d,'name':'%s','goods':'%s','vat':'vat.standard'}", code, name, goods));
    if (price)
        done(house, "canteen price", text(house, "{'code':%d,'price':%d,'purchase_cost':50,'handling_cost':10,'decision':'D','decided_on':'2020-01-02'}", code, price));
}

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, cli_subjects);
    *state = house;
    assert_int_equal(house_run(house, &session_local, "establishment add",
                               "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Rouen','department':'76'}", NULL), 0);
    staff = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment"), "canteen");
    product(house, TV, "T\u00e9l\u00e9vision", "recurring", 800);
    product(house, FRIDGE, "R\u00e9frig\u00e9rateur", "recurring", 450);
    product(house, SOAP, "Savon", "hygiene", 90);
    product(house, BISCUITS, "Biscuits", "arrival", 0); /* given, never sold: no price */
    product(house, PHONE_CARD, "Papier \u00e0 lettres", "arrival", 0);
    for (int i = 0; i < PEOPLE; i++) {
        struct tree *result = done(house, "person admit", text(house, "{'number':'N%d','family_name':'Exemple %c','on':'2026-01-05','wing':'A','cell':'%d'}", i, 'A' + i, 20 + i));
        snprintf(references[i], sizeof references[i], "%s", tree_text(result, "reference"));
        set_balance(house, i, 5000);
    }
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

static void move(struct house *house, int person, const char *cell, const char *on)
{
    done(house, "person move", text(house, "{'whom':'%s','wing':'A','cell':'%s','on':'%s'}", references[person], cell, on));
}

static int64_t share_of(struct house *house, int person, int code, const char *cell, const char *column)
{
    return house_int(house, text(house, "SELECT h.%s FROM standing_share h JOIN standing_contract k ON k.id = h.contract_id WHERE h.month = '2026-03' "
                                        "AND h.reference = '%s' AND k.code = %d AND k.cell = '%s'", column, references[person], code, cell));
}

/* Every contract's shares add up to what it comes to, and every order is the sum of its shares. */
static void shares_hold(struct house *house)
{
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM standing_month t WHERE t.total_cents <> (SELECT COALESCE(SUM(h.share_cents + h.free_cents), 0) "
                                      "FROM standing_share h WHERE h.contract_id = t.contract_id AND h.month = t.month)"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM standing_share h WHERE h.days <> (SELECT SUM(l.days) FROM standing_slice l WHERE "
                                      "l.contract_id = h.contract_id AND l.month = h.month AND l.person_id = h.person_id)"), 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order o JOIN standing_charged m ON m.cycle_id = o.cycle_id WHERE o.source = 'standing' AND o.state NOT IN "
                                      "('cancelled', 'refused', 'reduced') AND o.total_cents <> (SELECT COALESCE(SUM(h.share_cents), 0) FROM standing_share h "
                                      "WHERE h.order_id = o.id)"), 0);
    struct db *db;
    struct error error = {0};
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    if (ledger_verify(db, NULL, &error))
        fail_msg("%s", error.message);
    db_end_read(db);
    store_release(house->store, db);
}

/* --- the rule alone --- */

struct model { /* naive: every day in 840ths (1 to 8 people), parts dealt out by hand */
    int64_t paid[8], free[8], total;
};

static void model_share(unsigned char days[8][31], int count, int month_days, int64_t price, struct model *model)
{
    int64_t weights[16] = {0}, rest[16], all = 0, dealt = 0;
    int occupied = 0;
    *model = (struct model){0};
    for (int day = 0; day < month_days; day++) {
        int there = 0;
        for (int i = 0; i < count; i++)
            there += days[i][day] != 0;
        occupied += there > 0;
        for (int i = 0; i < count; i++)
            if (days[i][day])
                weights[2 * i + (days[i][day] == 2)] += 840 / there;
    }
    if (!occupied)
        return;
    model->total = (2 * price * occupied + month_days) / (2 * month_days);
    for (int i = 0; i < 2 * count; i++)
        all += weights[i];
    int64_t parts[16];
    for (int i = 0; i < 2 * count; i++) {
        parts[i] = model->total * weights[i] / all;
        rest[i] = model->total * weights[i] % all;
        dealt += parts[i];
    }
    for (; dealt < model->total; dealt++) {
        int best = 0;
        for (int i = 1; i < 2 * count; i++)
            best = rest[i] > rest[best] ? i : best;
        parts[best]++;
        rest[best] = -1;
    }
    for (int i = 0; i < count; i++) {
        model->paid[i] = parts[2 * i];
        model->free[i] = parts[2 * i + 1];
    }
}

static void test_shares_by_table(void **state)
{
    (void)state;
    static const struct {
        int people, month_days;
        int64_t price, expected[4];
    } table[] = {{1, 30, 800, {800}},           {2, 31, 800, {400, 400}},           {3, 30, 800, {267, 267, 266}}, {4, 28, 800, {200, 200, 200, 200}},
                 {3, 31, 1, {1, 0, 0}},         {4, 30, 803, {201, 201, 201, 200}}, {2, 30, 1415, {708, 707}},     {3, 29, 0, {0, 0, 0}}};
    _cleanup_arena_ struct arena *arena = arena_new();
    for (size_t row = 0; row < COUNT_OF(table); row++) {
        struct sharer sharers[4] = {0};
        struct error error = {0};
        int64_t total;
        int occupied;
        for (int i = 0; i < table[row].people; i++)
            memset(sharers[i].days, THERE_PAYS, (size_t)table[row].month_days);
        assert_int_equal(month_share(arena, sharers, (size_t)table[row].people, table[row].month_days, table[row].price, &occupied, &total, &error), 0);
        assert_int_equal(total, table[row].price);
        assert_int_equal(occupied, table[row].month_days);
        for (int i = 0; i < table[row].people; i++)
            assert_int_equal(sharers[i].paid_cents, table[row].expected[i]);
    }
}

static void test_shares_against_a_model(void **state)
{
    (void)state;
    unsigned seed = 20261124;
    const char *rounds_text = getenv("MAILLON_ROUNDS");
    int rounds = rounds_text ? atoi(rounds_text) * 200 : 3000;
    for (int round = 0; round < rounds; round++) {
        _cleanup_arena_ struct arena *arena = arena_new();
        struct sharer sharers[8] = {0};
        unsigned char days[8][31] = {{0}};
        struct model model;
        struct error error = {0};
        int count = rand_r(&seed) % 9, month_days = 28 + rand_r(&seed) % 4, occupied;
        int64_t price = rand_r(&seed) % 4000, total, sum = 0;
        for (int i = 0; i < count; i++)
            for (int day = 0, kind = rand_r(&seed) % 3; day < month_days; day++) {
                if (rand_r(&seed) % 6 == 0)
                    kind = rand_r(&seed) % 3;
                days[i][day] = sharers[i].days[day] = (unsigned char)kind;
            }
        assert_int_equal(month_share(arena, sharers, (size_t)count, month_days, price, &occupied, &total, &error), 0);
        model_share(days, count, month_days, price, &model);
        assert_int_equal(total, model.total);
        for (int i = 0; i < count; i++) {
            assert_int_equal(sharers[i].paid_cents, model.paid[i]);
            assert_int_equal(sharers[i].free_cents, model.free[i]);
            sum += sharers[i].paid_cents + sharers[i].free_cents;
        }
        assert_int_equal(sum, total);
    }
}

static void test_too_many_in_one_cell(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct sharer *sharers = ARENA_ARRAY(arena, struct sharer, SHARE_OCCUPANTS_MAX + 1);
    struct error error = {0};
    int64_t total;
    int occupied;
    for (int i = 0; i <= SHARE_OCCUPANTS_MAX; i++) /* 1 on the first day, 40 on the last: every count to divide by */
        memset(sharers[i].days + i * 30 / SHARE_OCCUPANTS_MAX, THERE_PAYS, 31 - (size_t)i * 30 / SHARE_OCCUPANTS_MAX);
    assert_int_equal(month_share(arena, sharers, SHARE_OCCUPANTS_MAX, 31, 99999, &occupied, &total, &error), 0);
    int64_t sum = 0;
    for (int i = 0; i < SHARE_OCCUPANTS_MAX; i++)
        sum += sharers[i].paid_cents;
    assert_int_equal(sum, 99999);
    assert_int_equal(month_share(arena, sharers, SHARE_OCCUPANTS_MAX + 1, 31, 99999, &occupied, &total, &error), ERR_REFUSED);
}

/* --- a month as it was --- */

static void start(struct house *house, int code, const char *cell)
{
    done(house, "standing charge-start", text(house, "{'code':%d,'wing':'A','cell':'%s','from_on':'2026-02-01'}", code, cell));
}

static void test_a_month_worked_out(void **state)
{
    struct house *house = *state;
    struct tree *result;
    move(house, 0, "1", "2026-02-20");
    move(house, 1, "2", "2026-02-20");
    move(house, 2, "3", "2026-02-20");
    for (int i = 3; i < 7; i++)
        move(house, i, "4", "2026-02-20");
    move(house, 8, "5", "2026-02-20");
    move(house, 9, "5", "2026-02-20");
    move(house, 2, "2", "2026-03-16");
    done(house, "person absent", text(house, "{'whom':'%s','on':'2026-03-11'}", references[5]));
    done(house, "person back", text(house, "{'whom':'%s','on':'2026-03-16'}", references[5]));
    done(house, "person leave", text(house, "{'whom':'%s','left_by':'release','on':'2026-03-21'}", references[6]));
    for (int i = 1; i <= 6; i++)
        start(house, TV, text(house, "%d", i)); /* nobody is in cell 6 */
    done(house, "standing charge-start", text(house, "{'code':%d,'whom':'%s','from_on':'2026-03-10'}", FRIDGE, references[7]));
    done(house, "standing charge-start", text(house, "{'code':%d,'whom':'%s','from_on':'2026-03-01'}", FRIDGE, references[3]));
    done(house, "standing charge-refuse", text(house, "{'code':%d,'whom':'%s','wing':'A','cell':'5','from_on':'2026-03-01'}", TV, references[9]));
    done(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-03-01','to_on':'2026-03-15'}", references[0]));
    done(house, "standing rule", text(house, "{'rule':'hardship_free','value':1,'code':%d,'source':'note DAP du 17 f\u00e9vrier 2011','status':'S'}", TV));
    set_balance(house, 7, 300);
    set_balance(house, 3, 300);
    cycle(house, "C03", "recurring");

    refused(house, "standing charge", "{'cycle':'C03','month':'2026-13'}", "month", "2026-11");
    refused(house, "standing charge", "{'cycle':'C03','month':'2026-03','on':'2026-03-31'}", "month", "not over");
    result = done(house, "standing charge", "{'cycle':'C03','month':'2026-03','on':'2026-04-01'}");
    /* cell 1: entitled for 15 of 31 days: 387.097 free and 412.903 to pay */
    assert_int_equal(share_of(house, 0, TV, "1", "share_cents"), 413);
    assert_int_equal(share_of(house, 0, TV, "1", "free_cents"), 387);
    /* cell 2: one alone for 15 days, then two: 23/31 and 8/31; cell 3: 15 days, then empty */
    assert_int_equal(share_of(house, 1, TV, "2", "share_cents"), 594);
    assert_int_equal(share_of(house, 2, TV, "2", "share_cents"), 206);
    assert_int_equal(share_of(house, 2, TV, "3", "share_cents"), 387);
    assert_int_equal(house_int(house, "SELECT t.occupied_days FROM standing_month t JOIN standing_contract k ON k.id = t.contract_id WHERE k.cell = '3'"), 15);
    /* cell 4: four, one absent for five days, one released on the 21st: 109, 109, 89 and 65 of 372 */
    assert_int_equal(share_of(house, 3, TV, "4", "share_cents"), 235);
    assert_int_equal(share_of(house, 4, TV, "4", "share_cents"), 234);
    assert_int_equal(share_of(house, 5, TV, "4", "share_cents"), 191);
    assert_int_equal(share_of(house, 6, TV, "4", "share_cents"), 140);
    assert_int_equal(share_of(house, 5, TV, "4", "days"), 26);
    assert_int_equal(share_of(house, 6, TV, "4", "days"), 20);
    /* cell 5: who refuses it does not count; cell 6: nobody, nothing */
    assert_int_equal(share_of(house, 8, TV, "5", "share_cents"), 800);
    assert_int_equal(house_int(house, text(house, "SELECT COUNT(*) FROM standing_share WHERE reference = '%s'", references[9])), 0);
    assert_int_equal(house_int(house, "SELECT t.total_cents FROM standing_month t JOIN standing_contract k ON k.id = t.contract_id WHERE k.cell = '6'"), 0);
    /* a refrigerator from the 10th: 22/31 of 4,50; it does not fit into 3,00; television fits, refrigerator not */
    assert_int_equal(share_of(house, 7, FRIDGE, "", "share_cents"), 319);
    assert_string_equal(house_text(house, text(house, "SELECT state FROM standing_share WHERE reference = '%s'", references[7])), "not_covered");
    assert_string_equal(house_text(house, text(house, "SELECT state FROM standing_share WHERE reference = '%s'", references[6])), "departure");
    assert_int_equal(house_int(house, text(house, "SELECT total_cents FROM canteen_order WHERE reference = '%s'", references[3])), 235);
    assert_int_equal(tree_get(result, "left_uncharged")->count, 3);
    assert_int_equal(tree_int(result, "left_uncharged_cents", 0), 319 + 140 + 450);
    assert_int_equal(tree_int(result, "to_charge_cents", 0), 413 + 594 + 206 + 387 + 235 + 234 + 191 + 800);
    assert_int_equal(tree_int(result, "free_part_cents", 0), 387);
    /* one line for both cells, and it says so */
    assert_string_equal(house_text(house, text(house, "SELECT l.name FROM canteen_order_line l JOIN canteen_order o ON o.id = l.order_id WHERE o.reference = '%s'", references[2])),
                        "T\xc3\xa9l\xc3\xa9vision \xc2\xb7 2026-03 : A 2 16/31 + A 3 15/31");
    shares_hold(house);
    /* again: the same; told late while the cycle is open: counted anew; closed: as it stands */
    result = done(house, "standing charge", "{'cycle':'C03','month':'2026-03','on':'2026-04-01'}");
    assert_int_equal(tree_int(result, "to_charge_cents", 0), 3060);
    set_balance(house, 7, 5000);
    done(house, "standing charge", "{'cycle':'C03','month':'2026-03','on':'2026-04-01'}");
    assert_int_equal(house_int(house, text(house, "SELECT total_cents FROM canteen_order WHERE reference = '%s'", references[7])), 319);
    done(house, "standing charge-refuse", text(house, "{'code':%d,'whom':'%s','wing':'A','cell':'1','from_on':'2026-03-31'}", TV, references[0]));
    done(house, "standing charge", "{'cycle':'C03','month':'2026-03','on':'2026-04-01'}");
    assert_int_equal(share_of(house, 0, TV, "1", "share_cents"), 387); /* 774 for 30 days, 15 of them free */
    shares_hold(house);
    done(house, "canteen close", "{'cycle':'C03'}");
    refused(house, "standing charge-refuse", text(house, "{'code':%d,'whom':'%s','wing':'A','cell':'1','from_on':'2026-03-30'}", TV, references[0]), "from_on", "charged already");
    refused(house, "standing charge-end", text(house, "{'code':%d,'wing':'A','cell':'1','on':'2026-03-30'}", TV), "on", "charged already");
    result = done(house, "standing charge", "{'cycle':'C03','month':'2026-03','on':'2026-04-01'}");
    assert_true(tree_true(tree_get(result, "before")));
    cycle(house, "C03b", "recurring");
    refused(house, "standing charge", "{'cycle':'C03b','month':'2026-03'}", "month", "is charged in the cycle");
    /* no form is typed into a cycle of charges */
    refused(house, "canteen order", text(house, "{'cycle':'C03b','whom':'%s','items':['%d']}", references[1], TV), "items", "on no form");
    result = done(house, "standing charge", "{'cycle':'C03b','month':'2026-02'}");
    assert_true(tree_int(result, "persons", 0) > 3);
    refused(house, "standing charge", "{'cycle':'C03b','month':'2026-04'}", "cycle", "each month has its own");
    shares_hold(house);
}

/* Held, answered, served: nobody carries it, and it is there to be settled. */
static void test_charges_are_served(void **state)
{
    struct house *house = *state;
    const char *answers = "person;answer;amount\n";
    struct tree *result;
    for (int i = 0; i < PEOPLE; i++)
        if (house_int(house, text(house, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = 'C03' AND o.state = 'placed' AND o.reference = '%s'", references[i])))
            answers = text(house, "%s%s;%s\n", answers, references[i], i == 1 ? "refused;" : i == 7 ? "reduced;1,00" : i == 8 ? "" : "accepted;");
    answers = text(house, "%s", answers);
    char *unanswered = strstr(answers, references[8]); /* the office forgot one */
    assert_non_null(unanswered);
    memmove(unanswered, strchr(unanswered, '\n') + 1, strlen(strchr(unanswered, '\n')));
    refused(house, "standing serve", "{'cycle':'C03b'}", "cycle", "Close the orders");
    take(house, "canteen answers", "{'cycle':'C03'}", answers);
    /* an order that is none of ours is not served */
    const char *c03 = "cycle_id = (SELECT id FROM canteen_cycle WHERE code = 'C03')";
    house_tamper(house, text(house, "UPDATE canteen_order SET source = 'staff' WHERE %s AND state = 'accepted'", c03));
    done(house, "standing serve", "{'cycle':'C03'}");
    assert_int_equal(house_int(house, text(house, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_order_line l ON l.order_id = o.id WHERE o.%s AND "
                                                  "o.source = 'staff' AND l.delivered IS NOT NULL", c03)), 0);
    house_tamper(house, text(house, "UPDATE canteen_order SET source = 'standing' WHERE %s", c03));
    result = done(house, "standing serve", "{'cycle':'C03'}");
    assert_int_equal(tree_int(result, "not_answered", 0), 1);
    assert_string_equal(house_text(house, "SELECT state FROM canteen_cycle WHERE code = 'C03'"), "closed");
    take(house, "canteen answers", "{'cycle':'C03'}", text(house, "person;answer\n%s;accepted\n", references[8]));
    for (int again = 0; again < 2; again++) {
        result = done(house, "standing serve", "{'cycle':'C03'}");
        assert_int_equal(tree_int(result, "not_answered", -1), 0);
        assert_string_equal(house_text(house, "SELECT state FROM canteen_cycle WHERE code = 'C03'"), "delivering");
        assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order_line l JOIN canteen_order o ON o.id = l.order_id JOIN canteen_cycle c ON c.id = o.cycle_id WHERE "
                                          "c.code = 'C03' AND o.state IN ('accepted', 'reduced') AND (l.delivered IS NULL OR l.delivered <> l.quantity OR l.outcome <> 'received')"), 0);
    }
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = 'C03' AND o.state = 'placed'"), 0);
    refused(house, "standing serve", "{'cycle':'NONE'}", "cycle", NULL);
    /* the page says what became of each share: refused and reduced to nothing by the office, not covered, left, free */
    struct tree *seen;
    static const char *const states[] = {"on_order", "refused", "departure", "not_covered"};
    int counts[COUNT_OF(states)] = {0};
    assert_int_equal(house_view(house, &staff, "standing.shares", "{'prison':'ma-rouen','month':'2026-03'}", &seen), 0);
    for (const struct tree *row = tree_get(seen, "rows")->first; row; row = row->next)
        for (size_t i = 0; i < COUNT_OF(states); i++)
            counts[i] += !strcmp(tree_text(row, "share_state"), states[i]);
    assert_int_equal(counts[0], 7);
    assert_int_equal(counts[1], 2);
    assert_int_equal(counts[2], 1);
    assert_int_equal(counts[3], 1);
}

static void test_contracts(void **state)
{
    struct house *house = *state;
    assert_true(tree_true(tree_get(done(house, "standing charge-start", text(house, "{'code':%d,'wing':'A','cell':'1','from_on':'2026-02-01'}", TV)), "before")));
    refused(house, "standing charge-start", text(house, "{'code':%d,'wing':'a','cell':'1','from_on':'2026-05-01'}", TV), "from_on", "runs already");
    refused(house, "standing charge-start", text(house, "{'code':%d,'wing':'A','cell':'9'}", SOAP), "code", "recurring");
    refused(house, "standing charge-start", text(house, "{'code':%d}", TV), "cell", NULL);
    refused(house, "standing charge-start", text(house, "{'code':%d,'cell':'9','whom':'%s'}", TV, references[1]), "cell", NULL);
    refused(house, "standing charge-start", text(house, "{'code':%d,'cell':'9','from_on':'2019-05-01'}", TV), "code", "decided");
    refused(house, "standing charge-start", "{'code':99,'cell':'9'}", "code", NULL);
    refused(house, "standing charge-end", text(house, "{'code':%d,'wing':'A','cell':'77'}", TV), "code", "not charged");
    refused(house, "standing charge-start", text(house, "{'code':%d,'wing':'A','cell':'78','from_on':'2026-03-15'}", TV), "from_on", "charged already");
    refused(house, "standing charge-start", text(house, "{'code':%d,'wing':'C','cells':['1','2'],'cell':'3'}", TV), "cells", NULL);
    refused(house, "standing charge-start", text(house, "{'code':%d,'wing':'A','cells':['88','1'],'from_on':'2026-05-01'}", TV), "from_on", "runs already");
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM standing_contract WHERE cell = '88'"), 0);
    assert_int_equal(tree_int(done(house, "standing charge-start", text(house, "{'code':%d,'wing':'C','cells':['1','2','3'],'from_on':'2026-05-01'}", TV)), "started", 0), 3);
    assert_int_equal(tree_int(done(house, "standing charge-start", text(house, "{'code':%d,'wing':'C','cells':['3','4'],'from_on':'2026-05-01'}", TV)), "started", 0), 1);
    done(house, "standing charge-end", text(house, "{'code':%d,'wing':'A','cell':'6','on':'2026-05-10'}", TV));
    assert_true(tree_true(tree_get(done(house, "standing charge-end", text(house, "{'code':%d,'wing':'A','cell':'6','on':'2026-05-10'}", TV)), "before")));
    refused(house, "standing charge-end", text(house, "{'code':%d,'wing':'A','cell':'6','on':'2026-05-11'}", TV), "on", "ended");
    refused(house, "standing charge-start", text(house, "{'code':%d,'wing':'A','cell':'6','from_on':'2026-05-10'}", TV), "from_on", "runs already");
    done(house, "standing charge-start", text(house, "{'code':%d,'wing':'A','cell':'6','from_on':'2026-05-11'}", TV));
    refused(house, "standing rule", "{'rule':'hardship_free','value':1,'code':98,'source':'x'}", "code", NULL);
    refused(house, "standing rule", text(house, "{'rule':'hardship_free','value':2,'code':%d,'source':'x'}", TV), "value", NULL);
    refused(house, "standing rule", "{'rule':'answer_days','value':0,'source':'x'}", "value", NULL);
}

/* Random moves of eight people between three cells, beside a day by day model. */
static void test_random_month_against_a_model(void **state)
{
    struct house *house = *state;
    unsigned seed = 3;
    unsigned char days[3][8][31] = {{{0}}};
    const char *month = "2026-06";
    product(house, 703, "Bouilloire", "recurring", 777);
    for (int c = 0; c < 3; c++)
        done(house, "standing charge-start", text(house, "{'code':703,'wing':'R','cell':'%d','from_on':'2026-06-01'}", c));
    char whom[8][16];
    for (int p = 0; p < 8; p++) {
        int arrives = 1 + rand_r(&seed) % 20, cell = rand_r(&seed) % 3, absent = 0, left = 0;
        struct tree *result = done(house, "person admit", text(house, "{'number':'R%d','family_name':'Exemple','on':'2026-06-%02d','wing':'R','cell':'%d'}", p, arrives, cell));
        snprintf(whom[p], sizeof whom[p], "%s", tree_text(result, "reference"));
        take(house, "canteen balances", "{}", text(house, "person;amount\n%s;90,00\n", whom[p]));
        for (int day = arrives; day <= 30; day++) {
            int what = day == arrives || left ? 99 : rand_r(&seed) % 12;
            if (what < 3 && !absent) {
                cell = (cell + 1) % 3;
                done(house, "person move", text(house, "{'whom':'%s','wing':'r','cell':'%d','on':'%s-%02d'}", whom[p], cell, month, day));
            } else if (what < 4) {
                done(house, absent ? "person back" : "person absent", text(house, "{'whom':'%s','on':'%s-%02d'}", whom[p], month, day));
                absent = !absent;
            } else if (what == 4 && p < 2) {
                done(house, "person leave", text(house, "{'whom':'%s','left_by':'release','on':'%s-%02d'}", whom[p], month, day));
                left = 1;
            }
            if (!absent && !left)
                days[cell][p][day - 1] = 1;
        }
    }
    cycle(house, "C06", "recurring");
    done(house, "standing charge", "{'cycle':'C06','month':'2026-06'}");
    for (int c = 0; c < 3; c++) {
        struct model model;
        model_share(days[c], 8, 30, 777, &model);
        for (int p = 0; p < 8; p++)
            assert_int_equal(house_int(house, text(house, "SELECT COALESCE((SELECT h.share_cents FROM standing_share h JOIN standing_contract k ON k.id = h.contract_id "
                                                          "WHERE k.code = 703 AND k.cell = '%d' AND h.month = '2026-06' AND h.reference = '%s'), 0)", c, whom[p])),
                             model.paid[p]);
    }
    shares_hold(house);
}

/* --- free lists --- */

static void test_free_lists(void **state)
{
    struct house *house = *state;
    struct tree *result;
    cycle(house, "ARR", "arrival");
    refused(house, "standing give", "{'cycle':'ARR'}", "kind", "set one first");
    refused(house, "standing list-set", text(house, "{'kind':'arrival','items':['%dx100']}", BISCUITS), "items", NULL);
    refused(house, "standing list-set", text(house, "{'kind':'arrival','items':['%d','%dx2']}", BISCUITS, BISCUITS), "items", "twice");
    refused(house, "standing list-set", "{'kind':'arrival','items':['4444']}", "code", NULL);
    refused(house, "standing list-set", "{'kind':'arrival','items':['abc']}", "items", "not a line");
    done(house, "standing list-set", text(house, "{'kind':'arrival','items':['%dx3'],'from_on':'2026-01-01','within_days':3}", BISCUITS));
    assert_false(tree_true(tree_get(done(house, "standing list-set", text(house, "{'kind':'arrival','items':['%dx3','%d'],'from_on':'2026-01-01','within_days':3}", BISCUITS, PHONE_CARD)), "before")));
    assert_true(tree_true(tree_get(done(house, "standing list-set", text(house, "{'kind':'arrival','items':['%dx3','%d'],'from_on':'2026-01-01','within_days':3}", BISCUITS, PHONE_CARD)), "before")));
    char arrived[16];
    result = done(house, "person admit", "{'number':'X1','family_name':'Exemple X','on':'2026-07-01','wing':'B','cell':'1'}");
    snprintf(arrived, sizeof arrived, "%s", tree_text(result, "reference"));
    /* who came long ago gets nothing; the new one once, and the pack is handed over the same day */
    result = done(house, "standing give", "{'cycle':'ARR','on':'2026-07-05'}");
    assert_int_equal(tree_int(result, "given_now", -1), 0);
    assert_int_equal(tree_get(({ struct tree *seen; assert_int_equal(house_view(house, &staff, "standing.arrivals", "{'prison':'ma-rouen','on':'2026-07-04'}", &seen), 0); seen; }), "rows")->count, 1);
    static const struct {
        const char *on;
        size_t seen;
    } waits[] = {{"2026-07-01", 1}, {"2026-07-04", 1}, {"2026-07-05", 0}, {"2026-06-30", 0}, {"2026-01-08", 13}, {"2026-01-09", 0}};
    for (size_t i = 0; i < COUNT_OF(waits); i++) {
        struct tree *seen;
        assert_int_equal(house_view(house, &staff, "standing.arrivals", text(house, "{'prison':'ma-rouen','on':'%s'}", waits[i].on), &seen), 0);
        assert_int_equal(tree_get(seen, "rows")->count, waits[i].seen);
    }
    result = done(house, "standing give", text(house, "{'cycle':'ARR','on':'2026-07-01','whom':'%s','hand':true}", arrived));
    assert_int_equal(tree_int(result, "given_now", -1), 1);
    for (int again = 0; again < 2; again++) {
        result = done(house, "standing give", "{'cycle':'ARR','on':'2026-07-02'}");
        assert_int_equal(tree_int(result, "given_now", -1), 0);
        assert_int_equal(tree_int(result, "given_before", -1), 1);
    }
    assert_int_equal(tree_get(({ struct tree *seen; assert_int_equal(house_view(house, &staff, "standing.arrivals", "{'prison':'ma-rouen','on':'2026-07-04'}", &seen), 0); seen; }), "rows")->count, 0);
    assert_int_equal(house_int(house, text(house, "SELECT CAST(SUM(l.delivered) AS INTEGER) FROM canteen_order_line l JOIN canteen_order o ON o.id = l.order_id WHERE o.reference = '%s' AND l.free = 1 AND o.state = 'accepted'", arrived)), 4);
    assert_int_equal(house_int(house, text(house, "SELECT total_cents FROM canteen_order WHERE reference = '%s'", arrived)), 0);
    refused(house, "standing give", text(house, "{'cycle':'ARR','whom':'%s'}", references[1]), "whom", "No free list");
    refused(house, "standing list-set", text(house, "{'kind':'arrival','items':['%d'],'from_on':'2026-01-01','within_days':3}", BISCUITS), "from_on", "given out");
    done(house, "standing list-set", "{'kind':'arrival','from_on':'2026-08-01'}"); /* ends it */
    refused(house, "standing give", "{'cycle':'ARR','on':'2026-08-02'}", "kind", "set one first");
    /* released and back under another number: another stay, another pack */
    done(house, "standing list-set", text(house, "{'kind':'arrival','items':['%dx3'],'from_on':'2026-09-01'}", BISCUITS));
    done(house, "person leave", text(house, "{'whom':'%s','left_by':'release','on':'2026-09-01'}", arrived));
    done(house, "person admit", text(house, "{'number':'X2','reference':'%s','on':'2026-09-10','wing':'B','cell':'1'}", arrived));
    cycle(house, "ARR9", "arrival");
    result = done(house, "standing give", "{'cycle':'ARR9','on':'2026-09-12'}");
    assert_int_equal(tree_int(result, "given_now", -1), 1);
}

static void test_help_is_given_once_a_month(void **state)
{
    struct house *house = *state;
    struct tree *result;
    done(house, "standing list-set", text(house, "{'kind':'hardship','items':['%dx2'],'from_on':'2026-01-01'}", SOAP));
    refused(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-07-10','to_on':'2026-07-09'}", references[10]), "to_on", NULL);
    done(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-07-01','to_on':'2026-08-15'}", references[10]));
    assert_true(tree_true(tree_get(done(house, "standing entitle", text(house, "{'whom':'N10','from_on':'2026-07-01','to_on':'2026-08-15'}")), "before")));
    refused(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-08-15','to_on':'2026-09-15'}", references[10]), "from_on", "overlap");
    done(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-07-01','to_on':'2026-07-31'}", references[10]));
    done(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-08-01','to_on':'2026-08-31'}", references[10]));
    done(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-07-01','to_on':'2026-12-31'}", references[11]));
    cycle(house, "H07", "hygiene");
    cycle(house, "H08", "hygiene");
    /* a form is there already: it is not replaced, and the person is listed */
    done(house, "canteen order", text(house, "{'cycle':'H07','whom':'%s','items':['%d']}", references[11], SOAP));
    result = done(house, "standing give", "{'cycle':'H07','on':'2026-07-20'}");
    assert_int_equal(tree_int(result, "given_now", -1), 1);
    assert_int_equal(tree_get(result, "refused")->count, 1);
    assert_non_null(strstr(tree_text(tree_get(result, "refused")->first, "reason"), "another cycle"));
    refused(house, "standing give", text(house, "{'cycle':'H07','on':'2026-07-20','whom':'%s'}", references[11]), "whom", "another cycle");
    refused(house, "canteen order", text(house, "{'cycle':'H07','whom':'%s','items':['%dx5'],'replace':true}", references[10], SOAP), "whom", "no form takes its place");
    result = done(house, "standing give", "{'cycle':'H07','on':'2026-07-31'}");
    assert_int_equal(tree_int(result, "given_now", -1), 0);
    result = done(house, "standing give", "{'cycle':'H08','on':'2026-08-31'}");
    assert_int_equal(tree_int(result, "given_now", -1), 2);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM standing_given WHERE kind = 'hardship'"), 3);
    /* only dates are kept: no column for a cause or a figure */
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM standing_entitlement"), 4);
    refused(house, "standing give", "{'cycle':'ARR','kind':'hardship','on':'2026-08-31'}", "cycle", "not ordered in this cycle");
    /* the last unit: one gets it, the other is listed, and nothing is half done */
    done(house, "canteen stock", text(house, "{'code':%d,'units':3}", SOAP));
    done(house, "standing entitle", text(house, "{'whom':'%s','from_on':'2026-09-01','to_on':'2026-09-30'}", references[12]));
    cycle(house, "H09", "hygiene");
    result = done(house, "standing give", "{'cycle':'H09','on':'2026-09-05'}");
    assert_int_equal(tree_int(result, "given_now", -1), 1);
    assert_int_equal(tree_get(result, "refused")->count, 1);
    assert_int_equal(house_int(house, text(house, "SELECT stock_free FROM canteen_product WHERE code = %d", SOAP)), 1);
    assert_int_equal(house_int(house, "SELECT order_count FROM canteen_cycle WHERE code = 'H09'"), 1);
    done(house, "canteen stock", text(house, "{'code':%d}", SOAP));
    assert_int_equal(tree_int(done(house, "standing give", "{'cycle':'H09','on':'2026-09-06'}"), "given_now", -1), 1);
    shares_hold(house);
}

struct racer {
    struct house *house;
    const char *action, *json;
    int code;
};

static void *race(void *context)
{
    struct racer *racer = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct action_request request = {.session = &staff, .language = "en", .input = json_tree(arena, racer->json)};
    racer->code = action_run(racer->house->app, app_action(racer->house->app, racer->action), &request, arena, &result, &error);
    return NULL;
}

static void test_two_hands_give_once(void **state)
{
    struct house *house = *state;
    struct racer racers[8];
    pthread_t threads[8];
    cycle(house, "H10", "hygiene");
    cycle(house, "C10", "recurring");
    for (int i = 0; i < 8; i++) {
        racers[i] = (struct racer){house, i % 2 ? "standing give" : "standing charge",
                                   i % 2 ? "{'cycle':'H10','on':'2026-10-05'}" : "{'cycle':'C10','month':'2026-07','on':'2026-10-05'}", -1};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(racers[i].code, 0);
    }
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = 'H10'"), 1);
    assert_int_equal(house_int(house, "SELECT order_count FROM canteen_cycle WHERE code = 'H10'"), 1);
    shares_hold(house);
}

/* --- purchases off the list --- */

static const char *authorise(struct house *house, int request, int price)
{
    return text(house, "{'request':%d,'decision':'2026-%d','decided_on':'2026-07-12','price':%d,'purchase_cost':%d,'handling_cost':50}", request, request, price, price / 2);
}

static void test_purchases_off_the_list(void **state)
{
    struct house *house = *state;
    struct tree *result, *seen;
    set_balance(house, 1, 10000);
    refused(house, "standing ask", text(house, "{'whom':'%s','what':'Radio, voir https://exemple.test/radio'}", references[1]), "what", "in words");
    refused(house, "standing ask", text(house, "{'whom':'%s','what':'Radio','supplier':'vente@exemple.test'}", references[1]), "supplier", "in words");
    refused(house, "standing ask", text(house, "{'whom':'%s','what':'Radio'}", references[6]), "whom", "left");
    refused(house, "standing ask", text(house, "{'whom':'%s','what':'Radio','asked_on':'2198-01-01'}", references[1]), "asked_on", "not come");
    done(house, "standing rule", "{'rule':'answer_days','value':21,'source':'r\u00e8glement int\u00e9rieur, art. 24','status':'V'}");
    result = done(house, "standing ask", text(house, "{'whom':'%s','what':'Radio  r\u00e9veil','estimated_price':2500,'supplier':'Exemple SA','asked_on':'2026-07-01'}", references[1]));
    assert_int_equal(tree_int(result, "request", 0), 1);
    assert_string_equal(house_text(house, "SELECT due_on FROM standing_request WHERE number = 1"), "2026-07-22");
    result = done(house, "standing ask", text(house, "{'whom':'%s','what':'Radio r\u00e9veil','asked_on':'2026-07-01'}", references[1]));
    assert_true(tree_true(tree_get(result, "before")));
    done(house, "standing ask", text(house, "{'whom':'%s','what':'Guitare','asked_on':'2026-07-02'}", references[1]));
    done(house, "standing ask", text(house, "{'whom':'%s','what':'Dictionnaire','units':2,'asked_on':'2026-07-02'}", references[1]));
    done(house, "standing ask", text(house, "{'whom':'%s','what':'Chaussures','asked_on':'2026-07-02'}", references[2]));
    assert_int_equal(house_view(house, &staff, "standing.requests", "{}", &seen), 0);
    assert_string_equal(tree_text(tree_get(seen, "rows")->first, "request_state"), "asked_late");
    cycle(house, "EX", "exceptional");
    refused(house, "standing order", "{'request':1,'cycle':'EX'}", "request", "authorised");
    refused(house, "standing authorise", "{'request':1,'decision':'2026-1','decided_on':'2026-06-30','price':100,'purchase_cost':1,'handling_cost':1}", "decided_on", "cannot be answered before");
    refused(house, "standing authorise", "{'request':1,'decision':'2026-1','decided_on':'2026-07-12','price':100,'handling_cost':1}", "purchase_cost", NULL);
    refused(house, "standing authorise", authorise(house, 99, 100), "request", NULL);
    result = done(house, "standing authorise", authorise(house, 1, 2990));
    assert_int_equal(tree_int(result, "code", 0), 90000);
    assert_true(tree_true(tree_get(done(house, "standing authorise", authorise(house, 1, 2990)), "before")));
    refused(house, "standing authorise", authorise(house, 1, 3000), "request", "answered");
    refused(house, "standing refuse", "{'request':1,'reason':'security'}", "request", "answered");
    done(house, "standing refuse", "{'request':2,'reason':'not_allowed','on':'2026-07-13'}");
    assert_true(tree_true(tree_get(done(house, "standing refuse", "{'request':2,'reason':'not_allowed'}"), "before")));
    refused(house, "standing authorise", authorise(house, 2, 100), "request", "answered");
    refused(house, "standing order", "{'request':2,'cycle':'EX'}", "request", NULL);
    assert_int_equal(tree_int(done(house, "standing authorise", authorise(house, 3, 800)), "code", 0), 90001);
    done(house, "standing authorise", authorise(house, 4, 99000));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_product WHERE code >= 90000 AND on_sale = 0 AND family = 'exceptional'"), 3);
    refused(house, "standing order", "{'request':1,'cycle':'H10'}", "cycle", "not ordered");
    refused(house, "standing order", "{'request':4,'cycle':'EX'}", "items", "more than what is free");
    done(house, "standing order", "{'request':1,'cycle':'EX'}");
    assert_true(tree_true(tree_get(done(house, "standing order", "{'request':1,'cycle':'EX'}"), "before")));
    done(house, "standing order", "{'request':3,'cycle':'EX'}"); /* one order, two lines */
    assert_int_equal(house_int(house, "SELECT o.total_cents FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = 'EX'"), 2990 + 1600);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM standing_request q JOIN canteen_order o ON o.id = q.order_id WHERE q.state = 'on_order'"), 2);
    cycle(house, "EX2", "exceptional");
    refused(house, "standing order", "{'request':1,'cycle':'EX2'}", "request", "another cycle");
    /* nobody else orders what was made for one person, by no form */
    refused(house, "canteen order", text(house, "{'cycle':'EX2','whom':'%s','items':['90000']}", references[2]), "items", "not on sale");
    done(house, "canteen cancel", text(house, "{'cycle':'EX','whom':'%s'}", references[1]));
    done(house, "standing order", "{'request':1,'cycle':'EX2'}");
    assert_int_equal(house_int(house, "SELECT o.total_cents FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = 'EX2'"), 2990);
    done(house, "standing refuse", "{'request':4,'reason':'withdrawn'}"); /* authorised, and the person gave it up */
    shares_hold(house);
}

/* --- who may see --- */

static size_t rows_seen(struct house *house, const struct session *session, const char *view, const char *json)
{
    struct tree *answer;
    int code = house_view(house, session, view, json, &answer);
    return code ? 0 : tree_get(answer, "rows")->count;
}

static void test_standing_orders_are_the_canteens(void **state)
{
    struct house *house = *state;
    static const char *const views[][2] = {{"standing.entitlements", "{}"},
                                           {"standing.charges", "{}"},
                                           {"standing.requests", "{}"},
                                           {"standing.shares", "{'prison':'ma-rouen','month':'2026-03'}"},
                                           {"standing.due", "{'prison':'ma-rouen','on':'2026-11-05'}"}};
    int64_t rouen = house_int(house, "SELECT id FROM establishment");
    struct session probation = session_with(ROLE_STAFF, 0, rouen, "reintegration"), elsewhere = session_with(ROLE_STAFF, 0, rouen + 1, "canteen");
    struct session coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL), auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    struct session authority = session_with(ROLE_AUTHORITY, 0, rouen, NULL);
    for (size_t i = 0; i < COUNT_OF(views); i++) {
        if (!rows_seen(house, &staff, views[i][0], views[i][1]))
            fail_msg("%s", views[i][0]);
        assert_int_equal(rows_seen(house, &probation, views[i][0], views[i][1]), 0);
        assert_int_equal(rows_seen(house, &elsewhere, views[i][0], views[i][1]), 0);
        assert_int_equal(rows_seen(house, &coordinator, views[i][0], views[i][1]), 0);
        assert_int_equal(rows_seen(house, &auditor, views[i][0], views[i][1]), 0);
        assert_int_equal(rows_seen(house, &authority, views[i][0], views[i][1]), 0);
    }
    const char *contract = text(house, "{'month':'2026-03','contract':'%lld'}", (long long)house_int(house, "SELECT MIN(contract_id) FROM standing_slice WHERE month = '2026-03'"));
    assert_true(rows_seen(house, &staff, "standing.days", contract) > 0 && rows_seen(house, &staff, "standing.parts", contract) > 0);
    assert_int_equal(rows_seen(house, &probation, "standing.days", contract) + rows_seen(house, &elsewhere, "standing.parts", contract), 0);
    assert_true(rows_seen(house, &authority, "standing.months", "{'prison':'ma-rouen'}") > 0);
    assert_true(rows_seen(house, &auditor, "standing.lists", "{'prison':'ma-rouen'}") > 0);
    assert_int_equal(house_run(house, &probation, "standing entitle", text(house, "{'whom':'%s','to_on':'2199-01-01'}", references[1]), NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &probation, "standing give", "{'cycle':'H10'}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &coordinator, "standing entitle", text(house, "{'whom':'%s','to_on':'2199-01-01'}", references[1]), NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &coordinator, "standing list-set", text(house, "{'kind':'hardship','items':['%d'],'from_on':'2199-01-01','establishment':'ma-rouen'}", SOAP), NULL), 0);
    /* figures of the law, each with its status, none of them used to compute */
    assert_true(rows_seen(house, &auditor, "standing.law", "{}") >= 6);
    /* what a person asked for, or that somebody is entitled to help, is in no argument of the journal */
    assert_int_equal(house_int(house, text(house, "SELECT COUNT(*) FROM journal WHERE action = 'standing entitle' AND arguments LIKE '%%%s%%'", references[10])), 0);
    assert_true(house_int(house, "SELECT COUNT(*) FROM journal WHERE action = 'standing entitle'") > 0);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM journal WHERE arguments LIKE '%Guitare%'"), 0);
}

/* Every order and every filter of the lists runs inside an index. */
static void test_lists_run_inside_indexes(void **state)
{
    struct house *house = *state;
    static const char *const lists[] = {"standing.entitlements", "standing.charges", "standing.requests"};
    static const unsigned roles[] = {ROLE_STAFF, 0};
    struct db *db;
    struct error error = {0};
    if (house->on_server)
        skip();
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    for (size_t i = 0; i < COUNT_OF(lists) * COUNT_OF(roles); i++) {
        const struct view *view = app_view(house->app, lists[i / COUNT_OF(roles)]);
        for (int filter = -1; filter < view->param_count; filter++)
            for (int sort = 0; sort < view->column_count; sort++)
                for (int down = 0; down < 2; down++) {
                    char *plan;
                    if (!view->columns[sort].sort && !view->columns[sort].key)
                        continue;
                    const char *sql = view_sql(house->app, view, house->arena, roles[i % COUNT_OF(roles)],
                                               filter < 0 ? "" : view->params[filter].name, view->columns[sort].name, down, true);
                    assert_int_equal(store_explain(db, house->arena, sql, &plan, &error), 0);
                    if (strstr(plan, "TEMP B-TREE"))
                        fail_msg("%s %s: %s", view->name, sql, plan);
                }
    }
    db_end_read(db);
    store_release(house->store, db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares_by_table), cmocka_unit_test(test_shares_against_a_model), cmocka_unit_test(test_too_many_in_one_cell),
        cmocka_unit_test(test_a_month_worked_out), cmocka_unit_test(test_charges_are_served), cmocka_unit_test(test_contracts),
        cmocka_unit_test(test_random_month_against_a_model), cmocka_unit_test(test_free_lists), cmocka_unit_test(test_help_is_given_once_a_month),
        cmocka_unit_test(test_two_hands_give_once), cmocka_unit_test(test_purchases_off_the_list),
        cmocka_unit_test(test_standing_orders_are_the_canteens), cmocka_unit_test(test_lists_run_inside_indexes),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
