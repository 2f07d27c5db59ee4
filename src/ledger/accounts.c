/* Accounts and axes. */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ledger/posting.h"

enum { NUMBER_DIGITS_MIN = 3, NUMBER_MAX = 20, AUXILIARY_MAX = 40, NAME_MAX = 200 };

static const char *guard_name(enum ledger_guard guard)
{
    static const char *const names[] = {"none", "debit", "credit"};
    return names[guard];
}

int ledger_account_find(struct db *db, const char *book, const char *number, const char *auxiliary, int64_t *ret_account,
                        struct error *error)
{
    int result = db_int(db,
                        "SELECT id FROM ledger_account WHERE book = :book AND number = :number AND auxiliary = :auxiliary",
                        BIND(TEXT("book", book ? book : LEDGER_GENERAL), TEXT("number", number),
                             TEXT("auxiliary", auxiliary ? auxiliary : "")),
                        0, ret_account, error);
    if (!result && !*ret_account)
        return error_set(error, ERR_NOT_FOUND, "account", N_("There is no account {0}."), number ? number : "", NULL);
    return result;
}

const char *account_words(struct db *db, struct arena *arena, int64_t account)
{
    struct rows *rows;
    struct error ignored = {0};
    const char *words = arena_printf(arena, "#%lld", (long long)account);
    if (db_query(db, "SELECT number, auxiliary, name FROM ledger_account WHERE id = :id", BIND(INT("id", account)), &rows,
                 &ignored))
        return words;
    if (rows_next(rows))
        words = arena_printf(arena, "%s%s%s %s", rows_text(rows, 0), *rows_text(rows, 1) ? " " : "", rows_text(rows, 1),
                             rows_text(rows, 2));
    rows_close(rows);
    return words;
}

/* --- opening one --- */

static bool is_plain(const char *text, size_t longest)
{
    size_t length = strlen(text);
    return length <= longest && text_is_clean(text, length) && !strpbrk(text, "\t\r\n");
}

static int check_asked(const struct ledger_account_asked *asked, bool general, struct error *error)
{
    const char *number = asked->number;
    if (!number || !*number || !is_plain(number, NUMBER_MAX))
        return error_set(error, ERR_INVALID, "number", N_("An account has a number of at most 20 characters."), NULL);
    if (general) {
        for (const char *at = number; *at; at++)
            if (!isalnum((unsigned char)*at) || (at - number < NUMBER_DIGITS_MIN && !isdigit((unsigned char)*at)))
                return error_set(error, ERR_INVALID, "number",
                                 N_("The number of an account begins with three digits and holds only digits and letters."), NULL);
        if (strlen(number) < NUMBER_DIGITS_MIN)
            return error_set(error, ERR_INVALID, "number", N_("The number of an account has at least three digits."), NULL);
    }
    if (asked->auxiliary && !is_plain(asked->auxiliary, AUXILIARY_MAX))
        return error_set(error, ERR_INVALID, "auxiliary", N_("A sub-account has a code of at most 40 characters."), NULL);
    if (asked->name && (!*asked->name || !is_plain(asked->name, NAME_MAX * 4) || text_characters(asked->name) > NAME_MAX))
        return error_set(error, ERR_INVALID, "name", N_("An account has a name of at most 200 characters."), NULL);
    return 0;
}

/* The account of the chart that a number stands for or under; its name is the one to take when none was given. */
static int find_above(struct db *db, struct arena *arena, const char *number, char **ret_name, struct error *error)
{
    int result = 0;
    *ret_name = NULL;
    for (size_t length = strlen(number); !result && !*ret_name && length >= NUMBER_DIGITS_MIN; length--)
        result = db_text(db, arena,
                         "SELECT name FROM ledger_account WHERE book = 'general' AND number = :number AND auxiliary = '' "
                         "AND open = 1",
                         BIND(TEXT("number", arena_copy(arena, number, length))), ret_name, error);
    if (!result && !*ret_name)
        return error_set(error, ERR_REFUSED, "number", N_("The chart of accounts has no account {0}, nor one it would stand under."),
                         number, NULL);
    return result;
}

static int insert_account(struct db *db, struct arena *arena, const char *book, const struct ledger_account_asked *asked,
                          const char *name, int64_t *ret_account, struct error *error)
{
    *ret_account = db_next_id(db);
    return db_run(db,
                  "INSERT INTO ledger_account(id, book, number, auxiliary, name, name_folded, guard, open, debit_cents, credit_cents, "
                  "pending_debit_cents, pending_credit_cents, line_count) "
                  "VALUES (:id, :book, :number, :auxiliary, :name, :folded, :guard, 1, 0, 0, 0, 0, 0)",
                  BIND(INT("id", *ret_account), TEXT("book", book), TEXT("number", asked->number),
                       TEXT("auxiliary", asked->auxiliary ? asked->auxiliary : ""), TEXT("name", name),
                       TEXT("folded", text_fold(arena, name)), TEXT("guard", guard_name(asked->guard))),
                  error);
}

int ledger_account_open(struct db *db, const struct ledger_account_asked *asked, int64_t *ret_account, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    const char *book = asked->book ? asked->book : LEDGER_GENERAL;
    bool general = !strcmp(book, LEDGER_GENERAL);
    char *name = NULL;
    int64_t known = 0;
    int result = check_asked(asked, general, error);
    if (result)
        return result;
    result = db_int(db, "SELECT id FROM ledger_account WHERE book = :book AND number = :number AND auxiliary = :auxiliary",
                    BIND(TEXT("book", book), TEXT("number", asked->number),
                         TEXT("auxiliary", asked->auxiliary ? asked->auxiliary : "")),
                    0, ret_account, error);
    if (result || *ret_account)
        return result;
    if (general) {
        result = find_above(db, arena, asked->number, &name, error);
    } else {
        result = db_int(db, "SELECT 1 FROM ledger_book WHERE code = :code", BIND(TEXT("code", book)), 0, &known, error);
        if (!result && !known)
            return error_set(error, ERR_NOT_FOUND, "book", N_("There is no book {0}."), book, NULL);
    }
    if (result)
        return result;
    return insert_account(db, arena, book, asked, asked->name ? asked->name : name ? name : asked->number, ret_account, error);
}

/* --- axes --- */

static bool is_code(const char *text)
{
    return !text || is_plain(text, AUXILIARY_MAX);
}

int ledger_axis(struct db *db, const struct ledger_axis *axis, int64_t *ret_axis, struct error *error)
{
    const struct {
        const char *name, *text;
    } parts[] = {{"contract", axis->contract}, {"service", axis->service}, {"establishment", axis->establishment}, {"fund", axis->fund}};
    struct binding bindings[6] = {{0}};
    bool any = false;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (!is_code(parts[i].text))
            return error_set(error, ERR_INVALID, parts[i].name, N_("A code of at most 40 characters is expected here."), NULL);
        any |= parts[i].text && *parts[i].text;
        bindings[i] = (struct binding)TEXT(parts[i].name, parts[i].text ? parts[i].text : "");
    }
    *ret_axis = 0;
    if (!any)
        return 0;
    int result = db_int(db,
                        "SELECT id FROM ledger_axis WHERE contract = :contract AND service = :service "
                        "AND establishment = :establishment AND fund = :fund",
                        bindings, 0, ret_axis, error);
    if (result || *ret_axis)
        return result;
    *ret_axis = db_next_id(db);
    bindings[COUNT_OF(parts)] = (struct binding)INT("id", *ret_axis);
    return db_run(db,
                  "INSERT INTO ledger_axis(id, contract, service, establishment, fund) "
                  "VALUES (:id, :contract, :service, :establishment, :fund)",
                  bindings, error);
}
