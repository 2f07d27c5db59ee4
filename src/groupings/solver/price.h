/* Lots at prices: their costs, their searches, and the bound these prove.
 *
 *   L(p) = sum_l max(0, lot_l(p)) + sum of p right + sum_m max(0, gain_m(p) - cost_m)
 *
 * where gain_m is what o_m = 1 gains: it brings the right-hand sides of its own member's rows and its part of
 * cuts, and pays its opening rows. Valid for every p >= 0. Where distinct members are counted, the last sum
 * has the max_members largest terms only: as good as the best price of that row, whatever the master's is.
 * Shared by price.c and fix.c; others see scope.h.
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

/* What o_m = 1 gains at the prices less what it costs, of each opener; o_m is chosen when it is 1 in L(p). */
struct worths {
    double *net;
    bool *tied; /* o_m is a variable here */
    bool *chosen;
    double worst_in; /* of those chosen freely, if as many are as may be; else 0 */
    double best_out; /* of the others, if above 0; else 0 */
    bool full;       /* no other may take part beside those chosen */
    double sum;      /* the members' part of the bound */
    double size;     /* of what was added up, for the margin */
};

/* False: no memory; free it all the same. */
bool worths_make(struct worths *worths, const struct scope *scope, const double *prices);
void worths_free(struct worths *worths);
/* How much the bound falls, at least, when the choice of an o_m that is free is turned round. */
double worths_turn(const struct worths *worths, int32_t opener);

#endif
