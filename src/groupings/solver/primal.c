#include "primal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool column_fits(const struct scope *scope, const struct column *column)
{
    const struct model *model = scope->model;
    for (int32_t i = 0; i < column->entry_count; i++) {
        int32_t row = column->rows[i];
        bool opening = row >= model->opening_row && row < model->opening_row + model->opening_count;
        if (!opening && column->uses[i] > 0 &&
            column->uses[i] > scope->right[row] + 2e-8 * (1 + fabs(scope->right[row])))
            return false;
    }
    return model->members_row < 0 || scope_count_new(scope, column) <= scope->right[model->members_row] + 0.5;
}

/* Score that the column adds now: its value less what it opens. */
static double column_worth_now(const struct scope *scope, const struct column *column)
{
    const struct model *model = scope->model;
    double value = column->value;
    for (int32_t i = 0; i < column->entry_count; i++) {
        int32_t row = column->rows[i];
        if (row >= model->opening_row && row < model->opening_row + model->opening_count) {
            int32_t opener = model->opening_opener[row - model->opening_row];
            value -= scope->known[opener] ? 0 : model->openers[opener].cost;
        }
    }
    return value;
}

/* The best group of the lot in what is left: at the prices, else (when that one loses) at none. */
static struct column *lot_fill(struct scope *scope, int32_t l, const double *prices, int64_t max_nodes,
                               int thread)
{
    bool forced = scope->states[l].answer > 0;
    double cutoff = forced ? -INFINITY : 0;

    for (int pass = prices ? 0 : 1; pass < 2; pass++) {
        struct column *column = scope_best_column(scope, l, pass ? NULL : prices, cutoff, max_nodes, thread);
        if (column && column_fits(scope, column) && (forced || column_worth_now(scope, column) > 0))
            return column;
        column_free(column);
    }
    return NULL;
}

bool primal_fill(struct scope *scope, const double *prices, const int32_t *order,
                 const struct column *const *first, int64_t max_nodes, int thread, struct solution *solution)
{
    const struct model *model = scope->model;

    for (int32_t i = 0; i < scope->lot_count; i++) {
        int32_t l = order ? order[i] : scope->lots[i];
        struct column *column = NULL;
        bool open = model->lots_row < 0 || scope->right[model->lots_row] > 0.5;
        solution_set(solution, l, NULL);
        if (!open || scope->states[l].answer < 0)
            continue;
        if (first && first[l] && column_fits(scope, first[l]) &&
            (scope->states[l].answer > 0 || column_worth_now(scope, first[l]) > 0)) {
            column = column_copy(first[l]);
            if (!column)
                return false;
        } else if (!control_is_over(scope->control)) {
            scope_refresh(scope, l);
            column = lot_fill(scope, l, prices, max_nodes, thread);
        }
        if (!column)
            continue;
        scope_use(scope, column);
        solution_set(solution, l, column);
    }
    return true;
}
