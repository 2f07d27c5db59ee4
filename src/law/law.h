/* Law as data: dated figures and summaries of articles, from the CSV files of data/law.
 *
 * A figure that rests on a value whose status is not V is "to be confirmed" wherever it is shown. Readers take a
 * connection inside db_begin_read … db_end_read, or the writer's inside a task. */
#ifndef MAILLON_LAW_H
#define MAILLON_LAW_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject law_subject;

enum { LAW_ONE = 1000000 }; /* values are millionths of their unit: smic.hourly 10.15 is 10150000 */

struct law_value { /* texts live in the arena */
    const char *id;
    bool found;         /* false: an open question (status N); value_millionths is 0 then */
    bool confirmed;     /* status V */
    int64_t value_millionths;
    const char *digits; /* as written: "10.15" */
    const char *unit;   /* see data/law/README.md: "rate" is a fraction, "percent" per cent, "eur" euros … */
    const char *article;
    char status;        /* 'V', 'S' or 'N' */
};

/* The value in force on a date (YYYY-MM-DD). ERR_NOT_FOUND, naming id and date, when the parameter is not known or has
 * no value that day. A value that is an open question is no error: look at found. */
int law_rate(struct db *db, struct arena *arena, const char *id, const char *date, struct law_value *ret_value,
             struct error *error);

struct law_article {
    const char *article, *code;
    const char *title, *rule; /* in the language asked for */
};

/* Summary of an article ("R2142-24"); code NULL takes the first one of that number. ERR_NOT_FOUND when there is none. */
int law_article(struct db *db, struct arena *arena, const char *article, const char *code, const char *language,
                struct law_article *ret_article, struct error *error);

#endif
