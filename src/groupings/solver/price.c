#include "price.h"

#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double column_reduced_value(const struct column *column, const double *prices)
{
    double value = column->value;
    for (int32_t i = 0; i < column->entry_count; i++)
        value -= prices[column->rows[i]] * column->uses[i];
    for (int32_t i = 0; i < column->cut_count; i++)
        value -= prices[column->cut_rows[i]] * column->cut_uses[i];
    return value;
}

/* A priced cut makes every unit dearer and gives a credit for being there. */
static void lot_add_cut_costs(const struct scope *scope, int32_t l, const double *prices,
                              struct thread_space *space)
{
    const struct model *model = scope->model;
    const struct lot *lot = &model->lots[l];

    for (int32_t i = 0; i < model->cuts->lot_counts[l]; i++) {
        const struct cut_entry *entry = &model->cuts->by_lot[l][i];
        const struct candidate *candidate = &lot->candidates[entry->candidate];
        double price = prices[model->row_count + entry->cut];
        if (price <= 0)
            continue;
        space->fixed[entry->candidate] -= price * entry->credit;
        for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
            if (entry->row >= model->turnover_row)
                space->cost[a] += price * lot->arcs[a].price;
            else if (lot->arcs[a].slot == entry->row)
                space->cost[a] += price;
        }
    }
}

/* Costs of the lot with the shared rows priced, into the memory of the thread. */
double lot_set_costs(const struct scope *scope, int32_t l, const double *prices, struct thread_space *space)
{
    const struct model *model = scope->model;
    const struct lot *lot = &model->lots[l];

    for (int32_t c = 0; c < lot->candidate_count; c++) {
        const struct candidate *candidate = &lot->candidates[c];
        space->fixed[c] = candidate->coordination;
        if (prices) {
            double turnover = prices[model->turnover_row + candidate->member];
            if (candidate->opening_row >= 0)
                space->fixed[c] += prices[candidate->opening_row];
            if (model->member_pin[candidate->member] >= 0)
                space->fixed[c] -= prices[model->member_pin[candidate->member]];
            for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
                const struct arc *arc = &lot->arcs[a];
                space->cost[a] = arc->score + prices[arc->slot] + turnover * arc->price;
            }
        } else {
            for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++)
                space->cost[a] = lot->arcs[a].score;
        }
    }
    if (prices && scope->use_cuts)
        lot_add_cut_costs(scope, l, prices, space);
    return prices && model->lots_row >= 0 ? prices[model->lots_row] : 0;
}

struct lot_query lot_make_query(const struct scope *scope, int32_t l, struct thread_space *space)
{
    const struct lot_state *state = &scope->states[l];
    return (struct lot_query){.lot = &scope->model->lots[l],
                              .cost = space->cost,
                              .up = state->up,
                              .fixed = space->fixed,
                              .limit = state->limit,
                              .capacity = scope->right,
                              .must = state->must,
                              .cutoff = -INFINITY,
                              .max_nodes = INT64_MAX,
                              .control = scope->control};
}

/* The column of a group: its quantities are those of the leaf at the costs in the thread's memory. */
static struct column *group_make_column(const struct scope *scope, int32_t l, const struct lot_query *query,
                                        const struct lot_group *group, struct thread_space *space)
{
    struct leaf_data data = {query->lot, query->cost, query->up, query->limit, query->capacity};
    double cost = 0;
    enum leaf_status status = leaf_solve(lot_space_leaf(space->lot), &data, group->members, group->count,
                                         INFINITY, &cost, space->x, NULL);
    if (status != LEAF_OPTIMAL)
        return NULL;
    struct column *column = column_new(scope->model, l, group->members, group->count, space->x);
    if (!column)
        atomic_store(&scope->control->no_memory, true);
    return column;
}

static void lot_remember(struct lot_state *state, const struct lot *lot, const struct thread_space *space,
                         double bound)
{
    memcpy(state->seen_cost, space->cost, (size_t)lot->arc_count * sizeof *space->cost);
    memcpy(state->seen_fixed, space->fixed, (size_t)lot->candidate_count * sizeof *space->fixed);
    state->seen_bound = bound;
}

void scope_recall(struct scope *scope, const double *prices, const double *bounds)
{
    struct thread_space *space = &scope->control->spaces[scope->thread < 0 ? 0 : scope->thread];
    for (int32_t i = 0; bounds && i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        if (!isfinite(bounds[i]))
            continue;
        double charge = lot_set_costs(scope, l, prices, space);
        lot_remember(&scope->states[l], &scope->model->lots[l], space, bounds[i] + charge);
    }
}

/* The bound of the last search, plus the most that a group can have gained since: its max_group best members'
 * savings. */
static double lot_recall_bound(const struct lot_state *state, const struct lot *lot,
                               struct thread_space *space)
{
    double bound = state->seen_bound, *top = space->in;
    int32_t count = 0;

    for (int32_t c = 0; c < lot->candidate_count; c++) {
        double gain = state->seen_fixed[c] - space->fixed[c];
        gain = gain > 0 ? gain : 0;
        if (state->must[c] < 0)
            continue;
        for (int32_t a = lot->candidates[c].first; a < lot->candidates[c].first + lot->candidates[c].count;
             a++) {
            double less = state->seen_cost[a] - space->cost[a];
            gain += less > 0 ? less * state->up[a] : 0;
        }
        if (gain <= 0 || (count == lot->max_group && gain <= top[count - 1]))
            continue;
        bound += gain;
        if (count == lot->max_group)
            bound -= top[--count];
        int32_t at = count++;
        for (; at > 0 && top[at - 1] < gain; at--)
            top[at] = top[at - 1];
        top[at] = gain;
    }
    return bound;
}

static void scope_price_lot(struct scope *scope, const struct pricing *pricing, int32_t l, int thread,
                            struct priced *ret)
{
    struct thread_space *space = &scope->control->spaces[thread];
    struct lot_state *state = &scope->states[l];
    struct lot_result result;

    *ret = (struct priced){.bound = -INFINITY, .complete = true};
    if (state->answer < 0 || scope->model->lots[l].impossible)
        return;
    double charge = lot_set_costs(scope, l, pricing->prices, space);
    struct lot_query query = lot_make_query(scope, l, space);
    query.cutoff = pricing->cutoffs[l] + charge;
    query.slack = pricing->slack;
    query.max_nodes = pricing->max_nodes;
    if (isfinite(state->seen_bound)) {
        double recalled = lot_recall_bound(state, query.lot, space);
        if (recalled <= query.cutoff + query.slack) { /* nothing new can be there */
            ret->bound = fmax(recalled, query.cutoff) - charge;
            return;
        }
    }
    lot_search(space->lot, &query, state->multipliers, &result);
    if (result.complete)
        lot_remember(state, query.lot, space, result.bound);
    ret->bound = result.bound - charge;
    ret->complete = result.complete;
    for (int32_t g = 0; g < result.group_count; g++) {
        struct column *column = group_make_column(scope, l, &query, &result.groups[g], space);
        if (column)
            ret->columns[ret->count++] = column;
    }
    if (result.no_memory)
        atomic_store(&scope->control->no_memory, true);
    atomic_fetch_add(&scope->control->lots_priced, 1);
}

struct pricing_job {
    struct scope *scope;
    const struct pricing *pricing;
    struct priced *priced;
};

static void price_piece(void *context, int32_t piece, int thread)
{
    struct pricing_job *job = context;
    scope_price_lot(job->scope, job->pricing, job->scope->lots[piece], thread, &job->priced[piece]);
}

void scope_price(struct scope *scope, const struct pricing *pricing, struct priced *ret_priced)
{
    struct pricing_job job = {scope, pricing, ret_priced};
    if (scope->thread < 0) {
        workers_run(scope->control->workers, scope->lot_count, price_piece, &job);
        return;
    }
    for (int32_t i = 0; i < scope->lot_count; i++)
        price_piece(&job, i, scope->thread);
}

void worths_free(struct worths *worths)
{
    free(worths->net);
    free(worths->tied);
}

static void worths_add_openings(struct worths *worths, const struct scope *scope, const double *prices)
{
    const struct model *model = scope->model;
    for (int32_t i = 0; model->opening_count && i < scope->lot_count; i++) {
        const struct lot *lot = &model->lots[scope->lots[i]];
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            int32_t row = lot->candidates[c].opening_row;
            if (row < 0)
                continue;
            int32_t o = model->opening_opener[row - model->opening_row];
            worths->tied[o] = !scope->known[o];
            worths->net[o] += prices[row];
        }
    }
}

/* o_m pays for the opening rows and, since a member that takes no part does nothing, brings its own capacity,
 * its turnover limit, and its part of cuts. */
static void worths_add_rows(struct worths *worths, const struct scope *scope, const double *prices)
{
    const struct model *model = scope->model;
    for (int32_t m = 0; m < model->member_count; m++) {
        double worth = prices[model->turnover_row + m] * scope->right[model->turnover_row + m];
        for (int32_t k = model->member_slots[m]; k < model->member_slots[m + 1]; k++)
            worth += prices[k] * scope->right[k];
        int32_t o = model->member_opener[m];
        if (o >= 0 && worths->tied[o])
            worths->net[o] += worth;
        else
            worths->sum += worth;
        worths->size += fabs(worth);
    }
    for (int32_t o = 0; scope->use_cuts && o < model->opener_count; o++) {
        const struct cut_list *list = &model->cuts->by_opener[o];
        for (int32_t k = 0; k < list->count; k++)
            worths->net[o] += prices[model->row_count + list->cuts[k].cut] * list->cuts[k].brings;
    }
}

static int compare_falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* Who of the free ones is chosen: all that gain, at most as many as places are left. */
static bool worths_choose(struct worths *worths, const struct scope *scope)
{
    const struct model *model = scope->model;
    double places = model->members_row >= 0 ? floor(scope->right[model->members_row] + 0.5) : INFINITY;
    double *nets = calloc((size_t)model->opener_count + 1, sizeof *nets);
    int32_t count = 0;

    if (!nets)
        return false;
    for (int32_t o = 0; o < model->opener_count; o++) {
        places -= scope->open[o] > 0 && !scope->known[o];
        if (worths->tied[o] && scope->open[o] == 0 && worths->net[o] > 0)
            nets[count++] = worths->net[o];
    }
    worths->full = count >= places;
    int32_t equal = 0; /* how many of those that gain no more than the worst one may be chosen */
    if (worths->full) {
        int32_t most = places > 0 ? (int32_t)places : 0;
        qsort(nets, (size_t)count, sizeof *nets, compare_falling);
        worths->worst_in = most > 0 ? nets[most - 1] : 0;
        worths->best_out = most < count ? nets[most] : 0;
        for (int32_t i = 0; i < most; i++)
            equal += nets[i] == worths->worst_in;
    }
    bool none = worths->full && places <= 0;
    for (int32_t o = 0; o < model->opener_count; o++) {
        bool gains = worths->tied[o] && scope->open[o] == 0 && worths->net[o] > 0 && !none;
        bool is_equal = gains && worths->full && worths->net[o] == worths->worst_in;
        worths->chosen[o] =
            scope->open[o] > 0 || (is_equal ? equal-- > 0 : gains && worths->net[o] > worths->worst_in);
    }
    free(nets);
    return true;
}

bool worths_make(struct worths *worths, const struct scope *scope, const double *prices)
{
    const struct model *model = scope->model;
    size_t count = (size_t)model->opener_count + 1;

    *worths = (struct worths){.net = calloc(count, sizeof *worths->net), .tied = calloc(2 * count, 1)};
    if (!worths->net || !worths->tied) {
        atomic_store(&scope->control->no_memory, true);
        return false;
    }
    worths->chosen = worths->tied + count;
    worths_add_openings(worths, scope, prices);
    worths_add_rows(worths, scope, prices);
    for (int32_t o = 0; o < model->opener_count; o++) {
        worths->size += fabs(worths->net[o]);
        if (worths->tied[o])
            worths->net[o] -= model->openers[o].cost;
    }
    if (!worths_choose(worths, scope)) {
        atomic_store(&scope->control->no_memory, true);
        return false;
    }
    for (int32_t o = 0; o < model->opener_count; o++) /* not tied: open already, or no lot here asks for it */
        worths->sum += !worths->tied[o] || worths->chosen[o] ? worths->net[o] : 0;
    return true;
}

double worths_turn(const struct worths *worths, int32_t o)
{
    if (worths->chosen[o])
        return worths->net[o] - worths->best_out;
    return worths->full && worths->worst_in <= 0 ? INFINITY : fmax(worths->worst_in, 0) - worths->net[o];
}

/* What members and cuts add to the bound, o_m being free to be 0 or 1. */
static double scope_members_bound(const struct scope *scope, const double *prices, double *size)
{
    const struct model *model = scope->model;
    struct worths worths;
    bool good = worths_make(&worths, scope, prices);
    double sum = worths.sum;

    *size += worths.size;
    for (int32_t k = 0; scope->use_cuts && k < model->cuts->count; k++) {
        sum += prices[model->row_count + k] * model->cuts->right[k];
        *size += fabs(prices[model->row_count + k] * model->cuts->right[k]);
    }
    worths_free(&worths);
    return good ? sum : INFINITY;
}

double scope_bound(const struct scope *scope, const double *prices, const struct priced *priced)
{
    const struct model *model = scope->model;
    double size = 0, sum = scope_members_bound(scope, prices, &size);

    for (int32_t k = -1; k < model->pin_count; k++) {
        int32_t row = k < 0 ? model->lots_row : model->pin_row + k;
        if (row < 0)
            continue;
        sum += prices[row] * scope->right[row];
        size += fabs(prices[row] * scope->right[row]);
    }
    for (int32_t i = 0; i < scope->lot_count; i++) {
        const struct lot_state *state = &scope->states[scope->lots[i]];
        if (state->answer < 0)
            continue;
        double bound = state->answer > 0 ? priced[i].bound : fmax(0, priced[i].bound);
        sum += bound;
        size += isfinite(bound) ? fabs(bound) + fabs(model->lots[scope->lots[i]].worth) : 0;
    }
    return sum + 1e-10 * size;
}

double scope_lot_bound(struct scope *scope, int32_t l, const double *prices, int64_t max_nodes, int thread)
{
    double *cutoffs = calloc((size_t)scope->model->lot_count + 1, sizeof *cutoffs);
    struct priced priced;

    if (!cutoffs)
        return INFINITY;
    cutoffs[l] = scope->states[l].answer > 0 ? -INFINITY : 0;
    struct pricing pricing = {prices, cutoffs, 0, max_nodes};
    scope_price_lot(scope, &pricing, l, thread, &priced);
    for (int32_t i = 0; i < priced.count; i++)
        column_free(priced.columns[i]);
    free(cutoffs);
    return priced.bound;
}

struct column *scope_best_column(struct scope *scope, int32_t l, const double *prices, double cutoff,
                                 int64_t max_nodes, int thread)
{
    struct thread_space *space = &scope->control->spaces[thread];
    struct lot_result result;

    if (scope->states[l].answer < 0 || scope->model->lots[l].impossible)
        return NULL;
    double charge = lot_set_costs(scope, l, prices, space);
    struct lot_query query = lot_make_query(scope, l, space);
    query.cutoff = cutoff + charge;
    query.slack = 1e-9 * scope->model->scale / scope->model->lot_count;
    query.max_nodes = max_nodes;
    lot_search(space->lot, &query, scope->states[l].multipliers, &result);
    atomic_fetch_add(&scope->control->lots_priced, 1);
    if (result.group_count == 0)
        return NULL;
    return group_make_column(scope, l, &query, &result.groups[0], space);
}
