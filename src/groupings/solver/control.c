#include "control.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool control_is_over(struct control *control)
{
    if (atomic_load_explicit(&control->over, memory_order_relaxed))
        return true;
    bool stop = control->options->stop && atomic_load_explicit(control->options->stop, memory_order_relaxed);
    if (stop || (isfinite(control->deadline) && clock_seconds() >= control->deadline)) {
        atomic_store(&control->timed, true);
        atomic_store(&control->over, true);
        return true;
    }
    return false;
}

void control_extend(struct control *control)
{
    if (isfinite(control->deadline)) {
        control->deadline += fmin(0.3, control->options->seconds / 30);
        atomic_store(&control->over, false);
    }
}

static bool space_start(struct thread_space *space, const struct model *model)
{
    size_t arcs = 1, candidates = 1, group = 1, requirements = 1;
    for (int32_t l = 0; l < model->lot_count; l++) {
        const struct lot *lot = &model->lots[l];
        arcs = (size_t)lot->arc_count > arcs ? (size_t)lot->arc_count : arcs;
        candidates = (size_t)lot->candidate_count > candidates ? (size_t)lot->candidate_count : candidates;
        group = (size_t)lot->max_group > group ? (size_t)lot->max_group : group;
        requirements =
            (size_t)lot->requirement_count > requirements ? (size_t)lot->requirement_count : requirements;
    }
    space->lot = lot_space_new(model);
    space->cost = calloc(arcs, sizeof *space->cost);
    space->fixed = calloc(candidates, sizeof *space->fixed);
    space->in = calloc(candidates, sizeof *space->in);
    space->multipliers = calloc(2 * requirements + 1, sizeof *space->multipliers);
    space->out = calloc(candidates, sizeof *space->out);
    space->x = calloc((group + 1) * ((size_t)model->max_arcs + 1), sizeof *space->x);
    return space->lot && space->cost && space->fixed && space->in && space->out && space->multipliers &&
           space->x;
}

enum grouping_error control_start(struct control *control, const struct model *model,
                                  const struct grouping_options *options)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int threads = options->threads > 0 ? options->threads
                                       : (int)(processors < 1   ? 1
                                               : processors > 8 ? 8
                                                                : processors);

    control->options = options;
    control->threads = threads > 64 ? 64 : threads;
    control->started = clock_seconds();
    double kept = fmin(0.3, options->seconds / 30);
    control->deadline = options->seconds > 0 ? control->started + options->seconds - kept : INFINITY;
    atomic_init(&control->over, false);
    atomic_init(&control->timed, false);
    atomic_init(&control->no_memory, false);
    atomic_init(&control->lots_priced, 0);
    atomic_init(&control->nodes, 0);
    atomic_init(&control->rounds, 0);
    control->workers = workers_new(control->threads);
    if (!control->workers)
        return GROUPING_NO_THREAD;
    control->spaces = calloc((size_t)control->threads, sizeof *control->spaces);
    if (!control->spaces)
        return GROUPING_NO_MEMORY;
    for (int t = 0; t < control->threads; t++) {
        if (!space_start(&control->spaces[t], model))
            return GROUPING_NO_MEMORY;
    }
    return GROUPING_OK;
}

void control_end(struct control *control)
{
    for (int t = 0; control->spaces && t < control->threads; t++) {
        struct thread_space *space = &control->spaces[t];
        lot_space_free(space->lot);
        free(space->cost);
        free(space->fixed);
        free(space->multipliers);
        free(space->in);
        free(space->out);
        free(space->x);
    }
    free(control->spaces);
    workers_free(control->workers);
}
