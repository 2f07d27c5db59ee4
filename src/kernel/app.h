/* The application: one store, all declarations, the catalogue of sentences. Made once by cli/main. */
#ifndef MAILLON_APP_H
#define MAILLON_APP_H

#include <stdatomic.h>

#include "base/catalogue.h"
#include "base/work.h"
#include "kernel/declare.h"
#include "kernel/view.h"

struct access;
struct jobs;
struct keyring;

enum { SEAL_HASH_BYTES = 65 };

struct app {
    struct arena *arena; /* lives as long as the program */
    struct store *store;
    const struct subject *const *subjects; /* NULL ends */
    const struct action **actions;
    size_t action_count;
    const struct view **views;
    size_t view_count;
    const struct paper **papers;
    size_t paper_count;
    struct access *access;
    struct jobs *jobs;
    struct work_pool *workers; /* two threads for what a web thread must not do itself */
    const char *operator_name; /* of the system, for journal rows of the local operator */
    /* Sealed values (people): set by the room that keeps the keys. NULL: no room of this program seals. */
    const char *keys;        /* folder of the keys, outside the database; NULL: none was named */
    _Atomic(struct keyring *) keyring; /* that room's, opened at the first need */
    const char *(*unseal)(struct app *app, const void *bytes, size_t length, struct arena *arena); /* NULL: key gone */
    void (*seal_hash)(struct app *app, const char *typed, char ret_hash[SEAL_HASH_BYTES], struct arena *arena);
    atomic_bool touching; /* a write of a session's last_seen is under way: one at a time is enough */
};

/* Parses all views, checks that no name stands twice. The store may be NULL: help and OpenAPI need none. */
int app_open(const struct subject *const *subjects, struct store *store, struct app **ret_app, struct error *error);
void app_close(struct app *app); /* stops the jobs; the store stays open */
/* Brings the schema of every subject up to date and loads shipped facts. */
int app_migrate(struct app *app, struct error *error);

const struct action *app_action(const struct app *app, const char *name); /* "member import" */
const struct view *app_view(const struct app *app, const char *name);     /* "member.list" */

const struct paper *app_paper(const struct app *app, const char *name);
/* The service whose own what is declared under that name is; NULL: of none. */
const char *app_service(const struct app *app, const char *declaration);

/* --- paper.c: a paper for a session, from what was typed; the document lives in the arena --- */
int paper_write(struct app *app, const struct paper *paper, const struct session *session, const char *language,
                const struct tree *input, struct arena *arena, struct document **ret_document, struct error *error);

/* --- download.c: a file for a session, written to out --- */
const struct download *app_download(const struct app *app, const char *name);
int download_write(struct app *app, const struct download *download, const struct session *session, const char *language,
                   const struct tree *input, struct arena *arena, FILE *out, const char **ret_name, struct error *error);

/* --- access.c: the one place that says yes or no --- */

/* The grant under which the session may do something open to `roles`, or NULL. `declaration` is the name of an action
 * or view: the table `permission` can take it away from a role, never give more than was declared. When several
 * grants allow it the one with the widest scope is taken. */
const struct grant *access_grant(struct app *app, const struct session *session, unsigned roles,
                                 const char *declaration);
/* Why access_grant gave nothing: not logged in, a one-time password still in use, or the role. */
int access_refuse(const struct session *session, struct error *error);
int access_load(struct app *app, struct error *error);   /* reads the table again, after a change to it */
/* The same at most once a second: another program may have changed it. Fit for a web thread. */
void access_refresh(struct app *app);
unsigned session_roles(const struct session *session);
extern const struct session session_public, session_local;
struct access *access_new(void);
void access_free(struct access *access);

/* --- journal.c --- */

struct journal_row {
    const char *actor, *action, *outcome;
    const char *arguments; /* JSON */
};
/* What was typed to say who is meant may be a register number: only a reference, which has a hyphen, is kept. */
bool journal_hides(const char *name, const char *text);
int journal_append(struct db *db, const struct journal_row *row, struct error *error); /* inside a write task */
enum { JOURNAL_HASH_BYTES = 65 };
/* Walks the chain. The first row that was changed, removed or inserted is named in the error. ret_head may be NULL; it is
 * empty when there is no row. */
int journal_verify(struct app *app, int64_t *ret_rows, char ret_head[JOURNAL_HASH_BYTES], struct error *error);

#endif
