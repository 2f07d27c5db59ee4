#include "members/keep.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "members/details.h"
#include "members/social.h"
#include "store/store.h"

static bool same_fact(struct fact a, struct fact b)
{
    return a.known == b.known && a.value == b.value;
}

static bool same_facts(const struct organisation *a, const struct organisation *b)
{
    return same_fact(a->employees, b->employees) && same_fact(a->employees_in_insertion, b->employees_in_insertion) &&
           same_fact(a->surplus_reinvested_permille, b->surplus_reinvested_permille) &&
           same_fact(a->pay_ratio_thousandths, b->pay_ratio_thousandths);
}

static int keep_mark(struct db *db, const struct organisation *old, const struct organisation *it, struct error *error)
{
    if (!it->quality.known || (same_fact(old->quality, it->quality) && !strcmp(old->quality_on, it->quality_on) &&
                               !strcmp(old->quality_author, it->quality_author) && !*it->quality_note))
        return 0;
    return db_run(db,
                  "INSERT INTO member_mark(id, member_id, quality, author, given_on, note) "
                  "VALUES (:id, :member, :quality, :author, :on, :note)",
                  BIND(INT("id", db_next_id(db)), INT("member", it->id), INT("quality", it->quality.value),
                       TEXT("author", it->quality_author), TEXT("on", it->quality_on), TEXT("note", it->quality_note)),
                  error);
}

int organisation_keep(struct db *db, struct arena *arena, const struct organisation *old,
                      struct organisation *organisation, int64_t now_ms, struct error *error)
{
    struct organisation nothing = organisation_empty();
    const struct organisation *before = old ? old : &nothing;
    int result = organisation_store(db, arena, old, organisation, now_ms, error);
    if (!result)
        result = keep_mark(db, before, organisation, error);
    if (result || same_facts(before, organisation))
        return result;
    struct organisation stored = *organisation;
    bool changed = false;
    result = social_compute(db, organisation, &changed, error);
    if (!result && changed)
        result = organisation_store(db, arena, &stored, organisation, now_ms, error);
    return result ? result : details_refresh(db, arena, organisation->id, error);
}

int accreditation_differs(struct db *db, int64_t member_id, const struct accreditation_cell *cell, bool *ret_differs,
                          struct error *error)
{
    int64_t same;
    int result = db_int(db,
                        "SELECT 1 FROM member_accreditation WHERE member_id = :member AND accreditation = :code AND "
                        "valid_from = :from AND valid_to = :to",
                        BIND(INT("member", member_id), TEXT("code", cell->code), TEXT("from", cell->from),
                             TEXT("to", cell->to)),
                        0, &same, error);
    *ret_differs = !same;
    return result;
}

int accreditation_keep(struct db *db, int64_t member_id, const struct accreditation_cell *cell, bool *ret_changed,
                       struct error *error)
{
    bool differs = true;
    int result = accreditation_differs(db, member_id, cell, &differs, error);
    if (ret_changed)
        *ret_changed = differs;
    if (result || !differs)
        return result;
    return db_run(db,
                  "INSERT INTO member_accreditation(id, member_id, accreditation, valid_from, valid_to) "
                  "VALUES (:id, :member, :code, :from, :to) "
                  "ON CONFLICT(member_id, accreditation, valid_from) DO UPDATE SET valid_to = excluded.valid_to",
                  BIND(INT("id", db_next_id(db)), INT("member", member_id), TEXT("code", cell->code),
                       TEXT("from", cell->from), TEXT("to", cell->to)),
                  error);
}
