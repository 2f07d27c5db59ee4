/* The catalogue of sentences and names, in French and English: po/<room>.fr.po and po/<room>.en.po, compiled in. Papers and
 * screens of people who read neither find further languages there: po/<room>.<language>.po.
 *
 * A sentence's key is its English text. A name's key (field, column, code, role) is the name with msgctxt "name";
 * both languages have a text for it. Requests choose the language; there is no process-wide locale. */
#ifndef MAILLON_CATALOGUE_H
#define MAILLON_CATALOGUE_H

#include <stdbool.h>

/* language: two letters; one that is not there reads as French. Unknown texts come back as they were given. */
const char *tr(const char *language, const char *english);    /* a sentence, by its English text */
const char *tr_name(const char *language, const char *name);  /* the label of a field, column, code or role */
/* The index-th language that has a text of its own for the name, French first; NULL past the last. */
const char *tr_language(int index, const char *name);
bool tr_known(const char *language, const char *english);
bool tr_name_known(const char *language, const char *name);

#endif
