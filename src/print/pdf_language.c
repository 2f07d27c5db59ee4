/* Readers aloud need the language of a PDF, which cairo cannot set. It goes into the catalogue, as an
 * incremental update at the end of the file (ISO 32000-1, 7.5.6): the catalogue again with /Lang, a table
 * that names it, and a trailer that points back to the first table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "print/paper.h"

static const char *find_last(const char *from, const char *end, const char *word)
{
    const char *found = NULL;
    for (const char *at = from; (at = memmem(at, (size_t)(end - at), word, strlen(word))); at++)
        found = at;
    return found;
}

/* The number behind a word of the trailer, as in "/Size 12"; -1 when there is none. */
static long number_after(const char *from, const char *end, const char *word)
{
    const char *found = memmem(from, (size_t)(end - from), word, strlen(word));
    return found ? strtol(found + strlen(word), NULL, 10) : -1;
}

void pdf_set_language(struct buffer *pdf, size_t start, const char *language)
{
    const char *from = pdf->bytes + start, *end = pdf->bytes + pdf->length;
    const char *trailer = find_last(from, end, "\ntrailer");
    if (!trailer)
        return;
    long size = number_after(trailer, end, "/Size "), root = number_after(trailer, end, "/Root ");
    long info = number_after(trailer, end, "/Info "), table = number_after(trailer, end, "startxref\n");
    char head[32];
    snprintf(head, sizeof head, "\n%ld 0 obj\n<<", root);
    const char *catalogue = find_last(from, end, head);
    const char *close = catalogue ? memmem(catalogue, (size_t)(end - catalogue), "endobj", 6) : NULL;
    const char *inside = catalogue ? catalogue + strlen(head) : NULL;
    if (size < 0 || root < 0 || info < 0 || table < 0 || !close ||
        !memmem(inside, (size_t)(close - inside), "/Catalog", 8))
        return;
    bool marked = !memmem(inside, (size_t)(close - inside), "/StructTreeRoot", 15) ||
                  memmem(inside, (size_t)(close - inside), "/MarkInfo", 9);
    char *rest = strndup(inside, (size_t)(close - inside)); /* the buffer moves while it grows */
    size_t object = pdf->length - start;
    buffer_printf(pdf, "%ld 0 obj\n<< /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >>%s%sendobj\n",
                  root, strcmp(language, "en") ? "fr-FR" : "en-GB",
                  marked ? "" : " /MarkInfo << /Marked true >>", rest);
    size_t second_table = pdf->length - start;
    buffer_printf(pdf, "xref\n0 1\n0000000000 65535 f \n%ld 1\n%010zu 00000 n \n", root, object);
    buffer_printf(pdf,
                  "trailer\n<< /Size %ld /Root %ld 0 R /Info %ld 0 R /Prev %ld >>\nstartxref\n%zu\n%%%%EOF\n",
                  size, root, info, table, second_table);
    free(rest);
}
