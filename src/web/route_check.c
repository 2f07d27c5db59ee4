/* At the start, before anybody sees a page: every view, action and paper that a template names is there. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "web/request.h"

static bool is_action(const struct app *app, const char *name)
{
    return app_action(app, name) != NULL;
}

static bool is_view(const struct app *app, const char *name)
{
    size_t length = strlen(name);
    char without[128];
    if (!text_ends(name, ".csv") || length >= sizeof without)
        return app_view(app, name) != NULL;
    memcpy(without, name, length - 4);
    without[length - 4] = 0;
    return app_view(app, without) != NULL;
}

static bool is_paper(const struct app *app, const char *name)
{
    return app_paper(app, name) != NULL;
}

static int missing(struct error *error, const char *page, const char *what, const char *name)
{
    return error_set(error, ERR_INTERNAL, "pages", N_("Page {0} names the {1} {2}, which is not declared."), page, what, name, NULL);
}

/* "view: offers = member.offers siret=:siret", "form: member offer siret=:siret" */
static int check_line(const struct app *app, struct arena *arena, const char *page, const char *line, struct error *error)
{
    if (text_starts(line, "view:")) {
        const char *equal = strchr(line, '='), *name = equal ? equal + 1 : line + 5;
        name += strspn(name, " ");
        name = arena_copy(arena, name, strcspn(name, " "));
        return is_view(app, name) ? 0 : missing(error, page, "view", name);
    }
    if (!text_starts(line, "form:"))
        return 0;
    const char *name = line + 5 + strspn(line + 5, " ");
    size_t first = strcspn(name, " "), second = name[first] ? first + 1 + strcspn(name + first + 1, " ") : first;
    name = arena_copy(arena, name, second);
    return is_action(app, name) ? 0 : missing(error, page, "action", name);
}

static int check_header(const struct app *app, struct arena *arena, const char *page, const char *header, struct error *error)
{
    char *copy = arena_strdup(arena, header), *save = NULL;
    int result = 0;
    for (char *line = strtok_r(copy, "\n", &save); line && !result; line = strtok_r(NULL, "\n", &save))
        result = check_line(app, arena, page, line + strspn(line, " "), error);
    return result;
}

/* href="/paper/grouping.letter?…", action="/do/member/decide": the name ends where the query or the attribute does. One
 * that is itself a tag cannot be known before it is shown. */
static int check_links(const struct app *app, struct arena *arena, const char *page, const char *source, struct error *error)
{
    static const struct {
        const char *start, *what;
        bool (*is)(const struct app *app, const char *name);
    } links[] = {{"\"/do/", "action", is_action}, {"\"/view/", "view", is_view}, {"\"/paper/", "paper", is_paper}};
    for (size_t i = 0; i < COUNT_OF(links); i++)
        for (const char *at = source; (at = strstr(at, links[i].start));) {
            at += strlen(links[i].start);
            char *name = arena_copy(arena, at, strcspn(at, "\"?#{"));
            if (!*name || at[strlen(name)] == '{')
                continue;
            for (char *p = name; *p && links[i].is == is_action; p++)
                *p = *p == '/' ? ' ' : *p;
            if (!links[i].is(app, name))
                return missing(error, page, links[i].what, name);
        }
    return 0;
}

int route_check(const struct app *app, const char *page, const char *header, const char *source, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    int result = text_starts(header, "path:") || strstr(header, "\npath:") ? check_header(app, arena, page, header, error) : 0;
    return result ? result : check_links(app, arena, page, source, error);
}
