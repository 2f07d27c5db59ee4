/* Staff entry of one order, durable, by 64 clerks at once who each wait for the answer before the next form, on a disk whose sync
 * takes 5 ms more. Told: the time that 99 of 100 wait, in syncs as this disk took them.
 *
 * usage: bench_entry   prints one JSON object */
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "canteen_house.h"
#include "kernel/action.h"

enum { CLERKS = 64, PEOPLE = 640, CYCLES = 5, SYNC_MS = 5, ORDERS = PEOPLE * CYCLES, COUNTED = ORDERS - CLERKS };

/* --- a disk whose sync takes longer --- */

static struct {
    const sqlite3_io_methods *real;
    sqlite3_io_methods slow;
} twins[4];
static sqlite3_vfs slow_vfs, *real_vfs;
static atomic_long syncs, sync_us;

static int slow_sync(sqlite3_file *file, int flags)
{
    double start = bench_seconds();
    int code = SQLITE_IOERR;
    nanosleep(&(struct timespec){.tv_nsec = SYNC_MS * 1000000L}, NULL);
    for (size_t i = 0; i < COUNT_OF(twins); i++)
        if (file->pMethods == &twins[i].slow)
            code = twins[i].real->xSync(file, flags);
    atomic_fetch_add(&syncs, 1);
    atomic_fetch_add(&sync_us, (long)((bench_seconds() - start) * 1e6));
    return code;
}

static int slow_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    int code = real_vfs->xOpen(real_vfs, name, file, flags, ret_flags);
    for (size_t i = 0; i < COUNT_OF(twins) && code == SQLITE_OK && file->pMethods; i++) {
        if (!twins[i].real) {
            twins[i].real = file->pMethods;
            twins[i].slow = *file->pMethods;
            twins[i].slow.xSync = slow_sync;
        }
        if (twins[i].real == file->pMethods) {
            file->pMethods = &twins[i].slow;
            break;
        }
    }
    return code;
}

static void slow_disk(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    slow_vfs = *real_vfs;
    slow_vfs.zName = "slow";
    slow_vfs.xOpen = slow_open;
    sqlite3_vfs_register(&slow_vfs, 1);
}

/* --- clerks --- */

struct pile;
struct clerk {
    struct action_call call;
    struct pile *pile;
    double asked;
};

struct pile {
    struct bench_house *house;
    pthread_mutex_t lock;
    int next, running, done;
    double waits[ORDERS];
    sem_t ended;
    struct clerk clerks[CLERKS];
};

/* The person by register number, ten lines of goods: what a form holds. */
static void ask(struct clerk *clerk, int form)
{
    struct arena *arena = clerk->call.arena;
    struct tree *input = tree_map(arena), *lines = tree_set_list(arena, input, "lines");
    tree_set_text(arena, input, "cycle", arena_printf(arena, "C%d", form / PEOPLE));
    tree_set_text(arena, input, "whom", arena_printf(arena, "%d", 10000 + form % PEOPLE));
    tree_set_text(arena, input, "establishment", "ma-rouen");
    for (int i = 0; i < 10; i++) {
        struct tree *line = tree_add_map(arena, lines);
        tree_set_text(arena, line, "code", arena_printf(arena, "%d", 101 + (form + i * 11) % 120));
        tree_set_text(arena, line, "units", arena_printf(arena, "%d", 1 + i % 3));
    }
    clerk->call.request = (struct action_request){&session_local, "fr", input, {NULL, NULL, 0}, NULL, false};
    clerk->asked = bench_seconds();
    action_start(&clerk->call);
}

static void answered(struct action_call *call)
{
    struct clerk *clerk = (struct clerk *)call;
    struct pile *pile = clerk->pile;
    double waited = bench_seconds() - clerk->asked;
    bench_must(call->code, &call->error);
    arena_reset(call->arena);
    pthread_mutex_lock(&pile->lock);
    pile->waits[pile->done++] = waited;
    int form = pile->next < ORDERS ? pile->next++ : -1;
    if (form < 0 && --pile->running == 0)
        sem_post(&pile->ended);
    pthread_mutex_unlock(&pile->lock);
    if (form >= 0)
        ask(clerk, form);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    struct bench_house house;
    static struct pile pile;
    bench_open(&house, PEOPLE, 120, CYCLES);
    bench_shut(&house); /* filled on the fast disk, measured on the slow one */
    slow_disk();
    bench_reopen(&house);
    pile = (struct pile){.house = &house, .next = CLERKS, .running = CLERKS};
    pthread_mutex_init(&pile.lock, NULL);
    sem_init(&pile.ended, 0, 0);
    for (int i = 0; i < CLERKS; i++)
        pile.clerks[i] = (struct clerk){.call = {.app = house.app, .action = app_action(house.app, "form enter"), .arena = arena_new(), .done = answered},
                                        .pile = &pile};
    double start = bench_seconds();
    for (int i = 0; i < CLERKS; i++)
        ask(&pile.clerks[i], i);
    sem_wait(&pile.ended);
    double seconds = bench_seconds() - start, sync_ms = (double)sync_us / 1000 / (double)syncs;
    double *waits = pile.waits + CLERKS; /* the first wave waits for statements to be prepared */
    qsort(waits, COUNTED, sizeof *waits, ascending);
    double p50 = waits[COUNTED / 2] * 1000, p99 = waits[COUNTED * 99 / 100] * 1000;
    printf("{\"p99_syncs\":%.2f,\"p50_syncs\":%.2f,\"sync_ms\":%.2f,\"p99_ms\":%.1f,\"p50_ms\":%.1f,\"orders\":%d,\"orders_per_second\":%.0f,"
           "\"orders_per_sync\":%.1f}\n", p99 / sync_ms, p50 / sync_ms, sync_ms, p99, p50, ORDERS, ORDERS / seconds, (double)ORDERS / (double)syncs);
    for (int i = 0; i < CLERKS; i++)
        arena_free(pile.clerks[i].call.arena);
    bench_close(&house);
    return 0;
}
