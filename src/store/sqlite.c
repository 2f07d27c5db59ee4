/* SQLite driver: WAL, synchronous=FULL, every safety switch on. See https://sqlite.org/security.html and
 * https://sqlite.org/wal.html for what each setting does. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "store/driver.h"

enum { CACHE_SLOTS = 1024, BUSY_MS = 15000, APPLICATION_ID = 1296124238 /* also in the PRAGMA of own */ };

struct statement {
    char *sql;
    uint64_t hash;
    sqlite3_stmt *stmt;
    const char **names; /* of its parameters, without the colon; the engine would look each one up in a list */
    int name_count;
    bool busy;
    bool kept;
};

struct sqlite_db {
    struct db db; /* first */
    sqlite3 *handle;
    bool writer;
    struct statement cache[CACHE_SLOTS];
    int cached;
};

struct sqlite_rows {
    struct rows rows; /* first */
    struct statement *statement;
    int step; /* last result of sqlite3_step */
    struct error *error;
};

static struct sqlite_db *of(struct db *db)
{
    return (struct sqlite_db *)db;
}

/* What a person can do something about is said; the engine's own words come along as detail. */
static int fail(sqlite3 *handle, int code, struct error *error)
{
    const char *detail = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return error_set(error, ERR_INTERNAL, "", N_("The disk is full. Nothing was written."), NULL);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, ERR_BUSY, "", N_("The database is busy with another program. Try again in a moment."), NULL);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return error_set(error, ERR_INTERNAL, "db", N_("This file is not a sound Maillon database: {0}."), detail, NULL);
    case SQLITE_CANTOPEN:
        return error_set(error, ERR_INTERNAL, "db", N_("The database file cannot be opened. Check its path and its rights."),
                         NULL);
    case SQLITE_READONLY:
        return error_set(error, ERR_REFUSED, "", N_("This connection cannot write."), NULL);
    case SQLITE_CONSTRAINT:
        return error_set(error, ERR_REFUSED, "", N_("The database refuses this: {0}."), detail, NULL);
    default:
        return error_set(error, ERR_INTERNAL, "", N_("The database failed: {0}."), detail, NULL);
    }
}

/* --- connections --- */

/* Another program's file must not get our tables because somebody typed its name; a new file is marked as ours. */
static int own(sqlite3 *handle, struct error *error)
{
    sqlite3_stmt *stmt;
    int code = sqlite3_prepare_v2(handle, "SELECT (SELECT count(*) FROM sqlite_schema), (SELECT application_id FROM pragma_application_id)",
                                  -1, &stmt, NULL);
    bool ours = false, empty = false;
    if (!code && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        empty = !sqlite3_column_int(stmt, 0);
        ours = sqlite3_column_int(stmt, 1) == APPLICATION_ID;
        code = SQLITE_OK;
    }
    int result = code ? fail(handle, code, error) : 0;
    sqlite3_finalize(stmt);
    if (!result && !ours && !empty)
        return error_set(error, ERR_REFUSED, "db", N_("This file belongs to another program. Nothing was changed."), NULL);
    if (result || ours)
        return result;
    code = sqlite3_exec(handle, "PRAGMA journal_mode=WAL; PRAGMA application_id=1296124238", NULL, NULL, NULL);
    return code ? fail(handle, code, error) : 0;
}

static int configure(sqlite3 *handle, bool writer, struct error *error)
{
    static const struct {
        int option, value;
    } switches[] = {
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},     {SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}, {SQLITE_DBCONFIG_DQS_DDL, 0},   {SQLITE_DBCONFIG_DQS_DML, 0},
    };
    for (size_t i = 0; i < COUNT_OF(switches); i++)
        sqlite3_db_config(handle, switches[i].option, switches[i].value, NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(handle, BUSY_MS);
    sqlite3_extended_result_codes(handle, 1);
    int result = writer ? own(handle, error) : 0;
    if (result)
        return result;
    const char *sql = writer ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                               "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=1000"
                             : "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA query_only=ON;";
    int code = sqlite3_exec(handle, sql, NULL, NULL, NULL);
    return code ? fail(handle, code, error) : 0;
}

/* Counting what SQLite allocates takes a lock at each allocation, and nobody asks for the figure. */
static void stop_counting_memory(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* refused without harm where SQLite has begun already */
}

static int sqlite_connect(struct store *store, bool writer, struct db **ret_db, struct error *error)
{
    struct sqlite_db *db = memory_get(sizeof *db);
    db->db.driver = &sqlite_driver;
    db->db.store = store;
    db->writer = writer;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, stop_counting_memory);
    int flags = SQLITE_OPEN_NOMUTEX | (writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    int code = sqlite3_open_v2(store->url, &db->handle, flags, NULL);
    int result = code ? fail(db->handle, code, error) : configure(db->handle, writer, error);
    if (result) {
        sqlite3_close(db->handle);
        free(db);
        return result;
    }
    *ret_db = &db->db;
    return 0;
}

static void sqlite_disconnect(struct db *base)
{
    struct sqlite_db *db = of(base);
    for (int i = 0; i < CACHE_SLOTS; i++) {
        sqlite3_finalize(db->cache[i].stmt);
        free(db->cache[i].names);
        free(db->cache[i].sql);
    }
    sqlite3_close(db->handle);
    free(db);
}

/* --- statements --- */

/* FNV-1a by eight bytes: a statement is looked for each time it runs. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u, word = 0;
    size_t length = strlen(text);
    for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * 1099511628211u;
        hash ^= hash >> 32;
    }
    for (; length; text++, length--)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* Copies: the engine's own go away when it prepares a statement anew after a change of the schema. */
static void keep_names(struct statement *slot)
{
    size_t size = 0;
    slot->name_count = sqlite3_bind_parameter_count(slot->stmt);
    for (int i = 1; i <= slot->name_count; i++)
        size += strlen(sqlite3_bind_parameter_name(slot->stmt, i));
    slot->names = memory_get(sizeof *slot->names * (size_t)slot->name_count + size);
    char *at = (char *)(slot->names + slot->name_count);
    for (int i = 0; i < slot->name_count; i++) {
        slot->names[i] = at;
        at = stpcpy(at, sqlite3_bind_parameter_name(slot->stmt, i + 1) + 1) + 1;
    }
}

static int prepare(struct sqlite_db *db, struct statement *slot, const char *sql, uint64_t hash, struct error *error)
{
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &slot->stmt, NULL);
    if (code)
        return fail(db->handle, code, error);
    slot->hash = hash;
    keep_names(slot);
    return 0;
}

/* A kept statement, or a private one when the kept one is being read (a query inside a query) or the cache is full. */
static int find_statement(struct sqlite_db *db, const char *sql, struct statement **ret, struct error *error)
{
    uint64_t hash = hash_of(sql);
    size_t slot = hash % CACHE_SLOTS;
    struct statement *found = &db->cache[slot];
    while (found->sql && (found->hash != hash || strcmp(found->sql, sql))) {
        slot = (slot + 1) % CACHE_SLOTS;
        found = &db->cache[slot];
    }
    if (found->busy || (!found->sql && db->cached >= CACHE_SLOTS * 3 / 4)) {
        found = memory_get(sizeof *found);
        int result = prepare(db, found, sql, hash, error);
        if (result) {
            free(found);
            return result;
        }
        *ret = found;
        return 0;
    }
    if (!found->sql) {
        int result = prepare(db, found, sql, hash, error);
        if (result)
            return result;
        found->sql = memory_strdup(sql);
        found->kept = true;
        db->cached++;
    }
    *ret = found;
    return 0;
}

static void give_back(struct statement *statement)
{
    if (!statement->kept) {
        sqlite3_finalize(statement->stmt);
        free(statement->names);
        free(statement);
        return;
    }
    sqlite3_reset(statement->stmt);
    sqlite3_clear_bindings(statement->stmt);
    statement->busy = false;
}

static int bind_one(sqlite3_stmt *stmt, int index, const struct binding *binding)
{
    if (binding->null || (binding->kind != VALUE_INT && !binding->text))
        return sqlite3_bind_null(stmt, index);
    if (binding->kind == VALUE_INT)
        return sqlite3_bind_int64(stmt, index, binding->number);
    if (binding->kind == VALUE_TEXT)
        return sqlite3_bind_text(stmt, index, binding->text, -1, SQLITE_STATIC);
    return sqlite3_bind_blob64(stmt, index, binding->text, binding->length, SQLITE_STATIC);
}

/* Every parameter of the statement must be bound: a forgotten one would silently be NULL. */
static int bind_all(struct sqlite_db *db, const struct statement *statement, const struct binding *bindings,
                    struct error *error)
{
    int at = 0;
    for (int i = 0; i < statement->name_count; i++) {
        const struct binding *binding = binding_find(bindings, statement->names[i], &at);
        if (!binding)
            return error_set(error, ERR_INTERNAL, "", N_("A statement lacks its parameter {0}."), statement->names[i],
                             NULL);
        int code = bind_one(statement->stmt, i + 1, binding);
        if (code)
            return fail(db->handle, code, error);
    }
    return 0;
}

static int sqlite_query(struct db *base, const char *sql, const struct binding *bindings, struct rows **ret_rows,
                        struct error *error)
{
    struct sqlite_db *db = of(base);
    struct statement *statement;
    int result = find_statement(db, sql, &statement, error);
    if (result)
        return result;
    result = bind_all(db, statement, bindings, error);
    if (result) {
        give_back(statement);
        return result;
    }
    statement->busy = true;
    struct sqlite_rows *rows = memory_get(sizeof *rows);
    *rows = (struct sqlite_rows){{base}, statement, SQLITE_OK, error};
    *ret_rows = &rows->rows;
    return 0;
}

static int sqlite_run(struct db *base, const char *sql, const struct binding *bindings, struct error *error)
{
    struct sqlite_db *db = of(base);
    struct statement *statement;
    int result = find_statement(db, sql, &statement, error);
    if (result)
        return result;
    result = bind_all(db, statement, bindings, error);
    if (!result) {
        int code = sqlite3_step(statement->stmt);
        while (code == SQLITE_ROW)
            code = sqlite3_step(statement->stmt);
        if (code != SQLITE_DONE)
            result = fail(db->handle, code, error);
    }
    give_back(statement);
    return result;
}

static sqlite3_stmt *stmt_of(const struct rows *rows)
{
    return ((const struct sqlite_rows *)rows)->statement->stmt;
}

static bool sqlite_next(struct rows *base)
{
    struct sqlite_rows *rows = (struct sqlite_rows *)base;
    if (rows->step != SQLITE_OK && rows->step != SQLITE_ROW)
        return false;
    rows->step = sqlite3_step(rows->statement->stmt);
    return rows->step == SQLITE_ROW;
}

static int sqlite_close(struct rows *base)
{
    struct sqlite_rows *rows = (struct sqlite_rows *)base;
    bool failed = rows->step != SQLITE_OK && rows->step != SQLITE_ROW && rows->step != SQLITE_DONE;
    int result = failed ? fail(of(base->db)->handle, rows->step, rows->error) : 0;
    give_back(rows->statement);
    free(rows);
    return result;
}

static int sqlite_columns(const struct rows *rows)
{
    return sqlite3_column_count(stmt_of(rows));
}

static int64_t sqlite_get_int(const struct rows *rows, int column)
{
    return sqlite3_column_int64(stmt_of(rows), column);
}

static const char *sqlite_get_text(const struct rows *rows, int column)
{
    return (const char *)sqlite3_column_text(stmt_of(rows), column);
}

static const void *sqlite_get_bytes(const struct rows *rows, int column, size_t *ret_length)
{
    const void *bytes = sqlite3_column_blob(stmt_of(rows), column);
    *ret_length = (size_t)sqlite3_column_bytes(stmt_of(rows), column);
    return bytes;
}

static bool sqlite_get_null(const struct rows *rows, int column)
{
    return sqlite3_column_type(stmt_of(rows), column) == SQLITE_NULL;
}

static int64_t sqlite_changes(struct db *db)
{
    return sqlite3_changes64(of(db)->handle);
}

/* --- transactions --- */

static int sqlite_begin(struct db *db, bool write, struct error *error)
{
    return sqlite_run(db, write ? "BEGIN IMMEDIATE" : "BEGIN", NULL, error);
}

static int sqlite_commit(struct db *db, struct error *error)
{
    return sqlite_run(db, "COMMIT", NULL, error);
}

static bool sqlite_in_transaction(struct db *db)
{
    return !sqlite3_get_autocommit(of(db)->handle);
}

static void sqlite_rollback(struct db *db)
{
    struct error ignored;
    if (sqlite_in_transaction(db))
        (void)sqlite_run(db, "ROLLBACK", NULL, &ignored);
}

/* --- schema --- */

static int sqlite_execute(struct db *db, const char *sql, struct error *error)
{
    int code = sqlite3_exec(of(db)->handle, sql, NULL, NULL, NULL);
    return code ? fail(of(db)->handle, code, error) : 0;
}

static int sqlite_has_table(struct db *db, const char *table, bool *ret_known, struct error *error)
{
    int64_t count = 0;
    int result = db_int(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = :name",
                        BIND(TEXT("name", table)), 0, &count, error);
    *ret_known = count > 0;
    return result;
}

static int execute_format(struct db *db, struct error *error, const char *format, const char *name)
{
    char *sql = sqlite3_mprintf(format, name, name);
    int result = sqlite_execute(db, sql, error);
    sqlite3_free(sql);
    return result;
}

static int sqlite_make_immutable(struct db *db, const char *table, struct error *error)
{
    int result = execute_format(db, error,
                                "CREATE TRIGGER %s_no_update BEFORE UPDATE ON %s BEGIN "
                                "SELECT RAISE(ABORT, 'this record is immutable'); END",
                                table);
    if (result)
        return result;
    return execute_format(db, error,
                          "CREATE TRIGGER %s_no_delete BEFORE DELETE ON %s BEGIN "
                          "SELECT RAISE(ABORT, 'this record is immutable'); END",
                          table);
}

/* --- search: contentless FTS5 over text already folded by base/text --- */

static int sqlite_make_search(struct db *db, const char *index, struct error *error)
{
    return execute_format(db, error,
                          "CREATE VIRTUAL TABLE search_%s USING fts5(words, content='', detail='none', "
                          "columnsize=0, tokenize='ascii')",
                          index);
}

static int sqlite_search_put(struct db *db, const char *index, int64_t id, const char *folded, bool remove,
                             struct error *error)
{
    char sql[160];
    if (remove) /* a contentless table needs the old text to forget it */
        snprintf(sql, sizeof sql, "INSERT INTO search_%s(search_%s, rowid, words) VALUES ('delete', :id, :words)", index,
                 index);
    else
        snprintf(sql, sizeof sql, "INSERT INTO search_%s(rowid, words) VALUES (:id, :words)", index);
    return sqlite_run(db, sql, BIND(INT("id", id), TEXT("words", folded)), error);
}

static char *sqlite_search_condition(struct arena *arena, const char *index, const char *column, const char *name)
{
    return arena_printf(arena, "%s IN (SELECT rowid FROM search_%s WHERE search_%s MATCH :%s)", column, index, index,
                        name);
}

/* "Évreux can" -> "evreux"* "can"*: folded words hold letters and digits only, so that nothing of FTS5's own syntax
 * can be typed. */
static char *sqlite_search_words(struct arena *arena, const char *typed)
{
    const char *folded = text_fold(arena, typed);
    if (!*folded)
        return NULL;
    struct buffer words = {0};
    while (*folded) {
        size_t length = strcspn(folded, " ");
        buffer_printf(&words, "%s\"%.*s\"*", words.length ? " " : "", (int)length, folded);
        folded += length + (folded[length] == ' ');
    }
    char *copy = arena_copy(arena, words.bytes, words.length);
    buffer_free(&words);
    return copy;
}

/* --- care --- */

static int64_t sqlite_log_bytes(struct store *store)
{
    char path[4096];
    struct stat facts;
    snprintf(path, sizeof path, "%s-wal", store->url);
    return stat(path, &facts) ? 0 : facts.st_size;
}

static void sqlite_forget(struct db *db)
{
    sqlite3_db_release_memory(of(db)->handle);
}

static void sqlite_truncate_log(struct db *db)
{
    sqlite3 *handle = of(db)->handle;
    sqlite3_busy_timeout(handle, 20); /* a reader of another process may hold the log: then later */
    sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(handle, BUSY_MS);
}

static int integrity(sqlite3 *handle, struct error *error)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(handle, "PRAGMA quick_check(1)", -1, &stmt, NULL);
    if (!code)
        code = sqlite3_step(stmt);
    int result = 0;
    if (code != SQLITE_ROW)
        result = fail(handle, code, error);
    else if (strcmp((const char *)sqlite3_column_text(stmt, 0), "ok"))
        result = error_set(error, ERR_INTERNAL, "db", N_("This file is not a sound Maillon database: {0}."),
                           (const char *)sqlite3_column_text(stmt, 0), NULL);
    sqlite3_finalize(stmt);
    return result;
}

static int sqlite_check(struct db *db, struct error *error)
{
    return integrity(of(db)->handle, error);
}

static int copy_pages(sqlite3 *from, sqlite3 *to, struct error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return fail(to, sqlite3_errcode(to), error);
    int code = SQLITE_OK;
    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED)
        code = sqlite3_backup_step(backup, 1024);
    int finished = sqlite3_backup_finish(backup);
    return code == SQLITE_DONE && finished == SQLITE_OK ? 0 : fail(to, finished ? finished : code, error);
}

static int sqlite_backup_to(struct store *store, const char *path, struct error *error)
{
    struct db *db;
    int result = store_reader(store, &db, error);
    if (result)
        return result;
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    result = code ? fail(copy, code, error) : copy_pages(of(db)->handle, copy, error);
    if (!result) /* a copy that stands alone: no log beside it */
        result = sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) ? fail(copy, SQLITE_ERROR, error) : 0;
    sqlite3_close(copy);
    store_release(store, db);
    if (result)
        return result;
    copy = NULL;
    code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READONLY, NULL);
    result = code ? fail(copy, code, error) : integrity(copy, error);
    sqlite3_close(copy);
    return result;
}

static int sqlite_explain(struct db *db, struct arena *arena, const char *sql, char **ret_plan, struct error *error)
{
    struct buffer plan = {0};
    const char *full = arena_printf(arena, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(of(db)->handle, full, -1, &stmt, NULL);
    if (code)
        return fail(of(db)->handle, code, error);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        buffer_printf(&plan, "%s\n", (const char *)sqlite3_column_text(stmt, 3));
    sqlite3_finalize(stmt);
    *ret_plan = arena_copy(arena, buffer_string(&plan), plan.length);
    buffer_free(&plan);
    return 0;
}

const struct driver sqlite_driver = {
    .name = "sqlite",
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction,
    .run = sqlite_run,
    .query = sqlite_query,
    .next = sqlite_next,
    .close = sqlite_close,
    .columns = sqlite_columns,
    .get_int = sqlite_get_int,
    .get_text = sqlite_get_text,
    .get_bytes = sqlite_get_bytes,
    .get_null = sqlite_get_null,
    .changes = sqlite_changes,
    .execute = sqlite_execute,
    .has_table = sqlite_has_table,
    .make_immutable = sqlite_make_immutable,
    .make_search = sqlite_make_search,
    .search_put = sqlite_search_put,
    .search_condition = sqlite_search_condition,
    .search_words = sqlite_search_words,
    .log_bytes = sqlite_log_bytes,
    .truncate_log = sqlite_truncate_log,
    .forget = sqlite_forget,
    .backup = sqlite_backup_to,
    .check = sqlite_check,
    .explain = sqlite_explain,
};
