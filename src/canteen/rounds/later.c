/* After the round: bags kept for those who were away, brought again or put back on the shelf; and rounds told by file. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/rounds/internal.h"
#include "import/import.h"
#include "kernel/app.h"

static int code_of_round(struct ctx *ctx, struct db *db, int64_t round, const char **ret_code, struct error *error)
{
    char *code = NULL;
    int result = round ? db_text(db, ctx->arena, "SELECT code FROM canteen_round WHERE id = :id", BIND(INT("id", round)), &code, error) : 0;
    *ret_code = code ? code : "";
    return result;
}

/* Lines of one bag, typed without saying which. */
static int read_lines(struct ctx *ctx, const struct bag *bag, const char *text, struct handing *handing, struct error *error)
{
    char *rest = NULL, *copy = arena_strdup(ctx->arena, text ? text : "");
    const char *all = "";
    for (char *line = strtok_r(copy, "\n|", &rest); line; line = strtok_r(NULL, "\n|", &rest)) {
        const char *between = strpbrk(line, ";,\t") ? ";" : " ", *tidy = text_tidy(ctx->arena, line);
        if (*tidy)
            all = arena_printf(ctx->arena, "%s#%" PRId64 "%s%s\n", all, bag->number, between, tidy);
    }
    return told_read(ctx, TOLD_DELIVERY, all, bag, 1, &handing->told, &handing->told_count, error);
}

/* --- round bag: a second delivery --- */

static int hand_later(struct ctx *ctx, const struct tree *args, const struct bag *bag, bool *ret_changed)
{
    struct handing handing = {.later = true};
    const char *code;
    bool kept = !strcmp(bag->state, "kept"), again = !strcmp(bag->state, "later");
    if (!kept && !again)
        return error_set(ctx->error, ERR_REFUSED, "bag", N_("Only a bag that is kept for somebody is handed over later."), NULL);
    int result = code_of_round(ctx, ctx->db, bag->round, &code, ctx->error);
    if (!result)
        result = handing_open(&handing, ctx, args, code, ctx->error);
    if (!result && kept && strcmp(handing.on, bag->kept_until) > 0)
        return error_set(ctx->error, ERR_REFUSED, "on", N_("This bag was kept until {0}: put it back on the shelf."), bag->kept_until, NULL);
    if (!result)
        result = handing_begin(&handing, ctx->db);
    if (!result)
        result = read_lines(ctx, bag, tree_text(args, "exceptions"), &handing, ctx->error);
    if (!result)
        result = bag_hand(&handing, bag, ret_changed);
    if (!result)
        result = handing_end(&handing);
    return result ? result : round_count(ctx->db, bag->round, ctx->error);
}

/* --- round bag: back on the shelf --- */

/* Nothing was received of it. An order that is settled already was settled for nothing: there is no more to tell. */
static int return_lines(struct ctx *ctx, const struct bag *bag)
{
    struct order_head head;
    struct placed_line *lines;
    size_t count = 0;
    int result = lines_lock(ctx->db, ctx->arena, bag->order, &head, ctx->error);
    if (!result)
        result = lines_read(ctx->db, ctx->arena, bag->order, &lines, &count, ctx->error);
    bool open = !result && (!strcmp(head.state, "accepted") || !strcmp(head.state, "reduced"));
    for (size_t i = 0; i < count && !result; i++)
        if (lines[i].picked > 0 && open)
            result = bag_give(ctx, ctx->db, &head, &lines[i], 0, "returned", ctx->error);
    return result;
}

static int shelve(struct ctx *ctx, const struct tree *args, const struct bag *bag, bool *ret_changed)
{
    const char *on, *code;
    bool aside = !bag->round && !strcmp(bag->state, "filled");
    if (!strcmp(bag->state, "back"))
        return 0;
    if (strcmp(bag->state, "kept") != 0 && strcmp(bag->state, "refused") != 0 && !aside)
        return error_set(ctx->error, ERR_REFUSED, "bag", N_("Only a bag that is kept, was refused or has nobody any more goes back to the shelf."),
                         NULL);
    int result = day_asked(ctx, args, &on);
    if (!result)
        result = code_of_round(ctx, ctx->db, bag->round, &code, ctx->error);
    if (!result)
        result = return_lines(ctx, bag);
    if (!result)
        result = db_run(ctx->db, "UPDATE canteen_bag SET state = 'back', kept_until = '' WHERE order_id = :order",
                        BIND(INT("order", bag->order)), ctx->error);
    if (!result)
        result = bag_tell(ctx, ctx->db, bag, "back", on, code, 0, ctx->error);
    *ret_changed = true;
    return result || !bag->round ? result : round_count(ctx->db, bag->round, ctx->error);
}

int round_bag(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct bag bag;
    bool changed = false, later = !strcmp(tree_text(args, "bag_way"), "handed_later");
    int code = bag_asked(ctx, ctx->db, args, &bag, ctx->error);
    if (!code)
        code = later ? hand_later(ctx, args, &bag, &changed) : shelve(ctx, args, &bag, &changed);
    if (!code)
        code = bag_read(ctx->db, ctx->arena, bag.order, &bag, ctx->error);
    if (code)
        return code;
    tree_set_text(ctx->arena, result, "bag", bag.reference);
    tree_set_text(ctx->arena, result, "state", bag.state);
    tree_set_bool(ctx->arena, result, "before", !changed);
    return 0;
}

/* --- round take: a file with one line for each bag --- */

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
        result = read_lines(ctx, bag, whole ? line->outcome : line->exceptions, &handing, error);
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
        [BAG] = {{"bag", "sachet", "person", "ecrou"}, true},
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
    int code = canteen_check_service(ctx);
    if (!code)
        code = establishment_asked_in_job(ctx, args, &taking.at);
    if (!code)
        code = handing_open(&taking.handing, ctx, args, taking.round, ctx->error);
    return code ? code : import_run(ctx, &matter, &taking, tree_true(tree_get(args, "preview")), result);
}
