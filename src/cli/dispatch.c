/* Finds what the words name: a command of its own, an action or a view. */
#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"

/* "member list" and "member.list" name the same; how many words the name took goes to *ret_from. */
static const char *name_of(struct cli *cli, int words, char joint)
{
    if (cli->word_count < words)
        return NULL;
    if (words == 1)
        return cli->words[0];
    return arena_printf(cli->arena, "%s%c%s", cli->words[0], joint, cli->words[1]);
}

static const struct command *find_command(struct cli *cli, int *ret_from)
{
    for (int words = 2; words >= 1; words--) {
        const char *name = name_of(cli, words, ' ');
        for (const struct command *command = cli_commands; name && command->name; command++)
            if (!strcmp(command->name, name)) {
                *ret_from = words;
                return command;
            }
    }
    return NULL;
}

int cli_dispatch(struct cli *cli)
{
    int from = 0;
    const struct command *command = find_command(cli, &from);
    if (command)
        return command->run(cli, from);
    const char *name = name_of(cli, 2, ' ');
    const struct action *action = name ? app_action(cli->app, name) : NULL;
    if (action) {
        int code = cli_open(cli, false);
        return code ? code : cli_run_action(cli, action, 2);
    }
    const struct view *view = app_view(cli->app, cli->words[0]);
    from = 1;
    if (!view && (name = name_of(cli, 2, '.'))) {
        view = app_view(cli->app, name);
        from = 2;
    }
    if (view) {
        int code = cli_open(cli, false);
        return code ? code : cli_run_view(cli, view, from);
    }
    const struct paper *paper = (name = name_of(cli, 2, '.')) ? app_paper(cli->app, name) : NULL;
    if (paper) {
        int code = cli_open(cli, false);
        return code ? code : cli_run_paper(cli, paper, 2);
    }
    const struct download *download = (name = name_of(cli, 2, '.')) ? app_download(cli->app, name) : NULL;
    if (download) {
        int code = cli_open(cli, false);
        return code ? code : cli_run_download(cli, download, 2);
    }
    return cli_usage(cli, N_("There is no command {0}. See: maillon help"),
                     cli->word_count > 1 ? name_of(cli, 2, ' ') : cli->words[0]);
}

