#include <sodium.h>
#include <string.h>

#include "users/internal.h"

/* Of a password that was thrown away: verifying against it costs what verifying a user's costs. */
static const char nobody_hash[] =
    "$argon2id$v=19$m=65536,t=2,p=1$HHEZ7wFW79c3yZrhfllNYw$mCR0hKdlulcgjOpXegt+54fonMAWnqTFqL76zkpXnzo";

int password_hash(const char *password, char ret_hash[PASSWORD_HASH_BYTES], struct error *error)
{
    _Static_assert(PASSWORD_HASH_BYTES >= crypto_pwhash_STRBYTES, "room for a hash");
    if (crypto_pwhash_str_alg(ret_hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13))
        return error_set(error, ERR_BUSY, "", N_("Too much at once. Try again in a moment."), NULL);
    return 0;
}

bool password_fits(const char *hash, const char *password)
{
    bool fits = !crypto_pwhash_str_verify(hash ? hash : nobody_hash, password, strlen(password));
    return hash && fits;
}

void password_one_time(char ret_password[ONE_TIME_BYTES])
{
    static const char alphabet[] = "23456789abcdefghjkmnpqrstuvwxyz";
    char *p = ret_password;
    for (int i = 0; i < 16; i++) {
        if (i && i % 4 == 0)
            *p++ = '-';
        *p++ = alphabet[randombytes_uniform(sizeof alphabet - 1)];
    }
    *p = 0;
}

void password_wipe(struct tree *args, const char *name)
{
    for (struct tree *member = args->first; member; member = member->next)
        if (member->kind == TREE_TEXT && !strcmp(member->name, name)) {
            sodium_memzero((char *)member->text, strlen(member->text));
            member->text = "";
        }
}
