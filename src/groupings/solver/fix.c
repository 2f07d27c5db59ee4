/* What no better answer can hold, fixed: members in lots, lots, members at all. */
#include "price.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void scope_close_opener(struct scope *scope, int32_t o)
{
    const struct model *model = scope->model;
    scope->open[o] = -1;
    for (int32_t i = 0; i < scope->lot_count; i++) {
        struct lot_state *state = &scope->states[scope->lots[i]];
        const struct lot *lot = &model->lots[scope->lots[i]];
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            if (lot->candidates[c].member == model->openers[o].member && state->must[c] == 0)
                state->must[c] = -1;
        }
    }
}

/* The same for taking part at all. */
static int32_t scope_fix_openers(struct scope *scope, const double *prices, double bound, double best)
{
    const struct model *model = scope->model;
    struct worths worths;
    int32_t fixed = 0;
    bool good = model->opener_count > 0 && worths_make(&worths, scope, prices);

    for (int32_t o = 0; good && o < model->opener_count; o++) {
        if (!worths.tied[o] || scope->open[o] || bound - worths_turn(&worths, o) > best)
            continue;
        if (worths.chosen[o])
            scope->open[o] = 1;
        else
            scope_close_opener(scope, o);
        fixed++;
    }
    if (model->opener_count > 0)
        worths_free(&worths);
    return fixed;
}

int32_t scope_fix(struct scope *scope, const double *prices, const struct priced *priced, double bound,
                  double best)
{
    struct thread_space *space = &scope->control->spaces[scope->thread < 0 ? 0 : scope->thread];
    int32_t fixed = 0;

    if (!isfinite(bound) || !isfinite(best))
        return 0;
    fixed = scope_fix_openers(scope, prices, bound, best);
    for (int32_t i = 0; i < scope->lot_count; i++) {
        int32_t l = scope->lots[i];
        struct lot_state *state = &scope->states[l];
        const struct lot *lot = &scope->model->lots[l];
        if (state->answer < 0 || lot->impossible)
            continue;
        double charge = lot_set_costs(scope, l, prices, space);
        struct lot_query query = lot_make_query(scope, l, space);
        double share = state->answer > 0 ? priced[i].bound : fmax(0, priced[i].bound);
        lot_probe(space->lot, &query, state->multipliers, space->in, space->out);
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            if (state->must[c])
                continue;
            double in = fmin(space->in[c] - charge, priced[i].bound),
                   out = fmin(space->out[c] - charge, priced[i].bound);
            if (bound - share + in <= best) { /* the lot answered with c */
                state->must[c] = -1;
                fixed++;
            } else if (bound - share + (state->answer > 0 ? out : fmax(0, out)) <= best) {
                state->must[c] = 1;
                state->answer = 1;
                fixed++;
            }
        }
        if (state->answer == 0 && bound - share <= best) {
            state->answer = 1;
            fixed++;
        } else if (state->answer == 0 && bound - share + priced[i].bound <= best) {
            state->answer = -1;
            fixed++;
        }
    }
    return fixed;
}

struct fixing {
    struct scope *scope;
    const double *prices;
    const struct priced *priced;
    const struct pool *known;
    double bound, best;
    int32_t *counts; /* by position */
};

/* Columns above the threshold show who can be in and who can be out. */
static void lot_mark_shown(const struct fixing *f, int32_t l, double threshold, int8_t *in, int8_t *out)
{
    int32_t candidates = f->scope->model->lots[l].candidate_count;
    for (int32_t i = 0; i < f->known->count; i++) {
        const struct column *column = f->known->columns[i];
        if (column->lot != l || column_reduced_value(column, f->prices) <= threshold ||
            !scope_allows(f->scope, column))
            continue;
        for (int32_t c = 0; c < candidates; c++) {
            if (column_has(column, c))
                in[c] = 1;
            else
                out[c] = 1;
        }
    }
}

/* Whether some group above the threshold has the candidate so decided; when in doubt, yes. */
static bool lot_can_have(const struct fixing *f, int32_t l, struct lot_query *query, int32_t c,
                         int8_t decision, int thread)
{
    struct thread_space *space = &f->scope->control->spaces[thread];
    int8_t *must = &f->scope->states[l].must[c];
    struct lot_result result;

    memcpy(space->multipliers, f->scope->states[l].multipliers,
           lot_width(query->lot) * sizeof *space->multipliers);
    *must = decision;
    lot_search(space->lot, query, space->multipliers, &result);
    *must = 0;
    return result.group_count > 0 || !result.complete;
}

static void fix_hard_piece(void *context, int32_t i, int thread)
{
    struct fixing *f = context;
    struct scope *scope = f->scope;
    int32_t l = scope->lots[i];
    const struct lot *lot = &scope->model->lots[l];
    struct lot_state *state = &scope->states[l];
    struct thread_space *space = &scope->control->spaces[thread];
    int8_t *shown = calloc(2 * (size_t)lot->candidate_count + 1, 1),
           *shown_out = shown + lot->candidate_count;

    f->counts[i] = 0;
    if (!shown || state->answer < 0 || lot->impossible || !isfinite(f->priced[i].bound)) {
        free(shown);
        return;
    }
    double charge = lot_set_costs(scope, l, f->prices, space);
    double share = state->answer > 0 ? f->priced[i].bound : fmax(0, f->priced[i].bound);
    double threshold = f->best - f->bound + share; /* a group at or below it is in no better answer */
    struct lot_query query = lot_make_query(scope, l, space);
    query.cutoff = threshold + charge;
    query.max_nodes = 400;
    query.first = true;
    lot_mark_shown(f, l, threshold, shown, shown_out);
    for (int32_t c = 0; c < lot->candidate_count && !control_is_over(scope->control); c++) {
        if (state->must[c])
            continue;
        if (!shown[c] && !lot_can_have(f, l, &query, c, 1, thread)) {
            state->must[c] = -1;
            f->counts[i]++;
        } else if (!shown_out[c] && threshold >= 0 && !lot_can_have(f, l, &query, c, -1, thread)) {
            state->must[c] = 1; /* not answering (worth 0) is no better answer either */
            state->answer = 1;
            f->counts[i]++;
        }
    }
    free(shown);
}

int32_t scope_fix_hard(struct scope *scope, const double *prices, const struct priced *priced, double bound,
                       double best, const struct pool *known)
{
    struct fixing f = {scope, prices, priced, known, bound, best, NULL};
    int32_t sum = 0;

    if (!isfinite(bound) || !isfinite(best))
        return 0;
    f.counts = calloc((size_t)scope->lot_count + 1, sizeof *f.counts);
    if (!f.counts) {
        atomic_store(&scope->control->no_memory, true);
        return 0;
    }
    if (scope->thread < 0)
        workers_run(scope->control->workers, scope->lot_count, fix_hard_piece, &f);
    for (int32_t i = 0; i < scope->lot_count; i++) {
        if (scope->thread >= 0)
            fix_hard_piece(&f, i, scope->thread);
        sum += f.counts[i];
    }
    free(f.counts);
    return sum;
}
