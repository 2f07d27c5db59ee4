/* A round leaves: its bags follow their persons to where they are now, once more. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "canteen/rounds/internal.h"

static int send_bags(struct ctx *ctx, const struct round *round, const char *on, int64_t *ret_count)
{
    struct bag *bags;
    size_t count;
    int result = bags_of_round(ctx->db, ctx->arena, round->id, &bags, &count, ctx->error);
    int64_t empty = 0;
    for (size_t i = 0; i < count && !result; i++)
        empty += !strcmp(bags[i].state, "planned");
    if (!result && empty)
        return error_set(ctx->error, ERR_REFUSED, "round", N_("{0} bags of this round are not filled yet."),
                         arena_printf(ctx->arena, "%" PRId64, empty), NULL);
    for (size_t i = 0; i < count && !result; i++) {
        result = db_run(ctx->db, "UPDATE canteen_bag SET state = 'out' WHERE order_id = :order", BIND(INT("order", bags[i].order)), ctx->error);
        if (!result)
            result = bag_tell(ctx, ctx->db, &bags[i], "out", on, round->code, 0, ctx->error);
    }
    *ret_count = (int64_t)count;
    return result;
}

/* A round that everybody has left has nobody to be brought to. */
static int leave(struct ctx *ctx, const struct round *round, const struct cycle *cycle, const char *on, int64_t bags)
{
    int result = db_run(ctx->db, "UPDATE canteen_round SET state = :state, delivered_on = :on_day WHERE id = :id",
                        BIND(TEXT("state", bags ? "out" : "delivered"), TEXT("on_day", bags ? "" : on), INT("id", round->id)), ctx->error);
    if (!result)
        result = round_count(ctx->db, round->id, ctx->error);
    return result || strcmp(cycle->state, "picking") != 0 ? result : cycle_move(ctx->db, cycle, "delivering", ctx->error);
}

static void answer(struct ctx *ctx, struct tree *result, const struct round *round, int64_t bags, const struct seating_figures *figures, bool before)
{
    tree_set_text(ctx->arena, result, "round", round->code);
    tree_set_text(ctx->arena, result, "establishment", round->establishment);
    tree_set_text(ctx->arena, result, "state", before ? round->state : bags ? "out" : "delivered");
    tree_set_int(ctx->arena, result, "bags", bags);
    tree_set_int(ctx->arena, result, "bags_moved", figures->moved);
    tree_set_int(ctx->arena, result, "bags_aside", figures->aside);
    tree_set_bool(ctx->arena, result, "before", before);
}

int round_load(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct round round;
    struct cycle cycle;
    struct seating_figures figures = {0};
    const char *on;
    int64_t bags = 0;
    int code = day_asked(ctx, args, &on);
    if (!code)
        code = round_asked(ctx, ctx->db, args, &round, ctx->error);
    if (!code)
        code = day_of_cycle(ctx, ctx->db, round.cycle_id, on, ctx->error);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, round.establishment_id, round.cycle, &cycle, ctx->error);
    if (code)
        return code;
    bool before = strcmp(round.state, "planned") != 0 && strcmp(round.state, "picking") != 0;
    if (before)
        bags = round.bag_count;
    else if (!strcmp(round.state, "planned")) /* not one that is taken away for being empty */
        code = round_set_state(ctx->db, round.id, "picking", ctx->error);
    if (!code && !before)
        code = bags_seat(ctx, ctx->db, &cycle, round.id, &figures, ctx->error);
    if (!code && !before)
        code = send_bags(ctx, &round, on, &bags);
    if (!code && !before)
        code = leave(ctx, &round, &cycle, on, bags);
    if (!code)
        answer(ctx, result, &round, bags, &figures, before);
    return code;
}
