/* What one limit of a member says about how often it may take part.
 *
 * Taking part in lot j uses at least w_j of a member's capacity (or turnover) b: the whole quantity where a
 * lot is done by one member alone, else what the minimum share asks for. So its y lie in the knapsack
 *
 *     K = { y in {0,1}^n : sum w_j y_j <= b },       all of it times o_m when taking part at all is a
 * variable.
 *
 * A fractional (y*, o*) is in the hull of o K exactly when few enough knapsacks hold it:
 *
 *     least = min { sum_v t_v : sum_v t_v v >= y*, t >= 0, v in K }   is at most o*.
 *
 * Otherwise the dual prices a >= 0 of that linear program obey a v <= 1 on all of K and a y* = least > o*:
 * the cut
 *
 *     sum a_j y_j <= o_m         (the deepest there is; Boyd's Fenchel cut)
 *
 * The program has one row for each lot with y* > 0, its columns come from a knapsack by dynamic programming,
 * and the lots with y* = 0 get the largest a_j that keeps the cut true, one after the other (lifting). Adding
 * these cuts until none is left gives the same bound as pricing the lots and solving a knapsack for each
 * member, at the price of one more term in the fixed cost of a participation.
 */
#ifndef GROUPINGS_SOLVER_KNAPSACK_H
#define GROUPINGS_SOLVER_KNAPSACK_H

#include <stdint.h>

struct knapsack {
    int32_t count;
    const double *uses; /* w, >= 0 */
    const double *part; /* y* */
    double capacity;    /* b > 0 */
    double open;        /* o*, 0 to 1 */
};

/* 1: ret_parts holds a cut that y* breaks. 0: there is none worth adding. -1: no memory. */
int knapsack_find_cut(const struct knapsack *knapsack, double *ret_parts);

#endif
