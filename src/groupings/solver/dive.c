#include "dive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_heavier(const void *a, const void *b)
{
    const double *x = a, *y = b; /* weight, lot */
    if (x[0] != y[0])
        return x[0] > y[0] ? -1 : 1;
    return x[1] < y[1] ? -1 : x[1] > y[1];
}

struct solution *generation_round(const struct generation *g, const struct solution *start, int thread)
{
    const struct scope *scope = g->scope;
    struct solution *solution = solution_new(start->model);
    struct scope *left = scope_copy(scope, thread);
    double *keys = calloc(2 * (size_t)scope->lot_count + 2, sizeof *keys);
    int32_t *order = calloc((size_t)scope->lot_count + 1, sizeof *order);
    bool good = solution && left && keys && order && solution_copy(solution, start);

    for (int32_t i = 0; good && i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        double most = 0;
        for (int32_t c = 0; c < scope->model->lots[l].candidate_count; c++)
            most = fmax(most, fabs(g->part[l][c] - 0.5) * (g->part[l][c] > 1e-6));
        keys[2 * i] = g->answered[l] * most;
        keys[2 * i + 1] = l;
    }
    if (good)
        qsort(keys, (size_t)scope->lot_count, 2 * sizeof *keys, compare_heavier);
    for (int32_t i = 0; good && i < scope->lot_count; i++)
        order[i] = (int32_t)keys[2 * i + 1];
    for (int32_t i = 0; good && i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        if (g->mixed[l])
            g->heaviest[l] = g->mixed[l];
    }
    good = good && primal_fill(left, g->prices, order, g->heaviest, 3000, thread < 0 ? 0 : thread, solution);
    scope_free(left);
    free(keys);
    free(order);
    if (!good) {
        solution_free(solution);
        return NULL;
    }
    return solution;
}

enum { DIVE_TURNS = 30, DIVE_DEPTH = 12 };

/* Decisions that can be taken back. */
struct dive_level {
    struct scope *scope; /* as it was before */
    double value;        /* of the master's program then */
    int32_t opener, lot,
        candidate; /* the least sure of them; -1: all members that take no part were closed */
};

struct dive {
    struct scope *scope;
    struct dive_level levels[DIVE_DEPTH]; /* the last ones */
    int32_t depth;
    int32_t turns;                /* how often decisions may still be taken back */
    bool may_close;               /* members that take no part yet may be closed all at once */
    double *prices, *good_prices; /* the latter: of the last program that had an answer */
    struct master_basis *basis;
};

/* Members first: those nearly sure to take part, and the likeliest of the others. False: o is whole
 * everywhere.
 */
static bool dive_fix_openers(struct dive *dive, struct dive_level *level, const double *openings)
{
    struct scope *scope = dive->scope;

    for (int32_t o = 0; o < scope->model->opener_count; o++) {
        if (scope->open[o] || openings[o] < 1e-4)
            continue;
        if (openings[o] < 1 - 1e-4 && (level->opener < 0 || openings[o] > openings[level->opener]))
            level->opener = o;
        if (openings[o] >= 0.9)
            scope->open[o] = 1;
    }
    if (level->opener >= 0)
        scope->open[level->opener] = 1;
    return level->opener >= 0;
}

/* The others are out, once o is whole: lots are then shared out among few. */
static bool dive_close_others(struct dive *dive)
{
    bool closed = false;

    for (int32_t o = 0; dive->may_close && o < dive->scope->model->opener_count; o++) {
        if (dive->scope->open[o] == 0 && !dive->scope->known[o]) {
            scope_close_opener(dive->scope, o);
            closed = true;
        }
    }
    return closed;
}

static void dive_fix_member(struct scope *scope, int32_t l, int32_t c)
{
    scope->states[l].must[c] = 1;
    scope->states[l].answer = 1;
}

/* Then members in lots, in the same way. */
static bool dive_fix_members(struct dive *dive, struct dive_level *level, const struct generation *g)
{
    struct scope *scope = dive->scope;
    bool fixed = false;
    double best = 1e-5;

    for (int32_t i = 0; i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        for (int32_t c = 0; scope->states[l].answer >= 0 && c < scope->model->lots[l].candidate_count; c++) {
            double part = g->part[l][c];
            if (scope->states[l].must[c])
                continue;
            if (part >= 0.9) {
                dive_fix_member(scope, l, c);
                fixed = true;
            } else if (part > best) {
                best = part;
                level->lot = l;
                level->candidate = c;
            }
        }
    }
    if (level->lot >= 0)
        dive_fix_member(scope, level->lot, level->candidate);
    return fixed || level->lot >= 0;
}

/* Takes the last decisions back and decides the least sure of them the other way. */
static void dive_turn(struct dive *dive)
{
    struct dive_level *level = &dive->levels[--dive->depth];

    dive->turns--;
    scope_free(dive->scope);
    dive->scope = level->scope;
    if (level->opener >= 0)
        scope_close_opener(dive->scope, level->opener);
    else if (level->lot >= 0)
        dive->scope->states[level->lot].must[level->candidate] = -1;
    else
        dive->may_close = false;
}

/* Decides more after a fractional answer. False: all is whole, or no memory. */
static bool dive_decide(struct dive *dive, const struct generation *g)
{
    if (dive->depth == DIVE_DEPTH) { /* the oldest decisions stand */
        scope_free(dive->levels[0].scope);
        memmove(dive->levels, dive->levels + 1, (DIVE_DEPTH - 1) * sizeof *dive->levels);
        dive->depth--;
    }
    struct dive_level *level = &dive->levels[dive->depth];
    *level = (struct dive_level){scope_copy(dive->scope, -1), g->master_value, -1, -1, -1};
    if (!level->scope)
        return false;
    dive->depth++;
    return dive_fix_openers(dive, level, g->openings) || dive_close_others(dive) ||
           dive_fix_members(dive, level, g);
}

/* One step: columns, an answer, the next decisions. False: the dive is over. */
static bool dive_step(struct search *search, struct dive *dive)
{
    double best = fmax(search->best->value, search->model->least), allowed = search_allowed(search, best);
    struct generation g = {.scope = dive->scope,
                           .fresh = &search->pool,
                           .prices = dive->prices,
                           .best = best,
                           .allowed = allowed,
                           .tolerance = fmax(1e-7 * fabs(best), 0.02 * (search->bound - best)),
                           .max_rounds = 30,
                           .max_lot_nodes = 20000,
                           .start = dive->basis,
                           .dive = true};
    bool go = generate_columns(&g), open = go && isfinite(g.master_value) && g.bound > best + allowed;
    struct solution *found = open ? generation_round(&g, search->best, 0) : NULL;

    if (found)
        search_offer(search, found);
    solution_free(found);
    /* what costs a good part of the gap at once was decided wrongly */
    double before = dive->depth ? dive->levels[dive->depth - 1].value : -INFINITY;
    bool turn = dive->depth && dive->turns > 0 && (!open || g.master_value < before - 0.05 * (before - best));
    if (!turn)
        go = go && open && dive_decide(dive, &g);
    size_t bytes = (size_t)search->model->price_count * sizeof *dive->prices;
    memcpy(open ? dive->good_prices : dive->prices, open ? dive->prices : dive->good_prices, bytes);
    free(dive->basis);
    dive->basis = g.basis;
    g.basis = NULL;
    generation_free(&g);
    if (go && turn)
        dive_turn(dive);
    return go && !control_is_over(search->control);
}

bool search_dive(struct search *search, const struct generation *root, bool may_close, int64_t max_lots)
{
    size_t prices = (size_t)search->model->price_count + 1;
    double before = search->best->value;
    const atomic_llong *priced = &search->control->lots_priced;
    int64_t last = atomic_load(priced) + max_lots;
    struct dive dive = {.scope = scope_copy(root->scope, -1),
                        .turns = DIVE_TURNS,
                        .may_close = may_close,
                        .prices = calloc(2 * prices, sizeof *dive.prices),
                        .basis = root->basis ? master_basis_copy(root->basis) : NULL};

    if (dive.scope && dive.prices) {
        dive.good_prices = dive.prices + prices;
        memcpy(dive.prices, root->prices, (prices - 1) * sizeof *dive.prices);
        memcpy(dive.good_prices, root->prices, (prices - 1) * sizeof *dive.prices);
        while (dive_step(search, &dive) && atomic_load(priced) < last)
            ;
    }
    for (int32_t k = 0; k < dive.depth; k++)
        scope_free(dive.levels[k].scope);
    free(dive.basis);
    free(dive.prices);
    scope_free(dive.scope);
    return search->best->value > before;
}
