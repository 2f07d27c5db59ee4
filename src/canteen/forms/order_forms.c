/* Personal order forms of a cycle, all persons in one PDF. What is the same for many is read and drawn once for each kind:
 * language, with pictures or not, protected kinds alone or all goods, detention regime (of which the limits are). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/forms/internal.h"
#include "canteen/forms/sheet.h"
#include "canteen/limits.h"
#include "kernel/app.h"

enum { KINDS_MAX = 256, PRODUCTS_MAX = 4000 };

struct product_row { /* as the catalogue has it */
    int64_t code, content_thousandths, price_cents, next_cents;
    const char *name, *brand, *family, *protected_kind, *measure, *allergens, *diets, *next_from;
};

struct kind {
    const char *language;
    bool pictures, restricted;
    const struct limits *limits;
    struct sheet_text text;
    struct sheet sheet;
    bool any; /* something can be ordered */
};

struct buyer {
    const struct stay *stay;
    const char *place_sorted, *name, *balance;
    bool restricted;
    const struct limits *limits; /* one for all of a regime */
};

struct order_forms {
    struct ctx *ctx;
    struct db *db;
    const struct tree *args;
    struct establishment at;
    struct cycle cycle;
    const char *on, *wing, *names;
    bool balance, one_sided;
    struct product_row *products;
    size_t product_count;
    struct buyer *buyers;
    size_t buyer_count;
    struct kind kinds[KINDS_MAX];
    size_t kind_count;
};

const char *form_language(const char *language)
{
    const char *known;
    for (int i = 0; (known = tr_language(i, "own_language")); i++)
        if (text_is(known, language))
            return known;
    return "fr";
}

static const char *money(struct order_forms *forms, const char *language, int64_t cents)
{
    return arena_printf(forms->ctx->arena, "%s €", number_screen(forms->ctx->arena, cents, DECIMALS_MONEY, false, language));
}

/* --- reading --- */

/* The price of the day of printing; one that changes while the cycle is open is told beside it. */
static const char products_sql[] =
    "SELECT p.code, p.name, p.brand, p.family, p.protected_kind, p.measure, p.content_thousandths, p.allergens, p.diets, "
    "CASE WHEN p.next_from <> '' AND p.next_from <= :on THEN p.next_price_cents ELSE p.price_cents END, "
    "CASE WHEN p.next_from > :on AND p.next_from <= :closes THEN p.next_price_cents ELSE 0 END, p.next_from "
    "FROM canteen_product p WHERE p.establishment_id = :establishment AND p.on_sale = 1 AND (p.price_cents > 0 OR (p.next_from <> '' AND "
    "p.next_from <= :on)) ORDER BY p.family, p.name_folded, p.id";

static int read_products(struct order_forms *forms)
{
    struct ctx *ctx = forms->ctx;
    struct rows *rows;
    int result = db_query(forms->db, products_sql,
                          BIND(INT("establishment", forms->at.id), TEXT("on", forms->on), TEXT("closes", forms->cycle.closes_on)), &rows,
                          ctx->error);
    forms->products = ARENA_ARRAY(ctx->arena, struct product_row, PRODUCTS_MAX);
    if (result)
        return result;
    while (forms->product_count < PRODUCTS_MAX && rows_next(rows)) {
        if (!text_has_word(forms->cycle.goods, rows_text(rows, 3)) || text_has_word("recurring exceptional", rows_text(rows, 3)))
            continue;
        forms->products[forms->product_count++] = (struct product_row){
            .code = rows_int(rows, 0),
            .name = arena_strdup(ctx->arena, rows_text(rows, 1)),
            .brand = arena_strdup(ctx->arena, rows_text(rows, 2)),
            .family = arena_strdup(ctx->arena, rows_text(rows, 3)),
            .protected_kind = arena_strdup(ctx->arena, rows_text(rows, 4)),
            .measure = arena_strdup(ctx->arena, rows_text(rows, 5)),
            .content_thousandths = rows_int(rows, 6),
            .allergens = arena_strdup(ctx->arena, rows_text(rows, 7)),
            .diets = arena_strdup(ctx->arena, rows_text(rows, 8)),
            .price_cents = rows_int(rows, 9),
            .next_cents = rows_int(rows, 10),
            .next_from = arena_strdup(ctx->arena, rows_text(rows, 11)),
        };
    }
    return rows_close(rows);
}

int form_is_restricted(struct db *db, const struct stay *stay, const char *on, bool *ret_restricted, struct error *error)
{
    int64_t restricted = 0;
    int result = db_int(db,
                        "SELECT 1 FROM canteen_restriction WHERE person_id = :person AND establishment_id = :establishment AND "
                        "from_on <= :on AND to_on >= :on",
                        BIND(INT("person", stay->person), INT("establishment", stay->establishment_id), TEXT("on", on)), 0, &restricted, error);
    *ret_restricted = restricted != 0;
    return result;
}

static int read_balance(struct order_forms *forms, struct buyer *buyer)
{
    int64_t cents = 0;
    int result = db_int(forms->db,
                        "SELECT a.credit_cents - a.debit_cents - a.pending_debit_cents FROM canteen_balance b JOIN ledger_account a "
                        "ON a.id = b.account_id WHERE b.person_id = :person AND b.establishment_id = :establishment",
                        BIND(INT("person", buyer->stay->person), INT("establishment", forms->at.id)), 0, &cents, forms->ctx->error);
    buyer->balance = money(forms, form_language(buyer->stay->language), cents);
    return result;
}

/* Whoever is in one regime has the same limits: they are read with the first of them. */
static int read_limits(struct order_forms *forms, struct buyer *buyer)
{
    for (const struct buyer *other = forms->buyers; other < buyer; other++)
        if (text_is(other->stay->regime, buyer->stay->regime)) {
            buyer->limits = other->limits;
            return 0;
        }
    struct limits *limits = ARENA_NEW(forms->ctx->arena, struct limits);
    buyer->limits = limits;
    return limits_read(forms->db, forms->ctx->arena, buyer->stay->id, limits, forms->ctx->error);
}

static int by_place(const void *a, const void *b)
{
    const struct buyer *x = a, *y = b;
    int order = strcmp(x->place_sorted, y->place_sorted);
    return order ? order : strcmp(x->stay->reference, y->stay->reference);
}

static int read_buyers(struct order_forms *forms)
{
    struct ctx *ctx = forms->ctx;
    struct stay *stays;
    size_t count;
    int result = stays_here(forms->db, ctx->arena, forms->at.id, &stays, &count, ctx->error);
    if (result)
        return result;
    forms->buyers = ARENA_ARRAY(ctx->arena, struct buyer, count + 1);
    for (size_t i = 0; i < count && !result; i++) {
        if (strcmp(stays[i].state, "present") != 0 || (forms->wing && strcmp(forms->wing, stays[i].wing) != 0))
            continue;
        struct buyer *buyer = &forms->buyers[forms->buyer_count++];
        *buyer = (struct buyer){.stay = &stays[i], .place_sorted = stay_place(ctx->arena, stays[i].wing, stays[i].cell), .name = "", .balance = ""};
        result = form_is_restricted(forms->db, buyer->stay, forms->on, &buyer->restricted, ctx->error);
        if (!result)
            result = read_limits(forms, buyer);
        if (!result && forms->balance)
            result = read_balance(forms, buyer);
        if (!result && strcmp(forms->names, "none") != 0)
            result = person_name(ctx->app, forms->db, ctx->arena, buyer->stay->person, &buyer->name, ctx->error);
    }
    qsort(forms->buyers, forms->buyer_count, sizeof *forms->buyers, by_place);
    return result;
}

static int read_all(struct order_forms *forms)
{
    struct ctx *ctx = forms->ctx;
    int result = establishment_asked(ctx, forms->db, forms->args, &forms->at, ctx->error);
    if (!result)
        result = cycle_find(forms->db, ctx->arena, forms->at.id, tree_text(forms->args, "cycle"), &forms->cycle, ctx->error);
    if (!result && strcmp(forms->cycle.state, "open") != 0)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Orders of {0} are closed since {1}."), forms->cycle.code,
                         forms->cycle.closes_on, NULL);
    if (!result)
        result = read_products(forms);
    if (!result && !forms->product_count)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Nothing can be ordered in this cycle: no product of its families has a price."), NULL);
    if (!result)
        result = read_buyers(forms);
    if (!result && !forms->buyer_count)
        return error_set(ctx->error, ERR_REFUSED, forms->wing ? "wing" : "establishment", N_("Nobody is present there."), NULL);
    return result;
}

/* --- a kind of form --- */

static const char *join(struct arena *arena, const char *all, const char *joint, const char *text)
{
    return *text ? arena_printf(arena, "%s%s%s", all, *all ? joint : "", text) : all;
}

static int allergen_number(const char *code)
{
    int number = 1;
    for (const char *p = CANTEEN_ALLERGENS; *p; number++) {
        size_t length = strcspn(p, "|");
        if (strlen(code) == length && !memcmp(p, code, length))
            return number;
        p += length + (p[length] == '|');
    }
    return 0;
}

static const char *allergen_numbers(struct arena *arena, const char *codes)
{
    const char *all = "";
    char *copy = arena_strdup(arena, codes), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        all = join(arena, all, "+", arena_printf(arena, "%d", allergen_number(word)));
    return *all ? arena_printf(arena, "△%s", all) : "";
}

static const char *allergen_legend(struct arena *arena, const char *language)
{
    const char *all = arena_printf(arena, "△ %s", tr(language, N_("contains")));
    char *copy = arena_strdup(arena, CANTEEN_ALLERGENS), *rest = NULL;
    int number = 1;
    for (char *word = strtok_r(copy, "|", &rest); word; word = strtok_r(NULL, "|", &rest), number++)
        all = arena_printf(arena, "%s%s%d %s", all, number == 1 ? " " : " · ", number, tr_name(language, word));
    return all;
}

static const char *content_text(struct arena *arena, const struct product_row *row, const char *language)
{
    if (text_is(row->measure, "piece") && row->content_thousandths == 1000)
        return "";
    return arena_printf(arena, "%s %s", number_screen(arena, row->content_thousandths, DECIMALS_QUANTITY, true, language),
                        tr_name(language, row->measure));
}

static const char *notes_text(struct order_forms *forms, const struct product_row *row, const struct kind *kind)
{
    struct arena *arena = forms->ctx->arena;
    const char *notes = "", *language = kind->language;
    int64_t most = limits_units(kind->limits, row->code);
    if (most != LIMIT_NONE)
        notes = arena_printf(arena, "%s %" PRId64, tr(language, N_("at most")), most);
    notes = join(arena, notes, " · ", content_text(arena, row, language));
    notes = join(arena, notes, " · ", row->brand);
    notes = join(arena, notes, " · ", allergen_numbers(arena, row->allergens));
    char *copy = arena_strdup(arena, row->diets), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        notes = join(arena, notes, " · ", tr_name(language, word));
    if (row->next_cents > 0)
        notes = join(arena, notes, " · ", arena_printf(arena, "%s %s %s", money(forms, language, row->next_cents), tr(language, N_("from")),
                                                     date_screen(arena, row->next_from, language)));
    return notes;
}

static const char *limits_text(struct order_forms *forms, const struct limits *limits, const char *language)
{
    struct arena *arena = forms->ctx->arena;
    const char *all = "";
    if (limits->cycle_cents != LIMIT_NONE)
        all = arena_printf(arena, "%s %s", tr(language, N_("This order: at most")), money(forms, language, limits->cycle_cents));
    if (limits->week_cents != LIMIT_NONE)
        all = join(arena, all, " · ", arena_printf(arena, "%s %s", tr(language, N_("All orders of a week: at most")),
                                                  money(forms, language, limits->week_cents)));
    return all;
}

static void write_texts(struct order_forms *forms, struct kind *kind)
{
    struct arena *arena = forms->ctx->arena;
    const char *language = kind->language;
    kind->text = (struct sheet_text){
        .language = language,
        .title = tr(language, N_("Order form of the canteen")),
        .place = forms->at.name,
        .cycle = arena_printf(arena, "%s %s", tr(language, N_("Cycle")), forms->cycle.code),
        .closing = arena_printf(arena, "%s %s", tr(language, N_("To hand in by")), date_screen(arena, forms->cycle.closes_on, language)),
        .delivery = arena_printf(arena, "%s %s", tr(language, N_("Delivery on")), date_screen(arena, forms->cycle.delivers_on, language)),
        .limits = limits_text(forms, kind->limits, language),
        .balance = forms->balance ? arena_printf(arena, "%s %s", tr(language, N_("Can be spent on")), date_screen(arena, forms->on, language)) : "",
        .allergens = allergen_legend(arena, language),
    };
}

static bool record_kind(struct order_forms *forms, struct kind *kind, struct pen *pen)
{
    struct arena *arena = forms->ctx->arena;
    struct sheet_product *products = ARENA_ARRAY(arena, struct sheet_product, forms->product_count + 1);
    size_t count = 0;
    write_texts(forms, kind);
    const char *families = CANTEEN_ORDERED;
    for (size_t length; *families; families += length + (families[length] == '|')) { /* in the order of the printed list */
        length = strcspn(families, "|");
        const char *family = arena_copy(arena, families, length);
        for (size_t i = 0; i < forms->product_count; i++) {
            const struct product_row *row = &forms->products[i];
            if (strcmp(row->family, family) != 0 || (kind->restricted && !*row->protected_kind))
                continue;
            products[count++] = (struct sheet_product){family, arena_printf(arena, "%" PRId64, row->code), row->name,
                                                      notes_text(forms, row, kind), money(forms, kind->language, row->price_cents)};
        }
    }
    kind->any = count > 0;
    pen_language(pen, kind->language);
    return !count || sheet_record(&kind->sheet, pen, &kind->text, products, count, kind->pictures);
}

/* NULL: a form would have too many pages. */
static struct kind *kind_of(struct order_forms *forms, const struct buyer *buyer, struct pen *pen)
{
    const char *language = form_language(buyer->stay->language);
    for (size_t i = 0; i < forms->kind_count; i++) {
        struct kind *kind = &forms->kinds[i];
        if (text_is(kind->language, language) && kind->pictures == buyer->stay->pictures && kind->restricted == buyer->restricted &&
            kind->limits == buyer->limits)
            return kind;
    }
    if (forms->kind_count == KINDS_MAX)
        return NULL;
    struct kind *kind = &forms->kinds[forms->kind_count++];
    *kind = (struct kind){.language = language, .pictures = buyer->stay->pictures, .restricted = buyer->restricted, .limits = buyer->limits};
    return record_kind(forms, kind, pen) ? kind : NULL;
}

/* --- drawing --- */

static const char *place_text(struct order_forms *forms, const struct stay *stay)
{
    return *stay->wing && *stay->cell ? arena_printf(forms->ctx->arena, "%s · %s", stay->wing, stay->cell)
           : *stay->wing              ? stay->wing
                                      : stay->cell;
}

static int draw_all(struct order_forms *forms, FILE *out)
{
    struct ctx *ctx = forms->ctx;
    struct pen *pen;
    int pages = 0, result = 0;
    int closed = pen_new(out, arena_printf(ctx->arena, "%s %s", tr(ctx->language, N_("Order forms")), forms->cycle.code), ctx->today, &pen,
                         ctx->error);
    if (closed)
        return closed;
    for (size_t i = 0; i < forms->buyer_count && !result; i++) {
        const struct buyer *buyer = &forms->buyers[i];
        struct kind *kind = kind_of(forms, buyer, pen);
        char code[FORM_CODE_BYTES];
        if (!kind)
            result = error_set(ctx->error, ERR_TOO_LARGE, "cycle", N_("This cycle has too many products for one form: open a cycle for each family."), NULL);
        if (result || !kind->any)
            continue; /* nothing this person may order is in the cycle */
        form_code_write(buyer->stay->reference, forms->cycle.id, code);
        pen_language(pen, kind->language);
        sheet_draw(&kind->sheet, pen, &kind->text,
                   &(struct sheet_person){buyer->stay->reference, place_text(forms, buyer->stay), buyer->name, buyer->balance, code,
                                          !strcmp(forms->names, "strip")},
                   !forms->one_sided);
    }
    closed = pen_close(pen, &pages, ctx->error);
    if (!result && !closed && !pages)
        return error_set(ctx->error, ERR_REFUSED, "cycle", N_("Nobody there may order anything in this cycle."), NULL);
    return result ? result : closed;
}

int canteen_order_forms(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name)
{
    struct order_forms *forms = ARENA_NEW(ctx->arena, struct order_forms);
    *forms = (struct order_forms){.ctx = ctx,
                                  .args = args,
                                  .on = tree_text(args, "on") ? tree_text(args, "on") : ctx->today,
                                  .wing = tree_text(args, "wing"),
                                  .names = tree_text(args, "printed_name") ? tree_text(args, "printed_name") : "none",
                                  .balance = tree_true(tree_get(args, "with_balance")),
                                  .one_sided = tree_true(tree_get(args, "one_sided"))};
    int result = store_reader(ctx->app->store, &forms->db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(forms->db, ctx->error);
    if (!result) {
        result = read_all(forms);
        db_end_read(forms->db);
    }
    store_release(ctx->app->store, forms->db);
    if (!result)
        result = draw_all(forms, out);
    *ret_name = result ? "" : arena_printf(ctx->arena, "%s-%s.pdf", "bons", forms->cycle.code);
    return result;
}
