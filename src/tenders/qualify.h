/* Qualification, inside the subject: the declared fields and what is checked beyond their kinds. */
#ifndef MAILLON_TENDERS_QUALIFY_H
#define MAILLON_TENDERS_QUALIFY_H

#include "kernel/declare.h"
#include "tenders/functions.h"

enum { QUALIFICATION_LOTS_MAX = 200, QUALIFICATION_REQUIREMENTS_MAX = 200 };

/* The codes of data/functions.csv, the sovereign three too: asking for one is refused with its article. */
#define TENDER_FUNCTIONS \
    "canteen.picking|canteen.delivery|catering.meals|catering.hygiene|laundry.washing|" \
    "cleaning.premises|upkeep.technical|upkeep.green|training.vocational|training.basic|" \
    "culture.workshops|work.assembly|reintegration.support|transport.goods|waste.sorting|" \
    "family.reception|health.prevention|it.support|sovereign.direction|sovereign.surveillance|" \
    "sovereign.registry"

/* What can be asked of whoever does a part; organisations record the same. */
#define TENDER_ACCREDITATIONS \
    "prison_access|haccp|qualiopi|electrical|gas|asbestos|goods_transport|passenger_transport|esus|" \
    "inclusion_agreement|adapted_enterprise|iso_9001|iso_14001|rabc"

extern const struct field qualify_fields[];

/* Every rule of the house and of the law that a qualification can break, each beside its field. Warnings are sentences
 * for a person, in ctx->language. */
int qualification_check(struct ctx *ctx, const struct tree *args, struct tree *warnings);

/* Sum of quantity x reference price; -1 while one is missing. False on overflow. */
bool qualification_lot_value(const struct tree *lot, int64_t *ret_cents);

#endif
