/* Settlement: what was delivered is charged, all else is free at once; the prison's accounts office is told what to take and
 * what to unblock, and its answer is compared. The money is the prison's: here are debits told, never money held.
 *
 *   canteen_debit   a row for each order settled, of zero too, for the office must unblock; below zero gives back
 *   canteen_sale    the same in the books: one entry for each round, VAT rate and accounts office
 *
 * The debits of an establishment, its canteen_sale and what stands on 41112 under its reference for sales are the same sum. */
#ifndef MAILLON_CANTEEN_SETTLEMENT_H
#define MAILLON_CANTEEN_SETTLEMENT_H

#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject canteen_settlement_subject;

/* Gives `cents` of a settled order back to its person: a debit below zero, to be told to the accounts office with the next
 * list, and its part of the general ledger, with the VAT rates of the order in proportion. why: a code the person reads.
 * key names the event ("complaint:123"): the same again does nothing. Dated ctx->today. Inside a write task. ERR_REFUSED, field "amount", for
 * more than what was charged and not given back yet; field "order" for an order that is not settled. */
int settlement_give_back(struct ctx *ctx, struct db *db, int64_t order, int64_t cents, const char *why, const char *key,
                         struct error *error);

#endif
