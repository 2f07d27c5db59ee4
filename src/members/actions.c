/* What can be done with organisations. */
#include "kernel/app.h"
#include "members/details.h"
#include "members/functions.h"
#include "members/import.h"
#include "members/kinds.h"
#include "members/members.h"
#include "members/social.h"

#define STATUSES "directory|invited|member|left"
#define YES_NO "yes|no"
#define SIRET {"siret", FIELD_SIRET, .required = true}

/* Of an organisation: what it is, where it is, what it says of itself. */
#define PLACE_FIELDS                                                                                          \
    {"naf", FIELD_TEXT, .max = 8, .hint = N_("Main activity, such as 56.21Z.")},                              \
    {"address", FIELD_TEXT}, {"post_code", FIELD_TEXT, .max = 5},                                             \
    {"department", FIELD_TEXT, .max = 3, .hint = N_("Its code, such as 27, 2A or 974. Without it, that of the post code.")}, \
    {"latitude", FIELD_TEXT, .max = 24, .hint = N_("In degrees, such as 49.4431.")},                          \
    {"longitude", FIELD_TEXT, .max = 24, .hint = N_("In degrees, such as 1.0993.")}
#define FACT_FIELDS                                                                                           \
    {"turnover", FIELD_MONEY, .min = 0, .max = INT64_C(100000000000000), .hint = N_("In euros, of the last closed year.")}, \
    {"turnover_limit", FIELD_MONEY, .min = 0, .max = INT64_C(100000000000000),                                \
     .hint = N_("In euros: the most it takes on in one call, over its whole duration.")},                     \
    {"may_lead", FIELD_CHOICE, .choices = YES_NO, .hint = N_("It may lead a grouping.")},                     \
    {"prison_work", FIELD_CHOICE, .choices = YES_NO,                                                          \
     .hint = N_("It meets the conditions of contracts reserved to work in prison.")},                         \
    {"employees", FIELD_INT, .min = 0, .max = 1000000},                                                       \
    {"employees_in_insertion", FIELD_INT, .min = 0, .max = 1000000,                                           \
     .hint = N_("Of these, how many are in insertion or have a recognised handicap.")},                       \
    {"surplus_reinvested", FIELD_RATE, .min = 0, .max = 1000000,                                              \
     .hint = N_("Share of the surplus put back into the work, in per cent.")},                                \
    {"pay_ratio", FIELD_QUANTITY, .min = 1000, .max = 1000000, .hint = N_("Highest pay divided by lowest pay.")}

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true, .hint = N_("A CSV file with at least the columns siret, kind, name and city.")},
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    {"status", FIELD_CHOICE, .choices = "directory|invited|member",
     .hint = N_("Status of these organisations; without it new ones enter the directory.")},
    FIELDS_END,
};

static const struct field offer_import_fields[] = {
    {"file", FIELD_FILE, .required = true,
     .hint = N_("A CSV file with the columns siret, function, unit_price_cents, capacity, period and places.")},
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    FIELDS_END,
};

static const struct field add_fields[] = {
    SIRET,
    {"name", FIELD_TEXT, .required = true},
    {"kinds", FIELD_WORDS, .required = true, .choices = MEMBER_KINDS, .hint = N_("The legal form first.")},
    {"city", FIELD_TEXT, .required = true},
    {"brand", FIELD_TEXT, .hint = N_("The name it is known by.")},
    {"status", FIELD_CHOICE, .choices = STATUSES, .initial = "invited"},
    PLACE_FIELDS,
    FACT_FIELDS,
    FIELDS_END,
};

static const struct field change_fields[] = {
    SIRET,
    {"name", FIELD_TEXT},
    {"kinds", FIELD_WORDS, .choices = MEMBER_KINDS, .hint = N_("All of them, the legal form first.")},
    {"status", FIELD_CHOICE, .choices = STATUSES},
    {"brand", FIELD_TEXT, .hint = N_("The name it is known by.")},
    {"city", FIELD_TEXT},
    PLACE_FIELDS,
    FACT_FIELDS,
    {"clear", FIELD_WORDS,
     .choices = "brand|naf|address|post_code|latitude|longitude|turnover|turnover_limit|employees|"
                "employees_in_insertion|surplus_reinvested|pay_ratio",
     .hint = N_("What is no longer known, or was wrong: it is emptied.")},
    FIELDS_END,
};

static const struct field offer_fields[] = {
    SIRET,
    {"function", FIELD_CHOICE, .required = true, .choices = MEMBER_FUNCTIONS MEMBER_SOVEREIGN},
    {"unit_price", FIELD_MONEY, .required = true, .min = 1, .max = INT64_C(100000000000),
     .hint = N_("In euros without VAT, for one unit.")},
    {"capacity", FIELD_QUANTITY, .required = true, .min = 1, .max = INT64_C(1000000000000),
     .hint = N_("Units it can do in one period.")},
    {"places", FIELD_WORDS, .required = true, .hint = N_("Codes of the departments, such as 27 76.")},
    {"period", FIELD_CHOICE, .choices = "month|year|contract", .initial = "month"},
    {"unit", FIELD_TEXT, .max = 60, .hint = N_("What the price is for; without it, the unit of the function.")},
    FIELDS_END,
};

static const struct field offer_remove_fields[] = {
    SIRET,
    {"function", FIELD_CHOICE, .required = true, .choices = MEMBER_FUNCTIONS},
    FIELDS_END,
};

static const struct field accredit_fields[] = {
    SIRET,
    {"accreditation", FIELD_CHOICE, .required = true, .choices = MEMBER_ACCREDITATIONS},
    {"valid_from", FIELD_DATE, .required = true, .hint = N_("First day.")},
    {"valid_to", FIELD_DATE, .hint = N_("Last day; nothing when it does not end.")},
    FIELDS_END,
};

static const struct field accreditation_remove_fields[] = {
    SIRET,
    {"accreditation", FIELD_CHOICE, .required = true, .choices = MEMBER_ACCREDITATIONS},
    {"valid_from", FIELD_DATE, .required = true, .hint = N_("First day, as it is kept.")},
    FIELDS_END,
};

static const struct field mark_fields[] = {
    SIRET,
    {"quality", FIELD_INT, .required = true, .min = 0, .max = 100, .hint = N_("From 0 to 100.")},
    {"on", FIELD_DATE, .hint = N_("When the mark was given; without it, today.")},
    {"author", FIELD_TEXT, .hint = N_("Who gave it; without it, you.")},
    {"note", FIELD_NOTE, .max = 1000, .hint = N_("What the mark rests on.")},
    FIELDS_END,
};

static const struct field reference_fields[] = {
    SIRET,
    {"buyer", FIELD_TEXT, .required = true, .hint = N_("For whom.")},
    {"object", FIELD_TEXT, .required = true, .hint = N_("What was done.")},
    {"from_on", FIELD_DATE, .required = true, .hint = N_("First day.")},
    {"to_on", FIELD_DATE, .hint = N_("Last day; nothing while it runs.")},
    {"function", FIELD_CHOICE, .choices = MEMBER_FUNCTIONS},
    {"amount", FIELD_MONEY, .min = 0, .max = INT64_C(100000000000000), .hint = N_("In euros without VAT.")},
    FIELDS_END,
};

static const struct field reference_remove_fields[] = {
    SIRET,
    {"reference", FIELD_INT, .required = true, .min = 1, .max = INT64_MAX, .hint = N_("Its number in the list of references.")},
    FIELDS_END,
};

static const struct field proof_fields[] = {
    SIRET,
    {"title", FIELD_TEXT, .required = true, .hint = N_("What it is, such as an insurance certificate.")},
    {"file", FIELD_FILE, .required = true, .hint = N_("PDF, image or office file, at most 10 MB.")},
    {"accreditation", FIELD_CHOICE, .choices = MEMBER_ACCREDITATIONS, .hint = N_("What it proves, if it is one of these.")},
    {"valid_to", FIELD_DATE, .hint = N_("Last day; nothing when it does not end.")},
    FIELDS_END,
};

static const struct field proof_remove_fields[] = {
    SIRET,
    {"proof", FIELD_INT, .required = true, .min = 1, .max = INT64_MAX, .hint = N_("Its number in the list of proofs.")},
    FIELDS_END,
};

static const struct field decide_fields[] = {
    {"doubt", FIELD_INT, .required = true, .min = 1, .max = INT64_MAX, .hint = N_("Its number in the list of questions.")},
    {"decision", FIELD_CHOICE, .required = true, .choices = "keep|take|other",
     .hint = N_("keep: the same organisation, our name and place are right. take: the same, those of the row are right. "
                "other: another organisation, take the added kind back.")},
    {"siret", FIELD_SIRET, .hint = N_("When it is another organisation: its own SIRET, if you found it.")},
    FIELDS_END,
};

static const struct field weigh_fields[] = {
    {"part", FIELD_CHOICE, .required = true, .choices = "insertion|surplus|pay_ratio"},
    {"weight", FIELD_INT, .required = true, .min = 0, .max = 1000, .hint = N_("Relative to the other parts.")},
    {"none_at", FIELD_QUANTITY, .required = true, .min = 0, .max = 1000000,
     .hint = N_("Figure that counts for nothing: 0 for a share, 10 for a pay ratio of ten.")},
    {"full_at", FIELD_QUANTITY, .required = true, .min = 0, .max = 1000000,
     .hint = N_("Figure that counts for everything: 1 for a share of one hundred per cent, 3 for a pay ratio of three.")},
    FIELDS_END,
};

enum { OWN = ROLE_COORDINATOR | ROLE_MEMBER };
static const char shown[] = "/members/{siret}";

static const struct action actions[] = {
    {"member import", N_("Import organisations"), ROLE_COORDINATOR, import_fields, member_import,
     .help = N_("Takes in a file of organisations, one for each SIRET. The same file again changes nothing."),
     .after = "/members", .job = true},
    {"member add", N_("Add an organisation"), ROLE_COORDINATOR, add_fields, member_add, .after = shown},
    {"member change", N_("Change an organisation"), OWN, change_fields, member_change,
     .help = N_("Only what is given is changed."), .after = shown},
    {"member offer", N_("Offer a function"), OWN, offer_fields, offer_set,
     .help = N_("One offer for each function: giving it again replaces price, capacity and places."), .after = shown},
    {"member accredit", N_("Record an accreditation"), OWN, accredit_fields, member_accredit,
     .help = N_("With the same first day again, it changes the last day."), .after = shown},
    {"member mark", N_("Give a quality mark"), ROLE_COORDINATOR, mark_fields, member_mark,
     .help = N_("The mark, its author and its date are kept; earlier marks stay readable."), .after = shown},
    {"member reference", N_("Record a past contract"), OWN, reference_fields, reference_add, .after = shown},
    {"member proof", N_("Hand in a proof"), OWN, proof_fields, proof_add, .after = shown},
    {"member decide", N_("Decide whether it is the same organisation"), ROLE_COORDINATOR, decide_fields, member_decide,
     .help = N_("For a second row with a known SIRET but another name or town."), .after = "/members/doubts"},
    {"member weigh", N_("Change the formula of the social value"), ROLE_COORDINATOR, weigh_fields, social_weigh,
     .help = N_("The social value of every organisation is computed again at once."), .confirm = true},
    {"offer import", N_("Import offers"), ROLE_COORDINATOR, offer_import_fields, offer_import,
     .help = N_("Takes in a file of offers of organisations that are kept already. The same file again changes nothing."),
     .after = "/members", .job = true},
    {"offer remove", N_("Withdraw an offer"), OWN, offer_remove_fields, offer_remove, .after = shown, .confirm = true},
    {"accreditation remove", N_("Remove an accreditation recorded by mistake"), OWN, accreditation_remove_fields,
     accreditation_remove, .after = shown, .confirm = true},
    {"reference remove", N_("Remove a past contract recorded by mistake"), OWN, reference_remove_fields, reference_remove,
     .after = shown, .confirm = true},
    {"proof remove", N_("Remove a proof handed in by mistake"), OWN, proof_remove_fields, proof_remove, .after = shown,
     .confirm = true},
    {.name = NULL},
};

static int store_shipped(struct db *db, void *context, struct error *error)
{
    (void)context;
    int result = kinds_store(db, error);
    return result ? result : social_store_weights(db, error);
}

/* Most starts find everything there: a command that only reads must not wait for a sync. */
static int start(struct app *app, struct error *error)
{
    struct db *db;
    bool complete = false;
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = kinds_are_stored(db, &complete, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    return result || complete ? result : store_write(app->store, store_shipped, NULL, false, error);
}

const struct subject members_subject = {.name = "members", .actions = actions, .start = start};
