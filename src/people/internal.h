/* What the files of this room share. */
#ifndef MAILLON_PEOPLE_INTERNAL_H
#define MAILLON_PEOPLE_INTERNAL_H

#include "people/keyring.h"
#include "people/people.h"

struct arena;

/* --- reference.c --- */
void person_reference_make(char ret_reference[PERSON_REFERENCE_BYTES]);

/* --- keys.c: the keyring of the program --- */

/* The program's keyring, opened at the first need and made with the first person. Inside a write task or a read. */
int people_keys(struct app *app, struct db *db, struct keyring **ret_keyring, struct error *error);
struct keyring *people_keys_if_any(struct app *app); /* for reading; NULL when they cannot be had */
int people_start(struct app *app, struct error *error);
void people_stop(struct app *app);

/* Kept under person_word: every word of the name and both orders of the whole. */
int person_words_keep(struct db *db, struct keyring *keys, struct arena *arena, int64_t person, const char *family_name,
                      const char *given_names, struct error *error);
/* By which a register number is found, however it is spaced. */
void person_number_hash(const struct keyring *keys, struct arena *arena, const char *number,
                        char ret_hash[KEYRING_HASH_BYTES]);

/* --- events.c: what happens to a stay --- */

enum stay_kind { STAY_ARRIVAL, STAY_MOVE, STAY_ABSENT, STAY_BACK, STAY_REGIME, STAY_RELEASE, STAY_TRANSFER, STAY_DEATH, STAY_KINDS };
extern const char *const stay_kind_names[STAY_KINDS];

enum stay_outcome { STAY_NEW, STAY_CHANGED, STAY_SAME };

struct stay_told { /* one event, as a form or a line of the daily file tells it; texts are never NULL */
    enum stay_kind kind;
    int64_t establishment_id;
    const char *establishment;
    const char *number; /* register number */
    const char *reference; /* of a person who was here before; "" for somebody new */
    const char *family_name, *given_names;
    const char *wing, *cell, *on;
    const char *regime; /* as typed; NULL: nothing is said of it. With another event it is an event of its own */
    const char *language;
    bool pictures;
};

/* Takes the event in; the same event told again changes nothing. Field and sentence of a refusal are those of the form.
 * With `preview` db may be a reader: what would happen is answered, nothing is kept. */
int stay_take(struct ctx *ctx, struct db *db, const struct stay_told *told, bool preview, enum stay_outcome *ret_outcome,
              struct stay *ret_stay, struct error *error);

/* --- regimes.c --- */
int regime_declare(struct ctx *ctx, const struct tree *args, struct tree *result);
/* The regime the stay was in at the end of a day, as the events tell it. */
int stay_regime_on(struct db *db, struct arena *arena, int64_t stay, const char *on, const char **ret_code, struct error *error);

/* --- actions --- */
int person_admit(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_move(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_regime(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_leave(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_absent(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_back(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_correct(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_import(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_export(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_erase(struct ctx *ctx, const struct tree *args, struct tree *result);
int person_purge(struct ctx *ctx, const struct tree *args, struct tree *result);

#endif
