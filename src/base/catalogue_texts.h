/* What tools/catalogue.py makes of po/: for catalogue.c alone. */
#ifndef MAILLON_CATALOGUE_TEXTS_H
#define MAILLON_CATALOGUE_TEXTS_H

#include <stddef.h>
#include <stdint.h>

struct catalogue_texts {
    const char *language;
    const char *texts;    /* each key and, behind its NUL, its text */
    const uint32_t *keys; /* where they begin, in the order of the keys' bytes */
    size_t count;
};

extern const struct catalogue_texts catalogue_languages[]; /* French, English, then others; without a language it ends */

#endif
