/* A picture of flows: columns of nodes, bands between them as wide as what flows. Laid out here, drawn by a
 * template as SVG.
 *
 * Coordinates are whole hundredths of a pixel, so that the same figures give the same bytes everywhere. */
#ifndef MAILLON_OPENBOOKS_FLOW_H
#define MAILLON_OPENBOOKS_FLOW_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct tree;

enum { FLOW_NODES_MAX = 64, FLOW_LINKS_MAX = 128, FLOW_COLUMNS_MAX = 3 };

enum flow_label { FLOW_LABEL_RIGHT, FLOW_LABEL_LEFT, FLOW_LABEL_ABOVE };

struct flow_node {
    int column;
    const char *tone, *name, *amount;
    int64_t in, out; /* sums of its links */
};

struct flow {
    struct flow_node nodes[FLOW_NODES_MAX];
    struct {
        int from, to;
        int64_t value;
    } links[FLOW_LINKS_MAX];
    int node_count, link_count;
};

struct flow_frame { /* pixels */
    int width, height, columns;
    int x[FLOW_COLUMNS_MAX]; /* left side of the nodes */
    enum flow_label label[FLOW_COLUMNS_MAX];
    int pitch; /* least distance between the middles of two nodes of a column: room for two lines of text */
};

/* A node without links is left out of the picture. Past the limits nothing is added and -1 is given. */
int flow_node(struct flow *flow, int column, const char *tone, const char *name, const char *amount);
void flow_link(struct flow *flow, int from, int to, int64_t value); /* value 0 or below: no band */

/* What comes in goes out: of every node that has both. */
bool flow_balanced(const struct flow *flow);

/* Map: width, height, bands [{d, tone}], nodes [{x, y, width, height, tone, name, amount, text_x, name_y,
 * amount_y, anchor}]. */
struct tree *flow_draw(struct arena *arena, const struct flow *flow, const struct flow_frame *frame);

#endif
