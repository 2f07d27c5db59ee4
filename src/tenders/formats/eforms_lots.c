/* Lots of an eForms notice: cac:ProcurementProjectLot whose cbc:ID has schemeName Lot (others are parts of a
 * planning notice and groups of lots). */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "tenders/formats/eforms.h"

/* BT-262 and BT-263 */
static const char *add_cpv(struct arena *arena, struct notice *notice, const char *list,
                           const struct element *project)
{
    static const char *const names[] = {"MainCommodityClassification", "AdditionalCommodityClassification"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct element *class = element_child(project, names[i]);
        for (; class; class = element_next(class)) {
            const struct element *code = element_child(class, "ItemClassificationCode");
            const char *scheme = element_attribute(code, "listName");
            if (!scheme || !strcmp(scheme, "cpv"))
                list = list_add(arena, list, field_cpv(arena, notice, "cpv", element_value(code)), ' ');
        }
    }
    return list;
}

/* BT-71. res-ws: sheltered workshops and operators for the integration of disabled or disadvantaged persons;
 * res-pub-ser: organisations with a mission of public service, for social services (directive 2014/24,
 * articles 20 and 77, here L2113-12 to -15). */
static const char *read_reserved(struct arena *arena, struct notice *notice, const struct element *terms)
{
    const struct element *request = element_child(terms, "TendererQualificationRequest");
    for (; request; request = element_next(request)) {
        const struct element *requirement = element_child(request, "SpecificTendererRequirement");
        for (; requirement; requirement = element_next(requirement)) {
            const struct element *code =
                eforms_code(requirement, "TendererRequirementTypeCode", "reserved-procurement");
            const char *value = element_value(code);
            if (!value)
                continue;
            if (!strcmp(value, "none"))
                return "none";
            if (!strcmp(value, "res-ws"))
                return "siae_ea";
            if (!strcmp(value, "res-pub-ser"))
                return "ess";
            notice_add_problem(arena, notice, "reserved", value, NOTICE_WHY_RESERVED);
        }
    }
    return NULL;
}

/* BT-5421: per-exa and per-mid are percentages, poi points, dec decimals, ord-imp an order of importance. */
static const char *unit_of(const char *code)
{
    if (!code || text_starts(code, "per"))
        return "percent";
    return text_starts(code, "poi") ? "points" : text_starts(code, "dec") ? "decimal" : "order";
}

static const char *kind_of(const char *type)
{
    static const char *const kinds[] = {"price", "cost", "quality"};
    for (size_t i = 0; type && i < COUNT_OF(kinds); i++)
        if (!strcmp(type, kinds[i]))
            return kinds[i];
    return NULL;
}

/* BT-539 type, BT-734 name, BT-540 description, BT-541 weight. */
static void add_criterion(struct arena *arena, struct notice *notice, struct tree **criteria,
                          const struct element *criterion)
{
    const struct element *parameter =
        element_find(element_child(criterion, "UBLExtensions"), "AwardCriterionParameter");
    const char *weight = NULL, *code = NULL;
    for (; parameter; parameter = element_next(parameter)) {
        const struct element *kind = element_child(parameter, "ParameterCode");
        const char *list = element_attribute(kind, "listName");
        if (list && strcmp(list, "number-weight"))
            continue; /* fixed totals and thresholds are no weights */
        code = element_value(kind);
        weight = element_text(parameter, "ParameterNumeric");
    }
    const char *name = eforms_text(arena, criterion, "Name");
    if (!name)
        name = eforms_text(arena, criterion, "Description");
    criteria_add(arena, notice, criteria, kind_of(element_text(criterion, "AwardingCriterionTypeCode")), name,
                 weight, unit_of(code));
}

static struct tree *read_criteria(struct arena *arena, struct notice *notice, const struct element *terms)
{
    struct tree *criteria = NULL;
    const struct element *awarding = element_path(terms, "AwardingTerms/AwardingCriterion");
    for (; awarding; awarding = element_next(awarding)) {
        const struct element *criterion = element_child(awarding, "SubordinateAwardingCriterion");
        for (; criterion; criterion = element_next(criterion))
            add_criterion(arena, notice, &criteria, criterion);
    }
    return criteria;
}

/* BT-36, or BT-536 and BT-537. */
static int32_t read_duration(struct arena *arena, struct notice *notice, const struct element *project)
{
    const struct element *period = element_child(project, "PlannedPeriod");
    const struct element *measure = element_child(period, "DurationMeasure");
    const char *unit = element_attribute(measure, "unitCode");
    int32_t count = field_int(arena, notice, "duration_months", element_value(measure), 1, 36500);
    if (count < 0)
        return months_between(field_date(arena, notice, "duration_months", element_text(period, "StartDate")),
                              field_date(arena, notice, "duration_months", element_text(period, "EndDate")));
    if (text_is(unit, "YEAR"))
        return count <= 100 ? count * 12 : -1;
    if (text_is(unit, "DAY") || text_is(unit, "WEEK"))
        return months_of_days((int64_t)count * (text_is(unit, "WEEK") ? 7 : 1));
    return count <= 1200 ? count : -1;
}

/* BT-5131 city, BT-728 words, BT-5071 region. */
static const char *read_place(struct arena *arena, const struct element *project)
{
    const struct element *place = element_child(project, "RealizedLocation");
    const char *city = field_string(arena, element_text(place, "Address/CityName"));
    if (!city)
        city = eforms_text(arena, place, "Description");
    return city ? city : field_string(arena, element_text(place, "Address/CountrySubentityCode"));
}

/* BT-131; for a restricted procedure BT-1311, the requests to participate. The earliest of all stands. */
static void read_deadline(struct arena *arena, struct notice *notice, const struct element *process)
{
    int64_t ours, known;
    const struct element *period = element_child(process, "TenderSubmissionDeadlinePeriod");
    if (!period)
        period = element_child(process, "ParticipationRequestReceptionPeriod");
    const char *deadline = field_instant(arena, notice, "deadline", element_text(period, "EndDate"),
                                         element_text(period, "EndTime"));
    if (deadline && (!notice->deadline || (date_parse_instant(deadline, &ours) &&
                                           date_parse_instant(notice->deadline, &known) && ours < known)))
        notice->deadline = deadline;
}

/* BT-06 and BT-775 social, BT-774 environmental; BT-76 and BT-761 legal form. */
static void read_terms(struct arena *arena, struct notice *notice, const struct element *terms,
                       const struct element *project)
{
    const struct element *type = element_child(project, "ProcurementAdditionalType");
    for (; type; type = element_next(type)) {
        const struct element *code = element_child(type, "ProcurementTypeCode");
        const char *list = element_attribute(code, "listName"), *value = element_value(code);
        bool said = value && strcmp(value, "none");
        notice->social_criteria |= said && (text_is(list, "social-objective") || !strcmp(value, "soc-obj"));
        notice->environmental_criteria |=
            said && (text_is(list, "environmental-impact") || !strcmp(value, "env-imp"));
    }
    const struct element *request = element_child(terms, "TendererQualificationRequest");
    for (; request && !notice->legal_form; request = element_next(request))
        notice->legal_form = eforms_text(arena, request, "CompanyLegalForm");
    const struct element *execution = element_child(terms, "ContractExecutionRequirement");
    for (; execution; execution = element_next(execution))
        notice->social_criteria |=
            eforms_code(execution, "ExecutionRequirementCode", "social-objective") != NULL;
}

static void read_lot(struct arena *arena, struct notice *notice, const struct element *element)
{
    const struct element *project = element_child(element, "ProcurementProject");
    const struct element *terms = element_child(element, "TenderingTerms");
    struct notice_lot lot = NOTICE_LOT_EMPTY;
    lot.number = field_string(arena, element_text(element, "ID"));
    lot.title = eforms_text(arena, project, "Name");
    lot.text = eforms_text(arena, project, "Description");
    lot.cpv = add_cpv(arena, notice, NULL, project);
    lot.place = read_place(arena, project);
    lot.value_cents = eforms_amount(arena, notice, "lots.value_cents", project,
                                    "RequestedTenderTotal/EstimatedOverallContractAmount");
    lot.duration_months = read_duration(arena, notice, project);
    lot.reserved = read_reserved(arena, notice, terms);
    lot.criteria = read_criteria(arena, notice, terms);
    read_terms(arena, notice, terms, project);
    notice_add_lot(arena, notice, &lot);
}

void eforms_read_lots(struct arena *arena, struct notice *notice, const struct element *root)
{
    bool flat_deadline = notice->deadline != NULL;
    const struct element *element = element_child(root, "ProcurementProjectLot");
    for (; element; element = element_next(element)) {
        const char *scheme = element_attribute(element_child(element, "ID"), "schemeName");
        if (scheme && strcmp(scheme, "Lot"))
            continue;
        read_lot(arena, notice, element);
        if (!flat_deadline)
            read_deadline(arena, notice, element_child(element, "TenderingProcess"));
    }
    notice->cpv = add_cpv(arena, notice, notice->cpv, element_child(root, "ProcurementProject"));
    notice_sum_lots(arena, notice);
}
