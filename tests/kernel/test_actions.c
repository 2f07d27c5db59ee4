/* Running an action: refused ones leave a journal row and nothing else; the same request twice is one; the journal
 * shows what was changed behind its back. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "support/support.h"

static const char thing_schema[] = "CREATE TABLE thing ( -- what tests count\n"
                                   "    name TEXT PRIMARY KEY NOT NULL, -- [public]\n"
                                   "    seen INTEGER NOT NULL -- [internal]\n"
                                   ") STRICT;\n";

/* --- a subject for tests --- */

static const struct field put_fields[] = {
    {"name", FIELD_TEXT, .required = true},
    {"note", FIELD_TEXT, .sealed = true},
    {"refuse", FIELD_BOOL},
    {"kinds", FIELD_WORDS},
    FIELDS_END,
};
static const struct field pass_fields[] = {{"name", FIELD_TEXT, .required = true}, {"password", FIELD_SECRET}, FIELDS_END};
static const struct field no_fields[] = {FIELDS_END};

static int insert(struct ctx *ctx, const char *name)
{
    return db_run(ctx->db, "INSERT INTO thing(name, seen) VALUES (:name, 1)", BIND(TEXT("name", name)), ctx->error);
}

static int put(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *name = tree_text(args, "name");
    int64_t count;
    int code = insert(ctx, name);
    if (!code && tree_int(args, "refuse", 0))
        code = error_set(ctx->error, ERR_REFUSED, "name", N_("{0} is refused."), name, NULL);
    if (!code)
        code = db_int(ctx->db, "SELECT count(*) FROM thing", NULL, 0, &count, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "name", name);
    tree_set_int(ctx->arena, result, "count", count);
    return 0;
}

static int fail_silently(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    (void)result;
    (void)insert(ctx, "half");
    *ctx->error = (struct error){0};
    return ERR_INTERNAL;
}

static int pass_prepare(struct ctx *ctx, struct tree *args)
{
    if (ctx->db)
        return error_set(ctx->error, ERR_INTERNAL, "", "prepare runs on the writer", NULL);
    tree_set_text(ctx->arena, args, "hash", "the hash of it");
    return !strcmp(tree_text(args, "name"), "bad") ? error_set(ctx->error, ERR_INVALID, "name", "bad", NULL) : 0;
}

static int pass(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    tree_set_text(ctx->arena, result, "hash", tree_text(args, "hash"));
    return 0;
}

/* How often the hook ran stands in the application's flag, for want of another place. */
static void committed(struct app *app)
{
    atomic_store(&app->touching, true);
}

static int nothing(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)ctx;
    (void)args;
    (void)result;
    return 0;
}

static int refuse(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    (void)result;
    return error_set(ctx->error, ERR_REFUSED, "", "no", NULL);
}

static const struct action actions[] = {
    {"test put", N_("Put"), ROLE_COORDINATOR | ROLE_MEMBER, put_fields, put},
    {"test fail", N_("Fail"), ROLE_COORDINATOR, no_fields, fail_silently},
    {"test pass", N_("Pass"), ROLE_COORDINATOR, pass_fields, pass, pass_prepare},
    {"test said", N_("Said once"), ROLE_COORDINATOR, no_fields, nothing, .secret = true},
    {"test told", N_("Told"), ROLE_COORDINATOR, no_fields, nothing, .committed = committed},
    {"test untold", N_("Untold"), ROLE_COORDINATOR, no_fields, refuse, .committed = committed},
    {.name = NULL},
};
static const struct subject test_subject = {.name = "test", .actions = actions};
static const struct subject *const subjects[] = {&test_subject, NULL};

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, subjects);
    *state = house;
    return store_migrate(house->store, "thing", thing_schema, &house->error);
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

static int put_key(struct house *house, const struct session *session, const char *name, const char *key,
                   struct tree **ret_result)
{
    return house_run_key(house, session, &actions[0], arena_printf(house->arena, "{'name':'%s'}", name), key, ret_result);
}

/* --- refused --- */

static void test_refused_leaves_a_journal_row_only(void **state)
{
    struct house *house = *state;
    assert_int_equal(house_run(house, &session_local, "test put", "{'name':'a','refuse':true}", NULL), ERR_REFUSED);
    assert_string_equal(house->error.field, "name");
    assert_int_equal(house_run(house, &session_local, "test fail", NULL, NULL), ERR_INTERNAL);
    assert_non_null(house->error.message); /* one is given when the action gave none */
    assert_int_equal(house_int(house, "SELECT count(*) FROM thing"), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal"), 2);
    assert_string_equal(house_text(house, "SELECT outcome FROM journal WHERE seq = 1"), "refused: name: a is refused.");
    assert_int_equal(house_run(house, &session_local, "test put", "{'name':'a'}", NULL), 0);
    assert_int_equal(house_run(house, &session_local, "test put", "{'name':'a'}", NULL), ERR_REFUSED); /* the key is taken */
    assert_int_equal(house_int(house, "SELECT count(*) FROM thing"), 1);
}

static void test_not_admitted(void **state)
{
    struct house *house = *state;
    struct session auditor = session_with(ROLE_AUDITOR, 0, 0, NULL), nobody = {.user = 5, .name = "x"};
    struct session changing = {.user = 6, .name = "y", .must_change = true};
    assert_int_equal(house_run(house, &session_public, "test put", "{'name':'a'}", NULL), ERR_LOGIN);
    assert_int_equal(house_run(house, &auditor, "test put", "{'name':'a'}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &nobody, "test put", "{'name':'a'}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &changing, "test put", "{'name':'a'}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &session_local, "test put", "{'name':''}", NULL), ERR_INVALID);
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal"), 0);
}

static void test_what_the_journal_keeps(void **state)
{
    struct house *house = *state;
    struct session member = session_with(ROLE_MEMBER, 7, 0, NULL);
    struct tree *result;
    assert_int_equal(house_run(house, &member, "test put", "{'name':'a','note':'ill','kinds':'x y'}", NULL), 0);
    assert_string_equal(house_text(house, "SELECT actor FROM journal WHERE seq = 1"), "member");
    assert_string_equal(house_text(house, "SELECT arguments FROM journal WHERE seq = 1"),
                        "{\"name\":\"a\",\"note\":\"…\",\"kinds\":[\"x\",\"y\"]}");
    assert_int_equal(house_run(house, &session_local, "test pass", "{'name':'a','password':'hunter2'}", &result), 0);
    assert_string_equal(tree_text(result, "hash"), "the hash of it");
    assert_string_equal(house_text(house, "SELECT arguments FROM journal WHERE seq = 2"), "{\"name\":\"a\"}");
    assert_int_equal(house_run(house, &session_local, "test pass", "{'name':'bad'}", &result), ERR_INVALID);
    assert_true(strncmp(house_text(house, "SELECT actor FROM journal WHERE seq = 2"), "local:", 6) == 0);
}

static void test_hook_after_the_sync(void **state)
{
    struct house *house = *state;
    assert_int_equal(house_run(house, &session_local, "test untold", NULL, NULL), ERR_REFUSED);
    assert_false(atomic_load(&house->app->touching));
    assert_int_equal(house_run(house, &session_local, "test told", NULL, NULL), 0);
    assert_true(atomic_load(&house->app->touching));
}

/* --- the same request twice --- */

static void test_same_key_same_body(void **state)
{
    struct house *house = *state;
    struct tree *first, *second;
    assert_int_equal(put_key(house, &session_local, "a", "k1", &first), 0);
    assert_int_equal(put_key(house, &session_local, "b", "k2", NULL), 0);
    assert_int_equal(put_key(house, &session_local, "a", "k1", &second), 0);
    assert_string_equal(json_of(house->arena, first), json_of(house->arena, second));
    assert_int_equal(tree_int(second, "count", 0), 1); /* as it was then */
    assert_int_equal(house_int(house, "SELECT count(*) FROM thing"), 2);
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal"), 2); /* and one row of it */
    house_shut(house);
    house_reopen(house);
    assert_int_equal(put_key(house, &session_local, "a", "k1", &second), 0); /* after a restart as well */
    assert_string_equal(json_of(house->arena, first), json_of(house->arena, second));
}

static void test_same_key_other_body(void **state)
{
    struct house *house = *state;
    struct session member = session_with(ROLE_MEMBER, 7, 0, NULL);
    assert_int_equal(put_key(house, &session_local, "a", "k", NULL), 0);
    assert_int_equal(put_key(house, &session_local, "b", "k", NULL), ERR_REFUSED);
    assert_string_equal(house->error.field, "idempotency_key");
    assert_int_equal(house_run_key(house, &session_local, &actions[2], "{'name':'a'}", "k", NULL), ERR_INVALID);
    assert_int_equal(house_run_key(house, &session_local, &actions[4], NULL, "k", NULL), ERR_REFUSED); /* another action */
    assert_int_equal(put_key(house, &member, "c", "k", NULL), 0); /* keys of others do not meet */
    assert_int_equal(house_int(house, "SELECT count(*) FROM thing"), 2);
}

static void test_refused_request_may_be_sent_again(void **state)
{
    struct house *house = *state;
    assert_int_equal(put_key(house, &session_local, "a", "k0", NULL), 0);
    assert_int_equal(put_key(house, &session_local, "a", "k1", NULL), ERR_REFUSED);
    house_tamper(house, "DELETE FROM thing");
    assert_int_equal(put_key(house, &session_local, "a", "k1", NULL), 0);
}

static void test_no_key_where_a_secret_is_said(void **state)
{
    struct house *house = *state;
    assert_int_equal(house_run_key(house, &session_local, &actions[3], NULL, "k", NULL), ERR_INVALID);
    assert_int_equal(house_run_key(house, &session_local, &actions[2], "{'name':'a','password':'x'}", "k", NULL), ERR_INVALID);
    assert_int_equal(house_run_key(house, &session_local, &actions[3], NULL, NULL, NULL), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM idempotency"), 0);
}

struct racer {
    struct house *house;
    const char *json, *key;
    int code;
    char answer[200];
};

static void *race(void *context)
{
    struct racer *racer = context;
    struct arena *arena = arena_new();
    struct tree *result = NULL;
    struct error error = {0};
    struct action_request request = {.session = &session_local, .language = "en",
                                     .input = json_tree(arena, racer->json), .idempotency_key = racer->key};
    racer->code = action_run(racer->house->app, &actions[0], &request, arena, &result, &error);
    snprintf(racer->answer, sizeof racer->answer, "%s", racer->code ? "" : json_of(arena, result));
    arena_free(arena);
    return NULL;
}

static void test_same_key_at_the_same_time(void **state)
{
    enum { RACERS = 32 };
    struct house *house = *state;
    for (int round = 0; round < 10; round++) {
        pthread_t threads[RACERS];
        struct racer racers[RACERS];
        const char *key = arena_printf(house->arena, "k%d", round);
        int done = 0;
        for (int i = 0; i < RACERS; i++) { /* a third of them with another body */
            const char *json = arena_printf(house->arena, "{'name':'%s%d'}", i % 3 ? "same" : "other", round);
            racers[i] = (struct racer){.house = house, .json = json, .key = key};
            pthread_create(&threads[i], NULL, race, &racers[i]);
        }
        const char *answer = NULL;
        for (int i = 0; i < RACERS; i++) {
            pthread_join(threads[i], NULL);
            done += !racers[i].code;
            if (racers[i].code)
                assert_int_equal(racers[i].code, ERR_REFUSED);
            else if (answer)
                assert_string_equal(racers[i].answer, answer);
            else
                answer = racers[i].answer;
        }
        assert_true(done == RACERS / 3 + 1 || done == RACERS - RACERS / 3 - 1); /* all of one body, none of the other */
        assert_int_equal(house_int(house, "SELECT count(*) FROM thing"), round + 1);
    }
}

/* --- the journal --- */

static void fill_journal(struct house *house)
{
    for (int i = 1; i <= 9; i++)
        assert_int_equal(house_run(house, &session_local, "test put", arena_printf(house->arena, "{'name':'%d'}", i), NULL), 0);
    int64_t rows = 0;
    assert_int_equal(journal_verify(house->app, &rows, NULL, &house->error), 0);
    assert_int_equal(rows, 9);
}

static const char unguard[] = "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;";

static void test_tampering_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *row, *word;
    } cases[] = {
        {"UPDATE journal SET actor = 'somebody' WHERE seq = 4", "4", "changed"},
        {"UPDATE journal SET action = 'other' WHERE seq = 1", "1", "changed"},
        {"UPDATE journal SET arguments = '{}' WHERE seq = 9", "9", "changed"},
        {"UPDATE journal SET outcome = 'done ' WHERE seq = 5", "5", "changed"},
        {"UPDATE journal SET instant = instant + 1 WHERE seq = 5", "5", "changed"},
        {"UPDATE journal SET previous = hash WHERE seq = 5", "5", "changed"},
        {"UPDATE journal SET hash = previous WHERE seq = 5", "5", "changed"},
        {"UPDATE journal SET hash = previous WHERE seq = 9", "9", "changed"},
        {"DELETE FROM journal WHERE seq = 5", "5", "removed"},
        {"DELETE FROM journal WHERE seq = 1", "1", "removed"},
        {"DELETE FROM journal WHERE seq = 9", "9", "removed"},
        {"DELETE FROM journal WHERE seq > 6", "7", "removed"},
        {"DELETE FROM journal", "1", "removed"},
        {"UPDATE journal SET seq = seq + 100 WHERE seq >= 5; INSERT INTO journal SELECT 5, instant, actor, action, "
         "arguments, outcome, previous, hash FROM journal WHERE seq = 105; UPDATE journal SET seq = seq - 99 WHERE seq > 100",
         "6", "changed"}, /* a row put in between, those after it moved on */
        {"INSERT INTO journal SELECT 10, instant, actor, action, arguments, outcome, hash, hash FROM journal WHERE seq = 9",
         "10", "changed"}, /* a row at the end, without a hash that holds */
        {"INSERT INTO journal SELECT 0, instant, actor, action, arguments, outcome, '', hash FROM journal WHERE seq = 9",
         "0", "inserted"},
        {"UPDATE journal_head SET hash = (SELECT hash FROM journal WHERE seq = 8)", "9", "changed"},
        {"UPDATE journal_head SET seq = 8", "9", "inserted"},
        {"UPDATE journal_head SET seq = 10", "10", "removed"},
        {"DELETE FROM journal_head", "1", "inserted"},
        {"UPDATE journal SET seq = 100 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = 6; "
         "UPDATE journal SET seq = 6 WHERE seq = 100", "5", "changed"}, /* two rows in each other's place */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct house house;
        int64_t rows;
        house_open(&house, subjects);
        assert_int_equal(store_migrate(house.store, "thing", thing_schema, &house.error), 0);
        fill_journal(&house);
        house_tamper(&house, unguard);
        house_tamper(&house, cases[i].sql);
        if (journal_verify(house.app, &rows, NULL, &house.error) != ERR_REFUSED)
            fail_msg("not seen: %s", cases[i].sql);
        if (strcmp(house.error.arguments[0], cases[i].row) != 0 || !strstr(house.error.message, cases[i].word))
            fail_msg("%s: row %s, %s", cases[i].sql, house.error.arguments[0], house.error.message);
        house_close(&house);
    }
}

static void test_journal_of_many_at_once(void **state)
{
    enum { RACERS = 32 };
    struct house *house = *state;
    pthread_t threads[RACERS];
    struct racer racers[RACERS];
    int64_t rows;
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.house = house, .json = arena_printf(house->arena, "{'name':'%d','refuse':%s}", i,
                                                                        i % 4 ? "false" : "true")};
        pthread_create(&threads[i], NULL, race, &racers[i]);
    }
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(journal_verify(house->app, &rows, NULL, &house->error), 0);
    assert_int_equal(rows, RACERS);
    assert_int_equal(house_int(house, "SELECT count(*) FROM thing"), RACERS - RACERS / 4);
}

int main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        HOUSE(test_refused_leaves_a_journal_row_only),
        HOUSE(test_not_admitted),
        HOUSE(test_what_the_journal_keeps),
        HOUSE(test_hook_after_the_sync),
        HOUSE(test_same_key_same_body),
        HOUSE(test_same_key_other_body),
        HOUSE(test_refused_request_may_be_sent_again),
        HOUSE(test_no_key_where_a_secret_is_said),
        HOUSE(test_same_key_at_the_same_time),
        cmocka_unit_test(test_tampering_is_named),
        HOUSE(test_journal_of_many_at_once),
    };
    return cmocka_run_group_tests_name("actions", tests, NULL, NULL);
}
