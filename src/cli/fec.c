/* The FEC on the command line: writing ours into the current folder, checking any. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"
#include "kernel/app.h"
#include "ledger/fec.h"

enum { FEC_BYTES_MAX = 1 << 30 };

static int cannot_write(struct cli *cli, const char *path)
{
    struct error error = {0};
    error_set(&error, ERR_INTERNAL, "file", N_("The file {0} cannot be written: {1}."), path, strerror(errno), NULL);
    return cli_refuse(cli, &error);
}

/* Under another name until it is whole, so that half a file is never taken for one. */
static int write_download(struct cli *cli, const char *name, const char *year, const char **ret_path)
{
    const char *part = arena_printf(cli->arena, ".maillon-%d.part", (int)getpid());
    struct tree *input = tree_map(cli->arena);
    struct error error = {0};
    FILE *file = fopen(part, "wb");
    if (!file)
        return cannot_write(cli, part);
    tree_set_text(cli->arena, input, "year", year);
    int code = download_write(cli->app, app_download(cli->app, name), &cli->session, cli->language, input, cli->arena, file,
                              ret_path, &error);
    bool closed = !fclose(file);
    if (!code && closed && !rename(part, *ret_path))
        return EXIT_DONE;
    code = code ? cli_refuse(cli, &error) : cannot_write(cli, *ret_path);
    unlink(part);
    return code;
}

int cli_run_fec(struct cli *cli, int from)
{
    const char *year = cli_option(cli, from, "--year"), *file = NULL, *description = NULL;
    bool fec = cli_flag(cli, from, "--fec");
    if (!fec || !year || cli->word_count != from)
        return cli_usage(cli, N_("Usage: maillon {0}"), "ledger export --fec --year YEAR");
    int code = cli_open(cli, false);
    if (!code)
        code = write_download(cli, "ledger.fec", year, &file);
    if (!code)
        code = write_download(cli, "ledger.fec-description", year, &description);
    if (code)
        return code;
    if (cli->json) {
        struct tree *answer = tree_map(cli->arena);
        tree_set_text(cli->arena, answer, "file", file);
        tree_set_text(cli->arena, answer, "description", description);
        cli_print_json(answer);
    } else {
        printf("%s\n", file);
        fprintf(stderr, "%s\n", description);
    }
    return EXIT_DONE;
}

int cli_run_check_fec(struct cli *cli, int from)
{
    _cleanup_buffer_ struct buffer bytes = {0};
    struct error error = {0};
    if (cli->word_count != from + 1 || text_starts(cli->words[from], "--"))
        return cli_usage(cli, N_("Usage: maillon {0}"), "ledger check-fec FILE");
    const char *path = cli->words[from], *slash = strrchr(path, '/');
    int code = buffer_read_file(&bytes, path, FEC_BYTES_MAX);
    if (code) {
        error_set(&error, ERR_INVALID, "file", N_("The file {0} cannot be read: {1}."), path, strerror(code), NULL);
        return cli_refuse(cli, &error);
    }
    const struct tree *answer =
        fec_check(cli->arena, cli->language, slash ? slash + 1 : path, buffer_string(&bytes), bytes.length);
    if (cli->json)
        cli_print_json(answer);
    else
        cli_print_tree(cli, answer);
    return tree_int(answer, "errors", 0) ? EXIT_REFUSED : EXIT_DONE;
}
