/* The lists inside a notice: lots, criteria, awards. */
#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "tenders/formats/format.h"

void notice_add_lot(struct arena *arena, struct notice *notice, const struct notice_lot *lot)
{
    if (!notice->lots)
        notice->lots = tree_list(arena);
    if (notice->lots->count >= NOTICE_LOTS_MAX) {
        notice_add_problem(arena, notice, "lots", lot->number, N_("There are more lots than can be read."));
        return;
    }
    struct tree *map = tree_add_map(arena, notice->lots);
    tree_set_text(arena, map, "number", lot->number);
    tree_set_text(arena, map, "title", lot->title);
    tree_set_text(arena, map, "text", lot->text);
    tree_set_text(arena, map, "cpv", lot->cpv);
    tree_set_text(arena, map, "place", lot->place);
    if (lot->value_cents >= 0)
        tree_set_int(arena, map, "value_cents", lot->value_cents);
    if (lot->duration_months >= 0)
        tree_set_int(arena, map, "duration_months", lot->duration_months);
    tree_set_text(arena, map, "reserved", lot->reserved);
    if (lot->criteria)
        tree_set(arena, map, "criteria", lot->criteria);
}

static void add_cpv_of_lots(struct arena *arena, struct notice *notice)
{
    for (const struct tree *lot = notice->lots->first; lot; lot = lot->next) {
        const char *codes = tree_text(lot, "cpv");
        while (codes && *codes) {
            size_t length = strcspn(codes, " ");
            notice->cpv = list_add(arena, notice->cpv, arena_copy(arena, codes, length), ' ');
            codes += length + (codes[length] == ' ');
        }
    }
}

void notice_sum_lots(struct arena *arena, struct notice *notice)
{
    int64_t total = 0;
    if (!notice->lots)
        return;
    const char *common = tree_text(notice->lots->first, "reserved");
    for (const struct tree *lot = notice->lots->first; lot; lot = lot->next) {
        int64_t cents = tree_int(lot, "value_cents", -1);
        if (cents < 0 || total < 0 || !number_add(total, cents, &total))
            total = -1;
        if (!text_is(tree_text(lot, "reserved"), common))
            common = NULL;
        int64_t months = tree_int(lot, "duration_months", -1);
        if (months > notice->duration_months)
            notice->duration_months = (int32_t)months;
    }
    if (notice->value_cents < 0)
        notice->value_cents = total;
    if (!notice->reserved)
        notice->reserved = common;
    add_cpv_of_lots(arena, notice);
}

static bool has_word(const char *folded, const char *word)
{
    return text_has_word(folded, word);
}

/* A weighted criterion is what its name says: "Prix des prestations", "Coût global", "Valeur technique". */
static const char *kind_of_criterion(struct arena *arena, const char *name)
{
    const char *folded = text_fold(arena, name);
    bool quality = strstr(folded, "techni") || strstr(folded, "qualit");
    if (!quality && (has_word(folded, "prix") || has_word(folded, "tarifs") || has_word(folded, "montant")))
        return "price";
    if (!quality && (has_word(folded, "cout") || has_word(folded, "couts")))
        return "cost";
    return "quality";
}

/* "50", "50 %", "30,5" as digits. */
static const char *read_weight(struct arena *arena, struct notice *notice, const char *weight)
{
    int64_t thousandths;
    const char *text = field_string(arena, weight);
    if (!text)
        return NULL;
    char *digits = arena_strdup(arena, text);
    size_t length = strlen(digits);
    while (length && (digits[length - 1] == '%' || digits[length - 1] == ' '))
        digits[--length] = 0;
    if (number_parse(digits, DECIMALS_QUANTITY, &thousandths) && thousandths >= 0)
        return number_plain(arena, thousandths, DECIMALS_QUANTITY, true);
    notice_add_problem(arena, notice, "lots.criteria.weight", weight, NOTICE_WHY_NUMBER);
    return NULL;
}

void criteria_add(struct arena *arena, struct notice *notice, struct tree **criteria, const char *kind,
                  const char *name, const char *weight, const char *unit)
{
    enum { NAME_CHARACTERS = 1000 };
    const char *clean = field_string(arena, name), *digits = read_weight(arena, notice, weight);
    if ((!clean && !digits && !kind) || (*criteria && (*criteria)->count >= NOTICE_CRITERIA_MAX))
        return;
    if (clean)
        clean = arena_copy(arena, clean, text_prefix_bytes(clean, NAME_CHARACTERS));
    if (!*criteria)
        *criteria = tree_list(arena);
    struct tree *map = tree_add_map(arena, *criteria);
    if (!kind && clean)
        kind = kind_of_criterion(arena, clean);
    tree_set_text(arena, map, "kind", kind && *kind ? kind : NULL);
    tree_set_text(arena, map, "name", clean);
    tree_set_decimal(arena, map, "weight", digits);
    if (digits)
        tree_set_text(arena, map, "unit", unit);
}

int32_t months_of_days(int64_t days)
{
    if (days <= 0 || days > 100 * 366)
        return -1;
    int64_t months = (days * 12 + 182) / 365;
    return months < 1 ? 1 : (int32_t)months;
}

int32_t months_between(const char *from, const char *to)
{
    int32_t first, last;
    if (!date_parse(from, &first) || !date_parse(to, &last))
        return -1;
    return months_of_days((int64_t)last - first + 1);
}

/* Who may answer: articles L2113-12 (EA, ESAT), L2113-13 (SIAE), L2113-13-1 (work in prison), L2113-15
 * (social economy) of the Code de la commande publique. */
const char *field_reserved(struct arena *arena, const char *words)
{
    const char *folded = words ? text_fold(arena, words) : "";
    bool prison = strstr(folded, "detenu") || strstr(folded, "penitentiaire") ||
                  strstr(folded, "l2113 13 1") || strstr(folded, "l 2113 13 1");
    bool adapted = has_word(folded, "ea") || has_word(folded, "esat") ||
                   strstr(folded, "entreprises adaptees") || strstr(folded, "handicap") ||
                   strstr(folded, "2113 12") || strstr(folded, "ateliers proteges");
    bool inclusion = has_word(folded, "siae") || strstr(folded, "insertion") || strstr(folded, "defavoris") ||
                     (strstr(folded, "2113 13") && !prison);
    bool social =
        has_word(folded, "ess") || strstr(folded, "sociale et solidaire") || strstr(folded, "2113 15");
    if (prison)
        return "prison_work";
    if (adapted && inclusion)
        return "siae_ea";
    if (adapted || inclusion)
        return adapted ? "ea_esat" : "siae";
    return social ? "ess" : NULL;
}

const char *json_text(struct arena *arena, const struct tree *map, const char *name)
{
    const struct tree *member = tree_get(map, name);
    if (member && member->kind == TREE_INT)
        return arena_printf(arena, "%" PRId64, member->number);
    if (member && member->kind == TREE_BOOL)
        return member->number ? "true" : "false";
    const char *text = tree_text(map, name);
    return text && text[strspn(text, " \t\r\n")] ? text : NULL;
}

void award_add_winner(struct arena *arena, struct tree *winners, const char *name, const char *siret,
                      bool leader)
{
    if (winners->count >= NOTICE_WINNERS_MAX)
        return;
    struct tree *winner = tree_add_map(arena, winners);
    tree_set_text(arena, winner, "name", name);
    tree_set_text(arena, winner, "siret", siret);
    tree_set_bool(arena, winner, "leader", leader);
}

enum {
    TOTAL_AWARDS_MAX = 500
}; /* the comparison is quadratic; a notice of more lots than this has no total */

int64_t awards_total(const struct tree *awards)
{
    int64_t total = 0;
    if (!awards || !awards->first || awards->count > TOTAL_AWARDS_MAX)
        return -1;
    for (const struct tree *award = awards->first; award; award = award->next) {
        const char *lot = tree_text(award, "lot");
        int64_t cents = tree_int(award, "amount_cents", -1);
        if (cents < 0 || !number_add(total, cents, &total) || (!lot && awards->count > 1))
            return -1;
        for (const struct tree *other = award->next; other; other = other->next)
            if (text_is(tree_text(other, "lot"), lot))
                return -1;
    }
    return total;
}
