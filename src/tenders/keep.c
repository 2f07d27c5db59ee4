/* A notice comes in: kept for ever, then the call it founds or joins is derived. */
#include "tenders/keep.h"

#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "tenders/facts.h"

void incoming_hash(struct incoming *incoming)
{
    unsigned char hash[(NOTICE_HASH_BYTES - 1) / 2];
    const struct notice *notice = &incoming->kept.notice;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)notice->raw, notice->raw_length, NULL, 0);
    sodium_bin2hex(incoming->hash, NOTICE_HASH_BYTES, hash, sizeof hash);
    incoming->kept.hash = incoming->hash;
}

void incoming_prepare(struct arena *arena, const struct watch *watch, struct incoming *incoming)
{
    struct buffer facts = {0};
    facts_write(&incoming->kept.notice, &facts);
    incoming->facts = arena_copy(arena, facts.bytes, facts.length);
    buffer_free(&facts);
    call_derive(arena, watch, &incoming->kept, 1, &(struct desk){0}, &incoming->call);
}

static int insert_notice(struct db *db, const struct incoming *incoming, struct error *error)
{
    const struct notice *notice = &incoming->kept.notice;
    return db_run(db,
                  "INSERT INTO notice(id, source, reference, hash, format, kind, published_on, facts, raw) "
                  "VALUES (:id, :source, :reference, :hash, :format, :kind, :published_on, :facts, :raw)",
                  BIND(INT("id", incoming->kept.id), TEXT("source", notice->source),
                       TEXT("reference", notice->reference), TEXT("hash", incoming->hash),
                       TEXT("format", notice->format), TEXT("kind", notice_kind_name(notice->kind)),
                       TEXT("published_on", notice->published_on ? notice->published_on : ""),
                       TEXT("facts", incoming->facts), BYTES("raw", notice->raw, notice->raw_length)),
                  error);
}

static int insert_link(struct db *db, int64_t notice, const char *source, const char *earlier, struct error *error)
{
    return db_run(db,
                  "INSERT INTO notice_link(notice, source, earlier) VALUES (:notice, :source, :earlier) "
                  "ON CONFLICT(notice, source, earlier) DO NOTHING",
                  BIND(INT("notice", notice), TEXT("source", source), TEXT("earlier", earlier)), error);
}

static int insert_links(struct db *db, const struct incoming *incoming, struct arena *arena, struct error *error)
{
    const struct notice *notice = &incoming->kept.notice;
    int result = 0;
    if (notice->procedure_key)
        result = insert_link(db, incoming->kept.id, PROCEDURE_SOURCE, notice->procedure_key, error);
    for (const char *at = notice->earlier ? notice->earlier : ""; *at && !result;) {
        size_t length = strcspn(at, " ");
        const char *earlier = arena_copy(arena, at, length);
        if (length && strcmp(earlier, notice->reference) != 0)
            result = insert_link(db, incoming->kept.id, notice->source, earlier, error);
        at += length + (at[length] == ' ');
    }
    return result;
}

static const char *text_or_empty(const struct tree *map, const char *name)
{
    const char *text = tree_text(map, name);
    return text ? text : "";
}

static int insert_problems(struct db *db, const struct incoming *incoming, struct error *error)
{
    const struct tree *problems = incoming->kept.notice.problems;
    int result = 0;
    for (const struct tree *item = problems ? problems->first : NULL; item && !result; item = item->next)
        result = db_run(db,
                        "INSERT INTO notice_problem(id, notice, field, value, reason) "
                        "VALUES (:id, :notice, :field, :value, :reason)",
                        BIND(INT("id", db_next_id(db)), INT("notice", incoming->kept.id),
                             TEXT("field", text_or_empty(item, "field")), TEXT("value", text_or_empty(item, "value")),
                             TEXT("reason", text_or_empty(item, "reason"))),
                        error);
    return result;
}

/* What is known under this reference: the same record, other versions, notices that name it. */
static int look_up(struct db *db, const struct incoming *incoming, bool *ret_same, bool *ret_known, struct error *error)
{
    const struct notice *notice = &incoming->kept.notice;
    struct rows *rows;
    *ret_same = *ret_known = false;
    int result = db_query(db, "SELECT hash FROM notice WHERE reference = :reference AND source = :source",
                          BIND(TEXT("source", notice->source), TEXT("reference", notice->reference)), &rows, error);
    if (result)
        return result;
    while (!*ret_same && rows_next(rows)) {
        *ret_known = true;
        *ret_same = text_is(rows_text(rows, 0), incoming->hash);
    }
    return rows_close(rows);
}

static int is_named(struct db *db, const struct notice *notice, bool *ret_named, struct error *error)
{
    int64_t found = 0;
    int result = db_int(db, "SELECT 1 FROM notice_link WHERE earlier = :reference AND source = :source LIMIT 1",
                        BIND(TEXT("source", notice->source), TEXT("reference", notice->reference)), 0, &found, error);
    *ret_named = found;
    return result;
}

static int join_family(struct db *db, const struct keeper *keeper, struct incoming *incoming, bool known,
                       enum kept *ret_kept, struct error *error)
{
    struct family family;
    int64_t tender;
    int result = family_read(db, keeper->arena, incoming->kept.notice.source, incoming->kept.notice.reference, &family,
                             error);
    if (!result)
        result = family_keep(db, keeper, &family, &tender, error);
    *ret_kept = known ? KEPT_CHANGED : family.count > 1 ? KEPT_MERGED : KEPT_NEW;
    return result;
}

int notice_keep(struct db *db, const struct keeper *keeper, struct incoming *incoming, enum kept *ret_kept,
                struct error *error)
{
    const struct notice *notice = &incoming->kept.notice;
    bool same = false, known = false, named = false;
    *ret_kept = KEPT_SAME;
    int result = incoming->fresh ? 0 : look_up(db, incoming, &same, &known, error);
    if (result || same)
        return result;
    incoming->kept.id = db_next_id(db);
    result = insert_notice(db, incoming, error);
    if (!result)
        result = insert_links(db, incoming, keeper->arena, error);
    if (!result)
        result = insert_problems(db, incoming, error);
    bool names = notice->earlier || notice->procedure_key;
    if (!result && !incoming->fresh && !known && !names)
        result = is_named(db, notice, &named, error);
    if (result)
        return result;
    if (known || named || names)
        return join_family(db, keeper, incoming, known, ret_kept, error);
    *ret_kept = KEPT_NEW;
    result = call_insert(db, keeper->arena, &incoming->call, &(struct desk){0}, &incoming->kept, 1, error);
    return result ? result : links_propose(db, &incoming->call, error);
}
