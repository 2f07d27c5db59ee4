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
    const int **then_answered; /* of result */
    const char *pinned, *excluded;
    int64_t parent;
    struct keeping *keepings;
    int keeping_count;
};

/* Builds the instance and reads the wishes of the arguments. */
int search_prepare(struct search *search, const struct tree *args);
/* Of the words of a field, SIRET numbers; refuses keeping in what can do nothing, saying why. wishes.c */
int search_add_wishes(struct search *search, const struct tree *args, const char *field, enum grouping_rule rule);
void search_close(struct search *search);
int search_refuse(struct ctx *ctx, enum grouping_error failed);
/* Makes a proposal of an answer, to be kept with the others; keepings has the room. */
int search_add(struct search *search, const struct grouping_result *result, const struct weights *weights,
               const char *origin, const int **then_answered);
/* Explains an answer, and counts for each change that would unlock a lot how many lots are answered with it;
 * the changes with which most are answered come first. Within search->options.seconds for each part. */
int search_explain(struct search *search, const struct grouping_instance *instance,
                   struct grouping_result *result, const int ***ret_then_answered);
int search_keep(struct search *search); /* all of them, in one transaction */

#endif
