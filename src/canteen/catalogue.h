/* The catalogue: products of an establishment and the prices decided for them. Functions run inside a write task unless
 * they say "reader". */
#ifndef MAILLON_CANTEEN_CATALOGUE_H
#define MAILLON_CANTEEN_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/declare.h"

/* Families of goods, in the order of the printed list. Standing goods (charges that come back, purchases authorised one by
 * one) are on no form; alcohol and medicines stand there to be refused with their article. */
#define CANTEEN_FAMILIES                                                                                              \
    "grocery|fresh|drinks|hygiene|correspondence|tobacco|press|clothing|household|electrical|arrival|recurring|exceptional|alcohol|medicine"
#define CANTEEN_ORDERED "grocery|fresh|drinks|hygiene|correspondence|tobacco|press|clothing|household|electrical|arrival"
#define CANTEEN_STANDING "recurring|exceptional"
#define CANTEEN_MEASURES "g|ml|piece"
#define CANTEEN_VATS "vat.food|vat.immediate|vat.standard|vat.press"
#define CANTEEN_DIETS "no_pork|halal|kosher|vegetarian|vegan|no_sugar|low_salt"
/* Annex II of regulation (EU) 1169/2011. */
#define CANTEEN_ALLERGENS                                                                                             \
    "gluten|crustaceans|eggs|fish|peanuts|soya|milk|nuts|celery|mustard|sesame|sulphites|lupin|molluscs"

enum { CANTEEN_CODE_MAX = 99999, CANTEEN_PACK_MAX = 10000 };

struct product { /* texts are never NULL */
    int64_t id, establishment_id, code;
    const char *establishment;
    const char *name, *brand, *family, *measure, *allergens, *diets, *vat, *need, *supplier;
    int64_t content_thousandths, pack_size;
    bool on_sale;
};

struct price {
    const char *from_on, *reason;
    int64_t price_cents, purchase_cents, handling_cents;
};

struct decision {
    int64_t id;
    const char *reference, *decided_on, *from_on;
};

enum catalogue_outcome { CATALOGUE_NEW, CATALOGUE_CHANGED, CATALOGUE_SAME };

/* What no product may be: a forbidden family, a list with unknown codes … Field and sentence are those of the form. */
int product_check(const struct product *product, struct error *error);

/* Keeps a product under its code; the same again changes nothing. ret_id may be NULL. */
int product_keep(struct db *db, struct arena *arena, const struct product *product, enum catalogue_outcome *ret_outcome,
                 int64_t *ret_id, struct error *error);

/* The product of a code. ERR_NOT_FOUND, field "code". Reader. */
int product_find(struct db *db, struct arena *arena, int64_t establishment, int64_t code, struct product *ret_product,
                 struct error *error);

/* Records the decision, or finds it: the same reference with another date is refused, field "decision". */
int decision_keep(struct ctx *ctx, struct db *db, int64_t establishment, const char *establishment_ref,
                  struct decision *decision, const struct upload *file, struct error *error);

/* Keeps a price of the product under the decision. The same price from the same day changes nothing; another price from
 * a day that has one is refused, for a price decided is never rewritten. */
int price_keep(struct ctx *ctx, struct db *db, const struct product *product, const struct decision *decision,
               const struct price *price, enum catalogue_outcome *ret_outcome, struct error *error);

/* Actions. */
int canteen_product(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_withdraw(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_price(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_import(struct ctx *ctx, const struct tree *args, struct tree *result);
/* Paper. */
int canteen_price_list(struct ctx *ctx, const struct tree *args, struct document **ret_document);

#endif
