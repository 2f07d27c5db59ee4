/* Functions of actions and papers that are written beside their matter; declared in actions.c. */
#ifndef MAILLON_LEDGER_MATTERS_H
#define MAILLON_LEDGER_MATTERS_H

#include <stdio.h>

#include "kernel/declare.h"

typedef int ledger_action_function(struct ctx *ctx, const struct tree *args, struct tree *result);

ledger_action_function ledger_import;                                    /* fec_import.c */
ledger_action_function ledger_enter;                                     /* enter.c */
ledger_action_function ledger_letter, ledger_unletter, ledger_letter_auto; /* letter.c */
int ledger_enter_fill(struct ctx *ctx, struct tree *values);              /* enter.c */
int ledger_statement(struct ctx *ctx, const struct tree *args, struct document **ret_document); /* statement.c */
int ledger_fec(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name); /* downloads.c */
int ledger_fec_description(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name);

extern const struct field ledger_enter_fields[]; /* enter.c */

/* typed.c: an account as a person names it: its number, number and sub-account with a space between, or its name or the
 * beginning of it when only one open account has it. Reader. ERR_NOT_FOUND, ERR_INVALID when several have it. */
int account_typed(struct db *db, struct arena *arena, const char *typed, int64_t *ret_account, struct error *error);

#endif
