/* Canteen: the shop from which people in detention order. Prices are decided by the head of the establishment and rest
 * on a cost; what a person may spend is mirrored from the prison's accounts office, never held here. */
#ifndef MAILLON_CANTEEN_H
#define MAILLON_CANTEEN_H

#include "kernel/declare.h"

extern const struct subject canteen_subject;

#endif
