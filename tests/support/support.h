/* What tests share: a temporary database (a file, or a schema of its own on the PostgreSQL server that MAILLON_TEST_STORE
 * names, see tools/postgresql.py) with an application over the subjects a test names, and short ways to run
 * actions and views on it. Every function ends the test when what it prepares cannot be had. */
#ifndef MAILLON_TESTS_SUPPORT_H
#define MAILLON_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "kernel/action.h"

struct house {
    struct arena *arena;
    char folder[64]; /* of its own, under $TMPDIR or /tmp; removed by house_close */
    const char *path; /* of the database in it, or its address on the server */
    bool on_server;  /* for what only a file can do or only a server can */
    const struct subject *const *subjects;
    struct store *store;
    struct app *app;
    struct error error; /* of the last call that was refused */
};

/* subjects: NULL ends; they must live as long as the house. NULL: none, the kernel alone. */
void house_open(struct house *house, const struct subject *const *subjects);
void house_close(struct house *house);
void house_shut(struct house *house);   /* closes store and app, keeps the files */
void house_reopen(struct house *house); /* as another start of the program */

/* A session with one role. Limits of 0 and NULL: none. */
struct session session_with(unsigned role, int64_t organisation, int64_t establishment, const char *service);

/* Runs an action on JSON text with single quotes ("{'name':'bob'}"; NULL: nothing given). 0, or the error's code, with
 * house->error filled. ret_result may be NULL. */
int house_run(struct house *house, const struct session *session, const char *action, const char *json,
              struct tree **ret_result);
int house_run_key(struct house *house, const struct session *session, const struct action *action, const char *json,
                  const char *key, struct tree **ret_result);
/* Runs a view on parameters given the same way. */
int house_view(struct house *house, const struct session *session, const char *view, const char *json,
               struct tree **ret_answer);

/* One number, or one text, of the database as it stands. */
int64_t house_int(struct house *house, const char *sql);
char *house_text(struct house *house, const char *sql);
/* Statements past every guard of the store, as somebody with the file in hand would: for tests of what then shows.
 * "DROP TRIGGER table_no_update" works on both engines. */
void house_tamper(struct house *house, const char *sql);

/* Ends a test that says nothing about PostgreSQL when it runs there; says why. */
void house_needs_file(const char *why);

struct tree *json_tree(struct arena *arena, const char *json); /* single quotes stand for double ones */
char *json_of(struct arena *arena, const struct tree *tree);

double seconds_now(void); /* monotonic */

#endif
