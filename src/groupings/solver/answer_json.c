/* Answers in the judge's format, and a plain sentence for each lot not answered. */
#include "instance_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void describe_reason(const struct grouping_file *file, size_t lot,
                            const struct grouping_answer *answer, char *buffer, size_t size)
{
    const struct grouping_lot *l = &grouping_file_instance(file)->lots[lot];
    int32_t r = answer->why_requirement;
    const char *function = r >= 0 ? grouping_file_word(file, l->requirements[r].function) : "";

    switch (answer->why) {
    case WHY_ANSWERED:
        snprintf(buffer, size, "answered");
        break;
    case WHY_NOT_SEARCHED:
        snprintf(buffer, size, "the search was stopped before this lot was decided");
        break;
    case WHY_EMPTY:
        snprintf(buffer, size, "the lot asks for nothing");
        break;
    case WHY_NO_MEMBER_ALLOWED:
        snprintf(buffer, size, "no member of the kind asked for offers any of its functions at %s",
                 grouping_file_word(file, l->place));
        break;
    case WHY_QUANTITY:
        snprintf(buffer, size, "%s (%s) lacks %g even with everyone allowed",
                 grouping_file_requirement_id(file, lot, (size_t)r), function, answer->why_amount);
        break;
    case WHY_LEADER:
        snprintf(buffer, size, "no member allowed here can lead");
        break;
    case WHY_TURNOVER:
        snprintf(buffer, size, "the largest group lacks %.0f cents of the required turnover",
                 answer->why_amount);
        break;
    case WHY_SIZE:
        snprintf(buffer, size, "no group of at most %d members can do it", (int)l->max_members);
        break;
    case WHY_COMBINATION:
        snprintf(buffer, size, "no group meets all its rules together");
        break;
    case WHY_WORTH:
        snprintf(buffer, size, "the best group loses %.0f cents of score", answer->why_amount);
        break;
    case WHY_SHARED:
        snprintf(buffer, size, "its members' capacity earns more on other lots (alone it would score %.0f)",
                 answer->why_amount);
        break;
    case WHY_MAX_LOTS:
        snprintf(buffer, size, "the limit on the number of lots is reached (alone it would score %.0f)",
                 answer->why_amount);
        break;
    }
}

static void describe_remedy(const struct grouping_file *file, size_t lot,
                            const struct grouping_remedy *remedy, char *buffer, size_t size)
{
    const struct grouping_lot *l = &grouping_file_instance(file)->lots[lot];
    int32_t r = remedy->requirement;
    const char *requirement = r >= 0 ? grouping_file_word(file, l->requirements[r].function) : "";
    const char *member =
        remedy->member >= 0 ? grouping_file_member_id(file, (size_t)remedy->member) : "a new member";

    switch (remedy->unlock) {
    case UNLOCK_CAPACITY:
        snprintf(buffer, size, "%g more %s from %s", remedy->amount, requirement, member);
        break;
    case UNLOCK_ACCREDITATION:
        snprintf(buffer, size, "%s obtains the accreditations for %s", member, requirement);
        break;
    case UNLOCK_PLACE:
        snprintf(buffer, size, "%s serves %s", member, grouping_file_word(file, l->place));
        break;
    case UNLOCK_KIND:
        snprintf(buffer, size, "a member like %s, of a kind the lot is reserved to", member);
        break;
    case UNLOCK_MAX_MEMBERS:
        snprintf(buffer, size, "at most %.0f members", remedy->amount);
        break;
    case UNLOCK_LEADER:
        snprintf(buffer, size, "%s can lead", member);
        break;
    case UNLOCK_TURNOVER:
        snprintf(buffer, size, "%.0f cents more turnover in the group", remedy->amount);
        break;
    case UNLOCK_MIN_SHARE:
        snprintf(buffer, size, "a minimum share of %.0f permille", remedy->amount);
        break;
    case UNLOCK_TURNOVER_LIMIT:
        snprintf(buffer, size, "%s may do %.0f cents more", member, remedy->amount);
        break;
    case UNLOCK_WORTH:
        snprintf(buffer, size, "worth %.0f cents more to us", remedy->amount);
        break;
    case UNLOCK_MAX_LOTS:
        snprintf(buffer, size, "one more lot may be answered");
        break;
    }
}

void grouping_describe_plain(void *user, const struct grouping_file *file, size_t lot,
                             const struct grouping_answer *answer, char *buffer, size_t size)
{
    (void)user;
    describe_reason(file, lot, answer, buffer, size);
    for (size_t i = 0; i < answer->remedy_count; i++) {
        char one[200];
        describe_remedy(file, lot, &answer->remedies[i], one, sizeof one);
        size_t length = strlen(buffer);
        snprintf(buffer + length, size - length, "%s%s", i ? ", or " : "; would unlock it: ", one);
    }
}

static json_t *lot_to_json(const struct grouping_file *file, size_t lot, const struct grouping_answer *answer,
                           grouping_describe *describe, void *user)
{
    json_t *shares = json_array();
    for (size_t i = 0; i < answer->share_count && answer->answered; i++) {
        const struct grouping_share *s = &answer->shares[i];
        json_array_append_new(
            shares, json_pack("{s:s, s:s, s:f}", "member", grouping_file_member_id(file, (size_t)s->member),
                              "requirement", grouping_file_requirement_id(file, lot, (size_t)s->requirement),
                              "quantity", s->quantity));
    }
    json_t *object = json_pack("{s:s, s:b, s:o}", "id", grouping_file_lot_id(file, lot), "answered",
                               answer->answered, "shares", shares);
    json_object_set_new(object, "leader",
                        answer->answered ? json_string(grouping_file_member_id(file, (size_t)answer->leader))
                                         : json_null());
    if (!answer->answered) {
        char why[1000] = "";
        describe(user, file, lot, answer, why, sizeof why);
        json_object_set_new(object, "why", json_string(why));
    }
    return object;
}

json_t *grouping_result_to_json(const struct grouping_file *file, const struct grouping_result *result,
                                grouping_describe *describe, void *user)
{
    static const char *const names[] = {"optimal", "feasible", "infeasible", "unknown"};
    json_t *root = json_object(), *lots = json_array();
    bool solved = result->status == GROUPING_OPTIMAL || result->status == GROUPING_FEASIBLE;

    json_object_set_new(root, "status", json_string(names[result->status]));
    json_object_set_new(root, "objective_cents",
                        solved ? json_integer(llround(result->objective_cents)) : json_null());
    json_object_set_new(root, "bound_cents",
                        isfinite(result->bound_cents) ? json_integer((json_int_t)ceil(result->bound_cents))
                                                      : json_null());
    for (size_t l = 0; lots && l < result->answer_count; l++)
        json_array_append_new(lots, lot_to_json(file, l, &result->answers[l],
                                                describe ? describe : grouping_describe_plain, user));
    json_object_set_new(root, "lots", lots);
    return root;
}
