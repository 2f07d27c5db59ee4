/* Links between notices that no source names: guessed from buyer and object, decided by a person. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "tenders/keep.h"

enum { PROPOSALS_MAX = 50 }; /* of one call: beyond that the object says too little */

struct side {
    const char *source, *reference, *kind, *published_on;
};

/* One of them calls, the other follows: two calls of the same words are two calls. */
static bool may_belong(const struct side *a, const struct side *b)
{
    bool a_calls = !strcmp(a->kind, "call"), b_calls = !strcmp(b->kind, "call");
    if (a_calls == b_calls)
        return false;
    return a_calls ? strcmp(a->published_on, b->published_on) <= 0 : strcmp(b->published_on, a->published_on) <= 0;
}

static int propose(struct db *db, const struct side *call, const struct side *follower, struct error *error)
{
    return db_run(db,
                  "INSERT INTO tender_link(id, source, reference, other_source, other_reference, basis, state, actor, "
                  "decided_ms) VALUES (:id, :source, :reference, :other_source, :other_reference, 'buyer_object', "
                  "'proposed', '', 0) "
                  "ON CONFLICT(reference, source, other_reference, other_source) DO NOTHING",
                  BIND(INT("id", db_next_id(db)), TEXT("source", call->source), TEXT("reference", call->reference),
                       TEXT("other_source", follower->source), TEXT("other_reference", follower->reference)),
                  error);
}

static const char *keep_text(char *room, size_t size, const char *text)
{
    size_t length = strlen(text) < size - 1 ? strlen(text) : size - 1;
    memcpy(room, text, length);
    room[length] = 0;
    return room;
}

int links_propose(struct db *db, const struct call *call, struct error *error)
{
    enum { ROOM = 160 };
    struct other {
        char source[ROOM], reference[ROOM], kind[ROOM], published_on[ROOM];
    };
    if (!call->match_key)
        return 0;
    const struct notice *founder = &call->founder->notice;
    struct side self = {founder->source, founder->reference, notice_kind_name(founder->kind), call->published_on};
    struct rows *rows;
    int count = 0, result = db_query(db,
                                     "SELECT source, reference, kind, published_on FROM tender "
                                     "WHERE concerns = 1 AND match_key = :match_key AND id <> :id "
                                     "ORDER BY published_on, reference LIMIT 50",
                                     BIND(INT("match_key", call->match_key), INT("id", call->founder->id)), &rows, error);
    if (result)
        return result;
    struct other *others = memory_get(sizeof *others * PROPOSALS_MAX);
    while (count < PROPOSALS_MAX && rows_next(rows)) {
        struct other *other = &others[count++];
        keep_text(other->source, ROOM, rows_text(rows, 0));
        keep_text(other->reference, ROOM, rows_text(rows, 1));
        keep_text(other->kind, ROOM, rows_text(rows, 2));
        keep_text(other->published_on, ROOM, rows_text(rows, 3));
    }
    result = rows_close(rows);
    for (int i = 0; i < count && !result; i++) {
        struct side side = {others[i].source, others[i].reference, others[i].kind, others[i].published_on};
        if (may_belong(&self, &side))
            result = !strcmp(self.kind, "call") ? propose(db, &self, &side, error) : propose(db, &side, &self, error);
    }
    freep(&others);
    return result;
}

int links_withdraw(struct db *db, const struct family *family, struct error *error)
{
    int result = 0;
    for (int i = 0; i < family->count && !result; i++) {
        const struct notice *notice = &family->notices[i].notice;
        const struct binding *binds =
            BIND(TEXT("source", notice->source), TEXT("reference", notice->reference));
        result = db_run(db,
                        "DELETE FROM tender_link WHERE reference = :reference AND source = :source AND state = 'proposed'",
                        binds, error);
        if (!result)
            result = db_run(db,
                            "DELETE FROM tender_link WHERE other_reference = :reference AND other_source = :source "
                            "AND state = 'proposed'",
                            binds, error);
    }
    return result;
}
