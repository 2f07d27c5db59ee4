#include "people/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"

enum {
    KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    ID_BYTES = 8,
    RECORD_BYTES = ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES,
    READ_RECORDS = 512,
};

struct person_key {
    int64_t person; /* 0: free */
    off_t at;       /* of its record in the file */
    bool gone;      /* destroyed */
    unsigned char key[KEY_BYTES];
};

struct keyring {
    pthread_rwlock_t lock;
    int file; /* people, open for reading and writing */
    unsigned char site_key[KEY_BYTES], hash_key[KEY_BYTES];
    struct person_key *keys; /* open addressing, room is a power of two */
    size_t count, room;
    off_t read_bytes;        /* of the file, taken in so far */
    struct timespec changed; /* the file's time when it was read last */
};

static int failed(struct error *error, const char *path)
{
    return error_set(error, ERR_INTERNAL, "keys", N_("The keys of persons in {0} cannot be used: {1}."), path,
                     strerror(errno), NULL);
}

static void id_write(int64_t id, unsigned char bytes[ID_BYTES])
{
    for (int i = 0; i < ID_BYTES; i++)
        bytes[i] = (unsigned char)((uint64_t)id >> (8 * i));
}

static int64_t id_read(const unsigned char bytes[ID_BYTES])
{
    uint64_t id = 0;
    for (int i = 0; i < ID_BYTES; i++)
        id |= (uint64_t)bytes[i] << (8 * i);
    return (int64_t)id;
}

/* --- the table in memory; the caller holds the lock --- */

static struct person_key *slot_of(const struct keyring *ring, int64_t person)
{
    size_t at = ((uint64_t)person * 0x9E3779B97F4A7C15u >> 20) & (ring->room - 1);
    while (ring->keys[at].person && ring->keys[at].person != person)
        at = (at + 1) & (ring->room - 1);
    return &ring->keys[at];
}

static void grow(struct keyring *ring)
{
    struct person_key *old = ring->keys;
    size_t room = ring->room;
    ring->room = room ? room * 2 : 256;
    ring->keys = memory_get(ring->room * sizeof *ring->keys);
    for (size_t i = 0; i < room; i++)
        if (old[i].person)
            *slot_of(ring, old[i].person) = old[i];
    if (old)
        sodium_memzero(old, room * sizeof *old);
    free(old);
}

static struct person_key *slot_for(struct keyring *ring, int64_t person)
{
    if ((ring->count + 1) * 2 > ring->room)
        grow(ring);
    struct person_key *slot = slot_of(ring, person);
    if (!slot->person)
        ring->count++;
    slot->person = person;
    return slot;
}

/* The key of a person, NULL when there is none or it was destroyed. */
static const struct person_key *key_of(const struct keyring *ring, int64_t person)
{
    const struct person_key *slot = ring->room && person ? slot_of(ring, person) : NULL;
    return slot && slot->person && !slot->gone ? slot : NULL;
}

/* --- the file --- */

static void take_record(struct keyring *ring, const unsigned char *record, off_t at)
{
    int64_t person = id_read(record);
    if (!person)
        return;
    struct person_key *slot = slot_for(ring, person);
    slot->at = at;
    slot->gone = crypto_aead_xchacha20poly1305_ietf_decrypt(slot->key, NULL, NULL, record + ID_BYTES + NONCE_BYTES,
                                                            KEY_BYTES + TAG_BYTES, record, ID_BYTES, record + ID_BYTES,
                                                            ring->site_key) != 0;
}

/* Takes in what is in the file from `from` on. A record cut short by a crash is left: nobody was stored with it. */
static int read_records(struct keyring *ring, off_t from, struct error *error)
{
    unsigned char *block = memory_get((size_t)READ_RECORDS * RECORD_BYTES);
    ssize_t size;
    while ((size = pread(ring->file, block, (size_t)READ_RECORDS * RECORD_BYTES, from)) >= RECORD_BYTES)
        for (ssize_t at = 0; at + RECORD_BYTES <= size; at += RECORD_BYTES, from += RECORD_BYTES)
            take_record(ring, block + at, from);
    sodium_memzero(block, (size_t)READ_RECORDS * RECORD_BYTES);
    free(block);
    ring->read_bytes = from;
    return size < 0 ? failed(error, "people") : 0;
}

/* Another process may have added or destroyed: its file then has another time. */
static void refresh(struct keyring *ring)
{
    struct stat now;
    struct error ignored = {0};
    if (fstat(ring->file, &now) ||
        (now.st_mtim.tv_sec == ring->changed.tv_sec && now.st_mtim.tv_nsec == ring->changed.tv_nsec))
        return;
    ring->changed = now.st_mtim;
    read_records(ring, 0, &ignored);
}

static const struct person_key *find_key(struct keyring *ring, int64_t person, unsigned char ret_key[KEY_BYTES])
{
    struct stat now;
    pthread_rwlock_rdlock(&ring->lock);
    bool stale = !fstat(ring->file, &now) &&
                 (now.st_mtim.tv_sec != ring->changed.tv_sec || now.st_mtim.tv_nsec != ring->changed.tv_nsec);
    if (stale) {
        pthread_rwlock_unlock(&ring->lock);
        pthread_rwlock_wrlock(&ring->lock);
        refresh(ring);
    }
    const struct person_key *key = key_of(ring, person);
    if (key)
        memcpy(ret_key, key->key, KEY_BYTES);
    pthread_rwlock_unlock(&ring->lock);
    return key;
}

static int write_record(struct keyring *ring, off_t at, const unsigned char *record, struct error *error)
{
    struct stat now;
    if (pwrite(ring->file, record, RECORD_BYTES, at) != RECORD_BYTES || fdatasync(ring->file))
        return failed(error, "people");
    if (!fstat(ring->file, &now))
        ring->changed = now.st_mtim;
    return 0;
}

static int append_key(struct keyring *ring, int64_t person, struct error *error)
{
    unsigned char record[RECORD_BYTES];
    off_t end = lseek(ring->file, 0, SEEK_END);
    if (end < 0)
        return failed(error, "people");
    end -= end % RECORD_BYTES; /* over a record that a crash cut short */
    struct person_key *slot = slot_for(ring, person);
    crypto_aead_xchacha20poly1305_ietf_keygen(slot->key);
    slot->at = end;
    slot->gone = true; /* until it is on the disk */
    id_write(person, record);
    randombytes_buf(record + ID_BYTES, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(record + ID_BYTES + NONCE_BYTES, NULL, slot->key, KEY_BYTES, record,
                                               ID_BYTES, NULL, record + ID_BYTES, ring->site_key);
    int result = write_record(ring, end, record, error);
    slot->gone = result != 0;
    return result;
}

int keyring_add(struct keyring *ring, int64_t person, struct error *error)
{
    pthread_rwlock_wrlock(&ring->lock);
    int result = flock(ring->file, LOCK_EX) ? failed(error, "people") : 0;
    if (!result) {
        refresh(ring);
        if (!key_of(ring, person))
            result = append_key(ring, person, error);
        flock(ring->file, LOCK_UN);
    }
    pthread_rwlock_unlock(&ring->lock);
    return result;
}

int keyring_destroy(struct keyring *ring, int64_t person, struct error *error)
{
    unsigned char record[RECORD_BYTES] = {0};
    pthread_rwlock_wrlock(&ring->lock);
    int result = flock(ring->file, LOCK_EX) ? failed(error, "people") : 0;
    if (!result) {
        refresh(ring);
        struct person_key *slot = ring->room ? slot_of(ring, person) : NULL;
        if (slot && slot->person && !slot->gone) {
            id_write(person, record); /* the id stays, so that the others' places do */
            result = write_record(ring, slot->at, record, error);
            if (!result) {
                sodium_memzero(slot->key, KEY_BYTES);
                slot->gone = true;
            }
        }
        flock(ring->file, LOCK_UN);
    }
    pthread_rwlock_unlock(&ring->lock);
    return result;
}

bool keyring_knows(struct keyring *ring, int64_t person)
{
    unsigned char key[KEY_BYTES];
    bool known = find_key(ring, person, key);
    sodium_memzero(key, sizeof key);
    return known;
}

/* --- sealing --- */

int keyring_seal(struct keyring *ring, int64_t person, const char *text, struct arena *arena, const void **ret_bytes,
                 size_t *ret_length, struct error *error)
{
    unsigned char key[KEY_BYTES];
    size_t length = strlen(text), size = ID_BYTES + NONCE_BYTES + length + TAG_BYTES;
    unsigned char *bytes = arena_alloc(arena, size);
    if (!find_key(ring, person, key))
        return error_set(error, ERR_REFUSED, "whom", N_("This person was erased: nothing more is kept about them."), NULL);
    id_write(person, bytes);
    randombytes_buf(bytes + ID_BYTES, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + ID_BYTES + NONCE_BYTES, NULL, (const unsigned char *)text, length,
                                               bytes, ID_BYTES, NULL, bytes + ID_BYTES, key);
    sodium_memzero(key, sizeof key);
    *ret_bytes = bytes;
    *ret_length = size;
    return 0;
}

const char *keyring_unseal(struct keyring *ring, const void *bytes, size_t length, struct arena *arena)
{
    const unsigned char *sealed = bytes;
    unsigned char key[KEY_BYTES];
    if (length < ID_BYTES + NONCE_BYTES + TAG_BYTES || !find_key(ring, id_read(sealed), key))
        return NULL;
    size_t size = length - ID_BYTES - NONCE_BYTES;
    char *text = arena_alloc(arena, size - TAG_BYTES + 1);
    int wrong = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)text, NULL, NULL, sealed + ID_BYTES + NONCE_BYTES,
                                                           size, sealed, ID_BYTES, sealed + ID_BYTES, key);
    sodium_memzero(key, sizeof key);
    return wrong ? NULL : text;
}

void keyring_hash(const struct keyring *ring, const char *purpose, const char *text, char ret_hash[KEYRING_HASH_BYTES])
{
    crypto_generichash_state state;
    unsigned char hash[32];
    crypto_generichash_init(&state, ring->hash_key, KEY_BYTES, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, (const unsigned char *)text, strlen(text));
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(ret_hash, KEYRING_HASH_BYTES, hash, sizeof hash);
}

/* --- opening --- */


/* The site's key is written whole under another name and then named, so that no crash leaves half of one. */
static int make_site_key(struct keyring *ring, int folder)
{
    int file = openat(folder, "site.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return -1;
    randombytes_buf(ring->site_key, KEY_BYTES);
    bool good = write(file, ring->site_key, KEY_BYTES) == KEY_BYTES && !fsync(file);
    return close(file) || !good || renameat(folder, "site.new", folder, "site") || fsync(folder) ? -1 : 0;
}

static int read_site_key(struct keyring *ring, int folder)
{
    unsigned char more;
    int file = openat(folder, "site", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    bool good = read(file, ring->site_key, KEY_BYTES) == KEY_BYTES && !read(file, &more, 1);
    close(file);
    if (!good)
        errno = EINVAL;
    return good ? 0 : -1;
}

static int open_files(struct keyring *ring, const char *path, int folder, bool create, struct error *error)
{
    bool site = !faccessat(folder, "site", F_OK, 0), people = !faccessat(folder, "people", F_OK, 0);
    if (site != people && !(create && site)) /* a crash between the two leaves the site's key alone */
        return error_set(error, ERR_REFUSED, "keys",
                         N_("In the folder of keys {0} the file {1} is missing: names cannot be read without it. Put it back."),
                         path, site ? "people" : "site", NULL);
    if (site ? read_site_key(ring, folder) : make_site_key(ring, folder))
        return failed(error, path);
    ring->file = openat(folder, "people", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (ring->file < 0 || fsync(folder))
        return failed(error, path);
    crypto_generichash(ring->hash_key, KEY_BYTES, (const unsigned char *)"find", 4, ring->site_key, KEY_BYTES);
    struct stat now;
    if (!fstat(ring->file, &now))
        ring->changed = now.st_mtim;
    return read_records(ring, 0, error);
}

int keyring_open(const char *path, bool create, struct keyring **ret_keyring, struct error *error)
{
    if (create && mkdir(path, 0700) && errno != EEXIST)
        return failed(error, path);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 && errno == ENOENT)
        return error_set(error, ERR_REFUSED, "keys",
                         N_("The folder of keys {0} is missing: names cannot be read without it. Put it back."), path, NULL);
    if (folder < 0)
        return failed(error, path);
    struct keyring *ring = memory_get(sizeof *ring);
    pthread_rwlock_init(&ring->lock, NULL);
    ring->file = -1;
    int result = open_files(ring, path, folder, create, error);
    close(folder);
    if (result) {
        keyring_close(ring);
        return result;
    }
    *ret_keyring = ring;
    return 0;
}

void keyring_close(struct keyring *ring)
{
    if (!ring)
        return;
    if (ring->file >= 0)
        close(ring->file);
    if (ring->keys)
        sodium_memzero(ring->keys, ring->room * sizeof *ring->keys);
    free(ring->keys);
    pthread_rwlock_destroy(&ring->lock);
    sodium_memzero(ring, sizeof *ring);
    free(ring);
}
