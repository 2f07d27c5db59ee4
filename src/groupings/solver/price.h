/* Lots at prices: their costs, their searches, and the bound these prove.
 *
 *   L(p) = sum_l max(0, lot_l(p)) + sum of p right + sum_m max(0, gain_m(p) - cost_m)
 *
 * where gain_m is what o_m = 1 gains: it brings the right-hand sides of its own member's rows and its part of
 * cuts, and pays its opening rows. Valid for every p >= 0. Shared by price.c and fix.c; others see scope.h.
 */
#ifndef GROUPINGS_SOLVER_PRICE_H
#define GROUPINGS_SOLVER_PRICE_H

#include "scope.h"

/* Costs of the lot with the shared rows priced (NULL: all 0), into the memory of the thread. Returns the
 * price of answering it at all. */
double lot_set_costs(const struct scope *scope, int32_t lot, const double *prices,
                     struct thread_space *space);
/* The search of the lot at these costs, as the scope has decided, with no cutoff. */
struct lot_query lot_make_query(const struct scope *scope, int32_t lot, struct thread_space *space);

/* What o_m = 1 gains at the prices, of each opener. */
struct worths {
    double *gain;
    bool *tied; /* o_m is a variable here */
};

/* sum: what the rows of members without a free o_m are worth; size: for the margin. The rest of o_m = 1, its
 * cost, is not in gain yet. False: no memory; free it all the same. */
bool worths_make(struct worths *worths, const struct scope *scope, const double *prices, double *ret_sum,
                 double *ret_size);
void worths_free(struct worths *worths);
/* What taking part costs beside. */
double opener_cost(const struct model *model, int32_t opener, const double *prices);

#endif
