/* The master linear program over the columns found so far.
 *
 *   maximise sum_j (value_j + bonus) w_j - sum_m opening_m o_m
 *   sum of the columns of one lot w_j <= 1;   every shared row <= its right-hand side;   w, o >= 0
 *
 * Its dual prices guide the search and its w say which participations are fractional. Nothing proven rests on
 * it: a bound is computed from the prices alone (price.h), whatever their accuracy. So the method may be
 * quick: revised primal simplex, right-hand sides perturbed against stalling, only the columns of the inverse
 * that differ from the unit matrix are kept up to date, and a shared row exists only once columns of two lots
 * touch it.
 */
#ifndef GROUPINGS_SOLVER_MASTER_H
#define GROUPINGS_SOLVER_MASTER_H

#include "column.h"
#include "control.h"

struct master;

/* lots: those of the problem. right: right-hand sides by row. known: by opener, open already; open: by
 * opener, decided (cost then left out of the objective). An o_m that is free brings its member's capacity:
 * those rows are <= right o_m. */
struct master *master_new(const struct model *model, struct control *control, const int32_t *lots,
                          int32_t lot_count, const double *right, const bool *known, const int8_t *open,
                          bool use_cuts);
void master_free(struct master *master);

/* The column must outlive the master. bonus is added to its value (lots that must be answered). */
bool master_add(struct master *master, const struct column *column, double bonus);

/* False when memory is missing. Ends early, with what it has, when the clock says so. */
bool master_solve(struct master *master);

/* The basis of a program, by names that mean the same in a program made later: of columns, openers and rows.
 */
struct master_basis {
    int32_t variable_count, row_count;
    uint64_t *variables; /* in the basis, rising */
    int32_t *rows;       /* whose slacks are not, rising */
};
/* NULL: no memory. */
struct master_basis *master_basis_of(const struct master *master);
struct master_basis *master_basis_copy(const struct master_basis *basis);

/* Starts from the basis, once all columns are there, made feasible by the dual simplex method. False: it did
 * not work out, and the program must be made anew. */
bool master_start(struct master *master, const struct master_basis *basis);

/* Objective if the lot had to be answered with (direction 1) or without (-1) the candidate; candidate -1:
 * answered or not. -INFINITY when the columns known cannot. The program is left as it was, at some other
 * basis. */
double master_try(struct master *master, int32_t lot, int32_t candidate, int direction, double bonus);

double master_objective(const struct master *master);
/* Dual prices: by row of the model into prices (all others set to 0), by lot into lot_prices. */
void master_prices(const struct master *master, double *prices, double *lot_prices);
int32_t master_column_count(const struct master *master);
const struct column *master_column(const struct master *master, int32_t index);
double master_weight(const struct master *master, int32_t index);
/* Raises the prices of opening rows that no column touches yet, as far as the cost of each o_m leaves room:
 * as good for the master, and lots then see what a member not yet met would cost. */
void master_complete_prices(const struct master *master, double *prices);
/* o_m in the answer; 0 when it is not free. */
bool master_opening_is_free(const struct master *master, int32_t opener);
double master_opening_weight(const struct master *master, int32_t opener);
int64_t master_pivots(const struct master *master);

#endif
