#include "canteen/limits.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"
#include "kernel/app.h"

/* --- reading --- */

static void add_units(struct limits *limits, struct arena *arena, size_t *room, int64_t code, int64_t most)
{
    if (limits->unit_count == *room) {
        *room = *room ? *room * 2 : 16;
        struct limit_units *units = ARENA_ARRAY(arena, struct limit_units, *room);
        if (limits->unit_count)
            memcpy(units, limits->units, limits->unit_count * sizeof *units);
        limits->units = units;
    }
    limits->units[limits->unit_count++] = (struct limit_units){code, most};
}

int limits_read(struct db *db, struct arena *arena, int64_t stay, struct limits *ret_limits, struct error *error)
{
    struct rows *rows;
    size_t room = 0;
    int result = db_query(db, "SELECT kind, code, most FROM canteen_limit_held WHERE stay_id = :stay ORDER BY kind, code",
                          BIND(INT("stay", stay)), &rows, error);
    *ret_limits = (struct limits){.cycle_cents = LIMIT_NONE, .week_cents = LIMIT_NONE};
    if (result)
        return result;
    while (rows_next(rows)) {
        const char *kind = rows_text(rows, 0);
        if (!strcmp(kind, "cycle_amount"))
            ret_limits->cycle_cents = rows_int(rows, 2);
        else if (!strcmp(kind, "week_amount"))
            ret_limits->week_cents = rows_int(rows, 2);
        else
            add_units(ret_limits, arena, &room, rows_int(rows, 1), rows_int(rows, 2));
    }
    return rows_close(rows);
}

static int by_code(const void *key, const void *item)
{
    const int64_t *code = key;
    const struct limit_units *units = item;
    return *code < units->code ? -1 : *code > units->code;
}

int64_t limits_units(const struct limits *limits, int64_t code)
{
    const struct limit_units *found =
        limits->unit_count ? bsearch(&code, limits->units, limits->unit_count, sizeof *limits->units, by_code) : NULL;
    return found ? found->most : LIMIT_NONE;
}

/* --- setting --- */

struct limit { /* which one a form speaks of; texts in the arena */
    struct establishment at;
    const char *kind, *regime;
    int64_t code; /* of the product; 0 for amounts */
};

static int read_limit(struct ctx *ctx, const struct tree *args, struct limit *ret_limit)
{
    struct product product;
    const char *regime = tree_text(args, "regime");
    *ret_limit = (struct limit){.kind = tree_text(args, "limit"), .regime = ""};
    if (!strcmp(ret_limit->kind, "cycle_quantity"))
        ret_limit->code = tree_int(args, "code", 0);
    int result = establishment_asked(ctx, ctx->db, args, &ret_limit->at, ctx->error);
    if (!result && !strcmp(ret_limit->kind, "cycle_quantity"))
        result = product_find(ctx->db, ctx->arena, ret_limit->at.id, ret_limit->code, &product, ctx->error);
    return result || !regime ? result : regime_find(ctx->db, ctx->arena, ret_limit->at.id, regime, &ret_limit->regime, ctx->error);
}

static void answer(struct ctx *ctx, const struct limit *limit, bool before, struct tree *result)
{
    tree_set_text(ctx->arena, result, "establishment", limit->at.ref);
    tree_set_text(ctx->arena, result, "limit", limit->kind);
    if (limit->code)
        tree_set_int(ctx->arena, result, "code", limit->code);
    tree_set_text(ctx->arena, result, "regime", regime_shown(limit->regime));
    tree_set_bool(ctx->arena, result, "before", before);
}

#define THIS_LIMIT "establishment_id = :establishment AND kind = :kind AND code = :code AND regime = :regime"

int canteen_limit(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct limit limit;
    int64_t known = LIMIT_NONE;
    int code = read_limit(ctx, args, &limit);
    const char *field = limit.code ? "units" : "amount";
    int64_t most = tree_int(args, field, LIMIT_NONE);
    if (!code && most == LIMIT_NONE)
        return error_set(ctx->error, ERR_INVALID, field, N_("This is required."), NULL);
    if (!code)
        code = db_int(ctx->db, "SELECT most FROM canteen_limit WHERE " THIS_LIMIT,
                      BIND(INT("establishment", limit.at.id), TEXT("kind", limit.kind), INT("code", limit.code), TEXT("regime", limit.regime)),
                      LIMIT_NONE, &known, ctx->error);
    if (code)
        return code;
    answer(ctx, &limit, known == most, result);
    return db_run(ctx->db,
                  "INSERT INTO canteen_limit(id, establishment_id, establishment, kind, code, regime, most) VALUES (:id, :establishment_id, "
                  ":establishment, :kind, :code, :regime, :most) ON CONFLICT(establishment_id, kind, code, regime) DO UPDATE SET most = excluded.most",
                  BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", limit.at.id), TEXT("establishment", limit.at.ref),
                       TEXT("kind", limit.kind), INT("code", limit.code), TEXT("regime", limit.regime), INT("most", most)),
                  ctx->error);
}

int canteen_unlimit(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct limit limit;
    int code = read_limit(ctx, args, &limit);
    if (!code)
        code = db_run(ctx->db, "DELETE FROM canteen_limit WHERE " THIS_LIMIT,
                      BIND(INT("establishment", limit.at.id), TEXT("kind", limit.kind), INT("code", limit.code), TEXT("regime", limit.regime)),
                      ctx->error);
    if (!code)
        answer(ctx, &limit, !db_changes(ctx->db), result);
    return code;
}
