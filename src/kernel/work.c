/* A few threads for short work that a web thread must not do itself. The queue is bounded: past it, "busy". */
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "kernel/app.h"

enum { QUEUE_MAX = 256, THREADS_MAX = 8 };

struct piece {
    void (*run)(void *context);
    void *context;
};

struct work_pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t threads[THREADS_MAX];
    int thread_count;
    struct piece queue[QUEUE_MAX];
    int first, count;
    bool stop;
};

static void *work(void *context)
{
    struct work_pool *workers = context;
    for (;;) {
        pthread_mutex_lock(&workers->lock);
        while (!workers->count && !workers->stop)
            pthread_cond_wait(&workers->wake, &workers->lock);
        if (!workers->count) {
            pthread_mutex_unlock(&workers->lock);
            return NULL;
        }
        struct piece piece = workers->queue[workers->first];
        workers->first = (workers->first + 1) % QUEUE_MAX;
        workers->count--;
        pthread_mutex_unlock(&workers->lock);
        piece.run(piece.context);
    }
}

struct work_pool *work_pool_new(int threads)
{
    struct work_pool *workers = memory_get(sizeof *workers);
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->wake, NULL);
    while (workers->thread_count < threads && workers->thread_count < THREADS_MAX &&
           !pthread_create(&workers->threads[workers->thread_count], NULL, work, workers))
        workers->thread_count++;
    return workers;
}

void work_pool_free(struct work_pool *workers)
{
    if (!workers)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->stop = true;
    pthread_cond_broadcast(&workers->wake);
    pthread_mutex_unlock(&workers->lock);
    for (int i = 0; i < workers->thread_count; i++)
        pthread_join(workers->threads[i], NULL);
    pthread_cond_destroy(&workers->wake);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}

bool work_pool_submit(struct work_pool *workers, void (*run)(void *context), void *context)
{
    pthread_mutex_lock(&workers->lock);
    bool room = workers->count < QUEUE_MAX && workers->thread_count > 0;
    if (room) {
        workers->queue[(workers->first + workers->count++) % QUEUE_MAX] = (struct piece){run, context};
        pthread_cond_signal(&workers->wake);
    }
    pthread_mutex_unlock(&workers->lock);
    return room;
}
