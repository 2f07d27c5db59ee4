/* The PostgreSQL driver's own header: only src/store/postgresql*.c include it.
 *
 * libpq is loaded when a postgresql:// store is opened, never before: who keeps a file needs no PostgreSQL. */
#ifndef MAILLON_POSTGRESQL_H
#define MAILLON_POSTGRESQL_H

#include <libpq-fe.h>

#include "base/buffer.h"
#include "base/library.h"
#include "store/driver.h"

#define LIBPQ_FUNCTIONS(X)                                                                                       \
    X(PQclear) X(PQcmdStatus) X(PQcmdTuples) X(PQconnectdbParams) X(PQconninfoFree) X(PQconninfoParse)           \
    X(PQcopyResult) X(PQerrorMessage) X(PQexec) X(PQfinish) X(PQfreemem) X(PQftype) X(PQgetisnull)               \
    X(PQgetlength) X(PQgetResult) X(PQgetvalue) X(PQnfields) X(PQntuples) X(PQparameterStatus) X(PQprepare)      \
    X(PQresultErrorField) X(PQresultStatus) X(PQsendQueryParams) X(PQsendQueryPrepared) X(PQserverVersion)       \
    X(PQsetNoticeReceiver) X(PQsetSingleRowMode) X(PQsetvalue) X(PQstatus) X(PQtransactionStatus)                \
    X(PQunescapeBytea)
LIBRARY(libpq, LIBPQ_FUNCTIONS);

/* --- postgresql_sql.c: from the SQL of the house to PostgreSQL's --- */

/* :name becomes $1, $2 …; INTEGER, TEXT, BLOB and STRICT become what they mean there. In CREATE and ALTER, text sorts by its
 * bytes as it does in SQLite, whatever the collation of the database. names, when not NULL, receives the parameters in
 * their order, each followed by a NUL; returns how many there are. */
int pg_translate(const char *sql, struct buffer *ret_sql, struct buffer *names);

/* --- postgresql.c --- */

enum { PG_CACHE_SLOTS = 1024, PG_WAIT_SECONDS = 15 };
enum { PG_INT8 = 20, PG_BOOL = 16, PG_TEXT = 25, PG_BYTEA = 17 }; /* of pg_type: fixed since ever */

struct pg_statement {
    char *sql; /* as the house writes it; NULL: a free place */
    uint64_t hash;
    char *text;         /* as PostgreSQL reads it */
    char *names;        /* of the parameters, each with its NUL */
    int count;          /* of parameters */
    unsigned connection; /* it was prepared on; see pg_db */
    char name[16];
    const char **values; /* from here on: one per parameter, in one block that begins here */
    Oid *types;
    int *lengths, *formats;
    char (*numbers)[24];
    bool kept;
};

struct pg_db {
    struct db db; /* first */
    PGconn *connection;
    bool writer;
    unsigned number;        /* how many connections were opened: statements of an earlier one are prepared again */
    unsigned prepared;      /* names given */
    struct pg_rows *stream; /* whose rows are still coming; anything else that is sent makes it fetch them all first */
    int64_t changes;
    char transaction[24]; /* id of the write transaction, to ask about it when the connection breaks in COMMIT */
    char timeline[12];    /* changes when another server takes over */
    struct pg_statement cache[PG_CACHE_SLOTS];
    int cached;
};

static inline struct pg_db *pg_of(struct db *db)
{
    return (struct pg_db *)db;
}

/* Fetches what is still coming; before anything is sent. */
void pg_settle(struct pg_db *db);
/* One or several statements without parameters; *ret_result (may be NULL) is that of the last, to be cleared. */
int pg_simple(struct pg_db *db, const char *sql, PGresult **ret_result, struct error *error);
int pg_query(struct db *db, const char *sql, const struct binding *bindings, struct rows **ret_rows, struct error *error);
int pg_run(struct db *db, const char *sql, const struct binding *bindings, struct error *error);

/* --- postgresql_care.c --- */

int pg_execute(struct db *db, const char *sql, struct error *error);
int pg_has_table(struct db *db, const char *table, bool *ret_known, struct error *error);
int pg_make_immutable(struct db *db, const char *table, struct error *error);
int pg_make_search(struct db *db, const char *index, struct error *error);
int pg_search_put(struct db *db, const char *index, int64_t id, const char *folded, bool remove, struct error *error);
char *pg_search_condition(struct arena *arena, const char *index, const char *column, const char *name);
char *pg_search_words(struct arena *arena, const char *typed);
int pg_backup(struct store *store, const char *path, struct error *error);
int pg_check(struct db *db, struct error *error);
int pg_explain(struct db *db, struct arena *arena, const char *sql, char **ret_plan, struct error *error);

#endif
