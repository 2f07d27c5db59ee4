/* A shortage is shared: the oldest order first, by the day its form was handed in, then by the moment it was entered. Whoever
 * comes later goes without what is not there; the reason stands on the line and the money is free at once. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/supply/internal.h"
#include "kernel/action.h"

struct wanted_line { /* in order of product, then of age */
    int64_t product, code, order, position, person, quantity, picked;
    int64_t keep; /* below quantity: to be cut */
    bool stays;   /* the person agreed to another product: the bag is filled with that one */
    const char *name;
};

struct sharing {
    struct ctx *ctx;
    struct cycle cycle;
    const char *on;
    bool keep_substitutes;
    struct wanted_line *lines;
    size_t count;
    int64_t products, cut_lines, cut_units, people;
};

/* --- may it be shared now --- */

static int refuse_if(struct sharing *sharing, const char *sql, const char *sentence)
{
    char *number = NULL;
    struct ctx *ctx = sharing->ctx;
    int result = db_text(ctx->db, ctx->arena, sql, BIND(INT("cycle", sharing->cycle.id)), &number, ctx->error);
    return result || !number ? result : error_set(ctx->error, ERR_REFUSED, "cycle", sentence, number, NULL);
}

static int check_turn(struct sharing *sharing, bool nothing_came)
{
    struct ctx *ctx = sharing->ctx;
    const char *state = sharing->cycle.state;
    if (strcmp(state, "closed") != 0 && strcmp(state, "picking") != 0)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("The cycle {0} is {1}: what is missing is shared between its closing and its delivery."),
                         sharing->cycle.code, state, NULL);
    int result = refuse_if(sharing, "SELECT CAST(COUNT(*) AS TEXT) FROM canteen_order WHERE cycle_id = :cycle AND state = 'placed' HAVING COUNT(*) > 0",
                           N_("{0} orders wait for the answer of the accounts office: take it in first."));
    if (!result)
        result = refuse_if(sharing,
                           "SELECT CAST(s.number AS TEXT) FROM canteen_supply s WHERE s.cycle_id = :cycle AND s.state = 'draft' AND EXISTS (SELECT 1 FROM "
                           "canteen_supply_line k WHERE k.supply_id = s.id AND k.packs <> 0) ORDER BY s.number LIMIT 1",
                           N_("The supplier's order {0} was not sent yet."));
    if (!result && !nothing_came)
        result = refuse_if(sharing,
                           "SELECT CAST(number AS TEXT) FROM canteen_supply WHERE cycle_id = :cycle AND state = 'sent' AND correction = 0 AND "
                           "pack_count > 0 ORDER BY number LIMIT 1",
                           N_("Nothing came of the supplier's order {0} yet: record its delivery note, or say that nothing comes."));
    return result;
}

/* --- who wants what --- */

/* Goods alone: what was bought for this cycle, or lies on the shelf. Handed-over lines want nothing more. */
#define LINES_SQL                                                                                                     \
    "FROM canteen_order o JOIN canteen_order_line l ON l.order_id = o.id WHERE o.cycle_id = :cycle AND o.state IN ('accepted', 'reduced') " \
    "AND l.quantity > 0 AND l.delivered IS NULL AND l.given_id IS NULL AND (EXISTS (SELECT 1 FROM canteen_lot t WHERE "  \
    "t.product_id = l.product_id) OR EXISTS (SELECT 1 FROM canteen_supply s JOIN canteen_supply_line k ON k.supply_id = s.id WHERE " \
    "s.cycle_id = :cycle AND s.sent_on <> '' AND k.product_id = l.product_id)) "

static int lock_products(struct sharing *sharing)
{
    struct ctx *ctx = sharing->ctx;
    return db_run(ctx->db,
                  "UPDATE canteen_product SET stock_free = stock_free WHERE id IN (SELECT DISTINCT l.product_id " LINES_SQL ")",
                  BIND(INT("cycle", sharing->cycle.id)), ctx->error);
}

static int read_lines(struct sharing *sharing)
{
    struct rows *rows;
    int64_t most = 0;
    struct ctx *ctx = sharing->ctx;
    const struct binding *key = BIND(INT("cycle", sharing->cycle.id));
    int result = db_int(ctx->db, "SELECT COUNT(*) " LINES_SQL, key, 0, &most, ctx->error);
    if (!result)
        result = db_query(ctx->db,
                          "SELECT l.product_id, l.code, l.name, l.order_id, l.position, l.person_id, l.quantity, l.picked, l.substitute " LINES_SQL
                          "ORDER BY l.product_id, o.handed_on, o.at, o.id, l.position",
                          key, &rows, ctx->error);
    if (result)
        return result;
    sharing->lines = ARENA_ARRAY(ctx->arena, struct wanted_line, most + 1);
    while (sharing->count < (size_t)most && rows_next(rows)) {
        sharing->lines[sharing->count++] = (struct wanted_line){.product = rows_int(rows, 0),
                                 .code = rows_int(rows, 1),
                                 .name = arena_strdup(ctx->arena, rows_text(rows, 2)),
                                 .order = rows_int(rows, 3),
                                 .position = rows_int(rows, 4),
                                 .person = rows_int(rows, 5),
                                 .quantity = rows_int(rows, 6),
                                 .picked = rows_null(rows, 7) ? 0 : rows_int(rows, 7),
                                 .stays = sharing->keep_substitutes && rows_int(rows, 8)};
    }
    return rows_close(rows);
}

/* What the shelf holds for this cycle: cycles delivered before it come first. */
static int units_for_cycle(struct sharing *sharing, int64_t product, int64_t *ret_units)
{
    int64_t shelf = 0, before = 0;
    struct ctx *ctx = sharing->ctx;
    int result = lots_available(ctx->db, product, sharing->cycle.delivers_on, &shelf, ctx->error);
    if (!result && shelf)
        result = db_int(ctx->db,
                        "SELECT CAST(SUM(l.quantity) AS INTEGER) FROM canteen_order_line l JOIN canteen_order o ON o.id = l.order_id JOIN "
                        "canteen_cycle c ON c.id = o.cycle_id WHERE l.product_id = :product AND l.picked IS NULL AND o.cycle_id <> :cycle AND "
                        "o.state IN ('placed', 'accepted', 'reduced') AND c.state IN ('closed', 'picking') AND (c.delivers_on < :delivers_on OR "
                        "(c.delivers_on = :delivers_on AND c.id < :cycle))",
                        BIND(INT("product", product), INT("cycle", sharing->cycle.id), TEXT("delivers_on", sharing->cycle.delivers_on)), 0,
                        &before, ctx->error);
    *ret_units = shelf > before ? shelf - before : 0;
    return result;
}

/* --- the rule --- */

static int keep_share(struct sharing *sharing, const struct wanted_line *line, int64_t wanted, int64_t available, int64_t cut, int64_t lines)
{
    struct ctx *ctx = sharing->ctx;
    return db_run(ctx->db,
                  "INSERT INTO canteen_share(id, cycle_id, product_id, code, name, on_day, wanted, available, missing, lines, at) VALUES (:id, "
                  ":cycle, :product, :code, :name, :on_day, :wanted, :available, :missing, :lines, :at)",
                  BIND(INT("id", db_next_id(ctx->db)), INT("cycle", sharing->cycle.id), INT("product", line->product), INT("code", line->code),
                       TEXT("name", line->name), TEXT("on_day", sharing->on), INT("wanted", wanted), INT("available", available),
                       INT("missing", cut), INT("lines", lines), INT("at", ctx->now_ms)),
                  ctx->error);
}

static int share_product(struct sharing *sharing, struct wanted_line *lines, size_t count)
{
    int64_t available = 0, wanted = 0, cut = 0, cut_lines = 0;
    int result = units_for_cycle(sharing, lines->product, &available);
    int64_t left = available;
    for (size_t i = 0; i < count && !result; i++) {
        int64_t want = lines[i].quantity - lines[i].picked, got = want < left ? want : left;
        lines[i].keep = lines[i].stays ? lines[i].quantity : lines[i].picked + got;
        left -= got;
        wanted += want;
        cut += lines[i].quantity - lines[i].keep;
        cut_lines += lines[i].quantity > lines[i].keep;
    }
    if (result || !cut)
        return result;
    sharing->products++;
    sharing->cut_units += cut;
    sharing->cut_lines += cut_lines;
    return keep_share(sharing, lines, wanted, available, cut, cut_lines);
}

static int by_order(const void *a, const void *b)
{
    const struct wanted_line *one = a, *other = b;
    return one->order < other->order ? -1 : one->order > other->order;
}

/* Orders are taken one after the other, each once. */
static int cut_lines(struct sharing *sharing)
{
    struct order_head head = {0};
    struct ctx *ctx = sharing->ctx;
    int result = 0;
    qsort(sharing->lines, sharing->count, sizeof *sharing->lines, by_order);
    for (size_t i = 0; i < sharing->count && !result; i++) {
        const struct wanted_line *line = &sharing->lines[i];
        if (line->keep >= line->quantity)
            continue;
        if (head.id != line->order) {
            sharing->people++;
            result = lines_lock(ctx->db, ctx->arena, line->order, &head, ctx->error);
        }
        if (!result)
            result = line_cut(ctx, ctx->db, &head, line->position, line->keep, "shortage", false, ctx->error);
    }
    return result;
}

static int share_all(struct sharing *sharing)
{
    int result = lock_products(sharing);
    if (!result)
        result = read_lines(sharing);
    for (size_t from = 0, to; from < sharing->count && !result; from = to) {
        for (to = from; to < sharing->count && sharing->lines[to].product == sharing->lines[from].product;)
            to++;
        result = share_product(sharing, &sharing->lines[from], to - from);
    }
    return result ? result : cut_lines(sharing);
}

int supply_share(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct sharing sharing = {.ctx = ctx, .keep_substitutes = tree_true(tree_get(args, "keep_substitutes"))};
    int code = supply_day(ctx, args, &sharing.on);
    if (!code)
        code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, at.id, tree_text(args, "cycle"), &sharing.cycle, ctx->error);
    if (!code) /* two hands at one cycle follow each other: the second finds nothing missing */
        code = db_run(ctx->db, "UPDATE canteen_cycle SET state = state WHERE id = :id", BIND(INT("id", sharing.cycle.id)), ctx->error);
    if (!code)
        code = check_turn(&sharing, tree_true(tree_get(args, "nothing_came")));
    if (!code)
        code = share_all(&sharing);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "cycle", sharing.cycle.code);
    tree_set_int(ctx->arena, result, "products", sharing.products);
    tree_set_int(ctx->arena, result, "missing", sharing.cut_units);
    tree_set_int(ctx->arena, result, "lines", sharing.cut_lines);
    tree_set_int(ctx->arena, result, "people", sharing.people);
    tree_set_bool(ctx->arena, result, "before", !sharing.cut_lines);
    return 0;
}
