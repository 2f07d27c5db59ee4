#include "canteen/settlement/internal.h"

static const struct action actions[] = {
    {.name = NULL},
};

const struct subject canteen_settlement_subject = {.name = "canteen/settlement", .actions = actions};
