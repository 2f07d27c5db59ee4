/* Notices in JSON: which format a record has shows in its members. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tenders/formats/format.h"
#include "tenders/formats/readers.h"
#include "tenders/formats/records.h"

struct json_file {
    struct records records;
};

struct json_format {
    const char *source, *format;
    enum notice_step (*read)(struct arena *arena, const struct tree *record, struct notice *notice,
                             struct error *refusal);
};

/* Older versions of the interface wrap a record: {"record": {"fields": {…}}}, {"fields": {…}}. */
static const struct tree *unwrap(const struct tree *record)
{
    const struct tree *inner = tree_get(record, "record");
    if (inner && inner->kind == TREE_MAP)
        record = inner;
    inner = tree_get(record, "fields");
    return inner && inner->kind == TREE_MAP ? inner : record;
}

static const struct json_format *format_of(const struct tree *record)
{
    static const struct json_format boamp = {"boamp", "boamp-json", boamp_read_json},
                                    decp = {"decp", "decp", decp_read}, ocds = {"ocds", "ocds", ocds_read};
    if (tree_get(record, "ocid"))
        return &ocds;
    if (tree_get(record, "idweb") || tree_get(record, "nomacheteur") || tree_get(record, "dateparution"))
        return &boamp;
    if (tree_get(record, "acheteur") || tree_get(record, "autoriteConcedante") ||
        tree_get(record, "titulaires") || tree_get(record, "acheteur.id"))
        return &decp;
    return NULL;
}

static bool ends_word(char c)
{
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/* A copy in which NaN and Infinity, which some programs write outside of texts and JSON does not know, are
 * empty. */
static char *without_nan(struct arena *arena, const char *text, size_t length)
{
    static const char *const words[] = {"NaN", "-Infinity", "Infinity"};
    char *copy = arena_copy(arena, text, length);
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (quoted && copy[i] == '\\')
            i++;
        else if (copy[i] == '"')
            quoted = !quoted;
        for (size_t w = 0; !quoted && w < COUNT_OF(words); w++) {
            size_t size = strlen(words[w]);
            if (i + size < length && !memcmp(copy + i, words[w], size) && ends_word(copy[i + size])) {
                memset(copy + i, ' ', size);
                copy[i] = copy[i + 1] = '"';
                i += size - 1;
                break;
            }
        }
    }
    return copy;
}

/* Ten million empty lists are only 30 MB of text, and gigabytes of memory. */
static bool has_too_many_values(const char *text, size_t length)
{
    enum { VALUES_MAX = 2000000 };
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == ',' || text[i] == '[' || text[i] == '{';
    return count > VALUES_MAX;
}

static int read_record(struct arena *arena, const char *text, size_t length, struct tree **ret_record,
                       struct error *error)
{
    if (length > NOTICE_RECORD_BYTES_MAX)
        return error_set(error, ERR_TOO_LARGE, "", N_("This record is larger than 32 MB."), NULL);
    if (has_too_many_values(text, length))
        return error_set(error, ERR_TOO_LARGE, "", N_("This record has too many values."), NULL);
    int refused = tree_read_json(arena, text, length, ret_record, error);
    if (!refused || (!memmem(text, length, "NaN", 3) && !memmem(text, length, "Infinity", 8)))
        return refused;
    struct error again = {0};
    char *mended = without_nan(arena, text, length);
    return tree_read_json(arena, mended, length, ret_record, &again) ? refused : 0;
}

static enum notice_step next(void *state, struct arena *arena, struct notice *ret_notice,
                             struct error *refusal)
{
    struct json_file *file = state;
    const char *text;
    size_t length;
    struct tree *record = NULL;
    struct error why = {0};
    if (!records_next(&file->records, &text, &length))
        return NOTICE_END;
    size_t number = file->records.number;
    if (read_record(arena, text, length, &record, &why)) {
        *refusal = why;
        return NOTICE_REFUSED;
    }
    const struct tree *fields = unwrap(record);
    const struct json_format *format = format_of(fields);
    if (!format)
        return notice_refuse(refusal, number, "", N_("Record {0} is none of the known formats of notices."),
                             NULL);
    notice_begin(ret_notice, format->source, format->format);
    ret_notice->line = number;
    ret_notice->raw = text;
    ret_notice->raw_length = length;
    return format->read(arena, fields, ret_notice, refusal);
}

static size_t line_of(const void *state)
{
    return ((const struct json_file *)state)->records.number;
}

static double progress_of(const void *state)
{
    const struct records *records = &((const struct json_file *)state)->records;
    double whole = (double)(records->end - records->start);
    return whole > 0 ? (double)(records->at - records->start) / whole : 1;
}

/* Whether any of the first records has a known format: a file of something else is refused as a whole, with
 * the reason why its first record cannot be read if that is so. */
static int find_known(const struct records *records, struct error *error)
{
    enum { TRIES = 20 };
    struct records look = *records;
    _cleanup_arena_ struct arena *scratch = arena_new();
    struct error first = {0};
    const char *text;
    size_t length;
    int tries = 0;
    for (; tries < TRIES && records_next(&look, &text, &length); tries++) {
        struct tree *record = NULL;
        struct error why = {0};
        int refused = read_record(scratch, text, length, &record, &why);
        if (!refused && format_of(unwrap(record)))
            return 0;
        if (refused && !first.code)
            first = why;
        arena_reset(scratch);
    }
    if (!tries) /* a query without results */
        return 0;
    if (first.code) {
        *error = first;
        snprintf(error->field, sizeof error->field, "file");
        return (int)first.code;
    }
    return error_set(error, ERR_INVALID, "file",
                     N_("No known format of notices: this JSON has no records of BOAMP, DECP or OCDS."),
                     NULL);
}

int notice_open_json(struct arena *arena, const char *bytes, size_t length, struct notice_reader *ret_reader,
                     struct error *error)
{
    static const struct notice_format format = {next, line_of, progress_of};
    struct json_file *file = ARENA_NEW(arena, struct json_file);
    int refused = records_open(bytes, length, &file->records, error);
    if (!refused)
        refused = find_known(&file->records, error);
    *ret_reader = (struct notice_reader){&format, file};
    return refused;
}
