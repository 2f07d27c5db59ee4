/* tender import: any known format, found from the content.
 *
 * The job's thread reads, folds, watches and derives one batch while the writer commits the one before. What is known
 * already is told by its hash before any of that, so that importing a file again costs little more than reading it. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/action.h"
#include "tenders/keep.h"
#include "tenders/matters.h"
#include "tenders/notice.h"
#include "tenders/seen.h"

enum { BATCH_ROWS = 500, BATCH_BYTES_MAX = 8 << 20, BATCHES = 3, REFUSED_MAX = 1000 };

struct counts {
    int64_t kept[KEPT_CHANGED + 1], problems;
};

struct import;

struct batch {
    struct import *import;
    struct arena *arena, *scratch; /* scratch is the writer's */
    struct incoming *rows;
    int count;
    struct counts counts; /* of the last run of the task */
    int64_t newest;       /* id of the newest notice when known ones were dropped */
    struct write_task task;
    struct error error;
    bool busy; /* under import->lock */
};

struct import {
    struct ctx *ctx;
    struct watch *watch;
    struct notice_reader *reader;
    bool preview;
    struct batch batches[BATCHES];
    pthread_mutex_t lock;
    pthread_cond_t free;
    int64_t read, refused;
    struct seen seen; /* references of this file, and what its notices name */
    int64_t own, foreign; /* the writer's: ids of the newest notice of this import, and of others while it ran */
    struct counts counts;
    struct tree *refusals;
    struct error *error;
    int failed; /* code of the first batch that failed */
};

/* --- the writer's side --- */

/* What was found fresh when it was read is still fresh unless somebody else has imported since. */
static int check_fresh(struct db *db, struct batch *batch, struct error *error)
{
    struct import *import = batch->import;
    int64_t newest;
    int result = db_int(db, "SELECT max(id) FROM notice", NULL, 0, &newest, error);
    if (result)
        return result;
    if (newest != import->own)
        import->foreign = newest;
    for (int i = 0; import->foreign > batch->newest && i < batch->count; i++)
        batch->rows[i].fresh = false;
    return 0;
}

static int keep_batch(struct db *db, void *context, struct error *error)
{
    struct batch *batch = context;
    struct keeper keeper = {batch->import->watch, batch->scratch};
    arena_reset(batch->scratch);
    batch->counts = (struct counts){0};
    int result = check_fresh(db, batch, error);
    if (result)
        return result;
    for (int i = 0; i < batch->count; i++) {
        enum kept kept;
        result = notice_keep(db, &keeper, &batch->rows[i], &kept, error);
        if (result)
            return result;
        if (kept != KEPT_SAME)
            batch->import->own = batch->rows[i].kept.id;
        batch->counts.kept[kept]++;
        const struct tree *problems = batch->rows[i].kept.notice.problems;
        if (kept != KEPT_SAME && problems)
            batch->counts.problems += (int64_t)problems->count;
    }
    return 0;
}

static void batch_done(struct write_task *task)
{
    struct batch *batch = (struct batch *)((char *)task - offsetof(struct batch, task));
    struct import *import = batch->import;
    pthread_mutex_lock(&import->lock);
    if (task->result && !import->failed) {
        import->failed = task->result;
        *import->error = batch->error;
    }
    for (int i = 0; !task->result && i <= KEPT_CHANGED; i++)
        import->counts.kept[i] += batch->counts.kept[i];
    if (!task->result)
        import->counts.problems += batch->counts.problems;
    batch->busy = false;
    pthread_cond_signal(&import->free);
    pthread_mutex_unlock(&import->lock);
}

/* --- the reader's side --- */

static struct batch *take_batch(struct import *import)
{
    struct batch *found = NULL;
    pthread_mutex_lock(&import->lock);
    while (!found) {
        for (int i = 0; i < BATCHES && !found; i++)
            if (!import->batches[i].busy)
                found = &import->batches[i];
        if (!found)
            pthread_cond_wait(&import->free, &import->lock);
    }
    found->busy = true;
    pthread_mutex_unlock(&import->lock);
    arena_reset(found->arena);
    found->rows = ARENA_ARRAY(found->arena, struct incoming, BATCH_ROWS);
    found->count = 0;
    return found;
}

static void wait_for_all(struct import *import)
{
    pthread_mutex_lock(&import->lock);
    for (int i = 0; i < BATCHES; i++)
        while (import->batches[i].busy)
            pthread_cond_wait(&import->free, &import->lock);
    pthread_mutex_unlock(&import->lock);
}

static void add_refusal(struct import *import, const struct error *refusal)
{
    char text[ERROR_TEXT_BYTES];
    struct arena *arena = import->ctx->arena;
    import->refused++;
    if (import->refused > REFUSED_MAX)
        return; /* counted, not listed */
    struct tree *item = tree_add_map(arena, import->refusals);
    error_format(refusal, tr(import->ctx->language, refusal->message), text, sizeof text);
    tree_set_int(arena, item, "line", (int64_t)notice_reader_line(import->reader));
    tree_set_text(arena, item, "field", arena_strdup(arena, refusal->field));
    tree_set_text(arena, item, "reason", arena_strdup(arena, text));
}

/* Reads notices until the batch is full. False at the end of the file. */
static bool read_batch(struct import *import, struct batch *batch)
{
    size_t bytes = 0;
    struct error refusal = {0};
    while (batch->count < BATCH_ROWS && bytes < BATCH_BYTES_MAX) {
        struct incoming *row = &batch->rows[batch->count];
        enum notice_step step = notice_next(import->reader, batch->arena, &row->kept.notice, &refusal);
        if (step == NOTICE_END)
            return false;
        import->read++;
        if (step == NOTICE_REFUSED) {
            add_refusal(import, &refusal);
            continue;
        }
        incoming_hash(row);
        bytes += row->kept.notice.raw_length;
        batch->count++;
    }
    return true;
}

static int is_known(struct db *db, const struct incoming *row, bool *ret_known, bool *ret_reference, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT hash FROM notice WHERE reference = :reference AND source = :source",
                          BIND(TEXT("reference", row->kept.notice.reference), TEXT("source", row->kept.notice.source)),
                          &rows, error);
    if (result)
        return result;
    *ret_known = *ret_reference = false;
    while (!*ret_known && rows_next(rows)) {
        *ret_reference = true;
        *ret_known = text_is(rows_text(rows, 0), row->hash);
    }
    return rows_close(rows);
}

/* True when a notice of this file has the reference already, or names it. */
static bool was_seen(struct import *import, const struct notice *notice)
{
    struct arena *arena = import->ctx->arena;
    bool seen = seen_add(&import->seen, notice->source, notice->reference);
    for (const char *at = notice->earlier ? notice->earlier : ""; *at;) {
        size_t length = strcspn(at, " ");
        seen_add(&import->seen, notice->source, arena_copy(arena, at, length));
        at += length + (at[length] == ' ');
    }
    return seen;
}

static int read_newest(struct db *db, struct batch *batch, bool *ret_links, struct error *error)
{
    int64_t found = 0;
    int result = db_int(db, "SELECT max(id) FROM notice", NULL, 0, &batch->newest, error);
    if (!result)
        result = db_int(db, "SELECT notice FROM notice_link LIMIT 1", NULL, 0, &found, error);
    *ret_links = found != 0;
    return result;
}

/* Leaves only what the database does not have. What another import adds meanwhile the writer finds. */
static int drop_known(struct import *import, struct batch *batch)
{
    struct db *db;
    bool links = true;
    int kept = 0, result = store_reader(import->ctx->app->store, &db, import->error);
    if (result)
        return result;
    result = db_begin_read(db, import->error);
    bool reading = !result;
    if (!result)
        result = read_newest(db, batch, &links, import->error);
    for (int i = 0; i < batch->count && !result; i++) {
        bool known, reference;
        result = is_known(db, &batch->rows[i], &known, &reference, import->error);
        if (result)
            break;
        batch->rows[i].fresh = !was_seen(import, &batch->rows[i].kept.notice) && !reference && !links;
        if (known) {
            import->counts.kept[KEPT_SAME]++;
            continue;
        }
        if (kept != i)
            batch->rows[kept] = batch->rows[i];
        batch->rows[kept].kept.hash = batch->rows[kept].hash;
        kept++;
        if (import->preview)
            import->counts.kept[reference ? KEPT_CHANGED : KEPT_NEW]++;
    }
    if (reading)
        db_end_read(db);
    store_release(import->ctx->app->store, db);
    batch->count = kept;
    return result;
}

static void submit(struct import *import, struct batch *batch)
{
    for (int i = 0; i < batch->count; i++)
        incoming_prepare(batch->arena, import->watch, &batch->rows[i]);
    batch->task = (struct write_task){
        .run = keep_batch, .context = batch, .behind = true, .error = &batch->error, .done = batch_done};
    store_submit(import->ctx->app->store, &batch->task);
}

static void give_back(struct import *import, struct batch *batch)
{
    pthread_mutex_lock(&import->lock);
    batch->busy = false;
    pthread_mutex_unlock(&import->lock);
}

static int import_all(struct import *import)
{
    bool more = true;
    int result = 0;
    while (more && !result && !job_stopping(import->ctx->job)) {
        struct batch *batch = take_batch(import);
        more = read_batch(import, batch);
        result = drop_known(import, batch);
        if (!result && batch->count && !import->preview)
            submit(import, batch);
        else
            give_back(import, batch);
        job_progress(import->ctx->job, (int64_t)(notice_reader_progress(import->reader) * 1000), 1000);
        pthread_mutex_lock(&import->lock);
        result = result ? result : import->failed;
        pthread_mutex_unlock(&import->lock);
    }
    wait_for_all(import);
    return result ? result : import->failed;
}

static void report(const struct import *import, struct tree *result)
{
    struct arena *arena = import->ctx->arena;
    tree_set_int(arena, result, "read", import->read);
    tree_set_int(arena, result, "new", import->counts.kept[KEPT_NEW]);
    tree_set_int(arena, result, "changed", import->counts.kept[KEPT_CHANGED]);
    tree_set_int(arena, result, "same", import->counts.kept[KEPT_SAME]);
    tree_set_int(arena, result, "merged", import->counts.kept[KEPT_MERGED]);
    tree_set_int(arena, result, "problems", import->counts.problems);
    tree_set(arena, result, "refused", import->refusals);
}

int tender_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct error failure = {0};
    struct import import = {.ctx = ctx,
                            .preview = tree_true(tree_get(args, "preview")),
                            .refusals = tree_list(ctx->arena),
                            .error = &failure};
    int code = watch_open(ctx->arena, &import.watch, ctx->error);
    if (!code)
        code = notice_reader_open(ctx->arena, ctx->file.bytes, ctx->file.length, &import.reader, ctx->error);
    if (code)
        return code;
    pthread_mutex_init(&import.lock, NULL);
    pthread_cond_init(&import.free, NULL);
    for (int i = 0; i < BATCHES; i++)
        import.batches[i] = (struct batch){.import = &import, .arena = arena_new(), .scratch = arena_new()};
    code = import_all(&import);
    for (int i = 0; i < BATCHES; i++) {
        arena_free(import.batches[i].arena);
        arena_free(import.batches[i].scratch);
    }
    seen_free(&import.seen);
    pthread_cond_destroy(&import.free);
    pthread_mutex_destroy(&import.lock);
    report(&import, result);
    if (code)
        *ctx->error = failure;
    return code;
}
