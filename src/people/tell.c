/* The forms that tell one event, and correcting what a form got wrong. */
#include <string.h>

#include "base/arena.h"
#include "establishments/establishments.h"
#include "kernel/app.h"
#include "people/internal.h"

static const char *given(const struct tree *args, const char *name)
{
    const char *text = tree_text(args, name);
    return text ? text : "";
}

static int tell(struct ctx *ctx, const struct tree *args, enum stay_kind kind, struct tree *result)
{
    static const char *const outcomes[] = {"new", "changed", "same"};
    struct stay_told told = {.kind = kind,
                             .number = given(args, "number"),
                             .reference = given(args, kind == STAY_ARRIVAL ? "reference" : "whom"),
                             .family_name = given(args, "family_name"),
                             .given_names = given(args, "given_names"),
                             .wing = given(args, "wing"),
                             .cell = given(args, "cell"),
                             .regime = kind == STAY_REGIME ? given(args, "regime") : tree_text(args, "regime"),
                             .on = *given(args, "on") ? given(args, "on") : ctx->today,
                             .language = *given(args, "paper_language") ? given(args, "paper_language") : "fr",
                             .pictures = tree_true(tree_get(args, "pictures"))};
    struct establishment at;
    struct stay stay;
    enum stay_outcome outcome;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code) {
        told.establishment_id = at.id;
        told.establishment = at.ref;
    }
    if (!code && kind == STAY_ARRIVAL && !*told.reference && !*told.family_name)
        code = error_set(ctx->error, ERR_INVALID, "family_name", N_("This is required."), NULL);
    if (!code)
        code = stay_take(ctx, ctx->db, &told, false, &outcome, &stay, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "reference", stay.reference);
    tree_set_text(ctx->arena, result, "outcome", outcomes[outcome]);
    tree_set_text(ctx->arena, result, "wing", stay.wing);
    tree_set_text(ctx->arena, result, "cell", stay.cell);
    tree_set_text(ctx->arena, result, "regime", regime_shown(stay.regime));
    tree_set_text(ctx->arena, result, "state", stay.state);
    return 0;
}

/* A register number that was typed for a person becomes the reference, so that the journal holds no number. */
int person_prepare(struct ctx *ctx, struct tree *args)
{
    struct tree *person = (struct tree *)tree_get(args, "whom");
    struct error ignored = {0};
    struct stay stay;
    struct db *db;
    struct establishment at;
    int code = person ? store_reader(ctx->app->store, &db, ctx->error) : 0;
    if (code || !person)
        return code;
    code = db_begin_read(db, ctx->error);
    if (!code) {
        code = establishment_asked(ctx, db, args, &at, ctx->error);
        if (!code && stay_find(ctx->app, db, ctx->arena, at.id, person->text, &stay, &ignored))
            person->text = "…";
        else if (!code)
            person->text = stay.reference;
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    return code;
}

int person_admit(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return tell(ctx, args, STAY_ARRIVAL, result);
}

int person_move(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return tell(ctx, args, STAY_MOVE, result);
}

int person_absent(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return tell(ctx, args, STAY_ABSENT, result);
}

int person_back(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return tell(ctx, args, STAY_BACK, result);
}

int person_regime(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return tell(ctx, args, STAY_REGIME, result);
}

int person_leave(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *by = tree_text(args, "left_by");
    enum stay_kind kind = STAY_RELEASE;
    while (strcmp(stay_kind_names[kind], by) != 0)
        kind++;
    return tell(ctx, args, kind, result);
}

/* --- corrections --- */

static int seal_name(struct ctx *ctx, struct keyring *keys, int64_t person, const char *column, const char *name)
{
    const void *bytes;
    size_t length;
    int code = keyring_seal(keys, person, name, ctx->arena, &bytes, &length, ctx->error);
    if (code)
        return code;
    const char *sql = !strcmp(column, "family_name") ? "UPDATE person SET family_name = :name WHERE id = :id"
                                                     : "UPDATE person SET given_names = :name WHERE id = :id";
    return db_run(ctx->db, sql, BIND(BYTES("name", bytes, length), INT("id", person)), ctx->error);
}

static int read_names(struct ctx *ctx, int64_t person, const char *ret_names[2])
{
    struct rows *rows;
    int code = db_query(ctx->db, "SELECT family_name, given_names FROM person WHERE id = :id", BIND(INT("id", person)), &rows,
                        ctx->error);
    if (code)
        return code;
    if (rows_next(rows))
        for (int i = 0; i < 2; i++) {
            size_t length;
            const void *bytes = rows_bytes(rows, i, &length);
            const char *text = ctx->app->unseal(ctx->app, bytes, length, ctx->arena);
            ret_names[i] = text ? text : "";
        }
    return rows_close(rows);
}

static int correct_names(struct ctx *ctx, const struct tree *args, int64_t person)
{
    static const char *const columns[] = {"family_name", "given_names"};
    const char *names[2] = {"", ""};
    struct keyring *keys;
    int code = people_keys(ctx->app, ctx->db, &keys, ctx->error);
    if (!code)
        code = read_names(ctx, person, names);
    for (int i = 0; i < 2 && !code; i++)
        if (*given(args, columns[i])) {
            names[i] = given(args, columns[i]);
            code = seal_name(ctx, keys, person, columns[i], names[i]);
        }
    return code ? code : person_words_keep(ctx->db, keys, ctx->arena, person, names[0], names[1], ctx->error);
}

int person_correct(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct stay stay;
    struct establishment at;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = stay_find(ctx->app, ctx->db, ctx->arena, at.id, given(args, "whom"), &stay, ctx->error);
    if (!code && (*given(args, "family_name") || *given(args, "given_names")))
        code = correct_names(ctx, args, stay.person);
    if (!code && *given(args, "paper_language"))
        code = db_run(ctx->db, "UPDATE person SET paper_language = :language WHERE id = :id",
                      BIND(TEXT("language", given(args, "paper_language")), INT("id", stay.person)), ctx->error);
    if (!code && tree_get(args, "pictures"))
        code = db_run(ctx->db, "UPDATE person SET pictures = :pictures WHERE id = :id",
                      BIND(INT("pictures", tree_true(tree_get(args, "pictures"))), INT("id", stay.person)), ctx->error);
    if (!code)
        tree_set_text(ctx->arena, result, "reference", stay.reference);
    return code;
}
