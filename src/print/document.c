/* Building a document: every block is one node of a list, tables hold their rows. */
#include "print/document.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* A longer word may be broken rather than widen its column; a box to sign stays on one page. */
enum { WORD_CHARACTERS = 20, SIGNATURE_CHARACTERS = 600, SIGNATURE_FIELDS = 12 };

static const char *keep_text(struct document *document, const char *text)
{
    if (text && strlen(text) > DOCUMENT_TEXT_BYTES) {
        document->refusal = N_("A text of the document is longer than 64 KB");
        return "";
    }
    return text_made_printable(document->arena, text);
}

struct document *document_new(struct arena *arena, const struct document_info *info)
{
    struct document *document = ARENA_NEW(arena, struct document);
    document->arena = arena;
    document->info.title = keep_text(document, info->title);
    document->info.subtitle = keep_text(document, info->subtitle);
    document->info.reference = keep_text(document, info->reference);
    document->info.date = keep_text(document, info->date);
    document->info.footer = keep_text(document, info->footer);
    document->info.language = text_is(info->language, "en") ? "en" : "fr";
    return document;
}

static struct block *block_add(struct document *document, enum block_kind kind, const char *text,
                               const char *second)
{
    struct block *block = ARENA_NEW(document->arena, struct block);
    block->kind = kind;
    block->text = keep_text(document, text);
    block->second = keep_text(document, second);
    struct block *last = document->last;
    if (last)
        last->next = block;
    else
        document->first = block;
    block->position = last && last->kind == kind ? last->position + 1 : 0;
    return document->last = block;
}

void document_labels(struct document *document, const struct label_sheet *sheet, int skip, const struct label *labels,
                     size_t count)
{
    document->sheet = sheet;
    document->labels = labels;
    document->label_count = count;
    document->labels_skipped = skip;
}

void document_heading(struct document *document, int level, const char *text)
{
    block_add(document, BLOCK_HEADING, text, NULL)->level = level < 1 ? 1 : level > 3 ? 3 : level;
}

void document_paragraph(struct document *document, const char *text)
{
    block_add(document, BLOCK_PARAGRAPH, text, NULL);
}

void document_note(struct document *document, const char *text)
{
    block_add(document, BLOCK_NOTE, text, NULL);
}

void document_item(struct document *document, const char *text)
{
    block_add(document, BLOCK_ITEM, text, NULL);
}

void document_check(struct document *document, bool checked, const char *text)
{
    block_add(document, BLOCK_CHECK, text, NULL)->checked = checked;
}

void document_fact(struct document *document, const char *label, const char *value)
{
    block_add(document, BLOCK_FACT, label, value);
}

void document_addresses(struct document *document, const char *sender, const char *recipient)
{
    block_add(document, BLOCK_ADDRESSES, sender, recipient);
}

void document_page_break(struct document *document)
{
    block_add(document, BLOCK_BREAK, NULL, NULL);
}

void document_qr(struct document *document, const char *payload, const char *caption)
{
    block_add(document, BLOCK_QR, payload, caption);
}

void document_signature(struct document *document, const char *who, const char *capacity,
                        const char *const *fields)
{
    struct block *block = block_add(document, BLOCK_SIGNATURE, who, capacity);
    if (text_characters(block->text) + text_characters(block->second) > SIGNATURE_CHARACTERS)
        document->refusal = N_("The name over a signature of the document is too long");
    while (fields && fields[block->field_count] && block->field_count < SIGNATURE_FIELDS)
        block->field_count++;
    block->fields = ARENA_ARRAY(document->arena, const char *, block->field_count + 1);
    for (int i = 0; i < block->field_count; i++)
        block->fields[i] = keep_text(document, fields[i]);
}

/* Remembers the widest text and the longest word of a column, so that back ends measure two texts per column
 * instead of every cell. Titles may wrap, so only their words count. */
static void note_width(struct arena *arena, struct table *table, int column, const char *text, bool is_title)
{
    size_t characters = text_characters(text);
    if (!is_title && characters > table->widest_characters[column]) {
        table->widest_characters[column] = characters;
        table->widest[column] = text;
    }
    while (*text) {
        size_t length = strcspn(text, " \n");
        size_t bytes = text_prefix_bytes(text, WORD_CHARACTERS);
        bytes = bytes < length ? bytes : length;
        characters = 0;
        for (size_t i = 0; i < bytes; i++)
            characters += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (characters > table->word_characters[column]) {
            table->word_characters[column] = characters;
            table->longest_word[column] = arena_copy(arena, text, bytes);
        }
        text += length + (text[length] != 0);
    }
}

void document_table(struct document *document, const struct document_column *columns, int count)
{
    struct table *table = ARENA_NEW(document->arena, struct table);
    if (count < 1 || count > DOCUMENT_COLUMNS) {
        document->refusal = N_("A table of the document has no column, or more than 16");
        count = 0;
    }
    table->count = count;
    for (int i = 0; i < count; i++) {
        table->columns[i] = columns[i];
        table->columns[i].title = keep_text(document, columns[i].title);
        table->widest[i] = table->longest_word[i] = "";
        table->has_head |= table->columns[i].title[0] != 0;
        note_width(document->arena, table, i, table->columns[i].title, true);
    }
    block_add(document, BLOCK_TABLE, NULL, NULL)->table = table;
}

static void row_add(struct document *document, const char *const *cells, bool is_total)
{
    struct table *table = document->last ? document->last->table : NULL;
    if (!table) {
        document->refusal = N_("A row of the document stands outside a table");
        return;
    }
    struct row *row = arena_alloc(document->arena, sizeof *row + (size_t)table->count * sizeof row->cells[0]);
    row->is_total = is_total;
    for (int i = 0; i < table->count; i++) {
        row->cells[i] = keep_text(document, cells[i]);
        note_width(document->arena, table, i, row->cells[i], false);
    }
    if (table->last)
        table->last->next = row;
    else
        table->first = row;
    table->last = row;
}

void document_row(struct document *document, const char *const *cells)
{
    row_add(document, cells, false);
}

void document_total(struct document *document, const char *const *cells)
{
    row_add(document, cells, true);
}

void table_share_widths(const struct table *table, double room, const double *minimum, double *ret_widths)
{
    bool settled[DOCUMENT_COLUMNS] = {false};
    double needed = 0;
    for (int i = 0; i < table->count; i++) {
        ret_widths[i] = minimum[i];
        settled[i] = table->columns[i].share <= 0;
        needed += minimum[i];
    }
    if (needed > room) { /* not even the least fits: every column gives way alike */
        for (int i = 0; i < table->count; i++)
            ret_widths[i] = minimum[i] * room / needed;
        return;
    }
    /* Whoever's part is below its least keeps the least, and the others share what is left. */
    for (bool again = true; again;) {
        double left = room, shares = 0;
        for (int i = 0; i < table->count; i++) {
            left -= settled[i] ? ret_widths[i] : 0;
            shares += settled[i] ? 0 : table->columns[i].share;
        }
        again = false;
        for (int i = 0; i < table->count; i++) {
            if (settled[i])
                continue;
            ret_widths[i] = left * table->columns[i].share / shares;
            if (ret_widths[i] < minimum[i]) {
                ret_widths[i] = minimum[i];
                settled[i] = again = true;
            }
        }
    }
}

int document_check_built(const struct document *document, struct error *error)
{
    return document->refusal ? error_set(error, ERR_INTERNAL, NULL, document->refusal, NULL) : 0;
}
