#include "base/csv.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum { RECORD_BYTES_MAX = 4 * CSV_CELL_BYTES_MAX };

struct csv {
    struct arena *arena;
    const char *start, *end, *at;
    char delimiter;
    bool broken;
    size_t line, next_line;
    const char *raw;
    size_t raw_length;
    char *cells[CSV_CELLS_MAX];
    size_t count;
    char *names[CSV_CELLS_MAX]; /* folded */
    char *titles[CSV_CELLS_MAX];
    size_t name_count;
    char *record; /* unescaped cells of the current record */
    size_t record_room;
};

static char find_delimiter(const char *at, const char *end)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    for (; at < end && *at != '\n'; at++) {
        commas += *at == ',';
        semicolons += *at == ';';
        tabs += *at == '\t';
    }
    if (tabs > commas && tabs > semicolons)
        return '\t';
    return semicolons > commas ? ';' : ',';
}

/* After the quote that closes the cell begun before p; NULL when none does, or what follows is no end of a cell. */
static const char *quoted_end(const struct csv *csv, const char *p, const char *limit, size_t *lines)
{
    const char *from = p;
    while ((p = memchr(p, '"', (size_t)(limit - p)))) {
        for (const char *line = from; (line = memchr(line, '\n', (size_t)(p - line))); line++)
            ++*lines;
        if (*lines > CSV_RECORD_LINES_MAX)
            return NULL;
        if (p + 1 < csv->end && p[1] == '"') {
            p += 2;
            from = p;
            if (p > limit)
                return NULL;
            continue;
        }
        bool ends = p + 1 == csv->end || p[1] == csv->delimiter || p[1] == '\n' || p[1] == '\r';
        return ends ? p + 1 : NULL;
    }
    return NULL;
}

/* End of the record that starts at p, quotes respected; NULL when a quote is never closed, or closed in the middle of a
 * cell, or the record is too long: a single bad quote must not swallow the records after it. */
static const char *record_end(const struct csv *csv, const char *p, size_t *lines)
{
    const char *limit = csv->end - p > RECORD_BYTES_MAX ? p + RECORD_BYTES_MAX : csv->end;
    for (bool cell_start = true; p < limit; p++) {
        if (*p == '"' && cell_start) {
            p = quoted_end(csv, p + 1, limit, lines);
            if (!p)
                return NULL;
            cell_start = false;
            p--; /* what follows is looked at next */
        } else if (*p == '\n') {
            ++*lines;
            return p;
        } else {
            cell_start = *p == csv->delimiter;
        }
    }
    return p < csv->end ? NULL : p;
}

/* Copies one cell unescaped to `to`; returns where the next begins, or NULL at the record's end. */
static const char *take_cell(const char *p, const char *end, char delimiter, char **to)
{
    if (p < end && *p == '"') {
        const char *quote;
        for (p++; (quote = memchr(p, '"', (size_t)(end - p))); p = quote + 2) {
            bool doubled = quote + 1 < end && quote[1] == '"';
            size_t length = (size_t)(quote - p) + doubled;
            memcpy(*to, p, length);
            *to += length;
            if (!doubled) {
                p = quote + 1;
                break;
            }
        }
    }
    const char *next = memchr(p, delimiter, (size_t)(end - p));
    size_t length = (size_t)((next ? next : end) - p);
    memcpy(*to, p, length);
    *to += length;
    *(*to)++ = 0;
    return next ? next + 1 : NULL;
}

static void split(struct csv *csv)
{
    const char *p = csv->raw, *end = csv->raw + csv->raw_length;
    char *to = csv->record;
    csv->count = 0;
    csv->broken = false;
    while (p) {
        if (csv->count == CSV_CELLS_MAX) {
            csv->broken = true;
            return;
        }
        char *cell = csv->cells[csv->count++] = to;
        p = take_cell(p, end, csv->delimiter, &to);
        if (to - cell > CSV_CELL_BYTES_MAX)
            csv->broken = true;
    }
}

/* A record that has no end is given as its first line alone, broken. */
static const char *first_line_end(const struct csv *csv, const char *start, size_t *lines)
{
    const char *end = memchr(start, '\n', (size_t)(csv->end - start));
    *lines = end != NULL;
    return end ? end : csv->end;
}

static void make_room(struct csv *csv)
{
    if (csv->raw_length + 2 <= csv->record_room)
        return;
    csv->record_room = csv->raw_length * 2 + 2;
    csv->record = arena_alloc(csv->arena, csv->record_room);
}

bool csv_next(struct csv *csv)
{
    while (csv->at < csv->end) {
        const char *start = csv->at;
        size_t lines = 0;
        const char *end = record_end(csv, start, &lines);
        bool endless = !end;
        if (endless)
            end = first_line_end(csv, start, &lines);
        csv->at = end < csv->end ? end + 1 : end;
        csv->line = csv->next_line;
        csv->next_line += lines;
        csv->raw = start;
        csv->raw_length = (size_t)(end - start);
        if (csv->raw_length && start[csv->raw_length - 1] == '\r')
            csv->raw_length--;
        if (!csv->raw_length)
            continue; /* an empty line is no record */
        csv->broken = endless;
        csv->count = 0;
        if (!endless) {
            make_room(csv);
            split(csv);
        }
        return true;
    }
    csv->count = 0;
    return false;
}

int csv_open(struct arena *arena, const char *bytes, size_t length, struct csv **ret_csv, struct error *error)
{
    if (length >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) {
        bytes += 3;
        length -= 3;
    }
    if (memchr(bytes, 0, length))
        return error_set(error, ERR_INVALID, "file", N_("This file is not text: it holds NUL bytes."), NULL);
    if (!text_is_utf8(bytes, length))
        bytes = text_from_latin(arena, bytes, length, &length);
    struct csv *csv = ARENA_NEW(arena, struct csv);
    csv->arena = arena;
    csv->start = csv->at = bytes;
    csv->end = bytes + length;
    csv->next_line = 1;
    csv->delimiter = find_delimiter(bytes, csv->end);
    if (!csv_next(csv) || csv->broken)
        return error_set(error, ERR_INVALID, "file", N_("This file has no header line."), NULL);
    for (size_t i = 0; i < csv->count; i++) {
        csv->titles[i] = arena_strdup(arena, csv->cells[i]);
        csv->names[i] = text_fold(arena, csv->cells[i]);
    }
    csv->name_count = csv->count;
    *ret_csv = csv;
    return 0;
}

int csv_column(const struct csv *csv, const char *name)
{
    struct arena *scratch = arena_new();
    const char *folded = text_fold(scratch, name);
    int found = -1;
    for (size_t i = 0; i < csv->name_count && found < 0; i++)
        if (!strcmp(csv->names[i], folded))
            found = (int)i;
    arena_free(scratch);
    return found;
}

size_t csv_column_count(const struct csv *csv)
{
    return csv->name_count;
}

const char *csv_column_name(const struct csv *csv, size_t index)
{
    return index < csv->name_count ? csv->titles[index] : "";
}

bool csv_broken(const struct csv *csv)
{
    return csv->broken;
}

size_t csv_line(const struct csv *csv)
{
    return csv->line;
}

const char *csv_cell(const struct csv *csv, int column)
{
    return column >= 0 && (size_t)column < csv->count ? csv->cells[column] : "";
}

size_t csv_cell_count(const struct csv *csv)
{
    return csv->count;
}

double csv_progress(const struct csv *csv)
{
    return csv->end == csv->start ? 1 : (double)(csv->at - csv->start) / (double)(csv->end - csv->start);
}

const char *csv_raw(const struct csv *csv, size_t *ret_length)
{
    *ret_length = csv->raw_length;
    return csv->raw;
}
