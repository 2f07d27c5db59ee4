/* Forms of actions: shown from the declaration, run, and shown again with what was typed and the error beside its
 * field. Rows of repeated groups are added and removed by submit buttons, so that no script is needed. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/show.h"
#include "web/request.h"

enum { ROWS_AT_ONCE_MAX = 20 };

struct forming {
    struct request *request;
    struct arena *arena;
    const char *language;
    const struct error *errors;
    const char *id;    /* stands before the ids of the fields: a page may hold several forms */
    const char *fixed; /* names of fields that the page itself fills, not the person */
    bool placed;       /* the form has a template of its own */
};

static const char *error_of(const struct forming *forming, const char *path)
{
    for (const struct error *error = forming->errors; error; error = error->next)
        if (text_is(error->field, path)) {
            char text[ERROR_TEXT_BYTES];
            error_format(error, tr(forming->language, error->message), text, sizeof text);
            return arena_strdup(forming->arena, text);
        }
    return NULL;
}

static void add_choices(const struct forming *forming, struct tree *shown, const struct field *field, const char *value)
{
    struct arena *arena = forming->arena;
    struct tree *list = tree_set_list(arena, shown, "choices");
    for (const char *p = field->choices, *end = p + choices_length(p); p < end;) {
        size_t length = strcspn(p, "|");
        const char *code = arena_copy(arena, p, length);
        struct tree *choice = tree_add_map(arena, list);
        tree_set_text(arena, choice, "value", code);
        tree_set_text(arena, choice, "label", tr_name(forming->language, code));
        tree_set_bool(arena, choice, "selected",
                      field->kind == FIELD_WORDS ? text_has_word(value, code) : text_is(value, code));
        p += length + (p[length] == '|');
    }
}

/* What the template "web/field" switches on. */
static const char *widget_of(const struct field *field)
{
    switch (field->kind) {
    case FIELD_NOTE:
        return "is_note";
    case FIELD_BOOL:
        return "is_bool";
    case FIELD_CHOICE:
        return "is_choice";
    case FIELD_WORDS:
        return field->choices ? "is_words" : "is_text";
    case FIELD_DATE:
        return "is_date";
    case FIELD_SECRET:
        return "is_secret";
    case FIELD_FILE:
        return "is_file";
    case FIELD_MONEY:
    case FIELD_RATE:
    case FIELD_QUANTITY:
    case FIELD_INT:
        return "is_number";
    case FIELD_LIST:
        return "is_list";
    default:
        return "is_text";
    }
}

/* NULL for what is no <input> of one line. */
static const char *input_type(const char *widget)
{
    return text_is(widget, "is_text") ? "text" : text_is(widget, "is_date") ? "date" : text_is(widget, "is_secret") ? "password" : NULL;
}

static void add_fields(const struct forming *forming, struct tree *list, const struct field *fields,
                       const struct tree *values, const char *prefix);

/* "lots.0.place" -> "lots-0-place", after the form's own: no dots, which style sheets would read as classes. */
static const char *element_id(const struct forming *forming, const char *path)
{
    char *id = arena_printf(forming->arena, "%s%s", forming->id, path);
    for (char *p = id; *p; p++)
        *p = *p == '.' ? '-' : *p;
    return id;
}

/* The fields also stand under their own names, for a form that places them itself. */
static void add_names(const struct forming *forming, struct tree *shown)
{
    if (!forming->placed)
        return;
    struct tree *named = tree_map(forming->arena);
    for (const struct tree *field = tree_get(shown, "fields")->first; field; field = field->next) {
        const char *name = tree_text(field, "name"), *dot = strrchr(name, '.');
        tree_set(forming->arena, named, dot ? dot + 1 : name, (struct tree *)field);
    }
    tree_set(forming->arena, shown, "named", named);
}

/* Name of one row of a list: "lots" is Lots, "lots.one" is Lot. */
static const char *one_of(const struct forming *forming, const char *name)
{
    const char *one = arena_printf(forming->arena, "%s.one", name), *text = tr_name(forming->language, one);
    return text != one ? text : tr_name(forming->language, name);
}

static void add_rows(const struct forming *forming, struct tree *shown, const struct field *field,
                     const struct tree *value, const char *path)
{
    struct arena *arena = forming->arena;
    struct tree *rows = tree_set_list(arena, shown, "rows");
    const struct tree *item = value && value->kind == TREE_LIST ? value->first : value && value->kind == TREE_MAP ? value : NULL;
    struct tree none = {.kind = TREE_MAP};
    bool single = field->max == 1;
    if (!item && (single || field->required)) /* the first row needs no button */
        item = &none;
    int index = 0;
    for (; item; item = single ? NULL : item->next, index++) {
        struct tree *row = tree_add_map(arena, rows);
        const char *prefix = arena_printf(arena, "%s.%d.", path, index);
        tree_set_text(arena, row, "row_label",
                      single ? NULL : arena_printf(arena, "%s %d", one_of(forming, field->name), index + 1));
        tree_set_text(arena, row, "remove", single ? NULL : arena_printf(arena, "%s.%d", path, index));
        tree_set_text(arena, row, "row_id", element_id(forming, arena_printf(arena, "%s.%d", path, index)));
        tree_set_text(arena, row, "list_id", element_id(forming, path));
        add_fields(forming, tree_set_list(arena, row, "fields"), field->of, item, prefix);
        add_names(forming, row);
    }
    tree_set_text(arena, shown, "add", single ? NULL : path);
    tree_set_int(arena, shown, "next_row", index);
    tree_set_text(arena, shown, "one_label", one_of(forming, field->name));
}

static void add_field(const struct forming *forming, struct tree *list, const struct field *field,
                      const struct tree *values, const char *prefix)
{
    static const char *const widgets[] = {"is_note", "is_bool", "is_choice", "is_words", "is_file", "is_number", "is_list"};
    struct arena *arena = forming->arena;
    struct tree *shown = tree_add_map(arena, list);
    const char *path = arena_printf(arena, "%s%s", prefix, field->name), *widget = widget_of(field);
    const struct tree *value = tree_get(values, field->name);
    const char *text = value ? show_typed(arena, forming->language, field->kind, value) : field->initial;
    if (!text || field->kind == FIELD_SECRET || field->kind == FIELD_FILE)
        text = "";
    bool hidden = text_has_word(forming->fixed, path);
    for (size_t i = 0; i < COUNT_OF(widgets); i++)
        tree_set_bool(arena, shown, widgets[i], !hidden && text_is(widgets[i], widget));
    const char *hint = field->hint ? tr(forming->language, field->hint) : NULL, *error = error_of(forming, path);
    tree_set_bool(arena, shown, "is_hidden", hidden);
    tree_set_bool(arena, shown, "is_plain",
                  !hidden && field->kind != FIELD_LIST && field->kind != FIELD_BOOL && !text_is(widget, "is_words"));
    tree_set_bool(arena, shown, "wide",
                  field->kind == FIELD_LIST || field->kind == FIELD_NOTE || text_is(widget, "is_words"));
    tree_set_text(arena, shown, "input_type", input_type(widget));
    tree_set_text(arena, shown, "autocomplete", field->kind == FIELD_SECRET ? "new-password" : NULL);
    const char *id = element_id(forming, path);
    tree_set_text(arena, shown, "name", path);
    tree_set_text(arena, shown, "id", id);
    tree_set_text(arena, shown, "label", tr_name(forming->language, field->name));
    tree_set_text(arena, shown, "hint", hint);
    tree_set_text(arena, shown, "error", error);
    tree_set_text(arena, shown, "described",
                  hint && error ? arena_printf(arena, "h-%s e-%s", id, id)
                  : hint        ? arena_printf(arena, "h-%s", id)
                  : error       ? arena_printf(arena, "e-%s", id)
                                : NULL);
    tree_set_bool(arena, shown, "required", field->required);
    tree_set_text(arena, shown, "value", text);
    tree_set_bool(arena, shown, "checked", text_is(text, "1") || text_is(text, "on") || text_is(text, "true"));
    tree_set_text(arena, shown, "unit", field->kind == FIELD_MONEY ? "€" : field->kind == FIELD_RATE ? "%" : NULL);
    if (field->choices)
        add_choices(forming, shown, field, text);
    else
        tree_set_text(arena, shown, "choices", NULL);
    if (field->kind == FIELD_LIST)
        add_rows(forming, shown, field, value, path);
    else /* null, so that a field within a list does not find its list's rows further out */
        tree_set_text(arena, shown, "rows", NULL);
}

static void add_fields(const struct forming *forming, struct tree *list, const struct field *fields,
                       const struct tree *values, const char *prefix)
{
    for (const struct field *field = fields; field->name; field++)
        add_field(forming, list, field, values, prefix);
}

static void add_summary(const struct forming *forming, struct tree *form)
{
    struct arena *arena = forming->arena;
    struct tree *list = tree_set_list(arena, form, "errors");
    for (const struct error *error = forming->errors; error; error = error->next) {
        struct tree *item = tree_add_map(arena, list);
        char text[ERROR_TEXT_BYTES];
        error_format(error, tr(forming->language, error->message ? error->message : N_("The action failed.")), text,
                     sizeof text);
        const char *name = strrchr(error->field, '.');
        name = name ? name + 1 : error->field;
        tree_set_text(arena, item, "target", error->field[0] ? element_id(forming, error->field) : NULL);
        tree_set_text(arena, item, "field_label", *name ? tr_name(forming->language, arena_strdup(arena, name)) : NULL);
        tree_set_text(arena, item, "message", arena_strdup(arena, text));
    }
}

static bool has_file(const struct field *fields)
{
    for (; fields->name; fields++)
        if (fields->kind == FIELD_FILE)
            return true;
    return false;
}

static const char *action_path(struct arena *arena, const struct action *action)
{
    char *path = arena_printf(arena, "/do/%s", action->name);
    for (char *p = path; *p; p++)
        *p = *p == ' ' ? '/' : *p;
    return path;
}

struct tree *form_tree(struct request *request, const struct action *action, const struct tree *values,
                       const struct error *errors)
{
    struct arena *arena = request->arena;
    const char *id = tree_text(values, "form_id"), *fixed = tree_text(values, "fixed");
    struct forming forming = {request, arena, request->language, errors, id ? id : "", errors ? "" : fixed ? fixed : "",
                              action->template != NULL};
    struct tree *form = tree_map(arena);
    const char *title = tr(request->language, action->title);
    tree_set_text(arena, form, "form_action", action_path(arena, action));
    tree_set_text(arena, form, "form_title", title);
    tree_set_text(arena, form, "form_help", action->help ? tr(request->language, action->help) : NULL);
    tree_set_bool(arena, form, "multipart", has_file(action->fields));
    tree_set_text(arena, form, "confirm", action->confirm ? tr(request->language, N_("Do you really want this?")) : NULL);
    tree_set_text(arena, form, "form_id", forming.id);
    tree_set_text(arena, form, "back", tree_text(values, "back"));     /* where it leads when it is done, instead of action.after */
    tree_set_text(arena, form, "cancel", tree_text(values, "cancel")); /* the page it stands on */
    add_summary(&forming, form);
    tree_set_bool(arena, form, "failed", errors != NULL);
    add_fields(&forming, tree_set_list(arena, form, "fields"), action->fields, values, "");
    add_names(&forming, form);
    return form;
}

void form_show(struct request *request, const struct action *action, const struct tree *values, int status,
               const struct error *errors)
{
    if (!access_grant(request->web->app, request->session, action->roles, action->name)) {
        struct error error = {0};
        reply_error(request, access_refuse(request->session, &error), &error);
        return;
    }
    struct tree *context = page_context(request, tr(request->language, action->title));
    const char *back = request_param(request, "back"), *cancel = request_param(request, "cancel");
    struct tree *known = tree_map(request->arena);
    for (const struct tree *value = values ? values->first : NULL; value; value = value->next)
        tree_set(request->arena, known, value->name, (struct tree *)value);
    if (is_local_path(back))
        tree_set_text(request->arena, known, "back", back);
    if (is_local_path(cancel) || is_local_path(back))
        tree_set_text(request->arena, known, "cancel", is_local_path(cancel) ? cancel : back);
    if (text_is(request->method, "GET"))
        action_fill(request->web->app, action, request->session, request->language, request->arena, known);
    tree_set(request->arena, context, "form", form_tree(request, action, known, errors));
    tree_set(request->arena, context, "given", known);
    struct error error = {0};
    if (action->template && page_add_views(request, action->template, context, known, &error))
        reply_error(request, error.code, &error);
    else
        reply_page(request, status, action->template ? action->template : "web/action", context);
}

/* --- rows added and removed --- */

/* The list at "lots" or "lots.2.requirements", made when it is not there yet. */
static struct tree *list_at(struct arena *arena, struct tree *map, char *path)
{
    for (;;) {
        char *dot = strchr(path, '.');
        if (dot)
            *dot = 0;
        struct tree *list = (struct tree *)tree_get(map, path);
        if (!list)
            list = tree_set_list(arena, map, arena_strdup(arena, path));
        if (!dot || list->kind != TREE_LIST)
            return list->kind == TREE_LIST ? list : NULL;
        struct tree *item = list->first;
        for (long index = strtol(dot + 1, &path, 10); item && index > 0; index--)
            item = item->next;
        if (!item || *path != '.')
            return NULL;
        map = item;
        path++;
    }
}

/* "lots", or "lines+6" for several. */
static void add_row(struct arena *arena, struct tree *values, const char *path)
{
    char *copy = arena_strdup(arena, path), *plus = strchr(copy, '+');
    int64_t count = 1;
    if (plus) {
        *plus++ = 0;
        if (!text_to_int(plus, &count) || count < 1 || count > ROWS_AT_ONCE_MAX)
            count = 1;
    }
    struct tree *list = list_at(arena, values, copy);
    for (; list && count > 0; count--)
        tree_add_map(arena, list);
}

static void remove_row(struct arena *arena, struct tree *values, const char *path)
{
    char *copy = arena_strdup(arena, path), *dot = strrchr(copy, '.');
    if (!dot)
        return;
    *dot = 0;
    long index = strtol(dot + 1, NULL, 10);
    struct tree *list = list_at(arena, values, copy), *kept = NULL;
    struct tree *item = list ? list->first : NULL;
    if (!list)
        return;
    list->first = list->last = NULL;
    list->count = 0;
    for (long at = 0; item; item = kept, at++) {
        kept = item->next;
        item->next = NULL;
        if (at != index)
            tree_add(list, item);
    }
}

/* --- running --- */

static void without(struct tree *map, const char *name)
{
    struct tree *previous = NULL;
    for (struct tree *member = map->first; member; previous = member, member = member->next)
        if (text_is(member->name, name)) {
            if (previous)
                previous->next = member->next;
            else
                map->first = member->next;
            if (map->last == member)
                map->last = previous;
            map->count--;
            return;
        }
}

/* What a form says by sending nothing: a box that is not ticked is a no, and a row without codes has none. At the top an
 * empty list of codes stays unsaid, so that forms that change only what is given do not empty it. */
static void settle(struct arena *arena, const struct field *fields, struct tree *input, bool in_row)
{
    for (const struct field *field = fields; field->name; field++) {
        const struct tree *value = tree_get(input, field->name);
        if (field->kind == FIELD_BOOL && !value) {
            tree_set_bool(arena, input, field->name, false);
        } else if (field->kind == FIELD_WORDS && in_row && !tree_true(value)) {
            without(input, field->name);
            tree_set_list(arena, input, field->name);
        } else if (field->kind == FIELD_LIST && value && value->kind == TREE_LIST) {
            for (struct tree *row = value->first; row; row = row->next)
                if (row->kind == TREE_MAP)
                    settle(arena, field->of, row, true);
        }
    }
}

static void show_result(struct request *request, const struct action *action, const struct tree *result)
{
    struct arena *arena = request->arena;
    struct tree *context = page_context(request, tr(request->language, action->title));
    struct tree *facts = tree_set_list(arena, context, "facts");
    for (const struct tree *member = result->first; member; member = member->next) {
        struct tree *fact = tree_add_map(arena, facts);
        tree_set_text(arena, fact, "label", tr_name(request->language, member->name));
        tree_set_text(arena, fact, "text", show_screen(arena, request->language, show_kind_by_name(member), member));
    }
    reply_page(request, 200, "web/result", context);
}

static void answer(struct request *request)
{
    const struct action_call *call = &request->call;
    const struct action *action = call->action;
    if (call->code == ERR_INVALID || call->code == ERR_REFUSED || call->code == ERR_NOT_FOUND) {
        form_show(request, action, call->request.input, call->code, &call->error);
    } else if (call->code) {
        reply_error(request, call->code, &call->error);
    } else if (action->job) {
        reply_redirect(request, arena_printf(request->arena, "/jobs/%s", show_plain(request->arena, COLUMN_ID, tree_get(call->result, "job"))));
    } else {
        const char *back = tree_text(request->form, "back");
        const char *after = is_local_path(back) ? back : action->after ? show_link(request->arena, action->after, call->result, call->args) : NULL;
        if (!after) {
            show_result(request, action, call->result);
            return;
        }
        struct buffer location = {0};
        buffer_text(&location, after);
        buffer_text(&location, strchr(after, '?') ? "&done=" : "?done=");
        buffer_url(&location, action->name);
        reply_redirect(request, arena_copy(request->arena, location.bytes, location.length));
        buffer_free(&location);
    }
}

void form_run(struct request *request, const struct action *action)
{
    struct arena *arena = request->arena;
    struct error error = {0};
    if (!access_grant(request->web->app, request->session, action->roles, action->name)) {
        reply_error(request, access_refuse(request->session, &error), &error);
        return;
    }
    const char *add = tree_text(request->form, "add_row"), *remove = tree_text(request->form, "remove_row");
    struct tree *input = input_nest(arena, request->form);
    without(input, "csrf");
    without(input, "add_row");
    without(input, "remove_row");
    without(input, "back");
    without(input, "cancel");
    without(input, "key");
    if (add || remove) {
        if (add)
            add_row(arena, input, add);
        else
            remove_row(arena, input, remove);
        form_show(request, action, input, 200, NULL);
        return;
    }
    settle(arena, action->fields, input, false);
    const char *key = tree_text(request->form, "key") ? tree_text(request->form, "key") : "";
    request->call = (struct action_call){
        .app = request->web->app,
        .action = action,
        .request = {.session = request->session,
                    .language = request->language,
                    .input = input,
                    .idempotency_key = action_takes_key(action) && *key ? key : NULL,
                    .key_of_form = true},
        .arena = arena,
        .context = request,
    };
    if (request->upload_name && request->upload.length) {
        request->call.request.file = (struct upload){request->upload_name, buffer_string(&request->upload), request->upload.length};
        for (const struct field *field = action->fields; field->name; field++)
            if (field->kind == FIELD_FILE)
                tree_set_text(arena, input, field->name, request->upload_name);
    }
    request_call(request, answer);
}
