/* What the accounts office took of what it was told: compared line by line, and what differs is closed by a person. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "canteen/settlement/internal.h"
#include "import/import.h"
#include "kernel/action.h"
#include "ledger/ledger.h"
#include "people/people.h"

enum { PERSON, AMOUNT, ORDER, COLUMNS };
enum { DEBITS_MAX = 200 }; /* of one person on one list */

#define LOSS_NUMBER "654"

struct comparing {
    struct establishment at;
    int64_t batch;
    int64_t differs, differs_before, number; /* as the batch of lines at hand is taken again, it counts once */
};

struct line {
    const char *person;
    int64_t cents, order; /* order 0: not given */
};

struct told { /* a debit of the list */
    int64_t id, order, charged_cents, taken_cents, blocked_cents;
    bool answered, gives_back;
    const char *state;
};

static int read_line(struct import *import, void *told, struct error *error)
{
    struct line *line = told;
    const char *order = import_cell(import, ORDER);
    line->person = import_cell(import, PERSON);
    if (!*line->person || strlen(line->person) > 40 || !text_is_clean(line->person, strlen(line->person)))
        return error_set(error, ERR_INVALID, "person", N_("This is required."), NULL);
    if (!number_parse(import_cell(import, AMOUNT), DECIMALS_MONEY, &line->cents))
        return error_set(error, ERR_INVALID, "amount", N_("This must be an amount."), NULL);
    line->order = 0;
    if (*order && !text_to_int(order, &line->order))
        return error_set(error, ERR_INVALID, "order", N_("This must be the number of an order of the list."), NULL);
    return 0;
}

/* --- one answer --- */

static int read_told(struct db *db, struct arena *arena, int64_t batch, int64_t person, int64_t order, struct told told[DEBITS_MAX],
                     size_t *ret_count, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, order_id, charged_cents, taken_cents, state, kind, blocked_cents FROM canteen_debit WHERE batch_id = :batch AND "
                          "person_id = :person AND (:order = 0 OR order_id = :order) ORDER BY id /* FOR UPDATE */",
                          BIND(INT("batch", batch), INT("person", person), INT("order", order)), &rows, error);
    *ret_count = 0;
    if (result)
        return result;
    while (*ret_count < DEBITS_MAX && rows_next(rows))
        told[(*ret_count)++] = (struct told){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2),
                                             rows_null(rows, 3) ? 0 : rows_int(rows, 3), rows_int(rows, 6), !rows_null(rows, 3),
                                             !strcmp(rows_text(rows, 5), "give_back"), arena_strdup(arena, rows_text(rows, 4))};
    return rows_close(rows);
}

static int keep_taken(struct db *db, const struct told *told, int64_t taken, struct error *error)
{
    int result = db_run(db, "UPDATE canteen_debit SET taken_cents = :taken, state = :state WHERE id = :id",
                        BIND(INT("taken", taken), TEXT("state", taken == told->charged_cents ? "taken" : "differs"), INT("id", told->id)), error);
    return result || told->gives_back ? result : order_unblock(db, told->order, error);
}

/* The office takes from nothing to what it blocked, and gives back from nothing to what it was told. */
static int check_taken(const struct ctx *ctx, const struct told *told, int64_t taken, struct error *error)
{
    int64_t most = told->blocked_cents > told->charged_cents ? told->blocked_cents : told->charged_cents;
    if (told->gives_back && (taken > 0 || taken < told->charged_cents))
        return error_set(error, ERR_INVALID, "amount", N_("This is given back: the amount is from {0} € to zero."),
                         number_screen(ctx->arena, told->charged_cents, DECIMALS_MONEY, false, ctx->language), NULL);
    if (!told->gives_back && (taken < 0 || taken > most))
        return error_set(error, ERR_INVALID, "amount", N_("Of this debit the office takes from zero to {0} €, what it blocked."),
                         number_screen(ctx->arena, most, DECIMALS_MONEY, false, ctx->language), NULL);
    return 0;
}

static int take_one(struct comparing *comparing, struct db *db, const struct told *told, int64_t taken, enum import_outcome *outcome,
                    struct error *error)
{
    bool differs = taken != told->charged_cents;
    if (told->answered && told->taken_cents == taken)
        return 0;
    if (told->answered && (differs || strcmp(told->state, "differs") != 0))
        return error_set(error, ERR_REFUSED, "amount", N_("The office told another amount for this debit before."), NULL);
    *outcome = IMPORT_CHANGED;
    comparing->differs += differs;
    return keep_taken(db, told, taken, error);
}

/* With the column order the sign says whether its charge is answered, or what was given back of it: several of those are
 * answered by their sum, or each by its amount. */
static size_t keep_asked(struct told *told, size_t count, int64_t cents)
{
    size_t kept = 0, exact = 0;
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (told[i].gives_back == (cents < 0)) {
            sum += told[i].charged_cents;
            told[kept++] = told[i];
        }
    while (exact < kept && told[exact].charged_cents != cents)
        exact++;
    if (kept < 2 || sum == cents || exact == kept)
        return kept;
    told[0] = told[exact];
    return 1;
}

static int take_line(struct import *import, struct db *db, void *given, enum import_outcome *ret_outcome, struct error *error)
{
    struct comparing *comparing = import->context;
    const struct line *line = given;
    struct ctx *ctx = &import->ctx;
    struct stay stay;
    struct told told[DEBITS_MAX];
    size_t count = 0;
    int64_t sum = 0;
    int result = stay_find(ctx->app, db, ctx->arena, comparing->at.id, line->person, &stay, error);
    if (!result)
        result = read_told(db, ctx->arena, comparing->batch, stay.person, line->order, told, &count, error);
    if (result)
        return result;
    if (line->order && count > 1)
        count = keep_asked(told, count, line->cents);
    if (!count)
        return error_set(error, ERR_NOT_FOUND, line->order ? "order" : "person", N_("This person has no such debit on this list."), NULL);
    for (size_t i = 0; i < count; i++)
        sum += told[i].charged_cents;
    if (count > 1 && sum != line->cents)
        return error_set(error, ERR_REFUSED, "order",
                         N_("This person has several debits on this list and the amount is not their sum: give the column order."), NULL);
    *ret_outcome = IMPORT_SAME;
    if (count == 1)
        result = check_taken(ctx, &told[0], line->cents, error);
    for (size_t i = 0; i < count && !result; i++)
        result = take_one(comparing, db, &told[i], count > 1 ? told[i].charged_cents : line->cents, ret_outcome, error);
    return result;
}

static void begin(struct import *import)
{
    struct comparing *comparing = import->context;
    if (import->batch != comparing->number)
        comparing->differs_before = comparing->differs;
    comparing->number = import->batch;
    comparing->differs = comparing->differs_before;
}

/* --- the file --- */

/* Of what costs nothing there is nothing to take: with its answer to the list the office has unblocked it. */
static int close_zeros(struct db *db, void *context, struct error *error)
{
    struct comparing *comparing = context;
    struct rows *rows;
    struct told told[DEBITS_MAX];
    size_t count;
    int result = 0;
    do {
        count = 0;
        result = db_query(db,
                          "SELECT id, order_id FROM canteen_debit WHERE batch_id = :batch AND state = 'told' AND charged_cents = 0 ORDER BY id "
                          "LIMIT 200",
                          BIND(INT("batch", comparing->batch)), &rows, error);
        if (result)
            return result;
        while (count < DEBITS_MAX && rows_next(rows))
            told[count++] = (struct told){.id = rows_int(rows, 0), .order = rows_int(rows, 1)};
        result = rows_close(rows);
        for (size_t i = 0; i < count && !result; i++)
            result = keep_taken(db, &told[i], 0, error);
    } while (!result && count == DEBITS_MAX);
    return result;
}

static int find_batch(struct ctx *ctx, int64_t number, struct comparing *comparing)
{
    struct db *db;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = db_int(db, "SELECT id FROM canteen_batch WHERE establishment_id = :at AND number = :number",
                        BIND(INT("at", comparing->at.id), INT("number", number)), 0, &comparing->batch, ctx->error);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    if (!result && !comparing->batch)
        return error_set(ctx->error, ERR_NOT_FOUND, "batch", N_("There is no list {0} of debits in this establishment."),
                         arena_printf(ctx->arena, "%" PRId64, number), NULL);
    return result;
}

int settlement_answers(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    static const struct import_column columns[COLUMNS] = {
        [PERSON] = {{"person", "personne", "ecrou", "reference", "numero"}, true},
        [AMOUNT] = {{"amount", "montant", "preleve", "taken"}, true},
        [ORDER] = {{"order", "commande"}, false},
    };
    static const struct import_matter matter = {.columns = columns, .column_count = COLUMNS, .missing = N_("This file has no column {0}."),
                                                .line_bytes = sizeof(struct line), .read = read_line, .take = take_line, .begin = begin};
    struct comparing comparing = {0};
    bool preview = tree_true(tree_get(args, "preview"));
    int code = establishment_asked_in_job(ctx, args, &comparing.at);
    if (!code)
        code = find_batch(ctx, tree_int(args, "batch", 0), &comparing);
    if (!code)
        code = import_run(ctx, &matter, &comparing, preview, result);
    if (!code && !preview)
        code = ctx_write(ctx, close_zeros, &comparing);
    if (!code)
        tree_set_int(ctx->arena, result, "differs", comparing.differs);
    if (!code)
        tree_set_text(ctx->arena, result, "establishment", comparing.at.ref);
    return code;
}

/* --- closing a difference --- */

struct difference {
    struct establishment at;
    int64_t id, establishment, order, charged_cents, taken_cents;
    const char *state;
};

static int read_difference(struct ctx *ctx, int64_t id, struct difference *difference)
{
    struct rows *rows;
    int result = db_query(ctx->db,
                          "SELECT id, establishment_id, order_id, charged_cents, taken_cents, state FROM canteen_debit WHERE id = :id /* FOR UPDATE */",
                          BIND(INT("id", id)), &rows, ctx->error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *difference = (struct difference){.id = rows_int(rows, 0), .establishment = rows_int(rows, 1), .order = rows_int(rows, 2),
                                          .charged_cents = rows_int(rows, 3), .taken_cents = rows_null(rows, 4) ? 0 : rows_int(rows, 4),
                                          .state = arena_strdup(ctx->arena, rows_text(rows, 5))};
    result = rows_close(rows);
    bool other = found && ctx->grant->establishment && ctx->grant->establishment != difference->establishment;
    if (!result && (!found || other))
        return error_set(ctx->error, ERR_NOT_FOUND, "debit", N_("There is no such debit."), NULL);
    return result ? result : establishment_read(ctx->db, ctx->arena, difference->establishment, &difference->at, ctx->error);
}

/* A difference is known once its list was told. */
static int check_after_told(struct ctx *ctx, const struct difference *difference, const char *on)
{
    char *told = NULL;
    int result = db_text(ctx->db, ctx->arena,
                         "SELECT b.told_on FROM canteen_debit d JOIN canteen_batch b ON b.id = d.batch_id WHERE d.id = :id",
                         BIND(INT("id", difference->id)), &told, ctx->error);
    if (!result && told && strcmp(on, told) < 0)
        return error_set(ctx->error, ERR_REFUSED, "on", N_("The office was told this debit on {0}: it is decided that day at the earliest."),
                         date_screen(ctx->arena, told, ctx->language), NULL);
    return result;
}

static int write_off(struct ctx *ctx, const struct difference *difference, const char *on)
{
    int64_t office, loss, axis, cents = difference->charged_cents - difference->taken_cents;
    if (cents < 0)
        return error_set(ctx->error, ERR_REFUSED, "decision",
                         N_("The office took more than was due: that is the person's money. Say corrected once it gave it back."), NULL);
    int result = office_ledger_account(ctx->db, &difference->at, &office, ctx->error);
    if (!result)
        result = ledger_account_open(ctx->db, &(struct ledger_account_asked){.number = LOSS_NUMBER}, &loss, ctx->error);
    if (!result)
        result = canteen_axis(ctx->db, &difference->at, &axis, ctx->error);
    if (result)
        return result;
    const struct ledger_line lines[] = {{.account = loss, .amount_cents = cents, .axis = axis},
                                        {.account = office, .amount_cents = -cents, .axis = axis}};
    const struct ledger_entry entry = {.journal = "OD", .entry_on = on, .label = "Cantine : débit non prélevé, abandonné",
                                       .key = arena_printf(ctx->arena, "canteen.written_off:%" PRId64, difference->id), .lines = lines,
                                       .line_count = 2};
    return ledger_post(ctx->db, &entry, 1, ctx->now_ms, NULL, ctx->error);
}

int settlement_decide(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct difference difference = {.state = ""};
    const char *decision = tree_text(args, "decision"), *on;
    bool corrected = !strcmp(decision, "corrected");
    int code = day_told(ctx, args, &on);
    if (!code)
        code = read_difference(ctx, tree_int(args, "debit", 0), &difference);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", difference.at.ref);
    tree_set_int(ctx->arena, result, "debit", difference.id);
    tree_set_text(ctx->arena, result, "decision", decision);
    bool before = !strcmp(difference.state, corrected ? "taken" : "written_off");
    tree_set_bool(ctx->arena, result, "before", before);
    if (before)
        return 0;
    if (strcmp(difference.state, "differs") != 0)
        return error_set(ctx->error, ERR_REFUSED, "debit", N_("This debit has no difference to be decided."), NULL);
    code = check_after_told(ctx, &difference, on);
    if (!code && !corrected)
        code = write_off(ctx, &difference, on);
    return code ? code
                : db_run(ctx->db, "UPDATE canteen_debit SET state = :state, taken_cents = :taken, reason = :reason WHERE id = :id",
                         BIND(TEXT("state", corrected ? "taken" : "written_off"),
                              INT("taken", corrected ? difference.charged_cents : difference.taken_cents),
                              TEXT("reason", tree_text(args, "reason")), INT("id", difference.id)),
                         ctx->error);
}
