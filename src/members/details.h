/* What belongs to an organisation: offers, accreditations, references, proofs, marks. Actions, one for each. */
#ifndef MAILLON_MEMBERS_DETAILS_H
#define MAILLON_MEMBERS_DETAILS_H

#include "kernel/declare.h"
#include "members/organisation.h"

/* For declarations: what a call can ask of who carries out a function. */
#define MEMBER_ACCREDITATIONS                                                                                 \
    "prison_access|haccp|qualiopi|electrical|gas|asbestos|goods_transport|passenger_transport|esus|"          \
    "inclusion_agreement|adapted_enterprise|iso_9001|iso_14001|rabc"

/* Writes member_details again after a change. Inside a write task. */
int details_refresh(struct db *db, struct arena *arena, int64_t member_id, struct error *error);

/* The organisation that args names by its SIRET, when the grant allows to change it: the coordinator any, a member its own. */
int own_organisation(struct ctx *ctx, const struct tree *args, struct organisation *ret_organisation);

struct offer {
    int64_t member_id;
    const char *function;
    int64_t unit_price_cents;
    const char *unit;
    int64_t capacity_thousandths;
    const char *period, *places;
};

/* Adds or replaces the offer, and the functions kept with the organisation. Inside a write task. ret_outcome: 'n' new,
 * 'c' changed, 's' the same already. With preview nothing is written. */
int offer_keep(struct db *db, struct arena *arena, const struct organisation *organisation, const struct offer *offer,
               bool preview, int64_t now_ms, char *ret_outcome, struct error *error);

int member_add(struct ctx *ctx, const struct tree *args, struct tree *result);
int member_change(struct ctx *ctx, const struct tree *args, struct tree *result);
int offer_set(struct ctx *ctx, const struct tree *args, struct tree *result);
int offer_remove(struct ctx *ctx, const struct tree *args, struct tree *result);
int member_accredit(struct ctx *ctx, const struct tree *args, struct tree *result);
int accreditation_remove(struct ctx *ctx, const struct tree *args, struct tree *result);
int member_mark(struct ctx *ctx, const struct tree *args, struct tree *result);
int reference_add(struct ctx *ctx, const struct tree *args, struct tree *result);
int reference_remove(struct ctx *ctx, const struct tree *args, struct tree *result);
int proof_add(struct ctx *ctx, const struct tree *args, struct tree *result);
int proof_remove(struct ctx *ctx, const struct tree *args, struct tree *result);
int member_decide(struct ctx *ctx, const struct tree *args, struct tree *result);

#endif
