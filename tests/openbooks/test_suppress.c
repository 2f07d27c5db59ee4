/* Small counts: an attacker who adds and subtracts all that is shown, written apart from what hides, on every
 * small table. */
#include <string.h>

#include "openbooks/suppress.h"
#include "support/support.h"

enum { CAP = 14, CELLS_MAX = 9 };

/* --- the attacker: tries values of the hidden inner cells until all sums that are shown come out --- */

struct attack {
    const struct suppress_table *table;
    int64_t value[CELLS_MAX];
    int row, column; /* the cell asked for, totals included */
    int64_t wanted;
};

static int64_t sum_of(const struct attack *attack, int row, int column)
{
    int64_t sum = 0;
    for (int r = 0; r < attack->table->rows; r++)
        for (int c = 0; c < attack->table->columns; c++)
            if ((row == attack->table->rows || r == row) && (column == attack->table->columns || c == column))
                sum += attack->value[r * attack->table->columns + c];
    return sum;
}

static bool agrees(const struct attack *attack, int row, int column)
{
    const struct suppress_cell *total = suppress_at(attack->table, row, column);
    int64_t sum = sum_of(attack, row, column);
    if (row == attack->row && column == attack->column && sum != attack->wanted)
        return false;
    return total->hidden || sum == total->count;
}

/* Of the `count` cells before this one in its row (step 1) or its column. */
static int64_t sum_before(const struct attack *attack, int at, int count, int step)
{
    int64_t sum = 0;
    for (int i = 1; i <= count; i++)
        sum += attack->value[at - i * step];
    return sum;
}

/* What a total that is shown leaves for a cell. */
static void narrow(const struct suppress_cell *total, int64_t before, bool last, int64_t *from, int64_t *to)
{
    int64_t left = total->count - before;
    if (total->hidden)
        return;
    *to = left < *to ? left : *to;
    *from = last && left > *from ? left : *from;
}

static bool try_cell(struct attack *attack, int at)
{
    const struct suppress_table *table = attack->table;
    int rows = table->rows, columns = table->columns;
    if (at && at % columns == 0 && !agrees(attack, at / columns - 1, columns))
        return false;
    if (at == rows * columns) {
        for (int c = 0; c <= columns; c++)
            if (!agrees(attack, rows, c))
                return false;
        return true;
    }
    int row = at / columns, column = at % columns;
    const struct suppress_cell *cell = suppress_at(table, row, column);
    int64_t from = cell->hidden ? 0 : cell->count, to = cell->hidden ? CAP : cell->count;
    if (row == attack->row && column == attack->column)
        from = to = attack->wanted;
    narrow(suppress_at(table, row, columns), sum_before(attack, at, column, 1), column == columns - 1, &from,
           &to);
    narrow(suppress_at(table, rows, column), sum_before(attack, at, row, columns), row == rows - 1, &from,
           &to);
    for (attack->value[at] = from; attack->value[at] <= to; attack->value[at]++)
        if (try_cell(attack, at + 1))
            return true;
    attack->value[at] = 0;
    return false;
}

static bool possible(const struct suppress_table *table, int row, int column, int64_t value)
{
    struct attack attack = {.table = table, .row = row, .column = column, .wanted = value};
    return try_cell(&attack, 0);
}

static void check_table(struct arena *arena, const struct suppress_table *table, int64_t threshold)
{
    for (int row = 0; row <= table->rows; row++)
        for (int column = 0; column <= table->columns; column++) {
            const struct suppress_cell *cell = suppress_at(table, row, column);
            int64_t least, greatest, found = 0;
            if (!cell->absent && cell->count < threshold)
                assert_true(cell->hidden);
            if (!cell->hidden)
                continue;
            for (int64_t value = 0; value <= CAP && found < threshold; value++)
                if (possible(table, row, column, value))
                    found++;
                else if (cell->count < threshold)
                    fail_msg("a count under %d is not %d", (int)threshold, (int)value);
            assert_true(found >= threshold);
            suppress_bounds(arena, table, row, column, &least, &greatest);
            assert_true(least <= cell->count && cell->count <= greatest);
            if (least > 0 && least <= CAP)
                assert_false(possible(table, row, column, least - 1));
            if (greatest < CAP)
                assert_false(possible(table, row, column, greatest + 1));
        }
}

/* Every table of that size whose cells are among the values; -1: absent. */
static int check_all(int rows, int columns, const int *values, int value_count, int64_t threshold)
{
    int cells = rows * columns, tables = 0;
    int at[CELLS_MAX] = {0};
    for (;;) {
        _cleanup_arena_ struct arena *arena = arena_new();
        struct suppress_table table = suppress_table_new(arena, rows, columns);
        for (int i = 0; i < cells; i++)
            if (values[at[i]] >= 0)
                suppress_add(&table, i / columns, i % columns, values[at[i]]);
        suppress(&table, threshold);
        check_table(arena, &table, threshold);
        tables++;
        int i = 0;
        while (i < cells && ++at[i] == value_count)
            at[i++] = 0;
        if (i == cells)
            return tables;
    }
}

static void test_every_small_table(void **state)
{
    (void)state;
    assert_int_equal(check_all(1, 1, (const int[]){-1, 0, 1, 2, 3, 4}, 6, 3), 6);
    assert_int_equal(check_all(1, 3, (const int[]){-1, 0, 1, 2, 3, 6}, 6, 3), 216);
    assert_int_equal(check_all(2, 2, (const int[]){-1, 0, 1, 3, 4, 7}, 6, 3), 1296);
    assert_int_equal(check_all(2, 3, (const int[]){-1, 1, 4}, 3, 3), 729);
    assert_int_equal(check_all(3, 3, (const int[]){1, 4}, 2, 3), 512);
}

/* --- readable cases --- */

static struct suppress_table table_of(struct arena *arena, int rows, int columns, const int64_t *counts)
{
    struct suppress_table table = suppress_table_new(arena, rows, columns);
    for (int i = 0; i < rows * columns; i++)
        if (counts[i] >= 0)
            suppress_add(&table, i / columns, i % columns, counts[i]);
    suppress(&table, SUPPRESS_THRESHOLD);
    return table;
}

static int hidden_count(const struct suppress_table *table)
{
    int hidden = 0;
    for (int i = 0; i < (table->rows + 1) * (table->columns + 1); i++)
        hidden += table->cells[i].hidden;
    return hidden;
}

static void test_nothing_small_nothing_hidden(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct suppress_table table = table_of(arena, 2, 2, (const int64_t[]){11, 40, 25, -1});
    assert_int_equal(hidden_count(&table), 0);
}

static void test_one_small_count_hides_a_square(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct suppress_table table = table_of(arena, 3, 3, (const int64_t[]){4, 60, 90, 30, 70, 20, 25, 80, 95});
    int64_t least, greatest;
    assert_int_equal(hidden_count(&table), 4);
    assert_true(suppress_at(&table, 0, 0)->hidden);
    assert_false(suppress_at(&table, 3, 3)->hidden);
    suppress_bounds(arena, &table, 0, 0, &least, &greatest);
    assert_int_equal(least, 0);
    assert_true(greatest >= 10);
}

static void test_a_small_total_is_hidden(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct suppress_table table = table_of(arena, 3, 2, (const int64_t[]){2, 3, 40, 50, 60, 70});
    assert_true(suppress_at(&table, 0, 2)->hidden); /* 5 */
}

static void test_only_one_place(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct suppress_table table = table_of(arena, 2, 1, (const int64_t[]){4, 100});
    assert_true(suppress_at(&table, 0, 1)->hidden); /* the same number */
    assert_true(suppress_at(&table, 1, 0)->hidden || suppress_at(&table, 2, 0)->hidden);
}

/* Random larger tables: the bounds themselves are proven on the small ones. */
static void test_larger_tables(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 150; round++) {
        _cleanup_arena_ struct arena *arena = arena_new();
        int64_t counts[12 * 8];
        for (size_t i = 0; i < COUNT_OF(counts); i++) {
            seed = seed * 1103515245u + 12345u;
            int draw = (int)((seed >> 16) % 100);
            counts[i] = draw < 40 ? -1 : draw < 60 ? draw % 11 : draw * 3;
        }
        struct suppress_table table = table_of(arena, 12, 8, counts);
        for (int row = 0; row <= 12; row++)
            for (int column = 0; column <= 8; column++) {
                const struct suppress_cell *cell = suppress_at(&table, row, column);
                int64_t least, greatest;
                suppress_bounds(arena, &table, row, column, &least, &greatest);
                if (!cell->absent && cell->count < SUPPRESS_THRESHOLD)
                    assert_true(cell->hidden && least == 0 && greatest >= SUPPRESS_THRESHOLD - 1);
                else if (cell->hidden)
                    assert_true(greatest - least >= SUPPRESS_THRESHOLD - 1);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_small_table),
        cmocka_unit_test(test_nothing_small_nothing_hidden),
        cmocka_unit_test(test_one_small_count_hides_a_square),
        cmocka_unit_test(test_a_small_total_is_hidden),
        cmocka_unit_test(test_only_one_place),
        cmocka_unit_test(test_larger_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
