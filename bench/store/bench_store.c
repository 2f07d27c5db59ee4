/* Durable small writes, as ratios to raw SQLite in the same run.
 *
 *   1 actions of 64 clients (access, validation, savepoint, journal with its hash, group commit) beside raw SQLite
 *     inserting the same two rows, 64 pairs to a transaction, same pragmas
 *   2 the same 64 clients beside one client, on a disk whose sync takes 5 ms more (a VFS that waits)
 *   3 the log while readers read and a writer writes: largest size, longest closed gate
 *
 * usage: bench_store [SECONDS_OF_PART_3]   prints one JSON object */
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "kernel/action.h"

enum { CLIENTS = 64, ROUNDS = 5, ACTIONS = 19200, SLOW_ACTIONS = 6400, SLOW_SINGLE = 100, SYNC_MS = 5 };

static const char schema[] = "CREATE TABLE note (\n"
                             "    id INTEGER PRIMARY KEY NOT NULL, -- [internal]\n"
                             "    text TEXT NOT NULL -- [internal]\n"
                             ") STRICT;\n";

/* --- a disk whose sync takes longer --- */

/* The engine has one table of methods for a database, another for its journals: each gets a slow twin. */
static struct {
    const sqlite3_io_methods *real;
    sqlite3_io_methods slow;
} twins[4];
static sqlite3_vfs slow_vfs, *real_vfs;

static int slow_sync(sqlite3_file *file, int flags)
{
    nanosleep(&(struct timespec){.tv_nsec = SYNC_MS * 1000000L}, NULL);
    for (size_t i = 0; i < COUNT_OF(twins); i++)
        if (file->pMethods == &twins[i].slow)
            return twins[i].real->xSync(file, flags);
    return SQLITE_IOERR;
}

static int slow_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    int code = real_vfs->xOpen(real_vfs, name, file, flags, ret_flags);
    for (size_t i = 0; i < COUNT_OF(twins) && code == SQLITE_OK && file->pMethods; i++) {
        if (!twins[i].real) {
            twins[i].real = file->pMethods;
            twins[i].slow = *file->pMethods;
            twins[i].slow.xSync = slow_sync;
        }
        if (twins[i].real == file->pMethods) {
            file->pMethods = &twins[i].slow;
            break;
        }
    }
    return code;
}

static void use_slow_disk(bool slow)
{
    if (!real_vfs) {
        real_vfs = sqlite3_vfs_find(NULL);
        slow_vfs = *real_vfs;
        slow_vfs.zName = "slow";
        slow_vfs.xOpen = slow_open;
    }
    if (slow)
        sqlite3_vfs_register(&slow_vfs, 1);
    else
        sqlite3_vfs_unregister(&slow_vfs);
}

/* --- what is measured --- */

static const struct field note_fields[] = {{"text", FIELD_TEXT, .required = true}, FIELDS_END};

static int note_add(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t id = db_next_id(ctx->db);
    tree_set_int(ctx->arena, result, "id", id);
    return db_run(ctx->db, "INSERT INTO note(id, text) VALUES (:id, :text)",
                  BIND(INT("id", id), TEXT("text", tree_text(args, "text"))), ctx->error);
}

static const struct action actions[] = {
    {"note add", "Add a note", ROLE_COORDINATOR, note_fields, note_add},
    {.name = NULL},
};
static const struct subject subject = {.name = "bench", .actions = actions};
static const struct subject *const subjects[] = {&subject, NULL};

struct client {
    struct action_call call;
    struct house *house;
};

struct house {
    struct store *store;
    struct app *app;
    pthread_mutex_t lock;
    int left, running;
    sem_t ended;
    struct client clients[CLIENTS];
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(int code, const struct error *error)
{
    char text[ERROR_TEXT_BYTES];
    if (!code)
        return;
    error_format(error, error->message ? error->message : "?", text, sizeof text);
    fprintf(stderr, "bench: %s\n", text);
    exit(1);
}

static void ask(struct client *client)
{
    struct tree *input = tree_map(client->call.arena);
    tree_set_text(client->call.arena, input, "text", "Livraison du mardi faite, deux bons manquent.");
    client->call.request = (struct action_request){&session_local, "fr", input, {NULL, NULL, 0}, NULL};
    action_start(&client->call);
}

static void answered(struct action_call *call)
{
    struct client *client = (struct client *)call;
    struct house *house = client->house;
    must(call->code, &call->error);
    arena_reset(call->arena);
    pthread_mutex_lock(&house->lock);
    bool more = house->left > 0;
    if (more)
        house->left--;
    else if (--house->running == 0)
        sem_post(&house->ended);
    pthread_mutex_unlock(&house->lock);
    if (more)
        ask(client);
}

static void house_open(struct house *house, const char *path)
{
    struct error error = {0};
    memset(house, 0, sizeof *house);
    unlink(path);
    must(store_open(path, 0, &house->store, &error), &error);
    must(app_open(subjects, house->store, &house->app, &error), &error);
    must(app_migrate(house->app, &error), &error);
    must(store_migrate(house->store, "bench", schema, &error), &error);
    pthread_mutex_init(&house->lock, NULL);
    sem_init(&house->ended, 0, 0);
    for (int i = 0; i < CLIENTS; i++)
        house->clients[i] = (struct client){
            .call = {.app = house->app, .action = &actions[0], .arena = arena_new(), .done = answered}, .house = house};
}

static void house_close(struct house *house)
{
    for (int i = 0; i < CLIENTS; i++)
        arena_free(house->clients[i].call.arena);
    app_close(house->app);
    store_close(house->store);
}

/* Actions per second of some clients who each wait for their answer before they ask again. */
static double measure_actions(struct house *house, int clients, int count)
{
    house->left = count - clients;
    house->running = clients;
    double start = now();
    for (int i = 0; i < clients; i++)
        ask(&house->clients[i]);
    sem_wait(&house->ended);
    return count / (now() - start);
}

/* --- the floor --- */

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL)) {
        fprintf(stderr, "bench: %s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL))
        exit(1);
    return stmt;
}

static void insert_pair(sqlite3_stmt *note, sqlite3_stmt *journal, int64_t id)
{
    static const char hash[] = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
    sqlite3_bind_int64(note, 1, id);
    sqlite3_bind_text(note, 2, "Livraison du mardi faite, deux bons manquent.", -1, SQLITE_STATIC);
    sqlite3_step(note);
    sqlite3_reset(note);
    sqlite3_bind_int64(journal, 1, id);
    sqlite3_bind_int64(journal, 2, 1790000000000);
    sqlite3_bind_text(journal, 3, "local:root", -1, SQLITE_STATIC);
    sqlite3_bind_text(journal, 4, "note add", -1, SQLITE_STATIC);
    sqlite3_bind_text(journal, 5, "{\"text\":\"Livraison du mardi faite, deux bons manquent.\"}", -1, SQLITE_STATIC);
    sqlite3_bind_text(journal, 6, "done", -1, SQLITE_STATIC);
    sqlite3_bind_text(journal, 7, hash, -1, SQLITE_STATIC);
    sqlite3_bind_text(journal, 8, hash, -1, SQLITE_STATIC);
    sqlite3_step(journal);
    sqlite3_reset(journal);
}

static double measure_floor(const char *path, int count)
{
    sqlite3 *db;
    unlink(path);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL))
        exit(1);
    run_sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=0;"
                "CREATE TABLE note (id INTEGER PRIMARY KEY NOT NULL, text TEXT NOT NULL) STRICT;"
                "CREATE TABLE journal (seq INTEGER PRIMARY KEY NOT NULL, instant INTEGER NOT NULL, actor TEXT NOT NULL,"
                " action TEXT NOT NULL, arguments TEXT NOT NULL, outcome TEXT NOT NULL, previous TEXT NOT NULL,"
                " hash TEXT NOT NULL) STRICT");
    sqlite3_stmt *note = prepare(db, "INSERT INTO note(id, text) VALUES (?, ?)");
    sqlite3_stmt *journal = prepare(db, "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    double start = now();
    for (int64_t id = 1; id <= count;) {
        run_sql(db, "BEGIN IMMEDIATE");
        for (int i = 0; i < CLIENTS && id <= count; i++)
            insert_pair(note, journal, id++);
        run_sql(db, "COMMIT");
    }
    double rate = count / (now() - start);
    sqlite3_finalize(note);
    sqlite3_finalize(journal);
    sqlite3_close(db);
    return rate;
}

/* --- the log under readers --- */

struct readers {
    struct store *store;
    volatile bool stop;
};

static void *read_on(void *context)
{
    struct readers *readers = context;
    struct error error = {0};
    struct db *db;
    int64_t sum;
    must(store_reader(readers->store, &db, &error), &error);
    while (!readers->stop) {
        must(db_begin_read(db, &error), &error);
        must(db_int(db, "SELECT count(*) FROM (SELECT id FROM note ORDER BY id DESC LIMIT 200) AS n", NULL, 0, &sum, &error),
             &error);
        db_end_read(db);
    }
    store_release(readers->store, db);
    return NULL;
}

static void measure_log(struct house *house, int seconds, int64_t *ret_largest, uint64_t *ret_gate_ms)
{
    struct readers readers = {house->store, false};
    pthread_t threads[4];
    double end = now() + seconds;
    *ret_largest = 0;
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_create(&threads[i], NULL, read_on, &readers);
    while (now() < end) {
        measure_actions(house, CLIENTS, 640);
        int64_t bytes = store_figures(house->store).log_bytes;
        if (bytes > *ret_largest)
            *ret_largest = bytes;
    }
    readers.stop = true;
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    *ret_gate_ms = store_figures(house->store).longest_gate_ms;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_ratios(const char *name, double *ratios)
{
    qsort(ratios, ROUNDS, sizeof *ratios, ascending);
    printf("\"%s\":{\"median\":%.3f,\"min\":%.3f,\"max\":%.3f}", name, ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
}

int main(int count, char **words)
{
    char folder[] = "/tmp/maillon-bench-XXXXXX", path[64], floor_path[64];
    struct house house;
    double group[ROUNDS], slow[ROUNDS];
    int64_t largest;
    uint64_t gate_ms;
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/ours.db", folder);
    snprintf(floor_path, sizeof floor_path, "%s/floor.db", folder);
    house_open(&house, path);
    for (int i = 0; i < ROUNDS; i++)
        group[i] = measure_actions(&house, CLIENTS, ACTIONS) / measure_floor(floor_path, ACTIONS);
    measure_log(&house, count > 1 ? atoi(words[1]) : 20, &largest, &gate_ms);
    house_close(&house);
    use_slow_disk(true);
    house_open(&house, path);
    for (int i = 0; i < ROUNDS; i++) {
        double many = measure_actions(&house, CLIENTS, SLOW_ACTIONS);
        slow[i] = many / measure_actions(&house, 1, SLOW_SINGLE);
    }
    house_close(&house);
    use_slow_disk(false);
    printf("{");
    print_ratios("group_to_raw", group);
    printf(",");
    print_ratios("group_to_single_slow_sync", slow);
    printf(",\"log_largest_bytes\":%lld,\"gate_longest_ms\":%llu}\n", (long long)largest, (unsigned long long)gate_ms);
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) ? 1 : 0;
}
