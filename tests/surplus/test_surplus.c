/* From the entries of a year to its booked allocation and a fund's spending, and what is refused on the way. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "books.h"
#include "surplus/surplus.h"

static int open_scic(void **state)
{
    struct coop *coop = memory_get(sizeof *coop);
    coop_open(coop, "scic");
    *state = coop;
    return 0;
}

static int open_association(void **state)
{
    struct coop *coop = memory_get(sizeof *coop);
    coop_open(coop, "association");
    *state = coop;
    return 0;
}

static int close_coop(void **state)
{
    coop_close(*state);
    freep(state);
    return 0;
}

/* Capital of 50,000; income of 120,000 of which subsidies of 3,000; charges of 110,000: a surplus of 10,000. */
static void live_2023(struct coop *coop)
{
    coop_year(coop, "2023");
    coop_post(coop, "2023-01-02", "512", "1013", 5000000);
    coop_post(coop, "2023-03-31", "411", "7061", 11700000);
    coop_post(coop, "2023-04-30", "512", "741", 300000);
    coop_post(coop, "2023-05-31", "607", "401", 4000000);
    coop_post(coop, "2023-06-30", "6411", "512", 6000000);
    coop_post(coop, "2023-09-30", "6135", "512", 1000000);
}

#define DECIDED "'decided_on':'2024-06-15','votes_for':42,'votes_against':3,'votes_abstained':1,'minutes':'AG 2024, 4e résolution'"

static void test_the_whole_way(void **state)
{
    struct coop *coop = *state;
    struct house *house = &coop->house;
    struct tree *answer;
    live_2023(coop);
    coop_does(coop, &coop->accountant, "fund open", "{'fund':'REINS','name':'Places de formation','purpose':'reintegration'}");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15'}", "year", "still open");
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}"); /* sent twice */
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM surplus_close"), 1);
    coop_must_verify(coop);
    coop_refused(coop, &coop->accountant, "allocation book", "{'year':'2023'}", "year", "no draft");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2023-12-31'}", "assembly_on", "after the year");
    coop_does(coop, &coop->accountant, "allocation draft",
              "{'year':'2023','assembly_on':'2024-06-15','interest':125000,'funds':[{'fund':'REINS','amount':300000}]}");
    coop_refused(coop, &coop->accountant, "allocation book", "{'year':'2023'}", "year", "L232-12");
    coop_refused(coop, &coop->coordinator, "allocation decide",
                 "{'year':'2023','decided_on':'2024-06-15','votes_for':3,'votes_against':3,'votes_abstained':40,'minutes':'AG'}",
                 "votes_for", "did not carry");
    assert_string_equal(house_text(house, "SELECT state FROM surplus_allocation"), "drafted");
    coop_does(coop, &coop->coordinator, "allocation decide", "{'year':'2023'," DECIDED "}");
    coop_refused(coop, &coop->coordinator, "allocation decide", "{'year':'2023'," DECIDED "}", "year", "already");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15'}", "year", "its draft stands");
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2023'}");
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2023'}"); /* sent twice */
    assert_int_equal(coop_balance(coop, "1061"), -150000);
    assert_int_equal(coop_balance(coop, "1063"), -425000);
    assert_int_equal(coop_balance(coop, "457"), -125000);
    assert_int_equal(coop_balance(coop, "10681"), -300000);
    assert_int_equal(house_int(house, "SELECT left_cents FROM surplus_fund"), 300000);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM ledger_entry WHERE journal = 'AF'"), 1);
    assert_string_equal(house_text(house, "SELECT entry_on FROM ledger_entry WHERE journal = 'AF'"), "2024-06-15");
    assert_int_equal(house_view(house, &coop->member, "allocation.lines", "{'year':'2023'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 4);
    coop_does(coop, &coop->accountant, "fund spend",
              "{'fund':'REINS','use':'training_place','amount':90000,'label':'Une place de cuisine','on':'2024-07-01','piece':'F-1'}");
    coop_does(coop, &coop->accountant, "fund spend", /* sent twice */
              "{'fund':'REINS','use':'training_place','amount':90000,'label':'Une place de cuisine','on':'2024-07-01','piece':'F-1'}");
    assert_int_equal(house_int(house, "SELECT left_cents FROM surplus_fund"), 210000);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM surplus_spending"), 1);
    assert_int_equal(coop_balance(coop, "10681"), -300000); /* the reserve moves only by a decision */
    coop_must_verify(coop);
}

/* What the header offers to the open books. */
static void test_header(void **state)
{
    struct coop *coop = *state;
    struct db *db;
    struct error error = {0};
    struct surplus_allocation allocation;
    struct surplus_fund *funds;
    struct surplus_spending *spendings;
    size_t count;
    test_the_whole_way(state);
    assert_int_equal(store_reader(coop->house.store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    assert_int_equal(surplus_allocation_read(db, coop->house.arena, "2023", &allocation, &error), 0);
    assert_int_equal(allocation.line_count, 4);
    assert_int_equal(allocation.result_cents, 1000000);
    assert_int_equal(allocation.votes_for, 42);
    assert_true(allocation.to_confirm);
    assert_true(allocation.entry != 0);
    assert_int_equal(surplus_funds(db, coop->house.arena, "2024-01-01", "2024-12-31", &funds, &count, &error), 0);
    assert_int_equal(count, 0); /* opened today, after that year */
    assert_int_equal(surplus_funds(db, coop->house.arena, "2024-06-16", "2199-12-31", &funds, &count, &error), 0);
    assert_int_equal(count, 1);
    assert_int_equal(funds[0].allocated_cents, 300000);
    assert_int_equal(funds[0].given_cents, 0);
    assert_int_equal(funds[0].used_cents, 90000);
    assert_int_equal(funds[0].left_cents, 210000);
    assert_int_equal(surplus_spendings(db, coop->house.arena, "2024-01-01", "2024-12-31", &spendings, &count, &error), 0);
    assert_int_equal(count, 1);
    assert_false(spendings[0].publishable);
    assert_int_equal(surplus_allocation_read(db, coop->house.arena, "2022", &allocation, &error), ERR_NOT_FOUND);
    db_end_read(db);
    store_release(coop->house.store, db);
}

static void test_inventory(void **state)
{
    struct coop *coop = *state;
    live_2023(coop);
    coop_does(coop, &coop->accountant, "inventory add",
              "{'year':'2023','entry_nature':'charge_payable','amount':70000,'label':'Électricité de décembre','account':'6061'}");
    coop_refused(coop, &coop->accountant, "inventory add",
                 "{'year':'2023','entry_nature':'charge_payable','amount':70000,'label':'Électricité de décembre','account':'6061'}", "label",
                 "same entry");
    coop_does(coop, &coop->accountant, "inventory add",
              "{'year':'2023','entry_nature':'prepaid_charge','amount':20000,'label':'Assurance 2024','account':'6161'}");
    coop_does(coop, &coop->accountant, "inventory add",
              "{'year':'2023','entry_nature':'income_receivable','amount':55000,'label':'Repas de décembre','account':'70611'}");
    coop_does(coop, &coop->accountant, "inventory add",
              "{'year':'2023','entry_nature':'depreciation','amount':10000,'label':'Four','account':'68112','counterpart':'28154'}");
    coop_refused(coop, &coop->accountant, "inventory add",
                 "{'year':'2023','entry_nature':'depreciation','amount':10000,'label':'Four'}", "counterpart", "Say which account");
    coop_refused(coop, &coop->accountant, "inventory add",
                 "{'year':'2023','entry_nature':'deferred_income','amount':10000,'label':'Stage','account':'6061'}", "account", "begins with 7");
    coop_refused(coop, &coop->accountant, "inventory add",
                 "{'year':'2023','entry_nature':'provision','amount':10000,'label':'Litige','counterpart':'401'}", "counterpart", "15");
    assert_int_equal(coop_balance(coop, "408"), -70000);
    coop_does(coop, &coop->accountant, "inventory add",
              "{'year':'2023','entry_nature':'provision','amount':5000,'label':'Litige','counterpart':'1511'}");
    int64_t id = house_int(&coop->house, "SELECT MAX(id) FROM surplus_inventory");
    const char *json = arena_printf(coop->house.arena, "{'inventory':%lld}", (long long)id);
    coop_does(coop, &coop->accountant, "inventory cancel", json);
    coop_refused(coop, &coop->accountant, "inventory cancel", json, "inventory", "turned back already");
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    coop_refused(coop, &coop->accountant, "inventory add",
                 "{'year':'2023','entry_nature':'charge_payable','amount':1,'label':'Trop tard','account':'6061'}", "entry_on", "closed");
    /* Turned back on the first day of 2024; depreciation stays. */
    assert_int_equal(coop_balance(coop, "408"), 0);
    assert_int_equal(coop_balance(coop, "486"), 0);
    assert_int_equal(coop_balance(coop, "418"), 0);
    assert_int_equal(coop_balance(coop, "28154"), -10000);
    assert_int_equal(house_int(&coop->house, "SELECT COUNT(*) FROM ledger_entry WHERE kind = 'reversal' AND entry_on = '2024-01-01'"), 3);
    assert_int_equal(house_int(&coop->house, "SELECT COUNT(*) FROM surplus_inventory WHERE reverses = 1 AND reversal_id IS NULL"), 0);
    assert_int_equal(house_int(&coop->house, "SELECT result_cents FROM surplus_close"), 1000000 - 70000 + 20000 + 55000 - 10000);
    coop_must_verify(coop);
}

static int64_t line_of(struct coop *coop, const char *view, const char *line, const char *column)
{
    struct tree *answer;
    if (house_view(&coop->house, &coop->accountant, view, "{'year':'2023'}", &answer))
        fail_msg("%s", view);
    for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next)
        if (!strcmp(tree_text(row, "line"), line))
            return tree_int(row, column, -1);
    fail_msg("%s has no line %s", view, line);
    return 0;
}

static void test_statements(void **state)
{
    struct coop *coop = *state;
    live_2023(coop);
    coop_post(coop, "2023-10-01", "2154", "404", 600000);
    coop_post(coop, "2023-12-31", "68112", "28154", 100000);
    coop_post(coop, "2023-12-31", "512", "419", 25000);
    for (int closed = 0; closed < 2; closed++) { /* the same before the close and after it */
        assert_int_equal(line_of(coop, "year.assets", "tangible", "gross_cents"), 600000);
        assert_int_equal(line_of(coop, "year.assets", "tangible", "depreciation_cents"), 100000);
        assert_int_equal(line_of(coop, "year.assets", "tangible", "sum_cents"), 500000);
        assert_int_equal(line_of(coop, "year.assets", "customers", "sum_cents"), 11700000);
        assert_int_equal(line_of(coop, "year.liabilities", "advances_received", "sum_cents"), 25000);
        assert_int_equal(line_of(coop, "year.liabilities", "suppliers", "sum_cents"), 4600000);
        assert_int_equal(line_of(coop, "year.liabilities", "result", "sum_cents"), 900000);
        assert_int_equal(line_of(coop, "year.income", "net_result", "sum_cents"), 900000);
        assert_int_equal(line_of(coop, "year.income", "services_sold", "sum_cents"), 11700000);
        assert_int_equal(line_of(coop, "year.income", "goods_bought", "sum_cents"), 4000000);
        assert_int_equal(line_of(coop, "year.income", "operating_out_total", "sum_cents"), 11100000);
        assert_int_equal(line_of(coop, "year.assets", "assets_total", "sum_cents"),
                         line_of(coop, "year.liabilities", "liabilities_total", "sum_cents"));
        if (!closed)
            coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    }
}

/* Every account of both charts stands on exactly one line of a statement, whichever side its balance is on. */
static void check_chart(struct coop *coop)
{
    static const char sql[] =
        "SELECT COUNT(*) FROM ledger_account a WHERE a.open = 1 AND a.number < '%s' AND NOT EXISTS (SELECT 1 FROM statement_prefix p "
        "WHERE p.book = '%s' AND p.side = '%s' AND p.prefix = substr(a.number, 1, length(p.prefix))) %s";
    static const char *const sides[] = {"debit", "credit"};
    for (int i = 0; i < 2; i++) {
        char *query = arena_printf(coop->house.arena, sql, "8", "balance", sides[i], "");
        assert_int_equal(house_int(&coop->house, query), 0);
        query = arena_printf(coop->house.arena, sql, "8", "income", sides[i], "AND a.number >= '6'");
        assert_int_equal(house_int(&coop->house, query), 0);
    }
    assert_int_equal(house_int(&coop->house, "SELECT COUNT(*) FROM statement_line WHERE kind <> 'heading' AND NOT EXISTS (SELECT 1 FROM "
                                             "statement_part p WHERE p.line = statement_line.line)"),
                     0);
}

static void test_every_account_has_its_line(void **state)
{
    check_chart(*state);
}

static void test_next_year_waits_for_the_decision(void **state)
{
    struct coop *coop = *state;
    live_2023(coop);
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    coop_post(coop, "2024-02-01", "411", "7061", 5000);
    coop_refused(coop, &coop->accountant, "year close", "{'year':'2024'}", "year", "2023 is not allocated");
    coop_does(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15'}");
    coop_does(coop, &coop->coordinator, "allocation decide", "{'year':'2023'," DECIDED "}");
    coop_refused(coop, &coop->accountant, "year close", "{'year':'2024'}", "year", "2023 is not allocated");
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2023'}");
    coop_does(coop, &coop->accountant, "year close", "{'year':'2024'}");
    coop_must_verify(coop);
}

static void test_a_year_of_loss(void **state)
{
    struct coop *coop = *state;
    coop_year(coop, "2022");
    coop_post(coop, "2022-05-31", "607", "401", 400000);
    coop_post(coop, "2022-06-30", "411", "7061", 100000);
    coop_does(coop, &coop->accountant, "year close", "{'year':'2022'}");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2022','assembly_on':'2023-06-15','interest':1}", "", "L232-11");
    coop_does(coop, &coop->accountant, "allocation draft", "{'year':'2022','assembly_on':'2023-06-15'}");
    coop_does(coop, &coop->coordinator, "allocation decide",
              "{'year':'2022','decided_on':'2023-06-15','votes_for':10,'votes_against':0,'votes_abstained':0,'minutes':'AG 2023'}");
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2022'}");
    assert_int_equal(coop_balance(coop, "119"), 300000);
    coop_post(coop, "2023-03-31", "411", "7061", 1000000);
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    coop_does(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15'}");
    assert_int_equal(house_int(&coop->house, "SELECT amount_cents FROM surplus_allocation_line l JOIN surplus_allocation a "
                                             "ON a.id = l.allocation_id WHERE a.year = '2023' AND code = 'losses'"),
                     300000);
    coop_does(coop, &coop->coordinator, "allocation decide", "{'year':'2023'," DECIDED "}");
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2023'}");
    assert_int_equal(coop_balance(coop, "119"), 0);
    coop_must_verify(coop);
}

static void test_decision_changes_within_the_rules(void **state)
{
    struct coop *coop = *state;
    live_2023(coop);
    coop_does(coop, &coop->accountant, "fund open", "{'fund':'FAM','name':'Familles','purpose':'families'}");
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15','interest':125001}", "interest",
                 "19 nonies");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15','legal':149999}", "legal", "art. 16");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15','carried':1}", "carried", "art. 16");
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15','statutory':424999}", "statutory",
                 "19 nonies");
    coop_refused(coop, &coop->accountant, "allocation draft",
                 "{'year':'2023','assembly_on':'2024-06-15','funds':[{'fund':'NON','amount':1}]}", "funds.0.fund", "no fund");
    coop_refused(coop, &coop->accountant, "allocation draft",
                 "{'year':'2023','assembly_on':'2024-06-15','funds':[{'fund':'FAM','amount':1},{'fund':'FAM','amount':1}]}",
                 "funds.1.fund", "twice");
    /* A year whose bond rates are not known asks for the rate. */
    coop_refused(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2025-06-15','interest':100}", "mean_rate",
                 "give it");
    coop_does(coop, &coop->accountant, "allocation draft",
              "{'year':'2023','assembly_on':'2025-06-15','interest':100,'mean_rate':'2.5'}");
    assert_int_equal(house_int(&coop->house, "SELECT mean_given FROM surplus_allocation"), 1);
    coop_does(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15'}");
    assert_int_equal(house_int(&coop->house, "SELECT mean_rate FROM surplus_allocation"), 18025);
    coop_refused(coop, &coop->coordinator, "allocation decide", "{'year':'2023','interest':200000," DECIDED "}", "interest", "19 nonies");
    coop_does(coop, &coop->coordinator, "allocation decide",
              "{'year':'2023','funds':[{'fund':'FAM','amount':425000}]," DECIDED "}");
    assert_int_equal(house_int(&coop->house, "SELECT amount_cents FROM surplus_allocation_line WHERE code = 'fund'"), 425000);
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2023'}");
    assert_int_equal(coop_balance(coop, "10682"), -425000);
    coop_must_verify(coop);
}

static void test_statutes(void **state)
{
    struct coop *coop = *state;
    live_2023(coop);
    coop_does(coop, &coop->coordinator, "statutes keep", "{'from_on':'2020-01-01','statutory_rate':'100'}");
    coop_does(coop, &coop->accountant, "fund open", "{'fund':'FAM','name':'Familles','purpose':'families'}");
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    coop_refused(coop, &coop->accountant, "allocation draft",
                 "{'year':'2023','assembly_on':'2024-06-15','funds':[{'fund':'FAM','amount':1}]}", "statutory", "19 nonies");
    coop_does(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15'}");
    coop_does(coop, &coop->coordinator, "statutes keep", "{'from_on':'2024-06-01','threshold':'all_reserves'}");
    coop_does(coop, &coop->accountant, "allocation draft",
              "{'year':'2023','assembly_on':'2024-06-15','funds':[{'fund':'FAM','amount':1}]}");
    assert_string_equal(house_text(&coop->house, "SELECT threshold FROM surplus_allocation"), "all_reserves");
}

/* --- funds --- */

static void fund_with(struct coop *coop, int64_t amount)
{
    live_2023(coop);
    coop_does(coop, &coop->accountant, "fund open",
              "{'fund':'DON','name':'Don pour les familles','purpose':'families','origin':'outside','account':'195','opened_on':'2023-01-01'}");
    coop_does(coop, &coop->accountant, "fund give",
              arena_printf(coop->house.arena,
                           "{'fund':'DON','amount':%lld,'on':'2023-02-01','giver':'Fondation','piece':'C-1','account':'7582'}",
                           (long long)amount));
}

static void test_fund_never_below_zero(void **state)
{
    struct coop *coop = *state;
    fund_with(coop, 100000);
    coop_does(coop, &coop->accountant, "fund give", /* sent twice */
              "{'fund':'DON','amount':100000,'on':'2023-02-01','giver':'Fondation','piece':'C-1','account':'7582'}");
    assert_int_equal(house_int(&coop->house, "SELECT allocated_cents FROM surplus_fund"), 100000);
    coop_does(coop, &coop->accountant, "fund budget", "{'fund':'DON','year':'2023','use':'family_travel','amount':60000}");
    coop_does(coop, &coop->coordinator, "fund commit",
              "{'fund':'DON','use':'family_travel','amount':60000,'label':'Car de juin','on':'2023-05-01','people':30}");
    coop_refused(coop, &coop->accountant, "fund spend",
                 "{'fund':'DON','use':'housing_deposit','amount':40001,'label':'Caution','on':'2023-05-02','piece':'F-1'}", "amount",
                 "more than that");
    assert_int_equal(house_int(&coop->house, "SELECT COUNT(*) FROM ledger_entry WHERE journal = 'FO'"), 1);
    coop_does(coop, &coop->accountant, "fund spend",
              "{'fund':'DON','use':'housing_deposit','amount':40000,'label':'Caution','on':'2023-05-02','piece':'F-1'}");
    coop_refused(coop, &coop->coordinator, "fund commit",
                 "{'fund':'DON','use':'family_travel','amount':1,'label':'Billet','on':'2023-05-03'}", "amount", "more than that");
    coop_does(coop, &coop->accountant, "fund spend",
              "{'fund':'DON','use':'family_travel','amount':45000,'label':'Car de juin','on':'2023-06-10','piece':'F-2','spending':'DON-1'}");
    coop_refused(coop, &coop->accountant, "fund spend",
                 "{'fund':'DON','use':'family_travel','amount':1,'label':'Car de juin','on':'2023-06-10','piece':'F-3','spending':'DON-1'}",
                 "spending", "not a promise");
    assert_int_equal(house_int(&coop->house, "SELECT left_cents FROM surplus_fund"), 15000);
    assert_int_equal(house_int(&coop->house, "SELECT committed_cents FROM surplus_fund"), 0);
    assert_int_equal(house_int(&coop->house, "SELECT spent_cents FROM surplus_budget WHERE use = 'family_travel'"), 45000);
    assert_int_equal(house_int(&coop->house, "SELECT committed_cents FROM surplus_budget WHERE use = 'family_travel'"), 0);
    coop_does(coop, &coop->coordinator, "fund commit",
              "{'fund':'DON','use':'equipment','amount':15000,'label':'Jeux','on':'2023-07-01'}");
    coop_does(coop, &coop->coordinator, "fund release", "{'spending':'DON-3'}");
    coop_refused(coop, &coop->coordinator, "fund release", "{'spending':'DON-3'}", "spending", "not a promise");
    coop_refused(coop, &coop->accountant, "fund close", "{'fund':'DON'}", "fund", "still holds");
    /* What the rows say is what the moves add up to. */
    assert_int_equal(house_int(&coop->house, "SELECT SUM(CASE WHEN kind = 'spent' THEN -amount_cents WHEN kind = 'received' THEN amount_cents "
                                             "ELSE 0 END) FROM surplus_fund_move"),
                     15000);
    assert_int_equal(house_int(&coop->house, "SELECT SUM(amount_cents) FROM surplus_fund_move WHERE kind IN ('committed', 'released')"), 0);
    coop_must_verify(coop);
}

struct racer {
    struct coop *coop;
    int number, code;
};

static void *spend_at_once(void *context)
{
    struct racer *racer = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct action_request request = {.session = &racer->coop->accountant, .language = "en"};
    request.input = json_tree(arena, arena_printf(arena,
                                                  "{'fund':'DON','use':'equipment','amount':300,'label':'Jeux','on':'2023-06-01','piece':'R-%d'}",
                                                  racer->number));
    racer->code = action_run(racer->coop->house.app, app_action(racer->coop->house.app, "fund spend"), &request, arena, &result, &error);
    return NULL;
}

/* Eight at once want 300 of 1,000: three get it. */
static void test_two_that_race_for_the_last_euro(void **state)
{
    struct coop *coop = *state;
    enum { RACERS = 8 };
    pthread_t threads[RACERS];
    struct racer racers[RACERS];
    int spent = 0;
    fund_with(coop, 1000);
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){coop, i, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, spend_at_once, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        spent += !racers[i].code;
        if (racers[i].code && racers[i].code != ERR_REFUSED)
            fail_msg("a spending failed: %d", racers[i].code);
    }
    assert_int_equal(spent, 3);
    assert_int_equal(house_int(&coop->house, "SELECT left_cents FROM surplus_fund"), 100);
    assert_int_equal(house_int(&coop->house, "SELECT COUNT(*) FROM surplus_spending"), 3);
    coop_must_verify(coop);
}

static void test_earmarked_money_is_carried_over(void **state)
{
    struct coop *coop = *state;
    fund_with(coop, 100000);
    coop_does(coop, &coop->accountant, "fund spend",
              "{'fund':'DON','use':'family_travel','amount':30000,'label':'Car','on':'2023-06-10','piece':'F-1'}");
    coop_refused(coop, &coop->accountant, "year close", "{'year':'2023'}", "year", "fund carry");
    coop_does(coop, &coop->accountant, "fund carry", "{'year':'2023'}");
    coop_does(coop, &coop->accountant, "fund carry", "{'year':'2023'}"); /* again: nothing is left to carry */
    assert_int_equal(coop_balance(coop, "195"), -70000);
    assert_int_equal(coop_balance(coop, "6895"), 70000);
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    assert_int_equal(house_int(&coop->house, "SELECT result_cents FROM surplus_close"), 1000000); /* as if nothing had been given */
    coop_does(coop, &coop->accountant, "allocation draft", "{'year':'2023','assembly_on':'2024-06-15'}");
    coop_refused(coop, &coop->accountant, "allocation draft",
                 "{'year':'2023','assembly_on':'2024-06-15','funds':[{'fund':'DON','amount':1}]}", "funds.0.fund", "money of others");
    coop_does(coop, &coop->coordinator, "allocation decide", "{'year':'2023'," DECIDED "}");
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2023'}");
    coop_does(coop, &coop->accountant, "fund spend",
              "{'fund':'DON','use':'family_travel','amount':70000,'label':'Car','on':'2024-06-10','piece':'F-2'}");
    coop_does(coop, &coop->accountant, "fund carry", "{'year':'2024'}");
    assert_int_equal(coop_balance(coop, "195"), 0);
    assert_int_equal(coop_balance(coop, "7895"), -70000);
    coop_does(coop, &coop->accountant, "fund close", "{'fund':'DON'}");
    coop_must_verify(coop);
}

static void test_reserves_move_by_decision_only(void **state)
{
    struct coop *coop = *state;
    live_2023(coop);
    coop_does(coop, &coop->accountant, "fund open", "{'fund':'A','name':'A','purpose':'families'}");
    coop_does(coop, &coop->accountant, "fund open", "{'fund':'B','name':'B','purpose':'service'}");
    coop_refused(coop, &coop->accountant, "fund give",
                 "{'fund':'A','amount':1,'on':'2023-02-01','giver':'X','piece':'1','account':'7582'}", "fund", "decision of the assembly");
    coop_refused(coop, &coop->accountant, "fund open", "{'fund':'C','name':'C','purpose':'service','account':'1061'}", "account", "1068");
    coop_refused(coop, &coop->accountant, "fund open", "{'fund':'C','name':'C','purpose':'service','origin':'outside','account':'1068'}",
                 "account", "194");
    coop_does(coop, &coop->accountant, "year close", "{'year':'2023'}");
    coop_does(coop, &coop->accountant, "allocation draft",
              "{'year':'2023','assembly_on':'2024-06-15','funds':[{'fund':'A','amount':100000}]}");
    coop_does(coop, &coop->coordinator, "allocation decide", "{'year':'2023'," DECIDED "}");
    coop_does(coop, &coop->accountant, "allocation book", "{'year':'2023'}");
    coop_refused(coop, &coop->coordinator, "fund transfer",
                 "{'fund':'A','to_fund':'B','amount':100001,'decided_on':'2024-09-01','votes_for':2,'votes_against':1,"
                 "'votes_abstained':0,'minutes':'AG 2'}",
                 "amount", "more than that");
    coop_refused(coop, &coop->coordinator, "fund transfer",
                 "{'fund':'A','to_fund':'B','amount':1,'decided_on':'2024-09-01','votes_for':1,'votes_against':1,"
                 "'votes_abstained':0,'minutes':'AG 2'}",
                 "votes_for", "did not carry");
    coop_refused(coop, &coop->accountant, "fund transfer",
                 "{'fund':'A','to_fund':'B','amount':1,'decided_on':'2024-09-01','votes_for':2,'votes_against':1,"
                 "'votes_abstained':0,'minutes':'AG 2'}",
                 "", "");
    for (int twice = 0; twice < 2; twice++)
        coop_does(coop, &coop->coordinator, "fund transfer",
                  "{'fund':'A','to_fund':'B','amount':40000,'decided_on':'2024-09-01','votes_for':2,'votes_against':1,"
                  "'votes_abstained':0,'minutes':'AG 2'}");
    assert_int_equal(coop_balance(coop, "10682"), -60000);
    assert_int_equal(coop_balance(coop, "10683"), -40000);
    assert_int_equal(house_int(&coop->house, "SELECT left_cents FROM surplus_fund WHERE code = 'B'"), 40000);
    coop_must_verify(coop);
}

/* Every order and every filter of the lists runs inside an index. */
static void test_lists_run_inside_indexes(void **state)
{
    struct coop *coop = *state;
    struct house *house = &coop->house;
    static const char *const lists[] = {"year.list", "fund.list"};
    struct db *db;
    struct error error = {0};
    if (house->on_server)
        skip();
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const struct view *view = app_view(house->app, lists[i]);
        for (int filter = -1; filter < view->param_count; filter++)
            for (int sort = 0; sort < view->column_count; sort++)
                for (int down = 0; down < 2; down++) {
                    char *plan;
                    if (!view->columns[sort].sort && !view->columns[sort].key)
                        continue;
                    const char *sql = view_sql(house->app, view, house->arena, ROLE_ACCOUNTANT,
                                               filter < 0 ? "" : view->params[filter].name, view->columns[sort].name, down, true);
                    assert_int_equal(store_explain(db, house->arena, sql, &plan, &error), 0);
                    if (strstr(plan, "TEMP B-TREE") || strstr(plan, "SCAN c") || strstr(plan, "SCAN a"))
                        fail_msg("%s by %s:\n%s", lists[i], view->columns[sort].name, plan);
                }
    }
    db_end_read(db);
    store_release(house->store, db);
}

/* Who may not: a member reads, an auditor reads no proof. */
static void test_who_may(void **state)
{
    struct coop *coop = *state;
    struct tree *answer;
    fund_with(coop, 1000);
    coop_refused(coop, &coop->member, "fund commit", "{'fund':'DON','use':'equipment','amount':1,'label':'x'}", "", "");
    coop_refused(coop, &coop->coordinator, "year close", "{'year':'2023'}", "", "");
    coop_refused(coop, &coop->accountant, "allocation decide", "{'year':'2023'," DECIDED "}", "", "");
    coop_refused(coop, &coop->auditor, "fund carry", "{'year':'2023'}", "", "");
    assert_int_equal(house_view(&coop->house, &coop->member, "fund.list", NULL, &answer), 0);
    assert_int_equal(house_view(&coop->house, &coop->member, "year.income", "{'year':'2023'}", &answer), 0);
    assert_int_not_equal(house_view(&coop->house, &coop->member, "fund.proofs", "{'fund':'DON'}", &answer), 0);
    assert_int_not_equal(house_view(&coop->house, &coop->auditor, "fund.proofs", "{'fund':'DON'}", &answer), 0);
    assert_int_equal(house_view(&coop->house, &coop->auditor, "year.checklist", "{'year':'2023'}", &answer), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_whole_way, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_header, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_inventory, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_statements, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_every_account_has_its_line, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_every_account_has_its_line, open_association, close_coop),
        cmocka_unit_test_setup_teardown(test_next_year_waits_for_the_decision, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_a_year_of_loss, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_decision_changes_within_the_rules, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_statutes, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_fund_never_below_zero, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_two_that_race_for_the_last_euro, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_earmarked_money_is_carried_over, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_reserves_move_by_decision_only, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_lists_run_inside_indexes, open_scic, close_coop),
        cmocka_unit_test_setup_teardown(test_who_may, open_scic, close_coop),
    };
    return cmocka_run_group_tests_name("surplus", tests, NULL, NULL);
}
