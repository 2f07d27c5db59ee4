/* Detention regimes, as each establishment tells them apart: codes and names of its own, no cause. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "establishments/establishments.h"
#include "kernel/app.h"
#include "people/internal.h"

static const char common_code[] = "commun"; /* kept as "": of everybody of whom nothing else is said */

const char *regime_shown(const char *code)
{
    return *code ? code : common_code;
}

/* "Portes ouvertes" -> "portes-ouvertes", "commun" -> "" */
static const char *read_code(struct arena *arena, const char *typed)
{
    char *code = text_fold(arena, typed);
    for (char *p = code; *p; p++)
        if (*p == ' ')
            *p = '-';
    return strcmp(code, common_code) != 0 ? code : "";
}

int regime_find(struct db *db, struct arena *arena, int64_t establishment, const char *typed, const char **ret_code,
                struct error *error)
{
    int64_t known = 0;
    *ret_code = read_code(arena, typed);
    int result = !**ret_code ? 0
                             : db_int(db, "SELECT 1 FROM regime WHERE establishment_id = :establishment AND code = :code",
                                      BIND(INT("establishment", establishment), TEXT("code", *ret_code)), 0, &known, error);
    if (!result && **ret_code && !known)
        return error_set(error, ERR_REFUSED, "regime", N_("There is no regime {0} in this establishment: declare it first, or write another."),
                         typed, NULL);
    return result;
}

int stay_regime_on(struct db *db, struct arena *arena, int64_t stay, const char *on, const char **ret_code, struct error *error)
{
    char *code = NULL;
    int result = db_text(db, arena,
                         "SELECT regime FROM stay_event WHERE stay_id = :stay AND kind = 'regime' AND event_on <= :on "
                         "ORDER BY event_on DESC, id DESC LIMIT 1",
                         BIND(INT("stay", stay), TEXT("on", on)), &code, error);
    *ret_code = code ? code : "";
    return result;
}

int regime_declare(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    const char *code = read_code(ctx->arena, tree_text(args, "regime")), *name = tree_text(args, "name");
    char *known = NULL;
    int status = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!status && !*code && strcmp(text_fold(ctx->arena, tree_text(args, "regime")), common_code) != 0)
        return error_set(ctx->error, ERR_INVALID, "regime", N_("A code has letters or digits, such as portes-ouvertes."), NULL);
    if (!status)
        status = db_text(ctx->db, ctx->arena, "SELECT name FROM regime WHERE establishment_id = :establishment AND code = :code",
                         BIND(INT("establishment", at.id), TEXT("code", code)), &known, ctx->error);
    if (status)
        return status;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "regime", regime_shown(code));
    tree_set_text(ctx->arena, result, "outcome", !known ? "new" : !strcmp(known, name) ? "same" : "changed");
    return db_run(ctx->db,
                  "INSERT INTO regime(id, establishment_id, establishment, code, name) VALUES (:id, :establishment_id, :establishment, :code, :name) "
                  "ON CONFLICT(establishment_id, code) DO UPDATE SET name = excluded.name",
                  BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", at.id), TEXT("establishment", at.ref), TEXT("code", code),
                       TEXT("name", name)),
                  ctx->error);
}
