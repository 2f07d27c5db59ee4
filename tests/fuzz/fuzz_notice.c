/* Fuzzer of the notice readers: any bytes give notices, refusals or an error, and every notice given keeps
 * the promises of notice.h. Build: clang -fsanitize=fuzzer,address,undefined, with fuzz_arena.c in the place
 * of base/arena.c. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "tenders/notice.h"

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_text(const char *text)
{
    if (!text)
        return;
    size_t length = strlen(text);
    require(length && text_is_clean(text, length));
    require(text[0] != ' ' && text[length - 1] != ' ' && !strpbrk(text, "\t\r\n"));
}

static void check_tree(const struct tree *tree)
{
    if (!tree)
        return;
    if (tree->kind == TREE_TEXT && tree->text[0])
        check_text(tree->text);
    if (tree->kind == TREE_LIST || tree->kind == TREE_MAP)
        for (const struct tree *item = tree->first; item; item = item->next)
            check_tree(item);
}

static void check_json(struct arena *arena, const struct tree *tree)
{
    struct buffer out = {0};
    struct tree *again;
    struct error error = {0};
    if (tree) {
        check_tree(tree);
        tree_write_json(tree, &out, false);
        require(!tree_read_json(arena, out.bytes, out.length, &again, &error));
    }
    buffer_free(&out);
}

static void check_dates(const struct notice *notice)
{
    int64_t milliseconds;
    require(!notice->published_on || date_is(notice->published_on));
    require(!notice->displayed_until || date_is(notice->displayed_until));
    require(!notice->deadline || date_parse_instant(notice->deadline, &milliseconds));
}

static void check_notice(struct arena *arena, const struct notice *notice, const uint8_t *data, size_t size)
{
    const char *const texts[] = {
        notice->reference,
        notice->published_on,
        notice->displayed_until,
        notice->deadline,
        notice->object,
        notice->text,
        notice->buyer,
        notice->buyer_siret,
        notice->buyer_city,
        notice->buyer_post_code,
        notice->departments,
        notice->descriptors,
        notice->cpv,
        notice->nature,
        notice->procedure,
        notice->family,
        notice->reserved,
        notice->legal_form,
        notice->earlier,
        notice->procedure_key,
    };
    require(notice->source && notice->format && notice->reference && !strchr(notice->reference, ' '));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        check_text(texts[i]);
    check_dates(notice);
    require(!notice->buyer_siret || text_is_siret(notice->buyer_siret, NULL));
    require(notice->value_cents >= -1 && notice->duration_months >= -1 && notice->offers_received >= -1);
    require(notice_kind_name(notice->kind) && notice->raw && notice->raw_length);
    require(notice->raw_length <= 3 * size);
    volatile char last = notice->raw[notice->raw_length - 1];
    (void)last, (void)data;
    check_json(arena, notice->lots);
    check_json(arena, notice->awards);
    check_json(arena, notice->problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(), *one = arena_new();
    struct notice_reader *reader = NULL;
    struct error error = {0};
    struct notice notice;
    enum notice_step step;
    size_t count = 0;
    if (notice_reader_open(arena, (const char *)data, size, &reader, &error)) {
        require(error.code && error.message);
    } else {
        while ((step = notice_next(reader, one, &notice, &error)) != NOTICE_END && count++ < 1000) {
            double progress = notice_reader_progress(reader);
            require(progress >= 0 && progress <= 1);
            if (step == NOTICE_READ)
                check_notice(one, &notice, data, size);
            else
                require(error.code && error.message);
            require(notice_reader_line(reader) > 0);
            arena_reset(one);
        }
    }
    arena_free(one);
    arena_free(arena);
    return 0;
}
