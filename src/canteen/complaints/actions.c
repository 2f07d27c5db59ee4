/* What can be done about complaints and with the figures of a month. */
#include "canteen/complaints/internal.h"

#define ESTABLISHMENT                                                                                                 \
    {"establishment", FIELD_TEXT, .max = 120,                                                                         \
     .hint = N_("Its reference, such as ma-rouen; not asked of those who work in one establishment.")}
#define COMPLAINT {"complaint", FIELD_INT, .required = true, .min = 1, .max = 99999999, .hint = N_("Its number.")}
#define ON {"on", FIELD_DATE, .hint = N_("Without it, today.")}

static const struct field tell_fields[] = {
    {"cycle", FIELD_REF, .required = true, .max = 40, .hint = N_("Such as 2026-48-grocery.")},
    {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")},
    {"code", FIELD_INT, .required = true, .min = 1, .max = CANTEEN_CODE_MAX, .hint = N_("The number on the order form.")},
    {"cause", FIELD_CHOICE, .required = true, .choices = COMPLAINT_CAUSES},
    {"units", FIELD_INT, .min = 1, .max = ORDER_UNITS_MAX, .hint = N_("It is about; without them, all that can be meant.")},
    {"source", FIELD_CHOICE, .choices = "paper_form|tablet|staff", .initial = "paper_form"},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field decide_fields[] = {
    COMPLAINT,
    {"remedy", FIELD_CHOICE, .required = true, .choices = "refund|redelivery|refused"},
    {"units", FIELD_INT, .min = 1, .max = ORDER_UNITS_MAX, .hint = N_("To give back or hand over; without them, all.")},
    {"price", FIELD_MONEY, .min = 0, .max = 100000000,
     .hint = N_("What was posted, when too much was charged; without it, the price decided for the day of the form.")},
    {"reason", FIELD_TEXT, .max = 300, .hint = N_("Of a refusal, in plain words: the person reads it.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field redelivered_fields[] = {COMPLAINT, ON, ESTABLISHMENT, FIELDS_END};

#define MONTH {"month", FIELD_TEXT, .required = true, .min = 7, .max = 7, .hint = N_("Such as 2026-11.")}

static const struct field month_fields[] = {MONTH, ESTABLISHMENT, FIELDS_END};

static const struct field basket_fields[] = {
    {"items", FIELD_WORDS, .required = true, .max = ORDER_LINES_MAX, .hint = N_("Numbers and units: 101x2 201 305x3.")},
    {"from_on", FIELD_DATE, .hint = N_("First day the basket stands for; without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct action actions[] = {
    {"complaint tell", N_("Take down a complaint"), ROLE_STAFF, tell_fields, complaint_tell, person_prepare,
     .help = N_("About one line of an order. What picking and delivery show was never received is accepted at once: it was not charged."),
     .after = "/canteen-complaints/{establishment}/{complaint}"},
    {"complaint decide", N_("Decide a complaint"), ROLE_STAFF, decide_fields, complaint_decide,
     .help = N_("Money back, goods at the next round, or a refusal with its reason. Never more than was charged for the line."),
     .after = "/canteen-complaints/{establishment}/{complaint}"},
    {"complaint redelivered", N_("Handed over after a complaint"), ROLE_STAFF, redelivered_fields, complaint_redelivered,
     .help = N_("What was promised was handed over at a later round."), .after = "/canteen-complaints/{establishment}/{complaint}"},
    {"figures basket-set", N_("Set the reference basket"), ROLE_STAFF | ROLE_COORDINATOR, basket_fields, figures_basket,
     .help = N_("What the price index follows. A new basket goes on from where the one before it stands."), .after = "/canteen-figures/{establishment}"},
    {"figures count", N_("Count the figures of a month"), ROLE_STAFF | ROLE_COORDINATOR, month_fields, figures_count,
     .help = N_("As all stands now. What was counted before is kept; nothing new is kept when nothing changed."),
     .after = "/canteen-figures/{establishment}/{month}"},
    {"figures close", N_("Close the figures of a month"), ROLE_STAFF | ROLE_COORDINATOR, month_fields, figures_close,
     .help = N_("Once the month is over and its cycles are settled: these are the figures of the report, for ever."),
     .after = "/canteen-figures/{establishment}/{month}", .confirm = true},
    {"figures verify", N_("Count the figures of a month again"), ROLE_STAFF | ROLE_COORDINATOR, month_fields, figures_verify,
     .help = N_("Up to the same instant as when they were kept: each must come out the same."), .after = "/canteen-figures/{establishment}/{month}"},
    {.name = NULL},
};

static const struct field statement_fields[] = {
    {"reference", FIELD_REF, .required = true, .max = 20, .hint = N_("Reference printed on paper.")},
    {"from_on", FIELD_DATE, .hint = N_("First day of delivery; without it, from the beginning.")},
    {"to_on", FIELD_DATE, .hint = N_("Last day of delivery; without it, until now.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field answer_fields[] = {COMPLAINT, ESTABLISHMENT, FIELDS_END};

static const struct paper papers[] = {
    {"canteen.bought", N_("What you bought at the canteen"), ROLE_STAFF, statement_fields, canteen_statement_paper,
     .help = N_("For the person: every line asked for, received, charged and given back."), .sensitive = true},
    {"complaint.answer", N_("Answer to your complaint"), ROLE_STAFF, answer_fields, complaint_answer_paper,
     .help = N_("For the person: what was decided, why, and where to write who does not agree."), .sensitive = true},
    {"canteen.report", N_("Monthly report of the canteen"), ROLE_STAFF | ROLE_COORDINATOR | ROLE_AUTHORITY | ROLE_AUDITOR, month_fields,
     canteen_report_paper, .help = N_("For the prison administration: the figures that were counted last, with what they rest on.")},
    {.name = NULL},
};

const struct subject canteen_complaints_subject = {.name = "canteen/complaints", .service = "canteen", .actions = actions, .papers = papers};
