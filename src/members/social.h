/* The social value of an organisation: a formula over recorded facts, as data (table social_weight).
 *
 * Each part looks at one fact:
 *   insertion   employees in insertion / employees
 *   surplus     share of the surplus put back into the work
 *   pay_ratio   highest pay / lowest pay
 * A part reaches 0 where its fact is at none_at, 1000 per mille where it is at full_at, in proportion between (full_at
 * may be the smaller: a low pay ratio is the better one). The value is the weighted mean of the parts, out of 100:
 *   round(sum(weight * reached) / (10 * sum(weight)))
 * A fact that is not told reaches 0: silence is no merit. While no fact at all is told there is no value. */
#ifndef MAILLON_MEMBERS_SOCIAL_H
#define MAILLON_MEMBERS_SOCIAL_H

#include "members/organisation.h"

/* Sets organisation->social from its facts and keeps the parts in member_social. The organisation is stored already
 * (it has an id); the caller stores it again when *ret_changed. Inside a write task. */
int social_compute(struct db *db, struct organisation *organisation, bool *ret_changed, struct error *error);

/* The shipped weights, where none are kept yet. Inside a write task. */
int social_store_weights(struct db *db, struct error *error);

struct ctx;
struct tree;
int social_weigh(struct ctx *ctx, const struct tree *args, struct tree *result); /* action "member weigh" */

#endif
