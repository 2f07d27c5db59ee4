/* Offers: a function at a price, with a capacity, in places. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/app.h"
#include "members/cells.h"
#include "members/details.h"
#include "members/functions.h"

int own_organisation(struct ctx *ctx, const struct tree *args, struct organisation *ret_organisation)
{
    bool found;
    const char *siret = tree_text(args, "siret");
    int result = organisation_read(ctx->db, ctx->arena, siret, 0, ret_organisation, &found, ctx->error);
    bool own_only = ctx->grant->role == ROLE_MEMBER;
    if (result)
        return result;
    if (own_only && (!found || ret_organisation->id != ctx->grant->organisation))
        return error_set(ctx->error, ERR_FORBIDDEN, "siret", N_("You can change your own organisation only."), NULL);
    if (!found)
        return error_set(ctx->error, ERR_NOT_FOUND, "siret", N_("There is no organisation with the SIRET {0}."), siret, NULL);
    return 0;
}

/* --- the functions kept with the organisation, for lists and searches --- */

static int refresh_functions(struct db *db, struct arena *arena, int64_t member_id, int64_t now_ms, struct error *error)
{
    struct organisation stored, it;
    struct rows *rows;
    bool found;
    const char *functions = "";
    int result = db_query(db, "SELECT function FROM member_offer WHERE member_id = :id ORDER BY function",
                          BIND(INT("id", member_id)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows))
        functions = arena_printf(arena, "%s%s%s", functions, *functions ? " " : "", rows_text(rows, 0));
    result = rows_close(rows);
    if (!result)
        result = organisation_read(db, arena, NULL, member_id, &stored, &found, error);
    if (result)
        return result;
    it = stored;
    it.functions = functions;
    if (strcmp(stored.functions, functions) != 0)
        result = organisation_store(db, arena, &stored, &it, now_ms, error);
    return result ? result : details_refresh(db, arena, member_id, error);
}

static int compare(struct db *db, const struct offer *offer, char *ret_outcome, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT unit_price_cents, unit, capacity_thousandths, period, places FROM member_offer "
                          "WHERE member_id = :member AND function = :function",
                          BIND(INT("member", offer->member_id), TEXT("function", offer->function)), &rows, error);
    if (result)
        return result;
    *ret_outcome = 'n';
    if (rows_next(rows)) {
        bool same = rows_int(rows, 0) == offer->unit_price_cents && text_is(rows_text(rows, 1), offer->unit) &&
                    rows_int(rows, 2) == offer->capacity_thousandths && text_is(rows_text(rows, 3), offer->period) &&
                    text_is(rows_text(rows, 4), offer->places);
        *ret_outcome = same ? 's' : 'c';
    }
    return rows_close(rows);
}

int offer_keep(struct db *db, struct arena *arena, const struct organisation *organisation, const struct offer *offer,
               bool preview, int64_t now_ms, char *ret_outcome, struct error *error)
{
    if (!strcmp(organisation->status, "left"))
        return error_set(error, ERR_REFUSED, "siret", N_("{0} has left: it cannot offer anything."), organisation->name, NULL);
    int result = compare(db, offer, ret_outcome, error);
    if (result || *ret_outcome == 's' || preview)
        return result;
    result = db_run(db,
                    "INSERT INTO member_offer(id, member_id, function, unit_price_cents, unit, capacity_thousandths, period, "
                    "places, changed) VALUES (:id, :member, :function, :price, :unit, :capacity, :period, :places, :changed) "
                    "ON CONFLICT(member_id, function) DO UPDATE SET unit_price_cents = excluded.unit_price_cents, "
                    "unit = excluded.unit, capacity_thousandths = excluded.capacity_thousandths, period = excluded.period, "
                    "places = excluded.places, changed = excluded.changed",
                    BIND(INT("id", db_next_id(db)), INT("member", offer->member_id), TEXT("function", offer->function),
                         INT("price", offer->unit_price_cents), TEXT("unit", offer->unit),
                         INT("capacity", offer->capacity_thousandths), TEXT("period", offer->period),
                         TEXT("places", offer->places), INT("changed", now_ms)),
                    error);
    return result ? result : refresh_functions(db, arena, offer->member_id, now_ms, error);
}

/* --- actions --- */

static char *join_words(struct arena *arena, const struct tree *list)
{
    char *text = arena_strdup(arena, "");
    for (const struct tree *word = list ? list->first : NULL; word; word = word->next)
        text = arena_printf(arena, "%s%s%s", text, *text ? " " : "", word->text);
    return text;
}

int offer_set(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation organisation;
    struct offer offer = {.function = tree_text(args, "function"),
                          .unit_price_cents = tree_int(args, "unit_price", 0),
                          .capacity_thousandths = tree_int(args, "capacity", 0),
                          .period = tree_text(args, "period")};
    const char *wrong = "", *unit;
    char outcome;
    int code = own_organisation(ctx, args, &organisation);
    if (!code)
        code = function_unit(ctx->arena, ctx->language, offer.function, &unit, ctx->error);
    if (code)
        return code;
    offer.member_id = organisation.id;
    offer.unit = tree_text(args, "unit") ? tree_text(args, "unit") : unit;
    offer.places = department_codes(ctx->arena, join_words(ctx->arena, tree_get(args, "places")), &wrong);
    if (!offer.places)
        return error_set(ctx->error, ERR_INVALID, "places", N_("There is no department {0}."), wrong, NULL);
    code = offer_keep(ctx->db, ctx->arena, &organisation, &offer, false, ctx->now_ms, &outcome, ctx->error);
    tree_set_text(ctx->arena, result, "siret", organisation.siret);
    tree_set_text(ctx->arena, result, "function", offer.function);
    return code;
}

int offer_remove(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation organisation;
    const char *function = tree_text(args, "function");
    int code = own_organisation(ctx, args, &organisation);
    if (!code)
        code = db_run(ctx->db, "DELETE FROM member_offer WHERE member_id = :member AND function = :function",
                      BIND(INT("member", organisation.id), TEXT("function", function)), ctx->error);
    if (!code && !db_changes(ctx->db))
        code = error_set(ctx->error, ERR_NOT_FOUND, "function", N_("This organisation does not offer {0}."), function, NULL);
    if (!code)
        code = refresh_functions(ctx->db, ctx->arena, organisation.id, ctx->now_ms, ctx->error);
    tree_set_text(ctx->arena, result, "siret", organisation.siret);
    return code;
}
