/* Members: the organisations of the cooperative, and those of the real directory that one could ask.
 * Readers take a connection inside db_begin_read … db_end_read (or the writer's inside a task). */
#ifndef MAILLON_MEMBERS_H
#define MAILLON_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject members_subject;

struct member_offer {
    const char *function; /* of functions.csv */
    int64_t unit_price_cents;
    const char *unit;
    int64_t capacity_thousandths; /* units in one period */
    const char *period;           /* "month", "year", "contract" */
    const char *places;           /* department codes separated by spaces */
};

struct member_accreditation {
    const char *code;
    const char *from, *to; /* dates, both included; "9999-12-31" when it does not end */
};

struct member {
    int64_t id;
    const char *siret, *name, *city, *department;
    const char *kinds;  /* codes separated by spaces, the legal form first */
    const char *status; /* "directory", "invited", "member", "left" */
    bool may_lead, prison_work;
    int64_t turnover_cents;       /* -1: not told */
    int64_t turnover_limit_cents; /* most it takes on over one whole call; -1: no limit told */
    int quality;                  /* 0 to 100; -1: no mark yet */
    int social;                   /* 0 to 100; -1: no fact told */
    struct member_offer *offers;  /* by function; one for each */
    size_t offer_count;
    struct member_accreditation *accreditations; /* by code, then beginning */
    size_t accreditation_count;
};

/* All organisations that offer at least one function and have not left, in order of SIRET, offers and accreditations
 * with them. Everything lives in the arena. */
int members_read_offering(struct db *db, struct arena *arena, struct member **ret_members, size_t *ret_count,
                          struct error *error);

/* One organisation, whatever its status. ERR_NOT_FOUND (field "siret") when there is none. */
int member_read(struct db *db, struct arena *arena, const char *siret, struct member *ret_member, struct error *error);
int member_read_by_id(struct db *db, struct arena *arena, int64_t id, struct member *ret_member, struct error *error);

/* Accredited on every day from `from` to `to`; periods that follow each other add up. */
bool member_is_accredited(const struct member *member, const char *code, const char *from, const char *to);

/* The offer for a function, NULL when there is none. */
const struct member_offer *member_offer_of(const struct member *member, const char *function);

/* Makes an organisation of the directory an invited one; any other status stays. Inside a write task. */
int member_invite(struct db *db, struct arena *arena, int64_t id, const char *today, int64_t now_ms, struct error *error);

/* Organisations of a status ("member"), or of all of them (NULL). */
int members_count(struct db *db, const char *status, int64_t *ret_count, struct error *error);

#endif
