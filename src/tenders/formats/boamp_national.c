/* The shape that recent national notices (below the European thresholds) have in `donnees`:
 *
 *   {"FNSimple": {"organisme": {…}, "initial": {"natureMarche": {…}, "procedure": {…}, "lots": {"lot": …}}}}
 *   {"MAPA": {"organisme": {…}, "initial": {"description": {…}, "duree": {…}, "delais": {…}, …}}}
 *
 * Source: what public clients of the interface read in it; no schema was found, so that whatever is not where
 * it is expected is left out without a complaint. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/readers.h"

static const char *first_text(struct arena *arena, const struct element *element, const char *const *paths)
{
    const char *text = NULL;
    for (; *paths && !text; paths++)
        text = element_all_text(arena, element_path(element, *paths));
    return text;
}

static void read_buyer(struct arena *arena, struct notice *notice, const struct element *body)
{
    static const char *const names[] = {"nomOfficiel", "acheteurPublic", "denomination", NULL};
    static const char *const codes[] = {"cp", "adr/cp", NULL};
    static const char *const cities[] = {"ville", "adr/ville", NULL};
    const char *code = first_text(arena, body, codes),
               *siret = element_text(body, "codeIdentificationNational");
    if (!notice->buyer)
        notice->buyer = first_text(arena, body, names);
    if (!notice->buyer_post_code)
        notice->buyer_post_code = field_post_code(arena, notice, code);
    if (!notice->buyer_city)
        notice->buyer_city = first_text(arena, body, cities);
    if (!notice->buyer_siret)
        notice->buyer_siret = field_siret(arena, notice, "buyer_siret", siret);
}

/* codeCPV/objetPrincipal/classPrincipale, and objetSupplementaire beside it. */
static const char *add_cpv(struct arena *arena, struct notice *notice, const char *list,
                           const struct element *parent)
{
    for (const struct element *cpv = element_child(parent, "codeCPV"); cpv; cpv = element_next(cpv))
        for (const struct element *object = cpv->first; object; object = object->next)
            list = list_add(arena, list,
                            field_cpv(arena, notice, "cpv", element_text(object, "classPrincipale")), ' ');
    return list;
}

static struct tree *read_criteria(struct arena *arena, struct notice *notice, const struct element *body)
{
    struct tree *criteria = NULL;
    const struct element *weighted = element_path(body, "criteres/criterePondere");
    for (; weighted; weighted = element_next(weighted))
        criteria_add(arena, notice, &criteria, NULL, element_text(weighted, "critere"),
                     element_text(weighted, "criterePCT"), "percent");
    const char *free_text = element_all_text(arena, element_path(body, "procedure/criteresAttrib"));
    if (!criteria && free_text)
        criteria_add(arena, notice, &criteria, "", free_text, NULL, NULL);
    return criteria;
}

static void read_lots(struct arena *arena, struct notice *notice, const struct element *body)
{
    static const char *const places[] = {"lieuExecution", "lieuExecutionLivraison", NULL};
    struct tree *criteria = read_criteria(arena, notice, body);
    const struct element *element = element_path(body, "lots/lot");
    for (; element; element = element_next(element)) {
        struct notice_lot lot = NOTICE_LOT_EMPTY;
        lot.number = field_string(arena, element_text(element, "numLot"));
        lot.title = element_all_text(arena, element_child(element, "intitule"));
        lot.text = element_all_text(arena, element_child(element, "description"));
        lot.cpv = add_cpv(arena, notice, NULL, element);
        lot.place = first_text(arena, element, places);
        if (!notice->lots || notice->lots->count < NOTICE_SHARED_LOTS_MAX)
            lot.criteria = criteria;
        notice_add_lot(arena, notice, &lot);
    }
    if (!notice->lots && criteria) {
        struct notice_lot whole = NOTICE_LOT_EMPTY;
        whole.criteria = criteria;
        notice_add_lot(arena, notice, &whole);
    }
}

static void read_body(struct arena *arena, struct notice *notice, const struct element *body)
{
    static const char *const texts[] = {"natureMarche/description", "description/objet", NULL};
    static const char *const months[] = {"natureMarche/dureeMois", "duree/nbMois", NULL};
    static const char *const deadlines[] = {"procedure/dateReceptionOffres", "delais/receptionOffres", NULL};
    static const char *const values[] = {"valeur", "fourchette/valeurHaute", NULL};
    const struct element *nature = element_child(body, "natureMarche");
    const struct element *value = element_child(nature, "valeurEstimee");
    const char *title = element_all_text(arena, element_child(nature, "intitule"));
    if (!notice->object)
        notice->object = title;
    if (!notice->text)
        notice->text = first_text(arena, body, texts);
    notice->cpv = add_cpv(arena, notice, notice->cpv, nature);
    notice->cpv = add_cpv(arena, notice, notice->cpv, element_child(body, "description"));
    notice->duration_months =
        field_int(arena, notice, "duration_months", first_text(arena, body, months), 1, 1200);
    if (!notice->deadline)
        notice->deadline = field_instant(arena, notice, "deadline", first_text(arena, body, deadlines), NULL);
    notice->value_cents = field_cents(arena, notice, "value_cents", first_text(arena, value, values),
                                      element_attribute(value, "devise"));
    notice->legal_form = element_all_text(arena, element_find(body, "formeJuridique"));
    read_lots(arena, notice, body);
    notice_sum_lots(arena, notice);
}

bool boamp_read_national(struct arena *arena, struct notice *notice, const struct element *data)
{
    const struct element *family = element_first_named(data);
    const struct element *buyer = element_child(family, "organisme");
    if (!buyer)
        return false;
    read_buyer(arena, notice, buyer);
    const struct element *body = element_first_named(family);
    while (body && (!strcmp(body->name, "organisme") || !*body->name || !body->first))
        body = body->next;
    if (body) /* initial, attribution, rectificatif … */
        read_body(arena, notice, body);
    return true;
}
