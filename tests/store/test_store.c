/* The store in fair weather: group commit, savepoints, ids, readers, migrations, search, backup. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "store/schema.h"
#include "store/store.h"
#include "support/fault_vfs.h"
#include "support/server.h"
#include "support/support.h"

static const char item_schema[] = "CREATE TABLE item ( -- what tests count\n"
                                  "    id INTEGER PRIMARY KEY NOT NULL, -- [internal]\n"
                                  "    label TEXT NOT NULL UNIQUE, -- what it is called [public]\n"
                                  "    parent INTEGER REFERENCES item(id) -- [internal]\n"
                                  ") STRICT;\n"
                                  "-- search: item\n";

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

/* --- tasks --- */

struct item {
    const char *label;
    int64_t id;
    int refuse; /* after the insert */
    bool ignore_error; /* goes back to a savepoint and on */
};

static int insert_item(struct db *db, void *context, struct error *error)
{
    struct item *item = context;
    item->id = db_next_id(db);
    int result = item->ignore_error ? db_savepoint(db, error) : 0;
    if (result)
        return result;
    result = db_run(db, "INSERT INTO item(id, label) VALUES (:id, :label)",
                    BIND(INT("id", item->id), TEXT("label", item->label)), error);
    if (result && item->ignore_error)
        result = db_savepoint_rollback(db, error);
    if (result)
        return result;
    return item->refuse ? error_set(error, (enum error_code)item->refuse, "label", "refused", NULL) : 0;
}

static int write_item(struct house *house, struct item *item)
{
    house->error = (struct error){0};
    return store_write(house->store, insert_item, item, false, &house->error);
}

enum { THREADS = 64, ROUNDS = 20 };

struct writer_thread {
    struct house *house;
    int number, done;
};

static void *write_many(void *context)
{
    struct writer_thread *thread = context;
    for (int i = 0; i < ROUNDS; i++) {
        char label[32];
        struct error error = {0};
        snprintf(label, sizeof label, "%d-%d", thread->number, i);
        struct item item = {.label = label, .refuse = i % 5 == 4 ? ERR_REFUSED : 0};
        int result = store_write(thread->house->store, insert_item, &item, false, &error);
        if (result != item.refuse || (result && strcmp(error.field, "label") != 0))
            return NULL;
        thread->done += !result;
    }
    return NULL;
}

/* 64 threads, one refused task in five: each is answered as its own, and far fewer syncs than tasks. */
static void test_group_commit(void **state)
{
    struct house *house = *state;
    pthread_t ids[THREADS];
    struct writer_thread threads[THREADS];
    int done = 0;
    fault_slow_sync(5);
    struct store_figures before = store_figures(house->store);
    for (int i = 0; i < THREADS; i++) {
        threads[i] = (struct writer_thread){house, i, 0};
        pthread_create(&ids[i], NULL, write_many, &threads[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(ids[i], NULL);
        done += threads[i].done;
    }
    fault_slow_sync(0);
    struct store_figures after = store_figures(house->store);
    assert_int_equal(done, THREADS * ROUNDS * 4 / 5);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), done);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item WHERE label LIKE '%-4'"), 0);
    assert_int_equal(after.tasks - before.tasks, THREADS * ROUNDS);
    assert_int_equal(after.reruns, before.reruns);
    print_message("    %d tasks in %d commits\n", THREADS * ROUNDS, (int)(after.commits - before.commits));
    assert_true((after.commits - before.commits) * 8 < THREADS * ROUNDS);
}

static void test_refused_task_leaves_nothing(void **state)
{
    struct house *house = *state;
    struct item first = {.label = "a"}, again = {.label = "a"}, refused = {.label = "b", .refuse = ERR_NOT_FOUND};
    assert_int_equal(write_item(house, &first), 0);
    assert_int_equal(write_item(house, &again), ERR_REFUSED); /* UNIQUE */
    assert_int_equal(write_item(house, &refused), ERR_NOT_FOUND);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 1);
    struct item swallowed = {.label = "a", .ignore_error = true};
    assert_int_equal(write_item(house, &swallowed), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 1);
}

static int nested(struct db *db, void *context, struct error *error)
{
    struct item one = {.label = "one"}, two = {.label = "two"}, three = {.label = "three"};
    (void)context;
    int result = insert_item(db, &one, error);
    result = result ? result : db_savepoint(db, error);
    result = result ? result : insert_item(db, &two, error);
    result = result ? result : db_savepoint(db, error);
    result = result ? result : insert_item(db, &three, error);
    result = result ? result : db_savepoint_release(db, error);
    return result ? result : db_savepoint_rollback(db, error);
}

static int left_open(struct db *db, void *context, struct error *error)
{
    struct item *item = context;
    int result = db_savepoint(db, error);
    return result ? result : insert_item(db, item, error);
}

static void test_savepoints(void **state)
{
    struct house *house = *state;
    assert_int_equal(store_write(house->store, nested, NULL, false, &house->error), 0);
    assert_string_equal(house_text(house, "SELECT label FROM item"), "one");
    struct item open = {.label = "open"}, open_refused = {.label = "gone", .refuse = ERR_REFUSED}, after = {.label = "after"};
    assert_int_equal(store_write(house->store, left_open, &open, false, &house->error), 0);
    assert_int_equal(store_write(house->store, left_open, &open_refused, false, &house->error), ERR_REFUSED);
    assert_int_equal(write_item(house, &after), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 3);
}

/* --- statements --- */

static int query_in_query(struct db *db, void *context, struct error *error)
{
    static const char sql[] = "SELECT id, label FROM item ORDER BY label";
    struct rows *outer, *inner;
    int *pairs = context;
    int result = db_query(db, sql, NULL, &outer, error);
    while (!result && rows_next(outer)) { /* the same statement inside itself, to the end and broken off */
        result = db_query(db, sql, NULL, &inner, error);
        while (!result && rows_next(inner))
            ++*pairs;
        result = result ? result : rows_close(inner);
        result = result ? result : db_query(db, sql, NULL, &inner, error);
        if (!result && (!rows_next(inner) || strcmp(rows_text(inner, 1), "a") != 0))
            result = ERR_INTERNAL;
        result = result ? result : rows_close(inner);
        result = result ? result : db_run(db, "UPDATE item SET parent = :id WHERE id = :id", BIND(INT("id", rows_int(outer, 0))), error);
    }
    int closed = rows_close(outer);
    return result ? result : closed;
}

static void test_statements_inside_statements(void **state)
{
    struct house *house = *state;
    struct item items[] = {{.label = "a"}, {.label = "b"}, {.label = "c"}};
    for (size_t i = 0; i < COUNT_OF(items); i++)
        assert_int_equal(write_item(house, &items[i]), 0);
    for (int round = 0; round < 3; round++) {
        int pairs = 0;
        assert_int_equal(store_write(house->store, query_in_query, &pairs, false, &house->error), 0);
        assert_int_equal(pairs, 9);
    }
}

/* Asserting on the writer's thread would take the program down: the first wrong answer is kept instead. */
struct wrong {
    int line, got;
    const char *engine;
};

#define EXPECT(call, expected)                                                                                     \
    do {                                                                                                           \
        (void)db_savepoint(db, error);                                                                             \
        int got_ = (int)(call);                                                                                    \
        (void)db_savepoint_rollback(db, error);                                                                    \
        if (got_ != (expected) && !wrong->line)                                                                    \
            *wrong = (struct wrong){__LINE__, got_, wrong->engine};                                                \
    } while (0)

static int bad_statements(struct db *db, void *context, struct error *error)
{
    int64_t value;
    char *text;
    struct wrong *wrong = context;
    EXPECT(db_int(db, "SELECT :a", BIND(INT("b", 1)), 0, &value, error), ERR_INTERNAL); /* forgotten parameter */
    EXPECT(db_int(db, "SELECT nothing FROM nowhere", NULL, 0, &value, error), ERR_INTERNAL);
    EXPECT(db_int(db, "SELECT \"text\"", NULL, 0, &value, error), ERR_INTERNAL); /* double quotes are names */
    EXPECT(db_run(db, "ATTACH 'other.db' AS other", NULL, error), ERR_INTERNAL);
    EXPECT(db_run(db, "INSERT INTO item(id, label) VALUES (1, 2, 3)", NULL, error), ERR_INTERNAL);
    EXPECT(db_run(db, "INSERT INTO item(id, label) VALUES ('x', 'y')", NULL, error), ERR_INTERNAL); /* STRICT */
    if (!strcmp(wrong->engine, "sqlite")) /* for PostgreSQL 'x' is no number at all */
        EXPECT(db_run(db, "INSERT INTO item(id, label, parent) VALUES (1, 'y', 'x')", NULL, error), ERR_REFUSED);
    EXPECT(db_run(db, "INSERT INTO item(id, label, parent) VALUES (1, 'y', 99)", NULL, error), ERR_REFUSED);
    EXPECT(db_int(db, "SELECT id FROM item WHERE label = 'none'", NULL, 42, &value, error), 0);
    EXPECT(value, 42);
    EXPECT(db_text(db, NULL, "SELECT label FROM item WHERE label = 'none'", NULL, &text, error), 0);
    EXPECT(text == NULL, 1);
    for (int i = 0; i < 2000; i++) { /* more statements than are kept */
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT %d + :n", i);
        EXPECT(db_int(db, sql, BIND(INT("n", 1)), 0, &value, error), 0);
        EXPECT(value, i + 1);
    }
    return 0;
}

static void test_bad_statements(void **state)
{
    struct house *house = *state;
    struct wrong wrong = {.engine = store_engine(house->store)};
    assert_int_equal(store_write(house->store, bad_statements, &wrong, false, &house->error), 0);
    if (wrong.line)
        fail_msg("line %d: got %d", wrong.line, wrong.got);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 0);
}

static void test_readers_cannot_write(void **state)
{
    struct house *house = *state;
    static const char *const statements[] = {
        "INSERT INTO item(id, label) VALUES (1, 'x')", "DELETE FROM journal", "CREATE TABLE t (a)", "DROP TABLE item",
        "PRAGMA query_only = OFF", "PRAGMA user_version = 7",
    };
    struct db *db;
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        (void)db_run(db, statements[i], NULL, &house->error);
        assert_int_not_equal(db_run(db, statements[0], NULL, &house->error), 0);
    }
    db_end_read(db);
    store_release(house->store, db);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 0);
}

/* A read sees one moment, whatever is written meanwhile; the next read sees what was answered before it. */
static void test_snapshot(void **state)
{
    struct house *house = *state;
    struct item a = {.label = "a"}, b = {.label = "b"};
    struct db *db;
    int64_t count;
    assert_int_equal(write_item(house, &a), 0);
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    assert_int_equal(db_int(db, "SELECT count(*) FROM item", NULL, 0, &count, &house->error), 0);
    assert_int_equal(count, 1);
    assert_int_equal(write_item(house, &b), 0);
    assert_int_equal(db_int(db, "SELECT count(*) FROM item", NULL, 0, &count, &house->error), 0);
    assert_int_equal(count, 1);
    db_end_read(db);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    assert_int_equal(db_int(db, "SELECT count(*) FROM item", NULL, 0, &count, &house->error), 0);
    assert_int_equal(count, 2);
    db_end_read(db);
    store_release(house->store, db);
}

/* --- ids --- */

static void test_ids_increase(void **state)
{
    struct house *house = *state;
    int64_t last = 0;
    for (int i = 0; i < 50; i++) {
        char label[16];
        snprintf(label, sizeof label, "%d", i);
        struct item item = {.label = label};
        assert_int_equal(write_item(house, &item), 0);
        assert_true(item.id > last);
        last = item.id;
        if (i % 10 == 5) {
            house_shut(house);
            house_reopen(house);
        }
    }
    /* A clock that was ten years ahead when the last id was made: the next ones still come after it. */
    int64_t ahead = (date_now() + 10LL * 365 * 86400000) << 22;
    house_tamper(house, arena_printf(house->arena, "UPDATE store_counter SET value = %lld WHERE name = 'id'", (long long)ahead));
    struct item after = {.label = "after"}, later = {.label = "later"};
    assert_int_equal(write_item(house, &after), 0);
    assert_int_equal(write_item(house, &later), 0);
    assert_true(after.id > ahead && later.id > after.id);
}

static void test_ids_of_two_writers(void **state)
{
    struct house *house = *state;
    struct store *other;
    int64_t last = 0;
    assert_int_equal(store_open(house->path, 0, &other, &house->error), 0); /* as a second program would */
    for (int i = 0; i < 100; i++) {
        char label[16];
        snprintf(label, sizeof label, "%d", i);
        struct item item = {.label = label};
        assert_int_equal(store_write(i % 2 ? other : house->store, insert_item, &item, false, &house->error), 0);
        assert_true(item.id > last);
        last = item.id;
    }
    store_close(other);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), 100);
}

static int many_ids(struct db *db, void *context, struct error *error)
{
    int64_t *last = context;
    (void)error;
    for (int i = 0; i < 10000; i++) { /* more in one millisecond than its counter holds */
        int64_t id = db_next_id(db);
        if (id <= *last)
            return ERR_INTERNAL;
        *last = id;
    }
    return 0;
}

static void test_ids_of_a_burst(void **state)
{
    struct house *house = *state;
    int64_t last = 0;
    assert_int_equal(store_write(house->store, many_ids, &last, false, &house->error), 0);
    assert_int_equal(store_write(house->store, many_ids, &last, false, &house->error), 0);
}

/* --- migrations --- */

static void test_migrations(void **state)
{
    struct house *house = *state;
    static const char two[] = "-- version: 1\nCREATE TABLE thing ( -- t\n id INTEGER PRIMARY KEY NOT NULL -- [internal]\n) STRICT;\n"
                              "-- version: 2\nALTER TABLE thing ADD COLUMN name TEXT NOT NULL DEFAULT 'new';\n"
                              "CREATE TABLE more ( -- m\n id INTEGER PRIMARY KEY NOT NULL -- [internal]\n) STRICT;\n"
                              "-- immutable: more\n";
    static const char broken[] = "-- version: 1\nCREATE TABLE thing ( -- t\n id INTEGER PRIMARY KEY NOT NULL -- [internal]\n) STRICT;\n"
                                 "-- version: 2\nALTER TABLE thing ADD COLUMN name TEXT NOT NULL DEFAULT 'new';\n"
                                 "-- version: 3\nCREATE TABLE third ( -- t\n id INTEGER PRIMARY KEY NOT NULL -- [internal]\n) STRICT;\n"
                                 "ALTER TABLE nothing ADD COLUMN name TEXT;\n";
    struct error *error = &house->error;
    char *one = arena_strdup(house->arena, two);
    *strstr(one, "-- version: 2") = 0;
    assert_int_equal(store_migrate(house->store, "thing", one, error), 0);
    house_tamper(house, "INSERT INTO thing(id) VALUES (1)");
    assert_int_equal(store_migrate(house->store, "thing", one, error), 0); /* again: nothing to do */
    assert_int_equal(store_migrate(house->store, "thing", two, error), 0);
    assert_int_equal(store_migrate(house->store, "thing", two, error), 0);
    assert_string_equal(house_text(house, "SELECT name FROM thing"), "new");
    assert_int_equal(house_int(house, "SELECT version FROM store_version WHERE subject = 'thing'"), 2);
    assert_int_equal(store_migrate(house->store, "thing", one, error), ERR_REFUSED); /* a newer database */
    assert_int_not_equal(store_migrate(house->store, "thing", broken, error), 0); /* half a version leaves nothing */
    assert_int_equal(house_int(house, "SELECT version FROM store_version WHERE subject = 'thing'"), 2);
    assert_int_equal(house_int(house, house->on_server ? "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'third'"
                                                       : "SELECT count(*) FROM sqlite_schema WHERE name = 'third'"), 0);
    house_tamper(house, "UPDATE store_version SET version = 99 WHERE subject = 'kernel'");
    house_shut(house);
    assert_int_equal(store_open(house->path, 0, &house->store, error), 0);
    assert_int_equal(app_open(house->subjects, house->store, &house->app, error), 0);
    assert_int_equal(app_migrate(house->app, error), ERR_REFUSED);
    assert_non_null(strstr(error->message, "newer"));
}

static void test_schema_labels(void **state)
{
    struct house *house = *state;
    struct schema schema;
    assert_int_equal(schema_parse(house->arena, item_schema, &schema, &house->error), 0);
    assert_int_equal(schema.step_count, 2);
    assert_int_equal(schema.column_count, 3);
    assert_string_equal(schema.columns[1].name, "label");
    assert_string_equal(schema.columns[1].type, "TEXT");
    assert_int_equal(schema.columns[1].label, LABEL_PUBLIC);
    assert_int_equal(schema_parse(house->arena, "CREATE TABLE x (\n id INTEGER", &schema, &house->error), ERR_INTERNAL);
}

static void test_immutable(void **state)
{
    struct house *house = *state;
    sqlite3 *handle;
    struct item item = {.label = "a"};
    struct journal_row row = {"me", "test", "done", "{}"};
    (void)item;
    assert_int_equal(store_write(house->store, (int (*)(struct db *, void *, struct error *))journal_append, &row, false, &house->error), 0);
    static const char *const statements[] = {"UPDATE journal SET actor = 'you'", "DELETE FROM journal", "TRUNCATE journal"};
    for (size_t i = 0; house->on_server && i < COUNT_OF(statements); i++) { /* even with the database's own tools */
        char answer[6];
        server_try(house->path, statements[i], answer);
        assert_string_equal(answer, "23001");
    }
    if (!house->on_server) {
        assert_int_equal(sqlite3_open(house->path, &handle), SQLITE_OK); /* even with the file in hand */
        assert_int_equal(sqlite3_exec(handle, statements[0], NULL, NULL, NULL), SQLITE_CONSTRAINT);
        assert_int_equal(sqlite3_exec(handle, statements[1], NULL, NULL, NULL), SQLITE_CONSTRAINT);
        sqlite3_close(handle);
    }
    assert_string_equal(house_text(house, "SELECT actor FROM journal WHERE seq = 1"), "me");
}

/* --- search --- */

static int put_words(struct db *db, void *context, struct error *error)
{
    static const char *const texts[] = {"evreux cantine du nord", "rouen cantine", "and or not near"};
    (void)context;
    for (int i = 0; i < 3; i++) {
        int result = db_search_put(db, "item", i + 1, texts[i], error);
        if (result)
            return result;
    }
    return db_search_remove(db, "item", 2, texts[1], error);
}

static int64_t found(struct house *house, const char *typed)
{
    struct db *db;
    int64_t count = 0;
    char *words = store_search_words(house->store, house->arena, typed);
    if (!words)
        return -1;
    char *condition = store_search_condition(house->store, house->arena, "item", "v.id", "q");
    const char *sql = arena_printf(house->arena,
                                   "SELECT count(*) FROM (SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3) AS v WHERE %s", condition);
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    assert_int_equal(db_int(db, sql, BIND(TEXT("q", words)), 0, &count, &house->error), 0);
    db_end_read(db);
    store_release(house->store, db);
    return count;
}

static void test_search(void **state)
{
    struct house *house = *state;
    assert_int_equal(store_write(house->store, put_words, NULL, false, &house->error), 0);
    assert_int_equal(found(house, "Évreux"), 1);
    assert_int_equal(found(house, "CANT"), 1); /* the second was removed */
    assert_int_equal(found(house, "nord évr"), 1);
    assert_int_equal(found(house, "rouen"), 0);
    assert_int_equal(found(house, "reux"), 0); /* words match from their beginning */
    assert_int_equal(found(house, "…!"), -1);
    /* what would be syntax in the engine is words here */
    static const char *const typed[] = {"evreux OR rouen", "NOT evreux", "evreux NEAR nord zzz", "words:evreux", "evr*x",
                                        "\"evreux", "evreux\" OR \"rouen", "(evreux", "-nord", "^evreux AND zzz", "{evreux}", "';--"};
    static const int64_t expected[] = {0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, -1};
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        if (found(house, typed[i]) != expected[i])
            fail_msg("%s finds %lld", typed[i], (long long)found(house, typed[i]));
}

/* --- backup --- */

static void test_backup_and_restore(void **state)
{
    struct house *house = *state;
    house_needs_file("a server is copied with its own tools");
    struct item a = {.label = "a"}, b = {.label = "b"};
    char *copy = arena_printf(house->arena, "%s/copy.db", house->folder);
    char *junk = arena_printf(house->arena, "%s/no/such/folder.db", house->folder);
    assert_int_equal(write_item(house, &a), 0);
    assert_int_equal(store_backup(house->store, copy, &house->error), 0);
    assert_int_equal(write_item(house, &b), 0);
    assert_int_not_equal(store_backup(house->store, junk, &house->error), 0);
    assert_int_not_equal(access(arena_printf(house->arena, "%s-wal", copy), F_OK), 0); /* the copy stands alone */
    struct store *other;
    assert_int_equal(store_open(copy, 0, &other, &house->error), 0);
    assert_int_equal(store_check(other, &house->error), 0);
    char *restored = arena_printf(house->arena, "%s/restored.db", house->folder);
    assert_int_equal(store_backup(other, restored, &house->error), 0);
    store_close(other);
    house_shut(house);
    unlink(house->path);
    assert_int_equal(rename(restored, house->path), 0);
    house_reopen(house);
    assert_string_equal(house_text(house, "SELECT label FROM item"), "a");
    unlink(copy);
}

static void test_files_that_are_no_database(void **state)
{
    struct house *house = *state;
    struct store *other;
    char *path = arena_printf(house->arena, "%s/junk.db", house->folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 10000; i++)
        fputs("this is no database ", file);
    fclose(file);
    assert_int_not_equal(store_open(path, 0, &other, &house->error), 0);
    assert_string_equal(house->error.field, "db");
    unlink(path);
    assert_int_not_equal(store_open(house->folder, 0, &other, &house->error), 0);
    assert_int_not_equal(store_open("/nonexistent/x.db", 0, &other, &house->error), 0);
}

int main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        HOUSE(test_group_commit),
        HOUSE(test_refused_task_leaves_nothing),
        HOUSE(test_savepoints),
        HOUSE(test_statements_inside_statements),
        HOUSE(test_bad_statements),
        HOUSE(test_readers_cannot_write),
        HOUSE(test_snapshot),
        HOUSE(test_ids_increase),
        HOUSE(test_ids_of_two_writers),
        HOUSE(test_ids_of_a_burst),
        HOUSE(test_migrations),
        HOUSE(test_schema_labels),
        HOUSE(test_immutable),
        HOUSE(test_search),
        HOUSE(test_backup_and_restore),
        HOUSE(test_files_that_are_no_database),
    };
    fault_register();
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
