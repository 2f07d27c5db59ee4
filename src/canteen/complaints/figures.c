/* The figures of a month: what each of them means stands in this file and in the view canteen_line_fact (schema.sql), once.
 * They are counted from lines, complaints, rounds and prices up to an instant, and kept: page, CSV and report read what was
 * kept, and counting again with the same instant gives the same. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/complaints/internal.h"
#include "kernel/action.h"

enum { DEFINITION = 1, FIGURES_MAX = 48 }; /* DEFINITION: one more with each change of what a figure means */

enum source { OF_LINES, OF_COMPLAINTS, OF_DECISIONS, OF_ROUNDS, OF_PRICES, SOURCES };

/* Rows of each source that belong to the month. :from_on and :to_on are its first and last day, :cut_off the instant. */
static const char *const sources[SOURCES] = {
    [OF_LINES] = "canteen_line_fact f WHERE f.establishment_id = :at AND f.month = :month",
    [OF_COMPLAINTS] = "canteen_complaint f WHERE f.establishment_id = :at AND f.told_on >= :from_on AND f.told_on <= :to_on AND f.at <= :cut_off",
    [OF_DECISIONS] = "canteen_complaint_decision f WHERE f.establishment_id = :at AND f.decided_on >= :from_on AND f.decided_on <= :to_on AND f.at <= :cut_off",
    [OF_ROUNDS] = "canteen_round f JOIN canteen_cycle c ON c.id = f.cycle_id WHERE f.establishment_id = :at AND c.delivers_on >= :from_on "
                  "AND c.delivers_on <= :to_on AND f.bag_count > 0",
    [OF_PRICES] = "canteen_price f JOIN canteen_product p ON p.id = f.product_id WHERE p.establishment_id = :at AND f.from_on >= :from_on "
                  "AND f.from_on <= :to_on AND f.at <= :cut_off AND EXISTS (SELECT 1 FROM canteen_price b WHERE b.product_id = f.product_id "
                  "AND b.from_on < f.from_on)",
};

#define COUNT_OF_CAUSE(cause_) "SUM(CASE WHEN f.cause = '" cause_ "' THEN 1 ELSE 0 END)"
/* A sum is a decimal on PostgreSQL until it is cast: integers are what is divided. */
#define MEAN_OF(column_) "CASE WHEN COUNT(*) > 0 THEN (CAST(SUM(" column_ ") AS INTEGER) * 2000 + COUNT(*)) / (2 * COUNT(*)) ELSE 0 END"

static const struct definition {
    const char *figure, *kind; /* count, people, money (cents), mean (thousandths) */
    enum source source;
    const char *value, *out_of; /* SQL; out_of NULL: no part of anything */
} definitions[] = {
    {"orders", "count", OF_LINES, "COUNT(DISTINCT f.order_id)", NULL},
    {"people_served", "people", OF_LINES, "COUNT(DISTINCT f.person_id)", NULL},
    {"lines_ordered", "count", OF_LINES, "COUNT(*)", NULL},
    {"delivered_full", "count", OF_LINES, "SUM(f.delivered_full)", "COUNT(*)"},
    {"delivered_part", "count", OF_LINES, "SUM(f.delivered_part)", "COUNT(*)"},
    {"delivered_none", "count", OF_LINES, "SUM(f.delivered_none)", "COUNT(*)"},
    {"delivery_pending", "count", OF_LINES, "SUM(f.delivery_pending)", "COUNT(*)"},
    {"delivered_late", "count", OF_LINES, "SUM(f.delivered_late)", "COUNT(*)"},
    {"lines_refused", "count", OF_LINES, "SUM(f.lines_refused)", "COUNT(*)"},
    {"lines_absent", "count", OF_LINES, "SUM(f.lines_absent)", "COUNT(*)"},
    {"units_short", "count", OF_LINES, "SUM(f.units_short)", "SUM(f.due)"},
    {"rounds_on_time", "count", OF_ROUNDS, "SUM(CASE WHEN f.delivered_on <> '' AND f.delivered_on <= c.delivers_on THEN 1 ELSE 0 END)", "COUNT(*)"},
    {"complaints_told", "count", OF_COMPLAINTS, "COUNT(*)", NULL},
    {"complaints_missing", "count", OF_COMPLAINTS, COUNT_OF_CAUSE("missing"), "COUNT(*)"},
    {"complaints_damaged", "count", OF_COMPLAINTS, COUNT_OF_CAUSE("damaged"), "COUNT(*)"},
    {"complaints_wrong", "count", OF_COMPLAINTS, COUNT_OF_CAUSE("wrong_product"), "COUNT(*)"},
    {"complaints_overpriced", "count", OF_COMPLAINTS, COUNT_OF_CAUSE("overpriced"), "COUNT(*)"},
    {"complaints_decided", "count", OF_DECISIONS, "COUNT(*)", NULL},
    {"decided_by_records", "count", OF_DECISIONS, "SUM(f.automatic)", "COUNT(*)"},
    {"complaints_accepted", "count", OF_DECISIONS, "SUM(CASE WHEN f.decision <> 'refused' THEN 1 ELSE 0 END)", "COUNT(*)"},
    {"complaints_refused", "count", OF_DECISIONS, "SUM(CASE WHEN f.decision = 'refused' THEN 1 ELSE 0 END)", "COUNT(*)"},
    {"decided_late", "count", OF_DECISIONS, "SUM(f.late)", "COUNT(*)"},
    {"decision_days", "mean", OF_DECISIONS, MEAN_OF("f.delay_days"), NULL},
    {"charged", "money", OF_LINES, "SUM(f.charged_cents)", NULL},
    {"given_back", "money", OF_DECISIONS, "SUM(f.refund_cents)", NULL},
    {"given_free", "money", OF_LINES, "SUM(f.given_free_cents)", NULL},
    {"margin", "money", OF_LINES, "SUM(f.margin_cents)", NULL},
    {"prices_changed", "count", OF_PRICES, "COUNT(*)", NULL},
};

struct figure {
    const char *figure, *kind;
    int64_t value, out_of; /* out_of: -1 for none */
};

struct month {
    struct ctx *ctx;
    struct establishment at;
    const char *month;
    char from_on[DATE_BYTES], to_on[DATE_BYTES];
    int64_t cut_off;
    struct figure figures[FIGURES_MAX];
    size_t count;
};

/* --- counting --- */

static int ask(struct month *month, const char *sql, struct rows **ret_rows)
{
    return db_query(month->ctx->db, sql,
                    BIND(INT("at", month->at.id), TEXT("month", month->month), TEXT("from_on", month->from_on), TEXT("to_on", month->to_on),
                         INT("cut_off", month->cut_off)),
                    ret_rows, month->ctx->error);
}

/* All figures of a source in one walk over its rows. */
static int count_source(struct month *month, enum source source)
{
    struct arena *arena = month->ctx->arena;
    const char *sql = "SELECT 0";
    struct rows *rows;
    for (size_t i = 0; i < COUNT_OF(definitions); i++)
        if (definitions[i].source == source)
            sql = arena_printf(arena, "%s, CAST(COALESCE(%s, 0) AS INTEGER), CAST(COALESCE(%s, 0) AS INTEGER)", sql, definitions[i].value,
                               definitions[i].out_of ? definitions[i].out_of : "-1");
    int result = ask(month, arena_printf(arena, "%s FROM %s", sql, sources[source]), &rows);
    if (result)
        return result;
    if (rows_next(rows))
        for (size_t i = 0, column = 1; i < COUNT_OF(definitions); i++)
            if (definitions[i].source == source) {
                month->figures[i] = (struct figure){definitions[i].figure, definitions[i].kind, rows_int(rows, (int)column),
                                                    rows_int(rows, (int)column + 1)};
                column += 2;
            }
    return rows_close(rows);
}

static int64_t value_of(const struct month *month, const char *figure)
{
    for (size_t i = 0; i < month->count; i++)
        if (text_is(month->figures[i].figure, figure))
            return month->figures[i].value;
    return 0;
}

/* Behind another one, as it is read. */
static void add_figure(struct month *month, const char *after, const char *figure, int64_t thousandths)
{
    size_t at = 0;
    while (at < month->count && !text_is(month->figures[at].figure, after))
        at++;
    at += at < month->count;
    memmove(&month->figures[at + 1], &month->figures[at], (month->count - at) * sizeof *month->figures);
    month->figures[at] = (struct figure){figure, "mean", thousandths, -1};
    month->count++;
}

static int count_all(struct month *month)
{
    int64_t per_thousand = 0, price_index = 0;
    int result = 0;
    month->count = COUNT_OF(definitions);
    for (enum source source = 0; source < SOURCES && !result; source++)
        result = count_source(month, source);
    if (!result)
        result = index_of_month(month->ctx->db, month->at.id, month->month, &price_index, month->ctx->error);
    if (result)
        return result;
    /* complaints told in the month for 1,000 lines to be delivered in it, in thousandths */
    if (number_scale(value_of(month, "complaints_told"), 1000 * 1000, value_of(month, "lines_ordered"), &per_thousand))
        add_figure(month, "complaints_told", "complaints_per_thousand", per_thousand);
    if (price_index)
        add_figure(month, "prices_changed", "price_index", price_index);
    return 0;
}

static bool month_days(const char *month, char ret_first[DATE_BYTES], char ret_last[DATE_BYTES])
{
    int32_t first = 0;
    if (strlen(month) != 7)
        return false;
    memcpy(ret_first, month, 7);
    memcpy(ret_first + 7, "-01", 4);
    if (!date_parse(ret_first, &first))
        return false;
    for (int32_t last = first + 27; last < first + 31; last++) {
        char day[DATE_BYTES];
        date_format(last, day);
        if (strncmp(day, month, 7) != 0)
            break;
        memcpy(ret_last, day, DATE_BYTES);
    }
    return true;
}

static int open_month(struct ctx *ctx, const struct tree *args, struct month *month)
{
    *month = (struct month){.ctx = ctx, .month = tree_text(args, "month"), .cut_off = ctx->now_ms};
    int result = establishment_asked(ctx, ctx->db, args, &month->at, ctx->error);
    if (result)
        return result;
    if (!month_days(month->month, month->from_on, month->to_on))
        return error_set(ctx->error, ERR_INVALID, "month", N_("Write a month as 2026-11."), NULL);
    if (strcmp(month->from_on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "month", N_("This month is still to come."), NULL);
    return 0;
}

/* --- keeping --- */

struct kept {
    int64_t id, number, cut_off; /* id: 0 when nothing was kept */
    bool closed;
};

/* The establishment's own row of this room is taken, so that two hands that count follow each other. */
static int read_kept(struct month *month, struct kept *ret_kept)
{
    struct ctx *ctx = month->ctx;
    struct rows *rows;
    *ret_kept = (struct kept){0};
    int result = db_run(ctx->db,
                        "INSERT INTO canteen_complaint_counter(establishment_id, last) VALUES (:at, 0) ON CONFLICT (establishment_id) DO "
                        "UPDATE SET last = canteen_complaint_counter.last",
                        BIND(INT("at", month->at.id)), ctx->error);
    if (!result)
        result = ask(month,
                     "SELECT id, number, cut_off, closed FROM canteen_month WHERE establishment_id = :at AND month = :month ORDER BY number "
                     "DESC LIMIT 1",
                     &rows);
    if (result)
        return result;
    if (rows_next(rows))
        *ret_kept = (struct kept){rows_int(rows, 0), rows_int(rows, 1), rows_int(rows, 2), rows_int(rows, 3) != 0};
    return rows_close(rows);
}

/* The first figure that differs from what was kept; NULL when none does. */
static int compare_kept(struct month *month, const struct kept *kept, const char **ret_differs)
{
    struct rows *rows;
    size_t at = 0;
    *ret_differs = NULL;
    int result = db_query(month->ctx->db, "SELECT figure, value, out_of FROM canteen_figure WHERE month_id = :id ORDER BY position",
                          BIND(INT("id", kept->id)), &rows, month->ctx->error);
    if (result)
        return result;
    for (; rows_next(rows); at++) {
        const struct figure *figure = at < month->count ? &month->figures[at] : NULL;
        if (!*ret_differs && (!figure || strcmp(figure->figure, rows_text(rows, 0)) != 0 || figure->value != rows_int(rows, 1) ||
                              figure->out_of != (rows_null(rows, 2) ? -1 : rows_int(rows, 2))))
            *ret_differs = arena_strdup(month->ctx->arena, rows_text(rows, 0));
    }
    if (!*ret_differs && at < month->count)
        *ret_differs = month->figures[at].figure;
    return rows_close(rows);
}

static int keep_head(struct month *month, int64_t id, int64_t number, bool closed)
{
    struct ctx *ctx = month->ctx;
    return db_run(ctx->db,
                  "INSERT INTO canteen_month(id, establishment_id, establishment, month, number, closed, definition, cut_off, line_count, "
                  "complaint_count, author) VALUES (:id, :at, :establishment, :month, :number, :closed, :definition, :cut_off, :lines, "
                  ":complaints, :author)",
                  BIND(INT("id", id), INT("at", month->at.id), TEXT("establishment", month->at.ref), TEXT("month", month->month),
                       INT("number", number), INT("closed", closed), INT("definition", DEFINITION), INT("cut_off", month->cut_off),
                       INT("lines", value_of(month, "lines_ordered")), INT("complaints", value_of(month, "complaints_told")),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena))),
                  ctx->error);
}

static int keep_figures(struct month *month, const struct kept *kept, bool closed)
{
    struct ctx *ctx = month->ctx;
    int64_t id = db_next_id(ctx->db);
    int result = keep_head(month, id, kept->number + 1, closed);
    for (size_t i = 0; i < month->count && !result; i++) {
        const struct figure *figure = &month->figures[i];
        result = db_run(ctx->db,
                        "INSERT INTO canteen_figure(month_id, position, figure, kind, value, out_of) VALUES (:id, :position, :figure, "
                        ":kind, :value, :out_of)",
                        BIND(INT("id", id), INT("position", (int64_t)i + 1), TEXT("figure", figure->figure), TEXT("kind", figure->kind),
                             INT("value", figure->value), INT_OR_NULL("out_of", figure->out_of >= 0, figure->out_of)),
                        ctx->error);
    }
    return result;
}

/* Nothing of the month may still change: it is over, and no order of its cycles waits for anything. */
static int check_over(struct month *month)
{
    struct ctx *ctx = month->ctx;
    char *waiting = NULL;
    if (strcmp(month->to_on, ctx->today) >= 0)
        return error_set(ctx->error, ERR_REFUSED, "month", N_("This month is not over: count it, and close it afterwards."), NULL);
    int result = db_text(ctx->db, ctx->arena,
                         "SELECT c.code FROM canteen_cycle c WHERE c.establishment_id = :at AND c.delivers_on >= :from_on AND c.delivers_on "
                         "<= :to_on AND EXISTS (SELECT 1 FROM canteen_order o WHERE o.cycle_id = c.id AND o.state IN ('placed', 'accepted', "
                         "'reduced')) ORDER BY c.code LIMIT 1",
                         BIND(INT("at", month->at.id), TEXT("from_on", month->from_on), TEXT("to_on", month->to_on)), &waiting, ctx->error);
    if (!result && waiting)
        return error_set(ctx->error, ERR_REFUSED, "month", N_("Orders of the cycle {0} are not settled yet: settle it first."), waiting, NULL);
    return result;
}

static int count_and_keep(struct ctx *ctx, const struct tree *args, struct tree *result, bool close)
{
    struct month month;
    struct kept kept;
    const char *differs = NULL;
    int code = open_month(ctx, args, &month);
    if (!code)
        code = read_kept(&month, &kept);
    bool before = !code && kept.closed;
    if (!code && !before && close)
        code = check_over(&month);
    if (!code && !before)
        code = index_refresh(ctx, month.at.id, ctx->today);
    if (!code && !before)
        code = count_all(&month);
    if (!code && !before && kept.id && !close) {
        code = compare_kept(&month, &kept, &differs);
        before = !code && !differs;
    }
    if (!code && !before)
        code = keep_figures(&month, &kept, close);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", month.at.ref);
    tree_set_text(ctx->arena, result, "month", month.month);
    tree_set_int(ctx->arena, result, "definition", DEFINITION);
    tree_set_bool(ctx->arena, result, "month_closed", close || kept.closed);
    tree_set_bool(ctx->arena, result, "before", before);
    return 0;
}

int figures_count(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return count_and_keep(ctx, args, result, false);
}

int figures_close(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    return count_and_keep(ctx, args, result, true);
}

/* Counted again up to the same instant. */
int figures_verify(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct month month;
    struct kept kept;
    const char *differs = NULL;
    int code = open_month(ctx, args, &month);
    if (!code)
        code = read_kept(&month, &kept);
    if (!code && !kept.id)
        return error_set(ctx->error, ERR_NOT_FOUND, "month", N_("Nothing was counted for {0} yet."), month.month, NULL);
    month.cut_off = kept.cut_off;
    if (!code)
        code = count_all(&month);
    if (!code)
        code = compare_kept(&month, &kept, &differs);
    if (!code && differs)
        return error_set(ctx->error, ERR_REFUSED, "month", N_("Counted again, the figure “{0}” differs from what was kept."),
                         tr_name(ctx->language, differs), NULL);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", month.at.ref);
    tree_set_text(ctx->arena, result, "month", month.month);
    tree_set_int(ctx->arena, result, "figures", (int64_t)month.count);
    return 0;
}
