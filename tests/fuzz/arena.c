/* An arena whose every piece is a block of its own, so that the sanitizers see a write past the end of a
 * piece, or a read of one that was freed. Linked in the place of base/arena.c, by fuzzers only. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena {
    void **pieces;
    size_t count, room, bytes;
};

void *memory_get(size_t size)
{
    void *block = calloc(1, size ? size : 1);
    if (!block)
        abort();
    return block;
}

void *memory_grow(void *block, size_t size)
{
    void *grown = realloc(block, size ? size : 1);
    if (!grown)
        abort();
    return grown;
}

char *memory_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_get(size), text, size);
}

void freep(void *pointer)
{
    free(*(void **)pointer);
}

struct arena *arena_new(void)
{
    return memory_get(sizeof(struct arena));
}

void arena_reset(struct arena *arena)
{
    for (size_t i = 0; i < arena->count; i++)
        free(arena->pieces[i]);
    arena->count = arena->bytes = 0;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    free(arena->pieces);
    free(arena);
}

void arena_freep(struct arena **arena)
{
    arena_free(*arena);
}

static void *take(struct arena *arena, size_t size)
{
    if (arena->count == arena->room) {
        arena->room = arena->room * 2 + 64;
        arena->pieces = memory_grow(arena->pieces, arena->room * sizeof *arena->pieces);
    }
    void *piece = malloc(size ? size : 1);
    if (!piece)
        abort();
    arena->pieces[arena->count++] = piece;
    arena->bytes += size;
    return piece;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(take(arena, size), 0, size);
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = take(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int length = vsnprintf(NULL, 0, format, ap);
    char *text = take(arena, (size_t)(length < 0 ? 0 : length) + 1);
    text[0] = 0;
    if (length >= 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *text = arena_vprintf(arena, format, ap);
    va_end(ap);
    return text;
}

size_t arena_bytes(const struct arena *arena)
{
    return arena->bytes;
}
