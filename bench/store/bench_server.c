/* Durable small writes on PostgreSQL, as a ratio to raw libpq in the same run: actions of 64 clients (access, validation,
 * savepoints, journal with its hash, group commit) beside a loop that inserts the same two rows, 64 pairs to a
 * transaction, statement after statement; and beside the same loop with 1 pair to a transaction.
 *
 * usage: bench_server     with MAILLON_TEST_STORE (tools/postgresql.py); prints one JSON object */
#include <libpq-fe.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "kernel/action.h"

enum { CLIENTS = 64, ROUNDS = 5, ACTIONS = 12800, RAW_SINGLE = 1600 };

static const char schema[] = "CREATE TABLE note (\n"
                             "    id INTEGER PRIMARY KEY NOT NULL, -- [internal]\n"
                             "    text TEXT NOT NULL -- [internal]\n"
                             ") STRICT;\n";

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

struct house;

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
    client->call.request = (struct action_request){&session_local, "fr", input, {NULL, NULL, 0}, NULL, false};
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

static double measure_actions(struct house *house)
{
    house->left = ACTIONS - CLIENTS;
    house->running = CLIENTS;
    double start = now();
    for (int i = 0; i < CLIENTS; i++)
        ask(&house->clients[i]);
    sem_wait(&house->ended);
    return ACTIONS / (now() - start);
}

/* --- the floor --- */

static void run_sql(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fprintf(stderr, "bench: %s: %s\n", sql, PQerrorMessage(connection));
        exit(1);
    }
    PQclear(result);
}

static void insert(PGconn *connection, const char *statement, const char *const *values, int count)
{
    PGresult *result = PQexecPrepared(connection, statement, count, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fprintf(stderr, "bench: %s\n", PQerrorMessage(connection));
        exit(1);
    }
    PQclear(result);
}

static double measure_raw(PGconn *connection, int *id, int count, int pairs)
{
    static const char hash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    double start = now();
    for (int i = 0; i < count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", ++*id);
        if (i % pairs == 0)
            run_sql(connection, "BEGIN");
        insert(connection, "note", (const char *const[]){number, "Livraison du mardi faite, deux bons manquent."}, 2);
        insert(connection, "journal",
               (const char *const[]){number, "1766000000000", "local:someone", "note add",
                                     "{\"text\":\"Livraison du mardi faite, deux bons manquent.\"}", "done", hash, hash},
               8);
        if (i % pairs == pairs - 1)
            run_sql(connection, "COMMIT");
    }
    return count / (now() - start);
}

static PGconn *open_raw(const char *url)
{
    PGconn *connection = PQconnectdb(url);
    run_sql(connection, "CREATE TABLE raw_note (LIKE note INCLUDING ALL)");
    run_sql(connection, "CREATE TABLE raw_journal (LIKE journal INCLUDING ALL)");
    PQclear(PQprepare(connection, "note", "INSERT INTO raw_note VALUES ($1, $2)", 0, NULL));
    PQclear(PQprepare(connection, "journal", "INSERT INTO raw_journal VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", 0, NULL));
    return connection;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *name, double *figures, const char *end)
{
    qsort(figures, ROUNDS, sizeof *figures, by_size);
    printf("\"%s\": {\"median\": %.3f, \"min\": %.3f, \"max\": %.3f}%s", name, figures[ROUNDS / 2], figures[0], figures[ROUNDS - 1], end);
}

int main(void)
{
    const char *url = getenv("MAILLON_TEST_STORE");
    struct house *house = calloc(1, sizeof *house);
    struct error error = {0};
    double grouped[ROUNDS], to_group[ROUNDS], to_single[ROUNDS];
    int id = 0;
    if (!url || !house) {
        fprintf(stderr, "bench: run it with tools/postgresql.py\n");
        return 1;
    }
    must(store_open(url, 0, &house->store, &error), &error);
    must(app_open(subjects, house->store, &house->app, &error), &error);
    must(app_migrate(house->app, &error), &error);
    must(store_migrate(house->store, "bench", schema, &error), &error);
    pthread_mutex_init(&house->lock, NULL);
    sem_init(&house->ended, 0, 0);
    for (int i = 0; i < CLIENTS; i++)
        house->clients[i] = (struct client){
            .call = {.app = house->app, .action = &actions[0], .arena = arena_new(), .done = answered}, .house = house};
    PGconn *raw = open_raw(url);
    for (int round = 0; round < ROUNDS; round++) {
        grouped[round] = measure_actions(house);
        to_group[round] = grouped[round] / measure_raw(raw, &id, ACTIONS, CLIENTS);
        to_single[round] = grouped[round] / measure_raw(raw, &id, RAW_SINGLE, 1);
    }
    printf("{");
    print("actions_per_second", grouped, ", ");
    print("group_to_raw_group", to_group, ", ");
    print("group_to_raw_single", to_single, "}\n");
    PQfinish(raw);
    for (int i = 0; i < CLIENTS; i++)
        arena_free(house->clients[i].call.arena);
    app_close(house->app);
    store_close(house->store);
    free(house);
    return 0;
}
