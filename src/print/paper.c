/* Pages, styles, rules and rows. */
#include "print/paper.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"

LIBRARY_DEFINE(pango, PANGO_FUNCTIONS, "libpangocairo-1.0.so.0", "libpangocairo-1.0-0")

struct face {
    const char *families;
    double points, leading; /* leading: factor of the font's own line height */
    PangoWeight weight;
    PangoStyle slant;
    double spacing; /* between letters, in points */
    bool capitals;
    enum ink ink;
};

/* The families after the first fill in characters that it lacks. */
#define SERIF "Liberation Serif,DejaVu Serif,DejaVu Sans"
#define SANS "Liberation Sans,DejaVu Sans"
static const struct face faces[STYLE_COUNT] = {
    [STYLE_TITLE] = {SERIF, 23, 1.0, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 0, false, INK_ACCENT},
    [STYLE_SUBTITLE] = {SERIF, 12.5, 1.1, PANGO_WEIGHT_NORMAL, PANGO_STYLE_ITALIC, 0, false, INK_SOFT},
    [STYLE_HEADING_1] = {SERIF, 14.5, 1.1, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 0, false, INK_ACCENT},
    [STYLE_HEADING_2] = {SERIF, 11.5, 1.15, PANGO_WEIGHT_BOLD, PANGO_STYLE_NORMAL, 0, false, INK_TEXT},
    [STYLE_HEADING_3] = {SERIF, 11, 1.15, PANGO_WEIGHT_NORMAL, PANGO_STYLE_ITALIC, 0, false, INK_TEXT},
    [STYLE_BODY] = {SERIF, 11, 1.22, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 0, false, INK_TEXT},
    [STYLE_NOTE] = {SERIF, 9, 1.15, PANGO_WEIGHT_NORMAL, PANGO_STYLE_ITALIC, 0, false, INK_SOFT},
    [STYLE_LABEL] = {SANS, 7.2, 1.2, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 0.55, true, INK_SOFT},
    [STYLE_TABLE_HEAD] = {SANS, 6.9, 1.2, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 0.5, true, INK_SOFT},
    [STYLE_TABLE] = {SANS, 8.8, 1.2, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 0, false, INK_TEXT},
    [STYLE_TABLE_TOTAL] = {SANS, 8.8, 1.2, PANGO_WEIGHT_BOLD, PANGO_STYLE_NORMAL, 0, false, INK_TEXT},
    [STYLE_RUNNING] = {SANS, 6.9, 1.0, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 0.55, true, INK_SOFT},
    [STYLE_STRONG] = {SERIF, 11, 1.15, PANGO_WEIGHT_BOLD, PANGO_STYLE_NORMAL, 0, false, INK_TEXT},
};

static void faces_open(struct paper *p)
{
    for (int i = 0; i < STYLE_COUNT; i++) {
        PangoFontDescription *face = p->faces[i] = pango.pango_font_description_new();
        pango.pango_font_description_set_family_static(face, faces[i].families);
        pango.pango_font_description_set_absolute_size(face, faces[i].points * PANGO_SCALE);
        pango.pango_font_description_set_weight(face, faces[i].weight);
        pango.pango_font_description_set_style(face, faces[i].slant);
        p->capitals[i] = faces[i].capitals;
        p->leading[i] = (float)faces[i].leading;
        p->inks[i] = faces[i].ink;
        p->attributes[i] = pango.pango_attr_list_new();
        /* A hyphen put into a broken number or address would read as part of it. */
        pango.pango_attr_list_insert(p->attributes[i], pango.pango_attr_insert_hyphens_new(FALSE));
        if (faces[i].spacing > 0)
            pango.pango_attr_list_insert(p->attributes[i],
                                         pango.pango_attr_letter_spacing_new((int)(faces[i].spacing * PANGO_SCALE)));
    }
}

/* A font map of our own: Pango's default one belongs to the thread and would live as long as it. */
int paper_open(struct paper *p, const struct document_info *info, struct error *error)
{
    int result = library_load(&pango_library, error);
    if (result)
        return result;
    *p = (struct paper){.info = info, .error = error, .arena = arena_new(), .scratch = arena_new()};
    p->fonts = pango.pango_cairo_font_map_new();
    p->pango = pango.pango_font_map_create_context(p->fonts);
    pango.pango_context_set_language(p->pango, pango.pango_language_from_string(info->language));
    pango.pango_context_set_round_glyph_positions(p->pango, FALSE);
    cairo_font_options_t *options = pango.cairo_font_options_create();
    pango.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango.pango_cairo_context_set_font_options(p->pango, options);
    pango.cairo_font_options_destroy(options);
    faces_open(p);
    return 0;
}

void paper_close(struct paper *p)
{
    if (p->cr)
        pango.cairo_destroy(p->cr);
    if (p->surface)
        pango.cairo_surface_destroy(p->surface);
    for (int i = 0; i < STYLE_COUNT; i++) {
        pango.pango_font_description_free(p->faces[i]);
        pango.pango_attr_list_unref(p->attributes[i]);
    }
    pango.g_object_unref(p->pango);
    pango.g_object_unref(p->fonts);
    arena_free(p->scratch);
    arena_free(p->arena);
}

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
    buffer_add(closure, bytes, length);
    return CAIRO_STATUS_SUCCESS;
}

void paper_start_writing(struct paper *p, struct buffer *out)
{
    p->page_count = p->page;
    p->page = 0;
    p->surface = pango.cairo_pdf_surface_create_for_stream(take_bytes, out, PAGE_WIDTH, PAGE_HEIGHT);
    /* 1.4 has all that is used here, and a plain table of objects that pdf_set_language can read. */
    pango.cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_4);
    const char *date = date_is(p->info->date) ? p->info->date : "1970-01-01";
    const char *instant = arena_printf(p->arena, "%sT00:00:00Z", date);
    pango.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, p->info->title);
    pango.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, "Maillon");
    pango.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Maillon");
    pango.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, instant);
    pango.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_MOD_DATE, instant);
    if (p->info->reference[0])
        pango.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT, p->info->reference);
    p->cr = pango.cairo_create(p->surface);
    paper_tag(p, "Document", true);
}

int paper_finish(struct paper *p)
{
    paper_tag(p, "Document", false);
    pango.cairo_show_page(p->cr);
    cairo_status_t status = pango.cairo_status(p->cr);
    pango.cairo_surface_finish(p->surface);
    if (!status)
        status = pango.cairo_surface_status(p->surface);
    if (status && !p->failed)
        p->failed = error_set(p->error, ERR_INTERNAL, NULL, N_("The PDF could not be made: {0}"),
                              pango.cairo_status_to_string(status), NULL);
    return p->failed;
}

double paper_width(void)
{
    return PAGE_WIDTH - 2 * MARGIN_SIDE;
}

double paper_room(const struct paper *p)
{
    return PAGE_HEIGHT - MARGIN_BOTTOM - p->y;
}

void paper_ink(struct paper *p, enum ink ink)
{
    static const double inks[][3] = {[INK_TEXT] = {0.11, 0.095, 0.075},
                                     [INK_SOFT] = {0.34, 0.31, 0.26},
                                     [INK_ACCENT] = {0.075, 0.28, 0.21},
                                     [INK_RULE] = {0.70, 0.65, 0.56}};
    if (p->cr)
        pango.cairo_set_source_rgb(p->cr, inks[ink][0], inks[ink][1], inks[ink][2]);
}

void paper_rule(struct paper *p, double x, double y, double width, double thickness, enum ink ink)
{
    if (!p->cr)
        return;
    paper_ink(p, ink);
    pango.cairo_rectangle(p->cr, x, y, width, thickness);
    pango.cairo_fill(p->cr);
}

void paper_tag(struct paper *p, const char *tag, bool begins)
{
    if (!p->cr || !tag)
        return;
    if (begins)
        pango.cairo_tag_begin(p->cr, tag, NULL);
    else
        pango.cairo_tag_end(p->cr, tag);
}
