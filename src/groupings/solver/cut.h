/* Cuts: inequalities that every answer obeys and mixtures of groups do not.
 *
 * A member's capacity (or turnover) b is shared by lots; in lot j it does x_j <= u_j y_j. A mixture of groups
 * may hold a member "half" and let it do all its work there; paying half its fixed costs. When the lots of a
 * set C could ask for more than b together, sum_C u = b + over with 0 < over < u' = max_C u, every answer
 * obeys (generalised flow cover, Van Roy and Wolsey), for any further lots L, sum_{C+L} x_j + sum_C max(0,
 * u_j - over) (1 - y_j) - sum_L (max(u', u_j) - over) y_j  <=  b that is   sum_{C+L} x_j - sum_{C+L} credit_j
 * y_j <= right. It touches a lot's search only by one more price for each unit and a credit on the fixed
 * cost, so the lots stay as easy as before. Cuts are made at the root, for the whole instance; scopes of the
 * local search do not use them.
 */
#ifndef GROUPINGS_SOLVER_CUT_H
#define GROUPINGS_SOLVER_CUT_H

#include "model.h"

enum { CUT_MAX = 4000 };

struct cut_entry {
    int32_t cut;
    int32_t candidate; /* of the lot that lists it */
    int32_t row;       /* shared row the cut is built on */
    double credit;
};

struct cut_set {
    int32_t count;
    double *right;             /* by cut */
    struct cut_entry **by_lot; /* entries of each lot */
    int32_t *lot_counts, *lot_capacities;
    int32_t lot_count;
};

struct cut_set *cut_set_new(int32_t lot_count);
void cut_set_free(struct cut_set *cuts);

/* One lot's use of a shared row in a fractional answer. */
struct cut_term {
    int32_t row, lot, candidate;
    double x, y, up;
};

/* Looks for violated cuts among the terms (sorted here) and adds them; at most `most`. Returns how many, -1:
 * no memory. */
int32_t cut_set_separate(struct cut_set *cuts, const struct model *model, struct cut_term *terms,
                         int32_t count, int32_t most);

#endif
