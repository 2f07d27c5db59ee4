#include "members/kinds.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "store/store.h"

/* Next code of a list separated by bars or spaces; NULL at the end. */
static const char *next_code(const char *list, size_t *ret_length)
{
    list += strspn(list, " |");
    *ret_length = strcspn(list, " |");
    return *ret_length ? list : NULL;
}

bool kind_bit(const char *code, int64_t *ret_bit)
{
    size_t length, wanted = strlen(code);
    int64_t bit = 1;
    for (const char *at = MEMBER_KINDS; (at = next_code(at, &length)); at += length, bit *= 2)
        if (length == wanted && !memcmp(at, code, length)) {
            *ret_bit = bit;
            return true;
        }
    return false;
}

bool kinds_bits(const char *kinds, int64_t *ret_bits)
{
    size_t length;
    int64_t bit;
    *ret_bits = 0;
    for (const char *at = kinds; (at = next_code(at, &length)); at += length) {
        char code[32];
        if (length >= sizeof code)
            return false;
        memcpy(code, at, length);
        code[length] = 0;
        if (!kind_bit(code, &bit))
            return false;
        *ret_bits |= bit;
    }
    return *ret_bits != 0;
}

/* The codes of `list` that are not in `other`, each once. */
static char *pick(struct arena *arena, const char *list, const char *other)
{
    char *picked = arena_alloc(arena, strlen(list) + 1), *to = picked;
    size_t length;
    for (const char *at = list; (at = next_code(at, &length)); at += length) {
        const char *code = arena_copy(arena, at, length);
        if (text_has_word(other, code) || text_has_word(picked, code))
            continue;
        if (to > picked)
            *to++ = ' ';
        to = stpcpy(to, code);
    }
    return picked;
}

char *kinds_missing(struct arena *arena, const char *kinds, const char *more)
{
    return pick(arena, more, kinds);
}

char *kinds_without(struct arena *arena, const char *kinds, const char *less)
{
    return pick(arena, kinds, less);
}

char *kinds_join(struct arena *arena, const char *kinds, const char *more)
{
    return pick(arena, arena_printf(arena, "%s %s", kinds, more), "");
}

int kinds_are_stored(struct db *db, bool *ret_complete, struct error *error)
{
    int64_t expected = 0, stored, bits;
    (void)kinds_bits(MEMBER_KINDS, &bits);
    for (; bits; bits &= bits - 1)
        expected++;
    int result = db_int(db, "SELECT count(*) FROM member_kind", NULL, 0, &stored, error);
    *ret_complete = stored == expected;
    return result;
}

int kinds_store(struct db *db, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    size_t length;
    int result = 0;
    int64_t bit = 1;
    for (const char *at = MEMBER_KINDS; !result && (at = next_code(at, &length)); at += length, bit *= 2)
        result = db_run(db,
                        "INSERT INTO member_kind(code, bit) VALUES (:code, :bit) "
                        "ON CONFLICT(code) DO UPDATE SET bit = excluded.bit",
                        BIND(TEXT("code", arena_copy(arena, at, length)), INT("bit", bit)), error);
    return result;
}
