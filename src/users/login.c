/* Coming in, going out, changing one's own password. What is dear (argon2) runs on a worker, never on the writer. */
#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "users/internal.h"

static const int64_t SESSION_MS = 24 * 3600000LL;

/* --- login --- */

/* One answer for an unknown name, a wrong password, a closed and a locked account: it says nothing about who exists. */
static int refuse_login(struct error *error)
{
    return error_set(error, ERR_LOGIN, "password",
                     N_("The name or the password is wrong. After five wrong ones you must wait: a minute, then longer."),
                     NULL);
}

/* The journal must not keep what may be a password typed into the wrong box. */
static void hide_unknown_name(struct tree *args)
{
    for (struct tree *member = args->first; member; member = member->next)
        if (!strcmp(member->name, "name"))
            member->text = "…";
}

int user_login_prepare(struct ctx *ctx, struct tree *args)
{
    const char *name = tree_text(args, "name");
    struct attempt attempt = {
        .app = ctx->app, .actor = "public", .folded = text_fold(ctx->arena, name), .shown = name};
    int result = attempt_count(&attempt, ctx->error);
    if (result)
        return result;
    bool fits = password_fits(attempt.open ? attempt.hash : NULL, tree_text(args, "password"));
    password_wipe(args, "password");
    if (!attempt.known)
        hide_unknown_name(args);
    if (fits) {
        tree_set_int(ctx->arena, args, "verified_user", attempt.id);
        tree_set_text(ctx->arena, args, "verified_hash", arena_strdup(ctx->arena, attempt.hash));
    }
    sodium_memzero(attempt.hash, sizeof attempt.hash);
    return 0;
}

/* The user as it was verified: false when the password was changed or the account closed meanwhile. */
static int read_verified(struct ctx *ctx, int64_t user, const char *hash, bool *ret_found, bool *ret_must_change,
                         const char **ret_name)
{
    struct rows *rows;
    int result = db_query(ctx->db,
                          "SELECT name, must_change FROM app_user "
                          "WHERE id = :id AND password_hash = :hash AND active = 1",
                          BIND(INT("id", user), TEXT("hash", hash)), &rows, ctx->error);
    if (result)
        return result;
    if ((*ret_found = rows_next(rows))) {
        *ret_name = arena_strdup(ctx->arena, rows_text(rows, 0));
        *ret_must_change = rows_int(rows, 1) != 0;
    }
    return rows_close(rows);
}

/* A new token at each login, and the end of the session it replaces: a planted one leads nowhere. */
static int open_session(struct ctx *ctx, int64_t user, char ret_token[USERS_TOKEN_BYTES],
                        char ret_csrf[USERS_CSRF_BYTES])
{
    char hash[HASH_TEXT];
    session_random(ret_token);
    session_random(ret_csrf);
    session_hash(ret_token, hash);
    int result = db_run(ctx->db, "DELETE FROM user_session WHERE expires < :now OR id = :replaced",
                        BIND(INT("now", ctx->now_ms), INT("replaced", ctx->session->login)), ctx->error);
    if (result)
        return result;
    result = db_run(ctx->db,
                    "INSERT INTO user_session(id, token_hash, user_id, csrf, created, expires, last_seen) "
                    "VALUES (:id, :token_hash, :user_id, :csrf, :now, :expires, :now)",
                    BIND(INT("id", db_next_id(ctx->db)), TEXT("token_hash", hash), INT("user_id", user),
                         TEXT("csrf", ret_csrf), INT("now", ctx->now_ms), INT("expires", ctx->now_ms + SESSION_MS)),
                    ctx->error);
    if (result)
        return result;
    return db_run(ctx->db, "UPDATE app_user SET failed = 0, locked_until = 0, last_login = :now WHERE id = :id",
                  BIND(INT("now", ctx->now_ms), INT("id", user)), ctx->error);
}

int user_login(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t user = tree_int(args, "verified_user", 0);
    bool found = false, must_change = false;
    const char *name = "";
    char token[USERS_TOKEN_BYTES], csrf[USERS_CSRF_BYTES];
    if (!user)
        return refuse_login(ctx->error);
    int code = read_verified(ctx, user, tree_text(args, "verified_hash"), &found, &must_change, &name);
    if (code)
        return code;
    if (!found)
        return refuse_login(ctx->error);
    code = open_session(ctx, user, token, csrf);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "token", arena_strdup(ctx->arena, token));
    tree_set_text(ctx->arena, result, "csrf", arena_strdup(ctx->arena, csrf));
    tree_set_bool(ctx->arena, result, "must_change", must_change);
    tree_set_text(ctx->arena, result, "name", name);
    sodium_memzero(token, sizeof token);
    return 0;
}

/* --- logout --- */

int user_logout(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const struct session *session = ctx->session;
    const char *token = tree_text(args, "token");
    char hash[HASH_TEXT];
    int code;
    if (token) {
        session_hash(token, hash);
        code = db_run(ctx->db, "DELETE FROM user_session WHERE token_hash = :hash", BIND(TEXT("hash", hash)), ctx->error);
    } else if (tree_int(args, "everywhere", 0))
        code = session_close_all(ctx->db, session->user, 0, ctx->error);
    else
        code = db_run(ctx->db, "DELETE FROM user_session WHERE id = :id AND user_id = :user",
                      BIND(INT("id", tree_int(args, "session", session->login)), INT("user", session->user)), ctx->error);
    tree_set_int(ctx->arena, result, "sessions_closed", code ? 0 : db_changes(ctx->db));
    return code;
}

/* --- one's own password --- */

int user_password_prepare(struct ctx *ctx, struct tree *args)
{
    const char *old = tree_text(args, "old_password"), *new = tree_text(args, "new_password");
    char hash[PASSWORD_HASH_BYTES];
    if (!ctx->session->user)
        return error_set(ctx->error, ERR_LOGIN, "", N_("Log in first."), NULL);
    if (!strcmp(old, new))
        return error_set(ctx->error, ERR_INVALID, "new_password", N_("Choose another password than the old one."), NULL);
    struct attempt attempt = {
        .app = ctx->app, .actor = ctx->session->name, .user = ctx->session->user, .shown = ctx->session->name};
    int result = attempt_count(&attempt, ctx->error);
    if (result)
        return result;
    if (password_fits(attempt.open ? attempt.hash : NULL, old)) {
        result = password_hash(new, hash, ctx->error);
        tree_set_text(ctx->arena, args, "verified_hash", arena_strdup(ctx->arena, attempt.hash));
        tree_set_text(ctx->arena, args, "new_hash", arena_strdup(ctx->arena, result ? "" : hash));
    }
    password_wipe(args, "old_password");
    password_wipe(args, "new_password");
    return result;
}

int user_password(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *verified = tree_text(args, "verified_hash");
    if (!verified)
        return error_set(ctx->error, ERR_REFUSED, "old_password",
                         N_("This is not your password. After five wrong ones you must wait: a minute, then longer."),
                         NULL);
    int code = db_run(ctx->db,
                      "UPDATE app_user SET password_hash = :new_hash, must_change = 0, failed = 0, locked_until = 0 "
                      "WHERE id = :id AND password_hash = :verified AND active = 1",
                      BIND(TEXT("new_hash", tree_text(args, "new_hash")), INT("id", ctx->session->user),
                           TEXT("verified", verified)),
                      ctx->error);
    if (code)
        return code;
    if (!db_changes(ctx->db))
        return error_set(ctx->error, ERR_REFUSED, "old_password", N_("This password was changed in the meantime."), NULL);
    code = session_close_all(ctx->db, ctx->session->user, ctx->session->login, ctx->error);
    tree_set_text(ctx->arena, result, "name", ctx->session->name);
    return code;
}
