/* Charges that come back: who has what, from when to when, and who does not want it. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/standing/internal.h"
#include "kernel/action.h"

struct named { /* the contract that the arguments name: product, and cell or person */
    struct establishment at;
    struct product product;
    struct stay stay; /* of a person's own charge */
    bool of_person;
    const char *wing, *cell, *place, *reference;
    int64_t id; /* the last one of that name; 0: none */
    const char *starts_on, *ends_on;
};

static int read_last(struct ctx *ctx, struct named *named)
{
    struct rows *rows;
    int result = db_query(ctx->db,
                          "SELECT id, starts_on, ends_on FROM standing_contract WHERE establishment_id = :establishment AND code = :code AND "
                          "place = :place AND reference = :reference ORDER BY starts_on DESC LIMIT 1",
                          BIND(INT("establishment", named->at.id), INT("code", named->product.code), TEXT("place", named->place),
                               TEXT("reference", named->reference)),
                          &rows, ctx->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        named->id = rows_int(rows, 0);
        named->starts_on = arena_strdup(ctx->arena, rows_text(rows, 1));
        named->ends_on = arena_strdup(ctx->arena, rows_text(rows, 2));
    }
    return rows_close(rows);
}

static int read_named(struct ctx *ctx, const struct tree *args, const char *cell, bool cell_alone, struct named *named)
{
    const char *wing = tree_text(args, "wing");
    *named = (struct named){.wing = "", .cell = "", .place = "", .reference = ""};
    int result = standing_place(ctx, args, &named->at);
    if (!result)
        result = product_find(ctx->db, ctx->arena, named->at.id, tree_int(args, "code", 0), &named->product, ctx->error);
    if (!result && strcmp(named->product.family, "recurring") != 0)
        return error_set(ctx->error, ERR_REFUSED, "code", N_("{0} is no charge that comes back: its goods must be recurring."),
                         named->product.name, NULL);
    named->of_person = !cell_alone && tree_text(args, "whom");
    if (!result && named->of_person && (wing || cell))
        return error_set(ctx->error, ERR_INVALID, "cell", N_("Name a cell or a person, not both."), NULL);
    if (!result && !named->of_person && !cell)
        return error_set(ctx->error, ERR_INVALID, "cell", N_("Name a cell or a person, not both."), NULL);
    if (!result && named->of_person)
        result = standing_person(ctx, args, &named->at, &named->stay);
    if (result)
        return result;
    if (named->of_person) {
        named->reference = named->stay.reference;
    } else {
        named->wing = wing ? text_tidy(ctx->arena, wing) : "";
        named->cell = text_tidy(ctx->arena, cell);
        named->place = stay_place(ctx->arena, named->wing, named->cell);
    }
    return read_last(ctx, named);
}

static int find_named(struct ctx *ctx, const struct tree *args, bool cell_alone, struct named *named)
{
    int result = read_named(ctx, args, tree_text(args, "cell"), cell_alone, named);
    if (!result && !named->id)
        return error_set(ctx->error, ERR_NOT_FOUND, "code", N_("{0} is not charged there."), named->product.name, NULL);
    return result;
}

static void answer(struct ctx *ctx, struct tree *result, const struct named *named, bool before)
{
    tree_set_text(ctx->arena, result, "establishment", named->at.ref);
    tree_set_int(ctx->arena, result, "code", named->product.code);
    tree_set_bool(ctx->arena, result, "before", before);
}

static int check_priced(struct ctx *ctx, const struct named *named, const char *from_on)
{
    int64_t priced = 0;
    int result = db_int(ctx->db, "SELECT 1 FROM canteen_price WHERE product_id = :product AND from_on <= :from_on",
                        BIND(INT("product", named->product.id), TEXT("from_on", from_on)), 0, &priced, ctx->error);
    if (!result && !priced)
        return error_set(ctx->error, ERR_REFUSED, "code", N_("No price of {0} is decided for {1}: record the decision first."),
                         named->product.name, from_on, NULL);
    return result;
}

/* A month that was charged is not changed by what is told afterwards. */
static int check_not_charged(struct ctx *ctx, const struct named *named, const char *field, const char *on)
{
    int64_t charged = 0;
    const char *month = arena_printf(ctx->arena, "%.7s", on);
    int result = db_int(ctx->db,
                        "SELECT 1 FROM standing_charged m JOIN canteen_cycle c ON c.id = m.cycle_id WHERE m.establishment_id = :establishment "
                        "AND m.month >= :month AND c.state <> 'open'",
                        BIND(INT("establishment", named->at.id), TEXT("month", month)), 0, &charged, ctx->error);
    if (!result && charged)
        return error_set(ctx->error, ERR_REFUSED, field, N_("{0} was charged already: what changes begins later."), month, NULL);
    return result;
}

static int keep_contract(struct ctx *ctx, const struct named *named, const char *from_on)
{
    return db_run(ctx->db,
                  "INSERT INTO standing_contract(id, establishment_id, establishment, product_id, code, name, per, wing, cell, place, "
                  "person_id, reference, starts_on, ends_on, author, at) VALUES (:id, :establishment_id, :establishment, :product, :code, "
                  ":name, :per, :wing, :cell, :place, :person, :reference, :starts_on, '', :author, :at)",
                  BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", named->at.id), TEXT("establishment", named->at.ref),
                       INT("product", named->product.id), INT("code", named->product.code), TEXT("name", named->product.name),
                       TEXT("per", named->of_person ? "one_person" : "cell"), TEXT("wing", named->wing), TEXT("cell", named->cell),
                       TEXT("place", named->place), INT_OR_NULL("person", named->of_person, named->stay.person),
                       TEXT("reference", named->reference), TEXT("starts_on", from_on),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  ctx->error);
}

/* cell: one of several, or that of the arguments; NULL for a person's own. */
static int start_one(struct ctx *ctx, const struct tree *args, const char *cell, struct named *named, bool *ret_before)
{
    const char *from_on = tree_text(args, "from_on") ? tree_text(args, "from_on") : ctx->today;
    int code = read_named(ctx, args, cell, false, named);
    if (!code)
        code = check_priced(ctx, named, from_on);
    if (code)
        return code;
    *ret_before = named->id && (!*named->ends_on || strcmp(named->ends_on, from_on) >= 0);
    if (*ret_before && strcmp(named->starts_on, from_on) != 0)
        return error_set(ctx->error, ERR_REFUSED, "from_on", N_("This charge runs already, since {0}."), named->starts_on, NULL);
    return *ret_before ? 0 : check_not_charged(ctx, named, "from_on", from_on);
}

int standing_charge_start(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct named named;
    bool before = true, one;
    const char *from_on = tree_text(args, "from_on") ? tree_text(args, "from_on") : ctx->today;
    const struct tree *cells = tree_get(args, "cells"), *item = cells && cells->count ? cells->first : NULL;
    int64_t started = 0;
    if (item && (tree_text(args, "cell") || tree_text(args, "whom")))
        return error_set(ctx->error, ERR_INVALID, "cells", N_("Name a cell or a person, not both."), NULL);
    do {
        int code = start_one(ctx, args, item ? item->text : tree_text(args, "cell"), &named, &one);
        if (!code && !one)
            code = keep_contract(ctx, &named, from_on);
        if (code)
            return code;
        before &= one;
        started += !one;
        item = item ? item->next : NULL;
    } while (item);
    answer(ctx, result, &named, before);
    tree_set_int(ctx->arena, result, "started", started);
    return 0;
}

int standing_charge_end(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct named named;
    const char *on = tree_text(args, "on") ? tree_text(args, "on") : ctx->today;
    int code = find_named(ctx, args, false, &named);
    if (code)
        return code;
    answer(ctx, result, &named, !strcmp(named.ends_on, on));
    if (!strcmp(named.ends_on, on))
        return 0;
    if (*named.ends_on)
        return error_set(ctx->error, ERR_REFUSED, "on", N_("This charge ended on {0}."), named.ends_on, NULL);
    if (strcmp(on, named.starts_on) < 0)
        return error_set(ctx->error, ERR_INVALID, "on", N_("It ends on the day it begins or later."), NULL);
    code = check_not_charged(ctx, &named, "on", on);
    return code ? code
                : db_run(ctx->db, "UPDATE standing_contract SET ends_on = :on_date WHERE id = :id",
                         BIND(TEXT("on_date", on), INT("id", named.id)), ctx->error);
}

static int keep_refusal(struct ctx *ctx, const struct named *named, const struct stay *stay, const char *from_on, const char *to_on)
{
    return db_run(ctx->db,
                  "INSERT INTO standing_refusal(contract_id, person_id, reference, from_on, to_on, at) VALUES (:contract, :person, :reference, "
                  ":from_on, :to_on, :at) ON CONFLICT(contract_id, person_id, from_on) DO UPDATE SET to_on = excluded.to_on, at = excluded.at",
                  BIND(INT("contract", named->id), INT("person", stay->person), TEXT("reference", stay->reference), TEXT("from_on", from_on),
                       TEXT("to_on", to_on), INT("at", ctx->now_ms)),
                  ctx->error);
}

/* The first day that another end changes: the earlier of both ends; of a refusal that is new, its first day. */
static const char *first_changed(const char *before, const char *from_on, const char *to_on)
{
    if (!before)
        return from_on;
    if (!*before || !*to_on)
        return *before ? before : to_on;
    return strcmp(before, to_on) < 0 ? before : to_on;
}

int standing_charge_refuse(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct named named;
    struct stay stay;
    char *before = NULL;
    const char *from_on = tree_text(args, "from_on") ? tree_text(args, "from_on") : ctx->today;
    const char *to_on = tree_text(args, "to_on") ? tree_text(args, "to_on") : "";
    int code = find_named(ctx, args, true, &named);
    if (!code)
        code = standing_person(ctx, args, &named.at, &stay);
    if (!code && *to_on && strcmp(to_on, from_on) < 0)
        return error_set(ctx->error, ERR_INVALID, "to_on", N_("It ends on the day it begins or later."), NULL);
    if (!code)
        code = db_text(ctx->db, ctx->arena,
                       "SELECT to_on FROM standing_refusal WHERE contract_id = :contract AND person_id = :person AND from_on = :from_on",
                       BIND(INT("contract", named.id), INT("person", stay.person), TEXT("from_on", from_on)), &before, ctx->error);
    if (code)
        return code;
    bool same = before && !strcmp(before, to_on);
    answer(ctx, result, &named, same);
    tree_set_text(ctx->arena, result, "reference", stay.reference);
    if (same)
        return 0;
    code = check_not_charged(ctx, &named, before ? "to_on" : "from_on", first_changed(before, from_on, to_on));
    return code ? code : keep_refusal(ctx, &named, &stay, from_on, to_on);
}
