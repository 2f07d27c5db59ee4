/* The mirror of what persons may spend, as the accounts office of the prison tells it (CSV, dated). */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"
#include "kernel/app.h"
#include "ledger/ledger.h"

#define PERSON_NUMBER "467" /* what the office owes a person, as far as we were told */
#define OFFICE_NUMBER "512" /* the office's own side */

static int office_account(struct db *db, const char *establishment, int64_t *ret_account, struct error *error)
{
    return ledger_account_open(db,
                               &(struct ledger_account_asked){.book = CANTEEN_BOOK, .number = OFFICE_NUMBER, .auxiliary = establishment,
                                                              .name = establishment},
                               ret_account, error);
}

int mirror_account(struct ctx *ctx, struct db *db, const struct stay *stay, int64_t *ret_account, struct error *error)
{
    int result = db_int(db, "SELECT account_id FROM canteen_balance WHERE person_id = :person AND establishment_id = :establishment",
                        BIND(INT("person", stay->person), INT("establishment", stay->establishment_id)), 0, ret_account, error);
    if (result || *ret_account)
        return result;
    result = ledger_book_open(db, CANTEEN_BOOK, error);
    if (!result)
        result = ledger_account_open(db,
                                     &(struct ledger_account_asked){.book = CANTEEN_BOOK,
                                                                    .number = PERSON_NUMBER,
                                                                    .auxiliary = arena_printf(ctx->arena, "%s.%s", stay->establishment, stay->reference),
                                                                    .name = stay->reference,
                                                                    .guard = LEDGER_GUARD_CREDIT},
                                     ret_account, error);
    if (result)
        return result;
    return db_run(db,
                  "INSERT INTO canteen_balance(person_id, establishment_id, reference, account_id, told_on, told_cents, at) "
                  "VALUES (:person, :establishment, :reference, :account, '', 0, :at)",
                  BIND(INT("person", stay->person), INT("establishment", stay->establishment_id), TEXT("reference", stay->reference),
                       INT("account", *ret_account), INT("at", ctx->now_ms)),
                  error);
}

/* --- being told --- */

static int check_newer(struct db *db, const struct stay *stay, const char *on, struct error *error)
{
    int64_t newer = 0;
    int result = db_int(db,
                        "SELECT 1 FROM canteen_balance WHERE person_id = :person AND establishment_id = :establishment AND told_on > :on_date",
                        BIND(INT("person", stay->person), INT("establishment", stay->establishment_id), TEXT("on_date", on)), 0, &newer,
                        error);
    if (!result && newer)
        return error_set(error, ERR_REFUSED, "on", N_("A newer balance of this person is known already."), NULL);
    return result;
}

/* Blocked at the office already: what it told leaves this out. Of a settled order the office has not debited yet, the part
 * that was not charged is the person's all the same. */
static int read_blocked(struct db *db, const struct stay *stay, int64_t *ret_cents, struct error *error)
{
    return db_int(db,
                  "SELECT CAST(SUM(blocked_cents - CASE WHEN state = 'settled' THEN total_cents ELSE 0 END) AS INTEGER) FROM canteen_order "
                  "WHERE person_id = :person AND establishment_id = :establishment AND blocked_cents > 0",
                  BIND(INT("person", stay->person), INT("establishment", stay->establishment_id)), 0, ret_cents, error);
}

/* Orders that no longer fit into what is free go, the newest first: nothing was promised for them yet. */
static int cut_orders(struct ctx *ctx, struct db *db, const struct stay *stay, int64_t account, int64_t target, int *ret_cut,
                      struct error *error)
{
    struct ledger_balance balance;
    *ret_cut = 0;
    for (;;) {
        int64_t order = 0;
        int result = ledger_balance(db, account, &balance, error);
        if (result || balance.pending_debit <= target)
            return result;
        result = db_int(db,
                        "SELECT id FROM canteen_order WHERE person_id = :person AND establishment_id = :establishment AND "
                        "state = 'placed' AND hold_id IS NOT NULL ORDER BY at DESC, id DESC LIMIT 1",
                        BIND(INT("person", stay->person), INT("establishment", stay->establishment_id)), 0, &order, error);
        if (!result && !order)
            return 0;
        if (!result)
            result = order_drop(ctx, db, order, "cancelled", "balance", error);
        if (result)
            return result;
        ++*ret_cut;
    }
}

static int follow(struct ctx *ctx, struct db *db, const struct stay *stay, int64_t account, int64_t difference, const char *on,
                  struct error *error)
{
    int64_t office;
    int result = office_account(db, stay->establishment, &office, error);
    if (result)
        return result;
    const struct ledger_line lines[] = {{.account = office, .amount_cents = difference}, {.account = account, .amount_cents = -difference}};
    const struct ledger_entry entry = {.journal = "CN", .entry_on = on, .label = "balance told", .lines = lines, .line_count = 2};
    return ledger_post(db, &entry, 1, ctx->now_ms, NULL, error);
}

int mirror_tell(struct ctx *ctx, struct db *db, const struct stay *stay, int64_t available_cents, const char *on,
                bool *ret_changed, int *ret_cut, struct error *error)
{
    struct ledger_balance balance;
    int64_t account, blocked, target;
    int result = check_newer(db, stay, on, error);
    if (!result)
        result = mirror_account(ctx, db, stay, &account, error);
    if (!result)
        result = read_blocked(db, stay, &blocked, error);
    if (result)
        return result;
    if (available_cents < 0 || !number_add(available_cents, blocked, &target))
        return error_set(error, ERR_INVALID, "available", N_("This must be an amount from zero up."), NULL);
    result = cut_orders(ctx, db, stay, account, target, ret_cut, error);
    if (!result)
        result = ledger_balance(db, account, &balance, error);
    if (result)
        return result;
    int64_t difference = target - (balance.credit - balance.debit);
    *ret_changed = difference != 0;
    if (difference)
        result = follow(ctx, db, stay, account, difference, on, error);
    if (result)
        return result;
    return db_run(db,
                  "UPDATE canteen_balance SET told_on = :on_date, told_cents = :cents, at = :at WHERE person_id = :person AND "
                  "establishment_id = :establishment",
                  BIND(TEXT("on_date", on), INT("cents", available_cents), INT("at", ctx->now_ms), INT("person", stay->person),
                       INT("establishment", stay->establishment_id)),
                  error);
}

/* --- holding --- */

int mirror_hold(struct ctx *ctx, struct db *db, const struct stay *stay, const char *label, int64_t order, int64_t cents,
                int64_t *ret_hold, struct error *error)
{
    int64_t account, office;
    struct ledger_posted hold;
    struct error why = {0};
    *ret_hold = 0;
    if (!cents)
        return 0;
    int result = mirror_account(ctx, db, stay, &account, error);
    if (!result)
        result = office_account(db, stay->establishment, &office, error);
    if (result)
        return result;
    const struct ledger_line lines[] = {{.account = account, .amount_cents = cents}, {.account = office, .amount_cents = -cents}};
    const struct ledger_entry entry = {.journal = "CN", .entry_on = ctx->today, .label = label,
                                       .piece = arena_printf(ctx->arena, "%" PRId64, order), .lines = lines, .line_count = 2};
    result = ledger_hold(db, &entry, ctx->now_ms, &hold, &why);
    if (result == ERR_REFUSED)
        return error_set(error, ERR_REFUSED, "items", N_("This order costs {0} €, more than what is free."),
                         number_screen(ctx->arena, cents, DECIMALS_MONEY, false, ctx->language), NULL);
    if (result) {
        *error = why;
        return result;
    }
    *ret_hold = hold.id;
    return 0;
}

int mirror_release(struct ctx *ctx, struct db *db, int64_t hold, struct error *error)
{
    return hold ? ledger_release(db, hold, ctx->today, NULL, NULL, ctx->now_ms, NULL, error) : 0;
}

int mirror_spend(struct ctx *ctx, struct db *db, const char *label, const struct ledger_end *ends, size_t count, const char *on,
                 struct error *error)
{
    const struct ledger_entry like = {.journal = "CN", .entry_on = on, .label = label};
    return ledger_end_holds(db, ends, count, &like, ctx->now_ms, error);
}
