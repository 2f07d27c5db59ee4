/* A problem to solve: some lots of the model, what is left of every row, and decisions taken.
 * The whole instance is one scope; a node of the tree or a neighbourhood of the local search is another.
 */
#ifndef GROUPINGS_SOLVER_SCOPE_H
#define GROUPINGS_SOLVER_SCOPE_H

#include "column.h"
#include "control.h"

struct lot_state {
    int32_t position;    /* in scope->lots */
    int8_t answer;       /* 1 must be answered, -1 must not, 0 free */
    int8_t *must;        /* by candidate: 1 in if answered, -1 out, 0 free */
    double *up;          /* by arc, from what is left */
    double *limit;       /* by candidate */
    double *seen_cost;   /* by arc: costs at the last full search of the lot ... */
    double *seen_fixed;  /* by candidate */
    double seen_bound;   /* ... and what it proved, charge for the lot left out; INFINITY: never searched */
    double *multipliers; /* where the last search of the lot began and ended; kept for the next */
};

struct scope {
    const struct model *model;
    struct control *control;
    int32_t *lots;
    int32_t lot_count;
    double *right;            /* by row */
    bool *known;              /* by opener: open already, paid outside */
    int8_t *open;             /* by opener: 1 decided open, -1 decided not, 0 free */
    struct lot_state *states; /* by lot of the model; empty for lots outside */
    bool use_cuts;            /* the whole instance, with its cuts */
    int thread;               /* -1: share lots out over the threads; else everything in this thread */
    void *memory;             /* of the states */
};

/* right NULL: the model's. known NULL: none. Copies what it is given. NULL when memory is missing. */
struct scope *scope_new(const struct model *model, struct control *control, const int32_t *lots,
                        int32_t lot_count, const double *right, const bool *known, int thread);
struct scope *scope_copy(const struct scope *scope, int thread);
void scope_free(struct scope *scope);

/* Takes what a column uses from what is left (openers it brings are known from then on). The bounds of the
 * quantities of a lot follow with scope_refresh. */
void scope_use(struct scope *scope, const struct column *column);
void scope_refresh(struct scope *scope, int32_t lot);
/* How many members the column would open anew. */
int32_t scope_count_new(const struct scope *scope, const struct column *column);

/* Whether the decisions and what is left allow the column. */
bool scope_allows(const struct scope *scope, const struct column *column);

struct priced {
    double bound; /* no group of the lot is worth more at the prices (0 for not answering not counted) */
    bool complete;
    int32_t count;
    struct column *columns[LOT_GROUPS]; /* new groups above the cutoff, best first; owned by the caller */
};

/* Tells the scope what is known already: by position, the bounds of the lots at these prices (NULL: nothing).
 */
void scope_recall(struct scope *scope, const double *prices, const double *bounds);

struct pricing {
    const double *prices;
    const double *cutoffs; /* by lot of the model: what a known column is worth at the prices */
    double slack;          /* for each lot */
    int64_t max_nodes;
};

/* Searches every lot of the scope at the prices; ret_priced by position in scope->lots. */
void scope_price(struct scope *scope, const struct pricing *pricing, struct priced *ret_priced);

/* The bound that these answers prove, with its margin for rounding. */
double scope_bound(const struct scope *scope, const double *prices, const struct priced *priced);

/* Value of a column at the prices. */
double column_reduced_value(const struct column *column, const double *prices);

/* A member that takes no part is out of every lot. */
void scope_close_opener(struct scope *scope, int32_t opener);

/* Fixes candidates that no answer better than `best` can include (exclude), given a bound reached at the
 * prices with these answers. Returns how many were fixed. */
int32_t scope_fix(struct scope *scope, const double *prices, const struct priced *priced, double bound,
                  double best);

/* Bound of one lot at the prices, by a search. */
double scope_lot_bound(struct scope *scope, int32_t lot, const double *prices, int64_t max_nodes, int thread);

/* The same with exact searches instead of bounds: stronger, and much dearer. known: columns that spare a
 * search. */
int32_t scope_fix_hard(struct scope *scope, const double *prices, const struct priced *priced, double bound,
                       double best, const struct pool *known);

/* Best group of one lot at the prices (NULL: all 0), as a column, or NULL. For heuristics. */
struct column *scope_best_column(struct scope *scope, int32_t lot, const double *prices, double cutoff,
                                 int64_t max_nodes, int thread);

#endif
