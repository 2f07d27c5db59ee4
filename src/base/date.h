/* Calendar dates as "YYYY-MM-DD" text, instants as UTC milliseconds since 1970. Proleptic Gregorian calendar. */
#ifndef MAILLON_DATE_H
#define MAILLON_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

enum { DATE_BYTES = 11 };

/* Days since 1970-01-01 of a strict YYYY-MM-DD between the years 1900 and 2199; false otherwise. */
bool date_parse(const char *text, int32_t *ret_days);
bool date_is(const char *text);
void date_format(int32_t days, char ret_text[DATE_BYTES]);

/* ISO 8601 instant: "2021-01-04T12:00:00+01:00", "…Z", with optional fraction; a bare date is midnight UTC. */
bool date_parse_instant(const char *text, int64_t *ret_milliseconds);
char *date_format_instant(struct arena *arena, int64_t milliseconds); /* 2021-01-04T11:00:00.000Z */

int64_t date_now(void);                      /* wall clock, UTC milliseconds */
void date_of(int64_t milliseconds, char ret_text[DATE_BYTES]); /* the day of an instant in France */
void date_today(char ret_text[DATE_BYTES]);  /* in France (Europe/Paris), whatever the process's time zone */
char *date_screen(struct arena *arena, const char *date, const char *language); /* 4 janv. 2021, 4 Jan 2021 */
char *date_screen_month(struct arena *arena, const char *month, const char *language); /* 2021-01: janvier 2021, January 2021 */
char *date_screen_instant(struct arena *arena, int64_t milliseconds, const char *language); /* Paris time */

#endif
