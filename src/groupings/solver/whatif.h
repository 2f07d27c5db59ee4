/* One lot alone under changed circumstances: what a remedy is proposed from, and verified with. */
#ifndef GROUPINGS_SOLVER_WHATIF_H
#define GROUPINGS_SOLVER_WHATIF_H

#include "solver.h"

struct whatif; /* a copy of one lot and of the members that offer something it asks for, free to be changed */

/* result NULL: everyone is free; else only what its other lots leave. NULL: no memory. */
struct whatif *whatif_new(const struct grouping_instance *instance, const struct grouping_options *options,
                          const struct grouping_result *result, int32_t lot);
void whatif_free(struct whatif *whatif);

/* Best score of the lot as it stands now: -INFINITY when no group can do it. deadline: on the monotonic
 * clock. */
double whatif_solve(struct whatif *whatif, double deadline);

/* Tries the smallest changes of every kind; each is kept only if the lot, solved again with it, has a group
 * with a score above 0 (that can do it, for a mandatory lot). Returns how many were written, at most `most`.
 */
size_t whatif_find_remedies(struct whatif *whatif, double deadline, struct grouping_remedy *ret_remedies,
                            size_t most);

#endif
