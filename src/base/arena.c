#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16 * 1024, KEPT_BYTES = 512 * 1024, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    struct block *first; /* kept by arena_reset */
    struct block *current;
};

static void out_of_memory(void)
{
    fputs("maillon: out of memory\n", stderr);
    abort();
}

void *memory_get(size_t size)
{
    void *block = calloc(1, size ? size : 1);
    if (!block)
        out_of_memory();
    return block;
}

void *memory_grow(void *block, size_t size)
{
    void *grown = realloc(block, size ? size : 1);
    if (!grown)
        out_of_memory();
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

static struct block *block_new(size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        out_of_memory();
    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = memory_get(sizeof *arena);
    arena->first = arena->current = block_new(BLOCK_BYTES);
    return arena;
}

static void free_chain(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_chain(arena->first);
    free(arena);
}

void arena_freep(struct arena **arena)
{
    arena_free(*arena);
}

/* Blocks are kept for the next use, which is most often of the same size; a rare large one is given back. */
void arena_reset(struct arena *arena)
{
    size_t kept = arena->first->size;
    for (struct block *block = arena->first; block; block = block->next) {
        block->used = 0;
        if (block->next && kept + block->next->size > KEPT_BYTES) {
            free_chain(block->next);
            block->next = NULL;
        } else if (block->next) {
            kept += block->next->size;
        }
    }
    arena->current = arena->first;
}

static struct block *next_block(struct arena *arena, size_t size)
{
    struct block *block = arena->current, *next = block->next;
    if (!next || next->size < size) {
        block->next = block_new(size > BLOCK_BYTES ? size : BLOCK_BYTES * 4);
        block->next->next = next;
    }
    return arena->current = block->next;
}

static inline void *take(struct arena *arena, size_t asked)
{
    size_t size = (asked + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (size < asked)
        out_of_memory();
    struct block *block = arena->current;
    if (block->size - block->used < size)
        block = next_block(arena, size);
    void *piece = block->bytes + block->used;
    block->used += size;
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
    size_t bytes = 0;
    for (const struct block *block = arena->first; block; block = block->next)
        bytes += block->size;
    return bytes;
}
