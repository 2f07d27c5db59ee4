/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_FORMS_INTERNAL_H
#define MAILLON_CANTEEN_FORMS_INTERNAL_H

#include "canteen/forms/forms.h"
#include "canteen/internal.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"

#define FORM_REASONS "late|illegible|unsigned|unknown_person|over_limit"
#define FORM_DROPS "duplicate|withdrawn|left|unreadable"
#define FORM_NAMES "none|printed|strip"

/* --- order_forms.c --- */
int canteen_order_forms(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name);

/* Whether the person may order protected kinds alone on a day. Reader or writer. */
int form_is_restricted(struct db *db, const struct stay *stay, const char *on, bool *ret_restricted, struct error *error);
/* The language of a person's papers, when our texts are there in it; otherwise French. */
const char *form_language(const char *language);

#endif
