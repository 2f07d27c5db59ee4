/* CSV, RFC 4180, as it comes from the world: comma, semicolon or tab (found from the first line), UTF-8 with or
 * without BOM or an 8-bit Western encoding (found from the bytes), LF or CRLF, quotes doubled, cells over lines. */
#ifndef MAILLON_CSV_H
#define MAILLON_CSV_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;
struct csv;

enum { CSV_CELLS_MAX = 256, CSV_CELL_BYTES_MAX = 1 << 20, CSV_RECORD_LINES_MAX = 10000 };

/* Reads from memory that the caller keeps while the reader lives. Reads the header line. Refuses a file that is
 * empty, holds NUL bytes, or whose first line is no header. The reader lives in the arena. */
int csv_open(struct arena *arena, const char *bytes, size_t length, struct csv **ret_csv, struct error *error);

/* Index of a header cell (folded comparison: "Département" finds "departement"), or -1. */
int csv_column(const struct csv *csv, const char *name);
size_t csv_column_count(const struct csv *csv);
const char *csv_column_name(const struct csv *csv, size_t index);

/* Next record: true, and its cells until the next call. A record with a cell or a count over the limits is given
 * with csv_broken() true and must be refused by the caller, by the line it starts on; reading goes on at the next line. The
 * time is that of the file's length, whatever its quotes: a quote is looked for in the next 4 MB only, and whichever quote
 * it meets there ends the search. */
bool csv_next(struct csv *csv);
bool csv_broken(const struct csv *csv);
size_t csv_line(const struct csv *csv);                   /* line of the file where the record starts, from 1 */
const char *csv_cell(const struct csv *csv, int column); /* "" when the record is shorter or column is -1 */
size_t csv_cell_count(const struct csv *csv);
double csv_progress(const struct csv *csv);               /* 0 to 1 */

/* The bytes of the record as they stood, for keeping the raw line. Not NUL-terminated. */
const char *csv_raw(const struct csv *csv, size_t *ret_length);

#endif
