/* Functions that a call can ask for: data/functions.csv. */
#ifndef MAILLON_TENDERS_FUNCTIONS_H
#define MAILLON_TENDERS_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;

struct function {
    const char *code, *title_fr, *title_en, *unit_fr, *unit_en, *service;
    bool sovereign; /* never delegable: L111-3 Code pénitentiaire */
    const char *cpv, *descriptors, *words, *not_words; /* as in the file */
};

struct functions {
    struct function *list;
    size_t count;
};

int functions_read(struct arena *arena, struct functions *ret_functions, struct error *error);
const struct function *functions_find(const struct functions *functions, const char *code); /* NULL */

#endif
