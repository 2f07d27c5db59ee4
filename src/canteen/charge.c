/* Charging: what was handed over is spent, all else is free. Many orders at once, for a week of the whole country is settled
 * in minutes. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/lines.h"
#include "ledger/ledger.h"

const char *vat_kind_name(enum vat_kind kind)
{
    static const char *const names[] = {"vat.food", "vat.immediate", "vat.standard", "vat.press", "free_of_charge"};
    return names[kind];
}

static enum vat_kind kind_of(const char *vat, bool free_of_charge)
{
    for (enum vat_kind kind = 0; kind < VAT_FREE && !free_of_charge; kind++)
        if (!strcmp(vat, vat_kind_name(kind)))
            return kind;
    return VAT_FREE;
}

/* --- reading --- */

static int read_order(struct db *db, struct arena *arena, struct order_charge *charge, const char **ret_state, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT cycle_id, person_id, blocked_cents, total_cents, reference, hold_id, state FROM canteen_order "
                          "WHERE id = :id /* FOR UPDATE */",
                          BIND(INT("id", charge->order)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found) {
        *charge = (struct order_charge){.order = charge->order,
                                        .cycle = rows_int(rows, 0),
                                        .person = rows_int(rows, 1),
                                        .blocked_cents = rows_int(rows, 2),
                                        .held_cents = rows_int(rows, 3),
                                        .reference = arena_strdup(arena, rows_text(rows, 4)),
                                        .hold = rows_null(rows, 5) ? 0 : rows_int(rows, 5)};
        *ret_state = arena_strdup(arena, rows_text(rows, 6));
    }
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "order", N_("There is no such order."), NULL);
    return result;
}

/* Units handed over at the price charged, under the VAT of the product that was given. */
static int sum_lines(struct db *db, int64_t order, struct charged sums[VAT_KINDS], int64_t *ret_cents, int64_t *ret_open,
                     struct error *error)
{
    struct rows *rows;
    *ret_cents = *ret_open = 0;
    int result = db_query(db,
                          "SELECT p.vat, l.free, l.quantity, l.picked, l.delivered, l.charged_price_cents FROM canteen_order_line l JOIN "
                          "canteen_product p ON p.id = COALESCE(l.given_id, l.product_id) WHERE l.order_id = :order",
                          BIND(INT("order", order)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (rows_null(rows, 4)) {
            *ret_open += rows_null(rows, 3) ? rows_int(rows, 2) > 0 : rows_int(rows, 3) > 0;
            continue;
        }
        int64_t units = rows_int(rows, 4), cents = units * rows_int(rows, 5);
        struct charged *sum = &sums[kind_of(rows_text(rows, 0), rows_int(rows, 1) != 0)];
        sum->units += units;
        sum->cents += cents;
        *ret_cents += cents;
    }
    return rows_close(rows);
}

int order_charged(struct db *db, int64_t order, struct charged ret_sums[VAT_KINDS], struct error *error)
{
    int64_t cents, open;
    memset(ret_sums, 0, sizeof(struct charged) * VAT_KINDS);
    return sum_lines(db, order, ret_sums, &cents, &open, error);
}

static int read_charge(struct db *db, struct arena *arena, struct order_charge *charge, struct charged sums[VAT_KINDS],
                       struct error *error)
{
    const char *state = "";
    int result = read_order(db, arena, charge, &state, error);
    if (result)
        return result;
    charge->before = !strcmp(state, "settled");
    if (charge->before) {
        charge->charged_cents = charge->held_cents;
        return 0;
    }
    if (strcmp(state, "accepted") != 0 && strcmp(state, "reduced") != 0)
        return error_set(error, ERR_REFUSED, "order", N_("Nothing more happens to this order: it is {0}."), state, NULL);
    return sum_lines(db, charge->order, sums, &charge->charged_cents, &charge->open_lines, error);
}

/* --- writing --- */

static int spend(struct ctx *ctx, struct db *db, const struct order_charge *charges, size_t count, const char *label, const char *on,
                 struct error *error)
{
    struct ledger_end *ends = ARENA_ARRAY(ctx->arena, struct ledger_end, count + 1);
    size_t held = 0;
    for (size_t i = 0; i < count; i++)
        if (!charges[i].before && charges[i].hold)
            ends[held++] = (struct ledger_end){charges[i].hold, charges[i].charged_cents};
    return held ? mirror_spend(ctx, db, label, ends, held, on, error) : 0;
}

static int close_order(struct db *db, const struct order_charge *charge, const char *why, struct error *error)
{
    return db_run(db,
                  "UPDATE canteen_order SET state = 'settled', total_cents = :cents, hold_id = NULL, reason = CASE WHEN :open > 0 THEN "
                  ":why ELSE reason END WHERE id = :id",
                  BIND(INT("cents", charge->charged_cents), INT("open", charge->open_lines), TEXT("why", why), INT("id", charge->order)),
                  error);
}

static int count_cycle(struct db *db, int64_t cycle, int64_t cents, struct error *error)
{
    return db_run(db, "UPDATE canteen_cycle SET total_cents = total_cents + :cents WHERE id = :id",
                  BIND(INT("cents", cents), INT("id", cycle)), error);
}

static int by_order(const void *a, const void *b)
{
    const struct order_charge *one = a, *other = b;
    return one->order < other->order ? -1 : one->order > other->order;
}

int orders_settle(struct ctx *ctx, struct db *db, struct order_charge *charges, size_t count, const char *label, const char *on,
                  const char *why, struct charged ret_sums[VAT_KINDS], struct error *error)
{
    int64_t difference = 0;
    int result = 0;
    memset(ret_sums, 0, sizeof(struct charged) * VAT_KINDS);
    if (count > 1) /* rows are taken in one order everywhere: two programs do not wait for each other in a ring */
        qsort(charges, count, sizeof *charges, by_order);
    for (size_t i = 0; i < count && !result; i++)
        result = read_charge(db, ctx->arena, &charges[i], ret_sums, error);
    if (!result)
        result = spend(ctx, db, charges, count, label, on, error);
    for (size_t i = 0; i < count && !result; i++) {
        if (charges[i].before)
            continue;
        result = close_order(db, &charges[i], why, error);
        difference += charges[i].charged_cents - charges[i].held_cents;
    }
    return result || !difference ? result : count_cycle(db, charges[0].cycle, difference, error);
}

int order_unblock(struct db *db, int64_t order, struct error *error)
{
    return db_run(db, "UPDATE canteen_order SET blocked_cents = 0 WHERE id = :id", BIND(INT("id", order)), error);
}
