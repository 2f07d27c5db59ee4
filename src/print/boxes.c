/* Boxes to sign and QR codes. */
#include <qrencode.h>

#include "base/error.h"
#include "print/paper.h"

static const double FIELD_HEIGHT = 33, SIGN_HEIGHT = 76, PADDING = 10, GAP_ACROSS = 16, QR_SIZE = 84;

static double box_width(void)
{
    return (paper_width() - GAP_ACROSS) / 2;
}

/* The capacity above the name; draws when told to, gives the height both take. */
static double signature_names(struct paper *p, const struct block *block, double x, double y, bool draws)
{
    const char *const texts[] = {block->second, block->text};
    double height = 0;
    for (int i = 0; i < 2; i++) {
        if (!texts[i][0])
            continue;
        struct cell cell = {.text = texts[i], .style = i ? STYLE_STRONG : STYLE_LABEL, .tag = "P"};
        cell.x = x + PADDING;
        cell.width = box_width() - 2 * PADDING;
        double used = row_prepare(p, &cell, 1);
        if (draws)
            row_draw(p, &cell, 1, y + height);
        else
            row_free(&cell, 1);
        height += used + 3;
    }
    return height;
}

double paper_signature_height(struct paper *p, const struct block *block)
{
    double fields = block->field_count ? (block->field_count - 1) * FIELD_HEIGHT + SIGN_HEIGHT : SIGN_HEIGHT;
    return 2 * PADDING + signature_names(p, block, 0, 0, false) + fields;
}

static void signature_draw(struct paper *p, const struct block *block, double x, double height)
{
    double inner = box_width() - 2 * PADDING;
    double y = p->y + PADDING;
    y += signature_names(p, block, x, y, true);
    for (int i = 0; i < block->field_count; i++) {
        struct cell cell = {
            .text = block->fields[i], .style = STYLE_LABEL, .x = x + PADDING, .width = inner, .tag = "P"};
        row_prepare(p, &cell, 1);
        row_draw(p, &cell, 1, y + 8);
        y += FIELD_HEIGHT;
        if (i + 1 < block->field_count)
            paper_rule(p, x + PADDING, y - 2, inner, LINE_THIN, INK_RULE);
    }
    if (!p->cr)
        return;
    paper_ink(p, INK_SOFT);
    pango.cairo_set_line_width(p->cr, LINE_FINE);
    pango.cairo_rectangle(p->cr, x, p->y, box_width(), height);
    pango.cairo_stroke(p->cr);
}

void paper_signatures(struct paper *p, const struct block *block)
{
    const struct block *beside = block->next && block->next->kind == BLOCK_SIGNATURE ? block->next : NULL;
    double height = paper_signature_height(p, block);
    if (beside && paper_signature_height(p, beside) > height)
        height = paper_signature_height(p, beside);
    if (height > paper_room(p))
        paper_page_break(p);
    signature_draw(p, block, MARGIN_SIDE, height);
    if (beside)
        signature_draw(p, beside, MARGIN_SIDE + box_width() + GAP_ACROSS, height);
    p->y += height;
}

int paper_qr(struct paper *p, const char *payload, double x, double y, double size)
{
    QRcode *code = QRcode_encodeString(payload, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code) {
        if (!p->failed)
            p->failed = error_set(p->error, ERR_TOO_LARGE, NULL,
                                  N_("The content of a QR code is empty or too long"), NULL);
        return p->failed;
    }
    if (p->cr) {
        /* Runs of dark modules as one rectangle each: no hairline shows between neighbours. */
        double side = size / code->width;
        paper_ink(p, INK_TEXT);
        for (int row = 0; row < code->width; row++)
            for (int column = 0, run; column < code->width; column += run + 1) {
                const unsigned char *modules = code->data + row * code->width;
                for (run = 0; column + run < code->width && modules[column + run] & 1; run++)
                    continue;
                if (run)
                    pango.cairo_rectangle(p->cr, x + column * side, y + row * side, run * side, side);
            }
        pango.cairo_fill(p->cr);
    }
    QRcode_free(code);
    return 0;
}

void paper_qr_block(struct paper *p, const struct block *block)
{
    struct cell cell = {
        .text = block->second, .style = STYLE_NOTE, .x = MARGIN_SIDE + QR_SIZE + GAP_ACROSS, .tag = "P"};
    cell.width = paper_width() - QR_SIZE - GAP_ACROSS;
    double height = row_prepare(p, &cell, 1);
    if (QR_SIZE > paper_room(p))
        paper_page_break(p);
    int page = p->page;
    double bottom = p->y + QR_SIZE;
    paper_qr(p, block->text, MARGIN_SIDE, p->y, QR_SIZE);
    row_flow(p, &cell, 1, height, true);
    if (page == p->page && p->y < bottom)
        p->y = bottom;
}
