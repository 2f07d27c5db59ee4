/* The lines of the balance sheet and of the income statement, read from data/accounts/statement_lines.csv. */
#ifndef MAILLON_SURPLUS_STATEMENTS_H
#define MAILLON_SURPLUS_STATEMENTS_H

#include "kernel/app.h"

/* Loads them when the file is not what was loaded last. Called at the start. */
int statements_start(struct app *app, struct error *error);

#endif
