#include "whatif.h"

#include "scope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct whatif {
    struct grouping_instance instance; /* one lot */
    struct grouping_options options;
    struct grouping_lot lot;
    struct grouping_requirement *requirements;
    struct grouping_member *members;
    struct grouping_offer *offers;
    int32_t *origin;       /* by member: index in the whole instance */
    int64_t *coordination; /* by member, when the lot has one for each */
    size_t member_count, offer_count;
    struct grouping_remedy *found;
    size_t found_count, most;
    double deadline, refine_until; /* until then amounts are found to the unit, afterwards to some thousandths */
};

static bool lot_asks(const struct grouping_lot *lot, int32_t function)
{
    for (size_t r = 0; r < lot->requirement_count; r++) {
        if (lot->requirements[r].function == function)
            return true;
    }
    return false;
}

static bool member_is_useful(const struct grouping_instance *instance, const struct grouping_options *options,
                             int32_t lot, size_t m)
{
    for (size_t i = 0; i < options->wish_count; i++) {
        const struct grouping_wish *w = &options->wishes[i];
        if (w->rule == GROUPING_EXCLUDE && w->member == (int32_t)m && (w->lot < 0 || w->lot == lot))
            return false;
    }
    for (size_t k = 0; k < instance->members[m].offer_count; k++) {
        if (lot_asks(&instance->lots[lot], instance->members[m].offers[k].function))
            return true;
    }
    return false;
}

/* Takes away what the other lots of the result use. */
static void whatif_subtract(struct whatif *w, const struct grouping_instance *instance,
                            const struct grouping_result *result, int32_t lot)
{
    int32_t *place = malloc((instance->member_count + 1) * sizeof *place);
    if (!place)
        return; /* then remedies are tried with everyone free: still verified, less precise */
    memset(place, -1, (instance->member_count + 1) * sizeof *place);
    for (size_t m = 0; m < w->member_count; m++)
        place[w->origin[m]] = (int32_t)m;
    for (size_t l = 0; l < result->answer_count; l++) {
        const struct grouping_answer *answer = &result->answers[l];
        for (size_t i = 0; (int32_t)l != lot && answer->answered && i < answer->share_count; i++) {
            const struct grouping_share *share = &answer->shares[i];
            int32_t function = instance->lots[l].requirements[share->requirement].function;
            if (place[share->member] < 0)
                continue;
            struct grouping_member *m = &w->members[place[share->member]];
            m->opening_cents = 0;
            for (size_t k = 0; k < m->offer_count; k++) {
                struct grouping_offer *offer = (struct grouping_offer *)&m->offers[k];
                if (offer->function != function)
                    continue;
                offer->capacity = fmax(0, offer->capacity - share->quantity);
                m->turnover_limit_cents -= (int64_t)ceil((double)offer->unit_price_cents * share->quantity);
                m->turnover_limit_cents = m->turnover_limit_cents < 0 ? 0 : m->turnover_limit_cents;
            }
        }
    }
    free(place);
}

static bool whatif_copy_members(struct whatif *w, const struct grouping_instance *instance,
                                const struct grouping_options *options, int32_t lot)
{
    size_t offers = 0;
    for (size_t m = 0; m < instance->member_count; m++)
        offers += instance->members[m].offer_count;
    w->members = calloc(instance->member_count + 1, sizeof *w->members);
    w->origin = calloc(instance->member_count + 1, sizeof *w->origin);
    w->coordination = calloc(instance->member_count + 1, sizeof *w->coordination);
    w->offers = calloc(offers + w->lot.requirement_count + 1, sizeof *w->offers);
    if (!w->members || !w->origin || !w->coordination || !w->offers)
        return false;
    for (size_t m = 0; m < instance->member_count; m++) {
        const struct grouping_member *member = &instance->members[m];
        if (!member_is_useful(instance, options, lot, m))
            continue;
        w->members[w->member_count] = *member;
        w->members[w->member_count].offers = w->offers + w->offer_count;
        memcpy(w->offers + w->offer_count, member->offers, member->offer_count * sizeof *w->offers);
        w->offer_count += member->offer_count;
        w->coordination[w->member_count] = (int64_t)lot_coordination(&instance->lots[lot], m);
        w->origin[w->member_count++] = (int32_t)m;
    }
    return true;
}

struct whatif *whatif_new(const struct grouping_instance *instance, const struct grouping_options *options,
                          const struct grouping_result *result, int32_t lot)
{
    struct whatif *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->lot = instance->lots[lot];
    w->lot.mandatory = false;
    w->requirements = calloc(w->lot.requirement_count + 1, sizeof *w->requirements);
    if (!w->requirements || !whatif_copy_members(w, instance, options, lot)) {
        whatif_free(w);
        return NULL;
    }
    memcpy(w->requirements, instance->lots[lot].requirements,
           w->lot.requirement_count * sizeof *w->requirements);
    w->lot.requirements = w->requirements;
    w->lot.member_coordination_cents = w->coordination;
    w->instance = *instance;
    w->instance.members = w->members;
    w->instance.member_count = w->member_count;
    w->instance.lots = &w->lot;
    w->instance.lot_count = 1;
    w->instance.max_lots = -1;
    w->options =
        (struct grouping_options){.threads = 1, .max_group = options->max_group, .stop = options->stop};
    if (result)
        whatif_subtract(w, instance, result, lot);
    return w;
}

void whatif_free(struct whatif *w)
{
    if (!w)
        return;
    free(w->requirements);
    free(w->members);
    free(w->offers);
    free(w->origin);
    free(w->coordination);
    free(w);
}

double whatif_solve(struct whatif *w, double deadline)
{
    struct control control = {0};
    struct model *model = NULL;
    struct scope *scope = NULL;
    struct column *column = NULL;
    int32_t zero = 0;
    double value = -INFINITY;

    w->instance.member_count = w->member_count;
    if (model_new(&w->instance, &w->options, &model) != GROUPING_OK)
        return value;
    if (control_start(&control, model, &w->options) == GROUPING_OK) {
        control.deadline = deadline;
        scope = scope_new(model, &control, &zero, 1, NULL, NULL, 0);
        column = scope ? scope_best_column(scope, 0, NULL, -INFINITY, 20000, 0) : NULL;
        value = column ? column->value : -INFINITY;
    }
    column_free(column);
    scope_free(scope);
    control_end(&control);
    model_free(model);
    return value;
}

static bool whatif_works(struct whatif *w)
{
    return w->found_count < w->most && clock_seconds() < w->deadline && whatif_solve(w, w->deadline) > 0;
}

/* Whether the smallest amount, known to lie within the span, is looked for more closely. */
static bool whatif_refines(const struct whatif *w, double span, double coarse)
{
    return span > 1 && (span > coarse || clock_seconds() < w->refine_until);
}

/* What nobody who is allowed to can do of a requirement: no smaller amount can be enough. */
static double whatif_shortage(const struct whatif *w, size_t r)
{
    const struct grouping_requirement *asked = &w->requirements[r];
    double offered = 0;
    for (size_t m = 0; m < w->member_count; m++) {
        const struct grouping_member *member = &w->members[m];
        if (!member_fits_reserved(member, w->lot.reserved) ||
            !member_holds(member, asked->accreditations, asked->accreditation_count))
            continue;
        for (size_t k = 0; k < member->offer_count; k++)
            if (member->offers[k].function == asked->function &&
                member_serves_place(&member->offers[k], w->lot.place))
                offered += member->offers[k].capacity;
    }
    return fmax(0, ceil(asked->quantity * (1 - 1e-9) - offered));
}

/* The smallest whole amount with which the lot works, from `least` to `most`, which does. change points into w. */
static double whatif_smallest(struct whatif *w, double *change, double base, double least, double most)
{
    double low = fmax(0, least - 1), high = most, coarse = 0.002 * most;
    *change = base + low + 1;
    if (low + 1 < high && whatif_works(w))
        return low + 1;
    low++;
    while (whatif_refines(w, high - low, coarse)) {
        double middle = floor((low + high) / 2);
        *change = base + middle;
        if (whatif_works(w))
            high = middle;
        else
            low = middle;
    }
    return high;
}

static void whatif_keep(struct whatif *w, enum grouping_unlock unlock, int32_t requirement, int32_t member,
                        double amount)
{
    if (w->found_count < w->most)
        w->found[w->found_count++] = (struct grouping_remedy){unlock, requirement, member, amount};
}

/* ---- changes of the lot's own rules ---- */

static void try_max_members(struct whatif *w)
{
    int32_t kept = w->lot.max_members, kept_option = w->options.max_group;
    for (int32_t more = 1; more <= 3; more++) {
        w->lot.max_members = kept + more;
        w->options.max_group = kept_option ? kept_option + more : 0;
        if (whatif_works(w)) {
            whatif_keep(w, UNLOCK_MAX_MEMBERS, -1, -1, kept + more);
            break;
        }
    }
    w->lot.max_members = kept;
    w->options.max_group = kept_option;
}

static void try_min_share(struct whatif *w)
{
    int32_t kept = w->lot.min_share_permille, low = 1, high = kept;
    w->lot.min_share_permille = 1;
    if (kept > 1 && whatif_works(w)) {
        while (high - low > 1) { /* low works, high does not */
            w->lot.min_share_permille = (low + high) / 2;
            if (whatif_works(w))
                low = w->lot.min_share_permille;
            else
                high = w->lot.min_share_permille;
        }
        whatif_keep(w, UNLOCK_MIN_SHARE, -1, -1, low);
    }
    w->lot.min_share_permille = kept;
}

static void try_turnover(struct whatif *w)
{
    int64_t kept = w->lot.required_turnover_cents, low = 0, high = kept;
    w->lot.required_turnover_cents = 0;
    if (kept > 0 && whatif_works(w)) {
        while (whatif_refines(w, (double)(high - low), (double)kept / 1000)) {
            w->lot.required_turnover_cents = low + (high - low) / 2;
            if (whatif_works(w))
                low = w->lot.required_turnover_cents;
            else
                high = w->lot.required_turnover_cents;
        }
        whatif_keep(w, UNLOCK_TURNOVER, -1, -1, (double)(kept - low));
    }
    w->lot.required_turnover_cents = kept;
}

static void try_worth(struct whatif *w)
{
    double value = whatif_solve(w, w->deadline);
    if (isfinite(value) && value <= 0)
        whatif_keep(w, UNLOCK_WORTH, -1, -1, ceil(-value) + 1);
}

/* ---- a new member, for one requirement ---- */

static void try_new_member(struct whatif *w, size_t r)
{
    struct grouping_requirement *requirement = &w->requirements[r];
    struct grouping_offer *offer = &w->offers[w->offer_count];
    struct grouping_member *member = &w->members[w->member_count];
    double high = ceil(requirement->quantity), least = whatif_shortage(w, r);
    static const enum grouping_kind kinds[RESERVED_COUNT] = {KIND_SCIC, KIND_EI,   KIND_EA,
                                                             KIND_EI,   KIND_SCIC, KIND_SCIC};

    *offer = (struct grouping_offer){.function = requirement->function,
                                     .capacity = high,
                                     .unit_price_cents = requirement->reference_unit_price_cents,
                                     .places = &w->lot.place,
                                     .place_count = 1};
    *member = (struct grouping_member){.kind = kinds[w->lot.reserved],
                                       .prison_work = true,
                                       .turnover_limit_cents = GROUPING_AMOUNT_MAX,
                                       .quality = 50,
                                       .social = 50,
                                       .accreditations = requirement->accreditations,
                                       .accreditation_count = requirement->accreditation_count,
                                       .offers = offer,
                                       .offer_count = 1};
    w->coordination[w->member_count] = w->member_count ? w->coordination[0] : 0;
    w->member_count++;
    if (whatif_works(w))
        whatif_keep(w, UNLOCK_CAPACITY, (int32_t)r, -1, whatif_smallest(w, &offer->capacity, 0, least, high));
    w->member_count--;
}

/* ---- one member changes ---- */

static struct grouping_offer *member_find_offer(struct grouping_member *member, int32_t function)
{
    for (size_t k = 0; k < member->offer_count; k++) {
        if (member->offers[k].function == function)
            return (struct grouping_offer *)&member->offers[k];
    }
    return NULL;
}

/* Smallest extra capacity of a member that is enough; its limit follows. */
static bool try_member_capacity(struct whatif *w, size_t m, size_t r)
{
    struct grouping_member kept = w->members[m];
    struct grouping_offer *offer = member_find_offer(&w->members[m], w->requirements[r].function);
    double capacity = offer->capacity, high = ceil(w->requirements[r].quantity - capacity);
    double least = whatif_shortage(w, r);

    if (high <= 0)
        return false;
    offer->capacity = capacity + high;
    w->members[m].turnover_limit_cents = GROUPING_AMOUNT_MAX;
    bool works = whatif_works(w);
    if (works)
        high = whatif_smallest(w, &offer->capacity, capacity, least, high);
    offer->capacity = capacity;
    w->members[m] = kept;
    if (works)
        whatif_keep(w, UNLOCK_CAPACITY, (int32_t)r, w->origin[m], high);
    return works;
}

static bool try_accreditation(struct whatif *w, size_t m, size_t r)
{
    struct grouping_member kept = w->members[m];
    const struct grouping_requirement *requirement = &w->requirements[r];
    size_t count = kept.accreditation_count + requirement->accreditation_count;
    int32_t *all = calloc(count + 1, sizeof *all);

    if (!all)
        return false;
    memcpy(all, kept.accreditations, kept.accreditation_count * sizeof *all);
    memcpy(all + kept.accreditation_count, requirement->accreditations,
           requirement->accreditation_count * sizeof *all);
    w->members[m].accreditations = all;
    w->members[m].accreditation_count = count;
    bool works = whatif_works(w);
    w->members[m] = kept;
    free(all);
    if (works)
        whatif_keep(w, UNLOCK_ACCREDITATION, (int32_t)r, w->origin[m], 0);
    return works;
}

static bool try_place(struct whatif *w, size_t m)
{
    struct grouping_member *member = &w->members[m];
    struct grouping_offer *kept = calloc(member->offer_count + 1, sizeof *kept);
    struct grouping_offer *offers = (struct grouping_offer *)member->offers;

    if (!kept)
        return false;
    memcpy(kept, offers, member->offer_count * sizeof *kept);
    for (size_t k = 0; k < member->offer_count; k++) {
        offers[k].places = &w->lot.place;
        offers[k].place_count = 1;
    }
    bool works = whatif_works(w);
    memcpy(offers, kept, member->offer_count * sizeof *kept);
    free(kept);
    if (works)
        whatif_keep(w, UNLOCK_PLACE, -1, w->origin[m], 0);
    return works;
}

static bool try_kind(struct whatif *w, size_t m)
{
    static const enum grouping_kind kinds[RESERVED_COUNT] = {KIND_SCIC, KIND_EI,   KIND_EA,
                                                             KIND_EI,   KIND_SCIC, KIND_SCIC};
    struct grouping_member kept = w->members[m];

    w->members[m].kind = kinds[w->lot.reserved];
    w->members[m].prison_work = true;
    bool works = whatif_works(w);
    w->members[m] = kept;
    if (works)
        whatif_keep(w, UNLOCK_KIND, -1, w->origin[m], 0);
    return works;
}

static bool try_leader(struct whatif *w, size_t m)
{
    struct grouping_member *member = &w->members[m];
    if (member->can_lead)
        return false;
    member->can_lead = true;
    bool works = whatif_works(w);
    member->can_lead = false;
    if (works)
        whatif_keep(w, UNLOCK_LEADER, -1, w->origin[m], 0);
    return works;
}

static bool try_turnover_limit(struct whatif *w, size_t m)
{
    struct grouping_member *member = &w->members[m];
    int64_t kept = member->turnover_limit_cents, low = 0, high = 0;

    for (size_t k = 0; k < member->offer_count; k++) /* no more than all its capacity can earn */
        high += (int64_t)fmin(member->offers[k].capacity * (double)member->offers[k].unit_price_cents, 1e12);
    if (high <= kept)
        return false;
    high -= kept;
    member->turnover_limit_cents = kept + high;
    bool works = whatif_works(w);
    while (works && whatif_refines(w, (double)(high - low), (double)high / 200)) {
        member->turnover_limit_cents = kept + low + (high - low) / 2;
        if (whatif_works(w))
            high = low + (high - low) / 2;
        else
            low = low + (high - low) / 2;
    }
    member->turnover_limit_cents = kept;
    if (works)
        whatif_keep(w, UNLOCK_TURNOVER_LIMIT, -1, w->origin[m], (double)high);
    return works;
}

/* What stands between a member and a requirement. */
enum obstacle { OBSTACLE_NONE, OBSTACLE_KIND, OBSTACLE_PLACE, OBSTACLE_ACCREDITATION, OBSTACLE_SEVERAL };

static enum obstacle find_obstacle(const struct whatif *w, const struct grouping_member *member, size_t r)
{
    const struct grouping_requirement *requirement = &w->requirements[r];
    const struct grouping_offer *offer =
        member_find_offer((struct grouping_member *)member, requirement->function);
    int count = 0;
    enum obstacle last = OBSTACLE_NONE;

    if (!offer || offer->capacity <= 0)
        return OBSTACLE_SEVERAL;
    if (!member_fits_reserved(member, w->lot.reserved)) {
        last = OBSTACLE_KIND;
        count++;
    }
    if (!member_serves_place(offer, w->lot.place)) {
        last = OBSTACLE_PLACE;
        count++;
    }
    if (!member_holds(member, requirement->accreditations, requirement->accreditation_count)) {
        last = OBSTACLE_ACCREDITATION;
        count++;
    }
    return count > 1 ? OBSTACLE_SEVERAL : last;
}

enum {
    TRIES_EACH = 40,
    KEPT_EACH = 2
}; /* members tried for one kind of change, and remedies of one kind kept */

/* Members one after the other for whom this obstacle alone stands in the way. */
static void try_members(struct whatif *w, enum obstacle obstacle)
{
    int tries = 0, kept = 0;
    for (size_t m = 0; m < w->member_count && tries < TRIES_EACH && kept < KEPT_EACH; m++) {
        for (size_t r = 0; r < w->lot.requirement_count; r++) {
            if (find_obstacle(w, &w->members[m], r) != obstacle)
                continue;
            tries++;
            if (obstacle == OBSTACLE_KIND)
                kept += try_kind(w, m);
            else if (obstacle == OBSTACLE_PLACE)
                kept += try_place(w, m);
            else if (obstacle == OBSTACLE_ACCREDITATION)
                kept += try_accreditation(w, m, r);
            else if (try_member_capacity(w, m, r))
                kept++;
            if (obstacle != OBSTACLE_ACCREDITATION && obstacle != OBSTACLE_NONE)
                break; /* the change is of the member, not of the requirement */
        }
    }
}

size_t whatif_find_remedies(struct whatif *w, double deadline, struct grouping_remedy *ret_remedies,
                            size_t most)
{
    int tries = 0, kept = 0;

    w->found = ret_remedies;
    w->found_count = 0;
    w->most = most;
    w->deadline = deadline;
    w->refine_until = clock_seconds() + (deadline - clock_seconds()) / 2;
    try_worth(w);
    try_max_members(w);
    try_turnover(w);
    try_min_share(w);
    for (size_t m = 0; m < w->member_count && kept < KEPT_EACH && tries < TRIES_EACH; m++) {
        if (!w->members[m].can_lead) {
            tries++;
            kept += try_leader(w, m);
        }
    }
    for (size_t r = 0; r < w->lot.requirement_count; r++)
        try_new_member(w, r);
    try_members(w, OBSTACLE_ACCREDITATION);
    try_members(w, OBSTACLE_KIND);
    try_members(w, OBSTACLE_PLACE);
    tries = kept = 0;
    for (size_t m = 0; m < w->member_count && kept < KEPT_EACH && tries < TRIES_EACH; m++, tries++)
        kept += try_turnover_limit(w, m);
    try_members(w, OBSTACLE_NONE);
    return w->found_count;
}
