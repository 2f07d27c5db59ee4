/* Small counts of people, hidden so that they cannot be found by subtraction.
 *
 * A table of counts with its totals is published. A count under the threshold is hidden, a total under it
 * too. Then further cells are hidden until whoever adds and subtracts what is still shown, and knows that no
 * count is below zero, cannot do better than this:
 *   - of a count under the threshold: every value from 0 to threshold - 1 is still possible;
 *   - of any other hidden cell: at least `threshold` values are still possible.
 * What is hidden for its own sake and what is hidden for the others bear the same mark.
 *
 * The cells of a table with totals are the arcs of a network (rows and columns are its nodes, a total flows
 * back), so the least and the greatest value a hidden cell can have are maximum flows, and every whole number
 * between is possible. Model: cell suppression by network flow, Cox 1995. */
#ifndef MAILLON_OPENBOOKS_SUPPRESS_H
#define MAILLON_OPENBOOKS_SUPPRESS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

enum { SUPPRESS_SIDE_MAX = 200, SUPPRESS_THRESHOLD = 11 };

struct suppress_cell {
    int64_t count; /* from 0 */
    bool absent;   /* nothing could be counted here: known to be none, and shown so */
    bool hidden;   /* answer */
};

/* (rows + 1) × (columns + 1) cells, row after row; the last row and the last column are the totals. */
struct suppress_table {
    int rows, columns; /* without the totals; from 1 to SUPPRESS_SIDE_MAX */
    struct suppress_cell *cells;
};

struct suppress_table suppress_table_new(struct arena *arena, int rows, int columns); /* all cells absent */
struct suppress_cell *suppress_at(const struct suppress_table *table, int row, int column);
void suppress_add(struct suppress_table *table, int row, int column,
                  int64_t count); /* to the cell and to its totals */

void suppress(struct suppress_table *table, int64_t threshold);

/* What can be said of a cell from all that is shown. INT64_MAX: no greatest value. */
void suppress_bounds(struct arena *arena, const struct suppress_table *table, int row, int column,
                     int64_t *ret_least, int64_t *ret_greatest);

#endif
