/* Settling rounds and cycles: what was handed over is charged, all else is free at once. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "canteen/internal.h"
#include "canteen/rounds/rounds.h"
#include "canteen/settlement/internal.h"
#include "kernel/action.h"

int day_told(struct ctx *ctx, const struct tree *args, const char **ret_on)
{
    *ret_on = tree_text(args, "on") ? tree_text(args, "on") : ctx->today;
    return strcmp(*ret_on, ctx->today) > 0 ? error_set(ctx->error, ERR_INVALID, "on", N_("A day to come cannot be settled yet."), NULL) : 0;
}

/* --- orders --- */

static int keep_debits(struct ctx *ctx, struct db *db, const struct sale *sale, const struct order_charge *charges, size_t count,
                       const char *cause, const char *due_on, struct settled *settled, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        const struct order_charge *charge = &charges[i];
        if (charge->before)
            continue;
        const struct debit debit = {.establishment = sale->at->id,
                                    .cycle = charge->cycle,
                                    .order = charge->order,
                                    .person = charge->person,
                                    .blocked_cents = charge->blocked_cents,
                                    .charged_cents = charge->charged_cents,
                                    .reference = charge->reference,
                                    .kind = "charge",
                                    .key = arena_printf(ctx->arena, "order:%" PRId64, charge->order),
                                    .settled_on = sale->settled_on,
                                    .cause = cause,
                                    .due_on = due_on};
        result = debit_keep(ctx, db, &debit, error);
        settled->orders++;
        settled->charged_cents += charge->charged_cents;
        settled->unblock_cents += charge->blocked_cents - charge->charged_cents;
        settled->not_told += charge->open_lines > 0;
    }
    return result;
}

int orders_close(struct ctx *ctx, struct db *db, const struct sale *sale, const char *cycle_code, struct order_charge *charges,
                 size_t count, const char *why, const char *cause, const char *due_on, struct settled *settled, struct error *error)
{
    struct charged sums[VAT_KINDS];
    int result = orders_settle(ctx, db, charges, count, cycle_code, sale->settled_on, why, sums, error);
    if (!result)
        result = keep_debits(ctx, db, sale, charges, count, cause, due_on, settled, error);
    return result ? result : sale_post(ctx, db, sale, sums, error);
}

/* --- a turn: what one call settles --- */

struct turn {
    struct ctx *ctx;
    struct establishment at;
    struct cycle cycle;
    const char *on;
    struct round round; /* the one at hand */
    struct settled settled;
    struct departed departed;
    bool done; /* all of the cycle is settled */
};

/* Bags that nobody told of count as not delivered once the cycle's last day has passed. */
static bool is_over(const struct turn *turn)
{
    return strcmp(turn->on, turn->cycle.settles_on) > 0;
}

static const char *number_words(struct turn *turn, int64_t number)
{
    return arena_printf(turn->ctx->arena, "%" PRId64, number);
}

/* Nothing is settled before it was delivered, nor before the last that was told of its bags. */
static int check_since(struct turn *turn, struct db *db, const char *planned, const char *sql, int64_t of, struct error *error)
{
    struct ctx *ctx = turn->ctx;
    char *last = NULL;
    int result = db_text(db, ctx->arena, sql, BIND(INT("of", of)), &last, error);
    const char *since = last && strcmp(last, planned) > 0 ? last : planned;
    if (!result && strcmp(turn->on, since) < 0)
        return error_set(error, ERR_REFUSED, "on", N_("This can be settled from {0} on: nothing is settled before it was delivered."),
                         date_screen(ctx->arena, since, ctx->language), NULL);
    return result;
}

static int refuse_open(struct turn *turn, int64_t bags, const char *field, const char *code, struct error *error)
{
    return error_set(error, ERR_REFUSED, field,
                     N_("{0} bags of {1} are not entered yet: enter what became of them, or settle after {2}; they then count as not delivered."),
                     number_words(turn, bags), code, turn->cycle.settles_on, NULL);
}

static int read_orders(struct db *db, struct arena *arena, const char *sql, int64_t of, struct order_charge **ret_charges,
                       size_t *ret_count, struct error *error)
{
    struct rows *rows;
    size_t room = 64, count = 0;
    struct order_charge *charges = ARENA_ARRAY(arena, struct order_charge, room);
    int result = db_query(db, sql, BIND(INT("of", of)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (count == room) {
            struct order_charge *more = ARENA_ARRAY(arena, struct order_charge, room * 2);
            memcpy(more, charges, count * sizeof *more);
            charges = more;
            room *= 2;
        }
        charges[count++].order = rows_int(rows, 0);
    }
    *ret_charges = charges;
    *ret_count = count;
    return rows_close(rows);
}

static int check_told(struct turn *turn, const struct order_charge *charges, size_t count, int64_t kept, const char *field,
                      const char *code, struct error *error)
{
    int64_t open = kept;
    for (size_t i = 0; i < count; i++)
        open += charges[i].open_lines > 0;
    return open && !is_over(turn) ? refuse_open(turn, open, field, code, error) : 0;
}

/* --- a round --- */

/* A bag kept for somebody who was away can still be handed over until its last day. */
static int count_kept(struct db *db, const struct turn *turn, int64_t *ret_kept, struct error *error)
{
    return db_int(db, "SELECT COUNT(*) FROM canteen_bag WHERE round_id = :round AND state = 'kept' AND kept_until >= :on_date",
                  BIND(INT("round", turn->round.id), TEXT("on_date", turn->on)), 0, ret_kept, error);
}

static const char *delivery_day(const struct turn *turn)
{
    return *turn->round.delivered_on ? turn->round.delivered_on : turn->cycle.delivers_on;
}

static int close_round(struct turn *turn, struct db *db, struct error *error)
{
    struct ctx *ctx = turn->ctx;
    struct order_charge *charges;
    size_t count;
    int64_t kept = 0;
    struct settled settled = {0};
    const struct sale sale = {.at = &turn->at,
                              .cycle = turn->cycle.id,
                              .key = arena_printf(ctx->arena, "canteen.round:%" PRId64, turn->round.id),
                              .origin = turn->round.code,
                              .label = arena_printf(ctx->arena, "Cantine, tournée %s", turn->round.code),
                              .delivered_on = delivery_day(turn),
                              .settled_on = turn->on,
                              .sign = 1};
    int result = check_since(turn, db, delivery_day(turn),
                             "SELECT MAX(e.on_day) FROM canteen_bag b JOIN canteen_bag_event e ON e.order_id = b.order_id WHERE b.round_id = :of "
                             "AND e.event NOT IN ('moved', 'aside')", /* these carry the day they were entered */
                             turn->round.id, error);
    if (!result)
        result = count_kept(db, turn, &kept, error);
    if (!result)
        result = read_orders(db, ctx->arena,
                             "SELECT o.id FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id WHERE b.round_id = :of AND o.state IN "
                             "('accepted', 'reduced') ORDER BY o.id",
                             turn->round.id, &charges, &count, error);
    if (!result)
        result = orders_close(ctx, db, &sale, turn->cycle.code, charges, count, "not_delivered", "", NEVER_DUE, &settled, error);
    if (!result)
        result = check_told(turn, charges, count, kept, "round", turn->round.code, error);
    if (result)
        return result;
    turn->settled.orders += settled.orders;
    turn->settled.charged_cents += settled.charged_cents;
    turn->settled.unblock_cents += settled.unblock_cents;
    turn->settled.not_told += settled.not_told;
    return strcmp(turn->round.state, "delivered") ? 0 : round_settle(db, &turn->round, error);
}

/* Rows as they stand once nobody else is at work in this cycle; those who left go first, by their own rule. */
static int begin_round(struct turn *turn, struct db *db, const char *code, struct error *error)
{
    struct ctx *ctx = turn->ctx;
    int result = round_find(db, ctx->arena, turn->at.id, code, &turn->round, error);
    if (!result)
        result = rounds_lock(db, turn->round.cycle_id, error);
    if (!result)
        result = round_find(db, ctx->arena, turn->at.id, code, &turn->round, error);
    if (!result)
        result = cycle_find(db, ctx->arena, turn->at.id, turn->round.cycle, &turn->cycle, error);
    return result || !strcmp(turn->round.state, "settled")
               ? result
               : departures_settle(ctx, db, &turn->at, turn->cycle.id, turn->on, &turn->departed, error);
}

static int settle_round(struct turn *turn, struct db *db, const char *code, struct error *error)
{
    int result = begin_round(turn, db, code, error);
    return result || !strcmp(turn->round.state, "settled") ? result : close_round(turn, db, error);
}

/* --- what is left of a cycle --- */

static int name_rest(struct turn *turn, struct db *db, const char **ret_key, struct error *error)
{
    int64_t known = 0;
    int result = db_int(db, "SELECT COUNT(*) FROM canteen_sale WHERE cycle_id = :cycle AND origin = 'cycle'",
                        BIND(INT("cycle", turn->cycle.id)), 0, &known, error);
    *ret_key = known ? arena_printf(turn->ctx->arena, "canteen.cycle:%" PRId64 ".%" PRId64, turn->cycle.id, known + 1)
                     : arena_printf(turn->ctx->arena, "canteen.cycle:%" PRId64, turn->cycle.id);
    return result;
}

/* Orders that are on no round: charges that come back, and bags of persons who were away. */
static int close_rest(struct turn *turn, struct db *db, struct error *error)
{
    struct ctx *ctx = turn->ctx;
    struct order_charge *charges;
    size_t count;
    struct sale sale = {.at = &turn->at,
                        .cycle = turn->cycle.id,
                        .origin = "cycle",
                        .label = arena_printf(ctx->arena, "Cantine, cycle %s", turn->cycle.code),
                        .settled_on = turn->on,
                        .sign = 1};
    turn->round = (struct round){.delivered_on = ""};
    sale.delivered_on = delivery_day(turn);
    int result = name_rest(turn, db, &sale.key, error);
    if (!result)
        result = read_orders(db, ctx->arena, "SELECT id FROM canteen_order WHERE cycle_id = :of AND state IN ('accepted', 'reduced') ORDER BY id",
                             turn->cycle.id, &charges, &count, error);
    if (!result && count)
        result = check_since(turn, db, sale.delivered_on,
                             "SELECT MAX(e.on_day) FROM canteen_order o JOIN canteen_bag_event e ON e.order_id = o.id WHERE o.cycle_id = :of AND "
                             "o.state IN ('accepted', 'reduced') AND e.event NOT IN ('moved', 'aside')",
                             turn->cycle.id, error);
    if (!result)
        result = orders_close(ctx, db, &sale, turn->cycle.code, charges, count, "not_delivered", "", NEVER_DUE, &turn->settled, error);
    return result ? result : check_told(turn, charges, count, 0, "cycle", turn->cycle.code, error);
}

/* What the accounts office never answered goes with the cycle: nothing was promised for it. */
static int drop_unanswered(struct turn *turn, struct db *db, struct error *error)
{
    struct order_charge *orders;
    size_t count = 0;
    int result = read_orders(db, turn->ctx->arena, "SELECT id FROM canteen_order WHERE cycle_id = :of AND state = 'placed' ORDER BY id",
                             turn->cycle.id, &orders, &count, error);
    turn->done = !count || is_over(turn);
    for (size_t i = 0; i < count && turn->done && !result; i++)
        result = order_drop(turn->ctx, db, orders[i].order, "cancelled", "not_answered", error);
    return result;
}

static int begin_cycle(struct turn *turn, struct db *db, struct error *error)
{
    struct arena *arena = turn->ctx->arena;
    const char *code = turn->cycle.code;
    int result = cycle_find(db, arena, turn->at.id, code, &turn->cycle, error);
    if (!result)
        result = rounds_lock(db, turn->cycle.id, error);
    if (!result)
        result = cycle_find(db, arena, turn->at.id, code, &turn->cycle, error);
    if (!result && !strcmp(turn->cycle.state, "open"))
        return error_set(error, ERR_REFUSED, "cycle", N_("Close the orders of {0} first: what can still change is not settled."), code, NULL);
    return result;
}

/* In a job each step is a transaction that may be run again: it starts from what was known before it. */
struct step {
    struct turn *turn, before;
};

static int settle_rest(struct db *db, void *context, struct error *error)
{
    struct step *step = context;
    struct turn *turn = step->turn;
    *turn = step->before;
    int result = begin_cycle(turn, db, error);
    if (!result)
        result = departures_settle(turn->ctx, db, &turn->at, turn->cycle.id, turn->on, &turn->departed, error);
    if (!result)
        result = close_rest(turn, db, error);
    if (!result)
        result = drop_unanswered(turn, db, error);
    return result || !turn->done ? result : cycle_move(db, &turn->cycle, "settled", error);
}

static int write_round(struct db *db, void *context, struct error *error)
{
    struct step *step = context;
    *step->turn = step->before;
    return settle_round(step->turn, db, step->before.round.code, error);
}

static int take_step(struct turn *turn, int (*run)(struct db *, void *, struct error *))
{
    struct step step = {turn, *turn};
    return ctx_write(turn->ctx, run, &step);
}

/* --- actions --- */

static void answer(struct ctx *ctx, struct tree *result, const struct turn *turn)
{
    const struct departed *departed = &turn->departed;
    int64_t left = departed->let_go + departed->not_charged + departed->charged;
    tree_set_text(ctx->arena, result, "establishment", turn->at.ref);
    tree_set_text(ctx->arena, result, "cycle", turn->cycle.code);
    tree_set_int(ctx->arena, result, "orders", turn->settled.orders);
    tree_set_int(ctx->arena, result, "charged_cents", turn->settled.charged_cents);
    tree_set_int(ctx->arena, result, "unblock_cents", turn->settled.unblock_cents);
    tree_set_int(ctx->arena, result, "not_delivered", turn->settled.not_told);
    tree_set_int(ctx->arena, result, "departures", left);
    tree_set_bool(ctx->arena, result, "before", !turn->settled.orders && !left);
}

int settlement_round(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct turn turn = {.ctx = ctx};
    int code = day_told(ctx, args, &turn.on);
    if (!code)
        code = establishment_asked(ctx, ctx->db, args, &turn.at, ctx->error);
    if (!code)
        code = settle_round(&turn, ctx->db, tree_text(args, "round"), ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "round", turn.round.code);
    answer(ctx, result, &turn);
    return 0;
}

struct listing {
    struct turn *turn;
    struct round *rounds;
    size_t count;
};

static int list_rounds(struct db *db, void *context, struct error *error)
{
    struct listing *listing = context;
    int result = begin_cycle(listing->turn, db, error);
    return result ? result : rounds_read(db, listing->turn->ctx->arena, listing->turn->cycle.id, &listing->rounds, &listing->count, error);
}

int settlement_cycle(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct turn turn = {.ctx = ctx, .cycle = {.code = tree_text(args, "cycle")}};
    struct listing listing = {.turn = &turn};
    int code = day_told(ctx, args, &turn.on);
    if (!code)
        code = establishment_asked_in_job(ctx, args, &turn.at);
    if (!code)
        code = ctx_write(ctx, list_rounds, &listing);
    for (size_t i = 0; i < listing.count && !code && !job_stopping(ctx->job); i++) {
        turn.round = listing.rounds[i];
        code = take_step(&turn, write_round);
        job_progress(ctx->job, (int64_t)i + 1, (int64_t)listing.count + 1);
    }
    if (!code && !job_stopping(ctx->job))
        code = take_step(&turn, settle_rest);
    if (code)
        return code;
    answer(ctx, result, &turn);
    tree_set_bool(ctx->arena, result, "all_settled", turn.done);
    return 0;
}
