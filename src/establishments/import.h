/* Writing establishments, and taking in the text of article A44. */
#ifndef MAILLON_ESTABLISHMENTS_IMPORT_H
#define MAILLON_ESTABLISHMENTS_IMPORT_H

#include "kernel/declare.h"

struct prison { /* one row of the table; texts are never NULL */
    int64_t id;
    const char *ref, *kind, *name, *place, *probation_service, *probation_branch, *department, *region, *region_status;
    bool capacity_known;
    int64_t capacity;
    const char *capacity_source, *capacity_on, *closed_on, *remark, *file, *fingerprint;
    int64_t line;
};

/* By reference; *ret_found false when there is none. */
int prison_read(struct db *db, struct arena *arena, const char *ref, struct prison *ret_prison, bool *ret_found,
                struct error *error);
/* Inserts (old NULL) or updates, search included. Inside a write task. */
int prison_store(struct db *db, struct arena *arena, const struct prison *old, struct prison *prison, int64_t now_ms,
                 struct error *error);

int establishment_import(struct ctx *ctx, const struct tree *args, struct tree *result);
int establishment_add(struct ctx *ctx, const struct tree *args, struct tree *result);
int establishment_change(struct ctx *ctx, const struct tree *args, struct tree *result);

/* Loads departments.csv and regions.csv when they are not those loaded last. */
int departments_load(struct app *app, struct error *error);

#endif
