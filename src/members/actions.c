/* What can be done with organisations. */
#include "base/date.h"
#include "kernel/app.h"
#include "members/import.h"
#include "members/kinds.h"
#include "members/members.h"
#include "members/social.h"

static const struct field import_fields[] = {
    {"file", FIELD_FILE, .required = true, .hint = N_("A CSV file with at least the columns siret, kind, name and city.")},
    {"preview", FIELD_BOOL, .hint = N_("Count what would happen and change nothing.")},
    {"status", FIELD_CHOICE, .choices = "directory|invited|member",
     .hint = N_("Status of these organisations; without it new ones enter the directory.")},
    FIELDS_END,
};

static const struct action actions[] = {
    {"member import", N_("Import organisations"), ROLE_COORDINATOR, import_fields, member_import,
     .help = N_("Takes in a file of organisations, one for each SIRET. The same file again changes nothing."),
     .job = true},
    {.name = NULL},
};

static int store_shipped(struct db *db, void *context, struct error *error)
{
    (void)context;
    int result = kinds_store(db, error);
    return result ? result : social_store_weights(db, error);
}

/* Most starts find everything there: a command that only reads must not wait for a sync. */
static int start(struct app *app, struct error *error)
{
    struct db *db;
    bool complete = false;
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = kinds_are_stored(db, &complete, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    return result || complete ? result : store_write(app->store, store_shipped, NULL, false, error);
}

const struct subject members_subject = {.name = "members", .actions = actions, .start = start};
