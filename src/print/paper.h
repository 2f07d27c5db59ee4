/* Paper being written: pages, styles, and rows of text that flow from one page to the next. For the PDF back
 * ends. */
#ifndef MAILLON_PRINT_PAPER_H
#define MAILLON_PRINT_PAPER_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/library.h"
#include "print/document.h"

/* What is taken of cairo, Pango and GLib; paper_open loads them. */
#define PANGO_FUNCTIONS(X)                                                                                    \
    X(cairo_clip) X(cairo_create) X(cairo_destroy) X(cairo_fill) X(cairo_font_options_create)                 \
    X(cairo_font_options_destroy) X(cairo_font_options_set_antialias) X(cairo_font_options_set_hint_metrics)  \
    X(cairo_font_options_set_hint_style) X(cairo_line_to) X(cairo_move_to) X(cairo_pdf_surface_add_outline)   \
    X(cairo_pdf_surface_create_for_stream) X(cairo_pdf_surface_restrict_to_version)                           \
    X(cairo_pdf_surface_set_metadata) X(cairo_rectangle) X(cairo_restore) X(cairo_save)                       \
    X(cairo_set_line_width) X(cairo_set_source_rgb) X(cairo_show_page) X(cairo_status)                        \
    X(cairo_status_to_string) X(cairo_stroke) X(cairo_surface_destroy) X(cairo_surface_finish)                \
    X(cairo_surface_status) X(cairo_tag_begin) X(cairo_tag_end) X(g_object_unref) X(g_utf8_find_prev_char)    \
    X(pango_attr_insert_hyphens_new) X(pango_attr_letter_spacing_new) X(pango_attr_list_insert)               \
    X(pango_attr_list_new) X(pango_attr_list_unref) X(pango_cairo_context_set_font_options)                   \
    X(pango_cairo_font_map_new) X(pango_cairo_show_layout) X(pango_cairo_show_layout_line)                    \
    X(pango_context_set_language) X(pango_context_set_round_glyph_positions) X(pango_font_description_free)   \
    X(pango_font_description_new) X(pango_font_description_set_absolute_size)                                 \
    X(pango_font_description_set_family_static) X(pango_font_description_set_style)                           \
    X(pango_font_description_set_weight) X(pango_font_map_create_context) X(pango_language_from_string)       \
    X(pango_layout_get_baseline) X(pango_layout_get_iter) X(pango_layout_get_line_count)                      \
    X(pango_layout_get_line_readonly) X(pango_layout_get_size) X(pango_layout_get_text)                       \
    X(pango_layout_iter_free) X(pango_layout_iter_get_baseline) X(pango_layout_iter_get_line_extents)         \
    X(pango_layout_iter_get_line_readonly) X(pango_layout_iter_get_line_yrange)                               \
    X(pango_layout_iter_next_line) X(pango_layout_new) X(pango_layout_set_alignment)                          \
    X(pango_layout_set_attributes) X(pango_layout_set_auto_dir) X(pango_layout_set_ellipsize)                 \
    X(pango_layout_set_font_description) X(pango_layout_set_justify) X(pango_layout_set_line_spacing)         \
    X(pango_layout_set_single_paragraph_mode) X(pango_layout_set_text) X(pango_layout_set_width)              \
    X(pango_layout_set_wrap)
LIBRARY(pango, PANGO_FUNCTIONS);

/* A4, in points (1/72 inch). */
static const double PAGE_WIDTH = 595.2756, PAGE_HEIGHT = 841.8898;
static const double MARGIN_SIDE = 68, MARGIN_TOP = 64, MARGIN_BOTTOM = 78;
static const double LINE_THIN = 0.4, LINE_FINE = 0.7;
static const double SPARE = 2; /* beyond a measured width, so that rounding never wraps a word */

enum ink { INK_TEXT, INK_SOFT, INK_ACCENT, INK_RULE };

enum style {
    STYLE_TITLE,
    STYLE_SUBTITLE,
    STYLE_HEADING_1,
    STYLE_HEADING_2,
    STYLE_HEADING_3,
    STYLE_BODY,
    STYLE_NOTE,
    STYLE_LABEL,
    STYLE_TABLE_HEAD,
    STYLE_TABLE,
    STYLE_TABLE_TOTAL,
    STYLE_RUNNING,
    STYLE_STRONG,
    STYLE_COUNT
};

struct paper {
    const struct document_info *info;
    struct arena *arena;
    struct arena *scratch; /* of paper_layout alone */
    PangoFontMap *fonts;
    PangoContext *pango;
    PangoFontDescription *faces[STYLE_COUNT];
    PangoAttrList *attributes[STYLE_COUNT];
    float leading[STYLE_COUNT];
    bool capitals[STYLE_COUNT];
    enum ink inks[STYLE_COUNT];
    cairo_surface_t *surface; /* NULL while pages are only counted */
    cairo_t *cr;
    double y, top; /* where the next block goes, and where the page began */
    int page, page_count;
    const struct table *table; /* the one being written: its head is repeated */
    const double *widths;      /* of its columns */
    const char *group;         /* tag around the cells of a row; NULL: none */
    double label_width;        /* of the facts being written */
    int outline;               /* bookmark of the last heading of level 1; 0: none */
    struct error *error;
    int failed;
};

/* A text in a row: x and width in points, tag its role in the PDF's structure. */
struct cell {
    const char *text;
    enum style style;
    enum document_align align;
    double x, width;
    const char *tag;
    bool justify;
    /* filled by row_prepare */
    PangoLayout *layout;
    double drop; /* so that the first lines of a row share one baseline */
    int lines, line;
};

int paper_open(struct paper *p, const struct document_info *info, struct error *error);
void paper_close(struct paper *p); /* of one that was opened */

/* Turns the counting paper into a writing one whose bytes go to out. */
void paper_start_writing(struct paper *p, struct buffer *out);
int paper_finish(struct paper *p); /* what cairo says, as an error */

void paper_page_begin(struct paper *p);
void paper_page_break(struct paper *p);
double paper_room(const struct paper *p); /* left on this page */
double paper_width(void);

void paper_ink(struct paper *p, enum ink ink);
void paper_rule(struct paper *p, double x, double y, double width, double thickness, enum ink ink);
void paper_tag(struct paper *p, const char *tag, bool begins); /* NULL: none */

PangoLayout *paper_layout(struct paper *p, enum style style, const char *text, double width,
                          enum document_align align);
double paper_text_width(struct paper *p, enum style style, const char *text);
double layout_width(PangoLayout *layout);
double layout_height(PangoLayout *layout);
double layout_baseline(PangoLayout *layout); /* of its first line */

/* Row: prepare, which gives its height, then flow or draw, which frees it. Flowing begins a new page where
 * the row does not fit: a row that may split does so when at least two lines stay on each side, another only
 * when it is taller than a page. */
double row_prepare(struct paper *p, struct cell *cells, int count);
void row_flow(struct paper *p, struct cell *cells, int count, double height, bool may_split);
void row_draw(struct paper *p, struct cell *cells, int count, double y); /* whole, where it is told */
void row_free(struct cell *cells, int count);

void paper_title(struct paper *p);
void paper_block(struct paper *p, const struct block *block, const struct block *previous);
void paper_signatures(struct paper *p, const struct block *block); /* the boxes from block on, two abreast */
double paper_signature_height(struct paper *p, const struct block *block);
void paper_qr_block(struct paper *p, const struct block *block);
void paper_table(struct paper *p, const struct table *table);
void paper_table_head(struct paper *p); /* of p->table */
double paper_table_least(struct paper *p,
                         const struct table *table); /* room its head and first row ask for */

/* The module of a QR code drawn in a square; refuses a payload that does not fit. */
int paper_qr(struct paper *p, const char *payload, double x, double y, double size);

/* Adds the language to a finished PDF. Bytes that are not as expected are left alone. */
void pdf_set_language(struct buffer *pdf, size_t start, const char *language);

#endif
