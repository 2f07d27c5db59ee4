/* What one call of the engine shares: its threads with their memory, its clock, the wish to stop. */
#ifndef GROUPINGS_SOLVER_CONTROL_H
#define GROUPINGS_SOLVER_CONTROL_H

#include "lot.h"
#include "workers.h"

struct thread_space {
    struct lot_space *lot;
    double *cost;  /* by arc of any lot */
    double *fixed; /* by candidate */
    double *in, *out;
    double *multipliers;
    double *x; /* quantities of a group */
};

struct control {
    const struct grouping_options *options;
    struct workers *workers;
    struct thread_space *spaces; /* by thread */
    int threads;
    double started, deadline; /* seconds of the monotonic clock; INFINITY */
    atomic_bool over;         /* once true, everything ends as soon as it can */
    atomic_bool timed;        /* the clock or the user ended it */
    atomic_bool no_memory;
    atomic_llong lots_priced, nodes, rounds;
};

enum grouping_error control_start(struct control *control, const struct model *model,
                                  const struct grouping_options *options);
void control_end(struct control *control);
double clock_seconds(void);
/* Gives the time kept back for the reasons (a thirtieth, at most 0.3 s) free again. */
void control_extend(struct control *control);
/* Looks at the clock and at the user's flag. */
bool control_is_over(struct control *control);

#endif
