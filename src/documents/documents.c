#include "documents/documents.h"

#include <sodium.h>
#include <string.h>

#include "base/arena.h"

/* A name can say anything; the first bytes say what a reader will make of the file. */
static const char *media_type_of(const char *bytes, size_t length)
{
    static const struct {
        const char *begins;
        size_t length;
        const char *type;
    } types[] = {
        {"%PDF-", 5, "application/pdf"},
        {"\x89PNG\r\n\x1A\n", 8, "image/png"},
        {"\xFF\xD8\xFF", 3, "image/jpeg"},
        {"PK\x03\x04", 4, "application/zip"}, /* OpenDocument and Office Open XML are archives */
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (length > types[i].length && !memcmp(bytes, types[i].begins, types[i].length))
            return types[i].type;
    return NULL;
}

int document_keep(struct db *db, const struct upload *file, const char *field, int64_t now_ms, int64_t *ret_id,
                  struct error *error)
{
    unsigned char hash[32];
    char text[65];
    if (!file->bytes || !file->length)
        return error_set(error, ERR_INVALID, field, N_("This file is empty."), NULL);
    if (file->length > DOCUMENT_BYTES_MAX)
        return error_set(error, ERR_TOO_LARGE, field, N_("This file is larger than {0} MB."), "10", NULL);
    const char *type = media_type_of(file->bytes, file->length);
    if (!type)
        return error_set(error, ERR_INVALID, field, N_("A document is a PDF, an image (PNG, JPEG) or an office file."), NULL);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)file->bytes, file->length, NULL, 0);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    int result = db_int(db, "SELECT id FROM document WHERE hash = :hash", BIND(TEXT("hash", text)), 0, ret_id, error);
    if (result || *ret_id)
        return result;
    *ret_id = db_next_id(db);
    return db_run(db,
                  "INSERT INTO document(id, hash, media_type, size, bytes, instant) "
                  "VALUES (:id, :hash, :type, :size, :bytes, :instant)",
                  BIND(INT("id", *ret_id), TEXT("hash", text), TEXT("type", type), INT("size", (int64_t)file->length),
                       BYTES("bytes", file->bytes, file->length), INT("instant", now_ms)),
                  error);
}

int document_read(struct db *db, struct arena *arena, int64_t id, struct document *ret_document, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT hash, media_type, bytes FROM document WHERE id = :id", BIND(INT("id", id)), &rows, error);
    if (result)
        return result;
    bool found = rows_next(rows);
    if (found) {
        size_t size;
        const void *bytes = rows_bytes(rows, 2, &size);
        *ret_document = (struct document){arena_strdup(arena, rows_text(rows, 0)), arena_strdup(arena, rows_text(rows, 1)),
                                          arena_copy(arena, bytes, size), size};
    }
    result = rows_close(rows);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "", N_("This document is not kept here."), NULL);
    return result;
}

const struct subject documents_subject = {.name = "documents"};
