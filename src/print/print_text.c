/* The document as text for the terminal, in columns of characters. */
#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"
#include "base/text.h"
#include "print/document.h"

enum { WIDTH_MIN = 40, WIDTH_MAX = 200, GAP = 2 };

struct sheet {
    const struct document *document;
    struct buffer *out;
    struct arena *scratch;
    int width;
};

/* A text being laid into a column, line by line. */
struct cell {
    const char *rest; /* NULL once it is finished */
    int left, width;
    enum document_align align;
};

struct line {
    const char *text;
    size_t bytes;
    int width;
};

/* Columns that a character takes: 0 for a combining mark, 2 for most emoji and ideograms. */
static int character_width(const char *text, size_t *ret_bytes)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
    *ret_bytes = bytes > 0 ? (size_t)bytes : 1;
    return bytes > 0 ? utf8proc_charwidth(point) : 1;
}

static int text_width(const char *text, size_t length)
{
    int width = 0;
    for (size_t i = 0, bytes; i < length; i += bytes)
        width += character_width(text + i, &bytes);
    return width;
}

/* Takes the next line that fits off the cell: up to a line feed, the last space or hyphen, within a word if
 * it must.
 */
static struct line cell_next_line(struct cell *cell)
{
    const char *text = cell->rest;
    size_t i = 0, bytes, end = 0;
    int width = 0;
    while (text[i] && text[i] != '\n') {
        int next = character_width(text + i, &bytes);
        if (width + next > cell->width && width > 0 && text[i] != ' ')
            break;
        if (text[i] == ' ')
            end = i;
        width += next;
        i += bytes;
        if (i > 1 && text[i - 1] == '-' && text[i - 2] != ' ' && text[i] && width <= cell->width)
            end = i;
    }
    bool ends = !text[i] || text[i] == '\n';
    if (ends) {
        cell->rest = text[i] && text[i + 1] ? text + i + 1 : NULL;
    } else {
        i = end ? end : i;
        cell->rest = text + i + strspn(text + i, " ");
    }
    while (i && text[i - 1] == ' ')
        i--;
    return (struct line){text, i, text_width(text, i)};
}

static void put_spaces(struct sheet *s, int count)
{
    for (int i = 0; i < count; i++)
        buffer_char(s->out, ' ');
}

static void put_rule(struct sheet *s, const char *character, int width)
{
    for (int i = 0; i < width; i++)
        buffer_text(s->out, character);
}

/* Writes cells side by side until the longest is finished; no line ends with spaces. */
static void put_cells(struct sheet *s, struct cell *cells, int count)
{
    for (bool more = true; more;) {
        int column = 0;
        more = false;
        for (int i = 0; i < count; i++) {
            struct cell *cell = &cells[i];
            if (!cell->rest)
                continue;
            struct line line = cell_next_line(cell);
            int spare = cell->width > line.width ? cell->width - line.width : 0;
            int shift = cell->align == ALIGN_RIGHT ? spare : cell->align == ALIGN_CENTER ? spare / 2 : 0;
            if (line.bytes) {
                put_spaces(s, cell->left + shift - column);
                buffer_add(s->out, line.text, line.bytes);
                column = cell->left + shift + line.width;
            }
            more |= cell->rest != NULL;
        }
        buffer_char(s->out, '\n');
    }
}

/* A text at left, under a mark such as a bullet ("" for none) that ends where the text begins. */
static void put_text(struct sheet *s, int left, const char *mark, const char *text)
{
    struct cell cells[] = {{mark, 0, left, ALIGN_LEFT}, {text, left, s->width - left, ALIGN_LEFT}};
    put_cells(s, cells, 2);
}

static void put_title(struct sheet *s)
{
    const struct document_info *info = &s->document->info;
    put_text(s, 0, "", info->title);
    if (info->subtitle[0])
        put_text(s, 0, "", info->subtitle);
    const char *date = info->date[0] ? date_screen(s->scratch, info->date, info->language) : "";
    if (info->reference[0] || date[0]) {
        int width = text_width(date, strlen(date));
        struct cell cells[] = {{info->reference, 0, s->width - width - GAP, ALIGN_LEFT},
                               {date, s->width - width, width, ALIGN_LEFT}};
        put_cells(s, cells, 2);
    }
    put_rule(s, "═", s->width);
    buffer_char(s->out, '\n');
}

static void put_heading(struct sheet *s, const struct block *block)
{
    size_t start = s->out->length;
    put_text(s, 0, "", block->text);
    if (block->level > 1)
        return;
    const char *text = s->out->bytes + start;
    put_rule(s, "─", text_width(text, strcspn(text, "\n")));
    buffer_char(s->out, '\n');
}

/* The facts of one list share the width of their labels: the widest, but at most two fifths. */
static int facts_label_width(const struct sheet *s, const struct block *fact)
{
    int widest = 0, most = s->width * 2 / 5;
    for (; fact && fact->kind == BLOCK_FACT; fact = fact->next) {
        int width = text_width(fact->text, strlen(fact->text));
        widest = width > widest ? width : widest;
    }
    return widest < most ? widest : most;
}

static void put_fact(struct sheet *s, const struct block *fact, int label_width)
{
    int left = label_width + GAP;
    struct cell cells[] = {{fact->text, 0, label_width, ALIGN_LEFT},
                           {fact->second, left, s->width - left, ALIGN_LEFT}};
    put_cells(s, cells, 2);
}

static void put_addresses(struct sheet *s, const struct block *block)
{
    int half = (s->width - GAP) / 2;
    struct cell cells[] = {{block->text, 0, half, ALIGN_LEFT},
                           {block->second, s->width - half, half, ALIGN_LEFT}};
    put_cells(s, cells, 2);
}

static void put_row(struct sheet *s, const struct table *table, const int *widths, const char *const *texts)
{
    struct cell cells[DOCUMENT_COLUMNS];
    int left = 0;
    for (int i = 0; i < table->count; i++) {
        cells[i] = (struct cell){texts[i], left, widths[i], table->columns[i].align};
        left += widths[i] + GAP;
    }
    put_cells(s, cells, table->count);
}

static void put_table_rule(struct sheet *s, const struct table *table, const int *widths,
                           const char *character)
{
    for (int i = 0; i < table->count; i++) {
        put_spaces(s, i ? GAP : 0);
        put_rule(s, character, widths[i]);
    }
    buffer_char(s->out, '\n');
}

static void table_widths(const struct sheet *s, const struct table *table, int *ret_widths)
{
    double minimum[DOCUMENT_COLUMNS], widths[DOCUMENT_COLUMNS];
    for (int i = 0; i < table->count; i++) {
        int word = text_width(table->longest_word[i], strlen(table->longest_word[i]));
        int widest = text_width(table->widest[i], strlen(table->widest[i]));
        minimum[i] = table->columns[i].share > 0 || widest < word ? word : widest;
    }
    table_share_widths(table, s->width - GAP * (table->count - 1), minimum, widths);
    for (int i = 0; i < table->count; i++)
        ret_widths[i] = widths[i] < 1 ? 1 : (int)(widths[i] + 1e-9); /* 11.999… is 12 */
}

static void put_table(struct sheet *s, const struct table *table)
{
    int widths[DOCUMENT_COLUMNS];
    table_widths(s, table, widths);
    if (table->has_head) {
        const char *titles[DOCUMENT_COLUMNS];
        for (int i = 0; i < table->count; i++)
            titles[i] = table->columns[i].title;
        put_row(s, table, widths, titles);
        put_table_rule(s, table, widths, "─");
    }
    for (const struct row *row = table->first; row; row = row->next) {
        if (row->is_total)
            put_table_rule(s, table, widths, "─");
        put_row(s, table, widths, row->cells);
        if (row->is_total)
            put_table_rule(s, table, widths, "═");
    }
}

static void put_signature(struct sheet *s, const struct block *block)
{
    put_text(s, 0, "", block->text);
    if (block->second[0])
        put_text(s, 0, "", block->second);
    static const char dots[] = "................................";
    int widest = 0, most = s->width / 2;
    for (int i = 0; i < block->field_count; i++) {
        int width = text_width(block->fields[i], strlen(block->fields[i]));
        widest = width > widest ? width : widest;
    }
    widest = widest < most ? widest : most;
    int left = 2 + widest + GAP, room = s->width - left, length = (int)sizeof dots - 1;
    for (int i = 0; i < block->field_count; i++) {
        struct cell cells[] = {{block->fields[i], 2, widest, ALIGN_LEFT},
                               {dots + (room < length ? length - room : 0), left, length, ALIGN_LEFT}};
        put_cells(s, cells, 2);
    }
}

static void put_block(struct sheet *s, const struct block *block, int label_width)
{
    switch (block->kind) {
    case BLOCK_HEADING:
        put_heading(s, block);
        break;
    case BLOCK_PARAGRAPH:
        put_text(s, 0, "", block->text);
        break;
    case BLOCK_NOTE:
        put_text(s, 2, "", block->text);
        break;
    case BLOCK_ITEM:
        put_text(s, 2, "•", block->text);
        break;
    case BLOCK_CHECK:
        put_text(s, 4, block->checked ? "[x]" : "[ ]", block->text);
        break;
    case BLOCK_FACT:
        put_fact(s, block, label_width);
        break;
    case BLOCK_ADDRESSES:
        put_addresses(s, block);
        break;
    case BLOCK_TABLE:
        put_table(s, block->table);
        break;
    case BLOCK_SIGNATURE:
        put_signature(s, block);
        break;
    case BLOCK_QR:
        if (block->second[0])
            put_text(s, 0, "", block->second);
        put_text(s, 0, "", block->text);
        break;
    case BLOCK_BREAK:
        break;
    }
}

static void put_label(struct sheet *s, const struct label *label)
{
    buffer_char(s->out, '\n');
    put_text(s, 0, "", label->title);
    put_text(s, 2, "", label->text);
    if (label->code)
        put_text(s, 2, "", label->code);
}

/* Blocks of one list stand together, others have an empty line between them. */
static bool stands_apart(const struct block *previous, const struct block *block)
{
    if (!previous || block->kind == BLOCK_BREAK)
        return block->kind != BLOCK_BREAK;
    bool list = block->kind == BLOCK_ITEM || block->kind == BLOCK_CHECK || block->kind == BLOCK_FACT;
    return !(previous->kind == block->kind && list) && previous->kind != BLOCK_HEADING;
}

int document_write_text(const struct document *document, int width, struct buffer *out, struct error *error)
{
    int failed = document_check_built(document, error);
    if (failed)
        return failed;
    struct sheet sheet = {.document = document, .out = out, .scratch = arena_new()};
    sheet.width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
    put_title(&sheet);
    int label_width = 0;
    const struct block *previous = NULL;
    for (const struct block *block = document->first; block; previous = block, block = block->next) {
        if (stands_apart(previous, block))
            buffer_char(out, '\n');
        if (block->kind == BLOCK_FACT && (!previous || previous->kind != BLOCK_FACT))
            label_width = facts_label_width(&sheet, block);
        put_block(&sheet, block, label_width);
    }
    for (size_t i = 0; i < document->label_count; i++)
        put_label(&sheet, &document->labels[i]);
    if (document->info.footer[0]) {
        buffer_char(out, '\n');
        put_text(&sheet, 0, "", document->info.footer);
    }
    arena_free(sheet.scratch);
    return 0;
}
