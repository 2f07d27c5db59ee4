/* Instances and answers as JSON; the only part of the engine that knows names, files and jansson.
 *
 * Reads formats maillon-grouping-1 and maillon-grouping-2. Format 2 adds
 *   members[].opening_cents           cents, once if the member takes part in any lot (default 0)
 *   lots[].coordination_cents         a number for every member; or an array, one number for each member in
 * the order of "members"; or an object {"member id": cents}, with "*" for members not named (0)
 */
#ifndef GROUPINGS_SOLVER_INSTANCE_JSON_H
#define GROUPINGS_SOLVER_INSTANCE_JSON_H

#include "solver.h"

#include <jansson.h>
#include <stdio.h>

struct grouping_file; /* an instance with the names its indices stand for; owns everything */

enum { GROUPING_MESSAGE = 240 };

/* NULL on error, with "members[3].offers[0].capacity: must be from 0" in ret_message (GROUPING_MESSAGE
 * bytes). */
struct grouping_file *grouping_file_load(const char *path, char *ret_message);
struct grouping_file *grouping_file_from_json(const json_t *root, char *ret_message);
void grouping_file_free(struct grouping_file *file);

const struct grouping_instance *grouping_file_instance(const struct grouping_file *file);
const char *grouping_file_member_id(const struct grouping_file *file, size_t member);
const char *grouping_file_lot_id(const struct grouping_file *file, size_t lot);
const char *grouping_file_requirement_id(const struct grouping_file *file, size_t lot, size_t requirement);
const char *grouping_file_word(const struct grouping_file *file,
                               int32_t code); /* function, place, accreditation */
/* -1 when there is none of this name. */
int32_t grouping_file_find_member(const struct grouping_file *file, const char *id);
int32_t grouping_file_find_lot(const struct grouping_file *file, const char *id);

/* Writes one sentence about an unanswered lot into buffer; the command line has its own, translated. */
typedef void grouping_describe(void *user, const struct grouping_file *file, size_t lot,
                               const struct grouping_answer *answer, char *buffer, size_t size);
/* Plain English, for tests and benches. */
grouping_describe grouping_describe_plain;

/* The answer in the judge's format; describe NULL: plain. New reference, NULL without memory. */
json_t *grouping_result_to_json(const struct grouping_file *file, const struct grouping_result *result,
                                grouping_describe *describe, void *user);

/* The same model as a MILP in CPLEX LP form, for any other solver. False on a write error. */
bool grouping_file_write_lp(const struct grouping_file *file, FILE *out);

#endif
