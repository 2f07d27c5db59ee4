/* A publication: the figures and pages of one or more years as they stood on a day. */
#ifndef MAILLON_OPENBOOKS_PUBLICATION_H
#define MAILLON_OPENBOOKS_PUBLICATION_H

#include "base/tree.h"
#include "kernel/declare.h"
#include "openbooks/report.h"

enum { PUBLICATION_HASH_BYTES = 65 };

struct publication_page {
    const char *year;
    int language;
    struct tree *tree;
};

struct publication {
    int64_t number; /* 0: not kept */
    char published_on[DATE_BYTES], hash[PUBLICATION_HASH_BYTES];
    const char *program;
    struct figures figures;
    struct publication_page *pages; /* the last year first, French before English */
    size_t page_count;
};

/* Computed from the books as they are. years: codes, the last first. Reader. */
int publication_compute(struct db *db, struct arena *arena, const char *as_of, const char *const *years,
                        size_t year_count, struct publication *ret_publication, struct error *error);

/* As it was kept; number 0: the last one. ERR_NOT_FOUND when nothing was published. Reader. */
int publication_read(struct db *db, struct arena *arena, int64_t number, struct publication *ret_publication,
                     struct error *error);

/* The years of a publication, the last first. */
size_t publication_years(struct arena *arena, const struct publication *publication, const char ***ret_years);

/* --- its files --- */

struct site_file {
    const char *path;
    const char *bytes;
    size_t length;
};

struct openbooks_printer;
/* Every file, manifest.json last; the same publication and program give the same bytes. */
int site_build(struct arena *arena, const struct publication *publication,
               const struct openbooks_printer *printer, struct site_file **ret_files, size_t *ret_count,
               struct error *error);

extern const char site_format[]; /* stands in manifest.json */
int site_read_manifest(struct arena *arena, const char *folder, struct tree **ret_manifest,
                       struct error *error);
/* The first file of the folder that the manifest does not list (NULL: any); NULL when there is none. */
const char *site_find_stranger(struct arena *arena, const char *folder, const struct tree *manifest);
void site_hash(const void *bytes, size_t length, char ret_hex[PUBLICATION_HASH_BYTES]);

int openbooks_publish(struct ctx *ctx, const struct tree *args, struct tree *result);

#endif
