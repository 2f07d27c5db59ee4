/* Who asks: the session cookie, the proof that a POST comes from our own page, login and logout. */
#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/forms/forms.h"
#include "users/users.h"
#include "web/request.h"

static const char *cookie_of(struct request *request, const char *name)
{
    const char *value = mhd.MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
    return value && strlen(value) < 200 && text_is_clean(value, strlen(value)) ? value : NULL;
}

static const char *bearer_of(struct request *request)
{
    const char *value = mhd.MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Authorization");
    return value && text_starts(value, "Bearer ") ? value + 7 : NULL;
}

/* Before login the proof is a random cookie that the form repeats; afterwards it belongs to the session. */
static void find_anonymous(struct request *request)
{
    const char *cookie = cookie_of(request, "visitor");
    request->session = &session_public;
    if (cookie && strlen(cookie) == 64) {
        memcpy(request->csrf, cookie, 65);
        return;
    }
    unsigned char bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(request->csrf, sizeof request->csrf, bytes, sizeof bytes);
    request->cookie = arena_printf(request->arena, "visitor=%s; Path=/; HttpOnly; SameSite=Strict%s", request->csrf,
                                   request->web->options.secure_cookies ? "; Secure" : "");
}

/* Two kinds of sessions that never meet: under /tablet only a tablet's counts, elsewhere only a user's. */
static void find_tablet(struct request *request)
{
    struct error error = {0};
    request->token = cookie_of(request, "tablet");
    if (request->token && !tablet_session(request->web->app, request->token, request->arena, &request->session_data, request->csrf, &error)) {
        request->session = &request->session_data;
        return;
    }
    request->token = NULL;
    find_anonymous(request);
}

void session_find(struct request *request)
{
    struct error error = {0};
    if (tablet_path(request->path)) {
        find_tablet(request);
        return;
    }
    const char *bearer = bearer_of(request);
    request->by_header = bearer != NULL;
    request->token = bearer ? bearer : cookie_of(request, "session");
    if (request->token && !users_session_by_token(request->web->app, request->token, request->arena,
                                                  &request->session_data, request->csrf, &error)) {
        request->session = &request->session_data;
        return;
    }
    request->token = NULL;
    find_anonymous(request);
}

bool session_proves_intent(struct request *request)
{
    if (request->by_header && request->token)
        return true;
    const char *proof = mhd.MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "X-CSRF-Token");
    if (!proof && request->form)
        proof = tree_text(request->form, "csrf");
    return proof && strlen(proof) == 64 && strlen(request->csrf) == 64 && !request->cookie &&
           !sodium_memcmp(proof, request->csrf, 64);
}

static const char *session_cookie(struct request *request, const char *token, bool end)
{
    return arena_printf(request->arena, "session=%s; Path=/; HttpOnly; SameSite=Strict%s%s", token,
                        end ? "; Max-Age=0" : "", request->web->options.secure_cookies ? "; Secure" : "");
}

static void answer_login(struct request *request)
{
    const struct action_call *call = &request->call;
    const char *token = tree_text(call->result, "token"), *back = tree_text(request->form, "back");
    if (call->code || !token) {
        struct error error = call->error;
        if (!call->code)
            error_set(&error, ERR_LOGIN, "", N_("The name or the password is not right, or this account waits after too many attempts."), NULL);
        page_show_login(request, &error);
        return;
    }
    flood_gives_back(request);
    request->cookie = session_cookie(request, token, false);
    if (tree_true(tree_get(call->result, "must_change")))
        back = "/do/user/password";
    reply_redirect(request, is_local_path(back) ? back : "/");
}

static void answer_logout(struct request *request)
{
    request->cookie = session_cookie(request, "", true);
    reply_redirect(request, "/login");
}

static void answer_close(struct request *request)
{
    if (request->call.code)
        reply_error(request, request->call.code, &request->call.error);
    else
        reply_redirect(request, "/account");
}

static void call_user_action(struct request *request, const char *name, struct tree *input,
                             void (*answer)(struct request *request))
{
    request->call = (struct action_call){
        .app = request->web->app,
        .action = app_action(request->web->app, name),
        .request = {request->session, request->language, input, {NULL, NULL, 0}, NULL, false},
        .arena = request->arena,
        .context = request,
    };
    request_call(request, answer);
}

void session_login(struct request *request)
{
    struct tree *input = tree_map(request->arena);
    struct error error = {0};
    if (!flood_takes(request)) {
        (void)flood_refuse(&error);
        page_show_login(request, &error);
        return;
    }
    tree_set_text(request->arena, input, "name", tree_text(request->form, "name"));
    tree_set_text(request->arena, input, "password", tree_text(request->form, "password"));
    call_user_action(request, "user login", input, answer_login);
}

void session_logout(struct request *request)
{
    struct tree *input = tree_map(request->arena);
    if (!request->token) {
        answer_logout(request);
        return;
    }
    const char *session = tree_text(request->form, "session"), *everywhere = tree_text(request->form, "everywhere");
    if (session) /* one of my sessions, from their list; when it is this one, the next page asks who I am */
        tree_set_text(request->arena, input, "session", session);
    else if (everywhere)
        tree_set_text(request->arena, input, "everywhere", everywhere);
    else
        tree_set_text(request->arena, input, "token", request->token);
    call_user_action(request, "user logout", input, session ? answer_close : answer_logout);
}
