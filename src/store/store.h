/* Store: the only door to the database.
 *
 * SQL is written once, in the subset that SQLite and PostgreSQL both accept, with named parameters (:name). Each
 * binding carries its type. Statements are prepared once per connection and kept.
 *
 * Reading: take a connection with store_reader, bracket the statements with db_begin_read and db_end_read, give it
 * back. It cannot write. Never keep a read open across slow work: the log of the database grows meanwhile.
 *
 * Writing: hand a task to store_write. One writer runs the waiting tasks in one transaction, each in a savepoint,
 * with one sync for all of them (group commit), and answers after it. A task may be run again when the common
 * transaction was lost, so it must not keep state between runs. */
#ifndef MAILLON_STORE_H
#define MAILLON_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct db;
struct error;
struct rows;
struct store;

enum value_kind { VALUE_INT, VALUE_TEXT, VALUE_BYTES };

struct binding {
    const char *name; /* without the colon; NULL ends a list */
    enum value_kind kind;
    bool null;
    int64_t number;
    const char *text; /* VALUE_TEXT: NUL-terminated, NULL is SQL's NULL; VALUE_BYTES: length bytes */
    size_t length;
};

#define BIND(...) ((const struct binding[]){__VA_ARGS__, {.name = NULL}})
#define INT(name_, value_) {.name = (name_), .kind = VALUE_INT, .number = (value_)}
#define INT_OR_NULL(name_, given_, value_) {.name = (name_), .kind = VALUE_INT, .null = !(given_), .number = (value_)}
#define TEXT(name_, value_) {.name = (name_), .kind = VALUE_TEXT, .text = (value_)}
#define BYTES(name_, value_, length_)                                                                            \
    {.name = (name_), .kind = VALUE_BYTES, .text = (const char *)(value_), .length = (length_)}

/* url: a file's path, or postgresql://… . A missing file is created, a missing database is not. site: 0 to 1023, part of
 * every id. */
int store_open(const char *url, int site, struct store **ret_store, struct error *error);
bool store_is_server(const char *url); /* the address of a database server, not a path */
/* Whether there is a database of ours already: the file, or our tables on the server. */
int store_exists(const char *url, bool *ret_exists, struct error *error);
char *store_address(struct arena *arena, const char *url); /* fit to be shown: without its password */
void store_close(struct store *store); /* waits for the writer to finish what it was given; NULL is accepted */

/* --- reading --- */

int store_reader(struct store *store, struct db **ret_db, struct error *error);
void store_release(struct store *store, struct db *db); /* NULL is accepted */
int db_begin_read(struct db *db, struct error *error);
void db_end_read(struct db *db);
/* Gives back the pages the connection keeps of what it read: for a walk over everything, which would fill its cache. */
void db_forget(struct db *db);

/* --- statements: on a reader inside a read, or on the writer inside a task --- */

int db_run(struct db *db, const char *sql, const struct binding *bindings, struct error *error);
int db_query(struct db *db, const char *sql, const struct binding *bindings, struct rows **ret_rows,
             struct error *error);
bool rows_next(struct rows *rows);                    /* false at the end and on error */
int rows_close(struct rows *rows);                    /* the error that ended it, or 0; NULL is accepted */
int rows_columns(const struct rows *rows);
int64_t rows_int(const struct rows *rows, int column);
const char *rows_text(const struct rows *rows, int column); /* valid until rows_next; NULL for SQL's NULL */
const void *rows_bytes(const struct rows *rows, int column, size_t *ret_length);
bool rows_null(const struct rows *rows, int column);
void rows_closep(struct rows **rows);
#define _cleanup_rows_ __attribute__((cleanup(rows_closep)))

/* First column of the first row; `otherwise` when there is none or it is NULL. */
int db_int(struct db *db, const char *sql, const struct binding *bindings, int64_t otherwise, int64_t *ret_value,
           struct error *error);
/* Text of it copied to the arena; NULL when there is none. */
int db_text(struct db *db, struct arena *arena, const char *sql, const struct binding *bindings, char **ret_text,
            struct error *error);
int64_t db_changes(struct db *db); /* rows touched by the last db_run */

/* --- writing --- */

struct write_task {
    /* Runs inside the writer's transaction. Not 0: everything it did is rolled back. After a statement that failed it can
     * only end with that error, or go back to a savepoint set before: PostgreSQL takes nothing else. */
    int (*run)(struct db *db, void *context, struct error *error);
    void *context;
    bool behind;         /* waits until no other task does: batches of imports */
    struct error *error; /* receives the refusal, or the failure of the commit */
    int result;          /* set before done is called: 0, or the error's code */
    void (*done)(struct write_task *task); /* called once, on the writer's thread, after the sync */
    struct write_task *next;               /* the writer's */
};

void store_submit(struct store *store, struct write_task *task); /* task lives until done was called */
int store_write(struct store *store, int (*run)(struct db *, void *, struct error *), void *context, bool behind,
                struct error *error); /* submits and waits; not from the writer's own thread */

/* Inside a task. */
int64_t db_next_id(struct db *db); /* time-ordered, unique over sites: 41 bits of ms, 10 of site, 12 of counter */
enum { DB_MEMO_BYTES = 128, DB_SAVEPOINTS_MAX = 8 };
/* Scratch of the write transaction: zeroed when it begins, put back as it was when a savepoint is rolled back. */
void *db_memo(struct db *db);
/* write is called once before this transaction commits: for what a whole group of tasks writes once. */
void db_before_commit(struct db *db, int (*write)(struct db *db, struct error *error));
int db_savepoint(struct db *db, struct error *error); /* at most DB_SAVEPOINTS_MAX deep */
int db_savepoint_rollback(struct db *db, struct error *error);
int db_savepoint_release(struct db *db, struct error *error);

/* --- search: one index of folded words per subject; words match from their beginning --- */

int db_search_put(struct db *db, const char *index, int64_t id, const char *folded, struct error *error);
int db_search_remove(struct db *db, const char *index, int64_t id, const char *folded, struct error *error);
/* SQL condition that holds when `column` is an id found for parameter :name of the index. */
char *store_search_condition(struct store *store, struct arena *arena, const char *index, const char *column,
                             const char *name);
/* What to bind to that parameter for the words a person typed; NULL when they hold no letter or digit. */
char *store_search_words(struct store *store, struct arena *arena, const char *typed);

/* --- schema, care --- */

/* Applies the versions of a subject's schema.sql that the database does not have yet (see schema.h). */
int store_migrate(struct store *store, const char *subject, const char *schema_sql, struct error *error);
int store_backup(struct store *store, const char *path, struct error *error); /* online; verified by reopening */
int store_check(struct store *store, struct error *error);                   /* the engine's own integrity check */
const char *store_engine(const struct store *store);                         /* "sqlite", "postgresql" */
int store_explain(struct db *db, struct arena *arena, const char *sql, char **ret_plan, struct error *error);

struct store_figures { /* for tests and benches */
    uint64_t commits, tasks, reruns, truncations, longest_gate_ms;
    int64_t log_bytes;
};
struct store_figures store_figures(struct store *store);

#endif
