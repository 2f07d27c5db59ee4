#include "groupings/instance.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/app.h"

enum { PPM = 1000000, THOUSAND = 1000 };

/* --- dates --- */

const char *date_after_days(struct arena *arena, const char *date, int days)
{
    int32_t day;
    char text[DATE_BYTES];
    if (!date_parse(date, &day))
        return "";
    date_format(day + days, text);
    return arena_strdup(arena, text);
}

const char *date_after_months(struct arena *arena, const char *date, int64_t months)
{
    int year, month, day;
    int32_t days;
    if (!date_parse(date, &days) || sscanf(date, "%d-%d-%d", &year, &month, &day) != 3)
        return "";
    int64_t all = (int64_t)year * 12 + month - 1 + months;
    for (; day > 0; day--) {
        const char *text = arena_printf(arena, "%04d-%02d-%02d", (int)(all / 12), (int)(all % 12) + 1, day);
        if (date_is(text))
            return text;
    }
    return "";
}

/* --- what a member is --- */

static const char *first_kind_of(const char *kinds, const char *const *wanted)
{
    for (; *wanted; wanted++)
        if (text_has_word(kinds, *wanted))
            return *wanted;
    return NULL;
}

static bool reserves(const struct qualification *qualification, const char *to)
{
    for (int i = 0; i < qualification->lot_count; i++)
        if (text_is(qualification->lots[i].reserved, to))
            return true;
    return false;
}

static const char *engine_kind(const struct qualification *qualification, const char *kinds)
{
    static const char *const inclusion[] = {"ei", "aci", "ai", "etti", "eiti", NULL};
    static const char *const adapted[] = {"ea", "esat", "eatt", NULL};
    static const char *const forms[] = {"scic", "scop", "association", "mutuelle", "foundation", NULL};
    static const char *const cooperatives[] = {"cae", "cooperative", NULL};
    const char *first = first_kind_of(kinds, inclusion), *second = first_kind_of(kinds, adapted);
    if (second && (!first || (reserves(qualification, "ea_esat") && !reserves(qualification, "siae"))))
        first = second;
    if (text_is(first,
                "eiti")) /* an inclusion enterprise of self-employed people: same rules, another code */
        return "ei";
    if (text_is(first, "eatt"))
        return "ea";
    if (!first)
        first = first_kind_of(kinds, forms);
    if (!first && first_kind_of(kinds, cooperatives))
        first = "scop";
    return first ? first : "other";
}

/* --- figures --- */

static void set_thousandths(struct arena *arena, struct tree *map, const char *name, int64_t thousandths)
{
    if (thousandths % THOUSAND == 0)
        tree_set_int(arena, map, name, thousandths / THOUSAND);
    else
        tree_set_decimal(arena, map, name, number_plain(arena, thousandths, DECIMALS_QUANTITY, true));
}

/* value x basis / months: of a shorter lot, as if it went on. */
static int64_t on_basis(const struct built *built, const struct qualification_lot *lot, int64_t value)
{
    int64_t scaled;
    if (!number_scale(value, built->basis_months, lot->duration_months, &scaled) ||
        scaled > GROUPING_AMOUNT_MAX)
        return GROUPING_AMOUNT_MAX + 1; /* the engine refuses it, naming the place */
    return scaled;
}

static int64_t capacity_thousandths(const struct built *built, const struct member_offer *offer)
{
    int64_t capacity = offer->capacity_thousandths, most = GROUPING_AMOUNT_MAX / THOUSAND * THOUSAND;
    int64_t months = text_is(offer->period, "contract") ? 1 : built->basis_months;
    int64_t part = text_is(offer->period, "year") ? 12 : 1;
    if (!number_scale(capacity, months, part, &capacity) || capacity > most)
        return most; /* more than any call asks for */
    return capacity;
}

/* --- accreditations --- */

static bool same_months(const struct built *built)
{
    for (int i = 0; i < built->qualification.lot_count; i++)
        if (built->qualification.lots[i].duration_months != built->basis_months)
            return false;
    return true;
}

static const char *accreditation_code(struct arena *arena, const struct built *built, const char *code,
                                      int64_t months)
{
    return same_months(built) ? code : arena_printf(arena, "%s/%" PRId64, code, months);
}

static bool list_has(const struct tree *list, const char *text)
{
    for (const struct tree *item = list->first; item; item = item->next)
        if (text_is(item->text, text))
            return true;
    return false;
}

/* Next word of a list, copied; NULL at the end. */
static const char *next_word(struct arena *arena, const char **at)
{
    *at += strspn(*at, " ");
    size_t length = strcspn(*at, " ");
    const char *word = length ? arena_copy(arena, *at, length) : NULL;
    *at += length;
    return word;
}

/* Of the accreditations the call asks for, those the member holds as long as it must. */
static void add_held(struct arena *arena, const struct built *built, const struct member *member,
                     struct tree *list)
{
    const struct qualification *qualification = &built->qualification;
    for (int l = 0; l < qualification->lot_count; l++) {
        const struct qualification_lot *lot = &qualification->lots[l];
        const char *end =
            date_after_days(arena, date_after_months(arena, built->start, lot->duration_months), -1);
        for (int r = 0; r < lot->requirement_count; r++) {
            const char *at = lot->requirements[r].accreditations, *word;
            while ((word = next_word(arena, &at))) {
                const char *code = accreditation_code(arena, built, word, lot->duration_months);
                if (!list_has(list, code) && member_is_accredited(member, word, built->from, end))
                    tree_add_text(arena, list, code);
            }
        }
    }
}

/* --- members --- */

static void add_note(struct arena *arena, struct built *built, struct instance_note note)
{
    struct instance_note *notes = ARENA_ARRAY(arena, struct instance_note, built->note_count + 1);
    if (built->note_count)
        memcpy(notes, built->notes, built->note_count * sizeof *notes);
    notes[built->note_count++] = note;
    built->notes = notes;
}

/* Whether the call asks for the function at all; *ret_unit is a unit it asks in that is not the offer's, or
 * NULL. */
static bool is_asked(struct arena *arena, const struct qualification *qualification,
                     const struct member_offer *offer, const char **ret_unit)
{
    bool asked = false;
    *ret_unit = NULL;
    for (int l = 0; l < qualification->lot_count; l++)
        for (int r = 0; r < qualification->lots[l].requirement_count; r++) {
            const struct qualification_requirement *requirement = &qualification->lots[l].requirements[r];
            if (!text_is(requirement->function, offer->function))
                continue;
            asked = true;
            if (!text_is(text_fold(arena, requirement->unit), text_fold(arena, offer->unit)))
                *ret_unit = requirement->unit;
        }
    return asked;
}

static void add_offer(struct arena *arena, const struct built *built, const struct member_offer *offer,
                      struct tree *list)
{
    struct tree *map = tree_add_map(arena, list);
    tree_set_text(arena, map, "function", offer->function);
    set_thousandths(arena, map, "capacity", capacity_thousandths(built, offer));
    tree_set_int(arena, map, "unit_price_cents", offer->unit_price_cents);
    struct tree *places = tree_set_list(arena, map, "places");
    const char *at = offer->places, *word;
    while ((word = next_word(arena, &at)))
        tree_add_text(arena, places, word);
}

static struct tree *member_offers(struct arena *arena, struct built *built, const struct member *member)
{
    struct tree *offers = tree_list(arena);
    const char *other;
    for (size_t i = 0; i < member->offer_count; i++) {
        const struct member_offer *offer = &member->offers[i];
        if (!is_asked(arena, &built->qualification, offer, &other))
            continue;
        if (other)
            add_note(arena, built,
                     (struct instance_note){NOTE_UNIT, member->siret, member->name, offer->function,
                                            offer->unit, other});
        else
            add_offer(arena, built, offer, offers);
    }
    return offers;
}

static void add_member(struct arena *arena, struct built *built, const struct member *member,
                       struct tree *offers, struct tree *list)
{
    struct tree *map = tree_add_map(arena, list);
    int64_t limit = member->turnover_limit_cents, turnover = member->turnover_cents;
    tree_set_text(arena, map, "id", member->siret);
    tree_set_text(arena, map, "kind", engine_kind(&built->qualification, member->kinds));
    tree_set_bool(arena, map, "can_lead", member->may_lead);
    tree_set_bool(arena, map, "prison_work", member->prison_work);
    tree_set_int(arena, map, "turnover_cents", turnover < 0 ? 0 : turnover);
    tree_set_int(arena, map, "turnover_limit_cents", limit < 0 ? GROUPING_AMOUNT_MAX : limit);
    tree_set_int(arena, map, "quality", member->quality < 0 ? 0 : member->quality);
    tree_set_int(arena, map, "social", member->social < 0 ? 0 : member->social);
    add_held(arena, built, member, tree_set_list(arena, map, "accreditations"));
    tree_set(arena, map, "offers", offers);
    if (member->quality < 0)
        add_note(arena, built,
                 (struct instance_note){NOTE_NO_QUALITY, .siret = member->siret, .name = member->name});
    if (member->social < 0)
        add_note(arena, built,
                 (struct instance_note){NOTE_NO_SOCIAL, .siret = member->siret, .name = member->name});
}

/* Keeps those with an offer the call asks for. */
static void add_members(struct arena *arena, struct built *built, struct tree *list)
{
    struct member *kept = ARENA_ARRAY(arena, struct member, built->member_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < built->member_count; i++) {
        struct tree *offers = member_offers(arena, built, &built->members[i]);
        if (!offers->count)
            continue;
        kept[count++] = built->members[i];
        add_member(arena, built, &built->members[i], offers, list);
    }
    built->members = kept;
    built->member_count = count;
    built->member_names = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        built->member_names[i] = kept[i].name;
}

/* --- lots --- */

static void add_requirement(struct arena *arena, const struct built *built,
                            const struct qualification_lot *lot,
                            const struct qualification_requirement *requirement, struct tree *list)
{
    struct tree *map = tree_add_map(arena, list);
    int64_t thousandths;
    tree_set_text(arena, map, "id", requirement->id);
    tree_set_text(arena, map, "function", requirement->function);
    if (number_multiply(requirement->quantity, THOUSAND, &thousandths))
        set_thousandths(arena, map, "quantity", on_basis(built, lot, thousandths));
    else
        tree_set_int(arena, map, "quantity", requirement->quantity);
    tree_set_int(arena, map, "reference_unit_price_cents", requirement->reference_unit_price_cents);
    struct tree *codes = tree_set_list(arena, map, "accreditations");
    const char *at = requirement->accreditations, *word;
    while ((word = next_word(arena, &at)))
        tree_add_text(arena, codes, accreditation_code(arena, built, word, lot->duration_months));
}

static int add_lot(struct arena *arena, struct built *built, int index, struct tree *list,
                   struct error *error)
{
    const struct qualification_lot *lot = &built->qualification.lots[index];
    int64_t coordination;
    if (!number_scale(lot->reference_value_cents, lot->coordination_ppm, PPM, &coordination))
        return error_set(error, ERR_TOO_LARGE, arena_printf(arena, "lots.%d", index),
                         N_("This lot is too large."), NULL);
    struct tree *map = tree_add_map(arena, list);
    tree_set_text(arena, map, "id", lot->id);
    tree_set_text(arena, map, "place", lot->place);
    tree_set_bool(arena, map, "mandatory", lot->mandatory);
    tree_set_int(arena, map, "worth_cents", on_basis(built, lot, lot->estimated_value_cents));
    tree_set_int(arena, map, "coordination_cents", on_basis(built, lot, coordination));
    tree_set_int(arena, map, "required_turnover_cents", lot->required_turnover_cents);
    tree_set_int(arena, map, "max_members", lot->max_members);
    tree_set_int(arena, map, "min_share_permille", lot->min_share_permille);
    tree_set_text(arena, map, "reserved", lot->reserved);
    struct tree *requirements = tree_set_list(arena, map, "requirements");
    built->to_lot[index] = (double)lot->duration_months / (double)built->basis_months;
    built->units[index] = ARENA_ARRAY(arena, const char *, lot->requirement_count + 1);
    for (int r = 0; r < lot->requirement_count; r++) {
        add_requirement(arena, built, lot, &lot->requirements[r], requirements);
        built->units[index][r] = lot->requirements[r].unit;
    }
    return 0;
}

static int add_lots(struct arena *arena, struct built *built, struct tree *list, struct error *error)
{
    int count = built->qualification.lot_count, result = 0;
    built->units = ARENA_ARRAY(arena, const char **, count + 1);
    built->to_lot = ARENA_ARRAY(arena, double, count + 1);
    for (int i = 0; i < count && !result; i++)
        result = add_lot(arena, built, i, list, error);
    return result;
}

/* --- the whole --- */

static int open_file(struct arena *arena, struct built *built, struct error *error)
{
    _cleanup_buffer_ struct buffer text = {0};
    char message[GROUPING_MESSAGE] = "";
    const char *path, *says;
    tree_write_json(built->json, &text, false);
    json_t *json = json_loadb(buffer_string(&text), text.length, 0, NULL);
    built->file = json ? grouping_file_from_json(json, message) : NULL;
    json_decref(json);
    if (built->file)
        return 0;
    why_broken(arena, "en", message, &path, &says);
    return error_set(error, ERR_REFUSED, path, N_("The engine cannot take this call: {0}"), says, NULL);
}

int instance_make(struct arena *arena, const char *today, struct built *built, struct error *error)
{
    struct qualification *qualification = &built->qualification;
    struct weights *weights = &built->weights;
    const char *deadline = qualification->deadline, *valid = qualification->offer_valid_until;
    built->from = deadline && *deadline ? deadline : today;
    built->start = valid && *valid ? valid : built->from;
    built->basis_months = 1;
    for (int i = 0; i < qualification->lot_count; i++)
        if (qualification->lots[i].duration_months > built->basis_months)
            built->basis_months = qualification->lots[i].duration_months;
    weights->price = weights->price >= 0 ? weights->price : qualification->weight_price;
    weights->quality = weights->quality >= 0 ? weights->quality : qualification->weight_quality;
    weights->social = weights->social >= 0 ? weights->social : qualification->weight_social;
    struct tree *root = built->json = tree_map(arena);
    tree_set_text(arena, root, "format", "maillon-grouping-1");
    struct tree *map = tree_set_map(arena, root, "weights");
    tree_set_int(arena, map, "price", weights->price);
    tree_set_int(arena, map, "quality", weights->quality);
    tree_set_int(arena, map, "social", weights->social);
    if (qualification->max_lots > 0)
        tree_set_int(arena, root, "max_lots", qualification->max_lots);
    else
        tree_set_text(arena, root, "max_lots", NULL);
    add_members(arena, built, tree_set_list(arena, root, "members"));
    int result = add_lots(arena, built, tree_set_list(arena, root, "lots"), error);
    return result ? result : open_file(arena, built, error);
}

void built_close(struct built *built)
{
    if (built->file)
        grouping_file_free(built->file);
    built->file = NULL;
}

struct why_names built_names(const struct built *built)
{
    return (struct why_names){built->file, built->member_names, (const char *const *const *)built->units,
                              built->to_lot};
}

/* Every missing field is named, so that one visit to the form is enough. */
static int refuse_missing(struct arena *arena, const struct qualification *qualification, struct error *error)
{
    for (int i = 0; i < qualification->missing_count; i++) {
        struct error *at = error;
        if (i) {
            while (at->next)
                at = at->next;
            at = at->next = ARENA_NEW(arena, struct error);
        }
        error_set(at, ERR_REFUSED, qualification->missing[i],
                  N_("A proposal needs this, and nobody has given it yet: complete the qualification."),
                  NULL);
        at->next = NULL;
    }
    return qualification->missing_count ? ERR_REFUSED : 0;
}

int instance_build(struct app *app, struct arena *arena, const char *tender, const struct weights *weights,
                   const char *today, struct built *ret_built, struct error *error)
{
    struct db *db;
    *ret_built = (struct built){.weights = *weights};
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = tender_qualification_read(db, tender, arena, &ret_built->qualification, error);
        if (!result)
            result = refuse_missing(arena, &ret_built->qualification, error);
        if (!result)
            result = members_read_offering(db, arena, &ret_built->members, &ret_built->member_count, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    return result ? result : instance_make(arena, today, ret_built, error);
}
