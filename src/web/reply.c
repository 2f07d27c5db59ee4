/* What goes out: pages, JSON, problem details (RFC 9457), redirections, with the headers that keep readers safe. */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "web/request.h"

static bool wants_json(const struct request *request)
{
    if (text_starts(request->path, "/api/"))
        return true;
    const char *accept = mhd.MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Accept");
    return accept && text_starts(accept, "application/json");
}

static const char *translate(const char *text, const char *language)
{
    return tr(language, text);
}

/* Reasons are kept as sentences, and shown as codes are. */
static const char *name_of(const char *code, const char *language)
{
    const char *name = tr_name(language, code);
    return name != code ? name : tr(language, code);
}

void reply_page(struct request *request, int status, const char *template_name, struct tree *context)
{
    struct error error = {0};
    struct template_set *set = request->web->templates, *fresh = NULL;
    const char *pages_dir = request->web->options.pages_dir;
    struct template_options options = {request->language, translate, pages_dir != NULL, name_of};
    if (pages_dir && !route_templates(request->web->app, pages_dir, &fresh, &error))
        set = fresh;
    tree_set_text(request->arena, context, "content", template_name);
    request->status = status;
    request->type = "text/html; charset=utf-8";
    buffer_clear(&request->out);
    if (error.code || template_render(set, tablet_path(request->path) ? "web/tablet" : "web/layout", context, &options, &request->out, &error)) {
        char text[ERROR_TEXT_BYTES];
        error_format(&error, error.message, text, sizeof text);
        log_line("page %s: %s", template_name, text);
        request->status = 500;
        request->type = "text/plain; charset=utf-8";
        buffer_clear(&request->out);
        buffer_text(&request->out, pages_dir ? text : "Internal error\n");
    }
    template_set_free(fresh);
}

void reply_redirect(struct request *request, const char *location)
{
    request->status = MHD_HTTP_SEE_OTHER;
    request->location = location;
    request->type = "text/plain; charset=utf-8";
    buffer_clear(&request->out);
}

void reply_json(struct request *request, int status, const struct tree *tree)
{
    request->status = status;
    request->type = "application/json";
    buffer_clear(&request->out);
    tree_write_json(tree, &request->out, false);
    buffer_char(&request->out, '\n');
}

static const char *error_text(struct arena *arena, const char *language, const struct error *error)
{
    char text[ERROR_TEXT_BYTES];
    error_format(error, tr(language, error->message ? error->message : N_("The action failed.")), text, sizeof text);
    return arena_strdup(arena, text);
}

static struct tree *problem_tree(struct arena *arena, const char *language, const struct error *error)
{
    struct tree *problem = tree_map(arena);
    tree_set_text(arena, problem, "type", "about:blank");
    tree_set_int(arena, problem, "status", error->code);
    tree_set_text(arena, problem, "title", error_text(arena, language, error));
    struct tree *list = tree_set_list(arena, problem, "errors");
    for (; error; error = error->next) {
        struct tree *item = tree_add_map(arena, list);
        tree_set_text(arena, item, "field", error->field);
        tree_set_text(arena, item, "message", error_text(arena, language, error));
    }
    return problem;
}

void reply_error(struct request *request, int code, const struct error *error)
{
    if (code == ERR_INTERNAL) {
        char text[ERROR_TEXT_BYTES];
        error_format(error, error->message ? error->message : "", text, sizeof text);
        log_line("%s %s: %s", request->method, request->path, text);
    }
    if (wants_json(request)) {
        reply_json(request, code, problem_tree(request->arena, request->language, error));
        request->type = "application/problem+json";
        return;
    }
    if (code == ERR_LOGIN && tablet_path(request->path)) {
        reply_redirect(request, "/tablet");
        return;
    }
    if (code == ERR_LOGIN) {
        struct buffer location = {0};
        buffer_text(&location, "/login?back=");
        buffer_url(&location, request->path);
        reply_redirect(request, arena_copy(request->arena, location.bytes, location.length));
        buffer_free(&location);
        return;
    }
    struct tree *context = page_context(request, tr(request->language, N_("This did not work")));
    tree_set_int(request->arena, context, "status", code);
    tree_set_text(request->arena, context, "message", error_text(request->arena, request->language, error));
    reply_page(request, code, "web/error", context);
}

static void add_headers(struct request *request, struct MHD_Response *response)
{
    mhd.MHD_add_response_header(response, "Content-Type", request->type);
    mhd.MHD_add_response_header(response, "Content-Security-Policy",
                            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    mhd.MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    mhd.MHD_add_response_header(response, "Referrer-Policy", "same-origin");
    mhd.MHD_add_response_header(response, "Cache-Control",
                            request->keep ? "public, max-age=31536000, immutable" : "no-store");
    if (request->location)
        mhd.MHD_add_response_header(response, "Location", request->location);
    if (request->cookie)
        mhd.MHD_add_response_header(response, "Set-Cookie", request->cookie);
    if (request->cookie2)
        mhd.MHD_add_response_header(response, "Set-Cookie", request->cookie2);
    if (request->allow)
        mhd.MHD_add_response_header(response, "Allow", request->allow);
    if (request->disposition)
        mhd.MHD_add_response_header(response, "Content-Disposition", request->disposition);
    if (request->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        mhd.MHD_add_response_header(response, "Retry-After", "2");
    if (request->status == MHD_HTTP_TOO_MANY_REQUESTS)
        mhd.MHD_add_response_header(response, "Retry-After", "60");
}

/* A file is handed over through a descriptor of its own, which the server closes. */
static struct MHD_Response *file_response(FILE *file)
{
    long length = ftell(file);
    int handle = length < 0 ? -1 : dup(fileno(file));
    struct MHD_Response *response = handle < 0 ? NULL : mhd.MHD_create_response_from_fd64((uint64_t)length, handle);
    if (handle >= 0 && !response)
        close(handle);
    return response;
}

/* The bytes stay in the request, which lives until the answer is out. */
enum MHD_Result reply_send(struct request *request)
{
    struct MHD_Response *response =
        request->file ? file_response(request->file)
                      : mhd.MHD_create_response_from_buffer(request->out.length, (void *)buffer_string(&request->out),
                                                        MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    add_headers(request, response);
    enum MHD_Result result = mhd.MHD_queue_response(request->connection, (unsigned)request->status, response);
    mhd.MHD_destroy_response(response);
    return result;
}
