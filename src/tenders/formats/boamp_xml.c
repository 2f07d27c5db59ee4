/* DONNEES of a BOAMP notice: who buys, what, in which lots, judged how. Source: schema Boamp_v230.xsd
 * (ObjetArticle, Lot, Criteres, CritereAttribution, ConditionParticipation) and ten real notices of 2016 and
 * 2017. The same elements stand in `donnees` of the web interface, turned into JSON. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/readers.h"

static const char *add_cpv(struct arena *arena, struct notice *notice, const char *list,
                           const struct element *parent)
{
    for (const struct element *cpv = element_child(parent, "CPV"); cpv; cpv = element_next(cpv))
        for (const struct element *code = cpv->first; code; code = code->next)
            if (element_value(code)) /* PRINCIPAL, SUPPLEMENTAIRE */
                list = list_add(arena, list, field_cpv(arena, notice, "cpv", element_value(code)), ' ');
    return list;
}

static void read_buyer(struct arena *arena, struct notice *notice, const struct element *identity)
{
    if (!notice->buyer)
        notice->buyer = element_all_text(arena, element_child(identity, "DENOMINATION"));
    if (!notice->buyer_post_code)
        notice->buyer_post_code = field_post_code(arena, notice, element_text(identity, "CP"));
    if (!notice->buyer_city)
        notice->buyer_city = field_string(arena, element_text(identity, "VILLE"));
    const char *siret = element_text(identity, "TYPE_IDENT_NATIONAL/SIRET");
    if (!siret)
        siret = element_text(identity, "CODE_IDENT_NATIONAL");
    if (!notice->buyer_siret)
        notice->buyer_siret = field_siret(arena, notice, "buyer_siret", siret);
}

/* ---- criteria ---- */

static void add_weighted(struct arena *arena, struct notice *notice, struct tree **criteria,
                         const struct element *group, const char *kind, const char *weight, const char *unit)
{
    const struct element *criterion = element_child(group, "CRITERE");
    for (; criterion; criterion = element_next(criterion))
        criteria_add(arena, notice, criteria, kind, element_all_text(arena, criterion),
                     element_attribute(criterion, weight), unit);
}

/* CRITERES_PRIX holds a weight, or nothing: then the price alone decides, unless other criteria stand beside
 * it. */
static void add_price(struct arena *arena, struct notice *notice, struct tree **criteria,
                      const struct element *price)
{
    const struct element *weight = element_child(price, "POIDS");
    if (!price)
        return;
    if (!weight)
        criteria_add(arena, notice, criteria, "price", "Prix", *criteria ? NULL : "100", "percent");
    for (; weight; weight = element_next(weight))
        criteria_add(arena, notice, criteria, "price", "Prix", element_value(weight), "percent");
}

static struct tree *read_criteria(struct arena *arena, struct notice *notice, const struct element *group)
{
    struct tree *criteria = NULL;
    add_weighted(arena, notice, &criteria, element_child(group, "CRITERES_QUALITE"), "quality", "POIDS",
                 "percent");
    add_weighted(arena, notice, &criteria, element_child(group, "CRITERES_COUT"), "cost", "POIDS", "percent");
    add_weighted(arena, notice, &criteria, element_child(group, "CRITERES_PONDERES"), NULL, "POIDS",
                 "percent");
    add_weighted(arena, notice, &criteria, element_child(group, "CRITERES_PRIORITES"), NULL, "ORDRE",
                 "order");
    add_price(arena, notice, &criteria, element_child(group, "CRITERES_PRIX"));
    const char *free_text = element_all_text(arena, element_child(group, "CRITERES_LIBRE"));
    if (free_text)
        criteria_add(arena, notice, &criteria, "", free_text, NULL, NULL);
    return criteria;
}

/* ---- lots ---- */

static int32_t read_duration(struct arena *arena, struct notice *notice, const struct element *parent)
{
    const struct element *holder = element_child(parent, "DUREE_DELAI");
    if (!holder)
        holder = parent;
    int32_t months = field_int(arena, notice, "duration_months", element_text(holder, "DUREE_MOIS"), 1, 1200);
    if (months >= 0)
        return months;
    int32_t days = field_int(arena, notice, "duration_months", element_text(holder, "DUREE_JOURS"), 1, 36500);
    if (days >= 0)
        return months_of_days(days);
    return months_between(field_date(arena, notice, "duration_months", element_text(holder, "DATE_DEBUT")),
                          field_date(arena, notice, "duration_months", element_text(holder, "DATE_FIN")));
}

static int64_t read_value(struct arena *arena, struct notice *notice, const struct element *parent,
                          const char *name)
{
    const struct element *value = element_child(parent, name);
    return field_cents(arena, notice, "value_cents", element_value(value),
                       element_attribute(value, "DEVISE"));
}

static const char *read_place(struct arena *arena, const struct element *lot)
{
    const char *place = element_all_text(arena, element_child(lot, "LIEU_PRINCIPAL"));
    if (!place)
        place = element_all_text(arena, element_child(lot, "LIEU_EXECUTION"));
    return place ? place : field_string(arena, element_text(lot, "CODE_NUTS"));
}

static void read_lot(struct arena *arena, struct notice *notice, const struct element *element,
                     struct tree *common_criteria)
{
    struct notice_lot lot = NOTICE_LOT_EMPTY;
    lot.number = field_string(arena, element_text(element, "NUM"));
    lot.title = element_all_text(arena, element_child(element, "INTITULE"));
    lot.text = element_all_text(arena, element_child(element, "DESCRIPTION"));
    lot.cpv = add_cpv(arena, notice, NULL, element);
    lot.place = read_place(arena, element);
    lot.value_cents = read_value(arena, notice, element, "VALEUR");
    if (lot.value_cents < 0)
        lot.value_cents = read_value(arena, notice, element, "VALEUR_MAX");
    lot.duration_months = read_duration(arena, notice, element);
    lot.reserved = notice->reserved;
    lot.criteria = read_criteria(arena, notice, element_child(element, "CRITERES_ATTRIBUTION"));
    if (!lot.criteria && (!notice->lots || notice->lots->count < NOTICE_SHARED_LOTS_MAX))
        lot.criteria = common_criteria;
    notice_add_lot(arena, notice, &lot);
}

/* A call that is not divided has one lot without a number, which may hold no more than the criteria. */
static void read_lots(struct arena *arena, struct notice *notice, const struct element *data)
{
    struct tree *common = read_criteria(arena, notice, element_path(data, "PROCEDURE/CRITERES_ATTRIBUTION"));
    bool any = false;
    for (const struct element *object = element_child(data, "OBJET"); object; object = element_next(object)) {
        const struct element *lot = element_path(object, "LOTS/LOT");
        for (; lot; lot = element_next(lot)) {
            read_lot(arena, notice, lot, common);
            any = true;
        }
    }
    if (!any && common) {
        struct notice_lot whole = NOTICE_LOT_EMPTY;
        whole.criteria = common;
        whole.reserved = notice->reserved;
        whole.duration_months = notice->duration_months;
        notice_add_lot(arena, notice, &whole);
    }
}

/* ---- conditions ---- */

/* Both tags of MARCHE_RESERVE_OUI put the words of article 20 of directive 2014/24 into two: sheltered
 * workshops and operators for disabled or disadvantaged persons, or execution within sheltered employment
 * programmes. National notices have neither; then words may tell. */
static void read_reserved(struct arena *arena, struct notice *notice, const struct element *data)
{
    const struct element *yes = element_find(data, "MARCHE_RESERVE_OUI");
    if (notice->reserved)
        return;
    if (!yes) {
        notice->reserved = element_find(data, "MARCHE_RESERVE_NON") ? "none" : NULL;
        return;
    }
    if (element_child(yes, "ATELIERS_PROTEGES") || element_child(yes, "EMPLOIS_PROTEGES"))
        notice->reserved = "siae_ea";
    else
        notice->reserved = field_reserved(arena, element_all_text(arena, yes));
    if (!notice->reserved)
        notice_add_problem(arena, notice, "reserved", element_all_text(arena, yes), NOTICE_WHY_RESERVED);
}

static void read_deadline(struct arena *arena, struct notice *notice, const struct element *data)
{
    const struct element *delays = element_child(data, "CONDITION_DELAI");
    const char *value = element_text(delays, "RECEPT_OFFRES");
    for (const struct element *child = delays ? delays->first : NULL; child && !value; child = child->next)
        if (text_starts(child->name, "RECEPT_")) /* candidatures, plans and projects of a contest */
            value = element_value(child);
    if (!notice->deadline)
        notice->deadline = field_instant(arena, notice, "deadline", value, NULL);
}

static void read_object(struct arena *arena, struct notice *notice, const struct element *data)
{
    const struct element *object = element_child(data, "OBJET");
    const char *title = element_all_text(arena, element_child(object, "TITRE_MARCHE"));
    const char *whole = element_all_text(arena, element_child(object, "OBJET_COMPLET"));
    if (!notice->object)
        notice->object = title ? title : whole;
    if (!notice->text)
        notice->text = whole ? whole : text_is(title, notice->object) ? NULL : title;
    for (; object; object = element_next(object))
        notice->cpv = add_cpv(arena, notice, notice->cpv, object);
    object = element_child(data, "OBJET");
    notice->duration_months = read_duration(arena, notice, object);
    if (notice->value_cents < 0)
        notice->value_cents = read_value(arena, notice, object, "VALEUR");
}

void boamp_read_data(struct arena *arena, struct notice *notice, const struct element *data)
{
    if (!data)
        return;
    read_buyer(arena, notice, element_child(data, "IDENTITE"));
    read_object(arena, notice, data);
    const struct element *procedure = element_first_named(element_path(data, "PROCEDURE/TYPE_PROCEDURE"));
    if (!notice->procedure && procedure)
        notice->procedure = field_string(arena, procedure->name);
    read_deadline(arena, notice, data);
    read_reserved(arena, notice, data);
    if (!notice->legal_form)
        notice->legal_form =
            element_all_text(arena, element_path(data, "CONDITION_RELATIVE_MARCHE/FORME_JURIDIQUE"));
    read_lots(arena, notice, data);
    notice_sum_lots(arena, notice);
    boamp_read_awards(arena, notice, element_child(data, "ATTRIBUTION"));
    boamp_add_earlier(arena, notice, element_child(data, "PUBLICATION_ANTERIEURE"));
}
