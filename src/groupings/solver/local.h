/* Local search: free a few lots that compete for the same members, solve them together, keep what is better.
 */
#ifndef GROUPINGS_SOLVER_LOCAL_H
#define GROUPINGS_SOLVER_LOCAL_H

#include "search.h"

struct local;

/* prices and priced bounds: of the root; both are copied. NULL: no memory. */
struct local *local_new(struct search *search, const struct scope *root, const double *prices,
                        const double *lot_bounds);
void local_free(struct local *local);
/* One round: as many neighbourhoods as threads, solved at the same time. Returns whether the best answer
 * improved. */
bool local_round(struct local *local);

#endif
