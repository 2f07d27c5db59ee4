/* Rules of an establishment that no text fixes, with where they stand. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/standing/internal.h"
#include "kernel/action.h"

int standing_rule_value(struct db *db, int64_t establishment, const char *kind, int64_t code, int64_t otherwise, int64_t *ret_value,
                        struct error *error)
{
    return db_int(db, "SELECT value FROM standing_rule WHERE establishment_id = :establishment AND kind = :kind AND code = :code",
                  BIND(INT("establishment", establishment), TEXT("kind", kind), INT("code", code)), otherwise, ret_value, error);
}

int standing_rule(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct product product;
    const char *kind = tree_text(args, "rule");
    bool of_product = !strcmp(kind, "hardship_free");
    int64_t code = of_product ? tree_int(args, "code", 0) : 0, value = tree_int(args, "value", 0);
    int status = standing_place(ctx, args, &at);
    if (!status && of_product)
        status = product_find(ctx->db, ctx->arena, at.id, code, &product, ctx->error);
    if (status)
        return status;
    if (of_product && value > 1)
        return error_set(ctx->error, ERR_INVALID, "value", N_("1 says that it is free, 0 that it is not."), NULL);
    if (!of_product && value < 1)
        return error_set(ctx->error, ERR_INVALID, "value", N_("This must be above zero."), NULL);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    return db_run(ctx->db,
                  "INSERT INTO standing_rule(id, establishment_id, establishment, kind, code, value, source, status, author, at) VALUES (:id, "
                  ":establishment_id, :establishment, :kind, :code, :value, :source, :status, :author, :at) ON CONFLICT(establishment_id, "
                  "kind, code) DO UPDATE SET value = excluded.value, source = excluded.source, status = excluded.status, "
                  "author = excluded.author, at = excluded.at",
                  BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", at.id), TEXT("establishment", at.ref), TEXT("kind", kind),
                       INT("code", code), INT("value", value), TEXT("source", text_tidy(ctx->arena, tree_text(args, "source"))),
                       TEXT("status", tree_text(args, "status") ? tree_text(args, "status") : "N"),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}
