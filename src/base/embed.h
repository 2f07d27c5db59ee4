/* Files compiled into the program: schemas, views, pages, assets, facts. tools/embed.py makes the table. */
#ifndef MAILLON_EMBED_H
#define MAILLON_EMBED_H

#include <stddef.h>

struct embedded {
    const char *path; /* "src/members/views.sql" is "members/views.sql"; "data/…" keeps its folder */
    const char *bytes; /* NUL after the last */
    size_t length;
};

const struct embedded *embed_find(const char *path);     /* NULL when there is none */
const struct embedded *embed_first(const char *prefix);  /* in order of path */
const struct embedded *embed_next(const struct embedded *file, const char *prefix);

extern const struct embedded embedded_files[]; /* sorted by path */
extern const size_t embedded_file_count;

#endif
