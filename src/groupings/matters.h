/* The actions of groupings, one function each; declared in actions.c, written beside their matter. */
#ifndef MAILLON_GROUPINGS_MATTERS_H
#define MAILLON_GROUPINGS_MATTERS_H

#include "kernel/declare.h"

typedef int grouping_action(struct ctx *ctx, const struct tree *args, struct tree *result);

grouping_action grouping_propose;                                                  /* propose.c */
grouping_action grouping_frontier_find;                                            /* frontier.c */
grouping_action grouping_ask, grouping_accept, grouping_decline, grouping_record;  /* answer.c */
grouping_action grouping_form, grouping_submit, grouping_close, grouping_withdraw; /* state.c */
grouping_action grouping_lead, grouping_subcontract, grouping_invite;              /* adjust.c */
grouping_action grouping_change, grouping_replace;                                 /* change.c */

/* --- state.c: what all of them look up --- */

struct grouping_row {
    int64_t id, tender_id, leader_id;
    const char *reference, *tender, *state, *legal_form;
    int64_t answered_count, member_count, asked_count, accepted_count, declined_count;
};

/* ERR_NOT_FOUND (field "grouping") when there is none. */
int grouping_read(struct db *db, struct arena *arena, const char *reference, struct grouping_row *ret_row,
                  struct error *error);
/* Refuses, naming the state it is in, unless it is in one of these ("proposed asked"). */
int grouping_must_be(const struct grouping_row *row, const char *states, struct error *error);
int grouping_set_state(struct ctx *ctx, const struct grouping_row *row, const char *state);

/* --- rules.c --- */

/* Checks every rule of a grouping as it stands and keeps the verdicts. Inside a write task. */
int rules_check(struct db *db, struct arena *arena, int64_t grouping_id, const char *today,
                struct error *error);
/* And those of all others of the same call: a leader taken here is a leader taken there. */
int rules_check_all(struct db *db, struct arena *arena, int64_t tender_id, const char *today,
                    struct error *error);

#endif
