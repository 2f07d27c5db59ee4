/* Groupings: who answers a call together. Proposals found by the engine, the members' answers, the rules, the
 * papers. */
#ifndef MAILLON_GROUPINGS_H
#define MAILLON_GROUPINGS_H

#include "kernel/app.h"

struct buffer;

extern const struct subject groupings_subject;

/* The newest qualification of a call and today's offers as an instance of the engine: JSON
 * (maillon-grouping-1), or the same as a linear program in CPLEX LP form. For whoever may read the view
 * grouping.instance. */
int grouping_export(struct app *app, const struct session *session, struct arena *arena, const char *tender,
                    bool lp, struct buffer *out, struct error *error);

#endif
