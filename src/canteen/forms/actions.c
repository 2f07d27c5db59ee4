/* What can be done with order forms, on paper and on a tablet. */
#include "canteen/forms/internal.h"

#define ESTABLISHMENT                                                                                                 \
    {"establishment", FIELD_TEXT, .max = 120,                                                                         \
     .hint = N_("Its reference, such as ma-rouen; not asked of those who work in one establishment.")}
#define CYCLE {"cycle", FIELD_REF, .required = true, .max = 40, .hint = N_("Such as 2026-48-grocery.")}

static const struct field forms_fields[] = {
    CYCLE,
    {"wing", FIELD_TEXT, .max = 20, .hint = N_("Only those of one wing; without it, everybody present.")},
    {"printed_name", FIELD_CHOICE, .choices = FORM_NAMES, .initial = "none",
     .hint = N_("The reference is always there. A name is read by everybody through whose hands the form passes; on a strip it is torn off.")},
    {"with_balance", FIELD_BOOL, .hint = N_("Off: forms pass through other hands, and who has money is put under pressure.")},
    {"one_sided", FIELD_BOOL, .hint = N_("For a printer that prints one side: no empty page between two persons.")},
    {"on", FIELD_DATE, .hint = N_("Day of the prices and of who may order what; without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct action actions[] = {
    {.name = NULL},
};

static const struct download downloads[] = {
    {"canteen.forms", N_("Personal order forms"), ROLE_STAFF, forms_fields, canteen_order_forms, "application/pdf", true},
    {.name = NULL},
};

const struct subject canteen_forms_subject = {.name = "canteen/forms", .actions = actions, .downloads = downloads};
