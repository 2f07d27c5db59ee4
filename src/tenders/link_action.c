/* tender link, tender unlink: a person says that two notices are of one call, or that they are not. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/tree.h"
#include "kernel/action.h"
#include "tenders/keep.h"
#include "tenders/matters.h"
#include "tenders/tenders.h"

struct end {
    const char *source, *reference;
};

static int find_end(struct ctx *ctx, const char *field, const char *reference, struct end *ret_end)
{
    char *source = NULL;
    int code = db_text(ctx->db, ctx->arena, "SELECT source FROM notice WHERE reference = :reference ORDER BY source LIMIT 1",
                       BIND(TEXT("reference", reference)), &source, ctx->error);
    if (!code && !source)
        code = error_set(ctx->error, ERR_NOT_FOUND, field, N_("There is no notice {0}."), reference, NULL);
    *ret_end = (struct end){source, reference};
    return code;
}

static int find_ends(struct ctx *ctx, const struct tree *args, struct end *ret_a, struct end *ret_b)
{
    const char *a = tree_text(args, "reference"), *b = tree_text(args, "other");
    if (!strcmp(a, b))
        return error_set(ctx->error, ERR_INVALID, "other", N_("These are one and the same notice."), NULL);
    int code = find_end(ctx, "reference", a, ret_a);
    return code ? code : find_end(ctx, "other", b, ret_b);
}

/* The row may stand the other way round. Returns how many it changed. */
static int decide(struct ctx *ctx, const struct end *a, const struct end *b, const char *state, int64_t *ret_changed)
{
    int code = db_run(ctx->db,
                      "UPDATE tender_link SET state = :state, actor = :actor, decided_ms = :now WHERE "
                      "(reference = :a AND source = :a_source AND other_reference = :b AND other_source = :b_source) OR "
                      "(reference = :b AND source = :b_source AND other_reference = :a AND other_source = :a_source)",
                      BIND(TEXT("state", state), TEXT("actor", actor_name(ctx->app, ctx->session, ctx->arena)),
                           INT("now", ctx->now_ms), TEXT("a", a->reference), TEXT("a_source", a->source),
                           TEXT("b", b->reference), TEXT("b_source", b->source)),
                      ctx->error);
    *ret_changed = db_changes(ctx->db);
    return code;
}

static int derive(struct ctx *ctx, const struct end *end)
{
    struct keeper keeper = {.arena = ctx->arena};
    struct watch *watch;
    struct family family;
    int64_t tender;
    int code = watch_open(ctx->arena, &watch, ctx->error);
    keeper.watch = watch;
    if (!code)
        code = family_read(ctx->db, ctx->arena, end->source, end->reference, &family, ctx->error);
    return code ? code : family_keep(ctx->db, &keeper, &family, &tender, ctx->error);
}

static int answer(struct ctx *ctx, const struct end *end, struct tree *result)
{
    struct tender tender;
    int code = tender_read(ctx->db, end->reference, ctx->arena, &tender, ctx->error);
    tree_set_text(ctx->arena, result, "reference", tender.reference);
    tree_set_text(ctx->arena, result, "state", tender.state);
    return code;
}

int tender_link(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct end a, b;
    int64_t changed = 0;
    int code = find_ends(ctx, args, &a, &b);
    if (!code)
        code = decide(ctx, &a, &b, "confirmed", &changed);
    if (!code && !changed)
        code = db_run(ctx->db,
                      "INSERT INTO tender_link(id, source, reference, other_source, other_reference, basis, state, actor, "
                      "decided_ms) VALUES (:id, :a_source, :a, :b_source, :b, 'person', 'confirmed', :actor, :now)",
                      BIND(INT("id", db_next_id(ctx->db)), TEXT("a_source", a.source), TEXT("a", a.reference),
                           TEXT("b_source", b.source), TEXT("b", b.reference),
                           TEXT("actor", actor_name(ctx->app, ctx->session, ctx->arena)), INT("now", ctx->now_ms)),
                      ctx->error);
    if (!code)
        code = derive(ctx, &a);
    return code ? code : answer(ctx, &a, result);
}

int tender_unlink(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct end a, b;
    int64_t changed = 0, first = 0, second = 0;
    int code = find_ends(ctx, args, &a, &b);
    if (!code)
        code = decide(ctx, &a, &b, "rejected", &changed);
    if (!code && !changed)
        code = error_set(ctx->error, ERR_NOT_FOUND, "other", N_("No link between {0} and {1} was proposed or made."),
                         a.reference, b.reference, NULL);
    if (!code)
        code = derive(ctx, &a);
    if (!code)
        code = derive(ctx, &b);
    if (!code)
        code = tender_find(ctx->db, a.reference, &first, ctx->error);
    if (!code)
        code = tender_find(ctx->db, b.reference, &second, ctx->error);
    if (!code && first == second)
        code = error_set(ctx->error, ERR_REFUSED, "other",
                         N_("Other links still tie {0} and {1}: their source names them, or a person made another link."),
                         a.reference, b.reference, NULL);
    return code ? code : answer(ctx, &a, result);
}
