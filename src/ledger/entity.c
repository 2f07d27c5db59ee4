/* Whose books these are. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ledger/posting.h"

int ledger_entity(struct db *db, struct arena *arena, struct ledger_entity *ret_entity, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT siren, name, kind, example FROM ledger_entity WHERE id = 1", NULL, &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_entity = (struct ledger_entity){.siren = arena_strdup(arena, rows_text(rows, 0)),
                                             .name = arena_strdup(arena, rows_text(rows, 1)),
                                             .kind = arena_strdup(arena, rows_text(rows, 2)),
                                             .example = rows_int(rows, 3) != 0};
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_REFUSED, "entity",
                         N_("Nobody said yet whose books these are: run maillon ledger entity SIREN NAME KIND."), NULL);
    return result;
}

/* Nine digits whose Luhn sum is a multiple of 10; spaces are skipped. */
static bool is_siren(const char *text, char ret_siren[10])
{
    size_t length = 0;
    int sum = 0;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        if (*text < '0' || *text > '9' || length == 9)
            return false;
        int digit = (*text - '0') * (length % 2 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
        ret_siren[length++] = *text;
    }
    ret_siren[length] = 0;
    return length == 9 && sum % 10 == 0;
}

/* Books in which something stands keep their owner and the law it is under; a name may be put right. */
static int check_change(struct ctx *ctx, const char *siren, const char *kind)
{
    struct ledger_entity now;
    int64_t entries = 0;
    int result = ledger_entity(ctx->db, ctx->arena, &now, ctx->error);
    if (result == ERR_REFUSED) { /* nobody's yet */
        *ctx->error = (struct error){0};
        return 0;
    }
    if (result || (text_is(now.siren, siren) && text_is(now.kind, kind)))
        return result;
    result = db_int(ctx->db,
                        "SELECT 1 FROM ledger_entry e JOIN ledger_year y ON y.id = e.year_id WHERE y.book = 'general' LIMIT 1", NULL, 0,
                        &entries, ctx->error);
    if (!result && entries)
        return error_set(ctx->error, ERR_REFUSED, text_is(now.siren, siren) ? "kind" : "siren",
                         N_("These books hold entries already: they are those of {0} ({1})."), now.name, now.siren, NULL);
    return result;
}

int entity_keep(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    char siren[10];
    const char *kind = tree_text(args, "kind"), *name = tree_text(args, "name");
    if (!is_siren(tree_text(args, "siren"), siren))
        return error_set(ctx->error, ERR_INVALID, "siren", N_("This is not a SIREN: nine digits, the last of which is a check."), NULL);
    int code = check_change(ctx, siren, kind);
    if (!code)
        code = db_run(ctx->db,
                      "INSERT INTO ledger_entity(id, siren, name, kind, example) VALUES (1, :siren, :name, :kind, :example) "
                      "ON CONFLICT(id) DO UPDATE SET siren = excluded.siren, name = excluded.name, kind = excluded.kind, "
                      "example = excluded.example",
                      BIND(TEXT("siren", siren), TEXT("name", name), TEXT("kind", kind),
                           INT("example", tree_true(tree_get(args, "example")))),
                      ctx->error);
    if (!code)
        code = chart_load(ctx->db, kind, ctx->error);
    tree_set_text(ctx->arena, result, "siren", arena_strdup(ctx->arena, siren));
    tree_set_text(ctx->arena, result, "name", name);
    tree_set_text(ctx->arena, result, "kind", kind);
    return code;
}
