/* The store when the disk fails: an I/O error, a failed sync, a full disk, a write cut in half, at every point of a
 * run. Afterwards the database opens, is sound, and holds exactly the tasks that were answered as done. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/store.h"
#include "support/fault_vfs.h"
#include "support/support.h"

static const char item_schema[] = "CREATE TABLE item ( -- what tests count\n"
                                  "    label TEXT PRIMARY KEY NOT NULL, -- [public]\n"
                                  "    filler TEXT NOT NULL -- [public]\n"
                                  ") STRICT;\n";

enum { TASKS = 8, FILLER = 3000, POINTS_MAX = 400 };

struct job_item {
    struct write_task task;
    struct error error;
    char label[16];
    int refuse;
    pthread_mutex_t *lock;
    pthread_cond_t *wake;
    int *waiting;
};

/* Two rows each, so that half of a task would show. */
static int insert_pair(struct db *db, void *context, struct error *error)
{
    struct job_item *item = context;
    char filler[FILLER];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = 0;
    for (int i = 0; i < 2; i++) {
        char label[24];
        snprintf(label, sizeof label, "%s.%d", item->label, i);
        int result = db_run(db, "INSERT INTO item(label, filler) VALUES (:label, :filler)",
                            BIND(TEXT("label", label), TEXT("filler", filler)), error);
        if (result)
            return result;
    }
    struct journal_row row = {"test", item->label, "done", "{}"};
    int result = journal_append(db, &row, error);
    if (result)
        return result;
    return item->refuse ? error_set(error, ERR_REFUSED, "", "refused", NULL) : 0;
}

static void answered(struct write_task *task)
{
    struct job_item *item = (struct job_item *)task; /* task is its first member */
    pthread_mutex_lock(item->lock);
    --*item->waiting;
    pthread_cond_signal(item->wake);
    pthread_mutex_unlock(item->lock);
}

/* All are handed over at once, so that they form groups. */
static void run_tasks(struct house *house, struct job_item items[TASKS], const char *name)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
    int waiting = TASKS;
    for (int i = 0; i < TASKS; i++) {
        items[i] = (struct job_item){.refuse = i == 3, .lock = &lock, .wake = &wake, .waiting = &waiting};
        snprintf(items[i].label, sizeof items[i].label, "%s%d", name, i);
        items[i].task = (struct write_task){
            .run = insert_pair, .context = &items[i], .error = &items[i].error, .done = answered};
        store_submit(house->store, &items[i].task);
    }
    pthread_mutex_lock(&lock);
    while (waiting)
        pthread_cond_wait(&wake, &lock);
    pthread_mutex_unlock(&lock);
}

static void check_items(struct house *house, const struct job_item *items, int point)
{
    for (int i = 0; i < TASKS; i++) {
        const char *sql = arena_printf(house->arena, "SELECT count(*) FROM item WHERE label LIKE '%s.%%'", items[i].label);
        int64_t rows = house_int(house, sql);
        if (rows != (items[i].task.result ? 0 : 2))
            fail_msg("point %d: task %s was answered %d and has %d rows", point, items[i].label, items[i].task.result, (int)rows);
        if (items[i].task.result && items[i].error.code == ERR_NONE)
            fail_msg("point %d: task %s was refused without a reason", point, items[i].label);
    }
}

/* One run with a fault at the given point. False when the run ended before it was reached. */
static bool run_with_fault(enum fault_kind kind, int point, int lasting, int *ret_refused)
{
    struct house house;
    struct job_item before[TASKS], during[TASKS], after[TASKS];
    int64_t rows;
    house_open(&house, NULL);
    assert_int_equal(store_migrate(house.store, "item", item_schema, &house.error), 0);
    run_tasks(&house, before, "before");
    fault_arm(kind, point, lasting);
    run_tasks(&house, during, "during");
    int hits = fault_hits();
    run_tasks(&house, after, "after");
    for (int i = 0; i < TASKS; i++) {
        *ret_refused += during[i].task.result != 0;
        if (kind == FAULT_FULL && during[i].task.result == ERR_INTERNAL && !strstr(during[i].error.message, "disk is full"))
            fail_msg("point %d: a full disk is said as: %s", point, during[i].error.message);
        if (after[i].task.result && i != 3) /* the disk is well again: everything works without a restart */
            fail_msg("point %d: refused after the fault: %d", point, after[i].task.result);
    }
    house_shut(&house);
    house_reopen(&house);
    assert_int_equal(store_check(house.store, &house.error), 0);
    if (journal_verify(house.app, &rows, NULL, &house.error))
        fail_msg("point %d: %s", point, house.error.message);
    check_items(&house, before, point);
    check_items(&house, during, point);
    check_items(&house, after, point);
    house_close(&house);
    return hits > 0;
}

static void run_all(enum fault_kind kind, int lasting, const char *name)
{
    int point = 1, refused = 0;
    while (point < POINTS_MAX && run_with_fault(kind, point, lasting, &refused))
        point++;
    print_message("    %s%s: %d points, %d tasks refused\n", name, lasting ? " from then on" : " once", point - 1, refused);
    assert_in_range(point, 2, POINTS_MAX - 1);
}

static void test_write_fails(void **state)
{
    (void)state;
    run_all(FAULT_WRITE, 0, "write error");
    run_all(FAULT_WRITE, 1, "write error");
}

static void test_sync_fails(void **state)
{
    (void)state;
    run_all(FAULT_SYNC, 0, "sync error");
    run_all(FAULT_SYNC, 1, "sync error");
}

static void test_disk_full(void **state)
{
    (void)state;
    run_all(FAULT_FULL, 0, "disk full");
    run_all(FAULT_FULL, 1, "disk full");
}

static void test_write_cut_in_half(void **state)
{
    (void)state;
    run_all(FAULT_SHORT, 0, "half a write");
    run_all(FAULT_SHORT, 1, "half a write");
}

/* Folding the log into the file may fail as well: nothing is lost, and the next one succeeds. */
static void test_faults_while_the_log_is_folded_in(void **state)
{
    (void)state;
    static const enum fault_kind kinds[] = {FAULT_WRITE, FAULT_SYNC, FAULT_FULL, FAULT_SHORT};
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        for (int point = 1; point < POINTS_MAX; point++) {
            struct house house;
            struct job_item before[TASKS];
            int64_t rows;
            house_open(&house, NULL);
            assert_int_equal(store_migrate(house.store, "item", item_schema, &house.error), 0);
            run_tasks(&house, before, "before");
            fault_arm(kinds[k], point, 1);
            house_shut(&house); /* the last connection folds the log in */
            int hits = fault_hits();
            house_reopen(&house);
            assert_int_equal(store_check(house.store, &house.error), 0);
            assert_int_equal(journal_verify(house.app, &rows, NULL, &house.error), 0);
            check_items(&house, before, point);
            house_close(&house);
            if (!hits)
                break;
            if (point > 20)
                point += 7; /* all pages are written alike */
        }
    }
}

/* A failing disk while the database is made: it is refused, and made on the next try. */
static void test_faults_while_it_is_made(void **state)
{
    (void)state;
    static const enum fault_kind kinds[] = {FAULT_WRITE, FAULT_SYNC, FAULT_FULL, FAULT_SHORT};
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        for (int point = 1, hits = 1; hits; point++) {
            struct house house;
            struct error error = {0};
            house_open(&house, NULL);
            house_shut(&house);
            unlink(house.path);
            fault_arm(kinds[k], point, 0);
            int result = store_open(house.path, 0, &house.store, &error);
            if (!result) {
                assert_int_equal(app_open(house.subjects, house.store, &house.app, &error), 0);
                result = app_migrate(house.app, &error);
                house_shut(&house);
            }
            hits = fault_hits();
            if (result)
                assert_int_not_equal(error.code, ERR_NONE);
            house_reopen(&house);
            assert_int_equal(store_check(house.store, &house.error), 0);
            house_close(&house);
            assert_in_range(point, 1, POINTS_MAX);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_fails),
        cmocka_unit_test(test_sync_fails),
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_write_cut_in_half),
        cmocka_unit_test(test_faults_while_the_log_is_folded_in),
        cmocka_unit_test(test_faults_while_it_is_made),
    };
    fault_register();
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
