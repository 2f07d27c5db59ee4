/* Logins from one network address: a bucket of attempts that fills again slowly, beside the lock of an account, which
 * guards one name only. An attempt is taken before the password is looked at and given back when it was good. The table
 * has a fixed size: an address has a few places where it may stand, and pushes out the one unheard of for longest. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "web/request.h"

enum { ROWS = 1024, PLACES = 4, ATTEMPTS_MAX = 20, EVERY_MS = 6000 }; /* 20 at once, then 10 a minute */

struct bucket {
    uint64_t address; /* hash of it; 0: free */
    int64_t seen_ms;
    int64_t left_ms; /* each attempt costs every_ms */
};

struct flood {
    pthread_mutex_t lock;
    int64_t every_ms;
    unsigned char key[crypto_shorthash_KEYBYTES]; /* nobody can choose addresses that share a row */
    struct bucket buckets[ROWS][PLACES];
};

struct flood *flood_new(int64_t every_ms)
{
    struct flood *flood = memory_get(sizeof *flood);
    pthread_mutex_init(&flood->lock, NULL);
    crypto_shorthash_keygen(flood->key);
    flood->every_ms = every_ms ? every_ms : EVERY_MS;
    return flood;
}

void flood_free(struct flood *flood)
{
    if (!flood)
        return;
    pthread_mutex_destroy(&flood->lock);
    free(flood);
}

/* Behind https (--secure) a proxy on this machine asks for everybody: then the address is the last it wrote down. */
static const char *address_of(struct request *request)
{
    const union MHD_ConnectionInfo *info = mhd.MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr_in *peer = info ? (const struct sockaddr_in *)info->client_addr : NULL;
    char text[INET_ADDRSTRLEN] = "";
    if (peer && peer->sin_family == AF_INET)
        inet_ntop(AF_INET, &peer->sin_addr, text, sizeof text);
    if (request->web->options.secure_cookies && text_starts(text, "127.")) {
        const char *list = mhd.MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "X-Forwarded-For");
        const char *comma = list ? strrchr(list, ',') : NULL, *last = comma ? comma + 1 : list;
        if (last)
            return last + strspn(last, " ");
    }
    return arena_strdup(request->arena, text);
}

static struct bucket *find(struct flood *flood, const char *address, int64_t now)
{
    uint64_t hash = 0;
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)address, strlen(address), flood->key);
    hash += !hash;
    struct bucket *row = flood->buckets[hash % ROWS], *oldest = row;
    for (int i = 0; i < PLACES; i++) {
        if (row[i].address == hash) {
            int64_t passed = now > row[i].seen_ms ? now - row[i].seen_ms : 0, most = ATTEMPTS_MAX * flood->every_ms;
            row[i].left_ms = passed >= most - row[i].left_ms ? most : row[i].left_ms + passed;
            row[i].seen_ms = now;
            return &row[i];
        }
        if (row[i].seen_ms < oldest->seen_ms)
            oldest = &row[i];
    }
    *oldest = (struct bucket){hash, now, ATTEMPTS_MAX * flood->every_ms};
    return oldest;
}

bool flood_takes(struct request *request)
{
    struct flood *flood = request->web->flood;
    const char *address = address_of(request);
    pthread_mutex_lock(&flood->lock);
    struct bucket *bucket = find(flood, address, date_now());
    bool takes = bucket->left_ms >= flood->every_ms;
    if (takes)
        bucket->left_ms -= flood->every_ms;
    pthread_mutex_unlock(&flood->lock);
    return takes;
}

void flood_gives_back(struct request *request)
{
    struct flood *flood = request->web->flood;
    const char *address = address_of(request);
    pthread_mutex_lock(&flood->lock);
    struct bucket *bucket = find(flood, address, date_now());
    if (bucket->left_ms < ATTEMPTS_MAX * flood->every_ms)
        bucket->left_ms += flood->every_ms;
    pthread_mutex_unlock(&flood->lock);
}

int flood_refuse(struct error *error)
{
    return error_set(error, ERR_TOO_MANY, "",
                     N_("Too many attempts to log in came from your network address. Wait a minute, then try again."), NULL);
}
