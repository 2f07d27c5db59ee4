/* Keeping what changed of an organisation, with all that follows from it. Inside a write task, except _differs. */
#ifndef MAILLON_MEMBERS_KEEP_H
#define MAILLON_MEMBERS_KEEP_H

#include "members/import.h"

/* organisation_store, the social value computed again from its facts, a new mark added to the history, details shown
 * anew. old NULL: it is new. */
int organisation_keep(struct db *db, struct arena *arena, const struct organisation *old,
                      struct organisation *organisation, int64_t now_ms, struct error *error);

/* Adds an accreditation, or changes the end of the one with the same beginning. ret_changed may be NULL. */
int accreditation_keep(struct db *db, int64_t member_id, const struct accreditation_cell *cell, bool *ret_changed,
                       struct error *error);
int accreditation_differs(struct db *db, int64_t member_id, const struct accreditation_cell *cell, bool *ret_differs,
                          struct error *error);

#endif
