/* The tablet of a person in detention: few pages of its own, a session of its own, no way out of /tablet. Everything shown
 * comes from views of the role `detained`, which know no other person than the one who is in. + and − are submit buttons:
 * what is chosen travels in the form, so that nothing needs a script. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/forms/forms.h"
#include "web/request.h"

enum { UNITS_MAX = 99 };

static const char order_path[] = "/tablet/order/", cancel_path[] = "/tablet/cancel/";

bool tablet_path(const char *path)
{
    return text_is(path, "/tablet") || text_starts(path, "/tablet/");
}

/* --- what every page of it has --- */

static void add_languages(struct request *request, struct tree *context)
{
    struct tree *list = tree_set_list(request->arena, context, "languages");
    const char *code;
    for (int i = 0; (code = tr_language(i, "own_language")); i++) {
        struct tree *item = tree_add_map(request->arena, list);
        tree_set_text(request->arena, item, "language_code", code);
        tree_set_text(request->arena, item, "label", tr_name(code, "own_language"));
        tree_set_text(request->arena, item, "href", arena_printf(request->arena, "%s?lang=%s", text_starts(request->path, order_path) ? request->path : "/tablet", code));
        tree_set_bool(request->arena, item, "current", text_is(code, request->language));
    }
}

static const char *sentence(struct request *request, const struct error *error)
{
    char text[ERROR_TEXT_BYTES];
    if (!error || !error->message)
        return NULL;
    error_format(error, tr(request->language, error->message), text, sizeof text);
    return arena_strdup(request->arena, text);
}

static struct tree *start(struct request *request, const char *title, const struct error *error)
{
    struct tree *context = page_context(request, title);
    bool in = request->session != &session_public;
    add_languages(request, context);
    tree_set_bool(request->arena, context, "detained", in);
    tree_set_text(request->arena, context, "message", sentence(request, error));
    tree_set_text(request->arena, context, "told", tree_text(request->query, "done"));
    return context;
}

static int answer_of(struct request *request, struct tree *context, const char *as, const char *view, const struct tree *params, struct error *error)
{
    struct view_request asked = {.params = params};
    struct tree *answer;
    int code = view_run(request->web->app, app_view(request->web->app, view), request->session, request->arena, &asked, &answer, error);
    if (!code)
        tree_set(request->arena, context, as, answer);
    return code;
}

static void show_login(struct request *request, const struct error *error)
{
    struct tree *context = start(request, tr(request->language, N_("Canteen")), error);
    reply_page(request, error ? (int)error->code : 200, "canteen/forms/tablet_login", context);
}

static void show_home(struct request *request, const struct error *told)
{
    struct error error = {0};
    struct tree *context = start(request, tr(request->language, N_("My orders")), told);
    int code = answer_of(request, context, "me", "tablet.me", NULL, &error);
    if (!code)
        code = answer_of(request, context, "open", "tablet.cycles", NULL, &error);
    if (!code)
        code = answer_of(request, context, "lines", "tablet.lines", NULL, &error);
    if (code)
        reply_error(request, code, &error);
    else
        reply_page(request, told ? (int)told->code : 200, "canteen/forms/tablet_home", context);
}

/* --- choosing --- */

static int64_t field_number(struct request *request, const char *prefix, int64_t code, int64_t otherwise)
{
    const char *text = request->form ? tree_text(request->form, arena_printf(request->arena, "%s%lld", prefix, (long long)code)) : NULL;
    int64_t number;
    return text && text_to_int(text, &number) && number >= 0 && number <= UNITS_MAX ? number : otherwise;
}

/* What is in the form, one more or one less where a button says so; before that what is ordered already. */
static int64_t units_of(struct request *request, const struct tree *product)
{
    int64_t code = tree_int(product, "code", 0), units = field_number(request, "q", code, request->form ? 0 : tree_int(product, "units", 0)), pressed;
    int64_t most = tree_get(product, "most") && tree_get(product, "most")->kind == TREE_INT ? tree_int(product, "most", UNITS_MAX) : UNITS_MAX;
    const char *plus = request->form ? tree_text(request->form, "plus") : NULL, *minus = request->form ? tree_text(request->form, "minus") : NULL;
    if (plus && text_to_int(plus, &pressed) && pressed == code)
        units++;
    if (minus && text_to_int(minus, &pressed) && pressed == code && units)
        units--;
    return units > most ? most : units;
}

static bool substitute_of(struct request *request, const struct tree *product)
{
    return request->form ? field_number(request, "r", tree_int(product, "code", 0), 0) != 0 : tree_true(tree_get(product, "substitute"));
}

/* Families with their products; the total of what is chosen. */
static int64_t add_families(struct request *request, struct tree *context, const struct tree *products)
{
    struct tree *families = tree_set_list(request->arena, context, "families"), *list = NULL;
    const char *family = "";
    int64_t total = 0, chosen = 0;
    for (const struct tree *product = tree_get(products, "rows")->first; product; product = product->next) {
        if (!text_is(family, tree_text(product, "goods"))) {
            struct tree *item = tree_add_map(request->arena, families);
            family = tree_text(product, "goods");
            tree_set_text(request->arena, item, "family", family);
            list = tree_set_list(request->arena, item, "products");
        }
        struct tree *shown = tree_add_map(request->arena, list);
        int64_t units = units_of(request, product), code = tree_int(product, "code", 0);
        for (const struct tree *member = product->first; member; member = member->next)
            if (!text_is(member->name, "units") && !text_is(member->name, "substitute")) {
                struct tree *copy = ARENA_NEW(request->arena, struct tree);
                *copy = *member;
                copy->next = NULL;
                tree_set(request->arena, shown, member->name, copy);
            }
        tree_set_int(request->arena, shown, "units", units);
        tree_set_bool(request->arena, shown, "chosen", units > 0);
        tree_set_bool(request->arena, shown, "substitute", substitute_of(request, product));
        tree_set_text(request->arena, shown, "id", arena_printf(request->arena, "%lld", (long long)code));
        tree_set_int(request->arena, shown, "cents", tree_int(product, "price", 0));
        total += units * tree_int(product, "price", 0);
        chosen += units > 0;
    }
    tree_set_int(request->arena, context, "total", total);
    tree_set_int(request->arena, context, "chosen_count", chosen);
    return total;
}

static const char *cycle_of(const struct request *request, const char *path)
{
    return request->path + strlen(path);
}

static void show_order(struct request *request, const struct error *told)
{
    struct error error = {0};
    const char *cycle = cycle_of(request, order_path);
    struct tree *context = start(request, cycle, told), *params = tree_map(request->arena), *products = tree_map(request->arena);
    tree_set_text(request->arena, params, "cycle", cycle);
    int code = answer_of(request, context, "me", "tablet.me", NULL, &error);
    if (!code)
        code = answer_of(request, products, "list", "tablet.products", params, &error);
    if (!code && !tree_get(tree_get(products, "list"), "rows")->first)
        code = error_set(&error, ERR_NOT_FOUND, "", N_("Nothing can be ordered there now."), NULL);
    if (code) {
        reply_error(request, code, &error);
        return;
    }
    tree_set_text(request->arena, context, "cycle", cycle);
    int64_t total = add_families(request, context, tree_get(products, "list"));
    tree_set_bool(request->arena, context, "over", total > tree_int(tree_get(context, "me"), "still_free", 0));
    reply_page(request, told ? (int)told->code : 200, "canteen/forms/tablet_order", context);
}

/* --- doing --- */

static void do_action(struct request *request, const char *name, struct tree *input, void (*answer)(struct request *request))
{
    const struct action *action = app_action(request->web->app, name);
    const char *key = tree_text(request->form, "key");
    request->call = (struct action_call){
        .app = request->web->app,
        .action = action,
        .request = {request->session, request->language, input, {NULL, NULL, 0}, key && *key && action_takes_key(action) ? key : NULL, true},
        .arena = request->arena,
        .context = request,
    };
    request_call(request, answer);
}

static const char *cookie(struct request *request, const char *token, bool end)
{
    return arena_printf(request->arena, "tablet=%s; Path=/tablet; HttpOnly; SameSite=Strict%s%s", token, end ? "; Max-Age=0" : "",
                        request->web->options.secure_cookies ? "; Secure" : "");
}

static void answer_login(struct request *request)
{
    const char *token = request->call.code ? NULL : tree_text(request->call.result, "token");
    if (!token) {
        show_login(request, &request->call.error);
        return;
    }
    flood_gives_back(request);
    request->cookie = cookie(request, token, false);
    reply_redirect(request, "/tablet");
}

static void answer_logout(struct request *request)
{
    request->cookie = cookie(request, "", true);
    reply_redirect(request, "/tablet");
}

static void answer_order(struct request *request)
{
    if (request->call.code == ERR_INVALID || request->call.code == ERR_REFUSED)
        show_order(request, &request->call.error);
    else if (request->call.code)
        reply_error(request, request->call.code, &request->call.error);
    else
        reply_redirect(request, "/tablet?done=order");
}

static void answer_cancel(struct request *request)
{
    if (request->call.code == ERR_REFUSED)
        show_home(request, &request->call.error);
    else if (request->call.code)
        reply_error(request, request->call.code, &request->call.error);
    else
        reply_redirect(request, "/tablet?done=cancel");
}

static void post_login(struct request *request)
{
    struct tree *input = tree_map(request->arena);
    struct error error = {0};
    if (!flood_takes(request)) {
        (void)flood_refuse(&error);
        show_login(request, &error);
        return;
    }
    tree_set_text(request->arena, input, "whom", tree_text(request->form, "whom"));
    tree_set_text(request->arena, input, "tablet_pin", tree_text(request->form, "tablet_pin"));
    do_action(request, "tablet login", input, answer_login);
}

/* "q101" = 2 and "r101" = 1 of the form are the item 101x2r. */
static void post_order(struct request *request)
{
    struct tree *input = tree_map(request->arena);
    const char *items = "";
    if (!tree_get(request->form, "send")) { /* + or − */
        show_order(request, NULL);
        return;
    }
    for (const struct tree *field = request->form->first; field; field = field->next) {
        int64_t code;
        if (field->name[0] != 'q' || !text_to_int(field->name + 1, &code) || code < 1)
            continue;
        int64_t units = field_number(request, "q", code, 0);
        if (units)
            items = arena_printf(request->arena, "%s%s%lldx%lld%s", items, *items ? " " : "", (long long)code, (long long)units,
                                 field_number(request, "r", code, 0) ? "r" : "");
    }
    tree_set_text(request->arena, input, "cycle", cycle_of(request, order_path));
    tree_set_text(request->arena, input, "items", items);
    tree_set_bool(request->arena, input, "replace", true);
    do_action(request, "tablet order", input, answer_order);
}

static void post(struct request *request)
{
    struct tree *input = tree_map(request->arena);
    const char *path = request->path;
    struct error error = {0};
    if (!session_proves_intent(request)) {
        error_set(&error, ERR_FORBIDDEN, "", N_("This form is too old or came from elsewhere. Go back, reload the page and send it again."), NULL);
        reply_error(request, ERR_FORBIDDEN, &error);
    } else if (text_is(path, "/tablet/in")) {
        post_login(request);
    } else if (request->session == &session_public) {
        reply_redirect(request, "/tablet");
    } else if (text_is(path, "/tablet/out")) {
        do_action(request, "tablet logout", input, answer_logout);
    } else if (text_starts(path, order_path)) {
        post_order(request);
    } else if (text_starts(path, cancel_path)) {
        tree_set_text(request->arena, input, "cycle", cycle_of(request, cancel_path));
        do_action(request, "tablet cancel", input, answer_cancel);
    } else {
        error_set(&error, ERR_NOT_FOUND, "", N_("There is no such page."), NULL);
        reply_error(request, ERR_NOT_FOUND, &error);
    }
}

void tablet_route(struct request *request)
{
    const char *path = request->path;
    if (text_is(request->method, "POST"))
        post(request);
    else if (text_is(path, "/tablet") && request->session == &session_public)
        show_login(request, NULL);
    else if (text_is(path, "/tablet"))
        show_home(request, NULL);
    else if (request->session == &session_public || !text_starts(path, order_path) || !*cycle_of(request, order_path))
        reply_redirect(request, "/tablet");
    else
        show_order(request, NULL);
}
