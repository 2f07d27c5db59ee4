/* The model as a MILP for any other solver: one row after the other, as in the header of solver.h. */
#include "instance_json.h"
#include "model.h"

#include <math.h>
#include <stdlib.h>

struct lp {
    FILE *out;
    const struct grouping_file *file;
    const struct model *model;
    int64_t row;
};

static void put_x(struct lp *lp, const struct lot *lot, int32_t c, int32_t a)
{
    size_t l = (size_t)lot->index;
    int32_t r = lot->requirements[lot->arcs[a].requirement];
    fprintf(lp->out, "x_%s_%s_%s", grouping_file_lot_id(lp->file, l),
            grouping_file_member_id(lp->file, (size_t)lot->candidates[c].member),
            grouping_file_requirement_id(lp->file, l, (size_t)r));
}

static void put_y(struct lp *lp, const struct lot *lot, int32_t c)
{
    fprintf(lp->out, "y_%s_%s", grouping_file_lot_id(lp->file, (size_t)lot->index),
            grouping_file_member_id(lp->file, (size_t)lot->candidates[c].member));
}

static void put_z(struct lp *lp, const struct lot *lot)
{
    fprintf(lp->out, "z_%s", grouping_file_lot_id(lp->file, (size_t)lot->index));
}

static void start_row(struct lp *lp)
{
    fprintf(lp->out, " c%lld:", (long long)++lp->row);
}

static void put_objective(struct lp *lp)
{
    fputs("maximize\n obj:", lp->out);
    for (int32_t l = 0; l < lp->model->lot_count; l++) {
        const struct lot *lot = &lp->model->lots[l];
        fprintf(lp->out, "\n %+.0f ", lot->worth);
        put_z(lp, lot);
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            /* with the opening of a member met in this lot only */
            fprintf(lp->out, "\n - %.0f ", lot->candidates[c].coordination);
            put_y(lp, lot, c);
            for (int32_t a = lot->candidates[c].first;
                 a < lot->candidates[c].first + lot->candidates[c].count; a++) {
                fprintf(lp->out, "\n %c %.6f ", lot->arcs[a].score >= 0 ? '-' : '+',
                        fabs(lot->arcs[a].score));
                put_x(lp, lot, c, a);
            }
        }
    }
    for (int32_t o = 0; o < lp->model->opener_count; o++)
        fprintf(lp->out, "\n - %.0f o_%s", lp->model->openers[o].cost,
                grouping_file_member_id(lp->file, (size_t)lp->model->openers[o].member));
    fputs("\nsubject to\n", lp->out);
}

static void put_candidate_rows(struct lp *lp, const struct lot *lot, int32_t c)
{
    const struct candidate *candidate = &lot->candidates[c];
    for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
        start_row(lp);
        fputs(" ", lp->out);
        put_x(lp, lot, c, a);
        fprintf(lp->out, " - %.9g ", lot->arcs[a].up);
        put_y(lp, lot, c);
        fputs(" <= 0\n", lp->out);
    }
    start_row(lp);
    for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
        fprintf(lp->out, "\n + %.9g ", lot->arcs[a].weight);
        put_x(lp, lot, c, a);
    }
    fprintf(lp->out, "\n - %.3f ", lot->floor);
    put_y(lp, lot, c);
    fputs(" >= 0\n", lp->out);
    start_row(lp);
    fputs(" ", lp->out);
    put_y(lp, lot, c);
    fputs(" - ", lp->out);
    put_z(lp, lot);
    fputs(" <= 0\n", lp->out);
    if (candidate->opening_row >= 0) {
        start_row(lp);
        fputs(" ", lp->out);
        put_y(lp, lot, c);
        fprintf(lp->out, " - o_%s <= 0\n", grouping_file_member_id(lp->file, (size_t)candidate->member));
    }
}

/* sum of coefficient y over the candidates, against right z. kind: 's'ize, 'm'eans, 'l'eader */
static void put_group_row(struct lp *lp, const struct lot *lot, char kind, double right, const char *sense)
{
    start_row(lp);
    for (int32_t c = 0; c < lot->candidate_count; c++) {
        if (kind == 'l' && !lot->candidates[c].lead)
            continue;
        fprintf(lp->out, "\n + %.0f ", kind == 'm' ? lot->candidates[c].turnover : 1.0);
        put_y(lp, lot, c);
    }
    fprintf(lp->out, "\n - %.0f ", right);
    put_z(lp, lot);
    fprintf(lp->out, " %s 0\n", sense);
}

static void put_lot(struct lp *lp, const struct lot *lot)
{
    if (lot->impossible) {
        start_row(lp);
        fputs(" ", lp->out);
        put_z(lp, lot);
        fputs(" = 0\n", lp->out);
    }
    for (int32_t r = 0; r < lot->requirement_count; r++) {
        start_row(lp);
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            for (int32_t a = lot->candidates[c].first;
                 a < lot->candidates[c].first + lot->candidates[c].count; a++) {
                if (lot->arcs[a].requirement != r)
                    continue;
                fputs("\n + ", lp->out);
                put_x(lp, lot, c, a);
            }
        }
        fprintf(lp->out, "\n - %.9g ", lot->quantity[r]);
        put_z(lp, lot);
        fputs(" = 0\n", lp->out);
    }
    put_group_row(lp, lot, 's', lot->max_group, "<=");
    put_group_row(lp, lot, 'm', lot->need, ">=");
    put_group_row(lp, lot, 'l', 1, ">=");
    for (int32_t c = 0; c < lot->candidate_count; c++)
        put_candidate_rows(lp, lot, c);
    if (lot->mandatory) {
        start_row(lp);
        fputs(" ", lp->out);
        put_z(lp, lot);
        fputs(" = 1\n", lp->out);
    }
}

/* Shared rows are written by walking all arcs once for each member: few lots, so this stays cheap. */
static void put_shared_rows(struct lp *lp, int32_t member)
{
    const struct model *model = lp->model;
    int32_t first = model->member_slots[member], last = model->member_slots[member + 1];

    for (int32_t row = first; row <= last; row++) { /* `last` stands for the turnover */
        bool started = false;
        for (int32_t l = 0; l < model->lot_count; l++) {
            const struct lot *lot = &model->lots[l];
            int32_t low = 0, high = lot->candidate_count; /* candidates rise by member */
            while (low < high) {
                int32_t middle = (low + high) / 2;
                if (lot->candidates[middle].member < member)
                    low = middle + 1;
                else
                    high = middle;
            }
            if (low == lot->candidate_count || lot->candidates[low].member != member)
                continue;
            const struct candidate *candidate = &lot->candidates[low];
            for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++) {
                if (row < last && lot->arcs[a].slot != row)
                    continue;
                if (!started)
                    start_row(lp);
                started = true;
                fprintf(lp->out, "\n + %.9g ", row < last ? 1 : lot->arcs[a].price);
                put_x(lp, lot, low, a);
            }
        }
        if (started)
            fprintf(lp->out, " <= %.12g\n", model->right[row < last ? row : model->turnover_row + member]);
    }
}

static void put_binaries(struct lp *lp)
{
    fputs("binary\n", lp->out);
    for (int32_t l = 0; l < lp->model->lot_count; l++) {
        const struct lot *lot = &lp->model->lots[l];
        fputs(" ", lp->out);
        put_z(lp, lot);
        fputs("\n", lp->out);
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            fputs(" ", lp->out);
            put_y(lp, lot, c);
            fputs("\n", lp->out);
        }
    }
    for (int32_t o = 0; o < lp->model->opener_count; o++)
        fprintf(lp->out, " o_%s\n", grouping_file_member_id(lp->file, (size_t)lp->model->openers[o].member));
    fputs("end\n", lp->out);
}

bool grouping_file_write_lp(const struct grouping_file *file, FILE *out)
{
    struct grouping_options options = {0};
    struct model *model = NULL;

    if (model_new(grouping_file_instance(file), &options, &model) != GROUPING_OK)
        return false;
    struct lp lp = {.out = out, .file = file, .model = model};
    put_objective(&lp);
    for (int32_t l = 0; l < model->lot_count; l++)
        put_lot(&lp, &model->lots[l]);
    for (int32_t m = 0; m < model->member_count; m++)
        put_shared_rows(&lp, m);
    if (model->lots_row >= 0) {
        start_row(&lp);
        for (int32_t l = 0; l < model->lot_count; l++) {
            fputs("\n + ", out);
            put_z(&lp, &model->lots[l]);
        }
        fprintf(out, " <= %.0f\n", model->right[model->lots_row]);
    }
    put_binaries(&lp);
    model_free(model);
    return !ferror(out);
}
