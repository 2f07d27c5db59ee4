/* Papers on the command line: readable text on the terminal, PDF with --output. Downloads: always a file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"
#include "print/print.h"

enum { WIDTH_DEFAULT = 100, WIDTH_MAX = 120, WIDTH_MIN = 60 };

static int terminal_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col < WIDTH_MIN)
        return WIDTH_DEFAULT;
    return size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

static int read_fields(struct cli *cli, const struct field *fields, int from, struct tree *input)
{
    const struct field *next = fields;
    for (const struct field *field = fields; field->name; field++) {
        const char *value = cli_option(cli, from, arena_printf(cli->arena, "--%s", field->name));
        if (value)
            tree_set_text(cli->arena, input, field->name, value);
    }
    for (int i = from; i < cli->word_count; i++) {
        while (next->name && (!next->required || tree_get(input, next->name)))
            next++;
        if (!next->name || text_starts(cli->words[i], "--"))
            return cli_usage(cli, N_("What is {0} for? Nothing is expected there."), cli->words[i]);
        tree_set_text(cli->arena, input, next->name, cli->words[i]);
    }
    return 0;
}

static int write_file(struct cli *cli, const char *path, const struct buffer *bytes)
{
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(buffer_string(bytes), 1, bytes->length, file) == bytes->length;
    if (file && fclose(file))
        written = false;
    if (written)
        return EXIT_DONE;
    struct error error = {0};
    error_set(&error, ERR_INTERNAL, "output", N_("The file {0} cannot be written: {1}."), path, strerror(errno), NULL);
    return cli_refuse(cli, &error);
}

int cli_run_paper(struct cli *cli, const struct paper *paper, int from)
{
    struct tree *input = tree_map(cli->arena);
    struct error error = {0};
    struct document *document;
    const char *output = cli_option(cli, from, "--output");
    int code = read_fields(cli, paper->fields, from, input);
    if (code)
        return code;
    if (paper_write(cli->app, paper, &cli->session, cli->language, input, cli->arena, &document, &error))
        return cli_refuse(cli, &error);
    _cleanup_buffer_ struct buffer out = {0};
    code = output ? document_write_pdf(document, &out, &error) : document_write_text(document, terminal_width(), &out, &error);
    if (code)
        return cli_refuse(cli, &error);
    if (output)
        return write_file(cli, output, &out);
    fwrite(buffer_string(&out), 1, out.length, stdout);
    return EXIT_DONE;
}

/* Under another name until it is whole, so that half a file is never taken for one. Its name goes to standard output. */
int cli_run_download(struct cli *cli, const struct download *download, int from)
{
    struct tree *input = tree_map(cli->arena);
    struct error error = {0};
    const char *output = cli_option(cli, from, "--output"), *name = NULL;
    int code = read_fields(cli, download->fields, from, input);
    if (code)
        return code;
    const char *part = arena_printf(cli->arena, "%s.%d.part", output ? output : download->name, (int)getpid());
    FILE *file = fopen(part, "wb");
    if (!file) {
        error_set(&error, ERR_INTERNAL, "output", N_("The file {0} cannot be written: {1}."), part, strerror(errno), NULL);
        return cli_refuse(cli, &error);
    }
    code = download_write(cli->app, download, &cli->session, cli->language, input, cli->arena, file, &name, &error);
    bool closed = !fclose(file);
    if (!code && closed && !rename(part, output ? output : name)) {
        printf("%s\n", output ? output : name);
        return EXIT_DONE;
    }
    if (!code)
        error_set(&error, ERR_INTERNAL, "output", N_("The file {0} cannot be written: {1}."), output ? output : name,
                  strerror(errno), NULL);
    code = cli_refuse(cli, &error);
    unlink(part);
    return code;
}
