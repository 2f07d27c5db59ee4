/* Keeping a proposal: the rows that never change again. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/matters.h"
#include "groupings/proposal.h"
#include "groupings/sentence.h"
#include "kernel/app.h"

struct writing {
    struct db *db;
    struct arena *arena;
    struct keeping *keeping;
    const struct proposal *proposal;
    struct error *error;
};

static const struct member *member_at(const struct writing *writing, int index)
{
    return &writing->proposal->built->members[index];
}

static const char *json_of(struct arena *arena, const struct tree *tree)
{
    struct buffer out = {0};
    tree_write_json(tree, &out, false);
    const char *text = arena_copy(arena, out.bytes, out.length);
    buffer_free(&out);
    return text;
}

static const char *note_text(struct arena *arena, const char *language, const struct instance_note *note)
{
    switch (note->kind) {
    case NOTE_UNIT:
        return sentence(
            arena, language,
            N_("The offer of {0} for {1} was left out: its price is for one {2}, the call asks for {3}."),
            note->name, tr_name(language, note->function), note->unit, note->asked_unit, NULL);
    case NOTE_NO_QUALITY:
        return sentence(arena, language, N_("{0} has no mark of quality yet: it counts as 0."), note->name,
                        NULL);
    case NOTE_NO_SOCIAL:
        return sentence(arena, language, N_("{0} has told no fact of social value: it counts as 0."),
                        note->name, NULL);
    }
    return "";
}

static const char *notes_json(struct arena *arena, const struct built *built)
{
    struct tree *list = tree_list(arena);
    for (size_t i = 0; i < built->note_count; i++) {
        struct tree *note = tree_add_map(arena, list);
        tree_set_text(arena, note, "siret", built->notes[i].siret);
        tree_set_text(arena, note, "text_fr", note_text(arena, "fr", &built->notes[i]));
        tree_set_text(arena, note, "text_en", note_text(arena, "en", &built->notes[i]));
    }
    return json_of(arena, list);
}

static int keep_grouping(struct writing *writing)
{
    struct keeping *keeping = writing->keeping;
    const struct proposal *proposal = writing->proposal;
    const struct qualification *call = &proposal->built->qualification;
    int64_t version;
    int result = db_int(writing->db, "SELECT max(version) FROM grouping WHERE tender_id = :tender",
                        BIND(INT("tender", call->tender)), 0, &version, writing->error);
    if (result)
        return result;
    version++;
    keeping->id = db_next_id(writing->db);
    keeping->reference = arena_printf(writing->arena, "%s-P%" PRId64, call->reference, version);
    bool led = proposal->leader >= 0;
    const char *leader = led ? member_at(writing, proposal->leader)->name : "";
    result = db_run(
        writing->db,
        "INSERT INTO grouping(id, reference, tender_id, tender_reference, version, parent_id, origin, "
        "object, buyer, "
        "author, at, state, state_on, submitted_on, legal_form, leader_id, leader_name, status, "
        "objective_cents, "
        "bound_cents, gap_ppm, price_cents, lot_count, answered_count, member_count, quality_hundredths, "
        "social_hundredths, asked_count, accepted_count, declined_count, broken_count) "
        "VALUES (:id, :reference, :tender_id, :tender_reference, :version, :parent_id, :origin, :object, "
        ":buyer, "
        ":author, :at, 'proposed', :state_on, '', :legal_form, :leader_id, :leader_name, :status, "
        ":objective_cents, "
        ":bound_cents, :gap_ppm, :price_cents, :lot_count, :answered_count, :member_count, "
        ":quality_hundredths, "
        ":social_hundredths, 0, 0, 0, 0)",
        BIND(INT("id", keeping->id), TEXT("reference", keeping->reference), INT("tender_id", call->tender),
             TEXT("tender_reference", call->reference), INT("version", version),
             INT_OR_NULL("parent_id", keeping->parent, keeping->parent), TEXT("origin", keeping->origin),
             TEXT("object", call->object), TEXT("buyer", call->buyer), TEXT("author", keeping->author),
             INT("at", keeping->now_ms), TEXT("state_on", keeping->today),
             TEXT("legal_form", proposal->legal_form),
             INT_OR_NULL("leader_id", led, led ? member_at(writing, proposal->leader)->id : 0),
             TEXT("leader_name", leader), TEXT("status", proposal->status),
             INT("objective_cents", proposal->objective_cents), INT("bound_cents", proposal->bound_cents),
             INT("gap_ppm", proposal->gap_ppm), INT("price_cents", proposal->price_cents),
             INT("lot_count", proposal->lot_count), INT("answered_count", proposal->answered_count),
             INT("member_count", proposal->member_count),
             INT("quality_hundredths", proposal->quality_hundredths),
             INT("social_hundredths", proposal->social_hundredths)),
        writing->error);
    if (result)
        return result;
    const char *words =
        arena_printf(writing->arena, "%s %s %s %s", keeping->reference, call->object, call->buyer, leader);
    return db_search_put(writing->db, "grouping", keeping->id, text_fold(writing->arena, words),
                         writing->error);
}

/* The instance with the weights of this answer, which an alternative has of its own. */
static const char *instance_json(struct writing *writing)
{
    const struct weights *weights = &writing->proposal->weights;
    struct tree *root = tree_map(writing->arena), *map = NULL;
    for (const struct tree *member = writing->proposal->built->json->first; member; member = member->next) {
        if (!text_is(member->name, "weights")) {
            tree_set(writing->arena, root, member->name, (struct tree *)member);
            continue;
        }
        map = tree_set_map(writing->arena, root, "weights");
        tree_set_int(writing->arena, map, "price", weights->price);
        tree_set_int(writing->arena, map, "quality", weights->quality);
        tree_set_int(writing->arena, map, "social", weights->social);
    }
    return json_of(writing->arena, root);
}

static int keep_snapshot(struct writing *writing)
{
    const struct keeping *keeping = writing->keeping;
    const struct proposal *proposal = writing->proposal;
    const struct built *built = proposal->built;
    const struct qualification *call = &built->qualification;
    return db_run(
        writing->db,
        "INSERT INTO grouping_snapshot(grouping_id, qualification_version, weight_price, weight_quality, "
        "weight_social, max_members, pinned, excluded, asked_form, single_membership, deadline, "
        "accredited_from, "
        "latest_start, basis_months, coordination_cents, worth_cents, took_ms, notes, instance, solution) "
        "VALUES (:id, :qualification, :price, :quality, :social, :max_members, :pinned, :excluded, "
        ":asked_form, "
        ":single, :deadline, :accredited_from, :latest_start, :basis, :coordination, :worth, :took, :notes, "
        ":instance, :solution)",
        BIND(INT("id", keeping->id), INT("qualification", call->version),
             INT("price", proposal->weights.price), INT("quality", proposal->weights.quality),
             INT("social", proposal->weights.social), INT("max_members", keeping->max_members),
             TEXT("pinned", keeping->pinned), TEXT("excluded", keeping->excluded),
             TEXT("asked_form", call->legal_form), INT("single", call->single_membership),
             TEXT("deadline", call->deadline), TEXT("accredited_from", built->from),
             TEXT("latest_start", built->start), INT("basis", built->basis_months),
             INT("coordination", proposal->coordination_cents), INT("worth", proposal->worth_cents),
             INT("took", (int64_t)(proposal->result->seconds * 1000)),
             TEXT("notes", notes_json(writing->arena, built)), TEXT("instance", instance_json(writing)),
             TEXT("solution", json_of(writing->arena, proposal_solution(writing->arena, proposal, "fr")))),
        writing->error);
}

static int keep_lot(struct writing *writing, int index)
{
    const struct lot_answer *answer = &writing->proposal->lots[index];
    const struct qualification_lot *lot = answer->lot;
    struct why_names names = built_names(writing->proposal->built);
    const char *why_fr = why_reason(writing->arena, "fr", &names, (size_t)index, answer->answer);
    const char *why_en = why_reason(writing->arena, "en", &names, (size_t)index, answer->answer);
    int result = db_run(
        writing->db,
        "INSERT INTO grouping_lot(grouping_id, lot_rank, lot, title, establishment, place, duration_months, "
        "reserved, "
        "answered, price_cents, reference_cents, worth_cents, required_turnover_cents, turnover_cents, "
        "coordination_cents, member_count, max_members, why_fr, why_en) "
        "VALUES (:id, :rank, :lot, :title, :establishment, :place, :months, :reserved, :answered, :price, "
        ":reference, "
        ":worth, :required, :turnover, :coordination, :members, :max_members, :why_fr, :why_en)",
        BIND(INT("id", writing->keeping->id), INT("rank", index), TEXT("lot", lot->id),
             TEXT("title", lot->title), TEXT("establishment", lot->establishment), TEXT("place", lot->place),
             INT("months", lot->duration_months), TEXT("reserved", lot->reserved),
             INT("answered", answer->answer->answered), INT("price", answer->price_cents),
             INT("reference", lot->reference_value_cents), INT("worth", lot->estimated_value_cents),
             INT("required", lot->required_turnover_cents), INT("turnover", answer->turnover_cents),
             INT("coordination", answer->coordination_cents), INT("members", answer->member_count),
             INT("max_members", lot->max_members), TEXT("why_fr", why_fr), TEXT("why_en", why_en)),
        writing->error);
    if (result || answer->leader < 0)
        return result;
    return db_run(
        writing->db,
        "INSERT INTO grouping_leader(grouping_id, lot_rank, member_id) VALUES (:id, :rank, :member)",
        BIND(INT("id", writing->keeping->id), INT("rank", index),
             INT("member", member_at(writing, answer->leader)->id)),
        writing->error);
}

static int keep_member(struct writing *writing, int index)
{
    const struct whole_part *part = &writing->proposal->members[index];
    const struct member *member = member_at(writing, part->member);
    return db_run(writing->db,
                  "INSERT INTO grouping_member(grouping_id, member_id, siret, name, city, kinds, may_lead, "
                  "prison_work, quality, "
                  "social, turnover_cents, amount_cents, part_ppm) VALUES (:id, :member, :siret, :name, "
                  ":city, :kinds, :may_lead, "
                  ":prison_work, :quality, :social, :turnover, :amount, :part)",
                  BIND(INT("id", writing->keeping->id), INT("member", member->id),
                       TEXT("siret", member->siret), TEXT("name", member->name), TEXT("city", member->city),
                       TEXT("kinds", member->kinds), INT("may_lead", member->may_lead),
                       INT("prison_work", member->prison_work),
                       INT_OR_NULL("quality", member->quality >= 0, member->quality),
                       INT_OR_NULL("social", member->social >= 0, member->social),
                       INT_OR_NULL("turnover", member->turnover_cents >= 0, member->turnover_cents),
                       INT("amount", part->amount_cents), INT("part", part->part_ppm)),
                  writing->error);
}

static int keep_share(struct writing *writing, int index)
{
    const struct share *share = &writing->proposal->shares[index];
    return db_run(
        writing->db,
        "INSERT INTO grouping_share(grouping_id, rank, lot_rank, requirement, function, essential, "
        "member_id, quantity, unit, unit_price_cents, amount_cents) VALUES (:id, :rank, :lot, :requirement, "
        ":function, :essential, :member, :quantity, :unit, :unit_price, :amount)",
        BIND(INT("id", writing->keeping->id), INT("rank", index), INT("lot", share->lot),
             TEXT("requirement", share->requirement->id), TEXT("function", share->requirement->function),
             INT("essential", share->requirement->essential),
             INT("member", member_at(writing, share->member)->id), INT("quantity", share->quantity),
             TEXT("unit", share->requirement->unit), INT("unit_price", share->unit_price_cents),
             INT("amount", share->amount_cents)),
        writing->error);
}

/* --- why each was chosen --- */

/* In the lot's own time; the engine's figures are on the common basis (instance.h). */
static int64_t own_cents(const struct writing *writing, const struct part *part, double cents)
{
    double own = cents * writing->proposal->built->to_lot[part->lot];
    return isfinite(own) && fabs(own) < 9e15 ? llround(own) : 0;
}

static int64_t score_of_mark(const struct writing *writing, const struct part *part, int64_t weight, int mark)
{
    double points =
        (double)(mark < 0 ? 0 : mark) * (double)weight / (100.0 * (double)writing->proposal->weights.price);
    return llround((double)part->reference_cents * points);
}

static const char *without_text(struct writing *writing, const struct part *part, const char *language)
{
    const struct grouping_choice *choice = part->choice;
    struct arena *arena = writing->arena;
    if (!choice)
        return "";
    int64_t least = own_cents(writing, part, choice->without_cents);
    if (!choice->proven && least <= 0)
        return "";
    return arena_printf(
        arena, " %s",
        least <= 0 ? tr(language, N_("Another group without it scores as much."))
                   : sentence(arena, language,
                              choice->proven ? N_("Without it the best score falls by {0}.")
                                             : N_("Without it the best score falls by at least {0}."),
                              number_screen(arena, least, DECIMALS_MONEY, false, language), NULL));
}

static const char *reason_text(struct writing *writing, const struct part *part, const char *language)
{
    struct arena *arena = writing->arena;
    const struct member *member = member_at(writing, part->member);
    int64_t less = part->reference_cents - part->amount_cents;
    const char *price = sentence(arena, language,
                                 less >= 0 ? N_("It asks for {0}, {1} below the reference prices.")
                                           : N_("It asks for {0}, {1} above the reference prices."),
                                 sentence_money(arena, language, part->amount_cents),
                                 sentence_money(arena, language, less < 0 ? -less : less), NULL);
    const char *marks = sentence(arena, language, N_("Quality {0} of 100, social value {1} of 100."),
                                 member->quality < 0 ? "–" : arena_printf(arena, "%d", member->quality),
                                 member->social < 0 ? "–" : arena_printf(arena, "%d", member->social), NULL);
    return arena_printf(arena, "%s %s%s", price, marks, without_text(writing, part, language));
}

static int keep_part(struct writing *writing, int index)
{
    const struct part *part = &writing->proposal->parts[index];
    const struct member *member = member_at(writing, part->member);
    const struct lot_answer *lot = &writing->proposal->lots[part->lot];
    const struct grouping_choice *choice = part->choice;
    int result =
        db_run(writing->db,
               "INSERT INTO grouping_part(grouping_id, lot_rank, member_id, amount_cents, part_ppm) "
               "VALUES (:id, :lot, :member, :amount, :part)",
               BIND(INT("id", writing->keeping->id), INT("lot", part->lot), INT("member", member->id),
                    INT("amount", part->amount_cents), INT("part", part->part_ppm)),
               writing->error);
    if (result)
        return result;
    return db_run(
        writing->db,
        "INSERT INTO grouping_reason(grouping_id, lot_rank, member_id, price_cents, reference_cents, "
        "quality_cents, "
        "social_cents, coordination_cents, without_cents, without_most_cents, proven, text_fr, text_en) "
        "VALUES (:id, :lot, :member, :price, :reference, :quality, :social, :coordination, :without, "
        ":without_most, "
        ":proven, :text_fr, :text_en)",
        BIND(
            INT("id", writing->keeping->id), INT("lot", part->lot), INT("member", member->id),
            INT("price", part->amount_cents), INT("reference", part->reference_cents),
            INT("quality", score_of_mark(writing, part, writing->proposal->weights.quality, member->quality)),
            INT("social", score_of_mark(writing, part, writing->proposal->weights.social, member->social)),
            INT("coordination", lot->coordination_cents / lot->member_count),
            INT_OR_NULL("without", choice, choice ? own_cents(writing, part, choice->without_cents) : 0),
            INT_OR_NULL("without_most", choice,
                        choice ? own_cents(writing, part, choice->without_most_cents) : 0),
            INT("proven", choice && choice->proven), TEXT("text_fr", reason_text(writing, part, "fr")),
            TEXT("text_en", reason_text(writing, part, "en"))),
        writing->error);
}

/* --- what would unlock a lot --- */

static const char *unlock_text(struct writing *writing, int lot, const struct grouping_remedy *remedy,
                               int then, const char *language)
{
    struct why_names names = built_names(writing->proposal->built);
    const char *text = why_remedy(writing->arena, language, &names, (size_t)lot, remedy);
    if (then < 0)
        return text;
    return arena_printf(writing->arena, "%s %s", text,
                        sentence(writing->arena, language, N_("Lots answered then: {0} of {1}."),
                                 arena_printf(writing->arena, "%d", then),
                                 arena_printf(writing->arena, "%d", writing->proposal->lot_count), NULL));
}

static int keep_unlock(struct writing *writing, int lot, const struct grouping_remedy *remedy, int then,
                       int64_t rank)
{
    const struct qualification_lot *asked = writing->proposal->lots[lot].lot;
    bool required = remedy->requirement >= 0, known = remedy->member >= 0;
    bool counted = remedy->unlock == UNLOCK_CAPACITY;
    double amount = counted ? remedy->amount * writing->proposal->built->to_lot[lot] : remedy->amount;
    return db_run(
        writing->db,
        "INSERT INTO grouping_unlock(grouping_id, rank, lot_rank, change, requirement, function, member_id, "
        "amount_thousandths, answered_count, text_fr, text_en) VALUES (:id, :rank, :lot, :change, "
        ":requirement, :function, "
        ":member, "
        ":amount, :answered, :text_fr, :text_en)",
        BIND(INT("id", writing->keeping->id), INT("rank", rank), INT("lot", lot),
             TEXT("change", why_remedy_code(remedy->unlock)),
             TEXT("requirement", required ? asked->requirements[remedy->requirement].id : ""),
             TEXT("function", required ? asked->requirements[remedy->requirement].function : ""),
             INT_OR_NULL("member", known, known ? member_at(writing, remedy->member)->id : 0),
             INT("amount", isfinite(amount) && fabs(amount) < 9e12 ? llround(amount * 1000) : 0),
             INT_OR_NULL("answered", then >= 0, then),
             TEXT("text_fr", unlock_text(writing, lot, remedy, then, "fr")),
             TEXT("text_en", unlock_text(writing, lot, remedy, then, "en"))),
        writing->error);
}

static int keep_unlocks(struct writing *writing)
{
    int result = 0;
    int64_t rank = 0;
    for (int l = 0; l < writing->proposal->lot_count; l++) {
        const struct grouping_answer *answer = writing->proposal->lots[l].answer;
        const int *then = writing->proposal->then_answered ? writing->proposal->then_answered[l] : NULL;
        for (size_t i = 0; i < answer->remedy_count && !result; i++)
            result = keep_unlock(writing, l, &answer->remedies[i], then ? then[i] : -1, rank++);
    }
    return result;
}

/* An alternative that was proposed before, with the same weights and the same outcome, is not kept twice. */
static int find_same(struct writing *writing, bool *ret_found)
{
    const struct proposal *proposal = writing->proposal;
    const struct qualification *call = &proposal->built->qualification;
    char *reference = NULL;
    int result = db_text(
        writing->db, writing->arena,
        "SELECT g.reference FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id "
        "WHERE g.tender_id = :tender AND g.objective_cents = :objective AND g.price_cents = :price "
        "AND s.qualification_version = :qualification AND s.weight_price = :w_price AND s.weight_quality = "
        ":w_quality "
        "AND s.weight_social = :w_social AND s.pinned = :pinned AND s.excluded = :excluded "
        "AND s.max_members = :max_members AND g.state <> 'withdrawn' ORDER BY g.version",
        BIND(INT("tender", call->tender), INT("objective", proposal->objective_cents),
             INT("price", proposal->price_cents), INT("qualification", call->version),
             INT("w_price", proposal->weights.price), INT("w_quality", proposal->weights.quality),
             INT("w_social", proposal->weights.social), TEXT("pinned", writing->keeping->pinned),
             TEXT("excluded", writing->keeping->excluded), INT("max_members", writing->keeping->max_members)),
        &reference, writing->error);
    *ret_found = reference != NULL;
    if (reference)
        writing->keeping->reference = reference;
    return result;
}

int proposal_keep(struct db *db, struct arena *arena, struct keeping *keeping, struct error *error)
{
    struct writing writing = {db, arena, keeping, keeping->proposal, error};
    const struct proposal *proposal = keeping->proposal;
    bool found = false;
    int result = text_is(keeping->origin, "frontier") ? find_same(&writing, &found) : 0;
    if (found)
        return result;
    if (!result)
        result = keep_grouping(&writing);
    if (!result)
        result = keep_snapshot(&writing);
    for (int i = 0; i < proposal->lot_count && !result; i++)
        result = keep_lot(&writing, i);
    for (int i = 0; i < proposal->member_count && !result; i++)
        result = keep_member(&writing, i);
    for (int i = 0; i < proposal->share_count && !result; i++)
        result = keep_share(&writing, i);
    for (int i = 0; i < proposal->part_count && !result; i++)
        result = keep_part(&writing, i);
    if (!result)
        result = keep_unlocks(&writing);
    return result ? result : rules_check(db, arena, keeping->id, keeping->today, error);
}
