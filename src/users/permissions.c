/* Permissions: what was taken away from a role, and the table of what is declared, beside which it is shown. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "users/internal.h"

struct declared {
    const char *name, *kind;
    unsigned roles;
};

static const struct download *download_at(const struct app *app, size_t i)
{
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        for (const struct download *download = (*subject)->downloads; download && download->name; download++)
            if (!i--)
                return download;
    return NULL;
}

/* The i-th of all that is declared: actions, then views, papers, downloads. False past the last. */
static bool declared_at(const struct app *app, size_t i, struct declared *ret_declared)
{
    if (i < app->action_count) {
        *ret_declared = (struct declared){app->actions[i]->name, "action", app->actions[i]->roles};
        return true;
    }
    i -= app->action_count;
    if (i < app->view_count) {
        *ret_declared = (struct declared){app->views[i]->name, "view", app->views[i]->roles};
        return true;
    }
    i -= app->view_count;
    if (i < app->paper_count) {
        *ret_declared = (struct declared){app->papers[i]->name, "paper", app->papers[i]->roles};
        return true;
    }
    const struct download *download = download_at(app, i - app->paper_count);
    if (download)
        *ret_declared = (struct declared){download->name, "download", download->roles};
    return download != NULL;
}

static bool find_declared(const struct app *app, const char *name, struct declared *ret_declared)
{
    for (size_t i = 0; declared_at(app, i, ret_declared); i++)
        if (!strcmp(ret_declared->name, name))
            return true;
    return false;
}

/* --- setting --- */

/* Without these nobody could come in, or give back what was taken by mistake. */
static bool is_needed(unsigned role, const char *name)
{
    return (role == ROLE_ADMIN && (!strcmp(name, "permission set") || !strcmp(name, "permission.list"))) ||
           !strcmp(name, "user login") || !strcmp(name, "user password") || !strcmp(name, "user logout");
}

int permission_set(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *role = tree_text(args, "role"), *name = tree_text(args, "declaration");
    bool allowed = tree_int(args, "allowed", 0);
    struct declared declared;
    if (!find_declared(ctx->app, name, &declared))
        return error_set(ctx->error, ERR_NOT_FOUND, "declaration", N_("There is no action, view or paper {0}."), name, NULL);
    if (!(declared.roles & role_of(role)))
        return error_set(ctx->error, ERR_REFUSED, "role",
                         N_("{0} is not open to this role, and a role never gets more than is declared."), name, NULL);
    if (!allowed && is_needed(role_of(role), name))
        return error_set(ctx->error, ERR_REFUSED, "declaration", N_("{0} cannot be taken away: nobody could mend it."),
                         name, NULL);
    tree_set_text(ctx->arena, result, "role", role);
    tree_set_text(ctx->arena, result, "declaration", name);
    tree_set_bool(ctx->arena, result, "allowed", allowed);
    return db_run(ctx->db,
                  "INSERT INTO permission(role, declaration, allowed) VALUES (:role, :declaration, :allowed) "
                  "ON CONFLICT(role, declaration) DO UPDATE SET allowed = excluded.allowed",
                  BIND(TEXT("role", role), TEXT("declaration", name), INT("allowed", allowed)), ctx->error);
}

/* The change is durable; if it cannot be read now, the table as it was stays in force until the next reading. */
void permission_committed(struct app *app)
{
    struct error ignored = {0};
    (void)access_load(app, &ignored);
}

/* --- what is declared --- */

struct declarations {
    struct app *app;
    char hash[HASH_TEXT];
};

static void hash_declarations(struct declarations *all)
{
    crypto_generichash_state state;
    unsigned char hash[32];
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    struct declared declared;
    for (size_t i = 0; declared_at(all->app, i, &declared); i++) {
        crypto_generichash_update(&state, (const unsigned char *)declared.name, strlen(declared.name) + 1);
        crypto_generichash_update(&state, (const unsigned char *)declared.kind, strlen(declared.kind) + 1);
        crypto_generichash_update(&state, (const unsigned char *)&declared.roles, sizeof declared.roles);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(all->hash, sizeof all->hash, hash, sizeof hash);
}

static int insert_declared(struct db *db, const struct declared *declared, struct error *error)
{
    int code = 0;
    for (int i = 0; i < ROLE_COUNT && !code; i++)
        if (declared->roles & 1u << i)
            code = db_run(db, "INSERT INTO role_declaration(role, declaration, kind) VALUES (:role, :name, :kind)",
                          BIND(TEXT("role", role_name((enum role)(1u << i))), TEXT("name", declared->name),
                               TEXT("kind", declared->kind)),
                          error);
    return code;
}

static int write_declarations(struct db *db, void *context, struct error *error)
{
    const struct declarations *all = context;
    struct declared declared;
    int code = db_run(db, "DELETE FROM role_declaration", NULL, error);
    for (size_t i = 0; !code && declared_at(all->app, i, &declared); i++)
        code = insert_declared(db, &declared, error);
    if (code)
        return code;
    return db_run(db,
                  "INSERT INTO role_declaration_head(id, hash) VALUES (1, :hash) "
                  "ON CONFLICT(id) DO UPDATE SET hash = excluded.hash",
                  BIND(TEXT("hash", all->hash)), error);
}

static int read_head(struct app *app, struct arena *arena, char **ret_hash, struct error *error)
{
    struct db *db;
    int code = store_reader(app->store, &db, error);
    if (code)
        return code;
    code = db_begin_read(db, error);
    if (!code) {
        code = db_text(db, arena, "SELECT hash FROM role_declaration_head WHERE id = 1", NULL, ret_hash, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    return code;
}

/* Another version of the program declares other things: then, and only then, the table is written again. */
int permissions_start(struct app *app, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct declarations all = {.app = app};
    char *known = NULL;
    hash_declarations(&all);
    int code = read_head(app, arena, &known, error);
    if (code || (known && !strcmp(known, all.hash)))
        return code;
    return store_write(app->store, write_declarations, &all, false, error);
}
