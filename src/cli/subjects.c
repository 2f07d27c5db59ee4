/* The rooms of the house, in the order in which their schemas build on each other. */
#include "cli/cli.h"
#include "establishments/establishments.h"
#include "law/law.h"
#include "members/members.h"
#include "users/users.h"

const struct subject *const cli_subjects[] = {
    &law_subject,
    &users_subject,
    &members_subject,
    &establishments_subject,
    NULL,
};
