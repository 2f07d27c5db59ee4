#include "surplus/words.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/catalogue.h"
#include "base/number.h"
#include "base/text.h"

enum { ARGUMENTS = 4 };

const char *words_money(struct arena *arena, const char *language, int64_t cents)
{
    const char *number = number_screen(arena, cents, DECIMALS_MONEY, false, language);
    return arena_printf(arena, text_is(language, "en") ? "€%s" : "%s\u00a0€", number);
}

const char *words_rate(struct arena *arena, const char *language, int64_t ppm)
{
    const char *number = number_screen(arena, ppm, 4, true, language);
    return arena_printf(arena, text_is(language, "en") ? "%s%%" : "%s\u00a0%%", number);
}

const char *words_say(struct arena *arena, const char *language, const char *message, ...)
{
    const char *arguments[ARGUMENTS] = {"", "", "", ""};
    _cleanup_buffer_ struct buffer out = {0};
    va_list ap;
    va_start(ap, message);
    for (int i = 0; i < ARGUMENTS; i++) {
        const char *argument = va_arg(ap, const char *);
        if (!argument)
            break;
        arguments[i] = argument;
    }
    va_end(ap);
    for (const char *p = tr(language, message); *p; p++) {
        if (p[0] == '{' && p[1] >= '0' && p[1] < '0' + ARGUMENTS && p[2] == '}') {
            buffer_text(&out, arguments[p[1] - '0']);
            p += 2;
        } else {
            buffer_char(&out, *p);
        }
    }
    return arena_copy(arena, buffer_string(&out), out.length);
}
