/* Users: who may come in, with which roles and scopes; passwords, sessions, lockout. */
#ifndef MAILLON_USERS_H
#define MAILLON_USERS_H

#include <stddef.h>

#include "kernel/app.h"

extern const struct subject users_subject;

/* Session of an active user by name, for --as on the command line. Strings live in the arena. */
int users_session(struct app *app, const char *name, struct arena *arena, struct session *ret_session,
                  struct error *error);

/* First administrator of a new database; the password (random, shown once) is written to ret_password. */
int users_make_administrator(struct app *app, const char *name, char *ret_password, size_t size, struct error *error);

#endif
