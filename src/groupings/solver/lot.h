/* The exact search for the best group of one lot, every shared thing having its price.
 *
 *   maximise  worth - sum_{m in G} fixed_m - sum cost x      over groups G and x of the leaf (leaf.h)
 *   with |G| <= max_group, some leader in G, sum turnover >= need, members that must be in G or must not.
 *
 * Bound (lot_value.c): relax cover with multipliers v_r (free) and turnover with w >= 0; what is left asks
 * for the best max_group members, each worth alone
 *
 *   value_m = max { sum_r (v_r - cost_mr) x_mr : 0 <= x <= up, floor <= weight x, price x <= limit }
 *             - fixed_m + w t_m
 *   bound   = worth - sum v q - w need + the largest max_group positive values (with a leader among them)
 *
 * One more thing tightens it: the members of G that offer requirement r are at least the n_r that its
 * quantity needs, were they the largest ones; a multiplier >= 0 for each such count, in the same way. It is
 * minimised by subgradient steps, and by the cover prices of leaves, which are often the best multipliers.
 * Depth first, include before exclude; members whose inclusion (exclusion) cannot beat the best are fixed.
 */
#ifndef GROUPINGS_SOLVER_LOT_H
#define GROUPINGS_SOLVER_LOT_H

#include "leaf.h"

struct control;

struct lot_query {
    const struct lot *lot;
    const double *cost;     /* by arc */
    const double *up;       /* by arc, <= arc.up */
    const double *fixed;    /* by candidate */
    const double *limit;    /* by candidate: turnover left */
    const double *capacity; /* by row */
    const int8_t *must;     /* by candidate: 1 in, -1 out, 0 free */
    double cutoff;          /* only values above matter; -INFINITY */
    double slack;           /* the answer may be this much below the best */
    int64_t max_nodes;
    bool first;              /* any group above the cutoff will do: end there */
    struct control *control; /* its clock ends the search with the bound reached */
};

struct lot_group { /* one group found */
    double value;
    int32_t count;
    int32_t *members; /* candidates; max_group long */
};

struct lot_space; /* memory of one thread */
struct lot_space *lot_space_new(const struct model *model);
void lot_space_free(struct lot_space *space);
struct leaf_space *lot_space_leaf(struct lot_space *space);

struct lot_result {
    double bound;             /* no group is worth more (cutoff included: at least cutoff) */
    bool complete;            /* searched to the end: bound <= max(best, cutoff) + slack */
    int32_t group_count;      /* best first; those with a value above the cutoff, at most LOT_GROUPS */
    struct lot_group *groups; /* in the space, until the next search */
    int64_t nodes;
    bool no_memory;
};

enum { LOT_GROUPS = 4 };

/* multipliers: lot_width, start and end of the search at its root. */
void lot_search(struct lot_space *space, const struct lot_query *query, double *multipliers,
                struct lot_result *ret_result);

/* Upper bound of the value when candidate c must (ret_in) or must not (ret_out) be in, at these multipliers;
 * for all candidates. Entries are -INFINITY where impossible. */
void lot_probe(struct lot_space *space, const struct lot_query *query, const double *multipliers,
               double *ret_in, double *ret_out);

#endif
