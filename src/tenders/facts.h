/* What was understood of a notice, kept beside its raw record as JSON, so that calls can be derived again without
 * reading any format. What is unknown is left out. */
#ifndef MAILLON_TENDERS_FACTS_H
#define MAILLON_TENDERS_FACTS_H

#include "tenders/notice.h"

struct arena;
struct buffer;
struct error;

void facts_write(const struct notice *notice, struct buffer *out); /* appends */
/* Everything but line and raw. Strings live in the arena. */
int facts_read(struct arena *arena, const char *json, struct notice *ret_notice, struct error *error);

#endif
