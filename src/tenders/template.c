/* tender template: a qualification to start from, from what calls of a service usually ask. Nothing is guessed that a
 * person must read in the documents: those fields are null. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/embed.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "kernel/declare.h"
#include "tenders/functions.h"
#include "tenders/matters.h"
#include "tenders/qualify.h"
#include "tenders/tenders.h"

enum { QUANTITY_DECIMALS = 4, QUANTITY_ONE = 10000 };

struct template {
    struct ctx *ctx;
    struct functions functions;
    struct tree *service; /* the file */
    int64_t people, months;
    const char *place; /* when the call has only one */
};

/* Rounded up to whole units: a round and a quarter is driven twice. */
static bool scale_quantity(const char *per_month, int64_t people, int64_t months, int64_t *ret_quantity)
{
    int64_t quantity;
    if (!per_month || !number_parse(per_month, QUANTITY_DECIMALS, &quantity) ||
        !number_multiply(quantity, people, &quantity) || !number_multiply(quantity, months, &quantity))
        return false;
    *ret_quantity = quantity / QUANTITY_ONE + (quantity % QUANTITY_ONE != 0);
    if (*ret_quantity < 1)
        *ret_quantity = 1;
    return true;
}

static struct tree *copy_words(struct arena *arena, const struct tree *list)
{
    struct tree *copy = tree_list(arena);
    for (const struct tree *word = list ? list->first : NULL; word; word = word->next)
        tree_add_text(arena, copy, word->text);
    return copy;
}

static int add_requirements(struct template *template, struct tree *lot)
{
    struct arena *arena = template->ctx->arena;
    struct tree *list = tree_set_list(arena, lot, "requirements");
    int index = 0;
    for (const struct tree *item = tree_get(template->service, "requirements")->first; item; item = item->next) {
        const char *code = tree_text(item, "function");
        const struct function *function = functions_find(&template->functions, code);
        int64_t quantity;
        if (!scale_quantity(tree_text(item, "quantity_per_person_per_month"), template->people, template->months, &quantity))
            return error_set(template->ctx->error, ERR_INVALID, "people", N_("These numbers are too large."), NULL);
        struct tree *requirement = tree_add_map(arena, list);
        tree_set_text(arena, requirement, "id", arena_printf(arena, "r%d", ++index));
        tree_set_text(arena, requirement, "function", code);
        tree_set_int(arena, requirement, "quantity", quantity);
        tree_set_text(arena, requirement, "unit",
                      !function                                    ? ""
                      : text_is(template->ctx->language, "en") ? function->unit_en
                                                                   : function->unit_fr);
        tree_set_int(arena, requirement, "reference_unit_price_cents",
                     tree_int(item, "reference_unit_price_cents", 0));
        tree_set(arena, requirement, "accreditations", copy_words(arena, tree_get(item, "accreditations")));
        tree_set_bool(arena, requirement, "essential", tree_true(tree_get(item, "essential")));
    }
    return 0;
}

struct announced {
    const char *title, *reserved;
    int64_t months, value_cents; /* -1 unknown */
};

static void set_or_null(struct arena *arena, struct tree *map, const char *name, int64_t value)
{
    if (value >= 0)
        tree_set_int(arena, map, name, value);
    else
        tree_set_text(arena, map, name, NULL);
}

static int add_lot(struct template *template, struct tree *lots, int number, const struct announced *announced)
{
    struct arena *arena = template->ctx->arena;
    struct tree *lot = tree_add_map(arena, lots);
    tree_set_text(arena, lot, "id", arena_printf(arena, "L%d", number));
    tree_set_text(arena, lot, "title", arena_copy(arena, announced->title, text_prefix_bytes(announced->title, 300)));
    tree_set_text(arena, lot, "place", template->place);
    tree_set_text(arena, lot, "establishment", "");
    tree_set_int(arena, lot, "people", template->people);
    tree_set_int(arena, lot, "duration_months", template->months);
    tree_set_text(arena, lot, "reserved", *announced->reserved ? announced->reserved : NULL);
    tree_set_text(arena, lot, "max_members", NULL);
    tree_set_text(arena, lot, "min_share_permille", NULL);
    tree_set_text(arena, lot, "required_turnover_cents", NULL);
    set_or_null(arena, lot, "estimated_value_cents", announced->value_cents);
    tree_set_text(arena, lot, "coordination_percent", NULL);
    tree_set_text(arena, lot, "mandatory", NULL);
    return add_requirements(template, lot);
}

/* One lot for each that the notice announces, or one for the whole call. */
static int add_lots(struct template *template, const struct tender *tender, struct tree *lots)
{
    struct ctx *ctx = template->ctx;
    struct announced list[QUALIFICATION_LOTS_MAX];
    struct rows *rows;
    int count = 0;
    int code = db_query(ctx->db,
                        "SELECT title, reserved, duration_months, value_cents FROM tender_announced_lot "
                        "WHERE tender = :tender ORDER BY position LIMIT 200",
                        BIND(INT("tender", tender->id)), &rows, ctx->error);
    if (code)
        return code;
    while (count < QUALIFICATION_LOTS_MAX && rows_next(rows))
        list[count++] = (struct announced){arena_strdup(ctx->arena, rows_text(rows, 0)),
                                           arena_strdup(ctx->arena, rows_text(rows, 1)),
                                           rows_null(rows, 2) ? -1 : rows_int(rows, 2),
                                           rows_null(rows, 3) ? -1 : rows_int(rows, 3)};
    code = rows_close(rows);
    if (!count)
        list[count++] = (struct announced){tender->object, "", -1, -1};
    for (int i = 0; i < count && !code; i++)
        code = add_lot(template, lots, i + 1, &list[i]);
    return code;
}

static int read_service(struct template *template, const char *service)
{
    struct ctx *ctx = template->ctx;
    const struct embedded *file = embed_find(arena_printf(ctx->arena, "data/templates/%s.json", service));
    if (!file)
        return error_set(ctx->error, ERR_NOT_FOUND, "service", N_("There is no template for {0}."), service, NULL);
    int code = tree_read_json(ctx->arena, file->bytes, file->length, &template->service, ctx->error);
    return code ? code : functions_read(ctx->arena, &template->functions, ctx->error);
}

static void set_text_or_null(struct arena *arena, struct tree *map, const char *name, const char *text)
{
    tree_set_text(arena, map, name, text && *text ? text : NULL);
}

int tender_template(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct template template = {
        .ctx = ctx, .people = tree_int(args, "people", 0), .months = tree_int(args, "months", 0)};
    struct tender tender;
    struct arena *arena = ctx->arena;
    int code = read_service(&template, tree_text(args, "service"));
    if (!code)
        code = tender_read(ctx->db, tree_text(args, "reference"), arena, &tender, ctx->error);
    if (code)
        return code;
    template.place = *tender.departments && !strchr(tender.departments, ' ') ? tender.departments : NULL;
    tree_set_text(arena, result, "estimated_value_cents", NULL);
    struct tree *weights = tree_set_map(arena, result, "weights");
    tree_set_text(arena, weights, "price", NULL);
    tree_set_text(arena, weights, "quality", NULL);
    tree_set_text(arena, weights, "social", NULL);
    tree_set_text(arena, result, "max_lots", NULL);
    tree_set_text(arena, result, "legal_form", NULL);
    tree_set_text(arena, result, "single_membership", NULL);
    tree_set_text(arena, result, "visit_on", NULL);
    tree_set_text(arena, result, "questions_until", NULL);
    set_text_or_null(arena, result, "deadline",
                     *tender.deadline ? arena_copy(arena, tender.deadline, strnlen(tender.deadline, 10)) : NULL);
    tree_set_text(arena, result, "offer_valid_until", NULL);
    return add_lots(&template, &tender, tree_set_list(arena, result, "lots"));
}
