/* Views: named SELECTs of a subject's views.sql, with a header.
 *
 *   -- view: member.list
 *   -- title: Organisations
 *   -- help: One sentence.
 *   -- read: coordinator, member, authority
 *   -- scope: member m.id = :organisation        condition added for that role; without one it sees all rows
 *                                                  (:establishment, :user and :actor are the session's too)
 *   -- withheld: member quality social            what that role reads as empty, and may neither filter nor sort by
 *   -- param: function text where EXISTS (…:function)   optional filter: its condition is added when it is given
 *   -- param: siret siret                         required: used in the SQL itself, positional on the command line
 *   -- param: on date or today                    used in the SQL itself: today when it is not given
 *   -- param: q text search member m.id           optional: words searched in the index `member`
 *   -- column: siret siret key link /members/{siret}
 *   -- column: name text sort by name_folded       sorted by another column, which holds the folded text
 *   -- column: kinds words
 *   -- one                                        a single row (a detail); absent is "not found"
 *   -- whole                                      all rows, no paging (small or grouped results)
 *   -- order: name desc                           the order without a choice; a sort column
 *   -- dear                                       may take more than 20 ms: does not run on a web thread
 *   -- sensitive                                  each reading is journaled before the view runs
 *   SELECT m.siret AS siret, … FROM member m [WHERE …]
 *
 * Lists are paged by key: a list's body is a plain SELECT (no aggregate, no LIMIT) that ends with its WHERE or FROM,
 * its key is unique, and sort columns are NOT NULL and indexed together with the key.
 *
 * Column and parameter kinds: text note int money quantity rate date instant bool code words siret ref id json sealed decimal.
 * A sealed column is a BLOB that the keys of persons open (absent once a person is erased); a sealed parameter is bound
 * as the hash by which a name is found. */
#ifndef MAILLON_VIEW_H
#define MAILLON_VIEW_H

#include "kernel/declare.h"

enum column_kind {
    COLUMN_TEXT,
    COLUMN_NOTE,
    COLUMN_INT,
    COLUMN_MONEY,
    COLUMN_QUANTITY,
    COLUMN_RATE,
    COLUMN_DATE,
    COLUMN_INSTANT,
    COLUMN_BOOL,
    COLUMN_CODE,  /* translated on screens */
    COLUMN_WORDS, /* codes separated by single spaces, each translated on screens */
    COLUMN_SIRET,
    COLUMN_REF,
    COLUMN_ID,
    COLUMN_JSON, /* text of a JSON value: given as a tree */
    COLUMN_SEALED, /* text that a person's key opens */
    COLUMN_DECIMAL, /* text, digits with a point where it is a number */
};

struct view_column {
    const char *name;
    enum column_kind kind;
    bool key, sort, hidden;
    const char *link; /* "/members/{siret}" */
    const char *by;   /* the column that orders it; NULL: itself */
};

struct view_param {
    const char *name;
    enum column_kind kind;
    bool required, or_today;
    const char *where;        /* condition of an optional one */
    const char *search;       /* index of words, and then the id column in `where` */
    const char *choices;      /* "a|b": offered in the filter form */
};

struct view_scope {
    unsigned role;
    const char *where;
};

struct view_withheld {
    unsigned role;
    const char *names; /* of columns and parameters, separated by single spaces */
};

enum { VIEW_COLUMNS_MAX = 64, VIEW_PARAMS_MAX = 16, VIEW_SCOPES_MAX = 8 };

struct view {
    const char *name, *title, *help;
    const char *subject;
    unsigned roles;
    struct view_scope scopes[VIEW_SCOPES_MAX];
    int scope_count;
    struct view_withheld withheld[VIEW_SCOPES_MAX];
    int withheld_count;
    struct view_param params[VIEW_PARAMS_MAX];
    int param_count;
    struct view_column columns[VIEW_COLUMNS_MAX];
    int column_count;
    int key; /* index of the key column, -1 for none */
    const char *order; /* default sort column */
    bool order_down;
    bool one, whole, dear, sensitive;
    const char *sql;
};

struct view_request {
    const struct tree *params;   /* name -> text, as typed */
    const char *sort;            /* column name, NULL: the default */
    bool down;
    const char *after, *before;  /* cursor of an earlier answer, NULL: from the start */
    int limit;                   /* rows; 0: 50 */
};

/* Reads every view of a views.sql; they live in the arena. */
int view_parse(struct arena *arena, const char *subject, const char *sql, struct view **ret_views, size_t *ret_count,
               struct error *error);

/* Runs a view for a session. Answer: a map
 *   one: the row's columns.   otherwise: rows (list of maps), next, previous (cursors, only when there are more).
 * Money and the like are ints in their stored unit, bool is bool, words and code are text, json is a tree. */
int view_run(struct app *app, const struct view *view, const struct session *session, struct arena *arena,
             const struct view_request *request, struct tree **ret_answer, struct error *error);

/* Calls row for every row, page after page, in constant memory and without a long snapshot. request's cursor and
 * limit are ignored. Stops at the first answer that is not 0 and returns it. */
int view_export(struct app *app, const struct view *view, const struct session *session,
                const struct view_request *request, int (*row)(void *context, const struct tree *row), void *context,
                struct error *error);

/* The SQL of one variant, for tests that explain plans. sort NULL: default; filters: names separated by spaces. */
char *view_sql(struct app *app, const struct view *view, struct arena *arena, unsigned role, const char *filters,
               const char *sort, bool down, bool paged);

/* Names that are withheld from the role: "" for none. */
const char *view_withheld_names(const struct view *view, unsigned role);

const char *column_kind_name(enum column_kind kind);

#endif
