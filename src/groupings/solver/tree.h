/* Branch and price on a scope: lots answered or not, then members in or out, best bound first. */
#ifndef GROUPINGS_SOLVER_TREE_H
#define GROUPINGS_SOLVER_TREE_H

#include "primal.h"
#include "search.h"

struct node {
    double bound;
    int32_t depth;
    int64_t number;      /* in order of making: breaks ties, so that the order is always the same */
    int8_t *answer;      /* by position of the lot in the scope */
    int8_t *open;        /* by opener */
    int8_t *must;        /* all lots of the scope, one after the other */
    double *lot_bounds;  /* by position: at those prices; NAN when not known */
    int32_t price_count; /* prices to start from, sparse */
    int32_t *price_rows;
    double *price_values;
    struct master_basis *basis; /* of the parent's master, or NULL */
};

struct tree {
    struct scope *scope;      /* decisions of the root; not changed by nodes */
    const struct pool *known; /* read only while nodes are solved */
    const struct pool *also;  /* likewise, or NULL */
    struct solution *start;   /* lots outside the scope, and the answer to beat */
    double offset;            /* objective of the whole minus that of the scope */
    struct node **heap;       /* open nodes, largest bound first */
    int32_t heap_count, heap_capacity;
    double lost; /* largest bound of a node that was closed */
    int64_t made, popped;
    int32_t max_rounds;
    int64_t dive;   /* number of the node with which a dive goes on (see generate.h), -1: none */
    bool heuristic; /* only better answers are wanted, no proof: a node with a whole answer is done */
};

/* What solving one node gave. */
struct outcome {
    double bound; /* of the scope, without the offset */
    struct node *children[2];
    struct solution *found; /* a whole answer, or NULL */
    struct pool fresh;
    struct cut_drafts cuts; /* for the nodes after it */
};

bool tree_start(struct tree *tree, struct scope *scope, const struct pool *known, struct solution *start,
                const double *prices, double bound);
void tree_end(struct tree *tree);
/* Largest bound of open and lost nodes; -INFINITY when none is left. */
double tree_bound(const struct tree *tree);
struct node *tree_pop(struct tree *tree);
/* The likelier child of the last node of the dive; where that one has none left, a new dive starts at the
 * largest bound. */
struct node *tree_pop_dive(struct tree *tree);
/* Solves a node: thread -1 uses all threads. best: objective of the scope to beat. */
void node_solve(struct tree *tree, struct node *node, double best, double allowed, int thread,
                struct outcome *ret);
/* Puts the children into the tree and frees the node. */
bool tree_take(struct tree *tree, struct node *node, struct outcome *outcome, double best, double allowed);
void outcome_free(struct outcome *outcome);

/* Solves a small scope whole, in one thread: returns true when *ret_found is a better answer than start. */
bool tree_solve_small(struct scope *scope, const struct pool *known, const double *prices,
                      struct solution *start, double allowed, int32_t max_nodes, struct pool *fresh,
                      struct solution **ret_found);

#endif
