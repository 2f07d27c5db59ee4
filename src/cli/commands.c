/* Commands that are neither action nor view: the care of the database, the server, the solver on a file. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "kernel/action.h"
#include "ledger/ledger.h"
#include "users/users.h"
#include "web/web.h"

static int say(struct cli *cli, const char *message, const char *argument)
{
    struct error sentence = {0};
    char text[ERROR_TEXT_BYTES];
    error_set(&sentence, ERR_NONE, "", message, argument, NULL);
    error_format(&sentence, tr(cli->language, message), text, sizeof text);
    printf("%s\n", text);
    return EXIT_DONE;
}

static int refuse(struct cli *cli, const char *field, const char *message, const char *argument)
{
    struct error error = {0};
    error_set(&error, ERR_REFUSED, field, message, argument, NULL);
    return cli_refuse(cli, &error);
}

/* Makes the database and its first administrator, whose password is said once and never kept in clear. */
static int run_init(struct cli *cli, int from)
{
    (void)from;
    struct error error = {0};
    char password[64];
    bool exists;
    if (cli_exists(cli, &exists))
        return EXIT_REFUSED;
    if (exists)
        return refuse(cli, "db", N_("There is already a database {0}. Nothing was changed."), cli_shown_db(cli));
    int code = cli_open(cli, true);
    if (code)
        return code;
    if (users_make_administrator(cli->app, "admin", password, sizeof password, &error))
        return cli_refuse(cli, &error);
    if (cli->json) {
        struct tree *answer = tree_map(cli->arena);
        tree_set_text(cli->arena, answer, "db", cli_shown_db(cli));
        tree_set_text(cli->arena, answer, "user", "admin");
        tree_set_text(cli->arena, answer, "password", password);
        cli_print_json(answer);
        return EXIT_DONE;
    }
    say(cli, N_("Database {0} is ready."), cli_shown_db(cli));
    return say(cli, N_("Log in as admin with this one-time password, to be changed at once: {0}"), password);
}

static int run_backup(struct cli *cli, int from)
{
    struct error error = {0};
    if (cli->word_count != from + 1)
        return cli_usage(cli, N_("Usage: maillon {0}"), "backup FILE");
    if (!access(cli->words[from], F_OK))
        return refuse(cli, "file", N_("There is already a file {0}. Nothing was changed."), cli->words[from]);
    int code = cli_open(cli, false);
    if (code)
        return code;
    if (store_backup(cli->store, cli->words[from], &error))
        return cli_refuse(cli, &error);
    return say(cli, N_("Backup {0} is written and was read back."), cli->words[from]);
}

/* Opens a backup as the database it claims to be: integrity, schema, journal. */
static int check_database(struct cli *cli, int64_t *ret_rows)
{
    struct error error = {0};
    if (store_check(cli->store, &error) || journal_verify(cli->app, ret_rows, NULL, &error))
        return cli_refuse(cli, &error);
    return 0;
}

static int run_restore(struct cli *cli, int from)
{
    struct error error = {0};
    int64_t rows;
    if (cli->word_count != from + 1)
        return cli_usage(cli, N_("Usage: maillon {0}"), "restore FILE");
    const char *target = cli->db;
    if (store_is_server(target)) {
        error_set(&error, ERR_REFUSED, "db",
                  N_("A PostgreSQL database is read back with its own tool: pg_restore --dbname=\"{0}\" {1}. See docs/postgresql.md."),
                  cli_shown_db(cli), cli->words[from], NULL);
        return cli_refuse(cli, &error);
    }
    if (!access(target, F_OK))
        return refuse(cli, "db", N_("There is already a database {0}. Move it away first: nothing is overwritten."), target);
    cli->db = cli->words[from];
    int code = cli_open(cli, false);
    if (!code)
        code = check_database(cli, &rows);
    if (code)
        return code;
    if (store_backup(cli->store, target, &error))
        return cli_refuse(cli, &error);
    return say(cli, N_("Database {0} is restored and was read back."), target);
}

static int run_verify(struct cli *cli, int from)
{
    (void)from;
    int64_t rows;
    int code = cli_open(cli, false);
    if (!code)
        code = check_database(cli, &rows);
    if (code)
        return code;
    return say(cli, N_("The database is sound and its journal holds: {0} rows."),
               arena_printf(cli->arena, "%" PRId64, rows));
}

static int run_journal_verify(struct cli *cli, int from)
{
    (void)from;
    struct error error = {0};
    int64_t rows;
    char head[JOURNAL_HASH_BYTES];
    int code = cli_open(cli, false);
    if (code)
        return code;
    if (journal_verify(cli->app, &rows, head, &error))
        return cli_refuse(cli, &error);
    if (cli->json) {
        struct tree *answer = tree_map(cli->arena);
        tree_set_bool(cli->arena, answer, "holds", true);
        tree_set_int(cli->arena, answer, "rows", rows);
        tree_set_text(cli->arena, answer, "head", head);
        cli_print_json(answer);
        return EXIT_DONE;
    }
    say(cli, N_("The journal holds: {0} rows."), arena_printf(cli->arena, "%" PRId64, rows));
    return say(cli, N_("Hash of its last row: {0}. Noted elsewhere, it proves later that nothing before it was changed."), head);
}

static int prove_ledger(struct cli *cli, struct ledger_proof *ret_proof, struct error *error)
{
    struct db *db;
    int result = store_reader(cli->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = ledger_verify(db, ret_proof, error);
        db_end_read(db);
    }
    store_release(cli->store, db);
    return result;
}

static int run_ledger_verify(struct cli *cli, int from)
{
    (void)from;
    struct error error = {0};
    struct ledger_proof proof = {0};
    int code = cli_open(cli, false);
    if (code)
        return code;
    if (prove_ledger(cli, &proof, &error))
        return cli_refuse(cli, &error);
    if (cli->json) {
        struct tree *answer = tree_map(cli->arena);
        tree_set_bool(cli->arena, answer, "holds", true);
        tree_set_int(cli->arena, answer, "entries", proof.entries);
        tree_set_int(cli->arena, answer, "lines", proof.lines);
        tree_set_int(cli->arena, answer, "accounts", proof.accounts);
        tree_set_int(cli->arena, answer, "years", proof.years);
        cli_print_json(answer);
        return EXIT_DONE;
    }
    struct error sentence = {0};
    char text[ERROR_TEXT_BYTES];
    const char *message = N_("The books hold: {0} entries, {1} lines.");
    error_set(&sentence, ERR_NONE, "", message, arena_printf(cli->arena, "%" PRId64, proof.entries),
              arena_printf(cli->arena, "%" PRId64, proof.lines), NULL);
    error_format(&sentence, tr(cli->language, message), text, sizeof text);
    puts(text);
    return EXIT_DONE;
}

/* Serves until it is told to stop (Ctrl-C, or TERM from a service manager). */
static int run_serve(struct cli *cli, int from)
{
    struct error error = {0};
    const char *listen = cli_option(cli, from, "--listen");
    struct web_options options = {.listen = listen ? listen : "127.0.0.1:8080",
                                  .pages_dir = cli_option(cli, from, "--pages"),
                                  .secure_cookies = cli_flag(cli, from, "--secure")};
    struct web *web;
    sigset_t signals;
    int caught;
    if (cli->word_count != from)
        return cli_usage(cli, N_("There is no option {0} here."), cli->words[from]);
    int code = cli_open(cli, false);
    if (code)
        return code;
    sigemptyset(&signals); /* blocked in every other thread since the start of main */
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (jobs_mark_interrupted(cli->app, &error) || action_forget_answers(cli->app, &error) ||
        web_start(cli->app, &options, &web, &error))
        return cli_refuse(cli, &error);
    fprintf(stderr, "Maillon: http://%s\n", options.listen);
    sigwait(&signals, &caught);
    web_stop(web);
    return EXIT_DONE;
}

static int run_help(struct cli *cli, int from)
{
    if (cli->word_count == from)
        return cli_help(cli, NULL);
    const char *name = cli->words[from];
    if (cli->word_count > from + 1)
        name = arena_printf(cli->arena, "%s %s", name, cli->words[from + 1]);
    return cli_help(cli, name);
}

static int run_version(struct cli *cli, int from)
{
    (void)cli;
    (void)from;
    puts(MAILLON_VERSION);
    return EXIT_DONE;
}

const struct command cli_commands[] = {
    {"init", "init", N_("Make the database and its first administrator"), run_init},
    {"serve", "serve [--listen ADDRESS:PORT]", N_("Serve the pages"), run_serve},
    {"demo", "demo [--no-serve]", N_("Run the main job on the shipped example"), cli_run_demo},
    {"grouping solve", "grouping solve INSTANCE.json", N_("Find the best grouping of an instance in a file"), cli_run_solve},
    {"grouping export", "grouping export TENDER [--lp]", N_("Write a call and the offers as an instance, or as a linear program"),
     cli_run_export},
    {"ledger export", "ledger export --fec --year YEAR", N_("Write a year's entries as a FEC and its description, here"), cli_run_fec},
    {"ledger check-fec", "ledger check-fec FILE", N_("Check a FEC by the rules of the tax administration's tester"),
     cli_run_check_fec},
    {"backup", "backup FILE", N_("Copy the database while it is in use, and read the copy back"), run_backup},
    {"restore", "restore FILE", N_("Make the database from a backup that proves sound"), run_restore},
    {"verify", "verify", N_("Check the database and its journal"), run_verify},
    {"journal verify", "journal verify", N_("Prove that no row of the journal was changed, removed or inserted"),
     run_journal_verify},
    {"ledger verify", "ledger verify", N_("Prove the books from their lines: entries, totals, numbers, openings"), run_ledger_verify},
    {"publish", "publish FOLDER [--year YEAR]", N_("Publish the open books as pages that need no server"), cli_run_publish},
    {"openbooks verify", "openbooks verify [FOLDER]", N_("Compute every published figure again from the books and compare"),
     cli_run_openbooks_verify},
    {"help", "help [COMMAND]", N_("Say what can be done"), run_help},
    {"version", "version", N_("Say the version"), run_version},
    {.name = NULL},
};
