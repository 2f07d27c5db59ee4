/* One bag: handed over at a door, kept for somebody who was away, brought again or put back on the shelf. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/rounds/internal.h"

static int code_of_round(struct ctx *ctx, struct db *db, int64_t round, const char **ret_code, struct error *error)
{
    char *code = NULL;
    int result = round ? db_text(db, ctx->arena, "SELECT code FROM canteen_round WHERE id = :id", BIND(INT("id", round)), &code, error) : 0;
    *ret_code = code ? code : "";
    return result;
}

int told_read_bag(struct ctx *ctx, const struct bag *bag, const char *text, struct handing *handing, struct error *error)
{
    char *rest = NULL, *copy = arena_strdup(ctx->arena, text ? text : "");
    const char *all = "";
    for (char *line = strtok_r(copy, "\n|", &rest); line; line = strtok_r(NULL, "\n|", &rest)) {
        const char *between = strpbrk(line, ";,\t") ? ";" : " ", *tidy = text_tidy(ctx->arena, line);
        if (*tidy)
            all = arena_printf(ctx->arena, "%s#%" PRId64 "%s%s\n", all, bag->number, between, tidy);
    }
    return told_read(ctx, TOLD_DELIVERY, all, bag, 1, &handing->told, &handing->told_count, error);
}

/* --- round hand: at the door --- */

int round_hand(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct handing handing = {0};
    struct round round;
    struct bag bag;
    const char *code_of, *outcome = tree_text(args, "bag_outcome");
    bool changed = false;
    int code = bag_asked(ctx, ctx->db, args, &bag, ctx->error);
    if (!code && !bag.round)
        code = error_set(ctx->error, ERR_REFUSED, "bag", N_("This bag is on no round: its person is away or has left."), NULL);
    if (!code)
        code = code_of_round(ctx, ctx->db, bag.round, &code_of, ctx->error);
    if (!code)
        code = round_find(ctx->db, ctx->arena, bag.establishment_id, code_of, &round, ctx->error);
    if (!code)
        code = round_check_out(&round, ctx->error);
    if (!code && (!strcmp(bag.state, "later") || !strcmp(bag.state, "back")))
        code = error_set(ctx->error, ERR_REFUSED, "bag", N_("This bag came back from its round: what became of it is told there."), NULL);
    if (!code)
        code = handing_open(&handing, ctx, args, round.code, ctx->error);
    if (!code)
        code = handing_begin(&handing, ctx->db);
    if (!code)
        code = told_read_bag(ctx, &bag, strcmp(outcome, "received") ? outcome : tree_text(args, "exceptions"), &handing, ctx->error);
    if (!code)
        code = bag_hand(&handing, &bag, &changed);
    if (!code)
        code = handing_end(&handing);
    if (!code && changed)
        code = round_told(&handing, &round, "");
    if (!code)
        code = bag_read(ctx->db, ctx->arena, bag.order, &bag, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "bag", bag.reference);
    tree_set_text(ctx->arena, result, "state", bag.state);
    if (*bag.kept_until)
        tree_set_text(ctx->arena, result, "kept_until", bag.kept_until);
    tree_set_bool(ctx->arena, result, "before", !changed);
    return 0;
}

/* --- round bag: a second delivery --- */

static int hand_later(struct ctx *ctx, const struct tree *args, const struct bag *bag, bool *ret_changed)
{
    struct handing handing = {.later = true};
    const char *code;
    bool kept = !strcmp(bag->state, "kept"), again = !strcmp(bag->state, "later");
    if (!kept && !again)
        return error_set(ctx->error, ERR_REFUSED, "bag", N_("Only a bag that is kept for somebody is handed over later."), NULL);
    if (kept && strcmp(bag->order_state, "accepted") != 0 && strcmp(bag->order_state, "reduced") != 0)
        return error_set(ctx->error, ERR_REFUSED, "bag", N_("The order of this bag was settled for nothing received: put it back on the shelf."), NULL);
    int result = code_of_round(ctx, ctx->db, bag->round, &code, ctx->error);
    if (!result)
        result = handing_open(&handing, ctx, args, code, ctx->error);
    if (!result && kept && strcmp(handing.on, bag->kept_until) > 0)
        return error_set(ctx->error, ERR_REFUSED, "on", N_("This bag was kept until {0}: put it back on the shelf."), bag->kept_until, NULL);
    if (!result)
        result = handing_begin(&handing, ctx->db);
    if (!result)
        result = told_read_bag(ctx, bag, tree_text(args, "exceptions"), &handing, ctx->error);
    if (!result)
        result = bag_hand(&handing, bag, ret_changed);
    if (!result)
        result = handing_end(&handing);
    return result ? result : round_count(ctx->db, bag->round, ctx->error);
}

/* --- round bag: back on the shelf --- */

/* Nothing was received of it. An order that is settled already was settled for nothing: only the goods go back. */
static int return_lines(struct ctx *ctx, const struct bag *bag)
{
    struct order_head head;
    struct placed_line *lines;
    size_t count = 0;
    int result = lines_lock(ctx->db, ctx->arena, bag->order, &head, ctx->error);
    if (!result)
        result = lines_read(ctx->db, ctx->arena, bag->order, &lines, &count, ctx->error);
    bool open = !result && (!strcmp(head.state, "accepted") || !strcmp(head.state, "reduced"));
    for (size_t i = 0; i < count && !result; i++)
        if (lines[i].picked > 0)
            result = open ? bag_give(ctx, ctx->db, &head, &lines[i], 0, "returned", ctx->error)
                          : bag_shelve(ctx, ctx->db, &head, &lines[i], 0, ctx->error);
    return result;
}

static int shelve(struct ctx *ctx, const struct tree *args, const struct bag *bag, bool *ret_changed)
{
    const char *on, *code;
    bool aside = !bag->round && !strcmp(bag->state, "filled");
    if (!strcmp(bag->state, "back"))
        return 0;
    if (strcmp(bag->state, "kept") != 0 && strcmp(bag->state, "refused") != 0 && !aside)
        return error_set(ctx->error, ERR_REFUSED, "bag", N_("Only a bag that is kept, was refused or has nobody any more goes back to the shelf."),
                         NULL);
    int result = day_asked(ctx, args, &on);
    if (!result)
        result = day_of_cycle(ctx, ctx->db, bag->cycle, on, ctx->error);
    if (!result)
        result = code_of_round(ctx, ctx->db, bag->round, &code, ctx->error);
    if (!result)
        result = return_lines(ctx, bag);
    if (!result)
        result = db_run(ctx->db, "UPDATE canteen_bag SET state = 'back', kept_until = '' WHERE order_id = :order",
                        BIND(INT("order", bag->order)), ctx->error);
    if (!result)
        result = bag_tell(ctx, ctx->db, bag, "back", on, code, 0, ctx->error);
    *ret_changed = true;
    return result || !bag->round ? result : round_count(ctx->db, bag->round, ctx->error);
}

int round_bag(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct bag bag;
    bool changed = false, later = !strcmp(tree_text(args, "bag_way"), "handed_later");
    int code = bag_asked(ctx, ctx->db, args, &bag, ctx->error);
    if (!code)
        code = later ? hand_later(ctx, args, &bag, &changed) : shelve(ctx, args, &bag, &changed);
    if (!code)
        code = bag_read(ctx->db, ctx->arena, bag.order, &bag, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "bag", bag.reference);
    tree_set_text(ctx->arena, result, "state", bag.state);
    tree_set_bool(ctx->arena, result, "before", !changed);
    return 0;
}
