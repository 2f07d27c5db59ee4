/* The store when the program is killed, shares its file with a second program, and runs for long with readers: what
 * was answered stays, ids stay unique and rising, the log stays small. */
#include <pthread.h>
#include <stdatomic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "store/store.h"
#include "support/support.h"

static const char item_schema[] = "CREATE TABLE item ( -- what tests count\n"
                                  "    id INTEGER PRIMARY KEY NOT NULL, -- [internal]\n"
                                  "    label TEXT NOT NULL UNIQUE, -- [public]\n"
                                  "    filler TEXT NOT NULL -- [public]\n"
                                  ") STRICT;\n";

/* --- the child: writes until it is killed, says each label after it was answered --- */

enum { WRITERS = 6 };

struct child {
    struct store *store;
    const char *name;
    int number;
};

struct entry {
    const char *label, *filler;
};

/* The journal row names the id, so that their order in time can be compared afterwards. */
static int insert_entry(struct db *db, void *context, struct error *error)
{
    const struct entry *entry = context;
    char arguments[64];
    int64_t id = db_next_id(db);
    int result = db_run(db, "INSERT INTO item(id, label, filler) VALUES (:id, :label, :filler)",
                        BIND(INT("id", id), TEXT("label", entry->label), TEXT("filler", entry->filler)), error);
    snprintf(arguments, sizeof arguments, "%lld", (long long)id);
    struct journal_row row = {"child", entry->label, "done", arguments};
    return result ? result : journal_append(db, &row, error);
}

static void *write_for_ever(void *context)
{
    const struct child *child = context;
    for (int i = 0;; i++) {
        struct error error = {0};
        char label[64], line[80];
        snprintf(label, sizeof label, "%s-%d-%d", child->name, child->number, i);
        struct entry entry = {label, "filler"};
        if (store_write(child->store, insert_entry, &entry, false, &error)) {
            if (error.code == ERR_BUSY) /* the other program holds the file: not done, and said so */
                continue;
            fprintf(stderr, "child: %d %s %s\n", error.code, error.message, error.arguments[0]);
            exit(3);
        }
        int length = snprintf(line, sizeof line, "%s\n", label);
        if (write(STDOUT_FILENO, line, (size_t)length) != length)
            return NULL;
    }
}

static int run_child(const char *path, const char *name)
{
    struct store *store;
    struct error error = {0};
    pthread_t threads[WRITERS];
    struct child children[WRITERS];
    if (store_open(path, 0, &store, &error)) {
        fprintf(stderr, "child: cannot open: %s\n", error.message);
        return 4;
    }
    for (int i = 0; i < WRITERS; i++) {
        children[i] = (struct child){store, name, i};
        if (pthread_create(&threads[i], NULL, write_for_ever, &children[i]))
            return 5;
    }
    pthread_join(threads[0], NULL);
    return 0;
}

struct process {
    pid_t pid;
    FILE *said;
};

static struct process start_child(const char *path, const char *name)
{
    int ends[2];
    if (pipe(ends))
        fail_msg("no pipe");
    struct process process = {.pid = fork()};
    if (!process.pid) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "test_crash", "child", path, name, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    process.said = fdopen(ends[0], "r");
    return process;
}

/* Kills it and checks that everything it said is there. Returns how many lines those were. */
static int kill_and_check(struct house *house, struct process *process)
{
    int status, count = 0, capacity = 0;
    char **labels = NULL, line[80];
    kill(process->pid, SIGKILL);
    waitpid(process->pid, &status, 0);
    if (!WIFSIGNALED(status))
        fail_msg("the child ended by itself: %d", WEXITSTATUS(status));
    while (fgets(line, sizeof line, process->said) && strchr(line, '\n')) {
        *strchr(line, '\n') = 0;
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 256;
            labels = memory_grow(labels, sizeof *labels * (size_t)capacity);
        }
        labels[count++] = memory_strdup(line);
    }
    fclose(process->said);
    house_reopen(house);
    for (int i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        const char *sql = arena_printf(arena, "SELECT count(*) FROM item WHERE label = '%s'", labels[i]);
        if (house_int(house, sql) != 1)
            fail_msg("%s was answered and is not there", labels[i]);
        arena_free(arena);
        free(labels[i]);
    }
    free(labels);
    return count;
}

static void check_database(struct house *house)
{
    int64_t rows;
    assert_int_equal(store_check(house->store, &house->error), 0);
    if (journal_verify(house->app, &rows, NULL, &house->error))
        fail_msg("%s %s", house->error.message, house->error.arguments[0]);
    assert_int_equal(house_int(house, "SELECT count(*) FROM item"), rows);
    /* ids rise in the order of the journal, whichever program gave them */
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal a JOIN journal b ON b.seq = a.seq + 1 "
                                      "WHERE CAST(b.arguments AS INTEGER) <= CAST(a.arguments AS INTEGER)"), 0);
}

static void make(struct house *house)
{
    house_open(house, NULL);
    assert_int_equal(store_migrate(house->store, "item", item_schema, &house->error), 0);
    house_shut(house);
}

static void test_killed_at_any_moment(void **state)
{
    (void)state;
    const char *asked = getenv("MAILLON_ROUNDS");
    int rounds = asked ? atoi(asked) : 25;
    struct house house;
    int total = 0;
    make(&house);
    srand(20142573);
    for (int round = 0; round < rounds; round++) {
        char name[16];
        snprintf(name, sizeof name, "r%d", round);
        struct process child = start_child(house.path, name);
        usleep((useconds_t)(20000 + rand() % 200000));
        total += kill_and_check(&house, &child);
        check_database(&house);
        house_shut(&house);
    }
    house_reopen(&house);
    print_message("    %d kills, %d answered writes, all there\n", rounds, total);
    assert_true(total > rounds);
    house_close(&house);
}

static void test_two_programs_on_one_database(void **state)
{
    (void)state;
    struct house house;
    make(&house);
    struct process one = start_child(house.path, "one"), two = start_child(house.path, "two");
    usleep(1500000);
    int first = kill_and_check(&house, &one);
    house_shut(&house);
    usleep(300000);
    int second = kill_and_check(&house, &two);
    check_database(&house);
    print_message("    %d and %d answered writes of two programs\n", first, second);
    assert_true(first > 0 && second > 0);
    house_close(&house);
}

/* --- the log stays small --- */

struct load {
    struct house *house;
    atomic_bool stop;
    atomic_llong reads, longest_wait_us;
    atomic_int failures;
};

static void *read_all_the_time(void *context)
{
    struct load *load = context;
    while (!atomic_load(&load->stop)) {
        struct db *db;
        struct error error = {0};
        int64_t rows;
        if (store_reader(load->house->store, &db, &error) || db_begin_read(db, &error)) {
            atomic_fetch_add(&load->failures, 1);
            return NULL;
        }
        if (db_int(db, "SELECT sum(length(filler)) FROM (SELECT filler FROM item ORDER BY id DESC LIMIT 200)", NULL, 0, &rows, &error))
            atomic_fetch_add(&load->failures, 1);
        db_end_read(db);
        store_release(load->house->store, db);
        atomic_fetch_add(&load->reads, 1);
    }
    return NULL;
}

static void test_log_stays_small(void **state)
{
    (void)state;
    enum { READERS = 4, SECONDS = 5, FILLER = 100000 };
    house_needs_file("a server keeps its own log small");
    struct house house;
    make(&house);
    house_reopen(&house);
    struct load load = {.house = &house};
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        pthread_create(&readers[i], NULL, read_all_the_time, &load);
    char *filler = memory_get(FILLER + 1);
    memset(filler, 'x', FILLER);
    int64_t largest = 0, written = 0;
    double end = seconds_now() + SECONDS;
    for (int i = 0; seconds_now() < end; i++) {
        char label[32];
        struct error error = {0};
        snprintf(label, sizeof label, "%d", i);
        struct entry entry = {label, filler};
        assert_int_equal(store_write(house.store, insert_entry, &entry, false, &error), 0);
        int64_t bytes = store_figures(house.store).log_bytes;
        largest = bytes > largest ? bytes : largest;
        written += FILLER;
    }
    atomic_store(&load.stop, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    struct store_figures figures = store_figures(house.store);
    print_message("    %d MB written, %d reads, log at most %d MB, folded in %d times, gate shut at most %d ms\n",
                  (int)(written >> 20), (int)load.reads, (int)(largest >> 20), (int)figures.truncations,
                  (int)figures.longest_gate_ms);
    assert_int_equal(load.failures, 0);
    assert_true(load.reads > 0);
    assert_true(largest < 40 << 20);
    assert_true(written < 40 << 20 || figures.truncations > 0);
    free(filler);
    house_close(&house);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_at_any_moment),
        cmocka_unit_test(test_two_programs_on_one_database),
        cmocka_unit_test(test_log_stays_small),
    };
    if (count == 4 && !strcmp(words[1], "child"))
        return run_child(words[2], words[3]);
    return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
