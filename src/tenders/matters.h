/* The actions of tenders, one function each; declared in actions.c, written beside their matter. */
#ifndef MAILLON_TENDERS_MATTERS_H
#define MAILLON_TENDERS_MATTERS_H

#include "kernel/declare.h"

typedef int action_run_function(struct ctx *ctx, const struct tree *args, struct tree *result);

action_run_function tender_import;                                        /* import.c */
action_run_function tender_watch_score;                                   /* watch_score.c */
action_run_function tender_derive;                                        /* derive_job.c */
action_run_function tender_link, tender_unlink;                           /* link_action.c */
action_run_function tender_decide, tender_dates, tender_mark, tender_piece; /* desk.c */
action_run_function tender_qualify;                                       /* qualify.c */
action_run_function tender_template;                                      /* template.c */
int tender_qualify_fill(struct ctx *ctx, struct tree *values);             /* fill.c */

#endif
