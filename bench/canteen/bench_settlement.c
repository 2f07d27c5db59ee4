/* Settling a week of orders.
 *
 *   bench_settlement prepare URL ESTABLISHMENTS PEOPLE LINES
 *       an empty database at URL becomes one in which everything was delivered and nothing is settled. Seeded: the same again.
 *   bench_settlement settle URL
 *       every cycle is settled, as `maillon settlement cycle` does it; answers {"seconds","cpu","orders","lines","charged"}.
 *   bench_settlement copy URL
 *       on PostgreSQL, once settled: COPY of the rows that settling wrote into tables made like theirs.
 *   bench_settlement measure FOLDER ESTABLISHMENTS PEOPLE LINES ROUNDS
 *       on SQLite, beside two floors, each by prepared statements with one transaction and one sync for each establishment:
 *       the very rows that settling wrote (debits, entries, lines of entries, sales), and the orders with their lines. */
#include <inttypes.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "cli/cli.h"
#include "kernel/action.h"
#include "ledger/ledger.h"

enum { PRODUCTS = 60, ROUNDS_MAX = 21, COLUMNS_MAX = 24 };
#define NOW_MS INT64_C(1678190400000)
#define ON "2023-03-08"
#define OTHERS_MAX 0.1

static void fail(const char *what)
{
    fprintf(stderr, "bench_settlement: %s\n", what);
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

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double busy_seconds(void)
{
    long long user, nice, system, idle, wait, irq, soft, steal;
    FILE *file = fopen("/proc/stat", "r");
    int read = file ? fscanf(file, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &user, &nice, &system, &idle, &wait, &irq, &soft, &steal) : 0;
    if (file)
        fclose(file);
    return read == 8 ? (double)(user + nice + system + irq + soft + steal) / (double)sysconf(_SC_CLK_TCK) : 0;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* --- the database before settling --- */

struct prison { /* one establishment, written in one transaction */
    int number, people, lines;
    uint64_t *random;
    int64_t id, cycle, office, products[PRODUCTS], prices[PRODUCTS];
};

static int add_prison(struct db *db, struct prison *prison, struct error *error)
{
    char ref[24];
    snprintf(ref, sizeof ref, "cd-%d", prison->number);
    prison->id = db_next_id(db);
    prison->cycle = db_next_id(db);
    int result = db_run(db,
                        "INSERT INTO establishment(id, ref, kind, name, name_folded, place, place_folded, probation_service, probation_branch, "
                        "department, region, region_status, capacity, capacity_source, capacity_on, closed_on, remark, file, line, fingerprint, "
                        "changed) SELECT :id, :ref, 'cd', :ref, :ref, '', '', '', '', d.code, d.region, 'V', 500, '', '', '', '', '', 0, '', 0 FROM "
                        "department d WHERE d.code = '76'",
                        BIND(INT("id", prison->id), TEXT("ref", ref)), error);
    if (!result)
        result = db_run(db,
                        "INSERT INTO canteen_cycle(id, establishment_id, establishment, code, goods, opens_on, closes_on, picks_on, delivers_on, "
                        "settles_on, week, state, order_count, total_cents) VALUES (:id, :at, :ref, 'W', 'grocery', '2023-02-20', '2023-03-02', "
                        "'2023-03-06', '2023-03-07', '2023-03-14', '2023-03-06', 'delivering', 0, 0)",
                        BIND(INT("id", prison->cycle), INT("at", prison->id), TEXT("ref", ref)), error);
    return result;
}

static int add_products(struct db *db, struct prison *prison, struct error *error)
{
    static const char *const vats[] = {"vat.food", "vat.food", "vat.food", "vat.standard", "vat.standard", "vat.press", "vat.immediate"};
    int result = 0;
    for (int i = 0; i < PRODUCTS && !result; i++) {
        prison->products[i] = db_next_id(db);
        prison->prices[i] = 35 + (int64_t)(next_random(prison->random) % 900);
        result = db_run(db,
                        "INSERT INTO canteen_product(id, establishment_id, establishment, code, name, name_folded, brand, family, "
                        "protected_kind, measure, content_thousandths, allergens, diets, vat, need, supplier, pack_size, on_sale, price_cents, "
                        "price_from, next_price_cents, next_from, measure_price_cents, cheapest) VALUES (:id, :at, '', :code, 'Produit', "
                        "'produit', '', 'grocery', '', 'piece', 1000, '', '', :vat, '', '', 1, 1, :price, '2023-01-01', 0, '', 0, 0)",
                        BIND(INT("id", prison->products[i]), INT("at", prison->id), INT("code", i + 1), TEXT("vat", vats[i % 7]),
                             INT("price", prison->prices[i])),
                        error);
    }
    return result;
}

struct buyer {
    int64_t person, stay, order, account, total, hold;
    char reference[16];
};

static int add_person(struct db *db, struct prison *prison, struct buyer *buyer, struct error *error)
{
    char auxiliary[48];
    buyer->person = db_next_id(db);
    buyer->stay = db_next_id(db);
    snprintf(buyer->reference, sizeof buyer->reference, "P%09" PRIu64, next_random(prison->random) % 1000000000);
    snprintf(auxiliary, sizeof auxiliary, "cd-%d.%" PRId64, prison->number, buyer->person);
    int result = db_run(db,
                        "INSERT INTO person(id, reference, family_name, given_names, paper_language, pictures, at, erased_on) VALUES "
                        "(:id, :reference, :name, :name, 'fr', 0, 0, '')",
                        BIND(INT("id", buyer->person), TEXT("reference", auxiliary), BYTES("name", "x", 1)), error);
    if (!result)
        result = db_run(db,
                        "INSERT INTO stay(id, person_id, reference, establishment_id, establishment, number, wing, cell, place, regime, state, here, "
                        "arrived_on, since, left_on, left_by) VALUES (:id, :person, :reference, :at, '', :number, 'A', '1', 'a 1', '', 'present', 1, "
                        "'2023-01-01', '2023-01-01', '', '')",
                        BIND(INT("id", buyer->stay), INT("person", buyer->person), TEXT("reference", buyer->reference), INT("at", prison->id),
                             BYTES("number", "x", 1)),
                        error);
    if (!result)
        result = ledger_account_open(db, &(struct ledger_account_asked){.book = "canteen", .number = "467", .auxiliary = auxiliary,
                                                                        .name = buyer->reference, .guard = LEDGER_GUARD_CREDIT},
                                     &buyer->account, error);
    return result ? result
                  : db_run(db,
                           "INSERT INTO canteen_balance(person_id, establishment_id, reference, account_id, told_on, told_cents, at) VALUES "
                           "(:person, :at, :reference, :account, '2023-02-28', 100000, 0)",
                           BIND(INT("person", buyer->person), INT("at", prison->id), TEXT("reference", buyer->reference),
                                INT("account", buyer->account)),
                           error);
}

static int add_line(struct db *db, struct prison *prison, struct buyer *buyer, int position, struct error *error)
{
    uint64_t dice = next_random(prison->random);
    int product = (int)(dice % PRODUCTS);
    int64_t units = 1 + (int64_t)(dice >> 8) % 3, delivered = dice >> 16 & 31 ? units : units - 1; /* one line in 32 comes short */
    buyer->total += units * prison->prices[product];
    return db_run(db,
                  "INSERT INTO canteen_order_line(order_id, position, person_id, product_id, code, name, protected_kind, quantity, ordered, why, "
                  "price_cents, free, substitute, picked, charged_price_cents, delivered, outcome) VALUES (:order, :position, :person, :product, "
                  ":code, 'Produit', '', :units, :units, '', :price, 0, 0, :units, :price, :delivered, :outcome)",
                  BIND(INT("order", buyer->order), INT("position", position), INT("person", buyer->person),
                       INT("product", prison->products[product]), INT("code", product + 1), INT("units", units),
                       INT("price", prison->prices[product]), INT("delivered", delivered),
                       TEXT("outcome", delivered == units ? "received" : "missing")),
                  error);
}

static int keep_order(struct db *db, struct prison *prison, struct buyer *buyer, struct error *error)
{
    const struct ledger_line lines[] = {{.account = buyer->account, .amount_cents = buyer->total},
                                        {.account = prison->office, .amount_cents = -buyer->total}};
    const struct ledger_entry entry = {.journal = "CN", .entry_on = "2023-03-01", .label = "W", .lines = lines, .line_count = 2};
    struct ledger_posted posted;
    int result = ledger_hold(db, &entry, NOW_MS, &posted, error);
    return result ? result
                  : db_run(db,
                           "UPDATE canteen_order SET total_cents = :total, blocked_cents = :total, hold_id = :hold WHERE id = :id",
                           BIND(INT("total", buyer->total), INT("hold", posted.id), INT("id", buyer->order)), error);
}

static int add_order(struct db *db, struct prison *prison, struct buyer *buyer, struct error *error)
{
    buyer->order = db_next_id(db);
    buyer->total = 0;
    int result = db_run(db,
                        "INSERT INTO canteen_order(id, cycle_id, establishment_id, person_id, stay_id, reference, source, state, reason, "
                        "total_cents, blocked_cents, handed_on, acceptance, fingerprint, author, at) VALUES (:id, :cycle, :at, :person, :stay, "
                        ":reference, 'paper_form', 'accepted', '', 0, 0, '2023-03-01', '', '', 'bench', 0)",
                        BIND(INT("id", buyer->order), INT("cycle", prison->cycle), INT("at", prison->id), INT("person", buyer->person),
                             INT("stay", buyer->stay), TEXT("reference", buyer->reference)),
                        error);
    for (int i = 0; i < prison->lines && !result; i++)
        result = add_line(db, prison, buyer, i + 1, error);
    return result ? result : keep_order(db, prison, buyer, error);
}

/* What the office told: everybody may spend 1,000 euros. */
static int tell_balances(struct db *db, struct prison *prison, struct buyer *buyers, struct error *error)
{
    struct ledger_line *lines = memory_get(((size_t)prison->people + 1) * sizeof *lines);
    for (int i = 0; i < prison->people; i++)
        lines[i] = (struct ledger_line){.account = buyers[i].account, .amount_cents = -100000};
    lines[prison->people] = (struct ledger_line){.account = prison->office, .amount_cents = INT64_C(100000) * prison->people};
    const struct ledger_entry entry = {.journal = "CN", .entry_on = "2023-02-28", .label = "balances", .lines = lines,
                                       .line_count = (size_t)prison->people + 1};
    int result = ledger_post(db, &entry, 1, NOW_MS, NULL, error);
    free(lines);
    return result;
}

static int fill_prison(struct db *db, void *context, struct error *error)
{
    struct prison *prison = context;
    struct buyer *buyers = memory_get((size_t)prison->people * sizeof *buyers);
    char ref[24];
    int64_t sum = 0;
    snprintf(ref, sizeof ref, "cd-%d", prison->number);
    int result = add_prison(db, prison, error);
    if (!result)
        result = add_products(db, prison, error);
    if (!result)
        result = ledger_book_open(db, "canteen", error);
    if (!result)
        result = ledger_account_open(db, &(struct ledger_account_asked){.book = "canteen", .number = "512", .auxiliary = ref, .name = ref},
                                     &prison->office, error);
    for (int i = 0; i < prison->people && !result; i++)
        result = add_person(db, prison, &buyers[i], error);
    if (!result)
        result = tell_balances(db, prison, buyers, error);
    for (int i = 0; i < prison->people && !result; i++) {
        result = add_order(db, prison, &buyers[i], error);
        sum += buyers[i].total;
    }
    free(buyers);
    return result ? result
                  : db_run(db, "UPDATE canteen_cycle SET order_count = :count, total_cents = :sum WHERE id = :id",
                           BIND(INT("count", prison->people), INT("sum", sum), INT("id", prison->cycle)), error);
}

struct house {
    struct store *store;
    struct app *app;
};

static void open_house(struct house *house, const char *url)
{
    struct error error = {0};
    must(store_open(url, 0, &house->store, &error), &error);
    must(app_open(cli_subjects, house->store, &house->app, &error), &error);
    must(app_migrate(house->app, &error), &error);
}

static void close_house(struct house *house)
{
    app_close(house->app);
    store_close(house->store);
}

static void act(struct house *house, const char *action, const char *json, struct arena *arena, struct tree **ret_result)
{
    struct error error = {0};
    struct tree *input, *result = NULL;
    must(tree_read_json(arena, json, strlen(json), &input, &error), &error);
    struct action_request request = {.session = &session_local, .language = "en", .input = input};
    const struct action *declared = app_action(house->app, action);
    must(declared->job ? action_run_here(house->app, declared, &request, NULL, NULL, NULL, arena, &result, &error)
                       : action_run(house->app, declared, &request, arena, &result, &error),
         &error);
    if (ret_result)
        *ret_result = result;
}

static int prepare(const char *url, int establishments, int people, int lines)
{
    struct house house;
    struct error error = {0};
    uint64_t random = 88172645463325252;
    _cleanup_arena_ struct arena *arena = arena_new();
    open_house(&house, url);
    act(&house, "ledger entity", "{\"siren\":\"732829320\",\"name\":\"Coop\",\"kind\":\"scic\"}", arena, NULL);
    act(&house, "ledger year-open", "{\"year\":\"2023\",\"starts_on\":\"2023-01-01\",\"ends_on\":\"2023-12-31\"}", arena, NULL);
    for (int i = 0; i < establishments; i++) {
        struct prison prison = {.number = i + 1, .people = people, .lines = lines, .random = &random};
        must(store_write(house.store, fill_prison, &prison, false, &error), &error);
    }
    close_house(&house);
    return 0;
}

/* --- settling --- */

struct lap {
    double wall, cpu;
    int64_t orders, charged;
};

static struct lap settle(const char *url)
{
    struct house house;
    struct db *db;
    struct error error = {0};
    struct lap lap = {0};
    int64_t establishments = 0;
    open_house(&house, url);
    must(store_reader(house.store, &db, &error), &error);
    must(db_begin_read(db, &error), &error);
    must(db_int(db, "SELECT COUNT(*) FROM canteen_cycle", NULL, 0, &establishments, &error), &error);
    db_end_read(db);
    store_release(house.store, db);
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int64_t i = 0; i < establishments; i++) {
        char json[100];
        struct tree *result;
        _cleanup_arena_ struct arena *arena = arena_new();
        snprintf(json, sizeof json, "{\"cycle\":\"W\",\"on\":\"" ON "\",\"establishment\":\"cd-%" PRId64 "\"}", i + 1);
        act(&house, "settlement cycle", json, arena, &result);
        lap.orders += tree_int(result, "orders", 0);
        lap.charged += tree_int(result, "charged_cents", 0);
    }
    lap.wall = seconds(CLOCK_MONOTONIC) - wall;
    lap.cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    close_house(&house);
    return lap;
}

/* --- floors --- */

struct cell {
    int kind;
    int64_t number;
    char *text;
    int length;
};

struct rows {
    const char *table, *order; /* establishments follow each other in this order */
    size_t count, room, columns;
    struct cell *cells;
};

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL))
        fail(sqlite3_errmsg(db));
}

static sqlite3_stmt *statement(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL))
        fail(sqlite3_errmsg(db));
    return stmt;
}

/* Into memory, so that the floor pays for nothing but inserting. */
static void load_rows(sqlite3 *db, struct rows *rows)
{
    char sql[400];
    snprintf(sql, sizeof sql, "SELECT * FROM %s", rows->order);
    sqlite3_stmt *stmt = statement(db, sql);
    rows->columns = (size_t)sqlite3_column_count(stmt);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        if (rows->count == rows->room) {
            rows->room = rows->room ? rows->room * 2 : 1024;
            rows->cells = memory_grow(rows->cells, rows->room * rows->columns * sizeof *rows->cells);
        }
        struct cell *cells = &rows->cells[rows->count++ * rows->columns];
        for (size_t i = 0; i < rows->columns; i++) {
            int column = (int)i;
            cells[i] = (struct cell){.kind = sqlite3_column_type(stmt, column), .number = sqlite3_column_int64(stmt, column)};
            if (cells[i].kind == SQLITE_TEXT) {
                cells[i].length = sqlite3_column_bytes(stmt, column);
                cells[i].text = memory_strdup((const char *)sqlite3_column_text(stmt, column));
            }
        }
    }
    sqlite3_finalize(stmt);
}

static void free_rows(struct rows *rows)
{
    for (size_t i = 0; i < rows->count * rows->columns; i++)
        free(rows->cells[i].text);
    free(rows->cells);
}

static void insert_rows(sqlite3 *db, const struct rows *rows, sqlite3_stmt *stmt, size_t from, size_t to)
{
    for (size_t row = from; row < to; row++) {
        const struct cell *cells = &rows->cells[row * rows->columns];
        for (size_t i = 0; i < rows->columns; i++)
            if (cells[i].kind == SQLITE_TEXT)
                sqlite3_bind_text(stmt, (int)i + 1, cells[i].text, cells[i].length, SQLITE_STATIC);
            else if (cells[i].kind == SQLITE_NULL)
                sqlite3_bind_null(stmt, (int)i + 1);
            else
                sqlite3_bind_int64(stmt, (int)i + 1, cells[i].number);
        if (sqlite3_step(stmt) != SQLITE_DONE)
            fail(sqlite3_errmsg(db));
        sqlite3_reset(stmt);
    }
}

/* A transaction for each establishment, with its share of each table. */
static struct lap insert_all(sqlite3 *db, struct rows *tables, size_t count, int transactions)
{
    sqlite3_stmt *stmts[8];
    for (size_t i = 0; i < count; i++) {
        char sql[300];
        int length = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", tables[i].table);
        for (size_t column = 1; column < tables[i].columns; column++)
            length += snprintf(sql + length, sizeof sql - (size_t)length, ", ?");
        snprintf(sql + length, sizeof sql - (size_t)length, ")");
        stmts[i] = statement(db, sql);
    }
    struct lap lap = {.wall = seconds(CLOCK_MONOTONIC), .cpu = seconds(CLOCK_PROCESS_CPUTIME_ID)};
    for (int part = 0; part < transactions; part++) {
        run_sql(db, "BEGIN IMMEDIATE");
        for (size_t i = 0; i < count; i++)
            insert_rows(db, &tables[i], stmts[i], tables[i].count * (size_t)part / (size_t)transactions,
                        tables[i].count * ((size_t)part + 1) / (size_t)transactions);
        run_sql(db, "COMMIT");
    }
    lap.wall = seconds(CLOCK_MONOTONIC) - lap.wall;
    lap.cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - lap.cpu;
    for (size_t i = 0; i < count; i++)
        sqlite3_finalize(stmts[i]);
    return lap;
}

static void copy_database(const char *from, const char *to)
{
    char command[900];
    snprintf(command, sizeof command, "rm -f '%s' '%s-wal' '%s-shm' && cp '%s' '%s'", to, to, to, from, to);
    if (system(command))
        fail("the database cannot be copied");
}

static struct lap run_floor(const char *settled, const char *path, struct rows *tables, size_t count, const char *clear, int transactions)
{
    sqlite3 *source, *db;
    if (sqlite3_open(settled, &source) || sqlite3_open(path, &db))
        fail("the databases cannot be opened");
    for (size_t i = 0; i < count; i++)
        load_rows(source, &tables[i]);
    sqlite3_close(source);
    run_sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA foreign_keys=OFF");
    run_sql(db, clear);
    run_sql(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    struct lap lap = insert_all(db, tables, count, transactions);
    sqlite3_close(db);
    for (size_t i = 0; i < count; i++)
        free_rows(&tables[i]);
    return lap;
}

/* --- PostgreSQL --- */

static void run_on_server(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN && status != PGRES_COPY_OUT && status != PGRES_TUPLES_OK)
        fail(PQerrorMessage(connection));
    PQclear(result);
}

static void copy_out(PGconn *connection, const char *table, const char *condition, struct buffer *rows)
{
    char sql[400], *line;
    int length;
    snprintf(sql, sizeof sql, "COPY (SELECT * FROM %s %s) TO STDOUT", table, condition);
    run_on_server(connection, sql);
    while ((length = PQgetCopyData(connection, &line, 0)) > 0) {
        buffer_add(rows, line, (size_t)length);
        PQfreemem(line);
    }
    PQclear(PQgetResult(connection));
}

static void copy_in(PGconn *connection, const char *table, const struct buffer *rows)
{
    char sql[200];
    snprintf(sql, sizeof sql, "COPY floor_%s FROM STDIN", table);
    run_on_server(connection, sql);
    for (size_t at = 0; at < rows->length; at += 65536)
        if (PQputCopyData(connection, rows->bytes + at, (int)(rows->length - at < 65536 ? rows->length - at : 65536)) != 1)
            fail(PQerrorMessage(connection));
    if (PQputCopyEnd(connection, NULL) != 1)
        fail(PQerrorMessage(connection));
    PGresult *result = PQgetResult(connection);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail(PQerrorMessage(connection));
    PQclear(result);
    PQclear(PQgetResult(connection));
}

static int copy(const char *url)
{
    static const char settled[] = "WHERE kind IN ('post', 'release') OR journal = 'VE'";
    static const char *const tables[][2] = {
        {"ledger_entry", settled},
        {"ledger_line", "WHERE entry_id IN (SELECT id FROM ledger_entry WHERE kind IN ('post', 'release') OR journal = 'VE')"},
        {"canteen_debit", ""},
        {"canteen_sale", ""}};
    PGconn *connection = PQconnectdb(url);
    struct buffer rows[COUNT_OF(tables)] = {{0}};
    char sql[300];
    if (PQstatus(connection) != CONNECTION_OK)
        fail(PQerrorMessage(connection));
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        copy_out(connection, tables[i][0], tables[i][1], &rows[i]);
        snprintf(sql, sizeof sql, "CREATE TABLE floor_%s (LIKE %s INCLUDING ALL)", tables[i][0], tables[i][0]);
        run_on_server(connection, sql);
    }
    double start = seconds(CLOCK_MONOTONIC);
    run_on_server(connection, "BEGIN");
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        copy_in(connection, tables[i][0], &rows[i]);
    run_on_server(connection, "COMMIT");
    printf("{\"seconds\":%.3f}\n", seconds(CLOCK_MONOTONIC) - start);
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        buffer_free(&rows[i]);
    PQfinish(connection);
    return 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int measure(const char *folder, int establishments, int people, int lines, int rounds)
{
    char before[300], ours[300], floor[300];
    double written[ROUNDS_MAX], ordered[ROUNDS_MAX], processor[ROUNDS_MAX], rate = 0;
    int kept = 0;
    snprintf(before, sizeof before, "%s/before.db", folder);
    snprintf(ours, sizeof ours, "%s/ours.db", folder);
    snprintf(floor, sizeof floor, "%s/floor.db", folder);
    prepare(before, establishments, people, lines);
    for (int tried = 0; kept < rounds && tried < rounds * 3; tried++) {
        double busy = busy_seconds(), wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        copy_database(before, ours);
        struct lap lap = settle(ours);
        if (lap.orders != (int64_t)establishments * people)
            fail("not everything was settled");
        struct rows rows[] = {{"ledger_entry", "ledger_entry WHERE kind IN ('post', 'release') OR journal = 'VE' ORDER BY id", 0, 0, 0, NULL},
                              {"ledger_line", "ledger_line WHERE entry_id IN (SELECT id FROM ledger_entry WHERE kind IN ('post', 'release') OR "
                                              "journal = 'VE') ORDER BY entry_id, position", 0, 0, 0, NULL},
                              {"canteen_debit", "canteen_debit ORDER BY id", 0, 0, 0, NULL},
                              {"canteen_sale", "canteen_sale ORDER BY id", 0, 0, 0, NULL}};
        copy_database(before, floor);
        struct lap floor_written = run_floor(ours, floor, rows, COUNT_OF(rows), "SELECT 1", establishments);
        struct rows orders[] = {{"canteen_order", "canteen_order ORDER BY id", 0, 0, 0, NULL},
                                {"canteen_order_line", "canteen_order_line ORDER BY order_id, position", 0, 0, 0, NULL}};
        copy_database(before, floor);
        struct lap floor_ordered = run_floor(ours, floor, orders, COUNT_OF(orders), "DELETE FROM canteen_order_line; DELETE FROM canteen_order", establishments);
        double took = seconds(CLOCK_MONOTONIC) - wall;
        double others = (busy_seconds() - busy - (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu)) / (took * (double)sysconf(_SC_NPROCESSORS_ONLN));
        fprintf(stderr, "  settling %.2f s (cpu %.2f)  rows it writes %.2f s (cpu %.2f): %.2f (cpu %.2f)  orders and lines %.2f s: %.2f%s\n",
                lap.wall, lap.cpu, floor_written.wall, floor_written.cpu, floor_written.wall / lap.wall, floor_written.cpu / lap.cpu,
                floor_ordered.wall, floor_ordered.wall / lap.wall, others > OTHERS_MAX ? "  disturbed" : "");
        if (others > OTHERS_MAX && tried < rounds * 2)
            continue;
        written[kept] = floor_written.wall / lap.wall;
        processor[kept] = floor_written.cpu / lap.cpu;
        ordered[kept++] = floor_ordered.wall / lap.wall;
        rate = (double)lap.orders * lines / lap.wall;
    }
    qsort(written, (size_t)kept, sizeof *written, ascending);
    qsort(processor, (size_t)kept, sizeof *processor, ascending);
    qsort(ordered, (size_t)kept, sizeof *ordered, ascending);
    printf("{\"written\":%.3f,\"written_min\":%.3f,\"written_max\":%.3f,\"written_cpu\":%.3f,\"ordered\":%.3f,\"lines_per_second\":%.0f,\"rounds\":%d}\n",
           written[kept / 2], written[0], written[kept - 1], processor[kept / 2], ordered[kept / 2], rate, kept);
    return 0;
}

int main(int count, char **words)
{
    if (count == 6 && !strcmp(words[1], "prepare"))
        return prepare(words[2], atoi(words[3]), atoi(words[4]), atoi(words[5]));
    if (count == 7 && !strcmp(words[1], "measure"))
        return measure(words[2], atoi(words[3]), atoi(words[4]), atoi(words[5]), atoi(words[6]));
    if (count == 3 && !strcmp(words[1], "copy"))
        return copy(words[2]);
    if (count == 3 && !strcmp(words[1], "settle")) {
        struct lap lap = settle(words[2]);
        printf("{\"seconds\":%.3f,\"cpu\":%.3f,\"orders\":%" PRId64 ",\"charged\":%" PRId64 "}\n", lap.wall, lap.cpu, lap.orders, lap.charged);
        return 0;
    }
    fail("usage: bench_settlement prepare URL ESTABLISHMENTS PEOPLE LINES | settle URL | copy URL | measure FOLDER ESTABLISHMENTS PEOPLE LINES ROUNDS");
}
