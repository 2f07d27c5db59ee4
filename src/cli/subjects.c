/* The rooms of the house, in the order in which their schemas build on each other. */
#include "cli/cli.h"
#include "members/members.h"
#include "users/users.h"

const struct subject *const cli_subjects[] = {
    &users_subject,
    &members_subject,
    NULL,
};
