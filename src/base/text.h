/* Text: UTF-8 checks, folding for search and sort, small helpers. Locale-free by design. */
#ifndef MAILLON_TEXT_H
#define MAILLON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Valid UTF-8 without NUL, and without control characters other than tab, line feed and carriage return. */
bool text_is_clean(const char *text, size_t length);

bool text_is_utf8(const char *text, size_t length);

/* Folded for search and sort: no accents, lower case, ligatures opened (œ -> oe), every run of characters that
 * are neither letters nor digits becomes one space, none at the ends. "L'Évreux (27)" -> "l evreux 27". */
char *text_fold(struct arena *arena, const char *text);

/* Copy with NFC form, ends trimmed, inner runs of white space (no-break ones too) made one space. */
char *text_tidy(struct arena *arena, const char *text);
/* Without characters that show nothing or turn the direction of writing; text_tidy leaves them out too. */
char *text_without_unseen(struct arena *arena, const char *text);

/* Bytes of an ISO 8859-15 or Windows-1252 text (C1 range read as 1252) made UTF-8. */
char *text_from_latin(struct arena *arena, const char *bytes, size_t length, size_t *ret_length);

/* One such byte as UTF-8, up to three bytes and no NUL; returns how many. */
size_t text_put_latin(char *out, unsigned char byte);

/* Entities of HTML (&amp; &#233; &eacute; …) decoded once. Unknown ones stay. */
char *text_decode_entities(struct arena *arena, const char *text);

bool text_is(const char *a, const char *b); /* equal; NULL equals only NULL */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_has_word(const char *list, const char *word); /* list: words separated by single spaces */

/* At most limit characters (not bytes); returns the byte length of that prefix. */
size_t text_prefix_bytes(const char *text, size_t limit);
size_t text_characters(const char *text);

/* Whole text as a decimal integer. */
bool text_to_int(const char *text, int64_t *ret_value);

/* A SIRET: 14 digits whose Luhn sum is a multiple of 10 (La Poste's own, SIREN 356000000, sum to a multiple of 5).
 * Source: SIRENE documentation, INSEE. Spaces are skipped; ret_siret receives 14 digits. */
bool text_is_siret(const char *text, char ret_siret[15]);

#endif
