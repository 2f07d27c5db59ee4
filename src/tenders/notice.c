/* Which format a file has, from its first bytes, and the way to its reader. */
#include "tenders/notice.h"

#include <string.h>

#include "tenders/formats/format.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* First byte that says something: after a byte order mark and white space. */
static char first_byte(const char *bytes, size_t length)
{
    size_t i = length >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3) ? 3 : 0;
    while (i < length && is_blank(bytes[i]))
        i++;
    return i < length ? bytes[i] : 0;
}

static bool is_utf16(const char *bytes, size_t length)
{
    return length >= 2 && (!memcmp(bytes, "\xFF\xFE", 2) || !memcmp(bytes, "\xFE\xFF", 2));
}

int notice_reader_open(struct arena *arena, const char *bytes, size_t length, struct notice_reader **ret_reader,
                       struct error *error)
{
    if (length > NOTICE_FILE_BYTES_MAX)
        return error_set(error, ERR_TOO_LARGE, "file", N_("This file is larger than 256 MB."), NULL);
    if (is_utf16(bytes, length))
        return error_set(error, ERR_INVALID, "file", N_("This file is in UTF-16: save it as UTF-8."), NULL);
    char first = first_byte(bytes, length);
    if (!first)
        return length && memchr(bytes, 0, length)
                   ? error_set(error, ERR_INVALID, "file", N_("This file is not text: it holds NUL bytes."), NULL)
                   : error_set(error, ERR_INVALID, "file", N_("This file is empty."), NULL);
    struct notice_reader *reader = ARENA_NEW(arena, struct notice_reader);
    int refused = first == '<'                    ? notice_open_xml(arena, bytes, length, reader, error)
                  : first == '{' || first == '[' ? notice_open_json(arena, bytes, length, reader, error)
                                                  : notice_open_csv(arena, bytes, length, reader, error);
    if (!refused)
        *ret_reader = reader;
    return refused;
}

enum notice_step notice_next(struct notice_reader *reader, struct arena *arena, struct notice *ret_notice,
                             struct error *refusal)
{
    return reader->format->next(reader->state, arena, ret_notice, refusal);
}

size_t notice_reader_line(const struct notice_reader *reader)
{
    return reader->format->line(reader->state);
}

double notice_reader_progress(const struct notice_reader *reader)
{
    return reader->format->progress(reader->state);
}

const char *notice_kind_name(enum notice_kind kind)
{
    static const char *const names[] = {[NOTICE_CALL] = "call",
                                        [NOTICE_AWARD] = "award",
                                        [NOTICE_RECTIFICATION] = "rectification",
                                        [NOTICE_CANCELLATION] = "cancellation",
                                        [NOTICE_MODIFICATION] = "modification",
                                        [NOTICE_PRIOR] = "prior"};
    return (size_t)kind < COUNT_OF(names) ? names[kind] : "call";
}
