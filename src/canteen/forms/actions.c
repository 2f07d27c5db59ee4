/* What can be done with order forms, on paper and on a tablet. */
#include "canteen/forms/forms.h"

static const struct action actions[] = {
    {.name = NULL},
};

const struct subject canteen_forms_subject = {.name = "canteen/forms", .actions = actions};
