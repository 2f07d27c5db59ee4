/* A proposal: what the engine answered, in whole units and cents that add up, ready to be kept and shown.
 *
 * ROUNDING  The engine's quantities are split into whole units so that those of a requirement add up to it
 * (largest remainder). An amount is units x unit price, exact. A part is a sum of amounts, so the parts of a
 * lot add up to its price, and all parts to the price of all lots. Per cents are hundredths of a per cent
 * that add up to 100,00. */
#ifndef MAILLON_GROUPINGS_PROPOSAL_H
#define MAILLON_GROUPINGS_PROPOSAL_H

#include "groupings/instance.h"

struct share {
    int lot, member; /* indices of the built instance */
    const struct qualification_requirement *requirement;
    int64_t quantity, unit_price_cents, amount_cents, reference_cents;
};

struct part { /* of a member in a lot */
    int lot, member;
    int64_t amount_cents, part_ppm, reference_cents;
    const struct grouping_choice *choice; /* NULL when the engine explained nothing */
};

struct lot_answer {
    const struct qualification_lot *lot;
    const struct grouping_answer *answer;
    int leader; /* member, -1 when not answered */
    int64_t price_cents, coordination_cents, turnover_cents;
    int member_count;
};

struct whole_part { /* of a member over all lots */
    int member;
    int64_t amount_cents, part_ppm;
};

struct proposal { /* lives in the arena; points into built and result */
    const struct built *built;
    const struct grouping_result *result;
    struct weights weights; /* of this answer */
    struct lot_answer *lots;
    int lot_count, answered_count;
    struct share *shares;
    int share_count;
    struct part *parts;
    int part_count;
    struct whole_part *members;
    int member_count, leader; /* index of built, -1 when nothing is answered */
    int64_t price_cents, coordination_cents, worth_cents, quality_hundredths, social_hundredths;
    const char *status, *legal_form;
    const int **then_answered; /* by lot and remedy: lots answered with it, -1 not known; NULL: none known */
    int64_t objective_cents, bound_cents, gap_ppm;
};

int proposal_make(struct arena *arena, const struct built *built, const struct grouping_result *result,
                  const struct weights *weights, struct proposal *ret_proposal, struct error *error);

/* The answer in the judge's format, with "why" in the language. */
struct tree *proposal_solution(struct arena *arena, const struct proposal *proposal, const char *language);

struct keeping { /* how a proposal is to be kept */
    const struct proposal *proposal;
    const char *origin, *author, *today;
    int64_t parent; /* 0: none */
    int64_t now_ms;
    int64_t max_members;
    const char *pinned, *excluded; /* words */
    const char *reference;         /* set by proposal_keep: "20-142573-P2" */
    int64_t id;                    /* set by proposal_keep */
};

/* Keeps it under the next free version of its call, and checks its rules. Inside a write task. */
int proposal_keep(struct db *db, struct arena *arena, struct keeping *keeping, struct error *error);

#endif
