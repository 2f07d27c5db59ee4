#include "simplex.h"

#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double master_random(struct master *m)
{
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    return (double)(m->random >> 40) / (double)(1 << 24);
}

static bool master_reserve_rows(struct master *m, int32_t rows)
{
    if (rows <= m->row_capacity)
        return true;
    int32_t capacity = rows + rows / 2 + 64;
    size_t n = (size_t)capacity;
#define GROW(array)                                                                                          \
    do {                                                                                                     \
        void *grown = realloc(m->array, n * sizeof *m->array);                                               \
        if (!grown)                                                                                          \
            return false;                                                                                    \
        m->array = grown;                                                                                    \
    } while (0)
    GROW(row_model);
    GROW(right);
    GROW(unit);
    GROW(slack_at);
    GROW(dense);
    GROW(head);
    GROW(level);
    GROW(basic_cost);
    GROW(price);
    GROW(alpha);
    GROW(terms);
    GROW(marks);
    GROW(inverse);
    GROW(slot);
    GROW(slot_at);
    GROW(share);
    GROW(by_slot);
    GROW(some_slots);
#undef GROW
    for (int32_t i = m->row_capacity; i < capacity; i++)
        m->inverse[i] = NULL;
    m->row_capacity = capacity;
    return true;
}

static int32_t master_new_variable(struct master *m, struct variable variable)
{
    if (m->variable_count == m->variable_capacity) {
        int32_t capacity = m->variable_capacity ? 2 * m->variable_capacity : 512;
        struct variable *grown = realloc(m->variables, (size_t)capacity * sizeof *grown);
        if (!grown)
            return -1;
        m->variables = grown;
        m->variable_capacity = capacity;
    }
    variable.position = variable.rows_seen = -1;
    m->variables[m->variable_count] = variable;
    return m->variable_count++;
}

/* The opener of the member whose capacity, turnover row or cut this is; -1: none, or another kind of row. */
static int32_t row_find_opener(const struct master *m, int32_t row)
{
    const struct model *model = m->model;
    if (row >= model->row_count)
        return model->cuts->opener[row - model->row_count];
    if (row < 0 || row >= model->turnover_row + model->member_count)
        return -1;
    return model
        ->member_opener[row < model->turnover_row ? model->slot_member[row] : row - model->turnover_row];
}

/* What o_m brings to the right-hand side of a row of its member. */
static double row_find_bring(const struct master *m, int32_t row, int32_t opener)
{
    const struct cut_list *cuts = &m->model->cuts->by_opener[opener];
    if (row < m->model->row_count)
        return m->model_right[row];
    for (int32_t k = 0; k < cuts->count; k++) {
        if (cuts->cuts[k].cut == row - m->model->row_count)
            return cuts->cuts[k].brings;
    }
    return 0;
}

/* Whether the row is one of a member whose o_m is free. */
static bool row_is_tied(const struct master *m, int32_t row)
{
    int32_t opener = row_find_opener(m, row);
    return opener >= 0 && m->openings[opener].row_count > 0;
}

/* Right-hand side of a row of the model. */
static double row_right(const struct master *m, int32_t row)
{
    const struct model *model = m->model;
    if (row >= model->row_count)
        return m->cut_right[row - model->row_count];
    if (row == model->members_row)
        return m->model_right[row] - m->decided_open;
    /* what a free o_m brings is in its column; a hair of slack against stalling */
    return row_is_tied(m, row) ? 5e-10 * m->model_right[row] : m->model_right[row];
}

/* How large the coefficients of a row of the model are. */
static double row_size(const struct master *m, int32_t row)
{
    const struct model *model = m->model;
    if (row >= model->row_count)
        return model->cuts->size[row - model->row_count];
    bool amount = row < model->turnover_row + model->member_count && model->right[row] > 0;
    return amount ? fmax(m->model_right[row], 1e-6 * model->right[row]) : 1;
}

/* The same as below for o_m in the basis; returns how much of the row they use. */
static double row_add_openings(const struct master *m, int32_t row, int32_t model_row)
{
    const struct model *model = m->model;
    bool opening = model_row >= model->opening_row && model_row < model->opening_row + model->opening_count;
    int32_t opener =
        opening ? model->opening_opener[model_row - model->opening_row] : row_find_opener(m, model_row);

    if (opener < 0 || m->openings[opener].row_count == 0)
        return 0;
    int32_t at = m->variables[m->openings[opener].variable].position;
    double use = opening ? -1 : -row_find_bring(m, model_row, opener) * m->unit[row];
    return at >= 0 ? use * m->level[at] : 0;
}

/* A new row, its slack basic. Columns already in the basis may touch it. */
static bool master_add_row(struct master *m, int32_t model_row, int32_t lot)
{
    if (!master_reserve_rows(m, m->rows + 1))
        return false;
    int32_t row = m->rows;
    double right = lot >= 0 ? 1 : row_right(m, model_row);
    m->row_model[row] = lot >= 0 ? -1 - lot : model_row;
    if (lot >= 0)
        m->row_of_lot[lot] = row;
    /* a little tighter, never looser: a whole answer of the master must fit, in lots answered in full */
    m->right[row] = right - (right > 0 && lot < 0 ? right * 1e-8 * (1 + master_random(m)) : 0);
    if (model_row >= m->model->opening_row && model_row < m->model->opening_row + m->model->opening_count)
        m->right[row] =
            1e-5 * (1 + master_random(m)); /* y <= o is not checked on answers: loosened against stalling */
    else if (model_row >= m->model->row_count) /* nor are cuts */
        m->right[row] += 1e-6 * row_size(m, model_row) * (1 + master_random(m));
    m->unit[row] = lot >= 0 ? 1 : 1 / row_size(m, model_row);
    m->right[row] *= m->unit[row];
    double level = m->right[row];
    for (int32_t i = 0; lot < 0 && i < m->rows; i++) { /* basic columns that use the row */
        const struct column *column = m->head[i] >= 0 ? m->variables[m->head[i]].column : NULL;
        for (int32_t k = 0; column && k < column->entry_count; k++) {
            if (column->rows[k] == model_row)
                level -= m->unit[row] * column->uses[k] * m->level[i];
        }
    }
    if (lot < 0)
        m->row_of[model_row] = row;
    level -= row_add_openings(m, row, model_row);
    m->rows++;
    m->terms_of = m->slot[row] = -1;
    m->head[row] = -1 - row;
    m->slack_at[row] = row;
    m->basic_cost[row] = 0;
    m->level[row] = level;
    m->price[row] = 0;
    if (level < 0) { /* a pin, or rounding: an artificial takes the place of the slack */
        int32_t id = master_new_variable(
            m, (struct variable){.opener = -1, .artificial_row = row, .cost = -2 * m->model->big});
        if (id < 0)
            return false;
        master_ftran(m, id);
        return master_pivot(m, id, row);
    }
    return true;
}

static bool master_add_opening_lists(struct master *m, const int32_t *lots, int32_t lot_count,
                                     const bool *known, const int8_t *open)
{
    const struct model *model = m->model;
    int32_t used = 0;

    m->openings = calloc((size_t)model->opener_count + 1, sizeof *m->openings);
    m->opening_rows = calloc((size_t)model->opening_count + 1, sizeof *m->opening_rows);
    if (!m->openings || !m->opening_rows)
        return false;
    for (int32_t pass = 0; pass < 2; pass++) {
        for (int32_t l = 0; l < lot_count; l++) {
            const struct lot *lot = &model->lots[lots[l]];
            for (int32_t c = 0; c < lot->candidate_count; c++) {
                if (lot->candidates[c].opening_row < 0)
                    continue;
                int32_t o = model->opening_opener[lot->candidates[c].opening_row - model->opening_row];
                if (known[o] || open[o] > 0)
                    continue;
                if (pass)
                    m->openings[o].rows[m->openings[o].row_count] = lot->candidates[c].opening_row;
                m->openings[o].row_count++;
            }
        }
        for (int32_t o = 0; o < model->opener_count && !pass; o++) {
            m->openings[o].rows = m->opening_rows + used;
            used += m->openings[o].row_count;
            m->openings[o].row_count = 0;
        }
    }
    for (int32_t o = 0; o < model->opener_count; o++) {
        struct variable v = {.opener = o, .artificial_row = -1, .cost = -model->openers[o].cost};
        m->openings[o].limit_row = m->openings[o].variable = -1;
        m->decided_open += open[o] > 0;
        if (m->openings[o].row_count) {
            m->openings[o].variable = master_new_variable(m, v);
            if (m->openings[o].variable < 0)
                return false;
        }
    }
    return true;
}

static bool master_set_cut_right(struct master *m, const bool *known, const int8_t *open)
{
    const struct cut_set *cuts = m->model->cuts;

    m->cut_right = calloc((size_t)cuts->count + 1, sizeof *m->cut_right);
    if (!m->cut_right)
        return false;
    memcpy(m->cut_right, cuts->right, (size_t)cuts->count * sizeof *m->cut_right);
    for (int32_t o = 0; o < m->model->opener_count; o++) {
        const struct cut_list *list = &cuts->by_opener[o];
        for (int32_t k = 0; k < list->count && (known[o] || open[o] > 0); k++)
            m->cut_right[list->cuts[k].cut] += list->cuts[k].brings;
    }
    return true;
}

static bool master_add_first_rows(struct master *m, const int32_t *lots, int32_t lot_count)
{
    const struct model *model = m->model;
    for (int32_t l = 0; l < lot_count; l++) {
        if (!master_add_row(m, -1, lots[l]))
            return false;
    }
    if (model->lots_row >= 0 && !master_add_row(m, model->lots_row, -1))
        return false;
    if (model->members_row >= 0 && !master_add_row(m, model->members_row, -1))
        return false;
    for (int32_t i = 0; i < model->pin_count; i++) {
        if (!master_add_row(m, model->pin_row + i, -1))
            return false;
    }
    for (int32_t k = 0; m->use_cuts && k < model->cuts->count; k++) {
        if (model->cuts->opener[k] == CUT_OF_ALL && !master_add_row(m, model->row_count + k, -1))
            return false;
    }
    return true;
}

struct master *master_new(const struct model *model, struct control *control, const int32_t *lots,
                          int32_t lot_count, const double *right, const bool *known, const int8_t *open,
                          bool use_cuts)
{
    struct master *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->model = model;
    m->control = control;
    m->model_right = right;
    m->use_cuts = use_cuts;
    m->random = 88172645463325252u;
    m->row_of_lot = malloc(((size_t)model->lot_count + 1) * sizeof *m->row_of_lot);
    m->row_of = malloc(((size_t)model->price_count + 1) * sizeof *m->row_of);
    m->touched_by = malloc(((size_t)model->price_count + 1) * sizeof *m->touched_by);
    bool good = m->row_of_lot && m->row_of && m->touched_by;
    if (good) {
        memset(m->row_of_lot, -1, ((size_t)model->lot_count + 1) * sizeof *m->row_of_lot);
        memset(m->row_of, -1, ((size_t)model->price_count + 1) * sizeof *m->row_of);
        memset(m->touched_by, -1, ((size_t)model->price_count + 1) * sizeof *m->touched_by);
        good = master_set_cut_right(m, known, open) &&
               master_add_opening_lists(m, lots, lot_count, known, open) &&
               master_add_first_rows(m, lots, lot_count);
    }
    if (!good) {
        master_free(m);
        return NULL;
    }
    return m;
}

void master_free(struct master *m)
{
    if (!m)
        return;
    for (int32_t i = 0; i < m->row_capacity && m->inverse; i++)
        free(m->inverse[i]);
    for (int32_t id = 0; id < m->variable_count; id++)
        free(m->variables[id].uses);
    free(m->inverse);
    free(m->slot);
    free(m->slot_at);
    free(m->share);
    free(m->by_slot);
    free(m->some_slots);
    free(m->row_of_lot);
    free(m->row_of);
    free(m->touched_by);
    free(m->row_model);
    free(m->right);
    free(m->unit);
    free(m->cut_right);
    free(m->slack_at);
    free(m->dense);
    free(m->head);
    free(m->level);
    free(m->basic_cost);
    free(m->price);
    free(m->alpha);
    free(m->terms);
    free(m->marks);
    free(m->variables);
    free(m->openings);
    free(m->opening_rows);
    free(m);
}

/* o_m <= 1, before the first row in which it stands: it cannot be in the basis yet. */
static bool master_add_limit(struct master *m, int32_t o)
{
    if (m->openings[o].limit_row >= 0)
        return true;
    if (!master_reserve_rows(m, m->rows + 1))
        return false;
    int32_t row = m->rows++;
    m->terms_of = m->slot[row] = -1;
    m->row_model[row] = INT32_MIN + o;
    m->unit[row] = 1;
    m->right[row] = m->level[row] = 1;
    m->head[row] = -1 - row;
    m->slack_at[row] = row;
    m->basic_cost[row] = m->price[row] = 0;
    m->openings[o].limit_row = row;
    return true;
}

/* Openings couple lots by their variable; other rows once a second lot uses them. */
static bool master_touch(struct master *m, int32_t row, int32_t lot)
{
    const struct model *model = m->model;
    bool opening = row >= model->opening_row && row < model->opening_row + model->opening_count;

    if (m->row_of[row] >= 0)
        return true;
    if (opening) {
        int32_t o = model->opening_opener[row - model->opening_row];
        if (m->openings[o].row_count == 0)
            return true;
        return master_add_limit(m, o) && master_add_row(m, row, -1);
    }
    if (m->touched_by[row] == -1 && !row_is_tied(m, row))
        m->touched_by[row] = lot;
    return m->touched_by[row] == lot || master_add_row(m, row, -1);
}

bool master_add(struct master *m, const struct column *column, double bonus)
{
    for (int32_t i = 0; i < column->entry_count; i++) {
        if (!master_touch(m, column->rows[i], column->lot))
            return false;
    }
    for (int32_t i = 0; m->use_cuts && i < column->cut_count; i++) {
        if (m->row_of[column->cut_rows[i]] < 0 && !master_add_row(m, column->cut_rows[i], -1))
            return false;
    }
    struct variable v = {.column = column, .opener = -1, .artificial_row = -1, .cost = column->value + bonus};
    return master_new_variable(m, v) >= 0;
}

/* Adds to the cost of the columns of a lot: the good ones of a decision gain, the others lose. */
static void master_shift_costs(struct master *m, int32_t lot, int32_t candidate, int direction, double bonus)
{
    for (int32_t id = 0; id < m->variable_count; id++) {
        struct variable *v = &m->variables[id];
        if (!v->column || v->column->lot != lot)
            continue;
        bool has = candidate < 0 || column_has(v->column, candidate);
        if (direction > 0)
            v->cost += has ? bonus : -bonus;
        else
            v->cost -= has ? bonus : 0;
        if (v->position >= 0)
            m->basic_cost[v->position] = v->cost;
    }
}

double master_try(struct master *m, int32_t lot, int32_t candidate, int direction, double bonus)
{
    double with = 0, without = 0;

    master_shift_costs(m, lot, candidate, direction, bonus);
    bool good = master_solve(m);
    double value = master_objective(m);
    for (int32_t i = 0; i < m->rows; i++) {
        const struct column *column = m->head[i] >= 0 ? m->variables[m->head[i]].column : NULL;
        if (!column || column->lot != lot)
            continue;
        if (candidate < 0 || column_has(column, candidate))
            with += m->level[i];
        else
            without += m->level[i];
    }
    master_shift_costs(m, lot, candidate, direction, -bonus);
    if (!good || (direction > 0 ? with < 1 - 1e-5 || without > 1e-5 : with > 1e-5))
        return -INFINITY;
    return direction > 0 ? value - bonus * with : value;
}

double master_objective(const struct master *m)
{
    double sum = 0;
    for (int32_t i = 0; i < m->rows; i++)
        sum += m->basic_cost[i] * m->level[i];
    return sum;
}

void master_prices(const struct master *m, double *prices, double *lot_prices)
{
    memset(prices, 0, (size_t)m->model->price_count * sizeof *prices);
    for (int32_t i = 0; i < m->rows; i++) {
        if (m->row_model[i] >= 0)
            prices[m->row_model[i]] = fmax(m->price[i], 0) * m->unit[i];
        else if (m->row_model[i] > INT32_MIN / 2) /* not o_m <= 1 */
            lot_prices[-1 - m->row_model[i]] = m->price[i];
    }
}

int32_t master_column_count(const struct master *m)
{
    return m->variable_count;
}

const struct column *master_column(const struct master *m, int32_t index)
{
    return m->variables[index].column;
}

double master_weight(const struct master *m, int32_t index)
{
    int32_t position = m->variables[index].position;
    return position >= 0 ? fmax(m->level[position], 0) : 0;
}

void master_complete_prices(const struct master *m, double *prices)
{
    const struct model *model = m->model;
    for (int32_t o = 0; o < model->opener_count; o++) {
        const struct opening *opening = &m->openings[o];
        int32_t member = model->openers[o].member, idle = 0;
        double room = model->openers[o].cost + (model->members_row >= 0 ? prices[model->members_row] : 0);
        for (int32_t k = 0; k < opening->row_count; k++) {
            idle += m->row_of[opening->rows[k]] < 0;
            room -= prices[opening->rows[k]];
        }
        for (int32_t k = model->member_slots[member]; k < model->member_slots[member + 1]; k++)
            room -= prices[k] * m->model_right[k];
        room -= prices[model->turnover_row + member] * m->model_right[model->turnover_row + member];
        for (int32_t k = 0; m->use_cuts && k < model->cuts->by_opener[o].count; k++) {
            struct cut_bring bring = model->cuts->by_opener[o].cuts[k];
            room -= prices[model->row_count + bring.cut] * bring.brings;
        }
        for (int32_t k = 0; k < opening->row_count && room > 0 && idle; k++) {
            if (m->row_of[opening->rows[k]] < 0)
                prices[opening->rows[k]] = room / idle;
        }
    }
}

bool master_opening_is_free(const struct master *m, int32_t opener)
{
    return m->openings[opener].row_count > 0;
}

double master_opening_weight(const struct master *m, int32_t opener)
{
    int32_t id = m->openings[opener].row_count ? m->openings[opener].variable : -1;
    return id >= 0 ? master_weight(m, id) : 0;
}

int64_t master_pivots(const struct master *m)
{
    return m->pivots;
}
