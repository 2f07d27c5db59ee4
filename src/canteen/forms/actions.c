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

static const struct field line_fields[] = {
    {"code", FIELD_TEXT, .max = 12},
    {"units", FIELD_INT, .min = 1, .max = ORDER_UNITS_MAX},
    {"substitute", FIELD_BOOL},
    FIELDS_END,
};

static const struct field enter_fields[] = {
    CYCLE,
    {"whom", FIELD_TEXT, .required = true, .max = 40, .hint = N_("QR code of the form, reference, or register number.")},
    {"lines", FIELD_LIST, .required = true, .max = ORDER_LINES_MAX, .of = line_fields},
    {"replace", FIELD_BOOL, .hint = N_("This order takes the place of the one before it.")},
    {"handed_on", FIELD_DATE, .hint = N_("Day the form was handed in; without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field aside_fields[] = {
    CYCLE,
    {"reason", FIELD_CHOICE, .required = true, .choices = FORM_REASONS},
    {"whom", FIELD_TEXT, .max = 40, .hint = N_("QR code of the form, reference, or register number; nothing when nobody knows.")},
    {"received_on", FIELD_DATE, .hint = N_("Without it, today.")},
    {"file", FIELD_FILE, .hint = N_("A scan of the form.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field resolve_fields[] = {
    {"form_number", FIELD_INT, .required = true, .min = 1, .max = INT32_MAX, .hint = N_("Written on the paper when it was set aside.")},
    {"outcome", FIELD_CHOICE, .required = true, .choices = FORM_ENDS},
    {"whom", FIELD_TEXT, .max = 40, .hint = N_("When it was not known.")},
    {"items", FIELD_WORDS, .max = ORDER_LINES_MAX, .hint = N_("To enter it: 101x2 201 305x3r, as on the form.")},
    {"into_cycle", FIELD_REF, .max = 40, .hint = N_("Without it, the next open cycle with the same goods.")},
    {"accepted_by", FIELD_CHOICE, .choices = "rule|head_of_establishment", .hint = N_("For a late form, or one over the limit.")},
    {"acceptance", FIELD_TEXT, .max = 60, .hint = N_("Reference of the head's decision.")},
    {"dropped_for", FIELD_CHOICE, .choices = FORM_DROPS, .hint = N_("When nothing is ordered.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field pins_fields[] = {
    {"wing", FIELD_TEXT, .max = 20, .hint = N_("Only those of one wing; without it, everybody here.")},
    {"renew", FIELD_BOOL, .hint = N_("Also for those who have a PIN: the one they have opens nothing from then on.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field pin_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field slips_fields[] = {
    {"wing", FIELD_TEXT, .max = 20, .hint = N_("Only those of one wing; without it, everybody here.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field login_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 12},
    {"tablet_pin", FIELD_SECRET, .required = true, .max = 12},
    FIELDS_END,
};

static const struct field no_fields[] = {FIELDS_END};

static const struct field tablet_order_fields[] = {
    CYCLE,
    {"items", FIELD_WORDS, .required = true, .max = ORDER_LINES_MAX},
    {"replace", FIELD_BOOL, .hint = N_("This order takes the place of the one before it.")},
    FIELDS_END,
};

static const struct field tablet_cancel_fields[] = {CYCLE, FIELDS_END};

static const struct action actions[] = {
    {"form enter", N_("Enter a paper form"), ROLE_STAFF, enter_fields, form_enter, form_enter_prepare,
     .help = N_("One order for one form; the same form entered twice changes nothing."), .after = "/canteen-entry/{establishment}/{cycle}",
     .template = "canteen/forms/entry_again"},
    {"form set-aside", N_("Set a form aside"), ROLE_STAFF, aside_fields, form_set_aside, form_whom_prepare,
     .help = N_("Late, illegible, unsigned or nobody's: write its number on the paper. It stays in the list until it has an end."),
     .after = "/canteen-forms/{establishment}/{cycle}"},
    {"form resolve", N_("Bring a form that was set aside to its end"), ROLE_STAFF, resolve_fields, form_resolve, form_whom_prepare,
     .help = N_("Entered into a cycle, returned to the person, or given up with a reason."), .after = "/canteen-form/{establishment}/{form_number}"},
    {"pin make", N_("Make PINs for the tablet"), ROLE_STAFF, pins_fields, pin_make,
     .help = N_("Six digits by chance for everybody who has none. They are printed on sealed slips, once, and shown nowhere else."), .job = true},
    {"pin reset", N_("Give one person a new PIN"), ROLE_STAFF, pin_fields, pin_reset, pin_reset_prepare,
     .help = N_("Forgotten, seen by others, or locked: the old one opens nothing any more, the new one waits for its slip."), .confirm = true},
    {"tablet login", N_("Come in on the tablet"), ROLE_PUBLIC, login_fields, tablet_login, tablet_login_prepare, .unlisted = true, .secret = true},
    {"tablet logout", N_("Leave the tablet"), ROLE_DETAINED, no_fields, tablet_logout, .unlisted = true},
    {"tablet order", N_("Order on the tablet"), ROLE_DETAINED, tablet_order_fields, tablet_order, .unlisted = true},
    {"tablet cancel", N_("Cancel my order on the tablet"), ROLE_DETAINED, tablet_cancel_fields, tablet_cancel, .unlisted = true},
    {.name = NULL},
};

static const struct download downloads[] = {
    {"canteen.slips", N_("Slips with a PIN"), ROLE_STAFF, slips_fields, canteen_slips, "application/pdf", true},
    {"canteen.forms", N_("Personal order forms"), ROLE_STAFF, forms_fields, canteen_order_forms, "application/pdf", true},
    {.name = NULL},
};

const struct subject canteen_forms_subject = {.name = "canteen/forms", .service = "canteen", .actions = actions, .downloads = downloads};
