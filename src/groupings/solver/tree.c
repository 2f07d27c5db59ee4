#include "tree.h"

#include "dive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- nodes ---- */

static void node_free(struct node *node)
{
    if (!node)
        return;
    free(node->answer);
    free(node->must);
    free(node->open);
    free(node->lot_bounds);
    free(node->price_rows);
    free(node->price_values);
    free(node->basis);
    free(node);
}

/* The decisions of a scope and prices, as a node. */
static struct node *node_new(const struct scope *scope, const double *prices, const struct priced *priced,
                             double bound, int32_t depth)
{
    const struct model *model = scope->model;
    struct node *node = calloc(1, sizeof *node);
    size_t cells = 0;
    int32_t count = 0;

    if (!node)
        return NULL;
    for (int32_t i = 0; i < scope->lot_count; i++)
        cells += (size_t)model->lots[scope->lots[i]].candidate_count;
    for (int32_t row = 0; row < model->price_count; row++)
        count += prices[row] > 0;
    node->bound = bound;
    node->depth = depth;
    node->answer = malloc((size_t)scope->lot_count + 1);
    node->must = malloc(cells + 1);
    node->open = malloc((size_t)model->opener_count + 1);
    node->lot_bounds = calloc((size_t)scope->lot_count + 1, sizeof *node->lot_bounds);
    node->price_rows = malloc(((size_t)count + 1) * sizeof *node->price_rows);
    node->price_values = malloc(((size_t)count + 1) * sizeof *node->price_values);
    if (!node->answer || !node->must || !node->open || !node->lot_bounds || !node->price_rows ||
        !node->price_values) {
        node_free(node);
        return NULL;
    }
    memcpy(node->open, scope->open, (size_t)model->opener_count);
    int8_t *must = node->must;
    for (int32_t i = 0; i < scope->lot_count; i++) {
        const struct lot_state *state = &scope->states[scope->lots[i]];
        int32_t candidates = model->lots[scope->lots[i]].candidate_count;
        node->answer[i] = state->answer;
        node->lot_bounds[i] = priced ? priced[i].bound : NAN;
        memcpy(must, state->must, (size_t)candidates);
        must += candidates;
    }
    for (int32_t row = 0; row < model->price_count; row++) {
        if (prices[row] > 0) {
            node->price_rows[node->price_count] = row;
            node->price_values[node->price_count++] = prices[row];
        }
    }
    return node;
}

/* The scope is a copy of the root's, whose fixings may be newer than the node. False: they contradict the
 * node, which then holds nothing better than the best answer. */
static bool node_apply(const struct node *node, struct scope *scope, double *prices)
{
    const int8_t *must = node->must;
    bool good = true;

    for (int32_t o = 0; o < scope->model->opener_count; o++) {
        good &= node->open[o] * scope->open[o] >= 0;
        scope->open[o] = node->open[o] ? node->open[o] : scope->open[o];
    }
    for (int32_t i = 0; i < scope->lot_count; i++) {
        struct lot_state *state = &scope->states[scope->lots[i]];
        int32_t candidates = scope->model->lots[scope->lots[i]].candidate_count;
        good &= node->answer[i] * state->answer >= 0;
        state->answer = node->answer[i] ? node->answer[i] : state->answer;
        for (int32_t c = 0; c < candidates; c++) {
            /* out of a lot that is not answered anyway is no contradiction */
            good &= must[c] * state->must[c] >= 0 || state->answer <= 0;
            state->must[c] = must[c] ? must[c] : state->must[c];
        }
        must += candidates;
    }
    for (int32_t k = 0; k < node->price_count; k++)
        prices[node->price_rows[k]] = node->price_values[k];
    return good;
}

/* ---- the heap ---- */

static bool node_before(const struct node *a, const struct node *b)
{
    return a->bound > b->bound || (a->bound == b->bound && a->number < b->number);
}

static bool tree_push(struct tree *tree, struct node *node)
{
    if (tree->heap_count == tree->heap_capacity) {
        int32_t capacity = tree->heap_capacity ? 2 * tree->heap_capacity : 64;
        struct node **heap = realloc(tree->heap, (size_t)capacity * sizeof *heap);
        if (!heap)
            return false;
        tree->heap = heap;
        tree->heap_capacity = capacity;
    }
    node->number = tree->made++;
    int32_t at = tree->heap_count++;
    while (at > 0 && node_before(node, tree->heap[(at - 1) / 2])) {
        tree->heap[at] = tree->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    tree->heap[at] = node;
    return true;
}

/* Takes out the node at the place. */
static struct node *tree_remove(struct tree *tree, int32_t at)
{
    struct node *top = tree->heap[at], *last = tree->heap[--tree->heap_count];

    if (at == tree->heap_count)
        return top;
    for (; at > 0 && node_before(last, tree->heap[(at - 1) / 2]); at = (at - 1) / 2)
        tree->heap[at] = tree->heap[(at - 1) / 2];
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= tree->heap_count)
            break;
        if (child + 1 < tree->heap_count && node_before(tree->heap[child + 1], tree->heap[child]))
            child++;
        if (!node_before(tree->heap[child], last))
            break;
        tree->heap[at] = tree->heap[child];
        at = child;
    }
    tree->heap[at] = last;
    return top;
}

struct node *tree_pop(struct tree *tree)
{
    return tree->heap_count ? tree_remove(tree, 0) : NULL;
}

struct node *tree_pop_dive(struct tree *tree)
{
    int32_t at = 0;
    while (at < tree->heap_count && tree->heap[at]->number != tree->dive)
        at++;
    struct node *node = tree->heap_count ? tree_remove(tree, at < tree->heap_count ? at : 0) : NULL;
    tree->dive = node ? node->number : -1;
    return node;
}

bool tree_start(struct tree *tree, struct scope *scope, const struct pool *known, struct solution *start,
                const double *prices, double bound)
{
    *tree = (struct tree){
        .scope = scope, .known = known, .start = start, .lost = -INFINITY, .max_rounds = 60, .dive = -1};
    struct node *root = node_new(scope, prices, NULL, bound, 0);
    if (!root)
        return false;
    if (!tree_push(tree, root)) {
        node_free(root);
        return false;
    }
    return true;
}

void tree_end(struct tree *tree)
{
    for (int32_t i = 0; i < tree->heap_count; i++)
        node_free(tree->heap[i]);
    free(tree->heap);
    *tree = (struct tree){0};
}

double tree_bound(const struct tree *tree)
{
    return fmax(tree->heap_count ? tree->heap[0]->bound : -INFINITY, tree->lost);
}

void outcome_free(struct outcome *outcome)
{
    node_free(outcome->children[0]);
    node_free(outcome->children[1]);
    solution_free(outcome->found);
    pool_clear(&outcome->fresh);
    cut_drafts_clear(&outcome->cuts);
    *outcome = (struct outcome){0};
}

/* ---- branching ---- */

struct branch {
    int32_t lot;       /* -1: none, everything is whole */
    int32_t candidate; /* -1: on answering the lot */
};

/* When all y are whole but the rounds did not converge: anything open, to go on. */
static struct branch choose_any(const struct scope *scope, const struct generation *g)
{
    for (int32_t i = 0; i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        if (scope->states[l].answer == 0)
            return (struct branch){l, -1};
        for (int32_t c = 0; scope->states[l].answer > 0 && c < scope->model->lots[l].candidate_count; c++) {
            if (scope->states[l].must[c] == 0 && g->part[l][c] > 0.5)
                return (struct branch){l, c};
        }
    }
    for (int32_t i = 0; i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        for (int32_t c = 0; scope->states[l].answer > 0 && c < scope->model->lots[l].candidate_count; c++) {
            if (scope->states[l].must[c] == 0)
                return (struct branch){l, c};
        }
    }
    return (struct branch){-1, -1};
}

/* Child with the decision set to `value` (1 or -1). */
static struct node *node_make_child(struct scope *scope, const struct node *parent,
                                    const struct generation *g, struct branch branch, int8_t value)
{
    struct lot_state *state = &scope->states[branch.lot];
    int8_t *decision = branch.candidate < 0 ? &state->answer : &state->must[branch.candidate];
    int8_t kept_answer = state->answer, kept = *decision;

    *decision = value;
    if (branch.candidate >= 0 && value > 0 && kept_answer == 0)
        state->answer = 1;
    struct node *child = node_new(scope, g->prices, g->priced, g->bound, parent->depth + 1);
    if (child && g->basis)
        child->basis = master_basis_copy(g->basis);           /* NULL: from scratch */
    for (int32_t i = 0; child && i < scope->lot_count; i++) { /* the lot that changes is searched anew */
        if (scope->lots[i] == branch.lot)
            child->lot_bounds[i] = NAN;
    }
    *decision = kept;
    state->answer = kept_answer;
    return child;
}

/* Child in which a member takes part somewhere (value 1), or nowhere (-1). */
static struct node *node_make_opener_child(struct scope *scope, const struct node *parent,
                                           const struct generation *g, int32_t opener, int8_t value)
{
    struct node *child = node_new(scope, g->prices, g->priced, g->bound, parent->depth + 1);
    if (child && g->basis)
        child->basis = master_basis_copy(g->basis); /* NULL: from scratch */
    int8_t *must = child ? child->must : NULL;

    if (!child)
        return NULL;
    child->open[opener] = value;
    for (int32_t i = 0; value < 0 && i < scope->lot_count; i++) {
        const struct lot *lot = &scope->model->lots[scope->lots[i]];
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            if (lot->candidates[c].member == scope->model->openers[opener].member) {
                if (must[c] > 0 && child->answer[i] > 0)
                    child->bound = -INFINITY; /* decided in already: nothing here */
                must[c] = -1;
                child->lot_bounds[i] = NAN;
            }
        }
        must += lot->candidate_count;
    }
    return child;
}

void node_solve(struct tree *tree, struct node *node, double best, double allowed, int thread,
                struct outcome *ret)
{
    const struct model *model = tree->scope->model;
    struct control *control = tree->scope->control;
    struct scope *scope = scope_copy(tree->scope, thread);
    double *first = calloc((size_t)model->price_count + 1, sizeof *first);
    double *prices = calloc((size_t)model->price_count + 1, sizeof *prices);

    *ret = (struct outcome){.bound = node->bound};
    atomic_fetch_add(&control->nodes, 1);
    if (!scope || !prices || !first) {
        atomic_store(&control->no_memory, true);
        scope_free(scope);
        free(prices);
        free(first);
        return;
    }
    if (!node_apply(node, scope, prices)) {
        ret->bound = -INFINITY;
        scope_free(scope);
        free(prices);
        free(first);
        return;
    }
    memcpy(first, prices, (size_t)model->price_count * sizeof *first);
    struct generation g = {.scope = scope,
                           .known = tree->known,
                           .also = tree->also,
                           .fresh = &ret->fresh,
                           .prices = prices,
                           .lot_bounds = first ? node->lot_bounds : NULL,
                           .first_prices = first,
                           .first_bound = node->bound,
                           .best = best,
                           .allowed = allowed,
                           .tolerance = fmax(1e-7 * fabs(best), 0.02 * (node->bound - best)),
                           .max_rounds = tree->max_rounds,
                           .max_lot_nodes = 20000,
                           .start = node->basis,
                           .dive = node->number == tree->dive,
                           .drafts = scope->use_cuts ? &ret->cuts : NULL,
                           .fix = true};
    bool good = generate_columns(&g);
    if (good && !tree->heuristic && g.bound > best + allowed && g.branch_lot < 0 && g.branch_opener < 0) {
        /* a whole answer, and a bound above it: only the tolerance can be between them */
        generation_free(&g);
        g.lot_bounds = NULL;
        g.tight = true;
        g.tolerance = 1e-9 * model->scale;
        g.max_rounds = 300;
        good = generate_columns(&g);
    }
    if (good) {
        ret->bound = fmin(node->bound, g.bound);
        g.bound = ret->bound;
        if (ret->bound > best + allowed) {
            if (!control_is_over(control) || node->depth == 0)
                ret->found = generation_round(&g, tree->start, thread);
            struct branch branch = {g.branch_lot, g.branch_candidate};
            if (g.branch_opener >= 0) {
                int first = g.branch_opening < 0.5; /* the likelier one is made first: dives follow it */
                ret->children[first] = node_make_opener_child(scope, node, &g, g.branch_opener, 1);
                ret->children[1 - first] = node_make_opener_child(scope, node, &g, g.branch_opener, -1);
                if (!ret->children[0] || !ret->children[1])
                    atomic_store(&control->no_memory, true);
            }
            if (branch.lot < 0 &&
                g.branch_opener <
                    0) /* whole: the answer rounded from it is worth the bound, or the rounds must go on */
                branch = choose_any(scope, &g);
            if (branch.lot >= 0 && g.branch_opener < 0) {
                ret->children[0] = node_make_child(scope, node, &g, branch, 1);
                ret->children[1] = node_make_child(scope, node, &g, branch, -1);
                if (!ret->children[0] || !ret->children[1])
                    atomic_store(&control->no_memory, true);
            }
        }
    }
    generation_free(&g);
    scope_free(scope);
    free(prices);
    free(first);
}

bool tree_take(struct tree *tree, struct node *node, struct outcome *outcome, double best, double allowed)
{
    bool good = true, closed = outcome->bound <= best + allowed, dived = node->number == tree->dive;

    /* a node closed within what is allowed still counts in the bound of the whole */
    if (closed || !outcome->children[0])
        tree->lost = fmax(tree->lost, outcome->bound);
    if (dived)
        tree->dive = outcome->children[0] && !closed ? tree->made : -1;
    for (int k = 0; k < 2; k++) {
        struct node *child = outcome->children[k];
        outcome->children[k] = NULL;
        if (!child)
            continue;
        if (closed || !tree_push(tree, child)) {
            good &= closed;
            node_free(child);
        }
    }
    node_free(node);
    return good;
}

bool tree_solve_small(struct scope *scope, const struct pool *known, const double *prices,
                      struct solution *start, double allowed, int32_t max_nodes, struct pool *fresh,
                      struct solution **ret_found)
{
    struct control *control = scope->control;
    struct solution *best = solution_new(scope->model);
    double *scratch = calloc((size_t)scope->model->row_count + 1, sizeof *scratch);
    struct tree tree = {0};
    bool good = best && scratch && solution_copy(best, start) &&
                tree_start(&tree, scope, known, start, prices, INFINITY);

    *ret_found = NULL;
    /* the part of the objective that the scope decides: openings of members known outside are paid there */
    double offset = 0;
    if (good) {
        for (int32_t i = 0; i < scope->lot_count; i++)
            solution_set(best, scope->lots[i], NULL);
        solution_measure(best, scratch);
        offset = best->raw;
        good = solution_copy(best, start);
        tree.also = fresh;
        tree.heuristic = true;
    }
    for (int32_t n = 0; good && n < max_nodes && tree.heap_count && !control_is_over(control); n++) {
        struct outcome outcome;
        struct node *node = tree_pop(&tree);
        node_solve(&tree, node, best->value - offset, allowed, scope->thread, &outcome);
        if (outcome.found) {
            solution_measure(outcome.found, scratch);
            if (outcome.found->value > best->value)
                good = solution_copy(best, outcome.found);
        }
        good &= tree_take(&tree, node, &outcome, best->value - offset, allowed);
        for (int32_t i = 0; i < outcome.fresh.count; i++) {
            bool is_new;
            struct column *column = outcome.fresh.columns[i];
            outcome.fresh.columns[i] = NULL;
            good &= pool_add(fresh, column, &is_new);
        }
        outcome_free(&outcome);
    }
    tree_end(&tree);
    free(scratch);
    if (good && best->value > start->value)
        *ret_found = best;
    else
        solution_free(best);
    if (!good)
        atomic_store(&control->no_memory, true);
    return *ret_found != NULL;
}
