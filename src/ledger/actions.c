/* What can be done with the books. */
#include "kernel/app.h"
#include "ledger/posting.h"

static const struct field entity_fields[] = {
    {"siren", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Nine digits.")},
    {"name", FIELD_TEXT, .required = true, .max = 200},
    {"kind", FIELD_CHOICE, .required = true, .choices = "scic|scop|association"},
    {"example", FIELD_BOOL, .hint = N_("Invented: everything printed says so.")},
    FIELDS_END,
};

static const struct action actions[] = {
    {"ledger entity", N_("Say whose books these are"), ROLE_ACCOUNTANT, entity_fields, entity_keep,
     .help = N_("The legal entity whose books this database keeps, and the law that allocates its surplus.")},
    {.name = NULL},
};

const struct subject ledger_subject = {.name = "ledger", .actions = actions, .start = chart_start};
