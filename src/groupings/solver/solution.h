/* A whole answer: one column for each lot answered. */
#ifndef GROUPINGS_SOLVER_SOLUTION_H
#define GROUPINGS_SOLVER_SOLUTION_H

#include "scope.h"

struct solution {
    const struct model *model;
    struct column **columns; /* by lot of the model, owned, NULL when not answered */
    double value;            /* with openings; -INFINITY when some rule is broken */
    double raw;              /* the same whether rules hold or not */
};

struct solution *solution_new(const struct model *model);
void solution_free(struct solution *solution);
/* Takes the column over (NULL: not answered any more). The value is stale until solution_measure. */
void solution_set(struct solution *solution, int32_t lot, struct column *column);
bool solution_copy(struct solution *to, const struct solution *from);

/* Recomputes the value; -INFINITY when a shared row is overrun, a mandatory lot or a pin is missing. scratch:
 * row_count doubles. */
void solution_measure(struct solution *solution, double *scratch);

/* The scope left when the lots listed are taken out of the solution. NULL: no memory. */
struct scope *solution_free_scope(const struct solution *solution, struct control *control,
                                  const int32_t *lots, int32_t lot_count, int thread);
#endif
