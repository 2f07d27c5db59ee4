/* Accreditations, marks, references and proofs of an organisation. */
#include <string.h>

#include "base/arena.h"
#include "documents/documents.h"
#include "kernel/action.h"
#include "members/details.h"
#include "members/keep.h"

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* Ends what an action did to something of an organisation: shows it, and says whose it was. */
static int end(struct ctx *ctx, int code, const struct organisation *organisation, struct tree *result)
{
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "siret", organisation->siret);
    return details_refresh(ctx->db, ctx->arena, organisation->id, ctx->error);
}

/* A row that is not there, or is somebody else's, is the same answer: nobody learns of others' rows. */
static int must_have_changed(struct ctx *ctx, int code, const char *field)
{
    if (!code && !db_changes(ctx->db))
        return error_set(ctx->error, ERR_NOT_FOUND, field, N_("This organisation has no such row."), NULL);
    return code;
}

/* --- accreditations --- */

int member_accredit(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation it;
    const char *to = tree_text(args, "valid_to");
    struct accreditation_cell cell = {tree_text(args, "accreditation"), tree_text(args, "valid_from"),
                                      to ? to : "9999-12-31"};
    int code = own_organisation(ctx, args, &it);
    if (!code && strcmp(cell.from, cell.to) > 0)
        code = error_set(ctx->error, ERR_INVALID, "valid_to", N_("The period ends before it begins."), NULL);
    if (!code)
        code = accreditation_keep(ctx->db, it.id, &cell, NULL, ctx->error);
    return end(ctx, code, &it, result);
}

int accreditation_remove(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation it;
    int code = own_organisation(ctx, args, &it);
    if (!code)
        code = db_run(ctx->db,
                      "DELETE FROM member_accreditation WHERE member_id = :member AND accreditation = :code AND "
                      "valid_from = :from",
                      BIND(INT("member", it.id), TEXT("code", tree_text(args, "accreditation")),
                           TEXT("from", tree_text(args, "valid_from"))),
                      ctx->error);
    return end(ctx, must_have_changed(ctx, code, "accreditation"), &it, result);
}

/* --- the quality mark --- */

int member_mark(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation stored, it;
    const char *on = tree_text(args, "on"), *author = tree_text(args, "author");
    int code = own_organisation(ctx, args, &stored);
    if (code)
        return code;
    it = stored;
    it.quality = (struct fact){true, tree_int(args, "quality", 0)};
    it.quality_author = author ? author : actor_name(ctx->app, ctx->session, ctx->arena);
    it.quality_on = on ? on : ctx->today;
    it.quality_note = or_empty(tree_text(args, "note"));
    if (strcmp(it.quality_on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("A mark is not given in the future."), NULL);
    code = organisation_keep(ctx->db, ctx->arena, &stored, &it, ctx->now_ms, ctx->error);
    tree_set_text(ctx->arena, result, "siret", stored.siret);
    return code;
}

/* --- references --- */

int reference_add(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation it;
    const char *from = tree_text(args, "from_on"), *to = or_empty(tree_text(args, "to_on"));
    const struct tree *amount = tree_get(args, "amount");
    int code = own_organisation(ctx, args, &it);
    if (!code && *to && strcmp(from, to) > 0)
        code = error_set(ctx->error, ERR_INVALID, "to_on", N_("The period ends before it begins."), NULL);
    if (!code)
        code = db_run(ctx->db,
                      "INSERT INTO member_reference(id, member_id, buyer, object, function, from_on, to_on, amount_cents) "
                      "VALUES (:id, :member, :buyer, :object, :function, :from, :to, :amount) "
                      "ON CONFLICT(member_id, buyer, object, from_on) DO UPDATE SET function = excluded.function, "
                      "to_on = excluded.to_on, amount_cents = excluded.amount_cents",
                      BIND(INT("id", db_next_id(ctx->db)), INT("member", it.id), TEXT("buyer", tree_text(args, "buyer")),
                           TEXT("object", tree_text(args, "object")), TEXT("function", or_empty(tree_text(args, "function"))),
                           TEXT("from", from), TEXT("to", to),
                           INT_OR_NULL("amount", amount != NULL, tree_int(args, "amount", 0))),
                      ctx->error);
    return end(ctx, code, &it, result);
}

int reference_remove(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation it;
    int code = own_organisation(ctx, args, &it);
    if (!code)
        code = db_run(ctx->db, "DELETE FROM member_reference WHERE member_id = :member AND id = :id",
                      BIND(INT("member", it.id), INT("id", tree_int(args, "reference", 0))), ctx->error);
    return end(ctx, must_have_changed(ctx, code, "reference"), &it, result);
}

/* --- proofs --- */

int proof_add(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation it;
    const char *to = tree_text(args, "valid_to");
    int64_t document = 0;
    int code = own_organisation(ctx, args, &it);
    if (!code)
        code = document_keep(ctx->db, &ctx->file, "file", ctx->now_ms, &document, ctx->error);
    if (!code)
        code = db_run(ctx->db,
                      "INSERT INTO member_proof(id, member_id, document_id, title, file, accreditation, valid_to, instant) "
                      "VALUES (:id, :member, :document, :title, :file, :accreditation, :to, :instant) "
                      "ON CONFLICT(member_id, document_id) DO UPDATE SET title = excluded.title, "
                      "accreditation = excluded.accreditation, valid_to = excluded.valid_to",
                      BIND(INT("id", db_next_id(ctx->db)), INT("member", it.id), INT("document", document),
                           TEXT("title", tree_text(args, "title")), TEXT("file", or_empty(ctx->file.name)),
                           TEXT("accreditation", or_empty(tree_text(args, "accreditation"))),
                           TEXT("to", to ? to : "9999-12-31"), INT("instant", ctx->now_ms)),
                      ctx->error);
    return end(ctx, code, &it, result);
}

/* The document itself stays: something else may point to it, and a decision may have rested on it. */
int proof_remove(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct organisation it;
    int code = own_organisation(ctx, args, &it);
    if (!code)
        code = db_run(ctx->db, "DELETE FROM member_proof WHERE member_id = :member AND id = :id",
                      BIND(INT("member", it.id), INT("id", tree_int(args, "proof", 0))), ctx->error);
    return end(ctx, must_have_changed(ctx, code, "proof"), &it, result);
}
