/* What happens to a stay: arrival, moves, absences without cause, release. Each event is kept once as it was told; the
 * stay says where the person is now. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "kernel/app.h"
#include "people/internal.h"

const char *const stay_kind_names[STAY_KINDS] = {"arrival", "move", "absent", "back", "regime", "release", "transfer", "death"};

struct taking {
    struct ctx *ctx;
    struct db *db;
    struct keyring *keys;
    const struct stay_told *told;
    const char *regime; /* code of the one told; NULL: nothing is said of it */
    char number_hash[KEYRING_HASH_BYTES];
    struct error *error;
};

const char *stay_place(struct arena *arena, const char *wing, const char *cell)
{
    return arena_printf(arena, "%s %s", text_fold(arena, wing), text_fold(arena, cell));
}

static bool is_end(enum stay_kind kind)
{
    return kind >= STAY_RELEASE;
}

/* --- reading stays --- */

#define STAY_COLUMNS                                                                                                  \
    "s.id, s.person_id, s.establishment_id, s.reference, s.establishment, s.wing, s.cell, s.state, s.left_by, "        \
    "s.since, s.left_on, p.paper_language, p.pictures, s.arrived_on, s.regime FROM stay s JOIN person p ON p.id = s.person_id "

static int read_stay(struct db *db, struct arena *arena, const char *sql, const struct binding *bindings,
                     struct stay *ret_stay, bool *ret_found, struct error *error)
{
    struct rows *rows;
    int result = db_query(db, sql, bindings, &rows, error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found)
        *ret_stay = (struct stay){
            .id = rows_int(rows, 0),
            .person = rows_int(rows, 1),
            .establishment_id = rows_int(rows, 2),
            .reference = arena_strdup(arena, rows_text(rows, 3)),
            .establishment = arena_strdup(arena, rows_text(rows, 4)),
            .wing = arena_strdup(arena, rows_text(rows, 5)),
            .cell = arena_strdup(arena, rows_text(rows, 6)),
            .state = arena_strdup(arena, rows_text(rows, 7)),
            .left_by = arena_strdup(arena, rows_text(rows, 8)),
            .since = arena_strdup(arena, rows_text(rows, 9)),
            .left_on = arena_strdup(arena, rows_text(rows, 10)),
            .language = arena_strdup(arena, rows_text(rows, 11)),
            .pictures = rows_int(rows, 12) != 0,
            .arrived_on = arena_strdup(arena, rows_text(rows, 13)),
            .regime = arena_strdup(arena, rows_text(rows, 14)),
        };
    return rows_close(rows);
}

int stay_read(struct db *db, struct arena *arena, int64_t id, struct stay *ret_stay, struct error *error)
{
    bool found;
    int result = read_stay(db, arena, "SELECT " STAY_COLUMNS "WHERE s.id = :id", BIND(INT("id", id)), ret_stay, &found, error);
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "whom", N_("Nobody is known here under this reference or number."), NULL);
    return result;
}

static int find_by_reference(struct db *db, struct arena *arena, int64_t establishment, const char *reference,
                             struct stay *ret_stay, bool *ret_found, struct error *error)
{
    return read_stay(db, arena,
                     "SELECT " STAY_COLUMNS "WHERE p.reference = :reference AND s.establishment_id = :establishment "
                     "ORDER BY s.arrived_on DESC, s.id DESC LIMIT 1",
                     BIND(TEXT("reference", reference), INT("establishment", establishment)), ret_stay, ret_found, error);
}

static int find_by_number(struct db *db, struct arena *arena, int64_t establishment, const char *hash,
                          struct stay *ret_stay, bool *ret_found, struct error *error)
{
    return read_stay(db, arena,
                     "SELECT " STAY_COLUMNS "WHERE s.establishment_id = :establishment AND s.number_hash = :hash",
                     BIND(INT("establishment", establishment), TEXT("hash", hash)), ret_stay, ret_found, error);
}

int stay_find(struct app *app, struct db *db, struct arena *arena, int64_t establishment, const char *typed,
              struct stay *ret_stay, struct error *error)
{
    char reference[PERSON_REFERENCE_BYTES], hash[KEYRING_HASH_BYTES];
    bool found = false;
    int result = 0;
    if (person_reference_read(typed, reference))
        result = find_by_reference(db, arena, establishment, reference, ret_stay, &found, error);
    struct keyring *keys = found ? NULL : people_keys_if_any(app);
    if (!result && keys) {
        person_number_hash(keys, arena, typed, hash);
        result = find_by_number(db, arena, establishment, hash, ret_stay, &found, error);
    }
    if (!result && !found)
        return error_set(error, ERR_NOT_FOUND, "whom", N_("Nobody is known here under this reference or number."), NULL);
    return result;
}

int person_name(struct app *app, struct db *db, struct arena *arena, int64_t person, const char **ret_name,
                struct error *error)
{
    struct rows *rows;
    const char *parts[2] = {"", ""};
    int result = db_query(db, "SELECT family_name, given_names FROM person WHERE id = :id", BIND(INT("id", person)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows))
        for (int i = 0; i < 2; i++) {
            size_t length;
            const void *bytes = rows_bytes(rows, i, &length);
            const char *text = app->unseal ? app->unseal(app, bytes, length, arena) : NULL;
            parts[i] = text ? text : "";
        }
    *ret_name = *parts[0] && *parts[1] ? arena_printf(arena, "%s %s", parts[0], parts[1]) : *parts[0] ? parts[0] : parts[1];
    return rows_close(rows);
}

/* --- arrival --- */

static int refuse(struct taking *taking, const char *field, const char *message, const char *argument)
{
    return error_set(taking->error, ERR_REFUSED, field, message, argument, NULL);
}

static int seal(struct taking *taking, int64_t person, const char *name, const char *text, struct binding *ret_binding)
{
    const void *bytes;
    size_t length;
    int result = keyring_seal(taking->keys, person, text, taking->ctx->arena, &bytes, &length, taking->error);
    if (!result)
        *ret_binding = (struct binding)BYTES(name, bytes, length);
    return result;
}

static int keep_person(struct taking *taking, char ret_reference[PERSON_REFERENCE_BYTES], int64_t *ret_person)
{
    const struct stay_told *told = taking->told;
    int64_t id = db_next_id(taking->db), taken = 1;
    int result = 0;
    while (taken && !result) {
        person_reference_make(ret_reference);
        result = db_int(taking->db, "SELECT 1 FROM person WHERE reference = :reference",
                        BIND(TEXT("reference", ret_reference)), 0, &taken, taking->error);
    }
    struct binding bindings[] = {INT("id", id),
                                 TEXT("reference", ret_reference),
                                 {0},
                                 {0},
                                 TEXT("language", told->language),
                                 INT("pictures", told->pictures),
                                 INT("at", taking->ctx->now_ms),
                                 {.name = NULL}};
    if (!result)
        result = keyring_add(taking->keys, id, taking->error);
    if (!result)
        result = seal(taking, id, "family", told->family_name, &bindings[2]);
    if (!result)
        result = seal(taking, id, "given", told->given_names, &bindings[3]);
    if (!result)
        result = db_run(taking->db,
                        "INSERT INTO person(id, reference, family_name, given_names, paper_language, pictures, at, erased_on) "
                        "VALUES (:id, :reference, :family, :given, :language, :pictures, :at, '')",
                        bindings, taking->error);
    *ret_person = id;
    return result ? result
                  : person_words_keep(taking->db, taking->keys, taking->ctx->arena, id, told->family_name,
                                      told->given_names, taking->error);
}

/* Somebody who was here, or in another establishment of ours, before. */
static int find_person(struct taking *taking, char ret_reference[PERSON_REFERENCE_BYTES], int64_t *ret_person)
{
    int64_t present = 0;
    *ret_person = 0;
    if (!person_reference_read(taking->told->reference, ret_reference))
        return error_set(taking->error, ERR_INVALID, "reference", N_("{0} is not a reference: a sign is wrong or missing."),
                         taking->told->reference, NULL);
    int result = db_int(taking->db, "SELECT id FROM person WHERE reference = :reference AND erased_on = ''",
                        BIND(TEXT("reference", ret_reference)), 0, ret_person, taking->error);
    if (!result && !*ret_person)
        return error_set(taking->error, ERR_NOT_FOUND, "reference", N_("Nobody is known here under this reference or number."),
                         NULL);
    if (!result)
        result = db_int(taking->db, "SELECT 1 FROM stay WHERE person_id = :person AND state <> 'left'",
                        BIND(INT("person", *ret_person)), 0, &present, taking->error);
    if (!result && present)
        return refuse(taking, "reference", N_("This person is still present elsewhere: record the transfer first."), NULL);
    return result;
}

static int keep_event(struct taking *taking, const struct stay *stay, enum stay_kind kind)
{
    return db_run(taking->db,
                  "INSERT INTO stay_event(id, stay_id, person_id, kind, event_on, wing, cell, regime, at) "
                  "VALUES (:id, :stay, :person, :kind, :on, :wing, :cell, :regime, :at)",
                  BIND(INT("id", db_next_id(taking->db)), INT("stay", stay->id), INT("person", stay->person),
                       TEXT("kind", stay_kind_names[kind]), TEXT("on", taking->told->on), TEXT("wing", stay->wing),
                       TEXT("cell", stay->cell), TEXT("regime", kind == STAY_REGIME ? stay->regime : ""),
                       INT("at", taking->ctx->now_ms)),
                  taking->error);
}

static int keep_stay(struct taking *taking, int64_t person, const char *reference, struct stay *stay)
{
    const struct stay_told *told = taking->told;
    struct binding number;
    *stay = (struct stay){.id = db_next_id(taking->db),
                          .person = person,
                          .establishment_id = told->establishment_id,
                          .reference = arena_strdup(taking->ctx->arena, reference),
                          .establishment = told->establishment,
                          .wing = told->wing,
                          .cell = told->cell,
                          .regime = "",
                          .state = "present",
                          .left_by = "",
                          .arrived_on = told->on,
                          .since = told->on,
                          .left_on = "",
                          .language = told->language,
                          .pictures = told->pictures};
    int result = seal(taking, person, "number", told->number, &number);
    if (result)
        return result;
    return db_run(taking->db,
                  "INSERT INTO stay(id, person_id, reference, establishment_id, establishment, number, number_hash, wing, "
                  "cell, place, regime, state, here, arrived_on, since, left_on, left_by) VALUES (:id, :person, :reference, :establishment_id, "
                  ":establishment, :number, :hash, :wing, :cell, :place, '', 'present', 1, :on, :on, '', '')",
                  BIND(INT("id", stay->id), INT("person", person), TEXT("reference", reference),
                       INT("establishment_id", told->establishment_id), TEXT("establishment", told->establishment), number,
                       TEXT("hash", taking->number_hash), TEXT("wing", told->wing), TEXT("cell", told->cell),
                       TEXT("place", stay_place(taking->ctx->arena, told->wing, told->cell)), TEXT("on", told->on)),
                  taking->error);
}

static int arrive(struct taking *taking, struct stay *stay)
{
    char reference[PERSON_REFERENCE_BYTES];
    int64_t person;
    int result = *taking->told->reference ? find_person(taking, reference, &person) : keep_person(taking, reference, &person);
    if (!result)
        result = keep_stay(taking, person, reference, stay);
    return result ? result : keep_event(taking, stay, STAY_ARRIVAL);
}

/* --- the rest of the stay --- */

/* Two moves of one day are two events; two absences of one day are one told twice. */
static int known_event(struct taking *taking, const struct stay *stay, bool *ret_known)
{
    const struct stay_told *told = taking->told;
    int64_t found = 0;
    int result = db_int(taking->db,
                        "SELECT 1 FROM stay_event WHERE stay_id = :stay AND kind = :kind AND event_on = :on AND "
                        "(:moves = 0 OR (wing = :wing AND cell = :cell))",
                        BIND(INT("stay", stay->id), TEXT("kind", stay_kind_names[told->kind]), TEXT("on", told->on),
                             INT("moves", told->kind <= STAY_MOVE), TEXT("wing", told->wing), TEXT("cell", told->cell)),
                        0, &found, taking->error);
    *ret_known = found != 0;
    return result;
}

/* What cannot follow what is known. */
static int check_order(struct taking *taking, const struct stay *stay)
{
    const struct stay_told *told = taking->told;
    if (!strcmp(stay->state, "left"))
        return refuse(taking, "number", N_("This person left on {0}: a new arrival needs a new register number."), stay->left_on);
    if (strcmp(told->on, stay->since) < 0)
        return refuse(taking, "event_on", N_("Something later is known already, of {0}: tell the events in their order."),
                      stay->since);
    return 0;
}

static int check_presence(struct taking *taking, const struct stay *stay)
{
    bool absent = !strcmp(stay->state, "absent");
    if (taking->told->kind == STAY_BACK && !absent)
        return refuse(taking, "event", N_("This person is not absent."), NULL);
    if (taking->told->kind == STAY_ABSENT && absent)
        return refuse(taking, "event", N_("This person is absent already."), NULL);
    return 0;
}

static void follow(const struct stay_told *told, struct stay *stay)
{
    stay->since = told->on;
    if (told->kind == STAY_MOVE || (told->kind == STAY_BACK && (*told->wing || *told->cell))) {
        stay->wing = told->wing;
        stay->cell = told->cell;
    }
    if (told->kind == STAY_ABSENT)
        stay->state = "absent";
    else if (told->kind == STAY_BACK)
        stay->state = "present";
    if (is_end(told->kind)) {
        stay->state = "left";
        stay->left_on = told->on;
        stay->left_by = stay_kind_names[told->kind];
    }
}

static int change(struct taking *taking, struct stay *stay)
{
    follow(taking->told, stay);
    int result = db_run(taking->db,
                        "UPDATE stay SET wing = :wing, cell = :cell, place = :place, state = :state, here = :here, "
                        "since = :since, left_on = :left_on, left_by = :left_by WHERE id = :id",
                        BIND(TEXT("wing", stay->wing), TEXT("cell", stay->cell),
                             TEXT("place", stay_place(taking->ctx->arena, stay->wing, stay->cell)), TEXT("state", stay->state),
                             INT("here", !*stay->left_on), TEXT("since", stay->since), TEXT("left_on", stay->left_on), TEXT("left_by", stay->left_by),
                             INT("id", stay->id)),
                        taking->error);
    return result ? result : keep_event(taking, stay, taking->told->kind);
}

/* The regime that was told, alone or with another event. Told before, or held that day already: nothing is new. */
static int take_regime(struct taking *taking, struct stay *stay, bool preview, enum stay_outcome *ret_outcome)
{
    int64_t known = 0;
    const char *held = "";
    int result = db_int(taking->db,
                        "SELECT 1 FROM stay_event WHERE stay_id = :stay AND kind = 'regime' AND event_on = :on AND regime = :regime",
                        BIND(INT("stay", stay->id), TEXT("on", taking->told->on), TEXT("regime", taking->regime)), 0, &known, taking->error);
    if (!result)
        result = stay_regime_on(taking->db, taking->ctx->arena, stay->id, taking->told->on, &held, taking->error);
    if (result || known || !strcmp(held, taking->regime))
        return result;
    result = check_order(taking, stay);
    if (result)
        return result;
    if (*ret_outcome == STAY_SAME)
        *ret_outcome = STAY_CHANGED;
    stay->regime = taking->regime;
    stay->since = taking->told->on;
    if (!preview)
        result = db_run(taking->db, "UPDATE stay SET regime = :regime, since = :since WHERE id = :id",
                        BIND(TEXT("regime", stay->regime), TEXT("since", stay->since), INT("id", stay->id)), taking->error);
    return result || preview ? result : keep_event(taking, stay, STAY_REGIME);
}

/* A stay that is known: the event again, or the next one. */
static int go_on(struct taking *taking, struct stay *stay, bool preview, enum stay_outcome *ret_outcome)
{
    const struct stay_told *told = taking->told;
    bool known;
    int result = known_event(taking, stay, &known);
    *ret_outcome = STAY_SAME;
    if (result || known)
        return result;
    if (told->kind == STAY_ARRIVAL)
        return refuse(taking, "number", N_("Somebody is known under this register number already, since {0}."), stay->since);
    result = check_order(taking, stay);
    if (!result)
        result = check_presence(taking, stay);
    if (result)
        return result;
    *ret_outcome = STAY_CHANGED;
    if (!preview)
        return change(taking, stay);
    follow(told, stay);
    return 0;
}

/* The stay of the number or the reference told. */
static int find_told(struct taking *taking, struct stay *ret_stay, bool *ret_found)
{
    const struct stay_told *told = taking->told;
    struct arena *arena = taking->ctx->arena;
    char reference[PERSON_REFERENCE_BYTES];
    *ret_found = false;
    if (taking->keys && *told->number) {
        person_number_hash(taking->keys, arena, told->number, taking->number_hash);
        return find_by_number(taking->db, arena, told->establishment_id, taking->number_hash, ret_stay, ret_found, taking->error);
    }
    if (!*told->number && told->kind != STAY_ARRIVAL && person_reference_read(told->reference, reference))
        return find_by_reference(taking->db, arena, told->establishment_id, reference, ret_stay, ret_found, taking->error);
    return 0;
}

/* The event itself; of a regime there is nothing but take_regime. */
static int take_event(struct taking *taking, struct stay *stay, bool found, bool preview, enum stay_outcome *ret_outcome)
{
    const struct stay_told *told = taking->told;
    if (found && told->kind != STAY_REGIME)
        return go_on(taking, stay, preview, ret_outcome);
    if (!found && told->kind != STAY_ARRIVAL)
        return error_set(taking->error, ERR_NOT_FOUND, *told->number ? "number" : "whom",
                         N_("Nobody is known here under this reference or number."), NULL);
    *ret_outcome = found ? STAY_SAME : STAY_NEW;
    return found || preview ? 0 : arrive(taking, stay);
}

int stay_take(struct ctx *ctx, struct db *db, const struct stay_told *told, bool preview, enum stay_outcome *ret_outcome,
              struct stay *ret_stay, struct error *error)
{
    struct taking taking = {.ctx = ctx, .db = db, .told = told, .error = error};
    bool found = false;
    int result = 0;
    taking.keys = people_keys_if_any(ctx->app);
    if (!preview)
        result = people_keys(ctx->app, db, &taking.keys, error);
    if (!result && told->regime && !is_end(told->kind))
        result = regime_find(db, ctx->arena, told->establishment_id, told->regime, &taking.regime, error);
    if (!result)
        result = find_told(&taking, ret_stay, &found);
    if (!result)
        result = take_event(&taking, ret_stay, found, preview, ret_outcome);
    bool there = found || !preview; /* a stay that is previewed has no regime yet */
    return result || !taking.regime || !there ? result : take_regime(&taking, ret_stay, preview, ret_outcome);
}
