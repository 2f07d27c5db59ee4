#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts at a character, not in the middle of one: a page must stay valid UTF-8. */
static void copy_cut(char *to, const char *from, size_t size)
{
    size_t length = strlen(from);
    if (length >= size) {
        length = size - 1;
        while (length && ((unsigned char)from[length] & 0xC0) == 0x80)
            length--;
    }
    memcpy(to, from, length);
    to[length] = 0;
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
        copy_cut(error->field, field, sizeof error->field);
    va_list ap;
    va_start(ap, message);
    for (int i = 0; i < ERROR_ARGUMENTS; i++) {
        const char *argument = va_arg(ap, const char *);
        if (!argument)
            break;
        copy_cut(error->arguments[i], argument, sizeof error->arguments[i]);
    }
    va_end(ap);
    return code;
}

size_t error_format(const struct error *error, const char *message, char *text, size_t size)
{
    size_t length = 0;
    for (const char *p = message; *p && length + 1 < size; p++) {
        if (p[0] == '{' && p[1] >= '0' && p[1] < '0' + ERROR_ARGUMENTS && p[2] == '}') {
            size_t room = size - length;
            copy_cut(text + length, error->arguments[p[1] - '0'], room);
            length += strlen(text + length);
            p += 2;
        } else {
            text[length++] = *p;
        }
    }
    text[length] = 0;
    return length;
}
