/* One lot made ready: who may do what there, bounds tightened, reasons that a glance can see. */
#include "model.h"

#include <math.h>
#include <stdlib.h>

static bool wish_holds(const struct grouping_options *options, enum grouping_rule rule, int32_t lot,
                       int32_t member)
{
    for (size_t i = 0; i < options->wish_count; i++) {
        const struct grouping_wish *wish = &options->wishes[i];
        if (wish->rule == rule && wish->member == member && wish->lot == lot)
            return true;
    }
    return false;
}

/* Adds the arcs of one member; returns how many. */
static int32_t lot_add_arcs(const struct model *model, struct lot *lot, size_t m)
{
    const struct grouping_instance *instance = model->instance;
    const struct grouping_lot *source = &instance->lots[lot->index];
    const struct grouping_member *member = &instance->members[m];
    double limit = (double)member->turnover_limit_cents;
    int32_t count = 0;

    for (int32_t r = 0; r < lot->requirement_count; r++) {
        const struct grouping_requirement *requirement = &source->requirements[lot->requirements[r]];
        for (size_t k = 0; k < member->offer_count; k++) {
            const struct grouping_offer *offer = &member->offers[k];
            if (offer->function != requirement->function || !member_serves_place(offer, source->place) ||
                !member_holds(member, requirement->accreditations, requirement->accreditation_count))
                continue;
            double price = (double)offer->unit_price_cents;
            double up = fmin(requirement->quantity, offer->capacity);
            if (price > 0)
                up = fmin(up, limit / price);
            if (up <= 0)
                continue;
            lot->arcs[lot->arc_count + count++] = (struct arc){
                .requirement = r,
                .slot = model->member_slots[m] + (int32_t)k,
                .score = member_unit_score(instance, member, requirement, offer->unit_price_cents),
                .price = price,
                .weight = lot->weightless ? 1 : (double)requirement->reference_unit_price_cents,
                .up = up};
        }
    }
    return count;
}

static void lot_set_floor(struct lot *lot, const struct grouping_lot *source)
{
    double total = 0;
    for (int32_t r = 0; r < lot->requirement_count; r++)
        total +=
            (double)source->requirements[lot->requirements[r]].reference_unit_price_cents * lot->quantity[r];
    lot->weightless = total <= 0;
    lot->floor = lot->weightless ? 1e-5 : total * source->min_share_permille / 1000.0;
    if (total > 0) /* everyone has at least the minimum share: no more members than that */
        lot->max_group = lot->max_group < 1000 / source->min_share_permille
                             ? lot->max_group
                             : 1000 / source->min_share_permille;
}

static void lot_mark(struct lot *lot, enum grouping_why why, int32_t requirement, double amount)
{
    if (lot->impossible)
        return;
    lot->impossible = true;
    lot->why = why;
    lot->why_requirement = requirement;
    lot->why_amount = amount;
}

/* Reasons that a glance can see: no member, too little in all, no leader, turnover out of reach. */
static enum grouping_error lot_find_obvious(struct lot *lot, double sum_turnover)
{
    if (lot->requirement_count == 0)
        lot_mark(lot, WHY_EMPTY, -1, 0);
    double offered = 0;
    for (int32_t r = 0; r < lot->requirement_count; r++)
        offered += lot->offered[r];
    if (offered <= 0)
        lot_mark(lot, WHY_NO_MEMBER_ALLOWED, -1, 0);
    for (int32_t r = 0; r < lot->requirement_count; r++) {
        if (lot->offered[r] < lot->quantity[r] * (1 - 1e-9))
            lot_mark(lot, WHY_QUANTITY, lot->requirements[r], lot->quantity[r] - lot->offered[r]);
    }
    if (lot->candidate_count == 0) /* nobody can reach the minimum share */
        lot_mark(lot, WHY_COMBINATION, -1, 0);
    bool lead = false;
    for (int32_t c = 0; c < lot->candidate_count; c++)
        lead |= lot->candidates[c].lead;
    if (!lead)
        lot_mark(lot, WHY_LEADER, -1, 0);
    if (sum_turnover < lot->need)
        lot_mark(lot, WHY_TURNOVER, -1, lot->need - sum_turnover);
    if (lot->max_group < 1)
        lot_mark(lot, WHY_SIZE, -1, 0);
    return GROUPING_OK;
}

static int compare_falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The largest turnover a group of the allowed size adds up to. */
static enum grouping_error lot_sum_turnover(const struct lot *lot, double *ret_sum)
{
    double *turnovers = calloc((size_t)lot->candidate_count + 1, sizeof *turnovers);
    if (!turnovers)
        return GROUPING_NO_MEMORY;
    for (int32_t c = 0; c < lot->candidate_count; c++)
        turnovers[c] = lot->candidates[c].turnover;
    qsort(turnovers, (size_t)lot->candidate_count, sizeof *turnovers, compare_falling);
    *ret_sum = 0;
    for (int32_t c = 0; c < lot->candidate_count && c < lot->max_group; c++)
        *ret_sum += turnovers[c];
    free(turnovers);
    return GROUPING_OK;
}

static void lot_add_candidates(const struct model *model, struct lot *lot,
                               const struct grouping_options *options)
{
    const struct grouping_instance *instance = model->instance;
    const struct grouping_lot *source = &instance->lots[lot->index];

    for (size_t m = 0; m < instance->member_count; m++) {
        const struct grouping_member *member = &instance->members[m];
        bool pinned = options->wish_count && wish_holds(options, GROUPING_PIN, lot->index, (int32_t)m);
        int32_t count = 0;
        double reach = 0;
        if (member_fits_reserved(member, source->reserved) &&
            !(options->wish_count && (wish_holds(options, GROUPING_EXCLUDE, -1, (int32_t)m) ||
                                      wish_holds(options, GROUPING_EXCLUDE, lot->index, (int32_t)m))))
            count = lot_add_arcs(model, lot, m);
        for (int32_t a = 0; a < count; a++)
            lot->offered[lot->arcs[lot->arc_count + a].requirement] += lot->arcs[lot->arc_count + a].up;
        for (int32_t a = 0; a < count; a++)
            reach += lot->arcs[lot->arc_count + a].weight * lot->arcs[lot->arc_count + a].up;
        if (count == 0 || reach < lot->floor * (1 - 1e-9)) {
            if (pinned) /* the wish cannot be met here: the lot stays unanswered */
                lot_mark(lot, WHY_COMBINATION, -1, 0);
            continue;
        }
        lot->candidates[lot->candidate_count++] =
            (struct candidate){.member = (int32_t)m,
                               .first = lot->arc_count,
                               .count = count,
                               .coordination = lot_coordination(source, m),
                               .turnover = (double)member->turnover_cents,
                               .opening_row = -1,
                               .lead = member->can_lead,
                               .pinned = pinned};
        lot->arc_count += count;
    }
}

static size_t lot_count_arcs(const struct model *model, const struct lot *lot)
{
    size_t most = 0;
    for (size_t m = 0; m < model->instance->member_count; m++) {
        size_t offers = model->instance->members[m].offer_count;
        for (int32_t r = 0; offers && r < lot->requirement_count; r++) {
            const struct grouping_lot *source = &model->instance->lots[lot->index];
            for (size_t k = 0; k < offers; k++)
                most += model->instance->members[m].offers[k].function ==
                        source->requirements[lot->requirements[r]].function;
        }
    }
    return most;
}

static void lot_find_shared_slots(struct lot *lot)
{
    for (int32_t c = 0; c < lot->candidate_count; c++) {
        const struct arc *arcs = lot->arcs + lot->candidates[c].first;
        for (int32_t i = 0; i < lot->candidates[c].count; i++) {
            for (int32_t k = 0; k < i; k++)
                lot->shares_slot |= arcs[i].slot == arcs[k].slot;
        }
    }
}

/* Gives back the memory that the generous first estimate did not need. */
static void lot_shrink(struct lot *lot)
{
    void *smaller = realloc(lot->candidates, ((size_t)lot->candidate_count + 1) * sizeof *lot->candidates);
    if (smaller)
        lot->candidates = smaller;
}

enum grouping_error lot_prepare(const struct model *model, struct lot *lot, size_t index,
                                const struct grouping_options *options)
{
    const struct grouping_lot *source = &model->instance->lots[index];
    double sum_turnover = 0;

    *lot = (struct lot){.index = (int32_t)index,
                        .mandatory = source->mandatory,
                        .worth = (double)source->worth_cents,
                        .need = (double)source->required_turnover_cents,
                        .max_group = source->max_members,
                        .why_requirement = -1};
    if (options->max_group && options->max_group < lot->max_group)
        lot->max_group = options->max_group;
    if (options->max_members && options->max_members < lot->max_group)
        lot->max_group = options->max_members;
    lot->requirements = calloc(source->requirement_count + 1, sizeof *lot->requirements);
    lot->quantity = calloc(source->requirement_count + 1, sizeof *lot->quantity);
    lot->offered = calloc(source->requirement_count + 1, sizeof *lot->offered);
    if (!lot->requirements || !lot->quantity || !lot->offered)
        return GROUPING_NO_MEMORY;
    for (size_t r = 0; r < source->requirement_count; r++) {
        if (source->requirements[r].quantity > 0) {
            lot->requirements[lot->requirement_count] = (int32_t)r;
            lot->quantity[lot->requirement_count++] = source->requirements[r].quantity;
        }
    }
    lot_set_floor(lot, source);
    lot->arcs = calloc(lot_count_arcs(model, lot) + 1, sizeof *lot->arcs);
    lot->candidates = calloc(model->instance->member_count + 1, sizeof *lot->candidates);
    if (!lot->arcs || !lot->candidates)
        return GROUPING_NO_MEMORY;
    lot_add_candidates(model, lot, options);
    lot_shrink(lot);
    if (lot->max_group > lot->candidate_count)
        lot->max_group = lot->candidate_count;
    lot_find_shared_slots(lot);
    enum grouping_error error = lot_sum_turnover(lot, &sum_turnover);
    return error ? error : lot_find_obvious(lot, sum_turnover);
}
