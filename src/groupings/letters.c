/* Letters to one organisation: the request to take its part, with its own prices only, and the invitation to
 * come in. */
#include "base/arena.h"
#include "base/text.h"
#include "groupings/paper.h"
#include "groupings/sentence.h"
#include "kernel/app.h"

static struct document *open_letter(struct ctx *ctx, const char *title, const char *reference,
                                    const struct tree *to)
{
    struct document_info info = {
        .title = title, .reference = reference, .date = ctx->today, .language = ctx->language};
    struct document *document = document_new(ctx->arena, &info);
    document_addresses(document, tr(ctx->language, N_("The coordination of the cooperative")),
                       paper_address(ctx, to));
    return document;
}

static void request_shares(struct ctx *ctx, struct document *document, const struct tree *shares)
{
    for (const struct tree *row = paper_rows(shares); row; row = row->next)
        if (tree_true(tree_get(row, "first"))) {
            document_heading(
                document, 3,
                arena_printf(ctx->arena, "%s. %s", paper_text(row, "lot"), paper_text(row, "title")));
            paper_shares(ctx, document, paper_rows(shares), paper_text(row, "lot"));
        }
}

int grouping_request_letter(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    const char *reference = tree_text(args, "grouping"), *siret = tree_text(args, "siret");
    struct tree *request = NULL, *shares = NULL;
    paper_begin(ctx);
    int code = paper_ask(ctx, "grouping.request", reference, siret, &request);
    if (!code)
        code = paper_ask(ctx, "grouping.shares", reference, siret, &shares);
    code = paper_end(ctx, code);
    if (code)
        return code;
    const char *lang = ctx->language, *answer_by = tree_text(request, "answer_by");
    const char *fields[] = {tr(lang, N_("Name and capacity")), tr(lang, N_("Place and date")),
                            tr(lang, N_("Signature")), NULL};
    struct document *document = *ret_document =
        open_letter(ctx, tr(lang, N_("Shall we answer this call together?")), reference, request);
    document_paragraph(document, paper_say(ctx, N_("We propose to answer together the call of {0}: {1}"),
                                           paper_text(request, "buyer"), paper_text(request, "object")));
    document_paragraph(document,
                       paper_say(ctx, N_("Your part would be {0} without VAT, at the prices you offered:"),
                                 paper_money(ctx, request, "amount_cents"), NULL));
    request_shares(ctx, document, shares);
    document_paragraph(document, paper_form(ctx, request));
    document_paragraph(
        document,
        tr(lang,
           N_("Only you and the coordination see this part and these prices until all have accepted.")));
    if (answer_by)
        document_paragraph(document, paper_say(ctx, N_("Please answer by {0}."),
                                               paper_date(ctx, request, "answer_by"), NULL));
    document_check(document, false, tr(lang, N_("We accept this part.")));
    document_check(document, false, tr(lang, N_("We decline.")));
    document_signature(document, paper_text(request, "name"), "", fields);
    return 0;
}

static const struct tree *find_siret(const struct tree *answer, const char *siret)
{
    const struct tree *row = paper_rows(answer);
    while (row && !text_is(paper_text(row, "siret"), siret))
        row = row->next;
    return row;
}

int grouping_invitation(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    const char *reference = tree_text(args, "grouping"), *siret = tree_text(args, "siret"),
               *lang = ctx->language;
    struct tree *invitations = NULL;
    paper_begin(ctx);
    int code = paper_end(ctx, paper_ask(ctx, "grouping.invitations", reference, NULL, &invitations));
    if (code)
        return code;
    const struct tree *to = find_siret(invitations, siret);
    if (!to)
        return error_set(ctx->error, ERR_NOT_FOUND, "siret",
                         N_("This organisation was not invited: invite it first."), NULL);
    struct document *document = *ret_document =
        open_letter(ctx, tr(lang, N_("Invitation to answer a call with us")), reference, to);
    document_paragraph(document,
                       paper_say(ctx, N_("Our cooperative prepares an answer to the call of {0}: {1}"),
                                 paper_text(to, "buyer"), paper_text(to, "object")));
    if (*paper_text(to, "reason"))
        document_paragraph(document, paper_say(ctx, N_("We turn to you for this reason: {0}"),
                                               paper_text(to, "reason"), NULL));
    document_paragraph(
        document,
        tr(lang,
           N_("If you would like to take part, tell us what you can do: the functions, your price for one "
              "unit, how much in a month, in which departments, and the authorisations you hold.")));
    if (tree_text(to, "deadline"))
        document_paragraph(
            document, paper_say(ctx, N_("Offers are due on {0}."), paper_date(ctx, to, "deadline"), NULL));
    return 0;
}
