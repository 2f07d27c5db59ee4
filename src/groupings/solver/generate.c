#include "generate.h"

#include "master.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounds alternate: the master gives prices; the lots are searched not at these but between them and the best prices
 * so far (smoothing), which calms the swings of a young master; every search proves a bound. */
struct rounds {
    struct generation *g;
    struct master *master;
    double *center;      /* prices of the best bound = g->prices */
    double *outer;       /* prices of the master */
    double *trial;       /* where the lots are searched */
    double *lot_prices;  /* of the master, by lot */
    double *cutoffs;
    struct priced *priced;
    double smoothing;
    double bonus;
};

static bool generation_start(struct generation *g)
{
    const struct model *model = g->scope->model;
    size_t lots = (size_t)model->lot_count + 1, cells = 0;

    for (int32_t i = 0; i < g->scope->lot_count; i++)
        cells += (size_t)model->lots[g->scope->lots[i]].candidate_count;
    g->priced = calloc((size_t)g->scope->lot_count + 1, sizeof *g->priced);
    g->part = calloc(lots, sizeof *g->part);
    g->answered = calloc(lots, sizeof *g->answered);
    g->heaviest = calloc(lots, sizeof *g->heaviest);
    g->mixed = calloc(lots, sizeof *g->mixed);
    g->memory = calloc(cells + 1, sizeof(double));
    if (!g->mixed || !g->priced || !g->part || !g->answered || !g->heaviest || !g->memory)
        return false;
    double *at = g->memory;
    for (int32_t i = 0; i < g->scope->lot_count; i++) {
        g->part[g->scope->lots[i]] = at;
        at += model->lots[g->scope->lots[i]].candidate_count;
    }
    g->bound = INFINITY;
    g->master_value = -INFINITY;
    g->rounds = 0;
    g->converged = false;
    return true;
}

void generation_free(struct generation *g)
{
    for (int32_t i = 0; g->mixed && i < g->scope->lot_count; i++)
        column_free(g->mixed[g->scope->lots[i]]);
    free(g->mixed);
    g->mixed = NULL;
    free(g->priced);
    free(g->part);
    free(g->answered);
    free(g->heaviest);
    free(g->memory);
    g->priced = NULL;
    g->part = NULL;
    g->answered = NULL;
    g->heaviest = NULL;
    g->memory = NULL;
}

static double lot_bonus(const struct rounds *r, int32_t lot)
{
    return r->g->scope->states[lot].answer > 0 ? r->bonus : 0;
}

/* A master with every column that the scope allows now. */
static bool rounds_fill_master(struct rounds *r)
{
    struct generation *g = r->g;
    const struct pool *pools[3] = {g->known, g->also, g->fresh};

    master_free(r->master);
    r->master = master_new(g->scope->model, g->scope->lots, g->scope->lot_count, g->scope->right, g->scope->known);
    if (!r->master)
        return false;
    for (int k = 0; k < 3; k++) {
        for (int32_t i = 0; pools[k] && i < pools[k]->count; i++) {
            const struct column *column = pools[k]->columns[i];
            if (scope_allows(g->scope, column) && !master_add(r->master, column, lot_bonus(r, column->lot)))
                return false;
        }
    }
    return true;
}

/* What the best known column of each lot is worth at the prices; 0 where not answering is allowed. */
static void rounds_set_cutoffs(struct rounds *r)
{
    const struct scope *scope = r->g->scope;
    for (int32_t i = 0; i < scope->lot_count; i++)
        r->cutoffs[scope->lots[i]] = scope->states[scope->lots[i]].answer > 0 ? -INFINITY : 0;
    for (int32_t i = 0; i < master_column_count(r->master); i++) {
        const struct column *column = master_column(r->master, i);
        if (column)
            r->cutoffs[column->lot] = fmax(r->cutoffs[column->lot], column_reduced_value(column, r->trial));
    }
}

/* Takes the new columns; *ret_gain is how much they promise at the master's own prices. */
static bool rounds_add_columns(struct rounds *r, double *ret_gain, int32_t *ret_count)
{
    struct generation *g = r->g;
    bool good = true;

    *ret_gain = 0;
    *ret_count = 0;
    for (int32_t i = 0; i < g->scope->lot_count; i++) {
        double most = 0;
        for (int32_t k = 0; k < r->priced[i].count; k++) {
            struct column *column = r->priced[i].columns[k];
            bool is_new = false;
            if (!good) {
                column_free(column);
                continue;
            }
            double gain = column_reduced_value(column, r->outer) + lot_bonus(r, column->lot) -
                          r->lot_prices[column->lot];
            good = pool_add(g->fresh, column, &is_new);
            if (good && is_new) {
                column = g->fresh->columns[g->fresh->count - 1];
                most = fmax(most, gain);
                ++*ret_count;
                good = master_add(r->master, column, lot_bonus(r, column->lot));
            }
        }
        r->priced[i].count = 0;
        *ret_gain += most;
    }
    return good;
}

static void rounds_set_trial(struct rounds *r, double smoothing)
{
    int32_t rows = r->g->scope->model->row_count;
    for (int32_t i = 0; i < rows; i++) {
        double mixed = smoothing * r->center[i] + (1 - smoothing) * r->outer[i];
        r->trial[i] = mixed > 1e-9 ? mixed : 0;
    }
}

static double rounds_slack(const struct rounds *r)
{
    const struct generation *g = r->g;
    double least = 1e-8 * g->scope->model->scale / g->scope->model->lot_count;
    double gap = isfinite(g->bound) ? g->bound - fmax(g->master_value, isfinite(g->best) ? g->best : 0) : 0;
    return fmax(least, 0.1 * gap / (g->scope->lot_count + 1));
}

static void rounds_read_fraction(struct rounds *r)
{
    struct generation *g = r->g;
    const struct model *model = g->scope->model;
    size_t cells = 0;

    for (int32_t i = 0; i < g->scope->lot_count; i++) {
        int32_t l = g->scope->lots[i];
        cells += (size_t)model->lots[l].candidate_count;
        g->answered[l] = 0;
        g->heaviest[l] = NULL;
    }
    memset(g->memory, 0, cells * sizeof(double));
    double *heavy = r->cutoffs; /* scratch until the next pricing */
    for (int32_t i = 0; i < g->scope->lot_count; i++)
        heavy[g->scope->lots[i]] = 0;
    for (int32_t i = 0; i < master_column_count(r->master); i++) {
        const struct column *column = master_column(r->master, i);
        double weight = master_weight(r->master, i);
        if (!column || weight <= 1e-9)
            continue;
        g->answered[column->lot] += weight;
        for (int32_t k = 0; k < column->member_count; k++)
            g->part[column->lot][column->members[k]] += weight;
        if (weight > heavy[column->lot]) {
            heavy[column->lot] = weight;
            g->heaviest[column->lot] = column;
        }
    }
}

/* Value of the master without bonuses; -INFINITY when a lot that must be answered is not. */
static double rounds_master_value(struct rounds *r)
{
    const struct generation *g = r->g;
    double value = master_objective(r->master);
    rounds_read_fraction(r);
    for (int32_t i = 0; i < g->scope->lot_count; i++) {
        int32_t l = g->scope->lots[i];
        if (g->scope->states[l].answer > 0) {
            if (g->answered[l] < 1 - 1e-5)
                return -INFINITY;
            value -= r->bonus * g->answered[l];
        }
    }
    return value;
}

static void rounds_take_bound(struct rounds *r, double bound)
{
    struct generation *g = r->g;
    if (bound >= g->bound)
        return;
    g->bound = bound;
    memcpy(g->prices, r->trial, (size_t)g->scope->model->row_count * sizeof *g->prices);
    memcpy(g->priced, r->priced, (size_t)g->scope->lot_count * sizeof *g->priced);
}

static bool scope_fix_and_refill(struct rounds *r)
{
    struct generation *g = r->g;
    if (!g->fix || scope_fix(g->scope, g->prices, g->priced, g->bound, g->best) == 0)
        return true;
    return rounds_fill_master(r);
}

/* The mix of the columns of a lot whose y are all 0 or 1: one group, quantities in proportion to the weights. */
static bool rounds_mix_lot(struct rounds *r, int32_t l)
{
    struct generation *g = r->g;
    const struct lot *lot = &g->scope->model->lots[l];
    const struct column *heaviest = g->heaviest[l];
    int32_t arcs = 0;

    if (!heaviest || g->answered[l] < 0.999)
        return true;
    for (int32_t c = 0; c < lot->candidate_count; c++) {
        if (g->part[l][c] > 1e-6 && (g->part[l][c] < g->answered[l] - 1e-6 || !column_has(heaviest, c)))
            return true;
    }
    double *sums = calloc((size_t)lot->arc_count + 1, sizeof *sums);
    double *quantities = calloc((size_t)lot->arc_count + 1, sizeof *quantities);
    double total = 0;
    if (sums && quantities) {
        for (int32_t i = 0; i < master_column_count(r->master); i++) {
            const struct column *column = master_column(r->master, i);
            double weight = column && column->lot == l ? master_weight(r->master, i) : 0;
            if (weight <= 1e-9 || column->member_count != heaviest->member_count ||
                memcmp(column->members, heaviest->members, (size_t)column->member_count * sizeof *column->members) != 0)
                continue;
            total += weight;
            for (int32_t k = 0; k < column->arc_count; k++)
                sums[column->arcs[k]] += weight * column->quantities[k];
        }
        for (int32_t k = 0; k < heaviest->member_count; k++) {
            const struct candidate *c = &lot->candidates[heaviest->members[k]];
            for (int32_t a = c->first; a < c->first + c->count; a++)
                quantities[arcs++] = sums[a] / total;
        }
        g->mixed[l] = column_new(g->scope->model, l, heaviest->members, heaviest->member_count, quantities);
    }
    free(sums);
    free(quantities);
    return g->mixed[l] != NULL;
}

static bool rounds_mix(struct rounds *r)
{
    for (int32_t i = 0; i < r->g->scope->lot_count; i++) {
        if (!rounds_mix_lot(r, r->g->scope->lots[i]))
            return false;
    }
    return true;
}

static bool rounds_run(struct rounds *r)
{
    struct generation *g = r->g;
    double last_fix = INFINITY;
    bool exact = false; /* the lots are searched at the master's own prices */

    for (g->rounds = 0; g->rounds < g->max_rounds; g->rounds++) {
        if (g->rounds > 0 || master_column_count(r->master) > 0) {
            if (!master_solve(r->master))
                return false;
            master_prices(r->master, r->outer, r->lot_prices);
            g->master_value = rounds_master_value(r);
        }
        if (g->rounds == 0)
            memcpy(r->trial, g->prices, (size_t)g->scope->model->row_count * sizeof *r->trial);
        else
            rounds_set_trial(r, exact ? 0 : r->smoothing);
        if (g->bound - g->master_value <= g->tolerance && g->rounds > 0) {
            g->converged = true;
            break;
        }
        rounds_set_cutoffs(r);
        struct pricing pricing = {r->trial, r->cutoffs, rounds_slack(r), g->max_lot_nodes};
        scope_price(g->scope, &pricing, r->priced);
        atomic_fetch_add(&g->scope->control->rounds, 1);
        double bound = scope_bound(g->scope, r->trial, r->priced), before = g->bound, gain;
        int32_t count;
        rounds_take_bound(r, bound);
        if (!rounds_add_columns(r, &gain, &count))
            return false;
        if (g->bound <= g->best + g->allowed || control_is_over(g->scope->control))
            break;
        if (g->watch && !g->watch(g->context, g))
            break;
        if (isfinite(g->best) && g->bound - g->best < 0.7 * last_fix) {
            last_fix = g->bound - g->best;
            if (!scope_fix_and_refill(r))
                return false;
        }
        if (exact && count == 0 && g->rounds > 1) {
            g->converged = true;
            break;
        }
        if (g->rounds > 0)
            exact = gain <= 0 && bound >= before;
        r->smoothing = bound < before ? fmin(0.9, r->smoothing + 0.05) : fmax(0.1, r->smoothing - 0.1);
    }
    return true;
}

bool generate_columns(struct generation *g)
{
    const struct model *model = g->scope->model;
    size_t rows = (size_t)model->row_count + 1, lots = (size_t)model->lot_count + 1;
    struct rounds r = {.g = g, .center = g->prices, .smoothing = 0.5, .bonus = 10 * model->scale};

    r.outer = calloc(2 * rows + 2 * lots, sizeof *r.outer);
    r.priced = calloc((size_t)g->scope->lot_count + 1, sizeof *r.priced);
    bool good = r.outer && r.priced && generation_start(g);
    if (good) {
        r.trial = r.outer + rows;
        r.lot_prices = r.trial + rows;
        r.cutoffs = r.lot_prices + lots;
        good = rounds_fill_master(&r) && rounds_run(&r);
    }
    if (good && g->bound > g->best + g->allowed) { /* the node stays open: what to branch on, what to round */
        good = master_solve(r.master);
        g->master_value = good ? rounds_master_value(&r) : g->master_value;
        good = good && rounds_mix(&r);
    }
    master_free(r.master);
    free(r.outer);
    free(r.priced);
    if (!good)
        atomic_store(&g->scope->control->no_memory, true);
    return good;
}
