/* Cycles, and what bounds an order besides its limits (limits.c): restrictions, stock. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"
#include "kernel/app.h"

int cycle_find(struct db *db, struct arena *arena, int64_t establishment, const char *code, struct cycle *ret_cycle,
               struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, establishment_id, establishment, code, goods, opens_on, closes_on, picks_on, delivers_on, settles_on, week, "
                          "state FROM "
                          "canteen_cycle WHERE establishment_id = :establishment AND code = :code",
                          BIND(INT("establishment", establishment), TEXT("code", code)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_cycle = (struct cycle){rows_int(rows, 0),
                                    rows_int(rows, 1),
                                    arena_strdup(arena, rows_text(rows, 2)),
                                    arena_strdup(arena, rows_text(rows, 3)),
                                    arena_strdup(arena, rows_text(rows, 4)),
                                    arena_strdup(arena, rows_text(rows, 5)),
                                    arena_strdup(arena, rows_text(rows, 6)),
                                    arena_strdup(arena, rows_text(rows, 7)),
                                    arena_strdup(arena, rows_text(rows, 8)),
                                    arena_strdup(arena, rows_text(rows, 9)),
                                    arena_strdup(arena, rows_text(rows, 10)),
                                    arena_strdup(arena, rows_text(rows, 11))};
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "cycle", N_("There is no cycle {0} in this establishment."), code, NULL);
    return result;
}

int cycle_find_in_job(struct ctx *ctx, int64_t establishment, const char *code, struct cycle *ret_cycle)
{
    struct db *db;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = cycle_find(db, ctx->arena, establishment, code, ret_cycle, ctx->error);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    return result;
}

/* The Monday of the week of a day. 1970-01-01 was a Thursday. */
static void monday_of(const char *on, char ret_monday[DATE_BYTES])
{
    int32_t days = 0;
    date_parse(on, &days);
    date_format(days - ((days + 3) % 7 + 7) % 7, ret_monday);
}

/* Time for those who were away to take their bag. */
static void week_after(const char *on, char ret_on[DATE_BYTES])
{
    int32_t days = 0;
    date_parse(on, &days);
    date_format(days + 7, ret_on);
}

static const char *words(struct ctx *ctx, const struct tree *list)
{
    const char *all = "";
    for (const struct tree *item = list ? list->first : NULL; item; item = item->next)
        all = arena_printf(ctx->arena, "%s%s%s", all, *all ? " " : "", item->text);
    return all;
}

int canteen_cycle(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    char week[DATE_BYTES];
    const char *code = tree_text(args, "cycle"), *closes = tree_text(args, "closes_on"), *delivers = tree_text(args, "delivers_on");
    const char *opens = tree_text(args, "opens_on") ? tree_text(args, "opens_on") : ctx->today;
    const char *picks = tree_text(args, "picks_on") ? tree_text(args, "picks_on") : delivers;
    char settles[DATE_BYTES];
    int64_t known = 0;
    int status = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!status)
        status = db_int(ctx->db, "SELECT 1 FROM canteen_cycle WHERE establishment_id = :establishment AND code = :code",
                        BIND(INT("establishment", at.id), TEXT("code", code)), 0, &known, ctx->error);
    if (status)
        return status;
    if (known)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("There is already a cycle {0} here."), code, NULL);
    if (strcmp(closes, opens) < 0)
        return error_set(ctx->error, ERR_INVALID, "closes_on", N_("Orders close on the day they open or later."), NULL);
    if (strcmp(delivers, closes) <= 0)
        return error_set(ctx->error, ERR_INVALID, "delivers_on", N_("Delivery comes after the last day of orders."), NULL);
    if (strcmp(picks, closes) <= 0 || strcmp(picks, delivers) > 0)
        return error_set(ctx->error, ERR_INVALID, "picks_on", N_("Bags are filled after the last day of orders, on the day of delivery or before."), NULL);
    week_after(delivers, settles);
    if (tree_text(args, "settles_on") && strcmp(tree_text(args, "settles_on"), delivers) < 0)
        return error_set(ctx->error, ERR_INVALID, "settles_on", N_("A cycle is settled on the day of delivery or later."), NULL);
    monday_of(delivers, week);
    tree_set_text(ctx->arena, result, "cycle", code);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    return db_run(ctx->db,
                  "INSERT INTO canteen_cycle(id, establishment_id, establishment, code, goods, opens_on, closes_on, picks_on, "
                  "delivers_on, settles_on, week, state, order_count, total_cents) VALUES (:id, :establishment_id, :establishment, :code, "
                  ":goods, :opens, :closes, :picks, :delivers, :settles, :week, 'open', 0, 0)",
                  BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", at.id), TEXT("establishment", at.ref), TEXT("code", code),
                       TEXT("goods", words(ctx, tree_get(args, "goods"))), TEXT("opens", opens), TEXT("closes", closes),
                       TEXT("picks", picks), TEXT("delivers", delivers),
                       TEXT("settles", tree_text(args, "settles_on") ? tree_text(args, "settles_on") : settles), TEXT("week", week)),
                  ctx->error);
}

int canteen_close(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct cycle cycle;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, at.id, tree_text(args, "cycle"), &cycle, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "cycle", cycle.code);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    if (strcmp(cycle.state, "open") != 0)
        return 0; /* closed already: nothing to do twice */
    return db_run(ctx->db, "UPDATE canteen_cycle SET state = 'closed' WHERE id = :id AND state = 'open'", BIND(INT("id", cycle.id)),
                  ctx->error);
}

/* --- bounds --- */

int canteen_restrict(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct stay stay;
    const char *to = tree_text(args, "to_on"), *from = tree_text(args, "from_on") ? tree_text(args, "from_on") : ctx->today;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = stay_find(ctx->app, ctx->db, ctx->arena, at.id, tree_text(args, "whom"), &stay, ctx->error);
    if (code)
        return code;
    if (strcmp(to, from) < 0)
        return error_set(ctx->error, ERR_INVALID, "to_on", N_("It ends on the day it begins or later."), NULL);
    tree_set_text(ctx->arena, result, "reference", stay.reference);
    return db_run(ctx->db,
                  "INSERT INTO canteen_restriction(id, person_id, establishment_id, from_on, to_on, at) VALUES (:id, :person, "
                  ":establishment, :from_on, :to_on, :at)",
                  BIND(INT("id", db_next_id(ctx->db)), INT("person", stay.person), INT("establishment", at.id), TEXT("from_on", from),
                       TEXT("to_on", to), INT("at", ctx->now_ms)),
                  ctx->error);
}

int canteen_stock(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct product product;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = product_find(ctx->db, ctx->arena, at.id, tree_int(args, "code", 0), &product, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_int(ctx->arena, result, "code", product.code);
    int64_t free_units = tree_int(args, "units", -1);
    return db_run(ctx->db, "UPDATE canteen_product SET stock_free = :units WHERE id = :id",
                  BIND(INT_OR_NULL("units", free_units >= 0, free_units), INT("id", product.id)), ctx->error);
}
