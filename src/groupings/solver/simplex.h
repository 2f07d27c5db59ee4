/* The master's program as the simplex method sees it; shared by master.c (rows, columns, what is read out),
 * simplex.c (pivots) and basis.c, and nobody else.
 *
 * Revised simplex on  maximise c w, A w + s = right, w, s >= 0. Only the columns of the inverse of the basis
 * that belong to rows whose slack is not basic are kept, each in full: the others are unit vectors
 * (slack_at). A pivot costs these columns times the entries of alpha that are not 0.
 */
#ifndef GROUPINGS_SOLVER_SIMPLEX_H
#define GROUPINGS_SOLVER_SIMPLEX_H

#include "master.h"

struct variable {
    const struct column *column; /* NULL: an opening or an artificial */
    int32_t opener;              /* index in `open` lists, -1 */
    int32_t artificial_row;      /* row it relieves, -1 */
    double cost;
    int32_t position; /* in the basis, -1 */
};

struct opening {       /* the column of one o_m that is free */
    int32_t *rows;     /* opening rows of the model */
    int32_t row_count; /* 0: not free */
    int32_t limit_row; /* o_m <= 1, -1 until needed */
    int32_t variable;
};

struct master {
    const struct model *model;
    struct control *control; /* the clock */
    int32_t rows, row_capacity;
    int32_t *row_of_lot; /* by lot of the model, -1 */
    int32_t *row_of;     /* by row of the model, -1 when inactive */
    int32_t *touched_by; /* by row of the model: -1 nobody, -2 several lots */
    int32_t *row_model;  /* by row: row of the model, or -1 - lot, or INT32_MIN + opener for o <= 1 */
    double *cut_right;   /* by cut: with what members bring that take part for sure */
    double *right;       /* by row, scaled, perturbed */
    double *unit;        /* by row: what its coefficients are multiplied by, so that they are about 1 */
    const double *model_right;
    bool use_cuts;
    int32_t decided_open; /* members that count without an o_m */
    double **inverse;     /* by row: its column of the inverse, when not a unit vector */
    int32_t *slack_at;    /* by row: position of its slack in the basis, -1 */
    int32_t *dense;       /* rows whose column of the inverse is kept */
    int32_t dense_count;
    int32_t *head;      /* by position: variable, or -1 - row for a slack */
    double *level;      /* by position: value of the basic variable */
    double *basic_cost; /* by position */
    double *price;      /* by row */
    double *alpha;
    double *terms;  /* scratch, by row */
    int32_t *marks; /* positions where alpha is not 0 */
    int32_t mark_count;
    struct variable *variables;
    int32_t variable_count, variable_capacity;
    struct opening *openings; /* by opener */
    int32_t *opening_rows;    /* memory of their lists */
    int64_t pivots, since_refactor;
    uint64_t random;
};

/* alpha = inverse * column of the variable (>= 0), or of the slack of a row (-1 - row); marks where it is not
 * 0. */
void master_ftran(struct master *master, int32_t id);
/* The variable takes position p; alpha holds its column. False: no memory. */
bool master_pivot(struct master *master, int32_t id, int32_t p);
/* Makes these variables basic, one after the other, each in the place of a slack that is wanted out. False:
 * no memory. */
bool master_factor(struct master *master, const int32_t *structural, int32_t count, const bool *wanted);
/* The dual simplex method until no level is below 0. False: it gave up. */
bool master_repair(struct master *master);

#endif
