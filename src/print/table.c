/* Tables on paper. */
#include "print/paper.h"

static const double COLUMN_GAP = 12, ROW_PADDING = 3.6;

static double row_cells(struct paper *p, const struct table *table, const double *widths,
                        const char *const *texts, enum style style, const char *tag, struct cell *ret_cells)
{
    double x = MARGIN_SIDE;
    for (int i = 0; i < table->count; i++) {
        ret_cells[i] = (struct cell){.text = texts[i],
                                     .style = style,
                                     .align = table->columns[i].align,
                                     .x = x,
                                     .width = widths[i],
                                     .tag = tag};
        x += widths[i] + COLUMN_GAP;
    }
    return row_prepare(p, ret_cells, table->count);
}

static double head_cells(struct paper *p, const struct table *table, const double *widths,
                         struct cell *ret_cells)
{
    const char *titles[DOCUMENT_COLUMNS];
    for (int i = 0; i < table->count; i++)
        titles[i] = table->columns[i].title;
    return row_cells(p, table, widths, titles, STYLE_TABLE_HEAD, "TH", ret_cells);
}

void paper_table_head(struct paper *p)
{
    if (!p->table->has_head)
        return;
    struct cell cells[DOCUMENT_COLUMNS];
    double height = head_cells(p, p->table, p->widths, cells);
    if (height > PAGE_HEIGHT / 2) /* a head that leaves no room for rows is not repeated */
        return row_free(cells, p->table->count);
    paper_tag(p, "TR", true);
    row_draw(p, cells, p->table->count, p->y);
    paper_tag(p, "TR", false);
    p->y += height + ROW_PADDING;
    paper_rule(p, MARGIN_SIDE, p->y, paper_width(), LINE_FINE, INK_TEXT);
    p->y += LINE_FINE + ROW_PADDING;
}

static void table_row(struct paper *p, const struct row *row)
{
    struct cell cells[DOCUMENT_COLUMNS];
    enum style style = row->is_total ? STYLE_TABLE_TOTAL : STYLE_TABLE;
    double height = row_cells(p, p->table, p->widths, row->cells, style, "TD", cells);
    if (row->is_total) /* over the hairline of the row before */
        paper_rule(p, MARGIN_SIDE, p->y - ROW_PADDING - LINE_FINE, paper_width(), LINE_FINE, INK_TEXT);
    row_flow(p, cells, p->table->count, height, false);
    p->y += ROW_PADDING;
    if (row->is_total) {
        paper_rule(p, MARGIN_SIDE, p->y, paper_width(), LINE_FINE, INK_TEXT);
        p->y += 2;
        paper_rule(p, MARGIN_SIDE, p->y, paper_width(), LINE_FINE, INK_TEXT);
    } else {
        paper_rule(p, MARGIN_SIDE, p->y, paper_width(), LINE_THIN, INK_RULE);
    }
    p->y += LINE_FINE + ROW_PADDING;
}

/* The least width of a column: its longest word; without a share, its widest cell, and its title on one line
 * where that costs little. */
static double column_least(struct paper *p, const struct table *table, int i)
{
    double head = paper_text_width(p, STYLE_TABLE_HEAD, table->longest_word[i]);
    double least = paper_text_width(p, STYLE_TABLE_TOTAL, table->longest_word[i]);
    least = head > least ? head : least;
    if (table->columns[i].share > 0)
        return least + SPARE;
    double widest = paper_text_width(p, STYLE_TABLE_TOTAL, table->widest[i]);
    double title = paper_text_width(p, STYLE_TABLE_HEAD, table->columns[i].title);
    least = widest > least ? widest : least;
    return (title > least && title < least * 1.5 ? title : least) + SPARE;
}

static void table_widths(struct paper *p, const struct table *table, double *ret_widths)
{
    double minimum[DOCUMENT_COLUMNS];
    for (int i = 0; i < table->count; i++)
        minimum[i] = column_least(p, table, i);
    table_share_widths(table, paper_width() - COLUMN_GAP * (table->count - 1), minimum, ret_widths);
}

double paper_table_least(struct paper *p, const struct table *table)
{
    double widths[DOCUMENT_COLUMNS];
    struct cell cells[DOCUMENT_COLUMNS];
    table_widths(p, table, widths);
    double height = 4 * ROW_PADDING;
    if (table->has_head) {
        height += head_cells(p, table, widths, cells);
        row_free(cells, table->count);
    }
    if (table->first) {
        height += row_cells(p, table, widths, table->first->cells, STYLE_TABLE, NULL, cells);
        row_free(cells, table->count);
    }
    return height;
}

void paper_table(struct paper *p, const struct table *table)
{
    double widths[DOCUMENT_COLUMNS];
    table_widths(p, table, widths);
    if (paper_room(p) < paper_table_least(p, table))
        paper_page_break(p);
    p->table = table;
    p->widths = widths;
    p->group = "TR";
    paper_tag(p, "Table", true);
    paper_table_head(p);
    for (const struct row *row = table->first; row && !p->failed; row = row->next)
        table_row(p, row);
    paper_tag(p, "Table", false);
    p->table = NULL;
    p->widths = NULL;
    p->group = NULL;
}
