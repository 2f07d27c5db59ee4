/* What the master's fractional answer breaks: cuts (cut.h) found for it. */
#ifndef GROUPINGS_SOLVER_SEPARATE_H
#define GROUPINGS_SOLVER_SEPARATE_H

#include "cut.h"
#include "generate.h"
#include "master.h"

/* Adds flow covers to the model's cuts. Returns how many, -1: no memory. */
int32_t separate_flow_covers(const struct generation *generation, const struct master *master, int32_t most);

/* Knapsacks of the members that take part by halves. False: no memory. */
bool separate_knapsacks(const struct generation *generation, const struct master *master,
                        struct cut_drafts *drafts);

#endif
