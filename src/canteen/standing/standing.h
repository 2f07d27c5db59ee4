/* Standing orders: what a person gets or pays without filling in the week's form. Free lists for arrival and hardship,
 * charges that come back each month and are shared by the days people were there, purchases that the head of
 * establishment authorises one by one. All of it becomes orders (source "standing") that go the way of any order. */
#ifndef MAILLON_CANTEEN_STANDING_H
#define MAILLON_CANTEEN_STANDING_H

#include "kernel/declare.h"

extern const struct subject standing_subject;

/* A cycle whose goods are "recurring" alone has nothing to pick or deliver: `standing serve CYCLE` marks its accepted lines as
 * picked and received, so that settlement finds it as any other cycle. Orders of an arrival's pack or of free goods cost
 * nothing: they are accepted at once, for the accounts office has nothing to answer. */

#endif
