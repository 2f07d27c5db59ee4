/* The close of a year: it locks, and its balances open the next. */
#include <string.h>

#include "base/arena.h"
#include "ledger/sums.h"

/* From here on nobody posts in it: who waits for its row finds it closed. */
static int shut_year(struct db *db, const struct ledger_year *year, struct error *error)
{
    int64_t open_before = 0;
    int result = db_int(db,
                        "SELECT 1 FROM ledger_year WHERE book = 'general' AND state = 'open' AND starts_on < :starts_on LIMIT 1",
                        BIND(TEXT("starts_on", year->starts_on)), 0, &open_before, error);
    if (!result && open_before)
        return error_set(error, ERR_REFUSED, "year", N_("A year before {0} is still open: close it first."), year->code, NULL);
    if (!result)
        result = db_run(db, "UPDATE ledger_year SET state = 'closed' WHERE id = :id AND book = 'general' AND state = 'open'",
                        BIND(INT("id", year->id)), error);
    if (!result && !db_changes(db))
        return error_set(error, ERR_REFUSED, "year", N_("The financial year {0} is closed already."), year->code, NULL);
    return result;
}

static size_t make_lines(const struct sums *sums, struct ledger_line *lines)
{
    size_t count = 0;
    for (size_t i = 0; i < sums->places.count; i++)
        if (sums->list[i].opening_cents)
            lines[count++] = (struct ledger_line){sums->list[i].account, sums->list[i].opening_cents, sums->list[i].axis, NULL};
    return count;
}

int ledger_year_close(struct db *db, int64_t year_id, int64_t now_ms, int64_t *ret_opening, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ledger_year year, next;
    struct sums sums;
    struct ledger_posted posted = {0};
    sums_open(&sums, arena);
    int result = year_read(db, year_id, &year, error);
    if (!result)
        result = shut_year(db, &year, error);
    if (!result)
        result = sums_read(db, year.id, &sums, error);
    if (!result)
        result = sums_carry(db, &sums, error);
    if (!result)
        result = year_next(db, &year, &next, error);
    if (result)
        return result;
    struct ledger_line *lines = ARENA_ARRAY(arena, struct ledger_line, sums.places.count + 1);
    struct booking booking = {.kind = BOOKING_OPENING};
    booking.entry = (struct ledger_entry){.journal = LEDGER_OPENINGS,
                                          .entry_on = next.starts_on,
                                          .piece = arena_printf(arena, "AN %s", next.code),
                                          .label = arena_printf(arena, "À nouveaux de l’exercice %s", year.code),
                                          .lines = lines,
                                          .line_count = make_lines(&sums, lines)};
    result = booking_run(db, &booking, 1, now_ms, &posted, error);
    if (!result && ret_opening)
        *ret_opening = posted.id;
    return result;
}
