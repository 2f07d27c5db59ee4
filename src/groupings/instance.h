/* From a qualified call and what organisations offer to an instance of the engine (format
 * maillon-grouping-1).
 *
 * WHO  Every organisation with an offer for one of the call's functions, whatever its place: the engine says
 * who would do if it came here. An offer whose unit is not that of the requirement is left out, with a note:
 * its price cannot be compared. No mark of quality and no told fact of social value count as 0, with a note.
 *      No limit told on what it takes on: no limit. Turnover not told: 0.
 * KIND The engine knows one kind for each member. Of several the one that opens a lot reserved in this call
 * is taken: inclusion (ei, aci, ai, etti, eiti) if a lot is reserved to it, else adapted work (ea, eatt,
 * esat), else whichever of these it is, else its legal form. Other cooperatives count as scop (social
 * economy, law of 31 July 2014, art. 1). TIME The engine has one capacity for each member and function,
 * shared by all lots. It is counted over the months of the longest lot ("the basis"): capacity a month x
 * basis, a year x basis / 12, a contract as it is. A shorter lot is entered as if it went on for the basis
 * (quantity, worth and coordination x basis / its months), so that it takes the same part of a member's month
 * as it really does, and is compared by what it is worth a month. Where all lots last as long, which is the
 * rule, nothing is changed. Amounts go back with to_lot. ACCREDITATIONS must hold on every day from the
 * deadline for offers (the day of the proposal when there is none) to the last day the contract can have: it
 * starts at the latest when the offer's validity ends (the deadline when that is not known) and lasts the
 * lot's months. Where lots differ in months the code is "code/months". MONEY worth is the lot's estimated
 * value; coordination is coordination_ppm of the lot's reference value. */
#ifndef MAILLON_GROUPINGS_INSTANCE_H
#define MAILLON_GROUPINGS_INSTANCE_H

#include "groupings/why.h"
#include "members/members.h"
#include "tenders/tenders.h"

struct app;
struct tree;

struct weights {
    int64_t price, quality, social; /* -1: as the qualification says */
};

enum note_kind { NOTE_UNIT, NOTE_NO_QUALITY, NOTE_NO_SOCIAL };
struct instance_note {
    enum note_kind kind;
    const char *siret, *name, *function, *unit, *asked_unit; /* the last three of NOTE_UNIT */
};

struct built { /* lives in the arena, except file */
    struct qualification qualification;
    struct weights weights;
    struct member *members; /* in the order of the instance */
    size_t member_count;
    const char *from, *start; /* first day for accreditations; latest start of the contract */
    int64_t basis_months;
    struct tree *json;
    struct grouping_file *file; /* closed by built_close */
    const char **member_names;
    const char ***units;
    double *to_lot;
    struct instance_note *notes;
    size_t note_count;
};

/* Reads the newest qualification of the call and the offers, in one read, and builds. Refuses naming each
 * missing field (chained errors, in the arena). After success call built_close. */
int instance_build(struct app *app, struct arena *arena, const char *tender, const struct weights *weights,
                   const char *today, struct built *ret_built, struct error *error);
void built_close(struct built *built); /* nothing when it was never built */

/* The pure part, for tests: qualification and members are given; built->qualification, members, weights are
 * set. */
int instance_make(struct arena *arena, const char *today, struct built *built, struct error *error);

/* `days` after a date, `months` after a date (the last day of the month where it is shorter). */
const char *date_after_days(struct arena *arena, const char *date, int days);
const char *date_after_months(struct arena *arena, const char *date, int64_t months);

struct why_names built_names(const struct built *built);

#endif
