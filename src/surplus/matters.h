/* What the matters of the surplus share; their actions. */
#ifndef MAILLON_SURPLUS_MATTERS_H
#define MAILLON_SURPLUS_MATTERS_H

#include "kernel/app.h"
#include "ledger/ledger.h"
#include "surplus/allocate.h"
#include "surplus/words.h"

/* --- basis.c: what the books and the law say --- */

struct basis {
    struct allocation_basis figures;
    const char *kind; /* of the legal entity */
};
int basis_read(struct db *db, struct arena *arena, const struct ledger_year *year, struct basis *ret_basis, struct error *error);

struct law_basis {
    struct allocation_rules rules;
    const char *threshold; /* legal_reserve or all_reserves */
    bool mean_given;
};
/* assembly_on decides which law and which bond rates; mean_ppm: typed by a person, -1 for none. */
int law_basis_read(struct db *db, struct arena *arena, enum allocation_kind kind, const char *assembly_on, int64_t mean_ppm,
                   struct law_basis *ret_basis, struct error *error);

/* Result of a year from its totals: surplus above zero. */
int year_result(struct db *db, struct arena *arena, int64_t year, int64_t *ret_result, struct error *error);

/* --- decision.c --- */

#define DECISION_FIELDS                                                                                                        \
    {"decided_on", FIELD_DATE, .required = true, .hint = N_("Day of the assembly.")},                                          \
        {"votes_for", FIELD_INT, .required = true, .max = 1000000}, {"votes_against", FIELD_INT, .required = true, .max = 1000000}, \
        {"votes_abstained", FIELD_INT, .required = true, .max = 1000000},                                                      \
        {"minutes", FIELD_TEXT, .required = true, .max = 120, .hint = N_("Reference of the minutes and of the resolution.")}

/* Records a decision that carried; refuses one that did not, or is still to come. */
int decision_record(struct ctx *ctx, const char *subject, const struct tree *args, int64_t *ret_id);

/* --- funds.c --- */

struct fund {
    int64_t id, allocated, committed, spent, left;
    const char *code, *name, *purpose, *origin, *account, *state;
};
int fund_read(struct db *db, struct arena *arena, const char *code, const char *field, struct fund *ret_fund, struct error *error);
struct fund_move {
    int64_t fund, amount, entry, spending; /* entry, spending: 0 for none */
    const char *kind, *on, *author;
    int64_t now_ms;
};
int fund_move(struct db *db, const struct fund_move *move, struct error *error);
/* Money of a reserve that a booked allocation gives. */
int fund_allocate(struct ctx *ctx, const struct fund *fund, int64_t amount, const char *on, int64_t entry);

/* --- accounts by number, opened when they are not there yet --- */
int account_of(struct db *db, const char *number, const char *field, int64_t *ret_account, struct error *error);

/* --- actions --- */

int statutes_keep(struct ctx *ctx, const struct tree *args, struct tree *result);
int inventory_add(struct ctx *ctx, const struct tree *args, struct tree *result);
int inventory_cancel(struct ctx *ctx, const struct tree *args, struct tree *result);
int year_close(struct ctx *ctx, const struct tree *args, struct tree *result);
int allocation_draft(struct ctx *ctx, const struct tree *args, struct tree *result);
int allocation_decide(struct ctx *ctx, const struct tree *args, struct tree *result);
int allocation_book(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_open(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_close(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_give(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_budget(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_commit(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_release(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_spend(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_proof(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_transfer(struct ctx *ctx, const struct tree *args, struct tree *result);
int fund_carry(struct ctx *ctx, const struct tree *args, struct tree *result);
/* What fund_carry would still post at the year's end, summed without sign: 0 when nothing is left to do. */
int fund_carry_left(struct db *db, struct arena *arena, const struct ledger_year *year, int64_t *ret_cents, struct error *error);

/* --- papers --- */

int balance_sheet_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);
int income_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);
int resolution_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);

#endif
