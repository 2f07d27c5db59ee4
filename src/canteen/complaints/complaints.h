/* Complaints about lines of orders, what a person bought, and the figures of a month.
 *
 * Nobody is refunded more than they were charged for a line, less what was given back before. Figures are counted in one
 * place (figures.c) and kept with their cut-off; page, CSV and report read what was kept. */
#ifndef MAILLON_CANTEEN_COMPLAINTS_H
#define MAILLON_CANTEEN_COMPLAINTS_H

#include "kernel/declare.h"

extern const struct subject canteen_complaints_subject;

#endif
