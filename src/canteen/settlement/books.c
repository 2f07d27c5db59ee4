/* What was charged, in the general ledger. */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "canteen/settlement/internal.h"
#include "law/law.h"
#include "ledger/ledger.h"

#define SALES_NUMBER "7071"
#define SALES_JOURNAL "VE"

static const char *const vat_numbers[VAT_KINDS] = {
    [VAT_FOOD] = "445716", [VAT_IMMEDIATE] = "445715", [VAT_STANDARD] = "445714", [VAT_PRESS] = "445712"};

struct posting {
    struct ctx *ctx;
    struct db *db;
    const struct sale *sale;
    const char *entry_on;
    int64_t office, sales, axis;
    struct error *error;
};

bool vat_within(int64_t cents, int64_t rate, int64_t *ret_vat)
{
    return number_scale(cents, rate, LAW_ONE + rate, ret_vat);
}

/* --- where --- */

int office_ledger_account(struct db *db, const struct establishment *at, int64_t *ret_account, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ledger_entity entity;
    int result = ledger_entity(db, arena, &entity, error);
    return result ? result
                  : ledger_account_open(db,
                                        &(struct ledger_account_asked){.number = OFFICE_NUMBER, .auxiliary = at->ref, .name = at->name},
                                        ret_account, error);
}

int canteen_axis(struct db *db, const struct establishment *at, int64_t *ret_axis, struct error *error)
{
    return ledger_axis(db, &(struct ledger_axis){.service = "canteen", .establishment = at->ref}, ret_axis, error);
}

/* The sale is made when it is handed over. Once those days are closed it is entered on the day of the settlement. */
static int choose_day(struct posting *posting)
{
    const struct sale *sale = posting->sale;
    struct ledger_year year;
    struct error unused = {0};
    int result = ledger_year_of(posting->db, LEDGER_GENERAL, sale->delivered_on, &year, &unused);
    if (result && result != ERR_NOT_FOUND)
        return error_set(posting->error, result, unused.field, unused.message, unused.arguments[0], NULL);
    bool open = !result && !year.closed && strcmp(sale->delivered_on, year.locked_until) > 0;
    posting->entry_on = open ? sale->delivered_on : sale->settled_on;
    if (open)
        return 0;
    result = ledger_year_of(posting->db, LEDGER_GENERAL, sale->settled_on, &year, &unused);
    if (result == ERR_NOT_FOUND)
        return error_set(posting->error, ERR_REFUSED, "on",
                         N_("No financial year of the books holds the {0}: ask the accountant to open it (maillon ledger year-open)."), sale->settled_on,
                         NULL);
    return result ? error_set(posting->error, result, unused.field, unused.message, unused.arguments[0], NULL) : 0;
}

static int find_accounts(struct posting *posting)
{
    int result = office_ledger_account(posting->db, posting->sale->at, &posting->office, posting->error);
    if (!result)
        result = ledger_account_open(posting->db, &(struct ledger_account_asked){.number = SALES_NUMBER}, &posting->sales, posting->error);
    return result ? result : canteen_axis(posting->db, posting->sale->at, &posting->axis, posting->error);
}

/* --- one rate --- */

static int read_rate(struct posting *posting, enum vat_kind kind, int64_t *ret_rate)
{
    struct law_value value;
    int result = law_rate(posting->db, posting->ctx->arena, vat_kind_name(kind), posting->sale->delivered_on, &value, posting->error);
    if (!result && !value.found)
        return error_set(posting->error, ERR_REFUSED, "on", N_("The rate of {0} on {1} is not known."), vat_kind_name(kind),
                         posting->sale->delivered_on, NULL);
    *ret_rate = value.value_millionths;
    return result;
}

static int post_rate(struct posting *posting, enum vat_kind kind, const char *key, int64_t cents, int64_t vat, int64_t *ret_entry)
{
    const struct sale *sale = posting->sale;
    struct ledger_posted posted;
    struct ledger_line lines[3] = {{.account = posting->office, .amount_cents = cents, .axis = posting->axis},
                                   {.account = posting->sales, .amount_cents = vat - cents, .axis = posting->axis}};
    size_t count = 2;
    int result = 0;
    if (vat) {
        int64_t account = 0;
        result = ledger_account_open(posting->db, &(struct ledger_account_asked){.number = vat_numbers[kind]}, &account, posting->error);
        lines[count++] = (struct ledger_line){.account = account, .amount_cents = -vat, .axis = posting->axis};
    }
    if (result)
        return result;
    const struct ledger_entry entry = {.journal = SALES_JOURNAL, .entry_on = posting->entry_on, .piece = sale->origin,
                                       .piece_on = sale->delivered_on, .label = sale->label, .key = key, .lines = lines,
                                       .line_count = count};
    result = ledger_post(posting->db, &entry, 1, posting->ctx->now_ms, &posted, posting->error);
    *ret_entry = posted.id;
    return result;
}

static int keep_rate(struct posting *posting, enum vat_kind kind, const struct charged *sum)
{
    const struct sale *sale = posting->sale;
    struct arena *arena = posting->ctx->arena;
    const char *key = arena_printf(arena, "%s:%s", sale->key, vat_kind_name(kind));
    int64_t cents = sale->sign * sum->cents, rate = 0, vat = 0, entry = 0;
    int result = kind == VAT_FREE ? 0 : read_rate(posting, kind, &rate);
    if (!result && !vat_within(cents, rate, &vat))
        return error_set(posting->error, ERR_INVALID, "amount", N_("This amount is too large."), NULL);
    if (!result && cents)
        result = post_rate(posting, kind, key, cents, vat, &entry);
    return result ? result
                  : db_run(posting->db,
                           "INSERT INTO canteen_sale(id, establishment_id, cycle_id, key, origin, settled_on, vat, vat_rate, units, "
                           "charged_cents, vat_cents, entry_id, at) VALUES (:id, :establishment, :cycle, :key, :origin, :on_date, :vat, "
                           ":rate, :units, :cents, :vat_cents, :entry, :at)",
                           BIND(INT("id", db_next_id(posting->db)), INT("establishment", sale->at->id), INT("cycle", sale->cycle),
                                TEXT("key", key), TEXT("origin", sale->origin), TEXT("on_date", sale->settled_on),
                                TEXT("vat", vat_kind_name(kind)), INT("rate", rate), INT("units", sale->sign * sum->units),
                                INT("cents", cents), INT("vat_cents", vat), INT_OR_NULL("entry", entry != 0, entry),
                                INT("at", posting->ctx->now_ms)),
                           posting->error);
}

int sale_post(struct ctx *ctx, struct db *db, const struct sale *sale, const struct charged sums[VAT_KINDS], struct error *error)
{
    struct posting posting = {.ctx = ctx, .db = db, .sale = sale, .error = error};
    bool charged = false;
    int result = 0;
    for (enum vat_kind kind = 0; kind < VAT_KINDS; kind++)
        charged |= sums[kind].cents != 0;
    if (charged)
        result = choose_day(&posting);
    if (charged && !result)
        result = find_accounts(&posting);
    for (enum vat_kind kind = 0; kind < VAT_KINDS && !result; kind++)
        if (sums[kind].units || sums[kind].cents)
            result = keep_rate(&posting, kind, &sums[kind]);
    return result;
}
