/* Answers from fractional ones: by rounding, and by diving.
 *
 * A dive fixes what the fractional answer has nearly decided, many decisions at once, generates columns again
 * and goes on until all is whole. Where nothing better is left, or a good part of the gap is gone at once, it
 * takes the last decisions back, and decides the least sure of them the other way. It proves nothing and
 * leaves no nodes: it is for answers, where members cost something once and mixtures of groups are far from
 * answers.
 */
#ifndef GROUPINGS_SOLVER_DIVE_H
#define GROUPINGS_SOLVER_DIVE_H

#include "generate.h"
#include "primal.h"
#include "search.h"

/* Rounds: the heaviest column of each lot, heaviest first, when it still fits; else the best group in what is
 * left. start: the lots outside the scope. NULL: no memory. */
struct solution *generation_round(const struct generation *generation, const struct solution *start,
                                  int thread);

/* Dives from the root, with all threads, and offers what it finds. may_close: once it is whole who takes
 * part, all others are out: best where few members do much each, wrong where those few cannot share the lots
 * out. max_lots: searched lots after which it ends. Returns whether there was a better answer. */
bool search_dive(struct search *search, const struct generation *root, bool may_close, int64_t max_lots);

#endif
