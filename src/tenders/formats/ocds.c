/* OCDS: a release of the Open Contracting Data Standard 1.1, alone, in a package, or compiled in a record.
 * Source: open-contracting/standard, release schema 1.1, with the lots and award criteria extensions.
 *
 * Amounts are kept when they are in euros. A member of a grouping is one supplier of an award; OCDS has no
 * word for the form of a grouping nor for shares. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/readers.h"

static bool has_tag(const struct tree *release, const char *prefix, const char *suffix)
{
    const struct tree *tags = tree_get(release, "tag");
    for (const struct tree *tag = tags && tags->kind == TREE_LIST ? tags->first : NULL; tag; tag = tag->next)
        if (tag->kind == TREE_TEXT && text_starts(tag->text, prefix) && text_ends(tag->text, suffix))
            return true;
    return false;
}

static bool is_called_off(const struct tree *release)
{
    const char *status = tree_text(tree_get(release, "tender"), "status");
    return status &&
           (!strcmp(status, "cancelled") || !strcmp(status, "unsuccessful") || !strcmp(status, "withdrawn"));
}

/* A compiled release has only the tag "compiled": what it holds tells. */
static enum notice_kind kind_of(const struct tree *release, bool *ret_known)
{
    *ret_known = true;
    if (has_tag(release, "tender", "Cancellation") || has_tag(release, "award", "Cancellation"))
        return NOTICE_CANCELLATION;
    if (has_tag(release, "contract", "Amendment") || has_tag(release, "contract", "Update") ||
        has_tag(release, "contract", "Termination") || has_tag(release, "implementation", ""))
        return NOTICE_MODIFICATION;
    if (has_tag(release, "award", "") || has_tag(release, "contract", "contract"))
        return NOTICE_AWARD;
    if (has_tag(release, "tender", "Amendment") || has_tag(release, "tender", "Update"))
        return NOTICE_RECTIFICATION;
    if (has_tag(release, "tender", "tender"))
        return is_called_off(release) ? NOTICE_CANCELLATION : NOTICE_CALL;
    if (has_tag(release, "planning", ""))
        return NOTICE_PRIOR;
    *ret_known = has_tag(release, "compiled", "");
    if (tree_true(tree_get(release, "awards")))
        return NOTICE_AWARD;
    return is_called_off(release) ? NOTICE_CANCELLATION : NOTICE_CALL;
}

static const char *join_tags(struct arena *arena, const struct tree *release)
{
    const struct tree *tags = tree_get(release, "tag");
    const char *joined = NULL;
    for (const struct tree *tag = tags && tags->kind == TREE_LIST ? tags->first : NULL; tag; tag = tag->next)
        if (tag->kind == TREE_TEXT)
            joined = list_add(arena, joined, field_string(arena, tag->text), ' ');
    return joined;
}

static const struct tree *first_of(const struct tree *map, const char *name)
{
    const struct tree *list = tree_get(map, name);
    return list && list->kind == TREE_LIST ? list->first : NULL;
}

static int64_t amount_of(struct arena *arena, struct notice *notice, const char *field,
                         const struct tree *value)
{
    return field_cents(arena, notice, field, json_text(arena, value, "amount"),
                       json_text(arena, value, "currency"));
}

/* ---- organisations ---- */

static const struct tree *find_party(const struct tree *release, const char *id)
{
    enum { LOOKS_MAX = 2000 };
    int looks = 0;
    for (const struct tree *party = first_of(release, "parties"); party && id && looks < LOOKS_MAX;
         party = party->next, looks++)
        if (text_is(tree_text(party, "id"), id))
            return party;
    return NULL;
}

/* A number of 14 digits whose check digit holds, in the identifier or after the scheme in the id:
 * FR-RCS-35600000000048. Other schemes are other countries' business and no problem. */
static const char *siret_of(struct arena *arena, const struct tree *organisation, const struct tree *party)
{
    const char *numbers[] = {json_text(arena, tree_get(party, "identifier"), "id"),
                             json_text(arena, tree_get(organisation, "identifier"), "id"),
                             json_text(arena, organisation, "id")};
    char siret[15];
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const char *number = numbers[i], *dash = number ? strrchr(number, '-') : NULL;
        if (number && text_is_siret(dash ? dash + 1 : number, siret))
            return arena_copy(arena, siret, 14);
    }
    return NULL;
}

static void read_buyer(struct arena *arena, const struct tree *release, struct notice *notice)
{
    const struct tree *buyer = tree_get(release, "buyer");
    if (!buyer)
        buyer = tree_path(release, "tender.procuringEntity");
    const struct tree *party = find_party(release, tree_text(buyer, "id"));
    const struct tree *address = tree_get(party, "address");
    notice->buyer = field_string(arena, json_text(arena, buyer, "name"));
    if (!notice->buyer)
        notice->buyer = field_string(arena, json_text(arena, party, "name"));
    notice->buyer_siret = siret_of(arena, buyer, party);
    notice->buyer_city = field_string(arena, json_text(arena, address, "locality"));
    const char *country = json_text(arena, address, "countryName");
    if (!country || text_starts(country, "Fr") || text_starts(country, "FR"))
        notice->buyer_post_code = field_post_code(arena, notice, json_text(arena, address, "postalCode"));
}

/* ---- tender ---- */

static const char *add_class(struct arena *arena, struct notice *notice, const char *list,
                             const struct tree *class)
{
    const char *scheme = tree_text(class, "scheme"), *id = json_text(arena, class, "id");
    if (!id || !scheme || strcmp(scheme, "CPV"))
        return list;
    size_t length = strlen(id);
    if (length > 2 && !strcmp(id + length - 2, ".0")) /* a spreadsheet has made a number of it */
        id = arena_copy(arena, id, length - 2);
    return list_add(arena, list, field_cpv(arena, notice, "cpv", id), ' ');
}

/* Codes of the items of a lot, or of all when lot is NULL. */
static const char *read_items(struct arena *arena, struct notice *notice, const struct tree *tender,
                              const char *lot)
{
    const char *list = NULL;
    for (const struct tree *item = first_of(tender, "items"); item; item = item->next) {
        if (lot && !text_is(tree_text(item, "relatedLot"), lot))
            continue;
        list = add_class(arena, notice, list, tree_get(item, "classification"));
        for (const struct tree *more = first_of(item, "additionalClassifications"); more; more = more->next)
            list = add_class(arena, notice, list, more);
    }
    return list;
}

static int32_t read_period(struct arena *arena, struct notice *notice, const struct tree *period)
{
    int32_t days =
        field_int(arena, notice, "duration_months", json_text(arena, period, "durationInDays"), 1, 36500);
    if (days >= 0)
        return months_of_days(days);
    return months_between(field_date(arena, notice, "duration_months", json_text(arena, period, "startDate")),
                          field_date(arena, notice, "duration_months", json_text(arena, period, "endDate")));
}

/* Profile for the European Union: otherRequirements.reservedParticipation. */
static const char *read_reserved(const struct tree *holder)
{
    const struct tree *codes = first_of(tree_get(holder, "otherRequirements"), "reservedParticipation");
    for (; codes; codes = codes->next) {
        if (codes->kind == TREE_TEXT && !strcmp(codes->text, "shelteredWorkshop"))
            return "siae_ea";
        if (codes->kind == TREE_TEXT && !strcmp(codes->text, "publicServiceMissionOrganization"))
            return "ess";
    }
    return NULL;
}

/* awardCriteria: {"criteria": [{"type","name","description","numbers":[{"number","weight"}]}]} */
static struct tree *read_criteria(struct arena *arena, struct notice *notice, const struct tree *holder)
{
    struct tree *criteria = NULL;
    for (const struct tree *item = first_of(tree_get(holder, "awardCriteria"), "criteria"); item;
         item = item->next) {
        const char *type = tree_text(item, "type"), *name = json_text(arena, item, "name");
        const struct tree *number = first_of(item, "numbers");
        const char *unit = tree_text(number, "weight");
        bool known = type && (!strcmp(type, "price") || !strcmp(type, "cost") || !strcmp(type, "quality"));
        criteria_add(arena, notice, &criteria, known ? type : NULL,
                     name ? name : json_text(arena, item, "description"), json_text(arena, number, "number"),
                     unit && text_starts(unit, "points")    ? "points"
                     : unit && text_starts(unit, "decimal") ? "decimal"
                     : unit && text_starts(unit, "order")   ? "order"
                                                            : "percent");
    }
    return criteria;
}

static void read_lots(struct arena *arena, struct notice *notice, const struct tree *tender)
{
    enum { ITEMS_LOTS_MAX = 500 }; /* looking up the items of each lot is quadratic */
    const struct tree *list = tree_get(tender, "lots");
    for (const struct tree *item = first_of(tender, "lots"); item; item = item->next) {
        struct notice_lot lot = NOTICE_LOT_EMPTY;
        const char *id = tree_text(item, "id");
        lot.number = field_string(arena, json_text(arena, item, "id"));
        lot.title = field_string(arena, json_text(arena, item, "title"));
        lot.text = field_string(arena, json_text(arena, item, "description"));
        if (id && list->count <= ITEMS_LOTS_MAX)
            lot.cpv = read_items(arena, notice, tender, id);
        lot.value_cents = amount_of(arena, notice, "lots.value_cents", tree_get(item, "value"));
        lot.duration_months = read_period(arena, notice, tree_get(item, "contractPeriod"));
        lot.reserved = read_reserved(item);
        lot.criteria = read_criteria(arena, notice, item);
        notice_add_lot(arena, notice, &lot);
    }
}

static void read_tender(struct arena *arena, const struct tree *release, struct notice *notice)
{
    const struct tree *tender = tree_get(release, "tender");
    notice->object = field_string(arena, json_text(arena, tender, "title"));
    notice->text = field_string(arena, json_text(arena, tender, "description"));
    notice->procedure = field_string(arena, json_text(arena, tender, "procurementMethod"));
    notice->cpv = read_items(arena, notice, tender, NULL);
    notice->cpv = add_class(arena, notice, notice->cpv, tree_get(tender, "classification"));
    notice->value_cents = amount_of(arena, notice, "value_cents", tree_get(tender, "value"));
    notice->duration_months = read_period(arena, notice, tree_get(tender, "contractPeriod"));
    notice->deadline = field_instant(arena, notice, "deadline",
                                     json_text(arena, tree_get(tender, "tenderPeriod"), "endDate"), NULL);
    notice->reserved = read_reserved(tender);
    read_lots(arena, notice, tender);
    notice_sum_lots(arena, notice);
}

/* ---- awards ---- */

static const char *related_lots(struct arena *arena, const struct tree *award)
{
    const char *joined = NULL;
    for (const struct tree *lot = first_of(award, "relatedLots"); lot; lot = lot->next)
        if (lot->kind == TREE_TEXT)
            joined = list_add(arena, joined, field_string(arena, lot->text), ' ');
    return joined;
}

static void add_award(struct arena *arena, const struct tree *release, struct notice *notice,
                      const struct tree *item)
{
    int64_t cents = amount_of(arena, notice, "awards.amount", tree_get(item, "value"));
    const char *lot = related_lots(arena, item);
    struct tree *award = tree_add_map(arena, notice->awards), *winners = tree_list(arena);
    tree_set_text(arena, award, "lot", lot ? lot : field_string(arena, json_text(arena, item, "title")));
    if (cents >= 0)
        tree_set_int(arena, award, "amount_cents", cents);
    for (const struct tree *supplier = first_of(item, "suppliers"); supplier; supplier = supplier->next) {
        const struct tree *party = find_party(release, tree_text(supplier, "id"));
        const char *name = field_string(arena, json_text(arena, supplier, "name"));
        if (!name)
            name = field_string(arena, json_text(arena, party, "name"));
        bool leader = false;
        for (const struct tree *role = first_of(party, "roles"); role; role = role->next)
            leader |= role->kind == TREE_TEXT && !strcmp(role->text, "leadTenderer");
        if (name)
            award_add_winner(arena, winners, name, siret_of(arena, supplier, party), leader);
    }
    tree_set_text(arena, award, "form", winners->count == 1 ? "none" : NULL);
    tree_set_text(arena, award, "on", field_date(arena, notice, "awards.on", json_text(arena, item, "date")));
    tree_set(arena, award, "winners", winners);
}

static void read_awards(struct arena *arena, const struct tree *release, struct notice *notice)
{
    enum { AWARDS_MAX = 2000 };
    for (const struct tree *item = first_of(release, "awards"); item; item = item->next) {
        const char *status = tree_text(item, "status");
        if (item->kind != TREE_MAP ||
            (status && (!strcmp(status, "cancelled") || !strcmp(status, "unsuccessful"))))
            continue;
        if (!notice->awards)
            notice->awards = tree_list(arena);
        if (notice->awards->count < AWARDS_MAX)
            add_award(arena, release, notice, item);
    }
    int64_t total = awards_total(notice->awards);
    if (total >= 0)
        notice->value_cents = total;
}

/* The id of a release is unique within its process only. */
static const char *reference_of(struct arena *arena, const struct tree *release)
{
    const char *ocid = field_reference(arena, json_text(arena, release, "ocid"));
    const char *id = field_reference(arena, json_text(arena, release, "id"));
    if (!ocid || !id)
        return ocid ? ocid : id;
    return text_starts(id, ocid) ? id : field_reference(arena, arena_printf(arena, "%s-%s", ocid, id));
}

enum notice_step ocds_read(struct arena *arena, const struct tree *record, struct notice *notice,
                           struct error *refusal)
{
    const struct tree *release = record, *compiled = tree_get(record, "compiledRelease");
    const struct tree *embedded = first_of(record, "releases");
    while (embedded && embedded->next) /* of a record without a compiled release, the latest */
        embedded = embedded->next;
    if (compiled && compiled->kind == TREE_MAP)
        release = compiled;
    else if (embedded && tree_get(embedded, "ocid"))
        release = embedded;
    notice->reference = reference_of(arena, release);
    if (!notice->reference)
        return notice_refuse(refusal, notice->line, "ocid", N_("Record {0} has no usable reference."), NULL);
    bool known;
    notice->kind = kind_of(release, &known);
    notice->nature = join_tags(arena, release);
    if (!known)
        notice_add_problem(arena, notice, "kind", notice->nature, NOTICE_WHY_KIND);
    notice->published_on = field_date(arena, notice, "published_on", json_text(arena, release, "date"));
    notice->procedure_key = field_reference(arena, json_text(arena, release, "ocid"));
    read_buyer(arena, release, notice);
    read_tender(arena, release, notice);
    read_awards(arena, release, notice);
    return NOTICE_READ;
}
