/* The charges of a month: who was where on which days, and what each contract comes to. */
#ifndef MAILLON_CANTEEN_STANDING_MONTH_H
#define MAILLON_CANTEEN_STANDING_MONTH_H

#include "base/date.h"
#include "canteen/standing/internal.h"
#include "canteen/standing/share.h"

struct contract { /* texts in the arena */
    int64_t id, product, code, person; /* person: 0 for a cell's */
    const char *wing, *cell, *place;
    const char *starts_on, *ends_on;
    bool free_for_entitled;
    int64_t price_cents;
    const char *price_from;
    int occupied_days;
    int64_t total_cents;
};

struct payer { /* somebody who was there on a day of the month */
    int64_t person, stay;
    const char *reference;
};

struct share { /* of a payer in a contract */
    const struct contract *contract;
    size_t payer;
    struct sharer *sharer;           /* its days and cents */
    const struct sharer *all;        /* all of the contract, for how many shared each day */
    size_t all_count;
    const char *state;
    int64_t order;
};

struct month {
    struct ctx *ctx;
    int64_t establishment;
    const char *month; /* 2026-11 */
    char first_on[DATE_BYTES], last_on[DATE_BYTES], next_on[DATE_BYTES];
    int32_t first;
    int days;
    struct contract *contracts;
    size_t contract_count;
    struct payer *payers; /* in the order in which they came */
    size_t payer_count;
    struct share *shares; /* by contract: product code, then place */
    size_t share_count;
};

/* Sets month and days. ERR_INVALID, field "month". */
int month_open(struct month *month, struct ctx *ctx, int64_t establishment, const char *text);
/* Computes the shares of all contracts. */
int month_compute(struct month *month);
/* Keeps the computation in place of an earlier one, as it can be read. */
int month_keep(const struct month *month);

#endif
