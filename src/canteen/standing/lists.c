/* Free lists, and who is entitled to help: dates alone. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/standing/internal.h"
#include "kernel/action.h"

/* --- lists --- */

struct list_line {
    int64_t code, units, product;
};

/* "101x2": two units of number 101. */
static bool read_item(const char *word, struct list_line *line)
{
    char *end;
    *line = (struct list_line){.units = 1};
    if (*word < '0' || *word > '9' || strlen(word) > 12)
        return false;
    line->code = strtol(word, &end, 10);
    if ((*end == 'x' || *end == 'X' || *end == '*') && end[1] >= '0' && end[1] <= '9')
        line->units = strtol(end + 1, &end, 10);
    return !*end;
}

static int read_items(struct ctx *ctx, const struct establishment *at, const struct tree *items,
                      struct list_line lines[STANDING_LINES_MAX], size_t *ret_count)
{
    int result = 0;
    *ret_count = 0;
    for (const struct tree *item = items ? items->first : NULL; item && !result; item = item->next) {
        struct list_line *line = &lines[*ret_count];
        struct product product;
        if (*ret_count == STANDING_LINES_MAX)
            return error_set(ctx->error, ERR_INVALID, "items", N_("A free list has at most 20 lines."), NULL);
        if (!read_item(item->text, line))
            return error_set(ctx->error, ERR_INVALID, "items", N_("{0} is not a line of an order: write 101x2 for two of number 101."),
                             item->text, NULL);
        if (line->units < 1 || line->units > ORDER_UNITS_MAX)
            return error_set(ctx->error, ERR_INVALID, "items", N_("From 1 to 99 units of {0} can be ordered."), item->text, NULL);
        for (size_t i = 0; i < *ret_count; i++)
            if (lines[i].code == line->code)
                return error_set(ctx->error, ERR_INVALID, "items", N_("{0} stands twice on this order."), item->text, NULL);
        result = product_find(ctx->db, ctx->arena, at->id, line->code, &product, ctx->error);
        line->product = product.id;
        ++*ret_count;
    }
    return result;
}

static int same_list(struct ctx *ctx, int64_t list, const struct list_line *lines, size_t count, bool *ret_same)
{
    struct rows *rows;
    size_t at = 0;
    int result = db_query(ctx->db, "SELECT code, units FROM standing_list_line WHERE list_id = :list ORDER BY position",
                          BIND(INT("list", list)), &rows, ctx->error);
    if (result)
        return result;
    *ret_same = true;
    for (; rows_next(rows); at++)
        *ret_same &= at < count && lines[at].code == rows_int(rows, 0) && lines[at].units == rows_int(rows, 1);
    *ret_same &= at == count;
    return rows_close(rows);
}

static int keep_lines(struct ctx *ctx, int64_t list, const struct list_line *lines, size_t count)
{
    int result = db_run(ctx->db, "DELETE FROM standing_list_line WHERE list_id = :list", BIND(INT("list", list)), ctx->error);
    for (size_t i = 0; i < count && !result; i++)
        result = db_run(ctx->db,
                        "INSERT INTO standing_list_line(list_id, position, product_id, code, units) VALUES (:list, :position, :product, :code, :units)",
                        BIND(INT("list", list), INT("position", (int64_t)i + 1), INT("product", lines[i].product), INT("code", lines[i].code),
                             INT("units", lines[i].units)),
                        ctx->error);
    return result;
}

static int new_list(struct ctx *ctx, const struct establishment *at, const char *kind, const char *from_on, int64_t within, int64_t *ret_list)
{
    *ret_list = db_next_id(ctx->db);
    return db_run(ctx->db,
                  "INSERT INTO standing_list(id, establishment_id, establishment, kind, from_on, within_days, author, at) VALUES (:id, "
                  ":establishment_id, :establishment, :kind, :from_on, :within, :author, :at)",
                  BIND(INT("id", *ret_list), INT("establishment_id", at->id), TEXT("establishment", at->ref), TEXT("kind", kind),
                       TEXT("from_on", from_on), INT("within", within), TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)),
                       INT("at", ctx->now_ms)),
                  ctx->error);
}

/* A list that was given out is not rewritten: who got it got what it said. */
static int change_list(struct ctx *ctx, int64_t list, const char *from_on, int64_t within)
{
    int64_t given = 0;
    int result = db_int(ctx->db, "SELECT 1 FROM standing_given WHERE list_id = :list", BIND(INT("list", list)), 0, &given, ctx->error);
    if (!result && given)
        return error_set(ctx->error, ERR_REFUSED, "from_on", N_("The list from {0} was given out already: set another from a later day."),
                         from_on, NULL);
    return result ? result
                  : db_run(ctx->db, "UPDATE standing_list SET within_days = :within WHERE id = :list",
                           BIND(INT("within", within), INT("list", list)), ctx->error);
}

int standing_list_set(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct list_line lines[STANDING_LINES_MAX];
    size_t count = 0;
    bool same = false;
    int64_t list = 0, known_within = 0;
    const char *kind = tree_text(args, "kind"), *from_on = tree_text(args, "from_on") ? tree_text(args, "from_on") : ctx->today;
    int64_t within = !strcmp(kind, "arrival") ? tree_int(args, "within_days", 7) : 0;
    int code = standing_place(ctx, args, &at);
    if (!code)
        code = read_items(ctx, &at, tree_get(args, "items"), lines, &count);
    if (!code)
        code = db_int(ctx->db, "SELECT id FROM standing_list WHERE establishment_id = :establishment AND kind = :kind AND from_on = :from_on",
                      BIND(INT("establishment", at.id), TEXT("kind", kind), TEXT("from_on", from_on)), 0, &list, ctx->error);
    if (!code && list)
        code = db_int(ctx->db, "SELECT within_days FROM standing_list WHERE id = :list", BIND(INT("list", list)), 0, &known_within, ctx->error);
    if (!code && list)
        code = same_list(ctx, list, lines, count, &same);
    same = same && known_within == within;
    if (!code && !same)
        code = list ? change_list(ctx, list, from_on, within) : new_list(ctx, &at, kind, from_on, within, &list);
    if (!code && !same)
        code = keep_lines(ctx, list, lines, count);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "kind", kind);
    tree_set_text(ctx->arena, result, "from_on", from_on);
    tree_set_int(ctx->arena, result, "line_count", (int64_t)count);
    tree_set_bool(ctx->arena, result, "before", same);
    return 0;
}

/* --- entitlements --- */

int standing_entitled(struct db *db, int64_t establishment, int64_t person, const char *on, bool *ret_found, struct error *error)
{
    int64_t found = 0;
    int result = db_int(db,
                        "SELECT 1 FROM standing_entitlement WHERE person_id = :person AND establishment_id = :establishment AND "
                        "from_on <= :on_date AND to_on >= :on_date",
                        BIND(INT("person", person), INT("establishment", establishment), TEXT("on_date", on)), 0, &found, error);
    *ret_found = found != 0;
    return result;
}

static int keep_entitlement(struct ctx *ctx, const struct stay *stay, const char *from_on, const char *to_on)
{
    return db_run(ctx->db,
                  "INSERT INTO standing_entitlement(id, person_id, establishment_id, establishment, reference, from_on, to_on, author, at) "
                  "VALUES (:id, :person, :establishment_id, :establishment, :reference, :from_on, :to_on, :author, :at) "
                  "ON CONFLICT(person_id, establishment_id, from_on) DO UPDATE SET to_on = excluded.to_on, author = excluded.author, at = excluded.at",
                  BIND(INT("id", db_next_id(ctx->db)), INT("person", stay->person), INT("establishment_id", stay->establishment_id),
                       TEXT("establishment", stay->establishment), TEXT("reference", stay->reference), TEXT("from_on", from_on),
                       TEXT("to_on", to_on), TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}

int standing_entitle(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct stay stay;
    int64_t same = 0, other = 0;
    const char *to_on = tree_text(args, "to_on"), *from_on = tree_text(args, "from_on") ? tree_text(args, "from_on") : ctx->today;
    int code = standing_place(ctx, args, &at);
    if (!code)
        code = standing_person(ctx, args, &at, &stay);
    if (code)
        return code;
    if (strcmp(to_on, from_on) < 0)
        return error_set(ctx->error, ERR_INVALID, "to_on", N_("It ends on the day it begins or later."), NULL);
    const struct binding *bindings = BIND(INT("person", stay.person), INT("establishment", at.id), TEXT("from_on", from_on), TEXT("to_on", to_on));
    code = db_int(ctx->db,
                  "SELECT 1 FROM standing_entitlement WHERE person_id = :person AND establishment_id = :establishment AND from_on = :from_on "
                  "AND to_on = :to_on", bindings, 0, &same, ctx->error);
    if (!code)
        code = db_int(ctx->db,
                      "SELECT 1 FROM standing_entitlement WHERE person_id = :person AND establishment_id = :establishment AND from_on <= :to_on "
                      "AND to_on >= :from_on AND from_on <> :from_on", bindings, 0, &other, ctx->error);
    if (!code && other)
        return error_set(ctx->error, ERR_REFUSED, "from_on",
                         N_("These days overlap an entitlement that is known: give its first day to change when it ends."), NULL);
    tree_set_text(ctx->arena, result, "reference", stay.reference);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "from_on", from_on);
    tree_set_text(ctx->arena, result, "to_on", to_on);
    tree_set_bool(ctx->arena, result, "before", same != 0);
    return code || same ? code : keep_entitlement(ctx, &stay, from_on, to_on);
}
