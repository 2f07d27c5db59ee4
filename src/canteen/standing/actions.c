/* What can be done with standing orders. */
#include "canteen/standing/internal.h"

#define ESTABLISHMENT                                                                                                 \
    {"establishment", FIELD_TEXT, .max = 120,                                                                         \
     .hint = N_("Its reference, such as ma-rouen; not asked of those who work in one establishment.")}
#define CYCLE {"cycle", FIELD_REF, .required = true, .max = 40, .hint = N_("Such as 2026-48-grocery.")}
#define PERSON(needed) {"whom", FIELD_TEXT, .required = needed, .max = 20, .hint = N_("Reference printed on paper, or register number.")}
#define REQUEST {"request", FIELD_INT, .required = true, .min = 1, .max = 1000000, .hint = N_("Its number, as the list of requests says it.")}
#define CHARGE {"code", FIELD_INT, .required = true, .min = 1, .max = CANTEEN_CODE_MAX, .hint = N_("The number of the product whose goods are recurring.")}
#define ON {"on", FIELD_DATE, .hint = N_("Without it, today.")}

static const struct field list_fields[] = {
    {"kind", FIELD_CHOICE, .required = true, .choices = STANDING_LISTS},
    {"items", FIELD_WORDS, .max = STANDING_LINES_MAX, .hint = N_("Units for each person: 101x2 201. Without any, nothing is given from that day on.")},
    {"from_on", FIELD_DATE, .hint = N_("Without it, today.")},
    {"within_days", FIELD_INT, .min = 1, .max = 90, .hint = N_("After arrival: later than that it is not given any more. Without it, 7.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field entitle_fields[] = {
    {"whom", FIELD_TEXT, .required = true, .max = 20, .sealed = true, .hint = N_("Reference printed on paper, or register number.")},
    {"to_on", FIELD_DATE, .required = true, .hint = N_("Last day.")},
    {"from_on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field give_fields[] = {
    CYCLE,
    {"kind", FIELD_CHOICE, .choices = STANDING_LISTS, .hint = N_("Without it, every list that the goods of the cycle allow.")},
    PERSON(false),
    ON,
    {"hand", FIELD_BOOL, .hint = N_("It was handed over at once, as an arrival's pack is.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field rule_fields[] = {
    {"rule", FIELD_CHOICE, .required = true, .choices = STANDING_RULES},
    {"value", FIELD_INT, .required = true, .min = 0, .max = 366, .hint = N_("Days; or 1 when the charge is free for those entitled, 0 when it is not.")},
    {"source", FIELD_TEXT, .required = true, .max = 200, .hint = N_("Where the rule stands, such as an article of the internal rules.")},
    {"status", FIELD_CHOICE, .choices = "V|S|N", .initial = "N", .hint = N_("V: read in the text. What was not is shown as to be confirmed.")},
    {"code", FIELD_INT, .min = 1, .max = CANTEEN_CODE_MAX, .hint = N_("The product of the charge, for what is free.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field start_fields[] = {
    CHARGE,
    {"wing", FIELD_TEXT, .max = 40},
    {"cell", FIELD_TEXT, .max = 40, .hint = N_("Of a charge that its occupants share.")},
    {"cells", FIELD_WORDS, .max = 500, .hint = N_("Several cells of that wing at once, with spaces between.")},
    {"whom", FIELD_TEXT, .max = 20, .hint = N_("Of a charge of one person alone.")},
    {"from_on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field end_fields[] = {
    CHARGE,
    {"wing", FIELD_TEXT, .max = 40},
    {"cell", FIELD_TEXT, .max = 40},
    {"whom", FIELD_TEXT, .max = 20},
    {"on", FIELD_DATE, .hint = N_("Last day charged; without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field opt_out_fields[] = {
    CHARGE,
    PERSON(true),
    {"wing", FIELD_TEXT, .max = 40},
    {"cell", FIELD_TEXT, .required = true, .max = 40},
    {"from_on", FIELD_DATE, .hint = N_("Without it, today.")},
    {"to_on", FIELD_DATE, .hint = N_("Last day; without it, until further notice.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field charge_fields[] = {
    CYCLE,
    {"month", FIELD_TEXT, .required = true, .min = 7, .max = 7, .hint = N_("A month that is over, such as 2026-11.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field serve_fields[] = {CYCLE, ESTABLISHMENT, FIELDS_END};

static const struct field ask_fields[] = {
    PERSON(true),
    {"what", FIELD_TEXT, .required = true, .max = 120, .hint = N_("In words, without an address."), .sealed = true},
    {"estimated_price", FIELD_MONEY, .min = 0, .max = 100000000, .hint = N_("Of one, as the person thinks.")},
    {"supplier", FIELD_TEXT, .max = 120, .hint = N_("Where it can be had, as far as known.")},
    {"units", FIELD_INT, .min = 1, .max = ORDER_UNITS_MAX, .initial = "1"},
    {"asked_on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field authorise_fields[] = {
    REQUEST,
    {"decision", FIELD_TEXT, .required = true, .max = 60, .hint = N_("Reference of the decision of the head of establishment.")},
    {"decided_on", FIELD_DATE, .required = true, .hint = N_("When the head of establishment decided.")},
    {"price", FIELD_MONEY, .required = true, .min = 1, .max = 100000000, .hint = N_("Of one unit, VAT included.")},
    {"purchase_cost", FIELD_MONEY, .required = true, .min = 0, .max = 100000000, .hint = N_("What one unit costs us, without VAT.")},
    {"handling_cost", FIELD_MONEY, .required = true, .min = 0, .max = 100000000,
     .hint = N_("To store, prepare and hand over one unit, without VAT.")},
    {"vat", FIELD_CHOICE, .choices = CANTEEN_VATS, .initial = "vat.standard"},
    {"supplier", FIELD_TEXT, .max = 120, .hint = N_("Without it, the one that was asked for.")},
    {"file", FIELD_FILE, .hint = N_("The signed decision.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field refuse_fields[] = {
    REQUEST,
    {"reason", FIELD_CHOICE, .required = true, .choices = STANDING_REFUSALS},
    {"on", FIELD_DATE, .hint = N_("When it was answered; without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field order_fields[] = {REQUEST, CYCLE, ON, ESTABLISHMENT, FIELDS_END};

#define PAGE "/canteen-standing/{establishment}"
#define CHARGES "/canteen-charges/{establishment}"
#define REQUESTS "/canteen-requests/{establishment}"

static const struct action actions[] = {
    {"standing list-set", N_("Set a free list"), ROLE_STAFF | ROLE_COORDINATOR, list_fields, standing_list_set,
     .help = N_("What everybody gets on arrival, or each month while entitled to help. A list that was given out is followed by another."), .after = PAGE},
    {"standing entitle", N_("Record who is entitled to help"), ROLE_STAFF, entitle_fields, standing_entitle, person_prepare,
     .help = N_("Dates alone, as the prison tells them: no cause and no figure is kept. The same first day with another last day changes it."), .after = "/canteen-entitled/{establishment}"},
    {"standing give", N_("Give the free lists"), ROLE_STAFF, give_fields, standing_give, person_prepare,
     .help = N_("Orders that cost nothing, for all who are due and did not get theirs: once per stay, or once a month."), .after = PAGE},
    {"standing rule", N_("Set a rule of the establishment"), ROLE_STAFF | ROLE_COORDINATOR, rule_fields, standing_rule,
     .help = N_("What no text fixes, with where it stands."), .after = PAGE},
    {"standing charge-start", N_("Begin a monthly charge"), ROLE_STAFF, start_fields, standing_charge_start, person_prepare,
     .help = N_("Of a cell, shared by who is in it day by day; or of one person."), .after = CHARGES},
    {"standing charge-end", N_("End a monthly charge"), ROLE_STAFF, end_fields, standing_charge_end, person_prepare, .after = CHARGES},
    {"standing charge-refuse", N_("Somebody does not want a charge of the cell"), ROLE_STAFF, opt_out_fields, standing_charge_refuse, person_prepare,
     .help = N_("That person does not pay and does not count: the others share."), .after = CHARGES},
    {"standing charge", N_("Charge a month"), ROLE_STAFF, charge_fields, standing_charge,
     .help = N_("Each share becomes a line that says its days. What a balance does not cover is not charged and is nobody's debt. While the cycle is open, again counts anew."),
     .after = CHARGES "/{month}"},
    {"standing serve", N_("Mark the charges of a cycle as served"), ROLE_STAFF, serve_fields, standing_serve,
     .help = N_("After the answer of the accounts office: nobody carries a charge, the cycle goes on to its settlement."), .after = CHARGES},
    {"standing ask", N_("Record a request for a purchase off the list"), ROLE_STAFF, ask_fields, standing_ask, person_prepare,
     .help = N_("The head of establishment decides (R332-33)."), .after = REQUESTS},
    {"standing authorise", N_("Record an authorisation"), ROLE_STAFF, authorise_fields, standing_authorise,
     .help = N_("With the price decided and the cost it rests on: it becomes a product for this person alone."), .after = REQUESTS},
    {"standing refuse", N_("Record a refusal"), ROLE_STAFF, refuse_fields, standing_refuse, .after = REQUESTS},
    {"standing order", N_("Order what was authorised"), ROLE_STAFF, order_fields, standing_order,
     .help = N_("In a cycle of exceptional purchases: held, answered, delivered and settled like any order."), .after = REQUESTS},
    {.name = NULL},
};

const struct subject standing_subject = {.name = "canteen/standing", .service = "canteen", .actions = actions};
