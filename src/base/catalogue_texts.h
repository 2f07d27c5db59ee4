/* What tools/catalogue.py makes of po/: for catalogue.c alone. */
#ifndef MAILLON_CATALOGUE_TEXTS_H
#define MAILLON_CATALOGUE_TEXTS_H

#include <stdint.h>

struct catalogue_table {
    const char *texts;     /* each key and, behind its NUL, its text */
    const uint32_t *slots; /* where a key begins, at its hash (FNV-1a) or the next free slot after it; 0: free */
    uint32_t mask;         /* number of slots, a power of two, less one */
};

struct catalogue_texts {
    const char *language;
    struct catalogue_table sentences, names;
};

extern const struct catalogue_texts catalogue_languages[]; /* French, English, then others; without a language it ends */

#endif
