/* Arena: memory that is freed all at once.
 *
 * A request, a command or a job owns one arena; what lives as long as it is allocated there and never freed
 * one by one. Allocation never returns NULL: out of memory ends the program with a message, because a server
 * that can no longer allocate a few kilobytes can promise nothing (every durable write is safe by then). */
#ifndef MAILLON_ARENA_H
#define MAILLON_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is accepted */
void arena_reset(struct arena *arena); /* keeps up to 512 kB: a pooled request arena costs no malloc */
void arena_freep(struct arena **arena);
#define _cleanup_arena_ __attribute__((cleanup(arena_freep)))

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_copy(struct arena *arena, const char *text, size_t length); /* adds the final NUL */
char *arena_strdup(struct arena *arena, const char *text);              /* NULL gives NULL */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull));
char *arena_vprintf(struct arena *arena, const char *format, va_list ap) __attribute__((nonnull(1, 2)));
size_t arena_bytes(const struct arena *arena); /* taken from the system, for limits and tests */

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

/* malloc, realloc and strdup that end the program when memory is out. */
void *memory_get(size_t size); /* zeroed */
void *memory_grow(void *block, size_t size);
char *memory_strdup(const char *text);

void freep(void *pointer);
#define _cleanup_free_ __attribute__((cleanup(freep)))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
