/* Open books: what the cooperative tells everybody of its money, computed from the books, published as a
 * folder of pages that needs no server, and proven against the books at any time.
 *
 * A publication is kept in the database (figures, pages, hash) and can be written as a folder:
 *   index.html                 cover, both languages
 *   fr/YEAR.html en/YEAR.html  one page for each year; fr/index.html and en/index.html are the last one
 *   data/figures.csv .json     the same figures for machines
 *   assets/                    style
 *   manifest.json              every file with its BLAKE2b-256
 * Templates are rendered by whoever calls: this room knows none. */
#ifndef MAILLON_OPENBOOKS_H
#define MAILLON_OPENBOOKS_H

#include "kernel/app.h"

struct buffer;

extern const struct subject openbooks_subject;

/* Template by name ("openbooks/site"), with a tree, in a language, appended to out. */
struct openbooks_printer {
    int (*print)(void *context, const char *name, const struct tree *tree, const char *language,
                 struct buffer *out, struct error *error);
    void *context;
};

/* Refuses a folder that holds anything which an earlier publication did not write. Nothing is changed. */
int openbooks_check_folder(const char *folder, struct error *error);

/* Writes a publication beside the folder and puts it in its place in one step. Reads the database itself. */
int openbooks_write(struct app *app, int64_t number, const char *folder,
                    const struct openbooks_printer *printer, struct error *error);

struct openbooks_proof {
    int64_t number, figures, files; /* files: 0 without a folder */
    char published_on[11];
};
/* Computes every figure of the last publication, or of the one in the folder, again from the books, and
 * compares: with what was published, then with every file of the folder. The first that differs is named:
 * ERR_REFUSED. */
int openbooks_verify(struct app *app, const char *folder, const struct openbooks_printer *printer,
                     struct openbooks_proof *ret_proof, struct error *error);

#endif
