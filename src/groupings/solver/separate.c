#include "separate.h"

#include "knapsack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- flow covers ---- */

/* What each lot uses of each shared row in the master's answer, for the search of cuts. */
static struct cut_term *list_terms(const struct generation *g, const struct master *master,
                                   int32_t *ret_count)
{
    const struct model *model = g->scope->model;
    int32_t rows = model->slot_count + model->member_count, capacity = 1, count = 0;

    for (int32_t i = 0; i < master_column_count(master); i++) {
        const struct column *column = master_column(master, i);
        if (column && master_weight(master, i) > 1e-7)
            capacity += column->entry_count;
    }
    struct cut_term *terms = calloc((size_t)capacity, sizeof *terms);
    int32_t *place = malloc((size_t)rows * sizeof *place); /* term of the row in the lot at hand */
    for (int32_t i = 0; terms && place && i < g->scope->lot_count; i++) {
        int32_t l = g->scope->lots[i], first = count;
        const struct lot *lot = &model->lots[l];
        memset(place, -1, (size_t)rows * sizeof *place);
        for (int32_t k = 0; k < master_column_count(master); k++) {
            const struct column *column = master_column(master, k);
            double weight = column && column->lot == l ? master_weight(master, k) : 0;
            for (int32_t e = 0; weight > 1e-7 && e < column->entry_count; e++) {
                int32_t row = column->rows[e];
                if (row >= rows)
                    continue;
                if (place[row] < 0) {
                    place[row] = count;
                    terms[count++] = (struct cut_term){.row = row, .lot = l, .candidate = -1};
                }
                terms[place[row]].x += weight * column->uses[e];
            }
        }
        for (int32_t c = 0; c < lot->candidate_count && first < count; c++) {
            const struct candidate *candidate = &lot->candidates[c];
            if (g->part[l][c] <= 1e-7)
                continue;
            double paid = 0;
            for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
                struct cut_term *t = place[lot->arcs[a].slot] >= 0 ? &terms[place[lot->arcs[a].slot]] : NULL;
                paid += lot->arcs[a].price * lot->arcs[a].up;
                if (t) {
                    t->candidate = c;
                    t->y = g->part[l][c];
                    t->up = fmin(t->up + lot->arcs[a].up, model->right[t->row]);
                }
            }
            int32_t row = model->turnover_row + candidate->member;
            if (place[row] >= 0) {
                struct cut_term *t = &terms[place[row]];
                t->candidate = c;
                t->y = g->part[l][c];
                t->up = fmin(paid, model->right[row]);
            }
        }
    }
    if (!terms || !place) {
        free(place);
        free(terms);
        return NULL;
    }
    free(place);
    *ret_count = 0; /* keep those of a known candidate */
    for (int32_t i = 0; i < count; i++) {
        if (terms[i].candidate >= 0)
            terms[(*ret_count)++] = terms[i];
    }
    return terms;
}

int32_t separate_flow_covers(const struct generation *g, const struct master *master, int32_t most)
{
    const struct model *model = g->scope->model;
    int32_t count = 0;
    struct cut_term *terms = list_terms(g, master, &count);
    int32_t added = terms ? cut_set_separate(model->cuts, model, terms, count, most) : -1;

    free(terms);
    return added;
}

/* ---- knapsacks ---- */

/* All candidates of the scope, one member after the other: those of member m are from first[m] to first[m +
 * 1]. */
struct place {
    int32_t lot, candidate;
};

struct place_list {
    int32_t *first;
    struct place *places;
    double *uses, *part, *parts; /* room for one member's */
};

static void place_list_free(struct place_list *list)
{
    free(list->first);
    free(list->places);
    free(list->uses);
}

/* On failure too, place_list_free follows. */
static bool place_list_make(struct place_list *list, const struct scope *scope)
{
    const struct model *model = scope->model;
    size_t members = (size_t)model->member_count, most = 0, all = 0;

    *list = (struct place_list){.first = calloc(members + 2, sizeof *list->first)};
    if (!list->first)
        return false;
    int32_t *start =
        list->first + 1; /* start[m]: where the next one of m goes; in the end, where m + 1 starts */
    for (int32_t i = 0; i < scope->lot_count; i++) {
        const struct lot *lot = &model->lots[scope->lots[i]];
        for (int32_t c = 0; c < lot->candidate_count; c++)
            start[lot->candidates[c].member]++;
    }
    for (size_t m = 0; m < members; m++) {
        size_t count = (size_t)start[m];
        most = count > most ? count : most;
        start[m] = (int32_t)all;
        all += count;
    }
    list->places = calloc(all + 1, sizeof *list->places);
    list->uses = calloc(3 * most + 1, sizeof *list->uses);
    if (!list->places || !list->uses)
        return false;
    list->part = list->uses + most;
    list->parts = list->part + most;
    for (int32_t i = 0; i < scope->lot_count; i++) {
        const struct lot *lot = &model->lots[scope->lots[i]];
        for (int32_t c = 0; c < lot->candidate_count; c++)
            list->places[start[lot->candidates[c].member]++] = (struct place){scope->lots[i], c};
    }
    return true;
}

/* What the candidate uses of the row at least, when it takes part: all where it is alone; else what is left
 * of the minimum share when everything else it can do is done first, at the heaviest use. */
static double place_least_use(const struct model *model, struct place place, int32_t row)
{
    const struct lot *lot = &model->lots[place.lot];
    const struct candidate *candidate = &lot->candidates[place.candidate];
    double all = 0, other = 0, lightest = INFINITY;

    for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
        const struct arc *arc = &lot->arcs[a];
        double use = row >= model->turnover_row ? arc->price : arc->slot == row;
        all += use * lot->quantity[arc->requirement];
        if (use <= 0)
            other += arc->weight * arc->up;
        else if (arc->weight > 0)
            lightest = fmin(lightest, use / arc->weight);
    }
    if (lot->max_group == 1)
        return all;
    return lot->weightless || !isfinite(lightest) ? 0 : fmax(0, lot->floor * (1 - 1e-6) - other) * lightest;
}

/* One member and one of its rows: a cut, or nothing. */
static bool row_add_draft(const struct generation *g, const struct place_list *list, int32_t member,
                          int32_t row, double open, struct cut_drafts *drafts)
{
    const struct model *model = g->scope->model;
    int32_t first = list->first[member], count = list->first[member + 1] - first, kept = 0;
    struct knapsack knapsack = {count, list->uses, list->part, model->right[row], open};
    double sum = 0;

    for (int32_t i = 0; i < count; i++) {
        struct place place = list->places[first + i];
        list->uses[i] = place_least_use(model, place, row);
        list->part[i] = g->part[place.lot][place.candidate];
        sum += list->part[i] > 1e-6 ? list->uses[i] : 0;
    }
    if (knapsack.capacity <= 0 || sum <= knapsack.capacity)
        return true;
    int found = knapsack_find_cut(&knapsack, list->parts);
    if (found <= 0)
        return found == 0;
    struct cut_draft *draft = cut_draft_new(count);
    if (!draft)
        return false;
    for (int32_t i = 0; i < count; i++) {
        if (list->parts[i] <= 0)
            continue;
        draft->lots[kept] = list->places[first + i].lot;
        draft->candidates[kept] = list->places[first + i].candidate;
        draft->parts[kept++] = list->parts[i];
    }
    draft->count = kept;
    draft->opener = model->member_opener[member];
    return cut_drafts_add(drafts, draft);
}

/* Whether the member takes part by halves somewhere. */
static bool member_is_mixed(const struct generation *g, const struct place_list *list, int32_t member)
{
    for (int32_t i = list->first[member]; i < list->first[member + 1]; i++) {
        double part = g->part[list->places[i].lot][list->places[i].candidate];
        if (part > 1e-6 && part < 1 - 1e-6)
            return true;
    }
    return false;
}

/* ---- demand ---- */

/* Whether no mandatory lot before, nor requirement before, asks for the function. */
static bool function_is_first(const struct model *model, int32_t function, int32_t lot, int32_t requirement)
{
    for (int32_t l = 0; l <= lot; l++) {
        const struct grouping_lot *source = &model->instance->lots[model->lots[l].index];
        int32_t count = l < lot ? model->lots[l].requirement_count : requirement;
        for (int32_t r = 0; r < count && model->lots[l].mandatory; r++) {
            if (source->requirements[model->lots[l].requirements[r]].function == function)
                return false;
        }
    }
    return true;
}

static double function_sum_demand(const struct model *model, int32_t function)
{
    double sum = 0;
    for (int32_t l = 0; l < model->lot_count; l++) {
        const struct lot *lot = &model->lots[l];
        const struct grouping_lot *source = &model->instance->lots[lot->index];
        for (int32_t r = 0; r < lot->requirement_count && lot->mandatory; r++)
            sum += source->requirements[lot->requirements[r]].function == function ? lot->quantity[r] : 0;
    }
    return sum;
}

/* A function that the mandatory lots ask for: a cut of all, or nothing. */
static bool function_add_draft(const struct generation *g, const struct master *master, int32_t function,
                               double *uses, double *part, double *parts, struct cut_drafts *drafts)
{
    const struct model *model = g->scope->model;
    struct knapsack knapsack = {.count = model->opener_count, .uses = uses, .part = part, .open = 1};
    double demand = function_sum_demand(model, function), all = 0;
    int32_t kept = 0;

    memset(uses, 0, (size_t)model->opener_count * sizeof *uses);
    for (int32_t m = 0; m < model->member_count && demand > 0; m++) {
        const struct grouping_member *member = &model->instance->members[m];
        int32_t o = model->member_opener[m];
        for (size_t k = 0; k < member->offer_count; k++) {
            double capacity = model->right[model->member_slots[m] + (int32_t)k];
            if (member->offers[k].function != function)
                continue;
            if (o >= 0)
                uses[o] = capacity;
            else
                demand -= capacity;
            all += o >= 0 ? capacity : 0;
        }
    }
    knapsack.capacity = all - demand * (1 - 1e-9);
    if (demand <= 0 || knapsack.capacity <= 0)
        return true;
    for (int32_t o = 0; o < model->opener_count; o++)
        part[o] = g->scope->open[o] > 0 ? 0 : 1 - fmin(1, master_opening_weight(master, o));
    int found = knapsack_find_cut(&knapsack, parts);
    if (found <= 0)
        return found == 0;
    struct cut_draft *draft = cut_draft_new(model->opener_count);
    if (!draft)
        return false;
    for (int32_t o = 0; o < model->opener_count; o++) {
        draft->candidates[kept] = o;
        draft->parts[kept] = parts[o];
        kept += parts[o] > 0;
    }
    draft->count = kept;
    draft->opener = CUT_OF_ALL;
    return cut_drafts_add(drafts, draft);
}

static bool separate_demand(const struct generation *g, const struct master *master,
                            struct cut_drafts *drafts)
{
    const struct model *model = g->scope->model;
    double *uses = calloc(3 * (size_t)model->opener_count + 1, sizeof *uses);
    double *part = uses + model->opener_count, *parts = part + model->opener_count;
    bool good = uses != NULL;

    for (int32_t l = 0; good && model->opener_count && l < model->lot_count; l++) {
        const struct grouping_lot *lot = &model->instance->lots[model->lots[l].index];
        for (int32_t r = 0; r < model->lots[l].requirement_count && model->lots[l].mandatory && good; r++) {
            int32_t function = lot->requirements[model->lots[l].requirements[r]].function;
            if (function_is_first(model, function, l, r))
                good = function_add_draft(g, master, function, uses, part, parts, drafts);
        }
    }
    free(uses);
    return good;
}

/* ---- both ---- */

bool separate_knapsacks(const struct generation *g, const struct master *master, struct cut_drafts *drafts)
{
    const struct model *model = g->scope->model;
    struct place_list list;
    bool good = place_list_make(&list, g->scope);

    for (int32_t m = 0; good && m < model->member_count; m++) {
        int32_t opener = model->member_opener[m];
        bool variable = opener >= 0 && master_opening_is_free(master, opener);
        double open = variable ? fmin(1, master_opening_weight(master, opener)) : 1;
        if (open <= 1e-6 || !member_is_mixed(g, &list, m))
            continue;
        for (int32_t row = model->member_slots[m]; good && row < model->member_slots[m + 1]; row++)
            good = row_add_draft(g, &list, m, row, open, drafts);
        good = good && row_add_draft(g, &list, m, model->turnover_row + m, open, drafts);
    }
    place_list_free(&list);
    return good && separate_demand(g, master, drafts);
}
