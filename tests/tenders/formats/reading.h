/* Helpers of the tests of the notice readers: a file or a text opened, its notices one by one, trees as JSON
 * text. */
#ifndef MAILLON_TESTS_READING_H
#define MAILLON_TESTS_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "tenders/notice.h"

struct reading {
    struct arena *arena;
    struct buffer bytes;
    struct notice_reader *reader;
    struct notice notice;
    struct error error;
    char why[512]; /* the error as a sentence */
};

static inline const char *reading_say(struct reading *reading)
{
    error_format(&reading->error, reading->error.message, reading->why, sizeof reading->why);
    return reading->why;
}

static inline int reading_open(struct reading *reading, const void *bytes, size_t length)
{
    *reading = (struct reading){.arena = arena_new()};
    buffer_add(&reading->bytes, bytes, length);
    /* a copy of exactly that length, so that the sanitizers see one byte read too far */
    char *exact = memcpy(arena_alloc(reading->arena, length), buffer_string(&reading->bytes), length);
    int refused = notice_reader_open(reading->arena, exact, length, &reading->reader, &reading->error);
    if (refused)
        reading_say(reading);
    return refused;
}

static inline int reading_open_text(struct reading *reading, const char *text)
{
    return reading_open(reading, text, strlen(text));
}

static inline void reading_open_file(struct reading *reading, const char *path)
{
    const char *root = getenv("MAILLON_SOURCE_ROOT");
    struct buffer bytes = {0};
    char whole[1024];
    snprintf(whole, sizeof whole, "%s%s%s", root ? root : "", root ? "/" : "", path);
    if (buffer_read_file(&bytes, whole, 64 << 20))
        fail_msg("cannot read %s", whole);
    if (reading_open(reading, buffer_string(&bytes), bytes.length))
        fail_msg("%s is refused: %s", whole, reading->why);
    buffer_free(&bytes);
}

static inline void reading_close(struct reading *reading)
{
    buffer_free(&reading->bytes);
    arena_free(reading->arena);
}

static inline const struct notice *reading_next(struct reading *reading)
{
    enum notice_step step = notice_next(reading->reader, reading->arena, &reading->notice, &reading->error);
    if (step == NOTICE_REFUSED)
        fail_msg("refused: %s", reading_say(reading));
    return step == NOTICE_READ ? &reading->notice : NULL;
}

static inline const struct notice *reading_find(struct reading *reading, const char *reference)
{
    const struct notice *notice;
    while ((notice = reading_next(reading)))
        if (!strcmp(notice->reference, reference))
            return notice;
    fail_msg("%s was not found", reference);
    return NULL;
}

static inline void assert_text(const char *found, const char *expected)
{
    if (!text_is(found, expected))
        fail_msg("found \"%s\", expected \"%s\"", found ? found : "(null)", expected ? expected : "(null)");
}

static inline void assert_json(const struct tree *tree, const char *expected)
{
    struct buffer out = {0};
    if (tree)
        tree_write_json(tree, &out, false);
    if (strcmp(buffer_string(&out), expected))
        fail_msg("found\n%s\nexpected\n%s", buffer_string(&out), expected);
    buffer_free(&out);
}

/* The problem of that field: its reason, or NULL. */
static inline const char *problem_of(const struct notice *notice, const char *field)
{
    for (const struct tree *item = notice->problems ? notice->problems->first : NULL; item; item = item->next)
        if (text_is(tree_text(item, "field"), field))
            return tree_text(item, "reason");
    return NULL;
}

static inline size_t problem_count(const struct notice *notice)
{
    return notice->problems ? notice->problems->count : 0;
}

#endif
