/* Products: what can be ordered in an establishment. */
#include "canteen/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "establishments/establishments.h"
#include "kernel/app.h"
#include "law/law.h"

/* --- what may be sold --- */

static bool is_choice(const char *choices, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = choices; *at; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == length && !strncmp(at, word, length))
            return true;
    return false;
}

static int check_words(const char *words, const char *choices, const char *field, struct error *error)
{
    char word[32];
    for (const char *at = words; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (length < sizeof word) {
            memcpy(word, at, length);
            word[length] = 0;
        }
        if (length >= sizeof word || !is_choice(choices, word))
            return error_set(error, ERR_INVALID, field, N_("{0} is not one of these: {1}."), length < sizeof word ? word : "…",
                             choices, NULL);
        at += length;
    }
    return 0;
}

/* Families that a sanction never cuts (R233-1) carry that mark themselves. */
static const char *protected_kind(const char *family)
{
    return is_choice("hygiene|correspondence|tobacco", family) ? family : "";
}

int product_check(const struct product *product, struct error *error)
{
    if (product->code < 1 || product->code > CANTEEN_CODE_MAX)
        return error_set(error, ERR_INVALID, "code", N_("This must be a number from 1 to 99999."), NULL);
    if (!*product->name)
        return error_set(error, ERR_INVALID, "name", N_("This is required."), NULL);
    if (!strcmp(product->family, "alcohol"))
        return error_set(error, ERR_REFUSED, "goods", N_("Alcohol is never sold in prison (R332-33 Code pénitentiaire)."), NULL);
    if (!strcmp(product->family, "medicine"))
        return error_set(error, ERR_REFUSED, "goods",
                         N_("Medicines never go through the canteen (R322-11 Code pénitentiaire)."), NULL);
    if (!is_choice(CANTEEN_FAMILIES, product->family))
        return error_set(error, ERR_INVALID, "goods", N_("{0} is not one of these: {1}."), product->family, CANTEEN_FAMILIES, NULL);
    if (!is_choice(CANTEEN_MEASURES, product->measure))
        return error_set(error, ERR_INVALID, "measure", N_("{0} is not one of these: {1}."), product->measure, CANTEEN_MEASURES, NULL);
    if (!is_choice(CANTEEN_VATS, product->vat))
        return error_set(error, ERR_INVALID, "vat", N_("{0} is not one of these: {1}."), product->vat, CANTEEN_VATS, NULL);
    if (product->content_thousandths <= 0)
        return error_set(error, ERR_INVALID, "content", N_("This must be above zero."), NULL);
    if (product->pack_size < 1 || product->pack_size > CANTEEN_PACK_MAX)
        return error_set(error, ERR_INVALID, "pack_size", N_("This must be a number from 1 to 10000."), NULL);
    int result = check_words(product->allergens, CANTEEN_ALLERGENS, "allergens", error);
    return result ? result : check_words(product->diets, CANTEEN_DIETS, "diets", error);
}

/* --- reading and keeping --- */

#define PRODUCT_COLUMNS                                                                                               \
    "id, establishment_id, code, establishment, name, brand, family, measure, allergens, diets, vat, need, supplier, " \
    "content_thousandths, pack_size, on_sale"

static const char *text_of(const struct rows *rows, struct arena *arena, int column)
{
    return arena_strdup(arena, rows_text(rows, column));
}

static int read_product(struct db *db, struct arena *arena, int64_t establishment, int64_t code, struct product *ret_product,
                        bool *ret_found, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT " PRODUCT_COLUMNS " FROM canteen_product WHERE establishment_id = :establishment AND code = :code",
                          BIND(INT("establishment", establishment), INT("code", code)), &rows, error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found)
        *ret_product = (struct product){.id = rows_int(rows, 0),
                                        .establishment_id = rows_int(rows, 1),
                                        .code = rows_int(rows, 2),
                                        .establishment = text_of(rows, arena, 3),
                                        .name = text_of(rows, arena, 4),
                                        .brand = text_of(rows, arena, 5),
                                        .family = text_of(rows, arena, 6),
                                        .measure = text_of(rows, arena, 7),
                                        .allergens = text_of(rows, arena, 8),
                                        .diets = text_of(rows, arena, 9),
                                        .vat = text_of(rows, arena, 10),
                                        .need = text_of(rows, arena, 11),
                                        .supplier = text_of(rows, arena, 12),
                                        .content_thousandths = rows_int(rows, 13),
                                        .pack_size = rows_int(rows, 14),
                                        .on_sale = rows_int(rows, 15) != 0};
    return rows_close(rows);
}

int product_find(struct db *db, struct arena *arena, int64_t establishment, int64_t code, struct product *ret_product,
                 struct error *error)
{
    bool found;
    int result = read_product(db, arena, establishment, code, ret_product, &found, error);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "code", N_("There is no product {0} in this establishment."),
                         arena_printf(arena, "%" PRId64, code), NULL);
    return result;
}

static bool same_product(const struct product *a, const struct product *b)
{
    return text_is(a->name, b->name) && text_is(a->brand, b->brand) && text_is(a->family, b->family) &&
           text_is(a->measure, b->measure) && text_is(a->allergens, b->allergens) && text_is(a->diets, b->diets) &&
           text_is(a->vat, b->vat) && text_is(a->need, b->need) && text_is(a->supplier, b->supplier) &&
           a->content_thousandths == b->content_thousandths && a->pack_size == b->pack_size && a->on_sale == b->on_sale;
}

/* Price of 1,000 g or ml or of a piece; 0 while there is no price. */
static int64_t measure_price(const struct product *product, int64_t price_cents)
{
    int64_t amount = 0, per = strcmp(product->measure, "piece") ? 1000000 : 1000;
    number_scale(price_cents, per, product->content_thousandths, &amount);
    return amount;
}

/* The cheapest of a need that has several products are marked, so that a list shows them without looking at the others. */
static int need_mark_cheapest(struct db *db, int64_t establishment, const char *need, struct error *error)
{
    return !*need ? 0
                  : db_run(db,
                           "UPDATE canteen_product SET cheapest = CASE WHEN on_sale = 1 AND price_cents > 0 AND measure_price_cents = "
                           "(SELECT MIN(o.measure_price_cents) FROM canteen_product o WHERE o.establishment_id = :establishment AND "
                           "o.need = :need AND o.on_sale = 1 AND o.price_cents > 0 HAVING COUNT(*) > 1) THEN 1 ELSE 0 END "
                           "WHERE establishment_id = :establishment AND need = :need",
                           BIND(INT("establishment", establishment), TEXT("need", need)), error);
}

static int write_product(struct db *db, struct arena *arena, const struct product *it, int64_t id, bool new, struct error *error)
{
    const char *sql =
        new ? "INSERT INTO canteen_product(id, establishment_id, establishment, code, name, name_folded, brand, family, "
              "protected_kind, measure, content_thousandths, allergens, diets, vat, need, supplier, pack_size, on_sale, stock_free, price_cents, "
              "price_from, next_price_cents, next_from, measure_price_cents, cheapest) VALUES (:id, :establishment_id, :establishment, :code, :name, :folded, "
              ":brand, :family, :protected, :measure, :content, :allergens, :diets, :vat, :need, :supplier, :pack, :on_sale, NULL, 0, '', 0, '', 0, 0)"
            : "UPDATE canteen_product SET name = :name, name_folded = :folded, brand = :brand, family = :family, "
              "protected_kind = :protected, measure = :measure, content_thousandths = :content, allergens = :allergens, "
              "diets = :diets, vat = :vat, need = :need, supplier = :supplier, pack_size = :pack, on_sale = :on_sale, "
              "establishment = :establishment WHERE id = :id AND establishment_id = :establishment_id AND code = :code";
    return db_run(db, sql,
                  BIND(INT("id", id), INT("establishment_id", it->establishment_id), TEXT("establishment", it->establishment),
                       INT("code", it->code), TEXT("name", it->name), TEXT("folded", text_fold(arena, it->name)),
                       TEXT("brand", it->brand), TEXT("family", it->family), TEXT("protected", protected_kind(it->family)),
                       TEXT("measure", it->measure), INT("content", it->content_thousandths), TEXT("allergens", it->allergens),
                       TEXT("diets", it->diets), TEXT("vat", it->vat), TEXT("need", it->need), TEXT("supplier", it->supplier),
                       INT("pack", it->pack_size), INT("on_sale", it->on_sale)),
                  error);
}

static const char *search_text(struct arena *arena, const struct product *it)
{
    return text_fold(arena, arena_printf(arena, "%" PRId64 " %s %s", it->code, it->name, it->brand));
}

static int change_search(struct db *db, struct arena *arena, const struct product *before, const struct product *now, int64_t id,
                         struct error *error)
{
    int result = before ? db_search_remove(db, "canteen_product", id, search_text(arena, before), error) : 0;
    return result ? result : db_search_put(db, "canteen_product", id, search_text(arena, now), error);
}

/* Another content or need: the price by measure and the cheapest follow. */
static int follow_measure(struct db *db, const struct product *before, const struct product *now, int64_t id, struct error *error)
{
    int64_t price = 0;
    int result = db_int(db, "SELECT price_cents FROM canteen_product WHERE id = :id", BIND(INT("id", id)), 0, &price, error);
    if (!result)
        result = db_run(db, "UPDATE canteen_product SET measure_price_cents = :amount WHERE id = :id",
                        BIND(INT("amount", measure_price(now, price)), INT("id", id)), error);
    if (!result)
        result = need_mark_cheapest(db, now->establishment_id, before->need, error);
    return result ? result : need_mark_cheapest(db, now->establishment_id, now->need, error);
}

int product_keep(struct db *db, struct arena *arena, const struct product *product, enum catalogue_outcome *ret_outcome,
                 int64_t *ret_id, struct error *error)
{
    struct product before;
    bool found;
    int result = product_check(product, error);
    if (!result)
        result = read_product(db, arena, product->establishment_id, product->code, &before, &found, error);
    if (result)
        return result;
    int64_t id = found ? before.id : db_next_id(db);
    if (ret_id)
        *ret_id = id;
    *ret_outcome = !found ? CATALOGUE_NEW : same_product(&before, product) ? CATALOGUE_SAME : CATALOGUE_CHANGED;
    if (*ret_outcome == CATALOGUE_SAME)
        return 0;
    result = write_product(db, arena, product, id, !found, error);
    if (!result)
        result = change_search(db, arena, found ? &before : NULL, product, id, error);
    return result || !found ? result : follow_measure(db, &before, product, id, error);
}

/* Prices whose day has come take the place of those before. */
int catalogue_roll(struct db *db, int64_t establishment, const char *today, struct error *error)
{
    struct rows *rows;
    struct due { int64_t id, price, content; bool piece; const char *need; } due[256];
    int count = 0, result;
    _cleanup_arena_ struct arena *arena = arena_new();
    do {
        result = db_query(db,
                          "SELECT id, next_price_cents, content_thousandths, measure, need FROM canteen_product WHERE "
                          "establishment_id = :establishment AND next_from > '' AND next_from <= :today LIMIT 256",
                          BIND(INT("establishment", establishment), TEXT("today", today)), &rows, error);
        if (result)
            return result;
        for (count = 0; count < 256 && rows_next(rows); count++)
            due[count] = (struct due){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2),
                                      !strcmp(rows_text(rows, 3), "piece"), arena_strdup(arena, rows_text(rows, 4))};
        result = rows_close(rows);
        for (int i = 0; i < count && !result; i++) {
            const struct product it = {.content_thousandths = due[i].content, .measure = due[i].piece ? "piece" : "g"};
            result = db_run(db,
                            "UPDATE canteen_product SET price_cents = next_price_cents, price_from = next_from, next_price_cents = 0, "
                            "next_from = '', measure_price_cents = :measure WHERE id = :id",
                            BIND(INT("measure", measure_price(&it, due[i].price)), INT("id", due[i].id)), error);
            if (!result)
                result = need_mark_cheapest(db, establishment, due[i].need, error);
        }
    } while (!result && count == 256);
    return result;
}

/* The price in force and the next one to come, out of those decided. */
int product_take_price(struct db *db, const struct product *product, const char *today, struct error *error)
{
    static const char *const columns[] = {
        "UPDATE canteen_product SET price_cents = :price, price_from = :from_on, measure_price_cents = :measure WHERE id = :id",
        "UPDATE canteen_product SET next_price_cents = :price, next_from = :from_on WHERE id = :id",
    };
    static const char *const prices[] = {
        "SELECT price_cents, from_on FROM canteen_price WHERE product_id = :id AND from_on <= :today ORDER BY from_on DESC LIMIT 1",
        "SELECT price_cents, from_on FROM canteen_price WHERE product_id = :id AND from_on > :today ORDER BY from_on LIMIT 1",
    };
    int result = 0;
    for (int i = 0; i < 2 && !result; i++) {
        struct rows *rows;
        char from_on[16] = "";
        int64_t price = 0;
        result = db_query(db, prices[i], BIND(INT("id", product->id), TEXT("today", today)), &rows, error);
        if (result)
            return result;
        if (rows_next(rows)) {
            price = rows_int(rows, 0);
            snprintf(from_on, sizeof from_on, "%s", rows_text(rows, 1));
        }
        result = rows_close(rows);
        if (!result)
            result = db_run(db, columns[i],
                            i ? BIND(INT("price", price), TEXT("from_on", from_on), INT("id", product->id))
                              : BIND(INT("price", price), TEXT("from_on", from_on), INT("measure", measure_price(product, price)),
                                     INT("id", product->id)),
                            error);
    }
    return result ? result : need_mark_cheapest(db, product->establishment_id, product->need, error);
}

/* --- actions --- */

static const char *given(const struct tree *args, const char *name, const char *otherwise)
{
    const char *text = tree_text(args, name);
    return text && *text ? text : otherwise;
}

static const char *words(struct ctx *ctx, const struct tree *args, const char *name)
{
    const char *all = "";
    const struct tree *list = tree_get(args, name);
    for (const struct tree *item = list ? list->first : NULL; item; item = item->next)
        all = arena_printf(ctx->arena, "%s%s%s", all, *all ? " " : "", item->text);
    return all;
}

int canteen_product(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    static const char *const outcomes[] = {"new", "changed", "same"};
    struct establishment at;
    enum catalogue_outcome outcome;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (code)
        return code;
    struct product product = {.establishment_id = at.id,
                              .establishment = at.ref,
                              .code = tree_int(args, "code", 0),
                              .name = text_tidy(ctx->arena, given(args, "name", "")),
                              .brand = text_tidy(ctx->arena, given(args, "product_brand", "")),
                              .family = given(args, "goods", ""),
                              .measure = given(args, "measure", "piece"),
                              .content_thousandths = tree_int(args, "content", 1000),
                              .allergens = words(ctx, args, "allergens"),
                              .diets = words(ctx, args, "diets"),
                              .vat = given(args, "vat", ""),
                              .need = text_fold(ctx->arena, given(args, "need", "")),
                              .supplier = given(args, "supplier", ""),
                              .pack_size = tree_int(args, "pack_size", 1),
                              .on_sale = true};
    code = product_keep(ctx->db, ctx->arena, &product, &outcome, NULL, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_int(ctx->arena, result, "code", product.code);
    tree_set_text(ctx->arena, result, "outcome", outcomes[outcome]);
    return 0;
}

int canteen_withdraw(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct product product;
    enum catalogue_outcome outcome;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = product_find(ctx->db, ctx->arena, at.id, tree_int(args, "code", 0), &product, ctx->error);
    if (code)
        return code;
    product.on_sale = false;
    code = product_keep(ctx->db, ctx->arena, &product, &outcome, NULL, ctx->error);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_int(ctx->arena, result, "code", product.code);
    return code;
}
