#include "openbooks/flow.h"

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"

enum { PIXEL = 100, BAR = 14 * PIXEL, GAP = 9 * PIXEL, THIN = 80, LINE = 17 * PIXEL };

int flow_node(struct flow *flow, int column, const char *tone, const char *name, const char *amount)
{
    if (flow->node_count == FLOW_NODES_MAX)
        return -1;
    flow->nodes[flow->node_count] =
        (struct flow_node){.column = column, .tone = tone, .name = name, .amount = amount};
    return flow->node_count++;
}

void flow_link(struct flow *flow, int from, int to, int64_t value)
{
    if (value <= 0 || from < 0 || to < 0 || flow->link_count == FLOW_LINKS_MAX)
        return;
    flow->links[flow->link_count].from = from;
    flow->links[flow->link_count].to = to;
    flow->links[flow->link_count++].value = value;
    flow->nodes[from].out += value;
    flow->nodes[to].in += value;
}

bool flow_balanced(const struct flow *flow)
{
    for (int i = 0; i < flow->node_count; i++)
        if (flow->nodes[i].in && flow->nodes[i].out && flow->nodes[i].in != flow->nodes[i].out)
            return false;
    return true;
}

/* --- places --- */

struct place {
    int64_t y, height;
    int64_t in, out; /* how far down its sides bands have been attached */
};

static int64_t value_of(const struct flow_node *node)
{
    return node->in > node->out ? node->in : node->out;
}

/* `length` hundredths of a pixel stand for `whole`. */
static int64_t length_of(int64_t value, int64_t length, int64_t whole)
{
    int64_t scaled = 0;
    return number_scale(value, length, whole, &scaled) ? scaled : 0;
}

/* Puts the nodes of a column under each other; gives how far down they reach. */
static int64_t stack(const struct flow *flow, int column, int64_t length, int64_t whole, int64_t pitch,
                     struct place *places)
{
    int64_t end = 0, middle = -pitch;
    for (int i = 0; i < flow->node_count; i++) {
        const struct flow_node *node = &flow->nodes[i];
        if (node->column != column || !value_of(node))
            continue;
        int64_t height = length_of(value_of(node), length, whole);
        height = height < THIN ? THIN : height;
        int64_t y = end ? end + GAP : 0;
        if (middle + pitch - height / 2 > y)
            y = middle + pitch - height / 2;
        if (!end && y < 0)
            y = 0;
        places[i] = (struct place){.y = y, .height = height};
        middle = y + height / 2;
        end = y + height;
    }
    return end;
}

/* The greatest scale at which every column fits; then each column stands in the middle of the height. */
static int64_t place_nodes(const struct flow *flow, const struct flow_frame *frame, int64_t top,
                           int64_t whole, struct place *places)
{
    int64_t room = (int64_t)frame->height * PIXEL - top - 12 * PIXEL, pitch = (int64_t)frame->pitch * PIXEL;
    int64_t low = 0, high = room;
    while (low < high) {
        int64_t length = (low + high + 1) / 2;
        bool fits = true;
        for (int column = 0; column < frame->columns; column++)
            fits = fits && stack(flow, column, length, whole, pitch, places) <= room;
        if (fits)
            low = length;
        else
            high = length - 1;
    }
    for (int column = 0; column < frame->columns; column++) {
        int64_t end = stack(flow, column, low, whole, pitch, places);
        for (int i = 0; i < flow->node_count; i++)
            if (flow->nodes[i].column == column)
                places[i].y += top + (end < room ? (room - end) / 2 : 0);
    }
    return low;
}

static int64_t whole_of(const struct flow *flow, int columns)
{
    int64_t whole = 1;
    for (int column = 0; column < columns; column++) {
        int64_t sum = 0;
        for (int i = 0; i < flow->node_count; i++)
            sum += flow->nodes[i].column == column ? value_of(&flow->nodes[i]) : 0;
        whole = sum > whole ? sum : whole;
    }
    return whole;
}

/* --- drawing --- */

static const char *pixels(struct arena *arena, int64_t hundredths)
{
    return number_plain(arena, hundredths, 2, true);
}

static const char *band(struct arena *arena, int64_t x0, int64_t y0, int64_t x1, int64_t y1, int64_t thick)
{
    int64_t middle = (x0 + x1) / 2;
    const char *m = pixels(arena, middle), *left = pixels(arena, x0), *right = pixels(arena, x1);
    const char *a = pixels(arena, y0), *b = pixels(arena, y1), *c = pixels(arena, y1 + thick),
               *d = pixels(arena, y0 + thick);
    return arena_printf(arena, "M%s %sC%s %s %s %s %s %sV%sC%s %s %s %s %s %sZ", left, a, m, a, m, b, right,
                        b, c, m, c, m, d, left, d);
}

static void draw_bands(struct arena *arena, const struct flow *flow, const struct flow_frame *frame,
                       int64_t length, int64_t whole, struct place *places, struct tree *bands)
{
    for (int from = 0; from < flow->node_count; from++)
        for (int to = 0; to < flow->node_count; to++)
            for (int i = 0; i < flow->link_count; i++) {
                if (flow->links[i].from != from || flow->links[i].to != to)
                    continue;
                struct place *start = &places[from], *end = &places[to];
                int64_t thick = length_of(flow->links[i].value, length, whole);
                int64_t x0 = (int64_t)frame->x[flow->nodes[from].column] * PIXEL + BAR;
                int64_t x1 = (int64_t)frame->x[flow->nodes[to].column] * PIXEL;
                struct tree *drawn = tree_add_map(arena, bands);
                tree_set_text(arena, drawn, "d",
                              band(arena, x0, start->y + start->out, x1, end->y + end->in,
                                   thick < THIN ? THIN : thick));
                tree_set_text(arena, drawn, "tone",
                              text_is(flow->nodes[to].tone, "main") ? flow->nodes[from].tone
                                                                    : flow->nodes[to].tone);
                start->out += thick;
                end->in += thick;
            }
}

static void draw_node(struct arena *arena, const struct flow_node *node, const struct place *place,
                      const struct flow_frame *frame, struct tree *nodes)
{
    int64_t x = (int64_t)frame->x[node->column] * PIXEL, middle = place->y + place->height / 2, text_x,
            name_y;
    enum flow_label label = frame->label[node->column];
    struct tree *drawn = tree_add_map(arena, nodes);
    text_x = label == FLOW_LABEL_RIGHT  ? x + BAR + 9 * PIXEL
             : label == FLOW_LABEL_LEFT ? x - 9 * PIXEL
                                        : x + BAR / 2;
    name_y = label == FLOW_LABEL_ABOVE ? place->y - 9 * PIXEL - LINE : middle - 3 * PIXEL;
    tree_set_text(arena, drawn, "x", pixels(arena, x));
    tree_set_text(arena, drawn, "y", pixels(arena, place->y));
    tree_set_text(arena, drawn, "width", pixels(arena, BAR));
    tree_set_text(arena, drawn, "height", pixels(arena, place->height));
    tree_set_text(arena, drawn, "tone", node->tone);
    tree_set_text(arena, drawn, "name", node->name);
    tree_set_text(arena, drawn, "amount", node->amount);
    tree_set_text(arena, drawn, "text_x", pixels(arena, text_x));
    tree_set_text(arena, drawn, "name_y", pixels(arena, name_y));
    tree_set_text(arena, drawn, "amount_y", pixels(arena, name_y + LINE));
    tree_set_text(arena, drawn, "anchor",
                  label == FLOW_LABEL_RIGHT  ? "start"
                  : label == FLOW_LABEL_LEFT ? "end"
                                             : "middle");
}

struct tree *flow_draw(struct arena *arena, const struct flow *flow, const struct flow_frame *frame)
{
    struct place places[FLOW_NODES_MAX] = {0};
    int64_t whole = whole_of(flow, frame->columns), top = 12 * PIXEL;
    for (int column = 0; column < frame->columns; column++)
        if (frame->label[column] == FLOW_LABEL_ABOVE)
            top = 3 * LINE;
    int64_t length = place_nodes(flow, frame, top, whole, places);
    struct tree *picture = tree_map(arena);
    tree_set_int(arena, picture, "width", frame->width);
    tree_set_int(arena, picture, "height", frame->height);
    struct tree *bands = tree_set_list(arena, picture, "bands"),
                *nodes = tree_set_list(arena, picture, "nodes");
    draw_bands(arena, flow, frame, length, whole, places, bands);
    for (int i = 0; i < flow->node_count; i++)
        if (value_of(&flow->nodes[i]))
            draw_node(arena, &flow->nodes[i], &places[i], frame, nodes);
    return picture;
}
