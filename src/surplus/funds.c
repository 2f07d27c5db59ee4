/* Funds: money with a purpose, given, promised, spent. What is left never falls below zero: every step changes the fund's
 * row under that condition, so that of two that race for the last euro one is refused. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "documents/documents.h"
#include "kernel/action.h"
#include "surplus/matters.h"

#define FUND_JOURNAL "FO"

int fund_read(struct db *db, struct arena *arena, const char *code, const char *field, struct fund *ret_fund, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, code, name, purpose, origin, account, state, allocated_cents, committed_cents, spent_cents, left_cents "
                          "FROM surplus_fund WHERE code = :code",
                          BIND(TEXT("code", code)), &rows, error);
    if (result)
        return result;
    *ret_fund = (struct fund){0};
    if (rows_next(rows))
        *ret_fund = (struct fund){.id = rows_int(rows, 0),
                                  .code = arena_strdup(arena, rows_text(rows, 1)),
                                  .name = arena_strdup(arena, rows_text(rows, 2)),
                                  .purpose = arena_strdup(arena, rows_text(rows, 3)),
                                  .origin = arena_strdup(arena, rows_text(rows, 4)),
                                  .account = arena_strdup(arena, rows_text(rows, 5)),
                                  .state = arena_strdup(arena, rows_text(rows, 6)),
                                  .allocated = rows_int(rows, 7),
                                  .committed = rows_int(rows, 8),
                                  .spent = rows_int(rows, 9),
                                  .left = rows_int(rows, 10)};
    result = rows_close(rows);
    if (!result && !ret_fund->id)
        return error_set(error, ERR_NOT_FOUND, field, N_("There is no fund {0}."), code ? code : "", NULL);
    return result;
}

static int open_fund(struct ctx *ctx, const struct tree *args, const char *field, struct fund *ret_fund)
{
    int code = fund_read(ctx->db, ctx->arena, tree_text(args, field), field, ret_fund, ctx->error);
    if (!code && !text_is(ret_fund->state, "open"))
        return error_set(ctx->error, ERR_REFUSED, field, N_("The fund {0} is closed."), ret_fund->code, NULL);
    return code;
}

int fund_move(struct db *db, const struct fund_move *move, struct error *error)
{
    return db_run(db,
                  "INSERT INTO surplus_fund_move(id, fund_id, kind, amount_cents, moved_on, entry_id, spending_id, author, at) "
                  "VALUES (:id, :fund, :kind, :amount, :on_date, :entry, :spending, :author, :at)",
                  BIND(INT("id", db_next_id(db)), INT("fund", move->fund), TEXT("kind", move->kind), INT("amount", move->amount),
                       TEXT("on_date", move->on), INT_OR_NULL("entry", move->entry, move->entry),
                       INT_OR_NULL("spending", move->spending, move->spending), TEXT("author", move->author), INT("at", move->now_ms)),
                  error);
}

static int move(struct ctx *ctx, int64_t fund, const char *kind, int64_t amount, const char *on, int64_t entry, int64_t spending)
{
    return fund_move(ctx->db,
                     &(struct fund_move){fund, amount, entry, spending, kind, on, actor_name(ctx->app, ctx->session, ctx->arena),
                                         ctx->now_ms},
                     ctx->error);
}

/* Changes the totals unless less than nothing would be left free of promises. */
static int change(struct ctx *ctx, const struct fund *fund, int64_t allocated, int64_t committed, int64_t spent, const char *field)
{
    int code = db_run(ctx->db,
                      "UPDATE surplus_fund SET allocated_cents = allocated_cents + :allocated, committed_cents = committed_cents + :committed, "
                      "spent_cents = spent_cents + :spent, left_cents = left_cents + :allocated - :spent "
                      "WHERE id = :id AND left_cents + :allocated - :spent >= committed_cents + :committed "
                      "AND committed_cents + :committed >= 0",
                      BIND(INT("allocated", allocated), INT("committed", committed), INT("spent", spent), INT("id", fund->id)), ctx->error);
    if (!code && !db_changes(ctx->db))
        return error_set(ctx->error, ERR_REFUSED, field,
                         N_("The fund {0} has {1} left, of which {2} is promised: what is asked is more than that."), fund->code,
                         words_money(ctx->arena, ctx->language, fund->left), words_money(ctx->arena, ctx->language, fund->committed), NULL);
    return code;
}

int fund_allocate(struct ctx *ctx, const struct fund *fund, int64_t amount, const char *on, int64_t entry)
{
    int code = change(ctx, fund, amount, 0, 0, "year");
    return code ? code : move(ctx, fund->id, "allocated", amount, on, entry, 0);
}

/* --- opening and closing one --- */

static const char *account_for(const char *purpose, const char *origin)
{
    static const char *const places[][2] = {
        {"reintegration", "10681"}, {"families", "10682"}, {"service", "10683"}, {"accompaniment", "10684"}};
    if (text_is(origin, "outside"))
        return "194";
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (text_is(places[i][0], purpose))
            return places[i][1];
    return "1068";
}

static int check_account(struct ctx *ctx, const char *account, const char *origin)
{
    bool outside = text_is(origin, "outside");
    if (outside && (text_starts(account, "194") || text_starts(account, "195") || text_starts(account, "196")))
        return 0;
    if (!outside && text_starts(account, "1068"))
        return 0;
    return error_set(ctx->error, ERR_REFUSED, "account",
                     outside ? N_("Earmarked money of others stands on 194, 195 or 196.")
                             : N_("A fund made of the surplus is a reserve: its account begins with 1068."),
                     NULL);
}

int fund_open(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *code = tree_text(args, "fund"), *name = tree_text(args, "name"), *purpose = tree_text(args, "purpose");
    const char *origin = tree_text(args, "origin"), *account = tree_text(args, "account");
    int64_t known = 0, ignored;
    if (!account)
        account = account_for(purpose, origin);
    int failed = check_account(ctx, account, origin);
    for (const char *p = code; *p && !failed; p++)
        if (!isalnum((unsigned char)*p) && *p != '-')
            failed = error_set(ctx->error, ERR_INVALID, "fund", N_("The code of a fund has letters, digits and hyphens only."), NULL);
    if (!failed)
        failed = db_int(ctx->db, "SELECT 1 FROM surplus_fund WHERE code = :code", BIND(TEXT("code", code)), 0, &known, ctx->error);
    if (!failed && known)
        failed = error_set(ctx->error, ERR_REFUSED, "fund", N_("There is already a fund {0}."), code, NULL);
    if (!failed)
        failed = account_of(ctx->db, account, "account", &ignored, ctx->error);
    if (failed)
        return failed;
    const char *on = tree_text(args, "opened_on");
    tree_set_text(ctx->arena, result, "fund", code);
    return db_run(ctx->db,
                  "INSERT INTO surplus_fund(id, code, name, name_folded, purpose, origin, account, state, opened_on, allocated_cents, "
                  "committed_cents, spent_cents, left_cents, spending_count) VALUES (:id, :code, :name, :folded, :purpose, :origin, "
                  ":account, 'open', :on_date, 0, 0, 0, 0, 0)",
                  BIND(INT("id", db_next_id(ctx->db)), TEXT("code", code), TEXT("name", name),
                       TEXT("folded", text_fold(ctx->arena, name)), TEXT("purpose", purpose), TEXT("origin", origin),
                       TEXT("account", account), TEXT("on_date", on ? on : ctx->today)),
                  ctx->error);
}

int fund_close(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct fund fund;
    int code = open_fund(ctx, args, "fund", &fund);
    if (!code)
        code = db_run(ctx->db, "UPDATE surplus_fund SET state = 'closed' WHERE id = :id AND left_cents = 0 AND committed_cents = 0",
                      BIND(INT("id", fund.id)), ctx->error);
    if (!code && !db_changes(ctx->db))
        code = error_set(ctx->error, ERR_REFUSED, "fund", N_("The fund {0} still holds {1}: spend it, or let the assembly transfer it."),
                         fund.code, words_money(ctx->arena, ctx->language, fund.left), NULL);
    tree_set_text(ctx->arena, result, "fund", fund.code);
    return code;
}

/* --- money in --- */

static int post_two(struct ctx *ctx, const struct ledger_entry *asked, const char *debit, const char *credit, const char *debit_fund,
                    const char *credit_fund, int64_t amount, struct ledger_posted *ret_posted)
{
    struct ledger_line lines[2] = {{.amount_cents = amount}, {.amount_cents = -amount}};
    struct ledger_entry entry = *asked;
    entry.lines = lines;
    entry.line_count = 2;
    int code = account_of(ctx->db, debit, "account", &lines[0].account, ctx->error);
    if (!code)
        code = account_of(ctx->db, credit, "paid_from", &lines[1].account, ctx->error);
    if (!code && debit_fund)
        code = ledger_axis(ctx->db, &(struct ledger_axis){.fund = debit_fund}, &lines[0].axis, ctx->error);
    if (!code && credit_fund)
        code = ledger_axis(ctx->db, &(struct ledger_axis){.fund = credit_fund}, &lines[1].axis, ctx->error);
    return code ? code : ledger_post(ctx->db, &entry, 1, ctx->now_ms, ret_posted, ctx->error);
}

int fund_give(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct fund fund;
    struct ledger_posted posted = {0};
    const char *on = tree_text(args, "on"), *income = tree_text(args, "account"), *received = tree_text(args, "received_in");
    const char *giver = tree_text(args, "giver"), *piece = tree_text(args, "piece");
    int64_t amount = tree_int(args, "amount", 0);
    int code = open_fund(ctx, args, "fund", &fund);
    if (!code && !text_is(fund.origin, "outside"))
        code = error_set(ctx->error, ERR_REFUSED, "fund",
                         N_("The fund {0} is a reserve: only a decision of the assembly gives to it."), fund.code, NULL);
    if (!code && (!income || *income != '7'))
        code = error_set(ctx->error, ERR_INVALID, "account", N_("An account of income is expected here: its number begins with 7."), NULL);
    if (code)
        return code;
    code = post_two(ctx,
                    &(struct ledger_entry){.journal = FUND_JOURNAL, .entry_on = on, .piece = piece, .label = giver,
                                           .key = arena_printf(ctx->arena, "fund.give:%s:%s", fund.code, piece)},
                    received ? received : "512", income, NULL, fund.code, amount, &posted);
    if (!code && !posted.before) /* sent twice: given once */
        code = change(ctx, &fund, amount, 0, 0, "amount");
    if (!code && !posted.before)
        code = move(ctx, fund.id, "received", amount, on, posted.id, 0);
    tree_set_text(ctx->arena, result, "fund", fund.code);
    tree_set_int(ctx->arena, result, "amount_cents", amount);
    return code;
}

int fund_transfer(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct fund from, to;
    struct ledger_posted posted = {0};
    int64_t amount = tree_int(args, "amount", 0), decision;
    const char *on = tree_text(args, "decided_on"), *minutes = tree_text(args, "minutes");
    int code = open_fund(ctx, args, "fund", &from);
    if (!code)
        code = open_fund(ctx, args, "to_fund", &to);
    if (!code && (!text_is(from.origin, "surplus") || !text_is(to.origin, "surplus") || from.id == to.id))
        code = error_set(ctx->error, ERR_REFUSED, "to_fund",
                         N_("Money moves between two reserves only: earmarked money of others stays with its purpose."), NULL);
    if (!code)
        code = post_two(ctx,
                        &(struct ledger_entry){.journal = "AF", .entry_on = on, .piece = minutes, .label = "Virement entre réserves",
                                               .key = arena_printf(ctx->arena, "fund.transfer:%s:%s:%s", from.code, to.code, minutes)},
                        from.account, to.account, from.code, to.code, amount, &posted);
    tree_set_text(ctx->arena, result, "fund", from.code);
    tree_set_text(ctx->arena, result, "to_fund", to.code);
    if (code || posted.before)
        return code;
    code = decision_record(ctx, "transfer", args, &decision);
    if (!code)
        code = change(ctx, &from, -amount, 0, 0, "amount");
    if (!code)
        code = change(ctx, &to, amount, 0, 0, "amount");
    if (!code)
        code = move(ctx, from.id, "transferred", -amount, on, posted.id, 0);
    return code ? code : move(ctx, to.id, "transferred", amount, on, posted.id, 0);
}

/* --- budget --- */

static int budget_year(struct ctx *ctx, const char *on, const char **ret_year)
{
    struct ledger_year year;
    int code = ledger_year_of(ctx->db, LEDGER_GENERAL, on, &year, ctx->error);
    if (code == ERR_NOT_FOUND)
        strcpy(ctx->error->field, "on");
    if (!code)
        *ret_year = arena_strdup(ctx->arena, year.code);
    return code;
}

static int change_budget(struct ctx *ctx, int64_t fund, const char *year, const char *use, int64_t committed, int64_t spent)
{
    return db_run(ctx->db,
                  "INSERT INTO surplus_budget(fund_id, year, use, budget_cents, committed_cents, spent_cents) "
                  "VALUES (:fund, :year, :use, 0, :committed, :spent) ON CONFLICT(fund_id, year, use) DO UPDATE SET "
                  "committed_cents = surplus_budget.committed_cents + excluded.committed_cents, "
                  "spent_cents = surplus_budget.spent_cents + excluded.spent_cents",
                  BIND(INT("fund", fund), TEXT("year", year), TEXT("use", use), INT("committed", committed), INT("spent", spent)),
                  ctx->error);
}

int fund_budget(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct fund fund;
    int code = open_fund(ctx, args, "fund", &fund);
    tree_set_text(ctx->arena, result, "fund", tree_text(args, "fund"));
    if (code)
        return code;
    return db_run(ctx->db,
                  "INSERT INTO surplus_budget(fund_id, year, use, budget_cents, committed_cents, spent_cents) "
                  "VALUES (:fund, :year, :use, :budget, 0, 0) ON CONFLICT(fund_id, year, use) DO UPDATE SET "
                  "budget_cents = excluded.budget_cents",
                  BIND(INT("fund", fund.id), TEXT("year", tree_text(args, "year")), TEXT("use", tree_text(args, "use")),
                       INT("budget", tree_int(args, "amount", 0))),
                  ctx->error);
}

/* --- money out --- */

struct spending {
    int64_t id, amount, fund;
    const char *reference, *state, *use, *label, *year, *committed_on;
};

static int read_spending(struct ctx *ctx, const char *reference, struct spending *ret_spending)
{
    struct rows *rows;
    int code = db_query(ctx->db, "SELECT id, reference, fund_id, state, use, label, year, committed_on, amount_cents FROM surplus_spending "
                                 "WHERE reference = :reference",
                        BIND(TEXT("reference", reference)), &rows, ctx->error);
    if (code)
        return code;
    *ret_spending = (struct spending){0};
    if (rows_next(rows))
        *ret_spending = (struct spending){.id = rows_int(rows, 0),
                                          .reference = arena_strdup(ctx->arena, rows_text(rows, 1)),
                                          .fund = rows_int(rows, 2),
                                          .state = arena_strdup(ctx->arena, rows_text(rows, 3)),
                                          .use = arena_strdup(ctx->arena, rows_text(rows, 4)),
                                          .label = arena_strdup(ctx->arena, rows_text(rows, 5)),
                                          .year = arena_strdup(ctx->arena, rows_text(rows, 6)),
                                          .committed_on = arena_strdup(ctx->arena, rows_text(rows, 7)),
                                          .amount = rows_int(rows, 8)};
    code = rows_close(rows);
    if (!code && !ret_spending->id)
        return error_set(ctx->error, ERR_NOT_FOUND, "spending", N_("There is no spending {0}."), reference, NULL);
    return code;
}

static int next_reference(struct ctx *ctx, const struct fund *fund, const char **ret_reference)
{
    int64_t number = 0;
    int code = db_run(ctx->db, "UPDATE surplus_fund SET spending_count = spending_count + 1 WHERE id = :id", BIND(INT("id", fund->id)),
                      ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT spending_count FROM surplus_fund WHERE id = :id", BIND(INT("id", fund->id)), 0, &number, ctx->error);
    *ret_reference = arena_printf(ctx->arena, "%s-%" PRId64, fund->code, number);
    return code;
}

static int insert_spending(struct ctx *ctx, const struct tree *args, const struct fund *fund, struct spending *spending)
{
    int code = next_reference(ctx, fund, &spending->reference);
    spending->id = db_next_id(ctx->db);
    if (code)
        return code;
    return db_run(ctx->db,
                  "INSERT INTO surplus_spending(id, reference, fund_id, use, label, state, year, amount_cents, people, committed_on, "
                  "spent_on, charge, entry_id, publishable, author, at) VALUES (:id, :reference, :fund, :use, :label, 'committed', :year, "
                  ":amount, :people, :committed_on, '', '', NULL, 0, :author, :at)",
                  BIND(INT("id", spending->id), TEXT("reference", spending->reference), INT("fund", fund->id), TEXT("use", spending->use),
                       TEXT("label", spending->label), TEXT("year", spending->year), INT("amount", spending->amount),
                       INT("people", tree_int(args, "people", 0)), TEXT("committed_on", spending->committed_on),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}

static void answer(struct ctx *ctx, struct tree *result, const struct fund *fund, const char *reference, const char *state)
{
    tree_set_text(ctx->arena, result, "spending", reference);
    tree_set_text(ctx->arena, result, "fund", fund->code);
    tree_set_text(ctx->arena, result, "state", state);
}

int fund_commit(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct fund fund;
    const char *on = tree_text(args, "on");
    struct spending spending = {.amount = tree_int(args, "amount", 0),
                                .use = tree_text(args, "use"),
                                .label = tree_text(args, "label"),
                                .committed_on = on ? on : ctx->today};
    int code = open_fund(ctx, args, "fund", &fund);
    if (!code)
        code = budget_year(ctx, spending.committed_on, &spending.year);
    if (!code)
        code = change(ctx, &fund, 0, spending.amount, 0, "amount");
    if (!code)
        code = insert_spending(ctx, args, &fund, &spending);
    if (!code)
        code = change_budget(ctx, fund.id, spending.year, spending.use, spending.amount, 0);
    if (!code)
        code = move(ctx, fund.id, "committed", spending.amount, spending.committed_on, 0, spending.id);
    if (!code)
        answer(ctx, result, &fund, spending.reference, "committed");
    return code;
}

static int fund_of(struct ctx *ctx, const struct spending *spending, struct fund *ret_fund)
{
    char *code_of_fund = NULL;
    int code = db_text(ctx->db, ctx->arena, "SELECT code FROM surplus_fund WHERE id = :id", BIND(INT("id", spending->fund)), &code_of_fund,
                       ctx->error);
    return code ? code : fund_read(ctx->db, ctx->arena, code_of_fund, "spending", ret_fund, ctx->error);
}

static int must_be_committed(struct ctx *ctx, const struct spending *spending)
{
    if (text_is(spending->state, "committed"))
        return 0;
    return error_set(ctx->error, ERR_REFUSED, "spending", N_("{0} is not a promise any more: it was spent or released."),
                     spending->reference, NULL);
}

/* The promise ends: its amount is free again. */
static int end_promise(struct ctx *ctx, const struct fund *fund, const struct spending *spending, const char *on)
{
    int code = change_budget(ctx, fund->id, spending->year, spending->use, -spending->amount, 0);
    return code ? code : move(ctx, fund->id, "released", -spending->amount, on, 0, spending->id);
}

int fund_release(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct fund fund;
    struct spending spending;
    const char *on = tree_text(args, "on");
    int code = read_spending(ctx, tree_text(args, "spending"), &spending);
    if (!code)
        code = must_be_committed(ctx, &spending);
    if (!code)
        code = fund_of(ctx, &spending, &fund);
    if (!code)
        code = change(ctx, &fund, 0, -spending.amount, 0, "spending");
    if (!code)
        code = end_promise(ctx, &fund, &spending, on ? on : ctx->today);
    if (!code)
        code = db_run(ctx->db, "UPDATE surplus_spending SET state = 'released' WHERE id = :id", BIND(INT("id", spending.id)), ctx->error);
    if (!code)
        answer(ctx, result, &fund, spending.reference, "released");
    return code;
}

/* --- proofs --- */

static int keep_proof(struct ctx *ctx, int64_t spending, bool names_nobody)
{
    int64_t document, known = 0;
    int code = document_keep(ctx->db, &ctx->file, "proof", ctx->now_ms, &document, ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT id FROM surplus_proof WHERE spending_id = :spending AND document_id = :document",
                      BIND(INT("spending", spending), INT("document", document)), 0, &known, ctx->error);
    if (code || known)
        return code;
    return db_run(ctx->db,
                  "INSERT INTO surplus_proof(id, spending_id, document_id, file_name, names_person, author, at) "
                  "VALUES (:id, :spending, :document, :name, :names, :author, :at)",
                  BIND(INT("id", db_next_id(ctx->db)), INT("spending", spending), INT("document", document),
                       TEXT("name", ctx->file.name ? ctx->file.name : ""), INT("names", !names_nobody),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}

int fund_proof(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct spending spending;
    struct fund fund;
    int code = read_spending(ctx, tree_text(args, "spending"), &spending);
    if (!code)
        code = fund_of(ctx, &spending, &fund);
    if (!code)
        code = keep_proof(ctx, spending.id, tree_true(tree_get(args, "names_nobody")));
    if (!code)
        answer(ctx, result, &fund, spending.reference, spending.state);
    return code;
}

/* --- spending --- */

static int spent_before(struct ctx *ctx, int64_t entry, struct tree *result, const struct fund *fund)
{
    char *reference = NULL;
    int code = db_text(ctx->db, ctx->arena, "SELECT reference FROM surplus_spending WHERE entry_id = :entry", BIND(INT("entry", entry)),
                       &reference, ctx->error);
    answer(ctx, result, fund, reference, "spent");
    return code;
}

static int post_spending(struct ctx *ctx, const struct tree *args, const struct fund *fund, const struct spending *spending,
                         const char *on, struct ledger_posted *ret_posted)
{
    const char *charge = tree_text(args, "account"), *paid_from = tree_text(args, "paid_from"), *piece = tree_text(args, "piece");
    if (*charge != '6')
        return error_set(ctx->error, ERR_REFUSED, "account", N_("An account of charges is expected here: its number begins with 6."), NULL);
    if (*paid_from != '4' && *paid_from != '5')
        return error_set(ctx->error, ERR_REFUSED, "paid_from", N_("What pays is an account of classes 4 or 5, such as 512 or 401."), NULL);
    return post_two(ctx,
                    &(struct ledger_entry){.journal = FUND_JOURNAL, .entry_on = on, .piece = piece, .label = spending->label,
                                           .key = arena_printf(ctx->arena, "fund.spend:%s:%s", fund->code, piece)},
                    charge, paid_from, fund->code, NULL, tree_int(args, "amount", 0), ret_posted);
}

static int settle(struct ctx *ctx, const struct tree *args, const struct fund *fund, struct spending *spending, const char *on,
                  int64_t entry)
{
    int64_t amount = tree_int(args, "amount", 0);
    bool promised = spending->id != 0;
    const char *year = NULL;
    int code = budget_year(ctx, on, &year);
    if (!code)
        code = change(ctx, fund, 0, promised ? -spending->amount : 0, amount, "amount");
    if (!code && promised)
        code = end_promise(ctx, fund, spending, on);
    if (!code && !promised) {
        spending->amount = amount;
        spending->year = year;
        spending->committed_on = "";
        code = insert_spending(ctx, args, fund, spending);
    }
    if (!code)
        code = change_budget(ctx, fund->id, year, spending->use, 0, amount);
    if (!code)
        code = move(ctx, fund->id, "spent", amount, on, entry, spending->id);
    if (code)
        return code;
    return db_run(ctx->db,
                  "UPDATE surplus_spending SET state = 'spent', spent_on = :on_date, amount_cents = :amount, charge = :charge, "
                  "entry_id = :entry, publishable = :publishable, year = :year, "
                  "people = CASE WHEN :people > 0 THEN :people ELSE people END WHERE id = :id",
                  BIND(TEXT("on_date", on), INT("amount", amount), TEXT("charge", tree_text(args, "account")), INT("entry", entry),
                       INT("publishable", tree_true(tree_get(args, "publishable"))), TEXT("year", year),
                       INT("people", tree_int(args, "people", 0)), INT("id", spending->id)),
                  ctx->error);
}

int fund_spend(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct fund fund;
    struct spending spending = {0};
    struct ledger_posted posted = {0};
    const char *on = tree_text(args, "on"), *promise = tree_text(args, "spending");
    int code = open_fund(ctx, args, "fund", &fund);
    if (!code && promise)
        code = read_spending(ctx, promise, &spending);
    if (!code && promise && spending.fund != fund.id)
        code = error_set(ctx->error, ERR_REFUSED, "spending", N_("{0} was promised by another fund."), spending.reference, NULL);
    if (code)
        return code;
    spending.use = tree_text(args, "use");
    spending.label = tree_text(args, "label");
    code = post_spending(ctx, args, &fund, &spending, on, &posted);
    if (!code && posted.before) /* sent twice: spent once */
        return spent_before(ctx, posted.id, result, &fund);
    if (!code && promise)
        code = must_be_committed(ctx, &spending);
    if (!code && promise) { /* the promise's own use leaves its budget */
        struct spending promised;
        code = read_spending(ctx, promise, &promised);
        spending.use = promised.use;
    }
    if (!code)
        code = settle(ctx, args, &fund, &spending, on, posted.id);
    if (!code && ctx->file.length)
        code = keep_proof(ctx, spending.id, tree_true(tree_get(args, "names_nobody")));
    if (!code)
        answer(ctx, result, &fund, spending.reference, "spent");
    return code;
}
