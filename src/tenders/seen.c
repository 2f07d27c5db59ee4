#include "tenders/seen.h"

#include <stdlib.h>

#include "base/arena.h"

enum { ROOM_FIRST = 4096 };

static uint64_t hash_of(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u; /* FNV-1a */
    return hash;
}

/* The slot that holds the hash, or the free one where it belongs. */
static uint64_t *find(const struct seen *seen, uint64_t hash)
{
    size_t at = (hash >> 20) & (seen->room - 1);
    while (seen->slots[at] && seen->slots[at] != hash)
        at = (at + 1) & (seen->room - 1);
    return &seen->slots[at];
}

static void grow(struct seen *seen)
{
    struct seen larger = {.room = seen->room ? seen->room * 2 : ROOM_FIRST, .count = seen->count};
    larger.slots = memory_get(larger.room * sizeof *larger.slots);
    for (size_t i = 0; i < seen->room; i++)
        if (seen->slots[i])
            *find(&larger, seen->slots[i]) = seen->slots[i];
    free(seen->slots);
    *seen = larger;
}

bool seen_add(struct seen *seen, const char *source, const char *reference)
{
    uint64_t hash = hash_of(hash_of(14695981039346656037u, source) * 31, reference) | 1;
    if (seen->count * 2 >= seen->room)
        grow(seen);
    uint64_t *slot = find(seen, hash);
    bool there = *slot != 0;
    *slot = hash;
    seen->count += !there;
    return there;
}

void seen_free(struct seen *seen)
{
    free(seen->slots);
    *seen = (struct seen){0};
}
