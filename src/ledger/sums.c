/* Balances of accounts, totals of a year, what a year hands on to the next. */
#include "ledger/sums.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"

int ledger_balance(struct db *db, int64_t account, struct ledger_balance *ret_balance, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT debit_cents, credit_cents, pending_debit_cents, pending_credit_cents FROM ledger_account WHERE id = :id",
                          BIND(INT("id", account)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_balance = (struct ledger_balance){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2), rows_int(rows, 3)};
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "account", N_("There is no such account."), NULL);
    return result;
}

/* --- totals of a year --- */

void sums_open(struct sums *sums, struct arena *arena)
{
    *sums = (struct sums){.arena = arena};
    pairs_open(&sums->places, arena, 256);
}

static struct ledger_sum *sum_at(struct sums *sums, int64_t account, int64_t axis, bool *ret_fresh)
{
    size_t before = sums->places.count, place = pairs_place(&sums->places, account, axis);
    *ret_fresh = sums->places.count > before;
    if (place >= sums->room) {
        size_t room = sums->room ? sums->room * 2 : 256;
        struct ledger_sum *list = ARENA_ARRAY(sums->arena, struct ledger_sum, room);
        if (sums->room)
            memcpy(list, sums->list, sums->room * sizeof *list);
        sums->list = list;
        sums->room = room;
    }
    return &sums->list[place];
}

static const char *text_at(struct sums *sums, const struct rows *rows, int column)
{
    const char *text = rows_text(rows, column);
    return text && *text ? arena_strdup(sums->arena, text) : "";
}

static int too_large(struct error *error)
{
    return error_set(error, ERR_REFUSED, "", N_("A total of these books is larger than can be counted."), NULL);
}

static int take_row(struct sums *sums, const struct rows *rows, struct error *error)
{
    bool fresh;
    struct ledger_sum *sum = sum_at(sums, rows_int(rows, 0), rows_int(rows, 1), &fresh);
    if (fresh)
        *sum = (struct ledger_sum){.number = text_at(sums, rows, 5),
                                   .auxiliary = text_at(sums, rows, 6),
                                   .name = text_at(sums, rows, 7),
                                   .contract = text_at(sums, rows, 8),
                                   .service = text_at(sums, rows, 9),
                                   .establishment = text_at(sums, rows, 10),
                                   .fund = text_at(sums, rows, 11),
                                   .account = rows_int(rows, 0),
                                   .axis = rows_int(rows, 1)};
    bool fits = number_add(sum->debit_cents, rows_int(rows, 2), &sum->debit_cents) &&
                number_add(sum->credit_cents, rows_int(rows, 3), &sum->credit_cents) &&
                number_add(sum->opening_cents, rows_int(rows, 4), &sum->opening_cents);
    return fits ? 0 : too_large(error);
}

static int read_rows(struct db *db, const char *sql, const struct binding *bindings, struct sums *sums, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, sql, bindings, &rows, error), wrong = 0;
    if (result)
        return result;
    while (!wrong && rows_next(rows))
        wrong = take_row(sums, rows, error);
    result = rows_close(rows);
    return wrong ? wrong : result;
}

int sums_read(struct db *db, int64_t year, struct sums *sums, struct error *error)
{
    return read_rows(db,
                     "SELECT t.account_id, t.axis_id, t.debit_cents, t.credit_cents, t.opening_cents, a.number, a.auxiliary, a.name, "
                     "x.contract, x.service, x.establishment, x.fund FROM ledger_total t "
                     "JOIN ledger_account a ON a.id = t.account_id JOIN ledger_axis x ON x.id = t.axis_id WHERE t.year_id = :year",
                     BIND(INT("year", year)), sums, error);
}

/* --- what a year hands on --- */

static int add_result(struct db *db, struct sums *sums, int64_t result_cents, struct error *error)
{
    /* A surplus stands in credit. */
    const char *number = result_cents < 0 ? "120" : "129";
    int result = read_rows(db,
                           "SELECT a.id, 0, 0, 0, 0, a.number, a.auxiliary, a.name, '', '', '', '' FROM ledger_account a "
                           "WHERE a.book = 'general' AND a.number = :number AND a.auxiliary = ''",
                           BIND(TEXT("number", number)), sums, error);
    if (result)
        return result;
    for (size_t i = 0; i < sums->places.count; i++)
        if (!sums->list[i].axis && !*sums->list[i].auxiliary && !strcmp(sums->list[i].number, number)) {
            struct ledger_sum *sum = &sums->list[i];
            if (!number_add(sum->opening_cents, result_cents, &sum->opening_cents))
                return too_large(error);
            sum->debit_cents = sum->opening_cents > 0 ? sum->opening_cents : 0;
            sum->credit_cents = sum->opening_cents < 0 ? -sum->opening_cents : 0;
            return 0;
        }
    return error_set(error, ERR_NOT_FOUND, "account", N_("There is no account {0}."), number, NULL);
}

int sums_carry(struct db *db, struct sums *sums, struct error *error)
{
    __int128 result_cents = 0, rest = 0;
    for (size_t i = 0; i < sums->places.count; i++) {
        struct ledger_sum *sum = &sums->list[i];
        int64_t balance = sum->debit_cents - sum->credit_cents;
        char class = sum->number[0];
        if (class == '6' || class == '7')
            result_cents += balance;
        else if (class < '1' || class > '5')
            rest += balance;
        bool stays = class >= '1' && class <= '5';
        sum->opening_cents = stays ? balance : 0;
        sum->debit_cents = stays && balance > 0 ? balance : 0;
        sum->credit_cents = stays && balance < 0 ? -balance : 0;
    }
    if (rest)
        return error_set(error, ERR_REFUSED, "year", N_("The accounts of class 8 do not balance among themselves."), NULL);
    if (result_cents > INT64_MAX || result_cents < -INT64_MAX)
        return too_large(error);
    return result_cents ? add_result(db, sums, (int64_t)result_cents, error) : 0;
}

/* --- the year as it stands --- */

static int before(struct db *db, int64_t year, int64_t *ret_before, bool *ret_open, struct error *error)
{
    struct rows *rows;
    *ret_before = 0;
    int result = db_query(db,
                          "SELECT b.id, b.state FROM ledger_year y JOIN ledger_year b ON b.book = y.book AND b.starts_on < y.starts_on "
                          "WHERE y.id = :year ORDER BY b.starts_on DESC LIMIT 1",
                          BIND(INT("year", year)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        *ret_before = rows_int(rows, 0);
        *ret_open = text_is(rows_text(rows, 1), "open");
    }
    return rows_close(rows);
}

/* The year before first, while it is open: what it would hand on today stands as opening. */
static int read_with_before(struct db *db, int64_t year, struct sums *sums, struct error *error)
{
    int64_t earlier;
    bool open = false;
    int result = before(db, year, &earlier, &open, error);
    if (!result && earlier && open) {
        result = read_with_before(db, earlier, sums, error);
        if (!result)
            result = sums_carry(db, sums, error);
    }
    return result ? result : sums_read(db, year, sums, error);
}

static int by_number(const void *a, const void *b)
{
    const struct ledger_sum *one = a, *other = b;
    int order = strcmp(one->number, other->number);
    if (!order)
        order = strcmp(one->auxiliary, other->auxiliary);
    return order ? order : one->axis < other->axis ? -1 : one->axis > other->axis;
}

int ledger_year_sums(struct db *db, struct arena *arena, int64_t year, struct ledger_sum **ret_sums, size_t *ret_count,
                     struct error *error)
{
    struct sums sums;
    sums_open(&sums, arena);
    int result = read_with_before(db, year, &sums, error);
    if (result)
        return result;
    size_t count = 0;
    for (size_t i = 0; i < sums.places.count; i++)
        if (sums.list[i].debit_cents || sums.list[i].credit_cents || sums.list[i].opening_cents)
            sums.list[count++] = sums.list[i];
    if (count > 1)
        qsort(sums.list, count, sizeof *sums.list, by_number);
    *ret_sums = sums.list;
    *ret_count = count;
    return 0;
}
