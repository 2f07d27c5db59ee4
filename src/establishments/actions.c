/* What can be done with establishments. */
#include "establishments/establishments.h"
#include "establishments/import.h"
#include "establishments/names.h"

#define REGIONS "bordeaux|dijon|lille|lyon|marseille|overseas|paris|rennes|strasbourg|toulouse"

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true, .hint = N_("A CSV file with the columns spip, antenne, ressort and type.")},
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field add_fields[] = {
    {"kind", FIELD_CHOICE, .required = true, .choices = ESTABLISHMENT_KINDS},
    {"name", FIELD_TEXT, .required = true, .hint = N_("The whole name, such as Maison d'arrêt de Rouen.")},
    {"department", FIELD_TEXT, .required = true, .max = 3, .hint = N_("Its code, such as 27, 2A or 974.")},
    {"place", FIELD_TEXT, .hint = N_("Town or place; without it, the one in the name.")},
    {"probation_service", FIELD_TEXT},
    {"probation_branch", FIELD_TEXT},
    {"region", FIELD_CHOICE, .choices = REGIONS,
     .hint = N_("Only when you know it: without it, that of the department, to be confirmed.")},
    {"capacity", FIELD_INT, .min = 0, .max = 10000},
    {"capacity_source", FIELD_TEXT, .hint = N_("Where the capacity was read.")},
    {"capacity_on", FIELD_DATE, .hint = N_("As of when; without it, today.")},
    {"remark", FIELD_NOTE, .max = 1000},
    FIELDS_END,
};

static const struct field change_fields[] = {
    {"ref", FIELD_TEXT, .required = true, .hint = N_("Its reference, such as ma-rouen, or its whole name.")},
    {"kind", FIELD_CHOICE, .choices = ESTABLISHMENT_KINDS},
    {"name", FIELD_TEXT},
    {"place", FIELD_TEXT},
    {"department", FIELD_TEXT, .max = 3, .hint = N_("Its code, such as 27, 2A or 974. The region follows it.")},
    {"region", FIELD_CHOICE, .choices = REGIONS, .hint = N_("Giving it confirms it.")},
    {"probation_service", FIELD_TEXT},
    {"probation_branch", FIELD_TEXT},
    {"capacity", FIELD_INT, .min = 0, .max = 10000},
    {"capacity_source", FIELD_TEXT, .hint = N_("Where the capacity was read.")},
    {"capacity_on", FIELD_DATE, .hint = N_("As of when; without it, today.")},
    {"closed_on", FIELD_DATE, .hint = N_("Last day it was open.")},
    {"reopen", FIELD_BOOL, .hint = N_("It is open after all: forget when it closed.")},
    {"remark", FIELD_NOTE, .max = 1000},
    FIELDS_END,
};

static const struct action actions[] = {
    {"establishment import", N_("Import establishments"), ROLE_COORDINATOR, import_fields, establishment_import,
     .help = N_("Takes in the list of article A44. Courts and cantons are skipped; the same file again changes nothing."),
     .after = "/establishments", .job = true},
    {"establishment add", N_("Add an establishment"), ROLE_COORDINATOR, add_fields, establishment_add,
     .help = N_("For a prison that opened after the list was written."), .after = "/establishments/{ref}"},
    {"establishment change", N_("Correct an establishment"), ROLE_COORDINATOR, change_fields, establishment_change,
     .help = N_("Only what is given is changed. What a person corrected is not undone by importing the same list again."),
     .after = "/establishments/{ref}"},
    {.name = NULL},
};

const struct subject establishments_subject = {
    .name = "establishments", .actions = actions, .start = departments_load};
