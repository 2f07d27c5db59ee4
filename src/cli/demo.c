/* maillon demo: the main job on the shipped example, as the commands a person would type, each shown with its result. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"
#include "paths.h"

/* "data/…" stands for the folder of shipped data, "demo/…" for that of the database. Words are separated by single spaces, or stand between quotes. */
static const char *const steps[] = {
    "establishment import data/establishments/establishments_and_spip_2020.csv",
    "member import data/organisations/siae.csv",
    "member import data/demo/members.csv --status member",
    "offer import data/demo/offers.csv",
    "tender import data/tenders/boamp_prisons_2019-09_2020-12.csv",
    "tender list --open-on 2020-12-31",
    "tender decide 20-142573 --decision go --reason 'Trois établissements voisins, un métier que nous faisons déjà.'",
    "tender qualify 20-142573 data/demo/20-142573.json",
    "grouping propose 20-142573 --seconds 10",
    "grouping print 20-142573-P1",
    "user add admin --role admin",
    "user add camille --role coordinator",
    "user add robin --role member --organisation 00012008900016",
    "user add dominique --role accountant",
    "user add audit --role auditor",
    "user add noa --role staff --establishment ma-rouen --service canteen",
};

/* Of an installed program: ../share beside its bin, wherever that was put. */
static const char *installed_folder(struct cli *cli)
{
    char program[1024];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = 0;
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = 0;
    return arena_printf(cli->arena, "%s/../share/maillon/data", program);
}

/* Beside the program first: another version's example may stand where this one was built. */
static const char *data_folder(struct cli *cli)
{
    const char *asked = getenv("MAILLON_DATA");
    const char *const folders[] = {asked && *asked ? asked : "data", "data", installed_folder(cli), MAILLON_DATA_DIR};
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (!access(arena_printf(cli->arena, "%s/functions.csv", folders[i]), R_OK))
            return folders[i];
    return "data";
}

static const char *place(struct cli *cli, const char *word, const char *data)
{
    const char *slash = strrchr(cli->db, '/');
    if (text_starts(word, "data/"))
        return arena_printf(cli->arena, "%s/%s", data, word + 5);
    if (text_starts(word, "demo/"))
        return arena_printf(cli->arena, "%.*s%s", slash ? (int)(slash - cli->db + 1) : 0, cli->db, word + 5);
    return word;
}

static int run_step(struct cli *cli, const char *step, const char *data)
{
    cli->word_count = 0;
    printf("%s$ maillon %s\n", cli->silent ? "" : "\n", step);
    while (*step) {
        bool quoted = *step == '\'';
        size_t length = strcspn(step += quoted, quoted ? "'" : " ");
        char *word = arena_copy(cli->arena, step, length);
        cli->words[cli->word_count++] = place(cli, word, data);
        step += length + quoted;
        step += *step == ' ';
    }
    fflush(stdout);
    return cli_dispatch(cli);
}

/* A file of commands, one a line. What stands after # is said aloud; a command after - is shown without its answer. */
static int run_commands(struct cli *cli, const char *name, const char *data)
{
    _cleanup_buffer_ struct buffer file = {0};
    struct error error = {0};
    char *save = NULL;
    const char *path = arena_printf(cli->arena, "%s/demo/%s", data, name);
    int code = buffer_read_file(&file, path, 1 << 20);
    if (code) {
        error_set(&error, ERR_NOT_FOUND, "file", N_("The file {0} cannot be read: {1}."), path, strerror(code), NULL);
        return cli_refuse(cli, &error);
    }
    char *text = arena_copy(cli->arena, buffer_string(&file), file.length);
    for (char *line = strtok_r(text, "\n", &save); line && !code; line = strtok_r(NULL, "\n", &save))
        if (*line == '#') {
            printf("\n%s\n", line);
        } else {
            cli->silent = text_starts(line, "- ");
            code = run_step(cli, line + (cli->silent ? 2 : 0), data);
        }
    cli->silent = false;
    return code;
}

/* Ends with the pages being served, unless --no-serve was given. */
int cli_run_demo(struct cli *cli, int from)
{
    bool serves = !cli_flag(cli, from, "--no-serve");
    const char *data = data_folder(cli);
    struct error error = {0};
    if (cli->word_count != from)
        return cli_usage(cli, N_("There is no option {0} here."), cli->words[from]);
    if (!access(cli->db, F_OK)) {
        error_set(&error, ERR_REFUSED, "db", N_("There is already a database {0}. Nothing was changed."), cli->db, NULL);
        return cli_refuse(cli, &error);
    }
    cli->readable = true;
    int code = cli_open(cli, true);
    for (size_t i = 0; i < COUNT_OF(steps) && !code; i++)
        code = run_step(cli, steps[i], data);
    if (!code)
        code = run_commands(cli, "year/books.txt", data);
    if (!code)
        code = run_commands(cli, "canteen/commands.txt", data);
    if (!code)
        code = run_commands(cli, "year/commands.txt", data);
    return code || !serves ? code : run_step(cli, "serve", data);
}
