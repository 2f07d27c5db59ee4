/* Reading rounds and bags, and the figures that stand in a round's row. */
#include "canteen/rounds/internal.h"

#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/action.h"

/* --- rounds --- */

#define ROUND_COLUMNS                                                                                                 \
    "id, cycle_id, establishment_id, establishment, cycle, code, wing, state, delivered_on, bag_count, filled_count, " \
    "told_count, kept_count FROM canteen_round "

static struct round round_of(struct arena *arena, const struct rows *rows)
{
    return (struct round){rows_int(rows, 0),
                          rows_int(rows, 1),
                          rows_int(rows, 2),
                          arena_strdup(arena, rows_text(rows, 3)),
                          arena_strdup(arena, rows_text(rows, 4)),
                          arena_strdup(arena, rows_text(rows, 5)),
                          arena_strdup(arena, rows_text(rows, 6)),
                          arena_strdup(arena, rows_text(rows, 7)),
                          arena_strdup(arena, rows_text(rows, 8)),
                          rows_int(rows, 9),
                          rows_int(rows, 10),
                          rows_int(rows, 11),
                          rows_int(rows, 12)};
}

int round_find(struct db *db, struct arena *arena, int64_t establishment, const char *code, struct round *ret_round,
               struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT " ROUND_COLUMNS "WHERE establishment_id = :establishment AND code = :code",
                          BIND(INT("establishment", establishment), TEXT("code", code)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_round = round_of(arena, rows);
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "round", N_("There is no round {0} in this establishment."), code, NULL);
    return result;
}

int rounds_read(struct db *db, struct arena *arena, int64_t cycle, struct round **ret_rounds, size_t *ret_count,
                struct error *error)
{
    struct rows *rows;
    int64_t most = 0;
    *ret_count = 0;
    int result = db_int(db, "SELECT COUNT(*) FROM canteen_round WHERE cycle_id = :cycle", BIND(INT("cycle", cycle)), 0, &most, error);
    if (!result)
        result = db_query(db, "SELECT " ROUND_COLUMNS "WHERE cycle_id = :cycle ORDER BY wing, id", BIND(INT("cycle", cycle)), &rows, error);
    if (result)
        return result;
    *ret_rounds = ARENA_ARRAY(arena, struct round, most + 1);
    while (*ret_count < (size_t)most && rows_next(rows))
        (*ret_rounds)[(*ret_count)++] = round_of(arena, rows);
    return rows_close(rows);
}

int rounds_lock(struct db *db, int64_t cycle, struct error *error)
{
    return db_run(db, "UPDATE canteen_cycle SET state = state WHERE id = :id", BIND(INT("id", cycle)), error);
}

int round_set_state(struct db *db, int64_t round, const char *state, struct error *error)
{
    return db_run(db, "UPDATE canteen_round SET state = :state WHERE id = :id", BIND(TEXT("state", state), INT("id", round)), error);
}

int round_settle(struct db *db, const struct round *round, struct error *error)
{
    if (!strcmp(round->state, "settled"))
        return 0;
    if (strcmp(round->state, "delivered") != 0)
        return error_set(error, ERR_REFUSED, "round", N_("The round {0} is not delivered yet."), round->code, NULL);
    return round_set_state(db, round->id, "settled", error);
}

int round_count(struct db *db, int64_t round, struct error *error)
{
    return db_run(db,
                  "UPDATE canteen_round SET "
                  "bag_count = (SELECT COUNT(*) FROM canteen_bag b WHERE b.round_id = canteen_round.id), "
                  "filled_count = (SELECT COUNT(*) FROM canteen_bag b WHERE b.round_id = canteen_round.id AND b.state <> 'planned'), "
                  "told_count = (SELECT COUNT(*) FROM canteen_bag b WHERE b.round_id = canteen_round.id AND b.state IN ('handed', "
                  "'refused', 'kept', 'later', 'back')), "
                  "kept_count = (SELECT COUNT(*) FROM canteen_bag b WHERE b.round_id = canteen_round.id AND b.state = 'kept') "
                  "WHERE id = :id",
                  BIND(INT("id", round)), error);
}

/* --- bags --- */

#define BAG_SQL                                                                                                         \
    "SELECT b.order_id, b.round_id, b.cycle_id, b.establishment_id, b.person_id, o.stay_id, b.number, b.reference, "    \
    "b.cell, b.state, b.handed_on, b.kept_until, b.signed, b.witness, o.reference, o.state, s.wing, s.cell, s.state "   \
    "FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id JOIN stay s ON s.id = o.stay_id "

static struct bag bag_of(struct arena *arena, const struct rows *rows)
{
    return (struct bag){.order = rows_int(rows, 0),
                        .round = rows_null(rows, 1) ? 0 : rows_int(rows, 1),
                        .cycle = rows_int(rows, 2),
                        .establishment_id = rows_int(rows, 3),
                        .person = rows_int(rows, 4),
                        .stay = rows_int(rows, 5),
                        .number = rows_int(rows, 6),
                        .reference = arena_strdup(arena, rows_text(rows, 7)),
                        .cell = arena_strdup(arena, rows_text(rows, 8)),
                        .state = arena_strdup(arena, rows_text(rows, 9)),
                        .handed_on = arena_strdup(arena, rows_text(rows, 10)),
                        .kept_until = arena_strdup(arena, rows_text(rows, 11)),
                        .signed_by = arena_strdup(arena, rows_text(rows, 12)),
                        .witness = arena_strdup(arena, rows_text(rows, 13)),
                        .person_reference = arena_strdup(arena, rows_text(rows, 14)),
                        .order_state = arena_strdup(arena, rows_text(rows, 15)),
                        .wing_now = arena_strdup(arena, rows_text(rows, 16)),
                        .cell_now = arena_strdup(arena, rows_text(rows, 17)),
                        .presence = arena_strdup(arena, rows_text(rows, 18))};
}

int bags_of_round(struct db *db, struct arena *arena, int64_t round, struct bag **ret_bags, size_t *ret_count, struct error *error)
{
    struct rows *rows;
    int64_t most = 0;
    *ret_count = 0;
    int result = db_int(db, "SELECT COUNT(*) FROM canteen_bag WHERE round_id = :round", BIND(INT("round", round)), 0, &most, error);
    if (!result)
        result = db_query(db, BAG_SQL "WHERE b.round_id = :round ORDER BY b.number, b.order_id", BIND(INT("round", round)), &rows, error);
    if (result)
        return result;
    *ret_bags = ARENA_ARRAY(arena, struct bag, most + 1);
    while (*ret_count < (size_t)most && rows_next(rows))
        (*ret_bags)[(*ret_count)++] = bag_of(arena, rows);
    return rows_close(rows);
}

static int one_bag(struct arena *arena, struct rows *rows, const char *typed, struct bag *ret_bag, struct error *error)
{
    bool found = rows_next(rows);
    if (found)
        *ret_bag = bag_of(arena, rows);
    int result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "bag", N_("There is no bag {0} here."), typed, NULL);
    return result;
}

int bag_find(struct db *db, struct arena *arena, int64_t establishment, const char *typed, struct bag *ret_bag, struct error *error)
{
    struct rows *rows;
    char *reference = arena_strdup(arena, typed);
    for (char *sign = reference; *sign; sign++)
        if (*sign >= 'a' && *sign <= 'z')
            *sign = (char)(*sign - 'a' + 'A');
    int result = db_query(db, BAG_SQL "WHERE b.reference = :reference AND (:establishment = 0 OR b.establishment_id = :establishment)",
                          BIND(TEXT("reference", reference), INT("establishment", establishment)), &rows, error);
    return result ? result : one_bag(arena, rows, typed, ret_bag, error);
}

int bag_read(struct db *db, struct arena *arena, int64_t order, struct bag *ret_bag, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, BAG_SQL "WHERE b.order_id = :order", BIND(INT("order", order)), &rows, error);
    return result ? result : one_bag(arena, rows, "", ret_bag, error);
}

int bag_tell(struct ctx *ctx, struct db *db, const struct bag *bag, const char *event, const char *on, const char *round, int64_t units,
             struct error *error)
{
    return db_run(db,
                  "INSERT INTO canteen_bag_event(id, order_id, person_id, event, on_day, round, units, author, at) VALUES (:id, :order, "
                  ":person, :event, :on_day, :round, :units, :author, :at)",
                  BIND(INT("id", db_next_id(db)), INT("order", bag->order), INT("person", bag->person), TEXT("event", event),
                       TEXT("on_day", on), TEXT("round", round), INT("units", units),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  error);
}

/* --- what an action names --- */

int day_asked(struct ctx *ctx, const struct tree *args, const char **ret_on)
{
    const char *on = tree_text(args, "on");
    *ret_on = on ? on : ctx->today;
    if (strcmp(*ret_on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("A day to come cannot be told yet."), NULL);
    return 0;
}

int day_of_cycle(struct ctx *ctx, struct db *db, int64_t cycle, const char *on, struct error *error)
{
    char *since = NULL;
    int result = db_text(db, ctx->arena, "SELECT CASE WHEN closes_on <= :today THEN closes_on ELSE opens_on END FROM canteen_cycle WHERE id = :id",
                         BIND(TEXT("today", ctx->today), INT("id", cycle)), &since, error);
    if (!result && since && strcmp(on, since) < 0)
        return error_set(error, ERR_INVALID, "on", N_("No bag of this cycle was filled or handed over before {0}: orders were still taken."),
                         date_screen(ctx->arena, since, ctx->language), NULL);
    return result;
}

int round_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct round *ret_round, struct error *error)
{
    struct establishment at;
    int result = establishment_asked(ctx, db, args, &at, error);
    if (!result)
        result = round_find(db, ctx->arena, at.id, tree_text(args, "round"), ret_round, error);
    if (!result)
        result = rounds_lock(db, ret_round->cycle_id, error);
    return result ? result : round_find(db, ctx->arena, at.id, tree_text(args, "round"), ret_round, error);
}

/* A bag's reference says where it is: no establishment is asked for. */
int bag_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct bag *ret_bag, struct error *error)
{
    int result = bag_find(db, ctx->arena, ctx->grant->establishment, tree_text(args, "bag"), ret_bag, error);
    if (!result)
        result = rounds_lock(db, ret_bag->cycle, error);
    return result ? result : bag_read(db, ctx->arena, ret_bag->order, ret_bag, error);
}
