/* The words of BOAMP, the same in all its formats. Source: schema Boamp_v230.xsd (GESTION, INDEXATION,
 * EnumNature, EnumStatut) and the values found in the flat extracts of 2019 and 2020. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "tenders/formats/readers.h"

/* "PRE-INFORMATION" and "preinformation" are one word: lower case, letters only. */
static void squeeze(const char *text, char *out, size_t size)
{
    size_t used = 0;
    for (; *text && used + 1 < size; text++)
        if (isalpha((unsigned char)*text))
            out[used++] = (char)tolower((unsigned char)*text);
    out[used] = 0;
}

static bool find_kind(const char *nature, enum notice_kind *ret_kind)
{
    static const struct {
        const char *word; /* the nature begins with it: the interface also writes "appeloffre/standard" */
        enum notice_kind kind;
    } natures[] = {
        {"appeloffre", NOTICE_CALL},
        {"attribution", NOTICE_AWARD},
        {"rectificatif", NOTICE_RECTIFICATION},
        {"annulation", NOTICE_CANCELLATION},
        {"modification", NOTICE_MODIFICATION},
        {"intentionconclure", NOTICE_PRIOR},
        {"preinformation", NOTICE_PRIOR},
        {"periodique", NOTICE_PRIOR},
        {"profilacheteur", NOTICE_PRIOR},
        {"qualification", NOTICE_CALL}, /* a system that one may enter at any time */
        {"soustraitance", NOTICE_CALL}, /* a winner looks for subcontractors */
    };
    for (size_t i = 0; i < COUNT_OF(natures); i++)
        if (text_starts(nature, natures[i].word)) {
            *ret_kind = natures[i].kind;
            return true;
        }
    return false;
}

enum notice_kind boamp_kind(const char *nature, const char *status, bool *ret_known)
{
    char word[64];
    enum notice_kind kind = NOTICE_CALL;
    *ret_known = true;
    squeeze(status ? status : "", word, sizeof word);
    if (strstr(word, "annul"))
        return NOTICE_CANCELLATION;
    if (strstr(word, "rectif"))
        return NOTICE_RECTIFICATION;
    if (strstr(word, "modif"))
        return NOTICE_MODIFICATION;
    squeeze(nature ? nature : "", word, sizeof word);
    *ret_known = find_kind(word, &kind);
    return kind;
}

bool boamp_is_reference(const char *text)
{
    if (!text || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]) || text[2] != '-')
        return false;
    size_t digits = strspn(text + 3, "0123456789");
    return digits >= 1 && digits <= 8 && !text[3 + digits];
}

void boamp_add_earlier(struct arena *arena, struct notice *notice, const struct element *element)
{
    if (!element)
        return;
    if (!strcmp(element->name, "IDWEB")) {
        const char *reference = field_reference(arena, element_value(element));
        if (boamp_is_reference(reference) && !text_is(reference, notice->reference))
            notice->earlier = list_add(arena, notice->earlier, reference, ' ');
        else if (reference && !boamp_is_reference(reference))
            notice_add_problem(arena, notice, "earlier", reference,
                               N_("This is not the number of a notice."));
    }
    for (const struct element *child = element->first; child; child = child->next)
        boamp_add_earlier(arena, notice, child);
}

void boamp_add_department(struct arena *arena, struct notice *notice, const char *code)
{
    char clean[4];
    const char *text = field_string(arena, code);
    if (!text)
        return;
    if (field_department(text, strlen(text), clean))
        notice->departments = list_add(arena, notice->departments, arena_strdup(arena, clean), ' ');
    else
        notice_add_problem(arena, notice, "departments", text, NOTICE_WHY_DEPARTMENT);
}

static const char *child_name(const struct element *element)
{
    const struct element *child = element_first_named(element);
    return child ? child->name : NULL;
}

static const char *lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; p && *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

static void read_type(struct arena *arena, struct notice *notice, const struct element *type)
{
    const char *nature = child_name(element_child(type, "NATURE"));
    const char *status = child_name(element_child(type, "STATUT"));
    bool known;
    if (!nature || notice->nature) /* the interface has said it already */
        return;
    notice->kind = boamp_kind(nature, status, &known);
    notice->nature = arena_strdup(arena, nature);
    if (status && strcmp(status, "INITIAL") && strcmp(status, nature))
        notice->nature = arena_printf(arena, "%s/%s", nature, status);
    if (!known)
        notice_add_problem(arena, notice, "kind", nature, NOTICE_WHY_KIND);
    if (!notice->family)
        notice->family = lower(arena, child_name(element_child(type, "FAMILLE")));
}

static void read_indexing(struct arena *arena, struct notice *notice, const struct element *indexing)
{
    if (!notice->published_on)
        notice->published_on =
            field_date(arena, notice, "published_on", element_text(indexing, "DATE_PUBLICATION"));
    if (!notice->displayed_until)
        notice->displayed_until =
            field_date(arena, notice, "displayed_until", element_text(indexing, "DATE_FIN_DIFFUSION"));
    if (!notice->deadline)
        notice->deadline =
            field_instant(arena, notice, "deadline", element_text(indexing, "DATE_LIMITE_REPONSE"), NULL);
    const struct element *label = element_path(indexing, "DESCRIPTEURS/DESCRIPTEUR");
    for (bool first = !notice->descriptors; first && label; label = element_next(label))
        notice->descriptors =
            list_add(arena, notice->descriptors, field_string(arena, element_text(label, "LIBELLE")), '|');
    const struct element *code = element_child(indexing, "DEP_PUBLICATION");
    for (; code; code = element_next(code))
        boamp_add_department(arena, notice, element_value(code));
    boamp_add_department(arena, notice, element_text(indexing, "DEP_PRESTATION"));
    const struct element *criteria = element_child(indexing, "CRITERES_SOCIAUX_ENV");
    notice->social_criteria |=
        element_child(criteria, "SOCIAUX") || element_child(criteria, "SOCIAUX_ENVIRONNEMENTAUX");
    notice->environmental_criteria |=
        element_child(criteria, "ENVIRONNEMENTAUX") || element_child(criteria, "SOCIAUX_ENVIRONNEMENTAUX");
    if (!notice->object)
        notice->object = element_all_text(arena, element_child(indexing, "RESUME_OBJET"));
}

void boamp_read_management(struct arena *arena, struct notice *notice, const struct element *management)
{
    read_type(arena, notice, element_path(management, "REFERENCE/TYPE_AVIS"));
    read_indexing(arena, notice, element_child(management, "INDEXATION"));
    boamp_add_earlier(arena, notice, element_child(management, "MARCHE"));
}

enum notice_step boamp_read_xml(struct arena *arena, const struct element *announcement,
                                struct notice *notice, struct error *refusal)
{
    const struct element *management = element_child(announcement, "GESTION");
    size_t line = notice->line;
    notice->reference = field_reference(arena, element_text(management, "REFERENCE/IDWEB"));
    if (!notice->reference)
        return notice_refuse(refusal, line, "IDWEB", N_("Record {0} has no usable reference."), NULL);
    boamp_read_management(arena, notice, management);
    if (!notice->nature)
        notice_add_problem(arena, notice, "kind", NULL, NOTICE_WHY_KIND);
    boamp_read_data(arena, notice, element_child(announcement, "DONNEES"));
    return NOTICE_READ;
}
