#include "ledger/pairs.h"

#include <string.h>

#include "base/arena.h"

static size_t slot_of(const struct pairs *pairs, int64_t a, int64_t b)
{
    uint64_t hash = (uint64_t)a * 0x9E3779B97F4A7C15u + (uint64_t)b * 0xC2B2AE3D27D4EB4Fu;
    size_t slot = (size_t)(hash ^ hash >> 29) & pairs->mask;
    while (pairs->slots[slot]) {
        const struct pair *pair = &pairs->list[pairs->slots[slot] - 1];
        if (pair->a == a && pair->b == b)
            break;
        slot = (slot + 1) & pairs->mask;
    }
    return slot;
}

static void make_room(struct pairs *pairs, size_t room)
{
    size_t slots = 16;
    struct pair *list = ARENA_ARRAY(pairs->arena, struct pair, room);
    if (pairs->count)
        memcpy(list, pairs->list, pairs->count * sizeof *list);
    pairs->list = list;
    pairs->room = room;
    while (slots < room * 2)
        slots *= 2;
    pairs->slots = ARENA_ARRAY(pairs->arena, uint32_t, slots);
    pairs->mask = slots - 1;
    for (size_t i = 0; i < pairs->count; i++)
        pairs->slots[slot_of(pairs, list[i].a, list[i].b)] = (uint32_t)i + 1;
}

void pairs_open(struct pairs *pairs, struct arena *arena, size_t expected)
{
    *pairs = (struct pairs){.arena = arena};
    make_room(pairs, expected < 8 ? 8 : expected);
}

int64_t pairs_find(const struct pairs *pairs, int64_t a, int64_t b)
{
    return (int64_t)pairs->slots[slot_of(pairs, a, b)] - 1;
}

size_t pairs_place(struct pairs *pairs, int64_t a, int64_t b)
{
    size_t slot = slot_of(pairs, a, b);
    if (pairs->slots[slot])
        return pairs->slots[slot] - 1;
    if (pairs->count == pairs->room) {
        make_room(pairs, pairs->room * 2);
        slot = slot_of(pairs, a, b);
    }
    pairs->list[pairs->count] = (struct pair){a, b};
    pairs->slots[slot] = (uint32_t)++pairs->count;
    return pairs->count - 1;
}
