/* What the files of this room share besides the catalogue. */
#ifndef MAILLON_CANTEEN_INTERNAL_H
#define MAILLON_CANTEEN_INTERNAL_H

#include "canteen/canteen.h"
#include "canteen/catalogue.h"

/* --- catalogue.c --- */

/* The product's row shows the price in force today and the next to come; the cheapest of its need is marked again. */
int product_take_price(struct db *db, const struct product *product, const char *today, struct error *error);
/* Prices whose day has come stand in the rows: before anything is ordered, and before a list is marked. */
int catalogue_roll(struct db *db, int64_t establishment, const char *today, struct error *error);

#endif
