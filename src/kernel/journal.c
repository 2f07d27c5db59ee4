/* The journal: a chain of hashes over every action, so that a change, a removal or an insertion shows. */
#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/app.h"

enum { HASH_BYTES = 32, HASH_TEXT = HASH_BYTES * 2 + 1 };

struct link {
    int64_t seq, instant;
    const char *actor, *action, *arguments, *outcome, *previous;
};

/* Every part is preceded by its length, so that no two rows can share one text. */
static void add_part(crypto_generichash_state *state, const char *text)
{
    char length[24];
    int size = snprintf(length, sizeof length, "%zu:", strlen(text));
    crypto_generichash_update(state, (const unsigned char *)length, (unsigned long long)size);
    crypto_generichash_update(state, (const unsigned char *)text, strlen(text));
}

static void hash_link(const struct link *link, char ret_hash[HASH_TEXT])
{
    crypto_generichash_state state;
    unsigned char hash[HASH_BYTES];
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%" PRId64 " %" PRId64, link->seq, link->instant);
    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    add_part(&state, numbers);
    add_part(&state, link->actor);
    add_part(&state, link->action);
    add_part(&state, link->arguments);
    add_part(&state, link->outcome);
    add_part(&state, link->previous);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(ret_hash, HASH_TEXT, hash, sizeof hash);
}

static int read_head(struct db *db, int64_t *ret_seq, char ret_hash[HASH_TEXT], struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT seq, hash FROM journal_head WHERE id = 1", NULL, &rows, error);
    if (result)
        return result;
    *ret_seq = 0;
    ret_hash[0] = 0;
    if (rows_next(rows)) {
        *ret_seq = rows_int(rows, 0);
        snprintf(ret_hash, HASH_TEXT, "%s", rows_text(rows, 1));
    }
    return rows_close(rows);
}

/* The head as this transaction leaves it: read once, written once for the whole group of tasks. */
struct head {
    bool known;
    int64_t seq;
    char hash[HASH_TEXT];
};
static_assert(sizeof(struct head) <= DB_MEMO_BYTES, "the head fits the transaction's scratch");

static int write_head(struct db *db, struct error *error)
{
    const struct head *head = db_memo(db);
    if (!head->known) /* every row of this transaction was rolled back */
        return 0;
    return db_run(db,
                  "INSERT INTO journal_head(id, seq, hash) VALUES (1, :seq, :hash) "
                  "ON CONFLICT(id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
                  BIND(INT("seq", head->seq), TEXT("hash", head->hash)), error);
}

bool journal_hides(const char *name, const char *text)
{
    static const char who[] = "whom reference";
    return text_has_word(who, name) && *text && !strchr(text, '-');
}

int journal_append(struct db *db, const struct journal_row *row, struct error *error)
{
    struct head *head = db_memo(db);
    char hash[HASH_TEXT];
    int result = head->known ? 0 : read_head(db, &head->seq, head->hash, error);
    if (result)
        return result;
    struct link link = {head->seq + 1, date_now(), row->actor, row->action, row->arguments, row->outcome, head->hash};
    hash_link(&link, hash);
    result = db_run(db,
                    "INSERT INTO journal(seq, instant, actor, action, arguments, outcome, previous, hash) VALUES "
                    "(:seq, :instant, :actor, :action, :arguments, :outcome, :previous, :hash)",
                    BIND(INT("seq", link.seq), INT("instant", link.instant), TEXT("actor", link.actor),
                         TEXT("action", link.action), TEXT("arguments", link.arguments), TEXT("outcome", link.outcome),
                         TEXT("previous", link.previous), TEXT("hash", hash)),
                    error);
    if (result)
        return result;
    db_before_commit(db, write_head);
    head->known = true;
    head->seq = link.seq;
    memcpy(head->hash, hash, sizeof hash);
    return 0;
}

static int broken(struct error *error, const char *message, int64_t seq)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, seq);
    return error_set(error, ERR_REFUSED, "", message, number, NULL);
}

static int check_row(const struct link *link, const char *stored, int64_t expected, const char *previous,
                     struct error *error)
{
    char hash[HASH_TEXT];
    if (link->seq < expected)
        return broken(error, N_("The journal is broken: row {0} was inserted or put in place of another."), link->seq);
    if (link->seq > expected)
        return broken(error, N_("The journal is broken: row {0} was removed."), expected);
    hash_link(link, hash);
    if (strcmp(hash, stored) != 0)
        return broken(error, N_("The journal is broken: row {0} was changed."), link->seq);
    if (strcmp(link->previous, previous) != 0)
        return broken(error, N_("The journal is broken: row {0} was inserted or put in place of another."), link->seq);
    return 0;
}

static int verify(struct db *db, int64_t *ret_rows, char head[JOURNAL_HASH_BYTES], struct error *error)
{
    char previous[HASH_TEXT] = "";
    int64_t head_seq, expected = 1;
    int result = read_head(db, &head_seq, head, error);
    if (result)
        return result;
    struct rows *rows;
    result = db_query(db,
                      "SELECT seq, instant, actor, action, arguments, outcome, previous, hash FROM journal "
                      "ORDER BY seq",
                      NULL, &rows, error);
    if (result)
        return result;
    while (!result && rows_next(rows)) {
        struct link link = {rows_int(rows, 0),  rows_int(rows, 1),  rows_text(rows, 2), rows_text(rows, 3),
                            rows_text(rows, 4), rows_text(rows, 5), rows_text(rows, 6)};
        result = check_row(&link, rows_text(rows, 7), expected, previous, error);
        snprintf(previous, sizeof previous, "%s", rows_text(rows, 7));
        expected = link.seq + 1;
    }
    int closed = rows_close(rows);
    if (result || closed)
        return result ? result : closed;
    if (expected - 1 < head_seq)
        return broken(error, N_("The journal is broken: row {0} was removed."), expected);
    if (expected - 1 > head_seq)
        return broken(error, N_("The journal is broken: row {0} was inserted or put in place of another."), head_seq + 1);
    if (strcmp(previous, head) != 0)
        return broken(error, N_("The journal is broken: row {0} was changed."), head_seq);
    *ret_rows = head_seq;
    return 0;
}

int journal_verify(struct app *app, int64_t *ret_rows, char ret_head[JOURNAL_HASH_BYTES], struct error *error)
{
    struct db *db;
    char head[JOURNAL_HASH_BYTES];
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = verify(db, ret_rows, ret_head ? ret_head : head, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    return result;
}
