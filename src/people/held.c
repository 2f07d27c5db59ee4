/* What is held about a person: all of it shown to the person who asks, and forgotten when the time has come. Found by
 * the schemas alone: every table with a column person_id, in whatever room, and the table of persons itself. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/embed.h"
#include "kernel/action.h"
#include "law/law.h"
#include "people/internal.h"
#include "store/schema.h"

struct held {
    struct ctx *ctx;
    int64_t person;
    bool elsewhere;      /* the person stayed in other establishments than the one of whoever asks */
    struct tree *tables;
    struct tree *withheld; /* names of what others keep: another service, another establishment */
};

static int no_such(struct error *error)
{
    return error_set(error, ERR_NOT_FOUND, "reference", N_("Nobody is known here under this reference or number."), NULL);
}

/* The person of a reference, as far as the grant sees: those who work in one establishment see who stayed in it. */
static int find_person(struct ctx *ctx, const char *typed, char ret_reference[PERSON_REFERENCE_BYTES], int64_t *ret_person)
{
    *ret_person = 0;
    if (!person_reference_read(typed, ret_reference))
        return no_such(ctx->error);
    int result = db_int(ctx->db,
                        "SELECT p.id FROM person p WHERE p.reference = :reference AND (:establishment = 0 OR EXISTS "
                        "(SELECT 1 FROM stay s WHERE s.person_id = p.id AND s.establishment_id = :establishment))",
                        BIND(TEXT("reference", ret_reference), INT("establishment", ctx->grant->establishment)), 0, ret_person,
                        ctx->error);
    return result || *ret_person ? result : no_such(ctx->error);
}

/* --- export --- */

static void set_value(struct held *held, struct tree *row, const struct schema_column *column, const struct rows *rows, int at)
{
    struct arena *arena = held->ctx->arena;
    size_t length;
    if (rows_null(rows, at)) {
        tree_set_text(arena, row, column->name, NULL);
    } else if (!strcmp(column->type, "INTEGER")) {
        tree_set_int(arena, row, column->name, rows_int(rows, at));
    } else if (!strcmp(column->type, "BLOB")) {
        const void *bytes = rows_bytes(rows, at, &length);
        tree_set_text(arena, row, column->name, held->ctx->app->unseal(held->ctx->app, bytes, length, arena));
    } else {
        tree_set_text(arena, row, column->name, arena_strdup(arena, rows_text(rows, at)));
    }
}

static bool has_column(const struct schema_column *columns, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(columns[i].name, name))
            return true;
    return false;
}

/* columns: of one table, following each other. Those who work in one establishment are shown what is of it: rows that say so,
 * and rows that do not when the person never stayed anywhere else. */
static int add_table(struct held *held, const struct schema_column *columns, size_t count, const char *key)
{
    struct arena *arena = held->ctx->arena;
    const char *list = columns[0].name;
    struct rows *rows;
    bool by_place = held->elsewhere && has_column(columns, count, "establishment_id");
    if (held->elsewhere && !by_place && strcmp(key, "id") != 0) {
        tree_add_text(arena, held->withheld, columns[0].table);
        return 0;
    }
    for (size_t i = 1; i < count; i++)
        list = arena_printf(arena, "%s, %s", list, columns[i].name);
    const char *sql = arena_printf(arena, "SELECT %s FROM %s WHERE %s = :person%s ORDER BY 1", list, columns[0].table, key,
                                   by_place ? " AND establishment_id = :establishment" : "");
    const struct binding *bindings = by_place ? BIND(INT("person", held->person), INT("establishment", held->ctx->grant->establishment))
                                              : BIND(INT("person", held->person));
    int result = db_query(held->ctx->db, sql, bindings, &rows, held->ctx->error);
    if (result)
        return result;
    struct tree *all = tree_set_list(arena, held->tables, columns[0].table);
    while (rows_next(rows)) {
        struct tree *row = tree_add_map(arena, all);
        for (size_t i = 0; i < count; i++)
            set_value(held, row, &columns[i], rows, (int)i);
    }
    return rows_close(rows);
}

const char *person_key_of_table(const struct schema_column *columns, size_t count)
{
    if (!strcmp(columns[0].table, "person"))
        return "id";
    for (size_t i = 0; i < count; i++)
        if (!strcmp(columns[i].name, "person_id"))
            return "person_id";
    return NULL;
}

static int add_subject(struct held *held, const char *subject)
{
    const struct embedded *file = embed_find(arena_printf(held->ctx->arena, "%s/schema.sql", subject));
    struct schema schema;
    int result = file ? schema_parse(held->ctx->arena, file->bytes, &schema, held->ctx->error) : 0;
    if (!file || result)
        return result;
    for (size_t from = 0, to; from < schema.column_count && !result; from = to) {
        for (to = from; to < schema.column_count && !strcmp(schema.columns[to].table, schema.columns[from].table);)
            to++;
        const char *key = person_key_of_table(&schema.columns[from], to - from);
        if (key)
            result = add_table(held, &schema.columns[from], to - from, key);
    }
    return result;
}

static bool is_of_other_service(const struct grant *grant, const struct subject *subject)
{
    return subject->service && grant->service && *grant->service && strcmp(subject->service, grant->service) != 0;
}

static int find_elsewhere(struct held *held)
{
    int64_t others = 0;
    int result = db_int(held->ctx->db,
                        "SELECT COUNT(*) FROM stay WHERE person_id = :person AND :establishment <> 0 AND establishment_id <> :establishment",
                        BIND(INT("person", held->person), INT("establishment", held->ctx->grant->establishment)), 0, &others, held->ctx->error);
    held->elsewhere = others > 0;
    return result;
}

int person_export(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    char reference[PERSON_REFERENCE_BYTES];
    struct held held = {.ctx = ctx};
    struct keyring *keys;
    int code = find_person(ctx, tree_text(args, "reference"), reference, &held.person);
    if (!code)
        code = people_keys(ctx->app, ctx->db, &keys, ctx->error);
    if (!code)
        code = find_elsewhere(&held);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "reference", arena_strdup(ctx->arena, reference));
    held.tables = tree_set_map(ctx->arena, result, "held");
    held.withheld = tree_set_list(ctx->arena, result, "held_by_others");
    for (const struct subject *const *subject = ctx->app->subjects; *subject && !code; subject++)
        if (is_of_other_service(ctx->grant, *subject))
            tree_add_text(ctx->arena, held.withheld, (*subject)->name);
        else
            code = add_subject(&held, (*subject)->name);
    return code;
}

/* --- erasing --- */

static int forget(struct ctx *ctx, struct db *db, int64_t person, struct error *error)
{
    static const char *const statements[] = {
        "DELETE FROM person_word WHERE person_id = :person",
        "UPDATE stay SET number = :nothing, number_hash = NULL, regime = '' WHERE person_id = :person",
        "DELETE FROM stay_event WHERE person_id = :person AND kind = 'regime'",
        "UPDATE person SET family_name = :nothing, given_names = :nothing, erased_on = :today WHERE id = :person",
    };
    int result = 0;
    for (size_t i = 0; i < COUNT_OF(statements) && !result; i++)
        result = db_run(db, statements[i],
                        BIND(INT("person", person), BYTES("nothing", "", 0), TEXT("today", ctx->today)), error);
    return result;
}

/* What is still to be settled anywhere keeps the person: nobody could be told whose it is. */
static int check_settled(struct ctx *ctx, struct db *db, int64_t person, struct error *error)
{
    int result = 0;
    for (const struct subject *const *subject = ctx->app->subjects; *subject && !result; subject++)
        if ((*subject)->owes_person)
            result = (*subject)->owes_person(db, person, error);
    return result;
}

/* The key goes first: should the rest be lost, the name is unreadable all the same, and erasing again ends it. */
static int erase(struct ctx *ctx, struct db *db, int64_t person, struct error *error)
{
    struct keyring *keys;
    int64_t present = 0;
    int result = db_int(db, "SELECT 1 FROM stay WHERE person_id = :person AND state <> 'left'", BIND(INT("person", person)), 0,
                        &present, error);
    if (!result && present)
        return error_set(error, ERR_REFUSED, "reference", N_("This person has not left: record the departure first."), NULL);
    if (!result)
        result = check_settled(ctx, db, person, error);
    if (!result)
        result = people_keys(ctx->app, db, &keys, error);
    if (!result)
        result = keyring_destroy(keys, person, error);
    return result ? result : forget(ctx, db, person, error);
}

int person_erase(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    char reference[PERSON_REFERENCE_BYTES];
    int64_t person;
    int code = find_person(ctx, tree_text(args, "reference"), reference, &person);
    if (!code)
        code = erase(ctx, ctx->db, person, ctx->error);
    if (!code)
        tree_set_text(ctx->arena, result, "reference", arena_strdup(ctx->arena, reference));
    return code;
}

/* --- retention --- */

enum { PURGE_BATCH = 200 };

struct purge {
    struct ctx *ctx;
    char before[DATE_BYTES]; /* who left before that day is forgotten */
    int64_t persons[PURGE_BATCH];
    int count, erased; /* of this batch */
};

/* That many years before today; 29 February becomes 1 March. */
static void years_before(const char *today, int64_t years, char ret_date[DATE_BYTES])
{
    int32_t days;
    memcpy(ret_date, today, DATE_BYTES);
    int year = (int)((today[0] - '0') * 1000 + (today[1] - '0') * 100 + (today[2] - '0') * 10 + (today[3] - '0') - years);
    for (int i = 3; i >= 0; i--, year /= 10)
        ret_date[i] = (char)('0' + year % 10);
    if (!date_parse(ret_date, &days))
        memcpy(ret_date + 5, "03-01", 5);
}

static int find_batch(struct purge *purge, struct db *db, int64_t after)
{
    struct rows *rows;
    struct error *error = purge->ctx->error;
    int result = db_query(db,
                          "SELECT DISTINCT s.person_id FROM stay s JOIN person p ON p.id = s.person_id WHERE s.person_id > :after "
                          "AND p.erased_on = '' AND s.left_on <> '' AND s.left_on < :before AND NOT EXISTS (SELECT 1 FROM stay t "
                          "WHERE t.person_id = s.person_id AND (t.left_on = '' OR t.left_on >= :before)) "
                          "AND (:establishment = 0 OR s.establishment_id = :establishment) ORDER BY s.person_id LIMIT 200",
                          BIND(INT("after", after), TEXT("before", purge->before),
                               INT("establishment", purge->ctx->grant->establishment)),
                          &rows, error);
    purge->count = 0;
    if (result)
        return result;
    while (purge->count < PURGE_BATCH && rows_next(rows))
        purge->persons[purge->count++] = rows_int(rows, 0);
    return rows_close(rows);
}

static int read_batch(struct purge *purge, int64_t after)
{
    struct db *db;
    struct law_value kept;
    struct ctx *ctx = purge->ctx;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = law_rate(db, ctx->arena, "kept.support_file", ctx->today, &kept, ctx->error);
        if (!result) {
            years_before(ctx->today, kept.value_millionths / LAW_ONE, purge->before);
            result = find_batch(purge, db, after);
        }
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    return result;
}

static int forget_batch(struct db *db, void *context, struct error *error)
{
    struct purge *purge = context;
    int result = 0;
    purge->erased = 0;
    for (int i = 0; i < purge->count && !result; i++) {
        result = erase(purge->ctx, db, purge->persons[i], error);
        purge->erased += !result;
        if (result == ERR_REFUSED) { /* something of them is not settled yet: the next purge finds them again */
            *error = (struct error){0};
            result = 0;
        }
    }
    return result;
}

int person_purge(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct purge purge = {.ctx = ctx};
    bool preview = tree_true(tree_get(args, "preview"));
    int64_t erased = 0, after = 0;
    int code = read_batch(&purge, 0);
    while (!code && purge.count && !job_stopping(ctx->job)) {
        after = purge.persons[purge.count - 1];
        if (!preview)
            code = ctx_write(ctx, forget_batch, &purge);
        erased += preview ? purge.count : purge.erased;
        job_progress(ctx->job, erased, 0);
        if (!code)
            code = read_batch(&purge, after);
    }
    tree_set_int(ctx->arena, result, "erased", erased);
    tree_set_text(ctx->arena, result, "left_before", arena_strdup(ctx->arena, purge.before));
    return code;
}
