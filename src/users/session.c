/* Sessions: found by the hash of their token, so that reading the database gives nobody a way in. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "users/internal.h"

static const int64_t IDLE_MS = 12 * 3600000LL, TOUCH_MS = 60000;

void session_hash(const char *token, char ret_hash[HASH_TEXT])
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), NULL, 0);
    sodium_bin2hex(ret_hash, HASH_TEXT, hash, sizeof hash);
}

void session_random(char ret_hex[USERS_TOKEN_BYTES])
{
    unsigned char bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(ret_hex, USERS_TOKEN_BYTES, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
}

int session_close_all(struct db *db, int64_t user, int64_t except, struct error *error)
{
    return db_run(db, "DELETE FROM user_session WHERE user_id = :user AND id <> :except",
                  BIND(INT("user", user), INT("except", except)), error);
}

/* Adds the grant of a row whose columns role, organisation, establishment and service begin at `column`. */
static void add_grant(struct session *session, const struct rows *rows, int column, struct arena *arena)
{
    if (rows_null(rows, column) || session->grant_count == GRANTS_MAX)
        return;
    unsigned role = role_of(rows_text(rows, column));
    const char *service = rows_text(rows, column + 3);
    if (role)
        session->grants[session->grant_count++] = (struct grant){
            .role = (enum role)role,
            .organisation = rows_int(rows, column + 1),
            .establishment = rows_int(rows, column + 2),
            .service = *service ? arena_strdup(arena, service) : NULL,
        };
}

/* --- last use --- */

struct touch {
    struct app *app;
    int64_t session, now_ms;
};

static int write_touch(struct db *db, void *context, struct error *error)
{
    const struct touch *touch = context;
    return db_run(db, "UPDATE user_session SET last_seen = :now WHERE id = :id AND last_seen < :now",
                  BIND(INT("now", touch->now_ms), INT("id", touch->session)), error);
}

static void run_touch(void *context)
{
    struct touch *touch = context;
    struct error ignored = {0}; /* the next request tries again */
    (void)store_write(touch->app->store, write_touch, touch, true, &ignored);
    atomic_store(&touch->app->touching, false);
    free(touch);
}

/* Behind all other writes, and one at a time: who finds it taken has it done at a later request. */
static void touch_session(struct app *app, int64_t session, int64_t now_ms)
{
    if (atomic_exchange(&app->touching, true))
        return;
    struct touch *touch = memory_get(sizeof *touch);
    *touch = (struct touch){app, session, now_ms};
    if (!work_pool_submit(app->workers, run_touch, touch)) {
        atomic_store(&app->touching, false);
        free(touch);
    }
}

/* --- by token --- */

struct found {
    struct arena *arena;
    struct session *session;
    char *csrf;
    int64_t created, expires, last_seen;
    bool active;
};

static int read_session(struct db *db, const char *hash, struct found *found, struct error *error)
{
    struct rows *rows;
    struct session *session = found->session;
    int result = db_query(db,
                          "SELECT s.id, s.user_id, s.csrf, s.created, s.expires, s.last_seen, u.name, u.active, "
                          "u.must_change, g.role, g.organisation, g.establishment, g.service "
                          "FROM user_session s JOIN app_user u ON u.id = s.user_id "
                          "LEFT JOIN user_grant g ON g.user_id = u.id WHERE s.token_hash = :hash",
                          BIND(TEXT("hash", hash)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (!session->login) {
            session->login = rows_int(rows, 0);
            session->user = rows_int(rows, 1);
            session->name = arena_strdup(found->arena, rows_text(rows, 6));
            session->must_change = rows_int(rows, 8) != 0;
            snprintf(found->csrf, USERS_CSRF_BYTES, "%s", rows_text(rows, 2));
            found->created = rows_int(rows, 3);
            found->expires = rows_int(rows, 4);
            found->last_seen = rows_int(rows, 5);
            found->active = rows_int(rows, 7) != 0;
        }
        if (!session->must_change)
            add_grant(session, rows, 9, found->arena);
    }
    return rows_close(rows);
}

/* A session from the future comes from a clock that was ahead: it would outlive its day. */
static bool holds(const struct found *found, int64_t now)
{
    return found->session->login && found->active && now < found->expires && now - found->last_seen < IDLE_MS &&
           found->created <= now + TOUCH_MS;
}

int users_session_by_token(struct app *app, const char *token, struct arena *arena, struct session *ret_session,
                           char ret_csrf[USERS_CSRF_BYTES], struct error *error)
{
    struct db *db;
    char hash[HASH_TEXT];
    struct found found = {.arena = arena, .session = ret_session, .csrf = ret_csrf};
    *ret_session = (struct session){0};
    ret_csrf[0] = 0;
    int result = 0;
    if (token && strlen(token) == USERS_TOKEN_BYTES - 1) {
        session_hash(token, hash);
        result = store_reader(app->store, &db, error);
        if (result)
            return result;
        result = db_begin_read(db, error);
        if (!result) {
            result = read_session(db, hash, &found, error);
            db_end_read(db);
        }
        store_release(app->store, db);
        if (result)
            return result;
    }
    int64_t now = date_now();
    if (!holds(&found, now)) {
        *ret_session = session_public;
        ret_csrf[0] = 0;
        return error_set(error, ERR_LOGIN, "", N_("Log in first."), NULL);
    }
    if (now - found.last_seen >= TOUCH_MS)
        touch_session(app, ret_session->login, now);
    return 0;
}

/* --- by name --- */

static int read_user(struct db *db, const char *folded, struct arena *arena, struct session *session,
                     struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT u.id, u.name, g.role, g.organisation, g.establishment, g.service "
                          "FROM app_user u LEFT JOIN user_grant g ON g.user_id = u.id "
                          "WHERE u.name_folded = :folded AND u.active = 1",
                          BIND(TEXT("folded", folded)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        session->user = rows_int(rows, 0);
        session->name = arena_strdup(arena, rows_text(rows, 1));
        add_grant(session, rows, 2, arena);
    }
    return rows_close(rows);
}

int users_session(struct app *app, const char *name, struct arena *arena, struct session *ret_session,
                  struct error *error)
{
    struct db *db;
    *ret_session = (struct session){0};
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = read_user(db, text_fold(arena, name), arena, ret_session, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    if (!result && !ret_session->user) {
        *ret_session = session_public;
        return error_set(error, ERR_NOT_FOUND, "as", N_("There is no user {0} who may come in."), name, NULL);
    }
    return result;
}
