/* Errors as values: a code, the field at fault, and a message that a person can act on.
 *
 * The message is its English sentence, with {0} to {3} for its arguments; it is also the key of its French text
 * in po/fr.po. Sentences are marked N_("…") so that the catalogue's test finds them. Functions that can fail
 * return 0 or an error code and fill the struct error they were given; they never log and never exit. */
#ifndef MAILLON_ERROR_H
#define MAILLON_ERROR_H

#include <stddef.h>

#define N_(text) text /* a sentence of the catalogue */

enum error_code { /* the number is the HTTP status that says the same */
    ERR_NONE = 0,
    ERR_INVALID = 422,   /* a field is missing or malformed */
    ERR_LOGIN = 401,     /* nobody is logged in, or the password is wrong */
    ERR_FORBIDDEN = 403, /* this role may not */
    ERR_NOT_FOUND = 404,
    ERR_METHOD = 405, /* of a page that only shows, or only takes */
    ERR_REFUSED = 409, /* a rule of the house or of the law says no */
    ERR_TOO_LARGE = 413,
    ERR_TOO_MANY = 429, /* attempts, from one address */
    ERR_BUSY = 503,
    ERR_INTERNAL = 500, /* the store failed, a file could not be read: the detail goes to the log */
};

enum { ERROR_ARGUMENTS = 4, ERROR_ARGUMENT_BYTES = 512, ERROR_FIELD_BYTES = 96 };
enum { ERROR_TEXT_BYTES = ERROR_ARGUMENTS * ERROR_ARGUMENT_BYTES + 512 }; /* holds any sentence with its arguments */

struct error {
    enum error_code code;
    char field[ERROR_FIELD_BYTES]; /* "" when no single field is at fault; nested: lots.0.place */
    const char *message;           /* English, static */
    char arguments[ERROR_ARGUMENTS][ERROR_ARGUMENT_BYTES];
    struct error *next; /* further errors of the same form, in the request's arena */
};

/* Fill error and return its code. Pass up to four texts, then NULL; one that is longer than there is room for ends at
 * a word, with "…". */
int error_set(struct error *error, enum error_code code, const char *field, const char *message, ...)
    __attribute__((sentinel));

/* Message with its arguments put in, in English or from a translation with the same {n}. Returns its length. Give it
 * ERROR_TEXT_BYTES: what does not fit ends at a word, with "…". */
size_t error_format(const struct error *error, const char *message, char *text, size_t size);

#endif
