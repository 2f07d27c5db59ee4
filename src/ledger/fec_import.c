/* ledger import: a FEC made elsewhere. The file is gathered into entries first; those that are whole are then posted in
 * batches, each under a key of its year, journal and number, so that the same file again posts nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/action.h"
#include "ledger/fec_file.h"
#include "ledger/ledger.h"
#include "ledger/matters.h"

enum { BATCH_LINES = 500, KNOWN_AT_ONCE = 5000, YEARS_MAX = 64, REFUSED_LISTED_MAX = 1000 };

enum outcome { OUTCOME_NEW, OUTCOME_SAME, OUTCOME_MERGED, OUTCOMES };

struct year {
    struct ledger_year year;
    bool first; /* no year stands before it */
};

struct import {
    struct ctx *ctx;
    bool preview, late; /* late: an entry was refused only when it was posted */
    struct fec_reader *reader;
    struct fec_gathered file;
    struct year years[YEARS_MAX];
    int year_count;
    struct arena *scratch; /* of a batch */
    /* the batch */
    struct fec_entry **batch;
    enum outcome *outcomes;
    struct error *errors;
    size_t batch_count, batch_lines;
    const struct year *batch_year;
    /* the report */
    int64_t counts[OUTCOMES], entries, opened, posted_lines;
    struct fec_entry *next;      /* to be looked up */
    struct fec_account *account; /* the next to be opened */
    int64_t *ids;                /* of the accounts a batch opened */
    bool *fresh;
};

/* --- what the books know --- */

static int read_years(struct db *db, struct import *import, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, code, starts_on, ends_on, locked_until, state FROM ledger_year "
                          "WHERE book = 'general' ORDER BY starts_on",
                          NULL, &rows, error);
    if (result)
        return result;
    while (rows_next(rows) && import->year_count < YEARS_MAX) {
        struct year *year = &import->years[import->year_count];
        year->first = !import->year_count++;
        year->year.id = rows_int(rows, 0);
        snprintf(year->year.code, sizeof year->year.code, "%s", rows_text(rows, 1));
        snprintf(year->year.starts_on, sizeof year->year.starts_on, "%s", rows_text(rows, 2));
        snprintf(year->year.ends_on, sizeof year->year.ends_on, "%s", rows_text(rows, 3));
        snprintf(year->year.locked_until, sizeof year->year.locked_until, "%s", rows_text(rows, 4));
        year->year.closed = text_is(rows_text(rows, 5), "closed");
    }
    return rows_close(rows);
}

static int in_read(struct import *import, int (*work)(struct db *db, struct import *import, struct error *error))
{
    struct store *store = import->ctx->app->store;
    struct db *db;
    int result = store_reader(store, &db, import->ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, import->ctx->error);
    if (!result) {
        result = work(db, import, import->ctx->error);
        db_end_read(db);
    }
    store_release(store, db);
    return result;
}

static const struct year *year_of(const struct import *import, const char *on)
{
    for (int i = 0; i < import->year_count; i++)
        if (strcmp(import->years[i].year.starts_on, on) <= 0 && strcmp(on, import->years[i].year.ends_on) <= 0)
            return &import->years[i];
    return NULL;
}

static const char *key_of(struct arena *arena, const struct year *year, const struct fec_entry *entry)
{
    return arena_printf(arena, "fec:%s:%s:%s", year->year.code, entry->journal, entry->number);
}

/* Balances brought forward, which the year before hands over by itself once there is one. */
static bool is_opening(struct import *import, const struct year *year, const struct fec_entry *entry)
{
    const char *name = text_fold(import->scratch, entry->journal_name);
    bool named = text_is(entry->journal, "AN") || text_is(entry->journal, "RAN") || text_starts(name, "a nouveau") ||
                 text_starts(name, "an ") || text_starts(name, "report a nouveau");
    return named && !year->first && text_is(entry->entry_on, year->year.starts_on);
}

/* --- accounts --- */

/* Numbers are padded with zeros to one length elsewhere: 512000 is what 512 is here, and a name of its own stays told. */
static struct ledger_account_asked asked_of(const struct fec_account *account)
{
    bool own = *account->auxiliary;
    const char *name = own ? account->auxiliary_name : account->name;
    return (struct ledger_account_asked){.number = account->number,
                                         .auxiliary = own ? account->auxiliary : NULL,
                                         .name = *name ? name : NULL};
}

/* The number an auxiliary stands under keeps the name the file gives it. What is wrong with it the auxiliary tells. */
static void open_above(struct db *db, const struct fec_account *account)
{
    struct ledger_account_asked above = {.number = account->number, .name = *account->name ? account->name : NULL};
    struct error ignored = {0};
    int64_t id;
    if (*account->auxiliary)
        (void)ledger_account_open(db, &above, &id, &ignored);
}

static int open_accounts(struct db *db, void *context, struct error *error)
{
    struct import *import = context;
    struct fec_account *account = import->account;
    for (size_t i = 0; account && i < BATCH_LINES; account = account->next, i++) {
        struct ledger_account_asked asked = asked_of(account);
        struct error refusal = {0};
        int result = ledger_account_find(db, NULL, asked.number, asked.auxiliary, &import->ids[i], &refusal);
        import->fresh[i] = result == ERR_NOT_FOUND;
        if (import->fresh[i])
            open_above(db, account);
        if (import->fresh[i])
            result = ledger_account_open(db, &asked, &import->ids[i], &refusal);
        if (result == ERR_INTERNAL || result == ERR_BUSY) {
            *error = refusal;
            return result;
        }
        if (result) {
            char text[512];
            import->ids[i] = 0;
            error_format(&refusal, tr(import->ctx->language, refusal.message), text, sizeof text);
            account->reason = arena_strdup(import->file.arena, text);
        }
    }
    return 0;
}

/* In a preview accounts are opened too, in a transaction that is then taken back: what is refused is then the same. */
static int open_for_preview(struct db *db, void *context, struct error *error)
{
    int result = open_accounts(db, context, error);
    return result ? result : error_set(error, ERR_REFUSED, "preview", "", NULL);
}

static int open_all_accounts(struct import *import)
{
    import->ids = ARENA_ARRAY(import->file.arena, int64_t, BATCH_LINES);
    import->fresh = ARENA_ARRAY(import->file.arena, bool, BATCH_LINES);
    import->account = import->file.accounts;
    while (import->account) {
        int result = ctx_write(import->ctx, import->preview ? open_for_preview : open_accounts, import);
        if (result == ERR_REFUSED && import->preview && text_is(import->ctx->error->field, "preview")) {
            *import->ctx->error = (struct error){0};
            result = 0;
        }
        if (result)
            return result;
        for (size_t i = 0; import->account && i < BATCH_LINES; i++) {
            import->account->id = import->ids[i];
            import->opened += import->ids[i] && import->fresh[i];
            import->account = import->account->next;
        }
    }
    return 0;
}

/* --- entries that cannot be posted --- */

static void refuse(struct import *import, struct fec_entry *entry, const char *field, const char *message, const char *argument)
{
    struct error error = {0};
    error_set(&error, ERR_REFUSED, field, message, argument, NULL);
    fec_entry_refuse(&import->file, entry, entry->first_line, &error);
}

static void judge_accounts(struct fec_entry *entry)
{
    for (const struct fec_entry_line *line = entry->first; line; line = line->next)
        if (line->account->reason && !entry->bad_reason) {
            entry->bad_line = line->number;
            entry->bad_field = fec_names[FEC_ACCOUNT];
            entry->bad_reason = line->account->reason;
        }
}

/* What can be said before anything is written. */
static void judge(struct import *import, struct fec_entry *entry)
{
    const struct year *year = year_of(import, entry->entry_on);
    if (entry->bad_reason)
        return;
    if (!year)
        refuse(import, entry, fec_names[FEC_DATE], N_("No financial year of these books holds the {0}: open it first."), entry->entry_on);
    else if (entry->line_count > LEDGER_LINES_MAX)
        refuse(import, entry, fec_names[FEC_NUMBER], N_("The entry {0} has too many lines."), entry->number);
    judge_accounts(entry);
}

/* Letters whose lines do not settle each other are not taken over; a refused entry takes its letters with it. */
static void drop_letters(struct fec_entry *entry)
{
    for (struct fec_entry_line *line = entry->first; line; line = line->next)
        if (line->letter && !number_add(line->letter->sum_cents, -line->amount_cents, &line->letter->sum_cents))
            line->letter = NULL;
}

/* An export of these very books: its numbers are theirs, and the entry under a number is the same. */
static int is_known(struct db *db, const struct year *year, struct fec_entry *entry, struct error *error)
{
    int64_t number, known = 0;
    if (!text_to_int(entry->number, &number))
        return 0;
    int result = db_int(db,
                        "SELECT 1 FROM ledger_entry WHERE year_id = :year AND number = :number AND journal = :journal "
                        "AND entry_on = :entry_on AND amount_cents = :amount AND line_count = :lines",
                        BIND(INT("year", year->year.id), INT("number", number), TEXT("journal", entry->journal),
                             TEXT("entry_on", entry->entry_on), INT("amount", entry->debit_cents),
                             INT("lines", (int64_t)entry->line_count)),
                        0, &known, error);
    entry->known = known != 0;
    return result;
}

static int mark_known(struct db *db, struct import *import, struct error *error)
{
    int result = 0;
    for (int i = 0; i < KNOWN_AT_ONCE && import->next && !result; i++, import->next = import->next->next)
        if (!import->next->bad_reason)
            result = is_known(db, year_of(import, import->next->entry_on), import->next, error);
    return result;
}

/* --- posting --- */

static struct ledger_entry posting_of(struct import *import, const struct fec_entry *entry)
{
    struct ledger_line *lines = ARENA_ARRAY(import->scratch, struct ledger_line, entry->line_count);
    size_t count = 0;
    for (const struct fec_entry_line *line = entry->first; line; line = line->next)
        lines[count++] = (struct ledger_line){.account = line->account->id, .amount_cents = line->amount_cents, .label = line->label};
    return (struct ledger_entry){.journal = entry->journal,
                                 .entry_on = entry->entry_on,
                                 .piece = *entry->piece ? entry->piece : NULL,
                                 .piece_on = *entry->piece_on ? entry->piece_on : NULL,
                                 .label = *entry->label ? entry->label : entry->number,
                                 .key = key_of(import->scratch, import->batch_year, entry),
                                 .lines = lines,
                                 .line_count = count};
}

static int keep_journal(struct db *db, const struct fec_entry *entry, struct error *error)
{
    return db_run(db, "INSERT INTO ledger_journal(code, name) VALUES (:code, :name) ON CONFLICT (code) DO NOTHING",
                  BIND(TEXT("code", entry->journal), TEXT("name", *entry->journal_name ? entry->journal_name : entry->journal)),
                  error);
}

static int keep_letters(struct db *db, const struct fec_entry *entry, int64_t id, struct error *error)
{
    int64_t position = 1;
    int result = 0;
    for (const struct fec_entry_line *line = entry->first; line && !result; line = line->next, position++)
        if (line->letter && !line->letter->sum_cents)
            result = db_run(db,
                            "INSERT INTO ledger_letter(entry_id, position, account_id, code, lettered_on) "
                            "VALUES (:entry, :position, :account, :code, :lettered_on)",
                            BIND(INT("entry", id), INT("position", position), INT("account", line->account->id),
                                 TEXT("code", line->letter->code), TEXT("lettered_on", line->lettered_on)),
                            error);
    return result;
}

/* Posts entries from..from+count of the batch; all or none. */
static int post(struct db *db, struct import *import, size_t from, size_t count, struct error *error)
{
    struct ledger_entry *postings = ARENA_ARRAY(import->scratch, struct ledger_entry, count);
    struct ledger_posted *posted = ARENA_ARRAY(import->scratch, struct ledger_posted, count);
    const char *journal = "";
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        const struct fec_entry *entry = import->batch[from + i];
        postings[i] = posting_of(import, entry);
        if (!text_is(journal, entry->journal))
            result = keep_journal(db, entry, error);
        journal = entry->journal;
    }
    if (!result)
        result = ledger_post(db, postings, count, import->ctx->now_ms, posted, error);
    for (size_t i = 0; i < count && !result; i++) {
        import->outcomes[from + i] = posted[i].before ? OUTCOME_SAME : OUTCOME_NEW;
        if (!posted[i].before)
            result = keep_letters(db, import->batch[from + i], posted[i].id, error);
    }
    return result;
}

static bool is_refusal(int result)
{
    return result == ERR_INVALID || result == ERR_REFUSED || result == ERR_NOT_FOUND || result == ERR_TOO_LARGE;
}

/* One of them is refused: the others must not suffer for it. */
static int post_one_by_one(struct db *db, struct import *import, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < import->batch_count && !result; i++) {
        result = db_savepoint(db, error);
        if (result)
            return result;
        int refused = post(db, import, i, 1, &import->errors[i]);
        if (refused && !is_refusal(refused)) {
            *error = import->errors[i];
            return refused;
        }
        result = refused ? db_savepoint_rollback(db, error) : db_savepoint_release(db, error);
    }
    return result;
}

/* May run again when a common transaction was lost: it sets outcomes, it counts nothing. */
static int post_batch(struct db *db, void *context, struct error *error)
{
    struct import *import = context;
    arena_reset(import->scratch);
    memset(import->errors, 0, import->batch_count * sizeof *import->errors);
    int result = db_savepoint(db, error);
    if (result)
        return result;
    int posted = post(db, import, 0, import->batch_count, error);
    if (posted && !is_refusal(posted))
        return posted;
    result = posted ? db_savepoint_rollback(db, error) : db_savepoint_release(db, error);
    if (!posted || result)
        return result;
    *error = (struct error){0};
    return post_one_by_one(db, import, error);
}

static int preview_batch(struct db *db, struct import *import, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < import->batch_count && !result; i++) {
        int64_t known = 0;
        result = db_int(db, "SELECT 1 FROM ledger_entry WHERE key = :key",
                        BIND(TEXT("key", key_of(import->scratch, import->batch_year, import->batch[i]))), 0, &known, error);
        import->outcomes[i] = known ? OUTCOME_SAME : OUTCOME_NEW;
        const struct ledger_year *year = &import->batch_year->year;
        if (!known && (year->closed || strcmp(import->batch[i]->entry_on, year->locked_until) <= 0))
            error_set(&import->errors[i], ERR_REFUSED, fec_names[FEC_DATE], N_("The period of the {0} is closed."),
                      import->batch[i]->entry_on, NULL);
    }
    return result;
}

static int end_batch(struct import *import)
{
    if (!import->batch_count)
        return 0;
    memset(import->errors, 0, import->batch_count * sizeof *import->errors);
    int result = import->preview ? in_read(import, preview_batch) : ctx_write(import->ctx, post_batch, import);
    for (size_t i = 0; i < import->batch_count && !result; i++) {
        struct fec_entry *entry = import->batch[i];
        if (import->errors[i].code) {
            fec_entry_refuse(&import->file, entry, entry->first_line, &import->errors[i]);
            import->late = true;
            continue;
        }
        import->counts[import->outcomes[i]] += (int64_t)entry->read_count;
        import->entries += import->outcomes[i] == OUTCOME_NEW;
    }
    import->posted_lines += (int64_t)import->batch_lines;
    import->batch_count = import->batch_lines = 0;
    arena_reset(import->scratch);
    job_progress(import->ctx->job, 500 + import->posted_lines * 500 / (import->file.read + 1), 1000);
    return result;
}

static int add_to_batch(struct import *import, struct fec_entry *entry)
{
    const struct year *year = year_of(import, entry->entry_on);
    int result = 0;
    if (import->batch_count && (year != import->batch_year || import->batch_lines + entry->line_count > BATCH_LINES))
        result = end_batch(import);
    if (result)
        return result;
    if (entry->known || is_opening(import, year, entry)) {
        import->counts[entry->known ? OUTCOME_SAME : OUTCOME_MERGED] += (int64_t)entry->read_count;
        return 0;
    }
    import->batch_year = year;
    import->batch[import->batch_count++] = entry;
    import->batch_lines += entry->line_count;
    return 0;
}

static int post_all(struct import *import)
{
    int result = 0;
    import->batch = ARENA_ARRAY(import->file.arena, struct fec_entry *, BATCH_LINES);
    import->outcomes = ARENA_ARRAY(import->file.arena, enum outcome, BATCH_LINES);
    import->errors = ARENA_ARRAY(import->file.arena, struct error, BATCH_LINES);
    for (struct fec_entry *entry = import->file.first; entry; entry = entry->next) {
        judge(import, entry);
        if (entry->bad_reason)
            drop_letters(entry);
    }
    for (import->next = import->file.first; import->next && !result;)
        result = in_read(import, mark_known);
    for (struct fec_entry *entry = import->file.first; entry && !result; entry = entry->next) {
        if (!entry->bad_reason)
            result = add_to_batch(import, entry);
        if (job_stopping(import->ctx->job))
            return result;
    }
    return result ? result : end_batch(import);
}

/* What was lettered with a line that was then not posted is open again. */
static int take_letters_back(struct db *db, void *context, struct error *error)
{
    struct import *import = context;
    int result = 0;
    for (const struct fec_entry *entry = import->file.first; entry; entry = entry->next)
        for (const struct fec_entry_line *line = entry->bad_reason ? entry->first : NULL; line && !result; line = line->next)
            if (line->letter && line->account->id)
                result = db_run(db, "DELETE FROM ledger_letter WHERE account_id = :account AND code = :code",
                                BIND(INT("account", line->account->id), TEXT("code", line->letter->code)), error);
    return result;
}

/* --- the report --- */

static int by_line(const void *a, const void *b)
{
    size_t x = ((const struct fec_refused *)a)->line, y = ((const struct fec_refused *)b)->line;
    return (x > y) - (x < y);
}

/* Of a refused entry each line is told: the one at fault with its reason, the others with where to look. */
static void add_refused_entry(struct import *import, const struct fec_entry *entry, struct fec_refused *list, size_t *count)
{
    struct error see = {0};
    char text[512], number[24];
    snprintf(number, sizeof number, "%zu", entry->bad_line);
    error_set(&see, ERR_INVALID, "", N_("Its entry is refused: see line {0}."), number, NULL);
    error_format(&see, tr(import->ctx->language, see.message), text, sizeof text);
    const char *other = arena_strdup(import->file.arena, text);
    for (const struct fec_refused *line = entry->lines_read; line; line = line->next) {
        bool at_fault = line->line == entry->bad_line;
        list[(*count)++] = (struct fec_refused){line->line, at_fault ? entry->bad_field : "",
                                                at_fault ? entry->bad_reason : other, NULL};
    }
}

static struct tree *refused_lines(struct import *import)
{
    struct arena *arena = import->ctx->arena;
    struct tree *refused = tree_list(arena);
    struct fec_refused *list = ARENA_ARRAY(import->file.arena, struct fec_refused, import->file.read + 1);
    size_t count = 0;
    for (const struct fec_refused *line = import->file.alone; line; line = line->next)
        list[count++] = *line;
    for (const struct fec_entry *entry = import->file.first; entry; entry = entry->next)
        if (entry->bad_reason)
            add_refused_entry(import, entry, list, &count);
    qsort(list, count, sizeof *list, by_line);
    for (size_t i = 0; i < count && i < REFUSED_LISTED_MAX; i++) {
        struct tree *row = tree_add_map(arena, refused);
        tree_set_int(arena, row, "line", (int64_t)list[i].line);
        tree_set_text(arena, row, "field", arena_strdup(arena, list[i].field));
        tree_set_text(arena, row, "reason", arena_strdup(arena, list[i].reason));
    }
    return refused;
}

static void report(struct import *import, struct tree *result)
{
    struct arena *arena = import->ctx->arena;
    tree_set_int(arena, result, "read", import->file.read);
    tree_set_int(arena, result, "new", import->counts[OUTCOME_NEW]);
    tree_set_int(arena, result, "changed", 0); /* an entry never changes */
    tree_set_int(arena, result, "same", import->counts[OUTCOME_SAME]);
    tree_set_int(arena, result, "merged", import->counts[OUTCOME_MERGED]);
    tree_set(arena, result, "refused", refused_lines(import));
    tree_set_int(arena, result, "entries", import->entries);
    tree_set_int(arena, result, "accounts", import->opened);
}

static bool tell(void *context, int64_t done)
{
    struct import *import = context;
    job_progress(import->ctx->job, done / 2, 1000);
    return !job_stopping(import->ctx->job);
}

int ledger_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct import *import = ARENA_NEW(ctx->arena, struct import);
    _cleanup_arena_ struct arena *gathered = arena_new(), *scratch = arena_new();
    import->ctx = ctx;
    import->preview = tree_true(tree_get(args, "preview"));
    import->file = (struct fec_gathered){.arena = gathered, .language = ctx->language};
    import->scratch = scratch;
    int code = fec_open(gathered, ctx->file.bytes, ctx->file.length, &import->reader, ctx->error);
    if (!code)
        code = in_read(import, read_years);
    if (!code)
        code = fec_gather(&import->file, import->reader, tell, import, ctx->error);
    if (!code && !job_stopping(ctx->job))
        code = open_all_accounts(import);
    if (!code && !job_stopping(ctx->job))
        code = post_all(import);
    if (!code && import->late && !import->preview)
        code = ctx_write(ctx, take_letters_back, import);
    if (!code)
        report(import, result);
    return code;
}
