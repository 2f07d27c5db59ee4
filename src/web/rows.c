/* A template for the rows of each view, written from its columns when the pages are loaded: a page of fifty rows then
 * costs one tag for each cell, and no list of cells has to be built. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/show.h"
#include "web/request.h"

/* The tag that writes a column in the way of its kind. Empty values of dates and instants write nothing. */
static const char *tag_of(struct arena *arena, const struct view_column *column)
{
    const char *name = column->name;
    switch (column->kind) {
    case COLUMN_INT:
        return arena_printf(arena, "{{%s|number}}", name);
    case COLUMN_MONEY:
    case COLUMN_QUANTITY:
    case COLUMN_RATE:
    case COLUMN_WORDS:
        return arena_printf(arena, "{{%s|%s}}", name, column_kind_name(column->kind));
    case COLUMN_DATE:
    case COLUMN_INSTANT:
        return arena_printf(arena, "{{#%s}}{{%s|%s}}{{/%s}}", name, name, column_kind_name(column->kind), name);
    case COLUMN_BOOL:
        return arena_printf(arena, "{{#%s}}{{_ yes }}{{/%s}}{{^%s}}{{_ no }}{{/%s}}", name, name, name, name);
    case COLUMN_CODE:
        return arena_printf(arena, "{{#%s}}{{~%s}}{{/%s}}", name, name, name);
    case COLUMN_JSON:
        return "";
    default:
        return arena_printf(arena, "{{%s}}", name);
    }
}

static const char *class_of(enum column_kind kind)
{
    if (show_is_figure(kind))
        return "num";
    if (kind == COLUMN_DATE || kind == COLUMN_INSTANT)
        return "date";
    return kind == COLUMN_SIRET || kind == COLUMN_REF || kind == COLUMN_ID ? "ref" : "";
}

/* "/members/{siret}" -> "/members/{{siret|url}}" */
static const char *href_of(struct arena *arena, const char *pattern)
{
    struct buffer out = {0};
    for (; *pattern; pattern++) {
        if (*pattern == '{')
            buffer_text(&out, "{{");
        else if (*pattern == '}')
            buffer_text(&out, "|url}}");
        else
            buffer_char(&out, *pattern);
    }
    const char *href = arena_copy(arena, buffer_string(&out), out.length);
    buffer_free(&out);
    return href;
}

static struct tree *row_context(struct arena *arena, const struct view *view, const char *language)
{
    struct tree *context = tree_map(arena), *cells;
    tree_set_text(arena, context, "open", "{{#rows}}");
    tree_set_text(arena, context, "close", "{{/rows}}");
    cells = tree_set_list(arena, context, "cells");
    for (int i = 0; i < view->column_count; i++) {
        const struct view_column *column = &view->columns[i];
        if (column->hidden)
            continue;
        bool head = !cells->first;
        struct tree *cell = tree_add_map(arena, cells);
        tree_set_bool(arena, cell, "head", head);
        tree_set_text(arena, cell, "label", tr_name(language, column->name));
        tree_set_text(arena, cell, "class", class_of(column->kind));
        tree_set_text(arena, cell, "href", column->link ? href_of(arena, column->link) : NULL);
        tree_set_text(arena, cell, "when", arena_printf(arena, "{{#%s}}", column->name));
        tree_set_text(arena, cell, "end", arena_printf(arena, "{{/%s}}", column->name));
        tree_set_text(arena, cell, "value", tag_of(arena, column));
    }
    return context;
}

const char *rows_template(struct arena *arena, const struct view *view, const char *language)
{
    return arena_printf(arena, "rows/%s/%s", view->name, language);
}

static int add_rows(struct template_set *set, const struct template_set *pattern, struct arena *arena,
                    const struct view *view, const char *language, struct error *error)
{
    _cleanup_buffer_ struct buffer source = {0};
    int result = template_render(pattern, "row", row_context(arena, view, language), NULL, &source, error);
    return result ? result
                  : template_add(set, rows_template(arena, view, language), source.bytes, source.length, error);
}

int rows_add_templates(struct template_set *set, const struct app *app, const char *pattern_source, size_t length,
                       struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct template_set *pattern = template_set_new();
    int result = template_add(pattern, "row", pattern_source, length, error);
    if (!result)
        result = template_link(pattern, error);
    for (size_t i = 0; i < app->view_count && !result; i++) {
        if (app->views[i]->one)
            continue;
        result = add_rows(set, pattern, arena, app->views[i], "fr", error);
        if (!result)
            result = add_rows(set, pattern, arena, app->views[i], "en", error);
    }
    template_set_free(pattern);
    return result;
}
