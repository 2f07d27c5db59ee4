/* The proof: every figure computed again from the books and compared, then every file of the folder. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "openbooks/openbooks.h"
#include "openbooks/publication.h"

enum { PROOF_FILE_BYTES_MAX = 64 << 20 };

/* --- what was published, and the books --- */

static const char *value_text(struct arena *arena, const struct figure *figure)
{
    return !figure ? "—" : figure->hidden ? "…" : arena_printf(arena, "%lld", (long long)figure->value);
}

static int figures_differ(struct arena *arena, const char *id, const struct figure *published,
                          const struct figure *now, struct error *error)
{
    return error_set(error, ERR_REFUSED, "figure",
                     N_("The figure {0} was published as {1}; from the books it is now {2}. If the books are "
                        "right, publish again."),
                     id, value_text(arena, published), value_text(arena, now), NULL);
}

static int compare_figures(struct arena *arena, const struct figures *published, const struct figures *now,
                           struct error *error)
{
    for (size_t i = 0; i < published->count; i++) {
        const struct figure *was = &published->items[i], *is = figures_find(now, was->id);
        if (!is || is->hidden != was->hidden || (!was->hidden && is->value != was->value))
            return figures_differ(arena, was->id, was, is, error);
    }
    for (size_t i = 0; i < now->count; i++)
        if (!figures_find(published, now->items[i].id))
            return figures_differ(arena, now->items[i].id, NULL, &now->items[i], error);
    return 0;
}

static int compute_again(struct db *db, struct arena *arena, const struct publication *kept,
                         struct publication *ret_now, struct error *error)
{
    const char **years;
    size_t count = publication_years(arena, kept, &years);
    return publication_compute(db, arena, kept->published_on, years, count, ret_now, error);
}

/* --- a file, and what was published --- */

struct mark { /* one <data data-figure> of a page */
    const char *id, *value, *text;
    size_t id_length, value_length, text_length;
};

static const char *attribute(const char *tag, const char *end, const char *name, size_t *ret_length)
{
    const char *found = memmem(tag, (size_t)(end - tag), name, strlen(name));
    *ret_length = 0;
    if (!found)
        return "";
    found += strlen(name);
    const char *quote = memchr(found, '"', (size_t)(end - found));
    *ret_length = quote ? (size_t)(quote - found) : 0;
    return found;
}

/* The next figure of a page from *at on; false when there is none. */
static bool next_mark(const char **at, const char *end, struct mark *ret_mark)
{
    const char *tag = memmem(*at, (size_t)(end - *at), "data-figure=\"", strlen("data-figure=\""));
    const char *close = tag ? memchr(tag, '>', (size_t)(end - tag)) : NULL;
    const char *over = close ? memchr(close, '<', (size_t)(end - close)) : NULL;
    if (!over)
        return false;
    ret_mark->id = attribute(tag, close, "data-figure=\"", &ret_mark->id_length);
    ret_mark->value = attribute(tag, close, " value=\"", &ret_mark->value_length);
    ret_mark->text = close + 1;
    ret_mark->text_length = (size_t)(over - close - 1);
    *at = over;
    return true;
}

static bool same(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && !memcmp(a, b, a_length);
}

static int mark_differs(struct arena *arena, const char *path, const struct mark *published,
                        const struct mark *found, struct error *error)
{
    return error_set(error, ERR_REFUSED, path, N_("The figure {0} was published as {1}; in {2} it says {3}."),
                     arena_copy(arena, published->id, published->id_length),
                     arena_printf(arena, "%.*s (%.*s)", (int)published->text_length, published->text,
                                  (int)published->value_length, published->value),
                     path,
                     arena_printf(arena, "%.*s (%.*s)", (int)found->text_length, found->text,
                                  (int)found->value_length, found->value),
                     NULL);
}

static int compare_marks(struct arena *arena, const struct site_file *file, const struct buffer *found,
                         struct error *error)
{
    const char *a = file->bytes, *b = buffer_string(found), *a_end = a + file->length,
               *b_end = b + found->length;
    for (;;) {
        struct mark published = {0}, there = {"", "", "—", 0, 0, strlen("—")};
        bool more = next_mark(&a, a_end, &published), any = next_mark(&b, b_end, &there);
        if (!more && !any)
            return 0;
        if (!more || !any || !same(published.id, published.id_length, there.id, there.id_length) ||
            !same(published.value, published.value_length, there.value, there.value_length) ||
            !same(published.text, published.text_length, there.text, there.text_length))
            return mark_differs(arena, file->path, more ? &published : &there, any ? &there : &published,
                                error);
    }
}

/* In the data files a figure has its id on or before the line that differs: `before` starts it. */
static int data_differs(struct arena *arena, const struct site_file *file, size_t at, size_t line,
                        const char *before, char after, struct error *error)
{
    const char *id = NULL;
    for (const char *p = file->bytes; p && p <= file->bytes + at; p = p ? p + 1 : NULL) {
        p = memmem(p, file->length - (size_t)(p - file->bytes), before, strlen(before));
        if (p && p <= file->bytes + at)
            id = p + strlen(before);
    }
    if (!id)
        return error_set(error, ERR_REFUSED, file->path, N_("{0}, line {1}: this is not what was published."),
                         file->path, arena_printf(arena, "%zu", line), NULL);
    return error_set(error, ERR_REFUSED, file->path,
                     N_("The figure {0} is not in {1} what was published (line {2})."),
                     arena_copy(arena, id, strcspn(id, (const char[]){after, 0})), file->path,
                     arena_printf(arena, "%zu", line), NULL);
}

static int compare_file(struct arena *arena, const char *folder, const struct site_file *file,
                        bool same_program, struct error *error)
{
    _cleanup_buffer_ struct buffer found = {0};
    size_t at = 0, line = 1;
    if (buffer_read_file(&found, arena_printf(arena, "%s/%s", folder, file->path), PROOF_FILE_BYTES_MAX))
        return error_set(error, ERR_REFUSED, file->path, N_("The file {0} of the publication is missing."),
                         file->path, NULL);
    const char *bytes = buffer_string(&found);
    if (found.length == file->length && !memcmp(bytes, file->bytes, file->length))
        return 0;
    if (text_ends(file->path, ".html") && compare_marks(arena, file, &found, error))
        return error->code;
    if (!same_program && !text_starts(file->path, "data/"))
        return 0; /* another version of the program laid it out: its figures are what counts */
    for (; at < found.length && at < file->length && bytes[at] == file->bytes[at]; at++)
        line += bytes[at] == '\n';
    if (text_ends(file->path, ".csv"))
        return data_differs(arena, file, at, line, "\r\n", ';', error);
    if (text_ends(file->path, "figures.json"))
        return data_differs(arena, file, at, line, "\"figure\": \"", '"', error);
    return error_set(error, ERR_REFUSED, file->path, N_("{0}, line {1}: this is not what was published."),
                     file->path, arena_printf(arena, "%zu", line), NULL);
}

static int compare_folder(struct arena *arena, const char *folder, const struct tree *manifest,
                          const struct publication *kept, const struct openbooks_printer *printer,
                          int64_t *ret_files, struct error *error)
{
    struct site_file *files;
    size_t count;
    bool same_program = text_is(tree_text(manifest, "program"), MAILLON_VERSION);
    int code = site_build(arena, kept, printer, &files, &count, error);
    for (size_t i = 0; i < count && !code; i++)
        code = compare_file(arena, folder, &files[i], same_program, error);
    *ret_files = (int64_t)count;
    const char *stranger = code ? NULL : site_find_stranger(arena, folder, manifest);
    if (stranger)
        code = error_set(error, ERR_REFUSED, stranger, N_("The file {0} is not of this publication."),
                         stranger, NULL);
    return code;
}

/* --- both --- */

static int prove(struct db *db, struct arena *arena, int64_t number, struct publication *ret_kept,
                 struct error *error)
{
    struct publication now;
    int code = publication_read(db, arena, number, ret_kept, error);
    if (!code)
        code = compute_again(db, arena, ret_kept, &now, error);
    if (!code)
        code = compare_figures(arena, &ret_kept->figures, &now.figures, error);
    if (!code && !text_is(ret_kept->hash, now.hash))
        code = error_set(error, ERR_REFUSED, "hash",
                         N_("The figures hold, but not the hash they were published under."), NULL);
    return code;
}

int openbooks_verify(struct app *app, const char *folder, const struct openbooks_printer *printer,
                     struct openbooks_proof *ret_proof, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct publication kept;
    struct tree *manifest = NULL;
    struct db *db;
    *ret_proof = (struct openbooks_proof){0};
    int code = folder ? site_read_manifest(arena, folder, &manifest, error) : 0;
    int64_t number = folder && !code ? tree_int(manifest, "publication", -1) : 0;
    if (!code)
        code = store_reader(app->store, &db, error);
    if (code)
        return code;
    code = db_begin_read(db, error);
    if (!code)
        code = prove(db, arena, number, &kept, error);
    db_end_read(db);
    store_release(app->store, db);
    if (!code && folder)
        code = compare_folder(arena, folder, manifest, &kept, printer, &ret_proof->files, error);
    if (code)
        return code;
    ret_proof->number = kept.number;
    ret_proof->figures = (int64_t)kept.figures.count;
    snprintf(ret_proof->published_on, sizeof ret_proof->published_on, "%s", kept.published_on);
    return 0;
}
