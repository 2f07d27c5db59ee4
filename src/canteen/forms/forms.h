/* Order forms: on paper, in a pile on a clerk's table, and on a tablet. What other rooms and the web server need. */
#ifndef MAILLON_CANTEEN_FORMS_H
#define MAILLON_CANTEEN_FORMS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/app.h"
#include "people/people.h"

extern const struct subject canteen_forms_subject;

/* --- code.c: the text of the QR code of a form, person and cycle: "M1.KFTPWXC.1F4Z6L0QRS" --- */

enum { FORM_CODE_BYTES = 3 + 7 + 1 + 13 + 1 };

/* reference as printed ("KFT-PWXC"); cycle: its id. */
void form_code_write(const char *reference, int64_t cycle, char ret_code[FORM_CODE_BYTES]);
/* As a scanner or a hand gives it: any case, spaces around. False when it is none; a reference with a wrong check sign is none. */
bool form_code_read(const char *typed, char ret_reference[PERSON_REFERENCE_BYTES], int64_t *ret_cycle);

/* --- tablet.c --- */

/* The session of a person on a tablet, by the token of its cookie: one indexed read, fit for a web thread. ERR_LOGIN when there
 * is none, it is over (5 minutes unused, an hour at most), or the person is no longer here. Never a user's. */
int tablet_session(struct app *app, const char *token, struct arena *arena, struct session *ret_session, char ret_csrf[65],
                   struct error *error);

#endif
