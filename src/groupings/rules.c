/* The rules of the code of public procurement, as they stand for one grouping. Each is checked from what is
 * kept, never from what was intended; each verdict comes with its article and a sentence that says what to
 * do. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/instance.h"
#include "groupings/matters.h"
#include "groupings/sentence.h"
#include "kernel/app.h"
#include "law/law.h"

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_BROKEN };

struct check {
    struct db *db;
    struct arena *arena;
    struct error *error;
    int64_t id;
    const char *today;
    struct grouping_row row;
    bool single_membership;
    const char *asked_form;
    int rank, broken;
};

/* Both languages of a sentence with arguments that are the same in both. */
struct said {
    const char *fr, *en;
};

static struct said say(struct check *check, const char *message, const char *a, const char *b)
{
    const char *first = a ? a : "", *second = b ? b : "";
    return (struct said){sentence(check->arena, "fr", message, first, second, NULL),
                         sentence(check->arena, "en", message, first, second, NULL)};
}

static struct said say_money(struct check *check, const char *message, const char *a, int64_t b, int64_t c)
{
    return (struct said){sentence(check->arena, "fr", message, a, sentence_money(check->arena, "fr", b),
                                  sentence_money(check->arena, "fr", c), NULL),
                         sentence(check->arena, "en", message, a, sentence_money(check->arena, "en", b),
                                  sentence_money(check->arena, "en", c), NULL)};
}

static int keep(struct check *check, const char *rule, const char *article, enum verdict verdict,
                struct said said)
{
    static const char *const verdicts[] = {"ok", "warn", "broken"};
    check->broken += verdict == VERDICT_BROKEN;
    return db_run(check->db,
                  "INSERT INTO grouping_rule(grouping_id, rank, rule, article, verdict, text_fr, text_en) "
                  "VALUES (:id, :rank, :rule, :article, :verdict, :text_fr, :text_en)",
                  BIND(INT("id", check->id), INT("rank", check->rank++), TEXT("rule", rule),
                       TEXT("article", article), TEXT("verdict", verdicts[verdict]), TEXT("text_fr", said.fr),
                       TEXT("text_en", said.en)),
                  check->error);
}

/* First column of every row as a list of texts, "" when there is none. */
static int list_of(struct check *check, const char *sql, const struct binding *bindings,
                   const char **ret_list)
{
    struct rows *rows;
    *ret_list = "";
    int result = db_query(check->db, sql, bindings, &rows, check->error);
    if (result)
        return result;
    while (rows_next(rows))
        *ret_list = sentence_list(check->arena, *ret_list, arena_strdup(check->arena, rows_text(rows, 0)));
    return rows_close(rows);
}

static int law_number(struct check *check, const char *id, int64_t *ret_whole, struct error *error)
{
    struct law_value value;
    int result = law_rate(check->db, check->arena, id, check->today, &value, error);
    if (!result)
        *ret_whole = value.value_millionths / LAW_ONE;
    return result;
}

/* --- who leads --- */

static int check_leader(struct check *check)
{
    const char *without, *unable;
    int result = list_of(
        check,
        "SELECT l.lot FROM grouping_lot l LEFT JOIN grouping_leader d ON d.grouping_id = l.grouping_id "
        "AND d.lot_rank = l.lot_rank WHERE l.grouping_id = :id AND l.answered = 1 "
        "AND d.member_id IS NULL ORDER BY l.lot_rank",
        BIND(INT("id", check->id)), &without);
    if (!result)
        result = list_of(
            check,
            "SELECT l.lot FROM grouping_lot l JOIN grouping_leader d ON d.grouping_id = l.grouping_id "
            "AND d.lot_rank = l.lot_rank LEFT JOIN grouping_part p ON p.grouping_id = l.grouping_id "
            "AND p.lot_rank = l.lot_rank AND p.member_id = d.member_id LEFT JOIN grouping_member m "
            "ON m.grouping_id = p.grouping_id AND m.member_id = p.member_id "
            "WHERE l.grouping_id = :id AND (m.may_lead IS NULL OR m.may_lead = 0) ORDER BY l.lot_rank",
            BIND(INT("id", check->id)), &unable);
    if (result)
        return result;
    if (!check->row.answered_count)
        return keep(check, "leader_named", "R2142-24", VERDICT_WARN,
                    say(check, N_("No lot is answered: there is nobody to lead."), NULL, NULL));
    if (*without)
        return keep(check, "leader_named", "R2142-24", VERDICT_BROKEN,
                    say(check, N_("Nobody leads on: {0}. Name a leader."), without, NULL));
    if (*unable)
        return keep(
            check, "leader_named", "R2142-24", VERDICT_BROKEN,
            say(check, N_("The leader takes no part or may not lead on: {0}. Name another."), unable, NULL));
    if (text_is(check->asked_form, "conjoint_solidaire_leader") && text_is(check->row.legal_form, "conjoint"))
        return keep(check, "leader_named", "R2142-24", VERDICT_BROKEN,
                    say(check, N_("The documents ask for a leader bound for all others: choose that form."),
                        NULL, NULL));
    return keep(check, "leader_named", "R2142-24", VERDICT_OK,
                say(check, N_("A leader is named for every lot answered."), NULL, NULL));
}

#define LIVE "('asked', 'formed', 'submitted', 'won')"

static int check_one_leader(struct check *check)
{
    const char *others;
    int64_t most;
    int result = law_number(check, "grouping.leader_roles_max", &most, check->error);
    if (!result)
        result =
            list_of(check,
                    "SELECT DISTINCT m.name || ' (' || o.reference || ')' FROM grouping o "
                    "JOIN grouping_leader d ON d.grouping_id = o.id "
                    "JOIN grouping_leader mine ON mine.member_id = d.member_id AND mine.grouping_id = :id "
                    "JOIN grouping_member m ON m.grouping_id = o.id AND m.member_id = d.member_id "
                    "WHERE o.tender_id = :tender AND o.id <> :id AND o.state IN " LIVE " ORDER BY 1",
                    BIND(INT("id", check->id), INT("tender", check->row.tender_id)), &others);
    if (result)
        return result;
    return keep(check, "one_leader", "R2142-23", *others ? VERDICT_BROKEN : VERDICT_OK,
                *others ? say(check,
                              N_("Already leads another grouping for this call: {0}. Name another leader, or "
                                 "withdraw that one."),
                              others, NULL)
                        : say(check, N_("The leader leads no other grouping for this call."), NULL, NULL));
}

/* --- who else takes part elsewhere --- */

static int check_single(struct check *check)
{
    const char *same, *other;
    int result = list_of(check,
                         "SELECT DISTINCT m.name || ' (' || o.reference || ')' FROM grouping o "
                         "JOIN grouping_part p ON p.grouping_id = o.id "
                         "JOIN grouping_part mine ON mine.grouping_id = :id AND mine.member_id = p.member_id "
                         "AND mine.lot_rank = p.lot_rank "
                         "JOIN grouping_member m ON m.grouping_id = o.id AND m.member_id = p.member_id "
                         "WHERE o.tender_id = :tender AND o.id <> :id AND o.state IN " LIVE " ORDER BY 1",
                         BIND(INT("id", check->id), INT("tender", check->row.tender_id)), &same);
    if (!result)
        result =
            list_of(check,
                    "SELECT DISTINCT m.name || ' (' || o.reference || ')' FROM grouping o "
                    "JOIN grouping_member m ON m.grouping_id = o.id "
                    "JOIN grouping_member mine ON mine.grouping_id = :id AND mine.member_id = m.member_id "
                    "WHERE o.tender_id = :tender AND o.id <> :id AND o.state IN " LIVE " ORDER BY 1",
                    BIND(INT("id", check->id), INT("tender", check->row.tender_id)), &other);
    if (result)
        return result;
    if (!*other)
        return keep(check, "single_membership", "R2142-21", VERDICT_OK,
                    say(check,
                        N_("No member is a candidate in another answer to this call that is kept here."),
                        NULL, NULL));
    if (!check->single_membership)
        return keep(check, "single_membership", "R2142-21", VERDICT_OK,
                    say(check, N_("Also in another answer, which the documents allow: {0}."), other, NULL));
    if (*same)
        return keep(
            check, "single_membership", "R2142-21", VERDICT_BROKEN,
            say(check,
                N_("The documents forbid being in two answers for the same lot: {0}. Leave one of them."),
                same, NULL));
    return keep(check, "single_membership", "R2142-21", VERDICT_WARN,
                say(check,
                    N_("Also in another answer, for other lots: {0}. Check whether the documents allow it."),
                    other, NULL));
}

static int check_essential(struct check *check)
{
    const char *given;
    int result =
        list_of(check,
                "SELECT c.subcontractor_name || ' (' || l.lot || ', ' || s.requirement || ')' "
                "FROM grouping_subcontract c JOIN grouping_share s ON s.grouping_id = c.grouping_id "
                "AND s.lot_rank = c.lot_rank AND s.requirement = c.requirement AND s.member_id = c.member_id "
                "JOIN grouping_lot l ON l.grouping_id = c.grouping_id AND l.lot_rank = c.lot_rank "
                "WHERE c.grouping_id = :id AND s.essential = 1 ORDER BY c.id",
                BIND(INT("id", check->id)), &given);
    if (result)
        return result;
    return keep(check, "essential_tasks", "R2142-27", *given ? VERDICT_BROKEN : VERDICT_OK,
                *given ? say(check,
                             N_("An essential task is given to a subcontractor: {0}. A member must do it."),
                             given, NULL)
                       : say(check, N_("Essential tasks are done by members themselves."), NULL, NULL));
}

/* What is given away stays within what the member is paid for it; each subcontractor is declared to the buyer, who accepts
 * it. A member that gives away all it does is rather a name than a member: said, for a person to judge. */
static int check_subcontracts(struct check *check)
{
    struct rows *rows;
    const char *over = "", *whole = "", *given = "";
    int result = db_query(
        check->db,
        "SELECT m.name, c.given, p.amount, m.amount_cents, (SELECT CAST(SUM(a.amount_cents) AS INTEGER) "
        "FROM grouping_subcontract a WHERE a.grouping_id = m.grouping_id AND a.member_id = m.member_id) AS whole "
        "FROM (SELECT member_id, lot_rank, requirement, CAST(SUM(amount_cents) AS INTEGER) AS given "
        "FROM grouping_subcontract WHERE grouping_id = :id GROUP BY member_id, lot_rank, requirement) c "
        "JOIN (SELECT member_id, lot_rank, requirement, CAST(SUM(amount_cents) AS INTEGER) AS amount "
        "FROM grouping_share WHERE grouping_id = :id GROUP BY member_id, lot_rank, requirement) p "
        "ON p.member_id = c.member_id AND p.lot_rank = c.lot_rank AND p.requirement = c.requirement "
        "JOIN grouping_member m ON m.grouping_id = :id AND m.member_id = c.member_id ORDER BY m.name, c.lot_rank, "
        "c.requirement",
        BIND(INT("id", check->id)), &rows, check->error);
    if (result)
        return result;
    while (rows_next(rows)) {
        const char *name = arena_strdup(check->arena, rows_text(rows, 0));
        const char **list = rows_int(rows, 1) > rows_int(rows, 2)   ? &over
                            : rows_int(rows, 4) >= rows_int(rows, 3) ? &whole
                                                                     : &given;
        if (!strstr(*list, name))
            *list = sentence_list(check->arena, *list, name);
    }
    result = rows_close(rows);
    if (result)
        return result;
    if (*over)
        return keep(check, "subcontracted_part", "L2193-4", VERDICT_BROKEN,
                    say(check, N_("Gives more to subcontractors than it is paid for: {0}."), over, NULL));
    if (*whole)
        return keep(check, "subcontracted_part", "L2193-4", VERDICT_WARN,
                    say(check, N_("Gives all of its part to subcontractors: {0}. It should do some of it itself."), whole,
                        NULL));
    return keep(check, "subcontracted_part", "L2193-4", VERDICT_OK,
                *given ? say(check, N_("Gives less to subcontractors than its own part: {0}. Declare each (form DC4)."), given,
                             NULL)
                       : say(check, N_("Nothing is given to subcontractors."), NULL, NULL));
}

/* --- means --- */

static int check_turnover(struct check *check)
{
    int64_t factor;
    struct rows *rows;
    int result = law_number(check, "candidate.turnover_max", &factor, check->error);
    if (result)
        return result;
    result = db_query(
        check->db,
        "SELECT l.lot, l.required_turnover_cents, l.worth_cents, l.turnover_cents FROM grouping_lot l "
        "WHERE l.grouping_id = :id AND l.answered = 1 ORDER BY l.lot_rank",
        BIND(INT("id", check->id)), &rows, check->error);
    if (result)
        return result;
    struct said over = {0}, under = {0};
    while (rows_next(rows)) {
        int64_t required = rows_int(rows, 1), most;
        const char *lot = arena_strdup(check->arena, rows_text(rows, 0));
        if (!over.fr && number_multiply(rows_int(rows, 2), factor, &most) && required > most)
            over = say_money(
                check, N_("{0}: a turnover of {1} is asked, the most the law allows is {2}. Ask the buyer."),
                lot, required, most);
        if (!under.fr && rows_int(rows, 3) < required)
            under = say_money(check, N_("{0}: a turnover of {1} is asked, the members add up to {2}."), lot,
                              required, rows_int(rows, 3));
    }
    result = rows_close(rows);
    if (!result)
        result = keep(
            check, "turnover_asked", "R2142-7", over.fr ? VERDICT_BROKEN : VERDICT_OK,
            over.fr ? over
                    : say(check, N_("The turnover asked is at most twice the estimated value of each lot."),
                          NULL, NULL));
    if (!result)
        result = keep(check, "turnover_held", "R2142-25", under.fr ? VERDICT_BROKEN : VERDICT_OK,
                      under.fr ? under
                               : say(check, N_("Together the members have the turnover asked."), NULL, NULL));
    return result;
}

/* --- lots reserved to some --- */

static const struct {
    const char *reserved, *article, *kinds;
} reservations[] = {
    {"siae", "L2113-13", "ei aci ai etti eiti"},
    {"ea_esat", "L2113-12", "ea esat eatt"},
    {"siae_ea", "L2113-14", "ei aci ai etti eiti ea esat eatt"},
    {"prison_work", "L2113-13-1", ""},
    {"ess", "L2113-15",
     "scic scop association mutuelle foundation ei aci ai etti eiti ea esat eatt cae cooperative"},
};

static bool is_of(struct arena *arena, const char *kinds, const char *wanted)
{
    while (*kinds) {
        size_t length = strcspn(kinds, " ");
        if (text_has_word(wanted, arena_copy(arena, kinds, length)))
            return true;
        kinds += length + (kinds[length] == ' ');
    }
    return false;
}

static int check_reserved(struct check *check)
{
    struct rows *rows;
    int found[COUNT_OF(reservations)] = {0};
    const char *wrong[COUNT_OF(reservations)] = {0};
    int result =
        db_query(check->db,
                 "SELECT l.reserved, m.kinds, m.prison_work, m.name, l.lot FROM grouping_lot l "
                 "JOIN grouping_part p ON p.grouping_id = l.grouping_id AND p.lot_rank = l.lot_rank "
                 "JOIN grouping_member m ON m.grouping_id = p.grouping_id AND m.member_id = p.member_id "
                 "WHERE l.grouping_id = :id AND l.reserved <> 'none' ORDER BY l.lot_rank, m.name",
                 BIND(INT("id", check->id)), &rows, check->error);
    if (result)
        return result;
    while (rows_next(rows))
        for (size_t i = 0; i < COUNT_OF(reservations); i++) {
            if (!text_is(rows_text(rows, 0), reservations[i].reserved))
                continue;
            bool is = *reservations[i].kinds ? is_of(check->arena, rows_text(rows, 1), reservations[i].kinds)
                                             : rows_int(rows, 2) != 0;
            found[i]++;
            if (!is)
                wrong[i] = sentence_list(
                    check->arena, wrong[i],
                    arena_printf(check->arena, "%s (%s)", rows_text(rows, 3), rows_text(rows, 4)));
        }
    result = rows_close(rows);
    for (size_t i = 0; i < COUNT_OF(reservations) && !result; i++)
        if (found[i])
            result = keep(
                check, "reserved_lot", reservations[i].article, wrong[i] ? VERDICT_BROKEN : VERDICT_OK,
                wrong[i]
                    ? say(check,
                          N_("The lot is reserved, and these are not of the kind it is reserved to: {0}."),
                          wrong[i], NULL)
                    : say(check, N_("All members on reserved lots are of the kind they are reserved to."),
                          NULL, NULL));
    return result;
}

/* --- composition --- */

static bool is_frozen(const struct check *check)
{
    return text_has_word("submitted won", check->row.state);
}

static int check_frozen(struct check *check)
{
    const char *changes;
    int result = list_of(
        check,
        "SELECT m.name FROM grouping_change c JOIN grouping_member m ON m.grouping_id = c.grouping_id "
        "AND m.member_id = c.member_out WHERE c.grouping_id = :id ORDER BY c.id",
        BIND(INT("id", check->id)), &changes);
    if (result)
        return result;
    if (!is_frozen(check))
        return keep(
            check, "composition_frozen", "R2142-26", VERDICT_OK,
            say(check, N_("Nothing is submitted yet: the composition may still change."), NULL, NULL));
    if (!*changes)
        return keep(check, "composition_frozen", "R2142-26", VERDICT_OK,
                    say(check, N_("Submitted: the composition has not changed since."), NULL, NULL));
    return keep(check, "composition_frozen", "R2142-26", VERDICT_WARN,
                say(check,
                    N_("Changed since it was submitted, for a reason the law allows: {0}. Keep the proof."),
                    changes, NULL));
}

static int check_replacement(struct check *check)
{
    struct rows *rows;
    struct said late = {0}, open = {0};
    int result =
        db_query(check->db,
                 "SELECT m.name, c.due_on, c.replaced_on FROM grouping_change c JOIN grouping_member m "
                 "ON m.grouping_id = c.grouping_id AND m.member_id = c.member_out "
                 "WHERE c.grouping_id = :id AND c.cause = 'excluded' ORDER BY c.id",
                 BIND(INT("id", check->id)), &rows, check->error);
    if (result)
        return result;
    while (rows_next(rows)) {
        const char *name = arena_strdup(check->arena, rows_text(rows, 0)),
                   *due = arena_strdup(check->arena, rows_text(rows, 1));
        const char *done = arena_strdup(check->arena, rows_text(rows, 2));
        if (strcmp(*done ? done : check->today, due) > 0)
            late =
                say(check, N_("{0} had to be replaced by {1}. The grouping may be excluded: call the buyer."),
                    name, due);
        else if (!*done)
            open = say(check, N_("{0} must be replaced by {1} at the latest."), name, due);
    }
    result = rows_close(rows);
    if (result)
        return result;
    if (late.fr)
        return keep(check, "replacement", "L2141-13", VERDICT_BROKEN, late);
    return keep(check, "replacement", "L2141-13", open.fr ? VERDICT_WARN : VERDICT_OK,
                open.fr ? open : say(check, N_("No excluded member waits to be replaced."), NULL, NULL));
}

/* --- all of them --- */

static int read_row(struct check *check)
{
    char *reference;
    int result = db_text(check->db, check->arena, "SELECT reference FROM grouping WHERE id = :id",
                         BIND(INT("id", check->id)), &reference, check->error);
    if (!result)
        result = grouping_read(check->db, check->arena, reference, &check->row, check->error);
    if (result)
        return result;
    struct rows *rows;
    result = db_query(check->db,
                      "SELECT single_membership, asked_form FROM grouping_snapshot WHERE grouping_id = :id",
                      BIND(INT("id", check->id)), &rows, check->error);
    if (result)
        return result;
    if (rows_next(rows)) {
        check->single_membership = rows_int(rows, 0) != 0;
        check->asked_form = arena_strdup(check->arena, rows_text(rows, 1));
    }
    return rows_close(rows);
}

int rules_check(struct db *db, struct arena *arena, int64_t grouping_id, const char *today,
                struct error *error)
{
    static int (*const checks[])(struct check *) = {check_leader,    check_one_leader, check_single,
                                                    check_essential, check_subcontracts, check_turnover, check_reserved,
                                                    check_frozen,    check_replacement};
    struct check check = {
        .db = db, .arena = arena, .error = error, .id = grouping_id, .today = today, .asked_form = ""};
    int result = read_row(&check);
    if (!result)
        result = db_run(db, "DELETE FROM grouping_rule WHERE grouping_id = :id", BIND(INT("id", grouping_id)),
                        error);
    for (size_t i = 0; i < COUNT_OF(checks) && !result; i++)
        result = checks[i](&check);
    if (result)
        return result;
    return db_run(db, "UPDATE grouping SET broken_count = :broken WHERE id = :id",
                  BIND(INT("broken", check.broken), INT("id", grouping_id)), error);
}

int rules_check_all(struct db *db, struct arena *arena, int64_t tender_id, const char *today,
                    struct error *error)
{
    struct rows *rows;
    int64_t count;
    int result = db_int(db, "SELECT count(*) FROM grouping WHERE tender_id = :tender",
                        BIND(INT("tender", tender_id)), 0, &count, error);
    if (!result)
        result = db_query(db,
                          "SELECT id FROM grouping WHERE tender_id = :tender AND state NOT IN ('lost', "
                          "'withdrawn') ORDER BY id",
                          BIND(INT("tender", tender_id)), &rows, error);
    if (result)
        return result;
    int64_t *ids = ARENA_ARRAY(arena, int64_t, count + 1);
    int64_t found = 0;
    while (found < count && rows_next(rows))
        ids[found++] = rows_int(rows, 0);
    result = rows_close(rows);
    for (int64_t i = 0; i < found && !result; i++)
        result = rules_check(db, arena, ids[i], today, error);
    return result;
}
