/* Pages: the running head from the second on, the foot, and where a page ends. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "print/paper.h"

enum { RUNNING_HEIGHT = 18, SIDES_GAP = 20, RUNNING_BYTES = 800 /* 200 characters are more than a line */ };

/* One line with a text at each side, on a common baseline; what is too long ends with an ellipsis. */
static void draw_sides(struct paper *p, const char *left, const char *right, double y)
{
    const char *const texts[] = {right, left};
    double room = paper_width(), baseline = 0;
    for (int i = 0; i < 2; i++) {
        char text[RUNNING_BYTES + 1];
        size_t bytes = text_prefix_bytes(texts[i], RUNNING_BYTES / 4);
        memcpy(text, texts[i], bytes);
        text[bytes] = 0;
        PangoLayout *layout = paper_layout(p, STYLE_RUNNING, text, i ? room : room / 2, ALIGN_LEFT);
        pango.pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        pango.pango_layout_set_single_paragraph_mode(layout, TRUE);
        double width = layout_width(layout), own = layout_baseline(layout);
        baseline = i ? baseline : own;
        paper_ink(p, INK_SOFT);
        pango.cairo_move_to(p->cr, MARGIN_SIDE + (i ? 0 : room - width), y + baseline - own);
        pango.pango_cairo_show_layout(p->cr, layout);
        room -= width + SIDES_GAP;
        pango.g_object_unref(layout);
    }
}

static void draw_foot(struct paper *p)
{
    char number[32];
    double y = PAGE_HEIGHT - 52;
    paper_rule(p, MARGIN_SIDE, y - 8, paper_width(), LINE_THIN, INK_RULE);
    snprintf(number, sizeof number, "%d / %d", p->page, p->page_count);
    draw_sides(p, p->info->footer, number, y);
}

static void draw_running_head(struct paper *p)
{
    double y = 44;
    draw_sides(p, p->info->title, p->info->reference, y);
    paper_rule(p, MARGIN_SIDE, y + 16, paper_width(), LINE_THIN, INK_RULE);
}

void paper_page_begin(struct paper *p)
{
    if (p->page >= DOCUMENT_PAGES) {
        if (!p->failed)
            p->failed = error_set(p->error, ERR_TOO_LARGE, NULL, N_("The document has more than {0} pages"),
                                  "2000", NULL);
        p->top = p->y = MARGIN_TOP;
        return;
    }
    p->page++;
    p->top = p->y = MARGIN_TOP + (p->page > 1 ? RUNNING_HEIGHT : 0);
    if (!p->cr)
        return;
    draw_foot(p);
    if (p->page > 1)
        draw_running_head(p);
}

void paper_page_break(struct paper *p)
{
    if (p->cr)
        pango.cairo_show_page(p->cr);
    paper_page_begin(p);
    if (p->table && !p->failed)
        paper_table_head(p);
}
