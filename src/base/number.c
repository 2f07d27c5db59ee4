#include "base/number.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

typedef __int128 wide;

static int skip_grouping(const char *text)
{
    if (*text == ' ')
        return 1;
    if (text_starts(text, "\xC2\xA0"))
        return 2;
    return text_starts(text, "\xE2\x80\xAF") ? 3 : 0;
}

bool number_parse(const char *text, int decimals, int64_t *ret_value)
{
    if (!text)
        return false;
    bool negative = *text == '-';
    if (negative)
        text++;
    wide value = 0;
    int digits = 0, fraction = -1;
    while (*text) {
        int skip = fraction < 0 && digits ? skip_grouping(text) : 0;
        if (skip && isdigit((unsigned char)text[skip])) {
            text += skip;
            continue;
        }
        if ((*text == ',' || *text == '.') && fraction < 0 && digits) {
            fraction = 0;
        } else if (isdigit((unsigned char)*text) && fraction < decimals) {
            value = value * 10 + (*text - '0');
            digits++;
            if (fraction >= 0)
                fraction++;
            if (value > INT64_MAX)
                return false;
        } else {
            return false;
        }
        text++;
    }
    if (!digits || fraction == 0)
        return false;
    for (int i = fraction < 0 ? 0 : fraction; i < decimals; i++)
        value *= 10;
    if (value > INT64_MAX)
        return false;
    *ret_value = (int64_t)(negative ? -value : value);
    return true;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static char *format(struct arena *arena, int64_t value, int decimals, bool trim, const char *group, const char *point)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%0*" PRIu64, decimals + 1, magnitude(value));
    int whole = length - decimals;
    int keep = decimals;
    while (trim && keep && digits[whole + keep - 1] == '0')
        keep--;
    char *out = arena_alloc(arena, (size_t)length * 4 + 8), *p = out;
    if (value < 0)
        *p++ = '-';
    for (int i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            p = stpcpy(p, group);
        *p++ = digits[i];
    }
    if (keep) {
        p = stpcpy(p, point);
        memcpy(p, digits + whole, (size_t)keep);
        p += keep;
    }
    *p = 0;
    return out;
}

char *number_plain(struct arena *arena, int64_t value, int decimals, bool trim)
{
    return format(arena, value, decimals, trim, "", ".");
}

char *number_screen(struct arena *arena, int64_t value, int decimals, bool trim, const char *language)
{
    bool english = text_is(language, "en");
    return format(arena, value, decimals, trim, english ? "," : "\xE2\x80\xAF", english ? "." : ",");
}

bool number_add(int64_t a, int64_t b, int64_t *ret_sum)
{
    return !__builtin_add_overflow(a, b, ret_sum);
}

bool number_multiply(int64_t a, int64_t b, int64_t *ret_product)
{
    return !__builtin_mul_overflow(a, b, ret_product);
}

bool number_scale(int64_t a, int64_t b, int64_t c, int64_t *ret_value)
{
    if (!c)
        return false;
    wide product = (wide)a * b, divisor = c;
    if (divisor < 0) {
        product = -product;
        divisor = -divisor;
    }
    wide half = divisor / 2, quotient = product / divisor, rest = product % divisor;
    if (rest < 0)
        rest = -rest;
    if (rest > half || (rest == half && divisor % 2 == 0 && rest))
        quotient += product < 0 ? -1 : 1;
    if (quotient > INT64_MAX || quotient < INT64_MIN)
        return false;
    *ret_value = (int64_t)quotient;
    return true;
}

bool number_split(int64_t total, const int64_t *weights, int count, int64_t *ret_parts)
{
    wide sum = 0;
    for (int i = 0; i < count; i++) {
        if (weights[i] < 0)
            return false;
        sum += weights[i];
    }
    if (sum <= 0)
        return false;
    wide amount = total < 0 ? -(wide)total : total, left = amount;
    for (int i = 0; i < count; i++) {
        ret_parts[i] = (int64_t)(amount * weights[i] / sum);
        left -= ret_parts[i];
    }
    while (left > 0) { /* fewer than count units are left: each goes to the largest remainder not yet served */
        int best = -1;
        wide best_rest = -1;
        for (int i = 0; i < count; i++) {
            wide rest = amount * weights[i] - (wide)ret_parts[i] * sum;
            if (rest > best_rest) {
                best = i;
                best_rest = rest;
            }
        }
        ret_parts[best]++;
        left--;
    }
    for (int i = 0; total < 0 && i < count; i++)
        ret_parts[i] = -ret_parts[i];
    return true;
}

const char *number_screen_digits(struct arena *arena, const char *digits, const char *language)
{
    const char *point = strchr(digits, '.');
    if (text_is(language, "en") || !point || strspn(digits, "0123456789.-") != strlen(digits) || strchr(point + 1, '.'))
        return digits;
    return arena_printf(arena, "%.*s,%s", (int)(point - digits), digits, point + 1);
}
