/* Help is written from the declarations: what can be done is what is declared. */
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"

static const char *usage_name(struct cli *cli, const char *name)
{
    char *shown = arena_strdup(cli->arena, name);
    for (char *p = shown; *p; p++)
        *p = *p == '_' ? '-' : *p;
    return shown;
}

static const char *action_usage(struct cli *cli, const struct action *action)
{
    struct buffer line = {0};
    bool list = false;
    buffer_text(&line, action->name);
    for (const struct field *field = action->fields; field->name; field++) {
        list |= field->kind == FIELD_LIST;
        if (field->required && field->kind != FIELD_LIST)
            buffer_printf(&line, field->kind == FIELD_FILE ? " FILE" : " <%s>", usage_name(cli, field->name));
    }
    if (list)
        buffer_text(&line, " FILE.json");
    const char *text = arena_copy(cli->arena, line.bytes, line.length);
    buffer_free(&line);
    return text;
}

static const char *view_usage(struct cli *cli, const struct view *view)
{
    char *name = arena_strdup(cli->arena, view->name), *dot = strchr(name, '.');
    if (dot)
        *dot = ' ';
    for (int i = 0; i < view->param_count; i++)
        if (view->params[i].required)
            name = arena_printf(cli->arena, "%s <%s>", name, usage_name(cli, view->params[i].name));
    return name;
}

static const char *paper_usage(struct cli *cli, const struct paper *paper)
{
    char *name = arena_strdup(cli->arena, paper->name), *dot = strchr(name, '.');
    if (dot)
        *dot = ' ';
    for (const struct field *field = paper->fields; field->name; field++)
        if (field->required)
            name = arena_printf(cli->arena, "%s <%s>", name, usage_name(cli, field->name));
    return name;
}

static void print_line(const char *usage, const char *text)
{
    printf("  %-46s %s\n", usage, text);
}

static void print_overview(struct cli *cli)
{
    const char *language = cli->language;
    printf("maillon %s\n\n", MAILLON_VERSION);
    printf("%s\n\n", tr(language, N_("Usage: maillon [--db FILE] [--json] [--lang fr|en] [--as USER] COMMAND …")));
    for (const struct command *command = cli_commands; command->name; command++)
        print_line(command->usage, tr(language, command->help));
    for (size_t i = 0; i < cli->app->action_count; i++)
        if (!cli->app->actions[i]->unlisted)
            print_line(action_usage(cli, cli->app->actions[i]), tr(language, cli->app->actions[i]->title));
    for (size_t i = 0; i < cli->app->view_count; i++)
        print_line(view_usage(cli, cli->app->views[i]), tr(language, cli->app->views[i]->title));
    for (size_t i = 0; i < cli->app->paper_count; i++)
        print_line(arena_printf(cli->arena, "%s [--output FILE.pdf]", paper_usage(cli, cli->app->papers[i])),
                   tr(language, cli->app->papers[i]->title));
    printf("\n%s\n", tr(language, N_("More on one command: maillon help COMMAND")));
}

static void print_fields(struct cli *cli, const struct field *fields, int depth)
{
    for (const struct field *field = fields; field->name; field++) {
        const char *label = tr_name(cli->language, field->name);
        char option[96];
        snprintf(option, sizeof option, "%*s%s%s", depth * 2, "", depth ? "" : "--", usage_name(cli, field->name));
        const char *choices = field->choices ? field->choices : "";
        printf("  %-32s %s%s%s%.*s\n", option, label, field->required ? " *" : "", *choices ? ": " : "",
               (int)choices_length(choices), choices);
        if (field->hint)
            printf("  %-32s %s\n", "", tr(cli->language, field->hint));
        if (field->of)
            print_fields(cli, field->of, depth + 1);
    }
}

int cli_help(struct cli *cli, const char *name)
{
    const struct action *action = name ? app_action(cli->app, name) : NULL;
    char *dotted = name ? arena_strdup(cli->arena, name) : NULL, *space = dotted ? strchr(dotted, ' ') : NULL;
    if (space)
        *space = '.';
    const struct view *view = dotted ? app_view(cli->app, dotted) : NULL;
    if (action) {
        printf("maillon %s\n\n%s\n", action_usage(cli, action), tr(cli->language, action->title));
        if (action->help)
            printf("%s\n", tr(cli->language, action->help));
        putchar('\n');
        print_fields(cli, action->fields, 0);
    } else if (view) {
        printf("maillon %s\n\n%s\n", view_usage(cli, view), tr(cli->language, view->title));
        if (view->help)
            printf("%s\n", tr(cli->language, view->help));
        putchar('\n');
        for (int i = 0; i < view->param_count; i++)
            printf("  --%-30s %s\n", usage_name(cli, view->params[i].name), tr_name(cli->language, view->params[i].name));
        printf("  --%-30s %s\n", "sort, --desc, --limit, --csv", tr(cli->language, N_("order, number of rows, form")));
    } else {
        print_overview(cli);
    }
    return EXIT_DONE;
}
