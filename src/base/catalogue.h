/* The catalogue of sentences and names, in French and English. Loaded once; read by any thread. */
#ifndef MAILLON_CATALOGUE_H
#define MAILLON_CATALOGUE_H

#include <stdbool.h>

struct arena;

void catalogue_load(struct arena *arena); /* from the embedded po/ files; the arena must outlive every use */

/* language: "fr" or "en". Unknown texts come back as they were given. */
const char *tr(const char *language, const char *english);    /* a sentence, by its English text */
const char *tr_name(const char *language, const char *name);  /* the label of a field, column, code or role */
bool tr_known(const char *language, const char *english);
bool tr_name_known(const char *language, const char *name);

#endif
