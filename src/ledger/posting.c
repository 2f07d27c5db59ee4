/* How entries enter the books: all kinds pass here, so that the rules stand in one place.
 *
 * Accounts are read under lock in order of id, so that two programs never wait for each other in a ring; what changes
 * is reckoned here with overflow checked, entry by entry, and written once for the whole call. The year's row comes
 * last: it gives the numbers, and whoever holds it makes the others wait. */
#include "ledger/posting.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "ledger/pairs.h"

struct touched { /* an account, as it will be */
    int64_t id;
    enum ledger_guard guard;
    bool changed;
    int64_t debit, credit, pending_debit, pending_credit, lines;
    size_t checked; /* 1 + index of the last booking that touched it, for the guard */
};

struct moved { /* a total of the year, by how much it changes */
    int64_t debit, credit, opening;
};

struct posting {
    struct db *db;
    struct arena *arena;
    struct error *error;
    const struct booking *bookings;
    size_t count;
    int64_t now_ms;
    struct ledger_posted *posted; /* one for each booking */
    struct ledger_year year;
    const char *book;
    bool first_year;
    struct pairs ids, totals; /* accounts by id; (place of the account, axis) */
    struct touched *touched;
    struct moved *moved;
    size_t moved_room;
    int64_t number; /* the next to give */
    char valid_on[DATE_BYTES];
};

const char *booking_kind_name(enum booking_kind kind)
{
    static const char *const names[] = {"entry", "opening", "hold", "post", "release", "reversal"};
    return names[kind];
}

static bool is_numbered(enum booking_kind kind)
{
    return kind != BOOKING_HOLD && kind != BOOKING_RELEASE;
}

/* --- refusals that name their field --- */

static const char *field_of(struct posting *posting, size_t booking, const char *name)
{
    return posting->count == 1 ? name : arena_printf(posting->arena, "entries.%zu.%s", booking, name);
}

static const char *line_field(struct posting *posting, size_t booking, size_t line, const char *name)
{
    return field_of(posting, booking, arena_printf(posting->arena, "lines.%zu.%s", line, name));
}

static const char *euros(struct posting *posting, int64_t cents)
{
    return number_plain(posting->arena, cents, DECIMALS_MONEY, false);
}

/* --- shapes --- */

enum { LABEL_MAX = 500, PIECE_MAX = 100, KEY_MAX = 200, JOURNAL_MAX = 8 };

static bool is_line(const char *text, size_t longest)
{
    size_t length = text ? strlen(text) : 0;
    return length && length <= longest * 4 && text_is_clean(text, length) && text_characters(text) <= longest;
}

static int check_words(struct posting *posting, size_t at)
{
    const struct ledger_entry *entry = &posting->bookings[at].entry;
    if (!entry->journal || !*entry->journal || strlen(entry->journal) > JOURNAL_MAX)
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "journal"), N_("An entry is filed in a journal, such as OD."), NULL);
    if (!entry->entry_on || !date_is(entry->entry_on))
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "entry_on"), N_("This must be a date, such as 2026-03-31."), NULL);
    if (entry->piece_on && !date_is(entry->piece_on))
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "piece_on"), N_("This must be a date, such as 2026-03-31."), NULL);
    if (!is_line(entry->label, LABEL_MAX))
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "label"), N_("An entry says in a few words what happened."), NULL);
    if (entry->piece && *entry->piece && !is_line(entry->piece, PIECE_MAX))
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "piece"), N_("The reference of a proof has at most 100 characters."), NULL);
    if (entry->key && (!*entry->key || strlen(entry->key) > KEY_MAX))
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "key"), N_("A key has at most 200 characters."), NULL);
    return 0;
}

static int check_lines(struct posting *posting, size_t at)
{
    const struct ledger_entry *entry = &posting->bookings[at].entry;
    __int128 sum = 0, debits = 0;
    for (size_t i = 0; i < entry->line_count; i++) {
        int64_t amount = entry->lines[i].amount_cents;
        if (!amount)
            return error_set(posting->error, ERR_INVALID, line_field(posting, at, i, "amount"), N_("A line has an amount, in debit or in credit."), NULL);
        if (amount == INT64_MIN)
            return error_set(posting->error, ERR_INVALID, line_field(posting, at, i, "amount"), N_("This amount is too large."), NULL);
        if (entry->lines[i].label && *entry->lines[i].label && !is_line(entry->lines[i].label, LABEL_MAX))
            return error_set(posting->error, ERR_INVALID, line_field(posting, at, i, "label"), N_("A label has at most 500 characters."), NULL);
        sum += amount;
        debits += amount > 0 ? amount : 0;
    }
    if (debits > INT64_MAX || sum < INT64_MIN || sum > INT64_MAX)
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "lines"), N_("This amount is too large."), NULL);
    if (sum)
        return error_set(posting->error, ERR_REFUSED, field_of(posting, at, "lines"),
                         N_("This entry does not balance: debit less credit makes {0}."), euros(posting, (int64_t)sum), NULL);
    return 0;
}

static int check_shape(struct posting *posting, size_t at)
{
    const struct booking *booking = &posting->bookings[at];
    size_t lines = booking->entry.line_count;
    bool made_here = booking->kind == BOOKING_RELEASE || booking->kind == BOOKING_OPENING;
    if (!made_here && (lines < 2 || !booking->entry.lines))
        return error_set(posting->error, ERR_INVALID, field_of(posting, at, "lines"), N_("An entry has at least two lines."), NULL);
    if (!made_here && lines > LEDGER_LINES_MAX)
        return error_set(posting->error, ERR_TOO_LARGE, field_of(posting, at, "lines"), N_("An entry has at most 20,000 lines."), NULL);
    int result = check_words(posting, at);
    return result ? result : check_lines(posting, at);
}

/* --- keys: the same event posts once --- */

struct earlier {
    int64_t id, number, origin;
    bool same_kind;
};

static int find_earlier(struct posting *posting, const struct booking *booking, struct earlier *ret_earlier)
{
    struct rows *rows;
    *ret_earlier = (struct earlier){0};
    int result = db_query(posting->db, "SELECT id, number, kind, origin_id FROM ledger_entry WHERE key = :key",
                          BIND(TEXT("key", booking->entry.key)), &rows, posting->error);
    if (result)
        return result;
    if (rows_next(rows))
        *ret_earlier = (struct earlier){rows_int(rows, 0), rows_null(rows, 1) ? 0 : rows_int(rows, 1),
                                        rows_null(rows, 3) ? 0 : rows_int(rows, 3),
                                        text_is(rows_text(rows, 2), booking_kind_name(booking->kind))};
    return rows_close(rows);
}

static bool same_lines(const struct ledger_line *a, size_t a_count, const struct ledger_line *b, size_t b_count)
{
    for (size_t i = 0; a_count == b_count && i < a_count; i++)
        if (a[i].account != b[i].account || a[i].amount_cents != b[i].amount_cents || a[i].axis != b[i].axis)
            return false;
    return a_count == b_count;
}

static int refuse_key(struct posting *posting, size_t at)
{
    return error_set(posting->error, ERR_REFUSED, field_of(posting, at, "key"),
                     N_("The event {0} was already posted with other lines."), posting->bookings[at].entry.key, NULL);
}

static int look_up_key(struct posting *posting, size_t at)
{
    const struct booking *booking = &posting->bookings[at];
    struct earlier earlier;
    int result = find_earlier(posting, booking, &earlier);
    if (result || !earlier.id)
        return result;
    struct ledger_line *lines;
    size_t count;
    result = booking_lines(posting->db, posting->arena, earlier.id, &lines, &count, posting->error);
    if (result)
        return result;
    if (!earlier.same_kind || earlier.origin != booking->origin ||
        !same_lines(lines, count, booking->entry.lines, booking->entry.line_count))
        return refuse_key(posting, at);
    posting->posted[at] = (struct ledger_posted){earlier.id, earlier.number, true};
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct booking *one = *(const struct booking *const *)a, *other = *(const struct booking *const *)b;
    int order = strcmp(one->entry.key, other->entry.key);
    return order ? order : one < other ? -1 : one > other;
}

/* The same key twice in one call would be two entries of one event. */
static int check_keys_within(struct posting *posting)
{
    const struct booking **keyed = ARENA_ARRAY(posting->arena, const struct booking *, posting->count);
    size_t count = 0;
    for (size_t i = 0; i < posting->count; i++)
        if (posting->bookings[i].entry.key)
            keyed[count++] = &posting->bookings[i];
    if (count > 1)
        qsort(keyed, count, sizeof(struct booking *), by_key);
    for (size_t i = 1; i < count; i++)
        if (!strcmp(keyed[i - 1]->entry.key, keyed[i]->entry.key))
            return error_set(posting->error, ERR_REFUSED,
                             field_of(posting, (size_t)(keyed[i] - posting->bookings), "key"),
                             N_("The event {0} stands twice in what is to be posted."), keyed[i]->entry.key, NULL);
    return 0;
}

static int look_up_keys(struct posting *posting, size_t *ret_new)
{
    int result = check_keys_within(posting);
    *ret_new = 0;
    for (size_t i = 0; i < posting->count && !result; i++) {
        if (posting->bookings[i].entry.key)
            result = look_up_key(posting, i);
        *ret_new += !posting->posted[i].before;
    }
    return result;
}

/* --- accounts --- */

static enum ledger_guard guard_of(const char *name)
{
    return text_is(name, "debit") ? LEDGER_GUARD_DEBIT : text_is(name, "credit") ? LEDGER_GUARD_CREDIT : LEDGER_GUARD_NONE;
}

static int refuse_account(struct posting *posting, int64_t account, enum error_code code, const char *message)
{
    for (size_t at = 0; at < posting->count; at++)
        for (size_t i = 0; i < posting->bookings[at].entry.line_count; i++)
            if (posting->bookings[at].entry.lines[i].account == account)
                return error_set(posting->error, code, line_field(posting, at, i, "account"), message,
                                 account_words(posting->db, posting->arena, account), NULL);
    return error_set(posting->error, code, "account", message, account_words(posting->db, posting->arena, account), NULL);
}

enum { AT_ONCE = 16 };
#define SOME_IDS ":i0, :i1, :i2, :i3, :i4, :i5, :i6, :i7, :i8, :i9, :i10, :i11, :i12, :i13, :i14, :i15"

static void bind_ids(struct binding bindings[AT_ONCE + 1], const int64_t *ids, size_t count)
{
    static const char *const names[AT_ONCE] = {"i0", "i1", "i2",  "i3",  "i4",  "i5",  "i6",  "i7",
                                               "i8", "i9", "i10", "i11", "i12", "i13", "i14", "i15"};
    for (size_t i = 0; i < AT_ONCE; i++)
        bindings[i] = (struct binding)INT(names[i], i < count ? ids[i] : ids[0]);
    bindings[AT_ONCE] = (struct binding){.name = NULL};
}

/* What the row says; the first refusal is kept. */
static void take_account(struct posting *posting, struct touched *account, const struct rows *rows, const char **refusal)
{
    *refusal = NULL;
    if (!posting->book)
        posting->book = arena_strdup(posting->arena, rows_text(rows, 1));
    else if (strcmp(posting->book, rows_text(rows, 1)) != 0)
        *refusal = N_("The account {0} is of another book: entries never cross from one into another.");
    if (!rows_int(rows, 3))
        *refusal = N_("The account {0} takes no entry.");
    account->guard = guard_of(rows_text(rows, 2));
    account->debit = rows_int(rows, 4);
    account->credit = rows_int(rows, 5);
    account->pending_debit = rows_int(rows, 6);
    account->pending_credit = rows_int(rows, 7);
    account->lines = rows_int(rows, 8);
}

/* Rows stay ours until the end of the transaction (SQLite has one writer; PostgreSQL locks them, in order of id). */
static int lock_some(struct posting *posting, struct touched **sorted, size_t count)
{
    struct rows *rows;
    struct binding bindings[AT_ONCE + 1];
    int64_t ids[AT_ONCE], refused = 0;
    const char *refusal = NULL;
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        ids[i] = sorted[i]->id;
    bind_ids(bindings, ids, count);
    int result = db_query(posting->db,
                          "SELECT id, book, guard, open, debit_cents, credit_cents, pending_debit_cents, pending_credit_cents, line_count "
                          "FROM ledger_account WHERE id IN (" SOME_IDS ") ORDER BY id /* FOR UPDATE */",
                          bindings, &rows, posting->error);
    if (result)
        return result;
    for (; found < count && rows_next(rows) && rows_int(rows, 0) == sorted[found]->id && !refusal; found++) {
        take_account(posting, sorted[found], rows, &refusal);
        refused = sorted[found]->id;
    }
    result = rows_close(rows);
    if (result)
        return result;
    if (refusal)
        return refuse_account(posting, refused, ERR_REFUSED, refusal);
    return found < count ? refuse_account(posting, sorted[found]->id, ERR_NOT_FOUND, N_("There is no account {0}.")) : 0;
}

static int by_id(const void *a, const void *b)
{
    const struct touched *one = *(struct touched *const *)a, *other = *(struct touched *const *)b;
    return one->id < other->id ? -1 : one->id > other->id;
}

static void find_accounts(struct posting *posting)
{
    size_t lines = 0;
    for (size_t at = 0; at < posting->count; at++)
        lines += posting->bookings[at].entry.line_count + posting->bookings[at].freed_count;
    pairs_open(&posting->ids, posting->arena, lines < 1024 ? lines : 1024);
    for (size_t at = 0; at < posting->count; at++) {
        const struct booking *booking = &posting->bookings[at];
        for (size_t i = 0; i < booking->entry.line_count; i++)
            pairs_place(&posting->ids, booking->entry.lines[i].account, 0);
        for (size_t i = 0; i < booking->freed_count; i++)
            pairs_place(&posting->ids, booking->freed[i].account, 0);
    }
    posting->touched = ARENA_ARRAY(posting->arena, struct touched, posting->ids.count);
    for (size_t i = 0; i < posting->ids.count; i++)
        posting->touched[i].id = posting->ids.list[i].a;
}

static int lock_accounts(struct posting *posting)
{
    size_t count = posting->ids.count;
    struct touched **sorted = ARENA_ARRAY(posting->arena, struct touched *, count);
    int result = 0;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &posting->touched[i];
    if (count > 1)
        qsort(sorted, count, sizeof(struct touched *), by_id);
    for (size_t i = 0; i < count && !result; i += AT_ONCE)
        result = lock_some(posting, &sorted[i], count - i < AT_ONCE ? count - i : AT_ONCE);
    return result;
}

static int check_axes(struct posting *posting)
{
    struct pairs axes;
    int result = 0;
    pairs_open(&axes, posting->arena, 16);
    pairs_place(&axes, 0, 0);
    for (size_t at = 0; at < posting->count && !result; at++)
        for (size_t i = 0; i < posting->bookings[at].entry.line_count && !result; i++) {
            int64_t axis = posting->bookings[at].entry.lines[i].axis, known = 0;
            if (pairs_find(&axes, axis, 0) != PAIRS_NONE)
                continue;
            pairs_place(&axes, axis, 0);
            result = db_int(posting->db, "SELECT 1 FROM ledger_axis WHERE id = :id", BIND(INT("id", axis)), 0, &known, posting->error);
            if (!result && !known)
                result = error_set(posting->error, ERR_NOT_FOUND, line_field(posting, at, i, "axis"), N_("There is no such axis."), NULL);
        }
    return result;
}

static int check_journals(struct posting *posting)
{
    const char *last = NULL;
    int result = 0;
    for (size_t at = 0; at < posting->count && !result; at++) {
        const char *journal = posting->bookings[at].entry.journal;
        int64_t known = 0;
        if (last && !strcmp(last, journal))
            continue;
        last = journal;
        result = db_int(posting->db, "SELECT 1 FROM ledger_journal WHERE code = :code", BIND(TEXT("code", journal)), 0, &known,
                        posting->error);
        if (!result && !known)
            result = error_set(posting->error, ERR_NOT_FOUND, field_of(posting, at, "journal"), N_("There is no journal {0}."), journal, NULL);
    }
    return result;
}

/* --- what an entry changes --- */

static bool adds_up(int64_t *total, int64_t more)
{
    return number_add(*total, more, total);
}

static struct moved *total_of(struct posting *posting, size_t account, int64_t axis)
{
    size_t place = pairs_place(&posting->totals, (int64_t)account, axis);
    if (place >= posting->moved_room) {
        size_t room = posting->moved_room ? posting->moved_room * 2 : 64;
        struct moved *moved = ARENA_ARRAY(posting->arena, struct moved, room);
        if (posting->moved_room)
            memcpy(moved, posting->moved, posting->moved_room * sizeof *moved);
        posting->moved = moved;
        posting->moved_room = room;
    }
    return &posting->moved[place];
}

/* What journal AN brings in on the first day of the first year is an opening of that year, and counts since ever. */
static bool is_opening(const struct posting *posting, const struct booking *booking)
{
    return booking->kind == BOOKING_OPENING ||
           (posting->first_year && !strcmp(booking->entry.journal, LEDGER_OPENINGS) &&
            !strcmp(booking->entry.entry_on, posting->year.starts_on));
}

static bool apply_line(struct posting *posting, const struct booking *booking, const struct ledger_line *line)
{
    size_t place = (size_t)pairs_find(&posting->ids, line->account, 0);
    struct touched *account = &posting->touched[place];
    int64_t debit = line->amount_cents > 0 ? line->amount_cents : 0;
    int64_t credit = line->amount_cents < 0 ? -line->amount_cents : 0;
    account->changed |= booking->kind != BOOKING_OPENING;
    if (booking->kind == BOOKING_HOLD)
        return adds_up(&account->pending_debit, debit) && adds_up(&account->pending_credit, credit);
    struct moved *moved = total_of(posting, place, line->axis);
    bool fits = adds_up(&moved->debit, debit) && adds_up(&moved->credit, credit);
    if (fits && is_opening(posting, booking))
        fits = adds_up(&moved->opening, line->amount_cents);
    if (!fits || booking->kind == BOOKING_OPENING)
        return fits;
    account->lines++;
    return adds_up(&account->debit, debit) && adds_up(&account->credit, credit);
}

static void free_line(struct posting *posting, const struct ledger_line *line)
{
    struct touched *account = &posting->touched[pairs_find(&posting->ids, line->account, 0)];
    account->changed = true;
    if (line->amount_cents > 0)
        account->pending_debit -= line->amount_cents;
    else
        account->pending_credit += line->amount_cents;
}

/* Negative when the account would have less than nothing, pending included. */
static __int128 available(const struct touched *account)
{
    __int128 debit = (__int128)account->debit - account->credit;
    if (account->guard == LEDGER_GUARD_DEBIT)
        return debit - account->pending_credit;
    if (account->guard == LEDGER_GUARD_CREDIT)
        return -debit - account->pending_debit;
    return 0;
}

static int check_guard(struct posting *posting, size_t at, size_t line)
{
    int64_t id = posting->bookings[at].entry.lines[line].account;
    const struct touched *account = &posting->touched[pairs_find(&posting->ids, id, 0)];
    __int128 left = available(account);
    if (left >= 0)
        return 0;
    int64_t missing = left < -INT64_MAX ? INT64_MAX : (int64_t)-left;
    return error_set(posting->error, ERR_REFUSED, line_field(posting, at, line, "amount"),
                     N_("The account {0} would fall below zero: {1} is missing."),
                     account_words(posting->db, posting->arena, id), euros(posting, missing), NULL);
}

static int apply(struct posting *posting, size_t at)
{
    const struct booking *booking = &posting->bookings[at];
    const struct ledger_entry *entry = &booking->entry;
    int result = 0;
    for (size_t i = 0; i < booking->freed_count; i++)
        free_line(posting, &booking->freed[i]);
    for (size_t i = 0; i < entry->line_count; i++)
        if (!apply_line(posting, booking, &entry->lines[i]))
            return error_set(posting->error, ERR_REFUSED, line_field(posting, at, i, "amount"),
                             N_("With this amount the account {0} would hold more than can be counted."),
                             account_words(posting->db, posting->arena, entry->lines[i].account), NULL);
    for (size_t i = 0; i < entry->line_count && !result; i++)
        result = check_guard(posting, at, i);
    return result;
}

/* --- year and number --- */

static int find_year(struct posting *posting)
{
    size_t at = 0;
    int result = 0;
    for (; at < posting->count && !result; at++) {
        if (posting->posted[at].before)
            continue;
        const char *on = posting->bookings[at].entry.entry_on;
        if (!posting->year.id) {
            result = ledger_year_of(posting->db, posting->book, on, &posting->year, posting->error);
            if (result == ERR_NOT_FOUND)
                error_set(posting->error, ERR_NOT_FOUND, field_of(posting, at, "entry_on"),
                          N_("No financial year of the books holds the {0}."), on, NULL);
        } else if (strcmp(on, posting->year.starts_on) < 0 || strcmp(on, posting->year.ends_on) > 0) {
            result = error_set(posting->error, ERR_REFUSED, field_of(posting, at, "entry_on"),
                               N_("What is posted together is of one financial year."), NULL);
        }
    }
    return result ? result : year_is_first(posting->db, &posting->year, &posting->first_year, posting->error);
}

static int check_year(struct posting *posting, bool closed, const char *locked_until)
{
    if (closed)
        return error_set(posting->error, ERR_REFUSED, field_of(posting, 0, "entry_on"),
                         N_("The financial year {0} is closed: it takes no entry any more."), posting->year.code, NULL);
    for (size_t at = 0; at < posting->count; at++) {
        const struct booking *booking = &posting->bookings[at];
        if (posting->posted[at].before || booking->kind == BOOKING_OPENING || strcmp(booking->entry.entry_on, locked_until) > 0)
            continue;
        return error_set(posting->error, ERR_REFUSED, field_of(posting, at, "entry_on"),
                         N_("The books are locked up to {0}: date this entry later."), locked_until, NULL);
    }
    return 0;
}

/* Takes the year's row to the end of the transaction: the numbers of two programs cannot cross. */
static int take_numbers(struct posting *posting)
{
    struct rows *rows;
    int64_t count = 0;
    bool closed = false;
    char locked_until[DATE_BYTES] = "";
    for (size_t at = 0; at < posting->count; at++)
        count += !posting->posted[at].before && is_numbered(posting->bookings[at].kind) &&
                 posting->bookings[at].kind != BOOKING_OPENING;
    date_of(posting->now_ms, posting->valid_on);
    int result = db_query(posting->db,
                          "UPDATE ledger_year SET last_number = last_number + :count, "
                          "last_valid_on = CASE WHEN last_valid_on > :valid_on THEN last_valid_on ELSE :valid_on END "
                          "WHERE id = :id RETURNING last_number, last_valid_on, state, locked_until",
                          BIND(INT("count", count), TEXT("valid_on", posting->valid_on), INT("id", posting->year.id)), &rows,
                          posting->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        posting->number = rows_int(rows, 0) - count + 1;
        memcpy(posting->valid_on, rows_text(rows, 1), sizeof posting->valid_on);
        closed = text_is(rows_text(rows, 2), "closed");
        memcpy(locked_until, rows_text(rows, 3), sizeof locked_until);
        rows_next(rows); /* to its end: one row was changed */
    }
    result = rows_close(rows);
    return result ? result : check_year(posting, closed, locked_until);
}

/* --- rows --- */

static int64_t debits_of(const struct ledger_entry *entry)
{
    int64_t sum = 0;
    for (size_t i = 0; i < entry->line_count; i++)
        sum += entry->lines[i].amount_cents > 0 ? entry->lines[i].amount_cents : 0;
    return sum;
}

static int insert_line(struct posting *posting, int64_t id, const struct ledger_entry *entry, size_t i)
{
    const struct ledger_line *line = &entry->lines[i];
    return db_run(posting->db,
                  "INSERT INTO ledger_line(entry_id, position, account_id, axis_id, entry_on, amount_cents, label) "
                  "VALUES (:entry_id, :position, :account_id, :axis_id, :entry_on, :amount_cents, :label)",
                  BIND(INT("entry_id", id), INT("position", (int64_t)i + 1), INT("account_id", line->account),
                       INT("axis_id", line->axis), TEXT("entry_on", entry->entry_on), INT("amount_cents", line->amount_cents),
                       TEXT("label", line->label ? line->label : "")),
                  posting->error);
}

static int insert_entry(struct posting *posting, size_t at)
{
    const struct booking *booking = &posting->bookings[at];
    const struct ledger_entry *entry = &booking->entry;
    int64_t number = booking->kind == BOOKING_OPENING ? 1 : is_numbered(booking->kind) ? posting->number++ : 0;
    int64_t id = db_next_id(posting->db);
    int result = db_run(posting->db,
                        "INSERT INTO ledger_entry(id, year_id, number, kind, origin_id, journal, entry_on, valid_on, piece, piece_on, "
                        "label, key, amount_cents, line_count, at) VALUES (:id, :year_id, :number, :kind, :origin_id, :journal, "
                        ":entry_on, :valid_on, :piece, :piece_on, :label, :key, :amount_cents, :line_count, :at)",
                        BIND(INT("id", id), INT("year_id", posting->year.id), INT_OR_NULL("number", number != 0, number),
                             TEXT("kind", booking_kind_name(booking->kind)), INT_OR_NULL("origin_id", booking->origin != 0, booking->origin),
                             TEXT("journal", entry->journal), TEXT("entry_on", entry->entry_on), TEXT("valid_on", posting->valid_on),
                             TEXT("piece", entry->piece ? entry->piece : ""),
                             TEXT("piece_on", entry->piece_on ? entry->piece_on : entry->entry_on), TEXT("label", entry->label),
                             TEXT("key", entry->key), INT("amount_cents", debits_of(entry)),
                             INT("line_count", (int64_t)entry->line_count), INT("at", posting->now_ms)),
                        posting->error);
    for (size_t i = 0; i < entry->line_count && !result; i++)
        result = insert_line(posting, id, entry, i);
    posting->posted[at] = (struct ledger_posted){id, number, false};
    return result;
}

static int write_account(struct posting *posting, const struct touched *account)
{
    return db_run(posting->db,
                  "UPDATE ledger_account SET debit_cents = :debit, credit_cents = :credit, pending_debit_cents = :pending_debit, "
                  "pending_credit_cents = :pending_credit, line_count = :lines WHERE id = :id",
                  BIND(INT("debit", account->debit), INT("credit", account->credit), INT("pending_debit", account->pending_debit),
                       INT("pending_credit", account->pending_credit), INT("lines", account->lines), INT("id", account->id)),
                  posting->error);
}

/* Not written when the total would pass what 64 bits count. */
static int write_total(struct posting *posting, size_t place)
{
    const struct pair *pair = &posting->totals.list[place];
    const struct moved *moved = &posting->moved[place];
    int64_t account = posting->touched[pair->a].id;
    int result = db_run(posting->db,
                        "INSERT INTO ledger_total(year_id, account_id, axis_id, debit_cents, credit_cents, opening_cents) "
                        "VALUES (:year, :account, :axis, :debit, :credit, :opening) "
                        "ON CONFLICT(year_id, account_id, axis_id) DO UPDATE SET "
                        "debit_cents = ledger_total.debit_cents + excluded.debit_cents, "
                        "credit_cents = ledger_total.credit_cents + excluded.credit_cents, "
                        "opening_cents = ledger_total.opening_cents + excluded.opening_cents "
                        "WHERE ledger_total.debit_cents <= 9223372036854775807 - excluded.debit_cents "
                        "AND ledger_total.credit_cents <= 9223372036854775807 - excluded.credit_cents",
                        BIND(INT("year", posting->year.id), INT("account", account), INT("axis", pair->b),
                             INT("debit", moved->debit), INT("credit", moved->credit), INT("opening", moved->opening)),
                        posting->error);
    if (!result && !db_changes(posting->db))
        return refuse_account(posting, account, ERR_REFUSED,
                              N_("With this amount the account {0} would hold more than can be counted."));
    return result;
}

static int write_all(struct posting *posting)
{
    int result = 0;
    for (size_t i = 0; i < posting->count && !result; i++)
        if (!posting->posted[i].before)
            result = insert_entry(posting, i);
    for (size_t i = 0; i < posting->ids.count && !result; i++)
        if (posting->touched[i].changed)
            result = write_account(posting, &posting->touched[i]);
    for (size_t i = 0; i < posting->totals.count && !result; i++)
        result = write_total(posting, i);
    return result;
}

/* --- all of it --- */

static int refuse_origin(struct posting *posting, int64_t origin)
{
    for (size_t i = 0; i < posting->count; i++)
        if (posting->bookings[i].origin == origin && posting->bookings[i].kind == BOOKING_REVERSAL)
            return error_set(posting->error, ERR_REFUSED, "entry", N_("This entry was already reversed."), NULL);
    return error_set(posting->error, ERR_REFUSED, "hold", N_("This hold was already posted or released."), NULL);
}

static int check_some_origins(struct posting *posting, const int64_t *origins, size_t count)
{
    struct binding bindings[AT_ONCE + 1];
    int64_t ended = 0;
    bind_ids(bindings, origins, count);
    int result = db_int(posting->db, "SELECT origin_id FROM ledger_entry WHERE origin_id IN (" SOME_IDS ") LIMIT 1", bindings, 0, &ended,
                        posting->error);
    return result || !ended ? result : refuse_origin(posting, ended);
}

/* A hold is ended, an entry reversed, once. */
static int check_origins(struct posting *posting)
{
    int64_t origins[AT_ONCE];
    size_t count = 0;
    int result = 0;
    for (size_t i = 0; i < posting->count && !result; i++) {
        if (!posting->posted[i].before && posting->bookings[i].origin)
            origins[count++] = posting->bookings[i].origin;
        if (count == AT_ONCE || (count && i + 1 == posting->count)) {
            result = check_some_origins(posting, origins, count);
            count = 0;
        }
    }
    return result;
}

static int run(struct posting *posting)
{
    size_t fresh = 0;
    int result = 0;
    for (size_t i = 0; i < posting->count && !result; i++)
        result = check_shape(posting, i);
    if (result)
        return result;
    find_accounts(posting);
    pairs_open(&posting->totals, posting->arena, posting->ids.count);
    result = lock_accounts(posting);
    if (!result)
        result = look_up_keys(posting, &fresh);
    if (result || !fresh)
        return result;
    result = check_origins(posting);
    if (!result)
        result = find_year(posting);
    if (!result)
        result = check_axes(posting);
    if (!result)
        result = check_journals(posting);
    for (size_t i = 0; i < posting->count && !result; i++)
        if (!posting->posted[i].before)
            result = apply(posting, i);
    if (!result)
        result = take_numbers(posting);
    return result ? result : write_all(posting);
}

int booking_run(struct db *db, const struct booking *bookings, size_t count, int64_t now_ms,
                struct ledger_posted *ret_posted, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct posting posting = {.db = db, .arena = arena, .error = error, .bookings = bookings, .count = count, .now_ms = now_ms};
    posting.posted = ARENA_ARRAY(arena, struct ledger_posted, count);
    int result = count ? run(&posting) : 0;
    if (!result && ret_posted)
        memcpy(ret_posted, posting.posted, count * sizeof *ret_posted);
    return result;
}
