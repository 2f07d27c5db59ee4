/* What can be done about people in detention, as far as a service needs to know where they are. */
#include "people/internal.h"

#define ESTABLISHMENT                                                                                                 \
    {"establishment", FIELD_TEXT, .max = 120,                                                                         \
     .hint = N_("Its reference, such as ma-rouen; not asked of those who work in one establishment.")}
#define REGIME_HINT N_("A code that the establishment declares, such as portes-ouvertes; commun for the common one.")
#define REGIME {"regime", FIELD_TEXT, .max = 40, .hint = REGIME_HINT}
#define LANGUAGES "fr|en|ar|es|pt|ro|ru|sq|uk|tr"

static const struct field admit_fields[] = {
    {"number", FIELD_TEXT, .required = true, .max = 20, .sealed = true, .hint = N_("The register number (numéro d'écrou).")},
    {"family_name", FIELD_TEXT, .max = 80, .sealed = true},
    {"given_names", FIELD_TEXT, .max = 80, .sealed = true},
    {"wing", FIELD_TEXT, .max = 20},
    {"cell", FIELD_TEXT, .max = 20},
    {"on", FIELD_DATE, .hint = N_("Without it, today.")},
    {"reference", FIELD_TEXT, .max = 12, .hint = N_("Of somebody who was known before, so that their thread goes on.")},
    {"paper_language", FIELD_CHOICE, .choices = LANGUAGES, .initial = "fr"},
    {"pictures", FIELD_BOOL, .hint = N_("Order forms with pictures, at the person's wish.")},
    REGIME,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field move_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")},
    {"wing", FIELD_TEXT, .required = true, .max = 20},
    {"cell", FIELD_TEXT, .required = true, .max = 20},
    REGIME,
    {"on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field regime_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")},
    {"regime", FIELD_TEXT, .required = true, .max = 40, .hint = REGIME_HINT},
    {"on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field declare_fields[] = {
    {"regime", FIELD_TEXT, .required = true, .max = 40, .hint = N_("Its code, as files and forms say it, such as portes-ouvertes.")},
    {"name", FIELD_TEXT, .required = true, .max = 80, .hint = N_("In plain words.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field leave_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")},
    {"left_by", FIELD_CHOICE, .required = true, .choices = "release|transfer|death"},
    {"on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field person_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")},
    {"on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field correct_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")},
    {"family_name", FIELD_TEXT, .max = 80, .sealed = true},
    {"given_names", FIELD_TEXT, .max = 80, .sealed = true},
    {"paper_language", FIELD_CHOICE, .choices = LANGUAGES},
    {"pictures", FIELD_BOOL, .hint = N_("Order forms with pictures, at the person's wish.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file with the columns number, event, date, family_name, given_names, wing, cell and regime, or their French names.")},
    ESTABLISHMENT,
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field one_fields[] = {
    {"reference", FIELD_TEXT, .required = true, .max = 12, .hint = N_("The reference printed on paper.")},
    FIELDS_END,
};

static const struct field purge_fields[] = {
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct action actions[] = {
    {"person admit", N_("Record an arrival"), ROLE_STAFF, admit_fields, person_admit,
     .help = N_("Gives the person a reference that can be printed; name and number are sealed."), .after = "/people/{reference}"},
    {"person move", N_("Record a move"), ROLE_STAFF, move_fields, person_move, person_prepare, .after = "/people/{reference}"},
    {"person regime", N_("Record a detention regime"), ROLE_STAFF, regime_fields, person_regime, person_prepare,
     .help = N_("From which day the person is in which regime; no cause is kept. Limits of orders may depend on it."), .after = "/people/{reference}"},
    {"regime declare", N_("Declare or rename a detention regime"), ROLE_STAFF | ROLE_COORDINATOR, declare_fields, regime_declare,
     .help = N_("The regimes that the establishment tells apart. The same code again takes the new name."), .after = "/regimes"},
    {"person absent", N_("Record an absence"), ROLE_STAFF, person_fields, person_absent, person_prepare,
     .help = N_("No cause is kept: what matters is that nothing can be handed over."), .after = "/people/{reference}"},
    {"person back", N_("Record a return"), ROLE_STAFF, person_fields, person_back, person_prepare, .after = "/people/{reference}"},
    {"person leave", N_("Record a departure"), ROLE_STAFF, leave_fields, person_leave, person_prepare, .after = "/people/{reference}", .confirm = true},
    {"person correct", N_("Correct a name or a wish"), ROLE_STAFF, correct_fields, person_correct, person_prepare,
     .help = N_("Only what is given is changed."), .after = "/people/{reference}"},
    {"person import", N_("Import the daily movements"), ROLE_STAFF, import_fields, person_import,
     .help = N_("Arrivals, moves, absences and departures of the day; the same file again changes nothing."), .after = "/people",
     .job = true},
    {"person export", N_("Everything kept about a person"), ROLE_STAFF, one_fields, person_export,
     .help = N_("For the person, who may ask for it: every line of every room, names opened.")},
    {"person erase", N_("Erase a person"), ROLE_STAFF, one_fields, person_erase,
     .help = N_("Destroys the key of the name and the numbers, for ever and in every backup. Accounts keep the reference."),
     .after = "/people", .confirm = true},
    {"person purge", N_("Erase those who left long ago"), ROLE_STAFF, purge_fields, person_purge,
     .help = N_("Everybody whose last stay ended longer ago than the law lets us remember."), .after = "/people", .job = true,
     .confirm = true},
    {.name = NULL},
};

const struct subject people_subject = {.name = "people", .actions = actions, .start = people_start, .stop = people_stop};
