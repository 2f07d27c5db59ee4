/* Papers for a person: the statement of what was ordered, received and charged, and the answer to a complaint. In plain
 * words, for they are read in a cell without anybody to ask. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/complaints/internal.h"
#include "kernel/app.h"
#include "print/print.h"

struct writing {
    struct ctx *ctx;
    struct document *document;
    struct establishment at;
    struct stay stay;
    const char *language; /* of the person's papers, as far as there is one */
    int64_t charged_cents, refund_cents; /* of the cycle being written */
    char *cycle; /* being written; NULL before the first */
    int line_count;
};

static const char *say(const struct writing *writing, const char *sentence)
{
    return tr(writing->language, sentence);
}

static const char *money(const struct writing *writing, int64_t cents)
{
    return arena_printf(writing->ctx->arena, "%s €", number_screen(writing->ctx->arena, cents, DECIMALS_MONEY, false, writing->language));
}

static const char *units(const struct writing *writing, int64_t count)
{
    return arena_printf(writing->ctx->arena, "%" PRId64, count);
}

static const char *day(const struct writing *writing, const char *date)
{
    return date_screen(writing->ctx->arena, date, writing->language);
}

static int start(struct writing *writing, struct ctx *ctx, const struct tree *args, const char *whom, const char *title)
{
    const char *name = "";
    *writing = (struct writing){.ctx = ctx};
    int result = establishment_asked(ctx, ctx->db, args, &writing->at, ctx->error);
    if (!result)
        result = stay_find(ctx->app, ctx->db, ctx->arena, writing->at.id, whom, &writing->stay, ctx->error);
    if (!result)
        result = person_name(ctx->app, ctx->db, ctx->arena, writing->stay.person, &name, ctx->error);
    if (result)
        return result;
    writing->language = text_is(writing->stay.language, "en") ? "en" : "fr";
    writing->document = document_new(ctx->arena, &(struct document_info){.title = say(writing, title),
                                                                         .subtitle = writing->at.name,
                                                                         .reference = writing->stay.reference,
                                                                         .date = ctx->today,
                                                                         .language = writing->language});
    document_fact(writing->document, say(writing, N_("For")), arena_printf(ctx->arena, "%s%s%s", name, *name ? " · " : "", writing->stay.reference));
    document_fact(writing->document, say(writing, N_("Wing and cell")), arena_printf(ctx->arena, "%s %s", writing->stay.wing, writing->stay.cell));
    return 0;
}

/* --- the statement --- */

#define STATEMENT_SQL                                                                                                 \
    "SELECT c.code, c.delivers_on, o.source, o.state, l.name, l.ordered, l.ordered - l.quantity, l.why, l.delivered, l.outcome, " \
    "l.charged_price_cents, CASE WHEN o.state = 'settled' THEN COALESCE(l.delivered, 0) * l.charged_price_cents ELSE 0 END, "      \
    "CAST(COALESCE((SELECT SUM(k.refund_cents) FROM canteen_complaint k WHERE k.order_id = l.order_id AND k.position = l.position), " \
    "0) AS INTEGER), g.name, CASE WHEN l.picked < l.quantity THEN l.quantity - l.picked ELSE 0 END FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id JOIN canteen_order_line l ON l.order_id = o.id " \
    "LEFT JOIN canteen_product g ON g.id = l.given_id WHERE o.person_id = :person AND o.establishment_id = :establishment AND "     \
    "c.delivers_on >= :from_on AND c.delivers_on <= :to_on ORDER BY c.delivers_on, c.code, l.position"

static void end_cycle(struct writing *writing)
{
    if (writing->cycle)
        document_total(writing->document,
                       (const char *const[]){say(writing, N_("In all")), NULL, NULL, NULL, NULL, money(writing, writing->charged_cents),
                                             writing->refund_cents ? money(writing, writing->refund_cents) : ""});
}

static const char *standing_of(const struct writing *writing, const char *source, const char *state)
{
    if (!strcmp(state, "cancelled") || !strcmp(state, "refused"))
        return say(writing, N_("This order did not go through: nothing was charged."));
    if (strcmp(state, "settled") != 0)
        return say(writing, N_("Not charged yet: its price is set aside until it is delivered."));
    return text_is(source, "standing") ? say(writing, N_("Without an order form: a charge that comes back, a purchase that was authorised, or goods given.")) : "";
}

static void start_cycle(struct writing *writing, const struct rows *rows)
{
    struct document *document = writing->document;
    end_cycle(writing);
    writing->cycle = arena_strdup(writing->ctx->arena, rows_text(rows, 0));
    writing->charged_cents = writing->refund_cents = 0;
    document_heading(document, 2, arena_printf(writing->ctx->arena, "%s · %s", day(writing, rows_text(rows, 1)), writing->cycle));
    const char *standing = standing_of(writing, rows_text(rows, 2), rows_text(rows, 3));
    if (*standing)
        document_paragraph(document, standing);
    document_table(document,
                   (const struct document_column[]){{say(writing, N_("Product")), ALIGN_LEFT, 6},
                                                    {say(writing, N_("Asked for")), ALIGN_RIGHT, 0},
                                                    {say(writing, N_("Not supplied")), ALIGN_LEFT, 3},
                                                    {say(writing, N_("Received and kept")), ALIGN_LEFT, 2},
                                                    {say(writing, N_("Price of one")), ALIGN_RIGHT, 0},
                                                    {say(writing, N_("Charged")), ALIGN_RIGHT, 0},
                                                    {say(writing, N_("Given back")), ALIGN_RIGHT, 0}},
                   7);
}

static void add_line(struct writing *writing, const struct rows *rows)
{
    struct arena *arena = writing->ctx->arena;
    const char *name = rows_text(rows, 4), *cut = "", *received = "", *outcome = rows_text(rows, 9);
    if (!rows_null(rows, 13))
        name = arena_printf(arena, "%s (%s %s)", rows_text(rows, 13), say(writing, N_("in place of")), name);
    if (rows_int(rows, 6))
        cut = arena_printf(arena, "%" PRId64 " : %s", rows_int(rows, 6), tr_name(writing->language, rows_text(rows, 7)));
    if (rows_int(rows, 14))
        cut = arena_printf(arena, "%s%s%" PRId64 " : %s", cut, *cut ? " · " : "", rows_int(rows, 14), tr_name(writing->language, "gap_not_there"));
    if (!rows_null(rows, 8))
        received = *outcome && strcmp(outcome, "received") != 0
                       ? arena_printf(arena, "%" PRId64 " · %s", rows_int(rows, 8), tr_name(writing->language, outcome))
                       : units(writing, rows_int(rows, 8));
    writing->charged_cents += rows_int(rows, 11);
    writing->refund_cents += rows_int(rows, 12);
    document_row(writing->document,
                 (const char *const[]){name, units(writing, rows_int(rows, 5)), cut, received, money(writing, rows_int(rows, 10)),
                                       money(writing, rows_int(rows, 11)), rows_int(rows, 12) ? money(writing, rows_int(rows, 12)) : ""});
    writing->line_count++;
}

static int add_lines(struct writing *writing, const char *from_on, const char *to_on)
{
    struct rows *rows;
    struct ctx *ctx = writing->ctx;
    int result = db_query(ctx->db, STATEMENT_SQL,
                          BIND(INT("person", writing->stay.person), INT("establishment", writing->at.id), TEXT("from_on", from_on),
                               TEXT("to_on", to_on)),
                          &rows, ctx->error);
    if (result)
        return result;
    while (rows_next(rows)) {
        if (!text_is(rows_text(rows, 0), writing->cycle))
            start_cycle(writing, rows);
        add_line(writing, rows);
    }
    end_cycle(writing);
    return rows_close(rows);
}

static int add_balance(struct writing *writing)
{
    struct rows *rows;
    struct ctx *ctx = writing->ctx;
    int result = db_query(ctx->db,
                          "SELECT b.told_on, b.told_cents, a.pending_debit_cents, a.credit_cents - a.debit_cents - a.pending_debit_cents, "
                          "b.told_cents - a.credit_cents + a.debit_cents "
                          "FROM canteen_balance b JOIN ledger_account a ON a.id = b.account_id WHERE b.person_id = :person AND "
                          "b.establishment_id = :establishment AND b.told_on <> ''",
                          BIND(INT("person", writing->stay.person), INT("establishment", writing->at.id)), &rows, ctx->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        document_heading(writing->document, 2, say(writing, N_("What you may spend")));
        document_fact(writing->document, arena_printf(ctx->arena, "%s %s", say(writing, N_("Told by the accounts office on")), day(writing, rows_text(rows, 0))),
                      money(writing, rows_int(rows, 1)));
        int64_t since = rows_int(rows, 4);
        if (since)
            document_fact(writing->document, since > 0 ? say(writing, N_("Charged since")) : say(writing, N_("Given back since, or held already in this balance")),
                          money(writing, since > 0 ? since : -since));
        document_fact(writing->document, say(writing, N_("Set aside for your orders")), money(writing, rows_int(rows, 2)));
        document_fact(writing->document, say(writing, N_("Still free")), money(writing, rows_int(rows, 3)));
        document_note(writing->document, say(writing, N_("Your account is kept by the accounts office of the prison, not by the canteen. What is given back is told to it.")));
    }
    return rows_close(rows);
}

int canteen_statement_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct writing writing;
    const char *from_on = tree_text(args, "from_on") ? tree_text(args, "from_on") : "0000-00-00";
    const char *to_on = tree_text(args, "to_on") ? tree_text(args, "to_on") : "9999-12-31";
    int result = start(&writing, ctx, args, tree_text(args, "reference"), N_("What you bought at the canteen"));
    if (!result)
        result = add_lines(&writing, from_on, to_on);
    if (!result && !writing.line_count)
        document_paragraph(writing.document, say(&writing, N_("Nothing was ordered in this time.")));
    if (!result)
        result = add_balance(&writing);
    if (result)
        return result;
    document_note(writing.document, say(&writing, N_("Something is missing, damaged, wrong or dearer than the posted price? Write it on a form and give it to the canteen: it must answer you.")));
    *ret_document = writing.document;
    return 0;
}

/* --- the answer to a complaint --- */

static const char *answer_text(const struct writing *writing, const struct complaint *complaint)
{
    struct arena *arena = writing->ctx->arena;
    if (!strcmp(complaint->state, "open"))
        return arena_printf(arena, "%s %s.", say(writing, N_("Your complaint is being looked at. You will have an answer by")), day(writing, complaint->answer_by));
    if (complaint->automatic)
        return say(writing, N_("You are right: our own records show that you did not receive this. It was never charged to you, so nothing has to be given back."));
    if (!strcmp(complaint->state, "redelivery"))
        return *complaint->redelivered_on
                   ? arena_printf(arena, "%s %s.", say(writing, N_("You are right. What you should have had was handed to you on")), day(writing, complaint->redelivered_on))
                   : arena_printf(arena, "%s %s.", say(writing, N_("You are right. At the next round you will be handed, without paying again:")),
                                  arena_printf(arena, "%" PRId64 " × %s", complaint->settled, complaint->name));
    if (!strcmp(complaint->state, "accepted"))
        return complaint->refund_cents
                   ? arena_printf(arena, "%s %s. %s", say(writing, N_("You are right. We give you back")), money(writing, complaint->refund_cents),
                                  say(writing, N_("The accounts office of the prison is told to put it on your account.")))
                   : say(writing, N_("You are right. It was not charged to you."));
    return arena_printf(arena, "%s %s", say(writing, N_("We do not agree. The reason:")), complaint->reason);
}

int complaint_answer_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document)
{
    struct writing writing;
    struct complaint complaint;
    struct establishment at;
    int result = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!result)
        result = complaint_find(ctx->db, ctx->arena, at.id, tree_int(args, "complaint", 0), &complaint, ctx->error);
    if (!result)
        result = start(&writing, ctx, args, complaint.reference, N_("Answer to your complaint"));
    if (result)
        return result;
    struct document *document = writing.document;
    document_fact(document, say(&writing, N_("Complaint")),
                  arena_printf(ctx->arena, "%" PRId64 ", %s", complaint.number, day(&writing, complaint.told_on)));
    document_fact(document, say(&writing, N_("About")),
                  arena_printf(ctx->arena, "%" PRId64 " × %s (%s)", complaint.units, complaint.name, tr_name(writing.language, complaint.cause)));
    document_fact(document, say(&writing, N_("Cycle")), complaint.cycle);
    document_heading(document, 2, say(&writing, N_("Our answer")));
    document_paragraph(document, answer_text(&writing, &complaint));
    if (complaint.proven && !complaint.automatic)
        document_paragraph(document, arena_printf(ctx->arena, "%s %" PRId64, say(&writing, N_("Units that were never charged to you:")), complaint.proven));
    if (!strcmp(complaint.state, "refused") || !strcmp(complaint.state, "accepted")) {
        document_heading(document, 2, say(&writing, N_("If you do not agree")));
        document_paragraph(document, say(&writing, N_("Write to the head of establishment and say why. You can also write, in a closed letter, to the Défenseur des droits; this costs nothing.")));
    }
    *ret_document = document;
    return 0;
}
