#include "groupings/why.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "groupings/sentence.h"
#include "kernel/app.h"

static const struct grouping_lot *lot_of(const struct why_names *names, size_t lot)
{
    return &grouping_file_instance(names->file)->lots[lot];
}

const char *why_member(const struct why_names *names, int32_t member)
{
    return names->members ? names->members[member] : grouping_file_member_id(names->file, (size_t)member);
}

const char *why_function(const struct why_names *names, const char *language, size_t lot, int32_t requirement)
{
    const struct grouping_requirement *asked = &lot_of(names, lot)->requirements[requirement];
    return tr_name(language, grouping_file_word(names->file, asked->function));
}

static const char *place_of(const struct why_names *names, size_t lot)
{
    return grouping_file_word(names->file, lot_of(names, lot)->place);
}

static const char *count(struct arena *arena, const char *language, double number)
{
    return sentence_amount(arena, language, number, NULL);
}

static const char *cents(struct arena *arena, const char *language, double amount)
{
    double whole = ceil(amount - 1e-6);
    return sentence_money(arena, language, whole < 9e15 ? (int64_t)whole : INT64_MAX);
}

/* An amount of what a requirement asks for, in the lot's own time and unit. */
static const char *quantity(struct arena *arena, const char *language, const struct why_names *names,
                            size_t lot, int32_t requirement, double amount)
{
    const char *unit = names->units && requirement >= 0 ? names->units[lot][requirement] : NULL;
    return sentence_amount(arena, language, names->to_lot ? amount * names->to_lot[lot] : amount, unit);
}

static const char *reason_quantity(struct arena *arena, const char *language, const struct why_names *names,
                                   size_t lot, const struct grouping_answer *answer)
{
    int32_t r = answer->why_requirement;
    if (r < 0)
        return sentence(arena, language,
                        N_("Something this lot asks for is offered by nobody who is allowed to."), NULL);
    double needed = lot_of(names, lot)->requirements[r].quantity, possible = needed - answer->why_amount;
    const char *function = why_function(names, language, lot, r);
    if (possible < 1e-6 * needed)
        return sentence(arena, language, N_("{0}: nobody who is allowed to offers it here; {1} are needed."),
                        function, quantity(arena, language, names, lot, r, needed), NULL);
    /* Rounded so that the three figures add up: what is possible rounds down when what is missing rounds up.
     */
    double scale = names->to_lot ? names->to_lot[lot] : 1;
    double missing = ceil(answer->why_amount * scale - 1e-6);
    const char *unit = names->units ? names->units[lot][r] : NULL;
    return sentence(arena, language,
                    N_("{0}: {1} are needed, {2} are possible with all who are allowed to; {3} are missing."),
                    function, sentence_amount(arena, language, needed * scale, unit),
                    sentence_amount(arena, language, ceil(needed * scale - 1e-6) - missing, NULL),
                    sentence_amount(arena, language, missing, NULL), NULL);
}

static const char *reason_answered(struct arena *arena, const char *language,
                                   const struct grouping_answer *answer)
{
    double members = 0;
    for (size_t i = 0; i < answer->share_count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = answer->shares[k].member == answer->shares[i].member;
        members += !seen;
    }
    return sentence(arena, language, N_("Answered whole. Members: {0}."), count(arena, language, members),
                    NULL);
}

const char *why_reason(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                       const struct grouping_answer *answer)
{
    const struct grouping_lot *asked = lot_of(names, lot);
    const char *amount = cents(arena, language, answer->why_amount);
    switch (answer->why) {
    case WHY_ANSWERED:
        return reason_answered(arena, language, answer);
    case WHY_NOT_SEARCHED:
        return tr(language, N_("The search was stopped before this lot was decided. Give it more time."));
    case WHY_EMPTY:
        return tr(language, N_("This lot asks for nothing: add its requirements."));
    case WHY_NO_MEMBER_ALLOWED:
        return sentence(arena, language,
                        asked->reserved == RESERVED_NONE
                            ? N_("Nobody offers any function of this lot in the department {0}.")
                            : N_("Nobody of the kind this lot is reserved to offers any of its functions in "
                                 "the department {0}."),
                        place_of(names, lot), NULL);
    case WHY_QUANTITY:
        return reason_quantity(arena, language, names, lot, answer);
    case WHY_LEADER:
        return tr(language, N_("None of those who are allowed to work here may lead a grouping."));
    case WHY_TURNOVER:
        return sentence(
            arena, language,
            N_("{0} of yearly turnover are required; the largest a group can add up to lacks {1}."),
            sentence_money(arena, language, asked->required_turnover_cents), amount, NULL);
    case WHY_SIZE:
        return sentence(arena, language,
                        N_("Those who are allowed could do it, but not as a group of at most {0}."),
                        count(arena, language, asked->max_members), NULL);
    case WHY_COMBINATION:
        return tr(language, N_("Each rule can be met alone, but not all of them together."));
    case WHY_WORTH:
        return sentence(arena, language,
                        N_("A group could do it, but it costs {0} more than this lot is worth."), amount,
                        NULL);
    case WHY_SHARED:
        return tr(language,
                  N_("A group could do it, but its members' capacity is worth more on the other lots."));
    case WHY_MAX_LOTS:
        return sentence(arena, language, N_("A group could do it, but at most {0} lots may be answered."),
                        count(arena, language, (double)grouping_file_instance(names->file)->max_lots), NULL);
    }
    return "";
}

/* A code may end in "/months" (instance.h). */
const char *why_missing(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                        int32_t requirement, int32_t of)
{
    const struct grouping_requirement *asked = &lot_of(names, lot)->requirements[requirement];
    const struct grouping_member *member = &grouping_file_instance(names->file)->members[of];
    const char *list = "";
    for (size_t i = 0; i < asked->accreditation_count; i++) {
        bool held = false;
        for (size_t k = 0; k < member->accreditation_count && !held; k++)
            held = member->accreditations[k] == asked->accreditations[i];
        if (held)
            continue;
        const char *word = grouping_file_word(names->file, asked->accreditations[i]);
        list = sentence_list(arena, list, tr_name(language, arena_copy(arena, word, strcspn(word, "/"))));
    }
    return list;
}

const char *why_remedy(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                       const struct grouping_remedy *remedy)
{
    int32_t r = remedy->requirement;
    const char *function = r >= 0 ? why_function(names, language, lot, r) : "";
    const char *member = remedy->member >= 0 ? why_member(names, remedy->member) : NULL;
    const char *amount = cents(arena, language, remedy->amount);
    switch (remedy->unlock) {
    case UNLOCK_CAPACITY:
        return member ? sentence(arena, language, N_("{0} does {1} more ({2})."), member,
                                 quantity(arena, language, names, lot, r, remedy->amount), function, NULL)
                      : sentence(arena, language,
                                 N_("One more organisation does {0} ({1}) in the department {2}."),
                                 quantity(arena, language, names, lot, r, remedy->amount), function,
                                 place_of(names, lot), NULL);
    case UNLOCK_ACCREDITATION:
        if (!member || r < 0)
            break;
        return sentence(arena, language, N_("{0} obtains what is asked for {1}: {2}."), member, function,
                        why_missing(arena, language, names, lot, r, remedy->member), NULL);
    case UNLOCK_PLACE:
        return sentence(arena, language, N_("{0} works in the department {1} too."), member ? member : "",
                        place_of(names, lot), NULL);
    case UNLOCK_KIND:
        return sentence(
            arena, language,
            N_("An organisation of the kind this lot is reserved to joins, able to do what {0} does."),
            member ? member : "", NULL);
    case UNLOCK_MAX_MEMBERS:
        return sentence(arena, language, N_("Up to {0} members may answer this lot."),
                        count(arena, language, remedy->amount), NULL);
    case UNLOCK_LEADER:
        return sentence(arena, language, N_("{0} may lead."), member ? member : "", NULL);
    case UNLOCK_TURNOVER:
        return sentence(
            arena, language,
            N_("A member joins who brings {0} of yearly turnover, or the buyer asks for as much less."),
            amount, NULL);
    case UNLOCK_MIN_SHARE:
        return sentence(arena, language, N_("The smallest part of a member falls to {0}."),
                        sentence_rate(arena, language, (int64_t)(remedy->amount * 1000)), NULL);
    case UNLOCK_TURNOVER_LIMIT:
        return sentence(arena, language, N_("{0} takes on {1} more in all."), member ? member : "", amount,
                        NULL);
    case UNLOCK_WORTH:
        return sentence(arena, language, N_("The lot is worth {0} more to us."), amount, NULL);
    case UNLOCK_MAX_LOTS:
        return tr(language, N_("One more lot may be answered."));
    }
    return function;
}

const char *why_remedy_code(enum grouping_unlock unlock)
{
    static const char *const codes[] = {"capacity",       "accreditation", "place",    "kind",
                                        "max_members",    "leader",        "turnover", "min_share",
                                        "turnover_limit", "worth",         "max_lots"};
    return codes[unlock];
}

const char *why_whole(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                      const struct grouping_answer *answer)
{
    const char *text = why_reason(arena, language, names, lot, answer);
    for (size_t i = 0; i < answer->remedy_count; i++)
        text =
            arena_printf(arena, "%s %s %s", text, tr(language, i ? N_("Or:") : N_("What would unlock it:")),
                         why_remedy(arena, language, names, lot, &answer->remedies[i]));
    return text;
}

/* What instance_json.c says, and the sentence for it; what follows the words is the argument. */
static const struct {
    const char *says, *sentence;
} broken[] = {
    {"is missing", N_("This is missing.")},
    {"must be an object", N_("This must be a group of named fields.")},
    {"must be a list", N_("This must be a list.")},
    {"must be a text that is not empty", N_("This must be a text that is not empty.")},
    {"must be a text", N_("This must be a text.")},
    {"must be true or false", N_("This must be true or false.")},
    {"must be a whole number", N_("This must be a whole number.")},
    {"must be a number", N_("This must be a number.")},
    {"must be a finite number", N_("This must be a number.")},
    {"must be from ", N_("This must be at least {0}.")},
    {"must be at most ", N_("This must be at most {0}.")},
    {"is longer than ", N_("This list is too long: at most {0} rows.")},
    {"must be one of ", N_("This must be one of: {0}.")},
    {"no such member", N_("There is no such member.")},
    {"one offer for each function", N_("Two offers for one function: give one.")},
    {"must be ", N_("This must be {0}.")},
};

void why_broken(struct arena *arena, const char *language, const char *message, const char **ret_path,
                const char **ret_sentence)
{
    const char *colon = strstr(message, ": ");
    const char *says = colon ? colon + 2 : message;
    *ret_path = colon ? arena_copy(arena, message, (size_t)(colon - message)) : "";
    *ret_sentence = says;
    if (text_starts(message, "line ")) { /* the parser's own words follow */
        *ret_sentence = tr(language, N_("This is not JSON that can be read."));
        return;
    }
    for (size_t i = 0; i < COUNT_OF(broken); i++)
        if (text_starts(says, broken[i].says)) {
            *ret_sentence =
                sentence(arena, language, broken[i].sentence, says + strlen(broken[i].says), NULL);
            return;
        }
}
