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

/* Most entries that the variable can have. */
static int32_t variable_most(const struct master *m, const struct variable *v)
{
    const struct model *model = m->model;
    if (v->column)
        return 1 + v->column->entry_count + v->column->cut_count;
    if (v->opener < 0)
        return 1;
    int32_t member = model->openers[v->opener].member;
    return m->openings[v->opener].row_count + model->member_slots[member + 1] - model->member_slots[member] +
           3 + model->cuts->by_opener[v->opener].count;
}

static void variable_put(struct variable *v, int32_t row, double use)
{
    if (row < 0)
        return;
    v->rows[v->count] = row;
    v->uses[v->count++] = use;
}

bool variable_expand(struct master *m, struct variable *v)
{
    int32_t row;
    double use;

    if (v->rows_seen == m->rows)
        return true;
    if (!v->rows) {
        size_t most = (size_t)variable_most(m, v) + 1;
        v->uses = malloc(most * (sizeof *v->uses + sizeof *v->rows));
        if (!v->uses)
            return false;
        v->rows = (int32_t *)(v->uses + most);
    }
    v->count = 0;
    v->rows_seen = m->rows;
    if (v->column) {
        const struct column *column = v->column;
        variable_put(v, m->row_of_lot[column->lot], 1);
        for (int32_t i = 0; i < column->entry_count; i++) {
            row = m->row_of[column->rows[i]];
            variable_put(v, row, row >= 0 ? m->unit[row] * column->uses[i] : 0);
        }
        for (int32_t i = 0; m->use_cuts && i < column->cut_count; i++) {
            row = m->row_of[column->cut_rows[i]];
            variable_put(v, row, row >= 0 ? m->unit[row] * column->cut_uses[i] : 0);
        }
    } else if (v->opener >= 0) {
        for (int32_t k = 0; opening_entry(m, v->opener, k, &row, &use); k++)
            variable_put(v, row, use);
    } else {
        variable_put(v, v->artificial_row, -1);
    }
    return true;
}

static double variable_dot(struct master *m, struct variable *v, const double *by_row)
{
    double sum = 0;
    if (!variable_expand(m, v))
        m->no_memory = true;
    for (int32_t i = 0; i < v->count; i++)
        sum += by_row[v->rows[i]] * v->uses[i];
    return sum;
}

static void share_add(struct master *m, int32_t row, double use)
{
    if (m->slack_at[row] >= 0) {
        m->alpha[m->slack_at[row]] += use;
        return;
    }
    const double *restrict column = m->inverse[row];
    double *restrict share = m->share;
    for (int32_t s = 0; s < m->slots; s++)
        share[s] += use * column[s];
}

void master_ftran(struct master *m, int32_t id)
{
    memset(m->alpha, 0, (size_t)m->rows * sizeof *m->alpha);
    memset(m->share, 0, (size_t)m->slots * sizeof *m->share);
    if (id < 0) {
        share_add(m, -1 - id, 1);
    } else {
        struct variable *v = &m->variables[id];
        m->no_memory |= !variable_expand(m, v);
        for (int32_t i = 0; i < v->count; i++)
            share_add(m, v->rows[i], v->uses[i]);
    }
    for (int32_t s = 0; s < m->slots; s++) {
        struct variable *v = &m->variables[m->head[m->slot_at[s]]];
        double share = fabs(m->share[s]) < 1e-14 ? 0 : m->share[s];
        m->share[s] = m->alpha[m->slot_at[s]] = share;
        if (share == 0)
            continue;
        m->no_memory |= !variable_expand(m, v);
        for (int32_t i = 0; i < v->count; i++) {
            if (m->slack_at[v->rows[i]] >= 0)
                m->alpha[m->slack_at[v->rows[i]]] -= share * v->uses[i];
        }
    }
    m->mark_count = 0;
    for (int32_t i = 0; i < m->rows; i++) {
        if (m->alpha[i] != 0)
            m->marks[m->mark_count++] = i;
    }
}

static double master_gain(struct master *m, int32_t id)
{
    if (id < 0)
        return -m->price[-1 - id];
    struct variable *v = &m->variables[id];
    return v->cost - variable_dot(m, v, m->price);
}

/* Four sums side by side: they need not wait for each other. */
static double slots_dot(const struct master *m, const double *by_slot, const double *column)
{
    double sums[4] = {0, 0, 0, 0};
    int32_t s = 0;
    for (; s + 4 <= m->slots; s += 4) {
        for (int k = 0; k < 4; k++)
            sums[k] += by_slot[s + k] * column[s + k];
    }
    for (; s < m->slots; s++)
        sums[0] += by_slot[s] * column[s];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static void master_set_prices(struct master *m)
{
    memset(m->price, 0, (size_t)m->rows * sizeof *m->price);
    for (int32_t s = 0; s < m->slots; s++)
        m->by_slot[s] = m->basic_cost[m->slot_at[s]];
    for (int32_t d = 0; d < m->slots; d++)
        m->price[m->dense[d]] = slots_dot(m, m->by_slot, m->inverse[m->dense[d]]);
}

/* The row of the inverse of the basis at position p, into terms. */
static void master_find_row(struct master *m, int32_t p)
{
    int32_t slot = m->slot[p], own = -1 - m->head[p];

    if (m->terms_of == p)
        return;
    m->terms_of = p;
    memset(m->terms, 0, (size_t)m->rows * sizeof *m->terms);
    if (slot >= 0) {
        for (int32_t d = 0; d < m->slots; d++)
            m->terms[m->dense[d]] = m->inverse[m->dense[d]][slot];
        return;
    }
    m->terms[own] = 1;
    int32_t count = 0;
    for (int32_t s = 0; s < m->slots; s++) { /* the row of A_RK: few entries */
        struct variable *v = &m->variables[m->head[m->slot_at[s]]];
        m->no_memory |= !variable_expand(m, v);
        for (int32_t i = 0; i < v->count; i++) {
            if (v->rows[i] == own) {
                m->by_slot[count] = v->uses[i];
                m->some_slots[count++] = s;
                break;
            }
        }
    }
    for (int32_t d = 0; d < m->slots; d++) {
        const double *column = m->inverse[m->dense[d]];
        double sum = 0;
        for (int32_t k = 0; k < count; k++)
            sum += m->by_slot[k] * column[m->some_slots[k]];
        m->terms[m->dense[d]] = -sum;
    }
}

bool master_reserve_slot(struct master *m)
{
    if (m->slots < m->slot_capacity)
        return true;
    int32_t capacity = 2 * m->slot_capacity + 64;
    for (int32_t i = 0; i < m->row_capacity; i++) {
        double *grown = m->inverse[i] ? realloc(m->inverse[i], (size_t)capacity * sizeof(double)) : NULL;
        if (m->inverse[i] && !grown)
            return false;
        m->inverse[i] = grown;
    }
    m->slot_capacity = capacity;
    return true;
}

/* Row r comes into D, in the place `at` of the list; it keeps -share / pivot. */
static void inverse_add_row(struct master *m, int32_t row, int32_t at, double pivot)
{
    double *restrict column = m->inverse[row];
    const double *restrict share = m->share;
    for (int32_t s = 0; s < m->slots; s++)
        column[s] = -share[s] / pivot;
    m->slack_at[row] = -1;
    m->dense[at] = row;
}

static void inverse_drop_slot(struct master *m, int32_t slot)
{
    int32_t last = --m->slots;
    for (int32_t d = 0; d < last; d++)
        m->inverse[m->dense[d]][slot] = m->inverse[m->dense[d]][last];
    m->slot_at[slot] = m->slot_at[last];
    m->slot[m->slot_at[slot]] = slot;
}

/* N and the lists after the variable (or slack) takes position p; alpha, share and terms are those of before.
 */
static bool inverse_exchange(struct master *m, int32_t id, int32_t p)
{
    int32_t leaving = m->head[p], slot = m->slot[p], in = -1 - id, count = m->slots, at = -1;
    double pivot = m->alpha[p];

    if (leaving < 0 && !m->inverse[-1 - leaving])
        m->inverse[-1 - leaving] = malloc((size_t)(m->slot_capacity + 1) * sizeof(double));
    if ((leaving < 0 && !m->inverse[-1 - leaving]) || !master_reserve_slot(m))
        return false;
    for (int32_t d = 0; d < count; d++) {
        double *restrict column = m->inverse[m->dense[d]];
        const double *restrict share = m->share;
        double factor = m->terms[m->dense[d]] / pivot;
        if (id < 0 && m->dense[d] == in)
            at = d; /* leaves D */
        for (int32_t s = 0; s < count && factor != 0; s++)
            column[s] -= factor * share[s];
        if (slot >= 0)
            column[slot] = factor;
        else if (id >= 0)
            column[count] = factor;
    }
    if (leaving < 0) {
        inverse_add_row(m, -1 - leaving, id < 0 ? at : count, pivot);
        if (id >= 0) {
            m->inverse[-1 - leaving][count] = 1 / pivot;
            m->slot[p] = m->slots++;
            m->slot_at[count] = p;
        }
    } else if (id < 0) {
        m->dense[at] = m->dense[count - 1];
        inverse_drop_slot(m, slot);
        m->slot[p] = -1;
    }
    if (id < 0)
        m->slack_at[in] = p;
    m->terms_of = -1;
    return true;
}

/* The variable takes position p at level theta; alpha and terms are those of before. */
static bool master_enter(struct master *m, int32_t id, int32_t p, double theta)
{
    int32_t leaving = m->head[p];

    if (!inverse_exchange(m, id, p))
        return false;
    for (int32_t i = 0; i < m->mark_count; i++)
        m->level[m->marks[i]] -= theta * m->alpha[m->marks[i]];
    m->level[p] = theta;
    if (leaving >= 0)
        m->variables[leaving].position = -1;
    m->head[p] = id;
    m->basic_cost[p] = id < 0 ? 0 : m->variables[id].cost;
    if (id >= 0)
        m->variables[id].position = p;
    return !m->no_memory;
}

bool master_pivot(struct master *m, int32_t id, int32_t p)
{
    double gain = master_gain(m, id) / m->alpha[p];

    master_find_row(m, p);
    for (int32_t d = 0; d < m->slots; d++)
        m->price[m->dense[d]] += gain * m->terms[m->dense[d]];
    if (m->head[p] < 0)
        m->price[-1 - m->head[p]] = gain;
    if (id < 0)
        m->price[-1 - id] = 0;
    m->pivots++;
    m->since_refactor++;
    return master_enter(m, id, p, fmax(m->level[p] / m->alpha[p], 0));
}

bool master_factor(struct master *m, const int32_t *structural, int32_t count, const bool *wanted)
{
    for (int32_t i = 0; i < m->rows; i++) {
        if (m->head[i] >= 0)
            m->variables[m->head[i]].position = -1;
    }
    m->slots = 0;
    m->terms_of = -1;
    for (int32_t i = 0; i < m->rows; i++) {
        m->head[i] = -1 - i;
        m->slack_at[i] = i;
        m->slot[i] = -1;
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
        master_find_row(m, best);
        if (!master_enter(m, structural[k], best, m->level[best] / m->alpha[best]))
            return false;
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
    for (int32_t d = 0; d < m->slots; d++) {
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

    master_find_row(m, p);
    for (int32_t k = -m->slots; k < m->variable_count; k++) {
        int32_t id = k < 0 ? -1 - m->dense[-1 - k] : k;
        if (id >= 0 && m->variables[id].position >= 0)
            continue;
        double alpha = id < 0 ? m->terms[-1 - id] : variable_dot(m, &m->variables[id], m->terms);
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
