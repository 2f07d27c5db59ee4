/* Who is here, and where everybody was on which days, as the events tell it. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "people/internal.h"

/* --- who is here --- */

int stays_here(struct db *db, struct arena *arena, int64_t establishment, struct stay **ret_stays, size_t *ret_count,
               struct error *error)
{
    struct rows *rows;
    int64_t room = 0;
    size_t count = 0;
    int result = db_int(db, "SELECT COUNT(*) FROM stay WHERE establishment_id = :establishment AND here = 1",
                        BIND(INT("establishment", establishment)), 0, &room, error);
    int64_t *ids = ARENA_ARRAY(arena, int64_t, room + 1);
    if (!result)
        result = db_query(db, "SELECT id FROM stay WHERE establishment_id = :establishment AND here = 1 ORDER BY arrived_on, id",
                          BIND(INT("establishment", establishment)), &rows, error);
    if (result)
        return result;
    while ((int64_t)count < room && rows_next(rows))
        ids[count++] = rows_int(rows, 0);
    result = rows_close(rows);
    struct stay *stays = ARENA_ARRAY(arena, struct stay, count + 1);
    for (size_t i = 0; i < count && !result; i++)
        result = stay_read(db, arena, ids[i], &stays[i], error);
    *ret_stays = stays;
    *ret_count = count;
    return result;
}

/* --- where, on which days --- */

struct walk { /* over the events of one stay after another */
    struct arena *arena;
    int32_t from, to;
    struct stay_span *spans;
    size_t count;
    struct stay_span now; /* first: since when it holds */
    bool present;
};

/* What held up to the day before `day` becomes a span, as far as it lies between both dates. */
static void end_span(struct walk *walk, int32_t day)
{
    struct stay_span span = walk->now;
    span.last = day - 1;
    if (span.first < walk->from)
        span.first = walk->from;
    if (span.last > walk->to)
        span.last = walk->to;
    if (walk->present && span.first <= span.last)
        walk->spans[walk->count++] = span;
}

static void take_event(struct walk *walk, const struct rows *rows)
{
    const char *kind = rows_text(rows, 3), *wing = rows_text(rows, 5), *cell = rows_text(rows, 6);
    int32_t day = 0;
    date_parse(rows_text(rows, 4), &day);
    if (walk->now.stay != rows_int(rows, 0)) {
        end_span(walk, walk->to + 1);
        walk->present = false;
        walk->now = (struct stay_span){.stay = rows_int(rows, 0), .person = rows_int(rows, 1),
                                       .reference = arena_strdup(walk->arena, rows_text(rows, 2))};
    }
    end_span(walk, day);
    walk->present = !strcmp(kind, "arrival") || !strcmp(kind, "back") || (!strcmp(kind, "move") && walk->present);
    walk->now.wing = arena_strdup(walk->arena, wing);
    walk->now.cell = arena_strdup(walk->arena, cell);
    walk->now.place = stay_place(walk->arena, wing, cell);
    walk->now.first = day;
}

#define EVENTS                                                                                                        \
    "FROM stay s JOIN stay_event e ON e.stay_id = s.id WHERE s.establishment_id = :establishment AND s.arrived_on <= :to_date " \
    "AND (s.left_on = '' OR s.left_on > :from_date) AND e.event_on <= :to_date AND e.kind <> 'regime'"

int stay_spans(struct db *db, struct arena *arena, int64_t establishment, const char *from_on, const char *to_on,
               struct stay_span **ret_spans, size_t *ret_count, struct error *error)
{
    struct rows *rows;
    struct walk walk = {.arena = arena};
    int64_t room = 0;
    if (!date_parse(from_on, &walk.from) || !date_parse(to_on, &walk.to))
        return error_set(error, ERR_INVALID, "from_on", N_("This must be a date, such as 2026-03-31."), NULL);
    int result = db_int(db, "SELECT COUNT(*) " EVENTS,
                        BIND(INT("establishment", establishment), TEXT("from_date", from_on), TEXT("to_date", to_on)), 0, &room, error);
    walk.spans = ARENA_ARRAY(arena, struct stay_span, room + 1);
    if (!result)
        result = db_query(db, "SELECT e.stay_id, e.person_id, s.reference, e.kind, e.event_on, e.wing, e.cell " EVENTS
                              " ORDER BY e.stay_id, e.event_on, e.id",
                          BIND(INT("establishment", establishment), TEXT("from_date", from_on), TEXT("to_date", to_on)), &rows, error);
    if (result)
        return result;
    for (int64_t i = 0; i < room && rows_next(rows); i++)
        take_event(&walk, rows);
    end_span(&walk, walk.to + 1);
    *ret_spans = walk.spans;
    *ret_count = walk.count;
    return rows_close(rows);
}
