/* What other subjects read of the organisations (members.h). */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "members/members.h"

#define MEMBER_COLUMNS                                                                                        \
    "m.id, m.siret, m.name, m.city, m.department, m.kinds, m.status, m.may_lead, m.prison_work, "             \
    "m.turnover_cents, m.turnover_limit_cents, m.quality, m.social"
#define OFFERING "m.offering = 1 AND m.status <> 'left'"

static int64_t known_or_less(const struct rows *rows, int column)
{
    return rows_null(rows, column) ? -1 : rows_int(rows, column);
}

static void take_member(const struct rows *rows, struct arena *arena, struct member *member)
{
    *member = (struct member){.id = rows_int(rows, 0),
                              .siret = arena_strdup(arena, rows_text(rows, 1)),
                              .name = arena_strdup(arena, rows_text(rows, 2)),
                              .city = arena_strdup(arena, rows_text(rows, 3)),
                              .department = arena_strdup(arena, rows_text(rows, 4)),
                              .kinds = arena_strdup(arena, rows_text(rows, 5)),
                              .status = arena_strdup(arena, rows_text(rows, 6)),
                              .may_lead = rows_int(rows, 7) != 0,
                              .prison_work = rows_int(rows, 8) != 0,
                              .turnover_cents = known_or_less(rows, 9),
                              .turnover_limit_cents = known_or_less(rows, 10),
                              .quality = (int)known_or_less(rows, 11),
                              .social = (int)known_or_less(rows, 12)};
}

/* --- offers and accreditations: rows come in the members' order, so that one pass hands them out --- */

struct handing {
    struct arena *arena;
    struct member *members;
    size_t count;
    const char *sql, *count_sql;
    const struct binding *bindings;
    /* Keeps the row as item `at` of one list for all, and adds it to the member's part of it. */
    void (*take)(struct handing *handing, const struct rows *rows, struct member *member, size_t at);
    void *items;
    size_t item_size;
};

static int hand_out(struct db *db, struct handing *handing, struct error *error)
{
    int64_t total;
    struct rows *rows;
    int result = db_int(db, handing->count_sql, handing->bindings, 0, &total, error);
    if (result)
        return result;
    handing->items = arena_alloc(handing->arena, (size_t)(total + 1) * handing->item_size);
    result = db_query(db, handing->sql, handing->bindings, &rows, error);
    if (result)
        return result;
    size_t member = 0;
    for (size_t at = 0; at < (size_t)total && rows_next(rows); at++) {
        while (member < handing->count && strcmp(handing->members[member].siret, rows_text(rows, 0)) != 0)
            member++;
        if (member == handing->count)
            break;
        handing->take(handing, rows, &handing->members[member], at);
    }
    return rows_close(rows);
}

static void take_offer(struct handing *handing, const struct rows *rows, struct member *member, size_t at)
{
    struct arena *arena = handing->arena;
    struct member_offer *offer = (struct member_offer *)handing->items + at;
    *offer = (struct member_offer){arena_strdup(arena, rows_text(rows, 1)), rows_int(rows, 2),
                                   arena_strdup(arena, rows_text(rows, 3)), rows_int(rows, 4),
                                   arena_strdup(arena, rows_text(rows, 5)), arena_strdup(arena, rows_text(rows, 6))};
    if (!member->offer_count++)
        member->offers = offer;
}

static void take_accreditation(struct handing *handing, const struct rows *rows, struct member *member, size_t at)
{
    struct arena *arena = handing->arena;
    struct member_accreditation *accreditation = (struct member_accreditation *)handing->items + at;
    *accreditation = (struct member_accreditation){arena_strdup(arena, rows_text(rows, 1)),
                                                   arena_strdup(arena, rows_text(rows, 2)),
                                                   arena_strdup(arena, rows_text(rows, 3))};
    if (!member->accreditation_count++)
        member->accreditations = accreditation;
}

#define OFFERS_FROM(where) "FROM member m JOIN member_offer o ON o.member_id = m.id WHERE " where
#define OFFER_LIST(where)                                                                                     \
    "SELECT m.siret, o.function, o.unit_price_cents, o.unit, o.capacity_thousandths, o.period, o.places "     \
    OFFERS_FROM(where) " ORDER BY m.siret, o.function"
#define ACCREDITATIONS_FROM(where) "FROM member m JOIN member_accreditation a ON a.member_id = m.id WHERE " where
#define ACCREDITATION_LIST(where)                                                                             \
    "SELECT m.siret, a.accreditation, a.valid_from, a.valid_to " ACCREDITATIONS_FROM(where)                   \
    " ORDER BY m.siret, a.accreditation, a.valid_from"
#define ONE "m.id = :id"

static int complete(struct db *db, struct arena *arena, struct member *members, size_t count, bool one,
                    struct error *error)
{
    const struct binding *bindings = one ? BIND(INT("id", members->id)) : NULL;
    struct handing offers = {.arena = arena,
                             .members = members,
                             .count = count,
                             .sql = one ? OFFER_LIST(ONE) : OFFER_LIST(OFFERING),
                             .count_sql = one ? "SELECT count(*) " OFFERS_FROM(ONE)
                                              : "SELECT count(*) " OFFERS_FROM(OFFERING),
                             .bindings = bindings,
                             .take = take_offer,
                             .item_size = sizeof(struct member_offer)};
    struct handing accreditations = offers;
    accreditations.sql = one ? ACCREDITATION_LIST(ONE) : ACCREDITATION_LIST(OFFERING);
    accreditations.count_sql =
        one ? "SELECT count(*) " ACCREDITATIONS_FROM(ONE) : "SELECT count(*) " ACCREDITATIONS_FROM(OFFERING);
    accreditations.take = take_accreditation;
    accreditations.item_size = sizeof(struct member_accreditation);
    int result = hand_out(db, &offers, error);
    return result ? result : hand_out(db, &accreditations, error);
}

int members_read_offering(struct db *db, struct arena *arena, struct member **ret_members, size_t *ret_count,
                          struct error *error)
{
    int64_t total;
    struct rows *rows;
    int result = db_int(db, "SELECT count(*) FROM member m WHERE " OFFERING, NULL, 0, &total, error);
    if (result)
        return result;
    result = db_query(db, "SELECT " MEMBER_COLUMNS " FROM member m WHERE " OFFERING " ORDER BY m.siret", NULL, &rows,
                      error);
    if (result)
        return result;
    struct member *members = ARENA_ARRAY(arena, struct member, total + 1);
    size_t count = 0;
    while (count < (size_t)total && rows_next(rows))
        take_member(rows, arena, &members[count++]);
    result = rows_close(rows);
    *ret_members = members;
    *ret_count = count;
    return result ? result : complete(db, arena, members, count, false, error);
}

static int read_one(struct db *db, struct arena *arena, const char *sql, const struct binding *bindings,
                    struct member *member, bool *ret_found, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, sql, bindings, &rows, error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found)
        take_member(rows, arena, member);
    result = rows_close(rows);
    return result || !*ret_found ? result : complete(db, arena, member, 1, true, error);
}

int member_read(struct db *db, struct arena *arena, const char *siret, struct member *ret_member, struct error *error)
{
    bool found;
    int result = read_one(db, arena, "SELECT " MEMBER_COLUMNS " FROM member m WHERE m.siret = :siret",
                          BIND(TEXT("siret", siret)), ret_member, &found, error);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "siret", N_("There is no organisation with the SIRET {0}."), siret, NULL);
    return result;
}

int member_read_by_id(struct db *db, struct arena *arena, int64_t id, struct member *ret_member, struct error *error)
{
    bool found;
    int result = read_one(db, arena, "SELECT " MEMBER_COLUMNS " FROM member m WHERE m.id = :id", BIND(INT("id", id)),
                          ret_member, &found, error);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "", N_("This organisation is not kept here."), NULL);
    return result;
}

bool member_is_accredited(const struct member *member, const char *code, const char *from, const char *to)
{
    int32_t next, last, begin, end;
    if (!date_parse(from, &next) || !date_parse(to, &last))
        return false;
    for (size_t i = 0; i < member->accreditation_count && next <= last; i++) {
        const struct member_accreditation *period = &member->accreditations[i];
        if (strcmp(period->code, code) != 0 || !date_parse(period->from, &begin))
            continue;
        if (!date_parse(period->to, &end)) /* 9999-12-31 lies beyond the dates that are counted */
            end = INT32_MAX - 1;
        if (begin <= next && end >= next) /* periods come in order of their beginning */
            next = end + 1;
    }
    return next > last;
}

const struct member_offer *member_offer_of(const struct member *member, const char *function)
{
    for (size_t i = 0; i < member->offer_count; i++)
        if (!strcmp(member->offers[i].function, function))
            return &member->offers[i];
    return NULL;
}

int members_count(struct db *db, const char *status, int64_t *ret_count, struct error *error)
{
    if (!status)
        return db_int(db, "SELECT count(*) FROM member", NULL, 0, ret_count, error);
    return db_int(db, "SELECT count(*) FROM member WHERE status = :status", BIND(TEXT("status", status)), 0, ret_count,
                  error);
}
