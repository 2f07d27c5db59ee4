/* What can be done with rounds, and what is printed of them. */
#include "canteen/rounds/internal.h"

#define ESTABLISHMENT                                                                                                 \
    {"establishment", FIELD_TEXT, .max = 120,                                                                         \
     .hint = N_("Its reference, such as ma-rouen; not asked of those who work in one establishment.")}
#define ROUND {"round", FIELD_REF, .required = true, .max = 90, .hint = N_("Its code, on every paper of the round.")}
#define BAG {"bag", FIELD_REF, .required = true, .max = 20, .hint = N_("The reference on its label.")}
#define ON {"on", FIELD_DATE, .hint = N_("The day it was done; without it, today.")}
#define SIGNED                                                                                                        \
    {"signed", FIELD_CHOICE, .choices = "sheet|tablet|none", .initial = "sheet", .hint = N_("How persons signed.")},   \
        {"witness", FIELD_TEXT, .max = 80, .hint = N_("Without signatures: who saw it handed over.")}
#define REPLACE {"replace", FIELD_BOOL, .hint = N_("This takes the place of what was entered before.")}

static const struct field plan_fields[] = {
    {"cycle", FIELD_REF, .required = true, .max = 40, .hint = N_("Such as 2026-48-grocery.")},
    {"drop_unanswered", FIELD_BOOL, .hint = N_("Orders that the accounts office has not answered are let go.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field pick_fields[] = {
    ROUND,
    {"exceptions", FIELD_NOTE, .max = 40000,
     .hint = N_("One line for each: #12;101;2 when bag 12 holds 2 of number 101, #12;101;2;104 when they are of number 104.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field pick_bag_fields[] = {
    BAG,
    {"items", FIELD_WORDS, .max = ORDER_LINES_MAX,
     .hint = N_("What differs from the order: 101x1 for one of number 101, 101x2=104 for two of number 104 in its place.")},
    ON,
    FIELDS_END,
};

static const struct field load_fields[] = {ROUND, ON, ESTABLISHMENT, FIELDS_END};

static const struct field deliver_fields[] = {
    ROUND,
    {"exceptions", FIELD_NOTE, .max = 40000,
     .hint = N_("One line for each: #12;absent, #12;refused, #12;101;missing;1 when one unit was received, #12;unsigned;who saw it.")},
    ON,
    {"agent", FIELD_TEXT, .max = 80, .hint = N_("Who handed over, as signed on the sheet.")},
    SIGNED,
    REPLACE,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct field take_fields[] = {
    ROUND,
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file with bag, outcome (received, absent, refused), exceptions (101 missing 1 | 205 damaged), signed and witness.")},
    ON,
    SIGNED,
    REPLACE,
    ESTABLISHMENT,
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field hand_fields[] = {
    BAG,
    {"bag_outcome", FIELD_CHOICE, .required = true, .choices = "received|absent|refused"},
    {"exceptions", FIELD_NOTE, .max = 4000, .hint = N_("Lines that were not received whole: 101;missing;1.")},
    ON,
    SIGNED,
    REPLACE,
    FIELDS_END,
};

static const struct field bag_fields[] = {
    BAG,
    {"bag_way", FIELD_CHOICE, .required = true, .choices = "handed_later|back_on_shelf"},
    {"exceptions", FIELD_NOTE, .max = 4000, .hint = N_("Lines of a second delivery that were not received: 101;missing;1.")},
    ON,
    SIGNED,
    REPLACE,
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct action actions[] = {
    {"round plan", N_("Plan the rounds of a cycle"), ROLE_STAFF, plan_fields, round_plan,
     .help = N_("One round for each wing, one bag for each order that stands. Planning again adds what is new and follows those who moved."),
     .after = "/canteen-rounds/{establishment}/{cycle}"},
    {"round pick", N_("Fill the bags of a round"), ROLE_STAFF, pick_fields, round_pick, told_prepare,
     .help = N_("All as ordered, save what is told. What lacks in a bag is not charged; another product is given only to those who agreed. "
                "Said again with other lines, they are added to what was told."),
     .after = "/canteen-round/{establishment}/{round}"},
    {"round pick-bag", N_("Fill one bag"), ROLE_STAFF, pick_bag_fields, round_pick_bag,
     .help = N_("As ordered, save what is told."), .after = "/canteen-bag/{bag}"},
    {"round load", N_("Send a round out"), ROLE_STAFF, load_fields, round_load,
     .help = N_("Bags follow their persons to the cell they are in now; those of persons who are away or left stay behind."),
     .after = "/canteen-round/{establishment}/{round}", .confirm = true},
    {"round deliver", N_("Enter a delivery sheet"), ROLE_STAFF, deliver_fields, round_deliver, told_prepare,
     .help = N_("Everyone received everything, save what is told. The same sheet again changes nothing."),
     .after = "/canteen-round/{establishment}/{round}"},
    {"round hand", N_("Hand over a bag"), ROLE_STAFF, hand_fields, round_hand,
     .help = N_("At the door, one bag at a time; what is told of a round afterwards is the same."), .after = "/canteen-bag/{bag}"},
    {"round take", N_("Take in a delivery file"), ROLE_STAFF, take_fields, round_take,
     .help = N_("One line for each bag. The same file again changes nothing."), .after = "/canteen-round/{establishment}/{round}", .job = true},
    {"round bag", N_("Say what became of a bag that came back"), ROLE_STAFF, bag_fields, round_bag,
     .help = N_("Handed over another day, or put back on the shelf."), .after = "/canteen-bag/{bag}"},
    {.name = NULL},
};

static const struct field paper_fields[] = {ROUND, ESTABLISHMENT, FIELDS_END};
static const struct field label_fields[] = {
    ROUND,
    {"label_size", FIELD_CHOICE, .choices = "70x37|63x38|99x67", .initial = "70x37", .hint = N_("Size of the labels, in millimetres.")},
    {"skip", FIELD_INT, .min = 0, .max = 40, .hint = N_("Labels already used on the first sheet.")},
    ESTABLISHMENT,
    FIELDS_END,
};

static const struct paper papers[] = {
    {"round.picking", N_("Picking list"), ROLE_STAFF, paper_fields, round_picking_list, .sensitive = true,
     .help = N_("What to take from the shelf, then bag by bag. References alone, no name.")},
    {"round.labels", N_("Labels of the bags"), ROLE_STAFF, label_fields, round_labels, .sensitive = true,
     .help = N_("Reference, wing and cell, round and number of each bag, with a code to scan.")},
    {"round.sheet", N_("Delivery sheet"), ROLE_STAFF, paper_fields, round_sheet, .sensitive = true,
     .help = N_("For the doors, with names and two signatures. Printing it is kept in the journal.")},
    {.name = NULL},
};

const struct subject canteen_rounds_subject = {.name = "canteen/rounds", .service = "canteen", .actions = actions, .papers = papers};
