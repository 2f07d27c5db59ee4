/* An attempt counts before its password is verified: many at once cannot outrun the lock. A good password puts the
 * count back to nothing. Unknown names, inactive and locked users cost the same write, so that its time says nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "users/internal.h"

enum { FREE_ATTEMPTS = 5, LOCK_FIRST_MS = 60 * 1000, LOCK_LONGEST_MS = 60 * 60 * 1000 };

static int64_t lock_ms(int64_t failed)
{
    int64_t lock = LOCK_FIRST_MS;
    for (int64_t i = FREE_ATTEMPTS; i < failed && lock < LOCK_LONGEST_MS; i++)
        lock *= 2;
    return lock < LOCK_LONGEST_MS ? lock : LOCK_LONGEST_MS;
}

static int journal_lock(struct db *db, struct attempt *attempt, int64_t failed, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer json = {0};
    struct tree *args = tree_map(arena);
    tree_set_text(arena, args, "name", attempt->shown);
    tree_write_json(args, &json, false);
    struct journal_row row = {
        attempt->actor, "user login",
        arena_printf(arena, "locked for %" PRId64 " s from attempt %" PRId64 " on, unless it is the good one",
                     lock_ms(failed) / 1000, failed),
        json.bytes};
    return journal_append(db, &row, error);
}

static int count_unknown(struct db *db, int64_t now, struct error *error)
{
    return db_run(db,
                  "INSERT INTO login_unknown(id, attempts, last_attempt) VALUES (1, 1, :now) "
                  "ON CONFLICT(id) DO UPDATE SET attempts = login_unknown.attempts + 1, last_attempt = :now",
                  BIND(INT("now", now)), error);
}

static int count_known(struct db *db, struct attempt *attempt, int64_t failed, int64_t now, struct error *error)
{
    bool lock = failed >= FREE_ATTEMPTS;
    attempt->open = true;
    int result = db_run(db, "UPDATE app_user SET failed = :failed, locked_until = :locked_until WHERE id = :id",
                        BIND(INT("failed", failed), INT("locked_until", lock ? now + lock_ms(failed) : 0),
                             INT("id", attempt->id)),
                        error);
    return result || !lock ? result : journal_lock(db, attempt, failed, error);
}

static int find(struct db *db, struct attempt *attempt, struct rows **ret_rows, struct error *error)
{
    if (attempt->folded)
        return db_query(db,
                        "SELECT id, password_hash, failed, locked_until FROM app_user "
                        "WHERE name_folded = :folded AND active = 1",
                        BIND(TEXT("folded", attempt->folded)), ret_rows, error);
    return db_query(db, "SELECT id, password_hash, failed, locked_until FROM app_user WHERE id = :id AND active = 1",
                    BIND(INT("id", attempt->user)), ret_rows, error);
}

static int count(struct db *db, void *context, struct error *error)
{
    struct attempt *attempt = context;
    struct rows *rows;
    int64_t failed = 0, left_ms = 0, now = date_now();
    attempt->known = attempt->open = false;
    int result = find(db, attempt, &rows, error);
    if (result)
        return result;
    if ((attempt->known = rows_next(rows))) {
        attempt->id = rows_int(rows, 0);
        snprintf(attempt->hash, sizeof attempt->hash, "%s", rows_text(rows, 1));
        failed = rows_int(rows, 2);
        left_ms = rows_int(rows, 3) - now;
    }
    result = rows_close(rows);
    if (result)
        return result;
    /* A lock that would last longer than any comes from a clock that was ahead. */
    bool locked = left_ms > 0 && left_ms <= LOCK_LONGEST_MS;
    if (!attempt->known || locked)
        return count_unknown(db, now, error);
    return count_known(db, attempt, failed + 1, now, error);
}

int attempt_count(struct attempt *attempt, struct error *error)
{
    return store_write(attempt->app->store, count, attempt, false, error);
}
