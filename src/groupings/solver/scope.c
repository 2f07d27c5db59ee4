#include "scope.h"

#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void scope_refresh(struct scope *scope, int32_t l)
{
    const struct lot *lot = &scope->model->lots[l];
    struct lot_state *state = &scope->states[l];

    for (int32_t c = 0; c < lot->candidate_count; c++) {
        const struct candidate *candidate = &lot->candidates[c];
        state->limit[c] = fmax(scope->right[scope->model->turnover_row + candidate->member], 0);
        for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
            const struct arc *arc = &lot->arcs[a];
            double up = fmin(arc->up, fmax(scope->right[arc->slot], 0));
            if (arc->price > 0)
                up = fmin(up, state->limit[c] / arc->price);
            state->up[a] = up < 1e-9 * lot->quantity[arc->requirement] ? 0 : up;
        }
    }
}

static void scope_set_state(struct scope *scope, int32_t l)
{
    const struct lot *lot = &scope->model->lots[l];
    scope->states[l].answer = lot->mandatory ? 1 : 0;
    for (int32_t c = 0; c < lot->candidate_count; c++)
        scope->states[l].must[c] = lot->candidates[c].pinned;
    scope_refresh(scope, l);
}

static int32_t row_opener(const struct model *model, int32_t row)
{
    bool opening = row >= model->opening_row && row < model->opening_row + model->opening_count;
    return opening ? model->opening_opener[row - model->opening_row] : -1;
}

void scope_use(struct scope *scope, const struct column *column)
{
    const struct model *model = scope->model;
    for (int32_t i = 0; i < column->entry_count; i++) {
        int32_t opener = row_opener(model, column->rows[i]);
        if (opener < 0) {
            scope->right[column->rows[i]] -= column->uses[i];
        } else if (!scope->known[opener]) {
            scope->known[opener] = true;
            if (model->members_row >= 0)
                scope->right[model->members_row] -= 1;
        }
    }
}

int32_t scope_count_new(const struct scope *scope, const struct column *column)
{
    int32_t count = 0;
    for (int32_t i = 0; i < column->entry_count; i++) {
        int32_t opener = row_opener(scope->model, column->rows[i]);
        count += opener >= 0 && !scope->known[opener];
    }
    return count;
}

static bool scope_allocate(struct scope *scope, const int32_t *lots, int32_t lot_count)
{
    const struct model *model = scope->model;
    size_t doubles = 0, bytes = 0;

    for (int32_t i = 0; i < lot_count; i++) {
        const struct lot *lot = &model->lots[lots[i]];
        doubles += 2 * (size_t)lot->arc_count + 2 * (size_t)lot->candidate_count + lot_width(lot);
        bytes += (size_t)lot->candidate_count;
    }
    scope->lots = malloc(((size_t)lot_count + 1) * sizeof *scope->lots);
    scope->right = malloc(((size_t)model->row_count + 1) * sizeof *scope->right);
    scope->known = calloc((size_t)model->opener_count + 1, sizeof *scope->known);
    scope->open = calloc((size_t)model->opener_count + 1, sizeof *scope->open);
    scope->states = calloc((size_t)model->lot_count + 1, sizeof *scope->states);
    scope->memory = calloc(1, doubles * sizeof(double) + bytes + 1);
    if (!scope->lots || !scope->right || !scope->known || !scope->open || !scope->states || !scope->memory)
        return false;
    double *at = scope->memory;
    int8_t *small = (int8_t *)(at + doubles);
    for (int32_t i = 0; i < lot_count; i++) {
        const struct lot *lot = &model->lots[lots[i]];
        struct lot_state *state = &scope->states[lots[i]];
        state->position = i;
        scope->lots[scope->lot_count++] = lots[i];
        state->up = at;
        state->limit = state->up + lot->arc_count;
        state->seen_cost = state->limit + lot->candidate_count;
        state->seen_fixed = state->seen_cost + lot->arc_count;
        state->multipliers = state->seen_fixed + lot->candidate_count;
        state->seen_bound = INFINITY;
        at = state->multipliers + lot_width(lot);
        state->must = small;
        small += lot->candidate_count;
    }
    return true;
}

struct scope *scope_new(const struct model *model, struct control *control, const int32_t *lots,
                        int32_t lot_count, const double *right, const bool *known, int thread)
{
    struct scope *scope = calloc(1, sizeof *scope);
    if (!scope)
        return NULL;
    scope->model = model;
    scope->control = control;
    scope->thread = thread;
    if (!scope_allocate(scope, lots, lot_count)) {
        scope_free(scope);
        return NULL;
    }
    memcpy(scope->right, right ? right : model->right, (size_t)model->row_count * sizeof *scope->right);
    scope->use_cuts = right == NULL;
    if (known)
        memcpy(scope->known, known, (size_t)model->opener_count * sizeof *known);
    for (int32_t i = 0; i < lot_count; i++)
        scope_set_state(scope, lots[i]);
    return scope;
}

struct scope *scope_copy(const struct scope *from, int thread)
{
    struct scope *scope =
        scope_new(from->model, from->control, from->lots, from->lot_count, from->right, from->known, thread);
    if (scope) {
        scope->use_cuts = from->use_cuts;
        memcpy(scope->open, from->open, (size_t)from->model->opener_count);
    }
    for (int32_t i = 0; scope && i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        const struct lot *lot = &scope->model->lots[l];
        struct lot_state *to = &scope->states[l];
        to->answer = from->states[l].answer;
        memcpy(to->must, from->states[l].must, (size_t)lot->candidate_count);
        memcpy(to->multipliers, from->states[l].multipliers, lot_width(lot) * sizeof *to->multipliers);
    }
    return scope;
}

void scope_free(struct scope *scope)
{
    if (!scope)
        return;
    free(scope->lots);
    free(scope->right);
    free(scope->known);
    free(scope->open);
    free(scope->states);
    free(scope->memory);
    free(scope);
}

bool scope_allows(const struct scope *scope, const struct column *column)
{
    const struct lot *lot = &scope->model->lots[column->lot];
    const struct lot_state *state = &scope->states[column->lot];

    if (!state->must || state->answer < 0)
        return false;
    for (int32_t i = 0; i < column->member_count; i++) {
        if (state->must[column->members[i]] < 0)
            return false;
    }
    for (int32_t i = 0; i < column->arc_count; i++) {
        double up = state->up[column->arcs[i]];
        if (column->quantities[i] > up + 1e-9 * (1 + up))
            return false;
    }
    for (int32_t i = 0; i < column->entry_count; i++) {
        double right = scope->right[column->rows[i]];
        if (column->rows[i] < scope->model->slot_count + scope->model->member_count &&
            column->uses[i] > right + 1e-9 * (1 + fabs(right)))
            return false;
    }
    for (int32_t c = 0; c < lot->candidate_count; c++) {
        if (state->must[c] > 0 && !column_has(column, c))
            return false;
    }
    return true;
}
