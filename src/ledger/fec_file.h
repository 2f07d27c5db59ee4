/* A FEC in memory, gathered into whole entries before anything is written. Private to the import. */
#ifndef MAILLON_LEDGER_FEC_FILE_H
#define MAILLON_LEDGER_FEC_FILE_H

#include "ledger/fec.h"

struct fec_account {
    const char *number, *auxiliary, *name, *auxiliary_name;
    int64_t id;         /* of the database; 0: not opened yet */
    const char *reason; /* why it cannot be opened, in words; NULL: it can */
    struct fec_account *next, *next_in_slot;
};

struct fec_letter { /* lines of one account with one letter */
    struct fec_account *account;
    const char *code;
    int64_t sum_cents;
    struct fec_letter *next_in_slot;
};

struct fec_entry_line {
    size_t number; /* in the file */
    struct fec_account *account;
    int64_t amount_cents; /* not zero */
    const char *label;    /* NULL: that of the entry */
    struct fec_letter *letter; /* NULL: none */
    char lettered_on[11];
    struct fec_entry_line *next;
};

struct fec_entry {
    const char *journal, *journal_name, *number, *piece, *label;
    char entry_on[11], piece_on[11];
    struct fec_entry_line *first, *last;
    size_t line_count; /* with an amount */
    size_t read_count; /* all lines of it that were read, whatever became of them */
    int64_t sum_cents, debit_cents;
    bool known; /* the books hold it: the file is an export of theirs */
    size_t first_line; /* in the file */
    /* the first thing wrong with it */
    size_t bad_line;
    const char *bad_field, *bad_reason; /* NULL: nothing */
    struct fec_refused *lines_read; /* every line read, to say of each that it was refused */
    struct fec_entry *next, *next_in_slot;
};

struct fec_refused { /* a line, and what is told of it */
    size_t line;
    const char *field, *reason;
    struct fec_refused *next;
};

struct fec_gathered {
    struct arena *arena;
    const char *language;
    struct fec_entry *first, *last; /* as they begin in the file */
    struct fec_account *accounts, *last_account;
    size_t entry_count, account_count;
    int64_t read;               /* lines */
    struct fec_refused *alone;  /* lines that belong to no entry one can tell */
    struct fec_entry **entry_slots;
    struct fec_account **account_slots;
    struct fec_letter **letter_slots;
    size_t slots; /* of each, a power of two */
};

/* Reads to the end. progress is called now and then with 0 to 1000; false stops. */
int fec_gather(struct fec_gathered *file, struct fec_reader *reader, bool (*progress)(void *context, int64_t done),
               void *context, struct error *error);
void fec_entry_refuse(struct fec_gathered *file, struct fec_entry *entry, size_t line, const struct error *error);

#endif
