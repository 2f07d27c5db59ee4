/* Why lots stay unanswered and what would change it; why members were chosen and what the answer costs
 * without them. */
#include "search.h"
#include "whatif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REMEDIES = 8 };

struct explanation {
    const struct grouping_instance *instance;
    const struct grouping_options *options;
    struct grouping_result *result;
    struct control *control;
    struct search *search;
    struct scope *scope;
    struct generation root;
    double deadline;
};

/* ---- lots not answered ---- */

static enum grouping_error explain_lot(struct explanation *e, int32_t l, double deadline)
{
    struct grouping_answer *answer = &e->result->answers[l];
    bool shared = answer->why == WHY_SHARED || answer->why == WHY_MAX_LOTS;

    if (answer->why == WHY_EMPTY)
        return GROUPING_OK;
    struct whatif *w = whatif_new(e->instance, e->options, shared ? e->result : NULL, l);
    free(answer->remedies);
    answer->remedy_count = 0;
    answer->remedies = calloc(REMEDIES, sizeof *answer->remedies);
    if (!w || !answer->remedies) {
        whatif_free(w);
        return GROUPING_NO_MEMORY;
    }
    double now = whatif_solve(w, deadline);
    if (now > 0 && answer->why == WHY_MAX_LOTS) /* what is left is enough: only the limit stands in the way */
        answer->remedies[answer->remedy_count++] = (struct grouping_remedy){UNLOCK_MAX_LOTS, -1, -1, 1};
    else if (now <= 0)
        answer->remedy_count = whatif_find_remedies(w, deadline, answer->remedies, REMEDIES);
    whatif_free(w);
    return GROUPING_OK;
}

static enum grouping_error explain_lots(struct explanation *e, double seconds)
{
    int32_t left = 0;
    double end = clock_seconds() + seconds;

    for (size_t l = 0; l < e->result->answer_count; l++)
        left += !e->result->answers[l].answered;
    for (size_t l = 0; l < e->result->answer_count; l++) {
        if (e->result->answers[l].answered)
            continue;
        double now = clock_seconds();
        enum grouping_error error = explain_lot(e, (int32_t)l, now + fmax(0, end - now) / left--);
        if (error)
            return error;
    }
    return GROUPING_OK;
}

/* ---- members chosen ---- */

static struct grouping_choice choice_measure(const struct explanation *e, int32_t l, int32_t m)
{
    const struct grouping_lot *lot = &e->instance->lots[l];
    const struct grouping_member *member = &e->instance->members[m];
    const struct grouping_answer *answer = &e->result->answers[l];
    struct grouping_choice choice = {
        .lot = l, .member = m, .coordination_cents = lot_coordination(lot, (size_t)m)};

    for (size_t i = 0; i < answer->share_count; i++) {
        const struct grouping_share *share = &answer->shares[i];
        if (share->member != m)
            continue;
        const struct grouping_requirement *r = &lot->requirements[share->requirement];
        double reference =
            (double)r->reference_unit_price_cents * share->quantity / (100 * e->instance->weight_price);
        for (size_t k = 0; k < member->offer_count; k++) {
            if (member->offers[k].function == r->function)
                choice.price_cents += (double)member->offers[k].unit_price_cents * share->quantity;
        }
        choice.quality_cents += reference * e->instance->weight_quality * member->quality;
        choice.social_cents += reference * e->instance->weight_social * member->social;
    }
    return choice;
}

static enum grouping_error explanation_list_choices(struct explanation *e)
{
    size_t most = 0;
    for (size_t l = 0; l < e->result->answer_count; l++)
        most += e->result->answers[l].share_count;
    free(e->result->choices);
    e->result->choice_count = 0;
    e->result->choices = calloc(most + 1, sizeof *e->result->choices);
    if (!e->result->choices)
        return GROUPING_NO_MEMORY;
    for (size_t l = 0; l < e->result->answer_count; l++) {
        const struct grouping_answer *answer = &e->result->answers[l];
        for (size_t i = 0; answer->answered && i < answer->share_count; i++) {
            bool seen = false;
            for (size_t k = 0; k < i; k++)
                seen |= answer->shares[k].member == answer->shares[i].member;
            if (!seen)
                e->result->choices[e->result->choice_count++] =
                    choice_measure(e, (int32_t)l, answer->shares[i].member);
        }
    }
    return GROUPING_OK;
}

static int32_t lot_find_candidate(const struct lot *lot, int32_t member)
{
    for (int32_t c = 0; c < lot->candidate_count; c++) {
        if (lot->candidates[c].member == member)
            return c;
    }
    return -1;
}

/* Bound without the member: the same prices, this lot alone searched again. */
static double choice_bound_without(struct explanation *e, int32_t l, int32_t c)
{
    struct scope *scope = e->scope;
    struct lot_state *state = &scope->states[l];
    struct priced *priced = calloc((size_t)scope->lot_count + 1, sizeof *priced);
    int8_t kept = state->must[c];
    double bound = INFINITY;

    if (!priced)
        return bound;
    memcpy(priced, e->root.priced, (size_t)scope->lot_count * sizeof *priced);
    state->must[c] = -1;
    state->seen_bound = INFINITY;
    priced[state->position].bound = scope_lot_bound(scope, l, e->root.prices, 20000, 0);
    bound = scope_bound(scope, e->root.prices, priced);
    state->must[c] = kept;
    free(priced);
    return bound;
}

/* An answer without the member: the lot filled again from what the others leave. */
static double choice_answer_without(struct explanation *e, const struct solution *best, int32_t l, int32_t c)
{
    struct solution *solution = solution_new(best->model);
    struct scope *left = solution_free_scope(best, e->control, &l, 1, 0);
    double value = -INFINITY;

    if (solution && left && solution_copy(solution, best)) {
        left->states[l].must[c] = -1;
        if (primal_fill(left, NULL, NULL, NULL, 20000, 0, solution)) {
            solution_measure(solution, e->search->scratch);
            value = solution->value;
        }
    }
    scope_free(left);
    solution_free(solution);
    return value;
}

static void choice_set_loss(const struct explanation *e, struct grouping_choice *choice, double answer,
                            double bound)
{
    double most = isfinite(answer) ? e->result->bound_cents - answer : INFINITY;
    double least = fmax(0, e->result->objective_cents - bound);

    choice->without_cents = fmax(choice->without_cents, least);
    choice->without_most_cents = fmin(choice->without_most_cents, most);
    choice->proven =
        choice->without_most_cents - choice->without_cents <= 1e-6 * fabs(e->result->objective_cents) + 1;
}

/* The whole solved again without the member, in the time given. */
static enum grouping_error choice_solve_without(struct explanation *e, struct grouping_choice *choice,
                                                double seconds)
{
    struct grouping_options options = *e->options;
    size_t count = options.wish_count;
    struct grouping_wish *wishes = calloc(count + 1, sizeof *wishes);
    struct grouping_result *result = NULL;

    if (!wishes)
        return GROUPING_NO_MEMORY;
    if (count)
        memcpy(wishes, options.wishes, count * sizeof *wishes);
    wishes[count] = (struct grouping_wish){GROUPING_EXCLUDE, choice->lot, choice->member};
    options.wishes = wishes;
    options.wish_count = count + 1;
    options.seconds = seconds;
    options.gap = fmax(1e-7, options.gap / 10);
    options.progress = NULL;
    enum grouping_error error = grouping_solve(e->instance, &options, &result);
    if (!error && result->status == GROUPING_INFEASIBLE)
        choice_set_loss(e, choice, -INFINITY, -INFINITY);
    else if (!error)
        choice_set_loss(e, choice, result->objective_cents, result->bound_cents);
    grouping_result_free(result);
    free(wishes);
    return error;
}

/* The answer explained, as a solution of the model. NULL: no memory. */
static struct solution *explanation_read_solution(const struct explanation *e, const struct model *model)
{
    struct solution *solution = solution_new(model);
    double *quantities = calloc((size_t)model->max_arcs * 4096 + 1, sizeof *quantities);
    int32_t *group = calloc(4096, sizeof *group);
    bool good = solution && quantities && group;

    for (int32_t l = 0; good && l < model->lot_count; l++) {
        const struct grouping_answer *answer = &e->result->answers[l];
        const struct lot *lot = &model->lots[l];
        int32_t count = 0, arcs = 0;
        for (int32_t c = 0; answer->answered && c < lot->candidate_count && count < 4096; c++) {
            bool in = false;
            for (size_t i = 0; i < answer->share_count; i++)
                in |= answer->shares[i].member == lot->candidates[c].member;
            if (!in)
                continue;
            group[count++] = c;
            for (int32_t a = lot->candidates[c].first;
                 a < lot->candidates[c].first + lot->candidates[c].count; a++) {
                quantities[arcs] = 0;
                for (size_t i = 0; i < answer->share_count; i++) {
                    if (answer->shares[i].member == lot->candidates[c].member &&
                        answer->shares[i].requirement == lot->requirements[lot->arcs[a].requirement])
                        quantities[arcs] = answer->shares[i].quantity;
                }
                arcs++;
            }
        }
        if (count) {
            struct column *column = column_new(model, l, group, count, quantities);
            good = column != NULL;
            solution_set(solution, l, column);
        }
    }
    free(quantities);
    free(group);
    if (!good) {
        solution_free(solution);
        return NULL;
    }
    return solution;
}

static enum grouping_error explain_choices_by_prices(struct explanation *e, const struct solution *best)
{
    for (size_t i = 0; i < e->result->choice_count; i++) {
        struct grouping_choice *choice = &e->result->choices[i];
        int32_t c = lot_find_candidate(&best->model->lots[choice->lot], choice->member);
        choice->without_most_cents = INFINITY;
        if (c < 0 || control_is_over(e->control))
            continue;
        double answer = choice_answer_without(e, best, choice->lot, c);
        choice_set_loss(e, choice, answer, choice_bound_without(e, choice->lot, c));
    }
    return atomic_load(&e->control->no_memory) ? GROUPING_NO_MEMORY : GROUPING_OK;
}

static enum grouping_error explain_choices(struct explanation *e, const struct model *model)
{
    struct solution *best = explanation_read_solution(e, model);
    enum grouping_error error = best ? GROUPING_OK : GROUPING_NO_MEMORY;

    if (!error)
        error = solution_copy(e->search->best, best) ? GROUPING_OK : GROUPING_NO_MEMORY;
    if (!error) {
        solution_measure(e->search->best, e->search->scratch);
        /* prices for the whole: nothing may be fixed, since answers worse than the best are asked for */
        e->root = (struct generation){.scope = e->scope,
                                      .fresh = &e->search->pool,
                                      .prices = e->root.prices,
                                      .best = -INFINITY,
                                      .tolerance = 1e-4 * fabs(e->result->objective_cents),
                                      .max_rounds = 200,
                                      .max_lot_nodes = 20000};
        error = generate_columns(&e->root) ? GROUPING_OK : GROUPING_NO_MEMORY;
    }
    if (!error)
        error = explain_choices_by_prices(e, best);
    solution_free(best);
    size_t open = 0;
    for (size_t i = 0; i < e->result->choice_count; i++)
        open += !e->result->choices[i].proven;
    for (size_t i = 0; !error && i < e->result->choice_count; i++) {
        double left = e->deadline - clock_seconds();
        if (e->result->choices[i].proven || left < 0.05 || control_is_over(e->control))
            continue;
        error = choice_solve_without(e, &e->result->choices[i], left / (double)open--);
    }
    return error;
}

static enum grouping_error explain_members(struct explanation *e)
{
    struct control control = {0};
    struct search search = {.control = &control, .bound = INFINITY};
    struct model *model = NULL;
    enum grouping_error error = model_new(e->instance, e->options, &model);

    if (error)
        return error;
    e->control = &control;
    e->search = &search;
    error = control_start(&control, model, e->options);
    control.deadline = e->deadline;
    search.model = model;
    search.best = solution_new(model);
    search.scratch = calloc((size_t)model->row_count + 1, sizeof *search.scratch);
    e->root.prices = calloc((size_t)model->price_count + 1, sizeof *e->root.prices);
    int32_t *lots = calloc((size_t)model->lot_count + 1, sizeof *lots), count = 0;
    for (int32_t l = 0; lots && l < model->lot_count; l++) {
        if (!model->lots[l].impossible)
            lots[count++] = l;
    }
    e->scope = lots && !error ? scope_new(model, &control, lots, count, NULL, NULL, -1) : NULL;
    if (!error && (!search.best || !search.scratch || !e->root.prices || !e->scope))
        error = GROUPING_NO_MEMORY;
    if (!error)
        error = explain_choices(e, model);
    generation_free(&e->root);
    free(e->root.prices);
    scope_free(e->scope);
    free(lots);
    pool_clear(&search.pool);
    solution_free(search.best);
    free(search.scratch);
    control_end(&control);
    model_free(model);
    return error;
}

enum grouping_error grouping_explain(const struct grouping_instance *instance,
                                     const struct grouping_options *options, struct grouping_result *result)
{
    double seconds = options->seconds > 0 ? options->seconds : 30;
    struct explanation e = {.instance = instance, .options = options, .result = result};
    bool solved = result->status == GROUPING_OPTIMAL || result->status == GROUPING_FEASIBLE;

    if (result->answer_count != instance->lot_count)
        return GROUPING_BAD_OPTIONS;
    e.deadline = clock_seconds() + seconds;
    enum grouping_error error = explain_lots(&e, seconds / 2);
    if (!error)
        error = explanation_list_choices(&e);
    if (!error && solved && result->choice_count)
        error = explain_members(&e);
    return error;
}
