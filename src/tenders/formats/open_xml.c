/* Notices in XML: one eForms notice, one BOAMP notice, or several of BOAMP under one root. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/format.h"
#include "tenders/formats/readers.h"

struct xml_file {
    const struct element *at; /* the next notice */
    bool alone;               /* the root is the notice */
    size_t count, number;
    const char *bytes, *end, *raw_at;
};

/* Where the notice stands in the file, for the raw record. Tags are looked for as bytes: in a comment or a
 * CDATA section they would mislead, and then the raw record holds too much. */
static void find_raw(struct xml_file *file, struct notice *notice)
{
    static const char closing[] = "</ANNONCE>";
    const char *from = file->raw_at, *to = NULL;
    size_t left = (size_t)(file->end - from);
    while (!file->alone && (from = memmem(from, left, "<ANNONCE", 8))) {
        left = (size_t)(file->end - from);
        if (left > 8 && strchr(" \t\r\n>", from[8])) {
            to = memmem(from, left, closing, sizeof closing - 1);
            break;
        }
        from += 8;
        left -= 8;
    }
    notice->raw = to ? from : file->bytes;
    notice->raw_length = to ? (size_t)(to - from) + sizeof closing - 1 : (size_t)(file->end - file->bytes);
    if (to)
        file->raw_at = to + sizeof closing - 1;
}

static enum notice_step next(void *state, struct arena *arena, struct notice *ret_notice,
                             struct error *refusal)
{
    struct xml_file *file = state;
    const struct element *element = file->at;
    if (!element)
        return NOTICE_END;
    bool eforms = eforms_is_root(element->name);
    file->at = file->alone ? NULL : element_next(element);
    file->number++;
    notice_begin(ret_notice, eforms ? "ted" : "boamp", eforms ? "eforms" : "boamp-xml");
    ret_notice->line = file->number;
    find_raw(file, ret_notice);
    return eforms ? eforms_read_xml(arena, element, ret_notice, refusal)
                  : boamp_read_xml(arena, element, ret_notice, refusal);
}

static size_t line_of(const void *state)
{
    return ((const struct xml_file *)state)->number;
}

static double progress_of(const void *state)
{
    const struct xml_file *file = state;
    return file->count ? (double)file->number / (double)file->count : 1;
}

static int find_notices(struct xml_file *file, const struct element *root, struct error *error)
{
    file->alone = eforms_is_root(root->name) || !strcmp(root->name, "ANNONCE");
    file->at = file->alone ? root : element_child(root, "ANNONCE");
    for (const struct element *element = file->at; element;
         element = file->alone ? NULL : element_next(element))
        file->count++;
    return file->at
               ? 0
               : error_set(
                     error, ERR_INVALID, "file",
                     N_("No known format of notices: this XML is a {0}, neither of BOAMP nor of eForms."),
                     root->name, NULL);
}

int notice_open_xml(struct arena *arena, const char *bytes, size_t length, struct notice_reader *ret_reader,
                    struct error *error)
{
    static const struct notice_format format = {next, line_of, progress_of};
    struct element *root = NULL;
    if (length > NOTICE_RECORD_BYTES_MAX)
        return error_set(error, ERR_TOO_LARGE, "file", N_("This XML file is larger than 32 MB."), NULL);
    int refused = element_read_xml(arena, bytes, length, &root, error);
    if (refused)
        return refused;
    struct xml_file *file = ARENA_NEW(arena, struct xml_file);
    file->bytes = file->raw_at = bytes;
    file->end = bytes + length;
    refused = find_notices(file, root, error);
    *ret_reader = (struct notice_reader){&format, file};
    return refused;
}
