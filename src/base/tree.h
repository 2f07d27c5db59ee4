/* Tree: one value for everything that is shown or sent.
 *
 * Actions answer with a tree, views answer with a tree, JSON is read into a tree. Templates, JSON, the terminal
 * and the printout are so many ways to write one. Nodes live in an arena and are never freed one by one.
 * A map keeps its members in the order they were set. */
#ifndef MAILLON_TREE_H
#define MAILLON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buffer;
struct error;

enum tree_kind { TREE_NULL, TREE_BOOL, TREE_INT, TREE_DECIMAL, TREE_TEXT, TREE_LIST, TREE_MAP };

struct tree {
    enum tree_kind kind;
    const char *name; /* of a member of a map */
    union {
        int64_t number;   /* TREE_INT, TREE_BOOL */
        const char *text; /* TREE_TEXT; TREE_DECIMAL keeps the digits as they were written */
        struct {
            struct tree *first, *last;
            size_t count;
        };
    };
    struct tree *next; /* sibling */
};

struct tree *tree_map(struct arena *arena);
struct tree *tree_list(struct arena *arena);

/* Add a member to a map. Names are kept, not copied: literals, or text of the same arena. Text is kept too. */
void tree_set_text(struct arena *arena, struct tree *map, const char *name, const char *text); /* NULL: null */
void tree_set_int(struct arena *arena, struct tree *map, const char *name, int64_t value);
void tree_set_bool(struct arena *arena, struct tree *map, const char *name, bool value);
void tree_set_decimal(struct arena *arena, struct tree *map, const char *name, const char *digits);
struct tree *tree_set_map(struct arena *arena, struct tree *map, const char *name);
struct tree *tree_set_list(struct arena *arena, struct tree *map, const char *name);
void tree_set(struct arena *arena, struct tree *map, const char *name, struct tree *value); /* value is linked */

struct tree *tree_add_map(struct arena *arena, struct tree *list);
void tree_add_text(struct arena *arena, struct tree *list, const char *text);
void tree_add(struct tree *list, struct tree *value); /* value must not stand elsewhere */

/* Reading. A missing name gives NULL, and every reader accepts NULL. */
const struct tree *tree_get(const struct tree *map, const char *name);
const struct tree *tree_path(const struct tree *tree, const char *path); /* a.b.0.c */
const char *tree_text(const struct tree *map, const char *name); /* text or decimal digits; NULL otherwise */
int64_t tree_int(const struct tree *map, const char *name, int64_t otherwise);
bool tree_true(const struct tree *tree); /* false for NULL, null, false, 0, "" and an empty list or map */

/* JSON, RFC 8259. Integers beyond 2^53 are written as strings, so that no reader loses digits. */
void tree_write_json(const struct tree *tree, struct buffer *out, bool indent);

/* Depth at most 64, no repeated names. On refusal the message names line and column. */
int tree_read_json(struct arena *arena, const char *text, size_t length, struct tree **ret_tree, struct error *error);

#endif
