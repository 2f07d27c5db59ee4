/* Fuzzer of base/date.h, base/number.h and base/text.h: what is read is written back the same, and arithmetic
 * never wraps. The input is a text; its first bytes are also numbers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_dates(struct arena *arena, const char *text)
{
    int32_t days;
    int64_t milliseconds, again;
    char back[DATE_BYTES];
    if (date_parse(text, &days)) {
        date_format(days, back);
        require(!strcmp(back, text) && date_is(text));
        require(date_screen(arena, text, "fr")[0] && date_screen(arena, text, "en")[0]);
    }
    bool edge = text_starts(text, "1900-01-01") ||
                text_starts(text, "2199-12-31"); /* an offset leaves the calendar */
    if (!edge && date_parse_instant(text, &milliseconds)) {
        require(date_parse_instant(date_format_instant(arena, milliseconds), &again) &&
                again == milliseconds);
        require(date_screen_instant(arena, milliseconds, "fr")[0]);
    }
}

static void check_numbers(struct arena *arena, const char *text)
{
    int64_t value, again;
    for (int decimals = 0; decimals <= 6; decimals++)
        if (number_parse(text, decimals, &value)) {
            require(number_parse(number_plain(arena, value, decimals, false), decimals, &again) &&
                    again == value);
            require(number_parse(number_plain(arena, value, decimals, true), decimals, &again) &&
                    again == value);
            require(number_parse(number_screen(arena, value, decimals, false, "fr"), decimals, &again) &&
                    again == value);
        }
    if (text_to_int(text, &value))
        require(value >= INT64_MIN);
}

static void check_arithmetic(const uint8_t *data, size_t size)
{
    int64_t numbers[3] = {0}, value;
    memcpy(numbers, data, size < sizeof numbers ? size : sizeof numbers);
    if (number_add(numbers[0], numbers[1], &value))
        require((__int128)numbers[0] + numbers[1] == value);
    if (number_multiply(numbers[0], numbers[1], &value))
        require((__int128)numbers[0] * numbers[1] == value);
    if (number_scale(numbers[0], numbers[1], numbers[2], &value)) {
        __int128 twice = (__int128)numbers[0] * numbers[1] - (__int128)value * numbers[2], limit = numbers[2];
        twice = twice < 0 ? -twice : twice;
        require(twice * 2 <= (limit < 0 ? -limit : limit));
    }
}

static void check_split(const uint8_t *data, size_t size)
{
    enum { PARTS = 6 };
    int64_t total = 0, weights[PARTS] = {0}, parts[PARTS], sum = 0;
    if (size < 8 + PARTS * 4)
        return;
    memcpy(&total, data, 8);
    for (int i = 0; i < PARTS; i++)
        memcpy(&weights[i], data + 8 + i * 4, 4);
    if (total == INT64_MIN || !number_split(total, weights, PARTS, parts))
        return;
    for (int i = 0; i < PARTS; i++)
        sum += parts[i];
    require(sum == total);
}

static void check_text(struct arena *arena, const char *text, size_t length)
{
    char siret[15];
    if (!text_is_utf8(text, length))
        text = text_from_latin(arena, text, length, &length);
    require(text_is_utf8(text, length));
    const char *folded = text_fold(arena, text), *tidy = text_tidy(arena, text);
    require(!strcmp(text_fold(arena, folded), folded) && !strcmp(text_tidy(arena, tidy), tidy));
    require(text_is_utf8(tidy, strlen(tidy)) && text_is_utf8(folded, strlen(folded)));
    const char *decoded = text_decode_entities(arena, text);
    require(text_is_utf8(decoded, strlen(decoded)));
    require(text_prefix_bytes(text, 3) <= strlen(text) && text_characters(text) <= strlen(text));
    if (text_is_siret(text, siret))
        require(strlen(siret) == 14);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_copy(arena, (const char *)data, size);
    check_dates(arena, text);
    check_numbers(arena, text);
    check_arithmetic(data, size);
    check_split(data, size);
    check_text(arena, text, strlen(text));
    arena_free(arena);
    return 0;
}
