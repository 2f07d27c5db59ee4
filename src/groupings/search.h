/* A search for groupings under way in a job: what propose.c and frontier.c share. */
#ifndef MAILLON_GROUPINGS_SEARCH_H
#define MAILLON_GROUPINGS_SEARCH_H

#include "groupings/proposal.h"
#include "kernel/declare.h"

enum { SEARCH_WISHES_MAX = 200 };

struct search {
    struct ctx *ctx;
    struct built built;
    struct grouping_options options;
    struct grouping_wish wishes[SEARCH_WISHES_MAX];
    struct grouping_result *result;
    double seconds;
    const char *pinned, *excluded;
    int64_t parent;
    struct keeping *keepings;
    int keeping_count;
};

/* Builds the instance and reads the wishes of the arguments. */
int search_prepare(struct search *search, const struct tree *args);
void search_close(struct search *search);
int search_refuse(struct ctx *ctx, enum grouping_error failed);
/* Makes a proposal of an answer, to be kept with the others; keepings has the room. */
int search_add(struct search *search, const struct grouping_result *result, const struct weights *weights,
               const char *origin);
int search_keep(struct search *search); /* all of them, in one transaction */

#endif
