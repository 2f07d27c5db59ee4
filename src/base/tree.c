#include "base/tree.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"

static struct tree *node_new(struct arena *arena, enum tree_kind kind)
{
    struct tree *node = ARENA_NEW(arena, struct tree);
    node->kind = kind;
    return node;
}

struct tree *tree_map(struct arena *arena)
{
    return node_new(arena, TREE_MAP);
}

struct tree *tree_list(struct arena *arena)
{
    return node_new(arena, TREE_LIST);
}

void tree_add(struct tree *list, struct tree *value)
{
    if (list->last)
        list->last->next = value;
    else
        list->first = value;
    list->last = value;
    list->count++;
}

void tree_set(struct arena *arena, struct tree *map, const char *name, struct tree *value)
{
    struct tree *member = ARENA_NEW(arena, struct tree);
    *member = *value; /* a shallow copy, so that one value may stand under two names */
    member->name = name;
    member->next = NULL;
    tree_add(map, member);
}

static struct tree *member_new(struct arena *arena, struct tree *map, const char *name, enum tree_kind kind)
{
    struct tree *member = node_new(arena, kind);
    member->name = name;
    tree_add(map, member);
    return member;
}

void tree_set_text(struct arena *arena, struct tree *map, const char *name, const char *text)
{
    member_new(arena, map, name, text ? TREE_TEXT : TREE_NULL)->text = text;
}

void tree_set_decimal(struct arena *arena, struct tree *map, const char *name, const char *digits)
{
    member_new(arena, map, name, digits ? TREE_DECIMAL : TREE_NULL)->text = digits;
}

void tree_set_int(struct arena *arena, struct tree *map, const char *name, int64_t value)
{
    member_new(arena, map, name, TREE_INT)->number = value;
}

void tree_set_bool(struct arena *arena, struct tree *map, const char *name, bool value)
{
    member_new(arena, map, name, TREE_BOOL)->number = value;
}

struct tree *tree_set_map(struct arena *arena, struct tree *map, const char *name)
{
    return member_new(arena, map, name, TREE_MAP);
}

struct tree *tree_set_list(struct arena *arena, struct tree *map, const char *name)
{
    return member_new(arena, map, name, TREE_LIST);
}

struct tree *tree_add_map(struct arena *arena, struct tree *list)
{
    struct tree *map = tree_map(arena);
    tree_add(list, map);
    return map;
}

void tree_add_text(struct arena *arena, struct tree *list, const char *text)
{
    struct tree *node = node_new(arena, TREE_TEXT);
    node->text = text;
    tree_add(list, node);
}

const struct tree *tree_get(const struct tree *map, const char *name)
{
    if (!map || map->kind != TREE_MAP)
        return NULL;
    for (const struct tree *member = map->first; member; member = member->next)
        if (member->name == name || !strcmp(member->name, name))
            return member;
    return NULL;
}

const struct tree *tree_path(const struct tree *tree, const char *path)
{
    while (tree && *path) {
        size_t length = strcspn(path, ".");
        char name[64];
        if (length >= sizeof name)
            return NULL;
        memcpy(name, path, length);
        name[length] = 0;
        if (tree->kind == TREE_LIST) {
            const struct tree *item = tree->first;
            for (long index = strtol(name, NULL, 10); item && index > 0; index--)
                item = item->next;
            tree = item;
        } else {
            tree = tree_get(tree, name);
        }
        path += length + (path[length] == '.');
    }
    return tree;
}

const char *tree_text(const struct tree *map, const char *name)
{
    const struct tree *member = tree_get(map, name);
    return member && (member->kind == TREE_TEXT || member->kind == TREE_DECIMAL) ? member->text : NULL;
}

int64_t tree_int(const struct tree *map, const char *name, int64_t otherwise)
{
    const struct tree *member = tree_get(map, name);
    return member && (member->kind == TREE_INT || member->kind == TREE_BOOL) ? member->number : otherwise;
}

bool tree_true(const struct tree *tree)
{
    if (!tree)
        return false;
    switch (tree->kind) {
    case TREE_NULL:
        return false;
    case TREE_BOOL:
    case TREE_INT:
        return tree->number != 0;
    case TREE_DECIMAL:
    case TREE_TEXT:
        return tree->text[0] != 0;
    case TREE_LIST:
    case TREE_MAP:
        return tree->first != NULL;
    }
    return false;
}

static void new_line(struct buffer *out, bool indent, int depth)
{
    if (!indent)
        return;
    buffer_char(out, '\n');
    for (int i = 0; i < depth; i++)
        buffer_text(out, "  ");
}

static void write_json(const struct tree *tree, struct buffer *out, bool indent, int depth)
{
    static const int64_t exact = (int64_t)1 << 53;
    switch (tree->kind) {
    case TREE_NULL:
        buffer_text(out, "null");
        return;
    case TREE_BOOL:
        buffer_text(out, tree->number ? "true" : "false");
        return;
    case TREE_INT:
        buffer_printf(out, tree->number > exact || tree->number < -exact ? "\"%" PRId64 "\"" : "%" PRId64,
                      tree->number);
        return;
    case TREE_DECIMAL:
        buffer_text(out, tree->text);
        return;
    case TREE_TEXT:
        buffer_json_string(out, tree->text, strlen(tree->text));
        return;
    case TREE_LIST:
    case TREE_MAP:
        break;
    }
    buffer_char(out, tree->kind == TREE_MAP ? '{' : '[');
    for (const struct tree *item = tree->first; item; item = item->next) {
        new_line(out, indent, depth + 1);
        if (tree->kind == TREE_MAP) {
            buffer_json_string(out, item->name, strlen(item->name));
            buffer_text(out, indent ? ": " : ":");
        }
        write_json(item, out, indent, depth + 1);
        if (item->next)
            buffer_char(out, ',');
    }
    if (tree->first)
        new_line(out, indent, depth);
    buffer_char(out, tree->kind == TREE_MAP ? '}' : ']');
}

void tree_write_json(const struct tree *tree, struct buffer *out, bool indent)
{
    write_json(tree, out, indent, 0);
}
