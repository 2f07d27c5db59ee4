/* OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0) written from the declarations. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "web/web.h"

static void set_type(struct arena *arena, struct tree *schema, const char *type, const char *format)
{
    tree_set_text(arena, schema, "type", type);
    if (format)
        tree_set_text(arena, schema, "format", format);
}

static void set_choices(struct arena *arena, struct tree *schema, const char *choices)
{
    struct tree *list = tree_set_list(arena, schema, "enum");
    for (const char *p = choices, *end = p + choices_length(p); p < end;) {
        size_t length = strcspn(p, "|");
        tree_add_text(arena, list, arena_copy(arena, p, length));
        p += length + (p[length] == '|');
    }
}

static void field_schema(struct arena *arena, struct tree *schema, const struct field *field);

static void object_schema(struct arena *arena, struct tree *schema, const struct field *fields)
{
    bool any = false;
    tree_set_text(arena, schema, "type", "object");
    tree_set_bool(arena, schema, "additionalProperties", false);
    struct tree *properties = tree_set_map(arena, schema, "properties");
    for (const struct field *field = fields; field->name; field++) {
        field_schema(arena, tree_set_map(arena, properties, field->name), field);
        any |= field->required;
    }
    if (!any)
        return;
    struct tree *required = tree_set_list(arena, schema, "required");
    for (const struct field *field = fields; field->name; field++)
        if (field->required)
            tree_add_text(arena, required, field->name);
}

static void field_schema(struct arena *arena, struct tree *schema, const struct field *field)
{
    tree_set_text(arena, schema, "title", tr_name("en", field->name));
    if (field->hint)
        tree_set_text(arena, schema, "description", field->hint);
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_MONEY:
        set_type(arena, schema, "integer", "int64");
        break;
    case FIELD_QUANTITY:
    case FIELD_RATE:
        set_type(arena, schema, "string", "decimal");
        break;
    case FIELD_BOOL:
        set_type(arena, schema, "boolean", NULL);
        break;
    case FIELD_DATE:
        set_type(arena, schema, "string", "date");
        break;
    case FIELD_WORDS: {
        set_type(arena, schema, "array", NULL);
        struct tree *items = tree_set_map(arena, schema, "items");
        tree_set_text(arena, items, "type", "string");
        if (field->choices)
            set_choices(arena, items, field->choices);
        break;
    }
    case FIELD_LIST:
        set_type(arena, schema, "array", NULL);
        object_schema(arena, tree_set_map(arena, schema, "items"), field->of);
        break;
    default:
        set_type(arena, schema, "string", field->kind == FIELD_SECRET ? "password" : NULL);
        if (field->choices)
            set_choices(arena, schema, field->choices);
    }
}

static void column_schema(struct arena *arena, struct tree *schema, const struct view_column *column)
{
    struct tree *types = tree_set_list(arena, schema, "type");
    tree_set_text(arena, schema, "title", tr_name("en", column->name));
    switch (column->kind) {
    case COLUMN_INT:
    case COLUMN_MONEY:
    case COLUMN_QUANTITY:
    case COLUMN_RATE:
    case COLUMN_INSTANT:
    case COLUMN_ID:
        tree_add_text(arena, types, "integer");
        tree_add_text(arena, types, "string"); /* beyond 2^53, so that no reader loses digits */
        tree_set_text(arena, schema, "description",
                      column->kind == COLUMN_MONEY      ? "cents"
                      : column->kind == COLUMN_QUANTITY ? "thousandths"
                      : column->kind == COLUMN_RATE     ? "millionths"
                      : column->kind == COLUMN_INSTANT  ? "milliseconds since 1970, UTC"
                                                        : "number");
        break;
    case COLUMN_BOOL:
        tree_add_text(arena, types, "boolean");
        break;
    case COLUMN_JSON:
        tree_add_text(arena, types, "object");
        tree_add_text(arena, types, "array");
        break;
    default:
        tree_add_text(arena, types, "string");
    }
    tree_add_text(arena, types, "null");
}

static struct tree *response(struct arena *arena, struct tree *responses, const char *status, const char *text,
                             const char *type)
{
    struct tree *answer = tree_set_map(arena, responses, status);
    tree_set_text(arena, answer, "description", text);
    struct tree *content = tree_set_map(arena, answer, "content");
    return tree_set_map(arena, tree_set_map(arena, content, type), "schema");
}

static void problem_responses(struct arena *arena, struct tree *responses)
{
    static const char *const statuses[][2] = {{"401", "Log in first"}, {"403", "Not for this role"}, {"422", "A field is wrong"}};
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        tree_set_text(arena, response(arena, responses, statuses[i][0], statuses[i][1], "application/problem+json"), "$ref",
                      "#/components/schemas/Problem");
}

static struct tree *operation_of(struct arena *arena, struct tree *item, const char *method, const char *name,
                                 const char *title, const char *help)
{
    struct tree *operation = tree_set_map(arena, item, method);
    char *id = arena_strdup(arena, name);
    for (char *p = id; *p; p++)
        *p = *p == ' ' || *p == '.' || *p == '-' ? '_' : *p;
    tree_set_text(arena, operation, "operationId", arena_printf(arena, "%s_%s", method, id));
    tree_set_text(arena, operation, "summary", title);
    tree_set_text(arena, operation, "description", help ? help : title);
    tree_add_text(arena, tree_set_list(arena, operation, "tags"), arena_copy(arena, name, strcspn(name, " .")));
    return operation;
}

static void describe_action(struct arena *arena, struct tree *paths, const struct action *action)
{
    char *path = arena_printf(arena, "/api/do/%s", action->name);
    for (char *p = path; *p; p++)
        *p = *p == ' ' ? '/' : *p;
    struct tree *operation =
        operation_of(arena, tree_set_map(arena, paths, path), "post", action->name, action->title, action->help);
    struct tree *content = tree_set_map(arena, tree_set_map(arena, operation, "requestBody"), "content");
    object_schema(arena, tree_set_map(arena, tree_set_map(arena, content, "application/json"), "schema"), action->fields);
    struct tree *responses = tree_set_map(arena, operation, "responses");
    tree_set_text(arena,
                  response(arena, responses, action->job ? "202" : "200", action->job ? "The job was started" : "Done",
                           "application/json"),
                  "type", "object");
    problem_responses(arena, responses);
}

static void add_parameter(struct arena *arena, struct tree *parameters, const char *name, bool required, const char *choices)
{
    struct tree *parameter = tree_add_map(arena, parameters);
    tree_set_text(arena, parameter, "name", name);
    tree_set_text(arena, parameter, "in", "query");
    tree_set_text(arena, parameter, "description", tr_name("en", name));
    tree_set_bool(arena, parameter, "required", required);
    struct tree *schema = tree_set_map(arena, parameter, "schema");
    tree_set_text(arena, schema, "type", "string");
    if (choices)
        set_choices(arena, schema, choices);
}

static void row_schema(struct arena *arena, struct tree *schema, const struct view *view)
{
    tree_set_text(arena, schema, "type", "object");
    struct tree *properties = tree_set_map(arena, schema, "properties");
    for (int i = 0; i < view->column_count; i++)
        column_schema(arena, tree_set_map(arena, properties, view->columns[i].name), &view->columns[i]);
}

static void describe_view(struct arena *arena, struct tree *paths, const struct view *view)
{
    static const char *const paging[] = {"after", "before", "desc", "limit"};
    struct tree *item = tree_set_map(arena, paths, arena_printf(arena, "/api/view/%s", view->name));
    struct tree *operation = operation_of(arena, item, "get", view->name, view->title, view->help);
    struct tree *parameters = tree_set_list(arena, operation, "parameters");
    for (int i = 0; i < view->param_count; i++)
        add_parameter(arena, parameters, view->params[i].name, view->params[i].required, view->params[i].choices);
    if (!view->one && !view->whole) {
        char *sorts = arena_strdup(arena, "");
        for (int i = 0; i < view->column_count; i++)
            if (view->columns[i].sort || view->columns[i].key)
                sorts = arena_printf(arena, "%s%s%s", sorts, *sorts ? "|" : "", view->columns[i].name);
        add_parameter(arena, parameters, "sort", false, sorts);
        for (size_t i = 0; i < COUNT_OF(paging); i++)
            add_parameter(arena, parameters, paging[i], false, NULL);
    }
    struct tree *responses = tree_set_map(arena, operation, "responses");
    struct tree *schema = response(arena, responses, "200", view->title, "application/json");
    if (view->one) {
        row_schema(arena, schema, view);
    } else {
        tree_set_text(arena, schema, "type", "object");
        struct tree *properties = tree_set_map(arena, schema, "properties"), *rows = tree_set_map(arena, properties, "rows");
        tree_set_text(arena, rows, "type", "array");
        row_schema(arena, tree_set_map(arena, rows, "items"), view);
        tree_set_text(arena, tree_set_map(arena, properties, "next"), "type", "string");
        tree_set_text(arena, tree_set_map(arena, properties, "previous"), "type", "string");
    }
    problem_responses(arena, responses);
}

static void describe_components(struct arena *arena, struct tree *document)
{
    struct tree *components = tree_set_map(arena, document, "components");
    struct tree *bearer = tree_set_map(arena, tree_set_map(arena, components, "securitySchemes"), "bearer");
    tree_set_text(arena, bearer, "type", "http");
    tree_set_text(arena, bearer, "scheme", "bearer");
    struct tree *problem = tree_set_map(arena, tree_set_map(arena, components, "schemas"), "Problem");
    tree_set_text(arena, problem, "type", "object");
    tree_set_text(arena, problem, "description", "RFC 9457 problem details; errors holds one message per field.");
    struct tree *properties = tree_set_map(arena, problem, "properties");
    tree_set_text(arena, tree_set_map(arena, properties, "type"), "type", "string");
    tree_set_text(arena, tree_set_map(arena, properties, "status"), "type", "integer");
    tree_set_text(arena, tree_set_map(arena, properties, "title"), "type", "string");
    struct tree *errors = tree_set_map(arena, properties, "errors");
    tree_set_text(arena, errors, "type", "array");
    tree_set_text(arena, tree_set_map(arena, errors, "items"), "type", "object");
}

/* A tag for each word that names begin with: what an operation is about. */
static void describe_tag(struct arena *arena, struct tree *tags, const char *name)
{
    const char *word = arena_copy(arena, name, strcspn(name, " ."));
    for (const struct tree *tag = tags->first; tag; tag = tag->next)
        if (text_is(tree_text(tag, "name"), word))
            return;
    struct tree *tag = tree_add_map(arena, tags);
    tree_set_text(arena, tag, "name", word);
    tree_set_text(arena, tag, "description", tr_name("en", word));
}

struct tree *web_openapi(struct app *app, struct arena *arena)
{
    struct tree *document = tree_map(arena);
    tree_set_text(arena, document, "openapi", "3.1.0");
    struct tree *info = tree_set_map(arena, document, "info");
    tree_set_text(arena, info, "title", "Maillon");
    tree_set_text(arena, info, "version", MAILLON_VERSION);
    tree_set_text(arena, info, "description", "Cooperatives answer the prison administration's calls together.");
    struct tree *license = tree_set_map(arena, info, "license");
    tree_set_text(arena, license, "name", "AGPL-3.0-or-later");
    tree_set_text(arena, license, "identifier", "AGPL-3.0-or-later");
    tree_set_text(arena, tree_add_map(arena, tree_set_list(arena, document, "servers")), "url", "/");
    tree_set_list(arena, tree_add_map(arena, tree_set_list(arena, document, "security")), "bearer");
    struct tree *tags = tree_set_list(arena, document, "tags");
    for (size_t i = 0; i < app->action_count; i++)
        if (!app->actions[i]->unlisted)
            describe_tag(arena, tags, app->actions[i]->name);
    for (size_t i = 0; i < app->view_count; i++)
        describe_tag(arena, tags, app->views[i]->name);
    struct tree *paths = tree_set_map(arena, document, "paths");
    for (size_t i = 0; i < app->action_count; i++)
        if (!app->actions[i]->unlisted)
            describe_action(arena, paths, app->actions[i]);
    for (size_t i = 0; i < app->view_count; i++)
        describe_view(arena, paths, app->views[i]);
    describe_components(arena, document);
    return document;
}
