/* What the papers of a grouping have in common: they are made of the answers of its views, read with the eyes
 * of whoever asks, so a paper never says more than a page. */
#ifndef MAILLON_GROUPINGS_PAPER_H
#define MAILLON_GROUPINGS_PAPER_H

#include "kernel/declare.h"
#include "print/print.h"

typedef int grouping_paper(struct ctx *ctx, const struct tree *args, struct document **ret_document);

grouping_paper grouping_letter;                              /* letter.c: what is handed in (form DC1) */
grouping_paper grouping_request_letter, grouping_invitation; /* letters.c: to one organisation */
grouping_paper grouping_print;                               /* print.c: the whole proposal, to be read */

/* The answer of a view for the grouping; siret may be NULL. Views read on their own: the paper's
 * read is ended by paper_begin and begun again by paper_end. */
int paper_ask(struct ctx *ctx, const char *view, const char *grouping, const char *siret,
              struct tree **ret_answer);
void paper_begin(struct ctx *ctx);        /* before the first paper_ask */
int paper_end(struct ctx *ctx, int code); /* after the last one: gives code, or what failed */

const struct tree *paper_rows(const struct tree *answer); /* first row of a list, or NULL */
const char *paper_say(struct ctx *ctx, const char *message, const char *a, const char *b);
const char *paper_text(const struct tree *map, const char *name); /* "" when there is none */
const char *paper_money(struct ctx *ctx, const struct tree *map, const char *name);
const char *paper_rate(struct ctx *ctx, const struct tree *map, const char *name);
const char *paper_count(struct ctx *ctx, const struct tree *map, const char *name);
const char *paper_date(struct ctx *ctx, const struct tree *map, const char *name); /* as said in a sentence */
const char *paper_code(struct ctx *ctx, const struct tree *map, const char *name); /* translated */
const char *paper_said(struct ctx *ctx, const struct tree *map,
                       const char *prefix); /* "why": why_fr or why_en */
/* Lines of an address: name, street, post code and town. */
const char *paper_address(struct ctx *ctx, const struct tree *map);
/* The form and the leader in a sentence. */
const char *paper_form(struct ctx *ctx, const struct tree *grouping);

/* Tables that letter and print both have. Answers of grouping.shares (of one lot, or all), grouping.members.
 */
void paper_shares(struct ctx *ctx, struct document *document, const struct tree *first, const char *lot);

/* What the call asks, whole: answers of grouping.asked, grouping.asked_lots, grouping.needs. */
void paper_call(struct ctx *ctx, struct document *document, const struct tree *asked, const struct tree *lots,
                const struct tree *needs);

#endif
