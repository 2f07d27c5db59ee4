/* The categories of the open books, from data/accounts/published.csv: which accounts each holds, its name and
 * what it means. */
#ifndef MAILLON_OPENBOOKS_PUBLISHED_H
#define MAILLON_OPENBOOKS_PUBLISHED_H

#include <stddef.h>

#include "base/error.h"

struct arena;

enum { FRENCH, ENGLISH, LANGUAGES };

struct published {
    const char *code;
    const char *side;     /* income, use, result, allocation or fund */
    const char *tone;     /* of its band in the picture: people, work, goods, kept, main or other */
    const char *accounts; /* beginnings of account numbers, with spaces between */
    const char *name[LANGUAGES], *definition[LANGUAGES];
};

struct published_list {
    const struct published *items; /* in the order of the file, which is that of the page */
    size_t count;
};

int published_read(struct arena *arena, struct published_list *ret_list, struct error *error);
const struct published *published_find(const struct published_list *list,
                                       const char *code); /* of the file: never NULL */
/* The category with the longest beginning of the number; NULL for accounts outside of classes 6 and 7. */
const struct published *published_of_account(const struct published_list *list, const char *number);

#endif
