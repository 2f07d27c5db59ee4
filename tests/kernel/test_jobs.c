/* Long work: its progress is seen while it runs, it can be stopped, its end can be read after a restart. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "support/support.h"

static const struct field fields[] = {{"steps", FIELD_INT, .required = true}, {"fail", FIELD_BOOL}, FIELDS_END};
static const struct field no_fields[] = {FIELDS_END};

/* Counts one step each millisecond until it is through, or told to stop. */
static int count_steps(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t steps = tree_int(args, "steps", 0), done = 0;
    char text[32];
    if (!ctx->job || ctx->db)
        return error_set(ctx->error, ERR_INTERNAL, "", "a job runs outside the writer", NULL);
    while (done < steps && !job_stopping(ctx->job)) {
        done++;
        snprintf(text, sizeof text, "step %d", (int)done);
        job_progress(ctx->job, done, steps);
        job_report(ctx->job, "best", text);
        usleep(1000);
    }
    if (tree_int(args, "fail", 0))
        return error_set(ctx->error, ERR_REFUSED, "steps", N_("{0} is refused."), text, NULL);
    tree_set_int(ctx->arena, result, "done", done);
    tree_set_text(ctx->arena, result, "service", ctx->grant->service);
    return 0;
}

static int long_result(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    tree_set_int(ctx->arena, result, "read", 5000);
    struct tree *refused = tree_set_list(ctx->arena, result, "refused");
    for (int i = 0; i < 5000; i++)
        tree_set_int(ctx->arena, tree_add_map(ctx->arena, refused), "line", i);
    return 0;
}

static const struct action actions[] = {
    {"test count", N_("Count"), ROLE_COORDINATOR | ROLE_STAFF, fields, count_steps, .job = true},
    {"test long", N_("Long"), ROLE_COORDINATOR, no_fields, long_result, .job = true},
    {.name = NULL},
};
static const struct subject test_subject = {.name = "test", .actions = actions};
static const struct subject *const subjects[] = {&test_subject, NULL};

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, subjects);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

static int64_t start(struct house *house, const struct session *session, const char *action, const char *json)
{
    struct tree *result;
    assert_int_equal(house_run(house, session, action, json, &result), 0);
    return tree_int(result, "job", 0);
}

static struct tree *show(struct house *house, int64_t id, const struct session *session)
{
    return job_show(house->app, id, session, "en", house->arena);
}

static struct tree *wait_for_end(struct house *house, int64_t id)
{
    double end = seconds_now() + 60;
    struct tree *shown = show(house, id, &session_local);
    while (tree_true(tree_get(shown, "running")) && seconds_now() < end) {
        usleep(2000);
        shown = show(house, id, &session_local);
    }
    assert_false(tree_true(tree_get(shown, "running")));
    return shown;
}

/* The end is shown a moment before its row is written: a reader of the row waits for it. */
static void wait_for_row(struct house *house, int64_t id, const char *state)
{
    double end = seconds_now() + 60;
    const char *sql = arena_printf(house->arena, "SELECT state FROM job WHERE id = %lld", (long long)id);
    while (strcmp(house_text(house, sql), state) != 0 && seconds_now() < end)
        usleep(2000);
    assert_string_equal(house_text(house, sql), state);
}

static void test_progress_and_result(void **state)
{
    struct house *house = *state;
    struct session staff = session_with(ROLE_STAFF, 0, 3, arena_strdup(house->arena, "canteen"));
    int64_t id = start(house, &staff, "test count", "{'steps':200}"), last = 0;
    memset((char *)staff.grants[0].service, 'x', 7); /* the request's memory is gone while the job runs */
    bool seen = false;
    for (int i = 0; i < 1000; i++) {
        struct tree *shown = show(house, id, &session_local);
        if (!tree_true(tree_get(shown, "running")))
            break;
        int64_t done = tree_int(shown, "done", -1);
        assert_true(done >= last);
        seen |= done > 0 && done < 200 && tree_int(shown, "total", 0) == 200 && tree_path(shown, "report.best");
        last = done;
        usleep(500);
    }
    assert_true(seen);
    struct tree *shown = wait_for_end(house, id);
    assert_string_equal(tree_text(shown, "state"), "done");
    assert_string_equal(tree_text(shown, "title"), "Count");
    assert_int_equal(tree_path(shown, "result.done")->number, 200);
    assert_string_equal(tree_path(shown, "result.service")->text, "canteen");
    wait_for_row(house, id, "done");
    house_shut(house);
    house_reopen(house);
    shown = show(house, id, &session_local); /* after a restart */
    assert_string_equal(tree_text(shown, "state"), "done");
    assert_int_equal(tree_path(shown, "result.done")->number, 200);
    assert_true(strncmp(house_text(house, "SELECT outcome FROM journal"), "done {", 6) == 0);
}

static void test_stop(void **state)
{
    struct house *house = *state;
    int64_t id = start(house, &session_local, "test count", "{'steps':1000000}");
    usleep(20000);
    assert_true(job_stop(house->app, id, &session_local));
    struct tree *shown = wait_for_end(house, id);
    assert_string_equal(tree_text(shown, "state"), "stopped");
    int64_t done = tree_path(shown, "result.done")->number; /* what it had so far is kept */
    assert_true(done > 0 && done < 1000000);
    assert_false(job_stop(house->app, id + 1, &session_local));
}

static void test_failure(void **state)
{
    struct house *house = *state;
    int64_t id = start(house, &session_local, "test count", "{'steps':2,'fail':true}");
    struct tree *shown = wait_for_end(house, id);
    assert_string_equal(tree_text(shown, "state"), "failed");
    assert_string_equal(tree_path(shown, "error.message")->text, "step 2 is refused.");
    assert_string_equal(tree_path(shown, "error.field")->text, "steps");
    wait_for_row(house, id, "failed");
    assert_string_equal(house_text(house, "SELECT outcome FROM journal"), "refused: steps: step 2 is refused.");
    assert_int_equal(house_run(house, &session_local, "test count", "{'steps':'x'}", NULL), ERR_INVALID); /* none is started */
    assert_int_equal(house_int(house, "SELECT count(*) FROM job"), 1);
}

static void test_whose_it_is(void **state)
{
    struct house *house = *state;
    struct session staff = session_with(ROLE_STAFF, 0, 3, NULL), other = session_with(ROLE_STAFF, 0, 3, NULL);
    struct session coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL);
    struct tree *answer;
    other.user = 77;
    int64_t id = start(house, &staff, "test count", "{'steps':100000}");
    assert_non_null(show(house, id, &staff));
    assert_null(show(house, id, &other));
    assert_null(show(house, id, &session_public));
    assert_non_null(show(house, id, &coordinator));
    assert_false(job_stop(house->app, id, &other));
    assert_false(job_stop(house->app, id, &session_public));
    assert_true(job_stop(house->app, id, &staff));
    wait_for_end(house, id);
    wait_for_row(house, id, "stopped");
    house_shut(house);
    house_reopen(house);
    assert_non_null(show(house, id, &staff));
    assert_null(show(house, id, &other));
    assert_null(show(house, id, &session_public));
    assert_int_equal(house_view(house, &staff, "job.list", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 1);
    assert_int_equal(house_view(house, &other, "job.list", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    assert_int_equal(house_view(house, &coordinator, "job.list", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 1);
}

/* A program that ends asks its jobs to stop; one that was killed leaves its row running, and the next server says so. */
static void test_interrupted(void **state)
{
    struct house *house = *state;
    int64_t id = start(house, &session_local, "test count", "{'steps':1000000}");
    usleep(10000);
    double before = seconds_now();
    house_shut(house);
    assert_true(seconds_now() - before < 20);
    house_reopen(house);
    assert_string_equal(tree_text(show(house, id, &session_local), "state"), "stopped");
    house_tamper(house, "UPDATE job SET state = 'running', ended = 0, result = '{}'");
    assert_int_equal(jobs_mark_interrupted(house->app, &house->error), 0);
    struct tree *shown = show(house, id, &session_local);
    assert_string_equal(tree_text(shown, "state"), "interrupted");
    assert_false(tree_true(tree_get(shown, "running")));
}

static void test_too_many(void **state)
{
    struct house *house = *state;
    int64_t ids[8];
    for (int i = 0; i < 8; i++)
        ids[i] = start(house, &session_local, "test count", "{'steps':1000000}");
    assert_int_equal(house_run(house, &session_local, "test count", "{'steps':1}", NULL), ERR_BUSY);
    for (int i = 0; i < 8; i++)
        assert_true(job_stop(house->app, ids[i], &session_local));
    for (int i = 0; i < 8; i++)
        wait_for_row(house, ids[i], "stopped");
    for (int i = 0; i < 80; i++) { /* more than are kept in memory: the first are read from their rows */
        int64_t id = start(house, &session_local, "test count", "{'steps':0}");
        wait_for_end(house, id);
        wait_for_row(house, id, "done");
    }
    assert_string_equal(tree_text(show(house, ids[0], &session_local), "state"), "stopped");
    assert_int_equal(house_int(house, "SELECT count(*) FROM job WHERE state = 'running'"), 0);
}

static void test_long_result(void **state)
{
    struct house *house = *state;
    int64_t id = start(house, &session_local, "test long", NULL);
    struct tree *shown = wait_for_end(house, id);
    assert_int_equal(tree_path(shown, "result.refused")->count, 5000); /* the page shows all of it */
    wait_for_row(house, id, "done");
    house_shut(house);
    house_reopen(house);
    shown = show(house, id, &session_local); /* later its figures */
    assert_int_equal(tree_path(shown, "result.read")->number, 5000);
    assert_null(tree_path(shown, "result.refused"));
    assert_true(strlen(house_text(house, "SELECT outcome FROM journal")) < 20000);
}

static void tell(void *context, int64_t done, int64_t total, const struct tree *report)
{
    int64_t *last = context;
    (void)report;
    if (done > total)
        *last = -1;
    else if (*last >= 0)
        *last = done;
}

static void test_here_and_now(void **state)
{
    struct house *house = *state;
    struct tree *result;
    atomic_bool stop = false;
    int64_t last = 0;
    struct action_request request = {.session = &session_local, .language = "en", .input = json_tree(house->arena, "{'steps':5}")};
    assert_int_equal(action_run_here(house->app, &actions[0], &request, &stop, tell, &last, house->arena, &result, &house->error), 0);
    assert_int_equal(last, 5);
    assert_int_equal(tree_int(result, "done", 0), 5);
    atomic_store(&stop, true);
    assert_int_equal(action_run_here(house->app, &actions[0], &request, &stop, NULL, NULL, house->arena, &result, &house->error), 0);
    assert_int_equal(tree_int(result, "done", -1), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM job"), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal"), 2);
    request.session = &session_public;
    assert_int_equal(action_run_here(house->app, &actions[0], &request, NULL, NULL, NULL, house->arena, &result, &house->error), ERR_LOGIN);
}

/* The same key and the same body: one task, and the answer of the first, whether it runs aside or here. */
static void test_keys(void **state)
{
    struct house *house = *state;
    struct tree *first, *second;
    assert_int_equal(house_run_key(house, &session_local, &actions[0], "{'steps':1}", "k", &first), 0);
    assert_int_equal(house_run_key(house, &session_local, &actions[0], "{'steps':1}", "k", &second), 0);
    assert_string_equal(json_of(house->arena, first), json_of(house->arena, second));
    assert_int_equal(house_run_key(house, &session_local, &actions[0], "{'steps':2}", "k", NULL), ERR_REFUSED);
    assert_int_equal(house_int(house, "SELECT count(*) FROM job"), 1);
    wait_for_row(house, tree_int(first, "job", 0), "done");
    for (int i = 0; i < 20; i++) /* what is dropped gives its place back: more than may run at once */
        assert_int_equal(house_run_key(house, &session_local, &actions[0], "{'steps':1}", "k", &second), 0);
    struct action_request request = {.session = &session_local, .language = "en", .idempotency_key = "here",
                                     .input = json_tree(house->arena, "{'steps':5}")};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(action_run_here(house->app, &actions[0], &request, NULL, NULL, NULL, house->arena, &first, &house->error), 0);
        assert_int_equal(tree_int(first, "done", 0), 5);
    }
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal"), 2);
    house_tamper(house, "UPDATE idempotency SET instant = 1 WHERE key = 'here'");
    assert_int_equal(action_forget_answers(house->app, &house->error), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM idempotency"), 1);
}

int main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        HOUSE(test_progress_and_result), HOUSE(test_stop),        HOUSE(test_failure),
        HOUSE(test_whose_it_is),         HOUSE(test_interrupted), HOUSE(test_too_many),
        HOUSE(test_long_result),         HOUSE(test_here_and_now),
        HOUSE(test_keys),
    };
    return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
