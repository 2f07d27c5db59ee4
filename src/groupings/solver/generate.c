#include "generate.h"

#include "separate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounds alternate: the master gives prices; the lots are searched not at these but between them and the best
 * prices so far (smoothing), which calms the swings of a young master; every search proves a bound. */
struct rounds {
    struct generation *g;
    struct master *master;
    double *center;     /* prices of the best bound = g->prices */
    double *outer;      /* prices of the master */
    double *trial;      /* where the lots are searched */
    double *lot_prices; /* of the master, by lot */
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
    g->openings = calloc((size_t)model->opener_count + 1, sizeof *g->openings);
    g->heaviest = calloc(lots, sizeof *g->heaviest);
    g->mixed = calloc(lots, sizeof *g->mixed);
    g->memory = calloc(cells + 1, sizeof(double));
    if (!g->mixed || !g->priced || !g->part || !g->answered || !g->openings || !g->heaviest || !g->memory)
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
    free(g->openings);
    free(g->heaviest);
    free(g->memory);
    free(g->basis);
    g->basis = NULL;
    g->priced = NULL;
    g->part = NULL;
    g->answered = NULL;
    g->openings = NULL;
    g->heaviest = NULL;
    g->memory = NULL;
}

static double lot_bonus(const struct rounds *r, int32_t lot)
{
    return r->g->scope->states[lot].answer > 0 ? r->bonus : 0;
}

/* Whether a better answer can hold the column, by the bounds that the caller knew at the first prices. */
static bool column_is_useful(const struct generation *g, const struct column *column)
{
    if (!g->lot_bounds || !isfinite(g->best))
        return true;
    int32_t i = g->scope->states[column->lot].position;
    return !isfinite(g->lot_bounds[i]) ||
           column_reduced_value(column, g->first_prices) >= g->lot_bounds[i] - (g->first_bound - g->best);
}

/* A new master with every column that the scope allows now. */
static bool rounds_make_master(struct rounds *r)
{
    struct generation *g = r->g;
    const struct pool *pools[3] = {g->known, g->also, g->fresh};

    master_free(r->master);
    r->master = master_new(g->scope->model, g->scope->control, g->scope->lots, g->scope->lot_count,
                           g->scope->right, g->scope->known, g->scope->open, g->scope->use_cuts);
    if (!r->master)
        return false;
    for (int k = 0; k < 3; k++) {
        for (int32_t i = 0; pools[k] && i < pools[k]->count; i++) {
            const struct column *column = pools[k]->columns[i];
            if (scope_allows(g->scope, column) && column_is_useful(g, column) &&
                !master_add(r->master, column, lot_bonus(r, column->lot)))
                return false;
        }
    }
    return true;
}

/* The same, from the basis of the one before where that works out. */
static bool rounds_fill_master(struct rounds *r)
{
    struct master_basis *own = r->master ? master_basis_of(r->master) : NULL;
    const struct master_basis *basis = own ? own : r->g->start;
    bool good = rounds_make_master(r);

    if (good && basis && !master_start(r->master, basis))
        good = rounds_make_master(r);
    free(own);
    return good;
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
    int32_t rows =
        r->g->scope->model->row_count + (r->g->scope->use_cuts ? r->g->scope->model->cuts->count : 0);
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
    return g->tight ? least * 1e-2 : fmax(least, 0.1 * gap / (g->scope->lot_count + 1));
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
    for (int32_t o = 0; o < model->opener_count; o++)
        g->openings[o] = master_opening_weight(r->master, o);
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
    for (int32_t o = 0; o < g->scope->model->opener_count; o++)
        value -= g->scope->open[o] > 0 && !g->scope->known[o] ? g->scope->model->openers[o].cost : 0;
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
    memcpy(g->prices, r->trial, (size_t)g->scope->model->price_count * sizeof *g->prices);
    memcpy(g->priced, r->priced, (size_t)g->scope->lot_count * sizeof *g->priced);
}

static bool scope_fix_and_refill(struct rounds *r)
{
    struct generation *g = r->g;
    if (!g->fix || scope_fix(g->scope, g->prices, g->priced, g->bound, g->best) == 0)
        return true;
    return rounds_fill_master(r);
}

/* The mix of the columns of a lot whose y are all 0 or 1: one group, quantities in proportion to the weights.
 */
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
                memcmp(column->members, heaviest->members,
                       (size_t)column->member_count * sizeof *column->members) != 0)
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

/* Adds the cuts that the master's answer breaks. *ret_added: how many. */
static bool rounds_cut(struct rounds *r, int32_t *ret_added)
{
    struct generation *g = r->g;
    const struct model *model = g->scope->model;
    struct cut_drafts drafts = {0};
    int32_t before = model->cuts->count;
    bool good = separate_flow_covers(g, r->master, 60) >= 0 && separate_knapsacks(g, r->master, &drafts) &&
                cut_set_take(model->cuts, &drafts);

    *ret_added = model->cuts->count - before;
    cut_drafts_clear(&drafts);
    for (int32_t i = 0; good && *ret_added && i < g->fresh->count; i++)
        good = column_set_cuts(model, g->fresh->columns[i]);
    return good && (*ret_added == 0 || rounds_fill_master(r));
}

/* How near the bound must come to the master's value: a part of the gap while cuts are still to come. */
static double rounds_tolerance(const struct generation *g)
{
    return isfinite(g->best) && !g->tight ? fmax(g->tolerance, 0.02 * (g->bound - g->best)) : g->tolerance;
}

static bool rounds_run(struct rounds *r)
{
    struct generation *g = r->g;
    double last_fix = INFINITY;
    bool exact = false; /* the lots are searched at the master's own prices */

    scope_recall(g->scope, g->prices, g->lot_bounds);
    for (g->rounds = 0; g->rounds < g->max_rounds; g->rounds++) {
        if (g->rounds > 0 || master_column_count(r->master) > 0) {
            if (!master_solve(r->master))
                return false;
            master_prices(r->master, r->outer, r->lot_prices);
            master_complete_prices(r->master, r->outer);
            g->master_value = rounds_master_value(r);
        }
        if (g->rounds == 0)
            memcpy(r->trial, g->prices, (size_t)g->scope->model->price_count * sizeof *r->trial);
        else
            rounds_set_trial(r, exact ? 0 : r->smoothing);
        if (g->bound - g->master_value <= rounds_tolerance(g) && g->rounds > 0) {
            int32_t added = 0;
            g->converged = true;
            if (g->cut_rounds-- <= 0)
                break;
            if (g->plain_prices && g->scope->model->cuts->count == 0)
                memcpy(g->plain_prices, g->prices, (size_t)g->scope->model->price_count * sizeof *g->prices);
            if (!rounds_cut(r, &added))
                return false;
            if (added == 0)
                break;
            g->converged = exact = false;
            if (!master_solve(r->master))
                return false;
            master_prices(r->master, r->outer, r->lot_prices);
            master_complete_prices(r->master, r->outer);
            g->master_value = rounds_master_value(r);
            rounds_set_trial(r, r->smoothing);
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
            if (g->cut_rounds <= 0)
                break;
        }
        if (g->rounds > 0)
            exact = gain <= 0 && bound >= before;
        r->smoothing = bound < before ? fmin(0.9, r->smoothing + 0.05) : fmax(0.1, r->smoothing - 0.1);
    }
    return true;
}

enum { BRANCH_TRIES = 10 };

struct branch_try {
    int32_t lot, candidate;
    double fraction;
};

/* The most fractional decisions, lots before members. */
static int32_t rounds_list_branches(const struct rounds *r, struct branch_try *list)
{
    const struct generation *g = r->g;
    int32_t count = 0;

    for (int pass = 0; pass < 2 && count == 0; pass++) {
        for (int32_t i = 0; i < g->scope->lot_count; i++) {
            int32_t l = g->scope->lots[i], candidates = g->scope->model->lots[l].candidate_count;
            for (int32_t c = pass ? 0 : -1; c < (pass ? candidates : 0); c++) {
                double part = c < 0 ? g->answered[l] : g->part[l][c], fraction = fmin(part, 1 - part);
                int8_t decided = c < 0 ? g->scope->states[l].answer : g->scope->states[l].must[c];
                if (fraction < 1e-5 || decided)
                    continue;
                int32_t at = count < BRANCH_TRIES ? count++ : BRANCH_TRIES;
                while (at > 0 && list[at - 1].fraction < fraction) {
                    if (at < BRANCH_TRIES)
                        list[at] = list[at - 1];
                    at--;
                }
                if (at < BRANCH_TRIES)
                    list[at] = (struct branch_try){l, c, fraction};
            }
        }
    }
    return count;
}

/* A member that takes part by halves is decided first: it weighs on many lots. */
static bool rounds_choose_opener(struct rounds *r)
{
    struct generation *g = r->g;
    double best = 1e-4;

    for (int32_t o = 0; o < g->scope->model->opener_count; o++) {
        double weight = g->scope->open[o] ? 0 : master_opening_weight(r->master, o),
               score = fmin(weight, 1 - weight);
        if (score > best) {
            best = score;
            g->branch_opener = o;
            g->branch_opening = weight;
        }
    }
    return g->branch_opener >= 0;
}

/* The member in a lot that is nearest to being in. */
static void rounds_choose_likeliest(struct rounds *r)
{
    struct generation *g = r->g;
    double best = 1e-5;

    for (int32_t i = 0; i < g->scope->lot_count; i++) {
        int32_t l = g->scope->lots[i];
        for (int32_t c = 0; c < g->scope->model->lots[l].candidate_count; c++) {
            double part = g->part[l][c];
            if (part > best && part < 1 - 1e-5 && g->scope->states[l].must[c] == 0) {
                best = part;
                g->branch_lot = l;
                g->branch_candidate = c;
            }
        }
    }
}

/* Chooses what lowers the master's value most on both sides, were no new columns found. */
static void rounds_choose_branch(struct rounds *r)
{
    struct generation *g = r->g;
    struct branch_try list[BRANCH_TRIES];
    int32_t count = rounds_list_branches(r, list);
    double value = master_objective(r->master),
           most = fmax(g->bound - g->best, 1e-6 * g->scope->model->scale);
    double best = -1;

    g->branch_lot = g->branch_opener = -1;
    if (rounds_choose_opener(r))
        return;
    if (g->dive)
        rounds_choose_likeliest(r);
    if (g->branch_lot >= 0)
        return;
    for (int32_t i = 0; i < count; i++) {
        double in = 1, out = 1;
        if (count > 1) {
            in = value - master_try(r->master, list[i].lot, list[i].candidate, 1, r->bonus);
            out = value - master_try(r->master, list[i].lot, list[i].candidate, -1, r->bonus);
        }
        in = fmin(fmax(in, 1e-3 * most), 1.5 * most);
        out = fmin(fmax(out, 1e-3 * most), 1.5 * most);
        if (in * out > best * (1 + 1e-9)) {
            best = in * out;
            g->branch_lot = list[i].lot;
            g->branch_candidate = list[i].candidate;
        }
    }
}

bool generate_columns(struct generation *g)
{
    const struct model *model = g->scope->model;
    size_t rows = (size_t)model->price_count + 1, lots = (size_t)model->lot_count + 1;
    struct rounds r = {.g = g, .center = g->prices, .smoothing = 0.5, .bonus = model->big};

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
        free(g->basis);
        g->basis = good ? master_basis_of(r.master) : NULL;
        g->master_value = good ? rounds_master_value(&r) : g->master_value;
        good = good && rounds_mix(&r);
        if (good && g->drafts)
            good = separate_knapsacks(g, r.master, g->drafts);
        if (good)
            rounds_choose_branch(&r);
    }
    master_free(r.master);
    free(r.outer);
    free(r.priced);
    if (!good)
        atomic_store(&g->scope->control->no_memory, true);
    return good;
}
