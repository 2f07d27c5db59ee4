/* Columns: one way of answering one lot (a group and its quantities), and what it uses of every shared row.
 */
#ifndef GROUPINGS_SOLVER_COLUMN_H
#define GROUPINGS_SOLVER_COLUMN_H

#include "model.h"

struct column {
    int32_t lot;
    int32_t member_count;
    int32_t arc_count;
    int32_t entry_count;
    uint64_t key;       /* the same for equal columns, whatever made them */
    double value;       /* worth - coordination - score of the quantities; openings are not in it */
    int32_t *members;   /* candidates of the lot, rising */
    int32_t *arcs;      /* those with a quantity, rising */
    double *quantities; /* by arc */
    int32_t *rows;      /* shared rows used ... */
    double *uses;       /* ... and how much */
    int32_t cut_count;  /* the same for cuts, in a block of their own */
    int32_t *cut_rows;
    double *cut_uses;
};

/* Builds a column from a group and a quantity for each arc of each of its candidates, in the order of the
 * group. Frees with column_free. NULL when memory is missing. */
struct column *column_new(const struct model *model, int32_t lot, const int32_t *group, int32_t count,
                          const double *quantities);
struct column *column_copy(const struct column *column);
void column_free(struct column *column);
/* Brings the uses of cuts up to date with the model's. False: no memory. */
bool column_set_cuts(const struct model *model, struct column *column);
bool column_has(const struct column *column, int32_t candidate);
bool column_equals(const struct column *a, const struct column *b);

/* A growing list that owns its columns. */
struct pool {
    struct column **columns;
    int32_t count, capacity;
};
/* Takes the column over; false (column freed) when memory is missing. Doubles are kept out: *ret_new says so.
 */
bool pool_add(struct pool *pool, struct column *column, bool *ret_new);
void pool_clear(struct pool *pool);

#endif
