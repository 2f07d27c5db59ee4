#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/buffer.h"

static bool is_control(utf8proc_int32_t point)
{
    return (point < 0x20 && point != '\t' && point != '\n' && point != '\r') || (point >= 0x7F && point < 0xA0);
}

static bool scan_utf8(const char *text, size_t length, bool refuse_controls)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    for (size_t i = 0; i < length;) {
        uint64_t eight; /* ASCII by eights: a file of 64 MB is checked before it is read */
        if (!refuse_controls && length - i >= sizeof eight) {
            memcpy(&eight, bytes + i, sizeof eight);
            if (!(eight & 0x8080808080808080)) {
                i += sizeof eight;
                continue;
            }
        }
        utf8proc_int32_t point = bytes[i];
        utf8proc_ssize_t used = 1;
        if (point >= 0x80)
            used = utf8proc_iterate(bytes + i, (utf8proc_ssize_t)(length - i), &point);
        if (used <= 0 || (refuse_controls && is_control(point)))
            return false;
        i += (size_t)used;
    }
    return true;
}

bool text_is_utf8(const char *text, size_t length)
{
    return scan_utf8(text, length, false);
}

bool text_is_clean(const char *text, size_t length)
{
    return scan_utf8(text, length, true);
}

static void add_folded_point(struct buffer *out, utf8proc_int32_t point)
{
    if (point == 0x153 || point == 0x152) { /* œ has no decomposition in Unicode */
        buffer_text(out, "oe");
    } else if (point == 0xE6 || point == 0xC6) {
        buffer_text(out, "ae");
    } else {
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t length = utf8proc_encode_char(utf8proc_tolower(point), bytes);
        buffer_add(out, bytes, (size_t)length);
    }
}

static bool is_letter_or_digit(utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO
               ? true
               : category == UTF8PROC_CATEGORY_ND;
}

static void add_word_break(struct buffer *out)
{
    if (out->length && out->bytes[out->length - 1] != ' ')
        buffer_char(out, ' ');
}

/* One character, decomposed, marks dropped. */
static void add_folded(struct buffer *out, utf8proc_int32_t point)
{
    utf8proc_int32_t parts[16];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(point, parts, 16, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    if (count > 16)
        count = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (is_letter_or_digit(parts[i]))
            add_folded_point(out, parts[i]);
        else if (utf8proc_category(parts[i]) != UTF8PROC_CATEGORY_MN)
            add_word_break(out);
    }
}

char *text_fold(struct arena *arena, const char *text)
{
    struct buffer out = {0};
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x80) { /* the common case, without a table look-up */
            if (isalnum(c))
                buffer_char(&out, (char)tolower(c));
            else
                add_word_break(&out);
            i++;
            continue;
        }
        utf8proc_int32_t point;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &point);
        if (used <= 0) {
            i++;
            continue;
        }
        add_folded(&out, point);
        i += (size_t)used;
    }
    if (out.length && out.bytes[out.length - 1] == ' ')
        out.bytes[--out.length] = 0;
    char *folded = arena_copy(arena, buffer_string(&out), out.length);
    buffer_free(&out);
    return folded;
}

static bool is_space_point(utf8proc_int32_t point)
{
    return point == ' ' || (point >= 9 && point <= 13) || point == 0xA0 || point == 0x202F || point == 0x2009;
}

/* Bytes of a character that shows nothing: without width, or turning the direction of writing, so that what stands on the
 * screen is not what is stored. U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F, U+FEFF. */
static size_t unseen_bytes(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    if (at[0] == 0xE2 && at[1] == 0x80 && ((at[2] >= 0x8B && at[2] <= 0x8F) || (at[2] >= 0xAA && at[2] <= 0xAE)))
        return 3;
    if (at[0] == 0xE2 && at[1] == 0x81 && at[2] >= 0xA0 && at[2] <= 0xAF)
        return 3;
    return at[0] == 0xEF && at[1] == 0xBB && at[2] == 0xBF ? 3 : 0;
}

char *text_without_unseen(struct arena *arena, const char *text)
{
    char *out = arena_strdup(arena, text);
    size_t used = 0;
    for (size_t skipped; *text;)
        if ((skipped = unseen_bytes(text)))
            text += skipped;
        else
            out[used++] = *text++;
    out[used] = 0;
    return out;
}

/* ASCII with single spaces between words is tidy already: most of what is typed and imported. */
static bool is_tidy_ascii(const char *text)
{
    char before = ' ';
    for (; *text; before = *text++)
        if ((unsigned char)*text <= ' ' ? *text != ' ' || before == ' ' : (unsigned char)*text >= 0x7F)
            return false;
    return before != ' ';
}

char *text_tidy(struct arena *arena, const char *text)
{
    if (is_tidy_ascii(text))
        return arena_strdup(arena, text);
    _cleanup_free_ utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);
    if (!composed)
        return arena_strdup(arena, "");
    size_t length = strlen((char *)composed), out = 0, unseen;
    char *tidy = arena_copy(arena, (char *)composed, length);
    bool gap = false;
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t point;
        if ((unseen = unseen_bytes((char *)composed + i))) {
            i += unseen;
            continue;
        }
        utf8proc_ssize_t used = utf8proc_iterate(composed + i, (utf8proc_ssize_t)(length - i), &point);
        if (used <= 0)
            break;
        if (is_space_point(point)) {
            gap = out > 0;
        } else {
            if (gap)
                tidy[out++] = ' ';
            gap = false;
            memcpy(tidy + out, composed + i, (size_t)used);
            out += (size_t)used;
        }
        i += (size_t)used;
    }
    tidy[out] = 0;
    return tidy;
}

/* Windows-1252 for 0x80 to 0x9F; ISO 8859-15 for the eight places where it differs from 8859-1. */
static utf8proc_int32_t latin_point(unsigned char byte)
{
    static const unsigned short high[32] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                            0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                            0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                            0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
    switch (byte) {
    case 0xA4:
        return 0x20AC;
    case 0xA6:
        return 0x160;
    case 0xA8:
        return 0x161;
    case 0xB4:
        return 0x17D;
    case 0xB8:
        return 0x17E;
    case 0xBC:
        return 0x152;
    case 0xBD:
        return 0x153;
    case 0xBE:
        return 0x178;
    default:
        return byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80] : byte;
    }
}

size_t text_put_latin(char *out, unsigned char byte)
{
    return (size_t)utf8proc_encode_char(latin_point(byte), (utf8proc_uint8_t *)out);
}

char *text_from_latin(struct arena *arena, const char *bytes, size_t length, size_t *ret_length)
{
    size_t high = 0, used = 0;
    for (size_t i = 0; i < length; i++)
        high += (unsigned char)bytes[i] >= 0x80;
    char *out = arena_alloc(arena, length + high * 2 + 1); /* a high byte becomes two or three */
    for (size_t i = 0; i < length; i++)
        used += text_put_latin(out + used, (unsigned char)bytes[i]);
    out[used] = 0;
    if (ret_length)
        *ret_length = used;
    return out;
}

/* The entities that French notices use. */
static utf8proc_int32_t entity_point(const char *name, size_t length)
{
    static const struct {
        const char *name;
        int point;
    } known[] = {
        {"amp", '&'},      {"lt", '<'},       {"gt", '>'},      {"quot", '"'},     {"apos", '\''},
        {"nbsp", 0xA0},    {"eacute", 0xE9},  {"egrave", 0xE8}, {"ecirc", 0xEA},   {"euml", 0xEB},
        {"agrave", 0xE0},  {"acirc", 0xE2},   {"ccedil", 0xE7}, {"icirc", 0xEE},   {"iuml", 0xEF},
        {"ocirc", 0xF4},   {"ugrave", 0xF9},  {"ucirc", 0xFB},  {"uuml", 0xFC},    {"Eacute", 0xC9},
        {"Egrave", 0xC8},  {"Agrave", 0xC0},  {"Ccedil", 0xC7}, {"Ecirc", 0xCA},   {"Acirc", 0xC2},
        {"oelig", 0x153},  {"OElig", 0x152},  {"euro", 0x20AC}, {"deg", 0xB0},     {"laquo", 0xAB},
        {"raquo", 0xBB},   {"rsquo", 0x2019}, {"lsquo", 0x2018},{"ldquo", 0x201C}, {"rdquo", 0x201D},
        {"hellip", 0x2026},{"ndash", 0x2013}, {"mdash", 0x2014},{"bull", 0x2022},  {"sup2", 0xB2},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (strlen(known[i].name) == length && !memcmp(known[i].name, name, length))
            return known[i].point;
    if (length < 2 || name[0] != '#')
        return -1;
    bool hex = name[1] == 'x' || name[1] == 'X';
    char *end;
    long point = strtol(name + (hex ? 2 : 1), &end, hex ? 16 : 10);
    return end == name + length && point >= 0x20 && utf8proc_codepoint_valid((utf8proc_int32_t)point)
               ? (utf8proc_int32_t)point
               : -1;
}

char *text_decode_entities(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) + 1); /* an entity is never shorter than its character */
    size_t used = 0;
    while (*text) {
        const char *end = *text == '&' ? strchr(text, ';') : NULL;
        utf8proc_int32_t point = end && end - text <= 10 ? entity_point(text + 1, (size_t)(end - text - 1)) : -1;
        if (point >= 0) {
            used += (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out + used);
            text = end + 1;
        } else {
            out[used++] = *text++;
        }
    }
    out[used] = 0;
    return out;
}

bool text_is(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

bool text_starts(const char *text, const char *prefix)
{
    return !strncmp(text, prefix, strlen(prefix));
}

bool text_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && !strcmp(text + length - tail, suffix);
}

bool text_has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *p = list; length && (p = strstr(p, word)); p += length) /* no list holds the empty word */
        if ((p == list || p[-1] == ' ') && (p[length] == 0 || p[length] == ' '))
            return true;
    return false;
}

size_t text_prefix_bytes(const char *text, size_t limit)
{
    size_t i = 0;
    while (text[i]) {
        if (((unsigned char)text[i] & 0xC0) != 0x80 && limit-- == 0)
            break;
        i++;
    }
    return i;
}

size_t text_characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

bool text_to_int(const char *text, int64_t *ret_value)
{
    if (!text || !(isdigit((unsigned char)*text) || (*text == '-' && isdigit((unsigned char)text[1]))))
        return false;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (*end || errno)
        return false;
    *ret_value = value;
    return true;
}

bool text_is_siret(const char *text, char ret_siret[15])
{
    char digits[15];
    size_t count = 0;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        if (!isdigit((unsigned char)*text) || count == 14)
            return false;
        digits[count++] = *text;
    }
    if (count != 14)
        return false;
    digits[14] = 0;
    int luhn = 0, plain = 0;
    for (int i = 0; i < 14; i++) {
        int digit = digits[i] - '0', doubled = i % 2 == 0 ? digit * 2 : digit;
        plain += digit;
        luhn += doubled > 9 ? doubled - 9 : doubled;
    }
    bool post = !memcmp(digits, "356000000", 9);
    if (luhn % 10 != 0 && !(post && plain % 5 == 0))
        return false;
    if (ret_siret)
        memcpy(ret_siret, digits, sizeof digits);
    return true;
}
