/* Adding an establishment, correcting one. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "establishments/establishments.h"
#include "establishments/import.h"
#include "establishments/names.h"
#include "kernel/app.h"

static void set_text(const struct tree *args, const char *name, const char **value)
{
    const char *given = tree_text(args, name);
    if (given)
        *value = given;
}

/* The region follows the department, unless it is given: then a person has confirmed it. */
static int set_place(struct ctx *ctx, const struct tree *args, struct prison *it)
{
    const char *code = tree_text(args, "department"), *region = tree_text(args, "region");
    struct department department;
    if (code) {
        int result = department_read(ctx->db, ctx->arena, code, &department, ctx->error);
        if (result)
            return result;
        it->department = department.code;
        it->region = department.region;
        it->region_status = department.region_confirmed ? "V" : "S";
    }
    if (region) {
        it->region = region;
        it->region_status = "V";
    }
    return 0;
}

static int set_capacity(struct ctx *ctx, const struct tree *args, struct prison *it)
{
    int64_t capacity = tree_int(args, "capacity", -1);
    set_text(args, "capacity_source", &it->capacity_source);
    set_text(args, "capacity_on", &it->capacity_on);
    if (capacity < 0)
        return 0;
    it->capacity_known = true;
    it->capacity = capacity;
    if (!tree_text(args, "capacity_source"))
        return error_set(ctx->error, ERR_INVALID, "capacity_source", N_("Say where this capacity was read."), NULL);
    if (!tree_text(args, "capacity_on"))
        it->capacity_on = arena_strdup(ctx->arena, ctx->today);
    return 0;
}

static int set_fields(struct ctx *ctx, const struct tree *args, struct prison *it)
{
    set_text(args, "kind", &it->kind);
    set_text(args, "name", &it->name);
    set_text(args, "place", &it->place);
    set_text(args, "probation_service", &it->probation_service);
    set_text(args, "probation_branch", &it->probation_branch);
    set_text(args, "closed_on", &it->closed_on);
    set_text(args, "remark", &it->remark);
    int result = set_place(ctx, args, it);
    return result ? result : set_capacity(ctx, args, it);
}

int establishment_change(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment found;
    struct prison stored, it;
    bool there;
    int code = establishment_find(ctx->db, ctx->arena, tree_text(args, "ref"), &found, ctx->error);
    if (!code)
        code = prison_read(ctx->db, ctx->arena, found.ref, &stored, &there, ctx->error);
    if (code)
        return code;
    it = stored;
    code = set_fields(ctx, args, &it);
    if (!code && tree_true(tree_get(args, "reopen")))
        it.closed_on = "";
    if (!code)
        code = prison_store(ctx->db, ctx->arena, &stored, &it, ctx->now_ms, ctx->error);
    tree_set_text(ctx->arena, result, "ref", it.ref);
    return code;
}

int establishment_add(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct prison it = {.probation_service = "",
                        .probation_branch = "",
                        .capacity_source = "",
                        .capacity_on = "",
                        .closed_on = "",
                        .remark = "",
                        .file = "",
                        .fingerprint = ""};
    struct prison other;
    struct prison_name parts;
    bool taken;
    const char *name = tree_text(args, "name");
    it.place = prison_name_read(ctx->arena, name, &parts) && *parts.place ? parts.place : "";
    it.ref = establishment_ref(ctx->arena, tree_text(args, "kind"), name);
    int code = set_fields(ctx, args, &it);
    if (!code && !*it.place)
        code = error_set(ctx->error, ERR_INVALID, "place", N_("The name does not say the place: give it."), NULL);
    if (!code)
        code = prison_read(ctx->db, ctx->arena, it.ref, &other, &taken, ctx->error);
    if (!code && taken)
        code = error_set(ctx->error, ERR_REFUSED, "name", N_("There is already an establishment of this kind and name: {0}."),
                         other.ref, NULL);
    if (!code)
        code = prison_store(ctx->db, ctx->arena, NULL, &it, ctx->now_ms, ctx->error);
    tree_set_text(ctx->arena, result, "ref", it.ref);
    return code;
}
