/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_FORMS_INTERNAL_H
#define MAILLON_CANTEEN_FORMS_INTERNAL_H

#include "canteen/forms/forms.h"
#include "canteen/internal.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"

#define FORM_REASONS "late|illegible|unsigned|unknown_person|over_limit"
#define FORM_DROPS "duplicate|not_wanted|person_left|unreadable"
#define FORM_ENDS "entered|returned|given_up"
#define FORM_NAMES "none|printed|strip"

/* --- order_forms.c --- */
int canteen_order_forms(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name);

/* Whether the person may order protected kinds alone on a day. Reader or writer. */
int form_is_restricted(struct db *db, const struct stay *stay, const char *on, bool *ret_restricted, struct error *error);
/* The language of a person's papers, when our texts are there in it; otherwise French. */
const char *form_language(const char *language);

/* --- entry.c --- */
int form_enter_prepare(struct ctx *ctx, struct tree *args);
int form_enter(struct ctx *ctx, const struct tree *args, struct tree *result);

/* --- queue.c --- */
int form_whom_prepare(struct ctx *ctx, struct tree *args);
int form_set_aside(struct ctx *ctx, const struct tree *args, struct tree *result);
int form_resolve(struct ctx *ctx, const struct tree *args, struct tree *result);

/* --- pins.c --- */
enum { PIN_BYTES = 7 };
int pin_make(struct ctx *ctx, const struct tree *args, struct tree *result);
int pin_reset_prepare(struct ctx *ctx, struct tree *args);
int pin_reset(struct ctx *ctx, const struct tree *args, struct tree *result);
/* Counts the try, then verifies. *ret_person: 0 when it was wrong, locked or nobody's, each at the same cost. On a worker. */
int pin_try(struct app *app, const char *reference, const char *pin, int64_t *ret_person, const char **ret_hash, struct arena *arena,
            struct error *error);

/* --- slips.c --- */
int canteen_slips(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name);

/* --- tablet.c --- */
int tablet_login_prepare(struct ctx *ctx, struct tree *args);
int tablet_login(struct ctx *ctx, const struct tree *args, struct tree *result);
int tablet_logout(struct ctx *ctx, const struct tree *args, struct tree *result);
int tablet_order(struct ctx *ctx, const struct tree *args, struct tree *result);
int tablet_cancel(struct ctx *ctx, const struct tree *args, struct tree *result);

#endif
