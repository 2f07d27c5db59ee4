/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_ROUNDS_INTERNAL_H
#define MAILLON_CANTEEN_ROUNDS_INTERNAL_H

#include <stdbool.h>

#include "canteen/internal.h"
#include "canteen/lines.h"
#include "canteen/rounds/rounds.h"
#include "establishments/establishments.h"
#include "people/people.h"

enum { BAG_REFERENCE_BYTES = 16 };

struct bag { /* texts in the arena */
    int64_t order, round, cycle, establishment_id, person, stay, number; /* round: 0 for none */
    const char *reference, *cell, *state, *handed_on, *kept_until, *signed_by, *witness;
    const char *person_reference, *order_state, *wing_now, *cell_now, *presence;
};

/* --- rounds.c --- */

/* The bags of a round, by number; cell_now, wing_now and presence are those of the person's stay. */
int bags_of_round(struct db *db, struct arena *arena, int64_t round, struct bag **ret_bags, size_t *ret_count, struct error *error);
/* By the reference on its label, as typed; establishment 0: of any. ERR_NOT_FOUND, field "bag". */
int bag_find(struct db *db, struct arena *arena, int64_t establishment, const char *typed, struct bag *ret_bag, struct error *error);
int bag_read(struct db *db, struct arena *arena, int64_t order, struct bag *ret_bag, struct error *error);
int bag_tell(struct ctx *ctx, struct db *db, const struct bag *bag, const char *event, const char *on, const char *round, int64_t units,
             struct error *error);
/* The figures in the round's row follow its bags. */
int round_count(struct db *db, int64_t round, struct error *error);
int round_set_state(struct db *db, int64_t round, const char *state, struct error *error);

/* The round an action names, its cycle's row taken for this transaction. Checks the service. */
int round_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct round *ret_round, struct error *error);
int bag_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct bag *ret_bag, struct error *error);
/* The day an action is told for: `on`, or today; a day to come is refused. */
int day_asked(struct ctx *ctx, const struct tree *args, const char **ret_on);
/* Not before the cycle closed; one that was closed before its day: not before it opened. */
int day_of_cycle(struct ctx *ctx, struct db *db, int64_t cycle, const char *on, struct error *error);

/* --- plan.c --- */

struct seating_figures {
    int64_t rounds, made, moved, aside, cells;
};
/* Gives each bag that did not leave the round of the wing where its person is now; 0: all orders of the cycle, with new bags
 * for those that have none. The cycle's row was taken before. */
int bags_seat(struct ctx *ctx, struct db *db, const struct cycle *cycle, int64_t only_round, struct seating_figures *figures,
              struct error *error);

/* --- told.c: what differs from the order, or from "everyone received everything" --- */

enum told_kind { TOLD_PICK, TOLD_DELIVERY };

struct told { /* texts in the arena */
    int64_t order;  /* the bag's */
    int64_t code;   /* product; 0: the whole bag */
    int64_t units;  /* picked, or received */
    int64_t given;  /* code of the product in its place; 0: none */
    const char *outcome; /* of a delivery: "absent", "refused", "missing", "damaged", "returned"; "unsigned" of a bag */
    const char *witness;
    const char *as_typed; /* for refusals */
    bool used;
};

/* One line for each: "#12;101;2", "KFT-PWXC;101;1;104", "#12;absent", "#12;101;missing;1". Whom: number of the bag on this
 * round, its reference, or the person's. Field "exceptions". */
int told_read(struct ctx *ctx, enum told_kind kind, const char *text, const struct bag *bags, size_t count, struct told **ret_told,
              size_t *ret_count, struct error *error);
struct handing;
/* Of a delivery, lines of one bag, typed without saying which: "101;missing;1". */
int told_read_bag(struct ctx *ctx, const struct bag *bag, const char *text, struct handing *handing, struct error *error);
/* One line, of cells; bag alone when it names no other. */
int told_line(struct ctx *ctx, enum told_kind kind, const char *const *cells, size_t count, const char *as_typed, struct told *ret_told,
              struct error *error);
const char *outcome_of(struct arena *arena, const char *typed); /* NULL: none of them */
/* An error about one line of what was typed, said with that line. */
int told_refuse(struct ctx *ctx, const char *field, const char *as_typed, struct error *error);
/* Prepare of actions with `exceptions`: register numbers become references before the journal sees them. */
int told_prepare(struct ctx *ctx, struct tree *args);

/* --- fill.c --- */

/* Fills a bag as ordered save what was told, and lines told anew. */
int bag_fill(struct ctx *ctx, struct db *db, const struct round *round, const struct bag *bag, const char *on, struct told *told,
             size_t count, bool *ret_changed, struct error *error);

/* --- hand.c --- */

struct handing { /* what was told of a round, or of one bag */
    struct ctx *ctx;
    struct db *db;
    struct error *error;
    const char *round; /* code */
    const char *on, *signed_by, *witness;
    const char *kept_until; /* for somebody who was away */
    bool confirmed;         /* the days it rests on */
    bool replace;           /* what was told before may be told otherwise */
    bool later;             /* a second delivery */
    struct told *told;
    size_t told_count;
};
/* Reads day, signatures and witness; no database. */
int handing_open(struct handing *handing, struct ctx *ctx, const struct tree *args, const char *round, struct error *error);
int handing_begin(struct handing *handing, struct db *db);
/* Hands one bag over as told; what was told otherwise before needs `replace`. */
int bag_hand(struct handing *handing, const struct bag *bag, bool *ret_changed);
/* Hands a line over. What is refused or returned goes back to its lots; what is missing or damaged does not, and what waits for
 * somebody who is away stays out of them. */
int bag_give(struct ctx *ctx, struct db *db, const struct order_head *head, const struct placed_line *line, int64_t units, const char *outcome,
             struct error *error);
/* Each line that was typed was of a line of a bag. */
int handing_end(struct handing *handing);
/* Of a line, so many units are with the person or on their way; the rest lies in its lots again. */
int bag_shelve(struct ctx *ctx, struct db *db, const struct order_head *head, const struct placed_line *line, int64_t units,
               struct error *error);
/* Out, or delivered and not settled. Field "round". */
int round_check_out(const struct round *round, struct error *error);
/* Counts again; delivered once all its bags were told. agent: "" leaves what was there. */
int round_told(struct handing *handing, const struct round *round, const char *agent);

/* --- actions --- */
int round_plan(struct ctx *ctx, const struct tree *args, struct tree *result);
int round_pick(struct ctx *ctx, const struct tree *args, struct tree *result);
int round_pick_bag(struct ctx *ctx, const struct tree *args, struct tree *result);
int round_load(struct ctx *ctx, const struct tree *args, struct tree *result);
int round_deliver(struct ctx *ctx, const struct tree *args, struct tree *result);
int round_hand(struct ctx *ctx, const struct tree *args, struct tree *result);
int round_bag(struct ctx *ctx, const struct tree *args, struct tree *result);
int round_take(struct ctx *ctx, const struct tree *args, struct tree *result);

/* --- paper.c --- */
int round_picking_list(struct ctx *ctx, const struct tree *args, struct document **ret_document);
int round_labels(struct ctx *ctx, const struct tree *args, struct document **ret_document);
int round_sheet(struct ctx *ctx, const struct tree *args, struct document **ret_document);

#endif
