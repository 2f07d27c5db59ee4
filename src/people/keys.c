#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/app.h"
#include "people/internal.h"

/* The keyring is opened once for the whole program, at the first need; with `create`, made. */
static int open_once(struct app *app, bool create, struct error *error)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct keyring *opened = NULL;
    int result = 0;
    pthread_mutex_lock(&lock);
    if (!atomic_load(&app->keyring)) {
        if (!app->keys)
            result = error_set(error, ERR_REFUSED, "keys",
                               N_("Say in MAILLON_KEYS which folder keeps the keys of persons: it stands outside the database."),
                               NULL);
        else
            result = keyring_open(app->keys, create, &opened, error);
        atomic_store(&app->keyring, opened);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

struct keyring *people_keys_if_any(struct app *app)
{
    struct error missing = {0};
    if (!atomic_load(&app->keyring))
        open_once(app, false, &missing);
    return atomic_load(&app->keyring);
}

/* A name read: without its keys the program still shows all that names nobody. */
static const char *unseal(struct app *app, const void *bytes, size_t length, struct arena *arena)
{
    struct keyring *keys = length ? people_keys_if_any(app) : NULL;
    return keys ? keyring_unseal(keys, bytes, length, arena) : NULL;
}

/* A value asked for in a sealed column is found by its hash: a word of a name, folded. */
static void seal_hash(struct app *app, const char *typed, char ret_hash[SEAL_HASH_BYTES], struct arena *arena)
{
    struct keyring *keys = people_keys_if_any(app);
    ret_hash[0] = 0;
    if (keys)
        keyring_hash(keys, "name", text_fold(arena, typed), ret_hash);
}

int people_start(struct app *app, struct error *error)
{
    (void)error;
    app->unseal = unseal;
    app->seal_hash = seal_hash;
    return 0;
}

void people_stop(struct app *app)
{
    keyring_close(atomic_load(&app->keyring));
    atomic_store(&app->keyring, NULL);
}

int people_keys(struct app *app, struct db *db, struct keyring **ret_keyring, struct error *error)
{
    int64_t person = 0;
    int result = 0;
    if (!atomic_load(&app->keyring)) {
        result = db_int(db, "SELECT id FROM person LIMIT 1", NULL, 0, &person, error);
        if (!result)
            result = open_once(app, !person, error);
    }
    *ret_keyring = atomic_load(&app->keyring);
    return result;
}

static int keys_of(struct app *app, struct keyring **ret_keyring, struct error *error)
{
    int result = atomic_load(&app->keyring) ? 0 : open_once(app, false, error);
    *ret_keyring = atomic_load(&app->keyring);
    return result;
}

int person_seal(struct app *app, struct arena *arena, int64_t person, const char *text, const void **ret_bytes, size_t *ret_length,
                struct error *error)
{
    struct keyring *keys;
    int result = keys_of(app, &keys, error);
    return result ? result : keyring_seal(keys, person, text, arena, ret_bytes, ret_length, error);
}

int person_keyed(struct app *app, const char *purpose, const char *text, char ret_hash[KEYRING_HASH_BYTES], struct error *error)
{
    struct keyring *keys;
    int result = keys_of(app, &keys, error);
    if (!result)
        keyring_hash(keys, purpose, text, ret_hash);
    return result;
}

/* --- by which a person is found --- */

static int keep_word(struct db *db, struct keyring *keys, int64_t person, const char *folded, struct error *error)
{
    char hash[KEYRING_HASH_BYTES];
    if (!*folded)
        return 0;
    keyring_hash(keys, "name", folded, hash);
    return db_run(db, "INSERT INTO person_word(hash, person_id) VALUES (:hash, :person) ON CONFLICT DO NOTHING",
                  BIND(TEXT("hash", hash), INT("person", person)), error);
}

static int keep_each_word(struct db *db, struct keyring *keys, struct arena *arena, int64_t person, const char *folded,
                          struct error *error)
{
    char *words = arena_strdup(arena, folded), *rest = NULL;
    int result = 0;
    for (char *word = strtok_r(words, " ", &rest); word && !result; word = strtok_r(NULL, " ", &rest))
        result = keep_word(db, keys, person, word, error);
    return result;
}

int person_words_keep(struct db *db, struct keyring *keys, struct arena *arena, int64_t person, const char *family_name,
                      const char *given_names, struct error *error)
{
    const char *family = text_fold(arena, family_name), *given = text_fold(arena, given_names);
    const char *whole[] = {family, given, arena_printf(arena, "%s %s", family, given), arena_printf(arena, "%s %s", given, family)};
    int result = db_run(db, "DELETE FROM person_word WHERE person_id = :person", BIND(INT("person", person)), error);
    for (size_t i = 0; i < COUNT_OF(whole) && !result; i++)
        result = keep_word(db, keys, person, whole[i], error);
    if (!result)
        result = keep_each_word(db, keys, arena, person, family, error);
    return result ? result : keep_each_word(db, keys, arena, person, given, error);
}

void person_number_hash(const struct keyring *keys, struct arena *arena, const char *number,
                        char ret_hash[KEYRING_HASH_BYTES])
{
    char *folded = text_fold(arena, number), *to = folded;
    for (const char *from = folded; *from; from++)
        if (*from != ' ')
            *to++ = *from;
    *to = 0;
    keyring_hash(keys, "number", folded, ret_hash);
}
