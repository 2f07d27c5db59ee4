/* Reading a FEC made anywhere: lines, cells, amounts and dates. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "base/text.h"
#include "ledger/fec.h"

const char *const fec_names[FEC_KNOWN] = {
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
    "CompAuxLib",  "PieceRef",   "PieceDate",   "EcritureLib",  "Debit",     "Credit",    "EcritureLet",
    "DateLet",     "ValidDate",  "Montantdevise", "Idevise",    "Montant",   "Sens",
};

struct fec_reader {
    const char *start, *at, *end;
    const char *lf; /* the next line feed from `at` on, or the end: looked for once, even when lines end with CR alone */
    char separator;
    bool utf8;
    size_t number;
    int columns[FEC_KNOWN]; /* -1: not in this file */
    int count;
    char *text; /* of the current line, cells ended by NUL */
    char *cells[FEC_CELLS_MAX];
};

/* --- lines --- */

/* The bytes of the next line; line ends are CR, LF or CR LF. */
static bool next_bytes(struct fec_reader *reader, const char **ret_line, size_t *ret_length)
{
    const char *line = reader->at;
    if (line == reader->end)
        return false;
    if (!reader->lf || reader->lf < line)
        reader->lf = memchr(line, '\n', (size_t)(reader->end - line));
    if (!reader->lf)
        reader->lf = reader->end;
    const char *cr = memchr(line, '\r', (size_t)(reader->lf - line)), *stop = cr ? cr : reader->lf;
    reader->at = stop == reader->end ? stop : stop + 1;
    if (cr && reader->at < reader->end && *reader->at == '\n')
        reader->at++;
    reader->number++;
    *ret_line = line;
    *ret_length = (size_t)(stop - line);
    return true;
}

/* Copies the line as UTF-8. False when it holds what is no text. */
static bool decode(struct fec_reader *reader, const char *line, size_t length)
{
    char *out = reader->text;
    if (reader->utf8) {
        memcpy(out, line, length);
        out += length;
    } else {
        for (size_t i = 0; i < length; i++)
            out += text_put_latin(out, (unsigned char)line[i]);
    }
    *out = 0;
    return text_is_clean(reader->text, (size_t)(out - reader->text));
}

static char *trim(char *cell)
{
    cell += strspn(cell, " ");
    size_t length = strlen(cell);
    while (length && cell[length - 1] == ' ')
        cell[--length] = 0;
    return cell;
}

/* Cuts reader->text; the count may exceed what is kept. */
static int cut(struct fec_reader *reader)
{
    int count = 0;
    for (char *p = reader->text; p;) {
        char *end = strchr(p, reader->separator);
        if (end)
            *end++ = 0;
        if (count < FEC_CELLS_MAX)
            reader->cells[count] = trim(p);
        count++;
        p = end;
    }
    return count;
}

/* --- the header --- */

/* Folded, and without spaces: the names are found whatever their case, accents and inner spaces. */
static bool same_name(struct arena *arena, const char *given, const char *known)
{
    char *folded = text_fold(arena, given), *out = folded;
    for (const char *p = folded; *p; p++)
        if (*p != ' ')
            *out++ = *p;
    *out = 0;
    return !strcmp(folded, text_fold(arena, known));
}

static char separator_of(const char *line, size_t length)
{
    size_t tabs = 0, pipes = 0;
    for (size_t i = 0; i < length; i++) {
        tabs += line[i] == '\t';
        pipes += line[i] == '|';
    }
    return !tabs && !pipes ? 0 : pipes > tabs ? '|' : '\t';
}

static int read_header(struct fec_reader *reader, struct arena *arena, struct error *error)
{
    static const enum fec_column needed[] = {FEC_JOURNAL_CODE, FEC_NUMBER, FEC_DATE, FEC_ACCOUNT, FEC_LABEL};
    const char *line;
    size_t length;
    if (!next_bytes(reader, &line, &length))
        return error_set(error, ERR_INVALID, "file", N_("This file is empty."), NULL);
    reader->separator = length <= FEC_LINE_BYTES_MAX ? separator_of(line, length) : 0;
    if (!reader->separator || !decode(reader, line, length))
        return error_set(error, ERR_INVALID, "file",
                         N_("This is no FEC: its first line must name the columns, with tabs or | between them."), NULL);
    reader->count = cut(reader);
    for (int i = 0; i < FEC_KNOWN; i++)
        reader->columns[i] = -1;
    for (int i = reader->count < FEC_CELLS_MAX ? reader->count - 1 : FEC_CELLS_MAX - 1; i >= 0; i--)
        for (int known = 0; known < FEC_KNOWN; known++)
            if (same_name(arena, reader->cells[i], fec_names[known]))
                reader->columns[known] = i;
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (!fec_has(reader, needed[i]))
            return error_set(error, ERR_INVALID, "file", N_("This is no FEC: the column {0} is missing."),
                             fec_names[needed[i]], NULL);
    bool sides = fec_has(reader, FEC_DEBIT) && fec_has(reader, FEC_CREDIT);
    if (!sides && !(fec_has(reader, FEC_AMOUNT) && fec_has(reader, FEC_SIDE)))
        return error_set(error, ERR_INVALID, "file", N_("This is no FEC: the column {0} is missing."), "Debit, Credit", NULL);
    return 0;
}

int fec_open(struct arena *arena, const char *bytes, size_t length, struct fec_reader **ret_reader, struct error *error)
{
    struct fec_reader *reader = ARENA_NEW(arena, struct fec_reader);
    if (length >= 2 && (!memcmp(bytes, "\xFF\xFE", 2) || !memcmp(bytes, "\xFE\xFF", 2)))
        return error_set(error, ERR_INVALID, "file",
                         N_("This file is in UTF-16. Save it in UTF-8 or ISO 8859-15 and import it again."), NULL);
    if (length >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) {
        bytes += 3;
        length -= 3;
    }
    reader->start = reader->at = bytes;
    reader->end = bytes + length;
    reader->utf8 = text_is_utf8(bytes, length);
    reader->text = arena_alloc(arena, FEC_LINE_BYTES_MAX * 3 + 1); /* a byte becomes three at most */
    *ret_reader = reader;
    return read_header(reader, arena, error);
}

bool fec_has(const struct fec_reader *reader, enum fec_column column)
{
    return reader->columns[column] >= 0;
}

int fec_count(const struct fec_reader *reader)
{
    return reader->count;
}

char fec_separator(const struct fec_reader *reader)
{
    return reader->separator;
}

bool fec_is_utf8(const struct fec_reader *reader)
{
    return reader->utf8;
}

size_t fec_bytes(const struct fec_reader *reader)
{
    return (size_t)(reader->end - reader->start);
}

double fec_progress(const struct fec_reader *reader)
{
    return reader->end == reader->start ? 1 : (double)(reader->at - reader->start) / (double)(reader->end - reader->start);
}

bool fec_next(struct fec_reader *reader, struct fec_line *ret_line)
{
    const char *line;
    size_t length;
    *ret_line = (struct fec_line){0};
    for (int i = 0; i < FEC_KNOWN; i++)
        ret_line->cells[i] = "";
    if (!next_bytes(reader, &line, &length))
        return false;
    ret_line->number = reader->number;
    ret_line->too_long = length > FEC_LINE_BYTES_MAX;
    ret_line->empty = !length;
    if (ret_line->too_long || ret_line->empty)
        return true;
    ret_line->unreadable = !decode(reader, line, length);
    if (ret_line->unreadable)
        return true;
    ret_line->count = cut(reader);
    for (int i = 0; i < FEC_KNOWN; i++)
        if (reader->columns[i] >= 0 && reader->columns[i] < ret_line->count)
            ret_line->cells[i] = reader->cells[reader->columns[i]];
    return true;
}

/* --- cells --- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Something stands between the digits that is neither comma nor point, or one of these stands twice. */
static bool is_grouped(const char *text)
{
    int marks = 0;
    bool spaced = false;
    for (const char *p = text; *p; p++) {
        bool mark = *p == ',' || *p == '.';
        spaced |= *p == ' ' || *p == '\'' || (unsigned char)*p >= 0x80;
        if (!mark && !is_digit(*p) && *p != ' ' && *p != '\'' && (unsigned char)*p < 0x80)
            return false;
        marks += mark;
    }
    return is_digit(*text) && (spaced || marks > 1);
}

#define EUROS_PAST 1000000000000000 /* ten times that, and a digit, still fits with its cents */

enum fec_number fec_read_amount(const char *text, int64_t *ret_cents)
{
    const char *digits = text + (*text == '-' || *text == '+');
    uint64_t value = 0;
    int decimals = -1;
    bool point = false;
    *ret_cents = 0;
    if (!*text)
        return FEC_NUMBER_FINE;
    if (is_grouped(digits))
        return FEC_NUMBER_GROUPED;
    for (const char *p = digits; *p; p++) {
        if ((*p == ',' || *p == '.') && decimals < 0 && p > digits) {
            decimals = 0;
            point = *p == '.';
            continue;
        }
        if (!is_digit(*p))
            return FEC_NUMBER_BAD;
        if (decimals >= 2 && *p != '0')
            return FEC_NUMBER_DECIMALS;
        if (decimals >= 2)
            continue;
        decimals += decimals >= 0;
        if (decimals < 0 && value >= EUROS_PAST)
            return FEC_NUMBER_LARGE;
        value = value * 10 + (uint64_t)(*p - '0');
    }
    if (!is_digit(*digits))
        return FEC_NUMBER_BAD;
    for (int i = decimals < 0 ? 0 : decimals; i < 2; i++)
        value *= 10;
    *ret_cents = *text == '-' ? -(int64_t)value : (int64_t)value;
    return point ? FEC_NUMBER_POINT : FEC_NUMBER_FINE;
}

bool fec_read_date(const char *text, char ret_date[11])
{
    for (int i = 0; i < 8; i++)
        if (!is_digit(text[i]))
            return false;
    if (text[8])
        return false;
    memcpy(ret_date, (char[]){text[0], text[1], text[2], text[3], '-', text[4], text[5], '-', text[6], text[7], 0}, 11);
    return date_is(ret_date);
}

/* --- what a line says --- */

static int bad(struct error *error, enum fec_column column, const char *message, const char *argument)
{
    return error_set(error, ERR_INVALID, fec_names[column], message, argument, NULL);
}

static int read_cell_amount(const struct fec_line *line, enum fec_column column, int64_t *ret_cents, struct error *error)
{
    switch (fec_read_amount(line->cells[column], ret_cents)) {
    case FEC_NUMBER_FINE:
    case FEC_NUMBER_POINT:
        return 0;
    case FEC_NUMBER_GROUPED:
        return bad(error, column, N_("Write the amount {0} without anything between its thousands."), line->cells[column]);
    case FEC_NUMBER_DECIMALS:
        return bad(error, column, N_("The amount {0} has parts of a cent."), line->cells[column]);
    case FEC_NUMBER_LARGE:
        return bad(error, column, N_("The amount {0} is too large."), line->cells[column]);
    default:
        return bad(error, column, N_("{0} is no amount."), line->cells[column]);
    }
}

/* +1 for a debit, -1 for a credit, 0 for neither. */
static int side_of(const char *text)
{
    if (!strcmp(text, "D") || !strcmp(text, "d") || !strcmp(text, "+1") || !strcmp(text, "1") || !strcmp(text, "+"))
        return 1;
    return !strcmp(text, "C") || !strcmp(text, "c") || !strcmp(text, "-1") || !strcmp(text, "-") ? -1 : 0;
}

static int read_amount(const struct fec_reader *reader, const struct fec_line *line, int64_t *ret_cents,
                       struct error *error)
{
    int64_t debit, credit;
    if (!fec_has(reader, FEC_DEBIT) || !fec_has(reader, FEC_CREDIT)) {
        int result = read_cell_amount(line, FEC_AMOUNT, ret_cents, error), side = side_of(line->cells[FEC_SIDE]);
        if (!result && !side)
            return bad(error, FEC_SIDE, N_("The side must be D or C, +1 or -1, not {0}."), line->cells[FEC_SIDE]);
        *ret_cents *= side;
        return result;
    }
    int result = read_cell_amount(line, FEC_DEBIT, &debit, error);
    if (!result)
        result = read_cell_amount(line, FEC_CREDIT, &credit, error);
    if (!result && debit && credit)
        return bad(error, FEC_CREDIT, N_("The line has an amount on both sides."), NULL);
    if (!result)
        *ret_cents = debit - credit; /* one of them is zero, and neither is the smallest of all */
    return result;
}

static int read_date(const struct fec_line *line, enum fec_column column, bool required, char ret_date[11],
                     struct error *error)
{
    const char *text = line->cells[column];
    ret_date[0] = 0;
    if (!*text && !required)
        return 0;
    if (fec_read_date(text, ret_date))
        return 0;
    ret_date[0] = 0;
    return bad(error, column, N_("{0} is no date: eight digits are expected, year, month, day."), text);
}

static int check_shape(const struct fec_reader *reader, const struct fec_line *line, struct error *error)
{
    static const enum fec_column needed[] = {FEC_JOURNAL_CODE, FEC_NUMBER, FEC_ACCOUNT};
    if (line->too_long)
        return error_set(error, ERR_INVALID, "", N_("The line is too long to be one of a FEC."), NULL);
    if (line->unreadable)
        return error_set(error, ERR_INVALID, "", N_("The line holds characters that are no text."), NULL);
    if (line->empty)
        return error_set(error, ERR_INVALID, "", N_("The line is empty."), NULL);
    if (line->count != reader->count)
        return error_set(error, ERR_INVALID, "", N_("The line has not as many fields as the first one names."), NULL);
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (!*line->cells[needed[i]])
            return bad(error, needed[i], N_("This must not be empty."), NULL);
    for (int i = 0; i < 3; i++)
        if (!is_digit(line->cells[FEC_ACCOUNT][i]))
            return bad(error, FEC_ACCOUNT, N_("The account {0} does not begin with three digits."), line->cells[FEC_ACCOUNT]);
    return 0;
}

int fec_read_values(const struct fec_reader *reader, const struct fec_line *line, struct fec_values *ret_values,
                    struct error *error)
{
    const char *const *cells = line->cells;
    *ret_values = (struct fec_values){
        .journal = cells[FEC_JOURNAL_CODE],
        .journal_name = cells[FEC_JOURNAL_NAME],
        .number = cells[FEC_NUMBER],
        .account = cells[FEC_ACCOUNT],
        .account_name = cells[FEC_ACCOUNT_NAME],
        .auxiliary = cells[FEC_AUXILIARY],
        .auxiliary_name = cells[FEC_AUXILIARY_NAME],
        .piece = cells[FEC_PIECE],
        .label = cells[FEC_LABEL],
        .letter = cells[FEC_LETTER],
    };
    int result = check_shape(reader, line, error);
    if (!result)
        result = read_date(line, FEC_DATE, true, ret_values->entry_on, error);
    if (!result)
        result = read_date(line, FEC_PIECE_DATE, false, ret_values->piece_on, error);
    if (!result)
        result = read_amount(reader, line, &ret_values->amount_cents, error);
    char lettered_on[11];
    if (!result && fec_read_date(cells[FEC_LETTER_DATE], lettered_on)) /* a letter without its day is still one */
        memcpy(ret_values->lettered_on, lettered_on, sizeof lettered_on);
    return result;
}
