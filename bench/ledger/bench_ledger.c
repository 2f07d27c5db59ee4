/* Posting, as a ratio to raw inserts.
 *
 *   bench_ledger post LINES BATCH ROUNDS
 *       LINES balanced lines (entries of 2, 3 and 4) on 500 accounts and 8 axes, each entry with its key, posted durably in
 *       batches of BATCH lines: ledger_post and one row of the journal to a batch, one transaction each. Floor: the same
 *       entries and lines inserted with prepared statements of SQLite into the same tables with the same indexes, same
 *       pragmas, same batches; no foreign keys, no totals, no checks, no journal. Floor and program in turn, ROUNDS times;
 *       a round in which something else took over a tenth of the processor is thrown away, at most twice as often as asked.
 *   bench_ledger make FILE.db FILE.journal LINES
 *       the same books as a database and as a journal of plain text for hledger and ledger.
 *
 * Databases stand in the current folder and are removed. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/date.h"
#include "cli/cli.h"
#include "ledger/ledger.h"

enum { ACCOUNTS = 500, AXES = 8, ROUNDS_MAX = 21, LOG_BYTES_MAX = 32 << 20, LINES_OF_ENTRY = 4 };

#define OTHERS_MAX 0.1
#define NOW_MS INT64_C(1685620800000)

struct sample { /* one entry */
    char entry_on[11], key[40], piece[40];
    struct ledger_line lines[LINES_OF_ENTRY];
    size_t count;
};

struct books {
    struct store *store;
    struct app *app;
    int64_t accounts[ACCOUNTS], axes[AXES], year;
};

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
    fprintf(stderr, "bench_ledger: %s\n", what);
    exit(1);
}

static void must(int code, const struct error *error)
{
    char text[ERROR_TEXT_BYTES];
    if (!code)
        return;
    error_format(error, error->message ? error->message : "?", text, sizeof text);
    fail(text);
}

static void remove_database(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(tails); i++) {
        char name[256];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        unlink(name);
    }
}

/* --- the books --- */

/* A tenth are accounts of the chart, the others customers and members under two of them. */
static int open_accounts(struct db *db, void *context, struct error *error)
{
    static const char *const numbers[] = {"512", "5121", "401", "411", "445662", "445714", "607", "6071", "6111", "6411",
                                          "706", "7061", "7071", "7411", "4211", "4674", "1013", "1061", "6215", "6251"};
    struct books *books = context;
    struct ledger_year year;
    int result = ledger_year_open(db, "2023", "2023-01-01", "2023-12-31", &year, error);
    for (int i = 0; i < ACCOUNTS && !result; i++) {
        char auxiliary[24];
        snprintf(auxiliary, sizeof auxiliary, "%014d", i);
        bool general = i < (int)COUNT_OF(numbers);
        struct ledger_account_asked asked = {.number = general ? numbers[i] : i % 2 ? "41111" : "4675",
                                             .auxiliary = general ? NULL : auxiliary,
                                             .name = general ? NULL : auxiliary};
        result = ledger_account_open(db, &asked, &books->accounts[i], error);
    }
    for (int i = 1; i < AXES && !result; i++) {
        char contract[16];
        snprintf(contract, sizeof contract, "M%d", i);
        result = ledger_axis(db, &(struct ledger_axis){.contract = contract, .service = "canteen"}, &books->axes[i], error);
    }
    books->year = year.id;
    return result;
}

static void open_books(struct books *books, const char *path)
{
    struct error error = {0};
    memset(books, 0, sizeof *books);
    remove_database(path);
    must(store_open(path, 0, &books->store, &error), &error);
    must(app_open(cli_subjects, books->store, &books->app, &error), &error);
    must(app_migrate(books->app, &error), &error);
    must(store_write(books->store, open_accounts, books, false, &error), &error);
}

static void close_books(struct books *books)
{
    app_close(books->app);
    store_close(books->store);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t make_samples(struct sample *samples, size_t line_count, const struct books *books)
{
    uint64_t random = 20142573;
    size_t count = 0;
    int32_t first;
    date_parse("2023-01-01", &first);
    for (size_t lines = 0; lines < line_count; count++) {
        struct sample *sample = &samples[count];
        int64_t sum = 0;
        sample->count = 2 + next_random(&random) % 3;
        if (lines + sample->count > line_count)
            sample->count = line_count - lines > 1 ? line_count - lines : 2;
        date_format(first + (int32_t)(lines * 365 / (line_count + 4)), sample->entry_on);
        snprintf(sample->key, sizeof sample->key, "canteen.bill:%zu", count + 100000);
        snprintf(sample->piece, sizeof sample->piece, "F%zu", count + 100000);
        for (size_t i = 0; i < sample->count; i++) {
            bool last = i + 1 == sample->count;
            int64_t amount = (int64_t)(next_random(&random) % 100000) + 1;
            sample->lines[i] = (struct ledger_line){.account = books->accounts[next_random(&random) % ACCOUNTS],
                                                    .axis = books->axes[next_random(&random) % AXES],
                                                    .amount_cents = last ? -sum : amount};
            sum += amount;
        }
        lines += sample->count;
    }
    return count;
}

/* Entries from `at` that make a batch. */
static size_t batch_of(const struct sample *samples, size_t count, size_t at, size_t batch_lines)
{
    size_t lines = 0, entries = 0;
    while (at + entries < count && lines < batch_lines)
        lines += samples[at + entries++].count;
    return entries;
}

/* --- floor --- */

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL))
        fail(sqlite3_errmsg(db));
}

static void step(sqlite3 *db, sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE)
        fail(sqlite3_errmsg(db));
    sqlite3_reset(stmt);
}

struct floor {
    sqlite3 *db;
    sqlite3_stmt *entry, *line;
    int64_t year, id, number;
};

static void floor_entry(struct floor *floor, const struct sample *sample)
{
    int64_t amount = 0;
    for (size_t i = 0; i < sample->count; i++)
        amount += sample->lines[i].amount_cents > 0 ? sample->lines[i].amount_cents : 0;
    sqlite3_bind_int64(floor->entry, 1, ++floor->id);
    sqlite3_bind_int64(floor->entry, 2, floor->year);
    sqlite3_bind_int64(floor->entry, 3, ++floor->number);
    sqlite3_bind_text(floor->entry, 4, "entry", -1, SQLITE_STATIC);
    sqlite3_bind_text(floor->entry, 5, "VE", -1, SQLITE_STATIC);
    sqlite3_bind_text(floor->entry, 6, sample->entry_on, -1, SQLITE_STATIC);
    sqlite3_bind_text(floor->entry, 7, "2023-06-01", -1, SQLITE_STATIC);
    sqlite3_bind_text(floor->entry, 8, sample->piece, -1, SQLITE_STATIC);
    sqlite3_bind_text(floor->entry, 9, sample->entry_on, -1, SQLITE_STATIC);
    sqlite3_bind_text(floor->entry, 10, "Livraison du mardi", -1, SQLITE_STATIC);
    sqlite3_bind_text(floor->entry, 11, sample->key, -1, SQLITE_STATIC);
    sqlite3_bind_int64(floor->entry, 12, amount);
    sqlite3_bind_int64(floor->entry, 13, (int64_t)sample->count);
    sqlite3_bind_int64(floor->entry, 14, NOW_MS);
    step(floor->db, floor->entry);
    for (size_t i = 0; i < sample->count; i++) {
        sqlite3_bind_int64(floor->line, 1, floor->id);
        sqlite3_bind_int64(floor->line, 2, (int64_t)i + 1);
        sqlite3_bind_int64(floor->line, 3, sample->lines[i].account);
        sqlite3_bind_int64(floor->line, 4, sample->lines[i].axis);
        sqlite3_bind_text(floor->line, 5, sample->entry_on, -1, SQLITE_STATIC);
        sqlite3_bind_int64(floor->line, 6, sample->lines[i].amount_cents);
        sqlite3_bind_text(floor->line, 7, "", -1, SQLITE_STATIC);
        step(floor->db, floor->line);
    }
}

static int64_t log_bytes(const char *path)
{
    char name[256];
    struct stat facts;
    snprintf(name, sizeof name, "%s-wal", path);
    return stat(name, &facts) ? 0 : facts.st_size;
}

static struct lap run_floor(const char *path, size_t lines, size_t batch_lines)
{
    struct books books;
    struct floor floor = {.id = date_now() << 22};
    open_books(&books, path); /* makes the tables, the accounts, the axes */
    struct sample *samples = memory_get((lines / 2 + 2) * sizeof *samples);
    size_t count = make_samples(samples, lines, &books);
    floor.year = books.year;
    close_books(&books);
    sqlite3_open(path, &floor.db);
    run_sql(floor.db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                      "PRAGMA wal_autocheckpoint=1000; PRAGMA foreign_keys=OFF;");
    sqlite3_prepare_v3(floor.db,
                       "INSERT INTO ledger_entry(id, year_id, number, kind, journal, entry_on, valid_on, piece, piece_on, label, key, "
                       "amount_cents, line_count, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       -1, SQLITE_PREPARE_PERSISTENT, &floor.entry, NULL);
    sqlite3_prepare_v3(floor.db,
                       "INSERT INTO ledger_line(entry_id, position, account_id, axis_id, entry_on, amount_cents, label) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?)",
                       -1, SQLITE_PREPARE_PERSISTENT, &floor.line, NULL);
    struct lap start = lap_now();
    for (size_t at = 0, batch; at < count; at += batch) {
        batch = batch_of(samples, count, at, batch_lines);
        run_sql(floor.db, "BEGIN IMMEDIATE");
        for (size_t i = 0; i < batch; i++)
            floor_entry(&floor, &samples[at + i]);
        run_sql(floor.db, "COMMIT");
        if (log_bytes(path) > LOG_BYTES_MAX) /* folded in as the store does it */
            sqlite3_wal_checkpoint_v2(floor.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    struct lap lap = lap_since(start);
    sqlite3_finalize(floor.entry);
    sqlite3_finalize(floor.line);
    sqlite3_close(floor.db);
    remove_database(path);
    free(samples);
    return lap;
}

/* --- the program --- */

struct batch {
    struct ledger_entry *entries;
    size_t count;
};

static int post_batch(struct db *db, void *context, struct error *error)
{
    struct batch *batch = context;
    int result = ledger_post(db, batch->entries, batch->count, NOW_MS, NULL, error);
    struct journal_row row = {"local:bench", "ledger import", "done", "{\"entries\":3333}"};
    return result ? result : journal_append(db, &row, error);
}

static struct lap post_all(struct books *books, struct sample *samples, size_t count, size_t batch_lines)
{
    struct ledger_entry *entries = memory_get(count * sizeof *entries);
    struct error error = {0};
    struct lap start = lap_now();
    for (size_t at = 0, size; at < count; at += size) {
        size = batch_of(samples, count, at, batch_lines);
        for (size_t i = 0; i < size; i++) {
            struct sample *sample = &samples[at + i];
            entries[i] = (struct ledger_entry){.journal = "VE", .entry_on = sample->entry_on, .piece = sample->piece,
                                               .label = "Livraison du mardi", .key = sample->key,
                                               .lines = sample->lines, .line_count = sample->count};
        }
        struct batch batch = {entries, size};
        must(store_write(books->store, post_batch, &batch, false, &error), &error);
    }
    struct lap lap = lap_since(start);
    free(entries);
    return lap;
}

static struct lap run_program(const char *path, size_t lines, size_t batch_lines)
{
    struct books books;
    open_books(&books, path);
    struct sample *samples = memory_get((lines / 2 + 2) * sizeof *samples);
    size_t count = make_samples(samples, lines, &books);
    struct lap lap = post_all(&books, samples, count, batch_lines);
    close_books(&books);
    remove_database(path);
    free(samples);
    return lap;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int measure(size_t lines, size_t batch_lines, int rounds)
{
    double wall[ROUNDS_MAX], cpu[ROUNDS_MAX], rate = 0;
    int kept = 0;
    for (int tried = 0; kept < rounds && tried < rounds * 3; tried++) {
        struct lap start = lap_now();
        double busy = busy_seconds();
        struct lap floor = run_floor("bench_floor.db", lines, batch_lines), ours = run_program("bench_ours.db", lines, batch_lines);
        struct lap all = lap_since(start);
        double others = (busy_seconds() - busy - all.cpu) / (all.wall * (double)sysconf(_SC_NPROCESSORS_ONLN));
        fprintf(stderr, "  floor %.2f s (cpu %.2f)  ours %.2f s (cpu %.2f)  ratio %.2f (cpu %.2f)%s\n", floor.wall, floor.cpu,
                ours.wall, ours.cpu, floor.wall / ours.wall, floor.cpu / ours.cpu, others > OTHERS_MAX ? "  disturbed" : "");
        if (others > OTHERS_MAX && tried < rounds * 2)
            continue;
        wall[kept] = floor.wall / ours.wall;
        cpu[kept++] = floor.cpu / ours.cpu;
        rate = (double)lines / ours.wall;
    }
    qsort(wall, (size_t)kept, sizeof *wall, ascending);
    qsort(cpu, (size_t)kept, sizeof *cpu, ascending);
    printf("{\"median\":%.3f,\"min\":%.3f,\"max\":%.3f,\"cpu_median\":%.3f,\"lines_per_second\":%.0f,\"rounds\":%d}\n", wall[kept / 2],
           wall[0], wall[kept - 1], cpu[kept / 2], rate, kept);
    return 0;
}

/* --- the same books for others --- */

static void write_journal(const char *path, const struct sample *samples, size_t count, const struct books *books)
{
    FILE *file = fopen(path, "w");
    if (!file)
        fail("the journal cannot be written");
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "%s Livraison du mardi\n", samples[i].entry_on);
        for (size_t l = 0; l < samples[i].count; l++) {
            int account = 0;
            while (books->accounts[account] != samples[i].lines[l].account)
                account++;
            int64_t cents = samples[i].lines[l].amount_cents;
            fprintf(file, "    c%d:a%03d  %s%" PRId64 ".%02" PRId64 "\n", account % 7 + 1, account, cents < 0 ? "-" : "",
                    (cents < 0 ? -cents : cents) / 100, (cents < 0 ? -cents : cents) % 100);
        }
        fputc('\n', file);
    }
    fclose(file);
}

static int make(const char *path, const char *journal, size_t lines)
{
    struct books books;
    open_books(&books, path);
    struct sample *samples = memory_get((lines / 2 + 2) * sizeof *samples);
    size_t count = make_samples(samples, lines, &books);
    post_all(&books, samples, count, 10000);
    write_journal(journal, samples, count, &books);
    close_books(&books);
    free(samples);
    return 0;
}

int main(int count, char **words)
{
    if (count == 5 && !strcmp(words[1], "post"))
        return measure((size_t)atoll(words[2]), (size_t)atoll(words[3]), atoi(words[4]));
    if (count == 5 && !strcmp(words[1], "make"))
        return make(words[2], words[3], (size_t)atoll(words[4]));
    fail("usage: bench_ledger post LINES BATCH ROUNDS | make FILE.db FILE.journal LINES");
}
