/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_STANDING_INTERNAL_H
#define MAILLON_CANTEEN_STANDING_INTERNAL_H

#include "canteen/internal.h"
#include "canteen/lines.h"
#include "canteen/standing/standing.h"
#include "establishments/establishments.h"

#define STANDING_LISTS "arrival|hardship"
#define STANDING_RULES "answer_days|hardship_free"
#define STANDING_REFUSALS "security|not_allowed|on_the_list|no_supplier|withdrawn"

enum { STANDING_CODE_FIRST = 90000 /* products made for one person */, STANDING_LINES_MAX = 20, STANDING_ANSWER_DAYS = 30 };

/* --- common.c --- */

/* Whose hand it is and where; then the cycle, or the person, that the arguments name. */
int standing_place(struct ctx *ctx, const struct tree *args, struct establishment *ret_at);
int standing_cycle(struct ctx *ctx, const struct tree *args, const struct establishment *at, struct cycle *ret_cycle);
int standing_person(struct ctx *ctx, const struct tree *args, const struct establishment *at, struct stay *ret_stay);
/* The day of an argument, today without it; a day to come is refused. */
int standing_day(struct ctx *ctx, const struct tree *args, const char *name, const char **ret_on);
/* All accepted lines of an order were picked and received, for nobody carries them. */
int standing_hand_over(struct ctx *ctx, int64_t order);
/* A line of a list of those who could not be served, with the error's sentence. */
void standing_add_refused(struct ctx *ctx, struct tree *list, const char *reference, const struct error *why);

/* --- lists.c --- */

/* *ret_found: the person is entitled to help on that day. */
int standing_entitled(struct db *db, int64_t establishment, int64_t person, const char *on, bool *ret_found, struct error *error);

/* --- rules.c --- */

/* The value of a rule of the establishment; `otherwise` when it has none. */
int standing_rule_value(struct db *db, int64_t establishment, const char *kind, int64_t code, int64_t otherwise, int64_t *ret_value,
                        struct error *error);

/* Actions. */
int standing_list_set(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_entitle(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_give(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_rule(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_charge_start(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_charge_end(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_charge_refuse(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_charge(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_serve(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_ask(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_authorise(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_refuse(struct ctx *ctx, const struct tree *args, struct tree *result);
int standing_order(struct ctx *ctx, const struct tree *args, struct tree *result);

#endif
