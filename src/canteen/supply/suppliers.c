/* Orders to suppliers: made from the orders of a cycle, sent once, corrected by another. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/supply/internal.h"
#include "kernel/action.h"

int supply_day(struct ctx *ctx, const struct tree *args, const char **ret_on)
{
    const char *on = tree_text(args, "on");
    *ret_on = on ? on : ctx->today;
    if (strcmp(*ret_on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("A day to come cannot be told yet."), NULL);
    return 0;
}

static const char *number_text(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "%" PRId64, number);
}

#define SUPPLY_COLUMNS                                                                                                \
    "SELECT id, establishment_id, cycle_id, number, correction, establishment, cycle, supplier, supplier_folded, state, sent_on " \
    "FROM canteen_supply "

static int read_supply(struct db *db, struct arena *arena, const char *sql, const struct binding *bindings, struct supply *ret_supply,
                       struct error *error)
{
    struct rows *rows;
    int result = db_query(db, sql, bindings, &rows, error);
    *ret_supply = (struct supply){0};
    if (result)
        return result;
    if (rows_next(rows))
        *ret_supply = (struct supply){rows_int(rows, 0),
                                      rows_int(rows, 1),
                                      rows_int(rows, 2),
                                      rows_int(rows, 3),
                                      rows_int(rows, 4),
                                      arena_strdup(arena, rows_text(rows, 5)),
                                      arena_strdup(arena, rows_text(rows, 6)),
                                      arena_strdup(arena, rows_text(rows, 7)),
                                      arena_strdup(arena, rows_text(rows, 8)),
                                      arena_strdup(arena, rows_text(rows, 9)),
                                      arena_strdup(arena, rows_text(rows, 10))};
    return rows_close(rows);
}

int supply_find(struct db *db, struct arena *arena, int64_t establishment, int64_t number, struct supply *ret_supply,
                struct error *error)
{
    const struct binding *key = BIND(INT("establishment", establishment), INT("number", number));
    int result = db_run(db, "UPDATE canteen_supply SET at = at WHERE establishment_id = :establishment AND number = :number", key, error);
    if (!result)
        result = read_supply(db, arena, SUPPLY_COLUMNS "WHERE establishment_id = :establishment AND number = :number", key, ret_supply, error);
    if (!result && !ret_supply->id)
        return error_set(error, ERR_NOT_FOUND, "supply_number", N_("There is no supplier's order {0} in this establishment."),
                         number_text(arena, number), NULL);
    return result;
}

int supply_expected_cost(struct db *db, int64_t product, const char *on, int64_t *ret_cents, struct error *error)
{
    return db_int(db, "SELECT purchase_cents FROM canteen_price WHERE product_id = :product AND from_on <= :on_day ORDER BY from_on DESC LIMIT 1",
                  BIND(INT("product", product), TEXT("on_day", on)), 0, ret_cents, error);
}

/* --- what a cycle asks for --- */

struct need { /* texts in the arena */
    int64_t product, code, pack_size, needed, from_stock, packs, expected_cents;
    const char *name, *supplier, *supplier_folded;
};

struct making {
    struct ctx *ctx;
    struct cycle cycle;
    const char *on;
    struct need *needs;
    size_t count;
    int64_t made, changed, same;
};

/* Charges that come back are no goods; what a sent order holds already is not bought twice. */
#define NEEDS_SQL                                                                                                     \
    "SELECT p.id, p.code, p.name, p.supplier, p.pack_size, CAST(SUM(l.quantity) AS INTEGER) FROM canteen_order o "     \
    "JOIN canteen_order_line l ON l.order_id = o.id JOIN canteen_product p ON p.id = l.product_id WHERE o.cycle_id = :cycle " \
    "AND o.state IN ('placed', 'accepted', 'reduced') AND p.family <> 'recurring' AND NOT EXISTS (SELECT 1 FROM canteen_supply s " \
    "JOIN canteen_supply_line k ON k.supply_id = s.id WHERE s.cycle_id = :cycle AND s.sent_on <> '' AND k.product_id = p.id) " \
    "GROUP BY p.id, p.code, p.name, p.supplier, p.pack_size HAVING SUM(l.quantity) > 0 ORDER BY p.supplier, p.code"

static int read_needs(struct making *making)
{
    struct rows *rows;
    size_t room = 64;
    struct arena *arena = making->ctx->arena;
    int result = db_query(making->ctx->db, NEEDS_SQL, BIND(INT("cycle", making->cycle.id)), &rows, making->ctx->error);
    making->needs = ARENA_ARRAY(arena, struct need, room);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (making->count == room) {
            struct need *more = ARENA_ARRAY(arena, struct need, room * 2);
            memcpy(more, making->needs, room * sizeof *more);
            making->needs = more;
            room *= 2;
        }
        making->needs[making->count++] = (struct need){.product = rows_int(rows, 0),
                                                       .code = rows_int(rows, 1),
                                                       .name = arena_strdup(arena, rows_text(rows, 2)),
                                                       .supplier = arena_strdup(arena, rows_text(rows, 3)),
                                                       .supplier_folded = text_fold(arena, rows_text(rows, 3)),
                                                       .pack_size = rows_int(rows, 4),
                                                       .needed = rows_int(rows, 5)};
    }
    return rows_close(rows);
}

/* Units on the shelf that nobody else waits for serve this cycle first; the rest is bought in whole packs. */
static int count_packs(struct making *making, struct need *need)
{
    int64_t shelf = 0, others = 0;
    struct ctx *ctx = making->ctx;
    int result = product_lock(ctx->db, need->product, ctx->error);
    if (!result)
        result = lots_available(ctx->db, need->product, making->cycle.delivers_on, &shelf, ctx->error);
    if (!result && shelf)
        result = db_int(ctx->db,
                        "SELECT CAST(SUM(l.quantity) AS INTEGER) FROM canteen_order_line l JOIN canteen_order o ON o.id = l.order_id WHERE "
                        "l.product_id = :product AND l.picked IS NULL AND o.cycle_id <> :cycle AND o.state IN ('placed', 'accepted', 'reduced')",
                        BIND(INT("product", need->product), INT("cycle", making->cycle.id)), 0, &others, ctx->error);
    if (!result)
        result = supply_expected_cost(ctx->db, need->product, making->on, &need->expected_cents, ctx->error);
    shelf = shelf > others ? shelf - others : 0;
    need->from_stock = shelf < need->needed ? shelf : need->needed;
    need->packs = (need->needed - need->from_stock + need->pack_size - 1) / need->pack_size;
    return result;
}

/* --- writing an order --- */

static int next_number(struct db *db, int64_t establishment, int64_t *ret_number, struct error *error)
{
    int result = db_run(db,
                        "INSERT INTO canteen_supply_number(establishment_id, last) VALUES (:establishment, 1) ON CONFLICT(establishment_id) "
                        "DO UPDATE SET last = canteen_supply_number.last + 1",
                        BIND(INT("establishment", establishment)), error);
    return result ? result
                  : db_int(db, "SELECT last FROM canteen_supply_number WHERE establishment_id = :establishment",
                           BIND(INT("establishment", establishment)), 0, ret_number, error);
}

struct heading {
    const char *supplier, *supplier_folded, *reason;
    int64_t correction, corrects;
};

static int insert_supply(struct making *making, const struct heading *heading, struct supply *ret_supply)
{
    struct ctx *ctx = making->ctx;
    const struct cycle *cycle = &making->cycle;
    *ret_supply = (struct supply){.id = db_next_id(ctx->db), .establishment_id = cycle->establishment_id, .cycle_id = cycle->id, .state = "draft"};
    int result = next_number(ctx->db, cycle->establishment_id, &ret_supply->number, ctx->error);
    return result ? result
                  : db_run(ctx->db,
                           "INSERT INTO canteen_supply(id, establishment_id, establishment, cycle_id, cycle, supplier, supplier_folded, number, "
                           "correction, corrects, reason, wanted_on, made_on, sent_on, state, line_count, pack_count, units, received_units, "
                           "author, at) VALUES (:id, :establishment_id, :establishment, :cycle_id, :cycle, :supplier, :folded, :number, "
                           ":correction, :corrects, :reason, :wanted_on, :made_on, '', 'draft', 0, 0, 0, 0, :author, :at)",
                           BIND(INT("id", ret_supply->id), INT("establishment_id", cycle->establishment_id),
                                TEXT("establishment", cycle->establishment), INT("cycle_id", cycle->id), TEXT("cycle", cycle->code),
                                TEXT("supplier", heading->supplier), TEXT("folded", heading->supplier_folded),
                                INT("number", ret_supply->number), INT("correction", heading->correction),
                                INT("corrects", heading->corrects), TEXT("reason", heading->reason), TEXT("wanted_on", cycle->picks_on),
                                TEXT("made_on", making->on), TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)),
                                INT("at", ctx->now_ms)),
                           ctx->error);
}

static int insert_line(struct making *making, int64_t supply, const struct need *need)
{
    return db_run(making->ctx->db,
                  "INSERT INTO canteen_supply_line(supply_id, product_id, code, name, needed, from_stock, packs, pack_size, units, "
                  "expected_cents, received) VALUES (:supply, :product, :code, :name, :needed, :from_stock, :packs, :pack_size, :units, "
                  ":expected, 0)",
                  BIND(INT("supply", supply), INT("product", need->product), INT("code", need->code), TEXT("name", need->name),
                       INT("needed", need->needed), INT("from_stock", need->from_stock), INT("packs", need->packs),
                       INT("pack_size", need->pack_size), INT("units", need->packs * need->pack_size),
                       INT("expected", need->expected_cents)),
                  making->ctx->error);
}

static int same_lines(struct making *making, int64_t supply, const struct need *needs, size_t count, bool *ret_same)
{
    int64_t lines = 0, found = 0;
    struct ctx *ctx = making->ctx;
    int result = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_supply_line WHERE supply_id = :supply", BIND(INT("supply", supply)), 0, &lines,
                        ctx->error);
    *ret_same = lines == (int64_t)count;
    for (size_t i = 0; i < count && !result && *ret_same; i++) {
        result = db_int(ctx->db,
                        "SELECT 1 FROM canteen_supply_line WHERE supply_id = :supply AND product_id = :product AND needed = :needed AND "
                        "from_stock = :from_stock AND packs = :packs AND pack_size = :pack_size",
                        BIND(INT("supply", supply), INT("product", needs[i].product), INT("needed", needs[i].needed),
                             INT("from_stock", needs[i].from_stock), INT("packs", needs[i].packs), INT("pack_size", needs[i].pack_size)),
                        0, &found, ctx->error);
        *ret_same = found != 0;
    }
    return result;
}

static int write_lines(struct making *making, int64_t supply, const struct need *needs, size_t count)
{
    struct ctx *ctx = making->ctx;
    int result = db_run(ctx->db, "DELETE FROM canteen_supply_line WHERE supply_id = :supply", BIND(INT("supply", supply)), ctx->error);
    for (size_t i = 0; i < count && !result; i++)
        result = insert_line(making, supply, &needs[i]);
    return result ? result
                  : db_run(ctx->db,
                           "UPDATE canteen_supply SET made_on = :made_on, line_count = :lines, "
                           "pack_count = (SELECT COALESCE(CAST(SUM(k.packs) AS INTEGER), 0) FROM canteen_supply_line k WHERE k.supply_id = canteen_supply.id), "
                           "units = (SELECT COALESCE(CAST(SUM(k.units) AS INTEGER), 0) FROM canteen_supply_line k WHERE k.supply_id = canteen_supply.id) "
                           "WHERE id = :supply",
                           BIND(TEXT("made_on", making->on), INT("lines", (int64_t)count), INT("supply", supply)), ctx->error);
}

/* --- supply make --- */

/* The draft of a supplier follows what the cycle asks for; goods named for a supplier whose order has gone out wait for a
 * correction. */
static int make_for_supplier(struct making *making, const struct need *needs, size_t count, int64_t *ret_left_out)
{
    struct ctx *ctx = making->ctx;
    struct supply supply;
    bool same = false;
    int result = read_supply(ctx->db, ctx->arena, SUPPLY_COLUMNS "WHERE cycle_id = :cycle AND supplier_folded = :folded AND correction = 0",
                             BIND(INT("cycle", making->cycle.id), TEXT("folded", needs->supplier_folded)), &supply, ctx->error);
    if (result)
        return result;
    if (supply.id && *supply.sent_on) {
        *ret_left_out += (int64_t)count;
        return 0;
    }
    if (supply.id)
        result = same_lines(making, supply.id, needs, count, &same);
    making->same += same;
    making->changed += supply.id && !same;
    making->made += !supply.id;
    const struct heading heading = {.supplier = needs->supplier, .supplier_folded = needs->supplier_folded, .reason = ""};
    if (!result && !supply.id)
        result = insert_supply(making, &heading, &supply);
    return result || same ? result : write_lines(making, supply.id, needs, count);
}

/* Drafts of suppliers from whom nothing is asked any more. */
static int empty_drafts(struct making *making)
{
    struct rows *rows;
    int64_t drafts[256];
    size_t count = 0;
    struct ctx *ctx = making->ctx;
    int result = db_query(ctx->db,
                          "SELECT id, supplier_folded FROM canteen_supply WHERE cycle_id = :cycle AND correction = 0 AND sent_on = '' AND "
                          "line_count > 0",
                          BIND(INT("cycle", making->cycle.id)), &rows, ctx->error);
    if (result)
        return result;
    while (count < COUNT_OF(drafts) && rows_next(rows)) {
        bool asked = false;
        for (size_t i = 0; i < making->count; i++)
            asked |= !strcmp(making->needs[i].supplier_folded, rows_text(rows, 1));
        if (!asked)
            drafts[count++] = rows_int(rows, 0);
    }
    result = rows_close(rows);
    for (size_t i = 0; i < count && !result; i++)
        result = write_lines(making, drafts[i], NULL, 0);
    making->changed += (int64_t)count;
    return result;
}

static int by_supplier(const void *a, const void *b)
{
    const struct need *one = a, *other = b;
    int order = strcmp(one->supplier_folded, other->supplier_folded);
    return order ? order : one->code < other->code ? -1 : one->code > other->code;
}

static int make_all(struct making *making, int64_t *ret_left_out)
{
    int result = 0;
    qsort(making->needs, making->count, sizeof *making->needs, by_supplier);
    for (size_t i = 0; i < making->count && !result; i++)
        result = count_packs(making, &making->needs[i]);
    for (size_t from = 0, to; from < making->count && !result; from = to) {
        for (to = from; to < making->count && !strcmp(making->needs[to].supplier_folded, making->needs[from].supplier_folded);)
            to++;
        result = make_for_supplier(making, &making->needs[from], to - from, ret_left_out);
    }
    return result ? result : empty_drafts(making);
}

static int lock_cycle(struct db *db, int64_t cycle, struct error *error)
{
    return db_run(db, "UPDATE canteen_cycle SET state = state WHERE id = :id", BIND(INT("id", cycle)), error);
}

static int begin_making(struct making *making, const struct tree *args, const char *cycle, const struct establishment *at)
{
    struct ctx *ctx = making->ctx;
    int result = supply_day(ctx, args, &making->on);
    if (!result)
        result = cycle_find(ctx->db, ctx->arena, at->id, cycle, &making->cycle, ctx->error);
    if (!result && !strcmp(making->cycle.state, "open"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Close the orders of {0} first: until then they can change."), making->cycle.code,
                         NULL);
    if (!result && !strcmp(making->cycle.state, "settled"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("The cycle {0} is {1}."), making->cycle.code, making->cycle.state, NULL);
    return result ? result : lock_cycle(ctx->db, making->cycle.id, ctx->error);
}

int supply_make(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct making making = {.ctx = ctx};
    int64_t left_out = 0;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = begin_making(&making, args, tree_text(args, "cycle"), &at);
    if (!code)
        code = read_needs(&making);
    if (!code)
        code = make_all(&making, &left_out);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "cycle", making.cycle.code);
    tree_set_int(ctx->arena, result, "new", making.made);
    tree_set_int(ctx->arena, result, "changed", making.changed);
    tree_set_int(ctx->arena, result, "same", making.same);
    tree_set_int(ctx->arena, result, "left_out", left_out);
    return 0;
}

/* --- supply send --- */

static int supply_asked(struct ctx *ctx, const struct tree *args, struct establishment *ret_at, struct supply *ret_supply)
{
    int result = establishment_asked(ctx, ctx->db, args, ret_at, ctx->error);
    return result ? result
                  : supply_find(ctx->db, ctx->arena, ret_at->id, tree_int(args, "supply_number", 0), ret_supply, ctx->error);
}

static void tell_supply(struct ctx *ctx, const struct supply *supply, int64_t number, struct tree *result)
{
    tree_set_text(ctx->arena, result, "establishment", supply->establishment);
    tree_set_text(ctx->arena, result, "cycle", supply->cycle);
    tree_set_int(ctx->arena, result, "supply_number", number);
}

int supply_send(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct supply supply;
    const char *on;
    int64_t packs = 0;
    int code = supply_day(ctx, args, &on);
    if (!code)
        code = supply_asked(ctx, args, &at, &supply);
    if (!code)
        code = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_supply_line WHERE supply_id = :id AND packs <> 0", BIND(INT("id", supply.id)), 0,
                      &packs, ctx->error);
    if (code)
        return code;
    tell_supply(ctx, &supply, supply.number, result);
    tree_set_bool(ctx->arena, result, "before", *supply.sent_on != 0);
    if (*supply.sent_on)
        return 0;
    if (!packs)
        return error_set(ctx->error, ERR_REFUSED, "supply_number", N_("There is nothing to buy on this order."), NULL);
    if (!*supply.supplier)
        return error_set(ctx->error, ERR_REFUSED, "supply_number",
                         N_("Nobody said who supplies these products: name the supplier in the catalogue, then make the orders again."), NULL);
    return db_run(ctx->db, "UPDATE canteen_supply SET state = 'sent', sent_on = :on_day WHERE id = :id",
                  BIND(TEXT("on_day", on), INT("id", supply.id)), ctx->error);
}

/* --- supply correct --- */

/* 101x2: two packs more; 101x-1: one less. */
static bool read_change(const char *word, int64_t *ret_code, int64_t *ret_packs)
{
    char *end;
    if (*word < '0' || *word > '9' || strlen(word) > 14)
        return false;
    *ret_code = strtol(word, &end, 10);
    if (*end != 'x' && *end != 'X' && *end != '*')
        return false;
    const char *packs = end + 1;
    if (!(*packs >= '0' && *packs <= '9') && !(*packs == '-' && packs[1] >= '0' && packs[1] <= '9'))
        return false;
    *ret_packs = strtol(packs, &end, 10);
    return !*end && *ret_packs && llabs(*ret_packs) <= SUPPLY_UNITS_MAX;
}

/* All orders of the cycle to this supplier together never ask for less than nothing. */
static int check_change(struct making *making, const struct supply *supply, const struct need *need)
{
    struct ctx *ctx = making->ctx;
    int64_t ordered = 0;
    int result = db_int(ctx->db,
                        "SELECT CAST(SUM(k.units) AS INTEGER) FROM canteen_supply s JOIN canteen_supply_line k ON k.supply_id = s.id WHERE "
                        "s.cycle_id = :cycle AND s.supplier_folded = :folded AND s.sent_on <> '' AND k.product_id = :product",
                        BIND(INT("cycle", supply->cycle_id), TEXT("folded", supply->supplier_folded), INT("product", need->product)), 0,
                        &ordered, ctx->error);
    if (!result && ordered + need->packs * need->pack_size < 0)
        return error_set(ctx->error, ERR_REFUSED, "items", N_("Fewer packs of {0} were ordered than you take off."), need->name, NULL);
    return result;
}

static int read_changes(struct making *making, const struct tree *items, const struct supply *supply)
{
    struct ctx *ctx = making->ctx;
    int result = 0;
    making->needs = ARENA_ARRAY(ctx->arena, struct need, (items ? items->count : 0) + 1);
    for (const struct tree *item = items ? items->first : NULL; item && !result; item = item->next) {
        struct need *need = &making->needs[making->count++];
        struct product product;
        if (!read_change(item->text, &need->code, &need->packs))
            return error_set(ctx->error, ERR_INVALID, "items", N_("{0} is not a change: write 101x2 for two packs more of number 101, 101x-1 for one less."),
                             item->text, NULL);
        result = product_find(ctx->db, ctx->arena, supply->establishment_id, need->code, &product, ctx->error);
        if (result)
            return result;
        for (struct need *other = making->needs; other < need; other++)
            if (other->product == product.id)
                return error_set(ctx->error, ERR_INVALID, "items", N_("{0} stands twice on this order."), product.name, NULL);
        need->product = product.id;
        need->name = product.name;
        need->pack_size = product.pack_size;
        result = supply_expected_cost(ctx->db, product.id, making->on, &need->expected_cents, ctx->error);
        if (!result)
            result = check_change(making, supply, need);
    }
    return result;
}

/* The last correction while it is a draft, or a new one. */
static int correction_of(struct making *making, const struct supply *base, const char *reason, struct supply *ret_draft)
{
    struct ctx *ctx = making->ctx;
    int result = read_supply(ctx->db, ctx->arena,
                             SUPPLY_COLUMNS "WHERE cycle_id = :cycle AND supplier_folded = :folded ORDER BY correction DESC LIMIT 1",
                             BIND(INT("cycle", base->cycle_id), TEXT("folded", base->supplier_folded)), ret_draft, ctx->error);
    if (result)
        return result;
    if (!*ret_draft->sent_on)
        return db_run(ctx->db, "UPDATE canteen_supply SET reason = :reason WHERE id = :id",
                      BIND(TEXT("reason", reason), INT("id", ret_draft->id)), ctx->error);
    const struct heading heading = {base->supplier, base->supplier_folded, reason, ret_draft->correction + 1, base->number};
    return insert_supply(making, &heading, ret_draft);
}

int supply_correct(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct supply base, draft;
    struct making making = {.ctx = ctx};
    bool same = false;
    int code = supply_asked(ctx, args, &at, &base);
    if (!code && !*base.sent_on)
        return error_set(ctx->error, ERR_REFUSED, "supply_number", N_("The order {0} was not sent yet: make it again instead of correcting it."),
                         number_text(ctx->arena, base.number), NULL);
    if (!code)
        code = begin_making(&making, args, base.cycle, &at);
    if (!code)
        code = read_changes(&making, tree_get(args, "items"), &base);
    if (!code)
        code = correction_of(&making, &base, tree_text(args, "reason"), &draft);
    if (!code)
        code = same_lines(&making, draft.id, making.needs, making.count, &same);
    if (!code && !same)
        code = write_lines(&making, draft.id, making.needs, making.count);
    if (code)
        return code;
    tell_supply(ctx, &base, draft.number, result);
    tree_set_bool(ctx->arena, result, "before", same);
    return 0;
}
