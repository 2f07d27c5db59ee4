/* What becomes of the lines of an order once the accounts office has answered: cut for want of goods, put into a bag, handed
 * over, charged. The rooms of the canteen (supply, rounds, settlement …) read orders in their views; they change them
 * through these functions alone, inside a write task, after lines_lock.
 *
 *   quantity   units that stand: what was ordered, less what was cut since
 *   picked     units in the bag, at most quantity; -1 before picking
 *   delivered  units received and kept, at most picked; -1 before delivery
 *
 * Units are charged at charged_price_cents: the price of the day of the order, or that of the product given in its place
 * when it is lower. Nobody pays more than what they ordered. */
#ifndef MAILLON_CANTEEN_LINES_H
#define MAILLON_CANTEEN_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "canteen/orders.h"

struct order_head { /* texts in the arena */
    int64_t id, cycle, establishment, person, stay, hold; /* hold: 0 for none */
    int64_t total_cents, blocked_cents;
    const char *reference, *state, *source;
    const char *cycle_code, *cycle_state;
};
/* Reads the order and takes its row for this transaction, so that two hands at one bag follow each other. ERR_NOT_FOUND,
 * field "order". */
int lines_lock(struct db *db, struct arena *arena, int64_t order, struct order_head *ret_head, struct error *error);

struct placed_line { /* texts in the arena */
    int64_t position, product, given, code;      /* given: 0 when it is the product ordered */
    int64_t ordered, quantity, picked, delivered; /* picked and delivered: -1 before */
    int64_t most; /* see line_settle; -1: none */
    int64_t price_cents, charged_price_cents;
    bool substitute, protected_kind, free;
    const char *name, *outcome, *why;
};
/* All lines in their order. Reader or writer. */
int lines_read(struct db *db, struct arena *arena, int64_t order, struct placed_line **ret_lines, size_t *ret_count,
               struct error *error);

/* An order that costs nothing needs no answer of the accounts office: placed, it is accepted. Others: nothing is done. */
int order_accept_free(struct db *db, int64_t order, struct error *error);

/* Leaves `keep` units of a line standing and lets go of what the rest held, at once. why: a code the person reads, such as
 * "shortage", "recall", "departure". to_stock: the units can be ordered by others again. More than what stands, or less than
 * what was picked, is refused. */
int line_cut(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t keep, const char *why,
             bool to_stock, struct error *error);

/* Puts units into the bag. substitute: another product of the same need, for a person who agreed to it; 0: as ordered.
 * The same again changes nothing; until it is handed over, or while it is kept for somebody who was absent, a line can be
 * picked again. The price charged goes down to that of a substitute that costs less. Fields: "order", "units", "given". */
int line_pick(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t units, int64_t substitute,
              struct error *error);

/* Hands over. outcome: "received", or why fewer than what was picked: "refused", "missing", "damaged", "absent",
 * "returned". The same again changes nothing; what was told can be told anew until the order is settled.
 * Fields: "order", "units", "outcome". */
int line_hand(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t units, const char *outcome,
              struct error *error);

/* A complaint settled units of the line: from now on at most `most` are told as received, so that they are never charged after
 * all. Only ever lowered. */
int line_settle(struct db *db, const struct order_head *head, int64_t position, int64_t most, struct error *error);

enum vat_kind { VAT_FOOD, VAT_IMMEDIATE, VAT_STANDARD, VAT_PRESS, VAT_FREE, VAT_KINDS };
const char *vat_kind_name(enum vat_kind kind); /* "vat.food" … as the law names them; "free_of_charge" */

struct charged { /* of one VAT rate */
    int64_t units, cents;
};

struct order_charge {
    int64_t order; /* asked; all else is told */
    int64_t cycle, person, blocked_cents, charged_cents;
    int64_t open_lines; /* units lay in the bag, or should have, and nobody told what became of them: they count as none */
    bool before;        /* it was settled already, nothing was done */
    const char *reference;
    int64_t hold, held_cents; /* before */
};

/* Charges what was handed over and lets go of all else: the holds are spent for the sums, the orders are settled for ever. All
 * are of one cycle, whose code is the label. why: what a person reads whose bag nobody told of, such as
 * "not_delivered". sums: what was charged now, by VAT. An order that does not stand is refused. */
int orders_settle(struct ctx *ctx, struct db *db, struct order_charge *charges, size_t count, const char *label, const char *on,
                  const char *why, struct charged ret_sums[VAT_KINDS], struct error *error);

/* What an order was charged, by VAT. Reader. */
int order_charged(struct db *db, int64_t order, struct charged ret_sums[VAT_KINDS], struct error *error);

/* The office was told what to take and to unblock: from now on it may have done so, and a balance it tells may hold what it
 * unblocked already. The mirror counts on nothing more than the balance: it is never above what the office told. */
int order_told(struct db *db, int64_t order, struct error *error);
/* The accounts office took what it was told: it blocks nothing for this order any more. */
int order_unblock(struct db *db, int64_t order, struct error *error);

/* Moves a cycle on: "closed" → "picking" → "delivering" → "settled". Not back; the same again changes nothing. */
int cycle_move(struct db *db, const struct cycle *cycle, const char *state, struct error *error);

#endif
