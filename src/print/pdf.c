/* The document as PDF: the pages are counted first, so that each can say how many there are, then written. */
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "print/paper.h"

static void flow_document(struct paper *p, const struct document *document)
{
    p->outline = 0;
    paper_page_begin(p);
    paper_title(p);
    const struct block *previous = NULL;
    for (const struct block *block = document->first; block && !p->failed;
         previous = block, block = block->next)
        paper_block(p, block, previous);
}

int document_write_pdf(const struct document *document, struct buffer *out, struct error *error)
{
    struct paper paper;
    size_t start = out->length;
    int failed = document_check_built(document, error);
    if (!failed && document->sheet)
        return labels_write_pdf(&document->info, document->sheet, document->labels_skipped, document->labels, document->label_count,
                                out, error);
    if (!failed)
        failed = paper_open(&paper, &document->info, error);
    if (failed)
        return failed;
    flow_document(&paper, document);
    if (!paper.failed) {
        paper_start_writing(&paper, out);
        flow_document(&paper, document);
        paper_finish(&paper);
    }
    failed = paper.failed;
    paper_close(&paper);
    if (!failed)
        pdf_set_language(out, start, document->info.language);
    else if (out->bytes)
        out->bytes[out->length = start] = 0;
    return failed;
}
