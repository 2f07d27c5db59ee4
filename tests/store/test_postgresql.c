/* What only a server does: connections that break, at the worst moment too, other sessions in the way, addresses that lead
 * nowhere. Needs MAILLON_TEST_STORE (tools/postgresql.py). */
#include <libpq-fe.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/store.h"
#include "support/proxy.h"
#include "support/server.h"
#include "support/support.h"

static const char item_schema[] = "CREATE TABLE item ( -- what tests count\n"
                                  "    id INTEGER PRIMARY KEY NOT NULL, -- [internal]\n"
                                  "    label TEXT NOT NULL UNIQUE, -- [public]\n"
                                  "    value INTEGER NOT NULL -- [public]\n"
                                  ") STRICT;\n";

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, NULL);
    if (store_migrate(house->store, "item", item_schema, &house->error))
        return -1;
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

struct item {
    const char *label;
    int runs;
    int64_t id;
    const char *meanwhile; /* on another connection, the first time it runs; {} is the server process of the writer */
    struct house *house;
};

static int insert_item(struct db *db, void *context, struct error *error)
{
    struct item *item = context;
    int64_t process = 0;
    item->id = db_next_id(db);
    int result = db_run(db, "INSERT INTO item(id, label, value) VALUES (:id, :label, 0)",
                        BIND(INT("id", item->id), TEXT("label", item->label)), error);
    if (result || item->runs++ || !item->meanwhile)
        return result;
    result = db_int(db, "SELECT pg_backend_pid()", NULL, 0, &process, error);
    if (!result)
        server_execute(item->house->path, arena_printf(item->house->arena, item->meanwhile, (int)process));
    return result ? result : db_int(db, "SELECT count(*) FROM item", NULL, 0, &process, error);
}

static int write_item(struct house *house, struct item *item)
{
    house->error = (struct error){0};
    item->house = house;
    return store_write(house->store, insert_item, item, false, &house->error);
}

/* --- connections that break --- */

static void test_lost_while_writing(void **state)
{
    struct house *house = *state;
    struct item lost = {.label = "a", .meanwhile = "SELECT pg_terminate_backend(%d)"}, after = {.label = "b"};
    assert_int_equal(write_item(house, &lost), 0); /* run again on a new connection */
    assert_int_equal(lost.runs, 2);
    assert_int_equal(write_item(house, &after), 0);
    assert_true(after.id > lost.id);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 2);
}

static void test_lost_at_rest(void **state)
{
    struct house *house = *state;
    struct item before = {.label = "a"}, after = {.label = "b"};
    assert_int_equal(write_item(house, &before), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 1);
    server_execute(house->path, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'maillon'");
    usleep(50000);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 1);
    assert_int_equal(write_item(house, &after), 0);
    assert_int_equal(after.runs, 1);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 2);
}

static void test_lost_while_reading(void **state)
{
    struct house *house = *state;
    struct db *db;
    int64_t process, value;
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    assert_int_equal(db_int(db, "SELECT pg_backend_pid()", NULL, 0, &process, &house->error), 0);
    server_execute(house->path, arena_printf(house->arena, "SELECT pg_terminate_backend(%d)", (int)process));
    usleep(50000);
    assert_int_equal(db_int(db, "SELECT 1", NULL, 0, &value, &house->error), ERR_BUSY); /* half of an answer is none */
    assert_int_equal(db_int(db, "SELECT 1", NULL, 0, &value, &house->error), ERR_BUSY);
    db_end_read(db);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    assert_int_equal(db_int(db, "SELECT 1", NULL, 0, &value, &house->error), 0);
    db_end_read(db);
    store_release(house->store, db);
}

/* A store whose connections all go through a proxy. */
static struct proxy *open_through_proxy(struct house *house, struct store **ret_store)
{
    const char *host = strstr(getenv("MAILLON_TEST_STORE"), "host=") + 5;
    struct proxy *proxy = proxy_start(house->folder, arena_copy(house->arena, host, strcspn(host, "&")));
    const char *rest = strstr(house->path, "host=") + 5;
    char *url = arena_printf(house->arena, "postgresql:///postgres?host=%s%s", house->folder, rest + strcspn(rest, "&"));
    assert_int_equal(store_open(url, 0, ret_store, &house->error), 0);
    return proxy;
}

/* The answer to COMMIT is lost: what was kept is not done twice, what was not is done. */
static void test_lost_in_commit(void **state)
{
    struct house *house = *state;
    struct store *store;
    struct proxy *proxy = open_through_proxy(house, &store);
    for (int round = 0; round < 10; round++) {
        struct error error = {0};
        struct item item = {.label = arena_printf(house->arena, "%d", round)};
        proxy_cut_commit(proxy, round % 2);
        assert_int_equal(store_write(store, insert_item, &item, false, &error), 0);
        assert_int_equal(item.runs, round % 2 ? 1 : 2);
        assert_int_equal(proxy_cuts(proxy), round + 1);
    }
    store_close(store);
    proxy_stop(proxy);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 10);
}

/* The answer is lost and the server stays away: nobody can know, and nothing is done again by itself. */
static void test_nobody_knows(void **state)
{
    struct house *house = *state;
    struct store *store;
    if (!getenv("MAILLON_ROUNDS")) {
        print_message("    takes half a minute: with MAILLON_ROUNDS only\n");
        return;
    }
    struct proxy *proxy = open_through_proxy(house, &store);
    struct item item = {.label = "a"}, later = {.label = "b"};
    proxy_refuse(proxy, 1);
    proxy_cut_commit(proxy, 1);
    assert_int_equal(store_write(store, insert_item, &item, false, &house->error), ERR_INTERNAL);
    assert_non_null(strstr(house->error.message, "not known"));
    assert_int_equal(item.runs, 1);
    assert_int_equal(store_write(store, insert_item, &later, false, &house->error), ERR_BUSY); /* still away */
    assert_int_equal(later.runs, 0);
    proxy_refuse(proxy, 0);
    assert_int_equal(store_write(store, insert_item, &later, false, &house->error), 0); /* without a restart */
    store_close(store);
    proxy_stop(proxy);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 2);
}

/* --- other sessions in the way --- */

struct rival {
    PGconn *connection;
    int runs;
};

static int update_both(struct db *db, void *context, struct error *error)
{
    struct rival *rival = context;
    int result = db_run(db, "UPDATE item SET value = value + 1 WHERE label = 'b'", NULL, error);
    if (!result && !rival->runs++) { /* which holds a, and now wants b */
        PQsendQuery(rival->connection, "UPDATE item SET value = value + 10 WHERE label = 'b'; COMMIT");
        usleep(100000);
    }
    return result ? result : db_run(db, "UPDATE item SET value = value + 1 WHERE label = 'a'", NULL, error);
}

static void test_deadlock(void **state)
{
    struct house *house = *state;
    struct item a = {.label = "a"}, b = {.label = "b"};
    struct rival rival = {.connection = PQconnectdb(house->path)};
    PGresult *result;
    assert_int_equal(write_item(house, &a), 0);
    assert_int_equal(write_item(house, &b), 0);
    PQclear(PQexec(rival.connection, "BEGIN; UPDATE item SET value = value + 10 WHERE label = 'a'"));
    assert_int_equal(store_write(house->store, update_both, &rival, false, &house->error), 0);
    while ((result = PQgetResult(rival.connection)))
        PQclear(result);
    PQfinish(rival.connection);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item WHERE value IN (1, 11)"), 2); /* ours once, and theirs or not */
}

static int read_modify_write(struct db *db, void *context, struct error *error)
{
    int64_t value;
    (void)context;
    int result = db_int(db, "SELECT value FROM item WHERE label = 'a'", NULL, 0, &value, error);
    return result ? result : db_run(db, "UPDATE item SET value = :value WHERE label = 'a'", BIND(INT("value", value + 1)), error);
}

struct counting {
    const char *url;
    int failed;
};

static void *count_up(void *context)
{
    struct counting *counting = context;
    struct store *store;
    struct error error = {0};
    counting->failed = store_open(counting->url, 0, &store, &error);
    for (int i = 0; i < 200 && !counting->failed; i++)
        counting->failed = store_write(store, read_modify_write, NULL, false, &error);
    store_close(store);
    return NULL;
}

/* What a task read stays true until it is committed, whoever else writes: the rule every subject rests on. */
static void test_what_was_read_stays_true(void **state)
{
    enum { PROGRAMS = 4 };
    struct house *house = *state;
    struct item a = {.label = "a"};
    struct counting counting[PROGRAMS];
    pthread_t threads[PROGRAMS];
    assert_int_equal(write_item(house, &a), 0);
    for (int i = 0; i < PROGRAMS; i++) {
        counting[i] = (struct counting){.url = house->path};
        pthread_create(&threads[i], NULL, count_up, &counting[i]);
    }
    for (int i = 0; i < PROGRAMS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(counting[i].failed, 0);
    }
    assert_int_equal(house_int(house, "SELECT value FROM item"), PROGRAMS * 200);
}

/* --- long answers --- */

static size_t bytes_used(void)
{
    return mallinfo2().uordblks + mallinfo2().hblkhd;
}

static void test_long_answers(void **state)
{
    static const char sql[] = "SELECT n, repeat('x', 100) FROM generate_series(1, 300000) AS g(n)";
    struct house *house = *state;
    struct db *db;
    struct rows *rows;
    int64_t count = 0, value;
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    size_t before = bytes_used(), most = 0;
    assert_int_equal(db_query(db, sql, NULL, &rows, &house->error), 0);
    while (rows_next(rows)) {
        assert_int_equal(rows_int(rows, 0), ++count);
        if (count % 10000 == 0)
            most = bytes_used() > most ? bytes_used() : most;
    }
    assert_int_equal(rows_close(rows), 0);
    assert_int_equal(count, 300000);
    assert_true(most < before + (4 << 20)); /* one row at a time */
    count = 0;
    assert_int_equal(db_query(db, sql, NULL, &rows, &house->error), 0);
    while (rows_next(rows)) { /* something else has to be asked meanwhile: nothing is lost */
        const char *text = rows_text(rows, 1);
        if (count == 1000)
            assert_int_equal(db_int(db, "SELECT 7", NULL, 0, &value, &house->error), 0);
        assert_int_equal(strlen(text), 100);
        assert_int_equal(rows_int(rows, 0), ++count);
    }
    assert_int_equal(rows_close(rows), 0);
    assert_int_equal(count, 300000);
    assert_int_equal(db_query(db, "SELECT 10 / (5 - n) FROM generate_series(1, 10) AS g(n)", NULL, &rows, &house->error), 0);
    for (count = 0; rows_next(rows); count++)
        ;
    assert_int_equal(rows_close(rows), ERR_INTERNAL); /* it failed at the fifth: said at the end */
    assert_int_equal(count, 4);
    db_end_read(db);
    store_release(house->store, db);
}

/* --- addresses that lead nowhere, databases that are not ours --- */

static int open_code(struct house *house, const char *url)
{
    struct store *store = NULL;
    house->error = (struct error){0};
    int code = store_open(url, 0, &store, &house->error);
    if (!code)
        store_close(store);
    else
        assert_string_equal(house->error.field, "db");
    return code;
}

static void test_addresses_refused(void **state)
{
    struct house *house = *state;
    const char *server = getenv("MAILLON_TEST_STORE");
    assert_int_equal(open_code(house, "postgresql:///x?host=/nowhere"), ERR_BUSY);
    assert_int_equal(open_code(house, "postgresql://127.0.0.1:1/x"), ERR_BUSY);
    assert_int_equal(open_code(house, "postgresql://?bad=1"), ERR_INVALID);
    assert_int_equal(open_code(house, "mysql://host/x"), ERR_INVALID);
    assert_int_equal(open_code(house, arena_printf(house->arena, "%s&user=nobody", server)), ERR_REFUSED);
    assert_int_equal(open_code(house, arena_printf(house->arena, "%s&dbname=nothing", server)), ERR_REFUSED);
    assert_int_equal(open_code(house, arena_printf(house->arena, "%s&options=-csearch_path%%3Dnowhere", server)), ERR_REFUSED);
    server_execute(server, "DROP DATABASE IF EXISTS latin");
    server_execute(server, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0");
    assert_int_equal(open_code(house, arena_printf(house->arena, "%s&dbname=latin", server)), ERR_REFUSED);
    assert_non_null(strstr(house->error.message, "UTF8"));
    server_execute(server, "DROP DATABASE latin");
}

static void test_foreign_tables(void **state)
{
    struct house house;
    (void)state;
    house_open(&house, NULL);
    house_shut(&house);
    server_execute(house.path, "DO $$ BEGIN EXECUTE 'DROP SCHEMA ' || current_schema() || ' CASCADE'; END $$");
    const char *schema = strstr(house.path, "%3D") + 3;
    server_execute(house.path, arena_printf(house.arena, "CREATE SCHEMA %s; CREATE TABLE %s.theirs (a int)", schema, schema));
    assert_int_equal(open_code(&house, house.path), ERR_REFUSED);
    assert_non_null(strstr(house.error.message, "another program"));
    char count[16];
    server_text(house.path, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()", count, sizeof count);
    assert_string_equal(count, "1");
    server_execute(house.path, arena_printf(house.arena, "DROP SCHEMA %s CASCADE; CREATE SCHEMA %s", schema, schema));
    house_close(&house);
}

static void test_addresses_shown(void **state)
{
    struct house *house = *state;
    static const char *const shown[][2] = {
        {"postgresql://me:secret@host:5432/base", "postgresql://me@host:5432/base"},
        {"postgres://me@host/base?password=secret", "postgres://me@host/base"},
        {"postgresql://host/base?password=secret&sslmode=require", "postgresql://host/base?sslmode=require"},
        {"postgresql://host:5432/base?options=-c@x", "postgresql://host:5432/base?options=-c@x"},
        {"maillon.db", "maillon.db"},
    };
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        assert_string_equal(store_address(house->arena, shown[i][0]), shown[i][1]);
}

/* A guard that somebody switched off with the database's own tools. */
static void test_check_sees_a_guard_switched_off(void **state)
{
    struct house *house = *state;
    assert_int_equal(store_check(house->store, &house->error), 0);
    server_execute(house->path, "ALTER TABLE journal DISABLE TRIGGER journal_no_update");
    assert_int_equal(store_check(house->store, &house->error), ERR_INTERNAL);
    assert_string_equal(house->error.arguments[0], "journal_no_update");
}

int main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        HOUSE(test_lost_while_writing),
        HOUSE(test_lost_at_rest),
        HOUSE(test_lost_while_reading),
        HOUSE(test_lost_in_commit),
        HOUSE(test_nobody_knows),
        HOUSE(test_deadlock),
        HOUSE(test_what_was_read_stays_true),
        HOUSE(test_long_answers),
        HOUSE(test_addresses_refused),
        cmocka_unit_test(test_foreign_tables),
        HOUSE(test_addresses_shown),
        HOUSE(test_check_sees_a_guard_switched_off),
    };
    if (!getenv("MAILLON_TEST_STORE")) {
        puts("[  SKIPPED ] no PostgreSQL server: run it with tools/postgresql.py");
        return 0;
    }
    return cmocka_run_group_tests_name("postgresql", tests, NULL, NULL);
}
