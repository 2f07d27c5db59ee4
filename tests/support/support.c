#include "support/support.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "support/server.h"

static const struct subject *const no_subjects[] = {NULL};

static void must(struct house *house, int code, const char *what)
{
    if (!code)
        return;
    char text[ERROR_TEXT_BYTES];
    error_format(&house->error, house->error.message ? house->error.message : "", text, sizeof text);
    fail_msg("%s: %s", what, text);
}

void house_reopen(struct house *house)
{
    house->error = (struct error){0};
    must(house, store_open(house->path, 0, &house->store, &house->error), "store_open");
    must(house, app_open(house->subjects, house->store, &house->app, &house->error), "app_open");
    house->app->keys = arena_printf(house->arena, "%s/keys", house->folder);
    must(house, app_migrate(house->app, &house->error), "app_migrate");
}

static const char *server(void)
{
    const char *url = getenv("MAILLON_TEST_STORE");
    return url && *url ? url : NULL;
}

/* A schema of its own, whose name no other test has. */
static void make_schema(struct house *house)
{
    static int count;
    char name[64], sql[128];
    snprintf(name, sizeof name, "t%lld_%d_%d", (long long)time(NULL), (int)getpid(), ++count);
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", name);
    server_execute(server(), sql);
    house->path = arena_printf(house->arena, "%s&options=-csearch_path%%3D%s", server(), name);
    house->on_server = true;
}

void house_open(struct house *house, const struct subject *const *subjects)
{
    const char *temporary = getenv("TMPDIR");
    *house = (struct house){.arena = arena_new(), .subjects = subjects ? subjects : no_subjects};
    snprintf(house->folder, sizeof house->folder, "%.40s/maillon-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(house->folder))
        fail_msg("no temporary folder");
    house->path = arena_printf(house->arena, "%s/test.db", house->folder);
    if (server())
        make_schema(house);
    house_reopen(house);
}

void house_shut(struct house *house)
{
    app_close(house->app);
    store_close(house->store);
    house->app = NULL;
    house->store = NULL;
}

void house_close(struct house *house)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char path[128];
    house_shut(house);
    if (house->on_server)
        server_execute(house->path, "DO $$ BEGIN EXECUTE 'DROP SCHEMA ' || current_schema() || ' CASCADE'; END $$");
    for (size_t i = 0; i < COUNT_OF(ends) && !house->on_server; i++) {
        snprintf(path, sizeof path, "%s%s", house->path, ends[i]);
        unlink(path);
    }
    static const char *const keys[] = {"keys/site", "keys/people", "keys"};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        snprintf(path, sizeof path, "%s/%s", house->folder, keys[i]);
        remove(path);
    }
    rmdir(house->folder);
    arena_free(house->arena);
}

struct session session_with(unsigned role, int64_t organisation, int64_t establishment, const char *service)
{
    struct session session = {.user = 1000 + role, .name = role_name((enum role)role), .grant_count = 1};
    session.grants[0] = (struct grant){(enum role)role, organisation, establishment, service};
    return session;
}

struct tree *json_tree(struct arena *arena, const char *json)
{
    struct tree *tree;
    struct error error = {0};
    char *copy = arena_strdup(arena, json);
    for (char *p = copy; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    if (tree_read_json(arena, copy, strlen(copy), &tree, &error))
        fail_msg("the test's JSON is not JSON: %s", copy);
    return tree;
}

char *json_of(struct arena *arena, const struct tree *tree)
{
    struct buffer json = {0};
    tree_write_json(tree, &json, false);
    char *text = arena_copy(arena, json.bytes, json.length);
    buffer_free(&json);
    return text;
}

int house_run_key(struct house *house, const struct session *session, const struct action *action, const char *json,
                  const char *key, struct tree **ret_result)
{
    struct tree *result = NULL;
    struct action_request request = {.session = session,
                                     .language = "en",
                                     .input = json ? json_tree(house->arena, json) : NULL,
                                     .idempotency_key = key};
    house->error = (struct error){0};
    int code = action_run(house->app, action, &request, house->arena, &result, &house->error);
    if (ret_result)
        *ret_result = result;
    return code;
}

int house_run(struct house *house, const struct session *session, const char *name, const char *json,
              struct tree **ret_result)
{
    const struct action *action = app_action(house->app, name);
    if (!action)
        fail_msg("there is no action %s", name);
    return house_run_key(house, session, action, json, NULL, ret_result);
}

int house_view(struct house *house, const struct session *session, const char *name, const char *json,
               struct tree **ret_answer)
{
    const struct view *view = app_view(house->app, name);
    struct view_request request = {.params = json ? json_tree(house->arena, json) : NULL};
    if (!view)
        fail_msg("there is no view %s", name);
    house->error = (struct error){0};
    return view_run(house->app, view, session, house->arena, &request, ret_answer, &house->error);
}

static struct db *begin(struct house *house)
{
    struct db *db;
    must(house, store_reader(house->store, &db, &house->error), "store_reader");
    must(house, db_begin_read(db, &house->error), "db_begin_read");
    return db;
}

int64_t house_int(struct house *house, const char *sql)
{
    int64_t value = 0;
    struct db *db = begin(house);
    int code = db_int(db, sql, NULL, -1, &value, &house->error);
    db_end_read(db);
    store_release(house->store, db);
    must(house, code, sql);
    return value;
}

char *house_text(struct house *house, const char *sql)
{
    char *text = NULL;
    struct db *db = begin(house);
    int code = db_text(db, house->arena, sql, NULL, &text, &house->error);
    db_end_read(db);
    store_release(house->store, db);
    must(house, code, sql);
    return text;
}

void house_tamper(struct house *house, const char *sql)
{
    sqlite3 *handle;
    char *why = NULL;
    if (house->on_server) { /* foreign keys and guards do not hold there either */
        const char *after = !strncmp(sql, "PRAGMA", 6) ? sql + strcspn(sql, ";") + 1 : sql;
        server_execute(house->path, arena_printf(house->arena, "SET session_replication_role = replica; %s", after));
        return;
    }
    if (sqlite3_open(house->path, &handle) || sqlite3_busy_timeout(handle, 5000) ||
        sqlite3_exec(handle, sql, NULL, NULL, &why))
        fail_msg("%s: %s", sql, why ? why : "cannot open");
    sqlite3_close(handle);
}

void house_needs_file(const char *why)
{
    if (!server())
        return;
    print_message("    not on PostgreSQL: %s\n", why);
    skip();
}

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
