/* Telling a complaint: about which line, within which time, and what the records prove at once. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/complaints/internal.h"
#include "kernel/action.h"
#include "law/law.h"

struct telling {
    struct ctx *ctx;
    struct establishment at;
    struct cycle cycle;
    struct order_head head;
    struct placed_line line;
    const char *cause, *on, *source, *supplier;
    int64_t units, in_hand, proven;
};

int complaint_day(struct ctx *ctx, const struct tree *args, const char **ret_on)
{
    *ret_on = tree_text(args, "on") ? tree_text(args, "on") : ctx->today;
    return strcmp(*ret_on, ctx->today) > 0 ? error_set(ctx->error, ERR_INVALID, "on", N_("This day is still to come."), NULL) : 0;
}

int64_t line_in_hand(const struct order_head *head, const struct placed_line *line)
{
    return line->delivered >= 0 ? line->delivered : !strcmp(head->state, "settled") ? 0 : -1;
}

static const char *number_text(struct ctx *ctx, int64_t value)
{
    return number_plain(ctx->arena, value, 0, false);
}

/* --- which line --- */

static int find_order(struct telling *telling, const char *whom)
{
    struct ctx *ctx = telling->ctx;
    struct stay stay;
    int64_t order = 0;
    int result = stay_find(ctx->app, ctx->db, ctx->arena, telling->at.id, whom, &stay, ctx->error);
    if (!result)
        result = db_int(ctx->db, "SELECT id FROM canteen_order WHERE cycle_id = :cycle AND person_id = :person",
                        BIND(INT("cycle", telling->cycle.id), INT("person", stay.person)), 0, &order, ctx->error);
    if (!result && !order)
        return error_set(ctx->error, ERR_NOT_FOUND, "whom", N_("{0} has no order in this cycle."), stay.reference, NULL);
    return result ? result : lines_lock(ctx->db, ctx->arena, order, &telling->head, ctx->error);
}

static int find_line(struct telling *telling, int64_t code)
{
    struct ctx *ctx = telling->ctx;
    struct placed_line *lines;
    size_t count;
    int result = lines_read(ctx->db, ctx->arena, telling->head.id, &lines, &count, ctx->error);
    if (result)
        return result;
    for (size_t i = 0; i < count; i++)
        if (lines[i].code == code) {
            telling->line = lines[i];
            return 0;
        }
    return error_set(ctx->error, ERR_NOT_FOUND, "code", N_("This order has no line of number {0}."), number_text(ctx, code), NULL);
}

static int check_order(struct telling *telling)
{
    struct ctx *ctx = telling->ctx;
    const char *state = telling->head.state;
    if (!strcmp(state, "cancelled") || !strcmp(state, "refused"))
        return error_set(ctx->error, ERR_REFUSED, "whom", N_("This order was {0}: nothing of it was to be delivered, nothing was charged."),
                         tr_name(ctx->language, state), NULL);
    telling->in_hand = line_in_hand(&telling->head, &telling->line);
    if (telling->in_hand < 0)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Nobody told yet what was delivered of this order: enter the round first."), NULL);
    return 0;
}

/* --- within which time --- */

static int days_of(struct telling *telling, const char *parameter, const char *from, char ret_last[DATE_BYTES])
{
    struct ctx *ctx = telling->ctx;
    struct law_value value;
    int32_t day = 0;
    int result = law_rate(ctx->db, ctx->arena, parameter, from, &value, ctx->error);
    date_parse(from, &day);
    if (!result)
        date_format(day + (int32_t)(value.value_millionths / LAW_ONE), ret_last);
    return result;
}

static int check_day(struct telling *telling)
{
    struct ctx *ctx = telling->ctx;
    char last[DATE_BYTES], *handed = NULL;
    int result = db_text(ctx->db, ctx->arena, "SELECT handed_on FROM canteen_bag WHERE order_id = :order",
                         BIND(INT("order", telling->head.id)), &handed, ctx->error);
    const char *delivered = handed && *handed ? handed : telling->cycle.delivers_on;
    if (!result && strcmp(telling->on, delivered) < 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("This was delivered on {0}: a complaint is told that day or later."),
                         date_screen(ctx->arena, delivered, ctx->language), NULL);
    if (!result)
        result = days_of(telling, "canteen.complaint.tell_within", delivered, last);
    if (!result && strcmp(telling->on, last) > 0)
        return error_set(ctx->error, ERR_REFUSED, "on", N_("Complaints about this delivery could be told until {0}."),
                         date_screen(ctx->arena, last, ctx->language), NULL);
    return result;
}

/* --- how much, and what is proven --- */

static int check_units(struct telling *telling, const struct tree *args)
{
    struct ctx *ctx = telling->ctx;
    bool missing = !strcmp(telling->cause, "missing");
    int64_t not_received = telling->line.ordered - telling->in_hand;
    int64_t most = missing ? telling->line.ordered : telling->in_hand;
    telling->units = tree_int(args, "units", missing && not_received > 0 ? not_received : missing ? 1 : most);
    if (telling->units < 1 || telling->units > most)
        return error_set(ctx->error, ERR_REFUSED, "units",
                         missing ? N_("{0} units were ordered: no more can be missing.") : N_("{0} units were received: it cannot be about more."),
                         number_text(ctx, most), NULL);
    return 0;
}

/* What the records say was never handed over was never charged. Units that an earlier complaint claimed so are not claimed
 * twice. */
static int prove_units(struct telling *telling)
{
    int64_t earlier = 0;
    if (strcmp(telling->cause, "missing") != 0)
        return 0;
    int result = db_int(telling->ctx->db,
                        "SELECT CAST(SUM(proven_units) AS INTEGER) FROM canteen_complaint WHERE order_id = :order AND position = :position",
                        BIND(INT("order", telling->head.id), INT("position", telling->line.position)), 0, &earlier, telling->ctx->error);
    int64_t free_units = telling->line.ordered - telling->in_hand - earlier;
    if (free_units > 0)
        telling->proven = free_units < telling->units ? free_units : telling->units;
    if (!result && telling->proven)
        result = line_settle(telling->ctx->db, &telling->head, telling->line.position, telling->line.ordered - earlier - telling->proven,
                             telling->ctx->error);
    return result;
}

/* --- the same again --- */

static int find_same(struct telling *telling, int64_t *ret_number)
{
    struct ctx *ctx = telling->ctx;
    int64_t open = 0;
    int result = db_int(ctx->db,
                        "SELECT number FROM canteen_complaint WHERE order_id = :order AND position = :position AND cause = :cause AND "
                        "units = :units AND (state = 'open' OR told_on = :told_on) ORDER BY id DESC LIMIT 1",
                        BIND(INT("order", telling->head.id), INT("position", telling->line.position), TEXT("cause", telling->cause),
                             INT("units", telling->units), TEXT("told_on", telling->on)),
                        0, ret_number, ctx->error);
    if (!result && !*ret_number)
        result = db_int(ctx->db,
                        "SELECT number FROM canteen_complaint WHERE order_id = :order AND position = :position AND state = 'open'",
                        BIND(INT("order", telling->head.id), INT("position", telling->line.position)), 0, &open, ctx->error);
    if (!result && open)
        return error_set(ctx->error, ERR_REFUSED, "code", N_("Complaint {0} about this line is open: decide it first."), number_text(ctx, open),
                         NULL);
    return result;
}

/* --- writing --- */

static int next_number(struct telling *telling, int64_t *ret_number)
{
    struct ctx *ctx = telling->ctx;
    int result = db_run(ctx->db,
                        "INSERT INTO canteen_complaint_counter(establishment_id, last) VALUES (:at, 1) ON CONFLICT (establishment_id) DO "
                        "UPDATE SET last = canteen_complaint_counter.last + 1",
                        BIND(INT("at", telling->at.id)), ctx->error);
    return result ? result
                  : db_int(ctx->db, "SELECT last FROM canteen_complaint_counter WHERE establishment_id = :at",
                           BIND(INT("at", telling->at.id)), 0, ret_number, ctx->error);
}

static int read_supplier(struct telling *telling)
{
    char *supplier = NULL;
    int64_t product = telling->line.given ? telling->line.given : telling->line.product;
    int result = db_text(telling->ctx->db, telling->ctx->arena, "SELECT supplier FROM canteen_product WHERE id = :id",
                         BIND(INT("id", product)), &supplier, telling->ctx->error);
    telling->supplier = supplier ? supplier : "";
    return result;
}

static int keep(struct telling *telling, int64_t id, int64_t number, const char *answer_by)
{
    struct ctx *ctx = telling->ctx;
    bool automatic = telling->proven == telling->units;
    return db_run(ctx->db,
                  "INSERT INTO canteen_complaint(id, establishment_id, establishment, number, order_id, position, person_id, reference, cycle, "
                  "code, name, supplier, cause, units, proven_units, told_by, told_on, answer_by, state, automatic, decided_on, decided_by, "
                  "delay_days, settled_units, refund_cents, reason, redelivered_on, at, decided_at) VALUES (:id, :establishment_id, "
                  ":establishment, :number, :order, :position, :person, :reference, :cycle, :code, :name, :supplier, :cause, :units, :proven, "
                  ":told_by, :told_on, :answer_by, :state, :automatic, :decided_on, :decided_by, :delay, 0, 0, '', '', :at, :decided_at)",
                  BIND(INT("id", id), INT("establishment_id", telling->at.id), TEXT("establishment", telling->at.ref),
                       INT("number", number), INT("order", telling->head.id), INT("position", telling->line.position),
                       INT("person", telling->head.person), TEXT("reference", telling->head.reference), TEXT("cycle", telling->cycle.code),
                       INT("code", telling->line.code), TEXT("name", telling->line.name), TEXT("supplier", telling->supplier),
                       TEXT("cause", telling->cause), INT("units", telling->units), INT("proven", telling->proven),
                       TEXT("told_by", telling->source), TEXT("told_on", telling->on), TEXT("answer_by", answer_by),
                       TEXT("state", automatic ? "accepted" : "open"), INT("automatic", automatic),
                       TEXT("decided_on", automatic ? telling->on : ""),
                       TEXT("decided_by", automatic ? actor_name(ctx->app, ctx->session, ctx->arena) : ""),
                       INT_OR_NULL("delay", automatic, 0), INT("at", ctx->now_ms), INT("decided_at", automatic ? ctx->now_ms : 0)),
                  ctx->error);
}

static int tell(struct telling *telling, struct tree *result)
{
    struct ctx *ctx = telling->ctx;
    int64_t number = 0;
    char answer_by[DATE_BYTES];
    int code = find_same(telling, &number);
    bool before = number != 0;
    int64_t id = db_next_id(ctx->db);
    if (!code && !before) {
        code = check_day(telling);
        if (!code)
            code = days_of(telling, "canteen.complaint.answer_within", telling->on, answer_by);
        if (!code)
            code = prove_units(telling);
        if (!code)
            code = read_supplier(telling);
        if (!code)
            code = next_number(telling, &number);
        if (!code)
            code = keep(telling, id, number, answer_by);
        if (!code && telling->proven == telling->units)
            code = complaint_keep_decision(ctx,
                                           &(struct complaint_decision){.complaint = id,
                                                                        .establishment = telling->at.id,
                                                                        .person = telling->head.person,
                                                                        .decision = "accepted",
                                                                        .on = telling->on,
                                                                        .automatic = true});
    }
    struct complaint kept;
    if (!code)
        code = complaint_find(ctx->db, ctx->arena, telling->at.id, number, &kept, ctx->error);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "complaint", number);
    tree_set_text(ctx->arena, result, "reference", kept.reference);
    tree_set_text(ctx->arena, result, "establishment", telling->at.ref);
    tree_set_text(ctx->arena, result, "state", kept.state);
    tree_set_text(ctx->arena, result, "answer_by", kept.answer_by);
    tree_set_int(ctx->arena, result, "never_charged", kept.proven);
    tree_set_bool(ctx->arena, result, "before", before);
    return 0;
}

int complaint_tell(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct telling telling = {.ctx = ctx, .cause = tree_text(args, "cause"), .source = tree_text(args, "source")};
    int code = establishment_asked(ctx, ctx->db, args, &telling.at, ctx->error);
    if (!code)
        code = complaint_day(ctx, args, &telling.on);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, telling.at.id, tree_text(args, "cycle"), &telling.cycle, ctx->error);
    if (!code)
        code = find_order(&telling, tree_text(args, "whom"));
    if (!code)
        code = find_line(&telling, tree_int(args, "code", 0));
    if (!code)
        code = check_order(&telling);
    if (!code)
        code = check_units(&telling, args);
    return code ? code : tell(&telling, result);
}
