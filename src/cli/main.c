/* maillon: one program. */
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

/* A server waits for these in one place (sigwait): every thread, the kernel's included, starts with them blocked. */
static void block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static int run(struct cli *cli)
{
    struct error error = {0};
    if (cli->word_count && (text_is(cli->words[0], "serve") || text_is(cli->words[0], "demo")))
        block_signals();
    if (app_open(cli_subjects, NULL, &cli->app, &error))
        return cli_refuse(cli, &error);
    if (!cli->word_count)
        return cli_help(cli, NULL), EXIT_USAGE;
    if (cli_flag(cli, 0, "--help")) { /* which leaves room for one word */
        memmove(&cli->words[1], &cli->words[0], (size_t)cli->word_count * sizeof cli->words[0]);
        cli->words[0] = "help";
        cli->word_count++;
    }
    return cli_dispatch(cli);
}

int main(int count, char **words)
{
    struct cli cli;
    int code = cli_parse(&cli, count, words);
    if (!code)
        code = run(&cli);
    cli_close(&cli);
    return code;
}
