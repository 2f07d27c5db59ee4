#include "result.h"
#include "search.h"
#include "cut.h"
#include "dive.h"
#include "local.h"
#include "tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool search_offer(struct search *search, struct solution *solution)
{
    solution_measure(solution, search->scratch);
    if (!(solution->value > search->best->value))
        return false;
    if (!solution_copy(search->best, solution))
        atomic_store(&search->control->no_memory, true);
    search_report(search);
    return true;
}

void search_report(struct search *search)
{
    const struct grouping_options *options = search->control->options;
    if (options->progress)
        options->progress(options->user, search->best->value, search->bound,
                          clock_seconds() - search->control->started);
}

double search_allowed(const struct search *search, double objective)
{
    double gap = fmax(search->control->options->gap, 1e-9);
    return isfinite(objective) ? gap * fabs(objective) + 1e-3 : 0;
}

/* After each round at the root: a greedy answer at the prices. */
static bool root_watch(void *context, struct generation *g)
{
    struct search *search = context;
    struct scope *scope =
        scope_new(search->model, search->control, g->scope->lots, g->scope->lot_count, NULL, NULL, -1);
    struct solution *solution = solution_new(search->model);

    search->bound = fmin(search->bound, g->bound);
    if (scope && solution && !search->seen_root && (g->rounds < 3 || g->rounds % 5 == 0)) {
        if (primal_fill(scope, g->prices, NULL, NULL, 5000, 0, solution))
            search_offer(search, solution);
    }
    g->best = fmax(g->best, search->best->value);
    g->allowed = search_allowed(search, search->best->value);
    scope_free(scope);
    solution_free(solution);
    search_report(search);
    return true;
}

/* Whether answers count more than proof: members cost something at all, so that mixtures of groups are far
 * from answers, and no answer comes near the bound yet. */
static bool search_is_far(const struct search *search)
{
    return search->model->opener_count > 0 &&
           search->bound - search->best->value > 0.01 * fabs(search->bound);
}

struct branch_job {
    struct search *search;
    struct tree *tree;
    struct node *nodes[64];
    struct outcome *outcomes;
    double best, allowed;
    int thread; /* -1: one node with all threads */
};

static void branch_piece(void *context, int32_t piece, int thread)
{
    struct branch_job *job = context;
    node_solve(job->tree, job->nodes[piece], job->best, job->allowed, job->thread < 0 ? -1 : thread,
               &job->outcomes[piece]);
}

/* Solves the best open nodes, one for each thread, and takes what they give in order. */
static bool search_branch(struct search *search, struct tree *tree, struct outcome *outcomes)
{
    struct branch_job job = {.search = search,
                             .tree = tree,
                             .outcomes = outcomes,
                             .best = fmax(search->best->value, search->model->least)};
    int32_t count = 0, cuts = search->model->cuts->count;
    bool good = true;

    job.allowed = search_allowed(search, search->best->value);
    bool far = search_is_far(search); /* every other node for answers, the others for the bound */
    tree->dive = far ? tree->dive : -1;
    while (count < search->control->threads && tree->heap_count) {
        bool dive = far && tree->popped++ % 2 == 0;
        job.nodes[count++] = dive ? tree_pop_dive(tree) : tree_pop(tree);
    }
    job.thread = count == 1 ? -1 : 0;
    if (count == 1)
        branch_piece(&job, 0, 0);
    else
        workers_run(search->control->workers, count, branch_piece, &job);
    for (int32_t i = 0; i < count; i++) {
        struct outcome *outcome = &outcomes[i];
        if (outcome->found)
            search_offer(search, outcome->found);
        double best = fmax(search->best->value, search->model->least);
        good &= tree_take(tree, job.nodes[i], outcome, best, search_allowed(search, best));
        for (int32_t k = 0; k < outcome->fresh.count; k++) {
            bool is_new;
            struct column *column = outcome->fresh.columns[k];
            outcome->fresh.columns[k] = NULL;
            good &= pool_add(&search->pool, column, &is_new);
        }
        good &= cut_set_take(search->model->cuts, &outcome->cuts);
        outcome_free(outcome);
    }
    if (search->model->cuts->count > cuts) {
        for (int32_t k = 0; k < search->pool.count && good; k++)
            good = column_set_cuts(search->model, search->pool.columns[k]);
    }
    return good;
}

/* Branch and price on the whole, with rounds of local search between; both counted in lots searched, so that
 * the sequence does not depend on the clock. */
static bool search_close(struct search *search, struct scope *scope, struct generation *root)
{
    struct control *control = search->control;
    struct tree tree = {0};
    struct outcome outcomes[64];
    int32_t count = scope->lot_count, since = 0;
    double *lot_bounds = calloc((size_t)count + 1, sizeof *lot_bounds);
    double hard_gap = INFINITY; /* gap at the last hard fixing */
    int64_t spent_local = 0, spent_tree = 0, local_rounds = 0, nodes = 0;

    for (int32_t i = 0; lot_bounds && i < count; i++)
        lot_bounds[i] = root->priced[i].bound;
    struct local *local =
        lot_bounds ? local_new(search, scope, search->model->cuts->count ? root->plain_prices : root->prices,
                               lot_bounds)
                   : NULL;
    bool good = local && tree_start(&tree, scope, &search->pool, search->best, root->prices, search->bound);
    const struct grouping_options *options = control->options;
    while (good && tree.heap_count && !control_is_over(control)) {
        double best = fmax(search->best->value, search->model->least);
        double allowed = search_allowed(search, search->best->value);
        search->bound = fmin(search->bound, fmax(tree_bound(&tree), best));
        if (search->bound <= best + allowed || (options->max_nodes && nodes >= options->max_nodes))
            break;
        int64_t before = atomic_load(&control->lots_priced);
        if (isfinite(best) && since >= 3 && root->bound - best < 0.6 * hard_gap) {
            hard_gap = root->bound - best;
            scope_fix_hard(scope, root->prices, root->priced, root->bound, best, &search->pool);
        }
        double share = since < 6 ? 0.5 : 0.25;
        bool may = !options->max_rounds || local_rounds < options->max_rounds;
        if (may && isfinite(search->best->value) && count > 1 &&
            (double)spent_local <= share * (double)(spent_local + spent_tree)) {
            bool improved = local_round(local);
            local_rounds++;
            since = improved ? 0 : since + 1;
            spent_local += atomic_load(&control->lots_priced) - before;
            if (improved)
                scope_fix(scope, root->prices, root->priced, root->bound, search->best->value);
            continue;
        }
        good = search_branch(search, &tree, outcomes);
        nodes += control->threads;
        spent_tree += atomic_load(&control->lots_priced) - before;
        search_report(search);
    }
    if (good && !atomic_load(&control->no_memory)) {
        double left = tree_bound(&tree);
        search->bound = fmin(search->bound, fmax(left, fmax(search->best->value, search->model->least)));
    }
    tree_end(&tree);
    local_free(local);
    free(lot_bounds);
    return good;
}

/* Prices, bound and cuts of the whole: g holds them after. Called again with a better answer, it goes on from
 * there. */
static bool search_price_root(struct search *search, struct generation *g)
{
    double *prices = g->prices, *plain = g->plain_prices;
    double bound = search->bound;

    generation_free(g);
    *g = (struct generation){.scope = g->scope,
                             .fresh = &search->pool,
                             .prices = prices,
                             .plain_prices = plain,
                             .best = fmax(search->best->value, search->model->least),
                             .allowed = search_allowed(search, search->best->value),
                             .tolerance = 1e-6 * search->model->scale,
                             .max_rounds = 1000,
                             .cut_rounds = 20,
                             .max_lot_nodes = 20000,
                             .fix = true,
                             .watch = root_watch,
                             .context = search};
    bool good = generate_columns(g);
    search->seen_root = true;
    search->bound = fmin(bound, g->bound);
    return good;
}

static bool search_is_done(const struct search *search)
{
    double best = fmax(search->best->value, search->model->least);
    return search->bound <= best + search_allowed(search, search->best->value) ||
           control_is_over(search->control);
}

/* Local search until it stalls, before the tree. */
static bool search_improve(struct search *search, struct generation *root)
{
    int32_t count = root->scope->lot_count, since = 0;
    int64_t rounds = 0, most = search->control->options->max_rounds;
    double *lot_bounds = calloc((size_t)count + 1, sizeof *lot_bounds);

    for (int32_t i = 0; lot_bounds && i < count; i++)
        lot_bounds[i] = root->priced[i].bound;
    const double *plain = search->model->cuts->count ? root->plain_prices : root->prices;
    struct local *local = lot_bounds ? local_new(search, root->scope, plain, lot_bounds) : NULL;
    while (local && isfinite(search->best->value) && !search_is_far(search) && count > 1 &&
           since < 3 + count / 2 && !search_is_done(search) && (!most || rounds < most)) {
        bool improved = local_round(local);
        since = improved ? 0 : since + 1;
        rounds++;
        if (improved)
            scope_fix(root->scope, root->prices, root->priced, root->bound, search->best->value);
    }
    bool good = local != NULL;
    local_free(local);
    free(lot_bounds);
    return good;
}

/* For the first answers worth the name, at some times the work of the root; less where members are counted:
 * the tree's own answers are soon as good there, and the bound needs the time. */
static void search_dive_while_far(struct search *search, const struct generation *root)
{
    int64_t most = (search->model->members_row < 0 ? 6 : 2) * atomic_load(&search->control->lots_priced);
    for (int k = 0; k < 2 && search_is_far(search) && !search_is_done(search); k++)
        search_dive(search, root, k == 0, most);
}

static bool search_root(struct search *search, struct scope *scope)
{
    struct generation g = {.scope = scope};
    g.prices = calloc((size_t)search->model->price_count + 1, sizeof *g.prices);
    g.plain_prices = calloc((size_t)search->model->price_count + 1, sizeof *g.plain_prices);
    bool good = g.prices && g.plain_prices && search_price_root(search, &g);

    if (good && !search_is_done(search)) {
        search_dive_while_far(search, &g);
        good = search_improve(search, &g);
        if (good && !search_is_done(search)) {
            scope_fix_hard(scope, g.prices, g.priced, g.bound, search->best->value, &search->pool);
            good = search_price_root(search, &g);
        }
        if (good && !search_is_done(search))
            good = search_close(search, scope, &g);
    }
    generation_free(&g);
    free(g.prices);
    free(g.plain_prices);
    return good;
}

/* The best score of each lot left unanswered, were everyone free for it. */
static void search_lots_alone(struct search *search, double *alone, bool *proven)
{
    for (int32_t l = 0; l < search->model->lot_count; l++) {
        alone[l] = -INFINITY;
        proven[l] = !control_is_over(search->control);
        if (search->best->columns[l] || search->model->lots[l].impossible || !proven[l])
            continue;
        struct scope *scope = scope_new(search->model, search->control, &l, 1, NULL, NULL, 0);
        struct column *column = scope ? scope_best_column(scope, l, NULL, -INFINITY, 200000, 0) : NULL;
        alone[l] = column ? column->value : -INFINITY;
        column_free(column);
        scope_free(scope);
    }
}

static enum grouping_error search_write_result(struct search *search, struct grouping_result *result)
{
    size_t lots = (size_t)search->model->lot_count + 1;
    double *alone = calloc(lots, sizeof *alone);
    bool *proven = calloc(lots, sizeof *proven);
    enum grouping_error error = alone && proven ? GROUPING_OK : GROUPING_NO_MEMORY;

    if (!error) {
        control_extend(search->control);
        search_lots_alone(search, alone, proven);
        error = result_set_answers(result, search->best);
        result_set_reasons(result, search->best, alone, proven);
    }
    free(alone);
    free(proven);
    return error;
}

/* Status, objective and bound; the answer is checked again from the instance. */
static void search_conclude(struct search *search, struct grouping_result *result)
{
    const struct control *control = search->control;
    bool found = isfinite(search->best->value);
    double objective = -INFINITY;

    result->seconds = clock_seconds() - control->started;
    result->nodes = atomic_load(&control->nodes);
    result->rounds = atomic_load(&control->rounds);
    result->lots_priced = atomic_load(&control->lots_priced);
    for (int32_t l = 0; l < search->model->lot_count; l++) {
        if (search->model->lots[l].mandatory && search->model->lots[l].impossible) {
            result->status = GROUPING_INFEASIBLE;
            result->infeasible_lot = l;
            return;
        }
    }
    result->bound_cents = search->bound;
    if (!found) {
        result->status = search->bound <= search->model->least ? GROUPING_INFEASIBLE : GROUPING_UNKNOWN;
        return;
    }
    if (grouping_check(search->model->instance, control->options, result, &objective, NULL) != NULL) {
        result->status = GROUPING_UNKNOWN; /* must not happen; better no answer than a false one */
        for (size_t l = 0; l < result->answer_count; l++)
            result->answers[l].answered = false;
        return;
    }
    result->objective_cents = objective;
    result->bound_cents = fmax(search->bound, objective);
    double allowed = fmax(control->options->gap, 1e-6) * fabs(result->bound_cents) + 1;
    result->status = result->bound_cents - objective <= allowed ? GROUPING_OPTIMAL : GROUPING_FEASIBLE;
}

static enum grouping_error search_run(struct search *search)
{
    const struct model *model = search->model;
    int32_t *lots = calloc((size_t)model->lot_count + 1, sizeof *lots);
    int32_t count = 0;

    if (!lots)
        return GROUPING_NO_MEMORY;
    for (int32_t l = 0; l < model->lot_count; l++) {
        if (!model->lots[l].impossible)
            lots[count++] = l;
    }
    struct scope *scope = scope_new(model, search->control, lots, count, NULL, NULL, -1);
    struct solution *empty = solution_new(model);
    bool good = scope && empty;
    if (good) {
        search_offer(search, empty);
        good = search_root(search, scope);
    }
    scope_free(scope);
    solution_free(empty);
    free(lots);
    return good && !atomic_load(&search->control->no_memory) ? GROUPING_OK : GROUPING_NO_MEMORY;
}

enum grouping_error grouping_solve(const struct grouping_instance *instance,
                                   const struct grouping_options *options,
                                   struct grouping_result **ret_result)
{
    struct control control = {0};
    struct search search = {.control = &control, .bound = INFINITY};
    struct model *model = NULL;

    *ret_result = NULL;
    enum grouping_error error = model_new(instance, options, &model);
    if (error)
        return error;
    error = control_start(&control, model, options);
    struct grouping_result *result = result_new(instance);
    search.model = model;
    search.best = solution_new(model);
    search.scratch = calloc((size_t)model->row_count + 1, sizeof *search.scratch);
    if (!error && (!result || !search.best || !search.scratch))
        error = GROUPING_NO_MEMORY;
    if (!error)
        error = search_run(&search);
    if (!error)
        error = search_write_result(&search, result);
    if (!error)
        search_conclude(&search, result);
    pool_clear(&search.pool);
    solution_free(search.best);
    free(search.scratch);
    control_end(&control);
    model_free(model);
    if (error) {
        grouping_result_free(result);
        return error;
    }
    *ret_result = result;
    return GROUPING_OK;
}
