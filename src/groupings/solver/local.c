#include "local.h"

#include "tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct task {
    int32_t lots[16];
    int32_t count;
    struct pool fresh;
    struct solution *found;
};

struct local {
    struct search *search;
    const struct scope *root;
    double *prices;
    double *lot_bounds; /* by position in the root scope: what the lot is worth at the prices, at most */
    double *affinity;   /* position x position: how much two lots compete */
    double *loss;       /* by position: what the present column lacks of its bound */
    struct task *tasks;
    int32_t task_count;
    uint64_t random;
    int32_t size;     /* lots freed at once */
    int32_t failures; /* rounds since the last improvement */
};

static uint32_t local_random(struct local *local, uint32_t below)
{
    local->random = local->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((local->random >> 33) % below);
}

struct local *local_new(struct search *search, const struct scope *root, const double *prices,
                        const double *lot_bounds)
{
    struct local *local = calloc(1, sizeof *local);
    size_t rows = (size_t)search->model->price_count + 1, lots = (size_t)root->lot_count + 1;

    if (!local)
        return NULL;
    local->search = search;
    local->root = root;
    local->random = 0x9e3779b97f4a7c15u;
    local->size = 2;
    local->task_count = search->control->threads;
    local->prices = calloc(rows, sizeof *local->prices);
    local->lot_bounds = calloc(lots, sizeof *local->lot_bounds);
    local->loss = calloc(lots, sizeof *local->loss);
    local->affinity = calloc(lots * lots, sizeof *local->affinity);
    local->tasks = calloc((size_t)local->task_count, sizeof *local->tasks);
    if (!local->prices || !local->lot_bounds || !local->loss || !local->affinity || !local->tasks) {
        local_free(local);
        return NULL;
    }
    memcpy(local->prices, prices, (size_t)search->model->row_count * sizeof *prices); /* without cuts */
    memcpy(local->lot_bounds, lot_bounds, (lots - 1) * sizeof *lot_bounds);
    return local;
}

void local_free(struct local *local)
{
    if (!local)
        return;
    free(local->prices);
    free(local->lot_bounds);
    free(local->loss);
    free(local->affinity);
    free(local->tasks);
    free(local);
}

/* Lots compete when they have good columns on the same priced rows. Counted once for each pair and candidate
 * member whose rows have a price; the model alone decides, so that it need not be done again. */
static void local_count_affinity(struct local *local)
{
    const struct model *model = local->search->model;
    int32_t n = local->root->lot_count;

    for (int32_t i = 0; i < n; i++) {
        const struct lot *a = &model->lots[local->root->lots[i]];
        const int8_t *must_a = local->root->states[local->root->lots[i]].must;
        for (int32_t k = 0; k < i; k++) {
            const struct lot *b = &model->lots[local->root->lots[k]];
            const int8_t *must_b = local->root->states[local->root->lots[k]].must;
            double sum = 0.01;
            for (int32_t x = 0, y = 0; x < a->candidate_count && y < b->candidate_count;) {
                int32_t difference = a->candidates[x].member - b->candidates[y].member;
                if (difference == 0 && must_a[x] >= 0 && must_b[y] >= 0) {
                    int32_t m = a->candidates[x].member;
                    double price = local->prices[model->turnover_row + m] > 0 ? 2 : 0.1;
                    for (int32_t slot = model->member_slots[m]; slot < model->member_slots[m + 1]; slot++)
                        price += local->prices[slot] > 0 ? 2 : 0;
                    sum += price;
                }
                x += difference <= 0;
                y += difference >= 0;
            }
            local->affinity[i * n + k] = local->affinity[k * n + i] = sum;
        }
    }
}

/* How far each lot of the best answer is from what it would be worth at the prices. */
static void local_find_losses(struct local *local)
{
    const struct solution *best = local->search->best;
    double typical = 0;
    int32_t n = local->root->lot_count;

    for (int32_t i = 0; i < n; i++) {
        const struct column *column = best->columns[local->root->lots[i]];
        double value = column ? column_reduced_value(column, local->prices) : 0;
        local->loss[i] = fmax(0, fmax(0, local->lot_bounds[i]) - value);
        typical += local->loss[i] / n;
    }
    for (int32_t i = 0; i < n; i++)
        local->loss[i] += 0.3 * typical + 1;
}

static int32_t pick_weighted(struct local *local, const double *weights, const bool *taken)
{
    double sum = 0;
    int32_t n = local->root->lot_count;
    for (int32_t i = 0; i < n; i++)
        sum += taken[i] ? 0 : weights[i];
    double at = sum * (double)local_random(local, 1u << 30) / (double)(1u << 30);
    int32_t last = -1;
    for (int32_t i = 0; i < n; i++) {
        if (taken[i])
            continue;
        last = i;
        at -= weights[i];
        if (at < 0)
            break;
    }
    return last;
}

static bool local_pick(struct local *local, struct task *task)
{
    int32_t n = local->root->lot_count;
    int32_t size = local->size + (int32_t)local_random(local, 2);
    bool *taken = calloc((size_t)n + 1, sizeof *taken);
    double *weights = calloc((size_t)n + 1, sizeof *weights);
    bool good = taken && weights;

    task->count = 0;
    size = size > n ? n : size > 16 ? 16 : size;
    while (good && task->count < size) {
        for (int32_t i = 0; i < n; i++) {
            weights[i] = local->loss[i];
            if (task->count > 0) {
                double near = 0;
                for (int32_t k = 0; k < n; k++)
                    near += taken[k] ? local->affinity[i * n + k] : 0;
                weights[i] = near * sqrt(local->loss[i]);
            }
        }
        int32_t i = pick_weighted(local, weights, taken);
        if (i < 0)
            break;
        taken[i] = true;
        task->lots[task->count++] = local->root->lots[i];
    }
    free(taken);
    free(weights);
    return good;
}

static void local_piece(void *context, int32_t piece, int thread)
{
    struct local *local = context;
    struct task *task = &local->tasks[piece];
    struct search *search = local->search;
    struct scope *scope = solution_free_scope(search->best, search->control, task->lots, task->count, thread);

    if (!scope) {
        atomic_store(&search->control->no_memory, true);
        return;
    }
    for (int32_t i = 0; i < task->count; i++) { /* what the root knows cannot be in a better answer */
        const struct lot_state *from = &local->root->states[task->lots[i]];
        struct lot_state *to = &scope->states[task->lots[i]];
        memcpy(to->must, from->must, (size_t)search->model->lots[task->lots[i]].candidate_count);
        memcpy(to->multipliers, from->multipliers,
               lot_width(&search->model->lots[task->lots[i]]) * sizeof *to->multipliers);
        to->answer = from->answer;
    }
    tree_solve_small(scope, &search->pool, local->prices, search->best,
                     1e-7 * fabs(search->best->value) + 1e-3, 12, &task->fresh, &task->found);
    scope_free(scope);
}

/* Takes the columns and answers of the tasks in order. */
static bool local_collect(struct local *local)
{
    struct search *search = local->search;
    bool improved = false;

    for (int32_t t = 0; t < local->task_count; t++) {
        struct task *task = &local->tasks[t];
        for (int32_t i = 0; i < task->fresh.count; i++) {
            bool is_new;
            struct column *column = task->fresh.columns[i];
            task->fresh.columns[i] = NULL;
            if (!pool_add(&search->pool, column, &is_new))
                atomic_store(&search->control->no_memory, true);
        }
        pool_clear(&task->fresh);
        if (!task->found)
            continue;
        struct solution *merged = solution_new(search->model);
        if (merged &&
            solution_copy(merged, search->best)) { /* the lots freed, on top of what others improved */
            for (int32_t i = 0; i < task->count; i++) {
                int32_t l = task->lots[i];
                solution_set(merged, l,
                             task->found->columns[l] ? column_copy(task->found->columns[l]) : NULL);
            }
            improved |= search_offer(search, merged) || search_offer(search, task->found);
        }
        solution_free(merged);
        solution_free(task->found);
        task->found = NULL;
    }
    return improved;
}

bool local_round(struct local *local)
{
    if (local->affinity[1] == 0)
        local_count_affinity(local);
    local_find_losses(local);
    for (int32_t t = 0; t < local->task_count; t++) {
        if (!local_pick(local, &local->tasks[t])) {
            atomic_store(&local->search->control->no_memory, true);
            return false;
        }
    }
    workers_run(local->search->control->workers, local->task_count, local_piece, local);
    bool improved = local_collect(local);
    local->failures = improved ? 0 : local->failures + 1;
    if (improved && local->size > 2 && local_random(local, 2))
        local->size--;
    else if (local->failures >= 6) {
        local->size = local->size < 5 ? local->size + 1 : 2;
        local->failures = 0;
    }
    return improved;
}
