/* The frontier between price, quality and social value: the same call solved under other weights. */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The sums of a result that do not depend on the weights. */
static void point_measure(struct grouping_point *point, const struct grouping_instance *instance)
{
    const struct grouping_result *result = point->result;
    bool *present = calloc(instance->member_count + 1, sizeof *present);

    for (size_t l = 0; l < result->answer_count; l++) {
        const struct grouping_answer *answer = &result->answers[l];
        const struct grouping_lot *lot = &instance->lots[l];
        if (!answer->answered)
            continue;
        point->worth_cents += (double)lot->worth_cents;
        for (size_t i = 0; i < answer->share_count; i++) {
            const struct grouping_share *share = &answer->shares[i];
            const struct grouping_member *member = &instance->members[share->member];
            const struct grouping_requirement *r = &lot->requirements[share->requirement];
            double reference = (double)r->reference_unit_price_cents * share->quantity;
            bool seen = false;
            for (size_t k = 0; k < i; k++)
                seen |= answer->shares[k].member == share->member;
            for (size_t k = 0; k < member->offer_count; k++) {
                if (member->offers[k].function == r->function)
                    point->price_cents += (double)member->offers[k].unit_price_cents * share->quantity;
            }
            point->price_cents += seen ? 0 : lot_coordination(lot, (size_t)share->member);
            point->quality_cents += reference * member->quality / 100;
            point->social_cents += reference * member->social / 100;
            if (present && !present[share->member]) {
                present[share->member] = true;
                point->price_cents += (double)member->opening_cents;
            }
        }
    }
    free(present);
}

static bool results_equal(const struct grouping_result *a, const struct grouping_result *b)
{
    for (size_t l = 0; l < a->answer_count; l++) {
        const struct grouping_answer *x = &a->answers[l], *y = &b->answers[l];
        if (x->answered != y->answered || x->share_count != y->share_count)
            return false;
        for (size_t i = 0; i < x->share_count; i++) {
            if (x->shares[i].member != y->shares[i].member ||
                x->shares[i].requirement != y->shares[i].requirement ||
                fabs(x->shares[i].quantity - y->shares[i].quantity) > 1e-6 * (1 + x->shares[i].quantity))
                return false;
        }
    }
    return true;
}

static enum grouping_error frontier_add(struct grouping_frontier *frontier,
                                        const struct grouping_instance *instance,
                                        const struct grouping_options *options, const double *weights)
{
    struct grouping_instance weighted = *instance;
    struct grouping_point point = {
        .weight_price = weights[0], .weight_quality = weights[1], .weight_social = weights[2]};

    weighted.weight_price = weights[0];
    weighted.weight_quality = weights[1];
    weighted.weight_social = weights[2];
    enum grouping_error error = grouping_solve(&weighted, options, &point.result);
    if (error)
        return error;
    bool solved = point.result->status == GROUPING_OPTIMAL || point.result->status == GROUPING_FEASIBLE;
    for (size_t i = 0; i < frontier->point_count && solved; i++)
        solved = !results_equal(frontier->points[i].result, point.result);
    if (!solved) {
        grouping_result_free(point.result);
        return GROUPING_OK;
    }
    point_measure(&point, instance);
    frontier->points[frontier->point_count++] = point;
    return GROUPING_OK;
}

enum { MIXES = 9 };

enum grouping_error grouping_explore(const struct grouping_instance *instance,
                                     const struct grouping_options *options, size_t most,
                                     struct grouping_frontier **ret_frontier)
{
    /* shares of the weight given to quality and social value: the corners, the middles, steps towards them */
    static const double mixes[MIXES][2] = {{0, 0},    {0.5, 0},     {0, 0.5},     {0.25, 0.25}, {0.25, 0},
                                           {0, 0.25}, {0.35, 0.15}, {0.15, 0.35}, {0.45, 0.45}};
    struct grouping_frontier *frontier = calloc(1, sizeof *frontier);
    struct grouping_options each = *options;
    double total = instance->weight_price + instance->weight_quality + instance->weight_social;
    size_t tries = most < MIXES + 1 ? most : MIXES + 1;

    *ret_frontier = NULL;
    if (frontier)
        frontier->points = calloc(MIXES + 2, sizeof *frontier->points);
    if (!frontier || !frontier->points) {
        grouping_frontier_free(frontier);
        return GROUPING_NO_MEMORY;
    }
    each.seconds = options->seconds / (double)(tries ? tries : 1);
    double own[3] = {instance->weight_price, instance->weight_quality, instance->weight_social};
    enum grouping_error error = tries ? frontier_add(frontier, instance, &each, own) : GROUPING_OK;
    for (size_t i = 0; !error && i < MIXES && frontier->point_count < most; i++) {
        bool stopped = options->stop && atomic_load(options->stop);
        double price = fmax(1, total * (1 - mixes[i][0] - mixes[i][1]));
        double weights[3] = {price, total * mixes[i][0], total * mixes[i][1]};
        if (stopped)
            break;
        error = frontier_add(frontier, instance, &each, weights);
    }
    if (error) {
        grouping_frontier_free(frontier);
        return error;
    }
    *ret_frontier = frontier;
    return GROUPING_OK;
}

void grouping_frontier_free(struct grouping_frontier *frontier)
{
    if (!frontier)
        return;
    for (size_t i = 0; i < frontier->point_count && frontier->points; i++)
        grouping_result_free(frontier->points[i].result);
    free(frontier->points);
    free(frontier);
}
