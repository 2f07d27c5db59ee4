/* Drawing freely on pages: text, boxes, codes, line drawings, and what is the same on many pages. */
#include "print/pen.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "base/library.h"

#define DRAWING_FUNCTIONS(X) \
    X(cairo_close_path) X(cairo_create) X(cairo_curve_to) X(cairo_destroy) X(cairo_fill) \
    X(cairo_font_options_create) X(cairo_font_options_destroy) X(cairo_font_options_set_antialias) \
    X(cairo_font_options_set_hint_metrics) X(cairo_font_options_set_hint_style) X(cairo_line_to) \
    X(cairo_move_to) X(cairo_new_path) X(cairo_paint) X(cairo_pdf_surface_create_for_stream) \
    X(cairo_pdf_surface_restrict_to_version) X(cairo_pdf_surface_set_metadata) \
    X(cairo_recording_surface_create) X(cairo_rectangle) X(cairo_restore) X(cairo_save) X(cairo_scale) \
    X(cairo_set_dash) X(cairo_set_line_cap) X(cairo_set_line_join) X(cairo_set_line_width) \
    X(cairo_set_source_rgb) X(cairo_set_source_surface) X(cairo_show_page) X(cairo_status_to_string) \
    X(cairo_stroke) X(cairo_surface_destroy) X(cairo_surface_finish) X(cairo_surface_status) \
    X(cairo_translate) X(g_object_unref) X(pango_cairo_context_set_font_options) \
    X(pango_cairo_font_map_new) X(pango_cairo_show_layout) X(pango_cairo_show_layout_line) \
    X(pango_context_set_language) X(pango_context_set_round_glyph_positions) \
    X(pango_font_description_free) X(pango_font_description_new) \
    X(pango_font_description_set_absolute_size) X(pango_font_description_set_family_static) \
    X(pango_font_description_set_weight) X(pango_font_map_create_context) X(pango_language_from_string) \
    X(pango_layout_context_changed) X(pango_layout_get_baseline) X(pango_layout_get_extents) \
    X(pango_layout_get_line_readonly) X(pango_layout_new) X(pango_layout_set_ellipsize) \
    X(pango_layout_set_font_description) X(pango_layout_set_single_paragraph_mode) \
    X(pango_layout_set_text) X(pango_layout_set_width)
LIBRARY(drawing, DRAWING_FUNCTIONS);
LIBRARY_DEFINE(drawing, DRAWING_FUNCTIONS, "libpangocairo-1.0.so.0", "libpangocairo-1.0-0")

/* Boxes and lines wait until their page or master ends, and are stroked together by ink and thickness: cairo looks at every
 * stroke of a master again for each page it lies under. */
struct mark {
    double x, y, width, height, thickness;
    bool soft, box, drawn;
};

struct pen {
    struct mark *marks;
    size_t mark_count, mark_room;
    bool soft;
    PangoFontMap *fonts;
    PangoContext *pango;
    PangoFontDescription *faces[PEN_STYLES];
    PangoLayout *layout; /* reused for every text */
    cairo_surface_t *pdf;
    cairo_t *page, *cr; /* cr: where it draws now, the page or a master */
    cairo_surface_t **masters;
    int master_count, pages;
};

/* The second family fills in characters that the first lacks. */
#define SANS "Liberation Sans,DejaVu Sans"
static const struct {
    double points;
    PangoWeight weight;
} faces[PEN_STYLES] = {
    [PEN_TITLE] = {13, PANGO_WEIGHT_BOLD}, [PEN_REFERENCE] = {21, PANGO_WEIGHT_BOLD}, [PEN_FACT] = {9, PANGO_WEIGHT_NORMAL},
    [PEN_LABEL] = {6.4, PANGO_WEIGHT_NORMAL}, [PEN_FAMILY] = {9, PANGO_WEIGHT_BOLD}, [PEN_CODE] = {9, PANGO_WEIGHT_BOLD},
    [PEN_NAME] = {8, PANGO_WEIGHT_NORMAL}, [PEN_NOTE] = {6, PANGO_WEIGHT_NORMAL}, [PEN_PRICE] = {8.4, PANGO_WEIGHT_NORMAL},
};

/* A font map of our own: Pango's default one belongs to the thread and would live as long as it. */
static void open_fonts(struct pen *pen)
{
    pen->fonts = drawing.pango_cairo_font_map_new();
    pen->pango = drawing.pango_font_map_create_context(pen->fonts);
    drawing.pango_context_set_round_glyph_positions(pen->pango, FALSE);
    cairo_font_options_t *options = drawing.cairo_font_options_create();
    drawing.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    drawing.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    drawing.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    drawing.pango_cairo_context_set_font_options(pen->pango, options);
    drawing.cairo_font_options_destroy(options);
    for (int i = 0; i < PEN_STYLES; i++) {
        pen->faces[i] = drawing.pango_font_description_new();
        drawing.pango_font_description_set_family_static(pen->faces[i], SANS);
        drawing.pango_font_description_set_weight(pen->faces[i], faces[i].weight);
    }
    pen->layout = drawing.pango_layout_new(pen->pango);
}

static void close_fonts(struct pen *pen)
{
    drawing.g_object_unref(pen->layout);
    for (int i = 0; i < PEN_STYLES; i++)
        drawing.pango_font_description_free(pen->faces[i]);
    drawing.g_object_unref(pen->pango);
    drawing.g_object_unref(pen->fonts);
}

void pen_language(struct pen *pen, const char *language)
{
    drawing.pango_context_set_language(pen->pango, drawing.pango_language_from_string(language));
    drawing.pango_layout_context_changed(pen->layout);
}

void pen_ink(struct pen *pen, bool soft)
{
    pen->soft = soft;
    if (soft)
        drawing.cairo_set_source_rgb(pen->cr, 0.34, 0.31, 0.26);
    else
        drawing.cairo_set_source_rgb(pen->cr, 0.08, 0.07, 0.06);
}

static void set_text(struct pen *pen, enum pen_style style, double scale, double width, const char *text)
{
    drawing.pango_font_description_set_absolute_size(pen->faces[style], faces[style].points * scale * PANGO_SCALE);
    drawing.pango_layout_set_font_description(pen->layout, pen->faces[style]);
    drawing.pango_layout_set_width(pen->layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
    drawing.pango_layout_set_text(pen->layout, text, -1);
}

double pen_text(struct pen *pen, enum pen_style style, double scale, double x, double y, double width, int align, const char *text)
{
    PangoRectangle logical;
    if (!*text)
        return 0;
    drawing.pango_layout_set_single_paragraph_mode(pen->layout, TRUE);
    drawing.pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_END);
    set_text(pen, style, scale, width, text);
    drawing.pango_layout_get_extents(pen->layout, NULL, &logical);
    double took = (double)logical.width / PANGO_SCALE;
    drawing.cairo_move_to(pen->cr, x - (align > 0 ? took : align == 0 ? took / 2 : 0) - (double)logical.x / PANGO_SCALE, y);
    drawing.pango_cairo_show_layout_line(pen->cr, drawing.pango_layout_get_line_readonly(pen->layout, 0));
    return took;
}

double pen_block(struct pen *pen, enum pen_style style, double scale, double x, double y, double width, const char *text)
{
    PangoRectangle logical;
    drawing.pango_layout_set_single_paragraph_mode(pen->layout, FALSE);
    drawing.pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_NONE);
    set_text(pen, style, scale, width, text);
    drawing.pango_layout_get_extents(pen->layout, NULL, &logical);
    drawing.cairo_move_to(pen->cr, x, y - (double)drawing.pango_layout_get_baseline(pen->layout) / PANGO_SCALE);
    drawing.pango_cairo_show_layout(pen->cr, pen->layout);
    return (double)logical.height / PANGO_SCALE;
}

static void add_mark(struct pen *pen, struct mark mark)
{
    if (pen->mark_count == pen->mark_room) {
        pen->mark_room = pen->mark_room ? 2 * pen->mark_room : 256;
        pen->marks = memory_grow(pen->marks, pen->mark_room * sizeof *pen->marks);
    }
    pen->marks[pen->mark_count++] = mark;
}

static void draw_mark(struct pen *pen, struct mark *mark)
{
    if (mark->box) {
        drawing.cairo_rectangle(pen->cr, mark->x, mark->y, mark->width, mark->height);
    } else {
        drawing.cairo_move_to(pen->cr, mark->x, mark->y);
        drawing.cairo_line_to(pen->cr, mark->x + mark->width, mark->y + mark->height);
    }
    mark->drawn = true;
}

static void draw_marks(struct pen *pen)
{
    bool soft = pen->soft;
    for (size_t i = 0; i < pen->mark_count; i++) {
        struct mark *first = &pen->marks[i];
        if (first->drawn)
            continue;
        drawing.cairo_new_path(pen->cr);
        for (size_t k = i; k < pen->mark_count; k++)
            if (!pen->marks[k].drawn && pen->marks[k].soft == first->soft && pen->marks[k].thickness == first->thickness)
                draw_mark(pen, &pen->marks[k]);
        pen_ink(pen, first->soft);
        drawing.cairo_set_line_width(pen->cr, first->thickness);
        drawing.cairo_stroke(pen->cr);
    }
    pen->mark_count = 0;
    pen_ink(pen, soft);
}

void pen_line(struct pen *pen, double x, double y, double to_x, double to_y, double thickness, bool dashed)
{
    static const double dashes[] = {3, 3};
    if (!dashed) {
        add_mark(pen, (struct mark){x, y, to_x - x, to_y - y, thickness, pen->soft, false, false});
        return;
    }
    drawing.cairo_new_path(pen->cr);
    drawing.cairo_set_dash(pen->cr, dashes, 2, 0);
    drawing.cairo_set_line_width(pen->cr, thickness);
    drawing.cairo_move_to(pen->cr, x, y);
    drawing.cairo_line_to(pen->cr, to_x, to_y);
    drawing.cairo_stroke(pen->cr);
    drawing.cairo_set_dash(pen->cr, dashes, 0, 0);
}

void pen_box(struct pen *pen, double x, double y, double width, double height, double thickness)
{
    add_mark(pen, (struct mark){x, y, width, height, thickness, pen->soft, true, false});
}

void pen_qr(struct pen *pen, const char *text, double x, double y, double size)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code)
        return;
    /* Runs of dark modules as one rectangle each: no hairline shows between neighbours. */
    double side = size / code->width;
    for (int row = 0; row < code->width; row++)
        for (int column = 0, run; column < code->width; column += run + 1) {
            const unsigned char *modules = code->data + row * code->width;
            for (run = 0; column + run < code->width && modules[column + run] & 1; run++)
                continue;
            if (run)
                drawing.cairo_rectangle(pen->cr, x + column * side, y + row * side, run * side, side);
        }
    drawing.cairo_fill(pen->cr);
    QRcode_free(code);
}

/* --- drawings --- */

static void draw_path(cairo_t *cr, const char *d)
{
    double n[6];
    while (*d && *d != '"') {
        char verb = *d++;
        int wanted = verb == 'C' ? 6 : verb == 'M' || verb == 'L' ? 2 : 0;
        for (int i = 0; i < wanted; i++) {
            char *end;
            n[i] = strtod(d, &end);
            if (end == d)
                return;
            d = end;
        }
        if (verb == 'M')
            drawing.cairo_move_to(cr, n[0], n[1]);
        else if (verb == 'L')
            drawing.cairo_line_to(cr, n[0], n[1]);
        else if (verb == 'C')
            drawing.cairo_curve_to(cr, n[0], n[1], n[2], n[3], n[4], n[5]);
        else if (verb == 'Z')
            drawing.cairo_close_path(cr);
    }
}

void pen_path(struct pen *pen, const char *path, double x, double y, double size)
{
    drawing.cairo_save(pen->cr);
    drawing.cairo_translate(pen->cr, x, y);
    drawing.cairo_scale(pen->cr, size / 16, size / 16);
    drawing.cairo_set_line_width(pen->cr, 0.9);
    drawing.cairo_set_line_join(pen->cr, CAIRO_LINE_JOIN_ROUND);
    drawing.cairo_set_line_cap(pen->cr, CAIRO_LINE_CAP_ROUND);
    draw_path(pen->cr, path);
    drawing.cairo_stroke(pen->cr);
    drawing.cairo_restore(pen->cr);
}

/* --- the file --- */

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
    return fwrite(bytes, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void start_pdf(struct pen *pen, FILE *out, const char *title, const char *date)
{
    char instant[DATE_BYTES + 10];
    snprintf(instant, sizeof instant, "%.10sT00:00:00Z", date);
    pen->pdf = drawing.cairo_pdf_surface_create_for_stream(take_bytes, out, PEN_WIDTH, PEN_HEIGHT);
    drawing.cairo_pdf_surface_restrict_to_version(pen->pdf, CAIRO_PDF_VERSION_1_4);
    drawing.cairo_pdf_surface_set_metadata(pen->pdf, CAIRO_PDF_METADATA_TITLE, title);
    drawing.cairo_pdf_surface_set_metadata(pen->pdf, CAIRO_PDF_METADATA_AUTHOR, "Maillon");
    drawing.cairo_pdf_surface_set_metadata(pen->pdf, CAIRO_PDF_METADATA_CREATOR, "Maillon");
    drawing.cairo_pdf_surface_set_metadata(pen->pdf, CAIRO_PDF_METADATA_CREATE_DATE, instant);
    drawing.cairo_pdf_surface_set_metadata(pen->pdf, CAIRO_PDF_METADATA_MOD_DATE, instant);
    pen->page = pen->cr = drawing.cairo_create(pen->pdf);
}

int pen_new(FILE *out, const char *title, const char *date, struct pen **ret_pen, struct error *error)
{
    int result = library_load(&drawing_library, error);
    if (result)
        return result;
    struct pen *pen = memory_get(sizeof *pen);
    open_fonts(pen);
    start_pdf(pen, out, title, date);
    *ret_pen = pen;
    return 0;
}

void pen_page(struct pen *pen)
{
    draw_marks(pen);
    drawing.cairo_show_page(pen->cr);
    pen->pages++;
}

int pen_close(struct pen *pen, int *ret_pages, struct error *error)
{
    drawing.cairo_destroy(pen->page);
    drawing.cairo_surface_finish(pen->pdf);
    cairo_status_t status = drawing.cairo_surface_status(pen->pdf);
    for (int i = 0; i < pen->master_count; i++)
        drawing.cairo_surface_destroy(pen->masters[i]);
    drawing.cairo_surface_destroy(pen->pdf);
    free(pen->masters);
    free(pen->marks);
    close_fonts(pen);
    *ret_pages = pen->pages;
    int result = status ? error_set(error, ERR_INTERNAL, NULL, N_("The PDF could not be made: {0}"), drawing.cairo_status_to_string(status), NULL) : 0;
    free(pen);
    return result;
}

/* --- masters --- */

int pen_master_begin(struct pen *pen)
{
    draw_marks(pen); /* those of the page, where it draws now */
    cairo_rectangle_t whole = {0, 0, PEN_WIDTH, PEN_HEIGHT};
    pen->masters = memory_grow(pen->masters, (size_t)(pen->master_count + 1) * sizeof *pen->masters);
    pen->masters[pen->master_count] = drawing.cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &whole);
    pen->cr = drawing.cairo_create(pen->masters[pen->master_count]);
    return pen->master_count++;
}

void pen_master_end(struct pen *pen)
{
    draw_marks(pen);
    drawing.cairo_destroy(pen->cr);
    pen->cr = pen->page;
}

void pen_lay(struct pen *pen, int master)
{
    drawing.cairo_set_source_surface(pen->cr, pen->masters[master], 0, 0);
    drawing.cairo_paint(pen->cr);
}
