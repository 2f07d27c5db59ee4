/* A grouping's letter as a cooperative would send it. Every organisation, person, number and amount is
 * invented. */
#ifndef MAILLON_TEST_LETTER_H
#define MAILLON_TEST_LETTER_H

struct arena;
struct document;

struct document *letter_make(struct arena *arena);

#endif
