/* Cycles, orders and the mirror of what persons may spend. Everything here runs inside a write task.
 *
 * The mirror is a book of the ledger apart: each person has an account whose balance is what the accounts office told
 * (credit), less what orders hold. It refuses to fall below zero in the very transaction that holds, so that of two
 * orders racing for the last euro one wins. No money is in it: the prison keeps that. */
#ifndef MAILLON_CANTEEN_ORDERS_H
#define MAILLON_CANTEEN_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/declare.h"
#include "people/people.h"

#define CANTEEN_BOOK "canteen"

enum { ORDER_LINES_MAX = 60, ORDER_UNITS_MAX = 99 };

struct cycle { /* texts in the arena */
    int64_t id, establishment_id;
    const char *establishment, *code, *goods, *opens_on, *closes_on, *picks_on, *delivers_on, *settles_on, *week, *state;
};
/* ERR_NOT_FOUND, field "cycle". */
int cycle_find(struct db *db, struct arena *arena, int64_t establishment, const char *code, struct cycle *ret_cycle,
               struct error *error);
/* The same in a job, through a reader of its own. */
int cycle_find_in_job(struct ctx *ctx, int64_t establishment, const char *code, struct cycle *ret_cycle);

/* The account of a person in the mirror, opened with a balance of zero when it is not there. */
int mirror_account(struct ctx *ctx, struct db *db, const struct stay *stay, int64_t *ret_account, struct error *error);
/* What the accounts office told: the account follows. Orders that no longer fit are cancelled, the newest first and
 * never an accepted one; *ret_cut counts them. A balance older than the last is refused, field "on". */
int mirror_tell(struct ctx *ctx, struct db *db, const struct stay *stay, int64_t available_cents, const char *on,
                bool *ret_changed, int *ret_cut, struct error *error);
/* Sets `cents` aside for an order; label: code of its cycle. ERR_REFUSED, field "items", when less is free. 0 cents: nothing,
 * *ret_hold 0. */
int mirror_hold(struct ctx *ctx, struct db *db, const struct stay *stay, const char *label, int64_t order, int64_t cents,
                int64_t *ret_hold, struct error *error);
int mirror_release(struct ctx *ctx, struct db *db, int64_t hold, struct error *error);
struct ledger_end;
/* Spends of each hold what was charged, 0 to all of it; the rest is free again. label: code of the cycle. */
int mirror_spend(struct ctx *ctx, struct db *db, const char *label, const struct ledger_end *ends, size_t count, const char *on,
                 struct error *error);

enum order_price { PRICE_LISTED, PRICE_GIVEN, PRICE_FREE };

struct order_line {
    int64_t code, quantity;
    bool substitute;
    enum order_price price; /* listed on forms; given or free in standing orders alone */
    int64_t given_cents;
    const char *said; /* follows the product's name on the line: what a charge is for; NULL: nothing */
};

struct order_told {
    const char *source; /* "paper_form", "staff", "tablet"; "standing": no limit, no restriction, goods that are on no form */
    const struct order_line *lines;
    size_t count;
    bool replace;          /* the person changed their mind before the cycle closed; no form replaces a standing order */
    const char *handed_on; /* day the form was handed in; NULL: today */
    const char *acceptance; /* decision of the head of establishment that it may pass the limits of amount and of units, and nothing
                             * else; kept on the order. NULL: none */
};

struct order {
    int64_t id, hold, total_cents;
    const char *state; /* in the arena, or static */
    bool before;       /* the same order was there already: nothing was done */
    bool standing;     /* of one that was there: nobody filled in a form for it */
    bool away;         /* the person is absent: accepted, and whoever enters it must be told */
};

/* Places the order of a person in a cycle: checks cycle, day, presence, family, price, restriction, limits and stock, and
 * holds its total. The same lines again answer the order that is there; other lines are refused unless replace. */
int order_place(struct ctx *ctx, struct db *db, const struct cycle *cycle, const struct stay *stay, const struct order_told *told,
                struct order *ret_order, struct error *error);
/* Into the answer of an action, what whoever entered the order must know besides: `warnings`, when there are any. */
void order_warn(struct ctx *ctx, const struct order *order, struct tree *result);
/* Lets go of what was held and gives the stock back. state: "cancelled" or "refused". Not for an order with a line picked. */
int order_drop(struct ctx *ctx, struct db *db, int64_t order, const char *state, const char *reason, struct error *error);
/* Brings a placed order down to what the accounts office accepts: lines are cut from the last up, protected kinds last. */
int order_reduce(struct ctx *ctx, struct db *db, const struct cycle *cycle, const struct stay *stay, int64_t order, int64_t cents,
                 const char *reason, struct error *error);

/* "101x2r 305": reads one written line, code, units and whether another product may be given; false when it is none. */
bool order_line_read(const char *word, struct order_line *ret_line);

/* Actions. */
int canteen_cycle(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_close(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_balances(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_answers(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_restrict(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_limit(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_unlimit(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_stock(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_order(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_enter(struct ctx *ctx, const struct tree *args, struct tree *result);
int canteen_cancel(struct ctx *ctx, const struct tree *args, struct tree *result);

#endif
