/* Alternatives for a call: groupings that are each the best for other weights, kept as proposals. */
#include <math.h>

#include "base/arena.h"
#include "groupings/matters.h"
#include "groupings/search.h"
#include "kernel/action.h"

enum { FRONTIER_MAX = 7 };

/* The instance as the point weighs it. */
static struct grouping_instance weighed(const struct search *search, const struct grouping_point *point)
{
    struct grouping_instance instance = *grouping_file_instance(search->built.file);
    instance.weight_price = point->weight_price;
    instance.weight_quality = point->weight_quality;
    instance.weight_social = point->weight_social;
    return instance;
}

/* Each is explained like any proposal, in the time that is left for all. */
static int add_points(struct search *search, struct grouping_frontier *frontier)
{
    size_t count = frontier->point_count < FRONTIER_MAX ? frontier->point_count : FRONTIER_MAX;
    int code = 0;
    search->options.progress = NULL;
    search->options.seconds = search->seconds / (double)(count + 1);
    for (size_t i = 0; !code && i < count; i++) {
        struct grouping_point *point = &frontier->points[i];
        struct grouping_instance instance = weighed(search, point);
        struct weights weights = {llround(point->weight_price), llround(point->weight_quality),
                                  llround(point->weight_social)};
        const int **then_answered = NULL;
        code = search_explain(search, &instance, point->result, &then_answered);
        if (!code)
            code = search_add(search, point->result, &weights, "frontier", then_answered);
    }
    return code;
}

static void answer_points(struct search *search, struct tree *result)
{
    struct arena *arena = search->ctx->arena;
    tree_set_text(arena, result, "tender", search->built.qualification.reference);
    struct tree *list = tree_set_list(arena, result, "groupings");
    for (int i = 0; i < search->keeping_count; i++) {
        const struct keeping *keeping = &search->keepings[i];
        struct tree *one = tree_add_map(arena, list);
        tree_set_text(arena, one, "grouping", keeping->reference);
        tree_set_int(arena, one, "price_cents", keeping->proposal->price_cents);
        tree_set_int(arena, one, "weight_price", keeping->proposal->weights.price);
        tree_set_int(arena, one, "weight_quality", keeping->proposal->weights.quality);
        tree_set_int(arena, one, "weight_social", keeping->proposal->weights.social);
    }
}

int grouping_frontier_find(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct search search = {.ctx = ctx, .keepings = ARENA_ARRAY(ctx->arena, struct keeping, FRONTIER_MAX)};
    struct grouping_frontier *frontier = NULL;
    int code = search_prepare(&search, args);
    if (!code) {
        enum grouping_error failed =
            grouping_explore(grouping_file_instance(search.built.file), &search.options,
                             (size_t)tree_int(args, "most", 5), &frontier);
        code = failed ? search_refuse(ctx, failed) : add_points(&search, frontier);
    }
    if (!code)
        code = search_keep(&search);
    if (!code)
        answer_points(&search, result);
    if (frontier)
        grouping_frontier_free(frontier);
    search_close(&search);
    return code;
}
