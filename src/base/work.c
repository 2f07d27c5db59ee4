#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/work.h"

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
    struct work_pool *pool = context;
    for (;;) {
        pthread_mutex_lock(&pool->lock);
        while (!pool->count && !pool->stop)
            pthread_cond_wait(&pool->wake, &pool->lock);
        if (!pool->count) {
            pthread_mutex_unlock(&pool->lock);
            return NULL;
        }
        struct piece piece = pool->queue[pool->first];
        pool->first = (pool->first + 1) % QUEUE_MAX;
        pool->count--;
        pthread_mutex_unlock(&pool->lock);
        piece.run(piece.context);
    }
}

struct work_pool *work_pool_new(int threads)
{
    struct work_pool *pool = memory_get(sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    while (pool->thread_count < threads && pool->thread_count < THREADS_MAX &&
           !pthread_create(&pool->threads[pool->thread_count], NULL, work, pool))
        pool->thread_count++;
    return pool;
}

void work_pool_free(struct work_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

bool work_pool_submit(struct work_pool *pool, void (*run)(void *context), void *context)
{
    pthread_mutex_lock(&pool->lock);
    bool room = pool->count < QUEUE_MAX && pool->thread_count > 0;
    if (room) {
        pool->queue[(pool->first + pool->count++) % QUEUE_MAX] = (struct piece){run, context};
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
    return room;
}
