/* Surplus: a year is closed, its result goes where law, statutes and assembly send it, and funds with a purpose spend it.
 *
 * What is published of it reads this header. All functions are readers: they take a connection inside a read, or the
 * writer's inside a task. Texts live in the arena. Money in cents. */
#ifndef MAILLON_SURPLUS_H
#define MAILLON_SURPLUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject surplus_subject;

struct surplus_line {
    const char *code;    /* carried_used, losses, legal_reserve, development_fund, statutory_reserve, employees_share, interest,
                            fund, carried_forward, loss_carried: names of the catalogue */
    const char *account; /* "1061" */
    const char *fund;    /* code of the fund of a line `fund`, else "" */
    int64_t amount_cents;
    const char *article; /* "Loi 47-1775 art. 16", "" for none */
    bool confirmed;      /* false: rests on a parameter to be confirmed */
    const char *text_fr, *text_en; /* its arithmetic in words */
};

struct surplus_allocation {
    const char *year, *kind; /* "2023", "scic" */
    const char *state;       /* drafted, decided or booked: only a booked one is the truth of the books */
    const char *assembly_on;
    int64_t result_cents, losses_cents, capital_cents, subsidies_cents; /* losses: of earlier years, above zero */
    int64_t votes_for, votes_against, votes_abstained;                  /* 0 until decided */
    const char *minutes;                                                /* "" until decided */
    bool to_confirm;
    int64_t entry; /* of the ledger; 0 until booked */
    const struct surplus_line *lines;
    size_t line_count;
};
/* ERR_NOT_FOUND, field "year", when nothing was drafted for that year. */
int surplus_allocation_read(struct db *db, struct arena *arena, const char *year,
                            struct surplus_allocation *ret_allocation, struct error *error);

struct surplus_fund {
    int64_t id;
    const char *code, *name;
    const char *purpose; /* reintegration, families, service, accompaniment */
    const char *origin;  /* surplus or outside */
    const char *account;
    int64_t allocated_cents, committed_cents, spent_cents, left_cents; /* as they stood at the end of that day */
    int64_t given_cents, used_cents; /* of these, allocated and spent within the days asked for */
};
/* Every fund, in order of code: `from` and `to` are days (inclusive). A fund opened after `to` is left out. */
int surplus_funds(struct db *db, struct arena *arena, const char *from, const char *to, struct surplus_fund **ret_funds,
                  size_t *ret_count, struct error *error);

struct surplus_spending {
    const char *reference, *fund; /* code of the fund */
    const char *use;              /* training_place, family_travel, housing_deposit … */
    const char *label;            /* publish it only when publishable */
    const char *spent_on;
    int64_t amount_cents, people; /* people: 0 when not counted */
    int64_t entry;
    bool publishable;
    int64_t proof_count, public_proof_count; /* public: somebody said that it names nobody */
};
/* What was spent within the days (inclusive), in order of date. */
int surplus_spendings(struct db *db, struct arena *arena, const char *from, const char *to,
                      struct surplus_spending **ret_spendings, size_t *ret_count, struct error *error);

#endif
