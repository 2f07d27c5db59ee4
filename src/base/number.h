/* Exact decimal numbers held in int64: cents (2 decimals), thousandths (3), millionths (6). No floating point.
 * One rounding rule for the whole house: half away from zero. Overflow is an answer, never silent. */
#ifndef MAILLON_NUMBER_H
#define MAILLON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

enum { DECIMALS_MONEY = 2, DECIMALS_QUANTITY = 3, DECIMALS_RATE = 6 };

/* "1 234,56", "1234.56", "-12" with at most `decimals` decimals; a grouping space or no-break space is skipped.
 * False when it is not a number, has more decimals, or does not fit. */
bool number_parse(const char *text, int decimals, int64_t *ret_value);

/* Machine form, no grouping: "1234.56"; trailing zeros kept for money, dropped when trim is set. */
char *number_plain(struct arena *arena, int64_t value, int decimals, bool trim);

/* Screen form of a language ("fr": "1 234,56" with narrow no-break spaces; "en": "1,234.56"). */
char *number_screen(struct arena *arena, int64_t value, int decimals, bool trim, const char *language);
/* Digits kept as text, with the language's decimal sign: "12.02" gives "12,02"; a text that is no number stays as it is. */
const char *number_screen_digits(struct arena *arena, const char *digits, const char *language);

bool number_add(int64_t a, int64_t b, int64_t *ret_sum);
bool number_multiply(int64_t a, int64_t b, int64_t *ret_product);

/* a * b / c rounded half away from zero, computed in 128 bits. False on overflow or c = 0. */
bool number_scale(int64_t a, int64_t b, int64_t c, int64_t *ret_value);

/* Splits total over weights so that the parts add up to it (largest remainder, earlier index first on a tie).
 * weights are from 0, their sum above 0, count at least 1; total may be negative. */
bool number_split(int64_t total, const int64_t *weights, int count, int64_t *ret_parts);

#endif
