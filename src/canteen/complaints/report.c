/* The monthly report to the prison administration: the figures that were kept, with their definition, cut-off and counts, and
 * what they rest on. No person stands in it. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/complaints/internal.h"
#include "kernel/app.h"
#include "print/print.h"

enum { PEOPLE_LEAST = 11 }; /* fewer are not told to those who do not run the canteen */

struct report {
    struct ctx *ctx;
    struct document *document;
    struct establishment at;
    const char *month;
    int64_t id, cut_off;
};

static const char *say(const struct report *report, const char *sentence)
{
    return tr(report->ctx->language, sentence);
}

static const char *money(const struct report *report, int64_t cents)
{
    return arena_printf(report->ctx->arena, "%s €", number_screen(report->ctx->arena, cents, DECIMALS_MONEY, false, report->ctx->language));
}

static const char *count_text(const struct report *report, int64_t count)
{
    return number_screen(report->ctx->arena, count, 0, false, report->ctx->language);
}

static const char *thousandths(const struct report *report, int64_t value)
{
    return number_screen(report->ctx->arena, value, DECIMALS_QUANTITY, true, report->ctx->language);
}

static const char *share_text(const struct report *report, int64_t value, int64_t out_of)
{
    int64_t tenths; /* of a per cent */
    if (!number_scale(value, 1000, out_of, &tenths))
        return "";
    return arena_printf(report->ctx->arena, "%s %%", number_screen(report->ctx->arena, tenths, 1, true, report->ctx->language));
}

static int run(struct report *report, const char *sql, struct rows **ret_rows)
{
    return db_query(report->ctx->db, sql,
                    BIND(INT("at", report->at.id), TEXT("month", report->month), INT("id", report->id), INT("cut_off", report->cut_off)),
                    ret_rows, report->ctx->error);
}

static int start(struct report *report)
{
    struct ctx *ctx = report->ctx;
    struct rows *rows;
    int result = run(report,
                     "SELECT id, number, closed, definition, cut_off, line_count, complaint_count FROM canteen_month WHERE establishment_id = "
                     ":at AND month = :month ORDER BY number DESC LIMIT 1",
                     &rows);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found) {
        report->id = rows_int(rows, 0);
        report->cut_off = rows_int(rows, 4);
        report->document = document_new(
            ctx->arena, &(struct document_info){.title = say(report, N_("Monthly report of the canteen")),
                                                .subtitle = arena_printf(ctx->arena, "%s · %s", report->at.name,
                                                                          date_screen_month(ctx->arena, report->month, ctx->language)),
                                                .reference = arena_printf(ctx->arena, "%s · %s", report->at.ref, report->month),
                                                .date = ctx->today,
                                                .language = ctx->language});
        document_fact(report->document, say(report, N_("Counted up to")), date_screen_instant(ctx->arena, report->cut_off, ctx->language));
        document_fact(report->document, say(report, N_("State")),
                      rows_int(rows, 2) ? say(report, N_("closed: these figures do not change any more")) : say(report, N_("provisional: the month is not closed")));
        document_fact(report->document, say(report, N_("Counting")), count_text(report, rows_int(rows, 1)));
        document_fact(report->document, say(report, N_("Definition of the figures")), arena_printf(ctx->arena, "version %" PRId64, rows_int(rows, 3)));
        document_fact(report->document, say(report, N_("Read")),
                      arena_printf(ctx->arena, "%s : %s · %s : %s", tr_name(ctx->language, "lines_ordered"), count_text(report, rows_int(rows, 5)),
                                   tr_name(ctx->language, "complaints_told"), count_text(report, rows_int(rows, 6))));
    }
    result = rows_close(rows);
    if (!result && !found)
        return error_set(ctx->error, ERR_NOT_FOUND, "month", N_("Nothing was counted for {0} yet."), report->month, NULL);
    return result;
}

/* --- the figures --- */

static bool may_read(const struct report *report, const char *figure, const char *kind, int64_t value)
{
    enum role role = report->ctx->grant->role;
    if (role == ROLE_STAFF)
        return strcmp(figure, "margin") != 0;
    return strcmp(kind, "people") != 0 || value >= PEOPLE_LEAST || role != ROLE_AUTHORITY;
}

static int add_figures(struct report *report)
{
    struct rows *rows;
    int result = run(report, "SELECT figure, kind, value, out_of FROM canteen_figure WHERE month_id = :id ORDER BY position", &rows);
    if (result)
        return result;
    document_heading(report->document, 2, say(report, N_("Figures")));
    document_table(report->document,
                   (const struct document_column[]){{say(report, N_("Figure")), ALIGN_LEFT, 6},
                                                    {say(report, N_("Value")), ALIGN_RIGHT, 0},
                                                    {say(report, N_("Out of")), ALIGN_RIGHT, 0},
                                                    {say(report, N_("Share")), ALIGN_RIGHT, 0}},
                   4);
    while (rows_next(rows)) {
        const char *figure = rows_text(rows, 0), *kind = rows_text(rows, 1);
        int64_t value = rows_int(rows, 2);
        if (!may_read(report, figure, kind, value))
            continue;
        bool part = !rows_null(rows, 3);
        document_row(report->document,
                     (const char *const[]){tr_name(report->ctx->language, figure),
                                           !strcmp(kind, "money")  ? money(report, value)
                                           : !strcmp(kind, "mean") ? thousandths(report, value)
                                                                   : count_text(report, value),
                                           part ? count_text(report, rows_int(rows, 3)) : "",
                                           part ? share_text(report, value, rows_int(rows, 3)) : ""});
    }
    return rows_close(rows);
}

/* --- what they rest on --- */

static int add_causes(struct report *report)
{
    struct rows *rows;
    int count = 0;
    int result = run(report,
                     "SELECT c.cause, c.supplier, CAST(COUNT(*) AS INTEGER), CAST(COUNT(c.delay_days) AS INTEGER), CASE WHEN COUNT(c.delay_days) "
                     "> 0 THEN (CAST(SUM(c.delay_days) AS INTEGER) * 2000 + COUNT(c.delay_days)) / (2 * COUNT(c.delay_days)) END, "
                     "CAST(SUM(c.refund_cents) AS INTEGER) FROM canteen_complaint c WHERE c.establishment_id = :at AND substr(c.told_on, 1, 7) "
                     "= :month AND c.at <= :cut_off GROUP BY c.cause, c.supplier ORDER BY c.cause, c.supplier",
                     &rows);
    if (result)
        return result;
    document_heading(report->document, 2, say(report, N_("Complaints by cause and supplier")));
    while (rows_next(rows)) {
        if (!count++)
            document_table(report->document,
                           (const struct document_column[]){{say(report, N_("Cause")), ALIGN_LEFT, 4},
                                                            {say(report, N_("Supplier")), ALIGN_LEFT, 4},
                                                            {say(report, N_("Complaints")), ALIGN_RIGHT, 0},
                                                            {say(report, N_("Decided")), ALIGN_RIGHT, 0},
                                                            {say(report, N_("Mean delay, days")), ALIGN_RIGHT, 0},
                                                            {say(report, N_("Given back")), ALIGN_RIGHT, 0}},
                           6);
        document_row(report->document,
                     (const char *const[]){tr_name(report->ctx->language, rows_text(rows, 0)), rows_text(rows, 1), count_text(report, rows_int(rows, 2)),
                                           count_text(report, rows_int(rows, 3)), rows_null(rows, 4) ? "" : thousandths(report, rows_int(rows, 4)),
                                           money(report, rows_int(rows, 5))});
    }
    if (!count)
        document_paragraph(report->document, say(report, N_("None in this month.")));
    return rows_close(rows);
}

static int add_prices(struct report *report)
{
    struct rows *rows;
    int count = 0;
    int result = run(report,
                     "SELECT p.code, p.name, f.from_on, b.price_cents, f.price_cents, d.reference, d.decided_on, f.reason FROM canteen_price f "
                     "JOIN canteen_product p ON p.id = f.product_id JOIN canteen_decision d ON d.id = f.decision_id JOIN canteen_price b ON "
                     "b.product_id = f.product_id AND b.from_on = (SELECT MAX(m.from_on) FROM canteen_price m WHERE m.product_id = f.product_id "
                     "AND m.from_on < f.from_on) WHERE p.establishment_id = :at AND substr(f.from_on, 1, 7) = :month AND f.at <= :cut_off "
                     "ORDER BY f.from_on, p.code",
                     &rows);
    if (result)
        return result;
    document_heading(report->document, 2, say(report, N_("Prices that changed, with their decision")));
    while (rows_next(rows)) {
        if (!count++)
            document_table(report->document,
                           (const struct document_column[]){{say(report, N_("Product")), ALIGN_LEFT, 4},
                                                            {say(report, N_("From")), ALIGN_LEFT, 0},
                                                            {say(report, N_("Before")), ALIGN_RIGHT, 0},
                                                            {say(report, N_("After")), ALIGN_RIGHT, 0},
                                                            {say(report, N_("Decision")), ALIGN_LEFT, 2},
                                                            {say(report, N_("Reason")), ALIGN_LEFT, 4}},
                           6);
        struct ctx *ctx = report->ctx;
        document_row(report->document,
                     (const char *const[]){arena_printf(ctx->arena, "%" PRId64 " · %s", rows_int(rows, 0), rows_text(rows, 1)),
                                           date_screen(ctx->arena, rows_text(rows, 2), ctx->language), money(report, rows_int(rows, 3)),
                                           money(report, rows_int(rows, 4)),
                                           arena_printf(ctx->arena, "%s, %s", rows_text(rows, 5), date_screen(ctx->arena, rows_text(rows, 6), ctx->language)),
                                           rows_text(rows, 7)});
    }
    if (!count)
        document_paragraph(report->document, say(report, N_("None in this month.")));
    return rows_close(rows);
}

static int add_rounds(struct report *report)
{
    struct rows *rows;
    int count = 0;
    int result = run(report,
                     "SELECT r.code, c.delivers_on, r.delivered_on, r.bag_count FROM canteen_round r JOIN canteen_cycle c ON c.id = r.cycle_id "
                     "WHERE r.establishment_id = :at AND substr(c.delivers_on, 1, 7) = :month AND r.bag_count > 0 AND (r.delivered_on = '' OR "
                     "r.delivered_on > c.delivers_on) ORDER BY c.delivers_on, r.code",
                     &rows);
    if (result)
        return result;
    document_heading(report->document, 2, say(report, N_("Rounds that were not on time")));
    while (rows_next(rows)) {
        if (!count++)
            document_table(report->document,
                           (const struct document_column[]){{say(report, N_("Round")), ALIGN_LEFT, 4},
                                                            {say(report, N_("Planned for")), ALIGN_LEFT, 0},
                                                            {say(report, N_("Brought on")), ALIGN_LEFT, 0},
                                                            {say(report, N_("Bags")), ALIGN_RIGHT, 0}},
                           4);
        struct ctx *ctx = report->ctx;
        document_row(report->document,
                     (const char *const[]){rows_text(rows, 0), date_screen(ctx->arena, rows_text(rows, 1), ctx->language),
                                           *rows_text(rows, 2) ? date_screen(ctx->arena, rows_text(rows, 2), ctx->language) : say(report, N_("not yet")),
                                           count_text(report, rows_int(rows, 3))});
    }
    if (!count)
        document_paragraph(report->document, say(report, N_("None in this month.")));
    return rows_close(rows);
}

int canteen_report_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct report report = {.ctx = ctx, .month = tree_text(args, "month")};
    int result = establishment_asked(ctx, ctx->db, args, &report.at, ctx->error);
    if (!result)
        result = start(&report);
    if (!result)
        result = add_figures(&report);
    if (!result)
        result = add_causes(&report);
    if (!result)
        result = add_prices(&report);
    if (!result)
        result = add_rounds(&report);
    if (result)
        return result;
    document_note(report.document, say(&report, N_("Lines are those of orders that the accounts office accepted, in cycles delivered in the month; complaints and decisions are those of its days. A line is late when its round came after the day of the cycle. Deadlines of complaints are to be confirmed: no text fixes them.")));
    document_note(report.document, say(&report, N_("Orders that were let go (absence, departure, refusal) are left out, even of the units that were short.")));
    *ret_document = report.document;
    return 0;
}
