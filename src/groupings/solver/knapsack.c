#include "knapsack.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    GRID = 4000,  /* weights are whole numbers up to this; rounded down where they are not whole, which stays
                     valid */
    SUPPORT = 64, /* lots in the linear program: sets of them are bits of one word */
    ROUNDS = 400,
};

struct finder {
    const struct knapsack *k;
    int32_t capacity;
    int32_t *weight;  /* by item */
    int32_t *support; /* items with y* > 0 */
    int32_t count;    /* of the support */
    double *inverse;  /* of the basis, count x count */
    double *level;    /* t of the basic columns */
    double *price;    /* a, by place in the support */
    double *step;
    double *best;     /* by weight used at most: the best sum of prices ... */
    uint64_t *chosen; /* ... and the items that make it */
};

static bool is_whole(double x)
{
    return fabs(x - nearbyint(x)) < 1e-9;
}

/* Whole weights: exact when they are whole already. */
static void finder_set_weights(struct finder *f)
{
    const struct knapsack *k = f->k;
    bool exact = is_whole(k->capacity) && k->capacity <= GRID;

    for (int32_t j = 0; j < k->count && exact; j++)
        exact = is_whole(k->uses[j]);
    f->capacity = exact ? (int32_t)nearbyint(k->capacity) : GRID;
    for (int32_t j = 0; j < k->count; j++) {
        double w = exact ? nearbyint(k->uses[j]) : floor(k->uses[j] * GRID / k->capacity - 1e-6);
        f->weight[j] = w > f->capacity ? f->capacity + 1 : w > 0 ? (int32_t)w : 0;
    }
}

/* The items with the largest y*, in order; false when they all fit together: no cut then. */
static bool finder_set_support(struct finder *f)
{
    int64_t sum = 0;

    for (int32_t j = 0; j < f->k->count; j++) {
        double part = f->k->part[j];
        if (part <= 1e-6 || f->weight[j] == 0 || f->weight[j] > f->capacity)
            continue;
        int32_t at = f->count < SUPPORT ? f->count++ : SUPPORT;
        while (at > 0 && f->k->part[f->support[at - 1]] < part) {
            if (at < SUPPORT)
                f->support[at] = f->support[at - 1];
            at--;
        }
        if (at < SUPPORT)
            f->support[at] = j;
    }
    for (int32_t i = 0; i < f->count; i++)
        sum += f->weight[f->support[i]];
    return sum > f->capacity;
}

static void table_add(struct finder *f, int32_t weight, double price, uint64_t bit)
{
    for (int32_t c = f->capacity; c >= weight; c--) {
        double with = f->best[c - weight] + price;
        if (with > f->best[c]) {
            f->best[c] = with;
            f->chosen[c] = f->chosen[c - weight] | bit;
        }
    }
}

/* The dearest knapsack at the prices. */
static double finder_fill_table(struct finder *f)
{
    memset(f->best, 0, ((size_t)f->capacity + 1) * sizeof *f->best);
    memset(f->chosen, 0, ((size_t)f->capacity + 1) * sizeof *f->chosen);
    for (int32_t i = 0; i < f->count; i++) {
        if (f->price[i] > 0)
            table_add(f, f->weight[f->support[i]], f->price[i], UINT64_C(1) << i);
    }
    return f->best[f->capacity];
}

/* All columns cost 1: the price of a row is the sum of its column of the inverse. */
static void finder_set_prices(struct finder *f)
{
    memset(f->price, 0, (size_t)f->count * sizeof *f->price);
    for (int32_t i = 0; i < f->count; i++) {
        for (int32_t j = 0; j < f->count; j++)
            f->price[j] += f->inverse[i * f->count + j];
    }
}

/* The knapsack `set` enters the basis. False: nothing leaves, by rounding. */
static bool finder_pivot(struct finder *f, uint64_t set)
{
    int32_t n = f->count, leaving = -1;

    for (int32_t i = 0; i < n; i++) {
        f->step[i] = 0;
        for (int32_t j = 0; j < n; j++)
            f->step[i] += set >> j & 1 ? f->inverse[i * n + j] : 0;
        if (f->step[i] > 1e-9 &&
            (leaving < 0 || f->level[i] * f->step[leaving] < f->level[leaving] * f->step[i]))
            leaving = i;
    }
    if (leaving < 0)
        return false;
    double *out = f->inverse + leaving * n, pivot = f->step[leaving];
    f->level[leaving] /= pivot;
    for (int32_t j = 0; j < n; j++)
        out[j] /= pivot;
    for (int32_t i = 0; i < n; i++) {
        if (i == leaving || f->step[i] == 0)
            continue;
        f->level[i] = fmax(0, f->level[i] - f->step[i] * f->level[leaving]);
        for (int32_t j = 0; j < n; j++)
            f->inverse[i * n + j] -= f->step[i] * out[j];
    }
    return true;
}

/* Column generation from the single lots on. Whether more than o* is needed; prices then make a cut. */
static bool finder_solve(struct finder *f)
{
    double enough = f->k->open * (1 + 1e-3) + 1e-6, dearest = 0;

    for (int32_t i = 0; i < f->count; i++) {
        f->inverse[i * f->count + i] = 1;
        /* a hair more, different for each, against stalling */
        f->level[i] = f->k->part[f->support[i]] + 1e-7 * (1 + i % 7);
    }
    for (int32_t round = 0; round < ROUNDS; round++) {
        double sum = 0;
        for (int32_t i = 0; i < f->count; i++)
            sum += f->level[i];
        if (sum <= enough)
            return false;
        finder_set_prices(f);
        dearest = finder_fill_table(f);
        if (dearest <= 1 + 1e-7 || !finder_pivot(f, f->chosen[f->capacity]))
            break;
    }
    double worth = 0; /* prices are true bounds once no knapsack costs more than 1 */
    for (int32_t i = 0; i < f->count; i++) {
        f->price[i] = fmax(0, f->price[i]) / fmax(dearest, 1);
        worth += f->price[i] * f->k->part[f->support[i]];
    }
    return worth > enough;
}

/* Parts of the lots in the program, then the most that each other lot can have. */
static void finder_lift(struct finder *f, double *ret_parts)
{
    memset(ret_parts, 0, (size_t)f->k->count * sizeof *ret_parts);
    finder_fill_table(f);
    for (int32_t i = 0; i < f->count; i++)
        ret_parts[f->support[i]] = f->price[i];
    for (int32_t j = 0; j < f->k->count; j++) {
        bool in = false;
        for (int32_t i = 0; i < f->count && !in; i++)
            in = f->support[i] == j;
        if (in || f->weight[j] > f->capacity || f->weight[j] == 0)
            continue;
        double room = 1 - f->best[f->capacity - f->weight[j]] - 1e-9;
        if (room <= 1e-6)
            continue;
        ret_parts[j] = room;
        table_add(f, f->weight[j], room, 0);
    }
}

int knapsack_find_cut(const struct knapsack *k, double *ret_parts)
{
    size_t n = k->count < SUPPORT ? (size_t)k->count : SUPPORT;
    struct finder f = {.k = k};
    int code = -1;

    f.inverse = calloc(n * n + 3 * n + GRID + 2, sizeof *f.inverse);
    f.chosen = malloc(((size_t)GRID + 1) * sizeof *f.chosen);
    f.weight = calloc((size_t)k->count + n + 2, sizeof *f.weight);
    if (f.inverse && f.chosen && f.weight) {
        f.level = f.inverse + n * n;
        f.price = f.level + n;
        f.step = f.price + n;
        f.best = f.step + n;
        f.support = f.weight + k->count;
        finder_set_weights(&f);
        code = finder_set_support(&f) && finder_solve(&f);
        if (code > 0)
            finder_lift(&f, ret_parts);
    }
    free(f.inverse);
    free(f.chosen);
    free(f.weight);
    return code;
}
