#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/date.h"

void log_line(const char *format, ...)
{
    _cleanup_arena_ struct arena *scratch = arena_new();
    va_list ap;
    va_start(ap, format);
    const char *text = arena_vprintf(scratch, format, ap);
    va_end(ap);
    fprintf(stderr, "%s maillon: %s\n", date_format_instant(scratch, date_now()), text); /* one call: one line */
}
