/* The web server: pages, forms and JSON derived from the declarations. */
#ifndef MAILLON_WEB_H
#define MAILLON_WEB_H

#include "kernel/app.h"

struct template_set;
struct web;

struct web_options {
    const char *listen;    /* "127.0.0.1:8080" */
    const char *pages_dir; /* --pages: read templates and assets from this folder (src/) at every request; NULL: compiled in */
    bool secure_cookies;   /* behind https */
    int64_t login_every_ms; /* one attempt to log in more for each address, after the first twenty; 0: six seconds */
};

/* Starts the threads and returns. Refuses a port that is taken and templates that do not parse. */
int web_start(struct app *app, const struct web_options *options, struct web **ret_web, struct error *error);
void web_stop(struct web *web); /* lets running requests end; NULL is accepted */

/* Every template, linked, for pages that are written without a server. The caller frees the set. */
int web_templates(const struct app *app, struct template_set **ret_set, struct error *error);

/* OpenAPI 3.1 of all that is declared. */
struct tree *web_openapi(struct app *app, struct arena *arena);

#endif
