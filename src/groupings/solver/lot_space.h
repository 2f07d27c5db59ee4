/* What a lot's search holds while it runs; shared by its parts (lot.c, lot_value.c) and nobody else. */
#ifndef GROUPINGS_SOLVER_LOT_SPACE_H
#define GROUPINGS_SOLVER_LOT_SPACE_H

#include "lot.h"

/* What the inner loop reads of an arc, side by side. */
struct packed {
    double cost, up, weight;
    int64_t requirement;
};

struct lot_space {
    struct leaf_space *leaf;
    struct packed *packed; /* by arc */
    const struct lot_query *query;
    const struct lot *lot;
    int32_t slots;      /* max_group of this search */
    int32_t *free_list; /* candidates not decided, the first `free_count` count */
    int32_t free_count;
    int32_t *in; /* the group so far */
    int32_t in_count;
    double in_turnover;
    bool in_lead;
    double *value;   /* by candidate at the multipliers of the last evaluation */
    int8_t *tight;   /* by candidate: its turnover limit can bind in this lot */
    int32_t *chosen; /* free candidates of the last evaluation's best group, best first */
    int32_t chosen_count;
    double runner_up;    /* the best value not chosen, or 0 */
    double *slope;       /* subgradient, lot_width */
    double *multipliers; /* stack: one line for each depth */
    double *trial, *best_multipliers, *leaf_price;
    double *needs; /* by requirement: how many free members that offer it are needed at least; 0: not used */
    double *inverse;     /* by requirement: when one is enough, one who brings less counts in proportion */
    double *largest;     /* by requirement: the largest contributions of free members, falling */
    int32_t *last_group; /* the last group evaluated as a leaf */
    int32_t last_count;
    double best;   /* value to beat */
    double pruned; /* largest bound given up */
    int64_t nodes;
    bool cut, no_memory;
    struct lot_group groups[LOT_GROUPS + 1];
    int32_t group_count;
    int32_t *group_memory;
    int32_t width;  /* lot_width of the widest lot */
    double penalty; /* what the last evaluation lost to have a leader */
};

/* Evaluates the multipliers at the node: values, best group, bound. */
double node_evaluate(struct lot_space *space, const double *multipliers);
/* The subgradient there, into slope; returns its length, squared and scaled. */
double node_find_slope(struct lot_space *space, const double *multipliers);
void node_step(struct lot_space *space, const double *from, double length, double *to);

#endif
