/* Cuts: inequalities that every answer obeys and mixtures of groups do not.
 *
 * FLOW COVERS  A member's capacity (or turnover) b is shared by lots; in lot j it does x_j <= u_j y_j. A
 * mixture of groups may hold a member "half" and let it do all its work there, paying half its fixed costs.
 * When the lots of a set C could ask for more than b together,
 *
 *     sum_C u = b + over     with 0 < over < u' = max_C u,
 *
 * every answer obeys (generalised flow cover, Van Roy and Wolsey), for any further lots L,
 *
 *     sum_{C+L} x_j + sum_C max(0, u_j - over) (1 - y_j) - sum_L (max(u', u_j) - over) y_j  <=  b
 *
 * that is   sum_{C+L} x_j - sum_{C+L} credit_j y_j <= right.
 *
 * KNAPSACKS  (knapsack.h finds them) say how often a member may take part: sum part_j y_j <= 1.
 *
 * DEMAND  The members that take part can do what the mandatory lots ask of a function: sum b_m o_m >= D. The
 * members that do not, sum b_m (1 - o_m) <= sum b - D: a knapsack again, sum part_m (1 - o_m) <= 1.
 *
 * A cut touches a lot's search only by one more price for each unit and a credit (or a charge) on the fixed
 * cost, so that the lots stay as easy as before. Cuts hold for the whole instance; scopes of the local search
 * do not use them. A member that takes no part has all its x and y at 0, so that its flow covers and
 * knapsacks also hold with right o_m on the right: stronger, when o_m is a variable. In general a cut is
 *
 *     sum of its entries in the lots' columns  <=  right + sum_m brings_m o_m.
 */
#ifndef GROUPINGS_SOLVER_CUT_H
#define GROUPINGS_SOLVER_CUT_H

#include "model.h"

enum { CUT_MAX = 4000, CUT_OF_ALL = -2 };

struct cut_entry {
    int32_t cut;
    int32_t candidate; /* of the lot that lists it */
    int32_t row;       /* shared row whose units count; -1: only taking part counts */
    double credit;
};

struct cut_bring { /* what o_m = 1 adds to the right of a cut */
    int32_t cut;
    double brings;
};

struct cut_list {
    struct cut_bring *cuts;
    int32_t count, capacity;
};

struct cut_set {
    int32_t count;
    double *right;              /* by cut */
    double *size;               /* by cut: of its coefficients, for scaling */
    int32_t *opener;            /* by cut: of the one member it speaks of; -1: it has no o_m; CUT_OF_ALL */
    struct cut_list *by_opener; /* the cuts that it brings something to */
    int32_t opener_count;
    struct cut_entry **by_lot; /* entries of each lot */
    int32_t *lot_counts, *lot_capacities;
    int32_t lot_count;
};

struct cut_set *cut_set_new(int32_t lot_count, int32_t opener_count);
void cut_set_free(struct cut_set *cuts);

/* A knapsack, to be added later: sum part y <= o_m, or sum part (1 - o) <= 1 when it is a cut of all. */
struct cut_draft {
    int32_t opener; /* -1: the member has no o_m; CUT_OF_ALL */
    int32_t count;
    int32_t *lots, *candidates; /* in the draft's own block; of a cut of all, candidates are openers */
    double *parts;
};

struct cut_drafts {
    struct cut_draft **drafts;
    int32_t count, capacity;
};

struct cut_draft *cut_draft_new(int32_t count);
/* Takes the draft over. False: no memory. */
bool cut_drafts_add(struct cut_drafts *drafts, struct cut_draft *draft);
void cut_drafts_clear(struct cut_drafts *drafts);
/* Adds all of them that there is room for. */
bool cut_set_take(struct cut_set *cuts, const struct cut_drafts *drafts);

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
