#include "groupings/unlock.h"

#include <string.h>

#include "base/arena.h"

/* A copy in which members and lots may be changed; what they point to is shared until it is changed. */
struct copy {
    struct arena *arena;
    struct grouping_instance instance;
    struct grouping_member *members;
    struct grouping_lot *lots;
};

static void copy_make(struct arena *arena, const struct grouping_instance *instance, struct copy *ret_copy)
{
    *ret_copy = (struct copy){.arena = arena, .instance = *instance};
    ret_copy->members =
        ARENA_ARRAY(arena, struct grouping_member, instance->member_count + 1); /* one may join */
    ret_copy->lots = ARENA_ARRAY(arena, struct grouping_lot, instance->lot_count + 1);
    memcpy(ret_copy->members, instance->members, instance->member_count * sizeof *ret_copy->members);
    memcpy(ret_copy->lots, instance->lots, instance->lot_count * sizeof *ret_copy->lots);
    ret_copy->instance.members = ret_copy->members;
    ret_copy->instance.lots = ret_copy->lots;
}

/* `more` added to a list of codes. */
static const int32_t *with_codes(struct arena *arena, const int32_t *codes, size_t *count,
                                 const int32_t *more, size_t more_count)
{
    int32_t *all = ARENA_ARRAY(arena, int32_t, *count + more_count + 1);
    if (*count)
        memcpy(all, codes, *count * sizeof *all);
    if (more_count)
        memcpy(all + *count, more, more_count * sizeof *all);
    *count += more_count;
    return all;
}

static struct grouping_offer *own_offers(struct copy *copy, struct grouping_member *member)
{
    struct grouping_offer *offers = ARENA_ARRAY(copy->arena, struct grouping_offer, member->offer_count + 1);
    if (member->offer_count)
        memcpy(offers, member->offers, member->offer_count * sizeof *offers);
    member->offers = offers;
    return offers;
}

static bool add_capacity(struct copy *copy, struct grouping_member *member,
                         const struct grouping_requirement *asked, double amount)
{
    struct grouping_offer *offers = own_offers(copy, member);
    for (size_t i = 0; i < member->offer_count; i++)
        if (offers[i].function == asked->function) {
            offers[i].capacity += amount;
            return true;
        }
    return false;
}

static void add_place(struct copy *copy, struct grouping_member *member, int32_t place)
{
    struct grouping_offer *offers = own_offers(copy, member);
    for (size_t i = 0; i < member->offer_count; i++)
        offers[i].places = with_codes(copy->arena, offers[i].places, &offers[i].place_count, &place, 1);
}

/* A newcomer does the amount at the reference price, with no marks: nothing else is known of it. */
static void add_newcomer(struct copy *copy, const struct grouping_lot *lot,
                         const struct grouping_requirement *asked, double amount)
{
    static const enum grouping_kind kinds[RESERVED_COUNT] = {
        [RESERVED_NONE] = KIND_SCIC,  [RESERVED_SIAE] = KIND_EI,          [RESERVED_EA_ESAT] = KIND_EA,
        [RESERVED_SIAE_EA] = KIND_EI, [RESERVED_PRISON_WORK] = KIND_SCIC, [RESERVED_ESS] = KIND_SCIC};
    struct grouping_offer *offer = ARENA_NEW(copy->arena, struct grouping_offer);
    int32_t *place = ARENA_NEW(copy->arena, int32_t);
    *place = lot->place;
    *offer = (struct grouping_offer){asked->function, amount, asked->reference_unit_price_cents, place, 1};
    copy->members[copy->instance.member_count++] =
        (struct grouping_member){.kind = kinds[lot->reserved],
                                 .prison_work = lot->reserved == RESERVED_PRISON_WORK,
                                 .turnover_limit_cents = GROUPING_AMOUNT_MAX,
                                 .accreditations = asked->accreditations,
                                 .accreditation_count = asked->accreditation_count,
                                 .offers = offer,
                                 .offer_count = 1};
}

static bool change_member(struct copy *copy, struct grouping_lot *lot,
                          const struct grouping_requirement *asked, const struct grouping_remedy *remedy)
{
    struct grouping_member *member = &copy->members[remedy->member];
    switch (remedy->unlock) {
    case UNLOCK_CAPACITY:
        return asked && add_capacity(copy, member, asked, remedy->amount);
    case UNLOCK_ACCREDITATION:
        if (!asked)
            return false;
        member->accreditations = with_codes(copy->arena, member->accreditations, &member->accreditation_count,
                                            asked->accreditations, asked->accreditation_count);
        return true;
    case UNLOCK_PLACE:
        add_place(copy, member, lot->place);
        return true;
    case UNLOCK_LEADER:
        member->can_lead = true;
        return true;
    case UNLOCK_TURNOVER_LIMIT:
        member->turnover_limit_cents += (int64_t)remedy->amount + 1;
        return true;
    default:
        return false;
    }
}

static bool change_lot(struct copy *copy, struct grouping_lot *lot, const struct grouping_requirement *asked,
                       const struct grouping_remedy *remedy)
{
    switch (remedy->unlock) {
    case UNLOCK_CAPACITY:
        if (asked)
            add_newcomer(copy, lot, asked, remedy->amount);
        return asked != NULL;
    case UNLOCK_MAX_MEMBERS:
        lot->max_members = (int32_t)remedy->amount;
        return true;
    case UNLOCK_TURNOVER:
        lot->required_turnover_cents -= (int64_t)remedy->amount + 1;
        if (lot->required_turnover_cents < 0)
            lot->required_turnover_cents = 0;
        return true;
    case UNLOCK_MIN_SHARE:
        lot->min_share_permille = (int32_t)remedy->amount;
        return true;
    case UNLOCK_WORTH:
        lot->worth_cents += (int64_t)remedy->amount + 1;
        return true;
    case UNLOCK_MAX_LOTS:
        copy->instance.max_lots++;
        return true;
    default:
        return false;
    }
}

int unlock_answered(struct arena *arena, const struct grouping_instance *instance,
                    const struct grouping_options *options, int32_t lot, const struct grouping_remedy *remedy)
{
    struct copy copy;
    struct grouping_result *result = NULL;
    int answered = 0;
    copy_make(arena, instance, &copy);
    struct grouping_lot *changed = &copy.lots[lot];
    const struct grouping_requirement *asked =
        remedy->requirement >= 0 ? &changed->requirements[remedy->requirement] : NULL;
    bool known = remedy->member >= 0 ? change_member(&copy, changed, asked, remedy)
                                     : change_lot(&copy, changed, asked, remedy);
    if (!known || grouping_solve(&copy.instance, options, &result))
        return -1;
    bool solved = result->status == GROUPING_OPTIMAL || result->status == GROUPING_FEASIBLE;
    for (size_t i = 0; i < result->answer_count; i++)
        answered += result->answers[i].answered;
    grouping_result_free(result);
    return solved ? answered : -1;
}
