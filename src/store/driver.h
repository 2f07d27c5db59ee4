/* What a database engine must offer. Only store/ includes this. */
#ifndef MAILLON_DRIVER_H
#define MAILLON_DRIVER_H

#include <pthread.h>

#include "base/error.h"
#include "store/store.h"

struct driver {
    const char *name;
    int (*connect)(struct store *store, bool writer, struct db **ret_db, struct error *error);
    void (*disconnect)(struct db *db);
    int (*begin)(struct db *db, bool write, struct error *error);
    int (*commit)(struct db *db, struct error *error);
    void (*rollback)(struct db *db);
    bool (*in_transaction)(struct db *db);
    int (*run)(struct db *db, const char *sql, const struct binding *bindings, struct error *error);
    int (*query)(struct db *db, const char *sql, const struct binding *bindings, struct rows **ret_rows,
                 struct error *error);
    bool (*next)(struct rows *rows);
    int (*close)(struct rows *rows);
    int (*columns)(const struct rows *rows);
    int64_t (*get_int)(const struct rows *rows, int column);
    const char *(*get_text)(const struct rows *rows, int column);
    const void *(*get_bytes)(const struct rows *rows, int column, size_t *ret_length);
    bool (*get_null)(const struct rows *rows, int column);
    int64_t (*changes)(struct db *db);
    int (*execute)(struct db *db, const char *sql, struct error *error); /* DDL, once, not kept */
    int (*has_table)(struct db *db, const char *table, bool *ret_known, struct error *error);
    int (*make_immutable)(struct db *db, const char *table, struct error *error);
    int (*make_search)(struct db *db, const char *index, struct error *error);
    int (*search_put)(struct db *db, const char *index, int64_t id, const char *folded, bool remove,
                      struct error *error);
    char *(*search_condition)(struct arena *arena, const char *index, const char *column, const char *name);
    char *(*search_words)(struct arena *arena, const char *typed);
    int64_t (*log_bytes)(struct store *store);
    void (*truncate_log)(struct db *db);
    void (*forget)(struct db *db); /* NULL: this engine keeps nothing on our side */
    int (*backup)(struct store *store, const char *path, struct error *error);
    int (*check)(struct db *db, struct error *error);
    int (*explain)(struct db *db, struct arena *arena, const char *sql, char **ret_plan, struct error *error);
};

extern const struct driver sqlite_driver, postgresql_driver;

/* The binding of that name, or NULL. Looked for after the one found last, then from the start: callers mostly bind in
 * the order of the statement. at begins with 0. */
const struct binding *binding_find(const struct binding *bindings, const char *name, int *at);

struct db {
    const struct driver *driver;
    struct store *store;
    struct db *next; /* in the pool */
    /* writer only */
    bool again;         /* set by the driver: the transaction is lost through no fault of its tasks; run them again */
    bool unknown;       /* set by the driver's commit: nobody can say whether it was kept; nothing may be run again */
    bool counter_known; /* store_counter is there */
    int64_t last_id;
    int savepoints;
    int (*before_commit)(struct db *db, struct error *error);
    _Alignas(16) char memo[DB_MEMO_BYTES];
    char memo_at[DB_SAVEPOINTS_MAX][DB_MEMO_BYTES]; /* as it was when each savepoint was set */
};

struct rows {
    struct db *db;
};

struct store {
    const struct driver *driver;
    char *url;
    int site;
    pthread_mutex_t pool_lock;
    struct db *pool;         /* readers at rest */
    pthread_rwlock_t gate;   /* shared: a read is open; exclusive: the log is truncated */
    struct writer *writer;
    struct store_figures figures;
};

/* writer.c */
int writer_start(struct store *store, struct error *error);
void writer_stop(struct store *store);

#endif
