/* An establishment with two wings of people who ordered, up to the answer of the accounts office: for tests of rounds. */
#ifndef MAILLON_TESTS_ROUNDS_HOUSE_H
#define MAILLON_TESTS_ROUNDS_HOUSE_H

#include "support/support.h"

enum { ROUNDS_PEOPLE = 12 }; /* the first half in wing A, the others in wing B; the last one's balance is nothing */

extern struct session rounds_staff;

void rounds_open(struct house *house);
/* The session again, after a restart. */
void rounds_session(struct house *house);
/* Reference of a person, from 0. */
const char *rounds_person(struct house *house, int person);
/* A cycle of that code in which everybody who is there but the last ordered 2 of product 1 (another may be given) and 3 of product 3;
 * closed; accepted by the office, but for the person at `unanswered` (-1: all). */
void rounds_cycle(struct house *house, const char *cycle, int unanswered);
void rounds_done(struct house *house, const char *action, const char *json);
struct tree *rounds_answer(struct house *house, const char *action, const char *json);
void rounds_refused(struct house *house, const char *action, const char *json, const char *field, const char *says);
/* A job action; bytes: its file, or NULL. */
struct tree *rounds_take(struct house *house, const char *action, const char *json, const char *bytes);
/* What must hold at any moment, whoever was killed: figures beside what they count, lines beside bags, holds beside lines. */
void rounds_must_hold(struct house *house);

#endif
