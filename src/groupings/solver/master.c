#include "master.h"

#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct variable {
    const struct column *column; /* NULL: an opening or an artificial */
    int32_t opener;              /* index in `open` lists, -1 */
    int32_t artificial_row;      /* row it relieves, -1 */
    double cost;
    int32_t position; /* in the basis, -1 */
};

struct opening {       /* the column of one o_m that is free */
    int32_t *rows;     /* opening rows of the model */
    int32_t row_count; /* 0: not free */
    int32_t limit_row; /* o_m <= 1, -1 until needed */
    int32_t variable;
};

struct master {
    const struct model *model;
    struct control *control; /* the clock */
    int32_t rows, row_capacity;
    int32_t *row_of_lot; /* by lot of the model, -1 */
    int32_t *row_of;     /* by row of the model, -1 when inactive */
    int32_t *touched_by; /* by row of the model: -1 nobody, -2 several lots */
    int32_t *row_model;  /* by row: row of the model, or -1 - lot, or INT32_MIN + opener for o <= 1 */
    double *cut_right;   /* by cut: with what members bring that take part for sure */
    double *right;       /* by row, scaled, perturbed */
    double *unit;        /* by row: what its coefficients are multiplied by, so that they are about 1 */
    const double *model_right;
    bool use_cuts;
    int32_t decided_open; /* members that count without an o_m */
    double **inverse;     /* by row: its column of the inverse, when not a unit vector */
    int32_t *slack_at;    /* by row: position of its slack in the basis, -1 */
    int32_t *dense;       /* rows whose column of the inverse is kept */
    int32_t dense_count;
    int32_t *head;      /* by position: variable, or -1 - row for a slack */
    double *level;      /* by position: value of the basic variable */
    double *basic_cost; /* by position */
    double *price;      /* by row */
    double *alpha;
    double *terms;  /* scratch, by row */
    int32_t *marks; /* positions where alpha is not 0 */
    int32_t mark_count;
    struct variable *variables;
    int32_t variable_count, variable_capacity;
    struct opening *openings; /* by opener */
    int32_t *opening_rows;    /* memory of their lists */
    int64_t pivots, since_refactor;
    uint64_t random;
};

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
#undef GROW
    for (int32_t i = 0; i < m->row_capacity; i++) {
        double *grown = m->inverse[i] ? realloc(m->inverse[i], n * sizeof(double)) : NULL;
        if (m->inverse[i] && !grown)
            return false;
        m->inverse[i] = grown;
    }
    for (int32_t i = m->row_capacity; i < capacity; i++)
        m->inverse[i] = NULL;
    m->row_capacity = capacity;
    return true;
}

/* The entry k of the column of o_m: row (-1: not in the program) and scaled coefficient; false after the
 * last. */
static bool opening_entry_plain(const struct master *m, int32_t o, int32_t k, int32_t *ret_row,
                                double *ret_use)
{
    const struct model *model = m->model;
    const struct opening *opening = &m->openings[o];
    int32_t member = model->openers[o].member,
            slots = model->member_slots[member + 1] - model->member_slots[member];

    *ret_row = -1;
    *ret_use = -1;
    if (k < opening->row_count) {
        *ret_row = m->row_of[opening->rows[k]];
        return true;
    }
    k -= opening->row_count;
    if (k <= slots) { /* its capacities, then its turnover limit */
        int32_t row = k < slots ? model->member_slots[member] + k : model->turnover_row + member;
        *ret_row = m->row_of[row];
        *ret_use = -m->model_right[row];
        return true;
    }
    *ret_use = 1;
    if (k == slots + 1)
        *ret_row = opening->limit_row;
    else if (k == slots + 2)
        *ret_row = model->members_row >= 0 ? m->row_of[model->members_row] : -1;
    k -= slots + 3;
    if (k < 0)
        return true;
    const struct cut_list *cuts = &model->cuts->by_opener[o];
    if (!m->use_cuts || k >= cuts->count)
        return false;
    *ret_row = m->row_of[model->row_count + cuts->cuts[k].cut];
    *ret_use = -cuts->cuts[k].brings;
    return true;
}

static bool opening_entry(const struct master *m, int32_t o, int32_t k, int32_t *ret_row, double *ret_use)
{
    bool found = opening_entry_plain(m, o, k, ret_row, ret_use);
    if (found && *ret_row >= 0)
        *ret_use *= m->unit[*ret_row];
    return found;
}

static double variable_coefficient_dot(const struct master *m, const struct variable *v, const double *by_row)
{
    double sum = 0;
    if (v->column) {
        sum = by_row[m->row_of_lot[v->column->lot]];
        for (int32_t i = 0; i < v->column->entry_count; i++) {
            int32_t row = m->row_of[v->column->rows[i]];
            if (row >= 0)
                sum += by_row[row] * m->unit[row] * v->column->uses[i];
        }
        for (int32_t i = 0; m->use_cuts && i < v->column->cut_count; i++) {
            int32_t row = m->row_of[v->column->cut_rows[i]];
            if (row >= 0)
                sum += by_row[row] * m->unit[row] * v->column->cut_uses[i];
        }
    } else if (v->opener >= 0) {
        int32_t row;
        double use;
        for (int32_t k = 0; opening_entry(m, v->opener, k, &row, &use); k++)
            sum += row >= 0 ? by_row[row] * use : 0;
    } else {
        sum = -by_row[v->artificial_row];
    }
    return sum;
}

static void alpha_add(struct master *m, int32_t row, double coefficient)
{
    if (m->slack_at[row] >= 0) {
        m->alpha[m->slack_at[row]] += coefficient;
        return;
    }
    const double *restrict column = m->inverse[row];
    double *restrict alpha = m->alpha;
    for (int32_t i = 0; i < m->rows; i++)
        alpha[i] += coefficient * column[i];
}

/* alpha = inverse * column of the variable (>= 0), or of the slack of a row (-1 - row). */
static void master_fill_alpha(struct master *m, int32_t id)
{
    memset(m->alpha, 0, (size_t)m->rows * sizeof *m->alpha);
    if (id < 0) {
        alpha_add(m, -1 - id, 1);
        return;
    }
    const struct variable *v = &m->variables[id];
    if (v->column) {
        alpha_add(m, m->row_of_lot[v->column->lot], 1);
        for (int32_t i = 0; i < v->column->entry_count; i++) {
            int32_t row = m->row_of[v->column->rows[i]];
            if (row >= 0)
                alpha_add(m, row, m->unit[row] * v->column->uses[i]);
        }
        for (int32_t i = 0; m->use_cuts && i < v->column->cut_count; i++) {
            int32_t row = m->row_of[v->column->cut_rows[i]];
            if (row >= 0)
                alpha_add(m, row, m->unit[row] * v->column->cut_uses[i]);
        }
    } else if (v->opener >= 0) {
        int32_t row;
        double use;
        for (int32_t k = 0; opening_entry(m, v->opener, k, &row, &use); k++) {
            if (row >= 0)
                alpha_add(m, row, use);
        }
    } else {
        alpha_add(m, v->artificial_row, -1);
    }
}

static void master_ftran(struct master *m, int32_t id)
{
    master_fill_alpha(m, id);
    m->mark_count = 0;
    for (int32_t i = 0; i < m->rows; i++) {
        if (m->alpha[i] != 0)
            m->marks[m->mark_count++] = i;
    }
}

static double master_gain(const struct master *m, int32_t id)
{
    if (id < 0)
        return -m->price[-1 - id];
    const struct variable *v = &m->variables[id];
    return v->cost - variable_coefficient_dot(m, v, m->price);
}

static void master_set_prices(struct master *m)
{
    memset(m->price, 0, (size_t)m->rows * sizeof *m->price);
    for (int32_t d = 0; d < m->dense_count; d++) {
        const double *column = m->inverse[m->dense[d]];
        double sum = 0;
        for (int32_t i = 0; i < m->rows; i++)
            sum += m->basic_cost[i] * column[i];
        m->price[m->dense[d]] = sum;
    }
}

/* Makes the column of the inverse of this row a dense one (its slack is about to leave position p). */
static bool row_make_dense(struct master *m, int32_t row, int32_t p)
{
    if (!m->inverse[row])
        m->inverse[row] = malloc((size_t)m->row_capacity * sizeof(double));
    if (!m->inverse[row])
        return false;
    memset(m->inverse[row], 0, (size_t)m->rows * sizeof(double));
    m->inverse[row][p] = 1;
    m->slack_at[row] = -1;
    m->dense[m->dense_count++] = row;
    return true;
}

static void row_make_unit(struct master *m, int32_t row, int32_t p)
{
    for (int32_t d = 0; d < m->dense_count; d++) {
        if (m->dense[d] == row) {
            m->dense[d] = m->dense[--m->dense_count];
            break;
        }
    }
    m->slack_at[row] = p;
    m->price[row] = 0;
}

/* The variable takes position p; alpha holds its column. */
static bool master_pivot(struct master *m, int32_t id, int32_t p)
{
    double pivot = m->alpha[p], theta = m->level[p] / pivot;
    int32_t leaving = m->head[p];

    if (theta < 0)
        theta = 0;
    if (leaving < 0 && !row_make_dense(m, -1 - leaving, p))
        return false;
    double gain = master_gain(m, id) / pivot;
    for (int32_t d = 0; d < m->dense_count; d++) {
        double *restrict column = m->inverse[m->dense[d]];
        const double *restrict alpha = m->alpha;
        const int32_t *restrict marks = m->marks;
        double factor = column[p] / pivot;
        if (factor == 0)
            continue;
        m->price[m->dense[d]] += gain * column[p];
        for (int32_t i = 0; i < m->mark_count; i++)
            column[marks[i]] -= factor * alpha[marks[i]];
        column[p] = factor;
    }
    for (int32_t i = 0; i < m->mark_count; i++)
        m->level[m->marks[i]] -= theta * m->alpha[m->marks[i]];
    m->level[p] = theta;
    if (leaving >= 0)
        m->variables[leaving].position = -1;
    m->head[p] = id;
    if (id < 0) {
        row_make_unit(m, -1 - id, p);
        m->basic_cost[p] = 0;
    } else {
        m->variables[id].position = p;
        m->basic_cost[p] = m->variables[id].cost;
    }
    m->pivots++;
    m->since_refactor++;
    return true;
}

/* Makes these variables basic, one after the other, each in the place of a slack that is wanted out. */
static bool master_factor(struct master *m, const int32_t *structural, int32_t count, const bool *wanted)
{
    for (int32_t i = 0; i < m->rows; i++) {
        if (m->head[i] >= 0)
            m->variables[m->head[i]].position = -1;
    }
    m->dense_count = 0;
    for (int32_t i = 0; i < m->rows; i++) {
        m->head[i] = -1 - i;
        m->slack_at[i] = i;
        m->basic_cost[i] = 0;
        m->level[i] = m->right[i];
        m->price[i] = 0;
    }
    for (int32_t k = 0; k < count; k++) {
        int32_t best = -1;
        master_ftran(m, structural[k]);
        for (int32_t i = 0; i < m->rows; i++) {
            if (m->head[i] < 0 && wanted[-1 - m->head[i]] &&
                (best < 0 || fabs(m->alpha[i]) > fabs(m->alpha[best])))
                best = i;
        }
        if (best < 0 || fabs(m->alpha[best]) < 1e-9)
            continue; /* dependent by rounding: a slack stays instead */
        if (!row_make_dense(m, -1 - m->head[best], best))
            return false;
        for (int32_t d = 0; d < m->dense_count; d++) {
            double *column = m->inverse[m->dense[d]], factor = column[best] / m->alpha[best];
            if (factor == 0)
                continue;
            for (int32_t i = 0; i < m->mark_count; i++)
                column[m->marks[i]] -= factor * m->alpha[m->marks[i]];
            column[best] = factor;
        }
        double theta = m->level[best] / m->alpha[best];
        for (int32_t i = 0; i < m->mark_count; i++)
            m->level[m->marks[i]] -= theta * m->alpha[m->marks[i]];
        m->level[best] = theta;
        m->head[best] = structural[k];
        m->variables[structural[k]].position = best;
        m->basic_cost[best] = m->variables[structural[k]].cost;
    }
    m->since_refactor = 0;
    return true;
}

/* Rebuilds the inverse from the list of basic variables, against rounding. */
static bool master_refactor(struct master *m)
{
    int32_t count = 0, *structural = malloc(((size_t)m->rows + 1) * sizeof *structural);
    bool *wanted = calloc((size_t)m->rows + 1, sizeof *wanted);
    bool good = structural && wanted;

    for (int32_t i = 0; good && i < m->rows; i++) {
        wanted[i] = m->slack_at[i] < 0;
        if (m->head[i] >= 0)
            structural[count++] = m->head[i];
    }
    good = good && master_factor(m, structural, count, wanted);
    free(structural);
    free(wanted);
    return good;
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
    variable.position = -1;
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
static double row_add_openings(struct master *m, int32_t row, int32_t model_row)
{
    const struct model *model = m->model;
    bool opening = model_row >= model->opening_row && model_row < model->opening_row + model->opening_count;
    int32_t opener =
        opening ? model->opening_opener[model_row - model->opening_row] : row_find_opener(m, model_row);

    if (opener < 0 || m->openings[opener].row_count == 0)
        return 0;
    int32_t at = m->variables[m->openings[opener].variable].position;
    double use = opening ? -1 : -row_find_bring(m, model_row, opener) * m->unit[row];
    for (int32_t d = 0; at >= 0 && d < m->dense_count; d++)
        m->inverse[m->dense[d]][row] -= use * m->inverse[m->dense[d]][at];
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
    for (int32_t d = 0; d < m->dense_count; d++)
        m->inverse[m->dense[d]][row] = 0;
    for (int32_t i = 0; lot < 0 && i < m->rows; i++) { /* basic columns that use the row */
        const struct column *column = m->head[i] >= 0 ? m->variables[m->head[i]].column : NULL;
        for (int32_t k = 0; column && k < column->entry_count; k++) {
            if (column->rows[k] != model_row)
                continue;
            double use = m->unit[row] * column->uses[k];
            for (int32_t d = 0; d < m->dense_count; d++)
                m->inverse[m->dense[d]][row] -= use * m->inverse[m->dense[d]][i];
            level -= use * m->level[i];
        }
    }
    if (lot < 0)
        m->row_of[model_row] = row;
    level -= row_add_openings(m, row, model_row);
    m->rows++;
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
    free(m->inverse);
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
    for (int32_t d = 0; d < m->dense_count; d++)
        m->inverse[m->dense[d]][row] = 0;
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

/* Position that leaves: smallest ratio, the larger pivot on a near tie. -1: unbounded (never with these
 * rows). */
static int32_t master_choose_leaving(const struct master *m)
{
    double ratio = INFINITY, size = 0, least = 0;
    int32_t best = -1;

    for (int32_t k = 0; k < m->mark_count; k++)
        least = fmax(least, fabs(m->alpha[m->marks[k]]));
    least = 1e-7 * fmax(least, 1); /* below, it may be nothing but rounding */
    for (int32_t k = 0; k < m->mark_count; k++) {
        int32_t i = m->marks[k];
        if (m->alpha[i] < least)
            continue;
        double test = (m->level[i] + 1e-9) / m->alpha[i];
        if (test < ratio)
            ratio = test;
    }
    for (int32_t k = 0; k < m->mark_count; k++) {
        int32_t i = m->marks[k];
        if (m->alpha[i] >= least && m->level[i] / m->alpha[i] <= ratio && m->alpha[i] > size) {
            size = m->alpha[i];
            best = i;
        }
    }
    return best;
}

enum { CANDIDATES = 40 };

struct candidate_list {
    int32_t id[CANDIDATES];
    double gain[CANDIDATES];
    int32_t count;
};

static void list_offer(struct candidate_list *list, int32_t id, double gain)
{
    int32_t at = list->count;
    if (at == CANDIDATES) {
        if (gain <= list->gain[at - 1])
            return;
        at--;
    } else {
        list->count++;
    }
    while (at > 0 && list->gain[at - 1] < gain) {
        list->id[at] = list->id[at - 1];
        list->gain[at] = list->gain[at - 1];
        at--;
    }
    list->id[at] = id;
    list->gain[at] = gain;
}

static void master_fill_list(struct master *m, struct candidate_list *list, double tolerance)
{
    list->count = 0;
    for (int32_t id = 0; id < m->variable_count; id++) {
        if (m->variables[id].position >= 0)
            continue;
        double gain = master_gain(m, id);
        if (gain > tolerance)
            list_offer(list, id, gain);
    }
    for (int32_t d = 0; d < m->dense_count; d++) {
        double gain = -m->price[m->dense[d]];
        if (gain > tolerance)
            list_offer(list, -1 - m->dense[d], gain);
    }
}

/* ---- a basis from before ---- */

static uint64_t variable_find_key(const struct variable *v)
{
    return v->column ? v->column->key : v->opener >= 0 ? (uint64_t)v->opener + 1 : 0;
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static int compare_rows(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

static struct master_basis *basis_new(int32_t variables, int32_t rows)
{
    struct master_basis *basis = malloc(sizeof *basis + (size_t)variables * sizeof *basis->variables +
                                        (size_t)rows * sizeof *basis->rows);
    if (basis) {
        *basis = (struct master_basis){.variables = (uint64_t *)(basis + 1)};
        basis->rows = (int32_t *)(basis->variables + variables);
    }
    return basis;
}

struct master_basis *master_basis_of(const struct master *m)
{
    struct master_basis *basis = basis_new(m->rows, m->rows);

    for (int32_t i = 0; basis && i < m->rows; i++) {
        uint64_t key = m->head[i] >= 0 ? variable_find_key(&m->variables[m->head[i]]) : 0;
        if (key)
            basis->variables[basis->variable_count++] = key;
        if (m->slack_at[i] < 0)
            basis->rows[basis->row_count++] = m->row_model[i];
    }
    if (basis) {
        qsort(basis->variables, (size_t)basis->variable_count, sizeof *basis->variables, compare_keys);
        qsort(basis->rows, (size_t)basis->row_count, sizeof *basis->rows, compare_rows);
    }
    return basis;
}

struct master_basis *master_basis_copy(const struct master_basis *from)
{
    struct master_basis *basis = basis_new(from->variable_count, from->row_count);
    if (!basis)
        return NULL;
    basis->variable_count = from->variable_count;
    basis->row_count = from->row_count;
    memcpy(basis->variables, from->variables, (size_t)from->variable_count * sizeof *from->variables);
    memcpy(basis->rows, from->rows, (size_t)from->row_count * sizeof *from->rows);
    return basis;
}

/* What enters when position p, below 0, leaves: what keeps the prices right as long as possible. INT32_MIN:
 * nothing can. */
static int32_t master_choose_entering(struct master *m, int32_t p)
{
    int32_t best = INT32_MIN;
    double least = INFINITY, size = 0;

    for (int32_t i = 0; i < m->rows; i++)
        m->terms[i] = m->slack_at[i] == p;
    for (int32_t d = 0; d < m->dense_count; d++)
        m->terms[m->dense[d]] = m->inverse[m->dense[d]][p];
    for (int32_t k = -m->dense_count; k < m->variable_count; k++) {
        int32_t id = k < 0 ? -1 - m->dense[-1 - k] : k;
        if (id >= 0 && m->variables[id].position >= 0)
            continue;
        double alpha = id < 0 ? m->terms[-1 - id] : variable_coefficient_dot(m, &m->variables[id], m->terms);
        if (alpha > -1e-7)
            continue;
        double ratio = fmax(0, -master_gain(m, id)) / -alpha;
        if (ratio < least * (1 - 1e-9) || (ratio <= least && -alpha > size)) {
            least = ratio;
            size = -alpha;
            best = id;
        }
    }
    return best;
}

/* The dual simplex method until no level is below 0. False: it gave up. */
static bool master_repair(struct master *m)
{
    int64_t limit = m->pivots + 200 + m->rows;

    master_set_prices(m);
    while (m->pivots < limit) {
        int32_t p = 0;
        for (int32_t i = 1; i < m->rows; i++)
            p = m->level[i] < m->level[p] ? i : p;
        if (m->rows == 0 || m->level[p] >= -1e-9)
            return true;
        int32_t id = master_choose_entering(m, p);
        if (id == INT32_MIN)
            return false;
        master_ftran(m, id);
        if (m->alpha[p] > -1e-8 || !master_pivot(m, id, p) ||
            (m->since_refactor > 150 && !master_refactor(m)))
            return false;
        if (m->since_refactor % 32 == 0)
            master_set_prices(m);
    }
    return false;
}

bool master_start(struct master *m, const struct master_basis *basis)
{
    int32_t count = 0, *structural = malloc(((size_t)m->variable_count + 1) * sizeof *structural);
    bool *wanted = calloc((size_t)m->rows + 1, sizeof *wanted);
    bool good = structural && wanted;

    for (int32_t i = 0; good && i < m->rows; i++)
        wanted[i] = bsearch(&m->row_model[i], basis->rows, (size_t)basis->row_count, sizeof *basis->rows,
                            compare_rows) != NULL;
    for (int32_t id = 0; good && id < m->variable_count; id++) {
        uint64_t key = variable_find_key(&m->variables[id]);
        if (key && bsearch(&key, basis->variables, (size_t)basis->variable_count, sizeof key, compare_keys))
            structural[count++] = id;
    }
    good = good && master_factor(m, structural, count, wanted) && master_repair(m);
    free(structural);
    free(wanted);
    return good;
}

bool master_solve(struct master *m)
{
    struct candidate_list list = {.count = 0};
    double tolerance = 1e-9 * m->model->scale;
    int64_t limit = m->pivots + 2000 + 20 * (int64_t)m->rows;

    master_set_prices(m);
    while (m->pivots < limit) {
        int32_t best = -1;
        double gain = tolerance;
        for (int32_t i = 0; i < list.count; i++) {
            bool basic =
                list.id[i] >= 0 ? m->variables[list.id[i]].position >= 0 : m->slack_at[-1 - list.id[i]] >= 0;
            double now = basic ? 0 : master_gain(m, list.id[i]);
            if (now > gain && now > 0.1 * list.gain[i]) {
                gain = now;
                best = i;
            }
        }
        if (best < 0) {
            master_set_prices(m);
            master_fill_list(m, &list, tolerance);
            if (list.count == 0)
                return true;
            best = 0;
        }
        int32_t id = list.id[best];
        list.gain[best] = INFINITY; /* once for each filling */
        master_ftran(m, id);
        int32_t p = master_choose_leaving(m);
        if (p < 0)
            return true;
        if (!master_pivot(m, id, p))
            return false;
        if (m->since_refactor > 150 && !master_refactor(m))
            return false;
        if (m->pivots % 64 == 0 && control_is_over(m->control))
            return true;
        if (m->since_refactor % 32 == 0) /* prices are kept up to date by the pivots, with rounding */
            master_set_prices(m);
    }
    return true;
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
