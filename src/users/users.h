/* Users: who may come in, with which roles and scopes; passwords, sessions, lockout.
 *
 * The action "user login" answers {"token","csrf","must_change","name"}. The token goes into the cookie and nowhere
 * else; the csrf text goes into every form. A session that came in with a one-time password (session.must_change) has
 * no grants: only "user password" and "user logout" are open to it. */
#ifndef MAILLON_USERS_H
#define MAILLON_USERS_H

#include <stddef.h>

#include "kernel/app.h"

extern const struct subject users_subject;

enum {
    USERS_TOKEN_BYTES = 65, /* 64 hexadecimal digits and NUL: 256 random bits */
    USERS_CSRF_BYTES = 65,
};

/* --- password.c: argon2id at libsodium's interactive cost (64 MB), never on the writer. Also for what is no user's --- */

enum { PASSWORD_HASH_BYTES = 128 };
int password_hash(const char *password, char ret_hash[PASSWORD_HASH_BYTES], struct error *error);
/* The same time for a hash that nobody has: NULL. */
bool password_fits(const char *hash, const char *password);

/* Session of an active user by name, for --as on the command line. Strings live in the arena. */
int users_session(struct app *app, const char *name, struct arena *arena, struct session *ret_session,
                  struct error *error);

/* Session of a token from a cookie: one indexed read, fit for a web thread. ERR_LOGIN when there is none, it is over
 * (12 hours unused, 24 hours at most), or its user may no longer come in. Now and then it has the time of last use
 * written by a worker. Compare the form's csrf text with sodium_memcmp. Strings live in the arena. */
int users_session_by_token(struct app *app, const char *token, struct arena *arena, struct session *ret_session,
                           char ret_csrf[USERS_CSRF_BYTES], struct error *error);

/* First administrator of a new database; the password (random, shown once) is written to ret_password, which has at
 * least 20 bytes. */
int users_make_administrator(struct app *app, const char *name, char *ret_password, size_t size, struct error *error);

#endif
