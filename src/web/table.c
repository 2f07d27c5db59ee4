/* What the template "web/table" needs to show a view's answer: columns, cells, filters, neighbours. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/show.h"
#include "web/request.h"

/* The same page with other parameters: those of the query, but for `without`, plus name=value. */
static const char *href(struct request *request, const char *base, const char *without, const char *name, const char *value)
{
    struct buffer out = {0};
    buffer_text(&out, base);
    char joint = '?';
    for (const struct tree *param = request->query->first; param; param = param->next) {
        if (text_has_word(without, param->name) || text_is(param->name, name) || text_is(param->name, "done"))
            continue;
        buffer_char(&out, joint);
        buffer_url(&out, param->name);
        buffer_char(&out, '=');
        buffer_url(&out, param->text);
        joint = '&';
    }
    if (name) {
        buffer_printf(&out, "%c%s=", joint, name);
        buffer_url(&out, value);
    }
    const char *text = arena_copy(request->arena, out.bytes, out.length);
    buffer_free(&out);
    return text;
}

/* Columns and filters also stand under their own names, for pages that place them themselves. */
static void add_columns(struct request *request, struct tree *table, const struct view *view)
{
    struct arena *arena = request->arena;
    const char *sort = tree_text(request->query, "sort"), *order = sort ? sort : view->order;
    bool down = sort ? tree_get(request->query, "desc") != NULL : view->order_down;
    struct tree *columns = tree_set_list(arena, table, "columns"), *heads = tree_set_map(arena, table, "head");
    for (int i = 0; i < view->column_count; i++) {
        const struct view_column *column = &view->columns[i];
        if (column->hidden)
            continue;
        struct tree *shown = tree_add_map(arena, columns);
        bool current = text_is(column->name, order), turn = current && !down;
        bool sorts = !view->whole && (column->sort || column->key);
        tree_set_text(arena, shown, "label", tr_name(request->language, column->name));
        tree_set_bool(arena, shown, "figure", show_is_figure(column->kind));
        tree_set_text(arena, shown, "sort_href",
                      sorts ? href(request, request->path, turn ? "after before" : "after before desc", "sort", column->name) : NULL);
        if (sorts && turn)
            ((struct tree *)tree_get(shown, "sort_href"))->text =
                arena_printf(arena, "%s&desc=1", tree_text(shown, "sort_href"));
        tree_set_text(arena, shown, "aria_sort", sorts && current ? (down ? "descending" : "ascending") : NULL);
        tree_set(arena, heads, column->name, shown);
    }
}

static void add_choices(struct request *request, struct tree *filter, const struct view_param *param, const char *value)
{
    struct arena *arena = request->arena;
    if (!param->choices) {
        tree_set_text(arena, filter, "choices", NULL);
        return;
    }
    struct tree *list = tree_set_list(arena, filter, "choices");
    for (const char *p = param->choices; *p;) {
        size_t length = strcspn(p, "|");
        const char *code = arena_copy(arena, p, length);
        struct tree *choice = tree_add_map(arena, list);
        tree_set_text(arena, choice, "value", code);
        tree_set_text(arena, choice, "label", tr_name(request->language, code));
        tree_set_bool(arena, choice, "selected", text_is(code, value));
        p += length + (p[length] == '|');
    }
}

static void add_filters(struct request *request, struct tree *table, const struct view *view, const struct tree *params)
{
    struct arena *arena = request->arena;
    struct tree *filters = tree_set_list(arena, table, "filters"), *named = tree_set_map(arena, table, "filter");
    const struct grant *grant = access_grant(request->web->app, request->session, view->roles, view->name);
    const char *withheld = grant ? view_withheld_names(view, grant->role) : "";
    bool any = false;
    for (int i = 0; i < view->param_count; i++) {
        const struct view_param *param = &view->params[i];
        if (param->required)
            continue;
        if (text_has_word(withheld, param->name)) {
            tree_set_text(arena, named, param->name, NULL);
            continue;
        }
        struct tree *filter = tree_add_map(arena, filters);
        const char *value = tree_text(params, param->name);
        any = any || (value && *value);
        tree_set_text(arena, filter, "name", param->name);
        tree_set_text(arena, filter, "label", tr_name(request->language, param->name));
        tree_set_text(arena, filter, "value", value);
        tree_set_text(arena, filter, "type",
                      param->search ? "search" : param->kind == COLUMN_DATE ? "date" : "text");
        tree_set_bool(arena, filter, "chosen", param->choices != NULL);
        tree_set_bool(arena, filter, "wide", param->search != NULL);
        add_choices(request, filter, param, value);
        tree_set(arena, named, param->name, filter);
    }
    tree_set_bool(arena, table, "filtered", filters->first != NULL);
    tree_set_bool(arena, table, "narrowed", any);
}

/* "?siret=…&sort=…": the parameters of the path and the order, for the exports. */
static const char *own_params(struct request *request, const struct tree *params)
{
    struct buffer out = {0};
    const struct tree *order[] = {tree_get(request->query, "sort"), tree_get(request->query, "desc")};
    for (const struct tree *param = params->first; param; param = param->next) {
        if (param->kind != TREE_TEXT || !*param->text)
            continue;
        buffer_printf(&out, "%c%s=", out.length ? '&' : '?', param->name);
        buffer_url(&out, param->text);
    }
    for (size_t i = 0; i < COUNT_OF(order); i++)
        if (order[i]) {
            buffer_printf(&out, "%c%s=", out.length ? '&' : '?', order[i]->name);
            buffer_url(&out, order[i]->text);
        }
    const char *text = arena_copy(request->arena, buffer_string(&out), out.length);
    buffer_free(&out);
    return text;
}

void table_add(struct request *request, struct tree *answer, const struct view *view, const struct tree *params)
{
    struct arena *arena = request->arena;
    const struct tree *rows = tree_get(answer, "rows");
    if (!rows)
        return;
    struct tree *table = tree_set_map(arena, answer, "table");
    char *id = arena_strdup(arena, view->name);
    for (char *dot = strchr(id, '.'); dot; dot = strchr(dot, '.'))
        *dot = '-';
    tree_set_text(arena, table, "id", id);
    tree_set_text(arena, table, "title", tr(request->language, view->title));
    tree_set_bool(arena, table, "empty", !rows->first);
    tree_set_text(arena, table, "path", request->path);
    add_columns(request, table, view);
    tree_set(arena, table, "rows", (struct tree *)rows);
    tree_set_text(arena, table, "rows_template", rows_template(arena, view, request->language));
    add_filters(request, table, view, params);
    const char *next = tree_text(answer, "next"), *previous = tree_text(answer, "previous");
    tree_set_text(arena, table, "next_href", next ? href(request, request->path, "before", "after", next) : NULL);
    tree_set_text(arena, table, "previous_href", previous ? href(request, request->path, "after", "before", previous) : NULL);
    const char *own = own_params(request, params);
    tree_set_text(arena, table, "csv_href", arena_printf(arena, "/view/%s.csv%s", view->name, own));
    tree_set_text(arena, table, "json_href", arena_printf(arena, "/api/view/%s%s", view->name, own));
}
