#include "members/social.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/declare.h"
#include "members/details.h"

enum { PARTS_MAX = 8, FULL_PERMILLE = 1000 };

struct part {
    char name[24];
    int64_t weight, none_at, full_at;
    struct fact fact;
    int64_t reached_permille;
};

/* Two thirds on whom the organisation employs and what it does with its surplus: what it exists for. The pay ratio of 7
 * is that of article L3332-17-1 of the Code du travail (ESUS) for the mean of the five highest pays. Ours, to be discussed. */
static const struct {
    const char *part;
    int rank, weight, none_at_thousandths, full_at_thousandths;
} shipped[] = {
    {"insertion", 1, 50, 0, 1000},
    {"surplus", 2, 30, 0, 1000},
    {"pay_ratio", 3, 20, 10000, 3000},
};

int social_store_weights(struct db *db, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < COUNT_OF(shipped) && !result; i++)
        result = db_run(db,
                        "INSERT INTO social_weight(part, rank, weight, none_at_thousandths, full_at_thousandths) "
                        "VALUES (:part, :rank, :weight, :none_at, :full_at) ON CONFLICT(part) DO NOTHING",
                        BIND(TEXT("part", shipped[i].part), INT("rank", shipped[i].rank),
                             INT("weight", shipped[i].weight), INT("none_at", shipped[i].none_at_thousandths),
                             INT("full_at", shipped[i].full_at_thousandths)),
                        error);
    return result;
}

static struct fact fact_of(const char *part, const struct organisation *it)
{
    struct fact fact = {0};
    if (!strcmp(part, "pay_ratio"))
        return it->pay_ratio_thousandths;
    if (!strcmp(part, "surplus"))
        return it->surplus_reinvested_permille;
    if (it->employees.known && it->employees_in_insertion.known && it->employees.value > 0)
        fact.known = number_scale(it->employees_in_insertion.value, 1000, it->employees.value, &fact.value);
    return fact;
}

static int64_t reached(const struct part *part)
{
    int64_t span = part->full_at - part->none_at, permille;
    if (!part->fact.known || !number_scale(part->fact.value - part->none_at, FULL_PERMILLE, span, &permille))
        return 0;
    return permille < 0 ? 0 : permille > FULL_PERMILLE ? FULL_PERMILLE : permille;
}

static int read_parts(struct db *db, const struct organisation *it, struct part *parts, int *ret_count,
                      struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT part, weight, none_at_thousandths, full_at_thousandths FROM social_weight ORDER BY rank",
                          NULL, &rows, error);
    if (result)
        return result;
    int count = 0;
    while (count < PARTS_MAX && rows_next(rows)) {
        struct part *part = &parts[count++];
        *part = (struct part){.weight = rows_int(rows, 1), .none_at = rows_int(rows, 2), .full_at = rows_int(rows, 3)};
        size_t length = strlen(rows_text(rows, 0));
        memcpy(part->name, rows_text(rows, 0), length < sizeof part->name ? length : sizeof part->name - 1);
        part->fact = fact_of(part->name, it);
        part->reached_permille = reached(part);
    }
    *ret_count = count;
    return rows_close(rows);
}

static int store_part(struct db *db, int64_t id, const struct part *part, int64_t weights, struct error *error)
{
    int64_t points = 0;
    (void)number_scale(part->weight * part->reached_permille, 10, weights, &points);
    return db_run(db,
                  "INSERT INTO member_social(member_id, part, fact_thousandths, reached_permille, points_hundredths) "
                  "VALUES (:id, :part, :fact, :reached, :points)",
                  BIND(INT("id", id), TEXT("part", part->name),
                       INT_OR_NULL("fact", part->fact.known, part->fact.value),
                       INT("reached", part->reached_permille), INT("points", points)),
                  error);
}

int social_compute(struct db *db, struct organisation *it, bool *ret_changed, struct error *error)
{
    struct part parts[PARTS_MAX];
    struct fact before = it->social;
    int count = 0;
    int64_t weights = 0, sum = 0;
    bool told = false;
    int result = read_parts(db, it, parts, &count, error);
    if (!result)
        result = db_run(db, "DELETE FROM member_social WHERE member_id = :id", BIND(INT("id", it->id)), error);
    for (int i = 0; i < count; i++) {
        weights += parts[i].weight;
        sum += parts[i].weight * parts[i].reached_permille;
        told |= parts[i].fact.known;
    }
    it->social = (struct fact){0};
    if (told && weights > 0)
        it->social.known = number_scale(sum, 1, weights * 10, &it->social.value);
    for (int i = 0; i < count && told && weights > 0 && !result; i++)
        result = store_part(db, it->id, &parts[i], weights, error);
    *ret_changed = before.known != it->social.known || before.value != it->social.value;
    return result;
}

/* --- changing the formula --- */

static int recompute(struct ctx *ctx, int64_t id)
{
    struct organisation stored, it;
    bool found = false, changed = false;
    int result = organisation_read(ctx->db, ctx->arena, NULL, id, &stored, &found, ctx->error);
    it = stored;
    if (!result && found)
        result = social_compute(ctx->db, &it, &changed, ctx->error);
    if (!result && changed)
        result = organisation_store(ctx->db, ctx->arena, &stored, &it, ctx->now_ms, ctx->error);
    return result ? result : details_refresh(ctx->db, ctx->arena, id, ctx->error);
}

static int recompute_all(struct ctx *ctx, int64_t *ret_count)
{
    struct rows *rows;
    int64_t total, *ids, count = 0;
    int result = db_int(ctx->db, "SELECT count(*) FROM member WHERE social IS NOT NULL", NULL, 0, &total, ctx->error);
    if (!result)
        result = db_query(ctx->db, "SELECT id FROM member WHERE social IS NOT NULL", NULL, &rows, ctx->error);
    if (result)
        return result;
    ids = ARENA_ARRAY(ctx->arena, int64_t, total + 1);
    while (count < total && rows_next(rows))
        ids[count++] = rows_int(rows, 0);
    result = rows_close(rows);
    for (int64_t i = 0; i < count && !result; i++)
        result = recompute(ctx, ids[i]);
    *ret_count = count;
    return result;
}

int social_weigh(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t none_at = tree_int(args, "none_at", 0), full_at = tree_int(args, "full_at", 0), weights, count = 0;
    if (none_at == full_at)
        return error_set(ctx->error, ERR_INVALID, "full_at", N_("Nothing and everything cannot be reached at the same figure."),
                         NULL);
    int code = db_run(ctx->db,
                      "UPDATE social_weight SET weight = :weight, none_at_thousandths = :none_at, "
                      "full_at_thousandths = :full_at WHERE part = :part",
                      BIND(INT("weight", tree_int(args, "weight", 0)), INT("none_at", none_at), INT("full_at", full_at),
                           TEXT("part", tree_text(args, "part"))),
                      ctx->error);
    if (!code)
        code = db_int(ctx->db, "SELECT CAST(SUM(weight) AS INTEGER) FROM social_weight", NULL, 0, &weights, ctx->error);
    if (!code && weights < 1)
        code = error_set(ctx->error, ERR_REFUSED, "weight", N_("At least one part must weigh something."), NULL);
    if (!code)
        code = recompute_all(ctx, &count);
    tree_set_int(ctx->arena, result, "organisations", count);
    return code;
}
