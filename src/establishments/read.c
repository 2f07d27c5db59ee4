/* What other subjects read of the establishments (establishments.h). */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "establishments/establishments.h"
#include "kernel/app.h"

#define COLUMNS "e.id, e.ref, e.kind, e.name, e.place, e.department, e.region, e.region_status, e.capacity"

static void take(const struct rows *rows, struct arena *arena, struct establishment *it)
{
    *it = (struct establishment){.id = rows_int(rows, 0),
                                 .ref = arena_strdup(arena, rows_text(rows, 1)),
                                 .kind = arena_strdup(arena, rows_text(rows, 2)),
                                 .name = arena_strdup(arena, rows_text(rows, 3)),
                                 .place = arena_strdup(arena, rows_text(rows, 4)),
                                 .department = arena_strdup(arena, rows_text(rows, 5)),
                                 .region = arena_strdup(arena, rows_text(rows, 6)),
                                 .region_confirmed = !strcmp(rows_text(rows, 7), "V"),
                                 .capacity = rows_null(rows, 8) ? -1 : rows_int(rows, 8)};
}

static int read_one(struct db *db, struct arena *arena, const char *sql, const struct binding *bindings,
                    struct establishment *it, int *ret_count, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, sql, bindings, &rows, error);
    if (result)
        return result;
    *ret_count = 0;
    while (*ret_count < 2 && rows_next(rows))
        if (!(*ret_count)++)
            take(rows, arena, it);
    return rows_close(rows);
}

int establishment_find(struct db *db, struct arena *arena, const char *text, struct establishment *ret_establishment,
                       struct error *error)
{
    int count;
    int result = read_one(db, arena, "SELECT " COLUMNS " FROM establishment e WHERE e.ref = :ref",
                          BIND(TEXT("ref", text)), ret_establishment, &count, error);
    if (!result && !count)
        result = read_one(db, arena, "SELECT " COLUMNS " FROM establishment e WHERE e.name_folded = :name",
                          BIND(TEXT("name", text_fold(arena, text))), ret_establishment, &count, error);
    if (!result && count == 0)
        return error_set(error, ERR_NOT_FOUND, "establishment", N_("There is no establishment {0}."), text, NULL);
    if (!result && count > 1)
        return error_set(error, ERR_INVALID, "establishment",
                         N_("Several establishments are called {0}: give the reference of one."), text, NULL);
    return result;
}

int establishment_read(struct db *db, struct arena *arena, int64_t id, struct establishment *ret_establishment,
                       struct error *error)
{
    int count;
    int result = read_one(db, arena, "SELECT " COLUMNS " FROM establishment e WHERE e.id = :id", BIND(INT("id", id)),
                          ret_establishment, &count, error);
    if (!result && !count)
        return error_set(error, ERR_NOT_FOUND, "establishment", N_("This establishment is not kept here."), NULL);
    return result;
}

int establishment_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct establishment *ret_establishment,
                        struct error *error)
{
    const char *named = tree_text(args, "establishment");
    int64_t own = ctx->grant->establishment;
    bool says = named && *named;
    if (!own && !says)
        return error_set(error, ERR_INVALID, "establishment", N_("Say in which establishment."), NULL);
    int result = own ? establishment_read(db, ctx->arena, own, ret_establishment, error)
                     : establishment_find(db, ctx->arena, named, ret_establishment, error);
    if (!result && own && says && strcmp(named, ret_establishment->ref) != 0)
        return error_set(error, ERR_FORBIDDEN, "establishment", N_("You work in {0}: others are not yours."),
                         ret_establishment->ref, NULL);
    return result;
}

int establishment_asked_in_job(struct ctx *ctx, const struct tree *args, struct establishment *ret_establishment)
{
    struct db *db;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = establishment_asked(ctx, db, args, ret_establishment, ctx->error);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    return result;
}

int establishments_read(struct db *db, struct arena *arena, const char *department,
                        struct establishment **ret_establishments, size_t *ret_count, struct error *error)
{
    int64_t total;
    struct rows *rows;
    const struct binding *bindings = department ? BIND(TEXT("department", department)) : NULL;
    int result = db_int(db,
                        department ? "SELECT count(*) FROM establishment WHERE department = :department"
                                   : "SELECT count(*) FROM establishment",
                        bindings, 0, &total, error);
    if (!result)
        result = db_query(db,
                          department
                              ? "SELECT " COLUMNS " FROM establishment e WHERE e.department = :department ORDER BY e.ref"
                              : "SELECT " COLUMNS " FROM establishment e ORDER BY e.ref",
                          bindings, &rows, error);
    if (result)
        return result;
    struct establishment *list = ARENA_ARRAY(arena, struct establishment, total + 1);
    size_t count = 0;
    while (count < (size_t)total && rows_next(rows))
        take(rows, arena, &list[count++]);
    *ret_establishments = list;
    *ret_count = count;
    return rows_close(rows);
}
