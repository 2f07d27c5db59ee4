/* The proof of the books: everything that is kept is reckoned again from the lines, in one pass over entries and lines
 * side by side, in order of entry. Nothing that is compared with was read from what is proved. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "ledger/pairs.h"
#include "ledger/posting.h"

struct year {
    int64_t id, last_number, openings, entries;
    const char *book, *code, *starts_on, *ends_on;
    bool statutory, closed, first;
    size_t next; /* place of the year that follows + 1; 0: none */
    int32_t *valid; /* by number: day of validation + 1; 0: number not seen */
};

struct account {
    int64_t id;
    const char *book;
    char class;
    enum ledger_guard guard;
    int64_t debit, credit, pending_debit, pending_credit, lines;                 /* as kept */
    __int128 debit_sum, credit_sum, pending_debit_sum, pending_credit_sum;      /* as reckoned */
    int64_t line_sum;
};

struct total {
    __int128 debit, credit, opening;
    bool kept;
};

struct proof {
    struct db *db;
    struct arena *arena;
    struct error *error;
    struct year *years;
    struct pairs year_places;
    struct account *accounts;
    struct pairs account_places;
    struct total *totals;
    struct pairs total_places; /* (place of the year * 2^32 + place of the account, axis) */
    size_t total_room;
    int64_t *ended; /* origins, ascending */
    size_t ended_count, ended_at;
    char valid_on[DATE_BYTES]; /* the date of validation read last: thousands of entries share it */
    int32_t valid_day;
    struct ledger_proof counts;
};

struct entry { /* the one at hand */
    int64_t id, number, amount, line_count;
    char kind;
    bool numbered, ended;
    const char *entry_on, *valid_on; /* valid until the next entry */
    struct year *year;
    size_t year_place;
    bool opening; /* counts as opening of its year */
};

static int broken(struct proof *proof, const char *message, int64_t entry)
{
    return error_set(proof->error, ERR_REFUSED, "ledger", message, arena_printf(proof->arena, "%" PRId64, entry), NULL);
}

static int account_broken(struct proof *proof, const char *message, int64_t account)
{
    return error_set(proof->error, ERR_REFUSED, "ledger", message, account_words(proof->db, proof->arena, account), NULL);
}

/* --- what is kept --- */

static int count_of(struct proof *proof, const char *sql, int64_t *ret_count)
{
    return db_int(proof->db, sql, NULL, 0, ret_count, proof->error);
}

static int read_years(struct proof *proof)
{
    struct rows *rows;
    int64_t count, entries;
    int result = count_of(proof, "SELECT count(*) FROM ledger_year", &count);
    if (!result)
        result = count_of(proof, "SELECT count(*) FROM ledger_entry", &entries);
    if (!result)
        result = db_query(proof->db,
                          "SELECT y.id, y.book, y.code, y.starts_on, y.ends_on, y.state, y.last_number, b.statutory FROM ledger_year y "
                          "JOIN ledger_book b ON b.code = y.book ORDER BY y.book, y.starts_on",
                          NULL, &rows, proof->error);
    if (result)
        return result;
    int wrong = 0;
    struct year *before = NULL;
    proof->years = ARENA_ARRAY(proof->arena, struct year, count);
    pairs_open(&proof->year_places, proof->arena, (size_t)count);
    while (!wrong && rows_next(rows)) {
        struct year *year = &proof->years[pairs_place(&proof->year_places, rows_int(rows, 0), 0)];
        *year = (struct year){.id = rows_int(rows, 0),
                              .book = arena_strdup(proof->arena, rows_text(rows, 1)),
                              .code = arena_strdup(proof->arena, rows_text(rows, 2)),
                              .starts_on = arena_strdup(proof->arena, rows_text(rows, 3)),
                              .ends_on = arena_strdup(proof->arena, rows_text(rows, 4)),
                              .closed = text_is(rows_text(rows, 5), "closed"),
                              .last_number = rows_int(rows, 6),
                              .statutory = rows_int(rows, 7) != 0};
        year->first = !before || !text_is(before->book, year->book);
        if (!year->first)
            before->next = proof->year_places.count;
        before = year;
        if (year->last_number < 0 || year->last_number > entries + 1)
            wrong = error_set(proof->error, ERR_REFUSED, "ledger", N_("Numbers are missing in the financial year {0}."), year->code, NULL);
        else
            year->valid = ARENA_ARRAY(proof->arena, int32_t, year->last_number + 1);
    }
    result = rows_close(rows);
    proof->counts.years = (int64_t)proof->year_places.count;
    return wrong ? wrong : result;
}

static int read_accounts(struct proof *proof)
{
    struct rows *rows;
    int64_t count;
    int result = count_of(proof, "SELECT count(*) FROM ledger_account", &count);
    if (!result)
        result = db_query(proof->db,
                          "SELECT id, book, number, guard, debit_cents, credit_cents, pending_debit_cents, pending_credit_cents, line_count "
                          "FROM ledger_account",
                          NULL, &rows, proof->error);
    if (result)
        return result;
    proof->accounts = ARENA_ARRAY(proof->arena, struct account, count);
    pairs_open(&proof->account_places, proof->arena, (size_t)count);
    const char *book = "";
    while (rows_next(rows)) {
        if (!text_is(book, rows_text(rows, 1)))
            book = arena_strdup(proof->arena, rows_text(rows, 1));
        const char *guard = rows_text(rows, 3);
        proof->accounts[pairs_place(&proof->account_places, rows_int(rows, 0), 0)] = (struct account){
            .id = rows_int(rows, 0),
            .book = book,
            .class = rows_text(rows, 2)[0],
            .guard = text_is(guard, "debit") ? LEDGER_GUARD_DEBIT : text_is(guard, "credit") ? LEDGER_GUARD_CREDIT : LEDGER_GUARD_NONE,
            .debit = rows_int(rows, 4),
            .credit = rows_int(rows, 5),
            .pending_debit = rows_int(rows, 6),
            .pending_credit = rows_int(rows, 7),
            .lines = rows_int(rows, 8)};
    }
    proof->counts.accounts = (int64_t)proof->account_places.count;
    return rows_close(rows);
}

/* Holds that were ended and entries that were reversed, and that each was of the kind that can be. */
static int read_origins(struct proof *proof)
{
    struct rows *rows;
    int64_t count, wrong = 0;
    int result = db_int(proof->db,
                        "SELECT e.id FROM ledger_entry e JOIN ledger_entry o ON o.id = e.origin_id WHERE NOT "
                        "((e.kind IN ('post', 'release') AND o.kind = 'hold') OR (e.kind = 'reversal' AND o.kind IN ('entry', 'post'))) "
                        "LIMIT 1",
                        NULL, 0, &wrong, proof->error);
    if (!result && wrong)
        return broken(proof, N_("The entry {0} ends or reverses what it cannot."), wrong);
    if (!result)
        result = count_of(proof, "SELECT count(origin_id) FROM ledger_entry WHERE origin_id IS NOT NULL", &count);
    if (!result)
        result = db_query(proof->db, "SELECT origin_id FROM ledger_entry WHERE origin_id IS NOT NULL ORDER BY origin_id", NULL, &rows,
                          proof->error);
    if (result)
        return result;
    proof->ended = ARENA_ARRAY(proof->arena, int64_t, count + 1);
    while (rows_next(rows) && proof->ended_count < (size_t)count)
        proof->ended[proof->ended_count++] = rows_int(rows, 0);
    return rows_close(rows);
}

/* --- one entry --- */

static const struct {
    const char *name;
    char kind;
    bool numbered;
} kinds[] = {{"entry", 'e', true}, {"post", 'p', true}, {"hold", 'h', false}, {"release", 'r', false}, {"reversal", 'v', true},
             {"opening", 'o', true}};

static bool is_ended(struct proof *proof, int64_t id)
{
    while (proof->ended_at < proof->ended_count && proof->ended[proof->ended_at] < id)
        proof->ended_at++;
    return proof->ended_at < proof->ended_count && proof->ended[proof->ended_at] == id;
}

static int take_number(struct proof *proof, const struct entry *entry)
{
    struct year *year = entry->year;
    if (!entry->numbered)
        return entry->number ? broken(proof, N_("The entry {0} has a number and should have none."), entry->id) : 0;
    if (entry->number < 1 || entry->number > year->last_number || year->valid[entry->number])
        return broken(proof, N_("The entry {0} has a number that is not its own."), entry->id);
    if (!*entry->valid_on || strcmp(entry->valid_on, proof->valid_on) != 0) {
        if (!date_parse(entry->valid_on, &proof->valid_day))
            return broken(proof, N_("The entry {0} has no date of validation."), entry->id);
        snprintf(proof->valid_on, sizeof proof->valid_on, "%s", entry->valid_on);
    }
    year->valid[entry->number] = proof->valid_day + 1;
    return 0;
}

static int take_entry(struct proof *proof, const struct rows *rows, struct entry *entry)
{
    *entry = (struct entry){.id = rows_int(rows, 0),
                            .number = rows_null(rows, 2) ? 0 : rows_int(rows, 2),
                            .entry_on = rows_text(rows, 4),
                            .valid_on = rows_text(rows, 5),
                            .amount = rows_int(rows, 6),
                            .line_count = rows_int(rows, 7)};
    int64_t place = pairs_find(&proof->year_places, rows_int(rows, 1), 0);
    const char *kind = rows_text(rows, 3), *journal = rows_text(rows, 8);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (!strcmp(kinds[i].name, kind)) {
            entry->kind = kinds[i].kind;
            entry->numbered = kinds[i].numbered;
        }
    if (place == PAIRS_NONE || !entry->kind)
        return broken(proof, N_("The entry {0} is of no financial year or of no kind."), entry->id);
    entry->year_place = (size_t)place;
    entry->year = &proof->years[place];
    if (strcmp(entry->entry_on, entry->year->starts_on) < 0 || strcmp(entry->entry_on, entry->year->ends_on) > 0)
        return broken(proof, N_("The entry {0} is dated outside its financial year."), entry->id);
    entry->ended = is_ended(proof, entry->id);
    entry->opening = entry->kind == 'o' || (entry->year->first && entry->kind != 'h' && !strcmp(journal, LEDGER_OPENINGS) &&
                                            !strcmp(entry->entry_on, entry->year->starts_on));
    entry->year->openings += entry->kind == 'o';
    proof->counts.entries++;
    return take_number(proof, entry);
}

/* --- one line --- */

static struct total *total_at(struct proof *proof, size_t year, size_t account, int64_t axis)
{
    size_t place = pairs_place(&proof->total_places, (int64_t)(year << 32 | account), axis);
    if (place >= proof->total_room) {
        size_t room = proof->total_room ? proof->total_room * 2 : 1024;
        struct total *totals = ARENA_ARRAY(proof->arena, struct total, room);
        if (proof->total_room)
            memcpy(totals, proof->totals, proof->total_room * sizeof *totals);
        proof->totals = totals;
        proof->total_room = room;
    }
    return &proof->totals[place];
}

static void count_line(struct proof *proof, const struct entry *entry, size_t place, int64_t axis, int64_t amount)
{
    struct account *account = &proof->accounts[place];
    if (entry->kind == 'h') {
        if (!entry->ended && amount > 0)
            account->pending_debit_sum += amount;
        else if (!entry->ended)
            account->pending_credit_sum -= amount;
        return;
    }
    struct total *total = total_at(proof, entry->year_place, place, axis);
    total->debit += amount > 0 ? amount : 0;
    total->credit -= amount < 0 ? amount : 0;
    total->opening += entry->opening ? amount : 0;
    if (entry->kind == 'o')
        return;
    account->line_sum++;
    account->debit_sum += amount > 0 ? amount : 0;
    account->credit_sum -= amount < 0 ? amount : 0;
}

struct sums {
    int64_t lines;
    __int128 balance, debit;
};

static int take_line(struct proof *proof, const struct rows *rows, const struct entry *entry, struct sums *sums)
{
    int64_t place = pairs_find(&proof->account_places, rows_int(rows, 2), 0), amount = rows_int(rows, 5);
    if (rows_int(rows, 1) != ++sums->lines)
        return broken(proof, N_("A line of the entry {0} is missing."), entry->id);
    if (place == PAIRS_NONE || strcmp(proof->accounts[place].book, entry->year->book) != 0)
        return broken(proof, N_("A line of the entry {0} is on an account of another book."), entry->id);
    if (!amount || strcmp(rows_text(rows, 4), entry->entry_on) != 0)
        return broken(proof, N_("A line of the entry {0} has no amount or another date."), entry->id);
    sums->balance += amount;
    sums->debit += amount > 0 ? amount : 0;
    proof->counts.lines++;
    count_line(proof, entry, (size_t)place, rows_int(rows, 3), amount);
    return 0;
}

static int check_entry(struct proof *proof, const struct entry *entry, const struct sums *sums)
{
    if (sums->balance)
        return broken(proof, N_("The entry {0} does not balance."), entry->id);
    if (sums->lines != entry->line_count || (sums->debit != entry->amount && entry->kind != 'r'))
        return broken(proof, N_("The entry {0} does not have the lines or the amount it should."), entry->id);
    return 0;
}

/* Both cursors are in order of entry: a line below the entry at hand belongs to none. */
static int walk(struct proof *proof, struct rows *entries, struct rows *lines)
{
    bool more = rows_next(lines);
    int wrong = 0;
    while (!wrong && rows_next(entries)) {
        struct entry entry;
        struct sums sums = {0};
        wrong = take_entry(proof, entries, &entry);
        while (!wrong && more && rows_int(lines, 0) == entry.id) {
            wrong = take_line(proof, lines, &entry, &sums);
            more = rows_next(lines);
        }
        if (!wrong && more && rows_int(lines, 0) < entry.id)
            wrong = broken(proof, N_("A line belongs to no entry: {0}."), rows_int(lines, 0));
        if (!wrong)
            wrong = check_entry(proof, &entry, &sums);
    }
    if (!wrong && more)
        wrong = broken(proof, N_("A line belongs to no entry: {0}."), rows_int(lines, 0));
    return wrong;
}

static int walk_entries(struct proof *proof)
{
    struct rows *entries, *lines;
    int result = db_query(proof->db,
                          "SELECT id, year_id, number, kind, entry_on, valid_on, amount_cents, line_count, journal FROM ledger_entry "
                          "ORDER BY id",
                          NULL, &entries, proof->error);
    if (result)
        return result;
    result = db_query(proof->db,
                      "SELECT entry_id, position, account_id, axis_id, entry_on, amount_cents FROM ledger_line ORDER BY entry_id, position",
                      NULL, &lines, proof->error);
    if (result) {
        rows_close(entries);
        return result;
    }
    int wrong = walk(proof, entries, lines);
    struct error kept = *proof->error;
    int first = rows_close(lines), second = rows_close(entries);
    if (wrong && !first && !second)
        *proof->error = kept;
    return first ? first : second ? second : wrong;
}

/* --- what was reckoned beside what is kept --- */

static int check_accounts(struct proof *proof)
{
    for (size_t i = 0; i < proof->account_places.count; i++) {
        const struct account *account = &proof->accounts[i];
        if (account->debit_sum != account->debit || account->credit_sum != account->credit || account->line_sum != account->lines)
            return account_broken(proof, N_("The totals of the account {0} are not the sums of its lines."), account->id);
        if (account->pending_debit_sum != account->pending_debit || account->pending_credit_sum != account->pending_credit)
            return account_broken(proof, N_("What is pending on the account {0} is not the sum of its open holds."), account->id);
        __int128 debit = (__int128)account->debit - account->credit;
        if ((account->guard == LEDGER_GUARD_DEBIT && debit < account->pending_credit) ||
            (account->guard == LEDGER_GUARD_CREDIT && -debit < account->pending_debit))
            return account_broken(proof, N_("The account {0} is below zero and must not be."), account->id);
    }
    return 0;
}

static int check_total(struct proof *proof, const struct rows *rows)
{
    int64_t year = pairs_find(&proof->year_places, rows_int(rows, 0), 0);
    int64_t account = pairs_find(&proof->account_places, rows_int(rows, 1), 0);
    int64_t place = year == PAIRS_NONE || account == PAIRS_NONE
                        ? PAIRS_NONE
                        : pairs_find(&proof->total_places, year << 32 | account, rows_int(rows, 2));
    struct total *total = place == PAIRS_NONE ? NULL : &proof->totals[place];
    if (!total || total->debit != rows_int(rows, 3) || total->credit != rows_int(rows, 4) || total->opening != rows_int(rows, 5))
        return account_broken(proof, N_("A total of a year on the account {0} is not the sum of its lines."), rows_int(rows, 1));
    total->kept = true;
    return 0;
}

static int check_totals(struct proof *proof)
{
    struct rows *rows;
    int wrong = 0;
    int result = db_query(proof->db,
                          "SELECT year_id, account_id, axis_id, debit_cents, credit_cents, opening_cents FROM ledger_total", NULL, &rows,
                          proof->error);
    if (result)
        return result;
    while (!wrong && rows_next(rows))
        wrong = check_total(proof, rows);
    result = rows_close(rows);
    for (size_t i = 0; i < proof->total_places.count && !wrong && !result; i++)
        if (!proof->totals[i].kept)
            wrong = account_broken(proof, N_("A total of a year on the account {0} is not the sum of its lines."),
                                   proof->accounts[proof->total_places.list[i].a & 0xFFFFFFFF].id);
    return result ? result : wrong;
}

/* Numbers without a gap, validated in their order. Number 1 of a year that follows another is its opening's. */
static int check_numbers(struct proof *proof, const struct year *year, bool opened)
{
    int32_t last = 0;
    for (int64_t number = 1; number <= year->last_number; number++) {
        bool opening = number == 1 && !year->first;
        if (!year->valid[number] != (opening && !opened))
            return error_set(proof->error, ERR_REFUSED, "ledger", N_("Numbers are missing in the financial year {0}."), year->code, NULL);
        if (opening)
            continue;
        if (year->valid[number] < last)
            return error_set(proof->error, ERR_REFUSED, "ledger",
                             N_("The dates of validation of the financial year {0} go back."), year->code, NULL);
        last = year->valid[number];
    }
    return 0;
}

/* What the year handed on, place by place, beside what the next one opened with. */
static int check_opening(struct proof *proof, size_t year, size_t next)
{
    __int128 left = 0;
    for (size_t i = 0; i < proof->total_places.count; i++) {
        const struct pair *pair = &proof->total_places.list[i];
        size_t owner = (size_t)(pair->a >> 32), account = (size_t)(pair->a & 0xFFFFFFFF);
        const struct account *of = &proof->accounts[account];
        if ((owner != year && owner != next) || of->class < '1' || of->class > '5')
            continue;
        int64_t other = pairs_find(&proof->total_places, (int64_t)((owner == year ? next : year) << 32 | account), pair->b);
        const struct total *before = owner == year ? &proof->totals[i] : other == PAIRS_NONE ? NULL : &proof->totals[other];
        const struct total *after = owner == next ? &proof->totals[i] : other == PAIRS_NONE ? NULL : &proof->totals[other];
        __int128 difference = (after ? after->opening : 0) - (before ? before->debit - before->credit : 0);
        if (owner == next && before)
            continue; /* seen from the year before */
        const char *words = difference ? account_words(proof->db, proof->arena, of->id) : "";
        if (difference && (pair->b || (strncmp(words, "120 ", 4) != 0 && strncmp(words, "129 ", 4) != 0)))
            return account_broken(proof, N_("The account {0} does not open with what the year before closed with."), of->id);
        left += difference;
    }
    /* The accounts of classes 1 to 5 of a year do not balance: what they lack is its result, on 120 or 129. */
    for (size_t i = 0; i < proof->total_places.count; i++) {
        const struct pair *pair = &proof->total_places.list[i];
        char class = proof->accounts[pair->a & 0xFFFFFFFF].class;
        if ((size_t)(pair->a >> 32) == year && (class == '6' || class == '7'))
            left -= proof->totals[i].debit - proof->totals[i].credit;
    }
    return left ? error_set(proof->error, ERR_REFUSED, "ledger",
                            N_("The result of the financial year {0} is not what the next one opens with."), proof->years[year].code, NULL)
                : 0;
}

static int check_years(struct proof *proof)
{
    int result = 0;
    for (size_t i = 0; i < proof->year_places.count && !result; i++) {
        const struct year *year = &proof->years[i], *before = i && !year->first ? &proof->years[i - 1] : NULL;
        bool opened = before && before->closed;
        if (year->openings != opened)
            return error_set(proof->error, ERR_REFUSED, "ledger",
                             N_("The financial year {0} has not the one opening it should have."), year->code, NULL);
        if (year->closed && !year->next)
            return error_set(proof->error, ERR_REFUSED, "ledger", N_("No year follows the closed financial year {0}."), year->code, NULL);
        result = check_numbers(proof, year, opened);
        if (!result && year->closed)
            result = check_opening(proof, i, year->next - 1);
    }
    return result;
}

int ledger_verify(struct db *db, struct ledger_proof *ret_proof, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct proof proof = {.db = db, .arena = arena, .error = error};
    pairs_open(&proof.total_places, arena, 1024);
    int result = read_years(&proof);
    if (!result)
        result = read_accounts(&proof);
    if (!result)
        result = read_origins(&proof);
    if (!result)
        result = walk_entries(&proof);
    if (!result)
        result = check_accounts(&proof);
    if (!result)
        result = check_totals(&proof);
    if (!result)
        result = check_years(&proof);
    if (!result && ret_proof)
        *ret_proof = proof.counts;
    return result;
}
