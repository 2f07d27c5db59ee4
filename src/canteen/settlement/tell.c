/* The list of debits that the accounts office is told, numbered: once told a debit is on no other list. */
#include <string.h>

#include "base/arena.h"
#include "canteen/internal.h"
#include "canteen/settlement/internal.h"
#include "kernel/action.h"

struct listing {
    struct ctx *ctx;
    struct establishment at;
    int64_t cycle; /* 0: all of the establishment */
    const char *on;
    int64_t batch, number, count, debit_cents, unblock_cents;
};

/* The rows are ours until the end: two hands that make a list follow each other, and the second finds nothing left. */
static int lock_debits(struct listing *listing)
{
    struct rows *rows;
    int result = db_query(listing->ctx->db,
                          "SELECT id FROM canteen_debit WHERE establishment_id = :at AND state = 'to_tell' AND (:cycle = 0 OR "
                          "cycle_id = :cycle) ORDER BY id /* FOR UPDATE */",
                          BIND(INT("at", listing->at.id), INT("cycle", listing->cycle)), &rows, listing->ctx->error);
    if (result)
        return result;
    while (rows_next(rows))
        listing->count++;
    return rows_close(rows);
}

static int open_batch(struct listing *listing)
{
    struct ctx *ctx = listing->ctx;
    int result = db_int(ctx->db, "SELECT MAX(number) FROM canteen_batch WHERE establishment_id = :at", BIND(INT("at", listing->at.id)), 0,
                        &listing->number, ctx->error);
    listing->number++;
    listing->batch = db_next_id(ctx->db);
    return result ? result
                  : db_run(ctx->db,
                           "INSERT INTO canteen_batch(id, establishment_id, establishment, number, told_on, debit_count, debit_cents, "
                           "unblock_cents, author, at) VALUES (:id, :at_id, :establishment, :number, :told_on, 0, 0, 0, :author, :at)",
                           BIND(INT("id", listing->batch), INT("at_id", listing->at.id), TEXT("establishment", listing->at.ref),
                                INT("number", listing->number), TEXT("told_on", listing->on),
                                TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                           ctx->error);
}

static int sum_batch(struct listing *listing)
{
    struct ctx *ctx = listing->ctx;
    struct rows *rows;
    int result = db_query(ctx->db,
                          "SELECT COUNT(*), CAST(COALESCE(SUM(charged_cents), 0) AS INTEGER), CAST(COALESCE(SUM(CASE WHEN blocked_cents > 0 "
                          "THEN blocked_cents - charged_cents ELSE 0 END), 0) AS INTEGER) FROM canteen_debit WHERE batch_id = :batch",
                          BIND(INT("batch", listing->batch)), &rows, ctx->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        listing->count = rows_int(rows, 0);
        listing->debit_cents = rows_int(rows, 1);
        listing->unblock_cents = rows_int(rows, 2);
    }
    result = rows_close(rows);
    return result ? result
                  : db_run(ctx->db,
                           "UPDATE canteen_batch SET debit_count = :count, debit_cents = :debits, unblock_cents = :unblock WHERE id = :id",
                           BIND(INT("count", listing->count), INT("debits", listing->debit_cents), INT("unblock", listing->unblock_cents),
                                INT("id", listing->batch)),
                           ctx->error);
}

/* The orders of the list: what the mirror adds to a balance no longer counts on them. */
static int tell_orders(struct listing *listing)
{
    struct ctx *ctx = listing->ctx;
    int64_t *orders = ARENA_ARRAY(ctx->arena, int64_t, (size_t)listing->count + 1);
    int64_t count = 0;
    struct rows *rows;
    int result = db_query(ctx->db, "SELECT order_id FROM canteen_debit WHERE batch_id = :batch AND kind <> 'give_back'",
                          BIND(INT("batch", listing->batch)), &rows, ctx->error);
    if (result)
        return result;
    while (count < listing->count && rows_next(rows))
        orders[count++] = rows_int(rows, 0);
    result = rows_close(rows);
    for (int64_t i = 0; i < count && !result; i++)
        result = order_told(ctx->db, orders[i], ctx->error);
    return result;
}

static int make_batch(struct listing *listing)
{
    struct ctx *ctx = listing->ctx;
    int result = open_batch(listing);
    if (!result)
        result = db_run(ctx->db,
                        "UPDATE canteen_debit SET state = 'told', batch_id = :batch WHERE establishment_id = :at AND state = 'to_tell' AND "
                        "(:cycle = 0 OR cycle_id = :cycle)",
                        BIND(INT("batch", listing->batch), INT("at", listing->at.id), INT("cycle", listing->cycle)), ctx->error);
    if (!result)
        result = sum_batch(listing);
    return result ? result : tell_orders(listing);
}

int settlement_tell(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct listing listing = {.ctx = ctx};
    struct cycle cycle = {0};
    int code = day_told(ctx, args, &listing.on);
    if (!code)
        code = establishment_asked(ctx, ctx->db, args, &listing.at, ctx->error);
    if (!code && tree_text(args, "cycle"))
        code = cycle_find(ctx->db, ctx->arena, listing.at.id, tree_text(args, "cycle"), &cycle, ctx->error);
    listing.cycle = cycle.id;
    if (!code)
        code = lock_debits(&listing);
    if (!code && listing.count)
        code = make_batch(&listing);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", listing.at.ref);
    if (listing.number)
        tree_set_int(ctx->arena, result, "batch", listing.number);
    tree_set_int(ctx->arena, result, "debits", listing.count);
    tree_set_int(ctx->arena, result, "debit_cents", listing.debit_cents);
    tree_set_int(ctx->arena, result, "unblock_cents", listing.unblock_cents);
    tree_set_bool(ctx->arena, result, "before", !listing.count);
    return 0;
}
