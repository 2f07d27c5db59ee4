#include "column.h"

#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void column_add_use(struct column *column, int32_t row, double use)
{
    for (int32_t i = 0; i < column->entry_count; i++) {
        if (column->rows[i] == row) {
            column->uses[i] += use;
            return;
        }
    }
    column->rows[column->entry_count] = row;
    column->uses[column->entry_count++] = use;
}

/* One block of memory: the struct, then doubles, then integers. */
static struct column *column_allocate(int32_t members, int32_t arcs, int32_t entries)
{
    size_t doubles = (size_t)arcs + (size_t)entries,
           integers = (size_t)members + (size_t)arcs + (size_t)entries;
    struct column *column = calloc(1, sizeof *column + doubles * sizeof(double) + integers * sizeof(int32_t));
    if (!column)
        return NULL;
    column->quantities = (double *)(column + 1);
    column->uses = column->quantities + arcs;
    column->members = (int32_t *)(column->uses + entries);
    column->arcs = column->members + members;
    column->rows = column->arcs + arcs;
    return column;
}

static void column_fill(const struct model *model, struct column *column, const int32_t *group, int32_t count,
                        const double *quantities)
{
    const struct lot *lot = &model->lots[column->lot];
    column->value = lot->worth;
    if (model->lots_row >= 0)
        column_add_use(column, model->lots_row, 1);
    for (int32_t g = 0, j = 0; g < count; g++) {
        const struct candidate *candidate = &lot->candidates[group[g]];
        column->value -= candidate->coordination;
        if (candidate->opening_row >= 0)
            column_add_use(column, candidate->opening_row, 1);
        if (model->member_pin[candidate->member] >= 0)
            column_add_use(column, model->member_pin[candidate->member], -1);
        int32_t at = column->member_count++;
        while (at > 0 && column->members[at - 1] > group[g]) {
            column->members[at] = column->members[at - 1];
            at--;
        }
        column->members[at] = group[g];
        for (int32_t a = candidate->first; a < candidate->first + candidate->count; a++, j++) {
            double x = quantities[j];
            if (x <= 0)
                continue;
            const struct arc *arc = &lot->arcs[a];
            column->value -= arc->score * x;
            column_add_use(column, arc->slot, x);
            if (arc->price > 0)
                column_add_use(column, model->turnover_row + candidate->member, arc->price * x);
            int32_t k = column->arc_count++;
            while (k > 0 && column->arcs[k - 1] > a) {
                column->arcs[k] = column->arcs[k - 1];
                column->quantities[k] = column->quantities[k - 1];
                k--;
            }
            column->arcs[k] = a;
            column->quantities[k] = x;
        }
    }
}

bool column_set_cuts(const struct model *model, struct column *column)
{
    const struct cut_set *cuts = model->cuts;
    int32_t most = cuts->lot_counts[column->lot], count = 0;

    free(column->cut_uses);
    column->cut_uses = NULL;
    column->cut_count = 0;
    if (most == 0)
        return true;
    column->cut_uses = malloc((size_t)most * (sizeof(double) + sizeof(int32_t)));
    if (!column->cut_uses)
        return false;
    column->cut_rows = (int32_t *)(column->cut_uses + most);
    for (int32_t i = 0; i < most; i++) {
        const struct cut_entry *entry = &cuts->by_lot[column->lot][i];
        if (!column_has(column, entry->candidate))
            continue;
        double use = -entry->credit;
        for (int32_t k = 0; k < column->entry_count; k++)
            use += column->rows[k] == entry->row ? column->uses[k] : 0;
        column->cut_rows[count] = model->row_count + entry->cut;
        column->cut_uses[count++] = use;
    }
    column->cut_count = count;
    return true;
}

/* FNV-1a over what makes the column. */
static uint64_t column_find_key(const struct column *column)
{
    const void *parts[3] = {column->members, column->arcs, column->quantities};
    size_t sizes[3] = {(size_t)column->member_count * sizeof *column->members,
                       (size_t)column->arc_count * sizeof *column->arcs,
                       (size_t)column->arc_count * sizeof *column->quantities};
    uint64_t key = UINT64_C(14695981039346656037) ^ (uint64_t)column->lot;

    for (int k = 0; k < 3; k++) {
        for (size_t i = 0; i < sizes[k]; i++)
            key = (key ^ ((const unsigned char *)parts[k])[i]) * UINT64_C(1099511628211);
    }
    return key;
}

struct column *column_new(const struct model *model, int32_t lot, const int32_t *group, int32_t count,
                          const double *quantities)
{
    int32_t arcs = 0;
    for (int32_t g = 0, j = 0; g < count; g++) {
        for (int32_t a = 0; a < model->lots[lot].candidates[group[g]].count; a++, j++)
            arcs += quantities[j] > 0;
    }
    struct column *column = column_allocate(count, arcs, arcs + 3 * count + 1);
    if (!column)
        return NULL;
    column->lot = lot;
    column_fill(model, column, group, count, quantities);
    column->key = column_find_key(column);
    if (!column_set_cuts(model, column)) {
        column_free(column);
        return NULL;
    }
    return column;
}

struct column *column_copy(const struct column *from)
{
    struct column *column = column_allocate(from->member_count, from->arc_count, from->entry_count);
    if (!column)
        return NULL;
    column->lot = from->lot;
    column->key = from->key;
    column->value = from->value;
    column->member_count = from->member_count;
    column->arc_count = from->arc_count;
    column->entry_count = from->entry_count;
    memcpy(column->members, from->members, (size_t)from->member_count * sizeof *from->members);
    memcpy(column->arcs, from->arcs, (size_t)from->arc_count * sizeof *from->arcs);
    memcpy(column->quantities, from->quantities, (size_t)from->arc_count * sizeof *from->quantities);
    memcpy(column->rows, from->rows, (size_t)from->entry_count * sizeof *from->rows);
    memcpy(column->uses, from->uses, (size_t)from->entry_count * sizeof *from->uses);
    return column;
}

void column_free(struct column *column)
{
    if (column)
        free(column->cut_uses);
    free(column);
}

bool column_has(const struct column *column, int32_t candidate)
{
    for (int32_t i = 0; i < column->member_count; i++) {
        if (column->members[i] == candidate)
            return true;
    }
    return false;
}

bool column_equals(const struct column *a, const struct column *b)
{
    if (a->lot != b->lot || a->member_count != b->member_count || a->arc_count != b->arc_count ||
        memcmp(a->members, b->members, (size_t)a->member_count * sizeof *a->members) != 0 ||
        memcmp(a->arcs, b->arcs, (size_t)a->arc_count * sizeof *a->arcs) != 0)
        return false;
    for (int32_t i = 0; i < a->arc_count; i++) {
        if (fabs(a->quantities[i] - b->quantities[i]) > 1e-9 * (1 + fabs(a->quantities[i])))
            return false;
    }
    return true;
}

bool pool_add(struct pool *pool, struct column *column, bool *ret_new)
{
    *ret_new = false;
    for (int32_t i = pool->count - 1; i >= 0; i--) {
        if (column_equals(pool->columns[i], column)) {
            column_free(column);
            return true;
        }
    }
    if (pool->count == pool->capacity) {
        int32_t capacity = pool->capacity ? 2 * pool->capacity : 256;
        struct column **columns = realloc(pool->columns, (size_t)capacity * sizeof *columns);
        if (!columns) {
            column_free(column);
            return false;
        }
        pool->columns = columns;
        pool->capacity = capacity;
    }
    pool->columns[pool->count++] = column;
    *ret_new = true;
    return true;
}

void pool_clear(struct pool *pool)
{
    for (int32_t i = 0; i < pool->count; i++)
        column_free(pool->columns[i]);
    free(pool->columns);
    *pool = (struct pool){0};
}
