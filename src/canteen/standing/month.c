/* Computing the charges of a month out of the days people were there. */
#include "canteen/standing/month.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"

struct computing {
    struct month *month;
    struct stay_span *spans;
    size_t span_count;
    struct period *refusals, *entitlements;
    size_t refusal_count, entitlement_count, share_room;
};

struct period { /* of a person, in a contract (0: none) */
    int64_t contract, person;
    int32_t first, last;
};

/* --- the month --- */

int month_open(struct month *month, struct ctx *ctx, int64_t establishment, const char *text)
{
    char next[16];
    int32_t next_day;
    *month = (struct month){.ctx = ctx, .establishment = establishment};
    snprintf(month->first_on, sizeof month->first_on, "%.7s-01", text);
    if (strlen(text) != 7 || !date_parse(month->first_on, &month->first))
        return error_set(ctx->error, ERR_INVALID, "month", N_("This must be a month, such as 2026-11."), NULL);
    date_format(month->first + 31, next); /* some day of the next month */
    memcpy(next + 8, "01", 3);
    date_parse(next, &next_day);
    month->days = next_day - month->first;
    date_format(next_day, month->next_on);
    date_format(next_day - 1, month->last_on);
    month->month = arena_strdup(ctx->arena, text);
    return 0;
}

/* --- what it rests on --- */

static int read_contracts(struct month *month)
{
    struct rows *rows;
    struct ctx *ctx = month->ctx;
    int64_t room = 0;
    static const char *const counted = "SELECT COUNT(*) FROM standing_contract WHERE establishment_id = :establishment";
    int result = db_int(ctx->db, counted, BIND(INT("establishment", month->establishment)), 0, &room, ctx->error);
    month->contracts = ARENA_ARRAY(ctx->arena, struct contract, room + 1);
    if (!result)
        result = db_query(ctx->db,
                          "SELECT k.id, k.product_id, k.code, k.person_id, k.wing, k.cell, k.place, k.starts_on, k.ends_on, r.value FROM "
                          "standing_contract k LEFT JOIN standing_rule r ON r.establishment_id = k.establishment_id AND r.kind = 'hardship_free' "
                          "AND r.code = k.code WHERE k.establishment_id = :establishment AND k.starts_on <= :last_on AND (k.ends_on = '' OR "
                          "k.ends_on >= :first_on) ORDER BY k.code, k.place, k.reference, k.starts_on",
                          BIND(INT("establishment", month->establishment), TEXT("first_on", month->first_on), TEXT("last_on", month->last_on)),
                          &rows, ctx->error);
    if (result)
        return result;
    while ((int64_t)month->contract_count < room && rows_next(rows))
        month->contracts[month->contract_count++] = (struct contract){
            .id = rows_int(rows, 0),
            .product = rows_int(rows, 1),
            .code = rows_int(rows, 2),
            .person = rows_null(rows, 3) ? 0 : rows_int(rows, 3),
            .wing = arena_strdup(ctx->arena, rows_text(rows, 4)),
            .cell = arena_strdup(ctx->arena, rows_text(rows, 5)),
            .place = arena_strdup(ctx->arena, rows_text(rows, 6)),
            .starts_on = arena_strdup(ctx->arena, rows_text(rows, 7)),
            .ends_on = arena_strdup(ctx->arena, rows_text(rows, 8)),
            .free_for_entitled = !rows_null(rows, 9) && rows_int(rows, 9) == 1,
        };
    return rows_close(rows);
}

/* The price in force on the first day charged in the month holds for all of it. */
static int read_price(struct month *month, struct contract *contract)
{
    struct rows *rows;
    struct ctx *ctx = month->ctx;
    const char *on = strcmp(contract->starts_on, month->first_on) > 0 ? contract->starts_on : month->first_on;
    int result = db_query(ctx->db,
                          "SELECT price_cents, from_on FROM canteen_price WHERE product_id = :product AND from_on <= :on_date "
                          "ORDER BY from_on DESC LIMIT 1",
                          BIND(INT("product", contract->product), TEXT("on_date", on)), &rows, ctx->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        contract->price_cents = rows_int(rows, 0);
        contract->price_from = arena_strdup(ctx->arena, rows_text(rows, 1));
    }
    result = rows_close(rows);
    if (!result && !contract->price_from)
        return error_set(ctx->error, ERR_REFUSED, "code", N_("No price of {0} is decided for {1}: record the decision first."),
                         arena_printf(ctx->arena, "%" PRId64, contract->code), on, NULL);
    return result;
}

/* Rows of contract, person, first and last day ('' for none), as far as they touch the month. */
static int read_periods(struct month *month, const char *counted, const char *sql, struct period **ret_periods, size_t *ret_count)
{
    struct rows *rows;
    struct ctx *ctx = month->ctx;
    int64_t room = 0;
    int result = db_int(ctx->db, counted, BIND(INT("establishment", month->establishment)), 0, &room, ctx->error);
    struct period *periods = ARENA_ARRAY(ctx->arena, struct period, room + 1);
    if (!result)
        result = db_query(ctx->db, sql,
                          BIND(INT("establishment", month->establishment), TEXT("first_on", month->first_on), TEXT("last_on", month->last_on)),
                          &rows, ctx->error);
    if (result)
        return result;
    *ret_periods = periods;
    for (*ret_count = 0; (int64_t)*ret_count < room && rows_next(rows); ++*ret_count) {
        struct period *period = &periods[*ret_count];
        *period = (struct period){.contract = rows_int(rows, 0), .person = rows_int(rows, 1), .last = INT32_MAX};
        date_parse(rows_text(rows, 2), &period->first);
        if (*rows_text(rows, 3))
            date_parse(rows_text(rows, 3), &period->last);
    }
    return rows_close(rows);
}

static int read_all(struct computing *computing)
{
    struct month *month = computing->month;
    struct ctx *ctx = month->ctx;
    int result = stay_spans(ctx->db, ctx->arena, month->establishment, month->first_on, month->last_on, &computing->spans,
                            &computing->span_count, ctx->error);
    if (!result)
        result = read_contracts(month);
    if (!result)
        result = read_periods(month,
                              "SELECT COUNT(*) FROM standing_refusal f JOIN standing_contract k ON k.id = f.contract_id WHERE k.establishment_id = :establishment",
                              "SELECT f.contract_id, f.person_id, f.from_on, f.to_on FROM standing_refusal f JOIN standing_contract k ON "
                              "k.id = f.contract_id WHERE k.establishment_id = :establishment AND f.from_on <= :last_on AND (f.to_on = '' OR f.to_on >= :first_on)",
                              &computing->refusals, &computing->refusal_count);
    if (!result)
        result = read_periods(month, "SELECT COUNT(*) FROM standing_entitlement WHERE establishment_id = :establishment",
                              "SELECT 0, person_id, from_on, to_on FROM standing_entitlement WHERE establishment_id = :establishment AND "
                              "from_on <= :last_on AND to_on >= :first_on",
                              &computing->entitlements, &computing->entitlement_count);
    for (size_t i = 0; i < month->contract_count && !result; i++)
        result = read_price(month, &month->contracts[i]);
    return result;
}

/* --- who shares --- */

static bool is_within(const struct period *periods, size_t count, int64_t contract, int64_t person, int32_t day)
{
    for (size_t i = 0; i < count; i++)
        if (periods[i].contract == contract && periods[i].person == person && periods[i].first <= day && periods[i].last >= day)
            return true;
    return false;
}

/* Spans stand in the order in which people came; a person has one place among the payers, whatever the stays. */
static size_t payer_of(struct month *month, const struct stay_span *span)
{
    for (size_t i = 0; i < month->payer_count; i++)
        if (month->payers[i].person == span->person) {
            month->payers[i].stay = span->stay;
            return i;
        }
    month->payers[month->payer_count] = (struct payer){span->person, span->stay, span->reference};
    return month->payer_count++;
}

static void mark_days(struct computing *computing, const struct contract *contract, const struct stay_span *span, struct sharer *sharer)
{
    struct month *month = computing->month;
    int32_t starts = 0, ends = INT32_MAX;
    date_parse(contract->starts_on, &starts);
    if (*contract->ends_on)
        date_parse(contract->ends_on, &ends);
    for (int32_t day = span->first; day <= span->last; day++) {
        if (day < starts || day > ends || is_within(computing->refusals, computing->refusal_count, contract->id, span->person, day))
            continue;
        bool is_free = contract->free_for_entitled && is_within(computing->entitlements, computing->entitlement_count, 0, span->person, day);
        sharer->days[day - month->first] = is_free ? THERE_FREE : THERE_PAYS;
    }
}

static int share_contract(struct computing *computing, struct contract *contract)
{
    struct month *month = computing->month;
    struct ctx *ctx = month->ctx;
    size_t count = 0, from = month->share_count;
    for (size_t i = 0; i < computing->span_count; i++)
        count += contract->person ? computing->spans[i].person == contract->person : !strcmp(computing->spans[i].place, contract->place);
    struct sharer *sharers = ARENA_ARRAY(ctx->arena, struct sharer, count + 1);
    count = 0;
    for (size_t i = 0; i < computing->span_count; i++) {
        const struct stay_span *span = &computing->spans[i];
        if (contract->person ? span->person != contract->person : strcmp(span->place, contract->place) != 0)
            continue;
        size_t payer = payer_of(month, span), at = 0;
        while (at < count && month->shares[from + at].payer != payer)
            at++;
        if (at == count)
            month->shares[from + count++] = (struct share){.contract = contract, .payer = payer, .sharer = &sharers[at], .all = sharers, .state = "free"};
        mark_days(computing, contract, span, &sharers[at]);
    }
    month->share_count += count;
    for (size_t i = 0; i < count; i++)
        month->shares[from + i].all_count = count;
    return month_share(ctx->arena, sharers, count, month->days, contract->price_cents, &contract->occupied_days, &contract->total_cents, ctx->error);
}

/* As many shares as there are spans in places with contracts. */
static size_t count_shares(const struct computing *computing)
{
    size_t room = 0;
    for (size_t c = 0; c < computing->month->contract_count; c++) {
        const struct contract *contract = &computing->month->contracts[c];
        for (size_t i = 0; i < computing->span_count; i++)
            room += contract->person ? computing->spans[i].person == contract->person : !strcmp(computing->spans[i].place, contract->place);
    }
    return room;
}

int month_compute(struct month *month)
{
    struct computing computing = {.month = month};
    int result = read_all(&computing);
    if (result)
        return result;
    month->payers = ARENA_ARRAY(month->ctx->arena, struct payer, computing.span_count + 1);
    month->shares = ARENA_ARRAY(month->ctx->arena, struct share, count_shares(&computing) + 1);
    for (size_t i = 0; i < month->contract_count && !result; i++)
        result = share_contract(&computing, &month->contracts[i]);
    return result;
}

/* --- as it can be read --- */

static int keep_slices(const struct month *month, const struct share *share)
{
    const struct payer *payer = &month->payers[share->payer];
    int result = 0;
    for (int from = 0, to; from < month->days && !result; from = to) {
        char from_on[DATE_BYTES], to_on[DATE_BYTES];
        int kind = share->sharer->days[from], occupants = sharers_on(share->all, share->all_count, from);
        for (to = from + 1; to < month->days && share->sharer->days[to] == kind && sharers_on(share->all, share->all_count, to) == occupants;)
            to++;
        if (kind == NOT_THERE)
            continue;
        date_format(month->first + from, from_on);
        date_format(month->first + to - 1, to_on);
        result = db_run(month->ctx->db,
                        "INSERT INTO standing_slice(contract_id, month, person_id, from_on, to_on, days, occupants, free, reference) VALUES "
                        "(:contract, :month, :person, :from_on, :to_on, :days, :occupants, :free, :reference)",
                        BIND(INT("contract", share->contract->id), TEXT("month", month->month), INT("person", payer->person),
                             TEXT("from_on", from_on), TEXT("to_on", to_on), INT("days", to - from), INT("occupants", occupants),
                             INT("free", kind == THERE_FREE), TEXT("reference", payer->reference)),
                        month->ctx->error);
    }
    return result;
}

static int keep_share(const struct month *month, const struct share *share)
{
    const struct payer *payer = &month->payers[share->payer];
    const struct sharer *sharer = share->sharer;
    if (!sharer->paid_days && !sharer->free_days)
        return 0;
    int result = db_run(month->ctx->db,
                        "INSERT INTO standing_share(contract_id, month, person_id, establishment_id, stay_id, reference, days, free_days, "
                        "share_cents, free_cents, state, order_id) VALUES (:contract, :month, :person, :establishment, :stay, :reference, :days, "
                        ":free_days, :share, :free, :state, :order)",
                        BIND(INT("contract", share->contract->id), TEXT("month", month->month), INT("person", payer->person),
                             INT("establishment", month->establishment), INT("stay", payer->stay), TEXT("reference", payer->reference),
                             INT("days", sharer->paid_days + sharer->free_days), INT("free_days", sharer->free_days),
                             INT("share", sharer->paid_cents), INT("free", sharer->free_cents), TEXT("state", share->state),
                             INT("order", share->order)),
                        month->ctx->error);
    return result ? result : keep_slices(month, share);
}

static int forget(const struct month *month)
{
    static const char *const statements[] = {
        "DELETE FROM standing_slice WHERE month = :month AND contract_id IN (SELECT id FROM standing_contract WHERE establishment_id = :establishment)",
        "DELETE FROM standing_share WHERE month = :month AND establishment_id = :establishment",
        "DELETE FROM standing_month WHERE month = :month AND establishment_id = :establishment",
    };
    int result = 0;
    for (size_t i = 0; i < COUNT_OF(statements) && !result; i++)
        result = db_run(month->ctx->db, statements[i], BIND(TEXT("month", month->month), INT("establishment", month->establishment)),
                        month->ctx->error);
    return result;
}

int month_keep(const struct month *month)
{
    int result = forget(month);
    for (size_t i = 0; i < month->contract_count && !result; i++) {
        const struct contract *contract = &month->contracts[i];
        result = db_run(month->ctx->db,
                        "INSERT INTO standing_month(contract_id, month, establishment_id, price_cents, price_from, month_days, occupied_days, "
                        "total_cents) VALUES (:contract, :month, :establishment, :price, :price_from, :month_days, :occupied, :total)",
                        BIND(INT("contract", contract->id), TEXT("month", month->month), INT("establishment", month->establishment),
                             INT("price", contract->price_cents), TEXT("price_from", contract->price_from), INT("month_days", month->days),
                             INT("occupied", contract->occupied_days), INT("total", contract->total_cents)),
                        month->ctx->error);
    }
    for (size_t i = 0; i < month->share_count && !result; i++)
        result = keep_share(month, &month->shares[i]);
    return result;
}
