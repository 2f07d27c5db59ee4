/* What can be done with supply and stock. */
#include "canteen/supply/internal.h"

#define ESTABLISHMENT                                                                                                 \
    {"establishment", FIELD_TEXT, .max = 120,                                                                         \
     .hint = N_("Its reference, such as ma-rouen; not asked of those who work in one establishment.")}
#define CYCLE {"cycle", FIELD_REF, .required = true, .max = 40, .hint = N_("Such as 2026-48-grocery.")}
#define NUMBER(needed) {"supply_number", FIELD_INT, .required = needed, .min = 1, .max = 10000000, .hint = N_("The number on the supplier's order.")}
#define CODE {"code", FIELD_INT, .required = true, .min = 1, .max = CANTEEN_CODE_MAX, .hint = N_("The number on the order form.")}
#define ON {"on", FIELD_DATE, .hint = N_("Without it, today.")}
#define LOT(needed) {"lot_number", FIELD_TEXT, .required = needed, .max = 40, .hint = N_("As printed on the goods.")}

static const struct field make_fields[] = {CYCLE, ON, ESTABLISHMENT, FIELDS_END};
static const struct field send_fields[] = {NUMBER(true), ON, ESTABLISHMENT, FIELDS_END};

static const struct field correct_fields[] = {
    NUMBER(true),
    {"items", FIELD_WORDS, .required = true, .max = SUPPLY_LINES_MAX,
     .hint = N_("Packs more or less: 101x2 for two packs more of number 101, 101x-1 for one less.")},
    {"reason", FIELD_TEXT, .required = true, .max = 200},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field receive_fields[] = {
    {"delivery_note", FIELD_REF, .required = true, .max = 40, .hint = N_("Its number, as the supplier wrote it.")},
    CODE,
    {"units", FIELD_INT, .required = true, .min = 0, .max = SUPPLY_UNITS_MAX, .hint = N_("Units taken in, not packs.")},
    NUMBER(false),
    {"lot_number", FIELD_TEXT, .max = 40, .hint = N_("As printed on the goods; without it, the number of the delivery note stands for it.")},
    {"best_before", FIELD_DATE, .hint = N_("Last day; without it, the goods keep.")},
    {"purchase_cost", FIELD_MONEY, .min = 0, .max = 100000000, .hint = N_("Of one unit without VAT, when the delivery note says it.")},
    {"sent_back", FIELD_INT, .min = 0, .max = SUPPLY_UNITS_MAX, .hint = N_("Units refused at the door: broken, expired, never ordered.")},
    {"remark", FIELD_TEXT, .max = 200},
    {"supplier", FIELD_TEXT, .max = 120, .hint = N_("Only when no order asked for these goods: a first stock, a gift.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field receipts_fields[] = {
    {"delivery_note", FIELD_REF, .required = true, .max = 40, .hint = N_("Its number, as the supplier wrote it.")},
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file with code and units; lot_number, best_before, purchase_cost, sent_back and remark where they are known.")},
    NUMBER(false),
    ON,
    ESTABLISHMENT,
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field count_fields[] = {
    CODE,
    {"units", FIELD_INT, .required = true, .min = 0, .max = SUPPLY_UNITS_MAX, .hint = N_("What lies on the shelf of this lot; not what is in bags.")},
    {"lot_number", FIELD_TEXT, .max = 40, .hint = N_("As printed on the goods; not asked when there is one lot alone.")},
    {"count_cause", FIELD_CHOICE, .choices = "spoilt|past_date|unknown_theft|miscounted|given_away|recall",
     .hint = N_("Why there is not what the books say.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field recall_fields[] = {
    CODE,
    LOT(true),
    {"reason", FIELD_TEXT, .required = true, .max = 200, .hint = N_("As the maker or the authority says it.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field share_fields[] = {
    CYCLE,
    {"nothing_came", FIELD_BOOL, .hint = N_("A supplier delivers nothing at all: share without his goods.")},
    {"keep_substitutes", FIELD_BOOL, .hint = N_("Lines of persons who agreed to another product stay, for the bag to be filled with that one.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field invoice_fields[] = {
    NUMBER(true),
    {"invoice", FIELD_REF, .required = true, .max = 40, .hint = N_("Its number, as the supplier wrote it.")},
    {"invoice_total", FIELD_MONEY, .min = 1, .max = 100000000000, .hint = N_("VAT included, as the invoice says: it is compared with the delivery notes.")},
    {"delivery_note", FIELD_REF, .max = 40, .hint = N_("When the invoice is for one delivery note alone.")},
    {"on", FIELD_DATE, .hint = N_("Date of the invoice; without it, today.")},
    ESTABLISHMENT,
    FIELDS_END,
};

#define AFTER "/canteen-supply/{establishment}/{cycle}"
#define AFTER_STOCK "/canteen-stock/{establishment}"

static const struct action actions[] = {
    {"supply make", N_("Make the orders to suppliers"), ROLE_STAFF | ROLE_COORDINATOR, make_fields, supply_make,
     .help = N_("What the orders of a closed cycle ask for, less what the shelf holds and nobody else was promised, in whole packs. A draft follows the orders until it is sent."),
     .after = AFTER},
    {"supply send", N_("An order was sent to the supplier"), ROLE_STAFF | ROLE_COORDINATOR, send_fields, supply_send,
     .help = N_("Nothing on it changes after that: a correction is another order."), .after = AFTER, .confirm = true},
    {"supply correct", N_("Correct an order that was sent"), ROLE_STAFF | ROLE_COORDINATOR, correct_fields, supply_correct,
     .help = N_("Makes another order that says which one it corrects: packs more or less."), .after = AFTER},
    {"supply receive", N_("Record goods that came"), ROLE_STAFF | ROLE_COORDINATOR, receive_fields, supply_receive,
     .help = N_("A line of a delivery note, less or more than ordered, a wrong product too. The same line of the same note changes nothing."),
     .after = AFTER_STOCK},
    {"supply receipts", N_("Import a delivery note"), ROLE_STAFF | ROLE_COORDINATOR, receipts_fields, supply_receipts,
     .help = N_("All lines of one delivery note. The same file again changes nothing."), .after = AFTER_STOCK, .job = true},
    {"supply count", N_("Count a lot"), ROLE_STAFF | ROLE_COORDINATOR, count_fields, supply_count,
     .help = N_("What is found takes the place of what the books say; the difference is kept with its reason."), .after = AFTER_STOCK},
    {"supply recall", N_("Recall a lot"), ROLE_STAFF, recall_fields, supply_recall,
     .help = N_("Nothing of it goes out any more, bags that were not handed over lose it and its price is free at once; whoever received it is listed for a refund."),
     .after = AFTER_STOCK, .confirm = true},
    {"supply share", N_("Share what is missing"), ROLE_STAFF, share_fields, supply_share,
     .help = N_("The oldest order is served first: by the day its form was handed in, then by the moment it was entered. What is not there is taken off later orders, its price is free at once, and the reason stands on the line. Doing it twice changes nothing."),
     .after = AFTER, .confirm = true},
    {"supply invoice", N_("Record a supplier's invoice"), ROLE_COORDINATOR | ROLE_ACCOUNTANT, invoice_fields, supply_invoice,
     .help = N_("Goods, deductible VAT and the supplier enter the books, at the prices of the delivery notes. The same invoice again changes nothing."),
     .after = AFTER},
    {.name = NULL},
};

static const struct field order_fields[] = {NUMBER(true), ESTABLISHMENT, FIELDS_END};

static const struct paper papers[] = {
    {"supply.order", N_("Order to a supplier"), ROLE_STAFF | ROLE_COORDINATOR, order_fields, supply_order_paper,
     .help = N_("With the place and day of delivery, packs and references.")},
    {.name = NULL},
};

const struct subject canteen_supply_subject = {.name = "canteen/supply", .service = "canteen", .actions = actions, .papers = papers};
