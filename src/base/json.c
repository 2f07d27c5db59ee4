/* JSON text read into a tree. jansson parses; its depth limit is lowered by our own. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/tree.h"

enum { DEPTH_MAX = 64 };

static struct tree *convert(struct arena *arena, const json_t *json, int depth)
{
    struct tree *node = ARENA_NEW(arena, struct tree);
    if (depth > DEPTH_MAX)
        return NULL;
    switch (json_typeof(json)) {
    case JSON_NULL:
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        node->kind = TREE_BOOL;
        node->number = json_is_true(json);
        break;
    case JSON_INTEGER:
        node->kind = TREE_INT;
        node->number = json_integer_value(json);
        break;
    case JSON_REAL:
        node->kind = TREE_DECIMAL;
        node->text = arena_printf(arena, "%.15g", json_real_value(json));
        break;
    case JSON_STRING:
        node->kind = TREE_TEXT;
        node->text = arena_copy(arena, json_string_value(json), json_string_length(json));
        break;
    case JSON_ARRAY: {
        node->kind = TREE_LIST;
        for (size_t i = 0; i < json_array_size(json); i++) {
            struct tree *item = convert(arena, json_array_get(json, i), depth + 1);
            if (!item)
                return NULL;
            tree_add(node, item);
        }
        break;
    }
    case JSON_OBJECT: {
        node->kind = TREE_MAP;
        json_t *object = (json_t *)json, *value;
        const char *name;
        json_object_foreach(object, name, value)
        {
            struct tree *member = convert(arena, value, depth + 1);
            if (!member)
                return NULL;
            member->name = arena_strdup(arena, name);
            tree_add(node, member);
        }
        break;
    }
    }
    return node;
}

int tree_read_json(struct arena *arena, const char *text, size_t length, struct tree **ret_tree, struct error *error)
{
    json_error_t why;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!json) {
        char line[16], column[16];
        snprintf(line, sizeof line, "%d", why.line);
        snprintf(column, sizeof column, "%d", why.column);
        return error_set(error, ERR_INVALID, "", N_("This is not valid JSON: {0} (line {1}, column {2})."), why.text,
                         line, column, NULL);
    }
    *ret_tree = convert(arena, json, 0);
    json_decref(json);
    if (!*ret_tree)
        return error_set(error, ERR_INVALID, "", N_("This JSON is nested too deeply."), NULL);
    return 0;
}
