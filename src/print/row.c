/* Rows of text: measured, drawn line by line, carried over from one page to the next. */
#include <limits.h>
#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"
#include "print/paper.h"

enum { RUNNING_ROOM = 90 /* what the heads of a page and of a table may take from it */ };

/* Real capitals: Pango's small ones would leave small letters for capitals in the text copied from the PDF,
 * since cairo keeps one character for each glyph; and two sizes in a word make readers see two words. */
static const char *text_in_capitals(struct arena *arena, const char *text)
{
    size_t length = strlen(text);
    char *capitals = arena_alloc(arena, length * 4 + 1), *to = capitals;
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text + i, -1, &point);
        if (bytes > 0)
            to += utf8proc_encode_char(utf8proc_toupper(point), (utf8proc_uint8_t *)to);
        i += (size_t)(bytes > 0 ? bytes : 1);
    }
    *to = 0;
    return capitals;
}

PangoLayout *paper_layout(struct paper *p, enum style style, const char *text, double width,
                          enum document_align align)
{
    PangoLayout *layout = pango.pango_layout_new(p->pango);
    pango.pango_layout_set_font_description(layout, p->faces[style]);
    pango.pango_layout_set_attributes(layout, p->attributes[style]);
    pango.pango_layout_set_line_spacing(layout, p->leading[style]);
    /* Columns stay where they are, whatever the direction of the writing in them. */
    pango.pango_layout_set_auto_dir(layout, FALSE);
    pango.pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango.pango_layout_set_width(layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
    pango.pango_layout_set_alignment(layout, align == ALIGN_RIGHT    ? PANGO_ALIGN_RIGHT
                                       : align == ALIGN_CENTER ? PANGO_ALIGN_CENTER
                                                               : PANGO_ALIGN_LEFT);
    text = text_made_typographic(p->scratch, text, p->info->language);
    if (p->capitals[style])
        text = text_in_capitals(p->scratch, text);
    pango.pango_layout_set_text(layout, text, -1);
    arena_reset(p->scratch);
    return layout;
}

double layout_width(PangoLayout *layout)
{
    int width;
    pango.pango_layout_get_size(layout, &width, NULL);
    return (double)width / PANGO_SCALE;
}

double layout_height(PangoLayout *layout)
{
    int height;
    pango.pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

double layout_baseline(PangoLayout *layout)
{
    return (double)pango.pango_layout_get_baseline(layout) / PANGO_SCALE;
}

double paper_text_width(struct paper *p, enum style style, const char *text)
{
    PangoLayout *layout = paper_layout(p, style, text, -1, ALIGN_LEFT);
    double width = layout_width(layout);
    pango.g_object_unref(layout);
    return width;
}

double row_prepare(struct paper *p, struct cell *cells, int count)
{
    double baseline = 0, height = 0;
    for (int i = 0; i < count; i++) {
        struct cell *c = &cells[i];
        c->layout = paper_layout(p, c->style, c->text, c->width, c->align);
        pango.pango_layout_set_justify(c->layout, c->justify);
        c->lines = pango.pango_layout_get_line_count(c->layout);
        c->line = 0;
        c->drop = layout_baseline(c->layout);
        baseline = c->drop > baseline ? c->drop : baseline;
    }
    for (int i = 0; i < count; i++) {
        cells[i].drop = baseline - cells[i].drop;
        double bottom = cells[i].drop + layout_height(cells[i].layout);
        height = bottom > height ? bottom : height;
    }
    return height;
}

void row_free(struct cell *cells, int count)
{
    for (int i = 0; i < count; i++)
        pango.g_object_unref(cells[i].layout);
}

/* Draws lines of a cell from c->line on: at most `most`, while they end above the limit. Returns the height
 * used. */
static double cell_draw(struct paper *p, struct cell *c, double y, double limit, int most)
{
    PangoLayoutIter *lines = pango.pango_layout_get_iter(c->layout);
    for (int i = 0; i < c->line; i++)
        pango.pango_layout_iter_next_line(lines);
    int first_top = 0, top, bottom, last_bottom = 0;
    pango.pango_layout_iter_get_line_yrange(lines, &first_top, NULL);
    double drop = c->line ? 0 : c->drop;
    int drawn = 0;
    y += drop;
    paper_ink(p, p->inks[c->style]);
    for (; most > 0 && c->line < c->lines; most--) {
        pango.pango_layout_iter_get_line_yrange(lines, &top, &bottom);
        if (y + (double)(bottom - first_top) / PANGO_SCALE > limit)
            break;
        if (p->cr) {
            if (!drawn++)
                paper_tag(p, c->tag, true);
            PangoRectangle place;
            pango.pango_layout_iter_get_line_extents(lines, NULL, &place);
            int baseline = pango.pango_layout_iter_get_baseline(lines);
            pango.cairo_move_to(p->cr, c->x + (double)place.x / PANGO_SCALE,
                          y + (double)(baseline - first_top) / PANGO_SCALE);
            pango.pango_cairo_show_layout_line(p->cr, pango.pango_layout_iter_get_line_readonly(lines));
        }
        last_bottom = bottom - first_top;
        c->line++;
        pango.pango_layout_iter_next_line(lines);
    }
    if (drawn)
        paper_tag(p, c->tag, false);
    pango.pango_layout_iter_free(lines);
    return drop + (double)last_bottom / PANGO_SCALE;
}

void row_draw(struct paper *p, struct cell *cells, int count, double y)
{
    for (int i = 0; i < count; i++)
        cell_draw(p, &cells[i], y, 1e9, cells[i].lines);
    row_free(cells, count);
}

static int lines_fitting(const struct cell *c, double room)
{
    PangoLayoutIter *lines = pango.pango_layout_get_iter(c->layout);
    int count = 0, bottom;
    do {
        pango.pango_layout_iter_get_line_yrange(lines, NULL, &bottom);
        if (c->drop + (double)bottom / PANGO_SCALE > room)
            break;
        count++;
    } while (pango.pango_layout_iter_next_line(lines));
    pango.pango_layout_iter_free(lines);
    return count;
}

/* How many lines of a row to leave on this page, so that no single line stands alone on either side. */
static int lines_to_keep(const struct paper *p, const struct cell *cells, int count)
{
    int keep = 0;
    for (int i = 0; i < count; i++) {
        int fitting = lines_fitting(&cells[i], paper_room(p));
        if (fitting == cells[i].lines - 1)
            fitting--;
        if (fitting < 2 && cells[i].lines > fitting)
            return 0;
        keep = fitting > keep ? fitting : keep;
    }
    return keep;
}

void row_flow(struct paper *p, struct cell *cells, int count, double height, bool may_split)
{
    int most = INT_MAX;
    if (height > paper_room(p)) {
        bool splits = may_split || height > PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM - RUNNING_ROOM;
        most = splits ? lines_to_keep(p, cells, count) : 0;
        if (!most) {
            paper_page_break(p);
            most = INT_MAX;
        }
    }
    int idle = 0; /* pages on which nothing could be drawn: a second one would be no better */
    for (bool more = true; more && !p->failed && idle < 2; most = INT_MAX) {
        double used = 0;
        int drawn = 0;
        more = false;
        paper_tag(p, p->group, true);
        for (int i = 0; i < count; i++) {
            struct cell *c = &cells[i];
            int before = c->line;
            double bottom = before < c->lines ? cell_draw(p, c, p->y, PAGE_HEIGHT - MARGIN_BOTTOM, most) : 0;
            used = bottom > used ? bottom : used;
            drawn += c->line - before;
            more |= c->line < c->lines;
        }
        paper_tag(p, p->group, false);
        idle = drawn ? 0 : idle + 1;
        p->y += used;
        if (more)
            paper_page_break(p);
    }
    row_free(cells, count);
}
