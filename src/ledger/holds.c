/* Holds and their end; reversals. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ledger/pairs.h"
#include "ledger/posting.h"

struct origin { /* an entry that another ends or reverses; texts in the arena */
    const char *kind, *journal, *piece, *label;
    struct ledger_line *lines;
    size_t count;
};

static int read_origin(struct db *db, struct arena *arena, int64_t id, const char *field, struct origin *ret_origin,
                       struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT kind, journal, piece, label FROM ledger_entry WHERE id = :id", BIND(INT("id", id)), &rows,
                          error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_origin = (struct origin){.kind = arena_strdup(arena, rows_text(rows, 0)),
                                      .journal = arena_strdup(arena, rows_text(rows, 1)),
                                      .piece = arena_strdup(arena, rows_text(rows, 2)),
                                      .label = arena_strdup(arena, rows_text(rows, 3))};
    result = rows_close(rows);
    if (result)
        return result;
    if (!found)
        return error_set(error, ERR_NOT_FOUND, field, N_("There is no such entry."), NULL);
    return booking_lines(db, arena, id, &ret_origin->lines, &ret_origin->count, error);
}

static int read_hold(struct db *db, struct arena *arena, int64_t id, struct origin *ret_origin, struct error *error)
{
    int result = read_origin(db, arena, id, "hold", ret_origin, error);
    if (!result && !text_is(ret_origin->kind, "hold"))
        return error_set(error, ERR_REFUSED, "hold", N_("This entry is not a hold."), NULL);
    return result;
}

int ledger_hold(struct db *db, const struct ledger_entry *entry, int64_t now_ms, struct ledger_posted *ret_hold,
                struct error *error)
{
    struct booking booking = {.kind = BOOKING_HOLD, .entry = *entry};
    return booking_run(db, &booking, 1, now_ms, ret_hold, error);
}

/* How much is on one side of an account; debit: +1, credit: -1. */
static __int128 side(const struct ledger_line *lines, size_t count, int64_t account, int sign)
{
    __int128 sum = 0;
    for (size_t i = 0; i < count; i++)
        if (lines[i].account == account && (lines[i].amount_cents > 0) == (sign > 0))
            sum += (__int128)lines[i].amount_cents * sign;
    return sum;
}

static int check_within(struct db *db, struct arena *arena, const struct ledger_entry *entry, const struct origin *hold,
                        struct error *error)
{
    for (size_t i = 0; i < entry->line_count; i++) {
        int sign = entry->lines[i].amount_cents > 0 ? 1 : -1;
        int64_t account = entry->lines[i].account;
        if (side(entry->lines, entry->line_count, account, sign) > side(hold->lines, hold->count, account, sign))
            return error_set(error, ERR_REFUSED, arena_printf(arena, "lines.%zu.amount", i),
                             N_("More would be posted on the account {0} than was held on it."), account_words(db, arena, account), NULL);
    }
    return 0;
}

int ledger_post_hold(struct db *db, int64_t hold, const struct ledger_entry *entry, int64_t now_ms,
                     struct ledger_posted *ret_posted, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct origin origin = {0};
    int result = read_hold(db, arena, hold, &origin, error);
    if (result)
        return result;
    struct booking booking = {.kind = BOOKING_POST, .entry = *entry, .origin = hold, .freed = origin.lines, .freed_count = origin.count};
    if (!booking.entry.lines) {
        booking.entry.lines = origin.lines;
        booking.entry.line_count = origin.count;
    }
    result = check_within(db, arena, &booking.entry, &origin, error);
    return result ? result : booking_run(db, &booking, 1, now_ms, ret_posted, error);
}

/* --- many at once --- */

enum { AT_ONCE = 16 };
#define HOLDS ":h0, :h1, :h2, :h3, :h4, :h5, :h6, :h7, :h8, :h9, :h10, :h11, :h12, :h13, :h14, :h15"

struct held { /* a hold of one debit and one credit */
    struct ledger_line lines[2];
    size_t count;
    bool is_hold;
};

static const struct binding *bind_holds(struct binding bindings[AT_ONCE + 1], const struct ledger_end *ends, size_t count)
{
    static const char *const names[AT_ONCE] = {"h0", "h1", "h2",  "h3",  "h4",  "h5",  "h6",  "h7",
                                               "h8", "h9", "h10", "h11", "h12", "h13", "h14", "h15"};
    for (size_t i = 0; i < AT_ONCE; i++)
        bindings[i] = (struct binding)INT(names[i], i < count ? ends[i].hold : 0);
    bindings[AT_ONCE] = (struct binding){.name = NULL};
    return bindings;
}

/* Some in one statement: a settlement reads thousands of them. */
static int read_held(struct db *db, const struct ledger_end *ends, size_t count, struct held helds[AT_ONCE], struct error *error)
{
    struct rows *rows;
    struct binding bindings[AT_ONCE + 1];
    memset(helds, 0, sizeof *helds * AT_ONCE);
    int result = db_query(db,
                          "SELECT e.id, e.kind, l.account_id, l.amount_cents, l.axis_id FROM ledger_entry e JOIN ledger_line l ON "
                          "l.entry_id = e.id WHERE e.id IN (" HOLDS ") ORDER BY e.id, l.position",
                          bind_holds(bindings, ends, count), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        size_t at = 0;
        while (ends[at].hold != rows_int(rows, 0))
            at++;
        struct held *held = &helds[at];
        held->is_hold = text_is(rows_text(rows, 1), "hold");
        if (held->count < 2)
            held->lines[held->count] = (struct ledger_line){rows_int(rows, 2), rows_int(rows, 3), rows_int(rows, 4), NULL};
        held->count++;
    }
    return rows_close(rows);
}

static int make_end(struct db *db, struct arena *arena, const struct ledger_end *end, const struct held *held,
                    const struct ledger_entry *like, struct booking *ret_booking, struct error *error)
{
    struct ledger_line *lines = ARENA_ARRAY(arena, struct ledger_line, 4), *posted = lines + 2;
    struct origin origin = {.lines = lines, .count = 2};
    if (!held->count)
        return error_set(error, ERR_NOT_FOUND, "hold", N_("There is no such entry."), NULL);
    if (!held->is_hold || held->count != 2)
        return error_set(error, ERR_REFUSED, "hold", N_("This entry is not a hold."), NULL);
    if (end->cents < 0)
        return error_set(error, ERR_INVALID, "amount", N_("This must be an amount from zero up."), NULL);
    memcpy(lines, held->lines, sizeof held->lines);
    *ret_booking = (struct booking){.kind = end->cents ? BOOKING_POST : BOOKING_RELEASE, .entry = *like, .origin = end->hold,
                                    .freed = lines, .freed_count = 2};
    ret_booking->entry.lines = end->cents ? posted : NULL;
    ret_booking->entry.line_count = end->cents ? 2 : 0;
    for (size_t i = 0; i < 2; i++) {
        posted[i] = lines[i];
        posted[i].amount_cents = lines[i].amount_cents > 0 ? end->cents : -end->cents;
    }
    return check_within(db, arena, &ret_booking->entry, &origin, error);
}

int ledger_end_holds(struct db *db, const struct ledger_end *ends, size_t count, const struct ledger_entry *like, int64_t now_ms,
                     struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct booking *bookings = ARENA_ARRAY(arena, struct booking, count + 1);
    struct pairs seen;
    int result = 0;
    pairs_open(&seen, arena, count);
    for (size_t i = 0; i < count; i++)
        if (pairs_place(&seen, ends[i].hold, 0) != i)
            return error_set(error, ERR_REFUSED, "hold", N_("This hold was already posted or released."), NULL);
    for (size_t at = 0; at < count && !result; at += AT_ONCE) {
        struct held helds[AT_ONCE];
        size_t some = count - at < AT_ONCE ? count - at : AT_ONCE;
        result = read_held(db, &ends[at], some, helds, error);
        for (size_t i = 0; i < some && !result; i++)
            result = make_end(db, arena, &ends[at + i], &helds[i], like, &bookings[at + i], error);
    }
    return result ? result : booking_run(db, bookings, count, now_ms, NULL, error);
}

int ledger_release(struct db *db, int64_t hold, const char *on, const char *label, const char *key, int64_t now_ms,
                   struct ledger_posted *ret_posted, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct origin origin = {0};
    int result = read_hold(db, arena, hold, &origin, error);
    if (result)
        return result;
    struct booking booking = {.kind = BOOKING_RELEASE, .origin = hold, .freed = origin.lines, .freed_count = origin.count};
    booking.entry = (struct ledger_entry){.journal = origin.journal, .entry_on = on, .piece = origin.piece,
                                          .label = label ? label : origin.label, .key = key};
    return booking_run(db, &booking, 1, now_ms, ret_posted, error);
}

int ledger_reverse(struct db *db, int64_t entry, const char *on, const char *label, int64_t now_ms,
                   struct ledger_posted *ret_posted, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct origin origin = {0};
    int result = read_origin(db, arena, entry, "entry", &origin, error);
    if (result)
        return result;
    if (!text_is(origin.kind, "entry") && !text_is(origin.kind, "post"))
        return error_set(error, ERR_REFUSED, "entry", N_("Only an entry can be reversed: not a hold, an opening or a reversal."), NULL);
    for (size_t i = 0; i < origin.count; i++)
        origin.lines[i].amount_cents = -origin.lines[i].amount_cents;
    struct booking booking = {.kind = BOOKING_REVERSAL, .origin = entry};
    booking.entry = (struct ledger_entry){.journal = origin.journal, .entry_on = on, .piece = origin.piece,
                                          .label = label ? label : origin.label, .lines = origin.lines, .line_count = origin.count};
    return booking_run(db, &booking, 1, now_ms, ret_posted, error);
}
