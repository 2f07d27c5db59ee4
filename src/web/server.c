/* libmicrohttpd: a pool of epoll threads. A web thread never waits for the database's writer nor for slow work: the
 * connection is suspended and goes on when the answer is there. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/embed.h"
#include "base/log.h"
#include "base/text.h"
#include "web/request.h"

LIBRARY_DEFINE(mhd, MHD_FUNCTIONS, "libmicrohttpd.so.12", "libmicrohttpd12")

enum { CONNECTIONS_MAX = 2000, CONNECTION_MEMORY = 32 * 1024, TIMEOUT_SECONDS = 60, KEPT_BYTES = 1 << 20 };

static struct request *request_new(struct web *web)
{
    pthread_mutex_lock(&web->pool_lock);
    struct request *request = web->pool;
    if (request)
        web->pool = request->next;
    pthread_mutex_unlock(&web->pool_lock);
    if (!request) {
        request = memory_get(sizeof *request);
        request->arena = arena_new();
    }
    request->web = web;
    return request;
}

static void request_dispose(struct request *request)
{
    arena_free(request->arena);
    buffer_free(&request->out);
    free(request);
}

/* Keeps arena and output buffer for the next request, unless this one was unusually large. */
static void request_free(struct request *request)
{
    struct web *web = request->web;
    struct arena *arena = request->arena;
    struct buffer out = request->out;
    if (request->post)
        mhd.MHD_destroy_post_processor(request->post);
    if (request->file)
        fclose(request->file);
    atomic_fetch_sub(&web->held_bytes, request->held_bytes);
    buffer_free(&request->body);
    buffer_free(&request->upload);
    buffer_free(&request->last_value);
    arena_reset(arena);
    *request = (struct request){.arena = arena, .out = out};
    if (out.room > KEPT_BYTES) {
        request_dispose(request);
        return;
    }
    buffer_clear(&request->out);
    pthread_mutex_lock(&web->pool_lock);
    request->next = web->pool;
    web->pool = request;
    pthread_mutex_unlock(&web->pool_lock);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    (void)context;
    (void)connection;
    (void)why;
    if (*state)
        request_free(*state);
    *state = NULL;
}

static const char *language_of(struct request *request)
{
    const char *cookie = mhd.MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, "language");
    const char *asked = tree_text(request->query, "lang");
    const char *language = asked ? asked : cookie, *known;
    bool tablet = tablet_path(request->path); /* in whatever language somebody prepared; the rest is in two */
    for (int i = 0; tablet && (known = tr_language(i, "own_language")); i++)
        if (text_is(language, known)) {
            if (asked)
                request->cookie2 = arena_printf(request->arena, "language=%s; Path=/tablet; SameSite=Strict", known);
            return known;
        }
    if (asked && (text_is(asked, "fr") || text_is(asked, "en")))
        request->cookie2 = arena_printf(request->arena, "language=%s; Path=/; Max-Age=31536000; SameSite=Lax", asked);
    return text_is(language, "en") ? "en" : "fr";
}

static void begin(struct request *request)
{
    input_end(request);
    request->language = language_of(request);
    if (!request->session && (request->too_large || request->too_many))
        session_find(request);
    if (request->too_large || request->too_many) {
        struct error error = {0};
        int code = request->too_large
                       ? error_set(&error, ERR_TOO_LARGE, "", N_("What was sent is too large."), NULL)
                       : error_set(&error, ERR_BUSY, "", N_("Too much at once. Try again in a moment."), NULL);
        reply_error(request, code, &error);
        return;
    }
    struct web *web = request->web;
    atomic_fetch_add(&web->busy, 1);
    if (atomic_load(&web->stopping)) {
        struct error error = {0};
        request->session = &session_public;
        reply_error(request, error_set(&error, ERR_BUSY, "", N_("Too much at once. Try again in a moment."), NULL), &error);
    } else {
        route(request);
    }
    if (!request->deferred)
        atomic_fetch_sub(&web->busy, 1);
}

/* The request may be gone as soon as its connection goes on. */
static void go_on(struct request *request)
{
    struct web *web = request->web;
    mhd.MHD_resume_connection(request->connection);
    atomic_fetch_sub(&web->busy, 1);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **state)
{
    struct request *request = *state;
    (void)version;
    if (!request) { /* headers only */
        *state = request = request_new(context);
        request->connection = connection;
        request->method = text_is(method, "HEAD") ? "GET" : arena_strdup(request->arena, method);
        request->path = arena_strdup(request->arena, text_is_clean(url, strlen(url)) ? url : "/?");
        return input_begin(request) ? MHD_NO : MHD_YES;
    }
    if (*upload_size) {
        input_take(request, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (request->state == REQUEST_READING) {
        begin(request);
        if (request->deferred)
            return MHD_YES; /* suspended; comes back here when it is resumed */
    }
    if (request->state == REQUEST_WORKING)
        return MHD_YES;
    if (request->state == REQUEST_READY)
        request->answer(request);
    request->state = REQUEST_ANSWERED;
    return reply_send(request);
}

static void run_deferred(void *context)
{
    struct request *request = context;
    request->work(request);
    request->state = REQUEST_ANSWERED;
    go_on(request);
}

/* On the writer's thread: it only lets the connection go on; the page is written on a web thread. */
static void let_go_on(struct action_call *call)
{
    struct request *request = call->context;
    request->state = REQUEST_READY;
    go_on(request);
}

void request_call(struct request *request, void (*answer)(struct request *request))
{
    request->answer = answer;
    request->state = REQUEST_WORKING;
    request->deferred = true;
    request->call.done = let_go_on;
    mhd.MHD_suspend_connection(request->connection);
    action_start(&request->call);
}

void request_defer(struct request *request, void (*work)(struct request *request))
{
    request->work = work;
    request->state = REQUEST_WORKING;
    request->deferred = true;
    mhd.MHD_suspend_connection(request->connection);
    if (work_pool_submit(request->web->app->workers, run_deferred, request))
        return;
    struct error error = {0};
    error_set(&error, ERR_BUSY, "", N_("Too much at once. Try again in a moment."), NULL);
    reply_error(request, ERR_BUSY, &error);
    request->state = REQUEST_ANSWERED;
    go_on(request);
}

/* "127.0.0.1:8080" or ":8080" (every interface). */
static int parse_listen(const char *listen, struct sockaddr_in *ret_address, struct error *error)
{
    const char *colon = strrchr(listen, ':');
    char host[64] = "0.0.0.0";
    int64_t port;
    if (!colon || !text_to_int(colon + 1, &port) || port < 0 || port > 65535 || colon - listen >= (long)sizeof host)
        return error_set(error, ERR_INVALID, "listen", N_("This must be an address and a port, such as 127.0.0.1:8080."),
                         NULL);
    if (colon > listen) {
        memcpy(host, listen, (size_t)(colon - listen));
        host[colon - listen] = 0;
    }
    *ret_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, text_is(host, "localhost") ? "127.0.0.1" : host, &ret_address->sin_addr) != 1)
        return error_set(error, ERR_INVALID, "listen", N_("This must be an address and a port, such as 127.0.0.1:8080."),
                         NULL);
    return 0;
}

/* A socket of our own, so that the refusal says why. An address just left may be taken again at once (SO_REUSEADDR), one
 * where another program listens may not. */
static int open_listener(const char *listen_at, int *ret_socket, struct error *error)
{
    struct sockaddr_in address;
    int result = parse_listen(listen_at, &address, error), on = 1;
    if (result)
        return result;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) &&
        !bind(fd, (struct sockaddr *)&address, sizeof address) && !listen(fd, SOMAXCONN)) {
        *ret_socket = fd;
        return 0;
    }
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (why == EADDRINUSE)
        return error_set(error, ERR_REFUSED, "listen",
                         N_("Another program already serves {0}. Stop it, or choose another port with --listen."), listen_at,
                         NULL);
    return error_set(error, ERR_REFUSED, "listen", N_("The address {0} cannot be used: {1}."), listen_at, strerror(why), NULL);
}

/* What the library has to say, at most once a second: clients that break off on purpose must not fill the log. */
static void hear_library(void *context, const char *format, va_list ap)
{
    struct web *web = context;
    char text[400];
    int64_t now = date_now() / 1000;
    if (atomic_exchange(&web->last_said, now) == now)
        return;
    vsnprintf(text, sizeof text, format, ap);
    text[strcspn(text, "\r\n")] = 0;
    log_line("http: %s", text);
}

static struct MHD_Daemon *start_daemon(struct web *web)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return mhd.MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, web,
        MHD_OPTION_EXTERNAL_LOGGER, hear_library, web, MHD_OPTION_LISTEN_SOCKET, web->listener, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(cores > 1 ? cores : 2),
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
}

int web_start(struct app *app, const struct web_options *options, struct web **ret_web, struct error *error)
{
    struct arena *arena = arena_new();
    struct web *web = ARENA_NEW(arena, struct web);
    *web = (struct web){.app = app, .options = *options, .arena = arena, .listener = -1, .version = MAILLON_VERSION};
    pthread_mutex_init(&web->pool_lock, NULL);
    web->flood = flood_new(options->login_every_ms);
    int result = library_load(&mhd_library, error);
    if (!result)
        result = open_listener(options->listen, &web->listener, error);
    if (!result)
        result = route_load(web, error);
    if (!result && !(web->daemon = start_daemon(web)))
        result = error_set(error, ERR_REFUSED, "listen", N_("The address {0} cannot be used: {1}."), options->listen,
                           strerror(errno), NULL);
    if (result) {
        web_stop(web);
        return result;
    }
    web->listener = -1; /* the daemon closes it */
    *ret_web = web;
    return 0;
}

void web_stop(struct web *web)
{
    if (!web)
        return;
    if (web->daemon) { /* it ends the program when a connection is still suspended */
        atomic_store(&web->stopping, true);
        while (atomic_load(&web->busy))
            nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        mhd.MHD_stop_daemon(web->daemon);
    }
    if (web->listener >= 0)
        close(web->listener);
    while (web->pool) {
        struct request *request = web->pool;
        web->pool = request->next;
        request_dispose(request);
    }
    template_set_free(web->templates);
    flood_free(web->flood);
    pthread_mutex_destroy(&web->pool_lock);
    arena_free(web->arena);
}
