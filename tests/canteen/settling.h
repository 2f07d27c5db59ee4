/* A prison whose canteen settles: books of 2023, products of every VAT rate, persons with a balance, cycles of March 2023. */
#ifndef MAILLON_TESTS_SETTLING_H
#define MAILLON_TESTS_SETTLING_H

#include "support/support.h"

enum { SHOP_PEOPLE = 24, SHOP_PRODUCTS = 6 };

/* Products 1 food, 2 immediate, 3 standard, 4 press, 5 hygiene (standard), 6 of the same need as 1 and standard; all cost
 * 107, 231, 359, 283, 199, 101 cents. */
struct shop {
    struct house house;
    struct session staff, accountant;
    char references[SHOP_PEOPLE][16];
};

void shop_open(struct shop *shop, bool books); /* books: entity and year 2023 are there */
void shop_sessions(struct shop *shop);         /* for a house opened by hand */
void shop_close(struct shop *shop);

/* Runs an action of the staff; shop_refused: it must refuse with that field, and words of its sentence when not NULL. */
struct tree *shop_do(struct shop *shop, const char *action, const char *json);
void shop_refused(struct shop *shop, const char *action, const char *json, const char *field, const char *says);
/* A job action, with a file when bytes is not NULL. 0 or the error's code. */
int shop_job(struct shop *shop, const char *action, const char *json, const char *bytes, struct tree **ret_result);

void shop_balance(struct shop *shop, int person, int cents);
int64_t shop_free(struct shop *shop, int person);
/* A cycle of March 2023 that delivers on the 7th and settles by the 14th. */
void shop_cycle(struct shop *shop, const char *code);
/* Orders, handed in while the cycle was open; the order's id. */
int64_t shop_order(struct shop *shop, const char *cycle, int person, const char *items);
/* A standing order: one unit of product 1 free of charge, two of product 3 at 50 cents. */
int64_t shop_give(struct shop *shop, const char *cycle, int person);
/* Closes the cycle and takes in that all its orders are accepted. */
void shop_accept(struct shop *shop, const char *cycle);
/* Puts all units of each line into the bag; hands over `units` of each line, at most what lies there (-1: all). */
void shop_pick(struct shop *shop, int64_t order);
void shop_hand(struct shop *shop, int64_t order, int64_t units);
/* Puts another product into the bag for a line. */
void shop_substitute(struct shop *shop, int64_t order, int64_t position, int64_t code);

/* Debits, sales, the office's account and the lines charged are the same sum; the books are proven; nothing is held that should
 * not be. */
void shop_agrees(struct shop *shop);

#endif
