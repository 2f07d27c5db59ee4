/* A record of BOAMP's web interface (Opendatasoft Explore v2.1, data set "boamp", by DILA). The flat fields
 * say who, what and until when; CPV, SIRET, lots, criteria and amounts stand only in `donnees`, a JSON text
 * in the JSON, in one of three shapes: the old XML turned into JSON, {"EFORMS": …} and the national one.
 * Values meant as lists come as one text when there is one of them. Texts are encoded as HTML, some twice. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/readers.h"

/* Each text of a list, or the one text, by turns: NULL at the end. */
static const char *next_text(const struct tree *value, const struct tree **at)
{
    if (!value)
        return NULL;
    if (value->kind == TREE_TEXT) {
        const char *text = *at ? NULL : value->text;
        *at = value;
        return text;
    }
    const struct tree *item = value->kind == TREE_LIST ? (*at ? (*at)->next : value->first) : NULL;
    while (item && item->kind != TREE_TEXT)
        item = item->next;
    *at = item ? item : *at;
    return item ? item->text : NULL;
}

static const char *join(struct arena *arena, const struct tree *value, char separator)
{
    const struct tree *at = NULL;
    const char *list = NULL;
    for (const char *text; (text = next_text(value, &at));)
        list = list_add(arena, list, field_string(arena, text), separator);
    return list;
}

static void read_kind(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const char *nature = json_text(arena, record, "nature"), *status = json_text(arena, record, "etat");
    bool known;
    if (!nature)
        nature = json_text(arena, record, "nature_categorise");
    notice->kind = boamp_kind(nature, status, &known);
    notice->nature = field_string(arena, nature);
    if (!known)
        notice_add_problem(arena, notice, "kind", nature, NOTICE_WHY_KIND);
}

static void read_links(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const struct tree *at = NULL, *links = tree_get(record, "annonce_lie");
    for (const char *text; (text = next_text(links, &at));) {
        const char *reference = field_reference(arena, text);
        if (boamp_is_reference(reference))
            notice->earlier = list_add(arena, notice->earlier, reference, ' ');
        else if (reference)
            notice_add_problem(arena, notice, "earlier", reference,
                               N_("This is not the number of a notice."));
    }
}

static void read_flat(struct arena *arena, const struct tree *record, struct notice *notice)
{
    read_kind(arena, record, notice);
    notice->published_on =
        field_date(arena, notice, "published_on", json_text(arena, record, "dateparution"));
    notice->displayed_until =
        field_date(arena, notice, "displayed_until", json_text(arena, record, "datefindiffusion"));
    notice->deadline =
        field_instant(arena, notice, "deadline", json_text(arena, record, "datelimitereponse"), NULL);
    notice->object = field_string(arena, json_text(arena, record, "objet"));
    notice->buyer = field_string(arena, json_text(arena, record, "nomacheteur"));
    notice->family = field_string(arena, json_text(arena, record, "famille"));
    if (notice->family)
        notice->family = text_fold(arena, notice->family);
    notice->procedure = field_string(arena, json_text(arena, record, "type_procedure"));
    if (!notice->procedure)
        notice->procedure = field_string(arena, json_text(arena, record, "procedure_libelle"));
    notice->descriptors = join(arena, tree_get(record, "descripteur_libelle"), '|');
    notice->procedure_key = field_reference(arena, json_text(arena, record, "contractfolderid"));
    const char *criteria = join(arena, tree_get(record, "criteres"), ' ');
    criteria = criteria ? text_fold(arena, criteria) : "";
    notice->social_criteria = strstr(criteria, "socia");
    notice->environmental_criteria = strstr(criteria, "environ");
    const struct tree *at = NULL, *codes = tree_get(record, "code_departement");
    for (const char *code; (code = next_text(codes, &at));)
        boamp_add_department(arena, notice, code);
    if (!notice->departments)
        boamp_add_department(arena, notice, json_text(arena, record, "code_departement_prestation"));
    read_links(arena, record, notice);
}

/* A member that is JSON in a text, or JSON outright; NULL when it is missing, or cut, which is a problem. */
static const struct element *read_inner(struct arena *arena, const struct tree *record, struct notice *notice,
                                        const char *name)
{
    const struct tree *value = tree_get(record, name);
    struct tree *inner = NULL;
    struct error error = {0};
    if (!value || value->kind == TREE_NULL)
        return NULL;
    if (value->kind != TREE_TEXT)
        return element_from_tree(arena, name, value);
    if (!value->text[strspn(value->text, " \t\r\n")])
        return NULL;
    if (!tree_read_json(arena, value->text, strlen(value->text), &inner, &error))
        return element_from_tree(arena, name, inner);
    notice_add_problem(arena, notice, name, value->text,
                       N_("This JSON inside the record cannot be read: only the flat fields are kept."));
    return NULL;
}

static void read_data(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const struct element *data = read_inner(arena, record, notice, "donnees");
    const struct element *eforms = element_first_named(element_child(data, "EFORMS"));
    if (eforms)
        eforms_read(arena, notice, eforms);
    else if (data && !boamp_read_national(arena, notice, data))
        boamp_read_data(arena, notice, data);
}

static bool has_winner(const struct tree *winners, const char *name)
{
    for (const struct tree *winner = winners->first; winner; winner = winner->next)
        if (text_is(tree_text(winner, "name"), name))
            return true;
    return false;
}

/* The flat list of winners says who, neither for which lot nor at what price. It completes a single award,
 * which often names only the leader of a grouping, or stands for the awards when `donnees` has none. */
static void read_winners(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const struct tree *at = NULL, *names = tree_get(record, "titulaire");
    struct tree *winners = tree_list(arena);
    if (notice->awards && notice->awards->count > 1)
        return;
    if (notice->awards)
        winners = (struct tree *)tree_get(notice->awards->first, "winners");
    for (const char *text;
         winners && winners->count < NOTICE_WINNERS_MAX && (text = next_text(names, &at));) {
        const char *name = field_string(arena, text);
        if (name && !has_winner(winners, name))
            award_add_winner(arena, winners, name, NULL, false);
    }
    if (notice->awards || !winners->first)
        return;
    notice->awards = tree_list(arena);
    struct tree *award = tree_add_map(arena, notice->awards);
    tree_set_text(arena, award, "lot", NULL);
    tree_set_text(arena, award, "form", NULL);
    tree_set_text(arena, award, "on", NULL);
    tree_set(arena, award, "winners", winners);
}

enum notice_step boamp_read_json(struct arena *arena, const struct tree *record, struct notice *notice,
                                 struct error *refusal)
{
    notice->reference = field_reference(arena, json_text(arena, record, "idweb"));
    if (!notice->reference)
        notice->reference = field_reference(arena, json_text(arena, record, "id"));
    if (!notice->reference)
        return notice_refuse(refusal, notice->line, "idweb", N_("Record {0} has no usable reference."), NULL);
    read_flat(arena, record, notice);
    boamp_read_management(arena, notice, read_inner(arena, record, notice, "gestion"));
    boamp_add_earlier(arena, notice, read_inner(arena, record, notice, "annonces_anterieures"));
    read_data(arena, record, notice);
    read_winners(arena, record, notice);
    return NOTICE_READ;
}
