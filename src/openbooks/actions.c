/* What can be done with the open books. */
#include "openbooks/openbooks.h"
#include "openbooks/publication.h"

static const struct field publish_fields[] = {
    {"year", FIELD_REF, .max = 15,
     .hint =
         N_("A year that is not closed yet, to be published as provisional. Without it: every closed year.")},
    FIELDS_END,
};

static const struct action openbooks_actions[] = {
    {"openbooks publish", N_("Publish the open books"), ROLE_COORDINATOR | ROLE_ACCOUNTANT, publish_fields,
     openbooks_publish,
     .help = N_(
         "Computes every figure from the books and shows it to everybody. What was published stays known."),
     .after = "/openbooks"},
    {.name = NULL},
};

const struct subject openbooks_subject = {.name = "openbooks", .actions = openbooks_actions};
