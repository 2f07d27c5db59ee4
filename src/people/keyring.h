/* Keyring: one key per person, wrapped by the site's key, both outside the database. Whoever has the database, or a
 * backup of it, has no names. Erasing a person destroys the key: every backup of the database forgets with it.
 *
 * A folder with two files, readable by their owner alone: `site`, the site's key (made once; to be kept in a safe: who
 * loses it loses the names); `people`, records of 80 bytes (id, nonce, wrapped key), appended with a sync before the
 * person is stored, overwritten with zeros when erased. Its backup is the newest copy only: an older one remembers.
 *
 * Ciphers: XChaCha20-Poly1305 (libsodium) to wrap and to seal, the person's id as additional data; keyed BLAKE2b to find.
 * All functions may be called from any thread, and several processes may share the folder. */
#ifndef MAILLON_KEYRING_H
#define MAILLON_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;
struct keyring;

enum { KEYRING_HASH_BYTES = 65 }; /* 64 hexadecimal digits and NUL */

/* Opens the folder; with `create`, makes it when it is not there. A folder with one file of the two is refused, by its name. */
int keyring_open(const char *folder, bool create, struct keyring **ret_keyring, struct error *error);
void keyring_close(struct keyring *keyring); /* NULL is accepted */

/* Makes the person's key, on the disk when this returns. A key that is there is kept. */
int keyring_add(struct keyring *keyring, int64_t person, struct error *error);
/* Destroys it, on the disk when this returns. A key that is not there is no error. */
int keyring_destroy(struct keyring *keyring, int64_t person, struct error *error);
bool keyring_knows(struct keyring *keyring, int64_t person);

/* Bytes that only this person's key opens, in the arena; they say themselves whose they are. */
int keyring_seal(struct keyring *keyring, int64_t person, const char *text, struct arena *arena, const void **ret_bytes,
                 size_t *ret_length, struct error *error);
/* The text; NULL when the key is gone or the bytes were changed. */
const char *keyring_unseal(struct keyring *keyring, const void *bytes, size_t length, struct arena *arena);

/* Hash by which a value is found again; purpose keeps names and numbers apart. */
void keyring_hash(const struct keyring *keyring, const char *purpose, const char *text, char ret_hash[KEYRING_HASH_BYTES]);

#endif
