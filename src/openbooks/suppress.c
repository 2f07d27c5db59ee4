/* Hiding small counts: audit by maximum flows, further cells by the cheapest cycle through a cell that can be
 * found out. */
#include "openbooks/suppress.h"

#include <string.h>

#include "base/arena.h"

static const int64_t endless = INT64_MAX / 4;

struct suppress_table suppress_table_new(struct arena *arena, int rows, int columns)
{
    struct suppress_table table = {rows, columns,
                                   ARENA_ARRAY(arena, struct suppress_cell, (rows + 1) * (columns + 1))};
    for (int i = 0; i < (rows + 1) * (columns + 1); i++)
        table.cells[i].absent = true;
    return table;
}

struct suppress_cell *suppress_at(const struct suppress_table *table, int row, int column)
{
    return &table->cells[row * (table->columns + 1) + column];
}

void suppress_add(struct suppress_table *table, int row, int column, int64_t count)
{
    struct suppress_cell *touched[] = {
        suppress_at(table, row, column), suppress_at(table, row, table->columns),
        suppress_at(table, table->rows, column), suppress_at(table, table->rows, table->columns)};
    for (size_t i = 0; i < COUNT_OF(touched); i++) {
        touched[i]->count += count;
        touched[i]->absent = false;
    }
}

/* --- the network: a node for each row and each column, totals included; a cell leads from its row to its
 * column, a total of a row or of a column back --- */

static int node_count(const struct suppress_table *table)
{
    return table->rows + table->columns + 2;
}

static void cell_ends(const struct suppress_table *table, int row, int column, int *ret_from, int *ret_to)
{
    int row_node = row, column_node = table->rows + 1 + column;
    bool back = (row == table->rows) != (column == table->columns);
    *ret_from = back ? column_node : row_node;
    *ret_to = back ? row_node : column_node;
}

/* What can still be sent between two nodes through hidden cells: more than there is, without end; less, down
 * to zero. */
static int64_t *room_of(struct arena *arena, const struct suppress_table *table, int without_row,
                        int without_column)
{
    int nodes = node_count(table), from, to;
    int64_t *room = ARENA_ARRAY(arena, int64_t, nodes * nodes);
    for (int row = 0; row <= table->rows; row++)
        for (int column = 0; column <= table->columns; column++) {
            const struct suppress_cell *cell = suppress_at(table, row, column);
            if (!cell->hidden || (row == without_row && column == without_column))
                continue;
            cell_ends(table, row, column, &from, &to);
            room[from * nodes + to] = endless;
            room[to * nodes + from] = cell->count;
        }
    return room;
}

/* One more way from start to end; gives what it carries. Breadth first, so that few rounds are needed. */
static int64_t augment(int64_t *room, int nodes, int start, int end, int *queue, int *before)
{
    memset(before, -1, sizeof *before * (size_t)nodes);
    int head = 0, tail = 0;
    queue[tail++] = start;
    before[start] = start;
    while (head < tail && before[end] < 0) {
        int node = queue[head++];
        for (int next = 0; next < nodes; next++)
            if (before[next] < 0 && room[node * nodes + next] > 0) {
                before[next] = node;
                queue[tail++] = next;
            }
    }
    if (before[end] < 0)
        return 0;
    int64_t carried = endless;
    for (int node = end; node != start; node = before[node])
        carried = room[before[node] * nodes + node] < carried ? room[before[node] * nodes + node] : carried;
    for (int node = end; node != start; node = before[node]) {
        room[before[node] * nodes + node] -= carried;
        room[node * nodes + before[node]] += carried;
    }
    return carried;
}

static int64_t flow_up_to(struct arena *arena, int64_t *room, int nodes, int start, int end, int64_t most)
{
    int *queue = ARENA_ARRAY(arena, int, nodes), *before = ARENA_ARRAY(arena, int, nodes);
    int64_t flow = 0, carried;
    while (flow < most && (carried = augment(room, nodes, start, end, queue, before)) > 0)
        flow += carried;
    return flow < most ? flow : most;
}

void suppress_bounds(struct arena *arena, const struct suppress_table *table, int row, int column,
                     int64_t *ret_least, int64_t *ret_greatest)
{
    const struct suppress_cell *cell = suppress_at(table, row, column);
    int nodes = node_count(table), from, to;
    *ret_least = *ret_greatest = cell->count;
    if (!cell->hidden)
        return;
    cell_ends(table, row, column, &from, &to);
    int64_t more = flow_up_to(arena, room_of(arena, table, row, column), nodes, to, from, endless);
    int64_t less = flow_up_to(arena, room_of(arena, table, row, column), nodes, from, to, cell->count);
    *ret_least = cell->count - less;
    *ret_greatest = more >= endless ? INT64_MAX : cell->count + more;
}

/* --- further cells --- */

static int64_t price_of(const struct suppress_table *table, int row, int column)
{
    const struct suppress_cell *cell = suppress_at(table, row, column);
    int64_t total = (row == table->rows) + (column == table->columns); /* totals say most: hidden last */
    return cell->hidden ? 0 : cell->count + 1 + total * (endless / 1000000);
}

struct step {
    int64_t price;
    int before, row, column;
    bool done;
};

/* Hides the cheapest cells that let `cell` change by `need`: along them every sum stays as it is shown.
 * False: there is no way. */
static bool hide_way(struct arena *arena, struct suppress_table *table, int row, int column, bool up,
                     int64_t need)
{
    int nodes = node_count(table), from, to, first, last;
    struct step *steps = ARENA_ARRAY(arena, struct step, nodes);
    cell_ends(table, row, column, &from, &to);
    first = up ? to : from;
    last = up ? from : to;
    for (int i = 0; i < nodes; i++)
        steps[i] = (struct step){.price = endless, .before = -1};
    steps[first].price = 0;
    for (;;) {
        int nearest = -1;
        for (int i = 0; i < nodes; i++)
            if (!steps[i].done && steps[i].price < endless &&
                (nearest < 0 || steps[i].price < steps[nearest].price))
                nearest = i;
        if (nearest < 0 || nearest == last)
            break;
        steps[nearest].done = true;
        for (int r = 0; r <= table->rows; r++)
            for (int c = 0; c <= table->columns; c++) {
                const struct suppress_cell *cell = suppress_at(table, r, c);
                if (cell->absent || (r == row && c == column))
                    continue;
                cell_ends(table, r, c, &from, &to);
                int next = from == nearest ? to : to == nearest && cell->count >= need ? from : -1;
                int64_t price = steps[nearest].price + price_of(table, r, c);
                if (next >= 0 && price < steps[next].price)
                    steps[next] = (struct step){price, nearest, r, c, false};
            }
    }
    if (steps[last].before < 0)
        return false;
    for (int node = last; node != first; node = steps[node].before)
        suppress_at(table, steps[node].row, steps[node].column)->hidden = true;
    return true;
}

static bool hide_cheapest(struct suppress_table *table)
{
    int best_row = -1, best_column = -1;
    for (int row = 0; row <= table->rows; row++)
        for (int column = 0; column <= table->columns; column++) {
            const struct suppress_cell *cell = suppress_at(table, row, column);
            if (!cell->hidden && !cell->absent &&
                (best_row < 0 || price_of(table, row, column) < price_of(table, best_row, best_column))) {
                best_row = row;
                best_column = column;
            }
        }
    if (best_row >= 0)
        suppress_at(table, best_row, best_column)->hidden = true;
    return best_row >= 0;
}

/* Looks at one hidden cell. True: something more was hidden for it. */
static bool protect(struct arena *arena, struct suppress_table *table, int row, int column, int64_t threshold)
{
    const struct suppress_cell *cell = suppress_at(table, row, column);
    int64_t least, greatest, width = threshold - 1;
    if (!cell->hidden)
        return false;
    suppress_bounds(arena, table, row, column, &least, &greatest);
    bool small = cell->count < threshold, far_up, far_down;
    far_up = small ? greatest >= width : greatest - least >= width;
    far_down = !small || least == 0;
    if (far_up && far_down)
        return false;
    int64_t need = far_down ? (small ? width - cell->count : width) : cell->count;
    bool *before = ARENA_ARRAY(arena, bool, (table->rows + 1) * (table->columns + 1)), changed = false;
    for (int i = 0; i < (table->rows + 1) * (table->columns + 1); i++)
        before[i] = table->cells[i].hidden;
    if (hide_way(arena, table, row, column, far_down, need))
        for (int i = 0; i < (table->rows + 1) * (table->columns + 1); i++)
            changed |= before[i] != table->cells[i].hidden;
    return changed ||
           hide_cheapest(table); /* the way was hidden already, but is worn by others: widen anywhere */
}

void suppress(struct suppress_table *table, int64_t threshold)
{
    bool again = true;
    for (int i = 0; i < (table->rows + 1) * (table->columns + 1); i++)
        table->cells[i].hidden = !table->cells[i].absent && table->cells[i].count < threshold;
    while (again) { /* every round hides at least one more: it ends, at the latest when nothing is shown */
        again = false;
        for (int row = 0; row <= table->rows; row++)
            for (int column = 0; column <= table->columns; column++) {
                _cleanup_arena_ struct arena *scratch = arena_new();
                again |= protect(scratch, table, row, column, threshold);
            }
    }
}
