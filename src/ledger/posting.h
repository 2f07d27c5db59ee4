/* Inside the room: how an entry of any kind enters the books. ledger.h is what others see. */
#ifndef MAILLON_LEDGER_POSTING_H
#define MAILLON_LEDGER_POSTING_H

#include "ledger/ledger.h"

#define LEDGER_OPENINGS "AN" /* journal of balances brought forward */

enum booking_kind { BOOKING_ENTRY, BOOKING_OPENING, BOOKING_HOLD, BOOKING_POST, BOOKING_RELEASE, BOOKING_REVERSAL };
const char *booking_kind_name(enum booking_kind kind); /* as the table keeps it */

struct booking {
    enum booking_kind kind;
    struct ledger_entry entry;
    int64_t origin; /* the hold that this ends, the entry that this reverses; 0: none */
    const struct ledger_line *freed; /* lines of the hold that this ends */
    size_t freed_count;
};

/* Shapes are checked, keys looked up, accounts locked in order of id, guards and limits held, the number taken, rows
 * written, totals brought up to date. Not 0: the caller's transaction must not be kept. */
int booking_run(struct db *db, const struct booking *bookings, size_t count, int64_t now_ms,
                struct ledger_posted *ret_posted, struct error *error);

/* Lines of an entry, in order; texts in the arena. */
int booking_lines(struct db *db, struct arena *arena, int64_t entry, struct ledger_line **ret_lines, size_t *ret_count,
                  struct error *error);

/* "411 Client X" for messages. */
const char *account_words(struct db *db, struct arena *arena, int64_t account);

/* The year that follows, opened when it is not there. */
int year_next(struct db *db, const struct ledger_year *year, struct ledger_year *ret_year, struct error *error);
int year_read(struct db *db, int64_t id, struct ledger_year *ret_year, struct error *error);
/* True for the first year of its book: what journal AN brings in on its first day is its opening. */
int year_is_first(struct db *db, const struct ledger_year *year, bool *ret_first, struct error *error);

/* Charts and journals of data/accounts; kind NULL: that of the entity, or a company's. */
int chart_load(struct db *db, const char *kind, struct error *error);
int chart_start(struct app *app, struct error *error);

/* Actions. */
int entity_keep(struct ctx *ctx, const struct tree *args, struct tree *result);
int edit_year(struct ctx *ctx, const struct tree *args, struct tree *result);
int edit_lock(struct ctx *ctx, const struct tree *args, struct tree *result);
int edit_account(struct ctx *ctx, const struct tree *args, struct tree *result);
int edit_reverse(struct ctx *ctx, const struct tree *args, struct tree *result);

#endif
