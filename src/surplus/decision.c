/* Decisions of the assembly on money. The assemblies themselves, their colleges and ballots, are not kept here: what the
 * minutes say is. */
#include <string.h>

#include "base/arena.h"
#include "documents/documents.h"
#include "kernel/action.h"
#include "surplus/matters.h"

int decision_record(struct ctx *ctx, const char *subject, const struct tree *args, int64_t *ret_id)
{
    const char *on = tree_text(args, "decided_on");
    int64_t in_favour = tree_int(args, "votes_for", 0), against = tree_int(args, "votes_against", 0), document = 0;
    if (strcmp(on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "decided_on", N_("This day is still to come."), NULL);
    if (in_favour <= against)
        return error_set(ctx->error, ERR_REFUSED, "votes_for",
                         N_("The assembly did not carry it: more votes for than against are needed."), NULL);
    if (ctx->file.length) {
        int code = document_keep(ctx->db, &ctx->file, "document", ctx->now_ms, &document, ctx->error);
        if (code)
            return code;
    }
    *ret_id = db_next_id(ctx->db);
    return db_run(ctx->db,
                  "INSERT INTO surplus_decision(id, subject, decided_on, votes_for, votes_against, votes_abstained, minutes, "
                  "document_id, author, at) VALUES (:id, :subject, :on_date, :for, :against, :abstained, :minutes, :document, "
                  ":author, :at)",
                  BIND(INT("id", *ret_id), TEXT("subject", subject), TEXT("on_date", on), INT("for", in_favour),
                       INT("against", against), INT("abstained", tree_int(args, "votes_abstained", 0)),
                       TEXT("minutes", tree_text(args, "minutes")), INT_OR_NULL("document", document, document),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}
