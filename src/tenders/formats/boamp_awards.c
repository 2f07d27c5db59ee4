/* ATTRIBUTION of a BOAMP notice. Source: schema Boamp_v230.xsd (Attribution, Titulaire, Renseignement).
 *
 * A DECISION is one lot. TITULAIRE and RENSEIGNEMENT alternate in it: as many of one as of the other means
 * several contracts (a framework agreement with several winners); several winners before one RENSEIGNEMENT
 * share a contract. JSON keeps the two lists but not how they alternate, so that only their counts can be
 * used. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/readers.h"

struct decision {
    const char *lot, *on;
    int64_t cents; /* of the whole, when no winner has an amount of its own */
    size_t winners, details;
};

static size_t count_named(const struct element *element, const char *name)
{
    size_t count = 0;
    for (const struct element *child = element_child(element, name); child; child = element_next(child))
        count++;
    return count;
}

static const char *lot_label(struct arena *arena, const struct element *element)
{
    const char *number = field_string(arena, element_text(element, "NUM_LOT"));
    return number ? number : element_all_text(arena, element_child(element, "INTITULE"));
}

static struct tree *add_award(struct arena *arena, struct notice *notice, const struct decision *decision,
                              const struct element *details)
{
    const struct element *value = element_child(details, "MONTANT");
    int64_t cents =
        field_cents(arena, notice, "awards.amount", element_value(value), element_attribute(value, "DEVISE"));
    const char *on = field_date(arena, notice, "awards.on", element_text(details, "DATE_ATTRIBUTION"));
    int32_t offers =
        field_int(arena, notice, "offers_received", element_text(details, "NB_OFFRE_RECU"), 1, 100000);
    if (!notice->awards)
        notice->awards = tree_list(arena);
    struct tree *award = tree_add_map(arena, notice->awards);
    tree_set_text(arena, award, "lot", decision->lot);
    if (cents < 0)
        cents = decision->cents;
    if (cents >= 0)
        tree_set_int(arena, award, "amount_cents", cents);
    tree_set_text(arena, award, "on", on ? on : decision->on);
    if (offers >= 0)
        tree_set_int(arena, award, "offers", offers);
    if (offers > notice->offers_received)
        notice->offers_received = offers;
    return award;
}

static const char *add_winner(struct arena *arena, struct notice *notice, struct tree *winners,
                              const struct element *winner)
{
    const char *name = element_all_text(arena, element_child(winner, "DENOMINATION"));
    const char *siret = element_text(winner, "TYPE_IDENT_NATIONAL/SIRET");
    if (!siret)
        siret = element_text(winner, "CODE_IDENT_NATIONAL");
    siret = field_siret(arena, notice, "awards.winners.siret", siret);
    if (name || siret)
        award_add_winner(arena, winners, name, siret, false);
    return field_group_form(arena, name);
}

/* Each winner has a contract of its own. */
static void add_separate(struct arena *arena, struct notice *notice, const struct element *element,
                         struct decision *decision)
{
    const struct element *winner = element_child(element, "TITULAIRE"),
                         *details = element_child(element, "RENSEIGNEMENT");
    for (; winner; winner = element_next(winner), details = element_next(details)) {
        struct tree *award = add_award(arena, notice, decision, details);
        struct tree *winners = tree_list(arena);
        tree_set_text(arena, award, "form", add_winner(arena, notice, winners, winner));
        tree_set(arena, award, "winners", winners);
    }
}

static void add_together(struct arena *arena, struct notice *notice, const struct element *element,
                         struct decision *decision)
{
    const char *form = NULL;
    struct tree *award = add_award(arena, notice, decision, element_child(element, "RENSEIGNEMENT"));
    struct tree *winners = tree_list(arena);
    for (const struct element *winner = element_child(element, "TITULAIRE"); winner;
         winner = element_next(winner)) {
        const char *said = add_winner(arena, notice, winners, winner);
        form = said ? said : form;
    }
    tree_set_text(arena, award, "form", form);
    tree_set(arena, award, "winners", winners);
}

static bool without_effect(const struct element *element)
{
    return element_child(element, "SANS_SUITE") || element_child(element, "INFRUCTUEUX") ||
           element_child(element, "TOTALEMENT_INFRUCTUEUX");
}

void boamp_read_awards(struct arena *arena, struct notice *notice, const struct element *attribution)
{
    if (!attribution)
        return;
    const struct element *total = element_child(attribution, "VALEUR_TOTALE"), *element;
    const char *on = field_date(arena, notice, "awards.on", element_text(attribution, "DATE_DECISION"));
    int64_t cents =
        field_cents(arena, notice, "value_cents", element_value(total), element_attribute(total, "DEVISE"));
    size_t decisions = count_named(attribution, "DECISION");
    bool any = false, nothing = without_effect(attribution);
    for (element = element_child(attribution, "DECISION"); element; element = element_next(element)) {
        struct decision decision = {.lot = lot_label(arena, element), .on = on, .cents = -1};
        decision.winners = count_named(element, "TITULAIRE");
        decision.details = count_named(element, "RENSEIGNEMENT");
        any |= decision.winners > 0;
        nothing |= without_effect(element);
        if (decisions == 1 && decision.winners == 1)
            decision.cents = cents;
        if (decision.winners > 1 && decision.winners == decision.details)
            add_separate(arena, notice, element, &decision);
        else if (decision.winners)
            add_together(arena, notice, element, &decision);
    }
    notice->value_cents = cents >= 0 ? cents : awards_total(notice->awards);
    if (!any && nothing && notice->kind == NOTICE_AWARD)
        notice->kind = NOTICE_CANCELLATION; /* declared without effect, as a whole */
}
