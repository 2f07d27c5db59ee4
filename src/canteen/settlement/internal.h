/* What the files of this room share. Everything runs inside a write task. */
#ifndef MAILLON_CANTEEN_SETTLEMENT_INTERNAL_H
#define MAILLON_CANTEEN_SETTLEMENT_INTERNAL_H

#include <stdbool.h>

#include "canteen/lines.h"
#include "canteen/settlement/settlement.h"
#include "establishments/establishments.h"

#define NEVER_DUE "9999-12-31"

/* --- books.c: the general ledger --- */

#define OFFICE_NUMBER "41112" /* what the accounts office owes for debits, under the reference of the establishment */

struct sale { /* what is settled together; texts of the caller */
    const struct establishment *at;
    int64_t cycle;
    const char *key;    /* "canteen.round:12": the VAT rate is added */
    const char *origin; /* code of the round; "cycle", "departure", "give_back" */
    const char *label;  /* of its entries */
    const char *delivered_on, *settled_on;
    int sign; /* 1; -1 gives back */
};

/* Keeps a canteen_sale and posts an entry for each rate: 41112 against 7071 and the VAT of it, rounded once. Dated the day of
 * the delivery, or of the settlement when the books take no entry of that day any more. */
int sale_post(struct ctx *ctx, struct db *db, const struct sale *sale, const struct charged sums[VAT_KINDS], struct error *error);

/* The account of the office of an establishment in the general ledger. Refused while nobody said whose books these are. */
int office_ledger_account(struct db *db, const struct establishment *at, int64_t *ret_account, struct error *error);
/* The axes of all that the canteen of an establishment posts. */
int canteen_axis(struct db *db, const struct establishment *at, int64_t *ret_axis, struct error *error);
/* VAT included to the VAT of it, at a rate in millionths. */
bool vat_within(int64_t cents, int64_t rate, int64_t *ret_vat);

/* --- debits.c --- */

struct debit {
    int64_t establishment, cycle, order, person, blocked_cents, charged_cents;
    const char *reference, *kind, *key, *settled_on, *cause, *due_on;
};
int debit_keep(struct ctx *ctx, struct db *db, const struct debit *debit, struct error *error);

/* The day of the round it was on, or that of its cycle. */
int order_delivery_day(struct db *db, struct arena *arena, int64_t order, const char **ret_on, struct error *error);

/* --- settle.c --- */

struct settled { /* of one call */
    int64_t orders, charged_cents, unblock_cents;
    int64_t not_told; /* bags nobody told of: they count as not delivered */
};

/* Charges orders of one cycle, keeps their debits and posts the sale. why: of bags nobody told of. cause: of the debits. */
int orders_close(struct ctx *ctx, struct db *db, const struct sale *sale, const char *cycle_code, struct order_charge *charges,
                 size_t count, const char *why, const char *cause, const char *due_on, struct settled *settled, struct error *error);

/* --- departures.c --- */

struct departed {
    int64_t let_go, not_charged, charged, waiting;
    int64_t hurried; /* settled before, and to be told by the day of the rule now */
};
/* Orders of persons who left, or are away too long, of one cycle (0: of all): what rule says is done. Again: nothing. */
int departures_settle(struct ctx *ctx, struct db *db, const struct establishment *at, int64_t cycle, const char *on,
                      struct departed *departed, struct error *error);

/* --- actions --- */

int settlement_round(struct ctx *ctx, const struct tree *args, struct tree *result);      /* settle.c */
int settlement_cycle(struct ctx *ctx, const struct tree *args, struct tree *result);
int settlement_tell(struct ctx *ctx, const struct tree *args, struct tree *result);       /* tell.c */
int settlement_answers(struct ctx *ctx, const struct tree *args, struct tree *result);    /* answers.c */
int settlement_decide(struct ctx *ctx, const struct tree *args, struct tree *result);
int settlement_paid(struct ctx *ctx, const struct tree *args, struct tree *result);       /* paid.c */
int settlement_departures(struct ctx *ctx, const struct tree *args, struct tree *result); /* departures.c */

/* The day that was told, today without one; not in the future. */
int day_told(struct ctx *ctx, const struct tree *args, const char **ret_on); /* settle.c */

/* ERR_REFUSED while an order of the person is open or a debit was not taken: the office could not be told whose it is. */
int settlement_owes_person(struct db *db, int64_t person, struct error *error);

#endif
