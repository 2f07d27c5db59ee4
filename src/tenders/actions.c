#include "tenders/matters.h"
#include "tenders/qualify.h"
#include "tenders/tenders.h"

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true,
     .hint = N_("BOAMP (CSV, JSON or XML), eForms, DECP or OCDS: the format is found from the content.")},
    {"preview", FIELD_BOOL, .hint = N_("Count only, write nothing.")},
    FIELDS_END,
};

static const struct field no_fields[] = {FIELDS_END};

static const struct field labels_fields[] = {
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file with the columns reference (or idweb) and label: prison, not or borderline.")},
    FIELDS_END,
};

static const struct field link_fields[] = {
    {"reference", FIELD_REF, .required = true},
    {"other", FIELD_REF, .required = true},
    FIELDS_END,
};

static const struct field decide_fields[] = {
    {"reference", FIELD_REF, .required = true},
    {"decision", FIELD_CHOICE, .required = true, .choices = "go|no_go"},
    {"reason", FIELD_NOTE, .required = true, .min = 3, .max = 2000},
    FIELDS_END,
};

static const struct field dates_fields[] = {
    {"reference", FIELD_REF, .required = true},
    {"visit_on", FIELD_DATE},
    {"questions_until", FIELD_DATE},
    {"deadline", FIELD_DATE},
    {"offer_valid_until", FIELD_DATE},
    FIELDS_END,
};

static const struct field mark_fields[] = {
    {"reference", FIELD_REF, .required = true},
    {"mark", FIELD_CHOICE, .required = true, .choices = "prison|not_prison|by_rules"},
    {"reason", FIELD_NOTE, .required = true, .min = 3, .max = 2000},
    FIELDS_END,
};

static const struct field piece_fields[] = {
    {"reference", FIELD_REF, .required = true},
    {"siret", FIELD_SIRET, .required = true},
    {"piece", FIELD_CHOICE, .required = true,
     .choices = "dc1|dc2|dc4|tax_certificate|social_certificate|insurance|registration|powers|bank_details|past_work|accreditation|other_piece"},
    {"state", FIELD_CHOICE, .choices = "asked|received|refused|not_needed", .initial = "asked"},
    {"received_on", FIELD_DATE},
    {"expires_on", FIELD_DATE},
    {"proof", FIELD_TEXT, .hint = N_("Where the paper is kept.")},
    FIELDS_END,
};

static const struct field template_fields[] = {
    {"reference", FIELD_REF, .required = true},
    {"service", FIELD_CHOICE, .required = true,
     .choices = "canteen|catering|laundry|cleaning|upkeep|training|culture|reintegration"},
    {"people", FIELD_INT, .required = true, .min = 1, .max = 100000},
    {"months", FIELD_INT, .required = true, .min = 1, .max = 1200},
    FIELDS_END,
};

static const struct action actions[] = {
    {"tender import", N_("Import notices"), ROLE_COORDINATOR, import_fields, tender_import,
     .help = N_("Keeps every notice as its source wrote it and derives the calls. The same file again changes nothing."),
     .after = "/tenders", .job = true},
    {"tender derive", N_("Derive all calls again"), ROLE_COORDINATOR, no_fields, tender_derive,
     .help = N_("From the notices that are kept, with the rules of the watch as they are now. Changes nothing when nothing changed."),
     .after = "/tenders", .job = true},
    {"tender watch-score", N_("Measure the watch on labelled notices"), ROLE_COORDINATOR, labels_fields, tender_watch_score,
     .help = N_("Precision: of the calls that the rules find, the part that a person labelled prison. Recall: of those labelled prison, the part that the rules find. Borderline notices and those not kept here are left aside. Changes nothing."),
     .job = true},
    {"tender link", N_("Say that two notices are of one call"), ROLE_COORDINATOR, link_fields, tender_link,
     .after = "/tenders/{reference}"},
    {"tender unlink", N_("Say that two notices are of two calls"), ROLE_COORDINATOR, link_fields, tender_unlink,
     .after = "/tenders/{reference}"},
    {"tender decide", N_("Decide whether to answer"), ROLE_COORDINATOR, decide_fields, tender_decide,
     .after = "/tenders/{reference}"},
    {"tender dates", N_("Note the dates of a call"), ROLE_COORDINATOR, dates_fields, tender_dates,
     .help = N_("Visit, questions, deadline, validity of the offer, as the documents of the call give them."),
     .after = "/tenders/{reference}"},
    {"tender mark", N_("Say whether a call concerns prisons"), ROLE_COORDINATOR, mark_fields, tender_mark,
     .help = N_("A person's word goes before the rules of the watch. by_rules leaves it to them again."),
     .after = "/tenders/{reference}"},
    {"tender piece", N_("Note a piece of a member's file"), ROLE_COORDINATOR, piece_fields, tender_piece,
     .after = "/tenders/{reference}"},
    {"tender qualify", N_("Qualify a call"), ROLE_COORDINATOR, qualify_fields, tender_qualify,
     .help = N_("What the documents of the call really ask for: lots, requirements, weights, limits. The whole file replaces what was there; earlier versions are kept. Its format is described in data/templates/README.md."),
     .after = "/tenders/{reference}", .fill = tender_qualify_fill},
    {"tender template", N_("Prefill the qualification of a call"), ROLE_COORDINATOR, template_fields, tender_template,
     .help = N_("Answers the JSON to start from: quantities for a number of people and months. All of it is a hypothesis until a person has confirmed it; what nobody can guess is null."),
     .unlisted = true},
    {.name = NULL},
};

const struct subject tenders_subject = {.name = "tenders", .actions = actions};
