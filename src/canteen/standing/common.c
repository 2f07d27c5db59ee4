/* What every matter of this room begins with. */
#include <string.h>

#include "base/arena.h"
#include "base/catalogue.h"
#include "canteen/standing/internal.h"
#include "canteen/supply/supply.h"

int standing_place(struct ctx *ctx, const struct tree *args, struct establishment *ret_at)
{
    return establishment_asked(ctx, ctx->db, args, ret_at, ctx->error);
}

int standing_cycle(struct ctx *ctx, const struct tree *args, const struct establishment *at, struct cycle *ret_cycle)
{
    return cycle_find(ctx->db, ctx->arena, at->id, tree_text(args, "cycle"), ret_cycle, ctx->error);
}

int standing_person(struct ctx *ctx, const struct tree *args, const struct establishment *at, struct stay *ret_stay)
{
    return stay_find(ctx->app, ctx->db, ctx->arena, at->id, tree_text(args, "whom"), ret_stay, ctx->error);
}

int standing_day(struct ctx *ctx, const struct tree *args, const char *name, const char **ret_on)
{
    const char *on = tree_text(args, name);
    *ret_on = on ? on : ctx->today;
    if (strcmp(*ret_on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, name, N_("This day has not come yet."), NULL);
    return 0;
}

int standing_hand_over(struct ctx *ctx, int64_t order)
{
    struct order_head head;
    struct placed_line *lines;
    size_t count;
    int result = lines_lock(ctx->db, ctx->arena, order, &head, ctx->error);
    if (!result && !strcmp(head.state, "settled"))
        return 0;
    if (!result)
        result = lines_read(ctx->db, ctx->arena, order, &lines, &count, ctx->error);
    for (size_t i = 0; !result && i < count; i++) {
        if (lines[i].delivered >= 0)
            continue;
        result = supply_pick(ctx, ctx->db, &head, lines[i].position, lines[i].product, lines[i].quantity, ctx->error);
        if (!result)
            result = line_pick(ctx, ctx->db, &head, lines[i].position, lines[i].quantity, 0, ctx->error);
        if (!result)
            result = line_hand(ctx, ctx->db, &head, lines[i].position, lines[i].quantity, "received", ctx->error);
    }
    return result;
}

void standing_add_refused(struct ctx *ctx, struct tree *list, const char *reference, const struct error *why)
{
    char text[ERROR_TEXT_BYTES];
    error_format(why, tr(ctx->language, why->message), text, sizeof text);
    struct tree *row = tree_add_map(ctx->arena, list);
    tree_set_text(ctx->arena, row, "reference", reference);
    tree_set_text(ctx->arena, row, "reason", arena_strdup(ctx->arena, text));
}
