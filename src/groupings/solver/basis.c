/* A basis from before, kept by names that another program knows too. */
#include "simplex.h"

#include <stdlib.h>
#include <string.h>

static uint64_t variable_find_key(const struct variable *v)
{
    return v->column ? v->column->key : v->opener >= 0 ? (uint64_t)v->opener + 1 : 0;
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static int compare_rows(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

static struct master_basis *basis_new(int32_t variables, int32_t rows)
{
    struct master_basis *basis = malloc(sizeof *basis + (size_t)variables * sizeof *basis->variables +
                                        (size_t)rows * sizeof *basis->rows);
    if (basis) {
        *basis = (struct master_basis){.variables = (uint64_t *)(basis + 1)};
        basis->rows = (int32_t *)(basis->variables + variables);
    }
    return basis;
}

struct master_basis *master_basis_of(const struct master *m)
{
    struct master_basis *basis = basis_new(m->rows, m->rows);

    for (int32_t i = 0; basis && i < m->rows; i++) {
        uint64_t key = m->head[i] >= 0 ? variable_find_key(&m->variables[m->head[i]]) : 0;
        if (key)
            basis->variables[basis->variable_count++] = key;
        if (m->slack_at[i] < 0)
            basis->rows[basis->row_count++] = m->row_model[i];
    }
    if (basis) {
        qsort(basis->variables, (size_t)basis->variable_count, sizeof *basis->variables, compare_keys);
        qsort(basis->rows, (size_t)basis->row_count, sizeof *basis->rows, compare_rows);
    }
    return basis;
}

struct master_basis *master_basis_copy(const struct master_basis *from)
{
    struct master_basis *basis = basis_new(from->variable_count, from->row_count);
    if (!basis)
        return NULL;
    basis->variable_count = from->variable_count;
    basis->row_count = from->row_count;
    memcpy(basis->variables, from->variables, (size_t)from->variable_count * sizeof *from->variables);
    memcpy(basis->rows, from->rows, (size_t)from->row_count * sizeof *from->rows);
    return basis;
}

bool master_start(struct master *m, const struct master_basis *basis)
{
    int32_t count = 0, *structural = malloc(((size_t)m->variable_count + 1) * sizeof *structural);
    bool *wanted = calloc((size_t)m->rows + 1, sizeof *wanted);
    bool good = structural && wanted;

    for (int32_t i = 0; good && i < m->rows; i++)
        wanted[i] = bsearch(&m->row_model[i], basis->rows, (size_t)basis->row_count, sizeof *basis->rows,
                            compare_rows) != NULL;
    for (int32_t id = 0; good && id < m->variable_count; id++) {
        uint64_t key = variable_find_key(&m->variables[id]);
        if (key && bsearch(&key, basis->variables, (size_t)basis->variable_count, sizeof key, compare_keys))
            structural[count++] = id;
    }
    good = good && master_factor(m, structural, count, wanted) && master_repair(m);
    free(structural);
    free(wanted);
    return good;
}
