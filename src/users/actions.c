#include "users/internal.h"

#define SIGNED_IN_ROLES "admin|coordinator|member|staff|authority|accountant|auditor"
#define SERVICES                                                                                                    \
    "canteen|catering|cleaning|culture|family|health|it|laundry|reintegration|training|transport|upkeep|waste|work"

enum { PASSWORD_MIN = 12, PASSWORD_MAX = 200 };

static const struct field add_fields[] = {
    {"name", FIELD_REF, .required = true, .max = NAME_MAX_CHARACTERS, .hint = N_("What the person types to log in.")},
    {"role", FIELD_CHOICE, .required = true, .choices = SIGNED_IN_ROLES},
    {"display_name", FIELD_TEXT, .max = 100, .sealed = true, .hint = N_("First name and name, as others know them.")},
    {"organisation", FIELD_SIRET, .hint = N_("For a member: the SIRET of its organisation.")},
    {"establishment", FIELD_REF, .hint = N_("For staff and prison administration: the reference of the establishment.")},
    {"service", FIELD_CHOICE, .choices = SERVICES, .hint = N_("For staff: the service it works for.")},
    {"password", FIELD_SECRET, .min = PASSWORD_MIN, .max = PASSWORD_MAX,
     .hint = N_("Leave this empty for a one-time password, said once.")},
    FIELDS_END,
};

static const struct field role_fields[] = {
    {"name", FIELD_REF, .required = true, .max = NAME_MAX_CHARACTERS},
    {"role", FIELD_CHOICE, .required = true, .choices = SIGNED_IN_ROLES},
    {"organisation", FIELD_SIRET, .hint = N_("For a member: the SIRET of its organisation.")},
    {"establishment", FIELD_REF, .hint = N_("For staff and prison administration: the reference of the establishment.")},
    {"service", FIELD_CHOICE, .choices = SERVICES, .hint = N_("For staff: the service it works for.")},
    {"revoke", FIELD_BOOL, .hint = N_("Takes the role away instead of giving it.")},
    FIELDS_END,
};

static const struct field name_fields[] = {
    {"name", FIELD_REF, .required = true, .max = NAME_MAX_CHARACTERS},
    FIELDS_END,
};

static const struct field password_fields[] = {
    {"old_password", FIELD_SECRET, .required = true, .max = PASSWORD_MAX},
    {"new_password", FIELD_SECRET, .required = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX,
     .hint = N_("At least 12 characters: a few words are easy to remember.")},
    FIELDS_END,
};

static const struct field login_fields[] = {
    {"name", FIELD_TEXT, .required = true, .max = NAME_MAX_CHARACTERS},
    {"password", FIELD_SECRET, .required = true, .max = PASSWORD_MAX},
    FIELDS_END,
};

static const struct field logout_fields[] = {
    {"token", FIELD_SECRET, .hint = N_("Of the session to close; without it, the one you use.")},
    {"session", FIELD_INT, .hint = N_("One of your sessions, by the number in their list.")},
    {"everywhere", FIELD_BOOL, .hint = N_("Closes all your sessions.")},
    FIELDS_END,
};

static const struct field permission_fields[] = {
    {"role", FIELD_CHOICE, .required = true, .choices = "public|" SIGNED_IN_ROLES},
    {"declaration", FIELD_TEXT, .required = true, .hint = N_("Name of an action, a view or a paper, such as grouping accept.")},
    {"allowed", FIELD_BOOL, .required = true},
    FIELDS_END,
};

static const struct action actions[] = {
    {"user add", N_("Add a user"), ROLE_ADMIN, add_fields, user_add, user_add_prepare,
     .help = N_("Without a password, a one-time password is made and said once."), .secret = true},
    {"user role", N_("Give or take a role"), ROLE_ADMIN, role_fields, user_role, .after = "/users/{name}"},
    {"user deactivate", N_("Close a user's account"), ROLE_ADMIN, name_fields, user_deactivate,
     .help = N_("The user can no longer log in; what it did stays in the journal."), .after = "/users/{name}",
     .confirm = true},
    {"user reset", N_("Give a new one-time password"), ROLE_ADMIN, name_fields, user_reset, user_reset_prepare,
     .help = N_("Closes the user's sessions, ends a lock, and opens a closed account again."), .confirm = true,
     .secret = true},
    {"user password", N_("Change my password"), ROLES_ALL, password_fields, user_password, user_password_prepare,
     .help = N_("Your other sessions are closed."), .after = "/", .secret = true},
    {"user login", N_("Log in"), ROLES_ALL, login_fields, user_login, user_login_prepare, .unlisted = true,
     .secret = true},
    {"user logout", N_("Log out"), ROLES_ALL, logout_fields, user_logout, .unlisted = true},
    {"permission set", N_("Take a permission from a role, or give it back"), ROLE_ADMIN, permission_fields,
     permission_set, .help = N_("A role never gets more than the program declares for it."), .after = "/permissions",
     .committed = permission_committed},
    {.name = NULL},
};

const struct subject users_subject = {.name = "users", .actions = actions, .start = permissions_start};
