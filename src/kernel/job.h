/* Jobs: long work on a thread of its own, with progress, that can be stopped and survives a page reload. */
#ifndef MAILLON_JOB_H
#define MAILLON_JOB_H

#include <stdatomic.h>

#include "kernel/app.h"

struct action_request;

struct jobs *jobs_new(void);
void jobs_free(struct jobs *jobs); /* asks all to stop and waits; NULL is accepted */

/* --- inside the job --- */

void job_progress(struct job *job, int64_t done, int64_t total);
void job_report(struct job *job, const char *name, const char *text); /* best, bound, gap …: shown live, kept last */
bool job_stopping(struct job *job);
atomic_bool *job_stop_flag(struct job *job);

/* --- from outside --- */

/* Map: id, action, title, state (running, done, failed, stopped, interrupted), done, total, seconds, report {…},
 * result, error {code, field, message}. NULL when there is no such job or it is somebody else's (coordinators and
 * the local operator see all). */
struct tree *job_show(struct app *app, int64_t id, const struct session *session, const char *language,
                      struct arena *arena);
bool job_stop(struct app *app, int64_t id, const struct session *session);

/* Starting an action as a job has two halves, so that its row and the answer kept for its idempotency key are written
 * in one transaction by whoever asks. job_make copies args and file and refuses past 8 running ones; job_insert runs
 * inside a write task; after the sync job_go starts the thread, or job_drop forgets it. None of them waits. */
int job_make(struct app *app, const struct action *action, const struct action_request *request,
             const struct tree *args, const struct grant *grant, struct job **ret_job, struct error *error);
int job_insert(struct db *db, struct job *job, struct error *error);
int64_t job_id(const struct job *job);
void job_go(struct job *job);
void job_drop(struct job *job);

typedef void job_tell(void *context, int64_t done, int64_t total, const struct tree *report);

/* Runs it on the caller's thread; stop and tell may be NULL. With a key its answer is kept when it was done. */
int job_run_here(struct app *app, const struct action *action, const struct action_request *request,
                 const struct tree *args, const char *body_hash, const struct grant *grant, atomic_bool *stop,
                 job_tell *tell, void *tell_context, struct arena *arena, struct tree **ret_result,
                 struct error *error);

/* At the start of a server: what a stopped server left running is marked interrupted. */
int jobs_mark_interrupted(struct app *app, struct error *error);

#endif
