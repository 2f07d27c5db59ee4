#include "law/law.h"

#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/text.h"
#include "kernel/app.h"
#include "law/parameters.h"

/* --- loading what is shipped, at the start, when it is not what was loaded last --- */

static const char folder[] = "data/law/", header[] = "id;from;to;";

struct loading {
    struct arena *arena;
    struct parameters parameters;
    const struct embedded *articles;
    char hash[65];
};

static bool holds_parameters(const struct embedded *file)
{
    return text_starts(file->bytes, header);
}

static void hash_files(struct loading *loading)
{
    unsigned char hash[32];
    crypto_generichash_state state;
    static const char reading[] = "2"; /* another one when the rows made of the same files change */
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)reading, sizeof reading);
    for (const struct embedded *file = embed_first(folder); file; file = embed_next(file, folder)) {
        if (!holds_parameters(file) && file != loading->articles)
            continue;
        crypto_generichash_update(&state, (const unsigned char *)file->path, strlen(file->path) + 1);
        crypto_generichash_update(&state, (const unsigned char *)file->bytes, file->length);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(loading->hash, sizeof loading->hash, hash, sizeof hash);
}

static int read_files(struct loading *loading, struct error *error)
{
    int result = 0;
    for (const struct embedded *file = embed_first(folder); file && !result; file = embed_next(file, folder)) {
        const char *name = file->path + strlen(folder);
        const char *subject = arena_copy(loading->arena, name, strcspn(name, "."));
        if (holds_parameters(file))
            result = parameters_read(loading->arena, subject, file->bytes, file->length, &loading->parameters, error);
    }
    return result ? result : parameters_check(loading->arena, &loading->parameters, error);
}

static int store_parameter(struct db *db, struct arena *arena, const struct parameter *row, struct error *error)
{
    int result = db_run(db, "INSERT INTO law_id(parameter, unit) VALUES (:id, :unit) ON CONFLICT(parameter) DO NOTHING",
                        BIND(TEXT("id", row->id), TEXT("unit", row->unit)), error);
    if (result)
        return result;
    return db_run(db,
                  "INSERT INTO law_parameter(key, parameter, subject, valid_from, valid_to, value, value_millionths, unit, "
                  "article, source, status, note) VALUES (:key, :id, :subject, :from, :to, :value, :millionths, :unit, "
                  ":article, :source, :status, :note)",
                  BIND(TEXT("key", arena_printf(arena, "%s@%s", row->id, row->from)), TEXT("id", row->id),
                       TEXT("subject", row->subject), TEXT("from", row->from), TEXT("to", row->to),
                       TEXT("value", row->value), INT_OR_NULL("millionths", *row->value, row->value_millionths),
                       TEXT("unit", row->unit), TEXT("article", row->article), TEXT("source", row->source),
                       TEXT("status", row->status), TEXT("note", row->note)),
                  error);
}

static int store_articles(struct db *db, struct arena *arena, const struct embedded *file, struct error *error)
{
    struct csv *csv;
    int result = csv_open(arena, file->bytes, file->length, &csv, error);
    while (!result && csv_next(csv)) {
        const char *article = csv_cell(csv, csv_column(csv, "article")), *code = csv_cell(csv, csv_column(csv, "code"));
        result = db_run(db,
                        "INSERT INTO law_article(key, article, code, title_fr, title_en, rule_fr, rule_en) "
                        "VALUES (:key, :article, :code, :title_fr, :title_en, :rule_fr, :rule_en)",
                        BIND(TEXT("key", arena_printf(arena, "%s %s", article, code)), TEXT("article", article),
                             TEXT("code", code), TEXT("title_fr", csv_cell(csv, csv_column(csv, "title_fr"))),
                             TEXT("title_en", csv_cell(csv, csv_column(csv, "title_en"))),
                             TEXT("rule_fr", csv_cell(csv, csv_column(csv, "rule_fr"))),
                             TEXT("rule_en", csv_cell(csv, csv_column(csv, "rule_en")))),
                        error);
    }
    return result;
}

static int store_all(struct db *db, void *context, struct error *error)
{
    static const char *const emptying[] = {"DELETE FROM law_parameter", "DELETE FROM law_id", "DELETE FROM law_article"};
    struct loading *loading = context;
    int result = 0;
    for (size_t i = 0; i < COUNT_OF(emptying) && !result; i++)
        result = db_run(db, emptying[i], NULL, error);
    for (size_t i = 0; i < loading->parameters.count && !result; i++)
        result = store_parameter(db, loading->arena, &loading->parameters.list[i], error);
    if (!result && loading->articles)
        result = store_articles(db, loading->arena, loading->articles, error);
    return result ? result
                  : db_run(db,
                           "INSERT INTO law_content(id, hash) VALUES (1, :hash) "
                           "ON CONFLICT(id) DO UPDATE SET hash = excluded.hash",
                           BIND(TEXT("hash", loading->hash)), error);
}

static int is_loaded(struct app *app, const struct loading *loading, bool *ret_loaded, struct error *error)
{
    struct db *db;
    char *hash = NULL;
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = db_text(db, loading->arena, "SELECT hash FROM law_content WHERE id = 1", NULL, &hash, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    *ret_loaded = text_is(hash, loading->hash);
    return result;
}

static int start(struct app *app, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct loading loading = {.arena = arena, .articles = embed_find("data/law/articles.csv")};
    bool loaded = false;
    hash_files(&loading);
    int result = is_loaded(app, &loading, &loaded, error);
    if (result || loaded)
        return result;
    result = read_files(&loading, error);
    return result ? result : store_write(app->store, store_all, &loading, false, error);
}

const struct subject law_subject = {.name = "law", .start = start};

/* --- asking --- */

int law_rate(struct db *db, struct arena *arena, const char *id, const char *date, struct law_value *ret_value,
             struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT value, value_millionths, unit, article, status FROM law_parameter "
                          "WHERE parameter = :id AND valid_from <= :date AND valid_to >= :date",
                          BIND(TEXT("id", id), TEXT("date", date)), &rows, error);
    if (result)
        return result;
    bool any = rows_next(rows);
    if (any) {
        char status = rows_text(rows, 4)[0];
        *ret_value = (struct law_value){.id = arena_strdup(arena, id),
                                        .found = !rows_null(rows, 1),
                                        .confirmed = status == 'V',
                                        .value_millionths = rows_null(rows, 1) ? 0 : rows_int(rows, 1),
                                        .digits = arena_strdup(arena, rows_text(rows, 0)),
                                        .unit = arena_strdup(arena, rows_text(rows, 2)),
                                        .article = arena_strdup(arena, rows_text(rows, 3)),
                                        .status = status};
    }
    result = rows_close(rows);
    if (!result && !any)
        return error_set(error, ERR_NOT_FOUND, "law", N_("The law as kept here gives no value for {0} on {1}."), id, date,
                         NULL);
    return result;
}

int law_article(struct db *db, struct arena *arena, const char *article, const char *code, const char *language,
                struct law_article *ret_article, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT code, title_fr, title_en, rule_fr, rule_en FROM law_article "
                          "WHERE article = :article ORDER BY key",
                          BIND(TEXT("article", article)), &rows, error);
    if (result)
        return result;
    bool found = false, french = !text_is(language, "en");
    while (!found && rows_next(rows))
        if (!code || text_is(rows_text(rows, 0), code)) {
            found = true;
            *ret_article = (struct law_article){.article = arena_strdup(arena, article),
                                                .code = arena_strdup(arena, rows_text(rows, 0)),
                                                .title = arena_strdup(arena, rows_text(rows, french ? 1 : 2)),
                                                .rule = arena_strdup(arena, rows_text(rows, french ? 3 : 4))};
        }
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "law", N_("The article {0} is not summarised here."), article, NULL);
    return result;
}
