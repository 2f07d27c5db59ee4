/* What a person says of a call: decision, dates, mark, pieces. Inside the subject. */
#ifndef MAILLON_TENDERS_DESK_H
#define MAILLON_TENDERS_DESK_H

#include "kernel/declare.h"

/* Makes the row of a call when it has none. */
int desk_open(struct ctx *ctx, int64_t tender);
/* Sets those of visit_on, questions_until, deadline, offer_valid_until that args holds; the others stay. */
int desk_set_dates(struct ctx *ctx, int64_t tender, const struct tree *args);
/* Derives the call again, in an action. */
int tender_derive_here(struct ctx *ctx, int64_t tender);

#endif
