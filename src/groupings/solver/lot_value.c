/* The bound of a node of the lot's search: what each member is worth at the multipliers (lot.h), the best
 * group of them, and the way down. */
#include "lot_space.h"

#include <math.h>

/* ---- the value of one member at the multipliers ---- */

/* Turnover binds: the best mix by gain for each cent paid. The minimum share is ignored (the bound stays
 * valid). */
static double value_within_limit(const struct lot_query *q, const struct candidate *c, const double *v,
                                 double limit)
{
    double sum = 0, least = INFINITY;
    /* few arcs: repeatedly take the best ratio not yet taken, in falling order of ratio */
    for (int32_t taken = 0; taken < c->count && limit > 0; taken++) {
        int32_t best = -1;
        double ratio = 0;
        for (int32_t a = c->first; a < c->first + c->count; a++) {
            double gain = v[q->lot->arcs[a].requirement] - q->cost[a];
            double price = q->lot->arcs[a].price;
            double test = price > 0 ? gain / price : gain > 0 ? INFINITY : 0;
            if (gain > 0 && test < least && test > ratio) {
                ratio = test;
                best = a;
            }
        }
        if (best < 0)
            break;
        least = ratio;
        for (int32_t a = c->first; a < c->first + c->count; a++) { /* equal ratios together */
            double gain = v[q->lot->arcs[a].requirement] - q->cost[a];
            double price = q->lot->arcs[a].price;
            double test = price > 0 ? gain / price : gain > 0 ? INFINITY : 0;
            if (gain <= 0 || test != ratio)
                continue;
            double x = price > 0 ? fmin(q->up[a], fmax(limit, 0) / price) : q->up[a];
            sum += gain * x;
            limit -= price * x;
        }
    }
    return sum;
}

/* Adds the least bad work until the minimum share is reached. */
static double value_up_to_floor(const struct lot_query *q, const struct candidate *c, const double *v,
                                double missing)
{
    double sum = 0, least = INFINITY;
    for (int32_t taken = 0; taken < c->count && missing > 0; taken++) {
        int32_t best = -1;
        double ratio = -INFINITY;
        for (int32_t a = c->first; a < c->first + c->count; a++) {
            double gain = v[q->lot->arcs[a].requirement] - q->cost[a];
            double weight = q->lot->arcs[a].weight;
            if (gain > 0 || weight <= 0)
                continue;
            double test = gain / weight;
            if (test > ratio && (test < least)) {
                ratio = test;
                best = a;
            }
        }
        if (best < 0)
            break;
        least = ratio;
        for (int32_t a = c->first; a < c->first + c->count && missing > 0; a++) {
            double gain = v[q->lot->arcs[a].requirement] - q->cost[a];
            double weight = q->lot->arcs[a].weight;
            if (gain > 0 || weight <= 0 || gain / weight != ratio)
                continue;
            double x = fmin(q->up[a], missing / weight);
            sum += gain * x;
            missing -= weight * x;
        }
    }
    return sum;
}

/* The same for a candidate whose turnover limit can bind in this lot. */
static double value_tight(const struct lot_space *s, int32_t index, const double *v, double sum,
                          double weight)
{
    const struct lot_query *q = s->query;
    const struct candidate *c = &s->lot->candidates[index];
    double price = 0;

    for (int32_t a = c->first; a < c->first + c->count; a++) {
        if (v[s->lot->arcs[a].requirement] > q->cost[a])
            price += s->lot->arcs[a].price * q->up[a];
    }
    if (price > q->limit[index])
        return value_within_limit(q, c, v, q->limit[index]);
    return weight < s->lot->floor ? sum + value_up_to_floor(q, c, v, s->lot->floor - weight) : sum;
}

static double candidate_value(const struct lot_space *s, int32_t index, const double *v, const double *counts)
{
    const struct lot_query *q = s->query;
    const struct candidate *c = &s->lot->candidates[index];
    const struct packed *arc = s->packed + c->first, *end = arc + c->count;
    double sum = 0, weight = 0, credit = 0;

    for (; arc < end; arc++) {
        double gain = v[arc->requirement] - arc->cost;
        if (counts) {
            double part = arc->up * s->inverse[arc->requirement];
            credit += counts[arc->requirement] * (part < 1 ? part : 1);
        }
        if (gain > 0) {
            sum += gain * arc->up;
            weight += arc->weight * arc->up;
        }
    }
    if (s->tight[index])
        sum = value_tight(s, index, v, sum, weight);
    else if (weight < s->lot->floor)
        sum += value_up_to_floor(q, c, v, s->lot->floor - weight);
    return sum + credit - q->fixed[index] + v[s->lot->requirement_count] * c->turnover;
}

/* Adds to the subgradient what the candidate does at the multipliers (the order of value_within_limit in
 * short). */
static void candidate_add_slope(struct lot_space *s, int32_t index, const double *v)
{
    const struct candidate *c = &s->lot->candidates[index];
    const struct packed *first = s->packed + c->first, *end = first + c->count, *filler = NULL;
    double weight = 0, price = 0, part = 1;

    for (const struct packed *arc = first; arc < end; arc++) {
        if (v[arc->requirement] > arc->cost) {
            weight += arc->weight * arc->up;
            price += s->lot->arcs[arc - s->packed].price * arc->up;
        }
    }
    if (s->tight[index] && price > s->query->limit[index])
        part = s->query->limit[index] / price;
    double missing = part == 1 ? s->lot->floor - weight : 0, ratio = -INFINITY;
    for (const struct packed *arc = first; arc < end; arc++) {
        double gain = v[arc->requirement] - arc->cost;
        if (gain > 0) {
            s->slope[arc->requirement] += part * arc->up;
        } else if (missing > 0 && arc->weight > 0 && gain / arc->weight > ratio) {
            ratio = gain / arc->weight;
            filler = arc;
        }
    }
    if (filler)
        s->slope[filler->requirement] +=
            missing < filler->weight * filler->up ? missing / filler->weight : filler->up;
    s->slope[s->lot->requirement_count] += c->turnover;
}

/* ---- bound of a node ---- */

/* What the best group must give up to have a leader: swap its worst free member (or use an empty place). */
static double leader_penalty(const struct lot_space *s)
{
    double best = -INFINITY;
    bool full = s->in_count + s->chosen_count >= s->slots;

    for (int32_t i = 0; i < s->chosen_count; i++) {
        if (s->lot->candidates[s->chosen[i]].lead)
            return 0;
    }
    for (int32_t i = 0; i < s->free_count; i++) {
        if (s->lot->candidates[s->free_list[i]].lead)
            best = fmax(best, s->value[s->free_list[i]]);
    }
    if (full && s->chosen_count == 0)
        return INFINITY;
    return (full ? s->value[s->chosen[s->chosen_count - 1]] : 0) - best;
}

double node_evaluate(struct lot_space *s, const double *v)
{
    int32_t requirements = s->lot->requirement_count;
    int32_t places = s->slots - s->in_count;
    double bound = s->lot->worth - v[requirements] * s->lot->need;

    const double *counts = v + requirements + 1;
    for (int32_t r = 0; r < requirements; r++)
        bound -= v[r] * s->lot->quantity[r] + counts[r] * s->needs[r];
    for (int32_t i = 0; i < s->in_count; i++) {
        s->value[s->in[i]] = candidate_value(s, s->in[i], v, NULL);
        bound += s->value[s->in[i]];
    }
    s->chosen_count = 0;
    s->runner_up = 0;
    for (int32_t i = 0; i < s->free_count; i++) {
        int32_t c = s->free_list[i];
        double value = candidate_value(s, c, v, counts);
        s->value[c] = value;
        if (value <= s->runner_up && (value <= 0 || s->chosen_count >= places))
            continue;
        if (s->chosen_count >= places) {
            if (places == 0 || value <= s->value[s->chosen[places - 1]]) {
                s->runner_up = value > s->runner_up ? value : s->runner_up;
                continue;
            }
            s->runner_up = fmax(s->runner_up, s->value[s->chosen[places - 1]]);
            s->chosen_count--;
        }
        int32_t k = s->chosen_count++;
        while (k > 0 && s->value[s->chosen[k - 1]] < value) {
            s->chosen[k] = s->chosen[k - 1];
            k--;
        }
        s->chosen[k] = c;
    }
    for (int32_t i = 0; i < s->chosen_count; i++)
        bound += s->value[s->chosen[i]];
    s->penalty = s->in_lead ? 0 : leader_penalty(s);
    return bound - s->penalty;
}

double node_find_slope(struct lot_space *s, const double *v)
{
    int32_t requirements = s->lot->requirement_count;
    double norm = 0;

    for (int32_t r = 0; r < requirements; r++)
        s->slope[r] = -s->lot->quantity[r];
    s->slope[requirements] = -s->lot->need;
    for (int32_t i = 0; i < s->in_count; i++)
        candidate_add_slope(s, s->in[i], v);
    double *counts = s->slope + requirements + 1;
    for (int32_t r = 0; r < requirements; r++)
        counts[r] = -s->needs[r];
    for (int32_t i = 0; i < s->chosen_count; i++) {
        const struct candidate *c = &s->lot->candidates[s->chosen[i]];
        candidate_add_slope(s, s->chosen[i], v);
        for (int32_t a = c->first; a < c->first + c->count; a++)
            counts[s->packed[a].requirement] +=
                fmin(1, s->packed[a].up * s->inverse[s->packed[a].requirement]);
    }
    for (int32_t r = 0; r < requirements; r++) {
        if (s->needs[r] > 0 && (counts[r] < 0 || v[requirements + 1 + r] > 0))
            norm += counts[r] * counts[r] / (s->needs[r] * s->needs[r]);
    }
    for (int32_t r = 0; r < requirements; r++) {
        double g = s->slope[r] / s->lot->quantity[r];
        norm += g * g;
    }
    if (s->lot->need > 0 && (s->slope[requirements] < 0 || v[requirements] > 0)) {
        double g = s->slope[requirements] / s->lot->need;
        norm += g * g;
    }
    return norm;
}

void node_step(struct lot_space *s, const double *from, double length, double *to)
{
    int32_t requirements = s->lot->requirement_count;
    for (int32_t r = 0; r < requirements; r++)
        to[r] = from[r] - length * s->slope[r] / (s->lot->quantity[r] * s->lot->quantity[r]);
    double need = s->lot->need;
    for (int32_t k = requirements + 1, r = 0; r < requirements; r++, k++) {
        double needs = s->needs[r];
        to[k] = needs > 0 ? fmax(0, from[k] - length * s->slope[k] / (needs * needs)) : 0;
    }
    to[requirements] =
        need > 0 ? fmax(0, from[requirements] - length * s->slope[requirements] / (need * need)) : 0;
}
