/* The states of a grouping, and the steps from one to the next:
 *
 *   proposed -> asked -> formed -> submitted -> won | lost
 *   and from any of the first four: withdrawn
 *
 * asked: its members were asked; formed: all said yes; submitted: handed in, its composition is frozen
 * (R2142-26). */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "groupings/matters.h"
#include "kernel/app.h"

int grouping_read(struct db *db, struct arena *arena, const char *reference, struct grouping_row *ret_row,
                  struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, tender_id, leader_id, reference, tender_reference, state, legal_form, "
                          "answered_count, member_count, asked_count, accepted_count, declined_count "
                          "FROM grouping WHERE reference = :reference",
                          BIND(TEXT("reference", reference)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_row = (struct grouping_row){.id = rows_int(rows, 0),
                                         .tender_id = rows_int(rows, 1),
                                         .leader_id = rows_int(rows, 2),
                                         .reference = arena_strdup(arena, rows_text(rows, 3)),
                                         .tender = arena_strdup(arena, rows_text(rows, 4)),
                                         .state = arena_strdup(arena, rows_text(rows, 5)),
                                         .legal_form = arena_strdup(arena, rows_text(rows, 6)),
                                         .answered_count = rows_int(rows, 7),
                                         .member_count = rows_int(rows, 8),
                                         .asked_count = rows_int(rows, 9),
                                         .accepted_count = rows_int(rows, 10),
                                         .declined_count = rows_int(rows, 11)};
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "grouping", N_("There is no grouping {0}."), reference, NULL);
    return result;
}

/* One sentence for each state, for states are words of the catalogue's names and a sentence must read as one.
 */
int grouping_must_be(const struct grouping_row *row, const char *states, struct error *error)
{
    static const struct {
        const char *state, *sentence;
    } refusals[] = {
        {"proposed", N_("The grouping {0} is only proposed: ask its members first.")},
        {"asked",
         N_("The members of the grouping {0} have been asked: wait for their answers, or propose again.")},
        {"formed", N_("The grouping {0} is formed: propose another one to change it.")},
        {"submitted", N_("The grouping {0} is submitted: nothing of it may change.")},
        {"won", N_("The grouping {0} has won its call: this step is behind it.")},
        {"lost", N_("The grouping {0} has lost its call.")},
        {"withdrawn", N_("The grouping {0} was withdrawn.")},
    };
    if (text_has_word(states, row->state))
        return 0;
    for (size_t i = 0; i < COUNT_OF(refusals); i++)
        if (text_is(refusals[i].state, row->state))
            return error_set(error, ERR_REFUSED, "grouping", refusals[i].sentence, row->reference, NULL);
    return error_set(error, ERR_INTERNAL, "grouping", N_("The action failed."), NULL);
}

int grouping_set_state(struct ctx *ctx, const struct grouping_row *row, const char *state)
{
    int result =
        db_run(ctx->db, "UPDATE grouping SET state = :state, state_on = :today WHERE id = :id",
               BIND(TEXT("state", state), TEXT("today", ctx->today), INT("id", row->id)), ctx->error);
    return result ? result : rules_check_all(ctx->db, ctx->arena, row->tender_id, ctx->today, ctx->error);
}

static int find(struct ctx *ctx, const struct tree *args, const char *states, struct grouping_row *ret_row)
{
    int result = grouping_read(ctx->db, ctx->arena, tree_text(args, "grouping"), ret_row, ctx->error);
    return result ? result : grouping_must_be(ret_row, states, ctx->error);
}

static int answer(struct ctx *ctx, const struct grouping_row *row, const char *state, struct tree *result)
{
    tree_set_text(ctx->arena, result, "grouping", row->reference);
    tree_set_text(ctx->arena, result, "state", state);
    return 0;
}

int grouping_form(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    int code = find(ctx, args, "asked", &row);
    if (code)
        return code;
    if (row.declined_count)
        return error_set(ctx->error, ERR_REFUSED, "grouping",
                         N_("A member of {0} declined: propose again without it, or record its new answer."),
                         row.reference, NULL);
    if (row.accepted_count < row.asked_count)
        return error_set(ctx->error, ERR_REFUSED, "grouping",
                         N_("Not all members of {0} have answered: {1} of {2} so far."), row.reference,
                         arena_printf(ctx->arena, "%" PRId64, row.accepted_count),
                         arena_printf(ctx->arena, "%" PRId64, row.asked_count), NULL);
    code = grouping_set_state(ctx, &row, "formed");
    return code ? code : answer(ctx, &row, "formed", result);
}

/* Names the first broken rule with its article; the others follow. */
static int refuse_broken(struct ctx *ctx, const struct grouping_row *row)
{
    struct rows *rows;
    struct error *at = ctx->error;
    bool broken = false;
    const char *text = text_is(ctx->language, "en") ? "text_en" : "text_fr";
    int result = db_query(ctx->db,
                          arena_printf(ctx->arena,
                                       "SELECT article, %s FROM grouping_rule WHERE grouping_id = :id "
                                       "AND verdict = 'broken' ORDER BY rank",
                                       text),
                          BIND(INT("id", row->id)), &rows, ctx->error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (broken)
            at = at->next = ARENA_NEW(ctx->arena, struct error);
        error_set(at, ERR_REFUSED, "grouping", N_("A rule is broken ({0}): {1}"), rows_text(rows, 0),
                  rows_text(rows, 1), NULL);
        at->next = NULL;
        broken = true;
    }
    if (!broken)
        return rows_close(rows);
    (void)rows_close(rows);
    return ERR_REFUSED;
}

int grouping_submit(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    const char *on = tree_text(args, "on");
    int code = find(ctx, args, "formed", &row);
    if (!code && on && strcmp(on, ctx->today) > 0)
        code = error_set(ctx->error, ERR_INVALID, "on", N_("This day is still to come."), NULL);
    if (!code)
        code = rules_check(ctx->db, ctx->arena, row.id, ctx->today, ctx->error);
    if (!code)
        code = refuse_broken(ctx, &row);
    if (!code)
        code = db_run(ctx->db, "UPDATE grouping SET submitted_on = :on WHERE id = :id",
                      BIND(TEXT("on", on ? on : ctx->today), INT("id", row.id)), ctx->error);
    if (!code)
        code = grouping_set_state(ctx, &row, "submitted");
    return code ? code : answer(ctx, &row, "submitted", result);
}

int grouping_close(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    const char *outcome = tree_text(args, "outcome");
    int code = find(ctx, args, "submitted", &row);
    if (!code)
        code = grouping_set_state(ctx, &row, outcome);
    return code ? code : answer(ctx, &row, outcome, result);
}

int grouping_withdraw(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct grouping_row row;
    int code = find(ctx, args, "proposed asked formed submitted", &row);
    if (!code)
        code = grouping_set_state(ctx, &row, "withdrawn");
    return code ? code : answer(ctx, &row, "withdrawn", result);
}
