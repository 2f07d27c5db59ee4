/* bench_import FILE [ROUNDS]: importing notices, as a ratio to raw inserts.
 *
 * Floor: the same notices, read beforehand, inserted with a prepared statement of SQLite into the same table with its
 * unique key, same pragmas, 500 rows per transaction, no search, no calls. Then `tender import` of the file into an
 * empty database, and once more into the same one. The three are run in turn, ROUNDS times (5); the medians and ranges
 * of the ratios are printed, with CPU seconds beside. A round in which something else took over a tenth of the
 * processor is thrown away, and run again at most twice as often as was asked. Databases stand in the current folder and
 * are removed. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "cli/cli.h"
#include "kernel/action.h"
#include "tenders/facts.h"
#include "tenders/keep.h"
#include "tenders/notice.h"

enum { BATCH = 500, ROUNDS_MAX = 21, LOG_BYTES_MAX = 32 << 20 };

#define OTHERS_MAX 0.1

static const char database[] = "bench_import.db";

struct lap {
    double wall, cpu;
};

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct lap lap_now(void)
{
    return (struct lap){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

static struct lap lap_since(struct lap start)
{
    struct lap now = lap_now();
    return (struct lap){now.wall - start.wall, now.cpu - start.cpu};
}

/* Seconds of processor that all programs together have taken. */
static double busy_seconds(void)
{
    long long user, nice, system, idle, wait, irq, soft, steal;
    FILE *file = fopen("/proc/stat", "r");
    int read = file ? fscanf(file, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &user, &nice, &system, &idle, &wait, &irq,
                             &soft, &steal)
                    : 0;
    if (file)
        fclose(file);
    return read == 8 ? (double)(user + nice + system + irq + soft + steal) / (double)sysconf(_SC_CLK_TCK) : 0;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_import: %s\n", what);
    exit(1);
}

static void check(int code, const struct error *error)
{
    char text[ERROR_TEXT_BYTES];
    if (!code)
        return;
    error_format(error, error->message ? error->message : "?", text, sizeof text);
    fail(text);
}

static void remove_database(void)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(tails); i++) {
        char path[64];
        snprintf(path, sizeof path, "%s%s", database, tails[i]);
        unlink(path);
    }
}

struct home {
    struct store *store;
    struct app *app;
};

static struct home open_home(void)
{
    struct home home;
    struct error error = {0};
    check(store_open(database, 0, &home.store, &error), &error);
    check(app_open(cli_subjects, home.store, &home.app, &error), &error);
    check(app_migrate(home.app, &error), &error);
    return home;
}

static void close_home(struct home *home)
{
    app_close(home->app);
    store_close(home->store);
}

/* --- floor --- */

static size_t read_rows(struct arena *arena, const struct buffer *file, struct incoming **ret_rows)
{
    struct notice_reader *reader;
    struct error error = {0};
    size_t count = 0, room = 200000;
    struct incoming *rows = memory_get(room * sizeof *rows);
    struct buffer facts = {0};
    check(notice_reader_open(arena, file->bytes, file->length, &reader, &error), &error);
    enum notice_step step;
    while ((step = notice_next(reader, arena, &rows[count].kept.notice, &error))) {
        if (step == NOTICE_REFUSED)
            continue;
        buffer_clear(&facts);
        facts_write(&rows[count].kept.notice, &facts);
        rows[count].facts = arena_copy(arena, facts.bytes, facts.length);
        incoming_hash(&rows[count]);
        if (++count == room)
            rows = memory_grow(rows, (room *= 2) * sizeof *rows);
    }
    buffer_free(&facts);
    *ret_rows = rows;
    return count;
}

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL))
        fail(sqlite3_errmsg(db));
}

static void insert(sqlite3 *db, sqlite3_stmt *stmt, int64_t id, const struct incoming *row)
{
    const struct notice *notice = &row->kept.notice;
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_text(stmt, 2, notice->source, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, notice->reference, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 4, row->hash, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 5, notice->format, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 6, notice_kind_name(notice->kind), -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 7, notice->published_on ? notice->published_on : "", -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 8, row->facts, -1, SQLITE_STATIC);
    sqlite3_bind_blob64(stmt, 9, notice->raw, notice->raw_length, SQLITE_STATIC);
    if (sqlite3_step(stmt) != SQLITE_DONE)
        fail(sqlite3_errmsg(db));
    sqlite3_reset(stmt);
}

static int64_t log_bytes(void)
{
    char path[64];
    struct stat facts;
    snprintf(path, sizeof path, "%s-wal", database);
    return stat(path, &facts) ? 0 : facts.st_size;
}

static struct lap run_floor(const struct incoming *rows, size_t count)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int64_t id = date_now() << 22;
    remove_database();
    struct home home = open_home(); /* makes the tables */
    close_home(&home);
    sqlite3_open(database, &db);
    run_sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                "PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=ON;");
    sqlite3_prepare_v2(db,
                       "INSERT INTO notice(id, source, reference, hash, format, kind, published_on, facts, raw) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       -1, &stmt, NULL);
    struct lap start = lap_now();
    for (size_t at = 0; at < count; at += BATCH) {
        run_sql(db, "BEGIN IMMEDIATE");
        for (size_t i = at; i < count && i < at + BATCH; i++)
            insert(db, stmt, id++, &rows[i]);
        run_sql(db, "COMMIT");
        if (log_bytes() > LOG_BYTES_MAX) /* folded in as the store does it */
            sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    struct lap lap = lap_since(start);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return lap;
}

/* --- the program --- */

static struct lap run_import(struct app *app, const struct buffer *file, int64_t expected_new)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *input = tree_map(arena), *result;
    struct error error = {0};
    tree_set_text(arena, input, "file", "bench.csv");
    struct action_request request = {
        .session = &session_local, .language = "fr", .input = input, .file = {"bench.csv", file->bytes, file->length}};
    struct lap start = lap_now();
    check(action_run_here(app, app_action(app, "tender import"), &request, NULL, NULL, NULL, arena, &result, &error),
          &error);
    struct lap lap = lap_since(start);
    if (tree_int(result, "new", -1) != expected_new)
        fail("the import did not find what it should");
    return lap;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_ratio(const char *name, double *ratios, int rounds, double wanted)
{
    qsort(ratios, (size_t)rounds, sizeof *ratios, compare);
    printf("%-24s median %.2f, range %.2f to %.2f (wanted %.2f)\n", name, ratios[rounds / 2], ratios[0],
           ratios[rounds - 1], wanted);
}

int main(int count, char **words)
{
    struct buffer file = {0};
    double first[ROUNDS_MAX], again[ROUNDS_MAX];
    int rounds = count > 2 ? atoi(words[2]) : 5;
    if (count < 2 || rounds < 1 || rounds > ROUNDS_MAX)
        fail("usage: bench_import FILE [ROUNDS]");
    if (buffer_read_file(&file, words[1], 256 << 20))
        fail("the file cannot be read");
    _cleanup_arena_ struct arena *arena = arena_new();
    struct incoming *rows;
    size_t row_count = read_rows(arena, &file, &rows);
    printf("%zu notices, %.1f MB\n", row_count, (double)file.length / 1e6);
    int kept = 0;
    for (int tried = 0; kept < rounds && tried < rounds * 3; tried++) {
        struct lap start = lap_now();
        double busy = busy_seconds();
        struct lap floor = run_floor(rows, row_count);
        remove_database();
        struct home home = open_home();
        struct lap import = run_import(home.app, &file, (int64_t)row_count);
        struct lap same = run_import(home.app, &file, 0);
        close_home(&home);
        struct lap whole = lap_since(start);
        double others = (busy_seconds() - busy - whole.cpu) / (whole.wall * (double)sysconf(_SC_NPROCESSORS_ONLN));
        bool disturbed = others > OTHERS_MAX && !getenv("BENCH_ANYWAY");
        printf("floor %.2f s (CPU %.2f), import %.2f s (CPU %.2f) ratio %.2f, again %.2f s (CPU %.2f) ratio %.2f, others "
               "%.0f %%%s\n",
               floor.wall, floor.cpu, import.wall, import.cpu, floor.wall / import.wall, same.wall, same.cpu,
               floor.wall / same.wall, others * 100, disturbed ? ": thrown away" : "");
        fflush(stdout);
        if (disturbed)
            continue;
        first[kept] = floor.wall / import.wall;
        again[kept++] = floor.wall / same.wall;
    }
    if (!kept)
        fail("something else kept the processor busy: not measured (BENCH_ANYWAY=1 measures all the same)");
    remove_database();
    print_ratio("import, search included:", first, kept, 0.3);
    print_ratio("import again:", again, kept, 1.0);
    free(rows);
    buffer_free(&file);
    return 0;
}
