#include "result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct grouping_result *result_new(const struct grouping_instance *instance)
{
    struct grouping_result *result = calloc(1, sizeof *result);
    if (!result)
        return NULL;
    result->status = GROUPING_UNKNOWN;
    result->objective_cents = -INFINITY;
    result->bound_cents = INFINITY;
    result->infeasible_lot = -1;
    result->answer_count = instance->lot_count;
    result->answers = calloc(instance->lot_count + 1, sizeof *result->answers);
    if (!result->answers) {
        free(result);
        return NULL;
    }
    for (size_t l = 0; l < instance->lot_count; l++) {
        result->answers[l].leader = -1;
        result->answers[l].why = WHY_NOT_SEARCHED;
        result->answers[l].why_requirement = -1;
    }
    return result;
}

void grouping_result_free(struct grouping_result *result)
{
    if (!result)
        return;
    for (size_t l = 0; l < result->answer_count; l++) {
        free(result->answers[l].shares);
        free(result->answers[l].remedies);
    }
    free(result->answers);
    free(result->choices);
    free(result);
}

static int compare_shares(const void *a, const void *b)
{
    const struct grouping_share *x = a, *y = b;
    if (x->requirement != y->requirement)
        return x->requirement < y->requirement ? -1 : 1;
    return x->member < y->member ? -1 : x->member > y->member;
}

static int32_t arc_candidate(const struct lot *lot, const struct column *column, int32_t arc)
{
    for (int32_t i = 0; i < column->member_count; i++) {
        const struct candidate *c = &lot->candidates[column->members[i]];
        if (arc >= c->first && arc < c->first + c->count)
            return column->members[i];
    }
    return -1;
}

/* The leader is the member that can lead with the largest share, counted at the reference price. */
static int32_t column_choose_leader(const struct lot *lot, const struct column *column)
{
    int32_t best = -1;
    double largest = -1;
    for (int32_t i = 0; i < column->member_count; i++) {
        const struct candidate *c = &lot->candidates[column->members[i]];
        double weight = 0;
        for (int32_t k = 0; k < column->arc_count; k++) {
            if (column->arcs[k] >= c->first && column->arcs[k] < c->first + c->count)
                weight += lot->arcs[column->arcs[k]].weight * column->quantities[k];
        }
        if (c->lead && weight > largest) {
            largest = weight;
            best = c->member;
        }
    }
    return best;
}

enum grouping_error result_set_answers(struct grouping_result *result, const struct solution *solution)
{
    const struct model *model = solution->model;
    for (int32_t l = 0; l < model->lot_count; l++) {
        const struct column *column = solution->columns[l];
        struct grouping_answer *answer = &result->answers[l];
        const struct lot *lot = &model->lots[l];
        if (!column)
            continue;
        answer->shares = calloc((size_t)column->arc_count + 1, sizeof *answer->shares);
        if (!answer->shares)
            return GROUPING_NO_MEMORY;
        answer->answered = true;
        answer->why = WHY_ANSWERED;
        answer->leader = column_choose_leader(lot, column);
        for (int32_t i = 0; i < column->arc_count; i++) {
            const struct arc *arc = &lot->arcs[column->arcs[i]];
            int32_t c = arc_candidate(lot, column, column->arcs[i]);
            answer->shares[answer->share_count++] =
                (struct grouping_share){.member = lot->candidates[c].member,
                                        .requirement = lot->requirements[arc->requirement],
                                        .quantity = column->quantities[i]};
        }
        qsort(answer->shares, answer->share_count, sizeof *answer->shares, compare_shares);
    }
    return GROUPING_OK;
}

void result_set_reasons(struct grouping_result *result, const struct solution *solution, const double *alone,
                        const bool *proven)
{
    const struct model *model = solution->model;
    int32_t answered = 0;

    for (int32_t l = 0; l < model->lot_count; l++)
        answered += solution->columns[l] != NULL;
    for (int32_t l = 0; l < model->lot_count; l++) {
        struct grouping_answer *answer = &result->answers[l];
        const struct lot *lot = &model->lots[l];
        if (solution->columns[l])
            continue;
        if (lot->impossible) {
            answer->why = lot->why;
            answer->why_requirement = lot->why_requirement;
            answer->why_amount = lot->why_amount;
        } else if (isfinite(alone[l]) && alone[l] <= 0) {
            answer->why = proven[l] ? WHY_WORTH : WHY_NOT_SEARCHED;
            answer->why_amount = -alone[l];
        } else if (!isfinite(alone[l])) {
            answer->why = proven[l] ? WHY_COMBINATION : WHY_NOT_SEARCHED;
        } else {
            bool full = model->lots_row >= 0 && answered >= model->right[model->lots_row] - 0.5;
            answer->why = full ? WHY_MAX_LOTS : WHY_SHARED;
            answer->why_amount = alone[l];
        }
    }
}
