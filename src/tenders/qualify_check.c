/* What a qualification must respect beyond the kinds of its fields. Format: data/templates/README.md. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "establishments/establishments.h"
#include "kernel/app.h"
#include "law/law.h"
#include "tenders/qualify.h"
#include "tenders/tenders.h"

enum { ID_CHARACTERS_MAX = 16, TURNOVER_FACTOR_MAX = 2 /* R2142-7 */, RESERVED_MONTHS_MAX = 36 /* L2113-16 */ };

#define CENTS_MAX INT64_C(1000000000000000)
#define AMOUNT_FIELD(name_, least_) {(name_), FIELD_MONEY, .min = (least_), .max = CENTS_MAX}
#define RESERVED_CHOICES "none|siae|ea_esat|siae_ea|prison_work|ess"

static const struct field requirement_fields[] = {
    {"id", FIELD_TEXT, .required = true, .max = ID_CHARACTERS_MAX},
    {"function", FIELD_CHOICE, .required = true, .choices = TENDER_FUNCTIONS},
    {"quantity", FIELD_INT, .min = 1, .max = 1000000000, .hint = N_("Over the whole duration, in whole units.")},
    {"unit", FIELD_TEXT, .max = 60, .hint = N_("The unit of the function when left empty.")},
    AMOUNT_FIELD("reference_unit_price_cents", 1),
    {"accreditations", FIELD_WORDS, .choices = TENDER_ACCREDITATIONS, .hint = N_("Each must be held by whoever takes a part of it.")},
    {"essential", FIELD_BOOL, .hint = N_("Must be done by a member of the grouping, not a subcontractor (R2142-27).")},
    FIELDS_END,
};

static const struct field lot_fields[] = {
    {"id", FIELD_TEXT, .required = true, .max = ID_CHARACTERS_MAX},
    {"title", FIELD_TEXT, .max = 300},
    {"place", FIELD_TEXT, .max = 3, .hint = N_("Code of a department, such as 76, 2A or 974.")},
    {"establishment", FIELD_TEXT},
    {"people", FIELD_INT, .min = 0, .max = 1000000},
    {"duration_months", FIELD_INT, .min = 1, .max = 1200, .hint = N_("Renewals included.")},
    AMOUNT_FIELD("estimated_value_cents", 1),
    {"reserved", FIELD_CHOICE, .choices = RESERVED_CHOICES},
    {"max_members", FIELD_INT, .min = 1, .max = 1000},
    {"min_share_permille", FIELD_INT, .min = 1, .max = 1000},
    AMOUNT_FIELD("required_turnover_cents", 0),
    {"coordination_percent", FIELD_RATE, .min = 0, .max = 1000000,
     .hint = N_("What each member taking part costs in coordination, of the reference value of the lot.")},
    {"mandatory", FIELD_BOOL, .hint = N_("An answer without this lot is worthless.")},
    {"requirements", FIELD_LIST, .max = QUALIFICATION_REQUIREMENTS_MAX, .of = requirement_fields},
    FIELDS_END,
};

static const struct field weight_fields[] = {
    {"price", FIELD_INT, .min = 1, .max = 100},
    {"quality", FIELD_INT, .min = 0, .max = 100},
    {"social", FIELD_INT, .min = 0, .max = 100},
    FIELDS_END,
};

const struct field qualify_fields[] = {
    {"reference", FIELD_REF, .required = true},
    AMOUNT_FIELD("estimated_value_cents", 1),
    {"weights", FIELD_LIST, .max = 1, .of = weight_fields},
    {"max_lots", FIELD_INT, .min = 1, .max = 1000, .hint = N_("Lots that one candidate may win; empty: no limit.")},
    {"legal_form", FIELD_CHOICE, .choices = "free|conjoint|conjoint_solidaire_leader|solidaire",
     .hint = N_("Form asked of a grouping after the award (R2142-22).")},
    {"single_membership", FIELD_BOOL,
     .hint = N_("The documents forbid being in several groupings, or alone and in one (R2142-21).")},
    {"visit_on", FIELD_DATE},
    {"questions_until", FIELD_DATE},
    {"deadline", FIELD_DATE},
    {"offer_valid_until", FIELD_DATE},
    {"lots", FIELD_LIST, .required = true, .min = 1, .max = QUALIFICATION_LOTS_MAX, .of = lot_fields},
    FIELDS_END,
};

/* --- several errors, each beside its field --- */

struct check {
    struct ctx *ctx;
    struct functions functions;
    struct error *last; /* NULL: none yet */
    struct tree *warnings;
};

static struct error *next_error(struct check *check)
{
    struct error *error = check->last ? ARENA_NEW(check->ctx->arena, struct error) : check->ctx->error;
    if (check->last)
        check->last->next = error;
    check->last = error;
    error->next = NULL;
    return error;
}

#define REFUSE(check, code, field, ...) \
    do { \
        struct error *refusal_ = next_error(check); \
        error_set(refusal_, code, field, __VA_ARGS__, NULL); \
        refusal_->next = NULL; \
    } while (0)

static void warn(struct check *check, const char *message, const char *first, const char *second)
{
    char text[ERROR_TEXT_BYTES];
    struct error sentence = {0};
    error_set(&sentence, ERR_NONE, "", message, first, second, NULL);
    error_format(&sentence, tr(check->ctx->language, message), text, sizeof text);
    tree_add_text(check->ctx->arena, check->warnings, arena_strdup(check->ctx->arena, text));
}

/* --- checks --- */

static bool is_id(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && *text != '_')
            return false;
    return true;
}

static void check_ids(struct check *check, const struct tree *list, const char *path)
{
    int index = 0;
    for (const struct tree *item = list ? list->first : NULL; item; item = item->next, index++) {
        const char *field = arena_printf(check->ctx->arena, "%s.%d.id", path, index), *id = tree_text(item, "id");
        if (!is_id(id))
            REFUSE(check, ERR_INVALID, field, N_("This must be made of letters, digits and _ only."));
        for (const struct tree *other = list->first; other != item; other = other->next)
            if (text_is(tree_text(other, "id"), id)) {
                REFUSE(check, ERR_INVALID, field, N_("{0} stands twice."), id);
                break;
            }
    }
}

static void check_function(struct check *check, const char *code, const char *field)
{
    struct ctx *ctx = check->ctx;
    const struct function *function = functions_find(&check->functions, code);
    if (!function) {
        REFUSE(check, ERR_INVALID, field, N_("There is no function {0}."), code);
        return;
    }
    if (!function->sovereign)
        return;
    struct law_article article = {0};
    struct error ignored = {0};
    if (law_article(ctx->db, ctx->arena, "L111-3", "Code pénitentiaire", ctx->language, &article, &ignored))
        article.rule = "";
    REFUSE(check, ERR_REFUSED, field,
           N_("{0} belongs to the State alone and cannot be asked for: article L111-3 of the Code pénitentiaire. {1}"),
           text_is(ctx->language, "en") ? function->title_en : function->title_fr, article.rule);
}

static void check_accreditations(struct check *check, const struct tree *requirement, const char *field)
{
    const struct tree *words = tree_get(requirement, "accreditations");
    for (const struct tree *word = words ? words->first : NULL; word; word = word->next)
        for (const char *p = word->text; *p; p++)
            if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_') {
                REFUSE(check, ERR_INVALID, field, N_("{0} is no code of an accreditation: lower-case letters, digits and _."),
                       word->text);
                break;
            }
}

static void check_requirements(struct check *check, const struct tree *lot, const char *path)
{
    struct arena *arena = check->ctx->arena;
    const struct tree *list = tree_get(lot, "requirements");
    int index = 0;
    check_ids(check, list, arena_printf(arena, "%s.requirements", path));
    for (const struct tree *item = list ? list->first : NULL; item; item = item->next, index++) {
        const char *at = arena_printf(arena, "%s.requirements.%d", path, index);
        check_function(check, tree_text(item, "function"), arena_printf(arena, "%s.function", at));
        check_accreditations(check, item, arena_printf(arena, "%s.accreditations", at));
    }
}

bool qualification_lot_value(const struct tree *lot, int64_t *ret_cents)
{
    const struct tree *list = tree_get(lot, "requirements");
    int64_t sum = list && list->first ? 0 : -1;
    for (const struct tree *item = list ? list->first : NULL; item; item = item->next) {
        int64_t quantity = tree_int(item, "quantity", -1), part;
        int64_t price = tree_int(item, "reference_unit_price_cents", -1);
        if (quantity < 0 || price < 0) {
            *ret_cents = -1;
            return true;
        }
        if (!number_multiply(quantity, price, &part) || !number_add(sum, part, &sum) || sum > CENTS_MAX)
            return false;
    }
    *ret_cents = sum;
    return true;
}

static void check_turnover(struct check *check, const struct tree *lot, const char *path)
{
    int64_t turnover = tree_int(lot, "required_turnover_cents", -1), value = tree_int(lot, "estimated_value_cents", -1);
    if (turnover < 0 || value < 0 || turnover <= TURNOVER_FACTOR_MAX * value)
        return;
    const char *language = check->ctx->language;
    REFUSE(check, ERR_REFUSED, arena_printf(check->ctx->arena, "%s.required_turnover_cents", path),
           N_("A turnover of {0} € is more than twice the estimated value of the lot, {1} €: article R2142-7 forbids it."),
           number_screen(check->ctx->arena, turnover, DECIMALS_MONEY, false, language),
           number_screen(check->ctx->arena, value, DECIMALS_MONEY, false, language));
}

static bool is_social_service(const char *cpv)
{
    _cleanup_arena_ struct arena *scratch = arena_new();
    const struct embedded *file = embed_find("data/law/cpv_social.csv");
    struct csv *csv;
    struct error ignored;
    if (!file || csv_open(scratch, file->bytes, file->length, &csv, &ignored))
        return false;
    int code = csv_column(csv, "code");
    while (csv_next(csv))
        if (text_has_word(cpv, csv_cell(csv, code)))
            return true;
    return false;
}

static void check_reserved(struct check *check, const struct tree *lot, const char *cpv)
{
    if (!text_is(tree_text(lot, "reserved"), "ess"))
        return;
    const char *id = tree_text(lot, "id");
    if (!is_social_service(cpv))
        warn(check,
             N_("Lot {0} is reserved for the social economy: article L2113-15 allows that for the listed social services "
                "only, and the notice names none of their CPV codes."),
             id, "");
    if (tree_int(lot, "duration_months", 0) > RESERVED_MONTHS_MAX)
        warn(check, N_("Lot {0} is reserved for the social economy: article L2113-16 limits it to three years."), id, "");
}

static void check_lot(struct check *check, const struct tree *lot, int index, const char *cpv)
{
    struct ctx *ctx = check->ctx;
    const char *path = arena_printf(ctx->arena, "lots.%d", index), *place = tree_text(lot, "place");
    int64_t value;
    struct department department;
    struct error unknown = {0};
    if (place && department_read(ctx->db, ctx->arena, place, &department, &unknown))
        REFUSE(check, ERR_INVALID, arena_printf(ctx->arena, "%s.place", path), N_("There is no department {0}."), place);
    check_turnover(check, lot, path);
    check_requirements(check, lot, path);
    check_reserved(check, lot, cpv);
    if (!qualification_lot_value(lot, &value))
        REFUSE(check, ERR_INVALID, arena_printf(ctx->arena, "%s.requirements", path),
               N_("Quantities and prices of this lot are too large together."));
    else if (value >= 0 && tree_int(lot, "estimated_value_cents", -1) >= 0 &&
             value > 2 * tree_int(lot, "estimated_value_cents", -1))
        warn(check, N_("Lot {0}: the reference prices come to more than twice its estimated value. Check both."),
             tree_text(lot, "id"), "");
}

static void check_dates(struct check *check, const struct tree *args)
{
    const char *deadline = tree_text(args, "deadline"), *visit = tree_text(args, "visit_on"),
               *questions = tree_text(args, "questions_until"), *valid = tree_text(args, "offer_valid_until");
    if (!deadline)
        return;
    if (visit && strcmp(visit, deadline) > 0)
        REFUSE(check, ERR_INVALID, "visit_on", N_("This is after the deadline, {0}."), deadline);
    if (questions && strcmp(questions, deadline) > 0)
        REFUSE(check, ERR_INVALID, "questions_until", N_("This is after the deadline, {0}."), deadline);
    if (valid && strcmp(valid, deadline) < 0)
        REFUSE(check, ERR_INVALID, "offer_valid_until", N_("This is before the deadline, {0}."), deadline);
}

static void check_total(struct check *check, const struct tree *args)
{
    int64_t total = tree_int(args, "estimated_value_cents", -1), sum = 0;
    for (const struct tree *lot = tree_get(args, "lots")->first; lot; lot = lot->next)
        sum += tree_int(lot, "estimated_value_cents", 0); /* 200 x 10^15 at most */
    if (total >= 0 && sum > total)
        warn(check, N_("The lots together are worth {0} €, more than the whole call, {1} €."),
             number_screen(check->ctx->arena, sum, DECIMALS_MONEY, false, check->ctx->language),
             number_screen(check->ctx->arena, total, DECIMALS_MONEY, false, check->ctx->language));
}

int qualification_check(struct ctx *ctx, const struct tree *args, struct tree *warnings)
{
    struct check check = {.ctx = ctx, .warnings = warnings};
    char *cpv = NULL;
    int index = 0, result = functions_read(ctx->arena, &check.functions, ctx->error);
    int64_t tender;
    if (!result)
        result = tender_find(ctx->db, tree_text(args, "reference"), &tender, ctx->error);
    if (!result)
        result = db_text(ctx->db, ctx->arena, "SELECT cpv FROM tender WHERE id = :id", BIND(INT("id", tender)), &cpv,
                         ctx->error);
    if (result)
        return result;
    check_dates(&check, args);
    check_ids(&check, tree_get(args, "lots"), "lots");
    for (const struct tree *lot = tree_get(args, "lots")->first; lot; lot = lot->next)
        check_lot(&check, lot, index++, cpv ? cpv : "");
    check_total(&check, args);
    return check.last ? ctx->error->code : 0;
}
