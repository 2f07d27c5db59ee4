/* A round told by file: one line for each bag. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/rounds/internal.h"
#include "import/import.h"
#include "kernel/app.h"

enum { BAG, OUTCOME, EXCEPTIONS, SIGNED, WITNESS, COLUMNS };

struct taking {
    struct establishment at;
    struct handing handing;
    const char *round;
};

struct line {
    const char *bag, *outcome, *exceptions, *signed_by, *witness;
};

static const char *signed_of(const char *folded)
{
    static const char *const words[][2] = {{"sheet", "sheet"}, {"paper", "sheet"}, {"papier", "sheet"}, {"feuille", "sheet"}, {"tablet", "tablet"}, {"tablette", "tablet"},
                                           {"none", "none"},       {"aucune", "none"},  {"non", "none"}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (!strcmp(folded, words[i][0]))
            return words[i][1];
    return NULL;
}

static int read_line(struct import *import, void *told, struct error *error)
{
    const struct taking *taking = import->context;
    struct line *line = told;
    const char *typed = import_cell(import, SIGNED);
    int result = import_check_text(import, 400, error);
    if (result)
        return result;
    *line = (struct line){import_cell(import, BAG), outcome_of(import->ctx.arena, import_cell(import, OUTCOME)),
                          import_cell(import, EXCEPTIONS), taking->handing.signed_by, import_cell(import, WITNESS)};
    if (!*line->bag)
        return error_set(error, ERR_INVALID, "bag", N_("This is required."), NULL);
    if (!line->outcome || (strcmp(line->outcome, "received") != 0 && strcmp(line->outcome, "absent") != 0 && strcmp(line->outcome, "refused") != 0))
        return error_set(error, ERR_INVALID, "outcome", N_("This must be received, absent or refused."), NULL);
    if (*typed && !(line->signed_by = signed_of(text_fold(import->ctx.arena, typed))))
        return error_set(error, ERR_INVALID, "signed", N_("This must be sheet, tablet or none."), NULL);
    if (!strcmp(line->signed_by, "none") && strcmp(line->outcome, "absent") != 0 && !*line->witness && !*taking->handing.witness)
        return error_set(error, ERR_INVALID, "witness", N_("Without a signature, say who saw it handed over."), NULL);
    return 0;
}

static int find_bag(struct ctx *ctx, struct db *db, const struct round *round, const char *typed, struct bag *ret_bag, struct error *error)
{
    struct stay stay;
    struct error ignored = {0};
    int64_t order = 0, number = 0;
    if (*typed == '#' && text_to_int(typed + 1, &number)) {
        int result = db_int(db, "SELECT order_id FROM canteen_bag WHERE round_id = :round AND number = :number",
                            BIND(INT("round", round->id), INT("number", number)), 0, &order, error);
        if (result)
            return result;
    } else if (!bag_find(db, ctx->arena, round->establishment_id, typed, ret_bag, &ignored)) {
        order = ret_bag->order;
    } else if (!stay_find(ctx->app, db, ctx->arena, round->establishment_id, typed, &stay, &ignored)) {
        int result = db_int(db, "SELECT order_id FROM canteen_bag WHERE round_id = :round AND person_id = :person",
                            BIND(INT("round", round->id), INT("person", stay.person)), 0, &order, error);
        if (result)
            return result;
    }
    int result = order ? bag_read(db, ctx->arena, order, ret_bag, error) : 0;
    if (!result && (!order || ret_bag->round != round->id))
        return error_set(error, ERR_NOT_FOUND, "bag", N_("This bag is not on this round."), NULL);
    return result;
}

static int hand_line(struct taking *taking, struct ctx *ctx, struct db *db, const struct round *round, const struct bag *bag,
                     const struct line *line, bool *ret_changed, struct error *error)
{
    struct handing handing = taking->handing;
    bool whole = strcmp(line->outcome, "received") != 0;
    handing.ctx = ctx;
    handing.error = error;
    handing.round = round->code;
    handing.signed_by = line->signed_by;
    handing.witness = strcmp(line->signed_by, "none") ? "" : *line->witness ? line->witness : handing.witness;
    int result = handing_begin(&handing, db);
    if (!result)
        result = told_read_bag(ctx, bag, whole ? line->outcome : line->exceptions, &handing, error);
    if (!result)
        result = bag_hand(&handing, bag, ret_changed);
    if (!result)
        result = handing_end(&handing);
    return result || !*ret_changed ? result : round_told(&handing, round, "");
}

static int take_line(struct import *import, struct db *db, void *told, enum import_outcome *ret_outcome, struct error *error)
{
    struct taking *taking = import->context;
    const struct line *line = told;
    struct ctx *ctx = &import->ctx;
    struct round round;
    struct bag bag;
    bool changed = false, first;
    int result = round_find(db, ctx->arena, taking->at.id, taking->round, &round, error);
    if (!result)
        result = rounds_lock(db, round.cycle_id, error);
    if (!result)
        result = round_find(db, ctx->arena, taking->at.id, taking->round, &round, error);
    if (!result)
        result = round_check_out(&round, error);
    if (!result)
        result = find_bag(ctx, db, &round, line->bag, &bag, error);
    if (result)
        return result;
    first = !strcmp(bag.state, "out");
    *ret_outcome = IMPORT_SAME;
    if (!strcmp(bag.state, "later") || !strcmp(bag.state, "back"))
        return 0; /* told after the round came back */
    result = hand_line(taking, ctx, db, &round, &bag, line, &changed, error);
    *ret_outcome = !changed ? IMPORT_SAME : first ? IMPORT_NEW : IMPORT_CHANGED;
    return result;
}

int round_take(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    static const struct import_column columns[COLUMNS] = {
        [BAG] = {{"bag", "sac", "person", "ecrou"}, true},
        [OUTCOME] = {{"outcome", "resultat", "remise"}, true},
        [EXCEPTIONS] = {{"exceptions", "lignes"}},
        [SIGNED] = {{"signed", "signature"}},
        [WITNESS] = {{"witness", "temoin"}},
    };
    static const struct import_matter matter = {
        .columns = columns,
        .column_count = COLUMNS,
        .missing = N_("This file has no column {0}."),
        .line_bytes = sizeof(struct line),
        .read = read_line,
        .take = take_line,
    };
    struct taking taking = {.round = tree_text(args, "round")};
    int code = establishment_asked_in_job(ctx, args, &taking.at);
    if (!code)
        code = handing_open(&taking.handing, ctx, args, taking.round, ctx->error);
    return code ? code : import_run(ctx, &matter, &taking, tree_true(tree_get(args, "preview")), result);
}
