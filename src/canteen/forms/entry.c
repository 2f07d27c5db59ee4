/* A pile of paper on a clerk's table: reference or QR code, then code and quantity, line after line. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/forms/internal.h"
#include "kernel/action.h"

/* What the scanner gave becomes the reference; the cycle on the paper is kept beside it. */
int form_enter_prepare(struct ctx *ctx, struct tree *args)
{
    struct tree *whom = (struct tree *)tree_get(args, "whom");
    char reference[PERSON_REFERENCE_BYTES];
    int64_t cycle;
    if (whom && form_code_read(whom->text, reference, &cycle)) {
        whom->text = arena_strdup(ctx->arena, reference);
        tree_set_int(ctx->arena, args, "form_cycle", cycle);
    }
    return whom ? person_prepare(ctx, args) : 0;
}

/* A form of another cycle in the pile: it says which. */
static int check_cycle(struct ctx *ctx, const struct tree *args, const struct cycle *cycle)
{
    int64_t on_form = tree_int(args, "form_cycle", cycle->id);
    char *code = NULL;
    if (on_form == cycle->id)
        return 0;
    int result = db_text(ctx->db, ctx->arena, "SELECT code FROM canteen_cycle WHERE id = :id AND establishment_id = :establishment",
                         BIND(INT("id", on_form), INT("establishment", cycle->establishment_id)), &code, ctx->error);
    if (result)
        return result;
    return code ? error_set(ctx->error, ERR_REFUSED, "whom", N_("This form is of the cycle {0}: enter it there, or set it aside."), code, NULL)
                : error_set(ctx->error, ERR_REFUSED, "whom", N_("This form is of a cycle that is not known here."), NULL);
}

static int refuse_line(struct ctx *ctx, int row, const char *message, const char *argument)
{
    const char *field = arena_printf(ctx->arena, "lines.%d.code", row);
    return error_set(ctx->error, ERR_INVALID, field, message, argument, NULL);
}

/* "101", or "101x2r" as the order on one line; the boxes beside it say the same. */
static int read_line(struct ctx *ctx, const struct tree *row, int number, struct order_line *ret_line)
{
    const char *typed = tree_text(row, "code");
    if (!order_line_read(typed, ret_line))
        return refuse_line(ctx, number, N_("{0} is not a line of an order: write 101x2 for two of number 101."), typed);
    ret_line->quantity = tree_int(row, "units", ret_line->quantity);
    if (tree_true(tree_get(row, "substitute")))
        ret_line->substitute = true;
    return 0;
}

static int read_lines(struct ctx *ctx, const struct tree *rows, struct order_line lines[ORDER_LINES_MAX], size_t *ret_count)
{
    int number = 0, result = 0;
    *ret_count = 0;
    for (const struct tree *row = rows ? rows->first : NULL; row && !result; row = row->next, number++) {
        const char *typed = tree_text(row, "code");
        if (!typed || !*typed)
            continue;
        if (*ret_count == ORDER_LINES_MAX)
            return error_set(ctx->error, ERR_INVALID, "lines", N_("An order has 1 to 60 lines."), NULL);
        result = read_line(ctx, row, number, &lines[(*ret_count)++]);
    }
    return result;
}

/* What an order was refused for stands beside the line with a number that no product has, else above all lines. Asked only then:
 * a form that is right costs no further look. */
static int place_refusal(struct ctx *ctx, const struct cycle *cycle, const struct tree *rows)
{
    int number = 0, code = (int)ctx->error->code;
    snprintf(ctx->error->field, sizeof ctx->error->field, "lines");
    for (const struct tree *row = rows ? rows->first : NULL; row; row = row->next, number++) {
        const char *typed = tree_text(row, "code");
        struct order_line line;
        struct error ignored = {0};
        int64_t known = 0;
        if (!typed || !*typed || !order_line_read(typed, &line))
            continue;
        if (db_int(ctx->db, "SELECT 1 FROM canteen_product WHERE establishment_id = :establishment AND code = :code",
                   BIND(INT("establishment", cycle->establishment_id), INT("code", line.code)), 0, &known, &ignored))
            return code;
        if (!known)
            return refuse_line(ctx, number, N_("There is no product {0}."), typed);
    }
    return code;
}

int form_enter(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct order_line lines[ORDER_LINES_MAX];
    struct order_told told = {.source = "paper_form", .lines = lines, .replace = tree_true(tree_get(args, "replace")),
                              .handed_on = tree_text(args, "handed_on")};
    struct establishment at;
    struct cycle cycle;
    struct stay stay;
    struct order order;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, at.id, tree_text(args, "cycle"), &cycle, ctx->error);
    if (!code)
        code = check_cycle(ctx, args, &cycle);
    if (!code)
        code = stay_find(ctx->app, ctx->db, ctx->arena, at.id, tree_text(args, "whom"), &stay, ctx->error);
    if (!code)
        code = read_lines(ctx, tree_get(args, "lines"), lines, &told.count);
    if (!code)
        code = order_place(ctx, ctx->db, &cycle, &stay, &told, &order, ctx->error);
    if (code)
        return text_is(ctx->error->field, "items") ? place_refusal(ctx, &cycle, tree_get(args, "lines")) : code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "cycle", cycle.code);
    tree_set_text(ctx->arena, result, "reference", stay.reference);
    tree_set_int(ctx->arena, result, "total_cents", order.total_cents);
    tree_set_bool(ctx->arena, result, "before", order.before);
    order_warn(ctx, &order, result);
    return 0;
}
