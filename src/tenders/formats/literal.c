/* Grammar: Python reference, 2.4.1 String literals. Only what a printed list can hold: no prefixes, no triple
 * quotes. */
#include "tenders/formats/literal.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

static void skip_spaces(struct literal *literal)
{
    while (*literal->at == ' ' || *literal->at == '\n' || *literal->at == '\r' || *literal->at == '\t')
        literal->at++;
}

bool literal_take(struct literal *literal, char wanted)
{
    skip_spaces(literal);
    if (*literal->at != wanted)
        return false;
    literal->at++;
    return true;
}

bool literal_at_end(struct literal *literal)
{
    skip_spaces(literal);
    return !*literal->at;
}

/* Hexadecimal digits of \xNN, \uNNNN, \UNNNNNNNN; -1 when they are not all there. */
static int32_t hex_of(const char *at, int count)
{
    int32_t point = 0;
    for (int i = 0; i < count; i++) {
        int c = tolower((unsigned char)at[i]);
        if (!isxdigit(c) || point > 0x110000)
            return -1;
        point = point * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return point;
}

/* One escape, after its backslash. An escape is never shorter than what it stands for. Returns the bytes
 * written. */
static size_t take_escape(struct literal *literal, char *out)
{
    static const char names[] = "nrtabfv", values[] = "\n\r\t\a\b\f\v";
    char c = *literal->at;
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    int32_t point = digits ? hex_of(literal->at + 1, digits) : -1;
    if (point > 0 && utf8proc_codepoint_valid(point)) {
        literal->at += 1 + digits;
        return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out);
    }
    const char *known = c ? strchr(names, c) : NULL;
    *out = known ? values[known - names] : c;
    literal->at += c != 0;
    return c != 0;
}

bool literal_take_string(struct literal *literal, char *out, size_t *ret_length)
{
    skip_spaces(literal);
    char quote = *literal->at;
    if (quote != '\'' && quote != '"')
        return false;
    size_t length = 0;
    for (literal->at++; *literal->at != quote;) {
        if (!*literal->at)
            return false; /* never closed */
        if (*literal->at == '\\') {
            literal->at++;
            length += take_escape(literal, out + length);
        } else {
            out[length++] = *literal->at++;
        }
    }
    literal->at++;
    *ret_length = length;
    return true;
}

bool literal_take_word(struct literal *literal, const char **ret_word, size_t *ret_length)
{
    skip_spaces(literal);
    *ret_word = literal->at;
    while (isalnum((unsigned char)*literal->at) || (*literal->at && strchr("+-._", *literal->at)))
        literal->at++;
    *ret_length = (size_t)(literal->at - *ret_word);
    return *ret_length > 0;
}
