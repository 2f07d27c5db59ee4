/* Python literals, as the flat BOAMP extracts write lists: ['35', '27'], [('2019-11-21', "L'Atelier", (62569,
 * 'EUR'), None)]. A cursor over one cell; nothing is allocated. */
#ifndef MAILLON_TENDERS_LITERAL_H
#define MAILLON_TENDERS_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

struct literal {
    const char *at;
};

/* Skips spaces; true and past it when the next character is `wanted`. */
bool literal_take(struct literal *literal, char wanted);

/* A quoted string, unescaped into `out`, which has room for the rest of the cell. False when none stands
 * here. */
bool literal_take_string(struct literal *literal, char *out, size_t *ret_length);

/* A bare word or number (None, 62569, 1.5e+06): its bytes in place. False when none stands here. */
bool literal_take_word(struct literal *literal, const char **ret_word, size_t *ret_length);

bool literal_at_end(struct literal *literal);

#endif
