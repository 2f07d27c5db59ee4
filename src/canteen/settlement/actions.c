#include "canteen/settlement/internal.h"

#define CYCLE {"cycle", FIELD_REF, .required = true, .max = 40}
#define ON {"on", FIELD_DATE, .hint = N_("Without it, today.")}
#define ESTABLISHMENT {"establishment", FIELD_TEXT, .max = 200, .hint = N_("Reference or name; without it, your own.")}

static const struct field round_fields[] = {{"round", FIELD_REF, .required = true, .max = 120}, ON, ESTABLISHMENT, FIELDS_END};
static const struct field cycle_fields[] = {CYCLE, ON, ESTABLISHMENT, FIELDS_END};
static const struct field tell_fields[] = {
    {"cycle", FIELD_REF, .max = 40, .hint = N_("Without it, all that is settled and was not told yet.")}, ON, ESTABLISHMENT, FIELDS_END};
static const struct field answers_fields[] = {
    {"batch", FIELD_INT, .required = true, .min = 1, .max = 1000000, .hint = N_("Number of the list that is answered.")},
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file with person (reference or register number) and amount: what was taken; order when a person stands there more than once.")},
    {"preview", FIELD_BOOL, .hint = N_("Only counts, writes nothing.")},
    ESTABLISHMENT,
    FIELDS_END,
};
static const struct field decide_fields[] = {
    {"debit", FIELD_INT, .required = true, .min = 1, .max = INT64_MAX},
    {"decision", FIELD_CHOICE, .required = true, .choices = "corrected|written_off"},
    {"reason", FIELD_TEXT, .required = true, .max = 300, .hint = N_("What the office said, or why it is given up. No person is named.")},
    ON,
    FIELDS_END,
};
static const struct field paid_fields[] = {
    {"bank_reference", FIELD_TEXT, .required = true, .max = 60, .hint = N_("Reference of the transfer, as the bank shows it.")},
    {"amount", FIELD_MONEY, .required = true, .min = 1, .max = 100000000000},
    {"more_than_owed", FIELD_BOOL, .hint = N_("The transfer is above what the accounts office owes, and that is so.")},
    ON,
    ESTABLISHMENT,
    FIELDS_END,
};
static const struct field departures_fields[] = {ON, ESTABLISHMENT, FIELDS_END};

static const struct action actions[] = {
    {"settlement round", N_("Settle a round"), ROLE_STAFF, round_fields, settlement_round,
     .help = N_("What was handed over is charged, all else is free at once. One entry in the books for each VAT rate."),
     .after = "/canteen-settlement/{establishment}/{cycle}", .confirm = true},
    {"settlement cycle", N_("Settle a cycle"), ROLE_STAFF, cycle_fields, settlement_cycle,
     .help = N_("All its rounds, then what is on none, such as charges that come back."), .after = "/canteen-settlement/{establishment}/{cycle}",
     .job = true, .confirm = true},
    {"settlement tell", N_("Make the list for the accounts office"), ROLE_STAFF, tell_fields, settlement_tell,
     .help = N_("A numbered list of what to take and what to unblock. Once told, a debit is on no other list."),
     .after = "/canteen-departures/{establishment}"},
    {"settlement answers", N_("Take in what the accounts office took"), ROLE_STAFF, answers_fields, settlement_answers,
     .help = N_("Compared with what it was told: what differs is listed and waits for a decision."), .after = "/canteen-departures/{establishment}",
     .job = true},
    {"settlement decide", N_("Close a difference"), ROLE_STAFF, decide_fields, settlement_decide,
     .help = N_("Corrected: the office put it right. Written off: we bear the loss, and the books say so."),
     .after = "/canteen-departures/{establishment}"},
    {"settlement paid", N_("Record a transfer of the accounts office"), ROLE_STAFF | ROLE_COORDINATOR | ROLE_ACCOUNTANT, paid_fields,
     settlement_paid, .help = N_("What it took comes to the bank. The same transfer again changes nothing. After an error the accountant reverses the "
                                  "entry (ledger reverse), and the transfer is recorded anew, its reference followed by bis."),
     .after = "/canteen-departures/{establishment}"},
    {"settlement departures", N_("Settle the orders of those who left"), ROLE_STAFF, departures_fields, settlement_departures,
     .help = N_("Not picked: let go. In the bag and not handed over: not charged. Handed over: charged. The accounts office is told within the days of the rule."),
     .after = "/canteen-departures/{establishment}", .job = true},
    {.name = NULL},
};

const struct subject canteen_settlement_subject = {.name = "canteen/settlement", .service = "canteen", .actions = actions, .owes_person = settlement_owes_person};
