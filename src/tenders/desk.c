/* Before proposing: go or no-go with its reason, dates, a person's word on the watch, the checklist of pieces. */
#include "tenders/desk.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/action.h"
#include "members/members.h"
#include "tenders/keep.h"
#include "tenders/matters.h"
#include "tenders/tenders.h"

static int find(struct ctx *ctx, const struct tree *args, int64_t *ret_tender)
{
    return tender_find(ctx->db, tree_text(args, "reference"), ret_tender, ctx->error);
}

static const char *text_or_empty(const struct tree *map, const char *name)
{
    const char *text = tree_text(map, name);
    return text ? text : "";
}

int desk_open(struct ctx *ctx, int64_t tender)
{
    return db_run(ctx->db,
                  "INSERT INTO tender_desk(tender, decision, decision_reason, decided_by, decided_on, visit_on, "
                  "questions_until, deadline, offer_valid_until, mark, mark_reason) "
                  "VALUES (:tender, 'undecided', '', '', '', '', '', '', '', '', '') ON CONFLICT(tender) DO NOTHING",
                  BIND(INT("tender", tender)), ctx->error);
}

int tender_derive_here(struct ctx *ctx, int64_t tender)
{
    struct keeper keeper = {.arena = ctx->arena};
    struct watch *watch;
    int result = watch_open(ctx->arena, &watch, ctx->error);
    keeper.watch = watch;
    return result ? result : tender_derive_again(ctx->db, &keeper, tender, ctx->error);
}

int tender_decide(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t tender;
    const char *decision = tree_text(args, "decision");
    int code = find(ctx, args, &tender);
    if (!code)
        code = desk_open(ctx, tender);
    if (!code)
        code = db_run(ctx->db,
                      "UPDATE tender_desk SET decision = :decision, decision_reason = :reason, decided_by = :actor, "
                      "decided_on = :today WHERE tender = :tender",
                      BIND(TEXT("decision", decision), TEXT("reason", tree_text(args, "reason")),
                           TEXT("actor", actor_name(ctx->app, ctx->session, ctx->arena)), TEXT("today", ctx->today),
                           INT("tender", tender)),
                      ctx->error);
    if (!code)
        code = db_run(ctx->db, "UPDATE tender SET decision = :decision WHERE id = :tender",
                      BIND(TEXT("decision", decision), INT("tender", tender)), ctx->error);
    tree_set_text(ctx->arena, result, "reference", tree_text(args, "reference"));
    tree_set_text(ctx->arena, result, "decision", decision);
    return code;
}

int desk_set_dates(struct ctx *ctx, int64_t tender, const struct tree *args)
{
    static const struct {
        const char *name, *sql;
    } dates[] = {
        {"visit_on", "UPDATE tender_desk SET visit_on = :date WHERE tender = :tender"},
        {"questions_until", "UPDATE tender_desk SET questions_until = :date WHERE tender = :tender"},
        {"deadline", "UPDATE tender_desk SET deadline = :date WHERE tender = :tender"},
        {"offer_valid_until", "UPDATE tender_desk SET offer_valid_until = :date WHERE tender = :tender"},
    };
    int result = desk_open(ctx, tender);
    for (size_t i = 0; i < COUNT_OF(dates) && !result; i++)
        if (tree_text(args, dates[i].name))
            result = db_run(ctx->db, dates[i].sql,
                            BIND(TEXT("date", tree_text(args, dates[i].name)), INT("tender", tender)), ctx->error);
    return result;
}

/* Dates that contradict each other are refused as they would stand, what is kept included. */
static int check_dates(struct ctx *ctx, int64_t tender)
{
    struct rows *rows;
    int code = db_query(ctx->db,
                        "SELECT visit_on, questions_until, deadline, offer_valid_until FROM tender_desk "
                        "WHERE tender = :tender",
                        BIND(INT("tender", tender)), &rows, ctx->error);
    if (code)
        return code;
    if (rows_next(rows)) {
        const char *deadline = arena_strdup(ctx->arena, rows_text(rows, 2));
        static const char *const names[] = {"visit_on", "questions_until"};
        for (int i = 0; *deadline && i < 2 && !code; i++)
            if (strcmp(rows_text(rows, i), deadline) > 0)
                code = error_set(ctx->error, ERR_INVALID, names[i], N_("This is after the deadline, {0}."), deadline, NULL);
        if (!code && *deadline && *rows_text(rows, 3) && strcmp(rows_text(rows, 3), deadline) < 0)
            code = error_set(ctx->error, ERR_INVALID, "offer_valid_until", N_("This is before the deadline, {0}."), deadline,
                             NULL);
    }
    int closed = rows_close(rows);
    return code ? code : closed;
}

int tender_dates(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t tender;
    int code = find(ctx, args, &tender);
    if (!code)
        code = desk_set_dates(ctx, tender, args);
    if (!code)
        code = check_dates(ctx, tender);
    if (!code)
        code = tender_derive_here(ctx, tender);
    tree_set_text(ctx->arena, result, "reference", tree_text(args, "reference"));
    return code;
}

int tender_mark(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t tender;
    const char *mark = tree_text(args, "mark");
    int code = find(ctx, args, &tender);
    if (!code)
        code = desk_open(ctx, tender);
    if (!code)
        code = db_run(ctx->db, "UPDATE tender_desk SET mark = :mark, mark_reason = :reason WHERE tender = :tender",
                      BIND(TEXT("mark", text_is(mark, "by_rules") ? "" : mark),
                           TEXT("reason", tree_text(args, "reason")), INT("tender", tender)),
                      ctx->error);
    if (!code)
        code = tender_derive_here(ctx, tender);
    tree_set_text(ctx->arena, result, "reference", tree_text(args, "reference"));
    tree_set_text(ctx->arena, result, "mark", mark);
    return code;
}

/* --- pieces --- */

static int check_piece(struct ctx *ctx, const struct tree *args)
{
    const char *state = tree_text(args, "state"), *received = tree_text(args, "received_on"),
               *expires = tree_text(args, "expires_on");
    if (text_is(state, "received") && !received)
        return error_set(ctx->error, ERR_INVALID, "received_on", N_("Say on which day it was received."), NULL);
    if (received && expires && strcmp(expires, received) < 0)
        return error_set(ctx->error, ERR_INVALID, "expires_on", N_("It expired before it was received."), NULL);
    return 0;
}

int tender_piece(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    int64_t tender;
    struct member member;
    int code = find(ctx, args, &tender);
    if (!code)
        code = member_read(ctx->db, ctx->arena, tree_text(args, "siret"), &member, ctx->error);
    if (!code)
        code = check_piece(ctx, args);
    if (!code)
        code = db_run(ctx->db,
                      "INSERT INTO tender_piece(tender, organisation, piece, state, received_on, expires_on, proof) "
                      "VALUES (:tender, :organisation, :piece, :state, :received_on, :expires_on, :proof) "
                      "ON CONFLICT(tender, organisation, piece) DO UPDATE SET state = excluded.state, "
                      "received_on = excluded.received_on, expires_on = excluded.expires_on, proof = excluded.proof",
                      BIND(INT("tender", tender), TEXT("organisation", member.siret),
                           TEXT("piece", tree_text(args, "piece")), TEXT("state", tree_text(args, "state")),
                           TEXT("received_on", text_or_empty(args, "received_on")),
                           TEXT("expires_on", text_or_empty(args, "expires_on")),
                           TEXT("proof", text_or_empty(args, "proof"))),
                      ctx->error);
    tree_set_text(ctx->arena, result, "reference", tree_text(args, "reference"));
    tree_set_text(ctx->arena, result, "piece", tree_text(args, "piece"));
    tree_set_text(ctx->arena, result, "state", tree_text(args, "state"));
    return code;
}
