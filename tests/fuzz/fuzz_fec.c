/* Fuzzer of ledger/fec_read.c and fec_file.c: any bytes give lines or an error; what is gathered into an entry that was not
 * refused adds up to zero, and every line read is told of. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "ledger/fec_file.h"

static void require(bool held)
{
    if (!held)
        abort();
}

static bool go_on(void *context, int64_t done)
{
    require(!context && done >= 0 && done <= 1000);
    return true;
}

static void check_entry(const struct fec_entry *entry, int64_t *read)
{
    int64_t sum = 0;
    *read += (int64_t)entry->read_count;
    if (entry->bad_reason) {
        require(entry->bad_line && entry->bad_field);
        return;
    }
    for (const struct fec_entry_line *line = entry->first; line; line = line->next) {
        require(line->amount_cents && line->account && strlen(line->account->number) >= 3);
        sum += line->amount_cents;
    }
    require(!sum && entry->line_count && entry->read_count >= entry->line_count && strlen(entry->entry_on) == 10);
}

/* What is written of any text fits on one line of the file. */
static void check_written(const char *text)
{
    struct buffer out = {0};
    fec_put_text(&out, text);
    require(!strpbrk(buffer_string(&out), "\t\r\n|"));
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct fec_reader *reader = NULL;
    struct error error = {0};
    struct fec_gathered file = {.arena = arena, .language = "en"};
    if (fec_open(arena, (const char *)data, size, &reader, &error)) {
        require(error.code && error.message);
    } else if (!fec_gather(&file, reader, go_on, NULL, &error)) {
        int64_t read = 0;
        for (const struct fec_entry *entry = file.first; entry; entry = entry->next)
            check_entry(entry, &read);
        for (const struct fec_refused *line = file.alone; line; line = line->next)
            read++;
        require(read == file.read && fec_progress(reader) == 1);
    }
    check_written(arena_copy(arena, (const char *)data, size));
    arena_free(arena);
    return 0;
}
