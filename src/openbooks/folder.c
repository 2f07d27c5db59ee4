/* A publication as a folder: written beside its place, put there in one step, and only where nothing of
 * others stands. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "openbooks/openbooks.h"
#include "openbooks/publication.h"

enum { SITE_FILE_BYTES_MAX = 64 << 20 };

static int cannot_write(struct error *error, const char *path)
{
    return error_set(error, ERR_REFUSED, "folder", N_("The file {0} cannot be written: {1}."), path,
                     strerror(errno), NULL);
}

/* --- what is there --- */

int site_read_manifest(struct arena *arena, const char *folder, struct tree **ret_manifest,
                       struct error *error)
{
    _cleanup_buffer_ struct buffer bytes = {0};
    const char *path = arena_printf(arena, "%s/manifest.json", folder);
    int code = buffer_read_file(&bytes, path, SITE_FILE_BYTES_MAX);
    if (code)
        return error_set(error, ERR_NOT_FOUND, "folder",
                         N_("{0} is not a publication: it has no manifest.json."), folder, NULL);
    const char *text = arena_copy(arena, buffer_string(&bytes), bytes.length);
    if (tree_read_json(arena, text, bytes.length, ret_manifest, error) ||
        !text_is(tree_text(*ret_manifest, "format"), site_format))
        return error_set(error, ERR_REFUSED, "folder",
                         N_("{0} is not a publication: its manifest.json says something else."), folder,
                         NULL);
    return 0;
}

static bool is_listed(const struct tree *manifest, const char *path)
{
    const struct tree *files = tree_get(manifest, "files");
    if (text_is(path, "manifest.json"))
        return true;
    for (const struct tree *file = files ? files->first : NULL; file; file = file->next)
        if (text_is(tree_text(file, "path"), path))
            return true;
    return false;
}

static bool is_dots(const char *name)
{
    return text_is(name, ".") || text_is(name, "..");
}

/* The first file under the folder that the manifest (NULL: nothing) does not list; NULL when there is none.
 */
static const char *find_stranger(struct arena *arena, const char *folder, const char *under,
                                 const struct tree *manifest, int depth)
{
    DIR *dir = opendir(*under ? arena_printf(arena, "%s/%s", folder, under) : folder);
    const char *found = NULL;
    for (struct dirent *entry; dir && !found && (entry = readdir(dir));) {
        struct stat about;
        const char *path = arena_printf(arena, "%s%s%s", under, *under ? "/" : "", entry->d_name);
        if (is_dots(entry->d_name))
            continue;
        if (depth < 2 && !lstat(arena_printf(arena, "%s/%s", folder, path), &about) && S_ISDIR(about.st_mode))
            found = manifest ? find_stranger(arena, folder, path, manifest, depth + 1) : path;
        else if (!manifest || !is_listed(manifest, path))
            found = path;
    }
    if (dir)
        closedir(dir);
    return found;
}

const char *site_find_stranger(struct arena *arena, const char *folder, const struct tree *manifest)
{
    return find_stranger(arena, folder, "", manifest, 0);
}

int openbooks_check_folder(const char *folder, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct stat about;
    struct tree *manifest = NULL;
    struct error none = {0};
    if (lstat(folder, &about))
        return errno == ENOENT ? 0 : cannot_write(error, folder);
    if (!S_ISDIR(about.st_mode))
        return error_set(error, ERR_REFUSED, "folder", N_("{0} is not a folder. Nothing was changed."),
                         folder, NULL);
    if (site_read_manifest(arena, folder, &manifest, &none))
        manifest = NULL;
    const char *stranger = site_find_stranger(arena, folder, manifest);
    if (stranger)
        return error_set(error, ERR_REFUSED, "folder",
                         N_("The folder {0} holds {1}, which no publication wrote. Nothing was changed: "
                            "choose an empty folder."),
                         folder, stranger, NULL);
    return 0;
}

/* --- writing --- */

static int write_file(struct arena *arena, const char *folder, const struct site_file *file,
                      struct error *error)
{
    const char *path = arena_printf(arena, "%s/%s", folder, file->path), *slash = strchr(file->path, '/');
    if (slash) {
        const char *under = arena_printf(arena, "%s/%.*s", folder, (int)(slash - file->path), file->path);
        if (mkdir(under, 0755) && errno != EEXIST)
            return cannot_write(error, under);
    }
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return cannot_write(error, path);
    size_t done = 0;
    while (done < file->length) {
        ssize_t wrote = write(descriptor, file->bytes + done, file->length - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            break;
        done += (size_t)wrote;
    }
    bool whole = done == file->length && !fsync(descriptor);
    int code = whole ? 0 : cannot_write(error, path);
    close(descriptor);
    return code;
}

/* Only files that a manifest lists and the folders they stand in; what else is there stays, and so does the
 * folder. */
static void remove_site(struct arena *arena, const char *folder, const struct site_file *files, size_t count,
                        const struct tree *manifest)
{
    static const char *const under[] = {"fr", "en", "data", "assets"};
    const struct tree *listed = tree_get(manifest, "files");
    for (size_t i = 0; i < count; i++)
        unlink(arena_printf(arena, "%s/%s", folder, files[i].path));
    for (const struct tree *file = listed ? listed->first : NULL; file; file = file->next) {
        const char *path = tree_text(file, "path");
        if (path && *path != '/' && !strstr(path, ".."))
            unlink(arena_printf(arena, "%s/%s", folder, path));
    }
    unlink(arena_printf(arena, "%s/manifest.json", folder));
    for (size_t i = 0; i < COUNT_OF(under); i++)
        rmdir(arena_printf(arena, "%s/%s", folder, under[i]));
    rmdir(folder);
}

static int put_in_place(struct arena *arena, const char *fresh, const char *folder, struct error *error)
{
    struct tree *manifest = NULL;
    struct error none = {0};
    if (!rename(fresh, folder)) /* nothing was there, or an empty folder */
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return cannot_write(error, folder);
    if (renameat2(AT_FDCWD, fresh, AT_FDCWD, folder, RENAME_EXCHANGE))
        return cannot_write(error, folder);
    if (!site_read_manifest(arena, fresh, &manifest, &none))
        remove_site(arena, fresh, NULL, 0, manifest);
    return 0;
}

static int write_folder(struct arena *arena, const struct site_file *files, size_t count, const char *folder,
                        struct error *error)
{
    char *fresh = arena_printf(arena, "%s.XXXXXX", folder);
    if (!mkdtemp(fresh))
        return cannot_write(error, fresh);
    int code = chmod(fresh, 0755) ? cannot_write(error, fresh) : 0;
    for (size_t i = 0; i < count && !code; i++)
        code = write_file(arena, fresh, &files[i], error);
    if (!code)
        code = put_in_place(arena, fresh, folder, error);
    if (code)
        remove_site(arena, fresh, files, count, NULL);
    return code;
}

static int read_publication(struct app *app, struct arena *arena, int64_t number,
                            struct publication *ret_publication, struct error *error)
{
    struct db *db;
    int code = store_reader(app->store, &db, error);
    if (code)
        return code;
    code = db_begin_read(db, error);
    if (!code)
        code = publication_read(db, arena, number, ret_publication, error);
    db_end_read(db);
    store_release(app->store, db);
    return code;
}

int openbooks_write(struct app *app, int64_t number, const char *folder,
                    const struct openbooks_printer *printer, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct publication publication;
    struct site_file *files;
    size_t count, length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    folder = arena_copy(arena, folder, length);
    int code = openbooks_check_folder(folder, error);
    if (!code)
        code = read_publication(app, arena, number, &publication, error);
    if (!code)
        code = site_build(arena, &publication, printer, &files, &count, error);
    return code ? code : write_folder(arena, files, count, folder, error);
}
