/* The tree of a document, for the back ends only. */
#ifndef MAILLON_PRINT_DOCUMENT_H
#define MAILLON_PRINT_DOCUMENT_H

#include "print/print.h"

enum block_kind {
    BLOCK_HEADING,
    BLOCK_PARAGRAPH,
    BLOCK_NOTE,
    BLOCK_ITEM,
    BLOCK_CHECK,
    BLOCK_FACT,
    BLOCK_ADDRESSES,
    BLOCK_TABLE,
    BLOCK_SIGNATURE,
    BLOCK_QR,
    BLOCK_BREAK,
};

struct row {
    struct row *next;
    bool is_total;
    const char *cells[];
};

struct table {
    int count;
    bool has_head;
    struct document_column columns[DOCUMENT_COLUMNS];
    /* Per column: the cell with the most characters, and the longest word, titles included. */
    const char *widest[DOCUMENT_COLUMNS], *longest_word[DOCUMENT_COLUMNS];
    size_t widest_characters[DOCUMENT_COLUMNS], word_characters[DOCUMENT_COLUMNS];
    struct row *first, *last;
};

struct block {
    struct block *next;
    enum block_kind kind;
    int position;       /* among the blocks of the same kind that follow one another */
    int level;          /* of a heading */
    bool checked;       /* of a check */
    const char *text;   /* or the label, the sender, who signs, the payload */
    const char *second; /* the value, the recipient, the capacity, the caption */
    struct table *table;
    const char **fields; /* of a signature, ended by NULL */
    int field_count;
};

struct document {
    struct arena *arena;
    struct document_info info; /* no member is NULL */
    struct block *first, *last;
    const struct label_sheet *sheet; /* it is sheets of labels; NULL: it is made of blocks */
    const struct label *labels;
    size_t label_count;
    int labels_skipped;
    const char *refusal; /* sentence for what was wrong while building; NULL: nothing */
};

/* What may be shown of a text from outside; NULL gives "". */
char *text_made_printable(struct arena *arena, const char *text);

/* With the no-break spaces of the language, for paper. */
const char *text_made_typographic(struct arena *arena, const char *text, const char *language);

/* Widths of the columns of a table: minimum[i] is the whole width of a column without share, and the least of
 * one with a share. room: what all may take together. */
void table_share_widths(const struct table *table, double room, const double *minimum, double *ret_widths);

/* Refuses what was wrong while building. */
int document_check_built(const struct document *document, struct error *error);

#endif
