/* Deciding a complaint: money back, goods at the next round, or a refusal with its reason. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/complaints/internal.h"
#include "canteen/settlement/settlement.h"
#include "kernel/action.h"

struct deciding {
    struct ctx *ctx;
    struct establishment at;
    struct complaint complaint;
    struct order_head head;
    struct placed_line line;
    const char *decision, *on, *reason;
    int64_t units, posted_cents, refund_cents;
};

int complaint_find(struct db *db, struct arena *arena, int64_t establishment, int64_t number, struct complaint *ret_complaint,
                   struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, number, order_id, position, person_id, code, units, proven_units, settled_units, refund_cents, reference, "
                          "cycle, name, cause, told_on, answer_by, state, decided_on, reason, redelivered_on, automatic FROM canteen_complaint "
                          "WHERE establishment_id = :establishment AND number = :number",
                          BIND(INT("establishment", establishment), INT("number", number)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found) {
        const char *texts[10];
        for (int i = 0; i < 10; i++)
            texts[i] = arena_strdup(arena, rows_text(rows, 10 + i));
        *ret_complaint = (struct complaint){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2), rows_int(rows, 3), rows_int(rows, 4),
                                            rows_int(rows, 5), rows_int(rows, 6), rows_int(rows, 7), rows_int(rows, 8), rows_int(rows, 9),
                                            texts[0],          texts[1],          texts[2],          texts[3],          texts[4],
                                            texts[5],          texts[6],          texts[7],          texts[8],          texts[9],
                                            rows_int(rows, 20) != 0};
    }
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "complaint", N_("There is no complaint {0} here."), number_plain(arena, number, 0, false), NULL);
    return result;
}

/* The order's row is taken first, so that what is read after it holds until the end: two hands at one line follow each other. */
static int open_complaint(struct deciding *deciding, int64_t number)
{
    struct ctx *ctx = deciding->ctx;
    struct placed_line *lines;
    size_t count = 0;
    int result = complaint_find(ctx->db, ctx->arena, deciding->at.id, number, &deciding->complaint, ctx->error);
    if (!result)
        result = lines_lock(ctx->db, ctx->arena, deciding->complaint.order, &deciding->head, ctx->error);
    if (!result)
        result = complaint_find(ctx->db, ctx->arena, deciding->at.id, number, &deciding->complaint, ctx->error);
    if (!result)
        result = lines_read(ctx->db, ctx->arena, deciding->complaint.order, &lines, &count, ctx->error);
    for (size_t i = 0; i < count && !result; i++)
        if (lines[i].position == deciding->complaint.position)
            deciding->line = lines[i];
    return result;
}

static const char *money_text(struct ctx *ctx, int64_t cents)
{
    return number_screen(ctx->arena, cents, DECIMALS_MONEY, false, ctx->language);
}

/* --- money back --- */

/* The price posted on the day the form was handed in, of what was in the bag. */
static int read_posted(struct deciding *deciding)
{
    struct ctx *ctx = deciding->ctx;
    int64_t product = deciding->line.given ? deciding->line.given : deciding->line.product;
    if (deciding->posted_cents >= 0)
        return 0;
    return db_int(ctx->db,
                  "SELECT p.price_cents FROM canteen_price p JOIN canteen_order o ON o.id = :order WHERE p.product_id = :product AND "
                  "p.from_on <= o.handed_on ORDER BY p.from_on DESC LIMIT 1",
                  BIND(INT("order", deciding->complaint.order), INT("product", product)), deciding->line.charged_price_cents,
                  &deciding->posted_cents, ctx->error);
}

static int price_refund(struct deciding *deciding)
{
    struct ctx *ctx = deciding->ctx;
    int64_t each = deciding->line.charged_price_cents;
    if (!strcmp(deciding->complaint.cause, "overpriced")) {
        int result = read_posted(deciding);
        if (result)
            return result;
        each -= deciding->posted_cents;
        if (each <= 0)
            return error_set(ctx->error, ERR_REFUSED, "price", N_("{0} € was charged and {1} € posted: nothing was charged too much."),
                             money_text(ctx, deciding->line.charged_price_cents), money_text(ctx, deciding->posted_cents), NULL);
    }
    deciding->refund_cents = each * deciding->units;
    if (!deciding->refund_cents)
        return error_set(ctx->error, ERR_REFUSED, "decision", N_("Nothing was charged for this line: nothing can be given back."), NULL);
    return 0;
}

/* Never more than the line was charged, less what was given back for it. */
static int check_left(struct deciding *deciding)
{
    struct ctx *ctx = deciding->ctx;
    int64_t back = 0, charged = line_in_hand(&deciding->head, &deciding->line) * deciding->line.charged_price_cents;
    int result = db_int(ctx->db,
                        "SELECT CAST(SUM(refund_cents) AS INTEGER) FROM canteen_complaint WHERE order_id = :order AND position = :position",
                        BIND(INT("order", deciding->complaint.order), INT("position", deciding->complaint.position)), 0, &back, ctx->error);
    if (!result && deciding->refund_cents > charged - back)
        return error_set(ctx->error, ERR_REFUSED, "units", N_("{0} € was charged for this line and {1} € given back: no more can be."),
                         money_text(ctx, charged), money_text(ctx, back), NULL);
    return result;
}

/* Before the order is settled nothing was charged yet: the units are told as not received, and never will be. */
static int take_from_delivery(struct deciding *deciding)
{
    struct ctx *ctx = deciding->ctx;
    const char *cause = deciding->complaint.cause;
    deciding->refund_cents = 0;
    if (!strcmp(cause, "overpriced"))
        return error_set(ctx->error, ERR_REFUSED, "decision", N_("This order is not settled yet: settle its cycle, then give back what was too much."), NULL);
    if (deciding->units > deciding->line.delivered)
        return error_set(ctx->error, ERR_REFUSED, "units", N_("{0} units were received: it cannot be about more."),
                         number_plain(ctx->arena, deciding->line.delivered, 0, false), NULL);
    int64_t left = deciding->line.delivered - deciding->units;
    int result = line_hand(ctx, ctx->db, &deciding->head, deciding->complaint.position, left,
                           !strcmp(cause, "wrong_product") ? "returned" : cause, ctx->error);
    return result ? result : line_settle(ctx->db, &deciding->head, deciding->complaint.position, left, ctx->error);
}

/* The accounts office and the books are told under the day of the decision. */
static int give_back(struct deciding *deciding)
{
    const struct complaint *complaint = &deciding->complaint;
    if (strcmp(deciding->head.state, "settled") != 0)
        return take_from_delivery(deciding);
    int result = price_refund(deciding);
    if (!result)
        result = check_left(deciding);
    if (result)
        return result;
    struct ctx of_day = *deciding->ctx;
    snprintf(of_day.today, sizeof of_day.today, "%s", deciding->on);
    return settlement_give_back(&of_day, of_day.db, complaint->order, deciding->refund_cents, complaint->cause,
                                arena_printf(of_day.arena, "complaint:%" PRId64, complaint->id), of_day.error);
}

/* --- the three decisions --- */

static int check_decision(struct deciding *deciding)
{
    struct ctx *ctx = deciding->ctx;
    const struct complaint *complaint = &deciding->complaint;
    int64_t most = complaint->units - complaint->proven;
    if (strcmp(deciding->on, complaint->told_on) < 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("A complaint is decided on the day it was told or later."), NULL);
    if (!strcmp(deciding->decision, "refused"))
        return *deciding->reason ? 0 : error_set(ctx->error, ERR_INVALID, "reason", N_("Say why: the person reads it."), NULL);
    if (!strcmp(deciding->decision, "redelivery") && !strcmp(complaint->cause, "overpriced"))
        return error_set(ctx->error, ERR_REFUSED, "decision", N_("A price is given back or refused: there is nothing to hand over."), NULL);
    if (deciding->units < 1 || deciding->units > most)
        return error_set(ctx->error, ERR_REFUSED, "units", N_("At most {0} units are left to decide about."),
                         number_plain(ctx->arena, most, 0, false), NULL);
    return 0;
}

static const char *state_after(const struct deciding *deciding)
{
    return !strcmp(deciding->decision, "refund") ? "accepted" : deciding->decision;
}

static bool decided_so(const struct deciding *deciding)
{
    const struct complaint *complaint = &deciding->complaint;
    bool refused = !strcmp(deciding->decision, "refused");
    return !complaint->automatic && !strcmp(complaint->state, state_after(deciding)) &&
           (refused ? !strcmp(complaint->reason, deciding->reason) : complaint->settled == deciding->units);
}

/* What could not be handed over at the next round after all may be paid back or refused. */
static bool can_decide(const struct complaint *complaint)
{
    return !strcmp(complaint->state, "open") || (!strcmp(complaint->state, "redelivery") && !*complaint->redelivered_on);
}

int complaint_keep_decision(struct ctx *ctx, const struct complaint_decision *decision)
{
    return db_run(ctx->db,
                  "INSERT INTO canteen_complaint_decision(id, complaint_id, establishment_id, person_id, decision, decided_on, delay_days, "
                  "late, automatic, refund_cents, author, at) VALUES (:id, :complaint, :establishment, :person, :decision, :decided_on, "
                  ":delay, :late, :automatic, :refund, :author, :at)",
                  BIND(INT("id", db_next_id(ctx->db)), INT("complaint", decision->complaint), INT("establishment", decision->establishment),
                       INT("person", decision->person), TEXT("decision", decision->decision), TEXT("decided_on", decision->on),
                       INT("delay", decision->delay_days), INT("late", decision->late), INT("automatic", decision->automatic),
                       INT("refund", decision->refund_cents), TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)),
                       INT("at", ctx->now_ms)),
                  ctx->error);
}

static int keep_decision(struct deciding *deciding)
{
    struct ctx *ctx = deciding->ctx;
    bool refused = !strcmp(deciding->decision, "refused");
    int32_t told = 0, decided = 0;
    date_parse(deciding->complaint.told_on, &told);
    date_parse(deciding->on, &decided);
    int result = complaint_keep_decision(ctx, &(struct complaint_decision){.complaint = deciding->complaint.id,
                                                                           .establishment = deciding->at.id,
                                                                           .person = deciding->complaint.person,
                                                                           .refund_cents = deciding->refund_cents,
                                                                           .decision = state_after(deciding),
                                                                           .on = deciding->on,
                                                                           .delay_days = decided - told,
                                                                           .late = strcmp(deciding->on, deciding->complaint.answer_by) > 0});
    return result ? result
                  : db_run(ctx->db,
                  "UPDATE canteen_complaint SET state = :state, decided_on = :decided_on, decided_by = :decided_by, delay_days = :delay, "
                  "settled_units = :settled, refund_cents = :refund, reason = :reason, decided_at = :at WHERE id = :id",
                  BIND(TEXT("state", state_after(deciding)), TEXT("decided_on", deciding->on),
                       TEXT("decided_by", actor_name(ctx->app, ctx->session, ctx->arena)), INT("delay", decided - told),
                       INT("settled", refused ? 0 : deciding->units), INT("refund", deciding->refund_cents),
                       TEXT("reason", refused ? deciding->reason : ""), INT("at", ctx->now_ms), INT("id", deciding->complaint.id)),
                  ctx->error);
}

static int decide(struct deciding *deciding, bool *ret_before)
{
    struct ctx *ctx = deciding->ctx;
    *ret_before = decided_so(deciding);
    if (*ret_before) {
        deciding->refund_cents = deciding->complaint.refund_cents;
        return 0;
    }
    if (!can_decide(&deciding->complaint))
        return error_set(ctx->error, ERR_REFUSED, "complaint", N_("This complaint was decided on {0}."),
                         date_screen(ctx->arena, deciding->complaint.decided_on, ctx->language), NULL);
    int result = check_decision(deciding);
    if (!result && !strcmp(deciding->decision, "refund"))
        result = give_back(deciding);
    return result ? result : keep_decision(deciding);
}

int complaint_decide(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct deciding deciding = {.ctx = ctx, .decision = tree_text(args, "remedy"), .posted_cents = tree_int(args, "price", -1)};
    bool before = false;
    deciding.reason = tree_text(args, "reason") ? tree_text(args, "reason") : "";
    int code = establishment_asked(ctx, ctx->db, args, &deciding.at, ctx->error);
    if (!code)
        code = complaint_day(ctx, args, &deciding.on);
    if (!code)
        code = open_complaint(&deciding, tree_int(args, "complaint", 0));
    deciding.units = tree_int(args, "units", deciding.complaint.units - deciding.complaint.proven);
    if (!code)
        code = decide(&deciding, &before);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "complaint", deciding.complaint.number);
    tree_set_text(ctx->arena, result, "establishment", deciding.at.ref);
    tree_set_text(ctx->arena, result, "reference", deciding.complaint.reference);
    tree_set_text(ctx->arena, result, "state", state_after(&deciding));
    tree_set_int(ctx->arena, result, "refund_cents", deciding.refund_cents);
    tree_set_bool(ctx->arena, result, "before", before);
    return 0;
}

/* --- handed over after all --- */

int complaint_redelivered(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct deciding deciding = {.ctx = ctx};
    int code = establishment_asked(ctx, ctx->db, args, &deciding.at, ctx->error);
    if (!code)
        code = complaint_day(ctx, args, &deciding.on);
    if (!code)
        code = open_complaint(&deciding, tree_int(args, "complaint", 0));
    if (code)
        return code;
    const struct complaint *complaint = &deciding.complaint;
    bool before = !strcmp(complaint->redelivered_on, deciding.on);
    if (strcmp(complaint->state, "redelivery") != 0)
        return error_set(ctx->error, ERR_REFUSED, "complaint", N_("Nothing is to be handed over for this complaint."), NULL);
    if (*complaint->redelivered_on && !before)
        return error_set(ctx->error, ERR_REFUSED, "on", N_("It was handed over on {0} already."),
                         date_screen(ctx->arena, complaint->redelivered_on, ctx->language), NULL);
    if (strcmp(deciding.on, complaint->decided_on) < 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("It is handed over on the day of the decision or later."), NULL);
    tree_set_int(ctx->arena, result, "complaint", complaint->number);
    tree_set_text(ctx->arena, result, "establishment", deciding.at.ref);
    tree_set_text(ctx->arena, result, "reference", complaint->reference);
    tree_set_bool(ctx->arena, result, "before", before);
    return db_run(ctx->db, "UPDATE canteen_complaint SET redelivered_on = :on_date WHERE id = :id",
                  BIND(TEXT("on_date", deciding.on), INT("id", complaint->id)), ctx->error);
}
