/* From the cells of a file, or the fields of a form, to the values of an organisation. Messages are English sentences
 * of the catalogue; NULL says that all is well. */
#ifndef MAILLON_MEMBERS_CELLS_H
#define MAILLON_MEMBERS_CELLS_H

#include "members/organisation.h"

struct tree;

/* "27", "2a", "974": an official code, in upper case. False for anything else. */
bool department_code(const char *text, char ret_code[4]);

/* Department of a French post code: "27000" is 27, "20200" is 2B, "97400" is 974. False when it cannot be known. */
bool department_of_post_code(const char *post_code, char ret_code[4]);

/* Official codes separated by spaces, each once, in the order given; NULL when one is none (named in *ret_wrong). */
char *department_codes(struct arena *arena, const char *text, const char **ret_wrong);

/* "5621Z", "56.21z" as "56.21Z"; "" for what is no code of the nomenclature's form. */
char *naf_code(struct arena *arena, const char *text);

/* Degrees with any number of decimals as millionths; false when it is no number or beyond limit degrees. */
bool degrees_parse(const char *text, int limit, int64_t *ret_millionths);

#endif
