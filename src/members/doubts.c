/* A person decides what a second row with the same SIRET but another name or town is. */
#include <string.h>

#include "base/arena.h"
#include "kernel/action.h"
#include "members/details.h"
#include "members/keep.h"
#include "members/kinds.h"

struct doubt {
    int64_t member_id;
    const char *added_kinds;
    struct organisation says;
};

static struct fact fact_at(const struct rows *rows, int column)
{
    if (rows_null(rows, column))
        return (struct fact){0};
    return (struct fact){true, rows_int(rows, column)};
}

static int read_doubt(struct ctx *ctx, int64_t id, struct doubt *doubt)
{
    struct rows *rows;
    struct arena *arena = ctx->arena;
    int result = db_query(ctx->db,
                          "SELECT member_id, added_kinds, name, brand, kinds, naf, address, post_code, city, department, "
                          "latitude_millionths, longitude_millionths FROM member_doubt WHERE id = :id AND is_open = 1",
                          BIND(INT("id", id)), &rows, ctx->error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found) {
        doubt->member_id = rows_int(rows, 0);
        doubt->added_kinds = arena_strdup(arena, rows_text(rows, 1));
        doubt->says = organisation_empty();
        doubt->says.name = arena_strdup(arena, rows_text(rows, 2));
        doubt->says.brand = arena_strdup(arena, rows_text(rows, 3));
        doubt->says.kinds = arena_strdup(arena, rows_text(rows, 4));
        doubt->says.naf = arena_strdup(arena, rows_text(rows, 5));
        doubt->says.address = arena_strdup(arena, rows_text(rows, 6));
        doubt->says.post_code = arena_strdup(arena, rows_text(rows, 7));
        doubt->says.city = arena_strdup(arena, rows_text(rows, 8));
        doubt->says.department = arena_strdup(arena, rows_text(rows, 9));
        doubt->says.latitude_millionths = fact_at(rows, 10);
        doubt->says.longitude_millionths = fact_at(rows, 11);
    }
    result = rows_close(rows);
    if (!result && !found)
        return error_set(ctx->error, ERR_NOT_FOUND, "doubt", N_("There is no such open question."), NULL);
    return result;
}

/* The same organisation, and the row has the better name and place. */
static void take_row(struct organisation *it, const struct organisation *says)
{
    it->name = says->name;
    it->city = says->city;
    it->department = says->department;
    it->post_code = says->post_code;
    it->address = says->address;
    it->latitude_millionths = says->latitude_millionths;
    it->longitude_millionths = says->longitude_millionths;
    if (*says->brand)
        it->brand = says->brand;
    if (*says->naf)
        it->naf = says->naf;
}

/* The row is another organisation whose right SIRET a person found. */
static int keep_other(struct ctx *ctx, const struct doubt *doubt, const char *siret)
{
    struct organisation it, stored;
    bool found;
    int result = organisation_read(ctx->db, ctx->arena, siret, 0, &stored, &found, ctx->error);
    if (result)
        return result;
    it = found ? stored : doubt->says;
    if (found && stored.id == doubt->member_id)
        return error_set(ctx->error, ERR_REFUSED, "siret", N_("This is the SIRET in question: give that of the other one."), NULL);
    if (found)
        it.kinds = kinds_join(ctx->arena, stored.kinds, doubt->says.kinds);
    it.siret = siret;
    if (!found)
        it.status_on = ctx->today;
    return organisation_keep(ctx->db, ctx->arena, found ? &stored : NULL, &it, ctx->now_ms, ctx->error);
}

int member_decide(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct doubt doubt = {0};
    struct organisation stored, it;
    bool found;
    int64_t id = tree_int(args, "doubt", 0);
    const char *decision = tree_text(args, "decision"), *siret = tree_text(args, "siret");
    bool other = !strcmp(decision, "other");
    if (siret && !other)
        return error_set(ctx->error, ERR_INVALID, "siret", N_("A SIRET is only asked when it is another organisation."), NULL);
    int code = read_doubt(ctx, id, &doubt);
    if (!code)
        code = organisation_read(ctx->db, ctx->arena, NULL, doubt.member_id, &stored, &found, ctx->error);
    if (code)
        return code;
    it = stored;
    if (!strcmp(decision, "take"))
        take_row(&it, &doubt.says);
    if (other && *kinds_without(ctx->arena, stored.kinds, doubt.added_kinds))
        it.kinds = kinds_without(ctx->arena, stored.kinds, doubt.added_kinds);
    if (strcmp(decision, "keep") != 0)
        code = organisation_keep(ctx->db, ctx->arena, &stored, &it, ctx->now_ms, ctx->error);
    if (!code && siret)
        code = keep_other(ctx, &doubt, siret);
    if (!code)
        code = db_run(ctx->db, "UPDATE member_doubt SET is_open = 0, decision = :decision, decided_by = :by, decided_on = :on WHERE id = :id",
                      BIND(TEXT("decision", decision), TEXT("by", actor_name(ctx->app, ctx->session, ctx->arena)),
                           TEXT("on", ctx->today), INT("id", id)),
                      ctx->error);
    tree_set_text(ctx->arena, result, "siret", siret ? siret : stored.siret);
    return code;
}
