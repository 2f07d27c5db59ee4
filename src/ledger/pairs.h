/* Pairs of numbers and their places: the first pair seen is 0, the next new one 1 … Grows as needed, freed with its arena. */
#ifndef MAILLON_LEDGER_PAIRS_H
#define MAILLON_LEDGER_PAIRS_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct pair {
    int64_t a, b;
};

struct pairs {
    struct arena *arena;
    struct pair *list; /* in order of place */
    size_t count, room;
    uint32_t *slots; /* place + 1; 0: empty */
    size_t mask;
};

enum { PAIRS_NONE = -1 };

void pairs_open(struct pairs *pairs, struct arena *arena, size_t expected);
int64_t pairs_find(const struct pairs *pairs, int64_t a, int64_t b); /* PAIRS_NONE when it was not seen */
size_t pairs_place(struct pairs *pairs, int64_t a, int64_t b);       /* added when it is new */

#endif
