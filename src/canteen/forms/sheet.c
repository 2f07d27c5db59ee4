/* The pages of an order form: head, two columns of products by family, boxes to write in. */
#include "canteen/forms/sheet.h"

#include <string.h>
#include <utf8proc.h>

#include "base/catalogue.h"
#include "base/embed.h"
#include "base/error.h"

static const double SHEET_SIDE = 30, SHEET_TOP = 26;
static const double HEAD_FIRST = 116, HEAD_NEXT = 34, COLUMN_GAP = 16, QR_SIDE = 66, STRIP = 26;

/* How large the rows are: the largest that keeps the form on one sheet of two sides. */
static const struct measure {
    double row, family, scale, box;
    bool pictures;
} measures[] = {
    {17.4, 19, 1.0, 11.5, false}, {15.4, 17, 0.95, 10.8, false}, {13.6, 15, 0.88, 10.2, false},
    {27, 34, 1.32, 16, true},     {23, 30, 1.2, 14.5, true},
};

struct flow {
    struct sheet *sheet;
    struct pen *pen;
    const struct sheet_text *text;
    const struct measure *measure;
    bool drawing; /* else pages are only counted */
    int page, column;
    double y;
};

static double column_width(void)
{
    return (PEN_WIDTH - 2 * SHEET_SIDE - COLUMN_GAP) / 2;
}

static double column_x(int column)
{
    return SHEET_SIDE + column * (column_width() + COLUMN_GAP);
}

/* Columns of a row, from the left of its column of the page. */
static double substitute_x(const struct measure *m)
{
    return column_width() - m->box;
}

static double boxes_x(const struct measure *m)
{
    return substitute_x(m) - 12 - 2 * m->box;
}

static double price_x(const struct measure *m)
{
    return boxes_x(m) - 7;
}

/* --- what stands around the products --- */

static void draw_head(struct flow *flow)
{
    struct pen *pen = flow->pen;
    const struct sheet_text *text = flow->text;
    double right = PEN_WIDTH - SHEET_SIDE - QR_SIDE - 14, box_y = SHEET_TOP + 74;
    pen_ink(pen, false);
    pen_text(pen, PEN_TITLE, 1, SHEET_SIDE, SHEET_TOP + 11, 250, -1, text->title);
    pen_text(pen, PEN_FACT, 1, SHEET_SIDE, SHEET_TOP + 25, 250, -1, text->place);
    pen_text(pen, PEN_FACT, 1, SHEET_SIDE, SHEET_TOP + 38, 250, -1, text->cycle);
    pen_text(pen, PEN_FAMILY, 1.1, SHEET_SIDE, SHEET_TOP + 52, 250, -1, text->closing);
    pen_text(pen, PEN_FACT, 1, SHEET_SIDE, SHEET_TOP + 65, 250, -1, text->delivery);
    pen_ink(pen, true);
    pen_block(pen, PEN_NOTE, 1.12, SHEET_SIDE, SHEET_TOP + 80, 250, text->limits);
    pen_ink(pen, false);
    /* The person signs here: an order without a signature is none. */
    pen_box(pen, right - 176, box_y, 56, 25, 0.7);
    pen_box(pen, right - 114, box_y, 114, 25, 0.7);
    pen_ink(pen, true);
    pen_text(pen, PEN_LABEL, 1, right - 173, box_y + 8, 50, -1, tr(text->language, N_("Date")));
    pen_text(pen, PEN_LABEL, 1, right - 111, box_y + 8, 100, -1, tr(text->language, N_("Signature")));
    pen_line(pen, SHEET_SIDE, SHEET_TOP + HEAD_FIRST - 10, PEN_WIDTH - SHEET_SIDE, SHEET_TOP + HEAD_FIRST - 10, 0.8, false);
}

static void draw_column_head(struct flow *flow)
{
    const struct measure *m = flow->measure;
    double x = column_x(flow->column), y = flow->y + 6;
    const char *language = flow->text->language;
    pen_ink(flow->pen, true);
    pen_text(flow->pen, PEN_LABEL, 0.95, x, y, 0, -1, tr(language, N_("No.")));
    pen_text(flow->pen, PEN_LABEL, 0.95, x + price_x(m), y, 0, 1, tr(language, N_("Price")));
    pen_text(flow->pen, PEN_LABEL, 0.95, x + boxes_x(m) + m->box, y, 0, 0, tr(language, N_("How many")));
    pen_text(flow->pen, PEN_LABEL, 0.95, x + column_width() - m->box * 0.4, y, 0, 0, "*");
}

static void draw_foot(struct flow *flow)
{
    double y = PEN_HEIGHT - STRIP - 12;
    const char *language = flow->text->language;
    pen_ink(flow->pen, true);
    pen_line(flow->pen, SHEET_SIDE, y - 15, PEN_WIDTH - SHEET_SIDE, y - 15, 0.5, false);
    pen_text(flow->pen, PEN_NOTE, 1, SHEET_SIDE, y - 6, PEN_WIDTH - 2 * SHEET_SIDE, -1,
             tr(language, N_("* Tick it when another product of the same kind may be given in its place, never dearer. One digit in each box.")));
    pen_text(flow->pen, PEN_NOTE, 0.93, SHEET_SIDE, y + 2, PEN_WIDTH - 2 * SHEET_SIDE, -1, flow->text->allergens);
}

static double column_top(const struct flow *flow)
{
    return SHEET_TOP + (flow->page ? HEAD_NEXT : HEAD_FIRST);
}

static double column_bottom(void)
{
    return PEN_HEIGHT - STRIP - 12 - 17; /* the strip with a name has its room on every form: the same boxes everywhere */
}

/* --- flowing --- */

static void page_begin(struct flow *flow)
{
    flow->column = 0;
    flow->drawing = flow->sheet != NULL;
    if (!flow->drawing)
        return;
    flow->sheet->pages[flow->sheet->page_count++] = pen_master_begin(flow->pen);
    if (!flow->page)
        draw_head(flow);
    draw_foot(flow);
}

static void page_end(struct flow *flow)
{
    if (flow->drawing)
        pen_master_end(flow->pen);
    flow->drawing = false;
}

static void column_begin(struct flow *flow)
{
    flow->y = column_top(flow);
    if (flow->drawing)
        draw_column_head(flow);
    flow->y += 9;
}

static void need(struct flow *flow, double height)
{
    if (flow->y + height <= column_bottom())
        return;
    if (flow->column == 0) {
        flow->column = 1;
    } else {
        page_end(flow);
        flow->page++;
        if (flow->page < SHEET_PAGES_MAX)
            page_begin(flow);
    }
    column_begin(flow);
}

/* Names of families stand in small letters in the middle of sentences. */
static const char *capitalised(const char *text, char ret_text[80])
{
    utf8proc_int32_t first = 0;
    utf8proc_uint8_t capital[4];
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &first);
    if (length <= 0)
        return text;
    utf8proc_ssize_t bytes = utf8proc_encode_char(utf8proc_toupper(first), capital);
    snprintf(ret_text, 80, "%.*s%s", (int)bytes, (const char *)capital, text + length);
    return ret_text;
}

/* The drawing of a family of goods; nothing when there is none. */
static void draw_pictogram(struct pen *pen, const char *family, double x, double y, double size)
{
    const struct embedded *art = embed_find("web/assets/goods.svg");
    char wanted[80];
    snprintf(wanted, sizeof wanted, "id=\"%.60s\"", family);
    const char *symbol = art ? strstr(art->bytes, wanted) : NULL, *path = symbol ? strstr(symbol, " d=\"") : NULL;
    if (path)
        pen_path(pen, path + 4, x, y, size);
}

static void draw_family(struct flow *flow, const char *family)
{
    const struct measure *m = flow->measure;
    double x = column_x(flow->column), side = m->pictures ? m->family - 6 : 0;
    char name[80];
    pen_ink(flow->pen, false);
    if (m->pictures)
        draw_pictogram(flow->pen, family, x, flow->y + 3, side);
    pen_text(flow->pen, PEN_FAMILY, m->scale, x + (side ? side + 6 : 0), flow->y + m->family - (m->pictures ? 10 : 5), 0, -1,
             capitalised(tr_name(flow->text->language, family), name));
    pen_line(flow->pen, x, flow->y + m->family - 1.5, x + column_width(), flow->y + m->family - 1.5, 0.9, false);
}

static void draw_product(struct flow *flow, const struct sheet_product *product)
{
    const struct measure *m = flow->measure;
    struct pen *pen = flow->pen;
    double x = column_x(flow->column), y = flow->y, name_x = x + (m->pictures ? 52 : 27), middle = y + m->row / 2;
    double width = x + price_x(m) - 34 * m->scale - name_x, box_y = y + (m->row - m->box) / 2;
    pen_ink(pen, false);
    if (m->pictures)
        draw_pictogram(pen, product->family, x + 30, middle - 9, 18);
    pen_text(pen, PEN_CODE, m->scale, x, middle + 3.2 * m->scale, 0, -1, product->code);
    pen_text(pen, PEN_NAME, m->scale, name_x, *product->notes ? middle - 0.6 : middle + 2.8, width, -1, product->name);
    pen_text(pen, PEN_PRICE, m->scale, x + price_x(m), middle + 3 * m->scale, 0, 1, product->price);
    pen_box(pen, x + boxes_x(m), box_y, m->box, m->box, 0.6);
    pen_box(pen, x + boxes_x(m) + m->box, box_y, m->box, m->box, 0.6);
    pen_box(pen, x + column_width() - m->box * 0.8, y + (m->row - m->box * 0.8) / 2, m->box * 0.8, m->box * 0.8, 0.45);
    pen_ink(pen, true);
    pen_text(pen, PEN_NOTE, m->scale, name_x, middle + 6.2 * m->scale, width, -1, product->notes);
    pen_line(pen, x, y + m->row, x + column_width(), y + m->row, 0.3, false);
}

/* Gives the number of pages. */
static int flow_all(struct flow *flow, const struct sheet_product *products, size_t count)
{
    const char *family = "";
    page_begin(flow);
    column_begin(flow);
    for (size_t i = 0; i < count && flow->page < SHEET_PAGES_MAX; i++) {
        bool starts = strcmp(family, products[i].family) != 0;
        need(flow, flow->measure->row + (starts ? flow->measure->family : 0));
        if (starts && flow->page < SHEET_PAGES_MAX) {
            family = products[i].family;
            if (flow->drawing)
                draw_family(flow, family);
            flow->y += flow->measure->family;
        }
        if (flow->drawing)
            draw_product(flow, &products[i]);
        flow->y += flow->measure->row;
    }
    page_end(flow);
    return flow->page + 1;
}

bool sheet_record(struct sheet *sheet, struct pen *pen, const struct sheet_text *text, const struct sheet_product *products,
                  size_t count, bool pictures)
{
    int pages = 0;
    const struct measure *taken = NULL;
    *sheet = (struct sheet){.pictures = pictures};
    for (size_t i = 0; i < sizeof measures / sizeof *measures && pages != 1 && pages != 2; i++)
        if (measures[i].pictures == pictures) {
            struct flow counting = {.pen = pen, .text = text, .measure = taken = &measures[i]};
            pages = flow_all(&counting, products, count);
        }
    struct flow flow = {.sheet = sheet, .pen = pen, .text = text, .measure = taken};
    return flow_all(&flow, products, count) <= SHEET_PAGES_MAX;
}

/* --- one person --- */

static void draw_first(struct pen *pen, const struct sheet_text *text, const struct sheet_person *person)
{
    double qr_x = PEN_WIDTH - SHEET_SIDE - QR_SIDE, right = qr_x - 14;
    pen_ink(pen, false);
    pen_qr(pen, person->code, qr_x, SHEET_TOP, QR_SIDE);
    pen_text(pen, PEN_REFERENCE, 1, right, SHEET_TOP + 18, 0, 1, person->reference);
    pen_text(pen, PEN_FAMILY, 1.2, right, SHEET_TOP + 34, 200, 1, person->place);
    if (!person->strip)
        pen_text(pen, PEN_FACT, 1, right, SHEET_TOP + 47, 200, 1, person->name);
    if (*text->balance) {
        double took = pen_text(pen, PEN_FAMILY, 1, right, SHEET_TOP + 61, 0, 1, person->balance);
        pen_text(pen, PEN_LABEL, 1.1, right - took - 5, SHEET_TOP + 61, 0, 1, text->balance);
    }
    pen_text(pen, PEN_LABEL, 0.74, qr_x + QR_SIDE / 2, SHEET_TOP + QR_SIDE + 7, 0, 0, person->code);
}

static void draw_strip(struct pen *pen, const struct sheet_person *person)
{
    double y = PEN_HEIGHT - STRIP - 6;
    pen_line(pen, 0, y, PEN_WIDTH, y, 0.5, true);
    pen_text(pen, PEN_FAMILY, 1, SHEET_SIDE, y + 12, 300, -1, person->name);
    pen_text(pen, PEN_FACT, 1, PEN_WIDTH - SHEET_SIDE, y + 12, 200, 1, person->place);
}

static void draw_next(struct pen *pen, const struct sheet_text *text, const struct sheet_person *person, int page)
{
    char number[16];
    snprintf(number, sizeof number, "%d", page + 1);
    pen_ink(pen, false);
    pen_text(pen, PEN_TITLE, 1, SHEET_SIDE, SHEET_TOP + 11, 0, -1, person->reference);
    pen_text(pen, PEN_FACT, 1, SHEET_SIDE + 90, SHEET_TOP + 11, 300, -1, text->cycle);
    pen_text(pen, PEN_FACT, 1, PEN_WIDTH - SHEET_SIDE, SHEET_TOP + 11, 0, 1, number);
    pen_line(pen, SHEET_SIDE, SHEET_TOP + 20, PEN_WIDTH - SHEET_SIDE, SHEET_TOP + 20, 0.6, false);
}

void sheet_draw(const struct sheet *sheet, struct pen *pen, const struct sheet_text *text, const struct sheet_person *person, bool even)
{
    for (int page = 0; page < sheet->page_count; page++) {
        pen_lay(pen, sheet->pages[page]);
        if (page)
            draw_next(pen, text, person, page);
        else
            draw_first(pen, text, person);
        if (!page && person->strip && *person->name)
            draw_strip(pen, person);
        pen_page(pen);
    }
    if (even && sheet->page_count % 2)
        pen_page(pen);
}
