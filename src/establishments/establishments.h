/* Establishments: the prisons, their probation services, departments and regions.
 * Readers take a connection inside db_begin_read … db_end_read, or the writer's inside a task. */
#ifndef MAILLON_ESTABLISHMENTS_H
#define MAILLON_ESTABLISHMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject establishments_subject;

struct establishment { /* texts live in the arena and are never NULL */
    int64_t id;
    const char *ref;  /* "ma-rouen" */
    const char *kind; /* "ma", "cd", "cp", "mc", "csl", "epsn" */
    const char *name, *place, *department, *region;
    bool region_confirmed;
    int64_t capacity; /* -1: unknown */
};

/* By reference, or by its whole name however accents and case are written. ERR_NOT_FOUND, field "establishment". */
int establishment_find(struct db *db, struct arena *arena, const char *text, struct establishment *ret_establishment,
                       struct error *error);
int establishment_read(struct db *db, struct arena *arena, int64_t id, struct establishment *ret_establishment,
                       struct error *error);

/* The establishment an action is about: that of the grant, or the one named in the argument `establishment` (reference or
 * name). Refused when the grant is of another, or when nothing says which. */
int establishment_asked(struct ctx *ctx, struct db *db, const struct tree *args, struct establishment *ret_establishment,
                        struct error *error);

/* The same in a job, which has no connection of its own. */
int establishment_asked_in_job(struct ctx *ctx, const struct tree *args, struct establishment *ret_establishment);

/* All of a department (NULL: all), in order of reference. */
int establishments_read(struct db *db, struct arena *arena, const char *department,
                        struct establishment **ret_establishments, size_t *ret_count, struct error *error);

struct department {
    const char *code, *name, *region, *region_name;
    bool region_confirmed;
};

/* ERR_NOT_FOUND, field "department". */
int department_read(struct db *db, struct arena *arena, const char *code, struct department *ret_department,
                    struct error *error);

#endif
