/* The linear program left when the group of one lot is chosen: who of them does how much.
 *
 *   minimise sum cost x    over   sum_m x_mr = q_r,   0 <= x_mr <= up_mr,
 *                                 sum_r weight_mr x_mr >= floor,   sum_r price_mr x_mr <= limit_m,
 *                                 and, when two requirements share a function, sum x of a slot <= its
 * capacity.
 *
 * Filling every requirement from the cheapest on is optimal but for the rules of the members; it is a basis
 * that is dual feasible, so the dual simplex method (bounded variables, dense tableau) repairs it in a few
 * pivots and every intermediate value is a lower bound of the cost.
 */
#ifndef GROUPINGS_SOLVER_LEAF_H
#define GROUPINGS_SOLVER_LEAF_H

#include "model.h"

struct leaf_space; /* memory for one thread, grows to the largest leaf met */

struct leaf_space *leaf_space_new(void);
void leaf_space_free(struct leaf_space *space);

struct leaf_data {
    const struct lot *lot;
    const double *cost;     /* for each arc of the lot */
    const double *up;       /* for each arc of the lot */
    const double *limit;    /* for each candidate of the lot */
    const double *capacity; /* right-hand sides by row: used for slots shared inside the lot */
};

enum leaf_status { LEAF_OPTIMAL, LEAF_INFEASIBLE, LEAF_CUT /* cost exceeds `cutoff` */, LEAF_NO_MEMORY };

/* group: candidates. On LEAF_OPTIMAL: *ret_cost, ret_x (one for each arc of each candidate, in the order of
 * group) and ret_price (for each requirement: cost of one more unit). ret_x and ret_price may be NULL. */
enum leaf_status leaf_solve(struct leaf_space *space, const struct leaf_data *data, const int32_t *group,
                            int32_t count, double cutoff, double *ret_cost, double *ret_x, double *ret_price);

#endif
