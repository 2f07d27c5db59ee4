/* Text of a source made fit for the screen and the search. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/format.h"

/* Below U+0300 every character is in NFC already (UAX #15, NFC_Quick_Check); so are dashes, quotes, the
 * ellipsis and the euro. Nearly every value of a French notice is made of these alone and needs neither
 * tables nor a second copy. Answers the bytes of a character that may stay as it is, or 0. */
static size_t plain_bytes(const unsigned char *at, size_t left)
{
    if (*at < 0x80)
        return *at > ' ' && *at < 0x7F && *at != '&';
    if (left >= 2 && *at == 0xC2)
        return at[1] > 0xA0 ? 2 : 0; /* 80 to 9F are controls, A0 is a space */
    if (left >= 2 && *at >= 0xC3 && *at <= 0xCB)
        return 2;
    if (left >= 3 && *at == 0xE2 &&
        ((at[1] == 0x80 && at[2] >= 0x90 && at[2] <= 0xA6) || (at[1] == 0x82 && at[2] == 0xAC)))
        return 3;
    return 0;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Length of the tidy text that the value already is (plain characters, single spaces between words), or 0. */
static size_t tidy_length(const char *value, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)value;
    if (is_space(bytes[0]) || is_space(bytes[length - 1]))
        return 0;
    for (size_t i = 0; i < length;) {
        unsigned char c = bytes[i];
        if ((c > ' ' && c < 0x7F && c != '&') ||
            (c == ' ' && bytes[i + 1] != ' ')) { /* the last byte is no space */
            i++;
            continue;
        }
        size_t used = plain_bytes(bytes + i, length - i);
        if (!used)
            return 0;
        i += used;
    }
    return length;
}

/* Tidies in place. False when a character needs more care: the text is then half done, to be taken anew. */
static bool tidy_plain(char *text, size_t length, size_t *ret_length)
{
    size_t out = 0;
    bool gap = false;
    for (size_t i = 0; i < length;) {
        if (is_space((unsigned char)text[i])) {
            gap = out > 0;
            i++;
            continue;
        }
        size_t used = plain_bytes((unsigned char *)text + i, length - i);
        if (!used)
            return false;
        if (gap)
            text[out++] = ' ';
        gap = false;
        while (used--)
            text[out++] = text[i++];
    }
    text[out] = 0;
    *ret_length = out;
    return true;
}

/* Windows-1252 bytes that were taken for ISO 8859-1 arrive as the controls U+0080 to U+009F ("l\u0092eau"),
 * or as entities of them (&#146;). The flat extracts hold hundreds. */
static const char *read_controls(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) * 2 + 1);
    size_t used = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == 0xC2 && p[1] >= 0x80 && p[1] <= 0x9F) {
            size_t length;
            const char *meant = text_from_latin(arena, (const char *)++p, 1, &length);
            if (text_is_clean(meant, length)) {
                memcpy(out + used, meant, length);
                used += length;
            }
        } else if ((*p >= ' ' && *p != 0x7F) || is_space(*p)) {
            out[used++] = (char)*p;
        }
    }
    out[used] = 0;
    return out;
}

static const char *tidy_with_care(struct arena *arena, const char *value, size_t length)
{
    const char *text = arena_copy(arena, value, length);
    for (int pass = 0; pass < 3 && strchr(text, '&'); pass++)
        text = text_decode_entities(arena, text);
    text = text_tidy(arena, read_controls(arena, text));
    return *text ? text : NULL;
}

const char *field_text(struct arena *arena, const char *value, size_t length)
{
    if (!value || !length)
        return NULL;
    char *text = arena_copy(arena, value, length);
    size_t kept;
    if (tidy_length(value, length))
        return text;
    if (!tidy_plain(text, length, &kept))
        return tidy_with_care(arena, value, length);
    return kept ? text : NULL;
}

const char *field_string(struct arena *arena, const char *value)
{
    return value ? field_text(arena, value, strlen(value)) : NULL;
}
