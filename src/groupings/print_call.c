/* What the call asks, as a person read it in its documents: all of it, so that whoever reads the proposal can check it. */
#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/paper.h"
#include "groupings/sentence.h"
#include "kernel/app.h"
#include "kernel/show.h"

static void fact_date(struct ctx *ctx, struct document *document, const struct tree *asked, const char *label, const char *name)
{
    if (tree_text(asked, name))
        document_fact(document, tr(ctx->language, label), paper_date(ctx, asked, name));
}

static void print_head(struct ctx *ctx, struct document *document, const struct tree *asked)
{
    const char *lang = ctx->language;
    const struct tree *most = tree_get(asked, "max_lots");
    document_heading(document, 2, tr(lang, N_("What the call asks")));
    document_paragraph(document,
                       paper_say(ctx, N_("As {1} read it in the documents: qualification no. {0}."),
                                 paper_count(ctx, asked, "version"), paper_text(asked, "author")));
    document_fact(document, tr(lang, N_("Estimated value")), paper_money(ctx, asked, "estimated_value_cents"));
    document_fact(document, tr(lang, N_("Legal form")), paper_code(ctx, asked, "legal_form"));
    document_fact(document, tr(lang, N_("Several groupings")),
                  tree_true(tree_get(asked, "single_membership")) ? tr(lang, N_("forbidden (R2142-21)"))
                                                                  : tr(lang, N_("allowed")));
    document_fact(document, tr(lang, N_("Lots one may win")),
                  most && most->kind == TREE_INT ? paper_count(ctx, asked, "max_lots") : tr(lang, N_("no limit")));
    fact_date(ctx, document, asked, N_("Visit"), "visit_on");
    fact_date(ctx, document, asked, N_("Last questions"), "questions_until");
    fact_date(ctx, document, asked, N_("Offers due"), "deadline");
    fact_date(ctx, document, asked, N_("Offer valid until"), "offer_valid_until");
}

/* Its people, time, worth and limits in two sentences. */
static void print_lot(struct ctx *ctx, struct document *document, const struct tree *lot)
{
    const char *lang = ctx->language, *reserved = paper_text(lot, "reserved");
    document_heading(document, 3,
                     arena_printf(ctx->arena, "%s. %s (%s)%s%s", paper_text(lot, "lot"), paper_text(lot, "title"),
                                  paper_text(lot, "place"), tree_true(tree_get(lot, "mandatory")) ? ", " : "",
                                  tree_true(tree_get(lot, "mandatory")) ? tr(lang, N_("mandatory")) : ""));
    document_paragraph(document,
                       sentence(ctx->arena, lang,
                                N_("People: {0}; months: {1}. Estimated value: {2}; {3} at reference prices."),
                                paper_count(ctx, lot, "people"), paper_count(ctx, lot, "duration_months"),
                                paper_money(ctx, lot, "estimated_value_cents"),
                                paper_money(ctx, lot, "reference_value_cents"), NULL));
    document_paragraph(document,
                       sentence(ctx->arena, lang,
                                N_("At most {0} members, each doing at least {1}; yearly turnover asked: {2}; "
                                   "coordination: {3} of the reference value for each member."),
                                paper_count(ctx, lot, "max_members"), paper_rate(ctx, lot, "min_share"),
                                paper_money(ctx, lot, "required_turnover_cents"), paper_rate(ctx, lot, "coordination"),
                                NULL));
    if (*reserved && !text_is(reserved, "none"))
        document_paragraph(document, paper_say(ctx, N_("Reserved: {0}."), paper_code(ctx, lot, "reserved"), NULL));
}

static void print_needs(struct ctx *ctx, struct document *document, const struct tree *first, const char *lot)
{
    const char *lang = ctx->language;
    const struct document_column columns[] = {
        {tr(lang, N_("Function")), ALIGN_LEFT, 4},        {tr(lang, N_("Quantity")), ALIGN_RIGHT, 0},
        {tr(lang, N_("Unit")), ALIGN_LEFT, 2},            {tr(lang, N_("Reference price")), ALIGN_RIGHT, 0},
        {tr(lang, N_("Accreditations")), ALIGN_LEFT, 3},  {tr(lang, N_("Essential")), ALIGN_LEFT, 0},
    };
    document_table(document, columns, COUNT_OF(columns));
    for (const struct tree *row = first; row; row = row->next) {
        if (!text_is(paper_text(row, "lot"), lot))
            continue;
        const char *cells[] = {paper_code(ctx, row, "function"),
                               paper_count(ctx, row, "quantity"),
                               paper_text(row, "unit"),
                               paper_money(ctx, row, "reference_unit_price_cents"),
                               show_screen(ctx->arena, lang, COLUMN_WORDS, tree_get(row, "accreditations")),
                               tree_true(tree_get(row, "essential")) ? tr(lang, N_("yes")) : tr(lang, N_("no"))};
        document_row(document, cells);
    }
}

void paper_call(struct ctx *ctx, struct document *document, const struct tree *asked, const struct tree *lots,
                const struct tree *needs)
{
    print_head(ctx, document, asked);
    for (const struct tree *lot = paper_rows(lots); lot; lot = lot->next) {
        print_lot(ctx, document, lot);
        print_needs(ctx, document, paper_rows(needs), paper_text(lot, "lot"));
    }
}
