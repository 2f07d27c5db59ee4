/* Why a lot is not answered and what would unlock it, as sentences a coordinator can act on. */
#ifndef MAILLON_GROUPINGS_WHY_H
#define MAILLON_GROUPINGS_WHY_H

#include "groupings/solver/instance_json.h"

struct arena;

/* Names for the numbers of an instance. Without names its own ids are used. */
struct why_names {
    const struct grouping_file *file;
    const char *const *members;      /* by member; NULL: ids */
    const char *const *const *units; /* by lot, then requirement; NULL: none */
    const double *to_lot; /* by lot: what an amount of the instance is in the lot's own time; NULL: 1 */
};

const char *why_member(const struct why_names *names, int32_t member);
/* The name of a function in the language. */
const char *why_function(const struct why_names *names, const char *language, size_t lot,
                         int32_t requirement);

/* The names of the accreditations the requirement asks for and the member does not hold. */
const char *why_missing(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                        int32_t requirement, int32_t member);

/* One sentence, for an answered lot too. */
const char *why_reason(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                       const struct grouping_answer *answer);

/* One change that would unlock the lot. */
const char *why_remedy(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                       const struct grouping_remedy *remedy);

/* Code of a remedy, kept with a proposal: "capacity", "accreditation" … */
const char *why_remedy_code(enum grouping_unlock unlock);

/* The reason and all remedies in one text. */
const char *why_whole(struct arena *arena, const char *language, const struct why_names *names, size_t lot,
                      const struct grouping_answer *answer);

/* What the reader of an instance found wrong, split into its JSON path and a sentence of the catalogue. */
void why_broken(struct arena *arena, const char *language, const char *message, const char **ret_path,
                const char **ret_sentence);

#endif
