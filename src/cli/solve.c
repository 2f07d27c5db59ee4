/* maillon grouping solve, maillon grouping export: the engine on a file, and a call as an instance. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/cli.h"
#include "groupings/groupings.h"
#include "groupings/sentence.h"
#include "groupings/why.h"

enum { WISHES_MAX = 200, SECONDS_DEFAULT = 60 };

struct solving {
    struct cli *cli;
    struct grouping_options options;
    struct grouping_wish wishes[WISHES_MAX];
    const char *wish_members[WISHES_MAX], *wish_options[WISHES_MAX];
};

static atomic_bool stop_asked;

static void ask_stop(int signal_number)
{
    (void)signal_number;
    atomic_store(&stop_asked, true);
}

/* While the engine works Ctrl-C asks it to stop and keep what it has. */
static void hear_interrupt(bool hear)
{
    static const struct sigaction asking = {.sa_handler = ask_stop}, usual = {.sa_handler = SIG_DFL};
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigaction(SIGINT, hear ? &asking : &usual, NULL);
    pthread_sigmask(SIG_UNBLOCK, &interrupt, NULL);
}

static void show_progress(void *user, double best, double bound, double seconds)
{
    struct solving *solving = user;
    const char *language = solving->cli->language;
    _cleanup_arena_ struct arena *arena = arena_new();
    bool found = isfinite(best);
    fprintf(stderr, "\r\033[K%s %s  %s %s  %s %s  %.1f s", tr_name(language, "best"),
            found ? number_screen(arena, llround(best), DECIMALS_MONEY, false, language) : "–",
            tr_name(language, "bound"),
            isfinite(bound) ? number_screen(arena, llround(bound), DECIMALS_MONEY, false, language) : "–",
            tr_name(language, "gap"),
            found && isfinite(bound)
                ? sentence_rate(arena, language, llround(1e6 * (bound - best) / fmax(1, fabs(bound))))
                : "–",
            seconds);
    fflush(stderr);
}

static bool take_number(struct cli *cli, int from, const char *option, double most, double *ret_number,
                        int *ret_code)
{
    const char *text = cli_option(cli, from, option);
    char *end = NULL;
    if (!text || *ret_code)
        return false;
    double number = strtod(text, &end);
    if (*end || !*text || !(number >= 0) || number > most) {
        *ret_code = cli_usage(cli, N_("The option {0} needs a number from 0."), option);
        return false;
    }
    *ret_number = number;
    return true;
}

static int read_options(struct solving *solving, int from)
{
    struct cli *cli = solving->cli;
    struct grouping_options *options = &solving->options;
    double number;
    int code = 0;
    options->seconds = SECONDS_DEFAULT;
    if (take_number(cli, from, "--seconds", 1e6, &number, &code))
        options->seconds = number;
    if (take_number(cli, from, "--gap", 1e6, &number, &code))
        options->gap = number * 1e-6;
    if (take_number(cli, from, "--max-members", 1e6, &number, &code))
        options->max_members = (int32_t)number;
    static const char *const names[] = {"--pin", "--exclude"};
    for (int i = 0; i < 2; i++)
        for (const char *member; !code && (member = cli_option(cli, from, names[i]));) {
            if (options->wish_count == WISHES_MAX)
                return cli_usage(cli, N_("This line is too long."), NULL);
            solving->wish_options[options->wish_count] = names[i] + 2;
            solving->wish_members[options->wish_count] = member;
            solving->wishes[options->wish_count++].rule = i ? GROUPING_EXCLUDE : GROUPING_PIN;
        }
    return code;
}

static int find_wishes(struct solving *solving, const struct grouping_file *file)
{
    struct error error = {0};
    for (size_t i = 0; i < solving->options.wish_count; i++) {
        solving->wishes[i].lot = -1;
        solving->wishes[i].member = grouping_file_find_member(file, solving->wish_members[i]);
        if (solving->wishes[i].member < 0) {
            error_set(&error, ERR_NOT_FOUND, solving->wish_options[i],
                      N_("There is no member {0} in this instance."), solving->wish_members[i], NULL);
            return cli_refuse(solving->cli, &error);
        }
    }
    return 0;
}

static int print_answer(struct solving *solving, const struct grouping_file *file,
                        const struct grouping_result *result)
{
    struct cli *cli = solving->cli;
    struct why_names names = {.file = file};
    json_t *json = grouping_result_to_json(file, result, NULL, NULL), *lots = json_object_get(json, "lots");
    for (size_t i = 0; i < result->answer_count; i++)
        json_object_set_new(
            json_array_get(lots, i), "why",
            json_string(why_whole(cli->arena, cli->language, &names, i, &result->answers[i])));
    bool written = json && !json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) &&
                   putchar('\n') != EOF && !fflush(stdout);
    json_decref(json);
    return written ? EXIT_DONE : EXIT_REFUSED;
}

static int solve_file(struct solving *solving, const struct grouping_file *file)
{
    const struct grouping_instance *instance = grouping_file_instance(file);
    struct grouping_options *options = &solving->options;
    struct grouping_result *result = NULL;
    struct error error = {0};
    double seconds = options->seconds;
    bool live = isatty(STDERR_FILENO);
    options->wishes = solving->wishes;
    options->stop = &stop_asked;
    options->progress = live ? show_progress : NULL;
    options->user = solving;
    hear_interrupt(true);
    enum grouping_error failed = grouping_solve(instance, options, &result);
    /* Explaining solves again: in what is left of the time. */
    if (!failed && !atomic_load(&stop_asked) && (!(seconds > 0) || result->seconds < seconds)) {
        options->progress = NULL;
        options->seconds = seconds > 0 ? seconds - result->seconds : 0;
        failed = grouping_explain(instance, options, result);
    }
    hear_interrupt(false);
    if (live)
        fprintf(stderr, "\r\033[K");
    if (failed) {
        error_set(&error, ERR_INTERNAL, "",
                  failed == GROUPING_NO_MEMORY     ? N_("There is not enough memory for this instance.")
                  : failed == GROUPING_BAD_OPTIONS ? N_("These options contradict each other.")
                                                   : N_("The engine failed on this instance."),
                  NULL);
        grouping_result_free(result);
        return cli_refuse(solving->cli, &error);
    }
    int code = print_answer(solving, file, result);
    grouping_result_free(result);
    return code;
}

int cli_run_solve(struct cli *cli, int from)
{
    struct solving solving = {.cli = cli};
    char message[GROUPING_MESSAGE];
    const char *path, *says;
    struct error error = {0};
    int code = read_options(&solving, from);
    if (code)
        return code;
    if (cli->word_count != from + 1 || text_starts(cli->words[from], "--"))
        return cli_usage(cli, N_("Usage: maillon {0}"),
                         "grouping solve INSTANCE.json [--seconds N] [--gap PPM] [--pin M] [--exclude M] "
                         "[--max-members N]");
    if (access(cli->words[from], R_OK)) {
        error_set(&error, ERR_NOT_FOUND, "file", N_("The file {0} cannot be read: {1}."), cli->words[from],
                  strerror(errno), NULL);
        return cli_refuse(cli, &error);
    }
    struct grouping_file *file = grouping_file_load(cli->words[from], message);
    if (!file) {
        why_broken(cli->arena, cli->language, message, &path, &says);
        error_set(&error, ERR_INVALID, path, "{0}", says, NULL);
        return cli_refuse(cli, &error);
    }
    code = find_wishes(&solving, file);
    if (!code)
        code = solve_file(&solving, file);
    grouping_file_free(file);
    return code;
}

int cli_run_export(struct cli *cli, int from)
{
    _cleanup_buffer_ struct buffer out = {0};
    struct error error = {0};
    bool lp = cli_flag(cli, from, "--lp");
    if (cli->word_count != from + 1 || text_starts(cli->words[from], "--"))
        return cli_usage(cli, N_("Usage: maillon {0}"), "grouping export TENDER [--lp]");
    int code = cli_open(cli, false);
    if (code)
        return code;
    if (grouping_export(cli->app, &cli->session, cli->arena, cli->words[from], lp, &out, &error))
        return cli_refuse(cli, &error);
    fwrite(buffer_string(&out), 1, out.length, stdout);
    if (!lp)
        putchar('\n');
    return EXIT_DONE;
}
