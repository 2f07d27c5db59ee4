/* The blocks of a document on paper; tables and boxes have their own files. */
#include <stdio.h>

#include <cairo-pdf.h>

#include "base/arena.h"
#include "base/date.h"
#include "print/paper.h"

static const double LABEL_GAP = 14, ITEM_INDENT = 14, CHECK_INDENT = 19, QR_LEAST = 90, BOX_SIZE = 8.4;

static struct cell cell_at(enum style style, const char *text, double indent, double width, const char *tag)
{
    return (struct cell){.text = text, .style = style, .x = MARGIN_SIDE + indent, .width = width, .tag = tag};
}

static struct cell cell_wide(enum style style, const char *text, const char *tag)
{
    return cell_at(style, text, 0, paper_width(), tag);
}

static void flow_one(struct paper *p, struct cell cell, bool may_split)
{
    double height = row_prepare(p, &cell, 1);
    row_flow(p, &cell, 1, height, may_split);
}

static void flow_two(struct paper *p, struct cell left, struct cell right, bool may_split)
{
    struct cell cells[] = {left, right};
    double height = row_prepare(p, cells, 2);
    row_flow(p, cells, 2, height, may_split);
}

void paper_title(struct paper *p)
{
    const struct document_info *info = p->info;
    char *date = date_screen(p->arena, info->date, info->language);
    if (info->reference[0] || date[0]) {
        struct cell reference = cell_at(STYLE_RUNNING, info->reference, 0, paper_width() * 0.68, "P");
        struct cell day = cell_at(STYLE_RUNNING, date, paper_width() * 0.7, paper_width() * 0.3, "P");
        day.align = ALIGN_RIGHT;
        flow_two(p, reference, day, true);
        p->y += 16;
    }
    flow_one(p, cell_wide(STYLE_TITLE, info->title, "H1"), true);
    p->y += 3;
    if (info->subtitle[0])
        flow_one(p, cell_wide(STYLE_SUBTITLE, info->subtitle, "P"), true);
    p->y += 10;
    paper_rule(p, MARGIN_SIDE, p->y, paper_width(), 1.1, INK_ACCENT);
    paper_rule(p, MARGIN_SIDE, p->y + 2.9, paper_width(), LINE_THIN, INK_ACCENT);
    p->y += 9;
}

static void flow_heading(struct paper *p, const struct block *block)
{
    static const char *const tags[] = {"H2", "H3", "H4"};
    static const enum style styles[] = {STYLE_HEADING_1, STYLE_HEADING_2, STYLE_HEADING_3};
    if (p->cr && block->level < 3) {
        char place[64];
        snprintf(place, sizeof place, "page=%d pos=[%d %d]", p->page, (int)MARGIN_SIDE, (int)p->y);
        static const int root = CAIRO_PDF_OUTLINE_ROOT;
        int parent = block->level == 2 && p->outline ? p->outline : root;
        int entry = pango.cairo_pdf_surface_add_outline(p->surface, parent, block->text, place,
                                                  parent == root ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
        p->outline = block->level == 1 ? entry : p->outline;
    }
    flow_one(p, cell_wide(styles[block->level - 1], block->text, tags[block->level - 1]), true);
    if (block->level == 1) {
        p->y += 3;
        paper_rule(p, MARGIN_SIDE, p->y, paper_width(), LINE_THIN, INK_RULE);
        p->y += 2;
    }
}

static void flow_paragraph(struct paper *p, const struct block *block)
{
    struct cell cell = cell_wide(STYLE_BODY, block->text, "P");
    cell.justify = true;
    flow_one(p, cell, true);
}

static void flow_item(struct paper *p, const struct block *block)
{
    if (!block->position)
        paper_tag(p, "L", true);
    p->group = "LI";
    flow_two(p, cell_at(STYLE_BODY, "–", 2, ITEM_INDENT, NULL),
             cell_at(STYLE_BODY, block->text, ITEM_INDENT, paper_width() - ITEM_INDENT, "LBody"), true);
    p->group = NULL;
    if (!block->next || block->next->kind != BLOCK_ITEM)
        paper_tag(p, "L", false);
}

static void draw_box(struct paper *p, double x, double y, double size, bool checked)
{
    if (!p->cr)
        return;
    paper_ink(p, INK_TEXT);
    pango.cairo_set_line_width(p->cr, LINE_FINE);
    pango.cairo_rectangle(p->cr, x, y, size, size);
    pango.cairo_stroke(p->cr);
    if (!checked)
        return;
    pango.cairo_set_line_width(p->cr, 1.2);
    pango.cairo_move_to(p->cr, x + size * 0.2, y + size * 0.2);
    pango.cairo_line_to(p->cr, x + size * 0.8, y + size * 0.8);
    pango.cairo_move_to(p->cr, x + size * 0.8, y + size * 0.2);
    pango.cairo_line_to(p->cr, x + size * 0.2, y + size * 0.8);
    pango.cairo_stroke(p->cr);
}

static void flow_check(struct paper *p, const struct block *block)
{
    struct cell cell = cell_at(STYLE_BODY, block->text, CHECK_INDENT, paper_width() - CHECK_INDENT, "P");
    double height = row_prepare(p, &cell, 1);
    if (height > paper_room(p)) /* the box stands by the first line */
        paper_page_break(p);
    draw_box(p, MARGIN_SIDE + 2, p->y + layout_baseline(cell.layout) - BOX_SIZE + 0.6, BOX_SIZE,
             block->checked);
    row_flow(p, &cell, 1, height, true);
}

/* Facts of one list share the width of their labels: the widest, but at most two fifths of the page. */
static double facts_label_width(struct paper *p, const struct block *fact)
{
    double widest = 0, most = paper_width() * 0.4;
    for (; fact && fact->kind == BLOCK_FACT; fact = fact->next) {
        double width = paper_text_width(p, STYLE_LABEL, fact->text) + SPARE;
        widest = width > widest ? width : widest;
    }
    return widest < most ? widest : most;
}

static void flow_fact(struct paper *p, const struct block *block)
{
    if (!block->position)
        p->label_width = facts_label_width(p, block);
    double left = p->label_width + LABEL_GAP;
    flow_two(p, cell_at(STYLE_LABEL, block->text, 0, p->label_width, "P"),
             cell_at(STYLE_BODY, block->second, left, paper_width() - left, "P"), true);
}

static void flow_addresses(struct paper *p, const struct block *block)
{
    double left = paper_width() * 0.46, right = paper_width() * 0.42;
    flow_two(p, cell_at(STYLE_BODY, block->text, 0, left, "P"),
             cell_at(STYLE_BODY, block->second, paper_width() - right, right, "P"), true);
}

static double gap_before(const struct block *block, const struct block *previous)
{
    if (block->kind == BLOCK_HEADING)
        return (const double[]){22, 15, 12}[block->level - 1];
    bool list = block->kind == BLOCK_FACT || block->kind == BLOCK_ITEM || block->kind == BLOCK_CHECK;
    if (list && block->position)
        return 3;
    if (block->kind == BLOCK_SIGNATURE && block->position)
        return 14;
    if (previous && previous->kind == BLOCK_HEADING)
        return previous->level == 1 ? 6 : 4;
    switch (block->kind) {
    case BLOCK_NOTE:
        return 6;
    case BLOCK_ADDRESSES:
    case BLOCK_SIGNATURE:
        return 16;
    case BLOCK_TABLE:
    case BLOCK_QR:
        return 12;
    default:
        return 8;
    }
}

/* Room under which a block had better begin on the next page. A heading keeps with what follows it. */
static double least_room(struct paper *p, const struct block *block)
{
    if (!block)
        return 0;
    switch (block->kind) {
    case BLOCK_HEADING:
        return 24 + (block->next ? gap_before(block->next, block) + least_room(p, block->next) : 0);
    case BLOCK_TABLE:
        return paper_table_least(p, block->table);
    case BLOCK_SIGNATURE:
        return paper_signature_height(p, block);
    case BLOCK_QR:
        return QR_LEAST;
    default:
        return 32;
    }
}

void paper_block(struct paper *p, const struct block *block, const struct block *previous)
{
    if (block->kind == BLOCK_BREAK)
        return paper_page_break(p);
    if (block->kind == BLOCK_SIGNATURE && block->position % 2) /* stands beside the one before */
        return;
    double gap = gap_before(block, previous);
    if (p->y > p->top)
        p->y += gap;
    if (block->kind == BLOCK_HEADING && paper_room(p) < least_room(p, block) && p->y > p->top)
        paper_page_break(p);
    switch (block->kind) {
    case BLOCK_HEADING:
        return flow_heading(p, block);
    case BLOCK_PARAGRAPH:
        return flow_paragraph(p, block);
    case BLOCK_NOTE:
        return flow_one(p, cell_wide(STYLE_NOTE, block->text, "P"), true);
    case BLOCK_ITEM:
        return flow_item(p, block);
    case BLOCK_CHECK:
        return flow_check(p, block);
    case BLOCK_FACT:
        return flow_fact(p, block);
    case BLOCK_ADDRESSES:
        return flow_addresses(p, block);
    case BLOCK_TABLE:
        return paper_table(p, block->table);
    case BLOCK_SIGNATURE:
        return paper_signatures(p, block);
    case BLOCK_QR:
        return paper_qr_block(p, block);
    case BLOCK_BREAK:
        return;
    }
}
