/* Fuzzer of base/csv.h: any bytes give records or an error; a record's cells fit in it, lines only go up. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_record(const struct csv *csv)
{
    size_t length, cells = 0;
    const char *raw = csv_raw(csv, &length);
    require(raw && length);
    for (size_t i = 0; i < csv_cell_count(csv); i++) {
        const char *cell = csv_cell(csv, (int)i);
        require(text_is_utf8(cell, strlen(cell)));
        cells += strlen(cell);
    }
    require(csv_broken(csv) || cells <= length);
    require(!csv_cell(csv, -1)[0] && !csv_cell(csv, CSV_CELLS_MAX)[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct csv *csv = NULL;
    struct error error = {0};
    size_t line = 0, records = 0;
    if (csv_open(arena, (const char *)data, size, &csv, &error)) {
        require(error.code && error.message);
    } else {
        require(csv_column_count(csv) >= 1 && csv_column_count(csv) <= CSV_CELLS_MAX);
        for (size_t i = 0; i < csv_column_count(csv); i++) {
            const char *name = csv_column_name(csv, i);
            int found = csv_column(csv, name);
            require(found >= 0 && (size_t)found <= i);
        }
        while (csv_next(csv)) {
            require(csv_line(csv) > line);
            line = csv_line(csv);
            records++;
            check_record(csv);
        }
        require(records <= size && csv_progress(csv) == 1);
    }
    arena_free(arena);
    return 0;
}
