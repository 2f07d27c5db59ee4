/* Actions and views as commands. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"
#include "kernel/action.h"
#include "kernel/show.h"

enum { FILE_BYTES_MAX = 256 << 20 };

/* --- from the line to an action's input --- */

struct input {
    struct tree *fields;
    struct upload file;
    const char *extra_files[WORDS_MAX]; /* further files of an import */
    int extra_count;
    const char *key;
};

static int read_file(struct cli *cli, const char *path, struct upload *ret_file)
{
    struct buffer buffer = {0};
    int code = buffer_read_file(&buffer, !strcmp(path, "-") ? "/dev/stdin" : path, FILE_BYTES_MAX);
    if (code) {
        struct error error = {0};
        error_set(&error, ERR_INVALID, "file", N_("The file {0} cannot be read: {1}."), path, strerror(code), NULL);
        buffer_free(&buffer);
        return cli_refuse(cli, &error);
    }
    const char *name = strrchr(path, '/');
    *ret_file = (struct upload){name ? name + 1 : path, buffer.bytes, buffer.length}; /* until drop_file */
    return 0;
}

/* As soon as its action ran: a year of notices is many large files. What an action answers lives in the arena. */
static void drop_file(struct upload *file)
{
    free((char *)file->bytes);
    *file = (struct upload){0};
}

static const struct field *find_field(const struct action *action, const char *option)
{
    for (const struct field *field = action->fields; field->name; field++) {
        const char *a = field->name, *b = option;
        while (*a && (*a == *b || (*a == '_' && *b == '-'))) {
            a++;
            b++;
        }
        if (!*a && (!*b || *b == '='))
            return field;
    }
    return NULL;
}

static const struct field *positional(const struct action *action, int index)
{
    for (const struct field *field = action->fields; field->name; field++)
        if (field->required && field->kind != FIELD_LIST && !index--)
            return field;
    return NULL;
}

static bool takes_json(const struct action *action)
{
    for (const struct field *field = action->fields; field->name; field++)
        if (field->kind == FIELD_LIST)
            return true;
    return false;
}

static int read_json(struct cli *cli, const char *path, struct input *input)
{
    struct upload file;
    struct tree *tree;
    struct error error = {0};
    if (read_file(cli, path, &file))
        return EXIT_REFUSED;
    int code = tree_read_json(cli->arena, file.bytes, file.length, &tree, &error);
    drop_file(&file);
    if (code)
        return cli_refuse(cli, &error);
    if (tree->kind != TREE_MAP)
        return cli_usage(cli, N_("{0} must hold one JSON object."), path);
    for (struct tree *member = tree->first; member; member = member->next)
        tree_set(cli->arena, input->fields, member->name, member);
    return 0;
}

static int set_field(struct cli *cli, struct input *input, const struct field *field, const char *value)
{
    if (field->kind == FIELD_FILE) {
        if (read_file(cli, value, &input->file))
            return EXIT_REFUSED;
        value = input->file.name;
    }
    tree_set_text(cli->arena, input->fields, field->name, value);
    return 0;
}

/* "--field value", "--field=value", "--flag". Returns how many words it took, or a negative exit code. */
static int read_option(struct cli *cli, const struct action *action, int at, struct input *input)
{
    const char *option = cli->words[at] + 2;
    if (text_starts(option, "key=")) {
        input->key = option + 4;
        return 1;
    }
    const struct field *field = find_field(action, option);
    if (!field)
        return -cli_usage(cli, N_("There is no option {0} here."), cli->words[at]);
    const char *value = strchr(option, '=');
    int taken = 1;
    if (value) {
        value++;
    } else if (field->kind == FIELD_BOOL) {
        value = "1";
    } else if (at + 1 < cli->word_count) {
        value = cli->words[at + 1];
        taken = 2;
    } else {
        return -cli_usage(cli, N_("The option {0} lacks its value."), cli->words[at]);
    }
    int result = set_field(cli, input, field, value);
    return result ? -result : taken;
}

static int read_line(struct cli *cli, const struct action *action, int from, struct input *input)
{
    int given = 0;
    const struct field *last = NULL;
    input->fields = tree_map(cli->arena);
    for (int i = from; i < cli->word_count;) {
        const char *word = cli->words[i];
        if (text_starts(word, "--")) {
            int taken = read_option(cli, action, i, input);
            if (taken < 0)
                return -taken;
            i += taken;
            continue;
        }
        const struct field *field = positional(action, given);
        int result = 0;
        if (field) {
            given++;
            result = set_field(cli, input, last = field, word);
        } else if (takes_json(action)) {
            result = read_json(cli, word, input);
        } else if (last && last->kind == FIELD_FILE) {
            input->extra_files[input->extra_count++] = word;
        } else {
            result = cli_usage(cli, N_("What is {0} for? Nothing is expected there."), word);
        }
        if (result)
            return result;
        i++;
    }
    return 0;
}

/* --- running it --- */

static atomic_bool stop_asked;

static void ask_stop(int signal)
{
    (void)signal;
    atomic_store(&stop_asked, true);
}

/* While a job runs Ctrl-C asks it to stop and keep what it has. */
static void hear_interrupt(bool hear)
{
    static const struct sigaction asking = {.sa_handler = ask_stop}, usual = {.sa_handler = SIG_DFL};
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigaction(SIGINT, hear ? &asking : &usual, NULL);
    pthread_sigmask(SIG_UNBLOCK, &interrupt, NULL);
}

static void show_progress(void *context, int64_t done, int64_t total, const struct tree *report)
{
    struct cli *cli = context;
    fprintf(stderr, "\r\033[K");
    if (total > 0)
        fprintf(stderr, "%3d %%", (int)(done * 100 / total));
    for (const struct tree *member = report->first; member; member = member->next)
        fprintf(stderr, "  %s %s", tr_name(cli->language, member->name), member->text);
    fflush(stderr);
}

static int run_once(struct cli *cli, const struct action *action, const struct input *input, struct tree **ret_result)
{
    struct error error = {0};
    struct action_request request = {&cli->session, cli->language, input->fields, input->file, input->key};
    int code;
    if (action->job) {
        bool live = isatty(STDERR_FILENO);
        hear_interrupt(true);
        code = action_run_here(cli->app, action, &request, &stop_asked, live ? show_progress : NULL, cli, cli->arena,
                               ret_result, &error);
        hear_interrupt(false);
        if (live)
            fprintf(stderr, "\r\033[K");
    } else {
        code = action_run(cli->app, action, &request, cli->arena, ret_result, &error);
    }
    return code ? cli_refuse(cli, &error) : 0;
}

/* Reports of several files become one: counts add up, lists follow each other. */
static void merge(struct tree *total, const struct tree *part)
{
    for (struct tree *sum = total->first; sum; sum = sum->next) {
        const struct tree *more = tree_get(part, sum->name);
        if (sum->kind == TREE_INT && more)
            sum->number += more->number;
        for (struct tree *item = sum->kind == TREE_LIST && more ? more->first : NULL; item;) {
            struct tree *next = item->next;
            item->next = NULL;
            tree_add(sum, item);
            item = next;
        }
    }
}

/* An import that understood nothing has failed, whatever it counted. */
static bool understood(const struct tree *result)
{
    int64_t read = tree_int(result, "read", -1);
    const struct tree *refused = tree_get(result, "refused");
    return read < 0 || (read > 0 && (!refused || (int64_t)refused->count < read));
}

int cli_run_action(struct cli *cli, const struct action *action, int from)
{
    struct input input = {0};
    struct tree *result = NULL, *more = NULL;
    int code = read_line(cli, action, from, &input);
    if (!code)
        code = run_once(cli, action, &input, &result);
    drop_file(&input.file);
    for (int i = 0; i < input.extra_count && !code; i++) {
        struct input next = input;
        code = read_file(cli, input.extra_files[i], &next.file);
        if (!code)
            code = run_once(cli, action, &next, &more);
        drop_file(&next.file);
        if (!code)
            merge(result, more);
    }
    if (code)
        return code;
    if (cli->silent)
        return understood(result) ? EXIT_DONE : EXIT_REFUSED;
    if (cli->json || (!cli->readable && tree_get(result, "read")))
        cli_print_json(result);
    else
        cli_print_tree(cli, result);
    return understood(result) ? EXIT_DONE : EXIT_REFUSED;
}

/* --- views --- */

struct listing {
    struct cli *cli;
    const struct view *view;
    int64_t limit, count;
    const char **cells;
    size_t used, room;
    bool *right;
};

static void add_cell(struct listing *listing, const char *text)
{
    if (listing->used == listing->room) {
        listing->room = listing->room ? listing->room * 2 : 1024;
        listing->cells = memory_grow(listing->cells, listing->room * sizeof *listing->cells);
    }
    listing->cells[listing->used++] = text;
}

enum { STOP_LISTING = -1 };

static const char *cell_text(struct cli *cli, const struct view_column *column, const struct tree *value)
{
    return cli->csv ? show_plain(cli->arena, column->kind, value)
                    : show_screen(cli->arena, cli->language, column->kind, value);
}

static int list_row(void *context, const struct tree *row)
{
    struct listing *listing = context;
    struct cli *cli = listing->cli;
    if (listing->limit && listing->count == listing->limit)
        return STOP_LISTING;
    listing->count++;
    if (cli->json) {
        _cleanup_buffer_ struct buffer json = {0};
        tree_write_json(row, &json, false);
        printf("%s\n  %s", listing->count > 1 ? "," : "{\"rows\":[", json.bytes);
        return 0;
    }
    _cleanup_buffer_ struct buffer line = {0};
    bool first = true;
    for (int i = 0; i < listing->view->column_count; i++) {
        const struct view_column *column = &listing->view->columns[i];
        if (column->hidden)
            continue;
        const char *text = cell_text(cli, column, tree_get(row, column->name));
        if (cli->csv) {
            if (!first)
                buffer_char(&line, ';');
            buffer_csv_cell(&line, text, ';');
        } else {
            add_cell(listing, arena_strdup(cli->arena, text));
        }
        first = false;
    }
    if (cli->csv)
        printf("%s\n", buffer_string(&line));
    return 0;
}

static int list_header(struct listing *listing)
{
    struct cli *cli = listing->cli;
    int columns = 0;
    listing->right = ARENA_ARRAY(cli->arena, bool, VIEW_COLUMNS_MAX);
    for (int i = 0; i < listing->view->column_count; i++) {
        const struct view_column *column = &listing->view->columns[i];
        if (column->hidden)
            continue;
        listing->right[columns] = show_is_figure(column->kind);
        if (cli->csv)
            printf("%s%s", columns ? ";" : "", column->name);
        else if (!cli->json)
            add_cell(listing, tr_name(cli->language, column->name));
        columns++;
    }
    if (cli->csv)
        putchar('\n');
    return columns;
}

static void print_facts(struct cli *cli, const struct view *view, const struct tree *row)
{
    for (int i = 0; i < view->column_count; i++) {
        const struct view_column *column = &view->columns[i];
        const struct tree *value = tree_get(row, column->name);
        if (column->hidden || !value || value->kind == TREE_NULL || (value->kind == TREE_TEXT && !*value->text))
            continue;
        if (value->kind == TREE_LIST || value->kind == TREE_MAP) {
            if (!value->first)
                continue;
            printf("\n%s\n", tr_name(cli->language, column->name));
            cli_print_tree(cli, value);
        } else {
            printf("%s%s%s\n", tr_name(cli->language, column->name), cli_colon(cli), 
                   show_screen(cli->arena, cli->language, column->kind, value));
        }
    }
}

static int show_one(struct cli *cli, const struct view *view, const struct view_request *request)
{
    struct tree *answer;
    struct error error = {0};
    if (view_run(cli->app, view, &cli->session, cli->arena, request, &answer, &error))
        return cli_refuse(cli, &error);
    if (cli->json) {
        cli_print_json(answer);
        return 0;
    }
    if (cli->csv) {
        struct listing listing = {.cli = cli, .view = view};
        list_header(&listing);
        return list_row(&listing, answer);
    }
    print_facts(cli, view, answer);
    return 0;
}

static int read_params(struct cli *cli, const struct view *view, int from, struct tree *params)
{
    int given = 0;
    for (int i = 0; i < view->param_count; i++) {
        char option[80];
        snprintf(option, sizeof option, "--%s", view->params[i].name);
        for (char *p = option + 2; *p; p++)
            *p = *p == '_' ? '-' : *p;
        const char *value = cli_option(cli, from, option);
        if (value)
            tree_set_text(cli->arena, params, view->params[i].name, value);
    }
    for (int i = from; i < cli->word_count; i++) {
        if (text_starts(cli->words[i], "--"))
            return cli_usage(cli, N_("There is no option {0} here."), cli->words[i]);
        while (given < view->param_count &&
               (!view->params[given].required || tree_get(params, view->params[given].name)))
            given++;
        if (given == view->param_count)
            return cli_usage(cli, N_("What is {0} for? Nothing is expected there."), cli->words[i]);
        tree_set_text(cli->arena, params, view->params[given++].name, cli->words[i]);
    }
    return 0;
}

int cli_run_view(struct cli *cli, const struct view *view, int from)
{
    struct tree *params = tree_map(cli->arena);
    struct view_request request = {.params = params};
    struct listing listing = {.cli = cli, .view = view};
    const char *limit = cli_option(cli, from, "--limit");
    request.sort = cli_option(cli, from, "--sort");
    request.down = cli_flag(cli, from, "--desc");
    if (limit && (!text_to_int(limit, &listing.limit) || listing.limit < 1))
        return cli_usage(cli, N_("The option {0} lacks its value."), "--limit");
    int code = read_params(cli, view, from, params);
    if (code)
        return code;
    if (view->one)
        return show_one(cli, view, &request);
    struct error error = {0};
    int columns = list_header(&listing);
    code = view_export(cli->app, view, &cli->session, &request, list_row, &listing, &error);
    if (code && code != STOP_LISTING) {
        free(listing.cells);
        return cli_refuse(cli, &error);
    }
    if (cli->json)
        puts(listing.count ? "\n]}" : "{\"rows\":[]}");
    if (!cli->json && !cli->csv)
        cli_print_table(listing.cells, columns, (int)(listing.used / (size_t)columns), listing.right);
    free(listing.cells);
    return EXIT_DONE;
}
