/* Departments of the NUTS 3 regions of France. */
#ifndef MAILLON_TENDERS_NUTS_H
#define MAILLON_TENDERS_NUTS_H

const char *nuts_department(const char *code); /* "FRD21" -> "27"; NULL for a wider or a foreign region */

#endif
