/* Orders: what a person may order, at which price, and the hold that goes with it. */
#include "canteen/orders.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "canteen/limits.h"
#include "establishments/establishments.h"
#include "kernel/action.h"

struct offered { /* a product as it can be ordered now */
    int64_t id, price_cents;
    const char *name, *family, *protected_kind;
    bool counted; /* there are only so many units of it */
};

struct placing {
    struct ctx *ctx;
    struct db *db;
    const struct cycle *cycle;
    const struct stay *stay;
    const struct order_told *told;
    const char *on;          /* the form was handed in */
    bool standing;           /* nobody filled in a form: no limit, no restriction, goods of any kind */
    struct offered *offered; /* one per line */
    int64_t total_cents;
    char fingerprint[65];
    struct error *error;
};

static int refuse_item(struct placing *placing, const char *message, const char *argument)
{
    return error_set(placing->error, ERR_REFUSED, "items", message, argument, NULL);
}

static const char *number_text(struct placing *placing, int64_t number)
{
    return arena_printf(placing->ctx->arena, "%" PRId64, number);
}

/* --- what is checked before anything is written --- */

static int check_turn(struct placing *placing)
{
    const struct cycle *cycle = placing->cycle;
    const char *on = placing->on;
    if (strcmp(on, placing->ctx->today) > 0)
        return error_set(placing->error, ERR_INVALID, "handed_on", N_("A form of a day to come cannot be there yet."), NULL);
    if (strcmp(cycle->state, "open") != 0 || strcmp(on, cycle->closes_on) > 0)
        return error_set(placing->error, ERR_REFUSED, "cycle", N_("Orders of {0} are closed since {1}."), cycle->code,
                         cycle->closes_on, NULL);
    if (strcmp(on, cycle->opens_on) < 0)
        return error_set(placing->error, ERR_REFUSED, "cycle", N_("Orders of {0} open on {1}."), cycle->code, cycle->opens_on, NULL);
    if (!strcmp(placing->stay->state, "left"))
        return error_set(placing->error, ERR_REFUSED, "whom", N_("This person left on {0}."), placing->stay->left_on, NULL);
    if (!placing->told->count || placing->told->count > ORDER_LINES_MAX)
        return error_set(placing->error, ERR_INVALID, "items", N_("An order has 1 to 60 lines."), NULL);
    return 0;
}

/* At the price posted on the day the form was handed in, however late it is typed; today's for what had none yet. */
static int read_offered(struct placing *placing, size_t line)
{
    struct rows *rows;
    struct offered *offered = &placing->offered[line];
    const struct order_line *told = &placing->told->lines[line];
    struct arena *arena = placing->ctx->arena;
    int result = db_query(placing->db,
                          "SELECT p.id, COALESCE((SELECT c.price_cents FROM canteen_price c WHERE c.product_id = p.id AND c.from_on <= :on_date "
                          "ORDER BY c.from_on DESC LIMIT 1), p.price_cents), p.name, p.family, p.protected_kind, p.on_sale, p.stock_free "
                          "FROM canteen_product p WHERE p.establishment_id = :establishment AND p.code = :code",
                          BIND(INT("establishment", placing->cycle->establishment_id), INT("code", told->code), TEXT("on_date", placing->on)),
                          &rows, placing->error);
    if (result)
        return result;
    bool found = rows_next(rows), on_sale = found && (placing->standing || rows_int(rows, 5)) &&
                                            (told->price != PRICE_LISTED || rows_int(rows, 1) > 0);
    if (found)
        *offered = (struct offered){rows_int(rows, 0),
                                    told->price == PRICE_LISTED  ? rows_int(rows, 1)
                                    : told->price == PRICE_GIVEN ? told->given_cents
                                                                 : 0,
                                    arena_strdup(arena, rows_text(rows, 2)), arena_strdup(arena, rows_text(rows, 3)),
                                    arena_strdup(arena, rows_text(rows, 4)), !rows_null(rows, 6)};
    result = rows_close(rows);
    if (result)
        return result;
    if (!on_sale)
        return refuse_item(placing, N_("The product {0} is not on sale."), number_text(placing, told->code));
    if (!placing->standing && text_has_word("recurring exceptional", offered->family))
        return refuse_item(placing, N_("{0} is on no form: it is charged by its contract or its authorisation."), offered->name);
    if (!text_has_word(placing->cycle->goods, offered->family))
        return refuse_item(placing, N_("{0} is not ordered in this cycle."), offered->name);
    if (told->quantity < 1 || told->quantity > ORDER_UNITS_MAX)
        return refuse_item(placing, N_("From 1 to 99 units of {0} can be ordered."), offered->name);
    for (size_t i = 0; i < line; i++)
        if (placing->told->lines[i].code == told->code)
            return refuse_item(placing, N_("{0} stands twice on this order."), offered->name);
    return 0;
}

static int check_restriction(struct placing *placing)
{
    int64_t restricted = 0;
    int result = placing->standing ? 0 : db_int(placing->db,
                        "SELECT 1 FROM canteen_restriction WHERE person_id = :person AND establishment_id = :establishment AND "
                        "from_on <= :on_date AND to_on >= :on_date",
                        BIND(INT("person", placing->stay->person), INT("establishment", placing->stay->establishment_id),
                             TEXT("on_date", placing->on)),
                        0, &restricted, placing->error);
    for (size_t i = 0; restricted && i < placing->told->count && !result; i++)
        if (!*placing->offered[i].protected_kind)
            result = refuse_item(placing, N_("For now this person may order hygiene, correspondence and tobacco alone: {0} is not of these."),
                                 placing->offered[i].name);
    return result;
}

static int sum_lines(struct placing *placing)
{
    placing->total_cents = 0;
    for (size_t i = 0; i < placing->told->count; i++) {
        int64_t amount;
        if (!number_multiply(placing->offered[i].price_cents, placing->told->lines[i].quantity, &amount) ||
            !number_add(placing->total_cents, amount, &placing->total_cents))
            return refuse_item(placing, N_("This order is too large."), NULL);
    }
    return 0;
}

static void fingerprint(struct placing *placing)
{
    unsigned char hash[32];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < placing->told->count; i++) {
        const struct order_line *line = &placing->told->lines[i];
        int64_t values[] = {line->code, line->quantity, line->substitute, line->price, line->given_cents};
        crypto_generichash_update(&state, (const unsigned char *)values, sizeof values);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(placing->fingerprint, sizeof placing->fingerprint, hash, sizeof hash);
}

/* --- limits: the person's row is locked first, so that two orders of one person follow each other --- */

static int lock_person(struct placing *placing)
{
    int64_t account;
    int result = mirror_account(placing->ctx, placing->db, placing->stay, &account, placing->error);
    return result ? result
                  : db_run(placing->db,
                           "UPDATE canteen_balance SET at = at WHERE person_id = :person AND establishment_id = :establishment",
                           BIND(INT("person", placing->stay->person), INT("establishment", placing->stay->establishment_id)),
                           placing->error);
}

static const char *money_text(struct placing *placing, int64_t cents)
{
    return number_screen(placing->ctx->arena, cents, DECIMALS_MONEY, false, placing->ctx->language);
}

/* What other orders of the week come to: those that stand, and that somebody filled in a form for. */
static int read_week(struct placing *placing, int64_t *ret_spent)
{
    return db_int(placing->db,
                  "SELECT CAST(SUM(o.total_cents) AS INTEGER) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id "
                  "WHERE o.person_id = :person AND c.establishment_id = :establishment AND c.week = :week AND "
                  "o.source <> 'standing' AND o.state IN ('placed', 'accepted', 'reduced', 'settled')",
                  BIND(INT("person", placing->stay->person), INT("establishment", placing->cycle->establishment_id),
                       TEXT("week", placing->cycle->week)),
                  0, ret_spent, placing->error);
}

static int check_amounts(struct placing *placing, const struct limits *limits)
{
    int64_t spent = 0;
    if (limits->cycle_cents != LIMIT_NONE && placing->total_cents > limits->cycle_cents)
        return error_set(placing->error, ERR_REFUSED, "items", N_("An order is {0} € at most here: this one costs {1} €."),
                         money_text(placing, limits->cycle_cents), money_text(placing, placing->total_cents), NULL);
    if (limits->week_cents == LIMIT_NONE)
        return 0;
    int result = read_week(placing, &spent);
    if (!result && placing->total_cents > limits->week_cents - spent)
        return error_set(placing->error, ERR_REFUSED, "items", N_("Orders of one week are {0} € at most here; {1} € are ordered already."),
                         money_text(placing, limits->week_cents), money_text(placing, spent), NULL);
    return result;
}

static int check_limits(struct placing *placing)
{
    struct limits limits;
    if (placing->standing || placing->told->acceptance)
        return 0;
    int result = limits_read(placing->db, placing->ctx->arena, placing->stay->id, &limits, placing->error);
    if (!result)
        result = check_amounts(placing, &limits);
    for (size_t i = 0; i < placing->told->count && !result; i++) {
        int64_t most = limits_units(&limits, placing->told->lines[i].code);
        if (most != LIMIT_NONE && placing->told->lines[i].quantity > most)
            result = refuse_item(placing, N_("At most {0} of this product for each person."), number_text(placing, most));
    }
    return result;
}

/* --- writing --- */

static int take_stock(struct placing *placing, size_t line)
{
    const struct order_line *told = &placing->told->lines[line];
    if (!placing->offered[line].counted)
        return 0;
    int result = db_run(placing->db,
                        "UPDATE canteen_product SET stock_free = stock_free - :quantity WHERE id = :id AND "
                        "(stock_free IS NULL OR stock_free >= :quantity)",
                        BIND(INT("quantity", told->quantity), INT("id", placing->offered[line].id)), placing->error);
    if (!result && !db_changes(placing->db))
        return refuse_item(placing, N_("There is not enough left of {0}."), placing->offered[line].name);
    return result;
}

static int keep_line(struct placing *placing, int64_t order, size_t line)
{
    const struct order_line *told = &placing->told->lines[line];
    const struct offered *offered = &placing->offered[line];
    const char *name = told->said ? arena_printf(placing->ctx->arena, "%s · %s", offered->name, told->said) : offered->name;
    int result = take_stock(placing, line);
    return result ? result
                  : db_run(placing->db,
                           "INSERT INTO canteen_order_line(order_id, position, person_id, product_id, code, name, protected_kind, quantity, "
                           "ordered, why, price_cents, free, substitute, charged_price_cents, outcome) VALUES (:order, :position, :person, "
                           ":product, :code, :name, :protected, :quantity, :quantity, '', :price, :free, :substitute, :price, '')",
                           BIND(INT("order", order), INT("position", (int64_t)line + 1), INT("person", placing->stay->person),
                                INT("product", offered->id), INT("code", told->code), TEXT("name", name),
                                TEXT("protected", offered->protected_kind), INT("quantity", told->quantity),
                                INT("price", offered->price_cents), INT("free", told->price == PRICE_FREE),
                                INT("substitute", told->substitute)),
                           placing->error);
}

static int count_in_cycle(struct db *db, int64_t cycle, int64_t orders, int64_t cents, struct error *error)
{
    return db_run(db, "UPDATE canteen_cycle SET order_count = order_count + :orders, total_cents = total_cents + :cents WHERE id = :id",
                  BIND(INT("orders", orders), INT("cents", cents), INT("id", cycle)), error);
}

static int keep_order(struct placing *placing, int64_t id, int64_t hold)
{
    return db_run(placing->db,
                  "INSERT INTO canteen_order(id, cycle_id, establishment_id, person_id, stay_id, reference, source, state, reason, "
                  "total_cents, blocked_cents, hold_id, handed_on, acceptance, fingerprint, author, at) VALUES (:id, :cycle, :establishment, "
                  ":person, :stay, :reference, :source, 'placed', '', :total, 0, :hold, :handed_on, :acceptance, :fingerprint, :author, :at)",
                  BIND(INT("id", id), INT("cycle", placing->cycle->id), INT("establishment", placing->cycle->establishment_id),
                       INT("person", placing->stay->person), INT("stay", placing->stay->id), TEXT("reference", placing->stay->reference),
                       TEXT("source", placing->told->source), INT("total", placing->total_cents), INT_OR_NULL("hold", hold, hold),
                       TEXT("handed_on", placing->on), TEXT("acceptance", placing->told->acceptance ? placing->told->acceptance : ""),
                       TEXT("fingerprint", placing->fingerprint),
                       TEXT("author", actor_name(placing->ctx->app, placing->ctx->session, placing->ctx->arena)),
                       INT("at", placing->ctx->now_ms)),
                  placing->error);
}

/* The order before it in this cycle, of which nothing is left to keep once another takes its place. */
static int forget_order(struct db *db, int64_t order, struct error *error)
{
    int result = db_run(db, "DELETE FROM canteen_order_line WHERE order_id = :order", BIND(INT("order", order)), error);
    return result ? result : db_run(db, "DELETE FROM canteen_order WHERE id = :order", BIND(INT("order", order)), error);
}

static int write_order(struct placing *placing, struct order *ret_order)
{
    int64_t id = db_next_id(placing->db), hold = 0;
    int result = mirror_hold(placing->ctx, placing->db, placing->stay, placing->cycle->code, id, placing->total_cents, &hold, placing->error);
    if (!result)
        result = keep_order(placing, id, hold);
    for (size_t i = 0; i < placing->told->count && !result; i++)
        result = keep_line(placing, id, i);
    if (!result)
        result = count_in_cycle(placing->db, placing->cycle->id, 1, placing->total_cents, placing->error);
    *ret_order = (struct order){.id = id, .hold = hold, .total_cents = placing->total_cents, .state = "placed"};
    return result;
}

static int read_order(struct db *db, struct arena *arena, int64_t cycle, int64_t person, struct order *ret_order,
                      char ret_fingerprint[65], struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, hold_id, total_cents, state, fingerprint, source FROM canteen_order WHERE cycle_id = :cycle AND person_id = :person",
                          BIND(INT("cycle", cycle), INT("person", person)), &rows, error);
    *ret_order = (struct order){0};
    if (result)
        return result;
    if (rows_next(rows)) {
        *ret_order = (struct order){.id = rows_int(rows, 0),
                                    .hold = rows_null(rows, 1) ? 0 : rows_int(rows, 1),
                                    .total_cents = rows_int(rows, 2),
                                    .state = arena_strdup(arena, rows_text(rows, 3)),
                                    .before = true,
                                    .standing = !strcmp(rows_text(rows, 5), "standing")};
        memcpy(ret_fingerprint, rows_text(rows, 4), 65);
    }
    return rows_close(rows);
}

/* An order that is there already: the same, another in its place, or none. */
static int meet_order(struct placing *placing, struct order *known, bool *ret_same)
{
    char fingerprint[65] = "";
    int result = read_order(placing->db, placing->ctx->arena, placing->cycle->id, placing->stay->person, known, fingerprint, placing->error);
    bool stands = known->id && strcmp(known->state, "cancelled") != 0 && strcmp(known->state, "refused") != 0;
    *ret_same = stands && !strcmp(fingerprint, placing->fingerprint);
    if (result || *ret_same || !known->id)
        return result;
    if (stands && known->standing != placing->standing)
        return error_set(placing->error, ERR_REFUSED, "whom",
                         known->standing ? N_("What stands in this cycle for this person is a standing order: no form takes its place.")
                                         : N_("This person handed in a form in this cycle: a standing order needs another cycle."),
                         NULL);
    if (stands && (!placing->told->replace || strcmp(known->state, "placed") != 0))
        return error_set(placing->error, ERR_REFUSED, "whom",
                         N_("This person has another order in this cycle, of {0} €: say that this one takes its place."),
                         money_text(placing, known->total_cents), NULL);
    if (stands)
        result = order_drop(placing->ctx, placing->db, known->id, "cancelled", "", placing->error);
    return result ? result : forget_order(placing->db, known->id, placing->error);
}

int order_place(struct ctx *ctx, struct db *db, const struct cycle *cycle, const struct stay *stay, const struct order_told *told,
                struct order *ret_order, struct error *error)
{
    struct placing placing = {.ctx = ctx, .db = db, .cycle = cycle, .stay = stay, .told = told, .error = error};
    placing.on = told->handed_on ? told->handed_on : ctx->today;
    placing.standing = !strcmp(told->source, "standing");
    bool same = false;
    int result = check_turn(&placing);
    if (!result)
        result = catalogue_roll(db, cycle->establishment_id, ctx->today, error);
    placing.offered = ARENA_ARRAY(ctx->arena, struct offered, told->count + 1);
    for (size_t i = 0; i < told->count && !result; i++)
        result = read_offered(&placing, i);
    if (!result)
        result = check_restriction(&placing);
    if (!result)
        result = sum_lines(&placing);
    if (!result)
        result = lock_person(&placing);
    fingerprint(&placing);
    if (!result)
        result = meet_order(&placing, ret_order, &same);
    if (!result && !same)
        result = check_limits(&placing);
    if (!result && !same)
        result = write_order(&placing, ret_order);
    ret_order->away = !strcmp(stay->state, "absent");
    return result;
}

void order_warn(struct ctx *ctx, const struct order *order, struct tree *result)
{
    if (order->away)
        tree_add_text(ctx->arena, tree_set_list(ctx->arena, result, "warnings"),
                      tr(ctx->language, N_("This person is absent: the order stands, but nothing can be handed over before they are back.")));
}

/* --- letting go --- */

static int give_stock_back(struct db *db, int64_t order, struct error *error)
{
    return db_run(db,
                  "UPDATE canteen_product SET stock_free = stock_free + (SELECT l.quantity FROM canteen_order_line l WHERE "
                  "l.order_id = :order AND l.product_id = canteen_product.id) WHERE stock_free IS NOT NULL AND id IN "
                  "(SELECT l.product_id FROM canteen_order_line l WHERE l.order_id = :order)",
                  BIND(INT("order", order)), error);
}

int order_drop(struct ctx *ctx, struct db *db, int64_t order, const char *state, const char *reason, struct error *error)
{
    struct rows *rows;
    int64_t hold = 0, cents = 0, cycle = 0;
    int result = db_query(db, "SELECT hold_id, total_cents, cycle_id FROM canteen_order WHERE id = :id", BIND(INT("id", order)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        hold = rows_null(rows, 0) ? 0 : rows_int(rows, 0);
        cents = rows_int(rows, 1);
        cycle = rows_int(rows, 2);
    }
    result = rows_close(rows);
    if (!result)
        result = mirror_release(ctx, db, hold, error);
    if (!result)
        result = give_stock_back(db, order, error);
    if (!result)
        result = count_in_cycle(db, cycle, -1, -cents, error);
    if (!result)
        result = db_run(db, "UPDATE canteen_order_line SET quantity = 0, why = :why WHERE order_id = :order AND quantity > 0",
                        BIND(TEXT("why", reason), INT("order", order)), error);
    return result ? result
                  : db_run(db,
                           "UPDATE canteen_order SET state = :state, reason = :reason, hold_id = NULL, total_cents = 0 WHERE id = :order",
                           BIND(TEXT("state", state), TEXT("reason", reason), INT("order", order)), error);
}

/* --- cutting --- */

struct kept_line {
    int64_t position, product, quantity, price_cents;
    bool protected_kind;
};

static int read_kept(struct db *db, int64_t order, struct kept_line lines[ORDER_LINES_MAX], size_t *ret_count, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT position, product_id, quantity, price_cents, protected_kind FROM canteen_order_line WHERE order_id = :order "
                          "ORDER BY position",
                          BIND(INT("order", order)), &rows, error);
    *ret_count = 0;
    if (result)
        return result;
    while (*ret_count < ORDER_LINES_MAX && rows_next(rows))
        lines[(*ret_count)++] = (struct kept_line){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2), rows_int(rows, 3),
                                                   *rows_text(rows, 4) != 0};
    return rows_close(rows);
}

/* Units go from the last line up, unprotected lines first, until the rest fits. */
static int64_t cut_to_fit(struct kept_line *lines, size_t count, int64_t total, int64_t cents)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = count; i-- > 0 && total > cents;) {
            if (lines[i].protected_kind != (pass == 1))
                continue;
            while (lines[i].quantity && total > cents) {
                lines[i].quantity--;
                total -= lines[i].price_cents;
            }
        }
    return total;
}

static int keep_cut(struct db *db, int64_t order, const struct kept_line *line, const char *reason, struct error *error)
{
    int result = db_run(db,
                        "UPDATE canteen_product SET stock_free = stock_free + (SELECT l.quantity FROM canteen_order_line l WHERE "
                        "l.order_id = :order AND l.position = :position) - :quantity WHERE id = :product AND stock_free IS NOT NULL",
                        BIND(INT("order", order), INT("position", line->position), INT("quantity", line->quantity), INT("product", line->product)),
                        error);
    return result ? result
                  : db_run(db,
                           "UPDATE canteen_order_line SET quantity = :quantity, why = :why WHERE order_id = :order AND "
                           "position = :position AND quantity > :quantity",
                           BIND(INT("quantity", line->quantity), TEXT("why", reason), INT("order", order), INT("position", line->position)),
                           error);
}

int order_reduce(struct ctx *ctx, struct db *db, const struct cycle *cycle, const struct stay *stay, int64_t order, int64_t cents,
                 const char *reason, struct error *error)
{
    struct kept_line lines[ORDER_LINES_MAX];
    size_t count;
    int64_t hold = 0, before = 0, total = 0;
    int result = read_kept(db, order, lines, &count, error);
    for (size_t i = 0; i < count; i++)
        before += lines[i].quantity * lines[i].price_cents;
    if (!result)
        result = db_int(db, "SELECT hold_id FROM canteen_order WHERE id = :order", BIND(INT("order", order)), 0, &hold, error);
    if (result)
        return result;
    total = cut_to_fit(lines, count, before, cents);
    for (size_t i = 0; i < count && !result; i++)
        result = keep_cut(db, order, &lines[i], reason, error);
    if (!result)
        result = mirror_release(ctx, db, hold, error);
    if (!result)
        result = mirror_hold(ctx, db, stay, cycle->code, order, total, &hold, error);
    if (!result)
        result = count_in_cycle(db, cycle->id, 0, total - before, error);
    return result ? result
                  : db_run(db,
                           "UPDATE canteen_order SET state = 'reduced', reason = :reason, total_cents = :total, blocked_cents = :total, hold_id = :hold WHERE id = :order",
                           BIND(TEXT("reason", reason), INT("total", total), INT_OR_NULL("hold", total != 0, hold), INT("order", order)), error);
}

/* --- actions --- */

static int find_both(struct ctx *ctx, const struct tree *args, struct cycle *ret_cycle, struct stay *ret_stay)
{
    struct establishment at;
    int result = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!result)
        result = cycle_find(ctx->db, ctx->arena, at.id, tree_text(args, "cycle"), ret_cycle, ctx->error);
    return result ? result : stay_find(ctx->app, ctx->db, ctx->arena, at.id, tree_text(args, "whom"), ret_stay, ctx->error);
}

static void answer_order(struct ctx *ctx, struct tree *result, const struct cycle *cycle, const struct stay *stay, const struct order *order)
{
    tree_set_text(ctx->arena, result, "cycle", cycle->code);
    tree_set_text(ctx->arena, result, "reference", stay->reference);
    tree_set_text(ctx->arena, result, "state", order->state);
    tree_set_int(ctx->arena, result, "total_cents", order->total_cents);
    tree_set_bool(ctx->arena, result, "before", order->before);
    order_warn(ctx, order, result);
}

bool order_line_read(const char *word, struct order_line *line)
{
    char *end;
    *line = (struct order_line){.quantity = 1};
    if (*word < '0' || *word > '9' || strlen(word) > 12)
        return false;
    line->code = strtol(word, &end, 10);
    if ((*end == 'x' || *end == 'X' || *end == '*') && end[1] >= '0' && end[1] <= '9')
        line->quantity = strtol(end + 1, &end, 10);
    if (*end == 'r' || *end == 'R') {
        line->substitute = true;
        end++;
    }
    return !*end;
}

static int read_items(struct ctx *ctx, const struct tree *items, struct order_line lines[ORDER_LINES_MAX], size_t *ret_count)
{
    *ret_count = 0;
    for (const struct tree *item = items ? items->first : NULL; item && *ret_count < ORDER_LINES_MAX; item = item->next)
        if (!order_line_read(item->text, &lines[(*ret_count)++]))
            return error_set(ctx->error, ERR_INVALID, "items", N_("{0} is not a line of an order: write 101x2 for two of number 101."),
                             item->text, NULL);
    return 0;
}

int canteen_order(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct order_line lines[ORDER_LINES_MAX];
    const char *source = tree_text(args, "source");
    struct order_told told = {.source = source ? source : "staff", .lines = lines, .replace = tree_true(tree_get(args, "replace")),
                              .handed_on = tree_text(args, "handed_on")};
    struct cycle cycle;
    struct stay stay;
    struct order order;
    int code = read_items(ctx, tree_get(args, "items"), lines, &told.count);
    if (!code)
        code = find_both(ctx, args, &cycle, &stay);
    if (!code)
        code = order_place(ctx, ctx->db, &cycle, &stay, &told, &order, ctx->error);
    if (!code)
        answer_order(ctx, result, &cycle, &stay, &order);
    return code;
}

int canteen_cancel(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct cycle cycle;
    struct stay stay;
    struct order order;
    char ignored[65];
    int code = find_both(ctx, args, &cycle, &stay);
    if (!code)
        code = read_order(ctx->db, ctx->arena, cycle.id, stay.person, &order, ignored, ctx->error);
    if (code)
        return code;
    if (!order.id || strcmp(order.state, "placed") != 0)
        return error_set(ctx->error, ERR_REFUSED, "whom", N_("There is no order of this person that could still be cancelled."), NULL);
    if (strcmp(cycle.state, "open") != 0)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Orders of {0} are closed since {1}."), cycle.code, cycle.closes_on, NULL);
    code = order_drop(ctx, ctx->db, order.id, "cancelled", "", ctx->error);
    order.state = "cancelled";
    order.total_cents = 0;
    if (!code)
        answer_order(ctx, result, &cycle, &stay, &order);
    return code;
}
