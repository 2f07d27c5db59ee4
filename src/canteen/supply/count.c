/* Counting: what is on the shelf, and why it is not what the books say. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/supply/internal.h"
#include "kernel/action.h"

struct counting {
    struct ctx *ctx;
    struct establishment at;
    struct product product;
    struct lot lot;
    const char *on, *cause;
    int64_t found, difference;
};

static int check_cause(const struct counting *counting)
{
    struct error *error = counting->ctx->error;
    if (!counting->cause)
        return error_set(error, ERR_INVALID, "count_cause", N_("Say why: the books have {0} units of this lot."),
                         arena_printf(counting->ctx->arena, "%" PRId64, counting->lot.left), NULL);
    if (counting->difference > 0 && strcmp(counting->cause, "miscounted") != 0)
        return error_set(error, ERR_INVALID, "count_cause", N_("More units than expected can only have been miscounted. Goods that came are recorded with their delivery note."),
                         NULL);
    return 0;
}

static int keep_count(const struct counting *counting)
{
    struct ctx *ctx = counting->ctx;
    int result = db_run(ctx->db, "UPDATE canteen_lot SET counted = counted + :difference, units_left = :found WHERE id = :id",
                        BIND(INT("difference", counting->difference), INT("found", counting->found), INT("id", counting->lot.id)), ctx->error);
    if (!result && !counting->lot.blocked)
        result = stock_free_add(ctx->db, counting->product.id, counting->difference, ctx->error);
    return result ? result
                  : db_run(ctx->db,
                           "INSERT INTO canteen_lot_count(id, establishment_id, establishment, lot_id, code, lot_number, on_day, before_units, "
                           "counted_units, difference, cause, author, at) VALUES (:id, :establishment_id, :establishment, :lot, :code, "
                           ":lot_number, :on_day, :before_units, :found, :difference, :cause, :author, :at)",
                           BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", counting->at.id),
                                TEXT("establishment", counting->at.ref), INT("lot", counting->lot.id), INT("code", counting->product.code),
                                TEXT("lot_number", counting->lot.number), TEXT("on_day", counting->on), INT("before_units", counting->lot.left),
                                INT("found", counting->found), INT("difference", counting->difference), TEXT("cause", counting->cause),
                                TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                           ctx->error);
}

int supply_count(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct counting counting = {.ctx = ctx, .cause = tree_text(args, "count_cause"), .found = tree_int(args, "units", 0)};
    int code = supply_day(ctx, args, &counting.on);
    if (!code)
        code = establishment_asked(ctx, ctx->db, args, &counting.at, ctx->error);
    if (!code)
        code = product_find(ctx->db, ctx->arena, counting.at.id, tree_int(args, "code", 0), &counting.product, ctx->error);
    if (!code)
        code = product_lock(ctx->db, counting.product.id, ctx->error);
    if (!code)
        code = lot_find(ctx->db, ctx->arena, counting.product.id, tree_text(args, "lot_number"), &counting.lot, ctx->error);
    if (code)
        return code;
    counting.difference = counting.found - counting.lot.left;
    if (counting.difference)
        code = check_cause(&counting);
    if (!code && counting.difference)
        code = keep_count(&counting);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", counting.at.ref);
    tree_set_int(ctx->arena, result, "code", counting.product.code);
    tree_set_text(ctx->arena, result, "lot_number", counting.lot.number);
    tree_set_int(ctx->arena, result, "difference", counting.difference);
    tree_set_bool(ctx->arena, result, "before", !counting.difference);
    return 0;
}
