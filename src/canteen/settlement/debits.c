/* Debits: what the accounts office is to take, and what it is to give back. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "canteen/settlement/internal.h"

int debit_keep(struct ctx *ctx, struct db *db, const struct debit *debit, struct error *error)
{
    return db_run(db,
                  "INSERT INTO canteen_debit(id, establishment_id, cycle_id, order_id, person_id, reference, kind, key, settled_on, "
                  "blocked_cents, charged_cents, cause, due_on, state, reason, at) VALUES (:id, :establishment, :cycle, :order, :person, "
                  ":reference, :kind, :key, :on_date, :blocked, :charged, :cause, :due_on, 'to_tell', '', :at)",
                  BIND(INT("id", db_next_id(db)), INT("establishment", debit->establishment), INT("cycle", debit->cycle),
                       INT("order", debit->order), INT("person", debit->person), TEXT("reference", debit->reference),
                       TEXT("kind", debit->kind), TEXT("key", debit->key), TEXT("on_date", debit->settled_on),
                       INT("blocked", debit->blocked_cents), INT("charged", debit->charged_cents), TEXT("cause", debit->cause),
                       TEXT("due_on", debit->due_on), INT("at", ctx->now_ms)),
                  error);
}

int order_delivery_day(struct db *db, struct arena *arena, int64_t order, const char **ret_on, struct error *error)
{
    char *on = NULL;
    int result = db_text(db, arena,
                         "SELECT CASE WHEN r.delivered_on <> '' THEN r.delivered_on ELSE c.delivers_on END FROM canteen_order o JOIN "
                         "canteen_cycle c ON c.id = o.cycle_id LEFT JOIN canteen_bag b ON b.order_id = o.id LEFT JOIN canteen_round r ON "
                         "r.id = b.round_id WHERE o.id = :order",
                         BIND(INT("order", order)), &on, error);
    *ret_on = on ? on : "";
    return result;
}

/* --- giving back --- */

struct giving {
    struct ctx *ctx;
    struct db *db;
    struct debit debit; /* the one of its charge, then the one below zero */
    struct establishment at;
    const char *delivered_on, *state;
    int64_t left_cents; /* taken, or charged while the office has not answered, and not given back yet */
    struct error *error;
};

/* The same event again: done already when it was of the same order and amount. */
static int meet_earlier(struct giving *giving, int64_t order, int64_t cents, const char *key, bool *ret_before)
{
    struct rows *rows;
    bool same = true;
    *ret_before = false;
    int result = db_query(giving->db, "SELECT order_id, charged_cents FROM canteen_debit WHERE key = :key", BIND(TEXT("key", key)), &rows,
                          giving->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        *ret_before = true;
        same = rows_int(rows, 0) == order && rows_int(rows, 1) == -cents;
    }
    result = rows_close(rows);
    if (!result && !same)
        return error_set(giving->error, ERR_REFUSED, "amount", N_("For this reason another amount was given back already."), NULL);
    return result;
}

static int read_given(struct giving *giving, int64_t order)
{
    struct rows *rows;
    struct arena *arena = giving->ctx->arena;
    int result = db_query(giving->db,
                          "SELECT establishment_id, cycle_id, person_id, reference, state FROM canteen_order WHERE id = :id",
                          BIND(INT("id", order)), &rows, giving->error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found) {
        giving->debit = (struct debit){.establishment = rows_int(rows, 0), .cycle = rows_int(rows, 1), .order = order,
                                       .person = rows_int(rows, 2), .reference = arena_strdup(arena, rows_text(rows, 3)),
                                       .kind = "give_back", .settled_on = giving->ctx->today, .due_on = NEVER_DUE};
        giving->state = arena_strdup(arena, rows_text(rows, 4));
    }
    result = rows_close(rows);
    if (result)
        return result;
    if (!found)
        return error_set(giving->error, ERR_NOT_FOUND, "order", N_("There is no such order."), NULL);
    if (strcmp(giving->state, "settled") != 0)
        return error_set(giving->error, ERR_REFUSED, "order", N_("This order is not settled yet: what was not received is not charged."), NULL);
    result = establishment_read(giving->db, arena, giving->debit.establishment, &giving->at, giving->error);
    if (!result)
        result = order_delivery_day(giving->db, arena, order, &giving->delivered_on, giving->error);
    return result ? result
                  : db_int(giving->db,
                           "SELECT CAST(SUM(CASE WHEN kind <> 'give_back' AND taken_cents < charged_cents THEN taken_cents ELSE "
                           "charged_cents END) AS INTEGER) FROM canteen_debit WHERE order_id = :order",
                           BIND(INT("order", order)), 0, &giving->left_cents, giving->error);
}

/* Over the rates of the order in proportion to what each was charged. */
static int split_rates(struct giving *giving, int64_t cents, struct charged sums[VAT_KINDS])
{
    int64_t weights[VAT_KINDS], parts[VAT_KINDS];
    int result = order_charged(giving->db, giving->debit.order, sums, giving->error);
    if (result)
        return result;
    for (enum vat_kind kind = 0; kind < VAT_KINDS; kind++)
        weights[kind] = sums[kind].cents;
    if (!number_split(cents, weights, VAT_KINDS, parts))
        return error_set(giving->error, ERR_REFUSED, "amount", N_("Nothing was charged for this order."), NULL);
    for (enum vat_kind kind = 0; kind < VAT_KINDS; kind++)
        sums[kind] = (struct charged){.units = 0, .cents = parts[kind]};
    return 0;
}

int settlement_give_back(struct ctx *ctx, struct db *db, int64_t order, int64_t cents, const char *why, const char *key,
                         struct error *error)
{
    struct giving giving = {.ctx = ctx, .db = db, .error = error};
    struct charged sums[VAT_KINDS];
    bool before;
    if (cents <= 0)
        return error_set(error, ERR_INVALID, "amount", N_("This must be above zero."), NULL);
    /* The order's row first: two hands that give back of one order follow each other. */
    int result = db_run(db, "UPDATE canteen_order SET at = at WHERE id = :id", BIND(INT("id", order)), error);
    if (!result)
        result = meet_earlier(&giving, order, cents, key, &before);
    if (result || before)
        return result;
    result = read_given(&giving, order);
    if (!result && cents > giving.left_cents)
        return error_set(error, ERR_REFUSED, "amount", N_("At most {0} € can be given back of this order."),
                         number_screen(ctx->arena, giving.left_cents, DECIMALS_MONEY, false, ctx->language), NULL);
    if (!result)
        result = split_rates(&giving, cents, sums);
    if (result)
        return result;
    giving.debit.charged_cents = -cents;
    giving.debit.cause = why;
    giving.debit.key = key;
    result = debit_keep(ctx, db, &giving.debit, error);
    const struct sale sale = {.at = &giving.at, .cycle = giving.debit.cycle, .key = arena_printf(ctx->arena, "canteen.give_back:%s", key),
                              .origin = "give_back", .label = "Cantine : somme rendue", .delivered_on = giving.delivered_on,
                              .settled_on = ctx->today, .sign = -1};
    return result ? result : sale_post(ctx, db, &sale, sums, error);
}

int settlement_owes_person(struct db *db, int64_t person, struct error *error)
{
    int64_t open = 0;
    int result = db_int(db,
                        "SELECT (SELECT COUNT(*) FROM canteen_order o WHERE o.person_id = :person AND o.state IN ('placed', 'accepted', "
                        "'reduced')) + (SELECT COUNT(*) FROM canteen_debit d WHERE d.person_id = :person AND d.state IN ('to_tell', 'told', "
                        "'differs'))",
                        BIND(INT("person", person)), 0, &open, error);
    if (!result && open)
        return error_set(error, ERR_REFUSED, "reference", N_("An order or a debit of this person at the canteen is not settled yet."), NULL);
    return result;
}
