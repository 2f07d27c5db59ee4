/* maillon publish, maillon openbooks verify: the open books as a folder, and their proof. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"
#include "kernel/action.h"
#include "openbooks/openbooks.h"
#include "web/template.h"
#include "web/web.h"

static const char *translate(const char *text, const char *language)
{
    return tr(language, text);
}

static const char *name_of(const char *code, const char *language)
{
    return tr_name(language, code);
}

static int print_template(void *context, const char *name, const struct tree *tree, const char *language,
                          struct buffer *out, struct error *error)
{
    const struct template_options options = {language, translate, true, name_of};
    return template_render(context, name, tree, &options, out, error);
}

static int print_with_templates(struct cli *cli, struct openbooks_printer *ret_printer, struct error *error)
{
    struct template_set *set = NULL;
    int code = web_templates(cli->app, &set, error);
    *ret_printer = (struct openbooks_printer){print_template, set};
    return code;
}

static void say(struct cli *cli, const char *message, const char *a, const char *b, const char *c)
{
    struct error sentence = {0};
    char text[1024];
    error_set(&sentence, ERR_NONE, "", message, a, b, c, NULL);
    error_format(&sentence, tr(cli->language, message), text, sizeof text);
    printf("%s\n", text);
}

static const char *digits(struct cli *cli, int64_t number)
{
    return arena_printf(cli->arena, "%" PRId64, number);
}

/* Freezes the figures in the database (an action as any other: journaled), then writes the folder from them.
 */
static int publish(struct cli *cli, const char *year, struct tree **ret_answer, struct error *error)
{
    const struct action *action = app_action(cli->app, "openbooks publish");
    struct tree *input = tree_map(cli->arena);
    if (year)
        tree_set_text(cli->arena, input, "year", year);
    const struct action_request request = {
        .session = &cli->session, .language = cli->language, .input = input};
    return action_run(cli->app, action, &request, cli->arena, ret_answer, error);
}

int cli_run_publish(struct cli *cli, int from)
{
    struct error error = {0};
    struct openbooks_printer printer = {0};
    struct tree *answer;
    const char *year = cli_option(cli, from, "--year");
    if (cli->word_count != from + 1)
        return cli_usage(cli, N_("Usage: maillon {0}"), "publish FOLDER [--year YEAR]");
    const char *folder = cli->words[from];
    int code = cli_open(cli, false);
    if (code)
        return code;
    code = openbooks_check_folder(folder, &error);
    if (!code)
        code = publish(cli, year, &answer, &error);
    if (!code)
        code = print_with_templates(cli, &printer, &error);
    if (!code)
        code = openbooks_write(cli->app, tree_int(answer, "publication", 0), folder, &printer, &error);
    template_set_free(printer.context);
    if (code)
        return cli_refuse(cli, &error);
    if (cli->json) {
        tree_set_text(cli->arena, answer, "folder", folder);
        cli_print_json(answer);
        return EXIT_DONE;
    }
    say(cli, N_("{0} figures are published in {1}. Open {1}/index.html; no server is needed."),
        digits(cli, tree_int(answer, "figures", 0)), folder, NULL);
    say(cli, N_("Hash of the figures: {0}"), tree_text(answer, "hash"), NULL, NULL);
    return EXIT_DONE;
}

int cli_run_openbooks_verify(struct cli *cli, int from)
{
    struct error error = {0};
    struct openbooks_printer printer = {0};
    struct openbooks_proof proof;
    if (cli->word_count > from + 1)
        return cli_usage(cli, N_("Usage: maillon {0}"), "openbooks verify [FOLDER]");
    const char *folder = cli->word_count > from ? cli->words[from] : NULL;
    int code = cli_open(cli, false);
    if (code)
        return code;
    code = print_with_templates(cli, &printer, &error);
    if (!code)
        code = openbooks_verify(cli->app, folder, &printer, &proof, &error);
    template_set_free(printer.context);
    if (code)
        return cli_refuse(cli, &error);
    if (cli->json) {
        struct tree *answer = tree_map(cli->arena);
        tree_set_bool(cli->arena, answer, "holds", true);
        tree_set_int(cli->arena, answer, "publication", proof.number);
        tree_set_text(cli->arena, answer, "published_on", proof.published_on);
        tree_set_int(cli->arena, answer, "figures", proof.figures);
        tree_set_int(cli->arena, answer, "files", proof.files);
        cli_print_json(answer);
        return EXIT_DONE;
    }
    say(cli,
        folder ? N_("The open books hold: {0} figures are those of the ledger, and {1} files those that were "
                    "published.")
               : N_("The open books hold: {0} figures are those of the ledger."),
        digits(cli, proof.figures), digits(cli, proof.files), NULL);
    return EXIT_DONE;
}
