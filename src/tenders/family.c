/* The notices of one call: what ties them, and what happens to people's words when they move together or apart. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "tenders/facts.h"
#include "tenders/keep.h"

enum { FAMILY_MAX = 2000 }; /* a framework agreement with an award for each order has hundreds */

struct node {
    const char *source, *reference;
};

struct walk {
    struct db *db;
    struct arena *arena;
    struct error *error;
    struct node nodes[FAMILY_MAX];
    int count;
};

static int add_node(struct walk *walk, const char *source, const char *reference)
{
    for (int i = 0; i < walk->count; i++)
        if (!strcmp(walk->nodes[i].reference, reference) && !strcmp(walk->nodes[i].source, source))
            return 0;
    if (walk->count == FAMILY_MAX)
        return error_set(walk->error, ERR_TOO_LARGE, "earlier",
                         N_("More than {0} notices are tied to {1}: these links cannot be right."), "2000", reference, NULL);
    walk->nodes[walk->count++] =
        (struct node){arena_strdup(walk->arena, source), arena_strdup(walk->arena, reference)};
    return 0;
}

/* Rows of (source, reference) that the statement finds for one node. */
static int follow(struct walk *walk, const struct node *node, const char *sql)
{
    struct rows *rows;
    int result = db_query(walk->db, sql, BIND(TEXT("source", node->source), TEXT("reference", node->reference)), &rows,
                          walk->error);
    if (result)
        return result;
    while (!result && rows_next(rows))
        result = add_node(walk, rows_text(rows, 0), rows_text(rows, 1));
    int closed = rows_close(rows);
    return result ? result : closed;
}

static int follow_all(struct walk *walk, const struct node *node)
{
    static const char *const statements[] = {
        "SELECT l.source, l.earlier FROM notice n JOIN notice_link l ON l.notice = n.id "
        "WHERE n.reference = :reference AND n.source = :source",
        "SELECT n.source, n.reference FROM notice_link l JOIN notice n ON n.id = l.notice "
        "WHERE l.earlier = :reference AND l.source = :source",
        "SELECT other_source, other_reference FROM tender_link "
        "WHERE reference = :reference AND source = :source AND state = 'confirmed'",
        "SELECT source, reference FROM tender_link "
        "WHERE other_reference = :reference AND other_source = :source AND state = 'confirmed'",
    };
    int result = 0;
    for (size_t i = 0; i < COUNT_OF(statements) && !result; i++)
        result = follow(walk, node, statements[i]);
    return result;
}

static int read_notices(struct walk *walk, const struct node *node, struct family *family, int *room)
{
    struct rows *rows;
    int result = db_query(walk->db,
                          "SELECT id, hash, facts FROM notice WHERE reference = :reference AND source = :source",
                          BIND(TEXT("source", node->source), TEXT("reference", node->reference)), &rows, walk->error);
    if (result)
        return result;
    while (!result && rows_next(rows)) {
        if (family->count == *room) {
            struct kept_notice *grown = ARENA_ARRAY(walk->arena, struct kept_notice, *room * 2);
            memcpy(grown, family->notices, (size_t)*room * sizeof *grown);
            family->notices = grown;
            *room *= 2;
        }
        struct kept_notice *kept = &family->notices[family->count++];
        kept->id = rows_int(rows, 0);
        kept->hash = arena_strdup(walk->arena, rows_text(rows, 1));
        result = facts_read(walk->arena, arena_strdup(walk->arena, rows_text(rows, 2)), &kept->notice, walk->error);
    }
    int closed = rows_close(rows);
    return result ? result : closed;
}

int family_read(struct db *db, struct arena *arena, const char *source, const char *reference,
                struct family *ret_family, struct error *error)
{
    struct walk *walk = ARENA_NEW(arena, struct walk);
    *walk = (struct walk){.db = db, .arena = arena, .error = error};
    int room = 16, result = add_node(walk, source, reference);
    for (int i = 0; i < walk->count && !result; i++)
        result = follow_all(walk, &walk->nodes[i]);
    *ret_family = (struct family){ARENA_ARRAY(arena, struct kept_notice, room), 0};
    for (int i = 0; i < walk->count && !result; i++)
        result = read_notices(walk, &walk->nodes[i], ret_family, &room);
    return result;
}

/* --- people's words --- */

/* What was said of a call stays with it when another notice becomes its founder, unless that one has words already. */
static int move_words(struct db *db, int64_t from, int64_t to, struct error *error)
{
    static const struct {
        const char *count, *move;
    } tables[] = {
        {"SELECT count(*) FROM tender_desk WHERE tender = :to", "UPDATE tender_desk SET tender = :to WHERE tender = :from"},
        {"SELECT count(*) FROM tender_qualification WHERE tender = :to",
         "UPDATE tender_qualification SET tender = :to WHERE tender = :from"},
        {"SELECT count(*) FROM tender_piece WHERE tender = :to", "UPDATE tender_piece SET tender = :to WHERE tender = :from"},
    };
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        int64_t there = 0;
        int result = db_int(db, tables[i].count, BIND(INT("to", to)), 0, &there, error);
        if (!result && !there)
            result = db_run(db, tables[i].move, BIND(INT("to", to), INT("from", from)), error);
        if (result)
            return result;
    }
    return 0;
}

static int read_functions(struct db *db, struct arena *arena, int64_t tender, struct desk *desk, struct error *error)
{
    struct rows *rows;
    desk->functions = "";
    int result = db_query(db,
                          "SELECT DISTINCT function FROM tender_requirement WHERE tender = :tender AND version = :version "
                          "ORDER BY function",
                          BIND(INT("tender", tender), INT("version", desk->qualification)), &rows, error);
    if (result)
        return result;
    while (rows_next(rows))
        desk->functions = *desk->functions ? arena_printf(arena, "%s %s", desk->functions, rows_text(rows, 0))
                                           : arena_strdup(arena, rows_text(rows, 0));
    return rows_close(rows);
}

static int read_desk(struct db *db, struct arena *arena, int64_t tender, struct desk *ret_desk, struct error *error)
{
    struct rows *rows;
    *ret_desk = (struct desk){0};
    int result = db_query(db, "SELECT deadline, decision, mark FROM tender_desk WHERE tender = :tender",
                          BIND(INT("tender", tender)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        ret_desk->deadline = arena_strdup(arena, rows_text(rows, 0));
        ret_desk->decision = arena_strdup(arena, rows_text(rows, 1));
        ret_desk->mark = arena_strdup(arena, rows_text(rows, 2));
    }
    result = rows_close(rows);
    if (!result)
        result = db_int(db, "SELECT max(version) FROM tender_qualification WHERE tender = :tender",
                        BIND(INT("tender", tender)), 0, &ret_desk->qualification, error);
    return result || !ret_desk->qualification ? result : read_functions(db, arena, tender, ret_desk, error);
}

/* --- the call in place of what was there --- */

static int keep_members(struct db *db, const struct family *family, int64_t tender, struct error *error)
{
    int result = 0;
    for (int i = 0; i < family->count && !result; i++) {
        int64_t notice = family->notices[i].id;
        result = db_run(db, "DELETE FROM tender_notice WHERE notice = :notice", BIND(INT("notice", notice)), error);
        if (!result && notice != tender)
            result = db_run(db, "INSERT INTO tender_notice(notice, tender) VALUES (:notice, :tender)",
                            BIND(INT("notice", notice), INT("tender", tender)), error);
    }
    return result;
}

int family_keep(struct db *db, const struct keeper *keeper, struct family *family, int64_t *ret_tender,
                struct error *error)
{
    struct arena *arena = keeper->arena;
    struct call *call = ARENA_NEW(arena, struct call);
    struct desk desk = {0};
    /* The founder depends on the notices alone; whose words count depends on the founder. */
    call_derive(arena, keeper->watch, family->notices, family->count, &desk, call);
    int64_t tender = call->founder->id;
    int result = 0;
    for (int i = 0; i < family->count && !result; i++) {
        int64_t notice = family->notices[i].id;
        result = call_remove(db, arena, notice, error);
        if (!result && notice != tender)
            result = move_words(db, notice, tender, error);
    }
    if (!result)
        result = read_desk(db, arena, tender, &desk, error);
    if (!result)
        result = keep_members(db, family, tender, error);
    if (result)
        return result;
    call_derive(arena, keeper->watch, family->notices, family->count, &desk, call);
    result = links_withdraw(db, family, error);
    if (!result)
        result = call_insert(db, arena, call, &desk, family->notices, family->count, error);
    if (!result)
        result = links_propose(db, call, error);
    *ret_tender = tender;
    return result;
}

int tender_derive_again(struct db *db, const struct keeper *keeper, int64_t tender, struct error *error)
{
    struct rows *rows;
    const char *source = NULL, *reference = NULL;
    int result = db_query(db, "SELECT source, reference FROM notice WHERE id = :id", BIND(INT("id", tender)), &rows,
                          error);
    if (result)
        return result;
    if (rows_next(rows)) {
        source = arena_strdup(keeper->arena, rows_text(rows, 0));
        reference = arena_strdup(keeper->arena, rows_text(rows, 1));
    }
    result = rows_close(rows);
    if (result || !source)
        return result;
    struct family family;
    int64_t ignored;
    result = family_read(db, keeper->arena, source, reference, &family, error);
    return result ? result : family_keep(db, keeper, &family, &ignored, error);
}
