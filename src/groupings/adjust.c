/* What a person decides about a proposal that the engine does not: who leads, in which form, what is
 * subcontracted, who is invited. The parts themselves never change: another proposal does that. */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/matters.h"
#include "groupings/sentence.h"
#include "kernel/action.h"
#include "members/members.h"

static int open_row(struct ctx *ctx, const struct tree *args, const char *states,
                    struct grouping_row *ret_row)
{
    int code = grouping_read(ctx->db, ctx->arena, tree_text(args, "grouping"), ret_row, ctx->error);
    return code ? code : grouping_must_be(ret_row, states, ctx->error);
}

static int answer(struct ctx *ctx, const struct grouping_row *row, struct tree *result)
{
    tree_set_text(ctx->arena, result, "grouping", row->reference);
    return 0;
}

/* --- who leads, in which form --- */

static int set_leader(struct ctx *ctx, const struct grouping_row *row, const char *siret)
{
    struct member member;
    int64_t parts, may_lead;
    int code = member_read(ctx->db, ctx->arena, siret, &member, ctx->error);
    const struct binding *who = BIND(INT("id", row->id), INT("member", member.id));
    if (!code)
        code = db_int(ctx->db,
                      "SELECT count(*) FROM grouping_part WHERE grouping_id = :id AND member_id = :member",
                      who, 0, &parts, ctx->error);
    if (!code)
        code = db_int(ctx->db,
                      "SELECT may_lead FROM grouping_member WHERE grouping_id = :id AND member_id = :member",
                      who, 0, &may_lead, ctx->error);
    if (!code && !parts)
        return error_set(ctx->error, ERR_REFUSED, "leader",
                         N_("{0} takes no part in {1}: it cannot lead it."), member.name, row->reference,
                         NULL);
    if (!code && !may_lead)
        return error_set(ctx->error, ERR_REFUSED, "leader", N_("{0} has not said that it may lead."),
                         member.name, NULL);
    if (!code)
        code = db_run(
            ctx->db,
            "UPDATE grouping_leader SET member_id = :member WHERE grouping_id = :id AND EXISTS (SELECT 1 "
            "FROM grouping_part p WHERE p.grouping_id = grouping_leader.grouping_id "
            "AND p.lot_rank = grouping_leader.lot_rank AND p.member_id = :member)",
            who, ctx->error);
    if (!code)
        code =
            db_run(ctx->db, "UPDATE grouping SET leader_id = :member, leader_name = :name WHERE id = :id",
                   BIND(INT("member", member.id), TEXT("name", member.name), INT("id", row->id)), ctx->error);
    return code;
}

static int set_form(struct ctx *ctx, const struct grouping_row *row, const char *form)
{
    char *asked;
    int code =
        db_text(ctx->db, ctx->arena, "SELECT asked_form FROM grouping_snapshot WHERE grouping_id = :id",
                BIND(INT("id", row->id)), &asked, ctx->error);
    if (code)
        return code;
    if (text_is(row->legal_form, "alone"))
        return error_set(ctx->error, ERR_REFUSED, "legal_form",
                         N_("A single organisation answers: there is no form to choose."), NULL);
    if (!text_is(asked, "free") && !text_is(asked, form))
        return error_set(ctx->error, ERR_REFUSED, "legal_form",
                         N_("The documents of the call ask for another form (R2142-22): keep that one."),
                         NULL);
    return db_run(ctx->db, "UPDATE grouping SET legal_form = :form WHERE id = :id",
                  BIND(TEXT("form", form), INT("id", row->id)), ctx->error);
}

int grouping_lead(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    const char *leader = tree_text(args, "leader"), *form = tree_text(args, "legal_form");
    int code = open_row(ctx, args, "proposed", &row);
    if (!code && leader)
        code = set_leader(ctx, &row, leader);
    if (!code && form)
        code = set_form(ctx, &row, form);
    if (!code)
        code = rules_check_all(ctx->db, ctx->arena, row.tender_id, ctx->today, ctx->error);
    return code ? code : answer(ctx, &row, result);
}

/* --- subcontractors --- */

struct piece { /* a member's share of one requirement */
    int64_t lot_rank, amount_cents, given_cents;
    bool found;
};

static int find_piece(struct ctx *ctx, const struct grouping_row *row, const struct tree *args,
                      int64_t member, struct piece *ret_piece)
{
    struct rows *rows;
    int code =
        db_query(ctx->db,
                 "SELECT l.lot_rank, s.amount_cents FROM grouping_lot l JOIN grouping_share s "
                 "ON s.grouping_id = l.grouping_id AND s.lot_rank = l.lot_rank WHERE l.grouping_id = :id "
                 "AND l.lot = :lot AND s.requirement = :requirement AND s.member_id = :member",
                 BIND(INT("id", row->id), TEXT("lot", tree_text(args, "lot")),
                      TEXT("requirement", tree_text(args, "requirement")), INT("member", member)),
                 &rows, ctx->error);
    if (code)
        return code;
    ret_piece->found = rows_next(rows);
    if (ret_piece->found) {
        ret_piece->lot_rank = rows_int(rows, 0);
        ret_piece->amount_cents = rows_int(rows, 1);
    }
    code = rows_close(rows);
    if (code)
        return code;
    return db_int(
        ctx->db,
        "SELECT CAST(SUM(amount_cents) AS INTEGER) FROM grouping_subcontract WHERE grouping_id = :id "
        "AND lot_rank = :lot AND requirement = :requirement AND member_id = :member",
        BIND(INT("id", row->id), INT("lot", ret_piece->lot_rank),
             TEXT("requirement", tree_text(args, "requirement")), INT("member", member)),
        0, &ret_piece->given_cents, ctx->error);
}

int grouping_subcontract(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    struct member member;
    struct piece piece = {0};
    int64_t amount = tree_int(args, "amount_cents", 0);
    int code = open_row(ctx, args, "proposed asked formed", &row);
    if (!code)
        code = member_read(ctx->db, ctx->arena, tree_text(args, "siret"), &member, ctx->error);
    if (!code)
        code = find_piece(ctx, &row, args, member.id, &piece);
    if (!code && !piece.found)
        return error_set(ctx->error, ERR_REFUSED, "requirement", N_("{0} does nothing of this in that lot."),
                         member.name, NULL);
    if (!code && amount > piece.amount_cents - piece.given_cents)
        return error_set(ctx->error, ERR_REFUSED, "amount_cents",
                         N_("This is more than what {0} is paid for it: at most {1}."), member.name,
                         sentence_money(ctx->arena, ctx->language, piece.amount_cents - piece.given_cents),
                         NULL);
    if (!code)
        code =
            db_run(ctx->db,
                   "INSERT INTO grouping_subcontract(id, grouping_id, lot_rank, requirement, member_id, "
                   "subcontractor_name, amount_cents) VALUES (:id, :grouping, :lot, :requirement, :member, "
                   ":name, :amount)",
                   BIND(INT("id", db_next_id(ctx->db)), INT("grouping", row.id), INT("lot", piece.lot_rank),
                        TEXT("requirement", tree_text(args, "requirement")), INT("member", member.id),
                        TEXT("name", tree_text(args, "subcontractor_name")), INT("amount", amount)),
                   ctx->error);
    if (!code)
        code = rules_check(ctx->db, ctx->arena, row.id, ctx->today, ctx->error);
    return code ? code : answer(ctx, &row, result);
}

int grouping_invite(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    struct member member;
    const char *reason = tree_text(args, "reason");
    int code = open_row(ctx, args, "proposed asked formed", &row);
    if (!code)
        code = member_read(ctx->db, ctx->arena, tree_text(args, "siret"), &member, ctx->error);
    if (!code && text_is(member.status, "left"))
        code = error_set(ctx->error, ERR_REFUSED, "siret", N_("{0} has left the cooperative."), member.name,
                         NULL);
    if (!code)
        code = db_run(
            ctx->db,
            "INSERT INTO grouping_invitation(id, grouping_id, member_id, invited_on, reason, author) "
            "VALUES (:id, :grouping, :member, :today, :reason, :author) "
            "ON CONFLICT (grouping_id, member_id) DO UPDATE SET invited_on = :today, reason = :reason, "
            "author = :author",
            BIND(INT("id", db_next_id(ctx->db)), INT("grouping", row.id), INT("member", member.id),
                 TEXT("today", ctx->today), TEXT("reason", reason ? reason : ""),
                 TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena))),
            ctx->error);
    if (!code)
        code = member_invite(ctx->db, ctx->arena, member.id, ctx->today, ctx->now_ms, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "siret", member.siret);
    return answer(ctx, &row, result);
}
