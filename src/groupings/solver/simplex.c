#include "simplex.h"

#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

void master_ftran(struct master *m, int32_t id)
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
bool master_pivot(struct master *m, int32_t id, int32_t p)
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
bool master_factor(struct master *m, const int32_t *structural, int32_t count, const bool *wanted)
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
bool master_repair(struct master *m)
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
