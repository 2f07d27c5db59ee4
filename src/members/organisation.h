/* One organisation as it is stored: read whole, changed in memory, written whole with its search text. */
#ifndef MAILLON_MEMBERS_ORGANISATION_H
#define MAILLON_MEMBERS_ORGANISATION_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct db;
struct error;

struct fact { /* a number that may be unknown */
    bool known;
    int64_t value;
};

struct organisation { /* texts are never NULL and live in the arena that was given */
    int64_t id;       /* 0: not stored yet */
    const char *siret, *name, *brand, *kinds, *status, *status_on, *naf, *address, *post_code, *city, *department;
    struct fact latitude_millionths, longitude_millionths, turnover_cents, turnover_limit_cents;
    bool may_lead, prison_work;
    struct fact quality;
    const char *quality_author, *quality_on;
    const char *quality_note; /* why: kept with the mark's history, not read back */
    struct fact employees, employees_in_insertion, surplus_reinvested_permille, pay_ratio_thousandths, social;
    const char *functions;
};

/* All texts empty, nothing known. */
struct organisation organisation_empty(void);

/* *ret_found false when there is none with this SIRET, or this id (siret NULL). */
int organisation_read(struct db *db, struct arena *arena, const char *siret, int64_t id,
                      struct organisation *ret_organisation, bool *ret_found, struct error *error);

/* Inserts (and sets its id) or updates; old is what is stored now, NULL when it is new. Inside a write task. */
int organisation_store(struct db *db, struct arena *arena, const struct organisation *old,
                       struct organisation *organisation, int64_t now_ms, struct error *error);

#endif
