/* Elements from JSON, and how they are read. Sources: the shapes of `donnees` in the BOAMP interface:
 * attributes begin with "@", text beside attributes is "#text" ("#TEXT" in older records), an empty element
 * is "" or null. */
#include "tenders/formats/element.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "base/tree.h"
#include "tenders/formats/format.h"

void element_add(struct element *parent, struct element *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static const char *scalar_text(struct arena *arena, const struct tree *tree)
{
    switch (tree->kind) {
    case TREE_TEXT:
    case TREE_DECIMAL:
        return tree->text;
    case TREE_INT:
        return arena_printf(arena, "%" PRId64, tree->number);
    case TREE_BOOL:
        return tree->number ? "true" : "false";
    default:
        return "";
    }
}

static void add_value(struct arena *arena, struct element *parent, const char *name,
                      const struct tree *value);

static void fill(struct arena *arena, struct element *element, const struct tree *value)
{
    element->text = "";
    if (value->kind != TREE_MAP) {
        element->text = scalar_text(arena, value);
        return;
    }
    for (const struct tree *member = value->first; member; member = member->next) {
        if (!strcmp(member->name, "#text") || !strcmp(member->name, "#TEXT")) {
            element->text = scalar_text(arena, member);
        } else if (member->name[0] == '@') {
            struct element *attribute = ARENA_NEW(arena, struct element);
            attribute->name = local_name(member->name + 1);
            attribute->text = scalar_text(arena, member);
            attribute->next = element->attributes;
            element->attributes = attribute;
        } else {
            add_value(arena, element, local_name(member->name), member);
        }
    }
}

/* A list is so many siblings, and a list in a list too. */
static void add_value(struct arena *arena, struct element *parent, const char *name, const struct tree *value)
{
    if (value->kind == TREE_LIST) {
        for (const struct tree *item = value->first; item; item = item->next)
            add_value(arena, parent, name, item);
        return;
    }
    struct element *child = ARENA_NEW(arena, struct element);
    child->name = name;
    fill(arena, child, value);
    element_add(parent, child);
}

struct element *element_from_tree(struct arena *arena, const char *name, const struct tree *tree)
{
    struct element *root = ARENA_NEW(arena, struct element);
    root->name = name;
    root->text = "";
    if (tree && tree->kind == TREE_LIST)
        add_value(arena, root, "item", tree);
    else if (tree)
        fill(arena, root, tree);
    return root;
}

const struct element *element_child(const struct element *element, const char *name)
{
    if (!element)
        return NULL;
    for (const struct element *child = element->first; child; child = child->next)
        if (!strcmp(child->name, name))
            return child;
    return NULL;
}

const struct element *element_next(const struct element *element)
{
    if (!element)
        return NULL;
    for (const struct element *other = element->next; other; other = other->next)
        if (!strcmp(other->name, element->name))
            return other;
    return NULL;
}

const struct element *element_path(const struct element *element, const char *path)
{
    while (element && *path) {
        char name[64];
        size_t length = strcspn(path, "/");
        if (length >= sizeof name)
            return NULL;
        memcpy(name, path, length);
        name[length] = 0;
        element = element_child(element, name);
        path += length + (path[length] == '/');
    }
    return element;
}

const struct element *element_find(const struct element *element, const char *name)
{
    if (!element)
        return NULL;
    for (const struct element *child = element->first; child; child = child->next) {
        const struct element *found = strcmp(child->name, name) ? element_find(child, name) : child;
        if (found)
            return found;
    }
    return NULL;
}

const char *element_value(const struct element *element)
{
    if (!element)
        return NULL;
    const char *text = element->text + strspn(element->text, " \t\r\n");
    return *text ? element->text : NULL;
}

const char *element_text(const struct element *element, const char *path)
{
    return element_value(element_path(element, path));
}

const char *element_attribute(const struct element *element, const char *name)
{
    if (!element)
        return NULL;
    for (const struct element *attribute = element->attributes; attribute; attribute = attribute->next)
        if (!strcmp(attribute->name, name))
            return element_value(attribute);
    return element_value(element_child(element, name));
}

const struct element *element_first_named(const struct element *element)
{
    const struct element *child = element ? element->first : NULL;
    while (child && !*child->name)
        child = child->next;
    return child;
}

static void gather(struct buffer *out, const struct element *element)
{
    if (out->length && *element->text)
        buffer_char(out, ' ');
    buffer_text(out, element->text);
    for (const struct element *child = element->first; child; child = child->next)
        gather(out, child);
}

const char *element_all_text(struct arena *arena, const struct element *element)
{
    _cleanup_buffer_ struct buffer out = {0};
    if (!element)
        return NULL;
    gather(&out, element);
    return field_text(arena, buffer_string(&out), out.length);
}

/* ---- index ---- */

struct element_entry {
    const char *key;
    const struct element *element;
};

void element_index_add(struct arena *arena, struct element_index *index, const char *key,
                       const struct element *element)
{
    if (!key)
        return;
    if (index->count == index->room) {
        struct element_entry *entries = ARENA_ARRAY(arena, struct element_entry, index->room * 2 + 64);
        if (index->count)
            memcpy(entries, index->entries, index->count * sizeof *entries);
        index->entries = entries;
        index->room = index->room * 2 + 64;
    }
    index->entries[index->count++] = (struct element_entry){key, element};
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct element_entry *)a)->key, ((const struct element_entry *)b)->key);
}

void element_index_sort(struct element_index *index)
{
    if (index->count)
        qsort(index->entries, index->count, sizeof *index->entries, compare);
}

const struct element *element_index_find(const struct element_index *index, const char *key)
{
    struct element_entry wanted = {key, NULL};
    const struct element_entry *found =
        key && index->count ? bsearch(&wanted, index->entries, index->count, sizeof wanted, compare) : NULL;
    return found ? found->element : NULL;
}
