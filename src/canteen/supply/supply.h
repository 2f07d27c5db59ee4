/* Supply and stock: orders to suppliers, delivery notes, lots with their dates, what a shortage takes from whom.
 *
 *   supplier's order   draft → sent (nothing changes any more; a correction is another order) → received
 *   lot                units left = received - used + counted, never below zero; blocked once it is recalled
 *
 * canteen_product.stock_free is what is promised to nobody; NULL for goods bought for each cycle. Receipts raise it by what
 * no order waits for, counts and recalls lower it, never below zero. Which lot went into which line is kept, so that a recall
 * finds who received it.
 *
 * Rows are taken in this order: cycle, orders, products, lots. Everything here runs inside a write task. */
#ifndef MAILLON_CANTEEN_SUPPLY_H
#define MAILLON_CANTEEN_SUPPLY_H

#include <stdint.h>

#include "canteen/lines.h"

extern const struct subject canteen_supply_subject;

/* The units of that line come out of lots of `product` (the one that lies in the bag), the soonest to expire first; lots that
 * are recalled, or expired on the cycle's day of delivery, are left alone. Called again with another number it takes or gives
 * back; 0 gives all back. Another product than before: what was taken of that one goes back first. A product that never had a
 * lot: nothing to do. What comes back after the delivery was told can be ordered again. ERR_REFUSED, field "units", when the
 * lots hold less. The order's row is the caller's (lines_lock). */
int supply_pick(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t product, int64_t units,
                struct error *error);

#endif
