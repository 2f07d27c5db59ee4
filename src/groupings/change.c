/* The two ways in which a submitted grouping may still change: R2142-26 (a member is restructured, or unable
 * for a reason not its own) and L2141-13 (a member is excluded: replaced within ten days of the buyer's
 * request). */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "groupings/instance.h"
#include "groupings/matters.h"
#include "kernel/action.h"
#include "law/law.h"
#include "members/members.h"

static int find_out(struct ctx *ctx, const struct tree *args, struct grouping_row *ret_row,
                    struct member *ret_member, int64_t *ret_change)
{
    int64_t parts;
    int code = grouping_read(ctx->db, ctx->arena, tree_text(args, "grouping"), ret_row, ctx->error);
    if (!code && text_has_word("proposed asked formed", ret_row->state))
        code =
            error_set(ctx->error, ERR_REFUSED, "grouping",
                      N_("The grouping {0} is not submitted yet: propose again without the member instead."),
                      ret_row->reference, NULL);
    if (!code)
        code = grouping_must_be(ret_row, "submitted won", ctx->error);
    if (!code)
        code = member_read(ctx->db, ctx->arena, tree_text(args, "siret"), ret_member, ctx->error);
    const struct binding *who = BIND(INT("id", ret_row->id), INT("member", ret_member->id));
    if (!code)
        code = db_int(ctx->db,
                      "SELECT count(*) FROM grouping_member WHERE grouping_id = :id AND member_id = :member",
                      who, 0, &parts, ctx->error);
    if (!code && !parts)
        code = error_set(ctx->error, ERR_REFUSED, "siret", N_("{0} is not in the grouping {1}."),
                         ret_member->name, ret_row->reference, NULL);
    if (!code)
        code =
            db_int(ctx->db, "SELECT id FROM grouping_change WHERE grouping_id = :id AND member_out = :member",
                   who, 0, ret_change, ctx->error);
    return code;
}

/* The last day to replace it: so many days after the request, that day not counted. Empty where the law sets
 * none. */
static int due_day(struct ctx *ctx, const char *cause, const char *asked_on, const char **ret_due)
{
    struct law_value delay;
    *ret_due = "";
    if (!text_is(cause, "excluded"))
        return 0;
    int code = law_rate(ctx->db, ctx->arena, "grouping.replacement_delay", asked_on, &delay, ctx->error);
    if (!code)
        *ret_due = date_after_days(ctx->arena, asked_on, (int)(delay.value_millionths / LAW_ONE));
    return code;
}

int grouping_change(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    struct member member;
    int64_t change;
    const char *due, *asked_on = tree_text(args, "asked_on"), *cause = tree_text(args, "cause");
    int code = find_out(ctx, args, &row, &member, &change);
    if (!code && change)
        code = error_set(ctx->error, ERR_REFUSED, "siret", N_("The departure of {0} is already recorded."),
                         member.name, NULL);
    if (!code && strcmp(asked_on, ctx->today) > 0)
        code = error_set(ctx->error, ERR_INVALID, "asked_on", N_("This day is still to come."), NULL);
    if (!code)
        code = due_day(ctx, cause, asked_on, &due);
    if (!code)
        code = db_run(
            ctx->db,
            "INSERT INTO grouping_change(id, grouping_id, cause, member_out, member_in, asked_on, due_on, "
            "replaced_on, reason, author) VALUES (:id, :grouping, :cause, :member, NULL, :asked_on, :due, "
            "'', "
            ":reason, :author)",
            BIND(INT("id", db_next_id(ctx->db)), INT("grouping", row.id), TEXT("cause", cause),
                 INT("member", member.id), TEXT("asked_on", asked_on), TEXT("due", due),
                 TEXT("reason", tree_text(args, "reason")),
                 TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena))),
            ctx->error);
    if (!code)
        code = rules_check(ctx->db, ctx->arena, row.id, ctx->today, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "grouping", row.reference);
    tree_set_text(ctx->arena, result, "due_on", due);
    return 0;
}

int grouping_replace(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    struct member out, in;
    int64_t change, parts;
    const char *on = tree_text(args, "replaced_on");
    int code = find_out(ctx, args, &row, &out, &change);
    if (!code && !change)
        code = error_set(ctx->error, ERR_REFUSED, "siret",
                         N_("Record first why {0} leaves: the composition is frozen (R2142-26)."), out.name,
                         NULL);
    if (!code)
        code = member_read(ctx->db, ctx->arena, tree_text(args, "by"), &in, ctx->error);
    if (!code && on && strcmp(on, ctx->today) > 0)
        code = error_set(ctx->error, ERR_INVALID, "replaced_on", N_("This day is still to come."), NULL);
    if (!code && in.id == out.id)
        code = error_set(ctx->error, ERR_INVALID, "by", N_("A member cannot replace itself."), NULL);
    if (!code)
        code = db_int(ctx->db,
                      "SELECT count(*) FROM grouping_change WHERE grouping_id = :id AND member_out = :member",
                      BIND(INT("id", row.id), INT("member", in.id)), 0, &parts, ctx->error);
    if (!code && parts)
        code =
            error_set(ctx->error, ERR_REFUSED, "by", N_("{0} has itself left this grouping."), in.name, NULL);
    if (!code)
        code = db_run(
            ctx->db, "UPDATE grouping_change SET member_in = :member, replaced_on = :on WHERE id = :id",
            BIND(INT("member", in.id), TEXT("on", on ? on : ctx->today), INT("id", change)), ctx->error);
    if (!code)
        code = rules_check(ctx->db, ctx->arena, row.id, ctx->today, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "grouping", row.reference);
    return 0;
}
