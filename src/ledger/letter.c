/* Lettering (lettrage): lines of one account that settle each other, an invoice and its payment, get one letter. What has
 * no letter is still open. A letter can be taken back; the lines themselves never change. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/app.h"
#include "ledger/ledger.h"
#include "ledger/matters.h"

enum { LINES_AT_ONCE_MAX = 50000 };

struct open_line {
    int64_t entry, position, amount_cents;
    const char *entry_on, *piece;
    int taken;
};

/* --- codes --- */

/* AA, AB … ZZ, AAA …: the one after the last. Lower and other codes of imported files do not count. */
static const char *code_after(struct arena *arena, const char *last)
{
    size_t length = last ? strlen(last) : 0;
    if (!length)
        return "AA";
    char *code = arena_copy(arena, last, length);
    for (size_t i = length; i-- > 0;) {
        if (code[i] < 'Z') {
            code[i]++;
            return code;
        }
        code[i] = 'A';
    }
    return arena_printf(arena, "A%s", code);
}

static bool is_own_code(const char *code)
{
    size_t length = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return length >= 2 && length <= 6 && !code[length];
}

/* Longer codes are later ones. */
static int last_code(struct db *db, struct arena *arena, int64_t account, const char **ret_code, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT DISTINCT code FROM ledger_letter WHERE account_id = :account",
                          BIND(INT("account", account)), &rows, error);
    *ret_code = NULL;
    if (result)
        return result;
    while (rows_next(rows)) {
        const char *code = rows_text(rows, 0), *best = *ret_code;
        size_t length = strlen(code), best_length = best ? strlen(best) : 0;
        if (is_own_code(code) && (length > best_length || (length == best_length && strcmp(code, best) > 0)))
            *ret_code = arena_strdup(arena, code);
    }
    return rows_close(rows);
}

static int put_letter(struct ctx *ctx, int64_t account, const struct open_line *line, const char *code)
{
    return db_run(ctx->db,
                  "INSERT INTO ledger_letter(entry_id, position, account_id, code, lettered_on) "
                  "VALUES (:entry, :position, :account, :code, :lettered_on)",
                  BIND(INT("entry", line->entry), INT("position", line->position), INT("account", account), TEXT("code", code),
                       TEXT("lettered_on", ctx->today)),
                  ctx->error);
}

/* --- lines chosen by a person --- */

/* "1234567890-2": the second line of that entry. */
static int read_line(struct ctx *ctx, int64_t account, const char *word, struct open_line *line)
{
    const char *dash = strrchr(word, '-');
    struct rows *rows;
    bool found = false, lettered = false;
    if (!dash || !text_to_int(arena_copy(ctx->arena, word, (size_t)(dash - word)), &line->entry) ||
        !text_to_int(dash + 1, &line->position))
        return error_set(ctx->error, ERR_INVALID, "lines", N_("{0} is no line of this account."), word, NULL);
    int code = db_query(ctx->db,
                        "SELECT l.amount_cents, t.code FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id "
                        "LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position "
                        "WHERE l.entry_id = :entry AND l.position = :position AND l.account_id = :account AND e.number IS NOT NULL",
                        BIND(INT("entry", line->entry), INT("position", line->position), INT("account", account)), &rows,
                        ctx->error);
    if (code)
        return code;
    if (rows_next(rows)) {
        found = true;
        line->amount_cents = rows_int(rows, 0);
        lettered = !rows_null(rows, 1);
    }
    code = rows_close(rows);
    if (!code && !found)
        return error_set(ctx->error, ERR_INVALID, "lines", N_("{0} is no line of this account."), word, NULL);
    if (!code && lettered)
        return error_set(ctx->error, ERR_REFUSED, "lines", N_("A line that is chosen has a letter already: take it back first."), NULL);
    return code;
}

static int check_sum(struct ctx *ctx, const struct open_line *lines, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            if (lines[i].entry == lines[j].entry && lines[i].position == lines[j].position)
                return error_set(ctx->error, ERR_INVALID, "lines", N_("A line is chosen twice."), NULL);
        if (!number_add(sum, lines[i].amount_cents, &sum))
            return error_set(ctx->error, ERR_INVALID, "lines", N_("The amounts of this entry are too large."), NULL);
    }
    if (count < 2)
        return error_set(ctx->error, ERR_INVALID, "lines", N_("Choose at least two lines that settle each other."), NULL);
    if (sum)
        return error_set(ctx->error, ERR_REFUSED, "lines", N_("The lines that are chosen do not settle each other: {0} € remain."),
                         number_screen(ctx->arena, sum, DECIMALS_MONEY, false, ctx->language), NULL);
    return 0;
}

int ledger_letter(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const struct tree *words = tree_get(args, "lines");
    struct open_line *lines = ARENA_ARRAY(ctx->arena, struct open_line, words->count + 1);
    const char *last, *letter;
    int64_t account;
    size_t count = 0;
    int code = account_typed(ctx->db, ctx->arena, tree_text(args, "account"), &account, ctx->error);
    for (const struct tree *word = words->first; word && !code; word = word->next)
        code = read_line(ctx, account, word->text, &lines[count++]);
    if (!code)
        code = check_sum(ctx, lines, count);
    if (!code)
        code = last_code(ctx->db, ctx->arena, account, &last, ctx->error);
    if (code)
        return code;
    letter = code_after(ctx->arena, last);
    for (size_t i = 0; i < count && !code; i++)
        code = put_letter(ctx, account, &lines[i], letter);
    tree_set_text(ctx->arena, result, "lettering", letter);
    tree_set_int(ctx->arena, result, "lines", (int64_t)count);
    return code;
}

int ledger_unletter(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t account;
    const char *letter = tree_text(args, "lettering");
    int code = account_typed(ctx->db, ctx->arena, tree_text(args, "account"), &account, ctx->error);
    if (!code)
        code = db_run(ctx->db, "DELETE FROM ledger_letter WHERE account_id = :account AND code = :code",
                      BIND(INT("account", account), TEXT("code", letter)), ctx->error);
    if (code)
        return code;
    if (!db_changes(ctx->db))
        return error_set(ctx->error, ERR_NOT_FOUND, "lettering", N_("No line of this account has the letter {0}."), letter, NULL);
    tree_set_text(ctx->arena, result, "lettering", letter);
    tree_set_int(ctx->arena, result, "lines", db_changes(ctx->db));
    return 0;
}

/* --- lines found by the program --- */

struct lettering {
    struct ctx *ctx;
    int64_t account;
    struct open_line *lines;
    size_t count;
    const char *last; /* code given out last */
    int64_t groups, lettered;
};

static int read_open(struct lettering *lettering)
{
    struct ctx *ctx = lettering->ctx;
    struct rows *rows;
    size_t room = 0;
    int code = db_query(ctx->db,
                        "SELECT l.entry_id, l.position, l.amount_cents, l.entry_on, e.piece FROM ledger_line l "
                        "JOIN ledger_entry e ON e.id = l.entry_id "
                        "LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position "
                        "WHERE l.account_id = :account AND e.number IS NOT NULL AND e.kind <> 'opening' AND t.code IS NULL "
                        "ORDER BY l.entry_on, l.entry_id, l.position LIMIT 50000",
                        BIND(INT("account", lettering->account)), &rows, ctx->error);
    if (code)
        return code;
    while (rows_next(rows) && lettering->count < LINES_AT_ONCE_MAX) {
        if (lettering->count == room) {
            struct open_line *more = ARENA_ARRAY(ctx->arena, struct open_line, room ? room * 2 : 256);
            if (room)
                memcpy(more, lettering->lines, room * sizeof *more);
            lettering->lines = more;
            room = room ? room * 2 : 256;
        }
        lettering->lines[lettering->count++] =
            (struct open_line){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2), arena_strdup(ctx->arena, rows_text(rows, 3)),
                               arena_strdup(ctx->arena, rows_text(rows, 4)), 0};
    }
    return rows_close(rows);
}

static int by_piece(const void *a, const void *b)
{
    const struct open_line *x = a, *y = b;
    int order = strcmp(x->piece, y->piece);
    return order ? order : strcmp(x->entry_on, y->entry_on);
}

static int64_t size_of(const struct open_line *line)
{
    return line->amount_cents < 0 ? -line->amount_cents : line->amount_cents;
}

/* By size; debits and credits of one size each in the order of their dates. */
static int by_size(const void *a, const void *b)
{
    const struct open_line *x = a, *y = b;
    if (size_of(x) != size_of(y))
        return size_of(x) < size_of(y) ? -1 : 1;
    if ((x->amount_cents < 0) != (y->amount_cents < 0))
        return x->amount_cents < 0 ? 1 : -1;
    int order = strcmp(x->entry_on, y->entry_on);
    return order ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

static int letter_lines(struct lettering *lettering, struct open_line **lines, size_t count)
{
    int code = 0;
    lettering->last = code_after(lettering->ctx->arena, lettering->last);
    lettering->groups++;
    for (size_t i = 0; i < count && !code; i++) {
        lines[i]->taken = 1;
        lettering->lettered++;
        code = put_letter(lettering->ctx, lettering->account, lines[i], lettering->last);
    }
    return code;
}

/* Lines with one piece whose sum is zero. */
static int letter_pieces(struct lettering *lettering)
{
    struct open_line *lines = lettering->lines, **group = ARENA_ARRAY(lettering->ctx->arena, struct open_line *, lettering->count + 1);
    int code = 0;
    qsort(lines, lettering->count, sizeof *lines, by_piece);
    for (size_t i = 0, end; i < lettering->count && !code; i = end) {
        int64_t sum = 0;
        bool fits = true;
        for (end = i; end < lettering->count && !strcmp(lines[end].piece, lines[i].piece); end++) {
            fits = number_add(sum, lines[end].amount_cents, &sum) && fits;
            group[end - i] = &lines[end];
        }
        if (*lines[i].piece && fits && !sum && end - i > 1)
            code = letter_lines(lettering, group, end - i);
    }
    return code;
}

/* A debit and a credit of one amount, the oldest first. */
static int letter_pairs(struct lettering *lettering)
{
    struct open_line *lines = lettering->lines, *pair[2];
    size_t count = 0;
    int code = 0;
    for (size_t i = 0; i < lettering->count; i++)
        if (!lines[i].taken)
            lines[count++] = lines[i];
    qsort(lines, count, sizeof *lines, by_size);
    for (size_t i = 0, end; i < count && !code; i = end) {
        size_t credit = i;
        while (credit < count && size_of(&lines[credit]) == size_of(&lines[i]) && lines[credit].amount_cents > 0)
            credit++;
        for (end = credit; end < count && size_of(&lines[end]) == size_of(&lines[i]) && lines[end].amount_cents < 0; end++) {
            if (i + (end - credit) >= credit || code)
                continue;
            pair[0] = &lines[i + (end - credit)];
            pair[1] = &lines[end];
            code = letter_lines(lettering, pair, 2);
        }
    }
    return code;
}

int ledger_letter_auto(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct lettering lettering = {.ctx = ctx};
    int code = account_typed(ctx->db, ctx->arena, tree_text(args, "account"), &lettering.account, ctx->error);
    if (!code)
        code = last_code(ctx->db, ctx->arena, lettering.account, &lettering.last, ctx->error);
    if (!code)
        code = read_open(&lettering);
    if (!code)
        code = letter_pieces(&lettering);
    if (!code)
        code = letter_pairs(&lettering);
    tree_set_int(ctx->arena, result, "groups", lettering.groups);
    tree_set_int(ctx->arena, result, "lines", lettering.lettered);
    tree_set_int(ctx->arena, result, "open_lines", (int64_t)lettering.count - lettering.lettered);
    return code;
}
