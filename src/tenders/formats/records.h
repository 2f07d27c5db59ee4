/* The records of a JSON file, one after the other, without reading the file whole: a daily export may have
 * hundreds of megabytes, and a record that is wrong must not lose the others.
 *
 * Where records stand: an array; a value after the other (one per line); the arrays, or single objects, under
 * "results" or "records" (Opendatasoft), "releases" or "records" (OCDS), "marches" or "marches"/"marche" and
 * "contrat-concession" (DECP); or the file is one record. */
#ifndef MAILLON_TENDERS_RECORDS_H
#define MAILLON_TENDERS_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;

enum { RECORDS_PLACES_MAX = 16 };

struct records {
    const char *start, *end, *at;
    struct records_place {
        const char *from, *to; /* values between, separated by commas and white space */
    } places[RECORDS_PLACES_MAX];
    size_t place_count, place;
    size_t number; /* of the last record given, from 1 */
};

/* Looks through the whole file. Refuses what is cut (a bracket or a text that is never closed), or nested too
 * deeply. */
int records_open(const char *bytes, size_t length, struct records *ret_records, struct error *error);

/* The next value; false at the end. */
bool records_next(struct records *records, const char **ret_value, size_t *ret_length);

#endif
