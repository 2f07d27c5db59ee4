/* The terminal: tables, facts, JSON. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"
#include "kernel/show.h"

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

static bool is_plain(const struct tree *value)
{
    return value->kind != TREE_LIST && value->kind != TREE_MAP;
}

static void print_list(struct cli *cli, const struct tree *list)
{
    const struct tree *first = list->first;
    if (!first || first->kind != TREE_MAP) {
        for (const struct tree *item = first; item; item = item->next)
            printf("  %s\n", show_screen(cli->arena, cli->language, show_kind_by_name(item), item));
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
            cells[at++] = value ? show_screen(cli->arena, cli->language, show_kind_by_name(value), value) : "";
        }
    cli_print_table(cells, columns, rows, right);
}

const char *cli_colon(const struct cli *cli)
{
    return text_is(cli->language, "en") ? ": " : "\u00a0: ";
}

void cli_print_tree(struct cli *cli, const struct tree *tree)
{
    if (tree->kind == TREE_LIST) {
        print_list(cli, tree);
        return;
    }
    for (const struct tree *member = tree->first; member; member = member->next) {
        if (is_plain(member)) {
            printf("%s%s%s\n", tr_name(cli->language, member->name), cli_colon(cli), 
                   show_screen(cli->arena, cli->language, show_kind_by_name(member), member));
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
