/* The FEC (fichier des écritures comptables): every line of a financial year in one flat file, as article A47 A-1 of the
 * Livre des procédures fiscales asks for it. Reading files made anywhere, writing ours, checking either.
 *
 * A file is read from memory line by line; nothing of a line lives longer than the next call. */
#ifndef MAILLON_LEDGER_FEC_H
#define MAILLON_LEDGER_FEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arena;
struct buffer;
struct db;
struct error;
struct store;
struct tree;

enum fec_column {
    FEC_JOURNAL_CODE,
    FEC_JOURNAL_NAME,
    FEC_NUMBER,
    FEC_DATE,
    FEC_ACCOUNT,
    FEC_ACCOUNT_NAME,
    FEC_AUXILIARY,
    FEC_AUXILIARY_NAME,
    FEC_PIECE,
    FEC_PIECE_DATE,
    FEC_LABEL,
    FEC_DEBIT,
    FEC_CREDIT,
    FEC_LETTER,
    FEC_LETTER_DATE,
    FEC_VALID_DATE,
    FEC_CURRENCY_AMOUNT,
    FEC_CURRENCY,
    FEC_COLUMNS, /* the eighteen of the law; then the other way to write an amount */
    FEC_AMOUNT = FEC_COLUMNS,
    FEC_SIDE,
    FEC_KNOWN,
};

extern const char *const fec_names[FEC_KNOWN]; /* "JournalCode" … as the law writes them */

/* --- reading (fec_read.c) --- */

enum { FEC_LINE_BYTES_MAX = 64 << 10, FEC_CELLS_MAX = 64 };

struct fec_reader;

/* Tab or |, CR, LF or both, UTF-8 with or without BOM or an 8-bit Western encoding, names in any case, spaces and accents
 * aside. Refuses what is no FEC: no header, a column that nothing can do without, UTF-16. The reader lives in the arena,
 * the bytes are the caller's. */
int fec_open(struct arena *arena, const char *bytes, size_t length, struct fec_reader **ret_reader, struct error *error);

struct fec_line {
    size_t number; /* in the file, from 1 */
    int count;     /* cells */
    bool empty;    /* nothing stands on it */
    bool too_long, unreadable; /* its cells are not given */
    const char *cells[FEC_KNOWN]; /* UTF-8, ends trimmed; "" for a column the file or the line lacks */
};
bool fec_next(struct fec_reader *reader, struct fec_line *ret_line);
bool fec_has(const struct fec_reader *reader, enum fec_column column);
int fec_count(const struct fec_reader *reader); /* columns of the header */
char fec_separator(const struct fec_reader *reader);
bool fec_is_utf8(const struct fec_reader *reader);
size_t fec_bytes(const struct fec_reader *reader); /* of the whole file */
double fec_progress(const struct fec_reader *reader); /* 0 to 1 */

/* --- cells (fec_read.c) --- */

enum fec_number {
    FEC_NUMBER_FINE,
    FEC_NUMBER_POINT, /* fine but for the point where a comma should stand: the value is given */
    FEC_NUMBER_GROUPED, /* spaces, points or apostrophes between thousands */
    FEC_NUMBER_DECIMALS, /* parts of a cent */
    FEC_NUMBER_LARGE,
    FEC_NUMBER_BAD,
};
/* "-1234,56", the sign first; an empty cell is 0. */
enum fec_number fec_read_amount(const char *text, int64_t *ret_cents);
/* AAAAMMJJ, a day that exists. */
bool fec_read_date(const char *text, char ret_date[11]);

/* What a line says, checked: the first thing wrong is told with its column as the field, ERR_INVALID. */
struct fec_values {
    const char *journal, *journal_name, *number, *account, *account_name, *auxiliary, *auxiliary_name;
    const char *piece, *label, *letter;
    char entry_on[11], piece_on[11], lettered_on[11]; /* "" when they are not given */
    int64_t amount_cents; /* debit above zero; 0 when the line has none */
};
int fec_read_values(const struct fec_reader *reader, const struct fec_line *line, struct fec_values *ret_values,
                    struct error *error);

/* --- checking (fec_check.c) --- */

/* The rules of the administration's own tester: {"file","lines","errors","alerts","debit_cents","credit_cents",
 * "findings":[{"level":"error|alert","line","field","reason"}]}. file_name tells SIREN and closing date; NULL: not checked.
 * Never fails for what the file holds: that is its answer. */
struct tree *fec_check(struct arena *arena, const char *language, const char *file_name, const char *bytes, size_t length);

/* --- writing (fec_write.c) --- */

/* The text in ISO 8859-15: what it lacks is written with letters it has, tabs, line ends and | become spaces. */
void fec_put_text(struct buffer *out, const char *text);
void fec_put_amount(struct buffer *out, int64_t cents); /* 0 to 2^63: "1234,56" */
void fec_put_date(struct buffer *out, const char *date); /* AAAAMMJJ */
void fec_put_header(struct buffer *out);

/* --- exporting (fec_export.c) --- */

struct fec_file {
    char name[40];        /* 123456789FEC20231231.txt */
    char description[60]; /* 123456789FEC20231231-description.txt */
    int64_t entries, lines, debit_cents;
    bool closed; /* the year was closed when it was written */
};
/* Writes the year's entries in the order of their numbers: the opening, then the others as they were validated. In pages:
 * reads are short, memory does not grow with the year. ERR_NOT_FOUND when there is no such year. */
int fec_export(struct store *store, const char *year, FILE *out, struct fec_file *ret_file, struct error *error);
/* The description that must go with it, in French, as the file is for the French administration. ISO 8859-15 too. */
int fec_describe(struct store *store, const char *year, FILE *out, struct fec_file *ret_file, struct error *error);
/* Names and state, for either; from the books' owner and the year's last day. */
struct ledger_year;
void fec_name(struct fec_file *file, const char *siren, const struct ledger_year *year);

#endif
