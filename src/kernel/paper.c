/* Papers: access, validated arguments, the journal's row of a sensitive one, one read, the document. */
#include "base/arena.h"
#include "base/date.h"
#include "kernel/action.h"

static int write_in_read(struct ctx *ctx, const struct paper *paper, const struct tree *args,
                         struct document **ret_document)
{
    int result = store_reader(ctx->app->store, &ctx->db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(ctx->db, ctx->error);
    if (!result) {
        result = paper->write(ctx, args, ret_document);
        db_end_read(ctx->db);
    }
    store_release(ctx->app->store, ctx->db);
    return result;
}

struct asking {
    struct ctx *ctx;
    const struct field *fields;
    const struct tree *args;
};

static struct tree *without_numbers(struct arena *arena, const struct tree *args)
{
    struct tree *shown = tree_map(arena);
    for (const struct tree *member = args->first; member; member = member->next)
        if (member->kind == TREE_TEXT && journal_hides(member->name, member->text))
            tree_set_text(arena, shown, member->name, "…");
        else
            tree_set(arena, shown, member->name, (struct tree *)member);
    return shown;
}

static int journal_row(struct db *db, void *context, struct error *error)
{
    const struct asking *asking = context;
    const struct ctx *ctx = asking->ctx;
    const struct action as_action = {.fields = asking->fields};
    struct journal_row row = {actor_name(ctx->app, ctx->session, ctx->arena), ctx->action, "read",
                              journal_arguments(ctx->arena, &as_action, asking->args, &ctx->file)};
    return journal_append(db, &row, error);
}

int journal_asking(struct ctx *ctx, const struct field *fields, const struct tree *args)
{
    struct asking asking = {ctx, fields, without_numbers(ctx->arena, args)};
    return store_write(ctx->app->store, journal_row, &asking, false, ctx->error);
}

int paper_write(struct app *app, const struct paper *paper, const struct session *session, const char *language,
                const struct tree *input, struct arena *arena, struct document **ret_document, struct error *error)
{
    struct ctx ctx = {.app = app,
                      .arena = arena,
                      .session = session,
                      .language = language,
                      .action = paper->name,
                      .error = error,
                      .now_ms = date_now()};
    struct tree *args;
    date_today(ctx.today);
    ctx.grant = access_grant(app, session, paper->roles, paper->name);
    if (!ctx.grant)
        return access_refuse(session, error);
    int result = fields_read(arena, paper->fields, input, &args, error);
    if (!result && paper->sensitive)
        result = journal_asking(&ctx, paper->fields, args);
    return result ? result : write_in_read(&ctx, paper, args, ret_document);
}
