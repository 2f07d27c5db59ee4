/* A server of its own for a test, and raw sockets to speak to it: what no browser would send can be sent. */
#ifndef MAILLON_TESTS_HTTP_H
#define MAILLON_TESTS_HTTP_H

#include "support/support.h"
#include "web/web.h"

struct site {
    struct house house; /* first */
    struct web_options options;
    struct web *web;
    int port;
    char listen[32];
    const char *from; /* address to ask from; NULL: the usual one */
    char session[80], csrf[80]; /* of who logged in last; empty: nobody */
};

/* A house with every subject of the program and the test's own, served on a free port. extra may be NULL. */
void site_open(struct site *site, const struct subject *extra);
void site_close(struct site *site);
void site_restart(struct site *site); /* stops and starts on the same port */

/* A user with a password, made by the local operator; logging in over HTTP. */
void site_user(struct site *site, const char *name, const char *role);
void site_login(struct site *site, const char *name);
extern const char site_password[];

/* Connects; every failure ends the test. */
int site_connect(const struct site *site);

/* Sends all bytes, reads until the other side closes or nothing comes for ten seconds; text of the answer. */
char *site_send(struct site *site, const char *bytes, size_t length);

/* The requests of a browser, with the session if somebody logged in. headers: further lines, each with its line end. */
char *site_ask(struct site *site, const char *method, const char *path, const char *headers, const char *body);
char *site_get(struct site *site, const char *path);
/* body: "name=value&…", without the proof, which is added. */
char *site_post(struct site *site, const char *path, const char *body);

int site_status(const char *answer); /* 0 when there was none */
/* Value of a header, in the arena; NULL when it is not there. */
char *site_header(struct site *site, const char *answer, const char *name);
const char *site_body(const char *answer);

#endif
