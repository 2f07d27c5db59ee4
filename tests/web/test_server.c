/* The server as the network sees it: ports, methods, requests sent twice, limits, hostile and slow clients. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"
#include "support/fault_vfs.h"
#include "web/http.h"

/* --- actions to be asked for --- */

static atomic_int runs;

static int take_note(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    atomic_fetch_add(&runs, 1);
    tree_set_text(ctx->arena, result, "note", tree_text(args, "note"));
    return 0;
}

static int run_long(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    atomic_fetch_add(&runs, 1);
    tree_set_int(ctx->arena, result, "done", 1);
    return 0;
}

static int say_state(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    tree_set_text(ctx->arena, result, "state", "waiting");
    tree_set_text(ctx->arena, result, "roles", "coordinator member");
    return 0;
}

static const struct field note_fields[] = {{"note", FIELD_TEXT}, FIELDS_END};
static const struct action actions[] = {
    {"test note", "Add a user", ROLE_COORDINATOR, note_fields, take_note},
    {"test state", "Add a user", ROLE_COORDINATOR, note_fields, say_state},
    {"test long", "Add a user", ROLE_COORDINATOR, note_fields, run_long, .job = true},
    {.name = NULL},
};
static const struct subject test_subject = {.name = "test", .actions = actions};

static int open_site(void **state)
{
    struct site *site = memory_get(sizeof *site);
    site_open(site, &test_subject);
    site_user(site, "cora", "coordinator");
    site_login(site, "cora");
    atomic_store(&runs, 0);
    *state = site;
    return 0;
}

static int close_site(void **state)
{
    site_close(*state);
    freep(state);
    return 0;
}

static void assert_serves(struct site *site)
{
    assert_int_equal(site_status(site_get(site, "/login")), 200);
}

/* --- ports --- */

static void test_port_taken(void **state)
{
    struct site *site = *state;
    struct error error = {0};
    struct web *second;
    char text[ERROR_TEXT_BYTES];
    assert_int_equal(web_start(site->house.app, &site->options, &second, &error), ERR_REFUSED);
    error_format(&error, error.message, text, sizeof text);
    assert_non_null(strstr(text, "Another program already serves 127.0.0.1:"));
    assert_string_equal(error.field, "listen");
    assert_serves(site);
}

/* Connections that were just open linger in the system; the address can be taken again all the same. */
static void test_restart_at_once(void **state)
{
    struct site *site = *state;
    for (int i = 0; i < 5; i++) {
        int fd = site_connect(site);
        assert_serves(site);
        site_restart(site);
        close(fd);
        assert_serves(site);
    }
}

static void test_bad_addresses(void **state)
{
    static const char *const bad[] = {"", "8080", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "nowhere:80", "127.0.0.1:-1"};
    struct site *site = *state;
    struct web *web;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error error = {0};
        assert_int_equal(web_start(site->house.app, &(struct web_options){.listen = bad[i]}, &web, &error), ERR_INVALID);
    }
    struct error error = {0}; /* an address of another machine */
    assert_int_equal(web_start(site->house.app, &(struct web_options){.listen = "192.0.2.1:8080"}, &web, &error), ERR_REFUSED);
}

/* --- methods --- */

static void test_methods(void **state)
{
    static const struct {
        const char *method, *path, *allow;
    } refused[] = {
        {"POST", "/members", "GET, HEAD"},      {"DELETE", "/members", "GET, HEAD"},
        {"PUT", "/members/00012001400014", "GET, HEAD"}, {"POST", "/", "GET, HEAD"},
        {"GET", "/logout", "POST"},             {"DELETE", "/login", "GET, HEAD, POST"},
        {"PUT", "/do/member/add", "GET, HEAD, POST"}, {"POST", "/view/member.list", "GET, HEAD"},
        {"POST", "/assets/maillon.css", "GET, HEAD"}, {"GET", "/api/do/member/add", "POST"},
        {"POST", "/api/view/member.list", "GET, HEAD"}, {"PUT", "/api/openapi.json", "GET, HEAD"},
        {"GET", "/api/session", "POST"},        {"OPTIONS", "/tenders", "GET, HEAD"},
        {"T", "/tenders", "GET, HEAD"},         {"PATCH", "/jobs/1", "GET, HEAD"},
    };
    struct site *site = *state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        const char *answer = site_ask(site, refused[i].method, refused[i].path, "", NULL);
        if (site_status(answer) != 405 || !text_is(site_header(site, answer, "Allow"), refused[i].allow))
            fail_msg("%s %s: %.200s", refused[i].method, refused[i].path, answer);
    }
    assert_non_null(strstr(site_ask(site, "PUT", "/api/openapi.json", "", NULL), "application/problem+json"));
    assert_int_equal(site_status(site_ask(site, "POST", "/nowhere", "", NULL)), 403); /* it brought no proof either */
    assert_int_equal(site_status(site_post(site, "/nowhere", "a=b")), 404);
    assert_int_equal(site_status(site_ask(site, "DELETE", "/nowhere", "", NULL)), 404);
    assert_int_equal(site_status(site_ask(site, "HEAD", "/members", "", NULL)), 200);
    assert_string_equal(site_body(site_ask(site, "HEAD", "/members", "", NULL)), "");
}

/* --- twice --- */

static int64_t jobs_of(struct site *site)
{
    return house_int(&site->house, "SELECT count(*) FROM job");
}

static void test_double_click(void **state)
{
    struct site *site = *state;
    const char *first = site_post(site, "/do/test/long", "note=a&key=00112233445566778899aabbccddeeff");
    const char *second = site_post(site, "/do/test/long", "note=a&key=00112233445566778899aabbccddeeff");
    assert_int_equal(site_status(first), 303);
    assert_string_equal(site_header(site, first, "Location"), site_header(site, second, "Location"));
    assert_int_equal(jobs_of(site), 1);
    const char *other = site_post(site, "/do/test/long", "note=b&key=00112233445566778899aabbccddeeff");
    assert_int_equal(site_status(other), 303); /* the page shown again by "back", filled in otherwise */
    assert_string_not_equal(site_header(site, first, "Location"), site_header(site, other, "Location"));
    assert_int_equal(jobs_of(site), 2);
    (void)site_post(site, "/do/test/long", "note=a");
    (void)site_post(site, "/do/test/long", "note=a");
    assert_int_equal(jobs_of(site), 4);
    (void)site_post(site, "/do/test/note", "note=a&key=k");
    (void)site_post(site, "/do/test/note", "note=a&key=k");
    assert_int_equal(house_int(&site->house, "SELECT count(*) FROM journal WHERE action = 'test note'"), 1);
}

/* Every form carries a key of its own, another one each time it is shown. */
static void test_forms_have_keys(void **state)
{
    struct site *site = *state;
    const char *first = strstr(site_get(site, "/do/test/long"), "name=\"key\" value=\"");
    const char *second = strstr(site_get(site, "/do/test/long"), "name=\"key\" value=\"");
    assert_non_null(first);
    assert_non_null(second);
    assert_int_equal(strspn(first + 18, "0123456789abcdef"), 32);
    assert_memory_not_equal(first + 18, second + 18, 32);
}

static void test_keys_of_programs(void **state)
{
    struct site *site = *state;
    const char *headers = arena_printf(site->house.arena, "X-CSRF-Token: %s\r\nIdempotency-Key: one\r\nContent-Type: application/json\r\n",
                                       site->csrf);
    const char *first = site_ask(site, "POST", "/api/do/test/long", headers, "{\"note\":\"a\"}");
    const char *second = site_ask(site, "POST", "/api/do/test/long", headers, "{\"note\":\"a\"}");
    assert_int_equal(site_status(first), 202);
    assert_string_equal(site_body(first), site_body(second));
    assert_int_equal(jobs_of(site), 1);
    assert_int_equal(site_status(site_ask(site, "POST", "/api/do/test/long", headers, "{\"note\":\"b\"}")), 409);
    char *longest = arena_alloc(site->house.arena, 300);
    memset(longest, 'k', 299);
    longest[299] = 0;
    headers = arena_printf(site->house.arena, "X-CSRF-Token: %s\r\nIdempotency-Key: %s\r\nContent-Type: application/json\r\n",
                           site->csrf, longest);
    assert_int_equal(site_status(site_ask(site, "POST", "/api/do/test/long", headers, "{\"note\":\"a\"}")), 422);
    assert_int_equal(jobs_of(site), 1);
}

/* --- nobody waits for the writer --- */

struct plug {
    pthread_mutex_t lock;
    struct write_task task;
    atomic_bool done;
};

static int hold(struct db *db, void *context, struct error *error)
{
    struct plug *plug = context;
    (void)db;
    (void)error;
    pthread_mutex_lock(&plug->lock);
    pthread_mutex_unlock(&plug->lock);
    return 0;
}

static void held(struct write_task *task)
{
    struct plug *plug = task->context;
    atomic_store(&plug->done, true);
}

/* While the writer is busy for long, jobs are asked for, more than there are web threads; pages go on being shown. */
static void test_jobs_do_not_hold_web_threads(void **state)
{
    enum { ASKED = 7 };
    struct site *site = *state;
    struct plug plug = {.task = {.run = hold, .done = held}};
    int fds[ASKED];
    pthread_mutex_init(&plug.lock, NULL);
    pthread_mutex_lock(&plug.lock);
    plug.task.context = &plug;
    store_submit(site->house.store, &plug.task);
    const char *body = arena_printf(site->house.arena, "note=a&csrf=%s", site->csrf);
    const char *request = arena_printf(site->house.arena,
                                       "POST /do/test/long HTTP/1.1\r\nHost: x\r\nCookie: session=%s\r\nContent-Type: "
                                       "application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
                                       site->session, (int)strlen(body), body);
    for (int i = 0; i < ASKED; i++) {
        fds[i] = site_connect(site);
        assert_int_equal(send(fds[i], request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
    }
    usleep(200000);
    double before = seconds_now();
    for (int i = 0; i < 10; i++)
        assert_serves(site);
    assert_true(seconds_now() - before < 5);
    assert_false(atomic_load(&plug.done));
    pthread_mutex_unlock(&plug.lock);
    for (int i = 0; i < ASKED; i++) {
        char answer[512] = "";
        assert_true(recv(fds[i], answer, sizeof answer - 1, 0) > 0);
        assert_int_equal(site_status(answer), 303);
        close(fds[i]);
    }
    assert_true(atomic_load(&plug.done));
    assert_int_equal(jobs_of(site), ASKED);
    pthread_mutex_destroy(&plug.lock);
}

/* --- pages --- */

/* A page may only name what is declared: found at the start, not by the first who opens it. */
static void test_pages_name_what_is_there(void **state)
{
    static const struct {
        const char *edit, *named; /* of sed, on members/pages/list.html */
    } faults[] = {
        {"s/= member.list/= member.lost/", "member.lost"},
        {"s/^path: .*/&\\nform: member fly siret=:siret/", "member fly"},
        {"$a <a href=\"/do/member/fly?a=b\">x</a>", "member fly"},
        {"$a <a href=\"/view/member.lost.csv\">x</a>", "member.lost.csv"},
        {"$a <a href=\"/paper/member.paper?a={{b}}\">x</a>", "member.paper"},
    };
    struct site *site = *state;
    struct arena *arena = site->house.arena;
    const char *folder = arena_printf(arena, "%s/pages", site->house.folder), *start = "cd src && cp --parents $(find * -name \"*.html\") web/assets/*";
    struct web *web;
    for (size_t i = 0; i <= COUNT_OF(faults); i++) {
        struct error error = {0};
        char text[ERROR_TEXT_BYTES] = "";
        bool faulty = i < COUNT_OF(faults);
        assert_int_equal(system(arena_printf(arena, "rm -rf %s && mkdir %s && %s %s", folder, folder, start, folder)), 0);
        if (faulty)
            assert_int_equal(system(arena_printf(arena, "sed -i '%s' %s/members/pages/list.html", faults[i].edit, folder)), 0);
        int code = web_start(site->house.app, &(struct web_options){.listen = "127.0.0.1:0", .pages_dir = folder}, &web, &error);
        if (!faulty) {
            assert_int_equal(code, 0);
            web_stop(web);
            break;
        }
        assert_int_equal(code, ERR_INTERNAL);
        error_format(&error, error.message, text, sizeof text);
        assert_non_null(strstr(text, "members/list"));
        if (i) /* without its first view a page is refused as a whole */
            assert_non_null(strstr(text, faults[i].named));
    }
    assert_int_equal(system(arena_printf(arena, "rm -rf %s", folder)), 0);
}

static void test_password_leads_home(void **state)
{
    struct site *site = *state;
    const char *answer = site_post(site, "/do/user/password", "old_password=des+mots+faciles+a+retenir&new_password=encore+d+autres+mots");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_header(site, answer, "Location"), "/?done=user%20password");
    assert_int_equal(site_status(site_get(site, "/")), 200);
}

/* An answer's codes are shown in words. */
static void test_answers_in_words(void **state)
{
    struct site *site = *state;
    const char *page = site_body(site_post(site, "/do/test/state", "note=a"));
    assert_non_null(strstr(page, "sans réponse"));
    assert_null(strstr(page, "waiting"));
    assert_null(strstr(page, "coordinator"));
}

/* --- who comes in --- */

static int try_login(struct site *site, const char *name, const char *password, const char *headers)
{
    const char *body = arena_printf(site->house.arena, "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);
    headers = arena_printf(site->house.arena, "Content-Type: application/json\r\n%s", headers);
    return site_status(site_ask(site, "POST", "/api/session", headers, body));
}

/* Names tried one after the other from one address: each account counts for itself, the address for all of them. */
static void test_login_flood(void **state)
{
    struct site *site = *state;
    struct arena *arena = site->house.arena;
    site->session[0] = 0;
    site->options.login_every_ms = 3600000; /* however slow the machine is just now */
    site_restart(site);
    for (int i = 0; i < 30; i++) /* good ones cost nothing */
        assert_int_equal(try_login(site, "cora", site_password, ""), 200);
    for (int i = 0; i < 20; i++)
        assert_int_equal(try_login(site, arena_printf(arena, "nobody%d", i), "wrong", ""), 401);
    assert_int_equal(try_login(site, "nobody", "wrong", ""), 429);
    assert_int_equal(try_login(site, "cora", site_password, ""), 429);
    assert_int_equal(try_login(site, "cora", site_password, "X-Forwarded-For: 192.0.2.1\r\n"), 429); /* anybody can write that */
    const char *form = site_get(site, "/login"), *visitor = strstr(form, "visitor=") + 8;
    const char *headers = arena_printf(arena, "Cookie: visitor=%.64s\r\nContent-Type: application/x-www-form-urlencoded\r\n", visitor);
    const char *answer = site_ask(site, "POST", "/login", headers,
                                  arena_printf(arena, "name=cora&password=%s&csrf=%.64s", site_password, visitor));
    assert_int_equal(site_status(answer), 429);
    assert_string_equal(site_header(site, answer, "Retry-After"), "60");
    assert_non_null(strstr(site_body(answer), "Attendez une minute"));
    assert_int_equal(house_int(&site->house, "SELECT failed FROM app_user WHERE name = 'cora'"), 0);
    site->from = "127.0.0.2"; /* another address comes in */
    assert_int_equal(try_login(site, "cora", site_password, ""), 200);
    site->from = NULL;
    site->options.login_every_ms = 1; /* and after a while the first one */
    site_restart(site);
    for (int i = 0; i < 25; i++)
        assert_int_equal(try_login(site, "nobody", "wrong", ""), 401);
}

/* Behind a proxy that speaks https for it, the address counts that the proxy wrote down. */
static void test_login_flood_behind_proxy(void **state)
{
    struct site *site = *state;
    site->session[0] = 0;
    site->options.secure_cookies = true;
    site->options.login_every_ms = 3600000;
    site_restart(site);
    for (int i = 0; i < 20; i++)
        assert_int_equal(try_login(site, "nobody", "wrong", "X-Forwarded-For: 203.0.113.7, 192.0.2.1\r\n"), 401);
    assert_int_equal(try_login(site, "nobody", "wrong", "X-Forwarded-For: 198.51.100.1, 192.0.2.1\r\n"), 429);
    assert_int_equal(try_login(site, "cora", site_password, "X-Forwarded-For: 192.0.2.2\r\n"), 200);
}

/* More addresses than the table has places: it stays as large as it is, and goes on answering. */
static void test_login_many_addresses(void **state)
{
    struct site *site = *state;
    site->session[0] = 0;
    site->options.secure_cookies = true;
    site_restart(site);
    for (int i = 0; i < 40; i++)
        assert_int_equal(try_login(site, "cora", site_password, arena_printf(site->house.arena, "X-Forwarded-For: %d\r\n", i)), 200);
}

/* Another program with the same database takes a permission away: the server knows within a second. */
static void test_permission_from_elsewhere(void **state)
{
    struct site *site = *state;
    assert_int_equal(site_status(site_get(site, "/view/member.list")), 200);
    house_tamper(&site->house, "INSERT INTO permission(role, declaration, allowed) VALUES ('coordinator', 'member.list', 0)");
    usleep(1100000);
    assert_int_equal(site_status(site_get(site, "/view/member.list")), 403);
    assert_int_equal(site_status(site_get(site, "/view/tender.list")), 200);
    house_tamper(&site->house, "UPDATE permission SET allowed = 1");
    usleep(1100000);
    assert_int_equal(site_status(site_get(site, "/view/member.list")), 200);
}

/* --- a full disk --- */

static void test_full_disk(void **state)
{
    struct site *site = *state;
    const char *const count = "SELECT count(*) FROM journal";
    assert_int_equal(site_status(site_post(site, "/do/test/note", "note=a")), 200);
    int64_t rows = house_int(&site->house, count);
    fault_arm(FAULT_FULL, 1, 1);
    for (int i = 0; i < 5; i++) {
        const char *answer = site_post(site, i % 2 ? "/do/test/note" : "/do/test/long", "note=a");
        assert_int_equal(site_status(answer), 500);
        assert_non_null(strstr(site_body(answer), "Le disque est plein"));
    }
    const char *json = arena_printf(site->house.arena, "X-CSRF-Token: %s\r\nContent-Type: application/json\r\n", site->csrf);
    assert_non_null(strstr(site_ask(site, "POST", "/api/do/test/note", json, "{}"), "application/problem+json"));
    assert_int_equal(site_status(site_get(site, "/members")), 200); /* reading goes on */
    assert_int_equal(try_login(site, "cora", site_password, ""), 500);
    assert_true(fault_hits() > 0); /* from here on there is space again */
    assert_int_equal(house_int(&site->house, count), rows);
    assert_int_equal(site_status(site_post(site, "/do/test/note", "note=a")), 200);
    assert_int_equal(site_status(site_post(site, "/do/test/long", "note=a")), 303);
    assert_int_equal(try_login(site, "cora", site_password, ""), 200);
    struct error error = {0};
    assert_int_equal(journal_verify(site->house.app, &rows, NULL, &error), 0);
}

/* --- what is hostile --- */

static const char *letters(struct site *site, size_t count)
{
    char *text = arena_alloc(site->house.arena, count + 1);
    memset(text, 'a', count);
    text[count] = 0;
    return text;
}

static void test_large_bodies(void **state)
{
    struct site *site = *state;
    const char *large = letters(site, 5 << 20);
    site->session[0] = 0;
    const char *form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_int_equal(site_status(site_ask(site, "POST", "/login", form, arena_printf(site->house.arena, "name=%s", large))), 413);
    assert_int_equal(site_status(site_ask(site, "PUT", "/members", "", large)), 413); /* only a POST has a body */
    assert_int_equal(site_status(site_ask(site, "GET", "/login", "", large)), 413);
    assert_int_equal(site_status(site_ask(site, "POST", "/api/session", "Content-Type: application/json\r\n", large)), 413);
    site_login(site, "cora");
    assert_int_equal(site_status(site_ask(site, "PUT", "/members", "", large)), 413);
    assert_int_equal(site_status(site_post(site, "/do/test/note", arena_printf(site->house.arena, "note=%s", large))), 413);
    assert_serves(site);
}

static void test_hostile_headers(void **state)
{
    static const char *const lines[] = {
        "Cookie: session=%s\r\n", "Authorization: Bearer %s\r\n", "Accept: %s\r\n", "Content-Type: %s\r\n",
        "Idempotency-Key: %s\r\n", "X-Forwarded-For: %s\r\n", "Host: %s\r\n", "%s: a\r\n",
    };
    static const char *const values[] = {"\x01\x02", "<script>", "\xff\xfe", "../../etc/passwd", "'\"; DROP TABLE", "%00", ""};
    struct site *site = *state;
    struct arena *arena = site->house.arena;
    site->session[0] = 0;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        for (size_t j = 0; j < COUNT_OF(values); j++) {
            struct buffer line = {0};
            const char *at = strstr(lines[i], "%s");
            buffer_add(&line, lines[i], (size_t)(at - lines[i]));
            buffer_text(&line, values[j]);
            buffer_text(&line, at + 2);
            int status = site_status(site_ask(site, "GET", "/login", arena_strdup(arena, buffer_string(&line)), NULL));
            assert_true(status == 200 || status == 400 || status == 0);
            buffer_free(&line);
        }
    }
    const char *huge = arena_printf(arena, "X-Long: %s\r\n", letters(site, 200000));
    int status = site_status(site_ask(site, "GET", "/login", huge, NULL));
    assert_true(status == 431 || status == 413 || status == 400 || status == 0);
    struct buffer many = {0};
    for (int i = 0; i < 5000; i++)
        buffer_printf(&many, "X-%d: a\r\n", i);
    status = site_status(site_ask(site, "GET", "/login", buffer_string(&many), NULL));
    assert_true(status == 200 || status == 431 || status == 413 || status == 400 || status == 0);
    buffer_free(&many);
    assert_serves(site);
}

static void test_hostile_requests(void **state)
{
    static const char *const requests[] = {
        "\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02", "GET /%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=\r\nContent-Length: 4\r\n\r\nabcd",
    };
    struct site *site = *state;
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        int fd = site_connect(site);
        char answer[4096] = "";
        (void)!send(fd, requests[i], strlen(requests[i]), MSG_NOSIGNAL);
        shutdown(fd, SHUT_WR);
        (void)!recv(fd, answer, sizeof answer - 1, 0);
        int status = site_status(answer);
        assert_true(status == 0 || (status >= 300 && status < 506));
        close(fd);
    }
    assert_serves(site);
}

static void test_paths(void **state)
{
    static const char *const paths[] = {
        "/assets/../schema.sql", "/assets/..%2fpages%2fhome.html", "/assets/%2e%2e/pages/home.html", "/assets/....//maillon.css",
        "/assets//etc/passwd", "/assets/", "/assets/%00maillon.css", "/assets/..", "/assets/%5c..%5cpages",
        "/../../etc/passwd", "/view/..", "/view/", "/paper/", "/do/", "/do/../login", "/jobs/", "/jobs/-1", "/jobs/99999999999999999999",
        "/members/%00", "/members/%0d%0aSet-Cookie:%20a=b", "/members/..%2f..", "/api/", "/api/view/", "/api/view/../x",
        "/api/jobs/x", "/%2e%2e/%2e%2e/etc/passwd", "/law/%22%3E%3Cscript%3E",
    };
    struct site *site = *state;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT_OF(paths); i++) {
            const char *answer = site_get(site, paths[i]);
            int status = site_status(answer);
            if (status != 404 && status != 400 && status != 422)
                fail_msg("%s: %.200s", paths[i], answer);
            assert_null(strstr(answer, "root:"));
            assert_null(strstr(answer, "<script>"));
            assert_null(site_header(site, answer, "Set-Cookie"));
        }
        site->options.pages_dir = "src"; /* then the same with templates and assets read from a folder */
        site_restart(site);
    }
    assert_int_equal(site_status(site_get(site, "/assets/maillon.css")), 200);
}

/* Half a request, and then nothing: many of them keep nobody else waiting. */
static void test_slow_clients(void **state)
{
    enum { SLOW = 200 };
    static const char start[] = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                "Content-Length: 100\r\n\r\nname=";
    struct site *site = *state;
    int fds[SLOW];
    for (int i = 0; i < SLOW; i++) {
        fds[i] = site_connect(site);
        assert_true(send(fds[i], start, i % 2 ? sizeof start - 1 : 20, MSG_NOSIGNAL) > 0);
    }
    double before = seconds_now();
    for (int i = 0; i < 10; i++)
        assert_serves(site);
    assert_true(seconds_now() - before < 5);
    for (int i = 0; i < SLOW; i++)
        close(fds[i]);
}

/* A page asked for and never read, and one cut off in the middle. */
static void test_rude_readers(void **state)
{
    struct site *site = *state;
    const char *request = arena_printf(site->house.arena, "GET /members HTTP/1.1\r\nHost: x\r\nCookie: session=%s\r\n\r\n", site->session);
    for (int i = 0; i < 50; i++) {
        int fd = site_connect(site);
        assert_true(send(fd, request, strlen(request), MSG_NOSIGNAL) > 0);
        if (i % 2) {
            struct linger at_once = {.l_onoff = 1};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
        close(fd);
    }
    assert_serves(site);
}

int main(void)
{
#define SITE(test) cmocka_unit_test_setup_teardown(test, open_site, close_site)
    const struct CMUnitTest tests[] = {
        SITE(test_port_taken),      SITE(test_restart_at_once),
        SITE(test_bad_addresses),   SITE(test_methods),
        SITE(test_double_click),    SITE(test_forms_have_keys),
        SITE(test_keys_of_programs), SITE(test_jobs_do_not_hold_web_threads),
        SITE(test_large_bodies),    SITE(test_hostile_headers),
        SITE(test_hostile_requests), SITE(test_paths),
        SITE(test_pages_name_what_is_there), SITE(test_password_leads_home),
        SITE(test_answers_in_words),
        SITE(test_login_flood),     SITE(test_login_flood_behind_proxy),
        SITE(test_login_many_addresses), SITE(test_permission_from_elsewhere),
        SITE(test_full_disk),       SITE(test_slow_clients),    SITE(test_rude_readers),
    };
    fault_register();
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
