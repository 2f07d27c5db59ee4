/* What an accountant does to the books besides entries: years, locks, sub-accounts; and the reversal of an entry. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "ledger/posting.h"

int ledger_lock(struct db *db, const char *until, struct error *error)
{
    int64_t later = 0;
    if (!until || !date_is(until))
        return error_set(error, ERR_INVALID, "until", N_("This must be a date, such as 2026-03-31."), NULL);
    int result = db_int(db, "SELECT 1 FROM ledger_year WHERE book = 'general' AND locked_until > :until LIMIT 1",
                        BIND(TEXT("until", until)), 0, &later, error);
    if (!result && later)
        return error_set(error, ERR_REFUSED, "until", N_("The books are locked past this date already: a lock never goes back."), NULL);
    if (!result)
        result = db_run(db,
                        "UPDATE ledger_year SET locked_until = :until WHERE book = 'general' AND state = 'open' AND starts_on <= :until",
                        BIND(TEXT("until", until)), error);
    if (!result && !db_changes(db))
        return error_set(error, ERR_NOT_FOUND, "until", N_("No open financial year begins before this date."), NULL);
    return result;
}

int edit_year(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct ledger_year year;
    int code = ledger_year_open(ctx->db, tree_text(args, "year"), tree_text(args, "starts_on"), tree_text(args, "ends_on"), &year,
                                ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "year", arena_strdup(ctx->arena, year.code));
    tree_set_text(ctx->arena, result, "starts_on", arena_strdup(ctx->arena, year.starts_on));
    tree_set_text(ctx->arena, result, "ends_on", arena_strdup(ctx->arena, year.ends_on));
    return 0;
}

int edit_lock(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    tree_set_text(ctx->arena, result, "until", tree_text(args, "until"));
    return ledger_lock(ctx->db, tree_text(args, "until"), ctx->error);
}

static enum ledger_guard guard_asked(const char *guard)
{
    return !guard || !strcmp(guard, "none") ? LEDGER_GUARD_NONE : !strcmp(guard, "debit") ? LEDGER_GUARD_DEBIT : LEDGER_GUARD_CREDIT;
}

int edit_account(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct ledger_account_asked asked = {.number = tree_text(args, "account_number"),
                                         .auxiliary = tree_text(args, "auxiliary"),
                                         .name = tree_text(args, "account_name"),
                                         .guard = guard_asked(tree_text(args, "guard"))};
    int64_t account = 0;
    int code = ledger_account_open(ctx->db, &asked, &account, ctx->error);
    tree_set_text(ctx->arena, result, "account_number", asked.number);
    tree_set_text(ctx->arena, result, "auxiliary", asked.auxiliary);
    return code;
}

int edit_reverse(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct ledger_year year;
    struct ledger_posted posted;
    int64_t entry = 0, number = tree_int(args, "number", 0);
    const char *on = tree_text(args, "entry_on");
    int code = ledger_year_find(ctx->db, tree_text(args, "year"), &year, ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT id FROM ledger_entry WHERE year_id = :year AND number = :number",
                      BIND(INT("year", year.id), INT("number", number)), 0, &entry, ctx->error);
    if (!code && !entry)
        return error_set(ctx->error, ERR_NOT_FOUND, "number", N_("The financial year {0} has no entry {1}."), year.code,
                         arena_printf(ctx->arena, "%" PRId64, number), NULL);
    if (!code)
        code = ledger_reverse(ctx->db, entry, on ? on : ctx->today, tree_text(args, "label"), ctx->now_ms, &posted, ctx->error);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "entry", posted.id);
    tree_set_int(ctx->arena, result, "number", posted.number);
    return 0;
}
