/* What can be done with the surplus. The accountant prepares, the assembly decides, the coordinator records what it decided. */
#include "surplus/matters.h"
#include "surplus/statements.h"
#include "surplus/surplus.h"

#define USES "training_place|family_travel|family_room|housing_deposit|equipment|support|schooling|other_use"

static const struct field year_fields[] = {
    {"year", FIELD_REF, .required = true},
    FIELDS_END,
};

static const struct field statutes_fields[] = {
    {"from_on", FIELD_DATE, .required = true, .hint = N_("Day from which these statutes hold.")},
    {"legal_rate", FIELD_RATE, .max = 1000000, .hint = N_("Part of the surplus to the legal reserve, when it is more than the law’s.")},
    {"statutory_rate", FIELD_RATE, .max = 1000000, .hint = N_("Part of what remains to the statutory reserve, when it is more than the law’s.")},
    {"threshold", FIELD_CHOICE, .choices = "law|legal_reserve|all_reserves", .initial = "law",
     .hint = N_("What is compared with the capital to end the instalments: the legal reserve alone is the stricter reading.")},
    FIELDS_END,
};

static const struct field inventory_fields[] = {
    {"year", FIELD_REF, .required = true},
    {"entry_nature", FIELD_CHOICE, .required = true,
     .choices = "charge_payable|income_receivable|prepaid_charge|deferred_income|depreciation|provision|provision_reversal"},
    {"amount", FIELD_MONEY, .required = true, .min = 1},
    {"label", FIELD_TEXT, .required = true, .max = 200},
    {"account", FIELD_TEXT, .max = 12, .hint = N_("Account of charges or income, such as 6061 or 706.")},
    {"counterpart", FIELD_TEXT, .max = 12, .hint = N_("Account of the balance sheet; the usual one is taken when it is left empty.")},
    {"piece", FIELD_TEXT, .max = 60},
    {"contract", FIELD_REF},
    {"service", FIELD_REF},
    {"establishment", FIELD_REF},
    {"fund", FIELD_REF},
    FIELDS_END,
};

static const struct field cancel_fields[] = {
    {"inventory", FIELD_INT, .required = true},
    FIELDS_END,
};

static const struct field gift_fields[] = {
    {"fund", FIELD_REF, .required = true},
    {"amount", FIELD_MONEY, .required = true, .min = 1},
    FIELDS_END,
};

#define FIGURE_FIELDS                                                                                                           \
    {"legal", FIELD_MONEY, .hint = N_("Legal reserve; the least that the rules ask when it is left empty.")},                   \
        {"statutory", FIELD_MONEY, .hint = N_("Statutory reserve; all that goes nowhere else when it is left empty.")},         \
        {"development", FIELD_MONEY, .hint = N_("Development fund of a SCOP.")},                                                \
        {"employees_share", FIELD_MONEY, .hint = N_("Employees’ share in a SCOP.")},                                                  \
        {"interest", FIELD_MONEY, .hint = N_("Interest on shares; none when it is left empty.")},                               \
        {"carried", FIELD_MONEY, .hint = N_("Carried forward, where the law of the kind allows it.")},                          \
        {"mean_rate", FIELD_RATE, .hint = N_("Mean bond rate of the three calendar years before the assembly, when it is not known here.")}, \
        {"funds", FIELD_LIST, .of = gift_fields, .max = 32, .hint = N_("Reserves for projects, fund by fund.")}

static const struct field draft_fields[] = {
    {"year", FIELD_REF, .required = true},
    {"assembly_on", FIELD_DATE, .required = true, .hint = N_("Day on which the assembly is to meet.")},
    FIGURE_FIELDS,
    FIELDS_END,
};

static const struct field decide_fields[] = {
    {"year", FIELD_REF, .required = true},
    DECISION_FIELDS,
    {"document", FIELD_FILE, .hint = N_("The signed minutes.")},
    FIGURE_FIELDS,
    FIELDS_END,
};

static const struct field open_fields[] = {
    {"fund", FIELD_REF, .required = true, .max = 20, .hint = N_("A short code, such as REINS.")},
    {"name", FIELD_TEXT, .required = true, .max = 120},
    {"purpose", FIELD_CHOICE, .required = true, .choices = "reintegration|families|service|accompaniment"},
    {"origin", FIELD_CHOICE, .choices = "surplus|outside", .initial = "surplus",
     .hint = N_("Outside: money that somebody gave for this purpose alone.")},
    {"account", FIELD_TEXT, .max = 12, .hint = N_("1068… for a reserve, 194 to 196 for money of others; the usual one when left empty.")},
    {"opened_on", FIELD_DATE},
    FIELDS_END,
};

static const struct field fund_fields[] = {
    {"fund", FIELD_REF, .required = true},
    FIELDS_END,
};

static const struct field give_fields[] = {
    {"fund", FIELD_REF, .required = true},
    {"amount", FIELD_MONEY, .required = true, .min = 1},
    {"on", FIELD_DATE, .required = true},
    {"giver", FIELD_TEXT, .required = true, .max = 200, .hint = N_("Who gives it.")},
    {"piece", FIELD_TEXT, .required = true, .max = 60, .hint = N_("Reference of the agreement or of the receipt: each stands once.")},
    {"account", FIELD_TEXT, .max = 12, .initial = "741", .hint = N_("Account of income it comes through.")},
    {"received_in", FIELD_TEXT, .max = 12, .initial = "512", .hint = N_("Account it arrived on.")},
    FIELDS_END,
};

static const struct field budget_fields[] = {
    {"fund", FIELD_REF, .required = true},
    {"year", FIELD_REF, .required = true},
    {"use", FIELD_CHOICE, .required = true, .choices = USES},
    {"amount", FIELD_MONEY, .required = true},
    FIELDS_END,
};

static const struct field commit_fields[] = {
    {"fund", FIELD_REF, .required = true},
    {"use", FIELD_CHOICE, .required = true, .choices = USES},
    {"amount", FIELD_MONEY, .required = true, .min = 1},
    {"label", FIELD_TEXT, .required = true, .max = 200, .hint = N_("What it is for, without the name of a person.")},
    {"people", FIELD_INT, .max = 100000, .hint = N_("How many people it helps, when they are counted.")},
    {"on", FIELD_DATE},
    FIELDS_END,
};

static const struct field release_fields[] = {
    {"spending", FIELD_REF, .required = true},
    {"on", FIELD_DATE},
    FIELDS_END,
};

static const struct field spend_fields[] = {
    {"fund", FIELD_REF, .required = true},
    {"use", FIELD_CHOICE, .required = true, .choices = USES},
    {"amount", FIELD_MONEY, .required = true, .min = 1},
    {"label", FIELD_TEXT, .required = true, .max = 200, .hint = N_("What it is for, without the name of a person.")},
    {"on", FIELD_DATE, .required = true},
    {"piece", FIELD_TEXT, .required = true, .max = 60, .hint = N_("Reference of the invoice or receipt: each stands once.")},
    {"spending", FIELD_REF, .hint = N_("Reference of the promise that this settles.")},
    {"account", FIELD_TEXT, .max = 12, .initial = "6586", .hint = N_("Account of charges.")},
    {"paid_from", FIELD_TEXT, .max = 12, .initial = "512"},
    {"people", FIELD_INT, .max = 100000, .hint = N_("How many people it helps, when they are counted.")},
    {"publishable", FIELD_BOOL, .hint = N_("Its label may stand in the open books.")},
    {"proof", FIELD_FILE},
    {"names_nobody", FIELD_BOOL, .hint = N_("The proof names no person. Without this it is never published.")},
    FIELDS_END,
};

static const struct field proof_fields[] = {
    {"spending", FIELD_REF, .required = true},
    {"proof", FIELD_FILE, .required = true},
    {"names_nobody", FIELD_BOOL, .hint = N_("The proof names no person. Without this it is never published.")},
    FIELDS_END,
};

static const struct field transfer_fields[] = {
    {"fund", FIELD_REF, .required = true},
    {"to_fund", FIELD_REF, .required = true},
    {"amount", FIELD_MONEY, .required = true, .min = 1},
    DECISION_FIELDS,
    {"document", FIELD_FILE, .hint = N_("The signed minutes.")},
    FIELDS_END,
};

static const struct action actions[] = {
    {"statutes keep", N_("Keep what the statutes ask"), ROLE_COORDINATOR | ROLE_ACCOUNTANT, statutes_fields, statutes_keep,
     .help = N_("Statutes may ask for more than the law; what is less than the law changes nothing.")},
    {"inventory add", N_("Add an entry of the inventory"), ROLE_ACCOUNTANT, inventory_fields, inventory_add, .after = "/years/{year}",
     .help = N_("Charges to pay, income to receive, what concerns another year, depreciation and provisions. What was only set apart "
                "for the close is turned back on the first day of the next year.")},
    {"inventory cancel", N_("Take back an entry of the inventory"), ROLE_ACCOUNTANT, cancel_fields, inventory_cancel,
     .after = "/years/{year}", .help = N_("By its reversal on the same day, while the year is open.")},
    {"year close", N_("Close the year"), ROLE_ACCOUNTANT, year_fields, year_close, .after = "/years/{year}", .confirm = true,
     .help = N_("The year takes no entry any more, and its balances open the next one. This cannot be undone.")},
    {"allocation draft", N_("Draft the allocation of the result"), ROLE_ACCOUNTANT, draft_fields, allocation_draft,
     .after = "/allocations/{year}",
     .help = N_("Within the law and the statutes: a figure that breaks a rule is refused with its article.")},
    {"allocation decide", N_("Record the decision of the assembly"), ROLE_COORDINATOR, decide_fields, allocation_decide,
     .after = "/allocations/{year}",
     .help = N_("As the minutes say. Figures that the assembly changed are held against the same rules.")},
    {"allocation book", N_("Book the allocation"), ROLE_ACCOUNTANT, year_fields, allocation_book, .after = "/allocations/{year}",
     .help = N_("On the day of the assembly, in the next year; once.")},
    {"fund open", N_("Open a fund"), ROLE_ACCOUNTANT, open_fields, fund_open, .after = "/funds/{fund}",
     .help = N_("Money with a purpose: a reserve made of the surplus, or earmarked money of others.")},
    {"fund close", N_("Close a fund"), ROLE_ACCOUNTANT, fund_fields, fund_close, .after = "/funds/{fund}"},
    {"fund give", N_("Receive earmarked money"), ROLE_ACCOUNTANT, give_fields, fund_give, .after = "/funds/{fund}",
     .help = N_("Money that somebody gives for the purpose of this fund alone.")},
    {"fund budget", N_("Set a fund’s budget"), ROLE_ACCOUNTANT | ROLE_COORDINATOR, budget_fields, fund_budget, .after = "/funds/{fund}"},
    {"fund commit", N_("Promise money of a fund"), ROLE_ACCOUNTANT | ROLE_COORDINATOR, commit_fields, fund_commit,
     .after = "/funds/{fund}", .help = N_("A promise keeps the money apart until it is spent or released.")},
    {"fund release", N_("Release a promise"), ROLE_ACCOUNTANT | ROLE_COORDINATOR, release_fields, fund_release, .after = "/funds/{fund}"},
    {"fund spend", N_("Spend money of a fund"), ROLE_ACCOUNTANT, spend_fields, fund_spend, .after = "/funds/{fund}",
     .help = N_("A charge that counts in the fund, with its proof. Never more than what is left.")},
    {"fund proof", N_("Add a proof to a spending"), ROLE_ACCOUNTANT | ROLE_COORDINATOR, proof_fields, fund_proof,
     .after = "/funds/{fund}"},
    {"fund transfer", N_("Move money between two reserves"), ROLE_COORDINATOR, transfer_fields, fund_transfer, .after = "/funds/{fund}",
     .help = N_("As the assembly decided: reserves move only by its decision.")},
    {"fund carry", N_("Carry earmarked money over"), ROLE_ACCOUNTANT, year_fields, fund_carry, .after = "/years/{year}",
     .help = N_("What earmarked money was not spent at the year’s end waits as dedicated funds (194 to 196).")},
    {.name = NULL},
};

#define READERS (ROLE_COORDINATOR | ROLE_MEMBER | ROLE_ACCOUNTANT | ROLE_AUDITOR)

static const struct paper papers[] = {
    {"year.balance-sheet", N_("Balance sheet"), READERS, year_fields, balance_sheet_paper, N_("What we own and where it comes from.")},
    {"year.income-statement", N_("Income statement"), READERS, year_fields, income_paper, N_("What came in and what it cost.")},
    {"allocation.resolution", N_("Resolution for the assembly"), READERS, year_fields, resolution_paper,
     N_("The allocation with its arithmetic and articles, to vote on and to sign.")},
    {.name = NULL},
};

const struct subject surplus_subject = {.name = "surplus", .actions = actions, .papers = papers, .start = statements_start};
