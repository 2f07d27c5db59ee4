/* JSON: /api/view/NAME, /api/do/ACTION (POST), /api/jobs/ID, /api/openapi.json. Errors are RFC 9457 problems. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "web/request.h"

static void fail(struct request *request, enum error_code code, const char *message)
{
    struct error error = {0};
    error_set(&error, code, "", message, NULL);
    reply_error(request, (int)code, &error);
}

static void answer_view(struct request *request)
{
    struct error error = {0};
    struct tree *answer;
    int64_t limit = 0;
    const char *typed = tree_text(request->query, "limit");
    if (typed && !text_to_int(typed, &limit))
        limit = 0;
    struct view_request asked = {.params = request->query,
                                 .sort = tree_text(request->query, "sort"),
                                 .down = tree_get(request->query, "desc") != NULL,
                                 .after = tree_text(request->query, "after"),
                                 .before = tree_text(request->query, "before"),
                                 .limit = (int)(limit > 0 && limit <= 1000 ? limit : 0)};
    int code = view_run(request->web->app, request->view, request->session, request->arena, &asked, &answer, &error);
    if (code)
        reply_error(request, code, &error);
    else
        reply_json(request, 200, answer);
}

static void answer_action(struct request *request)
{
    const struct action_call *call = &request->call;
    if (call->code)
        reply_error(request, call->code, &call->error);
    else
        reply_json(request, call->action->job ? 202 : 200, call->result);
}

/* A JSON object of the fields; or, for an import, the file itself as the body. */
static void run_action(struct request *request, const char *rest)
{
    char *name = arena_strdup(request->arena, rest);
    for (char *p = name; *p; p++)
        *p = *p == '/' ? ' ' : *p;
    const struct action *action = app_action(request->web->app, name);
    if (!action || action->unlisted) {
        fail(request, ERR_NOT_FOUND, N_("There is no such action."));
        return;
    }
    struct error error = {0};
    if (!access_grant(request->web->app, request->session, action->roles, action->name)) {
        reply_error(request, access_refuse(request->session, &error), &error);
        return;
    }
    const char *type = mhd.MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Content-Type");
    struct tree *input = tree_map(request->arena);
    struct upload file = {0};
    if (request->post || request->form->first || request->upload_name) {
        input = input_nest(request->arena, request->form);
        file = (struct upload){request->upload_name, request->upload.bytes, request->upload.length};
    } else if (type && text_starts(type, "application/json") && !tree_get(request->query, "file")) {
        int code = tree_read_json(request->arena, buffer_string(&request->body), request->body.length, &input, &error);
        if (code) {
            reply_error(request, code, &error);
            return;
        }
    } else if (request->body.length) {
        const char *file_name = tree_text(request->query, "file");
        file = (struct upload){file_name ? file_name : "body", request->body.bytes, request->body.length};
        for (const struct tree *param = request->query->first; param; param = param->next)
            if (!text_is(param->name, "file"))
                tree_set_text(request->arena, input, param->name, param->text);
    }
    for (const struct field *field = action->fields; field->name && file.bytes; field++)
        if (field->kind == FIELD_FILE)
            tree_set_text(request->arena, input, field->name, file.name);
    request->call = (struct action_call){
        .app = request->web->app,
        .action = action,
        .request = {request->session, request->language, input, file,
                    mhd.MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Idempotency-Key"), false},
        .arena = request->arena,
        .context = request,
    };
    request_call(request, answer_action);
}

static void show_job(struct request *request, const char *rest)
{
    int64_t id;
    struct tree *job = text_to_int(rest, &id)
                           ? job_show(request->web->app, id, request->session, request->language, request->arena)
                           : NULL;
    if (job)
        reply_json(request, 200, job);
    else
        fail(request, ERR_NOT_FOUND, N_("There is no such task, or it is not yours."));
}

static void answer_session(struct request *request)
{
    const struct action_call *call = &request->call;
    if (call->code)
        reply_error(request, call->code, &call->error);
    else if (!tree_text(call->result, "token"))
        fail(request, ERR_LOGIN, N_("The name or the password is not right, or this account waits after too many attempts."));
    else {
        flood_gives_back(request);
        reply_json(request, 200, call->result);
    }
}

/* POST {"name","password"}: a token for the Authorization header. No cookie is read or set, so nothing can be forged. */
static void open_session(struct request *request)
{
    struct error error = {0};
    struct tree *input;
    int code = tree_read_json(request->arena, buffer_string(&request->body), request->body.length, &input, &error);
    if (code) {
        reply_error(request, code, &error);
        return;
    }
    if (!flood_takes(request)) {
        reply_error(request, flood_refuse(&error), &error);
        return;
    }
    request->session = &session_public;
    request->call = (struct action_call){
        .app = request->web->app,
        .action = app_action(request->web->app, "user login"),
        .request = {request->session, request->language, input, {NULL, NULL, 0}, NULL, false},
        .arena = request->arena,
        .context = request,
    };
    request_call(request, answer_session);
}

void api_route(struct request *request, const char *rest)
{
    bool post = text_is(request->method, "POST");
    if (!post && text_is(rest, "openapi.json")) {
        reply_json(request, 200, web_openapi(request->web->app, request->arena));
    } else if (post && text_is(rest, "session")) {
        open_session(request);
    } else if (!post && text_starts(rest, "view/")) {
        request->view = app_view(request->web->app, rest + 5);
        if (!request->view)
            fail(request, ERR_NOT_FOUND, N_("There is no such view."));
        else if (request->view->dear || request->view->sensitive)
            request_defer(request, answer_view);
        else
            answer_view(request);
    } else if (!post && text_starts(rest, "jobs/")) {
        show_job(request, rest + 5);
    } else if (post && text_starts(rest, "do/")) {
        if (session_proves_intent(request))
            run_action(request, rest + 3);
        else if (request->session == &session_public)
            fail(request, ERR_LOGIN, N_("Log in first."));
        else
            fail(request, ERR_FORBIDDEN, N_("This form is too old or came from elsewhere. Go back, reload the page and send it again."));
    } else {
        fail(request, ERR_NOT_FOUND, N_("There is no such page."));
    }
}
