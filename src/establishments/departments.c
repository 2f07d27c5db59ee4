/* Departments and regions: shipped tables, loaded at the start when they are not those loaded last. */
#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/text.h"
#include "establishments/establishments.h"
#include "establishments/import.h"
#include "kernel/app.h"

static const char departments_path[] = "data/establishments/departments.csv";
static const char regions_path[] = "data/establishments/regions.csv";

struct loading {
    struct arena *arena;
    const struct embedded *departments, *regions;
    char hash[65];
};

static void hash_files(struct loading *loading)
{
    unsigned char hash[32];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)loading->departments->bytes, loading->departments->length + 1);
    crypto_generichash_update(&state, (const unsigned char *)loading->regions->bytes, loading->regions->length + 1);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(loading->hash, sizeof loading->hash, hash, sizeof hash);
}

static const char *cell(const struct csv *csv, const char *name)
{
    return csv_cell(csv, csv_column(csv, name));
}

static int store_region(struct db *db, const struct csv *csv, struct error *error)
{
    int result = db_run(db,
                        "INSERT INTO region(code, name) VALUES (:code, :name) "
                        "ON CONFLICT(code) DO UPDATE SET name = excluded.name",
                        BIND(TEXT("code", cell(csv, "region_code")), TEXT("name", cell(csv, "region_fr"))), error);
    if (result)
        return result;
    return db_run(db,
                  "INSERT INTO department(code, name, folded, boamp, region, region_status, region_source) "
                  "VALUES (:code, '', '', '', :region, :status, :source) ON CONFLICT(code) DO UPDATE SET "
                  "region = excluded.region, region_status = excluded.region_status, region_source = excluded.region_source",
                  BIND(TEXT("code", cell(csv, "department")), TEXT("region", cell(csv, "region_code")),
                       TEXT("status", cell(csv, "status")), TEXT("source", cell(csv, "source"))),
                  error);
}

/* Every department has its region in regions.csv: one that had none would stand out by its empty name. */
static int store_all(struct db *db, void *context, struct error *error)
{
    struct loading *loading = context;
    struct csv *csv;
    int result = csv_open(loading->arena, loading->regions->bytes, loading->regions->length, &csv, error);
    while (!result && csv_next(csv))
        result = store_region(db, csv, error);
    if (!result)
        result = csv_open(loading->arena, loading->departments->bytes, loading->departments->length, &csv, error);
    while (!result && csv_next(csv))
        result = db_run(db, "UPDATE department SET name = :name, folded = :folded, boamp = :boamp WHERE code = :code",
                        BIND(TEXT("code", cell(csv, "department")), TEXT("name", cell(csv, "name_fr")),
                             TEXT("folded", cell(csv, "folded")), TEXT("boamp", cell(csv, "boamp"))),
                        error);
    return result ? result
                  : db_run(db,
                           "INSERT INTO establishment_content(id, hash) VALUES (1, :hash) "
                           "ON CONFLICT(id) DO UPDATE SET hash = excluded.hash",
                           BIND(TEXT("hash", loading->hash)), error);
}

static int loaded_hash(struct app *app, struct arena *arena, char **ret_hash, struct error *error)
{
    struct db *db;
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = db_text(db, arena, "SELECT hash FROM establishment_content WHERE id = 1", NULL, ret_hash, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    return result;
}

int departments_load(struct app *app, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct loading loading = {arena, embed_find(departments_path), embed_find(regions_path), ""};
    char *hash = NULL;
    if (!loading.departments || !loading.regions)
        return error_set(error, ERR_INTERNAL, "", N_("The file {0} is missing from the program."),
                         loading.departments ? regions_path : departments_path, NULL);
    hash_files(&loading);
    int result = loaded_hash(app, arena, &hash, error);
    if (result || text_is(hash, loading.hash))
        return result;
    return store_write(app->store, store_all, &loading, false, error);
}

int department_read(struct db *db, struct arena *arena, const char *code, struct department *ret_department,
                    struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT d.code, d.name, d.region, r.name, d.region_status FROM department d "
                          "JOIN region r ON r.code = d.region WHERE d.code = :code",
                          BIND(TEXT("code", code)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_department = (struct department){
            arena_strdup(arena, rows_text(rows, 0)), arena_strdup(arena, rows_text(rows, 1)),
            arena_strdup(arena, rows_text(rows, 2)), arena_strdup(arena, rows_text(rows, 3)),
            !strcmp(rows_text(rows, 4), "V")};
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "department", N_("There is no department {0}."), code, NULL);
    return result;
}
