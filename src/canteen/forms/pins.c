/* PINs of persons: made by chance, kept as a hash, given in a sealed slip, locked after wrong tries.
 *
 * Six digits are a million: a hash of them alone is searched in minutes. What is hashed with argon2id is the PIN's hash under
 * the site's key, which is outside the database; and an attempt counts before it is verified, so that many at once cannot
 * outrun the lock. Until its slip is printed the PIN waits sealed with the person's own key; then nobody can read it again. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "canteen/forms/internal.h"
#include "kernel/action.h"
#include "users/users.h"

enum { FREE_TRIES = 5, LOCK_FIRST_MS = 60 * 1000, LOCK_LONGEST_MS = 60 * 60 * 1000, BATCH = 25 };

static void pin_random(char ret_pin[PIN_BYTES])
{
    do
        snprintf(ret_pin, PIN_BYTES, "%06u", (unsigned)randombytes_uniform(1000000));
    while (strspn(ret_pin, (char[]){ret_pin[0], 0}) == PIN_BYTES - 1 || !strcmp(ret_pin, "123456") || !strcmp(ret_pin, "654321"));
}

static int pin_keyed(struct app *app, const char *reference, const char *pin, char ret_hash[SEAL_HASH_BYTES], struct error *error)
{
    char text[PERSON_REFERENCE_BYTES + 1 + 64];
    snprintf(text, sizeof text, "%.8s %.40s", reference, pin);
    int result = person_keyed(app, "pin", text, ret_hash, error);
    sodium_memzero(text, sizeof text);
    return result;
}

/* --- making --- */

struct made {
    int64_t person;
    const char *reference;
    char hash[PASSWORD_HASH_BYTES];
    const char *sealed; /* hexadecimal */
};

struct making {
    struct ctx *ctx;
    int64_t establishment;
    struct made made[BATCH];
    int count;
};

static int make_one(struct ctx *ctx, const struct stay *stay, struct made *ret_made)
{
    char pin[PIN_BYTES], keyed[SEAL_HASH_BYTES];
    const void *sealed = NULL;
    size_t length = 0;
    pin_random(pin);
    ret_made->person = stay->person;
    ret_made->reference = stay->reference;
    int result = pin_keyed(ctx->app, stay->reference, pin, keyed, ctx->error);
    if (!result)
        result = password_hash(keyed, ret_made->hash, ctx->error);
    if (!result)
        result = person_seal(ctx->app, ctx->arena, stay->person, pin, &sealed, &length, ctx->error);
    sodium_memzero(pin, sizeof pin);
    if (result)
        return result;
    char *hex = arena_alloc(ctx->arena, length * 2 + 1);
    ret_made->sealed = sodium_bin2hex(hex, length * 2 + 1, sealed, length);
    return 0;
}

/* A new PIN ends the lock, and whoever is in with the old one. */
static int keep_one(struct ctx *ctx, struct db *db, int64_t establishment, const struct made *made, struct error *error)
{
    int result = db_run(db,
                        "INSERT INTO canteen_pin(person_id, establishment_id, reference, hash, sealed, failed, locked_until, made_on, author, at) "
                        "VALUES (:person, :establishment, :reference, :hash, :sealed, 0, 0, :today, :author, :at) ON CONFLICT (person_id) DO "
                        "UPDATE SET establishment_id = excluded.establishment_id, hash = excluded.hash, sealed = excluded.sealed, failed = 0, "
                        "locked_until = 0, made_on = excluded.made_on, author = excluded.author, at = excluded.at",
                        BIND(INT("person", made->person), INT("establishment", establishment), TEXT("reference", made->reference),
                             TEXT("hash", made->hash), TEXT("sealed", made->sealed), TEXT("today", ctx->today),
                             TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                        error);
    return result ? result : db_run(db, "DELETE FROM canteen_tablet WHERE person_id = :person", BIND(INT("person", made->person)), error);
}

static int keep_batch(struct db *db, void *context, struct error *error)
{
    struct making *making = context;
    int result = 0;
    for (int i = 0; i < making->count && !result; i++)
        result = keep_one(making->ctx, db, making->establishment, &making->made[i], error);
    return result;
}

struct pin_list {
    struct stay *stays;
    size_t count;
    bool *has;
    struct establishment at;
};

static int read_list(struct ctx *ctx, struct db *db, const struct tree *args, struct pin_list *list)
{
    int64_t has;
    int result = establishment_asked(ctx, db, args, &list->at, ctx->error);
    if (!result)
        result = stays_here(db, ctx->arena, list->at.id, &list->stays, &list->count, ctx->error);
    list->has = ARENA_ARRAY(ctx->arena, bool, list->count + 1);
    for (size_t i = 0; i < list->count && !result; i++) {
        result = db_int(db, "SELECT 1 FROM canteen_pin WHERE person_id = :person AND establishment_id = :establishment",
                        BIND(INT("person", list->stays[i].person), INT("establishment", list->at.id)), 0, &has, ctx->error);
        list->has[i] = has != 0;
    }
    return result;
}

static int with_reader(struct ctx *ctx, const struct tree *args, void *out,
                       int (*run)(struct ctx *ctx, struct db *db, const struct tree *args, void *out))
{
    struct db *db;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = run(ctx, db, args, out);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    return result;
}

static int read_list_of(struct ctx *ctx, struct db *db, const struct tree *args, void *out)
{
    return read_list(ctx, db, args, out);
}

/* A job: each PIN costs its argon2, one at a time. Those who have one keep it, unless all are to be renewed. */
int pin_make(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *wing = tree_text(args, "wing");
    bool renew = tree_true(tree_get(args, "renew"));
    struct pin_list list = {0};
    int64_t made = 0, same = 0;
    int code = with_reader(ctx, args, &list, read_list_of);
    struct making making = {.ctx = ctx, .establishment = list.at.id};
    for (size_t i = 0; i < list.count && !code && !job_stopping(ctx->job); i++) {
        bool asked = (!wing || !*wing || text_is(wing, list.stays[i].wing)) && !text_is(list.stays[i].state, "left");
        if (asked && (renew || !list.has[i])) {
            code = make_one(ctx, &list.stays[i], &making.made[making.count]);
            making.count += !code;
            made += !code;
        } else {
            same += asked;
        }
        if (!code && making.count == BATCH) {
            code = ctx_write(ctx, keep_batch, &making);
            making.count = 0;
        }
        job_progress(ctx->job, (int64_t)i + 1, (int64_t)list.count);
    }
    if (!code && making.count)
        code = ctx_write(ctx, keep_batch, &making);
    sodium_memzero(&making, sizeof making);
    tree_set_int(ctx->arena, result, "new", made);
    tree_set_int(ctx->arena, result, "same", same);
    return code;
}

/* --- for one person: forgotten, seen by others, locked --- */

static int prepare_reset(struct ctx *ctx, struct db *db, const struct tree *args, void *out)
{
    struct establishment at;
    struct stay stay;
    struct making *making = out;
    int result = establishment_asked(ctx, db, args, &at, ctx->error);
    if (!result)
        result = stay_find(ctx->app, db, ctx->arena, at.id, tree_text(args, "whom"), &stay, ctx->error);
    if (!result && text_is(stay.state, "left"))
        return error_set(ctx->error, ERR_REFUSED, "whom", N_("This person left on {0}."), stay.left_on, NULL);
    making->establishment = at.id;
    return result ? result : make_one(ctx, &stay, &making->made[0]);
}

int pin_reset_prepare(struct ctx *ctx, struct tree *args)
{
    struct making *making = ARENA_NEW(ctx->arena, struct making);
    int result = person_prepare(ctx, args);
    if (!result)
        result = with_reader(ctx, args, making, prepare_reset);
    if (result)
        return result;
    const struct made *made = &making->made[0];
    tree_set_int(ctx->arena, args, "made_person", made->person);
    tree_set_int(ctx->arena, args, "made_at", making->establishment);
    tree_set_text(ctx->arena, args, "made_reference", made->reference);
    tree_set_text(ctx->arena, args, "made_hash", made->hash);
    tree_set_text(ctx->arena, args, "made_sealed", made->sealed);
    return 0;
}

int pin_reset(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct made made = {.person = tree_int(args, "made_person", 0), .reference = tree_text(args, "made_reference"), .sealed = tree_text(args, "made_sealed")};
    snprintf(made.hash, sizeof made.hash, "%s", tree_text(args, "made_hash"));
    tree_set_text(ctx->arena, result, "reference", made.reference);
    return keep_one(ctx, ctx->db, tree_int(args, "made_at", 0), &made, ctx->error);
}

/* --- trying --- */

static int64_t lock_ms(int64_t failed)
{
    int64_t lock = LOCK_FIRST_MS;
    for (int64_t i = FREE_TRIES; i < failed && lock < LOCK_LONGEST_MS; i++)
        lock *= 2;
    return lock < LOCK_LONGEST_MS ? lock : LOCK_LONGEST_MS;
}

struct trying {
    struct app *app;
    const char *reference;
    int64_t person;
    bool open;
    char hash[PASSWORD_HASH_BYTES];
};

static int journal_lock(struct db *db, const struct trying *trying, int64_t failed, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct journal_row row = {
        "tablet", "tablet login",
        arena_printf(arena, "locked for %" PRId64 " s from try %" PRId64 " on, unless it is the good one", lock_ms(failed) / 1000, failed),
        arena_printf(arena, "{\"whom\":\"%s\"}", trying->reference)};
    return journal_append(db, &row, error);
}

static int count_try(struct db *db, void *context, struct error *error)
{
    struct trying *trying = context;
    struct rows *rows;
    int64_t failed = 0, left_ms = 0, now = date_now();
    trying->open = false;
    trying->person = 0;
    /* the row is taken first: tries at the same time follow each other */
    int result = db_run(db, "UPDATE canteen_pin SET at = at WHERE reference = :reference", BIND(TEXT("reference", trying->reference)), error);
    if (!result)
        result = db_query(db,
                          "SELECT p.person_id, p.hash, p.failed, p.locked_until FROM canteen_pin p JOIN stay s ON s.person_id = p.person_id AND "
                          "s.establishment_id = p.establishment_id WHERE p.reference = :reference AND s.here = 1",
                          BIND(TEXT("reference", trying->reference)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        trying->person = rows_int(rows, 0);
        snprintf(trying->hash, sizeof trying->hash, "%s", rows_text(rows, 1));
        failed = rows_int(rows, 2) + 1;
        left_ms = rows_int(rows, 3) - now;
    }
    result = rows_close(rows);
    if (result || !trying->person || (left_ms > 0 && left_ms <= LOCK_LONGEST_MS))
        return result;
    trying->open = true;
    bool lock = failed >= FREE_TRIES;
    result = db_run(db, "UPDATE canteen_pin SET failed = :failed, locked_until = :until WHERE person_id = :person",
                    BIND(INT("failed", failed), INT("until", lock ? now + lock_ms(failed) : 0), INT("person", trying->person)), error);
    return result || !lock ? result : journal_lock(db, trying, failed, error);
}

int pin_try(struct app *app, const char *reference, const char *pin, int64_t *ret_person, const char **ret_hash, struct arena *arena,
            struct error *error)
{
    struct trying trying = {.app = app, .reference = reference};
    char keyed[SEAL_HASH_BYTES] = "";
    int result = store_write(app->store, count_try, &trying, false, error);
    if (!result)
        result = pin_keyed(app, reference, pin, keyed, error);
    if (result)
        return result;
    bool fits = password_fits(trying.open ? trying.hash : NULL, keyed);
    *ret_person = fits ? trying.person : 0;
    *ret_hash = fits ? arena_strdup(arena, trying.hash) : "";
    sodium_memzero(&trying, sizeof trying);
    return 0;
}
