/* The letter of the grouping: what form DC1 asks of candidates who apply together. Readable once the grouping
 * is formed by its members, before that by the coordinator as a draft. */
#include "base/arena.h"
#include "base/text.h"
#include "groupings/paper.h"
#include "groupings/sentence.h"
#include "kernel/app.h"

struct answers {
    struct tree *show, *lots, *shares, *members, *parts, *subcontracts;
};

static int read_answers(struct ctx *ctx, const char *reference, struct answers *answers)
{
    const struct {
        const char *view;
        struct tree **answer;
    } asked[] = {
        {"grouping.show", &answers->show},     {"grouping.lots", &answers->lots},
        {"grouping.shares", &answers->shares}, {"grouping.members", &answers->members},
        {"grouping.parts", &answers->parts},   {"grouping.subcontracts", &answers->subcontracts},
    };
    int code = 0;
    paper_begin(ctx);
    for (size_t i = 0; i < COUNT_OF(asked) && !code; i++)
        code = paper_ask(ctx, asked[i].view, reference, NULL, asked[i].answer);
    return paper_end(ctx, code);
}

static void letter_object(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    document_heading(document, 2, tr(ctx->language, N_("Buyer and object")));
    document_fact(document, tr(ctx->language, N_("Buyer")), paper_text(answers->show, "buyer"));
    document_fact(document, tr(ctx->language, N_("Call")), paper_text(answers->show, "tender_reference"));
    document_fact(document, tr(ctx->language, N_("Object")), paper_text(answers->show, "object"));
    for (const struct tree *lot = paper_rows(answers->lots); lot; lot = lot->next)
        if (tree_true(tree_get(lot, "answered")))
            document_check(
                document, true,
                arena_printf(ctx->arena, "%s. %s", paper_text(lot, "lot"), paper_text(lot, "title")));
}

static void letter_members(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    const char *lang = ctx->language;
    const struct document_column columns[] = {
        {tr(lang, N_("Organisation and address")), ALIGN_LEFT, 5},
        {tr(lang, N_("SIRET")), ALIGN_LEFT, 0},
        {tr(lang, N_("Role")), ALIGN_LEFT, 0},
        {tr(lang, N_("Part")), ALIGN_RIGHT, 0},
        {tr(lang, N_("Per cent")), ALIGN_RIGHT, 0},
    };
    bool alone = text_is(paper_text(answers->show, "legal_form"), "alone");
    document_heading(document, 2,
                     alone ? tr(lang, N_("The candidate")) : tr(lang, N_("Members of the grouping")));
    document_table(document, columns, COUNT_OF(columns));
    for (const struct tree *row = paper_rows(answers->members); row; row = row->next) {
        const char *cells[] = {paper_address(ctx, row), paper_text(row, "siret"),
                               alone ? "" : paper_code(ctx, row, "role"),
                               paper_money(ctx, row, "amount_cents"), paper_rate(ctx, row, "part")};
        document_row(document, cells);
    }
    const char *closing[] = {tr(lang, N_("Total without VAT")), "", "",
                             paper_money(ctx, answers->show, "price_cents"),
                             sentence_rate(ctx->arena, lang, 1000000)};
    document_total(document, closing);
    document_heading(document, 2, tr(lang, N_("Form and leader")));
    document_paragraph(document, paper_form(ctx, answers->show));
    if (alone)
        return;
    document_paragraph(document, tr(lang, N_("The members give the leader the power to represent them "
                                             "towards the buyer and to coordinate their work (R2142-24).")));
    for (const struct tree *lot = paper_rows(answers->lots); lot; lot = lot->next)
        if (tree_true(tree_get(lot, "answered")) &&
            !text_is(paper_text(lot, "leader_name"), paper_text(answers->show, "leader_name")))
            document_paragraph(document, paper_say(ctx, N_("On {0} the leader is {1}."),
                                                   paper_text(lot, "lot"), paper_text(lot, "leader_name")));
}

static void letter_parts(struct ctx *ctx, struct document *document, const struct answers *answers,
                         const struct tree *lot)
{
    const char *lang = ctx->language;
    const struct document_column columns[] = {{tr(lang, N_("Member")), ALIGN_LEFT, 4},
                                              {tr(lang, N_("Part of the lot")), ALIGN_RIGHT, 0},
                                              {tr(lang, N_("Per cent")), ALIGN_RIGHT, 0}};
    document_table(document, columns, COUNT_OF(columns));
    for (const struct tree *row = paper_rows(answers->parts); row; row = row->next) {
        const char *cells[] = {paper_text(row, "name"), paper_money(ctx, row, "amount_cents"),
                               paper_rate(ctx, row, "part")};
        if (text_is(paper_text(row, "lot"), paper_text(lot, "lot")))
            document_row(document, cells);
    }
    const char *closing[] = {tr(lang, N_("Price of the lot without VAT")),
                             paper_money(ctx, lot, "price_cents"), sentence_rate(ctx->arena, lang, 1000000)};
    document_total(document, closing);
}

static void letter_lots(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    document_heading(document, 2, tr(ctx->language, N_("What each does, lot by lot")));
    for (const struct tree *lot = paper_rows(answers->lots); lot; lot = lot->next) {
        if (!tree_true(tree_get(lot, "answered")))
            continue;
        document_heading(
            document, 3,
            arena_printf(ctx->arena, "%s. %s", paper_text(lot, "lot"), paper_text(lot, "title")));
        paper_shares(ctx, document, paper_rows(answers->shares), paper_text(lot, "lot"));
        letter_parts(ctx, document, answers, lot);
    }
    for (const struct tree *row = paper_rows(answers->subcontracts); row; row = row->next)
        document_item(document, sentence(ctx->arena, ctx->language,
                                         N_("{0} gives work worth {1} to a subcontractor, {2} (form DC4)."),
                                         paper_text(row, "name"), paper_money(ctx, row, "amount_cents"),
                                         paper_text(row, "subcontractor_name"), NULL));
}

static void letter_signatures(struct ctx *ctx, struct document *document, const struct answers *answers)
{
    const char *lang = ctx->language;
    const char *fields[] = {tr(lang, N_("Name and capacity")), tr(lang, N_("Place and date")),
                            tr(lang, N_("Signature")), NULL};
    document_heading(document, 2, tr(lang, N_("Sworn statement and signatures")));
    document_paragraph(
        document,
        tr(lang, N_("Each member declares on its honour that it is in none of the cases in which the code of "
                    "public procurement excludes a candidate (L2141-1 to L2141-5 and L2141-7 to L2141-10), "
                    "and that what it says of its means is true (R2143-3).")));
    for (const struct tree *row = paper_rows(answers->members); row; row = row->next)
        document_signature(document, paper_text(row, "name"), paper_code(ctx, row, "role"), fields);
}

int grouping_letter(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    const char *reference = tree_text(args, "grouping"), *date;
    struct answers answers = {0};
    int code = read_answers(ctx, reference, &answers);
    if (code)
        return code;
    if (!paper_rows(answers.shares))
        return error_set(ctx->error, ERR_REFUSED, "grouping",
                         N_("The proposal {0} answers no lot: there is no letter to write."), reference,
                         NULL);
    date = tree_text(answers.show, "submitted_on");
    struct document_info info = {
        .title = tr(ctx->language, N_("Letter of application of the grouping")),
        .subtitle = paper_say(ctx, N_("Call {0}"), paper_text(answers.show, "tender_reference"), NULL),
        .reference = reference,
        .date = date ? date : ctx->today,
        .language = ctx->language};
    struct document *document = *ret_document = document_new(ctx->arena, &info);
    if (tree_true(tree_get(answers.show, "is_proposed")) || tree_true(tree_get(answers.show, "is_asked")))
        document_note(document, tr(ctx->language, N_("Draft: the grouping is not formed yet.")));
    letter_object(ctx, document, &answers);
    letter_members(ctx, document, &answers);
    letter_lots(ctx, document, &answers);
    letter_signatures(ctx, document, &answers);
    return 0;
}
