/* What can be done with supply and stock. */
#include "canteen/supply/internal.h"

static const struct action actions[] = {{.name = NULL}};

const struct subject canteen_supply_subject = {.name = "canteen/supply", .actions = actions};
