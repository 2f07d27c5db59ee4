/* The state of one search: what is known so far, shared by the root, the tree and the local search. */
#ifndef GROUPINGS_SOLVER_SEARCH_H
#define GROUPINGS_SOLVER_SEARCH_H

#include "generate.h"
#include "primal.h"

struct search {
    const struct model *model;
    struct control *control;
    struct pool pool;
    struct solution *best;
    double bound;
    double *scratch; /* row_count */
    bool seen_root;  /* the root was priced once: no more greedy answers */
};

/* Keeps the solution if it is better (measured here). Returns whether it was. */
bool search_offer(struct search *search, struct solution *solution);
void search_report(struct search *search);
/* How far a bound may lie above the objective and count as met. */
double search_allowed(const struct search *search, double objective);

#endif
