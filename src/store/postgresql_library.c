#include <dlfcn.h>

#include "base/error.h"
#include "store/postgresql.h"

/* A library is loaded once in a program's life: the one place of the store where that is state of the file. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct libpq loaded;
static const char *missing = "libpq.so.5";

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return;
#define LIBPQ_FIND(name)                                                                                         \
    if (!(*(void **)&loaded.name = dlsym(library, #name))) {                                                     \
        missing = #name;                                                                                         \
        return;                                                                                                  \
    }
    LIBPQ_FUNCTIONS(LIBPQ_FIND)
#undef LIBPQ_FIND
    missing = NULL;
}

int libpq_load(const struct libpq **ret_libpq, struct error *error)
{
    pthread_once(&once, load);
    if (missing)
        return error_set(error, ERR_REFUSED, "db",
                         N_("A postgresql:// database needs PostgreSQL's client library ({0} is not there). Install the package libpq5."),
                         missing, NULL);
    *ret_libpq = &loaded;
    return 0;
}
