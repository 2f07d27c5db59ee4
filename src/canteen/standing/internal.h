/* What the files of this room share. */
#ifndef MAILLON_CANTEEN_STANDING_INTERNAL_H
#define MAILLON_CANTEEN_STANDING_INTERNAL_H

#include "canteen/internal.h"
#include "canteen/lines.h"
#include "canteen/standing/standing.h"
#include "establishments/establishments.h"

#define STANDING_LISTS "arrival|hardship"
#define STANDING_RULES "answer_days|hardship_free"
#define STANDING_REFUSALS "security|not_allowed|on_the_list|no_supplier|withdrawn"

enum { STANDING_CODE_FIRST = 90000 }; /* products made for one person */

#endif
