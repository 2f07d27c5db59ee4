/* What is printed of a year: balance sheet, income statement, and the text of the resolution for the assembly. */
#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "print/print.h"
#include "surplus/matters.h"

/* Two reads at once in one thread could wait for each other through the writer's gate. */
static int ask(struct ctx *ctx, const char *view, const char *year, struct tree **ret_answer)
{
    struct tree *params = tree_map(ctx->arena);
    struct view_request request = {.params = params};
    tree_set_text(ctx->arena, params, "year", year);
    db_end_read(ctx->db);
    int code = view_run(ctx->app, app_view(ctx->app, view), ctx->session, ctx->arena, &request, ret_answer, ctx->error);
    int begun = db_begin_read(ctx->db, ctx->error);
    return code ? code : begun;
}

static const struct tree *first_row(const struct tree *answer)
{
    const struct tree *rows = tree_get(answer, "rows");
    return rows ? rows->first : NULL;
}

static const char *amount(struct ctx *ctx, const struct tree *row, const char *name)
{
    return number_screen(ctx->arena, tree_int(row, name, 0), DECIMALS_MONEY, false, ctx->language);
}

static const char *money(struct ctx *ctx, const struct tree *row, const char *name)
{
    return words_money(ctx->arena, ctx->language, tree_int(row, name, 0));
}

static const char *title_of(struct ctx *ctx, const struct tree *row)
{
    return tree_text(row, text_is(ctx->language, "en") ? "title_en" : "title_fr");
}

static bool is_set(const struct tree *row, const char *name)
{
    return tree_true(tree_get(row, name));
}

struct sheet {
    struct ledger_entity entity;
    struct tree *year;
    const char *code;
};

static int read_sheet(struct ctx *ctx, const struct tree *args, struct sheet *sheet)
{
    sheet->code = tree_text(args, "year");
    int code = ask(ctx, "year.show", sheet->code, &sheet->year);
    return code ? code : ledger_entity(ctx->db, ctx->arena, &sheet->entity, ctx->error);
}

static struct document *begin(struct ctx *ctx, const struct sheet *sheet, const char *title)
{
    const char *lang = ctx->language;
    struct document_info info = {
        .title = title,
        .subtitle = words_say(ctx->arena, lang, N_("{0}, SIREN {1}. Year {2}, from {3}."), sheet->entity.name, sheet->entity.siren,
                              sheet->code,
                              arena_printf(ctx->arena, "%s – %s", date_screen(ctx->arena, tree_text(sheet->year, "starts_on"), lang),
                                           date_screen(ctx->arena, tree_text(sheet->year, "ends_on"), lang)),
                              NULL),
        .reference = sheet->code,
        .date = ctx->today,
        .footer = sheet->entity.example ? tr(lang, N_("EXAMPLE: invented books")) : NULL,
        .language = lang};
    struct document *document = document_new(ctx->arena, &info);
    if (sheet->entity.example)
        document_note(document, tr(lang, N_("EXAMPLE: invented books")));
    if (is_set(sheet->year, "is_open"))
        document_note(document, tr(lang, N_("The year is still open: these figures may change.")));
    return document;
}

/* with_gross: four columns of amounts, as assets have them. */
static void add_lines(struct ctx *ctx, struct document *document, const struct tree *answer, bool with_gross)
{
    const char *lang = ctx->language;
    const struct document_column four[] = {{tr(lang, N_("Line")), ALIGN_LEFT, 5},          {tr(lang, N_("Gross")), ALIGN_RIGHT, 0},
                                           {tr(lang, N_("Depreciation")), ALIGN_RIGHT, 0}, {tr(lang, N_("Net")), ALIGN_RIGHT, 0},
                                           {tr(lang, N_("Year before")), ALIGN_RIGHT, 0}};
    const struct document_column two[] = {{tr(lang, N_("Line")), ALIGN_LEFT, 5},
                                          {tr(lang, N_("This year")), ALIGN_RIGHT, 0},
                                          {tr(lang, N_("Year before")), ALIGN_RIGHT, 0}};
    document_table(document, with_gross ? four : two, with_gross ? COUNT_OF(four) : COUNT_OF(two));
    for (const struct tree *row = first_row(answer); row; row = row->next) {
        bool heading = is_set(row, "heading");
        if (is_set(row, "blank"))
            continue;
        const char *title = is_set(row, "total") || heading ? title_of(ctx, row) : arena_printf(ctx->arena, "  %s", title_of(ctx, row));
        const char *cells[5] = {title};
        if (!heading && with_gross) {
            cells[1] = amount(ctx, row, "gross_cents");
            cells[2] = amount(ctx, row, "depreciation_cents");
        }
        if (!heading) {
            cells[with_gross ? 3 : 1] = amount(ctx, row, "sum_cents");
            cells[with_gross ? 4 : 2] = amount(ctx, row, "previous_cents");
        }
        (is_set(row, "total") ? document_total : document_row)(document, cells);
    }
}

int balance_sheet_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct sheet sheet;
    struct tree *assets, *liabilities;
    int code = read_sheet(ctx, args, &sheet);
    if (!code)
        code = ask(ctx, "year.assets", sheet.code, &assets);
    if (!code)
        code = ask(ctx, "year.liabilities", sheet.code, &liabilities);
    if (code)
        return code;
    struct document *document = begin(ctx, &sheet, tr(ctx->language, N_("Balance sheet")));
    document_heading(document, 2, tr(ctx->language, N_("What we own")));
    add_lines(ctx, document, assets, true);
    document_heading(document, 2, tr(ctx->language, N_("Where it comes from")));
    add_lines(ctx, document, liabilities, false);
    document_note(document, tr(ctx->language, N_("Amounts in euros.")));
    *ret_document = document;
    return 0;
}

int income_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct sheet sheet;
    struct tree *income;
    int code = read_sheet(ctx, args, &sheet);
    if (!code)
        code = ask(ctx, "year.income", sheet.code, &income);
    if (code)
        return code;
    struct document *document = begin(ctx, &sheet, tr(ctx->language, N_("Income statement")));
    add_lines(ctx, document, income, false);
    document_note(document, tr(ctx->language, N_("Amounts in euros.")));
    *ret_document = document;
    return 0;
}

/* --- the resolution --- */

static void resolution_lines(struct ctx *ctx, struct document *document, const struct tree *lines, const struct tree *allocation)
{
    const char *lang = ctx->language;
    bool loss = is_set(allocation, "is_loss");
    const struct document_column columns[] = {{tr(lang, N_("Line")), ALIGN_LEFT, 3},
                                              {tr(lang, N_("Why")), ALIGN_LEFT, 5},
                                              {tr(lang, N_("Amount")), ALIGN_RIGHT, 0}};
    document_table(document, columns, COUNT_OF(columns));
    for (const struct tree *row = first_row(lines); row; row = row->next) {
        const char *fund = tree_text(row, "fund_name"), *name = tr_name(lang, tree_text(row, "code"));
        const char *text = tree_text(row, text_is(lang, "en") ? "text_en" : "text_fr"), *article = tree_text(row, "article");
        const char *cells[] = {
            fund ? words_say(ctx->arena, lang, N_("{0}: {1} (account {2})"), name, fund, tree_text(row, "account"), NULL)
                 : words_say(ctx->arena, lang, N_("{0} (account {1})"), name, tree_text(row, "account"), NULL),
            arena_printf(ctx->arena, "%s%s%s%s%s", text, article && *article ? " " : "", article ? article : "",
                         is_set(row, "confirmed") ? "" : " – ", is_set(row, "confirmed") ? "" : tr(lang, N_("to be confirmed"))),
            money(ctx, row, "sum_cents")};
        document_row(document, cells);
    }
    const char *closing[] = {tr(lang, N_("Together")), "", money(ctx, allocation, loss ? "loss_cents" : "result_cents")};
    document_total(document, closing);
}

static void resolution_vote(struct ctx *ctx, struct document *document, const struct tree *allocation)
{
    const char *lang = ctx->language;
    const char *fields[] = {tr(lang, N_("Name and capacity")), tr(lang, N_("Place and date")), tr(lang, N_("Signature")), NULL};
    document_heading(document, 2, tr(lang, N_("Vote")));
    if (is_set(allocation, "is_drafted")) {
        document_check(document, false, tr(lang, N_("Votes for:")));
        document_check(document, false, tr(lang, N_("Votes against:")));
        document_check(document, false, tr(lang, N_("Abstentions:")));
    } else {
        document_paragraph(document,
                           words_say(ctx->arena, lang, N_("Carried on {0} by {1} votes for and {2} against; abstentions: {3}."),
                                     date_screen(ctx->arena, tree_text(allocation, "decided_on"), lang),
                                     number_screen(ctx->arena, tree_int(allocation, "votes_for", 0), 0, true, lang),
                                     number_screen(ctx->arena, tree_int(allocation, "votes_against", 0), 0, true, lang),
                                     number_screen(ctx->arena, tree_int(allocation, "votes_abstained", 0), 0, true, lang), NULL));
        document_fact(document, tr(lang, N_("Minutes")), tree_text(allocation, "minutes"));
    }
    document_signature(document, tr(lang, N_("For the assembly")), "", fields);
}

int resolution_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    const char *lang = ctx->language;
    struct sheet sheet;
    struct tree *allocation, *lines;
    int code = read_sheet(ctx, args, &sheet);
    if (!code)
        code = ask(ctx, "allocation.show", sheet.code, &allocation);
    if (!code)
        code = ask(ctx, "allocation.lines", sheet.code, &lines);
    if (code)
        return code;
    bool loss = is_set(allocation, "is_loss");
    struct document *document = begin(ctx, &sheet, tr(lang, N_("Resolution: allocation of the result")));
    document_paragraph(document,
                       loss ? words_say(ctx->arena, lang,
                                        N_("The assembly finds that the year {0} closed with a loss of {1} and decides what becomes of it:"),
                                        sheet.code, money(ctx, allocation, "loss_cents"), NULL)
                            : words_say(ctx->arena, lang,
                                        N_("The assembly finds that the year {0} closed with a surplus of {1} and allocates it as follows:"),
                                        sheet.code, money(ctx, allocation, "result_cents"), NULL));
    resolution_lines(ctx, document, lines, allocation);
    document_heading(document, 2, tr(lang, N_("What it rests on")));
    document_fact(document, tr(lang, N_("Capital")), money(ctx, allocation, "capital_cents"));
    document_fact(document, tr(lang, N_("Legal reserve before")), money(ctx, allocation, "legal_reserve_cents"));
    document_fact(document, tr(lang, N_("All reserves before")), money(ctx, allocation, "reserves_cents"));
    document_fact(document, tr(lang, N_("Losses of earlier years")), money(ctx, allocation, "losses_cents"));
    document_fact(document, tr(lang, N_("Public subsidies of the year")), money(ctx, allocation, "subsidies_cents"));
    if (tree_get(allocation, "mean_rate") && tree_get(allocation, "mean_rate")->kind == TREE_INT)
        document_fact(document, tr(lang, N_("Mean bond rate of three years")),
                      words_rate(ctx->arena, lang, tree_int(allocation, "mean_rate", 0)));
    if (is_set(allocation, "to_confirm"))
        document_note(document, tr(lang, N_("“To be confirmed”: rests on a parameter of the law that was not read in its text.")));
    resolution_vote(ctx, document, allocation);
    *ret_document = document;
    return 0;
}
