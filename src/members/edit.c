/* Adding an organisation by hand, changing one. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/app.h"
#include "members/cells.h"
#include "members/details.h"
#include "members/keep.h"
#include "members/members.h"
#include "members/kinds.h"

static void set_text(const struct tree *args, const char *name, const char **value)
{
    const char *given = tree_text(args, name);
    if (given)
        *value = given;
}

static void set_fact(const struct tree *args, const char *name, struct fact *fact)
{
    const struct tree *given = tree_get(args, name);
    if (given && given->kind == TREE_INT)
        *fact = (struct fact){true, given->number};
}

static void set_flag(const struct tree *args, const char *name, bool *flag)
{
    const char *given = tree_text(args, name);
    if (given)
        *flag = !strcmp(given, "yes");
}

/* --- what a person may empty again --- */

static void forget(const struct tree *args, struct organisation *it)
{
    struct {
        const char *name;
        const char **text;
        struct fact *fact;
    } fields[] = {
        {"brand", &it->brand, NULL},
        {"naf", &it->naf, NULL},
        {"address", &it->address, NULL},
        {"post_code", &it->post_code, NULL},
        {"latitude", NULL, &it->latitude_millionths},
        {"longitude", NULL, &it->longitude_millionths},
        {"turnover", NULL, &it->turnover_cents},
        {"turnover_limit", NULL, &it->turnover_limit_cents},
        {"employees", NULL, &it->employees},
        {"employees_in_insertion", NULL, &it->employees_in_insertion},
        {"surplus_reinvested", NULL, &it->surplus_reinvested_permille},
        {"pay_ratio", NULL, &it->pay_ratio_thousandths},
    };
    const struct tree *list = tree_get(args, "clear");
    for (const struct tree *word = list ? list->first : NULL; word; word = word->next)
        for (size_t i = 0; i < COUNT_OF(fields); i++) {
            if (strcmp(fields[i].name, word->text) != 0)
                continue;
            if (fields[i].text)
                *fields[i].text = "";
            else
                *fields[i].fact = (struct fact){0};
        }
}

/* --- groups of fields --- */

static int set_kinds(struct ctx *ctx, const struct tree *args, struct organisation *it)
{
    const struct tree *list = tree_get(args, "kinds");
    const char *kinds = "";
    for (const struct tree *word = list ? list->first : NULL; word; word = word->next)
        kinds = kinds_join(ctx->arena, kinds, word->text);
    if (*kinds)
        it->kinds = kinds;
    return 0;
}

static int set_degrees(struct ctx *ctx, const struct tree *args, const char *name, int limit, struct fact *fact)
{
    const char *given = tree_text(args, name);
    if (!given)
        return 0;
    fact->known = degrees_parse(given, limit, &fact->value);
    if (!fact->known)
        return error_set(ctx->error, ERR_INVALID, name, N_("This must be degrees with decimals, such as 49.4431."), NULL);
    return 0;
}

/* The department is given, or follows the post code. */
static int set_place(struct ctx *ctx, const struct tree *args, struct organisation *it)
{
    const char *department = tree_text(args, "department"), *post_code = tree_text(args, "post_code");
    char code[4];
    set_text(args, "address", &it->address);
    set_text(args, "post_code", &it->post_code);
    set_text(args, "city", &it->city);
    if (department && !department_code(department, code))
        return error_set(ctx->error, ERR_INVALID, "department", N_("There is no department {0}."), department, NULL);
    if (!department && post_code && !department_of_post_code(post_code, code))
        return error_set(ctx->error, ERR_INVALID, "post_code",
                         N_("The department cannot be told from this post code: check it, or give the department."), NULL);
    if (department || post_code)
        it->department = arena_strdup(ctx->arena, code);
    if (!*it->department)
        return error_set(ctx->error, ERR_INVALID, "department", N_("Give the department or the post code."), NULL);
    int result = set_degrees(ctx, args, "latitude", 90, &it->latitude_millionths);
    if (!result)
        result = set_degrees(ctx, args, "longitude", 180, &it->longitude_millionths);
    if (!result && it->latitude_millionths.known != it->longitude_millionths.known)
        return error_set(ctx->error, ERR_INVALID, "latitude", N_("Latitude and longitude go together."), NULL);
    return result;
}

static int set_facts(struct ctx *ctx, const struct tree *args, struct organisation *it)
{
    int64_t share = tree_int(args, "surplus_reinvested", -1);
    set_fact(args, "turnover", &it->turnover_cents);
    set_fact(args, "turnover_limit", &it->turnover_limit_cents);
    set_flag(args, "may_lead", &it->may_lead);
    set_flag(args, "prison_work", &it->prison_work);
    set_fact(args, "employees", &it->employees);
    set_fact(args, "employees_in_insertion", &it->employees_in_insertion);
    set_fact(args, "pay_ratio", &it->pay_ratio_thousandths);
    if (share >= 0 && share % 1000)
        return error_set(ctx->error, ERR_INVALID, "surplus_reinvested", N_("At most one decimal of a per cent is kept."), NULL);
    if (share >= 0)
        it->surplus_reinvested_permille = (struct fact){true, share / 1000};
    if (it->employees.known && it->employees_in_insertion.known && it->employees_in_insertion.value > it->employees.value)
        return error_set(ctx->error, ERR_INVALID, "employees_in_insertion",
                         N_("There cannot be more people in insertion than people employed."), NULL);
    return 0;
}

static int set_naf(struct ctx *ctx, const struct tree *args, struct organisation *it)
{
    const char *naf = tree_text(args, "naf");
    if (!naf)
        return 0;
    it->naf = naf_code(ctx->arena, naf);
    if (!*it->naf)
        return error_set(ctx->error, ERR_INVALID, "naf", N_("A code of activity is written like 56.21Z."), NULL);
    return 0;
}

static int set_fields(struct ctx *ctx, const struct tree *args, struct organisation *it)
{
    set_text(args, "name", &it->name);
    set_text(args, "brand", &it->brand);
    set_text(args, "status", &it->status);
    forget(args, it);
    int result = set_kinds(ctx, args, it);
    if (!result)
        result = set_naf(ctx, args, it);
    if (!result)
        result = set_place(ctx, args, it);
    return result ? result : set_facts(ctx, args, it);
}

/* --- actions --- */

/* What decides who the organisation is to the cooperative is not its own to say. */
static int check_rights(struct ctx *ctx, const struct tree *args)
{
    static const char *const reserved[] = {"name", "kinds", "status", "prison_work"};
    for (size_t i = 0; i < COUNT_OF(reserved) && ctx->grant->role == ROLE_MEMBER; i++)
        if (tree_get(args, reserved[i]))
            return error_set(ctx->error, ERR_FORBIDDEN, reserved[i], N_("Only the coordinator changes this."), NULL);
    return 0;
}

/* An organisation that leaves offers nothing any more; its offers are kept, to be seen in what was proposed before. */
int member_change(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation stored, it;
    int code = own_organisation(ctx, args, &stored);
    if (!code)
        code = check_rights(ctx, args);
    if (code)
        return code;
    it = stored;
    code = set_fields(ctx, args, &it);
    if (strcmp(it.status, stored.status) != 0)
        it.status_on = ctx->today;
    if (!code)
        code = organisation_keep(ctx->db, ctx->arena, &stored, &it, ctx->now_ms, ctx->error);
    tree_set_text(ctx->arena, result, "siret", stored.siret);
    return code;
}

int member_add(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation it = organisation_empty(), other;
    bool taken;
    it.siret = tree_text(args, "siret");
    it.status_on = ctx->today;
    int code = organisation_read(ctx->db, ctx->arena, it.siret, 0, &other, &taken, ctx->error);
    if (!code && taken)
        code = error_set(ctx->error, ERR_REFUSED, "siret", N_("This SIRET is that of {0}, kept already."), other.name, NULL);
    if (!code)
        code = set_fields(ctx, args, &it);
    if (!code)
        code = organisation_keep(ctx->db, ctx->arena, NULL, &it, ctx->now_ms, ctx->error);
    tree_set_text(ctx->arena, result, "siret", it.siret);
    return code;
}

int member_invite(struct db *db, struct arena *arena, int64_t id, const char *today, int64_t now_ms, struct error *error)
{
    struct organisation it = organisation_empty(), stored = organisation_empty();
    bool found = false;
    int code = organisation_read(db, arena, NULL, id, &stored, &found, error);
    if (code || !found || strcmp(stored.status, "directory") != 0)
        return code;
    it = stored;
    it.status = "invited";
    it.status_on = today;
    return organisation_keep(db, arena, &stored, &it, now_ms, error);
}
