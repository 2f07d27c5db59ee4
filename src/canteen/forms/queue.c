/* Forms that cannot be entered as they are: late, illegible, unsigned, nobody's, over the limit. Each has a number that is
 * written on the paper, and one end that is kept. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/forms/internal.h"
#include "documents/documents.h"
#include "kernel/action.h"

enum { NUMBER_TRIES = 50 };

/* As for an entry; a person may also be unknown. */
int form_whom_prepare(struct ctx *ctx, struct tree *args)
{
    const char *whom = tree_text(args, "whom");
    return whom && *whom ? form_enter_prepare(ctx, args) : 0;
}

static int find_person(struct ctx *ctx, const struct establishment *at, const struct tree *args, struct stay *ret_stay)
{
    const char *whom = tree_text(args, "whom");
    *ret_stay = (struct stay){.reference = ""};
    return whom && *whom ? stay_find(ctx->app, ctx->db, ctx->arena, at->id, whom, ret_stay, ctx->error) : 0;
}

/* The same paper set aside twice on one day is one. */
static int find_same(struct ctx *ctx, const struct cycle *cycle, const struct stay *stay, const char *reason, const char *received_on,
                     int64_t *ret_number)
{
    *ret_number = 0;
    return stay->person ? db_int(ctx->db,
                                 "SELECT number FROM canteen_form WHERE person_id = :person AND cycle_id = :cycle AND reason = :reason AND "
                                 "received_on = :received_on AND state = 'set_aside'",
                                 BIND(INT("person", stay->person), INT("cycle", cycle->id), TEXT("reason", reason), TEXT("received_on", received_on)),
                                 0, ret_number, ctx->error)
                        : 0;
}

/* The next number of the establishment; of two hands at once the second tries again. */
static int keep(struct ctx *ctx, const struct cycle *cycle, const struct stay *stay, const char *reason, const char *received_on,
                int64_t document, int64_t *ret_number)
{
    int result = 0;
    for (int i = 0; i < NUMBER_TRIES && !result; i++) {
        result = db_int(ctx->db, "SELECT MAX(number) + 1 FROM canteen_form WHERE establishment_id = :establishment",
                        BIND(INT("establishment", cycle->establishment_id)), 1, ret_number, ctx->error);
        if (!result)
            result = db_run(ctx->db,
                            "INSERT INTO canteen_form(id, establishment_id, establishment, number, cycle_id, cycle, person_id, reference, reason, "
                            "received_on, document_id, state, into_cycle, accepted_by, acceptance, dropped_for, resolved_on, resolver, author, at) "
                            "VALUES (:id, :establishment_id, :establishment, :number, :cycle_id, :cycle, :person, :reference, :reason, "
                            ":received_on, :document, 'set_aside', '', '', '', '', '', '', :author, :at) "
                            "ON CONFLICT (establishment_id, number) DO NOTHING",
                            BIND(INT("id", db_next_id(ctx->db)), INT("establishment_id", cycle->establishment_id),
                                 TEXT("establishment", cycle->establishment), INT("number", *ret_number), INT("cycle_id", cycle->id),
                                 TEXT("cycle", cycle->code), INT_OR_NULL("person", stay->person != 0, stay->person),
                                 TEXT("reference", stay->reference), TEXT("reason", reason), TEXT("received_on", received_on),
                                 INT_OR_NULL("document", document != 0, document), TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)),
                                 INT("at", ctx->now_ms)),
                            ctx->error);
        if (!result && db_changes(ctx->db))
            return 0;
    }
    return result ? result : error_set(ctx->error, ERR_BUSY, "", N_("Too much at once. Try again in a moment."), NULL);
}

int form_set_aside(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const char *reason = tree_text(args, "reason"), *received_on = tree_text(args, "received_on") ? tree_text(args, "received_on") : ctx->today;
    struct establishment at;
    struct cycle cycle;
    struct stay stay;
    int64_t document = 0, number = 0;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = cycle_find(ctx->db, ctx->arena, at.id, tree_text(args, "cycle"), &cycle, ctx->error);
    if (!code)
        code = find_person(ctx, &at, args, &stay);
    if (code)
        return code;
    if (strcmp(received_on, ctx->today) > 0)
        return error_set(ctx->error, ERR_INVALID, "received_on", N_("A form of a day to come cannot be there yet."), NULL);
    if (text_is(reason, "late") && strcmp(received_on, cycle.closes_on) <= 0 && text_is(cycle.state, "open"))
        return error_set(ctx->error, ERR_REFUSED, "reason", N_("This form is not late: orders are open until {0}."), cycle.closes_on, NULL);
    if (!stay.person && !text_is(reason, "unknown_person") && !text_is(reason, "illegible"))
        return error_set(ctx->error, ERR_INVALID, "whom", N_("Say whose form it is; when nobody knows, the reason is that the person is unknown."), NULL);
    if (ctx->file.length)
        code = document_keep(ctx->db, &ctx->file, "file", ctx->now_ms, &document, ctx->error);
    if (!code)
        code = find_same(ctx, &cycle, &stay, reason, received_on, &number);
    tree_set_bool(ctx->arena, result, "before", number != 0);
    if (!code && !number)
        code = keep(ctx, &cycle, &stay, reason, received_on, document, &number);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "cycle", cycle.code);
    tree_set_int(ctx->arena, result, "form_number", number);
    return code;
}

/* --- resolving --- */

struct aside { /* texts in the arena */
    int64_t id, person, cycle_id;
    const char *reference, *reason, *state, *cycle, *into_cycle, *dropped_for;
};

/* Its row is taken for this transaction: two clerks with one paper follow each other. */
static int read_aside(struct ctx *ctx, const struct establishment *at, int64_t number, struct aside *ret_aside)
{
    struct rows *rows;
    int result = db_run(ctx->db, "UPDATE canteen_form SET at = at WHERE establishment_id = :establishment AND number = :number",
                        BIND(INT("establishment", at->id), INT("number", number)), ctx->error);
    if (!result)
        result = db_query(ctx->db,
                          "SELECT id, person_id, cycle_id, reference, reason, state, cycle, into_cycle, dropped_for FROM canteen_form WHERE "
                          "establishment_id = :establishment AND number = :number",
                          BIND(INT("establishment", at->id), INT("number", number)), &rows, ctx->error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found)
        *ret_aside = (struct aside){rows_int(rows, 0),
                                    rows_null(rows, 1) ? 0 : rows_int(rows, 1),
                                    rows_int(rows, 2),
                                    arena_strdup(ctx->arena, rows_text(rows, 3)),
                                    arena_strdup(ctx->arena, rows_text(rows, 4)),
                                    arena_strdup(ctx->arena, rows_text(rows, 5)),
                                    arena_strdup(ctx->arena, rows_text(rows, 6)),
                                    arena_strdup(ctx->arena, rows_text(rows, 7)),
                                    arena_strdup(ctx->arena, rows_text(rows, 8))};
    result = rows_close(rows);
    return result || found ? result
                           : error_set(ctx->error, ERR_NOT_FOUND, "form_number", N_("There is no form with this number here."), NULL);
}

/* The cycle it is taken into: the one named; else its own while it is open, then the next one with the same goods. */
static int find_into(struct ctx *ctx, const struct establishment *at, const struct tree *args, const struct aside *aside,
                     struct cycle *ret_cycle)
{
    const char *named = tree_text(args, "into_cycle");
    char *code = NULL;
    int result = 0;
    if (!named || !*named) {
        result = db_text(ctx->db, ctx->arena,
                         "SELECT n.code FROM canteen_cycle n JOIN canteen_cycle c ON c.id = :cycle WHERE n.establishment_id = :establishment AND "
                         "n.state = 'open' AND n.opens_on <= :today AND n.closes_on >= :today AND (n.id = c.id OR n.goods = c.goods) "
                         "ORDER BY n.closes_on, n.id LIMIT 1",
                         BIND(INT("cycle", aside->cycle_id), INT("establishment", at->id), TEXT("today", ctx->today)), &code, ctx->error);
        if (!result && !code)
            return error_set(ctx->error, ERR_REFUSED, "into_cycle", N_("No cycle with these goods is open: open one, or name one that is."), NULL);
        named = code;
    }
    return result ? result : cycle_find(ctx->db, ctx->arena, at->id, named, ret_cycle, ctx->error);
}

static int check_acceptance(struct ctx *ctx, const struct tree *args, const struct aside *aside)
{
    const char *by = tree_text(args, "accepted_by"), *reference = tree_text(args, "acceptance");
    bool asks = text_is(aside->reason, "late") || text_is(aside->reason, "over_limit");
    if (asks && (!by || !*by))
        return error_set(ctx->error, ERR_INVALID, "accepted_by",
                         N_("Say on what it rests: the rule that a late form goes into the next cycle, or the head of establishment."), NULL);
    if (text_is(by, "head_of_establishment") && (!reference || !*reference))
        return error_set(ctx->error, ERR_INVALID, "acceptance", N_("Say which decision: its reference or its date."), NULL);
    if (text_is(aside->reason, "over_limit") && text_is(by, "rule"))
        return error_set(ctx->error, ERR_INVALID, "accepted_by", N_("No rule lets an order pass its limit: the head of establishment decides."), NULL);
    return 0;
}

/* The decision by which the order may pass the limits; NULL when it rests on none. */
static const char *accepted_over_limit(const struct tree *args, const struct aside *aside)
{
    return text_is(aside->reason, "over_limit") && text_is(tree_text(args, "accepted_by"), "head_of_establishment") ? tree_text(args, "acceptance")
                                                                                                                     : NULL;
}

static int place(struct ctx *ctx, const struct establishment *at, const struct tree *args, const struct aside *aside, const struct stay *stay,
                 struct order *ret_order, const char **ret_cycle)
{
    struct order_line lines[ORDER_LINES_MAX];
    struct order_told told = {.source = "paper_form", .lines = lines, .acceptance = accepted_over_limit(args, aside)};
    const struct tree *items = tree_get(args, "items");
    struct cycle into;
    int code = check_acceptance(ctx, args, aside);
    if (!code && !stay->person)
        return error_set(ctx->error, ERR_INVALID, "whom", N_("Say whose form it is."), NULL);
    if (!code)
        code = find_into(ctx, at, args, aside, &into);
    for (const struct tree *item = items ? items->first : NULL; item && !code && told.count < ORDER_LINES_MAX; item = item->next)
        if (!order_line_read(item->text, &lines[told.count++]))
            code = error_set(ctx->error, ERR_INVALID, "items", N_("{0} is not a line of an order: write 101x2 for two of number 101."), item->text,
                             NULL);
    if (!code)
        code = order_place(ctx, ctx->db, &into, stay, &told, ret_order, ctx->error);
    *ret_cycle = code ? "" : into.code;
    return code;
}

static const char *given(const struct tree *args, const char *name)
{
    const char *text = tree_text(args, name);
    return text ? text : "";
}

/* The same end told again changes nothing; another is refused. */
static int meet_earlier(struct ctx *ctx, const struct aside *aside, const char *outcome, const struct tree *args)
{
    const char *into = given(args, "into_cycle"), *why = given(args, "dropped_for");
    if (text_is(aside->state, outcome) && (!*into || text_is(into, aside->into_cycle)) && (!*why || text_is(why, aside->dropped_for)))
        return 0;
    return error_set(ctx->error, ERR_REFUSED, "outcome", N_("This form has had another end already: {0}."), tr_name(ctx->language, aside->state), NULL);
}

static int resolve(struct ctx *ctx, const struct establishment *at, const struct tree *args, const struct aside *aside, struct tree *result)
{
    struct order order = {0};
    const char *outcome = tree_text(args, "outcome"), *into = "";
    struct stay stay = {.reference = aside->reference};
    bool entered = text_is(outcome, "entered"), given_up = text_is(outcome, "given_up");
    int code = find_person(ctx, at, args, &stay);
    if (!code && !stay.person && aside->person)
        code = stay_find(ctx->app, ctx->db, ctx->arena, at->id, aside->reference, &stay, ctx->error);
    if (!code && aside->person && stay.person != aside->person)
        return error_set(ctx->error, ERR_REFUSED, "whom", N_("This form was set aside for another person."), NULL);
    if (!code && given_up && !*given(args, "dropped_for"))
        return error_set(ctx->error, ERR_INVALID, "dropped_for", N_("Say why nothing is ordered: nothing vanishes without a reason."), NULL);
    if (!code && entered)
        code = place(ctx, at, args, aside, &stay, &order, &into);
    order_warn(ctx, &order, result);
    return code ? code
                : db_run(ctx->db,
                         "UPDATE canteen_form SET state = :state, person_id = :person, reference = :reference, into_cycle = :into, accepted_by = :by, "
                         "acceptance = :acceptance, dropped_for = :why, resolved_on = :today, resolver = :resolver WHERE id = :id",
                         BIND(TEXT("state", outcome), INT_OR_NULL("person", stay.person != 0, stay.person), TEXT("reference", stay.reference),
                              TEXT("into", into), TEXT("by", entered ? given(args, "accepted_by") : ""),
                              TEXT("acceptance", entered ? given(args, "acceptance") : ""), TEXT("why", given_up ? given(args, "dropped_for") : ""),
                              TEXT("today", ctx->today), TEXT("resolver", actor_name(ctx->app, ctx->session, ctx->arena)), INT("id", aside->id)),
                         ctx->error);
}

int form_resolve(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct aside aside;
    int code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = read_aside(ctx, &at, tree_int(args, "form_number", 0), &aside);
    if (code)
        return code;
    bool before = !text_is(aside.state, "set_aside");
    code = before ? meet_earlier(ctx, &aside, tree_text(args, "outcome"), args) : resolve(ctx, &at, args, &aside, result);
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "cycle", aside.cycle);
    tree_set_int(ctx->arena, result, "form_number", tree_int(args, "form_number", 0));
    tree_set_text(ctx->arena, result, "state", tree_text(args, "outcome"));
    tree_set_bool(ctx->arena, result, "before", before);
    return code;
}
