/* Declare once. A subject declares its actions in C, its views in views.sql, its pages in pages/; the command line,
 * the JSON interface, the forms, validation, access, the journal, help and OpenAPI are derived from that. */
#ifndef MAILLON_DECLARE_H
#define MAILLON_DECLARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/tree.h"
#include "store/store.h"

struct app;
struct arena;
struct job;

/* --- who --- */

enum role {
    ROLE_PUBLIC = 1 << 0, /* nobody logged in */
    ROLE_ADMIN = 1 << 1,  /* users and settings; sees no business by that alone */
    ROLE_COORDINATOR = 1 << 2,
    ROLE_MEMBER = 1 << 3,    /* of one organisation: sees and does only what is its own */
    ROLE_STAFF = 1 << 4,     /* of one establishment and one service */
    ROLE_AUTHORITY = 1 << 5, /* prison administration, of one establishment or of all */
    ROLE_ACCOUNTANT = 1 << 6,
    ROLE_AUDITOR = 1 << 7, /* reads everything that is not personal, changes nothing */
    ROLE_DETAINED = 1 << 8, /* a person on a tablet: no user has it, the session's user is the person (docs/decisions/0020) */
};
enum {
    ROLES_ALL_SIGNED_IN = ROLE_ADMIN | ROLE_COORDINATOR | ROLE_MEMBER | ROLE_STAFF | ROLE_AUTHORITY | ROLE_ACCOUNTANT |
                          ROLE_AUDITOR,
    ROLES_ALL = ROLES_ALL_SIGNED_IN | ROLE_PUBLIC,
    ROLE_COUNT = 9,
};
const char *role_name(enum role role); /* "coordinator" */
unsigned role_of(const char *name);    /* 0 when unknown */

struct grant {
    enum role role;
    int64_t organisation;  /* 0: not limited to one */
    int64_t establishment; /* 0: not limited to one */
    const char *service;   /* of functions.csv; NULL: not limited */
};

enum { GRANTS_MAX = 16 };

struct session {
    int64_t user; /* 0: nobody, or the local operator; of the role detained: the person */
    const char *name;
    bool local; /* whoever can read the database file is its operator: every role, unlimited */
    int64_t login;    /* row of user_session it came in with; 0: none */
    bool must_change; /* came in with a one-time password: has no grants until it chose its own */
    struct grant grants[GRANTS_MAX];
    int grant_count;
};

/* --- fields --- */

enum field_kind {
    FIELD_TEXT,     /* one line; tree text */
    FIELD_NOTE,     /* several lines */
    FIELD_INT,      /* tree int */
    FIELD_MONEY,    /* typed in euros, "1 234,56"; tree int, cents. In JSON: cents */
    FIELD_QUANTITY, /* typed with up to 3 decimals; tree int, thousandths. In JSON: a number or decimal text */
    FIELD_RATE,     /* typed in per cent, "1,5"; tree int, millionths. In JSON: decimal text of a part of one */
    FIELD_DATE,     /* YYYY-MM-DD; tree text */
    FIELD_BOOL,     /* tree bool */
    FIELD_CHOICE,   /* one of choices */
    FIELD_WORDS,    /* several of choices, or free codes when there are none; tree list of text. Typed with spaces */
    FIELD_SIRET,    /* 14 digits, Luhn holds */
    FIELD_REF,      /* reference a person knows: of a call, a user …; unambiguous text without white space */
    FIELD_SECRET,   /* never shown, never journaled */
    FIELD_FILE,     /* ctx->file holds its bytes; the tree its name */
    FIELD_LIST,     /* repeated group of the fields `of`; tree list of maps. With max 1, JSON may give the map itself */
};

struct field {
    const char *name; /* label: the catalogue's text of this name */
    enum field_kind kind;
    bool required;
    int64_t min, max;     /* of a number (its stored unit), of a text's characters, of a list's items; 0, 0: default */
    const char *choices;  /* "siae|ea_esat": codes, shown translated. Those after "||" are no choice to offer, but the
                           * action itself refuses them, saying why */
    const char *initial;  /* prefilled in forms, and taken when nothing was given */
    const char *hint;     /* N_("…") one sentence under the label */
    bool sealed;          /* personal: the journal keeps "…" instead */
    const struct field *of; /* FIELD_LIST: ends with a field without a name */
};
#define FIELDS_END {.name = NULL}

size_t choices_length(const char *choices); /* of those that are offered: up to "||" */

/* --- actions --- */

struct upload {
    const char *name;
    const char *bytes;
    size_t length;
};

struct ctx {
    struct app *app;
    struct arena *arena;
    const struct session *session;
    const struct grant *grant; /* the grant that allowed this; its scope is what the function must respect */
    const char *language;
    const char *action;
    struct db *db;        /* inside an action: the writer, in its transaction. NULL in a job */
    struct job *job;      /* in a job */
    struct upload file;   /* of the FIELD_FILE, if any */
    struct error *error;  /* filled by what fails */
    int64_t now_ms;
    char today[11];
};

struct action {
    const char *name;  /* "member import": subject word and verb */
    const char *title; /* N_("Import organisations") */
    unsigned roles;    /* bits of enum role */
    const struct field *fields; /* ends with FIELDS_END; positional on the command line in this order while required */
    /* args: validated, one member per given field. Answer: members of result. Not 0: rolled back whole. */
    int (*run)(struct ctx *ctx, const struct tree *args, struct tree *result);
    /* Optional, before run and outside the transaction, on a worker thread: may read through the store and add
     * members to args (a password's hash, a rendered document). */
    int (*prepare)(struct ctx *ctx, struct tree *args);
    const char *help;  /* N_("…") what it does, one or two sentences */
    const char *after; /* page to show afterwards: "/members/{siret}", names are of the result or of the args */
    bool job;          /* long: runs on a thread of its own, writes in batches, reports progress */
    bool confirm;      /* asks once more before it runs */
    bool unlisted;     /* no form of its own (login) */
    bool secret;       /* its answer holds a secret, said once: takes no idempotency key, for that would keep it */
    /* Optional: what its form starts from. values holds what is given already, as text; adds what is known under the names
     * of the fields. ctx->db is a reader. When it fails the form starts empty. */
    int (*fill)(struct ctx *ctx, struct tree *values);
    const char *template; /* of its form, when the usual one does not do: "ledger/enter"; its header may name views */
    /* Optional, after the sync of a run that was done, on the writer's thread: what is held in memory is read again. */
    void (*committed)(struct app *app);
};

/* --- papers: what is printed. PDF in the browser; readable text or PDF on the command line --- */

struct document; /* print/print.h */

struct paper {
    const char *name;  /* "grouping.letter", as a view's */
    const char *title; /* N_("Letter of the grouping") */
    unsigned roles;
    const struct field *fields; /* ends with FIELDS_END */
    /* ctx->db is a reader inside a read; ctx->grant says whose eyes it is for. The document lives in ctx->arena. */
    int (*write)(struct ctx *ctx, const struct tree *args, struct document **ret_document);
    const char *help;
    bool sensitive; /* about persons: each one asked for is journaled before it is written */
};

/* --- downloads: files in a form that others prescribe, of any length --- */

struct download {
    const char *name;  /* "ledger.fec", as a view's */
    const char *title; /* N_("…") */
    unsigned roles;
    const struct field *fields; /* ends with FIELDS_END */
    /* Writes the file; reads for itself, in pages, through ctx->app->store. Its name lives in ctx->arena. */
    int (*write)(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name);
    const char *type; /* "application/pdf"; NULL: text in ISO 8859-15 */
    bool sensitive;   /* about persons: each one asked for is journaled before it is written */
};

/* --- subjects --- */

struct subject {
    const char *name; /* its folder under src/: schema.sql, views.sql and pages/ are found by it */
    /* Of functions.csv: staff of another service may do and read nothing of what is declared here, and persons' rows of its
     * tables are shown to its own staff alone. NULL: open to all staff. */
    const char *service;
    const struct action *actions; /* ends with an action without a name */
    const struct paper *papers;   /* ends with a paper without a name; may be NULL */
    const struct download *downloads; /* ends with a download without a name; may be NULL */
    /* Called once after the schema is there: loads shipped facts. May be NULL. */
    int (*start)(struct app *app, struct error *error);
    /* Optional: ERR_REFUSED while something of this person is not settled here; nobody is erased before. Inside a write task. */
    int (*owes_person)(struct db *db, int64_t person, struct error *error);
    /* Called once when the application closes: lets go of what start took. May be NULL. */
    void (*stop)(struct app *app);
};

#endif
