#include "law/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

enum { COLUMN_COUNT = 9 };

static int wrong(struct arena *arena, const struct parameter *at, const char *what, struct error *error)
{
    return error_set(error, ERR_INVALID, "law", N_("data/law/{0}, line {1}: {2}: {3}"), at->file,
                     arena_printf(arena, "%zu", at->line), at->id, what, NULL);
}

/* What is wrong with a row by itself, in English: this is said to whoever edits the files. NULL when nothing is. */
static const char *fault(struct parameter *at)
{
    bool open = !strcmp(at->status, "N");
    if (!*at->id || !*at->unit)
        return "an id and a unit are required";
    if ((strcmp(at->from, "0000-00-00") != 0 && !date_is(at->from)) ||
        (strcmp(at->to, "9999-12-31") != 0 && !date_is(at->to)))
        return "a period runs from one date to another, such as 2026-03-31";
    if (strcmp(at->from, at->to) > 0)
        return "the period ends before it begins";
    if (!open && strcmp(at->status, "V") != 0 && strcmp(at->status, "S") != 0)
        return "the status is V, S or N";
    if (open != !*at->value)
        return "the value is empty if and only if the status is N";
    if (!open && (strchr(at->value, ',') || !number_parse(at->value, DECIMALS_RATE, &at->value_millionths)))
        return "the value is a number with a decimal point and at most 6 decimals";
    return NULL;
}

static void add(struct arena *arena, struct parameters *parameters, const struct parameter *parameter)
{
    if (parameters->count == parameters->room) {
        parameters->room = parameters->room ? parameters->room * 2 : 256;
        struct parameter *list = ARENA_ARRAY(arena, struct parameter, parameters->room);
        if (parameters->count)
            memcpy(list, parameters->list, parameters->count * sizeof *list);
        parameters->list = list;
    }
    parameters->list[parameters->count++] = *parameter;
}

/* "…, was old.name": where a figure came from is the file's business. */
static const char *note_for_people(struct arena *arena, const char *note)
{
    const char *origin = text_starts(note, "was ") ? note : strstr(note, ", was ");
    return origin ? arena_copy(arena, note, (size_t)(origin - note)) : note;
}

int parameters_read(struct arena *arena, const char *subject, const char *bytes, size_t length,
                    struct parameters *parameters, struct error *error)
{
    static const char *const names[COLUMN_COUNT] = {"id", "from", "to", "value", "unit", "article", "source", "status", "note"};
    int columns[COLUMN_COUNT];
    struct csv *csv;
    const char *file = arena_printf(arena, "%s.csv", subject);
    int result = csv_open(arena, bytes, length, &csv, error);
    if (result)
        return result;
    for (int i = 0; i < COLUMN_COUNT; i++)
        if ((columns[i] = csv_column(csv, names[i])) < 0)
            return error_set(error, ERR_INVALID, "law", N_("data/law/{0} has no column {1}."), file, names[i], NULL);
    while (csv_next(csv)) {
        const char *cells[COLUMN_COUNT];
        for (int i = 0; i < COLUMN_COUNT; i++)
            cells[i] = text_tidy(arena, csv_cell(csv, columns[i]));
        struct parameter row = {.id = cells[0],
                                .subject = subject,
                                .from = *cells[1] ? cells[1] : "0000-00-00",
                                .to = *cells[2] ? cells[2] : "9999-12-31",
                                .value = cells[3],
                                .unit = cells[4],
                                .article = cells[5],
                                .source = cells[6],
                                .status = cells[7],
                                .note = note_for_people(arena, cells[8]),
                                .file = file,
                                .line = csv_line(csv)};
        const char *what = csv_broken(csv) ? "the line is broken" : fault(&row);
        if (what)
            return wrong(arena, &row, what, error);
        add(arena, parameters, &row);
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct parameter *one = a, *other = b;
    int order = strcmp(one->id, other->id);
    return order ? order : strcmp(one->from, other->from);
}

int parameters_check(struct arena *arena, struct parameters *parameters, struct error *error)
{
    if (parameters->count)
        qsort(parameters->list, parameters->count, sizeof *parameters->list, compare);
    for (size_t i = 1; i < parameters->count; i++) {
        const struct parameter *before = &parameters->list[i - 1], *row = &parameters->list[i];
        if (strcmp(before->id, row->id) != 0)
            continue;
        if (strcmp(before->unit, row->unit) != 0)
            return wrong(arena, row, "one id has one unit", error);
        if (strcmp(before->to, row->from) >= 0)
            return wrong(arena, row, arena_printf(arena, "this period overlaps the one of %s, line %zu", before->file, before->line),
                         error);
    }
    return 0;
}
