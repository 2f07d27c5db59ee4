#include "users/users.h"
const struct subject users_subject = {.name = "users"};
int users_session(struct app *app, const char *name, struct arena *arena, struct session *ret_session,
                  struct error *error){(void)app;(void)arena;(void)ret_session;return error_set(error, ERR_NOT_FOUND,"as",N_("There is no user {0}."),name,NULL);}
int users_make_administrator(struct app *app, const char *name, char *ret_password, size_t size, struct error *error){(void)app;(void)name;(void)error;ret_password[0]=0;(void)size;return 0;}
