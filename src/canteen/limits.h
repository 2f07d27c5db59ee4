/* Limits of orders: what one person may order at most, in one order, in a week, of one product. A limit is for everybody or for one
 * detention regime; that of the person's regime wins over the general one. Which holds for whom is said once, by the view
 * canteen_limit_held (schema.sql): what reads limits reads it there. */
#ifndef MAILLON_CANTEEN_LIMITS_H
#define MAILLON_CANTEEN_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct db;
struct error;

enum { LIMIT_NONE = -1 };

struct limits { /* of one stay, as they hold for it */
    int64_t cycle_cents, week_cents; /* LIMIT_NONE: no limit */
    struct limit_units {
        int64_t code, most;
    } *units; /* by code, in the arena */
    size_t unit_count;
};
/* Reader or writer. */
int limits_read(struct db *db, struct arena *arena, int64_t stay, struct limits *ret_limits, struct error *error);
/* Units of a product at most; LIMIT_NONE: no limit. */
int64_t limits_units(const struct limits *limits, int64_t code);

#endif
