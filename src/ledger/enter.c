/* ledger enter: an entry typed by an accountant. Lines left empty are skipped; everything wrong is told at once, each
 * beside its field. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/app.h"
#include "ledger/ledger.h"
#include "ledger/matters.h"

enum { LINES_SHOWN = 6, LINES_TYPED_MAX = 500 };

#define AMOUNT_MAX 100000000000000000 /* in cents; a form is no place for more */

static const struct field line_fields[] = {
    {"account", FIELD_TEXT},
    {"label", FIELD_TEXT, .max = 300},
    {"debit", FIELD_MONEY, .max = AMOUNT_MAX},
    {"credit", FIELD_MONEY, .max = AMOUNT_MAX},
    {"contract", FIELD_TEXT, .max = 40},
    {"service", FIELD_TEXT, .max = 40},
    {"establishment", FIELD_TEXT, .max = 40},
    {"fund", FIELD_TEXT, .max = 40},
    FIELDS_END,
};

const struct field ledger_enter_fields[] = {
    {"journal", FIELD_REF, .required = true},
    {"entry_on", FIELD_DATE, .required = true},
    {"piece", FIELD_TEXT, .max = 100},
    {"piece_on", FIELD_DATE},
    {"label", FIELD_TEXT, .required = true, .max = 300},
    {"lines", FIELD_LIST, .required = true, .max = LINES_TYPED_MAX, .of = line_fields},
    FIELDS_END,
};

struct typing {
    struct ctx *ctx;
    struct error *last; /* NULL: nothing is wrong yet */
    struct ledger_line *lines;
    size_t count;
    int64_t sum_cents;
};

static void wrong(struct typing *typing, const char *field, const char *message, const char *argument)
{
    struct error *error = typing->ctx->error;
    if (typing->last) {
        error = ARENA_NEW(typing->ctx->arena, struct error);
        typing->last->next = error;
    }
    typing->last = error;
    error->next = NULL;
    error_set(error, ERR_INVALID, field, message, argument, NULL);
}

static const char *field_of(struct typing *typing, int index, const char *name)
{
    return arena_printf(typing->ctx->arena, "lines.%d.%s", index, name);
}

static int64_t amount_of(struct typing *typing, const struct tree *row, int index)
{
    int64_t debit = tree_int(row, "debit", 0), credit = tree_int(row, "credit", 0);
    if (debit && credit)
        wrong(typing, field_of(typing, index, "credit"), N_("A line has a debit or a credit, not both."), NULL);
    else if (!debit && !credit)
        wrong(typing, field_of(typing, index, "debit"), N_("The line has no amount."), NULL);
    return debit - credit;
}

static int take_axis(struct typing *typing, const struct tree *row, int64_t *ret_axis)
{
    const struct ledger_axis axis = {tree_text(row, "contract"), tree_text(row, "service"), tree_text(row, "establishment"),
                                     tree_text(row, "fund")};
    return ledger_axis(typing->ctx->db, &axis, ret_axis, typing->ctx->error);
}

/* 0 unless the store failed: what is wrong with the line is remembered. */
static int take_row(struct typing *typing, const struct tree *row, int index)
{
    struct ctx *ctx = typing->ctx;
    struct ledger_line line = {.label = tree_text(row, "label")};
    struct error error = {0};
    const char *account = tree_text(row, "account");
    line.amount_cents = amount_of(typing, row, index);
    if (!account) {
        wrong(typing, field_of(typing, index, "account"), N_("The line has no account."), NULL);
        return 0;
    }
    int result = account_typed(ctx->db, ctx->arena, account, &line.account, &error);
    if (result == ERR_NOT_FOUND || result == ERR_INVALID) {
        wrong(typing, field_of(typing, index, "account"), error.message, account);
        return 0;
    }
    if (!result && !typing->last)
        result = take_axis(typing, row, &line.axis);
    else if (result)
        *ctx->error = error;
    if (!number_add(typing->sum_cents, line.amount_cents, &typing->sum_cents))
        wrong(typing, field_of(typing, index, "debit"), N_("The amounts of this entry are too large."), NULL);
    typing->lines[typing->count++] = line;
    return result;
}

static void check_balance(struct typing *typing)
{
    struct ctx *ctx = typing->ctx;
    int64_t sum = typing->sum_cents;
    const char *amount = number_screen(ctx->arena, sum < 0 ? -sum : sum, DECIMALS_MONEY, false, ctx->language);
    if (typing->last)
        return;
    if (typing->count < 2)
        wrong(typing, "lines", N_("An entry has at least two lines."), NULL);
    else if (sum > 0)
        wrong(typing, "lines", N_("The entry does not balance: {0} € are missing on the credit side."), amount);
    else if (sum < 0)
        wrong(typing, "lines", N_("The entry does not balance: {0} € are missing on the debit side."), amount);
}

static int check_journal(struct typing *typing, const char *journal)
{
    int64_t known = 0;
    int result = db_int(typing->ctx->db, "SELECT 1 FROM ledger_journal WHERE code = :code", BIND(TEXT("code", journal)), 0,
                        &known, typing->ctx->error);
    if (!result && !known)
        wrong(typing, "journal", N_("There is no journal {0}."), journal);
    return result;
}

/* Lines of the posting are numbered without the empty ones: the field is put back to the row that was typed. */
static void point_at_row(struct ctx *ctx, const struct tree *rows)
{
    int64_t at, index = 0, line = 0;
    const char *dot = text_starts(ctx->error->field, "lines.") ? strchr(ctx->error->field + 6, '.') : NULL;
    if (!dot || !text_to_int(arena_copy(ctx->arena, ctx->error->field + 6, (size_t)(dot - ctx->error->field - 6)), &at))
        return;
    const char *name = text_is(dot, ".amount") ? ".debit" : dot;
    for (const struct tree *row = rows->first; row; row = row->next, index++)
        if (row->first && line++ == at) {
            char *field = arena_printf(ctx->arena, "lines.%" PRId64 "%s", index, name);
            strncpy(ctx->error->field, field, sizeof ctx->error->field - 1);
            return;
        }
}

int ledger_enter(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const struct tree *rows = tree_get(args, "lines");
    struct typing typing = {.ctx = ctx, .lines = ARENA_ARRAY(ctx->arena, struct ledger_line, rows->count + 1)};
    struct ledger_posted posted;
    int index = 0, code = check_journal(&typing, tree_text(args, "journal"));
    for (const struct tree *row = rows->first; row && !code; row = row->next, index++)
        if (row->first)
            code = take_row(&typing, row, index);
    if (code)
        return code;
    check_balance(&typing);
    if (typing.last)
        return ctx->error->code;
    const struct ledger_entry entry = {.journal = tree_text(args, "journal"),
                                       .entry_on = tree_text(args, "entry_on"),
                                       .piece = tree_text(args, "piece"),
                                       .piece_on = tree_text(args, "piece_on"),
                                       .label = tree_text(args, "label"),
                                       .lines = typing.lines,
                                       .line_count = typing.count};
    code = ledger_post(ctx->db, &entry, 1, ctx->now_ms, &posted, ctx->error);
    if (code) {
        point_at_row(ctx, rows);
        return code;
    }
    tree_set_int(ctx->arena, result, "number", posted.number);
    tree_set_text(ctx->arena, result, "entry", arena_printf(ctx->arena, "%" PRId64, posted.id));
    return 0;
}

/* --- what the form starts from --- */

static bool given(const struct tree *values, const char *name)
{
    const char *text = tree_text(values, name);
    return text && *text;
}

/* Today when a year that is open holds it, otherwise the last day of the newest open year. */
static int fill_date(struct ctx *ctx, struct tree *values)
{
    char *on = NULL;
    int code = db_text(ctx->db, ctx->arena,
                       "SELECT ends_on FROM ledger_year WHERE book = 'general' AND state = 'open' ORDER BY starts_on DESC LIMIT 1",
                       NULL, &on, ctx->error);
    if (!code)
        tree_set_text(ctx->arena, values, "entry_on", on && strcmp(on, ctx->today) < 0 ? on : ctx->today);
    return code;
}

int ledger_enter_fill(struct ctx *ctx, struct tree *values)
{
    if (!tree_get(values, "lines")) {
        struct tree *lines = tree_set_list(ctx->arena, values, "lines");
        for (int i = 0; i < LINES_SHOWN; i++)
            tree_add_map(ctx->arena, lines);
    }
    if (!given(values, "journal"))
        tree_set_text(ctx->arena, values, "journal", "OD");
    return given(values, "entry_on") ? 0 : fill_date(ctx, values);
}
