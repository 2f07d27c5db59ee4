/* tender derive: all calls anew, from the notices that are kept. For when the rules of the watch have changed. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/tree.h"
#include "kernel/action.h"
#include "kernel/job.h"
#include "tenders/keep.h"
#include "tenders/matters.h"

enum { BATCH_CALLS = 500 };

struct deriving {
    const struct watch *watch;
    int64_t after; /* the last call that was derived */
    int64_t count; /* of this batch */
};

static int derive_batch(struct db *db, void *context, struct error *error)
{
    struct deriving *deriving = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    int64_t ids[BATCH_CALLS];
    struct rows *rows;
    deriving->count = 0;
    int result = db_query(db, "SELECT id FROM tender WHERE id > :after ORDER BY id LIMIT 500",
                          BIND(INT("after", deriving->after)), &rows, error);
    if (result)
        return result;
    while (deriving->count < BATCH_CALLS && rows_next(rows))
        ids[deriving->count++] = rows_int(rows, 0);
    result = rows_close(rows);
    struct keeper keeper = {deriving->watch, arena};
    for (int64_t i = 0; i < deriving->count && !result; i++)
        result = tender_derive_again(db, &keeper, ids[i], error);
    if (!result && deriving->count)
        deriving->after = ids[deriving->count - 1];
    return result;
}

/* `after` moves in the task: a task that is run again after a lost transaction must start where it did. */
struct attempt {
    struct deriving *deriving;
    int64_t after;
};

static int run_attempt(struct db *db, void *context, struct error *error)
{
    struct attempt *attempt = context;
    attempt->deriving->after = attempt->after;
    return derive_batch(db, attempt->deriving, error);
}

int tender_derive(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    struct watch *watch;
    struct deriving deriving = {0};
    int64_t total = 0;
    int code = watch_open(ctx->arena, &watch, ctx->error);
    deriving.watch = watch;
    while (!code && !job_stopping(ctx->job)) {
        struct attempt attempt = {&deriving, deriving.after};
        code = ctx_write(ctx, run_attempt, &attempt);
        total += code ? 0 : deriving.count;
        if (!deriving.count)
            break;
        job_progress(ctx->job, total, 0);
    }
    tree_set_int(ctx->arena, result, "derived", total);
    return code;
}
