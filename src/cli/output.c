/* The terminal: tables, facts, JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/cli.h"

enum { CELL_WIDTH_MAX = 60 };

static int width_of(const char *text)
{
    int width = 0;
    utf8proc_int32_t point;
    for (utf8proc_ssize_t used; *text; text += used) {
        used = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        if (used <= 0)
            break;
        width += utf8proc_charwidth(point);
    }
    return width;
}

/* A long cell is cut on a terminal; --json and --csv give all of it. */
static size_t cut(const char *text)
{
    return width_of(text) > CELL_WIDTH_MAX ? text_prefix_bytes(text, CELL_WIDTH_MAX - 1) : strlen(text);
}

static void pad(int count)
{
    for (; count > 0; count--)
        putchar(' ');
}

void cli_print_table(const char *const *cells, int columns, int rows, const bool *right)
{
    int *widths = memory_get(sizeof *widths * (size_t)(columns + 1));
    for (int i = 0; i < columns * rows; i++) {
        int width = width_of(cells[i]);
        width = width > CELL_WIDTH_MAX ? CELL_WIDTH_MAX : width;
        if (width > widths[i % columns])
            widths[i % columns] = width;
    }
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            const char *cell = cells[row * columns + column];
            size_t bytes = cut(cell);
            bool short_cut = bytes < strlen(cell);
            int space = widths[column] - (short_cut ? CELL_WIDTH_MAX : width_of(cell));
            if (column)
                fputs("  ", stdout);
            if (right && right[column])
                pad(space);
            printf("%.*s%s", (int)bytes, cell, short_cut ? "…" : "");
            if (column + 1 < columns && !(right && right[column]))
                pad(space);
        }
        putchar('\n');
    }
    free(widths);
}

static const char *words_text(struct cli *cli, const char *words)
{
    struct buffer out = {0};
    while (*words) {
        size_t length = strcspn(words, " ");
        buffer_printf(&out, "%s%s", out.length ? ", " : "",
                      tr_name(cli->language, arena_copy(cli->arena, words, length)));
        words += length + (words[length] == ' ');
    }
    const char *text = arena_copy(cli->arena, buffer_string(&out), out.length);
    buffer_free(&out);
    return text;
}

static const char *number_text(struct cli *cli, enum column_kind kind, int64_t number, bool machine)
{
    const char *const language = cli->language;
    struct arena *arena = cli->arena;
    switch (kind) {
    case COLUMN_MONEY:
        return machine ? number_plain(arena, number, DECIMALS_MONEY, false)
                       : arena_printf(arena, "%s €", number_screen(arena, number, DECIMALS_MONEY, false, language));
    case COLUMN_QUANTITY:
        return machine ? number_plain(arena, number, DECIMALS_QUANTITY, true)
                       : number_screen(arena, number, DECIMALS_QUANTITY, true, language);
    case COLUMN_RATE:
        return machine ? number_plain(arena, number, DECIMALS_RATE, true)
                       : arena_printf(arena, "%s %%", number_screen(arena, number, DECIMALS_RATE - 2, true, language));
    case COLUMN_INSTANT:
        return machine ? date_format_instant(arena, number) : date_screen_instant(arena, number, language);
    case COLUMN_BOOL:
        return machine ? (number ? "1" : "0") : tr(language, number ? N_("yes") : N_("no"));
    default:
        return arena_printf(arena, "%" PRId64, number);
    }
}

const char *cli_cell(struct cli *cli, enum column_kind kind, const struct tree *value, bool machine)
{
    if (!value || value->kind == TREE_NULL)
        return "";
    if (value->kind == TREE_INT || value->kind == TREE_BOOL)
        return number_text(cli, kind, value->number, machine);
    if (value->kind == TREE_LIST || value->kind == TREE_MAP) {
        struct buffer json = {0};
        tree_write_json(value, &json, false);
        const char *text = arena_copy(cli->arena, json.bytes, json.length);
        buffer_free(&json);
        return text;
    }
    if (machine)
        return value->text;
    switch (kind) {
    case COLUMN_CODE:
        return tr_name(cli->language, value->text);
    case COLUMN_WORDS:
        return words_text(cli, value->text);
    case COLUMN_DATE:
        return date_screen(cli->arena, value->text, cli->language);
    default:
        return value->text;
    }
}

/* Names ending in a unit tell how an int is written: the result of an action has no declared columns. */
static enum column_kind kind_by_name(const struct tree *value)
{
    const char *name = value->name ? value->name : "";
    if (value->kind == TREE_BOOL)
        return COLUMN_BOOL;
    if (text_ends(name, "_cents"))
        return COLUMN_MONEY;
    if (text_ends(name, "_ms"))
        return COLUMN_INSTANT;
    return text_ends(name, "_ppm") ? COLUMN_RATE : COLUMN_TEXT;
}

static bool is_plain(const struct tree *value)
{
    return value->kind != TREE_LIST && value->kind != TREE_MAP;
}

static void print_list(struct cli *cli, const struct tree *list)
{
    const struct tree *first = list->first;
    if (!first || first->kind != TREE_MAP) {
        for (const struct tree *item = first; item; item = item->next)
            printf("  %s\n", cli_cell(cli, kind_by_name(item), item, false));
        return;
    }
    int columns = (int)first->count, rows = (int)list->count + 1, at = 0;
    const char **cells = ARENA_ARRAY(cli->arena, const char *, columns * rows);
    bool *right = ARENA_ARRAY(cli->arena, bool, columns);
    for (const struct tree *member = first->first; member; member = member->next) {
        right[at] = member->kind == TREE_INT;
        cells[at++] = tr_name(cli->language, member->name);
    }
    for (const struct tree *item = first; item; item = item->next)
        for (const struct tree *member = first->first; member; member = member->next) {
            const struct tree *value = tree_get(item, member->name);
            cells[at++] = value ? cli_cell(cli, kind_by_name(value), value, false) : "";
        }
    cli_print_table(cells, columns, rows, right);
}

void cli_print_tree(struct cli *cli, const struct tree *tree)
{
    if (tree->kind == TREE_LIST) {
        print_list(cli, tree);
        return;
    }
    for (const struct tree *member = tree->first; member; member = member->next) {
        if (is_plain(member)) {
            printf("%s: %s\n", tr_name(cli->language, member->name), cli_cell(cli, kind_by_name(member), member, false));
        } else if (tree_true(member)) {
            printf("\n%s\n", tr_name(cli->language, member->name));
            cli_print_tree(cli, member);
        }
    }
}

void cli_print_json(const struct tree *tree)
{
    _cleanup_buffer_ struct buffer json = {0};
    tree_write_json(tree, &json, true);
    fwrite(buffer_string(&json), 1, json.length, stdout);
    putchar('\n');
}
