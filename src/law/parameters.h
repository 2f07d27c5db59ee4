/* Reading and checking the CSV files of data/law. */
#ifndef MAILLON_LAW_PARAMETERS_H
#define MAILLON_LAW_PARAMETERS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;

struct parameter {
    const char *id, *subject, *from, *to; /* from 0000-00-00, to 9999-12-31 where the file leaves them empty */
    const char *value, *unit, *article, *source, *status, *note;
    int64_t value_millionths;
    const char *file;
    size_t line;
};

struct parameters {
    struct parameter *list;
    size_t count, room;
};

/* Adds the rows of one file; subject is its name without ".csv". Refuses by file and line what is not well formed. */
int parameters_read(struct arena *arena, const char *subject, const char *bytes, size_t length,
                    struct parameters *parameters, struct error *error);

/* Sorts by id and beginning; refuses two periods of one id that overlap, and two units. */
int parameters_check(struct arena *arena, struct parameters *parameters, struct error *error);

#endif
