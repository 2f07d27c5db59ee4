/* Whom the coordinator wants kept in or left out of a search. Keeping in one that can do nothing would only end in "not
 * possible": it is refused by its name, with what stands in its way. */
#include <math.h>

#include "base/arena.h"
#include "base/text.h"
#include "groupings/search.h"
#include "groupings/solver/model.h"
#include "kernel/app.h"

/* How far a member comes towards a requirement of the call, and where it stops. */
enum stage { STAGE_NOTHING, STAGE_UNIT, STAGE_PLACE, STAGE_KIND, STAGE_ACCREDITATION, STAGE_SMALL, STAGE_CAN };
struct reach {
    enum stage stage;
    size_t lot;
    int32_t requirement;
};

static const struct grouping_offer *offer_of(const struct grouping_member *member, int32_t function)
{
    for (size_t i = 0; i < member->offer_count; i++)
        if (member->offers[i].function == function)
            return &member->offers[i];
    return NULL;
}

static bool serves(const struct grouping_offer *offer, int32_t place)
{
    for (size_t i = 0; i < offer->place_count; i++)
        if (offer->places[i] == place)
            return true;
    return false;
}

static bool holds(const struct grouping_member *member, const struct grouping_requirement *asked)
{
    for (size_t i = 0; i < asked->accreditation_count; i++) {
        bool held = false;
        for (size_t k = 0; k < member->accreditation_count && !held; k++)
            held = member->accreditations[k] == asked->accreditations[i];
        if (!held)
            return false;
    }
    return true;
}

static enum stage stage_of(const struct grouping_lot *lot, const struct grouping_requirement *asked,
                           const struct grouping_member *member)
{
    const struct grouping_offer *offer = offer_of(member, asked->function);
    if (!offer)
        return STAGE_NOTHING;
    if (!serves(offer, lot->place))
        return STAGE_PLACE;
    if (!member_fits_reserved(member, lot->reserved))
        return STAGE_KIND;
    return holds(member, asked) ? STAGE_CAN : STAGE_ACCREDITATION;
}

/* Whether all it can do in the lot reaches the smallest part a member may take (solver.h, min share). */
static bool is_large_enough(const struct grouping_lot *lot, const struct grouping_member *member)
{
    double all = 0, own = 0;
    for (size_t r = 0; r < lot->requirement_count; r++) {
        const struct grouping_requirement *asked = &lot->requirements[r];
        double price = (double)asked->reference_unit_price_cents;
        all += asked->quantity * price;
        if (stage_of(lot, asked, member) == STAGE_CAN)
            own += fmin(asked->quantity, offer_of(member, asked->function)->capacity) * price;
    }
    return own >= all * lot->min_share_permille / 1000 * (1 - 1e-9);
}

static struct reach reach_of(const struct grouping_instance *instance, const struct grouping_member *member)
{
    struct reach best = {STAGE_NOTHING, 0, 0};
    for (size_t l = 0; l < instance->lot_count; l++)
        for (size_t r = 0; r < instance->lots[l].requirement_count; r++) {
            enum stage stage = stage_of(&instance->lots[l], &instance->lots[l].requirements[r], member);
            if (stage == STAGE_CAN && !is_large_enough(&instance->lots[l], member))
                stage = STAGE_SMALL;
            if (stage > best.stage)
                best = (struct reach){stage, l, (int32_t)r};
        }
    return best;
}

static int refuse_pin(struct search *search, const char *field, int32_t member, const struct reach *reach)
{
    struct ctx *ctx = search->ctx;
    struct why_names names = built_names(&search->built);
    const char *name = why_member(&names, member);
    const char *lot = grouping_file_lot_id(search->built.file, reach->lot);
    const char *function = why_function(&names, ctx->language, reach->lot, reach->requirement);
    switch (reach->stage) {
    case STAGE_PLACE:
        return error_set(ctx->error, ERR_REFUSED, field,
                         N_("{0} cannot be kept in: it offers {1}, but in none of the departments of this call."),
                         name, function, NULL);
    case STAGE_KIND:
        return error_set(ctx->error, ERR_REFUSED, field,
                         N_("{0} cannot be kept in: the lot {1} is reserved, and it is not of the kind it is reserved to."),
                         name, lot, NULL);
    case STAGE_ACCREDITATION:
        return error_set(
            ctx->error, ERR_REFUSED, field,
            N_("{0} cannot be kept in: for {1} it does not hold on every day of the contract what is asked: {2}."), name,
            function, why_missing(ctx->arena, ctx->language, &names, reach->lot, reach->requirement, member), NULL);
    case STAGE_SMALL:
        return error_set(
            ctx->error, ERR_REFUSED, field,
            N_("{0} cannot be kept in: what it can do in the lot {1} is less than the smallest part a member may take."),
            name, lot, NULL);
    default:
        return error_set(ctx->error, ERR_REFUSED, field, N_("{0} offers nothing that this call asks for: it cannot be kept in."),
                         name, NULL);
    }
}

/* It is not in the instance: unknown, gone, or nothing it offers is asked for, or in another unit. */
static int refuse_stranger(struct search *search, const char *field, const char *siret)
{
    struct ctx *ctx = search->ctx;
    struct member member;
    struct db *db;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = member_read(db, ctx->arena, siret, &member, ctx->error);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    if (result == ERR_NOT_FOUND)
        return error_set(ctx->error, ERR_NOT_FOUND, field, N_("There is no organisation with the SIRET {0}."), siret, NULL);
    if (result)
        return result;
    if (text_is(member.status, "left"))
        return error_set(ctx->error, ERR_REFUSED, field, N_("{0} has left the cooperative."), member.name, NULL);
    for (size_t i = 0; i < search->built.note_count; i++) {
        const struct instance_note *note = &search->built.notes[i];
        if (note->kind == NOTE_UNIT && text_is(note->siret, siret))
            return error_set(ctx->error, ERR_REFUSED, field,
                             N_("{0} cannot be kept in: its price for {1} is for one {2}, the call asks for {3}."),
                             member.name, tr_name(ctx->language, note->function), note->unit, note->asked_unit, NULL);
    }
    return error_set(ctx->error, ERR_REFUSED, field, N_("{0} offers nothing that this call asks for: it cannot be kept in."),
                     member.name, NULL);
}

static int add_one(struct search *search, const char *field, enum grouping_rule rule, const char *siret)
{
    struct ctx *ctx = search->ctx;
    int32_t member = grouping_file_find_member(search->built.file, siret);
    if (member < 0) /* what offers nothing here is out already */
        return rule == GROUPING_EXCLUDE ? 0 : refuse_stranger(search, field, siret);
    for (size_t i = 0; i < search->options.wish_count; i++)
        if (search->wishes[i].member == member && search->wishes[i].rule != rule)
            return error_set(ctx->error, ERR_INVALID, field, N_("The organisation {0} is both kept in and left out."),
                             siret, NULL);
    if (rule == GROUPING_PIN) {
        const struct grouping_instance *instance = grouping_file_instance(search->built.file);
        struct reach reach = reach_of(instance, &instance->members[member]);
        if (reach.stage != STAGE_CAN)
            return refuse_pin(search, field, member, &reach);
    }
    search->wishes[search->options.wish_count++] = (struct grouping_wish){rule, -1, member};
    return 0;
}

int search_add_wishes(struct search *search, const struct tree *args, const char *field, enum grouping_rule rule)
{
    const struct tree *list = tree_get(args, field);
    int code = 0;
    for (const struct tree *word = list ? list->first : NULL; word && !code; word = word->next)
        code = search->options.wish_count == SEARCH_WISHES_MAX
                   ? error_set(search->ctx->error, ERR_INVALID, field, N_("This list is too long."), NULL)
                   : add_one(search, field, rule, word->text);
    return code;
}
