/* Charging a month: each person's shares become an order that says what it is for. What the balance does not cover is not
 * charged and stays nobody's debt. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "canteen/standing/month.h"
#include "ledger/ledger.h"

struct charging {
    struct ctx *ctx;
    struct establishment at;
    struct cycle cycle;
    const char *on;
    struct month month;
    int64_t persons, charged_cents, free_cents, not_charged_cents;
    struct tree *not_charged;
};

/* --- the month and its cycle --- */

static int check_month(struct charging *charging)
{
    struct ctx *ctx = charging->ctx;
    char *other = NULL;
    if (strcmp(charging->cycle.goods, "recurring") != 0)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("{0} is not a cycle of recurring charges alone."), charging->cycle.code, NULL);
    if (strcmp(charging->on, charging->month.next_on) < 0)
        return error_set(ctx->error, ERR_REFUSED, "month", N_("{0} is not over: its days can be counted from {1} on."), charging->month.month,
                         charging->month.next_on, NULL);
    int result = db_text(ctx->db, ctx->arena,
                         "SELECT c.code FROM standing_charged m JOIN canteen_cycle c ON c.id = m.cycle_id WHERE m.establishment_id = :establishment "
                         "AND m.month = :month AND m.cycle_id <> :cycle",
                         BIND(INT("establishment", charging->at.id), TEXT("month", charging->month.month), INT("cycle", charging->cycle.id)), &other,
                         ctx->error);
    if (!result && other)
        return error_set(ctx->error, ERR_REFUSED, "month", N_("{0} is charged in the cycle {1} already."), charging->month.month, other, NULL);
    if (!result)
        result = db_text(ctx->db, ctx->arena, "SELECT month FROM standing_charged WHERE cycle_id = :cycle AND month <> :month",
                         BIND(INT("cycle", charging->cycle.id), TEXT("month", charging->month.month)), &other, ctx->error);
    if (!result && other)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("The cycle {0} charges {1} already: each month has its own."), charging->cycle.code,
                         other, NULL);
    return result;
}

/* Takes the month for this cycle: two hands follow each other. */
static int lock_month(struct charging *charging)
{
    return db_run(charging->ctx->db,
                  "INSERT INTO standing_charged(establishment_id, month, establishment, cycle_id, charged_cents, free_cents, not_charged_cents, at) "
                  "VALUES (:establishment_id, :month, :establishment, :cycle, 0, 0, 0, :at) ON CONFLICT(establishment_id, month) DO UPDATE SET "
                  "at = excluded.at",
                  BIND(INT("establishment_id", charging->at.id), TEXT("month", charging->month.month), TEXT("establishment", charging->at.ref),
                       INT("cycle", charging->cycle.id), INT("at", charging->ctx->now_ms)),
                  charging->ctx->error);
}

/* A cycle that is closed was charged as it stands. */
static int read_before(struct charging *charging, bool *ret_before)
{
    struct rows *rows;
    int result = db_query(charging->ctx->db,
                          "SELECT charged_cents, free_cents, not_charged_cents FROM standing_charged WHERE establishment_id = :establishment AND month = :month",
                          BIND(INT("establishment", charging->at.id), TEXT("month", charging->month.month)), &rows, charging->ctx->error);
    if (result)
        return result;
    *ret_before = rows_next(rows) && strcmp(charging->cycle.state, "open") != 0;
    if (*ret_before) {
        charging->charged_cents = rows_int(rows, 0);
        charging->free_cents = rows_int(rows, 1);
        charging->not_charged_cents = rows_int(rows, 2);
    }
    return rows_close(rows);
}

/* --- the order of one person --- */

struct bill {
    struct order_line lines[ORDER_LINES_MAX];
    size_t count;
};

static const char *place_words(struct arena *arena, const struct share *share, int month_days)
{
    const struct contract *contract = share->contract;
    return arena_printf(arena, "%s%s%s%s%d/%d", contract->wing, *contract->wing ? " " : "", contract->cell, contract->person ? "" : " ",
                        share->sharer->paid_days, month_days);
}

/* One line for each product; cells of one product, one after the other, stand on one line. */
static bool add_to_bill(const struct charging *charging, struct bill *bill, const struct share *share)
{
    struct arena *arena = charging->ctx->arena;
    const char *words = place_words(arena, share, charging->month.days);
    for (size_t i = 0; i < bill->count; i++)
        if (bill->lines[i].code == share->contract->code) {
            bill->lines[i].given_cents += share->sharer->paid_cents;
            bill->lines[i].said = arena_printf(arena, "%s + %s", bill->lines[i].said, words);
            return true;
        }
    if (bill->count == ORDER_LINES_MAX)
        return false;
    bill->lines[bill->count++] = (struct order_line){.code = share->contract->code,
                                                     .quantity = 1,
                                                     .price = PRICE_GIVEN,
                                                     .given_cents = share->sharer->paid_cents,
                                                     .said = arena_printf(arena, "%s : %s", charging->month.month, words)};
    return true;
}

/* What the person may spend: free, and held by what was charged before in this cycle, whose place it takes. */
static int read_free(struct charging *charging, const struct stay *stay, int64_t *ret_cents)
{
    struct ctx *ctx = charging->ctx;
    struct ledger_balance balance;
    int64_t account, held = 0;
    int result = mirror_account(ctx, ctx->db, stay, &account, ctx->error);
    if (!result)
        result = ledger_balance(ctx->db, account, &balance, ctx->error);
    if (!result)
        result = db_int(ctx->db, "SELECT total_cents FROM canteen_order WHERE cycle_id = :cycle AND person_id = :person AND state = 'placed'",
                        BIND(INT("cycle", charging->cycle.id), INT("person", stay->person)), 0, &held, ctx->error);
    if (!result)
        *ret_cents = balance.credit - balance.debit - balance.pending_debit + held;
    return result;
}

static void keep_covered(struct bill *bill, int64_t cents)
{
    size_t kept = 0;
    for (size_t i = 0; i < bill->count; i++)
        if (bill->lines[i].given_cents <= cents) {
            cents -= bill->lines[i].given_cents;
            bill->lines[kept++] = bill->lines[i];
        }
    bill->count = kept;
}

static bool has_line(const struct bill *bill, int64_t code)
{
    for (size_t i = 0; i < bill->count; i++)
        if (bill->lines[i].code == code)
            return true;
    return false;
}

static void mark_share(struct charging *charging, struct share *share, const char *state, int64_t order)
{
    share->state = state;
    share->order = order;
    if (order) {
        charging->charged_cents += share->sharer->paid_cents;
        return;
    }
    charging->not_charged_cents += share->sharer->paid_cents;
    struct tree *row = tree_add_map(charging->ctx->arena, charging->not_charged);
    tree_set_text(charging->ctx->arena, row, "reference", charging->month.payers[share->payer].reference);
    tree_set_int(charging->ctx->arena, row, "code", share->contract->code);
    tree_set_int(charging->ctx->arena, row, "amount", share->sharer->paid_cents);
    tree_set_text(charging->ctx->arena, row, "reason", state);
}

/* Nothing of it is to be paid after all: what was ordered before goes. */
static int drop_before(struct charging *charging, int64_t person)
{
    int64_t order = 0;
    struct ctx *ctx = charging->ctx;
    int result = db_int(ctx->db, "SELECT id FROM canteen_order WHERE cycle_id = :cycle AND person_id = :person AND state = 'placed'",
                        BIND(INT("cycle", charging->cycle.id), INT("person", person)), 0, &order, ctx->error);
    return result || !order ? result : order_drop(ctx, ctx->db, order, "cancelled", "counted_anew", ctx->error);
}

/* What refuses the order of one person, such as a form in this cycle or a hold a moment ago, leaves the others alone. */
static int place_bill(struct charging *charging, const struct stay *stay, struct bill *bill, int64_t *ret_order, const char **ret_refused)
{
    struct ctx *ctx = charging->ctx;
    const struct order_told told = {.source = "standing", .lines = bill->lines, .count = bill->count, .replace = true, .handed_on = charging->on};
    struct order order = {0};
    struct error why = {0};
    *ret_order = 0;
    if (!bill->count)
        return drop_before(charging, stay->person);
    int result = db_savepoint(ctx->db, ctx->error);
    if (result)
        return result;
    int code = order_place(ctx, ctx->db, &charging->cycle, stay, &told, &order, &why);
    *ret_order = code ? 0 : order.id;
    if (!code)
        return db_savepoint_release(ctx->db, ctx->error);
    if (code >= ERR_INTERNAL || !strcmp(why.field, "cycle")) { /* the same for everybody */
        *ctx->error = why;
        return code;
    }
    *ret_refused = !strcmp(why.field, "items") ? "not_covered" : "other_order";
    bill->count = 0;
    return db_savepoint_rollback(ctx->db, ctx->error);
}

static int charge_payer(struct charging *charging, size_t payer)
{
    struct month *month = &charging->month;
    struct ctx *ctx = charging->ctx;
    struct bill bill = {.count = 0};
    struct stay stay;
    int64_t free_cents = 0, order = 0;
    int result = stay_read(ctx->db, ctx->arena, month->payers[payer].stay, &stay, ctx->error);
    if (result)
        return result;
    for (size_t i = 0; i < month->share_count; i++)
        if (month->shares[i].payer == payer && month->shares[i].sharer->paid_cents && !add_to_bill(charging, &bill, &month->shares[i]))
            return error_set(ctx->error, ERR_REFUSED, "month", N_("{0} would have more than 60 lines."), stay.reference, NULL);
    bool left = !strcmp(stay.state, "left");
    if (bill.count && !left)
        result = read_free(charging, &stay, &free_cents);
    keep_covered(&bill, free_cents);
    const char *why = left ? "departure" : "not_covered";
    if (!result)
        result = place_bill(charging, &stay, &bill, &order, &why);
    for (size_t i = 0; i < month->share_count && !result; i++) {
        struct share *share = &month->shares[i];
        if (share->payer != payer)
            continue;
        charging->free_cents += share->sharer->free_cents;
        if (share->sharer->paid_cents && has_line(&bill, share->contract->code))
            mark_share(charging, share, "ordered", order);
        else if (share->sharer->paid_cents)
            mark_share(charging, share, why, 0);
    }
    charging->persons += order != 0;
    return result;
}

/* Orders of an earlier computation for whom there is nothing any more. */
static int drop_others(struct charging *charging)
{
    struct month *month = &charging->month;
    struct ctx *ctx = charging->ctx;
    struct rows *rows;
    int64_t room = 0, count = 0;
    int result = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_order WHERE cycle_id = :cycle", BIND(INT("cycle", charging->cycle.id)), 0, &room,
                        ctx->error);
    int64_t *persons = ARENA_ARRAY(ctx->arena, int64_t, room + 1);
    if (!result)
        result = db_query(ctx->db, "SELECT person_id FROM canteen_order WHERE cycle_id = :cycle AND state = 'placed' AND source = 'standing'",
                          BIND(INT("cycle", charging->cycle.id)), &rows, ctx->error);
    if (result)
        return result;
    while (count < room && rows_next(rows))
        persons[count++] = rows_int(rows, 0);
    result = rows_close(rows);
    for (int64_t i = 0; i < count && !result; i++) {
        size_t at = 0;
        while (at < month->payer_count && month->payers[at].person != persons[i])
            at++;
        if (at == month->payer_count)
            result = drop_before(charging, persons[i]);
    }
    return result;
}

/* --- the action --- */

static int compute(struct charging *charging)
{
    struct ctx *ctx = charging->ctx;
    int result = lock_month(charging);
    if (!result)
        result = month_compute(&charging->month);
    for (size_t i = 0; i < charging->month.payer_count && !result; i++)
        result = charge_payer(charging, i);
    if (!result)
        result = drop_others(charging);
    if (!result)
        result = month_keep(&charging->month);
    return result ? result
                  : db_run(ctx->db,
                           "UPDATE standing_charged SET charged_cents = :charged, free_cents = :free, not_charged_cents = :rest WHERE "
                           "establishment_id = :establishment AND month = :month",
                           BIND(INT("charged", charging->charged_cents), INT("free", charging->free_cents),
                                INT("rest", charging->not_charged_cents), INT("establishment", charging->at.id),
                                TEXT("month", charging->month.month)),
                           ctx->error);
}

int standing_charge(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct charging charging = {.ctx = ctx, .not_charged = tree_list(ctx->arena)};
    bool before = false;
    int code = standing_place(ctx, args, &charging.at);
    if (!code)
        code = standing_day(ctx, args, "on", &charging.on);
    if (!code)
        code = standing_cycle(ctx, args, &charging.at, &charging.cycle);
    if (!code)
        code = month_open(&charging.month, ctx, charging.at.id, tree_text(args, "month"));
    if (!code)
        code = check_month(&charging);
    if (!code)
        code = read_before(&charging, &before);
    if (!code && !before)
        code = compute(&charging);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", charging.at.ref);
    tree_set_text(ctx->arena, result, "cycle", charging.cycle.code);
    tree_set_text(ctx->arena, result, "month", charging.month.month);
    tree_set_int(ctx->arena, result, "persons", charging.persons);
    tree_set_int(ctx->arena, result, "to_charge_cents", charging.charged_cents);
    tree_set_int(ctx->arena, result, "free_part_cents", charging.free_cents);
    tree_set_int(ctx->arena, result, "left_uncharged_cents", charging.not_charged_cents);
    tree_set(ctx->arena, result, "left_uncharged", charging.not_charged);
    tree_set_bool(ctx->arena, result, "before", before);
    return 0;
}

/* --- after the office's answer: nobody carries a charge --- */

static int read_orders(struct ctx *ctx, const struct cycle *cycle, int64_t **ret_orders, size_t *ret_count, int64_t *ret_waiting)
{
    struct rows *rows;
    int64_t room = 0;
    int result = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_order WHERE cycle_id = :cycle", BIND(INT("cycle", cycle->id)), 0, &room, ctx->error);
    int64_t *orders = ARENA_ARRAY(ctx->arena, int64_t, room + 1);
    size_t count = 0;
    if (!result)
        result = db_query(ctx->db,
                          "SELECT id, state FROM canteen_order WHERE cycle_id = :cycle AND source = 'standing' AND state IN ('placed', 'accepted', "
                          "'reduced') ORDER BY id",
                          BIND(INT("cycle", cycle->id)), &rows, ctx->error);
    if (result)
        return result;
    while ((int64_t)count < room && rows_next(rows)) {
        if (!strcmp(rows_text(rows, 1), "placed"))
            ++*ret_waiting;
        else
            orders[count++] = rows_int(rows, 0);
    }
    *ret_orders = orders;
    *ret_count = count;
    return rows_close(rows);
}

int standing_serve(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct cycle cycle;
    int64_t *orders, waiting = 0;
    size_t count = 0;
    int code = standing_place(ctx, args, &at);
    if (!code)
        code = standing_cycle(ctx, args, &at, &cycle);
    if (!code && strcmp(cycle.goods, "recurring") != 0)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("{0} is not a cycle of recurring charges alone."), cycle.code, NULL);
    if (!code && !strcmp(cycle.state, "open"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Close the orders of {0} first: the office answers what is closed."), cycle.code, NULL);
    if (!code)
        code = read_orders(ctx, &cycle, &orders, &count, &waiting);
    for (size_t i = 0; i < count && !code; i++)
        code = standing_hand_over(ctx, orders[i]);
    if (!code && !waiting && strcmp(cycle.state, "settled") != 0)
        code = cycle_move(ctx->db, &cycle, "delivering", ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "cycle", cycle.code);
    tree_set_int(ctx->arena, result, "served", (int64_t)count);
    tree_set_int(ctx->arena, result, "not_answered", waiting);
    return 0;
}
