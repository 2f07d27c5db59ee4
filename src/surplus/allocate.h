/* Allocation of a year's result by the law of its kind: arithmetic alone, no database, no language.
 *
 * What the rules ask at least is rounded up to the cent, what they allow at most is rounded down: a draft on the edge
 * is inside the law. The reading of the law is in docs/decisions/0015-surplus.md. */
#ifndef MAILLON_SURPLUS_ALLOCATE_H
#define MAILLON_SURPLUS_ALLOCATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;

struct allocation_rate { /* of the law on that day */
    bool found, confirmed;
    int64_t ppm;
    const char *article;
};

enum allocation_kind { ALLOCATION_SCIC, ALLOCATION_SCOP, ALLOCATION_ASSOCIATION };

struct allocation_basis { /* cents, from the books at the year's end */
    enum allocation_kind kind;
    int64_t result;        /* surplus above zero, loss below */
    int64_t losses;        /* of earlier years, still carried (119), above zero */
    int64_t carried;       /* surplus of earlier years carried forward (110), above zero */
    int64_t capital;       /* paid up */
    int64_t legal_reserve; /* 1061 */
    int64_t reserves;      /* all of 106 */
    int64_t subsidies;     /* public subsidies of the year (74) */
};

struct allocation_rules {
    struct allocation_rate losses_first; /* only its article and whether it is confirmed */
    struct allocation_rate legal;        /* least part to the legal reserve */
    struct allocation_rate statutory;    /* SCIC: least part of what remains to the statutory reserve */
    struct allocation_rate development;  /* SCOP */
    struct allocation_rate employees;    /* SCOP */
    struct allocation_rate margin;       /* added to the mean bond rate */
    struct allocation_rate mean;         /* bond rate, mean of three calendar years; not found: nobody knows it yet */
    struct allocation_rate subsidies;    /* 1: public subsidies are no base of interest */
    struct allocation_rate carry;        /* 1: carrying forward is open to this kind */
    struct allocation_rate sharing;      /* association: article that forbids to share */
    struct allocation_rate reserves_interest; /* SCOP: article that holds interest below reserves and employees' share */
    bool legal_alone;                    /* the legal reserve alone is compared with the capital, else all reserves */
    bool threshold_confirmed;
    int64_t statutes_legal, statutes_statutory; /* ppm that the statutes ask; 0: nothing beyond the law */
};

struct allocation_gift { /* to a fund's reserve */
    const char *fund, *account;
    int64_t amount;
};

enum { ALLOCATION_AS_THE_RULES = -1, ALLOCATION_GIFTS_MAX = 32, ALLOCATION_LINES_MAX = ALLOCATION_GIFTS_MAX + 8 };

struct allocation_asked { /* cents; ALLOCATION_AS_THE_RULES where nobody asked for a figure */
    int64_t legal, statutory, development, employees, interest, carried;
    const struct allocation_gift *gifts;
    size_t gift_count;
};

enum allocation_argument { ARGUMENT_NONE, ARGUMENT_MONEY, ARGUMENT_RATE };

struct allocation_line {
    const char *code, *account, *fund;
    int64_t amount;
    int64_t least, most; /* -1: no such limit */
    const char *article;
    bool confirmed;
    const char *message; /* N_ sentence with {0} to {3} */
    struct {
        enum allocation_argument kind;
        int64_t value;
    } arguments[4];
};

struct allocation {
    struct allocation_line lines[ALLOCATION_LINES_MAX];
    size_t line_count;
    bool to_confirm; /* one of its lines rests on a parameter to be confirmed */
};

/* 0, or ERR_REFUSED with the field of the request and the article in the sentence; amounts are written in `language`. */
int allocation_compute(const struct allocation_basis *basis, const struct allocation_rules *rules,
                       const struct allocation_asked *asked, const char *language, struct arena *arena,
                       struct allocation *ret_allocation, struct error *error);

#endif
