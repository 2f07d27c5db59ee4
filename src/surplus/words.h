/* Sentences and figures in a language, for texts that are kept in both and for refusals. */
#ifndef MAILLON_SURPLUS_WORDS_H
#define MAILLON_SURPLUS_WORDS_H

#include <stdint.h>

struct arena;

const char *words_money(struct arena *arena, const char *language, int64_t cents);
const char *words_rate(struct arena *arena, const char *language, int64_t ppm);
/* The sentence (N_, with {0} to {3}) in the language, its arguments put in: up to four texts, then NULL. */
const char *words_say(struct arena *arena, const char *language, const char *message, ...) __attribute__((sentinel));

#endif
