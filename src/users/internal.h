/* What the files of this folder share. */
#ifndef MAILLON_USERS_INTERNAL_H
#define MAILLON_USERS_INTERNAL_H

#include "users/users.h"

enum { HASH_TEXT = 65, ONE_TIME_BYTES = 20, NAME_MAX_CHARACTERS = 64 };

/* --- password.c --- */

void password_one_time(char ret_password[ONE_TIME_BYTES]); /* 78 bits, letters and digits that cannot be mixed up */
/* Replaces a text of the arguments by nothing, in memory. */
void password_wipe(struct tree *args, const char *name);

/* --- attempt.c: counting before verifying, so that attempts at the same time cannot outrun the lock --- */

struct attempt {
    struct app *app;
    const char *actor;  /* for the journal row of a lock */
    const char *folded; /* by name, or */
    int64_t user;       /* by id when folded is NULL */
    const char *shown;  /* name for the journal */
    bool known, open;   /* answers: there is such an active user; its attempt counts */
    int64_t id;
    char hash[PASSWORD_HASH_BYTES];
};
int attempt_count(struct attempt *attempt, struct error *error); /* one write transaction, whatever the answer */

/* --- scope.c --- */

struct scope {
    unsigned role;
    const char *role_name, *service;
    int64_t organisation, establishment;
};
int scope_read(struct ctx *ctx, const struct tree *args, struct scope *ret_scope);

/* --- session.c --- */

void session_hash(const char *token, char ret_hash[HASH_TEXT]);
void session_random(char ret_hex[USERS_TOKEN_BYTES]); /* 256 bits */
int session_close_all(struct db *db, int64_t user, int64_t except, struct error *error);

/* --- accounts.c --- */

int permissions_start(struct app *app, struct error *error); /* permissions.c: what is declared, into its table */

/* --- the functions that actions.c declares --- */

int user_add_prepare(struct ctx *ctx, struct tree *args);
int user_add(struct ctx *ctx, const struct tree *args, struct tree *result);
int user_role(struct ctx *ctx, const struct tree *args, struct tree *result);
int user_deactivate(struct ctx *ctx, const struct tree *args, struct tree *result);
int user_reset_prepare(struct ctx *ctx, struct tree *args);
int user_reset(struct ctx *ctx, const struct tree *args, struct tree *result);
int user_password_prepare(struct ctx *ctx, struct tree *args);
int user_password(struct ctx *ctx, const struct tree *args, struct tree *result);
int user_login_prepare(struct ctx *ctx, struct tree *args);
int user_login(struct ctx *ctx, const struct tree *args, struct tree *result);
int user_logout(struct ctx *ctx, const struct tree *args, struct tree *result);
int permission_set(struct ctx *ctx, const struct tree *args, struct tree *result);
void permission_committed(struct app *app);

#endif
