/* Running declared actions. */
#ifndef MAILLON_ACTION_H
#define MAILLON_ACTION_H

#include "kernel/app.h"
#include "kernel/job.h"

struct action_request {
    const struct session *session;
    const char *language;
    const struct tree *input; /* as typed (texts) or as JSON gave it */
    struct upload file;
    const char *idempotency_key; /* NULL: none */
    bool key_of_form; /* the key is one of a page's: with another body it is another request, otherwise it is refused */
};

/* Access, validation, the action in the writer's transaction, its journal row, the sync; then the answer. For a job
 * action the job is started and the answer is {"job": id}. Further errors of the form hang on error->next. */
int action_run(struct app *app, const struct action *action, const struct action_request *request,
               struct arena *arena, struct tree **ret_result, struct error *error);

/* A job action here and now (command line); stop and tell may be NULL. */
int action_run_here(struct app *app, const struct action *action, const struct action_request *request,
                    atomic_bool *stop, job_tell *tell, void *tell_context, struct arena *arena,
                    struct tree **ret_result, struct error *error);

/* The same as action_run without waiting: done is called once, on any thread. Fill the first part; all that it
 * points to, and the call itself, must live until done. */
struct action_call {
    struct app *app;
    const struct action *action;
    struct action_request request;
    struct arena *arena;
    void (*done)(struct action_call *call);
    void *context;
    /* the answer */
    int code; /* 0, or the error's */
    struct tree *result;
    struct error error;
    /* the kernel's */
    struct tree *args;
    const struct grant *grant;
    const char *body_hash;
    struct job *job;
    bool found; /* the answer of an earlier request with the same key */
    struct error store_error;
    struct write_task task;
};
void action_start(struct action_call *call);

/* Validated arguments from what was typed or sent. Every error is chained, beside its field (field.c). */
int fields_read(struct arena *arena, const struct field *fields, const struct tree *input, struct tree **ret_args,
                struct error *error);
/* False when its fields or its answer hold a secret: it would be kept with the answer. */
bool action_takes_key(const struct action *action);

/* What the form of an action starts from, for a session that may run it: see action.fill. */
void action_fill(struct app *app, const struct action *action, const struct session *session, const char *language,
                 struct arena *arena, struct tree *values);

/* --- for jobs --- */

/* A batch of a job's writes, behind waiting actions. */
int ctx_write(struct ctx *ctx, int (*run)(struct db *, void *, struct error *), void *context);

const char *actor_name(const struct app *app, const struct session *session, struct arena *arena);
const char *journal_arguments(struct arena *arena, const struct action *action, const struct tree *args,
                              const struct upload *file);
/* The row of a sensitive paper or download, synced before it is written (paper.c). */
int journal_asking(struct ctx *ctx, const struct field *fields, const struct tree *args);
const char *journal_outcome(struct arena *arena, int code, const struct error *error);
int journal_keep_answer(struct db *db, const char *actor, const char *key, const char *body_hash, const char *result_json,
                        struct error *error);

/* At the start of a server: answers kept for keys that nobody will send again (30 days). */
int action_forget_answers(struct app *app, struct error *error);

#endif
