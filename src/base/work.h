/* A few threads for short work that a web thread must not do itself (dear views, argon2, exports). */
#ifndef MAILLON_WORK_H
#define MAILLON_WORK_H

#include <stdbool.h>

struct work_pool;

struct work_pool *work_pool_new(int threads);
void work_pool_free(struct work_pool *pool); /* finishes what was queued; NULL is accepted */

/* False when the queue is full: the caller answers "busy". run is called once, on one of the threads. */
bool work_pool_submit(struct work_pool *pool, void (*run)(void *context), void *context);

#endif
