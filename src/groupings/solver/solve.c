#include "result.h"
#include "search.h"

#include <math.h>
#include <stdio.h>
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
    struct scope *scope = scope_new(search->model, search->control, g->scope->lots, g->scope->lot_count, NULL, NULL, -1);
    struct solution *solution = solution_new(search->model);

    search->bound = fmin(search->bound, g->bound);
    if (scope && solution && (g->rounds < 3 || g->rounds % 5 == 0)) {
        if (primal_fill(scope, g->prices, NULL, NULL, 5000, 0, solution))
            search_offer(search, solution);
    }
    g->best = fmax(g->best, search->best->value);
    g->allowed = search_allowed(search, g->best);
    scope_free(scope);
    solution_free(solution);
    search_report(search);
    return true;
}

static bool search_root(struct search *search, struct scope *scope)
{
    struct generation g = {.scope = scope,
                           .known = NULL,
                           .fresh = &search->pool,
                           .best = search->best->value,
                           .tolerance = 1e-6 * search->model->scale,
                           .max_rounds = 400,
                           .max_lot_nodes = 20000,
                           .fix = true,
                           .watch = root_watch,
                           .context = search};
    g.prices = calloc((size_t)search->model->row_count + 1, sizeof *g.prices);
    bool good = g.prices && generate_columns(&g);
    search->bound = fmin(search->bound, g.bound);
    if (getenv("SOLVE_DEBUG"))
        fprintf(stderr, "root rounds %d bound %.0f master %.0f best %.0f columns %d gap %.4f%%\n", g.rounds, g.bound,
                g.master_value, search->best->value, search->pool.count,
                100 * (g.bound - search->best->value) / g.bound);
    generation_free(&g);
    free(g.prices);
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
        result->status = search->bound == -INFINITY ? GROUPING_INFEASIBLE : GROUPING_UNKNOWN;
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

enum grouping_error grouping_solve(const struct grouping_instance *instance, const struct grouping_options *options,
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
