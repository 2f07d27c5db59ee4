/* The recall of a lot: nothing more goes out, bags that were not handed over lose it, and whoever received it is known. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/supply/internal.h"
#include "kernel/action.h"

struct held_line { /* of the lot, in a bag or handed over */
    int64_t order, position, units;
};

struct recalling {
    struct ctx *ctx;
    struct establishment at;
    struct product product;
    struct lot lot;
    const char *on, *reason;
    int64_t bag_units, handed_units;
};

static int read_held(struct recalling *recalling, struct held_line **ret_held, size_t *ret_count)
{
    struct rows *rows;
    int64_t most = 0;
    struct ctx *ctx = recalling->ctx;
    const struct binding *key = BIND(INT("lot", recalling->lot.id));
    *ret_count = 0;
    int result = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_lot_use WHERE lot_id = :lot AND units > 0", key, 0, &most, ctx->error);
    if (!result)
        result = db_query(ctx->db,
                          "SELECT order_id, position, units FROM canteen_lot_use WHERE lot_id = :lot AND units > 0 ORDER BY order_id, position",
                          key, &rows, ctx->error);
    if (result)
        return result;
    *ret_held = ARENA_ARRAY(ctx->arena, struct held_line, most + 1);
    while (*ret_count < (size_t)most && rows_next(rows))
        (*ret_held)[(*ret_count)++] = (struct held_line){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2)};
    return rows_close(rows);
}

static int find_line(struct ctx *ctx, const struct held_line *held, struct placed_line *ret_line)
{
    struct placed_line *lines;
    size_t count;
    int result = lines_read(ctx->db, ctx->arena, held->order, &lines, &count, ctx->error);
    *ret_line = (struct placed_line){0};
    for (size_t i = 0; i < count && !result; i++)
        if (lines[i].position == held->position)
            *ret_line = lines[i];
    return result;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Out of the bag, off the order, its money free at once. */
static int empty_line(struct recalling *recalling, const struct order_head *head, const struct held_line *held, const struct placed_line *line)
{
    struct ctx *ctx = recalling->ctx;
    bool stands = !strcmp(head->state, "accepted") || !strcmp(head->state, "reduced");
    int64_t out = least(held->units, line->picked < 0 ? held->units : line->picked);
    int result = 0;
    if (stands && line->picked >= 0)
        result = line_pick(ctx, ctx->db, head, held->position, line->picked - out, line->given, ctx->error);
    if (!result && stands)
        result = line_cut(ctx, ctx->db, head, held->position, line->quantity - least(out, line->quantity), "recall", false, ctx->error);
    recalling->bag_units += held->units;
    return result ? result : lot_take_back(ctx->db, held->order, held->position, recalling->lot.id, held->units, ctx->error);
}

static int recall_line(struct recalling *recalling, const struct held_line *held)
{
    struct ctx *ctx = recalling->ctx;
    struct order_head head;
    struct placed_line line;
    int result = lines_lock(ctx->db, ctx->arena, held->order, &head, ctx->error);
    if (!result)
        result = find_line(ctx, held, &line);
    if (result)
        return result;
    if (line.delivered < 0 || (!line.delivered && !strcmp(line.outcome, "absent"))) /* not filled in yet, or kept for later */
        return empty_line(recalling, &head, held, &line);
    recalling->handed_units += least(held->units, line.delivered);
    return 0;
}

static int keep_recall(struct recalling *recalling, int64_t people)
{
    struct ctx *ctx = recalling->ctx;
    return db_run(ctx->db,
                  "INSERT INTO canteen_recall(id, establishment_id, establishment, lot_id, code, name, lot_number, on_day, reason, shelf_units, "
                  "bag_units, handed_units, people, author, at) VALUES (:id, :establishment_id, :establishment, :lot, :code, :name, :lot_number, "
                  ":on_day, :reason, :shelf, :bags, :handed, :people, :author, :at)",
                  BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", recalling->at.id), TEXT("establishment", recalling->at.ref),
                       INT("lot", recalling->lot.id), INT("code", recalling->product.code), TEXT("name", recalling->product.name),
                       TEXT("lot_number", recalling->lot.number), TEXT("on_day", recalling->on), TEXT("reason", recalling->reason),
                       INT("shelf", recalling->lot.left), INT("bags", recalling->bag_units), INT("handed", recalling->handed_units),
                       INT("people", people), TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}

/* The lot is blocked first: a bag filled at the same moment waits for the product's row, and finds it blocked. */
static int recall_lot(struct recalling *recalling)
{
    struct held_line *held;
    size_t count = 0;
    int64_t people = 0;
    struct ctx *ctx = recalling->ctx;
    int result = db_run(ctx->db, "UPDATE canteen_lot SET blocked = 1 WHERE id = :id", BIND(INT("id", recalling->lot.id)), ctx->error);
    if (!result)
        result = stock_free_add(ctx->db, recalling->product.id, -recalling->lot.left, ctx->error);
    if (!result)
        result = read_held(recalling, &held, &count);
    for (size_t i = 0; i < count && !result; i++)
        result = recall_line(recalling, &held[i]);
    if (!result)
        result = db_int(ctx->db, "SELECT COUNT(DISTINCT person_id) FROM canteen_lot_use WHERE lot_id = :lot AND (units > 0 OR recalled > 0)",
                        BIND(INT("lot", recalling->lot.id)), 0, &people, ctx->error);
    return result ? result : keep_recall(recalling, people);
}

static int begin_recall(struct recalling *recalling, const struct tree *args)
{
    struct ctx *ctx = recalling->ctx;
    int result = supply_day(ctx, args, &recalling->on);
    if (!result)
        result = establishment_asked(ctx, ctx->db, args, &recalling->at, ctx->error);
    if (!result)
        result = product_find(ctx->db, ctx->arena, recalling->at.id, tree_int(args, "code", 0), &recalling->product, ctx->error);
    if (!result)
        result = product_lock(ctx->db, recalling->product.id, ctx->error);
    return result ? result
                  : lot_find(ctx->db, ctx->arena, recalling->product.id, tree_text(args, "lot_number"), &recalling->lot, ctx->error);
}

static int tell_recall(struct recalling *recalling, struct tree *result)
{
    struct rows *rows;
    struct ctx *ctx = recalling->ctx;
    int code = db_query(ctx->db, "SELECT shelf_units, bag_units, handed_units, people FROM canteen_recall WHERE lot_id = :lot",
                        BIND(INT("lot", recalling->lot.id)), &rows, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", recalling->at.ref);
    tree_set_int(ctx->arena, result, "code", recalling->product.code);
    tree_set_text(ctx->arena, result, "lot_number", recalling->lot.number);
    if (rows_next(rows)) {
        tree_set_int(ctx->arena, result, "shelf_units", rows_int(rows, 0));
        tree_set_int(ctx->arena, result, "bag_units", rows_int(rows, 1));
        tree_set_int(ctx->arena, result, "handed_units", rows_int(rows, 2));
        tree_set_int(ctx->arena, result, "people", rows_int(rows, 3));
    }
    tree_set_bool(ctx->arena, result, "before", recalling->lot.blocked);
    return rows_close(rows);
}

int supply_recall(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct recalling recalling = {.ctx = ctx, .reason = tree_text(args, "reason")};
    int code = begin_recall(&recalling, args);
    if (!code && !recalling.lot.blocked)
        code = recall_lot(&recalling);
    return code ? code : tell_recall(&recalling, result);
}
