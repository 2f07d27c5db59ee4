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

#endif
