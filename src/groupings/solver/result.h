/* From the inside to the caller: results out of solutions, reasons for lots not answered. */
#ifndef GROUPINGS_SOLVER_RESULT_H
#define GROUPINGS_SOLVER_RESULT_H

#include "solution.h"

/* A result with every lot unanswered, WHY_NOT_SEARCHED. NULL: no memory. */
struct grouping_result *result_new(const struct grouping_instance *instance);
/* Writes the lots answered by the solution. */
enum grouping_error result_set_answers(struct grouping_result *result, const struct solution *solution);
/* Fills `why` of the lots not answered. full_search: alone[l] is the best score of the lot with everyone free
 * (-INFINITY: no group), known exactly when proven[l]. */
void result_set_reasons(struct grouping_result *result, const struct solution *solution, const double *alone,
                        const bool *proven);

#endif
