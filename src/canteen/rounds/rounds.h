/* Rounds: the bags of a wing in a cycle, from the shelf to the door. A round has one bag for each accepted order with units
 * that stand, of a person who is there; the bag follows the person's cell until the round leaves. What becomes of the lines
 * is kept by lines.h (picked, delivered, outcome); here is kept where the bag is.
 *
 * States of a round: planned → picking → out → delivered → settled. Of a bag: planned → filled → out → handed, refused, or
 * kept for somebody who was away → later (taken another day) or back (on the shelf). A bag whose person left or is away
 * before the round leaves is on no round (round_id NULL): its order is settled for what was received, nothing.
 *
 * Everything here runs inside a write task. Rows are taken in this order: cycle (rounds_lock), then orders. */
#ifndef MAILLON_CANTEEN_ROUNDS_H
#define MAILLON_CANTEEN_ROUNDS_H

#include "canteen/orders.h"

extern const struct subject canteen_rounds_subject;

struct round { /* texts in the arena */
    int64_t id, cycle_id, establishment_id;
    const char *establishment, *cycle, *code, *wing, *state, *delivered_on; /* delivered_on: "" before */
    int64_t bag_count, filled_count, told_count, kept_count;
};

/* By its code. ERR_NOT_FOUND, field "round". Reader or writer. */
int round_find(struct db *db, struct arena *arena, int64_t establishment, const char *code, struct round *ret_round,
               struct error *error);

/* All rounds of a cycle, in the order of wings. Reader or writer. */
int rounds_read(struct db *db, struct arena *arena, int64_t cycle, struct round **ret_rounds, size_t *ret_count,
                struct error *error);

/* Takes the cycle's row for this transaction: whoever plans, fills, delivers or settles in it follows one another. Read rounds
 * and bags after it. */
int rounds_lock(struct db *db, int64_t cycle, struct error *error);

/* For settlement: "delivered" → "settled"; the same again changes nothing. A round of which a bag is still kept may be
 * settled: the bag is then no longer handed over. ERR_REFUSED, field "round", while it is not delivered. */
int round_settle(struct db *db, const struct round *round, struct error *error);

#endif
