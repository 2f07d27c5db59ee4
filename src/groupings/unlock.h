/* What the whole answer becomes with a change that would unlock a lot: the lot may take what others need. */
#ifndef MAILLON_GROUPINGS_UNLOCK_H
#define MAILLON_GROUPINGS_UNLOCK_H

#include "groupings/solver/solver.h"

struct arena;

/* Lots answered by the best grouping when the change is made, found by solving again for at most
 * options->seconds; -1 when that is not known in this time. */
int unlock_answered(struct arena *arena, const struct grouping_instance *instance,
                    const struct grouping_options *options, int32_t lot,
                    const struct grouping_remedy *remedy);

#endif
