/* The master's program as the simplex method sees it; shared by master.c (rows, columns, what is read out),
 * simplex.c (pivots) and basis.c, and nobody else.
 *
 * Revised simplex on  maximise c w, A w + s = right, w, s >= 0.
 *
 * Most slacks are basic. With K the variables of the basis that are no slacks, D the rows whose slacks are
 * not in it, as many, and R the other rows, the basis is
 *
 *     A_DK  0          its inverse      N        0          with  N = inverse of A_DK,
 *     A_RK  1                          -A_RK N   1
 *
 * and only the square N is kept, by column. A pivot costs its size, |K| squared; what the rows of R need is
 * computed from the few entries of the columns in K.
 */
#ifndef GROUPINGS_SOLVER_SIMPLEX_H
#define GROUPINGS_SOLVER_SIMPLEX_H

#include "master.h"

struct variable {
    const struct column *column; /* NULL: an opening or an artificial */
    int32_t opener;              /* index in `open` lists, -1 */
    int32_t artificial_row;      /* row it relieves, -1 */
    double cost;
    int32_t position;         /* in the basis, -1 */
    int32_t *rows;            /* of the program: where it has entries ... */
    double *uses;             /* ... and how much, scaled; in the block of rows */
    int32_t count, rows_seen; /* found when the program had so many rows, -1: not yet */
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
    double **inverse;     /* by row of D: its column of N, by slot */
    int32_t *slack_at;    /* by row: position of its slack in the basis, -1 */
    int32_t *dense;       /* D, as many as there are slots */
    int32_t slots, slot_capacity;
    int32_t *slot;       /* by position: its place in K, -1 for a slack */
    int32_t *slot_at;    /* by slot: its position */
    double *share;       /* by slot: alpha */
    double *by_slot;     /* scratch ... */
    int32_t *some_slots; /* ... for the slots listed here, or for all */
    int32_t *head;       /* by position: variable, or -1 - row for a slack */
    double *level;       /* by position: value of the basic variable */
    double *basic_cost;  /* by position */
    double *price;       /* by row */
    double *alpha;
    double *terms;    /* by row: row `terms_of` of the inverse of the basis */
    int32_t terms_of; /* a position; -1: none */
    int32_t *marks;   /* positions where alpha is not 0 */
    int32_t mark_count;
    struct variable *variables;
    int32_t variable_count, variable_capacity;
    struct opening *openings; /* by opener */
    int32_t *opening_rows;    /* memory of their lists */
    int64_t pivots, since_refactor;
    bool no_memory;
    uint64_t random;
};

/* Finds the entries of a variable, unless they are known. False: no memory. */
bool variable_expand(struct master *master, struct variable *variable);
/* Room for one more slot. False: no memory. */
bool master_reserve_slot(struct master *master);
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
