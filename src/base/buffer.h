/* Growable byte buffer, always NUL-terminated once something was added. Owner calls buffer_free. */
#ifndef MAILLON_BUFFER_H
#define MAILLON_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *bytes; /* NULL while empty */
    size_t length, room;
};

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_html(struct buffer *buffer, const char *text); /* escapes & < > " ' */
void buffer_json_string(struct buffer *buffer, const char *text, size_t length); /* with its quotes */
void buffer_csv_cell(struct buffer *buffer, const char *text, char delimiter);   /* quoted where needed; a formula becomes text */
void buffer_url(struct buffer *buffer, const char *text); /* percent-encodes all but unreserved characters */
void buffer_clear(struct buffer *buffer);                 /* keeps the room */
void buffer_free(struct buffer *buffer);
const char *buffer_string(const struct buffer *buffer); /* "" while empty */

static inline void buffer_char(struct buffer *buffer, char byte)
{
    if (buffer->length + 1 >= buffer->room) {
        buffer_add(buffer, &byte, 1);
        return;
    }
    buffer->bytes[buffer->length++] = byte;
    buffer->bytes[buffer->length] = 0;
}

/* The whole of a file, up to limit bytes. Returns 0, or an errno value (EFBIG past the limit). */
int buffer_read_file(struct buffer *buffer, const char *path, size_t limit);

#define _cleanup_buffer_ __attribute__((cleanup(buffer_free)))

#endif
