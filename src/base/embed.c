#include "base/embed.h"

#include <string.h>

/* First file whose path is not before the given one. */
static size_t lower_bound(const char *path)
{
    size_t low = 0, high = embedded_file_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(embedded_files[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct embedded *at_with_prefix(size_t index, const char *prefix)
{
    if (index >= embedded_file_count || strncmp(embedded_files[index].path, prefix, strlen(prefix)) != 0)
        return NULL;
    return &embedded_files[index];
}

const struct embedded *embed_find(const char *path)
{
    size_t index = lower_bound(path);
    return index < embedded_file_count && !strcmp(embedded_files[index].path, path) ? &embedded_files[index] : NULL;
}

const struct embedded *embed_first(const char *prefix)
{
    return at_with_prefix(lower_bound(prefix), prefix);
}

const struct embedded *embed_next(const struct embedded *file, const char *prefix)
{
    return at_with_prefix((size_t)(file - embedded_files) + 1, prefix);
}
