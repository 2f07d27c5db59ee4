#include "support/proxy.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/support.h"

enum { NO_CUT, CUT_BEFORE, CUT_AFTER, SOCKET_NAME_BYTES = 100 };

struct proxy {
    char path[SOCKET_NAME_BYTES], target[SOCKET_NAME_BYTES];
    int listening;
    atomic_int cut, cuts, connections, refuse;
    pthread_t thread;
};

struct line {
    struct proxy *proxy;
    int client;
};

static int open_socket(const char *path, bool listens)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int code = listens ? bind(handle, (struct sockaddr *)&address, sizeof address) || listen(handle, 16)
                       : connect(handle, (struct sockaddr *)&address, sizeof address);
    if (!code)
        return handle;
    close(handle);
    return -1;
}

static bool forward(int from, int to, char *bytes, ssize_t *ret_length)
{
    *ret_length = read(from, bytes, 65536);
    return *ret_length > 0 && (to < 0 || write(to, bytes, (size_t)*ret_length) == *ret_length);
}

/* Carries bytes both ways until an end closes, or the COMMIT that was asked for comes by. */
static void carry(struct proxy *proxy, int client, int server, char *bytes)
{
    struct pollfd ends[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    ssize_t length;
    while (poll(ends, 2, -1) > 0) {
        if (ends[1].revents && !forward(server, client, bytes, &length))
            return;
        if (!ends[0].revents)
            continue;
        if (!forward(client, -1, bytes, &length))
            return;
        int cut = memmem(bytes, (size_t)length, "COMMIT", sizeof "COMMIT") ? atomic_exchange(&proxy->cut, NO_CUT) : NO_CUT;
        if (cut != CUT_BEFORE && write(server, bytes, (size_t)length) != length)
            return;
        if (cut == NO_CUT)
            continue;
        if (cut == CUT_AFTER)
            (void)forward(server, -1, bytes, &length);
        atomic_fetch_add(&proxy->cuts, 1);
        return;
    }
}

static void *run_line(void *context)
{
    struct line *line = context;
    struct proxy *proxy = line->proxy;
    char *bytes = memory_get(65536);
    bool refused = atomic_load(&proxy->refuse) && atomic_load(&proxy->cut) == NO_CUT;
    int server = refused ? -1 : open_socket(proxy->target, false);
    if (server >= 0)
        carry(proxy, line->client, server, bytes);
    close(line->client);
    close(server);
    free(bytes);
    free(line);
    atomic_fetch_sub(&proxy->connections, 1);
    return NULL;
}

static void *accept_all(void *context)
{
    struct proxy *proxy = context;
    int client;
    while ((client = accept(proxy->listening, NULL, NULL)) >= 0) {
        pthread_t thread;
        struct line *line = memory_get(sizeof *line);
        *line = (struct line){proxy, client};
        atomic_fetch_add(&proxy->connections, 1);
        pthread_create(&thread, NULL, run_line, line);
        pthread_detach(thread);
    }
    return NULL;
}

struct proxy *proxy_start(const char *folder, const char *to_folder)
{
    struct proxy *proxy = memory_get(sizeof *proxy);
    snprintf(proxy->path, sizeof proxy->path, "%s/.s.PGSQL.5432", folder);
    snprintf(proxy->target, sizeof proxy->target, "%s/.s.PGSQL.5432", to_folder);
    proxy->listening = open_socket(proxy->path, true);
    if (proxy->listening < 0 || pthread_create(&proxy->thread, NULL, accept_all, proxy))
        fail_msg("no proxy in %s", folder);
    return proxy;
}

void proxy_cut_commit(struct proxy *proxy, int answered)
{
    atomic_store(&proxy->cut, answered ? CUT_AFTER : CUT_BEFORE);
}

void proxy_refuse(struct proxy *proxy, int refuse)
{
    atomic_store(&proxy->refuse, refuse);
}

int proxy_cuts(struct proxy *proxy)
{
    return atomic_load(&proxy->cuts);
}

void proxy_stop(struct proxy *proxy)
{
    shutdown(proxy->listening, SHUT_RDWR);
    pthread_join(proxy->thread, NULL);
    close(proxy->listening);
    while (atomic_load(&proxy->connections)) /* the store that used them is closed */
        usleep(1000);
    unlink(proxy->path);
    free(proxy);
}
