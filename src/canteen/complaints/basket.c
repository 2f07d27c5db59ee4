/* The price index: a reference basket at the prices decided, 100 in its first month. A new basket goes on from where the one
 * before it stands, so that changing what is in it changes no price. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/complaints/internal.h"
#include "kernel/action.h"

enum { BASE = 100000, MONTHS_MAX = 600, LEFT = 46, RIGHT = 346, TOP = 20, BOTTOM = 210, SPAN_MIN = 4000 };

struct basket {
    int64_t id, price_cents, base_thousandths;
    char from_on[DATE_BYTES];
};

/* The last that began by a day; *ret_found false: none did. */
static int basket_on(struct db *db, int64_t establishment, const char *day, struct basket *ret_basket, bool *ret_found, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT id, price_cents, base_thousandths, from_on FROM canteen_basket WHERE establishment_id = :at AND from_on <= "
                          ":day ORDER BY from_on DESC LIMIT 1",
                          BIND(INT("at", establishment), TEXT("day", day)), &rows, error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found) {
        *ret_basket = (struct basket){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2), ""};
        memcpy(ret_basket->from_on, rows_text(rows, 3), DATE_BYTES);
    }
    return rows_close(rows);
}

static int basket_price(struct db *db, int64_t basket, const char *day, int64_t *ret_cents, struct error *error)
{
    return db_int(db,
                  "SELECT CAST(SUM(i.units * p.price_cents) AS INTEGER) FROM canteen_basket_item i JOIN canteen_price p ON p.product_id = "
                  "i.product_id AND p.from_on = (SELECT MAX(m.from_on) FROM canteen_price m WHERE m.product_id = i.product_id AND m.from_on "
                  "<= :day) WHERE i.basket_id = :basket",
                  BIND(INT("basket", basket), TEXT("day", day)), 0, ret_cents, error);
}

static int index_on(struct db *db, const struct basket *basket, const char *day, int64_t *ret_cents, int64_t *ret_thousandths,
                    struct error *error)
{
    int result = basket_price(db, basket->id, day, ret_cents, error);
    if (!result && !number_scale(basket->base_thousandths, *ret_cents, basket->price_cents, ret_thousandths))
        return error_set(error, ERR_INVALID, "items", N_("The price of this basket is too large."), NULL);
    return result;
}

int index_of_month(struct db *db, int64_t establishment, const char *month, int64_t *ret_thousandths, struct error *error)
{
    return db_int(db, "SELECT index_thousandths FROM canteen_index WHERE establishment_id = :at AND month = :month",
                  BIND(INT("at", establishment), TEXT("month", month)), 0, ret_thousandths, error);
}

/* --- every month, and the picture --- */

struct point {
    char month[8];
    int64_t price_cents, index_thousandths;
};

static int64_t height_of(int64_t thousandths, int64_t low, int64_t high)
{
    return BOTTOM - (thousandths - low) * (BOTTOM - TOP) / (high - low);
}

static void find_scale(const struct point *points, size_t count, int64_t *ret_low, int64_t *ret_high)
{
    int64_t low = BASE, high = BASE;
    for (size_t i = 0; i < count; i++) {
        low = points[i].index_thousandths < low ? points[i].index_thousandths : low;
        high = points[i].index_thousandths > high ? points[i].index_thousandths : high;
    }
    int64_t spare = high - low < SPAN_MIN ? (SPAN_MIN - (high - low)) / 2 : 0;
    *ret_low = (low - spare) / 1000 * 1000;
    *ret_high = (high + spare + 999) / 1000 * 1000;
}

static int keep_points(struct ctx *ctx, int64_t establishment, const struct point *points, size_t count)
{
    int64_t low, high, x_before = LEFT, y_before = 0;
    find_scale(points, count, &low, &high);
    int result = db_run(ctx->db,
                        "INSERT INTO canteen_index_scale(establishment_id, low_thousandths, high_thousandths, y_base) VALUES (:at, :low, "
                        ":high, :base) ON CONFLICT (establishment_id) DO UPDATE SET low_thousandths = :low, high_thousandths = :high, "
                        "y_base = :base",
                        BIND(INT("at", establishment), INT("low", low), INT("high", high), INT("base", height_of(BASE, low, high))),
                        ctx->error);
    for (size_t i = 0; i < count && !result; i++) {
        int64_t x = count > 1 ? LEFT + (int64_t)i * (RIGHT - LEFT) / ((int64_t)count - 1) : LEFT;
        int64_t y = height_of(points[i].index_thousandths, low, high);
        result = db_run(ctx->db,
                        "INSERT INTO canteen_index(establishment_id, month, price_cents, index_thousandths, x, y, x_before, y_before) VALUES "
                        "(:at, :month, :price, :index, :x, :y, :x_before, :y_before) ON CONFLICT (establishment_id, month) DO UPDATE SET "
                        "price_cents = :price, index_thousandths = :index, x = :x, y = :y, x_before = :x_before, y_before = :y_before",
                        BIND(INT("at", establishment), TEXT("month", points[i].month), INT("price", points[i].price_cents),
                             INT("index", points[i].index_thousandths), INT("x", x), INT("y", y), INT("x_before", i ? x_before : x),
                             INT("y_before", i ? y_before : y)),
                        ctx->error);
        x_before = x;
        y_before = y;
    }
    return result;
}

static void month_after(char month[8])
{
    int year = atoi(month), number = atoi(month + 5) + 1;
    if (number == 13) {
        number = 1;
        year++;
    }
    month[0] = (char)('0' + year / 1000 % 10);
    month[1] = (char)('0' + year / 100 % 10);
    month[2] = (char)('0' + year / 10 % 10);
    month[3] = (char)('0' + year % 10);
    month[5] = (char)('0' + number / 10);
    month[6] = (char)('0' + number % 10);
}

/* The day whose price stands for a month: its first, or the first day of the first basket. */
static void day_of(const char *month, const char *first_day, char ret_day[DATE_BYTES])
{
    memcpy(ret_day, month, 7);
    memcpy(ret_day + 7, "-01", 4);
    if (strcmp(ret_day, first_day) < 0)
        memcpy(ret_day, first_day, DATE_BYTES);
}

int index_refresh(struct ctx *ctx, int64_t establishment, const char *today)
{
    char *first = NULL, month[8], day[DATE_BYTES];
    struct point *points = ARENA_ARRAY(ctx->arena, struct point, MONTHS_MAX);
    size_t count = 0;
    int result = db_text(ctx->db, ctx->arena, "SELECT MIN(from_on) FROM canteen_basket WHERE establishment_id = :at",
                         BIND(INT("at", establishment)), &first, ctx->error);
    if (result || !first || !*first)
        return result;
    memcpy(month, first, 7);
    for (month[7] = 0; count < MONTHS_MAX && strncmp(month, today, 7) <= 0 && !result; month_after(month)) {
        struct basket basket;
        bool found;
        struct point *point = &points[count++];
        memcpy(point->month, month, 8);
        day_of(month, first, day);
        result = basket_on(ctx->db, establishment, day, &basket, &found, ctx->error);
        if (!result && found)
            result = index_on(ctx->db, &basket, day, &point->price_cents, &point->index_thousandths, ctx->error);
    }
    return result ? result : keep_points(ctx, establishment, points, count);
}

/* --- a new basket --- */

struct setting {
    struct ctx *ctx;
    struct establishment at;
    const char *from_on;
    int64_t id, products[ORDER_LINES_MAX], units[ORDER_LINES_MAX], price_cents;
    size_t count;
};

static int read_item(struct setting *setting, const char *text)
{
    struct ctx *ctx = setting->ctx;
    struct product product;
    char *end = NULL;
    int64_t units = 1, price = 0, code = strtoll(text, &end, 10);
    if (end != text && *end == 'x' && end[1])
        units = strtoll(end + 1, &end, 10);
    if (end == text || *end || code < 1 || units < 1 || units > 999)
        return error_set(ctx->error, ERR_INVALID, "items", N_("{0} is not a line of a basket: write 101x2 for two of number 101."), text, NULL);
    int result = product_find(ctx->db, ctx->arena, setting->at.id, code, &product, ctx->error);
    if (!result)
        result = db_int(ctx->db, "SELECT price_cents FROM canteen_price WHERE product_id = :id AND from_on <= :day ORDER BY from_on DESC LIMIT 1",
                        BIND(INT("id", product.id), TEXT("day", setting->from_on)), 0, &price, ctx->error);
    if (!result && !price)
        return error_set(ctx->error, ERR_REFUSED, "items", N_("{0} has no price on that day."), product.name, NULL);
    for (size_t i = 0; i < setting->count && !result; i++)
        if (setting->products[i] == product.id)
            return error_set(ctx->error, ERR_INVALID, "items", N_("Number {0} stands twice."), text, NULL);
    if (!result) {
        setting->products[setting->count] = product.id;
        setting->units[setting->count++] = units;
        setting->price_cents += units * price;
    }
    return result;
}

/* The same basket from the same day is there already; another one from that day, or an earlier one, is refused. */
static int meet_earlier(struct setting *setting, bool *ret_before)
{
    struct ctx *ctx = setting->ctx;
    struct basket last;
    bool found;
    int64_t same = 0, count = 0;
    *ret_before = false;
    int result = basket_on(ctx->db, setting->at.id, "9999-12-31", &last, &found, ctx->error);
    if (result || !found || strcmp(last.from_on, setting->from_on) < 0)
        return result;
    if (strcmp(last.from_on, setting->from_on) > 0)
        return error_set(ctx->error, ERR_REFUSED, "from_on", N_("A basket from {0} on is there already: a new one begins later."),
                         date_screen(ctx->arena, last.from_on, ctx->language), NULL);
    result = db_int(ctx->db, "SELECT COUNT(*) FROM canteen_basket_item WHERE basket_id = :id", BIND(INT("id", last.id)), 0, &count, ctx->error);
    for (size_t i = 0; i < setting->count && !result; i++) {
        int64_t units = 0;
        result = db_int(ctx->db, "SELECT units FROM canteen_basket_item WHERE basket_id = :id AND product_id = :product",
                        BIND(INT("id", last.id), INT("product", setting->products[i])), 0, &units, ctx->error);
        same += units == setting->units[i];
    }
    *ret_before = !result && same == count && (size_t)count == setting->count;
    if (!result && !*ret_before)
        return error_set(ctx->error, ERR_REFUSED, "from_on", N_("Another basket begins on that day: what was published with it stays."), NULL);
    return result;
}

static int keep_basket(struct setting *setting)
{
    struct ctx *ctx = setting->ctx;
    struct basket last;
    bool found;
    int64_t base = BASE, price = 0;
    int result = basket_on(ctx->db, setting->at.id, setting->from_on, &last, &found, ctx->error);
    if (!result && found)
        result = index_on(ctx->db, &last, setting->from_on, &price, &base, ctx->error);
    setting->id = db_next_id(ctx->db);
    if (!result)
        result = db_run(ctx->db,
                        "INSERT INTO canteen_basket(id, establishment_id, establishment, from_on, price_cents, base_thousandths, author, at) "
                        "VALUES (:id, :at_id, :establishment, :from_on, :price, :base, :author, :at)",
                        BIND(INT("id", setting->id), INT("at_id", setting->at.id), TEXT("establishment", setting->at.ref),
                             TEXT("from_on", setting->from_on), INT("price", setting->price_cents), INT("base", base),
                             TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                        ctx->error);
    for (size_t i = 0; i < setting->count && !result; i++)
        result = db_run(ctx->db, "INSERT INTO canteen_basket_item(basket_id, product_id, units) VALUES (:id, :product, :units)",
                        BIND(INT("id", setting->id), INT("product", setting->products[i]), INT("units", setting->units[i])), ctx->error);
    return result ? result : index_refresh(ctx, setting->at.id, ctx->today);
}

int figures_basket(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct setting setting = {.ctx = ctx, .from_on = tree_text(args, "from_on") ? tree_text(args, "from_on") : ctx->today};
    bool before = false;
    int code = establishment_asked(ctx, ctx->db, args, &setting.at, ctx->error);
    if (!code && strcmp(setting.from_on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "from_on", N_("This day is still to come."), NULL);
    const struct tree *items = tree_get(args, "items");
    for (const struct tree *item = items ? items->first : NULL; item && !code; item = item->next)
        code = setting.count == ORDER_LINES_MAX ? error_set(ctx->error, ERR_INVALID, "items", N_("A basket has 1 to 60 lines."), NULL)
                                                : read_item(&setting, item->text);
    if (!code)
        code = meet_earlier(&setting, &before);
    if (!code && !before)
        code = keep_basket(&setting);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", setting.at.ref);
    tree_set_text(ctx->arena, result, "from_on", setting.from_on);
    tree_set_int(ctx->arena, result, "basket_cents", setting.price_cents);
    tree_set_bool(ctx->arena, result, "before", before);
    return 0;
}
