#include "base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/text.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 2199 };
static const int64_t DAY_MS = 86400000;

/* Civil calendar arithmetic on years that begin in March, so that the leap day falls at a year's end. */
static int32_t days_of(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, in_era = y - era * 400;
    int in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static void civil_of(int32_t days, int *year, int *month, int *day)
{
    int z = days + 719468;
    int era = z / 146097, in_era = z - era * 146097;
    int y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * y + y / 4 - y / 100);
    int m = (5 * in_year + 2) / 153;
    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * 400 + (*month <= 2);
}

static bool digits(const char *text, int count, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        value = value * 10 + text[i] - '0';
    }
    *ret_value = value;
    return true;
}

static bool parse_prefix(const char *text, int32_t *ret_days)
{
    int year, month, day;
    if (!digits(text, 4, &year) || text[4] != '-' || !digits(text + 5, 2, &month) || text[7] != '-' ||
        !digits(text + 8, 2, &day))
        return false;
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1)
        return false;
    int32_t days = days_of(year, month, day);
    int y, m, d;
    civil_of(days, &y, &m, &d);
    if (m != month || d != day) /* 31 February becomes another day */
        return false;
    *ret_days = days;
    return true;
}

bool date_parse(const char *text, int32_t *ret_days)
{
    return text && strlen(text) == 10 && parse_prefix(text, ret_days);
}

bool date_is(const char *text)
{
    int32_t days;
    return date_parse(text, &days);
}

void date_format(int32_t days, char ret_text[DATE_BYTES])
{
    int year, month, day;
    civil_of(days, &year, &month, &day);
    char text[32];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    memcpy(ret_text, text, 10);
    ret_text[10] = 0;
}

/* "+01:00", "+0100", "Z" or nothing, in minutes. */
static bool parse_offset(const char *text, int *ret_minutes)
{
    *ret_minutes = 0;
    if (!*text || !strcmp(text, "Z"))
        return true;
    int hours, minutes;
    if ((*text != '+' && *text != '-') || !digits(text + 1, 2, &hours))
        return false;
    const char *rest = text + 3 + (text[3] == ':');
    if (!digits(rest, 2, &minutes) || rest[2] || hours > 18 || minutes > 59)
        return false;
    *ret_minutes = (hours * 60 + minutes) * (*text == '-' ? -1 : 1);
    return true;
}

bool date_parse_instant(const char *text, int64_t *ret_milliseconds)
{
    int32_t days;
    if (!text || strlen(text) < 10 || !parse_prefix(text, &days))
        return false;
    *ret_milliseconds = days * DAY_MS;
    const char *p = text + 10;
    int offset = 0;
    if (!*p)
        return true;
    if (*p != 'T' && *p != ' ') /* TED dates carry an offset without a time: 2021-01-04+01:00 */
        return parse_offset(p, &offset);
    int hour, minute, second = 0, thousandths = 0;
    if (!digits(p + 1, 2, &hour) || p[3] != ':' || !digits(p + 4, 2, &minute))
        return false;
    p += 6;
    if (*p == ':') {
        if (!digits(p + 1, 2, &second))
            return false;
        p += 3;
    }
    if (*p == '.')
        for (int scale = 100, i = 1; isdigit((unsigned char)p[1]) || (p++, false); p++, scale /= 10, i++)
            thousandths += scale * (p[1] - '0');
    if (hour > 24 || minute > 59 || second > 60 || !parse_offset(p, &offset))
        return false;
    *ret_milliseconds += ((hour * 60 + minute - offset) * 60 + second) * (int64_t)1000 + thousandths;
    return true;
}

static int64_t floor_days(int64_t milliseconds)
{
    return milliseconds >= 0 ? milliseconds / DAY_MS : -((-milliseconds + DAY_MS - 1) / DAY_MS);
}

char *date_format_instant(struct arena *arena, int64_t milliseconds)
{
    int64_t days = floor_days(milliseconds), rest = milliseconds - days * DAY_MS;
    char date[DATE_BYTES];
    date_format((int32_t)days, date);
    return arena_printf(arena, "%sT%02d:%02d:%02d.%03dZ", date, (int)(rest / 3600000), (int)(rest / 60000 % 60),
                        (int)(rest / 1000 % 60), (int)(rest % 1000));
}

int64_t date_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Last Sunday of a month of 31 days, at 01:00 UTC: when summer time changes in the Union (directive 2000/84/EC). */
static int64_t change_of(int year, int month)
{
    int32_t last = days_of(year, month, 31);
    int weekday = (int)(((int64_t)last + 4) % 7); /* 1970-01-01 was a Thursday; 0 is Sunday */
    return (last - weekday) * DAY_MS + 3600000;
}

static int64_t paris(int64_t milliseconds)
{
    int year, month, day;
    civil_of((int32_t)floor_days(milliseconds), &year, &month, &day);
    bool summer = milliseconds >= change_of(year, 3) && milliseconds < change_of(year, 10);
    return milliseconds + (summer ? 2 : 1) * 3600000;
}

void date_of(int64_t milliseconds, char ret_text[DATE_BYTES])
{
    date_format((int32_t)floor_days(paris(milliseconds)), ret_text);
}

void date_today(char ret_text[DATE_BYTES])
{
    date_of(date_now(), ret_text);
}

char *date_screen(struct arena *arena, const char *date, const char *language)
{
    static const char *const french[] = {"janv.", "févr.", "mars",  "avr.", "mai",  "juin",
                                         "juil.", "août",  "sept.", "oct.", "nov.", "déc."};
    static const char *const english[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t days;
    if (!date_parse(date, &days))
        return arena_strdup(arena, date);
    int year, month, day;
    civil_of(days, &year, &month, &day);
    if (text_is(language, "en"))
        return arena_printf(arena, "%d %s %d", day, english[month - 1], year);
    return arena_printf(arena, "%d%s %s %d", day, day == 1 ? "er" : "", french[month - 1], year);
}

char *date_screen_month(struct arena *arena, const char *month, const char *language)
{
    static const char *const french[] = {"janvier", "février", "mars",      "avril",   "mai",      "juin",
                                         "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
    static const char *const english[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
    char *first = arena_printf(arena, "%s-01", month);
    int32_t days;
    if (!date_parse(first, &days))
        return arena_strdup(arena, month);
    int year, number, day;
    civil_of(days, &year, &number, &day);
    return arena_printf(arena, "%s %d", (text_is(language, "en") ? english : french)[number - 1], year);
}

char *date_screen_instant(struct arena *arena, int64_t milliseconds, const char *language)
{
    int64_t local = paris(milliseconds), days = floor_days(local), rest = local - days * DAY_MS;
    char date[DATE_BYTES];
    date_format((int32_t)days, date);
    return arena_printf(arena, "%s, %02d:%02d", date_screen(arena, date, language), (int)(rest / 3600000),
                        (int)(rest / 60000 % 60));
}
