/* What can be done with the catalogue of the canteen. */
#include "canteen/catalogue.h"
#include "canteen/canteen.h"
#include "canteen/orders.h"

#define ESTABLISHMENT                                                                                                 \
    {"establishment", FIELD_TEXT, .max = 120,                                                                         \
     .hint = N_("Its reference, such as ma-rouen; not asked of those who work in one establishment.")}
#define CODE {"code", FIELD_INT, .required = true, .min = 1, .max = CANTEEN_CODE_MAX, .hint = N_("The number on the order form.")}
#define DECISION(needed)                                                                                              \
    {"decision", FIELD_TEXT, .required = needed, .max = 60, .hint = N_("Reference of the decision of the head of establishment.")}, \
        {"decided_on", FIELD_DATE, .required = needed, .hint = N_("When the head of establishment decided.")},        \
        {"from_on", FIELD_DATE, .hint = N_("First day of the prices; without it, the day of the decision.")}

static const struct field product_fields[] = {
    CODE,
    {"name", FIELD_TEXT, .required = true, .max = 120},
    {"goods", FIELD_CHOICE, .required = true, .choices = CANTEEN_FAMILIES,
     .hint = N_("Goods ordered and delivered together. Alcohol and medicines are always refused.")},
    {"vat", FIELD_CHOICE, .required = true, .choices = CANTEEN_VATS},
    {"product_brand", FIELD_TEXT, .max = 80},
    {"content", FIELD_QUANTITY, .min = 1, .max = 100000000, .hint = N_("Of one unit sold: 500 for 500 g.")},
    {"measure", FIELD_CHOICE, .choices = CANTEEN_MEASURES, .initial = "piece"},
    {"allergens", FIELD_WORDS, .choices = CANTEEN_ALLERGENS, .hint = N_("Of the 14 that must be told.")},
    {"diets", FIELD_WORDS, .choices = CANTEEN_DIETS},
    {"need", FIELD_TEXT, .max = 60, .hint = N_("What it is for, such as coffee: the cheapest of each need is marked.")},
    {"supplier", FIELD_TEXT, .max = 120},
    {"pack_size", FIELD_INT, .min = 1, .max = CANTEEN_PACK_MAX, .initial = "1", .hint = N_("Units in what the supplier sells.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field withdraw_fields[] = {CODE, ESTABLISHMENT, FIELDS_END};

static const struct field price_fields[] = {
    CODE,
    {"price", FIELD_MONEY, .required = true, .min = 1, .max = 100000000, .hint = N_("Of one unit, VAT included.")},
    {"purchase_cost", FIELD_MONEY, .required = true, .min = 0, .max = 100000000, .hint = N_("What one unit costs us, without VAT.")},
    {"handling_cost", FIELD_MONEY, .required = true, .min = 0, .max = 100000000,
     .hint = N_("To store, prepare and hand over one unit, without VAT.")},
    DECISION(true),
    {"reason", FIELD_TEXT, .max = 200, .hint = N_("Why it is another price than before.")},
    {"file", FIELD_FILE, .hint = N_("The signed decision.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file with code, name, goods and vat; with price, purchase_cost, handling_cost and reason where prices are decided.")},
    DECISION(false),
    ESTABLISHMENT,
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

#define CYCLE {"cycle", FIELD_REF, .required = true, .max = 40, .hint = N_("Such as 2026-48-grocery.")}
#define PERSON {"whom", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Reference printed on paper, or register number.")}

static const struct field cycle_fields[] = {
    CYCLE,
    {"goods", FIELD_WORDS, .required = true, .choices = CANTEEN_ORDERED "|" CANTEEN_STANDING, .hint = N_("Families of goods that can be ordered.")},
    {"closes_on", FIELD_DATE, .required = true, .hint = N_("Last day of orders.")},
    {"delivers_on", FIELD_DATE, .required = true},
    {"opens_on", FIELD_DATE, .hint = N_("Without it, today.")},
    {"picks_on", FIELD_DATE, .hint = N_("When bags are filled; without it, on the day of delivery.")},
    {"settles_on", FIELD_DATE, .hint = N_("When what nobody took is free again; without it, a week after delivery.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field close_fields[] = {CYCLE, ESTABLISHMENT, FIELDS_END};

static const struct field balances_fields[] = {
    {"file", FIELD_FILE, .required = true, .hint = N_("A CSV file of the accounts office with person and amount: what each may spend.")},
    {"on", FIELD_DATE, .hint = N_("The day these balances are of; without it, today.")},
    ESTABLISHMENT,
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field answers_fields[] = {
    CYCLE,
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file of the accounts office with person, answer (accepted, reduced, refused) and the amount of reduced ones.")},
    ESTABLISHMENT,
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field order_fields[] = {
    CYCLE,
    PERSON,
    {"items", FIELD_WORDS, .required = true, .max = ORDER_LINES_MAX,
     .hint = N_("As on the form: 101x2 201 305x3r. The r says that another product of the same need may be given.")},
    {"source", FIELD_CHOICE, .choices = "paper_form|staff|tablet", .initial = "paper_form"},
    {"replace", FIELD_BOOL, .hint = N_("This order takes the place of the one before it.")},
    {"handed_on", FIELD_DATE, .hint = N_("Day the form was handed in; without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field enter_fields[] = {
    CYCLE,
    {"file", FIELD_FILE, .required = true, .hint = N_("A CSV file with person and items, one form a line: 101x2 201 305x3r.")},
    {"handed_on", FIELD_DATE, .hint = N_("Day the form was handed in; without it, today.")},
    ESTABLISHMENT,
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field cancel_fields[] = {CYCLE, PERSON, ESTABLISHMENT, FIELDS_END};

static const struct field restrict_fields[] = {
    PERSON,
    {"to_on", FIELD_DATE, .required = true, .hint = N_("Last day.")},
    {"from_on", FIELD_DATE, .hint = N_("Without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

#define LIMIT {"limit", FIELD_CHOICE, .required = true, .choices = "cycle_amount|week_amount|cycle_quantity"}
#define LIMIT_REGIME {"regime", FIELD_TEXT, .max = 40, .hint = N_("For those of one detention regime, such as arrivants; without it, for everybody.")}

static const struct field limit_fields[] = {
    LIMIT,
    {"amount", FIELD_MONEY, .min = 0, .max = 100000000, .hint = N_("Of an order, or of all orders of a week.")},
    {"code", FIELD_INT, .min = 1, .max = CANTEEN_CODE_MAX, .hint = N_("The product, for a number of units.")},
    {"units", FIELD_INT, .min = 0, .max = ORDER_UNITS_MAX},
    LIMIT_REGIME,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field unlimit_fields[] = {
    LIMIT,
    {"code", FIELD_INT, .min = 1, .max = CANTEEN_CODE_MAX, .hint = N_("The product, for a number of units.")},
    LIMIT_REGIME,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field stock_fields[] = {
    CODE,
    {"units", FIELD_INT, .min = 0, .max = 1000000, .hint = N_("Units that can still be ordered; without it, bought for each cycle without limit.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field list_fields[] = {
    {"wing", FIELD_TEXT, .max = 40, .hint = N_("Where the list is posted.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct action actions[] = {
    {"canteen product", N_("Add or correct a product"), ROLE_STAFF | ROLE_COORDINATOR, product_fields, canteen_product,
     .help = N_("A product can be ordered once it has a price that was decided."), .after = "/canteen/{establishment}/{code}"},
    {"canteen withdraw", N_("Take a product off the list"), ROLE_STAFF | ROLE_COORDINATOR, withdraw_fields, canteen_withdraw,
     .help = N_("Its prices and orders stay; recording it again puts it back."), .after = "/canteen/{establishment}/{code}", .confirm = true},
    {"canteen price", N_("Record a decided price"), ROLE_STAFF | ROLE_COORDINATOR, price_fields, canteen_price,
     .help = N_("Prices are decided by the head of establishment and rest on a cost (D332-34). A price once decided is not rewritten: another follows it."),
     .after = "/canteen/{establishment}/{code}"},
    {"canteen import", N_("Import products and prices"), ROLE_STAFF | ROLE_COORDINATOR, import_fields, canteen_import,
     .help = N_("One decision covers all prices of the file. The same file again changes nothing."), .after = "/canteen", .job = true},
    {"canteen stock", N_("Say what is left of a product"), ROLE_STAFF | ROLE_COORDINATOR, stock_fields, canteen_stock,
     .after = "/canteen/{establishment}/{code}"},
    {"canteen cycle", N_("Open a cycle of orders"), ROLE_STAFF | ROLE_COORDINATOR, cycle_fields, canteen_cycle,
     .after = "/canteen-cycles/{establishment}/{cycle}"},
    {"canteen close", N_("Close the orders of a cycle"), ROLE_STAFF | ROLE_COORDINATOR, close_fields, canteen_close,
     .help = N_("No order changes after that. What is held can then be sent to the accounts office."),
     .after = "/canteen-cycles/{establishment}/{cycle}", .confirm = true},
    {"canteen balances", N_("Take in the balances of the accounts office"), ROLE_STAFF, balances_fields, canteen_balances,
     .help = N_("A mirror, dated: what each person may spend. Orders that no longer fit are cancelled, the newest first."),
     .after = "/canteen-cycles", .job = true},
    {"canteen answers", N_("Take in the answers of the accounts office"), ROLE_STAFF, answers_fields, canteen_answers,
     .help = N_("Accepted orders stand; reduced ones are cut from their last line up, protected kinds last; refused ones let go of all."),
     .after = "/canteen-cycles/{establishment}/{cycle}", .job = true},
    {"canteen order", N_("Enter an order"), ROLE_STAFF, order_fields, canteen_order, person_prepare,
     .help = N_("Holds its price in the mirror. The same form entered twice is one order."), .after = "/canteen-cycles"},
    {"canteen enter", N_("Take in a file of orders"), ROLE_STAFF, enter_fields, canteen_enter,
     .help = N_("Forms typed elsewhere, in a place without the network. A form that cannot be ordered is listed with its reason; the others stand."),
     .after = "/canteen-cycles/{establishment}/{cycle}", .job = true},
    {"canteen cancel", N_("Cancel an order"), ROLE_STAFF, cancel_fields, canteen_cancel, person_prepare,
     .help = N_("While the cycle is open: all that was held is free again."), .after = "/canteen-cycles", .confirm = true},
    {"canteen restrict", N_("Limit a person to protected kinds"), ROLE_STAFF, restrict_fields, canteen_restrict, person_prepare,
     .help = N_("Hygiene, correspondence and tobacco stay open (R233-1). Dates alone are kept, no cause."), .after = "/people/{reference}"},
    {"canteen limit", N_("Set a limit of orders"), ROLE_STAFF | ROLE_COORDINATOR, limit_fields, canteen_limit,
     .help = N_("Of an order, of a week, or of a product. The limit of a person's own regime wins over the one for everybody."), .after = "/canteen-limits"},
    {"canteen unlimit", N_("Take a limit of orders away"), ROLE_STAFF | ROLE_COORDINATOR, unlimit_fields, canteen_unlimit,
     .help = N_("Without the limit of a regime, the one for everybody holds again; without that one, none."), .after = "/canteen-limits"},
    {.name = NULL},
};

static const struct paper papers[] = {
    {"canteen.prices", N_("Prices of the canteen"), ROLE_STAFF | ROLE_COORDINATOR | ROLE_AUTHORITY, list_fields, canteen_price_list,
     .help = N_("The list to post in each wing.")},
    {.name = NULL},
};

const struct subject canteen_subject = {.name = "canteen", .service = "canteen", .actions = actions, .papers = papers};
