#include "leaf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Tableau: basic variable of row i is  value[i] = (constant) - sum_j row[i][j] * nonbasic j.
 * Variables: arcs 0..n-1, then one artificial for each requirement (fixed at 0, its reduced cost is the price
 * of the cover), then the slacks of the members' rows. */
struct leaf_space {
    size_t size; /* bytes held by `block` */
    void *block;
    double *table;     /* rows x columns */
    double *value;     /* of the basic variable of each row */
    double *reduced;   /* of each column */
    double *top;       /* upper bound of each variable */
    double *cost;      /* of each arc */
    int32_t *basic;    /* variable of each row */
    int32_t *column;   /* variable of each column */
    int8_t *at_top;    /* by variable: nonbasic at its upper bound */
    int32_t *owner;    /* by arc: position in the group */
    int32_t *source;   /* by arc: index in the lot */
    int32_t *order;    /* scratch */
    int32_t *marginal; /* by requirement: arc that is basic there */
};

struct leaf_space *leaf_space_new(void)
{
    return calloc(1, sizeof(struct leaf_space));
}

void leaf_space_free(struct leaf_space *space)
{
    if (space)
        free(space->block);
    free(space);
}

static void *carve(char **at, size_t bytes)
{
    void *piece = *at;
    *at += (bytes + 15) / 16 * 16;
    return piece;
}

static bool space_reserve(struct leaf_space *space, size_t rows, size_t columns)
{
    size_t variables = rows + columns + 1;
    size_t bytes = (rows * columns + rows + columns + 2 * variables) * sizeof(double) +
                   (7 * variables) * sizeof(int32_t) + variables + 16 * 16;
    if (bytes > space->size) {
        free(space->block);
        space->block = malloc(bytes);
        space->size = space->block ? bytes : 0;
    }
    if (!space->block)
        return false;
    char *at = space->block;
    space->table = carve(&at, rows * columns * sizeof(double));
    space->value = carve(&at, rows * sizeof(double));
    space->reduced = carve(&at, columns * sizeof(double));
    space->top = carve(&at, variables * sizeof(double));
    space->cost = carve(&at, variables * sizeof(double));
    space->basic = carve(&at, rows * sizeof(int32_t));
    space->column = carve(&at, columns * sizeof(int32_t));
    space->owner = carve(&at, variables * sizeof(int32_t));
    space->source = carve(&at, variables * sizeof(int32_t));
    space->order = carve(&at, variables * sizeof(int32_t));
    space->marginal = carve(&at, variables * sizeof(int32_t));
    space->at_top = carve(&at, variables);
    return true;
}

struct leaf {
    struct leaf_space *s;
    const struct leaf_data *data;
    const int32_t *group;
    int32_t group_count;
    int32_t arcs, requirements; /* columns: arcs (all but the basic ones) and artificials */
    int32_t rows, columns;
    double constant; /* objective of the start */
};

static void leaf_collect_arcs(struct leaf *leaf)
{
    struct leaf_space *s = leaf->s;
    int32_t n = 0;
    for (int32_t g = 0; g < leaf->group_count; g++) {
        const struct candidate *candidate = &leaf->data->lot->candidates[leaf->group[g]];
        for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
            s->owner[n] = g;
            s->source[n] = a;
            s->cost[n] = leaf->data->cost[a];
            s->top[n] = leaf->data->up[a];
            s->at_top[n] = 0;
            n++;
        }
    }
    leaf->arcs = n;
}

/* Fills every requirement from the cheapest arc on. False when the quantity cannot be reached. */
static bool leaf_fill(struct leaf *leaf)
{
    struct leaf_space *s = leaf->s;
    const struct lot *lot = leaf->data->lot;

    for (int32_t r = 0; r < leaf->requirements; r++) {
        int32_t count = 0;
        double left = lot->quantity[r], slack = 1e-9 * left;
        for (int32_t j = 0; j < leaf->arcs; j++) {
            if (lot->arcs[s->source[j]].requirement != r)
                continue;
            int32_t k = count++;
            while (k > 0 && s->cost[s->order[k - 1]] > s->cost[j]) {
                s->order[k] = s->order[k - 1];
                k--;
            }
            s->order[k] = j;
        }
        s->marginal[r] = -1;
        for (int32_t k = 0; k < count && s->marginal[r] < 0; k++) {
            int32_t j = s->order[k];
            if (s->top[j] >= left - slack) {
                s->marginal[r] = j;
                s->value[r] = left;
                break;
            }
            s->at_top[j] = 1;
            left -= s->top[j];
        }
        if (s->marginal[r] < 0)
            return false;
    }
    return true;
}

static double nonbasic_value(const struct leaf_space *s, int32_t variable)
{
    return s->at_top[variable] ? s->top[variable] : 0;
}

/* Columns and the rows of the cover: x_marginal + other x + artificial = q. */
static void leaf_build_cover(struct leaf *leaf)
{
    struct leaf_space *s = leaf->s;
    const struct lot *lot = leaf->data->lot;
    int32_t columns = 0;

    for (int32_t j = 0; j < leaf->arcs; j++) {
        if (s->marginal[lot->arcs[s->source[j]].requirement] != j)
            s->column[columns++] = j;
    }
    for (int32_t r = 0; r < leaf->requirements; r++) {
        int32_t artificial = leaf->arcs + r;
        s->column[columns++] = artificial;
        s->cost[artificial] = 0;
        s->top[artificial] = 0;
        s->at_top[artificial] = 0;
    }
    leaf->columns = columns;
    leaf->constant = 0;
    for (int32_t r = 0; r < leaf->requirements; r++) {
        double *row = s->table + (size_t)r * (size_t)columns;
        s->basic[r] = s->marginal[r];
        memset(row, 0, (size_t)columns * sizeof *row);
        leaf->constant += s->value[r] * s->cost[s->marginal[r]];
    }
    for (int32_t k = 0; k < columns; k++) {
        int32_t j = s->column[k];
        int32_t r = j < leaf->arcs ? lot->arcs[s->source[j]].requirement : j - leaf->arcs;
        s->table[(size_t)r * (size_t)columns + (size_t)k] = 1;
        s->reduced[k] = s->cost[j] - s->cost[s->marginal[r]];
        leaf->constant += s->cost[j] * nonbasic_value(s, j);
    }
    leaf->rows = leaf->requirements;
}

/* Adds a row  slack = sign * (sum_j coefficient_j x_j) + constant >= 0, the basic arcs replaced. */
static void leaf_add_row(struct leaf *leaf, const double *coefficient, double sign, double constant)
{
    struct leaf_space *s = leaf->s;
    const struct lot *lot = leaf->data->lot;
    int32_t i = leaf->rows++, slack = leaf->arcs + i;
    double *row = s->table + (size_t)i * (size_t)leaf->columns;
    double value = constant;

    for (int32_t k = 0; k < leaf->columns; k++) {
        int32_t j = s->column[k];
        int32_t r = j < leaf->arcs ? lot->arcs[s->source[j]].requirement : j - leaf->arcs;
        row[k] = sign * (coefficient[s->marginal[r]] - (j < leaf->arcs ? coefficient[j] : 0));
    }
    for (int32_t j = 0; j < leaf->arcs; j++) {
        int32_t r = lot->arcs[s->source[j]].requirement;
        value += sign * coefficient[j] * (s->marginal[r] == j ? s->value[r] : nonbasic_value(s, j));
    }
    s->basic[i] = slack;
    s->value[i] = value;
    s->top[slack] = INFINITY;
    s->cost[slack] = 0;
    s->at_top[slack] = 0;
}

static void leaf_add_member_rows(struct leaf *leaf, double *coefficient)
{
    struct leaf_space *s = leaf->s;
    const struct lot *lot = leaf->data->lot;

    for (int32_t g = 0; g < leaf->group_count; g++) {
        double limit = leaf->data->limit[leaf->group[g]], most = 0;
        for (int32_t j = 0; j < leaf->arcs; j++)
            coefficient[j] = s->owner[j] == g ? lot->arcs[s->source[j]].weight : 0;
        leaf_add_row(leaf, coefficient, 1, -lot->floor);
        for (int32_t j = 0; j < leaf->arcs; j++) {
            coefficient[j] = s->owner[j] == g ? lot->arcs[s->source[j]].price : 0;
            most += coefficient[j] * s->top[j];
        }
        if (most > limit)
            leaf_add_row(leaf, coefficient, -1, limit);
    }
}

/* Capacity shared by two requirements of the lot. */
static void leaf_add_slot_rows(struct leaf *leaf, double *coefficient)
{
    struct leaf_space *s = leaf->s;
    const struct lot *lot = leaf->data->lot;

    for (int32_t first = 0; first < leaf->arcs; first++) {
        int32_t slot = lot->arcs[s->source[first]].slot, same = 0;
        bool seen = false;
        double most = 0;
        for (int32_t j = 0; j < leaf->arcs; j++) {
            coefficient[j] = lot->arcs[s->source[j]].slot == slot;
            same += coefficient[j] > 0;
            most += coefficient[j] * s->top[j];
            seen |= coefficient[j] > 0 && j < first;
        }
        if (!seen && same > 1 && most > leaf->data->capacity[slot])
            leaf_add_row(leaf, coefficient, -1, leaf->data->capacity[slot]);
    }
}

/* The row whose basic variable is furthest outside its bounds, -1 when none is. */
static int32_t leaf_choose_row(const struct leaf *leaf, bool *ret_below)
{
    const struct leaf_space *s = leaf->s;
    int32_t best = -1;
    double worst = 0;

    for (int32_t i = 0; i < leaf->rows; i++) {
        double value = s->value[i], top = s->top[s->basic[i]];
        double size = s->basic[i] >= leaf->arcs ? leaf->data->lot->floor : top;
        double tolerance = 1e-10 * (1 + fabs(size));
        if (value < -tolerance && -value > worst * (1 + fabs(size))) {
            worst = -value / (1 + fabs(size));
            best = i;
            *ret_below = true;
        } else if (value > top + tolerance && value - top > worst * (1 + fabs(size))) {
            worst = (value - top) / (1 + fabs(size));
            best = i;
            *ret_below = false;
        }
    }
    return best;
}

/* Dual ratio test; the larger pivot wins a tie. */
static int32_t leaf_choose_column(const struct leaf *leaf, int32_t i, bool below)
{
    const struct leaf_space *s = leaf->s;
    const double *row = s->table + (size_t)i * (size_t)leaf->columns;
    int32_t best = -1;
    double ratio = INFINITY, size = 0, largest = 0;

    for (int32_t k = 0; k < leaf->columns; k++)
        largest = fmax(largest, fabs(row[k]));
    for (int32_t k = 0; k < leaf->columns; k++) {
        int32_t j = s->column[k];
        double a = below ? row[k] : -row[k];
        if (s->top[j] <= 0 || fabs(a) < 1e-9 * largest || (s->at_top[j] ? a <= 0 : a >= 0))
            continue;
        double test = fabs(s->reduced[k]) / fabs(a);
        if (test < ratio - 1e-12 || (test <= ratio + 1e-12 && fabs(a) > size)) {
            ratio = fmin(ratio, test);
            size = fabs(a);
            best = k;
        }
    }
    return best;
}

static void leaf_pivot(struct leaf *leaf, int32_t i, int32_t k, bool below)
{
    struct leaf_space *s = leaf->s;
    size_t columns = (size_t)leaf->columns;
    double *row = s->table + (size_t)i * columns;
    int32_t leaving = s->basic[i], entering = s->column[k];
    double pivot = row[k], inverse = 1 / pivot;
    double target = below ? 0 : s->top[leaving];
    double step = (s->value[i] - target) * inverse; /* change of the entering variable */
    double reduced = s->reduced[k];

    leaf->constant += reduced * step;
    for (int32_t other = 0; other < leaf->rows; other++) {
        double *line = s->table + (size_t)other * columns;
        double factor = line[k] * inverse;
        if (other == i || line[k] == 0)
            continue;
        s->value[other] -= line[k] * step;
        for (size_t c = 0; c < columns; c++)
            line[c] -= factor * row[c];
        line[k] = -factor;
    }
    for (size_t c = 0; c < columns; c++) {
        s->reduced[c] -= reduced * inverse * row[c];
        row[c] *= inverse;
    }
    row[k] = inverse;
    s->reduced[k] = -reduced * inverse;
    s->value[i] = nonbasic_value(s, entering) + step;
    s->basic[i] = entering;
    s->column[k] = leaving;
    s->at_top[entering] = 0;
    s->at_top[leaving] = !below;
}

static void leaf_write(const struct leaf *leaf, double *ret_x, double *ret_price)
{
    const struct leaf_space *s = leaf->s;
    if (ret_x) {
        for (int32_t j = 0; j < leaf->arcs; j++)
            ret_x[j] = nonbasic_value(s, j);
        for (int32_t i = 0; i < leaf->rows; i++) {
            if (s->basic[i] < leaf->arcs)
                ret_x[s->basic[i]] = fmin(fmax(s->value[i], 0), s->top[s->basic[i]]);
        }
    }
    for (int32_t k = 0; ret_price && k < leaf->columns; k++) {
        int32_t r = s->column[k] - leaf->arcs;
        if (r >= 0 && r < leaf->requirements)
            ret_price[r] = -s->reduced[k];
    }
}

enum leaf_status leaf_solve(struct leaf_space *space, const struct leaf_data *data, const int32_t *group,
                            int32_t count, double cutoff, double *ret_cost, double *ret_x, double *ret_price)
{
    const struct lot *lot = data->lot;
    struct leaf leaf = {.s = space,
                        .data = data,
                        .group = group,
                        .group_count = count,
                        .requirements = lot->requirement_count};
    size_t arcs = 0;

    for (int32_t g = 0; g < count; g++)
        arcs += (size_t)lot->candidates[group[g]].count;
    size_t rows = (size_t)leaf.requirements + 2 * (size_t)count + (lot->shares_slot ? arcs : 0);
    if (!space_reserve(space, rows, arcs + (size_t)leaf.requirements + 1))
        return LEAF_NO_MEMORY;
    leaf_collect_arcs(&leaf);
    if (!leaf_fill(&leaf))
        return LEAF_INFEASIBLE;
    leaf_build_cover(&leaf);
    if (leaf.constant > cutoff) {
        *ret_cost = leaf.constant;
        return LEAF_CUT;
    }
    double local[256], *scratch = arcs <= 256 ? local : malloc(arcs * sizeof *scratch);
    if (!scratch)
        return LEAF_NO_MEMORY;
    leaf_add_member_rows(&leaf, scratch);
    if (lot->shares_slot)
        leaf_add_slot_rows(&leaf, scratch);
    if (scratch != local)
        free(scratch);

    for (int32_t pivots = 0; pivots < 50 * (leaf.rows + leaf.columns); pivots++) {
        bool below = false;
        int32_t i = leaf_choose_row(&leaf, &below);
        if (i < 0) {
            *ret_cost = leaf.constant;
            leaf_write(&leaf, ret_x, ret_price);
            return LEAF_OPTIMAL;
        }
        int32_t k = leaf_choose_column(&leaf, i, below);
        if (k < 0)
            return LEAF_INFEASIBLE;
        leaf_pivot(&leaf, i, k, below);
        if (leaf.constant > cutoff) {
            *ret_cost = leaf.constant;
            return LEAF_CUT;
        }
    }
    *ret_cost = leaf.constant; /* cycling, never seen: the value so far is a bound, but no answer */
    return LEAF_CUT;
}
