/* Finding what answers a path. Pages come from the headers of the templates:
 *
 *   {{!
 *   path: /members/:siret
 *   title: Organisation
 *   nav: 20 Organisations                         stands in the tabs, in this order
 *   view: member = member.show siret=:siret       its answer stands under that name; parameters of the path are :name
 *   view: offers = member.offers siret=:siret
 *   form: member offer siret=:siret from=member   a form; what is given is not asked, what the answer knows is typed in
 *                                                 already; stands under forms.member_offer
 *   view: next = tender.list open_on=:today +limit=5 +sort=open_until   only a glance at it
 *   read: signed_in                               who, when it is not who reads the first view: then each role is shown what
 *                                                 it may see, and no list takes filters
 *   }}
 *
 * Besides: /view/NAME[.csv] any view, /paper/NAME as PDF, /file/NAME a download, /do/ACTION its form, /api/…, /jobs/ID, /login, /assets/…. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/embed.h"
#include "base/text.h"
#include "web/request.h"

/* --- templates: compiled in, or read from a folder while designing --- */

/* "members/pages/list.html" is the template "members/list". */
static bool template_name(const char *path, char *ret_name, size_t size)
{
    const char *pages = strstr(path, "/pages/");
    if (!pages || !text_ends(path, ".html") || strlen(path) >= size)
        return false;
    size_t subject = (size_t)(pages - path);
    memcpy(ret_name, path, subject);
    strcpy(ret_name + subject, pages + 6);
    ret_name[strlen(ret_name) - 5] = 0;
    return true;
}

static int add_template(struct template_set *set, const struct app *app, const char *name, const char *source, size_t length,
                        struct error *error)
{
    int code = template_add(set, name, source, length, error);
    return code ? code : route_check(app, name, template_header(set, name), source, error);
}

static int add_from_disk(struct template_set *set, const struct app *app, const char *pages_dir, const char *path,
                         const char *name, struct error *error)
{
    _cleanup_buffer_ struct buffer source = {0};
    char full[1024];
    snprintf(full, sizeof full, "%s/%s", pages_dir, path);
    int code = buffer_read_file(&source, full, 1 << 20);
    if (code)
        return error_set(error, ERR_INTERNAL, "pages", N_("The file {0} cannot be read: {1}."), full, strerror(code), NULL);
    return add_template(set, app, name, buffer_string(&source), source.length, error);
}

int route_templates(const struct app *app, const char *pages_dir, struct template_set **ret_set, struct error *error)
{
    const struct embedded *row = embed_find("web/pages/row.html");
    struct template_set *set = template_set_new();
    char name[256];
    int result = 0;
    for (const struct embedded *file = embed_first(""); file && !result; file = embed_next(file, "")) {
        if (!template_name(file->path, name, sizeof name))
            continue;
        result = pages_dir ? add_from_disk(set, app, pages_dir, file->path, name, error)
                           : add_template(set, app, name, file->bytes, file->length, error);
    }
    if (!result)
        result = rows_add_templates(set, app, row->bytes, row->length, error);
    if (!result)
        result = template_link(set, error);
    if (result)
        template_set_free(set);
    else
        *ret_set = set;
    return result;
}

int web_templates(const struct app *app, struct template_set **ret_set, struct error *error)
{
    return route_templates(app, NULL, ret_set, error);
}

/* --- pages --- */

static void read_page_line(struct web *web, struct page *page, char *line)
{
    char *text = strchr(line, ':');
    if (!text)
        return;
    *text++ = 0;
    text += strspn(text, " ");
    int64_t order;
    if (!strcmp(line, "path"))
        page->path = text;
    else if (!strcmp(line, "title"))
        page->title = text;
    else if (!strcmp(line, "read"))
        page->roles = !strcmp(text, "all") ? ROLES_ALL : ROLES_ALL_SIGNED_IN;
    else if (!strcmp(line, "nav")) {
        char *space = strchr(text, ' ');
        if (space) {
            *space = 0;
            page->nav = space + 1;
            page->nav_order = text_to_int(text, &order) ? (int)order : 0;
        }
    } else if (!strcmp(line, "view") && !page->first_view) {
        char *equal = strchr(text, '=');
        char *name = equal ? equal + 1 + strspn(equal + 1, " ") : text;
        page->first_view = app_view(web->app, arena_copy(web->arena, name, strcspn(name, " ")));
    }
}

static int add_page(struct web *web, const char *name, struct error *error)
{
    const char *header = template_header(web->templates, name);
    if (!text_starts(header, "path:") && !strstr(header, "\npath:"))
        return 0; /* a partial */
    struct page *page = &web->pages[web->page_count];
    *page = (struct page){.name = arena_strdup(web->arena, name), .header = header};
    char *copy = arena_strdup(web->arena, header), *save = NULL;
    for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        read_page_line(web, page, line + strspn(line, " "));
    if (!page->path || !page->title || (!page->first_view && !page->roles))
        return error_set(error, ERR_INTERNAL, "pages", N_("Page {0} needs a path, a title, and a view that exists or a read line."),
                         name, NULL);
    web->page_count++;
    return 0;
}

int route_load(struct web *web, struct error *error)
{
    char name[256];
    int result = route_templates(web->app, web->options.pages_dir, &web->templates, error);
    if (result)
        return result;
    web->pages = ARENA_ARRAY(web->arena, struct page, embedded_file_count + 1);
    for (const struct embedded *file = embed_first(""); file && !result; file = embed_next(file, ""))
        if (template_name(file->path, name, sizeof name))
            result = add_page(web, name, error);
    return result;
}

static size_t part_length(const char *path)
{
    return strcspn(path, "/");
}

/* Fills params with the ":name" parts of the page's path; NULL when the path is another. */
static struct tree *match(struct arena *arena, const char *pattern, const char *path)
{
    struct tree *params = tree_map(arena);
    while (*pattern == '/' && *path == '/') {
        pattern++;
        path++;
        size_t wanted = part_length(pattern), given = part_length(path);
        if (*pattern == ':' && given)
            tree_set_text(arena, params, arena_copy(arena, pattern + 1, wanted - 1), arena_copy(arena, path, given));
        else if (wanted != given || memcmp(pattern, path, wanted) != 0)
            return NULL;
        pattern += wanted;
        path += given;
    }
    return *pattern || *path ? NULL : params;
}

static const struct page *find_page(const struct request *request, const struct tree **ret_params)
{
    const struct web *web = request->web;
    for (int with_params = 0; with_params < 2; with_params++) /* a fixed path wins: /members/import over /members/:siret */
        for (size_t i = 0; i < web->page_count; i++) {
            const struct page *page = &web->pages[i];
            if ((strchr(page->path, ':') != NULL) == (with_params == 1) &&
                (*ret_params = match(request->arena, page->path, request->path)))
                return page;
        }
    return NULL;
}

/* --- assets --- */

static const char *asset_type(const char *name)
{
    return text_ends(name, ".css")   ? "text/css; charset=utf-8"
           : text_ends(name, ".js")  ? "text/javascript; charset=utf-8"
           : text_ends(name, ".svg") ? "image/svg+xml"
                                     : "application/octet-stream";
}

static bool route_asset(struct request *request)
{
    const char *name = request->path + strlen("/assets/");
    const struct embedded *file = strchr(name, '/') ? NULL : embed_find(arena_printf(request->arena, "web/assets/%s", name));
    if (!file)
        return false;
    request->status = 200;
    request->type = asset_type(name);
    request->keep = !request->web->options.pages_dir && tree_get(request->query, "v");
    if (request->web->options.pages_dir)
        return !buffer_read_file(&request->out,
                                 arena_printf(request->arena, "%s/%s", request->web->options.pages_dir, file->path), 1 << 20);
    buffer_add(&request->out, file->bytes, file->length);
    return true;
}

/* --- the rest --- */

static const struct action *action_of(struct request *request, const char *rest)
{
    char *name = arena_strdup(request->arena, rest);
    for (char *p = name; *p; p++)
        *p = *p == '/' ? ' ' : *p;
    return app_action(request->web->app, name);
}

static void not_found(struct request *request)
{
    struct error error = {0};
    error_set(&error, ERR_NOT_FOUND, "", N_("There is no such page."), NULL);
    reply_error(request, ERR_NOT_FOUND, &error);
}

/* --- methods --- */

static const char shows[] = "GET, HEAD", takes[] = "POST", both[] = "GET, HEAD, POST";

/* The methods that a path of /api/ answers; NULL: there is no such path. */
static const char *api_methods(struct request *request, const char *rest)
{
    if (text_starts(rest, "do/")) {
        const struct action *action = action_of(request, rest + 3);
        return action && !action->unlisted ? takes : NULL;
    }
    if (text_is(rest, "session"))
        return takes;
    if (text_starts(rest, "view/"))
        return app_view(request->web->app, rest + 5) ? shows : NULL;
    return text_is(rest, "openapi.json") || text_starts(rest, "jobs/") ? shows : NULL;
}

static const char *methods(struct request *request)
{
    const char *path = request->path;
    const struct tree *params;
    if (text_starts(path, "/api/"))
        return api_methods(request, path + 5);
    if (text_starts(path, "/do/")) {
        const struct action *action = action_of(request, path + 4);
        return action && !action->unlisted ? both : NULL;
    }
    if (text_is(path, "/login") || (text_starts(path, "/jobs/") && text_ends(path, "/stop")))
        return both;
    if (text_is(path, "/logout"))
        return takes;
    if (text_starts(path, "/assets/") || text_starts(path, "/jobs/") || text_starts(path, "/view/") ||
        text_starts(path, "/paper/"))
        return shows;
    return find_page(request, &params) ? shows : NULL;
}

/* A path that answers other methods only: says which. What is not there at all is left to the routes. */
static bool refuse_method(struct request *request)
{
    const char *allowed = methods(request);
    bool get = text_is(request->method, "GET"), post = text_is(request->method, "POST"); /* HEAD is a GET to us */
    if (!allowed || (get && allowed != takes) || (post && allowed != shows))
        return false;
    struct error error = {0};
    request->allow = allowed;
    int code = allowed == takes ? error_set(&error, ERR_METHOD, "", N_("This address only takes what a form sends: go back to the page with the form."), NULL)
                                : error_set(&error, ERR_METHOD, "", N_("This address only shows something: nothing can be sent to it."), NULL);
    reply_error(request, code, &error);
    return true;
}

/* --- both methods --- */

static void route_job(struct request *request, const char *rest, bool post)
{
    int64_t id;
    char *number = arena_strdup(request->arena, rest), *slash = strchr(number, '/');
    if (slash)
        *slash++ = 0;
    if (!text_to_int(number, &id)) {
        not_found(request);
    } else if (post && text_is(slash, "stop")) {
        job_stop(request->web->app, id, request->session);
        reply_redirect(request, arena_printf(request->arena, "/jobs/%s", number));
    } else {
        page_show_job(request, id);
    }
}

static void route_get(struct request *request)
{
    const char *path = request->path;
    const struct page *page;
    const struct tree *params;
    if (text_starts(path, "/do/")) {
        const struct action *action = action_of(request, path + 4);
        if (action && !action->unlisted)
            form_show(request, action, input_nest(request->arena, request->query), 200, NULL);
        else
            not_found(request);
    } else if (text_starts(path, "/view/")) {
        char *name = arena_strdup(request->arena, path + 6);
        if (text_ends(name, ".csv"))
            name[strlen(name) - 4] = 0;
        request->view = app_view(request->web->app, name);
        if (request->view)
            page_show_view(request, request->view);
        else
            not_found(request);
    } else if (text_starts(path, "/paper/")) {
        const struct paper *paper = app_paper(request->web->app, path + 7);
        if (paper)
            page_show_paper(request, paper);
        else
            not_found(request);
    } else if (text_starts(path, "/file/")) {
        const struct download *download = app_download(request->web->app, path + 6);
        if (download)
            page_show_download(request, download);
        else
            not_found(request);
    } else if (text_starts(path, "/jobs/")) {
        route_job(request, path + 6, false);
    } else if (text_is(path, "/login")) {
        page_show_login(request, NULL);
    } else if ((page = find_page(request, &params))) {
        page_show(request, page, params);
    } else if (!refuse_method(request)) {
        not_found(request);
    }
}

static void route_post(struct request *request)
{
    const char *path = request->path;
    if (!session_proves_intent(request)) {
        struct error error = {0};
        error_set(&error, ERR_FORBIDDEN, "", N_("This form is too old or came from elsewhere. Go back, reload the page and send it again."), NULL);
        reply_error(request, ERR_FORBIDDEN, &error);
    } else if (text_is(path, "/login")) {
        session_login(request);
    } else if (text_is(path, "/logout")) {
        session_logout(request);
    } else if (text_starts(path, "/jobs/")) {
        route_job(request, path + 6, true);
    } else if (text_starts(path, "/do/")) {
        const struct action *action = action_of(request, path + 4);
        if (action && !action->unlisted)
            form_run(request, action);
        else
            not_found(request);
    } else {
        not_found(request);
    }
}

void route(struct request *request)
{
    if (text_starts(request->path, "/assets/") && text_is(request->method, "GET")) {
        request->session = &session_public;
        if (!route_asset(request))
            not_found(request);
        return;
    }
    access_refresh(request->web->app);
    if (!request->session) /* a POST was asked who it is before its body was read */
        session_find(request);
    if (tablet_path(request->path)) {
        tablet_route(request);
        return;
    }
    bool api = text_starts(request->path, "/api/"), get = text_is(request->method, "GET");
    if (!api && get)
        route_get(request);
    else if (refuse_method(request))
        return;
    else if (api)
        api_route(request, request->path + 5);
    else if (text_is(request->method, "POST"))
        route_post(request);
    else
        not_found(request);
}
