/* What can be done with standing orders. */
#include "canteen/standing/internal.h"

static const struct action actions[] = {
    {.name = NULL},
};

const struct subject standing_subject = {.name = "canteen/standing", .actions = actions};
