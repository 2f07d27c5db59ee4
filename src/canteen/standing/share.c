/* Sharing a monthly charge by days, to the cent. */
#include "canteen/standing/share.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/number.h"

int sharers_on(const struct sharer *sharers, size_t count, int day)
{
    int there = 0;
    for (size_t i = 0; i < count; i++)
        there += sharers[i].days[day] != NOT_THERE;
    return there;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    return b ? common_divisor(b, a % b) : a;
}

/* What a day is divided by so that every part of it is a whole number: the least common multiple of all counts. That of
 * 1 to 40 times 31 days fits into 64 bits. */
static int64_t parts_of_day(const struct sharer *sharers, size_t count, int month_days, int *ret_occupied, int *ret_most)
{
    int64_t parts = 1;
    *ret_occupied = *ret_most = 0;
    for (int day = 0; day < month_days; day++) {
        int there = sharers_on(sharers, count, day);
        *ret_occupied += there > 0;
        if (there > *ret_most)
            *ret_most = there;
        if (there > 1 && there <= SHARE_OCCUPANTS_MAX)
            parts = parts / common_divisor(parts, there) * there;
    }
    return parts;
}

static void weigh(struct sharer *sharers, size_t count, int month_days, int64_t parts, int64_t *weights)
{
    for (int day = 0; day < month_days; day++) {
        int there = sharers_on(sharers, count, day);
        for (size_t i = 0; i < count; i++) {
            sharers[i].paid_days += sharers[i].days[day] == THERE_PAYS;
            sharers[i].free_days += sharers[i].days[day] == THERE_FREE;
            if (sharers[i].days[day] != NOT_THERE)
                weights[2 * i + (sharers[i].days[day] == THERE_FREE)] += parts / there;
        }
    }
}

int month_share(struct arena *arena, struct sharer *sharers, size_t count, int month_days, int64_t price_cents,
                int *ret_occupied, int64_t *ret_total_cents, struct error *error)
{
    int most;
    int64_t parts = parts_of_day(sharers, count, month_days, ret_occupied, &most);
    int64_t *weights = ARENA_ARRAY(arena, int64_t, 2 * count + 1), *cents = ARENA_ARRAY(arena, int64_t, 2 * count + 1);
    *ret_total_cents = 0;
    if (most > SHARE_OCCUPANTS_MAX)
        return error_set(error, ERR_REFUSED, "cell", N_("More than 40 people are told to be in one cell on one day."), NULL);
    for (size_t i = 0; i < count; i++)
        sharers[i].paid_days = sharers[i].free_days = 0, sharers[i].paid_cents = sharers[i].free_cents = 0;
    if (!*ret_occupied)
        return 0;
    weigh(sharers, count, month_days, parts, weights);
    if (!number_scale(price_cents, *ret_occupied, month_days, ret_total_cents) ||
        !number_split(*ret_total_cents, weights, (int)(2 * count), cents))
        return error_set(error, ERR_REFUSED, "price", N_("This price is too large."), NULL);
    for (size_t i = 0; i < count; i++) {
        sharers[i].paid_cents = cents[2 * i];
        sharers[i].free_cents = cents[2 * i + 1];
    }
    return 0;
}
