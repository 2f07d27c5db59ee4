/* Downloads: access, validated arguments, the journal's row of a sensitive one, the file. */
#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/action.h"

const struct download *app_download(const struct app *app, const char *name)
{
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        for (const struct download *download = (*subject)->downloads; download && download->name; download++)
            if (text_is(download->name, name))
                return download;
    return NULL;
}

int download_write(struct app *app, const struct download *download, const struct session *session, const char *language,
                   const struct tree *input, struct arena *arena, FILE *out, const char **ret_name, struct error *error)
{
    struct ctx ctx = {.app = app,
                      .arena = arena,
                      .session = session,
                      .language = language,
                      .action = download->name,
                      .error = error,
                      .now_ms = date_now()};
    struct tree *args;
    date_today(ctx.today);
    ctx.grant = access_grant(app, session, download->roles, download->name);
    if (!ctx.grant)
        return access_refuse(session, error);
    int result = fields_read(arena, download->fields, input, &args, error);
    if (!result && download->sensitive)
        result = journal_asking(&ctx, download->fields, args);
    return result ? result : download->write(&ctx, args, out, ret_name);
}
