#include "base/library.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/error.h"

static int missing(const struct library *library, const char *what, struct error *error)
{
    return error_set(error, ERR_REFUSED, "", N_("This needs a library of the system: {0} is not there. Install the package {1}."),
                     what, library->package, NULL);
}

int library_load(struct library *library, struct error *error)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (atomic_load(&library->loaded))
        return 0;
    void *file = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (!file)
        return missing(library, library->file, error);
    int result = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; library->names[i] && !result; i++)
        if (!(library->functions[i] = dlsym(file, library->names[i])))
            result = missing(library, library->names[i], error);
    pthread_mutex_unlock(&lock);
    if (!result)
        atomic_store(&library->loaded, true);
    return result;
}
