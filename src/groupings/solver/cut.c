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

struct cut_set *cut_set_new(int32_t lot_count)
{
    struct cut_set *cuts = calloc(1, sizeof *cuts);
    if (!cuts)
        return NULL;
    cuts->lot_count = lot_count;
    cuts->right = calloc(CUT_MAX, sizeof *cuts->right);
    cuts->by_lot = calloc((size_t)lot_count + 1, sizeof *cuts->by_lot);
    cuts->lot_counts = calloc((size_t)lot_count + 1, sizeof *cuts->lot_counts);
    cuts->lot_capacities = calloc((size_t)lot_count + 1, sizeof *cuts->lot_capacities);
    if (!cuts->right || !cuts->by_lot || !cuts->lot_counts || !cuts->lot_capacities) {
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
    free(cuts->by_lot);
    free(cuts->lot_counts);
    free(cuts->lot_capacities);
    free(cuts->right);
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
    cuts->right[cut] = right + 1e-9 * b; /* never tighter than true by rounding */
    cuts->count++;
    return true;
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
