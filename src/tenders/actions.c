#include "tenders/matters.h"
#include "tenders/tenders.h"

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true,
     .hint = N_("BOAMP (CSV, JSON or XML), eForms, DECP or OCDS: the format is found from the content.")},
    {"preview", FIELD_BOOL, .hint = N_("Count only, write nothing.")},
    FIELDS_END,
};

static const struct action actions[] = {
    {"tender import", N_("Import notices"), ROLE_COORDINATOR, import_fields, tender_import,
     .help = N_("Keeps every notice as its source wrote it and derives the calls. The same file again changes nothing."),
     .after = "/tenders", .job = true},
    {.name = NULL},
};

const struct subject tenders_subject = {.name = "tenders", .actions = actions};
