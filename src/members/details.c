/* What is shown with an organisation, as JSON beside it: SQL alone cannot nest lists, and a page must not run six queries. */
#include "members/details.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/number.h"
#include "store/store.h"

typedef void shape(struct arena *arena, const struct rows *rows, struct tree *row);

static const char *copy(struct arena *arena, const struct rows *rows, int column)
{
    return arena_strdup(arena, rows_text(rows, column));
}

static const char *end_day(struct arena *arena, const struct rows *rows, int column)
{
    const char *day = rows_text(rows, column);
    return strcmp(day, "9999-12-31") != 0 ? arena_strdup(arena, day) : "";
}

static void shape_offer(struct arena *arena, const struct rows *rows, struct tree *row)
{
    tree_set_text(arena, row, "function", copy(arena, rows, 0));
    tree_set_int(arena, row, "unit_price_cents", rows_int(rows, 1));
    tree_set_text(arena, row, "unit", copy(arena, rows, 2));
    tree_set_decimal(arena, row, "capacity", number_plain(arena, rows_int(rows, 3), DECIMALS_QUANTITY, true));
    tree_set_text(arena, row, "period", copy(arena, rows, 4));
    tree_set_text(arena, row, "places", copy(arena, rows, 5));
}

static void shape_accreditation(struct arena *arena, const struct rows *rows, struct tree *row)
{
    tree_set_text(arena, row, "accreditation", copy(arena, rows, 0));
    tree_set_text(arena, row, "valid_from", copy(arena, rows, 1));
    tree_set_text(arena, row, "valid_to", end_day(arena, rows, 2));
}

static void shape_reference(struct arena *arena, const struct rows *rows, struct tree *row)
{
    tree_set_text(arena, row, "buyer", copy(arena, rows, 0));
    tree_set_text(arena, row, "object", copy(arena, rows, 1));
    tree_set_text(arena, row, "function", copy(arena, rows, 2));
    tree_set_text(arena, row, "from_on", copy(arena, rows, 3));
    tree_set_text(arena, row, "to_on", copy(arena, rows, 4));
    if (rows_null(rows, 5))
        tree_set_text(arena, row, "amount_cents", NULL);
    else
        tree_set_int(arena, row, "amount_cents", rows_int(rows, 5));
}

static void shape_proof(struct arena *arena, const struct rows *rows, struct tree *row)
{
    tree_set_text(arena, row, "title", copy(arena, rows, 0));
    tree_set_text(arena, row, "file", copy(arena, rows, 1));
    tree_set_text(arena, row, "accreditation", copy(arena, rows, 2));
    tree_set_text(arena, row, "valid_to", end_day(arena, rows, 3));
}

static void shape_social(struct arena *arena, const struct rows *rows, struct tree *row)
{
    tree_set_text(arena, row, "part", copy(arena, rows, 0));
    if (rows_null(rows, 1))
        tree_set_text(arena, row, "fact", NULL);
    else
        tree_set_decimal(arena, row, "fact", number_plain(arena, rows_int(rows, 1), DECIMALS_QUANTITY, true));
    tree_set_int(arena, row, "weight", rows_int(rows, 2));
    tree_set_decimal(arena, row, "points", number_plain(arena, rows_int(rows, 3), 2, true));
}

static const struct {
    const char *sql;
    shape *shape;
} lists[] = {
    {"SELECT function, unit_price_cents, unit, capacity_thousandths, period, places FROM member_offer "
     "WHERE member_id = :id ORDER BY function",
     shape_offer},
    {"SELECT accreditation, valid_from, valid_to FROM member_accreditation WHERE member_id = :id "
     "ORDER BY accreditation, valid_from",
     shape_accreditation},
    {"SELECT buyer, object, function, from_on, to_on, amount_cents FROM member_reference WHERE member_id = :id "
     "ORDER BY from_on DESC, id",
     shape_reference},
    {"SELECT title, file, accreditation, valid_to FROM member_proof WHERE member_id = :id ORDER BY title, id", shape_proof},
    {"SELECT s.part, s.fact_thousandths, w.weight, s.points_hundredths FROM member_social s "
     "JOIN social_weight w ON w.part = s.part WHERE s.member_id = :id ORDER BY w.rank",
     shape_social},
};

static int read_list(struct db *db, struct arena *arena, int64_t id, size_t which, const char **ret_json,
                     struct error *error)
{
    struct rows *rows;
    struct buffer json = {0};
    struct tree *list = tree_list(arena);
    int result = db_query(db, lists[which].sql, BIND(INT("id", id)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows))
        lists[which].shape(arena, rows, tree_add_map(arena, list));
    result = rows_close(rows);
    tree_write_json(list, &json, false);
    *ret_json = arena_copy(arena, json.bytes, json.length);
    buffer_free(&json);
    return result;
}

int details_refresh(struct db *db, struct arena *arena, int64_t member_id, struct error *error)
{
    const char *json[COUNT_OF(lists)];
    int result = 0;
    for (size_t i = 0; i < COUNT_OF(lists) && !result; i++)
        result = read_list(db, arena, member_id, i, &json[i], error);
    if (result)
        return result;
    return db_run(db,
                  "INSERT INTO member_details(member_id, offers, accreditations, past_contracts, proofs, social_parts) "
                  "VALUES (:id, :offers, :accreditations, :past_contracts, :proofs, :social_parts) "
                  "ON CONFLICT(member_id) DO UPDATE SET offers = excluded.offers, accreditations = excluded.accreditations, "
                  "past_contracts = excluded.past_contracts, proofs = excluded.proofs, social_parts = excluded.social_parts",
                  BIND(INT("id", member_id), TEXT("offers", json[0]), TEXT("accreditations", json[1]),
                       TEXT("past_contracts", json[2]), TEXT("proofs", json[3]), TEXT("social_parts", json[4])),
                  error);
}
