/* Column generation on a scope: the best prices of the shared rows, the bound they prove, a fractional
 * answer. */
#ifndef GROUPINGS_SOLVER_GENERATE_H
#define GROUPINGS_SOLVER_GENERATE_H

#include "cut.h"
#include "master.h"
#include "scope.h"

struct generation {
    struct scope *scope;
    const struct pool *known; /* columns of before, read only; NULL: none */
    const struct pool *also;  /* more of them, or NULL */
    struct pool *fresh;       /* new columns are added here */
    double *prices;           /* in: where to start (all 0 is fine); out: those of the best bound */
    const double *lot_bounds; /* NULL, or what each lot (by position) is worth at most at first_prices ... */
    const double *first_prices; /* ... with which they prove first_bound for the scope */
    double first_bound;
    double best; /* objective to beat: stop once bound <= best + allowed */
    double allowed;
    double tolerance; /* stop when bound - value of the master is below */
    bool tight;       /* the tolerance is meant: not widened while the gap is large */
    int32_t max_rounds;
    int64_t max_lot_nodes;
    int32_t cut_rounds; /* at most so many times, look for cuts when the rounds converge (whole instance, one
                           thread of control only) */
    const struct master_basis *start; /* NULL, or the basis of a program like the first one */
    struct cut_drafts
        *drafts; /* NULL, or where to leave the cuts that the fractional answer breaks, for later */
    bool dive;   /* branch on what is nearly decided, for answers, not on what matters most, for proof */
    double *plain_prices; /* NULL, or where to keep the prices of before the first cut */
    bool fix;             /* fix candidates in the scope on the way */
    bool (*watch)(void *context,
                  struct generation *generation); /* after each round; may raise `best`; false: stop */
    void *context;
    /* out */
    double bound;          /* proven for the scope, whatever ended the rounds */
    double master_value;   /* of the master program, -INFINITY when a lot that must be answered is not */
    struct priced *priced; /* of the best bound, by position; columns are not kept */
    double **part;    /* by lot of the model, by candidate: y in the fractional answer (lots of the scope) */
    double *answered; /* by lot of the model: z in the fractional answer */
    double *openings; /* by opener: o in the fractional answer; 0 where it is decided */
    const struct column **heaviest; /* by lot of the model: its column with the largest weight, or NULL */
    struct column *
        *mixed; /* by lot: when its y are whole, the mix of its columns; NULL otherwise; owned here */
    int32_t branch_opener; /* an opener to branch on first, or -1 ... */
    double branch_opening; /* ... and its o in the fractional answer */
    int32_t branch_lot,
        branch_candidate; /* what to branch on: lot -1 when everything is whole; candidate -1: the lot */
    struct master_basis *basis; /* of the last program, when the search must go on; owned here */
    int32_t rounds;
    bool converged;
    void *memory;
};

/* The scope, pools, prices and numbers are set by the caller; the rest is made here. False: no memory. */
bool generate_columns(struct generation *generation);
void generation_free(struct generation *generation);

#endif
