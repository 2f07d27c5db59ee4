/* The tablet: a person comes in with reference and PIN, sees what is theirs and nothing else, orders, cancels. A session of
 * this kind holds one grant, of the role `detained` in one establishment, and its user is the person: every view and action
 * open to that role takes the person from there, never from what was sent. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "canteen/forms/internal.h"
#include "kernel/action.h"
#include "users/users.h"

static const int64_t IDLE_MS = 5 * 60000LL, LONGEST_MS = 60 * 60000LL, TOUCH_MS = 15000;

static void hash_token(const char *token, char ret_hash[65])
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), NULL, 0);
    sodium_bin2hex(ret_hash, 65, hash, sizeof hash);
}

static void random_hex(char ret_hex[65])
{
    unsigned char bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(ret_hex, 65, bytes, sizeof bytes);
}

/* --- coming in --- */

/* One answer for whatever was wrong: it says nothing about who is here. */
static int refuse_login(struct error *error)
{
    return error_set(error, ERR_LOGIN, "tablet_pin", N_("The reference or the PIN is wrong. After five wrong ones you must wait: a minute, then longer."), NULL);
}

static void wipe(struct tree *args, const char *name)
{
    struct tree *member = (struct tree *)tree_get(args, name);
    if (member && member->kind == TREE_TEXT) {
        sodium_memzero((char *)member->text, strlen(member->text));
        member->text = "";
    }
}

int tablet_login_prepare(struct ctx *ctx, struct tree *args)
{
    struct tree *whom = (struct tree *)tree_get(args, "whom");
    char reference[PERSON_REFERENCE_BYTES] = "";
    const char *hash = "";
    int64_t person = 0;
    bool known = person_reference_read(whom->text, reference);
    whom->text = known ? arena_strdup(ctx->arena, reference) : "…"; /* it may be anything */
    int result = pin_try(ctx->app, known ? reference : "", tree_text(args, "tablet_pin"), &person, &hash, ctx->arena, ctx->error);
    wipe(args, "tablet_pin");
    tree_set_int(ctx->arena, args, "verified_person", result ? 0 : person);
    tree_set_text(ctx->arena, args, "verified_hash", hash);
    return result;
}

static int open_session(struct ctx *ctx, int64_t person, int64_t stay, const char *token, const char *csrf)
{
    char hash[65];
    hash_token(token, hash);
    int result = db_run(ctx->db, "DELETE FROM canteen_tablet WHERE last_seen < :old OR created < :older OR person_id = :person",
                        BIND(INT("old", ctx->now_ms - IDLE_MS), INT("older", ctx->now_ms - LONGEST_MS), INT("person", person)), ctx->error);
    if (!result)
        result = db_run(ctx->db,
                        "INSERT INTO canteen_tablet(id, token_hash, person_id, stay_id, csrf, created, last_seen) VALUES (:id, :hash, :person, "
                        ":stay, :csrf, :now, :now)",
                        BIND(INT("id", db_next_id(ctx->db)), TEXT("hash", hash), INT("person", person), INT("stay", stay), TEXT("csrf", csrf),
                             INT("now", ctx->now_ms)),
                        ctx->error);
    return result ? result
                  : db_run(ctx->db, "UPDATE canteen_pin SET failed = 0, locked_until = 0 WHERE person_id = :person", BIND(INT("person", person)),
                           ctx->error);
}

int tablet_login(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t person = tree_int(args, "verified_person", 0), stay = 0;
    char token[65], csrf[65];
    if (!person)
        return refuse_login(ctx->error);
    /* as it was verified: a PIN made anew meanwhile, or a person who left, opens nothing */
    int code = db_int(ctx->db,
                      "SELECT s.id FROM canteen_pin p JOIN stay s ON s.person_id = p.person_id AND s.establishment_id = p.establishment_id "
                      "WHERE p.person_id = :person AND p.hash = :hash AND s.here = 1",
                      BIND(INT("person", person), TEXT("hash", tree_text(args, "verified_hash"))), 0, &stay, ctx->error);
    if (code)
        return code;
    if (!stay)
        return refuse_login(ctx->error);
    random_hex(token);
    random_hex(csrf);
    code = open_session(ctx, person, stay, token, csrf);
    if (!code)
        tree_set_text(ctx->arena, result, "token", arena_strdup(ctx->arena, token));
    sodium_memzero(token, sizeof token);
    return code;
}

int tablet_logout(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    tree_set_bool(ctx->arena, result, "done", true);
    return db_run(ctx->db, "DELETE FROM canteen_tablet WHERE person_id = :person", BIND(INT("person", ctx->session->user)), ctx->error);
}

/* --- the session --- */

struct touch {
    struct app *app;
    int64_t session, now_ms;
};

static int write_touch(struct db *db, void *context, struct error *error)
{
    const struct touch *touch = context;
    return db_run(db, "UPDATE canteen_tablet SET last_seen = :now WHERE id = :id AND last_seen < :now",
                  BIND(INT("now", touch->now_ms), INT("id", touch->session)), error);
}

static void run_touch(void *context)
{
    struct touch *touch = context;
    struct error ignored = {0}; /* the next request tries again */
    (void)store_write(touch->app->store, write_touch, touch, true, &ignored);
    free(touch);
}

static void touch_session(struct app *app, int64_t session, int64_t now_ms)
{
    struct touch *touch = memory_get(sizeof *touch);
    *touch = (struct touch){app, session, now_ms};
    if (!work_pool_submit(app->workers, run_touch, touch))
        free(touch);
}

struct found {
    int64_t id, person, establishment, created, last_seen;
    const char *reference;
};

static int read_session(struct db *db, struct arena *arena, const char *hash, struct found *ret_found, char ret_csrf[65], struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT t.id, t.person_id, s.establishment_id, t.created, t.last_seen, s.reference, t.csrf FROM canteen_tablet t JOIN "
                          "stay s ON s.id = t.stay_id WHERE t.token_hash = :hash AND s.here = 1",
                          BIND(TEXT("hash", hash)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        *ret_found = (struct found){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2),
                                    rows_int(rows, 3), rows_int(rows, 4), arena_strdup(arena, rows_text(rows, 5))};
        snprintf(ret_csrf, 65, "%s", rows_text(rows, 6));
    }
    return rows_close(rows);
}

int tablet_session(struct app *app, const char *token, struct arena *arena, struct session *ret_session, char ret_csrf[65], struct error *error)
{
    struct found found = {0};
    struct db *db;
    char hash[65];
    *ret_session = session_public;
    ret_csrf[0] = 0;
    if (token && strlen(token) == 64) {
        hash_token(token, hash);
        int result = store_reader(app->store, &db, error);
        if (result)
            return result;
        result = db_begin_read(db, error);
        if (!result) {
            result = read_session(db, arena, hash, &found, ret_csrf, error);
            db_end_read(db);
        }
        store_release(app->store, db);
        if (result)
            return result;
    }
    int64_t now = date_now();
    if (!found.id || now - found.last_seen >= IDLE_MS || now - found.created >= LONGEST_MS || found.created > now + TOUCH_MS) {
        ret_csrf[0] = 0;
        return error_set(error, ERR_LOGIN, "", N_("Log in first."), NULL);
    }
    if (now - found.last_seen >= TOUCH_MS)
        touch_session(app, found.id, now);
    *ret_session = (struct session){.user = found.person, .name = arena_printf(arena, "tablet:%s", found.reference), .login = found.id, .grant_count = 1};
    ret_session->grants[0] = (struct grant){.role = ROLE_DETAINED, .establishment = found.establishment, .service = "canteen"};
    return 0;
}

/* --- ordering --- */

/* The stay of whoever is in, and the cycle, both in the establishment of the grant. */
static int find_own(struct ctx *ctx, const struct tree *args, struct cycle *ret_cycle, struct stay *ret_stay)
{
    int64_t stay = 0;
    if (ctx->grant->role != ROLE_DETAINED)
        return error_set(ctx->error, ERR_FORBIDDEN, "", N_("Your role does not allow this."), NULL);
    int result = db_int(ctx->db, "SELECT id FROM stay WHERE person_id = :person AND establishment_id = :establishment AND here = 1",
                        BIND(INT("person", ctx->session->user), INT("establishment", ctx->grant->establishment)), 0, &stay, ctx->error);
    if (!result && !stay)
        return error_set(ctx->error, ERR_LOGIN, "", N_("Log in first."), NULL);
    if (!result)
        result = stay_read(ctx->db, ctx->arena, stay, ret_stay, ctx->error);
    return result ? result : cycle_find(ctx->db, ctx->arena, ctx->grant->establishment, tree_text(args, "cycle"), ret_cycle, ctx->error);
}

int tablet_order(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct order_line lines[ORDER_LINES_MAX];
    struct order_told told = {.source = "tablet", .lines = lines, .replace = tree_true(tree_get(args, "replace"))};
    const struct tree *items = tree_get(args, "items");
    struct cycle cycle;
    struct stay stay;
    struct order order;
    int code = 0;
    for (const struct tree *item = items ? items->first : NULL; item && !code && told.count < ORDER_LINES_MAX; item = item->next)
        if (!order_line_read(item->text, &lines[told.count++]))
            code = error_set(ctx->error, ERR_INVALID, "items", N_("{0} is not a line of an order: write 101x2 for two of number 101."), item->text,
                             NULL);
    if (!code)
        code = find_own(ctx, args, &cycle, &stay);
    if (!code)
        code = order_place(ctx, ctx->db, &cycle, &stay, &told, &order, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "cycle", cycle.code);
    tree_set_text(ctx->arena, result, "state", order.state);
    tree_set_int(ctx->arena, result, "total_cents", order.total_cents);
    tree_set_bool(ctx->arena, result, "before", order.before);
    order_warn(ctx, &order, result);
    return 0;
}

int tablet_cancel(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct cycle cycle;
    struct stay stay;
    int64_t order = 0;
    int code = find_own(ctx, args, &cycle, &stay);
    if (!code && (strcmp(cycle.state, "open") != 0 || strcmp(ctx->today, cycle.closes_on) > 0))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Orders of {0} are closed since {1}."), cycle.code, cycle.closes_on, NULL);
    if (!code)
        code = db_int(ctx->db,
                      "SELECT id FROM canteen_order WHERE cycle_id = :cycle AND person_id = :person AND state = 'placed' AND source <> 'standing'",
                      BIND(INT("cycle", cycle.id), INT("person", stay.person)), 0, &order, ctx->error);
    if (!code && !order)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("There is no order here that could still be cancelled."), NULL);
    if (!code)
        code = order_drop(ctx, ctx->db, order, "cancelled", "", ctx->error);
    tree_set_text(ctx->arena, result, "cycle", code ? "" : cycle.code);
    tree_set_text(ctx->arena, result, "state", "cancelled");
    return code;
}
