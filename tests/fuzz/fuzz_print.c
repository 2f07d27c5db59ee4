/* Any blocks with any texts: printed as text and as PDF, or refused, without a fault and without end. A byte
 * says which block comes, the bytes up to the next zero are its text. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "print/print.h"

const char *__lsan_default_suppressions(void);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig"; /* once per process */
}

static void add_table(struct document *document, unsigned shape, const char *text)
{
    struct document_column columns[4];
    int count = 1 + shape % 4;
    for (int i = 0; i < count; i++)
        columns[i] = (struct document_column){
            i % 2 ? text : "Part", (enum document_align)((shape + (unsigned)i) % 3), (int)(shape >> i) % 3};
    document_table(document, columns, count);
}

static void add_block(struct document *document, unsigned kind, const char *text)
{
    const char *const texts[] = {text, "EXEMPLE", text, NULL};
    switch (kind % 13) {
    case 0:
        return document_heading(document, (int)kind / 13 % 4, text);
    case 1:
        return document_paragraph(document, text);
    case 2:
        return document_note(document, text);
    case 3:
        return document_item(document, text);
    case 4:
        return document_check(document, kind & 16, text);
    case 5:
        return document_fact(document, text, text);
    case 6:
        return document_addresses(document, text, "a\nb");
    case 7:
        return document_page_break(document);
    case 8:
        return add_table(document, kind, text);
    case 9:
        return document_row(document, texts);
    case 10:
        return document_total(document, texts);
    case 11:
        return document_signature(document, text, text, texts);
    case 12:
        return document_qr(document, text, text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer text = {0}, pdf = {0};
    struct error error = {0};
    char *copy = arena_copy(arena, (const char *)bytes, size);
    struct document_info info = {.title = copy, .language = size % 2 ? "fr" : "en", .date = "2026-03-02"};
    struct document *document = document_new(arena, &info);
    for (size_t at = 0; at < size; at += strlen(copy + at) + 1)
        add_block(document, bytes[at], copy + at + (bytes[at] != 0));
    if (!document_write_text(document, 40 + (int)(size % 60), &text, &error) &&
        !text_is_clean(buffer_string(&text), text.length))
        __builtin_trap();
    if (document_write_pdf(document, &pdf, &error) && pdf.length)
        __builtin_trap(); /* after an error nothing was written */
    return 0;
}
