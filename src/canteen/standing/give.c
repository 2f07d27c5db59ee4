/* Giving free lists: once per stay to who arrives, once a month to who is entitled to help. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "canteen/standing/internal.h"

enum { ARRIVAL, HARDSHIP, KINDS };
static const char *const kind_names[KINDS] = {"arrival", "hardship"};

struct free_list {
    int64_t id, within_days; /* id 0: none */
    struct order_line lines[STANDING_LINES_MAX];
    size_t count;
};

struct giving {
    struct ctx *ctx;
    struct establishment at;
    struct cycle cycle;
    const char *on;
    bool hand;
    struct free_list lists[KINDS];
    int64_t given, before;
    struct tree *refused;
    struct error why; /* of the last one refused */
};

/* --- the lists of the day --- */

static int read_list(struct giving *giving, int kind)
{
    struct rows *rows;
    struct free_list *list = &giving->lists[kind];
    int result = db_query(giving->ctx->db,
                          "SELECT id, within_days FROM standing_list WHERE establishment_id = :establishment AND kind = :kind AND "
                          "from_on <= :on_date ORDER BY from_on DESC LIMIT 1",
                          BIND(INT("establishment", giving->at.id), TEXT("kind", kind_names[kind]), TEXT("on_date", giving->on)), &rows,
                          giving->ctx->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        list->id = rows_int(rows, 0);
        list->within_days = rows_int(rows, 1);
    }
    result = rows_close(rows);
    if (!result)
        result = db_query(giving->ctx->db, "SELECT code, units FROM standing_list_line WHERE list_id = :list ORDER BY position",
                          BIND(INT("list", list->id)), &rows, giving->ctx->error);
    if (result)
        return result;
    while (list->count < STANDING_LINES_MAX && rows_next(rows))
        list->lines[list->count++] = (struct order_line){.code = rows_int(rows, 0), .quantity = rows_int(rows, 1), .price = PRICE_FREE};
    return rows_close(rows);
}

/* A cycle of other goods leaves the list to another cycle; *ret_product: what it lacks. */
static int fits_cycle(struct giving *giving, const struct free_list *list, const char **ret_product)
{
    int result = 0;
    *ret_product = NULL;
    for (size_t i = 0; i < list->count && !result && !*ret_product; i++) {
        struct product product;
        result = product_find(giving->ctx->db, giving->ctx->arena, giving->at.id, list->lines[i].code, &product, giving->ctx->error);
        if (!result && !text_has_word(giving->cycle.goods, product.family))
            *ret_product = product.name;
    }
    return result;
}

static int read_lists(struct giving *giving, const char *asked)
{
    const char *lacks = NULL, *product;
    bool any = false;
    int result = 0;
    for (int kind = 0; kind < KINDS && !result; kind++) {
        if (asked && strcmp(asked, kind_names[kind]) != 0)
            continue;
        product = NULL;
        result = read_list(giving, kind);
        if (!result)
            result = fits_cycle(giving, &giving->lists[kind], &product);
        if (product) {
            giving->lists[kind].id = 0;
            lacks = product;
        }
        any |= giving->lists[kind].id && giving->lists[kind].count;
    }
    if (!result && !any)
        return lacks ? error_set(giving->ctx->error, ERR_REFUSED, "cycle", N_("{0} is not ordered in this cycle."), lacks, NULL)
                     : error_set(giving->ctx->error, ERR_REFUSED, "kind", N_("There is no free list on {0}: set one first."), giving->on, NULL);
    return result;
}

/* --- who is due --- */

struct due {
    bool kinds[KINDS];
    const char *periods[KINDS];
};

static int find_given(struct giving *giving, const struct stay *stay, int kind, const char *period, int64_t *ret_order)
{
    return db_int(giving->ctx->db,
                  "SELECT g.order_id FROM standing_given g JOIN canteen_order o ON o.id = g.order_id WHERE g.establishment_id = :establishment AND "
                  "g.kind = :kind AND g.person_id = :person AND g.period = :period AND o.state NOT IN ('cancelled', 'refused')",
                  BIND(INT("establishment", giving->at.id), TEXT("kind", kind_names[kind]), INT("person", stay->person), TEXT("period", period)),
                  0, ret_order, giving->ctx->error);
}

static bool arrived_lately(const struct giving *giving, const struct stay *stay)
{
    int32_t arrived, on;
    return date_parse(stay->arrived_on, &arrived) && date_parse(giving->on, &on) && on >= arrived &&
           on - arrived <= giving->lists[ARRIVAL].within_days;
}

static int find_due(struct giving *giving, const struct stay *stay, struct due *due)
{
    int result = 0;
    *due = (struct due){.periods = {stay->arrived_on, arena_printf(giving->ctx->arena, "%.7s", giving->on)}};
    for (int kind = 0; kind < KINDS && !result; kind++) {
        int64_t order = 0;
        bool is_due = false;
        if (!giving->lists[kind].id || !giving->lists[kind].count)
            continue;
        if (kind == ARRIVAL)
            is_due = arrived_lately(giving, stay);
        else
            result = standing_entitled(giving->ctx->db, giving->at.id, stay->person, giving->on, &is_due, giving->ctx->error);
        if (!result && is_due)
            result = find_given(giving, stay, kind, due->periods[kind], &order);
        due->kinds[kind] = is_due && !order;
        giving->before += order != 0;
        if (!result && order && giving->hand)
            result = standing_hand_over(giving->ctx, order);
    }
    return result;
}

/* --- one person --- */

static size_t merge_lines(const struct giving *giving, const struct due *due, struct order_line lines[ORDER_LINES_MAX])
{
    size_t count = 0;
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; due->kinds[kind] && i < giving->lists[kind].count; i++) {
            const struct order_line *line = &giving->lists[kind].lines[i];
            size_t at = 0;
            while (at < count && lines[at].code != line->code)
                at++;
            if (at < count)
                lines[at].quantity += line->quantity;
            else
                lines[count++] = *line;
        }
    return count;
}

static int keep_given(struct giving *giving, const struct stay *stay, const struct due *due, int64_t order)
{
    int result = 0;
    for (int kind = 0; kind < KINDS && !result; kind++)
        if (due->kinds[kind])
            result = db_run(giving->ctx->db,
                            "INSERT INTO standing_given(establishment_id, kind, person_id, period, list_id, cycle_id, order_id, given_on, at) "
                            "VALUES (:establishment, :kind, :person, :period, :list, :cycle, :order, :on_date, :at) ON CONFLICT(establishment_id, "
                            "kind, person_id, period) DO UPDATE SET list_id = excluded.list_id, cycle_id = excluded.cycle_id, "
                            "order_id = excluded.order_id, given_on = excluded.given_on, at = excluded.at",
                            BIND(INT("establishment", giving->at.id), TEXT("kind", kind_names[kind]), INT("person", stay->person),
                                 TEXT("period", due->periods[kind]), INT("list", giving->lists[kind].id), INT("cycle", giving->cycle.id),
                                 INT("order", order), TEXT("on_date", giving->on), INT("at", giving->ctx->now_ms)),
                            giving->ctx->error);
    return result;
}

static int place(struct giving *giving, const struct stay *stay, const struct due *due, struct error *why)
{
    struct order_line lines[ORDER_LINES_MAX];
    const struct order_told told = {.source = "standing", .lines = lines, .count = merge_lines(giving, due, lines), .handed_on = giving->on};
    struct order order;
    int result = order_place(giving->ctx, giving->ctx->db, &giving->cycle, stay, &told, &order, why);
    if (!result)
        result = order_accept_free(giving->ctx->db, order.id, why);
    if (result)
        return result;
    result = keep_given(giving, stay, due, order.id);
    return result || !giving->hand ? result : standing_hand_over(giving->ctx, order.id);
}

/* Who cannot be served is listed, and the others are: each person has a savepoint. */
static int give_to(struct giving *giving, const struct stay *stay)
{
    struct due due;
    int result = find_due(giving, stay, &due);
    if (result || (!due.kinds[ARRIVAL] && !due.kinds[HARDSHIP]))
        return result;
    result = db_savepoint(giving->ctx->db, giving->ctx->error);
    if (result)
        return result;
    giving->why = (struct error){0};
    int code = place(giving, stay, &due, &giving->why);
    if (!code) {
        giving->given += due.kinds[ARRIVAL] + due.kinds[HARDSHIP];
        return db_savepoint_release(giving->ctx->db, giving->ctx->error);
    }
    if (!giving->why.code) { /* the hand that takes it from the shelf fills the other one */
        giving->why = *giving->ctx->error;
        *giving->ctx->error = (struct error){0};
    }
    if (code >= ERR_INTERNAL) {
        *giving->ctx->error = giving->why;
        return code;
    }
    standing_add_refused(giving->ctx, giving->refused, stay->reference, &giving->why);
    return db_savepoint_rollback(giving->ctx->db, giving->ctx->error);
}

static int give_to_all(struct giving *giving)
{
    struct stay *stays;
    size_t count;
    int result = stays_here(giving->ctx->db, giving->ctx->arena, giving->at.id, &stays, &count, giving->ctx->error);
    for (size_t i = 0; i < count && !result; i++)
        if (!strcmp(stays[i].state, "present"))
            result = give_to(giving, &stays[i]);
    return result;
}

static int give_to_one(struct giving *giving, const struct tree *args)
{
    struct stay stay;
    int result = standing_person(giving->ctx, args, &giving->at, &stay);
    if (!result)
        result = give_to(giving, &stay);
    if (!result && giving->refused->count) {
        *giving->ctx->error = giving->why;
        return (int)giving->why.code;
    }
    if (!result && !giving->given && !giving->before)
        return error_set(giving->ctx->error, ERR_REFUSED, "whom", N_("No free list is due to this person on {0}."), giving->on, NULL);
    return result;
}

int standing_give(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct giving giving = {.ctx = ctx, .hand = tree_true(tree_get(args, "hand"))};
    int code = standing_place(ctx, args, &giving.at);
    if (!code)
        code = standing_day(ctx, args, "on", &giving.on);
    if (!code)
        code = standing_cycle(ctx, args, &giving.at, &giving.cycle);
    if (!code)
        code = read_lists(&giving, tree_text(args, "kind"));
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", giving.at.ref);
    tree_set_text(ctx->arena, result, "cycle", giving.cycle.code);
    giving.refused = tree_list(ctx->arena);
    code = tree_text(args, "whom") ? give_to_one(&giving, args) : give_to_all(&giving);
    tree_set_int(ctx->arena, result, "given_now", giving.given);
    tree_set_int(ctx->arena, result, "given_before", giving.before);
    tree_set(ctx->arena, result, "refused", giving.refused);
    return code;
}
