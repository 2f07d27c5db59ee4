/* Paper: a document is built once, then written as PDF or as readable text for the terminal.
 *
 * Blocks are added in reading order. Texts are plain UTF-8, never markup: they are copied, line feeds break
 * the line, bytes that are not UTF-8 become U+FFFD, control characters and the invisible ones that turn the
 * direction of writing are dropped. NULL reads as "". Building never fails: what is wrong (a text over 64 KB,
 * a row outside a table) is remembered and refused when the document is written.
 *
 * The same document gives the same bytes: no clock is read, the date is given. Fonts are Liberation Serif and
 * Sans (fonts-liberation), then DejaVu (fonts-dejavu-core) for the characters they lack; found by fontconfig,
 * offline. In French documents the PDF sets no-break spaces before : ; ! ? » % € and inside groups of digits.
 */
#ifndef MAILLON_PRINT_H
#define MAILLON_PRINT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buffer;
struct document;
struct error;

enum { DOCUMENT_COLUMNS = 16, DOCUMENT_PAGES = 2000, DOCUMENT_TEXT_BYTES = 64 * 1024 };

struct document_info {
    const char *title;     /* "Lettre de groupement" */
    const char *subtitle;  /* under the title; NULL: none */
    const char *reference; /* repeated in the head of every page; NULL: none */
    const char
        *date; /* YYYY-MM-DD, shown and put into the metadata; NULL: none, the metadata say 1970-01-01 */
    const char *footer;   /* on every page, beside its number; NULL: none */
    const char *language; /* "fr" or "en"; NULL: French */
};

/* Lives as long as its arena. */
struct document *document_new(struct arena *arena, const struct document_info *info);

void document_heading(struct document *document, int level, const char *text); /* level 1 to 3 */
void document_paragraph(struct document *document, const char *text);
void document_note(struct document *document,
                   const char *text); /* small print: a source, "to be confirmed" */
void document_item(struct document *document, const char *text); /* of a list; items in a row form one list */
void document_check(struct document *document, bool checked,
                    const char *text); /* a box, ticked or to be ticked */
void document_fact(struct document *document, const char *label,
                   const char *value); /* facts in a row form a list */
void document_addresses(struct document *document, const char *sender,
                        const char *recipient); /* lines of text */
void document_page_break(struct document *document);

/* A table, then its rows from first to last. Columns to the right are for numbers: give them the same
 * decimals. share: width in proportion to the other shares; 0: as wide as its widest cell needs. Titles all
 * empty: no head. The head is repeated on every page; a total stands between a rule and a double rule. */
enum document_align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTER };
struct document_column {
    const char *title;
    enum document_align align;
    int share;
};
void document_table(struct document *document, const struct document_column *columns, int count);
void document_row(struct document *document, const char *const *cells); /* one text per column; NULL: empty */
void document_total(struct document *document, const char *const *cells); /* a closing row */

/* A box to sign; boxes in a row stand two abreast and never break over pages. fields: what is to be filled in
 * by hand, ended by NULL; the last one has the room of a signature and a stamp. */
void document_signature(struct document *document, const char *who, const char *capacity,
                        const char *const *fields);

/* A QR code beside its caption. payload: at most 2,000 bytes; on the terminal it is written out. */
void document_qr(struct document *document, const char *payload, const char *caption);

/* Tagged PDF with title, date, language and bookmarks, A4. At most 2,000 pages. After an error out is as it
 * was. */
int document_write_pdf(const struct document *document, struct buffer *out, struct error *error);

/* width: columns of the terminal, 40 to 200. */
int document_write_text(const struct document *document, int width, struct buffer *out, struct error *error);

/* Sheets of labels, A4. Sizes in tenths of a millimetre. */
struct label_sheet {
    const char *name; /* "70x37" */
    int columns, rows, left, top, width, height, gap_across, gap_down;
};
struct label {
    const char *title; /* large, at most two lines */
    const char *text;  /* lines under it; what does not fit is cut and ends with … */
    const char *code;  /* content of a QR code at its right, at most 300 bytes; NULL: none */
};
const struct label_sheet *label_sheet_find(const char *name); /* 70x37, 63x38, 99x67; NULL: unknown */

/* Makes the document sheets of labels, and nothing else: as PDF they are labels_write_pdf's, as text one after the other.
 * The labels are not copied. */
void document_labels(struct document *document, const struct label_sheet *sheet, int skip, const struct label *labels,
                     size_t count);

/* skip: places already used on the first sheet. Title, date and language of info are used. */
int labels_write_pdf(const struct document_info *info, const struct label_sheet *sheet, int skip,
                     const struct label *labels, size_t count, struct buffer *out, struct error *error);

#endif
