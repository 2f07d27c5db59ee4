/* Two programs on one database, asked for the same things at the same time, one of them killed: each request is done
 * once, numbers have no gap, and the journal holds. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/support.h"

enum { THREADS = 4, REQUESTS = 120 };

static const char schema[] = "CREATE TABLE ticket ( -- what was handed out\n"
                             "    id INTEGER PRIMARY KEY NOT NULL, -- [internal]\n"
                             "    number INTEGER NOT NULL, -- without gaps; that two are equal is for the test to find [internal]\n"
                             "    name TEXT NOT NULL -- [internal]\n"
                             ") STRICT;\n";

/* Reads, then writes what follows from it, as subjects do. */
static int hand_out(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t last, id = db_next_id(ctx->db);
    int code = db_int(ctx->db, "SELECT max(number) FROM ticket", NULL, 0, &last, ctx->error);
    if (!code)
        code = db_run(ctx->db, "INSERT INTO ticket(id, number, name) VALUES (:id, :number, :name)",
                      BIND(INT("id", id), INT("number", last + 1), TEXT("name", tree_text(args, "name"))), ctx->error);
    tree_set_int(ctx->arena, result, "number", last + 1);
    return code;
}

static const struct field fields[] = {{"name", FIELD_TEXT, .required = true}, FIELDS_END};
static const struct action actions[] = {
    {.name = "ticket hand", .title = "Hand out", .roles = ROLE_COORDINATOR, .fields = fields, .run = hand_out},
    {.name = NULL},
};
static const struct subject ticket_subject = {.name = "ticket", .actions = actions};
static const struct subject *const subjects[] = {&ticket_subject, NULL};

/* --- a program --- */

struct worker {
    struct app *app;
    int round, first;
    int failed;
};

static void *work(void *context)
{
    struct worker *worker = context;
    for (int i = worker->first; i < REQUESTS; i += THREADS) {
        struct arena *arena = arena_new();
        struct tree *input = tree_map(arena), *result;
        struct error error = {0};
        char *key = arena_printf(arena, "%d-%d", worker->round, i);
        struct action_request request = {.session = &session_local, .language = "en", .input = input, .idempotency_key = key};
        tree_set_text(arena, input, "name", key);
        int code = action_run(worker->app, &actions[0], &request, arena, &result, &error);
        while (code == ERR_BUSY) /* not done, and said so */
            code = action_run(worker->app, &actions[0], &request, arena, &result, &error);
        if (code)
            fprintf(stderr, "child: %d %s %s\n", code, error.message, error.arguments[0]);
        worker->failed |= code;
        arena_free(arena);
    }
    return NULL;
}

static int run_program(const char *path, int round, int backwards)
{
    struct store *store;
    struct app *app;
    struct error error = {0};
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    int failed = 0;
    if (store_open(path, 0, &store, &error) || app_open(subjects, store, &app, &error)) {
        fprintf(stderr, "child: %s %s\n", error.message, error.arguments[0]);
        return 4;
    }
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){app, round, backwards ? THREADS - 1 - i : i, 0};
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failed |= workers[i].failed;
    }
    app_close(app);
    store_close(store);
    return failed ? 5 : 0;
}

static pid_t start_program(const char *path, int round, int backwards)
{
    char number[16];
    snprintf(number, sizeof number, "%d", round);
    pid_t pid = fork();
    if (!pid) {
        execl("/proc/self/exe", "test_two_programs", "program", path, number, backwards ? "1" : "0", (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* --- the test --- */

static void test_same_requests_of_two_programs(void **state)
{
    const char *asked = getenv("MAILLON_ROUNDS");
    int rounds = asked ? atoi(asked) : 6;
    struct house house;
    int64_t rows;
    char head[JOURNAL_HASH_BYTES];
    (void)state;
    house_open(&house, subjects);
    assert_int_equal(store_migrate(house.store, "ticket", schema, &house.error), 0);
    house_shut(&house);
    srand(20142573);
    for (int round = 0; round < rounds; round++) {
        int status;
        pid_t one = start_program(house.path, round, 0), two = start_program(house.path, round, 1);
        if (round % 2) { /* the one is killed, the other does what is left */
            usleep((useconds_t)(rand() % 150000));
            kill(two, SIGKILL);
        }
        waitpid(two, &status, 0);
        if (!(round % 2))
            assert_int_equal(status, 0);
        waitpid(one, &status, 0);
        assert_int_equal(status, 0);
        house_reopen(&house);
        assert_int_equal(house_int(&house, "SELECT count(*) FROM ticket"), REQUESTS * (round + 1));
        assert_int_equal(house_int(&house, "SELECT count(DISTINCT name) FROM ticket"), REQUESTS * (round + 1));
        assert_int_equal(house_int(&house, "SELECT count(DISTINCT number) FROM ticket"), REQUESTS * (round + 1));
        assert_int_equal(house_int(&house, "SELECT max(number) FROM ticket"), REQUESTS * (round + 1));
        if (journal_verify(house.app, &rows, head, &house.error))
            fail_msg("%s %s", house.error.message, house.error.arguments[0]);
        house_shut(&house);
    }
    house_reopen(&house);
    house_close(&house);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_requests_of_two_programs)};
    if (count == 5 && !strcmp(words[1], "program"))
        return run_program(words[2], atoi(words[3]), atoi(words[4]));
    return cmocka_run_group_tests_name("two programs", tests, NULL, NULL);
}
