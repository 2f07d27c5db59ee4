/* A cooperative's books for tests of the surplus: a house with the ledger and one open year, and short ways to post. */
#ifndef MAILLON_TESTS_SURPLUS_BOOKS_H
#define MAILLON_TESTS_SURPLUS_BOOKS_H

#include "ledger/ledger.h"
#include "support/support.h"

extern const struct subject *const coop_subjects[];

struct coop {
    struct house house;
    struct session accountant, coordinator, member, auditor;
};

/* Years 2022 and 2023 are not there yet: coop_year opens one. kind: scic, scop, association. */
void coop_open(struct coop *coop, const char *kind);
void coop_close(struct coop *coop);
void coop_sessions(struct coop *coop); /* for a house that is open already */
void coop_year(struct coop *coop, const char *code);
/* The same again posts nothing. */
void coop_post(struct coop *coop, const char *on, const char *debit, const char *credit, int64_t amount);
/* Debit less credit since ever. */
int64_t coop_balance(struct coop *coop, const char *number);

void coop_does(struct coop *coop, const struct session *session, const char *action, const char *json);
/* It is refused on that field ("" for none) with a sentence that holds `part`. */
void coop_refused(struct coop *coop, const struct session *session, const char *action, const char *json, const char *field,
                  const char *part);
void coop_must_verify(struct coop *coop);

#endif
