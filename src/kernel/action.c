/* Running an action: access, validation, one savepoint, one journal row, one answer after the sync. */
#include "kernel/action.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/job.h"

enum { KEY_BYTES_MAX = 200, FILE_HERE_BYTES = 1 << 20 }; /* a larger file is copied by a worker, not by a web thread */

/* --- what the journal says --- */

const char *actor_name(const struct app *app, const struct session *session, struct arena *arena)
{
    return session->local ? arena_printf(arena, "local:%s", app->operator_name) : session->name;
}

static struct tree *public_arguments(struct arena *arena, const struct field *fields, const struct tree *args)
{
    struct tree *shown = tree_map(arena);
    for (const struct tree *member = args->first; member; member = member->next) {
        const struct field *field = fields;
        while (field->name && strcmp(field->name, member->name) != 0)
            field++;
        if (!field->name || field->kind == FIELD_SECRET)
            continue; /* what prepare added, and secrets */
        if (field->sealed)
            tree_set_text(arena, shown, member->name, "…");
        else if (field->kind == FIELD_LIST) {
            struct tree *list = tree_set_list(arena, shown, member->name);
            for (const struct tree *item = member->first; item; item = item->next)
                tree_add(list, public_arguments(arena, field->of, item));
        } else
            tree_set(arena, shown, member->name, (struct tree *)member);
    }
    return shown;
}

static void hash_text(const void *bytes, size_t length, char ret_hash[65])
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, bytes, length, NULL, 0);
    sodium_bin2hex(ret_hash, 65, hash, sizeof hash);
}

const char *journal_arguments(struct arena *arena, const struct action *action, const struct tree *args,
                              const struct upload *file)
{
    struct tree *shown = public_arguments(arena, action->fields, args);
    if (file->bytes) {
        char hash[65];
        hash_text(file->bytes, file->length, hash);
        tree_set_int(arena, shown, "file_bytes", (int64_t)file->length);
        tree_set_text(arena, shown, "file_hash", arena_strdup(arena, hash));
    }
    struct buffer json = {0};
    tree_write_json(shown, &json, false);
    const char *text = arena_copy(arena, json.bytes, json.length);
    buffer_free(&json);
    return text;
}

const char *journal_outcome(struct arena *arena, int code, const struct error *error)
{
    if (!code)
        return "done";
    char message[ERROR_TEXT_BYTES];
    error_format(error, error->message ? error->message : "", message, sizeof message);
    return arena_printf(arena, "refused: %s%s%s", error->field, error->field[0] ? ": " : "", message);
}

/* --- the same request twice --- */

static const char *hash_body(struct action_call *call)
{
    struct buffer body = {0};
    buffer_text(&body, call->action->name);
    tree_write_json(call->args, &body, false);
    buffer_add(&body, call->request.file.bytes, call->request.file.length);
    char hash[65];
    hash_text(body.bytes, body.length, hash);
    buffer_free(&body);
    return arena_strdup(call->arena, hash);
}

/* What the request is known by. The key of a form may come back with other fields (a browser shows the page again as it
 * was): that is another request, not a mistake. */
static void settle_key(struct action_call *call)
{
    if (!call->request.idempotency_key)
        return;
    call->body_hash = hash_body(call);
    if (!call->request.key_of_form)
        return;
    char hash[65];
    const char *both = arena_printf(call->arena, "%s %s", call->request.idempotency_key, call->body_hash);
    hash_text(both, strlen(both), hash);
    call->request.idempotency_key = arena_printf(call->arena, "form %s", hash);
}

/* Sets call->found when the key was used before with the same body: call->result is the first answer. */
static int find_earlier(struct db *db, struct action_call *call, const char *actor)
{
    struct rows *rows;
    int result = db_query(db, "SELECT body_hash, result FROM idempotency WHERE actor = :actor AND key = :key",
                          BIND(TEXT("actor", actor), TEXT("key", call->request.idempotency_key)), &rows, &call->error);
    if (result)
        return result;
    char *json = NULL;
    bool same = false;
    if (rows_next(rows)) {
        same = text_is(rows_text(rows, 0), call->body_hash);
        json = arena_strdup(call->arena, rows_text(rows, 1));
    }
    result = rows_close(rows);
    if (result || !json)
        return result;
    if (!same)
        return error_set(&call->error, ERR_REFUSED, "idempotency_key",
                         N_("This key was already used for another request."), NULL);
    call->found = true;
    return tree_read_json(call->arena, json, strlen(json), &call->result, &call->error);
}

int journal_keep_answer(struct db *db, const char *actor, const char *key, const char *body_hash, const char *result_json,
                        struct error *error)
{
    return db_run(db,
                  "INSERT INTO idempotency(actor, key, body_hash, result, instant) "
                  "VALUES (:actor, :key, :body_hash, :result, :instant)",
                  BIND(TEXT("actor", actor), TEXT("key", key), TEXT("body_hash", body_hash),
                       TEXT("result", result_json), INT("instant", date_now())),
                  error);
}

static int keep_answer(struct db *db, struct action_call *call, const char *actor)
{
    struct buffer json = {0};
    tree_write_json(call->result, &json, false);
    int result = journal_keep_answer(db, actor, call->request.idempotency_key, call->body_hash, json.bytes, &call->error);
    buffer_free(&json);
    return result;
}

static int forget_answers(struct db *db, void *context, struct error *error)
{
    static const int64_t KEPT_MS = 30 * 24 * 3600000LL;
    (void)context;
    return db_run(db, "DELETE FROM idempotency WHERE instant < :old", BIND(INT("old", date_now() - KEPT_MS)), error);
}

int action_forget_answers(struct app *app, struct error *error)
{
    return store_write(app->store, forget_answers, NULL, false, error);
}

/* --- forms --- */

void action_fill(struct app *app, const struct action *action, const struct session *session, const char *language,
                 struct arena *arena, struct tree *values)
{
    struct error error = {0};
    struct ctx ctx = {.app = app, .arena = arena, .session = session, .language = language, .action = action->name,
                      .error = &error, .now_ms = date_now()};
    date_today(ctx.today);
    ctx.grant = action->fill ? access_grant(app, session, action->roles, action->name) : NULL;
    if (!ctx.grant || store_reader(app->store, &ctx.db, &error))
        return;
    struct tree *filled = tree_map(arena);
    for (const struct tree *value = values->first; value; value = value->next)
        tree_set(arena, filled, value->name, (struct tree *)value);
    if (!db_begin_read(ctx.db, &error)) {
        if (!action->fill(&ctx, filled))
            *values = *filled;
        db_end_read(ctx.db);
    }
    store_release(app->store, ctx.db);
}

/* --- the transaction --- */

static void fill_ctx(struct action_call *call, struct db *db, struct ctx *ctx)
{
    *ctx = (struct ctx){.app = call->app,
                        .arena = call->arena,
                        .session = call->request.session,
                        .grant = call->grant,
                        .language = call->request.language,
                        .action = call->action->name,
                        .db = db,
                        .file = call->request.file,
                        .error = &call->error,
                        .now_ms = date_now()};
    date_today(ctx->today);
}

/* False when a refused action could not be taken back: then nothing of the task may be kept. */
static bool run_in_savepoint(struct db *db, struct action_call *call, const char *actor)
{
    struct ctx ctx;
    struct error lost = {0};
    fill_ctx(call, db, &ctx);
    call->result = tree_map(call->arena);
    call->code = db_savepoint(db, &call->error);
    if (call->code)
        return true;
    call->code = call->action->run(&ctx, call->args, call->result);
    if (!call->code && call->request.idempotency_key)
        call->code = keep_answer(db, call, actor);
    if (call->code)
        return !db_savepoint_rollback(db, &lost);
    call->code = db_savepoint_release(db, &call->error);
    return !call->code;
}

static int run_task(struct db *db, void *context, struct error *error)
{
    struct action_call *call = context;
    const char *actor = actor_name(call->app, call->request.session, call->arena);
    call->error = (struct error){0};
    call->found = false;
    call->code = call->request.idempotency_key ? find_earlier(db, call, actor) : 0;
    if (call->found)
        return 0;
    if (!call->code && !run_in_savepoint(db, call, actor))
        return error_set(error, ERR_INTERNAL, "", N_("The database lost a transaction. Nothing of it was kept."), NULL);
    if (call->code && call->error.code == ERR_NONE)
        error_set(&call->error, (enum error_code)call->code, "", N_("The action failed."), NULL);
    struct journal_row row = {actor, call->action->name, journal_outcome(call->arena, call->code, &call->error),
                              journal_arguments(call->arena, call->action, call->args, &call->request.file)};
    return journal_append(db, &row, error);
}

/* A job's row, and the answer for its key. Its journal row is written when it ends; what fails here did nothing. */
static int run_job_task(struct db *db, void *context, struct error *error)
{
    struct action_call *call = context;
    const char *actor = actor_name(call->app, call->request.session, call->arena);
    call->error = (struct error){0};
    call->found = false;
    call->code = call->request.idempotency_key ? find_earlier(db, call, actor) : 0;
    if (call->found || call->code)
        return 0;
    int result = job_insert(db, call->job, error);
    if (result)
        return result;
    call->result = tree_map(call->arena);
    tree_set_int(call->arena, call->result, "job", job_id(call->job));
    result = call->request.idempotency_key ? keep_answer(db, call, actor) : 0;
    if (result)
        *error = call->error;
    return result;
}

static void task_done(struct write_task *task)
{
    struct action_call *call = (struct action_call *)((char *)task - offsetof(struct action_call, task));
    if (task->result) { /* the common transaction failed: nothing was kept, whatever the action said */
        call->code = task->result;
        call->error = call->store_error;
    }
    if (call->job && !call->code && !call->found)
        job_go(call->job);
    else if (call->job)
        job_drop(call->job);
    else if (!call->code && call->action->committed)
        call->action->committed(call->app);
    call->done(call);
}

static void submit(struct action_call *call)
{
    call->task = (struct write_task){
        .run = call->job ? run_job_task : run_task, .context = call, .error = &call->store_error, .done = task_done};
    store_submit(call->app->store, &call->task);
}

static void prepare_and_submit(void *context)
{
    struct action_call *call = context;
    struct ctx ctx;
    fill_ctx(call, NULL, &ctx);
    call->code = call->action->prepare(&ctx, call->args);
    if (call->code)
        call->done(call);
    else
        submit(call);
}

/* --- the door --- */

/* Neither a password (even hashed with the body) nor a token may reach the table of earlier answers. */
bool action_takes_key(const struct action *action)
{
    bool secret = action->secret;
    for (const struct field *field = action->fields; field->name; field++)
        secret |= field->kind == FIELD_SECRET;
    return !secret;
}

static int admit(struct action_call *call)
{
    const struct session *session = call->request.session;
    call->grant = access_grant(call->app, session, call->action->roles, call->action->name);
    if (!call->grant)
        return access_refuse(session, &call->error);
    if (call->request.idempotency_key && !action_takes_key(call->action))
        return error_set(&call->error, ERR_INVALID, "idempotency_key",
                         N_("This action takes no idempotency key: what is secret is not kept."), NULL);
    if (call->request.idempotency_key && strlen(call->request.idempotency_key) > KEY_BYTES_MAX)
        return error_set(&call->error, ERR_INVALID, "idempotency_key", N_("The key is too long: 200 characters at most."),
                         NULL);
    return fields_read(call->arena, call->action->fields, call->request.input, &call->args, &call->error);
}

/* Copies a job's file, hashes for its key. */
static void make_and_submit(void *context)
{
    struct action_call *call = context;
    settle_key(call);
    call->code = job_make(call->app, call->action, &call->request, call->args, call->grant, &call->job, &call->error);
    if (call->code)
        call->done(call);
    else
        submit(call);
}

static void start_aside(struct action_call *call, void (*start)(void *context))
{
    if (work_pool_submit(call->app->workers, start, call))
        return;
    call->code = error_set(&call->error, ERR_BUSY, "", N_("Too much at once. Try again in a moment."), NULL);
    call->done(call);
}

void action_start(struct action_call *call)
{
    call->error = (struct error){0};
    call->job = NULL;
    call->code = admit(call);
    if (call->code)
        call->done(call);
    else if (call->action->job && call->request.file.length <= FILE_HERE_BYTES)
        make_and_submit(call);
    else if (call->action->job)
        start_aside(call, make_and_submit);
    else {
        settle_key(call);
        if (call->action->prepare)
            start_aside(call, prepare_and_submit);
        else
            submit(call);
    }
}

struct waiting {
    struct action_call call; /* first */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool answered;
};

static void wake_waiting(struct action_call *call)
{
    struct waiting *waiting = (struct waiting *)call;
    pthread_mutex_lock(&waiting->lock);
    waiting->answered = true;
    pthread_cond_signal(&waiting->wake);
    pthread_mutex_unlock(&waiting->lock);
}

int action_run(struct app *app, const struct action *action, const struct action_request *request,
               struct arena *arena, struct tree **ret_result, struct error *error)
{
    struct waiting waiting = {
        .call = {.app = app, .action = action, .request = *request, .arena = arena, .done = wake_waiting}};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.wake, NULL);
    action_start(&waiting.call);
    pthread_mutex_lock(&waiting.lock);
    while (!waiting.answered)
        pthread_cond_wait(&waiting.wake, &waiting.lock);
    pthread_mutex_unlock(&waiting.lock);
    pthread_cond_destroy(&waiting.wake);
    pthread_mutex_destroy(&waiting.lock);
    *ret_result = waiting.call.result;
    if (waiting.call.code)
        *error = waiting.call.error;
    return waiting.call.code;
}

static int look_earlier(struct db *db, void *context, struct error *error)
{
    struct action_call *call = context;
    int code = find_earlier(db, call, actor_name(call->app, call->request.session, call->arena));
    if (code)
        *error = call->error;
    return code;
}

int action_run_here(struct app *app, const struct action *action, const struct action_request *request,
                    atomic_bool *stop, job_tell *tell, void *tell_context, struct arena *arena,
                    struct tree **ret_result, struct error *error)
{
    struct action_call call = {.app = app, .action = action, .request = *request, .arena = arena};
    int code = admit(&call);
    if (code) {
        *error = call.error;
        return code;
    }
    if (request->idempotency_key) {
        settle_key(&call);
        code = store_write(app->store, look_earlier, &call, false, error);
    }
    if (code || call.found) {
        *ret_result = call.result;
        return code;
    }
    return job_run_here(app, action, request, call.args, call.body_hash, call.grant, stop, tell, tell_context, arena,
                        ret_result, error);
}

int ctx_write(struct ctx *ctx, int (*run)(struct db *, void *, struct error *), void *context)
{
    return store_write(ctx->app->store, run, context, true, ctx->error);
}
