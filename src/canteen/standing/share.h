/* How a monthly charge is shared. The rule, which the page states in words:
 *
 *   1. A day counts for who is in the place at its end: arrival and coming back count, leaving and absence do not.
 *   2. The charge comes to price x occupied days / days of the month, rounded once, half a cent up. A day without
 *      anybody costs nothing.
 *   3. Each occupied day is shared equally among those who count that day.
 *   4. The parts are rounded down to the cent; cents left over go one by one to the parts cut most, on a tie to who was
 *      there first. So they add up to the charge.
 *   5. Days on which somebody is entitled to it free of charge are that person's all the same, and nobody pays them. */
#ifndef MAILLON_CANTEEN_STANDING_SHARE_H
#define MAILLON_CANTEEN_STANDING_SHARE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;

enum { SHARE_DAYS_MAX = 31, SHARE_OCCUPANTS_MAX = 40 };
enum sharer_day { NOT_THERE, THERE_PAYS, THERE_FREE };

struct sharer {
    unsigned char days[SHARE_DAYS_MAX]; /* enum sharer_day */
    /* The answer. */
    int paid_days, free_days;
    int64_t paid_cents, free_cents;
};

/* sharers in the order in which they came. ret_total and ret_occupied never NULL. Refused: more than SHARE_OCCUPANTS_MAX
 * on one day. */
int month_share(struct arena *arena, struct sharer *sharers, size_t count, int month_days, int64_t price_cents,
                int *ret_occupied, int64_t *ret_total_cents, struct error *error);
/* Who counts on a day (from 0). */
int sharers_on(const struct sharer *sharers, size_t count, int day);

#endif
