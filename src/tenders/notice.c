/* Which format a file has, from its first bytes, and the way to its reader. */
#include "tenders/notice.h"

#include <string.h>

#include "base/text.h"
#include "tenders/formats/format.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The text of the file: without its byte order mark, as UTF-8. An encoding that XML declares is not asked:
 * files that were saved anew often declare what they no longer are. */
static int prepare(struct arena *arena, const char **bytes, size_t *length, struct error *error)
{
    if (*length > NOTICE_FILE_BYTES_MAX)
        return error_set(error, ERR_TOO_LARGE, "file", N_("This file is larger than 256 MB."), NULL);
    if (*length >= 2 && (!memcmp(*bytes, "\xFF\xFE", 2) || !memcmp(*bytes, "\xFE\xFF", 2)))
        return error_set(error, ERR_INVALID, "file", N_("This file is in UTF-16: save it as UTF-8."), NULL);
    if (*length >= 3 && !memcmp(*bytes, "\xEF\xBB\xBF", 3)) {
        *bytes += 3;
        *length -= 3;
    }
    if (*length && memchr(*bytes, 0, *length))
        return error_set(error, ERR_INVALID, "file", N_("This file is not text: it holds NUL bytes."), NULL);
    if (!text_is_utf8(*bytes, *length))
        *bytes = text_from_latin(arena, *bytes, *length, length);
    return 0;
}

static char first_byte(const char *bytes, size_t length)
{
    size_t i = 0;
    while (i < length && is_blank(bytes[i]))
        i++;
    return i < length ? bytes[i] : 0;
}

int notice_reader_open(struct arena *arena, const char *bytes, size_t length,
                       struct notice_reader **ret_reader, struct error *error)
{
    int refused = prepare(arena, &bytes, &length, error);
    if (refused)
        return refused;
    struct notice_reader *reader = ARENA_NEW(arena, struct notice_reader);
    switch (first_byte(bytes, length)) {
    case 0:
        return error_set(error, ERR_INVALID, "file", N_("This file is empty."), NULL);
    case '<':
        refused = notice_open_xml(arena, bytes, length, reader, error);
        break;
    case '{':
    case '[':
        refused = notice_open_json(arena, bytes, length, reader, error);
        break;
    default:
        refused = notice_open_csv(arena, bytes, length, reader, error);
    }
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
