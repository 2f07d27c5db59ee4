/* Persons who left, or are away too long, with an order under way: the rule of each event is data (data/law/canteen.csv), what
 * becomes of the order depends on how far it is. Not picked: let go. In the bag and not handed over: nothing is charged. Handed
 * over: charged. The accounts office is told within the days of the rule, and it is that of the order: after a transfer the
 * old one, after a death for the estate. No beneficiary is kept. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "canteen/internal.h"
#include "canteen/rounds/rounds.h"
#include "canteen/settlement/internal.h"
#include "kernel/action.h"
#include "law/law.h"

struct leaver { /* an order of somebody who left; texts in the arena */
    int64_t order, cycle, person, blocked_cents;
    const char *reference, *state, *kind, *left_on, *handed_on;
    const char *cycle_code, *delivers_on, *settles_on;
    char due_on[DATE_BYTES];
    const char *stage, *outcome;
};

struct leaving {
    struct ctx *ctx;
    struct db *db;
    const struct establishment *at;
    const char *on;
    struct departed *departed;
    struct error *error;
};

/* --- rules --- */

static int read_days(struct leaving *leaving, const char *id, const char *on, int64_t *ret_days)
{
    struct law_value value;
    int result = law_rate(leaving->db, leaving->ctx->arena, id, on, &value, leaving->error);
    *ret_days = value.value_millionths / LAW_ONE;
    return result;
}

static void add_days(const char *on, int64_t days, char ret_on[DATE_BYTES])
{
    int32_t day = 0;
    date_parse(on, &day);
    date_format(day + (int32_t)days, ret_on);
}

static bool is_away(const struct leaver *leaver)
{
    return !strcmp(leaver->kind, "absence");
}

/* What the lines of the order say. */
static const char *why_of(const struct leaver *leaver)
{
    return is_away(leaver) ? "absence" : "departure";
}

/* Counted from the event, and never from before there was an order to tell of: somebody may have left, or be away, for long
 * when it is handed in. An order of an absent person stands until its delivery. */
static int set_due(struct leaving *leaving, struct leaver *leaver)
{
    int64_t days = 0;
    const char *from = is_away(leaver) ? leaver->delivers_on : leaver->handed_on;
    if (strcmp(from, leaver->left_on) < 0)
        from = leaver->left_on;
    int result = read_days(leaving, arena_printf(leaving->ctx->arena, "canteen.departure.%s", leaver->kind), from, &days);
    add_days(from, days, leaver->due_on);
    return result;
}

/* --- who --- */

static int read_leavers(struct leaving *leaving, int64_t cycle, struct leaver **ret_leavers, size_t *ret_count)
{
    struct rows *rows;
    struct arena *arena = leaving->ctx->arena;
    size_t room = 16, count = 0;
    int64_t days = 0;
    char away_since[DATE_BYTES];
    struct leaver *leavers = ARENA_ARRAY(arena, struct leaver, room);
    int result = read_days(leaving, "canteen.departure.absent_for", leaving->on, &days);
    add_days(leaving->on, -days, away_since);
    if (!result)
        result = db_query(leaving->db,
                          "SELECT o.id, o.cycle_id, o.person_id, o.blocked_cents, o.reference, o.state, s.left_by, s.left_on, s.since, c.code, "
                          "c.delivers_on, c.settles_on, o.handed_on FROM canteen_cycle c JOIN canteen_order o ON o.cycle_id = c.id JOIN stay s ON "
                          "s.id = o.stay_id WHERE c.establishment_id = :at AND c.state <> 'settled' AND (:cycle = 0 OR c.id = :cycle) AND "
                          "o.state IN ('placed', 'accepted', 'reduced') AND ((s.state = 'left' AND s.left_on <= :on_date) OR "
                          "(s.state = 'absent' AND s.since < :since)) ORDER BY o.cycle_id, o.id",
                          BIND(INT("at", leaving->at->id), INT("cycle", cycle), TEXT("on_date", leaving->on), TEXT("since", away_since)), &rows,
                          leaving->error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (count == room) {
            struct leaver *more = ARENA_ARRAY(arena, struct leaver, room * 2);
            memcpy(more, leavers, count * sizeof *more);
            leavers = more;
            room *= 2;
        }
        bool left = *rows_text(rows, 6) != 0;
        leavers[count++] = (struct leaver){.order = rows_int(rows, 0),
                                           .cycle = rows_int(rows, 1),
                                           .person = rows_int(rows, 2),
                                           .blocked_cents = rows_int(rows, 3),
                                           .reference = arena_strdup(arena, rows_text(rows, 4)),
                                           .state = arena_strdup(arena, rows_text(rows, 5)),
                                           .kind = left ? arena_strdup(arena, rows_text(rows, 6)) : "absence",
                                           .left_on = arena_strdup(arena, rows_text(rows, left ? 7 : 8)),
                                           .cycle_code = arena_strdup(arena, rows_text(rows, 9)),
                                           .delivers_on = arena_strdup(arena, rows_text(rows, 10)),
                                           .settles_on = arena_strdup(arena, rows_text(rows, 11)),
                                           .handed_on = arena_strdup(arena, rows_text(rows, 12))};
    }
    *ret_leavers = leavers;
    *ret_count = count;
    return rows_close(rows);
}

/* How far the order is. */
static int read_stage(struct leaving *leaving, struct leaver *leaver)
{
    struct placed_line *lines;
    size_t count = 0;
    bool picked = false, open = false, told = false;
    int result = lines_read(leaving->db, leaving->ctx->arena, leaver->order, &lines, &count, leaving->error);
    for (size_t i = 0; i < count && !result; i++) {
        picked |= lines[i].picked > 0;
        told |= lines[i].delivered >= 0;
        open |= lines[i].delivered < 0 && (lines[i].picked > 0 || (lines[i].picked < 0 && lines[i].quantity > 0));
    }
    leaver->stage = told && !open ? "delivered" : picked || told ? "picked" : "not_picked";
    return result;
}

/* --- what becomes of it --- */

static int keep_departure(struct leaving *leaving, const struct leaver *leaver)
{
    return db_run(leaving->db,
                  "INSERT INTO canteen_departure(order_id, establishment_id, cycle_id, person_id, reference, kind, left_on, due_on, stage, "
                  "outcome, at) VALUES (:order, :establishment, :cycle, :person, :reference, :kind, :left_on, :due_on, :stage, :outcome, :at) "
                  "ON CONFLICT(order_id) DO UPDATE SET stage = excluded.stage, outcome = excluded.outcome",
                  BIND(INT("order", leaver->order), INT("establishment", leaving->at->id), INT("cycle", leaver->cycle),
                       INT("person", leaver->person), TEXT("reference", leaver->reference), TEXT("kind", leaver->kind),
                       TEXT("left_on", leaver->left_on), TEXT("due_on", leaver->due_on), TEXT("stage", leaver->stage),
                       TEXT("outcome", leaver->outcome), INT("at", leaving->ctx->now_ms)),
                  leaving->error);
}

/* Nothing was asked of the office for an order it has not answered: nothing is to be told then. */
static int let_go(struct leaving *leaving, struct leaver *leaver)
{
    struct arena *arena = leaving->ctx->arena;
    leaver->outcome = "let_go";
    leaving->departed->let_go++;
    int result = order_drop(leaving->ctx, leaving->db, leaver->order, "cancelled", why_of(leaver), leaving->error);
    if (result || !leaver->blocked_cents)
        return result;
    const struct debit debit = {.establishment = leaving->at->id,
                                .cycle = leaver->cycle,
                                .order = leaver->order,
                                .person = leaver->person,
                                .blocked_cents = leaver->blocked_cents,
                                .reference = leaver->reference,
                                .kind = "dropped",
                                .key = arena_printf(arena, "order:%" PRId64, leaver->order),
                                .settled_on = leaving->on,
                                .cause = leaver->kind,
                                .due_on = arena_strdup(arena, leaver->due_on)};
    return debit_keep(leaving->ctx, leaving->db, &debit, leaving->error);
}

static int charge(struct leaving *leaving, struct leaver *leaver)
{
    struct arena *arena = leaving->ctx->arena;
    struct order_charge one = {.order = leaver->order};
    struct settled settled = {0};
    struct sale sale = {.at = leaving->at,
                        .cycle = leaver->cycle,
                        .key = arena_printf(arena, "canteen.order:%" PRId64, leaver->order),
                        .origin = "departure",
                        .label = arena_printf(arena, "Cantine, cycle %s, %s", leaver->cycle_code, is_away(leaver) ? "absence" : "départ"),
                        .settled_on = leaving->on,
                        .sign = 1};
    int result = order_delivery_day(leaving->db, arena, leaver->order, &sale.delivered_on, leaving->error);
    if (!result && strcmp(sale.delivered_on, leaving->ctx->today) > 0) /* brought earlier than planned */
        sale.delivered_on = leaving->on;
    if (!result)
        result = orders_close(leaving->ctx, leaving->db, &sale, leaver->cycle_code, &one, 1, why_of(leaver), leaver->kind,
                              arena_strdup(arena, leaver->due_on), &settled, leaving->error);
    leaver->outcome = one.charged_cents ? "charged" : "not_charged";
    *(one.charged_cents ? &leaving->departed->charged : &leaving->departed->not_charged) += 1;
    return result;
}

/* A bag that may have been handed over on the day the person left: the sheet of the door comes later. */
static bool may_come(const struct leaving *leaving, const struct leaver *leaver)
{
    return !strcmp(leaver->stage, "picked") && strcmp(leaver->left_on, leaver->delivers_on) >= 0 &&
           strcmp(leaving->on, leaver->settles_on) <= 0 && strcmp(leaving->on, leaver->due_on) <= 0;
}

static int settle_leaver(struct leaving *leaving, struct leaver *leaver)
{
    struct order_head head;
    int result = rounds_lock(leaving->db, leaver->cycle, leaving->error);
    if (!result)
        result = lines_lock(leaving->db, leaving->ctx->arena, leaver->order, &head, leaving->error);
    if (!result)
        result = set_due(leaving, leaver);
    if (!result)
        result = read_stage(leaving, leaver);
    if (result)
        return result;
    if (!strcmp(leaver->stage, "not_picked"))
        result = let_go(leaving, leaver);
    else if (may_come(leaving, leaver)) {
        leaver->outcome = "awaiting_sheet";
        leaving->departed->waiting++;
    } else
        result = charge(leaving, leaver);
    return result ? result : keep_departure(leaving, leaver);
}

/* --- debits that wait to be told, of orders settled before their person left --- */

static int hurry_debits(struct leaving *leaving)
{
    struct rows *rows;
    struct arena *arena = leaving->ctx->arena;
    size_t count = 0, room = 0;
    struct leaver *leavers = NULL;
    int result = db_query(leaving->db,
                          "SELECT DISTINCT d.order_id, d.cycle_id, d.person_id, d.reference, s.left_by, s.left_on, o.handed_on FROM canteen_debit d JOIN "
                          "canteen_order o ON o.id = d.order_id JOIN stay s ON s.id = o.stay_id WHERE d.establishment_id = :at AND "
                          "d.state = 'to_tell' AND d.due_on = '9999-12-31' AND s.state = 'left' AND s.left_on <= :on_date ORDER BY d.order_id",
                          BIND(INT("at", leaving->at->id), TEXT("on_date", leaving->on)), &rows, leaving->error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (count == room) {
            struct leaver *more = ARENA_ARRAY(arena, struct leaver, room ? room * 2 : 16);
            if (count)
                memcpy(more, leavers, count * sizeof *more);
            leavers = more;
            room = room ? room * 2 : 16;
        }
        leavers[count++] = (struct leaver){.order = rows_int(rows, 0), .cycle = rows_int(rows, 1), .person = rows_int(rows, 2),
                                           .reference = arena_strdup(arena, rows_text(rows, 3)), .kind = arena_strdup(arena, rows_text(rows, 4)),
                                           .left_on = arena_strdup(arena, rows_text(rows, 5)),
                                           .handed_on = arena_strdup(arena, rows_text(rows, 6)), .stage = "settled", .outcome = "charged"};
    }
    result = rows_close(rows);
    for (size_t i = 0; i < count && !result; i++) {
        result = set_due(leaving, &leavers[i]);
        if (!result)
            result = db_run(leaving->db,
                            "UPDATE canteen_debit SET due_on = :due_on, cause = CASE WHEN cause = '' THEN :kind ELSE cause END WHERE "
                            "order_id = :order AND state = 'to_tell' AND due_on = '9999-12-31'",
                            BIND(TEXT("due_on", leavers[i].due_on), TEXT("kind", leavers[i].kind), INT("order", leavers[i].order)),
                            leaving->error);
        if (!result)
            result = keep_departure(leaving, &leavers[i]);
        leaving->departed->hurried++;
    }
    return result;
}

int departures_settle(struct ctx *ctx, struct db *db, const struct establishment *at, int64_t cycle, const char *on,
                      struct departed *departed, struct error *error)
{
    struct leaving leaving = {.ctx = ctx, .db = db, .at = at, .on = on, .departed = departed, .error = error};
    struct leaver *leavers;
    size_t count = 0;
    departed->waiting = 0;
    int result = read_leavers(&leaving, cycle, &leavers, &count);
    for (size_t i = 0; i < count && !result; i++)
        result = settle_leaver(&leaving, &leavers[i]);
    return result || cycle ? result : hurry_debits(&leaving);
}

/* --- the action --- */

struct day {
    struct ctx *ctx;
    struct establishment at;
    const char *on;
    struct departed departed;
};

static int write_day(struct db *db, void *context, struct error *error)
{
    struct day *day = context;
    day->departed = (struct departed){0};
    return departures_settle(day->ctx, db, &day->at, 0, day->on, &day->departed, error);
}

int settlement_departures(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct day day = {.ctx = ctx};
    int code = day_told(ctx, args, &day.on);
    if (!code)
        code = establishment_asked_in_job(ctx, args, &day.at);
    if (!code)
        code = ctx_write(ctx, write_day, &day);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", day.at.ref);
    tree_set_int(ctx->arena, result, "let_go", day.departed.let_go);
    tree_set_int(ctx->arena, result, "not_charged", day.departed.not_charged);
    tree_set_int(ctx->arena, result, "charged", day.departed.charged);
    tree_set_int(ctx->arena, result, "settled_before", day.departed.hurried);
    tree_set_int(ctx->arena, result, "awaiting_sheet", day.departed.waiting);
    tree_set_bool(ctx->arena, result, "before", !(day.departed.let_go + day.departed.not_charged + day.departed.charged + day.departed.hurried));
    return 0;
}
