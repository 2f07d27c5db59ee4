/* Keeping notices and the calls derived from them. Everything here runs inside a write task. */
#ifndef MAILLON_TENDERS_KEEP_H
#define MAILLON_TENDERS_KEEP_H

#include "store/store.h"
#include "tenders/derive.h"

enum { NOTICE_HASH_BYTES = 33 };

struct incoming { /* a notice as it was just read */
    struct kept_notice kept; /* id is given when it is kept */
    char hash[NOTICE_HASH_BYTES];
    const char *facts;
    struct call call; /* derived from it alone */
    bool fresh;       /* whoever read it has made sure that nothing has or names its reference */
};

enum kept {
    KEPT_SAME,    /* the same record was known */
    KEPT_NEW,     /* founds a call */
    KEPT_MERGED,  /* joined a call that was known */
    KEPT_CHANGED, /* another version of a known notice */
};

struct keeper { /* what keeping needs besides the database */
    const struct watch *watch;
    struct arena *arena;
};

/* Reads hash and facts and derives the call; outside the writer. */
void incoming_prepare(struct arena *arena, const struct watch *watch, struct incoming *incoming);
void incoming_hash(struct incoming *incoming); /* the hash alone */

int notice_keep(struct db *db, const struct keeper *keeper, struct incoming *incoming, enum kept *ret_kept,
                struct error *error);

/* --- families: the notices of one call --- */

struct family {
    struct kept_notice *notices;
    int count;
};

/* Source of the links that stand for a procedure: its key ties notices of whatever source. */
#define PROCEDURE_SOURCE "procedure"

/* All notices tied to this one: same reference, links that the source names, links that a person confirmed. */
int family_read(struct db *db, struct arena *arena, const char *source, const char *reference,
                struct family *ret_family, struct error *error);
/* Derives the call anew and puts it in place of whatever these notices were before. */
int family_keep(struct db *db, const struct keeper *keeper, struct family *family, int64_t *ret_tender,
                struct error *error);
/* Both, for the call of this id. */
int tender_derive_again(struct db *db, const struct keeper *keeper, int64_t tender, struct error *error);

/* --- the row of a call and what hangs on it --- */

int call_insert(struct db *db, struct arena *arena, const struct call *call, const struct desk *desk,
                const struct kept_notice *notices, int count, struct error *error);
int call_remove(struct db *db, struct arena *arena, int64_t tender, struct error *error); /* absent: nothing */

/* --- guessed links --- */

int links_propose(struct db *db, const struct call *call, struct error *error);
int links_withdraw(struct db *db, const struct family *family, struct error *error); /* those nobody decided on */

#endif
