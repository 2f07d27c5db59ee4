#include "groupings/paper.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/sentence.h"
#include "kernel/app.h"

/* Two reads at once in one thread could wait for each other through the writer's gate. */
void paper_begin(struct ctx *ctx)
{
    db_end_read(ctx->db);
}

int paper_end(struct ctx *ctx, int code)
{
    int begun = db_begin_read(ctx->db, ctx->error);
    return code ? code : begun;
}

int paper_ask(struct ctx *ctx, const char *view, const char *grouping, const char *siret,
              struct tree **ret_answer)
{
    struct tree *params = tree_map(ctx->arena);
    struct view_request request = {.params = params};
    tree_set_text(ctx->arena, params, "grouping", grouping);
    if (siret)
        tree_set_text(ctx->arena, params, "siret", siret);
    return view_run(ctx->app, app_view(ctx->app, view), ctx->session, ctx->arena, &request, ret_answer,
                    ctx->error);
}

const struct tree *paper_rows(const struct tree *answer)
{
    const struct tree *rows = tree_get(answer, "rows");
    return rows ? rows->first : NULL;
}

const char *paper_say(struct ctx *ctx, const char *message, const char *a, const char *b)
{
    return sentence(ctx->arena, ctx->language, message, a ? a : "", b ? b : "", NULL);
}

const char *paper_text(const struct tree *map, const char *name)
{
    const char *text = tree_text(map, name);
    return text ? text : "";
}

const char *paper_money(struct ctx *ctx, const struct tree *map, const char *name)
{
    return sentence_money(ctx->arena, ctx->language, tree_int(map, name, 0));
}

const char *paper_rate(struct ctx *ctx, const struct tree *map, const char *name)
{
    return sentence_rate(ctx->arena, ctx->language, tree_int(map, name, 0));
}

const char *paper_count(struct ctx *ctx, const struct tree *map, const char *name)
{
    return number_screen(ctx->arena, tree_int(map, name, 0), 0, true, ctx->language);
}

const char *paper_date(struct ctx *ctx, const struct tree *map, const char *name)
{
    const char *date = tree_text(map, name);
    return date ? date_screen(ctx->arena, date, ctx->language) : "";
}

const char *paper_code(struct ctx *ctx, const struct tree *map, const char *name)
{
    return tr_name(ctx->language, paper_text(map, name));
}

const char *paper_said(struct ctx *ctx, const struct tree *map, const char *prefix)
{
    return paper_text(map,
                      arena_printf(ctx->arena, "%s_%s", prefix, text_is(ctx->language, "en") ? "en" : "fr"));
}

const char *paper_address(struct ctx *ctx, const struct tree *map)
{
    const char *street = paper_text(map, "address");
    return arena_printf(ctx->arena, "%s\n%s%s%s %s", paper_text(map, "name"), street, *street ? "\n" : "",
                        paper_text(map, "post_code"), paper_text(map, "city"));
}

const char *paper_form(struct ctx *ctx, const struct tree *grouping)
{
    const char *form = paper_text(grouping, "legal_form"), *leader = paper_text(grouping, "leader_name");
    if (text_is(form, "alone"))
        return paper_say(ctx, N_("A single organisation answers: {0}."), leader, NULL);
    if (text_is(form, "solidaire"))
        return paper_say(ctx,
                         N_("Joint and several grouping: each member is financially bound for the whole "
                            "(R2142-20). Leader: {0}."),
                         leader, NULL);
    if (text_is(form, "conjoint_solidaire_leader"))
        return paper_say(ctx,
                         N_("Several grouping: each member is bound for its own part (R2142-20). Leader: "
                            "{0}, bound for all the others (R2142-24)."),
                         leader, NULL);
    return paper_say(ctx,
                     N_("Several grouping: each member is bound for its own part (R2142-20). Leader: {0}, "
                        "not bound for the others."),
                     leader, NULL);
}

void paper_shares(struct ctx *ctx, struct document *document, const struct tree *first, const char *lot)
{
    const struct document_column columns[] = {
        {tr(ctx->language, N_("Function")), ALIGN_LEFT, 3},
        {tr(ctx->language, N_("Who")), ALIGN_LEFT, 4},
        {tr(ctx->language, N_("Quantity")), ALIGN_RIGHT, 0},
        {tr(ctx->language, N_("Unit")), ALIGN_LEFT, 2},
        {tr(ctx->language, N_("Unit price")), ALIGN_RIGHT, 0},
        {tr(ctx->language, N_("Amount")), ALIGN_RIGHT, 0},
    };
    int64_t total = 0;
    document_table(document, columns, COUNT_OF(columns));
    for (const struct tree *row = first; row; row = row->next) {
        if (!text_is(paper_text(row, "lot"), lot))
            continue;
        const char *cells[] = {
            paper_code(ctx, row, "function"),
            paper_text(row, "name"),
            number_screen(ctx->arena, tree_int(row, "quantity", 0), DECIMALS_QUANTITY, true, ctx->language),
            paper_text(row, "unit"),
            paper_money(ctx, row, "unit_price_cents"),
            paper_money(ctx, row, "amount_cents")};
        document_row(document, cells);
        total += tree_int(row, "amount_cents", 0);
    }
    const char *closing[] = {tr(ctx->language, N_("Total without VAT")),      "", "", "", "",
                             sentence_money(ctx->arena, ctx->language, total)};
    document_total(document, closing);
}
