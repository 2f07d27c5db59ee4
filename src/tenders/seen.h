/* Which references of a file went by already: a set of 64-bit hashes. Says "seen" wrongly once in 10^13 notices, which
 * costs a look-up, never a notice. */
#ifndef MAILLON_TENDERS_SEEN_H
#define MAILLON_TENDERS_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen {
    uint64_t *slots; /* 0: free */
    size_t room, count;
};

/* Adds it; true when it was there. */
bool seen_add(struct seen *seen, const char *source, const char *reference);
void seen_free(struct seen *seen);

#endif
