/* What can be done with the books. */
#include "kernel/app.h"
#include "ledger/matters.h"
#include "ledger/posting.h"

static const struct field entity_fields[] = {
    {"siren", FIELD_TEXT, .required = true, .max = 20, .hint = N_("Nine digits.")},
    {"name", FIELD_TEXT, .required = true, .max = 200},
    {"kind", FIELD_CHOICE, .required = true, .choices = "scic|scop|association"},
    {"example", FIELD_BOOL, .hint = N_("Invented: everything printed says so.")},
    FIELDS_END,
};

static const struct field year_open_fields[] = {
    {"year", FIELD_REF, .required = true, .max = 15, .hint = N_("A short code, such as 2023.")},
    {"starts_on", FIELD_DATE, .required = true},
    {"ends_on", FIELD_DATE, .required = true},
    FIELDS_END,
};

static const struct field lock_fields[] = {
    {"until", FIELD_DATE, .required = true, .hint = N_("Entries dated on or before this day are refused from then on.")},
    FIELDS_END,
};

static const struct field account_open_fields[] = {
    {"account_number", FIELD_REF, .required = true, .max = 20, .hint = N_("Of the chart, or a longer one under an account of the chart.")},
    {"account_name", FIELD_TEXT, .required = true, .max = 200},
    {"auxiliary", FIELD_REF, .max = 40, .hint = N_("Whose it is under that number: a SIRET, a contract.")},
    {"guard", FIELD_CHOICE, .choices = "none|debit|credit", .initial = "none",
     .hint = N_("An account with a guard is never left below zero on that side.")},
    FIELDS_END,
};

static const struct field reverse_fields[] = {
    {"year", FIELD_REF, .required = true, .max = 15},
    {"number", FIELD_INT, .required = true, .min = 1, .max = INT64_MAX},
    {"entry_on", FIELD_DATE, .hint = N_("Date of the reversal; without it, today.")},
    {"label", FIELD_TEXT, .max = 300},
    FIELDS_END,
};

#define READERS (ROLE_ACCOUNTANT | ROLE_COORDINATOR | ROLE_AUDITOR)

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A FEC made by any program: tab or |, Debit and Credit or Montant and Sens.")},
    {"preview", FIELD_BOOL, .hint = N_("Count only, write nothing.")},
    FIELDS_END,
};

static const struct field letter_fields[] = {
    {"account", FIELD_TEXT, .required = true, .hint = N_("Its number, with a sub-account after a space.")},
    {"lines", FIELD_WORDS, .required = true},
    FIELDS_END,
};

static const struct field unletter_fields[] = {
    {"account", FIELD_TEXT, .required = true, .hint = N_("Its number, with a sub-account after a space.")},
    {"lettering", FIELD_REF, .required = true},
    FIELDS_END,
};

static const struct field account_fields[] = {
    {"account", FIELD_TEXT, .required = true, .hint = N_("Its number, with a sub-account after a space.")},
    FIELDS_END,
};

static const struct field year_fields[] = {
    {"year", FIELD_REF, .required = true},
    FIELDS_END,
};

static const struct field statement_fields[] = {
    {"account", FIELD_TEXT, .required = true, .hint = N_("Its number, with a sub-account after a space.")},
    {"year", FIELD_REF, .required = true},
    {"from_on", FIELD_DATE},
    {"to_on", FIELD_DATE},
    FIELDS_END,
};

static const struct paper papers[] = {
    {"ledger.statement", N_("Statement of account"), READERS, statement_fields, ledger_statement,
     .help = N_("Every movement of an account in a year, with the balance after each.")},
    {.name = NULL},
};

static const struct download downloads[] = {
    {"ledger.fec", N_("FEC of a year"), READERS, year_fields, ledger_fec},
    {"ledger.fec-description", N_("Description of the FEC of a year"), READERS, year_fields, ledger_fec_description},
    {.name = NULL},
};

static const struct action actions[] = {
    {"ledger entity", N_("Say whose books these are"), ROLE_ACCOUNTANT, entity_fields, entity_keep,
     .help = N_("The legal entity whose books this database keeps, and the law that allocates its surplus.")},
    {"ledger year-open", N_("Open a financial year"), ROLE_ACCOUNTANT, year_open_fields, edit_year,
     .help = N_("Years follow each other without a gap.")},
    {"ledger lock", N_("Lock the books up to a day"), ROLE_ACCOUNTANT, lock_fields, edit_lock,
     .help = N_("What is dated on or before that day can no longer be posted. A lock never goes back."), .confirm = true},
    {"ledger account-open", N_("Open an account"), ROLE_ACCOUNTANT, account_open_fields, edit_account,
     .help = N_("A longer number under an account of the chart, or a sub-account of a member, a contract, a customer.")},
    {"ledger reverse", N_("Reverse an entry"), ROLE_ACCOUNTANT, reverse_fields, edit_reverse,
     .help = N_("The same lines with debit and credit exchanged, linked to the entry. An entry is never changed, and reversed once."),
     .confirm = true},
    {"ledger enter", N_("Type an entry"), ROLE_ACCOUNTANT, ledger_enter_fields, ledger_enter,
     .help = N_("Posts an entry that balances. Account by number or by the beginning of its name."),
     .after = "/do/ledger/enter?journal={journal}&entry_on={entry_on}&entry={entry}&number={number}", .fill = ledger_enter_fill,
     .template = "ledger/enter"},
    {"ledger import", N_("Import a FEC"), ROLE_ACCOUNTANT, import_fields, ledger_import,
     .help = N_("Posts the entries of a file made elsewhere; whole entries or none. The same file again changes nothing."),
     .after = "/ledger", .job = true},
    {"ledger letter", N_("Letter lines that settle each other"), ROLE_ACCOUNTANT, letter_fields, ledger_letter},
    {"ledger unletter", N_("Take a letter back"), ROLE_ACCOUNTANT, unletter_fields, ledger_unletter},
    {"ledger letter-auto", N_("Letter what is plain"), ROLE_ACCOUNTANT, account_fields, ledger_letter_auto,
     .help = N_("Lines with one piece that settle each other, then equal amounts, the oldest first.")},
    {.name = NULL},
};

const struct subject ledger_subject = {.name = "ledger", .actions = actions, .papers = papers, .downloads = downloads, .start = chart_start};
