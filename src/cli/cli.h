/* The command line. Contract: only the result goes to standard output; exit 0 done, 1 refused, 2 usage. */
#ifndef MAILLON_CLI_H
#define MAILLON_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "kernel/app.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };
enum { WORDS_MAX = 256 };

struct cli {
    const char *db, *language, *as; /* global options */
    bool json, csv;
    bool silent;   /* the answer of an action is not shown: the demo, while it runs a month */
    bool readable; /* standard output is a terminal, or was asked to be readable */
    const char *words[WORDS_MAX]; /* what is left of the line: command words, references, --options */
    int word_count;
    struct arena *arena;
    struct app *app; /* open once cli_open was called */
    struct store *store;
    struct session session;
};

/* Takes the global options out of the line. 0, or EXIT_USAGE after a message. */
int cli_parse(struct cli *cli, int count, char **words);
void cli_close(struct cli *cli);

/* Opens the database (which must exist unless create) and brings it up to date; once only. 0, or EXIT_REFUSED after a message. */
int cli_open(struct cli *cli, bool create);

/* Whether --db names a database that is there already. 0, or EXIT_REFUSED after a message. */
int cli_exists(struct cli *cli, bool *ret_exists);
const char *cli_shown_db(struct cli *cli); /* without the password of an address */

/* Says what went wrong on standard error, in the language asked for, every field on a line. Returns EXIT_REFUSED. */
int cli_refuse(struct cli *cli, const struct error *error);
int cli_usage(struct cli *cli, const char *message, const char *argument);

/* Takes "--name value" or "--name=value" out of the words from index `from`; NULL when it is not there. */
const char *cli_option(struct cli *cli, int from, const char *name);
bool cli_flag(struct cli *cli, int from, const char *name);

/* Commands that are neither action nor view. */
struct command {
    const char *name; /* one or two words */
    const char *usage, *help;
    int (*run)(struct cli *cli, int from); /* words from index `from` are its arguments */
};
extern const struct command cli_commands[]; /* ends with a command without a name */
extern const struct subject *const cli_subjects[];

/* Runs cli->words as a command, an action or a view. */
int cli_dispatch(struct cli *cli);
int cli_run_demo(struct cli *cli, int from);
int cli_run_solve(struct cli *cli, int from);
int cli_run_export(struct cli *cli, int from);
int cli_run_publish(struct cli *cli, int from);
int cli_run_openbooks_verify(struct cli *cli, int from);
int cli_run_action(struct cli *cli, const struct action *action, int from);
int cli_run_fec(struct cli *cli, int from);
int cli_run_check_fec(struct cli *cli, int from);
int cli_run_download(struct cli *cli, const struct download *download, int from);
int cli_run_paper(struct cli *cli, const struct paper *paper, int from);
int cli_run_view(struct cli *cli, const struct view *view, int from);
int cli_help(struct cli *cli, const char *name);

/* A tree for people: aligned columns for lists of maps, "label: value" for the rest. */
void cli_print_tree(struct cli *cli, const struct tree *tree);
const char *cli_colon(const struct cli *cli); /* what stands between label and value in the language */
void cli_print_json(const struct tree *tree);
void cli_print_table(const char *const *cells, int columns, int rows, const bool *right);

#endif
