/* One request, from its first byte to the last of its answer. Private to web/. */
#ifndef MAILLON_REQUEST_H
#define MAILLON_REQUEST_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/library.h"
#include "base/buffer.h"
#include "kernel/action.h"
#include "web/template.h"
#include "web/web.h"

/* What is taken of libmicrohttpd; web_start loads it. */
#define MHD_FUNCTIONS(X)                                                                        \
    X(MHD_add_response_header) X(MHD_create_post_processor) X(MHD_create_response_from_buffer)  \
    X(MHD_create_response_from_fd64) X(MHD_destroy_post_processor) X(MHD_destroy_response)      \
    X(MHD_get_connection_info) X(MHD_get_connection_values) X(MHD_lookup_connection_value)      \
    X(MHD_post_process) X(MHD_queue_response) X(MHD_resume_connection) X(MHD_start_daemon)      \
    X(MHD_stop_daemon) X(MHD_suspend_connection)
LIBRARY(mhd, MHD_FUNCTIONS);

enum {
    BODY_BYTES_MAX = 256 << 20, /* an import's file */
    FORM_BYTES_MAX = 4 << 20,   /* everything else */
    FORM_FIELDS_MAX = 20000,
    PUBLIC_BYTES_MAX = 64 << 10, /* of those who have not logged in: a login form */
    PUBLIC_FIELDS_MAX = 100,
    HELD_BYTES_MAX = 1 << 30, /* of all requests that are being read */
};

struct page { /* a template with a path */
    const char *name;
    const char *path; /* "/members/:siret" */
    const char *title, *nav;
    int nav_order;
    unsigned roles; /* 0: those of its first view */
    const char *header;
    const struct view *first_view;
};

struct web {
    struct app *app;
    struct web_options options;
    struct arena *arena;
    struct template_set *templates;
    struct page *pages;
    size_t page_count;
    struct MHD_Daemon *daemon;
    struct flood *flood; /* attempts to log in, by address */
    int listener; /* its socket until the daemon has it; then -1 */
    atomic_size_t busy;      /* requests being routed or suspended */
    atomic_bool stopping;
    atomic_llong last_said; /* second of the last line in the log from the library */
    atomic_size_t held_bytes; /* of bodies, until their request has ended */
    pthread_mutex_t pool_lock;
    struct request *pool; /* requests at rest, with their arena and buffer */
    const char *version;  /* of the assets, in their address, so that they can be kept for ever */
};

enum request_state { REQUEST_READING, REQUEST_WORKING, REQUEST_READY, REQUEST_ANSWERED };

struct request {
    struct web *web;
    struct request *next;
    struct arena *arena;
    struct MHD_Connection *connection;
    const char *method, *path;
    const struct tree *query; /* name -> text */
    _Atomic enum request_state state;
    bool deferred; /* the answer comes from another thread: this one must not touch the request again */
    /* body */
    struct MHD_PostProcessor *post;
    struct tree *form; /* flat: "lots.0.title" -> text */
    size_t field_count, body_bytes;
    struct buffer body;   /* raw, when it is no form */
    struct buffer upload; /* the file of a form */
    const char *upload_name;
    const char *last_name;    /* field whose value comes in pieces */
    struct buffer last_value;
    size_t held_bytes;
    bool too_large, too_many;
    /* who */
    struct session session_data;
    const struct session *session;
    const char *token;
    char csrf[65];
    bool by_header; /* the token came in a header: no cookie, so no forgery */
    const char *language;
    /* what is asked of the kernel */
    struct action_call call;
    const struct view *view;
    const struct paper *paper;
    const struct download *download;
    void (*work)(struct request *request);   /* runs on a worker, then the connection goes on */
    void (*answer)(struct request *request); /* runs when the connection goes on */
    /* answer */
    int status;
    const char *type; /* content type */
    struct buffer out;
    FILE *file; /* sent instead of out: a download of any length */
    const char *location, *cookie, *cookie2, *disposition;
    const char *allow; /* methods, when the one asked for was refused */
    bool keep; /* a static file: may be kept by the browser for ever */
};

/* --- input.c: query, cookies, forms --- */
int input_begin(struct request *request);
bool input_take(struct request *request, const char *bytes, size_t length);
void input_end(struct request *request);
/* "lots.0.title" -> nested lists and maps. */
struct tree *input_nest(struct arena *arena, const struct tree *flat);
/* A path of this site, where a reader may be sent back to; browsers drop control characters, so none is let through. */
bool is_local_path(const char *path);
const char *request_param(const struct request *request, const char *name);

/* --- reply.c --- */
void reply_page(struct request *request, int status, const char *template_name, struct tree *context);
void reply_error(struct request *request, int code, const struct error *error);
void reply_redirect(struct request *request, const char *location);
void reply_json(struct request *request, int status, const struct tree *tree);
enum MHD_Result reply_send(struct request *request);

/* Moves the rest of the request to a worker thread; "busy" when the queue is full. */
void request_defer(struct request *request, void (*work)(struct request *request));

/* Runs request->call, and then answer on a web thread; the connection waits meanwhile. */
void request_call(struct request *request, void (*answer)(struct request *request));

/* --- route.c --- */
int route_load(struct web *web, struct error *error); /* finds the pages among the templates */
int route_templates(const struct app *app, const char *pages_dir, struct template_set **ret_set, struct error *error);
void route(struct request *request);

/* --- route_check.c: refuses a page that names a view, an action or a paper that is not declared --- */
int route_check(const struct app *app, const char *page, const char *header, const char *source, struct error *error);

/* --- page.c --- */
struct tree *page_context(struct request *request, const char *title);
void page_show(struct request *request, const struct page *page, const struct tree *path_params);
void page_show_view(struct request *request, const struct view *view); /* a view without a page of its own */
void page_show_paper(struct request *request, const struct paper *paper);
void page_show_download(struct request *request, const struct download *download);
void page_show_job(struct request *request, int64_t id);
void page_show_login(struct request *request, const struct error *error);

/* --- rows.c: a template for the rows of each view and language --- */
int rows_add_templates(struct template_set *set, const struct app *app, const char *pattern_source, size_t length,
                       struct error *error);
const char *rows_template(struct arena *arena, const struct view *view, const char *language);

/* --- table.c: what the template "table" needs to show a view's answer --- */
void table_add(struct request *request, struct tree *answer, const struct view *view, const struct tree *params);

/* Adds what the "view:" lines of a template's header name; the query filters none of them. given: what :name stands for. */
int page_add_views(struct request *request, const char *template_name, struct tree *context, const struct tree *given,
                   struct error *error);

/* --- form.c: what the template "form" needs; and running it --- */
struct tree *form_tree(struct request *request, const struct action *action, const struct tree *values,
                       const struct error *errors);
void form_show(struct request *request, const struct action *action, const struct tree *values, int status,
               const struct error *errors);
void form_run(struct request *request, const struct action *action);

/* --- api.c --- */
void api_route(struct request *request, const char *rest);

/* --- flood.c: attempts to log in, by network address --- */
struct flood *flood_new(int64_t every_ms);
void flood_free(struct flood *flood);
bool flood_takes(struct request *request);      /* false: too many; otherwise one attempt is taken */
void flood_gives_back(struct request *request); /* the password was good */
int flood_refuse(struct error *error);

/* --- tablet.c --- */
bool tablet_path(const char *path);
void tablet_route(struct request *request);

/* --- session.c --- */
void session_find(struct request *request);
bool session_proves_intent(struct request *request); /* CSRF token of a POST */
void session_login(struct request *request);
void session_logout(struct request *request);

#endif
