#include "groupings/proposal.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/sentence.h"
#include "kernel/app.h"

enum { PER_CENT_HUNDREDTHS = 10000, PPM_PER_HUNDREDTH = 100 };

static int too_large(struct error *error)
{
    return error_set(error, ERR_TOO_LARGE, "", N_("The amounts of this call are too large to be counted."),
                     NULL);
}

/* --- shares --- */

/* The engine's shares of one requirement, made whole units that add up to it. */
static int split_requirement(struct arena *arena, struct proposal *proposal, int lot, int32_t requirement,
                             struct error *error)
{
    const struct lot_answer *of = &proposal->lots[lot];
    const struct qualification_requirement *asked = &of->lot->requirements[requirement];
    size_t most = of->answer->share_count;
    int64_t *weights = ARENA_ARRAY(arena, int64_t, most + 1), *units = ARENA_ARRAY(arena, int64_t, most + 1);
    int *members = ARENA_ARRAY(arena, int, most + 1), count = 0;
    for (size_t i = 0; i < most; i++)
        if (of->answer->shares[i].requirement == requirement) {
            double part = of->answer->shares[i].quantity / (double)asked->quantity * 1e12;
            members[count] = of->answer->shares[i].member;
            weights[count++] = llround(fmin(fmax(part, 0), 1e15));
        }
    if (!count || !number_split(asked->quantity, weights, count, units))
        return 0; /* asks for nothing */
    for (int i = 0; i < count; i++) {
        const struct member *member = &proposal->built->members[members[i]];
        struct share share = {lot, members[i], asked, units[i], .unit_price_cents = 0};
        if (!units[i])
            continue;
        share.unit_price_cents = member_offer_of(member, asked->function)->unit_price_cents;
        if (!number_multiply(units[i], share.unit_price_cents, &share.amount_cents) ||
            !number_multiply(units[i], asked->reference_unit_price_cents, &share.reference_cents))
            return too_large(error);
        proposal->shares[proposal->share_count++] = share;
    }
    return 0;
}

static int make_shares(struct arena *arena, struct proposal *proposal, struct error *error)
{
    size_t total = 0;
    int result = 0;
    for (int l = 0; l < proposal->lot_count; l++)
        total += proposal->lots[l].answer->share_count;
    proposal->shares = ARENA_ARRAY(arena, struct share, total + 1);
    for (int l = 0; l < proposal->lot_count && !result; l++)
        for (int32_t r = 0;
             proposal->lots[l].answer->answered && r < proposal->lots[l].lot->requirement_count && !result;
             r++)
            result = split_requirement(arena, proposal, l, r, error);
    return result;
}

/* --- parts --- */

static struct part *part_of(struct proposal *proposal, int lot, int member)
{
    for (int i = proposal->part_count - 1; i >= 0 && proposal->parts[i].lot == lot; i--)
        if (proposal->parts[i].member == member)
            return &proposal->parts[i];
    struct part *part = &proposal->parts[proposal->part_count++];
    *part = (struct part){.lot = lot, .member = member};
    for (size_t i = 0; i < proposal->result->choice_count; i++)
        if (proposal->result->choices[i].lot == lot && proposal->result->choices[i].member == member)
            part->choice = &proposal->result->choices[i];
    proposal->lots[lot].member_count++;
    return part;
}

static struct whole_part *whole_part_of(struct proposal *proposal, int member)
{
    for (int i = 0; i < proposal->member_count; i++)
        if (proposal->members[i].member == member)
            return &proposal->members[i];
    proposal->members[proposal->member_count] = (struct whole_part){.member = member};
    return &proposal->members[proposal->member_count++];
}

/* Per cents to two decimals that add up to 100,00; equal ones where all is free. */
static void split_per_cent(struct arena *arena, const int64_t *amounts, int count, int64_t *ret_ppm)
{
    int64_t *ones = ARENA_ARRAY(arena, int64_t, count + 1);
    for (int i = 0; i < count; i++)
        ones[i] = 1;
    if (!number_split(PER_CENT_HUNDREDTHS, amounts, count, ret_ppm))
        (void)number_split(PER_CENT_HUNDREDTHS, ones, count, ret_ppm);
    for (int i = 0; i < count; i++)
        ret_ppm[i] *= PPM_PER_HUNDREDTH;
}

static void set_per_cents(struct arena *arena, struct proposal *proposal)
{
    int most = proposal->part_count + proposal->member_count;
    int64_t *amounts = ARENA_ARRAY(arena, int64_t, most + 1), *ppm = ARENA_ARRAY(arena, int64_t, most + 1);
    for (int first = 0, count; first < proposal->part_count; first += count) {
        struct part *parts = &proposal->parts[first];
        for (count = 0; first + count < proposal->part_count && parts[count].lot == parts->lot; count++)
            amounts[count] = parts[count].amount_cents;
        split_per_cent(arena, amounts, count, ppm);
        for (int i = 0; i < count; i++)
            parts[i].part_ppm = ppm[i];
    }
    for (int i = 0; i < proposal->member_count; i++)
        amounts[i] = proposal->members[i].amount_cents;
    split_per_cent(arena, amounts, proposal->member_count, ppm);
    for (int i = 0; i < proposal->member_count; i++)
        proposal->members[i].part_ppm = ppm[i];
}

static int larger_part_first(const void *a, const void *b)
{
    const struct whole_part *x = a, *y = b;
    if (x->amount_cents != y->amount_cents)
        return x->amount_cents > y->amount_cents ? -1 : 1;
    return x->member - y->member;
}

static int make_parts(struct arena *arena, struct proposal *proposal, struct error *error)
{
    proposal->parts = ARENA_ARRAY(arena, struct part, proposal->share_count + 1);
    proposal->members = ARENA_ARRAY(arena, struct whole_part, proposal->share_count + 1);
    for (int i = 0; i < proposal->share_count; i++) {
        const struct share *share = &proposal->shares[i];
        struct part *part = part_of(proposal, share->lot, share->member);
        struct whole_part *whole = whole_part_of(proposal, share->member);
        struct lot_answer *lot = &proposal->lots[share->lot];
        if (!number_add(part->amount_cents, share->amount_cents, &part->amount_cents) ||
            !number_add(part->reference_cents, share->reference_cents, &part->reference_cents) ||
            !number_add(whole->amount_cents, share->amount_cents, &whole->amount_cents) ||
            !number_add(lot->price_cents, share->amount_cents, &lot->price_cents) ||
            !number_add(proposal->price_cents, share->amount_cents, &proposal->price_cents))
            return too_large(error);
    }
    qsort(proposal->members, (size_t)proposal->member_count, sizeof *proposal->members, larger_part_first);
    set_per_cents(arena, proposal);
    return 0;
}

/* --- who leads --- */

/* One leader for as many lots as can be: of those who may lead, who is in the most lots, then has the largest
 * part (members are in that order). Lots it takes no part in are led by the largest part there that may lead.
 */
static void choose_leaders(struct proposal *proposal)
{
    int best_lots = 0;
    proposal->leader = -1;
    for (int i = 0; i < proposal->member_count; i++) {
        int member = proposal->members[i].member, lots = 0;
        for (int p = 0; p < proposal->part_count; p++)
            lots += proposal->parts[p].member == member;
        if (proposal->built->members[member].may_lead && lots > best_lots) {
            best_lots = lots;
            proposal->leader = member;
        }
    }
    for (int l = 0; l < proposal->lot_count; l++) {
        int64_t best = -1;
        proposal->lots[l].leader = -1;
        for (int p = 0; p < proposal->part_count; p++) {
            const struct part *part = &proposal->parts[p];
            if (part->lot != l || !proposal->built->members[part->member].may_lead)
                continue;
            int64_t amount = part->member == proposal->leader ? INT64_MAX : part->amount_cents;
            if (amount > best) {
                best = amount;
                proposal->lots[l].leader = part->member;
            }
        }
    }
}

/* --- figures of the whole --- */

static int add_coordination(struct proposal *proposal, struct error *error)
{
    for (int l = 0; l < proposal->lot_count; l++) {
        struct lot_answer *lot = &proposal->lots[l];
        int64_t each = 0;
        if (!lot->answer->answered)
            continue;
        if (!number_scale(lot->lot->reference_value_cents, lot->lot->coordination_ppm, 1000000, &each) ||
            !number_multiply(each, lot->member_count, &lot->coordination_cents) ||
            !number_add(proposal->coordination_cents, lot->coordination_cents,
                        &proposal->coordination_cents) ||
            !number_add(proposal->worth_cents, lot->lot->estimated_value_cents, &proposal->worth_cents))
            return too_large(error);
    }
    for (int p = 0; p < proposal->part_count; p++) {
        int64_t turnover = proposal->built->members[proposal->parts[p].member].turnover_cents;
        struct lot_answer *lot = &proposal->lots[proposal->parts[p].lot];
        if (turnover > 0 && !number_add(lot->turnover_cents, turnover, &lot->turnover_cents))
            return too_large(error);
    }
    return 0;
}

/* Mean of the members' marks weighted by their parts, in hundredths of a point. */
static int64_t weighted_mark(const struct proposal *proposal, bool social)
{
    int64_t sum = 0;
    for (int i = 0; i < proposal->member_count; i++) {
        const struct member *member = &proposal->built->members[proposal->members[i].member];
        int mark = social ? member->social : member->quality;
        sum += (mark < 0 ? 0 : mark) * proposal->members[i].part_ppm;
    }
    return (sum + 5000) / 10000;
}

static int64_t whole_cents(double cents)
{
    return isfinite(cents) && fabs(cents) < 9e15 ? llround(cents) : 0;
}

static const char *legal_form(const struct proposal *proposal)
{
    const char *asked = proposal->built->qualification.legal_form;
    if (proposal->member_count <= 1)
        return "alone";
    return text_is(asked, "free") || !*asked ? "conjoint" : asked;
}

static void set_score(struct proposal *proposal)
{
    static const char *const names[] = {"optimal", "feasible", "infeasible", "unknown"};
    const struct grouping_result *result = proposal->result;
    double gap = 1e6 * (result->bound_cents - result->objective_cents) / fmax(1, fabs(result->bound_cents));
    proposal->status = names[result->status];
    proposal->objective_cents = whole_cents(result->objective_cents);
    proposal->bound_cents = whole_cents(ceil(result->bound_cents));
    /* Below a cent it is the rounding of the bound, not a gap. */
    bool closed = result->bound_cents - result->objective_cents < 1;
    proposal->gap_ppm = !isfinite(gap) ? 1000000 : closed ? 0 : (int64_t)fmin(1e6, ceil(fmax(0, gap)));
}

int proposal_make(struct arena *arena, const struct built *built, const struct grouping_result *result,
                  const struct weights *weights, struct proposal *ret_proposal, struct error *error)
{
    struct proposal *proposal = ret_proposal;
    *proposal = (struct proposal){
        .built = built, .result = result, .weights = *weights, .lot_count = built->qualification.lot_count};
    proposal->lots = ARENA_ARRAY(arena, struct lot_answer, proposal->lot_count + 1);
    for (int l = 0; l < proposal->lot_count; l++) {
        proposal->lots[l] =
            (struct lot_answer){.lot = &built->qualification.lots[l], .answer = &result->answers[l]};
        proposal->answered_count += result->answers[l].answered;
    }
    int code = make_shares(arena, proposal, error);
    if (!code)
        code = make_parts(arena, proposal, error);
    if (!code)
        code = add_coordination(proposal, error);
    if (code)
        return code;
    choose_leaders(proposal);
    proposal->quality_hundredths = weighted_mark(proposal, false);
    proposal->social_hundredths = weighted_mark(proposal, true);
    proposal->legal_form = legal_form(proposal);
    set_score(proposal);
    return 0;
}

/* --- the judge's format --- */

static void add_answer(struct arena *arena, const struct proposal *proposal, int index, const char *language,
                       struct tree *list)
{
    const struct lot_answer *lot = &proposal->lots[index];
    struct why_names names = built_names(proposal->built);
    struct tree *map = tree_add_map(arena, list);
    tree_set_text(arena, map, "id", lot->lot->id);
    tree_set_bool(arena, map, "answered", lot->answer->answered);
    tree_set_text(arena, map, "leader",
                  lot->leader >= 0 ? proposal->built->members[lot->leader].siret : NULL);
    struct tree *shares = tree_set_list(arena, map, "shares");
    for (int i = 0; i < proposal->share_count; i++) {
        const struct share *share = &proposal->shares[i];
        if (share->lot != index)
            continue;
        struct tree *one = tree_add_map(arena, shares);
        tree_set_text(arena, one, "member", proposal->built->members[share->member].siret);
        tree_set_text(arena, one, "requirement", share->requirement->id);
        tree_set_int(arena, one, "quantity", share->quantity);
    }
    tree_set_text(arena, map, "why", why_whole(arena, language, &names, (size_t)index, lot->answer));
}

struct tree *proposal_solution(struct arena *arena, const struct proposal *proposal, const char *language)
{
    struct tree *root = tree_map(arena);
    bool solved =
        proposal->result->status == GROUPING_OPTIMAL || proposal->result->status == GROUPING_FEASIBLE;
    tree_set_text(arena, root, "status", proposal->status);
    if (solved)
        tree_set_int(arena, root, "objective_cents", proposal->objective_cents);
    else
        tree_set_text(arena, root, "objective_cents", NULL);
    if (isfinite(proposal->result->bound_cents))
        tree_set_int(arena, root, "bound_cents", proposal->bound_cents);
    else
        tree_set_text(arena, root, "bound_cents", NULL);
    struct tree *lots = tree_set_list(arena, root, "lots");
    for (int l = 0; l < proposal->lot_count; l++)
        add_answer(arena, proposal, l, language, lots);
    return root;
}
