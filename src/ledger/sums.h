/* Inside the room: totals of a year as it stands, and what it hands on. */
#ifndef MAILLON_LEDGER_SUMS_H
#define MAILLON_LEDGER_SUMS_H

#include "ledger/pairs.h"
#include "ledger/posting.h"

struct sums { /* places are pairs of account and axis */
    struct arena *arena;
    struct pairs places;
    struct ledger_sum *list;
    size_t room;
};

void sums_open(struct sums *sums, struct arena *arena);
/* Adds the totals of a year. */
int sums_read(struct db *db, int64_t year, struct sums *sums, struct error *error);
/* What the year hands on: balances of classes 1 to 5 become openings and all else is put back to nothing, its result
 * on 120 or 129. Refused when accounts out of result and balance sheet (class 8) do not balance among themselves. */
int sums_carry(struct db *db, struct sums *sums, struct error *error);

#endif
