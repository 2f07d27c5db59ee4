/* The grouping engine: which lots to answer together, and who does what.
 *
 * THE MODEL (format maillon-grouping-2; with no opening cost it is maillon-grouping-1)
 *
 *   z_l in {0,1}   lot l is answered            y_lm in {0,1}   member m takes part in lot l
 *   o_m in {0,1}   member m takes part at all   x_lmr >= 0      quantity of requirement r of lot l done by m
 *
 *   maximise   sum_l worth_l z_l - sum_lm coordination_lm y_lm - sum_m opening_m o_m - sum_lmr e_lmr x_lmr
 *   e_lmr    = price_mf - reference_lr (w_quality quality_m + w_social social_m) / (100 w_price)
 *   cover      sum_m x_lmr = quantity_lr z_l
 *   link       x_lmr <= min(quantity_lr, capacity_mf) y_lm,   y_lm <= z_l,   y_lm <= o_m
 *   capacity   sum over lots and requirements of function f: x_lmr <= capacity_mf
 *   turnover   sum price_mf x_lmr <= turnover_limit_m
 *   size       sum_m y_lm <= max_members_l z_l
 *   means      sum_m turnover_m y_lm >= required_turnover_l z_l
 *   leader     some y_lm with can_lead_m when z_l = 1
 *   min share  sum_r reference_lr x_lmr >= (min_share_l / 1000) sum_r reference_lr quantity_lr y_lm
 *   lots       sum_l z_l <= max_lots;   z_l = 1 for a mandatory lot
 *
 * THE METHOD (docs/decisions/0100-grouping-engine.md says why, with measures)
 *
 *   The lots are coupled only by capacity, turnover, max_lots, opening. With a price p >= 0 on each of those
 * rows the problem falls apart into one small problem for each lot, and
 *
 *   L(p) = sum_l max(0, lot_l(p)) + sum of p * right-hand sides        (model.h, price.h)
 *
 * is an upper bound for every p, whatever rounding did to p. One lot is solved exactly by a search over
 * groups (lot.c) whose bound relaxes the cover (lot_value.c), and whose leaves are small linear programs
 * (leaf.c). The best p comes from column generation (generate.c): a master linear program (master.c,
 * simplex.c, basis.c) over the groups found so far gives prices, the lots answer with better groups
 * (price.c); what no better answer can hold is fixed (fix.c). Flow-cover and knapsack cuts (cut.c,
 * separate.c, knapsack.c) tighten what mixtures of groups may do. Branching on o, z, then y (tree.c) closes
 * what is left; local search on a few lots at a time (local.c) solves the part of the problem it frees with
 * the same machinery. What-if instances of one lot (whatif.c) verify every remedy.
 *
 * NUMBERS  Money comes in as whole cents. The objective is a score, not money. Quantities are in the unit of
 * the requirement. Every bound handed out carries a margin far above the rounding of the sums it was made of,
 * and every answer handed out was checked again, rule by rule, from the instance alone (check.c).
 *
 * MEMORY  The instance belongs to the caller, is never changed, and must outlive the call (results hold no
 * pointer into it, only indices). Results belong to the caller: grouping_result_free, grouping_frontier_free.
 *
 * THREADS  No globals: any number of calls at once. A call uses its own threads, joined before it returns.
 * The answer is the same every time for the same instance, options and number of threads unless a time limit
 * or stop struck.
 */
#ifndef GROUPINGS_SOLVER_H
#define GROUPINGS_SOLVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum grouping_kind {
    KIND_SCIC,
    KIND_SCOP,
    KIND_ASSOCIATION,
    KIND_MUTUELLE,
    KIND_FOUNDATION,
    KIND_EI,
    KIND_ACI,
    KIND_AI,
    KIND_ETTI,
    KIND_EA,
    KIND_ESAT,
    KIND_OTHER, /* any other: serves only lots reserved to no kind, or to prison work */
    KIND_COUNT
};

/* Whom a lot is reserved to (L2113-12 to L2113-15 CCP). */
enum grouping_reserved {
    RESERVED_NONE,
    RESERVED_SIAE,
    RESERVED_EA_ESAT,
    RESERVED_SIAE_EA,
    RESERVED_PRISON_WORK,
    RESERVED_ESS,
    RESERVED_COUNT
};

#define GROUPING_AMOUNT_MAX ((int64_t)1 << 50)

struct grouping_offer {
    int32_t function; /* code of the function, any number the caller chose; one offer for each function */
    double capacity;  /* 0 .. 2^50, shared by all lots */
    int64_t unit_price_cents; /* 0 .. 2^50 */
    const int32_t *places;    /* codes of the places served */
    size_t place_count;
};

struct grouping_member {
    enum grouping_kind kind;
    bool can_lead;
    bool prison_work;
    int64_t turnover_cents;
    int64_t turnover_limit_cents;
    int64_t opening_cents;  /* 0 .. 2^50, once if the member takes part anywhere */
    double quality, social; /* 0 .. 1000 */
    const int32_t *accreditations;
    size_t accreditation_count;
    const struct grouping_offer *offers;
    size_t offer_count;
};

struct grouping_requirement {
    int32_t function;
    double quantity; /* 0 .. 2^50; 0 asks for nothing */
    int64_t reference_unit_price_cents;
    const int32_t *accreditations;
    size_t accreditation_count;
};

struct grouping_lot {
    int32_t place;
    bool mandatory;
    int64_t worth_cents; /* -2^50 .. 2^50 */
    int64_t coordination_cents;
    const int64_t
        *member_coordination_cents; /* NULL, or one for each member, instead of coordination_cents */
    int64_t required_turnover_cents;
    int32_t max_members;
    int32_t min_share_permille; /* 1 .. 1000 */
    enum grouping_reserved reserved;
    const struct grouping_requirement *requirements;
    size_t requirement_count;
};

struct grouping_instance {
    const struct grouping_member *members;
    size_t member_count;
    const struct grouping_lot *lots;
    size_t lot_count;
    int64_t max_lots;                                   /* -1: no limit */
    double weight_price, weight_quality, weight_social; /* price at least 1, the others at least 0 */
};

enum grouping_rule {
    GROUPING_PIN, /* the member must take part: in this lot if it is answered, or (lot < 0) in some answered
                     lot */
    GROUPING_EXCLUDE /* the member must not take part: in this lot, or (lot < 0) in any */
};

struct grouping_wish {
    enum grouping_rule rule;
    int32_t lot; /* index, or -1 for any */
    int32_t member;
};

/* Zero is a good default for every field (see each). */
struct grouping_options {
    double seconds; /* wall time for the whole call; 0: until the gap is reached */
    double gap;  /* stop when (bound - objective) <= gap * |bound|, for example 0.0005; 0: proven optimal */
    int threads; /* 0: as many as processors, at most 8 */
    const atomic_bool *stop; /* NULL, or a flag that ends the search when it becomes true, best answer kept */
    void (*progress)(void *user, double best_cents, double bound_cents, double seconds);
    void *user; /* progress is called from the calling thread only; best is -INFINITY before a first answer */
    const struct grouping_wish *wishes;
    size_t wish_count;
    int32_t max_group;   /* members in one lot, beside each lot's own limit; 0: none */
    int32_t max_members; /* distinct members over all lots; 0: no limit */
    int64_t max_nodes;   /* branching nodes, a limit that keeps determinism; 0: none */
    int64_t max_rounds;  /* as max_nodes, in rounds of local search; 0: none */
};

enum grouping_status { GROUPING_OPTIMAL, GROUPING_FEASIBLE, GROUPING_INFEASIBLE, GROUPING_UNKNOWN };

/* Why a lot is not answered, or why nothing can be. Fields used beside each. */
enum grouping_why {
    WHY_ANSWERED,
    WHY_NOT_SEARCHED,      /* the time ran out before an answer was found or excluded */
    WHY_EMPTY,             /* the lot asks for nothing */
    WHY_NO_MEMBER_ALLOWED, /* nobody is of the kind it is reserved to and offers anything it asks for there */
    WHY_QUANTITY,          /* requirement: lacks `amount` even if everyone allowed did all they can */
    WHY_LEADER,            /* nobody who is allowed can lead */
    WHY_TURNOVER,          /* the largest turnover a group may add up to lacks `amount` cents */
    WHY_SIZE,              /* the members are enough, but not in a group as small as the lot wants */
    WHY_COMBINATION,       /* each rule alone can be met, all together not */
    WHY_WORTH,             /* a group exists, its best score is negative: `amount` cents are missing */
    WHY_SHARED,            /* a group worth having exists; its members' capacity earns more on other lots */
    WHY_MAX_LOTS           /* a group worth having exists and capacity is left, but max_lots is reached */
};

/* One change that makes the lot possible (or worth answering), verified by solving again with it. */
enum grouping_unlock {
    UNLOCK_CAPACITY, /* requirement: `amount` more of its function, from member (-1: a new one) at the place
                      */
    UNLOCK_ACCREDITATION, /* member obtains the accreditations requirement asks for */
    UNLOCK_PLACE,         /* member serves the lot's place */
    UNLOCK_KIND,          /* member is of a kind the lot is reserved to (or one who is joins) */
    UNLOCK_MAX_MEMBERS,   /* the limit on members becomes `amount` */
    UNLOCK_LEADER,        /* member can lead */
    UNLOCK_TURNOVER,      /* the required turnover falls by `amount` cents, or a member who brings it joins */
    UNLOCK_MIN_SHARE,     /* the minimum share becomes `amount` permille */
    UNLOCK_TURNOVER_LIMIT, /* member may do `amount` cents more in all */
    UNLOCK_WORTH,          /* the lot is worth `amount` cents more to us */
    UNLOCK_MAX_LOTS        /* one more lot may be answered */
};

struct grouping_remedy {
    enum grouping_unlock unlock;
    int32_t requirement; /* index in the lot, or -1 */
    int32_t member;      /* index, or -1 */
    double amount;
};

struct grouping_share {
    int32_t member;
    int32_t requirement; /* index in the lot */
    double quantity;     /* > 0 */
};

struct grouping_answer {
    bool answered;
    int32_t leader;                /* member, -1 when not answered */
    struct grouping_share *shares; /* by requirement, then member */
    size_t share_count;
    enum grouping_why why;
    int32_t why_requirement; /* -1 when the reason names none */
    double why_amount;
    struct grouping_remedy *remedies; /* from grouping_explain */
    size_t remedy_count;
};

/* Why a member was chosen for a lot: its parts of the score, and what the whole costs without it. */
struct grouping_choice {
    int32_t lot, member;
    double price_cents;   /* what its shares are paid */
    double quality_cents; /* what its quality adds to the score */
    double social_cents;
    double coordination_cents;
    double without_cents; /* how much lower the best score is when it is left out of this lot, at least ... */
    double without_most_cents; /* ... and at most; equal up to 1 cent in a million when `proven` */
    bool proven;
};

struct grouping_result {
    enum grouping_status status;
    double objective_cents;          /* score of the answer; -INFINITY when there is none */
    double bound_cents;              /* no answer can score more */
    struct grouping_answer *answers; /* one for each lot of the instance */
    size_t answer_count;
    int32_t infeasible_lot; /* the mandatory lot that cannot be met, -1 when not known or several together */
    struct grouping_choice *choices; /* from grouping_explain */
    size_t choice_count;
    double seconds;
    int64_t nodes, rounds, lots_priced; /* work done, for benches */
};

enum grouping_error {
    GROUPING_OK,
    GROUPING_NO_MEMORY,
    GROUPING_BAD_INSTANCE, /* a number outside its range above, or an index outside its array */
    GROUPING_BAD_OPTIONS,
    GROUPING_NO_THREAD
};

/* Solves. On GROUPING_OK *ret_result is a new result, else NULL. */
enum grouping_error grouping_solve(const struct grouping_instance *instance,
                                   const struct grouping_options *options,
                                   struct grouping_result **ret_result);

/* Adds remedies and choices to a result of the same instance and options, within options->seconds (0: 30). */
enum grouping_error grouping_explain(const struct grouping_instance *instance,
                                     const struct grouping_options *options, struct grouping_result *result);

/* One point of the frontier: an answer that is best (to options->gap) for the weights beside it. */
struct grouping_point {
    double weight_price, weight_quality, weight_social;
    double price_cents;   /* paid to members, coordination and opening included */
    double worth_cents;   /* of the lots answered */
    double quality_cents; /* quality and social value of the shares, at the reference price: not weighted */
    double social_cents;
    struct grouping_result *result; /* objective and bound under these weights */
};

struct grouping_frontier {
    struct grouping_point *points; /* distinct groupings, the instance's own weights first */
    size_t point_count;
};

/* Explores weights around the instance's own; at most `most` points, options->seconds for all of them. */
enum grouping_error grouping_explore(const struct grouping_instance *instance,
                                     const struct grouping_options *options, size_t most,
                                     struct grouping_frontier **ret_frontier);

/* Recomputes the score of a result and checks every rule and wish. Returns NULL when all hold, or the name of
 * the rule broken (a word of the model above), and the lot where, or -1. Never trusts anything but the
 * shares. */
const char *grouping_check(const struct grouping_instance *instance, const struct grouping_options *options,
                           const struct grouping_result *result, double *ret_objective_cents,
                           int32_t *ret_lot);

void grouping_result_free(struct grouping_result *result);
void grouping_frontier_free(struct grouping_frontier *frontier);

#endif
