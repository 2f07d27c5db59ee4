/* Texts from outside made fit to print, and the spaces of French typography. */
#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"
#include "base/text.h"
#include "print/document.h"

/* Characters that turn the direction of what follows could make a printed name or amount read otherwise. */
static bool turns_direction(utf8proc_int32_t point)
{
    return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

char *text_made_printable(struct arena *arena, const char *text)
{
    if (!text)
        text = "";
    size_t length = strlen(text);
    char *clean = arena_alloc(arena, length * 3 + 1), *to = clean; /* one bad byte becomes three */
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t bytes =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &point);
        if (bytes <= 0) {
            to = stpcpy(to, "\uFFFD");
            bytes = 1;
        } else if (point == '\n' || point == 0x2028 || point == 0x2029) {
            *to++ = '\n';
        } else if (point == '\t') {
            *to++ = ' ';
        } else if (utf8proc_category(point) != UTF8PROC_CATEGORY_CC && !turns_direction(point)) {
            memcpy(to, text + i, (size_t)bytes);
            to += bytes;
        }
        i += (size_t)bytes;
    }
    *to = 0;
    return clean;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) /* or a byte of one that is not ASCII */
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}

static bool ends_with(const char *text, size_t length, const char *word)
{
    size_t bytes = strlen(word);
    return length >= bytes && !memcmp(text + length - bytes, word, bytes);
}

/* A word longer than this may be broken every so many bytes: Pango's time grows with the square of a word. */
enum { WORD_BYTES = 160 };

/* Whether the space at text[i] must not end a line in French. */
static bool space_holds(const char *text, size_t i)
{
    static const char *const before[] = {":", ";", "!", "?", "%", "»", "€"};
    static const char *const after[] = {"«", "n°", "article", "articles", "lot", "lots", "M.", "Mme"};
    const char *next = text + i + 1;
    for (size_t j = 0; j < COUNT_OF(before); j++)
        if (text_starts(next, before[j]))
            return true;
    for (size_t j = 0; j < COUNT_OF(after); j++)
        if (ends_with(text, i, after[j]))
            return true;
    return i && is_digit(text[i - 1]) && is_digit(*next);
}

const char *text_made_typographic(struct arena *arena, const char *text, const char *language)
{
    static const char hard[] = "\u00A0", narrow[] = "\u202F", break_here[] = "\u200B";
    bool french = text_is(language, "fr");
    size_t length = strlen(text), word = 0;
    if (!strpbrk(text, " '\xE2") && length < WORD_BYTES)
        return text;
    char *set = arena_alloc(arena, length * 3 + 1), *to = set;
    for (size_t i = 0; i < length;) {
        word = text[i] == ' ' || text[i] == '\n' ? 0 : word + 1;
        if (word >= WORD_BYTES && (text[i] & 0xC0) != 0x80) {
            to = stpcpy(to, break_here);
            word = 0;
        }
        if (text_starts(text + i, narrow)) { /* Liberation has no narrow one; its space is narrow enough */
            to = stpcpy(to, hard);
            i += sizeof narrow - 1;
        } else if (french && text[i] == ' ' && space_holds(text, i)) {
            to = stpcpy(to, hard);
            i++;
        } else if (french && text[i] == '\'' && i && is_letter(text[i - 1]) && is_letter(text[i + 1])) {
            to = stpcpy(to, "’");
            i++;
        } else {
            *to++ = text[i++];
        }
    }
    *to = 0;
    return set;
}
