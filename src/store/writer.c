/* Group commit: one thread writes. Waiting tasks share a transaction and one sync, each in its own savepoint.
 *
 * Nobody is answered before the sync. When the transaction is lost (an error that ends it, or COMMIT fails) the
 * tasks of the group are run again one by one, each in a transaction of its own, so that one bad task cannot take
 * the others down with it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/date.h"
#include "store/driver.h"

enum { GROUP_MAX = 256, LOG_BYTES_MAX = 32 << 20, ATTEMPTS = 6 };

struct queue {
    struct write_task *first, *last;
};

struct writer {
    struct store *store;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct queue waiting, behind;
    bool stop;
};

static void push(struct queue *queue, struct write_task *task)
{
    task->next = NULL;
    if (queue->last)
        queue->last->next = task;
    else
        queue->first = task;
    queue->last = task;
}

static struct write_task *pop(struct queue *queue)
{
    struct write_task *task = queue->first;
    if (task) {
        queue->first = task->next;
        if (!queue->first)
            queue->last = NULL;
    }
    return task;
}

/* --- ids: the counter is read and written inside each write transaction, for a second process may write too --- */

static int load_last_id(struct db *db, struct error *error)
{
    db->last_id = 0;
    int result = db->counter_known ? 0 : db->driver->has_table(db, "store_counter", &db->counter_known, error);
    if (result || !db->counter_known)
        return result;
    return db_int(db, "SELECT value FROM store_counter WHERE name = 'id'", NULL, 0, &db->last_id, error);
}

static int save_last_id(struct db *db, int64_t loaded, struct error *error)
{
    if (db->last_id == loaded)
        return 0;
    return db_run(db,
                  "INSERT INTO store_counter(name, value) VALUES ('id', :value) "
                  "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                  BIND(INT("value", db->last_id)), error);
}

int64_t db_next_id(struct db *db)
{
    int64_t now = (date_now() << 22) | ((int64_t)db->store->site << 12);
    db->last_id = now > db->last_id ? now : db->last_id + 1;
    return db->last_id;
}

/* --- one group --- */

/* False when the transaction did not survive the task. */
static bool run_in_savepoint(struct db *db, struct write_task *task)
{
    struct error lost = {0};
    struct error *error = task->error;
    if (error)
        error->code = ERR_NONE;
    db->savepoints = 0;
    if (db_savepoint(db, &lost))
        return false;
    task->result = task->run(db, task->context, error);
    db->savepoints = 1; /* whatever the task left open ends with its own */
    if (db->again || !db->driver->in_transaction(db))
        return false;
    return !(task->result ? db_savepoint_rollback(db, &lost) : db_savepoint_release(db, &lost));
}

static int write_last(struct db *db, struct error *error)
{
    return db->before_commit ? db->before_commit(db, error) : 0;
}

enum outcome {
    KEPT,
    LOST,    /* nothing was kept and nobody was answered: the tasks may be run again */
    REFUSED, /* it could not begin, or nobody knows whether it was kept: that is the answer of every task */
};

static enum outcome run_group(struct db *db, struct write_task **tasks, int count, struct error *error)
{
    db->again = db->unknown = false;
    if (db->driver->begin(db, true, error))
        return db->again ? LOST : REFUSED;
    if (load_last_id(db, error)) {
        db->driver->rollback(db);
        return LOST;
    }
    int64_t loaded = db->last_id;
    bool alive = true;
    db->before_commit = NULL;
    memset(db->memo, 0, sizeof db->memo);
    for (int i = 0; i < count && alive; i++)
        alive = run_in_savepoint(db, tasks[i]);
    if (alive && !save_last_id(db, loaded, error) && !write_last(db, error) && !db->driver->commit(db, error))
        return KEPT;
    if (db->unknown)
        return REFUSED;
    db->driver->rollback(db);
    if (!alive)
        error_set(error, ERR_INTERNAL, "", N_("The database lost a transaction. Nothing of it was kept."), NULL);
    return LOST;
}

/* Only the writer counts; others may look at any time. */
static void add_to(uint64_t *figure, uint64_t more)
{
    __atomic_fetch_add(figure, more, __ATOMIC_RELAXED);
}

static void refuse(struct write_task *task, const struct error *error)
{
    task->result = error->code ? (int)error->code : ERR_INTERNAL;
    if (task->error)
        *task->error = *error;
}

/* Another program, or the server, can cost a task its transaction several times running; a fault of its own does not
 * ask for another attempt. */
static void run_alone(struct db *db, struct write_task *task)
{
    struct error error = {0};
    enum outcome outcome = LOST;
    for (int attempt = 0; attempt < ATTEMPTS && outcome == LOST; attempt++) {
        if (attempt)
            usleep(5000u << attempt);
        add_to(&db->store->figures.reruns, 1);
        if (task->error)
            task->error->code = ERR_NONE;
        outcome = run_group(db, &task, 1, &error);
        if (outcome == LOST && !db->again)
            break;
    }
    if (outcome == LOST && task->error && task->error->code) /* the disk is full: that helps, not that a transaction was lost */
        error = *task->error;
    if (outcome != KEPT)
        refuse(task, &error);
}

static void answer(struct write_task **tasks, int count)
{
    for (int i = 0; i < count; i++)
        tasks[i]->done(tasks[i]); /* the task may be gone after this */
}

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The engine folds the log in every 4 MB, beside the readers. A reader that never rests keeps it from starting anew:
 * past the limit the gate closes for the few milliseconds that this needs. */
static void keep_log_small(struct store *store, struct db *db)
{
    if (store->driver->log_bytes(store) <= LOG_BYTES_MAX)
        return;
    int64_t start = milliseconds();
    pthread_rwlock_wrlock(&store->gate);
    store->driver->truncate_log(db);
    pthread_rwlock_unlock(&store->gate);
    uint64_t took = (uint64_t)(milliseconds() - start);
    add_to(&store->figures.truncations, 1);
    if (took > store->figures.longest_gate_ms)
        __atomic_store_n(&store->figures.longest_gate_ms, took, __ATOMIC_RELAXED);
}

static int take_group(struct writer *writer, struct write_task **tasks)
{
    int count = 0;
    pthread_mutex_lock(&writer->lock);
    while (!writer->waiting.first && !writer->behind.first && !writer->stop)
        pthread_cond_wait(&writer->wake, &writer->lock);
    while (count < GROUP_MAX && (tasks[count] = pop(&writer->waiting)))
        count++;
    if (!count && (tasks[0] = pop(&writer->behind)))
        count = 1;
    pthread_mutex_unlock(&writer->lock);
    return count;
}

static void *write_loop(void *context)
{
    struct writer *writer = context;
    struct store *store = writer->store;
    struct write_task *tasks[GROUP_MAX];
    int count;
    while ((count = take_group(writer, tasks))) {
        struct error error = {0};
        enum outcome outcome = run_group(writer->db, tasks, count, &error);
        for (int i = 0; i < count && outcome != KEPT; i++)
            if (outcome == REFUSED)
                refuse(tasks[i], &error);
            else
                run_alone(writer->db, tasks[i]);
        add_to(&store->figures.commits, 1);
        add_to(&store->figures.tasks, (uint64_t)count);
        keep_log_small(store, writer->db);
        answer(tasks, count);
    }
    return NULL;
}

int writer_start(struct store *store, struct error *error)
{
    struct writer *writer = memory_get(sizeof *writer);
    writer->store = store;
    int result = store->driver->connect(store, true, &writer->db, error);
    if (result) {
        free(writer);
        return result;
    }
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->wake, NULL);
    if (pthread_create(&writer->thread, NULL, write_loop, writer)) {
        store->driver->disconnect(writer->db);
        free(writer);
        return error_set(error, ERR_INTERNAL, "", N_("The writer could not be started: {0}."), strerror(errno), NULL);
    }
    store->writer = writer;
    return 0;
}

void writer_stop(struct store *store)
{
    struct writer *writer = store->writer;
    if (!writer)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->stop = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    store->driver->disconnect(writer->db);
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
    store->writer = NULL;
}

void store_submit(struct store *store, struct write_task *task)
{
    struct writer *writer = store->writer;
    pthread_mutex_lock(&writer->lock);
    push(task->behind ? &writer->behind : &writer->waiting, task);
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
}

/* --- submit and wait --- */

struct waiting {
    struct write_task task;
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool answered;
};

static void wake_waiting(struct write_task *task)
{
    struct waiting *waiting = (struct waiting *)task; /* task is its first member */
    pthread_mutex_lock(&waiting->lock);
    waiting->answered = true;
    pthread_cond_signal(&waiting->done);
    pthread_mutex_unlock(&waiting->lock);
}

int store_write(struct store *store, int (*run)(struct db *, void *, struct error *), void *context, bool behind,
                struct error *error)
{
    struct waiting waiting = {
        .task = {.run = run, .context = context, .behind = behind, .error = error, .done = wake_waiting}};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.done, NULL);
    store_submit(store, &waiting.task);
    pthread_mutex_lock(&waiting.lock);
    while (!waiting.answered)
        pthread_cond_wait(&waiting.done, &waiting.lock);
    pthread_mutex_unlock(&waiting.lock);
    pthread_cond_destroy(&waiting.done);
    pthread_mutex_destroy(&waiting.lock);
    return waiting.task.result;
}
