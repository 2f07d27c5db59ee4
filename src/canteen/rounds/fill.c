/* Filling bags: line by line against the order, another product only for those who agreed to it. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/rounds/internal.h"
#include "canteen/supply/supply.h"

/* What was told of a line, or NULL. */
static struct told *find_told(struct told *told, size_t count, int64_t order, int64_t code)
{
    for (size_t i = 0; i < count; i++)
        if (told[i].order == order && told[i].code == code)
            return &told[i];
    return NULL;
}

static int find_given(struct ctx *ctx, struct db *db, const struct bag *bag, int64_t code, int64_t *ret_product, struct error *error)
{
    struct product product;
    *ret_product = 0;
    int result = code ? product_find(db, ctx->arena, bag->establishment_id, code, &product, error) : 0;
    if (code && !result)
        *ret_product = product.id;
    return result;
}

static int fill_line(struct ctx *ctx, struct db *db, const struct order_head *head, const struct bag *bag, const struct placed_line *line,
                     const struct told *told, bool *ret_changed, struct error *error)
{
    int64_t given = 0, units = told ? told->units : line->quantity;
    int result = told ? find_given(ctx, db, bag, told->given, &given, error) : 0;
    int64_t kept = units && given != line->product ? given : 0;
    if (result || (line->picked == units && line->given == kept))
        return result;
    *ret_changed = true;
    result = line_pick(ctx, db, head, line->position, units, given, error);
    return result ? result : supply_pick(ctx, db, head, line->position, kept ? kept : line->product, units, error);
}

static int keep_filled(struct ctx *ctx, struct db *db, const struct round *round, const struct bag *bag, const char *on, struct error *error)
{
    int64_t units = 0;
    bool first = !strcmp(bag->state, "planned");
    int result = db_int(db, "SELECT CAST(SUM(picked) AS INTEGER) FROM canteen_order_line WHERE order_id = :order AND picked IS NOT NULL",
                        BIND(INT("order", bag->order)), 0, &units, error);
    if (!result)
        result = db_run(db, "UPDATE canteen_bag SET state = 'filled', filled_on = :on_day WHERE order_id = :order",
                        BIND(TEXT("on_day", on), INT("order", bag->order)), error);
    return result ? result : bag_tell(ctx, db, bag, first ? "filled" : "refilled", on, round->code, units, error);
}

int bag_fill(struct ctx *ctx, struct db *db, const struct round *round, const struct bag *bag, const char *on, struct told *told,
             size_t count, bool *ret_changed, struct error *error)
{
    struct order_head head;
    struct placed_line *lines;
    size_t line_count = 0;
    bool first = !strcmp(bag->state, "planned");
    *ret_changed = false;
    int result = lines_lock(db, ctx->arena, bag->order, &head, error);
    if (!result)
        result = lines_read(db, ctx->arena, bag->order, &lines, &line_count, error);
    for (size_t i = 0; i < line_count && !result; i++) {
        struct told *of_line = find_told(told, count, bag->order, lines[i].code);
        if (of_line)
            of_line->used = true;
        if (of_line ? true : first && lines[i].quantity > 0)
            result = fill_line(ctx, db, &head, bag, &lines[i], of_line, ret_changed, error);
        if (result)
            return told_refuse(ctx, "exceptions",
                               of_line ? of_line->as_typed
                                       : arena_printf(ctx->arena, "#%" PRId64 ";%" PRId64, bag->number, lines[i].code),
                               error);
    }
    if (result || (!*ret_changed && !first))
        return result;
    *ret_changed = true;
    return keep_filled(ctx, db, round, bag, on, error);
}

/* Each line that was typed is of a line of an order. */
static int check_used(struct ctx *ctx, const struct told *told, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!told[i].used) {
            error_set(error, ERR_NOT_FOUND, "exceptions", N_("This product is not on this order, or the bag cannot be filled any more."), NULL);
            return told_refuse(ctx, "exceptions", told[i].as_typed, error);
        }
    return 0;
}

static int check_waits(struct ctx *ctx, const struct round *round)
{
    if (!strcmp(round->state, "planned") || !strcmp(round->state, "picking"))
        return 0;
    return error_set(ctx->error, ERR_REFUSED, "round", N_("The round {0} has left: nothing more goes into its bags."), round->code, NULL);
}

static int start_picking(struct ctx *ctx, const struct round *round)
{
    int result = round_count(ctx->db, round->id, ctx->error);
    if (!result && !strcmp(round->state, "planned"))
        result = round_set_state(ctx->db, round->id, "picking", ctx->error);
    return result;
}

static bool can_be_filled(const struct bag *bag)
{
    return (!strcmp(bag->order_state, "accepted") || !strcmp(bag->order_state, "reduced")) &&
           (!strcmp(bag->state, "planned") || !strcmp(bag->state, "filled"));
}

static int answer(struct ctx *ctx, struct tree *result, const struct round *round, int64_t changed, bool same)
{
    struct round now;
    int code = round_find(ctx->db, ctx->arena, round->establishment_id, round->code, &now, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "round", round->code);
    tree_set_text(ctx->arena, result, "establishment", round->establishment);
    tree_set_text(ctx->arena, result, "state", now.state);
    tree_set_int(ctx->arena, result, "bags", now.bag_count);
    tree_set_int(ctx->arena, result, "bags_filled", now.filled_count);
    tree_set_int(ctx->arena, result, "bags_changed", changed);
    tree_set_bool(ctx->arena, result, "before", same);
    return 0;
}

int round_pick(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct round round;
    struct bag *bags;
    struct told *told;
    size_t bag_count, told_count;
    const char *on;
    int64_t changed = 0;
    int code = day_asked(ctx, args, &on);
    if (!code)
        code = round_asked(ctx, ctx->db, args, &round, ctx->error);
    if (!code)
        code = day_of_cycle(ctx, ctx->db, round.cycle_id, on, ctx->error);
    if (!code)
        code = check_waits(ctx, &round);
    if (!code)
        code = bags_of_round(ctx->db, ctx->arena, round.id, &bags, &bag_count, ctx->error);
    if (!code)
        code = told_read(ctx, TOLD_PICK, tree_text(args, "exceptions"), bags, bag_count, &told, &told_count, ctx->error);
    for (size_t i = 0; !code && i < bag_count; i++) {
        bool touched = false;
        if (can_be_filled(&bags[i]))
            code = bag_fill(ctx, ctx->db, &round, &bags[i], on, told, told_count, &touched, ctx->error);
        changed += touched;
    }
    if (!code)
        code = check_used(ctx, told, told_count, ctx->error);
    if (!code && changed)
        code = start_picking(ctx, &round);
    return code ? code : answer(ctx, result, &round, changed, !changed);
}

/* --- one bag, line by line --- */

static int find_round(struct ctx *ctx, const struct bag *bag, struct round *ret_round)
{
    char *code = NULL;
    int result = bag->round ? db_text(ctx->db, ctx->arena, "SELECT code FROM canteen_round WHERE id = :id", BIND(INT("id", bag->round)), &code,
                                      ctx->error)
                            : error_set(ctx->error, ERR_REFUSED, "bag", N_("This bag is on no round: its person is away or has left."), NULL);
    return result ? result : round_find(ctx->db, ctx->arena, bag->establishment_id, code, ret_round, ctx->error);
}

/* "101x2" or "101x2=104". */
static int read_item(struct ctx *ctx, const struct bag *bag, const char *word, struct told *told)
{
    char *units, *given, *copy = arena_strdup(ctx->arena, word);
    const char *cells[3] = {copy};
    size_t count = 1;
    if ((given = strchr(copy, '=')))
        *given++ = 0;
    if ((units = strpbrk(copy, "xX*"))) {
        *units++ = 0;
        cells[count++] = units;
    }
    if (given && units)
        cells[count++] = given;
    int result = given && !units ? error_set(ctx->error, ERR_INVALID, "items", N_("Write the bag, the number of the product and the units: #12;101;2."), NULL)
                                 : told_line(ctx, TOLD_PICK, cells, count, word, told, ctx->error);
    told->order = bag->order;
    return result ? told_refuse(ctx, "items", word, ctx->error) : 0;
}

int round_pick_bag(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct round round;
    struct bag bag;
    const char *on;
    bool changed = false;
    const struct tree *items = tree_get(args, "items");
    size_t count = 0;
    struct told *told = ARENA_ARRAY(ctx->arena, struct told, (items ? items->count : 0) + 1);
    int code = day_asked(ctx, args, &on);
    if (!code)
        code = bag_asked(ctx, ctx->db, args, &bag, ctx->error);
    if (!code)
        code = day_of_cycle(ctx, ctx->db, bag.cycle, on, ctx->error);
    if (!code)
        code = find_round(ctx, &bag, &round);
    if (!code)
        code = check_waits(ctx, &round);
    if (!code && !can_be_filled(&bag))
        code = error_set(ctx->error, ERR_REFUSED, "bag", N_("Nothing more goes into this bag."), NULL);
    for (const struct tree *item = items ? items->first : NULL; item && !code; item = item->next)
        code = read_item(ctx, &bag, item->text, &told[count++]);
    if (!code)
        code = bag_fill(ctx, ctx->db, &round, &bag, on, told, count, &changed, ctx->error);
    if (!code)
        code = check_used(ctx, told, count, ctx->error);
    if (!code && changed)
        code = start_picking(ctx, &round);
    tree_set_text(ctx->arena, result, "bag", bag.reference);
    return code ? code : answer(ctx, result, &round, changed, !changed);
}
