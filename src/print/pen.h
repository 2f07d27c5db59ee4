/* Pen: drawing freely on A4 pages of a PDF, for papers that are forms rather than documents (print.h). What many pages share
 * is drawn once, as a master, and stands once in the file. Positions and sizes in points, y from the top; the file is written
 * as it grows, so that memory does not. */
#ifndef MAILLON_PRINT_PEN_H
#define MAILLON_PRINT_PEN_H

#include <stdbool.h>
#include <stdio.h>

struct error;
struct pen;

static const double PEN_WIDTH = 595.2756, PEN_HEIGHT = 841.8898;

enum pen_style { PEN_TITLE, PEN_REFERENCE, PEN_FACT, PEN_LABEL, PEN_FAMILY, PEN_CODE, PEN_NAME, PEN_NOTE, PEN_PRICE, PEN_STYLES };

int pen_new(FILE *out, const char *title, const char *date, struct pen **ret_pen, struct error *error);
void pen_page(struct pen *pen); /* ends the page */
/* Ends the file and frees the pen; what could not be written is said. */
int pen_close(struct pen *pen, int *ret_pages, struct error *error);

/* Between begin and end everything is drawn on the master, whose number begin gives. */
int pen_master_begin(struct pen *pen);
void pen_master_end(struct pen *pen);
void pen_lay(struct pen *pen, int master); /* on the page, under what follows */

void pen_language(struct pen *pen, const char *language);
void pen_ink(struct pen *pen, bool soft);
/* One line with its baseline at y, cut with … where it would pass width (0: no bound). align: x is -1 its left, 0 its middle,
 * 1 its right end. scale: of the style's size. Gives the width it took. */
double pen_text(struct pen *pen, enum pen_style style, double scale, double x, double y, double width, int align, const char *text);
/* Several lines within width, the first with its baseline at y; gives the height they took. */
double pen_block(struct pen *pen, enum pen_style style, double scale, double x, double y, double width, const char *text);
void pen_line(struct pen *pen, double x, double y, double to_x, double to_y, double thickness, bool dashed);
void pen_box(struct pen *pen, double x, double y, double width, double height, double thickness);
void pen_qr(struct pen *pen, const char *text, double x, double y, double size);
/* A line drawing on a grid of 16: the d of an SVG path of absolute M, L, C and Z, up to its end or a quote. */
void pen_path(struct pen *pen, const char *path, double x, double y, double size);

#endif
