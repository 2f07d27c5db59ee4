#include "workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct helper {
    struct workers *workers;
    pthread_t thread;
    int number;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t start, done;
    int threads;
    int started; /* helpers that run */
    int busy;
    uint64_t turn;
    bool quit;
    int32_t count;
    atomic_int next;
    void (*work)(void *context, int32_t piece, int thread);
    void *context;
    struct helper helpers[];
};

static void take_pieces(struct workers *w, int thread)
{
    for (;;) {
        int piece = atomic_fetch_add(&w->next, 1);
        if (piece >= w->count)
            return;
        w->work(w->context, piece, thread);
    }
}

static void *helper_main(void *argument)
{
    struct helper *helper = argument;
    struct workers *w = helper->workers;
    uint64_t seen = 0;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->quit && w->turn == seen)
            pthread_cond_wait(&w->start, &w->lock);
        if (w->quit)
            break;
        seen = w->turn;
        pthread_mutex_unlock(&w->lock);
        take_pieces(w, helper->number);
        pthread_mutex_lock(&w->lock);
        if (--w->busy == 0)
            pthread_cond_signal(&w->done);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_new(int threads)
{
    struct workers *w = calloc(1, sizeof *w + (size_t)threads * sizeof w->helpers[0]);
    if (!w)
        return NULL;
    w->threads = threads;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->start, NULL);
    pthread_cond_init(&w->done, NULL);
    for (int i = 0; i + 1 < threads; i++) {
        w->helpers[i] = (struct helper){.workers = w, .number = i + 1};
        if (pthread_create(&w->helpers[i].thread, NULL, helper_main, &w->helpers[i]) != 0) {
            workers_free(w);
            return NULL;
        }
        w->started++;
    }
    return w;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->quit = true;
    pthread_cond_broadcast(&w->start);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->started; i++)
        pthread_join(w->helpers[i].thread, NULL);
    pthread_cond_destroy(&w->start);
    pthread_cond_destroy(&w->done);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

int workers_count(const struct workers *workers)
{
    return workers->threads;
}

void workers_run(struct workers *w, int32_t count, void (*work)(void *context, int32_t piece, int thread),
                 void *context)
{
    if (count <= 1 || w->started == 0) {
        for (int32_t piece = 0; piece < count; piece++)
            work(context, piece, 0);
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->count = count;
    w->work = work;
    w->context = context;
    atomic_store(&w->next, 0);
    w->busy = w->started;
    w->turn++;
    pthread_cond_broadcast(&w->start);
    pthread_mutex_unlock(&w->lock);
    take_pieces(w, 0);
    pthread_mutex_lock(&w->lock);
    while (w->busy > 0)
        pthread_cond_wait(&w->done, &w->lock);
    pthread_mutex_unlock(&w->lock);
}
