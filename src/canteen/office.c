/* Files of the prison's accounts office: balances of persons, and its answers to what orders hold. */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"
#include "import/import.h"
#include "kernel/app.h"

enum { PERSON, AMOUNT, ANSWER, COLUMNS };
/* Nobody has a million euros in a prison's accounts: a decimal sign was lost, or columns were taken one for the other. */
enum { BALANCE_CENTS_MAX = 100000000 };

struct office {
    bool balances;
    const char *on;
    struct establishment at;
    struct cycle cycle;
    int64_t cut, cut_before; /* orders that had to go, and how many before the batch at hand */
    int64_t batch;
};

struct line {
    const char *person, *answer;
    int64_t cents;
};

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

static int read_line(struct import *import, void *told, struct error *error)
{
    const struct office *office = import->context;
    struct line *line = told;
    const char *answer = import_cell(import, ANSWER);
    line->person = import_cell(import, PERSON);
    if (!*line->person || strlen(line->person) > 40 || !text_is_clean(line->person, strlen(line->person)))
        return error_set(error, ERR_INVALID, "person", N_("This is required."), NULL);
    if (!office->balances && !(line->answer = answer_of(text_fold(import->ctx.arena, answer))))
        return error_set(error, ERR_INVALID, "answer", N_("This must be accepted, reduced or refused."), NULL);
    bool needed = office->balances || !strcmp(line->answer, "reduced");
    if (needed && (!number_parse(import_cell(import, AMOUNT), DECIMALS_MONEY, &line->cents) || line->cents < 0))
        return error_set(error, ERR_INVALID, "amount", N_("This must be an amount from zero up."), NULL);
    if (office->balances && line->cents > BALANCE_CENTS_MAX)
        return error_set(error, ERR_INVALID, "amount", N_("More than a million euros is not plausible: look at the file."), NULL);
    return 0;
}

/* --- what it does --- */

static int take_balance(struct ctx *ctx, struct db *db, struct office *office, const struct line *line, const struct stay *stay,
                        enum import_outcome *ret_outcome, struct error *error)
{
    bool changed;
    int cut;
    int result = mirror_tell(ctx, db, stay, line->cents, office->on, &changed, &cut, error);
    if (result)
        return result;
    *ret_outcome = changed ? IMPORT_CHANGED : IMPORT_SAME;
    office->cut += cut;
    return 0;
}

static int read_state(struct db *db, struct arena *arena, int64_t cycle, int64_t person, int64_t *ret_order, int64_t *ret_cents,
                      int64_t *ret_blocked, const char **ret_state, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT id, total_cents, blocked_cents, state FROM canteen_order WHERE cycle_id = :cycle AND person_id = :person",
                          BIND(INT("cycle", cycle), INT("person", person)), &rows, error);
    *ret_order = 0;
    if (result)
        return result;
    if (rows_next(rows)) {
        *ret_order = rows_int(rows, 0);
        *ret_cents = rows_int(rows, 1);
        *ret_blocked = rows_int(rows, 2);
        *ret_state = arena_strdup(arena, rows_text(rows, 3));
    }
    return rows_close(rows);
}

static int take_answer(struct ctx *ctx, struct db *db, struct office *office, const struct line *line, const struct stay *stay,
                       enum import_outcome *ret_outcome, struct error *error)
{
    int64_t order, cents = 0, blocked = 0;
    const char *state = "";
    int result = read_state(db, ctx->arena, office->cycle.id, stay->person, &order, &cents, &blocked, &state, error);
    if (result)
        return result;
    if (!order)
        return error_set(error, ERR_NOT_FOUND, "person", N_("This person has no order in this cycle."), NULL);
    *ret_outcome = IMPORT_SAME;
    bool all_of_it = !strcmp(line->answer, "reduced") && !strcmp(state, "accepted") && line->cents >= blocked; /* reduced to more than it was */
    if (!strcmp(state, line->answer) || all_of_it)
        return 0;
    if (strcmp(state, "placed") != 0)
        return error_set(error, ERR_REFUSED, "answer", N_("This order was answered already: {0}."),
                         tr_name(ctx->language, state), NULL);
    *ret_outcome = IMPORT_CHANGED;
    if (!strcmp(line->answer, "refused"))
        return order_drop(ctx, db, order, "refused", "office", error);
    if (!strcmp(line->answer, "reduced") && line->cents < cents)
        return order_reduce(ctx, db, &office->cycle, stay, order, line->cents, "office", error);
    return db_run(db, "UPDATE canteen_order SET state = 'accepted', blocked_cents = total_cents WHERE id = :id", BIND(INT("id", order)), error);
}

static int take_line(struct import *import, struct db *db, void *told, enum import_outcome *ret_outcome, struct error *error)
{
    struct office *office = import->context;
    const struct line *line = told;
    struct ctx *ctx = &import->ctx;
    struct stay stay;
    int result = stay_find(ctx->app, db, ctx->arena, office->at.id, line->person, &stay, error);
    if (result)
        return result;
    return office->balances ? take_balance(ctx, db, office, line, &stay, ret_outcome, error)
                            : take_answer(ctx, db, office, line, &stay, ret_outcome, error);
}

/* A batch that is taken again counts once. */
static void begin(struct import *import)
{
    struct office *office = import->context;
    if (import->batch != office->batch)
        office->cut_before = office->cut;
    office->batch = import->batch;
    office->cut = office->cut_before;
}

/* --- the files --- */

static int find_closed(struct ctx *ctx, const struct tree *args, struct office *office)
{
    int result = cycle_find_in_job(ctx, office->at.id, tree_text(args, "cycle"), &office->cycle);
    if (!result && !strcmp(office->cycle.state, "open"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Close the orders of {0} first: the office answers what is closed."),
                         office->cycle.code, NULL);
    return result;
}

static int take_file(struct ctx *ctx, const struct tree *args, struct office *office, struct tree *result)
{
    const struct import_column columns[COLUMNS] = {
        [PERSON] = {{"person", "personne", "ecrou", "reference", "numero"}, true},
        [AMOUNT] = {{"amount", "montant", "disponible", "available"}, office->balances},
        [ANSWER] = {{"answer", "reponse", "decision", "suite"}, !office->balances},
    };
    const struct import_matter matter = {
        .columns = columns,
        .column_count = COLUMNS,
        .missing = N_("This file has no column {0}."),
        .line_bytes = sizeof(struct line),
        .read = read_line,
        .take = take_line,
        .begin = begin,
    };
    return import_run(ctx, &matter, office, tree_true(tree_get(args, "preview")), result);
}

int canteen_balances(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *on = tree_text(args, "on");
    struct office office = {.balances = true, .on = on ? on : ctx->today};
    if (strcmp(office.on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("A balance of a day to come cannot be known."), NULL);
    int code = establishment_asked_in_job(ctx, args, &office.at);
    if (!code)
        code = take_file(ctx, args, &office, result);
    if (!code)
        tree_set_int(ctx->arena, result, "orders_cut", office.cut);
    return code;
}

int canteen_answers(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct office office = {.on = ctx->today};
    int code = establishment_asked_in_job(ctx, args, &office.at);
    if (!code)
        code = find_closed(ctx, args, &office);
    if (!code)
        code = take_file(ctx, args, &office, result);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", office.at.ref);
    tree_set_text(ctx->arena, result, "cycle", office.cycle.code);
    return 0;
}
