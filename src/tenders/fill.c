/* What the form of a qualification starts from: the newest qualification of the call, or the template of a service when
 * one is asked for (service, people, months). */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "tenders/matters.h"
#include "tenders/tenders.h"

enum { PEOPLE_MAX = 100000, MONTHS_MAX = 1200 };

static void set_number(struct arena *arena, struct tree *map, const char *name, int64_t value)
{
    if (value >= 0)
        tree_set_int(arena, map, name, value);
}

static void add_requirement(struct arena *arena, struct tree *list, const struct qualification_requirement *from)
{
    struct tree *requirement = tree_add_map(arena, list);
    tree_set_text(arena, requirement, "id", from->id);
    tree_set_text(arena, requirement, "function", from->function);
    set_number(arena, requirement, "quantity", from->quantity);
    tree_set_text(arena, requirement, "unit", from->unit);
    set_number(arena, requirement, "reference_unit_price_cents", from->reference_unit_price_cents);
    tree_set_text(arena, requirement, "accreditations", from->accreditations);
    tree_set_bool(arena, requirement, "essential", from->essential);
}

static void add_lot(struct arena *arena, struct tree *list, const struct qualification_lot *from)
{
    struct tree *lot = tree_add_map(arena, list);
    tree_set_text(arena, lot, "id", from->id);
    tree_set_text(arena, lot, "title", from->title);
    tree_set_text(arena, lot, "place", from->place);
    tree_set_text(arena, lot, "establishment", from->establishment);
    set_number(arena, lot, "people", from->people);
    set_number(arena, lot, "duration_months", from->duration_months);
    set_number(arena, lot, "estimated_value_cents", from->estimated_value_cents);
    tree_set_text(arena, lot, "reserved", from->reserved);
    set_number(arena, lot, "max_members", from->max_members);
    set_number(arena, lot, "min_share_permille", from->min_share_permille);
    set_number(arena, lot, "required_turnover_cents", from->required_turnover_cents);
    set_number(arena, lot, "coordination_percent", from->coordination_ppm);
    tree_set_bool(arena, lot, "mandatory", from->mandatory);
    struct tree *requirements = tree_set_list(arena, lot, "requirements");
    for (int i = 0; i < from->requirement_count; i++)
        add_requirement(arena, requirements, &from->requirements[i]);
}

static void add_qualification(struct arena *arena, struct tree *values, const struct qualification *from)
{
    set_number(arena, values, "estimated_value_cents", from->estimated_value_cents);
    struct tree *weights = tree_set_map(arena, values, "weights");
    set_number(arena, weights, "price", from->weight_price);
    set_number(arena, weights, "quality", from->weight_quality);
    set_number(arena, weights, "social", from->weight_social);
    if (from->max_lots)
        tree_set_int(arena, values, "max_lots", from->max_lots);
    tree_set_text(arena, values, "legal_form", from->legal_form);
    tree_set_bool(arena, values, "single_membership", from->single_membership);
    tree_set_text(arena, values, "visit_on", from->visit_on);
    tree_set_text(arena, values, "questions_until", from->questions_until);
    tree_set_text(arena, values, "deadline", from->deadline);
    tree_set_text(arena, values, "offer_valid_until", from->offer_valid_until);
    struct tree *lots = tree_set_list(arena, values, "lots");
    for (int i = 0; i < from->lot_count; i++)
        add_lot(arena, lots, &from->lots[i]);
}

static int fill_from_template(struct ctx *ctx, struct tree *values)
{
    int64_t people, months;
    const char *typed_people = tree_text(values, "people"), *typed_months = tree_text(values, "months");
    struct tree *args = tree_map(ctx->arena);
    if (!typed_people || !text_to_int(typed_people, &people) || people < 1 || people > PEOPLE_MAX || !typed_months ||
        !text_to_int(typed_months, &months) || months < 1 || months > MONTHS_MAX)
        return 0;
    tree_set_text(ctx->arena, args, "reference", tree_text(values, "reference"));
    tree_set_text(ctx->arena, args, "service", tree_text(values, "service"));
    tree_set_int(ctx->arena, args, "people", people);
    tree_set_int(ctx->arena, args, "months", months);
    return tender_template(ctx, args, values);
}

int tender_qualify_fill(struct ctx *ctx, struct tree *values)
{
    struct qualification *qualification;
    const char *reference = tree_text(values, "reference"), *service = tree_text(values, "service");
    if (!reference)
        return 0;
    if (service && *service && strspn(service, "abcdefghijklmnopqrstuvwxyz") == strlen(service))
        return fill_from_template(ctx, values);
    qualification = ARENA_NEW(ctx->arena, struct qualification);
    int code = tender_qualification_read(ctx->db, reference, ctx->arena, qualification, ctx->error);
    if (!code)
        add_qualification(ctx->arena, values, qualification);
    return code;
}
