#include "kernel/job.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/log.h"
#include "kernel/action.h"

enum { RUNNING_MAX = 8, KEPT_MAX = 64, REPORTS_MAX = 12 };

struct job {
    pthread_mutex_t lock; /* over all that is shown while it runs */
    int64_t id;
    struct app *app;
    const struct action *action;
    struct arena *arena;
    struct session session; /* a copy: the request's is gone by then */
    struct grant grant;
    const char *language, *actor;
    const struct tree *args;
    struct upload file;
    int64_t started_ms, ended_ms, done, total;
    struct {
        const char *name;
        char text[256];
    } reports[REPORTS_MAX];
    int report_count;
    const char *state; /* literal */
    struct tree *result;
    struct error error;
    const char *key, *body_hash; /* of the command line: the answer is kept when it ends; NULL: none */
    atomic_bool own_stop;
    atomic_bool *stop;
    job_tell *tell; /* on the command line */
    void *tell_context;
    pthread_t thread;
    bool threaded, ended;
};

struct jobs {
    pthread_mutex_t lock;
    struct job *list[KEPT_MAX];
    int count, reserved; /* reserved: made, its row not yet written */
};

struct jobs *jobs_new(void)
{
    struct jobs *jobs = memory_get(sizeof *jobs);
    pthread_mutex_init(&jobs->lock, NULL);
    return jobs;
}

static void job_free(struct job *job)
{
    if (job->threaded)
        pthread_join(job->thread, NULL);
    pthread_mutex_destroy(&job->lock);
    free((char *)job->file.bytes);
    arena_free(job->arena);
    free(job);
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    for (int i = 0; i < jobs->count; i++)
        atomic_store(jobs->list[i]->stop, true);
    for (int i = 0; i < jobs->count; i++)
        job_free(jobs->list[i]);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

/* --- inside --- */

static struct tree *report_tree(const struct job *job, struct arena *arena)
{
    struct tree *report = tree_map(arena);
    for (int i = 0; i < job->report_count; i++)
        tree_set_text(arena, report, job->reports[i].name, arena_strdup(arena, job->reports[i].text));
    return report;
}

static void tell(struct job *job)
{
    if (!job->tell)
        return;
    _cleanup_arena_ struct arena *scratch = arena_new();
    job->tell(job->tell_context, job->done, job->total, report_tree(job, scratch));
}

void job_progress(struct job *job, int64_t done, int64_t total)
{
    pthread_mutex_lock(&job->lock);
    job->done = done;
    job->total = total;
    pthread_mutex_unlock(&job->lock);
    tell(job);
}

void job_report(struct job *job, const char *name, const char *text)
{
    pthread_mutex_lock(&job->lock);
    int i = 0;
    while (i < job->report_count && strcmp(job->reports[i].name, name) != 0)
        i++;
    if (i < REPORTS_MAX) {
        job->reports[i].name = name;
        snprintf(job->reports[i].text, sizeof job->reports[i].text, "%s", text);
        if (i == job->report_count)
            job->report_count++;
    }
    pthread_mutex_unlock(&job->lock);
}

bool job_stopping(struct job *job)
{
    return atomic_load(job->stop);
}

atomic_bool *job_stop_flag(struct job *job)
{
    return job->stop;
}

/* --- running --- */

struct closing {
    struct job *job;
    int code;
    bool kept; /* has a row in the table job */
    const char *result_json, *arguments;
};

/* On the command line, for its key. The same key may have been used by another program meanwhile: the first stays. */
static int keep_answer(struct db *db, const struct job *job, const char *result_json, struct error *error)
{
    int64_t kept;
    int result = db_int(db, "SELECT count(*) FROM idempotency WHERE actor = :actor AND key = :key",
                        BIND(TEXT("actor", job->actor), TEXT("key", job->key)), 0, &kept, error);
    return result || kept ? result : journal_keep_answer(db, job->actor, job->key, job->body_hash, result_json, error);
}

/* One transaction: the job's journal row, and its end where a server's page can find it. */
static int close_job(struct db *db, void *context, struct error *error)
{
    struct closing *closing = context;
    struct job *job = closing->job;
    struct journal_row row = {job->actor, job->action->name, journal_outcome(job->arena, closing->code, &job->error),
                              closing->arguments};
    if (!closing->code && job->result)
        row.outcome = arena_printf(job->arena, "done %s", closing->result_json);
    int result = journal_append(db, &row, error);
    if (!result && !closing->code && job->key)
        result = keep_answer(db, job, closing->result_json, error);
    if (result || !closing->kept)
        return result;
    return db_run(db, "UPDATE job SET ended = :ended, state = :state, result = :result WHERE id = :id",
                  BIND(INT("ended", job->ended_ms), TEXT("state", job->state), TEXT("result", closing->result_json),
                       INT("id", job->id)),
                  error);
}

/* What is kept of a result: long lists (refused lines of an import) are the page's, not the journal's. */
static const char *short_json(struct arena *arena, const struct tree *result)
{
    enum { KEPT_BYTES = 16384 };
    struct buffer json = {0};
    if (result)
        tree_write_json(result, &json, false);
    const char *text = json.length && json.length <= KEPT_BYTES ? arena_copy(arena, json.bytes, json.length) : "{}";
    if (json.length > KEPT_BYTES) {
        struct tree *cut = tree_map(arena);
        for (const struct tree *member = result->first; member; member = member->next)
            if (member->kind != TREE_LIST && member->kind != TREE_MAP)
                tree_set(arena, cut, member->name, (struct tree *)member);
        buffer_clear(&json);
        tree_write_json(cut, &json, false);
        text = arena_copy(arena, json.bytes, json.length);
    }
    buffer_free(&json);
    return text;
}

static int run_job(struct job *job, bool kept)
{
    struct ctx ctx = {.app = job->app,
                      .arena = job->arena,
                      .session = &job->session,
                      .grant = &job->grant,
                      .language = job->language,
                      .action = job->action->name,
                      .job = job,
                      .file = job->file,
                      .error = &job->error,
                      .now_ms = date_now()};
    date_today(ctx.today);
    struct tree *result = tree_map(job->arena);
    int code = job->action->run(&ctx, job->args, result);
    if (code && job->error.code == ERR_NONE)
        error_set(&job->error, (enum error_code)code, "", N_("The action failed."), NULL);
    pthread_mutex_lock(&job->lock);
    job->result = result;
    job->ended_ms = date_now();
    job->state = code ? "failed" : job_stopping(job) ? "stopped" : "done";
    pthread_mutex_unlock(&job->lock);
    struct closing closing = {job, code, kept, short_json(job->arena, result),
                              journal_arguments(job->arena, job->action, job->args, &job->file)};
    struct error error = {0};
    int closed = store_write(job->app->store, close_job, &closing, false, &error);
    if (closed && !code) {
        pthread_mutex_lock(&job->lock);
        job->error = error;
        job->state = "failed";
        pthread_mutex_unlock(&job->lock);
        code = closed;
    }
    return code;
}

static void *run_thread(void *context)
{
    struct job *job = context;
    int code = run_job(job, true);
    if (code == ERR_INTERNAL)
        log_line("job %" PRId64 " (%s) failed", job->id, job->action->name);
    pthread_mutex_lock(&job->lock);
    job->ended = true;
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

static struct job *job_new(struct app *app, const struct action *action, const struct action_request *request,
                           const struct grant *grant, struct arena *arena)
{
    struct job *job = memory_get(sizeof *job);
    pthread_mutex_init(&job->lock, NULL);
    job->app = app;
    job->action = action;
    job->arena = arena;
    job->session = *request->session;
    job->grant = *grant;
    job->language = request->language;
    job->actor = arena_strdup(arena, actor_name(app, request->session, arena));
    job->session.name = job->actor;
    job->grant.service = arena_strdup(arena, grant->service);
    for (int i = 0; i < job->session.grant_count; i++)
        job->session.grants[i].service = arena_strdup(arena, job->session.grants[i].service);
    job->stop = &job->own_stop;
    job->state = "running";
    job->started_ms = date_now();
    return job;
}

/* Trees are copied through their JSON: one path, and nothing of the request's arena is kept. */
static int copy_args(struct job *job, const struct tree *args, struct error *error)
{
    struct buffer json = {0};
    struct tree *copy;
    tree_write_json(args, &json, false);
    int result = tree_read_json(job->arena, arena_copy(job->arena, json.bytes, json.length), json.length, &copy, error);
    buffer_free(&json);
    job->args = copy;
    return result;
}

int job_insert(struct db *db, struct job *job, struct error *error)
{
    job->id = db_next_id(db);
    return db_run(db,
                  "INSERT INTO job(id, action, user_id, actor, started, ended, state, result) "
                  "VALUES (:id, :action, :user_id, :actor, :started, 0, 'running', '{}')",
                  BIND(INT("id", job->id), TEXT("action", job->action->name), INT("user_id", job->session.user),
                       TEXT("actor", job->actor), INT("started", job->started_ms)),
                  error);
}

int64_t job_id(const struct job *job)
{
    return job->id;
}

static int refuse_more(struct error *error)
{
    return error_set(error, ERR_BUSY, "", N_("Too many long tasks are running. Wait for one to end."), NULL);
}

/* Refused before anything is written: a row without a task would show as running for ever. */
static int reserve_place(struct jobs *jobs, struct error *error)
{
    pthread_mutex_lock(&jobs->lock);
    int running = jobs->reserved;
    for (int i = 0; i < jobs->count; i++) {
        pthread_mutex_lock(&jobs->list[i]->lock);
        running += !jobs->list[i]->ended;
        pthread_mutex_unlock(&jobs->list[i]->lock);
    }
    jobs->reserved += running < RUNNING_MAX;
    pthread_mutex_unlock(&jobs->lock);
    return running < RUNNING_MAX ? 0 : refuse_more(error);
}

/* Forgets the oldest that has ended (its row stays). Fewer run than are kept: there is one. */
static void forget_oldest(struct jobs *jobs)
{
    for (int i = 0; i < jobs->count; i++) {
        pthread_mutex_lock(&jobs->list[i]->lock);
        bool ended = jobs->list[i]->ended;
        pthread_mutex_unlock(&jobs->list[i]->lock);
        if (!ended)
            continue;
        job_free(jobs->list[i]);
        memmove(&jobs->list[i], &jobs->list[i + 1], (size_t)(jobs->count - i - 1) * sizeof jobs->list[0]);
        jobs->count--;
        return;
    }
}

int job_make(struct app *app, const struct action *action, const struct action_request *request,
             const struct tree *args, const struct grant *grant, struct job **ret_job, struct error *error)
{
    int result = reserve_place(app->jobs, error);
    if (result)
        return result;
    struct job *job = job_new(app, action, request, grant, arena_new());
    result = copy_args(job, args, error);
    if (result) {
        job_drop(job);
        return result;
    }
    if (request->file.bytes) {
        char *bytes = memory_get(request->file.length + 1);
        memcpy(bytes, request->file.bytes, request->file.length);
        job->file = (struct upload){arena_strdup(job->arena, request->file.name), bytes, request->file.length};
    }
    *ret_job = job;
    return 0;
}

void job_drop(struct job *job)
{
    struct jobs *jobs = job->app->jobs;
    pthread_mutex_lock(&jobs->lock);
    jobs->reserved--;
    pthread_mutex_unlock(&jobs->lock);
    job_free(job);
}

void job_go(struct job *job)
{
    struct jobs *jobs = job->app->jobs;
    pthread_mutex_lock(&jobs->lock);
    jobs->reserved--;
    if (jobs->count == KEPT_MAX)
        forget_oldest(jobs);
    jobs->list[jobs->count++] = job;
    job->threaded = !pthread_create(&job->thread, NULL, run_thread, job);
    if (!job->threaded) { /* no thread to be had: its row says interrupted from the next start on */
        job->state = "failed";
        job->ended_ms = date_now();
        job->ended = true;
        (void)refuse_more(&job->error);
    }
    pthread_mutex_unlock(&jobs->lock);
}

int job_run_here(struct app *app, const struct action *action, const struct action_request *request,
                 const struct tree *args, const char *body_hash, const struct grant *grant, atomic_bool *stop,
                 job_tell *tell, void *tell_context, struct arena *arena, struct tree **ret_result,
                 struct error *error)
{
    struct job *job = job_new(app, action, request, grant, arena);
    job->args = args;
    job->key = request->idempotency_key;
    job->body_hash = body_hash;
    job->file = request->file;
    job->tell = tell;
    job->tell_context = tell_context;
    if (stop)
        job->stop = stop;
    int code = run_job(job, false);
    *ret_result = job->result;
    if (code)
        *error = job->error;
    pthread_mutex_destroy(&job->lock);
    free(job);
    return code;
}

/* --- from outside --- */

static bool may_see(const struct session *session, int64_t owner)
{
    return (session_roles(session) & ROLE_COORDINATOR) || (session->user && session->user == owner);
}

static void show_error(struct tree *map, const struct error *error, const char *language, struct arena *arena)
{
    char text[ERROR_TEXT_BYTES];
    struct tree *shown = tree_set_map(arena, map, "error");
    error_format(error, tr(language, error->message), text, sizeof text);
    tree_set_int(arena, shown, "code", error->code);
    tree_set_text(arena, shown, "field", arena_strdup(arena, error->field));
    tree_set_text(arena, shown, "message", arena_strdup(arena, text));
}

static struct tree *show_live(struct job *job, const char *language, struct arena *arena)
{
    struct tree *map = tree_map(arena);
    pthread_mutex_lock(&job->lock);
    bool running = !job->ended_ms;
    tree_set_int(arena, map, "id", job->id);
    tree_set_text(arena, map, "action", job->action->name);
    tree_set_text(arena, map, "title", tr(language, job->action->title));
    tree_set_text(arena, map, "state", job->state);
    tree_set_bool(arena, map, "running", running);
    tree_set_int(arena, map, "done", job->done);
    tree_set_int(arena, map, "total", job->total);
    tree_set_int(arena, map, "seconds", ((running ? date_now() : job->ended_ms) - job->started_ms) / 1000);
    tree_set(arena, map, "report", report_tree(job, arena));
    struct buffer json = {0};
    struct error ignored;
    struct tree *result;
    if (job->result) { /* a copy: the job may be forgotten while the page is written */
        tree_write_json(job->result, &json, false);
        if (!tree_read_json(arena, json.bytes, json.length, &result, &ignored))
            tree_set(arena, map, "result", result);
        buffer_free(&json);
    }
    if (!running && job->error.code)
        show_error(map, &job->error, language, arena);
    else
        tree_set_text(arena, map, "error", NULL);
    pthread_mutex_unlock(&job->lock);
    return map;
}

static struct tree *show_kept(struct app *app, int64_t id, const struct session *session, const char *language,
                              struct arena *arena)
{
    struct error ignored = {0};
    struct db *db;
    struct rows *rows;
    struct tree *map = NULL;
    if (store_reader(app->store, &db, &ignored))
        return NULL;
    if (!db_begin_read(db, &ignored)) {
        if (!db_query(db, "SELECT user_id, action, started, ended, state, result FROM job WHERE id = :id",
                      BIND(INT("id", id)), &rows, &ignored)) {
            if (rows_next(rows) && may_see(session, rows_int(rows, 0))) {
                const char *name = arena_strdup(arena, rows_text(rows, 1)), *json = rows_text(rows, 5);
                const struct action *action = app_action(app, name);
                struct tree *result;
                map = tree_map(arena);
                tree_set_int(arena, map, "id", id);
                tree_set_text(arena, map, "action", name);
                tree_set_text(arena, map, "title", action ? tr(language, action->title) : name);
                tree_set_text(arena, map, "state", arena_strdup(arena, rows_text(rows, 4)));
                tree_set_bool(arena, map, "running", false);
                tree_set_text(arena, map, "error", NULL);
                tree_set_int(arena, map, "seconds", (rows_int(rows, 3) - rows_int(rows, 2)) / 1000);
                if (!tree_read_json(arena, json, strlen(json), &result, &ignored))
                    tree_set(arena, map, "result", result);
            }
            (void)rows_close(rows);
        }
        db_end_read(db);
    }
    store_release(app->store, db);
    return map;
}

static struct job *find_job(struct jobs *jobs, int64_t id, const struct session *session)
{
    for (int i = 0; i < jobs->count; i++)
        if (jobs->list[i]->id == id)
            return may_see(session, jobs->list[i]->session.user) ? jobs->list[i] : NULL;
    return NULL;
}

struct tree *job_show(struct app *app, int64_t id, const struct session *session, const char *language,
                      struct arena *arena)
{
    pthread_mutex_lock(&app->jobs->lock);
    struct job *job = find_job(app->jobs, id, session);
    struct tree *map = job ? show_live(job, language, arena) : NULL;
    pthread_mutex_unlock(&app->jobs->lock);
    return map ? map : show_kept(app, id, session, language, arena);
}

bool job_stop(struct app *app, int64_t id, const struct session *session)
{
    pthread_mutex_lock(&app->jobs->lock);
    struct job *job = find_job(app->jobs, id, session);
    if (job)
        atomic_store(job->stop, true);
    pthread_mutex_unlock(&app->jobs->lock);
    return job != NULL;
}

static int mark_interrupted(struct db *db, void *context, struct error *error)
{
    (void)context;
    return db_run(db, "UPDATE job SET state = 'interrupted', ended = started WHERE state = 'running'", NULL, error);
}

int jobs_mark_interrupted(struct app *app, struct error *error)
{
    return store_write(app->store, mark_interrupted, NULL, false, error);
}
