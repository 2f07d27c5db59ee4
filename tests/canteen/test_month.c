/* A month of 600 people at the canteen beside a naive model: orders by file, the office's answers, departures, bags that lack
 * something, doors where things go wrong, settlement, what the office took. Everybody behaves at random, by a seed. */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/cli.h"
#include "ledger/ledger.h"

enum { PEOPLE = 600, PRODUCTS = 12, CYCLES = 4, LINES = 6, WINGS = 3 };

struct line {
    int product, ordered, stands, picked, delivered;
};

struct form { /* the naive model: what one person ordered in one cycle */
    struct line lines[LINES];
    int count;
    bool placed, let_go, apart; /* apart: their bag never went out */
    int64_t charged;
};

struct month {
    struct house house;
    struct session staff;
    unsigned seed;
    char references[PEOPLE][16];
    int64_t prices[PRODUCTS], free[PEOPLE]; /* free: what the model says a person may spend */
    bool left[PEOPLE];
    struct form forms[PEOPLE];
    int64_t charged;                        /* in all cycles */
};

static unsigned pick(struct month *month, unsigned below)
{
    return (unsigned)rand_r(&month->seed) % below;
}

static struct tree *run(struct month *month, const char *action, const char *json, const struct buffer *file)
{
    struct house *house = &month->house;
    struct tree *input = json_tree(house->arena, json), *result = NULL;
    const char *bytes = file ? buffer_string(file) : NULL;
    struct action_request request = {&month->staff, "en", input, {bytes ? "file.csv" : NULL, bytes, bytes ? strlen(bytes) : 0}, NULL};
    if (bytes)
        tree_set_text(house->arena, input, "file", "file.csv");
    const struct action *known = app_action(house->app, action);
    house->error = (struct error){0};
    if (known->job ? action_run_here(house->app, known, &request, NULL, NULL, NULL, house->arena, &result, &house->error)
                   : house_run(house, &month->staff, action, json, &result))
        fail_msg("%s %.200s: %s %s", action, json, house->error.field, house->error.message);
    const struct tree *refused = result ? tree_get(result, "refused") : NULL;
    if (refused && refused->count)
        fail_msg("%s: %.300s", action, json_of(house->arena, refused));
    return result;
}

static char *day(struct month *month, int cycle, int of_cycle)
{
    return arena_printf(month->house.arena, "2023-03-%02d", 1 + cycle * 7 + of_cycle);
}

static char *words(struct month *month, const char *format, const char *one, const char *two)
{
    return arena_printf(month->house.arena, format, one, two);
}

/* --- who is there, and what there is --- */

static void furnish(struct month *month)
{
    struct house *house = &month->house;
    struct buffer file = {0};
    for (int i = 0; i < PRODUCTS; i++) {
        month->prices[i] = 40 + (int64_t)pick(month, 400);
        run(month, "canteen product", arena_printf(house->arena, "{'code':%d,'name':'Produit %d','goods':'%s','vat':'%s'}", i + 1, i + 1,
                                                   i % 4 ? "grocery" : "hygiene", i % 4 ? "vat.food" : "vat.standard"), NULL);
        run(month, "canteen price", arena_printf(house->arena, "{'code':%d,'price':%d,'purchase_cost':10,'handling_cost':5,'decision':'D','decided_on':'2023-01-02'}",
                                                 i + 1, (int)month->prices[i]), NULL);
    }
    buffer_text(&file, "number;event;date;family_name;wing;cell\n");
    for (int i = 0; i < PEOPLE; i++)
        buffer_printf(&file, "N%d;arrival;2023-02-01;Exemple %d;%c;%d\n", i, i, 'A' + i % WINGS, 100 + i / 6);
    run(month, "person import", "{}", &file);
    buffer_free(&file);
    struct rows *rows;
    struct db *db;
    struct error error = {0};
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    assert_int_equal(db_query(db, "SELECT reference FROM stay ORDER BY id", NULL, &rows, &error), 0);
    for (int i = 0; rows_next(rows); i++)
        snprintf(month->references[i], sizeof month->references[i], "%s", rows_text(rows, 0));
    assert_int_equal(rows_close(rows), 0);
    db_end_read(db);
    store_release(house->store, db);
}

static int open_month(void **state)
{
    struct month *month = memory_get(sizeof *month);
    *month = (struct month){.seed = 2023};
    house_open(&month->house, cli_subjects);
    *state = month;
    assert_int_equal(house_run(&month->house, &session_local, "establishment add", "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Rouen','department':'76'}", NULL), 0);
    assert_int_equal(house_run(&month->house, &session_local, "ledger entity", "{'siren':'732829320','name':'Exemple','kind':'scic','example':true}", NULL), 0);
    assert_int_equal(house_run(&month->house, &session_local, "ledger year-open", "{'year':'2023','starts_on':'2023-01-01','ends_on':'2023-12-31'}", NULL), 0);
    month->staff = session_with(ROLE_STAFF, 0, house_int(&month->house, "SELECT id FROM establishment"), "canteen");
    furnish(month);
    return 0;
}

static int close_month(void **state)
{
    struct month *month = *state;
    house_close(&month->house);
    freep(state);
    return 0;
}

/* --- one cycle --- */

static void tell_balances(struct month *month, int cycle)
{
    struct buffer file = {0};
    buffer_text(&file, "person;amount\n");
    for (int i = 0; i < PEOPLE; i++)
        if (!month->left[i]) {
            month->free[i] = month->free[i] / 2 + (int64_t)pick(month, 4000);
            buffer_printf(&file, "N%d;%d,%02d\n", i, (int)(month->free[i] / 100), (int)(month->free[i] % 100));
        }
    run(month, "canteen balances", words(month, "{'on':'%s'}", day(month, cycle, 0), ""), &file);
    buffer_free(&file);
}

static int64_t fill_form(struct month *month, struct form *form)
{
    int64_t total = 0;
    for (int product = 0; product < PRODUCTS && form->count < LINES; product++)
        if (!pick(month, 3)) {
            int units = 1 + (int)pick(month, 4);
            form->lines[form->count++] = (struct line){product, units, units, 0, 0};
            total += units * month->prices[product];
        }
    return total;
}

/* Half of the forms that cost too much are handed in all the same: they must be refused whole. */
static void hand_in(struct month *month, int cycle, const char *code)
{
    struct buffer good = {0}, bad = {0};
    struct house *house = &month->house;
    buffer_text(&good, "person;items\n");
    buffer_text(&bad, "person;items\n");
    int refused = 0;
    for (int i = 0; i < PEOPLE; i++) {
        struct form *form = &month->forms[i];
        *form = (struct form){0};
        int64_t total = month->left[i] || !pick(month, 6) ? 0 : fill_form(month, form);
        if (!form->count)
            continue;
        form->placed = total <= month->free[i];
        refused += !form->placed;
        struct buffer *file = form->placed ? &good : &bad;
        buffer_printf(file, "N%d;", i);
        for (int l = 0; l < form->count; l++)
            buffer_printf(file, "%s%dx%d", l ? " " : "", form->lines[l].product + 1, form->lines[l].ordered);
        buffer_text(file, "\n");
    }
    const char *json = words(month, "{'cycle':'%s','handed_on':'%s'}", code, day(month, cycle, 1));
    run(month, "canteen enter", json, &good);
    run(month, "canteen enter", json, &good); /* the same pile again */
    if (refused) {
        struct tree *input = json_tree(house->arena, json), *result = NULL;
        tree_set_text(house->arena, input, "file", "file.csv");
        struct action_request request = {&month->staff, "en", input, {"file.csv", buffer_string(&bad), bad.length}, NULL};
        assert_int_equal(action_run_here(house->app, app_action(house->app, "canteen enter"), &request, NULL, NULL, NULL, house->arena, &result, &house->error), 0);
        assert_int_equal(tree_get(result, "refused")->count, refused);
    }
    buffer_free(&good);
    buffer_free(&bad);
}

/* Units go from the last line up, protected kinds (every fourth product) last, until what stands costs no more than `cents`. */
static void reduce(struct month *month, struct form *form, int64_t cents)
{
    int64_t total = 0;
    for (int l = 0; l < form->count; l++)
        total += form->lines[l].stands * month->prices[form->lines[l].product];
    for (int pass = 0; pass < 2; pass++)
        for (int l = form->count - 1; l >= 0; l--)
            while ((form->lines[l].product % 4 == 0) == (pass == 1) && form->lines[l].stands && total > cents) {
                form->lines[l].stands--;
                total -= month->prices[form->lines[l].product];
            }
}

static void answer(struct month *month, const char *code)
{
    struct buffer file = {0};
    run(month, "canteen close", words(month, "{'cycle':'%s'}", code, ""), NULL);
    buffer_text(&file, "person;answer;amount\n");
    for (int i = 0; i < PEOPLE; i++) {
        struct form *form = &month->forms[i];
        unsigned say = pick(month, 20);
        if (!form->placed)
            continue;
        int most = (int)pick(month, 900);
        if (say == 0) {
            buffer_printf(&file, "N%d;refused;\n", i);
            form->placed = false;
        } else if (say == 1) {
            buffer_printf(&file, "N%d;reduced;%d,%02d\n", i, most / 100, most % 100);
            reduce(month, form, most);
        } else {
            buffer_printf(&file, "N%d;accepted;\n", i);
        }
    }
    run(month, "canteen answers", words(month, "{'cycle':'%s'}", code, ""), &file);
    buffer_free(&file);
}

static bool stands(const struct form *form)
{
    for (int l = 0; form->placed && l < form->count; l++)
        if (form->lines[l].stands)
            return true;
    return false;
}

/* Some leave before their bag is filled. */
static void leave(struct month *month, int cycle)
{
    for (int i = 0; i < PEOPLE; i++)
        if (!month->left[i] && !pick(month, 60)) {
            month->left[i] = true;
            month->forms[i].let_go = true;
            run(month, "person leave", arena_printf(month->house.arena, "{'whom':'N%d','left_by':'%s','on':'%s'}", i, pick(month, 3) ? "release" : "transfer",
                                                    day(month, cycle, 3)), NULL);
        }
    run(month, "settlement departures", words(month, "{'on':'%s'}", day(month, cycle, 3), ""), NULL);
}

static void fill_bags(struct month *month, int cycle, const char *code)
{
    run(month, "round plan", words(month, "{'cycle':'%s'}", code, ""), NULL);
    for (int wing = 0; wing < WINGS; wing++) {
        struct buffer told = {0};
        for (int i = wing; i < PEOPLE; i += WINGS) {
            struct form *form = &month->forms[i];
            for (int l = 0; stands(form) && !form->let_go && l < form->count; l++) {
                struct line *line = &form->lines[l];
                line->picked = line->stands;
                if (line->stands && !pick(month, 15)) {
                    line->picked = (int)pick(month, (unsigned)line->stands);
                    buffer_printf(&told, "%s%s;%d;%d", told.length ? "|" : "", month->references[i], line->product + 1, line->picked);
                }
            }
        }
        run(month, "round pick", arena_printf(month->house.arena, "{'round':'%s.%c','exceptions':'%s','on':'%s'}", code, 'a' + wing, buffer_string(&told),
                                              day(month, cycle, 4)), NULL);
        buffer_free(&told);
    }
}

static int64_t hand_over(struct month *month, int person, struct buffer *told)
{
    struct form *form = &month->forms[person];
    static const char *const ways[] = {"missing", "damaged", "refused"};
    int64_t charged = 0;
    if (!pick(month, 40)) {
        buffer_printf(told, "%s%s;refused", told->length ? "|" : "", month->references[person]);
        return 0;
    }
    for (int l = 0; l < form->count; l++) {
        struct line *line = &form->lines[l];
        line->delivered = line->picked;
        if (line->picked && !pick(month, 30)) {
            line->delivered = (int)pick(month, (unsigned)line->picked);
            buffer_printf(told, "%s%s;%d;%s;%d", told->length ? "|" : "", month->references[person], line->product + 1, ways[pick(month, 3)], line->delivered);
        }
        charged += line->delivered * month->prices[line->product];
    }
    return charged;
}

static void deliver(struct month *month, int cycle, const char *code)
{
    for (int wing = 0; wing < WINGS; wing++) {
        struct buffer told = {0};
        run(month, "round load", arena_printf(month->house.arena, "{'round':'%s.%c','on':'%s'}", code, 'a' + wing, day(month, cycle, 5)), NULL);
        for (int i = wing; i < PEOPLE; i += WINGS)
            if (stands(&month->forms[i]) && !month->forms[i].let_go)
                month->forms[i].charged = hand_over(month, i, &told);
        const char *json = arena_printf(month->house.arena, "{'round':'%s.%c','exceptions':'%s','on':'%s','agent':'A'}", code, 'a' + wing, buffer_string(&told),
                                        day(month, cycle, 5));
        run(month, "round deliver", json, NULL);
        run(month, "round deliver", json, NULL); /* the same sheet entered twice */
        buffer_free(&told);
    }
}

static void settle(struct month *month, int cycle, const char *code)
{
    const char *json = words(month, "{'cycle':'%s','on':'%s'}", code, day(month, cycle, 6));
    run(month, "settlement cycle", json, NULL);
    run(month, "settlement cycle", json, NULL);
    for (int i = 0; i < PEOPLE; i++) {
        month->free[i] -= month->forms[i].charged;
        month->charged += month->forms[i].charged;
    }
}

/* --- what must be so --- */

static void compare(struct month *month, const char *code)
{
    struct house *house = &month->house;
    for (int i = 0; i < PEOPLE; i++) {
        int64_t charged = house_int(house, arena_printf(house->arena,
            "SELECT COALESCE(SUM(o.total_cents), 0) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE o.reference = '%s' AND c.code = '%s' "
            "AND o.state = 'settled'", month->references[i], code));
        if (charged != month->forms[i].charged)
            fail_msg("%s: person %d is charged %d, not %d", code, i, (int)charged, (int)month->forms[i].charged);
        int64_t left = house_int(house, arena_printf(house->arena,
            "SELECT COALESCE(SUM(a.credit_cents - a.debit_cents - a.pending_debit_cents), 0) FROM canteen_balance b JOIN ledger_account a ON a.id = b.account_id "
            "WHERE b.reference = '%s'", month->references[i]));
        if (left != month->free[i])
            fail_msg("%s: person %d may spend %d, not %d", code, i, (int)left, (int)month->free[i]);
    }
    assert_int_equal(house_int(house, "SELECT COALESCE(SUM(pending_debit_cents), 0) FROM ledger_account"), 0);
    assert_int_equal(house_int(house, "SELECT COALESCE(SUM(debit_cents - credit_cents), 0) FROM ledger_account WHERE book = 'general' AND number = '41112'"),
                     month->charged);
    assert_int_equal(house_int(house, "SELECT COALESCE(SUM(charged_cents), 0) FROM canteen_debit"), month->charged);
}

static void take_debits(struct month *month, int cycle)
{
    struct house *house = &month->house;
    struct buffer file = {0};
    int64_t batch = tree_int(run(month, "settlement tell", words(month, "{'on':'%s'}", day(month, cycle, 6), ""), NULL), "batch", 0);
    buffer_text(&file, "person;amount\n");
    for (int i = 0; i < PEOPLE; i++)
        if (month->forms[i].placed)
            buffer_printf(&file, "N%d;%d,%02d\n", i, (int)(month->forms[i].charged / 100), (int)(month->forms[i].charged % 100));
    struct tree *report = run(month, "settlement answers", arena_printf(house->arena, "{'batch':%d}", (int)batch), &file);
    assert_int_equal(tree_int(report, "differs", 0), 0);
    buffer_free(&file);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order WHERE blocked_cents > 0"), 0);
}

static void test_month_beside_a_naive_model(void **state)
{
    struct month *month = *state;
    struct house *house = &month->house;
    for (int cycle = 0; cycle < CYCLES; cycle++) {
        char *code = arena_printf(house->arena, "S%d", cycle + 1);
        tell_balances(month, cycle);
        run(month, "canteen cycle", arena_printf(house->arena, "{'cycle':'%s','goods':['grocery','hygiene'],'opens_on':'%s','closes_on':'%s','picks_on':'%s',"
                                                 "'delivers_on':'%s'}", code, day(month, cycle, 0), day(month, cycle, 2), day(month, cycle, 4), day(month, cycle, 5)), NULL);
        hand_in(month, cycle, code);
        answer(month, code);
        leave(month, cycle);
        fill_bags(month, cycle, code);
        deliver(month, cycle, code);
        settle(month, cycle, code);
        compare(month, code);
        take_debits(month, cycle);
    }
    struct db *db;
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    if (ledger_verify(db, NULL, &house->error))
        fail_msg("%s", house->error.message);
    db_end_read(db);
    store_release(house->store, db);
    assert_true(month->charged > 100000);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_cycle WHERE state <> 'settled'"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_month_beside_a_naive_model)};
    return cmocka_run_group_tests(tests, open_month, close_month);
}
