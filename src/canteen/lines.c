/* The life of an order's lines after the office's answer: cut, picked, handed over, charged. */
#include "canteen/lines.h"

#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"

/* --- reading --- */

int lines_lock(struct db *db, struct arena *arena, int64_t order, struct order_head *ret_head, struct error *error)
{
    struct rows *rows;
    int result = db_run(db, "UPDATE canteen_order SET at = at WHERE id = :id", BIND(INT("id", order)), error);
    if (!result)
        result = db_query(db,
                          "SELECT o.id, o.cycle_id, o.establishment_id, o.person_id, o.stay_id, o.hold_id, o.total_cents, o.blocked_cents, "
                          "o.reference, o.state, o.source, c.code, c.state FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id "
                          "WHERE o.id = :id",
                          BIND(INT("id", order)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_head = (struct order_head){rows_int(rows, 0),
                                        rows_int(rows, 1),
                                        rows_int(rows, 2),
                                        rows_int(rows, 3),
                                        rows_int(rows, 4),
                                        rows_null(rows, 5) ? 0 : rows_int(rows, 5),
                                        rows_int(rows, 6),
                                        rows_int(rows, 7),
                                        arena_strdup(arena, rows_text(rows, 8)),
                                        arena_strdup(arena, rows_text(rows, 9)),
                                        arena_strdup(arena, rows_text(rows, 10)),
                                        arena_strdup(arena, rows_text(rows, 11)),
                                        arena_strdup(arena, rows_text(rows, 12))};
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "order", N_("There is no such order."), NULL);
    return result;
}

int lines_read(struct db *db, struct arena *arena, int64_t order, struct placed_line **ret_lines, size_t *ret_count,
               struct error *error)
{
    struct rows *rows;
    struct placed_line *lines = ARENA_ARRAY(arena, struct placed_line, ORDER_LINES_MAX);
    size_t count = 0;
    int result = db_query(db,
                          "SELECT position, product_id, given_id, code, ordered, quantity, picked, delivered, price_cents, "
                          "charged_price_cents, substitute, protected_kind, free, name, outcome, why, most FROM canteen_order_line "
                          "WHERE order_id = :order ORDER BY position",
                          BIND(INT("order", order)), &rows, error);
    if (result)
        return result;
    while (count < ORDER_LINES_MAX && rows_next(rows))
        lines[count++] = (struct placed_line){
            .position = rows_int(rows, 0),
            .product = rows_int(rows, 1),
            .given = rows_null(rows, 2) ? 0 : rows_int(rows, 2),
            .code = rows_int(rows, 3),
            .ordered = rows_int(rows, 4),
            .quantity = rows_int(rows, 5),
            .picked = rows_null(rows, 6) ? -1 : rows_int(rows, 6),
            .delivered = rows_null(rows, 7) ? -1 : rows_int(rows, 7),
            .price_cents = rows_int(rows, 8),
            .charged_price_cents = rows_int(rows, 9),
            .substitute = rows_int(rows, 10) != 0,
            .protected_kind = *rows_text(rows, 11) != 0,
            .free = rows_int(rows, 12) != 0,
            .name = arena_strdup(arena, rows_text(rows, 13)),
            .outcome = arena_strdup(arena, rows_text(rows, 14)),
            .why = arena_strdup(arena, rows_text(rows, 15)),
            .most = rows_null(rows, 16) ? -1 : rows_int(rows, 16),
        };
    *ret_lines = lines;
    *ret_count = count;
    return rows_close(rows);
}

static int read_line(struct db *db, struct arena *arena, int64_t order, int64_t position, struct placed_line *ret_line,
                     struct error *error)
{
    struct placed_line *lines;
    size_t count;
    int result = lines_read(db, arena, order, &lines, &count, error);
    for (size_t i = 0; i < count && !result; i++)
        if (lines[i].position == position) {
            *ret_line = lines[i];
            return 0;
        }
    return result ? result : error_set(error, ERR_NOT_FOUND, "order", N_("This order has no such line."), NULL);
}

int order_accept_free(struct db *db, int64_t order, struct error *error)
{
    return db_run(db, "UPDATE canteen_order SET state = 'accepted' WHERE id = :id AND state = 'placed' AND total_cents = 0",
                  BIND(INT("id", order)), error);
}

/* What the office has accepted and nothing has settled yet. */
static int check_stands(const struct order_head *head, struct error *error)
{
    if (!strcmp(head->state, "accepted") || !strcmp(head->state, "reduced"))
        return 0;
    return error_set(error, ERR_REFUSED, "order", N_("Nothing more happens to this order: it is {0}."), head->state, NULL);
}

/* --- the hold follows what stands --- */

static int standing_total(struct db *db, int64_t order, int64_t *ret_cents, struct error *error)
{
    return db_int(db, "SELECT CAST(SUM(quantity * charged_price_cents) AS INTEGER) FROM canteen_order_line WHERE order_id = :order",
                  BIND(INT("order", order)), 0, ret_cents, error);
}

static int hold_again(struct ctx *ctx, struct db *db, const struct order_head *head, struct error *error)
{
    struct stay stay;
    int64_t total = 0, hold = 0, before = 0;
    int result = standing_total(db, head->id, &total, error);
    if (!result)
        result = db_int(db, "SELECT total_cents FROM canteen_order WHERE id = :id", BIND(INT("id", head->id)), 0, &before, error);
    if (result || total == before)
        return result;
    result = db_int(db, "SELECT hold_id FROM canteen_order WHERE id = :id", BIND(INT("id", head->id)), 0, &hold, error);
    if (!result)
        result = stay_read(db, ctx->arena, head->stay, &stay, error);
    if (!result)
        result = mirror_release(ctx, db, hold, error);
    if (!result)
        result = mirror_hold(ctx, db, &stay, head->cycle_code, head->id, total, &hold, error);
    if (!result)
        result = db_run(db, "UPDATE canteen_order SET total_cents = :total, hold_id = :hold WHERE id = :id",
                        BIND(INT("total", total), INT_OR_NULL("hold", total != 0, hold), INT("id", head->id)), error);
    return result ? result
                  : db_run(db, "UPDATE canteen_cycle SET total_cents = total_cents + :cents WHERE id = :id",
                           BIND(INT("cents", total - before), INT("id", head->cycle)), error);
}

/* --- cutting --- */

int line_cut(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t keep, const char *why,
             bool to_stock, struct error *error)
{
    struct placed_line line;
    int result = check_stands(head, error);
    if (!result)
        result = read_line(db, ctx->arena, head->id, position, &line, error);
    if (result || keep == line.quantity)
        return result;
    if (keep < 0 || keep > line.quantity || keep < line.picked)
        return error_set(error, ERR_REFUSED, "units", N_("Units that do not stand, or lie in the bag, cannot be cut."), NULL);
    result = db_run(db, "UPDATE canteen_order_line SET quantity = :keep, why = :why WHERE order_id = :order AND position = :position",
                    BIND(INT("keep", keep), TEXT("why", why), INT("order", head->id), INT("position", position)), error);
    if (!result && to_stock)
        result = db_run(db, "UPDATE canteen_product SET stock_free = stock_free + :units WHERE id = :id AND stock_free IS NOT NULL",
                        BIND(INT("units", line.quantity - keep), INT("id", line.product)), error);
    return result ? result : hold_again(ctx, db, head, error);
}

/* --- picking --- */

/* What the substitute costs a person who agreed to it: of the same need, and never more than what was ordered. */
static int price_substitute(struct db *db, const struct placed_line *line, int64_t substitute, int64_t *ret_cents, struct error *error)
{
    struct rows *rows;
    *ret_cents = line->price_cents;
    if (!substitute || substitute == line->product)
        return 0;
    if (!line->substitute)
        return error_set(error, ERR_REFUSED, "given", N_("This person did not agree to another product than {0}."), line->name, NULL);
    int result = db_query(db,
                          "SELECT s.price_cents FROM canteen_product p JOIN canteen_product s ON s.establishment_id = p.establishment_id "
                          "AND s.need = p.need WHERE p.id = :ordered AND s.id = :given AND p.need <> '' AND s.price_cents > 0",
                          BIND(INT("ordered", line->product), INT("given", substitute)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found && rows_int(rows, 0) < *ret_cents)
        *ret_cents = rows_int(rows, 0);
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_REFUSED, "given", N_("Only a product of the same need can be given in place of {0}."), line->name, NULL);
    return result;
}

int line_pick(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t units, int64_t substitute,
              struct error *error)
{
    struct placed_line line;
    int64_t charged = 0;
    int result = check_stands(head, error);
    if (!result)
        result = read_line(db, ctx->arena, head->id, position, &line, error);
    if (!result)
        result = price_substitute(db, &line, units ? substitute : 0, &charged, error);
    if (result)
        return result;
    int64_t given = units && substitute != line.product ? substitute : 0;
    if (line.picked == units && line.given == given)
        return 0;
    if (line.delivered > 0 || (!line.delivered && strcmp(line.outcome, "absent") != 0)) /* a bag that is kept can be opened */
        return error_set(error, ERR_REFUSED, "order", N_("This bag was handed over already."), NULL);
    if (units < 0 || units > line.quantity)
        return error_set(error, ERR_REFUSED, "units", N_("At most the units ordered can be put into the bag."), NULL);
    result = db_run(db,
                    "UPDATE canteen_order_line SET picked = :units, given_id = :given, charged_price_cents = :charged WHERE "
                    "order_id = :order AND position = :position",
                    BIND(INT("units", units), INT_OR_NULL("given", given, given), INT("charged", charged), INT("order", head->id),
                         INT("position", position)),
                    error);
    return result ? result : hold_again(ctx, db, head, error);
}

/* --- delivery --- */

int line_hand(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t units, const char *outcome,
              struct error *error)
{
    struct placed_line line;
    int result = check_stands(head, error);
    if (!result)
        result = read_line(db, ctx->arena, head->id, position, &line, error);
    if (result || (line.delivered == units && !strcmp(line.outcome, outcome)))
        return result;
    if (line.picked < 0)
        return error_set(error, ERR_REFUSED, "order", N_("This bag was not filled yet."), NULL);
    if (units < 0 || units > line.picked)
        return error_set(error, ERR_REFUSED, "units", N_("At most what lies in the bag can be handed over."), NULL);
    if (line.most >= 0 && units > line.most)
        return error_set(error, ERR_REFUSED, "units", N_("A complaint was settled: at most {0} units of {1} are still told as received."),
                         number_plain(ctx->arena, line.most, 0, false), line.name, NULL);
    if (!strcmp(outcome, "received") != (units == line.picked))
        return error_set(error, ERR_REFUSED, "outcome", N_("Say why fewer units were received than lay in the bag, and only then."), NULL);
    return db_run(db, "UPDATE canteen_order_line SET delivered = :units, outcome = :outcome WHERE order_id = :order AND position = :position",
                  BIND(INT("units", units), TEXT("outcome", outcome), INT("order", head->id), INT("position", position)), error);
}

int line_settle(struct db *db, const struct order_head *head, int64_t position, int64_t most, struct error *error)
{
    return db_run(db,
                  "UPDATE canteen_order_line SET most = :most WHERE order_id = :order AND position = :position AND (most IS NULL OR "
                  "most > :most)",
                  BIND(INT("most", most), INT("order", head->id), INT("position", position)), error);
}

/* --- cycles --- */

int cycle_move(struct db *db, const struct cycle *cycle, const char *state, struct error *error)
{
    static const char *const states[] = {"open", "closed", "picking", "delivering", "settled"};
    size_t from = 0, to = 0;
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        from = strcmp(cycle->state, states[i]) ? from : i;
        to = strcmp(state, states[i]) ? to : i;
    }
    if (to == from)
        return 0;
    if (to < from || !from)
        return error_set(error, ERR_REFUSED, "cycle", N_("The cycle {0} is {1}."), cycle->code, cycle->state, NULL);
    return db_run(db, "UPDATE canteen_cycle SET state = :state WHERE id = :id", BIND(TEXT("state", state), INT("id", cycle->id)), error);
}
