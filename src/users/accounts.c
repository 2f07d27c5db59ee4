/* Accounts as an administrator sees them: adding, roles, closing, one-time passwords. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/action.h"
#include "users/internal.h"

/* --- rows --- */

struct account {
    const char *name, *display_name, *hash;
    bool must_change;
    int64_t now_ms;
};

static int insert_account(struct db *db, struct arena *arena, const struct account *account, int64_t *ret_id,
                          struct error *error)
{
    const char *folded = text_fold(arena, account->name);
    int64_t taken = 0;
    if (!*folded)
        return error_set(error, ERR_INVALID, "name", N_("A name needs letters or digits."), NULL);
    int code = db_int(db, "SELECT id FROM app_user WHERE name_folded = :folded", BIND(TEXT("folded", folded)), 0, &taken,
                      error);
    if (code)
        return code;
    if (taken)
        return error_set(error, ERR_REFUSED, "name", N_("There is already a user {0}."), account->name, NULL);
    *ret_id = db_next_id(db);
    code = db_run(db,
                  "INSERT INTO app_user(id, name, name_folded, display_name, password_hash, roles, active, must_change, "
                  "failed, locked_until, created, last_login) VALUES (:id, :name, :folded, :display_name, :hash, '', 1, "
                  ":must_change, 0, 0, :now, 0)",
                  BIND(INT("id", *ret_id), TEXT("name", account->name), TEXT("folded", folded),
                       TEXT("display_name", account->display_name), TEXT("hash", account->hash),
                       INT("must_change", account->must_change), INT("now", account->now_ms)),
                  error);
    if (code)
        return code;
    const char *words = arena_printf(arena, "%s %s", folded, text_fold(arena, account->display_name));
    return db_search_put(db, "app_user", *ret_id, words, error);
}

/* The codes of the user's roles, kept in its row so that the list needs no other table. */
static int write_roles(struct db *db, int64_t user, struct error *error)
{
    struct rows *rows;
    _cleanup_buffer_ struct buffer roles = {0};
    int code = db_query(db, "SELECT DISTINCT role FROM user_grant WHERE user_id = :user ORDER BY role",
                        BIND(INT("user", user)), &rows, error);
    if (code)
        return code;
    while (rows_next(rows))
        buffer_printf(&roles, "%s%s", roles.length ? " " : "", rows_text(rows, 0));
    code = rows_close(rows);
    if (code)
        return code;
    return db_run(db, "UPDATE app_user SET roles = :roles WHERE id = :user",
                  BIND(TEXT("roles", buffer_string(&roles)), INT("user", user)), error);
}

static int insert_grant(struct db *db, int64_t user, const struct scope *scope, struct error *error)
{
    int64_t held = 0;
    int code = db_int(db, "SELECT count(*) FROM user_grant WHERE user_id = :user", BIND(INT("user", user)), 0, &held, error);
    if (code)
        return code;
    if (held >= GRANTS_MAX)
        return error_set(error, ERR_REFUSED, "role", N_("This user has as many roles as one can have."), NULL);
    code = db_run(db,
                  "INSERT INTO user_grant(id, user_id, role, organisation, establishment, service) VALUES (:id, :user, "
                  ":role, :organisation, :establishment, :service) "
                  "ON CONFLICT(user_id, role, organisation, establishment, service) DO NOTHING",
                  BIND(INT("id", db_next_id(db)), INT("user", user), TEXT("role", scope->role_name),
                       INT("organisation", scope->organisation), INT("establishment", scope->establishment),
                       TEXT("service", scope->service)),
                  error);
    return code ? code : write_roles(db, user, error);
}

static int delete_grant(struct db *db, int64_t user, const struct scope *scope, struct error *error)
{
    int code = db_run(db,
                      "DELETE FROM user_grant WHERE user_id = :user AND role = :role AND organisation = :organisation "
                      "AND establishment = :establishment AND service = :service",
                      BIND(INT("user", user), TEXT("role", scope->role_name), INT("organisation", scope->organisation),
                           INT("establishment", scope->establishment), TEXT("service", scope->service)),
                      error);
    if (code)
        return code;
    if (!db_changes(db))
        return error_set(error, ERR_NOT_FOUND, "role", N_("The user does not have this role with these limits."), NULL);
    return write_roles(db, user, error);
}

static int account_id(struct ctx *ctx, const struct tree *args, int64_t *ret_id)
{
    const char *name = tree_text(args, "name");
    int code = db_int(ctx->db, "SELECT id FROM app_user WHERE name_folded = :folded",
                      BIND(TEXT("folded", text_fold(ctx->arena, name))), 0, ret_id, ctx->error);
    if (!code && !*ret_id)
        code = error_set(ctx->error, ERR_NOT_FOUND, "name", N_("There is no user {0}."), name, NULL);
    return code;
}

/* After the change: somebody must be able to come in and mend what went wrong. */
static int keep_an_administrator(struct ctx *ctx)
{
    int64_t left = 0;
    int code = db_int(ctx->db,
                      "SELECT count(*) FROM user_grant g JOIN app_user u ON u.id = g.user_id "
                      "WHERE g.role = 'admin' AND u.active = 1",
                      NULL, 0, &left, ctx->error);
    if (!code && !left)
        code = error_set(ctx->error, ERR_REFUSED, "name",
                         N_("This is the last administrator: make another one first."), NULL);
    return code;
}

/* --- adding --- */

static int make_hash(struct ctx *ctx, struct tree *args, const char *password)
{
    char hash[PASSWORD_HASH_BYTES];
    int code = password_hash(password, hash, ctx->error);
    if (!code)
        tree_set_text(ctx->arena, args, "new_hash", arena_strdup(ctx->arena, hash));
    return code;
}

static int make_one_time(struct ctx *ctx, struct tree *args)
{
    char password[ONE_TIME_BYTES];
    password_one_time(password);
    int code = make_hash(ctx, args, password);
    tree_set_text(ctx->arena, args, "one_time_password", arena_strdup(ctx->arena, password));
    sodium_memzero(password, sizeof password);
    return code;
}

int user_add_prepare(struct ctx *ctx, struct tree *args)
{
    const char *password = tree_text(args, "password");
    if (!password)
        return make_one_time(ctx, args);
    int code = make_hash(ctx, args, password);
    password_wipe(args, "password");
    return code;
}

int user_add(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *name = tree_text(args, "name"), *display = tree_text(args, "display_name");
    const char *one_time = tree_text(args, "one_time_password");
    struct account account = {name, display ? display : name, tree_text(args, "new_hash"), one_time != NULL, ctx->now_ms};
    struct scope scope;
    int64_t id;
    int code = scope_read(ctx, args, &scope);
    if (!code)
        code = insert_account(ctx->db, ctx->arena, &account, &id, ctx->error);
    if (!code)
        code = insert_grant(ctx->db, id, &scope, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "name", name);
    if (one_time)
        tree_set_text(ctx->arena, result, "one_time_password", one_time);
    return 0;
}

/* --- changing --- */

int user_role(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct scope scope;
    int64_t id;
    bool revoke = tree_int(args, "revoke", 0);
    int code = account_id(ctx, args, &id);
    if (!code)
        code = scope_read(ctx, args, &scope);
    if (!code)
        code = revoke ? delete_grant(ctx->db, id, &scope, ctx->error) : insert_grant(ctx->db, id, &scope, ctx->error);
    if (!code && revoke && scope.role == ROLE_ADMIN)
        code = keep_an_administrator(ctx);
    char *roles = NULL;
    if (!code)
        code = db_text(ctx->db, ctx->arena, "SELECT roles FROM app_user WHERE id = :id", BIND(INT("id", id)), &roles,
                       ctx->error);
    tree_set_text(ctx->arena, result, "name", tree_text(args, "name"));
    tree_set_text(ctx->arena, result, "roles", roles);
    return code;
}

int user_deactivate(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t id;
    int code = account_id(ctx, args, &id);
    if (!code)
        code = db_run(ctx->db, "UPDATE app_user SET active = 0 WHERE id = :id", BIND(INT("id", id)), ctx->error);
    if (!code)
        code = session_close_all(ctx->db, id, 0, ctx->error);
    if (!code)
        code = keep_an_administrator(ctx);
    tree_set_text(ctx->arena, result, "name", tree_text(args, "name"));
    return code;
}

int user_reset_prepare(struct ctx *ctx, struct tree *args)
{
    return make_one_time(ctx, args);
}

int user_reset(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t id;
    int code = account_id(ctx, args, &id);
    if (!code)
        code = db_run(ctx->db,
                      "UPDATE app_user SET password_hash = :hash, must_change = 1, active = 1, failed = 0, "
                      "locked_until = 0 WHERE id = :id",
                      BIND(TEXT("hash", tree_text(args, "new_hash")), INT("id", id)), ctx->error);
    if (!code)
        code = session_close_all(ctx->db, id, 0, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "name", tree_text(args, "name"));
    tree_set_text(ctx->arena, result, "one_time_password", tree_text(args, "one_time_password"));
    return 0;
}

/* --- the first one --- */

struct first {
    struct app *app;
    struct account account;
};

static int insert_first(struct db *db, void *context, struct error *error)
{
    const struct first *first = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct scope scope = {.role = ROLE_ADMIN, .role_name = "admin", .service = ""};
    int64_t id;
    int code = insert_account(db, arena, &first->account, &id, error);
    if (!code)
        code = insert_grant(db, id, &scope, error);
    if (code)
        return code;
    struct tree *args = tree_map(arena);
    _cleanup_buffer_ struct buffer json = {0};
    tree_set_text(arena, args, "name", first->account.name);
    tree_set_text(arena, args, "role", "admin");
    tree_write_json(args, &json, false);
    struct journal_row row = {actor_name(first->app, &session_local, arena), "user add", "done", json.bytes};
    return journal_append(db, &row, error);
}

int users_make_administrator(struct app *app, const char *name, char *ret_password, size_t size, struct error *error)
{
    char password[ONE_TIME_BYTES], hash[PASSWORD_HASH_BYTES];
    password_one_time(password);
    int code = password_hash(password, hash, error);
    struct first first = {app, {name, name, hash, true, date_now()}};
    if (!code)
        code = store_write(app->store, insert_first, &first, false, error);
    snprintf(ret_password, size, "%s", code ? "" : password);
    sodium_memzero(password, sizeof password);
    return code;
}
