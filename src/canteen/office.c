/* Files of the prison's accounts office: balances of persons, and its answers to what orders hold. */
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"
#include "kernel/action.h"

enum { BATCH = 500 };
enum { PERSON, AMOUNT, ANSWER, COLUMNS };
enum outcome { CHANGED, SAME, REFUSED, OUTCOMES };

struct line {
    const char *person, *answer;
    int64_t cents, number;
    bool good;
    enum outcome outcome;
    int cut; /* orders that had to go */
    struct error error;
};

struct office {
    struct ctx *ctx;
    struct csv *csv;
    struct arena *scratch; /* of one batch */
    bool preview, balances;
    const char *on;
    struct establishment at;
    struct cycle cycle;
    int columns[COLUMNS];
    struct line lines[BATCH];
    int count;
    int64_t read, cut, counts[OUTCOMES];
    struct tree *refused;
};

/* --- one line --- */

static const char *cell(struct office *office, int column)
{
    return text_tidy(office->scratch, csv_cell(office->csv, office->columns[column]));
}

static const char *answer_of(const char *folded)
{
    static const char *const words[][2] = {{"accepted", "accepted"}, {"accepte", "accepted"}, {"acceptee", "accepted"},
                                           {"reduced", "reduced"},   {"reduit", "reduced"},   {"reduite", "reduced"},
                                           {"refused", "refused"},   {"refuse", "refused"},   {"refusee", "refused"}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (!strcmp(folded, words[i][0]))
            return words[i][1];
    return NULL;
}

static int check_line(struct office *office, struct line *line, struct error *error)
{
    const char *amount = cell(office, AMOUNT);
    if (csv_broken(office->csv))
        return error_set(error, ERR_INVALID, "", N_("This line is broken: a quote is not closed, or a cell is too long."), NULL);
    if (!*line->person || strlen(line->person) > 40 || !text_is_clean(line->person, strlen(line->person)))
        return error_set(error, ERR_INVALID, "person", N_("This is required."), NULL);
    if (!office->balances && !(line->answer = answer_of(text_fold(office->scratch, cell(office, ANSWER)))))
        return error_set(error, ERR_INVALID, "answer", N_("This must be accepted, reduced or refused."), NULL);
    bool needed = office->balances || !strcmp(line->answer, "reduced");
    if (needed && (!number_parse(amount, DECIMALS_MONEY, &line->cents) || line->cents < 0))
        return error_set(error, ERR_INVALID, "amount", N_("This must be an amount from zero up."), NULL);
    return 0;
}

static void read_line(struct office *office)
{
    struct line *line = &office->lines[office->count++];
    *line = (struct line){.number = (int64_t)csv_line(office->csv), .person = cell(office, PERSON)};
    line->good = !check_line(office, line, &line->error);
    if (!line->good)
        line->outcome = REFUSED;
}

/* --- what it does --- */

static int take_balance(struct ctx *ctx, struct db *db, struct office *office, struct line *line, const struct stay *stay,
                        struct error *error)
{
    bool changed;
    int result = mirror_tell(ctx, db, stay, line->cents, office->on, &changed, &line->cut, error);
    line->outcome = changed ? CHANGED : SAME;
    return result;
}

static int read_state(struct db *db, struct arena *arena, int64_t cycle, int64_t person, int64_t *ret_order, int64_t *ret_cents,
                      const char **ret_state, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT id, total_cents, state FROM canteen_order WHERE cycle_id = :cycle AND person_id = :person",
                          BIND(INT("cycle", cycle), INT("person", person)), &rows, error);
    *ret_order = 0;
    if (result)
        return result;
    if (rows_next(rows)) {
        *ret_order = rows_int(rows, 0);
        *ret_cents = rows_int(rows, 1);
        *ret_state = arena_strdup(arena, rows_text(rows, 2));
    }
    return rows_close(rows);
}

static int take_answer(struct ctx *ctx, struct db *db, struct office *office, struct line *line, const struct stay *stay,
                       struct error *error)
{
    int64_t order, cents;
    const char *state = "";
    int result = read_state(db, ctx->arena, office->cycle.id, stay->person, &order, &cents, &state, error);
    if (result)
        return result;
    if (!order)
        return error_set(error, ERR_NOT_FOUND, "person", N_("This person has no order in this cycle."), NULL);
    line->outcome = SAME;
    if (!strcmp(state, line->answer))
        return 0;
    if (strcmp(state, "placed") != 0)
        return error_set(error, ERR_REFUSED, "answer", N_("This order was answered already: {0}."), state, NULL);
    line->outcome = CHANGED;
    if (!strcmp(line->answer, "refused"))
        return order_drop(ctx, db, order, "refused", "office", error);
    if (!strcmp(line->answer, "reduced") && line->cents < cents)
        return order_reduce(ctx, db, &office->cycle, stay, order, line->cents, "office", error);
    return db_run(db, "UPDATE canteen_order SET state = 'accepted' WHERE id = :id", BIND(INT("id", order)), error);
}

/* A refused line leaves nothing behind. */
static int take_line(struct db *db, struct office *office, struct line *line, struct error *error)
{
    struct ctx ctx = *office->ctx;
    struct stay stay;
    ctx.arena = office->scratch;
    int result = db_savepoint(db, error);
    if (result)
        return result;
    line->error = (struct error){0};
    line->cut = 0;
    int code = stay_find(ctx.app, db, ctx.arena, office->at.id, line->person, &stay, &line->error);
    if (!code)
        code = office->balances ? take_balance(&ctx, db, office, line, &stay, &line->error)
                                : take_answer(&ctx, db, office, line, &stay, &line->error);
    if (code >= ERR_INTERNAL) {
        *error = line->error;
        return code;
    }
    if (!code)
        return db_savepoint_release(db, error);
    line->outcome = REFUSED;
    line->cut = 0;
    return db_savepoint_rollback(db, error);
}

static int take_all(struct db *db, void *context, struct error *error)
{
    struct office *office = context;
    int result = office->preview ? db_savepoint(db, error) : 0;
    for (int i = 0; i < office->count && !result; i++)
        if (office->lines[i].good)
            result = take_line(db, office, &office->lines[i], error);
    return result || !office->preview ? result : db_savepoint_rollback(db, error);
}

/* --- the file --- */

static void say(struct office *office, const struct line *line)
{
    char text[1024];
    struct arena *arena = office->ctx->arena;
    struct tree *row = tree_add_map(arena, office->refused);
    error_format(&line->error, tr(office->ctx->language, line->error.message), text, sizeof text);
    tree_set_int(arena, row, "line", line->number);
    tree_set_text(arena, row, "field", arena_strdup(arena, line->error.field));
    tree_set_text(arena, row, "reason", arena_strdup(arena, text));
}

static int end_batch(struct office *office)
{
    int result = ctx_write(office->ctx, take_all, office);
    for (int i = 0; i < office->count && !result; i++) {
        office->counts[office->lines[i].outcome]++;
        office->cut += office->lines[i].cut;
        if (office->lines[i].outcome == REFUSED)
            say(office, &office->lines[i]);
    }
    office->count = 0;
    arena_reset(office->scratch);
    job_progress(office->ctx->job, (int64_t)(csv_progress(office->csv) * 1000), 1000);
    return result;
}

static int find_columns(struct office *office)
{
    static const char *const names[COLUMNS][4] = {{"person", "ecrou", "reference", "numero"},
                                                  {"amount", "montant", "disponible", "available"},
                                                  {"answer", "reponse", "decision", "suite"}};
    for (int i = 0; i < COLUMNS; i++) {
        office->columns[i] = -1;
        for (int n = 0; n < 4 && office->columns[i] < 0; n++)
            office->columns[i] = csv_column(office->csv, names[i][n]);
        if (office->columns[i] < 0 && i != (office->balances ? ANSWER : AMOUNT))
            return error_set(office->ctx->error, ERR_INVALID, "file", N_("This file has no column {0}."), names[i][0], NULL);
    }
    return 0;
}

static int find_place(struct office *office, const struct tree *args)
{
    struct db *db;
    struct ctx *ctx = office->ctx;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = establishment_asked(ctx, db, args, &office->at, ctx->error);
        if (!result && !office->balances)
            result = cycle_find(db, ctx->arena, office->at.id, tree_text(args, "cycle"), &office->cycle, ctx->error);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    if (!result && !office->balances && !strcmp(office->cycle.state, "open"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Close the orders of {0} first: the office answers what is closed."),
                         office->cycle.code, NULL);
    return result;
}

static int read_file(struct office *office)
{
    int result = 0;
    while (!result && csv_next(office->csv)) {
        office->read++;
        read_line(office);
        if (office->count == BATCH)
            result = end_batch(office);
        if (job_stopping(office->ctx->job))
            break;
    }
    return result || !office->count ? result : end_batch(office);
}

static int take_file(struct ctx *ctx, const struct tree *args, bool balances, struct tree *result)
{
    struct office *office = ARENA_NEW(ctx->arena, struct office);
    office->ctx = ctx;
    office->balances = balances;
    office->on = balances && tree_text(args, "on") ? tree_text(args, "on") : ctx->today;
    office->preview = tree_true(tree_get(args, "preview"));
    office->refused = tree_list(ctx->arena);
    int code = find_place(office, args);
    if (!code)
        code = csv_open(ctx->arena, ctx->file.bytes, ctx->file.length, &office->csv, ctx->error);
    if (!code)
        code = find_columns(office);
    if (code)
        return code;
    office->scratch = arena_new();
    code = read_file(office);
    arena_free(office->scratch);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "read", office->read);
    tree_set_int(ctx->arena, result, "new", 0);
    tree_set_int(ctx->arena, result, "changed", office->counts[CHANGED]);
    tree_set_int(ctx->arena, result, "same", office->counts[SAME]);
    tree_set_int(ctx->arena, result, "merged", 0);
    tree_set(ctx->arena, result, "refused", office->refused);
    if (balances)
        tree_set_int(ctx->arena, result, "orders_cut", office->cut);
    return 0;
}

int canteen_balances(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    if (tree_text(args, "on") && strcmp(tree_text(args, "on"), ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("A balance of a day to come cannot be known."), NULL);
    return take_file(ctx, args, true, result);
}

int canteen_answers(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return take_file(ctx, args, false, result);
}
