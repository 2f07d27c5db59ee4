#include "kernel/app.h"

#include <pwd.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/embed.h"
#include "kernel/job.h"

enum { WORKERS = 2 };

static const char *embedded_text(struct arena *arena, const char *folder, const char *file)
{
    const struct embedded *found = embed_find(arena_printf(arena, "%s/%s", folder, file));
    return found ? found->bytes : NULL;
}

static int twice(struct error *error, const char *name)
{
    return error_set(error, ERR_INTERNAL, "", N_("{0} is declared twice."), name, NULL);
}

static int collect_actions(struct app *app, struct error *error)
{
    size_t count = 0;
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        for (const struct action *action = (*subject)->actions; action && action->name; action++)
            count++;
    app->actions = ARENA_ARRAY(app->arena, const struct action *, count + 1);
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        for (const struct action *action = (*subject)->actions; action && action->name; action++) {
            if (app_action(app, action->name))
                return twice(error, action->name);
            app->actions[app->action_count++] = action;
        }
    return 0;
}

static int collect_papers(struct app *app, struct error *error)
{
    size_t count = 0;
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        for (const struct paper *paper = (*subject)->papers; paper && paper->name; paper++)
            count++;
    app->papers = ARENA_ARRAY(app->arena, const struct paper *, count + 1);
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        for (const struct paper *paper = (*subject)->papers; paper && paper->name; paper++) {
            if (app_paper(app, paper->name))
                return twice(error, paper->name);
            app->papers[app->paper_count++] = paper;
        }
    return 0;
}

static int add_views(struct app *app, const char *subject, const char *sql, struct error *error)
{
    struct view *views;
    size_t count;
    int result = view_parse(app->arena, subject, sql, &views, &count, error);
    if (result)
        return result;
    const struct view **all = ARENA_ARRAY(app->arena, const struct view *, app->view_count + count + 1);
    if (app->view_count)
        memcpy(all, app->views, app->view_count * sizeof *all);
    app->views = all;
    for (size_t i = 0; i < count; i++) {
        if (app_view(app, views[i].name))
            return twice(error, views[i].name);
        all[app->view_count++] = &views[i];
    }
    return 0;
}

static int collect_views(struct app *app, struct error *error)
{
    const char *sql = embedded_text(app->arena, "kernel", "views.sql");
    int result = sql ? add_views(app, "kernel", sql, error) : 0;
    for (const struct subject *const *subject = app->subjects; *subject && !result; subject++)
        if ((sql = embedded_text(app->arena, (*subject)->name, "views.sql")))
            result = add_views(app, (*subject)->name, sql, error);
    return result;
}

int app_open(const struct subject *const *subjects, struct store *store, struct app **ret_app, struct error *error)
{
    if (sodium_init() < 0)
        return error_set(error, ERR_INTERNAL, "", N_("The cryptographic library cannot start."), NULL);
    struct arena *arena = arena_new();
    struct app *app = ARENA_NEW(arena, struct app);
    app->arena = arena;
    app->store = store;
    app->subjects = subjects;
    app->access = access_new();
    app->jobs = jobs_new();
    app->workers = work_pool_new(WORKERS);
    const struct passwd *user = getpwuid(geteuid());
    app->operator_name = arena_strdup(arena, user ? user->pw_name : "unknown");
    int result = collect_actions(app, error);
    if (!result)
        result = collect_papers(app, error);
    if (!result)
        result = collect_views(app, error);
    if (result) {
        app_close(app);
        return result;
    }
    *ret_app = app;
    return 0;
}

void app_close(struct app *app)
{
    if (!app)
        return;
    jobs_free(app->jobs);
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        if ((*subject)->stop)
            (*subject)->stop(app);
    work_pool_free(app->workers);
    access_free(app->access);
    arena_free(app->arena);
}

int app_migrate(struct app *app, struct error *error)
{
    int result = store_migrate(app->store, "kernel", embedded_text(app->arena, "kernel", "schema.sql"), error);
    for (const struct subject *const *subject = app->subjects; *subject && !result; subject++) {
        const char *schema = embedded_text(app->arena, (*subject)->name, "schema.sql");
        if (schema)
            result = store_migrate(app->store, (*subject)->name, schema, error);
        if (!result && (*subject)->start)
            result = (*subject)->start(app, error);
    }
    return result ? result : access_load(app, error);
}

const struct action *app_action(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->action_count; i++)
        if (!strcmp(app->actions[i]->name, name))
            return app->actions[i];
    return NULL;
}

const struct view *app_view(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->view_count; i++)
        if (!strcmp(app->views[i]->name, name))
            return app->views[i];
    return NULL;
}

const struct paper *app_paper(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->paper_count; i++)
        if (!strcmp(app->papers[i]->name, name))
            return app->papers[i];
    return NULL;
}

static bool declares(const struct subject *subject, const char *name)
{
    for (const struct action *action = subject->actions; action && action->name; action++)
        if (!strcmp(action->name, name))
            return true;
    for (const struct paper *paper = subject->papers; paper && paper->name; paper++)
        if (!strcmp(paper->name, name))
            return true;
    for (const struct download *download = subject->downloads; download && download->name; download++)
        if (!strcmp(download->name, name))
            return true;
    return false;
}

const char *app_service(const struct app *app, const char *declaration)
{
    const struct view *view = app_view(app, declaration);
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        if ((*subject)->service && (view ? !strcmp(view->subject, (*subject)->name) : declares(*subject, declaration)))
            return (*subject)->service;
    return NULL;
}
