/* Qualification, inside the subject: the declared fields and what is checked beyond their kinds. */
#ifndef MAILLON_TENDERS_QUALIFY_H
#define MAILLON_TENDERS_QUALIFY_H

#include "kernel/declare.h"
#include "tenders/functions.h"

enum { QUALIFICATION_LOTS_MAX = 200, QUALIFICATION_REQUIREMENTS_MAX = 200 };

extern const struct field qualify_fields[];

/* Every rule of the house and of the law that a qualification can break, each beside its field. Warnings are sentences
 * for a person, in ctx->language. */
int qualification_check(struct ctx *ctx, const struct tree *args, struct tree *warnings);

/* Sum of quantity x reference price; -1 while one is missing. False on overflow. */
bool qualification_lot_value(const struct tree *lot, int64_t *ret_cents);

#endif
