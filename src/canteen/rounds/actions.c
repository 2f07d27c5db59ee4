/* What can be done with rounds. */
#include "canteen/rounds/internal.h"

static const struct action actions[] = {{.name = NULL}};

const struct subject canteen_rounds_subject = {.name = "canteen/rounds", .actions = actions};
