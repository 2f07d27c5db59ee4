/* What can be done with groupings. */
#include "groupings/groupings.h"
#include "groupings/matters.h"
#include "groupings/paper.h"

#define SEARCH_FIELDS                                                                                              \
    {"tender", FIELD_REF, .required = true},                                                                       \
        {"seconds", FIELD_INT, .min = 1, .max = 3600, .initial = "30",                                             \
         .hint = N_("At most so long; the best answer found and what is proven are kept.")},                       \
        {"weight_price", FIELD_INT, .min = 1, .max = 100, .hint = N_("Without it: as the call is qualified.")},    \
        {"weight_quality", FIELD_INT, .min = 0, .max = 100}, {"weight_social", FIELD_INT, .min = 0, .max = 100},   \
        {"pin", FIELD_WORDS, .hint = N_("SIRET numbers of organisations to keep in, separated by spaces.")},       \
        {"exclude", FIELD_WORDS, .hint = N_("SIRET numbers of organisations to leave out, separated by spaces.")}, \
        {"max_members", FIELD_INT, .min = 1, .max = 10000, .hint = N_("Over all lots together.")}

static const struct field propose_fields[] = {
    SEARCH_FIELDS,
    {"parent", FIELD_REF, .hint = N_("The proposal that this one changes.")},
    FIELDS_END,
};
static const struct field frontier_fields[] = {
    SEARCH_FIELDS,
    {"most", FIELD_INT, .min = 2, .max = 7, .initial = "5", .hint = N_("How many to look for.")},
    FIELDS_END,
};

#define GROUPING {"grouping", FIELD_REF, .required = true}

static const struct field grouping_fields[] = {GROUPING, FIELDS_END};
static const struct field ask_fields[] = {GROUPING, {"answer_by", FIELD_DATE}, FIELDS_END};
static const struct field answer_fields[] = {GROUPING, {"note", FIELD_NOTE, .max = 500}, FIELDS_END};
static const struct field record_fields[] = {
    GROUPING,
    {"siret", FIELD_SIRET, .required = true},
    {"answer", FIELD_CHOICE, .required = true, .choices = "accepted|declined"},
    {"answered_on", FIELD_DATE, .required = true, .hint = N_("Date on the signed letter.")},
    {"proof", FIELD_TEXT, .required = true, .hint = N_("Where the signed letter is kept.")},
    {"replaces", FIELD_BOOL, .hint = N_("The member answered itself before, and this letter takes the place of that answer.")},
    {"note", FIELD_NOTE, .max = 500},
    FIELDS_END,
};
static const struct field submit_fields[] = {GROUPING, {"on", FIELD_DATE, .hint = N_("Today when it is not given.")}, FIELDS_END};
static const struct field close_fields[] = {
    GROUPING, {"outcome", FIELD_CHOICE, .required = true, .choices = "won|lost"}, FIELDS_END};
static const struct field lead_fields[] = {
    GROUPING,
    {"leader", FIELD_SIRET},
    {"legal_form", FIELD_CHOICE, .choices = "conjoint|conjoint_solidaire_leader|solidaire"},
    FIELDS_END,
};
static const struct field subcontract_fields[] = {
    GROUPING,
    {"lot", FIELD_REF, .required = true},
    {"requirement", FIELD_REF, .required = true},
    {"siret", FIELD_SIRET, .required = true, .hint = N_("The member that gives work to a subcontractor.")},
    {"subcontractor_name", FIELD_TEXT, .required = true},
    {"amount_cents", FIELD_MONEY, .required = true, .min = 1},
    FIELDS_END,
};
static const struct field invite_fields[] = {
    GROUPING,
    {"siret", FIELD_SIRET, .required = true},
    {"reason", FIELD_TEXT, .max = 500, .hint = N_("What it is asked for; stands in its letter.")},
    FIELDS_END,
};
static const struct field change_fields[] = {
    GROUPING,
    {"siret", FIELD_SIRET, .required = true, .hint = N_("The member that leaves.")},
    {"cause", FIELD_CHOICE, .required = true, .choices = "restructured|unable|excluded"},
    {"asked_on", FIELD_DATE, .required = true, .hint = N_("Day of the buyer's request, or of the event.")},
    {"reason", FIELD_TEXT, .required = true, .max = 500},
    FIELDS_END,
};
static const struct field replace_fields[] = {
    GROUPING,
    {"siret", FIELD_SIRET, .required = true, .hint = N_("The member that leaves.")},
    {"by", FIELD_SIRET, .required = true, .hint = N_("The organisation that takes its place.")},
    {"replaced_on", FIELD_DATE, .hint = N_("Today when it is not given.")},
    FIELDS_END,
};

#define PAGE "/groupings/{grouping}"

static const struct action actions[] = {
    {"grouping propose", N_("Propose a grouping"), ROLE_COORDINATOR, propose_fields, grouping_propose,
     .help = N_("Searches for the organisations that answer the call best together, and keeps what was found."),
     .after = PAGE, .job = true},
    {"grouping frontier", N_("Look for alternatives"), ROLE_COORDINATOR, frontier_fields, grouping_frontier_find,
     .help = N_("Keeps a handful of other groupings, each the best for other weights of price, quality and social value."),
     .after = "/tenders/{tender}/compare", .job = true},
    {"grouping lead", N_("Choose leader and form"), ROLE_COORDINATOR, lead_fields, grouping_lead, .after = PAGE},
    {"grouping subcontract", N_("Note a subcontractor"), ROLE_COORDINATOR, subcontract_fields, grouping_subcontract,
     .after = PAGE},
    {"grouping invite", N_("Invite an organisation"), ROLE_COORDINATOR, invite_fields, grouping_invite, .after = PAGE},
    {"grouping ask", N_("Ask the members"), ROLE_COORDINATOR, ask_fields, grouping_ask,
     .help = N_("Every member is asked for its part. Each sees only its own until the grouping is formed."), .after = PAGE},
    {"grouping accept", N_("Accept our part"), ROLE_MEMBER, answer_fields, grouping_accept, .after = "/requests/{grouping}",
     .confirm = true},
    {"grouping decline", N_("Decline our part"), ROLE_MEMBER, answer_fields, grouping_decline,
     .after = "/requests/{grouping}", .confirm = true},
    {"grouping record-answer", N_("Record the answer of a letter"), ROLE_COORDINATOR, record_fields, grouping_record,
     .after = PAGE},
    {"grouping form", N_("Form the grouping"), ROLE_COORDINATOR, grouping_fields, grouping_form,
     .help = N_("All members have accepted: from now on each of them sees the whole."), .after = PAGE},
    {"grouping submit", N_("Note that it is submitted"), ROLE_COORDINATOR, submit_fields, grouping_submit,
     .help = N_("Freezes the composition (R2142-26). Refused while a rule is broken."), .after = PAGE, .confirm = true},
    {"grouping close", N_("Note the buyer's decision"), ROLE_COORDINATOR, close_fields, grouping_close, .after = PAGE,
     .confirm = true},
    {"grouping withdraw", N_("Withdraw the grouping"), ROLE_COORDINATOR, grouping_fields, grouping_withdraw, .after = PAGE,
     .confirm = true},
    {"grouping change", N_("Record that a member leaves"), ROLE_COORDINATOR, change_fields, grouping_change,
     .help = N_("Of a submitted grouping: restructured, unable for a reason not its own, or excluded."), .after = PAGE},
    {"grouping replace", N_("Replace a member that leaves"), ROLE_COORDINATOR, replace_fields, grouping_replace, .after = PAGE},
    {.name = NULL},
};

static const struct field paper_fields[] = {GROUPING, FIELDS_END};
static const struct field to_one_fields[] = {GROUPING, {"siret", FIELD_SIRET, .required = true}, FIELDS_END};

static const struct paper papers[] = {
    {"grouping.print", N_("A grouping, to be read"), ROLE_COORDINATOR | ROLE_AUDITOR, paper_fields, grouping_print},
    {"grouping.letter", N_("Letter of application of the grouping"), ROLE_COORDINATOR | ROLE_MEMBER | ROLE_AUDITOR, paper_fields,
     grouping_letter, .help = N_("What form DC1 asks: buyer, object, members, leader and form, parts, signatures.")},
    {"grouping.request-letter", N_("Letter that asks a member for its part"), ROLE_COORDINATOR | ROLE_MEMBER | ROLE_AUDITOR,
     to_one_fields, grouping_request_letter, .help = N_("With its own part and prices only.")},
    {"grouping.invitation-letter", N_("Letter that invites an organisation"), ROLE_COORDINATOR | ROLE_AUDITOR, to_one_fields,
     grouping_invitation},
    {.name = NULL},
};

const struct subject groupings_subject = {.name = "groupings", .actions = actions, .papers = papers};
