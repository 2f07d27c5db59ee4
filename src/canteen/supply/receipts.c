/* Delivery notes: what came, into which lot, at which price; by form and from a file. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "canteen/supply/internal.h"
#include "import/import.h"
#include "kernel/action.h"

struct receiving {
    struct ctx *ctx;
    struct db *db;
    const struct establishment *at;
    const struct receipt_told *told;
    struct product product;
    int64_t receipt, lot, expected_cents;
    const char *supplier, *supplier_folded, *lot_number, *best_before;
    bool wrong;
    struct error *error;
};

static int check_told(const struct receipt_told *told, struct error *error)
{
    if (told->units < 0 || told->sent_back < 0 || told->units > SUPPLY_UNITS_MAX || told->sent_back > SUPPLY_UNITS_MAX)
        return error_set(error, ERR_INVALID, "units", N_("A number of units from zero up is expected."), NULL);
    if (*told->best_before && told->units && strcmp(told->best_before, told->on) < 0)
        return error_set(error, ERR_REFUSED, "best_before", N_("These goods have expired: send them back instead of taking them in."), NULL);
    if (told->supply && !*told->supply->sent_on)
        return error_set(error, ERR_REFUSED, "supply_number", N_("This order was not sent yet."), NULL);
    return 0;
}

/* --- the delivery note --- */

/* Two hands at one note write one row. */
static int insert_receipt(struct receiving *receiving)
{
    struct ctx *ctx = receiving->ctx;
    const struct receipt_told *told = receiving->told;
    return db_run(receiving->db,
                  "INSERT INTO canteen_receipt(id, establishment_id, establishment, supply_id, supplier, supplier_folded, note, received_on, "
                  "author, at) VALUES (:id, :establishment_id, :establishment, :supply, :supplier, :folded, :note, :on_day, :author, :at) "
                  "ON CONFLICT(establishment_id, supplier_folded, note) DO UPDATE SET at = canteen_receipt.at",
                  BIND(INT("id", db_next_id(receiving->db)), INT("establishment_id", receiving->at->id), TEXT("establishment", receiving->at->ref),
                       INT_OR_NULL("supply", told->supply != NULL, told->supply ? told->supply->id : 0), TEXT("supplier", receiving->supplier),
                       TEXT("folded", receiving->supplier_folded), TEXT("note", told->note), TEXT("on_day", told->on),
                       TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
                  receiving->error);
}

static int find_receipt(struct receiving *receiving)
{
    struct rows *rows;
    const struct receipt_told *told = receiving->told;
    int64_t supply = 0;
    int result = insert_receipt(receiving);
    if (!result)
        result = db_query(receiving->db,
                          "SELECT id, supply_id FROM canteen_receipt WHERE establishment_id = :establishment AND supplier_folded = :folded AND "
                          "note = :note",
                          BIND(INT("establishment", receiving->at->id), TEXT("folded", receiving->supplier_folded), TEXT("note", told->note)),
                          &rows, receiving->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        receiving->receipt = rows_int(rows, 0);
        supply = rows_null(rows, 1) ? 0 : rows_int(rows, 1);
    }
    result = rows_close(rows);
    if (!result && receiving->receipt && supply != (told->supply ? told->supply->id : 0))
        return error_set(receiving->error, ERR_REFUSED, "delivery_note", N_("The delivery note {0} was recorded for another order."), told->note,
                         NULL);
    return result;
}

/* --- the same line again --- */

static int change_price(struct receiving *receiving, bool invoiced)
{
    if (invoiced)
        return error_set(receiving->error, ERR_REFUSED, "purchase_cost", N_("The invoice of these goods is in the books: their price stands."), NULL);
    return db_run(receiving->db,
                  "UPDATE canteen_receipt_line SET purchase_cents = :cents WHERE receipt_id = :receipt AND product_id = :product AND "
                  "lot_number = :lot",
                  BIND(INT("cents", receiving->told->purchase_cents), INT("receipt", receiving->receipt), INT("product", receiving->product.id),
                       TEXT("lot", receiving->lot_number)),
                  receiving->error);
}

static int meet_line(struct receiving *receiving, bool *ret_known, enum receipt_outcome *ret_outcome)
{
    struct rows *rows;
    const struct receipt_told *told = receiving->told;
    int64_t units = 0, sent_back = 0, cents = 0;
    bool invoiced = false;
    int result = db_query(receiving->db,
                          "SELECT units, turned_back, purchase_cents, invoice_id, wrong FROM canteen_receipt_line WHERE receipt_id = :receipt "
                          "AND product_id = :product AND lot_number = :lot",
                          BIND(INT("receipt", receiving->receipt), INT("product", receiving->product.id), TEXT("lot", receiving->lot_number)),
                          &rows, receiving->error);
    if (result)
        return result;
    if ((*ret_known = rows_next(rows))) {
        units = rows_int(rows, 0);
        sent_back = rows_int(rows, 1);
        cents = rows_int(rows, 2);
        invoiced = !rows_null(rows, 3);
        receiving->wrong = rows_int(rows, 4) != 0;
    }
    result = rows_close(rows);
    if (result || !*ret_known)
        return result;
    if (units != told->units || sent_back != told->sent_back)
        return error_set(receiving->error, ERR_REFUSED, "units",
                         N_("This delivery note says {0} units of this lot already. What is there is corrected by counting the lot."),
                         arena_printf(receiving->ctx->arena, "%" PRId64, units), NULL);
    *ret_outcome = told->purchase_cents < 0 || told->purchase_cents == cents ? RECEIPT_SAME : RECEIPT_CHANGED;
    return *ret_outcome == RECEIPT_SAME ? 0 : change_price(receiving, invoiced);
}

/* --- the lot --- */

static int insert_lot(struct receiving *receiving)
{
    const struct receipt_told *told = receiving->told;
    receiving->lot = db_next_id(receiving->db);
    return db_run(receiving->db,
                  "INSERT INTO canteen_lot(id, establishment_id, establishment, product_id, code, lot_number, best_before, received_on, received, "
                  "used, counted, units_left, blocked) VALUES (:id, :establishment_id, :establishment, :product, :code, :lot, :best_before, "
                  ":on_day, :units, 0, 0, :units, 0)",
                  BIND(INT("id", receiving->lot), INT("establishment_id", receiving->at->id), TEXT("establishment", receiving->at->ref),
                       INT("product", receiving->product.id), INT("code", receiving->product.code), TEXT("lot", receiving->lot_number),
                       TEXT("best_before", receiving->best_before), TEXT("on_day", told->on), INT("units", told->units)),
                  receiving->error);
}

static int put_into_lot(struct receiving *receiving)
{
    const struct receipt_told *told = receiving->told;
    struct lot lot;
    struct error none = {0};
    int result = lot_find(receiving->db, receiving->ctx->arena, receiving->product.id, receiving->lot_number, &lot, &none);
    if (result == ERR_NOT_FOUND)
        return insert_lot(receiving);
    if (result) {
        *receiving->error = none;
        return result;
    }
    if (lot.blocked)
        return error_set(receiving->error, ERR_REFUSED, "lot_number", N_("The lot {0} was recalled: send it back."), lot.number, NULL);
    if (*told->best_before && strcmp(told->best_before, lot.best_before) != 0)
        return error_set(receiving->error, ERR_REFUSED, "best_before", N_("The lot {0} is there already with another date: {1}."), lot.number,
                         lot.best_before, NULL);
    receiving->lot = lot.id;
    return db_run(receiving->db, "UPDATE canteen_lot SET received = received + :units, units_left = units_left + :units WHERE id = :id",
                  BIND(INT("units", told->units), INT("id", lot.id)), receiving->error);
}

/* --- the order --- */

/* Of a cycle: what orders wait for and the shelf does not hold, less what a shortage took off them; and what came in already. */
static int waited_for(struct receiving *receiving, int64_t *ret_waited, int64_t *ret_received)
{
    int64_t cut = 0;
    const struct supply *supply = receiving->told->supply;
    const struct binding *key = BIND(INT("cycle", supply->cycle_id), INT("product", receiving->product.id));
    int result = db_int(receiving->db,
                        "SELECT CAST(SUM(k.needed - k.from_stock) AS INTEGER) FROM canteen_supply s JOIN canteen_supply_line k ON "
                        "k.supply_id = s.id WHERE s.cycle_id = :cycle AND k.product_id = :product",
                        key, 0, ret_waited, receiving->error);
    if (!result)
        result = db_int(receiving->db, "SELECT CAST(SUM(missing) AS INTEGER) FROM canteen_share WHERE cycle_id = :cycle AND product_id = :product", key,
                        0, &cut, receiving->error);
    *ret_waited -= cut;
    return result ? result
                  : db_int(receiving->db,
                           "SELECT CAST(SUM(k.received) AS INTEGER) FROM canteen_supply s JOIN canteen_supply_line k ON k.supply_id = s.id "
                           "WHERE s.cycle_id = :cycle AND k.product_id = :product",
                           key, 0, ret_received, receiving->error);
}

/* The line of this order, or of another one to the same supplier in the cycle. */
static int find_line(struct receiving *receiving, int64_t *ret_supply)
{
    const struct supply *supply = receiving->told->supply;
    return db_int(receiving->db,
                  "SELECT s.id FROM canteen_supply s JOIN canteen_supply_line k ON k.supply_id = s.id WHERE s.cycle_id = :cycle AND "
                  "s.supplier_folded = :folded AND s.sent_on <> '' AND k.product_id = :product ORDER BY CASE WHEN s.id = :own THEN 0 ELSE 1 END, "
                  "s.number LIMIT 1",
                  BIND(INT("cycle", supply->cycle_id), TEXT("folded", supply->supplier_folded), INT("product", receiving->product.id),
                       INT("own", supply->id)),
                  0, ret_supply, receiving->error);
}

static int64_t above(int64_t units, int64_t floor)
{
    return units > floor ? units - floor : 0;
}

/* What no order waits for can be ordered. */
static int count_in_order(struct receiving *receiving)
{
    const struct receipt_told *told = receiving->told;
    int64_t line = 0, waited = 0, received = 0;
    if (!told->supply)
        return stock_free_add(receiving->db, receiving->product.id, told->units, receiving->error);
    int result = find_line(receiving, &line);
    receiving->wrong = !line;
    if (!result && line)
        result = waited_for(receiving, &waited, &received);
    if (!result && line)
        result = db_run(receiving->db, "UPDATE canteen_supply_line SET received = received + :units WHERE supply_id = :supply AND product_id = :product",
                        BIND(INT("units", told->units), INT("supply", line), INT("product", receiving->product.id)), receiving->error);
    if (!result)
        result = stock_free_add(receiving->db, receiving->product.id,
                                line ? above(received + told->units, waited) - above(received, waited) : told->units, receiving->error);
    return result ? result
                  : db_run(receiving->db, "UPDATE canteen_supply SET state = 'received', received_units = received_units + :units WHERE id = :id",
                           BIND(INT("units", told->units), INT("id", told->supply->id)), receiving->error);
}

static int insert_line(struct receiving *receiving)
{
    const struct receipt_told *told = receiving->told;
    return db_run(receiving->db,
                  "INSERT INTO canteen_receipt_line(receipt_id, product_id, lot_number, lot_id, code, name, units, turned_back, wrong, remark, "
                  "expected_cents, purchase_cents) VALUES (:receipt, :product, :lot_number, :lot, :code, :name, :units, :sent_back, :wrong, "
                  ":remark, :expected, :purchase)",
                  BIND(INT("receipt", receiving->receipt), INT("product", receiving->product.id), TEXT("lot_number", receiving->lot_number),
                       INT_OR_NULL("lot", receiving->lot, receiving->lot), INT("code", receiving->product.code),
                       TEXT("name", receiving->product.name), INT("units", told->units), INT("sent_back", told->sent_back),
                       INT("wrong", receiving->wrong), TEXT("remark", told->remark), INT("expected", receiving->expected_cents),
                       INT("purchase", told->purchase_cents < 0 ? receiving->expected_cents : told->purchase_cents)),
                  receiving->error);
}

int receipt_keep(struct ctx *ctx, struct db *db, const struct establishment *at, const struct receipt_told *told,
                 enum receipt_outcome *ret_outcome, bool *ret_wrong, struct error *error)
{
    struct receiving receiving = {.ctx = ctx, .db = db, .at = at, .told = told, .error = error};
    bool known = false;
    receiving.supplier = told->supply ? told->supply->supplier : told->supplier;
    receiving.supplier_folded = text_fold(ctx->arena, receiving.supplier);
    receiving.lot_number = *told->lot_number ? told->lot_number : told->note;
    receiving.best_before = *told->best_before ? told->best_before : LOT_KEEPS;
    *ret_outcome = RECEIPT_NEW;
    int result = check_told(told, error);
    if (!result)
        result = product_find(db, ctx->arena, at->id, told->code, &receiving.product, error);
    if (!result)
        result = product_lock(db, receiving.product.id, error);
    if (!result)
        result = find_receipt(&receiving);
    if (!result)
        result = meet_line(&receiving, &known, ret_outcome);
    if (!result && !known)
        result = supply_expected_cost(db, receiving.product.id, told->on, &receiving.expected_cents, error);
    if (!result && !known && told->units)
        result = put_into_lot(&receiving);
    if (!result && !known)
        result = count_in_order(&receiving);
    if (!result && !known)
        result = insert_line(&receiving);
    *ret_wrong = receiving.wrong;
    return result;
}

/* --- by form --- */

static const char *given(const struct tree *args, const char *name)
{
    const char *text = tree_text(args, name);
    return text ? text : "";
}

static int find_told_supply(struct ctx *ctx, struct db *db, const struct establishment *at, int64_t number, struct supply *supply,
                            struct receipt_told *told, struct error *error)
{
    if (!number)
        return 0;
    told->supply = supply;
    return supply_find(db, ctx->arena, at->id, number, supply, error);
}

int supply_receive(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct establishment at;
    struct supply supply;
    enum receipt_outcome outcome;
    bool wrong;
    struct receipt_told told = {.supplier = text_tidy(ctx->arena, given(args, "supplier")),
                                .note = given(args, "delivery_note"),
                                .lot_number = text_tidy(ctx->arena, given(args, "lot_number")),
                                .best_before = given(args, "best_before"),
                                .remark = given(args, "remark"),
                                .code = tree_int(args, "code", 0),
                                .units = tree_int(args, "units", 0),
                                .sent_back = tree_int(args, "sent_back", 0),
                                .purchase_cents = tree_int(args, "purchase_cost", -1)};
    int code = supply_day(ctx, args, &told.on);
    if (!code)
        code = establishment_asked(ctx, ctx->db, args, &at, ctx->error);
    if (!code)
        code = find_told_supply(ctx, ctx->db, &at, tree_int(args, "supply_number", 0), &supply, &told, ctx->error);
    if (!code)
        code = receipt_keep(ctx, ctx->db, &at, &told, &outcome, &wrong, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "establishment", at.ref);
    tree_set_text(ctx->arena, result, "delivery_note", told.note);
    tree_set_int(ctx->arena, result, "code", told.code);
    tree_set_bool(ctx->arena, result, "wrong", wrong);
    tree_set_bool(ctx->arena, result, "before", outcome == RECEIPT_SAME);
    return 0;
}

/* --- from a file --- */

enum { CODE, UNITS, LOT, BEST_BEFORE, PURCHASE, SENT_BACK, REMARK, COLUMNS };

static const struct import_column columns[COLUMNS] = {
    [CODE] = {{"code", "numero"}, true},
    [UNITS] = {{"units", "unites", "quantite"}, true},
    [LOT] = {{"lot_number", "lot"}},
    [BEST_BEFORE] = {{"best_before", "dlc", "ddm", "date_limite"}},
    [PURCHASE] = {{"purchase_cost", "achat_ht", "prix_ht"}},
    [SENT_BACK] = {{"sent_back", "rendu"}},
    [REMARK] = {{"remark", "remarque"}},
};

enum { CELL_CHARACTERS = 200, LOT_CHARACTERS = 40 };

struct notes {
    struct establishment at;
    int64_t number;
    const char *note, *on;
    int64_t wrong, wrong_before, batch;
};

/* 2026-12-31 or 31/12/2026, as delivery notes write it. */
static bool read_day(struct arena *arena, const char *cell, const char **ret_day)
{
    *ret_day = cell;
    if (strlen(cell) == 10 && cell[2] == '/' && cell[5] == '/')
        *ret_day = arena_printf(arena, "%.4s-%.2s-%.2s", cell + 6, cell + 3, cell);
    return !*cell || date_is(*ret_day);
}

static int read_line(struct import *import, void *line, struct error *error)
{
    struct receipt_told *told = line;
    const struct notes *notes = import->context;
    const char *units = import_cell(import, UNITS), *purchase = import_cell(import, PURCHASE), *back = import_cell(import, SENT_BACK);
    int result = import_check_text(import, CELL_CHARACTERS, error);
    if (result)
        return result;
    *told = (struct receipt_told){.supplier = "", .note = notes->note, .on = notes->on, .lot_number = import_cell(import, LOT),
                                  .remark = import_cell(import, REMARK), .purchase_cents = -1};
    if (!text_to_int(import_cell(import, CODE), &told->code))
        return error_set(error, ERR_INVALID, "code", N_("This must be a number, such as 1234,50."), NULL);
    if (!text_to_int(units, &told->units) || (*back && !text_to_int(back, &told->sent_back)))
        return error_set(error, ERR_INVALID, "units", N_("A number of units from zero up is expected."), NULL);
    if (*purchase && (!number_parse(purchase, DECIMALS_MONEY, &told->purchase_cents) || told->purchase_cents < 0))
        return error_set(error, ERR_INVALID, "purchase_cost", N_("This must be an amount from zero up."), NULL);
    if (text_characters(told->lot_number) > LOT_CHARACTERS)
        return error_set(error, ERR_INVALID, "lot_number", N_("A lot number has at most 40 characters."), NULL);
    if (!read_day(import->ctx.arena, import_cell(import, BEST_BEFORE), &told->best_before))
        return error_set(error, ERR_INVALID, "best_before", N_("This must be a date, such as 2026-12-31."), NULL);
    return 0;
}

static void begin(struct import *import)
{
    struct notes *notes = import->context;
    if (import->batch != notes->batch)
        notes->wrong_before = notes->wrong;
    notes->batch = import->batch;
    notes->wrong = notes->wrong_before;
}

static int take_line(struct import *import, struct db *db, void *line, enum import_outcome *ret_outcome, struct error *error)
{
    static const enum import_outcome outcomes[] = {IMPORT_NEW, IMPORT_CHANGED, IMPORT_SAME};
    struct notes *notes = import->context;
    struct receipt_told told = *(struct receipt_told *)line;
    struct supply supply;
    enum receipt_outcome outcome = RECEIPT_SAME;
    bool wrong = false;
    int result = find_told_supply(&import->ctx, db, &notes->at, notes->number, &supply, &told, error);
    if (!result)
        result = receipt_keep(&import->ctx, db, &notes->at, &told, &outcome, &wrong, error);
    notes->wrong += !result && wrong;
    *ret_outcome = outcomes[outcome];
    return result;
}

int supply_receipts(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    static const struct import_matter matter = {
        .columns = columns,
        .column_count = COLUMNS,
        .missing = N_("This file has no column {0}. A delivery note has at least code and units."),
        .line_bytes = sizeof(struct receipt_told),
        .read = read_line,
        .take = take_line,
        .begin = begin,
    };
    struct notes notes = {.number = tree_int(args, "supply_number", 0), .note = given(args, "delivery_note")};
    int code = supply_day(ctx, args, &notes.on);
    if (!code)
        code = establishment_asked_in_job(ctx, args, &notes.at);
    if (!code)
        code = import_run(ctx, &matter, &notes, tree_true(tree_get(args, "preview")), result);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "wrong_lines", notes.wrong);
    tree_set_text(ctx->arena, result, "establishment", notes.at.ref);
    return 0;
}
