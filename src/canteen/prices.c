/* Prices: each rests on a cost and on a dated decision of the head of establishment (D332-34 Code pénitentiaire). */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "documents/documents.h"
#include "establishments/establishments.h"
#include "kernel/action.h"
#include "law/law.h"

/* --- decisions --- */

static int find_decision(struct db *db, struct arena *arena, int64_t establishment, const char *reference,
                         struct decision *ret_decision, bool *ret_found, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, reference, decided_on, from_on FROM canteen_decision WHERE establishment_id = :establishment "
                          "AND reference = :reference",
                          BIND(INT("establishment", establishment), TEXT("reference", reference)), &rows, error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found)
        *ret_decision = (struct decision){rows_int(rows, 0), arena_strdup(arena, rows_text(rows, 1)),
                                          arena_strdup(arena, rows_text(rows, 2)), arena_strdup(arena, rows_text(rows, 3))};
    return rows_close(rows);
}

static int check_decision(const struct decision *decision, struct error *error)
{
    if (!*decision->reference)
        return error_set(error, ERR_INVALID, "decision",
                         N_("A price needs the decision of the head of establishment (D332-34 Code pénitentiaire)."), NULL);
    if (!*decision->decided_on)
        return error_set(error, ERR_INVALID, "decided_on", N_("Say when the head of establishment decided."), NULL);
    if (strcmp(decision->from_on, decision->decided_on) < 0)
        return error_set(error, ERR_REFUSED, "from_on", N_("A price cannot begin before it was decided, on {0}."),
                         decision->decided_on, NULL);
    return 0;
}

int decision_keep(struct ctx *ctx, struct db *db, int64_t establishment, const char *establishment_ref,
                  struct decision *decision, const struct upload *file, struct error *error)
{
    struct decision known;
    bool found = false;
    int64_t document = 0;
    int result = check_decision(decision, error);
    if (!result)
        result = find_decision(db, ctx->arena, establishment, decision->reference, &known, &found, error);
    if (result)
        return result;
    if (found && (strcmp(known.decided_on, decision->decided_on) != 0 || strcmp(known.from_on, decision->from_on) != 0))
        return error_set(error, ERR_REFUSED, "decision",
                         N_("The decision {0} is known already, of {1} and from {2}: give these dates, or another reference."),
                         known.reference, known.decided_on, known.from_on, NULL);
    decision->id = found ? known.id : db_next_id(db);
    if (file && file->bytes)
        result = document_keep(db, file, "file", ctx->now_ms, &document, error);
    if (result)
        return result;
    if (found)
        return !document ? 0
                         : db_run(db, "UPDATE canteen_decision SET document_id = :document WHERE id = :id AND document_id IS NULL",
                                  BIND(INT("document", document), INT("id", decision->id)), error);
    return db_run(db,
                  "INSERT INTO canteen_decision(id, establishment_id, establishment, reference, decided_on, from_on, document_id, "
                  "price_count, author, at) VALUES (:id, :establishment_id, :establishment, :reference, :decided_on, :from_on, "
                  ":document, 0, :author, :at)",
                  BIND(INT("id", decision->id), INT("establishment_id", establishment), TEXT("establishment", establishment_ref),
                       TEXT("reference", decision->reference), TEXT("decided_on", decision->decided_on),
                       TEXT("from_on", decision->from_on), INT_OR_NULL("document", document, document),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  error);
}

/* --- prices --- */

static int check_price(const struct price *price, struct error *error)
{
    if (price->price_cents <= 0)
        return error_set(error, ERR_INVALID, "price", N_("This must be above zero."), NULL);
    if (price->purchase_cents < 0 || price->handling_cents < 0)
        return error_set(error, ERR_INVALID, price->purchase_cents < 0 ? "purchase_cost" : "handling_cost",
                         N_("A price needs the cost it rests on (D332-34 Code pénitentiaire)."), NULL);
    return 0;
}

/* The price of the day before, 0 when there was none; *ret_same: that very price stands from that day. */
static int read_before(struct db *db, const struct product *product, const struct price *price, int64_t *ret_before,
                       bool *ret_taken, bool *ret_same, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT from_on, price_cents, purchase_cents, handling_cents FROM canteen_price WHERE product_id = :product "
                          "AND from_on <= :from_on ORDER BY from_on DESC LIMIT 2",
                          BIND(INT("product", product->id), TEXT("from_on", price->from_on)), &rows, error);
    *ret_before = 0;
    *ret_taken = *ret_same = false;
    if (result)
        return result;
    while (rows_next(rows)) {
        if (!strcmp(rows_text(rows, 0), price->from_on)) {
            *ret_taken = true;
            *ret_same = rows_int(rows, 1) == price->price_cents && rows_int(rows, 2) == price->purchase_cents &&
                        rows_int(rows, 3) == price->handling_cents;
        } else if (!*ret_before) {
            *ret_before = rows_int(rows, 1);
        }
    }
    return rows_close(rows);
}

static int insert_price(struct ctx *ctx, struct db *db, const struct product *product, const struct decision *decision,
                        const struct price *price, struct error *error)
{
    struct law_value vat;
    int64_t without_vat = 0;
    int result = law_rate(db, ctx->arena, product->vat, price->from_on, &vat, error);
    if (result)
        return result;
    number_scale(price->price_cents, LAW_ONE, LAW_ONE + vat.value_millionths, &without_vat);
    result = db_run(db,
                    "INSERT INTO canteen_price(id, product_id, from_on, price_cents, purchase_cents, handling_cents, vat_rate, "
                    "margin_cents, decision_id, reason, at) VALUES (:id, :product, :from_on, :price, :purchase, :handling, :vat, "
                    ":margin, :decision, :reason, :at)",
                    BIND(INT("id", db_next_id(db)), INT("product", product->id), TEXT("from_on", price->from_on),
                         INT("price", price->price_cents), INT("purchase", price->purchase_cents),
                         INT("handling", price->handling_cents), INT("vat", vat.value_millionths),
                         INT("margin", without_vat - price->purchase_cents - price->handling_cents), INT("decision", decision->id),
                         TEXT("reason", price->reason), INT("at", ctx->now_ms)),
                    error);
    if (!result)
        result = db_run(db, "UPDATE canteen_decision SET price_count = price_count + 1 WHERE id = :id", BIND(INT("id", decision->id)),
                        error);
    return result ? result : product_take_price(db, product, ctx->today, error);
}

int price_keep(struct ctx *ctx, struct db *db, const struct product *product, const struct decision *decision,
               const struct price *price, enum catalogue_outcome *ret_outcome, struct error *error)
{
    int64_t before;
    bool taken, same;
    int result = check_price(price, error);
    if (!result)
        result = read_before(db, product, price, &before, &taken, &same, error);
    if (result)
        return result;
    *ret_outcome = same ? CATALOGUE_SAME : before ? CATALOGUE_CHANGED : CATALOGUE_NEW;
    if (same)
        return 0;
    if (taken)
        return error_set(error, ERR_REFUSED, "from_on",
                         N_("A price is decided from {0} already: it is not rewritten. Decide another from a later day."),
                         price->from_on, NULL);
    if (before && before != price->price_cents && !*price->reason)
        return error_set(error, ERR_INVALID, "reason", N_("Say why the price changes: the reason is shown with it."), NULL);
    return insert_price(ctx, db, product, decision, price, error);
}

int canteen_price(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct product product;
    enum catalogue_outcome outcome;
    const char *from_on = tree_text(args, "from_on"), *reason = tree_text(args, "reason");
    struct decision decision = {.reference = tree_text(args, "decision"), .decided_on = tree_text(args, "decided_on")};
    decision.from_on = from_on ? from_on : decision.decided_on;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = product_find(ctx->db, ctx->arena, at.id, tree_int(args, "code", 0), &product, ctx->error);
    if (!code)
        code = decision_keep(ctx, ctx->db, at.id, at.ref, &decision, &ctx->file, ctx->error);
    struct price price = {.from_on = decision.from_on,
                          .reason = reason ? reason : "",
                          .price_cents = tree_int(args, "price", 0),
                          .purchase_cents = tree_int(args, "purchase_cost", -1),
                          .handling_cents = tree_int(args, "handling_cost", -1)};
    if (!code)
        code = price_keep(ctx, ctx->db, &product, &decision, &price, &outcome, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_int(ctx->arena, result, "code", product.code);
    return 0;
}
