#include "lot.h"

#include "control.h"
#include "lot_space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct lot_space *lot_space_new(const struct model *model)
{
    struct lot_space *s = calloc(1, sizeof *s);
    size_t candidates = 1, requirements = 1, group = 1, arcs = 1;

    for (int32_t l = 0; l < model->lot_count; l++) {
        const struct lot *lot = &model->lots[l];
        candidates = (size_t)lot->candidate_count > candidates ? (size_t)lot->candidate_count : candidates;
        requirements =
            (size_t)lot->requirement_count > requirements ? (size_t)lot->requirement_count : requirements;
        group = (size_t)lot->max_group > group ? (size_t)lot->max_group : group;
        arcs = (size_t)lot->arc_count > arcs ? (size_t)lot->arc_count : arcs;
    }
    if (!s)
        return NULL;
    s->width = (int32_t)(2 * requirements + 1);
    s->leaf = leaf_space_new();
    s->packed = calloc(arcs, sizeof *s->packed);
    s->free_list = calloc(candidates, sizeof *s->free_list);
    s->in = calloc(candidates + 1, sizeof *s->in);
    s->value = calloc(candidates, sizeof *s->value);
    s->tight = calloc(candidates, 1);
    s->chosen = calloc(group + 2, sizeof *s->chosen);
    s->slope = calloc(5 * (2 * requirements + 1) + 2 * requirements, sizeof *s->slope);
    s->multipliers = calloc((group + 2) * (2 * requirements + 1), sizeof *s->multipliers);
    s->largest = calloc(requirements * (group + 1), sizeof *s->largest);
    s->last_group = calloc(2 * group + 4, sizeof *s->last_group);
    s->group_memory = calloc((LOT_GROUPS + 1) * (group + 1), sizeof *s->group_memory);
    if (!s->leaf || !s->packed || !s->free_list || !s->in || !s->value || !s->tight || !s->chosen ||
        !s->slope || !s->multipliers || !s->largest || !s->last_group || !s->group_memory) {
        lot_space_free(s);
        return NULL;
    }
    s->trial = s->slope + s->width;
    s->best_multipliers = s->trial + s->width;
    s->leaf_price = s->best_multipliers + s->width;
    s->needs = s->leaf_price + s->width;
    s->inverse = s->needs + requirements;
    for (size_t i = 0; i <= LOT_GROUPS; i++)
        s->groups[i].members = s->group_memory + i * (group + 1);
    return s;
}

void lot_space_free(struct lot_space *s)
{
    if (!s)
        return;
    leaf_space_free(s->leaf);
    free(s->packed);
    free(s->free_list);
    free(s->in);
    free(s->value);
    free(s->tight);
    free(s->chosen);
    free(s->slope);
    free(s->multipliers);
    free(s->largest);
    free(s->last_group);
    free(s->group_memory);
    free(s);
}

struct leaf_space *lot_space_leaf(struct lot_space *space)
{
    return space->leaf;
}

/* ---- leaves ---- */

static void space_keep_group(struct lot_space *s, const int32_t *members, int32_t count, double value)
{
    int32_t at = s->group_count < LOT_GROUPS ? s->group_count++ : LOT_GROUPS;
    struct lot_group spare = s->groups[at];

    memcpy(spare.members, members, (size_t)count * sizeof *members);
    spare.count = count;
    spare.value = value;
    while (at > 0 && s->groups[at - 1].value < value) {
        s->groups[at] = s->groups[at - 1];
        at--;
    }
    s->groups[at] = spare;
}

/* Solves the leaf of a group and keeps it when it is good. True when new multipliers are in leaf_price. */
static bool space_try_group(struct lot_space *s, const int32_t *members, int32_t count)
{
    const struct lot_query *q = s->query;
    double value = s->lot->worth, turnover = 0, cost = 0;
    bool lead = false;

    if (count == 0)
        return false;
    for (int32_t i = 0; i < count; i++) {
        const struct candidate *c = &s->lot->candidates[members[i]];
        value -= q->fixed[members[i]];
        turnover += c->turnover;
        lead |= c->lead;
    }
    if (!lead || turnover < s->lot->need)
        return false;
    double floor = s->group_count ? s->groups[s->group_count - 1].value : q->cutoff;
    if (s->group_count < LOT_GROUPS)
        floor = q->cutoff;
    struct leaf_data data = {s->lot, q->cost, q->up, q->limit, q->capacity};
    enum leaf_status status =
        leaf_solve(s->leaf, &data, members, count, value - floor, &cost, NULL, s->leaf_price);
    s->no_memory |= status == LEAF_NO_MEMORY;
    if (status != LEAF_OPTIMAL)
        return false;
    if (value - cost > q->cutoff)
        space_keep_group(s, members, count, value - cost);
    if (value - cost > s->best)
        s->best = value - cost;
    return true;
}

/* The group the relaxation likes, if it is another than the last one tried. */
static bool node_try_chosen(struct lot_space *s)
{
    int32_t count = s->in_count + s->chosen_count;
    bool same = count == s->last_count;

    for (int32_t i = 0; i < s->in_count && same; i++)
        same = s->last_group[i] == s->in[i];
    for (int32_t i = 0; i < s->chosen_count && same; i++)
        same = s->last_group[s->in_count + i] == s->chosen[i];
    if (same)
        return false;
    memcpy(s->last_group, s->in, (size_t)s->in_count * sizeof *s->in);
    memcpy(s->last_group + s->in_count, s->chosen, (size_t)s->chosen_count * sizeof *s->chosen);
    s->last_count = count;
    for (int32_t g = 0; g < s->group_count; g++) { /* known already */
        int32_t common = 0;
        for (int32_t i = 0; s->groups[g].count == count && i < count; i++) {
            for (int32_t k = 0; k < count; k++)
                common += s->groups[g].members[i] == s->last_group[k];
        }
        if (common == count)
            return false;
    }
    return space_try_group(s, s->last_group, count);
}

/* ---- search ---- */

/* Lowers the bound by steps on the multipliers v (improved in place). The last evaluation is at v. */
static double node_lower_bound(struct lot_space *s, double *v, int32_t steps)
{
    size_t bytes = lot_width(s->lot) * sizeof *v;
    double bound = INFINITY, theta = 1;
    int32_t since = 0;
    bool at_best = false, from_leaf = false;

    memcpy(s->trial, v, bytes);
    for (int32_t step = 0; step < steps; step++) {
        double now = node_evaluate(s, s->trial);
        at_best = now < bound;
        if (now < bound) {
            since = now < bound - 1e-3 * fabs(bound - s->best) ? 0 : since + 1;
            bound = now;
            memcpy(v, s->trial, bytes);
        } else if (++since >= 3) {
            theta *= 0.6;
            since = 0;
        }
        if (bound <= s->best + s->query->slack || theta < 0.02)
            break;
        double before = s->best;
        if (!from_leaf && node_try_chosen(s)) {
            if (bound <= s->best + s->query->slack)
                break;
            if (s->best > before || step < 8) {
                from_leaf = true; /* the prices of this leaf next, once */
                memcpy(s->trial, s->leaf_price, (size_t)s->lot->requirement_count * sizeof *v);
                continue;
            }
        }
        if (from_leaf && !at_best) {
            memcpy(s->trial, v, bytes);
            node_evaluate(s, s->trial);
            now = bound;
        }
        from_leaf = false;
        double norm = node_find_slope(s, s->trial);
        if (norm < 1e-14)
            break;
        double target = isfinite(s->best) ? s->best : now - 0.05 * fabs(s->lot->worth) - 1;
        node_step(s, s->trial, theta * fmax(now - target, 1e-6 * fabs(now)) / norm, s->trial);
    }
    if (!at_best)
        node_evaluate(s, v);
    return bound;
}

static void free_remove(struct lot_space *s, int32_t position)
{
    int32_t c = s->free_list[position];
    s->free_list[position] = s->free_list[--s->free_count];
    s->free_list[s->free_count] = c;
}

static void group_push(struct lot_space *s, int32_t candidate)
{
    s->in[s->in_count++] = candidate;
    s->in_turnover += s->lot->candidates[candidate].turnover;
    s->in_lead |= s->lot->candidates[candidate].lead;
}

/* Fixes free candidates by their value at the last evaluation. False when the node is empty. */
static bool node_fix(struct lot_space *s, double bound)
{
    double loose = bound + s->penalty,
           limit = s->best + s->query->slack; /* without the leader's penalty: valid */
    bool full = s->in_count + s->chosen_count >= s->slots;
    double worst = full && s->chosen_count ? s->value[s->chosen[s->chosen_count - 1]] : 0;
    int32_t chosen = s->chosen_count, places = s->slots - s->in_count;

    if (!isfinite(loose))
        return false;
    for (int32_t i = s->free_count - 1; i >= 0; i--) {
        int32_t c = s->free_list[i];
        bool is_chosen = false;
        for (int32_t k = 0; k < chosen && !is_chosen; k++)
            is_chosen = s->chosen[k] == c;
        double with = loose - worst + fmin(s->value[c], worst), without = loose - s->value[c] + s->runner_up;
        if (!is_chosen && (places == 0 || with <= limit)) {
            s->pruned = places == 0 ? s->pruned : fmax(s->pruned, with);
            free_remove(s, i);
        } else if (is_chosen && without <= limit) {
            s->pruned = fmax(s->pruned, without);
            free_remove(s, i);
            group_push(s, c);
        }
    }
    return true;
}

/* What the group so far leaves of each requirement, in slope; the `places` largest contributions of free
 * members. */
static void node_list_largest(struct lot_space *s, int32_t places)
{
    const struct lot *lot = s->lot;
    double *missing = s->slope;

    for (int32_t r = 0; r < lot->requirement_count; r++)
        missing[r] = lot->quantity[r] * (1 - 1e-9);
    memset(s->largest, 0, (size_t)places * (size_t)lot->requirement_count * sizeof *s->largest);
    for (int32_t i = 0; i < s->in_count; i++) {
        const struct candidate *c = &lot->candidates[s->in[i]];
        for (int32_t a = c->first; a < c->first + c->count; a++)
            missing[s->packed[a].requirement] -= s->packed[a].up;
    }
    for (int32_t i = 0; i < s->free_count; i++) {
        const struct candidate *c = &lot->candidates[s->free_list[i]];
        for (int32_t a = c->first; a < c->first + c->count; a++) {
            double *top = s->largest + (size_t)s->packed[a].requirement * (size_t)places,
                   up = s->packed[a].up;
            int32_t at = places - 1;
            if (up <= top[at])
                continue;
            for (; at > 0 && top[at - 1] < up; at--)
                top[at] = top[at - 1];
            top[at] = up;
        }
    }
}

/* Whether what is left could still cover, lead and bring the turnover; simple tests on sums, which also drop
 * the free candidates after whose choice it could not. */
static bool node_can_cover(struct lot_space *s)
{
    const struct lot *lot = s->lot;
    int32_t places = s->slots - s->in_count, wanted = 0;
    double *missing = s->slope, largest = 0;

    node_list_largest(s, places);
    for (int32_t i = 0; i < s->free_count; i++) {
        double turnover = lot->candidates[s->free_list[i]].turnover;
        largest = turnover > largest ? turnover : largest;
    }
    for (int32_t r = 0; r < lot->requirement_count; r++) {
        const double *top = s->largest + (size_t)r * (size_t)places;
        double left = missing[r], others = 0, left_of = left;
        int32_t count = 0;
        while (left > 0 && count < places)
            left -= top[count++];
        if (left > 0)
            return false;
        /* one who could do everything alone is in the relaxation already, unless the group so far does a part
         */
        bool used = count > 1 || (count == 1 && left_of < 0.999 * lot->quantity[r]);
        s->needs[r] = used ? count : 0;
        s->inverse[r] = !used ? 0 : count > 1 ? 1e300 : 1 / left_of;
        for (int32_t k = 0; k + 1 < places; k++)
            others += top[k];
        missing[r] -= others; /* what the next one must bring */
        wanted += missing[r] > 0;
    }
    double turnover = lot->need - s->in_turnover - (places - 1) * largest;
    for (int32_t i = s->free_count - 1; i >= 0; i--) {
        const struct candidate *c = &lot->candidates[s->free_list[i]];
        bool good = c->turnover >= turnover && (places > 1 || s->in_lead || c->lead);
        int32_t brought = 0;
        for (int32_t a = c->first; a < c->first + c->count && wanted; a++) {
            double need = missing[s->packed[a].requirement];
            brought += need > 0 && s->packed[a].up >= need;
        }
        if (!good || brought < wanted)
            free_remove(s, i);
    }
    return true;
}

/* The chosen free candidate with the largest value, else the free one with the largest. */
static int32_t node_choose_branch(const struct lot_space *s)
{
    int32_t best = -1;
    for (int32_t k = 0; k < s->chosen_count; k++) {
        for (int32_t i = 0; i < s->free_count; i++) {
            if (s->free_list[i] == s->chosen[k])
                return i;
        }
    }
    for (int32_t i = 0; i < s->free_count; i++) {
        if (best < 0 || s->value[s->free_list[i]] > s->value[s->free_list[best]])
            best = i;
    }
    return best;
}

static bool search_is_over(struct lot_space *s)
{
    s->nodes++;
    if (s->nodes > s->query->max_nodes)
        s->cut = true;
    if ((s->nodes & 63) == 0 && control_is_over(s->query->control))
        s->cut = true;
    s->cut |= s->query->first && s->group_count > 0;
    return s->cut || s->no_memory;
}

static void node_search(struct lot_space *s, double *v, int32_t steps)
{
    int32_t free_count = s->free_count, in_count = s->in_count;
    double in_turnover = s->in_turnover;
    bool in_lead = s->in_lead;

    for (;;) { /* exclude branches of this node, one after the other */
        bool covered = s->free_count > 0 && s->in_count < s->slots;
        if (covered && !node_can_cover(s))
            break;
        if (s->free_count == 0 || s->in_count >= s->slots) {
            space_try_group(s, s->in, s->in_count);
            break;
        }
        double bound = node_lower_bound(s, v, steps);
        if (s->nodes == 0) /* the root's, before branches bend them */
            memcpy(s->best_multipliers, v, lot_width(s->lot) * sizeof *v);
        if (bound <= s->best + s->query->slack) {
            s->pruned = fmax(s->pruned, bound);
            break;
        }
        if (search_is_over(s)) {
            s->pruned = fmax(s->pruned, bound);
            break;
        }
        if (!node_fix(s, bound))
            break;
        if (s->in_count > s->slots)
            break;
        if (s->in_count == s->slots)
            s->free_count = 0;
        if (s->free_count == 0) {
            space_try_group(s, s->in, s->in_count);
            break;
        }
        int32_t position = node_choose_branch(s), c = s->free_list[position];
        int32_t kept_free, kept_in = s->in_count;
        double kept_turnover = s->in_turnover, *next = v + lot_width(s->lot);
        bool kept_lead = s->in_lead;

        free_remove(s, position);
        kept_free = s->free_count;
        group_push(s, c);
        memcpy(next, v, lot_width(s->lot) * sizeof *v);
        node_search(s, next, 10);
        s->in_count = kept_in;
        s->in_turnover = kept_turnover;
        s->in_lead = kept_lead;
        s->free_count = kept_free;
        if (s->cut || s->no_memory) { /* the exclude branch was not looked at */
            s->pruned = fmax(s->pruned, bound);
            break;
        }
        steps = 6;
    }
    s->free_count = free_count;
    s->in_count = in_count;
    s->in_turnover = in_turnover;
    s->in_lead = in_lead;
}

/* Free candidates, those that must be in, those whose limit can bind. False when one that must be in cannot.
 */
static bool space_start(struct lot_space *s, const struct lot_query *query)
{
    const struct lot *lot = query->lot;

    s->query = query;
    s->lot = lot;
    s->slots = lot->max_group;
    s->free_count = s->in_count = s->group_count = s->last_count = 0;
    s->in_turnover = 0;
    s->in_lead = s->cut = s->no_memory = false;
    s->nodes = 0;
    s->best = query->cutoff;
    s->pruned = -INFINITY;
    memset(s->needs, 0, (size_t)lot->requirement_count * sizeof *s->needs);
    memset(s->inverse, 0, (size_t)lot->requirement_count * sizeof *s->inverse);
    for (int32_t c = 0; c < lot->candidate_count; c++) {
        double weight = 0, price = 0;
        if (query->must[c] < 0)
            continue;
        for (int32_t a = lot->candidates[c].first; a < lot->candidates[c].first + lot->candidates[c].count;
             a++) {
            weight += lot->arcs[a].weight * query->up[a];
            price += lot->arcs[a].price * query->up[a];
            s->packed[a] =
                (struct packed){query->cost[a], query->up[a], lot->arcs[a].weight, lot->arcs[a].requirement};
        }
        s->tight[c] = price > query->limit[c];
        if (weight < lot->floor * (1 - 1e-9) || weight <= 0) {
            if (query->must[c] > 0)
                return false;
        } else if (query->must[c] > 0) {
            group_push(s, c);
        } else {
            s->free_list[s->free_count++] = c;
        }
        if (s->in_count > s->slots)
            return false;
    }
    return true;
}

void lot_search(struct lot_space *s, const struct lot_query *query, double *multipliers,
                struct lot_result *ret)
{
    size_t bytes = lot_width(query->lot) * sizeof *multipliers;

    *ret = (struct lot_result){.bound = query->cutoff, .complete = true, .groups = s->groups};
    if (query->lot->impossible || !space_start(s, query))
        return;
    if (s->in_count == s->slots)
        s->free_count = 0;
    memcpy(s->multipliers, multipliers, bytes);
    memcpy(s->best_multipliers, multipliers, bytes);
    node_search(s, s->multipliers, 60);
    memcpy(multipliers, s->best_multipliers, bytes);
    ret->complete = !s->cut && !s->no_memory;
    ret->bound = fmax(fmax(s->best, s->pruned), query->cutoff);
    ret->group_count = s->group_count < LOT_GROUPS ? s->group_count : LOT_GROUPS;
    ret->nodes = s->nodes;
    ret->no_memory = s->no_memory;
}

void lot_probe(struct lot_space *s, const struct lot_query *query, const double *multipliers, double *ret_in,
               double *ret_out)
{
    for (int32_t c = 0; c < query->lot->candidate_count; c++)
        ret_in[c] = ret_out[c] = -INFINITY;
    if (query->lot->impossible || !space_start(s, query))
        return;
    if (s->free_count > 0 && s->in_count < s->slots && !node_can_cover(s))
        return;
    double loose = node_evaluate(s, multipliers) + s->penalty;
    bool full = s->in_count + s->chosen_count >= s->slots;
    double worst = full && s->chosen_count ? s->value[s->chosen[s->chosen_count - 1]] : 0;
    if (!isfinite(s->penalty) || !isfinite(loose))
        return;
    for (int32_t i = 0; i < s->in_count; i++)
        ret_in[s->in[i]] = loose - s->penalty;
    for (int32_t i = 0; i < s->free_count; i++) {
        int32_t c = s->free_list[i];
        ret_in[c] = full && s->chosen_count == 0 ? -INFINITY : loose - worst + fmin(s->value[c], worst);
        ret_out[c] = loose;
    }
    for (int32_t k = 0; k < s->chosen_count; k++) {
        ret_in[s->chosen[k]] = loose;
        ret_out[s->chosen[k]] = loose - s->value[s->chosen[k]] + s->runner_up;
    }
}
