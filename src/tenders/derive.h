/* Deriving a call from its notices.
 *
 * The result depends on the notices and on people's words alone, never on the order in which they were imported:
 * notices are taken in order of publication (a tie: kind, reference, how much the format says, hash). The first notice
 * that calls for offers founds the call and gives it its reference. A richer or later notice fills in and replaces;
 * a text that a source has cut never replaces a whole one. A rectification updates; an award or a cancellation closes
 * the call on the day before it was published. */
#ifndef MAILLON_TENDERS_DERIVE_H
#define MAILLON_TENDERS_DERIVE_H

#include "tenders/notice.h"
#include "tenders/watch.h"

struct arena;

struct kept_notice { /* a notice as the database has it */
    int64_t id;
    const char *hash;
    struct notice notice;
};

struct desk { /* a person's words that change what is derived; NULL or "" when there are none */
    const char *deadline, *decision, *mark; /* mark: prison, not_prison */
    int64_t qualification;                  /* newest version */
    const char *functions;                  /* of that qualification, separated by one space; NULL: not qualified */
};

struct call {
    const struct kept_notice *founder;
    const char *numbers, *state;
    int notices;
    bool concerns;
    const char *published_on, *open_until, *open_basis, *deadline, *displayed_until;
    const char *object, *text, *buyer, *buyer_siret, *post_code, *city, *departments, *descriptors, *cpv, *nature,
        *procedure, *family, *reserved, *legal_form; /* "" when unknown */
    bool object_cut, social_criteria, environmental_criteria;
    int64_t value_cents;     /* -1 unknown */
    int32_t duration_months; /* -1 unknown */
    const struct tree *lots; /* of the notices; NULL when none */
    const char *object_folded, *buyer_folded;
    const char *words; /* for the search */
    const char *rules[WATCH_REASONS_MAX]; /* why it concerns prisons */
    int rule_count;
    struct watch_hint hints[WATCH_HINTS_MAX];
    int hint_count;
    int64_t match_key; /* 0: too little to guess from */
};

/* Sorts `notices` (at least one) and fills *ret_call, whose strings live in the arena or are those of the notices. */
void call_derive(struct arena *arena, const struct watch *watch, struct kept_notice *notices, int count,
                 const struct desk *desk, struct call *ret_call);

/* What the search index holds for a call. Made of fields that its row keeps, so that it can be made again. */
const char *call_search_text(struct arena *arena, const char *numbers, const char *object_folded,
                             const char *buyer_folded, const char *city, const char *text);

#endif
