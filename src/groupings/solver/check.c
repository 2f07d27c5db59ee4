/* The last word on a result: every rule from the instance and the shares alone, nothing from the search. */
#include "model.h"

#include <math.h>
#include <stdlib.h>

struct checker {
    const struct grouping_instance *instance;
    const struct grouping_options *options;
    double *paid;    /* by member */
    double *weight;  /* by member, in the lot at hand */
    double *covered; /* by requirement, in the lot at hand */
    int32_t *lot_of; /* by member: the last lot it was seen in, plus 1 */
    bool *present;   /* by member, in any lot */
    double *used;    /* by offer, numbered from first_offer of its member */
    int32_t *first_offer;
    double objective;
    int32_t lots;
};

static const struct grouping_offer *find_offer(const struct checker *c, int32_t member, int32_t function,
                                               size_t *ret_at)
{
    const struct grouping_member *m = &c->instance->members[member];
    for (size_t k = 0; k < m->offer_count; k++) {
        if (m->offers[k].function == function) {
            *ret_at = (size_t)c->first_offer[member] + k;
            return &m->offers[k];
        }
    }
    return NULL;
}

static bool is_excluded(const struct checker *c, int32_t lot, int32_t member)
{
    for (size_t i = 0; i < c->options->wish_count; i++) {
        const struct grouping_wish *w = &c->options->wishes[i];
        if (w->rule == GROUPING_EXCLUDE && w->member == member && (w->lot < 0 || w->lot == lot))
            return true;
    }
    return false;
}

static const char *check_share(struct checker *c, int32_t l, const struct grouping_share *share)
{
    const struct grouping_lot *lot = &c->instance->lots[l];
    if (share->member < 0 || (size_t)share->member >= c->instance->member_count || share->requirement < 0 ||
        (size_t)share->requirement >= lot->requirement_count || !(share->quantity > 0))
        return "share";
    const struct grouping_requirement *r = &lot->requirements[share->requirement];
    const struct grouping_member *m = &c->instance->members[share->member];
    size_t at = 0;
    const struct grouping_offer *offer = find_offer(c, share->member, r->function, &at);
    if (!offer || !member_serves_place(offer, lot->place) ||
        !member_holds(m, r->accreditations, r->accreditation_count) ||
        !member_fits_reserved(m, lot->reserved) || is_excluded(c, l, share->member))
        return "allowed";
    c->objective -= member_unit_score(c->instance, m, r, offer->unit_price_cents) * share->quantity;
    c->covered[share->requirement] += share->quantity;
    c->used[at] += share->quantity;
    c->paid[share->member] += (double)offer->unit_price_cents * share->quantity;
    if (c->lot_of[share->member] != l + 1) {
        c->lot_of[share->member] = l + 1;
        c->weight[share->member] = 0;
    }
    c->weight[share->member] += (double)r->reference_unit_price_cents * share->quantity;
    return NULL;
}

/* Rules of the group, once all shares were read. */
static const char *check_group(struct checker *c, int32_t l, const struct grouping_answer *answer)
{
    const struct grouping_lot *lot = &c->instance->lots[l];
    double turnover = 0, total = 0;
    int32_t size = 0;
    bool leader = false;

    for (size_t r = 0; r < lot->requirement_count; r++) {
        double quantity = lot->requirements[r].quantity;
        total += (double)lot->requirements[r].reference_unit_price_cents * quantity;
        if (fabs(c->covered[r] - quantity) > 5e-7 * fmax(1, quantity))
            return "cover";
    }
    for (size_t i = 0; i < answer->share_count; i++) {
        int32_t m = answer->shares[i].member;
        if (c->lot_of[m] != l + 1)
            continue;
        c->lot_of[m] = 0; /* counted */
        c->present[m] = true;
        size++;
        turnover += (double)c->instance->members[m].turnover_cents;
        leader |= m == answer->leader && c->instance->members[m].can_lead;
        c->objective -= lot_coordination(lot, (size_t)m);
        if (c->weight[m] < total * lot->min_share_permille / 1000.0 * (1 - 5e-7))
            return "min share";
    }
    c->objective += (double)lot->worth_cents;
    c->lots++;
    if (size > lot->max_members || (c->options->max_group && size > c->options->max_group))
        return "size";
    if (turnover < (double)lot->required_turnover_cents)
        return "means";
    if (!leader)
        return "leader";
    for (size_t i = 0; i < c->options->wish_count; i++) {
        const struct grouping_wish *w = &c->options->wishes[i];
        bool found = false;
        for (size_t k = 0; k < answer->share_count; k++)
            found |= answer->shares[k].member == w->member;
        if (w->rule == GROUPING_PIN && w->lot == l && !found)
            return "pin";
    }
    return NULL;
}

static const char *check_whole(struct checker *c)
{
    int32_t present = 0;
    for (size_t m = 0; m < c->instance->member_count; m++) {
        const struct grouping_member *member = &c->instance->members[m];
        if (c->paid[m] > (double)member->turnover_limit_cents * (1 + 5e-7))
            return "turnover";
        for (size_t k = 0; k < member->offer_count; k++) {
            if (c->used[(size_t)c->first_offer[m] + k] > member->offers[k].capacity * (1 + 5e-7))
                return "capacity";
        }
        if (c->present[m]) {
            present++;
            c->objective -= (double)member->opening_cents;
        }
    }
    if (c->instance->max_lots >= 0 && c->lots > c->instance->max_lots)
        return "lots";
    if (c->options->max_members && present > c->options->max_members)
        return "members";
    for (size_t i = 0; i < c->options->wish_count; i++) {
        const struct grouping_wish *w = &c->options->wishes[i];
        if (w->rule == GROUPING_PIN && w->lot < 0 && !c->present[w->member])
            return "pin";
    }
    return NULL;
}

static bool checker_start(struct checker *c)
{
    size_t members = c->instance->member_count + 1, offers = 1, requirements = 1;

    c->first_offer = calloc(members, sizeof *c->first_offer);
    for (size_t m = 0; c->first_offer && m + 1 < members; m++) {
        c->first_offer[m] = (int32_t)(offers - 1);
        offers += c->instance->members[m].offer_count;
    }
    for (size_t l = 0; l < c->instance->lot_count; l++)
        requirements += c->instance->lots[l].requirement_count;
    c->paid = calloc(members, sizeof *c->paid);
    c->weight = calloc(members, sizeof *c->weight);
    c->lot_of = calloc(members, sizeof *c->lot_of);
    c->present = calloc(members, sizeof *c->present);
    c->used = calloc(offers, sizeof *c->used);
    c->covered = calloc(requirements, sizeof *c->covered);
    return c->first_offer && c->paid && c->weight && c->lot_of && c->present && c->used && c->covered;
}

static const char *check_lots(struct checker *c, const struct grouping_result *result, int32_t *ret_lot)
{
    for (size_t l = 0; l < c->instance->lot_count; l++) {
        const struct grouping_answer *answer = &result->answers[l];
        *ret_lot = (int32_t)l;
        if (!answer->answered) {
            if (c->instance->lots[l].mandatory)
                return "mandatory";
            continue;
        }
        for (size_t r = 0; r < c->instance->lots[l].requirement_count; r++)
            c->covered[r] = 0;
        for (size_t i = 0; i < answer->share_count; i++) {
            const char *broken = check_share(c, (int32_t)l, &answer->shares[i]);
            if (broken)
                return broken;
        }
        const char *broken = answer->share_count ? check_group(c, (int32_t)l, answer) : "cover";
        if (broken)
            return broken;
    }
    *ret_lot = -1;
    return check_whole(c);
}

const char *grouping_check(const struct grouping_instance *instance, const struct grouping_options *options,
                           const struct grouping_result *result, double *ret_objective_cents,
                           int32_t *ret_lot)
{
    struct checker c = {.instance = instance, .options = options};
    int32_t lot = -1;
    const char *broken = "memory";

    if (result->answer_count != instance->lot_count)
        return "lots";
    if (checker_start(&c))
        broken = check_lots(&c, result, &lot);
    if (ret_objective_cents)
        *ret_objective_cents = c.objective;
    if (ret_lot)
        *ret_lot = lot;
    free(c.first_offer);
    free(c.paid);
    free(c.weight);
    free(c.lot_of);
    free(c.present);
    free(c.used);
    free(c.covered);
    return broken;
}
