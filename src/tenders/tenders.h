/* Tenders: notices as their sources wrote them, the calls derived from them, and what people decide about a call.
 *
 * For other subjects: finding a call, and reading its qualification (what the documents really ask for). Functions
 * that take a db run inside a read (db_begin_read) or inside a write task. */
#ifndef MAILLON_TENDERS_H
#define MAILLON_TENDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject tenders_subject;

struct tender {
    int64_t id;
    const char *source, *reference; /* "boamp", "20-142573" */
    const char *object, *buyer;     /* "" when unknown, as every text here */
    const char *state;              /* call, awarded, cancelled, prior */
    const char *published_on, *deadline, *open_until, *open_basis; /* basis: deadline, display, none */
    const char *departments;        /* codes separated by one space */
    bool concerns;                  /* a prison call, by a rule of the watch or by a person's word */
    const char *decision;           /* undecided, go, no_go */
};

/* Id of the call that this reference belongs to: its own, or that of any of its notices. ERR_NOT_FOUND otherwise. */
int tender_find(struct db *db, const char *reference, int64_t *ret_id, struct error *error);
int tender_read(struct db *db, const char *reference, struct arena *arena, struct tender *ret_tender,
                struct error *error);

/* --- the qualification: format in data/templates/README.md --- */

struct qualification_requirement {
    const char *id, *function, *unit; /* the function's unit when none was given */
    int64_t quantity;                 /* whole units over the whole duration; -1 missing */
    int64_t reference_unit_price_cents; /* -1 missing */
    const char *accreditations;       /* codes separated by one space, "" for none */
    bool essential;
};

struct qualification_lot {
    const char *id, *title;
    const char *place; /* department code; "" missing */
    const char *establishment;
    int64_t people, duration_months;          /* -1 missing */
    int64_t estimated_value_cents;            /* -1 missing */
    const char *reserved;                     /* none, siae, ea_esat, siae_ea, prison_work, ess; "" missing */
    int64_t max_members, min_share_permille;  /* -1 missing */
    int64_t required_turnover_cents;          /* per year, of the grouping as a whole (R2142-25); -1 missing */
    int64_t coordination_ppm;                 /* millionths of the reference value, per member; -1 missing */
    bool mandatory;
    struct qualification_requirement *requirements;
    int requirement_count;
    int64_t reference_value_cents; /* sum of quantity x reference price; -1 while one is missing */
};

struct qualification {
    int64_t tender;
    const char *reference, *object, *buyer; /* of the call */
    int version;                            /* 1 for the first; earlier ones are kept */
    const char *author;
    int64_t at_ms;
    int64_t estimated_value_cents;                       /* -1 missing */
    int64_t weight_price, weight_quality, weight_social; /* -1 missing */
    int64_t max_lots;                                    /* 0: no limit */
    const char *legal_form; /* free, conjoint, conjoint_solidaire_leader, solidaire; "" missing */
    bool single_membership; /* R2142-21 */
    const char *visit_on, *questions_until, *deadline, *offer_valid_until; /* "" not known */
    struct qualification_lot *lots;
    int lot_count;
    const char **missing; /* paths of what a proposal needs and nobody has given: "lots.0.people"; empty when ready */
    int missing_count;
};

/* The newest qualification of a call. ERR_NOT_FOUND when there is no such call, ERR_REFUSED (field "qualification")
 * when it is not qualified yet. An incomplete one is read too: see `missing`. Everything lives in the arena. */
int tender_qualification_read(struct db *db, const char *reference, struct arena *arena,
                              struct qualification *ret_qualification, struct error *error);

#endif
