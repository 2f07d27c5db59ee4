/* The statement of an account on paper: what it brought into the period, each movement, the balance after it. */
#include <string.h>

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/app.h"
#include "ledger/ledger.h"
#include "ledger/matters.h"
#include "print/print.h"

enum { LINES_PRINTED_MAX = 20000 };

struct statement {
    struct ctx *ctx;
    int64_t account;
    struct ledger_year year;
    const char *from_on, *to_on; /* within the year */
    const char *number, *auxiliary, *name;
    int64_t carried_cents; /* on the day before from_on */
    int64_t debit_cents, credit_cents, balance_cents;
};

static const char *money(struct ctx *ctx, int64_t cents)
{
    return number_screen(ctx->arena, cents, DECIMALS_MONEY, false, ctx->language);
}

/* "1 234,50 D": a balance says its side. */
static const char *balance(struct ctx *ctx, int64_t cents)
{
    const char *side = cents > 0 ? tr(ctx->language, N_("debit side")) : tr(ctx->language, N_("credit side"));
    return cents ? arena_printf(ctx->arena, "%s %s", money(ctx, cents < 0 ? -cents : cents), side) : money(ctx, 0);
}

static int read_account(struct statement *statement)
{
    struct ctx *ctx = statement->ctx;
    struct rows *rows;
    int code = db_query(ctx->db, "SELECT number, auxiliary, name FROM ledger_account WHERE id = :id",
                        BIND(INT("id", statement->account)), &rows, ctx->error);
    if (code)
        return code;
    if (rows_next(rows)) {
        statement->number = arena_strdup(ctx->arena, rows_text(rows, 0));
        statement->auxiliary = arena_strdup(ctx->arena, rows_text(rows, 1));
        statement->name = arena_strdup(ctx->arena, rows_text(rows, 2));
    }
    return rows_close(rows);
}

/* What years before that are not closed have not handed on yet, and what was posted before the period. */
static int read_carried(struct statement *statement)
{
    struct ctx *ctx = statement->ctx;
    int64_t before = 0, within = 0;
    int code = 0;
    if (statement->number[0] < '6')
        code = db_int(ctx->db,
                      "SELECT CAST(COALESCE(SUM(t.debit_cents - t.credit_cents), 0) AS INTEGER) FROM ledger_total t "
                      "JOIN ledger_year p ON p.id = t.year_id WHERE t.account_id = :account AND p.book = 'general' "
                      "AND p.state = 'open' AND p.starts_on < :starts_on",
                      BIND(INT("account", statement->account), TEXT("starts_on", statement->year.starts_on)), 0, &before,
                      ctx->error);
    if (!code)
        code = db_int(ctx->db,
                      "SELECT CAST(COALESCE(SUM(l.amount_cents), 0) AS INTEGER) FROM ledger_line l "
                      "JOIN ledger_entry e ON e.id = l.entry_id WHERE l.account_id = :account AND e.year_id = :year "
                      "AND e.number IS NOT NULL AND l.entry_on >= :starts_on AND l.entry_on < :from_on",
                      BIND(INT("account", statement->account), INT("year", statement->year.id),
                           TEXT("starts_on", statement->year.starts_on), TEXT("from_on", statement->from_on)),
                      0, &within, ctx->error);
    statement->carried_cents = statement->balance_cents = before + within;
    return code;
}

static void put_row(struct statement *statement, struct document *document, struct rows *rows)
{
    struct ctx *ctx = statement->ctx;
    int64_t amount = rows_int(rows, 5);
    statement->balance_cents += amount;
    *(amount > 0 ? &statement->debit_cents : &statement->credit_cents) += amount > 0 ? amount : -amount;
    const char *cells[] = {date_screen(ctx->arena, rows_text(rows, 0), ctx->language),
                           arena_printf(ctx->arena, "%s %lld", rows_text(rows, 1), (long long)rows_int(rows, 2)),
                           arena_strdup(ctx->arena, rows_text(rows, 3)),
                           arena_strdup(ctx->arena, rows_text(rows, 4)),
                           rows_null(rows, 6) ? "" : arena_strdup(ctx->arena, rows_text(rows, 6)),
                           amount > 0 ? money(ctx, amount) : "",
                           amount < 0 ? money(ctx, -amount) : "",
                           balance(ctx, statement->balance_cents)};
    document_row(document, cells);
}

static int put_rows(struct statement *statement, struct document *document)
{
    struct ctx *ctx = statement->ctx;
    struct rows *rows;
    int count = 0;
    int code = db_query(ctx->db,
                        "SELECT l.entry_on, e.journal, e.number, e.piece, CASE WHEN l.label = '' THEN e.label ELSE l.label END, "
                        "l.amount_cents, t.code FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id "
                        "LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position "
                        "WHERE l.account_id = :account AND e.year_id = :year AND e.number IS NOT NULL "
                        "AND l.entry_on >= :from_on AND l.entry_on <= :to_on ORDER BY l.entry_on, e.number, l.position",
                        BIND(INT("account", statement->account), INT("year", statement->year.id),
                             TEXT("from_on", statement->from_on), TEXT("to_on", statement->to_on)),
                        &rows, ctx->error);
    if (code)
        return code;
    for (; rows_next(rows) && count < LINES_PRINTED_MAX; count++)
        put_row(statement, document, rows);
    code = rows_close(rows);
    if (!code && count == LINES_PRINTED_MAX)
        return error_set(ctx->error, ERR_TOO_LARGE, "from_on", N_("This is too much for paper: choose a shorter period."), NULL);
    return code;
}

static int put_table(struct statement *statement, struct document *document)
{
    struct ctx *ctx = statement->ctx;
    const char *lang = ctx->language;
    const struct document_column columns[] = {
        {tr(lang, N_("Date")), ALIGN_LEFT, 0},   {tr(lang, N_("Entry")), ALIGN_LEFT, 0},
        {tr(lang, N_("Piece")), ALIGN_LEFT, 2},  {tr(lang, N_("Wording")), ALIGN_LEFT, 4},
        {tr(lang, N_("Letter")), ALIGN_LEFT, 0}, {tr(lang, N_("Debit")), ALIGN_RIGHT, 0},
        {tr(lang, N_("Credit")), ALIGN_RIGHT, 0}, {tr(lang, N_("Balance")), ALIGN_RIGHT, 0},
    };
    document_table(document, columns, COUNT_OF(columns));
    const char *carried[] = {date_screen(ctx->arena, statement->from_on, lang), "", "", tr(lang, N_("Brought forward")), "", "", "",
                             balance(ctx, statement->carried_cents)};
    document_row(document, carried);
    int code = put_rows(statement, document);
    const char *closing[] = {date_screen(ctx->arena, statement->to_on, lang), "", "", tr(lang, N_("Total of the period, balance")), "",
                             money(ctx, statement->debit_cents), money(ctx, statement->credit_cents),
                             balance(ctx, statement->balance_cents)};
    document_total(document, closing);
    return code;
}

/* The period asked for, held within the year. */
static void take_period(struct statement *statement, const struct tree *args)
{
    const char *from_on = tree_text(args, "from_on"), *to_on = tree_text(args, "to_on");
    const struct ledger_year *year = &statement->year;
    statement->from_on = from_on && strcmp(from_on, year->starts_on) > 0 ? from_on : year->starts_on;
    statement->to_on = to_on && strcmp(to_on, year->ends_on) < 0 ? to_on : year->ends_on;
}

int ledger_statement(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct statement *statement = ARENA_NEW(ctx->arena, struct statement);
    struct ledger_entity entity;
    statement->ctx = ctx;
    int code = account_typed(ctx->db, ctx->arena, tree_text(args, "account"), &statement->account, ctx->error);
    if (!code)
        code = ledger_year_find(ctx->db, tree_text(args, "year"), &statement->year, ctx->error);
    if (!code)
        code = ledger_entity(ctx->db, ctx->arena, &entity, ctx->error);
    if (!code)
        code = read_account(statement);
    if (code)
        return code;
    take_period(statement, args);
    code = read_carried(statement);
    const struct document_info info = {.title = tr(ctx->language, N_("Statement of account")),
                                       .subtitle = entity.name,
                                       .reference = *statement->auxiliary
                                                        ? arena_printf(ctx->arena, "%s %s", statement->number, statement->auxiliary)
                                                        : statement->number,
                                       .date = ctx->today,
                                       .footer = entity.example ? tr(ctx->language, N_("EXAMPLE: everything is invented")) : NULL,
                                       .language = ctx->language};
    struct document *document = *ret_document = document_new(ctx->arena, &info);
    document_fact(document, tr(ctx->language, N_("Account")), arena_printf(ctx->arena, "%s %s", info.reference, statement->name));
    document_fact(document, tr(ctx->language, N_("Period")),
                  arena_printf(ctx->arena, "%s – %s", date_screen(ctx->arena, statement->from_on, ctx->language),
                               date_screen(ctx->arena, statement->to_on, ctx->language)));
    return code ? code : put_table(statement, document);
}
