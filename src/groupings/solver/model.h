/* The instance made ready for search: who may do what, with bounds tightened, rows numbered.
 *
 * For lot l, a *candidate* is a member allowed there who could reach the minimum share alone; an *arc* is a
 * (candidate, requirement) pair. A *row* is a constraint that couples lots:
 *     slot rows      one for each offer (member, function):   sum x <= capacity
 *     turnover rows  one for each member:                     sum price x <= turnover limit
 *     lots row       sum z <= max_lots
 *     opening rows   one for each (lot, candidate) whose member costs something once:   y_lm - o_m <= 0
 *     members row    sum o_m <= max_members
 *     pin rows       one for each pinned member:              - sum_l y_lm <= -1
 * Every row is "<=", so every price is >= 0.
 */
#ifndef GROUPINGS_SOLVER_MODEL_H
#define GROUPINGS_SOLVER_MODEL_H

#include "solver.h"

struct arc {
    int32_t requirement; /* index among the lot's kept requirements */
    int32_t slot;        /* row of its capacity */
    double score;        /* e: cents lost for each unit */
    double price;        /* cents paid for each unit */
    double weight;       /* reference price, what the minimum share is counted in */
    double up;           /* no answer can use more */
};

struct candidate {
    int32_t member;
    int32_t first, count; /* arcs */
    double coordination;
    double turnover;
    int32_t opening_row; /* -1: none */
    bool lead;
    bool pinned; /* in this lot */
};

struct lot {
    int32_t index; /* in the instance */
    bool mandatory;
    bool impossible; /* no group can exist; `why` says what was seen */
    enum grouping_why why;
    int32_t why_requirement;
    double why_amount;
    double worth;
    double need;  /* required turnover */
    double floor; /* minimum share, in weight */
    int32_t max_group;
    int32_t requirement_count; /* those with a quantity above 0 */
    int32_t *requirements;     /* their index in the instance's lot */
    double *quantity;
    double *offered; /* by requirement: what everyone allowed could do, minimum shares aside */
    struct candidate *candidates;
    int32_t candidate_count;
    struct arc *arcs;
    int32_t arc_count;
    bool weightless;  /* no reference price at all: shares are counted in quantity, and only kept above 0 */
    bool shares_slot; /* two requirements of one function: capacity couples inside the lot */
};

struct opener { /* a member with an opening variable */
    int32_t member;
    double cost;
    bool known; /* already open: costs nothing more (sub-problems) */
};

struct model {
    const struct grouping_instance *instance;
    struct lot *lots;
    int32_t lot_count;
    int32_t member_count;
    int32_t slot_count;
    int32_t *slot_member;  /* member of each slot */
    int32_t *member_slots; /* first slot of each member; member_count + 1 entries */
    double *right;         /* right-hand side of every row */
    int32_t turnover_row;  /* row of member m is turnover_row + m */
    int32_t lots_row;      /* -1 when max_lots cannot bind */
    int32_t members_row;   /* -1 when max_members cannot bind */
    int32_t opening_row;   /* first opening row */
    int32_t opening_count;
    int32_t *opening_opener; /* opener of each opening row, from 0 */
    int32_t pin_row;         /* first */
    int32_t pin_count;
    int32_t *pin_member;
    int32_t *member_pin;    /* row of the pin of each member, -1 */
    int32_t *member_opener; /* index in openers, -1 */
    struct opener *openers;
    int32_t opener_count;
    int32_t row_count;
    int32_t price_count;  /* rows and room for cuts: length of every array of prices */
    struct cut_set *cuts; /* of the whole instance (cut.h); grows only while one thread works */
    int32_t max_arcs;     /* of any candidate */
    double scale;         /* a typical size of the objective, for tolerances */
    double least;         /* every answer scores more than this: a bound below means there is none */
    double big;           /* more than any answer gains or loses */
};

enum grouping_error model_new(const struct grouping_instance *instance,
                              const struct grouping_options *options, struct model **ret_model);
void model_free(struct model *model);
/* Fills the lot from the instance's lot `index`; the model's slots are numbered already. For model.c. */
enum grouping_error lot_prepare(const struct model *model, struct lot *lot, size_t index,
                                const struct grouping_options *options);

/* Length of the multipliers of a lot's search (lot.h). */
static inline size_t lot_width(const struct lot *lot)
{
    return 2 * (size_t)lot->requirement_count + 1;
}

/* Whether the kind may serve a lot so reserved (the member's prison_work for prison work). */
bool member_fits_reserved(const struct grouping_member *member, enum grouping_reserved reserved);
bool member_serves_place(const struct grouping_offer *offer, int32_t place);
bool member_holds(const struct grouping_member *member, const int32_t *accreditations, size_t count);

/* The score lost for each unit of `requirement` done by `member` at `price`. */
double member_unit_score(const struct grouping_instance *instance, const struct grouping_member *member,
                         const struct grouping_requirement *requirement, int64_t price_cents);
/* Coordination cost of the member in the lot. */
double lot_coordination(const struct grouping_lot *lot, size_t member);

#endif
