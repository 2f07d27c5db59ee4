/* eForms: notices of the Union in UBL 2.3, as TED publishes them and BOAMP repeats them. Source:
 * OP-TED/eForms-SDK, fields.json; the numbers BT- and OPT- of the comments are those of its fields,
 * regulation (EU) 2019/1780. */
#include "tenders/formats/eforms.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "tenders/formats/nuts.h"

bool eforms_is_root(const char *name)
{
    return !strcmp(name, "ContractNotice") || !strcmp(name, "ContractAwardNotice") ||
           !strcmp(name, "PriorInformationNotice");
}

const char *eforms_text(struct arena *arena, const struct element *parent, const char *path)
{
    const struct element *first = element_path(parent, path), *chosen = first;
    for (const struct element *other = first; other; other = element_next(other))
        if (text_is(element_attribute(other, "languageID"), "FRA")) {
            chosen = other;
            break;
        }
    return element_all_text(arena, chosen);
}

const struct element *eforms_code(const struct element *parent, const char *name, const char *list)
{
    const struct element *code = element_child(parent, name);
    while (code && !text_is(element_attribute(code, "listName"), list))
        code = element_next(code);
    return code;
}

int64_t eforms_amount(struct arena *arena, struct notice *notice, const char *field,
                      const struct element *parent, const char *path)
{
    const struct element *amount = element_path(parent, path);
    return field_cents(arena, notice, field, element_value(amount), element_attribute(amount, "currencyID"));
}

struct element_index eforms_companies(struct arena *arena, const struct element *extension)
{
    struct element_index companies = {0};
    const struct element *organisation = element_path(extension, "Organizations/Organization");
    for (; organisation; organisation = element_next(organisation)) {
        const struct element *company = element_child(organisation, "Company");
        element_index_add(arena, &companies, element_text(company, "PartyIdentification/ID"), company);
    }
    element_index_sort(&companies);
    return companies;
}

static bool is_french(const struct element *company)
{
    const char *country = element_text(company, "PostalAddress/Country/IdentificationCode");
    return !country || text_is(country, "FRA");
}

/* BT-501 is any national identifier. In France it is the SIRET; 9 digits are a SIREN, which names no
 * establishment. */
const char *eforms_company_siret(struct arena *arena, struct notice *notice, const char *field,
                                 const struct element *company)
{
    const struct element *entity = element_child(company, "PartyLegalEntity");
    const char *wrong = NULL;
    char siret[15];
    for (; entity; entity = element_next(entity)) {
        const char *number = field_string(arena, element_text(entity, "CompanyID"));
        if (number && text_is_siret(number, siret))
            return arena_copy(arena, siret, 14);
        wrong = number;
    }
    if (wrong && is_french(company))
        notice_add_problem(arena, notice, field, wrong, NOTICE_WHY_SIRET);
    return NULL;
}

/* ---- what kind of notice ---- */

/* BT-02 and BT-03; a change (BT-140) or a cancellation of the notice goes before. */
static enum notice_kind kind_of(const struct element *root, const struct element *changes, bool *ret_known)
{
    static const struct {
        const char *form;
        enum notice_kind kind;
    } forms[] = {{"planning", NOTICE_PRIOR},
                 {"competition", NOTICE_CALL},
                 {"result", NOTICE_AWARD},
                 {"dir-awa-pre", NOTICE_PRIOR},
                 {"cont-modif", NOTICE_MODIFICATION},
                 {"completion", NOTICE_MODIFICATION},
                 {"consultation", NOTICE_PRIOR},
                 {"bri", NOTICE_PRIOR}};
    const char *reason = element_text(changes, "ChangeReason/ReasonCode");
    *ret_known = true;
    if (reason && text_starts(reason, "cancel"))
        return NOTICE_CANCELLATION;
    if (changes)
        return NOTICE_RECTIFICATION;
    const char *form = element_attribute(element_child(root, "NoticeTypeCode"), "listName");
    for (size_t i = 0; form && i < COUNT_OF(forms); i++)
        if (!strcmp(form, forms[i].form))
            return forms[i].kind;
    *ret_known = form == NULL;
    return !strcmp(root->name, "ContractAwardNotice")      ? NOTICE_AWARD
           : !strcmp(root->name, "PriorInformationNotice") ? NOTICE_PRIOR
                                                           : NOTICE_CALL;
}

static void read_kind(struct arena *arena, struct notice *notice, const struct element *root,
                      const struct element *extension)
{
    bool known;
    notice->kind = kind_of(root, element_child(extension, "Changes"), &known);
    notice->nature = field_string(arena, element_text(root, "NoticeTypeCode"));
    if (!known)
        notice_add_problem(arena, notice, "kind",
                           element_attribute(element_child(root, "NoticeTypeCode"), "listName"),
                           NOTICE_WHY_KIND);
}

/* ---- links ---- */

static void add_earlier(struct arena *arena, struct notice *notice, const char *value)
{
    const char *reference = field_reference(arena, value);
    bool ours = strcmp(notice->source, "boamp") ? reference != NULL : boamp_is_reference(reference);
    if (ours && !text_is(reference, notice->reference))
        notice->earlier = list_add(arena, notice->earlier, reference, ' ');
}

/* BT-758 changed notice, BT-1501 modified contract's notice, OPP-090 and BT-125 earlier notices. */
static void read_links(struct arena *arena, struct notice *notice, const struct element *root,
                       const struct element *extension)
{
    add_earlier(arena, notice, element_text(extension, "Changes/ChangedNoticeIdentifier"));
    add_earlier(arena, notice, element_text(extension, "ContractModification/ChangedNoticeIdentifier"));
    const struct element *link = element_path(root, "TenderingProcess/NoticeDocumentReference");
    for (; link; link = element_next(link))
        add_earlier(arena, notice, element_text(link, "ID"));
    const struct element *lot = element_child(root, "ProcurementProjectLot");
    for (; lot; lot = element_next(lot))
        add_earlier(arena, notice, element_text(lot, "TenderingProcess/NoticeDocumentReference/ID"));
    if (!notice->procedure_key)
        notice->procedure_key = field_reference(arena, element_text(root, "ContractFolderID")); /* BT-04 */
}

/* ---- the whole ---- */

/* BT-500, BT-501, BT-512, BT-513 of the first buyer (OPT-300-Procedure-Buyer). */
static void read_buyer(struct arena *arena, struct notice *notice, const struct element *root,
                       const struct element_index *companies)
{
    const char *number = element_text(root, "ContractingParty/Party/PartyIdentification/ID");
    const struct element *company = element_index_find(companies, number);
    if (!notice->buyer)
        notice->buyer = eforms_text(arena, company, "PartyName/Name");
    if (!notice->buyer_siret)
        notice->buyer_siret = eforms_company_siret(arena, notice, "buyer_siret", company);
    if (!notice->buyer_city)
        notice->buyer_city = field_string(arena, element_text(company, "PostalAddress/CityName"));
    if (!notice->buyer_post_code && is_french(company))
        notice->buyer_post_code =
            field_post_code(arena, notice, element_text(company, "PostalAddress/PostalZone"));
}

/* BT-5071 */
static void add_place(struct arena *arena, struct notice *notice, const struct element *project)
{
    const struct element *place = element_child(project, "RealizedLocation");
    for (; place; place = element_next(place)) {
        const char *department = nuts_department(element_text(place, "Address/CountrySubentityCode"));
        notice->departments = list_add(arena, notice->departments, department, ' ');
    }
}

static void read_project(struct arena *arena, struct notice *notice, const struct element *root)
{
    const struct element *project = element_child(root, "ProcurementProject");
    if (!notice->object)
        notice->object = eforms_text(arena, project, "Name"); /* BT-21 */
    if (!notice->text)
        notice->text = eforms_text(arena, project, "Description"); /* BT-24 */
    if (!notice->procedure)
        notice->procedure =
            field_string(arena, element_text(root, "TenderingProcess/ProcedureCode")); /* BT-105 */
    if (notice->value_cents < 0)                                                       /* BT-27 */
        notice->value_cents = eforms_amount(arena, notice, "value_cents", project,
                                            "RequestedTenderTotal/EstimatedOverallContractAmount");
    if (strcmp(notice->source, "boamp")) { /* BOAMP has said the departments */
        add_place(arena, notice, project);
        const struct element *lot = element_child(root, "ProcurementProjectLot");
        for (; lot; lot = element_next(lot))
            add_place(arena, notice, element_child(lot, "ProcurementProject"));
    }
}

static const struct element *extension_of(const struct element *root)
{
    return element_find(element_child(root, "UBLExtensions"), "EformsExtension");
}

void eforms_read(struct arena *arena, struct notice *notice, const struct element *root)
{
    const struct element *extension = extension_of(root);
    if (!notice->nature)
        read_kind(arena, notice, root, extension);
    read_links(arena, notice, root, extension);
    struct element_index companies = eforms_companies(arena, extension);
    read_buyer(arena, notice, root, &companies);
    read_project(arena, notice, root);
    eforms_read_lots(arena, notice, root);
    eforms_read_result(arena, notice, root, extension, &companies);
}

/* A notice and its corrections share BT-701; BT-757 tells them apart, and BT-758 names both: "uuid-01". */
static const char *reference_of(struct arena *arena, const struct element *root)
{
    const struct element *id = element_child(root, "ID");
    const char *version = field_reference(arena, element_text(root, "VersionID"));
    const char *reference = field_reference(arena, element_value(id));
    if (!reference || !version)
        return reference;
    return field_reference(arena, arena_printf(arena, "%s-%s", reference, version));
}

enum notice_step eforms_read_xml(struct arena *arena, const struct element *root, struct notice *notice,
                                 struct error *refusal)
{
    const struct element *publication = element_child(extension_of(root), "Publication");
    notice->reference = reference_of(arena, root);
    if (!notice->reference)
        return notice_refuse(refusal, notice->line, "ID", N_("Record {0} has no usable reference."), NULL);
    const char *published = element_text(publication, "PublicationDate"); /* OPP-012 */
    if (!published)
        published = element_text(root, "IssueDate"); /* BT-05, sent to TED: a few days before */
    notice->published_on = field_date(arena, notice, "published_on", published);
    eforms_read(arena, notice, root);
    return NOTICE_READ;
}
