/* Posting, and reading back what was posted. */
#include <string.h>

#include "base/arena.h"
#include "ledger/posting.h"

int ledger_post(struct db *db, const struct ledger_entry *entries, size_t count, int64_t now_ms, struct ledger_posted *ret_posted,
                struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct booking *bookings = ARENA_ARRAY(arena, struct booking, count);
    for (size_t i = 0; i < count; i++)
        bookings[i] = (struct booking){.kind = BOOKING_ENTRY, .entry = entries[i]};
    return booking_run(db, bookings, count, now_ms, ret_posted, error);
}

int booking_lines(struct db *db, struct arena *arena, int64_t entry, struct ledger_line **ret_lines, size_t *ret_count,
                  struct error *error)
{
    struct rows *rows;
    size_t room = 8, count = 0;
    struct ledger_line *lines = ARENA_ARRAY(arena, struct ledger_line, room);
    int result = db_query(db,
                          "SELECT account_id, amount_cents, axis_id, label FROM ledger_line WHERE entry_id = :entry ORDER BY position",
                          BIND(INT("entry", entry)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (count == room) {
            struct ledger_line *more = ARENA_ARRAY(arena, struct ledger_line, room * 2);
            memcpy(more, lines, count * sizeof *more);
            lines = more;
            room *= 2;
        }
        lines[count++] = (struct ledger_line){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2),
                                              arena_strdup(arena, rows_text(rows, 3))};
    }
    *ret_lines = lines;
    *ret_count = count;
    return rows_close(rows);
}
