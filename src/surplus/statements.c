/* A line of a statement holds accounts by the beginning of their numbers, the longest beginning wins; "41/d" holds them
 * only while their balance is a debit. A total adds up lines, and totals above it. Views do the sums. */
#include "surplus/statements.h"

#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/text.h"

static const char path[] = "data/accounts/statement_lines.csv";

enum { LINES_MAX = 200 };

struct line {
    const char *statement, *name, *kind, *title_fr, *title_en, *accounts, *less, *sum;
    int64_t level;
};

struct loading {
    struct arena *arena;
    const struct embedded *file;
    char hash[65];
    struct line lines[LINES_MAX];
    int count;
};

static void hash_file(struct loading *loading)
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)loading->file->bytes, loading->file->length, NULL, 0);
    sodium_bin2hex(loading->hash, sizeof loading->hash, hash, sizeof hash);
}

static int read_lines(struct loading *loading, struct error *error)
{
    struct csv *csv;
    int result = csv_open(loading->arena, loading->file->bytes, loading->file->length, &csv, error);
    while (!result && csv_next(csv)) {
        if (loading->count == LINES_MAX)
            return error_set(error, ERR_INTERNAL, "", N_("The file {0} has too many lines."), path, NULL);
        struct line *line = &loading->lines[loading->count++];
        struct {
            const char *column;
            const char **cell;
        } const cells[] = {{"statement", &line->statement}, {"line", &line->name},         {"kind", &line->kind},
                           {"title_fr", &line->title_fr},   {"title_en", &line->title_en}, {"accounts", &line->accounts},
                           {"less", &line->less},           {"sum", &line->sum}};
        for (size_t i = 0; i < COUNT_OF(cells); i++)
            *cells[i].cell = arena_strdup(loading->arena, csv_cell(csv, csv_column(csv, cells[i].column)));
        if (!text_to_int(csv_cell(csv, csv_column(csv, "level")), &line->level))
            return error_set(error, ERR_INTERNAL, "", N_("The line {0} of the statements has no level."), line->name, NULL);
    }
    return result;
}

static const struct line *find_line(const struct loading *loading, const char *name)
{
    for (int i = 0; i < loading->count; i++)
        if (text_is(loading->lines[i].name, name))
            return &loading->lines[i];
    return NULL;
}

static int keep_prefix(struct db *db, const struct loading *loading, const struct line *line, const char *token, const char *portion,
                       struct error *error)
{
    size_t length = strcspn(token, "/");
    const char *prefix = arena_copy(loading->arena, token, length);
    const char *book = text_is(line->statement, "income") ? "income" : "balance";
    bool debit = text_is(line->statement, "assets") || *prefix == '6';
    static const char *const sides[] = {"debit", "credit"};
    if (text_is(line->name, "result"))
        debit = false;
    for (int i = 0; i < 2; i++) {
        if (token[length] && token[length + 1] != *sides[i])
            continue;
        int result = db_run(db,
                            "INSERT INTO statement_prefix(book, prefix, side, leaf, portion, sign) "
                            "VALUES (:book, :prefix, :side, :leaf, :portion, :sign)",
                            BIND(TEXT("book", book), TEXT("prefix", prefix), TEXT("side", sides[i]), TEXT("leaf", line->name),
                                 TEXT("portion", portion), INT("sign", debit ? 1 : -1)),
                            error);
        if (result)
            return result;
    }
    return 0;
}

static int keep_prefixes(struct db *db, const struct loading *loading, const struct line *line, const char *list,
                         const char *portion, struct error *error)
{
    int result = 0;
    for (const char *p = list; *p && !result;) {
        size_t length = strcspn(p, " ");
        result = keep_prefix(db, loading, line, arena_copy(loading->arena, p, length), portion, error);
        p += length + (p[length] == ' ');
    }
    return result;
}

/* Totals are made of lines that stand above them: the depth ends by itself. */
static int keep_parts(struct db *db, const struct loading *loading, const char *owner, const struct line *line, int sign,
                      struct error *error)
{
    if (text_is(line->kind, "line"))
        return db_run(db,
                      "INSERT INTO statement_part(line, leaf, sign) VALUES (:line, :leaf, :sign)",
                      BIND(TEXT("line", owner), TEXT("leaf", line->name), INT("sign", sign)), error);
    int result = 0;
    for (const char *p = line->sum; *p && !result;) {
        size_t length = strcspn(p, " ");
        const char *name = arena_copy(loading->arena, p + 1, length - 1);
        const struct line *part = find_line(loading, name);
        if (!part || part >= line || text_is(part->kind, "heading"))
            return error_set(error, ERR_INTERNAL, "", N_("The total {0} of the statements adds up {1}, which does not stand above it."),
                             line->name, name, NULL);
        result = keep_parts(db, loading, owner, part, *p == '-' ? -sign : sign, error);
        p += length + (p[length] == ' ');
    }
    return result;
}

static int keep(struct db *db, void *context, struct error *error)
{
    struct loading *loading = context;
    static const char *const old[] = {"DELETE FROM statement_prefix", "DELETE FROM statement_part", "DELETE FROM statement_line"};
    int result = 0;
    for (size_t i = 0; i < COUNT_OF(old) && !result; i++)
        result = db_run(db, old[i], NULL, error);
    for (int i = 0; i < loading->count && !result; i++) {
        const struct line *line = &loading->lines[i];
        result = db_run(db,
                        "INSERT INTO statement_line(line, statement, rank, kind, level, title_fr, title_en) "
                        "VALUES (:line, :statement, :rank, :kind, :level, :fr, :en)",
                        BIND(TEXT("line", line->name), TEXT("statement", line->statement), INT("rank", i), TEXT("kind", line->kind),
                             INT("level", line->level), TEXT("fr", line->title_fr), TEXT("en", line->title_en)),
                        error);
        if (!result)
            result = keep_prefixes(db, loading, line, line->accounts, "gross", error);
        if (!result)
            result = keep_prefixes(db, loading, line, line->less, "less", error);
        if (!result && !text_is(line->kind, "heading"))
            result = keep_parts(db, loading, line->name, line, 1, error);
    }
    if (result)
        return result;
    return db_run(db, "INSERT INTO statement_content(id, hash) VALUES (1, :hash) ON CONFLICT(id) DO UPDATE SET hash = excluded.hash",
                  BIND(TEXT("hash", loading->hash)), error);
}

static int read_hash(struct app *app, struct arena *arena, char **ret_hash, struct error *error)
{
    struct db *db;
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = db_text(db, arena, "SELECT hash FROM statement_content WHERE id = 1", NULL, ret_hash, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    return result;
}

int statements_start(struct app *app, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct loading *loading = ARENA_NEW(arena, struct loading);
    char *known = NULL;
    loading->arena = arena;
    loading->file = embed_find(path);
    if (!loading->file)
        return error_set(error, ERR_INTERNAL, "", N_("The file {0} is missing in this program."), path, NULL);
    hash_file(loading);
    int result = read_hash(app, arena, &known, error);
    if (result || text_is(known, loading->hash))
        return result;
    result = read_lines(loading, error);
    return result ? result : store_write(app->store, keep, loading, false, error);
}
