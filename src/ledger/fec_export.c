/* Writing a year as a FEC. Entries are read in pages by their number: each page is a read of its own, so that the log of
 * the database is not held up and memory does not grow with the year. Entries never change and numbers never go back,
 * so the pages fit together.
 *
 * The law wants the openings to carry the first numbers: every year keeps its first one for them, and so they come first
 * in the file though they are validated when the year before closes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "ledger/fec.h"
#include "ledger/ledger.h"

enum { PAGE_NUMBERS = 1000, FORGET_PAGES = 8, FLUSH_BYTES = 256 << 10 };

/* Cells of an account, written once: number, name, auxiliary, its name. */
struct account_cells {
    int64_t id; /* 0: free place */
    const char *text;
    size_t length;
};

struct export {
    struct store *store;
    struct db *db;
    struct arena *arena;
    struct ledger_year year;
    int64_t last_number, after; /* numbers: of the last entry, and up to where entries are written */
    struct account_cells *accounts;
    size_t account_room;
    FILE *out;
    struct buffer text; /* waits to be written */
    struct buffer head, piece, label, tail; /* cells of the entry being written */
    int64_t number;     /* of that entry */
    struct fec_file *file;
};

/* --- reading --- */

/* One short read; work may use export->db. */
static int in_read(struct export *export, int (*work)(struct export *export, struct error *error), struct error *error)
{
    int result = store_reader(export->store, &export->db, error);
    if (result)
        return result;
    result = db_begin_read(export->db, error);
    if (!result) {
        result = work(export, error);
        db_end_read(export->db);
    }
    store_release(export->store, export->db);
    return result;
}

static struct account_cells *account_place(const struct export *export, int64_t id)
{
    size_t mask = export->account_room - 1, at = (size_t)((uint64_t)id * 11400714819323198485u >> 20) & mask;
    while (export->accounts[at].id && export->accounts[at].id != id)
        at = (at + 1) & mask;
    return &export->accounts[at];
}

static void keep_account(struct export *export, struct rows *rows, struct buffer *cells)
{
    const char *number = rows_text(rows, 1), *auxiliary = rows_text(rows, 2), *name = rows_text(rows, 3);
    const char *chart_name = rows_null(rows, 4) ? name : rows_text(rows, 4);
    buffer_clear(cells);
    fec_put_text(cells, number);
    for (size_t length = strlen(number); length < 3; length++) /* three digits at least */
        buffer_char(cells, '0');
    buffer_char(cells, '\t');
    fec_put_text(cells, *auxiliary ? chart_name : name);
    buffer_char(cells, '\t');
    fec_put_text(cells, auxiliary);
    buffer_char(cells, '\t');
    fec_put_text(cells, *auxiliary ? name : "");
    struct account_cells *place = account_place(export, rows_int(rows, 0));
    *place = (struct account_cells){rows_int(rows, 0), arena_copy(export->arena, buffer_string(cells), cells->length), cells->length};
}

static int read_accounts(struct export *export, struct error *error)
{
    _cleanup_buffer_ struct buffer cells = {0};
    struct rows *rows;
    int64_t count;
    int result = db_int(export->db, "SELECT count(*) FROM ledger_account WHERE book = 'general'", NULL, 0, &count, error);
    if (result)
        return result;
    for (export->account_room = 64; export->account_room < (size_t)count * 2;)
        export->account_room *= 2;
    export->accounts = ARENA_ARRAY(export->arena, struct account_cells, export->account_room);
    result = db_query(export->db,
                      "SELECT a.id, a.number, a.auxiliary, a.name, c.name FROM ledger_account a LEFT JOIN ledger_account c "
                      "ON c.book = a.book AND c.number = a.number AND c.auxiliary = '' WHERE a.book = 'general'",
                      NULL, &rows, error);
    if (result)
        return result;
    while (rows_next(rows))
        keep_account(export, rows, &cells);
    return rows_close(rows);
}

static int read_year(struct export *export, struct error *error)
{
    int result = read_accounts(export, error);
    return result ? result
                  : db_int(export->db, "SELECT last_number FROM ledger_year WHERE id = :year",
                           BIND(INT("year", export->year.id)), 0, &export->last_number, error);
}

/* --- writing --- */

static int flush(struct export *export, struct error *error)
{
    bool written = !export->text.length || fwrite(export->text.bytes, 1, export->text.length, export->out) == export->text.length;
    buffer_clear(&export->text);
    return written ? 0 : error_set(error, ERR_INTERNAL, "file", N_("The file cannot be written: is the disk full?"), NULL);
}

enum { NUMBER, JOURNAL, JOURNAL_NAME, ENTRY_ON, VALID_ON, PIECE, PIECE_ON, LABEL, ACCOUNT, AMOUNT, LINE_LABEL, LETTER, LETTERED_ON };

#define LINES                                                                                                           \
    "SELECT e.number, e.journal, j.name, e.entry_on, e.valid_on, e.piece, e.piece_on, e.label, l.account_id, "          \
    "l.amount_cents, l.label, t.code, t.lettered_on FROM ledger_entry e JOIN ledger_journal j ON j.code = e.journal "    \
    "JOIN ledger_line l ON l.entry_id = e.id "                                                                           \
    "LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position "                                  \
    "WHERE e.year_id = :year AND e.number > :after AND e.number <= :upto ORDER BY e.number, l.position"

/* What all lines of an entry share. */
static void begin_entry(struct export *export, struct rows *rows)
{
    export->number = rows_int(rows, NUMBER);
    export->file->entries++;
    buffer_clear(&export->head);
    fec_put_text(&export->head, rows_text(rows, JOURNAL));
    buffer_char(&export->head, '\t');
    fec_put_text(&export->head, rows_text(rows, JOURNAL_NAME));
    buffer_printf(&export->head, "\t%" PRId64 "\t", export->number);
    fec_put_date(&export->head, rows_text(rows, ENTRY_ON));
    buffer_char(&export->head, '\t');
    buffer_clear(&export->piece);
    buffer_char(&export->piece, '\t');
    if (*rows_text(rows, PIECE)) {
        fec_put_text(&export->piece, rows_text(rows, PIECE));
    } else { /* the entry is its own proof */
        fec_put_text(&export->piece, rows_text(rows, JOURNAL));
        buffer_printf(&export->piece, "-%" PRId64, export->number);
    }
    buffer_char(&export->piece, '\t');
    fec_put_date(&export->piece, rows_text(rows, PIECE_ON));
    buffer_char(&export->piece, '\t');
    buffer_clear(&export->label);
    fec_put_text(&export->label, rows_text(rows, LABEL));
    buffer_clear(&export->tail);
    buffer_char(&export->tail, '\t');
    fec_put_date(&export->tail, rows_text(rows, VALID_ON));
    buffer_text(&export->tail, "\t\t\r\n");
}

static void put_buffer(struct buffer *out, const struct buffer *from)
{
    buffer_add(out, from->bytes, from->length);
}

static void put_line(struct export *export, struct rows *rows)
{
    struct buffer *out = &export->text;
    const struct account_cells *account = account_place(export, rows_int(rows, ACCOUNT));
    int64_t amount = rows_int(rows, AMOUNT);
    const char *label = rows_text(rows, LINE_LABEL);
    put_buffer(out, &export->head);
    buffer_add(out, account->text, account->length);
    put_buffer(out, &export->piece);
    if (*label)
        fec_put_text(out, label);
    else
        put_buffer(out, &export->label);
    buffer_char(out, '\t');
    fec_put_amount(out, amount > 0 ? amount : 0);
    buffer_char(out, '\t');
    fec_put_amount(out, amount < 0 ? -amount : 0);
    buffer_char(out, '\t');
    if (!rows_null(rows, LETTER)) {
        fec_put_text(out, rows_text(rows, LETTER));
        buffer_char(out, '\t');
        fec_put_date(out, rows_text(rows, LETTERED_ON));
    } else {
        buffer_char(out, '\t');
    }
    put_buffer(out, &export->tail);
    export->file->lines++;
    export->file->debit_cents += amount > 0 ? amount : 0;
}

/* Entries after one number up to another. */
static int put_page(struct export *export, struct error *error)
{
    struct rows *rows;
    int result = db_query(export->db, LINES,
                          BIND(INT("year", export->year.id), INT("after", export->after),
                               INT("upto", export->after + PAGE_NUMBERS)),
                          &rows, error);
    if (result)
        return result;
    for (export->number = -1; rows_next(rows);) {
        if (export->number != rows_int(rows, NUMBER))
            begin_entry(export, rows);
        put_line(export, rows);
    }
    result = rows_close(rows);
    if (export->after / PAGE_NUMBERS % FORGET_PAGES == FORGET_PAGES - 1)
        db_forget(export->db);
    return result;
}

static int put_entries(struct export *export, struct error *error)
{
    int result = 0;
    for (export->after = 0; export->after < export->last_number && !result; export->after += PAGE_NUMBERS) {
        result = in_read(export, put_page, error);
        if (!result && export->text.length >= FLUSH_BYTES)
            result = flush(export, error);
    }
    return result;
}

/* --- from outside --- */

static int find_year(struct store *store, const char *code, struct ledger_year *ret_year, char ret_siren[16],
                     struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ledger_entity entity;
    struct db *db;
    int result = store_reader(store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = ledger_entity(db, arena, &entity, error);
        if (!result)
            result = ledger_year_find(db, code, ret_year, error);
        db_end_read(db);
    }
    store_release(store, db);
    if (!result)
        snprintf(ret_siren, 16, "%s", entity.siren);
    return result;
}

void fec_name(struct fec_file *file, const char *siren, const struct ledger_year *year)
{
    const char *on = year->ends_on;
    snprintf(file->name, sizeof file->name, "%.9sFEC%.4s%.2s%.2s.txt", siren, on, on + 5, on + 8);
    snprintf(file->description, sizeof file->description, "%.9sFEC%.4s%.2s%.2s-description.txt", siren, on, on + 5, on + 8);
    file->closed = year->closed;
}

int fec_export(struct store *store, const char *year, FILE *out, struct fec_file *ret_file, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct export export = {.store = store, .arena = arena, .out = out, .file = ret_file};
    char siren[16];
    *ret_file = (struct fec_file){0};
    int result = find_year(store, year, &export.year, siren, error);
    if (result)
        return result;
    fec_name(ret_file, siren, &export.year);
    fec_put_header(&export.text);
    result = in_read(&export, read_year, error);
    if (!result)
        result = put_entries(&export, error);
    if (!result)
        result = flush(&export, error);
    if (!result && fflush(out))
        result = error_set(error, ERR_INTERNAL, "file", N_("The file cannot be written: is the disk full?"), NULL);
    struct buffer *all[] = {&export.text, &export.head, &export.piece, &export.label, &export.tail};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        buffer_free(all[i]);
    return result;
}
