/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_SUPPLY_INTERNAL_H
#define MAILLON_CANTEEN_SUPPLY_INTERNAL_H

#include <stdbool.h>

#include "canteen/internal.h"
#include "canteen/supply/supply.h"
#include "establishments/establishments.h"

#define LOT_KEEPS "9999-12-31" /* best before of goods that keep */

enum { SUPPLY_UNITS_MAX = 1000000, SUPPLY_LINES_MAX = 500, SUPPLY_CAUSE_BYTES = 32 };

/* --- lots.c --- */

struct lot { /* texts in the arena */
    int64_t id, product, code, received, used, counted, left;
    const char *number, *best_before;
    bool blocked;
};

/* Takes the product's row for this transaction: whoever takes, receives or counts follows one another. */
int product_lock(struct db *db, int64_t product, struct error *error);
/* The soonest to expire first. */
int lots_read(struct db *db, struct arena *arena, int64_t product, struct lot **ret_lots, size_t *ret_count, struct error *error);
/* By its number; NULL: the only lot of the product that is not empty. ERR_NOT_FOUND or ERR_REFUSED, field "lot_number". */
int lot_find(struct db *db, struct arena *arena, int64_t product, const char *number, struct lot *ret_lot, struct error *error);
/* Units on the shelf that may go out on a day: neither recalled nor expired. */
int lots_available(struct db *db, int64_t product, const char *on, int64_t *ret_units, struct error *error);
/* What is promised to nobody changes by so much, never below zero; nothing for goods bought for each cycle. */
int stock_free_add(struct db *db, int64_t product, int64_t units, struct error *error);
/* Units of a recalled lot come out of a bag: back on the shelf, and kept as recalled. */
int lot_take_back(struct db *db, int64_t order, int64_t position, int64_t lot, int64_t units, struct error *error);

/* --- suppliers.c --- */

struct supply { /* texts in the arena */
    int64_t id, establishment_id, cycle_id, number, correction;
    const char *establishment, *cycle, *supplier, *supplier_folded, *state, *sent_on;
};

/* The day an action is told for: `on`, or today; a day to come is refused. */
int supply_day(struct ctx *ctx, const struct tree *args, const char **ret_on);
/* By its number; its row is taken for this transaction. ERR_NOT_FOUND, field "supply_number". */
int supply_find(struct db *db, struct arena *arena, int64_t establishment, int64_t number, struct supply *ret_supply,
                struct error *error);
/* What one unit costs us without VAT, as the price of that day rests on it; 0 when there is none. */
int supply_expected_cost(struct db *db, int64_t product, const char *on, int64_t *ret_cents, struct error *error);

/* --- receipts.c --- */

enum receipt_outcome { RECEIPT_NEW, RECEIPT_CHANGED, RECEIPT_SAME };

struct receipt_told {            /* one line of a delivery note */
    const struct supply *supply; /* NULL: goods that no order asked for */
    const char *supplier;        /* then: who brought them, "" when nobody said */
    const char *note, *on, *lot_number, *best_before, *remark; /* lot_number, best_before: "" when not told */
    int64_t code, units, sent_back, purchase_cents; /* purchase_cents: -1 when the note says no price */
};
/* Takes the goods in: the lot, what is promised to nobody, the order's figures. The same line of the same note changes nothing,
 * another price alone is taken until the invoice is recorded. *ret_wrong: the order does not hold this product. */
int receipt_keep(struct ctx *ctx, struct db *db, const struct establishment *at, const struct receipt_told *told,
                 enum receipt_outcome *ret_outcome, bool *ret_wrong, struct error *error);

/* Actions. */
int supply_make(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_send(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_correct(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_receive(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_receipts(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_count(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_recall(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_share(struct ctx *ctx, const struct tree *args, struct tree *result);
int supply_invoice(struct ctx *ctx, const struct tree *args, struct tree *result);
/* Paper. */
int supply_order_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);

#endif
