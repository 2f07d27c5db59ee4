/* What an allocation rests on: the balances of the year, and the law on the day of the assembly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "law/law.h"
#include "surplus/matters.h"

/* --- the books --- */

static int64_t cut(__int128 sum)
{
    return sum > INT64_MAX ? INT64_MAX : sum < -INT64_MAX ? -INT64_MAX : (int64_t)sum;
}

/* Debit less credit of all accounts whose number begins so. */
static __int128 balance_under(const struct ledger_sum *sums, size_t count, const char *prefix)
{
    __int128 sum = 0;
    for (size_t i = 0; i < count; i++)
        if (text_starts(sums[i].number, prefix))
            sum += (__int128)sums[i].debit_cents - sums[i].credit_cents;
    return sum;
}

static int64_t at_least_zero(__int128 sum)
{
    return sum < 0 ? 0 : cut(sum);
}

static int64_t result_of(const struct ledger_sum *sums, size_t count)
{
    return cut(-balance_under(sums, count, "6") - balance_under(sums, count, "7"));
}

int year_result(struct db *db, struct arena *arena, int64_t year, int64_t *ret_result, struct error *error)
{
    struct ledger_sum *sums;
    size_t count;
    int result = ledger_year_sums(db, arena, year, &sums, &count, error);
    if (!result)
        *ret_result = result_of(sums, count);
    return result;
}

static enum allocation_kind kind_of(const char *kind)
{
    return text_is(kind, "scic") ? ALLOCATION_SCIC : text_is(kind, "scop") ? ALLOCATION_SCOP : ALLOCATION_ASSOCIATION;
}

int basis_read(struct db *db, struct arena *arena, const struct ledger_year *year, struct basis *ret_basis, struct error *error)
{
    struct ledger_entity entity;
    struct ledger_sum *sums;
    size_t count;
    int result = ledger_entity(db, arena, &entity, error);
    if (!result)
        result = ledger_year_sums(db, arena, year->id, &sums, &count, error);
    if (result)
        return result;
    ret_basis->kind = entity.kind;
    ret_basis->figures = (struct allocation_basis){
        .kind = kind_of(entity.kind),
        .result = result_of(sums, count),
        .losses = at_least_zero(balance_under(sums, count, "119")),
        .carried = at_least_zero(-balance_under(sums, count, "110")),
        .capital = at_least_zero(-balance_under(sums, count, "101") - balance_under(sums, count, "109")),
        .legal_reserve = at_least_zero(-balance_under(sums, count, "1061")),
        .reserves = at_least_zero(-balance_under(sums, count, "106")),
        .subsidies = at_least_zero(-balance_under(sums, count, "74")),
    };
    return 0;
}

/* --- the law --- */

static int read_rate(struct db *db, struct arena *arena, const char *id, const char *on, struct allocation_rate *ret_rate,
                     struct error *error)
{
    struct law_value value;
    int result = law_rate(db, arena, id, on, &value, error);
    if (result)
        return result;
    *ret_rate = (struct allocation_rate){.found = value.found,
                                         .confirmed = value.confirmed,
                                         .ppm = text_is(value.unit, "percent") ? value.value_millionths / 100 : value.value_millionths,
                                         .article = value.article};
    return 0;
}

enum { HALF_YEARS = 6 };

/* Mean of the half-yearly rates of the three calendar years before the assembly's; rounded down. Not found when one of
 * them is an open question. */
static int read_mean(struct db *db, struct arena *arena, const char *assembly_on, struct allocation_rate *ret_mean, struct error *error)
{
    int year = atoi(assembly_on);
    int64_t sum = 0;
    *ret_mean = (struct allocation_rate){.found = true, .confirmed = true};
    for (int i = 0; i < HALF_YEARS; i++) {
        struct law_value value;
        struct error missing = {0};
        const char *on = arena_printf(arena, "%04d-%s", year - 3 + i / 2, i % 2 ? "07-01" : "01-01");
        int result = law_rate(db, arena, "tmop.half_yearly", on, &value, &missing);
        if (result && result != ERR_NOT_FOUND) {
            *error = missing;
            return result;
        }
        if (result || !value.found) {
            *ret_mean = (struct allocation_rate){0};
            return 0;
        }
        ret_mean->confirmed &= value.confirmed;
        ret_mean->article = value.article;
        sum += value.value_millionths;
    }
    int64_t parts = HALF_YEARS * 100; /* of per cent, so that the mean is in millionths of one */
    ret_mean->ppm = sum / parts - (sum % parts < 0);
    return 0;
}

struct statutes {
    int64_t legal, statutory;
    char threshold[16];
};

static int read_statutes(struct db *db, const char *on, struct statutes *ret_statutes, struct error *error)
{
    struct rows *rows;
    *ret_statutes = (struct statutes){.threshold = "law"};
    int result = db_query(db,
                          "SELECT legal, statutory, threshold FROM surplus_statutes WHERE from_on <= :on_date "
                          "ORDER BY from_on DESC LIMIT 1",
                          BIND(TEXT("on_date", on)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        ret_statutes->legal = rows_int(rows, 0);
        ret_statutes->statutory = rows_int(rows, 1);
        snprintf(ret_statutes->threshold, sizeof ret_statutes->threshold, "%s", rows_text(rows, 2));
    }
    return rows_close(rows);
}

static int read_all(struct db *db, struct arena *arena, enum allocation_kind kind, const char *on, struct allocation_rules *rules,
                    struct allocation_rate *ret_alone, struct error *error)
{
    struct asked {
        const char *id;
        struct allocation_rate *rate;
    };
    const struct asked scic[] = {{"surplus.losses_first", &rules->losses_first},
                                 {"scic.reserve.legal_min", &rules->legal},
                                 {"scic.reserve.threshold_legal_alone", ret_alone},
                                 {"scic.reserve.statutory_min", &rules->statutory},
                                 {"scic.interest.margin", &rules->margin},
                                 {"scic.interest.subsidies_out", &rules->subsidies},
                                 {"scic.carry_forward", &rules->carry},
                                 {NULL, NULL}};
    const struct asked scop[] = {{"surplus.losses_first", &rules->losses_first},
                                 {"scop.reserve.legal_min", &rules->legal},
                                 {"scic.reserve.threshold_legal_alone", ret_alone},
                                 {"scop.development_fund_min", &rules->development},
                                 {"scop.employees_min", &rules->employees},
                                 {"scop.interest.reserves_limit", &rules->reserves_interest},
                                 {"scic.interest.margin", &rules->margin},
                                 {"scop.carry_forward", &rules->carry},
                                 {NULL, NULL}};
    const struct asked association[] = {
        {"surplus.losses_first", &rules->losses_first}, {"association.sharing", &rules->sharing}, {NULL, NULL}};
    int result = 0;
    for (const struct asked *asked = kind == ALLOCATION_SCIC ? scic : kind == ALLOCATION_SCOP ? scop : association;
         asked->id && !result; asked++)
        result = read_rate(db, arena, asked->id, on, asked->rate, error);
    return result;
}

int law_basis_read(struct db *db, struct arena *arena, enum allocation_kind kind, const char *assembly_on, int64_t mean_ppm,
                   struct law_basis *ret_basis, struct error *error)
{
    struct allocation_rate alone = {.found = true, .confirmed = true, .ppm = LAW_ONE};
    struct statutes statutes;
    *ret_basis = (struct law_basis){.threshold = "legal_reserve"};
    struct allocation_rules *rules = &ret_basis->rules;
    int result = read_all(db, arena, kind, assembly_on, rules, &alone, error);
    if (!result)
        result = read_statutes(db, assembly_on, &statutes, error);
    if (!result && kind != ALLOCATION_ASSOCIATION)
        result = read_mean(db, arena, assembly_on, &rules->mean, error);
    if (result)
        return result;
    if (!rules->mean.found && mean_ppm >= 0) {
        rules->mean = (struct allocation_rate){.found = true, .ppm = mean_ppm, .article = rules->margin.article};
        ret_basis->mean_given = true;
    }
    rules->statutes_legal = statutes.legal;
    rules->statutes_statutory = statutes.statutory;
    bool by_law = text_is(statutes.threshold, "law");
    rules->legal_alone = by_law ? alone.ppm != 0 : text_is(statutes.threshold, "legal_reserve");
    /* The legal reserve alone is the stricter reading: it can only ask for more than the other. */
    rules->threshold_confirmed = alone.confirmed;
    ret_basis->threshold = rules->legal_alone ? "legal_reserve" : "all_reserves";
    return 0;
}
