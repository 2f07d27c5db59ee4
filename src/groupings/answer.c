/* Asking the members, and their answers: in the page by the member itself, or on a signed letter whose answer
 * the coordinator records with its date and where it is kept. An answer may be changed until the grouping is
 * formed; every one of them is kept. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "groupings/matters.h"
#include "kernel/action.h"
#include "members/members.h"

int grouping_ask(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    const char *answer_by = tree_text(args, "answer_by");
    int64_t *members, asked = 0;
    struct rows *rows;
    int code = grouping_read(ctx->db, ctx->arena, tree_text(args, "grouping"), &row, ctx->error);
    if (!code)
        code = grouping_must_be(&row, "proposed", ctx->error);
    if (!code && !row.answered_count)
        code = error_set(ctx->error, ERR_REFUSED, "grouping",
                         N_("The proposal {0} answers no lot: there is nobody to ask."), row.reference, NULL);
    if (!code && answer_by && strcmp(answer_by, ctx->today) < 0)
        code = error_set(ctx->error, ERR_INVALID, "answer_by", N_("This day is over."), NULL);
    if (!code)
        code = db_query(ctx->db,
                        "SELECT member_id FROM grouping_member WHERE grouping_id = :id ORDER BY member_id",
                        BIND(INT("id", row.id)), &rows, ctx->error);
    if (code)
        return code;
    members = ARENA_ARRAY(ctx->arena, int64_t, row.member_count + 1);
    while (asked < row.member_count && rows_next(rows))
        members[asked++] = rows_int(rows, 0);
    code = rows_close(rows);
    for (int64_t i = 0; i < asked && !code; i++)
        code = db_run(ctx->db,
                      "INSERT INTO grouping_request(id, grouping_id, member_id, asked_on, answer_by, answer, "
                      "answered_on, "
                      "channel) VALUES (:id, :grouping, :member, :today, :answer_by, 'waiting', '', '')",
                      BIND(INT("id", db_next_id(ctx->db)), INT("grouping", row.id), INT("member", members[i]),
                           TEXT("today", ctx->today), TEXT("answer_by", answer_by ? answer_by : "")),
                      ctx->error);
    if (!code)
        code = db_run(ctx->db, "UPDATE grouping SET asked_count = :asked WHERE id = :id",
                      BIND(INT("asked", asked), INT("id", row.id)), ctx->error);
    if (!code)
        code = grouping_set_state(ctx, &row, "asked");
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "grouping", row.reference);
    tree_set_text(ctx->arena, result, "state", "asked");
    tree_set_int(ctx->arena, result, "asked", asked);
    return 0;
}

struct given {
    const char *answer, *answered_on, *channel, *proof, *note;
};

static int keep_answer(struct ctx *ctx, const struct grouping_row *row, int64_t request,
                       const struct given *given)
{
    int code = db_run(
        ctx->db,
        "INSERT INTO grouping_answer(id, request_id, answer, answered_on, channel, proof, note, author, at) "
        "VALUES (:id, :request, :answer, :answered_on, :channel, :proof, :note, :author, :at)",
        BIND(INT("id", db_next_id(ctx->db)), INT("request", request), TEXT("answer", given->answer),
             TEXT("answered_on", given->answered_on), TEXT("channel", given->channel),
             TEXT("proof", given->proof), TEXT("note", given->note),
             TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
        ctx->error);
    if (!code)
        code = db_run(
            ctx->db,
            "UPDATE grouping_request SET answer = :answer, answered_on = :answered_on, channel = :channel "
            "WHERE id = :id",
            BIND(TEXT("answer", given->answer), TEXT("answered_on", given->answered_on),
                 TEXT("channel", given->channel), INT("id", request)),
            ctx->error);
    if (!code)
        code = db_run(
            ctx->db,
            "UPDATE grouping SET accepted_count = (SELECT count(*) FROM grouping_request r "
            "WHERE r.grouping_id = grouping.id AND r.answer = 'accepted'), declined_count = (SELECT count(*) "
            "FROM grouping_request r WHERE r.grouping_id = grouping.id AND r.answer = 'declined') WHERE id = "
            ":id",
            BIND(INT("id", row->id)), ctx->error);
    return code;
}

/* The request to this organisation. What it was not asked for does not exist for it. */
static int find_request(struct ctx *ctx, const char *reference, int64_t member, struct grouping_row *ret_row,
                        int64_t *ret_request)
{
    *ret_request = 0;
    int code = grouping_read(ctx->db, ctx->arena, reference, ret_row, ctx->error);
    if (!code)
        code = db_int(ctx->db,
                      "SELECT id FROM grouping_request WHERE grouping_id = :grouping AND member_id = :member",
                      BIND(INT("grouping", ret_row->id), INT("member", member)), 0, ret_request, ctx->error);
    if (!code && !*ret_request)
        code = error_set(ctx->error, ERR_NOT_FOUND, "grouping", N_("There is no grouping {0}."), reference,
                         NULL);
    return code ? code : grouping_must_be(ret_row, "asked", ctx->error);
}

static int answer_in_page(struct ctx *ctx, const struct tree *args, const char *answer, struct tree *result)
{
    struct grouping_row row;
    int64_t request;
    const char *note = tree_text(args, "note");
    if (ctx->grant->role != ROLE_MEMBER || !ctx->grant->organisation)
        return error_set(ctx->error, ERR_REFUSED, "",
                         N_("Only a member answers for itself here. Record the answer of a letter with: "
                            "grouping record-answer"),
                         NULL);
    struct given given = {answer, ctx->today, "page", "", note ? note : ""};
    int code = find_request(ctx, tree_text(args, "grouping"), ctx->grant->organisation, &row, &request);
    if (!code)
        code = keep_answer(ctx, &row, request, &given);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "grouping", row.reference);
    tree_set_text(ctx->arena, result, "answer", answer);
    return 0;
}

int grouping_accept(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return answer_in_page(ctx, args, "accepted", result);
}

int grouping_decline(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return answer_in_page(ctx, args, "declined", result);
}

/* What stands for the member so far. */
struct standing {
    const char *answer, *answered_on, *channel;
};

static int read_standing(struct ctx *ctx, int64_t request, struct standing *ret_standing)
{
    struct rows *rows;
    *ret_standing = (struct standing){"waiting", "", ""};
    int code = db_query(ctx->db, "SELECT answer, answered_on, channel FROM grouping_request WHERE id = :id",
                        BIND(INT("id", request)), &rows, ctx->error);
    if (code)
        return code;
    if (rows_next(rows))
        *ret_standing = (struct standing){arena_strdup(ctx->arena, rows_text(rows, 0)),
                                          arena_strdup(ctx->arena, rows_text(rows, 1)),
                                          arena_strdup(ctx->arena, rows_text(rows, 2))};
    return rows_close(rows);
}

/* A member's own word is not overwritten by the way: only by a later letter, and only when that is said. */
static int may_replace(struct ctx *ctx, const struct tree *args, const struct member *member,
                       const struct standing *standing, const struct given *given)
{
    if (!text_is(standing->channel, "page"))
        return 0;
    const char *was = tr_name(ctx->language, standing->answer), *is = tr_name(ctx->language, given->answer);
    if (strcmp(given->answered_on, standing->answered_on) < 0)
        return error_set(ctx->error, ERR_REFUSED, "answered_on",
                         N_("{0} answered itself on {1} ({2}): a letter of an earlier day does not change that."),
                         member->name, date_screen(ctx->arena, standing->answered_on, ctx->language), was, NULL);
    if (!tree_true(tree_get(args, "replaces")))
        return error_set(ctx->error, ERR_REFUSED, "replaces",
                         N_("{0} answered itself on {1}: {2}. The letter says: {3}. Say that it takes the place of that "
                            "answer."),
                         member->name, date_screen(ctx->arena, standing->answered_on, ctx->language), was, is, NULL);
    return 0;
}

int grouping_record(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    struct member member;
    struct standing standing;
    int64_t request;
    const char *note = tree_text(args, "note");
    struct given given = {tree_text(args, "answer"), tree_text(args, "answered_on"), "letter",
                          tree_text(args, "proof"), note ? note : ""};
    int code = member_read(ctx->db, ctx->arena, tree_text(args, "siret"), &member, ctx->error);
    if (!code)
        code = find_request(ctx, tree_text(args, "grouping"), member.id, &row, &request);
    if (!code && strcmp(given.answered_on, ctx->today) > 0)
        code = error_set(ctx->error, ERR_INVALID, "answered_on", N_("This day is still to come."), NULL);
    if (!code)
        code = read_standing(ctx, request, &standing);
    if (!code)
        code = may_replace(ctx, args, &member, &standing, &given);
    if (!code)
        code = keep_answer(ctx, &row, request, &given);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "grouping", row.reference);
    tree_set_text(ctx->arena, result, "siret", member.siret);
    tree_set_text(ctx->arena, result, "answer", given.answer);
    if (!text_is(standing.answer, "waiting")) {
        tree_set_text(ctx->arena, result, "answer_before", standing.answer);
        tree_set_text(ctx->arena, result, "answered_on_before", standing.answered_on);
        tree_set_text(ctx->arena, result, "channel_before", standing.channel);
    }
    return 0;
}
