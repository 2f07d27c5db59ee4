/* Sheets of labels: each label keeps to its own place, and cuts what does not fit. */
#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "print/paper.h"

enum { LABEL_PADDING = 8, CODE_BYTES = 300, CODE_SIDE = 68 };
static const char ellipsis[] = "…";

const struct label_sheet *label_sheet_find(const char *name)
{
    static const struct label_sheet sheets[] = {
        {"70x37", 3, 8, 0, 5, 700, 370, 0, 0},
        {"63x38", 3, 7, 72, 151, 635, 381, 25, 0},
        {"99x67", 2, 4, 47, 131, 991, 677, 25, 0},
    };
    for (size_t i = 0; i < COUNT_OF(sheets); i++)
        if (!strcmp(sheets[i].name, name))
            return &sheets[i];
    return NULL;
}

static double points(int tenths)
{
    return tenths * 72 / 254.0;
}

/* Cuts a text to so many lines; the last one then ends with an ellipsis. */
static PangoLayout *layout_cut(struct paper *p, enum style style, const char *text, double width, int most)
{
    PangoLayout *layout = paper_layout(p, style, text, width, ALIGN_LEFT);
    char *cut = NULL;
    while (pango.pango_layout_get_line_count(layout) > most) {
        size_t length = (size_t)pango.pango_layout_get_line_readonly(layout, most)->start_index;
        const char *shown = pango.pango_layout_get_text(layout);
        if (cut) /* the ellipsis did not fit: give up one more character before it */
            length = (size_t)(pango.g_utf8_find_prev_char(cut, cut + strlen(cut) - sizeof ellipsis + 1) - cut);
        cut = arena_alloc(p->arena, length + sizeof ellipsis);
        memcpy(cut, shown, length);
        while (length && strchr(" \n", cut[length - 1]))
            length--;
        strcpy(cut + length, ellipsis);
        pango.pango_layout_set_text(layout, cut, -1);
    }
    return layout;
}

/* Lines that room holds; the leading counts between lines only. */
static int lines_in(struct paper *p, enum style style, double room)
{
    PangoLayout *one = paper_layout(p, style, "X", -1, ALIGN_LEFT);
    PangoLayout *two = paper_layout(p, style, "X\nX", -1, ALIGN_LEFT);
    double first = layout_height(one), next = layout_height(two) - first;
    pango.g_object_unref(one);
    pango.g_object_unref(two);
    return room < first ? 0 : 1 + (int)((room - first) / next);
}

/* Gives the height used, at most room. */
static double draw_text(struct paper *p, enum style style, const char *text, double x, double y, double width,
                        int lines_most, double room)
{
    int fitting = lines_in(p, style, room);
    if (!text[0] || fitting < 1)
        return 0;
    PangoLayout *layout = layout_cut(p, style, text, width, fitting < lines_most ? fitting : lines_most);
    paper_ink(p, p->inks[style]);
    paper_tag(p, "P", true);
    pango.cairo_move_to(p->cr, x, y);
    pango.pango_cairo_show_layout(p->cr, layout);
    paper_tag(p, "P", false);
    double height = layout_height(layout);
    pango.g_object_unref(layout);
    return height;
}

static void draw_label(struct paper *p, const struct label *label, double x, double y, double width,
                       double height)
{
    char *title = text_made_printable(p->arena, label->title),
         *text = text_made_printable(p->arena, label->text);
    double inner = width - 2 * LABEL_PADDING, bottom = y + height - LABEL_PADDING;
    pango.cairo_save(p->cr);
    pango.cairo_rectangle(p->cr, x, y, width, height);
    pango.cairo_clip(p->cr);
    x += LABEL_PADDING;
    y += LABEL_PADDING;
    if (label->code) {
        double side = height - 2 * LABEL_PADDING < CODE_SIDE ? height - 2 * LABEL_PADDING : CODE_SIDE;
        paper_qr(p, label->code, x + inner - side, y, side);
        inner -= side + LABEL_PADDING;
    }
    y += draw_text(p, STYLE_STRONG, title, x, y, inner, 2, bottom - y) + 2;
    draw_text(p, STYLE_TABLE, text, x, y, inner, INT_MAX, bottom - y);
    pango.cairo_restore(p->cr);
}

static int check_sheet(const struct label_sheet *sheet, int skip, size_t count, const struct label *labels,
                       struct error *error)
{
    size_t per_page = (size_t)sheet->columns * (size_t)sheet->rows;
    if (skip < 0 || (size_t)skip >= per_page)
        return error_set(error, ERR_INVALID, "skip", N_("A sheet has fewer labels than are to be left out"),
                         NULL);
    if (count > per_page * DOCUMENT_PAGES - (size_t)skip)
        return error_set(error, ERR_TOO_LARGE, NULL, N_("The document has more than {0} pages"), "2000",
                         NULL);
    for (size_t i = 0; i < count; i++) {
        const struct label *label = &labels[i];
        if (label->code && strlen(label->code) > CODE_BYTES)
            return error_set(error, ERR_TOO_LARGE, NULL, N_("The content of a QR code is empty or too long"),
                             NULL);
        if ((label->title && strlen(label->title) > DOCUMENT_TEXT_BYTES) ||
            (label->text && strlen(label->text) > DOCUMENT_TEXT_BYTES))
            return error_set(error, ERR_TOO_LARGE, NULL, N_("A text of the document is longer than 64 KB"),
                             NULL);
    }
    return 0;
}

static void draw_sheets(struct paper *p, const struct label_sheet *sheet, size_t skip,
                        const struct label *labels, size_t count)
{
    size_t per_page = (size_t)sheet->columns * (size_t)sheet->rows;
    for (size_t i = 0; i < count && !p->failed; i++) {
        size_t place = (skip + i) % per_page;
        int column = (int)(place % (size_t)sheet->columns), row = (int)(place / (size_t)sheet->columns);
        if (i && !place)
            pango.cairo_show_page(p->cr);
        draw_label(p, &labels[i], points(sheet->left + column * (sheet->width + sheet->gap_across)),
                   points(sheet->top + row * (sheet->height + sheet->gap_down)), points(sheet->width),
                   points(sheet->height));
        arena_reset(p->arena);
    }
}

int labels_write_pdf(const struct document_info *info, const struct label_sheet *sheet, int skip,
                     const struct label *labels, size_t count, struct buffer *out, struct error *error)
{
    int failed = check_sheet(sheet, skip, count, labels, error);
    if (failed)
        return failed;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct document *document = document_new(arena, info); /* its info is made printable */
    struct paper paper;
    size_t start = out->length;
    failed = document_check_built(document, error);
    if (!failed)
        failed = paper_open(&paper, &document->info, error);
    if (failed)
        return failed;
    paper_start_writing(&paper, out);
    draw_sheets(&paper, sheet, (size_t)skip, labels, count);
    failed = paper_finish(&paper);
    paper_close(&paper);
    if (!failed)
        pdf_set_language(out, start, document->info.language);
    else if (out->bytes)
        out->bytes[out->length = start] = 0;
    return failed;
}
