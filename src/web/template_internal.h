/* What parsing leaves and rendering reads. Private to template*.c. */
#ifndef MAILLON_TEMPLATE_INTERNAL_H
#define MAILLON_TEMPLATE_INTERNAL_H

#include <stdint.h>

#include "web/template.h"

enum { SOURCE_BYTES = 1 << 20, SECTION_DEPTH = 32, PARTIAL_DEPTH = 32, NAME_PARTS = 8, NAME_BUCKETS = 256 };

/* OP_PARTIAL_NAMED is {{>*name}}, FILTER_TRANSLATED is {{~name}}. */
enum operation { OP_LITERAL, OP_VALUE, OP_SECTION, OP_INVERTED, OP_PARTIAL, OP_PARTIAL_NAMED, OP_SENTENCE };
enum filter {
    FILTER_NONE,
    FILTER_MONEY,
    FILTER_QUANTITY,
    FILTER_RATE,
    FILTER_DATE,
    FILTER_MONTH,
    FILTER_INSTANT,
    FILTER_NUMBER,
    FILTER_WORDS,
    FILTER_URL,
    FILTER_TRANSLATED
};

/* A name of the set, kept once: rendering remembers by its number where it met it last. */
struct name {
    const char *text;
    uint32_t number;
    struct name *next; /* of the same bucket */
};

struct instruction {
    uint8_t operation, filter, parts; /* parts of a dotted name; 0 is the current item */
    uint32_t line;
    uint32_t end;     /* of a section: the instruction after it */
    uint32_t length;  /* of a literal */
    const char *text; /* literal, sentence, name of a partial, or the name as it was written */
    const struct name *const *path;
    const struct template *partial; /* set by template_link */
};

struct template
{
    const char *name, *header;
    struct instruction *code;
    uint32_t count, room;
};

struct template_set {
    struct arena *arena;
    struct template **templates;
    uint32_t count, room, name_count;
    struct name *names[NAME_BUCKETS];
};

const struct template *template_find(const struct template_set *set, const char *name);

/* message has {0} template, {1} line, {2} detail. */
int template_fail(struct error *error, const struct template *template, uint32_t line, const char *message,
                  const char *detail);

#endif
