/* Documents: proofs that people hand in, kept with their hash. Who may see one is decided by the subject that points to it. */
#ifndef MAILLON_DOCUMENTS_H
#define MAILLON_DOCUMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/declare.h"

extern const struct subject documents_subject;

enum { DOCUMENT_BYTES_MAX = 10 << 20 };

/* Keeps the bytes (once, when they are there already) and gives their id. Accepts PDF, PNG, JPEG, OpenDocument and
 * Office Open XML files up to DOCUMENT_BYTES_MAX; anything else is refused on field `field`. Inside a write task. */
int document_keep(struct db *db, const struct upload *file, const char *field, int64_t now_ms, int64_t *ret_id,
                  struct error *error);

struct document {
    const char *hash, *media_type;
    const char *bytes; /* in the arena */
    size_t size;
};

/* ERR_NOT_FOUND when there is none. */
int document_read(struct db *db, struct arena *arena, int64_t id, struct document *ret_document, struct error *error);

#endif
