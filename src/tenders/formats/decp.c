/* DECP: essential data of contracts already awarded. Source: 139bercy/format-commande-publique,
 * schema_decp_v2.0.3.json (order of 22 December 2022), and the older shape that files gathered before 2024
 * have: no wrapper around each winner,
 * "_type" and names beside the numbers.
 *
 * One record is one contract or one lot. `id` is unique for one buyer only, so that the reference joins both.
 * What later changes modified is left to the raw record: the award stands as it was concluded. */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "tenders/formats/readers.h"

static const char *reference_of(struct arena *arena, const struct tree *record)
{
    const char *id = field_string(arena, json_text(arena, record, "id"));
    const struct tree *buyer = tree_get(record, "acheteur");
    const char *buyer_id = field_string(arena, json_text(arena, buyer, "id"));
    if (!buyer_id)
        buyer_id = field_string(arena, json_text(arena, tree_get(record, "autoriteConcedante"), "id"));
    if (!buyer_id)
        buyer_id = field_string(arena, json_text(arena, record, "acheteur.id"));
    if (!id || !buyer_id)
        return id ? field_reference(arena, id) : NULL;
    return field_reference(arena, arena_printf(arena, "%s-%s", buyer_id, id));
}

static void read_buyer(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const struct tree *buyer = tree_get(record, "acheteur");
    if (!buyer || buyer->kind != TREE_MAP)
        buyer = tree_get(record, "autoriteConcedante");
    notice->buyer = field_string(arena, json_text(arena, buyer, "nom"));
    notice->buyer_siret = field_siret(arena, notice, "buyer_siret", json_text(arena, buyer, "id"));
}

/* Department of a post code or of a commune's code: their first digits. Post codes of Corsica begin with 20.
 */
static void read_place(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const struct tree *place = tree_get(record, "lieuExecution");
    const char *code = field_string(arena, json_text(arena, place, "code"));
    const char *type =
        text_fold(arena, json_text(arena, place, "typeCode") ? json_text(arena, place, "typeCode") : "");
    char department[4];
    if (!code || (strlen(code) < 5 && !strstr(type, "departement")))
        return; /* a region, a country, or an arrondissement without its department */
    size_t length =
        strlen(code) == 5 ? (text_starts(code, "97") || text_starts(code, "98") ? 3 : 2) : strlen(code);
    if (length == 2 && text_starts(code, "20"))
        code = code[2] == '0' || code[2] == '1' ? "2A" : "2B";
    if (field_department(code, length, department))
        notice->departments = arena_strdup(arena, department);
    else
        notice_add_problem(arena, notice, "departments", code, NOTICE_WHY_DEPARTMENT);
}

/* "considerationsSociales": {"considerationSociale": ["Clause sociale", …]}, or the list itself. NULL when
 * absent. */
static const char *join_considerations(struct arena *arena, const struct tree *record, const char *name,
                                       const char *inner)
{
    const struct tree *list = tree_get(record, name);
    const char *joined = NULL;
    if (list && list->kind == TREE_MAP)
        list = tree_get(list, inner);
    if (list && list->kind == TREE_TEXT)
        return text_fold(arena, list->text);
    for (const struct tree *item = list && list->kind == TREE_LIST ? list->first : NULL; item;
         item = item->next)
        if (item->kind == TREE_TEXT)
            joined = list_add(arena, joined, text_fold(arena, item->text), '|');
    return joined;
}

static void read_considerations(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const char *social = join_considerations(arena, record, "considerationsSociales", "considerationSociale");
    const char *green = join_considerations(arena, record, "considerationsEnvironnementales",
                                            "considerationEnvironnementale");
    notice->social_criteria = social && (strstr(social, "clause") || strstr(social, "critere"));
    notice->environmental_criteria = green && (strstr(green, "clause") || strstr(green, "critere"));
    if (social && strstr(social, "reserve"))
        notice_add_problem(arena, notice, "reserved", "Marché réservé", NOTICE_WHY_RESERVED);
    else if (social && *social)
        notice->reserved = "none";
}

/* A winner is {"titulaire": {…}}, {"concessionnaire": {…}} or the map itself. */
static void add_winner(struct arena *arena, struct notice *notice, struct tree *winners,
                       const struct tree *item)
{
    const struct tree *winner = tree_get(item, "titulaire");
    if (!winner)
        winner = tree_get(item, "concessionnaire");
    if (!winner)
        winner = item;
    const char *type = json_text(arena, winner, "typeIdentifiant"), *id = json_text(arena, winner, "id");
    const char *name = field_string(arena, json_text(arena, winner, "denominationSociale"));
    const char *siret = NULL;
    if (!type || !strcmp(type, "SIRET"))
        siret = field_siret(arena, notice, "awards.winners.siret", id);
    else if (!name && id) /* the only name that a foreign winner has here */
        name = field_string(arena, arena_printf(arena, "%s %s", type, id));
    if (!name)
        name = field_string(arena, json_text(arena, winner, "nom"));
    if (name || siret)
        award_add_winner(arena, winners, name, siret, false);
    else if (!id)
        notice_add_problem(arena, notice, "awards.winners", winner->kind == TREE_TEXT ? winner->text : NULL,
                           NOTICE_WHY_SHAPE);
}

/* Data of a contract are published after it: a publication more than a year before the award is a slip of the
 * pen, and would make the award's own date look impossible. */
static const char *read_publication(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const char *value = json_text(arena, record, "datePublicationDonnees");
    const char *published = field_date(arena, notice, "published_on", value);
    const char *award = json_text(arena, record, "dateNotification");
    int32_t first, second;
    if (!date_parse(published, &first) || !date_parse(award, &second) || first > second - 366)
        return published;
    notice_add_problem(arena, notice, "published_on", value,
                       N_("This is more than a year before the award."));
    return NULL;
}

static const char *form_of(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const char *words = json_text(arena, record, "typeGroupementOperateurs");
    const char *form = field_group_form(arena, words);
    if (words && !form)
        notice_add_problem(arena, notice, "awards.form", words, N_("This form of a grouping is not known."));
    return form;
}

static void read_award(struct arena *arena, const struct tree *record, struct notice *notice)
{
    const char *amount = json_text(arena, record, "montant"),
               *on = json_text(arena, record, "dateNotification");
    const struct tree *list = tree_get(record, "titulaires");
    bool concession = !amount;
    if (concession)
        amount = json_text(arena, record, "valeurGlobale");
    if (!on)
        on = json_text(arena, record, "dateSignature");
    if (!list || list->kind != TREE_LIST)
        list = tree_get(record, "concessionnaires");
    notice->value_cents = field_cents(arena, notice, "value_cents", amount, NULL);
    notice->awards = tree_list(arena);
    struct tree *award = tree_add_map(arena, notice->awards);
    tree_set_text(arena, award, "lot", NULL);
    if (notice->value_cents >= 0)
        tree_set_int(arena, award, "amount_cents", notice->value_cents);
    tree_set_text(arena, award, "form", form_of(arena, record, notice));
    tree_set_text(arena, award, "on", field_date(arena, notice, "awards.on", on));
    if (notice->offers_received >= 0)
        tree_set_int(arena, award, "offers", notice->offers_received);
    struct tree *winners = tree_set_list(arena, award, "winners");
    for (const struct tree *item = list && list->kind == TREE_LIST ? list->first : NULL; item;
         item = item->next)
        add_winner(arena, notice, winners, item);
}

enum notice_step decp_read(struct arena *arena, const struct tree *record, struct notice *notice,
                           struct error *refusal)
{
    notice->reference = reference_of(arena, record);
    if (!notice->reference)
        return notice_refuse(refusal, notice->line, "id", N_("Record {0} has no usable reference."), NULL);
    notice->kind = NOTICE_AWARD;
    notice->published_on = read_publication(arena, record, notice);
    notice->nature = field_string(arena, json_text(arena, record, "nature"));
    notice->object = field_string(arena, json_text(arena, record, "objet"));
    notice->procedure = field_string(arena, json_text(arena, record, "procedure"));
    notice->cpv = field_cpv(arena, notice, "cpv", json_text(arena, record, "codeCPV"));
    notice->duration_months =
        field_int(arena, notice, "duration_months", json_text(arena, record, "dureeMois"), 1, 1200);
    notice->offers_received =
        field_int(arena, notice, "offers_received", json_text(arena, record, "offresRecues"), 1, 100000);
    read_buyer(arena, record, notice);
    read_place(arena, record, notice);
    read_considerations(arena, record, notice);
    read_award(arena, record, notice);
    return NOTICE_READ;
}
