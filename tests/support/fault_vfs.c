#include "support/fault_vfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One program under test, one set of faults: a test is the only place in the house where this is state of the file. */
static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    atomic_int kind, left, lasting, hits, writes, syncs, slow_ms;
} shim;

struct shim_file {
    sqlite3_file base;
    sqlite3_file *real; /* lies behind this one */
    char path[256];
};

/* --- power --- */

struct unsynced { /* a write that a power cut may lose: what stood there before */
    struct unsynced *next;
    char path[256];
    sqlite3_int64 at, size; /* size of the file before */
    int count;
    unsigned char *before, *after;
};

static struct {
    pthread_mutex_t lock;
    int watching, off, left;
    struct unsynced *writes; /* newest first */
} power = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* True when the power is off: this operation, too, never happens. */
static int power_step(int counts)
{
    pthread_mutex_lock(&power.lock);
    if (power.watching && counts && !power.off && --power.left <= 0)
        power.off = 1;
    int off = power.off;
    pthread_mutex_unlock(&power.lock);
    return off;
}

static void power_remember(struct shim_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    if (!power.watching || !*file->path)
        return;
    struct unsynced *write = calloc(1, sizeof *write);
    write->before = calloc(1, (size_t)count);
    write->after = malloc((size_t)count);
    memcpy(write->after, bytes, (size_t)count);
    snprintf(write->path, sizeof write->path, "%s", file->path);
    write->at = at;
    write->count = count;
    file->real->pMethods->xFileSize(file->real, &write->size);
    if (write->size > at)
        (void)file->real->pMethods->xRead(file->real, write->before, count, at); /* past the end: zeros */
    pthread_mutex_lock(&power.lock);
    write->next = power.writes;
    power.writes = write;
    pthread_mutex_unlock(&power.lock);
}

static void power_forget(const char *path) /* NULL: all */
{
    pthread_mutex_lock(&power.lock);
    for (struct unsynced **at = &power.writes; *at;) {
        struct unsynced *write = *at;
        if (path && strcmp(write->path, path) != 0) {
            at = &write->next;
            continue;
        }
        *at = write->next;
        free(write->before);
        free(write->after);
        free(write);
    }
    pthread_mutex_unlock(&power.lock);
}

void fault_power_cut(int n)
{
    power_forget(NULL);
    power.left = n;
    power.off = 0;
    power.watching = 1;
}

int fault_power_is_off(void)
{
    return power.off;
}

static void put_back(const struct unsynced *write, const unsigned char *bytes, int cut)
{
    int file = open(write->path, O_RDWR);
    if (file < 0)
        return;
    if (pwrite(file, bytes, (size_t)write->count, write->at) != write->count || (cut && ftruncate(file, write->size)))
        abort();
    close(file);
}

static void forget_memory(const char *path)
{
    char shared[300];
    size_t length = strlen(path);
    const char *tail = strstr(path, "-wal");
    snprintf(shared, sizeof shared, "%.*s-shm", (int)(tail ? (size_t)(tail - path) : length), path);
    unlink(shared);
}

/* All are taken back, the newest first; then those that reached the disk before the power went are done again. */
void fault_power_back(unsigned seed)
{
    struct unsynced *kept = NULL;
    while (power.writes) {
        struct unsynced *write = power.writes;
        power.writes = write->next;
        put_back(write, write->before, 1);
        forget_memory(write->path);
        write->next = kept;
        kept = write;
    }
    power.writes = kept; /* oldest first now */
    for (const struct unsynced *write = kept; write; write = write->next)
        if (seed && rand_r(&seed) % 2)
            put_back(write, write->after, 0);
    power.watching = power.off = 0;
    power_forget(NULL);
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct shim_file *)file)->real;
}

/* True when this operation is the one that fails. */
static int fails(int is_sync)
{
    int kind = atomic_load(&shim.kind);
    atomic_fetch_add(is_sync ? &shim.syncs : &shim.writes, 1);
    if (kind == FAULT_NONE || (kind == FAULT_SYNC) != is_sync)
        return 0;
    int left = atomic_fetch_sub(&shim.left, 1);
    if (left > 1 || (left < 1 && !atomic_load(&shim.lasting)))
        return 0;
    atomic_fetch_add(&shim.hits, 1);
    return kind;
}

void fault_arm(enum fault_kind kind, int n, int lasting)
{
    atomic_store(&shim.kind, FAULT_NONE);
    atomic_store(&shim.left, n);
    atomic_store(&shim.lasting, lasting);
    atomic_store(&shim.hits, 0);
    atomic_store(&shim.writes, 0);
    atomic_store(&shim.syncs, 0);
    atomic_store(&shim.kind, (int)kind);
}

int fault_hits(void)
{
    atomic_store(&shim.kind, FAULT_NONE);
    return atomic_load(&shim.hits);
}

int fault_count(enum fault_kind kind)
{
    return atomic_load(kind == FAULT_SYNC ? &shim.syncs : &shim.writes);
}

void fault_slow_sync(int milliseconds)
{
    atomic_store(&shim.slow_ms, milliseconds);
}

static int shim_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int shim_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), bytes, count, at);
}

static int shim_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    int kind = fails(0);
    if (power_step(1))
        return SQLITE_IOERR_WRITE;
    power_remember((struct shim_file *)file, bytes, count, at);
    if (kind == FAULT_SHORT)
        (void)real->pMethods->xWrite(real, bytes, count / 2, at);
    if (kind)
        return kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    return real->pMethods->xWrite(real, bytes, count, at);
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (power_step(0))
        return SQLITE_IOERR_TRUNCATE;
    power_forget(((struct shim_file *)file)->path); /* a shorter file is taken as kept at once */
    return fails(0) ? SQLITE_IOERR_TRUNCATE : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    int slow = atomic_load(&shim.slow_ms);
    if (slow)
        usleep((useconds_t)slow * 1000);
    if (power_step(1))
        return SQLITE_IOERR_FSYNC;
    int code = fails(1) ? SQLITE_IOERR_FSYNC : real_of(file)->pMethods->xSync(real_of(file), flags);
    if (!code)
        power_forget(((struct shim_file *)file)->path);
    return code;
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int shim_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_reserved(sqlite3_file *file, int *result)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}

static int shim_control(sqlite3_file *file, int op, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int shim_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shim_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shim_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shim_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods shim_methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct shim_file *shimmed = (struct shim_file *)file;
    (void)vfs;
    shimmed->real = (sqlite3_file *)(shimmed + 1);
    snprintf(shimmed->path, sizeof shimmed->path, "%s", name ? name : "");
    int code = shim.real->xOpen(shim.real, name, shimmed->real, flags, ret_flags);
    file->pMethods = code == SQLITE_OK || shimmed->real->pMethods ? &shim_methods : NULL;
    return code;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    return power_step(0) ? SQLITE_IOERR_DELETE : shim.real->xDelete(shim.real, name, sync);
}

void fault_register(void)
{
    if (shim.real)
        return;
    shim.real = sqlite3_vfs_find(NULL);
    shim.vfs = *shim.real; /* what is not about open files is the real one's: paths, randomness, time */
    shim.vfs.zName = "fault";
    shim.vfs.szOsFile = (int)sizeof(struct shim_file) + shim.real->szOsFile;
    shim.vfs.xOpen = shim_open;
    shim.vfs.xDelete = shim_delete;
    shim.vfs.pNext = NULL;
    sqlite3_vfs_register(&shim.vfs, 1);
}
