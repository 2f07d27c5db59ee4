#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

static void grow(struct buffer *buffer, size_t needed)
{
    size_t room = buffer->room ? buffer->room : 256;
    while (room < needed)
        room *= 2;
    buffer->bytes = memory_grow(buffer->bytes, room);
    buffer->room = room;
}

static inline void reserve(struct buffer *buffer, size_t more)
{
    size_t needed = buffer->length + more + 1;
    if (needed > buffer->room)
        grow(buffer, needed);
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
    reserve(buffer, length);
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = 0;
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int length = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (length > 0) {
        reserve(buffer, (size_t)length);
        vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

static const char *const html_escapes[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};

/* Runs of plain bytes at once: most of a page needs no escape. */
void buffer_html(struct buffer *buffer, const char *text)
{
    for (;; text++) {
        size_t plain = strcspn(text, "&<>\"'");
        buffer_add(buffer, text, plain);
        text += plain;
        if (!*text)
            return;
        buffer_text(buffer, html_escapes[(unsigned char)*text]);
    }
}

void buffer_json_string(struct buffer *buffer, const char *text, size_t length)
{
    buffer_char(buffer, '"');
    size_t start = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_add(buffer, text + start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\') {
            buffer_char(buffer, '\\');
            buffer_char(buffer, (char)c);
        } else if (c == '\n') {
            buffer_text(buffer, "\\n");
        } else {
            buffer_printf(buffer, "\\u%04x", c);
        }
    }
    buffer_add(buffer, text + start, length - start);
    buffer_char(buffer, '"');
}

/* What a spreadsheet would run when the file is opened; a number with its sign is none. */
static bool is_formula(const char *text)
{
    if (*text == '+' || *text == '-')
        return text[1 + strspn(text + 1, "0123456789.,")] != 0;
    return *text && strchr("=@\t\r", *text);
}

void buffer_csv_cell(struct buffer *buffer, const char *text, char delimiter)
{
    _cleanup_buffer_ struct buffer defused = {0};
    if (is_formula(text)) {
        buffer_printf(&defused, "'%s", text);
        text = buffer_string(&defused);
    }
    char special[] = {'"', '\n', '\r', delimiter, 0};
    if (!strpbrk(text, special)) {
        buffer_text(buffer, text);
        return;
    }
    buffer_char(buffer, '"');
    for (; *text; text++) {
        if (*text == '"')
            buffer_char(buffer, '"');
        buffer_char(buffer, *text);
    }
    buffer_char(buffer, '"');
}

void buffer_url(struct buffer *buffer, const char *text)
{
    static const bool unreserved[256] = {['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true,
                                         ['-'] = true,         ['.'] = true,         ['_'] = true,         ['~'] = true};
    static const char digits[] = "0123456789ABCDEF";
    for (;; text++) {
        size_t plain = 0;
        while (unreserved[(unsigned char)text[plain]])
            plain++;
        buffer_add(buffer, text, plain);
        text += plain;
        if (!*text)
            return;
        unsigned char byte = (unsigned char)*text;
        buffer_add(buffer, (char[]){'%', digits[byte >> 4], digits[byte & 15]}, 3);
    }
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->bytes)
        buffer->bytes[0] = 0;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

const char *buffer_string(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}

int buffer_read_file(struct buffer *buffer, const char *path, size_t limit)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = 0;
    for (;;) {
        reserve(buffer, 65536);
        ssize_t got = read(fd, buffer->bytes + buffer->length, 65536);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            error = errno;
        if (got <= 0)
            break;
        buffer->length += (size_t)got;
        if (buffer->length > limit) {
            error = EFBIG;
            break;
        }
    }
    buffer->bytes[buffer->length] = 0;
    close(fd);
    return error;
}
