#include "groupings/sentence.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/app.h"

enum { ARGUMENTS = 4 };

const char *sentence(struct arena *arena, const char *language, const char *message, ...)
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

const char *sentence_amount(struct arena *arena, const char *language, double amount, const char *unit)
{
    /* What is missing is never said smaller than it is. */
    double whole = ceil(amount - 1e-6);
    const char *number = number_screen(arena, whole < 9e15 ? (int64_t)whole : INT64_MAX, 0, true, language);
    return unit && *unit ? arena_printf(arena, "%s\u00a0%s", number, unit) : number;
}

const char *sentence_money(struct arena *arena, const char *language, int64_t cents)
{
    const char *number = number_screen(arena, cents, DECIMALS_MONEY, false, language);
    return text_is(language, "fr") ? arena_printf(arena, "%s\u00a0€", number)
                                   : arena_printf(arena, "€%s", number);
}

const char *sentence_rate(struct arena *arena, const char *language, int64_t ppm)
{
    const char *number = number_screen(arena, ppm / 100, 2, false, language);
    return arena_printf(arena, text_is(language, "fr") ? "%s\u00a0%%" : "%s%%", number);
}

const char *sentence_list(struct arena *arena, const char *list, const char *item)
{
    return list && *list ? arena_printf(arena, "%s, %s", list, item) : item;
}
