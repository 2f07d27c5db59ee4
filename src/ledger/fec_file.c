/* From the lines of a FEC to whole entries: lines with one journal and one number, wherever they stand in the file. A line
 * that cannot be taken makes its entry refused, so that no half of one is ever posted. */
#include "ledger/fec_file.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

enum { LABEL_CHARACTERS_MAX = 300, PIECE_CHARACTERS_MAX = 100, PROGRESS_LINES = 4096, BYTES_PER_ENTRY = 256, SLOTS_MAX = 1 << 20 };

static size_t slot_of(const struct fec_gathered *file, const char *a, const char *b)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (; *a; a++)
        hash = (hash ^ (unsigned char)*a) * 1099511628211u;
    hash = (hash ^ 0x1F) * 1099511628211u;
    for (; *b; b++)
        hash = (hash ^ (unsigned char)*b) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32) & (file->slots - 1);
}

static const char *keep(struct fec_gathered *file, const char *text)
{
    return *text ? arena_copy(file->arena, text, text_prefix_bytes(text, LABEL_CHARACTERS_MAX)) : "";
}

/* --- entries --- */

static struct fec_entry *entry_of(struct fec_gathered *file, const struct fec_values *values, size_t line)
{
    size_t slot = slot_of(file, values->journal, values->number);
    for (struct fec_entry *entry = file->entry_slots[slot]; entry; entry = entry->next_in_slot)
        if (!strcmp(entry->number, values->number) && !strcmp(entry->journal, values->journal))
            return entry;
    struct fec_entry *entry = ARENA_NEW(file->arena, struct fec_entry);
    entry->journal = arena_strdup(file->arena, values->journal);
    entry->journal_name = keep(file, values->journal_name);
    entry->number = arena_strdup(file->arena, values->number);
    entry->piece = entry->label = "";
    entry->first_line = line;
    entry->next_in_slot = file->entry_slots[slot];
    file->entry_slots[slot] = entry;
    if (file->last)
        file->last->next = entry;
    else
        file->first = entry;
    file->last = entry;
    file->entry_count++;
    return entry;
}

void fec_entry_refuse(struct fec_gathered *file, struct fec_entry *entry, size_t line, const struct error *error)
{
    char text[512];
    if (entry->bad_reason)
        return;
    error_format(error, tr(file->language, error->message), text, sizeof text);
    entry->bad_line = line;
    entry->bad_field = arena_strdup(file->arena, error->field);
    entry->bad_reason = arena_strdup(file->arena, text);
}

static void note_line(struct fec_gathered *file, struct fec_refused **list, size_t line, const char *field, const char *reason)
{
    struct fec_refused *noted = ARENA_NEW(file->arena, struct fec_refused);
    *noted = (struct fec_refused){line, field, reason, *list};
    *list = noted;
}

/* --- accounts and letters --- */

static struct fec_account *account_of(struct fec_gathered *file, const struct fec_values *values)
{
    size_t slot = slot_of(file, values->account, values->auxiliary);
    for (struct fec_account *account = file->account_slots[slot]; account; account = account->next_in_slot)
        if (!strcmp(account->number, values->account) && !strcmp(account->auxiliary, values->auxiliary))
            return account;
    struct fec_account *account = ARENA_NEW(file->arena, struct fec_account);
    account->number = arena_strdup(file->arena, values->account);
    account->auxiliary = arena_strdup(file->arena, values->auxiliary);
    account->name = keep(file, values->account_name);
    account->auxiliary_name = keep(file, values->auxiliary_name);
    account->next_in_slot = file->account_slots[slot];
    file->account_slots[slot] = account;
    if (file->last_account)
        file->last_account->next = account;
    else
        file->accounts = account;
    file->last_account = account;
    file->account_count++;
    return account;
}

static struct fec_letter *letter_of(struct fec_gathered *file, struct fec_account *account, const char *code)
{
    char key[32];
    snprintf(key, sizeof key, "%p", (void *)account);
    size_t slot = slot_of(file, key, code);
    for (struct fec_letter *letter = file->letter_slots[slot]; letter; letter = letter->next_in_slot)
        if (letter->account == account && !strcmp(letter->code, code))
            return letter;
    struct fec_letter *letter = ARENA_NEW(file->arena, struct fec_letter);
    *letter = (struct fec_letter){account, arena_strdup(file->arena, code), 0, file->letter_slots[slot]};
    file->letter_slots[slot] = letter;
    return letter;
}

/* --- lines --- */

static int check_whole(struct fec_entry *entry, const struct fec_values *values, struct error *error)
{
    if (strcmp(entry->entry_on, values->entry_on) != 0)
        return error_set(error, ERR_INVALID, fec_names[FEC_DATE], N_("The entry {0} has lines of two dates, {1} and {2}."),
                         entry->number, entry->entry_on, values->entry_on, NULL);
    if (!number_add(entry->sum_cents, values->amount_cents, &entry->sum_cents))
        return error_set(error, ERR_INVALID, fec_names[FEC_DEBIT], N_("The amounts of this entry are too large."), NULL);
    if (values->amount_cents > 0 && !number_add(entry->debit_cents, values->amount_cents, &entry->debit_cents))
        return error_set(error, ERR_INVALID, fec_names[FEC_DEBIT], N_("The amounts of this entry are too large."), NULL);
    return 0;
}

/* A line without an amount tells nothing and is left out; its entry may still be fine. */
static void add_line(struct fec_gathered *file, struct fec_entry *entry, const struct fec_values *values, size_t number)
{
    if (!values->amount_cents)
        return;
    struct fec_entry_line *line = ARENA_NEW(file->arena, struct fec_entry_line);
    const char *label = keep(file, values->label);
    line->number = number;
    line->account = account_of(file, values);
    line->amount_cents = values->amount_cents;
    line->label = strcmp(label, entry->label) != 0 ? label : NULL;
    if (*values->letter) {
        line->letter = letter_of(file, line->account, values->letter);
        memcpy(line->lettered_on, *values->lettered_on ? values->lettered_on : values->entry_on, sizeof line->lettered_on);
        if (!number_add(line->letter->sum_cents, values->amount_cents, &line->letter->sum_cents))
            line->letter = NULL;
    }
    if (entry->last)
        entry->last->next = line;
    else
        entry->first = line;
    entry->last = line;
    entry->line_count++;
}

static void begin_entry(struct fec_gathered *file, struct fec_entry *entry, const struct fec_values *values)
{
    memcpy(entry->entry_on, values->entry_on, sizeof entry->entry_on);
    entry->label = keep(file, values->label);
}

static void take_values(struct fec_gathered *file, struct fec_entry *entry, const struct fec_values *values, size_t number)
{
    struct error error = {0};
    if (!*entry->entry_on)
        begin_entry(file, entry, values);
    if (!*entry->piece && *values->piece)
        entry->piece = arena_copy(file->arena, values->piece, text_prefix_bytes(values->piece, PIECE_CHARACTERS_MAX));
    if (!*entry->piece_on)
        memcpy(entry->piece_on, values->piece_on, sizeof entry->piece_on);
    if (check_whole(entry, values, &error))
        fec_entry_refuse(file, entry, number, &error);
    else
        add_line(file, entry, values, number);
}

/* The entry the line belongs to, or NULL when that cannot be told. */
static struct fec_entry *take_line(struct fec_gathered *file, const struct fec_reader *reader, const struct fec_line *line)
{
    struct fec_values values;
    struct error error = {0};
    int result = fec_read_values(reader, line, &values, &error);
    if (!*values.journal || !*values.number) {
        char text[512];
        error_format(&error, tr(file->language, error.message), text, sizeof text);
        note_line(file, &file->alone, line->number, arena_strdup(file->arena, error.field), arena_strdup(file->arena, text));
        return NULL;
    }
    struct fec_entry *entry = entry_of(file, &values, line->number);
    note_line(file, &entry->lines_read, line->number, "", NULL);
    entry->read_count++;
    if (result)
        fec_entry_refuse(file, entry, line->number, &error);
    else
        take_values(file, entry, &values, line->number);
    return entry;
}

/* A line that cannot be read may have been part of the entry around it, which would then be posted in half. */
static void suspect(struct fec_gathered *file, struct fec_entry *entry, size_t line)
{
    struct error error = {0};
    char number[24];
    if (!entry)
        return;
    snprintf(number, sizeof number, "%zu", line);
    error_set(&error, ERR_INVALID, "", N_("Line {0} beside it cannot be read and may belong to this entry."), number, NULL);
    fec_entry_refuse(file, entry, entry->first_line, &error);
}

static void end_entry(struct fec_gathered *file, struct fec_entry *entry)
{
    struct error error = {0};
    if (!entry->line_count && !entry->bad_reason)
        error_set(&error, ERR_INVALID, fec_names[FEC_DEBIT], N_("The entry {0} has no amount."), entry->number, NULL);
    else if (entry->sum_cents)
        error_set(&error, ERR_INVALID, fec_names[FEC_DEBIT],
                  N_("The entry {0} does not balance: debits less credits are {1} €."), entry->number,
                  number_screen(file->arena, entry->sum_cents, DECIMALS_MONEY, false, file->language), NULL);
    if (error.code)
        fec_entry_refuse(file, entry, entry->first_line, &error);
}

/* About one for each entry a file of that length may hold. */
static void make_slots(struct fec_gathered *file, size_t bytes)
{
    for (file->slots = 1 << 8; file->slots < bytes / BYTES_PER_ENTRY && file->slots < SLOTS_MAX;)
        file->slots *= 2;
    file->entry_slots = ARENA_ARRAY(file->arena, struct fec_entry *, file->slots);
    file->account_slots = ARENA_ARRAY(file->arena, struct fec_account *, file->slots);
    file->letter_slots = ARENA_ARRAY(file->arena, struct fec_letter *, file->slots);
}

int fec_gather(struct fec_gathered *file, struct fec_reader *reader, bool (*progress)(void *context, int64_t done),
               void *context, struct error *error)
{
    struct fec_entry *before = NULL;
    struct fec_line line;
    size_t unreadable = 0;
    make_slots(file, fec_bytes(reader));
    while (fec_next(reader, &line)) {
        if (line.empty)
            continue; /* a blank line holds no part of an entry */
        file->read++;
        struct fec_entry *entry = take_line(file, reader, &line);
        if (!entry) {
            unreadable = line.number;
            suspect(file, before, unreadable);
        } else if (unreadable) {
            suspect(file, entry, unreadable);
            unreadable = 0;
        }
        before = entry ? entry : before;
        if (file->read % PROGRESS_LINES == 0 && !progress(context, (int64_t)(fec_progress(reader) * 1000)))
            break;
    }
    for (struct fec_entry *entry = file->first; entry; entry = entry->next)
        end_entry(file, entry);
    return file->read ? 0 : error_set(error, ERR_INVALID, "file", N_("The file has no entry."), NULL);
}
