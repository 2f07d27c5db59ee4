/* efac:NoticeResult: which lot went to whom. A LotResult names its LotTenders, a LotTender its
 * TenderingParty, a TenderingParty its organisations; a SettledContract the tenders that were signed. */
#include <string.h>

#include "base/text.h"
#include "tenders/formats/eforms.h"

struct result {
    const struct element *element;
    const struct element_index *companies;
    struct element_index tenders, parties, contracts;
    struct element_index signed_tenders; /* the contract that names a tender */
    const char *day;                     /* when a contract has no date of its own */
};

static void index_children(struct arena *arena, struct element_index *index, const struct element *parent,
                           const char *name)
{
    const struct element *child = element_child(parent, name);
    for (; child; child = element_next(child))
        element_index_add(arena, index, element_text(child, "ID"), child);
    element_index_sort(index);
}

static void index_signed_tenders(struct arena *arena, struct result *result)
{
    const struct element *contract = element_child(result->element, "SettledContract");
    for (; contract; contract = element_next(contract)) {
        const struct element *tender = element_child(contract, "LotTender");
        for (; tender; tender = element_next(tender))
            element_index_add(arena, &result->signed_tenders, element_text(tender, "ID"), contract);
    }
    element_index_sort(&result->signed_tenders);
}

/* Examples of the SDK say 2000-01-01 where no date was given. */
static const char *read_day(struct arena *arena, struct notice *notice, const char *value)
{
    const char *day = field_date(arena, notice, "awards.on", value);
    return text_is(day, "2000-01-01") ? NULL : day;
}

static bool any_signed(const struct result *result, const struct element *lot_result)
{
    const struct element *tender = element_child(lot_result, "LotTender");
    for (; tender; tender = element_next(tender))
        if (element_index_find(&result->signed_tenders, element_text(tender, "ID")))
            return true;
    return false;
}

/* OPT-300 and OPT-170 */
static struct tree *read_winners(struct arena *arena, struct notice *notice, const struct result *result,
                                 const struct element *party)
{
    struct tree *winners = tree_list(arena);
    const struct element *tenderer = element_child(party, "Tenderer");
    for (; tenderer; tenderer = element_next(tenderer)) {
        const struct element *company = element_index_find(result->companies, element_text(tenderer, "ID"));
        const char *name = eforms_text(arena, company, "PartyName/Name");
        const char *siret = eforms_company_siret(arena, notice, "awards.winners.siret", company);
        bool leader = text_is(element_text(tenderer, "GroupLeadIndicator"), "true");
        if (name || siret)
            award_add_winner(arena, winners, name, siret, leader);
    }
    return winners;
}

/* BT-759 with BT-760 "tenders" */
static int32_t read_offers(struct arena *arena, struct notice *notice, const struct element *lot_result)
{
    const struct element *statistic = element_child(lot_result, "ReceivedSubmissionsStatistics");
    for (; statistic; statistic = element_next(statistic))
        if (text_is(element_text(statistic, "StatisticsCode"), "tenders"))
            return field_int(arena, notice, "offers_received", element_text(statistic, "StatisticsNumeric"),
                             0, 100000);
    return -1;
}

static void add_award(struct arena *arena, struct notice *notice, const struct result *result,
                      const struct element *lot_result, const char *number)
{
    const struct element *tender = element_index_find(&result->tenders, number);
    const struct element *party =
        element_index_find(&result->parties, element_text(tender, "TenderingParty/ID"));
    const struct element *contract = element_index_find(&result->signed_tenders, number);
    if (!contract)
        contract = element_index_find(&result->contracts, element_text(lot_result, "SettledContract/ID"));
    const char *day = element_text(contract, "AwardDate"); /* BT-1451, or BT-145 */
    int64_t cents = eforms_amount(arena, notice, "awards.amount", tender, "LegalMonetaryTotal/PayableAmount");
    int32_t offers = read_offers(arena, notice, lot_result);
    struct tree *winners = read_winners(arena, notice, result, party);
    if (!notice->awards)
        notice->awards = tree_list(arena);
    struct tree *award = tree_add_map(arena, notice->awards);
    tree_set_text(arena, award, "lot", field_string(arena, element_text(lot_result, "TenderLot/ID")));
    if (cents >= 0) /* BT-720 */
        tree_set_int(arena, award, "amount_cents", cents);
    tree_set_text(arena, award, "form",
                  winners->count == 1 ? "none" : NULL); /* of several, eForms does not say */
    day = read_day(arena, notice, day ? day : element_text(contract, "IssueDate"));
    tree_set_text(arena, award, "on", day ? day : result->day);
    if (offers >= 0)
        tree_set_int(arena, award, "offers", offers);
    tree_set(arena, award, "winners", winners);
    if (offers > notice->offers_received)
        notice->offers_received = offers;
}

static void read_lot_result(struct arena *arena, struct notice *notice, const struct result *result,
                            const struct element *lot_result)
{
    bool signed_only = any_signed(result, lot_result);
    const struct element *tender = element_child(lot_result, "LotTender");
    for (; tender; tender = element_next(tender)) {
        const char *number = element_text(tender, "ID");
        if (!signed_only || element_index_find(&result->signed_tenders, number))
            add_award(arena, notice, result, lot_result, number);
    }
}

void eforms_read_result(struct arena *arena, struct notice *notice, const struct element *root,
                        const struct element *extension, const struct element_index *companies)
{
    struct result result = {.element = element_child(extension, "NoticeResult"), .companies = companies};
    const struct element *lot_result = element_child(result.element, "LotResult");
    bool closed = lot_result != NULL;
    if (!result.element)
        return;
    result.day = read_day(arena, notice, element_text(root, "TenderResult/AwardDate"));
    index_children(arena, &result.tenders, result.element, "LotTender");
    index_children(arena, &result.parties, result.element, "TenderingParty");
    index_children(arena, &result.contracts, result.element, "SettledContract");
    index_signed_tenders(arena, &result);
    for (; lot_result; lot_result = element_next(lot_result)) {
        const char *outcome = element_text(lot_result, "TenderResultCode"); /* BT-142 */
        closed &= text_is(outcome, "clos-nw");
        if (!outcome || !strcmp(outcome, "selec-w"))
            read_lot_result(arena, notice, &result, lot_result);
    }
    int64_t total = eforms_amount(arena, notice, "value_cents", result.element, "TotalAmount"); /* BT-161 */
    if (total < 0)
        total = awards_total(notice->awards);
    if (total >= 0)
        notice->value_cents = total;
    if (closed && !notice->awards && notice->kind == NOTICE_AWARD)
        notice->kind = NOTICE_CANCELLATION; /* no lot has a winner, and none is still open */
}
