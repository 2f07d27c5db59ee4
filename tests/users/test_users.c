/* Accounts, login, lockout, sessions, permissions: what must be kept, and what must never be. */
#include <sodium.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "documents/documents.h"
#include "establishments/establishments.h"
#include "members/members.h"
#include "support/support.h"
#include "users/users.h"

static const struct subject *const subjects[] = {&users_subject, NULL};

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

/* --- helpers --- */

static void add(struct house *house, const char *name, const char *role, const char *password)
{
    const char *json = arena_printf(house->arena, "{'name':'%s','role':'%s','password':'%s'}", name, role, password);
    assert_int_equal(house_run(house, &session_local, "user add", json, NULL), 0);
}

static int login(struct house *house, const char *name, const char *password, struct tree **ret_result)
{
    return house_run(house, &session_public, "user login",
                     arena_printf(house->arena, "{'name':'%s','password':'%s'}", name, password), ret_result);
}

static const char *token_of(struct house *house, const char *name, const char *password)
{
    struct tree *result;
    assert_int_equal(login(house, name, password, &result), 0);
    return tree_text(result, "token");
}

static int session_of(struct house *house, const char *token, struct session *ret_session)
{
    char csrf[USERS_CSRF_BYTES];
    return users_session_by_token(house->app, token, house->arena, ret_session, csrf, &house->error);
}

/* The whole of the database as text, to look for what must not be in it. */
static bool database_holds(struct house *house, const char *text)
{
    bool found = false;
    static const char *const ends[] = {"", "-wal"};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct buffer bytes = {0};
        char path[128];
        snprintf(path, sizeof path, "%s%s", house->path, ends[i]);
        if (!buffer_read_file(&bytes, path, 64 << 20))
            found |= memmem(bytes.bytes, bytes.length, text, strlen(text)) != NULL;
        buffer_free(&bytes);
    }
    return found;
}

static const char password[] = "trois petits chats";

/* --- accounts --- */

static void test_add_gives_a_one_time_password_once(void **state)
{
    struct house *house = *state;
    struct tree *result;
    assert_int_equal(house_run(house, &session_local, "user add", "{'name':'lea','role':'coordinator'}", &result), 0);
    const char *one_time = tree_text(result, "one_time_password");
    assert_non_null(one_time);
    assert_int_equal(strlen(one_time), 19);
    assert_null(strpbrk(one_time, "01loi"));
    assert_false(database_holds(house, one_time));
    assert_int_equal(login(house, "lea", one_time, &result), 0);
    assert_true(tree_true(tree_get(result, "must_change")));
}

static void test_add_refuses(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *json, *field;
    } cases[] = {
        {"{'role':'admin'}", "name"},
        {"{'name':'a b','role':'admin'}", "name"},
        {"{'name':'...','role':'admin'}", "name"},
        {"{'name':'HELENE','role':'admin'}", "name"},
        {"{'name':'x','role':'king'}", "role"},
        {"{'name':'x','role':'public'}", "role"},
        {"{'name':'x','role':'admin','password':'short'}", "password"},
        {"{'name':'x','role':'member'}", "organisation"},
        {"{'name':'x','role':'member','organisation':'12345678901234'}", "organisation"},
        {"{'name':'x','role':'coordinator','organisation':'73282932000074'}", "organisation"},
        {"{'name':'x','role':'staff'}", "establishment"},
        {"{'name':'x','role':'auditor','establishment':'E1'}", "establishment"},
        {"{'name':'x','role':'auditor','service':'canteen'}", "service"},
        {"{'name':'x','role':'auditor','service':'surveillance'}", "service"},
        {"{'name':'x','role':'auditor','active':'1'}", "active"},
    };
    add(house, "Hélène", "admin", password);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_not_equal(house_run(house, &session_local, "user add", cases[i].json, NULL), 0);
        assert_string_equal(house->error.field, cases[i].field);
    }
    assert_int_equal(house_int(house, "SELECT count(*) FROM app_user"), 1);
    assert_int_equal(house_int(house, "SELECT count(*) FROM user_grant"), 1);
}

static void test_only_administrators(void **state)
{
    struct house *house = *state;
    static const unsigned others[] = {ROLE_PUBLIC, ROLE_COORDINATOR, ROLE_MEMBER, ROLE_STAFF, ROLE_AUTHORITY,
                                      ROLE_ACCOUNTANT, ROLE_AUDITOR};
    struct session admin = session_with(ROLE_ADMIN, 0, 0, NULL);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct session session = session_with(others[i], 0, 0, NULL);
        assert_int_equal(house_run(house, &session, "user add", "{'name':'x','role':'admin'}", NULL), ERR_FORBIDDEN);
    }
    assert_int_equal(house_run(house, &session_public, "user add", "{'name':'x','role':'admin'}", NULL), ERR_LOGIN);
    assert_int_equal(house_run(house, &admin, "user add", "{'name':'x','role':'admin'}", NULL), 0);
}

static void test_last_administrator_stays(void **state)
{
    struct house *house = *state;
    add(house, "one", "admin", password);
    assert_int_equal(house_run(house, &session_local, "user deactivate", "{'name':'one'}", NULL), ERR_REFUSED);
    assert_int_equal(house_run(house, &session_local, "user role", "{'name':'one','role':'admin','revoke':true}", NULL),
                     ERR_REFUSED);
    assert_string_equal(house_text(house, "SELECT roles FROM app_user"), "admin");
    assert_int_equal(house_int(house, "SELECT active FROM app_user"), 1);
    add(house, "two", "admin", password);
    assert_int_equal(house_run(house, &session_local, "user deactivate", "{'name':'one'}", NULL), 0);
    assert_int_equal(house_run(house, &session_local, "user deactivate", "{'name':'two'}", NULL), ERR_REFUSED);
}

static void test_roles_given_and_taken(void **state)
{
    struct house *house = *state;
    struct session session;
    add(house, "lea", "coordinator", password);
    const char *token = token_of(house, "lea", password);
    assert_int_equal(house_run(house, &session_local, "user role", "{'name':'lea','role':'auditor'}", NULL), 0);
    assert_int_equal(house_run(house, &session_local, "user role", "{'name':'lea','role':'auditor'}", NULL), 0);
    assert_string_equal(house_text(house, "SELECT roles FROM app_user"), "auditor coordinator");
    assert_int_equal(session_of(house, token, &session), 0);
    assert_int_equal(session.grant_count, 2);
    assert_int_equal(house_run(house, &session_local, "user role", "{'name':'lea','role':'coordinator','revoke':true}", NULL), 0);
    assert_int_equal(session_of(house, token, &session), 0); /* at once, without another login */
    assert_int_equal(session.grant_count, 1);
    assert_int_equal(session.grants[0].role, ROLE_AUDITOR);
    assert_int_equal(house_run(house, &session_local, "user role", "{'name':'lea','role':'accountant','revoke':true}", NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(house_run(house, &session_local, "user role", "{'name':'nobody','role':'accountant'}", NULL), ERR_NOT_FOUND);
}

/* A member's grant names its organisation, found by SIRET: that is what its views are limited to. */
static void test_member_of_an_organisation(void **state)
{
    static const struct subject *const with_members[] = {&documents_subject, &users_subject, &members_subject, &establishments_subject, NULL};
    struct house house;
    struct session session;
    struct tree *answer, *result;
    struct buffer file = {0};
    (void)state;
    house_open(&house, with_members);
    assert_int_equal(buffer_read_file(&file, "data/demo/members.csv", 1 << 20), 0);
    struct tree *input = json_tree(house.arena, "{'file':'members.csv'}");
    struct action_request request = {&session_local, "en", input, {"members.csv", file.bytes, file.length}, NULL};
    assert_int_equal(action_run_here(house.app, app_action(house.app, "member import"), &request, NULL, NULL, NULL, house.arena,
                                     &result, &house.error), 0);
    const char *siret = house_text(&house, "SELECT min(siret) FROM member");
    const char *json = arena_printf(house.arena, "{'name':'bob','role':'member','organisation':'%s','password':'%s'}", siret, password);
    assert_int_equal(house_run(&house, &session_local, "user add", json, NULL), 0);
    assert_int_equal(session_of(&house, token_of(&house, "bob", password), &session), 0);
    assert_int_equal(session.grants[0].organisation,
                     house_int(&house, arena_printf(house.arena, "SELECT id FROM member WHERE siret = '%s'", siret)));
    assert_int_equal(house_view(&house, &session, "member.list", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 1);
    assert_int_equal(house_view(&house, &session_local, "user.grants", "{'name':'bob'}", &answer), 0);
    assert_string_equal(tree_text(tree_get(answer, "rows")->first, "siret"), siret);
    assert_int_equal(house_run(&house, &session_local, "user add",
                               "{'name':'x','role':'member','organisation':'73282932000074'}", NULL), ERR_NOT_FOUND);
    assert_string_equal(house.error.field, "organisation");
    assert_int_equal(house_run(&house, &session_local, "user add", "{'name':'x','role':'staff','establishment':'nowhere'}", NULL),
                     ERR_NOT_FOUND);
    assert_string_equal(house.error.field, "establishment");
    buffer_free(&file);
    house_close(&house);
}

/* --- login --- */

static void test_login_opens_a_session(void **state)
{
    struct house *house = *state;
    struct tree *result;
    struct session session;
    char csrf[USERS_CSRF_BYTES];
    add(house, "Léa.Martin", "coordinator", password);
    assert_int_equal(login(house, "lea martin", password, &result), 0);
    const char *token = tree_text(result, "token");
    assert_int_equal(strlen(token), 64);
    assert_int_equal(users_session_by_token(house->app, token, house->arena, &session, csrf, &house->error), 0);
    assert_string_equal(session.name, "Léa.Martin");
    assert_string_equal(csrf, tree_text(result, "csrf"));
    assert_int_equal(strlen(csrf), 64);
    assert_string_not_equal(csrf, token);
    assert_int_equal(session.grants[0].role, ROLE_COORDINATOR);
    assert_false(session.must_change);
    assert_int_not_equal(session.login, 0);
    assert_false(database_holds(house, token));
    assert_false(database_holds(house, password));
    assert_string_not_equal(token, token_of(house, "lea martin", password));
}

static void test_same_answer_for_all_refusals(void **state)
{
    struct house *house = *state;
    struct error unknown, wrong, closed, locked;
    struct tree *result;
    add(house, "admin", "admin", password);
    add(house, "lea", "coordinator", password);
    add(house, "marc", "coordinator", password);
    assert_int_equal(house_run(house, &session_local, "user deactivate", "{'name':'marc'}", NULL), 0);
    assert_int_equal(login(house, "nobody", password, &result), ERR_LOGIN);
    unknown = house->error;
    assert_null(result->first);
    assert_int_equal(login(house, "lea", "wrong", &result), ERR_LOGIN);
    wrong = house->error;
    assert_null(result->first);
    assert_int_equal(login(house, "marc", password, NULL), ERR_LOGIN);
    closed = house->error;
    house_tamper(house, arena_printf(house->arena, "UPDATE app_user SET locked_until = %lld WHERE name = 'lea'",
                                     (long long)date_now() + 30000));
    assert_int_equal(login(house, "lea", password, NULL), ERR_LOGIN);
    locked = house->error;
    assert_memory_equal(&unknown, &wrong, sizeof wrong);
    assert_memory_equal(&unknown, &closed, sizeof wrong);
    assert_memory_equal(&unknown, &locked, sizeof wrong);
}

static double seconds_of_login(struct house *house, const char *name)
{
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        double start = seconds_now();
        assert_int_equal(login(house, name, "wrong", NULL), ERR_LOGIN);
        double took = seconds_now() - start;
        best = took < best ? took : best;
        house_tamper(house, "UPDATE app_user SET failed = 0, locked_until = 0");
    }
    return best;
}

static void test_unknown_name_takes_as_long(void **state)
{
    struct house *house = *state;
    add(house, "lea", "coordinator", password);
    double known = seconds_of_login(house, "lea"), unknown = seconds_of_login(house, "nobody");
    print_message("    wrong password %.1f ms, unknown name %.1f ms\n", known * 1000, unknown * 1000);
    assert_true(unknown > known * 0.6 && known > unknown * 0.6); /* without the dummy it would be a tenth */
}

static void test_lockout(void **state)
{
    struct house *house = *state;
    add(house, "lea", "coordinator", password);
    for (int i = 0; i < 5; i++)
        assert_int_equal(login(house, "lea", "wrong", NULL), ERR_LOGIN);
    assert_int_equal(house_int(house, "SELECT failed FROM app_user"), 5);
    int64_t left = house_int(house, "SELECT locked_until FROM app_user") - date_now();
    assert_true(left > 50000 && left <= 60000);
    assert_int_equal(login(house, "lea", password, NULL), ERR_LOGIN); /* even with the good one */
    assert_int_equal(house_int(house, "SELECT failed FROM app_user"), 5); /* and it does not count */
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal WHERE outcome LIKE 'locked for 60 s%'"), 1);
    static const int64_t seconds[] = {120, 240, 480, 960, 1920, 3600, 3600};
    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        house_tamper(house, "UPDATE app_user SET locked_until = 1");
        assert_int_equal(login(house, "lea", "wrong", NULL), ERR_LOGIN);
        left = house_int(house, "SELECT locked_until FROM app_user") - date_now();
        assert_true(left > seconds[i] * 1000 - 10000 && left <= seconds[i] * 1000);
    }
    house_tamper(house, "UPDATE app_user SET locked_until = 1");
    assert_int_equal(login(house, "lea", password, NULL), 0);
    assert_int_equal(house_int(house, "SELECT failed + locked_until FROM app_user"), 0);
}

static void test_lock_of_a_clock_that_was_ahead(void **state)
{
    struct house *house = *state;
    add(house, "lea", "coordinator", password);
    house_tamper(house, arena_printf(house->arena, "UPDATE app_user SET failed = 5, locked_until = %lld",
                                     (long long)date_now() + 86400000LL * 365));
    assert_int_equal(login(house, "lea", password, NULL), 0);
}

struct attempts {
    struct house *house;
    atomic_int good;
};

static void *attempt_all(void *context)
{
    struct attempts *attempts = context;
    struct arena *arena = arena_new();
    for (int i = 0; i < 4; i++) {
        struct error error = {0};
        struct tree *result;
        struct action_request request = {.session = &session_public, .language = "en",
                                         .input = json_tree(arena, "{'name':'lea','password':'wrong'}")};
        if (!action_run(attempts->house->app, app_action(attempts->house->app, "user login"), &request, arena, &result, &error))
            atomic_fetch_add(&attempts->good, 1);
    }
    arena_free(arena);
    return NULL;
}

static void test_many_at_once_do_not_outrun_the_lock(void **state)
{
    struct house *house = *state;
    struct attempts attempts = {.house = house};
    pthread_t threads[4];
    add(house, "lea", "coordinator", password);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_create(&threads[i], NULL, attempt_all, &attempts);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(attempts.good, 0);
    assert_int_equal(house_int(house, "SELECT failed FROM app_user"), 5);
    assert_int_equal(house_int(house, "SELECT attempts FROM login_unknown"), 11);
}

static void test_secrets_stay_out_of_what_is_kept(void **state)
{
    struct house *house = *state;
    add(house, "admin", "admin", password);
    struct tree *result;
    assert_int_equal(login(house, "my secret typed as a name", "wrong", NULL), ERR_LOGIN);
    assert_false(database_holds(house, "my secret typed"));
    assert_int_equal(house_run_key(house, &session_public, app_action(house->app, "user login"),
                                   "{'name':'admin','password':'trois petits chats'}", "key-1", &result), ERR_INVALID);
    assert_int_equal(house_run_key(house, &session_local, app_action(house->app, "user add"),
                                   "{'name':'x','role':'admin'}", "key-1", &result), ERR_INVALID);
    assert_string_equal(house->error.field, "idempotency_key");
    assert_int_equal(house_int(house, "SELECT count(*) FROM idempotency"), 0);
    const char *token = token_of(house, "admin", password);
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT count(*) FROM journal WHERE arguments LIKE '%%%s%%' "
                                                   "OR outcome LIKE '%%%s%%'", token, token)), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal WHERE arguments LIKE '%argon2%' OR "
                                      "arguments LIKE '%petits%'"), 0);
}

/* --- sessions --- */

static void age_session(struct house *house, const char *column, long long by_ms)
{
    house_tamper(house, arena_printf(house->arena, "UPDATE user_session SET %s = %s + (%lld)", column, column, by_ms));
}

static void test_session_ends(void **state)
{
    struct house *house = *state;
    struct session session;
    static const struct {
        const char *column;
        long long by_ms;
        int expected;
    } cases[] = {
        {"last_seen", -11 * 3600000LL, 0},         {"last_seen", -12 * 3600000LL - 1000, ERR_LOGIN},
        {"expires", -23 * 3600000LL, 0},           {"expires", -24 * 3600000LL - 1000, ERR_LOGIN},
        {"created", 30000, 0},                     {"created", 3600000, ERR_LOGIN},
    };
    add(house, "lea", "coordinator", password);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *token = token_of(house, "lea", password);
        assert_int_equal(session_of(house, token, &session), 0);
        age_session(house, cases[i].column, cases[i].by_ms);
        assert_int_equal(session_of(house, token, &session), cases[i].expected);
        house_tamper(house, "DELETE FROM user_session");
        assert_int_equal(session_of(house, token, &session), ERR_LOGIN);
        assert_int_equal(session.grant_count, 0);
        assert_int_equal(session.user, 0);
    }
}

static void test_bad_tokens(void **state)
{
    struct house *house = *state;
    struct session session;
    add(house, "lea", "coordinator", password);
    const char *token = token_of(house, "lea", password);
    char other[66];
    strcpy(other, token);
    other[63] = other[63] == '0' ? '1' : '0';
    assert_int_equal(session_of(house, other, &session), ERR_LOGIN);
    assert_int_equal(session_of(house, NULL, &session), ERR_LOGIN);
    assert_int_equal(session_of(house, "", &session), ERR_LOGIN);
    assert_int_equal(session_of(house, "' OR 1=1 --", &session), ERR_LOGIN);
    char *hash = house_text(house, "SELECT token_hash FROM user_session");
    assert_int_equal(session_of(house, hash, &session), ERR_LOGIN); /* what the database holds opens nothing */
}

static void test_closed_account_is_out_at_once(void **state)
{
    struct house *house = *state;
    struct session session;
    add(house, "admin", "admin", password);
    add(house, "lea", "coordinator", password);
    const char *token = token_of(house, "lea", password);
    house_tamper(house, "UPDATE app_user SET active = 0 WHERE name = 'lea'");
    assert_int_equal(session_of(house, token, &session), ERR_LOGIN);
    assert_int_equal(users_session(house->app, "lea", house->arena, &session, &house->error), ERR_NOT_FOUND);
    house_tamper(house, "UPDATE app_user SET active = 1 WHERE name = 'lea'");
    assert_int_equal(session_of(house, token, &session), 0);
    assert_int_equal(house_run(house, &session_local, "user deactivate", "{'name':'lea'}", NULL), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM user_session"), 0);
    assert_int_equal(login(house, "lea", password, NULL), ERR_LOGIN);
}

static void test_last_seen_is_coarse(void **state)
{
    struct house *house = *state;
    struct session session;
    add(house, "lea", "coordinator", password);
    const char *token = token_of(house, "lea", password);
    int64_t seen = house_int(house, "SELECT last_seen FROM user_session");
    for (int i = 0; i < 50; i++)
        assert_int_equal(session_of(house, token, &session), 0);
    house_shut(house); /* the workers finish what they were given */
    house_reopen(house);
    assert_int_equal(house_int(house, "SELECT last_seen FROM user_session"), seen);
    age_session(house, "last_seen", -90000);
    uint64_t before = store_figures(house->store).tasks;
    for (int i = 0; i < 50; i++)
        assert_int_equal(session_of(house, token, &session), 0);
    double end = seconds_now() + 5;
    while (house_int(house, "SELECT last_seen FROM user_session") < seen && seconds_now() < end)
        usleep(1000);
    assert_true(house_int(house, "SELECT last_seen FROM user_session") >= seen);
    assert_true(store_figures(house->store).tasks - before <= 3);
}

static void test_token_is_read_quickly(void **state)
{
    enum { READS = 20000 };
    struct house *house = *state;
    struct session session;
    struct error error = {0};
    char csrf[USERS_CSRF_BYTES];
    struct arena *arena = arena_new();
    add(house, "lea", "coordinator", password);
    const char *token = token_of(house, "lea", password);
    double start = seconds_now();
    for (int i = 0; i < READS; i++) {
        assert_int_equal(users_session_by_token(house->app, token, arena, &session, csrf, &error), 0);
        arena_reset(arena);
    }
    double each = (seconds_now() - start) / READS * 1e6;
    arena_free(arena);
    print_message("    a session is found in %.1f µs\n", each);
    assert_true(each < 1000); /* the figure is for people; sanitizers and shared machines are slow */
}

static void test_logout(void **state)
{
    struct house *house = *state;
    struct session lea, marc;
    struct tree *answer;
    add(house, "lea", "coordinator", password);
    add(house, "marc", "coordinator", password);
    const char *first = token_of(house, "lea", password), *second = token_of(house, "lea", password);
    const char *third = token_of(house, "lea", password), *other = token_of(house, "marc", password);
    assert_int_equal(session_of(house, first, &lea), 0);
    assert_int_equal(session_of(house, other, &marc), 0);
    assert_int_equal(house_view(house, &lea, "user.sessions", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 3); /* its own only */
    /* somebody else's session cannot be closed by its number */
    const char *json = arena_printf(house->arena, "{'session':'%lld'}", (long long)lea.login);
    assert_int_equal(house_run(house, &marc, "user logout", json, NULL), 0);
    assert_int_equal(session_of(house, first, &lea), 0);
    assert_int_equal(house_run(house, &lea, "user logout", NULL, NULL), 0);
    assert_int_equal(session_of(house, first, &lea), ERR_LOGIN);
    assert_int_equal(session_of(house, second, &lea), 0);
    json = arena_printf(house->arena, "{'token':'%s'}", second);
    assert_int_equal(house_run(house, &lea, "user logout", json, NULL), 0);
    assert_int_equal(session_of(house, third, &lea), 0);
    assert_int_equal(house_run(house, &lea, "user logout", "{'everywhere':true}", NULL), 0);
    assert_int_equal(session_of(house, third, &lea), ERR_LOGIN);
    assert_int_equal(session_of(house, other, &marc), 0);
    assert_int_equal(house_run(house, &session_public, "user logout", NULL, NULL), 0);
    assert_int_equal(session_of(house, other, &marc), 0);
}

/* Logging in again with a session at hand ends it: what was planted in a browser leads nowhere. */
static void test_login_replaces_the_session(void **state)
{
    struct house *house = *state;
    struct session session;
    struct tree *result;
    add(house, "lea", "coordinator", password);
    const char *first = token_of(house, "lea", password);
    assert_int_equal(session_of(house, first, &session), 0);
    assert_int_equal(house_run(house, &session, "user login", "{'name':'lea','password':'trois petits chats'}", &result), 0);
    assert_int_equal(session_of(house, first, &session), ERR_LOGIN);
    assert_int_equal(session_of(house, tree_text(result, "token"), &session), 0);
}

/* --- passwords --- */

static void test_one_time_password_opens_only_its_change(void **state)
{
    struct house *house = *state;
    struct session session;
    struct tree *result, *answer;
    char first[64];
    assert_int_equal(users_make_administrator(house->app, "admin", first, sizeof first, &house->error), 0);
    assert_int_equal(strlen(first), 19);
    const char *token = token_of(house, "admin", first), *second = token_of(house, "admin", first);
    assert_int_equal(session_of(house, token, &session), 0);
    assert_true(session.must_change);
    assert_int_equal(session.grant_count, 0);
    assert_int_equal(house_run(house, &session, "user add", "{'name':'x','role':'admin'}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_view(house, &session, "user.list", NULL, &answer), ERR_FORBIDDEN);
    assert_string_equal(house->error.message, "Choose a password of your own first.");
    const char *json = arena_printf(house->arena, "{'old_password':'%s','new_password':'%s'}", first, first);
    assert_int_equal(house_run(house, &session, "user password", json, NULL), ERR_INVALID);
    json = arena_printf(house->arena, "{'old_password':'%s','new_password':'%s'}", first, password);
    assert_int_equal(house_run(house, &session, "user password", json, &result), 0);
    assert_int_equal(session_of(house, token, &session), 0); /* it goes on, with its role; the others are closed */
    assert_false(session.must_change);
    assert_int_equal(session.grants[0].role, ROLE_ADMIN);
    assert_int_equal(session_of(house, second, &session), ERR_LOGIN);
    assert_int_equal(login(house, "admin", first, NULL), ERR_LOGIN);
    assert_int_equal(login(house, "admin", password, NULL), 0);
}

static void test_own_password_asks_the_old_one(void **state)
{
    struct house *house = *state;
    struct session session;
    add(house, "lea", "coordinator", password);
    const char *token = token_of(house, "lea", password);
    assert_int_equal(session_of(house, token, &session), 0);
    static const char json[] = "{'old_password':'not this one','new_password':'quatre petits chats'}";
    for (int i = 0; i < 5; i++)
        assert_int_equal(house_run(house, &session, "user password", json, NULL), ERR_REFUSED);
    assert_string_equal(house->error.field, "old_password");
    assert_true(house_int(house, "SELECT locked_until FROM app_user") > 0); /* a stolen session cannot guess either */
    assert_int_equal(house_run(house, &session_public, "user password", json, NULL), ERR_LOGIN);
    assert_int_equal(house_run(house, &session_local, "user password", json, NULL), ERR_LOGIN);
    house_tamper(house, "UPDATE app_user SET locked_until = 0");
    assert_int_equal(house_run(house, &session, "user password",
                               "{'old_password':'trois petits chats','new_password':'court'}", NULL), ERR_INVALID);
    assert_int_equal(login(house, "lea", password, NULL), 0);
}

static void test_reset(void **state)
{
    struct house *house = *state;
    struct session session;
    struct tree *result;
    add(house, "admin", "admin", password);
    add(house, "lea", "coordinator", password);
    const char *token = token_of(house, "lea", password);
    house_tamper(house, "UPDATE app_user SET active = 0, failed = 9, locked_until = 9999999999999 WHERE name = 'lea'");
    assert_int_equal(house_run(house, &session_local, "user reset", "{'name':'lea'}", &result), 0);
    assert_int_equal(session_of(house, token, &session), ERR_LOGIN);
    assert_int_equal(login(house, "lea", password, NULL), ERR_LOGIN);
    assert_int_equal(login(house, "lea", tree_text(result, "one_time_password"), &result), 0);
    assert_true(tree_true(tree_get(result, "must_change")));
    assert_int_equal(house_run(house, &session_local, "user reset", "{'name':'nobody'}", NULL), ERR_NOT_FOUND);
}

static void test_hashes_are_argon2id(void **state)
{
    struct house *house = *state;
    add(house, "one", "admin", password);
    add(house, "two", "admin", password);
    char *one = house_text(house, "SELECT password_hash FROM app_user WHERE name = 'one'");
    char *two = house_text(house, "SELECT password_hash FROM app_user WHERE name = 'two'");
    assert_string_not_equal(one, two);
    assert_true(text_starts(one, "$argon2id$v=19$m=65536,t=2,p=1$"));
    assert_int_equal(crypto_pwhash_str_needs_rehash(one, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                                    crypto_pwhash_MEMLIMIT_INTERACTIVE), 0);
}

/* --- permissions --- */

static void test_permission_taken_and_given_back(void **state)
{
    struct house *house = *state;
    struct session auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    struct tree *answer;
    assert_int_equal(house_view(house, &auditor, "journal.list", NULL, &answer), 0);
    static const char off[] = "{'role':'auditor','declaration':'journal.list','allowed':'off'}";
    static const char on[] = "{'role':'auditor','declaration':'journal.list','allowed':'on'}";
    assert_int_equal(house_run(house, &session_local, "permission set", off, NULL), 0);
    assert_int_equal(house_view(house, &auditor, "journal.list", NULL, &answer), ERR_FORBIDDEN); /* at once */
    house_shut(house);
    house_reopen(house);
    assert_int_equal(house_view(house, &auditor, "journal.list", NULL, &answer), ERR_FORBIDDEN); /* and it lasts */
    assert_int_equal(house_view(house, &auditor, "permission.list", "{'role':'auditor'}", &answer), 0);
    const struct tree *row = tree_get(answer, "rows")->first;
    while (row && strcmp(tree_text(row, "declaration"), "journal.list") != 0)
        row = row->next;
    assert_false(tree_true(tree_get(row, "allowed")));
    assert_int_equal(house_run(house, &session_local, "permission set", on, NULL), 0);
    assert_int_equal(house_view(house, &auditor, "journal.list", NULL, &answer), 0);
}

static void test_permission_refuses(void **state)
{
    struct house *house = *state;
    static const char *const cases[] = {
        "{'role':'auditor','declaration':'no.such','allowed':'off'}",
        "{'role':'member','declaration':'journal.list','allowed':'on'}", /* never more than is declared */
        "{'role':'admin','declaration':'permission set','allowed':'off'}",
        "{'role':'public','declaration':'user login','allowed':'off'}",
        "{'role':'king','declaration':'journal.list','allowed':'off'}",
        "{'role':'auditor','declaration':'journal.list','allowed':'perhaps'}",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_not_equal(house_run(house, &session_local, "permission set", cases[i], NULL), 0);
    assert_int_equal(house_int(house, "SELECT count(*) FROM permission"), 0);
}

/* --- views --- */

static void test_lists(void **state)
{
    struct house *house = *state;
    struct session admin = session_with(ROLE_ADMIN, 0, 0, NULL);
    struct tree *answer;
    add(house, "lea", "coordinator", password);
    add(house, "Marc", "auditor", password);
    assert_int_equal(house_view(house, &admin, "user.list", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    assert_null(strstr(json_of(house->arena, answer), "argon2"));
    assert_int_equal(house_view(house, &admin, "user.list", "{'role':'auditor'}", &answer), 0);
    assert_string_equal(tree_text(tree_get(answer, "rows")->first, "name"), "Marc");
    assert_int_equal(house_view(house, &admin, "user.list", "{'q':'MAR'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 1);
    assert_int_equal(house_view(house, &admin, "user.show", "{'name':'lea'}", &answer), 0);
    assert_string_equal(tree_text(answer, "roles"), "coordinator");
    assert_int_equal(house_view(house, &admin, "user.show", "{'name':'nobody'}", &answer), ERR_NOT_FOUND);
    assert_int_equal(house_view(house, &admin, "journal.list", "{'action':'user add'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    assert_int_equal(tree_int(tree_get(answer, "rows")->first, "seq", 0), 2);
}

int main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        HOUSE(test_add_gives_a_one_time_password_once),
        HOUSE(test_add_refuses),
        HOUSE(test_only_administrators),
        HOUSE(test_last_administrator_stays),
        HOUSE(test_roles_given_and_taken),
        cmocka_unit_test(test_member_of_an_organisation),
        HOUSE(test_login_opens_a_session),
        HOUSE(test_same_answer_for_all_refusals),
        HOUSE(test_unknown_name_takes_as_long),
        HOUSE(test_lockout),
        HOUSE(test_lock_of_a_clock_that_was_ahead),
        HOUSE(test_many_at_once_do_not_outrun_the_lock),
        HOUSE(test_secrets_stay_out_of_what_is_kept),
        HOUSE(test_session_ends),
        HOUSE(test_bad_tokens),
        HOUSE(test_closed_account_is_out_at_once),
        HOUSE(test_last_seen_is_coarse),
        HOUSE(test_token_is_read_quickly),
        HOUSE(test_logout),
        HOUSE(test_login_replaces_the_session),
        HOUSE(test_one_time_password_opens_only_its_change),
        HOUSE(test_own_password_asks_the_old_one),
        HOUSE(test_reset),
        HOUSE(test_hashes_are_argon2id),
        HOUSE(test_permission_taken_and_given_back),
        HOUSE(test_permission_refuses),
        HOUSE(test_lists),
    };
    return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
