/* The close of a year: entries of the inventory, then the year locks, the next opens, and what was only set apart for
 * the close is turned back on its first day. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/action.h"
#include "surplus/matters.h"

int account_of(struct db *db, const char *number, const char *field, int64_t *ret_account, struct error *error)
{
    struct error refused = {0};
    int result = ledger_account_open(db, &(struct ledger_account_asked){.number = number}, ret_account, &refused);
    if (result) {
        *error = refused;
        if (result < ERR_INTERNAL)
            strcpy(error->field, field);
    }
    return result;
}

/* --- entries of the inventory --- */

struct nature {
    const char *name;
    char account_class; /* of the account of charges or income: '6' or '7' */
    bool account_debited;
    bool reverses;
    const char *counterparts; /* beginnings a counterpart may have, separated by spaces */
    const char *usual;        /* counterpart when none is given; NULL: by the account, see usual_of */
    const char *account;      /* account when none is given; NULL: must be given */
};

static const struct nature natures[] = {
    {"charge_payable", '6', true, true, "408 428 438 448 168 468", NULL, NULL},
    {"income_receivable", '7', false, true, "418 428 438 439 441 448 467 468", NULL, NULL},
    {"prepaid_charge", '6', false, true, "486", "486", NULL},
    {"deferred_income", '7', true, true, "487", "487", NULL},
    {"depreciation", '6', true, false, "28 29 39 49 59", NULL, "6811"},
    {"provision", '6', true, false, "15", NULL, "6815"},
    {"provision_reversal", '7', false, false, "15 29 39 49 59", NULL, "7815"},
};

static const struct nature *find_nature(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(natures); i++)
        if (text_is(natures[i].name, name))
            return &natures[i];
    return NULL;
}

/* Where a charge to pay or an income to receive of that kind stands as a rule. */
static const char *usual_of(const struct nature *nature, const char *account)
{
    static const struct {
        const char *nature, *begins, *usual;
    } usual[] = {
        {"charge_payable", "63", "448"},    {"charge_payable", "641", "4286"},   {"charge_payable", "645", "4386"},
        {"charge_payable", "647", "4386"},  {"charge_payable", "64", "4286"},    {"charge_payable", "65", "468"},
        {"charge_payable", "66", "168"},    {"charge_payable", "6", "408"},      {"income_receivable", "74", "441"},
        {"income_receivable", "70", "418"}, {"income_receivable", "7", "468"},
    };
    for (size_t i = 0; i < COUNT_OF(usual); i++)
        if (text_is(usual[i].nature, nature->name) && text_starts(account, usual[i].begins))
            return usual[i].usual;
    return nature->usual;
}

static bool begins_with_one_of(const char *number, const char *list)
{
    for (const char *p = list; *p;) {
        size_t length = strcspn(p, " ");
        if (!strncmp(number, p, length))
            return true;
        p += length + (p[length] == ' ');
    }
    return false;
}

struct adjustment {
    const struct nature *nature;
    struct ledger_year year;
    const char *account, *counterpart, *label;
    int64_t amount;
};

static int read_adjustment(struct ctx *ctx, const struct tree *args, struct adjustment *a)
{
    int code = ledger_year_find(ctx->db, tree_text(args, "year"), &a->year, ctx->error);
    if (code)
        return code;
    a->nature = find_nature(tree_text(args, "entry_nature"));
    a->account = tree_text(args, "account") ? tree_text(args, "account") : a->nature->account;
    a->label = tree_text(args, "label");
    a->amount = tree_int(args, "amount", 0);
    if (!a->account)
        return error_set(ctx->error, ERR_INVALID, "account", N_("Say which account of charges or income it counts in."), NULL);
    if (*a->account != a->nature->account_class)
        return error_set(ctx->error, ERR_REFUSED, "account",
                         a->nature->account_class == '6' ? N_("An account of charges is expected here: its number begins with 6.")
                                                         : N_("An account of income is expected here: its number begins with 7."),
                         NULL);
    a->counterpart = tree_text(args, "counterpart") ? tree_text(args, "counterpart") : usual_of(a->nature, a->account);
    if (!a->counterpart)
        return error_set(ctx->error, ERR_INVALID, "counterpart", N_("Say which account of the balance sheet it stands against: {0}."),
                         a->nature->counterparts, NULL);
    if (!begins_with_one_of(a->counterpart, a->nature->counterparts))
        return error_set(ctx->error, ERR_REFUSED, "counterpart", N_("Here the counterpart begins with one of these: {0}."),
                         a->nature->counterparts, NULL);
    return 0;
}

static int refuse_twice(struct ctx *ctx, const struct adjustment *a)
{
    int64_t known = 0;
    int code = db_int(ctx->db,
                      "SELECT id FROM surplus_inventory WHERE year = :year AND nature = :nature AND label = :label AND charge = :charge "
                      "AND counterpart = :counterpart AND amount_cents = :amount AND reversal_id IS NULL",
                      BIND(TEXT("year", a->year.code), TEXT("nature", a->nature->name), TEXT("label", a->label),
                           TEXT("charge", a->account), TEXT("counterpart", a->counterpart), INT("amount", a->amount)),
                      0, &known, ctx->error);
    if (!code && known)
        return error_set(ctx->error, ERR_REFUSED, "label", N_("The same entry stands in the inventory of {0}: say in its label what differs."),
                         a->year.code, NULL);
    return code;
}

static int post_adjustment(struct ctx *ctx, const struct tree *args, const struct adjustment *a, int64_t *ret_entry)
{
    struct ledger_line lines[2] = {{.amount_cents = a->nature->account_debited ? a->amount : -a->amount}};
    lines[1].amount_cents = -lines[0].amount_cents;
    struct ledger_axis axis = {tree_text(args, "contract"), tree_text(args, "service"), tree_text(args, "establishment"),
                               tree_text(args, "fund")};
    struct ledger_posted posted;
    const char *piece = tree_text(args, "piece");
    int code = account_of(ctx->db, a->account, "account", &lines[0].account, ctx->error);
    if (!code)
        code = account_of(ctx->db, a->counterpart, "counterpart", &lines[1].account, ctx->error);
    if (!code)
        code = ledger_axis(ctx->db, &axis, &lines[0].axis, ctx->error);
    if (code)
        return code;
    struct ledger_entry entry = {.journal = "IN",
                                 .entry_on = a->year.ends_on,
                                 .piece = piece ? piece : arena_printf(ctx->arena, "Inventaire %s", a->year.code),
                                 .label = a->label,
                                 .lines = lines,
                                 .line_count = 2};
    code = ledger_post(ctx->db, &entry, 1, ctx->now_ms, &posted, ctx->error);
    *ret_entry = code ? 0 : posted.id;
    return code;
}

int inventory_add(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct adjustment a = {0};
    int64_t entry = 0, id = db_next_id(ctx->db);
    int code = read_adjustment(ctx, args, &a);
    if (!code)
        code = refuse_twice(ctx, &a);
    if (!code)
        code = post_adjustment(ctx, args, &a, &entry);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "inventory", id);
    tree_set_text(ctx->arena, result, "year", arena_strdup(ctx->arena, a.year.code));
    return db_run(ctx->db,
                  "INSERT INTO surplus_inventory(id, year_id, year, nature, label, charge, counterpart, amount_cents, reverses, entry_id, "
                  "reversal_id, author, at) VALUES (:id, :year_id, :year, :nature, :label, :charge, :counterpart, :amount, :reverses, "
                  ":entry, NULL, :author, :at)",
                  BIND(INT("id", id), INT("year_id", a.year.id), TEXT("year", a.year.code), TEXT("nature", a.nature->name),
                       TEXT("label", a.label), TEXT("charge", a.account), TEXT("counterpart", a.counterpart), INT("amount", a.amount),
                       INT("reverses", a.nature->reverses), INT("entry", entry),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}

static int set_reversal(struct db *db, int64_t id, int64_t reversal, struct error *error)
{
    return db_run(db, "UPDATE surplus_inventory SET reversal_id = :reversal WHERE id = :id AND reversal_id IS NULL",
                  BIND(INT("reversal", reversal), INT("id", id)), error);
}

int inventory_cancel(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct rows *rows;
    struct ledger_year year;
    struct ledger_posted posted;
    int64_t id = tree_int(args, "inventory", 0), entry = 0;
    const char *code_of_year = "";
    int code = db_query(ctx->db, "SELECT entry_id, year FROM surplus_inventory WHERE id = :id AND reversal_id IS NULL",
                        BIND(INT("id", id)), &rows, ctx->error);
    if (code)
        return code;
    if (rows_next(rows)) {
        entry = rows_int(rows, 0);
        code_of_year = arena_strdup(ctx->arena, rows_text(rows, 1));
    }
    code = rows_close(rows);
    if (!code && !entry)
        code = error_set(ctx->error, ERR_NOT_FOUND, "inventory", N_("There is no such entry of the inventory, or it was turned back already."),
                         NULL);
    if (!code)
        code = ledger_year_find(ctx->db, code_of_year, &year, ctx->error);
    if (!code)
        code = ledger_reverse(ctx->db, entry, year.ends_on, NULL, ctx->now_ms, &posted, ctx->error);
    if (!code)
        code = set_reversal(ctx->db, id, posted.id, ctx->error);
    tree_set_text(ctx->arena, result, "year", code_of_year);
    return code;
}

/* --- the close --- */

/* A year's result is decided on before the next one closes: 120 and 129 never hold two of them. */
static int refuse_pending(struct ctx *ctx)
{
    char *year = NULL;
    int code = db_text(ctx->db, ctx->arena,
                       "SELECT c.year FROM surplus_close c LEFT JOIN surplus_allocation a ON a.year = c.year AND a.state = 'booked' "
                       "WHERE c.result_cents <> 0 AND a.id IS NULL ORDER BY c.year LIMIT 1",
                       NULL, &year, ctx->error);
    if (!code && year)
        return error_set(ctx->error, ERR_REFUSED, "year", N_("The result of {0} is not allocated and booked yet: that comes first."), year,
                         NULL);
    return code;
}

static int refuse_dedicated(struct ctx *ctx, const struct ledger_year *year)
{
    int64_t left = 0;
    int code = fund_carry_left(ctx->db, ctx->arena, year, &left, ctx->error);
    if (!code && left)
        return error_set(ctx->error, ERR_REFUSED, "year",
                         N_("{0} of earmarked money is not carried over as dedicated funds yet: run maillon fund carry {1}."),
                         words_money(ctx->arena, ctx->language, left), year->code, NULL);
    return code;
}

static void day_after(const char *on, char ret_on[DATE_BYTES])
{
    int32_t days = 0;
    date_parse(on, &days);
    date_format(days + 1, ret_on);
}

/* Every entry that was only set apart for the close, on the first day of the next year. */
static int turn_back(struct ctx *ctx, const struct ledger_year *year, int64_t *ret_count)
{
    char next_on[DATE_BYTES];
    struct due {
        int64_t id, entry;
        const char *label;
    } *due;
    struct rows *rows;
    int64_t count = 0, room = 0;
    *ret_count = 0;
    day_after(year->ends_on, next_on);
    int code = db_int(ctx->db, "SELECT COUNT(*) FROM surplus_inventory WHERE year = :year AND reverses = 1 AND reversal_id IS NULL",
                      BIND(TEXT("year", year->code)), 0, &room, ctx->error);
    if (!code)
        code = db_query(ctx->db,
                        "SELECT id, entry_id, label FROM surplus_inventory WHERE year = :year AND reverses = 1 AND reversal_id IS NULL "
                        "ORDER BY id",
                        BIND(TEXT("year", year->code)), &rows, ctx->error);
    if (code)
        return code;
    due = ARENA_ARRAY(ctx->arena, struct due, room + 1);
    while (count < room && rows_next(rows))
        due[count++] = (struct due){rows_int(rows, 0), rows_int(rows, 1), arena_strdup(ctx->arena, rows_text(rows, 2))};
    code = rows_close(rows);
    for (int64_t i = 0; i < count && !code; i++) {
        struct ledger_posted posted;
        code = ledger_reverse(ctx->db, due[i].entry, next_on, arena_printf(ctx->arena, "Extourne – %s", due[i].label), ctx->now_ms,
                              &posted, ctx->error);
        if (!code)
            code = set_reversal(ctx->db, due[i].id, posted.id, ctx->error);
    }
    *ret_count = count;
    return code;
}

static int keep_close(struct ctx *ctx, const struct ledger_year *year, int64_t result_cents, int64_t opening)
{
    return db_run(ctx->db,
                  "INSERT INTO surplus_close(year_id, year, result_cents, opening_id, closed_on, author) "
                  "VALUES (:year_id, :year, :result, :opening, :today, :author)",
                  BIND(INT("year_id", year->id), TEXT("year", year->code), INT("result", result_cents),
                       INT_OR_NULL("opening", opening, opening), TEXT("today", ctx->today),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena))),
                  ctx->error);
}

static int close_now(struct ctx *ctx, const struct ledger_year *year, int64_t result_cents, int64_t *ret_reversed)
{
    int64_t opening = 0;
    int code = strcmp(year->ends_on, ctx->today) >= 0
                   ? error_set(ctx->error, ERR_REFUSED, "year", N_("The year {0} is not over yet: it ends on {1}."), year->code,
                               year->ends_on, NULL)
                   : 0;
    if (!code)
        code = refuse_pending(ctx);
    if (!code)
        code = refuse_dedicated(ctx, year);
    if (!code && !year->closed)
        code = ledger_year_close(ctx->db, year->id, ctx->now_ms, &opening, ctx->error);
    if (!code)
        code = turn_back(ctx, year, ret_reversed);
    return code ? code : keep_close(ctx, year, result_cents, opening);
}

int year_close(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct ledger_year year;
    int64_t known = 0, result_cents = 0, reversed = 0;
    int code = ledger_year_find(ctx->db, tree_text(args, "year"), &year, ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT 1 FROM surplus_close WHERE year_id = :id", BIND(INT("id", year.id)), 0, &known, ctx->error);
    if (!code)
        code = year_result(ctx->db, ctx->arena, year.id, &result_cents, ctx->error);
    if (!code && !known) /* sent twice: closed once */
        code = close_now(ctx, &year, result_cents, &reversed);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "year", arena_strdup(ctx->arena, year.code));
    tree_set_int(ctx->arena, result, "result_cents", result_cents);
    tree_set_int(ctx->arena, result, "reversed", reversed);
    tree_set_bool(ctx->arena, result, "before", known != 0);
    return 0;
}

/* --- statutes --- */

int statutes_keep(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *from = tree_text(args, "from_on");
    const char *threshold = tree_text(args, "threshold");
    tree_set_text(ctx->arena, result, "from_on", from);
    return db_run(ctx->db,
                  "INSERT INTO surplus_statutes(from_on, legal, statutory, threshold, author, at) "
                  "VALUES (:from_on, :legal, :statutory, :threshold, :author, :at) ON CONFLICT(from_on) DO UPDATE SET "
                  "legal = excluded.legal, statutory = excluded.statutory, threshold = excluded.threshold, author = excluded.author, "
                  "at = excluded.at",
                  BIND(TEXT("from_on", from), INT("legal", tree_int(args, "legal_rate", 0)),
                       INT("statutory", tree_int(args, "statutory_rate", 0)), TEXT("threshold", threshold ? threshold : "law"),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}
