/* What others may read of the surplus: surplus.h. */
#include "base/arena.h"
#include "base/text.h"
#include "surplus/matters.h"
#include "surplus/surplus.h"

static const char *keep(struct arena *arena, struct rows *rows, int column)
{
    const char *text = rows_text(rows, column);
    return arena_strdup(arena, text ? text : "");
}

/* Grows a list in the arena: places double. */
static void *room_for(struct arena *arena, void *list, size_t count, size_t size)
{
    if (count & (count - 1)) /* between two powers of two there is room */
        return list;
    char *larger = arena_alloc(arena, (count ? count * 2 : 1) * size);
    for (size_t i = 0; i < count * size; i++)
        larger[i] = ((char *)list)[i];
    return larger;
}

static int read_lines(struct db *db, struct arena *arena, int64_t id, struct surplus_allocation *allocation, struct error *error)
{
    struct rows *rows;
    struct surplus_line *lines = NULL;
    size_t count = 0;
    int result = db_query(db,
                          "SELECT code, account, fund, amount_cents, article, confirmed, text_fr, text_en FROM surplus_allocation_line "
                          "WHERE allocation_id = :id ORDER BY rank",
                          BIND(INT("id", id)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        lines = room_for(arena, lines, count, sizeof *lines);
        lines[count++] = (struct surplus_line){.code = keep(arena, rows, 0),
                                               .account = keep(arena, rows, 1),
                                               .fund = keep(arena, rows, 2),
                                               .amount_cents = rows_int(rows, 3),
                                               .article = keep(arena, rows, 4),
                                               .confirmed = rows_int(rows, 5) != 0,
                                               .text_fr = keep(arena, rows, 6),
                                               .text_en = keep(arena, rows, 7)};
    }
    allocation->lines = lines;
    allocation->line_count = count;
    return rows_close(rows);
}

int surplus_allocation_read(struct db *db, struct arena *arena, const char *year, struct surplus_allocation *ret_allocation,
                            struct error *error)
{
    struct rows *rows;
    int64_t id = 0;
    int result = db_query(db,
                          "SELECT a.id, a.year, a.kind, a.state, a.assembly_on, a.result_cents, a.losses_cents, a.capital_cents, "
                          "a.subsidies_cents, a.to_confirm, a.entry_id, d.votes_for, d.votes_against, d.votes_abstained, d.minutes "
                          "FROM surplus_allocation a LEFT JOIN surplus_decision d ON d.id = a.decision_id WHERE a.year = :year",
                          BIND(TEXT("year", year)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        id = rows_int(rows, 0);
        *ret_allocation = (struct surplus_allocation){.year = keep(arena, rows, 1),
                                                      .kind = keep(arena, rows, 2),
                                                      .state = keep(arena, rows, 3),
                                                      .assembly_on = keep(arena, rows, 4),
                                                      .result_cents = rows_int(rows, 5),
                                                      .losses_cents = rows_int(rows, 6),
                                                      .capital_cents = rows_int(rows, 7),
                                                      .subsidies_cents = rows_int(rows, 8),
                                                      .to_confirm = rows_int(rows, 9) != 0,
                                                      .entry = rows_int(rows, 10),
                                                      .votes_for = rows_int(rows, 11),
                                                      .votes_against = rows_int(rows, 12),
                                                      .votes_abstained = rows_int(rows, 13),
                                                      .minutes = keep(arena, rows, 14)};
    }
    result = rows_close(rows);
    if (!result && !id)
        return error_set(error, ERR_NOT_FOUND, "year", N_("The result of {0} has no draft yet: make one first."), year, NULL);
    return result ? result : read_lines(db, arena, id, ret_allocation, error);
}

/* Commitments count both ways: what was promised and not yet spent or released stands in their sum. */
static const char funds_sql[] =
    "SELECT f.id, f.code, f.name, f.purpose, f.origin, f.account, "
    "CAST(SUM(CASE WHEN m.kind IN ('allocated', 'received', 'transferred') THEN m.amount_cents ELSE 0 END) AS INTEGER), "
    "CAST(SUM(CASE WHEN m.kind IN ('committed', 'released') THEN m.amount_cents ELSE 0 END) AS INTEGER), "
    "CAST(SUM(CASE WHEN m.kind = 'spent' THEN m.amount_cents ELSE 0 END) AS INTEGER), "
    "CAST(SUM(CASE WHEN m.kind IN ('allocated', 'received', 'transferred') AND m.moved_on >= :from_on THEN m.amount_cents ELSE 0 END) "
    "AS INTEGER), "
    "CAST(SUM(CASE WHEN m.kind = 'spent' AND m.moved_on >= :from_on THEN m.amount_cents ELSE 0 END) AS INTEGER) "
    "FROM surplus_fund f LEFT JOIN surplus_fund_move m ON m.fund_id = f.id AND m.moved_on <= :to_on "
    "WHERE f.opened_on <= :to_on GROUP BY f.id, f.code, f.name, f.purpose, f.origin, f.account ORDER BY f.code";

int surplus_funds(struct db *db, struct arena *arena, const char *from, const char *to, struct surplus_fund **ret_funds,
                  size_t *ret_count, struct error *error)
{
    struct rows *rows;
    struct surplus_fund *funds = NULL;
    size_t count = 0;
    int result = db_query(db, funds_sql, BIND(TEXT("from_on", from), TEXT("to_on", to)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        funds = room_for(arena, funds, count, sizeof *funds);
        funds[count++] = (struct surplus_fund){.id = rows_int(rows, 0),
                                               .code = keep(arena, rows, 1),
                                               .name = keep(arena, rows, 2),
                                               .purpose = keep(arena, rows, 3),
                                               .origin = keep(arena, rows, 4),
                                               .account = keep(arena, rows, 5),
                                               .allocated_cents = rows_int(rows, 6),
                                               .committed_cents = rows_int(rows, 7),
                                               .spent_cents = rows_int(rows, 8),
                                               .left_cents = rows_int(rows, 6) - rows_int(rows, 8),
                                               .given_cents = rows_int(rows, 9),
                                               .used_cents = rows_int(rows, 10)};
    }
    *ret_funds = funds;
    *ret_count = count;
    return rows_close(rows);
}

int surplus_spendings(struct db *db, struct arena *arena, const char *from, const char *to,
                      struct surplus_spending **ret_spendings, size_t *ret_count, struct error *error)
{
    struct rows *rows;
    struct surplus_spending *spendings = NULL;
    size_t count = 0;
    int result = db_query(db,
                          "SELECT s.reference, f.code, s.use, s.label, s.spent_on, s.amount_cents, s.people, s.entry_id, s.publishable, "
                          "(SELECT COUNT(*) FROM surplus_proof p WHERE p.spending_id = s.id), "
                          "(SELECT COUNT(*) FROM surplus_proof p WHERE p.spending_id = s.id AND p.names_person = 0) "
                          "FROM surplus_spending s JOIN surplus_fund f ON f.id = s.fund_id "
                          "WHERE s.state = 'spent' AND s.spent_on >= :from_on AND s.spent_on <= :to_on ORDER BY s.spent_on, s.id",
                          BIND(TEXT("from_on", from), TEXT("to_on", to)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows)) {
        spendings = room_for(arena, spendings, count, sizeof *spendings);
        spendings[count++] = (struct surplus_spending){.reference = keep(arena, rows, 0),
                                                       .fund = keep(arena, rows, 1),
                                                       .use = keep(arena, rows, 2),
                                                       .label = keep(arena, rows, 3),
                                                       .spent_on = keep(arena, rows, 4),
                                                       .amount_cents = rows_int(rows, 5),
                                                       .people = rows_int(rows, 6),
                                                       .entry = rows_int(rows, 7),
                                                       .publishable = rows_int(rows, 8) != 0,
                                                       .proof_count = rows_int(rows, 9),
                                                       .public_proof_count = rows_int(rows, 10)};
    }
    *ret_spendings = spendings;
    *ret_count = count;
    return rows_close(rows);
}
