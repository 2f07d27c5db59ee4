/* Purchases off the list: asked by a person, authorised or refused by the head of establishment (R332-33), ordered for that
 * person alone. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "canteen/standing/internal.h"
#include "kernel/action.h"

struct request { /* texts in the arena */
    int64_t id, number, person, stay, units, code, cycle, order;
    const char *reference, *what, *supplier, *state, *answered_on, *reason, *asked_on;
};

static int find_request(struct ctx *ctx, const struct tree *args, const struct establishment *at, struct request *ret_request)
{
    struct rows *rows;
    struct arena *arena = ctx->arena;
    int64_t number = tree_int(args, "request", 0);
    int result = db_query(ctx->db,
                          "SELECT id, number, person_id, stay_id, units, code, cycle_id, order_id, reference, what, supplier, state, answered_on, "
                          "reason, asked_on FROM standing_request WHERE establishment_id = :establishment AND number = :number",
                          BIND(INT("establishment", at->id), INT("number", number)), &rows, ctx->error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_request = (struct request){rows_int(rows, 0),
                                        rows_int(rows, 1),
                                        rows_int(rows, 2),
                                        rows_int(rows, 3),
                                        rows_int(rows, 4),
                                        rows_int(rows, 5),
                                        rows_null(rows, 6) ? 0 : rows_int(rows, 6),
                                        rows_int(rows, 7),
                                        arena_strdup(arena, rows_text(rows, 8)),
                                        arena_strdup(arena, rows_text(rows, 9)),
                                        arena_strdup(arena, rows_text(rows, 10)),
                                        arena_strdup(arena, rows_text(rows, 11)),
                                        arena_strdup(arena, rows_text(rows, 12)),
                                        arena_strdup(arena, rows_text(rows, 13)),
                                        arena_strdup(arena, rows_text(rows, 14))};
    result = rows_close(rows);
    if (!result && !found)
        return error_set(ctx->error, ERR_NOT_FOUND, "request", N_("There is no request {0} in this establishment."),
                         arena_printf(arena, "%" PRId64, number), NULL);
    return result;
}

static void answer(struct ctx *ctx, struct tree *result, const struct establishment *at, int64_t number, const char *state, bool before)
{
    tree_set_text(ctx->arena, result, "establishment", at->ref);
    tree_set_int(ctx->arena, result, "request", number);
    tree_set_text(ctx->arena, result, "state", state);
    tree_set_bool(ctx->arena, result, "before", before);
}

/* --- asking --- */

/* Forms travel on paper: an address to click is none, and may be the way out of the walls. */
static bool has_link(const char *text)
{
    return strstr(text, "://") || strstr(text, "www.") || strstr(text, "WWW.") || strchr(text, '@');
}

static int due_day(struct ctx *ctx, const struct establishment *at, const char *asked_on, char ret_due[DATE_BYTES])
{
    int64_t days;
    int32_t day = 0;
    int result = standing_rule_value(ctx->db, at->id, "answer_days", 0, STANDING_ANSWER_DAYS, &days, ctx->error);
    date_parse(asked_on, &day);
    date_format(day + (int32_t)days, ret_due);
    return result;
}

/* The next number of a kind: "request", or "code" of a product. Two hands get two numbers. */
static int next_number(struct ctx *ctx, const struct establishment *at, const char *kind, int64_t *ret_number)
{
    bool code = !strcmp(kind, "code");
    int result = db_run(ctx->db,
                        "INSERT INTO standing_counter(establishment_id, request, code) VALUES (:establishment, :request, :first + :code - 1) "
                        "ON CONFLICT(establishment_id) DO UPDATE SET request = standing_counter.request + :request, "
                        "code = standing_counter.code + :code",
                        BIND(INT("establishment", at->id), INT("request", !code), INT("code", code), INT("first", STANDING_CODE_FIRST)), ctx->error);
    return result ? result
                  : db_int(ctx->db,
                           code ? "SELECT code FROM standing_counter WHERE establishment_id = :establishment"
                                : "SELECT request FROM standing_counter WHERE establishment_id = :establishment",
                           BIND(INT("establishment", at->id)), 0, ret_number, ctx->error);
}

struct asking {
    const char *what, *supplier, *asked_on;
    int64_t units, estimated_cents;
};

/* The same of the same day is the same request. */
static int find_same(struct ctx *ctx, const struct stay *stay, const struct asking *asking, int64_t *ret_number)
{
    return db_int(ctx->db,
                  "SELECT number FROM standing_request WHERE person_id = :person AND establishment_id = :establishment AND asked_on = :on_date "
                  "AND what = :what AND units = :units AND state <> 'refused'",
                  BIND(INT("person", stay->person), INT("establishment", stay->establishment_id), TEXT("on_date", asking->asked_on),
                       TEXT("what", asking->what), INT("units", asking->units)),
                  0, ret_number, ctx->error);
}

static int keep_request(struct ctx *ctx, const struct establishment *at, const struct stay *stay, const struct asking *asking, int64_t *ret_number)
{
    char due[DATE_BYTES];
    int result = due_day(ctx, at, asking->asked_on, due);
    if (!result)
        result = next_number(ctx, at, "request", ret_number);
    return result ? result
                  : db_run(ctx->db,
                           "INSERT INTO standing_request(id, establishment_id, establishment, number, person_id, stay_id, reference, what, units, "
                           "supplier, estimated_cents, asked_on, due_on, state, answered_on, reason, code, order_id, author, at) VALUES (:id, "
                           ":establishment_id, :establishment, :number, :person, :stay, :reference, :what, :units, :supplier, :estimated, :asked_on, "
                           ":due_on, 'asked', '', '', 0, 0, :author, :at)",
                           BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", at->id), TEXT("establishment", at->ref),
                                INT("number", *ret_number), INT("person", stay->person), INT("stay", stay->id), TEXT("reference", stay->reference),
                                TEXT("what", asking->what), INT("units", asking->units), TEXT("supplier", asking->supplier),
                                INT("estimated", asking->estimated_cents), TEXT("asked_on", asking->asked_on), TEXT("due_on", due),
                                TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                           ctx->error);
}

int standing_ask(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct stay stay;
    int64_t number = 0;
    struct asking asking = {.what = text_tidy(ctx->arena, tree_text(args, "what")),
                            .supplier = text_tidy(ctx->arena, tree_text(args, "supplier") ? tree_text(args, "supplier") : ""),
                            .units = tree_int(args, "units", 1),
                            .estimated_cents = tree_int(args, "estimated_price", 0)};
    int code = standing_place(ctx, args, &at);
    if (!code)
        code = standing_day(ctx, args, "asked_on", &asking.asked_on);
    if (!code)
        code = standing_person(ctx, args, &at, &stay);
    if (code)
        return code;
    if (has_link(asking.what) || has_link(asking.supplier))
        return error_set(ctx->error, ERR_INVALID, has_link(asking.what) ? "what" : "supplier",
                         N_("Describe it in words: no address of a page or of a mailbox is kept."), NULL);
    if (!strcmp(stay.state, "left"))
        return error_set(ctx->error, ERR_REFUSED, "whom", N_("This person left on {0}."), stay.left_on, NULL);
    code = find_same(ctx, &stay, &asking, &number);
    bool before = number != 0;
    if (!code && !before)
        code = keep_request(ctx, &at, &stay, &asking, &number);
    answer(ctx, result, &at, number, "asked", before);
    return code;
}

/* --- the head of establishment answers --- */

static int check_asked(struct ctx *ctx, const struct request *request)
{
    if (!strcmp(request->state, "asked"))
        return 0;
    return error_set(ctx->error, ERR_REFUSED, "request", N_("This request was answered on {0} already."), request->answered_on, NULL);
}

/* The product that only this person can have, under the decision, as any price is decided. */
static int make_product(struct ctx *ctx, const struct tree *args, const struct establishment *at, const struct request *request,
                        struct product *product, struct decision *decision)
{
    enum catalogue_outcome outcome;
    *product = (struct product){.establishment_id = at->id,
                                .establishment = at->ref,
                                .name = request->what,
                                .brand = "",
                                .family = "exceptional",
                                .measure = "piece",
                                .allergens = "",
                                .diets = "",
                                .vat = tree_text(args, "vat"),
                                .need = "",
                                .supplier = tree_text(args, "supplier") ? text_tidy(ctx->arena, tree_text(args, "supplier")) : request->supplier,
                                .content_thousandths = 1000,
                                .pack_size = 1};
    *decision = (struct decision){.reference = tree_text(args, "decision"), .decided_on = tree_text(args, "decided_on"),
                                  .from_on = tree_text(args, "decided_on")};
    const struct price price = {.from_on = decision->from_on,
                                .reason = "",
                                .price_cents = tree_int(args, "price", 0),
                                .purchase_cents = tree_int(args, "purchase_cost", -1),
                                .handling_cents = tree_int(args, "handling_cost", -1)};
    int result = next_number(ctx, at, "code", &product->code);
    if (!result && product->code > CANTEEN_CODE_MAX)
        return error_set(ctx->error, ERR_REFUSED, "request", N_("No product number is left for purchases off the list."), NULL);
    if (!result)
        result = product_keep(ctx->db, ctx->arena, product, &outcome, &product->id, ctx->error);
    if (!result)
        result = decision_keep(ctx, ctx->db, at->id, at->ref, decision, &ctx->file, ctx->error);
    return result ? result : price_keep(ctx, ctx->db, product, decision, &price, &outcome, ctx->error);
}

int standing_authorise(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct request request;
    struct product product;
    struct decision decision;
    const char *decided_on;
    int64_t same = 0;
    int code = standing_place(ctx, args, &at);
    if (!code)
        code = find_request(ctx, args, &at, &request);
    if (!code)
        code = standing_day(ctx, args, "decided_on", &decided_on);
    if (!code && strcmp(decided_on, request.asked_on) < 0)
        return error_set(ctx->error, ERR_INVALID, "decided_on", N_("This request was made on {0}: it cannot be answered before."), request.asked_on, NULL);
    if (!code)
        code = db_int(ctx->db,
                      "SELECT 1 FROM standing_request q JOIN canteen_decision d ON d.id = q.decision_id JOIN canteen_price p ON p.product_id = "
                      "q.product_id WHERE q.id = :id AND d.reference = :decision AND d.decided_on = :decided_on AND p.price_cents = :price",
                      BIND(INT("id", request.id), TEXT("decision", tree_text(args, "decision")), TEXT("decided_on", decided_on),
                           INT("price", tree_int(args, "price", 0))),
                      0, &same, ctx->error);
    if (code)
        return code;
    if (same) {
        answer(ctx, result, &at, request.number, request.state, true);
        tree_set_int(ctx->arena, result, "code", request.code);
        return 0;
    }
    code = check_asked(ctx, &request);
    if (!code)
        code = make_product(ctx, args, &at, &request, &product, &decision);
    if (code)
        return code;
    answer(ctx, result, &at, request.number, "authorised", false);
    tree_set_int(ctx->arena, result, "code", product.code);
    return db_run(ctx->db,
                  "UPDATE standing_request SET state = 'authorised', answered_on = :on_date, decision_id = :decision, product_id = :product, "
                  "code = :code WHERE id = :id",
                  BIND(TEXT("on_date", decided_on), INT("decision", decision.id), INT("product", product.id), INT("code", product.code),
                       INT("id", request.id)),
                  ctx->error);
}

int standing_refuse(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct request request;
    const char *on, *reason = tree_text(args, "reason");
    int code = standing_place(ctx, args, &at);
    if (!code)
        code = find_request(ctx, args, &at, &request);
    if (!code)
        code = standing_day(ctx, args, "on", &on);
    if (code)
        return code;
    bool before = !strcmp(request.state, "refused") && !strcmp(request.reason, reason);
    answer(ctx, result, &at, request.number, "refused", before);
    if (before)
        return 0;
    if (strcmp(on, request.asked_on) < 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("This request was made on {0}: it cannot be answered before."), request.asked_on, NULL);
    if (strcmp(reason, "withdrawn") != 0 || strcmp(request.state, "authorised") != 0) /* the person may give up what was authorised */
        code = check_asked(ctx, &request);
    return code ? code
                : db_run(ctx->db, "UPDATE standing_request SET state = 'refused', answered_on = :on_date, reason = :reason WHERE id = :id",
                         BIND(TEXT("on_date", on), TEXT("reason", reason), INT("id", request.id)), ctx->error);
}

/* --- ordering --- */

/* What stands for this person in the cycle already, and the one asked for: a person has one order in a cycle. */
static int read_lines(struct ctx *ctx, const struct cycle *cycle, const struct request *request, struct order_line lines[ORDER_LINES_MAX],
                      size_t *ret_count)
{
    struct rows *rows;
    int result = db_query(ctx->db,
                          "SELECT q.code, q.units FROM standing_request q WHERE q.person_id = :person AND (q.id = :id OR (q.cycle_id = :cycle AND "
                          "q.state = 'on_order' AND q.order_id IN (SELECT o.id FROM canteen_order o WHERE o.cycle_id = :cycle AND "
                          "o.state NOT IN ('cancelled', 'refused')))) ORDER BY q.number",
                          BIND(INT("person", request->person), INT("id", request->id), INT("cycle", cycle->id)), &rows, ctx->error);
    *ret_count = 0;
    if (result)
        return result;
    while (*ret_count < ORDER_LINES_MAX && rows_next(rows))
        lines[(*ret_count)++] = (struct order_line){.code = rows_int(rows, 0), .quantity = rows_int(rows, 1), .price = PRICE_LISTED};
    return rows_close(rows);
}

static int check_to_order(struct ctx *ctx, const struct cycle *cycle, const struct request *request)
{
    int64_t stands = 0;
    if (strcmp(request->state, "authorised") != 0 && strcmp(request->state, "on_order") != 0)
        return error_set(ctx->error, ERR_REFUSED, "request", N_("Only what the head of establishment authorised can be ordered."), NULL);
    if (!text_has_word(cycle->goods, "exceptional"))
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("{0} is not ordered in this cycle."), request->what, NULL);
    if (!request->order || request->cycle == cycle->id)
        return 0;
    int result = db_int(ctx->db, "SELECT 1 FROM canteen_order WHERE id = :id AND state NOT IN ('cancelled', 'refused')",
                        BIND(INT("id", request->order)), 0, &stands, ctx->error);
    if (!result && stands)
        return error_set(ctx->error, ERR_REFUSED, "request", N_("This request is ordered in another cycle already."), NULL);
    return result;
}

static int keep_ordered(struct ctx *ctx, const struct cycle *cycle, const struct request *request, int64_t order)
{
    int result = db_run(ctx->db, "UPDATE standing_request SET state = 'on_order', cycle_id = :cycle, order_id = :order WHERE id = :id",
                        BIND(INT("cycle", cycle->id), INT("order", order), INT("id", request->id)), ctx->error);
    return result ? result /* those that stand on the same order */
                  : db_run(ctx->db,
                           "UPDATE standing_request SET order_id = :order WHERE person_id = :person AND cycle_id = :cycle AND state = 'on_order' AND "
                           "code IN (SELECT l.code FROM canteen_order_line l WHERE l.order_id = :order)",
                           BIND(INT("order", order), INT("person", request->person), INT("cycle", cycle->id)), ctx->error);
}

int standing_order(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct request request;
    struct cycle cycle;
    struct stay stay;
    struct order order;
    struct order_line lines[ORDER_LINES_MAX];
    struct order_told told = {.source = "standing", .lines = lines, .replace = true};
    int code = standing_place(ctx, args, &at);
    if (!code)
        code = find_request(ctx, args, &at, &request);
    if (!code)
        code = standing_cycle(ctx, args, &at, &cycle);
    if (!code)
        code = standing_day(ctx, args, "on", &told.handed_on);
    if (!code)
        code = check_to_order(ctx, &cycle, &request);
    if (!code)
        code = stay_read(ctx->db, ctx->arena, request.stay, &stay, ctx->error);
    if (!code)
        code = read_lines(ctx, &cycle, &request, lines, &told.count);
    if (!code)
        code = order_place(ctx, ctx->db, &cycle, &stay, &told, &order, ctx->error);
    if (!code)
        code = keep_ordered(ctx, &cycle, &request, order.id);
    if (code)
        return code;
    answer(ctx, result, &at, request.number, "on_order", order.before);
    tree_set_text(ctx->arena, result, "cycle", cycle.code);
    tree_set_int(ctx->arena, result, "total_cents", order.total_cents);
    return 0;
}
