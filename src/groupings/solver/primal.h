/* Answers: greedy, rounding of a fractional answer, local search on a few lots at a time. */
#ifndef GROUPINGS_SOLVER_PRIMAL_H
#define GROUPINGS_SOLVER_PRIMAL_H

#include "generate.h"
#include "solution.h"

/* Fills the lots of the scope in the order given (NULL: its own), each by its best group at the prices (NULL:
 * none) within what is left; first the column in `first` when it fits (by lot of the model, NULL: none). Lots
 * outside the scope keep what `solution` holds. The scope is consumed: what is left changes. False: no
 * memory. */
bool primal_fill(struct scope *scope, const double *prices, const int32_t *order,
                 const struct column *const *first, int64_t max_nodes, int thread, struct solution *solution);

#endif
