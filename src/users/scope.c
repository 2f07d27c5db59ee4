/* What a role is limited to: a member to its organisation, staff to an establishment, prison administration to one or
 * to all. */
#include "base/text.h"
#include "establishments/establishments.h"
#include "members/members.h"
#include "users/internal.h"

static int check(struct ctx *ctx, const struct scope *scope, bool has_organisation, bool has_establishment)
{
    bool member = scope->role == ROLE_MEMBER, staff = scope->role == ROLE_STAFF;
    if (member && !has_organisation)
        return error_set(ctx->error, ERR_INVALID, "organisation", N_("A member belongs to an organisation: give its SIRET."),
                         NULL);
    if (!member && has_organisation)
        return error_set(ctx->error, ERR_INVALID, "organisation", N_("Only a member is limited to an organisation."), NULL);
    if (staff && !has_establishment)
        return error_set(ctx->error, ERR_INVALID, "establishment",
                         N_("Staff belong to an establishment: give its reference."), NULL);
    if (!staff && scope->role != ROLE_AUTHORITY && has_establishment)
        return error_set(ctx->error, ERR_INVALID, "establishment",
                         N_("Only staff and prison administration are limited to an establishment."), NULL);
    if (!staff && *scope->service)
        return error_set(ctx->error, ERR_INVALID, "service", N_("Only staff are limited to a service."), NULL);
    return 0;
}

static int find_organisation(struct ctx *ctx, const char *siret, int64_t *ret_id)
{
    struct member member;
    int code = member_read(ctx->db, ctx->arena, siret, &member, ctx->error);
    if (code == ERR_NOT_FOUND)
        return error_set(ctx->error, ERR_NOT_FOUND, "organisation", N_("There is no organisation {0}."), siret, NULL);
    if (!code)
        *ret_id = member.id;
    return code;
}

static int find_establishment(struct ctx *ctx, const char *reference, int64_t *ret_id)
{
    struct establishment establishment;
    int code = establishment_find(ctx->db, ctx->arena, reference, &establishment, ctx->error);
    if (!code)
        *ret_id = establishment.id;
    return code;
}

int scope_read(struct ctx *ctx, const struct tree *args, struct scope *ret_scope)
{
    const char *organisation = tree_text(args, "organisation"), *establishment = tree_text(args, "establishment");
    const char *service = tree_text(args, "service");
    *ret_scope = (struct scope){.role = role_of(tree_text(args, "role")),
                                .role_name = tree_text(args, "role"),
                                .service = service ? service : ""};
    int code = check(ctx, ret_scope, organisation != NULL, establishment != NULL);
    if (!code && organisation)
        code = find_organisation(ctx, organisation, &ret_scope->organisation);
    if (!code && establishment)
        code = find_establishment(ctx, establishment, &ret_scope->establishment);
    return code;
}
