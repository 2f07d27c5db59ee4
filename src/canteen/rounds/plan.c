/* Which bag goes on which round: made from the orders that stand, and made again as people move. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/rounds/internal.h"
#include "kernel/action.h"

/* The letters and digits that are not mistaken for one another. */
static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static const char *bag_reference(struct arena *arena, int64_t order)
{
    char text[BAG_REFERENCE_BYTES] = "";
    size_t at = 13;
    text[at] = 0;
    for (uint64_t rest = (uint64_t)order; at; rest >>= 5)
        text[--at] = signs[rest & 31];
    return arena_strdup(arena, text);
}

/* --- finding the round of a wing --- */

struct seating {
    struct ctx *ctx;
    struct db *db;
    const struct cycle *cycle;
    struct seating_figures *figures;
    struct error *error;
};

/* 2026-48-epicerie.a, and .2 for the second round of that wing. */
static int free_code(struct seating *seating, const char *wing, const char **ret_code)
{
    struct arena *arena = seating->ctx->arena;
    char *folded = text_fold(arena, wing);
    for (char *sign = folded; *sign; sign++)
        *sign = *sign == ' ' ? '-' : *sign;
    const char *stem = arena_printf(arena, "%s.%s", seating->cycle->code, *folded ? folded : "0");
    int64_t taken = 1;
    int result = 0;
    for (int turn = 1; taken && !result; turn++) {
        *ret_code = turn == 1 ? stem : arena_printf(arena, "%s.%d", stem, turn);
        result = db_int(seating->db, "SELECT COUNT(*) FROM canteen_round WHERE establishment_id = :establishment AND code = :code",
                        BIND(INT("establishment", seating->cycle->establishment_id), TEXT("code", *ret_code)), 0, &taken, seating->error);
    }
    return result;
}

static int make_round(struct seating *seating, const char *wing, int64_t *ret_round)
{
    const struct cycle *cycle = seating->cycle;
    const char *code;
    int result = free_code(seating, wing, &code);
    *ret_round = db_next_id(seating->db);
    seating->figures->rounds++;
    return result ? result
                  : db_run(seating->db,
                           "INSERT INTO canteen_round(id, cycle_id, establishment_id, establishment, cycle, code, wing, state, delivered_on, "
                           "agent, bag_count, filled_count, told_count, kept_count, author, at) VALUES (:id, :cycle_id, :establishment_id, "
                           ":establishment, :cycle, :code, :wing, 'planned', '', '', 0, 0, 0, 0, :author, :at)",
                           BIND(INT("id", *ret_round), INT("cycle_id", cycle->id), INT("establishment_id", cycle->establishment_id),
                                TEXT("establishment", cycle->establishment), TEXT("cycle", cycle->code), TEXT("code", code),
                                TEXT("wing", wing), TEXT("author", actor_name(seating->ctx->app, seating->ctx->session, seating->ctx->arena)),
                                INT("at", seating->ctx->now_ms)),
                           seating->error);
}

/* The round of the wing that did not leave yet; 0 when there is none. */
static int find_waiting(struct seating *seating, const char *wing, int64_t *ret_round)
{
    return db_int(seating->db,
                  "SELECT MAX(id) FROM canteen_round WHERE cycle_id = :cycle AND wing = :wing AND state IN ('planned', 'picking')",
                  BIND(INT("cycle", seating->cycle->id), TEXT("wing", wing)), 0, ret_round, seating->error);
}

/* --- one order --- */

struct seat { /* texts in the arena */
    int64_t order, person, round; /* round: 0 for none */
    const char *wing, *cell, *presence, *order_state, *bag_state, *bag_cell, *round_wing;
    int64_t units; /* that stand and were not handed over without a bag, as a pack on arrival is */
};

static bool stands(const struct seat *seat)
{
    return (!strcmp(seat->order_state, "accepted") || !strcmp(seat->order_state, "reduced")) && seat->units > 0;
}

static int add_bag(struct seating *seating, const struct seat *seat, int64_t round)
{
    seating->figures->made++;
    return db_run(seating->db,
                  "INSERT INTO canteen_bag(order_id, round_id, cycle_id, establishment_id, person_id, reference, number, cell, state, "
                  "filled_on, handed_on, kept_until, signed, witness, at) VALUES (:order, :round, :cycle, :establishment, :person, "
                  ":reference, (SELECT COALESCE(MAX(b.number), 0) + 1 FROM canteen_bag b WHERE b.round_id = :round), :cell, 'planned', '', '', "
                  "'', '', '', :at)",
                  BIND(INT("order", seat->order), INT("round", round), INT("cycle", seating->cycle->id),
                       INT("establishment", seating->cycle->establishment_id), INT("person", seat->person),
                       TEXT("reference", bag_reference(seating->ctx->arena, seat->order)), TEXT("cell", seat->cell),
                       INT("at", seating->ctx->now_ms)),
                  seating->error);
}

static int round_code(struct seating *seating, int64_t round, const char **ret_code)
{
    char *code;
    int result = db_text(seating->db, seating->ctx->arena, "SELECT code FROM canteen_round WHERE id = :id", BIND(INT("id", round)), &code,
                         seating->error);
    *ret_code = result ? "" : code;
    return result;
}

/* round 0: on none. */
static int move_bag(struct seating *seating, const struct seat *seat, int64_t round)
{
    struct bag bag = {.order = seat->order, .person = seat->person};
    const char *code = "";
    if (round)
        seating->figures->moved++;
    else
        seating->figures->aside++;
    int result = round ? round_code(seating, round, &code) : 0;
    if (!result)
        result = db_run(seating->db,
                        "UPDATE canteen_bag SET round_id = :round, cell = :cell, number = (SELECT COALESCE(MAX(b.number), 0) + 1 FROM "
                        "canteen_bag b WHERE b.round_id = :round) WHERE order_id = :order",
                        BIND(INT_OR_NULL("round", round, round), TEXT("cell", seat->cell), INT("order", seat->order)), seating->error);
    return result ? result
                  : bag_tell(seating->ctx, seating->db, &bag, round ? "moved" : "aside", seating->ctx->today, code, 0, seating->error);
}

static int seat_order(struct seating *seating, const struct seat *seat)
{
    bool known = *seat->bag_state, waits = !strcmp(seat->bag_state, "planned") || !strcmp(seat->bag_state, "filled");
    bool here = stands(seat) && !strcmp(seat->presence, "present");
    int64_t round = 0;
    if (known && !waits)
        return 0;
    if (!here)
        return known && seat->round ? move_bag(seating, seat, 0) : 0;
    bool stays = seat->round && !strcmp(seat->round_wing, seat->wing);
    if (stays && !strcmp(seat->bag_cell, seat->cell))
        return 0;
    if (stays) {
        seating->figures->cells++;
        return db_run(seating->db, "UPDATE canteen_bag SET cell = :cell WHERE order_id = :order",
                      BIND(TEXT("cell", seat->cell), INT("order", seat->order)), seating->error);
    }
    int result = find_waiting(seating, seat->wing, &round);
    if (!result && !round)
        result = make_round(seating, seat->wing, &round);
    if (result)
        return result;
    return known ? move_bag(seating, seat, round) : add_bag(seating, seat, round);
}

/* --- all of them --- */

#define SEAT_SQL                                                                                                      \
    "SELECT o.id, o.person_id, b.round_id, s.wing, s.cell, s.state, o.state, b.state, b.cell, r.wing, "                \
    "(SELECT CAST(SUM(l.quantity) AS INTEGER) FROM canteen_order_line l WHERE l.order_id = o.id AND l.delivered IS NULL) " \
    "FROM canteen_order o JOIN stay s ON s.id = o.stay_id LEFT JOIN canteen_bag b ON b.order_id = o.id "               \
    "LEFT JOIN canteen_round r ON r.id = b.round_id WHERE o.cycle_id = :cycle "

static int read_seats(struct seating *seating, int64_t only_round, struct seat **ret_seats, size_t *ret_count)
{
    struct arena *arena = seating->ctx->arena;
    struct rows *rows;
    int64_t most = 0;
    int64_t cycle = seating->cycle->id;
    *ret_count = 0;
    int result = db_int(seating->db, "SELECT COUNT(*) FROM canteen_order WHERE cycle_id = :cycle", BIND(INT("cycle", cycle)), 0, &most,
                        seating->error);
    if (!result)
        result = only_round ? db_query(seating->db, SEAT_SQL "AND b.round_id = :round ORDER BY s.place, o.id",
                                       BIND(INT("cycle", cycle), INT("round", only_round)), &rows, seating->error)
                            : db_query(seating->db, SEAT_SQL "ORDER BY s.place, o.id", BIND(INT("cycle", cycle)), &rows, seating->error);
    if (result)
        return result;
    *ret_seats = ARENA_ARRAY(arena, struct seat, most + 1);
    while (*ret_count < (size_t)most && rows_next(rows))
        (*ret_seats)[(*ret_count)++] = (struct seat){.order = rows_int(rows, 0),
                                                     .person = rows_int(rows, 1),
                                                     .round = rows_null(rows, 2) ? 0 : rows_int(rows, 2),
                                                     .wing = arena_strdup(arena, rows_text(rows, 3)),
                                                     .cell = arena_strdup(arena, rows_text(rows, 4)),
                                                     .presence = arena_strdup(arena, rows_text(rows, 5)),
                                                     .order_state = arena_strdup(arena, rows_text(rows, 6)),
                                                     .bag_state = rows_null(rows, 7) ? "" : arena_strdup(arena, rows_text(rows, 7)),
                                                     .bag_cell = rows_null(rows, 8) ? "" : arena_strdup(arena, rows_text(rows, 8)),
                                                     .round_wing = rows_null(rows, 9) ? "" : arena_strdup(arena, rows_text(rows, 9)),
                                                     .units = rows_null(rows, 10) ? 0 : rows_int(rows, 10)};
    return rows_close(rows);
}

/* Bags of a round that nobody fills yet are numbered in the order of cells; later numbers stand on labels and stay. */
static int number_bags(struct seating *seating, int64_t round)
{
    struct rows *rows;
    int64_t count = 0, done = 0;
    int result = db_int(seating->db, "SELECT COUNT(*) FROM canteen_bag WHERE round_id = :round", BIND(INT("round", round)), 0, &count,
                        seating->error);
    if (!result)
        result = db_query(seating->db,
                          "SELECT b.order_id, b.number FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id JOIN stay s ON "
                          "s.id = o.stay_id WHERE b.round_id = :round ORDER BY s.place, b.order_id",
                          BIND(INT("round", round)), &rows, seating->error);
    if (result)
        return result;
    int64_t *orders = ARENA_ARRAY(seating->ctx->arena, int64_t, count + 1), *numbers = ARENA_ARRAY(seating->ctx->arena, int64_t, count + 1);
    for (; done < count && rows_next(rows); done++) {
        orders[done] = rows_int(rows, 0);
        numbers[done] = rows_int(rows, 1);
    }
    result = rows_close(rows);
    for (int64_t i = 0; i < done && !result; i++)
        if (numbers[i] != i + 1)
            result = db_run(seating->db, "UPDATE canteen_bag SET number = :number WHERE order_id = :order",
                            BIND(INT("number", i + 1), INT("order", orders[i])), seating->error);
    return result;
}

static int finish_rounds(struct seating *seating)
{
    struct round *rounds;
    size_t count;
    int result = rounds_read(seating->db, seating->ctx->arena, seating->cycle->id, &rounds, &count, seating->error);
    for (size_t i = 0; i < count && !result; i++) {
        if (!strcmp(rounds[i].state, "planned"))
            result = number_bags(seating, rounds[i].id);
        if (!result)
            result = round_count(seating->db, rounds[i].id, seating->error);
    }
    return result ? result
                  : db_run(seating->db, "DELETE FROM canteen_round WHERE cycle_id = :cycle AND state = 'planned' AND bag_count = 0",
                           BIND(INT("cycle", seating->cycle->id)), seating->error);
}

int bags_seat(struct ctx *ctx, struct db *db, const struct cycle *cycle, int64_t only_round, struct seating_figures *figures,
              struct error *error)
{
    struct seating seating = {ctx, db, cycle, figures, error};
    struct seat *seats;
    size_t count;
    *figures = (struct seating_figures){0};
    int result = read_seats(&seating, only_round, &seats, &count);
    for (size_t i = 0; i < count && !result; i++)
        result = seat_order(&seating, &seats[i]);
    return result ? result : finish_rounds(&seating);
}

/* --- round plan --- */

/* Orders that the accounts office did not answer: refused, or let go of. */
static int end_unanswered(struct ctx *ctx, const struct cycle *cycle, bool let_go, int64_t *ret_count)
{
    struct rows *rows;
    size_t count = 0;
    int result = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_order WHERE cycle_id = :cycle AND state = 'placed'",
                        BIND(INT("cycle", cycle->id)), 0, ret_count, ctx->error);
    if (result || !*ret_count)
        return result;
    if (!let_go)
        return error_set(ctx->error, ERR_REFUSED, "cycle",
                         N_("The accounts office has not answered {0} orders of {1}: take its answers in first, or say that these orders are let go."),
                         arena_printf(ctx->arena, "%" PRId64, *ret_count), cycle->code, NULL);
    int64_t *orders = ARENA_ARRAY(ctx->arena, int64_t, *ret_count);
    result = db_query(ctx->db, "SELECT id FROM canteen_order WHERE cycle_id = :cycle AND state = 'placed' ORDER BY id",
                      BIND(INT("cycle", cycle->id)), &rows, ctx->error);
    if (result)
        return result;
    while (count < (size_t)*ret_count && rows_next(rows))
        orders[count++] = rows_int(rows, 0);
    result = rows_close(rows);
    for (size_t i = 0; i < count && !result; i++)
        result = order_drop(ctx, ctx->db, orders[i], "cancelled", "office", ctx->error);
    return result;
}

static int check_turn(struct ctx *ctx, const struct cycle *cycle)
{
    if (!strcmp(cycle->state, "open"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Orders of {0} are still open: close them first."), cycle->code, NULL);
    if (!strcmp(cycle->state, "settled"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("The cycle {0} is settled: nothing more is brought round."), cycle->code, NULL);
    return 0;
}

int round_plan(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct cycle cycle;
    struct seating_figures figures;
    int64_t unanswered = 0, bags = 0, rounds = 0;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, at.id, tree_text(args, "cycle"), &cycle, ctx->error);
    if (!code)
        code = rounds_lock(ctx->db, cycle.id, ctx->error);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, at.id, cycle.code, &cycle, ctx->error);
    if (!code)
        code = check_turn(ctx, &cycle);
    if (!code)
        code = end_unanswered(ctx, &cycle, tree_true(tree_get(args, "drop_unanswered")), &unanswered);
    if (!code)
        code = bags_seat(ctx, ctx->db, &cycle, 0, &figures, ctx->error);
    bool first = !code && !strcmp(cycle.state, "closed");
    if (first)
        code = cycle_move(ctx->db, &cycle, "picking", ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_round WHERE cycle_id = :cycle", BIND(INT("cycle", cycle.id)), 0, &rounds, ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_bag WHERE cycle_id = :cycle AND round_id IS NOT NULL", BIND(INT("cycle", cycle.id)),
                      0, &bags, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "cycle", cycle.code);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_int(ctx->arena, result, "rounds", rounds);
    tree_set_int(ctx->arena, result, "bags", bags);
    tree_set_int(ctx->arena, result, "bags_made", figures.made);
    tree_set_int(ctx->arena, result, "bags_moved", figures.moved);
    tree_set_int(ctx->arena, result, "bags_aside", figures.aside);
    tree_set_int(ctx->arena, result, "orders_let_go", unanswered);
    tree_set_bool(ctx->arena, result, "before", !first && !unanswered && !figures.made && !figures.moved && !figures.aside && !figures.cells);
    return 0;
}
