/* What is printed of a round: the list for the shelf, labels for the bags, the sheet for the doors. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "canteen/rounds/internal.h"
#include "kernel/app.h"
#include "print/print.h"

struct paper_line { /* of a bag; texts in the arena */
    int64_t order, person, number, code, quantity, picked; /* picked: -1 before */
    const char *cell, *bag, *reference, *name, *given;
    bool substitute;
};

struct round_paper {
    struct ctx *ctx;
    struct round round;
    struct establishment at;
    struct paper_line *lines;
    size_t count;
};

static const char *number_text(struct ctx *ctx, int64_t number)
{
    return arena_printf(ctx->arena, "%" PRId64, number);
}

static int read_lines(struct round_paper *paper)
{
    struct arena *arena = paper->ctx->arena;
    struct rows *rows;
    int64_t most = 0;
    int result = db_int(paper->ctx->db,
                        "SELECT COUNT(*) FROM canteen_bag b JOIN canteen_order_line l ON l.order_id = b.order_id WHERE b.round_id = :round",
                        BIND(INT("round", paper->round.id)), 0, &most, paper->ctx->error);
    if (!result)
        result = db_query(paper->ctx->db,
                          "SELECT b.order_id, b.person_id, b.number, l.code, l.quantity, l.picked, b.cell, b.reference, o.reference, l.name, "
                          "g.name, l.substitute FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id JOIN stay s ON s.id = o.stay_id "
                          "JOIN canteen_order_line l ON l.order_id = b.order_id LEFT JOIN canteen_product g ON g.id = l.given_id "
                          "WHERE b.round_id = :round AND l.quantity > 0 ORDER BY s.place, b.order_id, l.position",
                          BIND(INT("round", paper->round.id)), &rows, paper->ctx->error);
    if (result)
        return result;
    paper->lines = ARENA_ARRAY(arena, struct paper_line, most + 1);
    while (paper->count < (size_t)most && rows_next(rows))
        paper->lines[paper->count++] = (struct paper_line){.order = rows_int(rows, 0),
                                                           .person = rows_int(rows, 1),
                                                           .number = rows_int(rows, 2),
                                                           .code = rows_int(rows, 3),
                                                           .quantity = rows_int(rows, 4),
                                                           .picked = rows_null(rows, 5) ? -1 : rows_int(rows, 5),
                                                           .cell = arena_strdup(arena, rows_text(rows, 6)),
                                                           .bag = arena_strdup(arena, rows_text(rows, 7)),
                                                           .reference = arena_strdup(arena, rows_text(rows, 8)),
                                                           .name = arena_strdup(arena, rows_text(rows, 9)),
                                                           .given = rows_null(rows, 10) ? NULL : arena_strdup(arena, rows_text(rows, 10)),
                                                           .substitute = rows_int(rows, 11) != 0};
    return rows_close(rows);
}

static int open_paper(struct round_paper *paper, struct ctx *ctx, const struct tree *args)
{
    paper->ctx = ctx;
    int result = establishment_asked(ctx, ctx->db, args, &paper->at, ctx->error);
    if (!result)
        result = round_find(ctx->db, ctx->arena, paper->at.id, tree_text(args, "round"), &paper->round, ctx->error);
    if (!result)
        result = read_lines(paper);
    if (!result && !paper->count)
        return error_set(ctx->error, ERR_REFUSED, "round", N_("There is no bag on the round {0}."), paper->round.code, NULL);
    return result;
}

static struct document *start_document(struct round_paper *paper, const char *title)
{
    struct ctx *ctx = paper->ctx;
    return document_new(ctx->arena, &(struct document_info){.title = tr(ctx->language, title),
                                                            .subtitle = arena_printf(ctx->arena, "%s · %s %s", paper->at.name,
                                                                                     tr_name(ctx->language, "wing"),
                                                                                     *paper->round.wing ? paper->round.wing : "–"),
                                                            .reference = paper->round.code,
                                                            .date = ctx->today,
                                                            .language = ctx->language});
}

static bool starts_bag(const struct round_paper *paper, size_t line)
{
    return !line || paper->lines[line].order != paper->lines[line - 1].order;
}

/* --- the list for the shelf --- */

/* Totals in the order of numbers, which is the order of the shelf. */
static int add_totals(struct round_paper *paper, struct document *document)
{
    struct ctx *ctx = paper->ctx;
    struct rows *rows;
    int result = db_query(ctx->db,
                          "SELECT p.code, p.name, CAST(SUM(l.quantity) AS INTEGER), CAST(COUNT(*) AS INTEGER) FROM canteen_bag b JOIN "
                          "canteen_order_line l ON l.order_id = b.order_id JOIN canteen_product p ON p.id = l.product_id WHERE "
                          "b.round_id = :round AND l.quantity > 0 GROUP BY p.id, p.code, p.name ORDER BY p.code",
                          BIND(INT("round", paper->round.id)), &rows, ctx->error);
    if (result)
        return result;
    document_heading(document, 2, tr(ctx->language, N_("From the shelf")));
    document_table(document,
                   (const struct document_column[]){{tr(ctx->language, N_("No.")), ALIGN_RIGHT, 0},
                                                    {tr(ctx->language, N_("Product")), ALIGN_LEFT, 5},
                                                    {tr_name(ctx->language, "bags"), ALIGN_RIGHT, 0},
                                                    {tr_name(ctx->language, "units"), ALIGN_RIGHT, 0},
                                                    {tr(ctx->language, N_("Taken")), ALIGN_RIGHT, 1}},
                   5);
    while (rows_next(rows))
        document_row(document, (const char *const[]){number_text(ctx, rows_int(rows, 0)), rows_text(rows, 1), number_text(ctx, rows_int(rows, 3)),
                                                     number_text(ctx, rows_int(rows, 2)), ""});
    return rows_close(rows);
}

int round_picking_list(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct round_paper paper = {0};
    int result = open_paper(&paper, ctx, args);
    if (result)
        return result;
    struct document *document = *ret_document = start_document(&paper, N_("Picking list"));
    result = add_totals(&paper, document);
    document_heading(document, 2, tr(ctx->language, N_("Bag by bag")));
    for (size_t i = 0; i < paper.count && !result; i++) {
        const struct paper_line *line = &paper.lines[i];
        if (starts_bag(&paper, i))
            document_heading(document, 3, arena_printf(ctx->arena, "#%" PRId64 " · %s %s · %s", line->number, tr_name(ctx->language, "cell"),
                                                       line->cell, line->bag));
        document_check(document, line->picked >= 0 && line->picked == line->quantity,
                       arena_printf(ctx->arena, "%" PRId64 " × %" PRId64 " %s%s", line->quantity, line->code, line->name,
                                    line->substitute ? tr(ctx->language, N_(" (another may be given)")) : ""));
    }
    document_note(document, tr(ctx->language, N_("Write beside a line what the bag really holds: fewer units, or the number of what was given instead.")));
    return result;
}

/* --- labels --- */

int round_labels(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct round_paper paper = {0};
    size_t count = 0;
    const char *sheet = tree_text(args, "label_size");
    int result = open_paper(&paper, ctx, args);
    if (result)
        return result;
    struct label *labels = ARENA_ARRAY(ctx->arena, struct label, paper.count);
    for (size_t i = 0; i < paper.count; i++) {
        const struct paper_line *line = &paper.lines[i];
        if (starts_bag(&paper, i))
            labels[count++] = (struct label){
                .title = *paper.round.wing ? arena_printf(ctx->arena, "%s · %s", paper.round.wing, line->cell)
                                           : arena_printf(ctx->arena, "%s %s", tr_name(ctx->language, "cell"), line->cell),
                .text = arena_printf(ctx->arena, "%s\n%s %" PRId64 " / %" PRId64 "\n%s\n%s", line->reference, tr_name(ctx->language, "bag"),
                                     line->number, paper.round.bag_count, paper.round.code, line->bag),
                .code = arena_printf(ctx->arena, "/canteen-bag/%s", line->bag)};
    }
    *ret_document = start_document(&paper, N_("Labels of the bags"));
    document_labels(*ret_document, label_sheet_find(sheet ? sheet : "70x37"), (int)tree_int(args, "skip", 0), labels, count);
    return 0;
}

/* --- the sheet for the doors --- */

static const char *line_text(struct ctx *ctx, const struct paper_line *line)
{
    int64_t units = line->picked >= 0 ? line->picked : line->quantity;
    const char *text = arena_printf(ctx->arena, "%" PRId64 " × %s (%" PRId64 ")", units, line->given ? line->given : line->name, line->code);
    if (line->given)
        text = arena_printf(ctx->arena, "%s, %s %s", text, tr(ctx->language, N_("in place of")), line->name);
    return units < line->quantity ? arena_printf(ctx->arena, "%s – %s %" PRId64, text, tr(ctx->language, N_("missing from the bag:")), line->quantity - units)
                                  : text;
}

static int add_bag(struct round_paper *paper, struct document *document, size_t first, size_t *ret_next)
{
    struct ctx *ctx = paper->ctx;
    const struct paper_line *line = &paper->lines[first];
    const char *name, *lines = "";
    int result = person_name(ctx->app, ctx->db, ctx->arena, line->person, &name, ctx->error);
    size_t at = first;
    for (; at < paper->count && paper->lines[at].order == line->order; at++)
        lines = arena_printf(ctx->arena, "%s%s%s", lines, *lines ? "\n" : "", line_text(ctx, &paper->lines[at]));
    *ret_next = at;
    document_row(document, (const char *const[]){arena_printf(ctx->arena, "#%" PRId64, line->number), line->cell,
                                                 arena_printf(ctx->arena, "%s\n%s\n ", name, line->reference), lines, "", "", ""});
    return result;
}

int round_sheet(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct round_paper paper = {0};
    size_t next = 0;
    int result = open_paper(&paper, ctx, args);
    if (result)
        return result;
    struct document *document = *ret_document = start_document(&paper, N_("Delivery sheet"));
    document_paragraph(document, tr(ctx->language, N_("Day: ................  Agent: ................................  A absent, R refused the whole bag; "
                                                      "for a line write its number and: missing, damaged, refused or returned, with the units.")));
    document_table(document,
                   (const struct document_column[]){{tr(ctx->language, N_("No.")), ALIGN_RIGHT, 0},
                                                    {tr_name(ctx->language, "cell"), ALIGN_LEFT, 0},
                                                    {tr_name(ctx->language, "whom"), ALIGN_LEFT, 4},
                                                    {tr(ctx->language, N_("In the bag")), ALIGN_LEFT, 7},
                                                    {tr(ctx->language, N_("Signature: person")), ALIGN_LEFT, 4},
                                                    {tr(ctx->language, N_("Signature: agent")), ALIGN_LEFT, 4},
                                                    {tr(ctx->language, N_("Absent, refused, returned")), ALIGN_LEFT, 3}},
                   7);
    while (next < paper.count && !result)
        result = add_bag(&paper, document, next, &next);
    document_note(document, tr(ctx->language, N_("The canteen enters this sheet afterwards: what is missing, damaged or refused is not charged.")));
    return result;
}
