#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COVER_LOTS = 10 }; /* lots of one row looked at for covers: 2^10 sets */

struct found {
    int32_t first, count; /* terms of the row */
    uint32_t cover;       /* bits: terms in C */
    uint32_t lifted;      /* bits: terms in L */
    double over, largest;
    double violation; /* relative to the capacity */
};

struct cut_set *cut_set_new(int32_t lot_count, int32_t opener_count)
{
    struct cut_set *cuts = calloc(1, sizeof *cuts);
    if (!cuts)
        return NULL;
    cuts->lot_count = lot_count;
    cuts->opener_count = opener_count;
    cuts->size = calloc(CUT_MAX, sizeof *cuts->size);
    cuts->opener = calloc(CUT_MAX, sizeof *cuts->opener);
    cuts->by_opener = calloc((size_t)opener_count + 1, sizeof *cuts->by_opener);
    cuts->right = calloc(CUT_MAX, sizeof *cuts->right);
    cuts->by_lot = calloc((size_t)lot_count + 1, sizeof *cuts->by_lot);
    cuts->lot_counts = calloc((size_t)lot_count + 1, sizeof *cuts->lot_counts);
    cuts->lot_capacities = calloc((size_t)lot_count + 1, sizeof *cuts->lot_capacities);
    if (!cuts->size || !cuts->opener || !cuts->by_opener || !cuts->right || !cuts->by_lot ||
        !cuts->lot_counts || !cuts->lot_capacities) {
        cut_set_free(cuts);
        return NULL;
    }
    return cuts;
}

void cut_set_free(struct cut_set *cuts)
{
    if (!cuts)
        return;
    for (int32_t l = 0; l < cuts->lot_count && cuts->by_lot; l++)
        free(cuts->by_lot[l]);
    for (int32_t o = 0; o < cuts->opener_count && cuts->by_opener; o++)
        free(cuts->by_opener[o].cuts);
    free(cuts->by_opener);
    free(cuts->opener);
    free(cuts->by_lot);
    free(cuts->lot_counts);
    free(cuts->lot_capacities);
    free(cuts->right);
    free(cuts->size);
    free(cuts);
}

static int compare_terms(const void *a, const void *b)
{
    const struct cut_term *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->y != y->y) /* the most present first: only the first ones of a row are looked at */
        return x->y > y->y ? -1 : 1;
    return x->lot < y->lot ? -1 : x->lot > y->lot;
}

/* Violation of the best cut with this cover; fills lifted. */
static double cover_violation(const struct cut_term *terms, int32_t count, uint32_t cover, double b,
                              struct found *ret)
{
    double sum = 0, largest = 0, left = 0;

    for (int32_t i = 0; i < count; i++) {
        if (cover >> i & 1) {
            sum += terms[i].up;
            largest = fmax(largest, terms[i].up);
        }
    }
    double over = sum - b;
    if (over <= 1e-6 * b || over >= largest * (1 - 1e-9))
        return 0;
    ret->lifted = 0;
    for (int32_t i = 0; i < count; i++) {
        const struct cut_term *t = &terms[i];
        if (cover >> i & 1) {
            left += t->x + fmax(0, t->up - over) * (1 - t->y);
        } else {
            double gain = t->x - (fmax(largest, t->up) - over) * t->y;
            if (gain > 1e-9 * b) {
                left += gain;
                ret->lifted |= 1u << i;
            }
        }
    }
    ret->cover = cover;
    ret->over = over;
    ret->largest = largest;
    ret->violation = (left - b) / b;
    return ret->violation;
}

static void row_find_cut(const struct cut_term *terms, int32_t count, double b, struct found *best)
{
    best->violation = 0;
    count = count > COVER_LOTS ? COVER_LOTS : count;
    for (uint32_t cover = 1; cover < 1u << count; cover++) {
        struct found now = *best;
        if (cover_violation(terms, count, cover, b, &now) > best->violation + 1e-9)
            *best = now;
    }
}

static bool cut_set_add_entry(struct cut_set *cuts, int32_t lot, struct cut_entry entry)
{
    if (cuts->lot_counts[lot] == cuts->lot_capacities[lot]) {
        int32_t capacity = cuts->lot_capacities[lot] ? 2 * cuts->lot_capacities[lot] : 32;
        struct cut_entry *grown = realloc(cuts->by_lot[lot], (size_t)capacity * sizeof *grown);
        if (!grown)
            return false;
        cuts->by_lot[lot] = grown;
        cuts->lot_capacities[lot] = capacity;
    }
    cuts->by_lot[lot][cuts->lot_counts[lot]++] = entry;
    return true;
}

static bool cut_set_add_bring(struct cut_set *cuts, int32_t opener, struct cut_bring bring)
{
    struct cut_list *list = &cuts->by_opener[opener];

    if (list->count == list->capacity) {
        int32_t capacity = list->capacity ? 2 * list->capacity : 16;
        struct cut_bring *grown = realloc(list->cuts, (size_t)capacity * sizeof *grown);
        if (!grown)
            return false;
        list->cuts = grown;
        list->capacity = capacity;
    }
    list->cuts[list->count++] = bring;
    return true;
}

/* Ends the cut whose entries were added: of one member, whose o_m brings the right side. */
static bool cut_set_close(struct cut_set *cuts, double right, double size, int32_t opener)
{
    if (opener >= 0 && !cut_set_add_bring(cuts, opener, (struct cut_bring){cuts->count, right}))
        return false;
    cuts->right[cuts->count] = opener >= 0 ? 0 : right;
    cuts->size[cuts->count] = size;
    cuts->opener[cuts->count++] = opener;
    return true;
}

static bool cut_set_add(struct cut_set *cuts, const struct model *model, const struct cut_term *terms,
                        const struct found *found)
{
    double b = model->right[terms[found->first].row], right = b;
    int32_t cut = cuts->count;

    for (int32_t i = 0; i < COVER_LOTS; i++) {
        const struct cut_term *t = &terms[found->first + i];
        double credit = 0;
        if (found->cover >> i & 1) {
            credit = fmax(0, t->up - found->over);
            right -= credit;
        } else if (found->lifted >> i & 1) {
            credit = fmax(found->largest, t->up) - found->over;
        } else {
            continue;
        }
        if (!cut_set_add_entry(cuts, t->lot, (struct cut_entry){cut, t->candidate, t->row, credit}))
            return false;
    }
    int32_t row = terms[found->first].row;
    int32_t member = row < model->turnover_row ? model->slot_member[row] : row - model->turnover_row;
    /* never tighter than true by rounding */
    return cut_set_close(cuts, right + 1e-9 * b, b, model->member_opener[member]);
}

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->violation != y->violation)
        return x->violation > y->violation ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

int32_t cut_set_separate(struct cut_set *cuts, const struct model *model, struct cut_term *terms,
                         int32_t count, int32_t most)
{
    struct found *found = calloc((size_t)count + 1, sizeof *found);
    int32_t found_count = 0, added = 0;

    if (!found)
        return -1;
    qsort(terms, (size_t)count, sizeof *terms, compare_terms);
    for (int32_t i = 0, end; i < count; i = end) {
        end = i + 1;
        while (end < count && terms[end].row == terms[i].row)
            end++;
        struct found best = {.first = i, .count = end - i};
        double b = model->right[terms[i].row];
        if (end - i < 2 || b <= 0)
            continue;
        row_find_cut(terms + i, end - i, b, &best);
        if (best.violation > 2e-3)
            found[found_count++] = best;
    }
    qsort(found, (size_t)found_count, sizeof *found, compare_found);
    for (int32_t k = 0; k < found_count && added < most && cuts->count < CUT_MAX; k++) {
        if (!cut_set_add(cuts, model, terms, &found[k])) {
            free(found);
            return -1;
        }
        added++;
    }
    free(found);
    return added;
}

/* ---- drafts ---- */

struct cut_draft *cut_draft_new(int32_t count)
{
    size_t n = (size_t)count;
    struct cut_draft *draft = calloc(1, sizeof *draft + n * (sizeof(double) + 2 * sizeof(int32_t)));
    if (!draft)
        return NULL;
    draft->parts = (double *)(draft + 1);
    draft->lots = (int32_t *)(draft->parts + n);
    draft->candidates = draft->lots + n;
    return draft;
}

bool cut_drafts_add(struct cut_drafts *drafts, struct cut_draft *draft)
{
    if (drafts->count == drafts->capacity) {
        int32_t capacity = drafts->capacity ? 2 * drafts->capacity : 16;
        struct cut_draft **grown = realloc(drafts->drafts, (size_t)capacity * sizeof(struct cut_draft *));
        if (!grown) {
            free(draft);
            return false;
        }
        drafts->drafts = grown;
        drafts->capacity = capacity;
    }
    drafts->drafts[drafts->count++] = draft;
    return true;
}

void cut_drafts_clear(struct cut_drafts *drafts)
{
    for (int32_t i = 0; i < drafts->count; i++)
        free(drafts->drafts[i]);
    free(drafts->drafts);
    *drafts = (struct cut_drafts){0};
}

/* sum part (1 - o) <= 1 */
static bool cut_set_take_of_all(struct cut_set *cuts, const struct cut_draft *draft)
{
    double right = 1 + 1e-9;
    for (int32_t k = 0; k < draft->count; k++) {
        struct cut_bring bring = {cuts->count, draft->parts[k]};
        right -= draft->parts[k];
        if (!cut_set_add_bring(cuts, draft->candidates[k], bring))
            return false;
    }
    cuts->right[cuts->count] = right;
    cuts->size[cuts->count] = 1;
    cuts->opener[cuts->count++] = CUT_OF_ALL;
    return true;
}

static bool cut_set_take_one(struct cut_set *cuts, const struct cut_draft *draft)
{
    if (draft->opener == CUT_OF_ALL)
        return cut_set_take_of_all(cuts, draft);
    for (int32_t k = 0; k < draft->count; k++) {
        struct cut_entry entry = {cuts->count, draft->candidates[k], -1, -draft->parts[k]};
        if (!cut_set_add_entry(cuts, draft->lots[k], entry))
            return false;
    }
    return cut_set_close(cuts, 1 + 1e-9, 1, draft->opener);
}

bool cut_set_take(struct cut_set *cuts, const struct cut_drafts *drafts)
{
    for (int32_t i = 0; i < drafts->count && cuts->count < CUT_MAX; i++) {
        if (!cut_set_take_one(cuts, drafts->drafts[i]))
            return false;
    }
    return true;
}
