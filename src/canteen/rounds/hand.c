/* Handing over: what happened at the doors, told from a sheet or a tablet, and again when the sheet said otherwise. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "canteen/rounds/internal.h"
#include "canteen/supply/supply.h"
#include "law/law.h"

/* --- one bag --- */

static const struct told *find_told(const struct handing *handing, int64_t order, int64_t code)
{
    for (size_t i = 0; i < handing->told_count; i++)
        if (handing->told[i].order == order && handing->told[i].code == code && strcmp(handing->told[i].outcome, "unsigned") != 0)
            return &handing->told[i];
    return NULL;
}

static const char *find_witness(const struct handing *handing, int64_t order)
{
    for (size_t i = 0; i < handing->told_count; i++)
        if (handing->told[i].order == order && !strcmp(handing->told[i].outcome, "unsigned"))
            return handing->told[i].witness;
    return NULL;
}

/* What the line becomes. Nothing of it in the bag: nothing to tell. */
static void wanted_of(const struct placed_line *line, const struct told *whole, const struct told *own, int64_t *ret_units,
                      const char **ret_outcome)
{
    *ret_units = whole ? 0 : own ? own->units : line->picked;
    *ret_outcome = whole ? whole->outcome : own ? own->outcome : "received";
}

struct sheet_bag { /* what the sheet says of a bag */
    const char *state, *handed_on, *kept_until, *signed_by, *witness;
};

static struct sheet_bag sheet_of(const struct handing *handing, const struct bag *bag, const struct told *whole)
{
    const char *witness = find_witness(handing, bag->order);
    bool absent = whole && !strcmp(whole->outcome, "absent");
    struct sheet_bag sheet = {.state = whole ? absent ? "kept" : "refused" : handing->later ? "later" : "handed",
                              .handed_on = whole ? "" : handing->on,
                              .kept_until = absent ? handing->kept_until : "",
                              .signed_by = absent ? "" : witness ? "none" : handing->signed_by,
                              .witness = absent ? "" : witness ? witness : handing->witness};
    return sheet;
}

static int keep_bag(struct handing *handing, const struct bag *bag, const struct sheet_bag *sheet, int64_t units)
{
    bool first = !strcmp(bag->state, "out") || (handing->later && !strcmp(bag->state, "kept"));
    int result = db_run(handing->db,
                        "UPDATE canteen_bag SET state = :state, handed_on = :handed_on, kept_until = :kept_until, signed = :signed, "
                        "witness = :witness WHERE order_id = :order",
                        BIND(TEXT("state", sheet->state), TEXT("handed_on", sheet->handed_on), TEXT("kept_until", sheet->kept_until),
                             TEXT("signed", sheet->signed_by), TEXT("witness", sheet->witness), INT("order", bag->order)),
                        handing->error);
    return result ? result
                  : bag_tell(handing->ctx, handing->db, bag, first ? sheet->state : "corrected", handing->on, handing->round, units,
                             handing->error);
}

static bool same_bag(const struct bag *bag, const struct sheet_bag *sheet)
{
    return !strcmp(bag->state, sheet->state) && !strcmp(bag->handed_on, sheet->handed_on) &&
           !strcmp(bag->signed_by, sheet->signed_by) && !strcmp(bag->witness, sheet->witness);
}

static int refuse_other(const struct handing *handing, const struct bag *bag)
{
    return error_set(handing->error, ERR_REFUSED, "replace",
                     N_("Bag {0} was told otherwise before: look at it, then say that this takes the place of what was entered."),
                     arena_printf(handing->ctx->arena, "#%" PRId64, bag->number), NULL);
}

struct sheet_lines { /* what the lines of a bag became */
    bool same;
    int64_t received;
};

static int hand_line(struct handing *handing, const struct bag *bag, const struct order_head *head, const struct placed_line *line,
                     const struct told *whole, bool may_change, struct sheet_lines *lines)
{
    struct told *own = (struct told *)find_told(handing, bag->order, line->code);
    const char *outcome;
    int64_t units;
    if (own)
        own->used = true;
    if (line->picked <= 0 && !own)
        return 0;
    wanted_of(line, whole, own, &units, &outcome);
    lines->received += units;
    if (line->delivered == units && !strcmp(line->outcome, outcome))
        return 0;
    lines->same = false;
    if (!may_change)
        return refuse_other(handing, bag);
    return bag_give(handing->ctx, handing->db, head, line, units, outcome, handing->error)
               ? told_refuse(handing->ctx, "exceptions",
                             own ? own->as_typed : arena_printf(handing->ctx->arena, "#%" PRId64 ";%" PRId64, bag->number, line->code),
                             handing->error)
               : 0;
}

static int hand_lines(struct handing *handing, const struct bag *bag, const struct told *whole, bool may_change, struct sheet_lines *sheet)
{
    struct order_head head;
    struct placed_line *lines;
    size_t count = 0;
    int result = lines_lock(handing->db, handing->ctx->arena, bag->order, &head, handing->error);
    if (!result)
        result = lines_read(handing->db, handing->ctx->arena, bag->order, &lines, &count, handing->error);
    for (size_t i = 0; i < count && !result; i++)
        result = hand_line(handing, bag, &head, &lines[i], whole, may_change, sheet);
    return result;
}

/* Its person left while it was out, and the order was settled for nothing: told once, as it came back. */
static int hand_closed(struct handing *handing, const struct bag *bag, bool *ret_changed)
{
    const struct sheet_bag sheet = {"refused", "", "", "", ""};
    for (size_t i = 0; i < handing->told_count; i++)
        handing->told[i].used |= handing->told[i].order == bag->order;
    *ret_changed = !strcmp(bag->state, "out");
    return *ret_changed ? keep_bag(handing, bag, &sheet, 0) : 0;
}

int bag_hand(struct handing *handing, const struct bag *bag, bool *ret_changed)
{
    if (strcmp(bag->order_state, "accepted") != 0 && strcmp(bag->order_state, "reduced") != 0)
        return hand_closed(handing, bag, ret_changed);
    const struct told *whole = find_told(handing, bag->order, 0);
    const struct sheet_bag sheet = sheet_of(handing, bag, whole);
    bool first = !strcmp(bag->state, "out") || (handing->later && !strcmp(bag->state, "kept")), may_change = first || handing->replace;
    struct sheet_lines lines = {.same = same_bag(bag, &sheet)};
    int result = day_of_cycle(handing->ctx, handing->db, bag->cycle, handing->on, handing->error);
    if (!result)
        result = hand_lines(handing, bag, whole, may_change, &lines);
    *ret_changed = !lines.same;
    if (result || lines.same)
        return result;
    return may_change ? keep_bag(handing, bag, &sheet, lines.received) : refuse_other(handing, bag);
}

static bool comes_back(const char *outcome)
{
    return !strcmp(outcome, "refused") || !strcmp(outcome, "returned");
}

int bag_give(struct ctx *ctx, struct db *db, const struct order_head *head, const struct placed_line *line, int64_t units, const char *outcome,
             struct error *error)
{
    bool back = comes_back(outcome), was_back = comes_back(line->outcome);
    int result = line_hand(ctx, db, head, line->position, units, outcome, error);
    return result || (!back && !was_back) ? result : bag_shelve(ctx, db, head, line, back ? units : line->picked, error);
}

int bag_shelve(struct ctx *ctx, struct db *db, const struct order_head *head, const struct placed_line *line, int64_t units,
               struct error *error)
{
    return supply_pick(ctx, db, head, line->position, line->given ? line->given : line->product, units, error);
}

/* --- what is told for all --- */

/* Days a bag is kept for somebody who was away: data, with its status. */
static int keep_until(struct ctx *ctx, struct db *db, const char *on, const char **ret_until, bool *ret_confirmed, struct error *error)
{
    struct law_value days;
    int32_t day = 0;
    char until[DATE_BYTES];
    int result = law_rate(db, ctx->arena, "canteen.bag.kept", on, &days, error);
    if (result)
        return result;
    date_parse(on, &day);
    date_format(day + (int32_t)(days.value_millionths / LAW_ONE), until);
    *ret_until = arena_strdup(ctx->arena, until);
    *ret_confirmed = days.confirmed;
    return 0;
}

int handing_open(struct handing *handing, struct ctx *ctx, const struct tree *args, const char *round, struct error *error)
{
    const char *signed_by = tree_text(args, "signed"), *witness = tree_text(args, "witness");
    int result = day_asked(ctx, args, &handing->on);
    handing->ctx = ctx;
    handing->error = error;
    handing->round = round;
    handing->replace = tree_true(tree_get(args, "replace"));
    handing->signed_by = signed_by ? signed_by : "sheet";
    handing->witness = witness ? witness : "";
    if (!result && !strcmp(handing->signed_by, "none") && !*handing->witness)
        result = error_set(error, ERR_INVALID, "witness", N_("Without a signature, say who saw it handed over."), NULL);
    if (!result && strcmp(handing->signed_by, "none") != 0)
        handing->witness = "";
    return result;
}

int handing_begin(struct handing *handing, struct db *db)
{
    handing->db = db;
    return keep_until(handing->ctx, db, handing->on, &handing->kept_until, &handing->confirmed, handing->error);
}

int handing_end(struct handing *handing)
{
    for (size_t i = 0; i < handing->told_count; i++)
        if (handing->told[i].code && !handing->told[i].used) {
            error_set(handing->error, ERR_NOT_FOUND, "exceptions", N_("This product is not in this bag."), NULL);
            return told_refuse(handing->ctx, "exceptions", handing->told[i].as_typed, handing->error);
        }
    return 0;
}

int round_told(struct handing *handing, const struct round *round, const char *agent)
{
    int result = round_count(handing->db, round->id, handing->error);
    return result ? result
                  : db_run(handing->db,
                           "UPDATE canteen_round SET state = 'delivered', delivered_on = :on_day, agent = CASE WHEN :agent = '' THEN agent ELSE "
                           ":agent END WHERE id = :id AND state IN ('out', 'delivered') AND told_count = bag_count",
                           BIND(TEXT("on_day", handing->on), TEXT("agent", agent), INT("id", round->id)), handing->error);
}

int round_check_out(const struct round *round, struct error *error)
{
    if (!strcmp(round->state, "out") || !strcmp(round->state, "delivered"))
        return 0;
    return !strcmp(round->state, "settled")
               ? error_set(error, ERR_REFUSED, "round", N_("The round {0} is settled: a complaint is the way now."), round->code, NULL)
               : error_set(error, ERR_REFUSED, "round", N_("The round {0} has not left yet."), round->code, NULL);
}

/* --- round deliver --- */

static int answer(struct handing *handing, struct tree *result, const struct round *round, int64_t changed)
{
    struct arena *arena = handing->ctx->arena;
    struct bag *bags;
    struct round now;
    size_t count;
    int64_t handed = 0, refused = 0;
    int code = round_find(handing->db, arena, round->establishment_id, round->code, &now, handing->error);
    if (!code)
        code = bags_of_round(handing->db, arena, round->id, &bags, &count, handing->error);
    if (code)
        return code;
    for (size_t i = 0; i < count; i++) {
        handed += !strcmp(bags[i].state, "handed") || !strcmp(bags[i].state, "later");
        refused += !strcmp(bags[i].state, "refused");
    }
    tree_set_text(arena, result, "round", round->code);
    tree_set_text(arena, result, "establishment", round->establishment);
    tree_set_text(arena, result, "state", now.state);
    tree_set_int(arena, result, "bags", now.bag_count);
    tree_set_int(arena, result, "bags_handed", handed);
    tree_set_int(arena, result, "bags_refused", refused);
    tree_set_int(arena, result, "bags_kept", now.kept_count);
    tree_set_int(arena, result, "bags_changed", changed);
    if (now.kept_count) {
        tree_set_text(arena, result, "kept_until", handing->kept_until);
        tree_set_bool(arena, result, "to_confirm", !handing->confirmed);
    }
    tree_set_bool(arena, result, "before", !changed);
    return 0;
}

/* Not those of which something was told after the round came back. */
static bool is_of_the_sheet(const struct bag *bag)
{
    return !strcmp(bag->state, "out") || !strcmp(bag->state, "handed") || !strcmp(bag->state, "refused") || !strcmp(bag->state, "kept");
}

int round_deliver(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct round round;
    struct handing handing = {0};
    struct bag *bags;
    size_t count = 0;
    int64_t changed = 0;
    int code = round_asked(ctx, ctx->db, args, &round, ctx->error);
    if (!code)
        code = round_check_out(&round, ctx->error);
    if (!code)
        code = handing_open(&handing, ctx, args, round.code, ctx->error);
    if (!code)
        code = handing_begin(&handing, ctx->db);
    if (!code)
        code = bags_of_round(ctx->db, ctx->arena, round.id, &bags, &count, ctx->error);
    if (!code)
        code = told_read(ctx, TOLD_DELIVERY, tree_text(args, "exceptions"), bags, count, &handing.told, &handing.told_count, ctx->error);
    for (size_t i = 0; i < count && !code; i++) {
        bool touched = false;
        if (is_of_the_sheet(&bags[i]))
            code = bag_hand(&handing, &bags[i], &touched);
        else
            for (size_t t = 0; t < handing.told_count; t++)
                handing.told[t].used |= handing.told[t].order == bags[i].order;
        changed += touched;
    }
    if (!code)
        code = handing_end(&handing);
    if (!code && (changed || !count))
        code = round_told(&handing, &round, tree_text(args, "agent") ? tree_text(args, "agent") : "");
    return code ? code : answer(&handing, result, &round, changed);
}
