/* Checking a FEC by the rules of the administration's own tester (DGFiP, Test-Compta-Demat): what it calls an error makes
 * the file refused, what it calls an alert is asked about. On top of them an entry that does not balance is told. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/catalogue.h"
#include "base/date.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "ledger/fec.h"

enum { PROBLEMS_LISTED_MAX = 1000 };

struct check {
    struct arena *arena;
    const char *language;
    struct fec_reader *reader;
    struct tree *problems;
    int64_t lines, errors, alerts, debit_cents, credit_cents;
    bool overflow;
    char from[11], to[11]; /* period the closing date in the name allows; "" when it is not known */
    size_t line;           /* being checked */
    /* the entry being read: lines that follow each other with one journal and number */
    struct buffer entry;
    size_t entry_line;
    int64_t entry_sum;
};

/* --- telling --- */

static void tell(struct check *check, bool alert, size_t line, const char *field, const char *message, const char *argument)
{
    struct error error = {0};
    char text[512];
    *(alert ? &check->alerts : &check->errors) += 1;
    if (check->problems->count >= PROBLEMS_LISTED_MAX)
        return;
    struct tree *problem = tree_add_map(check->arena, check->problems);
    error_set(&error, ERR_INVALID, field, message, argument, NULL);
    error_format(&error, tr(check->language, message), text, sizeof text);
    tree_set_text(check->arena, problem, "level", alert ? "alert" : "error");
    tree_set_int(check->arena, problem, "line", (int64_t)line);
    tree_set_text(check->arena, problem, "field", field);
    tree_set_text(check->arena, problem, "reason", arena_strdup(check->arena, text));
}

static void wrong(struct check *check, const char *field, const char *message, const char *argument)
{
    tell(check, false, check->line, field, message, argument);
}

static void doubtful(struct check *check, const char *field, const char *message, const char *argument)
{
    tell(check, true, check->line, field, message, argument);
}

/* --- the name and the header --- */

static bool all_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static bool ends_as_text(const char *rest)
{
    return !*rest || !strcasecmp(rest, ".txt") || !strcasecmp(rest, ".csv");
}

/* SirenFECAAAAMMJJ.txt: whose file it is and the day the year closed. A year lasts at most 24 months. */
static void check_name(struct check *check, const char *name)
{
    char closing[9] = "", date[11];
    int32_t days;
    bool fine = strlen(name) >= 20 && all_digits(name, 9) && !strncasecmp(name + 9, "FEC", 3) && all_digits(name + 12, 8) &&
                ends_as_text(name + 20);
    if (fine)
        memcpy(closing, name + 12, 8);
    if (!fine || !fec_read_date(closing, date) || !date_parse(date, &days)) {
        wrong(check, "file", N_("The file must be called SirenFECAAAAMMJJ.txt after the SIREN and the closing date, not {0}."), name);
        return;
    }
    memcpy(check->to, date, sizeof date);
    date_format(days - 731, check->from);
}

static void check_header(struct check *check)
{
    bool sides = fec_has(check->reader, FEC_DEBIT);
    for (int i = 0; i < FEC_COLUMNS; i++) {
        if (fec_has(check->reader, (enum fec_column)i))
            continue;
        if (!sides && (i == FEC_DEBIT || i == FEC_CREDIT))
            continue; /* Montant and Sens stand for them: fec_open saw to it */
        wrong(check, fec_names[i], N_("The column {0} is missing."), fec_names[i]);
    }
}

/* --- one line --- */

static void check_filled(struct check *check, const struct fec_line *line)
{
    static const enum fec_column obliged[] = {FEC_JOURNAL_CODE, FEC_JOURNAL_NAME, FEC_NUMBER, FEC_DATE,
                                              FEC_ACCOUNT,      FEC_ACCOUNT_NAME, FEC_PIECE,  FEC_PIECE_DATE,
                                              FEC_LABEL,        FEC_VALID_DATE};
    for (size_t i = 0; i < COUNT_OF(obliged); i++)
        if (fec_has(check->reader, obliged[i]) && !*line->cells[obliged[i]])
            wrong(check, fec_names[obliged[i]], N_("This must not be empty."), NULL);
    if (*line->cells[FEC_LETTER] && !*line->cells[FEC_LETTER_DATE])
        doubtful(check, fec_names[FEC_LETTER_DATE], N_("A line with a letter must say on which day it got it."), NULL);
}

static void check_account(struct check *check, const struct fec_line *line)
{
    const char *account = line->cells[FEC_ACCOUNT];
    if (*account && (strlen(account) < 3 || !all_digits(account, 3)))
        doubtful(check, fec_names[FEC_ACCOUNT], N_("The account {0} does not begin with three digits."), account);
}

static void check_dates(struct check *check, const struct fec_line *line)
{
    static const enum fec_column dates[] = {FEC_DATE, FEC_PIECE_DATE, FEC_LETTER_DATE, FEC_VALID_DATE};
    char date[11];
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        const char *text = line->cells[dates[i]];
        if (!*text)
            continue;
        if (!fec_read_date(text, date))
            wrong(check, fec_names[dates[i]], N_("{0} is no date: eight digits are expected, year, month, day."), text);
        else if (dates[i] == FEC_DATE && *check->to && (strcmp(date, check->to) > 0 || strcmp(date, check->from) < 0))
            doubtful(check, fec_names[FEC_DATE], N_("The date {0} is outside the year."), date);
    }
}

static bool check_amount(struct check *check, const struct fec_line *line, enum fec_column column, int64_t *ret_cents)
{
    const char *text = line->cells[column], *name = fec_names[column];
    switch (fec_read_amount(text, ret_cents)) {
    case FEC_NUMBER_FINE:
        return true;
    case FEC_NUMBER_POINT:
        wrong(check, name, N_("Decimals stand after a comma, not after a point: {0}."), text);
        return true;
    case FEC_NUMBER_GROUPED:
        wrong(check, name, N_("Write the amount {0} without anything between its thousands."), text);
        return false;
    case FEC_NUMBER_DECIMALS:
        wrong(check, name, N_("The amount {0} has parts of a cent."), text);
        return false;
    case FEC_NUMBER_LARGE:
        wrong(check, name, N_("The amount {0} is too large."), text);
        return false;
    default:
        wrong(check, name, N_("{0} is no amount."), text);
        return false;
    }
}

static void check_amounts(struct check *check, const struct fec_line *line, int64_t *ret_cents)
{
    int64_t debit = 0, credit = 0, foreign;
    bool read;
    if (fec_has(check->reader, FEC_DEBIT)) {
        read = check_amount(check, line, FEC_DEBIT, &debit);
        read = check_amount(check, line, FEC_CREDIT, &credit) && read;
        if (read && debit && credit)
            doubtful(check, fec_names[FEC_CREDIT], N_("The line has an amount on both sides."), NULL);
    } else {
        static const char *const sides[] = {"D", "C", "+1", "-1"};
        const char *side = line->cells[FEC_SIDE];
        bool known = false;
        for (size_t i = 0; i < COUNT_OF(sides); i++)
            known |= !strcasecmp(side, sides[i]);
        read = check_amount(check, line, FEC_AMOUNT, &debit);
        if (!known)
            wrong(check, fec_names[FEC_SIDE], N_("The side must be D or C, +1 or -1, not {0}."), side);
        if (!strcasecmp(side, "C") || !strcmp(side, "-1")) {
            credit = debit;
            debit = 0;
        }
    }
    if (read && !debit && !credit)
        doubtful(check, fec_names[FEC_DEBIT], N_("The line has no amount."), NULL);
    check_amount(check, line, FEC_CURRENCY_AMOUNT, &foreign);
    check->overflow |= !number_add(check->debit_cents, debit, &check->debit_cents) ||
                       !number_add(check->credit_cents, credit, &check->credit_cents) ||
                       !number_add(debit, -credit, ret_cents);
}

/* --- entries --- */

static void end_entry(struct check *check)
{
    if (check->entry_line && check->entry_sum)
        tell(check, true, check->entry_line, fec_names[FEC_NUMBER], N_("The entry {0} does not balance."),
             buffer_string(&check->entry));
}

static void check_entry(struct check *check, const struct fec_line *line, int64_t cents)
{
    const char *journal = line->cells[FEC_JOURNAL_CODE], *number = line->cells[FEC_NUMBER];
    const char *entry = buffer_string(&check->entry);
    size_t length = strlen(journal);
    bool same = check->entry_line && !strncmp(entry, journal, length) && entry[length] == ' ' && !strcmp(entry + length + 1, number);
    if (!same) {
        end_entry(check);
        buffer_clear(&check->entry);
        buffer_text(&check->entry, journal);
        buffer_char(&check->entry, ' ');
        buffer_text(&check->entry, number);
        check->entry_line = line->number;
        check->entry_sum = 0;
    }
    check->overflow |= !number_add(check->entry_sum, cents, &check->entry_sum);
}

/* --- the whole --- */

static void check_line(struct check *check, const struct fec_line *line)
{
    int64_t cents = 0;
    check->line = line->number;
    check->lines++;
    if (line->empty) {
        wrong(check, "", N_("The line is empty."), NULL);
    } else if (line->too_long) {
        wrong(check, "", N_("The line is too long to be one of a FEC."), NULL);
    } else if (line->unreadable) {
        wrong(check, "", N_("The line holds characters that are no text."), NULL);
    } else if (line->count != fec_count(check->reader)) {
        wrong(check, "", N_("The line has not as many fields as the first one names."), NULL);
    } else {
        check_filled(check, line);
        check_account(check, line);
        check_dates(check, line);
        check_amounts(check, line, &cents);
        check_entry(check, line, cents);
    }
}

static void check_all(struct check *check)
{
    struct fec_line line;
    check_header(check);
    while (fec_next(check->reader, &line))
        check_line(check, &line);
    end_entry(check);
    check->line = 0;
    if (!check->lines)
        wrong(check, "file", N_("The file has no entry."), NULL);
    if (check->overflow)
        wrong(check, "file", N_("The amounts of the file are too large to be added up."), NULL);
    else if (check->debit_cents != check->credit_cents)
        doubtful(check, "file", N_("Debits and credits of the file are not equal."), NULL);
}

struct tree *fec_check(struct arena *arena, const char *language, const char *file_name, const char *bytes, size_t length)
{
    struct check check = {.arena = arena, .language = language, .problems = tree_list(arena)};
    struct error error = {0};
    struct tree *answer = tree_map(arena);
    if (file_name)
        check_name(&check, file_name);
    if (fec_open(arena, bytes, length, &check.reader, &error)) {
        check.line = 1;
        wrong(&check, error.field, error.message, error.arguments[0]);
    } else {
        check_all(&check);
    }
    buffer_free(&check.entry);
    tree_set_text(arena, answer, "file", file_name);
    tree_set_int(arena, answer, "lines", check.lines);
    tree_set_int(arena, answer, "errors", check.errors);
    tree_set_int(arena, answer, "alerts", check.alerts);
    tree_set_int(arena, answer, "debit_cents", check.debit_cents);
    tree_set_int(arena, answer, "credit_cents", check.credit_cents);
    tree_set(arena, answer, "findings", check.problems);
    return answer;
}
