/* A few threads that share out numbered pieces of work. The result must not depend on who does which piece.
 */
#ifndef GROUPINGS_SOLVER_WORKERS_H
#define GROUPINGS_SOLVER_WORKERS_H

#include <stdint.h>

struct workers;

/* threads: at least 1; the caller is one of them. NULL when memory or threads are missing. */
struct workers *workers_new(int threads);
void workers_free(struct workers *workers);
int workers_count(const struct workers *workers);

/* Calls work(context, piece, thread) for each piece 0..count-1, thread in 0..threads-1; returns when all are
 * done. */
void workers_run(struct workers *workers, int32_t count,
                 void (*work)(void *context, int32_t piece, int thread), void *context);

#endif
