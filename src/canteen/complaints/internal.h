/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_COMPLAINTS_INTERNAL_H
#define MAILLON_CANTEEN_COMPLAINTS_INTERNAL_H

#include "canteen/complaints/complaints.h"
#include "canteen/internal.h"
#include "canteen/lines.h"
#include "establishments/establishments.h"

#define COMPLAINT_CAUSES "missing|damaged|wrong_product|overpriced"

/* --- a complaint and its line --- */

struct complaint { /* texts in the arena */
    int64_t id, number, order, position, person, code;
    int64_t units, proven, settled, refund_cents;
    const char *reference, *cycle, *name, *cause, *told_on, *answer_by, *state, *decided_on, *reason, *redelivered_on;
    bool automatic;
};

/* By its number in the establishment. ERR_NOT_FOUND, field "complaint". Reader or writer. */
int complaint_find(struct db *db, struct arena *arena, int64_t establishment, int64_t number, struct complaint *ret_complaint,
                   struct error *error);

/* Units of a line that the person has, as the records say; -1 while nobody told the delivery. */
int64_t line_in_hand(const struct order_head *head, const struct placed_line *line);

/* The day told in field `on`, or today. Refused when it is still to come. */
int complaint_day(struct ctx *ctx, const struct tree *args, const char **ret_on);

struct complaint_decision {
    int64_t complaint, establishment, person, refund_cents;
    const char *decision, *on;
    int32_t delay_days;
    bool late, automatic;
};
/* The decision as it was taken, for ever. */
int complaint_keep_decision(struct ctx *ctx, const struct complaint_decision *decision);

/* --- actions --- */

int complaint_tell(struct ctx *ctx, const struct tree *args, struct tree *result);
int complaint_decide(struct ctx *ctx, const struct tree *args, struct tree *result);
int complaint_redelivered(struct ctx *ctx, const struct tree *args, struct tree *result);
int figures_count(struct ctx *ctx, const struct tree *args, struct tree *result);
int figures_close(struct ctx *ctx, const struct tree *args, struct tree *result);
int figures_verify(struct ctx *ctx, const struct tree *args, struct tree *result);
int figures_basket(struct ctx *ctx, const struct tree *args, struct tree *result);

/* --- the price index --- */

/* Prices of the basket and its index in every month up to that of `today`, and the picture's scale, as the prices decided stand.
 * Nothing while there is no basket. */
int index_refresh(struct ctx *ctx, int64_t establishment, const char *today);
/* Of a month; *ret_thousandths is 0 when no basket covers it. Reader or writer. */
int index_of_month(struct db *db, int64_t establishment, const char *month, int64_t *ret_thousandths, struct error *error);

/* --- papers --- */

int canteen_report_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);

int canteen_statement_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);
int complaint_answer_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);

#endif
