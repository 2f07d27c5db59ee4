/* One value as a person or a machine reads it, by the kind its column declares. */
#ifndef MAILLON_SHOW_H
#define MAILLON_SHOW_H

#include "kernel/view.h"

/* Screen form in the language: 1 234,50 €, 4 janv. 2021, translated codes. Text lives in the arena or in value. */
const char *show_screen(struct arena *arena, const char *language, enum column_kind kind, const struct tree *value);

/* Machine form: 1234.50, 2021-01-04, codes. For CSV. */
const char *show_plain(struct arena *arena, enum column_kind kind, const struct tree *value);

/* As a person would type it into a form of that language: 1234,50 or 1234.50; a rate in per cent. */
const char *show_typed(struct arena *arena, const char *language, enum field_kind kind, const struct tree *value);

/* Kind of a member of an action's result, which declares no columns: by its type, the unit its name ends in, and the
 * names under which codes are answered everywhere (state, role …). */
enum column_kind show_kind_by_name(const struct tree *value);

/* "/members/{siret}" with the values of the first of the maps that has the name, percent-encoded. Maps may be NULL. */
const char *show_link(struct arena *arena, const char *pattern, const struct tree *map, const struct tree *other);

bool show_is_figure(enum column_kind kind); /* aligned to the right */

#endif
