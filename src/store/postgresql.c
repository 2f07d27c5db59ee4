/* PostgreSQL driver, 13 and later (tested on 15).
 *
 * Writing. One transaction writes at a time, in the whole database and whoever opened it: each begins by taking an
 * advisory lock that it holds until it is committed, as BEGIN IMMEDIATE does in SQLite. So what an action reads stays
 * true until it is committed, ids and numbers have neither doubles nor gaps, and the head of the journal is read after
 * the lock. docs/decisions/0013-postgresql.md says why not otherwise. Readers wait for nobody.
 *
 * A connection that breaks. Before COMMIT was sent nothing can have been kept, for the server drops what an ended
 * connection leaves open: the tasks are run again on a new connection. When it breaks while COMMIT is under way the
 * server is asked, on a new connection and under the same lock, what became of that very transaction: committed is
 * answered as done, aborted is run again. When nobody can tell (the server stays away, or another one took over, which
 * counts its transactions anew) nothing is run again: the caller is told that it is not known.
 *
 * Statements are prepared once per connection by the protocol, and no setting outlives a transaction: a pooler that
 * follows prepared statements may stand between (docs/postgresql.md). */
#include "store/postgresql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

LIBRARY_DEFINE(libpq, LIBPQ_FUNCTIONS, "libpq.so.5", "libpq5")

enum { CONNECT_SECONDS = 10, VERSION_MIN = 130000 };

struct pg_rows {
    struct rows rows; /* first */
    PGresult *result; /* the row at hand, or all rows */
    PGresult *rest;   /* fetched because something else had to be sent: follows after result */
    int row;          /* in result */
    bool streaming;   /* more comes over the connection */
    int failed;
    struct error *error;
    struct arena *bytes; /* of the row at hand, decoded */
};

/* --- what went wrong --- */

static bool is_lost(struct pg_db *db, const char *state)
{
    return libpq.PQstatus(db->connection) != CONNECTION_OK || !strncmp(state, "08", 2) || !strncmp(state, "57P", 3);
}

/* Fills the error as sqlite.c does: the same refusals for the same faults. */
static int fail(struct pg_db *db, const PGresult *result, struct error *error)
{
    const char *state = result ? libpq.PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *detail = result ? libpq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    state = state ? state : "";
    detail = detail ? detail : libpq.PQerrorMessage(db->connection);
    if (is_lost(db, state)) {
        db->db.again = true;
        return error_set(error, ERR_BUSY, "", N_("The connection to the database broke. Nothing was written. Try again in a moment."),
                         NULL);
    }
    if (!strcmp(state, "40001") || !strcmp(state, "40P01"))
        db->db.again = true;
    if (db->db.again || !strcmp(state, "55P03") || !strcmp(state, "57014"))
        return error_set(error, ERR_BUSY, "", N_("The database is busy with another program. Try again in a moment."), NULL);
    if (!strcmp(state, "53100"))
        return error_set(error, ERR_INTERNAL, "", N_("The disk is full. Nothing was written."), NULL);
    if (!strcmp(state, "25006"))
        return error_set(error, ERR_REFUSED, "", N_("This connection cannot write."), NULL);
    if (!strcmp(state, "42501"))
        return error_set(error, ERR_REFUSED, "db", N_("This database gives the program too few rights: {0}."), detail, NULL);
    if (!strncmp(state, "23", 2))
        return error_set(error, ERR_REFUSED, "", N_("The database refuses this: {0}."), detail, NULL);
    return error_set(error, ERR_INTERNAL, "", N_("The database failed: {0}."), detail, NULL);
}

static bool is_good(const PGresult *result)
{
    ExecStatusType status = libpq.PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE;
}

int pg_simple(struct pg_db *db, const char *sql, PGresult **ret_result, struct error *error)
{
    pg_settle(db);
    PGresult *result = libpq.PQexec(db->connection, sql);
    int code = is_good(result) ? 0 : fail(db, result, error);
    if (ret_result && !code)
        *ret_result = result;
    else
        libpq.PQclear(result);
    return code;
}

/* First value of the first row; "" when there is none. */
static int simple_text(struct pg_db *db, const char *sql, char *ret_text, size_t size, struct error *error)
{
    PGresult *result;
    *ret_text = 0;
    int code = pg_simple(db, sql, &result, error);
    if (code)
        return code;
    if (libpq.PQntuples(result))
        snprintf(ret_text, size, "%s", libpq.PQgetvalue(result, 0, 0));
    libpq.PQclear(result);
    return 0;
}

/* --- connections --- */

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* libpq's words, of which the first line names the fault: 'connection to server … failed: FATAL:  password …'. */
static int refuse_connection(struct pg_db *db, struct error *error)
{
    char words[256];
    snprintf(words, sizeof words, "%s", libpq.PQerrorMessage(db->connection));
    words[strcspn(words, "\n")] = 0;
    const char *answer = strstr(words, "FATAL:");
    if (answer)
        return error_set(error, ERR_REFUSED, "db", N_("The database server does not let the program in: {0}."),
                         answer + 6 + strspn(answer + 6, " "), NULL);
    return error_set(error, ERR_BUSY, "db", N_("The database server cannot be reached: {0}."), words, NULL);
}

static int check_server(struct pg_db *db, struct error *error)
{
    const char *encoding = libpq.PQparameterStatus(db->connection, "server_encoding");
    if (libpq.PQserverVersion(db->connection) < VERSION_MIN)
        return error_set(error, ERR_REFUSED, "db", N_("This PostgreSQL is too old: version 13 or later is needed."), NULL);
    if (!text_is(encoding, "UTF8"))
        return error_set(error, ERR_REFUSED, "db",
                         N_("This database keeps its text as {0}: make one with ENCODING 'UTF8'."), encoding ? encoding : "?", NULL);
    return 0;
}

/* Another program's tables must not get ours beside them because somebody typed its address. */
static int check_owner(struct pg_db *db, struct error *error)
{
    char found[8];
    int code = simple_text(db,
                           "SELECT CASE WHEN current_schema() IS NULL THEN 'none' WHEN count(*) > 0 AND "
                           "count(*) FILTER (WHERE tablename = 'store_version') = 0 THEN 'foreign' ELSE 'ours' END "
                           "FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
                           found, sizeof found, error);
    if (code)
        return code;
    if (!strcmp(found, "none"))
        return error_set(error, ERR_REFUSED, "db", N_("The schema that this address names does not exist."), NULL);
    if (!strcmp(found, "foreign"))
        return error_set(error, ERR_REFUSED, "db", N_("This database belongs to another program. Nothing was changed."), NULL);
    return 0;
}

/* What comes before dbname gives way to what the address says, what follows would not. */
static int open_connection(struct pg_db *db, struct error *error)
{
    static const char *const keys[] = {"connect_timeout", "application_name", "target_session_attrs", "dbname", "client_encoding", NULL};
    const char *const values[] = {"10", "maillon", "read-write", db->db.store->url, "UTF8", NULL};
    if (db->connection)
        libpq.PQfinish(db->connection);
    db->connection = libpq.PQconnectdbParams(keys, values, 1);
    db->number++;
    db->prepared = 0;
    if (libpq.PQstatus(db->connection) != CONNECTION_OK)
        return refuse_connection(db, error);
    libpq.PQsetNoticeReceiver(db->connection, ignore_notice, NULL);
    int code = check_server(db, error);
    if (!code && db->writer && db->number == 1)
        code = check_owner(db, error);
    return code;
}

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A server that restarts, or hands over to another, is away for some seconds. */
static int reopen(struct pg_db *db, int seconds, struct error *error)
{
    int64_t end = milliseconds() + seconds * 1000;
    useconds_t pause = 20000;
    int code;
    while ((code = open_connection(db, error)) == ERR_BUSY && milliseconds() < end) {
        usleep(pause);
        pause = pause < 1000000 ? pause * 2 : pause;
    }
    return code;
}

static void read_timeline(struct pg_db *db)
{
    struct error ignored = {0};
    (void)simple_text(db, "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)", db->timeline, sizeof db->timeline, &ignored);
}

static void pg_disconnect(struct db *base)
{
    struct pg_db *db = pg_of(base);
    for (int i = 0; i < PG_CACHE_SLOTS; i++) {
        free(db->cache[i].sql);
        free(db->cache[i].text);
        free(db->cache[i].names);
        free(db->cache[i].values);
    }
    if (db->connection)
        libpq.PQfinish(db->connection);
    free(db);
}

static int check_address(const char *url, struct error *error)
{
    char *words = NULL;
    PQconninfoOption *options = libpq.PQconninfoParse(url, &words);
    if (options) {
        libpq.PQconninfoFree(options);
        return 0;
    }
    if (words)
        words[strcspn(words, "\n")] = 0;
    error_set(error, ERR_INVALID, "db", N_("This address of a database is not understood: {0}."), words ? words : "?", NULL);
    libpq.PQfreemem(words);
    return ERR_INVALID;
}

static int pg_connect(struct store *store, bool writer, struct db **ret_db, struct error *error)
{
    int code = library_load(&libpq_library, error);
    if (!code)
        code = check_address(store->url, error);
    if (code)
        return code;
    struct pg_db *db = memory_get(sizeof *db);
    db->db.driver = &postgresql_driver;
    db->db.store = store;
    db->writer = writer;
    code = open_connection(db, error);
    if (code) {
        pg_disconnect(&db->db);
        return code;
    }
    if (writer)
        read_timeline(db);
    *ret_db = &db->db;
    return 0;
}

/* --- statements --- */

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static void translate(struct pg_statement *statement, const char *sql)
{
    struct buffer text = {0}, names = {0};
    statement->count = pg_translate(sql, &text, &names);
    statement->text = memory_strdup(buffer_string(&text));
    statement->names = memory_get(names.length + 1);
    if (names.length)
        memcpy(statement->names, names.bytes, names.length);
    buffer_free(&text);
    buffer_free(&names);
    /* One block for all that a parameter needs, the widest first. */
    size_t count = (size_t)statement->count;
    char *block = memory_get(count * (sizeof *statement->values + sizeof *statement->types + 2 * sizeof(int) + sizeof *statement->numbers) + 1);
    statement->values = (const char **)block;
    statement->types = (Oid *)(block += count * sizeof *statement->values);
    statement->lengths = (int *)(block += count * sizeof *statement->types);
    statement->formats = (int *)(block += count * sizeof(int));
    statement->numbers = (char(*)[24])(block + count * sizeof(int));
}

static void discard(struct pg_statement *statement)
{
    free(statement->text);
    free(statement->names);
    free(statement->values);
    free(statement);
}

/* Kept, or one of its own when the places are full. */
static struct pg_statement *find_statement(struct pg_db *db, const char *sql)
{
    uint64_t hash = hash_of(sql);
    size_t slot = hash % PG_CACHE_SLOTS;
    struct pg_statement *found = &db->cache[slot];
    while (found->sql && (found->hash != hash || strcmp(found->sql, sql) != 0)) {
        slot = (slot + 1) % PG_CACHE_SLOTS;
        found = &db->cache[slot];
    }
    if (found->sql)
        return found;
    bool kept = db->cached < PG_CACHE_SLOTS * 3 / 4;
    found = kept ? found : memory_get(sizeof *found);
    translate(found, sql);
    found->hash = hash;
    found->kept = kept;
    if (kept) {
        found->sql = memory_strdup(sql);
        db->cached++;
    }
    return found;
}

static Oid type_of(const struct binding *binding)
{
    return binding->kind == VALUE_INT ? PG_INT8 : binding->kind == VALUE_TEXT ? PG_TEXT : PG_BYTEA;
}

/* Every parameter must be bound. A parameter whose type changed makes it another statement for PostgreSQL. */
static int bind_all(struct pg_statement *statement, const struct binding *bindings, struct error *error)
{
    const char *name = statement->names;
    int at = 0;
    for (int i = 0; i < statement->count; i++, name += strlen(name) + 1) {
        const struct binding *binding = binding_find(bindings, name, &at);
        if (!binding)
            return error_set(error, ERR_INTERNAL, "", N_("A statement lacks its parameter {0}."), name, NULL);
        if (statement->types[i] != type_of(binding)) {
            statement->types[i] = type_of(binding);
            statement->connection = 0;
        }
        bool null = binding->null || (binding->kind != VALUE_INT && !binding->text);
        if (binding->kind == VALUE_INT)
            snprintf(statement->numbers[i], sizeof statement->numbers[i], "%" PRId64, binding->number);
        statement->values[i] = null ? NULL : binding->kind == VALUE_INT ? statement->numbers[i] : binding->text;
        statement->lengths[i] = binding->kind == VALUE_BYTES ? (int)binding->length : 0;
        statement->formats[i] = binding->kind == VALUE_BYTES;
    }
    return 0;
}

static int prepare(struct pg_db *db, struct pg_statement *statement, struct error *error)
{
    if (statement->connection == db->number)
        return 0;
    snprintf(statement->name, sizeof statement->name, "m%u", ++db->prepared);
    PGresult *result = libpq.PQprepare(db->connection, statement->name, statement->text, statement->count, statement->types);
    int code = is_good(result) ? 0 : fail(db, result, error);
    libpq.PQclear(result);
    if (!code)
        statement->connection = db->number;
    return code;
}

/* Sends it with its values, so that its rows can be taken one by one. */
static int send_statement(struct pg_db *db, const char *sql, const struct binding *bindings, struct error *error)
{
    pg_settle(db);
    struct pg_statement *statement = find_statement(db, sql);
    int sent = 0, code = bind_all(statement, bindings, error);
    if (!code && statement->kept)
        code = prepare(db, statement, error);
    if (!code && statement->kept)
        sent = libpq.PQsendQueryPrepared(db->connection, statement->name, statement->count, statement->values,
                                           statement->lengths, statement->formats, 0);
    else if (!code)
        sent = libpq.PQsendQueryParams(db->connection, statement->text, statement->count, statement->types,
                                         statement->values, statement->lengths, statement->formats, 0);
    if (!statement->kept)
        discard(statement);
    return code ? code : sent ? 0 : fail(db, NULL, error);
}

int pg_run(struct db *base, const char *sql, const struct binding *bindings, struct error *error)
{
    struct pg_db *db = pg_of(base);
    int code = send_statement(db, sql, bindings, error);
    if (code)
        return code;
    PGresult *result;
    while ((result = libpq.PQgetResult(db->connection))) {
        if (!is_good(result))
            code = fail(db, result, error);
        else
            db->changes = strtoll(libpq.PQcmdTuples(result), NULL, 10);
        libpq.PQclear(result);
    }
    return code;
}

/* --- rows: one by one as they come, so that an export of any length needs the memory of one --- */

static int end_stream(struct pg_db *db, struct pg_rows *rows)
{
    PGresult *result;
    while ((result = libpq.PQgetResult(db->connection)))
        libpq.PQclear(result);
    rows->streaming = false;
    db->stream = NULL;
    return 0;
}

/* Takes the next result off the connection; false at the end, with rows->failed set when it was an error. */
static bool take(struct pg_db *db, struct pg_rows *rows, PGresult **ret_result)
{
    PGresult *result = libpq.PQgetResult(db->connection);
    *ret_result = result;
    if (result && libpq.PQresultStatus(result) == PGRES_SINGLE_TUPLE)
        return true;
    if (!result || !is_good(result))
        rows->failed = fail(db, result, rows->error);
    return false;
}

int pg_query(struct db *base, const char *sql, const struct binding *bindings, struct rows **ret_rows, struct error *error)
{
    struct pg_db *db = pg_of(base);
    int code = send_statement(db, sql, bindings, error);
    if (code)
        return code;
    struct pg_rows *rows = memory_get(sizeof *rows);
    *rows = (struct pg_rows){.rows = {base}, .row = -1, .error = error};
    libpq.PQsetSingleRowMode(db->connection);
    rows->streaming = take(db, rows, &rows->result);
    if (!rows->streaming)
        end_stream(db, rows);
    else
        db->stream = rows;
    if (rows->failed) {
        code = rows->failed;
        libpq.PQclear(rows->result);
        free(rows);
        return code;
    }
    *ret_rows = &rows->rows;
    return 0;
}

static bool pg_next(struct rows *base)
{
    struct pg_rows *rows = (struct pg_rows *)base;
    struct pg_db *db = pg_of(base->db);
    if (rows->bytes)
        arena_reset(rows->bytes);
    if (++rows->row < libpq.PQntuples(rows->result))
        return true;
    rows->row = 0;
    if (rows->streaming) {
        libpq.PQclear(rows->result);
        if (take(db, rows, &rows->result))
            return true;
        end_stream(db, rows);
    } else if (rows->rest) {
        libpq.PQclear(rows->result);
        rows->result = rows->rest;
        rows->rest = NULL;
        return libpq.PQntuples(rows->result) > 0;
    }
    rows->row = libpq.PQntuples(rows->result); /* stays at the end */
    return false;
}

static void add_row(PGresult *all, const PGresult *row)
{
    int at = libpq.PQntuples(all);
    for (int i = 0; i < libpq.PQnfields(row); i++) {
        bool null = libpq.PQgetisnull(row, 0, i);
        if (!libpq.PQsetvalue(all, at, i, null ? NULL : libpq.PQgetvalue(row, 0, i), null ? -1 : libpq.PQgetlength(row, 0, i)))
            memory_get(SIZE_MAX); /* out of memory ends the program, as everywhere */
    }
}

void pg_settle(struct pg_db *db)
{
    struct pg_rows *rows = db->stream;
    PGresult *row;
    if (!rows)
        return;
    rows->rest = libpq.PQcopyResult(rows->result, PG_COPYRES_ATTRS);
    while (take(db, rows, &row)) {
        add_row(rows->rest, row);
        libpq.PQclear(row);
    }
    libpq.PQclear(row);
    end_stream(db, rows);
}

static int pg_close(struct rows *base)
{
    struct pg_rows *rows = (struct pg_rows *)base;
    struct pg_db *db = pg_of(base->db);
    int code = rows->failed;
    if (rows->streaming)
        end_stream(db, rows);
    libpq.PQclear(rows->result);
    libpq.PQclear(rows->rest);
    arena_free(rows->bytes);
    free(rows);
    return code;
}

static const struct pg_rows *rows_of(const struct rows *rows)
{
    return (const struct pg_rows *)rows;
}

static int pg_columns(const struct rows *rows)
{
    return libpq.PQnfields(rows_of(rows)->result);
}

static bool pg_get_null(const struct rows *rows, int column)
{
    return libpq.PQgetisnull(rows_of(rows)->result, rows_of(rows)->row, column);
}

static const char *pg_get_text(const struct rows *base, int column)
{
    const struct pg_rows *rows = rows_of(base);
    if (pg_get_null(base, column))
        return NULL;
    const char *text = libpq.PQgetvalue(rows->result, rows->row, column);
    if (libpq.PQftype(rows->result, column) == PG_BOOL) /* a comparison: SQLite answers 1 or 0 */
        return *text == 't' ? "1" : "0";
    return text;
}

static int64_t pg_get_int(const struct rows *rows, int column)
{
    const char *text = pg_get_text(rows, column);
    return text ? strtoll(text, NULL, 10) : 0; /* of a numeric, such as a sum, the whole part */
}

static const void *pg_get_bytes(const struct rows *base, int column, size_t *ret_length)
{
    struct pg_rows *rows = (struct pg_rows *)base;
    const char *text = pg_get_text(base, column);
    *ret_length = text ? (size_t)libpq.PQgetlength(rows->result, rows->row, column) : 0;
    if (!text || libpq.PQftype(rows->result, column) != PG_BYTEA)
        return text;
    unsigned char *decoded = libpq.PQunescapeBytea((const unsigned char *)text, ret_length);
    if (!decoded)
        return NULL;
    rows->bytes = rows->bytes ? rows->bytes : arena_new();
    const char *copy = arena_copy(rows->bytes, (const char *)decoded, *ret_length);
    libpq.PQfreemem(decoded);
    return copy;
}

static int64_t pg_changes(struct db *db)
{
    return pg_of(db)->changes;
}

/* --- transactions --- */

static bool pg_in_transaction(struct db *base)
{
    struct pg_db *db = pg_of(base);
    PGTransactionStatusType status = libpq.PQtransactionStatus(db->connection);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

static void pg_rollback(struct db *base)
{
    struct error ignored = {0};
    if (pg_in_transaction(base))
        (void)pg_simple(pg_of(base), "ROLLBACK", NULL, &ignored);
}

/* One round trip: the transaction, how long it waits, that COMMIT waits for the disk, and the lock of the writers. The
 * application's number and the schema make the lock this store's own. */
static int begin_write(struct pg_db *db, struct error *error)
{
    PGresult *result;
    int code = pg_simple(db,
                         "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '15s'; "
                         "SET LOCAL idle_in_transaction_session_timeout = '60s'; "
                         "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'; "
                         "SELECT pg_current_xact_id(), pg_advisory_xact_lock(1296124238, hashtext(current_schema()))",
                         &result, error);
    if (code)
        return code;
    snprintf(db->transaction, sizeof db->transaction, "%s", libpq.PQgetvalue(result, 0, 0));
    libpq.PQclear(result);
    return 0;
}

static int begin_once(struct pg_db *db, bool write, struct error *error)
{
    db->db.again = db->db.unknown = false;
    int code = write ? begin_write(db, error)
                     : pg_simple(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, error);
    if (code)
        pg_rollback(&db->db);
    return code;
}

/* A connection that rested may have been closed by the server meanwhile. */
static int pg_begin(struct db *base, bool write, struct error *error)
{
    struct pg_db *db = pg_of(base);
    int code = begin_once(db, write, error);
    if (!code || libpq.PQstatus(db->connection) == CONNECTION_OK)
        return code;
    code = reopen(db, write ? CONNECT_SECONDS : 1, error);
    db->db.again = false; /* it stayed away: nothing is gained by asking at once */
    if (code)
        return code;
    if (write)
        read_timeline(db);
    return begin_once(db, write, error);
}

/* What became of the write transaction whose COMMIT was not answered. Under the writers' lock, which that transaction
 * held: once it is ours the other has ended. */
static int ask_about_commit(struct pg_db *db, struct error *error)
{
    char transaction[24], timeline[12], sql[96], status[16] = "";
    snprintf(transaction, sizeof transaction, "%s", db->transaction);
    snprintf(timeline, sizeof timeline, "%s", db->timeline);
    int code = reopen(db, 2 * CONNECT_SECONDS, error);
    if (!code) {
        read_timeline(db);
        code = begin_once(db, true, error);
    }
    if (!code) {
        snprintf(sql, sizeof sql, "SELECT pg_xact_status(CAST('%s' AS xid8))", transaction);
        code = simple_text(db, sql, status, sizeof status, error);
        pg_rollback(&db->db);
    }
    bool same_server = !code && *timeline && !strcmp(timeline, db->timeline);
    if (same_server && !strcmp(status, "committed"))
        return 0;
    db->db.again = same_server && !strcmp(status, "aborted");
    db->db.unknown = !db->db.again;
    if (db->db.again)
        return error_set(error, ERR_BUSY, "", N_("The connection to the database broke. Nothing was written. Try again in a moment."),
                         NULL);
    return error_set(error, ERR_INTERNAL, "",
                     N_("The database went away while this was being written: whether it was kept is not known. Look before you repeat it."),
                     NULL);
}

static int pg_commit(struct db *base, struct error *error)
{
    struct pg_db *db = pg_of(base);
    PGresult *result;
    bool sent = pg_in_transaction(base);
    int code = pg_simple(db, "COMMIT", &result, error);
    if (code)
        return sent && libpq.PQstatus(db->connection) != CONNECTION_OK ? ask_about_commit(db, error) : code;
    bool kept = !strcmp(libpq.PQcmdStatus(result), "COMMIT"); /* it says ROLLBACK after a statement that failed */
    libpq.PQclear(result);
    return kept ? 0 : error_set(error, ERR_INTERNAL, "", N_("The database lost a transaction. Nothing of it was kept."), NULL);
}

static int64_t pg_log_bytes(struct store *store)
{
    (void)store; /* the server folds its own log */
    return 0;
}

static void pg_truncate_log(struct db *db)
{
    (void)db;
}

const struct driver postgresql_driver = {
    .name = "postgresql",
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .in_transaction = pg_in_transaction,
    .run = pg_run,
    .query = pg_query,
    .next = pg_next,
    .close = pg_close,
    .columns = pg_columns,
    .get_int = pg_get_int,
    .get_text = pg_get_text,
    .get_bytes = pg_get_bytes,
    .get_null = pg_get_null,
    .changes = pg_changes,
    .execute = pg_execute,
    .has_table = pg_has_table,
    .make_immutable = pg_make_immutable,
    .make_search = pg_make_search,
    .search_put = pg_search_put,
    .search_condition = pg_search_condition,
    .search_words = pg_search_words,
    .log_bytes = pg_log_bytes,
    .truncate_log = pg_truncate_log,
    .backup = pg_backup,
    .check = pg_check,
    .explain = pg_explain,
};
