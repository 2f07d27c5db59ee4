/* Cells of a FEC, in ISO 8859-15. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buffer.h"
#include "ledger/fec.h"

/* What ISO 8859-15 has where ISO 8859-1 has something else. */
static int own_place(utf8proc_int32_t point)
{
    switch (point) {
    case 0x20AC:
        return 0xA4;
    case 0x160:
        return 0xA6;
    case 0x161:
        return 0xA8;
    case 0x17D:
        return 0xB4;
    case 0x17E:
        return 0xB8;
    case 0x152:
        return 0xBC;
    case 0x153:
        return 0xBD;
    case 0x178:
        return 0xBE;
    default:
        return 0;
    }
}

/* Signs that have no place there but a sensible way to write them. */
static const char *written_as(utf8proc_int32_t point)
{
    static const struct {
        utf8proc_int32_t point;
        const char *text;
    } known[] = {
        {0x2018, "'"},  {0x2019, "'"},  {0x201A, ","},   {0x201C, "\""}, {0x201D, "\""}, {0x201E, "\""}, {0x2013, "-"},
        {0x2014, "-"},  {0x2010, "-"},  {0x2011, "-"},   {0x2212, "-"},  {0x2022, "*"},  {0x2026, "..."}, {0x2030, "o/oo"},
        {0x2039, "<"},  {0x203A, ">"},  {0x2192, "->"},  {0x2190, "<-"}, {0x2264, "<="}, {0x2265, ">="}, {0x142, "l"},
        {0x141, "L"},   {0x111, "d"},   {0x110, "D"},    {0x131, "i"},   {0x1E9E, "SS"}, {0xA4, "?"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].point == point)
            return known[i].text;
    return NULL;
}

static bool has_place(utf8proc_int32_t point)
{
    static const unsigned char taken[] = {0xA4, 0xA6, 0xA8, 0xB4, 0xB8, 0xBC, 0xBD, 0xBE};
    return point < 0x80 || (point >= 0xA0 && point <= 0xFF && !memchr(taken, (int)point, sizeof taken));
}

/* Without its marks: ā is written a; ﬁ as fi. */
static void put_decomposed(struct buffer *out, utf8proc_int32_t point)
{
    utf8proc_int32_t parts[32];
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(point, parts, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    size_t before = out->length;
    for (utf8proc_ssize_t i = 0; i < count && i < 32; i++)
        if (parts[i] == 0x2044) /* the stroke of ½ */
            buffer_char(out, '/');
        else if (has_place(parts[i]) && parts[i] >= ' ' && parts[i] != '|')
            buffer_char(out, (char)parts[i]);
    if (out->length == before && utf8proc_category(point) != UTF8PROC_CATEGORY_MN)
        buffer_char(out, '?');
}

static void put_point(struct buffer *out, utf8proc_int32_t point)
{
    const char *text;
    utf8proc_category_t category = utf8proc_category(point);
    if (own_place(point))
        buffer_char(out, (char)own_place(point));
    else if (category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP)
        buffer_char(out, point == 0xA0 ? (char)0xA0 : ' ');
    else if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF)
        return;
    else if (has_place(point))
        buffer_char(out, (char)point);
    else if ((text = written_as(point)))
        buffer_text(out, text);
    else
        put_decomposed(out, point);
}

void fec_put_text(struct buffer *out, const char *text)
{
    for (;;) {
        const char *plain = text;
        while (*text >= ' ' && *text < 0x7F && *text != '|') /* a run of ASCII is copied as it stands */
            text++;
        buffer_add(out, plain, (size_t)(text - plain));
        if (!*text)
            return;
        if (*text == '\t' || *text == '\r' || *text == '\n' || *text == '|') {
            buffer_char(out, ' ');
            text++;
            continue;
        }
        utf8proc_int32_t point;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        if (used > 0)
            put_point(out, point);
        text += used > 0 ? used : 1;
    }
}

void fec_put_amount(struct buffer *out, int64_t cents)
{
    char text[24], *p = text + sizeof text;
    uint64_t left = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
    for (int digits = 0; left || digits < 3; digits++, left /= 10) {
        if (digits == 2)
            *--p = ',';
        *--p = (char)('0' + left % 10);
    }
    if (cents < 0)
        *--p = '-';
    buffer_add(out, p, (size_t)(text + sizeof text - p));
}

void fec_put_date(struct buffer *out, const char *date)
{
    if (strlen(date) != 10)
        return;
    buffer_add(out, date, 4);
    buffer_add(out, date + 5, 2);
    buffer_add(out, date + 8, 2);
}

void fec_put_header(struct buffer *out)
{
    for (int i = 0; i < FEC_COLUMNS; i++) {
        buffer_text(out, i ? "\t" : "");
        buffer_text(out, fec_names[i]);
    }
    buffer_text(out, "\r\n");
}
