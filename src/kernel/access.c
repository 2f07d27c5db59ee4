/* Who may do what: decided here and nowhere else. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "kernel/app.h"

static const char *const role_names[ROLE_COUNT] = {"public", "admin",     "coordinator", "member",
                                                   "staff",  "authority", "accountant",  "auditor", "detained"};

const struct session session_public = {.name = "public"};
const struct session session_local = {.name = "local", .local = true};

static const struct grant grant_public = {.role = ROLE_PUBLIC};
static const struct grant grant_local = {.role = ROLE_COORDINATOR};

struct denial {
    unsigned role;
    const char *declaration;
};

struct access { /* replaced as a whole after a change; readers hold the lock for a look only */
    pthread_rwlock_t lock;
    struct arena *arena;
    struct denial *rows;
    size_t count;
    atomic_llong read_second;
};

const char *role_name(enum role role)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (role == 1u << i)
            return role_names[i];
    return "";
}

unsigned role_of(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (text_is(role_names[i], name))
            return 1u << i;
    return 0;
}

struct access *access_new(void)
{
    struct access *access = memory_get(sizeof *access);
    pthread_rwlock_init(&access->lock, NULL);
    return access;
}

void access_free(struct access *access)
{
    if (!access)
        return;
    pthread_rwlock_destroy(&access->lock);
    arena_free(access->arena);
    free(access);
}

static int read_denials(struct db *db, struct arena *arena, struct denial **ret_rows, size_t *ret_count,
                        struct error *error)
{
    int64_t expected;
    int result = db_int(db, "SELECT count(*) FROM permission WHERE allowed = 0", NULL, 0, &expected, error);
    if (result)
        return result;
    struct rows *rows;
    result = db_query(db, "SELECT role, declaration FROM permission WHERE allowed = 0", NULL, &rows, error);
    if (result)
        return result;
    struct denial *denials = ARENA_ARRAY(arena, struct denial, expected + 1);
    size_t count = 0;
    while (rows_next(rows) && count < (size_t)expected)
        denials[count++] = (struct denial){role_of(rows_text(rows, 0)), arena_strdup(arena, rows_text(rows, 1))};
    *ret_rows = denials;
    *ret_count = count;
    return rows_close(rows);
}

int access_load(struct app *app, struct error *error)
{
    struct db *db;
    int result = store_reader(app->store, &db, error);
    if (result)
        return result;
    struct arena *arena = arena_new();
    struct denial *rows = NULL;
    size_t count = 0;
    result = db_begin_read(db, error);
    if (!result) {
        result = read_denials(db, arena, &rows, &count, error);
        db_end_read(db);
    }
    store_release(app->store, db);
    if (result) {
        arena_free(arena);
        return result;
    }
    struct access *access = app->access;
    pthread_rwlock_wrlock(&access->lock);
    struct arena *old = access->arena;
    access->arena = arena;
    access->rows = rows;
    access->count = count;
    pthread_rwlock_unlock(&access->lock);
    arena_free(old);
    return 0;
}

void access_refresh(struct app *app)
{
    struct error ignored = {0}; /* the next second tries again; until then the table as it was stays in force */
    long long now = date_now() / 1000;
    if (atomic_exchange(&app->access->read_second, now) != now)
        (void)access_load(app, &ignored);
}

static bool is_denied(struct access *access, unsigned role, const char *declaration)
{
    bool denied = false;
    pthread_rwlock_rdlock(&access->lock);
    for (size_t i = 0; i < access->count && !denied; i++)
        denied = access->rows[i].role == role && !strcmp(access->rows[i].declaration, declaration);
    pthread_rwlock_unlock(&access->lock);
    return denied;
}

/* Wider scope first: a coordinator who is also a member acts as coordinator. */
static int narrowness(const struct grant *grant)
{
    return (grant->organisation != 0) + (grant->establishment != 0) + (grant->service != NULL) +
           (grant->role == ROLE_MEMBER || grant->role == ROLE_STAFF);
}

/* Staff of one service has no part in what another service declares. */
static bool is_of_other_service(const struct app *app, const struct grant *grant, const char *declaration)
{
    if (grant->role != ROLE_STAFF || !grant->service || !*grant->service)
        return false;
    const char *service = app_service(app, declaration);
    return service && strcmp(service, grant->service) != 0;
}

const struct grant *access_grant(struct app *app, const struct session *session, unsigned roles,
                                 const char *declaration)
{
    if (session->local)
        return &grant_local;
    const struct grant *best = NULL;
    for (int i = 0; i < session->grant_count; i++) {
        const struct grant *grant = &session->grants[i];
        if ((grant->role & roles) && (!best || narrowness(grant) < narrowness(best)) &&
            !is_denied(app->access, grant->role, declaration) && !is_of_other_service(app, grant, declaration))
            best = grant;
    }
    if (!best && (roles & ROLE_PUBLIC) && !is_denied(app->access, ROLE_PUBLIC, declaration))
        best = &grant_public;
    return best;
}

int access_refuse(const struct session *session, struct error *error)
{
    if (session->must_change)
        return error_set(error, ERR_FORBIDDEN, "", N_("Choose a password of your own first."), NULL);
    if (!session->user && !session->local)
        return error_set(error, ERR_LOGIN, "", N_("Log in first."), NULL);
    return error_set(error, ERR_FORBIDDEN, "", N_("Your role does not allow this."), NULL);
}

unsigned session_roles(const struct session *session)
{
    if (session->local)
        return ROLES_ALL;
    unsigned roles = ROLE_PUBLIC;
    for (int i = 0; i < session->grant_count; i++)
        roles |= session->grants[i].role;
    return roles;
}
