/* A call as an instance of the engine, for other solvers and for whoever wants to check. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "groupings/groupings.h"
#include "groupings/instance.h"

static int write_lp(const struct built *built, struct buffer *out, struct error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    bool written = stream && grouping_file_write_lp(built->file, stream);
    if (stream && fclose(stream))
        written = false;
    if (written)
        buffer_add(out, text, length);
    free(text);
    return written ? 0
                   : error_set(error, ERR_INTERNAL, "", N_("There is not enough memory for this instance."),
                               NULL);
}

int grouping_export(struct app *app, const struct session *session, struct arena *arena, const char *tender,
                    bool lp, struct buffer *out, struct error *error)
{
    struct weights weights = {-1, -1, -1};
    struct built built = {0};
    char today[DATE_BYTES];
    if (!access_grant(app, session, ROLE_COORDINATOR | ROLE_AUDITOR, "grouping.instance"))
        return access_refuse(session, error);
    date_today(today);
    int code = instance_build(app, arena, tender, &weights, today, &built, error);
    if (!code && lp)
        code = write_lp(&built, out, error);
    else if (!code)
        tree_write_json(built.json, out, true);
    built_close(&built);
    return code;
}
