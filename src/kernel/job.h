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

/* Starts an action as a job; args and file are copied. Refuses past 8 running ones. */
int job_start(struct app *app, const struct action *action, const struct action_request *request,
              const struct tree *args, const struct grant *grant, int64_t *ret_id, struct error *error);

typedef void job_tell(void *context, int64_t done, int64_t total, const struct tree *report);

/* Runs it on the caller's thread; stop and tell may be NULL. */
int job_run_here(struct app *app, const struct action *action, const struct action_request *request,
                 const struct tree *args, const struct grant *grant, atomic_bool *stop, job_tell *tell,
                 void *tell_context, struct arena *arena, struct tree **ret_result, struct error *error);

/* At the start of a server: what a stopped server left running is marked interrupted. */
int jobs_mark_interrupted(struct app *app, struct error *error);

#endif
