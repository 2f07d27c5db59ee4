/* The allocation of a year: drafted within the rules, decided by the assembly, booked once on the assembly's day.
 *
 *   drafted -> decided -> booked            a draft may be made again until it is decided */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/action.h"
#include "surplus/matters.h"
#include "surplus/surplus.h"

struct allocation_row {
    int64_t id, entry, decision;
    const char *state, *assembly_on, *kind;
    int64_t mean_rate; /* typed by a person, else -1 */
};

/* id is 0 when there is none. */
static int find(struct ctx *ctx, const char *year, struct allocation_row *ret_row)
{
    struct rows *rows;
    *ret_row = (struct allocation_row){.state = "", .mean_rate = -1};
    int code = db_query(ctx->db,
                        "SELECT id, state, assembly_on, entry_id, decision_id, mean_rate, mean_given, kind FROM surplus_allocation "
                        "WHERE year = :year",
                        BIND(TEXT("year", year)), &rows, ctx->error);
    if (code)
        return code;
    if (rows_next(rows))
        *ret_row = (struct allocation_row){.id = rows_int(rows, 0),
                                           .state = arena_strdup(ctx->arena, rows_text(rows, 1)),
                                           .assembly_on = arena_strdup(ctx->arena, rows_text(rows, 2)),
                                           .entry = rows_int(rows, 3),
                                           .decision = rows_int(rows, 4),
                                           .mean_rate = rows_int(rows, 6) ? rows_int(rows, 5) : -1,
                                           .kind = arena_strdup(ctx->arena, rows_text(rows, 7))};
    return rows_close(rows);
}

static int must_exist(struct ctx *ctx, const struct allocation_row *row, const char *year)
{
    if (row->id)
        return 0;
    return error_set(ctx->error, ERR_REFUSED, "year", N_("The result of {0} has no draft yet: make one first."), year, NULL);
}

/* --- what was asked --- */

static int64_t asked_amount(const struct tree *args, const char *name)
{
    return tree_get(args, name) ? tree_int(args, name, 0) : ALLOCATION_AS_THE_RULES;
}

static int read_gifts(struct ctx *ctx, const struct tree *args, struct allocation_asked *asked)
{
    const struct tree *list = tree_get(args, "funds");
    struct allocation_gift *gifts = ARENA_ARRAY(ctx->arena, struct allocation_gift, ALLOCATION_GIFTS_MAX);
    size_t count = 0;
    for (const struct tree *item = list ? list->first : NULL; item; item = item->next, count++) {
        struct fund fund;
        const char *field = arena_printf(ctx->arena, "funds.%zu.fund", count);
        if (count == ALLOCATION_GIFTS_MAX)
            return error_set(ctx->error, ERR_REFUSED, "funds", N_("There are too many lines: at most {0}."), "32", NULL);
        int code = fund_read(ctx->db, ctx->arena, tree_text(item, "fund"), field, &fund, ctx->error);
        if (code)
            return code;
        if (!text_is(fund.origin, "surplus"))
            return error_set(ctx->error, ERR_REFUSED, field,
                             N_("The fund {0} holds money of others, kept for its purpose: no surplus goes there."), fund.code, NULL);
        if (!text_is(fund.state, "open"))
            return error_set(ctx->error, ERR_REFUSED, field, N_("The fund {0} is closed."), fund.code, NULL);
        for (size_t i = 0; i < count; i++)
            if (text_is(gifts[i].fund, fund.code))
                return error_set(ctx->error, ERR_REFUSED, field, N_("The fund {0} stands twice."), fund.code, NULL);
        gifts[count] = (struct allocation_gift){fund.code, fund.account, tree_int(item, "amount", 0)};
    }
    asked->gifts = gifts;
    asked->gift_count = count;
    return 0;
}

static bool asks_nothing(const struct tree *args)
{
    static const char *const names[] = {"legal", "statutory", "development", "employees_share", "interest", "carried", "funds"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (tree_get(args, names[i]))
            return false;
    return true;
}

static int read_asked(struct ctx *ctx, const struct tree *args, struct allocation_asked *asked)
{
    *asked = (struct allocation_asked){.legal = asked_amount(args, "legal"),
                                       .statutory = asked_amount(args, "statutory"),
                                       .development = asked_amount(args, "development"),
                                       .employees = asked_amount(args, "employees_share"),
                                       .interest = asked_amount(args, "interest"),
                                       .carried = asked_amount(args, "carried")};
    return read_gifts(ctx, args, asked);
}

/* The figures of the draft as it stands, so that they are held against the rules once more. */
static int read_drafted(struct ctx *ctx, int64_t allocation, struct allocation_asked *asked)
{
    const int64_t none = ALLOCATION_AS_THE_RULES;
    struct rows *rows;
    struct allocation_gift *gifts = ARENA_ARRAY(ctx->arena, struct allocation_gift, ALLOCATION_GIFTS_MAX);
    *asked = (struct allocation_asked){none, none, none, none, none, none, gifts, 0};
    struct {
        const char *code;
        int64_t *amount;
    } const places[] = {{"legal_reserve", &asked->legal},       {"statutory_reserve", &asked->statutory},
                        {"development_fund", &asked->development}, {"employees_share", &asked->employees},
                        {"interest", &asked->interest},         {"carried_forward", &asked->carried}};
    int code = db_query(ctx->db,
                        "SELECT code, account, fund, amount_cents FROM surplus_allocation_line WHERE allocation_id = :id ORDER BY rank",
                        BIND(INT("id", allocation)), &rows, ctx->error);
    if (code)
        return code;
    while (rows_next(rows)) {
        for (size_t i = 0; i < COUNT_OF(places); i++)
            if (text_is(rows_text(rows, 0), places[i].code))
                *places[i].amount = rows_int(rows, 3);
        if (text_is(rows_text(rows, 0), "fund") && asked->gift_count < ALLOCATION_GIFTS_MAX)
            gifts[asked->gift_count++] = (struct allocation_gift){arena_strdup(ctx->arena, rows_text(rows, 2)),
                                                                  arena_strdup(ctx->arena, rows_text(rows, 1)), rows_int(rows, 3)};
    }
    return rows_close(rows);
}

/* --- keeping it --- */

static const char *line_text(struct ctx *ctx, const struct allocation_line *line, const char *language)
{
    const char *arguments[4] = {"", "", "", ""};
    for (int i = 0; i < 4; i++)
        if (line->arguments[i].kind == ARGUMENT_MONEY)
            arguments[i] = words_money(ctx->arena, language, line->arguments[i].value);
        else if (line->arguments[i].kind == ARGUMENT_RATE)
            arguments[i] = words_rate(ctx->arena, language, line->arguments[i].value);
    return words_say(ctx->arena, language, line->message, arguments[0], arguments[1], arguments[2], arguments[3], NULL);
}

static int keep_lines(struct ctx *ctx, int64_t id, const struct allocation *allocation)
{
    int code = db_run(ctx->db, "DELETE FROM surplus_allocation_line WHERE allocation_id = :id", BIND(INT("id", id)), ctx->error);
    for (size_t i = 0; i < allocation->line_count && !code; i++) {
        const struct allocation_line *line = &allocation->lines[i];
        code = db_run(ctx->db,
                      "INSERT INTO surplus_allocation_line(allocation_id, rank, code, account, fund, amount_cents, least_cents, "
                      "most_cents, article, confirmed, text_fr, text_en) VALUES (:id, :rank, :code, :account, :fund, :amount, :least, "
                      ":most, :article, :confirmed, :fr, :en)",
                      BIND(INT("id", id), INT("rank", (int64_t)i), TEXT("code", line->code), TEXT("account", line->account),
                           TEXT("fund", line->fund), INT("amount", line->amount), INT_OR_NULL("least", line->least >= 0, line->least),
                           INT_OR_NULL("most", line->most >= 0, line->most), TEXT("article", line->article),
                           INT("confirmed", line->confirmed), TEXT("fr", line_text(ctx, line, "fr")),
                           TEXT("en", line_text(ctx, line, "en"))),
                      ctx->error);
    }
    return code;
}

struct drafting {
    const char *year, *assembly_on, *state;
    struct basis basis;
    struct law_basis law;
    struct allocation *allocation;
};

static int keep_draft(struct ctx *ctx, int64_t id, const struct drafting *drafting)
{
    const struct allocation_basis *figures = &drafting->basis.figures;
    const struct allocation_rate *mean = &drafting->law.rules.mean;
    int code = db_run(ctx->db,
                      "INSERT INTO surplus_allocation(id, year, kind, state, assembly_on, result_cents, losses_cents, carried_cents, "
                      "capital_cents, legal_reserve_cents, reserves_cents, subsidies_cents, threshold, mean_rate, mean_given, to_confirm, "
                      "drafted_on, author, at) VALUES (:id, :year, :kind, :state, :assembly, :result, :losses, :carried, :capital, :legal, "
                      ":reserves, :subsidies, :threshold, :mean, :given, :confirm, :today, :author, :at) "
                      "ON CONFLICT(year) DO UPDATE SET kind = excluded.kind, state = excluded.state, assembly_on = excluded.assembly_on, "
                      "result_cents = excluded.result_cents, losses_cents = excluded.losses_cents, carried_cents = excluded.carried_cents, "
                      "capital_cents = excluded.capital_cents, legal_reserve_cents = excluded.legal_reserve_cents, "
                      "reserves_cents = excluded.reserves_cents, subsidies_cents = excluded.subsidies_cents, "
                      "threshold = excluded.threshold, mean_rate = excluded.mean_rate, mean_given = excluded.mean_given, "
                      "to_confirm = excluded.to_confirm, drafted_on = excluded.drafted_on, author = excluded.author, at = excluded.at",
                      BIND(INT("id", id), TEXT("year", drafting->year), TEXT("kind", drafting->basis.kind),
                           TEXT("state", drafting->state), TEXT("assembly", drafting->assembly_on), INT("result", figures->result),
                           INT("losses", figures->losses), INT("carried", figures->carried), INT("capital", figures->capital),
                           INT("legal", figures->legal_reserve), INT("reserves", figures->reserves), INT("subsidies", figures->subsidies),
                           TEXT("threshold", drafting->law.threshold), INT_OR_NULL("mean", mean->found, mean->ppm),
                           INT("given", drafting->law.mean_given), INT("confirm", drafting->allocation->to_confirm),
                           TEXT("today", ctx->today), TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)),
                           INT("at", ctx->now_ms)),
                      ctx->error);
    return code ? code : keep_lines(ctx, id, drafting->allocation);
}

/* Holds what was asked against the rules of the day and keeps it. */
static int compute_and_keep(struct ctx *ctx, int64_t id, const struct ledger_year *year, const struct allocation_asked *asked,
                            int64_t mean_ppm, const char *assembly_on, const char *state, struct allocation **ret_allocation)
{
    struct drafting drafting = {.year = year->code, .assembly_on = assembly_on, .state = state};
    drafting.allocation = *ret_allocation = ARENA_NEW(ctx->arena, struct allocation);
    if (strcmp(assembly_on, year->ends_on) <= 0)
        return error_set(ctx->error, ERR_REFUSED, text_is(state, "decided") ? "decided_on" : "assembly_on",
                         N_("The assembly meets after the year it decides on, which ends on {0}."), year->ends_on, NULL);
    int code = basis_read(ctx->db, ctx->arena, year, &drafting.basis, ctx->error);
    if (!code)
        code = law_basis_read(ctx->db, ctx->arena, drafting.basis.figures.kind, assembly_on, mean_ppm, &drafting.law, ctx->error);
    if (!code)
        code = allocation_compute(&drafting.basis.figures, &drafting.law.rules, asked, ctx->language, ctx->arena, drafting.allocation,
                                  ctx->error);
    return code ? code : keep_draft(ctx, id, &drafting);
}

static int closed_year(struct ctx *ctx, const struct tree *args, struct ledger_year *ret_year)
{
    int code = ledger_year_find(ctx->db, tree_text(args, "year"), ret_year, ctx->error);
    if (!code && !ret_year->closed)
        return error_set(ctx->error, ERR_REFUSED, "year", N_("The year {0} is still open: close it first, so that its result stands."),
                         ret_year->code, NULL);
    return code;
}

static void answer(struct ctx *ctx, struct tree *result, const char *year, const char *state, const struct allocation *allocation)
{
    tree_set_text(ctx->arena, result, "year", arena_strdup(ctx->arena, year));
    tree_set_text(ctx->arena, result, "state", state);
    if (!allocation)
        return;
    tree_set_bool(ctx->arena, result, "to_confirm", allocation->to_confirm);
    struct tree *lines = tree_set_list(ctx->arena, result, "lines");
    for (size_t i = 0; i < allocation->line_count; i++) {
        struct tree *line = tree_add_map(ctx->arena, lines);
        tree_set_text(ctx->arena, line, "code", allocation->lines[i].code);
        if (*allocation->lines[i].fund)
            tree_set_text(ctx->arena, line, "fund", allocation->lines[i].fund);
        tree_set_int(ctx->arena, line, "amount_cents", allocation->lines[i].amount);
        tree_set_text(ctx->arena, line, "article", allocation->lines[i].article);
    }
}

int allocation_draft(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct ledger_year year;
    struct allocation_row row;
    struct allocation_asked asked;
    struct allocation *allocation;
    int code = closed_year(ctx, args, &year);
    if (!code)
        code = find(ctx, year.code, &row);
    if (code)
        return code;
    if (row.id && !text_is(row.state, "drafted"))
        return error_set(ctx->error, ERR_REFUSED, "year", N_("The assembly has decided on the result of {0}: its draft stands."), year.code,
                         NULL);
    code = read_asked(ctx, args, &asked);
    if (!code)
        code = compute_and_keep(ctx, row.id ? row.id : db_next_id(ctx->db), &year, &asked, asked_amount(args, "mean_rate"),
                                tree_text(args, "assembly_on"), "drafted", &allocation);
    if (!code)
        answer(ctx, result, year.code, "drafted", allocation);
    return code;
}

int allocation_decide(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct ledger_year year;
    struct allocation_row row;
    struct allocation_asked asked;
    struct allocation *allocation;
    int64_t decision = 0, mean = asked_amount(args, "mean_rate");
    int code = closed_year(ctx, args, &year);
    if (!code)
        code = find(ctx, year.code, &row);
    if (!code)
        code = must_exist(ctx, &row, year.code);
    if (!code && !text_is(row.state, "drafted"))
        code = error_set(ctx->error, ERR_REFUSED, "year", N_("The assembly has decided on the result of {0} already."), year.code, NULL);
    if (!code)
        code = asks_nothing(args) ? read_drafted(ctx, row.id, &asked) : read_asked(ctx, args, &asked);
    if (!code)
        code = compute_and_keep(ctx, row.id, &year, &asked, mean >= 0 ? mean : row.mean_rate, tree_text(args, "decided_on"), "decided",
                                &allocation);
    if (!code)
        code = decision_record(ctx, "allocation", args, &decision);
    if (!code)
        code = db_run(ctx->db, "UPDATE surplus_allocation SET decision_id = :decision WHERE id = :id",
                      BIND(INT("decision", decision), INT("id", row.id)), ctx->error);
    if (!code)
        answer(ctx, result, year.code, "decided", allocation);
    return code;
}

/* --- booking --- */

/* A surplus leaves 120 for its lines; a loss leaves 129. A loss made good by 110, or 119 made good by a surplus, turn on
 * the other side. */
static int entry_lines(struct ctx *ctx, const struct surplus_allocation *allocation, struct ledger_line *lines, size_t *ret_count)
{
    bool loss = allocation->result_cents < 0;
    size_t count = 0;
    int code = account_of(ctx->db, loss ? "129" : "120", "year", &lines[count].account, ctx->error);
    lines[count++].amount_cents = allocation->result_cents;
    for (size_t i = 0; i < allocation->line_count && !code; i++) {
        const struct surplus_line *line = &allocation->lines[i];
        if (!line->amount_cents)
            continue;
        lines[count] = (struct ledger_line){.amount_cents = loss ? line->amount_cents : -line->amount_cents};
        code = account_of(ctx->db, line->account, "year", &lines[count].account, ctx->error);
        if (!code && *line->fund)
            code = ledger_axis(ctx->db, &(struct ledger_axis){.fund = line->fund}, &lines[count].axis, ctx->error);
        count++;
    }
    *ret_count = count;
    return code;
}

static int give_to_funds(struct ctx *ctx, const struct surplus_allocation *allocation, int64_t entry)
{
    for (size_t i = 0; i < allocation->line_count; i++) {
        const struct surplus_line *line = &allocation->lines[i];
        struct fund fund;
        if (!*line->fund || !line->amount_cents)
            continue;
        int code = fund_read(ctx->db, ctx->arena, line->fund, "year", &fund, ctx->error);
        if (!code)
            code = fund_allocate(ctx, &fund, line->amount_cents, allocation->assembly_on, entry);
        if (code)
            return code;
    }
    return 0;
}

static int post(struct ctx *ctx, const struct surplus_allocation *allocation, int64_t *ret_entry)
{
    struct ledger_line lines[ALLOCATION_LINES_MAX + 1] = {0};
    struct ledger_entry entry = {.journal = "AF",
                                 .entry_on = allocation->assembly_on,
                                 .piece = allocation->minutes,
                                 .label = arena_printf(ctx->arena, "Affectation du résultat %s", allocation->year),
                                 .key = arena_printf(ctx->arena, "surplus.allocation:%s", allocation->year),
                                 .lines = lines};
    struct ledger_posted posted;
    int code = entry_lines(ctx, allocation, lines, &entry.line_count);
    if (!code)
        code = ledger_post(ctx->db, &entry, 1, ctx->now_ms, &posted, ctx->error);
    if (!code)
        *ret_entry = posted.id;
    return code;
}

int allocation_book(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct allocation_row row;
    struct surplus_allocation allocation;
    const char *year = tree_text(args, "year");
    int64_t entry = 0;
    int code = find(ctx, year, &row);
    if (!code)
        code = must_exist(ctx, &row, year);
    if (code)
        return code;
    if (text_is(row.state, "drafted"))
        return error_set(ctx->error, ERR_REFUSED, "year",
                         N_("No decision of the assembly carries the allocation of {0}: record it first ({1})."), year,
                         text_is(row.kind, "association") ? "statuts" : "C. com. L232-12", NULL);
    tree_set_bool(ctx->arena, result, "before", text_is(row.state, "booked"));
    answer(ctx, result, year, "booked", NULL);
    if (text_is(row.state, "booked")) /* sent twice: booked once */
        return 0;
    code = surplus_allocation_read(ctx->db, ctx->arena, year, &allocation, ctx->error);
    if (!code && allocation.result_cents)
        code = post(ctx, &allocation, &entry);
    if (!code)
        code = give_to_funds(ctx, &allocation, entry);
    if (code)
        return code;
    return db_run(ctx->db, "UPDATE surplus_allocation SET state = 'booked', entry_id = :entry WHERE id = :id AND state = 'decided'",
                  BIND(INT_OR_NULL("entry", entry, entry), INT("id", row.id)), ctx->error);
}
