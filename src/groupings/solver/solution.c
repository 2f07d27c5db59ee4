#include "solution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct solution *solution_new(const struct model *model)
{
    struct solution *solution = calloc(1, sizeof *solution);
    if (!solution)
        return NULL;
    solution->model = model;
    solution->value = -INFINITY;
    solution->columns = calloc((size_t)model->lot_count + 1, sizeof(struct column *));
    if (!solution->columns) {
        free(solution);
        return NULL;
    }
    return solution;
}

void solution_free(struct solution *solution)
{
    if (!solution)
        return;
    for (int32_t l = 0; l < solution->model->lot_count; l++)
        column_free(solution->columns[l]);
    free(solution->columns);
    free(solution);
}

void solution_set(struct solution *solution, int32_t lot, struct column *column)
{
    column_free(solution->columns[lot]);
    solution->columns[lot] = column;
}

bool solution_copy(struct solution *to, const struct solution *from)
{
    for (int32_t l = 0; l < from->model->lot_count; l++) {
        struct column *copy = from->columns[l] ? column_copy(from->columns[l]) : NULL;
        if (from->columns[l] && !copy)
            return false;
        solution_set(to, l, copy);
    }
    to->value = from->value;
    to->raw = from->raw;
    return true;
}

void solution_measure(struct solution *solution, double *scratch)
{
    const struct model *model = solution->model;
    double value = 0;
    int32_t opened = 0;
    bool broken = false;

    memset(scratch, 0, (size_t)model->row_count * sizeof *scratch);
    for (int32_t l = 0; l < model->lot_count; l++) {
        const struct column *column = solution->columns[l];
        if (!column && model->lots[l].mandatory)
            broken = true;
        if (!column)
            continue;
        value += column->value;
        for (int32_t i = 0; i < column->entry_count; i++) {
            int32_t row = column->rows[i];
            bool opening = row >= model->opening_row && row < model->opening_row + model->opening_count;
            if (opening) /* counted at the first opening row of the member */
                row = model->opening_row + model->opening_opener[row - model->opening_row];
            scratch[row] += column->uses[i];
        }
    }
    for (int32_t row = 0; row < model->row_count; row++) {
        bool opening = row >= model->opening_row && row < model->opening_row + model->opening_count;
        if (opening && scratch[row] > 0.5) {
            value -= model->openers[row - model->opening_row].cost;
            opened++;
        } else if (!opening && row != model->members_row &&
                   scratch[row] > model->right[row] + 2e-7 * fabs(model->right[row])) {
            broken = true;
        }
    }
    if (model->members_row >= 0 && opened > model->right[model->members_row] + 0.5)
        broken = true;
    solution->raw = value;
    solution->value = broken ? -INFINITY : value;
}

struct scope *solution_free_scope(const struct solution *solution, struct control *control,
                                  const int32_t *lots, int32_t lot_count, int thread)
{
    const struct model *model = solution->model;
    struct scope *scope = scope_new(model, control, lots, lot_count, NULL, NULL, thread);

    if (scope)
        scope->use_cuts = false;
    for (int32_t l = 0; scope && l < model->lot_count; l++) {
        bool freed = false;
        for (int32_t i = 0; i < lot_count; i++)
            freed |= lots[i] == l;
        if (!freed && solution->columns[l])
            scope_use(scope, solution->columns[l]);
    }
    for (int32_t i = 0; scope && i < lot_count; i++)
        scope_refresh(scope, lots[i]);
    return scope;
}
