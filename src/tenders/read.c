/* What other subjects read: a call, and its newest qualification as plain structs. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "tenders/functions.h"
#include "tenders/tenders.h"

int tender_find(struct db *db, const char *reference, int64_t *ret_id, struct error *error)
{
    int64_t id = 0;
    int result = db_int(db,
                        "SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id "
                        "WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1",
                        BIND(TEXT("reference", reference)), 0, &id, error);
    if (result)
        return result;
    if (!id)
        return error_set(error, ERR_NOT_FOUND, "reference", N_("There is no call {0}. Import its notice first."), reference,
                         NULL);
    *ret_id = id;
    return 0;
}

static const char *keep(struct arena *arena, const struct rows *rows, int column)
{
    const char *text = rows_text(rows, column);
    return text ? arena_strdup(arena, text) : "";
}

int tender_read(struct db *db, const char *reference, struct arena *arena, struct tender *ret_tender,
                struct error *error)
{
    struct rows *rows;
    *ret_tender = (struct tender){0};
    int result = tender_find(db, reference, &ret_tender->id, error);
    if (!result)
        result = db_query(db,
                          "SELECT source, reference, object, buyer, state, published_on, deadline, open_until, open_basis, "
                          "departments, concerns, decision FROM tender WHERE id = :id",
                          BIND(INT("id", ret_tender->id)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        const char **texts[] = {&ret_tender->source,       &ret_tender->reference, &ret_tender->object,
                                &ret_tender->buyer,        &ret_tender->state,     &ret_tender->published_on,
                                &ret_tender->deadline,     &ret_tender->open_until, &ret_tender->open_basis,
                                &ret_tender->departments};
        for (int i = 0; i < (int)COUNT_OF(texts); i++)
            *texts[i] = keep(arena, rows, i);
        ret_tender->concerns = rows_int(rows, 10) != 0;
        ret_tender->decision = keep(arena, rows, 11);
    }
    return rows_close(rows);
}

/* --- the qualification --- */

struct reading {
    struct db *db;
    struct arena *arena;
    struct error *error;
    struct qualification *into;
    struct functions functions;
    int missing_room;
};

static int64_t number(const struct rows *rows, int column)
{
    return rows_null(rows, column) ? -1 : rows_int(rows, column);
}

static void add_missing(struct reading *reading, const char *path)
{
    struct qualification *q = reading->into;
    if (q->missing_count == reading->missing_room) {
        int room = reading->missing_room ? reading->missing_room * 2 : 32;
        const char **grown = ARENA_ARRAY(reading->arena, const char *, room);
        if (q->missing_count)
            memcpy(grown, q->missing, (size_t)q->missing_count * sizeof *grown);
        q->missing = grown;
        reading->missing_room = room;
    }
    q->missing[q->missing_count++] = path;
}

/* Names the field when the value is not there. */
static void need(struct reading *reading, bool there, const char *prefix, const char *name)
{
    if (!there)
        add_missing(reading, arena_printf(reading->arena, "%s%s", prefix, name));
}

static const char *unit_of(struct reading *reading, const char *unit, const char *function)
{
    const struct function *found = *unit ? NULL : functions_find(&reading->functions, function);
    return found ? found->unit_fr : unit;
}

static void read_requirement(struct reading *reading, const struct rows *rows, const char *prefix,
                             struct qualification_requirement *ret)
{
    ret->id = keep(reading->arena, rows, 0);
    ret->function = keep(reading->arena, rows, 1);
    ret->quantity = number(rows, 2);
    ret->unit = unit_of(reading, keep(reading->arena, rows, 3), ret->function);
    ret->reference_unit_price_cents = number(rows, 4);
    ret->accreditations = keep(reading->arena, rows, 5);
    ret->essential = rows_int(rows, 6) != 0;
    need(reading, ret->quantity >= 0, prefix, "quantity");
    need(reading, ret->reference_unit_price_cents >= 0, prefix, "reference_unit_price_cents");
    need(reading, !rows_null(rows, 5), prefix, "accreditations");
    need(reading, !rows_null(rows, 6), prefix, "essential");
}

static int read_requirements(struct reading *reading, struct qualification_lot *lot, int lot_index)
{
    struct rows *rows;
    int64_t count = 0;
    const struct binding *binds = BIND(INT("tender", reading->into->tender), INT("version", reading->into->version),
                                       TEXT("lot", lot->id));
    int result = db_int(reading->db,
                        "SELECT count(*) FROM tender_requirement WHERE tender = :tender AND version = :version "
                        "AND lot = :lot",
                        binds, 0, &count, reading->error);
    if (!result)
        result = db_query(reading->db,
                          "SELECT requirement, function, quantity, unit, reference_unit_price_cents, accreditations, "
                          "essential FROM tender_requirement WHERE tender = :tender AND version = :version AND lot = :lot "
                          "ORDER BY position",
                          binds, &rows, reading->error);
    if (result)
        return result;
    lot->requirements = ARENA_ARRAY(reading->arena, struct qualification_requirement, count + 1);
    while (lot->requirement_count < count && rows_next(rows)) {
        const char *prefix = arena_printf(reading->arena, "lots.%d.requirements.%d.", lot_index, lot->requirement_count);
        read_requirement(reading, rows, prefix, &lot->requirements[lot->requirement_count++]);
    }
    return rows_close(rows);
}

static void read_lot(struct reading *reading, const struct rows *rows, const char *prefix, struct qualification_lot *ret)
{
    struct arena *arena = reading->arena;
    *ret = (struct qualification_lot){.id = keep(arena, rows, 0),
                                      .title = keep(arena, rows, 1),
                                      .place = keep(arena, rows, 2),
                                      .establishment = keep(arena, rows, 3),
                                      .people = number(rows, 4),
                                      .duration_months = number(rows, 5),
                                      .estimated_value_cents = number(rows, 6),
                                      .reserved = keep(arena, rows, 7),
                                      .max_members = number(rows, 8),
                                      .min_share_permille = number(rows, 9),
                                      .required_turnover_cents = number(rows, 10),
                                      .coordination_ppm = number(rows, 11),
                                      .mandatory = rows_int(rows, 12) != 0,
                                      .reference_value_cents = number(rows, 13)};
    need(reading, *ret->title, prefix, "title");
    need(reading, *ret->place, prefix, "place");
    need(reading, ret->people >= 0, prefix, "people");
    need(reading, ret->duration_months >= 0, prefix, "duration_months");
    need(reading, ret->estimated_value_cents >= 0, prefix, "estimated_value_cents");
    need(reading, *ret->reserved, prefix, "reserved");
    need(reading, ret->max_members >= 0, prefix, "max_members");
    need(reading, ret->min_share_permille >= 0, prefix, "min_share_permille");
    need(reading, ret->required_turnover_cents >= 0, prefix, "required_turnover_cents");
    need(reading, ret->coordination_ppm >= 0, prefix, "coordination_percent");
    need(reading, !rows_null(rows, 12), prefix, "mandatory");
}

static int read_lots(struct reading *reading)
{
    struct rows *rows;
    struct qualification *q = reading->into;
    int64_t count = 0;
    const struct binding *binds = BIND(INT("tender", q->tender), INT("version", q->version));
    int result = db_int(reading->db, "SELECT count(*) FROM tender_lot WHERE tender = :tender AND version = :version", binds,
                        0, &count, reading->error);
    if (!result)
        result = db_query(reading->db,
                          "SELECT lot, title, place, establishment, people, duration_months, estimated_value_cents, "
                          "reserved, max_members, min_share_permille, required_turnover_cents, coordination_ppm, mandatory, "
                          "reference_value_cents FROM tender_lot WHERE tender = :tender AND version = :version "
                          "ORDER BY position",
                          binds, &rows, reading->error);
    if (result)
        return result;
    q->lots = ARENA_ARRAY(reading->arena, struct qualification_lot, count + 1);
    while (q->lot_count < count && rows_next(rows)) {
        read_lot(reading, rows, arena_printf(reading->arena, "lots.%d.", q->lot_count), &q->lots[q->lot_count]);
        q->lot_count++;
    }
    result = rows_close(rows);
    for (int i = 0; i < q->lot_count && !result; i++) {
        result = read_requirements(reading, &q->lots[i], i);
        need(reading, q->lots[i].requirement_count > 0, arena_printf(reading->arena, "lots.%d.", i), "requirements");
    }
    return result;
}

/* Dates: the desk's, which a person may have changed since. */
static int read_head(struct reading *reading, bool *ret_found)
{
    struct rows *rows;
    struct qualification *q = reading->into;
    int result = db_query(
        reading->db,
        "SELECT t.reference, t.object || CASE WHEN t.object_cut = 1 THEN '…' ELSE '' END, t.buyer, q.version, q.author, "
        "q.at_ms, q.estimated_value_cents, q.weight_price, "
        "q.weight_quality, q.weight_social, q.max_lots, q.legal_form, q.single_membership, d.visit_on, d.questions_until, "
        "d.deadline, d.offer_valid_until FROM tender_qualification q JOIN tender t ON t.id = q.tender "
        "LEFT JOIN tender_desk d ON d.tender = q.tender WHERE q.tender = :tender ORDER BY q.version DESC LIMIT 1",
        BIND(INT("tender", q->tender)), &rows, reading->error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found) {
        struct arena *arena = reading->arena;
        q->reference = keep(arena, rows, 0);
        q->object = keep(arena, rows, 1);
        q->buyer = keep(arena, rows, 2);
        q->version = (int)rows_int(rows, 3);
        q->author = keep(arena, rows, 4);
        q->at_ms = rows_int(rows, 5);
        q->estimated_value_cents = number(rows, 6);
        q->weight_price = number(rows, 7);
        q->weight_quality = number(rows, 8);
        q->weight_social = number(rows, 9);
        q->max_lots = rows_int(rows, 10);
        q->legal_form = keep(arena, rows, 11);
        q->single_membership = rows_int(rows, 12) != 0;
        q->visit_on = keep(arena, rows, 13);
        q->questions_until = keep(arena, rows, 14);
        q->deadline = keep(arena, rows, 15);
        q->offer_valid_until = keep(arena, rows, 16);
        need(reading, q->estimated_value_cents >= 0, "", "estimated_value_cents");
        need(reading, q->weight_price >= 0, "weights.", "price");
        need(reading, q->weight_quality >= 0, "weights.", "quality");
        need(reading, q->weight_social >= 0, "weights.", "social");
        need(reading, *q->legal_form, "", "legal_form");
        need(reading, !rows_null(rows, 12), "", "single_membership");
    }
    return rows_close(rows);
}

int tender_qualification_read(struct db *db, const char *reference, struct arena *arena,
                              struct qualification *ret_qualification, struct error *error)
{
    struct reading reading = {.db = db, .arena = arena, .error = error, .into = ret_qualification};
    bool found = false;
    *ret_qualification = (struct qualification){.missing = ARENA_ARRAY(arena, const char *, 1)};
    int result = tender_find(db, reference, &ret_qualification->tender, error);
    if (!result)
        result = functions_read(arena, &reading.functions, error);
    if (!result)
        result = read_head(&reading, &found);
    if (!result && !found)
        return error_set(error, ERR_REFUSED, "qualification",
                         N_("The call {0} is not qualified yet: say what it asks for, with maillon tender qualify {0} FILE.json."),
                         reference, NULL);
    return result ? result : read_lots(&reading);
}
