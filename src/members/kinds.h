/* The kinds an organisation can be of, as codes in a text ("scic ea") and as bits. */
#ifndef MAILLON_MEMBERS_KINDS_H
#define MAILLON_MEMBERS_KINDS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct db;
struct error;

/* Codes for declarations of fields and filters. The order is that of the bits and never changes: add at the end. */
#define MEMBER_KINDS                                                                                          \
    "scic|scop|association|mutuelle|foundation|ei|aci|ai|etti|eiti|geiq|ea|eatt|esat|sep|cae|cooperative|"    \
    "company|public_body"

bool kind_bit(const char *code, int64_t *ret_bit);

/* Bits of "scic ea"; false when a code is unknown or the text is empty. */
bool kinds_bits(const char *kinds, int64_t *ret_bits);

/* Codes of `more` that `kinds` does not have, separated by spaces ("" for none). */
char *kinds_missing(struct arena *arena, const char *kinds, const char *more);
char *kinds_without(struct arena *arena, const char *kinds, const char *less);
char *kinds_join(struct arena *arena, const char *kinds, const char *more);

/* Whether the table member_kind holds them all. */
int kinds_are_stored(struct db *db, bool *ret_complete, struct error *error);

/* Fills it. Inside a write task. */
int kinds_store(struct db *db, struct error *error);

#endif
