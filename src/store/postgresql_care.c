/* PostgreSQL: what words cannot translate (immutability, search), and the care of the database. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/postgresql.h"

enum { WORD_BYTES = 500 /* PostgreSQL refuses words over 2 kB; nobody types such */ };

/* --- schema --- */

int pg_execute(struct db *db, const char *sql, struct error *error)
{
    struct buffer text = {0};
    pg_translate(sql, &text, NULL);
    int code = pg_simple(pg_of(db), buffer_string(&text), NULL, error);
    buffer_free(&text);
    return code;
}

int pg_has_table(struct db *db, const char *table, bool *ret_known, struct error *error)
{
    int64_t count = 0;
    int code = db_int(db, "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = :name",
                      BIND(TEXT("name", table)), 0, &count, error);
    *ret_known = count > 0;
    return code;
}

int pg_make_immutable(struct db *db, const char *table, struct error *error)
{
    char sql[1024];
    snprintf(sql, sizeof sql,
             "CREATE OR REPLACE FUNCTION maillon_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
             "RAISE EXCEPTION 'this record is immutable' USING ERRCODE = 'restrict_violation'; END $$; "
             "CREATE TRIGGER %s_no_update BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION maillon_immutable(); "
             "CREATE TRIGGER %s_no_delete BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION maillon_immutable(); "
             "CREATE TRIGGER %s_no_truncate BEFORE TRUNCATE ON %s EXECUTE FUNCTION maillon_immutable()",
             table, table, table, table, table, table);
    return pg_simple(pg_of(db), sql, NULL, error);
}

/* --- search: words folded by base/text, kept as they are; PostgreSQL's own parser never sees them --- */

int pg_make_search(struct db *db, const char *index, struct error *error)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "CREATE TABLE search_%s (id bigint PRIMARY KEY NOT NULL, words tsvector NOT NULL); "
             "CREATE INDEX search_%s_words ON search_%s USING gin (words)",
             index, index, index);
    return pg_simple(pg_of(db), sql, NULL, error);
}

/* Words cut to what PostgreSQL takes, between single spaces. */
static void add_words(struct buffer *words, const char *folded, const char *before, const char *after, const char *between)
{
    while (*folded) {
        size_t length = strcspn(folded, " ");
        size_t used = length < WORD_BYTES ? length : text_prefix_bytes(folded, WORD_BYTES / 4);
        buffer_printf(words, "%s%s%.*s%s", words->length ? between : "", before, (int)used, folded, after);
        folded += length + (folded[length] == ' ');
    }
}

int pg_search_put(struct db *db, const char *index, int64_t id, const char *folded, bool remove, struct error *error)
{
    char sql[256];
    struct buffer words = {0};
    if (remove)
        snprintf(sql, sizeof sql, "DELETE FROM search_%s WHERE id = :id", index);
    else
        snprintf(sql, sizeof sql,
                 "INSERT INTO search_%s(id, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' '))) "
                 "ON CONFLICT(id) DO UPDATE SET words = excluded.words",
                 index);
    add_words(&words, folded, "", "", " ");
    int code = pg_run(db, sql, BIND(INT("id", id), TEXT("words", buffer_string(&words))), error);
    buffer_free(&words);
    return code;
}

char *pg_search_condition(struct arena *arena, const char *index, const char *column, const char *name)
{
    return arena_printf(arena, "%s IN (SELECT id FROM search_%s WHERE words @@ CAST(:%s AS tsquery))", column, index, name);
}

/* "Évreux can" -> 'evreux':* & 'can':* */
char *pg_search_words(struct arena *arena, const char *typed)
{
    const char *folded = text_fold(arena, typed);
    if (!*folded)
        return NULL;
    struct buffer words = {0};
    add_words(&words, folded, "'", "':*", " & ");
    char *copy = arena_copy(arena, words.bytes, words.length);
    buffer_free(&words);
    return copy;
}

/* --- care --- */

/* Copies of a PostgreSQL database are its own tools' work; ours would be slower and less sure. */
int pg_backup(struct store *store, const char *path, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    return error_set(error, ERR_REFUSED, "file",
                     N_("A PostgreSQL database is copied with its own tool: pg_dump --format=custom --file={0} \"{1}\" and read back with "
                        "pg_restore. See docs/postgresql.md."),
                     path, store_address(arena, store->url), NULL);
}

/* The first value of a query that should find nothing. */
static int check_none(struct pg_db *db, const char *sql, struct error *error)
{
    PGresult *result;
    int code = pg_simple(db, sql, &result, error);
    if (code)
        return code;
    if (libpq.PQntuples(result))
        code = error_set(error, ERR_INTERNAL, "db", N_("This database is not sound: {0} is switched off or broken."),
                         libpq.PQgetvalue(result, 0, 0), NULL);
    libpq.PQclear(result);
    return code;
}

/* Reads every value of every row: a page that the server's checksums refuse fails here rather than on a bad day. */
static int read_table(struct pg_db *db, const char *table, struct error *error)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT sum(length(CAST(whole_row AS text))) FROM \"%s\" AS whole_row", table);
    return pg_simple(db, sql, NULL, error);
}

int pg_check(struct db *base, struct error *error)
{
    struct pg_db *db = pg_of(base);
    PGresult *tables = NULL;
    int code = db_begin_read(base, error);
    if (code)
        return code;
    code = check_none(db,
                      "SELECT t.tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE "
                      "c.relnamespace = CAST(current_schema() AS regnamespace) AND t.tgenabled <> 'O'",
                      error);
    code = code ? code : check_none(db,
                                    "SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
                                    "WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND NOT i.indisvalid",
                                    error);
    code = code ? code : check_none(db,
                                    "SELECT conname FROM pg_catalog.pg_constraint WHERE connamespace = "
                                    "CAST(current_schema() AS regnamespace) AND NOT convalidated",
                                    error);
    code = code ? code : pg_simple(db, "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()", &tables, error);
    for (int i = 0; !code && i < libpq.PQntuples(tables); i++)
        code = read_table(db, libpq.PQgetvalue(tables, i, 0), error);
    libpq.PQclear(tables);
    db_end_read(base);
    return code;
}

/* PostgreSQL 15 explains a statement with parameters only once it is prepared: under a name of its own, for any values. */
static int explain_prepared(struct pg_db *db, int count, struct buffer *plan, struct error *error)
{
    struct buffer sql = {0};
    PGresult *result;
    buffer_text(&sql, "SET LOCAL plan_cache_mode = force_generic_plan; EXPLAIN (COSTS OFF) EXECUTE maillon_explain");
    for (int i = 0; i < count; i++)
        buffer_text(&sql, i ? ", NULL" : "(NULL");
    if (count)
        buffer_char(&sql, ')');
    int code = pg_simple(db, buffer_string(&sql), &result, error);
    buffer_free(&sql);
    if (code)
        return code;
    for (int i = 0; i < libpq.PQntuples(result); i++)
        buffer_printf(plan, "%s\n", libpq.PQgetvalue(result, i, 0));
    libpq.PQclear(result);
    return pg_simple(db, "DEALLOCATE maillon_explain", NULL, error);
}

int pg_explain(struct db *base, struct arena *arena, const char *sql, char **ret_plan, struct error *error)
{
    struct pg_db *db = pg_of(base);
    struct buffer text = {0}, plan = {0};
    buffer_text(&text, "PREPARE maillon_explain AS ");
    int count = pg_translate(sql, &text, NULL);
    int code = pg_simple(db, buffer_string(&text), NULL, error);
    if (!code)
        code = explain_prepared(db, count, &plan, error);
    *ret_plan = arena_copy(arena, buffer_string(&plan), plan.length);
    buffer_free(&text);
    buffer_free(&plan);
    return code;
}
