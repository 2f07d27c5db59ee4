/* People: who is in detention where, as far as a service needs it. Names and register numbers are sealed with a key
 * of each person, kept outside the database (keyring.h); what other rooms keep is the reference printed on paper. No
 * offence, no sentence, no cause of an absence: there is no column to put them in.
 *
 * Every table of any room that says something about a person has a column person_id: export and erasing find it so. */
#ifndef MAILLON_PEOPLE_H
#define MAILLON_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject people_subject;

enum { PERSON_REFERENCE_BYTES = 9 }; /* "KFT-PWXC" and NUL */

struct stay { /* texts live in the arena and are never NULL */
    int64_t id, person, establishment_id;
    const char *reference, *establishment;
    const char *wing, *cell;
    const char *regime;  /* code of the detention regime, as the establishment declares it; "": the common one */
    const char *state;   /* "present", "absent", "left" */
    const char *left_by; /* "release", "transfer", "death" or "" */
    const char *arrived_on, *since, *left_on;
    const char *language; /* of papers */
    bool pictures;
};

/* The last stay of a person in an establishment, by reference as typed ("kft pwxc") or by register number.
 * ERR_NOT_FOUND, field "whom". A reference whose check sign is wrong says so. Reader or writer. */
int stay_find(struct app *app, struct db *db, struct arena *arena, int64_t establishment, const char *typed,
              struct stay *ret_stay, struct error *error);
int stay_read(struct db *db, struct arena *arena, int64_t id, struct stay *ret_stay, struct error *error);

/* Who is in the establishment, absent ones among them, in the order they arrived. */
int stays_here(struct db *db, struct arena *arena, int64_t establishment, struct stay **ret_stays, size_t *ret_count,
               struct error *error);

struct stay_span { /* days in a row on which a person was present in one place; texts in the arena */
    int64_t stay, person;
    const char *reference, *wing, *cell;
    const char *place;   /* wing and cell folded, as stay_place makes it */
    int32_t first, last; /* days since 1970, both counted */
};
/* Where everybody was at the end of each day from one date to another, as the events told say it: the day of arrival or of
 * coming back counts, that of leaving and days of absence do not, and a day of moving counts where the person moved to. In
 * order of stay. */
int stay_spans(struct db *db, struct arena *arena, int64_t establishment, const char *from_on, const char *to_on,
               struct stay_span **ret_spans, size_t *ret_count, struct error *error);
const char *stay_place(struct arena *arena, const char *wing, const char *cell);

/* Code of a detention regime as it is kept, of what was typed: "Portes ouvertes" is portes-ouvertes; commun, or nothing, is "".
 * ERR_REFUSED, field "regime", when the establishment has declared none of that code. Reader or writer. */
int regime_find(struct db *db, struct arena *arena, int64_t establishment, const char *typed, const char **ret_code,
                struct error *error);
const char *regime_shown(const char *code); /* "commun" for the common one, else the code */

/* The person's name as a paper handed to that person may say it: "DUPONT Jean"; "" when the key is gone. The caller
 * declares its view or paper sensitive, so that the reading is journaled. Reader or writer. */
int person_name(struct app *app, struct db *db, struct arena *arena, int64_t person, const char **ret_name,
                struct error *error);

/* Bytes that only this person's key opens (app->unseal), for what another room keeps until it is handed over. From a worker or
 * inside a write task. */
int person_seal(struct app *app, struct arena *arena, int64_t person, const char *text, const void **ret_bytes, size_t *ret_length,
                struct error *error);
/* Hash of a text under the site's key, which is outside the database. */
int person_keyed(struct app *app, const char *purpose, const char *text, char ret_hash[65], struct error *error);

/* The `prepare` of every action with the fields `whom` and `establishment`: a register number that was typed becomes the
 * reference, so that the journal holds no number. */
int person_prepare(struct ctx *ctx, struct tree *args);

/* Tidied form of a typed reference; false when it is none (wrong length, sign or check). */
bool person_reference_read(const char *typed, char ret_reference[PERSON_REFERENCE_BYTES]);

#endif
