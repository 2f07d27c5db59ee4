/* FEC of 1,000,000 lines beside a raw SELECT of the same columns written out, and the import of one of 76,000 lines.
 * usage: bench_fec FOLDER make LINES | export | floor | source LINES > FILE      run by bench_fec.py */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "kernel/app.h"
#include "ledger/fec.h"
#include "ledger/ledger.h"

enum { ENTRY_LINES = 4, BATCH_ENTRIES = 2500, CUSTOMERS = 2000 };

struct making {
    int64_t accounts[CUSTOMERS + 3]; /* customers, then 512, 706, 44571 */
    int64_t from, count;
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(int code, const struct error *error)
{
    if (!code)
        return;
    fprintf(stderr, "bench_fec: %s: %s %s\n", error->field, error->message, error->arguments[0]);
    exit(1);
}

static void on(int64_t index, char ret_on[11])
{
    snprintf(ret_on, 11, "2023-%02d-%02d", (int)((unsigned)(index / 28) % 12) + 1, (int)((unsigned)index % 28) + 1);
}

/* --- books --- */

static int open_books(struct db *db, void *context, struct error *error)
{
    struct making *making = context;
    struct ledger_year year;
    char auxiliary[24];
    int result = ledger_year_open(db, "2023", "2023-01-01", "2023-12-31", &year, error);
    static const char *const numbers[] = {"512", "706", "44571"};
    for (int i = 0; i < CUSTOMERS && !result; i++) {
        snprintf(auxiliary, sizeof auxiliary, "C%05d", i);
        result = ledger_account_open(db, &(struct ledger_account_asked){.number = "411", .auxiliary = auxiliary, .name = "Établissement client"},
                                     &making->accounts[i], error);
    }
    for (int i = 0; i < 3 && !result; i++)
        result = ledger_account_open(db, &(struct ledger_account_asked){.number = numbers[i]}, &making->accounts[CUSTOMERS + i], error);
    return result;
}

static int post(struct db *db, void *context, struct error *error)
{
    struct making *making = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ledger_entry *entries = ARENA_ARRAY(arena, struct ledger_entry, making->count);
    for (int64_t i = 0; i < making->count; i++) {
        int64_t index = making->from + i, price = 10000 + index * 7919 % 500000;
        struct ledger_line *lines = ARENA_ARRAY(arena, struct ledger_line, ENTRY_LINES);
        char *date = arena_alloc(arena, 11);
        on(index * 336 / 250000, date);
        lines[0] = (struct ledger_line){.account = making->accounts[index % CUSTOMERS], .amount_cents = price};
        lines[1] = (struct ledger_line){.account = making->accounts[CUSTOMERS + 1], .amount_cents = -(price - price / 6)};
        lines[2] = (struct ledger_line){.account = making->accounts[CUSTOMERS + 2], .amount_cents = -(price / 6 - 1)};
        lines[3] = (struct ledger_line){.account = making->accounts[CUSTOMERS], .amount_cents = -1, .label = "Arrondi"};
        entries[i] = (struct ledger_entry){.journal = "VE", .entry_on = date, .piece = arena_printf(arena, "F-%06" PRId64, index), .label = "Facture de cantine, établissement",
                                           .lines = lines, .line_count = ENTRY_LINES};
    }
    return ledger_post(db, entries, (size_t)making->count, 1700000000000, NULL, error);
}

static struct store *open_store(const char *folder, struct app **ret_app)
{
    struct error error = {0};
    struct store *store;
    char path[512];
    snprintf(path, sizeof path, "%s/books.db", folder);
    must(store_open(path, 0, &store, &error), &error);
    must(app_open(cli_subjects, store, ret_app, &error), &error);
    must(app_migrate(*ret_app, &error), &error);
    return store;
}

static int name_entity(struct db *db, void *context, struct error *error)
{
    (void)context;
    return db_run(db, "INSERT INTO ledger_entity(id, siren, name, kind, example) VALUES (1, '552100554', 'Banc', 'scic', 1)", NULL, error);
}

static void make(struct store *store, int64_t lines)
{
    struct making *making = memory_get(sizeof *making);
    struct error error = {0};
    must(store_write(store, name_entity, NULL, false, &error), &error);
    must(store_write(store, open_books, making, false, &error), &error);
    for (making->from = 0; making->from < lines / ENTRY_LINES; making->from += making->count) {
        making->count = lines / ENTRY_LINES - making->from;
        if (making->count > BATCH_ENTRIES)
            making->count = BATCH_ENTRIES;
        must(store_write(store, post, making, false, &error), &error);
    }
    free(making);
}

/* --- measured --- */

static void tell(const char *what, double began, int64_t lines)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 + (double)usage.ru_stime.tv_sec +
                 (double)usage.ru_stime.tv_usec / 1e6;
    printf("{\"what\":\"%s\",\"seconds\":%.6f,\"cpu\":%.6f,\"lines\":%" PRId64 ",\"peak_kb\":%ld}\n", what, seconds() - began, cpu, lines,
           usage.ru_maxrss);
}

static void measure_export(const char *folder)
{
    struct app *app;
    struct fec_file file;
    struct error error = {0};
    char path[512];
    struct store *store = open_store(folder, &app);
    snprintf(path, sizeof path, "%s/ours.txt", folder);
    FILE *out = fopen(path, "wb");
    double began = seconds();
    must(fec_export(store, "2023", out, &file, &error), &error);
    fclose(out);
    tell("export", began, file.lines);
    app_close(app);
    store_close(store);
}

/* The same cells as SQLite gives them, with tabs between: nothing is transliterated, checked or paged. */
static void measure_floor(const char *folder)
{
    static const char sql[] =
        "SELECT e.journal, j.name, e.number, e.entry_on, a.number, a.name, a.auxiliary, a.name, e.piece, e.piece_on, "
        "CASE WHEN l.label = '' THEN e.label ELSE l.label END, max(l.amount_cents, 0), max(-l.amount_cents, 0), t.code, t.lettered_on, "
        "e.valid_on, '', '' FROM ledger_entry e JOIN ledger_journal j ON j.code = e.journal JOIN ledger_line l ON l.entry_id = e.id "
        "JOIN ledger_account a ON a.id = l.account_id LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position "
        "WHERE e.year_id = (SELECT id FROM ledger_year WHERE code = '2023') AND e.number > 0 ORDER BY e.number, l.position";
    char path[512];
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int64_t lines = 0;
    snprintf(path, sizeof path, "%s/books.db", folder);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) || sqlite3_prepare_v2(db, sql, -1, &stmt, NULL)) {
        fprintf(stderr, "bench_fec: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    snprintf(path, sizeof path, "%s/floor.txt", folder);
    FILE *out = fopen(path, "wb");
    double began = seconds();
    for (; sqlite3_step(stmt) == SQLITE_ROW; lines++)
        for (int i = 0; i < FEC_COLUMNS; i++) {
            const unsigned char *text = sqlite3_column_text(stmt, i);
            fputs(text ? (const char *)text : "", out);
            putc(i + 1 < FEC_COLUMNS ? '\t' : '\n', out);
        }
    fclose(out);
    tell("floor", began, lines);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

/* A FEC made elsewhere: invoices and payments, some with three lines, in three journals, with letters. */
static void write_source(int64_t lines)
{
    char date[11], day[9];
    printf("JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\t"
           "EcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\r\n");
    for (int64_t i = 0; i * 5 < lines; i++) {
        int64_t net = 1000 + i * 7919 % 90000, tax = net / 5;
        on(i % 336, date);
        snprintf(day, sizeof day, "%.4s%.2s%.2s", date, date + 5, date + 8);
#define ROW(journal, name, account, account_name, aux, debit, credit, letter)                                                       \
    printf("%s\t%s\t%" PRId64 "\t%s\t%s\t%s\t%s\t%s\tF%" PRId64 "\t%s\tFacture %" PRId64 " du client\t%" PRId64 ",%02d\t%" PRId64 ",%02d\t%s\t%s\t%s\t\t\r\n", journal, \
           name, i + 1, day, account, account_name, aux, aux, i + 1, day, i + 1, (int64_t)(debit) / 100, (int)((debit) % 100), \
           (int64_t)(credit) / 100, (int)((credit) % 100), letter, *letter ? day : "", day)
        char aux[16], letter[24];
        snprintf(aux, sizeof aux, "C%04d", (int)(i % 1500));
        snprintf(letter, sizeof letter, "L%" PRId64, i);
        ROW("VE", "Ventes", "411000", "Clients", aux, net + tax, 0, letter);
        ROW("VE", "Ventes", "706000", "Prestations", "", 0, net, "");
        ROW("VE", "Ventes", "445710", "TVA collectée", "", 0, tax, "");
        ROW("BQ", "Banque", "512000", "Banque", "", net + tax, 0, "");
        ROW("BQ", "Banque", "411000", "Clients", aux, 0, net + tax, letter);
#undef ROW
    }
}

int main(int count, char **words)
{
    struct app *app;
    if (count > 3 && !strcmp(words[2], "make")) {
        struct store *store = open_store(words[1], &app);
        make(store, atoll(words[3]));
        app_close(app);
        store_close(store);
    } else if (count > 3 && !strcmp(words[2], "source")) {
        write_source(atoll(words[3]));
    } else if (count > 2 && !strcmp(words[2], "export")) {
        measure_export(words[1]);
    } else if (count > 2 && !strcmp(words[2], "floor")) {
        measure_floor(words[1]);
    } else {
        return 2;
    }
    return 0;
}
