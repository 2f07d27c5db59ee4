/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_ROUNDS_INTERNAL_H
#define MAILLON_CANTEEN_ROUNDS_INTERNAL_H

#include <stdbool.h>

#include "canteen/internal.h"
#include "canteen/lines.h"
#include "canteen/rounds/rounds.h"
#include "establishments/establishments.h"
#include "people/people.h"

enum { BAG_REFERENCE_BYTES = 16 };

struct bag { /* texts in the arena */
    int64_t order, round, cycle, establishment_id, person, stay, number; /* round: 0 for none */
    const char *reference, *cell, *state, *handed_on, *kept_until, *signed_by, *witness;
    const char *person_reference, *order_state, *wing_now, *cell_now, *presence;
};

/* --- rounds.c --- */

/* The bags of a round, by number; cell_now, wing_now and presence are those of the person's stay. */
int bags_of_round(struct db *db, struct arena *arena, int64_t round, struct bag **ret_bags, size_t *ret_count, struct error *error);
/* By the reference on its label, as typed. ERR_NOT_FOUND, field "bag". */
int bag_find(struct db *db, struct arena *arena, int64_t establishment, const char *typed, struct bag *ret_bag, struct error *error);
int bag_read(struct db *db, struct arena *arena, int64_t order, struct bag *ret_bag, struct error *error);
int bag_tell(struct ctx *ctx, struct db *db, const struct bag *bag, const char *event, const char *on, const char *round, int64_t units,
             struct error *error);
/* The figures in the round's row follow its bags. */
int round_count(struct db *db, int64_t round, struct error *error);
int round_set_state(struct db *db, int64_t round, const char *state, struct error *error);

/* The round an action names, its cycle's row taken for this transaction. Checks the service. */
int round_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct round *ret_round, struct error *error);
int bag_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct bag *ret_bag, struct error *error);
/* The day an action is told for: `on`, or today; a day to come is refused. */
int day_asked(struct ctx *ctx, const struct tree *args, const char **ret_on);

#endif
