/* An element of XML, or what stands for one in JSON: {"cbc:ID": {"@schemeName": "Lot", "#text": "LOT-0001"}}.
 *
 * BOAMP publishes the same notices as XML and, inside its JSON, as XML turned into JSON. Both become this one
 * shape, so that each format is understood in one place. Names have no prefix ("cbc:ID" is "ID"); an element
 * that repeats is several siblings, whether JSON made it a list or not. Everything lives in the arena. */
#ifndef MAILLON_TENDERS_ELEMENT_H
#define MAILLON_TENDERS_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;
struct tree;

struct element {
    const char *name;
    const char
        *text; /* its own, up to its first child; "" when none. Further pieces are children without a name */
    struct element *attributes;
    struct element *first, *last, *next;
};

/* XML without network, DTD, or entities but the five predefined ones. Refuses, with line and reason, what is
 * not well formed, holds a DOCTYPE, is deeper than 100 or has more than two million elements. UTF-8 whatever
 * is declared: the caller has seen to it. */
int element_read_xml(struct arena *arena, const char *bytes, size_t length, struct element **ret_root,
                     struct error *error);

void element_add(struct element *parent, struct element *child);

/* A JSON value as the children of an element named `name`. */
struct element *element_from_tree(struct arena *arena, const char *name, const struct tree *tree);

/* Reading. NULL gives NULL everywhere. */
const struct element *element_child(const struct element *element, const char *name);
const struct element *element_next(const struct element *element); /* next sibling of the same name */
const struct element *element_path(const struct element *element,
                                   const char *path); /* "A/B/C": first of each */
const struct element *element_find(const struct element *element,
                                   const char *name);                      /* first below, any depth */
const char *element_text(const struct element *element, const char *path); /* NULL when empty */
const char *element_attribute(const struct element *element,
                              const char *name);          /* or a child, as some JSON has it */
const char *element_value(const struct element *element); /* own text, NULL when blank */
const struct element *element_first_named(const struct element *element); /* first child that has a name */

/* Elements found by a text: a notice may hold many thousands that name each other. */
struct element_index {
    struct element_entry *entries;
    size_t count, room;
};
void element_index_add(struct arena *arena, struct element_index *index, const char *key,
                       const struct element *element);
void element_index_sort(struct element_index *index); /* once, before the first look-up */
const struct element *element_index_find(const struct element_index *index,
                                         const char *key); /* NULL gives NULL */

/* All text below, pieces separated by a space, cleaned; NULL when there is none. */
const char *element_all_text(struct arena *arena, const struct element *element);

#endif
