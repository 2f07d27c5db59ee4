/* The line: global options, errors, opening the database. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "users/users.h"

int cli_usage(struct cli *cli, const char *message, const char *argument)
{
    struct error error = {0};
    char text[ERROR_TEXT_BYTES];
    error_set(&error, ERR_INVALID, "", message, argument, NULL);
    error_format(&error, tr(cli->language, message), text, sizeof text);
    fprintf(stderr, "maillon: %s\n", text);
    return EXIT_USAGE;
}

int cli_refuse(struct cli *cli, const struct error *error)
{
    for (; error; error = error->next) {
        char text[ERROR_TEXT_BYTES];
        const char *message = error->message ? error->message : N_("The action failed.");
        error_format(error, tr(cli->language, message), text, sizeof text);
        if (error->field[0])
            fprintf(stderr, "maillon: %s: %s\n", error->field, text);
        else
            fprintf(stderr, "maillon: %s\n", text);
    }
    return EXIT_REFUSED;
}

/* The value of a global option at words[*i], which may be "--db X" or "--db=X". */
static bool takes(const char *option, int count, char **words, int *i, const char **ret_value)
{
    size_t length = strlen(option);
    if (strncmp(words[*i], option, length) != 0)
        return false;
    if (words[*i][length] == '=') {
        *ret_value = words[*i] + length + 1;
        return true;
    }
    if (words[*i][length] || *i + 1 >= count)
        return false;
    *ret_value = words[++*i];
    return true;
}

int cli_parse(struct cli *cli, int count, char **words)
{
    const char *db = getenv("MAILLON_DB"), *language = getenv("MAILLON_LANG");
    *cli = (struct cli){.db = db && *db ? db : "maillon.db",
                        .language = language && *language ? language : "fr",
                        .readable = isatty(STDOUT_FILENO),
                        .arena = arena_new(),
                        .session = session_local};
    for (int i = 1; i < count; i++) {
        if (takes("--db", count, words, &i, &cli->db) || takes("--lang", count, words, &i, &cli->language) ||
            takes("--as", count, words, &i, &cli->as))
            continue;
        if (!strcmp(words[i], "--json"))
            cli->json = true;
        else if (!strcmp(words[i], "--csv"))
            cli->csv = true;
        else if (cli->word_count == WORDS_MAX)
            return cli_usage(cli, N_("This line is too long."), NULL);
        else
            cli->words[cli->word_count++] = words[i];
    }
    if (strcmp(cli->language, "fr") != 0 && strcmp(cli->language, "en") != 0) {
        const char *asked = cli->language;
        cli->language = "fr";
        return cli_usage(cli, N_("There is no language {0}: fr or en."), asked);
    }
    return 0;
}

void cli_close(struct cli *cli)
{
    app_close(cli->app);
    store_close(cli->store);
    arena_free(cli->arena);
}

/* What the store could only refuse in words of its own: said before it tries. */
static int check_file(struct arena *arena, const char *path, bool create, struct error *error)
{
    struct stat file;
    const char *slash = strrchr(path, '/');
    const char *folder = !slash ? "." : slash == path ? "/" : arena_copy(arena, path, (size_t)(slash - path));
    bool there = !stat(path, &file);
    if (!there && !create)
        return error_set(error, ERR_NOT_FOUND, "db", N_("There is no database {0}. Make one with: maillon init"), path, NULL);
    if (there && S_ISDIR(file.st_mode))
        return error_set(error, ERR_REFUSED, "db", N_("{0} is a folder. Give the path of a database file."), path, NULL);
    if (there && !S_ISREG(file.st_mode))
        return error_set(error, ERR_REFUSED, "db", N_("{0} is not a file. Give the path of a database file."), path, NULL);
    if (there && !file.st_size)
        return error_set(error, ERR_REFUSED, "db", N_("The file {0} is empty: it is no database. Remove it, then make one with: maillon init"),
                         path, NULL);
    if (there && access(path, R_OK | W_OK))
        return error_set(error, ERR_REFUSED, "db", N_("You may not write the database {0}: {1}. Give yourself the right, or copy it where you may write."),
                         path, strerror(errno), NULL);
    if (access(folder, W_OK | X_OK)) /* the log stands beside the file */
        return error_set(error, ERR_REFUSED, "db", N_("You may not write into the folder of the database, {0}: {1}."), folder,
                         strerror(errno), NULL);
    return 0;
}

const char *cli_shown_db(struct cli *cli)
{
    return store_address(cli->arena, cli->db);
}

int cli_exists(struct cli *cli, bool *ret_exists)
{
    struct error error = {0};
    return store_exists(cli->db, ret_exists, &error) ? cli_refuse(cli, &error) : 0;
}

int cli_open(struct cli *cli, bool create)
{
    struct error error = {0};
    bool exists = create;
    if (cli->store)
        return 0;
    if (!strstr(cli->db, "://") && check_file(cli->arena, cli->db, create, &error))
        return cli_refuse(cli, &error);
    if (store_is_server(cli->db) && !create && cli_exists(cli, &exists))
        return EXIT_REFUSED;
    if (store_is_server(cli->db) && !exists) {
        error_set(&error, ERR_NOT_FOUND, "db", N_("There is no database {0}. Make one with: maillon init"), cli_shown_db(cli),
                  NULL);
        return cli_refuse(cli, &error);
    }
    if (store_open(cli->db, 0, &cli->store, &error))
        return cli_refuse(cli, &error);
    cli->app->store = cli->store;
    const char *keys = getenv("MAILLON_KEYS");
    cli->app->keys = keys                       ? keys
                     : store_is_server(cli->db) ? NULL
                                                : arena_printf(cli->arena, "%s.keys", cli->db);
    if (app_migrate(cli->app, &error))
        return cli_refuse(cli, &error);
    if (cli->as && users_session(cli->app, cli->as, cli->arena, &cli->session, &error))
        return cli_refuse(cli, &error);
    return 0;
}

static void remove_word(struct cli *cli, int at)
{
    memmove(&cli->words[at], &cli->words[at + 1], (size_t)(cli->word_count - at - 1) * sizeof cli->words[0]);
    cli->word_count--;
}

const char *cli_option(struct cli *cli, int from, const char *name)
{
    size_t length = strlen(name);
    for (int i = from; i < cli->word_count; i++) {
        const char *word = cli->words[i];
        if (strncmp(word, name, length) != 0)
            continue;
        if (word[length] == '=') {
            remove_word(cli, i);
            return word + length + 1;
        }
        if (!word[length] && i + 1 < cli->word_count) {
            const char *value = cli->words[i + 1];
            remove_word(cli, i);
            remove_word(cli, i);
            return value;
        }
    }
    return NULL;
}

bool cli_flag(struct cli *cli, int from, const char *name)
{
    for (int i = from; i < cli->word_count; i++)
        if (!strcmp(cli->words[i], name)) {
            remove_word(cli, i);
            return true;
        }
    return false;
}
