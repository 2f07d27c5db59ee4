/* Books and their financial years. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "ledger/posting.h"

enum { YEAR_DAYS_MAX = 732 };

#define YEAR_COLUMNS "id, code, starts_on, ends_on, locked_until, state"

static void copy_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static void take_year(struct rows *rows, struct ledger_year *year)
{
    *year = (struct ledger_year){.id = rows_int(rows, 0), .closed = text_is(rows_text(rows, 5), "closed")};
    copy_text(year->code, sizeof year->code, rows_text(rows, 1));
    copy_text(year->starts_on, sizeof year->starts_on, rows_text(rows, 2));
    copy_text(year->ends_on, sizeof year->ends_on, rows_text(rows, 3));
    copy_text(year->locked_until, sizeof year->locked_until, rows_text(rows, 4));
}

/* The first row; ret_year->id is 0 when there is none. */
static int query_year(struct db *db, const char *sql, const struct binding *bindings, struct ledger_year *ret_year,
                      struct error *error)
{
    struct rows *rows;
    *ret_year = (struct ledger_year){0};
    int result = db_query(db, sql, bindings, &rows, error);
    if (result)
        return result;
    if (rows_next(rows))
        take_year(rows, ret_year);
    return rows_close(rows);
}

int ledger_book_open(struct db *db, const char *code, struct error *error)
{
    int64_t known = 0;
    if (!code || !*code || !strcmp(code, LEDGER_GENERAL))
        return error_set(error, ERR_INVALID, "book", N_("A book apart needs a code of its own."), NULL);
    int result = db_int(db, "SELECT 1 FROM ledger_book WHERE code = :code", BIND(TEXT("code", code)), 0, &known, error);
    if (result || known)
        return result;
    result = db_run(db, "INSERT INTO ledger_book(code, statutory) VALUES (:code, 0)", BIND(TEXT("code", code)), error);
    if (result)
        return result;
    return db_run(db,
                  "INSERT INTO ledger_year(id, book, code, starts_on, ends_on, state, locked_until, last_number, last_valid_on) "
                  "VALUES (:id, :book, '-', '1900-01-01', '2199-12-31', 'open', '0000-00-00', 0, '0000-00-00')",
                  BIND(INT("id", db_next_id(db)), TEXT("book", code)), error);
}

int ledger_year_find(struct db *db, const char *code, struct ledger_year *ret_year, struct error *error)
{
    int result = query_year(db, "SELECT " YEAR_COLUMNS " FROM ledger_year WHERE book = 'general' AND code = :code",
                            BIND(TEXT("code", code)), ret_year, error);
    if (!result && !ret_year->id)
        return error_set(error, ERR_NOT_FOUND, "year", N_("There is no financial year {0}."), code ? code : "", NULL);
    return result;
}

int year_read(struct db *db, int64_t id, struct ledger_year *ret_year, struct error *error)
{
    int result = query_year(db, "SELECT " YEAR_COLUMNS " FROM ledger_year WHERE id = :id", BIND(INT("id", id)), ret_year,
                            error);
    if (!result && !ret_year->id)
        return error_set(error, ERR_NOT_FOUND, "year", N_("There is no such financial year."), NULL);
    return result;
}

int ledger_year_of(struct db *db, const char *book, const char *on, struct ledger_year *ret_year, struct error *error)
{
    int result = query_year(db,
                            "SELECT " YEAR_COLUMNS " FROM ledger_year WHERE book = :book AND starts_on <= :on_date "
                            "ORDER BY starts_on DESC LIMIT 1",
                            BIND(TEXT("book", book ? book : LEDGER_GENERAL), TEXT("on_date", on)), ret_year, error);
    if (!result && (!ret_year->id || strcmp(ret_year->ends_on, on) < 0))
        return error_set(error, ERR_NOT_FOUND, "entry_on", N_("No financial year of the books holds the {0}."), on, NULL);
    return result;
}

int year_is_first(struct db *db, const struct ledger_year *year, bool *ret_first, struct error *error)
{
    int64_t before = 0;
    int result = db_int(db,
                        "SELECT 1 FROM ledger_year WHERE book = (SELECT book FROM ledger_year WHERE id = :id) "
                        "AND starts_on < :starts_on LIMIT 1",
                        BIND(INT("id", year->id), TEXT("starts_on", year->starts_on)), 0, &before, error);
    *ret_first = !before;
    return result;
}

/* --- opening one --- */

static int check_dates(const char *code, const char *starts_on, const char *ends_on, struct error *error)
{
    int32_t first, last;
    if (!code || !*code || strlen(code) > 15 || strchr(code, ' '))
        return error_set(error, ERR_INVALID, "code", N_("A financial year has a short code without spaces, such as 2023."), NULL);
    if (!starts_on || !date_parse(starts_on, &first))
        return error_set(error, ERR_INVALID, "starts_on", N_("This must be a date, such as 2026-03-31."), NULL);
    if (!ends_on || !date_parse(ends_on, &last))
        return error_set(error, ERR_INVALID, "ends_on", N_("This must be a date, such as 2026-03-31."), NULL);
    if (last < first)
        return error_set(error, ERR_INVALID, "ends_on", N_("A financial year ends after it begins."), NULL);
    if (last - first >= YEAR_DAYS_MAX)
        return error_set(error, ERR_INVALID, "ends_on", N_("A financial year lasts two years at most."), NULL);
    return 0;
}

static void day_after(const char *on, char ret_on[DATE_BYTES])
{
    int32_t days = 0;
    date_parse(on, &days);
    date_format(days + 1, ret_on);
}

static int check_follows(struct db *db, const char *starts_on, bool *ret_first, struct error *error)
{
    struct ledger_year last;
    char next_on[DATE_BYTES];
    int result = query_year(db,
                            "SELECT " YEAR_COLUMNS " FROM ledger_year WHERE book = 'general' ORDER BY starts_on DESC LIMIT 1",
                            NULL, &last, error);
    *ret_first = !last.id;
    if (result || !last.id)
        return result;
    day_after(last.ends_on, next_on);
    if (strcmp(next_on, starts_on) != 0)
        return error_set(error, ERR_REFUSED, "starts_on",
                         N_("Financial years follow each other: the last one ends on {0}, so this one begins on {1}."),
                         last.ends_on, next_on, NULL);
    return 0;
}

int ledger_year_open(struct db *db, const char *code, const char *starts_on, const char *ends_on,
                     struct ledger_year *ret_year, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ledger_year ignored, *year = ret_year ? ret_year : &ignored;
    char *locked_until = NULL;
    bool first = false;
    int result = check_dates(code, starts_on, ends_on, error);
    if (!result)
        result = query_year(db, "SELECT " YEAR_COLUMNS " FROM ledger_year WHERE book = 'general' AND code = :code",
                            BIND(TEXT("code", code)), year, error);
    if (result)
        return result;
    if (year->id && (strcmp(year->starts_on, starts_on) != 0 || strcmp(year->ends_on, ends_on) != 0))
        return error_set(error, ERR_REFUSED, "code", N_("There is already a financial year {0}, from {1} to {2}."), code,
                         year->starts_on, year->ends_on, NULL);
    if (year->id)
        return 0;
    result = check_follows(db, starts_on, &first, error);
    if (result)
        return result;
    /* A lock set before this year was there holds in it too. */
    result = db_text(db, arena, "SELECT COALESCE(MAX(locked_until), '0000-00-00') FROM ledger_year WHERE book = 'general'", NULL,
                     &locked_until, error);
    if (result)
        return result;
    int64_t id = db_next_id(db);
    /* Number 1 is kept for the opening that the close of the year before brings. */
    result = db_run(db,
                    "INSERT INTO ledger_year(id, book, code, starts_on, ends_on, state, locked_until, last_number, last_valid_on) "
                    "VALUES (:id, 'general', :code, :starts_on, :ends_on, 'open', :locked_until, :last_number, '0000-00-00')",
                    BIND(INT("id", id), TEXT("code", code), TEXT("starts_on", starts_on), TEXT("ends_on", ends_on),
                         TEXT("locked_until", locked_until), INT("last_number", first ? 0 : 1)),
                    error);
    return result ? result : year_read(db, id, year, error);
}

/* "2023-12-31" and a year more: the last day of the month stays one. */
static void year_after(const char *ends_on, char ret_on[DATE_BYTES])
{
    char next_on[DATE_BYTES];
    int32_t days;
    day_after(ends_on, next_on);
    char year[16];
    snprintf(year, sizeof year, "%04d", atoi(next_on) + 1);
    memcpy(next_on, year, 4);
    if (!date_parse(next_on, &days)) { /* 29 February */
        memcpy(next_on + 5, "03-01", 5);
        date_parse(next_on, &days);
    }
    date_format(days - 1, ret_on);
}

int year_next(struct db *db, const struct ledger_year *year, struct ledger_year *ret_year, struct error *error)
{
    char starts_on[DATE_BYTES], ends_on[DATE_BYTES], code[16];
    day_after(year->ends_on, starts_on);
    int result = query_year(db,
                            "SELECT " YEAR_COLUMNS " FROM ledger_year WHERE book = 'general' AND starts_on = :starts_on",
                            BIND(TEXT("starts_on", starts_on)), ret_year, error);
    if (result || ret_year->id)
        return result;
    year_after(year->ends_on, ends_on);
    if (strncmp(starts_on, ends_on, 4) != 0)
        snprintf(code, sizeof code, "%.4s-%.4s", starts_on, ends_on);
    else
        snprintf(code, sizeof code, "%.4s", ends_on);
    return ledger_year_open(db, code, starts_on, ends_on, ret_year, error);
}
