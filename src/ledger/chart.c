/* Charts of accounts and journals, from data/accounts, loaded at the start when they are not what was loaded last. */
#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/text.h"
#include "kernel/app.h"
#include "ledger/posting.h"

enum { POSTABLE_DIGITS = 3 }; /* shorter numbers are headings: they take no entry */

static const char folder[] = "data/accounts/";

static int open_file(struct arena *arena, const char *path, struct csv **ret_csv, struct error *error)
{
    const struct embedded *file = embed_find(path);
    if (!file)
        return error_set(error, ERR_INTERNAL, "", N_("The file {0} is missing in this program."), path, NULL);
    return csv_open(arena, file->bytes, file->length, ret_csv, error);
}

static int keep_account(struct db *db, struct arena *arena, const char *number, const char *name, struct error *error)
{
    return db_run(db,
                  "INSERT INTO ledger_account(id, book, number, auxiliary, name, name_folded, guard, open, debit_cents, credit_cents, "
                  "pending_debit_cents, pending_credit_cents, line_count) "
                  "VALUES (:id, 'general', :number, '', :name, :folded, 'none', :open, 0, 0, 0, 0, 0) "
                  "ON CONFLICT(book, number, auxiliary) DO UPDATE "
                  "SET name = excluded.name, name_folded = excluded.name_folded, open = excluded.open",
                  BIND(INT("id", db_next_id(db)), TEXT("number", number), TEXT("name", name),
                       TEXT("folded", text_fold(arena, name)), INT("open", strlen(number) >= POSTABLE_DIGITS)),
                  error);
}

static int keep_journals(struct db *db, struct arena *arena, struct error *error)
{
    struct csv *csv;
    int result = open_file(arena, "data/accounts/journals.csv", &csv, error);
    while (!result && csv_next(csv))
        result = db_run(db,
                        "INSERT INTO ledger_journal(code, name) VALUES (:code, :name) "
                        "ON CONFLICT(code) DO UPDATE SET name = excluded.name",
                        BIND(TEXT("code", csv_cell(csv, csv_column(csv, "code"))),
                             TEXT("name", csv_cell(csv, csv_column(csv, "name")))),
                        error);
    return result;
}

static const char *chart_of(const char *kind)
{
    return text_is(kind, "association") ? "association" : "company";
}

static bool holds(struct csv *csv, int column, const char *number)
{
    while (csv_next(csv))
        if (text_is(csv_cell(csv, column), number))
            return true;
    return false;
}

/* Accounts of the other chart that nothing was posted on are put away, so that nobody picks them by mistake. */
static int put_other_away(struct db *db, struct arena *arena, const char *chart, struct error *error)
{
    struct csv *csv, *own;
    const char *other = !strcmp(chart, "company") ? "association" : "company";
    const char *own_path = arena_printf(arena, "%schart_%s.csv", folder, chart);
    int result = open_file(arena, arena_printf(arena, "%schart_%s.csv", folder, other), &csv, error);
    while (!result && csv_next(csv)) {
        const char *number = csv_cell(csv, csv_column(csv, "number"));
        result = open_file(arena, own_path, &own, error);
        if (!result && !holds(own, csv_column(own, "number"), number))
            result = db_run(db,
                            "UPDATE ledger_account SET open = 0 WHERE book = 'general' AND number = :number AND auxiliary = '' "
                            "AND line_count = 0 AND pending_debit_cents = 0 AND pending_credit_cents = 0",
                            BIND(TEXT("number", number)), error);
    }
    return result;
}

int chart_load(struct db *db, const char *kind, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct csv *csv;
    char *known = NULL;
    int result = kind ? 0 : db_text(db, arena, "SELECT kind FROM ledger_entity WHERE id = 1", NULL, &known, error);
    const char *chart = chart_of(kind ? kind : known);
    if (!result)
        result = keep_journals(db, arena, error);
    if (!result)
        result = open_file(arena, arena_printf(arena, "%schart_%s.csv", folder, chart), &csv, error);
    while (!result && csv_next(csv))
        result = keep_account(db, arena, csv_cell(csv, csv_column(csv, "number")), csv_cell(csv, csv_column(csv, "name")), error);
    return result || !kind ? result : put_other_away(db, arena, chart, error);
}

/* --- at the start --- */

struct loading {
    char hash[65];
};

static void hash_files(struct loading *loading)
{
    unsigned char hash[32];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (const struct embedded *file = embed_first(folder); file; file = embed_next(file, folder)) {
        crypto_generichash_update(&state, (const unsigned char *)file->path, strlen(file->path) + 1);
        crypto_generichash_update(&state, (const unsigned char *)file->bytes, file->length);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(loading->hash, sizeof loading->hash, hash, sizeof hash);
}

static int load_all(struct db *db, void *context, struct error *error)
{
    const struct loading *loading = context;
    int result = db_run(db, "INSERT INTO ledger_book(code, statutory) VALUES ('general', 1) ON CONFLICT(code) DO NOTHING", NULL,
                        error);
    if (!result)
        result = db_run(db,
                        "INSERT INTO ledger_axis(id, contract, service, establishment, fund) VALUES (0, '', '', '', '') "
                        "ON CONFLICT(id) DO NOTHING",
                        NULL, error);
    if (!result)
        result = chart_load(db, NULL, error);
    return result ? result
                  : db_run(db,
                           "INSERT INTO ledger_content(id, hash) VALUES (1, :hash) "
                           "ON CONFLICT(id) DO UPDATE SET hash = excluded.hash",
                           BIND(TEXT("hash", loading->hash)), error);
}

int chart_start(struct app *app, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct loading loading;
    struct db *db;
    char *loaded = NULL;
    hash_files(&loading);
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = db_text(db, arena, "SELECT hash FROM ledger_content WHERE id = 1", NULL, &loaded, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    if (result || text_is(loaded, loading.hash))
        return result;
    return store_write(app->store, load_all, &loading, false, error);
}
