/* Random sequences of everything that can happen to books, step by step beside a naive model: a plain list of entries
 * whose sums are taken anew each time. Each sequence is one write task, undone at its end, so that thousands fit in a
 * minute. MAILLON_ROUNDS: how many; MAILLON_SEED: the first one, to repeat what failed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "books.h"

enum { ACCOUNTS = 9, AXES = 3, YEARS = 8, ENTRIES = 400, LINES = 6, STEPS = 40, BATCH = 4, KEYS = 12 };

enum kind { ENTRY, OPENING, HOLD, POST, RELEASE, REVERSAL };

struct known { /* an entry of the model */
    enum kind kind;
    int year, origin, key; /* -1: none */
    bool ended, brings, opens; /* brings: journal AN; opens: and on the first day of the first year */
    int64_t id, number;
    int accounts[LINES], axes[LINES], count;
    int64_t amounts[LINES];
};

struct model {
    struct db *db;
    struct error *error;
    struct arena *arena;
    uint64_t random, seed;
    int step;
    const char *trying;
    bool huge;
    int64_t accounts[ACCOUNTS], axes[AXES], years[YEARS];
    const struct books *books;
    int32_t starts[YEARS + 1]; /* days; the last is the end of all */
    int32_t locked;
    int year_count, closed; /* years before `closed` are closed */
    int64_t numbers[YEARS];
    struct known entries[ENTRIES];
    int count;
};

static const char *const numbers[ACCOUNTS] = {"512", "530", "4551", "411", "706", "607", "1013", "120", "129"};
static const enum ledger_guard guards[ACCOUNTS] = {LEDGER_GUARD_NONE, LEDGER_GUARD_DEBIT, LEDGER_GUARD_CREDIT};

static uint64_t rolled(struct model *model)
{
    model->random ^= model->random << 13;
    model->random ^= model->random >> 7;
    model->random ^= model->random << 17;
    return model->random >> 11;
}

static int below(struct model *model, int limit)
{
    return (int)(rolled(model) % (uint64_t)limit);
}

static bool one_in(struct model *model, int odds)
{
    return below(model, odds) == 0;
}

static void differ(struct model *model, const char *what)
{
    char text[ERROR_TEXT_BYTES] = "";
    if (model->error->message)
        error_format(model->error, model->error->message, text, sizeof text);
    fail_msg("seed %llu, step %d, %s: %s (%s: %s)", (unsigned long long)model->seed, model->step, model->trying, what, model->error->field, text);
}

/* --- the model's rules, as plainly as they can be said --- */

struct naive {
    __int128 debit, credit, pending_debit, pending_credit;
    int64_t lines;
};

static struct naive sums_of(const struct model *model, int account)
{
    struct naive sums = {0};
    for (int e = 0; e < model->count; e++) {
        const struct known *entry = &model->entries[e];
        for (int i = 0; i < entry->count; i++) {
            int64_t amount = entry->amounts[i];
            if (entry->accounts[i] != account || entry->kind == OPENING || (entry->kind == HOLD && entry->ended))
                continue;
            *(entry->kind == HOLD ? amount > 0 ? &sums.pending_debit : &sums.pending_credit : amount > 0 ? &sums.debit : &sums.credit) +=
                amount > 0 ? (__int128)amount : -(__int128)amount;
            sums.lines += entry->kind != HOLD;
        }
    }
    return sums;
}

static bool accounts_may_be_so(const struct model *model)
{
    for (int a = 0; a < ACCOUNTS; a++) {
        struct naive sums = sums_of(model, a);
        if (sums.debit > INT64_MAX || sums.credit > INT64_MAX || sums.pending_debit > INT64_MAX || sums.pending_credit > INT64_MAX)
            return false;
        if ((guards[a] == LEDGER_GUARD_DEBIT && sums.debit - sums.credit < sums.pending_credit) ||
            (guards[a] == LEDGER_GUARD_CREDIT && sums.credit - sums.debit < sums.pending_debit))
            return false;
    }
    return true;
}

static bool is_entry(const struct known *entry)
{
    __int128 sum = 0, debits = 0;
    for (int i = 0; i < entry->count; i++) {
        if (!entry->amounts[i])
            return false;
        sum += entry->amounts[i];
        debits += entry->amounts[i] > 0 ? entry->amounts[i] : 0;
    }
    return entry->count >= 2 && !sum && debits <= INT64_MAX;
}

static int year_of(const struct model *model, int32_t day)
{
    for (int y = 0; y < model->year_count; y++)
        if (day >= model->starts[y] && day < model->starts[y + 1])
            return y;
    return -1;
}

static int with_key(const struct model *model, int key)
{
    for (int e = 0; key >= 0 && e < model->count; e++)
        if (model->entries[e].key == key)
            return e;
    return -1;
}

static bool same(const struct known *a, const struct known *b)
{
    if (a->kind != b->kind || a->count != b->count || a->origin != b->origin)
        return false;
    for (int i = 0; i < a->count; i++)
        if (a->accounts[i] != b->accounts[i] || a->amounts[i] != b->amounts[i] || a->axes[i] != b->axes[i])
            return false;
    return true;
}

/* --- what is tried --- */

struct attempt {
    struct known known;
    int32_t day;
    struct ledger_line lines[LINES];
    struct ledger_entry entry;
    char on[11], key[16];
    int before; /* the model's entry that this repeats; -1 */
};

static int32_t roll_day(struct model *model)
{
    int32_t first = model->starts[one_in(model, 6) ? 0 : model->closed < model->year_count ? model->closed : model->year_count - 1];
    return first - 3 + below(model, one_in(model, 10) ? 800 : 370);
}

static void roll_lines(struct model *model, struct known *known)
{
    int64_t sum = 0;
    known->count = 2 + below(model, LINES - 1);
    for (int i = 0; i < known->count; i++) {
        int64_t amount = 1 + below(model, 1000);
        if (model->huge && one_in(model, 3))
            amount = INT64_MAX - below(model, 3);
        amount = one_in(model, 2) ? amount : -amount;
        if (i + 1 == known->count && !one_in(model, 30) && sum != INT64_MIN)
            amount = -sum;
        known->accounts[i] = below(model, ACCOUNTS - 2);
        known->axes[i] = below(model, AXES);
        known->amounts[i] = amount;
        if (__builtin_add_overflow(sum, amount, &sum))
            sum = INT64_MAX;
    }
}

static void dress(struct model *model, struct attempt *attempt)
{
    struct known *known = &attempt->known;
    for (int i = 0; i < known->count; i++)
        attempt->lines[i] = (struct ledger_line){.account = model->accounts[known->accounts[i]], .amount_cents = known->amounts[i],
                                                 .axis = model->axes[known->axes[i]]};
    date_format(attempt->day, attempt->on);
    snprintf(attempt->key, sizeof attempt->key, "key:%d", known->key);
    known->year = year_of(model, attempt->day);
    if (known->kind != REVERSAL)
        known->brings = one_in(model, 8);
    known->opens = known->brings && attempt->day == model->starts[0] && known->kind != HOLD;
    attempt->before = with_key(model, known->key);
    attempt->entry = (struct ledger_entry){.journal = known->brings ? "AN" : "OD", .entry_on = attempt->on, .label = "Essai",
                                           .key = known->key >= 0 ? attempt->key : NULL, .lines = attempt->lines,
                                           .line_count = (size_t)known->count};
}

static void roll_attempt(struct model *model, enum kind kind, struct attempt *attempt)
{
    *attempt = (struct attempt){.known = {.kind = kind, .origin = -1, .key = one_in(model, 3) ? below(model, KEYS) : -1}};
    attempt->day = roll_day(model);
    roll_lines(model, &attempt->known);
    if (attempt->known.key >= 0 && with_key(model, attempt->known.key) >= 0 && one_in(model, 2)) { /* the same event again */
        struct known earlier = model->entries[with_key(model, attempt->known.key)];
        if (earlier.kind == kind) {
            attempt->known = earlier;
            attempt->known.ended = false;
        }
    }
    dress(model, attempt);
}

/* Adds it to the model when its rules allow it. */
static bool admit(struct model *model, const struct attempt *attempt, int year)
{
    const struct known *known = &attempt->known;
    if (known->year < 0 || known->year != year || known->year < model->closed || attempt->day <= model->locked || model->count == ENTRIES)
        return false;
    model->entries[model->count] = *known;
    struct known *added = &model->entries[model->count++];
    added->number = known->kind == HOLD || known->kind == RELEASE ? 0 : ++model->numbers[known->year];
    return accounts_may_be_so(model);
}

static void must_agree(struct model *model, bool expected, int code)
{
    if (expected && code)
        differ(model, "the model allows it, the ledger does not");
    if (!expected && !code)
        differ(model, "the ledger allows it, the model does not");
}

static void learn(struct model *model, int e, const struct ledger_posted *posted, bool before)
{
    struct known *known = &model->entries[e];
    if (posted->before != before || (before && posted->id != known->id) || posted->number != known->number)
        differ(model, "another number, or not the first answer");
    known->id = posted->id;
}

/* Undone in the model and in the ledger when it is refused. */
static bool settle(struct model *model, const struct model *was, bool expected, int code)
{
    must_agree(model, expected, code);
    struct error ignored;
    if (code ? db_savepoint_rollback(model->db, &ignored) : db_savepoint_release(model->db, &ignored))
        differ(model, "the savepoint is lost");
    if (code) {
        uint64_t random = model->random;
        *model = *was;
        model->random = random;
    }
    return !code;
}

static void try_post(struct model *model, struct model *was)
{
    model->trying = "post";
    struct attempt attempts[BATCH];
    struct ledger_entry entries[BATCH];
    struct ledger_posted posted[BATCH];
    int count = one_in(model, 3) ? 2 + below(model, BATCH - 1) : 1, firsts[BATCH], year = -1;
    bool expected = true;
    for (int i = 0; i < count; i++) {
        roll_attempt(model, ENTRY, &attempts[i]);
        if (i && !one_in(model, 5)) {
            attempts[i].day = attempts[0].day;
            dress(model, &attempts[i]);
        }
        entries[i] = attempts[i].entry;
        expected &= is_entry(&attempts[i].known);
        for (int j = 0; j < i; j++)
            expected &= attempts[i].known.key < 0 || attempts[i].known.key != attempts[j].known.key;
        if (attempts[i].before >= 0)
            expected &= same(&attempts[i].known, &model->entries[attempts[i].before]);
        else if (year < 0)
            year = attempts[i].known.year;
    }
    for (int i = 0; i < count && expected; i++) {
        firsts[i] = attempts[i].before >= 0 ? attempts[i].before : model->count;
        if (attempts[i].before < 0)
            expected = admit(model, &attempts[i], year);
    }
    int code = ledger_post(model->db, entries, (size_t)count, BOOKS_NOW, posted, model->error);
    if (settle(model, was, expected, code))
        for (int i = 0; i < count; i++)
            learn(model, firsts[i], &posted[i], attempts[i].before >= 0);
}

static void try_hold(struct model *model, struct model *was)
{
    model->trying = "hold";
    struct attempt attempt;
    struct ledger_posted posted;
    roll_attempt(model, HOLD, &attempt);
    bool expected = is_entry(&attempt.known), before = attempt.before >= 0;
    int at = before ? attempt.before : model->count;
    if (before)
        expected &= same(&attempt.known, &model->entries[at]);
    else if (expected)
        expected = admit(model, &attempt, attempt.known.year);
    int code = ledger_hold(model->db, &attempt.entry, BOOKS_NOW, &posted, model->error);
    if (settle(model, was, expected, code))
        learn(model, at, &posted, before);
}

static void skip_step(struct model *model)
{
    if (db_savepoint_release(model->db, model->error))
        differ(model, "the savepoint is lost");
}

static int pick(struct model *model, bool holds)
{
    int found = -1, tries = 12;
    while (model->count && tries-- && found < 0) {
        int e = below(model, model->count);
        if (!holds || model->entries[e].kind == HOLD || tries < 2)
            found = e;
    }
    return found;
}

/* Part of a hold: amounts on the same accounts, now and then a cent too many. */
static void take_part(struct model *model, const struct known *hold, struct known *known)
{
    int64_t most = INT64_MAX;
    int debit = -1, credit = -1;
    for (int i = 0; i < hold->count; i++)
        if (hold->amounts[i] > 0)
            debit = i;
        else
            credit = i;
    __int128 debits = 0, credits = 0;
    for (int i = 0; i < hold->count; i++) {
        if (hold->amounts[i] > 0 && hold->accounts[i] == hold->accounts[debit])
            debits += hold->amounts[i];
        if (hold->amounts[i] < 0 && hold->accounts[i] == hold->accounts[credit])
            credits -= hold->amounts[i];
    }
    most = (int64_t)(debits < credits ? debits : credits);
    int64_t amount = one_in(model, 4) && most < INT64_MAX ? most + 1 : 1 + (int64_t)(rolled(model) % (uint64_t)most);
    known->count = 2;
    known->accounts[0] = hold->accounts[debit];
    known->accounts[1] = hold->accounts[credit];
    known->axes[0] = known->axes[1] = below(model, AXES);
    known->amounts[0] = amount;
    known->amounts[1] = -amount;
}

static bool within(const struct known *known, const struct known *hold)
{
    for (int i = 0; i < known->count; i++) {
        __int128 asked = 0, held = 0;
        for (int j = 0; j < known->count; j++)
            if (known->accounts[j] == known->accounts[i] && (known->amounts[j] > 0) == (known->amounts[i] > 0))
                asked += known->amounts[j];
        for (int j = 0; j < hold->count; j++)
            if (hold->accounts[j] == known->accounts[i] && (hold->amounts[j] > 0) == (known->amounts[i] > 0))
                held += hold->amounts[j];
        if ((asked > 0 ? asked : -asked) > (held > 0 ? held : -held))
            return false;
    }
    return true;
}

static void try_post_hold(struct model *model, struct model *was)
{
    model->trying = "post_hold";
    int at = pick(model, true);
    if (at < 0) {
        skip_step(model);
        return;
    }
    const struct known hold = model->entries[at];
    struct attempt attempt = {.known = hold, .day = roll_day(model)};
    struct ledger_posted posted;
    bool whole = hold.kind != HOLD || one_in(model, 2), expected = hold.kind == HOLD && !hold.ended;
    if (!whole)
        take_part(model, &hold, &attempt.known);
    attempt.known.kind = POST;
    attempt.known.origin = at;
    attempt.known.key = -1;
    attempt.known.ended = false;
    dress(model, &attempt);
    expected &= within(&attempt.known, &hold);
    if (whole) {
        attempt.entry.lines = NULL;
        attempt.entry.line_count = 0;
    }
    model->entries[at].ended = true;
    if (expected)
        expected = admit(model, &attempt, attempt.known.year);
    int code = ledger_post_hold(model->db, hold.id, &attempt.entry, BOOKS_NOW, &posted, model->error);
    if (settle(model, was, expected, code))
        learn(model, model->count - 1, &posted, false);
}

static void try_release(struct model *model, struct model *was)
{
    model->trying = "release";
    int at = pick(model, true);
    if (at < 0) {
        skip_step(model);
        return;
    }
    struct attempt attempt = {.known = {.kind = RELEASE, .origin = at, .key = -1}, .day = roll_day(model)};
    struct ledger_posted posted;
    bool expected = model->entries[at].kind == HOLD && !model->entries[at].ended;
    dress(model, &attempt);
    int64_t id = model->entries[at].id;
    model->entries[at].ended = true;
    if (expected)
        expected = admit(model, &attempt, attempt.known.year);
    int code = ledger_release(model->db, id, attempt.on, NULL, NULL, BOOKS_NOW, &posted, model->error);
    if (settle(model, was, expected, code))
        learn(model, model->count - 1, &posted, false);
}

static void try_reverse(struct model *model, struct model *was)
{
    model->trying = "reverse";
    int at = pick(model, false);
    if (at < 0) {
        skip_step(model);
        return;
    }
    struct attempt attempt = {.known = model->entries[at], .day = roll_day(model)};
    struct ledger_posted posted;
    struct known *known = &attempt.known;
    bool expected = known->kind == ENTRY || known->kind == POST;
    for (int e = 0; e < model->count; e++)
        expected &= model->entries[e].origin != at;
    for (int i = 0; i < known->count; i++)
        known->amounts[i] = -known->amounts[i];
    known->kind = REVERSAL;
    known->origin = at;
    known->key = -1;
    dress(model, &attempt);
    if (expected)
        expected = admit(model, &attempt, known->year);
    int code = ledger_reverse(model->db, model->entries[at].id, attempt.on, NULL, BOOKS_NOW, &posted, model->error);
    if (settle(model, was, expected, code))
        learn(model, model->count - 1, &posted, false);
}

static void try_lock(struct model *model, struct model *was)
{
    model->trying = "lock";
    char on[11];
    int32_t day = roll_day(model);
    date_format(day, on);
    bool expected = model->closed < model->year_count && day >= model->starts[model->closed] && day >= model->locked;
    if (expected)
        model->locked = day;
    int code = ledger_lock(model->db, on, model->error);
    settle(model, was, expected, code);
}

static void add_year(struct model *model)
{
    char on[11];
    struct ledger_year year;
    date_format(model->starts[model->year_count], on);
    if (ledger_year_of(model->db, NULL, on, &year, model->error))
        differ(model, "no year was opened");
    int32_t last;
    date_parse(year.ends_on, &last);
    model->years[model->year_count++] = year.id;
    model->starts[model->year_count] = last + 1;
    model->numbers[model->year_count - 1] = model->year_count > 1;
}

static void try_close(struct model *model, struct model *was)
{
    model->trying = "close";
    if (model->closed + 1 >= YEARS - 1) {
        skip_step(model);
        return;
    }
    int year = one_in(model, 3) ? below(model, model->year_count) : model->closed;
    bool expected = year == model->closed;
    int code = ledger_year_close(model->db, model->years[year], BOOKS_NOW, NULL, model->error);
    if (!settle(model, was, expected, code))
        return;
    model->closed++;
    if (model->closed == model->year_count)
        add_year(model);
}

/* --- comparing --- */

static void compare_accounts(struct model *model)
{
    for (int a = 0; a < ACCOUNTS; a++) {
        struct ledger_balance balance;
        struct naive sums = sums_of(model, a);
        if (ledger_balance(model->db, model->accounts[a], &balance, model->error))
            differ(model, "no balance");
        if (sums.debit != balance.debit || sums.credit != balance.credit || sums.pending_debit != balance.pending_debit ||
            sums.pending_credit != balance.pending_credit)
            differ(model, numbers[a]);
    }
}

/* What an account and axis bring into a year, from every line before it: no entry of opening is looked at. */
static __int128 brought(const struct model *model, int year, int account, int axis)
{
    __int128 sum = 0, results[YEARS] = {0};
    for (int e = 0; e < model->count; e++) {
        const struct known *entry = &model->entries[e];
        for (int i = 0; i < entry->count && entry->kind != HOLD; i++) {
            bool first = year == 0 && entry->year == 0 && entry->opens;
            char class = numbers[entry->accounts[i]][0];
            if (entry->accounts[i] == account && entry->axes[i] == axis && (first || (entry->year < year && class < '6')))
                sum += entry->amounts[i];
            if (entry->year < year && class >= '6')
                results[entry->year] += entry->amounts[i];
        }
    }
    for (int y = 0; y < year && axis == 0; y++)
        sum += (results[y] < 0 && account == 7) || (results[y] > 0 && account == 8) ? results[y] : 0;
    return sum;
}

static __int128 moved_in(const struct model *model, int year, int account, int axis)
{
    __int128 sum = 0;
    for (int e = 0; e < model->count; e++)
        for (int i = 0; i < model->entries[e].count; i++)
            if (model->entries[e].kind != HOLD && model->entries[e].year == year && !(year == 0 && model->entries[e].opens) &&
                model->entries[e].accounts[i] == account && model->entries[e].axes[i] == axis)
                sum += model->entries[e].amounts[i];
    return sum;
}

static void compare_year(struct model *model, int year)
{
    struct ledger_sum *sums;
    size_t count;
    if (ledger_year_sums(model->db, model->arena, model->years[year], &sums, &count, model->error))
        differ(model, "no sums of the year");
    for (int a = 0; a < ACCOUNTS; a++)
        for (int x = 0; x < AXES; x++) {
            __int128 opening = 0, balance = 0;
            for (size_t i = 0; i < count; i++)
                if (sums[i].account == model->accounts[a] && sums[i].axis == model->axes[x]) {
                    opening = sums[i].opening_cents;
                    balance = (__int128)sums[i].debit_cents - sums[i].credit_cents;
                }
            if (opening != brought(model, year, a, x))
                differ(model, "another opening");
            if (balance != opening + moved_in(model, year, a, x))
                differ(model, "another balance of the year");
        }
}

static void take_step(struct model *model, struct model *was)
{
    static void (*const tries[])(struct model *, struct model *) = {try_post, try_post, try_post,      try_post,    try_hold,
                                                                    try_hold, try_post_hold, try_release, try_reverse};
    *was = *model;
    *model->error = (struct error){0};
    if (db_savepoint(model->db, model->error))
        differ(model, "no savepoint");
    if (one_in(model, 40) && !model->huge)
        try_close(model, was);
    else if (one_in(model, 30))
        try_lock(model, was);
    else
        tries[below(model, (int)COUNT_OF(tries))](model, was);
}

static int run_sequence(struct db *db, void *context, struct error *error)
{
    struct model *model = context, *was = memory_get(sizeof *was);
    model->db = db;
    model->error = error;
    for (model->step = 0; model->step < STEPS; model->step++) {
        int depth = model->step;
        take_step(model, was);
        model->step = depth;
        compare_accounts(model);
    }
    if (ledger_verify(db, NULL, error))
        differ(model, "the proof does not hold");
    for (int y = 0; y < model->year_count && !model->huge; y++)
        compare_year(model, y);
    free(was);
    return error_set(error, ERR_REFUSED, "", "undone", NULL);
}

static void prepare(struct model *model, const struct books *books, uint64_t seed)
{
    memset(model, 0, sizeof *model);
    model->books = books;
    model->seed = seed;
    model->random = seed * 0x9E3779B97F4A7C15u + 1;
    model->huge = seed % 10 == 9;
    model->arena = arena_new();
    model->years[0] = books->year.id;
    model->year_count = 1;
    date_parse("2023-01-01", &model->starts[0]);
    date_parse("2024-01-01", &model->starts[1]);
    for (int i = 0; i < 20; i++)
        rolled(model);
}

struct axes {
    int64_t *axes;
};

static int open_axes(struct db *db, void *context, struct error *error)
{
    struct axes *axes = context;
    int result = ledger_axis(db, &(struct ledger_axis){.contract = "M1"}, &axes->axes[1], error);
    return result ? result : ledger_axis(db, &(struct ledger_axis){.fund = "F1", .service = "canteen"}, &axes->axes[2], error);
}

static void test_beside_a_naive_model(void **state)
{
    (void)state;
    const char *asked = getenv("MAILLON_ROUNDS"), *first = getenv("MAILLON_SEED");
    uint64_t rounds = asked ? strtoull(asked, NULL, 10) : 300, seed = first ? strtoull(first, NULL, 10) : 1;
    struct books books;
    struct model *model = memory_get(sizeof *model);
    int64_t accounts[ACCOUNTS], axes[AXES] = {0}, entries = 0;
    books_open(&books);
    for (int a = 0; a < ACCOUNTS; a++)
        accounts[a] = books_account(&books, numbers[a], guards[a] ? "G" : NULL, guards[a]);
    if (books_write(&books, open_axes, &(struct axes){axes}))
        fail_msg("no axes");
    for (uint64_t i = 0; i < rounds; i++) {
        prepare(model, &books, seed + i);
        memcpy(model->accounts, accounts, sizeof accounts);
        memcpy(model->axes, axes, sizeof axes);
        assert_int_equal(books_write(&books, run_sequence, model), ERR_REFUSED);
        entries += model->count;
        arena_free(model->arena);
    }
    print_message("    %llu sequences of %d steps, %lld entries\n", (unsigned long long)rounds, STEPS, (long long)entries);
    assert_int_equal(house_int(&books.house, "SELECT count(*) FROM ledger_entry"), 0);
    books_close(&books);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beside_a_naive_model),
    };
    return cmocka_run_group_tests_name("ledger model", tests, NULL, NULL);
}
