/* Sentences with arguments, in a language: what a person reads of a proposal. */
#ifndef MAILLON_GROUPINGS_SENTENCE_H
#define MAILLON_GROUPINGS_SENTENCE_H

#include <stdint.h>

struct arena;

/* The sentence (N_, with {0} to {3}) in the language, its arguments put in: up to four texts, then NULL. */
const char *sentence(struct arena *arena, const char *language, const char *message, ...)
    __attribute__((sentinel));

/* An amount of a unit: "43 728 bon distribué". unit may be NULL. Rounded to what is worth reading. */
const char *sentence_amount(struct arena *arena, const char *language, double amount, const char *unit);
const char *sentence_money(struct arena *arena, const char *language, int64_t cents); /* 1 234,56 € */
/* Millionths of one as per cent with two decimals: 49,03 %. */
const char *sentence_rate(struct arena *arena, const char *language, int64_t ppm);

/* "a", "a, b": adds item to a list written so far ("" or NULL while empty). */
const char *sentence_list(struct arena *arena, const char *list, const char *item);

#endif
