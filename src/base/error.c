#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts at a character, not in the middle of one: a page must stay valid UTF-8. */
static size_t cut_length(const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length <= most)
        return length;
    for (length = most; length && ((unsigned char)text[length] & 0xC0) == 0x80;)
        length--;
    return length;
}

/* size bytes of room, at least 4. What does not fit ends at a word with "…", unless that word is very long. */
static size_t copy_words(char *to, const char *from, size_t size)
{
    static const char more[] = "…";
    size_t length = strlen(from);
    if (length < size) {
        memcpy(to, from, length + 1);
        return length;
    }
    length = cut_length(from, size - sizeof more);
    for (size_t word = length; word + 40 > length && word; word--)
        if (from[word] == ' ') {
            length = word;
            break;
        }
    memcpy(to, from, length);
    memcpy(to + length, more, sizeof more);
    return length + sizeof more - 1;
}

int error_set(struct error *error, enum error_code code, const char *field, const char *message, ...)
{
    if (!error)
        return code;
    struct error *next = error->next;
    memset(error, 0, sizeof *error);
    error->next = next;
    error->code = code;
    error->message = message;
    if (field)
        memcpy(error->field, field, cut_length(field, sizeof error->field - 1));
    va_list ap;
    va_start(ap, message);
    for (int i = 0; i < ERROR_ARGUMENTS; i++) {
        const char *argument = va_arg(ap, const char *);
        if (!argument)
            break;
        copy_words(error->arguments[i], argument, sizeof error->arguments[i]);
    }
    va_end(ap);
    return code;
}

size_t error_format(const struct error *error, const char *message, char *text, size_t size)
{
    char whole[ERROR_TEXT_BYTES + 1024];
    size_t length = 0;
    for (const char *p = message; *p && length + ERROR_ARGUMENT_BYTES < sizeof whole; p++) {
        if (p[0] == '{' && p[1] >= '0' && p[1] < '0' + ERROR_ARGUMENTS && p[2] == '}') {
            const char *argument = error->arguments[p[1] - '0'];
            size_t argument_length = strlen(argument);
            memcpy(whole + length, argument, argument_length);
            length += argument_length;
            p += 2;
        } else {
            whole[length++] = *p;
        }
    }
    whole[length] = 0;
    return copy_words(text, whole, size);
}
