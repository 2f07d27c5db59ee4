/* The row of a call, its place in the search, and what hangs on a prison call: reasons, functions, places, lots,
 * criteria, awards. */
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "tenders/keep.h"

static const char *text_or_empty(const struct tree *map, const char *name)
{
    const char *text = tree_text(map, name);
    return text ? text : "";
}

/* --- lists of words kept in the row, so that no list has to count or join --- */

static const char *join_rules(struct arena *arena, const struct call *call)
{
    const char *joined = "";
    for (int i = 0; i < call->rule_count; i++)
        joined = *joined ? arena_printf(arena, "%s %s", joined, call->rules[i]) : call->rules[i];
    return joined;
}

static const char *join_functions(struct arena *arena, const struct call *call, const struct desk *desk)
{
    if (desk->functions)
        return desk->functions;
    const char *joined = "";
    for (int i = 0; i < call->hint_count; i++)
        joined = *joined ? arena_printf(arena, "%s %s", joined, call->hints[i].function) : call->hints[i].function;
    return joined;
}

static int insert_row(struct db *db, struct arena *arena, const struct call *call, const struct desk *desk,
                      struct error *error)
{
    const struct notice *founder = &call->founder->notice;
    return db_run(
        db,
        "INSERT INTO tender VALUES (:id, :source, :reference, :numbers, :notices, :kind, :state, :concerns, "
        ":published_on, :open_until, :open_basis, :deadline, :displayed_until, :object, :object_cut, :text, :buyer, "
        ":buyer_folded, :buyer_siret, :post_code, :city, :departments, :descriptors, :cpv, :nature, :procedure, :family, "
        ":reserved, :legal_form, :social_criteria, :environmental_criteria, :value_cents, :duration_months, :reasons, "
        ":functions, :match_key, :decision, :qualification)",
        BIND(INT("id", call->founder->id), TEXT("source", founder->source), TEXT("reference", founder->reference),
             TEXT("numbers", call->numbers), INT("notices", call->notices),
             TEXT("kind", notice_kind_name(founder->kind)), TEXT("state", call->state), INT("concerns", call->concerns),
             TEXT("published_on", call->published_on), TEXT("open_until", call->open_until),
             TEXT("open_basis", call->open_basis), TEXT("deadline", call->deadline),
             TEXT("displayed_until", call->displayed_until), TEXT("object", call->object),
             INT("object_cut", call->object_cut), TEXT("text", call->text), TEXT("buyer", call->buyer),
             TEXT("buyer_folded", call->buyer_folded), TEXT("buyer_siret", call->buyer_siret),
             TEXT("post_code", call->post_code), TEXT("city", call->city), TEXT("departments", call->departments),
             TEXT("descriptors", call->descriptors), TEXT("cpv", call->cpv), TEXT("nature", call->nature),
             TEXT("procedure", call->procedure), TEXT("family", call->family), TEXT("reserved", call->reserved),
             TEXT("legal_form", call->legal_form), INT("social_criteria", call->social_criteria),
             INT("environmental_criteria", call->environmental_criteria),
             INT_OR_NULL("value_cents", call->value_cents >= 0, call->value_cents),
             INT_OR_NULL("duration_months", call->duration_months >= 0, call->duration_months),
             TEXT("reasons", join_rules(arena, call)), TEXT("functions", join_functions(arena, call, desk)),
             INT("match_key", call->match_key),
             TEXT("decision", desk->decision && *desk->decision ? desk->decision : "undecided"),
             INT("qualification", desk->qualification)),
        error);
}

/* --- what hangs on it --- */

static int insert_reasons(struct db *db, const struct call *call, struct error *error)
{
    int result = 0;
    for (int i = 0; i < call->rule_count && !result; i++)
        result = db_run(db, "INSERT INTO tender_reason(tender, rule) VALUES (:tender, :rule)",
                        BIND(INT("tender", call->founder->id), TEXT("rule", call->rules[i])), error);
    return result;
}

static int insert_function(struct db *db, int64_t tender, const char *function, const char *basis, const char *because,
                           struct error *error)
{
    return db_run(db,
                  "INSERT INTO tender_function(tender, function, basis, because) "
                  "VALUES (:tender, :function, :basis, :because)",
                  BIND(INT("tender", tender), TEXT("function", function), TEXT("basis", basis),
                       TEXT("because", because)),
                  error);
}

/* A person's qualification takes the place of all guesses. */
static int insert_functions(struct db *db, struct arena *arena, const struct call *call, const struct desk *desk,
                            struct error *error)
{
    int result = 0;
    for (int i = 0; !desk->functions && i < call->hint_count && !result; i++)
        result = insert_function(db, call->founder->id, call->hints[i].function, call->hints[i].basis,
                                 call->hints[i].because, error);
    for (const char *at = desk->functions ? desk->functions : ""; *at && !result;) {
        size_t length = strcspn(at, " ");
        result = insert_function(db, call->founder->id, arena_copy(arena, at, length), "person", "", error);
        at += length + (at[length] == ' ');
    }
    return result;
}

static int insert_places(struct db *db, struct arena *arena, const struct call *call, struct error *error)
{
    int result = 0;
    for (const char *at = call->departments; *at && !result;) {
        size_t length = strcspn(at, " ");
        result = db_run(db, "INSERT INTO tender_place(tender, department) VALUES (:tender, :department)",
                        BIND(INT("tender", call->founder->id), TEXT("department", arena_copy(arena, at, length))), error);
        at += length + (at[length] == ' ');
    }
    return result;
}

static int insert_criteria(struct db *db, int64_t tender, const struct tree *lot, int *position, struct error *error)
{
    const struct tree *criteria = tree_get(lot, "criteria");
    int result = 0;
    for (const struct tree *item = criteria ? criteria->first : NULL; item && !result; item = item->next)
        result = db_run(db,
                        "INSERT INTO tender_criterion(tender, position, lot, kind, name, weight) "
                        "VALUES (:tender, :position, :lot, :kind, :name, :weight)",
                        BIND(INT("tender", tender), INT("position", ++*position),
                             TEXT("lot", text_or_empty(lot, "number")), TEXT("kind", text_or_empty(item, "kind")),
                             TEXT("name", text_or_empty(item, "name")), TEXT("weight", text_or_empty(item, "weight"))),
                        error);
    return result;
}

static int insert_lots(struct db *db, const struct call *call, struct error *error)
{
    int position = 0, criteria = 0, result = 0;
    int64_t tender = call->founder->id;
    for (const struct tree *lot = call->lots ? call->lots->first : NULL; lot && !result; lot = lot->next) {
        int64_t value = tree_int(lot, "value_cents", -1), months = tree_int(lot, "duration_months", -1);
        result = db_run(db,
                        "INSERT INTO tender_announced_lot(tender, position, number, title, text, cpv, place, value_cents, "
                        "duration_months, reserved) VALUES (:tender, :position, :number, :title, :text, :cpv, :place, "
                        ":value_cents, :duration_months, :reserved)",
                        BIND(INT("tender", tender), INT("position", ++position),
                             TEXT("number", text_or_empty(lot, "number")), TEXT("title", text_or_empty(lot, "title")),
                             TEXT("text", text_or_empty(lot, "text")), TEXT("cpv", text_or_empty(lot, "cpv")),
                             TEXT("place", text_or_empty(lot, "place")), INT_OR_NULL("value_cents", value >= 0, value),
                             INT_OR_NULL("duration_months", months >= 0, months),
                             TEXT("reserved", text_or_empty(lot, "reserved"))),
                        error);
        if (!result)
            result = insert_criteria(db, tender, lot, &criteria, error);
    }
    return result;
}

/* --- awards --- */

static void add_winner_name(struct buffer *names, const struct tree *winner, bool leader)
{
    if (tree_true(tree_get(winner, "leader")) != leader)
        return;
    buffer_printf(names, "%s%s", names->length ? ", " : "", text_or_empty(winner, "name"));
}

static int insert_winners(struct db *db, int64_t award, const struct tree *winners, struct error *error)
{
    int position = 0, result = 0;
    for (const struct tree *winner = winners ? winners->first : NULL; winner && !result; winner = winner->next)
        result = db_run(db,
                        "INSERT INTO tender_winner(award, position, name, siret, leader) "
                        "VALUES (:award, :position, :name, :siret, :leader)",
                        BIND(INT("award", award), INT("position", ++position),
                             TEXT("name", text_or_empty(winner, "name")), TEXT("siret", text_or_empty(winner, "siret")),
                             INT("leader", tree_true(tree_get(winner, "leader")))),
                        error);
    return result;
}

static int insert_award(struct db *db, int64_t tender, const struct kept_notice *kept, const struct tree *award,
                        int position, struct error *error)
{
    const struct tree *winners = tree_get(award, "winners");
    int64_t id = db_next_id(db), amount = tree_int(award, "amount_cents", -1);
    const char *on = tree_text(award, "on") ? tree_text(award, "on") : kept->notice.published_on;
    _cleanup_buffer_ struct buffer names = {0};
    for (int leaders = 1; leaders >= 0; leaders--)
        for (const struct tree *winner = winners ? winners->first : NULL; winner; winner = winner->next)
            add_winner_name(&names, winner, leaders);
    int result = db_run(db,
                        "INSERT INTO tender_award(id, tender, position, notice, lot, awarded_on, amount_cents, form, "
                        "winners) VALUES (:id, :tender, :position, :notice, :lot, :awarded_on, :amount_cents, :form, "
                        ":winners)",
                        BIND(INT("id", id), INT("tender", tender), INT("position", position), INT("notice", kept->id),
                             TEXT("lot", text_or_empty(award, "lot")), TEXT("awarded_on", on ? on : ""),
                             INT_OR_NULL("amount_cents", amount >= 0, amount), TEXT("form", text_or_empty(award, "form")),
                             TEXT("winners", buffer_string(&names))),
                        error);
    return result ? result : insert_winners(db, id, winners, error);
}

/* Notices are sorted: of two versions of one award notice the later says more. */
static bool is_outdone(const struct kept_notice *notices, int count, int at)
{
    for (int i = at + 1; i < count; i++)
        if (notices[i].notice.awards && !strcmp(notices[i].notice.reference, notices[at].notice.reference) &&
            !strcmp(notices[i].notice.source, notices[at].notice.source))
            return true;
    return false;
}

static int insert_awards(struct db *db, int64_t tender, const struct kept_notice *notices, int count,
                         struct error *error)
{
    int position = 0, result = 0;
    for (int i = 0; i < count && !result; i++) {
        const struct tree *awards = is_outdone(notices, count, i) ? NULL : notices[i].notice.awards;
        for (const struct tree *award = awards ? awards->first : NULL; award && !result; award = award->next)
            result = insert_award(db, tender, &notices[i], award, ++position, error);
    }
    return result;
}

/* --- whole --- */

int call_insert(struct db *db, struct arena *arena, const struct call *call, const struct desk *desk,
                const struct kept_notice *notices, int count, struct error *error)
{
    int result = insert_row(db, arena, call, desk, error);
    if (!result)
        result = db_search_put(db, "tender", call->founder->id, call->words, error);
    if (result || !call->concerns)
        return result;
    result = insert_reasons(db, call, error);
    if (!result)
        result = insert_functions(db, arena, call, desk, error);
    if (!result)
        result = insert_places(db, arena, call, error);
    if (!result)
        result = insert_lots(db, call, error);
    return result ? result : insert_awards(db, call->founder->id, notices, count, error);
}

static int remove_search(struct db *db, struct arena *arena, int64_t tender, bool *ret_found, struct error *error)
{
    struct rows *rows;
    const char *words = NULL;
    int result = db_query(db, "SELECT numbers, object, buyer, city, text FROM tender WHERE id = :id",
                          BIND(INT("id", tender)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows))
        words = call_search_text(arena, rows_text(rows, 0), text_fold(arena, rows_text(rows, 1)),
                                 text_fold(arena, rows_text(rows, 2)), rows_text(rows, 3), rows_text(rows, 4));
    result = rows_close(rows);
    *ret_found = words != NULL;
    return result || !words ? result : db_search_remove(db, "tender", tender, words, error);
}

int call_remove(struct db *db, struct arena *arena, int64_t tender, struct error *error)
{
    static const char *const statements[] = {
        "DELETE FROM tender_winner WHERE award IN (SELECT id FROM tender_award WHERE tender = :tender)",
        "DELETE FROM tender_award WHERE tender = :tender",
        "DELETE FROM tender_criterion WHERE tender = :tender",
        "DELETE FROM tender_announced_lot WHERE tender = :tender",
        "DELETE FROM tender_place WHERE tender = :tender",
        "DELETE FROM tender_function WHERE tender = :tender",
        "DELETE FROM tender_reason WHERE tender = :tender",
        "DELETE FROM tender WHERE id = :tender",
    };
    bool found;
    int result = remove_search(db, arena, tender, &found, error);
    for (size_t i = 0; i < COUNT_OF(statements) && found && !result; i++)
        result = db_run(db, statements[i], BIND(INT("tender", tender)), error);
    return result;
}
