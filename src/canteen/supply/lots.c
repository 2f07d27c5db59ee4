/* Lots: what is on the shelf, the soonest to expire first, and which lot went into which line. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "canteen/supply/internal.h"

int product_lock(struct db *db, int64_t product, struct error *error)
{
    return db_run(db, "UPDATE canteen_product SET stock_free = stock_free WHERE id = :id", BIND(INT("id", product)), error);
}

int stock_free_add(struct db *db, int64_t product, int64_t units, struct error *error)
{
    return db_run(db,
                  "UPDATE canteen_product SET stock_free = CASE WHEN stock_free + :units < 0 THEN 0 ELSE stock_free + :units END "
                  "WHERE id = :id AND stock_free IS NOT NULL",
                  BIND(INT("units", units), INT("id", product)), error);
}

/* --- reading --- */

int lots_read(struct db *db, struct arena *arena, int64_t product, struct lot **ret_lots, size_t *ret_count, struct error *error)
{
    struct rows *rows;
    int64_t most = 0;
    *ret_count = 0;
    int result = db_int(db, "SELECT COUNT(*) FROM canteen_lot WHERE product_id = :product", BIND(INT("product", product)), 0, &most, error);
    if (!result)
        result = db_query(db,
                          "SELECT id, product_id, code, received, used, counted, units_left, lot_number, best_before, blocked FROM canteen_lot "
                          "WHERE product_id = :product ORDER BY best_before, id",
                          BIND(INT("product", product)), &rows, error);
    if (result)
        return result;
    *ret_lots = ARENA_ARRAY(arena, struct lot, most + 1);
    while (*ret_count < (size_t)most && rows_next(rows))
        (*ret_lots)[(*ret_count)++] = (struct lot){rows_int(rows, 0),
                                                   rows_int(rows, 1),
                                                   rows_int(rows, 2),
                                                   rows_int(rows, 3),
                                                   rows_int(rows, 4),
                                                   rows_int(rows, 5),
                                                   rows_int(rows, 6),
                                                   arena_strdup(arena, rows_text(rows, 7)),
                                                   arena_strdup(arena, rows_text(rows, 8)),
                                                   rows_int(rows, 9) != 0};
    return rows_close(rows);
}

int lot_find(struct db *db, struct arena *arena, int64_t product, const char *number, struct lot *ret_lot, struct error *error)
{
    struct lot *lots;
    size_t count, found = 0;
    int result = lots_read(db, arena, product, &lots, &count, error);
    for (size_t i = 0; i < count && !result; i++)
        if (number ? !strcmp(lots[i].number, number) : lots[i].left > 0) {
            *ret_lot = lots[i];
            found++;
        }
    if (result || found == 1)
        return result;
    if (number)
        return error_set(error, ERR_NOT_FOUND, "lot_number", N_("There is no lot {0} of this product."), number, NULL);
    return error_set(error, ERR_REFUSED, "lot_number",
                     found ? N_("There are several lots of this product: say which one.") : N_("There is no lot of this product on the shelf."),
                     NULL);
}

int lots_available(struct db *db, int64_t product, const char *on, int64_t *ret_units, struct error *error)
{
    return db_int(db,
                  "SELECT CAST(SUM(units_left) AS INTEGER) FROM canteen_lot WHERE product_id = :product AND blocked = 0 AND "
                  "best_before >= :on_day",
                  BIND(INT("product", product), TEXT("on_day", on)), 0, ret_units, error);
}

/* --- what goes into a bag --- */

struct picking {
    struct db *db;
    const struct order_head *head;
    int64_t position, product, ordered_product;
    bool told; /* what became of the bag was told: what comes back now is promised to nobody */
    char delivers_on[16];
    struct error *error;
};

struct lot_use {
    int64_t lot, product, units;
};

static int read_uses(struct picking *picking, struct arena *arena, struct lot_use **ret_uses, size_t *ret_count)
{
    struct rows *rows;
    int64_t most = 0;
    *ret_count = 0;
    const struct binding *key = BIND(INT("order", picking->head->id), INT("position", picking->position));
    int result = db_int(picking->db, "SELECT COUNT(*) FROM canteen_lot_use WHERE order_id = :order AND position = :position", key, 0, &most,
                        picking->error);
    if (!result)
        result = db_query(picking->db,
                          "SELECT u.lot_id, u.product_id, u.units FROM canteen_lot_use u JOIN canteen_lot l ON l.id = u.lot_id WHERE "
                          "u.order_id = :order AND u.position = :position ORDER BY l.best_before DESC, l.id DESC",
                          key, &rows, picking->error);
    if (result)
        return result;
    *ret_uses = ARENA_ARRAY(arena, struct lot_use, most + 1);
    while (*ret_count < (size_t)most && rows_next(rows))
        (*ret_uses)[(*ret_count)++] = (struct lot_use){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2)};
    return rows_close(rows);
}

/* units below zero: back to the shelf. */
static int move_units(struct picking *picking, int64_t lot, int64_t product, int64_t units)
{
    int result = db_run(picking->db,
                        "UPDATE canteen_lot SET units_left = units_left - :units, used = used + :units WHERE id = :id AND units_left >= :units",
                        BIND(INT("units", units), INT("id", lot)), picking->error);
    if (!result && !db_changes(picking->db))
        return error_set(picking->error, ERR_REFUSED, "units", N_("Somebody took these units a moment ago."), NULL);
    if (!result)
        result = db_run(picking->db,
                        "INSERT INTO canteen_lot_use(order_id, position, lot_id, person_id, product_id, units, recalled) VALUES (:order, "
                        ":position, :lot, :person, :product, :units, 0) ON CONFLICT(order_id, position, lot_id) DO UPDATE SET "
                        "units = canteen_lot_use.units + excluded.units",
                        BIND(INT("order", picking->head->id), INT("position", picking->position), INT("lot", lot),
                             INT("person", picking->head->person), INT("product", product), INT("units", units)),
                        picking->error);
    bool promised = product == picking->ordered_product && !picking->told;
    return result || promised ? result : stock_free_add(picking->db, product, -units, picking->error);
}

/* Of the lots that expire last first: they keep on the shelf. */
static int give_back(struct picking *picking, const struct lot_use *uses, size_t count, bool of_others, int64_t units)
{
    int result = 0;
    for (size_t i = 0; i < count && !result && units > 0; i++) {
        int64_t back = uses[i].units < units ? uses[i].units : units;
        if ((uses[i].product != picking->product) != of_others || !back)
            continue;
        result = move_units(picking, uses[i].lot, uses[i].product, -back);
        units -= back;
    }
    return result;
}

/* In place of another product only what is promised to nobody may be given. */
static int check_free(struct picking *picking, int64_t units)
{
    int64_t free_units = 0;
    int result = picking->product == picking->ordered_product
                     ? 0
                     : db_int(picking->db, "SELECT stock_free FROM canteen_product WHERE id = :id", BIND(INT("id", picking->product)), units,
                              &free_units, picking->error);
    if (!result && picking->product != picking->ordered_product && free_units < units)
        return error_set(picking->error, ERR_REFUSED, "units", N_("What is left of this product is promised to others."), NULL);
    return result;
}

static int take(struct picking *picking, struct arena *arena, int64_t units)
{
    struct lot *lots;
    size_t count;
    int64_t available;
    int result = lots_read(picking->db, arena, picking->product, &lots, &count, picking->error);
    if (result || !count) /* goods without lots: nothing is kept of them */
        return result;
    result = lots_available(picking->db, picking->product, picking->delivers_on, &available, picking->error);
    if (!result && available < units)
        return error_set(picking->error, ERR_REFUSED, "units",
                         N_("Only {0} more units of this product are on the shelf: record what came, or fill the bag with fewer."),
                         arena_printf(arena, "%" PRId64, available), NULL);
    if (!result)
        result = check_free(picking, units);
    for (size_t i = 0; i < count && !result && units > 0; i++) {
        int64_t out = lots[i].left < units ? lots[i].left : units;
        if (lots[i].blocked || !out || strcmp(lots[i].best_before, picking->delivers_on) < 0)
            continue;
        result = move_units(picking, lots[i].id, picking->product, out);
        units -= out;
    }
    return result;
}

static int begin_picking(struct picking *picking)
{
    struct rows *rows;
    int result = product_lock(picking->db, picking->product, picking->error);
    if (!result)
        result = db_query(picking->db,
                          "SELECT l.product_id, c.delivers_on, l.delivered FROM canteen_order_line l JOIN canteen_cycle c ON c.id = :cycle WHERE "
                          "l.order_id = :order AND l.position = :position",
                          BIND(INT("cycle", picking->head->cycle), INT("order", picking->head->id), INT("position", picking->position)), &rows,
                          picking->error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found) {
        picking->ordered_product = rows_int(rows, 0);
        strncpy(picking->delivers_on, rows_text(rows, 1), sizeof picking->delivers_on - 1);
        picking->told = !rows_null(rows, 2);
    }
    result = rows_close(rows);
    if (!result && !found)
        return error_set(picking->error, ERR_NOT_FOUND, "order", N_("This order has no such line."), NULL);
    return result;
}

int supply_pick(struct ctx *ctx, struct db *db, const struct order_head *head, int64_t position, int64_t product, int64_t units,
                struct error *error)
{
    struct picking picking = {.db = db, .head = head, .position = position, .product = product, .error = error};
    struct lot_use *uses;
    size_t count = 0;
    int64_t have = 0, others = 0;
    if (units < 0 || units > ORDER_UNITS_MAX)
        return error_set(error, ERR_INVALID, "units", N_("A number of units from zero up is expected."), NULL);
    int result = begin_picking(&picking);
    if (!result)
        result = read_uses(&picking, ctx->arena, &uses, &count);
    for (size_t i = 0; i < count && !result; i++)
        *(uses[i].product == product ? &have : &others) += uses[i].units;
    if (!result && others)
        result = give_back(&picking, uses, count, true, others);
    if (!result && units < have)
        result = give_back(&picking, uses, count, false, have - units);
    return result || units <= have ? result : take(&picking, ctx->arena, units - have);
}

int lot_take_back(struct db *db, int64_t order, int64_t position, int64_t lot, int64_t units, struct error *error)
{
    int result = db_run(db,
                        "UPDATE canteen_lot_use SET units = units - :units, recalled = recalled + :units WHERE order_id = :order AND "
                        "position = :position AND lot_id = :lot",
                        BIND(INT("units", units), INT("order", order), INT("position", position), INT("lot", lot)), error);
    return result ? result
                  : db_run(db, "UPDATE canteen_lot SET units_left = units_left + :units, used = used - :units WHERE id = :id",
                           BIND(INT("units", units), INT("id", lot)), error);
}
