/* An account as a person types it. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ledger/ledger.h"
#include "ledger/matters.h"

static int by_number(struct db *db, const char *number, const char *auxiliary, int64_t *ret_account, struct error *error)
{
    return db_int(db,
                  "SELECT id FROM ledger_account WHERE book = 'general' AND number = :number AND auxiliary = :auxiliary",
                  BIND(TEXT("number", number), TEXT("auxiliary", auxiliary)), 0, ret_account, error);
}

static int by_name(struct db *db, struct arena *arena, const char *typed, int64_t *ret_account, struct error *error)
{
    const char *folded = text_fold(arena, typed), *past = arena_printf(arena, "%s~", folded); /* behind all that begin so */
    struct rows *rows;
    int found = 0;
    *ret_account = 0;
    if (!*folded)
        return 0;
    int result = db_query(db,
                          "SELECT id, name_folded FROM ledger_account WHERE book = 'general' AND name_folded >= :folded "
                          "AND name_folded < :past AND open = 1 ORDER BY name_folded, id LIMIT 2",
                          BIND(TEXT("folded", folded), TEXT("past", past)), &rows, error);
    if (result)
        return result;
    bool exact = false;
    while (rows_next(rows)) {
        bool same = text_is(rows_text(rows, 1), folded);
        if (found && exact && !same)
            continue; /* the whole name goes before one that only begins so */
        exact = same;
        *ret_account = rows_int(rows, 0);
        found++;
    }
    result = rows_close(rows);
    if (!result && found > 1)
        return error_set(error, ERR_INVALID, "account", N_("Several accounts are called “{0}…”: type the number."), typed, NULL);
    return result;
}

int account_typed(struct db *db, struct arena *arena, const char *typed, int64_t *ret_account, struct error *error)
{
    const char *space = strchr(typed, ' ');
    int result = by_number(db, typed, "", ret_account, error);
    if (!result && !*ret_account && space)
        result = by_number(db, arena_copy(arena, typed, (size_t)(space - typed)), space + 1, ret_account, error);
    if (!result && !*ret_account && !(typed[0] >= '0' && typed[0] <= '9'))
        result = by_name(db, arena, typed, ret_account, error);
    if (!result && !*ret_account)
        return error_set(error, ERR_NOT_FOUND, "account", N_("There is no account {0}."), typed, NULL);
    return result;
}
