/* tender qualify: what the documents of a call really ask for, as a new version beside the earlier ones. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/action.h"
#include "tenders/desk.h"
#include "tenders/keep.h"
#include "tenders/matters.h"
#include "tenders/qualify.h"
#include "tenders/tenders.h"

struct place { /* where a row is written */
    struct ctx *ctx;
    int64_t tender, version;
};

static const char *text_or_empty(const struct tree *map, const char *name)
{
    const char *text = tree_text(map, name);
    return text ? text : "";
}

/* A number or a yes-no that nobody gave stays unknown. */
#define GIVEN(map, name) \
    INT_OR_NULL(name, tree_get(map, name) != NULL, tree_get(map, name) ? tree_get(map, name)->number : 0)

static const char *join_words(struct arena *arena, const struct tree *list)
{
    struct buffer words = {0};
    for (const struct tree *word = list ? list->first : NULL; word; word = word->next)
        buffer_printf(&words, "%s%s", words.length ? " " : "", word->text);
    const char *joined = arena_copy(arena, buffer_string(&words), words.length);
    buffer_free(&words);
    return joined;
}

static int insert_requirement(const struct place *place, const char *lot, const struct tree *item, int position)
{
    struct ctx *ctx = place->ctx;
    const struct tree *accreditations = tree_get(item, "accreditations");
    return db_run(ctx->db,
                  "INSERT INTO tender_requirement(tender, version, lot, requirement, position, function, quantity, unit, "
                  "reference_unit_price_cents, accreditations, essential) VALUES (:tender, :version, :lot, :requirement, "
                  ":position, :function, :quantity, :unit, :reference_unit_price_cents, :accreditations, :essential)",
                  BIND(INT("tender", place->tender), INT("version", place->version), TEXT("lot", lot),
                       TEXT("requirement", tree_text(item, "id")), INT("position", position),
                       TEXT("function", tree_text(item, "function")), GIVEN(item, "quantity"),
                       TEXT("unit", text_or_empty(item, "unit")), GIVEN(item, "reference_unit_price_cents"),
                       TEXT("accreditations", accreditations ? join_words(ctx->arena, accreditations) : NULL),
                       GIVEN(item, "essential")),
                  ctx->error);
}

static int insert_lot(const struct place *place, const struct tree *lot, int position)
{
    struct ctx *ctx = place->ctx;
    const char *id = tree_text(lot, "id");
    const struct tree *rate = tree_get(lot, "coordination_percent"), *list = tree_get(lot, "requirements");
    int64_t value = -1;
    (void)qualification_lot_value(lot, &value);
    int result = db_run(ctx->db,
                        "INSERT INTO tender_lot(tender, version, lot, position, title, place, establishment, people, "
                        "duration_months, estimated_value_cents, reserved, max_members, min_share_permille, "
                        "required_turnover_cents, coordination_ppm, mandatory, reference_value_cents) VALUES (:tender, "
                        ":version, :lot, :position, :title, :place, :establishment, :people, :duration_months, "
                        ":estimated_value_cents, :reserved, :max_members, :min_share_permille, :required_turnover_cents, "
                        ":coordination_ppm, :mandatory, :reference_value_cents)",
                        BIND(INT("tender", place->tender), INT("version", place->version), TEXT("lot", id),
                             INT("position", position), TEXT("title", text_or_empty(lot, "title")),
                             TEXT("place", text_or_empty(lot, "place")),
                             TEXT("establishment", text_or_empty(lot, "establishment")), GIVEN(lot, "people"),
                             GIVEN(lot, "duration_months"), GIVEN(lot, "estimated_value_cents"),
                             TEXT("reserved", text_or_empty(lot, "reserved")), GIVEN(lot, "max_members"),
                             GIVEN(lot, "min_share_permille"), GIVEN(lot, "required_turnover_cents"),
                             INT_OR_NULL("coordination_ppm", rate != NULL, rate ? rate->number : 0),
                             GIVEN(lot, "mandatory"), INT_OR_NULL("reference_value_cents", value >= 0, value)),
                        ctx->error);
    int at = 0;
    for (const struct tree *item = list ? list->first : NULL; item && !result; item = item->next)
        result = insert_requirement(place, id, item, ++at);
    return result;
}

static int insert_qualification(const struct place *place, const struct tree *args)
{
    struct ctx *ctx = place->ctx;
    const struct tree *list = tree_get(args, "weights"), *weights = list ? list->first : NULL;
    return db_run(ctx->db,
                  "INSERT INTO tender_qualification(tender, version, author, at_ms, estimated_value_cents, weight_price, "
                  "weight_quality, weight_social, max_lots, legal_form, single_membership, visit_on, questions_until, "
                  "deadline, offer_valid_until) VALUES (:tender, :version, :author, :at_ms, :estimated_value_cents, :price, "
                  ":quality, :social, :max_lots, :legal_form, :single_membership, :visit_on, :questions_until, :deadline, "
                  ":offer_valid_until)",
                  BIND(INT("tender", place->tender), INT("version", place->version),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at_ms", ctx->now_ms),
                       GIVEN(args, "estimated_value_cents"), GIVEN(weights, "price"), GIVEN(weights, "quality"),
                       GIVEN(weights, "social"), INT("max_lots", tree_int(args, "max_lots", 0)),
                       TEXT("legal_form", text_or_empty(args, "legal_form")), GIVEN(args, "single_membership"),
                       TEXT("visit_on", text_or_empty(args, "visit_on")),
                       TEXT("questions_until", text_or_empty(args, "questions_until")),
                       TEXT("deadline", text_or_empty(args, "deadline")),
                       TEXT("offer_valid_until", text_or_empty(args, "offer_valid_until"))),
                  ctx->error);
}

static int write_all(const struct place *place, const struct tree *args)
{
    int position = 0, result = insert_qualification(place, args);
    for (const struct tree *lot = tree_get(args, "lots")->first; lot && !result; lot = lot->next)
        result = insert_lot(place, lot, ++position);
    if (!result) /* the dates of the documents are the dates of the call */
        result = desk_set_dates(place->ctx, place->tender, args);
    return result ? result : tender_derive_here(place->ctx, place->tender);
}

static int answer(struct ctx *ctx, const struct place *place, const struct tree *args, struct tree *warnings,
                  struct tree *result)
{
    struct qualification qualification;
    const char *reference = tree_text(args, "reference");
    int code = tender_qualification_read(ctx->db, reference, ctx->arena, &qualification, ctx->error);
    if (code)
        return code;
    int64_t value = 0;
    int requirements = 0;
    for (int i = 0; i < qualification.lot_count; i++) {
        requirements += qualification.lots[i].requirement_count;
        value += qualification.lots[i].reference_value_cents > 0 ? qualification.lots[i].reference_value_cents : 0;
    }
    tree_set_text(ctx->arena, result, "reference", qualification.reference);
    tree_set_int(ctx->arena, result, "version", place->version);
    tree_set_int(ctx->arena, result, "lot_count", qualification.lot_count);
    tree_set_int(ctx->arena, result, "requirement_count", requirements);
    tree_set_int(ctx->arena, result, "reference_value_cents", value);
    tree_set_bool(ctx->arena, result, "ready", !qualification.missing_count);
    struct tree *missing = tree_set_list(ctx->arena, result, "missing");
    for (int i = 0; i < qualification.missing_count; i++)
        tree_add_text(ctx->arena, missing, qualification.missing[i]);
    tree_set(ctx->arena, result, "warnings", warnings);
    return 0;
}

int tender_qualify(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct place place = {.ctx = ctx};
    struct tree *warnings = tree_list(ctx->arena);
    int code = qualification_check(ctx, args, warnings);
    if (!code)
        code = tender_find(ctx->db, tree_text(args, "reference"), &place.tender, ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT max(version) FROM tender_qualification WHERE tender = :tender",
                      BIND(INT("tender", place.tender)), 0, &place.version, ctx->error);
    if (code)
        return code;
    place.version++;
    code = write_all(&place, args);
    return code ? code : answer(ctx, &place, args, warnings, result);
}
