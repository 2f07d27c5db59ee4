/* Pages: the context that every template finds, the answers of the views a page shows, its forms. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/show.h"
#include "print/print.h"
#include "web/request.h"

/* --- what every page has --- */

static bool may_see(struct request *request, const struct page *page)
{
    if (page->first_view && !page->roles)
        return access_grant(request->web->app, request->session, page->first_view->roles, page->first_view->name);
    return (page->roles & session_roles(request->session)) != 0;
}

static void add_nav(struct request *request, struct tree *context)
{
    struct web *web = request->web;
    struct tree *nav = tree_set_list(request->arena, context, "nav");
    for (int order = 0;;) { /* few tabs: the next in order is looked for each time */
        const struct page *next = NULL;
        for (size_t i = 0; i < web->page_count; i++)
            if (web->pages[i].nav && web->pages[i].nav_order > order && (!next || web->pages[i].nav_order < next->nav_order))
                next = &web->pages[i];
        if (!next)
            return;
        order = next->nav_order;
        if (!may_see(request, next))
            continue;
        struct tree *tab = tree_add_map(request->arena, nav);
        size_t length = strlen(next->path);
        tree_set_text(request->arena, tab, "href", next->path);
        tree_set_text(request->arena, tab, "label", tr(request->language, next->nav));
        tree_set_bool(request->arena, tab, "current",
                      !strncmp(request->path, next->path, length) && (!request->path[length] || request->path[length] == '/') &&
                          (length > 1 || text_is(request->path, "/")));
    }
}

static const char *language_href(struct request *request, const char *language)
{
    struct buffer out = {0};
    buffer_text(&out, text_is(request->method, "GET") ? request->path : "/");
    buffer_printf(&out, "?lang=%s", language);
    for (const struct tree *param = request->query->first; param; param = param->next)
        if (!text_is(param->name, "lang") && !text_is(param->name, "done")) {
            buffer_char(&out, '&');
            buffer_url(&out, param->name);
            buffer_char(&out, '=');
            buffer_url(&out, param->text);
        }
    const char *text = arena_copy(request->arena, out.bytes, out.length);
    buffer_free(&out);
    return text;
}

static void add_user(struct request *request, struct tree *context)
{
    struct arena *arena = request->arena;
    if (request->session == &session_public) {
        tree_set_text(arena, context, "user", NULL);
        return;
    }
    struct tree *user = tree_set_map(arena, context, "user");
    struct buffer roles = {0};
    for (int i = 0; i < request->session->grant_count; i++) {
        const char *name = tr_name(request->language, role_name(request->session->grants[i].role));
        if (!strstr(buffer_string(&roles), name))
            buffer_printf(&roles, "%s%s", roles.length ? ", " : "", name);
    }
    tree_set_text(arena, user, "user_name", request->session->name);
    tree_set_text(arena, user, "user_roles", arena_copy(arena, buffer_string(&roles), roles.length));
    buffer_free(&roles);
}

/* Of the forms of this page: sent twice by an impatient hand one is done once. */
static const char *random_key(struct arena *arena)
{
    unsigned char bytes[16];
    char text[33];
    randombytes_buf(bytes, sizeof bytes);
    return arena_strdup(arena, sodium_bin2hex(text, sizeof text, bytes, sizeof bytes));
}

struct tree *page_context(struct request *request, const char *title)
{
    struct arena *arena = request->arena;
    struct tree *context = tree_map(arena);
    const struct tree *done = tree_get(request->query, "done");
    const struct action *action = done ? app_action(request->web->app, done->text) : NULL;
    char today[11];
    date_today(today);
    tree_set_text(arena, context, "language", request->language);
    tree_set_bool(arena, context, "french", text_is(request->language, "fr"));
    tree_set_text(arena, context, "french_href", language_href(request, "fr"));
    tree_set_text(arena, context, "english_href", language_href(request, "en"));
    tree_set_text(arena, context, "title", title);
    tree_set_text(arena, context, "path", request->path);
    tree_set_text(arena, context, "csrf", request->csrf);
    tree_set_text(arena, context, "key", random_key(arena));
    tree_set_text(arena, context, "version", request->web->version);
    tree_set_text(arena, context, "today", arena_strdup(arena, today));
    tree_set_text(arena, context, "done", action ? tr(request->language, action->title) : NULL);
    tree_set_bool(arena, context, "refreshes", false);
    add_user(request, context);
    add_nav(request, context);
    for (int i = 0; i < ROLE_COUNT; i++) /* role_coordinator … : what a template shows to whom */
        tree_set_bool(arena, context, arena_printf(arena, "role_%s", role_name(1u << i)),
                      request->session != &session_public && (session_roles(request->session) & (1u << i)));
    return context;
}

/* --- a page's own header --- */

/* "siret=:siret place=76": parameters from the path, the query or as written. */
static struct tree *line_params(struct request *request, const char *text, const struct tree *path_params)
{
    struct tree *params = tree_map(request->arena);
    while (*(text += strspn(text, " "))) {
        size_t length = strcspn(text, " "), name = strcspn(text, "=");
        if (name < length && text[0] != '+') {
            const char *value = arena_copy(request->arena, text + name + 1, length - name - 1);
            if (*value == ':')
                value = tree_text(path_params, value + 1);
            else if (*value == '?')
                value = tree_text(request->query, value + 1);
            if (value)
                tree_set_text(request->arena, params, arena_copy(request->arena, text, name), value);
        }
        text += length;
    }
    return params;
}

static bool has_optional(const struct view *view, const char *name)
{
    for (int i = 0; i < view->param_count; i++)
        if (!view->params[i].required && text_is(view->params[i].name, name))
            return true;
    return false;
}

/* "+limit=5 +sort=open_until": a list that is only looked into. */
static void read_glance(struct arena *arena, const char *text, struct view_request *asked)
{
    const char *limit = strstr(text, "+limit="), *sort = strstr(text, "+sort=");
    if (limit)
        asked->limit = atoi(limit + 7);
    if (sort)
        asked->sort = arena_copy(arena, sort + 6, strcspn(sort + 6, " "));
}

/* The query's filters belong to the first list of a page: a second list would be filtered by the same name. */
static int add_view(struct request *request, struct tree *context, const char *as, const struct view *view,
                    struct tree *params, const char *glance, bool first, struct error *error)
{
    struct view_request asked = {.params = params};
    read_glance(request->arena, glance, &asked);
    if (first) {
        for (const struct tree *param = request->query->first; param; param = param->next)
            if (has_optional(view, param->name))
                tree_set_text(request->arena, params, param->name, param->text);
        asked.sort = tree_text(request->query, "sort");
        asked.down = tree_get(request->query, "desc") != NULL;
        asked.after = tree_text(request->query, "after");
        asked.before = tree_text(request->query, "before");
    }
    struct tree *answer;
    int code = view_run(request->web->app, view, request->session, request->arena, &asked, &answer, error);
    if (code)
        return code;
    table_add(request, answer, view, params);
    tree_set(request->arena, context, as, answer);
    return 0;
}

static int add_view_line(struct request *request, struct tree *context, char *text, const struct tree *path_params,
                         bool first, struct error *error)
{
    char *equal = strchr(text, '=');
    if (!equal)
        return 0;
    char *as = arena_copy(request->arena, text, (size_t)(equal - text));
    as[strcspn(as, " ")] = 0;
    char *rest = equal + 1 + strspn(equal + 1, " ");
    size_t length = strcspn(rest, " ");
    const struct view *view = app_view(request->web->app, arena_copy(request->arena, rest, length));
    if (!view)
        return error_set(error, ERR_INTERNAL, "", N_("There is no view {0}."), rest, NULL);
    int code = add_view(request, context, as, view, line_params(request, rest + length, path_params), rest + length, first, error);
    if (!first && (code == ERR_FORBIDDEN || code == ERR_LOGIN || code == ERR_NOT_FOUND)) { /* not for this role, or not yet there */
        tree_set_text(request->arena, context, as, NULL);
        return 0;
    }
    return code;
}

/* What an answer says for a field: under its name, or with the unit of its column; yes or no of a 1 or 0. */
static void prefill(struct arena *arena, struct tree *values, const struct field *field, const struct tree *from)
{
    const struct tree *value = tree_get(from, field->name);
    if (!value && field->kind == FIELD_MONEY)
        value = tree_get(from, arena_printf(arena, "%s_cents", field->name));
    if (!value)
        return;
    if (field->kind == FIELD_CHOICE && (value->kind == TREE_BOOL || value->kind == TREE_INT))
        tree_set_text(arena, values, field->name, value->number ? "yes" : "no");
    else
        tree_set(arena, values, field->name, (struct tree *)value);
}

/* "member offer siret=:siret from=member": what the line gives is not asked again. */
static void add_form_line(struct request *request, struct tree *context, struct tree *forms, char *text,
                          const struct tree *path_params)
{
    struct arena *arena = request->arena;
    size_t first = strcspn(text, " "), second = first + 1 + strcspn(text + first + 1, " ");
    char *name = arena_copy(arena, text, second), *as = arena_strdup(arena, name);
    for (char *p = as; *p; p++)
        *p = *p == ' ' || *p == '-' ? '_' : *p;
    const struct action *action = app_action(request->web->app, name);
    if (!action || !access_grant(request->web->app, request->session, action->roles, action->name)) {
        tree_set_text(arena, forms, as, NULL);
        return;
    }
    struct tree *values = line_params(request, text + second, path_params);
    const struct tree *from = tree_get(context, tree_text(values, "from") ? tree_text(values, "from") : "");
    const char *fixed = "";
    for (const struct field *field = action->fields; field->name; field++) {
        if (tree_get(values, field->name))
            fixed = arena_printf(arena, "%s%s%s", fixed, *fixed ? " " : "", field->name);
        else
            prefill(arena, values, field, from);
    }
    action_fill(request->web->app, action, request->session, request->language, arena, values);
    tree_set_text(arena, values, "fixed", fixed);
    tree_set_text(arena, values, "form_id", arena_printf(arena, "%s-", as));
    tree_set_text(arena, values, "cancel", request->path);
    if (!action->after)
        tree_set_text(arena, values, "back", request->path);
    tree_set(arena, forms, as, form_tree(request, action, values, NULL));
}

int page_add_views(struct request *request, const char *template_name, struct tree *context, const struct tree *given,
                   struct error *error)
{
    char *copy = arena_strdup(request->arena, template_header(request->web->templates, template_name)), *save = NULL;
    int code = 0;
    for (char *line = strtok_r(copy, "\n", &save); line && !code; line = strtok_r(NULL, "\n", &save)) {
        line += strspn(line, " ");
        if (text_starts(line, "view: "))
            code = add_view_line(request, context, line + 6, given, false, error);
    }
    return code;
}

static int fill_page(struct request *request, const struct page *page, const struct tree *path_params,
                     struct tree *context, struct error *error)
{
    char *copy = arena_strdup(request->arena, page->header), *save = NULL;
    struct tree *forms = tree_map(request->arena);
    bool first = !page->roles; /* a page that says itself who reads it shows each role what it may see */
    int code = 0;
    for (char *line = strtok_r(copy, "\n", &save); line && !code; line = strtok_r(NULL, "\n", &save)) {
        line += strspn(line, " ");
        if (text_starts(line, "view: ")) {
            code = add_view_line(request, context, line + 6, path_params, first, error);
            first = false;
        } else if (text_starts(line, "form: ")) {
            add_form_line(request, context, forms, line + 6, path_params);
        }
    }
    tree_set(request->arena, context, "forms", forms);
    return code;
}

void page_show(struct request *request, const struct page *page, const struct tree *path_params)
{
    struct error error = {0};
    struct tree *context = page_context(request, tr(request->language, page->title));
    int code = 0;
    if (!may_see(request, page))
        code = access_refuse(request->session, &error);
    struct tree *params = tree_set_map(request->arena, context, "params");
    for (const struct tree *param = path_params->first; param; param = param->next)
        tree_set_text(request->arena, params, param->name, param->text);
    tree_set_text(request->arena, params, "today", tree_text(context, "today"));
    if (!code)
        code = fill_page(request, page, params, context, &error);
    if (code)
        reply_error(request, code, &error);
    else
        reply_page(request, 200, page->name, context);
}

/* --- a view without a page, and exports --- */

struct exporting {
    struct request *request;
    const struct view *view;
};

static int export_row(void *context, const struct tree *row)
{
    struct exporting *exporting = context;
    struct request *request = exporting->request;
    _cleanup_arena_ struct arena *scratch = arena_new();
    bool first = true;
    for (int i = 0; i < exporting->view->column_count; i++) {
        const struct view_column *column = &exporting->view->columns[i];
        if (column->hidden)
            continue;
        if (!first)
            buffer_char(&request->out, ';');
        buffer_csv_cell(&request->out, show_plain(scratch, column->kind, tree_get(row, column->name)), ';');
        first = false;
    }
    buffer_text(&request->out, "\r\n");
    return 0;
}

static void export_csv(struct request *request)
{
    const struct view *view = request->view;
    struct exporting exporting = {request, view};
    struct view_request asked = {.params = request->query,
                                 .sort = tree_text(request->query, "sort"),
                                 .down = tree_get(request->query, "desc") != NULL};
    struct error error = {0};
    buffer_text(&request->out, "\xEF\xBB\xBF"); /* so that spreadsheets read the accents */
    bool first = true;
    for (int i = 0; i < view->column_count; i++)
        if (!view->columns[i].hidden) {
            buffer_printf(&request->out, "%s%s", first ? "" : ";", view->columns[i].name);
            first = false;
        }
    buffer_text(&request->out, "\r\n");
    int code = view_export(request->web->app, view, request->session, &asked, export_row, &exporting, &error);
    if (code) {
        reply_error(request, code, &error);
        return;
    }
    request->status = 200;
    request->type = "text/csv; charset=utf-8";
    request->disposition = arena_printf(request->arena, "attachment; filename=\"%s.csv\"", view->name);
}

static void show_view_page(struct request *request)
{
    struct error error = {0};
    const struct view *view = request->view;
    struct tree *context = page_context(request, tr(request->language, view->title)), *params = tree_map(request->arena);
    for (int i = 0; i < view->param_count; i++) {
        const char *value = tree_text(request->query, view->params[i].name);
        if (value && view->params[i].required)
            tree_set_text(request->arena, params, view->params[i].name, value);
    }
    int code = add_view(request, context, "list", view, params, "", true, &error);
    if (code) {
        reply_error(request, code, &error);
        return;
    }
    tree_set_text(request->arena, context, "help", view->help ? tr(request->language, view->help) : NULL);
    struct tree *facts = tree_set_list(request->arena, context, "facts");
    const struct tree *answer = tree_get(context, "list");
    tree_set_bool(request->arena, context, "facts_shown", view->one);
    for (int i = 0; view->one && i < view->column_count; i++) {
        struct tree *fact = tree_add_map(request->arena, facts);
        tree_set_text(request->arena, fact, "label", tr_name(request->language, view->columns[i].name));
        tree_set_text(request->arena, fact, "text",
                      show_screen(request->arena, request->language, view->columns[i].kind, tree_get(answer, view->columns[i].name)));
    }
    reply_page(request, 200, "web/view", context);
}

void page_show_view(struct request *request, const struct view *view)
{
    if (text_ends(request->path, ".csv"))
        request_defer(request, export_csv);
    else if (view->dear || view->sensitive)
        request_defer(request, show_view_page);
    else
        show_view_page(request);
}

/* --- papers --- */

static void write_paper(struct request *request)
{
    struct error error = {0};
    struct document *document;
    buffer_clear(&request->out);
    int code = paper_write(request->web->app, request->paper, request->session, request->language, request->query,
                           request->arena, &document, &error);
    if (!code)
        code = document_write_pdf(document, &request->out, &error);
    if (code) {
        reply_error(request, code, &error);
        return;
    }
    request->status = 200;
    request->type = "application/pdf";
    request->disposition = arena_printf(request->arena, "inline; filename=\"%s.pdf\"", request->paper->name);
}

void page_show_paper(struct request *request, const struct paper *paper)
{
    request->paper = paper;
    request_defer(request, write_paper);
}

/* --- downloads --- */

/* Into a file without a name first: what fails half-way is an error page, and memory does not grow with the file. */
static void write_download(struct request *request)
{
    struct error error = {0};
    const char *name = NULL;
    FILE *file = tmpfile();
    int code = file ? download_write(request->web->app, request->download, request->session, request->language, request->query,
                                     request->arena, file, &name, &error)
                    : error_set(&error, ERR_INTERNAL, "", N_("The file cannot be written: is the disk full?"), NULL);
    if (!code && fflush(file)) /* it is sent through its descriptor */
        code = error_set(&error, ERR_INTERNAL, "", N_("The file cannot be written: is the disk full?"), NULL);
    if (code) {
        if (file)
            fclose(file);
        reply_error(request, code, &error);
        return;
    }
    request->file = file;
    request->status = 200;
    request->type = request->download->type ? request->download->type : "text/plain; charset=ISO-8859-15";
    request->disposition = arena_printf(request->arena, "attachment; filename=\"%s\"", name);
}

void page_show_download(struct request *request, const struct download *download)
{
    request->download = download;
    request_defer(request, write_download);
}

/* --- jobs, login --- */

static void add_refused(struct request *request, struct tree *job)
{
    struct tree *counts = tree_set_list(request->arena, job, "counts");
    const struct tree *result = tree_get(job, "result");
    for (const struct tree *member = result ? result->first : NULL; member; member = member->next) {
        if (member->kind == TREE_LIST || member->kind == TREE_MAP)
            continue;
        struct tree *count = tree_add_map(request->arena, counts);
        tree_set_text(request->arena, count, "label", tr_name(request->language, member->name));
        tree_set_text(request->arena, count, "text",
                      show_screen(request->arena, request->language, show_kind_by_name(member), member));
    }
    tree_set(request->arena, job, "refused",
             tree_get(result, "refused") ? (struct tree *)tree_get(result, "refused") : tree_list(request->arena));
}

void page_show_job(struct request *request, int64_t id)
{
    struct arena *arena = request->arena;
    struct tree *job = job_show(request->web->app, id, request->session, request->language, arena);
    if (!job) {
        struct error error = {0};
        error_set(&error, ERR_NOT_FOUND, "", N_("There is no such task, or it is not yours."), NULL);
        reply_error(request, ERR_NOT_FOUND, &error);
        return;
    }
    struct tree *context = page_context(request, tree_text(job, "title"));
    bool running = tree_true(tree_get(job, "running"));
    int64_t done = tree_int(job, "done", 0), total = tree_int(job, "total", 0);
    const struct action *action = app_action(request->web->app, tree_text(job, "action"));
    struct tree *reports = tree_set_list(arena, job, "reports");
    const struct tree *report = tree_get(job, "report");
    for (const struct tree *member = report ? report->first : NULL; member; member = member->next) {
        struct tree *shown = tree_add_map(arena, reports);
        tree_set_text(arena, shown, "label", tr_name(request->language, member->name));
        tree_set_text(arena, shown, "text", member->text);
    }
    add_refused(request, job);
    tree_set_bool(arena, job, "any_refused", tree_true(tree_get(job, "refused")));
    tree_set_bool(arena, job, "measured", total > 0);
    tree_set_int(arena, job, "percent", total > 0 ? done * 100 / total : 0);
    tree_set_text(arena, job, "after_href",
                  !running && action && action->after && text_is(tree_text(job, "state"), "done")
                      ? show_link(arena, action->after, tree_get(job, "result"), NULL)
                      : NULL);
    tree_set(arena, context, "job", job);
    *(struct tree *)tree_get(context, "refreshes") =
        (struct tree){.kind = TREE_BOOL, .name = "refreshes", .number = running, .next = tree_get(context, "refreshes")->next};
    reply_page(request, 200, "web/job", context);
}

void page_show_login(struct request *request, const struct error *error)
{
    struct tree *context = page_context(request, tr(request->language, N_("Log in")));
    const char *message = NULL, *back = request_param(request, "back");
    char text[ERROR_TEXT_BYTES];
    if (error) {
        error_format(error, tr(request->language, error->message), text, sizeof text);
        message = arena_strdup(request->arena, text);
    }
    tree_set_text(request->arena, context, "message", message);
    tree_set_text(request->arena, context, "back", back ? back : "/");
    tree_set_text(request->arena, context, "typed_name", request->form ? tree_text(request->form, "name") : NULL);
    reply_page(request, error ? (int)error->code : 200, "web/login", context);
}
