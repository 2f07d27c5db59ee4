#include "web/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "cli/cli.h"

const char site_password[] = "des mots faciles a retenir";

enum { ANSWER_MS = 10000, SUBJECTS_MAX = 32 };

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    if (probe < 0 || bind(probe, (struct sockaddr *)&address, size) || getsockname(probe, (struct sockaddr *)&address, &size))
        fail_msg("no free port");
    close(probe);
    return ntohs(address.sin_port);
}

static void start(struct site *site)
{
    struct error error = {0};
    char text[ERROR_TEXT_BYTES];
    if (!web_start(site->house.app, &site->options, &site->web, &error))
        return;
    error_format(&error, error.message, text, sizeof text);
    fail_msg("web_start: %s", text);
}

void site_open(struct site *site, const struct subject *extra)
{
    const struct subject **subjects = memory_get(SUBJECTS_MAX * sizeof *subjects);
    size_t count = 0;
    for (; cli_subjects[count]; count++)
        subjects[count] = cli_subjects[count];
    subjects[count] = extra;
    *site = (struct site){0};
    house_open(&site->house, subjects);
    site->port = free_port();
    snprintf(site->listen, sizeof site->listen, "127.0.0.1:%d", site->port);
    site->options = (struct web_options){.listen = site->listen};
    start(site);
}

void site_close(struct site *site)
{
    const struct subject *const *subjects = site->house.subjects;
    web_stop(site->web);
    house_close(&site->house);
    free((void *)subjects);
}

void site_restart(struct site *site)
{
    web_stop(site->web);
    start(site);
}

int site_connect(const struct site *site)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)site->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in own = {.sin_family = AF_INET};
    if (site->from && (inet_pton(AF_INET, site->from, &own.sin_addr) != 1 || bind(fd, (struct sockaddr *)&own, sizeof own)))
        fail_msg("no address %s", site->from);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        fail_msg("the server does not take a connection");
    return fd;
}

/* While much is sent the answer may already come: both ways are watched. */
char *site_send(struct site *site, const char *bytes, size_t length)
{
    int fd = site_connect(site);
    struct buffer answer = {0};
    char piece[65536];
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = (short)(POLLIN | (length ? POLLOUT : 0))};
        if (poll(&poll_fd, 1, ANSWER_MS) <= 0)
            break;
        if (poll_fd.revents & POLLIN) {
            ssize_t got = recv(fd, piece, sizeof piece, 0);
            if (got <= 0)
                break;
            buffer_add(&answer, piece, (size_t)got);
        } else if (poll_fd.revents & (POLLERR | POLLHUP)) {
            break;
        } else {
            ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0)
                break;
            bytes += sent;
            length -= (size_t)sent;
        }
    }
    close(fd);
    char *text = arena_copy(site->house.arena, buffer_string(&answer), answer.length);
    buffer_free(&answer);
    return text;
}

char *site_ask(struct site *site, const char *method, const char *path, const char *headers, const char *body)
{
    struct buffer request = {0};
    buffer_printf(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, path, headers ? headers : "");
    if (site->session[0])
        buffer_printf(&request, "Cookie: session=%s\r\n", site->session);
    if (body)
        buffer_printf(&request, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    else
        buffer_text(&request, "\r\n");
    char *answer = site_send(site, request.bytes, request.length);
    buffer_free(&request);
    return answer;
}

char *site_get(struct site *site, const char *path)
{
    return site_ask(site, "GET", path, "", NULL);
}

char *site_post(struct site *site, const char *path, const char *body)
{
    const char *full = arena_printf(site->house.arena, "%s&csrf=%s", body, site->csrf);
    return site_ask(site, "POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", full);
}

int site_status(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) ? 0 : atoi(answer + 9);
}

char *site_header(struct site *site, const char *answer, const char *name)
{
    const char *line = strstr(answer, arena_printf(site->house.arena, "\r\n%s: ", name)), *end = strstr(answer, "\r\n\r\n");
    if (!line || line >= end)
        return NULL;
    line += strlen(name) + 4;
    return arena_copy(site->house.arena, line, strcspn(line, "\r"));
}

const char *site_body(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    return end ? end + 4 : "";
}

void site_user(struct site *site, const char *name, const char *role)
{
    const char *json = arena_printf(site->house.arena, "{'name':'%s','role':'%s','password':'%s'}", name, role, site_password);
    if (house_run(&site->house, &session_local, "user add", json, NULL))
        fail_msg("user %s: %s", name, site->house.error.message);
}

static void keep(char *to, size_t size, const char *text, const char *before, const char *after)
{
    const char *start = text ? strstr(text, before) : NULL;
    if (!start)
        fail_msg("no %s in: %.400s", before, text ? text : "nothing");
    start += strlen(before);
    snprintf(to, size, "%.*s", (int)strcspn(start, after), start);
}

void site_login(struct site *site, const char *name)
{
    char visitor[80];
    site->session[0] = 0;
    const char *page = site_get(site, "/login");
    keep(visitor, sizeof visitor, page, "visitor=", ";");
    const char *cookie = arena_printf(site->house.arena,
                                      "Cookie: visitor=%s\r\nContent-Type: application/x-www-form-urlencoded\r\n", visitor);
    const char *body = arena_printf(site->house.arena, "name=%s&password=%s&csrf=%s", name, site_password, visitor);
    const char *answer = site_ask(site, "POST", "/login", cookie, body);
    keep(site->session, sizeof site->session, answer, "session=", ";");
    keep(site->csrf, sizeof site->csrf, site_get(site, "/account"), "name=\"csrf\" value=\"", "\"");
}
