/* The FEC of a year and its description, as files. */
#include "base/arena.h"
#include "base/tree.h"
#include "kernel/app.h"
#include "ledger/fec.h"
#include "ledger/matters.h"

int ledger_fec(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name)
{
    struct fec_file file;
    int code = fec_export(ctx->app->store, tree_text(args, "year"), out, &file, ctx->error);
    *ret_name = arena_strdup(ctx->arena, file.name);
    return code;
}

int ledger_fec_description(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name)
{
    struct fec_file file;
    int code = fec_describe(ctx->app->store, tree_text(args, "year"), out, &file, ctx->error);
    *ret_name = arena_strdup(ctx->arena, file.description);
    return code;
}
