/* The whole proposal as a text to read: what the demo prints, and what a coordinator takes to a meeting. */
#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/paper.h"
#include "groupings/sentence.h"
#include "kernel/app.h"

struct answers {
    struct tree *show, *basis, *asked, *asked_lots, *needs, *lots, *shares, *members, *reasons, *unlocks, *rules;
};

static int read_answers(struct ctx *ctx, const char *reference, struct answers *answers)
{
    const struct {
        const char *view;
        struct tree **answer;
    } asked[] = {
        {"grouping.show", &answers->show},       {"grouping.basis", &answers->basis},
        {"grouping.asked", &answers->asked},     {"grouping.asked_lots", &answers->asked_lots},
        {"grouping.needs", &answers->needs},
        {"grouping.lots", &answers->lots},       {"grouping.shares", &answers->shares},
        {"grouping.members", &answers->members}, {"grouping.reasons", &answers->reasons},
        {"grouping.unlocks", &answers->unlocks}, {"grouping.rules", &answers->rules},
    };
    int code = 0;
    paper_begin(ctx);
    for (size_t i = 0; i < COUNT_OF(asked) && !code; i++)
        code = paper_ask(ctx, asked[i].view, reference, NULL, asked[i].answer);
    return paper_end(ctx, code);
}

/* A score has two decimals and no currency. */
static const char *score(struct ctx *ctx, const struct tree *map, const char *name)
{
    return number_screen(ctx->arena, tree_int(map, name, 0) / 10, DECIMALS_MONEY, false, ctx->language);
}

static const char *mark(struct ctx *ctx, const struct tree *map, const char *name)
{
    return paper_say(ctx, N_("{0} of 100"),
                     number_screen(ctx->arena, tree_int(map, name, 0), 3, true, ctx->language), NULL);
}

static void print_facts(struct ctx *ctx, struct document *document, const struct tree *show)
{
    const char *lang = ctx->language;
    document_fact(document, tr(lang, N_("Call")), paper_text(show, "tender_reference"));
    document_fact(document, tr(lang, N_("Buyer")), paper_text(show, "buyer"));
    document_fact(document, tr(lang, N_("State")), paper_code(ctx, show, "state"));
    document_fact(document, tr(lang, N_("Lots answered")),
                  paper_say(ctx, N_("{0} of {1}"), paper_count(ctx, show, "answered_count"),
                            paper_count(ctx, show, "lot_count")));
    document_fact(document, tr(lang, N_("Members")), paper_count(ctx, show, "member_count"));
    document_fact(document, tr(lang, N_("Price of all lots answered")),
                  paper_say(ctx, N_("{0} without VAT, over their whole duration"),
                            paper_money(ctx, show, "price_cents"), NULL));
    document_fact(document, tr(lang, N_("Estimated value of these lots")),
                  paper_money(ctx, show, "worth_cents"));
    document_fact(document, tr(lang, N_("Cost of coordination, beside the price")),
                  paper_money(ctx, show, "coordination_cents"));
    document_fact(document, tr(lang, N_("Quality")), mark(ctx, show, "quality"));
    document_fact(document, tr(lang, N_("Social value")), mark(ctx, show, "social"));
    document_fact(document, tr(lang, N_("Weights")),
                  sentence(ctx->arena, lang, N_("price {0}, quality {1}, social value {2}"),
                           paper_count(ctx, show, "weight_price"), paper_count(ctx, show, "weight_quality"),
                           paper_count(ctx, show, "weight_social"), NULL));
    if (text_is(paper_text(show, "status"), "infeasible"))
        document_fact(document, tr(lang, N_("Score")),
                      tr(lang, N_("None: not all the wishes and mandatory lots can be met.")));
    else
        document_fact(document, tr(lang, N_("Score")),
                      sentence(ctx->arena, lang, N_("{0}; no answer can score more than {1}: proven to {2}"),
                               score(ctx, show, "objective"), score(ctx, show, "bound"),
                               paper_rate(ctx, show, "gap"), NULL));
}

static const char *lot_title(struct ctx *ctx, const struct tree *lot)
{
    return arena_printf(ctx->arena, "%s. %s (%s)", paper_text(lot, "lot"), paper_text(lot, "title"),
                        paper_text(lot, "place"));
}

static void print_lots(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    document_heading(document, 2, tr(ctx->language, N_("Who does what")));
    for (const struct tree *lot = paper_rows(answers->lots); lot; lot = lot->next) {
        if (!tree_true(tree_get(lot, "answered")))
            continue;
        document_heading(document, 3, lot_title(ctx, lot));
        document_paragraph(document, paper_say(ctx, N_("Leader: {0}. Duration: {1} months."),
                                               paper_text(lot, "leader_name"),
                                               paper_count(ctx, lot, "duration_months")));
        paper_shares(ctx, document, paper_rows(answers->shares), paper_text(lot, "lot"));
    }
}

static void print_members(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    const char *lang = ctx->language;
    const struct document_column columns[] = {
        {tr(lang, N_("Member")), ALIGN_LEFT, 4},   {tr(lang, N_("Role")), ALIGN_LEFT, 2},
        {tr(lang, N_("Quality")), ALIGN_RIGHT, 0}, {tr(lang, N_("Social value")), ALIGN_RIGHT, 0},
        {tr(lang, N_("Part")), ALIGN_RIGHT, 0},    {tr(lang, N_("Per cent")), ALIGN_RIGHT, 0},
    };
    document_heading(document, 2, tr(lang, N_("Parts")));
    document_paragraph(document, paper_form(ctx, answers->show));
    document_table(document, columns, COUNT_OF(columns));
    for (const struct tree *row = paper_rows(answers->members); row; row = row->next) {
        const struct tree *quality = tree_get(row, "quality"), *social = tree_get(row, "social");
        const char *cells[] = {paper_text(row, "name"),
                               paper_code(ctx, row, "role"),
                               quality && quality->kind == TREE_INT ? paper_count(ctx, row, "quality") : "–",
                               social && social->kind == TREE_INT ? paper_count(ctx, row, "social") : "–",
                               paper_money(ctx, row, "amount_cents"),
                               paper_rate(ctx, row, "part")};
        document_row(document, cells);
    }
    const char *closing[] = {
        tr(lang, N_("Total without VAT")),       "", "", "", paper_money(ctx, answers->show, "price_cents"),
        sentence_rate(ctx->arena, lang, 1000000)};
    if (paper_rows(answers->members))
        document_total(document, closing);
}

static void print_unlocks(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    const struct tree *first = paper_rows(answers->unlocks);
    if (first)
        document_heading(document, 2,
                         tr(ctx->language, N_("What is not answered, and what would unlock it")));
    for (const struct tree *row = first; row; row = row->next) {
        const char *text = paper_said(ctx, row, "text");
        if (tree_true(tree_get(row, "first"))) {
            document_heading(
                document, 3,
                arena_printf(ctx->arena, "%s. %s", paper_text(row, "lot"), paper_text(row, "title")));
            document_paragraph(document, paper_said(ctx, row, "why"));
            if (*text)
                document_paragraph(
                    document,
                    tr(ctx->language,
                       N_("Each of these changes would unlock it; each was checked by solving again with it, "
                          "and where lots share what members can do, another lot may fall:")));
        }
        if (*text)
            document_item(document, text);
    }
}

static void print_reasons(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    const struct tree *first = paper_rows(answers->reasons);
    if (first)
        document_heading(document, 2, tr(ctx->language, N_("Why each was chosen")));
    for (const struct tree *row = first; row; row = row->next)
        document_item(document,
                      arena_printf(ctx->arena, "%s, %s%s %s", paper_text(row, "name"), paper_text(row, "lot"),
                                   text_is(ctx->language, "fr") ? "\u00a0:" : ":",
                                   paper_said(ctx, row, "text")));
}

static void print_rules(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    document_heading(document, 2, tr(ctx->language, N_("Rules of the code of public procurement")));
    for (const struct tree *row = paper_rows(answers->rules); row; row = row->next)
        document_check(
            document, text_is(paper_text(row, "verdict"), "ok"),
            arena_printf(ctx->arena, "%s (%s)", paper_said(ctx, row, "text"), paper_text(row, "article")));
}

static void print_basis(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    const struct tree *basis = answers->basis, *notes = tree_get(basis, "notes");
    document_heading(document, 2, tr(ctx->language, N_("What the search rests on")));
    document_paragraph(
        document,
        sentence(ctx->arena, ctx->language,
                 N_("Qualification no. {0}. Capacities are counted over {1} months. Accreditations must hold "
                    "from {2} to the end of a contract that starts on {3} at the latest."),
                 paper_count(ctx, basis, "qualification_version"), paper_count(ctx, basis, "basis_months"),
                 paper_date(ctx, basis, "accredited_from"), paper_date(ctx, basis, "latest_start"), NULL));
    document_paragraph(
        document,
        tr(ctx->language, N_("Prices are those offered on the day of the proposal; they are kept with it.")));
    for (const struct tree *note = notes && notes->kind == TREE_LIST ? notes->first : NULL; note;
         note = note->next)
        document_item(document, paper_said(ctx, note, "text"));
}

int grouping_print(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    const char *reference = tree_text(args, "grouping");
    struct answers answers = {0};
    int code = read_answers(ctx, reference, &answers);
    if (code)
        return code;
    struct document_info info = {.title = paper_say(ctx, N_("Grouping {0}"), reference, NULL),
                                 .subtitle = paper_text(answers.show, "object"),
                                 .reference = reference,
                                 .date = ctx->today,
                                 .language = ctx->language};
    struct document *document = *ret_document = document_new(ctx->arena, &info);
    print_facts(ctx, document, answers.show);
    if (paper_rows(answers.shares)) {
        print_lots(ctx, document, &answers);
        print_members(ctx, document, &answers);
    }
    print_unlocks(ctx, document, &answers);
    print_reasons(ctx, document, &answers);
    print_rules(ctx, document, &answers);
    paper_call(ctx, document, answers.asked, answers.asked_lots, answers.needs);
    print_basis(ctx, document, &answers);
    return 0;
}
