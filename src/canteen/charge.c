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

static enum vat_kind kind_of(const char *vat)
{
    for (enum vat_kind kind = 0; kind < VAT_FREE; kind++)
        if (!strcmp(vat, vat_kind_name(kind)))
            return kind;
    return VAT_STANDARD;
}

/* --- which VAT a product is under: asked once for each product of a call --- */

struct vats {
    struct arena *arena;
    struct known {
        int64_t product;
        enum vat_kind kind;
    } *known; /* in order of product */
    size_t count, room;
};

static size_t place_of(const struct vats *vats, int64_t product)
{
    size_t low = 0, high = vats->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (vats->known[middle].product < product)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int find_vat(struct db *db, struct vats *vats, int64_t product, enum vat_kind *ret_kind, struct error *error)
{
    size_t place = place_of(vats, product);
    char *vat = NULL;
    if (place < vats->count && vats->known[place].product == product) {
        *ret_kind = vats->known[place].kind;
        return 0;
    }
    int result = db_text(db, vats->arena, "SELECT vat FROM canteen_product WHERE id = :id", BIND(INT("id", product)), &vat, error);
    if (result)
        return result;
    if (vats->count == vats->room) {
        size_t room = vats->room ? vats->room * 2 : 64;
        struct known *known = ARENA_ARRAY(vats->arena, struct known, room);
        if (vats->count)
            memcpy(known, vats->known, vats->count * sizeof *known);
        vats->known = known;
        vats->room = room;
    }
    memmove(&vats->known[place + 1], &vats->known[place], (vats->count - place) * sizeof *vats->known);
    vats->known[place] = (struct known){product, kind_of(vat ? vat : "")};
    vats->count++;
    *ret_kind = vats->known[place].kind;
    return 0;
}

/* --- reading, some orders at a time --- */

enum { AT_ONCE = 16 };
#define ORDERS ":o0, :o1, :o2, :o3, :o4, :o5, :o6, :o7, :o8, :o9, :o10, :o11, :o12, :o13, :o14, :o15"

/* Those that are not wanted stand as 0, which no order has. */
static const struct binding *bind_orders(struct binding bindings[AT_ONCE + 1], const struct order_charge *charges, size_t count)
{
    static const char *const names[AT_ONCE] = {"o0", "o1", "o2",  "o3",  "o4",  "o5",  "o6",  "o7",
                                               "o8", "o9", "o10", "o11", "o12", "o13", "o14", "o15"};
    for (size_t i = 0; i < AT_ONCE; i++)
        bindings[i] = (struct binding)INT(names[i], i < count && !charges[i].before ? charges[i].order : 0);
    bindings[AT_ONCE] = (struct binding){.name = NULL};
    return bindings;
}

static struct order_charge *charge_of(struct order_charge *charges, size_t count, int64_t order)
{
    for (size_t i = 0; i < count; i++)
        if (charges[i].order == order)
            return &charges[i];
    return NULL;
}

static int check_state(struct order_charge *charge, const char *state, struct error *error)
{
    if (!state)
        return error_set(error, ERR_NOT_FOUND, "order", N_("There is no such order."), NULL);
    charge->before = !strcmp(state, "settled");
    charge->charged_cents = charge->before ? charge->held_cents : 0;
    if (charge->before || !strcmp(state, "accepted") || !strcmp(state, "reduced"))
        return 0;
    return error_set(error, ERR_REFUSED, "order", N_("Nothing more happens to this order: it is {0}."), state, NULL);
}

static int read_orders(struct db *db, struct arena *arena, struct order_charge *charges, size_t count, struct error *error)
{
    struct rows *rows;
    struct binding bindings[AT_ONCE + 1];
    const char *states[AT_ONCE] = {NULL};
    int result = db_query(db,
                          "SELECT id, cycle_id, person_id, blocked_cents, total_cents, reference, hold_id, state FROM canteen_order "
                          "WHERE id IN (" ORDERS ") ORDER BY id /* FOR UPDATE */",
                          bind_orders(bindings, charges, count), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        struct order_charge *charge = charge_of(charges, count, rows_int(rows, 0));
        *charge = (struct order_charge){.order = rows_int(rows, 0),
                                        .cycle = rows_int(rows, 1),
                                        .person = rows_int(rows, 2),
                                        .blocked_cents = rows_int(rows, 3),
                                        .held_cents = rows_int(rows, 4),
                                        .reference = arena_strdup(arena, rows_text(rows, 5)),
                                        .hold = rows_null(rows, 6) ? 0 : rows_int(rows, 6)};
        states[charge - charges] = arena_strdup(arena, rows_text(rows, 7));
    }
    result = rows_close(rows);
    for (size_t i = 0; i < count && !result; i++)
        result = check_state(&charges[i], states[i], error);
    return result;
}

struct handed { /* a line of which somebody told what became of it */
    int64_t order, product, units, price_cents;
    bool free_of_charge;
};

static int read_lines(struct db *db, struct order_charge *charges, size_t count, struct handed *lines, size_t *ret_lines,
                      struct error *error)
{
    struct rows *rows;
    struct binding bindings[AT_ONCE + 1];
    int result = db_query(db,
                          "SELECT order_id, COALESCE(given_id, product_id), delivered, charged_price_cents, free, picked, quantity FROM "
                          "canteen_order_line WHERE order_id IN (" ORDERS ")",
                          bind_orders(bindings, charges, count), &rows, error);
    *ret_lines = 0;
    if (result)
        return result;
    while (rows_next(rows)) {
        if (!rows_null(rows, 2) && *ret_lines < (size_t)AT_ONCE * ORDER_LINES_MAX)
            lines[(*ret_lines)++] = (struct handed){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2), rows_int(rows, 3),
                                                    rows_int(rows, 4) != 0};
        else
            charge_of(charges, count, rows_int(rows, 0))->open_lines += rows_int(rows, rows_null(rows, 5) ? 6 : 5) > 0;
    }
    return rows_close(rows);
}

/* Units handed over at the price charged, under the VAT of the product that was given. */
static int sum_lines(struct db *db, struct vats *vats, struct order_charge *charges, size_t count, struct charged sums[VAT_KINDS],
                     struct error *error)
{
    struct handed lines[AT_ONCE * ORDER_LINES_MAX];
    size_t line_count;
    int result = read_lines(db, charges, count, lines, &line_count, error);
    for (size_t i = 0; i < line_count && !result; i++) {
        enum vat_kind kind = VAT_FREE;
        int64_t cents = lines[i].units * lines[i].price_cents;
        if (!lines[i].free_of_charge)
            result = find_vat(db, vats, lines[i].product, &kind, error);
        sums[kind].units += lines[i].units;
        sums[kind].cents += cents;
        charge_of(charges, count, lines[i].order)->charged_cents += cents;
    }
    return result;
}

int order_charged(struct db *db, int64_t order, struct charged ret_sums[VAT_KINDS], struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct vats vats = {.arena = arena};
    struct order_charge one = {.order = order};
    memset(ret_sums, 0, sizeof(struct charged) * VAT_KINDS);
    return sum_lines(db, &vats, &one, 1, ret_sums, error);
}

static int read_charges(struct ctx *ctx, struct db *db, struct order_charge *charges, size_t count, struct charged sums[VAT_KINDS],
                        struct error *error)
{
    struct vats vats = {.arena = ctx->arena};
    int result = 0;
    for (size_t at = 0; at < count && !result; at += AT_ONCE) {
        size_t some = count - at < AT_ONCE ? count - at : AT_ONCE;
        for (size_t i = 0; i < some; i++)
            charges[at + i].before = false;
        result = read_orders(db, ctx->arena, &charges[at], some, error);
        if (!result)
            result = sum_lines(db, &vats, &charges[at], some, sums, error);
    }
    return result;
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
    memset(ret_sums, 0, sizeof(struct charged) * VAT_KINDS);
    if (count > 1) /* rows are taken in one order everywhere: two programs do not wait for each other in a ring */
        qsort(charges, count, sizeof *charges, by_order);
    int result = read_charges(ctx, db, charges, count, ret_sums, error);
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

int order_told(struct db *db, int64_t order, struct error *error)
{
    return db_run(db, "UPDATE canteen_order SET blocked_cents = CASE WHEN state = 'settled' THEN total_cents ELSE 0 END WHERE id = :id",
                  BIND(INT("id", order)), error);
}

int order_unblock(struct db *db, int64_t order, struct error *error)
{
    return db_run(db, "UPDATE canteen_order SET blocked_cents = 0 WHERE id = :id", BIND(INT("id", order)), error);
}
