/* The engine-neutral half of the store: pool of readers, the readers' gate, migrations. */
#include "store/store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/driver.h"
#include "store/schema.h"

static const char store_schema[] =
    "CREATE TABLE store_version ( -- what each subject's schema has reached\n"
    "    subject TEXT PRIMARY KEY NOT NULL, -- folder of src/ [internal]\n"
    "    version INTEGER NOT NULL -- last version applied [internal]\n"
    ") STRICT;\n"
    "CREATE TABLE store_counter ( -- counters read and written inside each write transaction\n"
    "    name TEXT PRIMARY KEY NOT NULL, -- id: the last id given [internal]\n"
    "    value INTEGER NOT NULL -- [internal]\n"
    ") STRICT;\n";

static void gate_init(pthread_rwlock_t *gate)
{
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    /* Without this a steady stream of readers would starve the writer that wants to truncate the log. */
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(gate, &attributes);
    pthread_rwlockattr_destroy(&attributes);
}

bool store_is_server(const char *url)
{
    return text_starts(url, "postgresql://") || text_starts(url, "postgres://");
}

/* "postgresql://user:secret@host/base?password=secret" -> "postgresql://user@host/base" */
char *store_address(struct arena *arena, const char *url)
{
    if (!store_is_server(url))
        return arena_strdup(arena, url);
    const char *start = strstr(url, "://") + 3, *colon = strchr(start, ':'), *at = strchr(start, '@');
    bool secret = colon && at && colon < at && at < start + strcspn(start, "/?");
    char *shown = secret ? arena_printf(arena, "%.*s%s", (int)(colon - url), url, at) : arena_strdup(arena, url);
    char *password = strstr(shown, "password=");
    if (password && (password[-1] == '?' || password[-1] == '&')) {
        char *rest = password + strcspn(password, "&");
        memmove(password, rest + (*rest == '&'), strlen(rest + (*rest == '&')) + 1);
        if (!*password)
            password[-1] = 0;
    }
    return shown;
}

static struct store *store_new(const char *url, int site)
{
    struct store *store = memory_get(sizeof *store);
    store->driver = store_is_server(url) ? &postgresql_driver : &sqlite_driver;
    store->url = memory_strdup(url);
    store->site = site;
    pthread_mutex_init(&store->pool_lock, NULL);
    gate_init(&store->gate);
    return store;
}

int store_exists(const char *url, bool *ret_exists, struct error *error)
{
    *ret_exists = !store_is_server(url) && !access(url, F_OK);
    if (!store_is_server(url))
        return 0;
    struct store *store = store_new(url, 0);
    struct db *db;
    int result = store_reader(store, &db, error);
    if (!result) {
        result = db_begin_read(db, error);
        if (!result) {
            result = db->driver->has_table(db, "store_version", ret_exists, error);
            db_end_read(db);
        }
        store_release(store, db);
    }
    store_close(store);
    return result;
}

int store_open(const char *url, int site, struct store **ret_store, struct error *error)
{
    if (strstr(url, "://") && !store_is_server(url))
        return error_set(error, ERR_INVALID, "db",
                         N_("This is neither the path of a file nor an address that begins with postgresql://."), NULL);
    struct store *store = store_new(url, site);
    int result = writer_start(store, error);
    if (!result)
        result = store_migrate(store, "store", store_schema, error);
    if (result) {
        store_close(store);
        return result;
    }
    *ret_store = store;
    return 0;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    struct db *reader = store->pool;
    while (reader) {
        struct db *next = reader->next;
        store->driver->disconnect(reader);
        reader = next;
    }
    writer_stop(store); /* last: closing the last connection folds the log into the file */
    pthread_rwlock_destroy(&store->gate);
    pthread_mutex_destroy(&store->pool_lock);
    free(store->url);
    free(store);
}

int store_reader(struct store *store, struct db **ret_db, struct error *error)
{
    pthread_mutex_lock(&store->pool_lock);
    struct db *db = store->pool;
    if (db)
        store->pool = db->next;
    pthread_mutex_unlock(&store->pool_lock);
    if (!db) {
        int result = store->driver->connect(store, false, &db, error);
        if (result)
            return result;
    }
    *ret_db = db;
    return 0;
}

void store_release(struct store *store, struct db *db)
{
    if (!db)
        return;
    pthread_mutex_lock(&store->pool_lock);
    db->next = store->pool;
    store->pool = db;
    pthread_mutex_unlock(&store->pool_lock);
}

int db_begin_read(struct db *db, struct error *error)
{
    pthread_rwlock_rdlock(&db->store->gate);
    int result = db->driver->begin(db, false, error);
    if (result)
        pthread_rwlock_unlock(&db->store->gate);
    return result;
}

void db_end_read(struct db *db)
{
    db->driver->rollback(db);
    pthread_rwlock_unlock(&db->store->gate);
}

const struct binding *binding_find(const struct binding *bindings, const char *name, int *at)
{
    if (!bindings)
        return NULL;
    for (int i = *at; bindings[i].name; i++)
        if (!strcmp(bindings[i].name, name))
            return &bindings[*at = i];
    for (int i = 0; i < *at; i++)
        if (!strcmp(bindings[i].name, name))
            return &bindings[*at = i];
    return NULL;
}

int db_run(struct db *db, const char *sql, const struct binding *bindings, struct error *error)
{
    return db->driver->run(db, sql, bindings, error);
}

int db_query(struct db *db, const char *sql, const struct binding *bindings, struct rows **ret_rows,
             struct error *error)
{
    return db->driver->query(db, sql, bindings, ret_rows, error);
}

bool rows_next(struct rows *rows)
{
    return rows->db->driver->next(rows);
}

int rows_close(struct rows *rows)
{
    return rows ? rows->db->driver->close(rows) : 0;
}

void rows_closep(struct rows **rows)
{
    (void)rows_close(*rows);
}

int rows_columns(const struct rows *rows)
{
    return rows->db->driver->columns(rows);
}

int64_t rows_int(const struct rows *rows, int column)
{
    return rows->db->driver->get_int(rows, column);
}

const char *rows_text(const struct rows *rows, int column)
{
    return rows->db->driver->get_text(rows, column);
}

const void *rows_bytes(const struct rows *rows, int column, size_t *ret_length)
{
    return rows->db->driver->get_bytes(rows, column, ret_length);
}

bool rows_null(const struct rows *rows, int column)
{
    return rows->db->driver->get_null(rows, column);
}

int64_t db_changes(struct db *db)
{
    return db->driver->changes(db);
}

int db_int(struct db *db, const char *sql, const struct binding *bindings, int64_t otherwise, int64_t *ret_value,
           struct error *error)
{
    struct rows *rows;
    int result = db_query(db, sql, bindings, &rows, error);
    if (result)
        return result;
    *ret_value = rows_next(rows) && !rows_null(rows, 0) ? rows_int(rows, 0) : otherwise;
    return rows_close(rows);
}

int db_text(struct db *db, struct arena *arena, const char *sql, const struct binding *bindings, char **ret_text,
            struct error *error)
{
    struct rows *rows;
    int result = db_query(db, sql, bindings, &rows, error);
    if (result)
        return result;
    *ret_text = rows_next(rows) ? arena_strdup(arena, rows_text(rows, 0)) : NULL;
    return rows_close(rows);
}

void db_forget(struct db *db)
{
    if (db->driver->forget)
        db->driver->forget(db);
}

static int savepoint(struct db *db, const char *verb, struct error *error)
{
    char sql[64];
    snprintf(sql, sizeof sql, "%s s%d", verb, db->savepoints);
    return db->driver->run(db, sql, NULL, error);
}

void *db_memo(struct db *db)
{
    return db->memo;
}

void db_before_commit(struct db *db, int (*write)(struct db *db, struct error *error))
{
    db->before_commit = write;
}

int db_savepoint(struct db *db, struct error *error)
{
    assert(db->savepoints < DB_SAVEPOINTS_MAX);
    memcpy(db->memo_at[db->savepoints++], db->memo, sizeof db->memo);
    return savepoint(db, "SAVEPOINT", error);
}

int db_savepoint_rollback(struct db *db, struct error *error)
{
    int result = savepoint(db, "ROLLBACK TO", error);
    memcpy(db->memo, db->memo_at[db->savepoints - 1], sizeof db->memo);
    return result ? result : db_savepoint_release(db, error);
}

int db_savepoint_release(struct db *db, struct error *error)
{
    int result = savepoint(db, "RELEASE", error);
    db->savepoints--;
    return result;
}

int db_search_put(struct db *db, const char *index, int64_t id, const char *folded, struct error *error)
{
    return db->driver->search_put(db, index, id, folded, false, error);
}

int db_search_remove(struct db *db, const char *index, int64_t id, const char *folded, struct error *error)
{
    return db->driver->search_put(db, index, id, folded, true, error);
}

char *store_search_condition(struct store *store, struct arena *arena, const char *index, const char *column,
                             const char *name)
{
    return store->driver->search_condition(arena, index, column, name);
}

char *store_search_words(struct store *store, struct arena *arena, const char *typed)
{
    return store->driver->search_words(arena, typed);
}

/* --- migrations --- */

struct migration {
    const char *subject, *sql;
    int64_t reached, last;
};

static int apply_step(struct db *db, const struct schema_step *step, struct error *error)
{
    switch (step->verb) {
    case SCHEMA_SQL:
        return db->driver->execute(db, step->text, error);
    case SCHEMA_IMMUTABLE:
        return db->driver->make_immutable(db, step->text, error);
    case SCHEMA_SEARCH:
        return db->driver->make_search(db, step->text, error);
    }
    return 0;
}

static int reached_version(struct db *db, struct migration *migration, struct error *error)
{
    bool known = !text_is(migration->subject, "store");
    migration->reached = 0;
    /* The very first migration makes store_version itself. */
    int result = known ? 0 : db->driver->has_table(db, "store_version", &known, error);
    if (result || !known)
        return result;
    return db_int(db, "SELECT version FROM store_version WHERE subject = :subject", BIND(TEXT("subject", migration->subject)),
                  0, &migration->reached, error);
}

/* Another program may have migrated since this one looked. */
static int migrate(struct db *db, void *context, struct error *error)
{
    struct migration *migration = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct schema schema;
    int result = schema_parse(arena, migration->sql, &schema, error);
    if (!result)
        result = reached_version(db, migration, error);
    for (size_t i = 0; i < schema.step_count && !result; i++)
        if (schema.steps[i].version > migration->reached)
            result = apply_step(db, &schema.steps[i], error);
    if (result || migration->reached >= migration->last)
        return result;
    return db_run(db,
                  "INSERT INTO store_version(subject, version) VALUES (:subject, :version) "
                  "ON CONFLICT(subject) DO UPDATE SET version = excluded.version",
                  BIND(TEXT("subject", migration->subject), INT("version", migration->last)), error);
}

/* Nearly always the database has it all: what a reader sees without parsing anything. */
int store_migrate(struct store *store, const char *subject, const char *schema_sql, struct error *error)
{
    struct migration migration = {.subject = subject, .sql = schema_sql, .last = schema_last_version(schema_sql)};
    struct db *db;
    int result = store_reader(store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = reached_version(db, &migration, error);
        db_end_read(db);
    }
    store_release(store, db);
    if (!result && migration.reached < migration.last)
        result = store_write(store, migrate, &migration, false, error);
    if (!result && migration.reached > migration.last)
        result = error_set(error, ERR_REFUSED, "db",
                           N_("This database was made by a newer version of Maillon. Nothing was changed."), NULL);
    return result;
}

int store_backup(struct store *store, const char *path, struct error *error)
{
    return store->driver->backup(store, path, error);
}

int store_check(struct store *store, struct error *error)
{
    struct db *db;
    int result = store_reader(store, &db, error);
    if (result)
        return result;
    result = store->driver->check(db, error);
    store_release(store, db);
    return result;
}

const char *store_engine(const struct store *store)
{
    return store->driver->name;
}

int store_explain(struct db *db, struct arena *arena, const char *sql, char **ret_plan, struct error *error)
{
    return db->driver->explain(db, arena, sql, ret_plan, error);
}

struct store_figures store_figures(struct store *store)
{
    const struct store_figures *now = &store->figures;
    struct store_figures figures = {.commits = __atomic_load_n(&now->commits, __ATOMIC_RELAXED),
                                    .tasks = __atomic_load_n(&now->tasks, __ATOMIC_RELAXED),
                                    .reruns = __atomic_load_n(&now->reruns, __ATOMIC_RELAXED),
                                    .truncations = __atomic_load_n(&now->truncations, __ATOMIC_RELAXED),
                                    .longest_gate_ms = __atomic_load_n(&now->longest_gate_ms, __ATOMIC_RELAXED)};
    figures.log_bytes = store->driver->log_bytes(store);
    return figures;
}
